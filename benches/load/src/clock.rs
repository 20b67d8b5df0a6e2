//! The bench's clocks. The load generator is a leaf: it may read them, here and nowhere else.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use media_packet::time::{Micros, NtpTime};

/// The bench is never so late that a datagram lies longer in its socket; the wall clock may have been set, though.
const CREDIBLE_US: u64 = 1_000_000;

/// Monotonic time since the start of the bench, in the forms that the parts want.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Instant,
    unix_us: u64,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the bench's only clocks")]
    pub(crate) fn start() -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH);
        let unix_us = unix.map_or(0, |unix| {
            u64::try_from(unix.as_micros()).unwrap_or(u64::MAX)
        });
        Self {
            origin: Instant::now(),
            unix_us,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the bench's only clocks")]
    pub(crate) fn now(self) -> Now {
        self.at(Instant::now())
    }

    fn at(self, instant: Instant) -> Now {
        let since = instant.saturating_duration_since(self.origin).as_micros();
        let micros = Micros(u64::try_from(since).unwrap_or(u64::MAX));
        Now {
            instant,
            micros,
            ntp: NtpTime::from_unix_us(self.unix_us + micros.0),
        }
    }

    /// When the kernel had a datagram that it stamped so, in microseconds since 1970; now, when the stamp cannot be right.
    pub(crate) fn arrived(self, stamp_unix_us: Option<u64>, now: &Now) -> Now {
        let at = stamp_unix_us.and_then(|stamp| stamp.checked_sub(self.unix_us));
        let micros = at
            .map(Micros)
            .filter(|at| *at <= now.micros && now.micros.since(*at) < CREDIBLE_US);
        Now {
            micros: micros.unwrap_or(now.micros),
            ..*now
        }
    }

    /// The same moment as packets carry it.
    pub(crate) fn micros(self, instant: Instant) -> Micros {
        self.at(instant).micros
    }
}

/// One moment on all clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    pub(crate) instant: Instant,
    pub(crate) micros: Micros,
    pub(crate) ntp: NtpTime,
}
