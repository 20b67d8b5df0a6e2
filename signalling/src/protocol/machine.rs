//! The WebSocket of a second machine, `/ws/machine`, authenticated by the cookie `ventanilla_machine`: the operator's call on
//! another computer than his console (O23), or a person's sound on a telephone (O22). It says and hears what belongs to the call, and can say nothing that a console does.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    call::{CallLimit, ChatPolicy, Participant, RecordingState},
    citizen::OperatorCard,
    person::{FromPerson, ToPerson},
};

/// What a machine may be joined for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MachineUse {
    /// "La llamada en otro equipo": the operator's camera, microphone, picture and sound (O23).
    Call,
    /// "Usar el teléfono para el sonido": microphone and loudspeaker of one person, in the call he is in (O22).
    Sound,
}

/// What a second machine may say.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromMachine {
    /// Gives back what it has, for good.
    Leave {},
    /// What every person says, as far as it belongs to this machine.
    #[serde(untagged)]
    Person(FromPerson),
}

/// What the server says to a second machine.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToMachine {
    /// All that the call's screen needs; replaces what came before.
    Call {
        /// The whole view.
        view: CallView,
    },
    /// All that the telephone's screen needs; replaces what came before.
    Sound {
        /// The whole view.
        view: SoundView,
    },
    /// What every person hears.
    #[serde(untagged)]
    Person(ToPerson),
}

/// The operator's call without his console: nothing of the citizen is in it but his name, and that only in the call.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct CallView {
    /// Whose call it is.
    pub operator: OperatorCard,
    /// What happens to the chat.
    pub chat_policy: ChatPolicy,
    /// What happens to real-time text.
    pub text_policy: ChatPolicy,
    /// Where the operator stands.
    pub step: CallStep,
    /// The server holds no media peer for the operator and wants an [`FromPerson::Offer`] of this machine now.
    pub offer_wanted: bool,
}

/// Somebody's sound.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct SoundView {
    /// Whose it is.
    pub name: String,
    /// Where he stands.
    pub step: SoundStep,
    /// The server holds no media peer for the sound and wants an [`FromPerson::Offer`] now, with nothing but audio in it.
    pub offer_wanted: bool,
}

/// Where he stands whose sound it is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SoundStep {
    /// The call stands still, or he is not let in: it goes on by itself.
    Waiting {},
    /// In the call.
    InCall {
        /// Everybody, the person himself included.
        participants: Vec<Participant>,
        /// His number.
        me: u8,
        /// Whether the call is being recorded.
        recording: RecordingState,
        /// Since when, milliseconds since 1970 UTC.
        #[ts(type = "number")]
        since_ms: i64,
    },
}

/// Where the operator stands, as far as it concerns the call.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CallStep {
    /// No meeting: it is started on the console.
    Idle {},
    /// The room is open.
    Started {
        /// Somebody waits to be let in, which is done on the console.
        awaited: bool,
    },
    /// In the call.
    InCall {
        /// Everybody, oneself included.
        participants: Vec<Participant>,
        /// One's own number.
        me: u8,
        /// Whether the call is being recorded.
        recording: RecordingState,
        /// The visit is to be recorded.
        recorded: bool,
        /// Since when, milliseconds since 1970 UTC.
        #[ts(type = "number")]
        since_ms: i64,
        /// The citizen has hung up or lost the line, since when; none while he is there.
        #[ts(type = "number | null")]
        citizen_away_since_ms: Option<i64>,
        /// Somebody waits to be let in, which is done on the console.
        awaited: bool,
        /// When the time limit ends it; none where there is none.
        limit: Option<CallLimit>,
    },
}
