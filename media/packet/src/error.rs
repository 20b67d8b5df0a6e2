//! What can be wrong with a packet. All of these are the peer's fault except [`Error::NoSpace`], [`Error::KeyLength`] and
//! [`Error::IndexReused`], which are ours: count the others and drop the packet.

use crate::rtp::Ssrc;

/// Why a packet was not read, written, sealed or opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// The bytes end before the structure they announce.
    #[error("{found} bytes, at least {needed} needed")]
    TooShort {
        /// Bytes that were there.
        found: usize,
        /// Bytes that the structure needs.
        needed: usize,
    },
    /// Not version 2 of RTP or RTCP.
    #[error("version {found}, 2 expected")]
    Version {
        /// Version in the first two bits.
        found: u8,
    },
    /// The padding count is zero or longer than the payload (RFC 3550 §5.1).
    #[error("{found} bytes of padding in a payload of {payload} bytes")]
    Padding {
        /// Value of the last byte.
        found: usize,
        /// Bytes after the header.
        payload: usize,
    },
    /// A field holds a value that its format does not allow.
    #[error("malformed {what}")]
    Malformed {
        /// Name of the structure.
        what: &'static str,
    },
    /// The authentication tag is wrong.
    #[error("authentication failed")]
    Authentication,
    /// The packet came before, or is older than the replay window (RFC 3711 §3.3.2).
    #[error("packet index {index} came before or is too old")]
    Replay {
        /// SRTP or SRTCP index.
        index: u64,
    },
    /// A peer uses more sources than a peer may.
    #[error("source {ssrc} refused, limit {max}", ssrc = ssrc.0)]
    TooManySources {
        /// The one too many.
        ssrc: Ssrc,
        /// Sources a peer may have.
        max: usize,
    },
    /// Sealing this index again would use a nonce twice: the packet is refused.
    #[error("packet index {index} was sealed before")]
    IndexReused {
        /// SRTP or SRTCP index.
        index: u64,
    },
    /// The output buffer is too small.
    #[error("buffer of {found} bytes, {needed} needed")]
    NoSpace {
        /// Bytes there are.
        found: usize,
        /// Bytes it takes.
        needed: usize,
    },
    /// Key or salt has a length that the profile does not have.
    #[error("key of {key} and salt of {salt} bytes do not fit the profile")]
    KeyLength {
        /// Bytes of key.
        key: usize,
        /// Bytes of salt.
        salt: usize,
    },
}
