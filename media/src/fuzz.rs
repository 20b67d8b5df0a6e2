//! Bodies of the fuzz targets that look inside: what must hold for any bytes. `cargo test` plays the kept corpora through the same.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is the answer that a fuzz target gives"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;

use media_packet::rtcp;

use crate::demux::{AddressBook, Protocol, classify};
use crate::ice::{peer_index, worker_of};

/// The first bytes of a datagram, by the tables of RFC 7983 and RFC 5761 written once more; and the addresses that peers prove,
/// against a map that is plain.
pub fn demux(bytes: &[u8]) {
    let expected = match bytes {
        [] | [4..=19 | 64..=127 | 192..=255, ..] => None,
        [0..=3, ..] => Some(Protocol::Stun),
        [20..=63, ..] => Some(Protocol::Dtls),
        [128..=191, 192..=223, ..] => Some(Protocol::Rtcp),
        [128..=191, ..] => Some(Protocol::Rtp),
    };
    assert_eq!(classify(bytes), expected);
    assert!(!rtcp::is_rtcp(bytes) || bytes.len() > 1);
    if let Some(worker) = worker_of(bytes) {
        assert_eq!(
            expected,
            Some(Protocol::Stun),
            "a check for worker {worker}"
        );
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _peer = peer_index(text);
    }

    let (mut book, mut plain) = (AddressBook::default(), BTreeMap::new());
    for chunk in bytes.chunks_exact(4) {
        let &[what, ip, port, peer] = chunk else {
            continue;
        };
        let (port, peer) = (u16::from(port) << (what & 8), u32::from(peer % 4));
        let address: SocketAddr = if what & 4 == 0 {
            ([10, 0, 0, ip], port).into()
        } else {
            ([0, 0, 0, 0, 0, 0xffff, 0x0a00, u16::from(ip)], port).into()
        };
        if what & 1 == 0 {
            book.learn(address, peer);
            plain.insert(address, peer);
        } else {
            book.forget(address, peer);
            if plain.get(&address) == Some(&peer) {
                plain.remove(&address);
            }
        }
        assert_eq!(book.peer(address), plain.get(&address).copied());
    }
    assert_eq!(book.len(), plain.len());
    assert!(
        plain
            .iter()
            .all(|(address, peer)| book.peer(*address) == Some(*peer))
    );
}

#[cfg(test)]
mod tests {
    #[test]
    fn datagrams_that_fuzzing_found_are_told_apart() {
        sim::kept("demux")
            .iter()
            .for_each(|kept| super::demux(kept));
    }
}
