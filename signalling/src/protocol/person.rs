//! What every person of a visit says and hears alike on his WebSocket, whichever app it is: of the connection itself and of
//! the call. Each app's own messages lie beside these, in the same JSON.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    call::{ChatLine, Device, DeviceStates, Invitation, LiveText, Refusal, RelayAccess, Slot},
    caption::Caption,
    machine::MachineUse,
};

/// What any person's browser may say.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromPerson {
    /// First message of every connection.
    Hello {
        /// [`super::PROTOCOL_VERSION`] of the client.
        version: u16,
        /// Random name of this tab (16 to 64 letters and digits), kept in session storage: the same device takes its
        /// own place back, another is refused while the first one is alive (C18). An operator's new device takes over at once.
        device: String,
        /// Language of the screen: `es-AR`, `es-ES`, `es-CO`, `en`.
        language: String,
        /// Number of the attempt whose answer this page has and still uses, after a lost WebSocket: the server keeps its side
        /// of it. Absent: whatever there was is of no use any more.
        #[serde(default)]
        #[ts(optional)]
        attempt: Option<u32>,
        /// "Usar acá": the person asked, by a click, that this device takes the place of another that is alive (C18).
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        take_over: bool,
    },
    /// The one WebRTC offer (or the next, after a lost line), when the view says `offer_wanted`.
    Offer {
        /// Number of the attempt, chosen by the client, returned in the answer.
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
    /// The line that is being written in real time, as it is now; in the call only.
    LiveText {
        /// The whole line, at most [`super::LIVE_TEXT_CHARS_MAX`].
        text: String,
        /// The line is finished: it becomes a [`ChatLine`].
        done: bool,
    },
    /// The own screen is shared from now on, or no longer; in the call only, one screen at a time, and by whom the service lets.
    ShareScreen {
        /// It is.
        on: bool,
    },
    /// "Ahora no", to what the operator asked.
    Decline {
        /// What was not switched on.
        device: Device,
    },
    /// A second machine is to be joined; answered by a pairing code, the one before being worth nothing any more.
    Pair {
        /// What for.
        machine: MachineUse,
    },
    /// What the second machine has comes back to this page, and a code that was given for it opens nothing.
    Unpair {
        /// Which.
        machine: MachineUse,
    },
    /// Liveness and round-trip time.
    Ping {
        /// Returned in the pong.
        nonce: u32,
    },
}

/// What the server says to any person's browser.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToPerson {
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
        /// Key of the ICE restarts of this connection, hexadecimal digits (docs/protocol.md, "Coming back").
        restart: String,
    },
    /// Who is in which receive slot. Replaces what came before.
    Slots {
        /// Every slot of the accepted offer.
        slots: Vec<Slot>,
    },
    /// Lines of the chat so far that this connection may see; sent on joining or coming back (empty for `incidencias`).
    ChatHistory {
        /// Oldest first.
        lines: Vec<ChatLine>,
    },
    /// One new line, the sender's own included: seeing it means that the server has it.
    Chat {
        /// The line.
        line: ChatLine,
    },
    /// What somebody else is writing in real time.
    LiveText {
        /// The line as it is now.
        line: LiveText,
    },
    /// What a recogniser of the office makes of what somebody is saying: an aid, kept nowhere.
    Caption {
        /// The line as it is now.
        line: Caption,
    },
    /// The operator asks to switch something on: the page asks the person, and does nothing by itself.
    Asked {
        /// What.
        device: Device,
    },
    /// Answer to an invite.
    Invited {
        /// The link's secret, told this once.
        invitation: Invitation,
    },
    /// Answer to a pair.
    PairingCode {
        /// What for.
        machine: MachineUse,
        /// Nine digits, told this once: they join one machine.
        code: String,
        /// Until when they count, milliseconds since 1970 UTC by the server's clock.
        #[ts(type = "number")]
        until_ms: i64,
    },
    /// Answer to a ping; in a call also unasked, once a second.
    Pong {
        /// The ping's nonce; 0 when there was none.
        nonce: u32,
        /// The server's clock, milliseconds since 1970 UTC: a page whose clock is wrong counts by this one.
        #[ts(type = "number")]
        now_ms: i64,
    },
    /// The last message was not carried out.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The same device or operator connected again, or the session ended; this connection closes now.
    Replaced {},
}

impl FromPerson {
    /// Type of the message, as it is written on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "hello",
            Self::Offer { .. } => "offer",
            Self::Devices { .. } => "devices",
            Self::Chat { .. } => "chat",
            Self::LiveText { .. } => "live_text",
            Self::ShareScreen { .. } => "share_screen",
            Self::Decline { .. } => "decline",
            Self::Pair { .. } => "pair",
            Self::Unpair { .. } => "unpair",
            Self::Ping { .. } => "ping",
        }
    }
}
