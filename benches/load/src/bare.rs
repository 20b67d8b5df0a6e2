//! A run against the bare loop: the same packets at the same times as against the server, without signalling, ICE and DTLS.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::arguments::Arguments;
use crate::client::Client;
use crate::media::{Command, Talk};
use crate::person::Plane;
use crate::process::look;
use crate::report::Report;
use crate::run::{JOIN_US_MAX, SETTLE, measure, progress_bar, start_plane, stop_plane};

/// Runs the load and returns what was measured.
pub(crate) async fn run(arguments: &Arguments, server: SocketAddr) -> anyhow::Result<Report> {
    let before = arguments.server_pid.map(look).transpose()?;
    let address = address_towards(server)?;
    let (plane, thread) = start_plane(arguments.client, Talk::of(arguments), address)?;
    let Plane::Light { media, clock, .. } = &plane else {
        bail!("the bare loop needs the light client");
    };
    let bar = progress_bar(arguments.seconds, arguments.json);
    for person in 0..arguments.rooms * arguments.group {
        let client = Client::bare(person, address, server, clock.now().instant)?;
        media.send(Command::Join(Box::new(client)))?;
    }
    sleep(SETTLE).await;
    let joins = Histogram::new_with_bounds(1, JOIN_US_MAX, 3).context("a histogram")?;
    let mut nobody = JoinSet::new();
    let report = measure(
        arguments,
        &plane,
        before.as_ref(),
        &joins,
        &mut nobody,
        &bar,
    )
    .await?;
    bar.finish_and_clear();
    stop_plane(&plane, thread)?;
    Ok(report)
}

pub(crate) fn address_towards(server: SocketAddr) -> anyhow::Result<IpAddr> {
    let any = UdpSocket::bind("0.0.0.0:0").context("a UDP socket")?;
    any.connect(server)
        .with_context(|| format!("no way to {server}"))?;
    let address = any.local_addr().context("the address of a UDP socket")?;
    Ok(address.ip())
}
