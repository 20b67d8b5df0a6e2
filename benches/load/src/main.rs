//! Load generator: N two-person calls through the real signalling and media planes of a running server.
//!
//! Signalling runs on tokio; the media of all people runs on one thread of its own, which sends each packet when it is due
//! and stamps it with its time. Visits are let in by the admin's load token and marked as tests.
//! Invariant: nothing here is shared with the server but the wire messages and the packet formats.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

mod arguments;
mod bare;
mod citizen;
mod client;
mod clock;
mod http;
mod interop;
mod link;
mod measure;
mod media;
mod offer;
mod operator;
mod person;
mod process;
mod report;
mod run;

#[expect(
    clippy::print_stderr,
    reason = "the only place where a person sees what went wrong"
)]
fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ventanilla-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
fn run() -> anyhow::Result<()> {
    let arguments = arguments::Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime")?;
    let report = runtime.block_on(async {
        match arguments.bare {
            Some(server) => bare::run(&arguments, server).await,
            None => run::run(&arguments).await,
        }
    })?;
    if arguments.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&report).context("the report as JSON")?
        );
    } else {
        println!("{report}");
    }
    Ok(())
}
