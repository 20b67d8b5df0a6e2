//! One two-person call on a running server, for tests that need one beside what they do: real signalling, ICE, DTLS-SRTP, voice
//! and picture both ways, recorded. It says what it noticed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::arguments::ClientKind;
pub use crate::detour::Detour;
use crate::http::Door;
use crate::media::{Command, Talk};
use crate::person::Plane;
use crate::run::{self, Shared};

/// A call that runs until [`Call::end`].
#[derive(Debug)]
pub struct Call {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
    people: JoinSet<anyhow::Result<()>>,
}

/// What both people of a call noticed between [`Call::watch`] and [`Call::seen`].
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Packets that both sent.
    pub sent: u64,
    /// Packets that both received, retransmissions apart.
    pub received: u64,
    /// Packets that they should have received.
    pub expected: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Packets that were not authentic, or came twice.
    pub undecipherable: u64,
    /// Packets of nobody's.
    pub foreign: u64,
}

impl Call {
    /// Begins a call in an office of its own; returns once media flows both ways. With a `detour` the media of both take it.
    ///
    /// # Errors
    /// When the call does not come about.
    pub async fn begin(
        server: SocketAddr,
        load_token: &str,
        detour: Option<Detour>,
    ) -> anyhow::Result<Self> {
        let door = Door::new(&format!("http://{server}"), load_token.trim().to_owned())?;
        let office = run::make_office(&door, 1).await?;
        let (mut plane, thread) = run::start_plane(ClientKind::Light, Talk::On, server.ip())?;
        if let Plane::Light { detour: way, .. } = &mut plane {
            *way = detour;
        }
        let shared = Arc::new(Shared::new(door, plane, &office, 1));
        let mut people = JoinSet::new();
        let bar = ProgressBar::hidden();
        run::join_all(&shared, &office.operators, 1, &mut people, &bar).await?;
        Ok(Self {
            shared,
            thread,
            people,
        })
    }

    /// Counts from now on.
    ///
    /// # Errors
    /// When the media thread has stopped.
    pub async fn watch(&self) -> anyhow::Result<()> {
        self.shared.plane.begin().await.map(drop)
    }

    /// Returns when both together have received so many packets since [`Call::watch`].
    ///
    /// # Errors
    /// When the call ends before.
    pub async fn received(&mut self, packets: u64) -> anyhow::Result<()> {
        let Plane::Light { media, .. } = &self.shared.plane else {
            bail!("only the light client counts while it runs");
        };
        let (tell, told) = oneshot::channel();
        media.send(Command::Await(packets, tell))?;
        tokio::select! {
            told = told => told.context("the media thread stopped"),
            Some(ended) = self.people.join_next() => {
                ended.context("a task panicked")??;
                bail!("the call ended while it was watched");
            }
        }
    }

    /// What was noticed since [`Call::watch`].
    ///
    /// # Errors
    /// When a connection was lost meanwhile, or the call has ended.
    pub async fn seen(&mut self) -> anyhow::Result<Seen> {
        if let Some(ended) = self.people.try_join_next() {
            ended.context("a task panicked")??;
            bail!("the call ended while it was watched");
        }
        let ended = self.shared.plane.end().await?;
        if let Some(failure) = ended.failures.first() {
            bail!("a person lost the connection: {failure}");
        }
        Ok(Seen {
            sent: ended.measure.sent,
            received: ended.measure.packets,
            expected: ended.loss.expected,
            lost: ended.loss.lost,
            undecipherable: ended.measure.undecipherable,
            foreign: ended.measure.foreign,
        })
    }

    /// Ends the call and notes its result; returns once both have seen that it is closed.
    ///
    /// # Errors
    /// When it does not end as it should.
    pub async fn end(self) -> anyhow::Result<()> {
        self.shared.finish.send_replace(true);
        run::close_all(self.people).await?;
        run::stop_plane(&self.shared.plane, self.thread)
    }
}
