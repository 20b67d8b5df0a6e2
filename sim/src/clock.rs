//! A clock that stands still until it is moved.

/// Milliseconds since 1970 UTC, as the test says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VirtualClock {
    now_ms: i64,
}

impl VirtualClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at_ms(now_ms: i64) -> Self {
        Self { now_ms }
    }

    /// What it shows.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Moves it on; a negative time sets it back, as real clocks are.
    pub fn advance_ms(&mut self, ms: i64) {
        self.now_ms += ms;
    }

    /// Moves it on to a time, unless that has passed.
    pub fn advance_to_ms(&mut self, ms: i64) {
        self.now_ms = self.now_ms.max(ms);
    }
}
