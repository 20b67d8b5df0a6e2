//! The relay's connections: TURN as [`crate::turn`] decides it, over whatever stream it is given (TLS on the pages' own port).
//!
//! Invariants: a connection without an allocation lives for [`ALLOCATION_TIMEOUT`]; everything of an allocation goes with its
//! connection.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use media_udp::Streams;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::framing::next_message;
use crate::limit::{self, Counted, Counts, Quota};
use crate::stream::{Dress, Exit, Path, Reader, write};
use crate::turn::{Action, Client, Now, Relay};

/// For an allocation: a browser asks twice, over a bad line.
const ALLOCATION_TIMEOUT: Duration = Duration::from_secs(15);

/// What all connections of the relay share.
#[derive(Clone, Debug)]
pub struct Gate {
    relay: Arc<Relay>,
    streams: Streams,
    allocations: Arc<Counts<String, Quota>>,
    connections: Arc<AtomicU64>,
}

/// What one connection holds.
struct Held {
    queue: mpsc::Sender<Vec<u8>>,
    paths: HashMap<SocketAddr, (Path, Arc<Exit>)>,
    channels: HashMap<SocketAddr, u16>,
    allocation: Option<Counted<String, Quota>>,
}

impl Gate {
    /// A relay to the workers of these streams.
    #[must_use]
    pub fn new(relay: Relay, streams: Streams) -> Self {
        Self {
            relay: Arc::new(relay),
            streams,
            allocations: limit::allocations(),
            connections: Arc::default(),
        }
    }

    /// Serves one connection to its end.
    pub async fn serve<S>(&self, stream: S, source: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (reading, writing) = tokio::io::split(stream);
        let mut reader = Reader::new(Box::pin(reading), next_message);
        let nonce = self
            .relay
            .key
            .nonce(self.connections.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::new(Arc::clone(&self.relay), source, nonce);
        let mut held = Held {
            queue: write(Box::pin(writing)),
            paths: HashMap::new(),
            channels: HashMap::new(),
            allocation: None,
        };
        let stranger_until = read_clocks().instant + ALLOCATION_TIMEOUT;
        loop {
            let until = client.until().unwrap_or(stranger_until);
            let left = until.saturating_duration_since(read_clocks().instant);
            let Ok(Some(message)) = timeout(left, reader.read()).await else {
                break;
            };
            let now = read_clocks();
            let mut actions = client.hear(&message, now);
            while let Some(Action::Allocate(name)) = actions.first() {
                held.allocation = self.allocations.take(limit::holder(name));
                let quota = held.allocation.as_ref().map(|one| one.shared.clone());
                actions = client.allocated(quota, now);
            }
            if !actions
                .into_iter()
                .all(|action| self.act(action, source, &mut held))
            {
                break;
            }
        }
        for (path, _exit) in held.paths.into_values() {
            path.end().await;
        }
    }

    /// False when the connection is to end.
    fn act(&self, action: Action, source: SocketAddr, held: &mut Held) -> bool {
        match action {
            // A client that does not read its answers is of no use.
            Action::Reply(bytes) => held.queue.try_send(bytes).is_ok(),
            Action::Close | Action::Allocate(_) => false,
            Action::Channel { peer, number } => {
                held.channels.insert(peer, number);
                if let Some((_, exit)) = held.paths.get(&peer)
                    && let Dress::Relayed { channel, .. } = &exit.dress
                {
                    channel.store(number, Ordering::Relaxed);
                }
                true
            }
            Action::Forward { worker, peer, data } => {
                if let Some(path) = self.path(worker, peer, held) {
                    path.pass(source, data);
                }
                true
            }
        }
    }

    fn path<'a>(&self, worker: u8, peer: SocketAddr, held: &'a mut Held) -> Option<&'a Path> {
        if !held.paths.contains_key(&peer) {
            let channel = AtomicU16::new(held.channels.get(&peer).copied().unwrap_or(0));
            let exit = Arc::new(Exit::new(
                held.queue.clone(),
                Dress::Relayed { peer, channel },
            ));
            let path = Path::open(&self.streams, worker, Arc::clone(&exit))?;
            held.paths.insert(peer, (path, exit));
        }
        held.paths.get(&peer).map(|(path, _)| path)
    }
}

#[expect(clippy::disallowed_methods, reason = "the relay's only clocks")]
fn read_clocks() -> Now {
    let since_1970 = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Now {
        instant: Instant::now(),
        utc_s: i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX),
    }
}
