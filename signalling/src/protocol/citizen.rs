//! The citizen's WebSocket, `/ws/citizen`, authenticated by the cookie `ventanilla_citizen`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    call::{
        CallLimit, ChatPolicy, DeviceStates, GuestLine, GuestRole, Participant, RecordingState,
    },
    person::{FromPerson, ToPerson},
};

/// What a citizen's browser may say.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromCitizen {
    /// "Confirmar turno" with checked devices: VERIFYING to WAITING (C16, C17).
    Confirm {
        /// What the device check found.
        devices: DeviceStates,
        /// What the test of the line found; none when there was none.
        #[serde(default)]
        #[ts(optional)]
        line: Option<LineTest>,
    },
    /// One of the two connections of a loopback (device check): what the page sends comes back to it through the media plane,
    /// is heard by nobody else and never recorded. While verifying; a minute at the most.
    LoopbackOffer {
        /// Which of the two.
        way: LoopbackWay,
        /// SDP (RFC 8866).
        sdp: String,
    },
    /// The loopback is over.
    LoopbackEnd {},
    /// "Aceptar y Acceder a la videoconferencia" (C27).
    AcceptNotice {
        /// Hash of the text that was on the screen, lower-case hex; another than the current one is refused.
        sha256: String,
    },
    /// Leave for good while verifying, waiting or assigned (C28).
    Abandon {
        /// "Observaciones (en caso de abandonar)"; may be empty.
        remark: String,
    },
    /// "Compartir videollamada": a link for a third party (C23); answered by an invitation.
    Invite {
        /// What for.
        role: GuestRole,
    },
    /// "Seguir en otro dispositivo": answered by a [`ToCitizen::MoveLink`].
    Move {},
    /// Hang up: the call is interrupted, the turn is kept (C24).
    HangUp {},
    /// "Volver a la llamada".
    ReturnToCall {},
    /// "Finalizar mi turno".
    FinishTurn {},
    /// What every person says.
    #[serde(untagged)]
    Person(FromPerson),
}

/// What the server says to a citizen's browser.
#[expect(
    clippy::large_enum_variant,
    reason = "a view is the usual message, and made to be sent once"
)]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToCitizen {
    /// All that the screen needs; sent after `hello` and after each change. Replaces what came before.
    Visit {
        /// The whole view.
        view: CitizenView,
    },
    /// Answer to a loopback's offer.
    LoopbackAnswer {
        /// Which of the two.
        way: LoopbackWay,
        /// SDP (RFC 8866).
        sdp: String,
    },
    /// The operator looks at a document before the camera (O12).
    Document {
        /// What the page is to do.
        step: DocumentStep,
    },
    /// Answer to a move.
    MoveLink {
        /// The link's secret, told this once: it opens the turn on one other device, for five minutes.
        token: String,
    },
    /// What every person hears.
    #[serde(untagged)]
    Person(ToPerson),
}

/// How a document before the camera is looked at.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStep {
    /// The camera's sharpest picture from now on, and a guide for who holds the document.
    Begin,
    /// A still of what the camera sees, not through the line, sent as a file of kind `still`.
    Still,
    /// As before.
    End,
}

/// The two connections of a loopback.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoopbackWay {
    /// It sends camera and microphone.
    Sends,
    /// It receives them back.
    Receives,
}

/// What a loopback found, as the page judged it; shown to the operator.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LineTest {
    /// In one word.
    pub verdict: LineVerdict,
    /// How it went.
    pub path: LinePath,
    /// Packets that did not come back, percent.
    pub loss_percent: u8,
    /// What came back, kilobits a second.
    pub kbps: u32,
    /// Round-trip time, milliseconds.
    pub rtt_ms: u16,
}

/// A line in one word.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineVerdict {
    /// Picture and sound come well.
    Good,
    /// Sound comes well, the picture suffers.
    Weak,
    /// Sound suffers as well.
    Bad,
    /// Nothing came back.
    None,
}

/// By which path media goes.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinePath {
    /// UDP, straight to the server.
    Udp,
    /// TCP, straight to the server.
    Tcp,
    /// Through the relay on the pages' own port.
    Relay,
    /// None was found.
    None,
}

/// The citizen's whole screen, but for media, slots and chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct CitizenView {
    /// "Código de su turno": twelve letters and digits.
    pub turno_code: String,
    /// "Su turno A1"; none until the turn is confirmed.
    pub display_code: Option<String>,
    /// Empresa.
    pub body: String,
    /// Sucursal.
    pub branch: String,
    /// Trámite.
    pub service: String,
    /// The person's own name, as given.
    pub name: String,
    /// What happens to the chat.
    pub chat_policy: ChatPolicy,
    /// What happens to real-time text.
    pub text_policy: ChatPolicy,
    /// The service is given by sound alone, too: the camera is not obligatory.
    pub sound_only: bool,
    /// Where the visit stands.
    pub step: CitizenStep,
    /// The server holds no media peer for this person and wants an [`FromPerson::Offer`] now.
    pub offer_wanted: bool,
}

/// Where the visit stands, as the citizen sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CitizenStep {
    /// "Confirmar turno", then the device check.
    Verifying {},
    /// In line.
    Waiting {
        /// 1 = next.
        position: u32,
        /// "Próximo turno a ser llamado".
        next: Option<String>,
        /// Operators of this service who are on duty.
        operators: u32,
    },
    /// "Se le ha asignado un operador."
    Assigned {
        /// Who attends.
        operator: OperatorCard,
        /// The notice to accept.
        notice: NoticeView,
        /// Accepted; the operator has not started yet.
        accepted: bool,
    },
    /// Accepted and started: wait to be admitted; media is negotiated meanwhile.
    Called {
        /// Who attends.
        operator: OperatorCard,
        /// Comes back after hanging up: leaving for good is [`FromCitizen::FinishTurn`], not [`FromCitizen::Abandon`].
        returning: bool,
    },
    /// In the call.
    InCall {
        /// Who attends.
        operator: OperatorCard,
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
        /// When the time limit ends it; none where there is none.
        limit: Option<CallLimit>,
        /// The service lets the citizen share the screen.
        may_share: bool,
        /// The service takes files.
        takes_files: bool,
    },
    /// Hung up or lost: "Volver a la llamada" / "Finalizar mi turno".
    Interrupted {
        /// Who attends.
        operator: OperatorCard,
        /// Why.
        cause: InterruptionCause,
    },
    /// The meeting was ended for all; the operator notes the result.
    Ended {
        /// Who attended.
        operator: OperatorCard,
    },
    /// Closed with a result.
    Closed {},
    /// Left by the citizen.
    Abandoned {},
    /// The service closed before the turn came.
    Expired {},
}

/// Why a call is interrupted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InterruptionCause {
    /// The citizen hung up.
    HungUp,
    /// The line or the server was lost; it comes back by itself.
    LineLost,
}

/// The operator as the citizen sees him.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct OperatorCard {
    /// Name.
    pub name: String,
    /// Identification number.
    pub number: String,
    /// "Puesto de atención": Box 01.
    pub desk: String,
}

/// The recording notice, exactly as it must be shown.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct NoticeView {
    /// Language of the text.
    pub language: String,
    /// Version of the text.
    pub version: String,
    /// Paragraphs, in order.
    pub paragraphs: Vec<String>,
    /// SHA-256 over the paragraphs joined by one line feed, UTF-8, lower-case hex.
    pub sha256: String,
}
