//! Datagrams that streams carry (ICE-TCP, the relay): whoever serves the streams hands them to the worker that they are for, and
//! is handed what the worker sends back.
//!
//! Left to others: sockets, framing, limits of streams (crate `media-stream`). Invariant: neither side waits for the other;
//! what finds no room is lost, as on the wire.

use std::collections::HashMap;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TrySendError};
use media::{Core, Input, Outbox, is_stream};
use nix::sys::eventfd::EventFd;

/// Arrivals that may wait for one worker: some milliseconds of a few hundred people on streams.
pub(crate) const ARRIVALS_MAX: usize = 4_096;

/// Arrivals taken before datagrams have their turn again.
const ARRIVALS_AT_ONCE: usize = 256;

/// Where datagrams of one path go.
pub trait Outlet: Debug + Send + Sync {
    /// Takes one over, without waiting; one that finds no room is lost.
    fn send(&self, datagram: &[u8]);
}

/// What comes by streams.
#[derive(Debug)]
pub enum Arrival {
    /// A path exists; what is sent to it goes there.
    Opened {
        /// Its name ([`media::stream_path`]).
        path: SocketAddr,
        /// The way back.
        outlet: Arc<dyn Outlet>,
    },
    /// A datagram came by the path.
    Datagram {
        /// Name of the path.
        path: SocketAddr,
        /// Address that the peer is told it has.
        seen_as: SocketAddr,
        /// What.
        bytes: Vec<u8>,
    },
    /// The path exists no longer.
    Ended {
        /// Its name.
        path: SocketAddr,
    },
}

/// The way of streams to the workers.
#[derive(Clone, Debug)]
pub struct Streams {
    pub(crate) workers: Vec<(Sender<Arrival>, Arc<EventFd>)>,
}

impl Streams {
    /// Hands something to a worker.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn send(&self, worker: u8, arrival: Arrival) -> Result<(), Refused> {
        let Some((inbox, waker)) = self.workers.get(usize::from(worker)) else {
            return Err(Refused::Gone);
        };
        inbox.try_send(arrival).map_err(|error| match error {
            TrySendError::Full(arrival) => Refused::Full(arrival),
            TrySendError::Disconnected(_) => Refused::Gone,
        })?;
        crate::handle::wake(waker);
        Ok(())
    }
}

/// Why something was not handed over.
#[derive(Debug)]
pub enum Refused {
    /// The worker's queue is full: later, perhaps.
    Full(Arrival),
    /// The worker has ended, or there is none of that number.
    Gone,
}

/// A worker's side.
#[derive(Debug)]
pub(crate) struct Paths {
    arrivals: Receiver<Arrival>,
    outlets: HashMap<SocketAddr, Arc<dyn Outlet>>,
}

impl Paths {
    pub(crate) fn new(arrivals: Receiver<Arrival>) -> Self {
        Self {
            arrivals,
            outlets: HashMap::new(),
        }
    }

    /// Hands what came to the core. True when there may be more.
    pub(crate) fn receive(&mut self, core: &mut Core, now: std::time::Instant) -> bool {
        for arrival in self.arrivals.try_iter().take(ARRIVALS_AT_ONCE) {
            match arrival {
                Arrival::Opened { path, outlet } => drop(self.outlets.insert(path, outlet)),
                Arrival::Datagram {
                    path,
                    seen_as,
                    mut bytes,
                } => {
                    let bytes = bytes.as_mut_slice();
                    let input = Input::Streamed {
                        path,
                        seen_as,
                        bytes,
                    };
                    core.handle(input, now);
                }
                Arrival::Ended { path } => {
                    self.outlets.remove(&path);
                    core.handle(Input::StreamEnded { path }, now);
                }
            }
        }
        !self.arrivals.is_empty()
    }

    /// Sends what is for streams.
    pub(crate) fn send(&self, outbox: &Outbox) {
        if self.outlets.is_empty() {
            return;
        }
        for (to, datagram) in outbox.iter().filter(|(to, _)| is_stream(*to)) {
            if let Some(outlet) = self.outlets.get(&to) {
                outlet.send(datagram);
            }
        }
    }
}
