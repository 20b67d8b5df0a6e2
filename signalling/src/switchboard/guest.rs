//! Third parties (C23): their links, and what their messages ask for, in the name of one guest of one visit.
//!
//! Invariants: a link opens once; nobody is admitted by a message of his own.

use queue::{Command, GuestCommand, OfficeId, VisitId};

use super::{
    Moment, Output, Promise, RequestId, Switchboard, citizen::wrong_door, requests::check_name,
};
use crate::{
    connection::Person,
    dossier::DossierChange,
    protocol::{
        call::{GuestRole, Invitation, Refusal, RefusalCode},
        guest::FromGuest,
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, Reply, SessionToken, ToConnection},
    session::{CITIZEN_SESSION_MS, Subject},
};

impl Switchboard {
    /// "Compartir videollamada": a guest more, and the secret of his link, to whoever asked.
    pub(super) fn invite(
        &mut self,
        connection: ConnectionId,
        (office, visit): (OfficeId, VisitId),
        role: GuestRole,
        now: Moment,
    ) -> Result<(), Refusal> {
        // Link and session.
        self.check_sessions(2)?;
        let what = GuestCommand::Invite {
            role: into_role(role),
        };
        self.command_for(office, "invite", &Command::Guest { visit, what }, now)?;
        let guests = self.visit(visit).map(|visit| &visit.guests);
        let number = guests
            .and_then(|guests| guests.iter().last())
            .map(|last| last.number);
        let number = number.expect("the guest who was just invited is there");
        let expires = queue::Timestamp(now.utc.0 + CITIZEN_SESSION_MS);
        let subject = Subject::Invitation(visit, number);
        let (token, session) = self.begin_session(App::Guest, subject, expires);
        let invitation = Invitation {
            number,
            role,
            token: token.0,
        };
        let told = ToConnection::Person(ToPerson::Invited { invitation });
        self.promises.push(Promise {
            told: vec![Output::Send(connection, told)],
            refused: None,
            session: Some(session),
        });
        Ok(())
    }

    /// A guest opens his link. The browser that used it may do so again; any other may not.
    pub(super) fn enter_invitation(
        &mut self,
        id: RequestId,
        invitation: &SessionToken,
        own: Option<&SessionToken>,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        const ABOUT: &str = "invitation";
        let over = || Refusal::of(RefusalCode::InvitationOver, ABOUT);
        let invited = match self.directory.subject(App::Guest, invitation, now.utc) {
            Some(Subject::Invitation(visit, guest)) => Some((*visit, *guest)),
            Some(
                Subject::Visit(_) | Subject::Account(_) | Subject::Guest(..) | Subject::Machine(..),
            )
            | None => None,
        };
        let (visit, guest) = invited.ok_or_else(over)?;
        let state = self.visit(visit).filter(|state| state.over_at().is_none());
        let known = state.and_then(|state| state.guests.get(guest));
        if !known.is_some_and(queue::Guest::is_open) {
            return Err(over());
        }
        let own = own.and_then(|own| self.directory.subject(App::Guest, own, now.utc));
        if own == Some(&Subject::Guest(visit, guest)) {
            return Ok(Some(Reply::Entered(None)));
        }
        if self.directory.has_entered(visit, guest) {
            return Err(Refusal::of(RefusalCode::InvitationUsed, ABOUT));
        }
        self.check_sessions(1)?;
        let expires = queue::Timestamp(now.utc.0 + CITIZEN_SESSION_MS);
        let subject = Subject::Guest(visit, guest);
        let (token, session) = self.begin_session(App::Guest, subject, expires);
        self.promise_session(id, Reply::Entered(Some(token)), session);
        Ok(None)
    }

    pub(super) fn hear_guest(&mut self, connection: ConnectionId, message: FromGuest, now: Moment) {
        let is_hello = matches!(message, FromGuest::Person(FromPerson::Hello { .. }));
        let Some(person) = self.admit_message(connection, is_hello, now.instant) else {
            return;
        };
        let Person::Guest(visit, guest) = person else {
            return wrong_door(connection);
        };
        let Some(office) = visit.office() else { return };
        let facts = self.facts(office);
        let (about, done) = match message {
            FromGuest::AcceptNotice { sha256, name } => {
                let said = (sha256.as_str(), name.as_str());
                let done = self.guest_accepts((office, visit), guest, said, now);
                ("accept_notice", done)
            }
            FromGuest::Leave {} => {
                self.finish_line((office, visit), guest, now);
                let what = GuestCommand::Leave { guest };
                let leave = Command::Guest { visit, what };
                ("leave", self.command_for(office, "leave", &leave, now))
            }
            FromGuest::Person(message) => {
                return self.hear_person(connection, person, message, now);
            }
        };
        self.conclude(connection, about, facts, done);
    }

    fn guest_accepts(
        &mut self,
        (office, visit): (OfficeId, VisitId),
        guest: u8,
        (sha256, name): (&str, &str),
        now: Moment,
    ) -> Result<(), Refusal> {
        let name = check_name(name)?;
        let language = self.guest_language(visit, guest);
        let notice = self.accepted_notice(visit, &language, sha256)?;
        let what = GuestCommand::Accept { guest, notice };
        self.command_for(
            office,
            "accept_notice",
            &Command::Guest { visit, what },
            now,
        )?;
        let number = guest;
        self.edit_dossier(office, visit, DossierChange::Guest { number, name });
        Ok(())
    }

    /// Language of a guest's screen.
    pub(super) fn guest_language(&self, visit: VisitId, guest: u8) -> String {
        let seat = self.seats.get(&Person::Guest(visit, guest));
        seat.map(|seat| seat.language.clone()).unwrap_or_default()
    }
}

fn into_role(role: GuestRole) -> queue::GuestRole {
    match role {
        GuestRole::Companion => queue::GuestRole::Companion,
        GuestRole::Interpreter => queue::GuestRole::Interpreter,
        GuestRole::Representative => queue::GuestRole::Representative,
    }
}
