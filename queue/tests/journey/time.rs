//! The time limit of a call, its one extension, and what it does not touch (C25, §6 rule 5).

use queue::{Command, EndCause, Error, OperatorState, Service, VisitState};

use super::town::{ANA, BEA, EXIMICIONES, LIBRE_DEUDA, Town};

const LIMIT_MS: u32 = 1_200_000;
const EXTENSION_MS: u32 = 300_000;

fn with_limit() -> Town {
    Town::with(|configuration| {
        let service: &mut Service = &mut configuration.services[0];
        service.duration_max_ms = LIMIT_MS;
    })
}

const EXTEND: Command = Command::Extend { operator: ANA };

#[test]
fn at_the_limit_the_call_ends_and_the_operator_owes_the_result() {
    let mut town = with_limit();
    let visit = town.call();
    let since = town.now;
    assert_eq!(town.office.next_due(), Some(since.plus_ms(LIMIT_MS)));
    assert!(town.later(i64::from(LIMIT_MS) - 1).is_empty());
    assert_eq!(town.later(1), ["recording_stopped", "meeting_ended"]);
    let VisitState::Ended { cause, .. } = town.office.visit(visit).unwrap().state else {
        panic!("{}", town.state(visit))
    };
    assert_eq!(cause, EndCause::TimeLimit);
    let operator = town.office.operator(ANA).unwrap();
    assert_eq!(operator.state, OperatorState::WrapUp { visit });
    let again = town.send(&Command::Resume { operator: ANA });
    assert_eq!(again, Err(Error::NotResumable(visit)));
}

#[test]
fn the_limit_goes_on_while_the_call_is_interrupted() {
    let mut town = with_limit();
    let visit = town.call();
    town.later(1_000_000);
    town.ok(Command::HangUp { visit });
    town.later(100_000);
    town.ok(Command::ReturnToCall { visit });
    assert_eq!(town.state(visit), "called");
    assert_eq!(town.later(100_000), ["meeting_ended"]);
}

#[test]
fn the_operator_extends_once_while_nobody_waits_for_her() {
    let mut town = with_limit();
    let visit = town.call();
    let since = town.now;
    let waiting = [town.waits(LIBRE_DEUDA), town.waits(EXIMICIONES)];
    assert_eq!(town.send(&EXTEND), Err(Error::PeopleWait { waiting: 2 }));
    for visit in waiting {
        town.ok(Command::Abandon { visit });
    }
    assert_eq!(town.ok(EXTEND), ["extended"]);
    let ends = since.plus_ms(LIMIT_MS + EXTENSION_MS);
    assert_eq!(town.office.next_due(), Some(ends));
    assert_eq!(town.send(&EXTEND), Err(Error::NotExtensible(visit)));
    assert_eq!(town.later(i64::from(LIMIT_MS)), Vec::<&str>::new());
    let left = town.later(i64::from(EXTENSION_MS));
    assert_eq!(left, ["recording_stopped", "meeting_ended"]);
}

#[test]
fn only_those_who_wait_for_her_own_services_are_delayed_by_her() {
    let mut town = with_limit();
    let visit = town.call();
    town.ok(Command::SetAvailable {
        operator: ANA,
        service: EXIMICIONES,
        available: false,
    });
    town.waits(EXIMICIONES);
    assert_eq!(town.ok(EXTEND), ["extended"]);
    assert_eq!(town.office.visit(visit).unwrap().extended_ms, EXTENSION_MS);
}

#[test]
fn without_a_limit_nothing_ends_and_nothing_can_be_extended() {
    let mut town = Town::new();
    let visit = town.call();
    assert_eq!(town.office.next_due(), None);
    assert_eq!(town.send(&EXTEND), Err(Error::NotExtensible(visit)));
    let idle = town.send(&Command::Extend { operator: BEA });
    assert!(matches!(idle, Err(Error::OperatorOutOfOrder { .. })));
}

#[test]
fn a_call_taken_up_again_after_its_time_ends_at_once() {
    let mut town = with_limit();
    let visit = town.call();
    town.ok(Command::EndMeeting { operator: ANA });
    town.later(i64::from(LIMIT_MS));
    town.ok(Command::Resume { operator: ANA });
    assert_eq!(town.state(visit), "in call");
    assert_eq!(town.later(0), ["recording_stopped", "meeting_ended"]);
}
