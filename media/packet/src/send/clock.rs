//! A peer's wall clock seen from ours, so that the sender reports we write keep its voice and picture together.

use crate::rtcp::SenderInfo;
use crate::time::NtpTime;

/// Relation of one peer's wall clock to ours, from its sender reports: shared by all of its streams, so that its
/// network delay shifts voice and picture by the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeerClock {
    /// Ours minus the peer's, in NTP units, with the shortest delay seen lately.
    offset: Option<i64>,
}

/// One moment on our wall clock and on a source's media clock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClockReference {
    /// Our wall clock.
    pub ntp: NtpTime,
    /// Timestamp of the source at that moment.
    pub timestamp: u32,
}

/// A difference of more than a second is a clock that was set, not a slow packet.
const STEP: u64 = 1 << 32;

impl PeerClock {
    /// Takes note of a sender report of any of the peer's streams, that came at `now`.
    pub fn note(&mut self, info: &SenderInfo, now: NtpTime) {
        let sample = now.0.wrapping_sub(info.ntp.0).cast_signed();
        self.offset = Some(match self.offset {
            Some(offset) if offset.abs_diff(sample) > STEP => sample,
            // The least delayed report is the truest; a slow creep upwards follows drifting clocks.
            Some(offset) if sample > offset => offset + (sample - offset) / 64,
            Some(_) | None => sample,
        });
    }

    /// The moment of a sender report on our clock. None while no report was noted.
    #[must_use]
    pub fn reference(&self, info: &SenderInfo) -> Option<ClockReference> {
        let ntp = NtpTime(info.ntp.0.wrapping_add_signed(self.offset?));
        Some(ClockReference {
            ntp,
            timestamp: info.rtp,
        })
    }
}

impl ClockReference {
    /// Timestamp of the source at another moment.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "media clocks have 32 bits and wrap"
    )]
    pub fn timestamp_at(&self, now: NtpTime, clock_hz: u32) -> u32 {
        let elapsed = i128::from(now.0.wrapping_sub(self.ntp.0).cast_signed());
        let units = (elapsed * i128::from(clock_hz)) >> 32;
        self.timestamp.wrapping_add_signed(units as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1 << 32;

    #[test]
    fn the_least_delayed_report_sets_the_offset() {
        let mut clock = PeerClock::default();
        let info = |seconds: u64| SenderInfo {
            ntp: NtpTime(seconds * SECOND),
            rtp: 5,
            ..SenderInfo::default()
        };
        assert_eq!(clock.reference(&info(1)), None);
        clock.note(&info(100), NtpTime(1100 * SECOND + SECOND / 10));
        clock.note(&info(101), NtpTime(1101 * SECOND));
        let expected = ClockReference {
            ntp: NtpTime(1102 * SECOND),
            timestamp: 5,
        };
        assert_eq!(clock.reference(&info(102)), Some(expected));
        clock.note(&info(102), NtpTime(1102 * SECOND + 64));
        assert_eq!(clock.offset, Some((1000 * SECOND).cast_signed() + 1));
        clock.note(&info(200), NtpTime(1100 * SECOND));
        assert_eq!(clock.offset, Some((900 * SECOND).cast_signed()));
    }

    #[test]
    fn timestamps_go_forth_and_back() {
        let reference = ClockReference {
            ntp: NtpTime(10 * SECOND),
            timestamp: 100,
        };
        assert_eq!(reference.timestamp_at(NtpTime(11 * SECOND), 48_000), 48_100);
        assert_eq!(
            reference.timestamp_at(NtpTime(9 * SECOND), 48_000),
            100u32.wrapping_sub(48_000)
        );
    }
}
