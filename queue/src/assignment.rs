//! Pairs operators who seek with visits that wait, within the decision that made the pairing possible.
//!
//! Invariant: after every decision no operator who could attend sees a visit that could be attended. So only pairs with
//! somebody whom the draft has changed need to be looked for; time alone makes nobody assignable.

use std::collections::BTreeSet;

use crate::{
    draft::Draft,
    error::Error,
    event::Fact,
    id::{OperatorId, ServiceId, VisitId},
    operator::{Operator, OperatorState},
    policy::{Why, score_ms},
    time::Timestamp,
    visit::{Presence, Ticket, Visit, VisitState},
};

/// Where to look for pairs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// Pairs with somebody the draft has changed.
    Changed,
    /// All: the rules themselves have changed.
    Everybody,
}

struct Pair {
    operator: OperatorId,
    visit: VisitId,
    service: ServiceId,
    since: Timestamp,
    idle_since: Timestamp,
}

impl Draft<'_> {
    /// Assigns until nobody can be assigned.
    pub(crate) fn assign(&mut self, scope: Scope) -> Result<(), Error> {
        while let Some(pair) = self.next_pair(scope) {
            let why = self.why(&pair);
            self.record(Fact::Assigned {
                visit: pair.visit,
                operator: pair.operator,
                why,
            });
            self.enter_by_itself(pair.visit)?;
        }
        Ok(())
    }

    fn next_pair(&self, scope: Scope) -> Option<Pair> {
        let waiting = self
            .visits
            .values()
            .filter(|visit| self.assignable(visit).is_some());
        let changed: BTreeSet<ServiceId> = waiting.map(|visit| visit.service).collect();
        let concerned = |operator: &Operator| {
            scope == Scope::Everybody
                || self.operators.contains_key(&operator.id)
                || !operator.available.is_disjoint(&changed)
        };
        let seeking = if scope == Scope::Changed && changed.is_empty() {
            sought_by(self.operators.values())
        } else {
            self.seeking()
        };
        seeking
            .into_iter()
            .filter(|(_, operator)| concerned(operator))
            .find_map(|(idle_since, operator)| {
                let (service, since, visit) = self.best_for(operator)?;
                Some(Pair {
                    operator: operator.id,
                    visit,
                    service,
                    since,
                    idle_since,
                })
            })
    }

    /// Operators who can be assigned to, longest idle first.
    fn seeking(&self) -> Vec<(Timestamp, &Operator)> {
        let untouched = self.office.index.seeking.iter().filter_map(|(_, id)| {
            if self.operators.contains_key(id) {
                None
            } else {
                self.office.operator(*id)
            }
        });
        sought_by(untouched.chain(self.operators.values()))
    }

    /// The visit with the highest score among the operator's services; of equals the turn taken first.
    fn best_for(&self, operator: &Operator) -> Option<(ServiceId, Timestamp, VisitId)> {
        let heads = operator
            .available
            .iter()
            .filter_map(|service| self.head(*service));
        heads
            .max_by_key(|(visit, ticket)| (score_ms(ticket, self.now), std::cmp::Reverse(visit.id)))
            .map(|(visit, ticket)| (visit.service, ticket.since, visit.id))
    }

    /// The first of a service's line who can be assigned.
    fn head(&self, service: ServiceId) -> Option<(&Visit, &Ticket)> {
        let untouched = self
            .office
            .waiting(service)
            .filter(|visit| !self.visits.contains_key(&visit.id))
            .find_map(|visit| self.assignable(visit));
        let drafted = self
            .visits
            .values()
            .filter(|visit| visit.service == service)
            .filter_map(|visit| self.assignable(visit));
        drafted
            .chain(untouched)
            .min_by_key(|(visit, ticket)| (ticket.since, visit.id))
    }

    /// In line, and there or away for no longer than the grace.
    fn assignable<'v>(&self, visit: &'v Visit) -> Option<(&'v Visit, &'v Ticket)> {
        let VisitState::Waiting { ticket } = &visit.state else {
            return None;
        };
        let grace_ms = self.office.service(visit.service)?.waiting_grace_ms;
        let reachable = match visit.presence {
            Presence::Here => true,
            Presence::Away { since } => self.now <= since.plus_ms(grace_ms),
        };
        reachable.then_some((visit, ticket))
    }

    fn why(&self, pair: &Pair) -> Why {
        let seeking = self.seeking();
        let operator = seeking
            .iter()
            .find(|(_, operator)| operator.id == pair.operator);
        let services = operator.map(|(_, operator)| &operator.available);
        let waiting: usize = services
            .into_iter()
            .flatten()
            .map(|service| self.waiting_count(*service))
            .sum();
        let for_service = seeking
            .iter()
            .filter(|(_, operator)| operator.available.contains(&pair.service));
        Why {
            waited_ms: self.now.ms_since(pair.since),
            score_ms: self.now.ms_since(pair.since),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            idle_ms: self.now.ms_since(pair.idle_since),
            seeking: u32::try_from(for_service.count()).unwrap_or(u32::MAX),
        }
    }

    fn waiting_count(&self, service: ServiceId) -> usize {
        let waits = |visit: &Visit| {
            visit.service == service && matches!(visit.state, VisitState::Waiting { .. })
        };
        let drafted = self.visits.values().filter(|visit| waits(visit)).count();
        let before = self.visits.keys().filter_map(|id| self.office.visit(*id));
        let replaced = before.filter(|visit| waits(visit)).count();
        self.office.waiting_count(service) + drafted - replaced
    }
}

fn sought_by<'o>(operators: impl Iterator<Item = &'o Operator>) -> Vec<(Timestamp, &'o Operator)> {
    let here = operators.filter(|operator| operator.presence == Presence::Here);
    let mut seeking: Vec<_> = here
        .filter_map(|operator| match operator.state {
            OperatorState::Seeking { since } => Some((since, operator)),
            OperatorState::Off
            | OperatorState::Inactive
            | OperatorState::Assigned { .. }
            | OperatorState::Started { .. }
            | OperatorState::Called { .. }
            | OperatorState::InCall { .. }
            | OperatorState::WrapUp { .. } => None,
        })
        .collect();
    seeking.sort_unstable_by_key(|(since, operator)| (*since, operator.id));
    seeking
}
