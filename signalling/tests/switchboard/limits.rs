//! Limits that keep one person, one address or one batch from being everybody's trouble.

use std::net::IpAddr;

use queue::{Timestamp, VisitId};
use signalling::{
    protocol::{
        call::{DeviceState, DeviceStates, RefusalCode},
        citizen::FromCitizen,
        operator::FromOperator,
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, Reply, Request, ToConnection},
    session::{
        ACCOUNT_SESSION_MS, ACCOUNT_SESSIONS_MAX, SESSIONS_MAX, Session, SessionHash, Subject,
    },
    switchboard::RequestId,
};

use crate::stage::{DEVICE, KEPT, LOAD_TOKEN, ON, Stage, office, turn};

fn full(stage: &Stage, id: RequestId) -> Option<&str> {
    match &stage.replies[&id] {
        Reply::Refused(refusal) if refusal.code == RefusalCode::Full => Some(&refusal.about),
        _other => None,
    }
}

#[test]
fn a_full_session_directory_refuses_its_askers_and_fails_no_batch() {
    let sessions = (0..SESSIONS_MAX).map(|n| {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&n.to_be_bytes());
        let session = Session {
            app: App::Citizen,
            subject: Subject::Visit(VisitId(u64::MAX - n as u64)),
            expires: Timestamp(i64::MAX),
        };
        (SessionHash(hash), session)
    });
    let mut stage = Stage::with_sessions(office(), sessions.collect());
    let turn = stage.ask(turn(KEPT));
    let sign_in = stage.ask(Request::SignIn {
        app: App::Operator,
        account: "ana".to_owned(),
    });
    let load_office = stage.ask(Request::LoadOffice {
        load_token: LOAD_TOKEN.to_owned(),
        operators: 1,
    });
    for asked in [turn, sign_in, load_office] {
        assert_eq!(full(&stage, asked), Some("sessions"));
    }
    assert!(stage.events.is_empty(), "nothing was decided");
}

#[test]
fn the_session_of_a_visit_ends_when_it_is_forgotten() {
    let mut stage = Stage::new();
    let session = stage.take_turn(KEPT);
    stage.pass(90);
    assert!(stage.facts().contains(&"abandoned"));
    stage.pass(3_590);
    let mine = |stage: &Stage| stage.switchboard.visit_of_session(&session, stage.now.utc);
    assert!(mine(&stage).is_some(), "the farewell can still be read");
    stage.pass(12);
    assert!(stage.facts().contains(&"forgotten"));
    assert_eq!(mine(&stage), None);
    assert_eq!(stage.ended_sessions, 1, "in the store as well");
}

#[test]
fn an_address_has_ten_unconfirmed_turns_and_the_load_token_more() {
    let mut stage = Stage::new();
    let (citizen, _) = stage.waiting_citizen(KEPT);
    for _ in 0..10 {
        stage.take_turn(KEPT);
    }
    let refused = stage.ask(turn(KEPT));
    assert_eq!(full(&stage, refused), Some("address"));
    let Request::TakeTurn { body, address, .. } = turn(KEPT) else {
        unreachable!("a turn is one")
    };
    let from = |address: IpAddr, load_token: Option<&str>| Request::TakeTurn {
        body: body.clone(),
        address,
        load_token: load_token.map(ToOwned::to_owned),
    };
    for allowed in [
        from(IpAddr::from([192, 0, 2, 2]), None),
        from(address, Some(LOAD_TOKEN)),
    ] {
        let id = stage.ask(allowed);
        assert!(matches!(&stage.replies[&id], Reply::TurnTaken(..)));
    }
    // Those who never came leave, and their places are free again.
    for _ in 0..90 {
        stage.citizen_says(citizen, FromCitizen::Person(FromPerson::Ping { nonce: 1 }));
        stage.pass(1);
    }
    stage.take_turn(KEPT);
}

fn offers(stage: &Stage) -> usize {
    let joins = stage.media.iter();
    joins
        .filter(|one| matches!(one, media::control::Command::Join { .. }))
        .count()
}

#[test]
fn offers_have_a_rate_of_their_own() {
    let mut stage = Stage::new();
    let (citizen, ..) = stage.call(KEPT);
    let offer = |attempt| {
        FromCitizen::Person(FromPerson::Offer {
            attempt,
            sdp: "v=0".to_owned(),
        })
    };
    for attempt in 1..=10 {
        stage.citizen_says(citizen, offer(attempt));
    }
    assert_eq!(offers(&stage), 4);
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::TooFast));
    assert!(!stage.is_closed(citizen), "the line stays");
    stage.pass(2);
    stage.citizen_says(citizen, offer(11));
    assert_eq!(offers(&stage), 5);
}

#[test]
fn before_the_call_a_peer_is_offered_only_where_there_is_none() {
    let mut stage = Stage::new();
    let operator = stage.seeking_operator("ana");
    let (citizen, _) = stage.waiting_citizen(KEPT);
    stage.operator_says(operator, FromOperator::Start {});
    stage.connect_operator(operator);
    let again = FromOperator::Person(FromPerson::Offer {
        attempt: 2,
        sdp: "v=0".to_owned(),
    });
    stage.operator_says(operator, again.clone());
    assert_eq!(offers(&stage), 1);
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::OutOfOrder));
    stage.accept(citizen);
    stage.operator_says(operator, again);
    assert_eq!(offers(&stage), 2);
}

#[test]
fn chat_has_a_rate_of_its_own() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    for n in 0..20 {
        let text = format!("line {n}");
        stage.citizen_says(citizen, FromCitizen::Person(FromPerson::Chat { text }));
    }
    let heard = stage.told(operator).iter();
    let heard = heard.filter(|one| matches!(one, ToConnection::Person(ToPerson::Chat { .. })));
    assert_eq!(heard.count(), 10);
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::TooFast));
}

#[test]
fn of_devices_that_change_too_fast_only_the_last_is_shown() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let before = stage.told(operator).len();
    let off = DeviceStates {
        camera: DeviceState::Off,
        ..ON
    };
    for devices in [off, ON].repeat(10).into_iter().chain([off]) {
        stage.citizen_says(
            citizen,
            FromCitizen::Person(FromPerson::Devices { devices }),
        );
    }
    assert_eq!(stage.told(operator).len() - before, 4);
    assert_eq!(stage.refused_with(citizen), None);
    stage.pass(1);
    assert_eq!(stage.told(operator).len() - before, 5);
    let shown = &stage.operator_view(operator).step;
    let signalling::protocol::operator::OperatorStep::InCall { participants, .. } = shown else {
        panic!("{shown:?}")
    };
    let mut cameras = participants.iter().map(|one| one.devices.camera);
    assert!(cameras.any(|camera| camera == DeviceState::Off));
}

fn was_replaced(stage: &Stage, connection: ConnectionId) -> bool {
    let replaced = |one: &ToConnection| matches!(one, ToConnection::Person(ToPerson::Replaced {}));
    stage.told(connection).iter().any(replaced) && stage.is_closed(connection)
}

#[test]
fn a_session_that_ends_takes_its_connections_along() {
    // Signed out: every connection of that session, none of another.
    let mut stage = Stage::new();
    let session = stage.sign_in(App::Operator, "ana");
    let console = stage.operator_with(&session, DEVICE);
    let ungreeted = stage.open(App::Operator, &session);
    let other = stage.operator("beto");
    stage.ask(Request::SignOut {
        app: App::Operator,
        session,
    });
    assert!(was_replaced(&stage, console) && was_replaced(&stage, ungreeted));
    assert!(!stage.is_closed(other));
    stage.operator_says(console, FromOperator::Seek {});
    assert!(!stage.facts().contains(&"seeking_began"), "heard no more");

    // One session too many.
    let mut stage = Stage::new();
    let oldest = stage.operator("ana");
    stage.now.utc = stage.now.utc.plus_ms(1);
    for _ in 0..ACCOUNT_SESSIONS_MAX {
        assert!(!stage.is_closed(oldest));
        stage.sign_in(App::Operator, "ana");
    }
    assert!(was_replaced(&stage, oldest));

    // Its time is over.
    let mut stage = Stage::new();
    let console = stage.operator("ana");
    stage.now.utc = Timestamp(stage.now.utc.0 + ACCOUNT_SESSION_MS);
    stage.pass(1);
    assert!(was_replaced(&stage, console));
}
