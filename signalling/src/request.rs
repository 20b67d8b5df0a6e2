//! What the HTTP side asks of the control thread, and what it answers: plain values, so that the doors (axum today) know
//! nothing of queue, store or media, and the control thread knows nothing of HTTP.
//!
//! Slow work stays outside: a password is verified by the asker, between [`Request::PasswordOf`] and [`Request::SignIn`].

use std::{net::IpAddr, path::PathBuf};

pub use media::Pulse;

use queue::VisitId;

use crate::machine::PairingCode;
use crate::program::ProgramToken;
use crate::protocol::{
    call::{Refusal, RelayAccess},
    caption::PostCaption,
    citizen::{FromCitizen, ToCitizen},
    entry,
    file::FileForm,
    guest::{FromGuest, ToGuest},
    machine::{FromMachine, ToMachine},
    office,
    operator::{FromOperator, ToOperator},
    person::ToPerson,
};
use crate::switchboard::{ArrivedFile, NewFile};

/// Secret of a session as it travels in a cookie: 128 random bits, base64url. Kept only as a hash.
#[derive(Clone, Eq, PartialEq)]
pub struct SessionToken(pub String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// The app a cookie belongs to: one cookie name each, so that three roles fit one browser.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum App {
    /// `ventanilla_citizen`.
    Citizen,
    /// `ventanilla_operator`.
    Operator,
    /// `ventanilla_office`: supervisor, compliance, editor, admin.
    Office,
    /// `ventanilla_guest`.
    Guest,
    /// `ventanilla_machine`: a second machine of somebody.
    Machine,
}

/// One WebSocket, named by the door.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConnectionId(pub u64);

/// What the door says about a WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub enum FromConnection {
    /// A WebSocket was opened with this session; answered by messages or by [`ToConnection::Close`].
    Opened {
        /// Its name.
        connection: ConnectionId,
        /// Citizen, operator, guest or a second machine.
        app: App,
        /// From the cookie.
        session: SessionToken,
    },
    /// A citizen's message, parsed.
    Citizen(ConnectionId, FromCitizen),
    /// An operator's message, parsed.
    Operator(ConnectionId, FromOperator),
    /// A guest's message, parsed.
    Guest(ConnectionId, FromGuest),
    /// A second machine's message, parsed.
    Machine(ConnectionId, FromMachine),
    /// The WebSocket is gone.
    Closed(ConnectionId),
}

/// What the control thread says to a WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub enum ToConnection {
    /// To a citizen.
    Citizen(ToCitizen),
    /// To an operator.
    Operator(ToOperator),
    /// To a guest.
    Guest(ToGuest),
    /// To a second machine.
    Machine(ToMachine),
    /// To any of them.
    Person(ToPerson),
    /// Nothing to say: ping it once a second, and let the pulse tell what comes, as long as somebody feels it.
    Watch {
        /// Its pulse.
        pulse: Pulse,
    },
    /// Close it, after what was sent before.
    Close,
}

/// One question of the HTTP side.
#[derive(Clone, Debug)]
pub enum Request {
    /// The catalogue.
    Catalogue,
    /// A walk-in takes a turn.
    TakeTurn {
        /// What was typed.
        body: entry::TakeTurn,
        /// Where it came from: for the limit per address only, never stored.
        address: IpAddr,
        /// An admin's load token: the visit is a test, and limits per address do not hold.
        load_token: Option<String>,
    },
    /// A citizen's other device opens the link that moves the turn there.
    EnterMove {
        /// The link's secret.
        link: SessionToken,
        /// The session that this browser has already, if it has one.
        own: Option<SessionToken>,
    },
    /// A guest opens his link.
    EnterInvitation {
        /// The link's secret.
        invitation: SessionToken,
        /// The session that this browser has already, if it has one.
        own: Option<SessionToken>,
    },
    /// A code was typed on a machine that is to be somebody's second one.
    EnterMachine {
        /// The code.
        code: PairingCode,
        /// The session that this browser has already, if it has one: the new one takes its place.
        own: Option<SessionToken>,
    },
    /// The citizen is done with a visit that is over.
    ForgetTurn(SessionToken),
    /// The stored argon2 hash (PHC string) of an account of this app, to be verified by the asker.
    PasswordOf {
        /// App that is signed in to.
        app: App,
        /// Account name.
        account: String,
    },
    /// The password was right: open a session.
    SignIn {
        /// App that is signed in to.
        app: App,
        /// Account name.
        account: String,
    },
    /// Who is this?
    WhoAmI {
        /// App.
        app: App,
        /// From the cookie.
        session: SessionToken,
    },
    /// End the session.
    SignOut {
        /// App.
        app: App,
        /// From the cookie.
        session: SessionToken,
    },
    /// Compliance: search.
    SearchRecords(SessionToken, office::SearchRecords),
    /// Compliance: open.
    OpenRecord(SessionToken, office::OpenRecord),
    /// Compliance: play; needs an opening within the last hour.
    PlayTrack {
        /// From the cookie.
        session: SessionToken,
        /// Record's id.
        record: String,
        /// Track's number.
        track: u32,
        /// First request of a playback (no Range, or from byte 0): logged.
        begins: bool,
    },
    /// Compliance: the access log.
    AccessLog(SessionToken),
    /// An admin's load token makes or extends the office of the load test, with this many operators signed in.
    LoadOffice {
        /// The token.
        load_token: String,
        /// Operators wanted, 1 to 2000.
        operators: u32,
    },
    /// Something about a file of a visit.
    File(FileRequest),
    /// A person wants a token for a program that takes his place in the media of the visit he is in.
    Program {
        /// App.
        app: App,
        /// From the cookie.
        session: SessionToken,
    },
    /// A program joins the room of a visit in the place of a person (RFC 9725).
    Join {
        /// The program's.
        token: ProgramToken,
        /// Which way media goes.
        direction: Direction,
        /// SDP offer.
        sdp: String,
    },
    /// A program's connection goes on, with its ICE begun anew or not.
    Change {
        /// The program's.
        token: ProgramToken,
        /// As [`Joined`] named it.
        resource: u64,
        /// New credentials are asked for.
        restarts: bool,
    },
    /// A program's connection ends.
    Leave {
        /// The program's.
        token: ProgramToken,
        /// As [`Joined`] named it.
        resource: u64,
    },
    /// A recogniser says what somebody in the call is saying.
    Caption {
        /// Of the operator whose visit it is.
        token: ProgramToken,
        /// What was posted.
        caption: PostCaption,
    },
    /// Numbers for `/metrics` and `/health`.
    Health,
}

/// One question about a file of a visit.
#[derive(Clone, Debug)]
pub enum FileRequest {
    /// A person wants to send one.
    Place {
        /// App.
        app: App,
        /// From the cookie.
        session: SessionToken,
        /// What.
        file: NewFile,
    },
    /// It is on the disk whole, at the place it was given; from here on the control thread answers for it.
    Keep {
        /// As [`FilePlace`] named it.
        visit: VisitId,
        /// As [`FilePlace`] named it.
        ticket: u64,
        /// What it is.
        file: ArrivedFile,
    },
    /// Nothing came of it, and nothing of it is left.
    Abandon {
        /// As [`FilePlace`] named it.
        visit: VisitId,
        /// As [`FilePlace`] named it.
        ticket: u64,
    },
    /// An operator opens one of the visit he has now.
    Open {
        /// App.
        app: App,
        /// From the cookie.
        session: SessionToken,
        /// Visit's id.
        visit: String,
        /// File's number.
        number: u8,
    },
    /// Compliance opens one; needs an opening of its record within the last hour, and is logged.
    OpenKept {
        /// From the cookie.
        session: SessionToken,
        /// Record's id.
        record: String,
        /// File's number.
        number: u8,
    },
}

/// Which way a program's media goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Instead of the person's own page (WHIP).
    Publishes,
    /// Beside it (WHEP).
    Receives,
}

/// A program is in a room.
#[derive(Clone, Debug)]
pub struct Joined {
    /// Name of its connection.
    pub resource: u64,
    /// SDP answer.
    pub answer: String,
    /// The relay, for closed networks.
    pub relay: Option<RelayAccess>,
}

/// Its answer.
#[derive(Clone, Debug)]
pub enum Reply {
    /// To [`Request::Catalogue`].
    Catalogue(entry::Catalogue),
    /// To [`Request::TakeTurn`].
    TurnTaken(entry::TurnTaken, SessionToken),
    /// To [`Request::EnterMove`], [`Request::EnterInvitation`] and [`Request::EnterMachine`]: a new session, or none when this browser has one already.
    Entered(Option<SessionToken>),
    /// To [`Request::PasswordOf`]: none when there is no such account for the app (verify a dummy all the same).
    Password(Option<String>),
    /// To [`Request::SignIn`].
    SignedIn(entry::Account, SessionToken),
    /// To [`Request::WhoAmI`].
    Account(entry::Account),
    /// Done, nothing to say.
    Done,
    /// To [`Request::SearchRecords`].
    Records(office::RecordsFound),
    /// To [`Request::OpenRecord`].
    Record(Box<office::RecordDetail>),
    /// To [`Request::PlayTrack`]: a sealed file and its key.
    Track(TrackFile),
    /// To [`FileRequest::Place`].
    FilePlace(FilePlace),
    /// To [`FileRequest::Keep`]: it is a fact.
    FileKept {
        /// Number within the visit.
        number: u8,
    },
    /// To [`FileRequest::Open`] and [`FileRequest::OpenKept`].
    File(OpenedFile),
    /// To [`Request::AccessLog`].
    AccessLog(office::AccessLog),
    /// To [`Request::LoadOffice`].
    LoadOffice(LoadOffice),
    /// To [`Request::Program`].
    Program(entry::ProgramAccess),
    /// To [`Request::Join`].
    Joined(Joined),
    /// To [`Request::Change`]: the credentials that count.
    Changed {
        /// How often ICE was begun anew.
        generation: u8,
        /// `a=ice-ufrag`.
        ufrag: String,
        /// `a=ice-pwd`.
        password: String,
    },
    /// To [`Request::Health`].
    Health(Health),
    /// The request was not carried out.
    Refused(Refusal),
}

/// A derived track on disk, encrypted; read with `recorder_disk`'s reader.
#[derive(Clone)]
pub struct TrackFile {
    /// The file.
    pub path: PathBuf,
    /// The record's key (AES-256).
    pub key: [u8; 32],
}

impl std::fmt::Debug for TrackFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrackFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Where a file goes while it comes in.
#[derive(Clone)]
pub struct FilePlace {
    /// Its visit.
    pub visit: VisitId,
    /// Its name on its way.
    pub ticket: u64,
    /// Path of the sealed file.
    pub path: PathBuf,
    /// The record's key (AES-256).
    pub key: [u8; 32],
}

impl std::fmt::Debug for FilePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilePlace")
            .field("visit", &self.visit)
            .field("ticket", &self.ticket)
            .finish_non_exhaustive()
    }
}

/// A kept file.
#[derive(Clone)]
pub struct OpenedFile {
    /// The sealed file and its key.
    pub sealed: TrackFile,
    /// Number within the visit.
    pub number: u8,
    /// What it is.
    pub form: FileForm,
    /// Name to show; may be empty.
    pub name: String,
}

impl std::fmt::Debug for OpenedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedFile")
            .field("number", &self.number)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

/// The office of a load test.
#[derive(Clone, Debug)]
pub struct LoadOffice {
    /// Office to take turns in.
    pub office: u32,
    /// Service to take turns for; its visits are admitted by the operators as everywhere.
    pub service: u32,
    /// One session per operator, for the cookie `ventanilla_operator`.
    pub operators: Vec<SessionToken>,
}

/// What the control thread knows about itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Health {
    /// Visits that wait, all offices.
    pub waiting: u32,
    /// Calls in progress.
    pub calls: u32,
    /// WebSockets.
    pub connections: u32,
    /// Events written since the start.
    pub events_written: u64,
    /// Appends that failed since the start.
    pub appends_failed: u64,
}
