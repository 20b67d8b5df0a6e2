//! What has happened: the facts of an office's journal, in the shape in which they are kept.
//!
//! These types are the record (docs/decisions/0003-journal-records.md): a field or variant that was ever written is never
//! renamed or given another meaning. Invariant: an event holds no personal data of a citizen.

use serde::{Deserialize, Serialize};

use crate::{
    command::{AfterClose, VisitResult},
    configuration::Configuration,
    file::KeptFile,
    guest::GuestRole,
    id::{DisplayCode, Notice, OperatorId, Purpose, ServiceId, VisitCode, VisitId},
    line::{LineLevel, Strand},
    policy::Why,
    time::{CivilDay, Timestamp},
    visit::Acceptance,
};

/// A fact and when it became one.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Event {
    /// Server's time; never earlier than the event before.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The office has this configuration from now on.
    Configured {
        /// Whole.
        configuration: Box<Configuration>,
    },
    /// A turn was taken.
    TurnTaken {
        /// Its visit, new.
        visit: VisitId,
        /// Código de su turno.
        code: VisitCode,
        /// Service.
        service: ServiceId,
        /// Real or a test.
        purpose: Purpose,
        /// Local day.
        day: CivilDay,
    },
    /// This text was accepted (K2).
    NoticeAccepted {
        /// Visit.
        visit: VisitId,
        /// Text.
        notice: Notice,
    },
    /// The turn was confirmed: in line.
    Confirmed {
        /// Visit.
        visit: VisitId,
        /// Su turno.
        display: DisplayCode,
        /// Local day that the display code belongs to.
        day: CivilDay,
    },
    /// An operator was assigned.
    Assigned {
        /// Visit.
        visit: VisitId,
        /// Operator.
        operator: OperatorId,
        /// Why these two.
        why: Why,
    },
    /// The operator is lost; the citizen has his old place again.
    PlaceRestored {
        /// Visit.
        visit: VisitId,
        /// Operator who was lost.
        operator: OperatorId,
    },
    /// The citizen pressed "Aceptar y Acceder", or came in by himself where the notice came at entry. Counts for the
    /// operator and day, once per visit (O8).
    Entered {
        /// Visit.
        visit: VisitId,
        /// Operator it counts for.
        operator: OperatorId,
        /// Local day it counts on.
        day: CivilDay,
        /// The acceptance this entry rests on.
        acceptance: Acceptance,
    },
    /// The operator pressed "Iniciar videoasistencia".
    Started {
        /// Visit.
        visit: VisitId,
        /// Operator.
        operator: OperatorId,
    },
    /// Both have pressed: the citizen waits to be admitted.
    Called {
        /// Visit.
        visit: VisitId,
    },
    /// Let in: in the call.
    Admitted {
        /// Visit.
        visit: VisitId,
    },
    /// The call is interrupted; the turn is kept.
    Interrupted {
        /// Visit.
        visit: VisitId,
        /// Why.
        cause: InterruptionCause,
    },
    /// "Volver a la llamada": waits to be admitted again.
    Returned {
        /// Visit.
        visit: VisitId,
    },
    /// The operator has put off the time limit of the call.
    Extended {
        /// Visit.
        visit: VisitId,
        /// Operator.
        operator: OperatorId,
        /// By how much, in milliseconds.
        by_ms: u32,
    },
    /// In the call again without being admitted anew.
    Resumed {
        /// Visit.
        visit: VisitId,
        /// How.
        cause: ResumeCause,
    },
    /// The meeting is over for all.
    MeetingEnded {
        /// Visit.
        visit: VisitId,
        /// By whom.
        cause: EndCause,
    },
    /// The citizen left after assignment, before the call (O9).
    AbandonedAfterAssignment {
        /// Visit.
        visit: VisitId,
        /// Operator who is told.
        operator: OperatorId,
    },
    /// The operator noted the result.
    Closed {
        /// Visit.
        visit: VisitId,
        /// Operator.
        operator: OperatorId,
        /// One of the four.
        result: VisitResult,
        /// What the operator does next.
        then: AfterClose,
    },
    /// The citizen left before assignment.
    Abandoned {
        /// Visit.
        visit: VisitId,
        /// Why.
        cause: AbandonCause,
    },
    /// The service closed before the turn came.
    Expired {
        /// Visit.
        visit: VisitId,
        /// Why.
        cause: ExpiryCause,
    },
    /// A visit that is over can be asked for no longer.
    Forgotten {
        /// Visit.
        visit: VisitId,
    },
    /// The citizen's connection is gone.
    LineLost {
        /// Visit.
        visit: VisitId,
    },
    /// The citizen's connection is back.
    LineBack {
        /// Visit.
        visit: VisitId,
    },
    /// Recording runs from here on.
    RecordingStarted {
        /// Visit.
        visit: VisitId,
        /// Recorded interval of the visit, from 1.
        interval: u32,
    },
    /// Recording does not run from here on.
    RecordingStopped {
        /// Visit.
        visit: VisitId,
        /// Interval that ends.
        interval: u32,
    },
    /// Recording was cut off by a fault of ours: it does not run from here on, and is tried again.
    RecordingFailed {
        /// Visit.
        visit: VisitId,
        /// Interval that was cut off.
        interval: u32,
    },
    /// A line of chat was relayed.
    ChatSent {
        /// Visit.
        visit: VisitId,
        /// Who wrote it.
        participant: u8,
    },
    /// A file is there, whole and sealed.
    FileKept {
        /// Visit.
        visit: VisitId,
        /// Number within the visit, from 1.
        number: u8,
        /// File.
        file: KeptFile,
    },
    /// A person's line in the call is judged otherwise than before. What was judged ends with the call or its interruption.
    LineJudged {
        /// Visit.
        visit: VisitId,
        /// Whose line.
        participant: u8,
        /// What of it.
        strand: Strand,
        /// How it is now.
        level: LineLevel,
    },
    /// A guest was invited (C23).
    GuestInvited {
        /// Visit.
        visit: VisitId,
        /// Number within the visit.
        guest: u8,
        /// What for.
        role: GuestRole,
    },
    /// A guest accepted this text (K2): he waits to be let in.
    GuestAccepted {
        /// Visit.
        visit: VisitId,
        /// Number within the visit.
        guest: u8,
        /// Text.
        notice: Notice,
    },
    /// A guest was let in.
    GuestAdmitted {
        /// Visit.
        visit: VisitId,
        /// Number within the visit.
        guest: u8,
    },
    /// A guest was sent back to wait.
    GuestSentBack {
        /// Visit.
        visit: VisitId,
        /// Number within the visit.
        guest: u8,
    },
    /// A guest left for good.
    GuestLeft {
        /// Visit.
        visit: VisitId,
        /// Number within the visit.
        guest: u8,
    },
    /// A guest was sent away, or his link taken back.
    GuestRemoved {
        /// Visit.
        visit: VisitId,
        /// Number within the visit.
        guest: u8,
    },
    /// Disponible SÍ/NO.
    AvailabilitySet {
        /// Operator.
        operator: OperatorId,
        /// Service.
        service: ServiceId,
        /// SÍ.
        available: bool,
    },
    /// The operator waits to attend; a [`Fact::Closed`] with [`AfterClose::Seek`] says it too.
    SeekingBegan {
        /// Operator.
        operator: OperatorId,
    },
    /// The operator attends nobody now: by his wish, unavailable for all services, or lost.
    SeekingEnded {
        /// Operator.
        operator: OperatorId,
    },
    /// The operator's connection is gone.
    OperatorLost {
        /// Operator.
        operator: OperatorId,
    },
    /// The operator's connection is there.
    OperatorBack {
        /// Operator.
        operator: OperatorId,
    },
    /// The server started anew.
    ServerRestarted,
}

impl Fact {
    /// The visit it belongs to: the timeline of a visit is all its facts.
    #[must_use]
    pub fn visit(&self) -> Option<VisitId> {
        match self {
            Self::TurnTaken { visit, .. }
            | Self::NoticeAccepted { visit, .. }
            | Self::Confirmed { visit, .. }
            | Self::Assigned { visit, .. }
            | Self::PlaceRestored { visit, .. }
            | Self::Entered { visit, .. }
            | Self::Started { visit, .. }
            | Self::Called { visit }
            | Self::Admitted { visit }
            | Self::Interrupted { visit, .. }
            | Self::Returned { visit }
            | Self::Extended { visit, .. }
            | Self::Resumed { visit, .. }
            | Self::MeetingEnded { visit, .. }
            | Self::AbandonedAfterAssignment { visit, .. }
            | Self::Closed { visit, .. }
            | Self::Abandoned { visit, .. }
            | Self::Expired { visit, .. }
            | Self::Forgotten { visit }
            | Self::LineLost { visit }
            | Self::LineBack { visit }
            | Self::RecordingStarted { visit, .. }
            | Self::RecordingStopped { visit, .. }
            | Self::RecordingFailed { visit, .. }
            | Self::ChatSent { visit, .. }
            | Self::FileKept { visit, .. }
            | Self::LineJudged { visit, .. }
            | Self::GuestInvited { visit, .. }
            | Self::GuestAccepted { visit, .. }
            | Self::GuestAdmitted { visit, .. }
            | Self::GuestSentBack { visit, .. }
            | Self::GuestLeft { visit, .. }
            | Self::GuestRemoved { visit, .. } => Some(*visit),
            Self::Configured { .. }
            | Self::AvailabilitySet { .. }
            | Self::SeekingBegan { .. }
            | Self::SeekingEnded { .. }
            | Self::OperatorLost { .. }
            | Self::OperatorBack { .. }
            | Self::ServerRestarted => None,
        }
    }

    /// The guest it is about, by his number within the visit.
    #[must_use]
    pub fn guest(&self) -> Option<u8> {
        if let Self::GuestInvited { guest, .. }
        | Self::GuestAccepted { guest, .. }
        | Self::GuestAdmitted { guest, .. }
        | Self::GuestSentBack { guest, .. }
        | Self::GuestLeft { guest, .. }
        | Self::GuestRemoved { guest, .. } = self
        {
            Some(*guest)
        } else {
            None
        }
    }

    /// The operator it names.
    #[must_use]
    pub fn operator(&self) -> Option<OperatorId> {
        match self {
            Self::Assigned { operator, .. }
            | Self::PlaceRestored { operator, .. }
            | Self::Entered { operator, .. }
            | Self::Started { operator, .. }
            | Self::Extended { operator, .. }
            | Self::AbandonedAfterAssignment { operator, .. }
            | Self::Closed { operator, .. }
            | Self::AvailabilitySet { operator, .. }
            | Self::SeekingBegan { operator }
            | Self::SeekingEnded { operator }
            | Self::OperatorLost { operator }
            | Self::OperatorBack { operator } => Some(*operator),
            Self::Configured { .. }
            | Self::TurnTaken { .. }
            | Self::NoticeAccepted { .. }
            | Self::Confirmed { .. }
            | Self::Called { .. }
            | Self::Admitted { .. }
            | Self::Interrupted { .. }
            | Self::Returned { .. }
            | Self::Resumed { .. }
            | Self::MeetingEnded { .. }
            | Self::Abandoned { .. }
            | Self::Expired { .. }
            | Self::Forgotten { .. }
            | Self::LineLost { .. }
            | Self::LineBack { .. }
            | Self::RecordingStarted { .. }
            | Self::RecordingStopped { .. }
            | Self::RecordingFailed { .. }
            | Self::ChatSent { .. }
            | Self::FileKept { .. }
            | Self::LineJudged { .. }
            | Self::GuestInvited { .. }
            | Self::GuestAccepted { .. }
            | Self::GuestAdmitted { .. }
            | Self::GuestSentBack { .. }
            | Self::GuestLeft { .. }
            | Self::GuestRemoved { .. }
            | Self::ServerRestarted => None,
        }
    }

    /// Its name, as kept: `turn_taken`. The words shown for it are `event-<name>` in the catalogue of words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Configured { .. } => "configured",
            Self::TurnTaken { .. } => "turn_taken",
            Self::NoticeAccepted { .. } => "notice_accepted",
            Self::Confirmed { .. } => "confirmed",
            Self::Assigned { .. } => "assigned",
            Self::PlaceRestored { .. } => "place_restored",
            Self::Entered { .. } => "entered",
            Self::Started { .. } => "started",
            Self::Called { .. } => "called",
            Self::Admitted { .. } => "admitted",
            Self::Interrupted { .. } => "interrupted",
            Self::Returned { .. } => "returned",
            Self::Extended { .. } => "extended",
            Self::Resumed { .. } => "resumed",
            Self::MeetingEnded { .. } => "meeting_ended",
            Self::AbandonedAfterAssignment { .. } => "abandoned_after_assignment",
            Self::Closed { .. } => "closed",
            Self::Abandoned { .. } => "abandoned",
            Self::Expired { .. } => "expired",
            Self::Forgotten { .. } => "forgotten",
            Self::LineLost { .. } => "line_lost",
            Self::LineBack { .. } => "line_back",
            Self::RecordingStarted { .. } => "recording_started",
            Self::RecordingStopped { .. } => "recording_stopped",
            Self::RecordingFailed { .. } => "recording_failed",
            Self::ChatSent { .. } => "chat_sent",
            Self::FileKept { .. } => "file_kept",
            Self::LineJudged { .. } => "line_judged",
            Self::GuestInvited { .. } => "guest_invited",
            Self::GuestAccepted { .. } => "guest_accepted",
            Self::GuestAdmitted { .. } => "guest_admitted",
            Self::GuestSentBack { .. } => "guest_sent_back",
            Self::GuestLeft { .. } => "guest_left",
            Self::GuestRemoved { .. } => "guest_removed",
            Self::AvailabilitySet { .. } => "availability_set",
            Self::SeekingBegan { .. } => "seeking_began",
            Self::SeekingEnded { .. } => "seeking_ended",
            Self::OperatorLost { .. } => "operator_lost",
            Self::OperatorBack { .. } => "operator_back",
            Self::ServerRestarted => "server_restarted",
        }
    }
}

/// Why a call was interrupted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InterruptionCause {
    /// The citizen hung up: comes back through [`Fact::Returned`].
    HungUp,
    /// The citizen's line was lost: comes back by itself.
    LineLost,
    /// The server started anew: comes back by itself.
    Server,
}

/// How a call goes on.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResumeCause {
    /// The line came back.
    LineBack,
    /// "Volver a atenderla".
    Operator,
}

/// Who ended the meeting.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    /// "Finalizar la reunión para todos".
    Operator,
    /// "Finalizar mi turno".
    Citizen,
    /// The service's time was over (C25).
    TimeLimit,
}

/// Why a visit was abandoned before assignment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AbandonCause {
    /// By his own wish.
    Citizen,
    /// Did not confirm in time, or was not connected for long before.
    VerifyingTimeout,
    /// Line lost for too long while waiting.
    Away,
}

/// Why a turn expired.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryCause {
    /// The service is no longer offered.
    ServiceClosed,
}
