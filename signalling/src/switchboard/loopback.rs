//! The equipment test of the device check: a room of one page, whose two connections send to and receive from each other. It
//! belongs to no call: nobody else is ever in it, and nothing of it is recorded.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use media::control::{Command, Event, PeerId, RECEIVES_ONLY, RoomId};
use queue::{VisitId, VisitState};

use super::{Moment, Output, Switchboard};
use crate::{
    call::CITIZEN,
    connection::{Costly, Person},
    protocol::{
        call::{Refusal, RefusalCode},
        citizen::{LoopbackWay, ToCitizen},
    },
    request::{ConnectionId, ToConnection},
};

/// A test takes some ten seconds; whoever looks at himself for longer has seen enough.
const LOOPBACK_MAX: Duration = Duration::from_secs(60);

/// Tests at one time, of the whole server: each costs as much as a call, and calls come first.
const LOOPBACKS_MAX: usize = 32;

/// The receiving connection is another participant than the sending one: nobody receives himself.
const RECEIVER: u8 = (CITIZEN + 1) | RECEIVES_ONLY;

/// All equipment tests that run.
#[derive(Debug, Default)]
pub(super) struct Loopbacks {
    running: HashMap<ConnectionId, Loopback>,
    peers: HashMap<PeerId, (ConnectionId, LoopbackWay)>,
}

#[derive(Debug)]
struct Loopback {
    room: RoomId,
    until: Instant,
}

impl Loopbacks {
    /// Whose test a peer belongs to.
    pub(super) fn of(&self, peer: PeerId) -> Option<ConnectionId> {
        self.peers.get(&peer).map(|(connection, _)| *connection)
    }
}

impl Switchboard {
    /// One of the two connections. The media plane answers, and lets it in at once: there is nobody to ask.
    pub(super) fn offer_loopback(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        (way, sdp): (LoopbackWay, String),
        now: Moment,
    ) -> Result<(), Refusal> {
        self.spend(connection, Costly::Offer, "loopback_offer", now.instant)?;
        self.check_verifies(visit)?;
        let is_new = !self.loopbacks.running.contains_key(&connection);
        if is_new && self.loopbacks.running.len() >= LOOPBACKS_MAX {
            return Err(Refusal::of(RefusalCode::Full, "loopback_offer"));
        }
        let next_room = &mut self.next_room;
        let loopback = { self.loopbacks.running.entry(connection) }.or_insert_with(|| {
            *next_room += 1;
            Loopback {
                room: RoomId(*next_room),
                until: now.instant + LOOPBACK_MAX,
            }
        });
        let peer = PeerId(self.next_peer);
        self.next_peer += 1;
        // The media plane replaces an earlier connection of the same participant by itself.
        self.loopbacks
            .peers
            .retain(|_, of| *of != (connection, way));
        self.loopbacks.peers.insert(peer, (connection, way));
        let participant = match way {
            LoopbackWay::Sends => CITIZEN,
            LoopbackWay::Receives => RECEIVER,
        };
        self.outputs.push_back(Output::Media(Command::Join {
            room: loopback.room,
            peer,
            participant,
            offer: sdp,
        }));
        Ok(())
    }

    fn check_verifies(&self, visit: VisitId) -> Result<(), Refusal> {
        let state = self.visit(visit);
        match state.map(|visit| &visit.state) {
            Some(VisitState::Verifying { .. }) => Ok(()),
            _ => Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "loopback_offer",
                state.map_or("no visit", queue::Visit::state_name),
                "verifying",
            )),
        }
    }

    /// The media plane says something of a peer of a test.
    pub(super) fn hear_loopback(
        &mut self,
        (connection, peer): (ConnectionId, PeerId),
        event: Event,
    ) {
        let Some((_, way)) = self.loopbacks.peers.get(&peer).copied() else {
            return;
        };
        match event {
            Event::Answered { answer: sdp, .. } => {
                let admitted = true;
                self.outputs
                    .push_back(Output::Media(Command::Admit { peer, admitted }));
                let answer = ToCitizen::LoopbackAnswer { way, sdp };
                self.outputs
                    .push_back(Output::Send(connection, ToConnection::Citizen(answer)));
            }
            Event::Refused { found, allowed, .. } => {
                self.drop_loopback((connection, peer));
                let refusal =
                    Refusal::because(RefusalCode::Offer, "loopback_offer", found, allowed);
                self.refuse(connection, refusal);
            }
            Event::Lost { .. } => self.drop_loopback((connection, peer)),
            // The page sees by itself what comes back.
            Event::Connected { .. } | Event::Slots { .. } | Event::Quality { .. } => {}
        }
    }

    /// One of the two connections is gone; a test without any has no place among the tests that run.
    fn drop_loopback(&mut self, (connection, peer): (ConnectionId, PeerId)) {
        self.loopbacks.peers.remove(&peer);
        if !self.loopbacks.peers.values().any(|of| of.0 == connection) {
            self.end_loopback(connection);
        }
    }

    /// A page has seen enough, or is gone.
    pub(super) fn end_loopback(&mut self, connection: ConnectionId) {
        if let Some(Loopback { room, .. }) = self.loopbacks.running.remove(&connection) {
            self.loopbacks.peers.retain(|_, of| of.0 != connection);
            self.outputs
                .push_back(Output::Media(Command::CloseRoom { room }));
        }
    }

    /// Tests that take too long, and those of whoever goes on to wait.
    pub(super) fn end_loopbacks(&mut self, now: Moment) {
        let over = self.loopbacks.running.iter().filter(|(connection, test)| {
            let person = self.connections.get(connection).map(|one| one.person);
            let verifies = match person {
                Some(Person::Citizen(visit)) => self.check_verifies(visit).is_ok(),
                _ => false,
            };
            now.instant >= test.until || !verifies
        });
        for connection in over.map(|(connection, _)| *connection).collect::<Vec<_>>() {
            self.end_loopback(connection);
        }
    }
}
