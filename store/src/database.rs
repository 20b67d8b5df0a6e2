//! The one sled database: opened safely, written batch by batch, opened again after an error.
//!
//! Invariant: after an error nothing is read from memory that may not be on the disk.

use std::{fs, path::PathBuf, time::Duration};

use sled::{Batch, Db, IVec};

use crate::error::Error;

/// Memory for pages: what is read again and again are heads and the lines of the visits that go on, a few megabytes. sled keeps
/// what it has as long as there is room, so this is also what a day of 5,000 visits fills.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// How often an opening that finds its own last instance still there is tried again: two seconds in all, then it is an error.
const LETTING_GO_TRIES_MAX: u32 = 100;

/// Pause between two of these tries.
const LETTING_GO_PAUSE: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(crate) struct Database {
    folder: PathBuf,
    open: Option<Db>,
}

impl Database {
    pub(crate) fn open(folder: PathBuf) -> Result<Self, Error> {
        let mut database = Self { folder, open: None };
        database.ready()?;
        Ok(database)
    }

    /// Opens the database again if an error has closed it.
    pub(crate) fn ready(&mut self) -> Result<&Db, Error> {
        if self.open.is_none() {
            self.remove_half_made_snapshots()?;
            let config = sled::Config::new()
                .path(&self.folder)
                .cache_capacity(CACHE_BYTES)
                .flush_every_ms(None);
            self.open = Some(open_after_the_last(&config)?);
        }
        self.open.as_ref().ok_or(Error::Closed)
    }

    /// sled 0.34.7 takes the `snap.*.generating` of a process killed while opening for a whole snapshot, and then calls
    /// the database corrupt (spacejam/sled #1527, #1533). The log has all that such a file would have; nothing else in
    /// the folder may be touched. Our lock is held: nobody is opening now.
    fn remove_half_made_snapshots(&self) -> Result<(), Error> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::file(&self.folder)(error)),
        };
        for entry in entries {
            let path = entry.map_err(Error::file(&self.folder))?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with("snap.") && name.ends_with(".generating") {
                tracing::info!(file = name, "removed a half-made snapshot of the database");
                fs::remove_file(&path).map_err(Error::file(&path))?;
            }
        }
        Ok(())
    }

    fn db(&self) -> Result<&Db, Error> {
        self.open.as_ref().ok_or(Error::Closed)
    }

    /// Writes a batch and waits until it is on the disk. On an error the database is closed: what is in its memory may
    /// not be on the disk, and what is on the disk comes back with the next opening.
    pub(crate) fn write(&mut self, batch: Batch) -> Result<(), Error> {
        let db = self.ready()?;
        let written = db.apply_batch(batch).and_then(|()| db.flush());
        if let Err(error) = written {
            self.open = None;
            return Err(error.into());
        }
        Ok(())
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<IVec>, Error> {
        Ok(self.db()?.get(key)?)
    }

    /// Everything whose key begins so, in the order of keys.
    pub(crate) fn scan(
        &self,
        prefix: &[u8],
    ) -> Result<impl DoubleEndedIterator<Item = Result<(IVec, IVec), Error>> + use<>, Error> {
        Ok(self.db()?.scan_prefix(prefix).map(|entry| Ok(entry?)))
    }

    /// Everything between two keys, the second one excluded.
    pub(crate) fn range(
        &self,
        from: Vec<u8>,
        to: Vec<u8>,
    ) -> Result<impl DoubleEndedIterator<Item = Result<(IVec, IVec), Error>> + use<>, Error> {
        Ok(self.db()?.range(from..to).map(|entry| Ok(entry?)))
    }
}

/// Opens the database, waiting for our own last instance to let go of its file: after an error sled's threads hold it until they
/// have noticed. Another process cannot be the one that holds it, since our lock is held.
fn open_after_the_last(config: &sled::Config) -> Result<Db, Error> {
    for _ in 0..LETTING_GO_TRIES_MAX {
        match config.open() {
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                std::thread::sleep(LETTING_GO_PAUSE);
            }
            opened => return Ok(opened?),
        }
    }
    Ok(config.open()?)
}
