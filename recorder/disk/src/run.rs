//! The loop of the disk thread: blocks and commands in, appends and syncs out.
//!
//! Commands that were sent before a block count before it: after taking blocks from their channel the loop takes all commands,
//! and handles these first. An event that the control thread has no room for waits here; the thread itself never waits for it.

use crate::Settings;
use crate::command::{Command, Event, Failure, Open};
use crate::derive::Job;
use crate::file::{Appended, LogFile};
use crate::stats::Stats;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError};
use media_packet::capture::Block;
use recorder::log::{EVENT_BYTES_MAX, Stamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

/// Logs open at once: each takes a file descriptor, and the usual limit of a service is far above.
const LOGS_MAX: usize = 4_000;

/// Blocks taken before commands are looked at again: a call sends five a second.
const BATCH_MAX: usize = 256;

/// Syncs in a row before blocks are looked at again: each takes up to some milliseconds.
const SYNCS_IN_A_ROW_MAX: usize = 16;

/// From so many written logs on, one sync of the whole file system when the first is due is cheaper than one of each: measured
/// on ext4, 300 logs written in the same second took 1.7 s one by one and 0.27 s together (docs/record-format.md).
const TOGETHER_MIN: usize = 16;

/// How long a closing log waits for the media plane's last blocks, which come every 200 ms.
const CLOSE_WAIT_US: u64 = 1_000_000;

/// Rest between two looks at the blocks: waking for each block cost as much as hashing it. It bounds how late a block is
/// written, and a sync, a close or a waiting event noticed.
const REST: Duration = Duration::from_millis(20);

/// Rest after a look that found no block, as between people who are silent: half the age of a block that comes.
const QUIET_REST: Duration = Duration::from_millis(100);

/// Rest while no log is open and nothing waits: a command ends it.
const IDLE_REST: Duration = Duration::from_secs(1);

pub(crate) struct Disk {
    pub(crate) settings: Settings,
    /// The folder of all records, open: any file of a file system serves to sync it whole.
    pub(crate) folder: File,
    pub(crate) events: Sender<Event>,
    pub(crate) jobs: Sender<Job>,
    /// Buffers of blocks that are written, on their way back.
    pub(crate) spent: Sender<Vec<u8>>,
    pub(crate) stats: Arc<Stats>,
    pub(crate) started: Instant,
    pub(crate) random: SystemRandom,
    pub(crate) logs: BTreeMap<u64, LogFile>,
    /// What one append writes, for all logs: each of its own would be the largest thing that a call holds.
    pub(crate) scratch: Vec<u8>,
    pub(crate) outbox: VecDeque<Event>,
    /// Jobs that wait until the events before them were sent: nobody hears that a log was derived before that it was closed.
    pub(crate) waiting: VecDeque<Job>,
    /// From the derivation thread, once: logs without derived files.
    pub(crate) unfinished: Receiver<Vec<(u64, u32)>>,
    /// Logs begun while that is awaited: they are not an earlier run's.
    pub(crate) begun: Option<BTreeSet<(u64, u32)>>,
}

impl Disk {
    /// Runs until [`Command::Stop`], or until the control thread is gone.
    pub(crate) fn run(mut self, blocks: &Receiver<Block>, commands: &Receiver<Command>) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        let mut rest = Duration::ZERO;
        loop {
            let mut stop = false;
            let first = match commands.recv_timeout(rest) {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Command::Stop),
            };
            batch.extend(blocks.try_iter().take(BATCH_MAX));
            let taken = batch.len();
            let now = self.now();
            for command in first.into_iter().chain(commands.try_iter()) {
                stop |= self.command(command, now);
            }
            for block in batch.drain(..) {
                self.block(block, now);
                // A media worker on the same core must not wait until the whole batch is hashed.
                std::thread::yield_now();
            }
            if stop {
                return self.stop(blocks);
            }
            self.close_due(now);
            self.sync_due();
            self.tell_unfinished();
            self.send_events();
            rest = self.rest(taken);
        }
    }

    /// How long to wait for a command after so many blocks.
    fn rest(&self, taken: usize) -> Duration {
        if taken == BATCH_MAX {
            return Duration::ZERO;
        }
        let idle = self.logs.is_empty()
            && self.outbox.is_empty()
            && self.waiting.is_empty()
            && self.begun.is_none();
        match taken {
            _ if idle => IDLE_REST,
            0 => QUIET_REST,
            _ => REST,
        }
    }

    fn command(&mut self, command: Command, now: Stamp) -> bool {
        match command {
            Command::Open(open) => self.open(&open, now),
            Command::Event { record, bytes } => self.event(record, &bytes, now),
            Command::Close { record } => match self.logs.get_mut(&record) {
                Some(log) => log.close_at_us = Some(now.monotonic_us + CLOSE_WAIT_US),
                None => self.fail(record, 0, Failure::NotOpen),
            },
            Command::Derive {
                record,
                interval,
                key,
            } => {
                // An open log is derived when it closes.
                if self
                    .logs
                    .get(&record)
                    .is_none_or(|log| log.interval != interval)
                {
                    self.waiting.push_back(Job {
                        record,
                        interval,
                        key,
                    });
                }
            }
            Command::Stop => return true,
        }
        false
    }

    fn open(&mut self, open: &Open, now: Stamp) {
        self.close(open.record, now);
        let mut salt = [0; recorder::SALT_BYTES];
        let log = if self.logs.len() >= LOGS_MAX {
            Err(Failure::Open(io::ErrorKind::QuotaExceeded))
        } else if self.random.fill(&mut salt).is_err() {
            Err(Failure::Open(io::ErrorKind::Unsupported))
        } else {
            LogFile::create(&self.settings.records, open, salt, now)
        };
        match log {
            Ok(log) => {
                if let Some(begun) = &mut self.begun {
                    begun.insert((open.record, open.interval));
                }
                self.logs.insert(open.record, log);
                self.stats
                    .logs_open
                    .store(count(self.logs.len()), Ordering::Relaxed);
                self.outbox.push_back(Event::Opened {
                    record: open.record,
                    interval: open.interval,
                });
            }
            Err(failure) => self.fail(open.record, open.interval, failure),
        }
    }

    fn event(&mut self, record: u64, bytes: &[u8], now: Stamp) {
        let Some(log) = self.logs.get_mut(&record) else {
            return self.fail(record, 0, Failure::NotOpen);
        };
        let interval = log.interval;
        if bytes.len() > EVENT_BYTES_MAX {
            return self.fail(record, interval, Failure::TooLarge);
        }
        let appended = log.event(bytes, now, &mut self.scratch);
        self.appended(record, interval, appended);
    }

    fn block(&mut self, block: Block, now: Stamp) {
        let Some(log) = self.logs.get_mut(&block.record) else {
            return Stats::add(&self.stats.late_blocks, 1);
        };
        let (interval, before) = (log.interval, log.bytes);
        let appended = log.block(&block, now, &mut self.scratch);
        Stats::add(&self.stats.blocks, 1);
        Stats::add(&self.stats.bytes, log.bytes - before);
        let refused = matches!(appended, Appended::Refused(_) | Appended::StillRefused(_));
        let dropped =
            u64::from(block.dropped_before) + if refused { u64::from(block.entries) } else { 0 };
        Stats::add(&self.stats.dropped_packets, dropped);
        self.appended(block.record, interval, appended);
        // Nobody waits for it: a media worker that finds none makes one.
        drop(self.spent.try_send(block.into_buffer()));
    }

    fn appended(&mut self, record: u64, interval: u32, appended: Appended) {
        match appended {
            Appended::Written | Appended::StillRefused(_) => {}
            Appended::Resumed { lost_packets } => {
                tracing::info!(
                    record,
                    interval,
                    lost_packets,
                    "the disk takes the record again"
                );
                self.outbox.push_back(Event::Failed {
                    record,
                    interval,
                    failure: Failure::Resumed { lost_packets },
                });
            }
            Appended::Refused(kind) => self.fail(record, interval, Failure::Write(kind)),
        }
    }

    fn close_due(&mut self, now: Stamp) {
        let due = |log: &LogFile| {
            log.close_at_us
                .is_some_and(|at| log.is_complete() || at <= now.monotonic_us)
        };
        let records: Vec<u64> = self
            .logs
            .iter()
            .filter(|(_, log)| due(log))
            .map(|(record, _)| *record)
            .collect();
        for record in records {
            self.close(record, now);
        }
    }

    fn close(&mut self, record: u64, now: Stamp) {
        let Some(mut log) = self.logs.remove(&record) else {
            return;
        };
        let interval = log.interval;
        match log.close(now, &mut self.scratch) {
            Ok((totals, last_hash)) => self.outbox.push_back(Event::Closed {
                record,
                interval,
                blocks: log.frames(),
                bytes: log.bytes,
                dropped_packets: totals.dropped_packets,
                last_hash,
            }),
            Err(failure) => self.fail(record, interval, failure),
        }
        self.stats
            .logs_open
            .store(count(self.logs.len()), Ordering::Relaxed);
        self.waiting.push_back(Job {
            record,
            interval,
            key: log.key.clone(),
        });
    }

    fn sync_due(&mut self) {
        let begin_us = self.now().monotonic_us;
        let sync_after = self.settings.sync_interval * 3 / 5;
        let sync_after_us = u64::try_from(sync_after.as_micros()).unwrap_or(u64::MAX);
        let dirty = self
            .logs
            .iter()
            .filter_map(|(record, log)| Some((log.dirty_since_us?, *record)));
        let mut due: Vec<(u64, u64)> = dirty
            .filter(|(since_us, _)| since_us + sync_after_us <= begin_us)
            .collect();
        if due.is_empty() {
            return;
        }
        due.sort_unstable();
        let is_dirty = |log: &&LogFile| log.dirty_since_us.is_some();
        let dirty = self.logs.values().filter(is_dirty).count();
        if dirty >= TOGETHER_MIN && self.sync_together(begin_us) {
            return;
        }
        for (since_us, record) in due.into_iter().take(SYNCS_IN_A_ROW_MAX) {
            let begin_us = self.now().monotonic_us;
            let synced = self.logs.get_mut(&record).map_or(Ok(()), LogFile::sync);
            self.count_sync(begin_us, since_us);
            if let Err(error) = synced
                && let Some(log) = self.logs.remove(&record)
            {
                // After a failed sync the kernel may have thrown the pages away: what this log holds is uncertain.
                let interval = log.interval;
                self.fail(record, interval, Failure::Sync(error.kind()));
                self.waiting.push_back(Job {
                    record,
                    interval,
                    key: log.key,
                });
            }
        }
    }

    /// One sync for all logs. When it fails, the logs are synced one by one, to learn whose fault it is.
    fn sync_together(&mut self, begin_us: u64) -> bool {
        let oldest_us = self
            .logs
            .values()
            .filter_map(|log| log.dirty_since_us)
            .min()
            .unwrap_or(begin_us);
        if let Err(error) = rustix::fs::syncfs(&self.folder) {
            tracing::warn!(%error, "the file system of the records cannot be synced as a whole");
            return false;
        }
        for log in self.logs.values_mut() {
            log.dirty_since_us = None;
        }
        self.count_sync(begin_us, oldest_us);
        true
    }

    fn count_sync(&self, begin_us: u64, oldest_us: u64) {
        let done_us = self.now().monotonic_us;
        Stats::add(&self.stats.syncs, 1);
        Stats::add(&self.stats.sync_us, done_us - begin_us);
        self.stats
            .sync_age_us_max
            .fetch_max(done_us - oldest_us, Ordering::Relaxed);
    }

    fn tell_unfinished(&mut self) {
        let Ok(found) = self.unfinished.try_recv() else {
            return;
        };
        let begun = self.begun.take().unwrap_or_default();
        let left = found.into_iter().filter(|log| !begun.contains(log));
        self.outbox
            .extend(left.map(|(record, interval)| Event::Unfinished { record, interval }));
    }

    fn fail(&mut self, record: u64, interval: u32, failure: Failure) {
        tracing::warn!(record, interval, %failure, "record");
        Stats::add(&self.stats.failures, 1);
        self.outbox.push_back(Event::Failed {
            record,
            interval,
            failure,
        });
    }

    fn send_events(&mut self) {
        while let Some(event) = self.outbox.pop_front() {
            match self.events.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => return self.outbox.push_front(event),
                Err(TrySendError::Disconnected(_)) => return self.outbox.clear(),
            }
        }
        while let Some(job) = self.waiting.pop_front() {
            let (record, interval) = (job.record, job.interval);
            if self.jobs.try_send(job).is_err() {
                self.fail(
                    record,
                    interval,
                    Failure::Derive(io::ErrorKind::QuotaExceeded),
                );
            }
        }
    }

    fn stop(mut self, blocks: &Receiver<Block>) {
        let now = self.now();
        for block in blocks.try_iter().take(blocks.capacity().unwrap_or(0)) {
            self.block(block, now);
        }
        for record in self.logs.keys().copied().collect::<Vec<_>>() {
            self.close(record, now);
        }
        for event in self.outbox.drain(..) {
            // The control thread waits for `Stopped`; when it is gone, nobody wants to know.
            if self.events.send(event).is_err() {
                return;
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the disk thread's only clocks")]
    fn now(&self) -> Stamp {
        let since_1970 = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Stamp {
            wall_ms: i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX),
            monotonic_us: u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        }
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use recorder::RecordKey;

    /// A disk thread's state that has run for ten seconds, with so many logs whose bytes were never synced.
    fn disk(records: &std::path::Path, logs: u64) -> Disk {
        let (events, _) = crossbeam_channel::bounded(1);
        let (jobs, _) = crossbeam_channel::bounded(1);
        let (spent, _) = crossbeam_channel::bounded(1);
        let mut disk = Disk {
            settings: Settings {
                records: records.to_path_buf(),
                sync_interval: Duration::from_secs(1),
            },
            folder: File::open(records).unwrap(),
            events,
            jobs,
            spent,
            stats: Arc::default(),
            started: crate::start_of_clock()
                .checked_sub(Duration::from_secs(10))
                .unwrap(),
            random: SystemRandom::new(),
            logs: BTreeMap::new(),
            scratch: Vec::new(),
            outbox: VecDeque::new(),
            waiting: VecDeque::new(),
            unfinished: crossbeam_channel::never(),
            begun: None,
        };
        let now = disk.now();
        for record in 0..logs {
            let key = RecordKey::from([1; 32]);
            disk.open(
                &Open {
                    record,
                    interval: 0,
                    key,
                    started_ms: 0,
                    office: String::new(),
                    visit: String::new(),
                },
                now,
            );
            disk.event(record, b"something", now);
        }
        disk
    }

    fn check(logs: u64, written_ago_us: u64, expected_syncs: u64) {
        let folder = tempfile::tempdir().unwrap();
        let mut disk = disk(folder.path(), logs);
        let now_us = disk.now().monotonic_us;
        for log in disk.logs.values_mut() {
            assert!(log.dirty_since_us.is_some());
            log.dirty_since_us = Some(now_us - written_ago_us);
        }
        disk.sync_due();
        assert_eq!(disk.stats.syncs.load(Ordering::Relaxed), expected_syncs);
        let clean = disk.logs.values().all(|log| log.dirty_since_us.is_none());
        assert_eq!(clean, expected_syncs > 0);
    }

    #[test]
    fn few_logs_are_synced_one_by_one_and_many_together() {
        check(3, 600_000, 3);
        check(40, 600_000, 1);
    }

    #[test]
    fn what_was_just_written_waits() {
        check(3, 0, 0);
    }
}
