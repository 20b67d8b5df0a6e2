//! The machine of one operator (§5): available or not, seeking, with a visit, owing a result.
//!
//! Left to others: whether a fact may happen (`decide`). Invariant: an operator has at most one visit, and from a
//! meeting to the next citizen there is no way but through WRAP_UP.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    command::AfterClose,
    event::Fact,
    id::{OperatorId, ServiceId, VisitId},
    time::{CivilDay, Timestamp},
    visit::Presence,
};

/// One operator. Name, number and desk are in the configuration.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Operator {
    /// Id.
    pub id: OperatorId,
    /// Services with "Disponible SÍ".
    pub available: BTreeSet<ServiceId>,
    /// The operator's connection.
    pub presence: Presence,
    /// Where he stands.
    pub state: OperatorState,
    attended_on: CivilDay,
    // One entry per visit and day: bounded by what one person attends in a day.
    attended: BTreeSet<VisitId>,
}

/// Where an operator stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorState {
    /// Available for no service.
    Off,
    /// Available, not seeking.
    Inactive,
    /// "A la espera de atender contribuyente".
    Seeking {
        /// Idle since: the longest idle is served first.
        since: Timestamp,
    },
    /// A citizen was assigned; he has not pressed start.
    Assigned {
        /// Whom.
        visit: VisitId,
    },
    /// Has pressed start; the citizen has not accepted yet.
    Started {
        /// Whom.
        visit: VisitId,
    },
    /// The citizen waits to be admitted for the first time.
    Called {
        /// Whom.
        visit: VisitId,
    },
    /// In the call, or waiting for a citizen who is away from it.
    InCall {
        /// Whom.
        visit: VisitId,
    },
    /// The meeting is over; owes the result.
    WrapUp {
        /// Whom.
        visit: VisitId,
    },
}

impl Operator {
    /// Available for nothing, not connected; who has been here today goes on counting.
    pub(crate) fn new(id: OperatorId, at: Timestamp, former: Option<&Self>) -> Self {
        Self {
            id,
            available: BTreeSet::new(),
            presence: Presence::Away { since: at },
            state: OperatorState::Off,
            attended_on: former.map_or(CivilDay(0), |former| former.attended_on),
            attended: former
                .map(|former| former.attended.clone())
                .unwrap_or_default(),
        }
    }

    /// The visit he has, from assignment until the result is noted.
    #[must_use]
    pub fn visit(&self) -> Option<VisitId> {
        match self.state {
            OperatorState::Off | OperatorState::Inactive | OperatorState::Seeking { .. } => None,
            OperatorState::Assigned { visit }
            | OperatorState::Started { visit }
            | OperatorState::Called { visit }
            | OperatorState::InCall { visit }
            | OperatorState::WrapUp { visit } => Some(visit),
        }
    }

    /// "Contribuyentes atendidos" on this local day (O8).
    #[must_use]
    pub fn attended(&self, day: CivilDay) -> u32 {
        if day != self.attended_on {
            return 0;
        }
        u32::try_from(self.attended.len()).unwrap_or(u32::MAX)
    }

    /// Name of the state, for errors and logs.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        match self.state {
            OperatorState::Off => "off",
            OperatorState::Inactive => "inactive",
            OperatorState::Seeking { .. } => "seeking",
            OperatorState::Assigned { .. } => "assigned",
            OperatorState::Started { .. } => "started",
            OperatorState::Called { .. } => "called",
            OperatorState::InCall { .. } => "in call",
            OperatorState::WrapUp { .. } => "in wrap-up",
        }
    }

    /// Takes away what the new configuration no longer lets him attend.
    pub(crate) fn keep_services(&mut self, allowed: &[ServiceId]) {
        self.available.retain(|service| allowed.contains(service));
        if self.visit().is_none() && self.available.is_empty() {
            self.state = OperatorState::Off;
        }
    }

    /// Makes a fact about him, or about his visit, true.
    pub(crate) fn apply(&mut self, at: Timestamp, fact: &Fact) {
        match fact {
            Fact::OperatorLost { .. } => self.presence = Presence::Away { since: at },
            Fact::OperatorBack { .. } => self.presence = Presence::Here,
            Fact::AvailabilitySet {
                service, available, ..
            } => {
                self.set_available(*service, *available);
            }
            Fact::SeekingBegan { .. } => self.state = OperatorState::Seeking { since: at },
            Fact::SeekingEnded { .. } | Fact::PlaceRestored { .. } => self.state = self.rest(),
            Fact::Assigned { visit, .. } => self.state = OperatorState::Assigned { visit: *visit },
            Fact::Started { visit, .. } => self.state = OperatorState::Started { visit: *visit },
            Fact::Called { visit } => self.state = OperatorState::Called { visit: *visit },
            Fact::Admitted { visit } | Fact::Resumed { visit, .. } => {
                self.state = OperatorState::InCall { visit: *visit };
            }
            Fact::MeetingEnded { visit, .. } | Fact::AbandonedAfterAssignment { visit, .. } => {
                self.state = OperatorState::WrapUp { visit: *visit };
            }
            Fact::Closed { then, .. } => {
                self.state = match then {
                    AfterClose::Seek => OperatorState::Seeking { since: at },
                    AfterClose::Interrupt => self.rest(),
                };
            }
            Fact::Entered { visit, day, .. } => self.count(*visit, *day),
            Fact::Configured { .. }
            | Fact::TurnTaken { .. }
            | Fact::NoticeAccepted { .. }
            | Fact::Confirmed { .. }
            | Fact::Interrupted { .. }
            | Fact::Returned { .. }
            | Fact::Abandoned { .. }
            | Fact::Expired { .. }
            | Fact::Forgotten { .. }
            | Fact::LineLost { .. }
            | Fact::LineBack { .. }
            | Fact::RecordingStarted { .. }
            | Fact::RecordingFailed { .. }
            | Fact::RecordingStopped { .. }
            | Fact::ChatSent { .. }
            | Fact::FileKept { .. }
            | Fact::Extended { .. }
            | Fact::LineJudged { .. }
            | Fact::GuestInvited { .. }
            | Fact::GuestAccepted { .. }
            | Fact::GuestAdmitted { .. }
            | Fact::GuestSentBack { .. }
            | Fact::GuestLeft { .. }
            | Fact::GuestRemoved { .. }
            | Fact::ServerRestarted => {}
        }
    }

    fn set_available(&mut self, service: ServiceId, available: bool) {
        if available {
            self.available.insert(service);
        } else {
            self.available.remove(&service);
        }
        if matches!(self.state, OperatorState::Off | OperatorState::Inactive) {
            self.state = self.rest();
        }
    }

    fn rest(&self) -> OperatorState {
        if self.available.is_empty() {
            OperatorState::Off
        } else {
            OperatorState::Inactive
        }
    }

    fn count(&mut self, visit: VisitId, day: CivilDay) {
        if self.attended_on != day {
            self.attended_on = day;
            self.attended.clear();
        }
        self.attended.insert(visit);
    }
}
