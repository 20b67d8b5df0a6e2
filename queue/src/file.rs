//! Files of a visit: what people send each other, and stills of documents. Each is sealed beside the recording; here is only
//! that it is there.
//!
//! Left to others: bytes and names (recorder, dossier). Invariant: a number names the same file for ever, and is a fact only
//! once the file is whole on the disk.

use serde::{Deserialize, Serialize};

use crate::id::Sha256;

/// Files of a visit at the most: a person brings some papers, each perhaps in several photographs.
pub const FILES_MAX: usize = 20;

/// Bytes of all files of a visit: five of the largest. A turn is free to take, and must not fill a disk.
pub const FILES_BYTES_MAX: u64 = 100 * 1024 * 1024;

/// Bytes of one file: the 20 MB of the guide, as whoever counts most generously reads them.
pub const FILE_BYTES_MAX: u32 = 20 * 1024 * 1024;

/// Why there is a file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A person of the call sent it (C22).
    Sent,
    /// A still of a document, taken from a picture of the call (O12).
    Still,
}

/// What a file is, by its bytes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileForm {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// A file that is there whole.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeptFile {
    /// Why it is there.
    pub kind: FileKind,
    /// Participant who sent or took it.
    pub from: u8,
    /// What it is.
    pub form: FileForm,
    /// Bytes, in clear.
    pub bytes: u32,
    /// Hash of the sealed file: shows that it was not changed, and tells nothing of what it holds, the key being destroyed or not.
    pub sha256: Sha256,
}

/// All files of a visit, in the order of their numbers, which begin at 1.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Files(Vec<KeptFile>);

impl Files {
    /// Each of them, with its number.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &KeptFile)> {
        (1..).zip(&self.0)
    }

    /// The one of this number.
    #[must_use]
    pub fn get(&self, number: u8) -> Option<&KeptFile> {
        let found = self.iter().find(|(known, _)| *known == number);
        found.map(|(_, file)| file)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Bytes of all of them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(|file| u64::from(file.bytes)).sum()
    }

    /// Number of the next one.
    #[must_use]
    pub fn next(&self) -> u8 {
        u8::try_from(self.count() + 1).unwrap_or(u8::MAX)
    }

    pub(crate) fn add(&mut self, file: KeptFile) {
        self.0.push(file);
    }
}
