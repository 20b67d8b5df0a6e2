//! Handshakes that have begun and are not done: how many of one source at a time, and how many begin in a second.
//!
//! A peer exists only after signalling has let it in, so strangers never get here. Whoever has many sessions could still make
//! the worker do the costly part of DTLS again and again; these two limits keep that away from calls in progress. Who meets
//! one is not refused but has to wait: browsers repeat their checks and their hello.

use std::collections::HashMap;
use std::net::IpAddr;

use media_packet::time::Micros;

/// Peers of one source whose handshake is not done: an office of that many counters can come back at once behind one NAT, and
/// each is done in a second or so.
const PER_SOURCE_MAX: u32 = 64;

/// Handshakes that may begin in a second: 40 % of a core, at 2 ms for the whole of one.
const BEGIN_PER_SECOND: u64 = 200;

/// Handshakes that may begin at once.
const BURST_US: u64 = 500_000;

/// An IPv4 address, or the 64 bits of an IPv6 address that one subscriber has for himself.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Network(u128);

impl Network {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u128::from(address.to_bits())),
            IpAddr::V6(address) => Self(address.to_bits() >> 64 << 64),
        }
    }
}

/// The handshakes of one worker that are not done.
#[derive(Debug, Default)]
pub(crate) struct HalfOpen {
    // The default hasher is keyed, so that nobody can choose addresses that collide.
    networks: HashMap<Network, u32>,
    /// When the bucket of beginnings will be empty.
    begun_until: Micros,
}

impl HalfOpen {
    /// Whether one more of this source may begin.
    pub(crate) fn has_room(&self, network: Network) -> bool {
        self.networks
            .get(&network)
            .is_none_or(|&count| count < PER_SOURCE_MAX)
    }

    /// One more of this source has proved who it is.
    pub(crate) fn open(&mut self, network: Network) {
        *self.networks.entry(network).or_insert(0) += 1;
    }

    /// One of this source is done, or gone.
    pub(crate) fn close(&mut self, network: Network) {
        if let Some(count) = self.networks.get_mut(&network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.networks.remove(&network);
            }
        }
    }

    /// Whether one more handshake may begin now; then it counts.
    pub(crate) fn begin(&mut self, now: Micros) -> bool {
        let until = self.begun_until.max(now).plus(1_000_000 / BEGIN_PER_SECOND);
        let fits = until <= now.plus(BURST_US);
        if fits {
            self.begun_until = until;
        }
        fits
    }

    /// Sources that have some.
    pub(crate) fn len(&self) -> usize {
        self.networks.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn a_source_has_its_limit_and_another_its_own() {
        let mut half_open = HalfOpen::default();
        let (one, other) = (network("192.0.2.1"), network("192.0.2.2"));
        let mut opened = 0;
        while half_open.has_room(one) {
            half_open.open(one);
            opened += 1;
        }
        assert_eq!((opened, half_open.has_room(other)), (PER_SOURCE_MAX, true));
        half_open.close(one);
        assert!(half_open.has_room(one));
        for _ in 1..PER_SOURCE_MAX {
            half_open.close(one);
        }
        assert_eq!(half_open.len(), 0);
    }

    #[test]
    fn an_ipv6_source_is_a_network_and_a_mapped_address_its_ipv4() {
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }

    #[test]
    fn beginnings_have_a_pace() {
        let mut half_open = HalfOpen::default();
        let begun =
            |half_open: &mut HalfOpen, now| (0..1_000).filter(|_| half_open.begin(now)).count();
        assert_eq!(begun(&mut half_open, Micros(0)), 100);
        assert_eq!(begun(&mut half_open, Micros(100_000)), 20);
        assert_eq!(begun(&mut half_open, Micros(60_000_000)), 100);
    }
}
