//! Derived files at rest: chunks of a fixed size, each sealed with AES-256-GCM, so that any part can be read alone.
//!
//! Pure: chunks in, places and bytes out. The first chunk and the header are written last, once the length is known and the
//! container's own head is final; until then the file opens with no key.
//! Invariant: each file has its own sub-key, each chunk its own nonce, and each chunk is sealed once.

use crate::log::{Fields, TAG_BYTES};
use crate::{Error, KeyId, RecordKey, SALT_BYTES, Salt};
use aws_lc_rs::aead;

/// First bytes of a sealed file.
pub const MAGIC: [u8; 8] = *b"VSEA\r\n\x1a\n";

/// The format that is written, and the last one that is read.
pub const VERSION: u16 = 1;

/// Bytes of plaintext in a chunk; the last one may be shorter.
pub const CHUNK_BYTES: usize = CHUNK_BYTES_WRITTEN as usize;

/// The same as it stands in headers.
const CHUNK_BYTES_WRITTEN: u32 = 64 * 1024;

/// Bytes before the first chunk.
pub const HEADER_BYTES: usize = 72;

const SEALED_CHUNK_BYTES: u64 = (CHUNK_BYTES + TAG_BYTES) as u64;

/// The first structure of a sealed file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Bytes of the plaintext.
    pub len: u64,
    /// Name of the record's key.
    pub key_id: KeyId,
    /// Random number that makes the file's sub-key its own.
    pub salt: Salt,
}

impl Header {
    /// The header's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let fields: [&[u8]; 7] = [
            &MAGIC,
            &VERSION.to_be_bytes(),
            &[0; 2],
            &CHUNK_BYTES_WRITTEN.to_be_bytes(),
            &self.len.to_be_bytes(),
            &self.key_id.0,
            &self.salt,
        ];
        let mut place = bytes.as_mut_slice();
        for field in fields {
            let (here, rest) = place.split_at_mut(field.len());
            here.copy_from_slice(field);
            place = rest;
        }
        bytes
    }

    /// Reads a header.
    ///
    /// # Errors
    /// [`Error::Magic`], [`Error::Version`], [`Error::Limit`].
    pub fn parse(bytes: &[u8; HEADER_BYTES]) -> Result<Self, Error> {
        let cut = || Error::Cut {
            what: "the header of a sealed file",
        };
        let mut fields = Fields(bytes);
        if fields.take() != Some(MAGIC) {
            return Err(Error::Magic {
                what: "sealed file",
            });
        }
        let version = u16::from_be_bytes(fields.take().ok_or_else(cut)?);
        if version != VERSION {
            return Err(Error::Version {
                found: version,
                max: VERSION,
            });
        }
        fields.take::<2>().ok_or_else(cut)?;
        let chunk = u64::from(u32::from_be_bytes(fields.take().ok_or_else(cut)?));
        if chunk != CHUNK_BYTES as u64 {
            return Err(Error::Limit {
                what: "a chunk, bytes",
                found: chunk,
                max: CHUNK_BYTES as u64,
            });
        }
        let len = fields.u64().ok_or_else(cut)?;
        let key_id = KeyId(fields.take().ok_or_else(cut)?);
        let salt = fields.take::<SALT_BYTES>().ok_or_else(cut)?;
        Ok(Self { len, key_id, salt })
    }

    /// Where a chunk is: first byte in the file and bytes with tag. None behind the last chunk.
    #[must_use]
    pub fn chunk(&self, index: u64) -> Option<(u64, usize)> {
        let begin = index.checked_mul(CHUNK_BYTES as u64)?;
        // An empty file has one empty chunk, which authenticates that it is empty.
        if begin >= self.len && index > 0 {
            return None;
        }
        let plain = usize::try_from((self.len - begin).min(CHUNK_BYTES as u64)).ok()?;
        let offset = index
            .checked_mul(SEALED_CHUNK_BYTES)?
            .checked_add(HEADER_BYTES as u64)?;
        Some((offset, plain + TAG_BYTES))
    }
}

/// Something to be written: bytes and their place in the file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Piece {
    /// First byte in the file.
    pub offset: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Seals a file whose first chunk may change until the end.
pub struct Sealer {
    key: aead::LessSafeKey,
    key_id: KeyId,
    salt: Salt,
    first: Vec<u8>,
    current: Vec<u8>,
    index: u64,
    len: u64,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl Sealer {
    /// Begins a file; `salt` comes from the operating system and is never used again.
    #[must_use]
    pub fn new(key: &RecordKey, salt: Salt) -> Self {
        Self {
            key: file_key(key, &salt),
            key_id: key.id(),
            salt,
            first: Vec::with_capacity(CHUNK_BYTES),
            current: Vec::with_capacity(CHUNK_BYTES + TAG_BYTES),
            index: 1,
            len: 0,
        }
    }

    /// Appends plaintext; returns the chunks that became full.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        self.len += wide(bytes.len());
        let (head, rest) = bytes.split_at(bytes.len().min(CHUNK_BYTES - self.first.len()));
        self.first.extend_from_slice(head);
        bytes = rest;
        while !bytes.is_empty() {
            let (part, rest) = bytes.split_at(bytes.len().min(CHUNK_BYTES - self.current.len()));
            self.current.extend_from_slice(part);
            bytes = rest;
            if self.current.len() == CHUNK_BYTES {
                pieces.push(self.seal_current());
            }
        }
        pieces
    }

    /// Ends the file: `head` takes the place of the first bytes. Returns what is left to write, the header last.
    ///
    /// # Panics
    /// When `head` is longer than what was pushed or than a chunk: a fault of the caller.
    #[must_use]
    pub fn finish(mut self, head: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        if !self.current.is_empty() {
            pieces.push(self.seal_current());
        }
        let place = self
            .first
            .get_mut(..head.len())
            .expect("the head lies in the first chunk");
        place.copy_from_slice(head);
        let header = Header {
            len: self.len,
            key_id: self.key_id,
            salt: self.salt,
        }
        .to_bytes();
        let mut first = std::mem::take(&mut self.first);
        seal(&self.key, 0, &header, &mut first);
        pieces.push(Piece {
            offset: HEADER_BYTES as u64,
            bytes: first,
        });
        pieces.push(Piece {
            offset: 0,
            bytes: header.to_vec(),
        });
        pieces
    }

    fn seal_current(&mut self) -> Piece {
        let mut bytes = std::mem::replace(
            &mut self.current,
            Vec::with_capacity(CHUNK_BYTES + TAG_BYTES),
        );
        seal(&self.key, self.index, &[], &mut bytes);
        let offset = HEADER_BYTES as u64 + self.index * SEALED_CHUNK_BYTES;
        self.index += 1;
        Piece { offset, bytes }
    }
}

/// Opens the chunks of one file.
pub struct ChunkOpener {
    key: aead::LessSafeKey,
    header: Header,
}

impl std::fmt::Debug for ChunkOpener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkOpener")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl ChunkOpener {
    /// For the file with this header. Open chunk 0 first: it is what authenticates the header, the length with it.
    ///
    /// # Errors
    /// [`Error::WrongKey`].
    pub fn new(key: &RecordKey, header: Header) -> Result<Self, Error> {
        if key.id() != header.key_id {
            return Err(Error::WrongKey);
        }
        Ok(Self {
            key: file_key(key, &header.salt),
            header,
        })
    }

    /// The file's header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Opens a chunk in place, tag taken off.
    ///
    /// # Errors
    /// [`Error::Sealed`].
    pub fn open(&self, index: u64, chunk: &mut Vec<u8>) -> Result<(), Error> {
        let header = self.header.to_bytes();
        let associated = if index == 0 { header.as_slice() } else { &[] };
        let opened = self
            .key
            .open_in_place(nonce(index), aead::Aad::from(associated), chunk);
        let plain = opened
            .map_err(|aws_lc_rs::error::Unspecified| Error::Sealed { what: "a chunk" })?
            .len();
        chunk.truncate(plain);
        Ok(())
    }
}

fn file_key(key: &RecordKey, salt: &Salt) -> aead::LessSafeKey {
    key.sealing(salt, &[b"ventanilla sealed file v1"])
}

fn seal(key: &aead::LessSafeKey, index: u64, associated: &[u8], bytes: &mut Vec<u8>) {
    key.seal_in_place_append_tag(nonce(index), aead::Aad::from(associated), bytes)
        .expect("AES-GCM seals 64 KiB");
}

fn nonce(index: u64) -> aead::Nonce {
    let mut nonce = [0; aead::NONCE_LEN];
    let (_, counter) = nonce.split_at_mut(4);
    counter.copy_from_slice(&index.to_be_bytes());
    aead::Nonce::assume_unique_for_key(nonce)
}

fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(plaintext: &[u8], head: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(&RecordKey::from([1; 32]), [2; 32]);
        let mut pieces = Vec::new();
        for part in plaintext.chunks(10_007) {
            pieces.extend(sealer.push(part));
        }
        pieces.extend(sealer.finish(head));
        let mut file = Vec::new();
        for piece in pieces {
            let begin = usize::try_from(piece.offset).unwrap();
            file.resize(file.len().max(begin + piece.bytes.len()), 0);
            file[begin..begin + piece.bytes.len()].copy_from_slice(&piece.bytes);
        }
        file
    }

    fn opened(file: &[u8], key: [u8; 32]) -> Result<Vec<u8>, Error> {
        let header = Header::parse(file.first_chunk().unwrap())?;
        let opener = ChunkOpener::new(&RecordKey::from(key), header)?;
        let mut plaintext = Vec::new();
        for index in 0.. {
            let Some((offset, len)) = header.chunk(index) else {
                break;
            };
            let begin = usize::try_from(offset).unwrap();
            let mut chunk = file
                .get(begin..begin + len)
                .ok_or(Error::Cut { what: "a chunk" })?
                .to_vec();
            opener.open(index, &mut chunk)?;
            plaintext.extend(chunk);
        }
        Ok(plaintext)
    }

    #[test]
    fn what_is_sealed_comes_back_at_every_length_around_a_chunk() {
        for len in [
            0,
            1,
            CHUNK_BYTES - 1,
            CHUNK_BYTES,
            CHUNK_BYTES + 1,
            2 * CHUNK_BYTES,
            200_000,
        ] {
            let plaintext: Vec<u8> = (0..len).map(|at| u8::try_from(at % 251).unwrap()).collect();
            assert_eq!(
                opened(&sealed(&plaintext, &[]), [1; 32]).unwrap(),
                plaintext,
                "{len} bytes"
            );
        }
    }

    #[test]
    fn the_head_is_what_finish_says() {
        let plaintext = opened(&sealed(&[0; 100_000], b"head"), [1; 32]).unwrap();
        assert!(plaintext.starts_with(b"head\0\0"));
    }

    #[test]
    fn a_changed_byte_anywhere_is_found() {
        let file = sealed(&[5; 70_000], &[]);
        for at in (0..file.len()).step_by(97).chain(0..HEADER_BYTES) {
            let mut changed = file.clone();
            changed[at] ^= 1;
            // Two reserved bytes of the header are not read, so nothing hangs on them.
            if (10..12).contains(&at) {
                continue;
            }
            assert!(opened(&changed, [1; 32]).is_err(), "byte {at}");
        }
    }

    #[test]
    fn another_key_opens_nothing_and_a_shorter_file_says_so() {
        let file = sealed(&[5; 70_000], &[]);
        assert!(matches!(opened(&file, [2; 32]), Err(Error::WrongKey)));
        assert!(matches!(
            opened(&file[..file.len() - 1], [1; 32]),
            Err(Error::Cut { .. })
        ));
    }
}
