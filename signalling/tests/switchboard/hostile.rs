//! Messages that no page of ours sends: each is answered, nothing panics, nobody else notices.

use proptest::prelude::*;
use signalling::{
    protocol::{
        PROTOCOL_VERSION, TEXT_CHARS_MAX,
        call::{Device, DeviceState, DeviceStates, RefusalCode},
        citizen::FromCitizen,
        operator::{AfterClose, FromOperator, OperatorStep, VisitResult},
        person::FromPerson,
    },
    request::{App, ConnectionId, SessionToken},
};

use crate::{
    bodies::{event, gates_follow_the_queue},
    stage::{DEVICE, KEPT, ON, OTHER_DEVICE, RELAYED, Stage},
};

#[test]
fn nothing_is_heard_before_hello_and_hello_only_once() {
    let mut stage = Stage::new();
    let session = stage.take_turn(KEPT);
    let early = stage.open(App::Citizen, &session);
    stage.citizen_says(
        early,
        FromCitizen::Confirm {
            devices: ON,
            line: None,
        },
    );
    assert_eq!(stage.refused_with(early), Some(RefusalCode::HelloExpected));
    assert!(stage.is_closed(early));
    let citizen = stage.citizen(&session, DEVICE);
    let hello = FromCitizen::Person(FromPerson::Hello {
        version: PROTOCOL_VERSION,
        device: OTHER_DEVICE.to_owned(),
        language: String::new(),
        attempt: None,
        take_over: false,
    });
    stage.citizen_says(citizen, hello);
    assert_eq!(
        stage.refused_with(citizen),
        Some(RefusalCode::HelloExpected)
    );
    assert!(!stage.is_closed(citizen));
    assert!(!stage.facts().contains(&"confirmed"));
}

#[test]
fn a_hello_of_another_version_or_without_a_device_is_refused() {
    let check = |version: u16, device: &str, language: &str, expected: RefusalCode| {
        let mut stage = Stage::new();
        let session = stage.take_turn(KEPT);
        let connection = stage.open(App::Citizen, &session);
        stage.citizen_says(
            connection,
            FromCitizen::Person(FromPerson::Hello {
                version,
                device: device.to_owned(),
                language: language.to_owned(),
                attempt: None,
                take_over: false,
            }),
        );
        assert_eq!(
            stage.refused_with(connection),
            Some(expected),
            "{version} {device} {language}"
        );
        assert!(stage.is_closed(connection));
    };
    check(PROTOCOL_VERSION + 1, DEVICE, "es-AR", RefusalCode::Version);
    check(PROTOCOL_VERSION, "short", "es-AR", RefusalCode::Invalid);
    check(
        PROTOCOL_VERSION,
        &"x".repeat(65),
        "es-AR",
        RefusalCode::Invalid,
    );
    check(
        PROTOCOL_VERSION,
        "device-with-dash-1",
        "es-AR",
        RefusalCode::Invalid,
    );
    check(
        PROTOCOL_VERSION,
        DEVICE,
        &"x".repeat(36),
        RefusalCode::TooLong,
    );
    check(PROTOCOL_VERSION, DEVICE, "es\u{2069}", RefusalCode::Invalid);
}

#[test]
fn a_stranger_and_a_session_of_another_app_get_nothing() {
    let mut stage = Stage::new();
    let citizen = stage.take_turn(KEPT);
    for (app, session) in [
        (App::Citizen, SessionToken("guessed".to_owned())),
        (App::Operator, citizen),
    ] {
        let connection = stage.open(app, &session);
        assert_eq!(stage.refused_with(connection), Some(RefusalCode::NoSession));
        assert!(stage.is_closed(connection));
    }
    let compliance = stage.sign_in(App::Office, "carla");
    let connection = stage.open(App::Operator, &compliance);
    assert_eq!(stage.refused_with(connection), Some(RefusalCode::NoSession));
}

#[test]
fn who_speaks_too_fast_is_closed_and_nobody_else_notices() {
    let mut stage = Stage::new();
    let (other, _) = stage.waiting_citizen(KEPT);
    let session = stage.take_turn(KEPT);
    let flood = stage.citizen(&session, DEVICE);
    for nonce in 0..100 {
        stage.citizen_says(flood, FromCitizen::Person(FromPerson::Ping { nonce }));
    }
    assert_eq!(stage.refused_with(flood), Some(RefusalCode::TooFast));
    assert!(stage.is_closed(flood));
    assert!(
        stage.told(flood).len() < 60,
        "not one answer after the close"
    );
    assert!(!stage.is_closed(other));
}

#[test]
fn texts_are_limited_and_refused_whole() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let check = |stage: &mut Stage, text: String, expected: RefusalCode| {
        stage.citizen_says(citizen, FromCitizen::Person(FromPerson::Chat { text }));
        assert_eq!(stage.refused_with(citizen), Some(expected));
    };
    check(
        &mut stage,
        "x".repeat(TEXT_CHARS_MAX + 1),
        RefusalCode::TooLong,
    );
    check(&mut stage, "  \n ".to_owned(), RefusalCode::Invalid);
    check(&mut stage, "bell\u{7}".to_owned(), RefusalCode::Invalid);
    assert!(!stage.facts().contains(&"chat_sent"));
    stage.operator_says(operator, FromOperator::EndMeeting {});
    let close = FromOperator::Close {
        result: VisitResult::Success,
        notes: "x".repeat(TEXT_CHARS_MAX + 1),
        then: AfterClose::Seek,
    };
    stage.operator_says(operator, close);
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::TooLong));
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::WrapUp { .. }
    ));
}

#[test]
fn a_notice_that_was_not_shown_cannot_be_accepted() {
    let mut stage = Stage::new();
    let _operator = stage.seeking_operator("ana");
    let (citizen, _) = stage.waiting_citizen(KEPT);
    for sha256 in [String::new(), "0".repeat(64), "not a hash".to_owned()] {
        stage.citizen_says(citizen, FromCitizen::AcceptNotice { sha256 });
        assert_eq!(
            stage.refusal(citizen).map(|refusal| refusal.about.as_str()),
            Some("sha256")
        );
    }
    assert!(!stage.facts().contains(&"notice_accepted"));
}

#[test]
fn silent_connections_are_closed() {
    let mut stage = Stage::new();
    let session = stage.take_turn(KEPT);
    let mute = stage.open(App::Citizen, &session);
    let citizen = stage.citizen(&session, DEVICE);
    stage.pass(9);
    assert!(!stage.is_closed(mute));
    stage.pass(1);
    assert!(stage.is_closed(mute) && !stage.is_closed(citizen));
    stage.pass(140);
    assert!(stage.is_closed(citizen));
}

fn devices() -> impl Strategy<Value = DeviceStates> {
    let state = || {
        prop_oneof![
            Just(DeviceState::On),
            Just(DeviceState::Off),
            Just(DeviceState::Blocked),
            Just(DeviceState::Withheld),
            Just(DeviceState::Missing)
        ]
    };
    (state(), state()).prop_map(|(camera, microphone)| DeviceStates { camera, microphone })
}

fn citizens_message() -> impl Strategy<Value = FromCitizen> {
    prop_oneof![
        Just(FromCitizen::Person(FromPerson::Hello {
            version: PROTOCOL_VERSION,
            device: DEVICE.to_owned(),
            language: "es-AR".to_owned(),
            attempt: None,
            take_over: false
        })),
        devices().prop_map(|devices| FromCitizen::Confirm {
            devices,
            line: None
        }),
        Just(FromCitizen::AcceptNotice {
            sha256: signalling::notice::notice(
                String::new(),
                String::new(),
                vec!["La videoconferencia va a ser grabada.".to_owned()]
            )
            .sha256
        }),
        Just(FromCitizen::Abandon {
            remark: "me voy".to_owned()
        }),
        Just(FromCitizen::Person(FromPerson::Offer {
            attempt: 1,
            sdp: "v=0".to_owned()
        })),
        devices().prop_map(|devices| FromCitizen::Person(FromPerson::Devices { devices })),
        Just(FromCitizen::Person(FromPerson::Chat {
            text: "hola".to_owned()
        })),
        any::<bool>().prop_map(|done| FromCitizen::Person(FromPerson::LiveText {
            text: "hola".to_owned(),
            done,
        })),
        any::<bool>().prop_map(|on| FromCitizen::Person(FromPerson::ShareScreen { on })),
        Just(FromCitizen::Person(FromPerson::Decline {
            device: Device::Camera,
        })),
        Just(FromCitizen::HangUp {}),
        Just(FromCitizen::ReturnToCall {}),
        Just(FromCitizen::FinishTurn {}),
        Just(FromCitizen::Person(FromPerson::Ping { nonce: 1 })),
    ]
}

fn operators_message() -> impl Strategy<Value = FromOperator> {
    prop_oneof![
        Just(FromOperator::Person(FromPerson::Hello {
            version: PROTOCOL_VERSION,
            device: DEVICE.to_owned(),
            language: "es-AR".to_owned(),
            attempt: None,
            take_over: false
        })),
        (1_u32..4, any::<bool>())
            .prop_map(|(service, available)| FromOperator::SetAvailable { service, available }),
        Just(FromOperator::Seek {}),
        Just(FromOperator::Interrupt {}),
        Just(FromOperator::Start {}),
        (0_u8..4).prop_map(|participant| FromOperator::Admit { participant }),
        (0_u8..4).prop_map(|participant| FromOperator::AskFor {
            participant,
            device: Device::Microphone,
        }),
        any::<bool>().prop_map(|done| FromOperator::Person(FromPerson::LiveText {
            text: "hola".to_owned(),
            done,
        })),
        any::<bool>().prop_map(|on| FromOperator::Person(FromPerson::ShareScreen { on })),
        Just(FromOperator::ExtendCall {}),
        Just(FromOperator::EndMeeting {}),
        Just(FromOperator::ResumeCall {}),
        Just(FromOperator::Close {
            result: VisitResult::Success,
            notes: "bien".to_owned(),
            then: AfterClose::Seek
        }),
        Just(FromOperator::Close {
            result: VisitResult::Abandoned,
            notes: String::new(),
            then: AfterClose::Interrupt
        }),
        Just(FromOperator::Person(FromPerson::Offer {
            attempt: 1,
            sdp: "v=0".to_owned()
        })),
        Just(FromOperator::Person(FromPerson::Chat {
            text: "hola".to_owned()
        })),
        Just(FromOperator::Person(FromPerson::Ping { nonce: 1 })),
    ]
}

#[derive(Clone, Debug)]
enum Move {
    Citizen(usize, FromCitizen),
    Operator(usize, FromOperator),
    Reload(usize),
    Media(u8, u64),
    Pass(u64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => (0_usize..3, citizens_message()).prop_map(|(who, message)| Move::Citizen(who, message)),
        6 => (0_usize..2, operators_message()).prop_map(|(who, message)| Move::Operator(who, message)),
        1 => (0_usize..5).prop_map(Move::Reload),
        2 => (0_u8..4, 0_u64..20).prop_map(|(kind, peer)| Move::Media(kind, peer)),
        2 => (1_u64..20).prop_map(Move::Pass),
    ];
    prop::collection::vec(one, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Any messages of anybody in any order: no panic, what is shown is what is kept (the stage asserts it), nobody is let in
    /// or recorded but in a call.
    #[test]
    fn any_order_of_messages_is_answered(moves in moves()) {
        let mut stage = Stage::new();
        let sessions: Vec<SessionToken> = [KEPT, RELAYED, KEPT].map(|service| stage.take_turn(service)).into();
        let mut citizens: Vec<ConnectionId> = sessions.iter().map(|session| stage.citizen(session, DEVICE)).collect();
        let accounts = ["ana", "beto"];
        let mut operators: Vec<ConnectionId> = accounts.iter().map(|account| stage.seeking_operator(account)).collect();
        for step in moves {
            match step {
                Move::Citizen(who, message) => stage.citizen_says(citizens[who], message),
                Move::Operator(who, message) => stage.operator_says(operators[who], message),
                Move::Reload(who) if who < citizens.len() => citizens[who] = stage.citizen(&sessions[who], DEVICE),
                Move::Reload(who) => {
                    let place = who - citizens.len();
                    operators[place] = stage.operator(accounts[place]);
                }
                Move::Media(kind, peer) => stage.media_says(event(kind, peer)),
                Move::Pass(seconds) => stage.pass(seconds),
            }
            gates_follow_the_queue(&stage);
        }
    }
}
