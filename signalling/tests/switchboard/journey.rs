//! The main job, step by step, and what each of the two sees.

use media::control::Command;
use signalling::{
    call::RecordCommand,
    protocol::{
        call::RecordingState,
        citizen::{CitizenStep, FromCitizen, InterruptionCause, ToCitizen},
        operator::{AfterClose, FromOperator, OperatorStep, VisitResult},
        person::{FromPerson, ToPerson},
    },
    request::ToConnection,
};

use crate::stage::{KEPT, RELAYED, Stage};

#[test]
fn a_citizen_walks_from_the_door_to_the_end() {
    let mut stage = Stage::new();
    let (citizen, _) = stage.waiting_citizen(KEPT);
    let CitizenStep::Waiting {
        position: 1,
        operators: 0,
        next: Some(next),
    } = stage.citizen_step(citizen).clone()
    else {
        panic!("{:?}", stage.citizen_step(citizen))
    };
    assert_eq!(next, "A1");

    let operator = stage.seeking_operator("ana");
    let OperatorStep::Assigned { visit } = stage.operator_step(operator) else {
        panic!()
    };
    assert_eq!(
        (visit.name.as_str(), visit.document.as_str(), visit.accepted),
        ("Ana Paz", "20.345.678", false)
    );
    let CitizenStep::Assigned {
        operator: card,
        accepted: false,
        ..
    } = stage.citizen_step(citizen)
    else {
        panic!()
    };
    assert_eq!(
        (card.name.as_str(), card.number.as_str(), card.desk.as_str()),
        ("Ana Gil", "OP-1", "Box 01")
    );

    stage.accept(citizen);
    assert_eq!(
        stage.operator_view(operator).attended_today,
        1,
        "counted when the citizen accepts (O8)"
    );
    stage.operator_says(operator, FromOperator::Start {});
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Called { .. }
    ));
    assert!(stage.citizen_view(citizen).offer_wanted && stage.operator_view(operator).offer_wanted);
    let OperatorStep::Started { lobby, .. } = stage.operator_step(operator) else {
        panic!()
    };
    assert_eq!(lobby.len(), 1);
}

#[test]
fn a_call_ends_for_all_then_with_a_result() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::InCall {
            me: 1,
            recording: RecordingState::Runs,
            ..
        }
    ));
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::WrapUp {
            preset: None,
            resumable: true,
            ..
        }
    ));
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Ended { .. }
    ));
    let close = FromOperator::Close {
        result: VisitResult::Success,
        notes: "todo en orden".to_owned(),
        then: AfterClose::Interrupt,
    };
    stage.operator_says(operator, close);
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Closed {}
    ));
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::Inactive {}
    ));
}

#[test]
fn media_is_let_in_and_recorded_after_admission_only() {
    let mut stage = Stage::new();
    let operator = stage.seeking_operator("ana");
    let (citizen, _) = stage.waiting_citizen(KEPT);
    stage.accept(citizen);
    stage.operator_says(operator, FromOperator::Start {});
    let (c, o) = (
        stage.connect_citizen(citizen),
        stage.connect_operator(operator),
    );
    assert!(
        stage
            .media
            .iter()
            .all(|one| matches!(one, Command::Join { .. })),
        "{:?}",
        stage.media
    );
    assert!(stage.recorder.is_empty());

    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    let after: Vec<&Command> = stage.media.iter().skip(2).collect();
    let [
        Command::Admit {
            peer: first,
            admitted: true,
        },
        Command::Admit { admitted: true, .. },
        Command::Record {
            peer,
            record: Some(_),
        },
        _,
    ] = after.as_slice()
    else {
        panic!("{after:?}")
    };
    assert_eq!((*first, *peer), (c, c));
    assert!(matches!(
        stage.recorder.as_slice(),
        [RecordCommand::Open { interval: 1, .. }]
    ));
    let CitizenStep::InCall { participants, .. } = stage.citizen_step(citizen) else {
        panic!()
    };
    assert!(
        participants
            .iter()
            .all(|person| person.connected && person.recorded)
    );

    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert!(
        stage
            .media
            .iter()
            .any(|one| matches!(one, Command::Record { peer, record: None } if *peer == o))
    );
    assert!(matches!(
        stage.media.last(),
        Some(Command::CloseRoom { .. })
    ));
    assert!(matches!(
        stage.recorder.last(),
        Some(RecordCommand::Close { .. })
    ));
}

#[test]
fn a_citizen_who_hangs_up_is_admitted_again_and_recorded_in_a_new_interval() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Interrupted {
            cause: InterruptionCause::HungUp,
            ..
        }
    ));
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::InCall {
            citizen_away_since_ms: Some(_),
            recording: RecordingState::Off,
            ..
        }
    ));
    assert!(matches!(
        stage.recorder.last(),
        Some(RecordCommand::Close { .. })
    ));

    stage.citizen_says(citizen, FromCitizen::ReturnToCall {});
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Called { .. }
    ));
    let admitted = stage
        .media
        .iter()
        .filter(|one| matches!(one, Command::Admit { admitted: true, .. }))
        .count();
    stage.connect_citizen(citizen);
    assert_eq!(
        stage
            .media
            .iter()
            .filter(|one| matches!(one, Command::Admit { admitted: true, .. }))
            .count(),
        admitted,
        "not before Admitir"
    );
    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    assert!(matches!(
        stage.recorder.last(),
        Some(RecordCommand::Open { interval: 2, .. })
    ));
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::InCall { .. }
    ));
}

#[test]
fn chat_is_kept_or_not_as_the_service_says() {
    for (service, kept) in [(KEPT, true), (RELAYED, false)] {
        let mut stage = Stage::new();
        let (citizen, session, operator) = stage.call(service);
        stage.citizen_says(
            citizen,
            FromCitizen::Person(FromPerson::Chat {
                text: "secreto uno".to_owned(),
            }),
        );
        stage.operator_says(
            operator,
            FromOperator::Person(FromPerson::Chat {
                text: "secreto dos".to_owned(),
            }),
        );
        for connection in [citizen, operator] {
            let lines = format!("{:?}", stage.told(connection));
            assert!(lines.contains("secreto uno") && lines.contains("secreto dos"));
        }
        assert_eq!(
            stage
                .facts()
                .iter()
                .filter(|fact| **fact == "chat_sent")
                .count(),
            2
        );
        let sealed = stage
            .sealed
            .iter()
            .filter(|(_, change)| matches!(change, signalling::dossier::DossierChange::Chat(_)))
            .count();
        assert_eq!(sealed, if kept { 2 } else { 0 });
        assert!(
            !format!("{:?}", stage.events).contains("secreto"),
            "no text in the journal"
        );

        // The same device comes back: it sees what is kept, and numbering goes on.
        stage.shut(citizen);
        let again = stage.citizen(&session, crate::stage::DEVICE);
        let history = stage.told(again).iter().find_map(|one| match one {
            ToConnection::Person(ToPerson::ChatHistory { lines }) => Some(lines.len()),
            _other => None,
        });
        assert_eq!(history, Some(if kept { 2 } else { 0 }));
        stage.citizen_says(
            again,
            FromCitizen::Person(FromPerson::Chat {
                text: "tres".to_owned(),
            }),
        );
        assert!(format!("{:?}", stage.told(again)).contains("number: 3"));
    }
}

#[test]
fn two_operators_never_get_one_citizen() {
    let mut stage = Stage::new();
    let (one, two) = (
        stage.seeking_operator("ana"),
        stage.seeking_operator("beto"),
    );
    let (citizen, _) = stage.waiting_citizen(KEPT);
    let assigned = [one, two]
        .map(|operator| matches!(stage.operator_step(operator), OperatorStep::Assigned { .. }));
    assert_eq!(assigned.iter().filter(|has| **has).count(), 1);
    let idle = if assigned[0] { two } else { one };
    for message in [
        FromOperator::Start {},
        FromOperator::Admit { participant: 1 },
        FromOperator::EndMeeting {},
    ] {
        stage.operator_says(idle, message);
        assert_eq!(
            stage.refused_with(idle),
            Some(signalling::protocol::call::RefusalCode::OutOfOrder)
        );
    }
    assert!(
        matches!(
            stage.citizen_step(citizen),
            CitizenStep::Assigned {
                accepted: false,
                ..
            }
        ),
        "the citizen noticed nothing"
    );
}

#[test]
fn places_in_line_are_told_at_most_once_a_second() {
    let mut stage = Stage::new();
    let citizens: Vec<_> = (0..4).map(|_| stage.waiting_citizen(KEPT)).collect();
    let last = citizens[3].0;
    let views = |stage: &Stage| {
        stage
            .told(last)
            .iter()
            .filter(|one| matches!(one, ToConnection::Citizen(ToCitizen::Visit { .. })))
            .count()
    };
    let before = views(&stage);
    for (citizen, _) in &citizens[..3] {
        stage.citizen_says(
            *citizen,
            FromCitizen::Abandon {
                remark: String::new(),
            },
        );
    }
    assert_eq!(views(&stage), before, "nothing before the tick");
    stage.pass(1);
    assert_eq!(views(&stage), before + 1);
    assert!(matches!(
        stage.citizen_step(last),
        CitizenStep::Waiting { position: 1, .. }
    ));
    stage.pass(5);
    assert_eq!(views(&stage), before + 1, "nothing new, nothing said");
}
