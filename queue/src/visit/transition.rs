//! What a fact makes of a visit's state. None: the fact does not follow from the state.

use super::{
    Acceptance, Arrival, EndedFrom, Meeting, Pairing, Readiness, Recording, Ticket, VisitState,
};
use crate::{
    command::VisitResult,
    event::{EndCause, Fact, InterruptionCause},
    id::{DisplayCode, OperatorId},
    time::Timestamp,
};

impl VisitState {
    pub(super) fn after(self, at: Timestamp, fact: &Fact) -> Option<Self> {
        match fact {
            Fact::Confirmed { display, .. } => self.confirmed(at, *display),
            Fact::Assigned { operator, .. } => {
                let Self::Waiting { ticket } = self else {
                    return None;
                };
                let pairing = Pairing {
                    operator: *operator,
                    since: at,
                };
                Some(Self::Assigned {
                    ticket,
                    pairing,
                    ready: Readiness::Neither,
                })
            }
            Fact::PlaceRestored { .. } => {
                let Self::Assigned { ticket, .. } = self else {
                    return None;
                };
                Some(Self::Waiting { ticket })
            }
            Fact::Entered { acceptance, .. } => self.readier(|ready| ready.entered(acceptance)),
            Fact::Started { .. } => self.readier(|ready| ready.started(at)),
            Fact::Called { .. } => self.called(),
            Fact::Admitted { .. } => self.admitted(at),
            Fact::Interrupted { cause, .. } => self.interrupted(at, *cause),
            Fact::Returned { .. } => self.returned(),
            Fact::Resumed { .. } => self.resumed(),
            Fact::MeetingEnded { cause, .. } => self.ended(at, *cause),
            Fact::AbandonedAfterAssignment { .. } => self.abandon_pending(at),
            Fact::Closed {
                operator, result, ..
            } => self.closed(at, *operator, *result),
            Fact::Abandoned { cause, .. } => {
                self.left_before_assignment(Self::Abandoned { cause: *cause, at })
            }
            Fact::Expired { .. } => self.left_before_assignment(Self::Expired { at }),
            Fact::LineLost { .. }
            | Fact::LineBack { .. }
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
            | Fact::RecordingStarted { .. }
            | Fact::RecordingStopped { .. }
            | Fact::RecordingFailed { .. }
            | Fact::NoticeAccepted { .. }
            | Fact::Configured { .. }
            | Fact::TurnTaken { .. }
            | Fact::Forgotten { .. }
            | Fact::AvailabilitySet { .. }
            | Fact::SeekingBegan { .. }
            | Fact::SeekingEnded { .. }
            | Fact::OperatorLost { .. }
            | Fact::OperatorBack { .. }
            | Fact::ServerRestarted => Some(self),
        }
    }

    fn confirmed(self, at: Timestamp, display: DisplayCode) -> Option<Self> {
        let Self::Verifying { accepted, .. } = self else {
            return None;
        };
        let since = at;
        Some(Self::Waiting {
            ticket: Ticket {
                display,
                since,
                accepted,
            },
        })
    }

    fn readier(self, next: impl FnOnce(Readiness) -> Option<Readiness>) -> Option<Self> {
        let Self::Assigned {
            ticket,
            pairing,
            ready,
        } = self
        else {
            return None;
        };
        Some(Self::Assigned {
            ticket,
            pairing,
            ready: next(ready)?,
        })
    }

    fn called(self) -> Option<Self> {
        let Self::Assigned {
            ticket,
            pairing,
            ready: Readiness::Both(meeting),
        } = self
        else {
            return None;
        };
        Some(Self::Called {
            ticket,
            pairing,
            meeting,
            arrival: Arrival::First,
        })
    }

    fn admitted(self, at: Timestamp) -> Option<Self> {
        let Self::Called {
            ticket,
            pairing,
            meeting,
            arrival,
        } = self
        else {
            return None;
        };
        let since = match arrival {
            Arrival::First => at,
            Arrival::Back { call_since } => call_since,
        };
        Some(Self::InCall {
            ticket,
            pairing,
            meeting,
            since,
            recording: Recording::Off,
        })
    }

    fn interrupted(self, at: Timestamp, cause: InterruptionCause) -> Option<Self> {
        // Recording is stopped first, by a fact of its own.
        let Self::InCall {
            ticket,
            pairing,
            meeting,
            since: call_since,
            recording: Recording::Off | Recording::Failed(_),
        } = self
        else {
            return None;
        };
        Some(Self::Interrupted {
            ticket,
            pairing,
            meeting,
            call_since,
            cause,
            since: at,
        })
    }

    fn returned(self) -> Option<Self> {
        let Self::Interrupted {
            ticket,
            pairing,
            meeting,
            call_since,
            ..
        } = self
        else {
            return None;
        };
        Some(Self::Called {
            ticket,
            pairing,
            meeting,
            arrival: Arrival::Back { call_since },
        })
    }

    fn resumed(self) -> Option<Self> {
        match self {
            Self::Interrupted {
                ticket,
                pairing,
                meeting,
                call_since: since,
                ..
            }
            | Self::Ended {
                ticket,
                pairing,
                from: EndedFrom::Call { meeting, since },
                ..
            } => Some(Self::InCall {
                ticket,
                pairing,
                meeting,
                since,
                recording: Recording::Off,
            }),
            Self::Verifying { .. }
            | Self::Waiting { .. }
            | Self::Assigned { .. }
            | Self::Called { .. }
            | Self::InCall { .. }
            | Self::AbandonPending { .. }
            | Self::Ended { .. }
            | Self::Closed { .. }
            | Self::Abandoned { .. }
            | Self::Expired { .. } => None,
        }
    }

    fn ended(self, at: Timestamp, cause: EndCause) -> Option<Self> {
        let (ticket, pairing, from) = match self {
            Self::Assigned {
                ticket, pairing, ..
            } => (ticket, pairing, EndedFrom::Assigned),
            Self::Called {
                ticket,
                pairing,
                arrival: Arrival::First,
                ..
            } => (ticket, pairing, EndedFrom::Lobby),
            Self::Called {
                ticket,
                pairing,
                meeting,
                arrival: Arrival::Back { call_since },
            }
            | Self::Interrupted {
                ticket,
                pairing,
                meeting,
                call_since,
                ..
            }
            | Self::InCall {
                ticket,
                pairing,
                meeting,
                since: call_since,
                recording: Recording::Off | Recording::Failed(_),
            } => (
                ticket,
                pairing,
                EndedFrom::Call {
                    meeting,
                    since: call_since,
                },
            ),
            Self::Verifying { .. }
            | Self::Waiting { .. }
            | Self::InCall { .. }
            | Self::AbandonPending { .. }
            | Self::Ended { .. }
            | Self::Closed { .. }
            | Self::Abandoned { .. }
            | Self::Expired { .. } => return None,
        };
        Some(Self::Ended {
            ticket,
            pairing,
            from,
            cause,
            since: at,
        })
    }

    fn abandon_pending(self, at: Timestamp) -> Option<Self> {
        match self {
            Self::Assigned {
                ticket, pairing, ..
            }
            | Self::Called {
                ticket,
                pairing,
                arrival: Arrival::First,
                ..
            } => Some(Self::AbandonPending {
                ticket,
                pairing,
                since: at,
            }),
            Self::Verifying { .. }
            | Self::Waiting { .. }
            | Self::Called { .. }
            | Self::InCall { .. }
            | Self::Interrupted { .. }
            | Self::AbandonPending { .. }
            | Self::Ended { .. }
            | Self::Closed { .. }
            | Self::Abandoned { .. }
            | Self::Expired { .. } => None,
        }
    }

    fn closed(self, at: Timestamp, operator: OperatorId, result: VisitResult) -> Option<Self> {
        match self {
            Self::Ended { ticket, .. } | Self::AbandonPending { ticket, .. } => {
                Some(Self::Closed {
                    ticket,
                    operator,
                    result,
                    at,
                })
            }
            Self::Verifying { .. }
            | Self::Waiting { .. }
            | Self::Assigned { .. }
            | Self::Called { .. }
            | Self::InCall { .. }
            | Self::Interrupted { .. }
            | Self::Closed { .. }
            | Self::Abandoned { .. }
            | Self::Expired { .. } => None,
        }
    }

    fn left_before_assignment(self, left: Self) -> Option<Self> {
        match self {
            Self::Verifying { .. } | Self::Waiting { .. } => Some(left),
            Self::Assigned { .. }
            | Self::Called { .. }
            | Self::InCall { .. }
            | Self::Interrupted { .. }
            | Self::AbandonPending { .. }
            | Self::Ended { .. }
            | Self::Closed { .. }
            | Self::Abandoned { .. }
            | Self::Expired { .. } => None,
        }
    }
}

impl Readiness {
    fn entered(self, acceptance: &Acceptance) -> Option<Self> {
        let acceptance = acceptance.clone();
        match self {
            Self::Neither => Some(Self::Entered(acceptance)),
            Self::Started(started_at) => Some(Self::Both(Meeting {
                acceptance,
                started_at,
            })),
            Self::Entered(_) | Self::Both(_) => None,
        }
    }

    fn started(self, started_at: Timestamp) -> Option<Self> {
        match self {
            Self::Neither => Some(Self::Started(started_at)),
            Self::Entered(acceptance) => Some(Self::Both(Meeting {
                acceptance,
                started_at,
            })),
            Self::Started(_) | Self::Both(_) => None,
        }
    }
}
