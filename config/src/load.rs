//! `[load]`: the load test.

use std::path::PathBuf;

use crate::section::Section;

/// The load test (`ventanilla-bench`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Load {
    /// File with the load token (one line, 32 characters or more); none: load tests are refused. Whoever has it can make the
    /// office of the load test and take turns there without limits per address.
    pub token_file: Option<PathBuf>,
}

impl Load {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let token_file = section.optional_path("token_file");
        section.finish();
        Self { token_file }
    }
}
