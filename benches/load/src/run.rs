//! One run: office, rooms, measurement, end.

use std::fs;
use std::net::{IpAddr, UdpSocket};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::arguments::{Arguments, ClientKind};
use crate::citizen::Counter;
use crate::clock::Clock;
use crate::http::Door;
use crate::media::{Command, Media, Talk};
use crate::person::{Joined, Plane};
use crate::process::{Look, look};
use crate::report::Report;
use crate::{citizen, interop, operator};

/// From the turn to media in both directions, on a server that is not overloaded.
const ROOM_TIMEOUT: Duration = Duration::from_secs(60);
/// Rest between the last join and the measurement, so that joining is not measured.
pub(crate) const SETTLE: Duration = Duration::from_secs(2);
/// From the end of all calls to the last closed visit.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(60);
/// Longest join that is told apart.
pub(crate) const JOIN_US_MAX: u64 = 600_000_000;

#[derive(Debug, Serialize)]
struct WantedOffice {
    operators: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MadeOffice {
    office: u32,
    service: u32,
    pub(crate) operators: Vec<String>,
}

/// What all rooms share.
#[derive(Debug)]
pub(crate) struct Shared {
    door: Door,
    pub(crate) plane: Plane,
    counter: Counter,
    joining: Semaphore,
    pub(crate) finish: watch::Sender<bool>,
}

impl Shared {
    pub(crate) fn new(door: Door, plane: Plane, office: &MadeOffice, parallel: usize) -> Self {
        Self {
            door,
            plane,
            counter: Counter {
                office: office.office,
                service: office.service,
            },
            joining: Semaphore::new(parallel),
            finish: watch::Sender::new(false),
        }
    }
}

/// Runs the load and returns what was measured.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Report> {
    let path = arguments.load_token_file.as_deref();
    let path = path.context("--load-token-file is missing")?;
    let token = fs::read_to_string(path)
        .with_context(|| format!("--load-token-file {}", path.display()))?;
    let door = Door::new(&arguments.server, token.trim().to_owned())?;
    let office = make_office(&door, arguments.rooms).await?;
    let before = arguments.server_pid.map(look).transpose()?;
    let (plane, thread) =
        start_plane(arguments.client, Talk::of(arguments), local_address(&door)?)?;
    let parallel = usize::try_from(arguments.parallel)?;
    let shared = Arc::new(Shared::new(door, plane.clone(), &office, parallel));

    let bar = progress_bar(
        u64::from(arguments.rooms) + arguments.seconds,
        arguments.json,
    );
    let mut people = JoinSet::new();
    let joins = join_all(
        &shared,
        &office.operators,
        arguments.rooms,
        &mut people,
        &bar,
    )
    .await?;
    sleep(SETTLE).await;
    let report = measure(
        arguments,
        &shared.plane,
        before.as_ref(),
        &joins,
        &mut people,
        &bar,
    )
    .await?;

    bar.set_message("closing the visits");
    shared.finish.send_replace(true);
    close_all(people).await?;
    bar.finish_and_clear();
    stop_plane(&plane, thread)?;
    Ok(report)
}

pub(crate) async fn make_office(door: &Door, rooms: u32) -> anyhow::Result<MadeOffice> {
    let wanted = WantedOffice { operators: rooms };
    let answer = door.post::<MadeOffice>("/api/load/office", &wanted).await?;
    let (made, needed) = (answer.body.operators.len(), usize::try_from(rooms)?);
    if made < needed {
        bail!("the server gave {made} operators, {needed} are needed");
    }
    Ok(answer.body)
}

/// The media thread, where there is one.
pub(crate) type MediaThread = Option<JoinHandle<anyhow::Result<()>>>;

pub(crate) fn start_plane(
    client: ClientKind,
    talk: Talk,
    address: IpAddr,
) -> anyhow::Result<(Plane, MediaThread)> {
    let clock = Clock::start();
    match client {
        ClientKind::Light => {
            let (media, thread) = Media::start(clock, talk)?;
            let plane = Plane::Light {
                media,
                clock,
                address,
                detour: None,
            };
            Ok((plane, Some(thread)))
        }
        ClientKind::Webrtc => Ok((Plane::Webrtc(interop::Plane::new(clock, address)), None)),
    }
}

pub(crate) fn stop_plane(plane: &Plane, thread: MediaThread) -> anyhow::Result<()> {
    if let Plane::Light { media, .. } = plane {
        media.send(Command::Stop)?;
    }
    match thread.map(JoinHandle::join) {
        Some(Ok(stopped)) => stopped,
        Some(Err(_panic)) => bail!("the media thread panicked"),
        None => Ok(()),
    }
}

/// The address that packets to the server leave from.
fn local_address(door: &Door) -> anyhow::Result<IpAddr> {
    let any = UdpSocket::bind("0.0.0.0:0").context("a UDP socket")?;
    any.connect(door.authority.as_str())
        .with_context(|| format!("no way to {}", door.authority))?;
    Ok(any
        .local_addr()
        .context("the address of a UDP socket")?
        .ip())
}

pub(crate) fn progress_bar(steps: u64, json: bool) -> ProgressBar {
    let bar = if json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(steps)
    };
    let style = ProgressStyle::with_template("{elapsed_precise} {bar:40} {pos}/{len} {msg}");
    bar.set_style(style.unwrap_or_else(|_malformed| ProgressStyle::default_bar()));
    bar
}

/// Sets up all rooms; returns how long each person took.
pub(crate) async fn join_all(
    shared: &Arc<Shared>,
    sessions: &[String],
    rooms: u32,
    people: &mut JoinSet<anyhow::Result<()>>,
    bar: &ProgressBar,
) -> anyhow::Result<Histogram<u64>> {
    bar.set_message("joining");
    let mut joins = Histogram::new_with_bounds(1, JOIN_US_MAX, 3).context("a histogram")?;
    let mut joining = JoinSet::new();
    for (room, session) in (1..=rooms).zip(sessions) {
        let (operator_tell, operator_joined) = oneshot::channel();
        let (citizen_tell, citizen_joined) = oneshot::channel();
        let (go, gone) = oneshot::channel();
        people.spawn(operator_of(
            Arc::clone(shared),
            room,
            session.clone(),
            operator_tell,
            gone,
        ));
        let (go_citizen, gone_citizen) = oneshot::channel();
        people.spawn(citizen_of(
            Arc::clone(shared),
            room,
            citizen_tell,
            gone_citizen,
        ));
        let shared = Arc::clone(shared);
        joining.spawn(async move {
            let _permit = shared.joining.acquire().await.context("the run stopped")?;
            // Who failed meanwhile says why itself.
            go.send(()).unwrap_or(());
            go_citizen.send(()).unwrap_or(());
            let both = async {
                Ok::<_, oneshot::error::RecvError>([operator_joined.await?, citizen_joined.await?])
            };
            timeout(ROOM_TIMEOUT, both)
                .await
                .with_context(|| format!("room {room}: no call within {ROOM_TIMEOUT:?}"))?
                .context("left")
        });
    }
    loop {
        tokio::select! {
            biased;
            // A person ends before the end only by an error.
            Some(ended) = people.join_next() => {
                ended.context("a task panicked")??;
                bail!("a visit ended before the measurement");
            }
            joined = joining.join_next() => match joined {
                Some(both) => {
                    let both: [Joined; 2] = match both.context("a task panicked")? {
                        Ok(both) => both,
                        // The person's own error, which follows, says more.
                        Err(error) if error.is::<oneshot::error::RecvError>() => continue,
                        Err(error) => return Err(error),
                    };
                    both.iter().for_each(|joined| joins.saturating_record(joined.connect_us.max(1)));
                    bar.inc(1);
                }
                None => return Ok(joins),
            },
        }
    }
}

async fn operator_of(
    shared: Arc<Shared>,
    room: u32,
    session: String,
    joined: oneshot::Sender<Joined>,
    go: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    go.await.context("the run stopped")?;
    let finish = shared.finish.subscribe();
    let ended = operator::run(&shared.door, &shared.plane, &session, joined, finish).await;
    ended.with_context(|| format!("operator {room}"))
}

async fn citizen_of(
    shared: Arc<Shared>,
    room: u32,
    joined: oneshot::Sender<Joined>,
    go: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    go.await.context("the run stopped")?;
    let ended = citizen::run(&shared.door, &shared.plane, shared.counter, room, joined).await;
    ended.with_context(|| format!("citizen {room}"))
}

pub(crate) async fn measure(
    arguments: &Arguments,
    plane: &Plane,
    before: Option<&Look>,
    joins: &Histogram<u64>,
    people: &mut JoinSet<anyhow::Result<()>>,
    bar: &ProgressBar,
) -> anyhow::Result<Report> {
    bar.set_message("measuring");
    let begun = plane.begin().await?;
    let first = arguments.server_pid.map(look).transpose()?;
    for _ in 0..arguments.seconds {
        sleep(Duration::from_secs(1)).await;
        bar.inc(1);
        if let Some(ended) = people.try_join_next() {
            ended.context("a task panicked")??;
            bail!("a visit ended during the measurement");
        }
    }
    let last = arguments.server_pid.map(look).transpose()?;
    let ended = plane.end().await?;
    if let Some(failure) = ended.failures.first() {
        bail!(
            "{} of the people lost their connection, the first: {failure}",
            ended.failures.len()
        );
    }
    let looks = before
        .zip(first.as_ref())
        .zip(last.as_ref())
        .map(|((before, first), last)| [before, first, last]);
    Ok(Report::new(arguments, joins, begun.at, &ended, looks))
}

pub(crate) async fn close_all(mut people: JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
    let all = async {
        while let Some(ended) = people.join_next().await {
            ended.context("a task panicked")??;
        }
        Ok(())
    };
    timeout(CLOSE_TIMEOUT, all)
        .await
        .with_context(|| format!("visits still open after {CLOSE_TIMEOUT:?}"))?
}
