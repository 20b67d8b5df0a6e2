//! An operator: seeks, starts, admits, talks until told to end, closes the visit with success.

use anyhow::{Context as _, bail};
use signalling::protocol::PROTOCOL_VERSION;
use signalling::protocol::call::Participant;
use signalling::protocol::operator::{
    AfterClose, FromOperator, OperatorStep, OperatorView, ToOperator, VisitResult,
};
use signalling::protocol::person::FromPerson;
use tokio::sync::{oneshot, watch};

use crate::http::Door;
use crate::link::Link;
use crate::person::{ATTEMPT, Connection, Joined, Milestone, Plane, hear};

/// Attends one visit; `joined` is told when media flows, `finish` becomes true when the call shall end.
pub(crate) async fn run(
    door: &Door,
    plane: &Plane,
    session: &str,
    joined: oneshot::Sender<Joined>,
    finish: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let mut link = Link::open(
        door,
        "/ws/operator",
        &format!("ventanilla_operator={session}"),
    )
    .await?;
    link.send(&FromOperator::Person(FromPerson::Hello {
        version: PROTOCOL_VERSION,
        device: format!("bench{:016x}", rand::random::<u64>()),
        language: "es-AR".to_owned(),
        attempt: None,
        take_over: false,
    }))
    .await?;
    let mut operator = Operator {
        link,
        plane,
        connection: None,
        done: Done::default(),
    };
    operator.attend(joined, finish).await?;
    if let Some(connection) = operator.connection {
        connection.close().await;
    }
    operator.link.close().await;
    Ok(())
}

/// Steps that are taken once.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
enum Done {
    #[default]
    Nothing,
    Available,
    Sought,
    Started,
    Admitted,
    EndedMeeting,
    Closed,
}

struct Operator<'a> {
    link: Link,
    plane: &'a Plane,
    connection: Option<Connection>,
    done: Done,
}

impl Operator<'_> {
    async fn attend(
        &mut self,
        joined: oneshot::Sender<Joined>,
        mut finish: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
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
                    ended = told_to_finish(&mut finish), if self.done < Done::EndedMeeting => {
                        ended?;
                        self.step(Done::EndedMeeting, &FromOperator::EndMeeting {}).await?;
                        continue;
                    }
                },
            };
            if self.handle(message).await? {
                return Ok(());
            }
        }
    }

    /// True when the visit is closed.
    async fn handle(&mut self, message: ToOperator) -> anyhow::Result<bool> {
        match message {
            ToOperator::Console { view } => self.look(view).await,
            ToOperator::Person(message) => {
                hear(self.connection.as_mut(), message).await?;
                Ok(false)
            }
            ToOperator::Declined { .. } => Ok(false),
        }
    }

    async fn look(&mut self, view: OperatorView) -> anyhow::Result<bool> {
        match &view.step {
            OperatorStep::Off {} | OperatorStep::Inactive {} if self.done == Done::Closed => {
                return Ok(true);
            }
            OperatorStep::Off {} => {
                let service = view
                    .services
                    .first()
                    .context("the operator has no service")?
                    .id;
                self.step(
                    Done::Available,
                    &FromOperator::SetAvailable {
                        service,
                        available: true,
                    },
                )
                .await?;
            }
            OperatorStep::Inactive {} => self.step(Done::Sought, &FromOperator::Seek {}).await?,
            OperatorStep::Assigned { .. } => {
                self.step(Done::Started, &FromOperator::Start {}).await?
            }
            OperatorStep::Started { lobby, .. } => self.admit(lobby).await?,
            OperatorStep::InCall {
                citizen_away_since_ms: Some(_),
                ..
            } if self.done < Done::EndedMeeting => {
                bail!("the citizen's connection was lost")
            }
            OperatorStep::WrapUp { .. } => {
                let (result, then) = (VisitResult::Success, AfterClose::Interrupt);
                let close = FromOperator::Close {
                    result,
                    notes: String::new(),
                    then,
                };
                self.step(Done::Closed, &close).await?;
            }
            OperatorStep::Seeking { .. } | OperatorStep::InCall { .. } => {}
        }
        if view.offer_wanted && self.connection.is_none() {
            let (connection, sdp) = Connection::offer(self.plane).await?;
            self.connection = Some(connection);
            self.link
                .send(&FromOperator::Person(FromPerson::Offer {
                    attempt: ATTEMPT,
                    sdp,
                }))
                .await?;
        }
        Ok(false)
    }

    async fn admit(&mut self, lobby: &[Participant]) -> anyhow::Result<()> {
        let Some(first) = lobby.first() else {
            return Ok(());
        };
        self.step(
            Done::Admitted,
            &FromOperator::Admit {
                participant: first.number,
            },
        )
        .await
    }

    /// Sends the message unless this step was taken before.
    async fn step(&mut self, step: Done, message: &FromOperator) -> anyhow::Result<()> {
        if self.done >= step {
            return Ok(());
        }
        self.done = step;
        self.link.send(message).await
    }
}

async fn told_to_finish(finish: &mut watch::Receiver<bool>) -> anyhow::Result<()> {
    // The guard of the value must not live on over an await.
    finish
        .wait_for(|finish| *finish)
        .await
        .map(drop)
        .context("the run stopped")
}

fn ping(nonce: u32) -> anyhow::Result<String> {
    serde_json::to_string(&FromOperator::Person(FromPerson::Ping { nonce })).context("a ping")
}
