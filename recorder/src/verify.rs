//! Checks a log: without its key that nothing was changed, left out or put in; with the key also that the blocks open and are
//! those that were committed to.
//!
//! Needs nothing but the file, so it goes on working after the key was destroyed.

use crate::log::{Ending, FrameKind, Frames, Hash, Header, Item, Missing, Opener};
use crate::{Error, RecordKey};
use std::io::Read;

/// What a check found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verified {
    /// The log's header.
    pub header: Header,
    /// Frames that are there and unchanged.
    pub blocks: u64,
    /// Gap frames among them: places where the recorder itself says that something is missing.
    pub gaps: u64,
    /// Everything up to the end of the file hangs together. A log that a crash cut is intact, and not closed.
    pub intact: bool,
    /// The trailer is there.
    pub closed: bool,
    /// Bytes behind the last whole frame: what a crash cut.
    pub cut_bytes: u64,
    /// Last hash of the chain; the same as was told when the log was closed, or the log was shortened.
    pub last_hash: Hash,
    /// The first fault.
    pub fault: Option<Fault>,
}

/// What is wrong, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fault {
    /// First byte of the frame, or of what is none.
    pub offset: u64,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// The header's hash is not that of the header.
    Header,
    /// Bytes that are no frame.
    NoFrame,
    /// The frame was changed, or the one before it is another.
    Chain,
    /// The sequence does not follow, and no gap frame says why.
    Sequence,
    /// Something stands behind the trailer.
    AfterClose,
    /// The block does not open with the key.
    Sealed,
    /// The block opens, but is not the one that was committed to.
    Commitment,
}

/// Checks a log without its key.
///
/// # Errors
/// What [`Frames::new`] says when there is no readable header; [`Error::Io`].
pub fn verify(reader: impl Read) -> Result<Verified, Error> {
    check(reader, None)
}

/// Checks a log with its key.
///
/// # Errors
/// Those of [`verify`], and [`Error::WrongKey`].
pub fn verify_with_key(reader: impl Read, key: &RecordKey) -> Result<Verified, Error> {
    check(reader, Some(key))
}

fn check(reader: impl Read, key: Option<&RecordKey>) -> Result<Verified, Error> {
    let mut frames = Frames::new(reader)?;
    let mut opener = key
        .map(|key| Opener::new(key, frames.header()))
        .transpose()?;
    let mut verified = Verified {
        header: frames.header().clone(),
        blocks: 0,
        gaps: 0,
        intact: true,
        closed: false,
        cut_bytes: 0,
        last_hash: frames.last_hash(),
        fault: (!frames.header_intact()).then_some(Fault {
            offset: 0,
            kind: FaultKind::Header,
        }),
    };
    let mut next_sequence = 0;
    loop {
        let closed = verified.closed;
        let found = match frames.advance_frame()? {
            Item::Damage { offset, .. } => Some(Fault {
                offset,
                kind: FaultKind::NoFrame,
            }),
            Item::End(ending) => {
                if let Ending::Cut { bytes } = ending {
                    verified.cut_bytes = bytes;
                }
                break;
            }
            Item::Frame(frame) => {
                // Numbers may be left out only right before a gap frame; with the key, it must say how many.
                let skipped = frame.sequence.checked_sub(next_sequence);
                next_sequence = frame.sequence.saturating_add(1);
                let sequence_fault = match skipped {
                    Some(0) => false,
                    Some(_) => frame.kind != FrameKind::Gap,
                    None => true,
                };
                verified.blocks += u64::from(frame.chained);
                verified.gaps += u64::from(frame.kind == FrameKind::Gap);
                verified.closed |= frame.kind == FrameKind::Close;
                verified.last_hash = frame.hash;
                let kind = if !frame.chained {
                    Some(FaultKind::Chain)
                } else if closed {
                    Some(FaultKind::AfterClose)
                } else if sequence_fault {
                    Some(FaultKind::Sequence)
                } else {
                    opener
                        .as_mut()
                        .and_then(|opener| check_inside(opener, &frame, skipped.unwrap_or(0)))
                };
                kind.map(|kind| Fault {
                    offset: frame.offset,
                    kind,
                })
            }
        };
        verified.fault = verified.fault.or(found);
    }
    verified.intact = verified.fault.is_none() && !(verified.closed && verified.cut_bytes > 0);
    Ok(verified)
}

fn check_inside(
    opener: &mut Opener,
    frame: &crate::log::Frame<'_>,
    skipped: u64,
) -> Option<FaultKind> {
    let Ok(plaintext) = opener.open(frame).map(<[u8]>::to_vec) else {
        return Some(FaultKind::Sealed);
    };
    if !opener.commits(frame, &plaintext) {
        return Some(FaultKind::Commitment);
    }
    let told = match frame.kind {
        FrameKind::Gap => Missing::parse(&plaintext).map_or(0, |missing| missing.burnt),
        FrameKind::Media | FrameKind::Event | FrameKind::Close => 0,
    };
    (told != skipped).then_some(FaultKind::Sequence)
}
