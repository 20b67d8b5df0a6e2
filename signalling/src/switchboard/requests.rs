//! What the HTTP side asks: catalogue, turns, sessions. A change is answered once it is kept.

use std::net::IpAddr;

use queue::{Command, Error, OfficeId, Purpose, ServiceId, Timestamp, VisitCode, VisitId};

use super::{Moment, Output, Promise, RequestId, Switchboard, connections::LANGUAGE_CHARS_MAX};
use crate::{
    dossier::{Dossier, DossierChange},
    protocol::{
        call::{Refusal, RefusalCode},
        entry::{
            Catalogue, CatalogueOffice, CatalogueService, CatalogueSubcategory, TakeTurn, TurnTaken,
        },
    },
    refusal::check_shown,
    request::{App, Health, Reply, Request, SessionToken},
    session::{
        ACCOUNT_SESSION_MS, CITIZEN_SESSION_MS, SESSIONS_MAX, Session, SessionHash, Subject,
        draw_token,
    },
    unconfirmed::UNCONFIRMED_MAX,
};

/// Characters of a name and of a document number.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 1..=120;
const DOCUMENT_CHARS: std::ops::RangeInclusive<usize> = 3..=20;

/// Draws of a code before giving up: with 60 random bits a second draw is never needed but by a fault.
const CODE_DRAWS_MAX: usize = 3;

impl Switchboard {
    pub(super) fn answer(&mut self, id: RequestId, request: Request, now: Moment) {
        match self.reply(id, request, now) {
            Ok(Some(reply)) => self.outputs.push_back(Output::Reply(id, reply)),
            Ok(None) => {}
            Err(refusal) => self
                .outputs
                .push_back(Output::Reply(id, Reply::Refused(refusal))),
        }
    }

    /// The answer; none: it comes later.
    fn reply(
        &mut self,
        id: RequestId,
        request: Request,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        match request {
            Request::Catalogue => Ok(Some(Reply::Catalogue(self.catalogue()))),
            Request::TakeTurn {
                body,
                address,
                load_token,
            } => self.take_turn(id, &body, address, load_token.as_deref(), now),
            Request::EnterMove { link, own } => self.enter_move(id, &link, own.as_ref(), now),
            Request::EnterMachine { code, own } => self.enter_machine(id, code, own.as_ref(), now),
            Request::EnterInvitation { invitation, own } => {
                self.enter_invitation(id, &invitation, own.as_ref(), now)
            }
            Request::ForgetTurn(session) => self.forget_turn(id, &session, now),
            Request::PasswordOf { app, account } => Ok(Some(self.password_of(app, &account))),
            Request::SignIn { app, account } => self.sign_in(id, app, &account, now),
            Request::WhoAmI { app, session } => self.who_am_i(app, &session, now).map(Some),
            Request::SignOut { app, session } => {
                self.sign_out(id, app, &session);
                Ok(None)
            }
            Request::SearchRecords(session, search) => self.ask_search(id, &session, search, now),
            Request::OpenRecord(session, open) => self.ask_open(id, &session, &open, now),
            Request::PlayTrack {
                session,
                record,
                track,
                begins,
            } => self.ask_play(id, &session, (&record, track, begins), now),
            Request::AccessLog(session) => self.ask_access_log(id, &session, now),
            Request::LoadOffice {
                load_token,
                operators,
            } => self.load_office(id, &load_token, operators, now),
            Request::File(request) => self.answer_file(id, request, now),
            Request::Program { app, session } => self.program_token(app, &session, now).map(Some),
            Request::Join {
                token,
                direction,
                sdp,
            } => self
                .join_program(id, &token, direction, sdp, now)
                .map(|()| None),
            Request::Change {
                token,
                resource,
                restarts,
            } => self.change_program(&token, resource, restarts).map(Some),
            Request::Leave { token, resource } => self.end_program(&token, resource).map(Some),
            Request::Caption { token, caption } => {
                self.post_caption(&token, caption, now).map(Some)
            }
            Request::Health => Ok(Some(Reply::Health(self.health()))),
        }
    }

    fn who_am_i(&self, app: App, session: &SessionToken, now: Moment) -> Result<Reply, Refusal> {
        let account = self.directory.signed_in(app, session, now.utc);
        account
            .map(|account| Reply::Account(account.shown()))
            .ok_or_else(|| Refusal::of(RefusalCode::NoSession, "session"))
    }

    fn password_of(&self, app: App, account: &str) -> Reply {
        let account = self.directory.account(app, account);
        Reply::Password(account.and_then(|account| account.password.clone()))
    }

    fn catalogue(&self) -> Catalogue {
        let listed = || {
            self.offices
                .values()
                .filter(|office| office.configuration().listed)
        };
        Catalogue {
            body: listed()
                .next()
                .map(|office| office.configuration().body.clone())
                .unwrap_or_default(),
            offices: listed().map(catalogue_office).collect(),
        }
    }

    fn take_turn(
        &mut self,
        id: RequestId,
        body: &TakeTurn,
        address: IpAddr,
        load_token: Option<&str>,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let test = load_token.is_some_and(|token| self.is_load_token(token));
        if load_token.is_some() && !test {
            return Err(Refusal::of(RefusalCode::Forbidden, "load_token"));
        }
        let identity = check_turn(body)?;
        let office = OfficeId::new(body.office).filter(|office| self.offices.contains_key(office));
        let office = office.ok_or_else(|| Refusal::of(RefusalCode::NotFound, "office"))?;
        let listed = self
            .offices
            .get(&office)
            .is_some_and(|office| office.configuration().listed);
        if !listed && !test {
            return Err(Refusal::of(RefusalCode::NotFound, "office"));
        }
        if !test && !self.takes_turn(address, now.instant) {
            return Err(Refusal::because(
                RefusalCode::Full,
                "address",
                "too many turns",
                "a few a minute",
            ));
        }
        if !test {
            self.check_unconfirmed(address)?;
        }
        self.check_sessions(1)?;
        if self.open_visits >= self.settings.open_visits_max {
            return Err(Refusal::because(
                RefusalCode::Full,
                "visits",
                self.open_visits,
                self.settings.open_visits_max,
            ));
        }
        let purpose = if test {
            Purpose::Test
        } else {
            Purpose::Attention
        };
        let code = self.draw_turn(office, ServiceId(body.service), purpose, now)?;
        let visit = self
            .offices
            .get(&office)
            .and_then(|office| office.visit_by_code(code))
            .map(|visit| visit.id);
        let visit = visit.expect("the visit of a code that was just given exists");
        self.open_visits += 1;
        if !test {
            self.unconfirmed.put(visit, address);
        }
        self.dossiers.insert(
            visit,
            Dossier {
                language: body.language.clone(),
                ..Dossier::default()
            },
        );
        self.edit_dossier(office, visit, identity);
        let expires = Timestamp(now.utc.0 + CITIZEN_SESSION_MS);
        let (token, session) = self.begin_session(App::Citizen, Subject::Visit(visit), expires);
        let told = Reply::TurnTaken(
            TurnTaken {
                turno_code: code.to_string(),
            },
            token,
        );
        self.promise_session(id, told, session);
        Ok(None)
    }

    /// Refused before anything is decided: a session that the store has no room for would take everybody's batch with it.
    pub(super) fn check_sessions(&self, more: usize) -> Result<(), Refusal> {
        if self.directory.has_room(more) {
            return Ok(());
        }
        let found = self.directory.len();
        Err(Refusal::because(
            RefusalCode::Full,
            "sessions",
            found,
            SESSIONS_MAX,
        ))
    }

    fn check_unconfirmed(&self, address: IpAddr) -> Result<(), Refusal> {
        let found = self.unconfirmed.count(address);
        if found < UNCONFIRMED_MAX {
            return Ok(());
        }
        Err(Refusal::because(
            RefusalCode::Full,
            "address",
            found,
            UNCONFIRMED_MAX,
        ))
    }

    fn draw_turn(
        &mut self,
        office: OfficeId,
        service: ServiceId,
        purpose: Purpose,
        now: Moment,
    ) -> Result<VisitCode, Refusal> {
        let mut last = Refusal::of(RefusalCode::Full, "code");
        for _ in 0..CODE_DRAWS_MAX {
            let code = VisitCode::from_random(self.entropy.bytes());
            match self.command(
                office,
                &Command::TakeTurn {
                    code,
                    service,
                    purpose,
                },
                now,
            ) {
                Ok(()) => return Ok(code),
                Err(Error::CodeTaken) => {}
                Err(error) => {
                    last = crate::refusal::from_queue("service", &error);
                    break;
                }
            }
        }
        Err(last)
    }

    fn forget_turn(
        &mut self,
        id: RequestId,
        session: &SessionToken,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let visit = match self.directory.subject(App::Citizen, session, now.utc) {
            Some(Subject::Visit(visit)) => *visit,
            Some(
                Subject::Account(_)
                | Subject::Invitation(..)
                | Subject::Guest(..)
                | Subject::Machine(..),
            )
            | None => {
                return Err(Refusal::of(RefusalCode::NoSession, "session"));
            }
        };
        if let Some(office) = visit.office().filter(|_| self.visit(visit).is_some()) {
            self.command_for(office, "visit", &Command::Forget { visit }, now)?;
        }
        self.end_session(SessionHash::of(App::Citizen, session));
        self.promise(
            vec![Output::Reply(id, Reply::Done)],
            Some(storage_refused(id)),
        );
        Ok(None)
    }

    fn sign_in(
        &mut self,
        id: RequestId,
        app: App,
        name: &str,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let account = self
            .directory
            .account(app, name)
            .ok_or_else(|| Refusal::of(RefusalCode::WrongPassword, "account"))?;
        let shown = account.shown();
        let surplus = self.directory.surplus(name);
        if surplus.is_empty() {
            self.check_sessions(1)?;
        }
        for surplus in surplus {
            self.end_session(surplus);
        }
        let expires = Timestamp(now.utc.0 + ACCOUNT_SESSION_MS);
        let (token, session) = self.begin_session(app, Subject::Account(name.to_owned()), expires);
        self.promise_session(id, Reply::SignedIn(shown, token), session);
        Ok(None)
    }

    fn sign_out(&mut self, id: RequestId, app: App, session: &SessionToken) {
        self.end_session(SessionHash::of(app, session));
        self.promise(
            vec![Output::Reply(id, Reply::Done)],
            Some(storage_refused(id)),
        );
    }

    pub(super) fn begin_session(
        &mut self,
        app: App,
        subject: Subject,
        expires: Timestamp,
    ) -> (SessionToken, SessionHash) {
        let token = draw_token(&mut self.entropy);
        let hash = SessionHash::of(app, &token);
        let session = Session {
            app,
            subject,
            expires,
        };
        self.directory.put(hash, session.clone());
        self.batch.sessions.insert(hash, Some(session));
        (token, hash)
    }

    pub(super) fn promise_session(&mut self, id: RequestId, told: Reply, session: SessionHash) {
        let told = vec![Output::Reply(id, told)];
        self.promises.push(Promise {
            told,
            refused: Some(storage_refused(id)),
            session: Some(session),
        });
    }

    fn health(&self) -> Health {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Health {
            waiting: count(
                self.offices
                    .values()
                    .map(queue::Office::waiting_total)
                    .sum(),
            ),
            calls: count(self.calls.len()),
            connections: count(self.connections.len()),
            ..Health::default()
        }
    }

    /// The visit of a citizen's session, if there is one.
    #[must_use]
    pub fn visit_of_session(&self, session: &SessionToken, now: Timestamp) -> Option<VisitId> {
        match self.directory.subject(App::Citizen, session, now)? {
            Subject::Visit(visit) => Some(*visit),
            Subject::Account(_)
            | Subject::Invitation(..)
            | Subject::Guest(..)
            | Subject::Machine(..) => None,
        }
    }
}

/// The answer to a request whose change could not be kept.
pub(super) fn storage_refused(id: RequestId) -> Output {
    Output::Reply(
        id,
        Reply::Refused(Refusal::of(RefusalCode::Storage, "request")),
    )
}

/// A person's name, as it is shown to others.
pub(super) fn check_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let length = name.chars().count();
    check_shown("name", name)?;
    if !NAME_CHARS.contains(&length) {
        return Err(Refusal::because(
            RefusalCode::Invalid,
            "name",
            length,
            "1 to 120 characters",
        ));
    }
    Ok(name.to_owned())
}

fn check_turn(body: &TakeTurn) -> Result<DossierChange, Refusal> {
    let name = check_name(&body.name)?;
    check_shown("language", &body.language)?;
    let document = body.document.trim();
    let allowed = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '-');
    if !DOCUMENT_CHARS.contains(&document.len()) || !document.chars().all(allowed) {
        let allowed = "3 to 20 letters, digits, dots or dashes";
        return Err(Refusal::because(
            RefusalCode::Invalid,
            "document",
            document.chars().count(),
            allowed,
        ));
    }
    if body.language.len() > LANGUAGE_CHARS_MAX {
        return Err(Refusal::because(
            RefusalCode::TooLong,
            "language",
            body.language.len(),
            LANGUAGE_CHARS_MAX,
        ));
    }
    Ok(DossierChange::Identity {
        name,
        document: document.to_owned(),
    })
}

fn catalogue_office(office: &queue::Office) -> CatalogueOffice {
    let configuration = office.configuration();
    let mut subcategories: Vec<CatalogueSubcategory> = Vec::new();
    for service in &configuration.services {
        let entry = CatalogueService {
            id: service.id.0,
            name: service.name.clone(),
            hours: service.hours.clone(),
            recorded: service.recorded,
            waiting: u32::try_from(office.waiting_count(service.id)).unwrap_or(u32::MAX),
            operators: u32::try_from(office.on_duty(service.id)).unwrap_or(u32::MAX),
        };
        match subcategories
            .iter_mut()
            .find(|one| one.name == service.subcategory)
        {
            Some(subcategory) => subcategory.services.push(entry),
            None => subcategories.push(CatalogueSubcategory {
                name: service.subcategory.clone(),
                services: vec![entry],
            }),
        }
    }
    CatalogueOffice {
        id: office.id().number(),
        name: configuration.office.clone(),
        branch: configuration.branch.clone(),
        subcategories,
    }
}
