//! What the media plane hands to the recorder: decrypted packets of one record, copied into blocks.
//!
//! A block is one flat buffer of entries, filled on the media thread without allocation per packet, and sent whole over a
//! bounded channel. When the channel is full the block is dropped there, and the next one says how many packets are missing.

/// Bytes of one block at the most: with 2.5 Mbit/s in a call, 200 ms are about 64 kB.
pub const BLOCK_BYTES_MAX: usize = 128 * 1024;

/// What an entry holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum EntryKind {
    /// One RTP packet, decrypted, as its sender made it (header extensions included).
    Rtp = 1,
    /// One RTCP sender report, 28 bytes, decrypted (RFC 3550 §6.4.1).
    SenderReport = 2,
    /// A participant's recording begins: no payload.
    Begin = 3,
    /// A participant's recording ends: no payload.
    End = 4,
}

/// What medium a packet carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Medium {
    /// Voice (Opus).
    Audio = 0,
    /// Camera (VP8).
    Camera = 1,
    /// Shared screen (VP8).
    Screen = 2,
}

/// One entry of a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Entry<'a> {
    /// What it is.
    pub kind: EntryKind,
    /// Participant's number within the visit.
    pub participant: u8,
    /// Medium.
    pub medium: Medium,
    /// Arrival on the worker's monotonic clock, in microseconds since the worker's start.
    pub arrival_us: u64,
    /// The packet.
    pub payload: &'a [u8],
}

/// Packets of one record, in order of arrival.
#[derive(Debug)]
pub struct Block {
    /// Id of the record, as signalling gave it.
    pub record: u64,
    /// Position of the block in the record's stream of blocks from this worker, from 0; a hole is a dropped block.
    pub sequence: u64,
    /// Packets that were dropped before this block because the channel was full.
    pub dropped_before: u32,
    /// Number of entries.
    pub entries: u32,
    bytes: Vec<u8>,
}

const HEADER_BYTES: usize = 14;

impl Block {
    /// An empty block whose buffer is `buffer`, cleared (so that buffers can go round).
    #[must_use]
    pub fn new(record: u64, sequence: u64, dropped_before: u32, mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        Self {
            record,
            sequence,
            dropped_before,
            entries: 0,
            bytes: buffer,
        }
    }

    /// Appends an entry, or returns false when it does not fit: send this block, begin the next.
    pub fn push(&mut self, entry: Entry<'_>) -> bool {
        let Ok(len) = u16::try_from(entry.payload.len()) else {
            return false;
        };
        if self.bytes.len() + HEADER_BYTES + entry.payload.len() > BLOCK_BYTES_MAX {
            return false;
        }
        self.bytes
            .extend_from_slice(&[entry.kind as u8, entry.participant, entry.medium as u8, 0]);
        self.bytes
            .extend_from_slice(&entry.arrival_us.to_be_bytes());
        self.bytes.extend_from_slice(&len.to_be_bytes());
        self.bytes.extend_from_slice(entry.payload);
        self.entries += 1;
        true
    }

    /// No entry yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The buffer, to be filled again: given to another block by [`Block::new`].
    #[must_use]
    pub fn into_buffer(self) -> Vec<u8> {
        self.bytes
    }

    /// The flat bytes: what the recorder seals. Read them back with [`entries`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads the entries of a block's flat bytes; stops at the first malformed one, which is returned as `Err` with its offset.
pub fn entries(bytes: &[u8]) -> impl Iterator<Item = Result<Entry<'_>, usize>> {
    let mut offset = 0;
    let mut failed = false;
    std::iter::from_fn(move || {
        if failed || offset >= bytes.len() {
            return None;
        }
        let entry = parse(bytes.get(offset..).unwrap_or_default());
        match entry {
            Some(entry) => {
                offset += HEADER_BYTES + entry.payload.len();
                Some(Ok(entry))
            }
            None => {
                failed = true;
                Some(Err(offset))
            }
        }
    })
}

fn parse(bytes: &[u8]) -> Option<Entry<'_>> {
    let (head, rest) = bytes.split_first_chunk::<HEADER_BYTES>()?;
    let [
        kind,
        participant,
        medium,
        _reserved,
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        len_high,
        len_low,
    ] = *head;
    Some(Entry {
        kind: match kind {
            1 => EntryKind::Rtp,
            2 => EntryKind::SenderReport,
            3 => EntryKind::Begin,
            4 => EntryKind::End,
            _ => return None,
        },
        participant,
        medium: match medium {
            0 => Medium::Audio,
            1 => Medium::Camera,
            2 => Medium::Screen,
            _ => return None,
        },
        arrival_us: u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        payload: rest.get(..usize::from(u16::from_be_bytes([len_high, len_low])))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_as_they_were_pushed() {
        let mut block = Block::new(7, 0, 0, Vec::new());
        let entry = Entry {
            kind: EntryKind::Rtp,
            participant: 2,
            medium: Medium::Camera,
            arrival_us: 123_456,
            payload: &[9; 300],
        };
        assert!(
            block.push(entry)
                && block.push(Entry {
                    kind: EntryKind::End,
                    payload: &[],
                    ..entry
                })
        );
        let read: Vec<_> = entries(block.bytes()).collect();
        assert_eq!(
            read,
            vec![
                Ok(entry),
                Ok(Entry {
                    kind: EntryKind::End,
                    payload: &[],
                    ..entry
                })
            ]
        );
    }

    #[test]
    fn a_cut_block_gives_what_is_whole_then_the_place_of_the_cut() {
        let mut block = Block::new(7, 0, 0, Vec::new());
        let entry = Entry {
            kind: EntryKind::Rtp,
            participant: 1,
            medium: Medium::Audio,
            arrival_us: 1,
            payload: &[1; 10],
        };
        assert!(block.push(entry) && block.push(entry));
        let cut = &block.bytes()[..block.bytes().len() - 1];
        assert_eq!(entries(cut).collect::<Vec<_>>(), vec![Ok(entry), Err(24)]);
    }
}
