//! What can go wrong at the start of the workers, and when they are talked to.

use std::io;
use std::net::SocketAddr;

/// Why workers were not started, or a command was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting is out of its range.
    #[error("{key} is {found}, allowed is {allowed}")]
    Setting {
        /// Which.
        key: &'static str,
        /// What it is.
        found: String,
        /// What it may be.
        allowed: String,
    },
    /// A socket could not be opened at its address.
    #[error("UDP socket at {address}: {source}")]
    Socket {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A thread could not be started.
    #[error("media worker {worker} not started: {source}")]
    Thread {
        /// Which.
        worker: u8,
        /// Why.
        source: io::Error,
    },
    /// The system gave no random bytes, or the waking descriptor could not be made.
    #[error("media worker {worker}: {source}")]
    System {
        /// Which.
        worker: u8,
        /// Why.
        source: io::Error,
    },
    /// The core could not be made.
    #[error(transparent)]
    Core(#[from] media::Error),
    /// A worker does not keep up with its commands, or has ended.
    #[error("media worker {worker} takes no command now")]
    Busy {
        /// Which.
        worker: u8,
    },
}
