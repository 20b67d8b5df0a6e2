//! What is counted of one stream between two samples: voice that is lost for good and how unevenly it comes, and for how long a
//! picture stood still.
//!
//! Invariant: a packet costs a handful of instructions here; everything dear is done once a second.

use media_packet::opus;
use media_packet::receive::{Order, ReceivedStream};
use media_packet::time::Micros;

use super::VoiceSecond;

/// What a jitter buffer and a player hide: a hole that is filled within this time is not seen.
const HIDDEN_US: u64 = 200_000;

/// Counters of one received stream since the last sample.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reception {
    /// Packets expected and received in all, as of the last sample.
    counted: (u64, u64),
    /// Lost ones that the next packet made good.
    made_good: u64,
    /// The last packet had the one before it in its own Opus.
    has_fec: bool,
    transit: Transit,
    /// Where the picture stands still.
    pub(crate) freeze: Freeze,
}

impl Reception {
    /// A packet of voice came, which repeats so many before it.
    pub(crate) fn note_voice(
        &mut self,
        order: Order,
        (voice, repeated): (&[u8], u64),
        timestamp: u32,
        now: Micros,
    ) {
        match order {
            Order::Next => self.has_fec = opus::has_fec(voice),
            Order::Ahead { missing } => {
                self.has_fec = opus::has_fec(voice);
                self.made_good += missing.min(repeated.max(u64::from(self.has_fec)));
            }
            Order::Late | Order::Duplicate | Order::TooOld => {}
        }
        self.transit.note(timestamp, now);
    }

    /// The stream's Opus carries its own repair now, whatever its packets repeat.
    pub(crate) fn has_fec(&self) -> bool {
        self.has_fec
    }

    /// Packets that came since the last sample.
    pub(crate) fn packets(&self, stream: &ReceivedStream) -> u64 {
        stream.received().saturating_sub(self.counted.1)
    }

    /// What came since the last sample, and a new one begins.
    pub(crate) fn take(&mut self, stream: &ReceivedStream) -> VoiceSecond {
        let (expected, received) = (stream.expected(), stream.received());
        let lost = (expected.saturating_sub(self.counted.0))
            .saturating_sub(received.saturating_sub(self.counted.1));
        let expected_now = expected.saturating_sub(self.counted.0);
        self.counted = (expected, received);
        let lost = lost.saturating_sub(std::mem::take(&mut self.made_good));
        VoiceSecond {
            expected: u32::try_from(expected_now).unwrap_or(u32::MAX),
            lost: share(lost, expected_now),
            jitter_us: self.transit.take(),
        }
    }

    /// Counts from anew: the stream is another one.
    pub(crate) fn restart(&mut self) {
        *self = Self::default();
    }
}

/// One number as a share of another, 0 to 1.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 {
        return 0.0;
    }
    (number(part) / number(whole)).min(1.0)
}

/// Width of a bin.
const BIN_US: i64 = 10_000;
/// Bins: up to 640 ms; what comes later counts as the last.
const BINS: usize = 64;

/// How late packets come, compared with the quickest of the second. A step of the delay is seen in the second in which it happens;
/// after it the round trip tells it, and it must not be counted twice.
#[derive(Clone, Debug)]
struct Transit {
    /// Transit of the first packet, from which all others are told.
    origin: Option<u32>,
    quickest_us: Option<i64>,
    bins: [u16; BINS],
}

impl Default for Transit {
    fn default() -> Self {
        Self {
            origin: None,
            quickest_us: None,
            bins: [0; BINS],
        }
    }
}

impl Transit {
    fn note(&mut self, timestamp: u32, now: Micros) {
        let arrival = now.0.wrapping_mul(48) / 1_000;
        let arrival = u32::try_from(arrival & u64::from(u32::MAX)).unwrap_or_default();
        let transit = arrival.wrapping_sub(timestamp);
        let origin = *self.origin.get_or_insert(transit);
        let late_us = i64::from(transit.wrapping_sub(origin).cast_signed()) * 1_000 / 48;
        let quickest = self.quickest_us.map_or(late_us, |us| us.min(late_us));
        self.quickest_us = Some(quickest);
        let bin = (late_us - quickest) / BIN_US;
        let bin = usize::try_from(bin).unwrap_or(0).min(BINS - 1);
        if let Some(bin) = self.bins.get_mut(bin) {
            *bin = bin.saturating_add(1);
        }
    }

    /// Lateness that 95 of 100 packets did not exceed, in microseconds.
    fn take(&mut self) -> u64 {
        let bins = std::mem::replace(&mut self.bins, [0; BINS]);
        self.quickest_us = None;
        let all: u32 = bins.iter().copied().map(u32::from).sum();
        let mut up_to = 0;
        for (bin, count) in (0_u64..).zip(bins) {
            up_to += u32::from(count);
            if up_to * 20 >= all * 19 {
                return bin * BIN_US.unsigned_abs();
            }
        }
        0
    }
}

/// For how long a picture stood still: from a hole that was not filled in time, or a picture that nobody can decode, until the
/// hole is filled or a keyframe comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Freeze {
    /// It stands still from here on; may lie ahead, when a hole may still be filled in time.
    since: Option<Micros>,
    /// Only a keyframe helps.
    lost: bool,
    counted: Micros,
    frozen_us: u64,
    keyframe: Micros,
}

impl Freeze {
    /// Holes as they are now: since when the oldest is open.
    pub(crate) fn note(&mut self, hole_since: Option<Micros>, now: Micros) {
        self.count(now);
        if !self.lost {
            // What was missing before the last keyframe is missed by nobody.
            let hole = hole_since.filter(|&since| since > self.keyframe);
            self.since = hole.map(|since| since.plus(HIDDEN_US));
        }
    }

    /// Something is lost for good: pictures cannot be decoded until a keyframe comes.
    pub(crate) fn lose(&mut self, now: Micros) {
        self.count(now);
        self.lost = true;
        self.since = Some(self.since.map_or(now, |since| since.min(now)));
    }

    /// A keyframe came.
    pub(crate) fn note_keyframe(&mut self, now: Micros) {
        self.count(now);
        self.lost = false;
        self.since = None;
        self.keyframe = now;
    }

    /// It stands still now.
    pub(crate) fn is_frozen(&self, now: Micros) -> bool {
        self.since.is_some_and(|since| since <= now)
    }

    /// How long it stood still since the last sample.
    pub(crate) fn take(&mut self, now: Micros) -> u64 {
        self.count(now);
        std::mem::take(&mut self.frozen_us)
    }

    fn count(&mut self, now: Micros) {
        if let Some(since) = self.since {
            self.frozen_us += now.since(since.max(self.counted));
        }
        self.counted = now;
    }
}

#[cfg(test)]
mod tests {
    use media_packet::rtp::{Header, Ssrc};

    use super::*;

    /// Voice of hybrid Opus, with redundancy or without.
    fn voice(has_fec: bool) -> [u8; 2] {
        [15 << 3, if has_fec { 0xc0 } else { 0x80 }]
    }

    /// Plays packets of 20 ms each, by number and lateness; the last second's result.
    fn heard(packets: impl IntoIterator<Item = (u16, u64)>, has_fec: bool) -> VoiceSecond {
        heard_repeating(packets, has_fec, 0)
    }

    /// The same of a voice that repeats so many packets in each.
    fn heard_repeating(
        packets: impl IntoIterator<Item = (u16, u64)>,
        has_fec: bool,
        repeated: u64,
    ) -> VoiceSecond {
        let mut stream = ReceivedStream::new(Ssrc(1), 48_000);
        let mut reception = Reception::default();
        for (number, late_us) in packets {
            let timestamp = u32::from(number) * 960;
            let header = Header {
                sequence: number,
                timestamp,
                ..Header::default()
            };
            let now = Micros(1_000_000 + u64::from(number) * 20_000 + late_us);
            let arrived = stream.receive(&header, now);
            reception.note_voice(arrived.order, (&voice(has_fec), repeated), timestamp, now);
        }
        reception.take(&stream)
    }

    #[test]
    fn single_losses_are_made_good_by_fec_and_double_ones_by_half() {
        let without = |lost: &'static [u16]| (0..100).filter(|n| !lost.contains(n)).map(|n| (n, 0));
        assert!((heard(without(&[10, 20, 30, 31]), false).lost - 0.04).abs() < 1e-9);
        assert!((heard(without(&[10, 20, 30, 31]), true).lost - 0.01).abs() < 1e-9);
        assert!(heard(without(&[]), true).lost.abs() < 1e-9);
    }

    #[test]
    fn what_the_next_packet_repeats_is_not_lost_and_counts_once() {
        let lost = |has_fec, repeated| {
            let packets = (0..100).filter(|n| ![10, 20, 30, 31].contains(n));
            let packets = packets.map(|n| (n, 0));
            heard_repeating(packets, has_fec, repeated).lost
        };
        assert!((lost(false, 1) - 0.01).abs() < 1e-9);
        assert!((lost(true, 1) - 0.01).abs() < 1e-9);
        assert!(lost(false, 2).abs() < 1e-9);
        assert!(lost(false, 8).abs() < 1e-9);
    }

    #[test]
    fn jitter_is_what_95_of_100_packets_do_not_exceed() {
        let late = |every: u16, late_us| {
            (0..100).map(move |n| (n, if n % every == 1 { late_us } else { 0 }))
        };
        assert_eq!(heard(late(100, 19_000), true).jitter_us, 0);
        assert_eq!(heard(late(10, 95_000), true).jitter_us, 90_000);
        // A step in the delay is late in the second in which it happens.
        assert_eq!(
            heard((0..50).map(|n| (n, if n < 10 { 0 } else { 400_000 })), true).jitter_us,
            400_000
        );
    }

    #[test]
    fn a_hole_that_is_filled_in_time_is_not_seen() {
        let mut freeze = Freeze::default();
        freeze.note(Some(Micros(100_000)), Micros(150_000));
        freeze.note(None, Micros(299_000));
        assert_eq!(freeze.take(Micros(1_000_000)), 0);
        freeze.note(Some(Micros(1_100_000)), Micros(1_150_000));
        assert!(!freeze.is_frozen(Micros(1_299_000)) && freeze.is_frozen(Micros(1_300_000)));
        freeze.note(None, Micros(1_400_000));
        assert_eq!(freeze.take(Micros(2_000_000)), 100_000);
    }

    #[test]
    fn a_lost_picture_stands_still_until_a_keyframe() {
        let mut freeze = Freeze::default();
        freeze.lose(Micros(500_000));
        freeze.note(None, Micros(900_000));
        assert_eq!(freeze.take(Micros(1_000_000)), 500_000);
        freeze.note_keyframe(Micros(1_250_000));
        // What was missing before it, nobody misses.
        freeze.note(Some(Micros(1_000_000)), Micros(1_300_000));
        assert_eq!(freeze.take(Micros(2_000_000)), 250_000);
    }
}
