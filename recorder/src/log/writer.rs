//! Makes the bytes of a log, frame by frame. The caller writes them; what could not be written is taken back here.

use super::{
    Closing, EVENT_BYTES_MAX, FRAME_HEAD_BYTES, FRAME_MAGIC, FrameKind, Hash, Header, Missing,
    TAG_BYTES,
    opener::{LogKeys, associated_data},
    sha256,
};
use crate::{Error, RecordKey};
use aws_lc_rs::aead;
use media_packet::capture::Block;

/// When a frame is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// UTC in milliseconds since 1970.
    pub wall_ms: i64,
    /// The disk thread's monotonic clock, microseconds since its start.
    pub monotonic_us: u64,
}

/// State of the chain before a frame, to go back to when the frame could not be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mark {
    chain: Hash,
    totals: Closing,
    closed: bool,
}

/// The writing end of one log.
#[derive(Debug)]
pub struct Writer {
    keys: LogKeys,
    chain: Hash,
    sequence: u64,
    totals: Closing,
    closed: bool,
}

impl Writer {
    /// Begins a log: appends the header and its hash to `out`.
    ///
    /// # Errors
    /// [`Error::Limit`] for too long facts, [`Error::WrongKey`] when the header names another key.
    pub fn begin(header: &Header, key: &RecordKey, out: &mut Vec<u8>) -> Result<Self, Error> {
        if key.id() != header.key_id {
            return Err(Error::WrongKey);
        }
        let bytes = header.to_bytes()?;
        let chain = sha256(&[&bytes]);
        out.extend_from_slice(&bytes);
        out.extend_from_slice(&chain);
        let keys = LogKeys::new(key, header);
        Ok(Self {
            keys,
            chain,
            sequence: 0,
            totals: Closing::default(),
            closed: false,
        })
    }

    /// Appends a block of captured packets.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn media(&mut self, block: &Block, stamp: Stamp, out: &mut Vec<u8>) -> Result<(), Error> {
        self.append(
            FrameKind::Media,
            &[&block.sequence.to_be_bytes(), block.bytes()],
            stamp,
            out,
        )?;
        self.totals.media_frames += 1;
        self.totals.entries += u64::from(block.entries);
        Ok(())
    }

    /// Appends something that happened.
    ///
    /// # Errors
    /// [`Error::Closed`]; [`Error::Limit`] when it is longer than [`EVENT_BYTES_MAX`].
    pub fn event(&mut self, bytes: &[u8], stamp: Stamp, out: &mut Vec<u8>) -> Result<(), Error> {
        if bytes.len() > EVENT_BYTES_MAX {
            let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            return Err(Error::Limit {
                what: "an event, bytes",
                found,
                max: EVENT_BYTES_MAX as u64,
            });
        }
        self.append(FrameKind::Event, &[bytes], stamp, out)
    }

    /// Appends that something is missing.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn gap(&mut self, missing: Missing, stamp: Stamp, out: &mut Vec<u8>) -> Result<(), Error> {
        self.append(FrameKind::Gap, &[&missing.to_bytes()], stamp, out)?;
        self.totals.dropped_packets += missing.packets;
        Ok(())
    }

    /// Appends the trailer; nothing can be appended after it.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn close(&mut self, stamp: Stamp, out: &mut Vec<u8>) -> Result<(), Error> {
        self.append(FrameKind::Close, &[&self.totals.to_bytes()], stamp, out)?;
        self.closed = true;
        Ok(())
    }

    /// The state before the next frame.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        Mark {
            chain: self.chain,
            totals: self.totals,
            closed: self.closed,
        }
    }

    /// Forgets the frames made since `mark`, because they could not be written. Their sequences stay used: part of their
    /// ciphertext may be on the disk, and a nonce is never used twice.
    pub const fn forget(&mut self, mark: &Mark) {
        self.chain = mark.chain;
        self.totals = mark.totals;
        self.closed = mark.closed;
    }

    /// Hash of the chain after the last frame.
    #[must_use]
    pub const fn last_hash(&self) -> Hash {
        self.chain
    }

    /// Sequence of the next frame.
    #[must_use]
    pub const fn next_sequence(&self) -> u64 {
        self.sequence
    }

    /// What the trailer would say.
    #[must_use]
    pub const fn totals(&self) -> Closing {
        self.totals
    }

    fn append(
        &mut self,
        kind: FrameKind,
        parts: &[&[u8]],
        stamp: Stamp,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if self.closed {
            return Err(Error::Closed);
        }
        let begin = out.len();
        out.resize(begin + FRAME_HEAD_BYTES, 0);
        for part in parts {
            out.extend_from_slice(part);
        }
        let (_, frame) = out.split_at_mut(begin);
        let (head_place, plaintext) = frame.split_at_mut(FRAME_HEAD_BYTES);
        let sealed_len =
            u32::try_from(plaintext.len() + TAG_BYTES).expect("callers cap what they append");
        let commitment = self.keys.commitment(kind, self.sequence, plaintext);
        let head = head(kind, sealed_len, self.sequence, stamp, &commitment);
        head_place.copy_from_slice(&head);

        let nonce = self.keys.nonce(self.sequence);
        let associated = aead::Aad::from(associated_data(&self.chain, &head));
        let tag = self
            .keys
            .sealing
            .seal_in_place_separate_tag(nonce, associated, plaintext);
        let tag = tag.expect("AES-GCM seals anything under 64 GB");
        let hash = sha256(&[&self.chain, &head, plaintext, tag.as_ref()]);
        out.extend_from_slice(tag.as_ref());
        out.extend_from_slice(&hash);
        self.chain = hash;
        self.sequence += 1;
        Ok(())
    }
}

fn head(
    kind: FrameKind,
    sealed_len: u32,
    sequence: u64,
    stamp: Stamp,
    commitment: &Hash,
) -> [u8; FRAME_HEAD_BYTES] {
    let mut head = [0; FRAME_HEAD_BYTES];
    let fields: [&[u8]; 7] = [
        &FRAME_MAGIC,
        &[kind as u8, 0, 0, 0],
        &sealed_len.to_be_bytes(),
        &sequence.to_be_bytes(),
        &stamp.monotonic_us.to_be_bytes(),
        &stamp.wall_ms.to_be_bytes(),
        commitment,
    ];
    let mut place = head.as_mut_slice();
    for field in fields {
        let (here, rest) = place.split_at_mut(field.len());
        here.copy_from_slice(field);
        place = rest;
    }
    head
}
