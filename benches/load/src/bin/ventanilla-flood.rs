//! What a stranger can send to the media port: garbage of every kind, and beginnings of handshakes, at a given pace.
//!
//! For `tools/flood`, which runs it beside a server under load. Loopback addresses only.

use std::net::{SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clap::Parser;
use dimpl::{Config, Dtls, Output};

/// Sends garbage and half-open handshakes to a media port on this machine, and says how many.
#[derive(Clone, Copy, Debug, Parser)]
#[command(name = "ventanilla-flood")]
struct Arguments {
    /// Media port of the server.
    #[arg(long)]
    target: SocketAddr,
    /// Datagrams of garbage a second.
    #[arg(long, default_value_t = 20_000)]
    garbage: u32,
    /// Handshakes a second that begin and never end, each from another port.
    #[arg(long, default_value_t = 1_000)]
    handshakes: u32,
    /// For so long.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Ports that datagrams leave from: as many sources as a worker sees of a small botnet behind one address.
const SOURCES: usize = 1_000;

/// Time between two bursts: what a fast line delivers at once.
const STEP: Duration = Duration::from_millis(2);

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command of its own"
)]
fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("ventanilla-flood: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the flood's only clock")]
fn now() -> Instant {
    Instant::now()
}

fn run(arguments: Arguments) -> anyhow::Result<String> {
    ensure!(
        arguments.target.ip().is_loopback(),
        "only a server on this machine may be flooded"
    );
    let sockets = (0..SOURCES)
        .map(|_| UdpSocket::bind(("127.0.0.1", 0)))
        .collect::<Result<Vec<_>, _>>()
        .context("a UDP socket")?;
    let hello = hello(now())?;
    let begin = now();
    let (mut garbage, mut handshakes, mut failed) = (0_u64, 0_u64, 0_u64);
    let mut sources = sockets.iter().cycle();
    let mut send = |bytes: &[u8]| {
        let sent = sources
            .next()
            .is_some_and(|socket| socket.send_to(bytes, arguments.target).is_ok());
        failed += u64::from(!sent);
    };
    loop {
        let passed = now().saturating_duration_since(begin);
        if passed >= Duration::from_secs(arguments.seconds) {
            break;
        }
        let us = u64::try_from(passed.as_micros()).unwrap_or(u64::MAX);
        while garbage < us * u64::from(arguments.garbage) / 1_000_000 {
            send(&piece_of_garbage(garbage));
            garbage += 1;
        }
        while handshakes < us * u64::from(arguments.handshakes) / 1_000_000 {
            send(&hello);
            handshakes += 1;
        }
        std::thread::sleep(STEP);
    }
    Ok(format!(
        "sent {garbage} datagrams of garbage and {handshakes} hellos in {} s, {failed} of them not taken by the kernel",
        arguments.seconds
    ))
}

/// STUN, DTLS, RTP, RTCP and nothing at all in turn, 60 to 1,200 bytes, with the right first bytes and the rest invented.
fn piece_of_garbage(number: u64) -> Vec<u8> {
    let len = 60 + usize::try_from(number * 37 % 1_140).unwrap_or_default();
    let mut seed = number.wrapping_mul(6_364_136_223_846_793_005) | 1;
    let mut bytes: Vec<u8> = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        seed.to_be_bytes().first().copied().unwrap_or_default()
    })
    .take(len)
    .collect();
    let head: &[u8] = match number % 6 {
        0 => &[0, 1, 0, 40, 0x21, 0x12, 0xa4, 0x42],
        1 => &[22, 254, 253, 0, 0, 0, 0],
        2 => &[21, 254, 253, 0, 0, 0, 0],
        3 => &[0x90, 96],
        4 => &[0x81, 201],
        _ => &[0x60],
    };
    for (place, byte) in bytes.iter_mut().zip(head) {
        *place = *byte;
    }
    bytes
}

/// A real first flight.
fn hello(now: Instant) -> anyhow::Result<Vec<u8>> {
    let certificate = dimpl::certificate::generate_self_signed_certificate()
        .map_err(|error| anyhow::anyhow!("a DTLS certificate: {error}"))?;
    let mut dtls = Dtls::new_12(Arc::new(Config::default()), certificate, now);
    dtls.set_active(true);
    dtls.handle_timeout(now).context("the hello")?;
    let mut buffer = [0; 2_048];
    loop {
        match dtls.poll_output(&mut buffer) {
            Output::Packet(bytes) => return Ok(bytes.to_vec()),
            Output::Timeout(_) => anyhow::bail!("no hello"),
            Output::Connected
            | Output::PeerCert(_)
            | Output::KeyingMaterial(..)
            | Output::ApplicationData(_)
            | Output::CloseNotify
            | Output::BufferTooSmall { .. } => {}
            // A foreign enum that may grow.
            _ => {}
        }
    }
}
