//! The operator's WebSocket, `/ws/operator`, authenticated by the cookie `ventanilla_operator`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    call::{CallLimit, ChatPolicy, Device, GuestLine, GuestRole, Participant, RecordingState},
    citizen::{DocumentStep, LineTest},
    file::FileLine,
    person::{FromPerson, ToPerson},
};

/// What an operator's browser may say.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromOperator {
    /// "Gestión disponibilidad operador", kept across sessions (O1).
    SetAvailable {
        /// The service.
        service: u32,
        /// Disponible SÍ or NO.
        available: bool,
    },
    /// "Atender contribuyente" (O4).
    Seek {},
    /// "Interrumpir" (O5).
    Interrupt {},
    /// "Iniciar videoasistencia" (O7).
    Start {},
    /// "Admitir" (O10).
    Admit {
        /// Who waits.
        participant: u8,
    },
    /// "Compartir videollamada" (C23); answered by an invitation.
    Invite {
        /// What for.
        role: GuestRole,
    },
    /// "Devolver a la espera": a guest waits to be let in again.
    SendBack {
        /// Who.
        participant: u8,
    },
    /// "Quitar": a guest is sent away, or his link taken back.
    Remove {
        /// Who.
        participant: u8,
    },
    /// "Finalizar la reunión para todos" (O13a).
    EndMeeting {},
    /// "Volver a atenderla": from ended back to the call (O25).
    ResumeCall {},
    /// The result, then on (O14, O15, O17).
    Close {
        /// One of the four.
        result: VisitResult,
        /// "Observaciones/Anotaciones"; may be empty.
        notes: String,
        /// Which of the two buttons.
        then: AfterClose,
    },
    /// Asks a person to switch something on: nothing happens but by that person's own click (C29, O20).
    AskFor {
        /// Whom.
        participant: u8,
        /// What.
        device: Device,
    },
    /// "Ver documento" (O12): what the citizen's page is to do with its camera.
    SeeDocument {
        /// What.
        step: DocumentStep,
    },
    /// Puts the time limit off, once (C25).
    ExtendCall {},
    /// What every person says.
    #[serde(untagged)]
    Person(FromPerson),
}

/// What the server says to an operator's browser.
#[expect(
    clippy::large_enum_variant,
    reason = "a view is the usual message, and made to be sent once"
)]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToOperator {
    /// All that the console needs; replaces what came before.
    Console {
        /// The whole view.
        view: OperatorView,
    },
    /// "Ahora no" was the answer to an [`FromOperator::AskFor`].
    Declined {
        /// Whose.
        participant: u8,
        /// To what.
        device: Device,
    },
    /// What every person hears.
    #[serde(untagged)]
    Person(ToPerson),
}

/// The console, but for media, slots and chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct OperatorView {
    /// "Operador": identification number.
    pub number: String,
    /// "Nombre".
    pub name: String,
    /// "Puesto de atención".
    pub desk: String,
    /// "Contribuyentes atendidos" today, by the rule of O8.
    pub attended_today: u32,
    /// Services of this operator.
    pub services: Vec<ServiceLine>,
    /// Where the operator stands.
    pub step: OperatorStep,
    /// The server holds no media peer for this person and wants an [`FromPerson::Offer`] now.
    pub offer_wanted: bool,
    /// The call is on another machine (O23), and this page has no part in its media; none: it is here.
    pub call_machine: Option<CallMachine>,
}

/// The other machine that has the operator's call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct CallMachine {
    /// Its page is connected.
    pub present: bool,
}

/// One service in the console's header (O1, O2).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct ServiceLine {
    /// Id, for [`FromOperator::SetAvailable`].
    pub id: u32,
    /// Second level of the catalogue: two services may have the same name in two of them.
    pub subcategory: String,
    /// Name.
    pub name: String,
    /// Hours in words.
    pub hours: String,
    /// The operator is available for it.
    pub available: bool,
    /// How many wait for it now.
    pub waiting: u32,
}

/// Where the operator stands (§5).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OperatorStep {
    /// Available for no service.
    Off {},
    /// Available, not seeking.
    Inactive {},
    /// "A la espera de atender contribuyente"; the nine-second ring is drawn by the screen, assignment is pushed.
    Seeking {
        /// Since when, milliseconds since 1970 UTC.
        #[ts(type = "number")]
        since_ms: i64,
        /// Length of one round of the ring in milliseconds ("Próxima actualización en: 9 seg.").
        round_ms: u32,
    },
    /// A citizen was assigned.
    Assigned {
        /// Who.
        visit: VisitCard,
    },
    /// The room is open; the citizen accepts or waits in the lobby.
    Started {
        /// Who.
        visit: VisitCard,
        /// Who waits to be admitted; empty until the citizen has accepted.
        lobby: Vec<Participant>,
    },
    /// In the call.
    InCall {
        /// Who.
        visit: VisitCard,
        /// Everybody, oneself included.
        participants: Vec<Participant>,
        /// Third parties who are invited, wait or are let in.
        guests: Vec<GuestLine>,
        /// One's own number.
        me: u8,
        /// Whether the call is being recorded.
        recording: RecordingState,
        /// Since when, milliseconds since 1970 UTC.
        #[ts(type = "number")]
        since_ms: i64,
        /// The citizen has hung up or lost the line, since when; none while he is there.
        #[ts(type = "number | null")]
        citizen_away_since_ms: Option<i64>,
        /// Who waits to be admitted again.
        lobby: Vec<Participant>,
        /// When the time limit ends it; none where there is none.
        limit: Option<CallLimit>,
        /// The service's time to wait for who left (§4): after it the operator is offered to end, in milliseconds.
        away_offer_ms: u32,
    },
    /// The meeting is over; the result is owed.
    WrapUp {
        /// Who.
        visit: VisitCard,
        /// The result the form begins with (O9).
        preset: Option<VisitResult>,
        /// "Volver a atenderla" is possible.
        resumable: bool,
    },
}

/// The assigned citizen.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of one card that are independent of each other"
)]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct VisitCard {
    /// A1.
    pub display_code: String,
    /// Twelve letters and digits.
    pub turno_code: String,
    /// Name.
    pub name: String,
    /// Document number, as given.
    pub document: String,
    /// Trámite.
    pub service: String,
    /// Waited, in seconds, from confirmation to assignment.
    pub waited_s: u32,
    /// The citizen has accepted the notice.
    pub accepted: bool,
    /// "El contribuyente asignado ha abandonado el sistema…" (O9).
    pub abandoned: bool,
    /// His remark on leaving; may be empty.
    pub remark: String,
    /// What happens to the chat.
    pub chat_policy: ChatPolicy,
    /// What happens to real-time text.
    pub text_policy: ChatPolicy,
    /// When the operator started the meeting, milliseconds since 1970 UTC; none before.
    #[ts(type = "number | null")]
    pub started_ms: Option<i64>,
    /// "Tiempo medio de atención" (O19) in milliseconds; 0: no warning.
    pub average_ms: u32,
    /// Files that were sent, and stills that were taken.
    pub files: Vec<FileLine>,
    /// The visit will be recorded.
    pub recorded: bool,
    /// What the citizen's test of his line found; none when there was none.
    pub line_test: Option<LineTest>,
    /// The citizen's connection is alive.
    pub present: bool,
    /// A representative was let in, and the service does not allow one (§6, 9): the operator is warned.
    pub unpermitted_representative: bool,
}

/// "* Finalización" (O14): four results, no other.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
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

/// Which of the two finishing buttons (O17).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AfterClose {
    /// "Finalizar y Atender siguiente".
    Seek,
    /// "Finalizar e Interrumpir".
    Interrupt,
}
