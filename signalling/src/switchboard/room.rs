//! What passes through a call: offers and answers, slots, chat, and what the media plane says.

use media::{
    RelayKey,
    control::{Event, Medium, PeerId, RoomId, SOUND, SlotState},
};
use queue::{Command, OfficeId, VisitId, VisitState};

use super::{Moment, Output, Switchboard, writing::Written};
use crate::{
    call::{CITIZEN, Call, OPERATOR, Offerer, Order, Peer, PeerStage},
    connection::{Costly, Person},
    machine::Machine,
    protocol::{
        call::{Refusal, RefusalCode, RelayAccess, Slot, SlotKind},
        person::ToPerson,
    },
    refusal::check_text,
    request::{ConnectionId, ToConnection},
    view::wanted,
};

/// Credentials of the relay count for so long: longer than any call and any wait for it, shorter than a day's misuse.
const RELAY_CREDENTIALS_S: i64 = 4 * 3_600;

/// The relay that people are told of.
#[derive(Clone, Debug)]
pub struct RelaySettings {
    /// What its credentials are made with.
    pub key: RelayKey,
    /// Its addresses, as browsers take them.
    pub urls: Vec<String>,
}

impl Switchboard {
    /// People are told of this relay from now on.
    pub fn set_relay(&mut self, relay: RelaySettings) {
        self.relay = Some(relay);
    }

    /// What a person who is about to offer is told of the relay; none when there is none.
    pub(super) fn relay_access(
        &self,
        visit: VisitId,
        participant: u8,
        now: Moment,
    ) -> Option<RelayAccess> {
        let relay = self.relay.as_ref()?;
        let expires_s = now.utc.0 / 1_000 + RELAY_CREDENTIALS_S;
        // What a telephone sends counts for the person whose sound it has.
        let person = participant & !SOUND;
        let (username, credential) = relay.key.issue(visit.0, person, expires_s);
        let urls = relay.urls.clone();
        Some(RelayAccess {
            urls,
            username,
            credential,
        })
    }

    /// A person offers to connect. The media plane answers; until then an earlier peer of the person is replaced.
    pub(super) fn offer(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        participant: u8,
        (attempt, sdp): (u32, String),
        now: Moment,
    ) -> Result<(), Refusal> {
        self.spend(connection, Costly::Offer, "offer", now.instant)?;
        let person = self.connections.get(&connection).map(|one| one.person);
        let Some(person) = person.filter(|person| self.has_media_place(*person)) else {
            return Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "offer",
                "media on another machine",
                "one machine at a time",
            ));
        };
        let state = self
            .visit(visit)
            .ok_or_else(|| Refusal::of(RefusalCode::NotFound, "offer"))?;
        // In a call a browser may begin anew at any time; before it, and while it is interrupted, when it is asked to.
        let may_begin_anew = matches!(
            state.state,
            VisitState::Called { .. } | VisitState::InCall { .. }
        );
        let peer = self.calls.get(&visit);
        let lacks_peer = peer.and_then(|call| call.peer(participant)).is_none();
        if !wanted(state).has(participant) || !(lacks_peer || may_begin_anew) {
            let found = state.state_name();
            return Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "offer",
                found,
                "when the view says offer_wanted",
            ));
        }
        if peer.is_some_and(|call| call.is_programs(participant)) {
            return Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "offer",
                "media by another program",
                "one way at a time",
            ));
        }
        let by = Self::offerer(connection, person);
        self.join_room(visit, participant, (by, attempt), sdp);
        Ok(())
    }

    /// Passes an offer on to the media plane, and makes the room when it is the first.
    pub(super) fn join_room(
        &mut self,
        visit: VisitId,
        participant: u8,
        (by, attempt): (Offerer, u32),
        sdp: String,
    ) -> PeerId {
        let id = PeerId(self.next_peer);
        self.next_peer += 1;
        let room = &mut self.next_room;
        let call = self.calls.entry(visit).or_insert_with(|| {
            *room += 1;
            Call::new(visit, RoomId(*room))
        });
        let peer = Peer {
            id,
            by,
            attempt,
            stage: PeerStage::Joining,
            admitted: false,
            recorded: false,
            shares: false,
            slots: Vec::new(),
            quality: media::quality::Quality::default(),
        };
        let mut orders = Vec::new();
        if let Some(replaced) = call.join(participant, peer, sdp, &mut orders) {
            self.peers.remove(&replaced);
        }
        self.peers.insert(id, visit);
        self.changed.visits.insert(visit);
        self.order(orders);
        id
    }

    /// The visit that a person is in, and his number there.
    pub(super) fn participant(&self, person: Person) -> Option<(VisitId, u8)> {
        match person {
            Person::Citizen(visit) => Some((visit, CITIZEN)),
            Person::Operator(office, operator) => {
                let operator = self.offices.get(&office)?.operator(operator)?;
                Some((operator.visit()?, OPERATOR))
            }
            Person::Guest(visit, guest) => Some((visit, guest)),
            Person::Machine(Machine::Sound(visit, participant)) => {
                Some((visit, participant | SOUND))
            }
            Person::Machine(Machine::Call(office, operator)) => {
                self.participant(Person::Operator(office, operator))
            }
        }
    }

    /// A person says hello. The page that still has the peer of this attempt keeps it, and hears by the new connection what
    /// concerns it; for any other page it is of no use, and the page is asked for an offer.
    pub(super) fn keep_peer(
        &mut self,
        (connection, person): (ConnectionId, Person),
        attempt: Option<u32>,
        now: Moment,
    ) {
        if !self.has_media_place(person) {
            return;
        }
        let Some((visit, participant)) = self.participant(person) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&visit) else {
            return;
        };
        let room = call.room();
        let by = Self::offerer(connection, person);
        let kept = attempt.and_then(|attempt| call.keep(participant, attempt, by));
        if let Some((peer, slots)) = kept {
            self.tell(connection, ToPerson::Slots { slots });
            self.watch(connection, (room, peer), now);
            return;
        }
        // A program's media does not depend on any page.
        if call.is_programs(participant) {
            return;
        }
        let mut orders = Vec::new();
        if let Some(gone) = call.leave(participant, &mut orders) {
            self.peers.remove(&gone);
        }
        self.changed.visits.insert(visit);
        self.order(orders);
    }

    pub(super) fn order(&mut self, orders: Vec<Order>) {
        self.outputs
            .extend(orders.into_iter().map(|order| match order {
                Order::Media(command) => Output::Media(command),
                Order::Record(command) => Output::Record(command),
            }));
    }

    pub(super) fn hear_media(&mut self, event: Event, now: Moment) {
        let peer = match &event {
            Event::Answered { peer, .. }
            | Event::Refused { peer, .. }
            | Event::Connected { peer }
            | Event::Lost { peer }
            | Event::Slots { peer, .. }
            | Event::Quality { peer, .. } => *peer,
        };
        if let Some(connection) = self.loopbacks.of(peer) {
            return self.hear_loopback((connection, peer), event);
        }
        let known = self.peers.get(&peer).copied();
        let Some((visit, call)) =
            known.and_then(|visit| Some((visit, self.calls.get_mut(&visit)?)))
        else {
            // What is said of a peer that was replaced or sent away meanwhile concerns nobody but who still asks.
            self.answer_too_late(peer);
            return;
        };
        self.changed.visits.insert(visit);
        match event {
            Event::Lost { .. } => {
                let participant = call.forget(peer);
                self.peers.remove(&peer);
                tracing::info!(visit = visit.0, peer = peer.0, participant, "peer lost");
            }
            Event::Refused { found, allowed, .. } => {
                let by = call.peer_mut(peer).map(|state| state.by.clone());
                call.forget(peer);
                self.peers.remove(&peer);
                let refusal = Refusal::because(RefusalCode::Offer, "offer", found, allowed);
                match by {
                    Some(Offerer::Page(connection) | Offerer::Machine(connection)) => {
                        self.refuse(connection, refusal);
                    }
                    Some(Offerer::Asking) => self.refuse_program(peer, refusal),
                    Some(Offerer::Program { .. }) | None => {}
                }
            }
            Event::Answered {
                answer, restart, ..
            } => self.answered((visit, peer), answer, restart, now),
            Event::Connected { .. } => {
                let room = call.room();
                if let Some(state) = call.peer_mut(peer) {
                    state.stage = PeerStage::Connected;
                    // A program has no signalling that could be watched.
                    if let Some(connection) = state.by.connection() {
                        self.watch(connection, (room, peer), now);
                    }
                }
            }
            Event::Quality { quality, .. } => {
                if let Some(state) = call.peer_mut(peer) {
                    state.quality = quality;
                    self.judge_lines(visit, now);
                }
            }
            Event::Slots { slots, .. } => {
                let Some(state) = call.peer_mut(peer) else {
                    return;
                };
                state.slots = slots.into_iter().map(slot).collect();
                let slots = state.slots.clone();
                if let Some(connection) = state.by.connection() {
                    self.tell(connection, ToPerson::Slots { slots });
                }
            }
        }
    }

    /// The people in the call are told, once it is a fact, that it is not being recorded.
    pub(super) fn recording_failed(&mut self, visit: VisitId, interval: u32, now: Moment) {
        let Some(office) = visit.office() else { return };
        let command = Command::RecordingFailed { visit, interval };
        if let Err(error) = self.command(office, &command, now) {
            tracing::debug!(%office, %error, "a recording failed of a visit that is gone");
        }
    }

    fn answered(
        &mut self,
        (visit, peer): (VisitId, PeerId),
        sdp: String,
        restart: String,
        now: Moment,
    ) {
        let call = self.calls.get_mut(&visit);
        let Some(state) = call.and_then(|call| call.peer_mut(peer)) else {
            return;
        };
        state.stage = PeerStage::Answered;
        let attempt = state.attempt;
        match state.by {
            Offerer::Page(connection) | Offerer::Machine(connection) => {
                let answer = ToPerson::Answer {
                    attempt,
                    sdp,
                    restart,
                };
                self.tell(connection, answer);
            }
            Offerer::Asking => self.answer_program((visit, peer), sdp, restart, now),
            Offerer::Program { .. } => {}
        }
    }

    /// A line of chat: kept where the policy says so, counted always, told to both once that is kept.
    pub(super) fn chat(
        &mut self,
        of: (OfficeId, VisitId),
        (connection, from): (ConnectionId, u8),
        text: String,
        now: Moment,
    ) -> Result<(), Refusal> {
        self.spend(connection, Costly::Chat, "chat", now.instant)?;
        check_text("text", &text)?;
        if text.trim().is_empty() {
            return Err(Refusal::because(
                RefusalCode::Invalid,
                "text",
                "empty",
                "some text",
            ));
        }
        self.put_line(of, from, (text, Written::AtOnce), now)
    }

    /// A visit of any office.
    pub(super) fn visit(&self, visit: VisitId) -> Option<&queue::Visit> {
        self.offices.get(&visit.office()?)?.visit(visit)
    }

    /// Says something to a connection that is still there.
    pub(super) fn tell(&mut self, connection: ConnectionId, message: ToPerson) {
        if self.connections.contains_key(&connection) {
            self.outputs
                .push_back(Output::Send(connection, ToConnection::Person(message)));
        }
    }
}

fn slot(state: SlotState) -> Slot {
    let kind = match state.medium {
        Medium::Audio => SlotKind::Audio,
        Medium::Camera => SlotKind::Camera,
        Medium::Screen => SlotKind::Screen,
    };
    Slot {
        mid: state.mid,
        kind,
        // Whichever way somebody's voice comes, it is his.
        participant: state.participant.map(|participant| participant & !SOUND),
        paused: state.paused,
    }
}
