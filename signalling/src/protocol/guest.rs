//! The guest's WebSocket, `/ws/guest`, authenticated by the cookie `ventanilla_guest` (C23).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    call::{ChatPolicy, GuestRole, Participant, RecordingState},
    citizen::NoticeView,
    person::{FromPerson, ToPerson},
};

/// What a guest's browser may say.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromGuest {
    /// He says who he is and accepts the notice: from here on he waits to be let in.
    AcceptNotice {
        /// Hash of the text that was on the screen, lower-case hex; another than the current one is refused.
        sha256: String,
        /// Given name and surname, 1 to 120 characters.
        name: String,
    },
    /// Leaves for good.
    Leave {},
    /// What every person says.
    #[serde(untagged)]
    Person(FromPerson),
}

/// What the server says to a guest's browser.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToGuest {
    /// All that the screen needs; replaces what came before.
    Visit {
        /// The whole view.
        view: GuestView,
    },
    /// What every person hears.
    #[serde(untagged)]
    Person(ToPerson),
}

/// The guest's whole screen, but for media, slots and chat. Nothing of the citizen is in it before he is let in.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct GuestView {
    /// Empresa.
    pub body: String,
    /// Sucursal.
    pub branch: String,
    /// Trámite.
    pub service: String,
    /// What he was invited as.
    pub role: GuestRole,
    /// His own name, as typed; empty until he has accepted.
    pub name: String,
    /// What happens to the chat.
    pub chat_policy: ChatPolicy,
    /// What happens to real-time text.
    pub text_policy: ChatPolicy,
    /// Where he stands.
    pub step: GuestStep,
    /// The server holds no media peer for this person and wants an [`FromPerson::Offer`] now.
    pub offer_wanted: bool,
}

/// Where a guest stands.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum GuestStep {
    /// Has opened his link: his name, and the notice to accept.
    Invited {
        /// The notice.
        notice: NoticeView,
    },
    /// Has accepted; waits to be let in.
    Waiting {
        /// He was in the call, and was sent back to wait.
        sent_back: bool,
    },
    /// In the call.
    InCall {
        /// Everybody, oneself included.
        participants: Vec<Participant>,
        /// One's own number.
        me: u8,
        /// Whether the call is being recorded.
        recording: RecordingState,
        /// Since when the call lasts, milliseconds since 1970 UTC.
        #[ts(type = "number")]
        since_ms: i64,
    },
    /// Let in, but the call stands still: the citizen has hung up or lost the line. It goes on by itself.
    Interrupted {},
    /// He has left.
    Left {},
    /// He was sent away, or the link was taken back.
    Removed {},
    /// The meeting is over.
    Ended {},
}
