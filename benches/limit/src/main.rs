//! The bare loop: receive a batch, open, write a new header, seal for each listener, send the batch. It is what forwarding
//! costs when nothing else is done: no ICE, DTLS, SDP, RTCP, retransmission or recording. `tools/limit` runs it beside the
//! server under the same load.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use media_packet::srtp::Profile;

mod people;
mod socket;

use people::People;
use socket::{Received, Socket};

/// Forwards sealed packets between people who need no signalling, until it is interrupted.
#[derive(Clone, Debug, Parser)]
#[command(name = "ventanilla-limit", version)]
struct Arguments {
    /// Address to bind to; on loopback only.
    #[arg(long, default_value = "127.0.0.1:10999")]
    bind: SocketAddr,
    /// People of one group: each hears all others.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(2..=9))]
    group: u32,
    /// Rest after a batch, so that the next one is larger, in microseconds: the server's default.
    #[arg(long, default_value_t = 1_000)]
    gather_us: u64,
    /// How packets are sealed.
    #[arg(long, value_enum, default_value_t = Seal::Aes256)]
    profile: Seal,
}

/// SRTP profiles that can be asked for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Seal {
    /// AEAD_AES_128_GCM.
    Aes128,
    /// AEAD_AES_256_GCM: what the load generator's DTLS agrees on with the server.
    Aes256,
}

impl From<Seal> for Profile {
    fn from(seal: Seal) -> Self {
        match seal {
            Seal::Aes128 => Self::Aes128Gcm,
            Seal::Aes256 => Self::Aes256Gcm,
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the only place where a person sees what went wrong"
)]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ventanilla-limit: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::ensure!(
        arguments.bind.ip().is_loopback(),
        "--bind {}: its keys are known, so it serves loopback addresses only",
        arguments.bind
    );
    let mut socket = Socket::bind(arguments.bind)
        .with_context(|| format!("a UDP socket on {}", arguments.bind))?;
    let mut people = People::new(arguments.profile.into(), arguments.group);
    let gather = Duration::from_micros(arguments.gather_us);
    loop {
        let received = socket.receive(|from, datagram| people.handle(from, datagram))?;
        socket.send(people.outbox())?;
        people.sent();
        match received {
            Received::Nothing => socket.wait()?,
            Received::All => std::thread::sleep(gather),
            Received::PerhapsMore => {}
        }
    }
}
