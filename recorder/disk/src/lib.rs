//! The disk thread: appends and syncs the logs of all calls, and the thread beside it that derives what can be played.
//!
//! ```text
//! media workers ─Block▶┐                     ┌▶ <records>/<record>/<interval>.vlog     the log, evidence
//! control ────Command▶ disk thread ──────────┤
//! control ◀───────Event┘    └─▶ derivation ──┴▶ <interval>-<participant>.webm.sealed, <interval>.index
//! ```
//!
//! Left to others: what the bytes mean (`recorder`), which keys exist (the store's keyring), when to record (the queue core).
//! Invariant: what was acknowledged by [`Event::Opened`] is appended in order and on the disk within a second; a fault of one
//! log never stops another.
//!
//! How to drive it, from the control thread:
//! 1. Before anybody is recorded: [`Command::Open`], and wait for [`Event::Opened`] when the record must be certain. Blocks that
//!    come before it are not lost as long as `Open` was sent before the media plane was told to record.
//! 2. While it lasts: blocks from the media plane by themselves, [`Command::Event`] for facts.
//! 3. Tell the media plane to stop recording, then [`Command::Close`]: the log waits up to a second for each participant's
//!    last block, writes its trailer, syncs, says [`Event::Closed`]; a little later [`Event::Derived`].
//! 4. At start-up, for each [`Event::Unfinished`]: [`Command::Derive`] with the key of the record.

mod command;

pub use command::{Command, Event, Failure, Open};
pub use recorder::log::{EVENT_BYTES_MAX, FACT_BYTES_MAX};
pub use recorder::{Gap, KeyId, Medium, RecordKey, TrackSummary};
use std::path::PathBuf;

/// What the disk thread needs to know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Folder of all records; made when it does not exist.
    pub records: PathBuf,
}
