//! Second machines (O22, O23): a short code, and what the machine that typed it may do.
//!
//! Invariants: a code joins one machine, once, in the name of the session that asked for it, and ends with that session as the
//! machine itself does; a person's media belongs to one of his machines, and only that one may offer.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use media::control::SOUND;
use queue::Timestamp;

use super::{Moment, RequestId, Switchboard, citizen::wrong_door, tick::CALL_GRACE};
use crate::{
    bucket::{Bucket, Rate},
    call::{OPERATOR, Offerer},
    connection::{Costly, Person},
    entropy::Entropy,
    machine::{Machine, PairingCode},
    protocol::{
        call::{Refusal, RefusalCode},
        machine::{FromMachine, MachineUse},
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, Reply, SessionToken},
    session::{SessionHash, Subject},
};

/// A code counts for so long: to go to the other machine, open the page and type.
const CODE_TTL_MS: u32 = 5 * 60 * 1_000;

/// Codes that are open at once: each makes a guess more likely to hit one. A large office in its first five minutes has fewer.
const CODES_MAX: usize = 500;

/// Codes that are tried, right or wrong, by everybody together: the limit that holds whatever addresses guesses come from
/// (RFC 8628 §5.1). An office that begins its day has some fifty in a minute.
const ATTEMPTS: Rate = Rate {
    burst: 60,
    every: Duration::from_secs(1),
};

/// A code that was given and not used yet.
#[derive(Clone, Copy, Debug)]
struct Given {
    machine: Machine,
    /// Session of whoever asked.
    of: SessionHash,
    until: Instant,
}

/// Codes that were given; a restart of the server forgets them. The machines that have joined are sessions, and stay.
#[derive(Debug, Default)]
pub(super) struct Pairings {
    codes: HashMap<PairingCode, Given>,
    attempts: Option<Bucket>,
}

impl Pairings {
    /// A code that nobody else has: who typed his own would join another's call. Few are open: the second one drawn is free.
    fn draw(&self, entropy: &mut Entropy) -> PairingCode {
        loop {
            let code = PairingCode::draw(entropy);
            if !self.codes.contains_key(&code) {
                return code;
            }
        }
    }

    /// A session has ended: so have the codes that it asked for.
    fn forget(&mut self, session: SessionHash) {
        self.codes.retain(|_, given| given.of != session);
    }
}

impl Switchboard {
    /// A person asks for a code; the one before is worth nothing any more.
    pub(super) fn pair(
        &mut self,
        connection: ConnectionId,
        person: Person,
        wanted: MachineUse,
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "pair";
        self.spend(connection, Costly::Ask, ABOUT, now.instant)?;
        let machine = self.machine_for(person, wanted, ABOUT)?;
        if let Machine::Sound(visit, participant) = machine {
            self.check_in_call(visit, participant, ABOUT)?;
        }
        let session = self.connections.get(&connection).map(|one| one.session);
        let of = session.ok_or_else(|| Refusal::of(RefusalCode::NoSession, ABOUT))?;
        let codes = &mut self.pairings.codes;
        codes.retain(|_, given| now.instant < given.until && given.machine != machine);
        if codes.len() >= CODES_MAX {
            let found = codes.len();
            return Err(Refusal::because(RefusalCode::Full, ABOUT, found, CODES_MAX));
        }
        let code = self.pairings.draw(&mut self.entropy);
        let until = now.instant + Duration::from_millis(CODE_TTL_MS.into());
        let given = Given { machine, of, until };
        self.pairings.codes.insert(code, given);
        let told = ToPerson::PairingCode {
            machine: wanted,
            code: code.shown(),
            until_ms: now.utc.plus_ms(CODE_TTL_MS).0,
        };
        self.tell(connection, told);
        Ok(())
    }

    /// "Traer la llamada a este equipo": the machine has no part in it any more, nor has a code that it was given by.
    pub(super) fn unpair(&mut self, person: Person, wanted: MachineUse) -> Result<(), Refusal> {
        let machine = self.machine_for(person, wanted, "unpair")?;
        self.pairings
            .codes
            .retain(|_, given| given.machine != machine);
        if let Some(session) = self.directory.machine(machine) {
            self.end_session(session);
        }
        Ok(())
    }

    fn machine_for(
        &self,
        person: Person,
        wanted: MachineUse,
        about: &str,
    ) -> Result<Machine, Refusal> {
        let none = || Refusal::because(RefusalCode::OutOfOrder, about, "no visit", "a visit");
        match (wanted, person) {
            (MachineUse::Sound, Person::Machine(_)) => {
                Err(Refusal::of(RefusalCode::Forbidden, about))
            }
            (MachineUse::Sound, Person::Citizen(_) | Person::Guest(..) | Person::Operator(..)) => {
                let (visit, participant) = self.participant(person).ok_or_else(none)?;
                Ok(Machine::Sound(visit, participant))
            }
            (MachineUse::Call, Person::Operator(office, operator)) => {
                Ok(Machine::Call(office, operator))
            }
            (MachineUse::Call, Person::Citizen(_) | Person::Guest(..) | Person::Machine(_)) => {
                Err(Refusal::of(RefusalCode::Forbidden, about))
            }
        }
    }

    /// Somebody typed a code: whatever is wrong with it has one answer.
    pub(super) fn enter_machine(
        &mut self,
        id: RequestId,
        code: PairingCode,
        own: Option<&SessionToken>,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        const ABOUT: &str = "code";
        let attempts = &mut self.pairings.attempts;
        let attempts = attempts.get_or_insert_with(|| Bucket::new(now.instant));
        if !attempts.take(ATTEMPTS, now.instant) {
            return Err(Refusal::of(RefusalCode::TooFast, ABOUT));
        }
        self.check_sessions(1)?;
        let wrong = || Refusal::of(RefusalCode::WrongCode, ABOUT);
        let given = self.pairings.codes.get(&code).copied().ok_or_else(wrong)?;
        let expires = self.directory.expires(given.of);
        let expires = expires.filter(|expires| now.utc < *expires && now.instant < given.until);
        let expires = expires.ok_or_else(wrong)?;
        if let Machine::Sound(visit, participant) = given.machine {
            self.check_in_call(visit, participant, ABOUT)
                .map_err(|_over| wrong())?;
        }
        // Not before all that may refuse it: a call that is interrupted for a second costs nobody his code.
        self.pairings.codes.remove(&code);
        // What this browser was before, and the machine that this one takes the place of.
        let own = own.map(|own| SessionHash::of(App::Machine, own));
        for before in [own, self.directory.machine(given.machine)] {
            before
                .into_iter()
                .for_each(|session| self.end_session(session));
        }
        let (token, session) = self.begin_machine(given, expires);
        self.promise_session(id, Reply::Entered(Some(token)), session);
        Ok(None)
    }

    fn begin_machine(&mut self, given: Given, expires: Timestamp) -> (SessionToken, SessionHash) {
        let subject = Subject::Machine(given.machine, given.of);
        let begun = self.begin_session(App::Machine, subject, expires);
        self.mark_person(Person::Machine(given.machine));
        begun
    }

    pub(super) fn hear_machine(
        &mut self,
        connection: ConnectionId,
        message: FromMachine,
        now: Moment,
    ) {
        let is_hello = matches!(message, FromMachine::Person(FromPerson::Hello { .. }));
        let Some(person) = self.admit_message(connection, is_hello, now.instant) else {
            return;
        };
        let Person::Machine(machine) = person else {
            return wrong_door(connection);
        };
        match message {
            FromMachine::Leave {} => {
                if let Some(session) = self.directory.machine(machine) {
                    self.end_session(session);
                }
            }
            FromMachine::Person(message) if may_say(machine, &message) => {
                self.hear_person(connection, person, message, now);
            }
            FromMachine::Person(message) => {
                let refusal = Refusal::of(RefusalCode::Forbidden, message.name());
                self.refuse(connection, refusal);
            }
        }
    }

    /// This person's page, and no other machine of his, has his media.
    pub(super) fn has_media_place(&self, person: Person) -> bool {
        match person {
            Person::Operator(office, operator) => self
                .directory
                .machine(Machine::Call(office, operator))
                .is_none(),
            Person::Citizen(_) | Person::Guest(..) | Person::Machine(_) => true,
        }
    }

    /// A session has ended: the machines and codes that live in its name go with it, and if it was a machine's, what that had.
    pub(super) fn end_machines(&mut self, ended: SessionHash, subject: &Subject) {
        self.pairings.forget(ended);
        for machine in self.directory.machines_of(ended) {
            self.end_session(machine);
        }
        if let Subject::Machine(machine, _) = subject {
            self.machine_left(*machine);
        }
    }

    /// A machine has no part in anything any more: its media ends, and the person's own page is asked for an offer.
    pub(super) fn machine_left(&mut self, machine: Machine) {
        let person = Person::Machine(machine);
        self.seats.remove(&person);
        self.mark_person(person);
        if let Some((visit, participant)) = self.participant(person) {
            let call = self.calls.get(&visit);
            let peer = call.and_then(|call| call.peer(participant));
            if peer.is_some_and(|peer| matches!(peer.by, Offerer::Machine(_))) {
                self.drop_peer(visit, participant);
            }
        }
    }

    /// The operator's call is on another machine than his console.
    pub(super) fn is_call_elsewhere(&self, visit: queue::VisitId) -> bool {
        let operator = visit.office().zip(self.operator_of(visit));
        operator.is_some_and(|(office, operator)| {
            !self.has_media_place(Person::Operator(office, operator))
        })
    }

    /// The operator's media is where his call is: what another page or program of his has goes.
    pub(super) fn settle_machines(&mut self, visit: queue::VisitId) {
        if !self.is_call_elsewhere(visit) {
            return;
        }
        let peer = self.calls.get(&visit).and_then(|call| call.peer(OPERATOR));
        if peer.is_some_and(|peer| !matches!(peer.by, Offerer::Machine(_))) {
            self.drop_peer(visit, OPERATOR);
        }
    }

    /// A telephone that has been gone for too long gives the sound back; it may come again.
    pub(super) fn return_sounds(&mut self, now: Moment) {
        let gone = self.seats.iter().filter_map(|(person, seat)| match person {
            Person::Machine(Machine::Sound(visit, participant)) => {
                let since = seat.away_since()?;
                (now.instant >= since + CALL_GRACE).then_some((*visit, *participant))
            }
            Person::Machine(Machine::Call(..))
            | Person::Citizen(_)
            | Person::Operator(..)
            | Person::Guest(..) => None,
        });
        for (visit, participant) in gone.collect::<Vec<_>>() {
            let call = self.calls.get(&visit);
            if call.is_some_and(|call| call.peer(participant | SOUND).is_some()) {
                self.drop_peer(visit, participant | SOUND);
            }
        }
    }

    fn drop_peer(&mut self, visit: queue::VisitId, participant: u8) {
        let mut orders = Vec::new();
        let call = self.calls.get_mut(&visit);
        if let Some(gone) = call.and_then(|call| call.leave(participant, &mut orders)) {
            self.peers.remove(&gone);
            self.answer_too_late(gone);
        }
        self.changed.visits.insert(visit);
        self.order(orders);
    }

    /// Who a machine's connection offers as.
    pub(super) fn offerer(connection: ConnectionId, person: Person) -> Offerer {
        match person {
            Person::Machine(_) => Offerer::Machine(connection),
            Person::Citizen(_) | Person::Operator(..) | Person::Guest(..) => {
                Offerer::Page(connection)
            }
        }
    }
}

/// What belongs to a machine: a call's goes on in it as on any page, but no machine joins another.
fn may_say(machine: Machine, message: &FromPerson) -> bool {
    match message {
        FromPerson::Hello { .. }
        | FromPerson::Ping { .. }
        | FromPerson::Offer { .. }
        | FromPerson::Devices { .. } => true,
        FromPerson::Chat { .. } | FromPerson::LiveText { .. } | FromPerson::ShareScreen { .. } => {
            match machine {
                Machine::Call(..) => true,
                Machine::Sound(..) => false,
            }
        }
        FromPerson::Decline { .. } | FromPerson::Pair { .. } | FromPerson::Unpair { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use queue::VisitId;

    use super::*;

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "a base for virtual time; nothing depends on its value"
    )]
    fn a_code_that_is_open_is_not_given_to_somebody_else() {
        let entropy = || Entropy::new([5; 32]);
        let taken = PairingCode::draw(&mut entropy());
        let given = Given {
            machine: Machine::Sound(VisitId(7), 1),
            of: SessionHash([1; 32]),
            until: Instant::now(),
        };
        let codes = HashMap::from([(taken, given)]);
        let pairings = Pairings {
            codes,
            attempts: None,
        };
        assert_ne!(pairings.draw(&mut entropy()), taken);
    }
}
