//! The control loop: one thread that owns switchboard and store. A batch of inputs is decided, kept with one flush, and only
//! then told.
//!
//! Left to others: what is decided (switchboard), how it is kept (keeper). Invariants: the thread waits for nobody but its
//! inputs and the disk; everything it holds per connection and request goes with them.

use std::{
    collections::HashMap,
    time::{Duration, Instant, SystemTime},
};

use crossbeam_channel::{Receiver, Sender, select};
use media_udp::Workers;
use queue::{Timestamp, VisitId};
use signalling::{
    call::RecordCommand,
    protocol::{
        call::{Refusal, RefusalCode},
        office::RecordDetail,
    },
    request::{ConnectionId, FromConnection, Reply, ToConnection},
    switchboard::{Input, Moment, Output, RequestId, Switchboard},
};
use signalling_http::{Outbox, ToControl};
use tokio::sync::oneshot;

use crate::{
    compliance::{Answer, Desk},
    files::Files,
    integrity::Checks,
    keeper::{Checkpoint, Keeper},
    numbers::MediaNumbers,
};

/// Inputs decided before they are kept: at 20 µs each a full batch takes ten milliseconds, and shares one flush.
const BATCH_MAX: usize = 512;

/// Places in line, timers and leases are looked at once a second.
const TICK: Duration = Duration::from_secs(1);

/// The control thread's state.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) switchboard: Switchboard,
    pub(crate) keeper: Keeper,
    pub(crate) desk: Desk,
    pub(crate) files: Files,
    pub(crate) checks: Checks,
    pub(crate) workers: Workers,
    pub(crate) numbers: MediaNumbers,
    pub(crate) recorder: Sender<recorder_disk::Command>,
    pub(crate) inlets: Inlets,
    pub(crate) outboxes: HashMap<ConnectionId, Outbox>,
    pub(crate) askers: HashMap<RequestId, oneshot::Sender<Reply>>,
    pub(crate) next_request: u64,
}

/// Where inputs come from.
#[derive(Debug)]
pub(crate) struct Inlets {
    /// HTTP and WebSockets; ends when the doors are closed.
    pub(crate) doors: Receiver<ToControl>,
    /// The media workers.
    pub(crate) media: Receiver<media::control::Event>,
    /// The disk thread.
    pub(crate) recorder: Receiver<recorder_disk::Event>,
}

/// One thing that was heard.
enum Heard {
    Door(ToControl),
    Media(media::control::Event),
    Recorder(recorder_disk::Event),
    Nothing,
    DoorsClosed,
}

impl Control {
    /// Runs until the doors are closed; then ends workers and recorder in order, and keeps a checkpoint.
    pub(crate) fn run(mut self) {
        let mut now = read_clocks();
        self.switchboard.restart(now);
        self.conclude(now);
        let mut next_tick = now.instant + TICK;
        loop {
            let heard = self.wait(next_tick.saturating_duration_since(read_clocks().instant));
            now = read_clocks();
            let mut open = self.take(heard, now);
            for _ in 1..BATCH_MAX {
                match self.try_hear() {
                    Heard::Nothing => break,
                    heard @ (Heard::Door(_)
                    | Heard::Media(_)
                    | Heard::Recorder(_)
                    | Heard::DoorsClosed) => {
                        open &= self.take(heard, now);
                    }
                }
                if !open {
                    break;
                }
            }
            self.workers.flush();
            if now.instant >= next_tick {
                self.switchboard.handle(Input::Tick, now);
                self.numbers.keep(self.workers.counters());
                next_tick = now.instant + TICK;
            }
            self.conclude(now);
            if !open {
                break;
            }
            self.checkpoint(Checkpoint::IfWorthIt);
        }
        self.end();
    }

    fn wait(&self, timeout: Duration) -> Heard {
        select! {
            recv(self.inlets.doors) -> heard => heard.map_or(Heard::DoorsClosed, Heard::Door),
            recv(self.inlets.media) -> heard => heard.map_or(Heard::Nothing, Heard::Media),
            recv(self.inlets.recorder) -> heard => heard.map_or(Heard::Nothing, Heard::Recorder),
            default(timeout) => Heard::Nothing,
        }
    }

    fn try_hear(&self) -> Heard {
        select! {
            recv(self.inlets.doors) -> heard => heard.map_or(Heard::DoorsClosed, Heard::Door),
            recv(self.inlets.media) -> heard => heard.map_or(Heard::Nothing, Heard::Media),
            recv(self.inlets.recorder) -> heard => heard.map_or(Heard::Nothing, Heard::Recorder),
            default => Heard::Nothing,
        }
    }

    /// Hands one input to the switchboard. False when the doors are closed.
    fn take(&mut self, heard: Heard, now: Moment) -> bool {
        match heard {
            Heard::Door(ToControl::Opened {
                connection,
                app,
                session,
                outbox,
            }) => {
                self.outboxes.insert(connection, outbox);
                self.switchboard.handle(
                    Input::Connection(FromConnection::Opened {
                        connection,
                        app,
                        session,
                    }),
                    now,
                );
            }
            Heard::Door(ToControl::Connection(message)) => {
                if let FromConnection::Closed(connection) = &message {
                    self.outboxes.remove(connection);
                }
                self.switchboard.handle(Input::Connection(message), now);
            }
            Heard::Door(ToControl::Request(request, asker)) => {
                let id = RequestId(self.next_request);
                self.next_request += 1;
                self.askers.insert(id, asker);
                self.switchboard.handle(Input::Request(id, request), now);
            }
            Heard::Media(event) => self.switchboard.handle(Input::Media(event), now),
            Heard::Recorder(event) => self.hear_recorder(event, now),
            Heard::Nothing => {}
            Heard::DoorsClosed => return false,
        }
        true
    }

    /// Keeps what the inputs so far want kept, then tells what follows.
    fn conclude(&mut self, now: Moment) {
        let batch = self.switchboard.take_batch();
        if batch.is_empty() {
            self.switchboard.stored();
        } else {
            match self.keeper.keep(&batch, now.utc) {
                Ok(()) => self.switchboard.stored(),
                Err(error) => {
                    tracing::error!(%error, "facts cannot be kept: nothing was done; free the disk or repair the storage");
                    match self.keeper.reload(&batch) {
                        Ok(kept) => self.switchboard.failed(kept.offices, kept.dossiers),
                        // What is on the disk is not known: going on would tell what may not be kept.
                        Err(error) => panic!("the store can neither be written nor read: {error}"),
                    }
                }
            }
        }
        self.switchboard.settle(now);
        while let Some(output) = self.switchboard.poll() {
            self.deliver(output, now);
        }
    }

    fn deliver(&mut self, output: Output, now: Moment) {
        match output {
            Output::Send(connection, message) => {
                let Some(outbox) = self.outboxes.get(&connection) else {
                    return;
                };
                let last = message == ToConnection::Close;
                outbox.send(message);
                if last {
                    self.outboxes.remove(&connection);
                }
            }
            Output::Reply(request, reply) => self.reply(request, reply),
            Output::Media(command) => {
                if let Err(error) = self.workers.send(&command) {
                    tracing::error!(%error, "the media plane takes no command: a call does not follow its visit");
                    // Whoever offered must hear it: a page, or a program that could not offer again while it waits.
                    if let Some(refused) = media_udp::refusal(&command) {
                        self.switchboard.handle(Input::Media(refused), now);
                    }
                }
            }
            Output::Record(command) => self.record(command, now),
            Output::File(request, order) => {
                if let Some(reply) = self.files.carry_out(order, &mut self.keeper) {
                    self.reply(request, reply);
                }
            }
            Output::Ask(request, question) => {
                match self
                    .desk
                    .answer(question, &mut self.keeper, &self.switchboard, now)
                {
                    Ok(Answer::Now(reply)) => self.reply(request, reply),
                    Ok(Answer::AfterCheck(detail, record)) => self.check(request, detail, record),
                    Err(refusal) => self.reply(request, Reply::Refused(refusal)),
                }
            }
        }
    }

    fn reply(&mut self, request: RequestId, mut reply: Reply) {
        if let Reply::Health(health) = &mut reply {
            (health.events_written, health.appends_failed) = self.keeper.counts();
        }
        if let Some(asker) = self.askers.remove(&request) {
            // Whoever asked may have gone; then nobody wants to know.
            drop(asker.send(reply));
        }
    }

    /// Reading a log takes seconds; the answer goes to its asker from a thread of its own.
    fn check(&mut self, request: RequestId, detail: Box<RecordDetail>, record: VisitId) {
        let ends = match self.desk.ends(record, &self.keeper) {
            Ok(ends) => ends,
            Err(refusal) => return self.reply(request, Reply::Refused(refusal)),
        };
        if let Some(asker) = self.askers.remove(&request) {
            self.checks.begin(detail, record, ends, asker);
        }
    }

    fn record(&mut self, command: RecordCommand, now: Moment) {
        let command = match command {
            RecordCommand::Open {
                visit,
                interval,
                at,
            } => {
                let key = match self.keeper.store().keyring().media_key(visit) {
                    Ok(key) => recorder_disk::RecordKey::from(*key),
                    Err(error) => {
                        tracing::error!(visit = visit.0, interval, %error, "no key for the record: nothing is recorded; look at the keyring");
                        return self.recording_failed(visit, interval, now);
                    }
                };
                let office = visit
                    .office()
                    .map(|office| office.to_string())
                    .unwrap_or_default();
                let open = recorder_disk::Command::Open(recorder_disk::Open {
                    record: visit.0,
                    interval: interval.saturating_sub(1),
                    key,
                    started_ms: at.0,
                    office,
                    visit: visit.to_string(),
                });
                if !self.ask_recorder(open) {
                    self.recording_failed(visit, interval, now);
                }
                return;
            }
            RecordCommand::Close { visit } => recorder_disk::Command::Close { record: visit.0 },
        };
        self.ask_recorder(command);
    }

    /// False when the disk thread is so far behind that it takes nothing more.
    fn ask_recorder(&self, command: recorder_disk::Command) -> bool {
        let taken = self.recorder.try_send(command).is_ok();
        if !taken {
            tracing::error!(
                "the disk thread takes no command: a recording is incomplete; look at the disk"
            );
        }
        taken
    }

    fn recording_failed(&mut self, visit: VisitId, interval: u32, now: Moment) {
        self.switchboard
            .handle(Input::RecordingFailed(visit, interval), now);
    }

    fn hear_recorder(&mut self, event: recorder_disk::Event, now: Moment) {
        use recorder_disk::Event;
        match event {
            Event::Opened { record, interval } => tracing::info!(record, interval, "recording"),
            Event::Closed {
                record,
                interval,
                blocks,
                bytes,
                dropped_packets,
                last_hash,
            } => {
                tracing::info!(
                    record,
                    interval,
                    blocks,
                    bytes,
                    dropped_packets,
                    "record closed"
                );
                if let Err(error) =
                    self.keeper
                        .keep_record_end(VisitId(record), interval, last_hash)
                {
                    tracing::error!(record, interval, %error, "the end of a record is not kept: that it is shortened would not be noticed");
                }
            }
            Event::Derived {
                record,
                interval,
                tracks,
            } => {
                tracing::info!(
                    record,
                    interval,
                    tracks = tracks.len(),
                    "record can be played"
                );
            }
            Event::Unfinished { record, interval } => self.derive_unfinished(record, interval),
            Event::Failed {
                record,
                interval,
                failure,
            } => {
                tracing::error!(record, interval, %failure, "a recording has a fault");
                if failure.cuts_off() {
                    // On the disk intervals count from 0, in the queue from 1.
                    self.recording_failed(VisitId(record), interval + 1, now);
                }
            }
            Event::Stopped => {}
        }
    }

    fn derive_unfinished(&mut self, record: u64, interval: u32) {
        let keyring = self.keeper.store().keyring();
        match keyring.known_media_key(VisitId(record)) {
            Ok(Some(key)) => {
                self.ask_recorder(recorder_disk::Command::Derive {
                    record,
                    interval,
                    key: (*key).into(),
                });
            }
            Ok(None) => tracing::warn!(
                record,
                interval,
                "an unfinished record has no key: it was destroyed, or the keyring is not the one"
            ),
            Err(error) => {
                tracing::error!(record, interval, %error, "the key of an unfinished record cannot be read");
            }
        }
    }

    fn checkpoint(&mut self, when: Checkpoint) {
        // The journal has everything: without a checkpoint the next start takes longer, no more.
        if let Err(error) = self.keeper.checkpoint(self.switchboard.offices(), when) {
            tracing::warn!(%error, "no checkpoint; look at the disk");
        }
    }

    /// Media first, so that its last packets reach the records; then the records; then the store.
    fn end(mut self) {
        let Self {
            workers,
            recorder,
            inlets,
            ..
        } = self;
        workers.stop();
        if recorder.send(recorder_disk::Command::Stop).is_ok() {
            while inlets
                .recorder
                .recv()
                .is_ok_and(|event| event != recorder_disk::Event::Stopped)
            {}
        }
        // A checkpoint holds what is kept, and everything decided was concluded.
        let offices = self.switchboard.offices();
        if let Err(error) = self.keeper.checkpoint(offices, Checkpoint::AtTheEnd) {
            tracing::warn!(%error, "no checkpoint; look at the disk");
        }
        tracing::info!("everything is kept");
    }
}

/// A refusal for a question that the store could not answer.
pub(crate) fn storage_fault(error: &store::Error) -> Refusal {
    tracing::error!(%error, "the store does not answer");
    Refusal::of(RefusalCode::Storage, "request")
}

#[expect(clippy::disallowed_methods, reason = "the control loop's only clocks")]
pub(crate) fn read_clocks() -> Moment {
    let since_1970 = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Moment {
        instant: Instant::now(),
        utc: Timestamp(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)),
    }
}
