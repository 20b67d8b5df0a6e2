//! What is shown of the files of a visit.

use super::Sight;
use crate::protocol::file::{FileLine, line};

impl Sight<'_> {
    /// Files that were sent and stills that were taken, for the operator.
    pub(super) fn files(&self) -> Vec<FileLine> {
        let visit = self.visit.id;
        let shown = |(number, file): (u8, &queue::KeptFile)| {
            let name = self.dossier.files.get(&number);
            let url = format!("/api/operator/visits/{visit}/files/{number}");
            line(number, file, name.map_or("", String::as_str), url)
        };
        self.visit.files.iter().map(shown).collect()
    }
}
