//! What people of a call write to each other: finished lines, kept as the service's policy says, and the line that somebody is
//! writing in real time (EN 301 549 6.2), which is relayed whole with each change and lies in memory only.
//!
//! Invariant: of a text that is not to be kept only the count of its lines is a fact.

use queue::{ChatPolicy, Command, OfficeId, VisitId, VisitState};

use super::{Moment, Output, Switchboard};
use crate::{
    call::{CITIZEN, OPERATOR},
    connection::{Costly, Person},
    dossier::DossierChange,
    machine::Machine,
    protocol::{
        LIVE_TEXT_CHARS_MAX,
        call::{ChatLine, LiveText, Refusal, RefusalCode},
        person::ToPerson,
    },
    refusal::check_shown,
    request::{ConnectionId, ToConnection},
};

/// How a finished line came about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Written {
    /// Sent whole.
    AtOnce,
    /// In real time.
    Live,
}

impl Switchboard {
    /// A finished line: counted always, kept where the policy says so, told to everybody once that is kept.
    pub(super) fn put_line(
        &mut self,
        (office, visit): (OfficeId, VisitId),
        from: u8,
        (text, written): (String, Written),
        now: Moment,
    ) -> Result<(), Refusal> {
        let about = match written {
            Written::AtOnce => "chat",
            Written::Live => "live_text",
        };
        let participant = from;
        self.command_for(
            office,
            about,
            &Command::ChatSent { visit, participant },
            now,
        )?;
        let Some(state) = self.visit(visit) else {
            return Ok(());
        };
        let line = ChatLine {
            number: state.chat_lines,
            from,
            text,
            at_ms: now.utc.0,
            live: written == Written::Live,
        };
        match self.policy(visit, written) {
            ChatPolicy::Conversacion | ChatPolicy::Registro => {
                self.edit_dossier(office, visit, DossierChange::Chat(line.clone()));
            }
            ChatPolicy::Incidencias => {}
        }
        let told = self.to_people(visit, None, &ToPerson::Chat { line });
        self.promise(told, None);
        Ok(())
    }

    /// What happens to what is written in this visit; nothing is kept when in doubt.
    fn policy(&self, visit: VisitId, written: Written) -> ChatPolicy {
        let office = visit.office().and_then(|office| self.offices.get(&office));
        let service = office.and_then(|office| office.service(office.visit(visit)?.service));
        service.map_or(ChatPolicy::Incidencias, |service| match written {
            Written::AtOnce => service.chat,
            Written::Live => service.live_text(),
        })
    }

    /// The line that somebody is writing is this now.
    pub(super) fn live_text(
        &mut self,
        (office, visit): (OfficeId, VisitId),
        (connection, from): (ConnectionId, u8),
        (text, done): (String, bool),
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "live_text";
        self.spend(connection, Costly::LiveText, ABOUT, now.instant)?;
        let found = text.chars().count();
        if found > LIVE_TEXT_CHARS_MAX {
            return Err(Refusal::because(
                RefusalCode::TooLong,
                ABOUT,
                found,
                LIVE_TEXT_CHARS_MAX,
            ));
        }
        check_shown(ABOUT, &text)?;
        self.check_in_call(visit, from, ABOUT)?;
        let finished = done && !text.trim().is_empty();
        let now_written = if done { String::new() } else { text.clone() };
        if let Some(call) = self.calls.get_mut(&visit) {
            call.beside.write(from, now_written.clone());
        }
        if finished {
            // Whoever reads it sees the finished line take the place of the one that was being written.
            return self.put_line((office, visit), from, (text, Written::Live), now);
        }
        let line = LiveText {
            from,
            text: now_written,
        };
        let told = self.to_people(visit, Some(from), &ToPerson::LiveText { line });
        self.outputs.extend(told);
        Ok(())
    }

    /// Whatever is still being written is finished: the call is about to be left.
    pub(super) fn finish_lines(&mut self, office: OfficeId, visit: VisitId, now: Moment) {
        let call = self.calls.get(&visit);
        let writing = call.map(|call| call.beside.live().keys().copied().collect::<Vec<_>>());
        for from in writing.unwrap_or_default() {
            self.finish_line((office, visit), from, now);
        }
    }

    /// What this person is still writing is finished: he is about to leave the call.
    pub(super) fn finish_line(
        &mut self,
        (office, visit): (OfficeId, VisitId),
        from: u8,
        now: Moment,
    ) {
        let call = self.calls.get_mut(&visit);
        let Some(text) = call.and_then(|call| call.beside.take_written(from)) else {
            return;
        };
        // Out of the call already, or too many lines: all have seen it, and nothing can be done about it.
        if let Err(refusal) = self.put_line((office, visit), from, (text, Written::Live), now) {
            tracing::debug!(visit = visit.0, code = ?refusal.code, "an unfinished line is dropped");
        }
    }

    /// The lines that are being written, to a person who comes in; his own too, so that he goes on where he was.
    pub(super) fn show_lines(&mut self, connection: ConnectionId, visit: VisitId) {
        let lines = self
            .calls
            .get(&visit)
            .map(|call| call.beside.live().clone());
        for (from, text) in lines.unwrap_or_default() {
            let line = LiveText { from, text };
            self.tell(connection, ToPerson::LiveText { line });
        }
    }

    /// Nothing of this is done outside a call, nor by a guest who is not let in.
    pub(super) fn check_in_call(
        &self,
        visit: VisitId,
        participant: u8,
        about: &str,
    ) -> Result<(), Refusal> {
        let state = self
            .visit(visit)
            .ok_or_else(|| Refusal::of(RefusalCode::NotFound, about))?;
        let is_in_call = matches!(state.state, VisitState::InCall { .. });
        if is_in_call && state.takes_part(participant) {
            return Ok(());
        }
        let found = if is_in_call {
            "not let in"
        } else {
            state.state_name()
        };
        Err(Refusal::because(
            RefusalCode::OutOfOrder,
            about,
            found,
            "in call",
        ))
    }

    /// The people of a visit, by their numbers.
    pub(super) fn people(&self, visit: VisitId) -> Vec<(u8, Person)> {
        let operator = visit
            .office()
            .zip(self.visit(visit))
            .and_then(|(office, state)| {
                Some((
                    OPERATOR,
                    Person::Operator(office, state.pairing()?.operator),
                ))
            });
        // The same person twice, where his call is on another machine than his console.
        let machine = operator.and_then(|(number, person)| match person {
            Person::Operator(office, operator) => {
                let machine = Machine::Call(office, operator);
                let joined = self.directory.machine(machine);
                joined.map(|_| (number, Person::Machine(machine)))
            }
            Person::Citizen(_) | Person::Guest(..) | Person::Machine(_) => None,
        });
        let guests = { self.visit(visit).into_iter() }.flat_map(|state| state.guests.admitted());
        [Some((CITIZEN, Person::Citizen(visit))), operator, machine]
            .into_iter()
            .flatten()
            .chain(guests.map(|guest| (guest.number, Person::Guest(visit, guest.number))))
            .collect()
    }

    /// The same to everybody of a visit who is connected, but for one.
    pub(super) fn to_people(
        &self,
        visit: VisitId,
        without: Option<u8>,
        told: &ToPerson,
    ) -> Vec<Output> {
        let others =
            { self.people(visit).into_iter() }.filter(|(number, _)| Some(*number) != without);
        others
            .filter_map(|(_, person)| {
                let connection = self.seats.get(&person)?.connection()?;
                Some(Output::Send(connection, ToConnection::Person(told.clone())))
            })
            .collect()
    }
}
