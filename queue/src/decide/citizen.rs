//! What a citizen asks for, and what his line does.

use crate::{
    configuration::{ConsentAt, Limits},
    draft::Draft,
    error::{Error, Limit},
    event::{AbandonCause, EndCause, Fact, InterruptionCause, ResumeCause},
    guest::Guest,
    id::{DisplayCode, Letter, Notice, Purpose, ServiceId, VisitCode, VisitId},
    line::Trouble,
    office::Office,
    time::CivilDay,
    visit::{Acceptance, Arrival, Presence, Readiness, Recording, Visit, VisitState},
};

/// Lines of chat of one visit: two people typing a line every two seconds for half an hour.
const CHAT_LINES_MAX: u32 = 1_000;

impl Draft<'_> {
    pub(super) fn take_turn(
        &mut self,
        code: VisitCode,
        service: ServiceId,
        purpose: Purpose,
    ) -> Result<(), Error> {
        let service = self.service(service)?.id;
        if self.office.visit_by_code(code).is_some() {
            return Err(Error::CodeTaken);
        }
        let limits = &self.office.configuration.limits;
        below(Limit::Visits, self.office.visits.len(), Limits::VISITS_MAX)?;
        below(
            Limit::Verifying,
            self.office.index.verifying_count,
            limits.verifying_max,
        )?;
        let visit = VisitId::nth(self.office.id, self.office.next_visit);
        let day = self.office.day(self.now);
        self.record(Fact::TurnTaken {
            visit,
            code,
            service,
            purpose,
            day,
        });
        Ok(())
    }

    pub(super) fn accept_notice(&mut self, id: VisitId, notice: &Notice) -> Result<(), Error> {
        check_notice(notice)?;
        let visit = self.visit(id)?;
        let at_entry = self.service(visit.service)?.consent_at == ConsentAt::Entry;
        let accepted = Fact::NoticeAccepted {
            visit: id,
            notice: notice.clone(),
        };
        match &visit.state {
            VisitState::Verifying { .. } if at_entry => {
                self.citizen_is_here(id)?;
                self.record(accepted);
                Ok(())
            }
            VisitState::Assigned {
                ready: Readiness::Neither | Readiness::Started(_),
                ..
            } => {
                self.citizen_is_here(id)?;
                self.record(accepted);
                self.enter(
                    id,
                    Acceptance {
                        notice: notice.clone(),
                        at: self.now,
                    },
                )
            }
            VisitState::Verifying { .. }
            | VisitState::Assigned { .. }
            | VisitState::Waiting { .. }
            | VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => {
                let allowed = if at_entry {
                    "verifying"
                } else {
                    "assigned and has not accepted"
                };
                self.out_of_order(id, "accept notice", allowed)
            }
        }
    }

    pub(super) fn confirm(&mut self, id: VisitId) -> Result<(), Error> {
        let visit = self.visit(id)?;
        let service = self.service(visit.service)?;
        let VisitState::Verifying { accepted, .. } = &visit.state else {
            return self.out_of_order(id, "confirm", "verifying");
        };
        if service.consent_at == ConsentAt::Entry && accepted.is_none() {
            return Err(Error::NoticeNeeded);
        }
        let waiting_max = self.office.configuration.limits.waiting_max;
        below(Limit::Waiting, self.office.waiting_total(), waiting_max)?;
        self.citizen_is_here(id)?;
        let day = self.office.day(self.now);
        let display = self.office.next_display(service.letter, day);
        self.record(Fact::Confirmed {
            visit: id,
            display,
            day,
        });
        Ok(())
    }

    pub(super) fn abandon(&mut self, id: VisitId) -> Result<(), Error> {
        match &self.visit(id)?.state {
            VisitState::Verifying { .. } | VisitState::Waiting { .. } => {
                self.record(Fact::Abandoned {
                    visit: id,
                    cause: AbandonCause::Citizen,
                });
                Ok(())
            }
            VisitState::Assigned { pairing, .. }
            | VisitState::Called {
                pairing,
                arrival: Arrival::First,
                ..
            } => {
                let operator = pairing.operator;
                self.record(Fact::AbandonedAfterAssignment {
                    visit: id,
                    operator,
                });
                Ok(())
            }
            VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => {
                self.out_of_order(id, "abandon", "verifying, waiting, assigned or called")
            }
        }
    }

    pub(super) fn hang_up(&mut self, id: VisitId) -> Result<(), Error> {
        if !matches!(self.visit(id)?.state, VisitState::InCall { .. }) {
            return self.out_of_order(id, "hang up", "in call");
        }
        self.interrupt(id, InterruptionCause::HungUp)
    }

    pub(super) fn return_to_call(&mut self, id: VisitId) -> Result<(), Error> {
        if !matches!(self.visit(id)?.state, VisitState::Interrupted { .. }) {
            return self.out_of_order(id, "return to the call", "interrupted");
        }
        // Whose line was lost needs not be admitted again: that he is back is all.
        self.line_back(id)?;
        if matches!(self.visit(id)?.state, VisitState::Interrupted { .. }) {
            self.record(Fact::Returned { visit: id });
            self.admit_by_itself(id)?;
        }
        Ok(())
    }

    pub(super) fn finish_turn(&mut self, id: VisitId) -> Result<(), Error> {
        match &self.visit(id)?.state {
            VisitState::InCall { .. }
            | VisitState::Interrupted { .. }
            | VisitState::Called {
                arrival: Arrival::Back { .. },
                ..
            } => {
                self.stop_recording(id)?;
                self.record(Fact::MeetingEnded {
                    visit: id,
                    cause: EndCause::Citizen,
                });
                Ok(())
            }
            VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Assigned { .. }
            | VisitState::Called { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => {
                self.out_of_order(id, "finish the turn", "in call or interrupted")
            }
        }
    }

    pub(super) fn line_lost(&mut self, id: VisitId) -> Result<(), Error> {
        let visit = self.visit(id)?;
        if visit.presence != Presence::Here || visit.over_at().is_some() {
            return Ok(());
        }
        let in_call = matches!(visit.state, VisitState::InCall { .. });
        self.record(Fact::LineLost { visit: id });
        if in_call {
            self.interrupt(id, InterruptionCause::LineLost)?;
        }
        Ok(())
    }

    pub(super) fn line_back(&mut self, id: VisitId) -> Result<(), Error> {
        if self.visit(id)?.over_at().is_some() {
            return Ok(());
        }
        self.citizen_is_here(id)?;
        match &self.visit(id)?.state {
            VisitState::Interrupted {
                cause: InterruptionCause::LineLost | InterruptionCause::Server,
                ..
            } => {
                self.record(Fact::Resumed {
                    visit: id,
                    cause: ResumeCause::LineBack,
                });
                self.start_recording(id)
            }
            VisitState::Assigned { .. } => self.enter_by_itself(id),
            VisitState::Called { .. } => self.admit_by_itself(id),
            VisitState::Interrupted {
                cause: InterruptionCause::HungUp,
                ..
            }
            | VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::InCall { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => Ok(()),
        }
    }

    pub(super) fn chat_sent(&mut self, id: VisitId, participant: u8) -> Result<(), Error> {
        let visit = self.visit(id)?;
        if !matches!(visit.state, VisitState::InCall { .. }) {
            return self.out_of_order(id, "chat", "in call");
        }
        takes_part(visit, participant, "chat")?;
        below(Limit::ChatLines, visit.chat_lines as usize, CHAT_LINES_MAX)?;
        self.record(Fact::ChatSent {
            visit: id,
            participant,
        });
        Ok(())
    }

    pub(super) fn judge_line(&mut self, id: VisitId, judged: Trouble) -> Result<(), Error> {
        let visit = self.visit(id)?;
        if !matches!(visit.state, VisitState::InCall { .. }) {
            return self.out_of_order(id, "judge line", "in call");
        }
        let Trouble {
            participant,
            strand,
            level,
        } = judged;
        takes_part(visit, participant, "judge line")?;
        if visit.lines.level(participant, strand) != level {
            self.record(Fact::LineJudged {
                visit: id,
                participant,
                strand,
                level,
            });
        }
        Ok(())
    }

    pub(super) fn recording_failed(&mut self, id: VisitId, interval: u32) -> Result<(), Error> {
        if self.visit(id)?.recording() == Recording::Runs(interval) {
            self.record(Fact::RecordingFailed {
                visit: id,
                interval,
            });
        }
        Ok(())
    }

    pub(super) fn forget(&mut self, id: VisitId) -> Result<(), Error> {
        if self.visit(id)?.over_at().is_none() {
            return self.out_of_order(id, "forget", "over");
        }
        self.record(Fact::Forgotten { visit: id });
        Ok(())
    }

    pub(super) fn out_of_order(
        &self,
        id: VisitId,
        command: &'static str,
        allowed: &'static str,
    ) -> Result<(), Error> {
        let found = self.visit(id)?.state_name();
        Err(Error::VisitOutOfOrder {
            command,
            found,
            allowed,
        })
    }
}

impl Office {
    fn next_display(&self, letter: Letter, day: CivilDay) -> DisplayCode {
        let last = match self.numbers.get(&letter) {
            Some((of_day, last)) if *of_day == day => *last,
            Some(_) | None => 0,
        };
        DisplayCode {
            letter,
            number: last + 1,
        }
    }
}

pub(super) fn below(limit: Limit, found: usize, allowed: u32) -> Result<(), Error> {
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    if found >= allowed {
        Err(Error::Full {
            limit,
            found,
            allowed,
        })
    } else {
        Ok(())
    }
}

/// What a client says of a notice is kept: it must be as short as notices are.
pub(super) fn check_notice(notice: &Notice) -> Result<(), Error> {
    for (what, word) in [
        ("the notice's language", &notice.language),
        ("the notice's version", &notice.version),
    ] {
        if word.len() > Notice::WORD_BYTES_MAX {
            let allowed = Notice::WORD_BYTES_MAX;
            return Err(Error::TooLong {
                what,
                found: word.len(),
                allowed,
            });
        }
    }
    Ok(())
}

/// A guest does only in the call what those in the call do.
pub(super) fn takes_part(
    visit: &Visit,
    participant: u8,
    command: &'static str,
) -> Result<(), Error> {
    if visit.takes_part(participant) {
        return Ok(());
    }
    let found = visit.guests.get(participant);
    Err(Error::GuestOutOfOrder {
        command,
        found: found.map_or("unknown", Guest::state_name),
        allowed: "admitted",
    })
}
