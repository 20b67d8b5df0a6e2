//! What holds for the whole office: days, limits, closing, restarts.

use queue::{
    AbandonCause, Command, Configuration, DeskId, Error, InterruptionCause, Limit, Purpose,
    ServiceId, VisitCode, VisitState,
};

use super::town::{ANA, EXIMICIONES, LIBRE_DEUDA, Town};

#[test]
fn a_call_outlives_the_server() {
    let mut town = Town::new();
    let visit = town.call();
    let waiting = town.waits(LIBRE_DEUDA);
    let restarted = town.ok(Command::ServerRestarted);
    assert_eq!(
        restarted,
        ["recording_stopped", "interrupted", "server_restarted"]
    );
    let VisitState::Interrupted { cause, .. } = town.office.visit(visit).unwrap().state else {
        panic!("{}", town.state(visit))
    };
    assert_eq!(cause, InterruptionCause::Server);
    assert_eq!(town.office.position(waiting), Some(1));
    town.ok(Command::OperatorBack { operator: ANA });
    town.ok(Command::LineBack { visit });
    assert_eq!(town.state(visit), "in call");
}

#[test]
fn who_does_not_confirm_or_stays_away_has_abandoned() {
    let mut town = Town::new();
    let verifying = town.turn(LIBRE_DEUDA);
    let waiting = town.waits(LIBRE_DEUDA);
    town.ok(Command::LineLost { visit: waiting });
    assert_eq!(town.office.next_due(), Some(town.now.plus_ms(600_000)));
    assert_eq!(town.later(600_000), ["abandoned", "abandoned"]);
    for (visit, expected) in [
        (verifying, AbandonCause::VerifyingTimeout),
        (waiting, AbandonCause::Away),
    ] {
        let VisitState::Abandoned { cause, .. } = town.office.visit(visit).unwrap().state else {
            panic!("{}", town.state(visit))
        };
        assert_eq!(cause, expected);
    }
    assert_eq!(town.later(3_600_000), ["forgotten", "forgotten"]);
    assert_eq!(town.office.visits().count(), 0);
}

#[test]
fn who_verifies_without_a_connection_leaves_after_a_minute_and_a_half() {
    let mut town = Town::new();
    let comes = town.turn(LIBRE_DEUDA);
    let never_came = VisitCode::from_random([99; 12]);
    town.ok(Command::TakeTurn {
        code: never_came,
        service: LIBRE_DEUDA,
        purpose: Purpose::Attention,
    });
    let goes = town.turn(LIBRE_DEUDA);
    assert!(town.later(60_000).is_empty());
    town.ok(Command::LineLost { visit: goes });
    assert_eq!(
        town.later(29_999),
        Vec::<&str>::new(),
        "not a millisecond too early"
    );
    assert_eq!(town.later(1), ["abandoned"], "who never came");
    assert_eq!(town.state(goes), "verifying");
    assert_eq!(town.later(60_000), ["abandoned"], "who went");
    assert_eq!(town.state(comes), "verifying");
    town.ok(Command::Confirm { visit: comes });
}

#[test]
fn numbers_begin_anew_at_local_midnight_and_so_does_the_counter() {
    let mut town = Town::new();
    town.call();
    let visit = town.waits(EXIMICIONES);
    assert_eq!(
        town.office
            .visit(visit)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "B1"
    );
    let second = town.waits(LIBRE_DEUDA);
    assert_eq!(
        town.office
            .visit(second)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "A2"
    );
    town.later(12 * 3_600_000);
    assert_eq!(town.attended(ANA), 0);
    let next_day = town.waits(LIBRE_DEUDA);
    assert_eq!(
        town.office
            .visit(next_day)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "A1"
    );
}

#[test]
fn a_full_office_says_how_full_it_is() {
    let mut town = Town::with(|configuration| {
        configuration.limits.verifying_max = 2;
        configuration.limits.waiting_max = 1;
    });
    let first = town.turn(LIBRE_DEUDA);
    let second = town.turn(LIBRE_DEUDA);
    let code = VisitCode::from_random([30; 12]);
    let turn = Command::TakeTurn {
        code,
        service: LIBRE_DEUDA,
        purpose: Purpose::Attention,
    };
    let full = |limit, found| {
        Err(Error::Full {
            limit,
            found,
            allowed: found,
        })
    };
    assert_eq!(town.send(&turn), full(Limit::Verifying, 2));
    town.ok(Command::Confirm { visit: first });
    assert_eq!(
        town.send(&Command::Confirm { visit: second }),
        full(Limit::Waiting, 1)
    );
}

#[test]
fn a_code_names_one_visit() {
    let mut town = Town::new();
    town.turn(LIBRE_DEUDA);
    let code = VisitCode::from_random([1; 12]);
    let again = Command::TakeTurn {
        code,
        service: LIBRE_DEUDA,
        purpose: Purpose::Attention,
    };
    assert_eq!(town.send(&again), Err(Error::CodeTaken));
}

#[test]
fn a_service_that_closes_expires_its_line_but_not_under_a_call() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    let mut fewer = town.office.configuration().clone();
    fewer.services.remove(0);
    fewer
        .operators
        .iter_mut()
        .for_each(|operator| operator.services = vec![EXIMICIONES]);
    let close = Command::Configure {
        configuration: Box::new(fewer),
    };
    assert_eq!(town.ok(close.clone()), ["expired", "configured"]);
    assert_eq!(town.state(visit), "expired");
    assert!(
        town.ok(close.clone()).is_empty(),
        "the same again changes nothing"
    );
    let mut town = Town::new();
    town.call();
    assert!(matches!(town.send(&close), Err(Error::Configuration(_))));
}

#[test]
fn a_configuration_that_contradicts_itself_is_refused() {
    let mut town = Town::new();
    let mut check = |change: fn(&mut Configuration)| {
        let mut wrong = town.office.configuration().clone();
        change(&mut wrong);
        let refused = town.send(&Command::Configure {
            configuration: Box::new(wrong),
        });
        assert!(
            matches!(refused, Err(Error::Configuration(_))),
            "{refused:?}"
        );
    };
    check(|configuration| configuration.zone = "Europe/Atlantis".to_owned());
    check(|configuration| configuration.services[1].id = LIBRE_DEUDA);
    check(|configuration| configuration.operators[0].desk = DeskId(9));
    check(|configuration| configuration.operators[0].services = vec![ServiceId(9)]);
    check(|configuration| configuration.body = "x".repeat(401));
    check(|configuration| configuration.services[0].seek_round_ms = 86_400_001);
    check(|configuration| configuration.limits.waiting_max = 100_001);
}

#[test]
fn a_clock_that_is_set_back_does_not_set_the_journal_back() {
    let mut town = Town::new();
    town.later(1_000);
    town.waits(LIBRE_DEUDA);
    let latest = town.now;
    town.now.0 -= 60_000;
    let events = town.send(&Command::Seek { operator: ANA }).unwrap();
    assert!(events.iter().all(|event| event.at == latest));
}
