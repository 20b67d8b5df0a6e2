//! `[recorder]`: the recordings.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::section::Section;

/// The recordings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recorder {
    /// Folder of the logs and the playable files; default: `records` in the data folder.
    pub folder: PathBuf,
    /// Longest time until what was recorded is safe on disk: what a power failure may cost. At most one second.
    pub sync_interval: Duration,
}

/// A recording loses at most its last second (issue 2, "recorder").
pub const SYNC_INTERVAL_MAX: Duration = Duration::from_secs(1);

/// Oftener, the syncs of many calls compete with the journal for the disk.
const SYNC_INTERVAL_MIN: Duration = Duration::from_millis(50);

impl Default for Recorder {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data/records"),
            sync_interval: Duration::from_millis(500),
        }
    }
}

impl Recorder {
    pub(crate) fn read(mut section: Section<'_, '_, '_>, storage_folder: &Path) -> Self {
        let folder = section
            .optional_path("folder")
            .unwrap_or_else(|| storage_folder.join("records"));
        let sync_interval = section.duration(
            "sync_interval",
            SYNC_INTERVAL_MIN..=SYNC_INTERVAL_MAX,
            Self::default().sync_interval,
        );
        section.finish();
        Self {
            folder,
            sync_interval,
        }
    }
}
