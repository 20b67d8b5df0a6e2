//! Load generator: N two-person calls through the real signalling and media planes of a running server.
//!
//! Signalling runs on tokio; the media of all people runs on one thread of its own, which sends each packet when it is due
//! and stamps it with its time. Visits are let in by the admin's load token and marked as tests. Beside the command, tests of
//! the server take [`call::Call`] from here: one call that runs while they do something else.
//! Invariant: nothing here is shared with the server but the wire messages and the packet formats.

use anyhow::Context as _;
use clap::Parser as _;

mod arguments;
mod bare;
pub mod call;
mod citizen;
mod client;
mod clock;
mod detour;
mod http;
mod interop;
mod link;
mod measure;
mod media;
mod offer;
mod operator;
mod person;
mod plane;
mod process;
mod report;
mod run;

/// Runs the command on the arguments of the process; returns what it prints.
///
/// # Errors
/// What went wrong: the server cannot be reached, a call did not come about or was lost.
pub fn command() -> anyhow::Result<String> {
    let arguments = arguments::Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime")?;
    let report = runtime.block_on(async {
        match (arguments.bare, arguments.plane) {
            (Some(server), _) => bare::run(&arguments, server).await,
            (None, Some(server)) => plane::run(&arguments, server).await,
            (None, None) => run::run(&arguments).await,
        }
    })?;
    if arguments.json {
        serde_json::to_string_pretty(&report).context("the report as JSON")
    } else {
        Ok(report.to_string())
    }
}
