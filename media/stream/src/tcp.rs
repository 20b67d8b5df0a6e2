//! ICE over TCP (RFC 6544, passive candidates): one port for all workers, since the user name fragment of the first check names
//! the worker.
//!
//! Invariants: a connection that does not begin with a check of a known form is closed; one whose peer proves nothing within
//! [`PROOF_TIMEOUT`] is closed; a source has a few of those at a time, and some more that have proved it; what no worker sends
//! anything to ends.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use media_udp::Streams;
use tokio::io::AsyncRead;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout_at};

use crate::framing::next_datagram;
use crate::limit::{self, Counts};
use crate::stream::{Dress, Exit, Path, Reader, write};

/// For the first authenticated check: a handshake over a bad line.
const PROOF_TIMEOUT: Duration = Duration::from_secs(10);

/// For anything from a worker: consent ends in the media plane after 30 s, and nothing is sent on a path that it has let go.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(40);

/// Rest after an accept that failed for want of files or memory.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// What all connections share.
#[derive(Debug)]
struct Shared {
    streams: Streams,
    all: Arc<Counts<()>>,
    strangers: Arc<Counts<std::net::IpAddr>>,
    proved: Arc<Counts<std::net::IpAddr>>,
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
        proved: limit::proved(),
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
    let network = limit::network(source.ip());
    let Some(stranger) = shared.strangers.take(network) else {
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
    let Some(_proved) = shared.proved.take(network) else {
        return path.end().await;
    };
    drop(stranger);
    let pass = |datagram| path.pass(source, datagram);
    carry(&mut reader, &exit, SILENCE_TIMEOUT, pass).await;
    path.end().await;
}

/// Passes on what comes until the peer ends the stream, or no worker has sent anything to it for `silence` (twice that at the
/// most). What the peer sends counts for nothing: its worker may have let go of the path, and nobody is told.
async fn carry<S: AsyncRead + Unpin>(
    reader: &mut Reader<S>,
    exit: &Exit,
    silence: Duration,
    pass: impl Fn(Vec<u8>),
) {
    exit.used.store(false, Ordering::Relaxed);
    let mut until = Instant::now() + silence;
    loop {
        let next = timeout_at(until, reader.read()).await;
        // Looked at each time: a peer that never stops sending would never run into the timeout.
        let now = Instant::now();
        if now >= until {
            if !exit.used.swap(false, Ordering::Relaxed) {
                return;
            }
            until = now + silence;
        }
        match next {
            Ok(Some(datagram)) => pass(datagram),
            Ok(None) => return,
            Err(_elapsed) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use media_udp::Outlet as _;
    use tokio::io::{AsyncWriteExt as _, duplex};
    use tokio::sync::mpsc;
    use tokio::time::timeout;

    use super::*;

    const SILENCE: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_stream_ends_that_no_worker_sends_to_however_much_its_peer_sends() {
        let (mut peer, server) = duplex(64);
        let (queue, _waiting) = mpsc::channel(1);
        let exit = Exit::new(queue, Dress::Length);
        // The proof alone keeps nothing open.
        exit.send(b"proof");
        let sending =
            tokio::spawn(async move { while peer.write_all(&[0, 1, 7]).await.is_ok() {} });
        let mut reader = Reader::new(server, next_datagram);
        let carried = carry(&mut reader, &exit, SILENCE, |_| {});
        timeout(100 * SILENCE, carried).await.unwrap();
        drop(reader);
        sending.await.unwrap();
    }

    #[tokio::test]
    async fn a_stream_stays_open_that_a_worker_sends_to_though_its_peer_is_silent() {
        let (_peer, server) = duplex(64);
        let (queue, _waiting) = mpsc::channel(1_000);
        let exit = Exit::new(queue, Dress::Length);
        let mut reader = Reader::new(server, next_datagram);
        let carried = carry(&mut reader, &exit, SILENCE, |_| {});
        let fed = async {
            for _ in 0..100 {
                exit.send(b"media");
                sleep(SILENCE / 10).await;
            }
        };
        tokio::select! {
            () = carried => panic!("ended while it was in use"),
            () = fed => {}
        }
    }
}
