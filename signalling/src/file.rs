//! Files that people send (C22): what a file is, told by its bytes and never by its name, and what its name is shown as.
//!
//! The rule: a file begins as what it is at its first byte, is whole, and ends as what it is. So it is nothing else beside:
//! no archive, page or program hangs on it. Nothing is unpacked or drawn here; how large a picture would become is read off its head.
//! Left to others: where the bytes come from and go (door, disk), whether they are harmful (scanner). Invariant: whatever the
//! bytes, memory stays below [`TAIL_BYTES`] and a little.

mod jpeg;
mod name;
mod png;

pub use name::{NAME_CHARS_MAX, clean_name, with_ending};

use jpeg::Jpeg;
use png::Png;
pub use queue::{FILE_BYTES_MAX, FileForm, FileKind};

use crate::protocol::call::{Refusal, RefusalCode};

/// Points of a picture: the largest of today's telephones has 108 million. A small file that unpacks into more would fill
/// the memory of whoever looks at it.
pub const PIXELS_MAX: u64 = 120_000_000;

/// Bytes of the end that are remembered: an archive is found by its end, which has up to 65,557 bytes (APPNOTE 4.3.16).
pub const TAIL_BYTES: usize = 65_557;

/// White space and zeros that may follow the end, as careless programs write them.
const SLACK_BYTES: usize = 64;

/// Bytes that tell what a file begins as.
const HEAD_BYTES: usize = 8;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// It begins as none of the three.
    Form,
    /// It ends too early, or is not built as it should be.
    Damaged,
    /// Something else hangs on it.
    Hanging,
    /// A picture of too many points.
    Large,
}

impl Fault {
    /// As it is told.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        let (code, found, allowed) = match self {
            Self::Form => (
                RefusalCode::FileForm,
                "another content",
                "PDF, JPG or PNG, by content",
            ),
            Self::Damaged => (RefusalCode::FileDamaged, "a broken file", "a whole file"),
            Self::Hanging => (
                RefusalCode::FileDamaged,
                "something else behind or inside",
                "one document or picture",
            ),
            Self::Large => (
                RefusalCode::FileDamaged,
                "a picture of too many points",
                "120 million points",
            ),
        };
        Refusal::because(code, "file", found, allowed)
    }
}

/// Looks at a file while it comes in.
#[derive(Debug, Default)]
pub struct Inspector {
    head: Vec<u8>,
    form: Option<Form>,
    tail: Vec<u8>,
}

#[derive(Debug)]
enum Form {
    Pdf,
    Jpeg(Jpeg),
    Png(Png),
}

impl Inspector {
    /// Takes the next bytes. Returns those of all given so far that belong to the file and were not returned before: what a
    /// camera appends to a photograph is left out.
    ///
    /// # Errors
    /// As soon as it is known.
    pub fn push<'a>(&mut self, bytes: &'a [u8]) -> Result<Belongs<'a>, Fault> {
        let mut begins = Vec::new();
        let mut rest = bytes;
        if self.form.is_none() {
            let (head, after) = bytes.split_at(bytes.len().min(HEAD_BYTES - self.head.len()));
            self.head.extend_from_slice(head);
            rest = after;
            if self.head.len() < HEAD_BYTES {
                return Ok(Belongs { begins, rest });
            }
            self.form = Some(begin(&self.head)?);
            begins = std::mem::take(&mut self.head);
        }
        let own = |form: &mut Form, bytes: &[u8]| match form {
            Form::Pdf => Ok(bytes.len()),
            Form::Jpeg(jpeg) => jpeg.take(bytes),
            Form::Png(png) => png.take(bytes).map(|()| bytes.len()),
        };
        if let Some(form) = &mut self.form {
            own(form, &begins)?;
            let count = own(form, rest)?;
            rest = rest.get(..count).unwrap_or_default();
        }
        self.remember(&begins);
        self.remember(rest);
        Ok(Belongs { begins, rest })
    }

    /// All bytes are there.
    ///
    /// # Errors
    /// What is wrong with the whole.
    pub fn finish(self) -> Result<FileForm, Fault> {
        let form = match self.form.ok_or(Fault::Form)? {
            Form::Pdf => {
                check_end_of_pdf(&self.tail)?;
                FileForm::Pdf
            }
            Form::Jpeg(jpeg) => {
                jpeg.finish()?;
                FileForm::Jpeg
            }
            Form::Png(png) => {
                png.finish()?;
                FileForm::Png
            }
        };
        if ends_as_archive(&self.tail) {
            return Err(Fault::Hanging);
        }
        Ok(form)
    }

    fn remember(&mut self, bytes: &[u8]) {
        let fresh = bytes.get(bytes.len().saturating_sub(TAIL_BYTES)..);
        let fresh = fresh.unwrap_or_default();
        let surplus = (self.tail.len() + fresh.len()).saturating_sub(TAIL_BYTES);
        self.tail.drain(..surplus.min(self.tail.len()));
        self.tail.extend_from_slice(fresh);
    }
}

/// What belongs to the file of the bytes given.
#[derive(Debug)]
pub struct Belongs<'a> {
    /// Held back until it was known what the file is.
    pub begins: Vec<u8>,
    /// Of the last bytes.
    pub rest: &'a [u8],
}

fn begin(head: &[u8]) -> Result<Form, Fault> {
    if head.starts_with(b"%PDF-1.") || head.starts_with(b"%PDF-2.") {
        Ok(Form::Pdf)
    } else if head.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok(Form::Jpeg(Jpeg::default()))
    } else if head == png::SIGNATURE {
        Ok(Form::Png(Png::default()))
    } else {
        Err(Fault::Form)
    }
}

/// ISO 32000-2, 7.5.5: the last lines are `startxref`, a number and `%%EOF`.
fn check_end_of_pdf(tail: &[u8]) -> Result<(), Fault> {
    const END: &[u8] = b"%%EOF";
    const LAST_LINES_BYTES: usize = 1_024;
    let at = tail.windows(END.len()).rposition(|part| part == END);
    let at = at.ok_or(Fault::Damaged)?;
    let behind = tail.get(at + END.len()..).unwrap_or_default();
    if behind.len() > SLACK_BYTES || !behind.iter().all(is_slack) {
        return Err(Fault::Hanging);
    }
    let lines = tail.get(at.saturating_sub(LAST_LINES_BYTES)..at);
    let table = b"startxref";
    let has_table = lines.is_some_and(|lines| lines.windows(table.len()).any(|part| part == table));
    if has_table {
        Ok(())
    } else {
        Err(Fault::Damaged)
    }
}

/// A ZIP is read from its end: a record (APPNOTE 4.3.16) on this one disk that counts entries, and says how long the comment behind
/// it is. Programs search for it, and some do not mind what follows the comment: such a file is an archive to them, whatever it
/// begins as. An empty archive, which nobody can unpack anything from, counts where its comment ends with the file.
fn ends_as_archive(tail: &[u8]) -> bool {
    const RECORD_BYTES: usize = 22;
    let records = tail.windows(RECORD_BYTES).enumerate();
    let mut found = records.filter(|(_, record)| record.starts_with(b"PK\x05\x06"));
    found.any(|(at, record)| {
        let number = |at: usize| match record.get(at..at + 2) {
            Some([low, high]) => u16::from_le_bytes([*low, *high]),
            _ => 0,
        };
        let counts = number(4) == 0 && number(6) == 0 && number(8) == number(10) && number(8) > 0;
        counts || at + RECORD_BYTES + usize::from(number(20)) == tail.len()
    })
}

fn is_slack(byte: &u8) -> bool {
    matches!(byte, 0 | b' ' | b'\t' | b'\r' | b'\n' | 0x0c)
}

/// Not more points than can be looked at, and some.
fn check_points(width: u32, height: u32) -> Result<(), Fault> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Fault::Damaged),
        1..=PIXELS_MAX => Ok(()),
        _ => Err(Fault::Large),
    }
}

#[cfg(test)]
mod tests;
