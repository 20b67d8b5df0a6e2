//! Checkpoints: an office frozen at a version of its journal, in parts of a size that sled likes.
//!
//! Invariant: a checkpoint saves time and is never the truth; one that cannot be read is left out, and the journal replayed.

use queue::{OfficeId, Snapshot};
use sled::Batch;

use crate::{database::Database, error::Error, journal::Version, key, record};

/// Larger values leave sled's segments and become files of their own.
const PART_BYTES: usize = 64 * 1024;

pub(crate) fn batch(
    database: &Database,
    office: OfficeId,
    version: Version,
    snapshot: &Snapshot,
) -> Result<Batch, Error> {
    let mut bytes = version.0.to_be_bytes().to_vec();
    bytes.extend_from_slice(&Snapshot::VERSION.to_be_bytes());
    bytes.extend(record::encode("a checkpoint", snapshot)?);
    let mut batch = Batch::default();
    for entry in database.scan(&key::checkpoint(office))? {
        batch.remove(entry?.0);
    }
    for (part, bytes) in (0..).zip(bytes.chunks(PART_BYTES)) {
        batch.insert(key::checkpoint_part(office, part), bytes);
    }
    Ok(batch)
}

/// None: there is none, or none that this program can use.
pub(crate) fn read(
    database: &Database,
    office: OfficeId,
    head: Version,
) -> Result<Option<(Version, Snapshot)>, Error> {
    let mut bytes = Vec::new();
    for entry in database.scan(&key::checkpoint(office))? {
        bytes.extend_from_slice(&entry?.1);
    }
    let Some((version, rest)) = bytes.split_first_chunk() else {
        return Ok(None);
    };
    let Some((format, rest)) = rest.split_first_chunk() else {
        return Ok(None);
    };
    let (version, format) = (
        Version(u64::from_be_bytes(*version)),
        u32::from_be_bytes(*format),
    );
    if format != Snapshot::VERSION || version > head {
        tracing::info!(%office, format, %version, "checkpoint left out, the journal is replayed");
        return Ok(None);
    }
    match record::decode("a checkpoint", rest) {
        Ok(snapshot) => Ok(Some((version, snapshot))),
        Err(error) => {
            tracing::warn!(%office, %error, "checkpoint unreadable, the journal is replayed");
            Ok(None)
        }
    }
}
