//! What the control thread asks of the disk thread, and what it hears back.

use recorder::{RecordKey, TrackSummary};

/// An interval of a record begins: one log file.
#[derive(Clone, Debug)]
pub struct Open {
    /// Id of the record, as in the blocks of the media plane. One record has one open interval at a time: opening the next one
    /// closes the one before.
    pub record: u64,
    /// Number of the interval, never used before in this record ([`crate::next_interval`]).
    pub interval: u32,
    /// The record's key, the same for all its intervals.
    pub key: RecordKey,
    /// When the interval began, UTC in milliseconds since 1970, by the control thread's clock.
    pub started_ms: i64,
    /// Id of the office, no personal data, at most [`crate::FACT_BYTES_MAX`] bytes.
    pub office: String,
    /// Id of the visit, no personal data, at most [`crate::FACT_BYTES_MAX`] bytes.
    pub visit: String,
}

/// What the control thread asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Begin a log. Answered by [`Event::Opened`] or [`Event::Failed`].
    Open(Open),
    /// Keep these bytes in the log of the record's open interval: a fact (joined, admitted, left) or a line of chat that the
    /// service's policy keeps. At most [`crate::EVENT_BYTES_MAX`] bytes; sealed like the media.
    Event {
        /// Record.
        record: u64,
        /// What happened, in the caller's own versioned encoding.
        bytes: Vec<u8>,
    },
    /// End the interval, once the media plane's last blocks are in. Answered by [`Event::Closed`], then [`Event::Derived`].
    Close {
        /// Record.
        record: u64,
    },
    /// Make the playable files of an interval (again). Answered by [`Event::Derived`] or [`Event::Failed`].
    Derive {
        /// Record.
        record: u64,
        /// Interval.
        interval: u32,
        /// The record's key.
        key: RecordKey,
    },
    /// Close all logs and end both threads. Answered by [`Event::Stopped`], the last event.
    Stop,
}

/// What the disk thread says.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The log exists and its header is on the disk.
    Opened {
        /// Record.
        record: u64,
        /// Interval.
        interval: u32,
    },
    /// The log has its trailer and is on the disk whole.
    Closed {
        /// Record.
        record: u64,
        /// Interval.
        interval: u32,
        /// Blocks in it, trailer included.
        blocks: u64,
        /// Bytes of the file.
        bytes: u64,
        /// Packets known to be missing because the recorder could not keep up or the disk refused them.
        dropped_packets: u64,
        /// Last hash of the chain: whoever keeps it can prove later that the log is whole.
        last_hash: [u8; 32],
    },
    /// The interval can be played.
    Derived {
        /// Record.
        record: u64,
        /// Interval.
        interval: u32,
        /// One a person.
        tracks: Vec<TrackSummary>,
    },
    /// Found at start-up: a log without derived files. Answer with [`Command::Derive`].
    Unfinished {
        /// Record.
        record: u64,
        /// Interval.
        interval: u32,
    },
    /// Something of this record did not work; other records are not concerned.
    Failed {
        /// Record.
        record: u64,
        /// Interval.
        interval: u32,
        /// What.
        failure: Failure,
    },
    /// Both threads have ended what they had to do.
    Stopped,
}

impl Failure {
    /// Nothing more of the interval is kept, or not for now: whoever was told that it is must be told that it is not.
    #[must_use]
    pub fn cuts_off(&self) -> bool {
        match self {
            Self::Open(_) | Self::Exists | Self::Write(_) | Self::Sync(_) => true,
            Self::Resumed { .. }
            | Self::NotOpen
            | Self::TooLarge
            | Self::WrongKey
            | Self::Damaged
            | Self::Derive(_)
            | Self::Panicked => false,
        }
    }
}

/// What did not work.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Failure {
    /// The log could not be begun; nothing is recorded.
    #[error("the log could not be opened: {0}")]
    Open(std::io::ErrorKind),
    /// A log of this interval exists already; it is never overwritten.
    #[error("the interval has a log already")]
    Exists,
    /// The disk refuses what is appended. Said once; the log goes on with a gap as soon as the disk takes bytes again.
    #[error("the log cannot be written: {0}")]
    Write(std::io::ErrorKind),
    /// The disk takes bytes again after [`Failure::Write`].
    #[error("the log is written again, {lost_packets} packets are missing")]
    Resumed {
        /// Packets that were lost meanwhile.
        lost_packets: u64,
    },
    /// A sync failed: what was written before it is uncertain. The log was abandoned; open the next interval.
    #[error("the log cannot be synced: {0}")]
    Sync(std::io::ErrorKind),
    /// No such open log.
    #[error("the record has no open log")]
    NotOpen,
    /// What was to be kept is too large, or a fact of the header is.
    #[error("too large to be kept")]
    TooLarge,
    /// The key given is not the one of this record.
    #[error("the key is not the one of this record")]
    WrongKey,
    /// The log cannot be read as far as its header; nothing can be derived.
    #[error("the log is damaged")]
    Damaged,
    /// The playable files could not be read or written; the log is untouched, and [`Command::Derive`] tries again.
    #[error("the interval cannot be derived: {0}")]
    Derive(std::io::ErrorKind),
    /// A fault of ours while deriving; the log is untouched.
    #[error("deriving panicked")]
    Panicked,
}
