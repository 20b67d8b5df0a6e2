//! What each subscriber's path carries, and what follows from it: which pictures it gets, what their publishers may send, and
//! the padding that probes for more.

use media_packet::capture::Medium;
use media_packet::rtcp::{Compound, TransportFeedback};
use media_packet::time::Micros;

use super::Core;
use crate::bandwidth::ESTIMATE_MAX_BPS;
use crate::control::Event;
use crate::forward::Slot;
use crate::layer::{Choice, FLOOR_BPS, PICTURE_MAX_BPS, PICTURES_MAX, Picture, choose};
use crate::room::slot_states;

/// Kept free for voices, if there are any: one that is silent may speak at any moment.
const VOICES_MIN_BPS: u64 = 50_000;

/// Voices come with what they repeat when all of that is at most the first part of what the path carries, until it is more than
/// the second: redundancy takes from pictures, and on a narrow path what it adds is lost by it.
const REPEATING_FROM: u64 = 5;
const REPEATING_UNTIL: u64 = 4;

/// A publisher is told of a change of its limit beyond so many percent, less at once, more at this pace.
const LIMIT_STEP_PERCENT: u64 = 3;
const LIMIT_PACE_US: u64 = 250_000;

/// A picture that was paused comes back when its publisher sends at most so many percent of what there is room for.
const RETURNING_PERCENT: u64 = 140;

/// A picture in a slot of the subscriber.
#[derive(Clone, Copy)]
struct Shown {
    slot: usize,
    publisher: u32,
    medium: Medium,
}

impl Core {
    /// A browser tells when what we sent it arrived.
    pub(super) fn transport_feedback(
        &mut self,
        place: u32,
        told: &TransportFeedback<'_>,
        now: Micros,
    ) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        let need_bps = peer.need_bps(now);
        peer.downlink.feedback(told, need_bps, now);
        self.plan(place, now);
        self.reschedule(place);
    }

    /// A browser tells its own estimate.
    pub(super) fn estimate(&mut self, place: u32, bitrate_bps: u64, now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        peer.downlink.remb(bitrate_bps, now);
        self.plan(place, now);
    }

    /// Decides what a subscriber is shown. Voices first.
    fn plan(&mut self, place: u32, now: Micros) {
        let Some(peer) = self.peers.get(place) else {
            return;
        };
        let Some(estimate_bps) = peer.downlink.estimate_bps(now) else {
            return;
        };
        let (flooded, drained) = (peer.downlink.is_flooded(), peer.downlink.is_drained());
        let mut shown = [None; PICTURES_MAX];
        let mut pictures = [Picture::default(); PICTURES_MAX];
        let mut count = 0;
        for (number, slot) in peer.slots.iter().enumerate() {
            let (Some(occupant), true) = (slot.occupant, slot.settings.medium != Medium::Audio)
            else {
                continue;
            };
            let medium = slot.settings.medium;
            let publisher = self.peers.get(occupant.peer);
            if let (Some(entry), Some(picture), Some(publisher)) =
                (shown.get_mut(count), pictures.get_mut(count), publisher)
            {
                *entry = Some(Shown {
                    slot: number,
                    publisher: occupant.peer,
                    medium,
                });
                *picture = publisher.picture(medium, (place, slot.choice), now);
                count += 1;
            }
        }
        let budget_bps = estimate_bps.saturating_sub(peer.voices_bps(now));
        let chosen = choose(budget_bps, pictures.get(..count).unwrap_or_default());
        // What a publisher that does not follow would have to send for this subscriber, to know when it may follow.
        let share_bps = budget_bps / (count as u64).max(1);
        for ((shown, chosen), picture) in shown.into_iter().flatten().zip(chosen).zip(pictures) {
            let pauses = chosen.choice == Choice::Paused && picture.now != Choice::Paused;
            let limit_bps = match (picture.follows, picture.layered) {
                (true, _) if pauses => Some(FLOOR_BPS),
                (true, _) => chosen.limit_bps,
                (false, true) => None,
                (false, false) => Some(share_bps),
            };
            self.limit(place, shown, limit_bps, now);
            let returns = picture.now == Choice::Paused && chosen.choice != Choice::Paused;
            let sent_bps = picture.layers_bps.first().copied().flatten().unwrap_or(0);
            self.note_most(place, shown.slot, &picture);
            let too_much = |limit: u64| sent_bps * 100 > limit * RETURNING_PERCENT;
            // Its publisher has to follow first: what comes beyond the limit would only queue.
            if !(returns && chosen.limit_bps.is_some_and(too_much)) {
                self.show(place, shown, chosen.choice, now);
            }
            // Until publishers have followed a path that shrank, voices must not wait behind pictures.
            if flooded {
                self.hold(place, shown.slot);
            } else if drained {
                self.release(place, shown, now);
            }
        }
        self.tell_paused(place, now);
        self.give_room(place, estimate_bps, now);
    }

    /// Decides whether a subscriber's voices come with what they repeat.
    fn give_room(&mut self, place: u32, estimate_bps: u64, now: Micros) {
        let Some(peer) = self.peers.get(place) else {
            return;
        };
        let repeating = |slot: &Slot| {
            let publisher = self.peers.get(slot.occupant?.peer)?;
            slot.settings.codec.red_payload_type?;
            let voice = publisher.sources.get(slot.settings.medium as usize)?;
            Some(voice.as_ref()?.repeating_bps(now))
        };
        let bps = peer.slots.iter().filter_map(repeating).sum::<u64>();
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        peer.repeating_bps = bps;
        for slot in &mut peer.slots {
            let part = if slot.has_room() {
                REPEATING_UNTIL
            } else {
                REPEATING_FROM
            };
            if slot.has_room() != (bps * part <= estimate_bps) {
                slot.give_room(!slot.has_room());
            }
        }
    }

    fn show(&mut self, place: u32, shown: Shown, choice: Choice, now: Micros) {
        let slot = self
            .peers
            .get_mut(place)
            .and_then(|peer| peer.slots.get_mut(shown.slot));
        if let (true, Some(layer)) = (
            slot.is_some_and(|slot| slot.show(choice, now)),
            choice.layer(),
        ) {
            self.wish_keyframe(shown.publisher, (shown.medium, layer), now);
        }
    }

    /// What a picture takes at its best, to know how far probing is of use.
    fn note_most(&mut self, place: u32, slot: usize, picture: &Picture) {
        let slot = { self.peers.get_mut(place) }.and_then(|peer| peer.slots.get_mut(slot));
        let comes = picture.layers_bps.iter().flatten().max();
        if let Some(slot) = slot {
            slot.most_bps = match comes {
                Some(bps) if !picture.follows => bps * 13 / 10,
                Some(_) | None => PICTURE_MAX_BPS,
            };
        }
    }

    fn hold(&mut self, place: u32, slot: usize) {
        let peer = self.peers.get_mut(place);
        if let Some(slot) = peer.and_then(|peer| peer.slots.get_mut(slot)) {
            slot.hold();
        }
    }

    fn release(&mut self, place: u32, shown: Shown, now: Micros) {
        let peer = self.peers.get_mut(place);
        let slot = peer.and_then(|peer| peer.slots.get_mut(shown.slot));
        if slot.is_some_and(Slot::release) {
            self.wish_keyframe(shown.publisher, (shown.medium, 0), now);
        }
    }

    /// Signalling is told when a picture is missing for some time because of the line, and when it is back.
    fn tell_paused(&mut self, place: u32, now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        let mut changed = false;
        for slot in &mut peer.slots {
            changed |= slot.note_paused(now);
        }
        if changed {
            self.events.push_back(Event::Slots {
                peer: peer.id,
                slots: slot_states(&peer.slots),
            });
        }
    }

    /// What a publisher may send for one of its subscribers.
    fn limit(&mut self, subscriber: u32, shown: Shown, limit_bps: Option<u64>, now: Micros) {
        let Some(publisher) = self.peers.get_mut(shown.publisher) else {
            return;
        };
        let Some(source) = publisher.source(shown.medium) else {
            return;
        };
        source.limit(subscriber, limit_bps, now);
        let limit = publisher.limit_bps(now);
        let (told, at) = publisher.told_limit;
        let urgent = match (told, limit) {
            (Some(told), Some(limit)) => {
                let step = told * LIMIT_STEP_PERCENT / 100;
                let paced = now.since(at) >= LIMIT_PACE_US;
                limit + step < told || (limit > told + step && paced)
            }
            (None, Some(_)) | (Some(_), None) => true,
            (None, None) => false,
        };
        if urgent {
            self.tell_limit(shown.publisher, limit, now);
        }
    }

    /// A limit that is no more has to be lifted: browsers keep the last one.
    fn tell_limit(&mut self, publisher: u32, limit_bps: Option<u64>, now: Micros) {
        let Some(peer) = self.peers.get_mut(publisher) else {
            return;
        };
        let Some(media) = peer.source(Medium::Camera).and_then(|source| source.ssrc) else {
            return;
        };
        peer.told_limit = (limit_bps, now);
        let local = peer.local_ssrc;
        peer.transport.send_rtcp(&mut self.outbox, |out| {
            let mut compound = Compound::new(out);
            compound.receiver_report(local, &[]).ok()?;
            let bps = limit_bps.unwrap_or(ESTIMATE_MAX_BPS);
            compound.remb(local, bps, &[media]).ok()?;
            Some(compound.len())
        });
    }

    /// Sends the padding that is due.
    pub(super) fn pad(&mut self, place: u32, now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        if peer.downlink.padding_due().is_none_or(|due| due > now) {
            return;
        }
        let padding = peer.downlink.padding(now);
        for _ in 0..padding.packets {
            let number = peer.downlink.number();
            let Some((header, map)) = peer.slots.iter_mut().find_map(|slot| slot.padding()) else {
                return;
            };
            let sent = peer.transport.send_written(&mut self.outbox, |out| {
                header.write_padding(out, number, &map, padding.bytes).ok()
            });
            if !sent {
                return;
            }
            peer.downlink.note_sent(usize::from(padding.bytes), now);
            self.stats.packets_padding += 1;
        }
    }
}

impl crate::peer::Peer {
    /// What voices take of its path.
    fn voices_bps(&self, now: Micros) -> u64 {
        let voices = self
            .slots
            .iter()
            .filter(|slot| slot.settings.medium == Medium::Audio && slot.occupant.is_some());
        let mut any = false;
        let bps: u64 = voices
            .map(|slot| {
                any = true;
                slot.bitrate_bps(now)
            })
            .sum();
        if any { bps.max(VOICES_MIN_BPS) } else { bps }
    }

    /// What would be sent to it if there was room.
    fn need_bps(&self, now: Micros) -> u64 {
        let pictures = self
            .slots
            .iter()
            .filter(|slot| slot.settings.medium != Medium::Audio && slot.occupant.is_some());
        let bps = self.voices_bps(now) + pictures.map(|slot| slot.most_bps).sum::<u64>();
        // Where voices alone are sent, room for what they repeat is to be found too.
        bps.max(self.repeating_bps * REPEATING_FROM)
    }
}
