//! The last packets of one source, decrypted, kept for retransmission to any of its receivers.
//!
//! Bounded in bytes, in packets and in time; the oldest makes room. Which receiver may have what is the caller's.

use crate::rtp::ExtendedSequence;
use crate::time::Micros;

/// Packets are kept so long: later no jitter buffer waits for them.
pub const KEPT_US: u64 = 1_000_000;

/// Ring of packets. Its memory is taken when the first packet comes, once.
#[derive(Debug)]
pub struct PacketRing {
    bytes_max: usize,
    packets_max: usize,
    /// By number modulo its length.
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    /// Bytes ever written, gaps at the end of the buffer included: place and age in one.
    written: u64,
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
            entries: Vec::new(),
            bytes: Vec::new(),
            written: 0,
        }
    }

    /// Keeps a copy of the packet; one longer than the ring is not kept.
    pub fn push(&mut self, sequence: ExtendedSequence, packet: &[u8], now: Micros) {
        if packet.len() > self.bytes_max {
            return;
        }
        if self.bytes.is_empty() {
            self.bytes.resize(self.bytes_max, 0);
            self.entries.resize(self.packets_max, NO_ENTRY);
        }
        let mut at = self.offset(self.written);
        if at + packet.len() > self.bytes_max {
            // A packet lies in one piece: the rest of the buffer stays unused this time.
            self.written += (self.bytes_max - at) as u64;
            at = 0;
        }
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
        let place = sequence.place(self.packets_max);
        if let Some(place) = self.entries.get_mut(place) {
            *place = entry;
        }
    }

    /// The packet with this number, if it is still there and not too old.
    #[must_use]
    pub fn packet(&self, sequence: ExtendedSequence, now: Micros) -> Option<&[u8]> {
        let entry = self.entries.get(sequence.place(self.packets_max))?;
        let overwritten = self.written - entry.start.min(self.written) > self.bytes_max as u64;
        if entry.sequence != sequence || overwritten || now.since(entry.at) > KEPT_US {
            return None;
        }
        let at = self.offset(entry.start);
        self.bytes.get(at..at + entry.len)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "less than `bytes_max`, which is a usize"
    )]
    const fn offset(&self, written: u64) -> usize {
        (written % self.bytes_max as u64) as usize
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
