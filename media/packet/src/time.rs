//! Moments and the fixed-point times of RTCP. Nobody here reads a clock: the worker's loop does, once, and passes the value.

/// A moment on the worker's monotonic clock: microseconds since the worker's start.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Micros(pub u64);

impl Micros {
    /// Microseconds from `earlier` to `self`; 0 when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment `us` microseconds later.
    #[must_use]
    pub const fn plus(self, us: u64) -> Self {
        Self(self.0.saturating_add(us))
    }

    /// Value of the abs-send-time header extension: 24 bits of 6.18 fixed-point seconds.
    #[must_use]
    pub const fn abs_send_time(self) -> u32 {
        let fixed = (self.0 as u128 * (1 << 18)) / 1_000_000;
        (fixed & 0x00ff_ffff) as u32
    }
}

/// NTP time: seconds since 1900 in 32.32 fixed point, as sender reports carry it (RFC 3550 §4).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct NtpTime(pub u64);

/// Seconds from 1900-01-01 to 1970-01-01.
const NTP_UNIX_OFFSET_S: u64 = 2_208_988_800;

impl NtpTime {
    /// From microseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn from_unix_us(unix_us: u64) -> Self {
        let seconds = unix_us / 1_000_000 + NTP_UNIX_OFFSET_S;
        let fraction = ((unix_us % 1_000_000) << 32) / 1_000_000;
        Self((seconds << 32) | fraction)
    }

    /// Microseconds since 1970-01-01 UTC; 0 for times before.
    #[must_use]
    pub const fn unix_us(self) -> u64 {
        let seconds = (self.0 >> 32).saturating_sub(NTP_UNIX_OFFSET_S);
        // Rounded up, so that the way from microseconds and back gives the same microsecond.
        let fraction = ((self.0 & 0xffff_ffff) * 1_000_000 + 0xffff_ffff) >> 32;
        seconds * 1_000_000 + fraction
    }

    /// The middle 32 bits, which reports echo as LSR (RFC 3550 §6.4.1).
    #[must_use]
    pub const fn middle(self) -> u32 {
        ((self.0 >> 16) & 0xffff_ffff) as u32
    }
}

/// A duration in units of 1/65536 s, as DLSR carries it (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct ShortDuration(pub u32);

impl ShortDuration {
    /// From microseconds; saturates at 18 hours.
    #[must_use]
    pub fn from_us(us: u64) -> Self {
        Self(u32::try_from(u128::from(us) * 65_536 / 1_000_000).unwrap_or(u32::MAX))
    }

    /// In microseconds.
    #[must_use]
    pub const fn us(self) -> u64 {
        (self.0 as u64 * 1_000_000) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ntp_time_gives_the_unix_time_back() {
        for unix_us in [0, 1, 999_999, 1_700_000_000_123_456, 1_800_000_000_999_999] {
            assert_eq!(NtpTime::from_unix_us(unix_us).unix_us(), unix_us);
        }
    }

    #[test]
    fn abs_send_time_wraps_after_64_seconds() {
        assert_eq!(Micros(1_000_000).abs_send_time(), 1 << 18);
        assert_eq!(Micros(65_000_000).abs_send_time(), 1 << 18);
    }

    #[test]
    fn short_durations_keep_15_microseconds() {
        assert_eq!(ShortDuration::from_us(1_000_000).0, 65_536);
        assert!(ShortDuration::from_us(123_456).us().abs_diff(123_456) <= 16);
    }
}
