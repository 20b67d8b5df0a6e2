//! What signalling tells the media plane, and what it hears back. A room lives on one worker; commands of one room keep their order.

use crate::Pulse;
use crate::quality::Quality;

/// A room: one visit's call. Chosen by signalling, never used twice in a run of the server.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RoomId(pub u64);

/// One WebRTC connection of one person. Chosen by signalling, never used twice in a run of the server.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PeerId(pub u64);

/// With this bit a participant's number names a connection beside the participant's own that only receives, and is neither
/// seen by others nor recorded.
pub const RECEIVES_ONLY: u8 = 0x80;

/// With this bit a participant's number names a connection beside the participant's own that carries his sound alone: while it is
/// let in, the others hear its voice in the place of the own connection's, and it hears them.
pub const SOUND: u8 = 0x40;

/// Kind of a receive slot or of a published track.
pub use media_packet::capture::Medium;

/// What signalling asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// A person connects; the room begins with its first peer. Answered by [`Event::Answered`] or [`Event::Refused`].
    /// The peer begins without admission: nothing it sends is forwarded or recorded, and it is sent nothing.
    Join {
        /// Room.
        room: RoomId,
        /// Peer.
        peer: PeerId,
        /// The person's number within the visit; a second peer of the same number replaces the first, which is told as
        /// [`Event::Lost`] before the second is answered.
        participant: u8,
        /// SDP offer of the browser.
        offer: String,
    },
    /// The gate: only admitted peers of a room hear and see each other.
    Admit {
        /// Peer.
        peer: PeerId,
        /// Open or shut.
        admitted: bool,
    },
    /// Whether this peer shares its screen: what comes in its screen section is forwarded and recorded only while it does.
    Share {
        /// Peer.
        peer: PeerId,
        /// It does; at first it does not.
        shares: bool,
    },
    /// The recorder listens to this peer from now on, or (none) no longer.
    Record {
        /// Peer.
        peer: PeerId,
        /// Record that its packets belong to.
        record: Option<u64>,
    },
    /// What comes from the person over signalling is to be felt here: it tells that the line is alive, whatever media does.
    Feel {
        /// Room.
        room: RoomId,
        /// Peer.
        peer: PeerId,
        /// The socket's; one that was felt before is let go.
        pulse: Pulse,
    },
    /// The person is gone.
    Leave {
        /// Peer.
        peer: PeerId,
    },
    /// Everybody is gone.
    CloseRoom {
        /// Room.
        room: RoomId,
    },
}

/// What the media plane says.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The offer was accepted.
    Answered {
        /// Peer.
        peer: PeerId,
        /// SDP answer.
        answer: String,
        /// What the peer derives the credentials of its ICE restarts from, without asking: hexadecimal digits of a key. The
        /// fragment of generation n (from 0, which the answer has) ends with n in two of them, and its password is the
        /// first half of HMAC-SHA256(key, n as one byte).
        restart: String,
    },
    /// The offer was not accepted: the peer does not exist.
    Refused {
        /// Peer.
        peer: PeerId,
        /// What was found, in words, without personal data.
        found: String,
        /// What is allowed.
        allowed: String,
    },
    /// ICE and DTLS are done: media can flow.
    Connected {
        /// Peer.
        peer: PeerId,
    },
    /// Nothing authenticated came for 45 s (it was sent nothing after 30 s), DTLS failed or was closed, ICE and DTLS were not done 30 s
    /// after the join, or another peer took its place: the peer no longer exists.
    Lost {
        /// Peer.
        peer: PeerId,
    },
    /// Who is in which receive slot of this peer; sent on each change, whole.
    Slots {
        /// Peer.
        peer: PeerId,
        /// All slots.
        slots: Vec<SlotState>,
    },
    /// How the line of this peer is; sent on each change, whole. A new peer's line is stable until it is said otherwise.
    Quality {
        /// Peer.
        peer: PeerId,
        /// Everything that is judged, and what the last second was like.
        quality: Quality,
    },
}

/// One receive-only section of a peer's offer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SlotState {
    /// `a=mid`.
    pub mid: String,
    /// Kind.
    pub medium: Medium,
    /// Participant shown in it.
    pub participant: Option<u8>,
    /// The participant's picture is missing for now, because this peer's line does not carry it.
    pub paused: bool,
}
