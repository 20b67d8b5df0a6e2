//! Files of a visit (C22, O12): on their way in a folder of their own, then beside the recording, sealed like what is derived
//! from it.
//!
//! ```text
//! <records>/incoming/<record>-<ticket>.part     on its way; of no value until a fact says otherwise
//! <records>/<record>/file-<number>.sealed       kept
//! ```
//!
//! Left to others: whether a file is taken, and what it may be. Invariant: what is not handed over goes, whatever went wrong;
//! what a process left behind in the folder was either kept as a fact, and is found by its hash, or is thrown away.

use crate::archive::{make_folder, record_path, sync_folder};
use crate::sealing::SealedWriter;
use aws_lc_rs::digest::{Context, SHA256};
use recorder::RecordKey;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Name of the folder of files on their way. No record is called so.
const INCOMING: &str = "incoming";

/// A file that is coming in. Dropped, it is gone.
#[derive(Debug)]
pub struct IncomingFile {
    writer: SealedWriter,
    part: Part,
}

/// A file that came in whole and is on the disk. Dropped, it is gone, unless it was handed over.
#[derive(Debug)]
pub struct WholeFile {
    part: Part,
    bytes: u64,
    sha256: [u8; 32],
}

/// The path of a file that goes with its owner.
#[derive(Debug)]
struct Part(Option<PathBuf>);

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = self.0.take()
            && let Err(error) = fs::remove_file(&path)
        {
            tracing::warn!(?path, %error, "a file that is not kept cannot be removed; the next start removes it");
        }
    }
}

impl IncomingFile {
    /// Begins a file at a path of [`part_path`].
    ///
    /// # Errors
    /// What the disk says.
    pub fn create(path: &Path, key: &RecordKey) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        let part = Part(Some(path.to_owned()));
        Ok(Self {
            writer: SealedWriter::create(path, key)?,
            part,
        })
    }

    /// Bytes so far, in clear.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.writer.bytes()
    }

    /// Appends plaintext.
    ///
    /// # Errors
    /// What the disk says; the file is of no use then.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.push(bytes)
    }

    /// Ends the file and waits until it is on the disk.
    ///
    /// # Errors
    /// What the disk says.
    pub fn finish(self) -> io::Result<WholeFile> {
        let Self { writer, part } = self;
        let path = part.0.as_deref().unwrap_or_else(|| Path::new(""));
        let bytes = writer.finish(&[])?;
        let sha256 = file_hash(path)?;
        if let Some(folder) = path.parent() {
            sync_folder(folder)?;
        }
        Ok(WholeFile {
            part,
            bytes,
            sha256,
        })
    }
}

impl WholeFile {
    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.part.0.as_deref().unwrap_or_else(|| Path::new(""))
    }

    /// Bytes, in clear.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of the sealed file.
    #[must_use]
    pub const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// Somebody else answers for the file from here on.
    pub fn hand_over(mut self) {
        self.part.0 = None;
    }
}

/// Where a file lies while it comes in.
#[must_use]
pub fn part_path(records: &Path, record: u64, ticket: u64) -> PathBuf {
    records
        .join(INCOMING)
        .join(format!("{record}-{ticket}.part"))
}

/// Where a kept file lies.
#[must_use]
pub fn file_path(records: &Path, record: u64, number: u8) -> PathBuf {
    record_path(records, record).join(format!("file-{number}.sealed"))
}

/// Gives a file that came in its number.
///
/// # Errors
/// What the disk says.
pub fn keep_file(records: &Path, record: u64, ticket: u64, number: u8) -> io::Result<()> {
    let folder = record_path(records, record);
    make_folder(&folder)?;
    fs::rename(
        part_path(records, record, ticket),
        file_path(records, record, number),
    )?;
    sync_folder(&folder)?;
    sync_folder(records)
}

/// Throws a file away that came in. None there is no harm.
///
/// # Errors
/// What the disk says.
pub fn discard_file(records: &Path, record: u64, ticket: u64) -> io::Result<()> {
    match fs::remove_file(part_path(records, record, ticket)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// What an earlier run left on its way: record and ticket of each file. To be asked before anything comes in.
///
/// # Errors
/// What the disk says.
pub fn left_behind(records: &Path) -> io::Result<Vec<(u64, u64)>> {
    let folder = match fs::read_dir(records.join(INCOMING)) {
        Ok(folder) => folder,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for file in folder {
        let name = file?.file_name();
        let parts = name
            .to_str()
            .and_then(|name| name.strip_suffix(".part")?.split_once('-'));
        found.extend(
            parts.and_then(|(record, ticket)| Some((record.parse().ok()?, ticket.parse().ok()?))),
        );
    }
    Ok(found)
}

/// SHA-256 of a file as it lies on the disk.
///
/// # Errors
/// What the disk says.
pub fn file_hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Context::new(&SHA256);
    let mut piece = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            break;
        }
        hash.update(piece.get(..count).unwrap_or_default());
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Ok(sha256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SealedFile;

    fn key() -> RecordKey {
        RecordKey::from([5; 32])
    }

    #[test]
    fn a_file_is_sealed_and_found_under_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let records = folder.path();
        let text = b"constancia de domicilio".repeat(10_000);
        let mut incoming = IncomingFile::create(&part_path(records, 7, 1), &key()).unwrap();
        for piece in text.chunks(1_000) {
            incoming.push(piece).unwrap();
        }
        let whole = incoming.finish().unwrap();
        let sealed = fs::read(whole.path()).unwrap();
        assert!(
            !sealed.windows(10).any(|part| part == &text[..10]),
            "in clear"
        );
        let expected = whole.sha256();
        whole.hand_over();
        assert_eq!(left_behind(records).unwrap(), [(7, 1)]);
        keep_file(records, 7, 1, 3).unwrap();
        assert_eq!(left_behind(records).unwrap(), []);
        let path = file_path(records, 7, 3);
        assert_eq!(file_hash(&path).unwrap(), expected);
        let mut back = Vec::new();
        let mut file = SealedFile::open(&path, &key()).unwrap();
        file.read_to_end(&mut back).unwrap();
        assert!(back == text);
    }

    #[test]
    fn what_is_not_handed_over_goes() {
        let folder = tempfile::tempdir().unwrap();
        let records = folder.path();
        let mut broken = IncomingFile::create(&part_path(records, 7, 1), &key()).unwrap();
        broken.push(&[1; 200_000]).unwrap();
        drop(broken);
        let refused = IncomingFile::create(&part_path(records, 7, 2), &key()).unwrap();
        drop(refused.finish().unwrap());
        let late = IncomingFile::create(&part_path(records, 7, 3), &key()).unwrap();
        late.finish().unwrap().hand_over();
        discard_file(records, 7, 3).unwrap();
        discard_file(records, 7, 3).unwrap();
        assert_eq!(fs::read_dir(records.join(INCOMING)).unwrap().count(), 0);
        assert!(!record_path(records, 7).exists());
    }
}
