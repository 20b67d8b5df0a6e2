//! What the command line says.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Holds N two-person calls against a running server and measures it: join time, loss, delay, CPU, memory.
#[derive(Clone, Debug, Parser)]
#[command(name = "ventanilla-bench", version)]
pub(crate) struct Arguments {
    /// Address of the server's plain HTTP door.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) server: String,
    /// File with the load token (setting `load.token_file` of the server).
    #[arg(long, required_unless_present_any = ["bare", "plane"])]
    pub(crate) load_token_file: Option<PathBuf>,
    /// Calls of two people each.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) rooms: u32,
    /// Length of the measurement, once all calls stand.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
    /// Calls that are set up at the same time.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) parallel: u32,
    /// Process of the server, on this machine: adds CPU and memory to the report.
    #[arg(long)]
    pub(crate) server_pid: Option<u32>,
    /// Which WebRTC stack the people use.
    #[arg(long, value_enum, default_value_t = ClientKind::Light)]
    pub(crate) client: ClientKind,
    /// Address of the bare loop (`ventanilla-limit`): the same packets, without signalling, ICE and DTLS.
    #[arg(long)]
    pub(crate) bare: Option<SocketAddr>,
    /// Address of the media plane alone (`ventanilla-plane`): real ICE, DTLS and feedback, without signalling and recording.
    #[arg(long, conflicts_with = "bare")]
    pub(crate) plane: Option<SocketAddr>,
    /// People of one room, of whom the first speaks and the others listen; with --bare or --plane. 2 is a call: both speak.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(2..=8))]
    pub(crate) group: u32,
    /// People fall silent two seconds after they were heard: what is measured is what idle calls cost, and what joining costs.
    #[arg(long)]
    pub(crate) idle: bool,
    /// Like --idle, and who is silent sends no reports either: what an idle call costs by itself.
    #[arg(long)]
    pub(crate) mute: bool,
    /// The report as one JSON object instead of words.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which WebRTC stack the people use.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ClientKind {
    /// ICE and DTLS by libraries, RTP by our own packet crate: keeps up with hundreds of calls.
    Light,
    /// The crate `webrtc`, which shares no code with the server's media path: a proof of interoperation for a few calls.
    Webrtc,
}
