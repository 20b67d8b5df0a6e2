//! A citizen: takes a turn, confirms, accepts the notice, talks until the operator ends the call.

use anyhow::bail;
use signalling::protocol::PROTOCOL_VERSION;
use signalling::protocol::citizen::{CitizenStep, CitizenView, FromCitizen, ToCitizen};
use signalling::protocol::entry::{TakeTurn, TurnTaken};
use signalling::protocol::person::FromPerson;
use tokio::sync::oneshot;

use anyhow::Context as _;

use crate::http::Door;
use crate::link::Link;
use crate::person::{ATTEMPT, Connection, DEVICES, Joined, Milestone, Plane, hear};

/// Where to take the turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counter {
    pub(crate) office: u32,
    pub(crate) service: u32,
}

/// Lives through one visit; `joined` is told when media flows. Ends when the visit is closed.
pub(crate) async fn run(
    door: &Door,
    plane: &Plane,
    counter: Counter,
    number: u32,
    joined: oneshot::Sender<Joined>,
) -> anyhow::Result<()> {
    let turn = TakeTurn {
        office: counter.office,
        service: counter.service,
        name: format!("Carga {number}"),
        document: format!("LOAD-{number}"),
        language: "es-AR".to_owned(),
    };
    let taken = door.post::<TurnTaken>("/api/visits", &turn).await?;
    let cookie = taken.cookie.context("no cookie with the turn")?;
    let mut link = Link::open(door, "/ws/citizen", &cookie).await?;
    link.send(&FromCitizen::Person(FromPerson::Hello {
        version: PROTOCOL_VERSION,
        device: format!("bench{:016x}", rand::random::<u64>()),
        language: "es-AR".to_owned(),
        attempt: None,
        take_over: false,
    }))
    .await?;
    let mut citizen = Citizen {
        link,
        plane,
        connection: None,
        confirmed: false,
        accepted: false,
    };
    citizen.attend(joined).await?;
    if let Some(connection) = citizen.connection {
        connection.close().await;
    }
    citizen.link.close().await;
    Ok(())
}

struct Citizen<'a> {
    link: Link,
    plane: &'a Plane,
    connection: Option<Connection>,
    confirmed: bool,
    accepted: bool,
}

impl Citizen<'_> {
    async fn attend(&mut self, joined: oneshot::Sender<Joined>) -> anyhow::Result<()> {
        let mut joined = Some(joined);
        let mut connect_us = 0;
        loop {
            let message = match &mut self.connection {
                None => self.link.next(ping).await?,
                Some(connection) => tokio::select! {
                    message = self.link.next(ping) => message?,
                    milestone = connection.milestone() => {
                        match milestone? {
                            Milestone::Connected { after_us } => connect_us = after_us,
                            // The run may have given up.
                            Milestone::Media => drop(joined.take().map(|joined| joined.send(Joined { connect_us }))),
                        }
                        continue;
                    }
                },
            };
            if self.handle(message).await? {
                return Ok(());
            }
        }
    }

    /// True when the visit is over.
    async fn handle(&mut self, message: ToCitizen) -> anyhow::Result<bool> {
        match message {
            ToCitizen::Visit { view } => self.look(view).await,
            // Asked for by no message of ours.
            ToCitizen::LoopbackAnswer { .. }
            | ToCitizen::MoveLink { .. }
            | ToCitizen::Document { .. } => Ok(false),
            ToCitizen::Person(message) => {
                hear(self.connection.as_mut(), message).await?;
                Ok(false)
            }
        }
    }

    async fn look(&mut self, view: CitizenView) -> anyhow::Result<bool> {
        match view.step {
            CitizenStep::Verifying {} if !self.confirmed => {
                self.confirmed = true;
                self.link
                    .send(&FromCitizen::Confirm {
                        devices: DEVICES,
                        line: None,
                    })
                    .await?;
            }
            CitizenStep::Assigned {
                notice,
                accepted: false,
                ..
            } if !self.accepted => {
                self.accepted = true;
                self.link
                    .send(&FromCitizen::AcceptNotice {
                        sha256: notice.sha256,
                    })
                    .await?;
            }
            CitizenStep::Ended { .. } | CitizenStep::Closed {} => return Ok(true),
            CitizenStep::Interrupted { cause, .. } => bail!("the call was interrupted: {cause:?}"),
            CitizenStep::Abandoned {} | CitizenStep::Expired {} => bail!("the turn is gone"),
            CitizenStep::Verifying {}
            | CitizenStep::Waiting { .. }
            | CitizenStep::Assigned { .. }
            | CitizenStep::Called { .. }
            | CitizenStep::InCall { .. } => {}
        }
        if view.offer_wanted && self.connection.is_none() {
            let (connection, sdp) = Connection::offer(self.plane).await?;
            self.connection = Some(connection);
            self.link
                .send(&FromCitizen::Person(FromPerson::Offer {
                    attempt: ATTEMPT,
                    sdp,
                }))
                .await?;
        }
        Ok(false)
    }
}

fn ping(nonce: u32) -> anyhow::Result<String> {
    serde_json::to_string(&FromCitizen::Person(FromPerson::Ping { nonce })).context("a ping")
}
