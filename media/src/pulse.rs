//! What a person's signalling socket tells of the line: that something came, and the round trip of the last answered ping. The
//! socket's task writes it, the judge of the line reads it when it judges.
//!
//! Shared memory and not messages, because nobody has to act on a beat: an answered ping a second and person as a message woke
//! two threads each time, and was most of what a silent call cost (docs/performance.md). Each half is one atomic number, so what
//! is read belongs together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Bits of an answer that hold its round trip, in units of [`RTT_UNIT_US`]: 16 s, longer than anybody waits for one.
const RTT_BITS: u32 = 20;
const RTT_UNIT_US: u64 = 16;
/// The longest that these bits hold; what takes longer counts as this.
const RTT_MAX: u64 = (1 << RTT_BITS) - 1;

/// The pulse of one person's signalling socket; clones are the same pulse.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Beats>);

#[derive(Debug)]
struct Beats {
    origin: Instant,
    /// Microseconds since the origin when something came last; 0 when nothing did.
    heard: AtomicU64,
    /// When the last answer came, likewise, and its round trip in the low bits; 0 when none did.
    answered: AtomicU64,
}

impl Pulse {
    /// One from which nothing came yet; `origin` is not later than anything that will come.
    #[must_use]
    pub fn new(origin: Instant) -> Self {
        Self(Arc::new(Beats {
            origin,
            heard: AtomicU64::new(0),
            answered: AtomicU64::new(0),
        }))
    }

    /// Something came.
    pub fn beat(&self, at: Instant) {
        self.0.heard.fetch_max(self.since(at), Ordering::Relaxed);
    }

    /// A ping was answered; it had taken this long.
    pub fn answer(&self, rtt: Duration, at: Instant) {
        self.beat(at);
        let rtt = u64::try_from(rtt.as_micros()).unwrap_or(u64::MAX) / RTT_UNIT_US;
        let answered = (self.since(at) << RTT_BITS) | rtt.min(RTT_MAX);
        self.0.answered.store(answered, Ordering::Relaxed);
    }

    /// Somebody still listens: another clone is there.
    #[must_use]
    pub fn is_felt(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// When something came last.
    pub(crate) fn heard(&self) -> Option<Instant> {
        self.at(self.0.heard.load(Ordering::Relaxed))
    }

    /// Round trip of the last answered ping, and when its answer came.
    pub(crate) fn answered(&self) -> Option<(Duration, Instant)> {
        let answered = self.0.answered.load(Ordering::Relaxed);
        let rtt = Duration::from_micros((answered & RTT_MAX) * RTT_UNIT_US);
        Some((rtt, self.at(answered >> RTT_BITS)?))
    }

    fn at(&self, us: u64) -> Option<Instant> {
        (us > 0).then(|| self.0.origin + Duration::from_micros(us))
    }

    fn since(&self, at: Instant) -> u64 {
        let us = at.saturating_duration_since(self.0.origin).as_micros();
        u64::try_from(us).unwrap_or(u64::MAX).max(1)
    }
}

impl PartialEq for Pulse {
    /// Whether they are clones of each other.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(
        clippy::disallowed_methods,
        reason = "an origin; which one is no matter"
    )]
    fn origin() -> Instant {
        Instant::now()
    }

    #[test]
    fn what_is_read_is_what_came_last() {
        let origin = origin();
        let pulse = Pulse::new(origin);
        assert_eq!((pulse.heard(), pulse.answered()), (None, None));
        let at = |ms| origin + Duration::from_millis(ms);
        pulse.answer(Duration::from_millis(32), at(5_000));
        pulse.beat(at(5_500));
        assert_eq!(pulse.heard(), Some(at(5_500)));
        assert_eq!(
            pulse.answered(),
            Some((Duration::from_millis(32), at(5_000)))
        );
        pulse.answer(Duration::from_secs(3_600), at(90_000_000));
        let (rtt, when) = pulse.answered().unwrap();
        assert_eq!((rtt.as_secs(), when), (16, at(90_000_000)));
    }

    #[test]
    fn nobody_feels_a_pulse_that_only_its_socket_has() {
        let pulse = Pulse::new(origin());
        let judge = pulse.clone();
        assert!(pulse.is_felt() && pulse == judge);
        drop(judge);
        assert!(!pulse.is_felt());
        assert!(pulse != Pulse::new(origin()));
    }
}
