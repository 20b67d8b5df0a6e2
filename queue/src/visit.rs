//! The machine of one visit (§4): its states with what is known in each, and what every fact makes of them.
//!
//! Built as far as a walk-in goes; cita and transfer find their place as further states and facts.
//! Left to others: whether a fact may happen (`decide`). Invariant: a state holds what is true in it and nothing that
//! is "always set by then".

mod transition;

use serde::{Deserialize, Serialize};

use crate::{
    command::VisitResult,
    event::{AbandonCause, EndCause, Fact, InterruptionCause},
    file::Files,
    guest::{GUEST_FIRST, Guest, GuestRole, Guests},
    id::{DisplayCode, Notice, OperatorId, Purpose, ServiceId, VisitCode, VisitId},
    line::{Lines, Trouble},
    time::{CivilDay, Timestamp},
};

/// One visit, from the door to its record.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Visit {
    /// Id.
    pub id: VisitId,
    /// Código de su turno.
    pub code: VisitCode,
    /// Service.
    pub service: ServiceId,
    /// Real or a test.
    pub purpose: Purpose,
    /// When the turn was taken.
    pub taken_at: Timestamp,
    /// Local day on which it was taken.
    pub day: CivilDay,
    /// The citizen's connection.
    pub presence: Presence,
    /// Lines of chat so far, of both.
    pub chat_lines: u32,
    /// What the operator has put off the time limit by, in milliseconds.
    pub extended_ms: u32,
    /// Lines of the call that are not stable now.
    pub lines: Lines,
    /// Third parties, those who are gone included.
    pub guests: Guests,
    /// Files that were sent, and stills that were taken.
    pub files: Files,
    /// Recorded intervals so far, the running one included.
    pub intervals: u32,
    /// Where it stands.
    pub state: VisitState,
}

/// Whether somebody's connection is there.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Connected.
    Here,
    /// Not connected.
    Away {
        /// Since when; a restart of the server begins anew.
        since: Timestamp,
    },
}

/// Where a visit stands.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Confirms the turn, checks devices.
    Verifying {
        /// Since when.
        since: Timestamp,
        /// The notice, where it is accepted at entry and has been.
        accepted: Option<Acceptance>,
    },
    /// In line.
    Waiting {
        /// His place.
        ticket: Ticket,
    },
    /// Paired with an operator; not both have pressed start.
    Assigned {
        /// His place, should the operator be lost.
        ticket: Ticket,
        /// With whom.
        pairing: Pairing,
        /// Who has pressed.
        ready: Readiness,
    },
    /// Both have pressed; waits to be admitted.
    Called {
        /// His place.
        ticket: Ticket,
        /// With whom.
        pairing: Pairing,
        /// What both agreed to.
        meeting: Meeting,
        /// For the first time, or after hanging up.
        arrival: Arrival,
    },
    /// In the call.
    InCall {
        /// His place.
        ticket: Ticket,
        /// With whom.
        pairing: Pairing,
        /// What both agreed to.
        meeting: Meeting,
        /// First admission.
        since: Timestamp,
        /// Whether it is being recorded.
        recording: Recording,
    },
    /// The citizen has hung up or lost the line, or the server restarted.
    Interrupted {
        /// His place.
        ticket: Ticket,
        /// With whom.
        pairing: Pairing,
        /// What both agreed to.
        meeting: Meeting,
        /// First admission.
        call_since: Timestamp,
        /// Why.
        cause: InterruptionCause,
        /// Since when.
        since: Timestamp,
    },
    /// The citizen left after assignment; the operator closes.
    AbandonPending {
        /// His place.
        ticket: Ticket,
        /// With whom.
        pairing: Pairing,
        /// When he left.
        since: Timestamp,
    },
    /// The meeting is over; the operator owes the result.
    Ended {
        /// His place.
        ticket: Ticket,
        /// With whom.
        pairing: Pairing,
        /// What was ended.
        from: EndedFrom,
        /// By whom.
        cause: EndCause,
        /// When.
        since: Timestamp,
    },
    /// The result is noted.
    Closed {
        /// His place.
        ticket: Ticket,
        /// Who attended.
        operator: OperatorId,
        /// One of the four.
        result: VisitResult,
        /// When.
        at: Timestamp,
    },
    /// Left before assignment.
    Abandoned {
        /// Why.
        cause: AbandonCause,
        /// When.
        at: Timestamp,
    },
    /// The service closed before the turn came.
    Expired {
        /// When.
        at: Timestamp,
    },
}

/// Whether a call is being recorded.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recording {
    /// It is not: the service does not record, or nothing was begun.
    Off,
    /// This interval is.
    Runs(u32),
    /// It should be, and the recorder cannot since then: tried again after [`RECORDING_RETRY_MS`].
    Failed(Timestamp),
}

impl Recording {
    /// The interval that runs.
    #[must_use]
    pub fn interval(self) -> Option<u32> {
        match self {
            Self::Runs(interval) => Some(interval),
            Self::Off | Self::Failed(_) => None,
        }
    }
}

/// A recording that was cut off is begun again after this time: a disk that was freed or a key that was mended serves the
/// same call, and a fault that stays makes two facts a minute, not a flood.
pub const RECORDING_RETRY_MS: u32 = 30_000;

/// A notice and when it was accepted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Text.
    pub notice: Notice,
    /// When.
    pub at: Timestamp,
}

/// A place in line.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Ticket {
    /// Su turno: A1.
    pub display: DisplayCode,
    /// Waits since: the age by which he is called. A place that is restored keeps it.
    pub since: Timestamp,
    /// The notice, where it was accepted at entry.
    pub accepted: Option<Acceptance>,
}

/// A visit's operator.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Pairing {
    /// Who.
    pub operator: OperatorId,
    /// Assigned when.
    pub since: Timestamp,
}

/// Who of the two has pressed start.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Nobody.
    Neither,
    /// The citizen.
    Entered(Acceptance),
    /// The operator, when.
    Started(Timestamp),
    /// Both: called in the same breath.
    Both(Meeting),
}

/// What a meeting rests on: both have pressed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Meeting {
    /// The citizen's acceptance.
    pub acceptance: Acceptance,
    /// When the operator pressed start.
    pub started_at: Timestamp,
}

/// How a citizen came to wait for admission.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// For the first time.
    First,
    /// After hanging up.
    Back {
        /// First admission.
        call_since: Timestamp,
    },
}

/// What a meeting was when it was ended.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedFrom {
    /// The citizen never accepted.
    Assigned,
    /// The citizen waited to be admitted and never was.
    Lobby,
    /// A call was held.
    Call {
        /// What both had agreed to.
        meeting: Meeting,
        /// First admission.
        since: Timestamp,
    },
}

impl Visit {
    /// His place in line, from confirmation to the end.
    #[must_use]
    pub fn ticket(&self) -> Option<&Ticket> {
        match &self.state {
            VisitState::Waiting { ticket }
            | VisitState::Assigned { ticket, .. }
            | VisitState::Called { ticket, .. }
            | VisitState::InCall { ticket, .. }
            | VisitState::Interrupted { ticket, .. }
            | VisitState::AbandonPending { ticket, .. }
            | VisitState::Ended { ticket, .. }
            | VisitState::Closed { ticket, .. } => Some(ticket),
            VisitState::Verifying { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => None,
        }
    }

    /// The operator it is paired with now, from assignment until the result is noted.
    #[must_use]
    pub fn pairing(&self) -> Option<Pairing> {
        match &self.state {
            VisitState::Assigned { pairing, .. }
            | VisitState::Called { pairing, .. }
            | VisitState::InCall { pairing, .. }
            | VisitState::Interrupted { pairing, .. }
            | VisitState::AbandonPending { pairing, .. }
            | VisitState::Ended { pairing, .. } => Some(*pairing),
            VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => None,
        }
    }

    /// First admission to a call that was not ended yet.
    #[must_use]
    pub fn call_since(&self) -> Option<Timestamp> {
        match &self.state {
            VisitState::InCall { since, .. }
            | VisitState::Interrupted {
                call_since: since, ..
            }
            | VisitState::Called {
                arrival: Arrival::Back { call_since: since },
                ..
            } => Some(*since),
            VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Assigned { .. }
            | VisitState::Called { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => None,
        }
    }

    pub(crate) fn operator(&self) -> Option<OperatorId> {
        self.pairing().map(|pairing| pairing.operator)
    }

    /// Whether it is being recorded now.
    #[must_use]
    pub fn recording(&self) -> Recording {
        if let VisitState::InCall { recording, .. } = &self.state {
            *recording
        } else {
            Recording::Off
        }
    }

    /// The result the operator's form begins with (O9).
    #[must_use]
    pub fn preset(&self) -> Option<VisitResult> {
        let never_came = matches!(
            &self.state,
            VisitState::AbandonPending { .. }
                | VisitState::Ended {
                    from: EndedFrom::Assigned,
                    cause: EndCause::Operator,
                    ..
                }
        );
        never_came.then_some(VisitResult::Abandoned)
    }

    /// "Volver a atenderla" is possible: a call was held and the operator ended it (O25).
    #[must_use]
    pub fn resumable(&self) -> bool {
        matches!(
            &self.state,
            VisitState::Ended {
                from: EndedFrom::Call { .. },
                cause: EndCause::Operator,
                ..
            }
        )
    }

    /// Somebody represented the citizen (§6, 9).
    #[must_use]
    pub fn was_represented(&self) -> bool {
        self.guests
            .iter()
            .any(|guest| guest.attended && guest.role == GuestRole::Representative)
    }

    /// This participant is in the call whenever the visit is: the two, and guests who are let in.
    #[must_use]
    pub fn takes_part(&self, participant: u8) -> bool {
        participant < GUEST_FIRST || self.guests.get(participant).is_some_and(Guest::is_admitted)
    }

    /// When it was over: closed, abandoned or expired; none while it is not.
    #[must_use]
    pub fn over_at(&self) -> Option<Timestamp> {
        match &self.state {
            VisitState::Closed { at, .. }
            | VisitState::Abandoned { at, .. }
            | VisitState::Expired { at } => Some(*at),
            VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Assigned { .. }
            | VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. } => None,
        }
    }

    /// Name of the state, for errors and logs.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        match &self.state {
            VisitState::Verifying { .. } => "verifying",
            VisitState::Waiting { .. } => "waiting",
            VisitState::Assigned { .. } => "assigned",
            VisitState::Called { .. } => "called",
            VisitState::InCall { .. } => "in call",
            VisitState::Interrupted { .. } => "interrupted",
            VisitState::AbandonPending { .. } => "abandoned after assignment",
            VisitState::Ended { .. } => "ended",
            VisitState::Closed { .. } => "closed",
            VisitState::Abandoned { .. } => "abandoned",
            VisitState::Expired { .. } => "expired",
        }
    }

    pub(crate) fn taken(at: Timestamp, fact: &Fact) -> Option<Self> {
        let Fact::TurnTaken {
            visit,
            code,
            service,
            purpose,
            day,
        } = fact
        else {
            return None;
        };
        Some(Self {
            id: *visit,
            code: *code,
            service: *service,
            purpose: *purpose,
            taken_at: at,
            day: *day,
            // Taken by a plain request: the connection comes after it.
            presence: Presence::Away { since: at },
            chat_lines: 0,
            extended_ms: 0,
            lines: Lines::default(),
            guests: Guests::default(),
            files: Files::default(),
            intervals: 0,
            state: VisitState::Verifying {
                since: at,
                accepted: None,
            },
        })
    }

    /// The server restarted: nobody is connected, and nobody pays for our outage.
    pub(crate) fn outage(&mut self, at: Timestamp) {
        self.presence = Presence::Away { since: at };
        self.lines.clear();
        if let VisitState::Verifying { since, .. } = &mut self.state {
            *since = at;
        }
    }

    /// Makes a fact about this visit true.
    pub(crate) fn apply(&mut self, at: Timestamp, fact: &Fact) {
        match fact {
            Fact::LineLost { .. } => self.presence = Presence::Away { since: at },
            Fact::LineBack { .. } => self.presence = Presence::Here,
            Fact::ChatSent { .. } => self.chat_lines += 1,
            Fact::FileKept { file, .. } => self.files.add(*file),
            Fact::Extended { by_ms, .. } => self.extended_ms += by_ms,
            Fact::LineJudged {
                participant,
                strand,
                level,
                ..
            } => self.lines.set(Trouble {
                participant: *participant,
                strand: *strand,
                level: *level,
            }),
            Fact::GuestInvited { .. }
            | Fact::GuestAccepted { .. }
            | Fact::GuestAdmitted { .. }
            | Fact::GuestSentBack { .. }
            | Fact::GuestLeft { .. }
            | Fact::GuestRemoved { .. } => self.apply_to_guest(at, fact),
            Fact::RecordingStarted { interval, .. } => {
                self.intervals = *interval;
                self.record(Recording::Runs(*interval));
            }
            Fact::RecordingStopped { .. } => self.record(Recording::Off),
            Fact::RecordingFailed { .. } => self.record(Recording::Failed(at)),
            Fact::NoticeAccepted { notice, .. } => self.accept(at, notice),
            Fact::Confirmed { .. }
            | Fact::Assigned { .. }
            | Fact::PlaceRestored { .. }
            | Fact::Entered { .. }
            | Fact::Started { .. }
            | Fact::Called { .. }
            | Fact::Admitted { .. }
            | Fact::Interrupted { .. }
            | Fact::Returned { .. }
            | Fact::Resumed { .. }
            | Fact::MeetingEnded { .. }
            | Fact::AbandonedAfterAssignment { .. }
            | Fact::Closed { .. }
            | Fact::Abandoned { .. }
            | Fact::Expired { .. } => {
                if matches!(fact, Fact::Interrupted { .. } | Fact::MeetingEnded { .. }) {
                    self.lines.clear();
                }
                let found = self.state_name();
                let state = self.state.clone().after(at, fact);
                // Events are applied to a draft before they are stored: one that does not fit is never written.
                self.state = state.unwrap_or_else(|| {
                    panic!(
                        "{} does not follow from {found} in visit {}",
                        fact.name(),
                        self.id
                    )
                });
            }
            Fact::Configured { .. }
            | Fact::TurnTaken { .. }
            | Fact::Forgotten { .. }
            | Fact::AvailabilitySet { .. }
            | Fact::SeekingBegan { .. }
            | Fact::SeekingEnded { .. }
            | Fact::OperatorLost { .. }
            | Fact::OperatorBack { .. }
            | Fact::ServerRestarted => {}
        }
    }

    /// Accepted while assigned it stands in `Entered`, which follows.
    fn accept(&mut self, at: Timestamp, notice: &Notice) {
        if let VisitState::Verifying { accepted, .. } = &mut self.state {
            let notice = notice.clone();
            *accepted = Some(Acceptance { notice, at });
        }
    }

    fn apply_to_guest(&mut self, at: Timestamp, fact: &Fact) {
        if let Some(guest) = fact.guest() {
            // Whoever does not stay in the call has no line to judge.
            self.lines.forget(guest);
        }
        // As above: one that does not follow is never written.
        assert!(
            self.guests.apply(at, fact),
            "{} does not follow in visit {}",
            fact.name(),
            self.id
        );
    }

    fn record(&mut self, now: Recording) {
        let found = self.state_name();
        let VisitState::InCall { recording, .. } = &mut self.state else {
            panic!(
                "recording does not follow from {found} in visit {}",
                self.id
            )
        };
        *recording = now;
    }
}
