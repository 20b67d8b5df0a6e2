//! The bench's clocks. The load generator is a leaf: it may read them, here and nowhere else.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use media_packet::time::{Micros, NtpTime};

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
