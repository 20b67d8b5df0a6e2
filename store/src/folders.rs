//! Where the store lies, and the lock that keeps a second process out.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use crate::error::Error;

/// The store's three folders. Keys lie apart from what they open, so that a backup of one is not a backup of both.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Folders {
    /// Lock and database: journal, index, sessions, audit.
    pub journal: PathBuf,
    /// Sealed personal data.
    pub sealed: PathBuf,
    /// Keys.
    pub keyring: PathBuf,
}

impl Folders {
    /// `journal`, `sealed` and `keyring` under one folder.
    #[must_use]
    pub fn under(folder: &Path) -> Self {
        Self {
            journal: folder.join("journal"),
            sealed: folder.join("sealed"),
            keyring: folder.join("keyring"),
        }
    }

    /// Makes the folders and takes the lock; the system gives it back when the process ends, however it ends.
    pub(crate) fn lock(&self) -> Result<Lock, Error> {
        for folder in [&self.journal, &self.sealed, &self.keyring] {
            make_private(folder)?;
        }
        let path = self.journal.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(PRIVATE_FILE)
            .open(&path)
            .map_err(Error::file(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
            Err(TryLockError::Error(source)) => Err(Error::File { path, source }),
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.journal.join("db")
    }
}

/// The folders are this process's own while it lives.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    /// By name, not by closing: a child process that is just being started holds the same open file for a moment.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the lock is given back only when the process ends");
        }
    }
}

/// Permissions of every file here: nobody but the server's own user.
pub(crate) const PRIVATE_FILE: u32 = 0o600;

/// Permissions of every folder here.
const PRIVATE_FOLDER: u32 = 0o700;

/// Makes a folder that only the server's own user can look into; one that was there and open is closed to others.
pub(crate) fn make_private(folder: &Path) -> Result<(), Error> {
    let made = DirBuilder::new()
        .recursive(true)
        .mode(PRIVATE_FOLDER)
        .create(folder);
    made.map_err(Error::file(folder))?;
    let found = fs::metadata(folder).map_err(Error::file(folder))?;
    if found.permissions().mode() & 0o077 != 0 {
        let private = fs::Permissions::from_mode(PRIVATE_FOLDER);
        fs::set_permissions(folder, private).map_err(Error::file(folder))?;
    }
    Ok(())
}

/// Makes a file's name last, not only its content.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::file(folder))
}
