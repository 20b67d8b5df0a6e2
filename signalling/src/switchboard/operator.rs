//! What an operator's messages ask for: a command of the queue in his own name, or something of his own connection.

use queue::{
    AfterClose, Command, GuestCommand, OfficeId, OperatorId, ServiceId, VisitId, VisitResult,
};

use super::{
    Moment, Output, Switchboard,
    asks::Beside,
    citizen::{Facts, wrong_door},
    connections::Greeting,
};
use crate::{
    call::{CITIZEN, OPERATOR},
    connection::Person,
    dossier::DossierChange,
    protocol::{
        call::{Refusal, RefusalCode},
        operator::{self, FromOperator, ToOperator},
    },
    refusal::check_text,
    request::{ConnectionId, ToConnection},
};

impl Switchboard {
    #[expect(clippy::too_many_lines, reason = "one arm a message, each a sentence")]
    pub(super) fn hear_operator(
        &mut self,
        connection: ConnectionId,
        message: FromOperator,
        now: Moment,
    ) {
        let is_hello = matches!(message, FromOperator::Hello { .. });
        let Some(person) = self.admit_message(connection, is_hello, now.instant) else {
            return;
        };
        let Person::Operator(office, id) = person else {
            return wrong_door(connection);
        };
        let about = name(&message);
        let facts = Facts {
            office,
            before: self.pending(office),
        };
        let done = match message {
            FromOperator::Hello {
                version,
                device,
                language,
                attempt,
            } => {
                let greeting = Greeting {
                    version,
                    device,
                    language,
                    attempt,
                };
                self.greet(connection, person, &greeting, now);
                Ok(())
            }
            FromOperator::SetAvailable { .. }
            | FromOperator::Seek {}
            | FromOperator::Interrupt {}
            | FromOperator::Start {}
            | FromOperator::Admit {
                participant: CITIZEN,
            }
            | FromOperator::EndMeeting {}
            | FromOperator::ExtendCall {}
            | FromOperator::ResumeCall {} => self.operate((office, id), &message, now),
            FromOperator::Admit { participant: guest } => {
                self.guest_command((office, id), about, GuestCommand::Admit { guest }, now)
            }
            FromOperator::SendBack { participant: guest } => {
                self.guest_command((office, id), about, GuestCommand::SendBack { guest }, now)
            }
            FromOperator::Remove { participant: guest } => {
                self.guest_command((office, id), about, GuestCommand::Remove { guest }, now)
            }
            FromOperator::Invite { role } => self
                .visit_of(office, id, about)
                .and_then(|visit| self.invite(connection, (office, visit), role, now)),
            FromOperator::Close {
                result,
                notes,
                then,
            } => self.close_visit(office, id, (result, then), &notes, now),
            FromOperator::Offer { attempt, sdp } => self
                .visit_of(office, id, about)
                .and_then(|visit| self.offer(connection, visit, OPERATOR, (attempt, sdp), now)),
            FromOperator::Devices { devices } => {
                self.hear_devices(connection, person, devices, now);
                Ok(())
            }
            FromOperator::Chat { .. }
            | FromOperator::LiveText { .. }
            | FromOperator::ShareScreen { .. }
            | FromOperator::AskFor { .. } => self.visit_of(office, id, about).and_then(|visit| {
                self.beside(
                    (office, visit),
                    (connection, OPERATOR),
                    beside(message),
                    now,
                )
            }),
            FromOperator::Ping { nonce } => {
                let now_ms = now.utc.0;
                let pong = ToConnection::Operator(ToOperator::Pong { nonce, now_ms });
                return self.outputs.push_back(Output::Send(connection, pong));
            }
        };
        self.conclude(connection, about, facts, done);
    }

    /// A message that is nothing but a command of the queue.
    fn operate(
        &mut self,
        (office, operator): (OfficeId, OperatorId),
        message: &FromOperator,
        now: Moment,
    ) -> Result<(), Refusal> {
        let about = name(message);
        let command = command(operator, message);
        if matches!(message, FromOperator::EndMeeting {}) {
            let visit = self.visit_of(office, operator, about)?;
            return self.leave(office, visit, (about, &command), now);
        }
        self.command_for(office, about, &command, now)
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

/// The queue's command for a message that is nothing but one.
fn command(operator: OperatorId, message: &FromOperator) -> Command {
    match message {
        FromOperator::SetAvailable { service, available } => Command::SetAvailable {
            operator,
            service: ServiceId(*service),
            available: *available,
        },
        FromOperator::Seek {} => Command::Seek { operator },
        FromOperator::Interrupt {} => Command::Interrupt { operator },
        FromOperator::Start {} => Command::Start { operator },
        FromOperator::Admit {
            participant: CITIZEN,
        } => Command::Admit { operator },
        FromOperator::ExtendCall {} => Command::Extend { operator },
        FromOperator::ResumeCall {} => Command::Resume { operator },
        FromOperator::EndMeeting {} => Command::EndMeeting { operator },
        FromOperator::Hello { .. }
        | FromOperator::Admit { .. }
        | FromOperator::SendBack { .. }
        | FromOperator::Remove { .. }
        | FromOperator::Invite { .. }
        | FromOperator::Close { .. }
        | FromOperator::Offer { .. }
        | FromOperator::Devices { .. }
        | FromOperator::Chat { .. }
        | FromOperator::LiveText { .. }
        | FromOperator::ShareScreen { .. }
        | FromOperator::AskFor { .. }
        | FromOperator::Ping { .. } => unreachable!("{} is more than a command", name(message)),
    }
}

/// What a message does that is not the queue's but the call's.
fn beside(message: FromOperator) -> Beside {
    match message {
        FromOperator::Chat { text } => Beside::Chat(text),
        FromOperator::LiveText { text, done } => Beside::LiveText { text, done },
        FromOperator::ShareScreen { on } => Beside::ShareScreen(on),
        FromOperator::AskFor {
            participant,
            device,
        } => Beside::AskFor(participant, device),
        FromOperator::Hello { .. }
        | FromOperator::SendBack { .. }
        | FromOperator::Remove { .. }
        | FromOperator::Invite { .. }
        | FromOperator::SetAvailable { .. }
        | FromOperator::Seek {}
        | FromOperator::Interrupt {}
        | FromOperator::Start {}
        | FromOperator::Admit { .. }
        | FromOperator::EndMeeting {}
        | FromOperator::ExtendCall {}
        | FromOperator::ResumeCall {}
        | FromOperator::Close { .. }
        | FromOperator::Offer { .. }
        | FromOperator::Devices { .. }
        | FromOperator::Ping { .. } => unreachable!("{} is not beside a call", name(&message)),
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
        FromOperator::Hello { .. } => "hello",
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
        FromOperator::Offer { .. } => "offer",
        FromOperator::Devices { .. } => "devices",
        FromOperator::Chat { .. } => "chat",
        FromOperator::LiveText { .. } => "live_text",
        FromOperator::ShareScreen { .. } => "share_screen",
        FromOperator::AskFor { .. } => "ask_for",
        FromOperator::ExtendCall {} => "extend_call",
        FromOperator::Ping { .. } => "ping",
    }
}
