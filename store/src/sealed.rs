//! Personal data of a visit: sealed records, appended to one file per visit and class, outside journal and database.
//!
//! A file is frames: length (four bytes, big-endian), nonce, ciphertext, tag; each bound to its visit and number. A frame
//! cut short by a crash was never promised: readers leave it out, the next append cuts it off.
//! Invariant: what [`Store::seal`] returned for is on the disk.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use queue::{Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    error::Error,
    folders::{PRIVATE_FILE, make_private, sync_folder},
    frames,
    journal::Store,
    record,
};

/// Bytes of one visit's file: a thousand lines of chat of 2,000 four-byte characters, sealed, are 8 MB.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Files whose end is remembered: more than visits are attended at one time in most offices; forgetting costs a read.
const ENDS_MAX: usize = 4_096;

/// Record class (§9): each has its own key, and its own end.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// Who, notes, remarks, kept chat.
    Index,
    /// Recording: the file is the recorder's, the key is here.
    Media,
}

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Media => "media",
        }
    }
}

/// One sealed record.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "record", rename_all = "snake_case", deny_unknown_fields)]
pub enum Personal {
    /// Who the citizen says he is; the last one holds.
    Identity {
        /// Given name and surname.
        name: String,
        /// Document number, as typed.
        document: String,
    },
    /// Who a guest says he is.
    Guest {
        /// Number within the visit.
        number: u8,
        /// Given name and surname.
        name: String,
    },
    /// What a file is called.
    File {
        /// Number within the visit.
        number: u8,
        /// Name to show.
        name: String,
    },
    /// "Observaciones (en caso de abandonar)".
    Remark {
        /// Text.
        text: String,
        /// When.
        at: Timestamp,
    },
    /// "Observaciones/Anotaciones" of the operator; the last one holds.
    Notes {
        /// Text.
        text: String,
        /// When.
        at: Timestamp,
    },
    /// A line of a chat that is kept.
    Chat(ChatLine),
}

/// One line of a chat that is kept.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChatLine {
    /// Position in the visit's chat, from 1.
    pub number: u32,
    /// Participant who wrote it.
    pub from: u8,
    /// Text.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// Written in real time; lines that were kept before there was such a thing were not.
    #[serde(default)]
    pub live: bool,
}

impl std::fmt::Debug for Personal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Identity { .. } => "Identity(…)",
            Self::Guest { .. } => "Guest(…)",
            Self::File { .. } => "File(…)",
            Self::Remark { .. } => "Remark(…)",
            Self::Notes { .. } => "Notes(…)",
            Self::Chat(_) => "Chat(…)",
        })
    }
}

impl std::fmt::Debug for ChatLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChatLine")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// The folder of sealed files.
#[derive(Debug)]
pub(crate) struct Sealed {
    folder: PathBuf,
    ends: BTreeMap<VisitId, End>,
}

/// Where the whole frames of a file end.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    bytes: u64,
    frames: u32,
}

impl Sealed {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            ends: BTreeMap::new(),
        }
    }

    fn path(&self, visit: VisitId) -> PathBuf {
        let office = visit.office().map_or(0, queue::OfficeId::number);
        self.folder
            .join(office.to_string())
            .join(format!("{visit}.{}", Class::Index.name()))
    }

    fn end(&self, visit: VisitId) -> Result<End, Error> {
        match self.ends.get(&visit) {
            Some(end) => Ok(*end),
            None => Ok(end_of(&read(&self.path(visit))?.unwrap_or_default())),
        }
    }
}

impl Store {
    /// Seals records of a visit, in order, and waits until they are on the disk. Records of a new visit come before its
    /// first event: what was sealed for one that the journal does not know belongs to a turn that was never taken, and
    /// is destroyed first, since its number is now another's. So a new visit is sealed by one call before its append.
    ///
    /// # Errors
    /// When a file cannot be written, or the visit's file would grow too large. What was sealed before stands.
    pub fn seal(&mut self, visit: VisitId, records: &[Personal]) -> Result<(), Error> {
        if records.is_empty() {
            return Ok(());
        }
        let path = self.sealed.path(visit);
        let mut end = self.sealed.end(visit)?;
        if end.bytes > 0 && self.line(visit)?.is_none() {
            self.sealed.ends.remove(&visit);
            self.keyring.destroy(visit, Class::Index)?;
            fs::remove_file(&path).map_err(Error::file(&path))?;
            end = End::default();
        }
        if end.frames > 0 && self.keyring.known_key(visit, Class::Index)?.is_none() {
            return Err(Error::Destroyed(visit));
        }
        let key = frames::key(&*self.keyring.key(visit, Class::Index)?)?;
        let mut bytes = Vec::new();
        let mut frames = end.frames;
        for record in records {
            let plain = Zeroizing::new(record::encode("a sealed record", record)?);
            let sealed = frames::seal(&key, &place(visit, frames), &plain)?;
            let length = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(&sealed);
            frames += 1;
        }
        let after = End {
            bytes: end.bytes + bytes.len() as u64,
            frames,
        };
        if after.bytes > FILE_BYTES_MAX {
            let (found, allowed) = (after.bytes, FILE_BYTES_MAX);
            return Err(Error::Full {
                what: "bytes of a visit's sealed data",
                found,
                allowed,
            });
        }
        // Forgotten until it is written: after an error the file is looked at again.
        self.sealed.ends.remove(&visit);
        write_at(&path, end.bytes, &bytes)?;
        if self.sealed.ends.len() >= ENDS_MAX {
            self.sealed.ends.clear();
        }
        self.sealed.ends.insert(visit, after);
        Ok(())
    }

    /// Everything sealed for a visit, in order; empty when there was never anything.
    ///
    /// # Errors
    /// When the key was destroyed, or the file was changed or cannot be read.
    pub fn unseal(&self, visit: VisitId) -> Result<Vec<Personal>, Error> {
        const WHAT: &str = "a visit's sealed data";
        let Some(bytes) = read(&self.sealed.path(visit))? else {
            return Ok(Vec::new());
        };
        let key = self
            .keyring
            .known_key(visit, Class::Index)?
            .ok_or(Error::Destroyed(visit))?;
        let key = frames::key(&key)?;
        let mut records = Vec::new();
        for (number, frame) in (0..).zip(whole_frames(&bytes)) {
            let plain = Zeroizing::new(frames::open(WHAT, &key, &place(visit, number), frame)?);
            records.push(record::decode(WHAT, &plain)?);
        }
        Ok(records)
    }
}

fn place(visit: VisitId, frame: u32) -> Vec<u8> {
    format!(
        "ventanilla sealed v1 {visit} {} {frame}",
        Class::Index.name()
    )
    .into_bytes()
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(path)(error)),
    }
}

/// Frames up to the first that is cut short. A length of nothing is the empty tail that a power cut may leave.
fn whole_frames(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (length, body) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (frame, after) = body.split_at_checked(length)?;
        if length < frames::SEAL_BYTES {
            return None;
        }
        rest = after;
        Some(frame)
    })
}

fn end_of(bytes: &[u8]) -> End {
    whole_frames(bytes).fold(End::default(), |end, frame| End {
        bytes: end.bytes + 4 + frame.len() as u64,
        frames: end.frames + 1,
    })
}

fn write_at(path: &Path, end: u64, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    if !folder.exists() {
        make_private(folder)?;
        sync_folder(folder.parent().unwrap_or(folder))?;
    }
    let made = !path.exists();
    let write = |file: File| -> io::Result<()> {
        if file.metadata()?.len() > end {
            file.set_len(end)?;
        }
        (&file).write_all(bytes)?;
        file.sync_data()
    };
    let file = File::options()
        .create(true)
        .append(true)
        .mode(PRIVATE_FILE)
        .open(path);
    file.and_then(write).map_err(Error::file(path))?;
    if made { sync_folder(folder) } else { Ok(()) }
}
