//! Files of a visit on their way: a place is asked for before the first byte is taken, and the file becomes a fact when the
//! last one is on the disk. Between the two only the door has it.
//!
//! Left to others: bytes, keys and paths. Invariants: a person has one file on its way at a time; nothing is a file of a visit
//! that is not a fact; of every file that was handed over somebody says that it is kept, or that it goes.

use std::time::{Duration, Instant};

use queue::{Command, FileForm, FileKind, KeptFile, OfficeId, Sha256, VisitId};

use super::{Moment, Output, RequestId, Switchboard, requests::storage_refused};
use crate::{
    bucket::Rate,
    call::{CITIZEN, OPERATOR},
    dossier::DossierChange,
    file::{clean_name, with_ending},
    protocol::call::{Refusal, RefusalCode},
    refusal,
    request::{App, FileRequest, Reply, SessionToken},
};

/// A place that nothing came of is free again after this time: longer than the door waits for the slowest upload.
pub const PLACE_MS: u64 = 20 * 60 * 1_000;

/// Bytes of a still: 1080 lines of the finest detail are some 2 MB as JPEG.
const STILL_BYTES_MAX: u64 = 4_000_000;

/// Files begun in one call, by all people: a few at once, then one in six seconds. Each costs a file on the disk, kept or not.
const FILES: Rate = Rate {
    burst: 12,
    every: Duration::from_secs(6),
};

const ABOUT: &str = "file";

/// A file that somebody wants to send.
#[derive(Clone, Eq, PartialEq)]
pub struct NewFile {
    /// Why.
    pub kind: FileKind,
    /// As the person's computer calls it.
    pub name: String,
    /// Bytes of it at the most.
    pub bytes: u64,
}

impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewFile")
            .field("kind", &self.kind)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// A file that is on the disk whole.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ArrivedFile {
    /// What it is.
    pub form: FileForm,
    /// Bytes, in clear.
    pub bytes: u64,
    /// SHA-256 of the sealed file.
    pub sha256: [u8; 32],
}

/// A file on its way, as the switchboard remembers it.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    ticket: u64,
    kind: FileKind,
    name: String,
    until: Instant,
}

/// What the control loop does with files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileOrder {
    /// Answer [`Reply::FilePlace`]: where this ticket's file goes, and its key.
    Place {
        /// Visit.
        visit: VisitId,
        /// Ticket.
        ticket: u64,
    },
    /// The ticket's file is a fact: it gets its number.
    Keep {
        /// Visit.
        visit: VisitId,
        /// Ticket.
        ticket: u64,
        /// Number within the visit.
        number: u8,
    },
    /// The ticket's file goes.
    Discard {
        /// Visit.
        visit: VisitId,
        /// Ticket.
        ticket: u64,
    },
    /// Answer [`Reply::File`]: where a kept file lies, and its key.
    Open {
        /// Visit.
        visit: VisitId,
        /// Number within the visit.
        number: u8,
        /// What it is.
        form: FileForm,
        /// Name to show; may be empty.
        name: String,
    },
}

impl Switchboard {
    pub(super) fn answer_file(
        &mut self,
        id: RequestId,
        request: FileRequest,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        match request {
            FileRequest::Place { app, session, file } => {
                self.place_file(id, (app, &session), &file, now)?;
            }
            FileRequest::Keep {
                visit,
                ticket,
                file,
            } => self.keep_file(id, (visit, ticket), file, now)?,
            FileRequest::Abandon { visit, ticket } => {
                if let Some(call) = self.calls.get_mut(&visit) {
                    drop(call.beside.end_upload(|known| known.ticket == ticket));
                }
                return Ok(Some(Reply::Done));
            }
            FileRequest::Open {
                app,
                session,
                visit,
                number,
            } => self.open_file(id, (app, &session), (&visit, number), now)?,
            FileRequest::OpenKept {
                session,
                record,
                number,
            } => self.ask_file(id, &session, (&record, number), now)?,
        }
        Ok(None)
    }

    /// A person wants to send a file.
    fn place_file(
        &mut self,
        id: RequestId,
        (app, session): (App, &SessionToken),
        file: &NewFile,
        now: Moment,
    ) -> Result<(), Refusal> {
        let (office, visit, from) = self.sender(app, session, now)?;
        self.check_in_call(visit, from, ABOUT)?;
        let is_still = file.kind == FileKind::Still;
        if is_still {
            self.check_still((visit, from), file.bytes, now)?;
        }
        let bytes = u32::try_from(file.bytes).unwrap_or(u32::MAX);
        let admits = { self.offices.get(&office) }
            .map_or(Ok(()), |office| office.admits_file(visit, file.kind, bytes));
        admits.map_err(|error| refusal::from_queue(ABOUT, &error))?;
        let ticket = self.next_ticket;
        let upload = Upload {
            ticket,
            kind: file.kind,
            name: clean_name(&file.name),
            until: now.instant + Duration::from_millis(PLACE_MS),
        };
        let Some(call) = self.calls.get_mut(&visit) else {
            return Err(Refusal::of(RefusalCode::OutOfOrder, ABOUT));
        };
        if call
            .beside
            .upload(from)
            .is_some_and(|known| now.instant < known.until)
        {
            let (found, allowed) = ("a file on its way", "one at a time");
            return Err(Refusal::because(
                RefusalCode::TooFast,
                ABOUT,
                found,
                allowed,
            ));
        }
        if !call.beside.take_upload(FILES, now.instant) {
            return Err(Refusal::of(RefusalCode::TooFast, ABOUT));
        }
        if is_still {
            call.beside.still_until = None;
        }
        call.beside.put_upload(from, upload);
        self.next_ticket += 1;
        self.outputs
            .push_back(Output::File(id, FileOrder::Place { visit, ticket }));
        Ok(())
    }

    /// A still that the operator asked for, and only of the citizen: what goes into the record as one is what his camera saw.
    fn check_still(
        &self,
        (visit, from): (VisitId, u8),
        bytes: u64,
        now: Moment,
    ) -> Result<(), Refusal> {
        let asked = { self.calls.get(&visit) }
            .filter(|_| from == CITIZEN)
            .and_then(|call| call.beside.still_until);
        if asked.is_none_or(|until| now.instant >= until) {
            return Err(Refusal::of(RefusalCode::Forbidden, ABOUT));
        }
        if bytes > STILL_BYTES_MAX {
            let found = bytes;
            return Err(Refusal::because(
                RefusalCode::TooLong,
                ABOUT,
                found,
                STILL_BYTES_MAX,
            ));
        }
        Ok(())
    }

    /// The file is whole on the disk, and ours from here on: it becomes a fact, or goes.
    fn keep_file(
        &mut self,
        id: RequestId,
        (visit, ticket): (VisitId, u64),
        file: ArrivedFile,
        now: Moment,
    ) -> Result<(), Refusal> {
        let gone = Output::File(id, FileOrder::Discard { visit, ticket });
        match self.try_keep_file((visit, ticket), file, now) {
            Ok(number) => {
                let order = FileOrder::Keep {
                    visit,
                    ticket,
                    number,
                };
                let told = vec![
                    Output::File(id, order),
                    Output::Reply(id, Reply::FileKept { number }),
                ];
                self.promise(told, Some(gone));
                self.promise(Vec::new(), Some(storage_refused(id)));
                Ok(())
            }
            Err(refusal) => {
                self.outputs.push_back(gone);
                Err(refusal)
            }
        }
    }

    fn try_keep_file(
        &mut self,
        (visit, ticket): (VisitId, u64),
        file: ArrivedFile,
        now: Moment,
    ) -> Result<u8, Refusal> {
        let late = || {
            let (found, allowed) = ("the call is over", "a file that arrives during the call");
            Refusal::because(RefusalCode::OutOfOrder, ABOUT, found, allowed)
        };
        let call = self.calls.get_mut(&visit);
        let (from, upload) = call
            .and_then(|call| call.beside.end_upload(|known| known.ticket == ticket))
            .ok_or_else(late)?;
        let office = visit.office().ok_or_else(late)?;
        if upload.kind == FileKind::Still && file.form != FileForm::Jpeg {
            let (found, allowed) = ("another form", "a JPEG of the camera");
            return Err(Refusal::because(
                RefusalCode::FileForm,
                ABOUT,
                found,
                allowed,
            ));
        }
        let kept = KeptFile {
            kind: upload.kind,
            from,
            form: file.form,
            bytes: u32::try_from(file.bytes).unwrap_or(u32::MAX),
            sha256: Sha256(file.sha256),
        };
        let command = Command::KeepFile { visit, file: kept };
        self.command_for(office, ABOUT, &command, now)?;
        let files = self.visit(visit).map_or(0, |visit| visit.files.count());
        let number = u8::try_from(files).unwrap_or(u8::MAX);
        let name = with_ending(&upload.name, file.form);
        self.edit_dossier(office, visit, DossierChange::File { number, name });
        Ok(number)
    }

    /// The operator opens a file of the visit he has now.
    fn open_file(
        &mut self,
        id: RequestId,
        (app, session): (App, &SessionToken),
        (visit, number): (&str, u8),
        now: Moment,
    ) -> Result<(), Refusal> {
        let (_, own, from) = self.sender(app, session, now)?;
        let missing = || Refusal::of(RefusalCode::NotFound, ABOUT);
        if from != OPERATOR || own.to_string() != visit {
            return Err(missing());
        }
        let file = self.visit(own).and_then(|visit| visit.files.get(number));
        let form = file.ok_or_else(missing)?.form;
        let dossier = self.dossiers.get(&own);
        let name = dossier.and_then(|dossier| dossier.files.get(&number).cloned());
        let order = FileOrder::Open {
            visit: own,
            number,
            form,
            name: name.unwrap_or_default(),
        };
        self.outputs.push_back(Output::File(id, order));
        Ok(())
    }

    /// Whose session this is, and the visit he is in.
    fn sender(
        &self,
        app: App,
        session: &SessionToken,
        now: Moment,
    ) -> Result<(OfficeId, VisitId, u8), Refusal> {
        let person = self
            .person(app, session, now.utc)
            .ok_or_else(|| Refusal::of(RefusalCode::NoSession, "session"))?;
        let found = self.participant(person);
        found
            .and_then(|(visit, from)| Some((visit.office()?, visit, from)))
            .ok_or_else(|| Refusal::because(RefusalCode::OutOfOrder, ABOUT, "no visit", "a visit"))
    }
}
