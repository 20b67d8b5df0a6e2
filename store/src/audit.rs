//! The access log: who looked at which record, and why. Append-only; each entry is sealed, since a reason may name people.
//!
//! Invariant: an access is on the disk before what was asked for is given.

use queue::{Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use sled::Batch;

use crate::{database::Database, error::Error, frames, journal::Store, key, record};

const WHAT: &str = "an access log entry";

/// One access.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// When.
    pub at: Timestamp,
    /// Account.
    pub account: String,
    /// What.
    pub action: AccessAction,
    /// Which visit's record; none for a search.
    pub visit: Option<VisitId>,
    /// Which track, for a play; which file, for a file.
    pub track: Option<u32>,
    /// Why, as the person wrote it.
    pub reason: String,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("at", &self.at)
            .field("action", &self.action)
            .field("visit", &self.visit)
            .finish_non_exhaustive()
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessAction {
    /// Searched.
    Search,
    /// Opened a record.
    Open,
    /// Played a track.
    Play,
    /// Opened a file.
    File,
}

impl Store {
    /// Keeps an access.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may be shown.
    pub fn log_access(&mut self, access: &Access) -> Result<(), Error> {
        let number = self.next_access;
        let plain = record::encode(WHAT, access)?;
        let sealed = frames::seal(&self.keyring.auditing, &place(number), &plain)?;
        let mut batch = Batch::default();
        batch.insert(key::access(number), sealed);
        self.next_access += 1;
        self.database.write(batch)
    }

    /// The latest accesses, newest first, at most `count`.
    ///
    /// # Errors
    /// When an entry was changed or cannot be read.
    pub fn accesses(&self, count: usize) -> Result<Vec<Access>, Error> {
        let newest_first = self.database.scan(key::ACCESSES)?.rev().take(count);
        newest_first
            .map(|entry| {
                let (key, sealed) = entry?;
                let number = key::tail(&key).ok_or(Error::Short { what: WHAT })?;
                let plain = frames::open(WHAT, &self.keyring.auditing, &place(number), &sealed)?;
                record::decode(WHAT, &plain)
            })
            .collect()
    }
}

pub(crate) fn next_number(database: &Database) -> Result<u64, Error> {
    let last = database.scan(key::ACCESSES)?.next_back().transpose()?;
    Ok(last
        .and_then(|(key, _)| key::tail(&key))
        .map_or(1, |number| number + 1))
}

fn place(number: u64) -> Vec<u8> {
    format!("ventanilla access v1 {number}").into_bytes()
}
