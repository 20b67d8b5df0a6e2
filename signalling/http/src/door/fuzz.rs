//! The door as a fuzz target knocks at it: any bytes as one connection that speaks HTTP, and a control thread that says yes.

use std::sync::OnceLock;

use signalling::{
    protocol::{
        call::{Refusal, RefusalCode, RelayAccess},
        entry::{Account, AccountRole, Catalogue, ProgramAccess, TurnTaken},
        office::{AccessLog, RecordsFound},
    },
    request::{FromConnection, Health, Joined, Reply, Request as Question, SessionToken},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    runtime::Runtime,
    sync::Mutex,
};

use super::*;
use crate::control::{Outbox, ToControl};

/// What a person wrote, in the kept inputs: no answer has it.
const WRITTEN: &str = "QZXJV";

/// More than any answer of a connection.
const PIPE_BYTES: usize = 1024 * 1024;

/// What all connections of the process share.
struct House {
    runtime: Runtime,
    shared: Arc<Shared>,
    router: Router,
    inputs: Mutex<mpsc::Receiver<ToControl>>,
    _open: watch::Sender<bool>,
}

static HOUSE: OnceLock<House> = OnceLock::new();

/// Routes, headers and bodies of the door, and its WebSockets: whatever comes, no answer says that it is our own fault, and none
/// repeats what was written into a body.
///
/// # Panics
/// When that does not hold.
pub fn http(bytes: &[u8]) {
    let house = HOUSE.get_or_init(House::new);
    let answer = house.runtime.block_on(house.hear(bytes));
    let answer = String::from_utf8_lossy(&answer);
    assert!(!answer.contains("HTTP/1.1 500"), "{answer}");
    // A WebSocket returns what a ping carries.
    assert!(
        answer.contains("HTTP/1.1 101") || !answer.contains(WRITTEN),
        "{answer}"
    );
}

impl House {
    fn new() -> Self {
        let (control, inputs) = Control::new();
        let (open, closing) = watch::channel(false);
        let (places, _ended) = Places::new(Room {
            all: u32::MAX,
            per_address: u32::MAX,
        });
        let limits = config::Limits {
            sign_ins_per_minute: u32::MAX,
            requests_per_second: u32::MAX,
            ..config::Limits::default()
        };
        let shared = Arc::new(Shared {
            control,
            origins: HashSet::from(["https://turnos.example".to_owned()]),
            encrypted: true,
            proxies: vec![[192, 0, 2, 2].into()],
            places,
            load_token: Some("load-token-load-token-load-token-".to_owned()),
            rates: Rates::new(&limits),
            scanner: config::Scanner::None,
            uploads: Semaphore::new(2),
            verifier: Verifier::new(),
            counters: Counters::default(),
            observe: Observe::default(),
            patience: Patience::default(),
            closing,
            opened: tokio::time::Instant::now(),
        });
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            router: routes::router(Arc::clone(&shared)),
            shared,
            inputs: Mutex::new(inputs),
            _open: open,
        }
    }

    /// What one connection is answered, its client having said all that it says.
    async fn hear(&self, bytes: &[u8]) -> Vec<u8> {
        // A proxy's, every second time: its headers are believed.
        let last = 1 + u8::from(bytes.len().is_multiple_of(2));
        let address = SocketAddr::from(([192, 0, 2, last], 5_000));
        let guest = Guest::Direct(network(address.ip()));
        let peer = Peer {
            address,
            client: address.ip(),
            place: Arc::new(self.shared.places.take(guest).expect("a place")),
        };
        let served = Served {
            peer,
            router: self.router.clone(),
            shared: Arc::clone(&self.shared),
            relay: None,
        };
        let (mut client, server) = tokio::io::duplex(PIPE_BYTES);
        let mut inputs = self.inputs.lock().await;
        let mut outboxes = Vec::new();
        let mut heard = Vec::new();
        let talk = async {
            drop(client.write_all(bytes).await);
            drop(client.shutdown().await);
            drop(client.read_to_end(&mut heard).await);
        };
        let mut talk = pin!(talk);
        let mut serving = pin!(served.speak_http(server));
        let (mut talked, mut served) = (false, false);
        while !(talked && served) {
            tokio::select! {
                () = talk.as_mut(), if !talked => talked = true,
                () = serving.as_mut(), if !served => served = true,
                Some(input) = inputs.recv() => decide(input, &mut outboxes),
            }
        }
        heard
    }
}

/// Says yes to whatever is asked.
fn decide(input: ToControl, outboxes: &mut Vec<Outbox>) {
    match input {
        ToControl::Opened { outbox, .. } => outboxes.push(outbox),
        ToControl::Connection(FromConnection::Closed(_)) => outboxes.clear(),
        ToControl::Connection(_) => {}
        ToControl::Request(question, asker) => drop(asker.send(yes(&question))),
    }
}

fn yes(question: &Question) -> Reply {
    let token = || SessionToken("0123456789abcdefghij-_".to_owned());
    let account = || Account {
        account: "ana".to_owned(),
        name: "Ana".to_owned(),
        role: AccountRole::Operator,
    };
    match question {
        Question::Catalogue => Reply::Catalogue(Catalogue {
            body: "Municipalidad".to_owned(),
            offices: Vec::new(),
        }),
        Question::TakeTurn { .. } => {
            let turno_code = "A-1".to_owned();
            Reply::TurnTaken(TurnTaken { turno_code }, token())
        }
        Question::EnterMove { .. } | Question::EnterMachine { .. } => Reply::Entered(Some(token())),
        Question::EnterInvitation { own, .. } => Reply::Entered(own.is_none().then(token)),
        Question::SignIn { .. } => Reply::SignedIn(account(), token()),
        Question::WhoAmI { .. } => Reply::Account(account()),
        Question::ForgetTurn(_)
        | Question::SignOut { .. }
        | Question::Leave { .. }
        | Question::Caption { .. } => Reply::Done,
        Question::SearchRecords(..) => Reply::Records(RecordsFound {
            records: Vec::new(),
            more: false,
        }),
        Question::AccessLog(_) => Reply::AccessLog(AccessLog {
            entries: Vec::new(),
        }),
        Question::Program { .. } => Reply::Program(ProgramAccess {
            token: "abc.1.00".to_owned(),
        }),
        Question::Join { .. } => Reply::Joined(Joined {
            resource: 0xabc,
            answer: "v=0\r\n".to_owned(),
            relay: Some(RelayAccess {
                urls: vec!["turns:192.0.2.1:443?transport=tcp".to_owned()],
                username: "1:1.1".to_owned(),
                credential: "secret".to_owned(),
            }),
        }),
        Question::Change { restarts, .. } => Reply::Changed {
            generation: u8::from(*restarts),
            ufrag: "ufrag".to_owned(),
            password: "password".to_owned(),
        },
        Question::Health => Reply::Health(Health::default()),
        // A password would be verified at length, a track read from disk, a file written there.
        Question::PasswordOf { .. }
        | Question::OpenRecord(..)
        | Question::PlayTrack { .. }
        | Question::File(_)
        | Question::LoadOffice { .. } => Reply::Refused(Refusal {
            code: RefusalCode::NotFound,
            about: String::new(),
            found: String::new(),
            allowed: String::new(),
        }),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn requests_that_fuzzing_found_are_answered() {
        sim::kept("http").iter().for_each(|kept| super::http(kept));
    }
}
