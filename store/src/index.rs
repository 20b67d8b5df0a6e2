//! The index: one line per visit, found by day and code; what happened to a visit, found by its id.
//!
//! Written in the batch of the events it is made of. Invariant: a line holds nothing that is not in the journal, so it
//! can be made again.

use std::collections::BTreeMap;

use queue::{
    CivilDay, DisplayCode, Event, Fact, OfficeId, OperatorId, Purpose, ServiceId, Timestamp,
    VisitCode, VisitId, VisitResult,
};
use serde::{Deserialize, Serialize};
use sled::Batch;

use crate::{
    database::Database,
    error::Error,
    journal::{Store, Version},
    key, record,
};

/// One visit in a list: no personal data.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct VisitLine {
    /// Visit; also names its record.
    pub visit: VisitId,
    /// Office.
    pub office: OfficeId,
    /// Código de su turno.
    pub code: VisitCode,
    /// A1; none while it was not confirmed.
    pub display: Option<DisplayCode>,
    /// Service.
    pub service: ServiceId,
    /// Operator, the last one.
    pub operator: Option<OperatorId>,
    /// Real or a test.
    pub purpose: Purpose,
    /// When the turn was taken.
    pub taken_at: Timestamp,
    /// Local day of it.
    pub day: CivilDay,
    /// The result, once it is noted.
    pub result: Option<VisitResult>,
    /// Name of the last fact that changed the line ([`Fact::name`]).
    pub last: String,
    /// Length of the recorded intervals that have ended, in milliseconds.
    pub recorded_ms: u64,
    /// Since when an interval is being recorded.
    pub recording_since: Option<Timestamp>,
    /// Lines of chat.
    pub chat_lines: u32,
}

/// What to look for.
#[derive(Clone, Debug)]
pub struct Search {
    /// In which office.
    pub office: OfficeId,
    /// First day.
    pub from: CivilDay,
    /// Last day, included.
    pub to: CivilDay,
    /// Code, if only those.
    pub code: Option<CodeSearched>,
}

/// Either of the two codes of a visit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CodeSearched {
    /// Código de su turno.
    Turno(VisitCode),
    /// A1, of any day.
    Display(DisplayCode),
}

/// What was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Newest first.
    pub lines: Vec<VisitLine>,
    /// There are more than were asked for.
    pub more: bool,
}

impl Store {
    /// The line of a visit.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn line(&self, visit: VisitId) -> Result<Option<VisitLine>, Error> {
        read_line(&self.database, visit)
    }

    /// Visits of a range of days, or with a code in it; newest first, at most `count`. Tests are found by their código de
    /// turno only.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn search(&self, search: &Search, count: usize) -> Result<Found, Error> {
        let mut found = Found {
            lines: Vec::new(),
            more: false,
        };
        let mut look_at = |visit: Option<u64>| -> Result<bool, Error> {
            let Some(line) = visit
                .map(|id| self.line(VisitId(id)))
                .transpose()?
                .flatten()
            else {
                return Ok(true);
            };
            if line.office != search.office || line.day < search.from || line.day > search.to {
                return Ok(true);
            }
            // Whoever has the code of a test means it; anybody else looks for citizens.
            if line.purpose == Purpose::Test && !matches!(search.code, Some(CodeSearched::Turno(_)))
            {
                return Ok(true);
            }
            found.more = found.lines.len() == count;
            if !found.more {
                found.lines.push(line);
            }
            Ok(!found.more)
        };
        let prefix = match search.code {
            Some(CodeSearched::Turno(code)) => key::of_code(code),
            Some(CodeSearched::Display(display)) => key::of_display(search.office, display),
            None => {
                let from = key::of_day(search.office, search.from);
                let to = key::of_day(search.office, CivilDay(search.to.0.saturating_add(1)));
                if from < to {
                    for entry in self.database.range(from, to)?.rev() {
                        if !look_at(key::tail(&entry?.0))? {
                            break;
                        }
                    }
                }
                return Ok(found);
            }
        };
        for entry in self.database.scan(&prefix)?.rev() {
            if !look_at(key::tail(&entry?.0))? {
                break;
            }
        }
        Ok(found)
    }

    /// Everything that happened to a visit, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read, or the journal lacks one of the events.
    pub fn timeline(&self, visit: VisitId) -> Result<Vec<Event>, Error> {
        const SHORT: Error = Error::Short {
            what: "a visit's timeline",
        };
        let Some(office) = visit.office() else {
            return Ok(Vec::new());
        };
        let mut events = Vec::new();
        for entry in self.database.scan(&key::timeline(visit))? {
            let version = Version(key::tail(&entry?.0).ok_or(SHORT)?);
            let event = self
                .database
                .get(&key::event(office, version))?
                .ok_or(SHORT)?;
            events.push(record::decode("an event", &event)?);
        }
        Ok(events)
    }
}

fn read_line(database: &Database, visit: VisitId) -> Result<Option<VisitLine>, Error> {
    let bytes = database.get(&key::line(visit))?;
    bytes
        .map(|bytes| record::decode("a visit's line", &bytes))
        .transpose()
}

/// Lines that a batch changes.
#[derive(Debug, Default)]
pub(crate) struct Lines(BTreeMap<VisitId, VisitLine>);

impl Lines {
    /// Notes an event of a visit.
    pub(crate) fn note(
        &mut self,
        database: &Database,
        office: OfficeId,
        event: &Event,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let Some(id) = event.fact.visit() else {
            return Ok(());
        };
        if let Fact::TurnTaken {
            visit,
            code,
            service,
            purpose,
            day,
        } = &event.fact
        {
            batch.insert(key::visit_of_day(office, *day, *visit), &[]);
            batch.insert(key::visit_of_code(*code, *visit), &[]);
            let line = VisitLine {
                visit: *visit,
                office,
                code: *code,
                display: None,
                service: *service,
                operator: None,
                purpose: *purpose,
                taken_at: event.at,
                day: *day,
                result: None,
                last: event.fact.name().to_owned(),
                recorded_ms: 0,
                recording_since: None,
                chat_lines: 0,
            };
            self.0.insert(id, line);
            return Ok(());
        }
        let line = match self.0.entry(id) {
            std::collections::btree_map::Entry::Occupied(line) => line.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(read_line(database, id)?.ok_or(Error::UnknownVisit(id))?)
            }
        };
        if let Fact::Confirmed { display, .. } = &event.fact {
            batch.insert(key::visit_of_display(office, *display, id), &[]);
        }
        line.note(event);
        Ok(())
    }

    pub(crate) fn write(&self, batch: &mut Batch) -> Result<(), Error> {
        for (visit, line) in &self.0 {
            batch.insert(key::line(*visit), record::encode("a visit's line", line)?);
        }
        Ok(())
    }
}

impl VisitLine {
    fn note(&mut self, event: &Event) {
        match &event.fact {
            Fact::Confirmed { display, .. } => self.display = Some(*display),
            Fact::Assigned { operator, .. } => self.operator = Some(*operator),
            Fact::Closed { result, .. } => self.result = Some(*result),
            Fact::ChatSent { .. } => self.chat_lines += 1,
            Fact::RecordingStarted { .. } => self.recording_since = Some(event.at),
            Fact::RecordingStopped { .. } | Fact::RecordingFailed { .. } => {
                let since = self.recording_since.take();
                self.recorded_ms += since.map_or(0, |since| event.at.ms_since(since));
            }
            // Forgetting is of memory only: what it was last stays to be seen.
            Fact::Forgotten { .. } => return,
            Fact::Configured { .. }
            | Fact::TurnTaken { .. }
            | Fact::NoticeAccepted { .. }
            | Fact::PlaceRestored { .. }
            | Fact::Entered { .. }
            | Fact::Started { .. }
            | Fact::Called { .. }
            | Fact::Admitted { .. }
            | Fact::Interrupted { .. }
            | Fact::Returned { .. }
            | Fact::Extended { .. }
            | Fact::Resumed { .. }
            | Fact::MeetingEnded { .. }
            | Fact::AbandonedAfterAssignment { .. }
            | Fact::Abandoned { .. }
            | Fact::Expired { .. }
            | Fact::LineLost { .. }
            | Fact::LineBack { .. }
            | Fact::LineJudged { .. }
            | Fact::FileKept { .. }
            | Fact::GuestInvited { .. }
            | Fact::GuestAccepted { .. }
            | Fact::GuestAdmitted { .. }
            | Fact::GuestSentBack { .. }
            | Fact::GuestLeft { .. }
            | Fact::GuestRemoved { .. }
            | Fact::AvailabilitySet { .. }
            | Fact::SeekingBegan { .. }
            | Fact::SeekingEnded { .. }
            | Fact::OperatorLost { .. }
            | Fact::OperatorBack { .. }
            | Fact::ServerRestarted => {}
        }
        event.fact.name().clone_into(&mut self.last);
    }
}
