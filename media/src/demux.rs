//! What a datagram is, and whose: the first byte tells the protocol (RFC 7983, RFC 5761), the source address the peer.
//!
//! An address becomes known only when an authenticated connectivity check came from it; nothing is ever learnt from RTP.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;

use media_packet::rtcp;

/// Protocols that share the port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Protocol {
    Stun,
    Dtls,
    Rtp,
    Rtcp,
}

/// The protocol of a datagram, none for one that is nothing we speak.
pub(crate) fn classify(datagram: &[u8]) -> Option<Protocol> {
    match datagram.first()? {
        0..=3 => Some(Protocol::Stun),
        20..=63 => Some(Protocol::Dtls),
        128..=191 if rtcp::is_rtcp(datagram) => Some(Protocol::Rtcp),
        128..=191 => Some(Protocol::Rtp),
        4..=19 | 64..=127 | 192..=255 => None,
    }
}

/// Validated addresses and the peers they belong to. Bounded by the peers and the paths that each may have.
#[derive(Debug, Default)]
pub(crate) struct AddressBook {
    peers: HashMap<SocketAddr, u32, Keyed>,
}

impl AddressBook {
    /// The peer that has proved this address.
    pub(crate) fn peer(&self, address: SocketAddr) -> Option<u32> {
        self.peers.get(&address).copied()
    }

    /// Number of addresses.
    pub(crate) fn len(&self) -> usize {
        self.peers.len()
    }

    /// The peer has proved this address; whoever had it before has it no longer.
    pub(crate) fn learn(&mut self, address: SocketAddr, peer: u32) {
        self.peers.insert(address, peer);
    }

    /// The peer no longer has this address.
    pub(crate) fn forget(&mut self, address: SocketAddr, peer: u32) {
        if self.peer(address) == Some(peer) {
            self.peers.remove(&address);
        }
    }
}

/// Makes hashers that are as cheap as one multiplication a word, for a table that is asked once per packet. The key is
/// the process' own, so that nobody can choose addresses that collide; and who is in the table has authenticated itself.
#[derive(Debug)]
struct Keyed {
    key: u64,
    factor: u64,
}

impl Default for Keyed {
    fn default() -> Self {
        let random = RandomState::new();
        Self {
            key: random.hash_one(0),
            factor: random.hash_one(1) | 1,
        }
    }
}

impl BuildHasher for Keyed {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding {
            state: self.key,
            factor: self.factor,
        }
    }
}

/// Multiplies to twice the width and folds the halves: each bit of the input reaches all bits of the state.
#[derive(Debug)]
struct Folding {
    state: u64,
    factor: u64,
}

impl Folding {
    fn mix(&mut self, word: u64) {
        let wide = u128::from(self.state ^ word) * u128::from(self.factor);
        self.state = (wide >> 64) as u64 ^ low_64(wide);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the other half is taken apart"
)]
const fn low_64(wide: u128) -> u64 {
    wide as u64
}

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.state
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.mix(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(value.into());
    }

    fn write_u16(&mut self, value: u16) {
        self.mix(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.mix(value.cast_unsigned() as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_spread_over_the_table_and_two_tables_differ() {
        let fixed = Keyed {
            key: 0x0123_4567_89ab_cdef,
            factor: 0x9e37_79b9_7f4a_7c15,
        };
        let mut buckets = [0u32; 64];
        let mut low_bits = 0u64;
        for port in 1..=6_400u16 {
            let address = SocketAddr::from(([10, 0, 0, 1], port));
            let hash = fixed.hash_one(address);
            buckets[usize::try_from(hash >> 58).unwrap()] += 1;
            low_bits |= 1 << (hash & 63);
        }
        assert!(
            buckets.iter().all(|&count| (40..200).contains(&count)),
            "{buckets:?}"
        );
        assert_eq!(low_bits, u64::MAX);
        let address = SocketAddr::from(([0u16; 8], 9));
        let (one, other) = (Keyed::default(), Keyed::default());
        assert_ne!(one.hash_one(address), other.hash_one(address));
    }

    #[test]
    fn the_first_byte_tells_the_protocol() {
        assert_eq!(classify(&[]), None);
        assert_eq!(classify(&[0, 1]), Some(Protocol::Stun));
        assert_eq!(classify(&[22, 254]), Some(Protocol::Dtls));
        assert_eq!(classify(&[0x80, 111]), Some(Protocol::Rtp));
        assert_eq!(classify(&[0x81, 201]), Some(Protocol::Rtcp));
        assert_eq!(classify(&[0x47, 0]), None);
        assert_eq!(classify(&[0xff, 0]), None);
    }

    #[test]
    fn an_address_that_moved_to_another_peer_is_not_forgotten_for_the_first() {
        let address = SocketAddr::from(([10, 0, 0, 1], 1));
        let mut book = AddressBook::default();
        book.learn(address, 1);
        book.learn(address, 2);
        book.forget(address, 1);
        assert_eq!(book.peer(address), Some(2));
    }
}
