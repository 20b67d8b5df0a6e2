//! The judge's rounds: who is watched, what a second of a person's line brought, and what is told of it.

use media_packet::capture::Medium;
use media_packet::rtp::Ssrc;
use media_packet::time::Micros;

use super::Core;
use crate::control::Event;
use crate::peer::Peer;
use crate::quality::{Delivered, Second};

/// A person whose path carries less than this gets smaller pictures: what a picture of 480 lines needs.
const REDUCED_BELOW_BPS: u64 = 600_000;

impl Core {
    /// A peer is watched while it is connected and admitted.
    pub(super) fn watch(&mut self, place: u32, now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        if peer.admitted && peer.transport.is_connected() {
            peer.monitor.begin(now);
        } else if let Some(quality) = peer.monitor.end() {
            let peer = peer.id;
            self.events.push_back(Event::Quality { peer, quality });
        }
    }

    /// Tells the judge what came by signalling since the last time.
    fn feel(&mut self, place: u32) {
        let Some(pulse) = self.peers.get(place).and_then(|peer| peer.pulse.as_ref()) else {
            return;
        };
        let answered = pulse.answered().map(|(rtt, at)| (rtt, self.micros(at)));
        let heard = pulse.heard().map(|at| self.micros(at));
        if let Some(peer) = self.peers.get_mut(place) {
            peer.monitor.note_signalling(heard, answered);
        }
    }

    /// A subscriber cannot decode a picture. When it is its publisher's line that lost it, that is not the subscriber's trouble.
    pub(super) fn note_undecodable(
        &mut self,
        place: u32,
        media: Ssrc,
        publisher: u32,
        now: Micros,
    ) {
        let Some((subscriber, publisher)) = self.peers.pair_mut(place, publisher) else {
            return;
        };
        let slot = subscriber
            .slots
            .iter_mut()
            .find(|slot| slot.settings.sources.0 == media);
        let Some(slot) = slot else { return };
        let source = publisher.layer(slot.settings.medium, slot.showing());
        if !source.is_some_and(|source| source.reception.freeze.is_frozen(now)) {
            slot.delivery.note_undecodable(now);
        }
    }

    /// Looks at a peer's line when that is due.
    pub(super) fn judge(&mut self, place: u32, now: Micros) {
        let is_due = |core: &Self| {
            let due = core.peers.get(place).and_then(|peer| peer.monitor.due());
            due.is_some_and(|due| due <= now)
        };
        if !is_due(self) {
            return;
        }
        self.feel(place);
        // With what came by signalling the right moment may be a later one.
        if !is_due(self) {
            return;
        }
        let (reduced, has_fec) = (self.is_reduced(place, now), self.voices_have_fec(place));
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        let heard = peer.transport.heard();
        let news = if peer.monitor.has_second(now) {
            let second = take_second(peer, has_fec, now);
            let second = Second {
                heard,
                reduced,
                ..second
            };
            peer.monitor.judge(&second, now)
        } else {
            peer.monitor.glance(heard, reduced, now)
        };
        if let Some(quality) = news {
            let peer = peer.id;
            self.events.push_back(Event::Quality { peer, quality });
        }
    }

    /// Pictures are held down because of what this peer's path carries.
    fn is_reduced(&self, place: u32, now: Micros) -> bool {
        let Some(peer) = self.peers.get(place) else {
            return false;
        };
        let mut pictures = peer
            .slots
            .iter()
            .filter(|slot| slot.occupant.is_some() && slot.settings.medium != Medium::Audio);
        let estimate = peer.downlink.estimate_bps(now);
        pictures.any(|slot| slot.is_paused() || estimate.is_some_and(|bps| bps < REDUCED_BELOW_BPS))
    }

    /// Each voice that the peer is sent carries its own repair: repeated, or in its Opus.
    fn voices_have_fec(&self, place: u32) -> bool {
        let slots = self.peers.get(place).map(|peer| peer.slots.as_slice());
        let mut voices = slots.unwrap_or_default().iter().filter_map(|slot| {
            let occupant = slot.occupant?;
            let is_voice = slot.settings.medium == Medium::Audio;
            is_voice.then_some((occupant.peer, slot.is_repeating()))
        });
        voices.all(|(publisher, is_repeating)| {
            let peer = self.peers.get(publisher);
            let voice = peer.and_then(|peer| peer.sources.get(Medium::Audio as usize)?.as_ref());
            is_repeating || voice.is_some_and(|source| source.reception.has_fec())
        })
    }
}

/// What was counted of a peer's line since the last time.
fn take_second(peer: &mut Peer, has_fec: bool, now: Micros) -> Second {
    let mut second = Second::default();
    for source in peer.sources.iter_mut().flatten() {
        let (voice, frozen_us, packets) = source.take_second(now);
        if source.medium == Medium::Audio {
            second.up = voice;
        }
        second.frozen_up_us = second.frozen_up_us.max(frozen_us);
        second.packets += packets;
    }
    let (mut voice, mut pictures) = (Delivered::default(), Delivered::default());
    for slot in peer.slots.iter_mut().filter(|slot| slot.occupant.is_some()) {
        let sum = match slot.settings.medium {
            Medium::Audio => &mut voice,
            Medium::Camera | Medium::Screen => &mut pictures,
        };
        sum.add(slot.delivery.take(&slot.stream, now));
    }
    second.frozen_down_us = pictures.frozen_us;
    second.down = voice.as_voice(&pictures, peer.downlink.take_told(), has_fec);
    second
}
