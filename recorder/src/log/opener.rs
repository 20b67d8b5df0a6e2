//! The keys of one log: sealing, opening and committing to what its frames hold.

use super::{
    FRAME_HEAD_BYTES, Frame, FrameKind, HASH_BYTES, Hash, Header, SEALED_BYTES_MAX, hash_of,
};
use crate::{Error, RecordKey};
use aws_lc_rs::{aead, digest, hmac};
use media_packet::capture;

/// Opens the frames of one log.
#[derive(Debug)]
pub struct Opener {
    keys: LogKeys,
    plaintext: Vec<u8>,
}

impl Opener {
    /// For the log with this header.
    ///
    /// # Errors
    /// [`Error::WrongKey`].
    pub fn new(key: &RecordKey, header: &Header) -> Result<Self, Error> {
        if key.id() != header.key_id {
            return Err(Error::WrongKey);
        }
        Ok(Self {
            keys: LogKeys::new(key, header),
            plaintext: Vec::with_capacity(SEALED_BYTES_MAX),
        })
    }

    /// The plaintext of a frame. Its ciphertext, head and place after the frame before it are as they were written.
    ///
    /// # Errors
    /// [`Error::Sealed`].
    pub fn open(&mut self, frame: &Frame<'_>) -> Result<&[u8], Error> {
        self.plaintext.clear();
        self.plaintext.extend_from_slice(frame.ciphertext);
        let associated = associated_data(&frame.previous_hash, frame.head);
        let nonce = self.keys.nonce(frame.sequence);
        let plaintext = self.keys.sealing.open_in_place(
            nonce,
            aead::Aad::from(associated),
            &mut self.plaintext,
        );
        plaintext
            .map(|plaintext| &*plaintext)
            .map_err(|aws_lc_rs::error::Unspecified| Error::Sealed { what: "a frame" })
    }

    /// Whether the frame's commitment is that of this plaintext.
    #[must_use]
    pub fn commits(&self, frame: &Frame<'_>, plaintext: &[u8]) -> bool {
        self.keys.commitment(frame.kind, frame.sequence, plaintext) == frame.commitment
    }
}

/// The sub-keys of one log.
pub(super) struct LogKeys {
    pub(super) sealing: aead::LessSafeKey,
    salting: hmac::Key,
    interval: u32,
}

impl std::fmt::Debug for LogKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogKeys(secret)")
    }
}

impl LogKeys {
    pub(super) fn new(key: &RecordKey, header: &Header) -> Self {
        let (record, interval) = (header.record.to_be_bytes(), header.interval.to_be_bytes());
        Self {
            sealing: key.sealing(
                &header.salt,
                &[b"ventanilla log seal v1", &record, &interval],
            ),
            salting: key.salting(
                &header.salt,
                &[b"ventanilla log salt v1", &record, &interval],
            ),
            interval: header.interval,
        }
    }

    pub(super) fn nonce(&self, sequence: u64) -> aead::Nonce {
        let mut nonce = [0; aead::NONCE_LEN];
        let (interval, counter) = nonce.split_at_mut(4);
        interval.copy_from_slice(&self.interval.to_be_bytes());
        counter.copy_from_slice(&sequence.to_be_bytes());
        aead::Nonce::assume_unique_for_key(nonce)
    }

    /// The salted hash over a plaintext: one leaf a lane, so that one person's part can be proved without showing another's.
    pub(super) fn commitment(&self, kind: FrameKind, sequence: u64, plaintext: &[u8]) -> Hash {
        let mut lanes: Vec<(u16, digest::Context)> = Vec::with_capacity(4);
        match kind {
            FrameKind::Media => {
                let (number, entries) = plaintext.split_at_checked(8).unwrap_or((plaintext, &[]));
                self.feed(&mut lanes, sequence, LANE_NUMBER, number);
                let mut offset = 0;
                for entry in capture::entries(entries) {
                    let (lane, len) = match entry {
                        Ok(entry) => (
                            lane(entry.participant, entry.medium as u8),
                            ENTRY_HEAD_BYTES + entry.payload.len(),
                        ),
                        Err(_) => (LANE_WHOLE, entries.len() - offset),
                    };
                    self.feed(
                        &mut lanes,
                        sequence,
                        lane,
                        entries.get(offset..offset + len).unwrap_or_default(),
                    );
                    offset += len;
                }
            }
            FrameKind::Event | FrameKind::Gap | FrameKind::Close => {
                self.feed(&mut lanes, sequence, LANE_WHOLE, plaintext)
            }
        }
        lanes.sort_by_key(|(lane, _)| *lane);
        let mut root = digest::Context::new(&digest::SHA256);
        root.update(&[1]);
        for (lane, leaf) in lanes {
            root.update(&lane.to_be_bytes());
            root.update(leaf.finish().as_ref());
        }
        hash_of(root)
    }

    fn feed(
        &self,
        lanes: &mut Vec<(u16, digest::Context)>,
        sequence: u64,
        lane: u16,
        bytes: &[u8],
    ) {
        if let Some((_, leaf)) = lanes.iter_mut().find(|(known, _)| *known == lane) {
            leaf.update(bytes);
            return;
        }
        let mut leaf = digest::Context::new(&digest::SHA256);
        leaf.update(&[0]);
        leaf.update(self.lane_salt(sequence, lane).as_ref());
        leaf.update(bytes);
        lanes.push((lane, leaf));
    }

    fn lane_salt(&self, sequence: u64, lane: u16) -> hmac::Tag {
        let mut message = [0; 10];
        let (head, tail) = message.split_at_mut(8);
        head.copy_from_slice(&sequence.to_be_bytes());
        tail.copy_from_slice(&lane.to_be_bytes());
        hmac::sign(&self.salting, &message)
    }
}

/// Bytes of a capture entry before its payload.
const ENTRY_HEAD_BYTES: usize = 14;

/// Lane of the block's number in a media frame.
const LANE_NUMBER: u16 = 0xfffe;

/// Lane of everything that is not divided.
const LANE_WHOLE: u16 = 0xffff;

fn lane(participant: u8, medium: u8) -> u16 {
    u16::from_be_bytes([participant, medium])
}

pub(super) fn associated_data(
    previous_hash: &Hash,
    head: &[u8; FRAME_HEAD_BYTES],
) -> [u8; HASH_BYTES + FRAME_HEAD_BYTES] {
    let mut bytes = [0; HASH_BYTES + FRAME_HEAD_BYTES];
    let (hash, rest) = bytes.split_at_mut(HASH_BYTES);
    hash.copy_from_slice(previous_hash);
    rest.copy_from_slice(head);
    bytes
}
