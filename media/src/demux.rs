//! What a datagram is, and whose: the first byte tells the protocol (RFC 7983, RFC 5761), the source address the peer.
//!
//! An address becomes known only when an authenticated connectivity check came from it; nothing is ever learnt from RTP.

use std::collections::HashMap;
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
    // The default hasher is keyed, so that nobody can choose addresses that collide.
    peers: HashMap<SocketAddr, u32>,
}

impl AddressBook {
    /// The peer that has proved this address.
    pub(crate) fn peer(&self, address: SocketAddr) -> Option<u32> {
        self.peers.get(&address).copied()
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

#[cfg(test)]
mod tests {
    use super::*;

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
