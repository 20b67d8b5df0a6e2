//! The binary: arguments, settings, log, run, exit code.

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use config::Config;
use tokio::signal::unix::{SignalKind, signal};
use ventanilla::{
    Error,
    demo::{self, Demo},
};

/// glibc keeps what many threads free; this gives it back, and a server of a hundred calls is less than half as large
/// (docs/performance.md, "Coming and going").
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The video counter of a public office, in one self-hosted server.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGINT or SIGTERM.
    Serve {
        /// Settings file; config/example.toml explains every key.
        #[arg(long)]
        config: PathBuf,
    },
    /// Explains every fault of a settings file, or says that there is none.
    CheckConfig {
        /// Settings file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Serves a demo office, made at the first start; its passwords are no secrets.
    Demo {
        /// Folder of all its data.
        #[arg(long, default_value = "demo-data")]
        data: PathBuf,
        /// Address to listen on; another than loopback needs --in-closed-network.
        #[arg(long, default_value = "127.0.0.1:8080")]
        http: SocketAddr,
        /// Listen beyond loopback all the same: in clear, with passwords that everybody knows.
        #[arg(long)]
        in_closed_network: bool,
        /// First UDP port of the media workers.
        #[arg(long, default_value_t = 10_000)]
        media_port: u16,
        /// Seconds after which a call of the town hall ends by itself; counts when the office is made. 0: never.
        #[arg(long, default_value_t = 1_200)]
        call_limit_s: u32,
    },
}

/// Crates that log what a stranger's packet makes them log, a line for each attribute, or much that says nothing to whoever
/// runs the server: what matters of theirs comes back as an error, and we log that.
const QUIET_CRATES: &str = "is=off,dimpl=off,rtc_sdp=off,sled=off";

#[expect(
    clippy::print_stderr,
    reason = "the only place where a person sees why it did not start"
)]
fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not its Debug form: a fault of the settings is no matter of stack traces.
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    // Two crates of the tree could each choose another provider: the process chooses, before anybody needs one.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    match arguments.command {
        Command::Serve { config } => serve(&read(&config)?, None),
        Command::CheckConfig { config } => {
            read(&config)?;
            print(&format!("{}: no fault\n", config.display()))
        }
        Command::Demo {
            data,
            http,
            in_closed_network,
            media_port,
            call_limit_s,
        } => {
            anyhow::ensure!(
                http.ip().is_loopback() || in_closed_network,
                "--http {http} can be reached by others, and the demo speaks plain HTTP with public passwords; \
                 allowed: a loopback address, or this one with --in-closed-network"
            );
            let demo = Demo::new(&data).with_call_limit_ms(call_limit_s.saturating_mul(1_000));
            let config = demo.config(http, media_port)?;
            serve(&config, Some(demo))
        }
    }
}

fn read(path: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("settings file {}", path.display()))?;
    Ok(Config::parse(&text, &path.display().to_string())
        .map_err(|faults| Error::Settings { faults })?)
}

fn serve(config: &Config, demo: Option<Demo>) -> Result<()> {
    // Whatever is made from here on, the database's files too, is for this user only.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let level = config.log.level.as_str();
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(format!("{level},{QUIET_CRATES}"))
        .with_ansi(colours)
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("signals")?;
    let asked_to_end = runtime.block_on(async {
        // Before anything is started: a signal that comes early must end it cleanly too.
        let (mut interrupt, mut terminate) = (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        );
        std::io::Result::Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    });
    let asked_to_end = asked_to_end.context("signals")?;
    let is_demo = demo.is_some();
    let mut running = ventanilla::run(config, demo)?;
    if is_demo {
        print(&demo::welcome(running.http_addresses()))?;
    }
    tracing::info!(http = ?running.http_addresses(), media = ?running.media_addresses(), "serving");
    runtime.block_on(async {
        tokio::select! {
            () = asked_to_end => {}
            () = running.ended() => {}
        }
    });
    tracing::info!("ending");
    running.stop()?;
    Ok(())
}

fn print(text: &str) -> Result<()> {
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .context("standard output")
}
