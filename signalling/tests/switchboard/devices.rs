//! One device a visit (C18); an operator's new device takes over.

use signalling::{
    protocol::{
        call::{DeviceState, DeviceStates, RefusalCode},
        citizen::{CitizenStep, FromCitizen},
        operator::{FromOperator, OperatorStep},
        person::{FromPerson, ToPerson},
    },
    request::{App, Request, ToConnection},
};

use crate::stage::{DEVICE, KEPT, ON, OTHER_DEVICE, Stage, office_with};

#[test]
fn a_second_device_is_refused_while_the_first_lives() {
    let mut stage = Stage::new();
    let (first, session) = stage.waiting_citizen(KEPT);
    let second = stage.citizen(&session, OTHER_DEVICE);
    assert_eq!(stage.refused_with(second), Some(RefusalCode::OtherDevice));
    assert!(stage.is_closed(second) && !stage.is_closed(first));
    assert!(
        matches!(stage.citizen_step(first), CitizenStep::Waiting { .. }),
        "the first noticed nothing"
    );

    // The first device speaks for fourteen seconds, then falls silent: fifteen later the place is free.
    for nonce in 0..14 {
        stage.pass(1);
        stage.citizen_says(first, FromCitizen::Person(FromPerson::Ping { nonce }));
    }
    stage.pass(14);
    let early = stage.citizen(&session, OTHER_DEVICE);
    assert_eq!(stage.refused_with(early), Some(RefusalCode::OtherDevice));
    stage.pass(1);
    let late = stage.citizen(&session, OTHER_DEVICE);
    assert!(matches!(
        stage.citizen_step(late),
        CitizenStep::Waiting { position: 1, .. }
    ));
    assert!(
        stage
            .told(first)
            .contains(&ToConnection::Person(ToPerson::Replaced {}))
            && stage.is_closed(first)
    );
}

#[test]
fn the_same_device_replaces_its_own_connection() {
    let mut stage = Stage::new();
    let (first, session) = stage.waiting_citizen(KEPT);
    let second = stage.citizen(&session, DEVICE);
    assert!(
        stage
            .told(first)
            .contains(&ToConnection::Person(ToPerson::Replaced {}))
            && stage.is_closed(first)
    );
    assert!(matches!(
        stage.citizen_step(second),
        CitizenStep::Waiting { position: 1, .. }
    ));
    // The end of the old connection is not the end of the new one.
    stage.shut(first);
    stage.pass(30);
    assert!(!stage.facts().contains(&"line_lost"));
}

#[test]
fn an_operators_new_device_takes_over() {
    let mut stage = Stage::new();
    let first = stage.seeking_operator("ana");
    let session = stage.sign_in(App::Operator, "ana");
    let second = stage.operator_with(&session, OTHER_DEVICE);
    assert!(
        stage
            .told(first)
            .contains(&ToConnection::Person(ToPerson::Replaced {}))
            && stage.is_closed(first)
    );
    assert!(matches!(
        stage.operator_step(second),
        OperatorStep::Seeking { .. }
    ));
}

#[test]
fn an_assigned_citizen_gets_his_old_place_back_when_the_operator_is_lost() {
    let mut stage = Stage::new();
    let operator = stage.seeking_operator("ana");
    let (citizen, _) = stage.waiting_citizen(KEPT);
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Assigned { .. }
    ));
    stage.shut(operator);
    stage.pass(40);
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Waiting { position: 1, .. }
    ));
}

#[test]
fn a_service_by_sound_alone_does_without_the_camera_and_not_without_the_microphone() {
    let mut stage = Stage::with(office_with(|configuration| {
        configuration.services[0].permits_sound_only = true;
    }));
    let session = stage.take_turn(KEPT);
    let citizen = stage.citizen(&session, DEVICE);
    assert!(stage.citizen_view(citizen).sound_only);
    let confirm = |stage: &mut Stage, camera, microphone| {
        let devices = DeviceStates { camera, microphone };
        let line = None;
        stage.citizen_says(citizen, FromCitizen::Confirm { devices, line });
    };
    confirm(&mut stage, DeviceState::Missing, DeviceState::Withheld);
    let found = stage.refusal(citizen).unwrap();
    assert_eq!(
        (found.about.as_str(), found.found.as_str()),
        ("microphone", "withheld")
    );
    confirm(&mut stage, DeviceState::Missing, DeviceState::On);
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Waiting { .. }
    ));
}

#[test]
fn devices_are_shown_to_the_other_and_confirmed_with_both() {
    let mut stage = Stage::new();
    let session = stage.take_turn(KEPT);
    let citizen = stage.citizen(&session, DEVICE);
    let blind = DeviceStates {
        camera: DeviceState::Missing,
        ..ON
    };
    stage.citizen_says(
        citizen,
        FromCitizen::Confirm {
            devices: blind,
            line: None,
        },
    );
    assert_eq!(
        stage.refusal(citizen).map(|refusal| refusal.about.as_str()),
        Some("camera")
    );
    stage.citizen_says(
        citizen,
        FromCitizen::Confirm {
            devices: ON,
            line: None,
        },
    );
    let operator = stage.seeking_operator("ana");
    stage.accept(citizen);
    stage.operator_says(operator, FromOperator::Start {});
    let muted = DeviceStates {
        microphone: DeviceState::Off,
        ..ON
    };
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::Devices { devices: muted }),
    );
    let OperatorStep::Started { lobby, .. } = stage.operator_step(operator) else {
        panic!()
    };
    assert_eq!(lobby[0].devices, muted);
}

#[test]
fn signing_out_closes_the_console() {
    let mut stage = Stage::new();
    let session = stage.sign_in(App::Operator, "ana");
    let operator = stage.operator_with(&session, DEVICE);
    stage.ask(Request::SignOut {
        app: App::Operator,
        session: session.clone(),
    });
    assert!(stage.is_closed(operator));
    let again = stage.open(App::Operator, &session);
    assert_eq!(stage.refused_with(again), Some(RefusalCode::NoSession));
}
