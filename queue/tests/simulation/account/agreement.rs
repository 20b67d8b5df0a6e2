//! That an office says what the account says.

use std::collections::BTreeMap;

use queue::{
    CivilDay, GuestState, Office, OperatorId, Presence, ServiceId, Timestamp, VisitId, VisitState,
};

use super::{Account, Person, Stage, Third};

impl Account {
    /// After a decision: the office says what the account says, and nobody is left who could be assigned.
    pub(crate) fn agree(&self, office: &Office, now: Timestamp) {
        assert_eq!(
            self.next_pair(now),
            None,
            "somebody could be assigned and was not"
        );
        assert_eq!(
            office.visits().count(),
            self.people.len(),
            "a visit was lost or doubled"
        );
        for (id, person) in &self.people {
            let visit = office.visit(*id).expect("a visit was lost");
            assert_eq!(stage(&visit.state), person.stage, "visit {id}");
            assert_eq!(
                visit.presence == Presence::Here,
                person.away_since.is_none()
            );
            assert_eq!(
                visit.pairing().map(|pairing| pairing.operator),
                person.operator
            );
            assert_eq!(visit.recording().interval().is_some(), person.recording);
            assert_eq!(
                (visit.intervals, visit.chat_lines),
                (person.intervals, person.chat)
            );
            assert_eq!(
                office.visit_by_code(person.code).map(|visit| visit.id),
                Some(*id)
            );
            let guests: BTreeMap<u8, Third> = visit
                .guests
                .iter()
                .map(|guest| (guest.number, third(&guest.state)))
                .collect();
            assert_eq!(guests, person.guests, "guests of visit {id}");
            let lines = (3..15).filter(|guest| visit.lines.of(*guest).next().is_some());
            for guest in lines {
                assert!(person.has(guest), "guest {guest} has a line and is not in");
            }
            let waits = person.stage == Stage::Waiting;
            assert_eq!(office.position(*id).is_some(), waits);
        }
        for service in (1..4).map(ServiceId) {
            let in_line =
                |person: &&Person| person.stage == Stage::Waiting && person.service == service;
            let line = self.people.values().filter(in_line).count();
            assert_eq!(
                office.waiting_count(service),
                line,
                "line of service {service}"
            );
        }
        for (id, official) in &self.officials {
            let operator = office.operator(*id).expect("an operator was lost");
            assert_eq!(operator.visit(), official.visit, "operator {id}");
            assert_eq!(operator.available, official.available);
            let today = office.day(now);
            let of_today =
                |(who, day, _): &&(OperatorId, CivilDay, VisitId)| who == id && *day == today;
            let counted = self.counted.iter().filter(of_today).count();
            assert_eq!(
                operator.attended(today) as usize,
                counted,
                "counter of operator {id}"
            );
        }
    }
}

fn third(state: &GuestState) -> Third {
    match state {
        GuestState::Invited => Third::Invited,
        GuestState::Waiting { .. } => Third::Waiting,
        GuestState::Admitted { .. } => Third::Admitted,
        GuestState::Left | GuestState::Removed => Third::Gone,
    }
}

fn stage(state: &VisitState) -> Stage {
    match state {
        VisitState::Verifying { .. } => Stage::Verifying,
        VisitState::Waiting { .. } => Stage::Waiting,
        VisitState::Assigned { .. } => Stage::Assigned,
        VisitState::Called { .. } => Stage::Called,
        VisitState::InCall { .. } => Stage::InCall,
        VisitState::Interrupted { .. } => Stage::Interrupted,
        VisitState::AbandonPending { .. } | VisitState::Ended { .. } => Stage::WrapUp,
        VisitState::Closed { .. } | VisitState::Abandoned { .. } | VisitState::Expired { .. } => {
            Stage::Over
        }
    }
}
