//! A switchboard on a stage: one office, a clock that is moved by hand, a store that keeps or refuses.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use media::control::{Command, Event as MediaEvent, PeerId};
use queue::{Event, Office, OfficeId, Timestamp, VisitId};
use signalling::{
    Entropy, Rate,
    batch::Batch,
    call::RecordCommand,
    dossier::DossierChange,
    protocol::{
        PROTOCOL_VERSION,
        call::{DeviceState, DeviceStates, Refusal, RefusalCode},
        citizen::{CitizenStep, CitizenView, FromCitizen, ToCitizen},
        entry::TakeTurn,
        guest::{FromGuest, GuestStep, GuestView, ToGuest},
        machine::FromMachine,
        operator::{FromOperator, OperatorStep, OperatorView, ToOperator},
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, FromConnection, Reply, Request, SessionToken, ToConnection},
    session::{Directory, Session, SessionHash},
    switchboard::{
        FileOrder, Input, Kept, Moment, Output, Question, RequestId, Settings, Switchboard,
    },
};

// By its path: the fuzz target takes this file from another folder.
#[path = "office.rs"]
mod set;

use set::{accounts, notices};
pub(crate) use set::{office, office_with};

pub(crate) const OFFICE: u32 = 1;
/// Recorded, chat kept.
pub(crate) const KEPT: u32 = 1;
/// Recorded, chat relayed only.
pub(crate) const RELAYED: u32 = 2;
pub(crate) const LOAD_TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const DEVICE: &str = "device0000000001";
pub(crate) const OTHER_DEVICE: &str = "device0000000002";
pub(crate) const ON: DeviceStates = DeviceStates {
    camera: DeviceState::On,
    microphone: DeviceState::On,
};

/// What the store does with the next batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Disk {
    Works,
    IsFull,
}

pub(crate) struct Stage {
    pub(crate) switchboard: Switchboard,
    pub(crate) now: Moment,
    pub(crate) disk: Disk,
    /// What the store has: offices as kept, every event, every change of a dossier.
    pub(crate) kept: BTreeMap<OfficeId, Office>,
    pub(crate) events: Vec<Event>,
    pub(crate) sealed: Vec<(VisitId, DossierChange)>,
    pub(crate) ended_sessions: usize,
    /// What was delivered.
    pub(crate) said: BTreeMap<ConnectionId, Vec<ToConnection>>,
    pub(crate) media: Vec<Command>,
    /// Peers that the media plane had and said to have no longer.
    pub(crate) gone: std::collections::BTreeSet<PeerId>,
    /// Pulses that the media plane was given; they change nothing of who is where.
    pub(crate) felt: Vec<Command>,
    pub(crate) recorder: Vec<RecordCommand>,
    pub(crate) replies: BTreeMap<RequestId, Reply>,
    pub(crate) asked: Vec<Question>,
    pub(crate) files: Vec<FileOrder>,
    next_connection: u64,
    next_request: u64,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(office())
    }

    /// A server that starts on what another one kept.
    pub(crate) fn with(office: Office) -> Self {
        Self::with_sessions(office, Vec::new())
    }

    pub(crate) fn with_sessions(office: Office, sessions: Vec<(SessionHash, Session)>) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a base for virtual time; nothing depends on its value"
        )]
        let now = Moment {
            instant: Instant::now(),
            utc: Timestamp(1_800_000_000_000),
        };
        let directory = Directory::new(accounts(), sessions);
        let kept = BTreeMap::from([(office.id(), office.clone())]);
        let start = Kept {
            offices: vec![office],
            dossiers: Vec::new(),
            directory,
        };
        Self {
            switchboard: Switchboard::new(
                settings(),
                notices(),
                start,
                Entropy::new([7; 32]),
                now.instant,
            ),
            now,
            disk: Disk::Works,
            kept,
            events: Vec::new(),
            sealed: Vec::new(),
            ended_sessions: 0,
            said: BTreeMap::new(),
            media: Vec::new(),
            gone: std::collections::BTreeSet::new(),
            felt: Vec::new(),
            recorder: Vec::new(),
            replies: BTreeMap::new(),
            asked: Vec::new(),
            files: Vec::new(),
            next_connection: 1,
            next_request: 1,
        }
    }

    /// One step of the control loop.
    pub(crate) fn step(&mut self, inputs: impl IntoIterator<Item = Input>) {
        for input in inputs {
            self.switchboard.handle(input, self.now);
        }
        self.conclude();
    }

    pub(crate) fn conclude(&mut self) {
        let batch = self.switchboard.take_batch();
        match self.disk {
            Disk::Works => {
                self.keep(batch);
                self.switchboard.stored();
            }
            Disk::IsFull if batch.is_empty() => self.switchboard.stored(),
            Disk::IsFull => {
                let offices = batch
                    .offices
                    .keys()
                    .map(|id| self.kept[id].clone())
                    .collect();
                let dossiers = batch
                    .offices
                    .values()
                    .flat_map(|office| office.dossiers.keys())
                    .map(|visit| (*visit, None))
                    .collect();
                self.switchboard.failed(offices, dossiers);
            }
        }
        self.switchboard.settle(self.now);
        while let Some(output) = self.switchboard.poll() {
            match output {
                Output::Send(connection, message) => {
                    self.said.entry(connection).or_default().push(message)
                }
                Output::Reply(id, reply) => assert!(
                    self.replies.insert(id, reply).is_none(),
                    "a request is answered once"
                ),
                Output::Media(command @ Command::Feel { .. }) => self.felt.push(command),
                Output::Media(command) => self.media.push(command),
                Output::Record(command) => self.recorder.push(command),
                Output::File(_, order) => self.files.push(order),
                Output::Ask(_, question) => self.asked.push(question),
            }
        }
    }

    fn keep(&mut self, batch: Batch) {
        let ended = batch.sessions.values().filter(|one| one.is_none());
        self.ended_sessions += ended.count();
        for (id, office) in batch.offices {
            let kept = self.kept.entry(id).or_insert_with(|| Office::new(id));
            office.events.iter().for_each(|event| kept.apply(event));
            self.events.extend(office.events);
            for (visit, changes) in office.dossiers {
                self.sealed
                    .extend(changes.into_iter().map(|change| (visit, change)));
            }
            assert_eq!(
                Some(&*kept),
                self.switchboard.office(id),
                "what is kept is what is shown"
            );
        }
    }

    /// Lets seconds pass, each with its tick.
    pub(crate) fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now.instant += Duration::from_secs(1);
            self.now.utc = self.now.utc.plus_ms(1_000);
            self.step([Input::Tick]);
        }
    }

    pub(crate) fn ask(&mut self, request: Request) -> RequestId {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        self.step([Input::Request(id, request)]);
        id
    }

    pub(crate) fn take_turn(&mut self, service: u32) -> SessionToken {
        self.turn_of(turn(service))
    }

    /// A turn of a load test: as many as one wants from one address.
    pub(crate) fn take_test_turn(&mut self, service: u32) -> SessionToken {
        let mut request = turn(service);
        if let Request::TakeTurn { load_token, .. } = &mut request {
            *load_token = Some(LOAD_TOKEN.to_owned());
        }
        self.turn_of(request)
    }

    fn turn_of(&mut self, request: Request) -> SessionToken {
        let id = self.ask(request);
        match &self.replies[&id] {
            Reply::TurnTaken(_, token) => token.clone(),
            other => panic!("no turn: {other:?}"),
        }
    }

    pub(crate) fn sign_in(&mut self, app: App, account: &str) -> SessionToken {
        let id = self.ask(Request::SignIn {
            app,
            account: account.to_owned(),
        });
        match &self.replies[&id] {
            Reply::SignedIn(_, token) => token.clone(),
            other => panic!("not signed in: {other:?}"),
        }
    }

    /// Opens a WebSocket, without a hello.
    pub(crate) fn open(&mut self, app: App, session: &SessionToken) -> ConnectionId {
        let connection = ConnectionId(self.next_connection);
        self.next_connection += 1;
        self.step([Input::Connection(FromConnection::Opened {
            connection,
            app,
            session: session.clone(),
        })]);
        connection
    }

    pub(crate) fn shut(&mut self, connection: ConnectionId) {
        self.step([Input::Connection(FromConnection::Closed(connection))]);
    }

    /// Opens a citizen's WebSocket and says hello.
    pub(crate) fn citizen(&mut self, session: &SessionToken, device: &str) -> ConnectionId {
        let connection = self.open(App::Citizen, session);
        let hello = FromCitizen::Person(hello(device));
        self.citizen_says(connection, hello);
        connection
    }

    /// Signs an operator in, opens his WebSocket and says hello.
    pub(crate) fn operator(&mut self, account: &str) -> ConnectionId {
        let session = self.sign_in(App::Operator, account);
        self.operator_with(&session, DEVICE)
    }

    pub(crate) fn operator_with(&mut self, session: &SessionToken, device: &str) -> ConnectionId {
        let connection = self.open(App::Operator, session);
        let hello = FromOperator::Person(hello(device));
        self.operator_says(connection, hello);
        connection
    }

    pub(crate) fn citizen_says(&mut self, connection: ConnectionId, message: FromCitizen) {
        self.step([Input::Connection(FromConnection::Citizen(
            connection, message,
        ))]);
    }

    pub(crate) fn operator_says(&mut self, connection: ConnectionId, message: FromOperator) {
        self.step([Input::Connection(FromConnection::Operator(
            connection, message,
        ))]);
    }

    pub(crate) fn guest_says(&mut self, connection: ConnectionId, message: FromGuest) {
        self.step([Input::Connection(FromConnection::Guest(
            connection, message,
        ))]);
    }

    /// Opens a second machine's WebSocket and says hello.
    pub(crate) fn machine(&mut self, session: &SessionToken, device: &str) -> ConnectionId {
        let connection = self.open(App::Machine, session);
        self.machine_says(connection, FromMachine::Person(hello(device)));
        connection
    }

    pub(crate) fn machine_says(&mut self, connection: ConnectionId, message: FromMachine) {
        self.step([Input::Connection(FromConnection::Machine(
            connection, message,
        ))]);
    }

    /// Opens a guest's WebSocket and says hello.
    pub(crate) fn guest(&mut self, session: &SessionToken, device: &str) -> ConnectionId {
        let connection = self.open(App::Guest, session);
        let hello = FromGuest::Person(hello(device));
        self.guest_says(connection, hello);
        connection
    }

    pub(crate) fn guest_view(&self, connection: ConnectionId) -> &GuestView {
        let views = self.told(connection).iter().rev();
        let mut views = views.filter_map(|one| {
            if let ToConnection::Guest(ToGuest::Visit { view }) = one {
                Some(view)
            } else {
                None
            }
        });
        views.next().expect("a view was sent")
    }

    pub(crate) fn guest_step(&self, connection: ConnectionId) -> &GuestStep {
        &self.guest_view(connection).step
    }

    pub(crate) fn media_says(&mut self, event: MediaEvent) {
        if let MediaEvent::Lost { peer } | MediaEvent::Refused { peer, .. } = &event {
            let known = |command: &Command| matches!(command, Command::Join { peer: one, .. } if one == peer);
            self.gone
                .extend(self.media.iter().any(known).then_some(*peer));
        }
        self.step([Input::Media(event)]);
    }

    /// Everything a connection was told.
    pub(crate) fn told(&self, connection: ConnectionId) -> &[ToConnection] {
        self.said
            .get(&connection)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    pub(crate) fn citizen_view(&self, connection: ConnectionId) -> &CitizenView {
        let views = self.told(connection).iter().rev();
        let mut views = views.filter_map(|one| {
            if let ToConnection::Citizen(ToCitizen::Visit { view }) = one {
                Some(view)
            } else {
                None
            }
        });
        views.next().expect("a view was sent")
    }

    pub(crate) fn citizen_step(&self, connection: ConnectionId) -> &CitizenStep {
        &self.citizen_view(connection).step
    }

    pub(crate) fn operator_view(&self, connection: ConnectionId) -> &OperatorView {
        let views = self.told(connection).iter().rev();
        let mut views = views.filter_map(|one| {
            if let ToConnection::Operator(ToOperator::Console { view }) = one {
                Some(view)
            } else {
                None
            }
        });
        views.next().expect("a view was sent")
    }

    pub(crate) fn operator_step(&self, connection: ConnectionId) -> &OperatorStep {
        &self.operator_view(connection).step
    }

    /// The last refusal of a connection.
    pub(crate) fn refusal(&self, connection: ConnectionId) -> Option<&Refusal> {
        self.told(connection)
            .iter()
            .rev()
            .find_map(|one| match one {
                ToConnection::Person(ToPerson::Refused { refusal }) => Some(refusal),
                _other => None,
            })
    }

    pub(crate) fn refused_with(&self, connection: ConnectionId) -> Option<RefusalCode> {
        self.refusal(connection).map(|refusal| refusal.code)
    }

    pub(crate) fn is_closed(&self, connection: ConnectionId) -> bool {
        self.told(connection).last() == Some(&ToConnection::Close)
    }

    /// Names of the facts so far.
    pub(crate) fn facts(&self) -> Vec<&'static str> {
        self.events.iter().map(|event| event.fact.name()).collect()
    }

    pub(crate) fn peer(&self, participant: u8) -> PeerId {
        let joins = self.media.iter().rev();
        let mut joins = joins.filter_map(|one| match one {
            Command::Join {
                peer,
                participant: who,
                ..
            } if *who == participant => Some(*peer),
            _other => None,
        });
        joins.next().expect("the participant has joined")
    }

    /// An operator who is available for everything and seeks.
    pub(crate) fn seeking_operator(&mut self, account: &str) -> ConnectionId {
        let operator = self.operator(account);
        for service in [KEPT, RELAYED] {
            self.operator_says(
                operator,
                FromOperator::SetAvailable {
                    service,
                    available: true,
                },
            );
        }
        self.operator_says(operator, FromOperator::Seek {});
        operator
    }

    /// A citizen in line for a service, or assigned if somebody seeks.
    pub(crate) fn waiting_citizen(&mut self, service: u32) -> (ConnectionId, SessionToken) {
        let session = self.take_turn(service);
        let citizen = self.citizen(&session, DEVICE);
        self.citizen_says(
            citizen,
            FromCitizen::Confirm {
                devices: ON,
                line: None,
            },
        );
        (citizen, session)
    }

    pub(crate) fn accept(&mut self, citizen: ConnectionId) {
        let CitizenStep::Assigned { notice, .. } = self.citizen_step(citizen) else {
            panic!("not assigned")
        };
        let sha256 = notice.sha256.clone();
        self.citizen_says(citizen, FromCitizen::AcceptNotice { sha256 });
    }

    /// A citizen and an operator in the call, no media yet.
    pub(crate) fn call(&mut self, service: u32) -> (ConnectionId, SessionToken, ConnectionId) {
        let operator = self.seeking_operator("ana");
        let (citizen, session) = self.waiting_citizen(service);
        self.accept(citizen);
        self.operator_says(operator, FromOperator::Start {});
        self.operator_says(operator, FromOperator::Admit { participant: 1 });
        (citizen, session, operator)
    }

    /// A person offers, and the media plane answers and connects.
    pub(crate) fn connect_citizen(&mut self, citizen: ConnectionId) -> PeerId {
        self.citizen_says(
            citizen,
            FromCitizen::Person(FromPerson::Offer {
                attempt: 1,
                sdp: "v=0".to_owned(),
            }),
        );
        self.connect(1)
    }

    pub(crate) fn connect_operator(&mut self, operator: ConnectionId) -> PeerId {
        self.operator_says(
            operator,
            FromOperator::Person(FromPerson::Offer {
                attempt: 1,
                sdp: "v=0".to_owned(),
            }),
        );
        self.connect(2)
    }

    pub(crate) fn connect(&mut self, participant: u8) -> PeerId {
        let peer = self.peer(participant);
        self.media_says(MediaEvent::Answered {
            peer,
            answer: "v=0".to_owned(),
            restart: "key".to_owned(),
        });
        self.media_says(MediaEvent::Connected { peer });
        peer
    }
}

fn hello(device: &str) -> FromPerson {
    FromPerson::Hello {
        version: PROTOCOL_VERSION,
        device: device.to_owned(),
        language: "es-AR".to_owned(),
        attempt: None,
        take_over: false,
    }
}

pub(crate) fn turn(service: u32) -> Request {
    let body = TakeTurn {
        office: OFFICE,
        service,
        name: "Ana Paz".to_owned(),
        document: "20.345.678".to_owned(),
        language: "es-AR".to_owned(),
    };
    Request::TakeTurn {
        body,
        address: IpAddr::from([192, 0, 2, 1]),
        load_token: None,
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        messages: Rate {
            burst: 40,
            every: Duration::from_millis(50),
        },
        turns: Rate {
            burst: 20,
            every: Duration::from_secs(3),
        },
        open_visits_max: 50,
        load_token: Some(signalling::load_token_hash(LOAD_TOKEN)),
    }
}
