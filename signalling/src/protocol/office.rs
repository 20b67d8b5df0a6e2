//! HTTP bodies of the compliance desk, authenticated by the cookie `ventanilla_office`, role compliance.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST /api/records/search` [`SearchRecords`] | 200 [`RecordsFound`]; logged with its reason |
//! | `POST /api/records/open` [`OpenRecord`] | 200 [`RecordDetail`]; logged with its reason; opens playback for one hour |
//! | `GET /api/records/{record}/tracks/{track}.webm` | 200 or 206 (Range), `video/webm`; each play is logged |
//! | `GET /api/records/{record}/files/{number}` | 200, the file, sandboxed; `/download` behind it: to be saved; each opening is logged |
//! | `GET /api/records/access` | 200 [`AccessLog`]: who searched, opened and played, newest first |

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::call::{ChatLine, LineLevel, LineStrand, Role};
use super::file::FileLine;
use super::operator::VisitResult;

/// Search by day or code; the reason is mandatory (K1, §10.1).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SearchRecords {
    /// Why, 5 to 500 characters.
    pub reason: String,
    /// Turno code or display code; empty for any.
    pub code: String,
    /// First civil day, `YYYY-MM-DD`, in the office's time zone; empty for any.
    pub from_day: String,
    /// Last civil day, inclusive; empty for any.
    pub to_day: String,
}

/// What a search found.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct RecordsFound {
    /// Newest first, at most 200.
    pub records: Vec<RecordLine>,
    /// There were more: narrow the search.
    pub more: bool,
}

/// One visit in a list: no personal data.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct RecordLine {
    /// The record's id.
    pub record: String,
    /// Twelve letters and digits.
    pub turno_code: String,
    /// A1.
    pub display_code: String,
    /// Trámite.
    pub service: String,
    /// Operator's identification number.
    pub operator: String,
    /// When the turn was taken, milliseconds since 1970 UTC.
    #[ts(type = "number")]
    pub taken_ms: i64,
    /// None while the visit is not closed.
    pub result: Option<VisitResult>,
    /// Length of all that was recorded, in milliseconds; 0 when nothing was.
    #[ts(type = "number")]
    pub recorded_ms: i64,
}

/// Open one record, with a reason.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OpenRecord {
    /// The record's id.
    pub record: String,
    /// Why, 5 to 500 characters.
    pub reason: String,
}

/// One record, whole.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct RecordDetail {
    /// As in the list.
    pub line: RecordLine,
    /// Citizen's name.
    pub name: String,
    /// Citizen's document number.
    pub document: String,
    /// Operator's name.
    pub operator_name: String,
    /// Third parties who were invited, whether they came or not.
    pub guests: Vec<RecordGuest>,
    /// Who accepted which text when (K2).
    pub acceptances: Vec<Acceptance>,
    /// What happened, oldest first.
    pub events: Vec<RecordEvent>,
    /// Playable tracks; several per person when the call was interrupted.
    pub tracks: Vec<Track>,
    /// Files that were sent, and stills that were taken.
    pub files: Vec<FileLine>,
    /// Chat, where the policy keeps it.
    pub chat: Vec<ChatLine>,
    /// Lines of chat that were exchanged, kept or not.
    pub chat_count: u32,
    /// Operator's notes.
    pub notes: String,
    /// Citizen's remark on leaving.
    pub remark: String,
    /// Blocks of the log whose hash chain was verified just now.
    pub blocks_verified: u32,
    /// The chain is whole, as far as it was written, and every file is as it was kept.
    pub intact: bool,
}

/// A third party of the visit (C23).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct RecordGuest {
    /// Number within the visit.
    pub participant: u8,
    /// What for.
    pub role: Role,
    /// Name, as typed; empty when he never accepted.
    pub name: String,
}

/// One acceptance of the notice.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Acceptance {
    /// Who accepted.
    pub participant: u8,
    /// When, milliseconds since 1970 UTC.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Language of the text.
    pub language: String,
    /// Version of the text.
    pub version: String,
    /// Hash of the text.
    pub sha256: String,
    /// The text itself.
    pub paragraphs: Vec<String>,
}

/// One fact of the visit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct RecordEvent {
    /// When, milliseconds since 1970 UTC.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Name of the fact; its words live in `locales/` as `event-<kind>`.
    pub kind: String,
    /// Of facts about a guest: his number.
    pub guest: Option<u8>,
    /// Of `line_judged`: what was judged.
    pub line: Option<LineEvent>,
}

/// A person's line was judged otherwise than before.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct LineEvent {
    /// Whose line, by number.
    pub participant: u8,
    /// What he is in the call.
    pub role: Role,
    /// What of it.
    pub strand: LineStrand,
    /// How it is from here on.
    pub level: LineLevel,
}

/// One person's recording of one interval.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Track {
    /// Number within the record.
    pub track: u32,
    /// Interval of the call, from 1.
    pub interval: u32,
    /// Who.
    pub participant: u8,
    /// What he was.
    pub role: Role,
    /// It is his sound, as it came by telephone.
    pub by_phone: bool,
    /// Where to play it.
    pub url: String,
    /// When it begins, milliseconds since 1970 UTC.
    #[ts(type = "number")]
    pub begins_ms: i64,
    /// How long it is, in milliseconds.
    #[ts(type = "number")]
    pub duration_ms: i64,
    /// Milliseconds that are missing in it (loss, overload), told apart from silence.
    #[ts(type = "number")]
    pub gaps_ms: i64,
    /// It can be played now; false while it is still being derived.
    pub ready: bool,
}

/// The access log of the office.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct AccessLog {
    /// Newest first, at most 500.
    pub entries: Vec<AccessEntry>,
}

/// One access.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct AccessEntry {
    /// When, milliseconds since 1970 UTC.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Account.
    pub account: String,
    /// What was done.
    pub action: AccessAction,
    /// Record's id; empty for a search.
    pub record: String,
    /// Reason given.
    pub reason: String,
}

/// What was done.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccessAction {
    /// Searched.
    Search,
    /// Opened a record.
    Open,
    /// Played a track.
    Play,
    /// Opened a file.
    File,
}
