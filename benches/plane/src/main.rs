//! The server's media workers and nothing else: whoever asks joins a room and is admitted. For rooms of up to eight people,
//! which signalling does not make yet; `tools/limit` measures them beside the bare loop. Nothing is recorded.
//!
//! One question a line on a TCP connection, and its answer: `{"room":1,"participant":0,"offer":"v=0…"}`, `{"answer":"v=0…"}`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::Parser;
use crossbeam_channel::{Receiver, bounded, never};
use media::control::{Command, Event, PeerId, RoomId};
use media::{PEERS_MAX, Settings};
use media_udp::Workers;
use serde::{Deserialize, Serialize};

/// Events that may wait: a few for each peer.
const EVENTS_MAX: usize = 8 * PEERS_MAX;

/// Kernel buffers of a socket, in bytes: the server's default.
const BUFFER_BYTES: usize = 4 << 20;

/// Runs media workers without signalling, until it is interrupted.
#[derive(Clone, Copy, Debug, Parser)]
#[command(name = "ventanilla-plane", version)]
struct Arguments {
    /// Where people ask to join; on loopback only.
    #[arg(long, default_value = "127.0.0.1:10998")]
    bind: SocketAddr,
    /// Threads; rooms are dealt out among them by their numbers.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    workers: u8,
}

#[derive(Debug, Deserialize)]
struct Question {
    room: u64,
    participant: u8,
    offer: String,
}

#[derive(Debug, Serialize)]
struct Answer {
    answer: String,
}

#[expect(
    clippy::print_stderr,
    reason = "the only place where a person sees what went wrong"
)]
fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ventanilla-plane: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    ensure!(
        arguments.bind.ip().is_loopback(),
        "--bind {}: it lets everybody in, so it serves loopback addresses only",
        arguments.bind
    );
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let settings = Settings {
        bind: loopback,
        announced: vec![loopback],
        base_port: 0,
        workers: arguments.workers,
        receive_buffer_bytes: BUFFER_BYTES,
        send_buffer_bytes: BUFFER_BYTES,
        peers_max: PEERS_MAX,
    };
    let (events, heard) = bounded(EVENTS_MAX);
    let (blocks, _nobody_records) = bounded(1);
    let workers = Workers::start(&settings, &events, &blocks, &never())?;
    let listener = TcpListener::bind(arguments.bind)
        .with_context(|| format!("a TCP socket on {}", arguments.bind))?;
    let mut reception = Desk {
        workers,
        heard,
        peers: 0,
    };
    for stream in listener.incoming() {
        reception.serve(&stream.context("a TCP connection")?)?;
    }
    Ok(())
}

/// Lets people in, one after the other.
#[derive(Debug)]
struct Desk {
    workers: Workers,
    heard: Receiver<Event>,
    peers: u64,
}

impl Desk {
    fn serve(&mut self, stream: &TcpStream) -> anyhow::Result<()> {
        let mut out = stream;
        for line in BufReader::new(stream).lines() {
            let question = serde_json::from_str(&line?).context("a question")?;
            let answer = self.let_in(question)?;
            let mut line = serde_json::to_vec(&Answer { answer })?;
            line.push(b'\n');
            out.write_all(&line)?;
        }
        Ok(())
    }

    fn let_in(&mut self, question: Question) -> anyhow::Result<String> {
        self.peers += 1;
        let asked = PeerId(self.peers);
        self.workers.send(&Command::Join {
            room: RoomId(question.room),
            peer: asked,
            participant: question.participant,
            offer: question.offer,
        })?;
        loop {
            match self.heard.recv()? {
                Event::Answered { peer, answer, .. } if peer == asked => {
                    self.workers.send(&Command::Admit {
                        peer,
                        admitted: true,
                    })?;
                    return Ok(answer);
                }
                Event::Refused {
                    peer,
                    found,
                    allowed,
                } if peer == asked => bail!("{found}, allowed is {allowed}"),
                Event::Answered { .. }
                | Event::Refused { .. }
                | Event::Connected { .. }
                | Event::Lost { .. }
                | Event::Slots { .. }
                | Event::Quality { .. } => {}
            }
        }
    }
}
