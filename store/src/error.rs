//! Why the store did not do what it was asked.

use std::{io, path::PathBuf};

use queue::{OfficeId, VisitId};

use crate::journal::{Epoch, Version};

/// Nothing of what was asked is promised; what was promised before still stands.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has this store open.
    #[error("{} is held by another process: only one server may use a store", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A file or folder cannot be used.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database could not write or read (disk full, disk broken). It was closed; the next use opens it again.
    #[error("the database could not be written or read")]
    Database(#[from] sled::Error),
    /// The database was closed after an error and nothing has opened it again.
    #[error("the database is closed after an error")]
    Closed,
    /// The writer was replaced: this one must stop.
    #[error("office {office}: writer of epoch {found}, but epoch {current} has taken over")]
    Epoch {
        /// Office.
        office: OfficeId,
        /// The writer's.
        found: Epoch,
        /// The one in force.
        current: Epoch,
    },
    /// The journal has gone on, or has not come so far: load again.
    #[error("office {office}: version {expected} was expected, the journal is at {found}")]
    Version {
        /// Office.
        office: OfficeId,
        /// The writer's.
        expected: Version,
        /// The journal's.
        found: Version,
    },
    /// No writer has ever taken this office over.
    #[error("office {0} is not in the store")]
    UnknownOffice(OfficeId),
    /// An event names a visit whose turn was never taken.
    #[error("visit {0} has no first event")]
    UnknownVisit(VisitId),
    /// The journal lacks an event.
    #[error("office {office}: event {expected} is missing, the next one is {found}")]
    Hole {
        /// Office.
        office: OfficeId,
        /// Missing.
        expected: Version,
        /// Found instead.
        found: Version,
    },
    /// A record is of a format that this program does not know.
    #[error("{what} has record format {found}, known is up to {known}")]
    Format {
        /// Which record.
        what: &'static str,
        /// Found.
        found: u8,
        /// Newest known.
        known: u8,
    },
    /// A record cannot be read.
    #[error("{what} cannot be read")]
    Record {
        /// Which record.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// A record is shorter than it must be.
    #[error("{what} is cut short")]
    Short {
        /// Which record.
        what: &'static str,
    },
    /// Sealed data was changed, or sealed with another key.
    #[error("{what} was changed or sealed with another key")]
    Tampered {
        /// What.
        what: &'static str,
    },
    /// The key of this data was destroyed, and so the data.
    #[error("visit {0}: the key was destroyed")]
    Destroyed(VisitId),
    /// The master key is gone while keys wrapped with it are still there.
    #[error("{} is missing, but the keyring is not empty: bring it back", path.display())]
    MasterKeyMissing {
        /// Where it must be.
        path: PathBuf,
    },
    /// Others than the server's own user may read the master key.
    #[error("{} has mode {mode:o}, allowed is 600", path.display())]
    MasterKeyOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The operating system gave no random numbers, or a key was refused.
    #[error("the cryptography of the system does not work")]
    Cryptography,
    /// A limit is reached.
    #[error("{what}: found {found}, allowed {allowed}")]
    Full {
        /// Of what.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        allowed: u64,
    },
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}
