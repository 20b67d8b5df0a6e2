//! Programs in a person's room (WHIP, WHEP): what holds for his page holds for them.

use media::control::{Command, Event as MediaEvent, PeerId, RECEIVES_ONLY};
use signalling::{
    ProgramToken,
    protocol::{
        call::RefusalCode,
        citizen::FromCitizen,
        machine::FromMachine,
        operator::{AfterClose, FromOperator, VisitResult},
        person::FromPerson,
    },
    request::{App, Direction, Reply, Request, SessionToken},
    switchboard::{RelaySettings, RequestId},
};

use crate::stage::{DEVICE, KEPT, Stage};

/// The token for a program in this person's place.
fn token(stage: &mut Stage, app: App, session: &SessionToken) -> ProgramToken {
    let session = session.clone();
    let request = stage.ask(Request::Program { app, session });
    match &stage.replies[&request] {
        Reply::Program(access) => ProgramToken(access.token.clone()),
        other => panic!("{other:?}"),
    }
}

fn join(stage: &mut Stage, session: &SessionToken, direction: Direction) -> RequestId {
    let token = token(stage, App::Citizen, session);
    join_by(stage, &token, direction)
}

fn join_by(stage: &mut Stage, token: &ProgramToken, direction: Direction) -> RequestId {
    stage.ask(Request::Join {
        token: token.clone(),
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
    let nobody = ProgramToken("nobody".to_owned());
    let request = join_by(&mut stage, &nobody, Direction::Publishes);
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
    let offer = FromCitizen::Person(FromPerson::Offer {
        attempt: 2,
        sdp: "v=0".to_owned(),
    });
    stage.citizen_says(citizen, offer);
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::OutOfOrder));
    stage.shut(citizen);
    let again = stage.citizen(&session, DEVICE);
    assert!(!stage.citizen_view(again).offer_wanted);
    let left = |command: &Command| matches!(command, Command::Leave { peer } if *peer == program);
    assert!(!stage.media.iter().any(left));
    let leave = Request::Leave {
        token: token(&mut stage, App::Citizen, &session),
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
        let token = token(&mut stage, App::Citizen, session);
        let request = stage.ask(Request::Leave { token, resource });
        let code = refused(&stage, request);
        assert!(
            matches!(code, RefusalCode::NotFound | RefusalCode::OutOfOrder),
            "{code:?}"
        );
    }
    let change = |stage: &mut Stage, restarts| {
        let token = token(stage, App::Citizen, &session);
        let request = stage.ask(Request::Change {
            token,
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

#[test]
fn a_programs_token_opens_the_media_of_its_visit_and_nothing_else() {
    let mut stage = Stage::new();
    let (citizen, session, operator) = stage.call(KEPT);
    let citizens = token(&mut stage, App::Citizen, &session);
    assert_ne!(citizens.0, session.0);
    // It is no session: no socket, no visit that it could end, no other app, and it makes no further tokens.
    let as_session = SessionToken(citizens.0.clone());
    let socket = stage.open(App::Citizen, &as_session);
    assert!(stage.is_closed(socket));
    for request in [
        Request::ForgetTurn(as_session.clone()),
        Request::Program {
            app: App::Citizen,
            session: as_session,
        },
    ] {
        let request = stage.ask(request);
        assert_eq!(refused(&stage, request), RefusalCode::NoSession);
    }
    // A session is no token, and neither is one that was changed.
    for wrong in [session.0.clone(), citizens.0.replace(".1.", ".2.")] {
        let request = join_by(&mut stage, &ProgramToken(wrong), Direction::Receives);
        assert_eq!(refused(&stage, request), RefusalCode::NoSession);
    }
    joined(&mut stage, &session, Direction::Publishes);
    stage.operator_says(operator, FromOperator::EndMeeting {});
    let request = join_by(&mut stage, &citizens, Direction::Publishes);
    assert_eq!(refused(&stage, request), RefusalCode::OutOfOrder);
    assert!(!stage.is_closed(citizen), "the person's page goes on");
}

#[test]
fn an_operators_token_ends_with_his_part_in_the_visit() {
    let mut stage = Stage::new();
    let account = stage.sign_in(App::Operator, "ana");
    let (_, _, operator) = stage.call(KEPT);
    let operators = token(&mut stage, App::Operator, &account);
    stage.operator_says(operator, FromOperator::EndMeeting {});
    stage.operator_says(
        operator,
        FromOperator::Close {
            result: VisitResult::Success,
            notes: String::new(),
            then: AfterClose::Interrupt,
        },
    );
    let request = join_by(&mut stage, &operators, Direction::Receives);
    let code = refused(&stage, request);
    assert!(
        matches!(code, RefusalCode::NoSession | RefusalCode::OutOfOrder),
        "{code:?}"
    );
}

#[test]
fn no_program_takes_the_place_of_an_operator_whose_call_is_on_another_machine() {
    let mut stage = Stage::new();
    let account = stage.sign_in(App::Operator, "ana");
    let (_, _, console) = stage.call(KEPT);
    let operators = token(&mut stage, App::Operator, &account);
    let (machine, _) = crate::machines::joined(&mut stage, console);
    let offer = crate::machines::offer(1);
    stage.machine_says(machine, FromMachine::Person(offer));
    let peer = stage.connect(2);
    let request = join_by(&mut stage, &operators, Direction::Publishes);
    assert_eq!(refused(&stage, request), RefusalCode::OutOfOrder);
    assert_eq!(stage.peer(2), peer, "nobody came between");
    // Beside it, it may receive.
    join_by(&mut stage, &operators, Direction::Receives);
    assert_ne!(stage.peer(2 | RECEIVES_ONLY), peer);
}

#[test]
fn a_join_that_no_worker_took_locks_no_program_out() {
    let mut stage = Stage::new();
    let (_, session, _) = stage.call(KEPT);
    let first = join(&mut stage, &session, Direction::Publishes);
    let second = join(&mut stage, &session, Direction::Publishes);
    assert_eq!(
        refused(&stage, second),
        RefusalCode::TooFast,
        "one at a time"
    );
    let peer = stage.peer(1);
    stage.media_says(MediaEvent::Refused {
        peer,
        found: "a worker that has more to do than it can".to_owned(),
        allowed: "another offer".to_owned(),
    });
    assert_eq!(refused(&stage, first), RefusalCode::Offer);
    joined(&mut stage, &session, Direction::Publishes);
}

#[test]
fn what_a_program_sends_through_the_relay_counts_for_its_person() {
    let mut stage = Stage::new();
    stage.switchboard.set_relay(RelaySettings {
        key: media::RelayKey::new([9; 32]),
        urls: vec!["turn:192.0.2.1:443".to_owned()],
    });
    let (_, session, _) = stage.call(KEPT);
    for direction in [Direction::Publishes, Direction::Receives] {
        joined(&mut stage, &session, direction);
    }
    let told = stage.replies.values().filter_map(|reply| match reply {
        Reply::Joined(joined) => joined.relay.clone(),
        _ => None,
    });
    let names: Vec<String> = told.map(|relay| relay.username).collect();
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(|name| name.ends_with(".1")), "{names:?}");
}
