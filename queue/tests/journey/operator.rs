//! What an operator may do, and in which order.

use queue::{AfterClose, Command, Error, Fact, OperatorState, VisitResult};

use super::town::{ANA, BEA, EXIMICIONES, LIBRE_DEUDA, Town};

#[test]
fn the_oldest_place_goes_to_the_longest_idle_operator() {
    let mut town = Town::new();
    town.ok(Command::Seek { operator: BEA });
    town.later(1_000);
    town.ok(Command::Seek { operator: ANA });
    let first = town.turn(LIBRE_DEUDA);
    let events = town.send(&Command::Confirm { visit: first }).unwrap();
    let Fact::Assigned { operator, why, .. } = &events[1].fact else {
        panic!("{events:?}")
    };
    assert_eq!(
        (*operator, why.seeking, why.waiting, why.idle_ms),
        (BEA, 2, 1, 1_000)
    );
    town.ok(Command::Interrupt { operator: ANA });
    let older = town.waits(EXIMICIONES);
    town.later(500);
    let newer = town.waits(LIBRE_DEUDA);
    town.later(500);
    let events = town.send(&Command::Seek { operator: ANA }).unwrap();
    let Fact::Assigned { visit, why, .. } = &events[1].fact else {
        panic!("{events:?}")
    };
    assert_eq!((*visit, why.waited_ms, why.waiting), (older, 1_000, 2));
    assert_eq!(town.office.position(newer), Some(1));
}

#[test]
fn an_operator_is_given_only_services_he_is_available_for() {
    let mut town = Town::new();
    let service = LIBRE_DEUDA;
    town.ok(Command::SetAvailable {
        operator: ANA,
        service,
        available: false,
    });
    town.ok(Command::Seek { operator: ANA });
    let visit = town.waits(LIBRE_DEUDA);
    assert_eq!(town.state(visit), "waiting");
    let available = town.ok(Command::SetAvailable {
        operator: ANA,
        service,
        available: true,
    });
    assert_eq!(available, ["availability_set", "assigned"]);
}

#[test]
fn an_operator_available_for_nothing_is_off_and_cannot_seek() {
    let mut town = Town::new();
    town.ok(Command::Seek { operator: ANA });
    for service in [LIBRE_DEUDA, EXIMICIONES] {
        town.ok(Command::SetAvailable {
            operator: ANA,
            service,
            available: false,
        });
    }
    assert_eq!(town.office.operator(ANA).unwrap().state, OperatorState::Off);
    let refused = town.send(&Command::Seek { operator: ANA });
    assert!(matches!(
        refused,
        Err(Error::OperatorOutOfOrder { found: "off", .. })
    ));
}

#[test]
fn the_order_of_finishing_is_kept() {
    let mut town = Town::new();
    town.call();
    let close = Command::Close {
        operator: ANA,
        result: VisitResult::Success,
        then: AfterClose::Seek,
    };
    for early in [
        &close,
        &Command::Seek { operator: ANA },
        &Command::Interrupt { operator: ANA },
    ] {
        assert!(town.send(early).is_err(), "{early:?} in the call");
    }
    town.ok(Command::EndMeeting { operator: ANA });
    for early in [
        Command::Seek { operator: ANA },
        Command::EndMeeting { operator: ANA },
    ] {
        assert!(town.send(&early).is_err(), "{early:?} before the result");
    }
    town.ok(close);
    assert!(matches!(
        town.office.operator(ANA).unwrap().state,
        OperatorState::Seeking { .. }
    ));
}

#[test]
fn an_operator_may_give_up_on_a_citizen_who_never_accepts() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    town.ok(Command::Start { operator: ANA });
    town.ok(Command::EndMeeting { operator: ANA });
    let ended = town.office.visit(visit).unwrap();
    assert_eq!(
        (ended.preset(), ended.resumable()),
        (Some(VisitResult::Abandoned), false)
    );
}

#[test]
fn a_meeting_can_be_taken_up_again_until_its_result_is_noted() {
    let mut town = Town::new();
    let visit = town.call();
    town.ok(Command::EndMeeting { operator: ANA });
    assert!(town.office.visit(visit).unwrap().resumable());
    assert_eq!(
        town.ok(Command::Resume { operator: ANA }),
        ["resumed", "recording_started"]
    );
    town.ok(Command::FinishTurn { visit });
    let refused = town.send(&Command::Resume { operator: ANA });
    assert_eq!(
        refused,
        Err(Error::NotResumable(visit)),
        "the citizen has ended it"
    );
}

#[test]
fn a_lost_operator_gives_the_citizen_his_old_place_back() {
    let mut town = Town::new();
    let first = town.waits(LIBRE_DEUDA);
    town.later(1_000);
    let second = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    town.accepts(first);
    town.ok(Command::OperatorLost { operator: ANA });
    assert!(
        town.later(29_999).is_empty(),
        "within the grace nothing changes"
    );
    assert_eq!(town.later(1), ["place_restored"]);
    assert_eq!(town.office.position(first), Some(1));
    assert_eq!(town.office.position(second), Some(2));
    town.ok(Command::Seek { operator: BEA });
    town.accepts(first);
    assert_eq!(
        (town.attended(ANA), town.attended(BEA)),
        (1, 1),
        "each assignment counts"
    );
}

#[test]
fn a_lost_operator_in_a_call_comes_back_to_it() {
    let mut town = Town::new();
    let visit = town.call();
    town.ok(Command::OperatorLost { operator: ANA });
    assert!(town.later(3_600_000).is_empty());
    assert_eq!(town.office.operator(ANA).unwrap().visit(), Some(visit));
    assert_eq!(
        town.ok(Command::OperatorBack { operator: ANA }),
        ["operator_back"]
    );
    assert_eq!(town.state(visit), "in call");
}
