//! How many streams there may be: in all, of one address (strangers, and others), and allocations of one person; and
//! how fast one may send.
//!
//! Invariants: everything counted is given back when what it stands for is dropped; a network with few streams finds room
//! whoever else has many.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// TCP connections for media at a time that have proved who they are: as many people as one machine serves, and their reconnects.
const PROVED_MAX: usize = 4_000;

/// TCP connections for media at a time that have proved nothing yet: each has some seconds, and 32 networks may come at once.
const STRANGERS_MAX: usize = 1_000;

/// Connections from one address (IPv6: a /64) that have proved nothing yet: an office behind one address reconnects at once.
const STRANGERS_PER_SOURCE_MAX: usize = 32;

/// Connections from one address (IPv6: a /64) that have proved who they are: fifty people of an office that lets no UDP out, and
/// their reconnects; whoever opens more takes no room from other places.
const PROVED_PER_SOURCE_MAX: usize = 128;

/// Allocations of one person at a time: some interfaces, before and after a restart.
const ALLOCATIONS_PER_PERSON_MAX: usize = 8;

/// Allocations of the relay at a time.
const ALLOCATIONS_MAX: usize = 4_000;

/// Bytes a millisecond that one person may send through the relay on average: 12 Mbit/s is more than a browser publishes.
const BYTES_PER_MS_MAX: u64 = 1_500;
/// Bytes of one person at once: a second of them, as after a stall of the network.
const BYTES_BURST_MAX: u64 = 1_500_000;

/// Datagrams a millisecond on average, of one stream, or of one person through the relay: the media plane takes 1,500 a second of
/// one peer.
pub(crate) const DATAGRAMS_PER_MS_MAX: u64 = 2;
/// Datagrams at once: a second of them, as after a stall of the network.
pub(crate) const DATAGRAMS_BURST_MAX: u64 = 2_000;

/// How many there are of each, and what they share.
type Each<K, V> = HashMap<K, (usize, V)>;

/// Counts of something by key, shared by the connections' tasks; all of one key share something.
#[derive(Debug)]
pub(crate) struct Counts<K, V = ()> {
    // Held for a look and a change, never across an await; a task of its own would only queue the same.
    counts: Mutex<(usize, Each<K, V>)>,
    all_max: usize,
    each_max: usize,
}

/// One that was counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted<K: std::hash::Hash + Eq, V = ()> {
    counts: Arc<Counts<K, V>>,
    key: K,
    /// What all of this key share.
    pub(crate) shared: V,
}

/// Places of the connections' tasks. When all are taken, a newcomer has that of the newest one of the network that has the most:
/// strangers only ever lose theirs to strangers, who has proved himself to who has proved himself.
#[derive(Debug)]
pub(crate) struct Places {
    taken: Mutex<Taken>,
    all_max: usize,
    each_max: usize,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// Numbers the connections.
    next: u64,
    /// How each connection hears that its place is somebody else's.
    of: HashMap<IpAddr, BTreeMap<u64, Arc<Notify>>>,
}

/// One connection's place, until it is dropped or somebody else's.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    network: IpAddr,
    number: u64,
    lost: Arc<Notify>,
}

impl Places {
    fn new(all_max: usize, each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            taken: Mutex::default(),
            all_max,
            each_max,
        })
    }

    /// Takes a place; none for a network that has too many, or, when none is left, as many as any other.
    pub(crate) fn take(self: &Arc<Self>, network: IpAddr) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.of.get(&network).map_or(0, BTreeMap::len);
        if own >= self.each_max {
            return None;
        }
        if taken.all >= self.all_max {
            let most = taken.of.iter().max_by_key(|(_, of)| of.len());
            let (most, _) = most.filter(|(_, of)| of.len() > own + 1)?;
            let most = *most;
            let (number, lost) = taken.of.get(&most)?.last_key_value()?;
            lost.notify_one();
            let number = *number;
            taken.give_back(most, number);
        }
        let (number, lost) = (taken.next, Arc::new(Notify::new()));
        taken.next += 1;
        taken.all += 1;
        let of = taken.of.entry(network).or_default();
        of.insert(number, Arc::clone(&lost));
        Some(Place {
            places: Arc::clone(self),
            network,
            number,
            lost,
        })
    }
}

impl Taken {
    fn give_back(&mut self, network: IpAddr, number: u64) {
        let Some(of) = self.of.get_mut(&network) else {
            return;
        };
        if of.remove(&number).is_some() {
            self.all -= 1;
        }
        if of.is_empty() {
            self.of.remove(&network);
        }
    }
}

impl Place {
    /// Returns when the place is somebody else's.
    pub(crate) async fn lost(&self) {
        self.lost.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let taken = self.places.taken.lock();
        let mut taken = taken.unwrap_or_else(PoisonError::into_inner);
        taken.give_back(self.network, self.number);
    }
}

/// Connections that have proved nothing yet, by [`network`].
pub(crate) fn strangers() -> Arc<Places> {
    Places::new(STRANGERS_MAX, STRANGERS_PER_SOURCE_MAX)
}

/// Connections that have proved who they are, by [`network`].
pub(crate) fn proved() -> Arc<Places> {
    Places::new(PROVED_MAX, PROVED_PER_SOURCE_MAX)
}

/// Allocations, by [`holder`]; those of one person share what he may send.
pub(crate) fn allocations() -> Arc<Counts<String, Quota>> {
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

impl<K: std::hash::Hash + Eq + Clone, V: Clone + Default> Counts<K, V> {
    fn new(all_max: usize, each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            counts: Mutex::default(),
            all_max,
            each_max,
        })
    }

    /// Counts one more; none when there are too many.
    pub(crate) fn take(self: &Arc<Self>, key: K) -> Option<Counted<K, V>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, each) = &mut *counts;
        let own = each.get(&key).map_or(0, |(own, _)| *own);
        if *all >= self.all_max || own >= self.each_max {
            return None;
        }
        *all += 1;
        let (own, shared) = each.entry(key.clone()).or_default();
        *own += 1;
        Some(Counted {
            counts: Arc::clone(self),
            key,
            shared: shared.clone(),
        })
    }
}

impl<K: std::hash::Hash + Eq, V> Drop for Counted<K, V> {
    fn drop(&mut self) {
        let mut counts = self
            .counts
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (all, each) = &mut *counts;
        *all -= 1;
        if let Some((own, _)) = each.get_mut(&self.key) {
            *own -= 1;
            if *own == 0 {
                each.remove(&self.key);
            }
        }
    }
}

/// What one person may send through the relay, by whichever of his allocations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quota(Arc<Mutex<Spent>>);

#[derive(Debug)]
struct Spent {
    bytes: Allowance,
    datagrams: Allowance,
}

impl Default for Spent {
    fn default() -> Self {
        Self {
            bytes: Allowance::new(BYTES_PER_MS_MAX, BYTES_BURST_MAX),
            datagrams: Allowance::new(DATAGRAMS_PER_MS_MAX, DATAGRAMS_BURST_MAX),
        }
    }
}

impl Quota {
    /// One more datagram of so many bytes; false when that is too much.
    pub(crate) fn spend(&self, bytes: usize, now: Instant) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Spent {
            bytes: of_bytes,
            datagrams,
        } = &mut *spent;
        datagrams.spend(1, now) && of_bytes.spend(bytes as u64, now)
    }
}

/// What one may still send, full at first.
#[derive(Debug)]
pub(crate) struct Allowance {
    left: u64,
    /// What is earned is earned since then; none before anything was asked for.
    since: Option<Instant>,
    per_ms: u64,
    burst: u64,
}

impl Allowance {
    pub(crate) fn new(per_ms: u64, burst: u64) -> Self {
        Self {
            left: burst,
            since: None,
            per_ms,
            burst,
        }
    }

    /// Takes so much; false, and nothing taken, when there is less.
    pub(crate) fn spend(&mut self, units: u64, now: Instant) -> bool {
        let since = self.since.get_or_insert(now);
        let passed = now.saturating_duration_since(*since).as_millis();
        let passed_ms = u64::try_from(passed).unwrap_or(u64::MAX);
        // Parts of a millisecond are kept: who sends each of them would earn nothing otherwise.
        *since += Duration::from_millis(passed_ms);
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
    fn an_allowance_gives_its_burst_then_its_rate_however_often_it_is_asked() {
        let begun = begun();
        let mut allowance = Allowance::new(2, 10);
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
        let counts: Arc<Counts<&str>> = Counts::new(3, 2);
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
    fn a_newcomer_finds_room_though_a_few_networks_have_taken_all() {
        let places = Places::new(40, 40);
        let take = |host: u8| places.take([192, 0, 2, host].into());
        let mut held: Vec<_> = (0..40).map(|one| take(one % 4).unwrap()).collect();
        let is_lost = |place: &Place| {
            use std::future::Future as _;
            let mut waiting = std::task::Context::from_waker(std::task::Waker::noop());
            std::pin::pin!(place.lost()).poll(&mut waiting).is_ready()
        };
        // One after the other comes in, at the cost of who has the most, until all have as many.
        let newcomers: Vec<_> = (0..8).map_while(|_| take(9)).collect();
        assert_eq!(newcomers.len(), 8);
        assert!(take(9).is_none(), "as many as each of the others has");
        let lost: Vec<_> = (0..40).filter(|at| is_lost(&held[*at])).collect();
        assert_eq!(lost.len(), 8);
        assert!(lost.iter().all(|at| *at >= 32), "the newest: {lost:?}");
        assert!(take(10).is_some(), "another newcomer");
        held.clear();
        drop(newcomers);
        let left = places.taken.lock().unwrap();
        assert_eq!((left.all, left.of.len()), (0, 0));
    }

    #[test]
    fn one_persons_allocations_share_what_he_may_send() {
        let counts = allocations();
        let of = |whom: &str| counts.take(whom.to_owned()).unwrap();
        let (first, second, other) = (of("7.1"), of("7.1"), of("7.2"));
        let now = begun();
        let sent =
            |one: &Counted<String, Quota>| (0..5_000).filter(|_| one.shared.spend(1, now)).count();
        assert_eq!(
            (sent(&first), sent(&second), sent(&other)),
            (2_000, 0, 2_000)
        );
        drop((first, second));
        assert_eq!(sent(&of("7.1")), 2_000, "nothing is left of who is gone");
    }

    #[expect(clippy::disallowed_methods, reason = "some time to begin with")]
    fn begun() -> Instant {
        Instant::now()
    }

    #[test]
    fn one_network_cannot_take_the_proved_streams_of_all() {
        let places = proved();
        let take = |ip: &str| places.take(network(ip.parse().unwrap()));
        let mut held: Vec<_> = (0..PROVED_MAX).map_while(|_| take("2001:db8::1")).collect();
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
