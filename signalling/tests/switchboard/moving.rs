//! A turn that goes on on another device (C18).

use std::time::Duration;

use media::control::Command;
use signalling::{
    ProgramToken,
    protocol::{
        PROTOCOL_VERSION,
        call::RefusalCode,
        citizen::{CitizenStep, FromCitizen, ToCitizen},
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, Direction, Reply, Request, SessionToken, ToConnection},
};

use crate::stage::{KEPT, OTHER_DEVICE, Stage};

fn take_over(stage: &mut Stage, session: &SessionToken) -> ConnectionId {
    let connection = stage.open(App::Citizen, session);
    let hello = FromCitizen::Person(FromPerson::Hello {
        version: PROTOCOL_VERSION,
        device: OTHER_DEVICE.to_owned(),
        language: "es-AR".to_owned(),
        attempt: None,
        take_over: true,
    });
    stage.citizen_says(connection, hello);
    connection
}

fn link(stage: &mut Stage, citizen: ConnectionId) -> SessionToken {
    stage.citizen_says(citizen, FromCitizen::Move {});
    let links = stage.told(citizen).iter().rev();
    let mut links = links.filter_map(|one| match one {
        ToConnection::Citizen(ToCitizen::MoveLink { token }) => Some(SessionToken(token.clone())),
        _other => None,
    });
    links.next().unwrap()
}

/// The session that a link gives, if it does.
fn enter(stage: &mut Stage, link: &SessionToken) -> Result<SessionToken, RefusalCode> {
    enter_with(stage, link, None)
}

/// In a browser that has a session already.
fn enter_with(
    stage: &mut Stage,
    link: &SessionToken,
    own: Option<&SessionToken>,
) -> Result<SessionToken, RefusalCode> {
    let id = stage.ask(Request::EnterMove {
        link: link.clone(),
        own: own.cloned(),
    });
    match &stage.replies[&id] {
        Reply::Entered(Some(session)) => Ok(session.clone()),
        Reply::Refused(refusal) => Err(refusal.code),
        other => panic!("{other:?}"),
    }
}

fn is_shut_out(stage: &Stage, connection: ConnectionId) -> bool {
    let told = stage.told(connection);
    told.contains(&ToConnection::Person(ToPerson::Replaced {})) && stage.is_closed(connection)
}

#[test]
fn a_click_takes_the_turn_from_a_device_that_is_alive() {
    let mut stage = Stage::new();
    let (first, session) = stage.waiting_citizen(KEPT);
    let second = take_over(&mut stage, &session);
    assert!(matches!(
        stage.citizen_step(second),
        CitizenStep::Waiting { position: 1, .. }
    ));
    assert!(is_shut_out(&stage, first));
}

#[test]
fn a_call_goes_on_on_the_telephone_and_the_computer_is_shut_out() {
    let mut stage = Stage::new();
    let (computer, computers, operator) = stage.call(KEPT);
    stage.connect_citizen(computer);
    stage.connect_operator(operator);
    let before = stage.peer(1);
    let link = link(&mut stage, computer);
    let session = enter(&mut stage, &link).unwrap();
    assert!(
        !is_shut_out(&stage, computer),
        "until the telephone speaks, the computer has the turn"
    );
    let phone = take_over(&mut stage, &session);
    assert!(is_shut_out(&stage, computer));
    assert!(matches!(
        stage.citizen_step(phone),
        CitizenStep::InCall { .. }
    ));
    assert!(stage.citizen_view(phone).offer_wanted);
    let left = |one: &Command| matches!(one, Command::Leave { peer } if *peer == before);
    assert!(stage.media.iter().any(left));
    assert!(!stage.facts().contains(&"line_lost") && !stage.facts().contains(&"interrupted"));
    let late = stage.open(App::Citizen, &computers);
    assert_eq!(
        stage.refused_with(late),
        Some(RefusalCode::NoSession),
        "who sits down at the computer next finds nothing"
    );
}

#[test]
fn a_link_opens_once_for_five_minutes_and_only_the_last() {
    let mut stage = Stage::new();
    let (citizen, _) = stage.waiting_citizen(KEPT);
    let first = link(&mut stage, citizen);
    let second = link(&mut stage, citizen);
    let over = Err(RefusalCode::InvitationOver);
    assert_eq!(enter(&mut stage, &first), over);
    assert!(enter(&mut stage, &second).is_ok());
    assert_eq!(enter(&mut stage, &second), over);
    let third = link(&mut stage, citizen);
    stage.now.instant += Duration::from_secs(300);
    assert_eq!(enter(&mut stage, &third), over);
}

#[test]
fn somebody_elses_link_takes_nobody_his_own_turn() {
    let mut stage = Stage::new();
    let (bait, _) = stage.waiting_citizen(KEPT);
    let link = link(&mut stage, bait);
    let (citizen, own) = stage.waiting_citizen(KEPT);
    assert_eq!(
        enter_with(&mut stage, &link, Some(&own)),
        Err(RefusalCode::OutOfOrder)
    );
    let remark = String::new();
    stage.citizen_says(citizen, FromCitizen::Abandon { remark });
    assert!(
        enter_with(&mut stage, &link, Some(&own)).is_ok(),
        "once the own turn is over the link is as good as for anybody"
    );
}

#[test]
fn a_device_that_was_left_stays_out_by_links_it_kept_and_by_sessions_in_between() {
    let mut stage = Stage::new();
    let (computer, computers) = stage.waiting_citizen(KEPT);
    let first = link(&mut stage, computer);
    let between = enter(&mut stage, &first).unwrap();
    let second = link(&mut stage, computer);
    let phones = enter(&mut stage, &second).unwrap();
    let kept = link(&mut stage, computer);
    let phone = take_over(&mut stage, &phones);
    assert!(is_shut_out(&stage, computer));
    for gone in [&computers, &between] {
        let late = stage.open(App::Citizen, gone);
        assert_eq!(stage.refused_with(late), Some(RefusalCode::NoSession));
    }
    assert_eq!(enter(&mut stage, &kept), Err(RefusalCode::InvitationOver));
    assert!(!stage.is_closed(phone));
}

#[test]
fn a_program_of_the_device_that_was_left_is_out_too() {
    let mut stage = Stage::new();
    let (computer, computers, _) = stage.call(KEPT);
    let app = App::Citizen;
    let session = computers;
    let id = stage.ask(Request::Program { app, session });
    let Reply::Program(access) = &stage.replies[&id] else {
        panic!("no token");
    };
    let token = ProgramToken(access.token.clone());
    let join = |stage: &mut Stage| {
        let id = stage.ask(Request::Join {
            token: token.clone(),
            direction: Direction::Receives,
            sdp: "v=0".to_owned(),
        });
        matches!(stage.replies.get(&id), Some(Reply::Refused(refusal)) if refusal.code == RefusalCode::NoSession)
    };
    assert!(!join(&mut stage));
    let listener = stage.peer(1 | media::control::RECEIVES_ONLY);
    let link = link(&mut stage, computer);
    let session = enter(&mut stage, &link).unwrap();
    take_over(&mut stage, &session);
    let left = |one: &Command| matches!(one, Command::Leave { peer } if *peer == listener);
    assert!(stage.media.iter().any(left));
    assert!(join(&mut stage), "its token opens nothing any more");
}

#[test]
fn a_visit_that_is_over_is_not_moved() {
    let mut stage = Stage::new();
    let (citizen, _) = stage.waiting_citizen(KEPT);
    let link = link(&mut stage, citizen);
    let remark = String::new();
    stage.citizen_says(citizen, FromCitizen::Abandon { remark });
    assert_eq!(enter(&mut stage, &link), Err(RefusalCode::InvitationOver));
    stage.citizen_says(citizen, FromCitizen::Move {});
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::OutOfOrder));
}
