//! The assembly: starts and joins the threads of the server. What the binary, the tests and the benches call.
//!
//! Threads: control and the one that passes on to it, media workers, disk and derivation, checks of hash chains, tokio for HTTP,
//! media over TCP and the relay. They own their state and talk by bounded channels.
//! Left to others: everything that decides. Invariant: [`Running::stop`] leaves nothing behind: sockets closed, records
//! closed, store flushed.
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! let mut config = config::Config::default();
//! config.http.listen = vec!["127.0.0.1:0".parse()?];
//! config.media.base_port = 0;
//! config.storage.folder = folder.path().to_owned();
//! config.storage.keyring_folder = folder.path().join("keyring");
//! config.recorder.folder = folder.path().join("records");
//!
//! let running = ventanilla::run(&config, None)?;
//! assert_ne!(running.http_addresses()[0].port(), 0);
//! running.stop()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{
    collections::HashMap,
    net::{SocketAddr, TcpListener},
    path::Path,
    thread::{Builder, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use media_packet::capture::Block;
use media_udp::{Streams, Workers};
use signalling::{
    Entropy, Rate,
    notice::Notices,
    switchboard::{Kept, Moment, Settings, Switchboard},
};
use signalling_http::{Door, Serving, ToControl};
use store::{Folders, Store};
use tokio::sync::oneshot;

mod addresses;
mod compliance;
mod control;
pub mod demo;
mod doors;
mod error;
mod files;
mod integrity;
mod keeper;
mod numbers;
mod words;

pub use error::Error;
pub use words::WordsError;

use compliance::Desk;
use control::{Control, Inlets, read_clocks};
use files::Files;
use integrity::Checks;
use keeper::Keeper;

/// Messages of the doors that may wait: they wait with the doors before that, which hold their senders back.
const DOORS_MAX: usize = 1_024;

/// Events of the media plane that may wait; workers keep the rest back.
const MEDIA_EVENTS_MAX: usize = 4_096;

/// Blocks of recordings that may wait: a disk that stalls for some seconds.
const BLOCKS_MAX: usize = 4_096;

/// Commands to, and events of, the disk thread: some per call.
const RECORDER_MAX: usize = 4_096;

/// Bytes asked of the kernel for each media socket: 20 ms of 400 rooms with 300 packets/s of 1,200 bytes are 3 MB.
const SOCKET_BUFFER_BYTES: usize = 4 << 20;

/// Characters of the load token at least.
const LOAD_TOKEN_CHARS: usize = 32;

/// The server, running.
#[derive(Debug)]
pub struct Running {
    http: Vec<SocketAddr>,
    media: Vec<SocketAddr>,
    close: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
    doors: JoinHandle<()>,
    passing: JoinHandle<()>,
    control: JoinHandle<()>,
    disk: recorder_disk::Running,
}

impl Running {
    /// Where browsers come in, with the ports that the system chose.
    #[must_use]
    pub fn http_addresses(&self) -> &[SocketAddr] {
        &self.http
    }

    /// Where browsers are told to send media.
    #[must_use]
    pub fn media_addresses(&self) -> &[SocketAddr] {
        &self.media
    }

    /// Waits until the control thread has ended, which it does by itself only when it has panicked: then the server is of no
    /// use any more, and whoever runs it should start it again. To be asked once.
    pub async fn ended(&mut self) {
        if (&mut self.ended).await.is_err() {
            tracing::debug!("the control thread has ended");
        }
    }

    /// Ends everything in order: doors, control with media and records, store.
    ///
    /// # Errors
    /// [`Error::Panicked`] when a thread of ours had panicked; the others were ended all the same.
    pub fn stop(self) -> Result<(), Error> {
        let Self {
            close,
            doors,
            passing,
            control,
            disk,
            ..
        } = self;
        // The doors are gone already when they failed: then there is nothing to close.
        if close.send(()).is_err() {
            tracing::debug!("the doors were closed already");
        }
        let ended = [
            ("http", doors.join()),
            ("passing", passing.join()),
            ("control", control.join()),
        ];
        disk.join();
        ended
            .into_iter()
            .try_for_each(|(name, ended)| ended.map_err(|_panic| Error::Panicked { name }))
    }
}

/// Starts the server. With `demo`, the demo office is put into a store that has no office yet.
///
/// # Errors
/// Whatever keeps a part from starting; the settings were right in themselves.
pub fn run(config: &config::Config, demo: Option<demo::Demo>) -> Result<Running, Error> {
    let door = Door::open(&config.http, &config.limits)?.with_scanner(config.files.scanner.clone());
    let notices = words::notices()?;
    let token_file = config.load.token_file.as_deref();
    let load_token = token_file.map(read_load_token).transpose()?;
    let now = read_clocks();
    let (mut keeper, kept) = open_store(config, demo, &notices, now)?;
    let settings = settings(config, load_token.as_deref());
    let mut switchboard = Switchboard::new(settings, notices, kept, entropy()?, now.instant);
    let programs = keeper.store().keyring().program_secret();
    switchboard.set_program_key(signalling::ProgramKey::new(programs));

    let (block_sender, blocks) = bounded(BLOCKS_MAX);
    let (media_sender, media_events) = bounded(MEDIA_EVENTS_MAX);
    let (command_sender, commands) = bounded(RECORDER_MAX);
    let (event_sender, recorder_events) = bounded(RECORDER_MAX);
    let records = config.recorder.folder.clone();
    let disk_settings = recorder_disk::Settings::from(&config.recorder);
    let in_disk = |source| Error::Thread {
        name: "disk",
        source,
    };
    let disk = recorder_disk::start(disk_settings, blocks, commands, event_sender);
    let disk = disk.map_err(in_disk)?;
    let outlets = (&media_sender, &block_sender, &disk.spent_buffers());
    let (workers, door, tcp) = open_media(config, (door, &mut switchboard), outlets)?;
    // The workers hold the only senders: the disk thread sees when they have ended.
    drop((block_sender, media_sender));

    let numbers = numbers::MediaNumbers::default();
    let (handle, asked) = signalling_http::Control::new();
    let (passed, doors) = bounded(DOORS_MAX);
    let passing = spawn("passing", move || pass(asked, &passed))?;
    let (http, media) = (door.addresses().to_vec(), workers.addresses().to_vec());
    let control = Control {
        switchboard,
        files: Files::open(&records, &keeper),
        keeper,
        desk: Desk::new(records.clone()),
        checks: Checks::new(records),
        workers,
        numbers: numbers.clone(),
        recorder: command_sender,
        inlets: Inlets {
            doors,
            media: media_events,
            recorder: recorder_events,
        },
        outboxes: HashMap::new(),
        askers: HashMap::new(),
        next_request: 1,
    };
    let (alive, ended) = oneshot::channel();
    let control = spawn("control", move || {
        // Dropped with the thread, however it ends; never sent on.
        let _alive: oneshot::Sender<()> = alive;
        control.run();
    })?;
    let serving = Serving {
        control: handle,
        load_token,
        observe: numbers::observe(disk.stats(), numbers),
    };
    let (close, closing) = oneshot::channel();
    let doors = serve((door, serving), tcp, closing)?;
    Ok(Running {
        http,
        media,
        close,
        ended,
        doors,
        passing,
        control,
        disk,
    })
}

/// The TCP port for media, with the way to the workers.
type Tcp = Option<(TcpListener, Streams)>;

/// The media workers, and the ways to them for who cannot send UDP.
fn open_media(
    config: &config::Config,
    (door, switchboard): (Door, &mut Switchboard),
    (events, blocks, spent): (
        &Sender<media::control::Event>,
        &Sender<Block>,
        &Receiver<Vec<u8>>,
    ),
) -> Result<(Workers, Door, Tcp), Error> {
    let settings = media_settings(&config.media)?;
    let tcp = doors::tcp_listener(&config.media)?;
    let candidates = doors::tcp_candidates(tcp.as_ref(), &settings.announced);
    let workers = Workers::start_with((&settings, &candidates), events, blocks, spent)?;
    let relay = doors::relay(config, door.addresses(), &workers, &settings.announced)?;
    let door = match relay {
        None => door,
        Some((relay, settings)) => {
            switchboard.set_relay(settings);
            door.with_relay(relay)
        }
    };
    let tcp = tcp.map(|listener| (listener, workers.streams()));
    Ok((workers, door, tcp))
}

/// The store with what the switchboard begins with.
fn open_store(
    config: &config::Config,
    demo: Option<demo::Demo>,
    notices: &Notices,
    now: Moment,
) -> Result<(Keeper, Kept), Error> {
    let mut store = Store::open(&folders(&config.storage))?;
    if let Some(demo) = demo {
        demo.put_into(&mut store, now.utc)?;
    }
    let (mut keeper, kept) = Keeper::open(store, now.utc)?;
    keeper.keep_notices(notices.all())?;
    Ok((keeper, kept))
}

fn spawn(name: &'static str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|source| Error::Thread { name, source })
}

/// From the doors' channel to the control thread's, which waits for several at once.
fn pass(mut asked: tokio::sync::mpsc::Receiver<ToControl>, passed: &Sender<ToControl>) {
    while let Some(message) = asked.blocking_recv() {
        if passed.send(message).is_err() {
            return;
        }
    }
}

fn serve(
    (door, serving): (Door, Serving),
    tcp: Tcp,
    closing: oneshot::Receiver<()>,
) -> Result<JoinHandle<()>, Error> {
    let in_http = |source| Error::Thread {
        name: "http",
        source,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_name("http")
        .enable_all()
        .build()
        .map_err(in_http)?;
    spawn("http", move || {
        if let Some((listener, streams)) = tcp {
            drop(runtime.spawn(async move {
                if let Err(error) = media_stream::serve(listener, streams).await {
                    tracing::error!(%error, "no media over TCP");
                }
            }));
        }
        let served = runtime.block_on(door.serve(serving, async {
            // Closed when told, and when whoever could tell is gone.
            if closing.await.is_err() {
                tracing::debug!("closing, since nobody is there to say so");
            }
        }));
        if let Err(error) = served {
            tracing::error!(%error, "the doors do not open");
        }
        runtime.shutdown_timeout(Duration::from_secs(1));
    })
}

fn folders(storage: &config::Storage) -> Folders {
    Folders {
        keyring: storage.keyring_folder.clone(),
        ..Folders::under(&storage.folder)
    }
}

fn settings(config: &config::Config, load_token: Option<&str>) -> Settings {
    let limits = config.limits;
    let (messages, turns) = (
        limits.messages_per_second.max(1),
        limits.turns_per_minute.max(1),
    );
    Settings {
        // Averaged over two seconds, and over a minute, as the settings say.
        messages: Rate {
            burst: messages.saturating_mul(2),
            every: Duration::from_secs(1) / messages,
        },
        turns: Rate {
            burst: turns,
            every: Duration::from_secs(60) / turns,
        },
        open_visits_max: usize::try_from(limits.open_visits).unwrap_or(usize::MAX),
        load_token: load_token.map(signalling::load_token_hash),
    }
}

fn media_settings(media: &config::Media) -> Result<media::Settings, Error> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = match media.workers {
        config::Workers::Auto => cores,
        config::Workers::Count(count) => usize::from(count),
    };
    Ok(media::Settings {
        bind: media.bind,
        announced: addresses::announced(media)?,
        base_port: media.base_port,
        workers: u8::try_from(workers)
            .unwrap_or(media::WORKERS_MAX)
            .min(media::WORKERS_MAX),
        receive_buffer_bytes: SOCKET_BUFFER_BYTES,
        send_buffer_bytes: SOCKET_BUFFER_BYTES,
        peers_max: media::PEERS_MAX,
    })
}

fn entropy() -> Result<Entropy, Error> {
    let mut seed = [0; 32];
    aws_lc_rs::rand::fill(&mut seed).map_err(|_unspecified| Error::Random)?;
    Ok(Entropy::new(seed))
}

fn read_load_token(path: &Path) -> Result<String, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    let token = text.trim();
    if token.len() < LOAD_TOKEN_CHARS {
        return Err(Error::LoadToken {
            path: path.to_owned(),
            found: token.len(),
        });
    }
    Ok(token.to_owned())
}
