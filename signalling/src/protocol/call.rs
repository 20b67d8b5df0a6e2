//! What citizen and operator share in a call: participants, slots, devices, chat, refusals.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person is in a call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person who is attended.
    Citizen,
    /// The civil servant who attends.
    Operator,
    /// Acompañante.
    Companion,
    /// Intérprete.
    Interpreter,
    /// Representante.
    Representative,
}

/// What a guest may be invited as (C23).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GuestRole {
    /// Acompañante.
    Companion,
    /// Intérprete, of another language or of signs.
    Interpreter,
    /// Representante: acts for the citizen.
    Representative,
}

/// Where a guest stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GuestState {
    /// There is a link for him.
    Invited,
    /// Has accepted the notice; waits to be let in.
    Waiting,
    /// Let in.
    Admitted,
}

/// A guest who is neither gone nor sent away.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct GuestLine {
    /// Number within the visit, from 3; never another person's.
    pub number: u8,
    /// What for.
    pub role: GuestRole,
    /// Name, as he typed it; empty until he has accepted.
    pub name: String,
    /// Where he stands.
    pub state: GuestState,
    /// His page is connected.
    pub present: bool,
    /// What his browser says of his devices.
    pub devices: DeviceStates,
}

/// An invitation that was just made: told once, to whoever made it.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Invitation {
    /// The guest's number within the visit.
    pub number: u8,
    /// What for.
    pub role: GuestRole,
    /// Secret of the link, for its fragment: `/invitado#…`. Opens once, and only while the visit is not over.
    pub token: String,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Whether a call is being recorded.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// It is not, and need not be.
    Off,
    /// It is.
    Runs,
    /// It should be, and a fault of ours prevents it; it is tried again.
    Failed,
}

/// State of one capture device as its owner's browser reports it (O20: four distinct states).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// It captures and is sent.
    On,
    /// It exists; its owner has switched it off or muted it.
    Off,
    /// The browser does not let this page use it.
    Blocked,
    /// The system, or another program that uses it, does not give it to the browser.
    Withheld,
    /// The computer has none, or does not recognise it.
    Missing,
}

/// Camera and microphone of one person.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DeviceStates {
    /// The camera.
    pub camera: DeviceState,
    /// The microphone.
    pub microphone: DeviceState,
}

/// How a line is judged to be (C21).
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum LineLevel {
    /// As it should be.
    #[default]
    Stable,
    /// Inestable: those who talk notice it.
    Unstable,
    /// Crítica: nobody can talk like this.
    Critical,
}

/// What of a line is judged for itself; up is from the person to the server.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineStrand {
    /// Voice that the person sends.
    VoiceUp,
    /// Picture that the person sends.
    PictureUp,
    /// Voice that the person is sent.
    VoiceDown,
    /// Pictures that the person is sent.
    PictureDown,
    /// The connection itself: round trip, and whether anything comes.
    Line,
}

/// What the server does about an unstable line.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineRelief {
    /// What is lost is asked for and sent again; voice carries its own repair.
    #[default]
    Repairing,
    /// Pictures are made smaller, so that voice has room.
    PictureReduced,
    /// Nothing comes: the server waits, and everything goes on by itself when it does.
    Waiting,
}

/// How a person's line is, by the last kept fact.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct LineState {
    /// The worst of the strands.
    pub level: LineLevel,
    /// Strands that are not stable.
    pub troubles: Vec<LineStrand>,
    /// What is done about it.
    pub relief: LineRelief,
}

/// One person of a call as the others see him.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of one person that are independent of each other"
)]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Participant {
    /// Number within the visit, from 1; the same number names the person in slots, chat and record.
    pub number: u8,
    /// What the person is in the call.
    pub role: Role,
    /// Name to show.
    pub name: String,
    /// What the person's browser says of his devices.
    pub devices: DeviceStates,
    /// Media flows from and to this person now.
    pub connected: bool,
    /// This person is being recorded now.
    pub recorded: bool,
    /// How this person's line is.
    pub line: LineState,
    /// This person's screen is seen by the others.
    pub shares: bool,
    /// "Con el sonido por teléfono": he is heard, and hears, by a machine of its own (O22).
    pub by_phone: bool,
}

/// What a person can be asked to switch on (O20).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// "Preguntar para iniciar vídeo".
    Camera,
    /// "Re-Iniciar Audio".
    Microphone,
}

/// The time limit of a call (C25).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct CallLimit {
    /// When it ends the call, milliseconds since 1970 UTC by the server's clock (see `pong`).
    #[ts(type = "number")]
    pub ends_ms: i64,
    /// What the operator may still add to it, in milliseconds; 0: nothing.
    pub extension_ms: u32,
}

/// The line that somebody is writing in real time, as it is now (EN 301 549 6.2).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct LiveText {
    /// Participant who writes.
    pub from: u8,
    /// The whole line so far; empty: it was erased, or is finished and came as a [`ChatLine`].
    pub text: String,
}

/// The relay for who cannot send UDP, as `RTCPeerConnection` takes it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct RelayAccess {
    /// `turns:` addresses, the same relay under each.
    pub urls: Vec<String>,
    /// Good for some hours, for this person in this visit.
    pub username: String,
    /// Its password.
    pub credential: String,
}

/// What a slot carries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// Voice.
    Audio,
    /// Camera.
    Camera,
    /// Shared screen.
    Screen,
}

/// One receive-only section of the browser's offer, and whom the server shows in it now.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Slot {
    /// `a=mid` of the section (RFC 5888).
    pub mid: String,
    /// What it carries.
    pub kind: SlotKind,
    /// Participant whose media arrives there; none when the slot is free.
    pub participant: Option<u8>,
    /// The picture is missing for now because the own line does not carry it; the voice goes on.
    pub paused: bool,
}

/// What happens to the chat of a service (O21).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChatPolicy {
    /// Technical instructions only; relayed, never stored; only its count is a fact.
    Incidencias,
    /// Kept with the record of the visit.
    Conversacion,
    /// Becomes a registered request.
    Registro,
}

/// One line of chat.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct ChatLine {
    /// Position in the visit's chat, from 1.
    pub number: u32,
    /// Participant who wrote it.
    pub from: u8,
    /// The text, as typed.
    pub text: String,
    /// Server's time, milliseconds since 1970 UTC.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// It was written in real time, letter by letter.
    pub live: bool,
}

/// Why the server did not do what a message asked. The words for it live in `locales/`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The client speaks another version of the protocol: reload the page.
    Version,
    /// Not JSON, an unknown type, an unknown or missing field.
    Malformed,
    /// Longer than [`super::MESSAGE_BYTES_MAX`] or, for text, [`super::TEXT_CHARS_MAX`].
    TooLong,
    /// `hello` must come first, once.
    HelloExpected,
    /// The visit or the operator is not in a state in which this can be done.
    OutOfOrder,
    /// Too many messages in a short time.
    TooFast,
    /// No session, or one that has ended: sign in, or take a turn.
    NoSession,
    /// Another device holds this visit (C18) or this operator.
    OtherDevice,
    /// The account's role does not permit it.
    Forbidden,
    /// Account and password do not match.
    WrongPassword,
    /// No such service, record or account.
    NotFound,
    /// The offer was not accepted; `found` and `allowed` say why.
    Offer,
    /// A field's value is not allowed; `found` and `allowed` say which.
    Invalid,
    /// A limit of this office or of this address has been reached: try later.
    Full,
    /// The office cannot keep facts now (disk full, storage away): nothing was done.
    Storage,
    /// People wait, `found` how many: they would be delayed.
    PeopleWait,
    /// A reason must be given first (compliance).
    ReasonNeeded,
    /// The link of the invitation has been used, by another browser.
    InvitationUsed,
    /// A file that is no PDF, JPG or PNG, whatever it is called.
    FileForm,
    /// A file that is broken, or has something else in or behind it.
    FileDamaged,
    /// A file in which the scanner found something harmful.
    FileHarmful,
    /// The scanner did not answer: the file was not taken.
    FileUnchecked,
    /// There is no such invitation, it was taken back, or the visit is over.
    InvitationOver,
    /// A pairing code that joins no machine: it never did, was used, has lapsed, or who asked for it is gone.
    WrongCode,
}

/// A refusal with what was found and what is allowed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// Type of the message, or name of the field, that was refused.
    pub about: String,
    /// What was found, without personal data; empty where the code says it all.
    pub found: String,
    /// What is allowed; empty where the code says it all.
    pub allowed: String,
}
