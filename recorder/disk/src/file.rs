//! One open log: what it holds so far, what is missing in it, when it must be synced.
//!
//! The file is written at the place where its last whole frame ends, so that whatever a refused write left is overwritten.
//! Invariant: what is missing is written down as a gap before anything that came after it.

use crate::archive::{log_path, make_folder, private_file, record_path, sync_folder};
use crate::command::{Failure, Open};
use media_packet::capture::{Block, EntryKind, entries};
use recorder::log::{Cause, Closing, Header, Missing, Stamp, Writer};
use recorder::{Error, RecordKey, Salt};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// An open log.
#[derive(Debug)]
pub(crate) struct LogFile {
    file: File,
    writer: Writer,
    /// Bytes of the file up to the end of its last whole frame.
    pub(crate) bytes: u64,
    pub(crate) interval: u32,
    pub(crate) key: RecordKey,
    /// When the first byte that is not synced was written.
    pub(crate) dirty_since_us: Option<u64>,
    /// When the trailer is written at the latest, once the end was asked for.
    pub(crate) close_at_us: Option<u64>,
    next_block: Option<u64>,
    last_arrival_us: u64,
    recorded: BTreeSet<(u8, u8)>,
    anyone_recorded: bool,
    refused: Option<Refused>,
}

/// What the disk did not take since it began to refuse.
#[derive(Debug)]
struct Refused {
    kind: io::ErrorKind,
    blocks: u64,
    packets: u64,
    first_sequence: u64,
    retry_at_us: u64,
}

/// What became of something appended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Appended {
    /// It is in the file.
    Written,
    /// It is in the file, and so is a gap for what was refused before.
    Resumed {
        /// Packets that were lost.
        lost_packets: u64,
    },
    /// The disk refuses, from now on.
    Refused(io::ErrorKind),
    /// The disk refused before, for this reason, and does so still.
    StillRefused(io::ErrorKind),
}

/// After a refused write the disk is asked again this much later: often enough to lose little, seldom enough to keep the thread
/// free for other logs.
const RETRY_US: u64 = 1_000_000;

impl LogFile {
    /// Begins a log; when this returns, its header is on the disk.
    pub(crate) fn create(
        records: &Path,
        open: &Open,
        salt: Salt,
        now: Stamp,
    ) -> Result<Self, Failure> {
        let header = Header {
            record: open.record,
            interval: open.interval,
            started_ms: open.started_ms,
            started_us: now.monotonic_us,
            key_id: open.key.id(),
            salt,
            office: open.office.clone(),
            visit: open.visit.clone(),
        };
        let mut out = Vec::new();
        let writer = match Writer::begin(&header, &open.key, &mut out) {
            Ok(writer) => writer,
            Err(Error::Limit { .. }) => return Err(Failure::TooLarge),
            Err(error) => return Err(Failure::Open(io::Error::from(error).kind())),
        };
        let file = create_file(records, open, &out)?;
        Ok(Self {
            file,
            writer,
            bytes: u64::try_from(out.len()).unwrap_or(0),
            interval: open.interval,
            key: open.key.clone(),
            dirty_since_us: None,
            close_at_us: None,
            next_block: None,
            last_arrival_us: 0,
            recorded: BTreeSet::new(),
            anyone_recorded: false,
            refused: None,
        })
    }

    /// Appends a block of the media plane, behind a gap for what is missing before it.
    pub(crate) fn block(&mut self, block: &Block, now: Stamp, scratch: &mut Vec<u8>) -> Appended {
        let (first_us, last_us) = self.note_entries(block);
        let expected = self
            .next_block
            .replace(block.sequence.wrapping_add(1))
            .unwrap_or(block.sequence);
        // A stream that begins again (the media worker was restarted) misses nothing.
        let missing_blocks = block.sequence.saturating_sub(expected);
        let dropped = u64::from(block.dropped_before);
        let missing = (missing_blocks > 0 || dropped > 0).then_some(Missing {
            cause: Cause::Channel,
            from_us: self.last_arrival_us,
            to_us: first_us,
            blocks: missing_blocks,
            packets: dropped,
            burnt: 0,
        });
        let lost = (1, u64::from(block.entries) + dropped);
        let appended = self.append(lost, first_us, (now, scratch), |writer, out| {
            if let Some(missing) = missing {
                writer.gap(missing, now, out)?;
            }
            writer.media(block, now, out)
        });
        if matches!(appended, Appended::Written | Appended::Resumed { .. }) {
            self.last_arrival_us = last_us;
        }
        appended
    }

    /// Appends something that happened.
    pub(crate) fn event(&mut self, bytes: &[u8], now: Stamp, scratch: &mut Vec<u8>) -> Appended {
        let at_us = self.last_arrival_us;
        self.append((0, 0), at_us, (now, scratch), |writer, out| {
            writer.event(bytes, now, out)
        })
    }

    /// Appends the trailer and syncs.
    pub(crate) fn close(
        &mut self,
        now: Stamp,
        scratch: &mut Vec<u8>,
    ) -> Result<(Closing, [u8; 32]), Failure> {
        if let Some(refused) = &mut self.refused {
            refused.retry_at_us = now.monotonic_us;
        }
        let at_us = self.last_arrival_us;
        match self.append((0, 0), at_us, (now, scratch), |writer, out| {
            writer.close(now, out)
        }) {
            Appended::Written | Appended::Resumed { .. } => {}
            Appended::Refused(kind) | Appended::StillRefused(kind) => {
                return Err(Failure::Write(kind));
            }
        }
        self.sync().map_err(|error| Failure::Sync(error.kind()))?;
        Ok((self.writer.totals(), self.writer.last_hash()))
    }

    /// Makes everything written durable.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.dirty_since_us = None;
        self.file.sync_data()
    }

    /// Frames in the log.
    pub(crate) const fn frames(&self) -> u64 {
        self.writer.next_sequence()
    }

    /// Whether everybody who was recorded has ended: nothing more can come.
    pub(crate) fn is_complete(&self) -> bool {
        self.anyone_recorded && self.recorded.is_empty()
    }

    fn note_entries(&mut self, block: &Block) -> (u64, u64) {
        let (mut first_us, mut last_us) = (u64::MAX, self.last_arrival_us);
        for entry in entries(block.bytes()).flatten() {
            first_us = first_us.min(entry.arrival_us);
            last_us = last_us.max(entry.arrival_us);
            let person = (entry.participant, entry.medium as u8);
            match entry.kind {
                EntryKind::Begin => {
                    self.anyone_recorded = true;
                    self.recorded.insert(person);
                }
                EntryKind::End => {
                    self.recorded.remove(&person);
                }
                EntryKind::Rtp | EntryKind::SenderReport => {}
            }
        }
        (first_us.min(last_us), last_us)
    }

    fn append(
        &mut self,
        lost: (u64, u64),
        at_us: u64,
        (now, out): (Stamp, &mut Vec<u8>),
        make: impl FnOnce(&mut Writer, &mut Vec<u8>) -> Result<(), Error>,
    ) -> Appended {
        if let Some(refused) = &mut self.refused
            && now.monotonic_us < refused.retry_at_us
        {
            refused.blocks += lost.0;
            refused.packets += lost.1;
            return Appended::StillRefused(refused.kind);
        }
        let mark = self.writer.mark();
        let sequence = self.writer.next_sequence();
        out.clear();
        let made = self
            .make_frames(at_us, now, out, make)
            .map_err(io::Error::from);
        let written = made.and_then(|()| self.file.write_all_at(out, self.bytes));
        let len = u64::try_from(out.len()).unwrap_or(0);
        let Err(error) = written else {
            self.bytes += len;
            self.dirty_since_us.get_or_insert(now.monotonic_us);
            return match self.refused.take() {
                Some(refused) => Appended::Resumed {
                    lost_packets: refused.packets,
                },
                None => Appended::Written,
            };
        };
        self.writer.forget(&mark);
        self.refuse(lost, sequence, now, &error)
    }

    fn make_frames(
        &mut self,
        at_us: u64,
        now: Stamp,
        out: &mut Vec<u8>,
        make: impl FnOnce(&mut Writer, &mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Some(refused) = &self.refused {
            let missing = Missing {
                cause: Cause::Disk,
                from_us: self.last_arrival_us,
                to_us: at_us,
                blocks: refused.blocks,
                packets: refused.packets,
                burnt: self.writer.next_sequence() - refused.first_sequence,
            };
            self.writer.gap(missing, now, out)?;
        }
        make(&mut self.writer, out)
    }

    fn refuse(
        &mut self,
        lost: (u64, u64),
        sequence: u64,
        now: Stamp,
        error: &io::Error,
    ) -> Appended {
        let kind = error.kind();
        // The next write begins at the same place anyway; cutting only keeps the file readable until then.
        let cut = self.file.set_len(self.bytes);
        tracing::debug!(?cut, "cut a refused frame");
        let first = self.refused.is_none();
        let refused = self.refused.get_or_insert(Refused {
            kind,
            blocks: 0,
            packets: 0,
            first_sequence: sequence,
            retry_at_us: 0,
        });
        refused.blocks += lost.0;
        refused.packets += lost.1;
        refused.retry_at_us = now.monotonic_us + RETRY_US;
        if first {
            Appended::Refused(kind)
        } else {
            Appended::StillRefused(kind)
        }
    }
}

fn create_file(records: &Path, open: &Open, header: &[u8]) -> Result<File, Failure> {
    let failed = |error: io::Error| Failure::Open(error.kind());
    let folder = record_path(records, open.record);
    make_folder(&folder).map_err(failed)?;
    let path = log_path(records, open.record, open.interval);
    let file = private_file()
        .create_new(true)
        .open(path)
        .map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                Failure::Exists
            } else {
                failed(error)
            }
        })?;
    file.write_all_at(header, 0).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    // The entries of the file and of its folder are to survive, too.
    sync_folder(&folder)
        .and_then(|()| sync_folder(records))
        .map_err(failed)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use media_packet::capture::{Entry, Medium};
    use recorder::verify_with_key;

    fn open() -> Open {
        Open {
            record: 1,
            interval: 0,
            key: RecordKey::from([1; 32]),
            started_ms: 0,
            office: String::new(),
            visit: String::new(),
        }
    }

    fn at(monotonic_us: u64) -> Stamp {
        Stamp {
            wall_ms: 0,
            monotonic_us,
        }
    }

    fn block(sequence: u64, kinds: &[EntryKind]) -> Block {
        let mut block = Block::new(1, sequence, 0, Vec::new());
        for kind in kinds {
            let arrival_us = sequence * 200_000;
            let entry = Entry {
                kind: *kind,
                participant: 0,
                medium: Medium::Audio,
                arrival_us,
                payload: &[1; 30],
            };
            assert!(block.push(entry));
        }
        block
    }

    #[test]
    fn a_disk_that_refuses_for_a_while_leaves_a_gap_and_a_whole_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut scratch = Vec::new();
        let mut log = LogFile::create(folder.path(), &open(), [2; 32], at(0)).unwrap();
        let path = log_path(folder.path(), 1, 0);
        let two = [EntryKind::Rtp, EntryKind::Rtp];
        assert_eq!(
            log.block(&block(0, &two), at(1), &mut scratch),
            Appended::Written
        );

        // A file that was opened for reading refuses every write.
        let writable = std::mem::replace(&mut log.file, File::open(&path).unwrap());
        assert!(matches!(
            log.block(&block(1, &two), at(2), &mut scratch),
            Appended::Refused(_)
        ));
        assert!(matches!(
            log.block(&block(2, &two), at(3), &mut scratch),
            Appended::StillRefused(_)
        ));
        assert!(matches!(
            log.block(&block(3, &two), at(4 + RETRY_US), &mut scratch),
            Appended::StillRefused(_)
        ));
        log.file = writable;
        let resumed = log.block(&block(4, &two), at(5 + 3 * RETRY_US), &mut scratch);
        assert_eq!(resumed, Appended::Resumed { lost_packets: 6 });
        assert_eq!(
            log.block(&block(5, &two), at(6 + 3 * RETRY_US), &mut scratch),
            Appended::Written
        );
        let (totals, last_hash) = log.close(at(7 + 3 * RETRY_US), &mut scratch).unwrap();
        assert_eq!(
            (totals.media_frames, totals.entries, totals.dropped_packets),
            (3, 6, 6)
        );

        let verified =
            verify_with_key(File::open(path).unwrap(), &RecordKey::from([1; 32])).unwrap();
        assert!(verified.intact && verified.closed, "{verified:?}");
        assert_eq!((verified.gaps, verified.last_hash), (1, last_hash));
    }

    #[test]
    fn a_log_is_complete_when_everybody_who_began_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let mut scratch = Vec::new();
        let mut log = LogFile::create(folder.path(), &open(), [2; 32], at(0)).unwrap();
        assert!(!log.is_complete(), "nobody came yet");
        log.block(
            &block(0, &[EntryKind::Begin, EntryKind::Rtp]),
            at(1),
            &mut scratch,
        );
        assert!(!log.is_complete());
        log.block(
            &block(1, &[EntryKind::Rtp, EntryKind::End]),
            at(2),
            &mut scratch,
        );
        assert!(log.is_complete());
    }

    #[test]
    fn a_log_is_never_begun_twice() {
        let folder = tempfile::tempdir().unwrap();
        LogFile::create(folder.path(), &open(), [2; 32], at(0)).unwrap();
        assert_eq!(
            LogFile::create(folder.path(), &open(), [3; 32], at(0)).unwrap_err(),
            Failure::Exists
        );
    }
}
