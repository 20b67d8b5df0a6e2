//! The workers, as the control thread holds them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use media::control::{Command, Event, RoomId};
use media::{CoreSettings, Identity, Settings, Stats, WORKERS_MAX};
use media_packet::capture::Block;
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::Error;
use crate::run::{Message, Outlets, Worker};
use crate::socket::Bound;
use crate::streams::{ARRIVALS_MAX, Paths, Streams};

/// Commands that may wait for one worker. A worker takes them between two batches, within a millisecond or two; thousands at
/// once would be a storm of joins, which the control thread must see.
const COMMANDS_MAX: usize = 4_096;

/// Commands that are kept for a worker whose queue is full, so that nobody stays admitted or recorded who was sent away:
/// a worker that is behind by more than this has stopped working.
const BACKLOG_MAX: usize = 16_384;

/// How long a worker may take to tell its counters before it is left out.
const STATS_TIMEOUT: Duration = Duration::from_secs(1);

/// All media workers of the server.
#[derive(Debug)]
pub struct Workers {
    workers: Vec<Handle>,
    announced: Vec<SocketAddr>,
    streams: Streams,
}

#[derive(Debug)]
struct Handle {
    inbox: Sender<Message>,
    /// What did not fit into the inbox, oldest first; sent before anything newer.
    backlog: VecDeque<Command>,
    wake: Arc<EventFd>,
    /// Counters that were asked for, and those that were told last.
    asked: Option<Receiver<Stats>>,
    told: Stats,
    thread: JoinHandle<()>,
}

impl Handle {
    /// Takes the counters that have come meanwhile, and asks for new ones.
    fn counters(&mut self) -> Stats {
        if let Some(stats) = self.asked.as_ref().and_then(|asked| asked.try_recv().ok()) {
            self.told = stats;
            self.asked = None;
        }
        if self.asked.is_none() {
            self.asked = ask(self);
        }
        self.told
    }

    /// Hands over what waits, as far as there is room.
    fn flush(&mut self) {
        while let Some(command) = self.backlog.pop_front() {
            match offer(&self.inbox, command) {
                Ok(()) => wake(&self.wake),
                Err(Some(command)) => return self.backlog.push_front(command),
                Err(None) => return self.backlog.clear(),
            }
        }
    }

    /// Hands a command over, after all that waits; false when it is lost.
    fn send(&mut self, command: Command) -> bool {
        self.flush();
        if self.backlog.is_empty() {
            match offer(&self.inbox, command) {
                Ok(()) => {
                    wake(&self.wake);
                    true
                }
                Err(refused) => self.keep(refused),
            }
        } else {
            self.keep(Some(command))
        }
    }

    /// Keeps a command for later. A join is not kept: whoever joins asks again, and its offer is old by then.
    fn keep(&mut self, command: Option<Command>) -> bool {
        let kept = command.filter(|command| !matches!(command, Command::Join { .. }));
        let fits = self.backlog.len() < BACKLOG_MAX;
        match kept.filter(|_| fits) {
            Some(command) => {
                self.backlog.push_back(command);
                true
            }
            None => false,
        }
    }
}

impl Workers {
    /// Opens the sockets and starts the threads. `events` and `blocks` are the bounded channels to the control thread and to
    /// the recorder, `spent` brings the buffers of blocks back; the workers never wait for them.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Socket`], [`Error::Thread`], [`Error::System`], [`Error::Core`].
    pub fn start(
        settings: &Settings,
        events: &Sender<Event>,
        blocks: &Sender<Block>,
        spent: &Receiver<Vec<u8>>,
    ) -> Result<Self, Error> {
        Self::start_with((settings, &[]), events, blocks, spent)
    }

    /// Like [`Workers::start`]; answers name `tcp_candidates` too: whoever listens there hands what comes to
    /// [`Workers::streams`].
    ///
    /// # Errors
    /// As [`Workers::start`].
    pub fn start_with(
        (settings, tcp_candidates): (&Settings, &[SocketAddr]),
        events: &Sender<Event>,
        blocks: &Sender<Block>,
        spent: &Receiver<Vec<u8>>,
    ) -> Result<Self, Error> {
        check(settings)?;
        let secret = random_bytes().map_err(|source| Error::System { worker: 0, source })?;
        let identity = Identity::generate(secret)?;
        let mut all = Self {
            workers: Vec::new(),
            announced: Vec::new(),
            streams: Streams {
                workers: Vec::new(),
            },
        };
        for worker in 0..settings.workers {
            let socket = Bound::open(settings, worker)?;
            let port = socket.port();
            let candidates: Vec<_> = settings
                .announced
                .iter()
                .map(|&ip| SocketAddr::new(ip, port))
                .collect();
            all.announced.extend(&candidates);
            let core = CoreSettings {
                worker,
                candidates,
                peers_max: settings.peers_max,
            };
            let outlets = Outlets {
                events: events.clone(),
                blocks: blocks.clone(),
                spent: spent.clone(),
            };
            let identity = identity.clone();
            let (arrivals, paths) = bounded(ARRIVALS_MAX);
            let make = (core, identity, tcp_candidates);
            let handle = spawn(make, (socket, Paths::new(paths)), outlets)?;
            let waker = Arc::clone(&handle.wake);
            all.streams.workers.push((arrivals, waker));
            all.workers.push(handle);
        }
        Ok(all)
    }

    /// Hands a command to the worker of its room, or, when it names a peer only, to all: the one that has the peer acts.
    /// What does not fit into a worker's queue, and is no join, is kept and handed over before anything newer.
    ///
    /// # Errors
    /// [`Error::Busy`] when a worker has ended, or is so far behind that the command is lost to it. The others have it.
    pub fn send(&mut self, command: &Command) -> Result<(), Error> {
        let room = match command {
            Command::Join { room, .. }
            | Command::CloseRoom { room }
            | Command::Feel { room, .. } => Some(*room),
            Command::Admit { .. }
            | Command::Share { .. }
            | Command::Record { .. }
            | Command::Leave { .. } => None,
        };
        let mut sent = Ok(());
        for worker in self.workers_of(room) {
            let Some(handle) = self.workers.get_mut(usize::from(worker)) else {
                continue;
            };
            if !handle.send(command.clone()) {
                sent = Err(Error::Busy { worker });
            }
        }
        sent
    }

    /// Hands over what waits for workers whose queues were full. To be called once in a while.
    pub fn flush(&mut self) {
        self.workers.iter_mut().for_each(Handle::flush);
    }

    /// Addresses that browsers are told: each announced one with the port of each worker.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.announced
    }

    /// The way of datagrams that streams carry.
    #[must_use]
    pub fn streams(&self) -> Streams {
        self.streams.clone()
    }

    /// Counters of each worker. Waits for the workers, a batch's time; one that does not answer within a second is left out.
    #[must_use]
    pub fn stats(&self) -> Vec<Stats> {
        let asked: Vec<Receiver<Stats>> = self.workers.iter().filter_map(ask).collect();
        asked
            .into_iter()
            .filter_map(|answer| answer.recv_timeout(STATS_TIMEOUT).ok())
            .collect()
    }

    /// Counters of each worker as of the call before this one, without waiting for anybody. To be called once a second.
    pub fn counters(&mut self) -> Vec<Stats> {
        self.workers.iter_mut().map(Handle::counters).collect()
    }

    /// Ends all workers and waits for them. What they hold of recordings is handed over before.
    pub fn stop(self) {
        for Handle {
            inbox,
            wake: waker,
            thread,
            backlog: _,
            asked: _,
            told: _,
        } in self.workers
        {
            drop(inbox);
            wake(&waker);
            if thread.join().is_err() {
                tracing::error!("a media worker had panicked");
            }
        }
    }

    fn workers_of(&self, room: Option<RoomId>) -> std::ops::Range<u8> {
        let count = u8::try_from(self.workers.len()).unwrap_or(WORKERS_MAX);
        room.map_or(0..count, |room| {
            let worker = u8::try_from(room.0 % u64::from(count.max(1))).unwrap_or(0);
            worker..worker + 1
        })
    }
}

/// What is to be said of a command that its worker did not take: the offer of a join is refused. Anything else is not answered.
#[must_use]
pub fn refusal(command: &Command) -> Option<Event> {
    match command {
        Command::Join { peer, .. } => Some(Event::Refused {
            peer: *peer,
            found: "a media worker that has more to do than it can".to_owned(),
            allowed: "another offer, in a while".to_owned(),
        }),
        Command::Admit { .. }
        | Command::Share { .. }
        | Command::Record { .. }
        | Command::Leave { .. }
        | Command::CloseRoom { .. }
        | Command::Feel { .. } => None,
    }
}

/// Puts a command into a worker's queue, or gives it back when that is full; none comes back from a worker that has ended.
fn offer(inbox: &Sender<Message>, command: Command) -> Result<(), Option<Command>> {
    match inbox.try_send(Message::Command(command)) {
        Ok(()) => Ok(()),
        Err(TrySendError::Full(Message::Command(command))) => Err(Some(command)),
        Err(TrySendError::Full(Message::Stats(_)) | TrySendError::Disconnected(_)) => Err(None),
    }
}

fn ask(handle: &Handle) -> Option<Receiver<Stats>> {
    let (reply, answer) = bounded(1);
    handle.inbox.try_send(Message::Stats(reply)).ok()?;
    wake(&handle.wake);
    Some(answer)
}

pub(crate) fn wake(waker: &EventFd) {
    if let Err(error) = waker.write(1) {
        // Only a full counter refuses, and then the worker is being woken already.
        tracing::debug!(%error, "waking a media worker");
    }
}

fn check(settings: &Settings) -> Result<(), Error> {
    let wrong = |key, found: String, allowed: String| {
        Err(Error::Setting {
            key,
            found,
            allowed,
        })
    };
    if !(1..=WORKERS_MAX).contains(&settings.workers) {
        return wrong(
            "workers",
            settings.workers.to_string(),
            format!("1 to {WORKERS_MAX}"),
        );
    }
    if settings.announced.is_empty() {
        return wrong(
            "announced addresses",
            "empty".to_owned(),
            "at least one".to_owned(),
        );
    }
    if settings
        .base_port
        .checked_add(u16::from(settings.workers))
        .is_none()
    {
        return wrong(
            "base port",
            settings.base_port.to_string(),
            "low enough for all workers".to_owned(),
        );
    }
    Ok(())
}

fn random_bytes() -> Result<[u8; 32], std::io::Error> {
    use std::io::Read as _;
    let mut bytes = [0; 32];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn spawn(
    (core, identity, tcp_candidates): (CoreSettings, Identity, &[SocketAddr]),
    (socket, paths): (Bound, Paths),
    outlets: Outlets,
) -> Result<Handle, Error> {
    let worker = core.worker;
    let waker = EventFd::from_value_and_flags(0, EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC);
    let waker = waker.map_err(|error| Error::System {
        worker,
        source: error.into(),
    })?;
    let wake = Arc::new(waker);
    let (inbox, messages) = bounded(COMMANDS_MAX);
    #[expect(
        clippy::disallowed_methods,
        reason = "the origin of the worker's clock"
    )]
    let start = Instant::now();
    let mut core = media::Core::new(core, identity, start)?;
    core.set_tcp_candidates(tcp_candidates.to_vec());
    let woken = Arc::clone(&wake);
    let run = move || {
        Worker::new(
            core,
            (socket.into_socket(), paths),
            outlets,
            messages,
            woken,
        )
        .run()
    };
    let thread = std::thread::Builder::new()
        .name(format!("media-{worker}"))
        .spawn(run);
    let thread = thread.map_err(|source| Error::Thread { worker, source })?;
    Ok(Handle {
        inbox,
        backlog: VecDeque::new(),
        wake,
        asked: None,
        told: Stats::default(),
        thread,
    })
}

#[cfg(test)]
mod tests {
    use media::control::PeerId;

    use super::*;

    fn leave(peer: u64) -> Command {
        Command::Leave { peer: PeerId(peer) }
    }

    fn taken(messages: &Receiver<Message>) -> Vec<u64> {
        let left = messages.try_iter().filter_map(|message| match message {
            Message::Command(Command::Leave { peer }) => Some(peer.0),
            Message::Command(_) | Message::Stats(_) => None,
        });
        left.collect()
    }

    #[test]
    fn what_a_full_queue_does_not_take_is_sent_later_in_order() {
        let (inbox, messages) = bounded(2);
        let mut handle = Handle {
            inbox,
            backlog: VecDeque::new(),
            wake: Arc::new(EventFd::from_value_and_flags(0, EfdFlags::EFD_NONBLOCK).unwrap()),
            asked: None,
            told: Stats::default(),
            thread: std::thread::spawn(|| {}),
        };
        assert!((1..=5).all(|peer| handle.send(leave(peer))));
        let join = Command::Join {
            room: RoomId(1),
            peer: PeerId(9),
            participant: 1,
            offer: String::new(),
        };
        assert!(!handle.send(join.clone()), "a join is told to be lost");
        let Some(Event::Refused { peer, .. }) = refusal(&join) else {
            panic!("and refused");
        };
        assert_eq!((peer, refusal(&leave(9))), (PeerId(9), None));
        assert_eq!(taken(&messages), [1, 2]);
        // Older ones first, though there is room again.
        assert!(handle.send(leave(6)));
        assert_eq!(taken(&messages), [3, 4]);
        handle.flush();
        assert_eq!(taken(&messages), [5, 6]);
        assert!(handle.backlog.is_empty());
        drop(messages);
        assert!(!handle.send(leave(7)), "the worker has ended");
    }
}
