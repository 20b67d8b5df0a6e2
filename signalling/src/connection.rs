//! One WebSocket as the switchboard sees it: whose it is, whether it said hello, how fast it speaks, what it was shown last.
//!
//! Invariant: nothing is answered to a connection before its hello, and nothing is told twice in a row.

use std::time::{Duration, Instant};

use queue::{OfficeId, OperatorId, VisitId};

use crate::{
    bucket::{Bucket, Rate},
    protocol::{citizen::CitizenView, operator::OperatorView},
};

/// A connection must say hello within this time: a browser does it in the first round trip.
pub(crate) const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that is silent for this long is closed: clients ping once a second, and a browser that put a page to sleep
/// still wakes it once a minute.
pub(crate) const SILENCE_TIMEOUT: Duration = Duration::from_secs(150);

/// Whom a connection belongs to.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Person {
    /// The citizen of a visit.
    Citizen(VisitId),
    /// An operator of an office.
    Operator(OfficeId, OperatorId),
}

/// Where a connection stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Opened; nothing but hello is heard.
    Opened,
    /// A citizen's, with the last view sent.
    Citizen(Option<Box<CitizenView>>),
    /// An operator's, with the last view sent.
    Operator(Option<Box<OperatorView>>),
    /// Told to close; nothing more is heard or said.
    Closing,
}

/// One WebSocket.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// Whose it is.
    pub(crate) person: Person,
    /// Where it stands.
    pub(crate) stage: Stage,
    bucket: Bucket,
    opened: Instant,
    heard: Instant,
}

impl Connection {
    /// A connection that was just opened with a session of this person.
    pub(crate) fn new(person: Person, now: Instant) -> Self {
        Self {
            person,
            stage: Stage::Opened,
            bucket: Bucket::new(now),
            opened: now,
            heard: now,
        }
    }

    /// Counts one message; false when they come too fast.
    pub(crate) fn hear(&mut self, rate: Rate, now: Instant) -> bool {
        self.heard = now;
        self.bucket.take(rate, now)
    }

    /// It has been silent for too long: without hello, or altogether.
    pub(crate) fn is_overdue(&self, now: Instant) -> bool {
        match self.stage {
            Stage::Opened => now >= self.opened + HELLO_TIMEOUT,
            Stage::Citizen(_) | Stage::Operator(_) => now >= self.heard + SILENCE_TIMEOUT,
            Stage::Closing => false,
        }
    }
}
