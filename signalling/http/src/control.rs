//! The bounded way to the control thread and back: [`Control`] carries what HTTP and WebSockets ask, an [`Outbox`] carries
//! what the control thread says to one WebSocket.
//!
//! Invariant: neither side ever waits without a limit for the other. HTTP waits for room in the queue with a time limit; the
//! control thread never waits at all, a connection whose outbox is full is closed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use signalling::{
    protocol::call::{Refusal, RefusalCode},
    request::{App, ConnectionId, FromConnection, Reply, Request, SessionToken, ToConnection},
};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::timeout,
};

/// Messages that may wait for the control thread: some 50 ms of its work. When it is full, WebSockets stop being read (TCP
/// holds their senders back) and HTTP requests are refused with `full` after `ASK_TIMEOUT`.
pub const CONTROL_QUEUE_MAX: usize = 4_096;

/// Messages that may wait for one WebSocket: a browser that reads gets them within milliseconds, one that lets this many
/// pile up does not read and is closed.
pub const OUTBOX_MAX: usize = 64;

/// How long an HTTP request waits for the control thread, whose batches take milliseconds: longer means that it is stuck.
const ASK_TIMEOUT: Duration = Duration::from_secs(10);

/// What the doors say to the control thread.
#[derive(Debug)]
pub enum ToControl {
    /// A WebSocket was opened: [`FromConnection::Opened`] with the way back to it.
    Opened {
        /// Its name, never used twice in a run of the server.
        connection: ConnectionId,
        /// Citizen or operator.
        app: App,
        /// From the cookie; its form was checked, not more.
        session: SessionToken,
        /// The way back.
        outbox: Outbox,
    },
    /// A message of an open WebSocket, or its end; never [`FromConnection::Opened`]. `Closed` comes exactly once for each
    /// `Opened`, and last.
    Connection(FromConnection),
    /// A question of the HTTP side. When the asker has gone away the answer has nobody to go to: ignore that.
    Request(Request, oneshot::Sender<Reply>),
}

/// The handle of the HTTP side; cheap to clone.
#[derive(Clone, Debug)]
pub struct Control {
    sender: mpsc::Sender<ToControl>,
    next_connection: Arc<AtomicU64>,
}

impl Control {
    /// A handle, and what the control thread reads it by (`blocking_recv`, then `try_recv` for the rest of the batch).
    /// The receiver ends when every handle is dropped.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<ToControl>) {
        let (sender, receiver) = mpsc::channel(CONTROL_QUEUE_MAX);
        (
            Self {
                sender,
                next_connection: Arc::new(AtomicU64::new(1)),
            },
            receiver,
        )
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// The control thread's refusal, or `full` when it has no room or no answer in time.
    pub async fn ask(&self, request: Request) -> Result<Reply, Refusal> {
        let (sender, receiver) = oneshot::channel();
        let answer = timeout(ASK_TIMEOUT, async {
            self.sender
                .send(ToControl::Request(request, sender))
                .await
                .ok()?;
            receiver.await.ok()
        });
        match answer.await {
            Ok(Some(Reply::Refused(refusal))) => Err(refusal),
            Ok(Some(reply)) => Ok(reply),
            Ok(None) | Err(_) => Err(Refusal {
                code: RefusalCode::Full,
                about: String::new(),
                found: "the server is starting, stopping or overloaded".to_owned(),
                allowed: "try again".to_owned(),
            }),
        }
    }

    /// Announces a WebSocket. None when the control thread is gone.
    pub(crate) async fn open(
        &self,
        app: App,
        session: SessionToken,
    ) -> Option<(ConnectionId, Inbox)> {
        let connection = ConnectionId(self.next_connection.fetch_add(1, Ordering::Relaxed));
        let (outbox, inbox) = Outbox::new();
        self.sender
            .send(ToControl::Opened {
                connection,
                app,
                session,
                outbox,
            })
            .await
            .ok()?;
        Some((connection, inbox))
    }

    /// Waits for room for one message of a WebSocket. None when the control thread is gone.
    pub(crate) async fn room(&self) -> Option<Vacancy<'_>> {
        self.sender.reserve().await.ok().map(Vacancy)
    }
}

/// Room for one message in the control thread's queue.
#[derive(Debug)]
pub(crate) struct Vacancy<'a>(mpsc::Permit<'a, ToControl>);

impl Vacancy<'_> {
    /// Fills it.
    pub(crate) fn send(self, message: FromConnection) {
        self.0.send(ToControl::Connection(message));
    }
}

/// The control thread's way to one WebSocket. Dropping it closes the WebSocket after what was sent before.
#[derive(Debug)]
pub struct Outbox {
    sender: mpsc::Sender<ToConnection>,
    overflow: Arc<Notify>,
}

/// The WebSocket's end of an [`Outbox`].
#[derive(Debug)]
pub(crate) struct Inbox {
    /// What the control thread said.
    pub(crate) receiver: mpsc::Receiver<ToConnection>,
    /// Told when the outbox was full: close at once.
    pub(crate) overflow: Arc<Notify>,
}

impl Outbox {
    /// An outbox and its end.
    pub(crate) fn new() -> (Self, Inbox) {
        let (sender, receiver) = mpsc::channel(OUTBOX_MAX);
        let overflow = Arc::new(Notify::new());
        (
            Self {
                sender,
                overflow: Arc::clone(&overflow),
            },
            Inbox { receiver, overflow },
        )
    }

    /// Sends without waiting. A connection that has gone, or whose outbox is full, gets nothing more and is closed: the
    /// control thread learns of it by [`FromConnection::Closed`], so there is nothing to return.
    pub fn send(&self, message: ToConnection) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.sender.try_send(message) {
            self.overflow.notify_one();
        }
    }
}
