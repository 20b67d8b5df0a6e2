//! The recorder's ear: copies what admitted, recorded peers send into blocks, as it is after repair.
//!
//! A block is handed over when it is full or 200 ms old. What the recorder cannot take is counted and told by the next block.
//! The order in time is the order of arrival; putting late packets into their place is the recorder's business.

use std::collections::VecDeque;

use media_packet::capture::{Block, Entry};
use media_packet::time::Micros;

/// Age at which a block is handed over, so that the log is never more than this behind.
const BLOCK_AGE_US: u64 = 200_000;

/// First size of a block's buffer, in bytes: 200 ms of a quiet two-person call.
const BLOCK_START_BYTES: usize = 16 * 1024;

/// Empty buffers that are kept for blocks to come: as many blocks are on their way to the recorder at a time when 400 rooms
/// record, and as many bytes as a few hundred rings.
const SPARE_MAX: usize = 256;

/// After so many blocks the buffers are let go that nobody needed for all of them: they are left from a time when the disk
/// stalled. A hundred calls make that many in two seconds.
const COUNTED_EVERY: u32 = 1_024;

/// Blocks on their way to the recorder, and buffers that came back from there, so that none is made per block.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    pub(crate) ready: VecDeque<Block>,
    spare: Vec<Vec<u8>>,
    /// Buffers taken since the spare ones were last counted, and how many of these nobody needed meanwhile.
    taken: u32,
    unneeded: usize,
}

impl Blocks {
    /// Keeps a buffer for a later block; beyond [`SPARE_MAX`] it is let go.
    pub(crate) fn keep(&mut self, buffer: Vec<u8>) {
        if self.spare.len() < SPARE_MAX {
            self.spare.push(buffer);
        }
    }

    fn buffer(&mut self) -> Vec<u8> {
        if self.taken >= COUNTED_EVERY {
            self.spare.drain(..self.unneeded.min(self.spare.len()));
            (self.taken, self.unneeded) = (0, self.spare.len());
        }
        let buffer = self.spare.pop();
        self.taken += 1;
        self.unneeded = self.unneeded.min(self.spare.len());
        buffer.unwrap_or_else(|| Vec::with_capacity(BLOCK_START_BYTES))
    }
}

/// What goes to one record.
#[derive(Debug)]
pub(crate) struct Tap {
    record: u64,
    /// Number of the next block.
    sequence: u64,
    /// Packets of blocks that the recorder could not take, to be told by the next block.
    dropped: u32,
    block: Option<Block>,
    /// When the block must go.
    due: Option<Micros>,
}

impl Tap {
    pub(crate) fn new(record: u64) -> Self {
        Self {
            record,
            sequence: 0,
            dropped: 0,
            block: None,
            due: None,
        }
    }

    pub(crate) fn record(&self) -> u64 {
        self.record
    }

    /// Packets that the recorder could not take, and that no block tells of yet.
    pub(crate) fn untold(&self) -> u32 {
        self.dropped
    }

    /// The next block has to tell of so many more.
    pub(crate) fn owe(&mut self, dropped: u32) {
        self.dropped = self.dropped.saturating_add(dropped);
    }

    /// When [`Tap::flush`] is due.
    pub(crate) fn due(&self) -> Option<Micros> {
        self.due
    }

    /// Copies a packet; a block that is full goes to `blocks`.
    pub(crate) fn push(&mut self, entry: Entry<'_>, blocks: &mut Blocks, now: Micros) {
        if !self.open_block(blocks, now).push(entry) {
            self.flush(blocks);
            // An empty block takes any datagram.
            let taken = self.open_block(blocks, now).push(entry);
            debug_assert!(
                taken,
                "a packet of {} bytes does not fit an empty block",
                entry.payload.len()
            );
        }
    }

    /// Hands over what there is.
    pub(crate) fn flush(&mut self, blocks: &mut Blocks) {
        self.due = None;
        blocks.ready.extend(self.block.take());
    }

    /// The recorder could not take this block.
    pub(crate) fn refused(&mut self, block: &Block) {
        let lost = block.entries.saturating_add(block.dropped_before);
        // A block that is open already has said what was missing before it; it must say this too.
        match &mut self.block {
            Some(open) => open.dropped_before = open.dropped_before.saturating_add(lost),
            None => self.dropped = self.dropped.saturating_add(lost),
        }
    }

    fn open_block(&mut self, blocks: &mut Blocks, now: Micros) -> &mut Block {
        self.block.get_or_insert_with(|| {
            self.due = Some(now.plus(BLOCK_AGE_US));
            let sequence = self.sequence;
            self.sequence += 1;
            let dropped = std::mem::take(&mut self.dropped);
            Block::new(self.record, sequence, dropped, blocks.buffer())
        })
    }
}

/// Records whose debts are remembered: one for each room that ended while the recorder was behind.
const DEBTS_MAX: usize = 256;

/// What the recorder was not told when a room ended, for the case that the record goes on with another: people who were all
/// cut off come back. Bounded; the oldest goes.
#[derive(Debug, Default)]
pub(crate) struct Debts {
    records: VecDeque<(u64, u32)>,
}

impl Debts {
    /// So many packets of the record are to be told.
    pub(crate) fn note(&mut self, record: u64, dropped: u32) {
        if dropped == 0 {
            return;
        }
        if self.records.len() >= DEBTS_MAX {
            self.records.pop_front();
        }
        self.records.push_back((record, dropped));
    }

    /// Takes what is to be told of the record.
    pub(crate) fn take(&mut self, record: u64) -> u32 {
        let own = self.records.iter().filter(|(of, _)| *of == record);
        let sum = own.fold(0_u32, |sum, (_, dropped)| sum.saturating_add(*dropped));
        self.records.retain(|(of, _)| *of != record);
        sum
    }
}

#[cfg(test)]
mod tests {
    use media_packet::capture::{BLOCK_BYTES_MAX, EntryKind, Medium};

    use super::*;

    fn entry(payload: &[u8]) -> Entry<'_> {
        Entry {
            kind: EntryKind::Rtp,
            participant: 1,
            medium: Medium::Camera,
            arrival_us: 5,
            payload,
        }
    }

    #[test]
    fn a_full_block_goes_and_the_next_number_follows() {
        let (mut tap, mut blocks) = (Tap::new(7), Blocks::default());
        let payload = [0; 1_400];
        for _ in 0..BLOCK_BYTES_MAX / 1_400 + 1 {
            tap.push(entry(&payload), &mut blocks, Micros(1));
        }
        tap.flush(&mut blocks);
        let ready = blocks.ready;
        let sequences: Vec<_> = ready.iter().map(|block| block.sequence).collect();
        assert_eq!(sequences, [0, 1]);
        let entries: u32 = ready.iter().map(|block| block.entries).sum();
        assert_eq!(entries as usize, BLOCK_BYTES_MAX / 1_400 + 1);
    }

    #[test]
    fn what_the_recorder_refused_is_told_by_the_next_block() {
        let (mut tap, mut blocks) = (Tap::new(7), Blocks::default());
        tap.push(entry(b"a"), &mut blocks, Micros(1));
        tap.push(entry(b"b"), &mut blocks, Micros(2));
        assert_eq!(tap.due(), Some(Micros(1 + BLOCK_AGE_US)));
        tap.flush(&mut blocks);
        let refused = blocks.ready.pop_front().unwrap();
        tap.refused(&refused);
        tap.push(entry(b"c"), &mut blocks, Micros(3));
        tap.flush(&mut blocks);
        assert_eq!(
            blocks
                .ready
                .front()
                .map(|block| (block.sequence, block.dropped_before)),
            Some((1, 2))
        );
    }

    #[test]
    fn buffers_that_a_stall_left_are_let_go() {
        let (mut tap, mut blocks) = (Tap::new(7), Blocks::default());
        for _ in 0..100 {
            blocks.keep(Vec::with_capacity(BLOCK_START_BYTES));
        }
        for _ in 0..3 * COUNTED_EVERY {
            tap.push(entry(b"a"), &mut blocks, Micros(1));
            tap.flush(&mut blocks);
            let block = blocks.ready.pop_front().unwrap();
            blocks.keep(block.into_buffer());
        }
        assert_eq!(blocks.spare.len(), 1);
    }

    #[test]
    fn a_buffer_that_came_back_is_used_again() {
        let (mut tap, mut blocks) = (Tap::new(7), Blocks::default());
        tap.push(entry(b"a"), &mut blocks, Micros(1));
        tap.flush(&mut blocks);
        let buffer = blocks.ready.pop_front().unwrap().into_buffer();
        let place = buffer.as_ptr();
        blocks.keep(buffer);
        tap.push(entry(b"b"), &mut blocks, Micros(2));
        tap.flush(&mut blocks);
        let block = blocks.ready.pop_front().unwrap();
        assert_eq!((block.entries, block.bytes().as_ptr()), (1, place));
    }
}
