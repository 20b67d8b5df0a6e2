//! ICE over TCP (RFC 6544, passive candidates): one port for all workers, since the user name fragment of the first check names
//! the worker.
//!
//! Invariants: a connection that does not begin with a check of a known form is closed; one whose peer proves nothing within
//! [`PROOF_TIMEOUT`] is closed; a source has a few of those at a time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use media_udp::Streams;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::framing::next_datagram;
use crate::limit::{self, Counts};
use crate::stream::{Dress, Exit, Path, Reader, write};

/// For the first authenticated check: a handshake over a bad line.
const PROOF_TIMEOUT: Duration = Duration::from_secs(10);

/// For anything at all: consent ends in the media plane after 30 s.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(40);

/// Rest after an accept that failed for want of files or memory.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// What all connections share.
#[derive(Debug)]
struct Shared {
    streams: Streams,
    all: Arc<Counts<()>>,
    strangers: Arc<Counts<std::net::IpAddr>>,
}

/// Takes connections until it is dropped.
///
/// # Errors
/// When the runtime cannot take over the listening socket, which must be non-blocking.
pub async fn serve(listener: std::net::TcpListener, streams: Streams) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let shared = Arc::new(Shared {
        streams,
        all: limit::streams(),
        strangers: limit::strangers(),
    });
    loop {
        match listener.accept().await {
            Ok((stream, source)) => {
                let source = SocketAddr::new(source.ip().to_canonical(), source.port());
                drop(tokio::spawn(connection(
                    stream,
                    source,
                    Arc::clone(&shared),
                )));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a media connection: raise the limit of open files (ulimit -n)");
                sleep(ACCEPT_REST).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, source: SocketAddr, shared: Arc<Shared>) {
    let Some(_counted) = shared.all.take(()) else {
        return;
    };
    let Some(stranger) = shared.strangers.take(limit::network(source.ip())) else {
        return;
    };
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let proof = Instant::now() + PROOF_TIMEOUT;
    let (reading, writing) = stream.into_split();
    let mut reader = Reader::new(reading, next_datagram);
    let Ok(Some(first)) = timeout_at(proof, reader.read()).await else {
        return;
    };
    let Some(worker) = media::worker_of(&first) else {
        return;
    };
    let exit = Arc::new(Exit::new(write(writing), Dress::Length));
    let Some(path) = Path::open(&shared.streams, worker, Arc::clone(&exit)) else {
        return;
    };
    path.pass(source, first);
    let is_proved = || exit.used.load(Ordering::Relaxed);
    while !is_proved() {
        match timeout_at(proof, reader.read()).await {
            Ok(Some(datagram)) => path.pass(source, datagram),
            Err(_elapsed) if is_proved() => {}
            Ok(None) | Err(_) => return path.end().await,
        }
    }
    drop(stranger);
    while let Ok(Some(datagram)) = timeout(SILENCE_TIMEOUT, reader.read()).await {
        path.pass(source, datagram);
    }
    path.end().await;
}
