//! The log of one interval, format v1 (`docs/record-format.md`): a header, then frames that each hold one sealed block.
//!
//! [`Writer`] makes the bytes, [`Frames`] finds them again in whatever is left of a file, [`Opener`] opens them with the key.
//! Numbers are big-endian. Invariant: a frame's sequence is its nonce and is never used for two plaintexts, also when the first
//! could not be written.

mod frames;
mod opener;
mod writer;

pub use frames::{Ending, Frame, Frames, Item};
pub use opener::Opener;
pub use writer::{Mark, Stamp, Writer};

use crate::{Error, KeyId, SALT_BYTES, Salt};
use aws_lc_rs::digest;
use media_packet::capture::BLOCK_BYTES_MAX;

/// First bytes of a log: like PNG's, they show when a copy mangled line ends or cut the eighth bit.
pub const MAGIC: [u8; 8] = *b"VLOG\r\n\x1a\n";

/// First bytes of a frame, to find the next one after damage.
pub const FRAME_MAGIC: [u8; 4] = *b"VBLK";

/// The format that is written, and the last one that is read.
pub const VERSION: u16 = 1;

/// Bytes of an [`Event`](FrameKind::Event) at the most: a line of chat or a fact is far smaller.
pub const EVENT_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a fact in the header (id of the office, of the visit) at the most: ids are short.
pub const FACT_BYTES_MAX: usize = 128;

/// Bytes of one sealed block at the most, tag included: a full capture block and its number.
pub const SEALED_BYTES_MAX: usize = BLOCK_BYTES_MAX + 8 + TAG_BYTES;

/// Bytes of a frame before its ciphertext.
pub const FRAME_HEAD_BYTES: usize = 68;

/// Bytes of a hash (SHA-256).
pub const HASH_BYTES: usize = 32;

/// Bytes that sealing adds (AES-256-GCM).
pub const TAG_BYTES: usize = 16;

/// SHA-256.
pub type Hash = [u8; HASH_BYTES];

/// What a frame holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum FrameKind {
    /// Captured packets: number of the capture block (u64), then the block's bytes ([`media_packet::capture::entries`]).
    Media = 1,
    /// Something that happened, as the control thread wrote it.
    Event = 2,
    /// Something is missing here, and how much ([`Missing`]).
    Gap = 3,
    /// The trailer ([`Closing`]): nothing follows.
    Close = 4,
}

impl FrameKind {
    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Media),
            2 => Some(Self::Event),
            3 => Some(Self::Gap),
            4 => Some(Self::Close),
            _ => None,
        }
    }
}

/// The first structure of a log. No personal data: it is not sealed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// Id of the record.
    pub record: u64,
    /// Number of the interval within the visit's call, from 0.
    pub interval: u32,
    /// Beginning, UTC in milliseconds since 1970.
    pub started_ms: i64,
    /// The same moment on the disk thread's monotonic clock, in microseconds since that thread's start.
    pub started_us: u64,
    /// Name of the record's key.
    pub key_id: KeyId,
    /// Random number that makes the log's sub-keys its own.
    pub salt: Salt,
    /// Id of the office.
    pub office: String,
    /// Id of the visit.
    pub visit: String,
}

const HEADER_FIXED_BYTES: usize = 88;

/// Bytes of a header at the most.
pub const HEADER_BYTES_MAX: usize = HEADER_FIXED_BYTES + 2 * (2 + FACT_BYTES_MAX);

impl Header {
    /// The header's bytes; its hash, which follows them in the file, begins the chain.
    ///
    /// # Errors
    /// [`Error::Limit`] when a fact is longer than [`FACT_BYTES_MAX`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES_MAX);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(&self.record.to_be_bytes());
        bytes.extend_from_slice(&self.interval.to_be_bytes());
        bytes.extend_from_slice(&self.started_ms.to_be_bytes());
        bytes.extend_from_slice(&self.started_us.to_be_bytes());
        bytes.extend_from_slice(&self.key_id.0);
        bytes.extend_from_slice(&self.salt);
        for fact in [&self.office, &self.visit] {
            let len = u16::try_from(fact.len())
                .ok()
                .filter(|len| usize::from(*len) <= FACT_BYTES_MAX);
            let found = u64::try_from(fact.len()).unwrap_or(u64::MAX);
            let len = len.ok_or(Error::Limit {
                what: "a fact of the header, bytes",
                found,
                max: FACT_BYTES_MAX as u64,
            })?;
            bytes.extend_from_slice(&len.to_be_bytes());
            bytes.extend_from_slice(fact.as_bytes());
        }
        let len = u16::try_from(bytes.len()).map_err(|std::num::TryFromIntError { .. }| {
            Error::Limit {
                what: "the header, bytes",
                found: u64::MAX,
                max: HEADER_BYTES_MAX as u64,
            }
        })?;
        if let Some(place) = bytes.get_mut(10..12) {
            place.copy_from_slice(&len.to_be_bytes());
        }
        Ok(bytes)
    }

    /// Reads a header; returns it with its length.
    ///
    /// # Errors
    /// [`Error::Magic`], [`Error::Version`], [`Error::Cut`].
    pub fn parse(bytes: &[u8]) -> Result<(Self, usize), Error> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Error::Magic { what: "log" });
        }
        let cut = || Error::Cut { what: "the header" };
        let mut rest = Fields(bytes.get(MAGIC.len()..).ok_or_else(cut)?);
        let version = u16::from_be_bytes(rest.take().ok_or_else(cut)?);
        if version != VERSION {
            return Err(Error::Version {
                found: version,
                max: VERSION,
            });
        }
        let len = usize::from(u16::from_be_bytes(rest.take().ok_or_else(cut)?));
        let mut fields = Fields(bytes.get(12..len).ok_or_else(cut)?);
        let header = fields.header().ok_or_else(cut)?;
        Ok((header, len))
    }
}

/// Reads fields from the front of borrowed bytes.
#[derive(Debug)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    fn fact(&mut self) -> Option<String> {
        let len = usize::from(u16::from_be_bytes(self.take()?));
        let (fact, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        String::from_utf8(fact.to_vec()).ok()
    }

    fn header(&mut self) -> Option<Header> {
        Some(Header {
            record: self.u64()?,
            interval: u32::from_be_bytes(self.take()?),
            started_ms: i64::from_be_bytes(self.take()?),
            started_us: self.u64()?,
            key_id: KeyId(self.take()?),
            salt: self.take::<SALT_BYTES>()?,
            office: self.fact()?,
            visit: self.fact()?,
        })
    }
}

/// Why something is missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Cause {
    /// The channel from the media plane was full: packets were dropped before the recorder saw them.
    Channel = 1,
    /// The disk did not take what was appended.
    Disk = 2,
}

/// The plaintext of a gap.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Missing {
    /// Why.
    pub cause: Cause,
    /// Last arrival that is in the log before the gap, µs of the media worker's clock; 0 when nothing is.
    pub from_us: u64,
    /// First arrival after the gap; equal to `from_us` when nothing was received since.
    pub to_us: u64,
    /// Capture blocks that are missing.
    pub blocks: u64,
    /// Packets that are missing, where known.
    pub packets: u64,
    /// Frame sequences that were used up for frames that could not be written.
    pub burnt: u64,
}

impl Missing {
    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![self.cause as u8];
        for field in [
            self.from_us,
            self.to_us,
            self.blocks,
            self.packets,
            self.burnt,
        ] {
            bytes.extend_from_slice(&field.to_be_bytes());
        }
        bytes
    }

    /// Reads the plaintext of a gap.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        let cause = match fields.take::<1>()? {
            [1] => Cause::Channel,
            [2] => Cause::Disk,
            [_] => return None,
        };
        Some(Self {
            cause,
            from_us: fields.u64()?,
            to_us: fields.u64()?,
            blocks: fields.u64()?,
            packets: fields.u64()?,
            burnt: fields.u64()?,
        })
    }
}

/// The plaintext of a trailer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Closing {
    /// Media frames in the log.
    pub media_frames: u64,
    /// Entries in them.
    pub entries: u64,
    /// Packets known to be missing.
    pub dropped_packets: u64,
}

impl Closing {
    fn to_bytes(self) -> Vec<u8> {
        [self.media_frames, self.entries, self.dropped_packets]
            .iter()
            .flat_map(|field| field.to_be_bytes())
            .collect()
    }

    /// Reads the plaintext of a trailer.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        Some(Self {
            media_frames: fields.u64()?,
            entries: fields.u64()?,
            dropped_packets: fields.u64()?,
        })
    }
}

fn hash_of(context: digest::Context) -> Hash {
    let mut hash = [0; HASH_BYTES];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    hash_of(context)
}
