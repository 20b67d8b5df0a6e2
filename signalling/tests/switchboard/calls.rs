//! Lines that are lost, pages that are loaded anew, servers that start again.

use media::control::{Command, Event as MediaEvent};
use signalling::{
    call::RecordCommand,
    protocol::{
        PROTOCOL_VERSION,
        call::{RecordingState, RefusalCode, Slot, SlotKind},
        citizen::{CitizenStep, FromCitizen, InterruptionCause},
        operator::{FromOperator, OperatorStep},
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, SessionToken, ToConnection},
    switchboard::Input,
};

use crate::stage::{DEVICE, KEPT, Stage};

#[test]
fn a_page_loaded_anew_in_the_call_comes_back_by_itself() {
    let mut stage = Stage::new();
    let (citizen, session, operator) = stage.call(KEPT);
    let before = stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    stage.shut(citizen);
    stage.pass(2);
    let again = stage.citizen(&session, DEVICE);
    assert!(matches!(
        stage.citizen_step(again),
        CitizenStep::InCall { .. }
    ));
    assert!(stage.citizen_view(again).offer_wanted);
    assert!(
        stage
            .media
            .iter()
            .any(|one| matches!(one, Command::Leave { peer } if *peer == before)),
        "the old page's peer is sent away"
    );
    let after = stage.connect_citizen(again);
    assert!(!stage.citizen_view(again).offer_wanted);
    let tail: Vec<&Command> = stage.media.iter().rev().take(2).collect();
    assert!(
        matches!(tail[1], Command::Admit { peer, admitted: true } if *peer == after),
        "let in without the operator: {tail:?}"
    );
    assert!(matches!(tail[0], Command::Record { peer, record: Some(_) } if *peer == after));
    assert_eq!(stage.recorder.len(), 1, "one interval all the while");
    assert!(!stage.facts().contains(&"interrupted"));
}

#[test]
fn a_lost_line_interrupts_after_a_grace_and_comes_back_without_admission() {
    let mut stage = Stage::new();
    let (citizen, session, operator) = stage.call(KEPT);
    let peer = stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    stage.shut(citizen);
    stage.pass(20);
    assert!(!stage.facts().contains(&"interrupted"), "media still flows");
    stage.media_says(MediaEvent::Lost { peer });
    stage.pass(1);
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::InCall {
            citizen_away_since_ms: Some(_),
            ..
        }
    ));
    assert!(matches!(
        stage.recorder.last(),
        Some(RecordCommand::Close { .. })
    ));
    let again = stage.citizen(&session, DEVICE);
    assert!(
        matches!(stage.citizen_step(again), CitizenStep::InCall { .. }),
        "{:?}",
        stage.citizen_step(again)
    );
    assert!(matches!(
        stage.recorder.last(),
        Some(RecordCommand::Open { interval: 2, .. })
    ));
}

#[test]
fn a_short_absence_in_a_call_is_no_fact() {
    let mut stage = Stage::new();
    let (citizen, session, _) = stage.call(KEPT);
    stage.shut(citizen);
    stage.pass(7);
    stage.citizen(&session, DEVICE);
    assert!(!stage.facts().contains(&"line_lost") && !stage.facts().contains(&"interrupted"));
}

#[test]
fn a_call_goes_on_after_the_server_starts_anew() {
    let mut stage = Stage::new();
    stage.call(KEPT);
    let office = stage.kept.values().next().unwrap().clone();
    let mut next = Stage::with(office);
    next.switchboard.restart(next.now);
    next.conclude();
    assert!(next.facts().contains(&"interrupted"));

    // The sessions of the stage before are the store's to keep: here the citizen's is opened anew for the same visit.
    let visit = next
        .kept
        .values()
        .next()
        .unwrap()
        .visits()
        .next()
        .unwrap()
        .clone();
    assert!(matches!(
        visit.state,
        queue::VisitState::Interrupted {
            cause: queue::InterruptionCause::Server,
            ..
        }
    ));
    let operator = next.operator("ana");
    assert!(matches!(
        next.operator_step(operator),
        OperatorStep::InCall { .. }
    ));
    assert!(
        next.operator_view(operator).offer_wanted,
        "the operator's page is asked for a new offer"
    );
}

#[test]
fn an_operator_who_comes_back_finds_his_visit() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    stage.shut(operator);
    stage.pass(60);
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::InCall { .. }
    ));
    let again = stage.operator("ana");
    assert!(matches!(
        stage.operator_step(again),
        OperatorStep::InCall { .. }
    ));
    assert!(stage.operator_view(again).offer_wanted);
}

#[test]
fn answers_and_slots_reach_who_offered() {
    let mut stage = Stage::new();
    let (citizen, _, _) = stage.call(KEPT);
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::Offer {
            attempt: 7,
            sdp: "v=0".to_owned(),
        }),
    );
    let peer = stage.peer(1);
    stage.media_says(MediaEvent::Answered {
        peer,
        answer: "answer".to_owned(),
        restart: "key".to_owned(),
    });
    assert!(
        stage
            .told(citizen)
            .contains(&ToConnection::Person(ToPerson::Answer {
                attempt: 7,
                sdp: "answer".to_owned(),
                restart: "key".to_owned(),
            }))
    );
    let slots = vec![media::control::SlotState {
        mid: "3".to_owned(),
        medium: media::control::Medium::Camera,
        participant: Some(2),
        paused: true,
    }];
    stage.media_says(MediaEvent::Slots { peer, slots });
    let expected = vec![Slot {
        mid: "3".to_owned(),
        kind: SlotKind::Camera,
        participant: Some(2),
        paused: true,
    }];
    assert!(
        stage
            .told(citizen)
            .contains(&ToConnection::Person(ToPerson::Slots { slots: expected }))
    );
}

#[test]
fn a_refused_offer_is_told_and_another_is_wanted() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::Offer {
            attempt: 1,
            sdp: "500 sections".to_owned(),
        }),
    );
    assert!(!stage.citizen_view(citizen).offer_wanted);
    let peer = stage.peer(1);
    stage.media_says(MediaEvent::Refused {
        peer,
        found: "500 sections".to_owned(),
        allowed: "20".to_owned(),
    });
    let refusal = stage.refusal(citizen).unwrap();
    assert_eq!(
        (
            refusal.code,
            refusal.found.as_str(),
            refusal.allowed.as_str()
        ),
        (RefusalCode::Offer, "500 sections", "20")
    );
    assert!(stage.citizen_view(citizen).offer_wanted);
    assert_eq!(stage.refusal(operator), None);
    // What is said of a peer that is gone concerns nobody.
    stage.media_says(MediaEvent::Connected { peer });
    stage.media_says(MediaEvent::Lost { peer });
}

/// Comes back by another WebSocket, saying which attempt's connection the page still has.
fn back(stage: &mut Stage, session: &SessionToken, attempt: Option<u32>) -> ConnectionId {
    let connection = stage.open(App::Citizen, session);
    let hello = FromCitizen::Person(FromPerson::Hello {
        version: PROTOCOL_VERSION,
        device: DEVICE.to_owned(),
        language: "es-AR".to_owned(),
        attempt,
        take_over: false,
    });
    stage.citizen_says(connection, hello);
    connection
}

#[test]
fn a_page_that_lost_only_its_websocket_keeps_its_connection_and_its_recording() {
    let mut stage = Stage::new();
    let (citizen, session, operator) = stage.call(KEPT);
    let peer = stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    let ordered = (stage.media.len(), stage.recorder.len());
    stage.shut(citizen);
    stage.pass(20);
    let again = back(&mut stage, &session, Some(1));
    assert!(!stage.citizen_view(again).offer_wanted);
    assert!(matches!(
        stage.citizen_step(again),
        CitizenStep::InCall {
            recording: RecordingState::Runs,
            ..
        }
    ));
    assert_eq!(
        (stage.media.len(), stage.recorder.len()),
        ordered,
        "nobody was sent away or let in: {:?}",
        stage.media
    );
    // What concerns it goes to the new connection.
    stage.media_says(MediaEvent::Slots {
        peer,
        slots: Vec::new(),
    });
    let slots = ToConnection::Person(ToPerson::Slots { slots: Vec::new() });
    let told = stage.told(again).iter().filter(|told| **told == slots);
    assert_eq!(told.count(), 2, "once on coming back, once since");
}

#[test]
fn a_page_without_a_connection_of_that_attempt_is_asked_for_an_offer() {
    for attempt in [None, Some(2)] {
        let mut stage = Stage::new();
        let (citizen, session, _) = stage.call(KEPT);
        let peer = stage.connect_citizen(citizen);
        stage.shut(citizen);
        let again = back(&mut stage, &session, attempt);
        assert!(stage.citizen_view(again).offer_wanted, "{attempt:?}");
        let left =
            |command: &Command| matches!(command, Command::Leave { peer: gone } if *gone == peer);
        assert!(stage.media.iter().any(left), "{attempt:?}");
    }
}

#[test]
fn nobody_joins_a_room_before_it_is_his_turn() {
    let mut stage = Stage::new();
    let (citizen, _) = stage.waiting_citizen(KEPT);
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::Offer {
            attempt: 1,
            sdp: "v=0".to_owned(),
        }),
    );
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::OutOfOrder));
    let operator = stage.seeking_operator("ana");
    stage.operator_says(
        operator,
        FromOperator::Person(FromPerson::Offer {
            attempt: 1,
            sdp: "v=0".to_owned(),
        }),
    );
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::OutOfOrder));
    assert!(stage.media.is_empty(), "{:?}", stage.media);
}

#[test]
fn an_interrupted_citizen_sees_why() {
    let mut stage = Stage::new();
    let (citizen, session, _) = stage.call(KEPT);
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    stage.shut(citizen);
    stage.pass(5);
    let again = stage.citizen(&session, DEVICE);
    let step = stage.citizen_step(again);
    assert!(
        matches!(
            step,
            CitizenStep::Interrupted {
                cause: InterruptionCause::HungUp,
                ..
            }
        ),
        "a hang-up does not come back by itself"
    );
    stage.citizen_says(again, FromCitizen::FinishTurn {});
    assert!(matches!(
        stage.citizen_step(again),
        CitizenStep::Ended { .. }
    ));
}

#[test]
fn people_are_told_that_it_is_not_recorded_and_the_next_interval_is_tried() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    let visit = opened(&stage);
    stage.step([Input::RecordingFailed(visit, 1)]);
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::InCall {
            recording: RecordingState::Failed,
            ..
        }
    ));
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::InCall {
            recording: RecordingState::Failed,
            ..
        }
    ));
    let captured = |stage: &Stage, on: bool| {
        let is = |command: &&Command| matches!(command, Command::Record { record, .. } if record.is_some() == on);
        stage.media.iter().filter(is).count()
    };
    assert_eq!(captured(&stage, false), 2, "both captures end");
    assert_eq!(
        stage.recorder.last(),
        Some(&RecordCommand::Close { visit }),
        "the log is closed as far as it goes"
    );
    stage.pass(u64::from(queue::RECORDING_RETRY_MS / 1_000) + 1);
    assert!(matches!(
        stage.recorder.last(),
        Some(RecordCommand::Open { interval: 2, .. })
    ));
    assert_eq!(captured(&stage, true), 4, "both again");
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::InCall {
            recording: RecordingState::Runs,
            ..
        }
    ));
}

fn opened(stage: &Stage) -> queue::VisitId {
    match stage.recorder.first() {
        Some(RecordCommand::Open { visit, .. }) => *visit,
        other => panic!("{other:?}"),
    }
}
