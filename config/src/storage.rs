//! `[storage]`: where facts and keys are kept.

use std::path::PathBuf;

use crate::{section::Section, units::Size};

/// Where facts and keys are kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Storage {
    /// The data folder: journals, checkpoints, sealed files.
    pub folder: PathBuf,
    /// The keyring: keys of personal data and recordings. Outside backups of the data folder; default: `keyring` in it.
    pub keyring_folder: PathBuf,
    /// Memory that the embedded database may keep pages in.
    pub cache: Size,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data"),
            keyring_folder: PathBuf::from("data/keyring"),
            cache: Size::from_mib(64),
        }
    }
}

impl Storage {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let folder = section.path("folder", "data");
        let keyring_folder = section
            .optional_path("keyring_folder")
            .unwrap_or_else(|| folder.join("keyring"));
        let cache = section.size(
            "cache",
            Size::from_mib(8)..=Size::from_mib(16 * 1024),
            Self::default().cache,
        );
        section.finish();
        Self {
            folder,
            keyring_folder,
            cache,
        }
    }
}
