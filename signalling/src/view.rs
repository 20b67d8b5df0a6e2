//! What each screen shows, built whole from the queue's state, the dossier and the call: one function for the citizen, one for
//! the operator, one for a guest. A view is a value; who sends it compares it with the last one sent.
//!
//! Invariants: the operator learns a citizen's name and document from the assignment on, not before; the citizen learns of the
//! operator what his card says, nothing of other citizens but how many are before him.

use std::collections::HashMap;

use queue::{
    Arrival, Configuration, FilePolicy, InterruptionCause as Cause, Office, Operator,
    OperatorProfile, OperatorState, Pairing, Readiness, Recording, Service, Timestamp, Visit,
    VisitState,
};

use crate::{
    call::{CITIZEN, Call, OPERATOR, PeerStage, People, Wanted},
    connection::Person,
    dossier::Dossier,
    line,
    machine::Machine,
    protocol::{
        call::{
            CallLimit, ChatPolicy, DeviceState, DeviceStates, LineState, Participant,
            RecordingState, Role,
        },
        citizen::{CitizenStep, CitizenView, InterruptionCause, NoticeView, OperatorCard},
        operator::{OperatorStep, OperatorView, ServiceLine, VisitCard, VisitResult},
    },
    seat::Seat,
    session::Directory,
};

mod files;
mod guests;
mod machines;

pub use guests::role;
pub(crate) use machines::{call_view, sound_goes_on};

const NO_DEVICES: DeviceStates = DeviceStates {
    camera: DeviceState::Off,
    microphone: DeviceState::Off,
};

/// Who should be in the room of a visit, and whether it is open and recorded: read off the visit's state.
pub(crate) fn wanted(visit: &Visit) -> Wanted {
    let operator_alone = Wanted {
        people: People::default().with(OPERATOR),
        ..Wanted::default()
    };
    let two = operator_alone.people.with(CITIZEN);
    match &visit.state {
        VisitState::Assigned { ready, .. } => match ready {
            Readiness::Started(_) | Readiness::Both(_) => operator_alone,
            Readiness::Neither | Readiness::Entered(_) => Wanted::default(),
        },
        VisitState::Called { .. } => Wanted {
            people: two,
            ..operator_alone
        },
        VisitState::InCall { recording, .. } => Wanted {
            // Guests are in the room when they are let in, and at no other time.
            people: { visit.guests.admitted() }
                .fold(two, |people, guest| people.with(guest.number)),
            admitted: true,
            interval: recording.interval(),
        },
        VisitState::Interrupted { .. } => operator_alone,
        VisitState::Verifying { .. }
        | VisitState::Waiting { .. }
        | VisitState::AbandonPending { .. }
        | VisitState::Ended { .. }
        | VisitState::Closed { .. }
        | VisitState::Abandoned { .. }
        | VisitState::Expired { .. } => Wanted::default(),
    }
}

/// A citizen's place in the line of his service.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Place {
    /// 1 = next.
    pub(crate) position: u32,
    /// First in line.
    pub(crate) next: Option<queue::DisplayCode>,
    /// Operators on duty for the service.
    pub(crate) operators: u32,
}

/// All that the views of one visit are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight<'a> {
    pub(crate) office: &'a Office,
    pub(crate) visit: &'a Visit,
    pub(crate) dossier: &'a Dossier,
    pub(crate) call: Option<&'a Call>,
    pub(crate) seats: &'a HashMap<Person, Seat>,
    pub(crate) directory: &'a Directory,
}

impl<'a> Sight<'a> {
    fn configuration(&self) -> &'a Configuration {
        self.office.configuration()
    }

    fn service(&self) -> Option<&'a Service> {
        service(self.configuration(), self.visit.service)
    }

    fn service_name(&self) -> String {
        self.service()
            .map(|service| service.name.clone())
            .unwrap_or_default()
    }

    /// The citizen's whole screen.
    pub(crate) fn citizen(&self, place: Place, notice: &NoticeView) -> CitizenView {
        let configuration = self.configuration();
        CitizenView {
            turno_code: self.visit.code.to_string(),
            display_code: self.visit.ticket().map(|ticket| ticket.display.to_string()),
            body: configuration.body.clone(),
            branch: configuration.branch.clone(),
            service: self.service_name(),
            name: self.dossier.name.clone(),
            chat_policy: self.chat_policy(),
            text_policy: self.text_policy(),
            sound_only: self.service().is_some_and(|one| one.permits_sound_only),
            step: self.citizen_step(place, notice),
            offer_wanted: self.offer_wanted(CITIZEN),
        }
    }

    fn citizen_step(&self, place: Place, notice: &NoticeView) -> CitizenStep {
        match &self.visit.state {
            VisitState::Verifying { .. } => CitizenStep::Verifying {},
            VisitState::Waiting { .. } => CitizenStep::Waiting {
                position: place.position,
                next: place.next.map(|code| code.to_string()),
                operators: place.operators,
            },
            VisitState::Assigned { pairing, ready, .. } => CitizenStep::Assigned {
                operator: self.card(*pairing),
                notice: notice.clone(),
                accepted: matches!(ready, Readiness::Entered(_) | Readiness::Both(_)),
            },
            VisitState::Called {
                pairing, arrival, ..
            } => CitizenStep::Called {
                operator: self.card(*pairing),
                returning: matches!(arrival, Arrival::Back { .. }),
            },
            VisitState::InCall {
                pairing,
                since,
                recording,
                ..
            } => CitizenStep::InCall {
                operator: self.card(*pairing),
                participants: self.participants(*pairing),
                guests: self.guests(),
                me: CITIZEN,
                recording: recording_state(*recording),
                since_ms: since.0,
                limit: self.limit(),
                may_share: self.service().is_some_and(|one| one.citizen_shares),
                takes_files: self
                    .service()
                    .is_some_and(|one| one.files == FilePolicy::Accepted),
            },
            VisitState::Interrupted { pairing, cause, .. } => CitizenStep::Interrupted {
                operator: self.card(*pairing),
                cause: interruption(*cause),
            },
            VisitState::Ended { pairing, .. } => CitizenStep::Ended {
                operator: self.card(*pairing),
            },
            VisitState::Closed { .. } => CitizenStep::Closed {},
            VisitState::AbandonPending { .. } | VisitState::Abandoned { .. } => {
                CitizenStep::Abandoned {}
            }
            VisitState::Expired { .. } => CitizenStep::Expired {},
        }
    }

    /// Where the operator stands who attends this visit.
    pub(crate) fn operator_step(&self) -> OperatorStep {
        let visit = self.visit_card();
        match &self.visit.state {
            VisitState::Assigned { ready, .. } => match ready {
                Readiness::Neither | Readiness::Entered(_) => OperatorStep::Assigned { visit },
                Readiness::Started(_) | Readiness::Both(_) => OperatorStep::Started {
                    visit,
                    lobby: Vec::new(),
                },
            },
            VisitState::Called {
                arrival: Arrival::First,
                ..
            } => OperatorStep::Started {
                visit,
                lobby: vec![self.citizen_participant()],
            },
            VisitState::Called {
                arrival: Arrival::Back { call_since },
                pairing,
                ..
            } => self.in_call(
                visit,
                *pairing,
                *call_since,
                None,
                vec![self.citizen_participant()],
            ),
            VisitState::InCall { since, pairing, .. } => {
                self.in_call(visit, *pairing, *since, None, Vec::new())
            }
            VisitState::Interrupted {
                call_since,
                since,
                pairing,
                ..
            } => self.in_call(visit, *pairing, *call_since, Some(since.0), Vec::new()),
            VisitState::AbandonPending { .. } | VisitState::Ended { .. } => OperatorStep::WrapUp {
                visit,
                preset: self.visit.preset().map(result),
                resumable: self.visit.resumable(),
            },
            VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => unreachable!(
                "an operator has no visit that is {}",
                self.visit.state_name()
            ),
        }
    }

    fn in_call(
        &self,
        visit: VisitCard,
        pairing: Pairing,
        since: Timestamp,
        citizen_away_since_ms: Option<i64>,
        lobby: Vec<Participant>,
    ) -> OperatorStep {
        OperatorStep::InCall {
            visit,
            participants: self.participants(pairing),
            guests: self.guests(),
            me: OPERATOR,
            recording: recording_state(self.visit.recording()),
            since_ms: since.0,
            citizen_away_since_ms,
            lobby,
            limit: self.limit(),
            away_offer_ms: self
                .service()
                .map_or(0, |service| service.interrupted_offer_ms),
        }
    }

    fn limit(&self) -> Option<CallLimit> {
        let ends = self.office.call_ends(self.visit)?;
        let extension = self.service().map_or(0, |service| service.extension_ms);
        let is_extended = self.visit.extended_ms > 0;
        Some(CallLimit {
            ends_ms: ends.0,
            extension_ms: if is_extended { 0 } else { extension },
        })
    }

    /// This person should be in the room and is not.
    pub(crate) fn offer_wanted(&self, participant: u8) -> bool {
        let peer = self.call.and_then(|call| call.peer(participant));
        wanted(self.visit).has(participant) && peer.is_none()
    }

    fn chat_policy(&self) -> ChatPolicy {
        self.service()
            .map_or(ChatPolicy::Incidencias, |service| chat_policy(service.chat))
    }

    fn text_policy(&self) -> ChatPolicy {
        self.service().map_or(ChatPolicy::Incidencias, |service| {
            chat_policy(service.live_text())
        })
    }

    fn card(&self, pairing: Pairing) -> OperatorCard {
        let configuration = self.configuration();
        let profile = profile(configuration, pairing.operator);
        OperatorCard {
            name: profile.map(|one| one.name.clone()).unwrap_or_default(),
            number: profile.map(|one| one.number.clone()).unwrap_or_default(),
            desk: profile
                .map(|one| desk(configuration, one))
                .unwrap_or_default(),
        }
    }

    fn visit_card(&self) -> VisitCard {
        let ticket = self.visit.ticket();
        let pairing = self.visit.pairing();
        let waited_ms = ticket
            .zip(pairing)
            .map_or(0, |(ticket, pairing)| pairing.since.ms_since(ticket.since));
        VisitCard {
            display_code: ticket
                .map(|ticket| ticket.display.to_string())
                .unwrap_or_default(),
            turno_code: self.visit.code.to_string(),
            name: self.dossier.name.clone(),
            document: self.dossier.document.clone(),
            service: self.service_name(),
            waited_s: u32::try_from(waited_ms / 1_000).unwrap_or(u32::MAX),
            accepted: accepted(self.visit),
            abandoned: matches!(self.visit.state, VisitState::AbandonPending { .. }),
            remark: self.dossier.remark.clone(),
            chat_policy: self.chat_policy(),
            text_policy: self.text_policy(),
            started_ms: started_at(self.visit).map(|at| at.0),
            average_ms: self.service().map_or(0, |service| service.average_ms),
            files: self.files(),
            recorded: self.service().is_some_and(|service| service.recorded),
            line_test: { self.seats.get(&Person::Citizen(self.visit.id)) }
                .and_then(|seat| seat.line_test),
            present: matches!(self.visit.presence, queue::Presence::Here),
            unpermitted_representative: self.visit.was_represented()
                && !self.service().is_some_and(|one| one.permits_representation),
        }
    }

    fn participants(&self, pairing: Pairing) -> Vec<Participant> {
        let operator = self.card(pairing);
        let devices = self.devices(self.operators_page(pairing.operator));
        let mut participants = vec![
            self.citizen_participant(),
            self.participant(OPERATOR, Role::Operator, operator.name, devices),
        ];
        participants.extend(self.guest_participants());
        participants
    }

    /// Whose page has the operator's camera and microphone: his console, or the machine that his call is on.
    fn operators_page(&self, operator: queue::OperatorId) -> Person {
        let machine = Machine::Call(self.office.id(), operator);
        match self.directory.machine(machine) {
            Some(_) => Person::Machine(machine),
            None => Person::Operator(self.office.id(), operator),
        }
    }

    fn devices(&self, person: Person) -> DeviceStates {
        self.seats
            .get(&person)
            .map_or(NO_DEVICES, |seat| seat.devices)
    }

    fn citizen_participant(&self) -> Participant {
        self.participant(
            CITIZEN,
            Role::Citizen,
            self.dossier.name.clone(),
            self.devices(Person::Citizen(self.visit.id)),
        )
    }

    fn participant(
        &self,
        number: u8,
        role: Role,
        name: String,
        devices: DeviceStates,
    ) -> Participant {
        let peer = self.call.and_then(|call| call.peer(number));
        let by_phone = self.call.is_some_and(|call| call.is_by_phone(number));
        let phone = Person::Machine(Machine::Sound(self.visit.id, number));
        let microphone = if by_phone {
            self.devices(phone).microphone
        } else {
            devices.microphone
        };
        Participant {
            number,
            role,
            name,
            devices: DeviceStates {
                microphone,
                ..devices
            },
            connected: peer.is_some_and(|peer| peer.stage == PeerStage::Connected && peer.admitted),
            recorded: peer.is_some_and(|peer| peer.recorded),
            line: LineState {
                relief: peer
                    .map_or_else(Default::default, |peer| line::relief(peer.quality.relief)),
                ..line::state(&self.visit.lines, number)
            },
            shares: self.call.and_then(Call::sharing) == Some(number),
            by_phone,
        }
    }
}

/// The console, but for `step` when a visit is there: [`Sight::operator_step`] gives that.
pub(crate) fn operator_view(
    office: &Office,
    operator: &Operator,
    step: OperatorStep,
    offer_wanted: bool,
    now: Timestamp,
) -> OperatorView {
    let configuration = office.configuration();
    let profile = profile(configuration, operator.id);
    let own = profile
        .map(|one| one.services.as_slice())
        .unwrap_or_default();
    let line = |service: &Service| ServiceLine {
        id: service.id.0,
        subcategory: service.subcategory.clone(),
        name: service.name.clone(),
        hours: service.hours.clone(),
        available: operator.available.contains(&service.id),
        waiting: u32::try_from(office.waiting_count(service.id)).unwrap_or(u32::MAX),
    };
    OperatorView {
        number: profile.map(|one| one.number.clone()).unwrap_or_default(),
        name: profile.map(|one| one.name.clone()).unwrap_or_default(),
        desk: profile
            .map(|one| desk(configuration, one))
            .unwrap_or_default(),
        attended_today: operator.attended(office.day(now)),
        services: configuration
            .services
            .iter()
            .filter(|one| own.contains(&one.id))
            .map(line)
            .collect(),
        step,
        offer_wanted,
        call_machine: None,
    }
}

/// Where an operator without a visit stands.
pub(crate) fn idle_step(office: &Office, operator: &Operator) -> OperatorStep {
    match operator.state {
        OperatorState::Off => OperatorStep::Off {},
        OperatorState::Inactive => OperatorStep::Inactive {},
        OperatorState::Seeking { since } => {
            let rounds = office
                .configuration()
                .services
                .iter()
                .filter(|one| operator.available.contains(&one.id));
            let round_ms = rounds
                .map(|service| service.seek_round_ms)
                .min()
                .unwrap_or(9_000);
            OperatorStep::Seeking {
                since_ms: since.0,
                round_ms,
            }
        }
        OperatorState::Assigned { .. }
        | OperatorState::Started { .. }
        | OperatorState::Called { .. }
        | OperatorState::InCall { .. }
        | OperatorState::WrapUp { .. } => {
            unreachable!("an operator who is {} has a visit", operator.state_name())
        }
    }
}

/// The service of this id.
pub(crate) fn service(configuration: &Configuration, id: queue::ServiceId) -> Option<&Service> {
    configuration
        .services
        .iter()
        .find(|service| service.id == id)
}

/// The profile of this operator.
pub(crate) fn profile(
    configuration: &Configuration,
    id: queue::OperatorId,
) -> Option<&OperatorProfile> {
    configuration
        .operators
        .iter()
        .find(|operator| operator.id == id)
}

fn desk(configuration: &Configuration, profile: &OperatorProfile) -> String {
    configuration
        .desks
        .iter()
        .find(|desk| desk.id == profile.desk)
        .map(|desk| desk.name.clone())
        .unwrap_or_default()
}

/// The citizen has accepted the notice and pressed "Aceptar y Acceder".
fn accepted(visit: &Visit) -> bool {
    match &visit.state {
        VisitState::Assigned { ready, .. } => {
            matches!(ready, Readiness::Entered(_) | Readiness::Both(_))
        }
        VisitState::Called { .. } | VisitState::InCall { .. } | VisitState::Interrupted { .. } => {
            true
        }
        VisitState::Ended { from, .. } => matches!(
            from,
            queue::EndedFrom::Lobby | queue::EndedFrom::Call { .. }
        ),
        VisitState::Verifying { .. }
        | VisitState::Waiting { .. }
        | VisitState::AbandonPending { .. }
        | VisitState::Closed { .. }
        | VisitState::Abandoned { .. }
        | VisitState::Expired { .. } => false,
    }
}

/// When the operator pressed start, while the meeting lasts.
fn started_at(visit: &Visit) -> Option<Timestamp> {
    match &visit.state {
        VisitState::Assigned { ready, .. } => match ready {
            Readiness::Started(at) => Some(*at),
            Readiness::Both(meeting) => Some(meeting.started_at),
            Readiness::Neither | Readiness::Entered(_) => None,
        },
        VisitState::Called { meeting, .. }
        | VisitState::InCall { meeting, .. }
        | VisitState::Interrupted { meeting, .. } => Some(meeting.started_at),
        VisitState::Verifying { .. }
        | VisitState::Waiting { .. }
        | VisitState::AbandonPending { .. }
        | VisitState::Ended { .. }
        | VisitState::Closed { .. }
        | VisitState::Abandoned { .. }
        | VisitState::Expired { .. } => None,
    }
}

fn interruption(cause: Cause) -> InterruptionCause {
    match cause {
        Cause::HungUp => InterruptionCause::HungUp,
        Cause::LineLost | Cause::Server => InterruptionCause::LineLost,
    }
}

fn recording_state(recording: Recording) -> RecordingState {
    match recording {
        Recording::Off => RecordingState::Off,
        Recording::Runs(_) => RecordingState::Runs,
        Recording::Failed(_) => RecordingState::Failed,
    }
}

fn chat_policy(policy: queue::ChatPolicy) -> ChatPolicy {
    match policy {
        queue::ChatPolicy::Incidencias => ChatPolicy::Incidencias,
        queue::ChatPolicy::Conversacion => ChatPolicy::Conversacion,
        queue::ChatPolicy::Registro => ChatPolicy::Registro,
    }
}

/// The queue's result on the wire.
#[must_use]
pub fn result(result: queue::VisitResult) -> VisitResult {
    match result {
        queue::VisitResult::Success => VisitResult::Success,
        queue::VisitResult::TechnicalError => VisitResult::TechnicalError,
        queue::VisitResult::FunctionalError => VisitResult::FunctionalError,
        queue::VisitResult::Abandoned => VisitResult::Abandoned,
    }
}
