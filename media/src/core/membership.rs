//! Who joins, is admitted, is recorded and leaves; and who then sits in whose slots.

use std::time::Instant;

use media_packet::capture::{Entry, EntryKind, Medium};
use media_packet::rtp::Ssrc;
use media_packet::time::Micros;

use super::{Core, Owner};
use crate::Error;
use crate::control::{Command, Event, PeerId, RECEIVES_ONLY, RoomId, SOUND};
use crate::forward::{Slot, SlotSettings};
use crate::ice::Secret;
use crate::negotiation::{self, AnswerSettings, Offer, Role};
use crate::peer::{Peer, PeerSettings};
use crate::receive::{Source, Subscriber};
use crate::room::{MEMBERS_MAX, Presence, Room, seat, slot_states};
use crate::transport::Transport;

/// A newcomer, as signalling announces it.
struct Newcomer {
    room: RoomId,
    peer: PeerId,
    participant: u8,
}

impl Core {
    pub(super) fn command(&mut self, command: Command, times: (Instant, Micros)) {
        match command {
            Command::Join {
                room,
                peer,
                participant,
                offer,
            } => {
                let newcomer = Newcomer {
                    room,
                    peer,
                    participant,
                };
                self.joining = Some(peer);
                let event = match self.join(&newcomer, &offer, times) {
                    Ok((answer, restart)) => Event::Answered {
                        peer,
                        answer,
                        restart,
                    },
                    Err(error) => self.refusal(peer, error),
                };
                self.joining = None;
                self.events.push_back(event);
            }
            Command::Admit { peer, admitted } => self.admit(peer, admitted, times.1),
            Command::Share { peer, shares } => self.share(peer, shares, times.1),
            Command::Record { peer, record } => self.record(peer, record, times.1),
            Command::Feel { peer, pulse, .. } => {
                let place = self.peer_ids.get(&peer).copied();
                if let Some(peer) = place.and_then(|place| self.peers.get_mut(place)) {
                    peer.pulse = Some(pulse);
                }
            }
            Command::Leave { peer } => {
                if let Some(place) = self.peer_ids.get(&peer).copied() {
                    self.remove(place, times.1);
                }
            }
            Command::CloseRoom { room } => {
                if let Some(place) = self.room_ids.get(&room).copied() {
                    self.close_room(place, times.1, false);
                }
            }
        }
    }

    fn refusal(&mut self, peer: PeerId, error: Error) -> Event {
        self.stats.offers_refused += 1;
        tracing::info!(peer = peer.0, %error, "offer refused");
        match error {
            Error::Offer { found, allowed } => Event::Refused {
                peer,
                found,
                allowed,
            },
            error @ (Error::Certificate(_) | Error::Dtls(_)) => Event::Refused {
                peer,
                found: error.to_string(),
                allowed: "a server that works".to_owned(),
            },
        }
    }

    fn join(
        &mut self,
        newcomer: &Newcomer,
        offer: &str,
        times: (Instant, Micros),
    ) -> Result<(String, String), Error> {
        let refuse = |found: String, allowed: String| Err(Error::Offer { found, allowed });
        if self.peer_ids.contains_key(&newcomer.peer) {
            return refuse(
                "a peer that is here already".to_owned(),
                "a new one".to_owned(),
            );
        }
        if self.peers.len() >= self.settings.peers_max {
            let max = self.settings.peers_max;
            return refuse(
                format!("{max} peers on this worker already"),
                format!("at most {max}"),
            );
        }
        let offer = negotiation::parse_offer(offer)?;
        let publishes =
            |section: &negotiation::Section| matches!(section.role, Role::Publish { .. });
        if newcomer.participant & RECEIVES_ONLY != 0 && offer.sections.iter().any(publishes) {
            return refuse("a section to send in".to_owned(), "a=recvonly".to_owned());
        }
        let is_seen = |section: &negotiation::Section| match section.role {
            Role::Publish { medium, .. } | Role::Slot { medium, .. } => medium != Medium::Audio,
            Role::Idle { .. } | Role::Refused => false,
        };
        if newcomer.participant & SOUND != 0 && offer.sections.iter().any(is_seen) {
            return refuse("a section for pictures".to_owned(), "m=audio".to_owned());
        }
        let room = self.room_for(newcomer.room);
        self.working_on = Some(room);
        if let Some(earlier) = self.member_of(room, newcomer.participant) {
            self.lose(earlier, times.1);
        }
        // Losing the earlier peer may have ended the room.
        let room = self.room_for(newcomer.room);
        let members = self.rooms.get(room).map_or(0, |room| room.members.len());
        if members >= MEMBERS_MAX {
            return refuse(
                format!("{members} people in the room"),
                format!("at most {MEMBERS_MAX}"),
            );
        }
        Ok(self.welcome(newcomer, room, &offer, times))
    }

    fn room_for(&mut self, id: RoomId) -> u32 {
        if let Some(place) = self.room_ids.get(&id) {
            return *place;
        }
        let place = self.rooms.insert(Room::new(id));
        self.room_ids.insert(id, place);
        place
    }

    fn member_of(&self, room: u32, participant: u8) -> Option<u32> {
        let members = self.rooms.get(room)?.members.iter().copied();
        let is_same = |place: &u32| {
            self.peers
                .get(*place)
                .is_some_and(|peer| peer.participant == participant)
        };
        { members }.find(is_same)
    }

    /// Makes the peer, its answer and the key of its restarts.
    fn welcome(
        &mut self,
        newcomer: &Newcomer,
        room: u32,
        offer: &Offer,
        (instant, now): (Instant, Micros),
    ) -> (String, String) {
        self.serial += 1;
        let worker = self.settings.worker;
        let place = self.peers.next_place();
        let secrets = self.identity.derive("ice", worker, self.serial);
        let secret = Secret::new(worker, place, &secrets);
        let [a, b, c, d, ..] = self.identity.derive("ssrc", worker, self.serial);
        // The low byte counts the slots of the peer, so that no two of its sources meet.
        let base = u32::from_be_bytes([a, b, c, d]) & 0xffff_ff00 | 0x100;
        let sources = |medium: Medium, slot: u8| {
            let number = base | ((medium as u32) << 5) | (u32::from(slot) << 1);
            (Ssrc(number), Ssrc(number | 1))
        };
        let settings = AnswerSettings {
            credentials: &secret.credentials(0),
            fingerprint: &self.fingerprint,
            candidates: &self.settings.candidates,
            tcp_candidates: &self.tcp_candidates,
            session: u64::from(base) << 16 | self.serial & 0xffff,
        };
        let answer = negotiation::answer(offer, &settings, sources);
        let restart = secret.key();
        let slots = offer.sections.iter().filter_map(|section| {
            let Role::Slot {
                medium,
                place,
                codec,
            } = section.role
            else {
                return None;
            };
            let (mid, extensions) = (section.mid.clone(), section.extensions);
            let sources = sources(medium, place);
            Some(Slot::new(SlotSettings {
                mid,
                medium,
                place,
                codec,
                extensions,
                sources,
            }))
        });
        let transport = Transport::new(
            (&self.dtls, &self.identity),
            secret,
            (&offer.ufrag, offer.fingerprint),
            (instant, now),
        );
        let local_ssrc = Ssrc(base | 0xff);
        let Newcomer {
            peer: id,
            participant,
            ..
        } = *newcomer;
        let settings = PeerSettings {
            id,
            room,
            participant,
            local_ssrc,
        };
        let peer = Peer::new(settings, offer, transport, slots.collect());
        let inserted = self.peers.insert(peer);
        debug_assert_eq!(
            inserted, place,
            "a peer's place is part of its ICE fragment"
        );
        self.peer_ids.insert(id, place);
        if let Some(room) = self.rooms.get_mut(room) {
            room.members.push(place);
        }
        self.reschedule(place);
        (answer, restart)
    }

    fn admit(&mut self, peer: PeerId, admitted: bool, now: Micros) {
        let Some(place) = self.peer_ids.get(&peer).copied() else {
            return;
        };
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        if peer.admitted == admitted {
            return;
        }
        let room = peer.room;
        self.working_on = Some(room);
        if !admitted {
            self.mark_recording(place, EntryKind::End, now);
        }
        if let Some(peer) = self.peers.get_mut(place) {
            peer.admitted = admitted;
            // Otherwise a subscriber could see, or ask for, packets from before the admission.
            peer.sources
                .iter_mut()
                .flatten()
                .for_each(Source::forget_past);
        }
        if admitted {
            self.mark_recording(place, EntryKind::Begin, now);
        }
        self.reseat(room, now);
        self.watch(place, now);
        self.reschedule(place);
    }

    fn share(&mut self, peer: PeerId, shares: bool, now: Micros) {
        let Some(place) = self.peer_ids.get(&peer).copied() else {
            return;
        };
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        if peer.shares == shares {
            return;
        }
        peer.shares = shares;
        // Otherwise a subscriber could ask for packets from before.
        if let Some(source) = peer.source(Medium::Screen) {
            source.forget_past();
        }
        let room = peer.room;
        self.working_on = Some(room);
        self.reseat(room, now);
        self.reschedule(place);
    }

    fn record(&mut self, peer: PeerId, record: Option<u64>, now: Micros) {
        let Some(place) = self.peer_ids.get(&peer).copied() else {
            return;
        };
        let Some(peer) = self.peers.get(place) else {
            return;
        };
        if peer.record == record {
            return;
        }
        self.working_on = Some(peer.room);
        self.mark_recording(place, EntryKind::End, now);
        if let Some(peer) = self.peers.get_mut(place) {
            peer.record = record;
        }
        self.mark_recording(place, EntryKind::Begin, now);
        self.reschedule(place);
    }

    /// Writes the beginning or the end of a peer's recording, when it is recorded at this moment.
    fn mark_recording(&mut self, place: u32, kind: EntryKind, now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        let (Some(record), true) = (peer.record, peer.admitted) else {
            return;
        };
        let begins = kind == EntryKind::Begin;
        peer.recorded.begin();
        peer.keep_keyframes(begins);
        let _due = peer.refresh_repair();
        let (room, participant) = (peer.room, peer.participant);
        let entry = Entry {
            kind,
            participant,
            medium: Medium::Audio,
            arrival_us: now.0,
            payload: &[],
        };
        self.prepare_tap(room, record);
        if let Some(tap) = self.rooms.get_mut(room).and_then(|room| room.tap(record)) {
            tap.push(entry, &mut self.blocks, now);
            if !begins {
                tap.flush(&mut self.blocks);
            }
        }
        self.reschedule_room(room);
    }

    /// The peer is gone without anybody having asked for it.
    pub(super) fn lose(&mut self, place: u32, now: Micros) {
        if let Some(peer) = self.peers.get(place) {
            self.events.push_back(Event::Lost { peer: peer.id });
            self.stats.peers_lost += 1;
            self.remove(place, now);
        }
    }

    fn remove(&mut self, place: u32, now: Micros) {
        self.mark_recording(place, EntryKind::End, now);
        let Some(peer) = self.peers.remove(place) else {
            return;
        };
        self.peer_ids.remove(&peer.id);
        self.timers.cancel(Owner::Peer(place).number());
        if let Some(network) = peer.half_open {
            self.half_open.close(network);
        }
        for path in peer.transport.paths() {
            self.addresses.forget(path, place);
        }
        let Some(room) = self.rooms.get_mut(peer.room) else {
            return;
        };
        room.members.retain(|&member| member != place);
        if room.members.is_empty() {
            self.forget_room(peer.room);
        } else {
            self.reseat(peer.room, now);
        }
    }

    fn forget_room(&mut self, place: u32) {
        let Some(mut room) = self.rooms.remove(place) else {
            return;
        };
        for tap in &room.taps {
            // What an open block tells goes out with it.
            self.debts.note(tap.record(), tap.untold());
        }
        room.flush(&mut self.blocks);
        self.room_ids.remove(&room.id);
        self.timers.cancel(Owner::Room(place).number());
    }

    /// Removes all members, which ends the room; `tell` says whether they are told as lost.
    pub(super) fn close_room(&mut self, place: u32, now: Micros, tell: bool) {
        let members = self
            .rooms
            .get(place)
            .map(|room| room.members.clone())
            .unwrap_or_default();
        if members.is_empty() {
            self.forget_room(place);
        }
        for member in members {
            if tell {
                self.lose(member, now);
            } else {
                self.remove(member, now);
            }
        }
    }

    /// Seats everybody anew, tells those for whom something changed, and asks for the keyframes that newcomers need.
    fn reseat(&mut self, room: u32, now: Micros) {
        let members = self
            .rooms
            .get(room)
            .map(|room| room.members.clone())
            .unwrap_or_default();
        let admitted = members
            .iter()
            .filter_map(|&place| Some((place, self.peers.get(place)?)));
        let present: Vec<Presence> = admitted
            .filter(|(_, peer)| peer.admitted && peer.participant & RECEIVES_ONLY == 0)
            .map(|(place, peer)| peer.presence(place))
            .collect();
        let present = crate::room::one_voice_each(present);
        for &member in &members {
            let Some(peer) = self.peers.get_mut(member) else {
                continue;
            };
            let own = peer.participant & !(RECEIVES_ONLY | SOUND);
            let others: Vec<Presence> = match peer.admitted {
                true => present
                    .iter()
                    .filter(|other| other.occupant.participant & !SOUND != own)
                    .copied()
                    .collect(),
                false => Vec::new(),
            };
            if seat(&mut peer.slots, &others) {
                self.events.push_back(Event::Slots {
                    peer: peer.id,
                    slots: slot_states(&peer.slots),
                });
                self.wish_keyframes(member, now);
            }
        }
        self.resubscribe(&members);
    }

    /// Makes the lists of subscribers from who sits where.
    fn resubscribe(&mut self, members: &[u32]) {
        let mut seats = Vec::new();
        for &member in members {
            let Some(peer) = self.peers.get_mut(member) else {
                continue;
            };
            for source in peer.sources.iter_mut().flatten() {
                source.subscribers = crate::receive::Subscribers::default();
            }
            for (number, slot) in peer.slots.iter().enumerate() {
                if let Some(occupant) = slot.occupant {
                    let subscriber = Subscriber {
                        peer: member,
                        slot: number,
                        is_person: peer.participant & RECEIVES_ONLY == 0,
                        followed: true,
                        limit: None,
                    };
                    seats.push((occupant.peer, slot.settings.medium, subscriber));
                }
            }
        }
        for (publisher, medium, subscriber) in seats {
            let sources = self.peers.get_mut(publisher);
            let sources = sources.into_iter().flat_map(|peer| &mut peer.sources);
            for source in sources.flatten().filter(|source| source.medium == medium) {
                source.subscribers.add(subscriber);
            }
        }
    }

    /// Those whom a peer sees are asked for a keyframe.
    pub(super) fn wish_keyframes(&mut self, place: u32, now: Micros) {
        let Some(peer) = self.peers.get(place) else {
            return;
        };
        let seen = peer
            .slots
            .iter()
            .filter(|slot| slot.settings.medium != Medium::Audio);
        let seen: Vec<_> = seen
            .filter_map(|slot| Some((slot.occupant?.peer, slot.settings.medium)))
            .collect();
        for (publisher, medium) in seen {
            self.wish_keyframe(publisher, (medium, 0), now);
        }
    }

    /// A layer of somebody's picture is needed from its beginning.
    pub(super) fn wish_keyframe(
        &mut self,
        publisher: u32,
        (medium, layer): (Medium, usize),
        now: Micros,
    ) {
        let Some(peer) = self.peers.get_mut(publisher) else {
            return;
        };
        if let Some(source) = peer.layer(medium, layer) {
            source.keyframes.want();
        }
        if let Some(due) = peer.refresh_repair() {
            self.timers
                .wake_at(Owner::Peer(publisher).number(), due.max(now));
        }
    }
}
