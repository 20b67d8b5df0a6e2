//! RTP, RTCP and SRTP: bytes to values and back, and the state of one stream.
//!
//! Everything here is pure: no socket, clock, thread or randomness, and nothing allocates per packet once a stream is
//! known. Addresses, ICE, DTLS, SDP and who may hear whom are left to the crate `media`.
//! Invariant: no input, however malformed, panics; nothing unauthenticated changes state.
//!
//! ```
//! use media_packet::rtp::{self, Header, Ssrc};
//! use media_packet::srtp::{MasterKey, Opener, Profile, Sealer};
//!
//! let master = MasterKey::new(Profile::Aes128Gcm, &[7; 16], &[9; 12])?;
//! let (mut sealer, mut opener) = (Sealer::new(&master)?, Opener::new(&master)?);
//!
//! let mut buffer = [0; 1500];
//! let header = Header { payload_type: 111, sequence: 1, timestamp: 960, ssrc: Ssrc(5), marker: false };
//! let header_len = header.write(&mut buffer)?;
//! buffer[header_len..header_len + 5].copy_from_slice(b"voice");
//! let sealed_len = sealer.seal_rtp(&mut buffer, header_len + 5)?;
//!
//! let opened = opener.open_rtp(&mut buffer[..sealed_len])?;
//! let packet = rtp::Packet::parse(&buffer[..opened.len])?;
//! assert_eq!(packet.payload(), b"voice");
//! # Ok::<(), media_packet::Error>(())
//! ```

pub mod capture;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod opus;
pub mod receive;
pub mod red;
pub mod ring;
pub mod rtcp;
pub mod rtp;
pub mod rtx;
pub mod send;
pub mod srtp;
pub mod time;
pub mod twcc;
pub mod vp8;

pub use error::Error;
