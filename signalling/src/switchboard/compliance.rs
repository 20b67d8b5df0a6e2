//! The compliance desk's questions: who may ask is decided here, the answer is the control loop's, from store and records.
//!
//! Invariant: no question passes without its reason, and each carries the account under which it is logged before it is answered.

use queue::{CivilDay, VisitId};

use super::{Moment, Output, RequestId, Switchboard};
use crate::{
    protocol::{
        call::{Refusal, RefusalCode},
        entry::AccountRole,
        office::{OpenRecord, SearchRecords},
    },
    request::{App, Reply, SessionToken},
    session::SessionHash,
};

/// Characters of a reason.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 5..=500;

/// Characters of a code that is searched for: a turno code has twelve.
const CODE_CHARS_MAX: usize = 32;

/// A question that may be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Find records.
    Search {
        /// Who asks.
        account: String,
        /// Why.
        reason: String,
        /// Turno code or display code; empty for any.
        code: String,
        /// First day.
        from: Option<CivilDay>,
        /// Last day, inclusive.
        to: Option<CivilDay>,
    },
    /// Open one record, for this session to play within the hour.
    Open {
        /// Who asks.
        account: String,
        /// His session.
        session: SessionHash,
        /// Why.
        reason: String,
        /// Record.
        record: VisitId,
    },
    /// Play a track of a record that this session has opened.
    Play {
        /// Who asks.
        account: String,
        /// His session.
        session: SessionHash,
        /// Record.
        record: VisitId,
        /// Track.
        track: u32,
        /// The playback begins: to be logged.
        begins: bool,
    },
    /// Open a file of a record that this session has opened.
    File {
        /// Who asks.
        account: String,
        /// His session.
        session: SessionHash,
        /// Record.
        record: VisitId,
        /// File's number.
        number: u8,
    },
    /// Who searched, opened and played.
    AccessLog {
        /// Who asks.
        account: String,
    },
}

impl Switchboard {
    pub(super) fn ask_search(
        &mut self,
        id: RequestId,
        session: &SessionToken,
        search: SearchRecords,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let account = self.compliance(session, now)?;
        let reason = check_reason(&search.reason)?;
        if search.code.len() > CODE_CHARS_MAX {
            return Err(Refusal::because(
                RefusalCode::TooLong,
                "code",
                search.code.len(),
                CODE_CHARS_MAX,
            ));
        }
        let (from, to) = (
            day("from_day", &search.from_day)?,
            day("to_day", &search.to_day)?,
        );
        self.outputs.push_back(Output::Ask(
            id,
            Question::Search {
                account,
                reason,
                code: search.code,
                from,
                to,
            },
        ));
        Ok(None)
    }

    pub(super) fn ask_open(
        &mut self,
        id: RequestId,
        session: &SessionToken,
        open: &OpenRecord,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let account = self.compliance(session, now)?;
        let reason = check_reason(&open.reason)?;
        let record = record(&open.record)?;
        let session = SessionHash::of(App::Office, session);
        self.outputs.push_back(Output::Ask(
            id,
            Question::Open {
                account,
                session,
                reason,
                record,
            },
        ));
        Ok(None)
    }

    pub(super) fn ask_play(
        &mut self,
        id: RequestId,
        session: &SessionToken,
        (name, track, begins): (&str, u32, bool),
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let account = self.compliance(session, now)?;
        let record = record(name)?;
        let session = SessionHash::of(App::Office, session);
        self.outputs.push_back(Output::Ask(
            id,
            Question::Play {
                account,
                session,
                record,
                track,
                begins,
            },
        ));
        Ok(None)
    }

    pub(super) fn ask_file(
        &mut self,
        id: RequestId,
        session: &SessionToken,
        (name, number): (&str, u8),
        now: Moment,
    ) -> Result<(), Refusal> {
        let account = self.compliance(session, now)?;
        let record = record(name)?;
        let session = SessionHash::of(App::Office, session);
        let question = Question::File {
            account,
            session,
            record,
            number,
        };
        self.outputs.push_back(Output::Ask(id, question));
        Ok(())
    }

    pub(super) fn ask_access_log(
        &mut self,
        id: RequestId,
        session: &SessionToken,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let account = self.compliance(session, now)?;
        self.outputs
            .push_back(Output::Ask(id, Question::AccessLog { account }));
        Ok(None)
    }

    /// The account of a session that may look at records.
    fn compliance(&self, session: &SessionToken, now: Moment) -> Result<String, Refusal> {
        let account = self.directory.signed_in(App::Office, session, now.utc);
        let account = account.ok_or_else(|| Refusal::of(RefusalCode::NoSession, "session"))?;
        match account.role {
            AccountRole::Compliance => Ok(account.account.clone()),
            AccountRole::Operator
            | AccountRole::Supervisor
            | AccountRole::Editor
            | AccountRole::Admin => Err(Refusal::of(RefusalCode::Forbidden, "role")),
        }
    }
}

fn check_reason(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    let found = reason.chars().count();
    if !REASON_CHARS.contains(&found) {
        return Err(Refusal::because(
            RefusalCode::ReasonNeeded,
            "reason",
            found,
            "5 to 500 characters",
        ));
    }
    Ok(reason.to_owned())
}

fn day(about: &str, text: &str) -> Result<Option<CivilDay>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_error| {
        Refusal::because(
            RefusalCode::Invalid,
            about,
            text.chars().count(),
            "YYYY-MM-DD",
        )
    })
}

fn record(name: &str) -> Result<VisitId, Refusal> {
    let id = name
        .parse()
        .ok()
        .map(VisitId)
        .filter(|id| id.office().is_some());
    id.ok_or_else(|| Refusal::of(RefusalCode::NotFound, "record"))
}
