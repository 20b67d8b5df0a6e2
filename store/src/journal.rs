//! The journal of each office: append-only, fenced by an epoch, checked by a version.
//!
//! Invariant: events of an office are numbered from 1 without a hole, and the head says how many there are.

use std::{collections::BTreeSet, fmt, time::Instant};

use queue::{Event, Office, OfficeId, Snapshot};
use sled::Batch;

use crate::{
    checkpoint,
    database::Database,
    error::Error,
    folders::{Folders, Lock},
    index::Lines,
    key,
    keyring::Keyring,
    record,
    sealed::Sealed,
    session::{self, SideRecord},
};

/// Events after which a checkpoint is worth its writing: replaying that many takes some 50 ms.
pub const CHECKPOINT_EVENTS: u64 = 10_000;

/// Opening for longer than this is told as a warning: a restart should cost a call no more than its line.
const OPENING_MS_MAX: u128 = 10_000;

/// Number of events in a journal; also the number of its last event.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Version(pub u64);

/// Number of a writer of an office: a later one shuts out all earlier ones.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Epoch(pub u64);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Events to append to one office.
#[derive(Clone, Copy, Debug)]
pub struct Append<'a> {
    /// Office.
    pub office: OfficeId,
    /// The writer's, from [`Store::take_over`].
    pub epoch: Epoch,
    /// Version on which the events were decided.
    pub expected: Version,
    /// Events, in order.
    pub events: &'a [Event],
}

/// An office as the store has it.
#[derive(Debug)]
pub struct Loaded {
    /// The office.
    pub office: Office,
    /// Version of its journal.
    pub version: Version,
    /// Version of the checkpoint it began with; 0 without one.
    pub checkpoint: Version,
}

/// The store of one server. Owned by the thread that writes.
#[derive(Debug)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) sealed: Sealed,
    pub(crate) keyring: Keyring,
    pub(crate) sessions: usize,
    pub(crate) next_access: u64,
    // Dropped last: the lock covers everything above.
    _lock: Lock,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Head {
    pub(crate) version: Version,
    pub(crate) epoch: Epoch,
}

impl Head {
    fn bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.version.0.to_be_bytes());
        bytes[8..].copy_from_slice(&self.epoch.0.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Self, Error> {
        const SHORT: Error = Error::Short {
            what: "the head of a journal",
        };
        let (version, rest) = bytes.split_first_chunk().ok_or(SHORT)?;
        let epoch = rest.first_chunk().ok_or(SHORT)?;
        let (version, epoch) = (u64::from_be_bytes(*version), u64::from_be_bytes(*epoch));
        Ok(Self {
            version: Version(version),
            epoch: Epoch(epoch),
        })
    }
}

impl Store {
    /// Opens the store, or makes a new one.
    ///
    /// # Errors
    /// When another process has it, a folder cannot be used, the database is broken, or the master key is missing or
    /// readable by others.
    pub fn open(folders: &Folders) -> Result<Self, Error> {
        #[expect(
            clippy::disallowed_methods,
            reason = "how long opening takes is logged; nothing depends on it"
        )]
        let begun = Instant::now();
        let lock = folders.lock()?;
        let keyring = Keyring::open(&folders.keyring)?;
        let database = Database::open(folders.database())?;
        let store = Self {
            sealed: Sealed::new(&folders.sealed),
            sessions: session::count(&database)?,
            next_access: crate::audit::next_number(&database)?,
            database,
            keyring,
            _lock: lock,
        };
        // Snapshots of sled are made at open only, so a long-lived log opens slowly (spacejam/sled #1531): watch it.
        let took_ms = begun.elapsed().as_millis();
        if took_ms > OPENING_MS_MAX {
            tracing::warn!(
                took_ms,
                "the database opens slowly: it has grown old, copy it into a new one"
            );
        } else {
            tracing::info!(took_ms, "the database is open");
        }
        Ok(store)
    }

    /// Offices that have a journal.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn offices(&self) -> Result<Vec<OfficeId>, Error> {
        let mut offices = Vec::new();
        for entry in self.database.scan(key::HEADS)? {
            let (key, _) = entry?;
            let number = key.last_chunk().map(|bytes| u32::from_be_bytes(*bytes));
            offices.extend(number.and_then(OfficeId::new));
        }
        Ok(offices)
    }

    /// Becomes the writer of an office, a new one included; whoever wrote before is shut out.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn take_over(&mut self, office: OfficeId) -> Result<Epoch, Error> {
        self.database.ready()?;
        let head = self.head(office)?.unwrap_or_default();
        let epoch = Epoch(head.epoch.0 + 1);
        let mut batch = Batch::default();
        batch.insert(key::head(office), &Head { epoch, ..head }.bytes());
        self.database.write(batch)?;
        Ok(epoch)
    }

    /// Appends events of one office; see [`Store::append_all`].
    ///
    /// # Errors
    /// As [`Store::append_all`].
    pub fn append(
        &mut self,
        office: OfficeId,
        epoch: Epoch,
        expected: Version,
        events: &[Event],
        side: &[SideRecord],
    ) -> Result<Version, Error> {
        self.append_all(
            &[Append {
                office,
                epoch,
                expected,
                events,
            }],
            side,
        )?;
        Ok(Version(expected.0 + events.len() as u64))
    }

    /// Appends events of several offices, each at most once, and side records: all or nothing, on the disk when it
    /// returns. Nothing to append costs nothing.
    ///
    /// # Errors
    /// When a writer was replaced, a version is not the journal's, an event belongs to no visit, a limit is reached, or
    /// the database cannot be written. Then nothing of it may be told, and the offices must be loaded again: after an
    /// error of the disk the events may all be found there, or none.
    ///
    /// # Panics
    /// When an office is in it twice.
    pub fn append_all(&mut self, appends: &[Append<'_>], side: &[SideRecord]) -> Result<(), Error> {
        if side.is_empty() && appends.iter().all(|append| append.events.is_empty()) {
            return Ok(());
        }
        self.database.ready()?;
        let mut batch = Batch::default();
        let mut lines = Lines::default();
        let offices: BTreeSet<OfficeId> = appends.iter().map(|append| append.office).collect();
        assert_eq!(
            offices.len(),
            appends.len(),
            "an office is appended to once in a batch"
        );
        for append in appends {
            self.add_events(append, &mut batch, &mut lines)?;
        }
        lines.write(&mut batch)?;
        let sessions = self.add_side_records(side, &mut batch)?;
        self.database.write(batch)?;
        self.sessions = sessions;
        Ok(())
    }

    fn add_events(
        &self,
        append: &Append<'_>,
        batch: &mut Batch,
        lines: &mut Lines,
    ) -> Result<(), Error> {
        let Append {
            office,
            epoch,
            expected,
            events,
        } = *append;
        let head = self.head(office)?.ok_or(Error::UnknownOffice(office))?;
        if head.epoch != epoch {
            return Err(Error::Epoch {
                office,
                found: epoch,
                current: head.epoch,
            });
        }
        if head.version != expected {
            return Err(Error::Version {
                office,
                expected,
                found: head.version,
            });
        }
        let mut version = expected;
        for event in events {
            version.0 += 1;
            batch.insert(
                key::event(office, version),
                record::encode("an event", event)?,
            );
            if let Some(visit) = event.fact.visit() {
                batch.insert(key::timeline_event(visit, version), &[]);
                lines.note(&self.database, office, event, batch)?;
            }
        }
        batch.insert(key::head(office), &Head { version, epoch }.bytes());
        Ok(())
    }

    /// Has an office again: checkpoint, then the events after it. An office never written to is a new one.
    ///
    /// # Errors
    /// When the database cannot be read, an event is missing or unreadable. A checkpoint that cannot be read is left out.
    pub fn load(&mut self, id: OfficeId) -> Result<Loaded, Error> {
        self.database.ready()?;
        let head = self.head(id)?.unwrap_or_default();
        let thawed = checkpoint::read(&self.database, id, head.version)?;
        let (mut office, checkpoint) = match thawed {
            Some((version, snapshot)) => (Office::thaw(snapshot), version),
            None => (Office::new(id), Version(0)),
        };
        let mut version = checkpoint;
        let (from, to) = (Version(checkpoint.0 + 1), Version(head.version.0 + 1));
        for entry in self
            .database
            .range(key::event(id, from), key::event(id, to))?
        {
            let (key, value) = entry?;
            let expected = Version(version.0 + 1);
            let found = Version(key::tail(&key).ok_or(Error::Short {
                what: "an event's key",
            })?);
            if found != expected {
                return Err(Error::Hole {
                    office: id,
                    expected,
                    found,
                });
            }
            office.apply(&record::decode("an event", &value)?);
            version = found;
        }
        if version != head.version {
            let expected = Version(version.0 + 1);
            return Err(Error::Hole {
                office: id,
                expected,
                found: head.version,
            });
        }
        Ok(Loaded {
            office,
            version,
            checkpoint,
        })
    }

    /// Keeps a checkpoint of an office as it was at a version of its journal, in place of the one before.
    ///
    /// # Errors
    /// When the journal has not come so far, or the database cannot be written.
    pub fn checkpoint(
        &mut self,
        office: OfficeId,
        version: Version,
        snapshot: &Snapshot,
    ) -> Result<(), Error> {
        self.database.ready()?;
        let head = self.head(office)?.ok_or(Error::UnknownOffice(office))?;
        if version > head.version {
            return Err(Error::Version {
                office,
                expected: version,
                found: head.version,
            });
        }
        let batch = checkpoint::batch(&self.database, office, version, snapshot)?;
        self.database.write(batch)
    }

    /// Events of an office after a version, oldest first, at most `count`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn events_after(
        &self,
        office: OfficeId,
        after: Version,
        count: usize,
    ) -> Result<Vec<(Version, Event)>, Error> {
        let (from, to) = (Version(after.0 + 1), Version(u64::MAX));
        let mut events = Vec::new();
        for entry in self
            .database
            .range(key::event(office, from), key::event(office, to))?
            .take(count)
        {
            let (key, value) = entry?;
            let version = key::tail(&key).ok_or(Error::Short {
                what: "an event's key",
            })?;
            events.push((Version(version), record::decode("an event", &value)?));
        }
        Ok(events)
    }

    pub(crate) fn head(&self, office: OfficeId) -> Result<Option<Head>, Error> {
        self.database
            .get(&key::head(office))?
            .map(|bytes| Head::read(&bytes))
            .transpose()
    }

    /// The keys of records and of sealed data.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }
}
