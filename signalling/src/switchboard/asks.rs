//! What people do in a call beside talking; here what they ask of each other's devices, and whose screen is seen. A question is told, nothing more: what a page does about it
//! is its person's own click (C29).

use queue::{OfficeId, VisitId};

use super::{Moment, Output, Switchboard};
use crate::{
    call::{CITIZEN, OPERATOR},
    connection::{Costly, Person},
    protocol::{
        call::{Device, Refusal, RefusalCode},
        citizen::ToCitizen,
        operator::ToOperator,
    },
    request::{ConnectionId, ToConnection},
};

/// What a person of a call does beside talking.
#[derive(Debug)]
pub(super) enum Beside {
    Chat(String),
    LiveText { text: String, done: bool },
    ShareScreen(bool),
    AskFor(u8, Device),
    Decline(Device),
}

impl Switchboard {
    /// A person of a visit does something beside talking.
    pub(super) fn beside(
        &mut self,
        (office, visit): (OfficeId, VisitId),
        (connection, from): (ConnectionId, u8),
        what: Beside,
        now: Moment,
    ) -> Result<(), Refusal> {
        match what {
            Beside::Chat(text) => self.chat(office, visit, (connection, from), text, now),
            Beside::LiveText { text, done } => {
                self.live_text((office, visit), (connection, from), (text, done), now)
            }
            Beside::ShareScreen(on) => self.share_screen(connection, visit, (from, on), now),
            Beside::AskFor(whom, device) => self.ask_for(connection, visit, (whom, device), now),
            Beside::Decline(device) => self.decline(connection, visit, device, now),
        }
    }

    /// The operator asks a person to switch something on.
    fn ask_for(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        (participant, device): (u8, Device),
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "ask_for";
        self.spend(connection, Costly::Ask, ABOUT, now.instant)?;
        self.check_in_call(visit, ABOUT)?;
        if participant != CITIZEN {
            return Err(Refusal::because(
                RefusalCode::NotFound,
                ABOUT,
                participant,
                CITIZEN,
            ));
        }
        let asked = ToConnection::Citizen(ToCitizen::Asked { device });
        self.say_to(Person::Citizen(visit), asked);
        Ok(())
    }

    /// "Ahora no".
    fn decline(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        device: Device,
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "decline";
        self.spend(connection, Costly::Ask, ABOUT, now.instant)?;
        self.check_in_call(visit, ABOUT)?;
        let people = self.people(visit);
        for (_, person) in people.into_iter().filter(|(number, _)| *number == OPERATOR) {
            let participant = CITIZEN;
            let declined = ToOperator::Declined {
                participant,
                device,
            };
            self.say_to(person, ToConnection::Operator(declined));
        }
        Ok(())
    }

    /// A person's screen is to be seen, or no longer.
    fn share_screen(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        (participant, on): (u8, bool),
        now: Moment,
    ) -> Result<(), Refusal> {
        const ABOUT: &str = "share_screen";
        self.spend(connection, Costly::Devices, ABOUT, now.instant)?;
        self.check_in_call(visit, ABOUT)?;
        if on && participant != OPERATOR && !self.others_share(visit) {
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

    /// The service lets people who are not the operator share their screens.
    fn others_share(&self, visit: VisitId) -> bool {
        let office = visit.office().and_then(|office| self.offices.get(&office));
        let service = office.and_then(|office| office.service(office.visit(visit)?.service));
        service.is_some_and(|service| service.citizen_shares)
    }

    fn say_to(&mut self, person: Person, message: ToConnection) {
        let connection = self.seats.get(&person).and_then(|seat| seat.connection());
        if let Some(connection) = connection {
            self.outputs.push_back(Output::Send(connection, message));
        }
    }
}
