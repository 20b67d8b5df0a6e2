//! Which packets of a stream are missing, and when to ask for each again (RFC 4585 generic NACK).

use crate::rtp::ExtendedSequence;
use crate::time::Micros;

/// Packets waited for at the most: half a second of video at 1,000 packets/s. A larger gap is no loss but a break, and
/// only a keyframe helps.
pub const MISSING_MAX: usize = 512;

/// Times that a packet is asked for. Ten round trips are later than any jitter buffer waits.
pub const NACK_TRIES_MAX: u8 = 10;

/// Reordered packets come by themselves within this time.
const REORDER_WAIT_US: u64 = 10_000;
/// Asking again sooner than this would only send twice, however short the round trip.
const RETRY_MIN_US: u64 = 20_000;
/// A packet is of no use to anybody after so long.
const AGE_MAX_US: u64 = 1_000_000;

/// The missing packets of one stream, oldest first.
#[derive(Debug, Default)]
pub struct MissingPackets {
    packets: Vec<Missing>,
    /// Holes that were too large to be filled or grew too old, since the last [`Self::nacks_due`].
    given_up: u32,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    sequence: ExtendedSequence,
    noticed: Micros,
    due: Micros,
    tries: u8,
}

/// What [`MissingPackets::nacks_due`] found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NacksDue {
    /// Numbers to ask for.
    pub asked: u32,
    /// Packets that nobody waits for any longer: in video, ask for a keyframe.
    pub given_up: u32,
}

impl MissingPackets {
    pub(super) const fn new() -> Self {
        Self {
            packets: Vec::new(),
            given_up: 0,
        }
    }

    pub(super) fn note_gap(
        &mut self,
        after: ExtendedSequence,
        before: ExtendedSequence,
        now: Micros,
    ) {
        let count = before.0 - after.0 - 1;
        let abandoned = self.packets.len() as u64 + count;
        if abandoned > MISSING_MAX as u64 {
            self.given_up = self
                .given_up
                .saturating_add(u32::try_from(abandoned).unwrap_or(u32::MAX));
            self.packets.clear();
            return;
        }
        let due = now.plus(REORDER_WAIT_US);
        self.packets
            .extend((after.0 + 1..before.0).map(|number| Missing {
                sequence: ExtendedSequence(number),
                noticed: now,
                due,
                tries: 0,
            }));
    }

    pub(super) fn arrived(&mut self, sequence: ExtendedSequence) {
        if let Ok(at) = self
            .packets
            .binary_search_by_key(&sequence, |missing| missing.sequence)
        {
            self.packets.remove(at);
        }
    }

    /// Nothing is missing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// When the oldest of those that are missing was noticed.
    #[must_use]
    pub fn since(&self) -> Option<Micros> {
        self.packets.first().map(|missing| missing.noticed)
    }

    /// When [`Self::nacks_due`] has work next.
    #[must_use]
    pub fn next_due(&self) -> Option<Micros> {
        if self.given_up > 0 {
            return Some(Micros(0));
        }
        self.packets.iter().map(|missing| missing.due).min()
    }

    /// Appends to `out` the numbers to ask for now, in rising order; each is asked for again after `rtt_us`.
    pub fn nacks_due(&mut self, rtt_us: u64, out: &mut Vec<u16>, now: Micros) -> NacksDue {
        let mut found = NacksDue {
            asked: 0,
            given_up: std::mem::take(&mut self.given_up),
        };
        let retry_us = (rtt_us + rtt_us / 4).max(RETRY_MIN_US);
        self.packets.retain_mut(|missing| {
            if now < missing.due {
                return true;
            }
            if missing.tries >= NACK_TRIES_MAX || now.since(missing.noticed) >= AGE_MAX_US {
                found.given_up += 1;
                return false;
            }
            missing.tries += 1;
            missing.due = now.plus(retry_us);
            out.push(missing.sequence.low());
            found.asked += 1;
            true
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(missing: &mut MissingPackets, now_ms: u64) -> (Vec<u16>, u32) {
        let mut out = Vec::new();
        let due = missing.nacks_due(40_000, &mut out, Micros(now_ms * 1000));
        assert_eq!(due.asked as usize, out.len());
        (out, due.given_up)
    }

    fn gap(after: u64, before: u64) -> MissingPackets {
        let mut missing = MissingPackets::default();
        missing.note_gap(ExtendedSequence(after), ExtendedSequence(before), Micros(0));
        missing
    }

    #[test]
    fn a_gap_is_asked_for_after_the_reorder_wait_then_each_round_trip() {
        let mut missing = gap(10, 13);
        assert_eq!(asked(&mut missing, 9), (vec![], 0));
        assert_eq!(missing.next_due(), Some(Micros(10_000)));
        assert_eq!(missing.since(), Some(Micros(0)));
        assert_eq!(asked(&mut missing, 10), (vec![11, 12], 0));
        missing.arrived(ExtendedSequence(11));
        assert_eq!(asked(&mut missing, 59), (vec![], 0));
        assert_eq!(asked(&mut missing, 60), (vec![12], 0));
    }

    #[test]
    fn a_packet_is_given_up_after_its_tries_or_its_age() {
        let mut missing = gap(10, 12);
        for round in 0..u64::from(NACK_TRIES_MAX) {
            assert_eq!(asked(&mut missing, 10 + 50 * round).0, [11]);
        }
        assert_eq!(asked(&mut missing, 510), (vec![], 1));
        assert!(missing.is_empty());
        assert_eq!(asked(&mut gap(10, 12), 1000), (vec![], 1));
    }

    #[test]
    fn a_gap_that_is_too_large_is_given_up_at_once() {
        let mut missing = gap(10, 12 + MISSING_MAX as u64);
        assert_eq!(missing.next_due(), Some(Micros(0)));
        let given_up = u32::try_from(MISSING_MAX + 1).unwrap();
        assert_eq!(asked(&mut missing, 0), (vec![], given_up));
    }
}
