//! `[storage]`: where facts and keys are kept.

use std::path::PathBuf;

use crate::section::Section;

/// Where facts and keys are kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Storage {
    /// The data folder: journals, checkpoints, sealed files.
    pub folder: PathBuf,
    /// The keyring: keys of personal data and recordings. Outside backups of the data folder; default: `keyring` in it.
    pub keyring_folder: PathBuf,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data"),
            keyring_folder: PathBuf::from("data/keyring"),
        }
    }
}

impl Storage {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let folder = section.path("folder", "data");
        let keyring_folder = section
            .optional_path("keyring_folder")
            .unwrap_or_else(|| folder.join("keyring"));
        section.finish();
        Self {
            folder,
            keyring_folder,
        }
    }
}
