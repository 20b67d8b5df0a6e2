//! What an operator's messages ask for: a command of the queue in his own name, or something of his own connection.

use queue::{
    AfterClose, Command, GuestCommand, OfficeId, OperatorId, ServiceId, VisitId, VisitResult,
};

use super::{Moment, Switchboard, citizen::wrong_door};
use crate::{
    call::CITIZEN,
    connection::Person,
    dossier::DossierChange,
    protocol::{
        call::{Refusal, RefusalCode},
        operator::{self, FromOperator},
        person::FromPerson,
    },
    refusal::check_text,
    request::ConnectionId,
};

impl Switchboard {
    pub(super) fn hear_operator(
        &mut self,
        connection: ConnectionId,
        message: FromOperator,
        now: Moment,
    ) {
        let is_hello = matches!(message, FromOperator::Person(FromPerson::Hello { .. }));
        let Some(person) = self.admit_message(connection, is_hello, now.instant) else {
            return;
        };
        let Person::Operator(office, operator) = person else {
            return wrong_door(connection);
        };
        let about = name(&message);
        let facts = self.facts(office);
        let order =
            |board: &mut Self, command: &Command| board.command_for(office, about, command, now);
        let done = match message {
            FromOperator::SetAvailable { service, available } => {
                order(self, &set_available(operator, service, available))
            }
            FromOperator::Seek {} => order(self, &Command::Seek { operator }),
            FromOperator::Interrupt {} => order(self, &Command::Interrupt { operator }),
            FromOperator::Start {} => order(self, &Command::Start { operator }),
            FromOperator::Admit {
                participant: CITIZEN,
            } => order(self, &Command::Admit { operator }),
            FromOperator::ExtendCall {} => order(self, &Command::Extend { operator }),
            FromOperator::ResumeCall {} => order(self, &Command::Resume { operator }),
            FromOperator::EndMeeting {} => {
                let end = Command::EndMeeting { operator };
                self.visit_of(office, operator, about)
                    .and_then(|visit| self.leave(office, visit, (about, &end), now))
            }
            FromOperator::Admit { participant: guest } => self.guest_command(
                (office, operator),
                about,
                GuestCommand::Admit { guest },
                now,
            ),
            FromOperator::SendBack { participant: guest } => self.guest_command(
                (office, operator),
                about,
                GuestCommand::SendBack { guest },
                now,
            ),
            FromOperator::Remove { participant: guest } => self.guest_command(
                (office, operator),
                about,
                GuestCommand::Remove { guest },
                now,
            ),
            FromOperator::Invite { role } => self
                .visit_of(office, operator, about)
                .and_then(|visit| self.invite(connection, (office, visit), role, now)),
            FromOperator::Close {
                result,
                notes,
                then,
            } => self.close_visit(office, operator, (result, then), &notes, now),
            FromOperator::SeeDocument { step } => self
                .visit_of(office, operator, about)
                .and_then(|visit| self.see_document(connection, visit, step, now)),
            FromOperator::AskFor {
                participant,
                device,
            } => self
                .visit_of(office, operator, about)
                .and_then(|visit| self.ask_for(connection, visit, (participant, device), now)),
            FromOperator::Person(message) => {
                return self.hear_person(connection, person, message, now);
            }
        };
        self.conclude(connection, about, facts, done);
    }

    /// The visit that this operator has now.
    fn visit_of(
        &self,
        office: OfficeId,
        operator: OperatorId,
        about: &str,
    ) -> Result<VisitId, Refusal> {
        let operator = self
            .offices
            .get(&office)
            .and_then(|office| office.operator(operator));
        operator
            .and_then(queue::Operator::visit)
            .ok_or_else(|| Refusal::because(RefusalCode::OutOfOrder, about, "no visit", "a visit"))
    }

    /// Something about a guest of the visit that this operator has now.
    fn guest_command(
        &mut self,
        (office, operator): (OfficeId, OperatorId),
        about: &'static str,
        what: GuestCommand,
        now: Moment,
    ) -> Result<(), Refusal> {
        let visit = self.visit_of(office, operator, about)?;
        if let GuestCommand::SendBack { guest } | GuestCommand::Remove { guest } = what {
            self.finish_line((office, visit), guest, now);
        }
        self.command_for(office, about, &Command::Guest { visit, what }, now)
    }

    fn close_visit(
        &mut self,
        office: OfficeId,
        operator: OperatorId,
        (result, then): (operator::VisitResult, operator::AfterClose),
        notes: &str,
        now: Moment,
    ) -> Result<(), Refusal> {
        check_text("notes", notes)?;
        let visit = self.visit_of(office, operator, "close")?;
        let command = Command::Close {
            operator,
            result: into_result(result),
            then: into_then(then),
        };
        self.command_for(office, "close", &command, now)?;
        if !notes.is_empty() {
            self.edit_dossier(office, visit, DossierChange::Notes(notes.to_owned()));
        }
        Ok(())
    }
}

fn set_available(operator: OperatorId, service: u32, available: bool) -> Command {
    Command::SetAvailable {
        operator,
        service: ServiceId(service),
        available,
    }
}

fn into_result(result: operator::VisitResult) -> VisitResult {
    match result {
        operator::VisitResult::Success => VisitResult::Success,
        operator::VisitResult::TechnicalError => VisitResult::TechnicalError,
        operator::VisitResult::FunctionalError => VisitResult::FunctionalError,
        operator::VisitResult::Abandoned => VisitResult::Abandoned,
    }
}

fn into_then(then: operator::AfterClose) -> AfterClose {
    match then {
        operator::AfterClose::Seek => AfterClose::Seek,
        operator::AfterClose::Interrupt => AfterClose::Interrupt,
    }
}

/// Type of a message, as it is written on the wire.
fn name(message: &FromOperator) -> &'static str {
    match message {
        FromOperator::SetAvailable { .. } => "set_available",
        FromOperator::Seek {} => "seek",
        FromOperator::Interrupt {} => "interrupt",
        FromOperator::Start {} => "start",
        FromOperator::Admit { .. } => "admit",
        FromOperator::SendBack { .. } => "send_back",
        FromOperator::Remove { .. } => "remove",
        FromOperator::Invite { .. } => "invite",
        FromOperator::EndMeeting {} => "end_meeting",
        FromOperator::ResumeCall {} => "resume_call",
        FromOperator::Close { .. } => "close",
        FromOperator::AskFor { .. } => "ask_for",
        FromOperator::SeeDocument { .. } => "see_document",
        FromOperator::ExtendCall {} => "extend_call",
        FromOperator::Person(message) => message.name(),
    }
}
