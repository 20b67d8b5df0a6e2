//! One WebSocket of a citizen, an operator, a guest or a second machine: parses what comes once, passes it on, writes what the control thread says.
//!
//! Invariant: the control thread hears `Opened`, then messages, then `Closed`, each exactly as often as it happened; a peer that
//! floods, does not read or falls silent loses its connection and nothing else.

use std::{
    collections::{VecDeque, hash_map::RandomState},
    hash::BuildHasher as _,
    sync::Arc,
    time::Duration,
};

use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use futures_util::SinkExt as _;
use serde::de::DeserializeOwned;
use signalling::{
    protocol::{
        MESSAGE_BYTES_MAX,
        call::{Refusal, RefusalCode},
        person::ToPerson,
    },
    request::{App, ConnectionId, FromConnection, Pulse, SessionToken, ToConnection},
};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, interval_at, timeout};

use crate::{
    control::Inbox,
    cookie,
    limit::Bucket,
    metrics::count,
    places::{Guest, Place},
    refusal::Refused,
    shared::{Peer, Shared, now, until_true, utc_ms},
};

/// Refusals of one connection: a page of ours has none, a program that goes on like this is not one.
const REFUSALS_MAX: u32 = 8;

/// Between two pings of a connection whose line is watched: its answers are one of the signs that the line is alive.
const WATCH: Duration = Duration::from_secs(1);
/// Pings that may wait for their answers: a line that is silent for longer is closed.
const PINGS_MAX: usize = 32;

/// Moments of a second at which watched connections are pinged: few, so that they share a waking; several, so that media on the
/// same core waits for no more than a few milliseconds of it.
const WATCH_PHASES: u32 = 16;

/// tungstenite's default of 128 KiB a connection is what an idle crowd would cost.
const READ_BUFFER_BYTES: usize = 1024;

/// What is written together goes out in one piece when it is not larger.
const WRITE_BUFFER_BYTES: usize = 512;

/// `/ws/citizen`.
pub(crate) async fn citizen(
    State(shared): State<Arc<Shared>>,
    peer: Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    open(App::Citizen, shared, peer.0, &headers, upgrade)
}

/// `/ws/operator`.
pub(crate) async fn operator(
    State(shared): State<Arc<Shared>>,
    peer: Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    open(App::Operator, shared, peer.0, &headers, upgrade)
}

/// `/ws/guest`.
pub(crate) async fn guest(
    State(shared): State<Arc<Shared>>,
    peer: Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    open(App::Guest, shared, peer.0, &headers, upgrade)
}

/// `/ws/machine`.
pub(crate) async fn machine(
    State(shared): State<Arc<Shared>>,
    peer: Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    open(App::Machine, shared, peer.0, &headers, upgrade)
}

fn open(
    app: App,
    shared: Arc<Shared>,
    peer: Peer,
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let session = cookie::session(headers, app);
    // Behind a proxy the connection counts for nobody: the WebSocket does.
    let own = if peer.is_behind_proxy() {
        let Some(place) = shared.places.take(Guest::Behind(peer.network())) else {
            count(&shared.counters.connections_refused);
            return Refused::new(RefusalCode::Full, "connections").into_response();
        };
        Some(place)
    } else {
        None
    };
    let places = (peer.place, own);
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(2 * MESSAGE_BYTES_MAX)
        .max_frame_size(2 * MESSAGE_BYTES_MAX)
        .on_upgrade(move |socket| run(app, shared, places, session, socket))
}

async fn run(
    app: App,
    shared: Arc<Shared>,
    _places: (Arc<Place>, Option<Place>),
    session: Option<SessionToken>,
    socket: WebSocket,
) {
    count(&shared.counters.sockets_opened);
    let mut connection = Connection::new(app, &shared, socket);
    // A browser cannot read the status of a refused upgrade, but it can read this.
    let Some(session) = session else {
        connection
            .refuse(RefusalCode::NoSession, "session", "")
            .await;
        return connection.close(close_code::POLICY).await;
    };
    let Some((id, mut inbox)) = shared.control.open(app, session).await else {
        return connection.close(close_code::RESTART).await;
    };
    let end = connection.serve(id, &mut inbox).await;
    // Nothing more is listened to: what the control thread says now goes nowhere.
    drop(inbox);
    if let Some(vacancy) = shared.control.room().await {
        vacancy.send(FromConnection::Closed(id));
    }
    match end {
        End::Close(code) => connection.close(code).await,
        End::Gone => {}
        End::Stalled => count(&shared.counters.sockets_stalled),
    }
}

/// Why a connection ends.
enum End {
    /// We close it, with this code.
    Close(u16),
    /// The peer closed it.
    Gone,
    /// The peer does not read or is silent: there is nobody to say goodbye to.
    Stalled,
}

/// What one turn of the loop saw.
#[expect(
    clippy::large_enum_variant,
    reason = "one lives on the stack for one turn of the loop"
)]
enum Seen {
    Closing,
    Overflow,
    Control(Option<ToConnection>),
    Peer(Option<Result<Message, axum::Error>>),
    Ping,
    Room(bool),
}

struct Connection<'a> {
    app: App,
    shared: &'a Shared,
    socket: WebSocket,
    bucket: Bucket,
    refusals: u32,
    heard: Instant,
    /// Whom to tell what comes; none while nobody watches.
    pulse: Option<Pulse>,
    pings: Pings,
}

/// Pings of ours that wait for their answers, oldest first. What they carry cannot be guessed: who answers has heard them.
#[derive(Debug, Default)]
struct Pings {
    names: RandomState,
    sent: u64,
    open: VecDeque<(u64, Instant)>,
}

impl Pings {
    /// What the next ping carries.
    fn next(&mut self, now: Instant) -> [u8; 8] {
        self.sent += 1;
        let name = self.names.hash_one(self.sent);
        if self.open.len() == PINGS_MAX {
            self.open.pop_front();
        }
        self.open.push_back((name, now));
        name.to_be_bytes()
    }

    /// Round trip of the ping that this answers, once; those before it are answered with it (RFC 6455 §5.5.3).
    fn answer(&mut self, payload: &[u8], now: Instant) -> Option<Duration> {
        let name = u64::from_be_bytes(payload.try_into().ok()?);
        let at = self.open.iter().position(|(sent, _)| *sent == name)?;
        let (_, sent_at) = self.open.drain(..=at).next_back()?;
        Some(now.saturating_duration_since(sent_at))
    }
}

impl<'a> Connection<'a> {
    fn new(app: App, shared: &'a Shared, socket: WebSocket) -> Self {
        Self {
            app,
            shared,
            socket,
            bucket: Bucket::full(shared.rates.messages, now()),
            refusals: 0,
            heard: Instant::now(),
            pulse: None,
            pings: Pings::default(),
        }
    }

    async fn serve(&mut self, id: ConnectionId, inbox: &mut Inbox) -> End {
        let mut ping = self.pings(id);
        let mut closing = self.shared.closing.clone();
        let mut pending: Option<FromConnection> = None;
        loop {
            let seen = tokio::select! {
                () = until_true(&mut closing) => Seen::Closing,
                () = inbox.overflow.notified() => Seen::Overflow,
                said = inbox.receiver.recv() => Seen::Control(said),
                // While a message waits for room in the control thread's queue nothing more is read: TCP holds the peer back.
                passed = pass(self.shared, &mut pending), if pending.is_some() => Seen::Room(passed),
                message = self.socket.recv(), if pending.is_none() => Seen::Peer(message),
                _ = ping.tick() => Seen::Ping,
            };
            if let Seen::Control(Some(ToConnection::Watch { pulse })) = seen {
                self.pulse = Some(pulse);
                ping = self.pings(id);
                continue;
            }
            if matches!(seen, Seen::Ping) && self.pulse.take_if(|pulse| !pulse.is_felt()).is_some()
            {
                ping = self.pings(id);
            }
            let step = match seen {
                Seen::Closing => Err(End::Close(close_code::AWAY)),
                Seen::Overflow => Err(End::Stalled),
                Seen::Control(Some(message)) => self.say(message, inbox).await,
                Seen::Control(None) => Err(End::Close(close_code::NORMAL)),
                Seen::Room(true) => Ok(()),
                Seen::Room(false) => Err(End::Close(close_code::RESTART)),
                Seen::Peer(message) => self
                    .hear(id, message)
                    .await
                    .map(|message| pending = message),
                Seen::Ping => self.ping(inbox).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// When to ping. All watched connections do at one of a few moments of a second, so that one waking serves many of them.
    fn pings(&self, id: ConnectionId) -> Interval {
        let mut pings = if self.pulse.is_some() {
            let phase = WATCH / WATCH_PHASES * phase_of(id);
            let passed = self.shared.opened.elapsed().as_secs() + 1;
            let next = Duration::from_secs(passed) + phase;
            interval_at(self.shared.opened + next, WATCH)
        } else {
            interval(self.shared.patience.ping)
        };
        pings.set_missed_tick_behavior(MissedTickBehavior::Skip);
        pings
    }

    /// Writes one message of the control thread.
    async fn say(&mut self, message: ToConnection, inbox: &Inbox) -> Result<(), End> {
        let text = match message {
            ToConnection::Citizen(message) => json(&message),
            ToConnection::Operator(message) => json(&message),
            ToConnection::Guest(message) => json(&message),
            ToConnection::Machine(message) => json(&message),
            ToConnection::Person(message) => json(&message),
            // Nothing for the peer to hear: taken out before.
            ToConnection::Watch { .. } => return Ok(()),
            ToConnection::Close => return Err(End::Close(close_code::NORMAL)),
        };
        self.write([Some(Message::text(text)), None], inbox).await
    }

    async fn ping(&mut self, inbox: &Inbox) -> Result<(), End> {
        if self.heard.elapsed() >= self.shared.patience.silence {
            return Err(End::Stalled);
        }
        let name = self.pings.next(Instant::now());
        let ping = Message::Ping(bytes::Bytes::copy_from_slice(&name));
        // A page does not see pings: the pong tells it the same, so that it need not ask.
        let pong = ToPerson::Pong {
            nonce: 0,
            now_ms: utc_ms(),
        };
        let pong = self.pulse.as_ref().map(|_| json(&pong));
        self.write([Some(ping), pong.map(Message::text)], inbox)
            .await
    }

    /// Writes messages, together.
    async fn write(&mut self, messages: [Option<Message>; 2], inbox: &Inbox) -> Result<(), End> {
        let socket = &mut self.socket;
        let all = async {
            for message in messages.into_iter().flatten() {
                socket.feed(message).await?;
            }
            socket.flush().await
        };
        tokio::select! {
            () = inbox.overflow.notified() => Err(End::Stalled),
            written = timeout(self.shared.patience.write, all) => match written {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(End::Gone),
                Err(_) => Err(End::Stalled),
            },
        }
    }

    /// Takes one message of the peer; some when there is something to pass on.
    async fn hear(
        &mut self,
        id: ConnectionId,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<Option<FromConnection>, End> {
        let message = match message {
            None => return Err(End::Gone),
            Some(Ok(message)) => message,
            // Broken frames, a message beyond all measure, or the line: the stream cannot be read on.
            Some(Err(_)) => return Err(End::Close(close_code::PROTOCOL)),
        };
        self.heard = Instant::now();
        if let Some(pulse) = &self.pulse {
            pulse.beat(self.heard.into_std());
        }
        if matches!(message, Message::Close(_)) {
            return Err(End::Gone);
        }
        let answered = match &message {
            Message::Pong(payload) => self.pings.answer(payload, self.heard),
            Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Close(_) => None,
        };
        // Pings count too: each costs an answer; and pongs that nobody asked for. Only answers to ours are for nothing.
        if answered.is_none() && !self.bucket.take(self.shared.rates.messages, now()) {
            return self
                .refuse_or_end(RefusalCode::TooFast, "messages", "")
                .await;
        }
        match message {
            // A little too long is told in words; for that the frames may be larger than a message.
            Message::Text(text) if text.len() > MESSAGE_BYTES_MAX => {
                self.refuse(RefusalCode::TooLong, "message", "").await;
                Err(End::Close(close_code::SIZE))
            }
            Message::Text(text) => match parse(self.app, id, &text) {
                Ok(message) => Ok(Some(message)),
                Err(error) => {
                    let found = format!("line {}, column {}", error.line(), error.column());
                    self.refuse_or_end(RefusalCode::Malformed, "json", &found)
                        .await
                }
            },
            Message::Binary(_) => {
                self.refuse(RefusalCode::Malformed, "binary", "").await;
                Err(End::Close(close_code::UNSUPPORTED))
            }
            Message::Pong(_) => {
                if let (Some(rtt), Some(pulse)) = (answered, &self.pulse) {
                    pulse.answer(rtt, self.heard.into_std());
                }
                Ok(None)
            }
            Message::Ping(_) | Message::Close(_) => Ok(None),
        }
    }

    async fn refuse_or_end(
        &mut self,
        code: RefusalCode,
        about: &str,
        found: &str,
    ) -> Result<Option<FromConnection>, End> {
        self.refuse(code, about, found).await;
        self.refusals += 1;
        if self.refusals >= REFUSALS_MAX {
            Err(End::Close(close_code::POLICY))
        } else {
            Ok(None)
        }
    }

    /// Tells the peer why its message was not carried out; a peer that is gone misses nothing.
    async fn refuse(&mut self, code: RefusalCode, about: &str, found: &str) {
        count(&self.shared.counters.messages_refused);
        let allowed = if code == RefusalCode::TooLong {
            format!("{MESSAGE_BYTES_MAX} bytes")
        } else {
            String::new()
        };
        let refusal = Refusal {
            code,
            about: about.to_owned(),
            found: found.to_owned(),
            allowed,
        };
        let text = json(&ToPerson::Refused { refusal });
        let written = timeout(
            self.shared.patience.write,
            self.socket.send(Message::text(text)),
        )
        .await;
        let written = matches!(written, Ok(Ok(())));
        tracing::debug!(?code, written, "refused a WebSocket message");
    }

    /// Says goodbye and waits for the answer, because unread bytes would make the kernel throw away what was just written.
    async fn close(mut self, code: u16) {
        let frame = Message::Close(Some(CloseFrame {
            code,
            reason: "".into(),
        }));
        let goodbye = timeout(self.shared.patience.goodbye, async {
            self.socket.send(frame).await?;
            while let Some(message) = self.socket.recv().await {
                message?;
            }
            Ok::<(), axum::Error>(())
        });
        let answered = matches!(goodbye.await, Ok(Ok(())));
        tracing::trace!(code, answered, "closed a WebSocket");
    }
}

fn phase_of(id: ConnectionId) -> u32 {
    u32::try_from(id.0 % u64::from(WATCH_PHASES)).unwrap_or_default()
}

/// Waits for room, then passes the pending message on. False when the control thread is gone.
async fn pass(shared: &Shared, pending: &mut Option<FromConnection>) -> bool {
    let Some(vacancy) = shared.control.room().await else {
        return false;
    };
    if let Some(message) = pending.take() {
        vacancy.send(message);
    }
    true
}

fn parse(app: App, id: ConnectionId, text: &str) -> Result<FromConnection, serde_json::Error> {
    fn whole<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_str(text)
    }
    match app {
        App::Citizen => whole(text).map(|message| FromConnection::Citizen(id, message)),
        App::Guest => whole(text).map(|message| FromConnection::Guest(id, message)),
        App::Machine => whole(text).map(|message| FromConnection::Machine(id, message)),
        App::Operator | App::Office => {
            whole(text).map(|message| FromConnection::Operator(id, message))
        }
    }
}

fn json<T: serde::Serialize>(message: &T) -> String {
    serde_json::to_string(message).expect("our own messages have only text keys and finite numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_to_our_own_pings_tell_a_round_trip_and_each_once() {
        let begun = Instant::now();
        let at = |ms| begun + Duration::from_millis(ms);
        let mut pings = Pings::default();
        let sent: Vec<_> = (0..4)
            .map(|second| pings.next(at(1_000 * second)))
            .collect();
        let first = pings.answer(&sent[0], at(40));
        assert_eq!(first, Some(Duration::from_millis(40)));
        assert_eq!(pings.answer(&sent[0], at(50)), None, "once");
        for guess in [&b"12345678"[..], &[0; 8], &[], &sent.concat()] {
            assert_eq!(pings.answer(guess, at(60)), None, "{guess:?}");
        }
        let third = pings.answer(&sent[2], at(2_500));
        assert_eq!(third, Some(Duration::from_millis(500)));
        assert_eq!(pings.answer(&sent[1], at(2_600)), None, "answered with it");
        let more: Vec<_> = (0..100).map(|_| pings.next(at(5_000))).collect();
        assert_eq!(pings.open.len(), PINGS_MAX);
        assert_eq!(pings.answer(&sent[3], at(5_001)), None, "too old");
        assert!(pings.answer(&more[99], at(5_001)).is_some());
        assert!(pings.open.is_empty());
    }
}
