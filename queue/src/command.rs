//! What can be asked of an office.
//!
//! Whoever sends a command has already checked who asks: a citizen's command names his own visit, an operator's command
//! his own id. Time comes beside the command, never in it.

use serde::{Deserialize, Serialize};

use crate::{
    configuration::Configuration,
    file::KeptFile,
    guest::GuestCommand,
    id::{Notice, OperatorId, Purpose, ServiceId, VisitCode, VisitId},
    line::Trouble,
};

/// One wish, decided as a whole: carried out or refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Replaces the whole configuration; the same one again changes nothing. New operators are available for nothing;
    /// waiting visits of a service that is gone expire.
    Configure {
        /// The new one.
        configuration: Box<Configuration>,
    },
    /// A walk-in takes a turn: VERIFYING.
    TakeTurn {
        /// Drawn by the caller.
        code: VisitCode,
        /// Service.
        service: ServiceId,
        /// Real or a test.
        purpose: Purpose,
    },
    /// The notice was accepted: while verifying where `consent_at` is entry, else while assigned (C27).
    AcceptNotice {
        /// Visit.
        visit: VisitId,
        /// The text that was on the screen.
        notice: Notice,
    },
    /// "Confirmar turno": VERIFYING to WAITING, with a display code (C16).
    Confirm {
        /// Visit.
        visit: VisitId,
    },
    /// The citizen leaves for good before he has talked to anybody (C28).
    Abandon {
        /// Visit.
        visit: VisitId,
    },
    /// The citizen hangs up; the turn is kept (C24).
    HangUp {
        /// Visit.
        visit: VisitId,
    },
    /// "Volver a la llamada" after hanging up: to be admitted again.
    ReturnToCall {
        /// Visit.
        visit: VisitId,
    },
    /// "Finalizar mi turno": the citizen ends a call, or one that is interrupted.
    FinishTurn {
        /// Visit.
        visit: VisitId,
    },
    /// The citizen's connection is gone. Twice is no harm.
    LineLost {
        /// Visit.
        visit: VisitId,
    },
    /// The citizen's connection is back; a call interrupted by the line or the server goes on by itself. Twice is no harm.
    LineBack {
        /// Visit.
        visit: VisitId,
    },
    /// "Disponible SÍ/NO", kept across sessions (O1).
    SetAvailable {
        /// Operator.
        operator: OperatorId,
        /// Service.
        service: ServiceId,
        /// SÍ.
        available: bool,
    },
    /// "Atender contribuyente" (O4).
    Seek {
        /// Operator.
        operator: OperatorId,
    },
    /// "Interrumpir" (O5).
    Interrupt {
        /// Operator.
        operator: OperatorId,
    },
    /// "Iniciar videoasistencia" (O7).
    Start {
        /// Operator.
        operator: OperatorId,
    },
    /// "Admitir" (O10).
    Admit {
        /// Operator.
        operator: OperatorId,
    },
    /// "Finalizar la reunión para todos" (O13a); also gives up on a citizen who never comes.
    EndMeeting {
        /// Operator.
        operator: OperatorId,
    },
    /// "Ampliar": the service's extension of the time limit, once, if nobody waits for this operator (C25).
    Extend {
        /// Operator.
        operator: OperatorId,
    },
    /// "Volver a atenderla": from ended back to the call (O25).
    Resume {
        /// Operator.
        operator: OperatorId,
    },
    /// The result, then on (O14, O17).
    Close {
        /// Operator.
        operator: OperatorId,
        /// One of the four.
        result: VisitResult,
        /// Which button.
        then: AfterClose,
    },
    /// The operator's connection is gone. Twice is no harm.
    OperatorLost {
        /// Operator.
        operator: OperatorId,
    },
    /// The operator's connection is (back) there. Twice is no harm.
    OperatorBack {
        /// Operator.
        operator: OperatorId,
    },
    /// A line of chat was relayed: only that it was is a fact.
    ChatSent {
        /// Visit.
        visit: VisitId,
        /// Participant's number within the visit.
        participant: u8,
    },
    /// A file is whole on the disk: it becomes a fact, or is thrown away.
    KeepFile {
        /// Visit.
        visit: VisitId,
        /// File; it gets the next number.
        file: KeptFile,
    },
    /// The media plane judges a person's line otherwise than before. The same again changes nothing.
    JudgeLine {
        /// Visit.
        visit: VisitId,
        /// Whose line, what of it, and how it is.
        judged: Trouble,
    },
    /// The recorder could not begin or keep up this interval: nothing is being recorded. Of an interval that does not run: no
    /// harm, it is over anyway.
    RecordingFailed {
        /// Visit.
        visit: VisitId,
        /// Interval that has failed.
        interval: u32,
    },
    /// Something about a guest of a visit (C23).
    Guest {
        /// Visit.
        visit: VisitId,
        /// What.
        what: GuestCommand,
    },
    /// The citizen is done with a visit that is over: it can be asked for no longer. Kept facts stay kept.
    Forget {
        /// Visit.
        visit: VisitId,
    },
    /// The server has started: every line is gone. The first command after a start, before anybody connects.
    ServerRestarted,
    /// Time has passed: see [`crate::Office::next_due`].
    Tick,
}

/// "* Finalización" (O14): four results, no other.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitResult {
    /// Finalizada con éxito.
    Success,
    /// Error técnico.
    TechnicalError,
    /// Error funcional.
    FunctionalError,
    /// Abandono del contribuyente.
    Abandoned,
}

/// What the operator does after a result (O17).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterClose {
    /// "Finalizar y Atender siguiente".
    Seek,
    /// "Finalizar e Interrumpir".
    Interrupt,
}
