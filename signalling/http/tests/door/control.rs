//! A server to knock at: real doors, and a control task that knows one citizen, one operator and one officer.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use argon2::{Argon2, password_hash::PasswordHasher};
use signalling::{
    PairingCode,
    protocol::{
        call::{ChatLine, Refusal, RefusalCode},
        citizen::{FromCitizen, ToCitizen},
        entry::{Account, AccountRole, Catalogue, ProgramAccess, TurnTaken},
        office::{AccessLog, RecordsFound},
        person::{FromPerson, ToPerson},
    },
    request::{
        App, ConnectionId, FromConnection, Health, LoadOffice, Reply, Request, SessionToken,
        ToConnection, TrackFile,
    },
};
use signalling_http::{
    Control, Door, Observe, Outbox, Patience, Sample, SampleKind, Serving, ToControl,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

/// The session of everybody.
pub(crate) const SESSION: &str = "0123456789abcdefghij-_";
/// The pairing code of everybody.
pub(crate) const CODE: &str = "019450730";
/// The one account of both apps.
pub(crate) const ACCOUNT: &str = "ana";
/// Its password.
pub(crate) const PASSWORD: &str = "correcto caballo";
/// The load test's token.
pub(crate) const LOAD_TOKEN: &str = "load-token-load-token-load-token-";
/// A nonce that makes the control task send more messages than an outbox holds, each of 1.2 MB.
pub(crate) const FLOOD_NONCE: u32 = 999;
/// A nonce that makes it send fewer than an outbox holds, but more than every buffer on the way.
pub(crate) const STALL_NONCE: u32 = 998;

static HASH: LazyLock<String> = LazyLock::new(|| {
    Argon2::default()
        .hash_password(PASSWORD.as_bytes())
        .unwrap()
        .to_string()
});

/// A running server; closes when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// What connections said, as the control task heard it.
    pub(crate) heard: mpsc::Receiver<FromConnection>,
    /// How often a playback began.
    pub(crate) plays: Arc<AtomicU32>,
    close: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<Result<(), signalling_http::Error>>,
}

/// What may differ from one test to the next.
#[derive(Default)]
pub(crate) struct Setting {
    pub(crate) http: Option<config::Http>,
    pub(crate) limits: config::Limits,
    pub(crate) track: Option<TrackFile>,
    pub(crate) patience: Patience,
}

impl Server {
    /// Starts one on a port of the system's choice.
    pub(crate) async fn start(setting: Setting) -> Self {
        let http = setting.http.unwrap_or_else(|| config::Http {
            listen: vec!["127.0.0.1:0".parse().unwrap()],
            ..config::Http::default()
        });
        let door = Door::open(&http, &setting.limits)
            .unwrap()
            .with_patience(setting.patience);
        let address = door.addresses()[0];
        let (control, inputs) = Control::new();
        let (tell, heard) = mpsc::channel(1_000);
        let plays = Arc::new(AtomicU32::new(0));
        let desk = Desk {
            tell,
            outboxes: Vec::new(),
            track: setting.track,
            plays: Arc::clone(&plays),
        };
        thread::spawn(move || desk.run(inputs));
        let observe = Observe::new(|| {
            vec![Sample {
                name: "media_packets_lost_total",
                help: "packets",
                kind: SampleKind::Counter,
                value: 3.0,
            }]
        });
        let (close, closing) = oneshot::channel::<()>();
        let serving = Serving {
            control,
            load_token: Some(LOAD_TOKEN.to_owned()),
            observe,
        };
        let served = tokio::spawn(door.serve(serving, async {
            closing.await.ok();
        }));
        Self {
            address,
            heard,
            plays,
            close: Some(close),
            served,
        }
    }

    /// The origin of its own pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the control task hears next.
    pub(crate) async fn hear(&mut self) -> FromConnection {
        soon(self.heard.recv()).await.unwrap()
    }

    /// Begins to close; the rest waits for its end.
    pub(crate) fn close(&mut self) {
        self.close.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(self) {
        self.served.await.unwrap().unwrap();
    }
}

/// Waits, so that what never comes fails a test instead of holding it up.
pub(crate) async fn soon<T>(awaited: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), awaited).await.unwrap()
}

/// The control thread of the tests.
struct Desk {
    tell: mpsc::Sender<FromConnection>,
    outboxes: Vec<(ConnectionId, Outbox)>,
    track: Option<TrackFile>,
    plays: Arc<AtomicU32>,
}

impl Desk {
    fn run(mut self, mut inputs: mpsc::Receiver<ToControl>) {
        while let Some(input) = inputs.blocking_recv() {
            match input {
                ToControl::Opened {
                    connection,
                    app,
                    session,
                    outbox,
                } => {
                    self.outboxes.push((connection, outbox));
                    self.heard(FromConnection::Opened {
                        connection,
                        app,
                        session,
                    });
                }
                ToControl::Connection(message) => {
                    if let FromConnection::Citizen(
                        connection,
                        FromCitizen::Person(FromPerson::Ping { nonce }),
                    ) = message
                    {
                        self.answer_ping(connection, nonce);
                    }
                    if let FromConnection::Citizen(connection, FromCitizen::FinishTurn {}) = message
                    {
                        self.say(connection, ToConnection::Close);
                    }
                    if let FromConnection::Closed(connection) = message {
                        self.outboxes.retain(|(open, _)| *open != connection);
                    }
                    self.heard(message);
                }
                ToControl::Request(request, answer) => {
                    answer.send(self.reply(request)).ok();
                }
            }
        }
    }

    fn heard(&self, message: FromConnection) {
        // A test that does not listen any more has ended.
        self.tell.try_send(message).ok();
    }

    fn say(&self, to: ConnectionId, message: ToConnection) {
        let (_, outbox) = self.outboxes.iter().find(|(open, _)| *open == to).unwrap();
        outbox.send(message);
    }

    fn answer_ping(&self, connection: ConnectionId, nonce: u32) {
        let (times, bytes) = match nonce {
            FLOOD_NONCE => (100, 1_200_000),
            STALL_NONCE => (50, 1_200_000),
            _ => {
                let pong = ToCitizen::Person(ToPerson::Pong { nonce, now_ms: 0 });
                return self.say(connection, ToConnection::Citizen(pong));
            }
        };
        let line = ChatLine {
            number: 1,
            from: 1,
            text: "x".repeat(bytes),
            at_ms: 0,
            live: false,
        };
        for _ in 0..times {
            let lines = vec![line.clone()];
            self.say(
                connection,
                ToConnection::Person(ToPerson::ChatHistory { lines }),
            );
        }
    }

    fn reply(&self, request: Request) -> Reply {
        let knows = |session: &SessionToken| session.0 == SESSION;
        match request {
            Request::Catalogue => Reply::Catalogue(Catalogue {
                body: "Municipio".to_owned(),
                offices: Vec::new(),
            }),
            Request::TakeTurn {
                body, load_token, ..
            } if body.service == 1 || load_token.is_some() => Reply::TurnTaken(
                TurnTaken {
                    turno_code: "ABCDEFGHJKLM".to_owned(),
                },
                session(),
            ),
            Request::TakeTurn { .. } => refused(RefusalCode::NotFound),
            Request::EnterMove { link, .. } => enter_move(&link),
            Request::EnterMachine { code, .. } => enter_machine(code),
            Request::EnterInvitation { own: Some(own), .. } if knows(&own) => Reply::Entered(None),
            Request::EnterInvitation { invitation, .. } if knows(&invitation) => {
                Reply::Entered(Some(session()))
            }
            Request::EnterInvitation { .. } => refused(RefusalCode::InvitationOver),
            Request::ForgetTurn(session) if knows(&session) => refused(RefusalCode::OutOfOrder),
            Request::ForgetTurn(_) => refused(RefusalCode::NoSession),
            Request::PasswordOf { account, .. } => {
                Reply::Password((account == ACCOUNT).then(|| HASH.clone()))
            }
            Request::SignIn { app, account } => Reply::SignedIn(person(app, account), session()),
            Request::WhoAmI { app, session } if knows(&session) => {
                Reply::Account(person(app, ACCOUNT.to_owned()))
            }
            Request::WhoAmI { .. } => refused(RefusalCode::NoSession),
            Request::Program { session, .. } if knows(&session) => Reply::Program(ProgramAccess {
                token: "abc.1.00".to_owned(),
            }),
            Request::Program { .. } => refused(RefusalCode::NoSession),
            Request::Caption { token, .. } if token.0 == SESSION => Reply::Done,
            Request::Caption { .. } => refused(RefusalCode::NoSession),
            Request::Join { .. } | Request::Change { .. } | Request::Leave { .. } => {
                refused(RefusalCode::NoSession)
            }
            // Files are tested with the whole server: here nobody is in a call.
            Request::File(_) => refused(RefusalCode::NoSession),
            Request::SignOut { .. } => Reply::Done,
            Request::SearchRecords(_, body) if body.reason.len() < 5 => {
                refused(RefusalCode::ReasonNeeded)
            }
            Request::SearchRecords(..) => Reply::Records(RecordsFound {
                records: Vec::new(),
                more: false,
            }),
            Request::OpenRecord(..) => refused(RefusalCode::NotFound),
            Request::PlayTrack {
                session,
                record,
                track,
                begins,
            } => self.play(&session, &record, track, begins),
            Request::AccessLog(_) => Reply::AccessLog(AccessLog {
                entries: Vec::new(),
            }),
            Request::LoadOffice { operators, .. } => Reply::LoadOffice(LoadOffice {
                office: 9,
                service: 1,
                operators: (0..operators).map(|_| session()).collect(),
            }),
            Request::Health => Reply::Health(Health {
                waiting: 7,
                ..Health::default()
            }),
        }
    }

    fn play(&self, session: &SessionToken, record: &str, track: u32, begins: bool) -> Reply {
        if session.0 != SESSION {
            return refused(RefusalCode::NoSession);
        }
        self.plays.fetch_add(u32::from(begins), Ordering::SeqCst);
        match &self.track {
            Some(file) if (record, track) == ("r1", 2) => Reply::Track(file.clone()),
            Some(_) if (record, track) == ("r1", 3) => Reply::Track(TrackFile {
                path: PathBuf::from("no-such-file"),
                key: [0; 32],
            }),
            _ => refused(RefusalCode::NotFound),
        }
    }
}

fn enter_move(link: &SessionToken) -> Reply {
    if link.0 == SESSION {
        Reply::Entered(Some(session()))
    } else {
        refused(RefusalCode::InvitationOver)
    }
}

fn enter_machine(code: PairingCode) -> Reply {
    if Some(code) == PairingCode::parse(CODE) {
        Reply::Entered(Some(session()))
    } else {
        refused(RefusalCode::WrongCode)
    }
}

fn session() -> SessionToken {
    SessionToken(SESSION.to_owned())
}

fn person(app: App, account: String) -> Account {
    let role = if app == App::Office {
        AccountRole::Compliance
    } else {
        AccountRole::Operator
    };
    Account {
        account,
        name: "Ana".to_owned(),
        role,
    }
}

fn refused(code: RefusalCode) -> Reply {
    Reply::Refused(Refusal {
        code,
        about: String::new(),
        found: String::new(),
        allowed: String::new(),
    })
}
