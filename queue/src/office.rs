//! One office as it is now: applies events, answers questions.
//!
//! Left to others: what may happen next (`decide`). Invariant: everything here follows from the events applied, in their
//! order; the indexes say what the visits and operators say.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    configuration::{Configuration, Desk, OperatorProfile, Service, VERIFYING_ABSENT_MS},
    event::{Event, Fact},
    id::{DeskId, DisplayCode, Letter, OfficeId, OperatorId, ServiceId, VisitCode, VisitId},
    operator::{Operator, OperatorState},
    time::{CivilDay, Timestamp, Zone},
    visit::{Presence, RECORDING_RETRY_MS, Recording, Visit, VisitState},
};

/// An office: its configuration, visits and operators.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Office {
    pub(crate) id: OfficeId,
    pub(crate) configuration: Configuration,
    pub(crate) zone: Zone,
    /// Time of the last event.
    pub(crate) latest: Timestamp,
    /// Number of the next visit.
    pub(crate) next_visit: u64,
    pub(crate) visits: BTreeMap<VisitId, Visit>,
    pub(crate) operators: BTreeMap<OperatorId, Operator>,
    /// Taken out of the configuration today: should they come back, their counter of the day does (O8).
    pub(crate) former: BTreeMap<OperatorId, Operator>,
    /// Last display number given out, per letter, and the day it belongs to.
    pub(crate) numbers: BTreeMap<Letter, (CivilDay, u32)>,
    pub(crate) index: Index,
}

/// What can be found without looking at everything; rebuilt from visits and operators.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Index {
    pub(crate) codes: BTreeMap<VisitCode, VisitId>,
    /// By service, the lines: oldest place first.
    pub(crate) waiting: BTreeMap<ServiceId, BTreeSet<(Timestamp, VisitId)>>,
    pub(crate) waiting_count: usize,
    pub(crate) verifying_count: usize,
    /// Longest idle first.
    pub(crate) seeking: BTreeSet<(Timestamp, OperatorId)>,
    pub(crate) due: BTreeSet<(Timestamp, Due)>,
}

/// Who has something that happens by time alone.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Due {
    Visit(VisitId),
    Operator(OperatorId),
}

impl Office {
    /// An office before its first event: not configured, in UTC.
    #[must_use]
    pub fn new(id: OfficeId) -> Self {
        Self {
            id,
            configuration: Configuration::empty("UTC"),
            zone: Zone::UTC,
            latest: Timestamp(i64::MIN),
            next_visit: 1,
            visits: BTreeMap::new(),
            operators: BTreeMap::new(),
            former: BTreeMap::new(),
            numbers: BTreeMap::new(),
            index: Index::default(),
        }
    }

    /// Makes an event true.
    ///
    /// # Panics
    /// When the event does not follow from what was applied before: events come from [`Office::decide`] on this state, or
    /// from the journal in which those were kept.
    pub fn apply(&mut self, event: &Event) {
        self.latest = event.at;
        match &event.fact {
            Fact::Configured { configuration } => self.configure(event.at, configuration),
            Fact::ServerRestarted => self.restart(event.at),
            Fact::TurnTaken { visit, .. } => {
                self.next_visit += 1;
                let taken = Visit::taken(event.at, &event.fact).expect("the fact is TurnTaken");
                self.add(*visit, taken);
            }
            Fact::Forgotten { visit } => {
                self.remove(*visit);
            }
            Fact::Confirmed { display, day, .. } => {
                self.numbers.insert(display.letter, (*day, display.number));
                self.touch(event);
            }
            Fact::NoticeAccepted { .. }
            | Fact::Assigned { .. }
            | Fact::PlaceRestored { .. }
            | Fact::Entered { .. }
            | Fact::Started { .. }
            | Fact::Called { .. }
            | Fact::Admitted { .. }
            | Fact::Interrupted { .. }
            | Fact::Returned { .. }
            | Fact::Resumed { .. }
            | Fact::MeetingEnded { .. }
            | Fact::AbandonedAfterAssignment { .. }
            | Fact::Closed { .. }
            | Fact::Abandoned { .. }
            | Fact::Expired { .. }
            | Fact::LineLost { .. }
            | Fact::LineBack { .. }
            | Fact::RecordingStarted { .. }
            | Fact::RecordingFailed { .. }
            | Fact::RecordingStopped { .. }
            | Fact::ChatSent { .. }
            | Fact::FileKept { .. }
            | Fact::Extended { .. }
            | Fact::LineJudged { .. }
            | Fact::GuestInvited { .. }
            | Fact::GuestAccepted { .. }
            | Fact::GuestAdmitted { .. }
            | Fact::GuestSentBack { .. }
            | Fact::GuestLeft { .. }
            | Fact::GuestRemoved { .. }
            | Fact::AvailabilitySet { .. }
            | Fact::SeekingBegan { .. }
            | Fact::SeekingEnded { .. }
            | Fact::OperatorLost { .. }
            | Fact::OperatorBack { .. } => self.touch(event),
        }
    }

    fn touch(&mut self, event: &Event) {
        let visit = event.fact.visit();
        let operator = event
            .fact
            .operator()
            .or_else(|| self.visit(visit?)?.operator());
        if let Some(mut visit) = visit.and_then(|id| self.remove(id)) {
            visit.apply(event.at, &event.fact);
            self.add(visit.id, visit);
        }
        if let Some(mut operator) = operator.and_then(|id| self.remove_operator(id)) {
            operator.apply(event.at, &event.fact);
            self.add_operator(operator);
        }
    }

    fn configure(&mut self, at: Timestamp, configuration: &Configuration) {
        self.zone = Zone::named(&configuration.zone).unwrap_or(Zone::UTC);
        self.configuration = configuration.clone();
        let mut before = std::mem::take(&mut self.operators);
        for profile in &configuration.operators {
            let known = before.remove(&profile.id);
            let mut operator = known.unwrap_or_else(|| {
                Operator::new(profile.id, at, self.former.remove(&profile.id).as_ref())
            });
            operator.keep_services(&profile.services);
            self.operators.insert(profile.id, operator);
        }
        let today = self.day(at);
        self.former.append(&mut before);
        self.former
            .retain(|_, operator| operator.attended(today) > 0);
        self.reindex();
    }

    fn restart(&mut self, at: Timestamp) {
        self.visits.values_mut().for_each(|visit| visit.outage(at));
        for operator in self.operators.values_mut() {
            operator.presence = Presence::Away { since: at };
        }
        self.reindex();
    }

    pub(crate) fn reindex(&mut self) {
        self.index = Index::default();
        for (id, visit) in std::mem::take(&mut self.visits) {
            self.add(id, visit);
        }
        for operator in std::mem::take(&mut self.operators).into_values() {
            self.add_operator(operator);
        }
    }

    fn add(&mut self, id: VisitId, visit: Visit) {
        self.index.codes.insert(visit.code, id);
        match &visit.state {
            VisitState::Waiting { ticket } => {
                self.index
                    .waiting
                    .entry(visit.service)
                    .or_default()
                    .insert((ticket.since, id));
                self.index.waiting_count += 1;
            }
            VisitState::Verifying { .. } => self.index.verifying_count += 1,
            VisitState::Assigned { .. }
            | VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => {}
        }
        if let Some(when) = self.visit_due(&visit) {
            self.index.due.insert((when, Due::Visit(id)));
        }
        self.visits.insert(id, visit);
    }

    fn remove(&mut self, id: VisitId) -> Option<Visit> {
        let visit = self.visits.remove(&id)?;
        self.index.codes.remove(&visit.code);
        match &visit.state {
            VisitState::Waiting { ticket } => {
                if let Some(line) = self.index.waiting.get_mut(&visit.service) {
                    line.remove(&(ticket.since, id));
                    if line.is_empty() {
                        self.index.waiting.remove(&visit.service);
                    }
                }
                self.index.waiting_count -= 1;
            }
            VisitState::Verifying { .. } => self.index.verifying_count -= 1,
            VisitState::Assigned { .. }
            | VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => {}
        }
        if let Some(when) = self.visit_due(&visit) {
            self.index.due.remove(&(when, Due::Visit(id)));
        }
        Some(visit)
    }

    fn add_operator(&mut self, operator: Operator) {
        if let OperatorState::Seeking { since } = operator.state {
            self.index.seeking.insert((since, operator.id));
        }
        if let Some(when) = self.operator_due(&operator) {
            self.index.due.insert((when, Due::Operator(operator.id)));
        }
        self.operators.insert(operator.id, operator);
    }

    fn remove_operator(&mut self, id: OperatorId) -> Option<Operator> {
        let operator = self.operators.remove(&id)?;
        if let OperatorState::Seeking { since } = operator.state {
            self.index.seeking.remove(&(since, id));
        }
        if let Some(when) = self.operator_due(&operator) {
            self.index.due.remove(&(when, Due::Operator(id)));
        }
        Some(operator)
    }

    fn visit_due(&self, visit: &Visit) -> Option<Timestamp> {
        let service = self.service(visit.service);
        match (&visit.state, visit.presence) {
            (VisitState::Verifying { since, .. }, presence) => {
                let confirm_by = since.plus_ms(service?.verifying_max_ms);
                Some(match presence {
                    Presence::Here => confirm_by,
                    Presence::Away { since } => confirm_by.min(since.plus_ms(VERIFYING_ABSENT_MS)),
                })
            }
            (VisitState::Waiting { .. }, Presence::Away { since }) => {
                Some(since.plus_ms(service?.waiting_away_max_ms))
            }
            (
                VisitState::InCall {
                    recording: Recording::Failed(since),
                    ..
                },
                _,
            ) if service?.recorded => {
                let again = since.plus_ms(RECORDING_RETRY_MS);
                Some(self.call_ends(visit).map_or(again, |ends| ends.min(again)))
            }
            (
                VisitState::Called { .. }
                | VisitState::InCall { .. }
                | VisitState::Interrupted { .. },
                _,
            ) => self.call_ends(visit),
            (VisitState::Waiting { .. }, Presence::Here)
            | (
                VisitState::Assigned { .. }
                | VisitState::AbandonPending { .. }
                | VisitState::Ended { .. }
                | VisitState::Closed { .. }
                | VisitState::Abandoned { .. }
                | VisitState::Expired { .. },
                _,
            ) => Some(
                visit
                    .over_at()?
                    .plus_ms(self.configuration.limits.over_kept_ms),
            ),
        }
    }

    fn operator_due(&self, operator: &Operator) -> Option<Timestamp> {
        let Presence::Away { since } = operator.presence else {
            return None;
        };
        match operator.state {
            OperatorState::Seeking { .. }
            | OperatorState::Assigned { .. }
            | OperatorState::Started { .. } => {
                Some(since.plus_ms(self.configuration.limits.operator_grace_ms))
            }
            OperatorState::Off
            | OperatorState::Inactive
            | OperatorState::Called { .. }
            | OperatorState::InCall { .. }
            | OperatorState::WrapUp { .. } => None,
        }
    }
}

/// Questions.
impl Office {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> OfficeId {
        self.id
    }

    /// Its configuration.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The local day of an instant.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> CivilDay {
        self.zone.day(at)
    }

    /// When [`crate::Command::Tick`] has something to do next; in the past when it has now.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.index.due.first().map(|(when, _)| *when)
    }

    /// A visit; none when it never was or is forgotten.
    #[must_use]
    pub fn visit(&self, id: VisitId) -> Option<&Visit> {
        self.visits.get(&id)
    }

    /// When the time limit ends a visit's call; none where there is none, or no call.
    #[must_use]
    pub fn call_ends(&self, visit: &Visit) -> Option<Timestamp> {
        let duration_max_ms = self.service(visit.service)?.duration_max_ms;
        let limit_ms = duration_max_ms.saturating_add(visit.extended_ms);
        let ends = visit.call_since()?.plus_ms(limit_ms);
        (duration_max_ms > 0).then_some(ends)
    }

    /// A visit by its turno code.
    #[must_use]
    pub fn visit_by_code(&self, code: VisitCode) -> Option<&Visit> {
        self.visit(*self.index.codes.get(&code)?)
    }

    /// All visits that are not forgotten, over ones included, by id.
    pub fn visits(&self) -> impl Iterator<Item = &Visit> {
        self.visits.values()
    }

    /// An operator.
    #[must_use]
    pub fn operator(&self, id: OperatorId) -> Option<&Operator> {
        self.operators.get(&id)
    }

    /// All operators, by id.
    pub fn operators(&self) -> impl Iterator<Item = &Operator> {
        self.operators.values()
    }

    /// A service.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.configuration
            .services
            .iter()
            .find(|service| service.id == id)
    }

    /// What the configuration says of an operator.
    #[must_use]
    pub fn profile(&self, id: OperatorId) -> Option<&OperatorProfile> {
        self.configuration
            .operators
            .iter()
            .find(|profile| profile.id == id)
    }

    /// A desk.
    #[must_use]
    pub fn desk(&self, id: DeskId) -> Option<&Desk> {
        self.configuration.desks.iter().find(|desk| desk.id == id)
    }

    /// The line of a service, next first.
    pub fn waiting(&self, service: ServiceId) -> impl Iterator<Item = &Visit> {
        let line = self.index.waiting.get(&service);
        line.into_iter()
            .flatten()
            .filter_map(|(_, id)| self.visits.get(id))
    }

    /// Visits in line for a service.
    #[must_use]
    pub fn waiting_count(&self, service: ServiceId) -> usize {
        self.index.waiting.get(&service).map_or(0, BTreeSet::len)
    }

    /// Visits in line, all services.
    #[must_use]
    pub fn waiting_total(&self) -> usize {
        self.index.waiting_count
    }

    /// Place in the line of its service, 1 = next; none when it does not wait. Looks at the whole line: for many visits
    /// go through [`Office::waiting`] once.
    #[must_use]
    pub fn position(&self, id: VisitId) -> Option<usize> {
        let visit = self.visit(id)?;
        let VisitState::Waiting { ticket } = &visit.state else {
            return None;
        };
        let line = self.index.waiting.get(&visit.service)?;
        Some(line.range(..(ticket.since, id)).count() + 1)
    }

    /// "Próximo turno a ser llamado" of a service.
    #[must_use]
    pub fn next_to_be_called(&self, service: ServiceId) -> Option<DisplayCode> {
        Some(self.waiting(service).next()?.ticket()?.display)
    }

    /// Operators on duty for a service: connected, available for it, seeking or with a visit. Looks at all operators.
    #[must_use]
    pub fn on_duty(&self, service: ServiceId) -> usize {
        let on_duty = |operator: &&Operator| {
            operator.presence == Presence::Here
                && operator.available.contains(&service)
                && !matches!(operator.state, OperatorState::Off | OperatorState::Inactive)
        };
        self.operators.values().filter(on_duty).count()
    }
}
