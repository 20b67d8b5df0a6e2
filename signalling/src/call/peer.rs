//! One connection of a call: whose page, machine or program offered it, and how far it has come.

use media::control::PeerId;
use media::quality::Quality;

use crate::{protocol::call::Slot, request::ConnectionId};

/// How far a peer has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PeerStage {
    /// The offer was passed on.
    Joining,
    /// The answer was given.
    Answered,
    /// Media can flow.
    Connected,
}

/// Who offered a connection, and hears what concerns it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Offerer {
    /// The person's page, by its WebSocket.
    Page(ConnectionId),
    /// The person's second machine, by its WebSocket.
    Machine(ConnectionId),
    /// A program, which is not answered yet.
    Asking,
    /// A program that was answered: fragment and key of the answer, and how often ICE was begun anew.
    Program {
        /// `a=ice-ufrag` of the first answer.
        ufrag: String,
        /// Key of the restarts.
        key: String,
        /// Generation that counts.
        generation: u8,
    },
}

impl Offerer {
    /// The WebSocket of a page, which is told what concerns its peer.
    pub(crate) fn connection(&self) -> Option<ConnectionId> {
        match self {
            Self::Page(connection) | Self::Machine(connection) => Some(*connection),
            Self::Asking | Self::Program { .. } => None,
        }
    }
}

/// One person's WebRTC connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// Its name in the media plane.
    pub(crate) id: PeerId,
    /// Who offered it.
    pub(crate) by: Offerer,
    /// The client's number of the attempt.
    pub(crate) attempt: u32,
    /// How far it has come.
    pub(crate) stage: PeerStage,
    /// It was let in.
    pub(crate) admitted: bool,
    /// It is being captured.
    pub(crate) recorded: bool,
    /// Its screen is forwarded.
    pub(crate) shares: bool,
    /// Who is in its slots, as the media plane last said.
    pub(crate) slots: Vec<Slot>,
    /// How its line is, as the media plane last said.
    pub(crate) quality: Quality,
}
