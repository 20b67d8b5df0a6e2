//! After each step: rooms, recordings and screens follow from the kept state. Whatever changed, the same few lines put it right.

use queue::{GUEST_FIRST, INVITATIONS_MAX, OfficeId, OperatorId, VisitId};

use super::{Moment, Output, Switchboard};
use crate::{
    call::{Call, OPERATOR, Wanted},
    connection::{Person, Stage, View},
    machine::Machine,
    protocol::{
        operator::{CallMachine, OperatorView},
        person::ToPerson,
    },
    request::ConnectionId,
    view::{self, Place, Sight},
};

impl Switchboard {
    /// Orders and tells what follows from the state, which is the kept one.
    pub fn settle(&mut self, now: Moment) {
        for visit in std::mem::take(&mut self.changed.visits) {
            self.settle_machines(visit);
            self.settle_call(visit, now);
            self.show_citizen(visit, now);
            self.show_guests(visit, now);
            self.show_sounds(visit, now);
            if let Some((office, operator)) = visit.office().zip(self.operator_of(visit)) {
                self.changed.operators.insert((office, operator));
            }
            self.tidy(visit);
        }
        for (office, operator) in std::mem::take(&mut self.changed.operators) {
            self.show_operator(office, operator, now);
            self.show_call(office, operator, now);
        }
        self.close_ended();
    }

    fn settle_call(&mut self, id: VisitId, now: Moment) {
        let wanted = self.visit(id).map(view::wanted).unwrap_or_default();
        let mut orders = Vec::new();
        let gone = if wanted == Wanted::default() {
            self.calls
                .remove(&id)
                .map(|call| call.close(&mut orders))
                .unwrap_or_default()
        } else {
            let room = &mut self.next_room;
            let call = self.calls.entry(id).or_insert_with(|| {
                *room += 1;
                Call::new(id, media::control::RoomId(*room))
            });
            call.settle(wanted, now.utc, &mut orders)
        };
        for peer in gone {
            self.peers.remove(&peer);
        }
        self.order(orders);
    }

    /// What is kept in memory for a visit goes when the visit goes.
    fn tidy(&mut self, id: VisitId) {
        let state = self.visit(id).map(|visit| &visit.state);
        if !matches!(state, Some(queue::VisitState::Verifying { .. })) {
            self.unconfirmed.remove(id);
        }
        if self
            .visit(id)
            .is_some_and(|visit| matches!(visit.state, queue::VisitState::Waiting { .. }))
        {
            return;
        }
        self.places.remove(&id);
        if self.visit(id).is_none() {
            self.dossiers.remove(&id);
            if let Some(left) = self.moves.forget(id) {
                self.end_session(left);
            }
            // Kept with the next batch. Should that be lost, the session opens nothing and ends by time.
            if let Some(session) = self.directory.of_visit(id) {
                self.end_session(session);
            }
            if let Some(connection) = self
                .seats
                .remove(&Person::Citizen(id))
                .and_then(|seat| seat.connection())
            {
                self.replace(connection);
            }
            self.forget_guests(id);
        }
    }

    fn show_citizen(&mut self, id: VisitId, now: Moment) {
        let person = Person::Citizen(id);
        if self.connection_of(person).is_none() {
            return;
        }
        let place = self.place(id);
        let language = self.language(id);
        let notice = self.notices.in_language(&language);
        let view = self.sight(id).map(|sight| sight.citizen(place, notice));
        self.show(person, view.map(View::Citizen), now);
    }

    fn show_guests(&mut self, id: VisitId, now: Moment) {
        let guests = self.visit(id).map(|visit| &visit.guests);
        let guests: Vec<u8> = guests
            .into_iter()
            .flat_map(|guests| guests.iter().map(|guest| guest.number))
            .collect();
        for guest in guests {
            let person = Person::Guest(id, guest);
            if self.connection_of(person).is_none() {
                continue;
            }
            let language = self.guest_language(id, guest);
            let notice = self.notices.in_language(&language);
            let view = self.sight(id).and_then(|sight| {
                let known = sight.visit.guests.get(guest)?;
                Some(sight.guest(known, notice))
            });
            self.show(person, view.map(View::Guest), now);
        }
    }

    fn show_operator(&mut self, office: OfficeId, operator: OperatorId, now: Moment) {
        let person = Person::Operator(office, operator);
        if self.connection_of(person).is_none() {
            return;
        }
        let view = self.operator_view(office, operator, now);
        self.show(person, view.map(View::Operator), now);
    }

    /// The telephones that have the sound of people of a visit; those of whom it is over for are sent away.
    fn show_sounds(&mut self, id: VisitId, now: Moment) {
        for (participant, session) in self.directory.sounds_of(id) {
            let goes_on =
                { self.visit(id) }.is_some_and(|visit| view::sound_goes_on(visit, participant));
            if !goes_on {
                self.end_session(session);
                continue;
            }
            let person = Person::Machine(Machine::Sound(id, participant));
            let view = self.sight(id).map(|sight| sight.sound(participant));
            self.show(person, view.map(View::Sound), now);
        }
    }

    /// The operator's call on another machine than his console.
    fn show_call(&mut self, office: OfficeId, operator: OperatorId, now: Moment) {
        let person = Person::Machine(Machine::Call(office, operator));
        if self.connection_of(person).is_none() {
            return;
        }
        let state = self.offices.get(&office);
        let state = state.and_then(|state| state.operator(operator));
        let sight = state.and_then(|state| self.sight(state.visit()?));
        let wanted = sight.is_some_and(|sight| sight.offer_wanted(OPERATOR));
        let console = self.operator_view(office, operator, now);
        let view = console.map(|console| view::call_view(&console, sight, wanted));
        self.show(person, view.map(View::Call), now);
    }

    /// Sends a person's view when it is another than the last one, and what goes with it.
    fn show(&mut self, person: Person, view: Option<View>, now: Moment) {
        let (Some(connection), Some(view)) = (self.connection_of(person), view) else {
            return;
        };
        let state = self.connections.get_mut(&connection);
        let Some(Stage::Greeted(last)) = state.map(|state| &mut state.stage) else {
            return;
        };
        if last.as_deref() == Some(&view) {
            return;
        }
        let before = last.as_deref();
        let wants_offer = view.may_offer() && !before.is_some_and(View::may_offer);
        let comes_in = view.in_call() && !before.is_some_and(View::in_call);
        *last = Some(Box::new(view.clone()));
        let found = self.participant(person);
        let relay = { found.filter(|_| wants_offer) }
            .and_then(|(visit, participant)| self.relay_access(visit, participant, now));
        if let Some(relay) = relay {
            self.tell(connection, ToPerson::Relay { relay });
        }
        self.outputs
            .push_back(Output::Send(connection, view.into_message()));
        if let Some((visit, _)) = found.filter(|_| comes_in) {
            self.show_history(connection, visit);
        }
    }

    fn connection_of(&self, person: Person) -> Option<ConnectionId> {
        self.seats.get(&person)?.connection()
    }

    /// The visit is gone: so are its guests' links, sessions and seats.
    fn forget_guests(&mut self, id: VisitId) {
        for session in self.directory.of_guests(id) {
            self.end_session(session);
        }
        for guest in { GUEST_FIRST.. }.take(INVITATIONS_MAX) {
            let person = Person::Guest(id, guest);
            let seat = self.seats.remove(&person);
            if let Some(connection) = seat.and_then(|seat| seat.connection()) {
                self.replace(connection);
            }
        }
    }

    fn operator_view(
        &self,
        office: OfficeId,
        operator: OperatorId,
        now: Moment,
    ) -> Option<OperatorView> {
        let office = self.offices.get(&office)?;
        let state = office.operator(operator)?;
        let sight = state.visit().and_then(|visit| self.sight(visit));
        let (step, offer_wanted) = match sight {
            Some(sight) => (sight.operator_step(), sight.offer_wanted(OPERATOR)),
            None => (view::idle_step(office, state), false),
        };
        let view = view::operator_view(office, state, step, offer_wanted, now.utc);
        let machine = Machine::Call(office.id(), operator);
        if self.directory.machine(machine).is_none() {
            return Some(view);
        }
        Some(OperatorView {
            offer_wanted: false,
            call_machine: Some(CallMachine {
                present: self.connection_of(Person::Machine(machine)).is_some(),
            }),
            ..view
        })
    }

    /// The chat so far, to a person who comes into the call; lines that are not kept are gone.
    fn show_history(&mut self, connection: ConnectionId, visit: VisitId) {
        let dossier = self.dossiers.get(&visit);
        let lines = dossier.map(|dossier| dossier.chat.clone());
        let lines = lines.unwrap_or_default();
        self.tell(connection, ToPerson::ChatHistory { lines });
        self.show_lines(connection, visit);
    }

    pub(super) fn operator_of(&self, visit: VisitId) -> Option<OperatorId> {
        self.visit(visit)
            .and_then(queue::Visit::pairing)
            .map(|pairing| pairing.operator)
    }

    /// All that the views of a visit are made of.
    fn sight(&self, id: VisitId) -> Option<Sight<'_>> {
        static NOBODY: std::sync::LazyLock<crate::dossier::Dossier> =
            std::sync::LazyLock::new(crate::dossier::Dossier::default);
        let office = self.offices.get(&id.office()?)?;
        let visit = office.visit(id)?;
        Some(Sight {
            office,
            visit,
            dossier: self.dossiers.get(&id).unwrap_or(&NOBODY),
            call: self.calls.get(&id),
            seats: &self.seats,
            directory: &self.directory,
        })
    }

    /// Where a waiting citizen stands, as last told; the tick brings it up to date.
    fn place(&mut self, id: VisitId) -> Place {
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        let waits = id
            .office()
            .and_then(|office| self.offices.get(&office))
            .and_then(|office| {
                let position = office.position(id)?;
                Some((office, office.visit(id)?.service, position))
            });
        let Some((office, service, position)) = waits else {
            return Place::default();
        };
        let place = Place {
            position: u32::try_from(position).unwrap_or(u32::MAX),
            next: office.next_to_be_called(service),
            operators: u32::try_from(office.on_duty(service)).unwrap_or(u32::MAX),
        };
        self.places.insert(id, place);
        place
    }
}
