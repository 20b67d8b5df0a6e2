//! The switchboard: between connections, the queue, the media plane and the recorder. Sans-IO: it is handed inputs and the
//! time, and says what to keep and what to tell.
//!
//! One step of the control loop:
//! 1. [`Switchboard::handle`] every input of the batch: each is decided against the state and applied at once.
//! 2. [`Switchboard::take_batch`]: keep it, with one flush.
//! 3. [`Switchboard::stored`], or [`Switchboard::failed`] with the office as it is kept: the steps are refused.
//! 4. [`Switchboard::settle`]: views, rooms and recordings follow from the state, which is now the kept one.
//! 5. [`Switchboard::poll`] until it says nothing more: deliver.
//!
//! Left to others: what may happen to a visit (queue), keeping (store), who may hear whom (media plane).
//! Invariants: nothing is told before it is kept; no input of anybody panics or is noticed by anybody else.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    net::IpAddr,
    time::Instant,
};

use media::control::PeerId;
use queue::{Command, Event, Office, OfficeId, OperatorId, ServiceId, Timestamp, VisitId};

use crate::{
    batch::Batch,
    bucket::{Addresses, Rate},
    call::{Call, RecordCommand},
    connection::{Connection, Person},
    dossier::{Dossier, DossierChange},
    entropy::Entropy,
    notice::Notices,
    program::ProgramKey,
    protocol::call::Refusal,
    refusal,
    request::{ConnectionId, FromConnection, Reply, Request, ToConnection},
    seat::Seat,
    session::{Directory, SessionHash, Subject},
    unconfirmed::Unconfirmed,
    view::Place,
};

use loopback::Loopbacks;
use machines::Pairings;
use moving::Moves;

mod asks;
mod captions;
mod citizen;
mod compliance;
mod connections;
mod files;
mod guest;
mod lines;
mod load;
mod loopback;
mod machines;
mod moving;
mod operator;
mod person;
mod programs;
mod requests;
mod room;
mod settle;
mod tick;
mod writing;

pub use compliance::Question;
pub(crate) use files::Upload;
pub use files::{ArrivedFile, FileOrder, NewFile, PLACE_MS};
pub use load::load_token_hash;
pub use room::RelaySettings;

/// Now, by the two clocks of the control loop's one reading.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// For timers.
    pub instant: Instant,
    /// For facts.
    pub utc: Timestamp,
}

/// A question of the HTTP side, named by the control loop so that the answer finds its way back.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestId(pub u64);

/// What the control loop hears.
#[derive(Debug)]
pub enum Input {
    /// From a WebSocket.
    Connection(FromConnection),
    /// From the HTTP side.
    Request(RequestId, Request),
    /// From the media plane.
    Media(media::control::Event),
    /// From the recorder: this interval was cut off.
    RecordingFailed(VisitId, u32),
    /// A second has passed.
    Tick,
}

/// What the control loop is to deliver.
#[expect(
    clippy::large_enum_variant,
    reason = "a message to a screen is the usual output, and moved twice"
)]
#[derive(Debug)]
pub enum Output {
    /// To a WebSocket.
    Send(ConnectionId, ToConnection),
    /// To the HTTP side.
    Reply(RequestId, Reply),
    /// To the media plane.
    Media(media::control::Command),
    /// To the recorder.
    Record(RecordCommand),
    /// Something to be done with a file of a visit; the request is the one that is answered.
    File(RequestId, FileOrder),
    /// A question about records by somebody who may ask it: the control loop logs the access, then answers from the store.
    Ask(RequestId, Question),
}

/// Limits and switches of the process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How fast one connection may speak.
    pub messages: Rate,
    /// How often one address may take a turn.
    pub turns: Rate,
    /// Visits that are not over yet, all offices.
    pub open_visits_max: usize,
    /// SHA-256 of the load token; none: load tests are refused.
    pub load_token: Option<[u8; 32]>,
}

/// What the store holds at the start.
#[derive(Debug, Default)]
pub struct Kept {
    /// Every office, as checkpoint and journal make it.
    pub offices: Vec<Office>,
    /// Dossiers of the visits that can still be asked for.
    pub dossiers: Vec<(VisitId, Dossier)>,
    /// Accounts and sessions.
    pub directory: Directory,
}

/// The switchboard. See the module's documentation for how it is driven.
#[derive(Debug)]
pub struct Switchboard {
    settings: Settings,
    relay: Option<RelaySettings>,
    programs: ProgramKey,
    notices: Notices,
    entropy: Entropy,
    directory: Directory,
    offices: BTreeMap<OfficeId, Office>,
    dossiers: HashMap<VisitId, Dossier>,
    connections: HashMap<ConnectionId, Connection>,
    seats: HashMap<Person, Seat>,
    calls: HashMap<VisitId, Call>,
    peers: HashMap<PeerId, VisitId>,
    /// Programs whose offers the media plane has not answered yet: it answers each.
    asking: HashMap<PeerId, RequestId>,
    loopbacks: Loopbacks,
    moves: Moves,
    pairings: Pairings,
    addresses: Addresses,
    places: HashMap<VisitId, Place>,
    open_visits: usize,
    next_room: u64,
    next_peer: u64,
    next_ticket: u64,
    changed: Changed,
    batch: Batch,
    promises: Vec<Promise>,
    outputs: VecDeque<Output>,
    /// Sessions that ended in this step.
    ended: BTreeSet<SessionHash>,
    unconfirmed: Unconfirmed,
}

/// Whose screens, rooms and lines may have to change.
#[derive(Debug, Default)]
struct Changed {
    visits: BTreeSet<VisitId>,
    operators: BTreeSet<(OfficeId, OperatorId)>,
    /// Lines whose places are told with the next tick.
    lines: BTreeSet<(OfficeId, ServiceId)>,
}

/// Something to be told once the batch is kept, or refused when it is not.
#[derive(Debug)]
struct Promise {
    told: Vec<Output>,
    /// None: whoever asked is refused by a promise of his own.
    refused: Option<Output>,
    /// A session that exists only if the batch is kept.
    session: Option<SessionHash>,
}

impl Switchboard {
    /// A switchboard over what the store holds. `entropy` is drawn anew for each run of the server.
    #[must_use]
    pub fn new(
        settings: Settings,
        notices: Notices,
        kept: Kept,
        mut entropy: Entropy,
        now: Instant,
    ) -> Self {
        let mut switchboard = Self {
            settings,
            relay: None,
            programs: ProgramKey::new(&entropy.bytes()),
            notices,
            entropy,
            directory: kept.directory,
            offices: kept
                .offices
                .into_iter()
                .map(|office| (office.id(), office))
                .collect(),
            dossiers: kept.dossiers.into_iter().collect(),
            connections: HashMap::new(),
            seats: HashMap::new(),
            calls: HashMap::new(),
            peers: HashMap::new(),
            asking: HashMap::new(),
            loopbacks: Loopbacks::default(),
            moves: Moves::default(),
            pairings: Pairings::default(),
            addresses: Addresses::default(),
            places: HashMap::new(),
            open_visits: 0,
            next_room: 1,
            next_peer: 1,
            next_ticket: 1,
            changed: Changed::default(),
            batch: Batch::default(),
            promises: Vec::new(),
            outputs: VecDeque::new(),
            ended: BTreeSet::new(),
            unconfirmed: Unconfirmed::default(),
        };
        switchboard.seat_everybody(now);
        switchboard
    }

    /// The first step of a run: every line was lost with the server before.
    pub fn restart(&mut self, now: Moment) {
        for office in self.offices.keys().copied().collect::<Vec<_>>() {
            // A new office refuses nothing either: there is nobody in it.
            if let Err(error) = self.command(office, &Command::ServerRestarted, now) {
                tracing::error!(%office, %error, "the office does not take the restart");
            }
        }
    }

    /// Decides one input and applies it at once; nothing of it is told yet but what needs no keeping.
    pub fn handle(&mut self, input: Input, now: Moment) {
        match input {
            Input::Connection(FromConnection::Opened {
                connection,
                app,
                session,
            }) => self.open(connection, app, &session, now),
            Input::Connection(FromConnection::Citizen(connection, message)) => {
                self.hear_citizen(connection, message, now)
            }
            Input::Connection(FromConnection::Operator(connection, message)) => {
                self.hear_operator(connection, message, now)
            }
            Input::Connection(FromConnection::Guest(connection, message)) => {
                self.hear_guest(connection, message, now);
            }
            Input::Connection(FromConnection::Machine(connection, message)) => {
                self.hear_machine(connection, message, now);
            }
            Input::Connection(FromConnection::Closed(connection)) => self.closed(connection, now),
            Input::Request(id, request) => self.answer(id, request, now),
            Input::Media(event) => self.hear_media(event, now),
            Input::RecordingFailed(visit, interval) => {
                self.recording_failed(visit, interval, now);
            }
            Input::Tick => self.tick(now),
        }
    }

    /// What is to be kept before anything is told; empty when nothing is.
    #[must_use]
    pub fn take_batch(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// The batch is kept: what was promised is told.
    pub fn stored(&mut self) {
        for promise in std::mem::take(&mut self.promises) {
            self.outputs.extend(promise.told);
        }
    }

    /// The batch could not be kept. `offices` are those it was for, as they are kept, `dossiers` those it would have changed,
    /// as they are kept (none: there is none). What was promised is refused; calls in progress go on.
    pub fn failed(&mut self, offices: Vec<Office>, dossiers: Vec<(VisitId, Option<Dossier>)>) {
        for office in offices {
            self.changed
                .visits
                .extend(office.visits().map(|visit| visit.id));
            self.changed.operators.extend(
                office
                    .operators()
                    .map(|operator| (office.id(), operator.id)),
            );
            self.offices.insert(office.id(), office);
        }
        for (visit, dossier) in dossiers {
            match dossier {
                Some(dossier) => self.dossiers.insert(visit, dossier),
                None => self.dossiers.remove(&visit),
            };
        }
        for promise in std::mem::take(&mut self.promises) {
            let begun = promise
                .session
                .and_then(|session| self.directory.remove(session));
            if let Some(Subject::Machine(machine, _)) = begun.map(|session| session.subject) {
                self.machine_left(machine);
            }
            self.outputs.extend(promise.refused);
        }
    }

    /// What is to be delivered next.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// An office as it is now.
    #[must_use]
    pub fn office(&self, id: OfficeId) -> Option<&Office> {
        self.offices.get(&id)
    }

    /// Every office.
    pub fn offices(&self) -> impl Iterator<Item = &Office> {
        self.offices.values()
    }

    /// Decides a command and applies what follows; the facts go into the batch.
    fn command(
        &mut self,
        office: OfficeId,
        command: &Command,
        now: Moment,
    ) -> Result<(), queue::Error> {
        let Some(state) = self.offices.get_mut(&office) else {
            tracing::warn!(%office, "a command for an office that does not exist");
            return Ok(());
        };
        let events = state.decide(command, now.utc)?;
        if events.is_empty() {
            return Ok(());
        }
        for event in &events {
            // Whose screens change must be read off the state on both sides of the fact.
            mark(&mut self.changed, state, event);
            state.apply(event);
            mark(&mut self.changed, state, event);
            tracing::info!(%office, fact = event.fact.name(), visit = event.fact.visit().map(|visit| visit.0), "fact");
        }
        self.batch
            .offices
            .entry(office)
            .or_default()
            .events
            .extend(events);
        Ok(())
    }

    /// As [`Self::command`], with the queue's error as it is called on the wire.
    fn command_for(
        &mut self,
        office: OfficeId,
        about: &str,
        command: &Command,
        now: Moment,
    ) -> Result<(), Refusal> {
        self.command(office, command, now)
            .map_err(|error| refusal::from_queue(about, &error))
    }

    /// Changes a dossier and puts it into the batch.
    fn edit_dossier(&mut self, office: OfficeId, visit: VisitId, change: DossierChange) {
        self.dossiers
            .entry(visit)
            .or_default()
            .apply(change.clone());
        self.batch
            .offices
            .entry(office)
            .or_default()
            .dossiers
            .entry(visit)
            .or_default()
            .push(change);
    }

    fn promise(&mut self, told: Vec<Output>, refused: Option<Output>) {
        self.promises.push(Promise {
            told,
            refused,
            session: None,
        });
    }

    /// Facts of an office that wait to be kept.
    fn pending(&self, office: OfficeId) -> usize {
        self.batch
            .offices
            .get(&office)
            .map_or(0, |batch| batch.events.len())
    }

    fn takes_turn(&mut self, address: IpAddr, now: Instant) -> bool {
        self.addresses.take(address, self.settings.turns, now)
    }
}

/// Marks whom a fact concerns.
fn mark(changed: &mut Changed, office: &Office, event: &Event) {
    let visit = event.fact.visit().and_then(|id| office.visit(id));
    let operator = event
        .fact
        .operator()
        .or_else(|| visit?.pairing().map(|pairing| pairing.operator));
    if let Some(visit) = event.fact.visit() {
        changed.visits.insert(visit);
    }
    if let Some(visit) = visit {
        changed.lines.insert((office.id(), visit.service));
    }
    if let Some(id) = operator {
        changed.operators.insert((office.id(), id));
        let services = office
            .operator(id)
            .into_iter()
            .flat_map(|operator| operator.available.iter());
        changed
            .lines
            .extend(services.map(|service| (office.id(), *service)));
    }
    let everybody = matches!(
        event.fact,
        queue::Fact::Configured { .. } | queue::Fact::ServerRestarted
    );
    if everybody {
        changed.visits.extend(office.visits().map(|visit| visit.id));
        changed.operators.extend(
            office
                .operators()
                .map(|operator| (office.id(), operator.id)),
        );
        changed.lines.extend(
            office
                .configuration()
                .services
                .iter()
                .map(|service| (office.id(), service.id)),
        );
    }
}
