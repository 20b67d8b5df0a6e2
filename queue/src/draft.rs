//! A decision while it is being made: the events so far, and the visits and operators they have changed, laid over the
//! office as it is.
//!
//! Invariant: what a draft shows is what [`Office::apply`] of its events would make.

use std::collections::BTreeMap;

use crate::{
    configuration::{Admission, ConsentAt, Service},
    error::Error,
    event::{Event, Fact, InterruptionCause},
    id::{OperatorId, ServiceId, VisitId},
    office::Office,
    operator::Operator,
    time::Timestamp,
    visit::{Presence, Readiness, Visit, VisitState},
};

#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) office: &'a Office,
    pub(crate) now: Timestamp,
    pub(crate) visits: BTreeMap<VisitId, Visit>,
    pub(crate) operators: BTreeMap<OperatorId, Operator>,
    events: Vec<Event>,
}

impl<'a> Draft<'a> {
    /// A clock that was set back does not set the journal back.
    pub(crate) fn new(office: &'a Office, now: Timestamp) -> Self {
        Self {
            office,
            now: now.max(office.latest),
            visits: BTreeMap::new(),
            operators: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Vec<Event> {
        self.events
    }

    pub(crate) fn visit(&self, id: VisitId) -> Result<&Visit, Error> {
        let drafted = self.visits.get(&id);
        drafted
            .or_else(|| self.office.visit(id))
            .ok_or(Error::UnknownVisit(id))
    }

    pub(crate) fn operator(&self, id: OperatorId) -> Result<&Operator, Error> {
        let drafted = self.operators.get(&id);
        drafted
            .or_else(|| self.office.operator(id))
            .ok_or(Error::UnknownOperator(id))
    }

    pub(crate) fn service(&self, id: ServiceId) -> Result<&'a Service, Error> {
        self.office.service(id).ok_or(Error::UnknownService(id))
    }

    /// Adds a fact and makes it true in the draft.
    pub(crate) fn record(&mut self, fact: Fact) {
        let mut operator = fact.operator();
        if let Some(id) = fact.visit() {
            let known = self
                .visits
                .remove(&id)
                .or_else(|| self.office.visit(id).cloned());
            if let Some(mut visit) = known.or_else(|| Visit::taken(self.now, &fact)) {
                operator = operator.or_else(|| visit.operator());
                visit.apply(self.now, &fact);
                self.visits.insert(id, visit);
            }
        }
        if let Some(id) = operator {
            let known = self
                .operators
                .remove(&id)
                .or_else(|| self.office.operator(id).cloned());
            if let Some(mut operator) = known {
                operator.apply(self.now, &fact);
                self.operators.insert(id, operator);
            }
        }
        self.events.push(Event { at: self.now, fact });
    }

    /// Who asks for something is connected, whatever was heard of his line.
    pub(crate) fn citizen_is_here(&mut self, visit: VisitId) -> Result<(), Error> {
        if self.visit(visit)?.presence != Presence::Here {
            self.record(Fact::LineBack { visit });
        }
        Ok(())
    }

    /// As [`Draft::citizen_is_here`].
    pub(crate) fn operator_is_here(&mut self, operator: OperatorId) -> Result<(), Error> {
        if self.operator(operator)?.presence != Presence::Here {
            self.record(Fact::OperatorBack { operator });
        }
        Ok(())
    }

    /// A citizen who accepted the notice at entry comes in by himself once he is assigned and there.
    pub(crate) fn enter_by_itself(&mut self, id: VisitId) -> Result<(), Error> {
        let visit = self.visit(id)?;
        let VisitState::Assigned { ticket, ready, .. } = &visit.state else {
            return Ok(());
        };
        let waits = matches!(ready, Readiness::Neither | Readiness::Started(_));
        let at_entry = self.service(visit.service)?.consent_at == ConsentAt::Entry;
        let Some(acceptance) = ticket.accepted.clone() else {
            return Ok(());
        };
        if waits && at_entry && visit.presence == Presence::Here {
            self.enter(id, acceptance)?;
        }
        Ok(())
    }

    /// The citizen enters; called when the operator has started.
    pub(crate) fn enter(
        &mut self,
        id: VisitId,
        acceptance: crate::visit::Acceptance,
    ) -> Result<(), Error> {
        let Some(operator) = self.visit(id)?.operator() else {
            return Ok(());
        };
        let day = self.office.day(self.now);
        self.record(Fact::Entered {
            visit: id,
            operator,
            day,
            acceptance,
        });
        self.call(id)
    }

    /// Calls a visit for which both have pressed start.
    pub(crate) fn call(&mut self, id: VisitId) -> Result<(), Error> {
        let both = matches!(
            &self.visit(id)?.state,
            VisitState::Assigned {
                ready: Readiness::Both(_),
                ..
            }
        );
        if both {
            self.record(Fact::Called { visit: id });
            self.admit_by_itself(id)?;
        }
        Ok(())
    }

    /// Where nobody needs to admit, both being there is enough.
    pub(crate) fn admit_by_itself(&mut self, id: VisitId) -> Result<(), Error> {
        let visit = self.visit(id)?;
        let VisitState::Called { pairing, .. } = &visit.state else {
            return Ok(());
        };
        let automatic = self.service(visit.service)?.admission == Admission::Auto;
        let citizen_here = visit.presence == Presence::Here;
        let operator_here = self.operator(pairing.operator)?.presence == Presence::Here;
        if automatic && citizen_here && operator_here {
            self.record(Fact::Admitted { visit: id });
            self.start_recording(id)?;
        }
        Ok(())
    }

    /// Recording runs in the call, where the service records: the acceptance is already kept.
    pub(crate) fn start_recording(&mut self, id: VisitId) -> Result<(), Error> {
        let visit = self.visit(id)?;
        if self.service(visit.service)?.recorded {
            self.record(Fact::RecordingStarted {
                visit: id,
                interval: visit.intervals + 1,
            });
        }
        Ok(())
    }

    /// Before the call is left in any way.
    pub(crate) fn stop_recording(&mut self, id: VisitId) -> Result<(), Error> {
        if let Some(interval) = self.visit(id)?.recording().interval() {
            self.record(Fact::RecordingStopped {
                visit: id,
                interval,
            });
        }
        Ok(())
    }

    /// From the call to its interruption.
    pub(crate) fn interrupt(&mut self, id: VisitId, cause: InterruptionCause) -> Result<(), Error> {
        self.stop_recording(id)?;
        self.record(Fact::Interrupted { visit: id, cause });
        Ok(())
    }
}
