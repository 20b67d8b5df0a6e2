//! One stream's two ways: a reader that cuts messages out of what comes, and a bounded queue that a task writes out.
//!
//! Invariant: whoever does not read loses datagrams, then the connection, and never makes anybody wait.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use media_udp::{Arrival, Outlet, Refused, Streams};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::framing::{self, MESSAGE_BYTES_MAX, Next};
use crate::turn::Writer;

/// Datagrams that may wait to be written: a fifth of a second of one person's video, since older ones are of no use.
const QUEUE_MAX: usize = 128;

/// For what is written to fit into the kernel's buffer; a phone that changes networks takes some seconds.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Rest before a worker whose queue is full is told again that a path has ended.
const ENDED_REST: Duration = Duration::from_millis(20);

/// The number of the next path, of all streams of the process.
static NEXT_PATH: AtomicU64 = AtomicU64::new(1);

/// How datagrams are dressed for their stream.
#[derive(Debug)]
pub(crate) enum Dress {
    /// RFC 4571: their length before them.
    Length,
    /// As data of this peer; of this channel, when it is not 0.
    Relayed {
        peer: SocketAddr,
        channel: AtomicU16,
    },
}

/// Where a worker's datagrams go.
#[derive(Debug)]
pub(crate) struct Exit {
    queue: mpsc::Sender<Vec<u8>>,
    pub(crate) dress: Dress,
    /// A worker has sent something that found room: the peer has proved who it is, since nothing is sent before. Whoever waits
    /// for the next time takes it back.
    pub(crate) used: AtomicBool,
}

impl Exit {
    pub(crate) fn new(queue: mpsc::Sender<Vec<u8>>, dress: Dress) -> Self {
        Self {
            queue,
            dress,
            used: AtomicBool::new(false),
        }
    }
}

impl Outlet for Exit {
    fn send(&self, datagram: &[u8]) {
        let dressed = match &self.dress {
            Dress::Length => framing::head(datagram).map(|head| [&head, datagram].concat()),
            Dress::Relayed { peer, channel } => match channel.load(Ordering::Relaxed) {
                0 => Some(Writer::data([0; 12], *peer, datagram)),
                channel => channel_data(channel, datagram),
            },
        };
        // A full queue loses the datagram, as a full wire would.
        if dressed.is_none_or(|dressed| self.queue.try_send(dressed).is_err()) {
            tracing::trace!("a datagram found no room in its stream");
        } else {
            self.used.store(true, Ordering::Relaxed);
        }
    }
}

/// RFC 8656 §12.5: over streams padded to words.
fn channel_data(channel: u16, datagram: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(datagram.len()).ok()?;
    let mut message = [&channel.to_be_bytes(), &length.to_be_bytes(), datagram].concat();
    message.resize(message.len().next_multiple_of(4), 0);
    Some(message)
}

/// A path of a worker, from opening to end.
#[derive(Debug)]
pub(crate) struct Path {
    streams: Streams,
    worker: u8,
    name: SocketAddr,
}

impl Path {
    /// Opens a path to a worker; none when the worker does not keep up.
    pub(crate) fn open(streams: &Streams, worker: u8, exit: std::sync::Arc<Exit>) -> Option<Self> {
        let name = media::stream_path(NEXT_PATH.fetch_add(1, Ordering::Relaxed));
        let opened = Arrival::Opened {
            path: name,
            outlet: exit,
        };
        streams.send(worker, opened).ok()?;
        Some(Self {
            streams: streams.clone(),
            worker,
            name,
        })
    }

    /// Hands a datagram over; one that finds no room is lost.
    pub(crate) fn pass(&self, seen_as: SocketAddr, bytes: Vec<u8>) {
        let datagram = Arrival::Datagram {
            path: self.name,
            seen_as,
            bytes,
        };
        if self.streams.send(self.worker, datagram).is_err() {
            tracing::trace!("a datagram of a stream found its worker's queue full");
        }
    }

    /// Tells the worker that the path leads nowhere any more, as often as it takes.
    pub(crate) async fn end(self) {
        let mut ended = Arrival::Ended { path: self.name };
        while let Err(Refused::Full(again)) = self.streams.send(self.worker, ended) {
            ended = again;
            tokio::time::sleep(ENDED_REST).await;
        }
    }
}

/// Starts to write what is put into the queue; ends with the last sender, or when the peer does not read.
pub(crate) fn write(stream: impl AsyncWrite + Unpin + Send + 'static) -> mpsc::Sender<Vec<u8>> {
    let (queue, waiting) = mpsc::channel(QUEUE_MAX);
    drop(tokio::spawn(write_all(stream, waiting)));
    queue
}

async fn write_all(mut stream: impl AsyncWrite + Unpin, mut waiting: mpsc::Receiver<Vec<u8>>) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, QUEUE_MAX).await > 0 {
        let bytes = batch.drain(..).flatten().collect::<Vec<u8>>();
        let written = timeout(WRITE_TIMEOUT, async {
            stream.write_all(&bytes).await?;
            stream.flush().await
        });
        if !matches!(written.await, Ok(Ok(()))) {
            return;
        }
    }
    // The peer may have gone; then nobody misses the goodbye.
    drop(timeout(WRITE_TIMEOUT, stream.shutdown()).await);
}

/// Cuts messages out of a stream.
#[derive(Debug)]
pub(crate) struct Reader<S> {
    stream: S,
    next: fn(&[u8]) -> Next<'_>,
    bytes: Vec<u8>,
    taken: usize,
}

impl<S: AsyncRead + Unpin> Reader<S> {
    pub(crate) fn new(stream: S, next: fn(&[u8]) -> Next<'_>) -> Self {
        Self {
            stream,
            next,
            bytes: Vec::new(),
            taken: 0,
        }
    }

    /// The next message; none at the end of the stream, or when it breaks the form. Nothing is lost when it is dropped early.
    pub(crate) async fn read(&mut self) -> Option<Vec<u8>> {
        loop {
            let rest = self.bytes.get(self.taken..).unwrap_or_default();
            match (self.next)(rest) {
                Next::Whole { message, consumed } => {
                    let message = message.to_vec();
                    self.taken += consumed;
                    return Some(message);
                }
                Next::Bad => return None,
                Next::Incomplete => {}
            }
            self.bytes.drain(..self.taken);
            self.taken = 0;
            // No message is longer, so the buffer is not either.
            self.bytes.reserve(2 * MESSAGE_BYTES_MAX);
            if self.stream.read_buf(&mut self.bytes).await.ok()? == 0 {
                return None;
            }
        }
    }
}
