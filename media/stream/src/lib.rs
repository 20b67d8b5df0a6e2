//! Media for who cannot send UDP: ICE over TCP on a port of its own, and a relay (TURN) for streams that the HTTP door hands over.
//!
//! Both only carry datagrams between a stream and a media worker ([`media_udp::Streams`]); ICE, DTLS and SRTP go end to end with
//! the media plane, as over UDP. What a client of the relay may do is decided in `turn.rs`, how streams are cut into messages in
//! `framing.rs`, both without a socket or a clock.
//! Invariants: there is no relayed socket, so the relay reaches our media workers and nothing else; neither a slow nor a silent
//! nor a hostile peer makes memory grow or a worker wait.
//!
//! ```
//! use media_stream::{Next, next_datagram, next_message};
//!
//! assert_eq!(next_datagram(&[0, 2, 7, 7, 0]), Next::Whole { message: &[7, 7], consumed: 4 });
//! assert_eq!(next_message(b"GET / HTTP/1.1"), Next::Bad);
//! ```

mod framing;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod limit;
mod relay;
mod stream;
mod tcp;
mod turn;

pub use framing::{DATAGRAM_BYTES_MAX, MESSAGE_BYTES_MAX, Next, next_datagram, next_message};
pub use relay::Gate;
pub use tcp::serve;
pub use turn::Relay;

#[cfg(test)]
mod tests;
