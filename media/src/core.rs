//! The state of one worker and what happens to it: datagrams and commands in, datagrams, events and blocks out.
//!
//! `handle` any number of inputs, then `poll` until [`Output::Timeout`]. What a packet means is in `core/packets.rs` and
//! `core/reports.rs`, who joins and leaves in `core/membership.rs`.
//! Invariants: nothing here reads a clock or randomness; only owners that are due are looked at; a peer that is not admitted
//! neither sends nor receives anything of its room.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use media_packet::capture::{Block, Medium};
use media_packet::time::Micros;

use crate::control::{Command, Event, PeerId, RoomId};
use crate::demux::{AddressBook, Protocol, classify};
use crate::footprint::Footprint;
use crate::half_open::{HalfOpen, Network};
use crate::ice::{Check, peer_index};
use crate::identity::Identity;
use crate::outbox::Outbox;
use crate::path::is_stream;
use crate::peer::Peer;
use crate::repeats::Seen;
use crate::room::Room;
use crate::slab::Slab;
use crate::stats::Stats;
use crate::tap::{Blocks, Debts};
use crate::timer::Timers;
use crate::transport::Step;
use crate::{Error, dtls};

mod downlinks;
mod membership;
mod packets;
mod quality;
mod reports;

/// An address from which its owner was heard so lately stays his, whoever else claims it. Browsers check every 2.5 s.
const IN_USE_US: u64 = 6_000_000;

/// What one worker's core is told at start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CoreSettings {
    /// Number of the worker; part of the ICE user name fragments.
    pub worker: u8,
    /// Addresses that answers name, in order of preference.
    pub candidates: Vec<SocketAddr>,
    /// Peers at the most; one more is refused.
    pub peers_max: usize,
}

/// What happens to a worker.
#[derive(Debug)]
pub enum Input<'a> {
    /// A datagram came; its bytes are opened in place.
    Datagram {
        /// From where.
        source: SocketAddr,
        /// What.
        bytes: &'a mut [u8],
    },
    /// A datagram came by a stream; its bytes are opened in place.
    Streamed {
        /// Name of the path ([`crate::stream_path`]).
        path: SocketAddr,
        /// Address that the peer is told it has on this path.
        seen_as: SocketAddr,
        /// What.
        bytes: &'a mut [u8],
    },
    /// A stream has ended: its path leads nowhere any more.
    StreamEnded {
        /// Name of the path.
        path: SocketAddr,
    },
    /// Signalling asks for something.
    Command(Command),
    /// The recorder could not take this block.
    BlockRefused(Block),
    /// The recorder has done with a block: its buffer serves again.
    Buffer(Vec<u8>),
    /// Time has passed.
    Timeout,
}

/// What a worker has to do.
#[derive(Debug)]
pub enum Output<'a> {
    /// Send these.
    Send(&'a Outbox),
    /// Tell signalling.
    Event(Event),
    /// Hand this to the recorder; give it back as [`Input::BlockRefused`] when it cannot take it.
    Block(Block),
    /// Nothing more now: call `handle(Input::Timeout, …)` at this moment at the latest, or never when there is none.
    Timeout(Option<Instant>),
}

/// The state of one worker.
#[derive(Debug)]
pub struct Core {
    settings: CoreSettings,
    tcp_candidates: Vec<SocketAddr>,
    identity: Identity,
    fingerprint: String,
    dtls: Arc<dimpl::Config>,
    start: Instant,
    peers: Slab<Peer>,
    rooms: Slab<Room>,
    peer_ids: HashMap<PeerId, u32>,
    room_ids: HashMap<RoomId, u32>,
    addresses: AddressBook,
    timers: Timers,
    half_open: HalfOpen,
    outbox: Outbox,
    /// The outbox was handed out: it begins anew with the next input.
    outbox_told: bool,
    events: VecDeque<Event>,
    blocks: Blocks,
    debts: Debts,
    stats: Stats,
    /// Numbers to ask for again, while they are gathered.
    asked: Vec<u16>,
    /// Peers made so far: what their secrets are derived from.
    serial: u64,
    /// The room that the current step is about: the one to discard when the step panics.
    working_on: Option<u32>,
    /// The peer whose offer is being read: to be refused when reading panics.
    joining: Option<PeerId>,
}

/// Owners of timers: peers and rooms share one heap.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Owner {
    Peer(u32),
    Room(u32),
}

impl Owner {
    fn number(self) -> u32 {
        match self {
            Self::Peer(place) => place << 1,
            Self::Room(place) => (place << 1) | 1,
        }
    }

    fn from_number(number: u32) -> Self {
        if number & 1 == 0 {
            Self::Peer(number >> 1)
        } else {
            Self::Room(number >> 1)
        }
    }
}

impl Core {
    /// A worker without peers. `start` is the origin of its clock.
    ///
    /// # Errors
    /// [`Error::Dtls`] when the DTLS settings do not suit the library.
    pub fn new(settings: CoreSettings, identity: Identity, start: Instant) -> Result<Self, Error> {
        Ok(Self {
            fingerprint: identity.fingerprint(),
            dtls: dtls::config(None)?,
            settings,
            tcp_candidates: Vec::new(),
            identity,
            start,
            peers: Slab::default(),
            rooms: Slab::default(),
            peer_ids: HashMap::new(),
            room_ids: HashMap::new(),
            addresses: AddressBook::default(),
            timers: Timers::default(),
            half_open: HalfOpen::default(),
            outbox: Outbox::default(),
            outbox_told: false,
            events: VecDeque::new(),
            blocks: Blocks::default(),
            debts: Debts::default(),
            stats: Stats::default(),
            asked: Vec::new(),
            serial: 0,
            working_on: None,
            joining: None,
        })
    }

    /// Answers name these addresses too, for who cannot send UDP (RFC 6544); whoever listens there passes on what comes as
    /// [`Input::Streamed`].
    pub fn set_tcp_candidates(&mut self, candidates: Vec<SocketAddr>) {
        self.tcp_candidates = candidates;
    }

    /// For simulations: chance in DTLS comes from `seed`, so that its repeats fall due at the same moments in every run.
    ///
    /// # Errors
    /// [`Error::Dtls`] when the DTLS settings do not suit the library.
    pub fn seeded(self, seed: u64) -> Result<Self, Error> {
        let dtls = dtls::config(Some(seed))?;
        Ok(Self { dtls, ..self })
    }

    /// Takes in what happened at `now`, which never goes back.
    pub fn handle(&mut self, input: Input<'_>, now: Instant) {
        if std::mem::take(&mut self.outbox_told) {
            self.outbox.clear();
        }
        let moment = self.micros(now);
        match input {
            // No router passes such an address on; should one come all the same, it is no stream of ours.
            Input::Datagram { source, .. } if is_stream(source) => {
                self.stats.datagrams_unknown += 1;
            }
            Input::Datagram { source, bytes } => {
                self.datagram((source, source), bytes, (now, moment));
            }
            Input::Streamed {
                path,
                seen_as,
                bytes,
            } => self.datagram((path, seen_as), bytes, (now, moment)),
            Input::StreamEnded { path } => self.stream_ended(path),
            Input::Command(command) => self.command(command, (now, moment)),
            Input::BlockRefused(block) => self.block_refused(block),
            Input::Buffer(buffer) => self.blocks.keep(buffer),
            Input::Timeout => self.advance((now, moment)),
        }
        self.working_on = None;
    }

    /// What is to be done next; [`Output::Timeout`] when that is all.
    pub fn poll(&mut self) -> Output<'_> {
        if !self.outbox.is_empty() && !self.outbox_told {
            self.outbox_told = true;
            self.stats.datagrams_sent += self.outbox.len() as u64;
            return Output::Send(&self.outbox);
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        if let Some(block) = self.blocks.ready.pop_front() {
            return Output::Block(block);
        }
        let next = self.timers.next();
        Output::Timeout(next.map(|next| self.start + Duration::from_micros(next.0)))
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats {
            peers: self.peers.len() as u64,
            rooms: self.rooms.len() as u64,
            ..self.stats
        }
    }

    /// What is held now.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        Footprint {
            peers: self.peers.len() + self.peer_ids.len(),
            rooms: self.rooms.len() + self.room_ids.len(),
            addresses: self.addresses.len(),
            deadlines: self.timers.len(),
            half_open: self.half_open.len(),
            unfetched: self.events.len() + self.blocks.ready.len(),
        }
    }

    /// Gives up the room that the last input was about, because handling it panicked; its people are lost and may reconnect.
    pub fn discard_panicked(&mut self, now: Instant) {
        self.stats.rooms_crashed += 1;
        self.outbox.clear();
        self.outbox_told = false;
        let moment = self.micros(now);
        if let Some(peer) = self.joining.take() {
            let (found, allowed) = (
                "an offer that cannot be read".to_owned(),
                "RFC 8866".to_owned(),
            );
            self.events.push_back(Event::Refused {
                peer,
                found,
                allowed,
            });
        }
        if let Some(room) = self.working_on.take() {
            self.close_room(room, moment, true);
        }
    }

    /// Gives up all rooms, handing over what is recorded.
    pub fn close_all(&mut self, now: Instant) {
        let moment = self.micros(now);
        for room in self.rooms.places() {
            self.close_room(room, moment, false);
        }
    }

    fn micros(&self, now: Instant) -> Micros {
        let passed = now.saturating_duration_since(self.start).as_micros();
        Micros(u64::try_from(passed).unwrap_or(u64::MAX))
    }

    /// The first microsecond that is not before `instant`: whoever is looked at earlier is not due, and would be looked at
    /// again and again until that microsecond is over, which within one step it never is.
    fn micros_after(&self, instant: Instant) -> Micros {
        let passed = instant.saturating_duration_since(self.start).as_nanos();
        Micros(u64::try_from(passed.div_ceil(1_000)).unwrap_or(u64::MAX))
    }

    fn stream_ended(&mut self, path: SocketAddr) {
        let Some(place) = self.addresses.peer(path) else {
            return;
        };
        self.addresses.forget(path, place);
        if let Some(peer) = self.peers.get_mut(place) {
            peer.transport.forget(path);
        }
        self.reschedule(place);
    }

    /// `seen_as` is the source as the peer is told it: another than `source` when a stream carries the path.
    fn datagram(
        &mut self,
        (source, seen_as): (SocketAddr, SocketAddr),
        bytes: &mut [u8],
        times: (Instant, Micros),
    ) {
        self.stats.datagrams_received += 1;
        let Some(protocol) = classify(bytes) else {
            self.stats.datagrams_unknown += 1;
            return;
        };
        if protocol == Protocol::Stun {
            if self.stun((source, seen_as), bytes, times.1).is_none() {
                self.stats.stun_refused += 1;
            }
            return;
        }
        let known = self.addresses.peer(source);
        let Some((place, room)) =
            known.and_then(|place| Some((place, self.peers.get(place)?.room)))
        else {
            self.stats.datagrams_unknown += 1;
            return;
        };
        self.working_on = Some(room);
        match protocol {
            Protocol::Stun => {}
            Protocol::Dtls => self.dtls_datagram(place, source, bytes, times),
            Protocol::Rtp => self.rtp(place, source, bytes, times.1),
            Protocol::Rtcp => self.rtcp(place, source, bytes, times.1),
        }
        self.welcome_back(place, times.1);
    }

    /// Whoever comes back after a silence missed pictures, and so did those who see them: all begin with a keyframe.
    fn welcome_back(&mut self, place: u32, now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        if !peer.transport.take_return() {
            return;
        }
        tracing::info!(peer = peer.id.0, "back after a silence");
        self.stats.returns += 1;
        self.wish_keyframes(place, now);
        for medium in [Medium::Camera, Medium::Screen] {
            self.wish_keyframe(place, (medium, 0), now);
        }
        self.reschedule(place);
    }

    fn stun(
        &mut self,
        (source, seen_as): (SocketAddr, SocketAddr),
        bytes: &[u8],
        now: Micros,
    ) -> Option<()> {
        let check = Check::parse(bytes)?;
        let place = peer_index(check.local_ufrag())?;
        let owner = self.addresses.peer(source).filter(|&owner| owner != place);
        if owner.is_some_and(|owner| self.is_in_use(source, owner, now)) {
            // Whoever forges a source address must not cut off the one who has it.
            return None;
        }
        let peer = self.peers.get_mut(place)?;
        let transaction = check.transaction();
        let seen = peer.repeats.seen(transaction, source);
        if seen == Seen::Elsewhere {
            return None;
        }
        let network = Network::of(seen_as.ip());
        let begins = peer.half_open.is_none() && !peer.transport.is_connected();
        if begins && !self.half_open.has_room(network) {
            // It will ask again, and be answered when one of the others is done.
            return None;
        }
        let paths = (source, seen_as);
        let answered = peer
            .transport
            .answer(check, paths, bytes.len(), &mut self.outbox)?;
        if seen == Seen::Again {
            return Some(());
        }
        peer.repeats.note(transaction, source);
        if begins {
            self.half_open.open(network);
            peer.half_open = Some(network);
        }
        if let Some(forgotten) = peer.transport.prove(answered, now) {
            self.addresses.forget(forgotten, place);
        }
        self.addresses.learn(source, place);
        if let Some(before) = owner.and_then(|owner| self.peers.get_mut(owner)) {
            before.transport.forget(source);
        }
        self.welcome_back(place, now);
        Some(())
    }

    /// Something authenticated of its owner came from the address lately, wherever else the owner is heard.
    fn is_in_use(&self, address: SocketAddr, owner: u32, now: Micros) -> bool {
        let heard = self
            .peers
            .get(owner)
            .and_then(|peer| peer.transport.heard_by(address));
        heard.is_some_and(|heard| now.since(heard) < IN_USE_US)
    }

    fn dtls_datagram(
        &mut self,
        place: u32,
        source: SocketAddr,
        bytes: &[u8],
        times: (Instant, Micros),
    ) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        if !peer.transport.is_shaking_hands() && !self.half_open.begin(times.1) {
            self.stats.dtls_refused += 1;
            return;
        }
        match peer
            .transport
            .receive_dtls(bytes, source, &mut self.outbox, times)
        {
            None => self.stats.dtls_refused += 1,
            Some(step) => self.dtls_step(place, step, times.1),
        }
    }

    fn dtls_step(&mut self, place: u32, step: Step, now: Micros) {
        match step {
            Step::None => {}
            Step::Connected => {
                if let Some(peer) = self.peers.get_mut(place) {
                    if let Some(network) = peer.half_open.take() {
                        self.half_open.close(network);
                    }
                    self.events.push_back(Event::Connected { peer: peer.id });
                    self.wish_keyframes(place, now);
                    self.watch(place, now);
                }
            }
            Step::Failed => {
                self.lose(place, now);
                return;
            }
        }
        self.reschedule(place);
    }

    fn block_refused(&mut self, block: Block) {
        self.stats.packets_unrecorded += u64::from(block.entries);
        for place in self.rooms.places() {
            if let Some(tap) = self
                .rooms
                .get_mut(place)
                .and_then(|room| room.known_tap(block.record))
            {
                tap.refused(&block);
                self.blocks.keep(block.into_buffer());
                return;
            }
        }
        let dropped = block.entries.saturating_add(block.dropped_before);
        self.debts.note(block.record, dropped);
        self.blocks.keep(block.into_buffer());
    }

    /// Makes the tap of a record when it is not there, with what an earlier room still had to tell.
    fn prepare_tap(&mut self, room: u32, record: u64) {
        let Some(room) = self.rooms.get_mut(room) else {
            return;
        };
        if room.known_tap(record).is_none()
            && let Some(tap) = room.tap(record)
        {
            tap.owe(self.debts.take(record));
        }
    }

    /// Looks at all who are due.
    fn advance(&mut self, times: (Instant, Micros)) {
        while let Some(owner) = self.timers.pop_due(times.1) {
            match Owner::from_number(owner) {
                Owner::Peer(place) => self.advance_peer(place, times),
                Owner::Room(place) => {
                    self.working_on = Some(place);
                    if let Some(room) = self.rooms.get_mut(place) {
                        room.flush_due(&mut self.blocks, times.1);
                    }
                    self.reschedule_room(place);
                }
            }
        }
    }

    fn advance_peer(&mut self, place: u32, (instant, now): (Instant, Micros)) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        self.working_on = Some(peer.room);
        if peer.transport.consent_until() <= now && !peer.transport.fall_back(now) {
            tracing::info!(peer = peer.id.0, "nothing came for the time of consent");
            self.lose(place, now);
            return;
        }
        if peer
            .transport
            .dtls_deadline()
            .is_some_and(|deadline| deadline <= instant)
        {
            let step = peer.transport.advance(&mut self.outbox, instant);
            self.dtls_step(place, step, now);
        }
        self.report(place, now);
        self.judge(place, now);
        self.reschedule(place);
    }

    /// Sees to it that a peer is looked at when it is due next.
    fn reschedule(&mut self, place: u32) {
        let Some(peer) = self.peers.get(place) else {
            return;
        };
        let dtls = peer
            .transport
            .dtls_deadline()
            .map(|deadline| self.micros_after(deadline));
        let due = [
            Some(peer.transport.consent_until()),
            dtls,
            peer.report_due(),
            peer.monitor.due(),
        ]
        .into_iter()
        .flatten()
        .min();
        if let Some(due) = due {
            self.timers.wake_at(Owner::Peer(place).number(), due);
        }
    }

    fn reschedule_room(&mut self, place: u32) {
        if let Some(due) = self.rooms.get(place).and_then(Room::due) {
            self.timers.wake_at(Owner::Room(place).number(), due);
        }
    }
}

#[cfg(test)]
mod tests;
