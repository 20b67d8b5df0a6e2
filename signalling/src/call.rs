//! One call: the room of a visit in the media plane, its peers, and the recording. The queue says who should be in it; a call
//! compares that with what it has ordered so far, and orders the difference.
//!
//! Invariants: nobody is let in and nothing is recorded but by a fact that is already kept; a log is open before the first
//! packet is captured, and every capture has ended before the log is closed.

use std::{collections::BTreeMap, time::Instant};

use media::control::{Command, PeerId, RECEIVES_ONLY, RoomId, SOUND};
use queue::{Timestamp, VisitId};

use crate::{bucket::Bucket, connection::OFFERS, protocol::call::Slot};

mod beside;
mod peer;

use beside::Beside;
pub(crate) use peer::{Offerer, Peer, PeerStage};

/// Participant's number of the citizen in every visit.
pub const CITIZEN: u8 = 1;

/// Participant's number of the operator in every visit.
pub const OPERATOR: u8 = 2;

/// What the recorder is asked for. A record is named by its visit; its key is the keyring's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RecordCommand {
    /// A recorded interval begins.
    Open {
        /// Record.
        visit: VisitId,
        /// Interval, from 1, as in the queue's facts.
        interval: u32,
        /// When.
        at: Timestamp,
    },
    /// The open interval ends.
    Close {
        /// Record.
        visit: VisitId,
    },
}

/// What a call orders.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    /// Of the media plane.
    Media(Command),
    /// Of the recorder.
    Record(RecordCommand),
}

/// Participants, as a set of their numbers within the visit.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct People(u32);

impl People {
    /// Takes somebody in. A visit has fourteen numbers at the most: two, and one for each invitation.
    pub(crate) fn with(self, participant: u8) -> Self {
        const { assert!((OPERATOR as usize) + queue::INVITATIONS_MAX < 32) };
        Self(self.0 | Self::bit(participant))
    }

    fn has(self, participant: u8) -> bool {
        self.0 & Self::bit(participant) != 0
    }

    fn bit(participant: u8) -> u32 {
        1_u32.checked_shl(participant.into()).unwrap_or(0)
    }
}

/// What the queue says of a visit's room, after its last kept fact.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Wanted {
    /// Who belongs into the room.
    pub(crate) people: People,
    /// They are let in: they hear and see each other.
    pub(crate) admitted: bool,
    /// The recorded interval that runs.
    pub(crate) interval: Option<u32>,
}

impl Wanted {
    /// This participant belongs into the room.
    pub(crate) fn has(self, participant: u8) -> bool {
        self.people.has(participant & !(RECEIVES_ONLY | SOUND))
    }
}

/// The room of one visit.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    visit: VisitId,
    room: RoomId,
    peers: BTreeMap<u8, Peer>,
    open_interval: Option<u32>,
    /// Whose screen is seen: one at a time.
    sharing: Option<u8>,
    /// Offers of programs: as costly as those of pages, which have a rate for each connection.
    program_offers: Option<Bucket>,
    /// What goes on beside the media.
    pub(crate) beside: Beside,
}

impl Call {
    /// An empty room.
    pub(crate) fn new(visit: VisitId, room: RoomId) -> Self {
        Self {
            visit,
            room,
            peers: BTreeMap::new(),
            open_interval: None,
            sharing: None,
            program_offers: None,
            beside: Beside::default(),
        }
    }

    /// Its name in the media plane.
    pub(crate) fn room(&self) -> RoomId {
        self.room
    }

    /// A program offers; tells whether that is not too soon after the last ones.
    pub(crate) fn take_program_offer(&mut self, now: Instant) -> bool {
        let offers = self.program_offers.get_or_insert_with(|| Bucket::new(now));
        offers.take(OFFERS, now)
    }

    /// Whose screen is seen.
    pub(crate) fn sharing(&self) -> Option<u8> {
        self.sharing
    }

    /// A participant's screen is seen from now on; none: nobody's.
    pub(crate) fn share(&mut self, participant: Option<u8>) {
        self.sharing = participant;
    }

    /// The participant's peer.
    pub(crate) fn peer(&self, participant: u8) -> Option<&Peer> {
        self.peers.get(&participant)
    }

    /// The peer of this name.
    pub(crate) fn peer_mut(&mut self, id: PeerId) -> Option<&mut Peer> {
        self.peers.values_mut().find(|peer| peer.id == id)
    }

    /// Whose peer this is.
    pub(crate) fn participant(&self, id: PeerId) -> Option<u8> {
        let mut peers = self.peers.iter();
        let found = peers.find(|(_, peer)| peer.id == id);
        found.map(|(participant, _)| *participant)
    }

    /// A participant connects anew; the media plane drops his earlier peer by itself. Returns that peer's name.
    pub(crate) fn join(
        &mut self,
        participant: u8,
        peer: Peer,
        offer: String,
        orders: &mut Vec<Order>,
    ) -> Option<PeerId> {
        let join = Command::Join {
            room: self.room,
            peer: peer.id,
            participant,
            offer,
        };
        orders.push(Order::Media(join));
        self.peers
            .insert(participant, peer)
            .map(|replaced| replaced.id)
    }

    /// A participant's page came back by another connection and still has the peer of this attempt: returns who is in its
    /// slots. None when the media plane has no such peer.
    pub(crate) fn keep(
        &mut self,
        participant: u8,
        attempt: u32,
        by: Offerer,
    ) -> Option<(PeerId, Vec<Slot>)> {
        let peer = self.peers.get_mut(&participant)?;
        // A page that has the peer is the same page, or the same machine's.
        let is_same = match (&peer.by, &by) {
            (Offerer::Page(_), Offerer::Page(_)) | (Offerer::Machine(_), Offerer::Machine(_)) => {
                true
            }
            (
                Offerer::Page(_) | Offerer::Machine(_) | Offerer::Asking | Offerer::Program { .. },
                _,
            ) => false,
        };
        if !is_same || peer.attempt != attempt || peer.stage == PeerStage::Joining {
            return None;
        }
        peer.by = by;
        Some((peer.id, peer.slots.clone()))
    }

    /// The participant's media is a program's.
    pub(crate) fn is_programs(&self, participant: u8) -> bool {
        let peer = self.peers.get(&participant);
        peer.is_some_and(|peer| peer.by.connection().is_none())
    }

    /// The participant is heard by telephone.
    pub(crate) fn is_by_phone(&self, participant: u8) -> bool {
        self.peer(participant | SOUND)
            .is_some_and(|peer| peer.admitted)
    }

    /// A participant's peer is of no use any more.
    pub(crate) fn leave(&mut self, participant: u8, orders: &mut Vec<Order>) -> Option<PeerId> {
        let peer = self.peers.remove(&participant)?;
        orders.push(Order::Media(Command::Leave { peer: peer.id }));
        Some(peer.id)
    }

    /// The media plane says that this peer exists no longer; returns whose it was.
    pub(crate) fn forget(&mut self, id: PeerId) -> Option<u8> {
        let participant = self.participant(id)?;
        self.peers.remove(&participant);
        Some(participant)
    }

    /// Orders the difference between what should be and what is. Who has left is sent away first, then recording that has
    /// ended is closed, then who may is let in, then what may is recorded.
    pub(crate) fn settle(
        &mut self,
        wanted: Wanted,
        now: Timestamp,
        orders: &mut Vec<Order>,
    ) -> Vec<PeerId> {
        let gone: Vec<u8> = self
            .peers
            .keys()
            .copied()
            .filter(|participant| !wanted.has(*participant))
            .collect();
        let gone = gone
            .into_iter()
            .filter_map(|participant| self.leave(participant, orders))
            .collect();
        if self.open_interval.is_some() && self.open_interval != wanted.interval {
            self.stop_recording(orders);
        }
        if !wanted.admitted {
            self.admit(false, orders);
        }
        if wanted.interval.is_some() && self.open_interval.is_none() {
            self.open_interval = wanted.interval;
            let open = wanted.interval.map(|interval| RecordCommand::Open {
                visit: self.visit,
                interval,
                at: now,
            });
            orders.extend(open.map(Order::Record));
        }
        if wanted.admitted {
            self.admit(true, orders);
            self.record(orders);
        }
        self.sharing = self.sharing.filter(|sharing| wanted.has(*sharing));
        self.show_screens(orders);
        gone
    }

    /// Everybody is sent away and the recording closed.
    pub(crate) fn close(mut self, orders: &mut Vec<Order>) -> Vec<PeerId> {
        self.stop_recording(orders);
        orders.push(Order::Media(Command::CloseRoom { room: self.room }));
        self.peers.into_values().map(|peer| peer.id).collect()
    }

    fn admit(&mut self, admitted: bool, orders: &mut Vec<Order>) {
        let here: Vec<u8> = { self.peers.iter() }
            .filter(|(_, peer)| peer.stage == PeerStage::Connected)
            .map(|(participant, _)| *participant)
            .collect();
        for (participant, peer) in &mut self.peers {
            // A sound takes the place of a voice: not before it can be heard, and not without the person himself.
            let may = participant & SOUND == 0
                || here.contains(participant) && here.contains(&(participant & !SOUND));
            let admitted = admitted && may;
            if peer.stage == PeerStage::Joining || peer.admitted == admitted {
                continue;
            }
            peer.admitted = admitted;
            if !admitted && std::mem::take(&mut peer.recorded) {
                orders.push(Order::Media(Command::Record {
                    peer: peer.id,
                    record: None,
                }));
            }
            orders.push(Order::Media(Command::Admit {
                peer: peer.id,
                admitted,
            }));
        }
    }

    fn show_screens(&mut self, orders: &mut Vec<Order>) {
        let sharing = self.sharing;
        for (participant, peer) in &mut self.peers {
            let shares = peer.admitted && sharing == Some(*participant);
            if peer.shares != shares {
                peer.shares = shares;
                let peer = peer.id;
                orders.push(Order::Media(Command::Share { peer, shares }));
            }
        }
    }

    fn record(&mut self, orders: &mut Vec<Order>) {
        if self.open_interval.is_none() {
            return;
        }
        for (_, peer) in self.peers.iter_mut().filter(|(participant, peer)| {
            peer.admitted && !peer.recorded && **participant & RECEIVES_ONLY == 0
        }) {
            peer.recorded = true;
            orders.push(Order::Media(Command::Record {
                peer: peer.id,
                record: Some(self.visit.0),
            }));
        }
    }

    fn stop_recording(&mut self, orders: &mut Vec<Order>) {
        for peer in self.peers.values_mut().filter(|peer| peer.recorded) {
            peer.recorded = false;
            orders.push(Order::Media(Command::Record {
                peer: peer.id,
                record: None,
            }));
        }
        if self.open_interval.take().is_some() {
            orders.push(Order::Record(RecordCommand::Close { visit: self.visit }));
        }
    }
}

#[cfg(test)]
mod tests;
