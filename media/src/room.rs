//! A room: who is in it, who sits in whose slots, and what of it is recorded.
//!
//! Each admitted peer has a place for every other admitted one, kept as long as both stay: audio slot n and camera slot n are
//! the same person. Packets are forwarded by [`crate::core`].
//! Invariant: a peer that is not admitted is in no slot and has nobody in its own.

use media_packet::capture::Medium;
use media_packet::time::Micros;

use crate::control::{RoomId, SOUND, SlotState};
use crate::forward::{Occupant, Slot};
use crate::tap::{Blocks, Tap};

/// Peers of one room at the most: six people, a supervisor, one by telephone.
pub(crate) const MEMBERS_MAX: usize = 8;

/// Records of one room at the most: one for each member, though usually they share one.
const TAPS_MAX: usize = MEMBERS_MAX;

/// One visit's call.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) id: RoomId,
    /// Places of the peers in the worker's list.
    pub(crate) members: Vec<u32>,
    pub(crate) taps: Vec<Tap>,
}

impl Room {
    pub(crate) fn new(id: RoomId) -> Self {
        Self {
            id,
            members: Vec::with_capacity(2),
            taps: Vec::new(),
        }
    }

    /// The tap of a record, made when it is not there; none when there are too many.
    pub(crate) fn tap(&mut self, record: u64) -> Option<&mut Tap> {
        let known = self.taps.iter().position(|tap| tap.record() == record);
        match known {
            Some(at) => self.taps.get_mut(at),
            None if self.taps.len() >= TAPS_MAX => None,
            None => {
                self.taps.push(Tap::new(record));
                self.taps.last_mut()
            }
        }
    }

    /// The tap of a record that is being recorded here.
    pub(crate) fn known_tap(&mut self, record: u64) -> Option<&mut Tap> {
        self.taps.iter_mut().find(|tap| tap.record() == record)
    }

    /// Hands over the blocks that are due.
    pub(crate) fn flush_due(&mut self, blocks: &mut Blocks, now: Micros) {
        for tap in &mut self.taps {
            if tap.due().is_some_and(|due| due <= now) {
                tap.flush(blocks);
            }
        }
    }

    /// Hands over all blocks.
    pub(crate) fn flush(&mut self, blocks: &mut Blocks) {
        for tap in &mut self.taps {
            tap.flush(blocks);
        }
    }

    /// When a block is due.
    pub(crate) fn due(&self) -> Option<Micros> {
        self.taps.iter().filter_map(Tap::due).min()
    }
}

/// What a member shows to others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Presence {
    /// Who.
    pub(crate) occupant: Occupant,
    /// Which media it publishes, by their numbers.
    pub(crate) publishes: [bool; 3],
}

impl Presence {
    fn shows(&self, medium: Medium) -> bool {
        self.publishes.get(medium as usize) == Some(&true)
    }
}

/// Whose sound comes by a connection of its own has no second voice.
pub(crate) fn one_voice_each(mut present: Vec<Presence>) -> Vec<Presence> {
    let sounds: Vec<u8> = { present.iter() }
        .map(|one| one.occupant.participant)
        .filter(|participant| participant & SOUND != 0)
        .collect();
    for one in &mut present {
        let voice = one.publishes.get_mut(Medium::Audio as usize);
        if let Some(voice) = voice.filter(|_| sounds.contains(&(one.occupant.participant | SOUND)))
        {
            *voice = one.occupant.participant & SOUND != 0 && *voice;
        }
    }
    present
}

/// Seats the others in the slots of one peer: who is seated stays, new ones take the first free place. Returns whether
/// anything changed.
pub(crate) fn seat(slots: &mut [Slot], others: &[Presence]) -> bool {
    let before: Vec<_> = slots.iter().map(|slot| slot.occupant).collect();
    let mut places = [None; MEMBERS_MAX];
    let voices = { slots.iter() }
        .filter(|slot| slot.settings.medium != Medium::Screen)
        .map(|slot| usize::from(slot.settings.place) + 1)
        .max()
        .unwrap_or_default();
    for slot in slots
        .iter()
        .filter(|slot| slot.settings.medium != Medium::Screen)
    {
        if let (Some(place), Some(occupant)) = (
            places.get_mut(usize::from(slot.settings.place)),
            slot.occupant,
        ) {
            *place = others
                .iter()
                .find(|other| other.occupant == occupant)
                .copied();
        }
    }
    for other in others {
        let seated = places
            .iter()
            .flatten()
            .any(|place| place.occupant == other.occupant);
        // Who has no picture leaves the places of those who have one free: there are fewer of them.
        let is_sound = other.occupant.participant & SOUND != 0;
        let mut free = places
            .iter_mut()
            .take(voices)
            .filter(|place| place.is_none());
        let free = if is_sound {
            free.next_back()
        } else {
            free.next()
        };
        if let (false, Some(place)) = (seated, free) {
            *place = Some(*other);
        }
    }
    for slot in slots.iter_mut() {
        let number = usize::from(slot.settings.place);
        let place = match slot.settings.medium {
            // A screen has a place only while it is shared.
            Medium::Screen => { others.iter() }
                .filter(|other| other.shows(Medium::Screen))
                .nth(number)
                .copied(),
            Medium::Audio | Medium::Camera => places.get(number).copied().flatten(),
        };
        let shown = place.filter(|other| other.shows(slot.settings.medium));
        slot.occupy(shown.map(|other| other.occupant));
    }
    slots.iter().map(|slot| slot.occupant).ne(before)
}

/// The slots as signalling tells them.
pub(crate) fn slot_states(slots: &[Slot]) -> Vec<SlotState> {
    let state = |slot: &Slot| SlotState {
        mid: slot.settings.mid.clone(),
        medium: slot.settings.medium,
        participant: slot.occupant.map(|occupant| occupant.participant),
        paused: slot.is_paused(),
    };
    slots.iter().map(state).collect()
}
