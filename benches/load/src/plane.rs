//! A run against the media plane alone: real ICE, DTLS-SRTP and feedback, rooms of any size, and nobody in between.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::arguments::Arguments;
use crate::bare::address_towards;
use crate::client::{Milestones, Offered};
use crate::media::{Command, Talk};
use crate::offer;
use crate::person::Plane;
use crate::process::look;
use crate::report::Report;
use crate::run::{JOIN_US_MAX, SETTLE, measure, progress_bar, start_plane, stop_plane};

#[derive(Debug, Serialize)]
struct Question {
    room: u64,
    participant: u8,
    offer: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    answer: String,
}

/// Runs the load and returns what was measured.
pub(crate) async fn run(arguments: &Arguments, server: SocketAddr) -> anyhow::Result<Report> {
    let before = arguments.server_pid.map(look).transpose()?;
    let address = address_towards(server)?;
    let (plane, thread) = start_plane(arguments.client, Talk::of(arguments), address)?;
    let Plane::Light { media, clock, .. } = &plane else {
        bail!("the media plane alone needs the light client");
    };
    let stream = TcpStream::connect(server).await;
    let mut stream = BufReader::new(stream.with_context(|| format!("no way to {server}"))?);
    let bar = progress_bar(arguments.seconds, arguments.json);
    let mut joins = Histogram::new_with_bounds(1, JOIN_US_MAX, 3).context("a histogram")?;
    for person in 0..arguments.rooms * arguments.group {
        let offered = Offered::new(address)?;
        let begun = clock.now().instant;
        let question = Question {
            room: u64::from(person / arguments.group),
            participant: u8::try_from(person % arguments.group)?,
            offer: offer::write(&offered.local),
        };
        let answer = ask(&mut stream, &question).await?;
        let (tell, connected) = oneshot::channel();
        let milestones = Milestones {
            connected: Some(tell),
            media: None,
        };
        let remote = offer::read_answer(&answer)?;
        let client = offered.answered(remote, milestones, clock.now().instant)?;
        media.send(Command::Join(Box::new(client)))?;
        let at = connected.await.context("the media thread stopped")?;
        let at = at.map_err(anyhow::Error::msg)?;
        let us = at.saturating_duration_since(begun).as_micros();
        joins.saturating_record(u64::try_from(us)?.max(1));
    }
    sleep(SETTLE).await;
    let mut nobody = JoinSet::new();
    let before = before.as_ref();
    let report = measure(arguments, &plane, before, &joins, &mut nobody, &bar).await?;
    bar.finish_and_clear();
    stop_plane(&plane, thread)?;
    Ok(report)
}

async fn ask(stream: &mut BufReader<TcpStream>, question: &Question) -> anyhow::Result<String> {
    let mut line = serde_json::to_string(question)?;
    line.push('\n');
    stream.write_all(line.as_bytes()).await?;
    line.clear();
    if stream.read_line(&mut line).await? == 0 {
        bail!("the media plane refused to let somebody in");
    }
    let answer: Answer = serde_json::from_str(&line).context("an answer")?;
    Ok(answer.answer)
}
