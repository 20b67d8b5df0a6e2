//! How much one peer may send: what is beyond goes neither to the others nor into the record, so that one page that was tampered
//! with cannot fill everybody's downlink and the disk.
//!
//! Two buckets that leak with time, one of bits and one of packets. Each is kept as the moment at which it will be empty.

use media_packet::time::Micros;

/// Bits a second: camera and screen at 2.5 Mbit/s each as browsers send them at the most, voice, and retransmissions.
const BITS_PER_SECOND: u64 = 6_000_000;

/// Packets a second: the same bits in packets of half the usual size.
const PACKETS_PER_SECOND: u64 = 1_500;

/// What may come at once: a browser's probes, a keyframe, what a network held back for a while.
const BURST_US: u64 = 1_000_000;

/// What one peer may still send.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowance {
    bits_until: Micros,
    packets_until: Micros,
}

impl Allowance {
    /// Whether a packet of so many bytes, which came at `now`, is within what is allowed; only such a packet counts.
    pub(crate) fn take(&mut self, bytes: usize, now: Micros) -> bool {
        let bits = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8);
        let bits_us = bits.saturating_mul(1_000_000) / BITS_PER_SECOND;
        let bits_until = self.bits_until.max(now).plus(bits_us);
        let packets_until = self
            .packets_until
            .max(now)
            .plus(1_000_000 / PACKETS_PER_SECOND);
        let latest = now.plus(BURST_US);
        let fits = bits_until <= latest && packets_until <= latest;
        if fits {
            (self.bits_until, self.packets_until) = (bits_until, packets_until);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(allowance: &mut Allowance, bytes: usize, count: usize, now: Micros) -> usize {
        (0..count).filter(|_| allowance.take(bytes, now)).count()
    }

    #[test]
    fn a_second_may_come_at_once_and_then_as_much_as_time_allows() {
        let mut allowance = Allowance::default();
        let start = Micros(5_000_000);
        assert_eq!(taken(&mut allowance, 1_250, 10_000, start), 600);
        let later = start.plus(500_000);
        assert_eq!(taken(&mut allowance, 1_250, 10_000, later), 300);
        assert_eq!(
            taken(&mut allowance, 1_250, 10_000, start.plus(90_000_000)),
            600
        );
    }

    #[test]
    fn small_packets_are_limited_by_their_number() {
        let mut allowance = Allowance::default();
        let taken = taken(&mut allowance, 20, 10_000, Micros(0));
        // 666 µs a packet.
        assert_eq!(taken, 1_501);
    }

    #[test]
    fn camera_screen_and_voice_at_their_highest_are_within() {
        let mut allowance = Allowance::default();
        // Ten seconds of 2 × 2.5 Mbit/s in packets of 1,200 bytes and 50 packets of voice a second.
        for millisecond in 0..10_000_u64 {
            let now = Micros(millisecond * 1_000);
            if millisecond % 2 == 0 {
                assert!(allowance.take(1_200, now), "{millisecond}");
            }
            if millisecond % 20 == 0 {
                assert!(allowance.take(120, now), "{millisecond}");
            }
        }
    }
}
