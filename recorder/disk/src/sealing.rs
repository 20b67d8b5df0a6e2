//! A sealed file on its way to the disk: written piece by piece, whole only once it is finished.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use recorder::sealed::{Piece, Sealer};
use recorder::{RecordKey, SALT_BYTES};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::archive::private_file;

/// A sealed file that is being written. Until [`SealedWriter::finish`] it opens with no key.
#[derive(Debug)]
pub(crate) struct SealedWriter {
    file: File,
    sealer: Sealer,
    bytes: u64,
}

impl SealedWriter {
    /// Begins the file, in place of one of an earlier run.
    pub(crate) fn create(path: &Path, key: &RecordKey) -> io::Result<Self> {
        let mut salt = [0; SALT_BYTES];
        SystemRandom::new()
            .fill(&mut salt)
            .map_err(|Unspecified| io::Error::from(io::ErrorKind::Unsupported))?;
        Ok(Self {
            file: private_file().create(true).truncate(true).open(path)?,
            sealer: Sealer::new(key, salt),
            bytes: 0,
        })
    }

    /// Bytes so far, in clear.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Appends plaintext.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += u64::try_from(bytes.len()).unwrap_or(0);
        write_pieces(&self.file, &self.sealer.push(bytes))
    }

    /// Ends the file, `head` in place of its first bytes, and waits until it is on the disk. Returns its bytes in clear.
    pub(crate) fn finish(self, head: &[u8]) -> io::Result<u64> {
        write_pieces(&self.file, &self.sealer.finish(head))?;
        self.file.sync_all()?;
        Ok(self.bytes)
    }
}

fn write_pieces(file: &File, pieces: &[Piece]) -> io::Result<()> {
    pieces
        .iter()
        .try_for_each(|piece| file.write_all_at(&piece.bytes, piece.offset))
}
