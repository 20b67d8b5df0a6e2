//! Programs in a person's room (WHIP, WHEP): what holds for his page holds for them.

use media::control::{Command, Event as MediaEvent, PeerId, RECEIVES_ONLY};
use signalling::{
    protocol::{call::RefusalCode, citizen::FromCitizen, operator::FromOperator},
    request::{Direction, Reply, Request, SessionToken},
    switchboard::RequestId,
};

use crate::stage::{DEVICE, KEPT, Stage};

fn join(stage: &mut Stage, session: &SessionToken, direction: Direction) -> RequestId {
    stage.ask(Request::Join {
        session: session.clone(),
        direction,
        sdp: "v=0".to_owned(),
    })
}

/// Joins, and lets the media plane answer; returns the peer.
fn joined(stage: &mut Stage, session: &SessionToken, direction: Direction) -> PeerId {
    let request = join(stage, session, direction);
    let participant = match direction {
        Direction::Publishes => 1,
        Direction::Receives => 1 | RECEIVES_ONLY,
    };
    let peer = stage.peer(participant);
    stage.media_says(MediaEvent::Answered {
        peer,
        answer: "a=ice-ufrag:0000000000aaaaaaaa00\r\n".to_owned(),
        restart: "ab".repeat(28),
    });
    stage.media_says(MediaEvent::Connected { peer });
    let Some(Reply::Joined(answer)) = stage.replies.get(&request) else {
        panic!("{:?}", stage.replies.get(&request));
    };
    assert_eq!(answer.resource, peer.0);
    peer
}

fn refused(stage: &Stage, request: RequestId) -> RefusalCode {
    match stage.replies.get(&request) {
        Some(Reply::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

fn admitted(stage: &Stage, peer: PeerId) -> bool {
    let admits = |command: &Command| matches!(command, Command::Admit { peer: one, admitted: true } if *one == peer);
    stage.media.iter().any(admits)
}

fn recorded(stage: &Stage, peer: PeerId) -> bool {
    let records = |command: &Command| matches!(command, Command::Record { peer: one, record: Some(_) } if *one == peer);
    stage.media.iter().any(records)
}

#[test]
fn a_program_is_let_in_and_recorded_as_the_person_would_be_and_not_before() {
    let mut stage = Stage::new();
    let (citizen, session) = stage.waiting_citizen(KEPT);
    let request = join(&mut stage, &session, Direction::Publishes);
    assert_eq!(
        refused(&stage, request),
        RefusalCode::OutOfOrder,
        "it is not his turn"
    );
    let nobody = SessionToken("nobody".to_owned());
    let request = join(&mut stage, &nobody, Direction::Publishes);
    assert_eq!(refused(&stage, request), RefusalCode::NoSession);
    let operator = stage.seeking_operator("ana");
    stage.accept(citizen);
    stage.operator_says(operator, FromOperator::Start {});
    let (publishes, receives) = (
        joined(&mut stage, &session, Direction::Publishes),
        joined(&mut stage, &session, Direction::Receives),
    );
    assert!(!admitted(&stage, publishes) && !admitted(&stage, receives));
    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    assert!(admitted(&stage, publishes) && admitted(&stage, receives));
    assert!(recorded(&stage, publishes));
    assert!(!recorded(&stage, receives), "it sends nothing");
}

#[test]
fn a_page_neither_ends_nor_replaces_what_a_program_does() {
    let mut stage = Stage::new();
    let (citizen, session, _) = stage.call(KEPT);
    let page = stage.connect_citizen(citizen);
    let program = joined(&mut stage, &session, Direction::Publishes);
    assert_ne!(page, program);
    let offer = FromCitizen::Offer {
        attempt: 2,
        sdp: "v=0".to_owned(),
    };
    stage.citizen_says(citizen, offer);
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::OutOfOrder));
    stage.shut(citizen);
    let again = stage.citizen(&session, DEVICE);
    assert!(!stage.citizen_view(again).offer_wanted);
    let left = |command: &Command| matches!(command, Command::Leave { peer } if *peer == program);
    assert!(!stage.media.iter().any(left));
    let leave = Request::Leave {
        session,
        resource: program.0,
    };
    stage.ask(leave);
    assert!(stage.media.iter().any(left));
    assert!(
        stage.citizen_view(again).offer_wanted,
        "the page's media may come back"
    );
}

#[test]
fn offers_of_programs_have_a_rate_as_those_of_pages_have() {
    let mut stage = Stage::new();
    let (_, session, _) = stage.call(KEPT);
    for _ in 0..4 {
        joined(&mut stage, &session, Direction::Publishes);
    }
    let request = join(&mut stage, &session, Direction::Publishes);
    assert_eq!(refused(&stage, request), RefusalCode::TooFast);
}

#[test]
fn a_resource_answers_to_its_own_person_alone() {
    let mut stage = Stage::new();
    let (_, session, _) = stage.call(KEPT);
    let (_, other) = stage.waiting_citizen(KEPT);
    let resource = joined(&mut stage, &session, Direction::Publishes).0;
    for (session, resource) in [(&other, resource), (&session, resource + 1)] {
        let session = session.clone();
        let request = stage.ask(Request::Leave { session, resource });
        let code = refused(&stage, request);
        assert!(
            matches!(code, RefusalCode::NotFound | RefusalCode::OutOfOrder),
            "{code:?}"
        );
    }
    let change = |stage: &mut Stage, restarts| {
        let session = session.clone();
        let request = stage.ask(Request::Change {
            session,
            resource,
            restarts,
        });
        match stage.replies.get(&request) {
            Some(Reply::Changed {
                generation, ufrag, ..
            }) => (*generation, ufrag.clone()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(change(&mut stage, false).0, 0);
    assert_eq!(
        change(&mut stage, true),
        (1, "0000000000aaaaaaaa01".to_owned())
    );
    assert_eq!(change(&mut stage, false).0, 1);
}

#[test]
fn who_asked_before_the_visit_went_on_is_answered_all_the_same() {
    let mut stage = Stage::new();
    let (_, session, operator) = stage.call(KEPT);
    let request = join(&mut stage, &session, Direction::Publishes);
    let peer = stage.peer(1);
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert!(!stage.replies.contains_key(&request));
    stage.media_says(MediaEvent::Answered {
        peer,
        answer: "v=0".to_owned(),
        restart: String::new(),
    });
    assert_eq!(refused(&stage, request), RefusalCode::OutOfOrder);
}
