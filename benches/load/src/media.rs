//! The media thread: all clients' sockets behind one epoll, everything that is due in order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use media_packet::time::Micros;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg};
use nix::sys::time::TimeSpec;
use tokio::sync::oneshot;

use crate::arguments::Arguments;
use crate::client::{AUDIO_STEP_US, Client, Loss, Medium, REPORT_STEP_US, Scratch, VIDEO_STEP_US};
use crate::clock::{Clock, Now};
use crate::measure::Measure;

/// Commands that may wait: each of a few thousand clients has one at a time.
const COMMANDS_MAX: usize = 4_096;
/// Sockets looked after in one turn of the loop.
const EVENTS_MAX: usize = 256;
/// The loop looks for commands at least so often.
const IDLE_US: u64 = 2_000;
/// How soon after a gap the missing packets are asked for again.
const URGENT_STEP_US: u64 = 10_000;

/// Packets that a person sends from when it hears the other until it falls silent, where people do: two seconds, in which the
/// other asks for a keyframe and gets it.
const PACKETS_BEFORE_SILENCE: u64 = 300;

/// Who talks, and for how long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Talk {
    /// Everybody, for as long as the call lasts.
    On,
    /// Everybody, until they have been heard; whether they then still report.
    ThenSilence {
        /// Once a second, as some browsers do.
        reports: bool,
    },
    /// The first of so many.
    OneOf(usize),
}

impl Talk {
    /// What the arguments ask for.
    pub(crate) fn of(arguments: &Arguments) -> Self {
        match arguments.group {
            _ if arguments.mute => Self::ThenSilence { reports: false },
            _ if arguments.idle => Self::ThenSilence { reports: true },
            2 => Self::On,
            group => Self::OneOf(usize::try_from(group).unwrap_or(usize::MAX)),
        }
    }
}

/// What the media thread is asked.
pub(crate) enum Command {
    /// A client to look after; it is named by the order of these.
    Join(Box<Client>),
    /// Count from now on.
    Begin(oneshot::Sender<Begun>),
    /// Count no longer.
    End(oneshot::Sender<Ended>),
    /// Tell when so many packets were received since [`Command::Begin`].
    Await(u64, oneshot::Sender<()>),
    /// Stop.
    Stop,
}

/// State at the beginning of the measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    pub(crate) at: Micros,
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) at: Micros,
    pub(crate) measure: Measure,
    pub(crate) loss: Loss,
    pub(crate) failures: Vec<String>,
    pub(crate) retransmissions_sent: u64,
}

/// The thread from outside.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    commands: Sender<Command>,
}

impl Media {
    /// Starts the thread.
    pub(crate) fn start(
        clock: Clock,
        talk: Talk,
    ) -> anyhow::Result<(Self, JoinHandle<anyhow::Result<()>>)> {
        let (commands, inbox) = bounded(COMMANDS_MAX);
        let engine = Engine::new(clock, talk, inbox)?;
        let thread = std::thread::Builder::new()
            .name("media".to_owned())
            .spawn(move || engine.run());
        Ok((Self { commands }, thread.context("the media thread")?))
    }

    pub(crate) fn send(&self, command: Command) -> anyhow::Result<()> {
        self.commands
            .try_send(command)
            .map_err(|_full| anyhow::anyhow!("the media thread has stopped, or does not keep up"))
    }
}

/// What is due at a time.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Due {
    Packet(Medium),
    Report,
    Urgent,
    Control,
}

struct Engine {
    clock: Clock,
    talk: Talk,
    inbox: Receiver<Command>,
    epoll: Epoll,
    clients: Vec<Client>,
    /// When ICE and DTLS of each client are due; another time in the schedule is out of date.
    control_at: Vec<Micros>,
    schedule: BinaryHeap<Reverse<(Micros, usize, Due)>>,
    measure: Measure,
    scratch: Scratch,
    /// Room for the kernel's time stamp of a datagram.
    stamps: Vec<u8>,
    awaited: Option<(u64, oneshot::Sender<()>)>,
}

/// Bytes, sender and time of arrival (microseconds since 1970) of a datagram; none when there is none.
type Received = (usize, SocketAddr, Option<u64>);

/// The kernel's stamp counts, not our own coming round to it: on loopback it is made when the server sends.
fn receive(
    socket: &UdpSocket,
    scratch: &mut Scratch,
    stamps: &mut [u8],
) -> io::Result<Option<Received>> {
    let mut slices = [IoSliceMut::new(&mut scratch.packet)];
    let descriptor = socket.as_raw_fd();
    let flags = MsgFlags::empty();
    let received = recvmsg::<SockaddrStorage>(descriptor, &mut slices, Some(stamps), flags);
    let message = match received {
        Ok(message) => message,
        Err(Errno::EAGAIN | Errno::EINTR) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let stamp = message.cmsgs()?.find_map(|control| {
        let ControlMessageOwned::ScmTimestampns(time) = control else {
            return None;
        };
        u64::try_from(Duration::from(time).as_micros()).ok()
    });
    let v4 = |storage: SockaddrStorage| Some(SocketAddr::V4((*storage.as_sockaddr_in()?).into()));
    let v6 = |storage: SockaddrStorage| Some(SocketAddr::V6((*storage.as_sockaddr_in6()?).into()));
    let from = message
        .address
        .and_then(|from| v4(from).or_else(|| v6(from)));
    Ok(from.map(|from| (message.bytes, from, stamp)))
}

impl Engine {
    fn new(clock: Clock, talk: Talk, inbox: Receiver<Command>) -> anyhow::Result<Self> {
        Ok(Self {
            clock,
            talk,
            inbox,
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).context("epoll")?,
            clients: Vec::new(),
            control_at: Vec::new(),
            schedule: BinaryHeap::new(),
            measure: Measure::new(),
            scratch: Scratch::new(),
            stamps: nix::cmsg_space!(TimeSpec),
            awaited: None,
        })
    }

    fn run(mut self) -> anyhow::Result<()> {
        let mut events = [EpollEvent::empty(); EVENTS_MAX];
        loop {
            let now = self.clock.now();
            if self.take_commands(&now)? {
                return Ok(());
            }
            self.do_what_is_due(&now);
            self.wait(&now)?;
            let count = self
                .epoll
                .wait(&mut events, EpollTimeout::ZERO)
                .context("epoll")?;
            let now = self.clock.now();
            for event in events.iter().take(count) {
                self.receive(usize::try_from(event.data()).unwrap_or(usize::MAX), &now);
            }
            let received = self.measure.packets;
            if let Some((_, told)) = self.awaited.take_if(|(packets, _)| received >= *packets) {
                // Who asked may have given up.
                told.send(()).unwrap_or(());
            }
        }
    }

    /// True when the thread shall stop.
    fn take_commands(&mut self, now: &Now) -> anyhow::Result<bool> {
        loop {
            match self.inbox.try_recv() {
                Ok(Command::Join(client)) => self.join(*client, now)?,
                Ok(Command::Begin(told)) => {
                    self.measure.begin();
                    self.clients
                        .iter_mut()
                        .for_each(|client| client.receiver.begin());
                    // Who asked may have given up.
                    told.send(Begun { at: now.micros }).unwrap_or(());
                }
                Ok(Command::End(told)) => drop(told.send(self.end(now))),
                Ok(Command::Await(packets, told)) => self.awaited = Some((packets, told)),
                Ok(Command::Stop) | Err(TryRecvError::Disconnected) => return Ok(true),
                Err(TryRecvError::Empty) => return Ok(false),
            }
        }
    }

    fn join(&mut self, client: Client, now: &Now) -> anyhow::Result<()> {
        let name = self.clients.len();
        let event = EpollEvent::new(EpollFlags::EPOLLIN, name as u64);
        self.epoll
            .add(&client.socket, event)
            .context("a socket in epoll")?;
        self.clients.push(client);
        self.control_at.push(Micros(u64::MAX));
        self.schedule_control(name, now.micros);
        Ok(())
    }

    fn schedule_control(&mut self, name: usize, at: Micros) {
        if let Some(due) = self.control_at.get_mut(name)
            && at < *due
        {
            *due = at;
            self.schedule.push(Reverse((at, name, Due::Control)));
        }
    }

    fn end(&mut self, now: &Now) -> Ended {
        self.measure.end();
        let mut loss = Loss::default();
        for of_one in self.clients.iter().map(|client| client.receiver.loss()) {
            loss.expected += of_one.expected;
            loss.lost += of_one.lost;
            loss.recovered += of_one.recovered;
        }
        Ended {
            at: now.micros,
            measure: std::mem::replace(&mut self.measure, Measure::new()),
            loss,
            failures: self
                .clients
                .iter()
                .filter_map(|client| client.failed.clone())
                .collect(),
            retransmissions_sent: self
                .clients
                .iter()
                .map(|client| client.publisher.sent().1)
                .sum(),
        }
    }

    fn do_what_is_due(&mut self, now: &Now) {
        while let Some(&Reverse((at, name, due))) = self.schedule.peek() {
            if at > now.micros {
                return;
            }
            self.schedule.pop();
            let Some(client) = self.clients.get_mut(name) else {
                continue;
            };
            let sent = client.publisher.sent().0;
            let heard_for = client.sent_unheard.map(|before| sent - before);
            let has_been_heard = heard_for.is_some_and(|sent| sent >= PACKETS_BEFORE_SILENCE);
            let (is_silent, reports) = match self.talk {
                Talk::ThenSilence { reports } => (has_been_heard, reports || !has_been_heard),
                Talk::OneOf(group) => (!name.is_multiple_of(group), true),
                Talk::On => (false, true),
            };
            let step_us = match due {
                Due::Packet(_) if is_silent => continue,
                Due::Packet(medium) => {
                    // The time in the packet is that of its sending, not that of the turn of the loop.
                    let sent = client.publish(medium, &mut self.scratch, self.clock.now().micros);
                    match sent {
                        Ok(()) => self.measure.sent(now.micros.since(at)),
                        Err(_full) => self.measure.send_failed(),
                    }
                    match medium {
                        Medium::Audio => AUDIO_STEP_US,
                        Medium::Video => VIDEO_STEP_US,
                    }
                }
                Due::Report if !reports => continue,
                Due::Report => {
                    client.report(&mut self.scratch, now);
                    REPORT_STEP_US
                }
                Due::Urgent => {
                    client.report_urgent(&mut self.scratch, now.micros);
                    URGENT_STEP_US
                }
                Due::Control => {
                    if let Some(scheduled) = self
                        .control_at
                        .get_mut(name)
                        .filter(|scheduled| **scheduled == at)
                    {
                        *scheduled = Micros(u64::MAX);
                        self.control(name, now);
                    }
                    continue;
                }
            };
            self.schedule.push(Reverse((at.plus(step_us), name, due)));
        }
    }

    /// Lets ICE and DTLS of one client do what is due, and begins to send when they are done.
    fn control(&mut self, name: usize, now: &Now) {
        let Some(client) = self.clients.get_mut(name) else {
            return;
        };
        if client.failed.is_some() {
            return;
        }
        let connected = client.drive(&mut self.scratch, now);
        if let Some(due) = client.control_due {
            let due = self.clock.micros(due).max(now.micros.plus(1));
            self.schedule_control(name, due);
        }
        if connected {
            // Spread, so that clients that joined together do not send together.
            let spread =
                |step_us: u64, prime: u64| now.micros.plus((name as u64 * prime) % step_us);
            let packet = |medium, at| Reverse((at, name, Due::Packet(medium)));
            self.schedule
                .push(packet(Medium::Audio, spread(AUDIO_STEP_US, 7_919)));
            self.schedule
                .push(packet(Medium::Video, spread(VIDEO_STEP_US, 6_101)));
            self.schedule.push(Reverse((
                spread(REPORT_STEP_US, 104_729),
                name,
                Due::Report,
            )));
            self.schedule
                .push(Reverse((spread(URGENT_STEP_US, 5_003), name, Due::Urgent)));
        }
    }

    /// Sleeps until something is due or a datagram has come.
    fn wait(&self, now: &Now) -> anyhow::Result<()> {
        let next = self
            .schedule
            .peek()
            .map_or(u64::MAX, |Reverse((at, ..))| at.since(now.micros));
        let timeout = TimeSpec::from(Duration::from_micros(next.min(IDLE_US)));
        let mut sockets = [PollFd::new(self.epoll.0.as_fd(), PollFlags::POLLIN)];
        match ppoll(&mut sockets, Some(timeout), None) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error).context("ppoll"),
        }
    }

    fn receive(&mut self, name: usize, now: &Now) {
        let Some(client) = self.clients.get_mut(name) else {
            return;
        };
        // One datagram per readiness: the next turn of the loop says whether there is more.
        let (len, from, stamp) = match receive(&client.socket, &mut self.scratch, &mut self.stamps)
        {
            Ok(Some(received)) => received,
            Ok(None) => return,
            Err(error) => {
                client.fail(format!("receiving: {error}"));
                return;
            }
        };
        let datagram = self.scratch.packet.get_mut(..len).unwrap_or_default();
        let before = client.control_due;
        let arrived = self.clock.arrived(stamp, now);
        client.receive(datagram, from, &mut self.measure, &arrived);
        if client.control_due != before {
            self.schedule_control(name, now.micros);
        }
    }
}
