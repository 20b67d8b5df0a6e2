//! Files on their way: asked for, handed over, kept as a fact or thrown away.

use std::time::Duration;

use queue::{FileForm, FileKind, VisitId};
use signalling::{
    dossier::DossierChange,
    protocol::{
        call::RefusalCode,
        operator::{FromOperator, OperatorStep},
    },
    request::{App, FileRequest, Reply, Request, SessionToken},
    switchboard::{ArrivedFile, FileOrder, NewFile, PLACE_MS, RequestId},
};

use crate::stage::{Disk, KEPT, Stage};

const ARRIVED: ArrivedFile = ArrivedFile {
    form: FileForm::Jpeg,
    bytes: 900,
    sha256: [3; 32],
};

fn place(stage: &mut Stage, app: App, session: &SessionToken, kind: FileKind) -> RequestId {
    let (session, name) = (session.clone(), r"C:\fotos\dni.png".to_owned());
    let bytes = 1_000;
    let file = NewFile { kind, name, bytes };
    stage.ask(Request::File(FileRequest::Place { app, session, file }))
}

/// A place for the citizen's file.
fn placed(stage: &mut Stage, session: &SessionToken) -> (VisitId, u64) {
    let request = place(stage, App::Citizen, session, FileKind::Sent);
    match stage.files.last() {
        Some(FileOrder::Place { visit, ticket }) => (*visit, *ticket),
        other => panic!("{other:?}, {:?}", stage.replies.get(&request)),
    }
}

fn keep(stage: &mut Stage, (visit, ticket): (VisitId, u64)) -> RequestId {
    let file = ARRIVED;
    stage.ask(Request::File(FileRequest::Keep {
        visit,
        ticket,
        file,
    }))
}

fn refused(stage: &Stage, request: RequestId) -> RefusalCode {
    match stage.replies.get(&request) {
        Some(Reply::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_placed_kept_as_a_fact_and_shown_to_the_operator() {
    let mut stage = Stage::new();
    let (_, session, operator) = stage.call(KEPT);
    let (visit, ticket) = placed(&mut stage, &session);
    let request = keep(&mut stage, (visit, ticket));
    assert!(matches!(
        stage.replies[&request],
        Reply::FileKept { number: 1 }
    ));
    let order = FileOrder::Keep {
        visit,
        ticket,
        number: 1,
    };
    assert_eq!(stage.files.last(), Some(&order));
    assert_eq!(stage.events.last().unwrap().fact.name(), "file_kept");
    let facts = format!("{:?}", stage.events);
    assert!(!facts.contains("dni"), "a name is personal: {facts}");
    let named = stage.sealed.iter().any(|(_, change)| {
        matches!(change, DossierChange::File { number: 1, name } if name == "dni.png.jpg")
    });
    assert!(named, "sealed under the ending of what it is");
    let OperatorStep::InCall { visit: card, .. } = stage.operator_step(operator) else {
        panic!("not in the call");
    };
    assert_eq!((card.files.len(), card.files[0].from), (1, 1));
}

#[test]
fn nobody_sends_who_is_not_in_a_call_and_stills_are_the_operators() {
    let mut stage = Stage::new();
    let nobody = SessionToken("A".repeat(22));
    let request = place(&mut stage, App::Citizen, &nobody, FileKind::Sent);
    assert_eq!(refused(&stage, request), RefusalCode::NoSession);
    let (_, waiting) = stage.waiting_citizen(KEPT);
    let request = place(&mut stage, App::Citizen, &waiting, FileKind::Sent);
    assert_eq!(refused(&stage, request), RefusalCode::OutOfOrder);
    let mut stage = Stage::new();
    let (_, session, _) = stage.call(KEPT);
    let request = place(&mut stage, App::Citizen, &session, FileKind::Still);
    assert_eq!(refused(&stage, request), RefusalCode::Forbidden);
    assert!(stage.files.is_empty());
}

#[test]
fn a_person_has_one_file_on_its_way_and_its_place_comes_free() {
    let mut stage = Stage::new();
    let (_, session, _) = stage.call(KEPT);
    let (visit, ticket) = placed(&mut stage, &session);
    let request = place(&mut stage, App::Citizen, &session, FileKind::Sent);
    assert_eq!(refused(&stage, request), RefusalCode::TooFast);
    stage.ask(Request::File(FileRequest::Abandon { visit, ticket }));
    let second = placed(&mut stage, &session);
    assert_ne!(second.1, ticket);
    // The first is of no use any more, and goes.
    let request = keep(&mut stage, (visit, ticket));
    assert_eq!(refused(&stage, request), RefusalCode::OutOfOrder);
    assert_eq!(
        stage.files.last(),
        Some(&FileOrder::Discard { visit, ticket })
    );
    // A door that never says anything holds a place for so long and no longer.
    stage.now.instant += Duration::from_millis(PLACE_MS + 1);
    placed(&mut stage, &session);
}

#[test]
fn files_cannot_be_begun_without_end() {
    let mut stage = Stage::new();
    let (_, session, _) = stage.call(KEPT);
    let mut begun = 0;
    loop {
        let request = place(&mut stage, App::Citizen, &session, FileKind::Sent);
        if stage.replies.contains_key(&request) {
            break assert_eq!(refused(&stage, request), RefusalCode::TooFast);
        }
        begun += 1;
        let Some(FileOrder::Place { visit, ticket }) = stage.files.last().cloned() else {
            panic!("{:?}", stage.files);
        };
        stage.ask(Request::File(FileRequest::Abandon { visit, ticket }));
    }
    assert_eq!(begun, 12);
}

#[test]
fn a_file_that_arrives_too_late_or_cannot_be_noted_goes() {
    let mut stage = Stage::new();
    let (_, session, operator) = stage.call(KEPT);
    let (visit, ticket) = placed(&mut stage, &session);
    stage.disk = Disk::IsFull;
    let request = keep(&mut stage, (visit, ticket));
    assert_eq!(refused(&stage, request), RefusalCode::Storage);
    assert_eq!(
        stage.files.last(),
        Some(&FileOrder::Discard { visit, ticket })
    );
    stage.disk = Disk::Works;
    let (visit, ticket) = placed(&mut stage, &session);
    stage.operator_says(operator, FromOperator::EndMeeting {});
    let request = keep(&mut stage, (visit, ticket));
    assert_eq!(refused(&stage, request), RefusalCode::OutOfOrder);
    assert_eq!(
        stage.files.last(),
        Some(&FileOrder::Discard { visit, ticket })
    );
    assert!(
        !stage
            .events
            .iter()
            .any(|event| event.fact.name() == "file_kept")
    );
}
