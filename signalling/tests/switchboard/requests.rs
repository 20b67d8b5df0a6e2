//! What the HTTP side asks.

use std::net::IpAddr;

use signalling::{
    protocol::{
        call::RefusalCode,
        entry::TakeTurn,
        office::{OpenRecord, SearchRecords},
    },
    request::{App, Reply, Request},
    switchboard::Question,
};

use crate::stage::{DEVICE, KEPT, LOAD_TOKEN, OFFICE, Stage, turn};

fn refused(stage: &Stage, id: signalling::switchboard::RequestId) -> Option<RefusalCode> {
    if let Reply::Refused(refusal) = &stage.replies[&id] {
        Some(refusal.code)
    } else {
        None
    }
}

#[test]
fn what_is_typed_at_the_door_is_checked() {
    let check = |change: fn(&mut TakeTurn), expected: RefusalCode| {
        let mut stage = Stage::new();
        let Request::TakeTurn {
            mut body,
            address,
            load_token,
        } = turn(KEPT)
        else {
            unreachable!("a turn is one")
        };
        change(&mut body);
        let id = stage.ask(Request::TakeTurn {
            body,
            address,
            load_token,
        });
        assert_eq!(refused(&stage, id), Some(expected));
        assert!(stage.events.is_empty() && stage.sealed.is_empty());
    };
    check(|body| body.name.clear(), RefusalCode::Invalid);
    check(|body| body.name = "x".repeat(121), RefusalCode::Invalid);
    check(
        |body| body.name = "Ana\nPaz".to_owned(),
        RefusalCode::Invalid,
    );
    // The name would be shown from right to left, and turn what stands after it.
    check(
        |body| body.name = "Ana \u{202e}zaP".to_owned(),
        RefusalCode::Invalid,
    );
    check(
        |body| body.name = "\u{2066}Ana Paz".to_owned(),
        RefusalCode::Invalid,
    );
    check(
        |body| body.language = "es\u{7}".to_owned(),
        RefusalCode::Invalid,
    );
    check(|body| body.document = "12".to_owned(), RefusalCode::Invalid);
    check(
        |body| body.document = "1234 5678".to_owned(),
        RefusalCode::Invalid,
    );
    check(|body| body.document = "1".repeat(21), RefusalCode::Invalid);
    check(|body| body.office = 9, RefusalCode::NotFound);
    check(|body| body.office = u32::MAX, RefusalCode::NotFound);
    check(|body| body.service = 9, RefusalCode::NotFound);
    check(|body| body.language = "x".repeat(36), RefusalCode::TooLong);
}

#[test]
fn an_address_takes_some_turns_a_minute_and_the_server_has_room_for_so_many() {
    let mut stage = Stage::new();
    for _ in 0..20 {
        // Confirmed: of others an address has fewer.
        stage.waiting_citizen(KEPT);
    }
    let id = stage.ask(turn(KEPT));
    assert_eq!(refused(&stage, id), Some(RefusalCode::Full));
    // The load token knows no addresses, but the same room.
    let with_token = |n: u8| {
        let Request::TakeTurn { body, .. } = turn(KEPT) else {
            unreachable!("a turn is one")
        };
        Request::TakeTurn {
            body,
            address: IpAddr::from([192, 0, 2, n]),
            load_token: Some(LOAD_TOKEN.to_owned()),
        }
    };
    for n in 0..30 {
        let id = stage.ask(with_token(n));
        assert!(
            matches!(&stage.replies[&id], Reply::TurnTaken(..)),
            "{:?}",
            stage.replies[&id]
        );
    }
    let id = stage.ask(with_token(99));
    assert_eq!(refused(&stage, id), Some(RefusalCode::Full));
}

#[test]
fn a_wrong_load_token_opens_nothing() {
    let mut stage = Stage::new();
    let id = stage.ask(Request::LoadOffice {
        load_token: "wrong".to_owned(),
        operators: 3,
    });
    assert_eq!(refused(&stage, id), Some(RefusalCode::Forbidden));
    let Request::TakeTurn { body, address, .. } = turn(KEPT) else {
        unreachable!("a turn is one")
    };
    let id = stage.ask(Request::TakeTurn {
        body,
        address,
        load_token: Some("wrong".to_owned()),
    });
    assert_eq!(refused(&stage, id), Some(RefusalCode::Forbidden));
}

#[test]
fn the_load_office_is_apart_and_its_operators_attend() {
    let mut stage = Stage::new();
    let id = stage.ask(Request::LoadOffice {
        load_token: LOAD_TOKEN.to_owned(),
        operators: 3,
    });
    let Reply::LoadOffice(made) = stage.replies[&id].clone() else {
        panic!("{:?}", stage.replies[&id])
    };
    assert_eq!(made.operators.len(), 3);
    let operator = stage.operator_with(&made.operators[2], DEVICE);
    assert_eq!(stage.operator_view(operator).number, "L0003");
    let catalogue = stage.ask(Request::Catalogue);
    assert!(
        matches!(&stage.replies[&catalogue], Reply::Catalogue(catalogue) if catalogue.offices.iter().all(|office| office.id == OFFICE))
    );
    // Without the token nobody takes a turn there.
    let Request::TakeTurn {
        mut body, address, ..
    } = turn(KEPT)
    else {
        unreachable!("a turn is one")
    };
    (body.office, body.service) = (made.office, made.service);
    let id = stage.ask(Request::TakeTurn {
        body,
        address,
        load_token: None,
    });
    assert_eq!(refused(&stage, id), Some(RefusalCode::NotFound));
}

#[test]
fn a_name_is_sealed_and_in_no_fact() {
    let mut stage = Stage::new();
    let _session = stage.take_turn(KEPT);
    assert_eq!(stage.sealed.len(), 1);
    let facts = format!("{:?}", stage.events);
    assert!(!facts.contains("Ana Paz") && !facts.contains("20.345.678"));
}

#[test]
fn records_are_for_compliance_and_with_a_reason() {
    let mut stage = Stage::new();
    let compliance = stage.sign_in(App::Office, "carla");
    let supervisor = stage.sign_in(App::Office, "dora");
    let search = |reason: &str, from_day: &str| SearchRecords {
        reason: reason.to_owned(),
        code: String::new(),
        from_day: from_day.to_owned(),
        to_day: String::new(),
    };
    let check = |stage: &mut Stage, request: Request, expected: Option<RefusalCode>| {
        let asked = stage.asked.len();
        let id = stage.ask(request);
        match expected {
            Some(code) => assert_eq!(refused(stage, id), Some(code)),
            None => assert_eq!(stage.asked.len(), asked + 1),
        }
    };
    check(
        &mut stage,
        Request::SearchRecords(supervisor.clone(), search("reclamo 12", "")),
        Some(RefusalCode::Forbidden),
    );
    check(
        &mut stage,
        Request::AccessLog(supervisor),
        Some(RefusalCode::Forbidden),
    );
    check(
        &mut stage,
        Request::SearchRecords(compliance.clone(), search("  no  ", "")),
        Some(RefusalCode::ReasonNeeded),
    );
    check(
        &mut stage,
        Request::SearchRecords(compliance.clone(), search("reclamo 12", "ayer")),
        Some(RefusalCode::Invalid),
    );
    let open = |record: &str| OpenRecord {
        record: record.to_owned(),
        reason: "reclamo 12".to_owned(),
    };
    check(
        &mut stage,
        Request::OpenRecord(compliance.clone(), open("../etc")),
        Some(RefusalCode::NotFound),
    );
    check(
        &mut stage,
        Request::SearchRecords(compliance.clone(), search("reclamo 12", "2027-01-15")),
        None,
    );
    check(
        &mut stage,
        Request::OpenRecord(compliance, open("8589934593")),
        None,
    );
    assert!(
        matches!(stage.asked.last(), Some(Question::Open { account, reason, .. }) if account == "carla" && reason == "reclamo 12")
    );
    let operator = stage.sign_in(App::Operator, "ana");
    check(
        &mut stage,
        Request::AccessLog(operator),
        Some(RefusalCode::NoSession),
    );
}

#[test]
fn a_turn_that_is_over_can_be_forgotten_and_one_that_is_not_cannot() {
    let mut stage = Stage::new();
    let (citizen, session) = stage.waiting_citizen(KEPT);
    let id = stage.ask(Request::ForgetTurn(session.clone()));
    assert_eq!(refused(&stage, id), Some(RefusalCode::OutOfOrder));
    stage.citizen_says(
        citizen,
        signalling::protocol::citizen::FromCitizen::Abandon {
            remark: "llego tarde".to_owned(),
        },
    );
    let id = stage.ask(Request::ForgetTurn(session.clone()));
    assert!(matches!(stage.replies[&id], Reply::Done));
    assert!(stage.is_closed(citizen));
    let again = stage.open(App::Citizen, &session);
    assert_eq!(stage.refused_with(again), Some(RefusalCode::NoSession));
}
