//! The seat of one person: which device holds it, and which connection speaks for it now. The queue owns where the visit or
//! the operator stands; a seat only says whether somebody sits there.
//!
//! Invariant: at most one connection speaks for a person, and a citizen's seat is taken from a live device by nobody (C18).

use std::time::{Duration, Instant};

use crate::{
    protocol::{
        call::{DeviceState, DeviceStates},
        citizen::LineTest,
    },
    request::ConnectionId,
};

/// A device that was not heard for this long has lost its lease: three times the five seconds that a phone's browser may
/// pause a page's timers, and clients speak once a second.
pub(crate) const LEASE_TTL: Duration = Duration::from_secs(15);

/// What a new device may do to the one that holds the seat.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Takeover {
    /// A citizen's: it waits until the lease of the first has run out.
    WhenLapsed,
    /// An operator's: it takes over at once, whoever signed in last works here.
    AtOnce,
}

/// Another device holds the seat, alive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Taken;

/// One person's seat.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    device: Option<String>,
    connection: Option<ConnectionId>,
    heard: Instant,
    away_since: Instant,
    /// Language of the screen, as the last hello said.
    pub(crate) language: String,
    /// What the browser says of its devices.
    pub(crate) devices: DeviceStates,
    /// What it said since, too fast to be shown at once: the next tick shows it.
    pub(crate) devices_next: Option<DeviceStates>,
    /// What the browser's test of its line found.
    pub(crate) line_test: Option<LineTest>,
}

impl Seat {
    /// An empty seat.
    pub(crate) fn new(now: Instant) -> Self {
        let devices = DeviceStates {
            camera: DeviceState::Off,
            microphone: DeviceState::Off,
        };
        Self {
            device: None,
            connection: None,
            heard: now,
            away_since: now,
            language: String::new(),
            devices,
            devices_next: None,
            line_test: None,
        }
    }

    /// A connection says hello for `device`; returns the connection that it replaces.
    pub(crate) fn sit(
        &mut self,
        device: &str,
        connection: ConnectionId,
        takeover: Takeover,
        now: Instant,
    ) -> Result<Option<ConnectionId>, Taken> {
        let same = self.device.as_deref() == Some(device);
        let alive = self.device.is_some() && now < self.heard + LEASE_TTL;
        match takeover {
            Takeover::WhenLapsed if alive && !same => return Err(Taken),
            Takeover::WhenLapsed | Takeover::AtOnce => {}
        }
        let replaced = self.connection.replace(connection);
        assert!(replaced != Some(connection), "a connection says hello once");
        self.device = Some(device.to_owned());
        self.heard = now;
        Ok(replaced)
    }

    /// The person's connection said something.
    pub(crate) fn hear(&mut self, now: Instant) {
        self.heard = now;
    }

    /// A connection is gone; true when it was the one that spoke for this seat.
    pub(crate) fn leave(&mut self, connection: ConnectionId, now: Instant) -> bool {
        if self.connection != Some(connection) {
            return false;
        }
        self.connection = None;
        self.away_since = now;
        true
    }

    /// Who speaks for the person now.
    pub(crate) fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// Since when nobody speaks for the person; none while somebody does.
    pub(crate) fn away_since(&self) -> Option<Instant> {
        self.connection.is_none().then_some(self.away_since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: ConnectionId = ConnectionId(1);
    const SECOND: ConnectionId = ConnectionId(2);

    #[expect(
        clippy::disallowed_methods,
        reason = "a base for virtual time; nothing depends on its value"
    )]
    fn seated(takeover: Takeover) -> (Seat, Instant) {
        let now = Instant::now();
        let mut seat = Seat::new(now);
        assert_eq!(seat.sit("phone", FIRST, takeover, now), Ok(None));
        (seat, now)
    }

    #[test]
    fn the_same_device_takes_its_own_seat_back() {
        let (mut seat, now) = seated(Takeover::WhenLapsed);
        assert_eq!(
            seat.sit("phone", SECOND, Takeover::WhenLapsed, now),
            Ok(Some(FIRST))
        );
        assert!(
            !seat.leave(FIRST, now),
            "the replaced connection no longer speaks for the seat"
        );
        assert_eq!(seat.connection(), Some(SECOND));
    }

    #[test]
    fn another_device_waits_for_the_lease_of_the_first() {
        let (mut seat, now) = seated(Takeover::WhenLapsed);
        seat.hear(now + Duration::from_secs(10));
        assert!(seat.leave(FIRST, now + Duration::from_secs(11)));
        let lapses = now + Duration::from_secs(10) + LEASE_TTL;
        assert_eq!(
            seat.sit(
                "laptop",
                SECOND,
                Takeover::WhenLapsed,
                lapses - Duration::from_millis(1)
            ),
            Err(Taken)
        );
        assert_eq!(
            seat.sit("laptop", SECOND, Takeover::WhenLapsed, lapses),
            Ok(None)
        );
    }

    #[test]
    fn an_operators_new_device_takes_over_at_once() {
        let (mut seat, now) = seated(Takeover::AtOnce);
        assert_eq!(
            seat.sit("laptop", SECOND, Takeover::AtOnce, now),
            Ok(Some(FIRST))
        );
    }

    #[test]
    fn a_seat_is_away_from_the_moment_its_connection_went() {
        let (mut seat, now) = seated(Takeover::WhenLapsed);
        assert_eq!(seat.away_since(), None);
        assert!(seat.leave(FIRST, now + Duration::from_secs(3)));
        assert_eq!(seat.away_since(), Some(now + Duration::from_secs(3)));
    }
}
