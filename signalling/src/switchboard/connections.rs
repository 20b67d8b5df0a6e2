//! Connections: opened with a session, greeted by a hello, replaced, closed.

use std::time::Instant;

use queue::{Command, Timestamp};

use super::{Moment, Output, Switchboard};
use crate::{
    connection::{Connection, Costly, Person, Stage},
    machine::Machine,
    protocol::{
        PROTOCOL_VERSION,
        call::{Refusal, RefusalCode},
        person::ToPerson,
    },
    refusal::check_shown,
    request::{App, ConnectionId, SessionToken, ToConnection},
    seat::{Seat, Takeover},
    session::{SessionHash, Subject},
};

/// Characters of a device's name, least and most: 80 random bits in base 32 fit well.
const DEVICE_CHARS: std::ops::RangeInclusive<usize> = 16..=64;

/// Characters of a language tag (RFC 5646 §4.4.1 recommends room for 35).
pub(super) const LANGUAGE_CHARS_MAX: usize = 35;

/// Connections of one person that have not said hello: a tab reloading over a bad line has two or three.
const UNGREETED_MAX: usize = 8;

/// What a hello says.
#[derive(Clone, Copy)]
pub(super) struct Greeting<'a> {
    pub(super) version: u16,
    pub(super) device: &'a str,
    pub(super) language: &'a str,
    pub(super) attempt: Option<u32>,
    pub(super) takes_over: bool,
}

impl Switchboard {
    /// Everybody who may come has a seat, empty at first: seats grow with visits and operators, never with strangers.
    pub(super) fn seat_everybody(&mut self, now: Instant) {
        for office in self.offices.values() {
            let citizens = office.visits().map(|visit| Person::Citizen(visit.id));
            let guests = office.visits().flat_map(|visit| {
                let open = visit.guests.open();
                open.map(|guest| Person::Guest(visit.id, guest.number))
            });
            let operators = office
                .operators()
                .map(|operator| Person::Operator(office.id(), operator.id));
            for person in citizens.chain(guests).chain(operators) {
                self.seats.entry(person).or_insert_with(|| Seat::new(now));
            }
        }
    }

    pub(super) fn open(
        &mut self,
        connection: ConnectionId,
        app: App,
        session: &SessionToken,
        now: Moment,
    ) {
        let Some(person) = self.person(app, session, now.utc) else {
            self.refuse(connection, Refusal::of(RefusalCode::NoSession, "hello"));
            self.outputs
                .push_back(Output::Send(connection, ToConnection::Close));
            return;
        };
        let ungreeted = self
            .connections
            .values()
            .filter(|one| one.person == person && one.stage == Stage::Opened)
            .count();
        if ungreeted >= UNGREETED_MAX {
            self.refuse(connection, Refusal::of(RefusalCode::TooFast, "hello"));
            self.outputs
                .push_back(Output::Send(connection, ToConnection::Close));
            return;
        }
        self.connections.insert(
            connection,
            Connection::new(person, SessionHash::of(app, session), now.instant),
        );
    }

    /// Whose session this is, as far as he may connect.
    pub(super) fn person(
        &self,
        app: App,
        session: &SessionToken,
        now: Timestamp,
    ) -> Option<Person> {
        match self.directory.subject(app, session, now)? {
            Subject::Visit(visit) => {
                let office = self.offices.get(&visit.office()?)?;
                office.visit(*visit).map(|visit| Person::Citizen(visit.id))
            }
            Subject::Guest(visit, guest) => {
                let known = self.visit(*visit)?.guests.get(*guest)?;
                Some(Person::Guest(*visit, known.number))
            }
            Subject::Machine(machine, of) => {
                let is_there = self.directory.expires(*of).is_some_and(|until| now < until);
                is_there.then_some(Person::Machine(*machine))
            }
            // A link is nobody's session before it was opened.
            Subject::Invitation(..) => None,
            Subject::Account(name) => {
                let (office, operator) = self.directory.account(app, name)?.operator?;
                self.offices
                    .get(&office)?
                    .operator(operator)
                    .map(|one| Person::Operator(office, one.id))
            }
        }
    }

    /// Counts a message and looks whether it may be heard. None: it was answered already.
    pub(super) fn admit_message(
        &mut self,
        connection: ConnectionId,
        is_hello: bool,
        now: Instant,
    ) -> Option<Person> {
        let rate = self.settings.messages;
        // A connection that was closed may still have messages on their way.
        let state = self.connections.get_mut(&connection)?;
        let person = state.person;
        if state.stage == Stage::Closing {
            return None;
        }
        if !state.hear(rate, now) {
            self.refuse(connection, Refusal::of(RefusalCode::TooFast, "message"));
            self.close(connection);
            return None;
        }
        let greeted = state.stage != Stage::Opened;
        if greeted == is_hello {
            self.refuse(
                connection,
                Refusal::of(
                    RefusalCode::HelloExpected,
                    if is_hello { "hello" } else { "message" },
                ),
            );
            if !greeted {
                self.close(connection);
            }
            return None;
        }
        if let Some(seat) = self.seats.get_mut(&person).filter(|_| greeted) {
            seat.hear(now);
        }
        Some(person)
    }

    /// Counts something that costs others more than a message does.
    pub(super) fn spend(
        &mut self,
        connection: ConnectionId,
        what: Costly,
        about: &str,
        now: Instant,
    ) -> Result<(), Refusal> {
        let state = self.connections.get_mut(&connection);
        if state.is_some_and(|state| state.spend(what, now)) {
            Ok(())
        } else {
            Err(Refusal::of(RefusalCode::TooFast, about))
        }
    }

    /// Ends a session. Its connections are closed once the step is settled.
    pub(super) fn end_session(&mut self, hash: SessionHash) {
        if let Some(session) = self.directory.remove(hash) {
            self.batch.sessions.insert(hash, None);
            self.ended.insert(hash);
            self.end_machines(hash, &session.subject);
        }
    }

    /// Who came in with a session that has ended goes.
    pub(super) fn close_ended(&mut self) {
        let ended = std::mem::take(&mut self.ended);
        if ended.is_empty() {
            return;
        }
        let open = self.connections.iter().filter(|(_, connection)| {
            connection.stage != Stage::Closing && ended.contains(&connection.session)
        });
        for connection in open.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.replace(connection);
        }
    }

    pub(super) fn greet(
        &mut self,
        connection: ConnectionId,
        person: Person,
        greeting: Greeting<'_>,
        now: Moment,
    ) {
        if let Err(refusal) = self.sit(connection, person, greeting, now) {
            self.refuse(connection, refusal);
            self.close(connection);
        }
    }

    fn sit(
        &mut self,
        connection: ConnectionId,
        person: Person,
        greeting: Greeting<'_>,
        now: Moment,
    ) -> Result<(), Refusal> {
        check_greeting(&greeting)?;
        let Greeting {
            device,
            language,
            attempt,
            ..
        } = greeting;
        let takeover = match person {
            Person::Citizen(_) | Person::Guest(..) if !greeting.takes_over => Takeover::WhenLapsed,
            Person::Citizen(_) | Person::Guest(..) | Person::Operator(..) | Person::Machine(_) => {
                Takeover::AtOnce
            }
        };
        let seat = self
            .seats
            .entry(person)
            .or_insert_with(|| Seat::new(now.instant));
        let replaced = seat
            .sit(device, connection, takeover, now.instant)
            .map_err(|_taken| Refusal::of(RefusalCode::OtherDevice, "hello"))?;
        language.clone_into(&mut seat.language);
        if let Some(state) = self.connections.get_mut(&connection) {
            state.stage = Stage::Greeted(None);
        }
        if let Some(replaced) = replaced {
            self.replace(replaced);
        }
        self.arrive(connection);
        self.keep_peer((connection, person), attempt, now);
        self.come_back(connection, person, now);
        Ok(())
    }

    /// Tells the queue that the person is there.
    fn come_back(&mut self, connection: ConnectionId, person: Person, now: Moment) {
        self.mark_person(person);
        let (office, command) = match person {
            Person::Citizen(visit) => (visit.office(), Command::LineBack { visit }),
            Person::Operator(office, operator) => {
                (Some(office), Command::OperatorBack { operator })
            }
            // Whether a guest or a second machine is there is no fact: the call goes on without it.
            Person::Guest(..) | Person::Machine(_) => return,
        };
        let Some(office) = office else { return };
        match self.command(office, &command, now) {
            // The screen follows from the state; a batch that is not kept is refused and tried again by the tick.
            Ok(()) => {}
            Err(error) => self.refuse(connection, crate::refusal::from_queue("hello", &error)),
        }
    }

    /// The screen of this person may have to change.
    pub(super) fn mark_person(&mut self, person: Person) {
        match person {
            Person::Citizen(visit)
            | Person::Guest(visit, _)
            | Person::Machine(Machine::Sound(visit, _)) => {
                self.changed.visits.insert(visit);
            }
            Person::Operator(office, operator)
            | Person::Machine(Machine::Call(office, operator)) => {
                self.changed.operators.insert((office, operator));
                let visit = self
                    .offices
                    .get(&office)
                    .and_then(|office| office.operator(operator))
                    .and_then(queue::Operator::visit);
                self.changed.visits.extend(visit);
            }
        }
    }

    /// The same person connected again, or the session ended: this connection has nothing more to say.
    pub(super) fn replace(&mut self, connection: ConnectionId) {
        self.tell(connection, ToPerson::Replaced {});
        self.close(connection);
    }

    /// Asks the door to close a connection. [`crate::request::FromConnection::Closed`] follows from there.
    pub(super) fn close(&mut self, connection: ConnectionId) {
        if let Some(state) = self.connections.get_mut(&connection) {
            state.stage = Stage::Closing;
        }
        self.outputs
            .push_back(Output::Send(connection, ToConnection::Close));
    }

    pub(super) fn closed(&mut self, connection: ConnectionId, now: Moment) {
        let Some(state) = self.connections.remove(&connection) else {
            return;
        };
        self.end_loopback(connection);
        if let Some(seat) = self.seats.get_mut(&state.person) {
            // What follows when he does not come back is the tick's: a reload takes a second and costs nothing.
            seat.leave(connection, now.instant);
        }
        match state.person {
            Person::Guest(..) | Person::Machine(_) => self.mark_person(state.person),
            Person::Citizen(_) | Person::Operator(..) => {}
        }
    }

    /// Tells a connection that its message was not carried out.
    pub(super) fn refuse(&mut self, connection: ConnectionId, refusal: Refusal) {
        tracing::debug!(connection = connection.0, code = ?refusal.code, about = %refusal.about, "refused");
        let refused = ToConnection::Person(ToPerson::Refused { refusal });
        self.outputs.push_back(Output::Send(connection, refused));
    }
}

fn check_greeting(greeting: &Greeting<'_>) -> Result<(), Refusal> {
    let Greeting {
        version,
        device,
        language,
        ..
    } = *greeting;
    if version != PROTOCOL_VERSION {
        return Err(Refusal::because(
            RefusalCode::Version,
            "hello",
            version,
            PROTOCOL_VERSION,
        ));
    }
    if !DEVICE_CHARS.contains(&device.len())
        || !device.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        return Err(Refusal::because(
            RefusalCode::Invalid,
            "device",
            device.len(),
            "16 to 64 letters and digits",
        ));
    }
    check_shown("language", language)?;
    if language.len() > LANGUAGE_CHARS_MAX {
        return Err(Refusal::because(
            RefusalCode::TooLong,
            "language",
            language.len(),
            LANGUAGE_CHARS_MAX,
        ));
    }
    Ok(())
}
