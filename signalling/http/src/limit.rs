//! Token buckets per address: how often one address may do something. Pure: the time is an argument.
//!
//! Invariant: the table never holds more than [`BUCKETS_MAX`] entries, whatever strangers do.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Addresses remembered at once, some 3 MB: a bucket that is full again is forgotten, so only addresses of the last minute
/// count. When all are in use new addresses are refused until one is forgotten: whoever can fill this has 65,000 addresses.
const BUCKETS_MAX: usize = 65_536;

/// Time between two sweeps of a full table: one walks all of it.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// How often, and how many at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// What one address may do in a second, in the long run.
    pub(crate) per_second: f64,
    /// What it may do at once after a pause.
    pub(crate) burst: f64,
}

/// One bucket per key.
#[derive(Debug)]
pub(crate) struct Buckets {
    rate: Rate,
    /// Keys are hashes under a random key: no address and no account name stays in memory.
    hasher: RandomState,
    /// A mutex, not messages: every request asks, and holds it for one look-up.
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    buckets: HashMap<u64, Bucket>,
    swept: Option<Instant>,
}

impl Buckets {
    /// An empty table.
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            hasher: RandomState::new(),
            table: Mutex::default(),
        }
    }

    /// Takes one from the key's bucket; false when it is empty.
    pub(crate) fn take(&self, key: impl Hash, now: Instant) -> bool {
        let key = self.hasher.hash_one(key);
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = table.buckets.get_mut(&key) {
            return bucket.take(self.rate, now);
        }
        if table.buckets.len() >= BUCKETS_MAX && !table.sweep(self.rate, now) {
            return false;
        }
        let mut bucket = Bucket::full(self.rate, now);
        let taken = bucket.take(self.rate, now);
        table.buckets.insert(key, bucket);
        taken
    }
}

impl Table {
    /// Forgets buckets that are full again; false when there is still no room.
    fn sweep(&mut self, rate: Rate, now: Instant) -> bool {
        if self
            .swept
            .is_some_and(|swept| now.saturating_duration_since(swept) < SWEEP_INTERVAL)
        {
            return false;
        }
        self.swept = Some(now);
        self.buckets.retain(|_, bucket| !bucket.is_full(rate, now));
        self.buckets.len() < BUCKETS_MAX
    }
}

/// One bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) fn full(rate: Rate, now: Instant) -> Self {
        Self {
            tokens: rate.burst,
            at: now,
        }
    }

    /// Takes one; false when there is none.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant) -> bool {
        self.tokens = self.tokens_at(rate, now);
        self.at = now;
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }

    fn is_full(&self, rate: Rate, now: Instant) -> bool {
        self.tokens_at(rate, now) >= rate.burst
    }

    fn tokens_at(&self, rate: Rate, now: Instant) -> f64 {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        elapsed
            .mul_add(rate.per_second, self.tokens)
            .min(rate.burst)
    }
}

/// What counts as one address: an IPv4 address, or the 64-bit network that one IPv6 subscriber has (RFC 6177).
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "an Instant can only be had from the clock; the tests move on from it by hand"
)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_second: 0.5,
        burst: 3.0,
    };

    #[test]
    fn a_burst_then_the_rate() {
        let now = Instant::now();
        let buckets = Buckets::new(RATE);
        for expected in [true, true, true, false] {
            assert_eq!(buckets.take("a", now), expected);
        }
        assert!(
            buckets.take("b", now),
            "another key has a bucket of its own"
        );
        assert!(!buckets.take("a", now + Duration::from_secs(1)));
        assert!(buckets.take("a", now + Duration::from_secs(3)));
        assert!(!buckets.take("a", now + Duration::from_secs(3)));
        for expected in [true, true, true, false] {
            assert_eq!(
                buckets.take("a", now + Duration::from_secs(1_000)),
                expected
            );
        }
    }

    #[test]
    fn strangers_cannot_make_the_table_grow() {
        let now = Instant::now();
        let buckets = Buckets::new(RATE);
        for key in 0..BUCKETS_MAX {
            assert!(buckets.take(key, now));
        }
        assert!(!buckets.take("one more", now));
        assert!(buckets.take(7_usize, now), "who is known is still served");
        let later = now + Duration::from_secs(10);
        assert!(
            buckets.take("one more", later),
            "full buckets were forgotten"
        );
        assert_eq!(buckets.table.lock().unwrap().buckets.len(), 1);
    }

    #[test]
    fn one_ipv6_subscriber_is_one_address() {
        let check = |a: &str, b: &str, same: bool| {
            assert_eq!(
                network(a.parse().unwrap()) == network(b.parse().unwrap()),
                same,
                "{a} {b}"
            );
        };
        check("2001:db8::1", "2001:db8::ffff:1", true);
        check("2001:db8::1", "2001:db8:0:1::1", false);
        check("192.0.2.1", "::ffff:192.0.2.1", true);
        check("192.0.2.1", "192.0.2.2", false);
    }
}
