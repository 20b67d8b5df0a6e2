//! A visit, as its citizen goes through it.

use queue::{
    Admission, AfterClose, Command, ConsentAt, Error, OperatorState, RECORDING_RETRY_MS, Recording,
    VisitResult,
};

use super::town::{ANA, BEA, LIBRE_DEUDA, Town};

#[test]
fn a_walk_in_goes_from_the_door_to_a_result() {
    let mut town = Town::new();
    let visit = town.turn(LIBRE_DEUDA);
    assert_eq!(town.ok(Command::Confirm { visit }), ["confirmed"]);
    assert_eq!(
        town.office
            .visit(visit)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "A1"
    );
    assert_eq!(town.office.position(visit), Some(1));
    assert_eq!(
        town.ok(Command::Seek { operator: ANA }),
        ["seeking_began", "assigned"]
    );
    assert_eq!(town.accepts(visit), ["notice_accepted", "entered"]);
    assert_eq!(
        town.ok(Command::Start { operator: ANA }),
        ["started", "called"]
    );
    assert_eq!(
        town.ok(Command::Admit { operator: ANA }),
        ["admitted", "recording_started"]
    );
    assert_eq!(
        town.ok(Command::ChatSent {
            visit,
            participant: 1
        }),
        ["chat_sent"]
    );
    let ended = town.ok(Command::EndMeeting { operator: ANA });
    assert_eq!(ended, ["recording_stopped", "meeting_ended"]);
    assert_eq!(town.close(ANA, AfterClose::Interrupt), ["closed"]);
    assert_eq!(
        town.office.operator(ANA).unwrap().state,
        OperatorState::Inactive
    );
    assert_eq!(town.state(visit), "closed");
    assert_eq!(town.attended(ANA), 1);
}

#[test]
fn both_may_press_start_in_either_order() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    assert_eq!(town.ok(Command::Start { operator: ANA }), ["started"]);
    assert_eq!(
        town.accepts(visit),
        ["notice_accepted", "entered", "called"]
    );
}

#[test]
fn a_citizen_who_hangs_up_must_be_admitted_again_and_counts_once() {
    let mut town = Town::new();
    let visit = town.call();
    assert_eq!(
        town.ok(Command::HangUp { visit }),
        ["recording_stopped", "interrupted"]
    );
    town.ok(Command::LineLost { visit });
    assert_eq!(town.ok(Command::LineBack { visit }), ["line_back"]);
    assert_eq!(town.state(visit), "interrupted");
    assert_eq!(town.ok(Command::ReturnToCall { visit }), ["returned"]);
    assert_eq!(
        town.ok(Command::Admit { operator: ANA }),
        ["admitted", "recording_started"]
    );
    assert_eq!(
        town.office.visit(visit).unwrap().recording(),
        Recording::Runs(2)
    );
    assert_eq!(town.attended(ANA), 1);
}

#[test]
fn a_lost_line_comes_back_into_the_call_by_itself() {
    let mut town = Town::new();
    let visit = town.call();
    let lost = town.ok(Command::LineLost { visit });
    assert_eq!(lost, ["line_lost", "recording_stopped", "interrupted"]);
    assert!(
        town.ok(Command::LineLost { visit }).is_empty(),
        "twice is no harm"
    );
    let back = town.ok(Command::LineBack { visit });
    assert_eq!(back, ["line_back", "resumed", "recording_started"]);
    assert_eq!(town.state(visit), "in call");
}

#[test]
fn an_abandoned_assignment_is_preset_and_closed_by_the_operator() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    assert_eq!(
        town.ok(Command::Abandon { visit }),
        ["abandoned_after_assignment"]
    );
    assert_eq!(
        town.office.visit(visit).unwrap().preset(),
        Some(VisitResult::Abandoned)
    );
    assert_eq!(town.attended(ANA), 0, "he had not pressed");
    town.close(ANA, AfterClose::Seek);
    assert_eq!(town.state(visit), "closed");
}

#[test]
fn who_is_away_keeps_his_place_but_is_passed_over() {
    let mut town = Town::new();
    let away = town.waits(LIBRE_DEUDA);
    let here = town.waits(LIBRE_DEUDA);
    town.ok(Command::LineLost { visit: away });
    town.later(15_001);
    assert_eq!(town.office.position(away), Some(1));
    town.ok(Command::Seek { operator: ANA });
    assert_eq!(
        (town.state(away), town.state(here)),
        ("waiting", "assigned")
    );
    town.ok(Command::Seek { operator: BEA });
    assert_eq!(
        town.ok(Command::LineBack { visit: away }),
        ["line_back", "assigned"]
    );
}

#[test]
fn where_the_notice_comes_at_entry_the_citizen_comes_in_by_himself() {
    let mut town = Town::with(|configuration| {
        configuration.services[0].consent_at = ConsentAt::Entry;
        configuration.services[0].admission = Admission::Auto;
    });
    let visit = town.turn(LIBRE_DEUDA);
    assert_eq!(
        town.send(&Command::Confirm { visit }),
        Err(Error::NoticeNeeded)
    );
    town.accepts(visit);
    town.ok(Command::Confirm { visit });
    assert_eq!(
        town.ok(Command::Seek { operator: ANA }),
        ["seeking_began", "assigned", "entered"]
    );
    assert_eq!(town.attended(ANA), 1);
    let started = town.ok(Command::Start { operator: ANA });
    assert_eq!(
        started,
        ["started", "called", "admitted", "recording_started"]
    );
}

#[test]
fn nobody_is_admitted_who_is_not_there() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    town.accepts(visit);
    town.ok(Command::Start { operator: ANA });
    town.ok(Command::LineLost { visit });
    let refused = town.send(&Command::Admit { operator: ANA });
    assert_eq!(refused, Err(Error::CitizenAway(visit)));
}

#[test]
fn an_unrecorded_service_is_not_recorded() {
    let mut town = Town::with(|configuration| configuration.services[0].recorded = false);
    let visit = town.call();
    assert_eq!(
        town.office.visit(visit).unwrap().recording(),
        Recording::Off
    );
    assert_eq!(
        town.ok(Command::EndMeeting { operator: ANA }),
        ["meeting_ended"]
    );
}

#[test]
fn a_recording_that_fails_is_told_and_begun_again() {
    let mut town = Town::new();
    let visit = town.call();
    let failed = |interval| Command::RecordingFailed { visit, interval };
    assert_eq!(town.ok(failed(1)), ["recording_failed"]);
    assert!(
        town.ok(failed(1)).is_empty(),
        "the second word of one fault changes nothing"
    );
    assert_eq!(
        town.office.visit(visit).unwrap().recording(),
        Recording::Failed(town.now)
    );
    assert_eq!(
        town.office.next_due(),
        Some(town.now.plus_ms(RECORDING_RETRY_MS))
    );
    assert_eq!(
        town.later(i64::from(RECORDING_RETRY_MS)),
        ["recording_started"]
    );
    assert_eq!(
        town.office.visit(visit).unwrap().recording(),
        Recording::Runs(2)
    );
    // The call ends as any other while it is not recorded; nothing is begun again afterwards.
    town.ok(failed(2));
    let ended = town.ok(Command::EndMeeting { operator: ANA });
    assert_eq!(ended, ["meeting_ended"]);
    assert!(town.later(i64::from(RECORDING_RETRY_MS)).is_empty());
}
