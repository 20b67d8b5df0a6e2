//! What is shown of the files of a visit.

use super::Sight;
use crate::protocol::file::{FileLine, form, kind};

impl Sight<'_> {
    /// Files that were sent and stills that were taken, for the operator.
    pub(super) fn files(&self) -> Vec<FileLine> {
        let visit = self.visit.id;
        let line = |(number, file): (u8, &queue::KeptFile)| FileLine {
            number,
            kind: kind(file.kind),
            from: file.from,
            form: form(file.form),
            name: { self.dossier.files.get(&number).cloned() }.unwrap_or_default(),
            bytes: file.bytes,
            url: format!("/api/operator/visits/{visit}/files/{number}"),
        };
        self.visit.files.iter().map(line).collect()
    }
}
