//! Files of a visit: what people send each other (C22) and stills of documents (O12).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why there is a file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A person of the call sent it.
    Sent,
    /// A still of a document.
    Still,
}

/// What a file is, by its bytes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileForm {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// One file of a visit.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct FileLine {
    /// Number within the visit, from 1.
    pub number: u8,
    /// Why it is there.
    pub kind: FileKind,
    /// Participant who sent or took it.
    pub from: u8,
    /// What it is.
    pub form: FileForm,
    /// Name to show, with the ending of what it is; may be empty.
    pub name: String,
    /// Bytes.
    pub bytes: u32,
    /// Where it is opened: a page of its own, sandboxed; with `/download` behind it, to be saved.
    pub url: String,
}

/// Answer to a file that was sent: it is kept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct FileSent {
    /// Its number within the visit.
    pub number: u8,
}

/// The queue's kind on the wire.
#[must_use]
pub fn kind(kind: queue::FileKind) -> FileKind {
    match kind {
        queue::FileKind::Sent => FileKind::Sent,
        queue::FileKind::Still => FileKind::Still,
    }
}

/// The queue's form on the wire.
#[must_use]
pub fn form(form: queue::FileForm) -> FileForm {
    match form {
        queue::FileForm::Pdf => FileForm::Pdf,
        queue::FileForm::Jpeg => FileForm::Jpeg,
        queue::FileForm::Png => FileForm::Png,
    }
}

/// A kept file as it is shown; `name` is the dossier's.
#[must_use]
pub fn line(number: u8, file: &queue::KeptFile, name: &str, url: String) -> FileLine {
    FileLine {
        number,
        kind: kind(file.kind),
        from: file.from,
        form: form(file.form),
        name: name.to_owned(),
        bytes: file.bytes,
        url,
    }
}
