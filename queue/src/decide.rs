//! What follows from a command, or why it may not be.
//!
//! Invariant: deciding changes nothing; a refused command leaves no trace.

mod citizen;
mod files;
mod guests;
mod of_office;
mod of_operator;

use crate::{
    assignment::Scope, command::Command, draft::Draft, error::Error, event::Event, office::Office,
    time::Timestamp,
};

impl Office {
    /// Decides one command. No event: there was nothing to do.
    ///
    /// # Errors
    /// Why the command may not be carried out; then nothing happens.
    pub fn decide(&self, command: &Command, now: Timestamp) -> Result<Vec<Event>, Error> {
        let mut draft = Draft::new(self, now);
        match command {
            Command::Configure { configuration } => return draft.configure(configuration),
            Command::ServerRestarted => draft.server_restarted()?,
            Command::Tick => draft.tick()?,
            Command::TakeTurn {
                code,
                service,
                purpose,
            } => {
                draft.take_turn(*code, *service, *purpose)?;
            }
            Command::AcceptNotice { visit, notice } => draft.accept_notice(*visit, notice)?,
            Command::Confirm { visit } => draft.confirm(*visit)?,
            Command::Abandon { visit } => draft.abandon(*visit)?,
            Command::HangUp { visit } => draft.hang_up(*visit)?,
            Command::ReturnToCall { visit } => draft.return_to_call(*visit)?,
            Command::FinishTurn { visit } => draft.finish_turn(*visit)?,
            Command::LineLost { visit } => draft.line_lost(*visit)?,
            Command::LineBack { visit } => draft.line_back(*visit)?,
            Command::ChatSent { visit, participant } => draft.chat_sent(*visit, *participant)?,
            Command::KeepFile { visit, file } => draft.keep_file(*visit, file)?,
            Command::JudgeLine { visit, judged } => draft.judge_line(*visit, *judged)?,
            Command::RecordingFailed { visit, interval } => {
                draft.recording_failed(*visit, *interval)?;
            }
            Command::Guest { visit, what } => draft.guest(*visit, what)?,
            Command::Forget { visit } => draft.forget(*visit)?,
            Command::SetAvailable {
                operator,
                service,
                available,
            } => {
                draft.set_available(*operator, *service, *available)?;
            }
            Command::Seek { operator } => draft.seek(*operator)?,
            Command::Interrupt { operator } => draft.stop_seeking(*operator)?,
            Command::Start { operator } => draft.start(*operator)?,
            Command::Admit { operator } => draft.admit(*operator)?,
            Command::EndMeeting { operator } => draft.end_meeting(*operator)?,
            Command::Extend { operator } => draft.extend(*operator)?,
            Command::Resume { operator } => draft.resume(*operator)?,
            Command::Close {
                operator,
                result,
                then,
            } => draft.close(*operator, *result, *then)?,
            Command::OperatorLost { operator } => draft.operator_lost(*operator)?,
            Command::OperatorBack { operator } => draft.operator_back(*operator)?,
        }
        draft.assign(Scope::Changed)?;
        Ok(draft.finish())
    }
}
