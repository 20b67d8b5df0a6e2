//! ICE over TCP (RFC 6544, passive candidates): one port for all workers, since the user name fragment of the first check names
//! the worker.
//!
//! Invariants: a connection that does not begin with a check of a known form is closed; one whose peer proves nothing within
//! [`PROOF_TIMEOUT`] is closed; a source has a few of those at a time, and some more that have proved it; when all places are taken, a
//! newcomer has one of the network that has the most; what no worker sends anything to ends; so does a stranger that sends more than a handshake takes, and others' datagrams have a rate.

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
use crate::limit::{self, Allowance, DATAGRAMS_BURST_MAX, DATAGRAMS_PER_MS_MAX, Places};
use crate::stream::{Dress, Exit, Path, Reader, write};

/// For the first authenticated check: a handshake over a bad line.
const PROOF_TIMEOUT: Duration = Duration::from_secs(10);

/// For anything from a worker: consent ends in the media plane after 30 s, and nothing is sent on a path that it has let go.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(40);

/// Datagrams of a connection that has proved nothing yet: a browser's checks, of which there are a few a second.
const STRANGER_DATAGRAMS_MAX: usize = 64;

/// Rest after an accept that failed for want of files or memory.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// What all connections share.
#[derive(Debug)]
struct Shared {
    streams: Streams,
    strangers: Arc<Places>,
    proved: Arc<Places>,
}

/// Takes connections until it is dropped.
///
/// # Errors
/// When the runtime cannot take over the listening socket, which must be non-blocking.
pub async fn serve(listener: std::net::TcpListener, streams: Streams) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let shared = Arc::new(Shared {
        streams,
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
    let first = tokio::select! {
        first = timeout_at(proof, reader.read()) => first,
        () = stranger.lost() => return,
    };
    let Ok(Some(first)) = first else {
        return;
    };
    let Some(worker) = media::worker_of(&first) else {
        return;
    };
    let exit = Arc::new(Exit::new(write(writing), Dress::Length));
    let Some(path) = Path::open(&shared.streams, worker, Arc::clone(&exit)) else {
        return;
    };
    let pass = |datagram| path.pass(source, datagram);
    pass(first);
    let is_proved = tokio::select! {
        proved = prove(&mut reader, &exit, proof, pass) => proved,
        () = stranger.lost() => false,
    };
    drop(stranger);
    if is_proved && let Some(place) = shared.proved.take(network) {
        tokio::select! {
            () = carry(&mut reader, &exit, SILENCE_TIMEOUT, pass) => {}
            () = place.lost() => {}
        }
    }
    path.end().await;
}

/// Passes on what comes after the first datagram until a worker has answered; false when none has by `until`, or after as many
/// datagrams as a stranger may send.
async fn prove<S: AsyncRead + Unpin>(
    reader: &mut Reader<S>,
    exit: &Exit,
    until: Instant,
    pass: impl Fn(Vec<u8>),
) -> bool {
    let is_proved = || exit.used.load(Ordering::Relaxed);
    let mut sent = 1;
    while !is_proved() {
        match timeout_at(until, reader.read()).await {
            Ok(Some(datagram)) if sent < STRANGER_DATAGRAMS_MAX => {
                sent += 1;
                pass(datagram);
            }
            Err(_elapsed) if is_proved() => {}
            Ok(_) | Err(_) => return false,
        }
    }
    true
}

/// Passes on what comes until the peer ends the stream, or no worker has sent anything to it for `silence` (twice that at the
/// most). What the peer sends counts for nothing: its worker may have let go of the path, and nobody is told. What is beyond the
/// rate is dropped.
async fn carry<S: AsyncRead + Unpin>(
    reader: &mut Reader<S>,
    exit: &Exit,
    silence: Duration,
    pass: impl Fn(Vec<u8>),
) {
    exit.used.store(false, Ordering::Relaxed);
    let begun = Instant::now();
    let mut until = begun + silence;
    let mut allowance = Allowance::new(DATAGRAMS_PER_MS_MAX, DATAGRAMS_BURST_MAX);
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
            Ok(Some(datagram)) => {
                if allowance.spend(1, now.into_std()) {
                    pass(datagram);
                }
            }
            Ok(None) => return,
            Err(_elapsed) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

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

    /// So many of the smallest datagrams.
    fn datagrams(number: usize) -> Vec<u8> {
        [0, 1, 7].repeat(number)
    }

    #[tokio::test]
    async fn a_stranger_is_closed_after_more_datagrams_than_a_handshake_takes() {
        let (mut peer, server) = duplex(64 * 1024);
        peer.write_all(&datagrams(1_000)).await.unwrap();
        let (queue, _waiting) = mpsc::channel(1);
        let exit = Exit::new(queue, Dress::Length);
        let mut reader = Reader::new(server, next_datagram);
        let passed = Cell::new(1);
        let pass = |_| passed.set(passed.get() + 1);
        let until = Instant::now() + PROOF_TIMEOUT;
        assert!(!prove(&mut reader, &exit, until, pass).await);
        assert_eq!(passed.get(), STRANGER_DATAGRAMS_MAX);
    }

    #[tokio::test]
    async fn a_stranger_that_a_worker_answers_is_none_any_more() {
        let (mut peer, server) = duplex(64 * 1024);
        peer.write_all(&datagrams(1_000)).await.unwrap();
        let (queue, _waiting) = mpsc::channel(1);
        let exit = Exit::new(queue, Dress::Length);
        let mut reader = Reader::new(server, next_datagram);
        let until = Instant::now() + PROOF_TIMEOUT;
        assert!(prove(&mut reader, &exit, until, |_| exit.send(b"answer")).await);
    }

    #[tokio::test]
    async fn datagrams_beyond_the_rate_of_a_stream_reach_no_worker() {
        let (mut peer, server) = duplex(256 * 1024);
        peer.write_all(&datagrams(50_000)).await.unwrap();
        drop(peer);
        let (queue, _waiting) = mpsc::channel(1);
        let exit = Exit::new(queue, Dress::Length);
        let mut reader = Reader::new(server, next_datagram);
        let passed = Cell::new(0);
        let begun = Instant::now();
        let pass = |_| passed.set(passed.get() + 1);
        carry(&mut reader, &exit, PROOF_TIMEOUT, pass).await;
        let earned = begun.elapsed().as_millis() * u128::from(DATAGRAMS_PER_MS_MAX);
        let most = u128::from(DATAGRAMS_BURST_MAX) + earned;
        assert!((u128::from(DATAGRAMS_BURST_MAX)..=most).contains(&passed.get()));
    }
}
