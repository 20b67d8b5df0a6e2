//! The media workers: one thread, one UDP socket and one [`media::Core`] each.
//!
//! A worker takes datagrams in batches, stamps them with one clock reading, lets the core decide, and sends what comes out in
//! one system call; it sleeps until a datagram, a command or the core's next deadline. Rooms never cross workers, so nothing
//! is locked per packet. What packets mean is left to [`media`].
//! Invariant: the thread never waits for another: events wait in a backlog, blocks that find no room are handed back to the
//! core, which counts them.
//!
//! ```no_run
//! use media::control::{Command, RoomId};
//! use media_udp::Workers;
//!
//! let (events, heard) = crossbeam_channel::bounded(1_024);
//! let (blocks, recorded) = crossbeam_channel::bounded(256);
//! let spent = crossbeam_channel::never(); // the recorder gives no buffer back
//! let settings = media::Settings {
//!     bind: [0, 0, 0, 0].into(),
//!     announced: vec![[127, 0, 0, 1].into()],
//!     base_port: 40_000,
//!     workers: 1,
//!     receive_buffer_bytes: 4 << 20,
//!     send_buffer_bytes: 4 << 20,
//!     peers_max: media::PEERS_MAX,
//! };
//! let mut workers = Workers::start(&settings, &events, &blocks, &spent)?;
//! workers.send(&Command::CloseRoom { room: RoomId(1) })?;
//! workers.stop();
//! # drop((heard, recorded));
//! # Ok::<(), media_udp::Error>(())
//! ```

mod error;
mod handle;
mod run;
mod socket;
mod streams;

pub use error::Error;
pub use handle::{Workers, refusal};
pub use streams::{Arrival, Outlet, Refused, Streams};

#[cfg(test)]
mod tests;
