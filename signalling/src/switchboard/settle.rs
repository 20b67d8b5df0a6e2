//! After each step: rooms, recordings and screens follow from the kept state. Whatever changed, the same few lines put it right.

use queue::{GUEST_FIRST, INVITATIONS_MAX, OfficeId, OperatorId, VisitId};

use super::{
    Moment, Output, Switchboard,
    room::{Told, to_person},
};
use crate::{
    call::{CITIZEN, Call, OPERATOR, Wanted},
    connection::{Person, Stage},
    protocol::{
        call::ChatLine,
        citizen::{CitizenStep, CitizenView, ToCitizen},
        guest::{GuestStep, GuestView, ToGuest},
        operator::{OperatorStep, OperatorView, ToOperator},
    },
    request::{ConnectionId, ToConnection},
    view::{self, Place, Sight},
};

impl Switchboard {
    /// Orders and tells what follows from the state, which is the kept one.
    pub fn settle(&mut self, now: Moment) {
        for visit in std::mem::take(&mut self.changed.visits) {
            self.settle_call(visit, now);
            self.show_citizen(visit, now);
            self.show_guests(visit, now);
            if let Some((office, operator)) = visit.office().zip(self.operator_of(visit)) {
                self.changed.operators.insert((office, operator));
            }
            self.tidy(visit);
        }
        for (office, operator) in std::mem::take(&mut self.changed.operators) {
            self.show_operator(office, operator, now);
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
            // Kept with the next batch. Should that be lost, the session opens nothing and ends by time.
            if let Some(session) = self.directory.of_visit(id) {
                self.end_session(session);
            }
            if let Some(connection) = self
                .seats
                .remove(&Person::Citizen(id))
                .and_then(|seat| seat.connection())
            {
                self.replace(connection, Person::Citizen(id));
            }
            self.forget_guests(id);
        }
    }

    fn show_citizen(&mut self, id: VisitId, now: Moment) {
        let Some(connection) = self
            .seats
            .get(&Person::Citizen(id))
            .and_then(crate::seat::Seat::connection)
        else {
            return;
        };
        let place = self.place(id);
        let language = self.language(id);
        let Some(view) = self
            .sight(id)
            .map(|sight| sight.citizen(place, self.notices.in_language(&language)))
        else {
            return;
        };
        let relay = self.relay_access(id, CITIZEN, now);
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        let Stage::Citizen(last) = &mut state.stage else {
            return;
        };
        if last.as_deref() == Some(&view) {
            return;
        }
        let wanted_before = last.as_deref().is_some_and(|last| last.offer_wanted);
        if let Some(relay) = relay.filter(|_| view.offer_wanted && !wanted_before) {
            let message = to_person(Person::Citizen(id), relay);
            self.outputs.push_back(Output::Send(connection, message));
        }
        let was_in_call = last.as_deref().is_some_and(in_call);
        let comes_in = in_call(&view) && !was_in_call;
        *last = Some(Box::new(view.clone()));
        let message = ToConnection::Citizen(ToCitizen::Visit { view });
        self.outputs.push_back(Output::Send(connection, message));
        if comes_in {
            self.show_history(connection, Person::Citizen(id), id);
        }
    }

    fn show_guests(&mut self, id: VisitId, now: Moment) {
        let guests = self.visit(id).map(|visit| &visit.guests);
        let guests: Vec<u8> = guests
            .into_iter()
            .flat_map(|guests| guests.iter().map(|guest| guest.number))
            .collect();
        for guest in guests {
            self.show_guest(id, guest, now);
        }
    }

    fn show_guest(&mut self, id: VisitId, guest: u8, now: Moment) {
        let person = Person::Guest(id, guest);
        let seat = self.seats.get(&person);
        let Some(connection) = seat.and_then(crate::seat::Seat::connection) else {
            return;
        };
        let language = self.guest_language(id, guest);
        let notice = self.notices.in_language(&language);
        let view = self.sight(id).and_then(|sight| {
            let known = sight.visit.guests.get(guest)?;
            Some(sight.guest(known, notice))
        });
        let relay = self.relay_access(id, guest, now);
        let state = self.connections.get_mut(&connection);
        let (Some(view), Some(Stage::Guest(last))) = (view, state.map(|state| &mut state.stage))
        else {
            return;
        };
        if last.as_deref() == Some(&view) {
            return;
        }
        let wanted_before = last.as_deref().is_some_and(|last| last.offer_wanted);
        let in_call = |view: &GuestView| matches!(view.step, GuestStep::InCall { .. });
        let comes_in = in_call(&view) && !last.as_deref().is_some_and(in_call);
        *last = Some(Box::new(view.clone()));
        if let Some(relay) = relay.filter(|_| view.offer_wanted && !wanted_before) {
            let message = to_person(person, relay);
            self.outputs.push_back(Output::Send(connection, message));
        }
        let message = ToConnection::Guest(ToGuest::Visit { view });
        self.outputs.push_back(Output::Send(connection, message));
        if comes_in {
            self.show_history(connection, person, id);
        }
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
                self.replace(connection, person);
            }
        }
    }

    fn show_operator(&mut self, office: OfficeId, operator: OperatorId, now: Moment) {
        let person = Person::Operator(office, operator);
        let Some(connection) = self
            .seats
            .get(&person)
            .and_then(crate::seat::Seat::connection)
        else {
            return;
        };
        let Some((visit, view)) = self.operator_view(office, operator, now) else {
            return;
        };
        let relay = visit.and_then(|visit| self.relay_access(visit, OPERATOR, now));
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        let Stage::Operator(last) = &mut state.stage else {
            return;
        };
        if last.as_deref() == Some(&view) {
            return;
        }
        let wanted_before = last.as_deref().is_some_and(|last| last.offer_wanted);
        if let Some(relay) = relay.filter(|_| view.offer_wanted && !wanted_before) {
            let message = to_person(person, relay);
            self.outputs.push_back(Output::Send(connection, message));
        }
        let was_in_call = last
            .as_deref()
            .is_some_and(|view| matches!(view.step, OperatorStep::InCall { .. }));
        let comes_in = matches!(view.step, OperatorStep::InCall { .. }) && !was_in_call;
        *last = Some(Box::new(view.clone()));
        let message = ToConnection::Operator(ToOperator::Console { view });
        self.outputs.push_back(Output::Send(connection, message));
        if let Some(visit) = visit.filter(|_| comes_in) {
            self.show_history(connection, person, visit);
        }
    }

    fn operator_view(
        &self,
        office: OfficeId,
        operator: OperatorId,
        now: Moment,
    ) -> Option<(Option<VisitId>, OperatorView)> {
        let office = self.offices.get(&office)?;
        let state = office.operator(operator)?;
        let visit = state.visit();
        let (step, offer_wanted) = match visit.and_then(|visit| self.sight(visit)) {
            Some(sight) => (sight.operator_step(), sight.offer_wanted(OPERATOR)),
            None => (view::idle_step(office, state), false),
        };
        Some((
            visit,
            view::operator_view(office, state, step, offer_wanted, now.utc),
        ))
    }

    /// The chat so far, to a person who comes into the call; lines that are not kept are gone.
    fn show_history(&mut self, connection: ConnectionId, person: Person, visit: VisitId) {
        let lines: Vec<ChatLine> = self
            .dossiers
            .get(&visit)
            .map(|dossier| dossier.chat.clone())
            .unwrap_or_default();
        self.outputs.push_back(Output::Send(
            connection,
            to_person(person, Told::History(lines)),
        ));
        self.show_lines(connection, person, visit);
    }

    fn operator_of(&self, visit: VisitId) -> Option<OperatorId> {
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

fn in_call(view: &CitizenView) -> bool {
    matches!(view.step, CitizenStep::InCall { .. })
}
