//! What concerns the whole office: its configuration, a restart, the passing of time.

use std::collections::BTreeSet;

use crate::{
    assignment::Scope,
    configuration::Configuration,
    draft::Draft,
    error::{ConfigurationFault, Error},
    event::{AbandonCause, EndCause, Event, ExpiryCause, Fact, InterruptionCause},
    id::{OperatorId, ServiceId, VisitId},
    office::Due,
    operator::OperatorState,
    visit::{Recording, VisitState},
};

/// Visits and operators dealt with in one tick: the rest stays due, so that one batch of events stays small.
const TICK_MAX: usize = 1_000;

impl Draft<'_> {
    pub(super) fn configure(mut self, configuration: &Configuration) -> Result<Vec<Event>, Error> {
        configuration.check()?;
        if *configuration == self.office.configuration {
            return Ok(Vec::new());
        }
        self.busy_operators_stay(configuration)?;
        self.expire_closed_services(configuration)?;
        self.record(Fact::Configured {
            configuration: Box::new(configuration.clone()),
        });
        let (office, now) = (self.office, self.now);
        let mut events = self.finish();
        // The rules have changed for everybody: pair in the office as it will be. Rare, so a copy may be made.
        let mut after = office.clone();
        events.iter().for_each(|event| after.apply(event));
        let mut draft = Draft::new(&after, now);
        draft.assign(Scope::Everybody)?;
        events.extend(draft.finish());
        Ok(events)
    }

    fn busy_operators_stay(&self, configuration: &Configuration) -> Result<(), Error> {
        let kept: BTreeSet<OperatorId> = configuration.operators.iter().map(|one| one.id).collect();
        for operator in self.office.operators() {
            if let Some(visit) = operator.visit().filter(|_| !kept.contains(&operator.id)) {
                let operator = operator.id;
                return Err(ConfigurationFault::OperatorBusy { operator, visit }.into());
            }
        }
        Ok(())
    }

    fn expire_closed_services(&mut self, configuration: &Configuration) -> Result<(), Error> {
        let kept: BTreeSet<ServiceId> = configuration.services.iter().map(|one| one.id).collect();
        let office = self.office;
        for visit in office
            .visits()
            .filter(|visit| !kept.contains(&visit.service))
        {
            if visit.pairing().is_some() {
                let (service, visit) = (visit.service, visit.id);
                return Err(ConfigurationFault::ServiceBusy { service, visit }.into());
            }
            if visit.over_at().is_none() {
                self.record(Fact::Expired {
                    visit: visit.id,
                    cause: ExpiryCause::ServiceClosed,
                });
            }
        }
        Ok(())
    }

    pub(super) fn server_restarted(&mut self) -> Result<(), Error> {
        let in_call: Vec<VisitId> = self
            .office
            .visits()
            .filter(|visit| matches!(visit.state, VisitState::InCall { .. }))
            .map(|visit| visit.id)
            .collect();
        for visit in in_call {
            self.interrupt(visit, InterruptionCause::Server)?;
        }
        self.record(Fact::ServerRestarted);
        Ok(())
    }

    pub(super) fn tick(&mut self) -> Result<(), Error> {
        let now = self.now;
        let due = self
            .office
            .index
            .due
            .iter()
            .take_while(|(when, _)| *when <= now);
        for (_, who) in due.take(TICK_MAX) {
            match who {
                Due::Visit(id) => self.visit_is_due(*id)?,
                Due::Operator(id) => self.operator_is_due(*id)?,
            }
        }
        Ok(())
    }

    fn visit_is_due(&mut self, id: VisitId) -> Result<(), Error> {
        let visit = self.visit(id)?;
        let ends = self.office.call_ends(visit);
        let fact = match &visit.state {
            VisitState::Verifying { .. } => Fact::Abandoned {
                visit: id,
                cause: AbandonCause::VerifyingTimeout,
            },
            VisitState::Waiting { .. } => Fact::Abandoned {
                visit: id,
                cause: AbandonCause::Away,
            },
            VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => Fact::Forgotten { visit: id },
            // A recording that failed is tried again, while there is time; otherwise the time limit is what is due.
            VisitState::InCall {
                recording: Recording::Failed(_),
                ..
            } if ends.is_none_or(|ends| ends > self.now) => return self.start_recording(id),
            VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. } => {
                self.stop_recording(id)?;
                Fact::MeetingEnded {
                    visit: id,
                    cause: EndCause::TimeLimit,
                }
            }
            VisitState::Assigned { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. } => return Ok(()),
        };
        self.record(fact);
        Ok(())
    }

    fn operator_is_due(&mut self, id: OperatorId) -> Result<(), Error> {
        let fact = match self.operator(id)?.state {
            OperatorState::Seeking { .. } => Fact::SeekingEnded { operator: id },
            OperatorState::Assigned { visit } | OperatorState::Started { visit } => {
                Fact::PlaceRestored {
                    visit,
                    operator: id,
                }
            }
            OperatorState::Off
            | OperatorState::Inactive
            | OperatorState::Called { .. }
            | OperatorState::InCall { .. }
            | OperatorState::WrapUp { .. } => return Ok(()),
        };
        self.record(fact);
        Ok(())
    }
}
