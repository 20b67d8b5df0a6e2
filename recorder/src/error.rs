//! What can be wrong with a record.

use std::io;
use thiserror::Error;

/// What can be wrong with a log, a sealed file, an index or what is to be appended.
#[derive(Debug, Error)]
pub enum Error {
    /// Not one of our files, or its first bytes are destroyed.
    #[error("not a {what}: the magic number is missing")]
    Magic {
        /// Kind of file that was expected.
        what: &'static str,
    },
    /// A later format than this program knows.
    #[error("format version {found}, this program reads up to {max}")]
    Version {
        /// Version of the file.
        found: u16,
        /// Last version known.
        max: u16,
    },
    /// A field that cannot be.
    #[error("{what} is {found}, limit {max}")]
    Limit {
        /// Field and unit.
        what: &'static str,
        /// Value.
        found: u64,
        /// Largest value allowed.
        max: u64,
    },
    /// The bytes end before the structure does.
    #[error("cut short in {what}")]
    Cut {
        /// Structure.
        what: &'static str,
    },
    /// A line of an index that cannot be read.
    #[error("index line {line} is malformed")]
    Index {
        /// Number of the line, from 1.
        line: usize,
    },
    /// The key is not the one this was sealed with, or the bytes were changed.
    #[error("{what} does not open with this key")]
    Sealed {
        /// Structure.
        what: &'static str,
    },
    /// Not the key that the header names.
    #[error("the key is not the one that the header names")]
    WrongKey,
    /// The log was closed: nothing can be appended.
    #[error("the log is closed")]
    Closed,
    /// The bytes could not be read or written.
    #[error("the bytes could not be read or written")]
    Io(#[from] io::Error),
}

impl From<Error> for io::Error {
    /// For readers that can only say what is wrong with the disk: everything else is invalid data.
    fn from(error: Error) -> Self {
        match error {
            Error::Io(error) => error,
            invalid @ (Error::Magic { .. }
            | Error::Version { .. }
            | Error::Limit { .. }
            | Error::Cut { .. }
            | Error::Index { .. }
            | Error::Sealed { .. }
            | Error::WrongKey
            | Error::Closed) => Self::new(io::ErrorKind::InvalidData, invalid),
        }
    }
}
