//! What people ask of each other's devices, and whose screen is seen. A question is told, nothing more: what a page does about
//! it is its person's own click (C29).

use std::time::Duration;

use queue::VisitId;

use super::{Moment, Output, Switchboard};
use crate::{
    call::{CITIZEN, OPERATOR},
    connection::{Costly, Person},
    protocol::{
        call::{Device, Refusal, RefusalCode},
        citizen::{DocumentStep, ToCitizen},
        operator::ToOperator,
        person::ToPerson,
    },
    request::{ConnectionId, ToConnection},
};

/// A still that was asked for is begun to be sent within this time: a page takes it in a second.
const STILL_WITHIN: Duration = Duration::from_secs(30);

impl Switchboard {
    /// The operator asks a person to switch something on.
    pub(super) fn ask_for(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        (participant, device): (u8, Device),
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "ask_for";
        self.spend(connection, Costly::Ask, ABOUT, now.instant)?;
        self.check_in_call(visit, OPERATOR, ABOUT)?;
        let people = self.people(visit).into_iter();
        let asked =
            { people }.find(|(number, _)| *number == participant && participant != OPERATOR);
        let Some((_, person)) = asked else {
            let allowed = "somebody else who is in the call";
            return Err(Refusal::because(
                RefusalCode::NotFound,
                ABOUT,
                participant,
                allowed,
            ));
        };
        self.say_to(person, ToConnection::Person(ToPerson::Asked { device }));
        Ok(())
    }

    /// The operator looks at a document before the citizen's camera (O12). It is on already: nothing is switched on by this.
    pub(super) fn see_document(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        step: DocumentStep,
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "see_document";
        self.spend(connection, Costly::Ask, ABOUT, now.instant)?;
        self.check_in_call(visit, OPERATOR, ABOUT)?;
        self.check_in_call(visit, CITIZEN, ABOUT)?;
        if let Some(call) = self.calls.get_mut(&visit) {
            call.beside.still_until = match step {
                DocumentStep::Still => Some(now.instant + STILL_WITHIN),
                DocumentStep::Begin | DocumentStep::End => None,
            };
        }
        let message = ToConnection::Citizen(ToCitizen::Document { step });
        self.say_to(Person::Citizen(visit), message);
        Ok(())
    }

    /// "Ahora no".
    pub(super) fn decline(
        &mut self,
        (connection, participant): (ConnectionId, u8),
        visit: VisitId,
        device: Device,
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "decline";
        self.spend(connection, Costly::Ask, ABOUT, now.instant)?;
        self.check_in_call(visit, participant, ABOUT)?;
        let people = self.people(visit);
        let consoles =
            { people.into_iter() }.filter(|(_, person)| matches!(person, Person::Operator(..)));
        for (_, person) in consoles {
            let declined = ToOperator::Declined {
                participant,
                device,
            };
            self.say_to(person, ToConnection::Operator(declined));
        }
        Ok(())
    }

    /// A person's screen is to be seen, or no longer.
    pub(super) fn share_screen(
        &mut self,
        (connection, participant): (ConnectionId, u8),
        visit: VisitId,
        on: bool,
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "share_screen";
        self.spend(connection, Costly::Devices, ABOUT, now.instant)?;
        self.check_in_call(visit, participant, ABOUT)?;
        if on && !self.may_share(visit, participant) {
            return Err(Refusal::of(RefusalCode::Forbidden, ABOUT));
        }
        let Some(call) = self.calls.get_mut(&visit) else {
            return Ok(());
        };
        let (found, own) = (call.sharing(), Some(participant));
        match (found, on) {
            (None, true) => call.share(own),
            (Some(sharing), true) if sharing != participant => {
                let found = "another person's screen";
                let allowed = "one screen at a time";
                return Err(Refusal::because(
                    RefusalCode::OutOfOrder,
                    ABOUT,
                    found,
                    allowed,
                ));
            }
            (_, false) if found == own => call.share(None),
            (Some(_) | None, true | false) => {}
        }
        self.changed.visits.insert(visit);
        Ok(())
    }

    /// The operator may share a screen; the citizen where the service lets him; guests may not.
    fn may_share(&self, visit: VisitId, participant: u8) -> bool {
        let office = visit.office().and_then(|office| self.offices.get(&office));
        let service = office.and_then(|office| office.service(office.visit(visit)?.service));
        match participant {
            OPERATOR => true,
            CITIZEN => service.is_some_and(|service| service.citizen_shares),
            _ => false,
        }
    }

    fn say_to(&mut self, person: Person, message: ToConnection) {
        let connection = self.seats.get(&person).and_then(|seat| seat.connection());
        if let Some(connection) = connection {
            self.outputs.push_back(Output::Send(connection, message));
        }
    }
}
