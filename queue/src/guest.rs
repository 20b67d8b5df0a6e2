//! The guests of a visit (C23): invited by one of the two, let in by the operator, each under a number of his own.
//!
//! Left to others: the link's secret, the name (signalling, sealed). Invariants: a number is never given to another person
//! of the same visit; nobody waits who has not accepted the notice, and nobody is let in who did not wait.

use serde::{Deserialize, Serialize};

use crate::{event::Fact, id::Notice, time::Timestamp, visit::Acceptance};

/// Number of the first guest within a visit: 1 is the citizen, 2 the operator.
pub const GUEST_FIRST: u8 = 3;

/// Guests of a visit at one time, invited ones included: a call has six people at the most (C21).
pub const GUESTS_MAX: usize = 4;

/// Invitations of a visit in all: each place given, and given anew twice; with more, links would be sprayed.
pub const INVITATIONS_MAX: usize = 12;

/// What a guest is there for (§6, 9).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestRole {
    /// Acompañante.
    Companion,
    /// Intérprete, of another language or of signs.
    Interpreter,
    /// Representante: acts for the citizen, where the service allows it.
    Representative,
}

/// One guest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Guest {
    /// Number within the visit.
    pub number: u8,
    /// What he is there for.
    pub role: GuestRole,
    /// Where he stands.
    pub state: GuestState,
    /// He was let in at some time.
    pub attended: bool,
}

/// Where a guest stands.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestState {
    /// There is a link for him.
    Invited,
    /// He has accepted the notice and waits to be let in.
    Waiting {
        /// What he accepted.
        acceptance: Acceptance,
    },
    /// Let in: he is in the call whenever the visit is.
    Admitted {
        /// What he accepted.
        acceptance: Acceptance,
    },
    /// He left by himself; his link is of no use any more.
    Left,
    /// He was sent away, or his link taken back.
    Removed,
}

/// What can be asked about the guests of a visit.
#[derive(Clone, Debug, PartialEq)]
pub enum GuestCommand {
    /// "Compartir videollamada": a new guest, under the next number.
    Invite {
        /// What for.
        role: GuestRole,
    },
    /// He accepts the notice.
    Accept {
        /// Who.
        guest: u8,
        /// The text that was on his screen.
        notice: Notice,
    },
    /// The operator lets him in.
    Admit {
        /// Who.
        guest: u8,
    },
    /// The operator sends him back to wait.
    SendBack {
        /// Who.
        guest: u8,
    },
    /// He leaves.
    Leave {
        /// Who.
        guest: u8,
    },
    /// The operator sends him away, or takes the link back.
    Remove {
        /// Who.
        guest: u8,
    },
}

impl Guest {
    /// Neither gone nor sent away.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.state, GuestState::Left | GuestState::Removed)
    }

    /// Let in.
    #[must_use]
    pub fn is_admitted(&self) -> bool {
        matches!(self.state, GuestState::Admitted { .. })
    }

    /// Name of the state, for errors and logs.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        match self.state {
            GuestState::Invited => "invited",
            GuestState::Waiting { .. } => "waiting",
            GuestState::Admitted { .. } => "admitted",
            GuestState::Left => "gone",
            GuestState::Removed => "removed",
        }
    }
}

/// All guests of a visit, those who are gone included, by number.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Guests(Vec<Guest>);

impl Guests {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Guest> {
        self.0.iter()
    }

    /// Those who are neither gone nor sent away.
    pub fn open(&self) -> impl Iterator<Item = &Guest> {
        self.iter().filter(|guest| guest.is_open())
    }

    /// Those who are let in.
    pub fn admitted(&self) -> impl Iterator<Item = &Guest> {
        self.iter().filter(|guest| guest.is_admitted())
    }

    /// The one of this number.
    #[must_use]
    pub fn get(&self, number: u8) -> Option<&Guest> {
        self.iter().find(|guest| guest.number == number)
    }

    /// Invitations so far.
    #[must_use]
    pub fn invitations(&self) -> usize {
        self.0.len()
    }

    /// Number of the next one.
    pub(crate) fn next(&self) -> u8 {
        self.0
            .last()
            .map_or(GUEST_FIRST, |last| last.number.saturating_add(1))
    }

    /// Makes a fact about a guest true; false when it does not follow.
    pub(crate) fn apply(&mut self, at: Timestamp, fact: &Fact) -> bool {
        if let Fact::GuestInvited { guest, role, .. } = fact {
            let follows = *guest == self.next();
            self.0.push(Guest {
                number: *guest,
                role: *role,
                state: GuestState::Invited,
                attended: false,
            });
            return follows;
        }
        let known = fact
            .guest()
            .and_then(|number| self.0.iter_mut().find(|guest| guest.number == number));
        let Some(known) = known else { return false };
        let Some(state) = known.state.clone().after(at, fact) else {
            return false;
        };
        known.attended |= matches!(state, GuestState::Admitted { .. });
        known.state = state;
        true
    }
}

impl GuestState {
    /// What a fact makes of it. None: the fact does not follow.
    fn after(self, at: Timestamp, fact: &Fact) -> Option<Self> {
        let is_open = !matches!(self, Self::Left | Self::Removed);
        if matches!(fact, Fact::GuestLeft { .. }) {
            return is_open.then_some(Self::Left);
        }
        if matches!(fact, Fact::GuestRemoved { .. }) {
            return is_open.then_some(Self::Removed);
        }
        match (self, fact) {
            (Self::Invited, Fact::GuestAccepted { notice, .. }) => Some(Self::Waiting {
                acceptance: Acceptance {
                    notice: notice.clone(),
                    at,
                },
            }),
            (Self::Waiting { acceptance }, Fact::GuestAdmitted { .. }) => {
                Some(Self::Admitted { acceptance })
            }
            (Self::Admitted { acceptance }, Fact::GuestSentBack { .. }) => {
                Some(Self::Waiting { acceptance })
            }
            (
                Self::Invited
                | Self::Waiting { .. }
                | Self::Admitted { .. }
                | Self::Left
                | Self::Removed,
                _,
            ) => None,
        }
    }
}
