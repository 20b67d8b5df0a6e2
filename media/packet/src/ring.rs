//! The last packets of one source, decrypted, kept for retransmission to any of its receivers.
//!
//! Bounded in bytes, in packets and in time; the oldest makes room. The memory follows what the stream needs: it begins small
//! and grows, up to the bound, as long as packets are overwritten that somebody may still ask for. Which receiver may have
//! what is the caller's.

use crate::rtp::ExtendedSequence;
use crate::time::Micros;

/// Packets are kept so long: later no jitter buffer waits for them.
pub const KEPT_US: u64 = 1_000_000;

/// How long packets are kept when nobody has told a round trip: longer than half of all paths need.
const KEPT_AT_FIRST_US: u64 = 300_000;

/// First size, in bytes: a quarter of a second at 1 Mbit/s.
const BYTES_AT_FIRST: usize = 32 * 1024;

/// First number of packets.
const PACKETS_AT_FIRST: usize = 64;

/// Ring of packets. Memory is taken when the first packet comes, and when it has to grow.
#[derive(Debug)]
pub struct PacketRing {
    bytes_max: usize,
    packets_max: usize,
    /// Packets younger than this should still be there.
    wanted_us: u64,
    /// By number modulo its length.
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    /// Bytes ever written, gaps at the end of the buffer included: place and age in one.
    written: u64,
    /// Value of `written` that lies at the beginning of the buffer.
    origin: u64,
    /// When the buffer was begun from its beginning.
    lap_began: Micros,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    sequence: ExtendedSequence,
    at: Micros,
    /// Value of `written` at its first byte.
    start: u64,
    len: usize,
}

const NO_ENTRY: Entry = Entry {
    sequence: ExtendedSequence(u64::MAX),
    at: Micros(0),
    start: 0,
    len: 0,
};

impl PacketRing {
    /// A ring of at most so many bytes and packets (at least one of each).
    #[must_use]
    pub fn new(bytes_max: usize, packets_max: usize) -> Self {
        Self {
            bytes_max: bytes_max.max(1),
            packets_max: packets_max.max(1),
            wanted_us: KEPT_AT_FIRST_US,
            entries: Vec::new(),
            bytes: Vec::new(),
            written: 0,
            origin: 0,
            lap_began: Micros(0),
        }
    }

    /// A receiver has this round trip: it asks for a packet half of one after its loss, and twice again one round trip later
    /// each, when what was sent again is lost too. What once was wanted stays so.
    pub fn want(&mut self, rtt_us: u64) {
        let wanted_us = rtt_us.saturating_mul(3).saturating_add(100_000);
        self.wanted_us = self.wanted_us.max(wanted_us.min(KEPT_US));
    }

    /// Bytes of memory that it holds.
    #[must_use]
    pub const fn memory_bytes(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    /// Keeps a copy of the packet; one longer than the ring is not kept.
    pub fn push(&mut self, sequence: ExtendedSequence, packet: &[u8], now: Micros) {
        if packet.len() > self.bytes_max {
            return;
        }
        let at = self.make_room(packet.len(), now);
        self.make_place(sequence, now);
        if let Some(place) = self.bytes.get_mut(at..at + packet.len()) {
            place.copy_from_slice(packet);
        }
        let entry = Entry {
            sequence,
            at: now,
            start: self.written,
            len: packet.len(),
        };
        self.written += packet.len() as u64;
        let place = sequence.place(self.entries.len());
        if let Some(place) = self.entries.get_mut(place) {
            *place = entry;
        }
    }

    /// Where the next packet lies, which is so long; a packet lies in one piece.
    fn make_room(&mut self, len: usize, now: Micros) -> usize {
        if self.bytes.is_empty() {
            let first = BYTES_AT_FIRST.max(len).min(self.bytes_max);
            self.bytes.resize(first, 0);
            self.lap_began = now;
        }
        let at = self.offset(self.written);
        if at + len <= self.bytes.len() {
            return at;
        }
        // The rest of the buffer stays unused this time.
        self.written += (self.bytes.len() - at) as u64;
        let overwrites_early = now.since(self.lap_began) < self.wanted_us;
        if len > self.bytes.len() || (overwrites_early && self.bytes.len() < self.bytes_max) {
            // What lies in the buffer stays where it is, and the new part follows.
            self.origin = self.written - self.bytes.len() as u64;
            let grown = (self.bytes.len() / 2 * 3).max(self.bytes.len() + len);
            let grown = grown.min(self.bytes_max);
            // Not the doubling that a vector would do by itself.
            self.bytes.reserve_exact(grown - self.bytes.len());
            self.bytes.resize(grown, 0);
            let at = self.offset(self.written);
            if at + len <= self.bytes.len() {
                return at;
            }
            self.written += (self.bytes.len() - at) as u64;
        }
        self.lap_began = now;
        0
    }

    /// Makes more places when the one of `sequence` is taken by a packet that somebody may still ask for.
    fn make_place(&mut self, sequence: ExtendedSequence, now: Micros) {
        if self.entries.is_empty() {
            self.entries
                .resize(PACKETS_AT_FIRST.min(self.packets_max), NO_ENTRY);
        }
        let taken = self.entries.get(sequence.place(self.entries.len()));
        let is_wanted = taken.is_some_and(|entry| {
            entry.len > 0 && entry.sequence != sequence && now.since(entry.at) < self.wanted_us
        });
        if !is_wanted || self.entries.len() >= self.packets_max {
            return;
        }
        let places = (self.entries.len() * 2).min(self.packets_max);
        let before = std::mem::replace(&mut self.entries, vec![NO_ENTRY; places]);
        for entry in before {
            if let Some(place) = self.entries.get_mut(entry.sequence.place(places))
                && entry.len > 0
            {
                *place = entry;
            }
        }
    }

    /// The packet with this number, if it is still there and not too old.
    #[must_use]
    pub fn packet(&self, sequence: ExtendedSequence, now: Micros) -> Option<&[u8]> {
        if self.entries.is_empty() {
            return None;
        }
        let entry = self.entries.get(sequence.place(self.entries.len()))?;
        // What was gone already when the buffer grew is not in the new one either.
        let overwritten = entry.start < self.origin
            || self.written - entry.start.min(self.written) > self.bytes.len() as u64;
        if entry.sequence != sequence || overwritten || now.since(entry.at) > KEPT_US {
            return None;
        }
        let at = self.offset(entry.start);
        self.bytes.get(at..at + entry.len)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "less than the buffer's length, which is a usize"
    )]
    const fn offset(&self, written: u64) -> usize {
        (written.wrapping_sub(self.origin) % self.bytes.len() as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_packet_comes_back_whole_or_not_at_all(lens in prop::collection::vec(0..300usize, 1..200)) {
            let mut ring = PacketRing::new(2_000, 16);
            let packet = |number: usize| vec![u8::try_from(number % 251).unwrap(); lens[number]];
            for number in 0..lens.len() {
                ring.push(ExtendedSequence(number as u64), &packet(number), Micros(0));
                let newest = ring.packet(ExtendedSequence(number as u64), Micros(0));
                prop_assert_eq!(newest.map(<[u8]>::to_vec), Some(packet(number)));
                let mut kept = 0;
                for earlier in 0..=number {
                    if let Some(found) = ring.packet(ExtendedSequence(earlier as u64), Micros(0)) {
                        prop_assert_eq!(found.to_vec(), packet(earlier));
                        kept += 1;
                    }
                }
                prop_assert!(kept >= 5.min(number + 1), "{} of {}", kept, number);
            }
        }

        #[test]
        fn a_packet_comes_back_whole_or_not_at_all_while_the_ring_grows(
            lens in prop::collection::vec(0..1_500usize, 100..200)
        ) {
            let mut ring = PacketRing::new(100 * 1024, 256);
            ring.want(KEPT_US);
            let packet = |number: usize| vec![u8::try_from(number % 251).unwrap(); lens[number]];
            for number in 0..lens.len() {
                ring.push(ExtendedSequence(number as u64), &packet(number), Micros(0));
                for earlier in number.saturating_sub(60)..=number {
                    if let Some(found) = ring.packet(ExtendedSequence(earlier as u64), Micros(0)) {
                        prop_assert_eq!(found.to_vec(), packet(earlier));
                    }
                }
            }
            prop_assert!(ring.memory_bytes() > BYTES_AT_FIRST);
        }
    }

    /// Pushes so many packets of 1,000 bytes at this distance; returns how many of the last can be had, and the memory.
    fn kept(rtt_us: u64, step_us: u64, count: u64) -> (usize, usize) {
        let mut ring = PacketRing::new(160 * 1024, 512);
        ring.want(rtt_us);
        let at = |number: u64| Micros(number * step_us);
        for number in 0..count {
            let packet = [u8::try_from(number % 251).unwrap(); 1_000];
            ring.push(ExtendedSequence(number), &packet, at(number));
        }
        let mut kept = 0;
        for number in 0..count {
            if let Some(packet) = ring.packet(ExtendedSequence(number), at(count)) {
                assert_eq!(packet[0], u8::try_from(number % 251).unwrap());
                kept += 1;
            }
        }
        (kept, ring.memory_bytes())
    }

    #[test]
    fn memory_follows_rate_and_round_trip_up_to_the_bound() {
        let (slow, memory) = kept(1_000, 10_000, 1_000);
        assert!(slow >= 30 && memory < 40 * 1024, "{slow} {memory}");
        let (fast, memory) = kept(1_000, 3_000, 1_000);
        assert!(
            (100..164).contains(&fast) && memory > 100 * 1024,
            "{fast} {memory}"
        );
        let (far, memory) = kept(150_000, 10_000, 1_000);
        assert!(
            (55..130).contains(&far) && memory < 140 * 1024,
            "{far} {memory}"
        );
        let (flood, memory) = kept(5_000_000, 100, 10_000);
        assert!(flood >= 160 && memory <= 160 * 1024 + 512 * size_of::<Entry>());
    }

    #[test]
    fn a_packet_grows_too_old() {
        let mut ring = PacketRing::new(100, 4);
        ring.push(ExtendedSequence(70_000), b"a", Micros(5));
        assert!(
            ring.packet(ExtendedSequence(70_000), Micros(5 + KEPT_US))
                .is_some()
        );
        assert!(
            ring.packet(ExtendedSequence(70_000), Micros(6 + KEPT_US))
                .is_none()
        );
        assert!(ring.packet(ExtendedSequence(69_996), Micros(5)).is_none());
        ring.push(ExtendedSequence(70_001), &[0; 101], Micros(5));
        assert!(ring.packet(ExtendedSequence(70_001), Micros(5)).is_none());
    }
}
