//! A store that refuses: nothing is told that is not kept, and calls in progress go on.

use signalling::{
    protocol::{
        call::RefusalCode,
        citizen::{CitizenStep, FromCitizen},
        operator::{FromOperator, OperatorStep},
        person::FromPerson,
    },
    request::Reply,
};

use crate::stage::{Disk, KEPT, ON, Stage, turn};

#[test]
fn a_step_that_is_not_kept_is_refused_and_did_not_happen() {
    let mut stage = Stage::new();
    let session = stage.take_turn(KEPT);
    let citizen = stage.citizen(&session, crate::stage::DEVICE);
    stage.disk = Disk::IsFull;
    let told = stage.told(citizen).len();
    stage.citizen_says(
        citizen,
        FromCitizen::Confirm {
            devices: ON,
            line: None,
        },
    );
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Storage));
    assert_eq!(
        stage.told(citizen).len(),
        told + 1,
        "nothing but the refusal: {:?}",
        stage.told(citizen)
    );
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Verifying {}
    ));

    stage.disk = Disk::Works;
    stage.citizen_says(
        citizen,
        FromCitizen::Confirm {
            devices: ON,
            line: None,
        },
    );
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Waiting { position: 1, .. }
    ));
}

#[test]
fn a_turn_that_is_not_kept_was_not_taken() {
    let mut stage = Stage::new();
    stage.disk = Disk::IsFull;
    let id = stage.ask(turn(KEPT));
    assert!(
        matches!(&stage.replies[&id], Reply::Refused(refusal) if refusal.code == RefusalCode::Storage)
    );
    assert!(
        stage
            .kept
            .values()
            .all(|office| office.visits().count() == 0)
    );
}

#[test]
fn calls_in_progress_go_on_while_nothing_can_be_kept() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    let orders = stage.media.len();
    stage.disk = Disk::IsFull;
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::Storage));
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::Chat {
            text: "¿me oye?".to_owned(),
        }),
    );
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Storage));
    stage.pass(5);
    assert_eq!(stage.media.len(), orders, "nobody was sent away");
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::InCall { .. }
    ));
    assert!(
        !format!("{:?}", stage.said).contains("¿me oye?"),
        "a line that is not counted is not told"
    );
}

#[test]
fn one_step_of_many_inputs_is_kept_as_one() {
    let mut stage = Stage::new();
    let citizen = |stage: &mut Stage| {
        let session = stage.take_turn(KEPT);
        stage.citizen(&session, crate::stage::DEVICE)
    };
    let citizens: Vec<_> = (0..5).map(|_| citizen(&mut stage)).collect();
    let confirm = |citizen| {
        let message = FromCitizen::Confirm {
            devices: ON,
            line: None,
        };
        signalling::switchboard::Input::Connection(signalling::request::FromConnection::Citizen(
            citizen, message,
        ))
    };
    stage.step(citizens.iter().map(|citizen| confirm(*citizen)));
    for (citizen, expected) in citizens.iter().zip(1..) {
        let CitizenStep::Waiting { position, .. } = stage.citizen_step(*citizen) else {
            panic!()
        };
        assert_eq!(*position, expected);
    }
}
