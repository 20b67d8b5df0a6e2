//! How many streams there may be: in all, of one address (strangers, and others), and allocations of one person; and
//! how fast one may send.
//!
//! Invariant: everything counted is given back when what it stands for is dropped.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// TCP connections for media at a time: as many people as one machine serves, and their reconnects.
const STREAMS_MAX: usize = 4_000;

/// Connections from one address (IPv6: a /64) that have proved nothing yet: an office behind one address reconnects at once.
const STRANGERS_PER_SOURCE_MAX: usize = 32;

/// Connections from one address (IPv6: a /64) that have proved who they are: fifty people of an office that lets no UDP out, and
/// their reconnects; whoever opens more takes no room from other places.
const PROVED_PER_SOURCE_MAX: usize = 128;

/// Allocations of one person at a time: some interfaces, before and after a restart.
const ALLOCATIONS_PER_PERSON_MAX: usize = 8;

/// Allocations of the relay at a time.
const ALLOCATIONS_MAX: usize = 4_000;

/// Counts of something by key, shared by the connections' tasks.
#[derive(Debug)]
pub(crate) struct Counts<K> {
    // Held for a look and a change, never across an await; a task of its own would only queue the same.
    counts: Mutex<(usize, HashMap<K, usize>)>,
    all_max: usize,
    each_max: usize,
}

/// One that was counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted<K: std::hash::Hash + Eq> {
    counts: Arc<Counts<K>>,
    key: K,
}

/// Connections.
pub(crate) fn streams() -> Arc<Counts<()>> {
    Counts::new(STREAMS_MAX, STREAMS_MAX)
}

/// Connections that have proved nothing yet, by [`network`].
pub(crate) fn strangers() -> Arc<Counts<IpAddr>> {
    Counts::new(STREAMS_MAX, STRANGERS_PER_SOURCE_MAX)
}

/// Connections that have proved who they are, by [`network`].
pub(crate) fn proved() -> Arc<Counts<IpAddr>> {
    Counts::new(STREAMS_MAX, PROVED_PER_SOURCE_MAX)
}

/// Allocations, by [`holder`].
pub(crate) fn allocations() -> Arc<Counts<String>> {
    Counts::new(ALLOCATIONS_MAX, ALLOCATIONS_PER_PERSON_MAX)
}

/// Whom a credential's name counts for: what follows its expiry, since everybody may ask for credentials again each second.
pub(crate) fn holder(name: &str) -> String {
    let whom = name.split_once(':').map_or(name, |(_expires, whom)| whom);
    whom.to_owned()
}

/// Whom an address counts for: of IPv6 everybody has a /64.
pub(crate) fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

impl<K: std::hash::Hash + Eq + Clone> Counts<K> {
    fn new(all_max: usize, each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            counts: Mutex::default(),
            all_max,
            each_max,
        })
    }

    /// Counts one more; none when there are too many.
    pub(crate) fn take(self: &Arc<Self>, key: K) -> Option<Counted<K>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, each) = &mut *counts;
        let own = each.get(&key).copied().unwrap_or(0);
        if *all >= self.all_max || own >= self.each_max {
            return None;
        }
        *all += 1;
        each.insert(key.clone(), own + 1);
        Some(Counted {
            counts: Arc::clone(self),
            key,
        })
    }
}

impl<K: std::hash::Hash + Eq> Drop for Counted<K> {
    fn drop(&mut self) {
        let mut counts = self
            .counts
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (all, each) = &mut *counts;
        *all -= 1;
        if let Some(own) = each.get_mut(&self.key) {
            *own -= 1;
            if *own == 0 {
                each.remove(&self.key);
            }
        }
    }
}

/// What one may still send, full at first.
#[derive(Debug)]
pub(crate) struct Allowance {
    left: u64,
    since: Instant,
    per_ms: u64,
    burst: u64,
}

impl Allowance {
    pub(crate) fn new(per_ms: u64, burst: u64, now: Instant) -> Self {
        Self {
            left: burst,
            since: now,
            per_ms,
            burst,
        }
    }

    /// Takes so much; false, and nothing taken, when there is less.
    pub(crate) fn spend(&mut self, units: u64, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.since).as_millis();
        let passed_ms = u64::try_from(passed).unwrap_or(u64::MAX);
        // Parts of a millisecond are kept: who sends each of them would earn nothing otherwise.
        self.since += Duration::from_millis(passed_ms);
        let earned = passed_ms.saturating_mul(self.per_ms);
        self.left = self.left.saturating_add(earned).min(self.burst);
        let rest = self.left.checked_sub(units);
        self.left = rest.unwrap_or(self.left);
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "some time to begin with")]
    fn an_allowance_gives_its_burst_then_its_rate_however_often_it_is_asked() {
        let begun = Instant::now();
        let mut allowance = Allowance::new(2, 10, begun);
        let spent = (0..100).filter(|_| allowance.spend(1, begun)).count();
        assert_eq!(spent, 10, "at once");
        let tenths = (0..1_000).map(|tenth| begun + Duration::from_micros(100 * tenth));
        let spent = tenths.filter(|now| allowance.spend(1, *now)).count();
        assert_eq!(spent, 198, "of 99 whole milliseconds");
        assert!(!allowance.spend(11, begun + Duration::from_secs(60)));
        assert!(allowance.spend(10, begun + Duration::from_secs(60)));
    }

    #[test]
    fn what_is_dropped_makes_room_again_and_leaves_nothing() {
        let counts = Counts::new(3, 2);
        let first = counts.take("a").unwrap();
        let second = counts.take("a").unwrap();
        assert!(counts.take("a").is_none(), "two of one");
        let third = counts.take("b").unwrap();
        assert!(counts.take("c").is_none(), "three in all");
        drop(first);
        let fourth = counts.take("c").unwrap();
        drop((second, third, fourth));
        let left = counts.counts.lock().unwrap();
        assert_eq!((left.0, left.1.len()), (0, 0));
    }

    #[test]
    fn one_network_cannot_take_the_proved_streams_of_all() {
        let counts = proved();
        let take = |ip: &str| counts.take(network(ip.parse().unwrap()));
        let mut held: Vec<_> = (0..STREAMS_MAX)
            .map_while(|_| take("2001:db8::1"))
            .collect();
        assert_eq!(held.len(), PROVED_PER_SOURCE_MAX);
        assert!(take("2001:db8::2").is_none(), "the same network");
        assert!(take("192.0.2.1").is_some(), "another");
        held.pop();
        assert!(take("2001:db8::2").is_some(), "one has ended");
    }

    #[test]
    fn credentials_of_another_second_are_no_quota_of_their_own() {
        let key = media::RelayKey::new([9; 32]);
        let counts = allocations();
        let take = |participant, expires_s| {
            let (name, _password) = key.issue(0xabc, participant, expires_s);
            counts.take(holder(&name))
        };
        let held: Vec<_> = (0..100).map_while(|second| take(1, second)).collect();
        assert_eq!(held.len(), ALLOCATIONS_PER_PERSON_MAX);
        assert!(take(2, 0).is_some(), "another participant");
        drop(held);
        assert!(take(1, 0).is_some(), "all have ended");
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let one = |text: &str| network(text.parse().unwrap());
        assert_eq!(one("2001:db8::1"), one("2001:db8::ffff:2"));
        assert_ne!(one("2001:db8::1"), one("2001:db8:0:1::1"));
        assert_eq!(one("::ffff:10.0.0.1"), one("10.0.0.1"));
    }
}
