//! Names of paths. A path over UDP is named by the peer's address; a path that a stream carries (ICE-TCP, our relay) by an
//! address of the discard-only prefix (RFC 6666), so that all that counts for addresses counts for streams.
//!
//! Invariant: no datagram from the wire is ever taken for one of a stream.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// 100::/64.
const PREFIX: [u16; 4] = [0x100, 0, 0, 0];

/// The name of a stream's path; no number is used twice in a run of the server.
#[must_use]
pub fn stream_path(number: u64) -> SocketAddr {
    let [a, b, c, d] = [48, 32, 16, 0].map(|shift| {
        let part = number >> shift & 0xffff;
        u16::try_from(part).unwrap_or(0)
    });
    let [p, q, r, s] = PREFIX;
    SocketAddr::from((Ipv6Addr::new(p, q, r, s, a, b, c, d), 1))
}

/// Whether this names a stream's path.
#[must_use]
pub fn is_stream(path: SocketAddr) -> bool {
    match path.ip() {
        IpAddr::V4(_) => false,
        IpAddr::V6(address) => address.segments().starts_with(&PREFIX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_have_names_that_no_address_has() {
        assert_eq!(stream_path(0x1_0002), "[100::1:2]:1".parse().unwrap());
        assert_ne!(stream_path(u64::MAX), stream_path(u64::MAX - 1));
        assert!(is_stream(stream_path(0)) && is_stream(stream_path(u64::MAX)));
        for other in [
            "10.0.0.1:1",
            "[100:0:0:1::]:1",
            "[2001:db8::1]:1",
            "[::ffff:1.0.0.0]:1",
        ] {
            assert!(!is_stream(other.parse().unwrap()), "{other}");
        }
    }
}
