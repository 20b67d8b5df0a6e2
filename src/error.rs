//! Why the server did not start, or did not end well.

use thiserror::Error;

/// Why the server did not start, or did not end well. Each names what to look at.
#[derive(Debug, Error)]
pub enum Error {
    /// The settings file, fault by fault.
    #[error("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Settings {
        /// Every fault.
        faults: Vec<config::Fault>,
    },
    /// A file of the settings, or the settings file itself.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The load token's file.
    #[error("load.token_file {path} has {found} characters, allowed are 32 or more")]
    LoadToken {
        /// Which.
        path: std::path::PathBuf,
        /// Length of what is in it.
        found: usize,
    },
    /// No address that browsers could send media to.
    #[error(
        "media.announce is \"auto\" and this machine has no address that media.bind {bind} covers"
    )]
    NoAddress {
        /// As set.
        bind: std::net::IpAddr,
    },
    /// The TCP port for media is taken, or the address is none of ours.
    #[error("media.tcp_port: {address}: {source}")]
    MediaTcp {
        /// Where.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The machine's addresses cannot be read.
    #[error("the machine's addresses cannot be read: {0}")]
    Interfaces(std::io::Error),
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    Random,
    /// The recording notice.
    #[error("the recording notice: {0}")]
    Words(#[from] crate::words::WordsError),
    /// The store.
    #[error("the store: {0}")]
    Store(#[from] store::Error),
    /// The recorder.
    #[error("the recorder: {0}")]
    Recorder(#[from] recorder::Error),
    /// The media plane.
    #[error("the media plane: {0}")]
    Media(#[from] media_udp::Error),
    /// The doors.
    #[error("the doors: {0}")]
    Door(#[from] signalling_http::Error),
    /// A thread could not be started.
    #[error("thread {name}: {source}")]
    Thread {
        /// Which.
        name: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A thread of ours panicked; its message is in the log.
    #[error("thread {name} has panicked")]
    Panicked {
        /// Which.
        name: &'static str,
    },
    /// What the demo office is made of cannot be kept.
    #[error("the demo office: {0}")]
    Demo(#[from] queue::Error),
    /// A password could not be hashed.
    #[error("a password cannot be hashed: {0}")]
    Password(argon2::password_hash::Error),
}
