//! What the two threads count; the process reads it once a second.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of the disk thread and of derivation, from the start on.
///
/// Shared, because a counter that is read once a second needs no message.
#[derive(Debug, Default)]
pub struct Stats {
    /// Logs that are open now.
    pub logs_open: AtomicU64,
    /// Media blocks written.
    pub blocks: AtomicU64,
    /// Bytes written.
    pub bytes: AtomicU64,
    /// Packets missing in logs because the channel was full or the disk refused them.
    pub dropped_packets: AtomicU64,
    /// Blocks that came for no open log: late, after the trailer.
    pub late_blocks: AtomicU64,
    /// Syncs done.
    pub syncs: AtomicU64,
    /// Microseconds spent in them.
    pub sync_us: AtomicU64,
    /// Longest time between a first unsynced byte and its sync, in microseconds: above a second, the disk is too slow.
    pub sync_age_us_max: AtomicU64,
    /// Intervals derived.
    pub derived: AtomicU64,
    /// Things that failed, of any kind.
    pub failures: AtomicU64,
}

impl Stats {
    pub(crate) fn add(counter: &AtomicU64, count: u64) {
        counter.fetch_add(count, Ordering::Relaxed);
    }
}
