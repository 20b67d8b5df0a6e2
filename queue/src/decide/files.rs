//! Whether a file may become part of a visit.

use crate::{
    configuration::FilePolicy,
    draft::Draft,
    error::{Error, Limit},
    event::Fact,
    file::{FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX, FileKind, KeptFile},
    id::VisitId,
    office::Office,
};

use super::citizen::{below, takes_part};

impl Draft<'_> {
    pub(super) fn keep_file(&mut self, id: VisitId, file: &KeptFile) -> Result<(), Error> {
        self.meeting(id, "keep file")?;
        let visit = self.visit(id)?;
        takes_part(visit, file.from, "keep file")?;
        self.office.admits_file(id, file.kind, file.bytes)?;
        let number = visit.files.next();
        self.record(Fact::FileKept {
            visit: id,
            number,
            file: *file,
        });
        Ok(())
    }
}

impl Office {
    /// One file more of this kind and size fits into the visit. Asked before its bytes are taken, and decided when they are.
    ///
    /// # Errors
    /// Which limit is in the way, or that the service takes no files.
    pub fn admits_file(&self, id: VisitId, kind: FileKind, bytes: u32) -> Result<(), Error> {
        let visit = self.visit(id).ok_or(Error::UnknownVisit(id))?;
        let service = self.service(visit.service);
        let policy = service.map_or(FilePolicy::Refused, |service| service.files);
        if kind == FileKind::Sent && policy == FilePolicy::Refused {
            return Err(Error::NoFiles(id));
        }
        if bytes > FILE_BYTES_MAX {
            return Err(Error::TooLong {
                what: "the file",
                found: usize::try_from(bytes).unwrap_or(usize::MAX),
                allowed: usize::try_from(FILE_BYTES_MAX).unwrap_or(usize::MAX),
            });
        }
        let allowed = u32::try_from(FILES_MAX).unwrap_or(u32::MAX);
        below(Limit::Files, visit.files.count(), allowed)?;
        let together = visit.files.bytes() + u64::from(bytes);
        if together > FILES_BYTES_MAX {
            let narrow = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
            return Err(Error::Full {
                limit: Limit::FileBytes,
                found: narrow(together),
                allowed: narrow(FILES_BYTES_MAX),
            });
        }
        Ok(())
    }
}
