//! What can be wrong in a settings file, each said so that the person who runs the server can mend it without us.

use std::fmt;

/// One fault of a settings file. [`crate::Config::parse`] returns all of them at once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The file, as it was named to us.
    pub file: String,
    /// Line of the file, from 1; none when the fault is that something is not there.
    pub line: Option<usize>,
    /// Section and key, as `http.listen`; empty when the file is not TOML.
    pub key: String,
    /// What is wrong, and what to do.
    pub problem: Problem,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.problem)
    }
}

/// What is wrong. Found values are shown as they stand in the file: it holds no secrets, only paths of files that do.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// Not TOML.
    #[error("not valid TOML: {reason}; correct the line")]
    Syntax {
        /// The parser's words.
        reason: String,
    },
    /// Longer than any settings file needs to be.
    #[error("found {found} bytes, allowed up to {allowed}; is it the right file?")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// No such section or key.
    #[error("no such key; allowed here: {allowed}; correct or delete it")]
    Unknown {
        /// The names that exist at this place.
        allowed: String,
    },
    /// A key of an earlier version.
    #[error("is now called `{new}`; rename it")]
    Renamed {
        /// Today's section and key.
        new: &'static str,
    },
    /// Another kind of value, or a text that does not read as one.
    #[error("found {found}, allowed is {allowed}; correct the value")]
    Value {
        /// As it stands in the file.
        found: String,
        /// In words.
        allowed: String,
    },
    /// A public address without encryption.
    #[error(
        "found {found} without a certificate: plain HTTP is allowed on loopback addresses only (127.0.0.1, [::1]); set http.certificate and http.key, or listen on loopback behind a proxy that encrypts"
    )]
    PlainHttp {
        /// The address.
        found: String,
    },
    /// A key that another one needs.
    #[error("found nothing, but `{because}` is set; set both or neither")]
    Missing {
        /// The other key.
        because: &'static str,
    },
    /// Encryption for nobody: no browser would be let in.
    #[error(
        "found none, but http.certificate is set; name each address that people type, such as \"https://turnos.example.org\""
    )]
    NoOrigin,
    /// The workers' ports go past the last one there is.
    #[error(
        "found {base} for {workers} workers, the last port would be {last}, allowed up to 65535; choose a lower one"
    )]
    Ports {
        /// First port.
        base: u16,
        /// Workers.
        workers: u16,
        /// What the last port would be.
        last: u32,
    },
}
