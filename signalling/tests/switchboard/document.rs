//! "Ver documento" (O12): the citizen's page is told what to do, and sends the one still that was asked for.

use queue::FileKind;
use signalling::{
    protocol::{
        call::RefusalCode,
        citizen::{DocumentStep, FromCitizen, ToCitizen},
        operator::FromOperator,
    },
    request::{App, ConnectionId, FileRequest, Reply, Request, SessionToken, ToConnection},
    switchboard::{FileOrder, NewFile},
};

use crate::stage::{KEPT, Stage};

fn see(stage: &mut Stage, operator: ConnectionId, step: DocumentStep) {
    stage.operator_says(operator, FromOperator::SeeDocument { step });
}

fn steps(stage: &Stage, citizen: ConnectionId) -> Vec<DocumentStep> {
    let steps = stage.told(citizen).iter().filter_map(|one| match one {
        ToConnection::Citizen(ToCitizen::Document { step }) => Some(*step),
        _other => None,
    });
    steps.collect()
}

/// Whether the citizen's still finds a place.
fn still(stage: &mut Stage, session: &SessionToken) -> Result<(), RefusalCode> {
    let places = |stage: &Stage| {
        let places = stage.files.iter();
        places
            .filter(|one| matches!(one, FileOrder::Place { .. }))
            .count()
    };
    let before = places(stage);
    let file = NewFile {
        kind: FileKind::Still,
        name: String::new(),
        bytes: 1_000,
    };
    let session = session.clone();
    let app = App::Citizen;
    let request = stage.ask(Request::File(FileRequest::Place { app, session, file }));
    match stage.replies.get(&request) {
        Some(Reply::Refused(refusal)) => Err(refusal.code),
        _other if places(stage) == before + 1 => Ok(()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_page_is_told_and_the_still_that_was_asked_for_is_taken_once() {
    let mut stage = Stage::new();
    let (citizen, session, operator) = stage.call(KEPT);
    assert_eq!(still(&mut stage, &session), Err(RefusalCode::Forbidden));
    see(&mut stage, operator, DocumentStep::Begin);
    assert_eq!(still(&mut stage, &session), Err(RefusalCode::Forbidden));
    see(&mut stage, operator, DocumentStep::Still);
    assert_eq!(
        steps(&stage, citizen),
        [DocumentStep::Begin, DocumentStep::Still]
    );
    assert_eq!(still(&mut stage, &session), Ok(()));
    assert_eq!(
        still(&mut stage, &session),
        Err(RefusalCode::Forbidden),
        "one still for one click"
    );
}

#[test]
fn the_operators_own_client_sends_no_still() {
    let mut stage = Stage::new();
    let (_, _, operator) = stage.call(KEPT);
    see(&mut stage, operator, DocumentStep::Still);
    let session = stage.sign_in(App::Operator, "ana");
    let file = NewFile {
        kind: FileKind::Still,
        name: String::new(),
        bytes: 1_000,
    };
    let app = App::Operator;
    let request = stage.ask(Request::File(FileRequest::Place { app, session, file }));
    assert!(matches!(
        stage.replies.get(&request),
        Some(Reply::Refused(refusal)) if refusal.code == RefusalCode::Forbidden
    ));
}

#[test]
fn a_still_comes_too_late_and_after_the_end_not_at_all() {
    let mut stage = Stage::new();
    let (_, session, operator) = stage.call(KEPT);
    see(&mut stage, operator, DocumentStep::Still);
    stage.pass(30);
    assert_eq!(still(&mut stage, &session), Err(RefusalCode::Forbidden));
    see(&mut stage, operator, DocumentStep::Still);
    see(&mut stage, operator, DocumentStep::End);
    assert_eq!(still(&mut stage, &session), Err(RefusalCode::Forbidden));
}

#[test]
fn a_document_is_seen_in_the_call_only() {
    let mut stage = Stage::new();
    let operator = stage.seeking_operator("ana");
    see(&mut stage, operator, DocumentStep::Begin);
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::OutOfOrder));
    let (citizen, _) = stage.waiting_citizen(KEPT);
    see(&mut stage, operator, DocumentStep::Begin);
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::OutOfOrder));
    stage.accept(citizen);
    stage.operator_says(operator, FromOperator::Start {});
    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    see(&mut stage, operator, DocumentStep::Begin);
    assert!(steps(&stage, citizen).is_empty());
}
