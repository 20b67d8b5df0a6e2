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
//!
//! ```
//! use crossbeam_channel::bounded;
//! use recorder_disk::{Command, Event, Open, RecordKey, Settings, tracks};
//! use std::time::Duration;
//!
//! # let folder = tempfile::tempdir()?;
//! let records = folder.path().join("records");
//! let (_media_worker, blocks) = bounded(4_096);
//! let (control, commands) = bounded(256);
//! let (events_out, events) = bounded(256);
//! let settings = Settings { records: records.clone(), sync_interval: Duration::from_secs(1) };
//! let running = recorder_disk::start(settings, blocks, commands, events_out)?;
//!
//! let key = RecordKey::from([1; 32]); // from the keyring
//! let (office, visit) = ("ingresos".to_owned(), "A1".to_owned());
//! control.send(Command::Open(Open { record: 7, interval: 0, key, started_ms: 0, office, visit }))?;
//! assert_eq!(events.recv()?, Event::Opened { record: 7, interval: 0 });
//! control.send(Command::Event { record: 7, bytes: b"admitted".to_vec() })?;
//! control.send(Command::Close { record: 7 })?;
//! assert!(matches!(events.recv()?, Event::Closed { record: 7, .. }));
//! assert!(matches!(events.recv()?, Event::Derived { record: 7, .. }));
//! assert_eq!(tracks(&records, 7)?, []); // nobody spoke
//!
//! control.send(Command::Stop)?;
//! assert_eq!(events.recv()?, Event::Stopped);
//! running.join();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod archive;
mod command;
mod derive;
mod file;
mod incoming;
mod playback;
mod run;
mod sealing;
mod stats;

pub use archive::{intervals, log_path, next_interval, track_path, tracks};
pub use command::{Command, Event, Failure, Open};
pub use incoming::{
    IncomingFile, WholeFile, discard_file, file_hash, file_path, keep_file, left_behind, part_path,
};
pub use playback::SealedFile;
pub use recorder::log::{EVENT_BYTES_MAX, FACT_BYTES_MAX};
pub use recorder::{Error, Gap, KeyId, Medium, RecordKey, TrackSummary};
pub use stats::Stats;

use aws_lc_rs::rand::SystemRandom;
use crossbeam_channel::{Receiver, Sender};
use derive::Deriver;
use media_packet::capture::Block;
use run::Disk;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Buffers that may wait to be filled again: as many as are written in one go.
const SPENT_MAX: usize = 256;

/// What the disk thread needs to know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Folder of all records; made when it does not exist.
    pub records: PathBuf,
    /// Longest time from a written byte to its sync; the sync of a log begins when three fifths of it have passed.
    pub sync_interval: Duration,
}

impl From<&config::Recorder> for Settings {
    fn from(config: &config::Recorder) -> Self {
        Self {
            records: config.folder.clone(),
            sync_interval: config.sync_interval,
        }
    }
}

/// The two threads, running.
#[derive(Debug)]
pub struct Running {
    stats: Arc<Stats>,
    spent: Receiver<Vec<u8>>,
    disk: JoinHandle<()>,
}

impl Running {
    /// Counters, to be read once a second.
    #[must_use]
    pub fn stats(&self) -> Arc<Stats> {
        Arc::clone(&self.stats)
    }

    /// Buffers of blocks that are written: the media workers fill them again, so that none is made per block.
    #[must_use]
    pub fn spent_buffers(&self) -> Receiver<Vec<u8>> {
        self.spent.clone()
    }

    /// Waits for both threads, after [`Command::Stop`] or after the commands' sender was dropped. Somebody must go on taking
    /// events until [`Event::Stopped`], or the events' receiver must be gone.
    pub fn join(self) {
        // A panic of the thread was printed by its own hook; there is nothing more to tell.
        drop(self.disk.join());
    }
}

/// Makes the folder of records and starts both threads. `blocks`, `commands` and `events` are bounded channels of the caller's;
/// a capacity of 4,096 blocks bridges a disk that stalls for some seconds, 256 is enough for the others.
///
/// # Errors
/// When the folder cannot be made or a thread cannot be started.
pub fn start(
    settings: Settings,
    blocks: Receiver<Block>,
    commands: Receiver<Command>,
    events: Sender<Event>,
) -> std::io::Result<Running> {
    archive::make_folder(&settings.records)?;
    let stats = Arc::new(Stats::default());
    let stop = Arc::new(AtomicBool::new(false));
    let (jobs, jobs_waiting) = crossbeam_channel::bounded(derive::JOBS_MAX);
    let (found, unfinished) = crossbeam_channel::bounded(1);
    let (spent_out, spent) = crossbeam_channel::bounded(SPENT_MAX);
    let deriver = Deriver {
        settings: settings.clone(),
        events: events.clone(),
        stats: Arc::clone(&stats),
        stop: Arc::clone(&stop),
        found,
    };
    let deriving = thread::Builder::new()
        .name("derive".to_owned())
        .spawn(move || deriver.run(&jobs_waiting))?;
    let disk = Disk {
        folder: std::fs::File::open(&settings.records)?,
        settings,
        events: events.clone(),
        jobs,
        spent: spent_out,
        stats: Arc::clone(&stats),
        started: start_of_clock(),
        random: SystemRandom::new(),
        logs: BTreeMap::new(),
        scratch: Vec::new(),
        outbox: VecDeque::new(),
        waiting: VecDeque::new(),
        unfinished,
        begun: Some(BTreeSet::new()),
    };
    let running = thread::Builder::new()
        .name("disk".to_owned())
        .spawn(move || {
            disk.run(&blocks, &commands);
            stop.store(true, Ordering::Relaxed);
            drop(deriving.join());
            // Nobody waits for it when the receiver is gone.
            drop(events.send(Event::Stopped));
        })?;
    Ok(Running {
        stats,
        spent,
        disk: running,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "zero of the disk thread's monotonic clock"
)]
fn start_of_clock() -> Instant {
    Instant::now()
}
