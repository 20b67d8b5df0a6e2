//! Token buckets: how fast one connection may speak, and how often one address may take a turn.
//!
//! Invariant: a bucket never holds more than its burst, and the map of addresses never more than [`ADDRESSES_MAX`] of them.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

/// How many steps at once, and how long until one more is allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    /// Steps that may come at once; at least 1.
    pub burst: u32,
    /// Time that earns one more step.
    pub every: Duration,
}

/// One bucket, full at first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    /// The time at which the bucket would be (or was) full: the whole state of a bucket in one value.
    full_at: Instant,
}

impl Bucket {
    pub(crate) fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes one step, or tells that it comes too early.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant) -> bool {
        let full_at = self.full_at.max(now) + rate.every;
        if full_at > now + rate.every * rate.burst {
            return false;
        }
        self.full_at = full_at;
        true
    }

    fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

/// Addresses that are remembered at once: a bucket has 40 bytes, and who floods from more networks than this meets
/// [`Addresses::take`]'s refusal, not our memory's end.
pub(crate) const ADDRESSES_MAX: usize = 65_536;

/// One bucket per address, in memory only: an address is never stored.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    buckets: HashMap<IpAddr, Bucket>,
}

impl Addresses {
    /// Takes one step for this address; false when it comes too early, or when too many addresses are being remembered.
    pub(crate) fn take(&mut self, address: IpAddr, rate: Rate, now: Instant) -> bool {
        let network = network(address);
        if self.buckets.len() >= ADDRESSES_MAX && !self.buckets.contains_key(&network) {
            self.buckets.retain(|_, bucket| !bucket.is_full(now));
            if self.buckets.len() >= ADDRESSES_MAX {
                return false;
            }
        }
        self.buckets
            .entry(network)
            .or_insert_with(|| Bucket::new(now))
            .take(rate, now)
    }
}

/// Who counts as one: a house has one IPv4 address, and with IPv6 a network of 64 bits (RFC 6177 leaves it at least that).
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        every: Duration::from_secs(2),
    };

    #[expect(
        clippy::disallowed_methods,
        reason = "a base for virtual time; nothing depends on its value"
    )]
    fn base() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_bucket_gives_its_burst_then_one_step_at_a_time() {
        let start = base();
        let mut bucket = Bucket::new(start);
        let taken: Vec<bool> = (0..5).map(|_| bucket.take(RATE, start)).collect();
        assert_eq!(taken, [true, true, true, false, false]);
        assert!(!bucket.take(RATE, start + Duration::from_millis(1_999)));
        assert!(bucket.take(RATE, start + Duration::from_secs(2)));
        assert!(!bucket.take(RATE, start + Duration::from_secs(2)));
    }

    #[test]
    fn a_bucket_that_rested_long_holds_its_burst_and_no_more() {
        let start = base();
        let mut bucket = Bucket::new(start);
        let later = start + Duration::from_secs(3_600);
        let taken = (0..100).filter(|_| bucket.take(RATE, later)).count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn one_ipv6_network_is_one_address_and_does_not_touch_another() {
        let (mut addresses, now) = (Addresses::default(), base());
        let one = |last: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, last));
        assert!((0..3).all(|n| addresses.take(one(n), RATE, now)));
        assert!(!addresses.take(one(9), RATE, now));
        assert!(addresses.take(
            IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 2, 0, 0, 0, 1)),
            RATE,
            now
        ));
        assert!(addresses.take("192.0.2.1".parse().unwrap(), RATE, now));
    }

    #[test]
    fn a_flood_of_addresses_is_refused_and_forgotten_once_it_is_over() {
        let (mut addresses, now) = (Addresses::default(), base());
        for n in 0..u32::try_from(ADDRESSES_MAX).unwrap() {
            assert!(addresses.take(IpAddr::V4(n.into()), RATE, now));
        }
        let late = IpAddr::V4(u32::MAX.into());
        assert!(!addresses.take(late, RATE, now));
        assert!(addresses.take(late, RATE, now + Duration::from_secs(10)));
        assert_eq!(addresses.buckets.len(), 1);
    }
}
