//! The guest's WebSocket, `/ws/guest`, authenticated by the cookie `ventanilla_guest` (C23).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    call::{
        ChatLine, ChatPolicy, DeviceStates, GuestRole, LiveText, Participant, RecordingState,
        Refusal, RelayAccess, Slot,
    },
    citizen::NoticeView,
};

/// What a guest's browser may say.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromGuest {
    /// First message of every connection.
    Hello {
        /// [`super::PROTOCOL_VERSION`] of the client.
        version: u16,
        /// Random name of this tab, as for the citizen.
        device: String,
        /// Language of the screen.
        language: String,
        /// Number of the attempt that this page still uses, as for the citizen.
        #[serde(default)]
        #[ts(optional)]
        attempt: Option<u32>,
    },
    /// He says who he is and accepts the notice: from here on he waits to be let in.
    AcceptNotice {
        /// Hash of the text that was on the screen, lower-case hex; another than the current one is refused.
        sha256: String,
        /// Given name and surname, 1 to 120 characters.
        name: String,
    },
    /// The one WebRTC offer, when the view says `offer_wanted`.
    Offer {
        /// Number of the attempt.
        attempt: u32,
        /// SDP (RFC 8866).
        sdp: String,
    },
    /// Devices changed.
    Devices {
        /// State now.
        devices: DeviceStates,
    },
    /// A line of chat, in the call only.
    Chat {
        /// The text.
        text: String,
    },
    /// Leaves for good.
    Leave {},
    /// Once a second.
    Ping {
        /// Returned in the pong.
        nonce: u32,
    },
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
    /// Comes before the view that says `offer_wanted`.
    Relay {
        /// The relay.
        relay: RelayAccess,
    },
    /// Answer to the offer of the same attempt.
    Answer {
        /// The client's number of the attempt.
        attempt: u32,
        /// SDP (RFC 8866).
        sdp: String,
        /// Key of the ICE restarts of this connection, hexadecimal digits.
        restart: String,
    },
    /// Who is in which receive slot. Replaces what came before.
    Slots {
        /// Every slot of the accepted offer.
        slots: Vec<Slot>,
    },
    /// Lines of the chat so far.
    ChatHistory {
        /// Oldest first.
        lines: Vec<ChatLine>,
    },
    /// One new line.
    Chat {
        /// The line.
        line: ChatLine,
    },
    /// What somebody else is writing in real time.
    LiveText {
        /// The line as it is now.
        line: LiveText,
    },
    /// Answer to a ping; in a call also unasked, once a second.
    Pong {
        /// The ping's nonce; 0 when there was none.
        nonce: u32,
        /// The server's clock, milliseconds since 1970 UTC.
        #[ts(type = "number")]
        now_ms: i64,
    },
    /// The last message was not carried out.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The same device connected again, or the session ended; this connection closes now.
    Replaced {},
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
    /// Where he stands.
    pub step: GuestStep,
    /// The server holds no media peer for this person and wants an [`FromGuest::Offer`] now.
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
