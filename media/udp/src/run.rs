//! The loop of one worker.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError};
use media::control::{Command, Event};
use media::{Core, Input, Output, Stats};
use media_packet::capture::Block;
use nix::sys::eventfd::EventFd;

use crate::socket::{Reception, Socket};
use crate::streams::Paths;

/// Pause after a batch, so that the next one is larger: going to sleep and being woken costs as much as forwarding a packet.
/// It adds this to the delay of a packet at the most; the first after a quiet time is not delayed at all.
const GATHERING: Duration = Duration::from_millis(1);

/// When what came before is longer ago than this, so little comes that nothing would gather: then the pause would only be one
/// more waking for a lone packet, such as the reports of people who are silent.
const QUIET: Duration = Duration::from_millis(3);

/// How soon events that found the channel full are offered again.
const BACKLOG_RETRY: Duration = Duration::from_millis(10);

/// What a worker is told.
pub(crate) enum Message {
    Command(Command),
    Stats(Sender<Stats>),
}

/// Where a worker tells.
pub(crate) struct Outlets {
    pub(crate) events: Sender<Event>,
    pub(crate) blocks: Sender<Block>,
    /// Buffers of blocks that the recorder has done with.
    pub(crate) spent: Receiver<Vec<u8>>,
}

/// One worker: owner of its core, socket and buffers.
pub(crate) struct Worker {
    core: Core,
    socket: Socket,
    paths: Paths,
    outlets: Outlets,
    messages: Receiver<Message>,
    wake: Arc<EventFd>,
    /// Events that found the channel full. Commands are not taken while there are any, which bounds them.
    backlog: VecDeque<Event>,
    refused: Vec<Block>,
    /// When something came last.
    received: Option<Instant>,
    /// Blocks handed over in this step.
    sent_blocks: usize,
}

/// The control thread has gone.
struct Ended;

impl Worker {
    pub(crate) fn new(
        core: Core,
        (socket, paths): (Socket, Paths),
        outlets: Outlets,
        messages: Receiver<Message>,
        wake: Arc<EventFd>,
    ) -> Self {
        Self {
            core,
            socket,
            paths,
            outlets,
            messages,
            wake,
            backlog: VecDeque::new(),
            refused: Vec::new(),
            received: None,
            sent_blocks: 0,
        }
    }

    /// Runs until the control thread drops its end of the messages.
    pub(crate) fn run(mut self) {
        loop {
            let now = read_clock();
            // A room whose code panics must not take the others with it: it is discarded, its people reconnect.
            match catch_unwind(AssertUnwindSafe(|| self.step(now))) {
                Ok(Ok((Reception::Full, _))) => {}
                Ok(Ok((Reception::Drained, next))) => {
                    let before = self.received.replace(now);
                    if before.is_some_and(|before| now.duration_since(before) < QUIET) {
                        std::thread::sleep(GATHERING);
                    } else {
                        self.wait(next);
                    }
                }
                Ok(Ok((Reception::Nothing, next))) => self.wait(next),
                Ok(Err(Ended)) => return self.finish(now),
                Err(_panic) => {
                    tracing::error!("a room panicked and is discarded");
                    self.core.discard_panicked(now);
                }
            }
        }
    }

    /// Sleeps until something comes, or is due.
    fn wait(&self, next: Option<Instant>) {
        let until_next = next.map(|next| next.saturating_duration_since(read_clock()));
        let until_retry = (!self.backlog.is_empty()).then_some(BACKLOG_RETRY);
        let time = until_next.into_iter().chain(until_retry).min();
        self.socket.sleep(&self.wake, time);
    }

    /// Takes what has come, lets the core decide, sends what it says; returns what came, and when the core wants to be called
    /// again.
    fn step(&mut self, now: Instant) -> Result<(Reception, Option<Instant>), Ended> {
        let Self { core, socket, .. } = self;
        let reception =
            socket.receive(|source, bytes| core.handle(Input::Datagram { source, bytes }, now));
        self.flush_backlog();
        if self.backlog.is_empty() {
            self.take_messages(now)?;
        }
        let reception = match self.paths.receive(&mut self.core, now) {
            true => Reception::Full,
            false => reception,
        };
        self.core.handle(Input::Timeout, now);
        Ok((reception, self.drain(now)))
    }

    fn take_messages(&mut self, now: Instant) -> Result<(), Ended> {
        loop {
            match self.messages.try_recv() {
                Ok(Message::Command(command)) => self.core.handle(Input::Command(command), now),
                Ok(Message::Stats(reply)) => {
                    if reply.try_send(self.core.stats()).is_err() {
                        tracing::debug!("nobody waits for the counters any more");
                    }
                }
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(Ended),
            }
        }
    }

    /// Carries out what the core wants done.
    fn drain(&mut self, now: Instant) -> Option<Instant> {
        let next = loop {
            match self.core.poll() {
                Output::Send(outbox) => {
                    self.socket.send(outbox);
                    self.paths.send(outbox);
                }
                Output::Event(event) => self.backlog.push_back(event),
                Output::Block(block) => match self.outlets.blocks.try_send(block) {
                    Ok(()) => self.sent_blocks += 1,
                    Err(TrySendError::Full(block) | TrySendError::Disconnected(block)) => {
                        self.refused.push(block);
                    }
                },
                Output::Timeout(next) => break next,
            }
        };
        // For each block that goes a buffer comes back, some time later.
        let spent = self.outlets.spent.try_iter();
        for buffer in spent.take(std::mem::take(&mut self.sent_blocks)) {
            self.core.handle(Input::Buffer(buffer), now);
        }
        for block in self.refused.drain(..) {
            self.core.handle(Input::BlockRefused(block), now);
        }
        self.flush_backlog();
        next
    }

    fn flush_backlog(&mut self) {
        while let Some(event) = self.backlog.pop_front() {
            if let Err(TrySendError::Full(event)) = self.outlets.events.try_send(event) {
                self.backlog.push_front(event);
                return;
            }
        }
    }

    fn finish(&mut self, now: Instant) {
        self.core.close_all(now);
        let _next = self.drain(now);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the worker's only clock, read around each sleep"
)]
fn read_clock() -> Instant {
    Instant::now()
}
