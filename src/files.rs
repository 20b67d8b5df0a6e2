//! Files of a visit on the disk: where one goes and under which key, and what becomes of those that an earlier run left on
//! their way.
//!
//! Left to others: who may send and open (switchboard), bytes (door, recorder-disk). Invariant: what is under a number is a
//! fact, or becomes one in the same step.

use std::path::{Path, PathBuf};

use queue::{Fact, VisitId};
use signalling::{
    protocol::{
        call::{Refusal, RefusalCode},
        file::form,
    },
    request::{FilePlace, OpenedFile, Reply, TrackFile},
    switchboard::FileOrder,
};

use crate::{control::storage_fault, keeper::Keeper};

/// Files of visits, on the disk.
#[derive(Debug)]
pub(crate) struct Files {
    records: PathBuf,
}

impl Files {
    /// Of this folder of records. What an earlier run left on its way is given its number if it is a fact, and goes if not.
    pub(crate) fn open(records: &Path, keeper: &Keeper) -> Self {
        let found = recorder_disk::left_behind(records).unwrap_or_else(|error| {
            tracing::error!(%error, "files on their way cannot be listed: what a crash left is still there");
            Vec::new()
        });
        for (record, ticket) in found {
            if let Err(error) = settle(records, keeper, (record, ticket)) {
                tracing::error!(record, %error, "a file that a crash left on its way stays there");
            }
        }
        let records = records.to_owned();
        Self { records }
    }

    /// Does what the switchboard orders; none: it is answered, or needs no answer.
    pub(crate) fn carry_out(&self, order: FileOrder, keeper: &mut Keeper) -> Option<Reply> {
        match order {
            FileOrder::Place { visit, ticket } => Some(self.place(visit, ticket, keeper)),
            FileOrder::Keep {
                visit,
                ticket,
                number,
            } => {
                if let Err(error) = recorder_disk::keep_file(&self.records, visit.0, ticket, number)
                {
                    tracing::error!(visit = visit.0, number, %error, "a file has no name yet: it is found again at the next start");
                }
                None
            }
            FileOrder::Discard { visit, ticket } => {
                if let Err(error) = recorder_disk::discard_file(&self.records, visit.0, ticket) {
                    tracing::warn!(visit = visit.0, %error, "a file that is not kept cannot be removed; the next start removes it");
                }
                None
            }
            FileOrder::Open {
                visit,
                number,
                form: what,
                name,
            } => {
                let sealed = sealed_file(&self.records, keeper, (visit, number));
                Some(sealed.map_or_else(Reply::Refused, |sealed| {
                    Reply::File(OpenedFile {
                        sealed,
                        number,
                        form: form(what),
                        name,
                    })
                }))
            }
        }
    }

    fn place(&self, visit: VisitId, ticket: u64, keeper: &mut Keeper) -> Reply {
        match keeper.store().keyring().media_key(visit) {
            Ok(key) => Reply::FilePlace(FilePlace {
                visit,
                ticket,
                path: recorder_disk::part_path(&self.records, visit.0, ticket),
                key: *key,
            }),
            Err(error) => Reply::Refused(storage_fault(&error)),
        }
    }
}

/// A kept file with its key.
pub(crate) fn sealed_file(
    records: &Path,
    keeper: &mut Keeper,
    (visit, number): (VisitId, u8),
) -> Result<TrackFile, Refusal> {
    let key = keeper.store().keyring().known_media_key(visit);
    let key = key.map_err(|error| storage_fault(&error))?;
    let key = key.ok_or_else(|| Refusal::of(RefusalCode::NotFound, "file"))?;
    Ok(TrackFile {
        path: recorder_disk::file_path(records, visit.0, number),
        key: *key,
    })
}

/// A fact names the hash of its sealed file: by that a file on its way is known.
fn settle(
    records: &Path,
    keeper: &Keeper,
    (record, ticket): (u64, u64),
) -> Result<(), Box<dyn std::error::Error>> {
    let hash = recorder_disk::file_hash(&recorder_disk::part_path(records, record, ticket))?;
    let facts = keeper.timeline(VisitId(record))?;
    let number = facts.iter().find_map(|event| {
        let Fact::FileKept { number, file, .. } = &event.fact else {
            return None;
        };
        (file.sha256.0 == hash).then_some(*number)
    });
    match number {
        Some(number) => recorder_disk::keep_file(records, record, ticket, number)?,
        None => recorder_disk::discard_file(records, record, ticket)?,
    }
    Ok(())
}
