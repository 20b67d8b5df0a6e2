//! Finds the frames in what is left of a log: whole, cut anywhere, or damaged.
//!
//! A frame that cannot be one is skipped up to the next that can; a file that ends inside a frame was cut by a crash.

use super::{
    FRAME_HEAD_BYTES, FRAME_MAGIC, Fields, FrameKind, HASH_BYTES, HEADER_BYTES_MAX, Hash, Header,
    SEALED_BYTES_MAX, TAG_BYTES, sha256,
};
use crate::Error;
use std::io::Read;

/// One frame as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// What it holds.
    pub kind: FrameKind,
    /// Number of the frame, from 0.
    pub sequence: u64,
    /// When it was written, µs of the disk thread's monotonic clock.
    pub monotonic_us: u64,
    /// When it was written, UTC in milliseconds since 1970.
    pub wall_ms: i64,
    /// The salted hash over the plaintext.
    pub commitment: Hash,
    /// The sealed block, tag included.
    pub ciphertext: &'a [u8],
    /// The hash that stands before this frame.
    pub previous_hash: Hash,
    /// The hash that stands after this frame.
    pub hash: Hash,
    /// Whether `hash` is that of the frame and `previous_hash`.
    pub chained: bool,
    /// Where the frame begins in the file.
    pub offset: u64,
    pub(super) head: &'a [u8; FRAME_HEAD_BYTES],
}

/// What was found next.
#[derive(Debug)]
pub enum Item<'a> {
    /// A frame; whether it is unchanged, [`Frame::chained`] tells.
    Frame(Frame<'a>),
    /// Bytes that are no frame.
    Damage {
        /// Where they begin.
        offset: u64,
        /// How many.
        bytes: u64,
    },
    /// The end.
    End(Ending),
}

/// How a log ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// Behind a whole frame.
    Whole,
    /// Inside a frame, as after a crash.
    Cut {
        /// Bytes of the frame that are there.
        bytes: u64,
    },
}

/// Reads a log from its beginning.
#[derive(Debug)]
pub struct Frames<R> {
    reader: R,
    header: Header,
    window: Vec<u8>,
    begin: usize,
    offset: u64,
    hash: Hash,
    header_intact: bool,
    ended: bool,
}

/// Bytes of a frame at the most.
const FRAME_BYTES_MAX: usize = FRAME_HEAD_BYTES + SEALED_BYTES_MAX + HASH_BYTES;

/// Bytes asked of the reader at once.
const READ_BYTES: usize = 256 * 1024;

impl<R: Read> Frames<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Those of [`Header::parse`], [`Error::Cut`] when the header's hash is missing, [`Error::Io`].
    pub fn new(reader: R) -> Result<Self, Error> {
        let mut frames = Self {
            reader,
            header: Header {
                record: 0,
                interval: 0,
                started_ms: 0,
                started_us: 0,
                key_id: crate::KeyId([0; 16]),
                salt: [0; 32],
                office: String::new(),
                visit: String::new(),
            },
            window: Vec::new(),
            begin: 0,
            offset: 0,
            hash: [0; HASH_BYTES],
            header_intact: false,
            ended: false,
        };
        frames.fill(HEADER_BYTES_MAX + HASH_BYTES)?;
        let (header, len) = Header::parse(frames.available())?;
        let (bytes, rest) = frames
            .available()
            .split_at_checked(len)
            .ok_or(Error::Cut { what: "the header" })?;
        let hash = *rest.first_chunk::<HASH_BYTES>().ok_or(Error::Cut {
            what: "the hash of the header",
        })?;
        frames.header_intact = sha256(&[bytes]) == hash;
        frames.header = header;
        frames.hash = hash;
        frames.advance(len + HASH_BYTES);
        Ok(frames)
    }

    /// The log's header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Whether the header's hash is that of the header.
    #[must_use]
    pub const fn header_intact(&self) -> bool {
        self.header_intact
    }

    /// The hash that stands before the next frame.
    #[must_use]
    pub const fn last_hash(&self) -> Hash {
        self.hash
    }

    /// Bytes of the file that were gone through.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The next frame, or what stands in its place; after [`Item::End`] always `Item::End(Ending::Whole)`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn advance_frame(&mut self) -> Result<Item<'_>, Error> {
        self.fill(FRAME_BYTES_MAX)?;
        if self.ended || self.available().is_empty() {
            return Ok(Item::End(Ending::Whole));
        }
        let len = match frame_len(self.available()) {
            Shape::Whole(len) => len,
            Shape::Short if !holds_frame(self.available()) => {
                self.ended = true;
                return Ok(Item::End(Ending::Cut {
                    bytes: wide(self.available().len()),
                }));
            }
            Shape::Short | Shape::Impossible => return self.skip_damage(),
        };
        let (begin, offset, previous_hash) = (self.begin, self.offset, self.hash);
        self.advance(len);
        let bytes = self.window.get(begin..begin + len).unwrap_or_default();
        let frame =
            read_frame(bytes, previous_hash, offset).ok_or(Error::Cut { what: "a frame" })?;
        self.hash = frame.hash;
        Ok(Item::Frame(frame))
    }

    /// Goes to the next place where a frame can begin. Its predecessor's hash stands right before it.
    fn skip_damage(&mut self) -> Result<Item<'_>, Error> {
        let offset = self.offset;
        self.advance(1);
        loop {
            self.fill(FRAME_BYTES_MAX)?;
            if let Some(distance) = find_frame(self.available()) {
                self.advance(distance);
                if let Some(hash) = self
                    .window
                    .get(..self.begin)
                    .and_then(|before| before.last_chunk::<HASH_BYTES>())
                {
                    self.hash = *hash;
                }
                return Ok(Item::Damage {
                    offset,
                    bytes: self.offset - offset,
                });
            }
            // A frame's head may begin in the last bytes.
            let rest = self.available().len();
            if rest < FRAME_BYTES_MAX {
                self.advance(rest);
                return Ok(Item::Damage {
                    offset,
                    bytes: self.offset - offset,
                });
            }
            self.advance(rest - FRAME_HEAD_BYTES);
        }
    }

    fn available(&self) -> &[u8] {
        self.window.get(self.begin..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.begin += bytes;
        self.offset += wide(bytes);
    }

    /// Reads until `wanted` bytes are there or the reader ends; keeps the last hash before the place for [`Self::skip_damage`].
    fn fill(&mut self, wanted: usize) -> Result<(), Error> {
        if self.available().len() >= wanted {
            return Ok(());
        }
        self.window.drain(..self.begin.saturating_sub(HASH_BYTES));
        self.begin = self.begin.min(HASH_BYTES);
        while self.available().len() < wanted {
            let len = self.window.len();
            self.window.resize(len + READ_BYTES, 0);
            let read = self
                .reader
                .read(self.window.get_mut(len..).unwrap_or_default());
            let count = match &read {
                Ok(count) => *count,
                Err(_) => 0,
            };
            self.window.truncate(len + count);
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

enum Shape {
    Whole(usize),
    Short,
    Impossible,
}

fn frame_len(bytes: &[u8]) -> Shape {
    if !FRAME_MAGIC.starts_with(
        bytes
            .get(..FRAME_MAGIC.len().min(bytes.len()))
            .unwrap_or_default(),
    ) {
        return Shape::Impossible;
    }
    let Some(head) = bytes.first_chunk::<FRAME_HEAD_BYTES>() else {
        return Shape::Short;
    };
    let Some((_, sealed_len, _)) = read_head(head) else {
        return Shape::Impossible;
    };
    let len = FRAME_HEAD_BYTES + sealed_len + HASH_BYTES;
    if len <= bytes.len() {
        Shape::Whole(len)
    } else {
        Shape::Short
    }
}

/// Kind, bytes of the ciphertext and sequence, if the head can be one.
fn read_head(head: &[u8; FRAME_HEAD_BYTES]) -> Option<(FrameKind, usize, u64)> {
    let mut fields = Fields(head);
    if fields.take::<4>()? != FRAME_MAGIC {
        return None;
    }
    let [kind, 0, 0, 0] = fields.take::<4>()? else {
        return None;
    };
    let sealed_len = usize::try_from(u32::from_be_bytes(fields.take()?)).ok()?;
    let possible = (TAG_BYTES..=SEALED_BYTES_MAX).contains(&sealed_len);
    Some((FrameKind::from_byte(kind)?, sealed_len, fields.u64()?)).filter(|_| possible)
}

fn find_frame(bytes: &[u8]) -> Option<usize> {
    bytes.windows(FRAME_HEAD_BYTES).position(|window| {
        window
            .first_chunk::<FRAME_HEAD_BYTES>()
            .is_some_and(|head| read_head(head).is_some())
    })
}

/// A frame begins inside these bytes: then they are not the cut tail of one frame.
fn holds_frame(bytes: &[u8]) -> bool {
    bytes
        .get(1..)
        .is_some_and(|rest| find_frame(rest).is_some())
}

fn read_frame(bytes: &[u8], previous_hash: Hash, offset: u64) -> Option<Frame<'_>> {
    let head = bytes.first_chunk::<FRAME_HEAD_BYTES>()?;
    let (kind, sealed_len, sequence) = read_head(head)?;
    let mut fields = Fields(head.get(20..)?);
    let (monotonic_us, wall_ms) = (fields.u64()?, i64::from_be_bytes(fields.take()?));
    let commitment = fields.take()?;
    let ciphertext = bytes.get(FRAME_HEAD_BYTES..FRAME_HEAD_BYTES + sealed_len)?;
    let hash = *bytes.last_chunk::<HASH_BYTES>()?;
    let chained = sha256(&[&previous_hash, head, ciphertext]) == hash;
    Some(Frame {
        kind,
        sequence,
        monotonic_us,
        wall_ms,
        commitment,
        ciphertext,
        previous_hash,
        hash,
        chained,
        offset,
        head,
    })
}

fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
