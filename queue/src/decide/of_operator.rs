//! What an operator asks for, and what his line does.

use crate::{
    command::{AfterClose, VisitResult},
    draft::Draft,
    error::Error,
    event::{EndCause, Fact, InterruptionCause, ResumeCause},
    id::{OperatorId, ServiceId, VisitId},
    operator::OperatorState,
    visit::{Presence, Readiness, VisitState},
};

impl Draft<'_> {
    pub(super) fn set_available(
        &mut self,
        id: OperatorId,
        service: ServiceId,
        available: bool,
    ) -> Result<(), Error> {
        let operator = self.operator(id)?;
        self.service(service)?;
        let profile = self.office.profile(id).ok_or(Error::UnknownOperator(id))?;
        if !profile.services.contains(&service) {
            return Err(Error::NotTheirService {
                operator: id,
                service,
            });
        }
        if operator.available.contains(&service) == available {
            return Ok(());
        }
        self.record(Fact::AvailabilitySet {
            operator: id,
            service,
            available,
        });
        let operator = self.operator(id)?;
        let seeking = matches!(operator.state, OperatorState::Seeking { .. });
        if seeking && operator.available.is_empty() {
            self.record(Fact::SeekingEnded { operator: id });
        }
        Ok(())
    }

    pub(super) fn seek(&mut self, id: OperatorId) -> Result<(), Error> {
        if self.operator(id)?.state != OperatorState::Inactive {
            return self.operator_out_of_order(id, "seek", "inactive");
        }
        self.operator_is_here(id)?;
        self.record(Fact::SeekingBegan { operator: id });
        Ok(())
    }

    pub(super) fn stop_seeking(&mut self, id: OperatorId) -> Result<(), Error> {
        if !matches!(self.operator(id)?.state, OperatorState::Seeking { .. }) {
            return self.operator_out_of_order(id, "interrupt", "seeking");
        }
        self.record(Fact::SeekingEnded { operator: id });
        Ok(())
    }

    pub(super) fn start(&mut self, id: OperatorId) -> Result<(), Error> {
        let OperatorState::Assigned { visit } = self.operator(id)?.state else {
            return self.operator_out_of_order(id, "start", "assigned");
        };
        self.operator_is_here(id)?;
        self.record(Fact::Started {
            visit,
            operator: id,
        });
        self.call(visit)
    }

    pub(super) fn admit(&mut self, id: OperatorId) -> Result<(), Error> {
        let visit = self.visit_of(id, "admit", "called")?;
        if !matches!(self.visit(visit)?.state, VisitState::Called { .. }) {
            return self.out_of_order(visit, "admit", "called");
        }
        if self.visit(visit)?.presence != Presence::Here {
            return Err(Error::CitizenAway(visit));
        }
        self.operator_is_here(id)?;
        // Where admission is automatic, that the operator is here may have been all that was missing.
        self.admit_by_itself(visit)?;
        if matches!(self.visit(visit)?.state, VisitState::Called { .. }) {
            self.record(Fact::Admitted { visit });
            self.start_recording(visit)?;
        }
        Ok(())
    }

    pub(super) fn end_meeting(&mut self, id: OperatorId) -> Result<(), Error> {
        const ALLOWED: &str = "assigned, called, in call or interrupted";
        let visit = self.visit_of(id, "end the meeting", ALLOWED)?;
        match &self.visit(visit)?.state {
            VisitState::Assigned {
                ready: Readiness::Neither | Readiness::Entered(_) | Readiness::Started(_),
                ..
            }
            | VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. } => {
                self.operator_is_here(id)?;
                self.stop_recording(visit)?;
                self.record(Fact::MeetingEnded {
                    visit,
                    cause: EndCause::Operator,
                });
                Ok(())
            }
            VisitState::Assigned {
                ready: Readiness::Both(_),
                ..
            }
            | VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => self.out_of_order(visit, "end the meeting", ALLOWED),
        }
    }

    pub(super) fn extend(&mut self, id: OperatorId) -> Result<(), Error> {
        let visit = self.visit_of(id, "extend", "in call")?;
        let state = self.visit(visit)?;
        if !matches!(state.state, VisitState::InCall { .. }) {
            return self.out_of_order(visit, "extend", "in call");
        }
        let service = self.service(state.service)?;
        let by_ms = service.extension_ms;
        if service.duration_max_ms == 0 || by_ms == 0 || state.extended_ms > 0 {
            return Err(Error::NotExtensible(visit));
        }
        let own = self.operator(id)?.available.iter();
        let waiting: usize = own.map(|service| self.office.waiting_count(*service)).sum();
        if waiting > 0 {
            let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
            return Err(Error::PeopleWait { waiting });
        }
        self.operator_is_here(id)?;
        self.record(Fact::Extended {
            visit,
            operator: id,
            by_ms,
        });
        Ok(())
    }

    pub(super) fn resume(&mut self, id: OperatorId) -> Result<(), Error> {
        let OperatorState::WrapUp { visit } = self.operator(id)?.state else {
            return self.operator_out_of_order(id, "resume", "in wrap-up");
        };
        if !self.visit(visit)?.resumable() {
            return Err(Error::NotResumable(visit));
        }
        self.operator_is_here(id)?;
        self.record(Fact::Resumed {
            visit,
            cause: ResumeCause::Operator,
        });
        if self.visit(visit)?.presence == Presence::Here {
            self.start_recording(visit)
        } else {
            self.interrupt(visit, InterruptionCause::LineLost)
        }
    }

    pub(super) fn close(
        &mut self,
        id: OperatorId,
        result: VisitResult,
        then: AfterClose,
    ) -> Result<(), Error> {
        let operator = self.operator(id)?;
        let OperatorState::WrapUp { visit } = operator.state else {
            return self.operator_out_of_order(id, "close", "in wrap-up");
        };
        if then == AfterClose::Seek && operator.available.is_empty() {
            let found = "available for no service";
            let allowed = "available for a service";
            return Err(Error::OperatorOutOfOrder {
                command: "seek",
                found,
                allowed,
            });
        }
        self.operator_is_here(id)?;
        self.record(Fact::Closed {
            visit,
            operator: id,
            result,
            then,
        });
        Ok(())
    }

    pub(super) fn operator_lost(&mut self, id: OperatorId) -> Result<(), Error> {
        if self.operator(id)?.presence == Presence::Here {
            self.record(Fact::OperatorLost { operator: id });
        }
        Ok(())
    }

    pub(super) fn operator_back(&mut self, id: OperatorId) -> Result<(), Error> {
        self.operator_is_here(id)?;
        match self.operator(id)?.visit() {
            Some(visit) => self.admit_by_itself(visit),
            None => Ok(()),
        }
    }

    fn visit_of(
        &self,
        id: OperatorId,
        command: &'static str,
        allowed: &'static str,
    ) -> Result<VisitId, Error> {
        let operator = self.operator(id)?;
        operator.visit().ok_or_else(|| Error::OperatorOutOfOrder {
            command,
            found: operator.state_name(),
            allowed,
        })
    }

    fn operator_out_of_order(
        &self,
        id: OperatorId,
        command: &'static str,
        allowed: &'static str,
    ) -> Result<(), Error> {
        let found = self.operator(id)?.state_name();
        Err(Error::OperatorOutOfOrder {
            command,
            found,
            allowed,
        })
    }
}
