//! One WebSocket as the switchboard sees it: whose it is, whether it said hello, how fast it speaks, what it was shown last.
//!
//! Invariant: nothing is answered to a connection before its hello, and nothing is told twice in a row.

use std::time::{Duration, Instant};

use queue::{OfficeId, OperatorId, VisitId};

use crate::{
    bucket::{Bucket, Rate},
    machine::Machine,
    protocol::{
        citizen::{CitizenStep, CitizenView, ToCitizen},
        guest::{GuestStep, GuestView, ToGuest},
        machine::{CallStep, CallView, SoundView, ToMachine},
        operator::{OperatorStep, OperatorView, ToOperator},
    },
    request::ToConnection,
    session::SessionHash,
};

/// A connection must say hello within this time: a browser does it in the first round trip.
pub(crate) const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that is silent for this long is closed: clients ping once a second, and a browser that put a page to sleep
/// still wakes it once a minute.
pub(crate) const SILENCE_TIMEOUT: Duration = Duration::from_secs(150);

/// Offers of one connection: each makes the media plane build a peer, and a browser that fails tries again after seconds.
pub(crate) const OFFERS: Rate = Rate {
    burst: 4,
    every: Duration::from_secs(2),
};

/// Lines of chat of one connection, faster than anybody types: each is kept, and fills the other person's outbox.
const CHAT: Rate = Rate {
    burst: 10,
    every: Duration::from_millis(500),
};

/// Changes of devices that are shown at once; of what comes faster only the last is shown, with the next tick.
const DEVICES: Rate = Rate {
    burst: 4,
    every: Duration::from_millis(500),
};

/// Changes of a line that is written in real time: a page sends one each 300 ms at the most.
const LIVE_TEXT: Rate = Rate {
    burst: 12,
    every: Duration::from_millis(100),
};

/// What one person asks another: a few clicks in a row, each of which makes the other's screen speak.
const ASKS: Rate = Rate {
    burst: 4,
    every: Duration::from_secs(2),
};

/// What has a rate of its own, tighter than that of messages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Costly {
    /// An offer.
    Offer,
    /// A line of chat.
    Chat,
    /// A change of devices.
    Devices,
    /// A change of a line that is written in real time.
    LiveText,
    /// A question to another person, and its answer.
    Ask,
}

/// Whom a connection belongs to.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Person {
    /// The citizen of a visit.
    Citizen(VisitId),
    /// An operator of an office.
    Operator(OfficeId, OperatorId),
    /// A guest of a visit, by his number.
    Guest(VisitId, u8),
    /// Somebody's second machine.
    Machine(Machine),
}

/// Where a connection stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Opened; nothing but hello is heard.
    Opened,
    /// Greeted; the last view that was sent.
    Greeted(Option<Box<View>>),
    /// Told to close; nothing more is heard or said.
    Closing,
}

/// All that a person's screen shows but for media and chat.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum View {
    /// A citizen's.
    Citizen(CitizenView),
    /// An operator's.
    Operator(OperatorView),
    /// A guest's.
    Guest(GuestView),
    /// An operator's call, without the console.
    Call(CallView),
    /// A person's sound.
    Sound(SoundView),
}

impl View {
    /// The page is asked for an offer.
    pub(crate) fn offer_wanted(&self) -> bool {
        match self {
            Self::Citizen(view) => view.offer_wanted,
            Self::Operator(view) => view.offer_wanted,
            Self::Guest(view) => view.offer_wanted,
            Self::Call(view) => view.offer_wanted,
            Self::Sound(view) => view.offer_wanted,
        }
    }

    /// The page makes a connection now, or may for a test of its line: it needs to know of the relay.
    pub(crate) fn may_offer(&self) -> bool {
        let verifies =
            matches!(self, Self::Citizen(view) if view.step == CitizenStep::Verifying {});
        verifies || self.offer_wanted()
    }

    /// The person is in the call.
    pub(crate) fn in_call(&self) -> bool {
        match self {
            Self::Citizen(view) => matches!(view.step, CitizenStep::InCall { .. }),
            Self::Operator(view) => matches!(view.step, OperatorStep::InCall { .. }),
            Self::Guest(view) => matches!(view.step, GuestStep::InCall { .. }),
            Self::Call(view) => matches!(view.step, CallStep::InCall { .. }),
            // A telephone has no part in what is written.
            Self::Sound(_) => false,
        }
    }

    /// As it is sent.
    pub(crate) fn into_message(self) -> ToConnection {
        match self {
            Self::Citizen(view) => ToConnection::Citizen(ToCitizen::Visit { view }),
            Self::Operator(view) => ToConnection::Operator(ToOperator::Console { view }),
            Self::Guest(view) => ToConnection::Guest(ToGuest::Visit { view }),
            Self::Call(view) => ToConnection::Machine(ToMachine::Call { view }),
            Self::Sound(view) => ToConnection::Machine(ToMachine::Sound { view }),
        }
    }
}

/// One WebSocket.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// Whose it is.
    pub(crate) person: Person,
    /// The session it was opened with: it ends with it.
    pub(crate) session: SessionHash,
    /// Where it stands.
    pub(crate) stage: Stage,
    bucket: Bucket,
    offers: Bucket,
    chat: Bucket,
    devices: Bucket,
    live_text: Bucket,
    asks: Bucket,
    opened: Instant,
    heard: Instant,
}

impl Connection {
    /// A connection that was just opened with a session of this person.
    pub(crate) fn new(person: Person, session: SessionHash, now: Instant) -> Self {
        Self {
            person,
            session,
            stage: Stage::Opened,
            bucket: Bucket::new(now),
            offers: Bucket::new(now),
            chat: Bucket::new(now),
            devices: Bucket::new(now),
            live_text: Bucket::new(now),
            asks: Bucket::new(now),
            opened: now,
            heard: now,
        }
    }

    /// Counts one message; false when they come too fast.
    pub(crate) fn hear(&mut self, rate: Rate, now: Instant) -> bool {
        self.heard = now;
        self.bucket.take(rate, now)
    }

    /// Counts something that costs others; false when it comes too fast.
    pub(crate) fn spend(&mut self, what: Costly, now: Instant) -> bool {
        match what {
            Costly::Offer => self.offers.take(OFFERS, now),
            Costly::Chat => self.chat.take(CHAT, now),
            Costly::Devices => self.devices.take(DEVICES, now),
            Costly::LiveText => self.live_text.take(LIVE_TEXT, now),
            Costly::Ask => self.asks.take(ASKS, now),
        }
    }

    /// It has been silent for too long: without hello, or altogether.
    pub(crate) fn is_overdue(&self, now: Instant) -> bool {
        match self.stage {
            Stage::Opened => now >= self.opened + HELLO_TIMEOUT,
            Stage::Greeted(_) => now >= self.heard + SILENCE_TIMEOUT,
            Stage::Closing => false,
        }
    }
}
