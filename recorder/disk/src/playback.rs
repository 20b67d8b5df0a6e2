//! Reads a sealed file as if it lay in clear, any part of it: what HTTP ranges need.

use recorder::sealed::{CHUNK_BYTES, ChunkOpener, HEADER_BYTES, Header};
use recorder::{Error, RecordKey};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A sealed file, opened. Holds one chunk in clear, in memory only.
#[derive(Debug)]
pub struct SealedFile {
    file: File,
    opener: ChunkOpener,
    chunk: Vec<u8>,
    chunk_index: u64,
    position: u64,
}

impl SealedFile {
    /// Opens a file and checks its length and its first chunk.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Sealed`], [`Error::Io`], and what a header can say.
    pub fn open(path: &Path, key: &RecordKey) -> Result<Self, Error> {
        let file = File::open(path)?;
        let mut header = [0; HEADER_BYTES];
        file.read_exact_at(&mut header, 0)?;
        let opener = ChunkOpener::new(key, Header::parse(&header)?)?;
        let mut sealed = Self {
            file,
            opener,
            chunk: Vec::new(),
            chunk_index: u64::MAX,
            position: 0,
        };
        sealed.load(0)?;
        Ok(sealed)
    }

    /// Bytes of the plaintext.
    #[must_use]
    pub const fn plain_bytes(&self) -> u64 {
        self.opener.header().len
    }

    /// Reads from a place as much as fits into `out` and one chunk; 0 at the end.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Io`].
    pub fn read_at(&mut self, offset: u64, out: &mut [u8]) -> Result<usize, Error> {
        if offset >= self.plain_bytes() || out.is_empty() {
            return Ok(0);
        }
        let chunk_bytes = CHUNK_BYTES as u64;
        self.load(offset / chunk_bytes)?;
        let inside = usize::try_from(offset % chunk_bytes).unwrap_or(usize::MAX);
        let part = self.chunk.get(inside..).unwrap_or_default();
        let len = part.len().min(out.len());
        let (place, _) = out.split_at_mut(len);
        place.copy_from_slice(part.get(..len).unwrap_or_default());
        Ok(len)
    }

    fn load(&mut self, index: u64) -> Result<(), Error> {
        if self.chunk_index == index {
            return Ok(());
        }
        let (offset, len) = self.opener.header().chunk(index).ok_or(Error::Cut {
            what: "a sealed file",
        })?;
        // Not valid until opened: an error below must not leave another chunk's number on it.
        self.chunk_index = u64::MAX;
        self.chunk.resize(len, 0);
        self.file.read_exact_at(&mut self.chunk, offset)?;
        self.opener.open(index, &mut self.chunk)?;
        self.chunk_index = index;
        Ok(())
    }
}

impl Read for SealedFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.read_at(self.position, out)?;
        self.position += u64::try_from(len).unwrap_or(0);
        Ok(len)
    }
}

impl Seek for SealedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.plain_bytes().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
