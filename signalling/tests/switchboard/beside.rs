//! Beside talking: real-time text, a shared screen, questions about devices, the time limit.

use media::control::Command;
use signalling::{
    dossier::DossierChange,
    protocol::{
        LIVE_TEXT_CHARS_MAX,
        call::{ChatLine, ChatPolicy, Device, LiveText, RefusalCode},
        citizen::{CitizenStep, FromCitizen},
        operator::{FromOperator, OperatorStep, ToOperator},
        person::{FromPerson, ToPerson},
    },
    request::{ConnectionId, ToConnection},
};

use crate::stage::{DEVICE, KEPT, RELAYED, Stage, office_with};

fn writes(text: &str, done: bool) -> FromCitizen {
    FromCitizen::Person(FromPerson::LiveText {
        text: text.to_owned(),
        done,
    })
}

/// What an operator was told that somebody writes or has written.
fn read(stage: &Stage, operator: ConnectionId) -> Vec<String> {
    let told = stage.told(operator).iter();
    told.filter_map(|one| match one {
        ToConnection::Person(ToPerson::LiveText { line }) => {
            Some(format!("{} writes {}", line.from, line.text))
        }
        ToConnection::Person(ToPerson::Chat { line }) => {
            Some(format!("{} wrote {} {}", line.from, line.text, line.live))
        }
        _ => None,
    })
    .collect()
}

fn kept_lines(stage: &Stage) -> Vec<&ChatLine> {
    let changes = stage.sealed.iter();
    changes
        .filter_map(|(_, change)| match change {
            DossierChange::Chat(line) => Some(line),
            _ => None,
        })
        .collect()
}

#[test]
fn letters_reach_the_other_at_once_and_a_finished_line_is_kept() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    for (text, done) in [("h", false), ("ho", false), ("h", false), ("hola", true)] {
        stage.citizen_says(citizen, writes(text, done));
    }
    assert_eq!(
        read(&stage, operator),
        [
            "1 writes h",
            "1 writes ho",
            "1 writes h",
            "1 wrote hola true"
        ]
    );
    let own = stage.told(citizen).iter();
    let own_letters =
        own.filter(|one| matches!(one, ToConnection::Person(ToPerson::LiveText { .. })));
    assert_eq!(own_letters.count(), 0, "nobody is told his own letters");
    let kept = kept_lines(&stage);
    assert_eq!(kept.len(), 1);
    assert!(kept[0].live && kept[0].text == "hola" && kept[0].from == 1);
}

#[test]
fn of_text_that_is_not_kept_only_the_count_is_a_fact() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(RELAYED);
    stage.citizen_says(citizen, writes("secreto", false));
    stage.citizen_says(citizen, writes("secreto", true));
    assert_eq!(
        read(&stage, operator),
        ["1 writes secreto", "1 wrote secreto true"]
    );
    assert!(kept_lines(&stage).is_empty());
    let sent = stage
        .facts()
        .iter()
        .filter(|fact| **fact == "chat_sent")
        .count();
    assert_eq!(sent, 1);
    let written = format!("{:?}", stage.events);
    assert!(!written.contains("secreto"));
}

#[test]
fn text_has_a_policy_of_its_own_where_the_service_says_so() {
    let office = office_with(|configuration| {
        configuration.services[1].live_text = Some(queue::ChatPolicy::Conversacion);
    });
    let mut stage = Stage::with(office);
    let (citizen, _, _) = stage.call(RELAYED);
    let view = stage.citizen_view(citizen);
    assert_eq!(view.chat_policy, ChatPolicy::Incidencias);
    assert_eq!(view.text_policy, ChatPolicy::Conversacion);
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::Chat {
            text: "no".to_owned(),
        }),
    );
    stage.citizen_says(citizen, writes("sí", true));
    let kept = kept_lines(&stage);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].text, "sí");
}

#[test]
fn what_is_still_being_written_is_kept_when_the_call_is_left() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.citizen_says(citizen, writes("me tengo que ", false));
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert_eq!(kept_lines(&stage)[0].text, "me tengo que ");
}

#[test]
fn who_comes_back_sees_what_is_being_written_his_own_line_too() {
    let mut stage = Stage::new();
    let (citizen, session, operator) = stage.call(KEPT);
    stage.citizen_says(citizen, writes("estoy", false));
    stage.operator_says(
        operator,
        FromOperator::Person(FromPerson::LiveText {
            text: "espere".to_owned(),
            done: false,
        }),
    );
    let again = stage.citizen(&session, DEVICE);
    let lines: Vec<LiveText> = { stage.told(again).iter() }
        .filter_map(|one| match one {
            ToConnection::Person(ToPerson::LiveText { line }) => Some(line.clone()),
            _ => None,
        })
        .collect();
    let expected = [(1, "estoy"), (2, "espere")].map(|(from, text)| LiveText {
        from,
        text: text.to_owned(),
    });
    assert_eq!(lines, expected);
}

#[test]
fn letters_are_bounded_in_length_and_rate_and_belong_to_a_call() {
    let mut stage = Stage::new();
    let (waiting, _) = stage.waiting_citizen(KEPT);
    stage.citizen_says(waiting, writes("hola", false));
    assert_eq!(stage.refused_with(waiting), Some(RefusalCode::OutOfOrder));
    let (citizen, _, _) = {
        let mut stage_of_call = Stage::new();
        let call = stage_of_call.call(KEPT);
        stage = stage_of_call;
        call
    };
    stage.citizen_says(citizen, writes(&"x".repeat(LIVE_TEXT_CHARS_MAX + 1), false));
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::TooLong));
    stage.citizen_says(citizen, writes("dos\nlíneas", false));
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Invalid));
    for _ in 0..20 {
        stage.citizen_says(citizen, writes("x", false));
    }
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::TooFast));
    stage.pass(2);
    let refusals = stage.told(citizen).len();
    stage.citizen_says(citizen, writes("y", false));
    assert_eq!(stage.told(citizen).len(), refusals, "a pause is enough");
}

#[test]
fn a_question_is_told_and_changes_nothing_by_itself() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let before = stage.citizen_view(citizen).clone();
    let orders = stage.media.len();
    let ask = FromOperator::AskFor {
        participant: 1,
        device: Device::Camera,
    };
    stage.operator_says(operator, ask);
    let asked = ToConnection::Person(ToPerson::Asked {
        device: Device::Camera,
    });
    assert_eq!(stage.told(citizen).last(), Some(&asked));
    assert_eq!(*stage.citizen_view(citizen), before);
    assert_eq!(stage.media.len(), orders, "the media plane is told nothing");
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::Decline {
            device: Device::Camera,
        }),
    );
    let declined = ToConnection::Operator(ToOperator::Declined {
        participant: 1,
        device: Device::Camera,
    });
    assert_eq!(stage.told(operator).last(), Some(&declined));
    let nobody = FromOperator::AskFor {
        participant: 7,
        device: Device::Camera,
    };
    stage.operator_says(operator, nobody);
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::NotFound));
}

#[test]
fn questions_cannot_be_poured_over_a_person() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    for _ in 0..10 {
        stage.operator_says(
            operator,
            FromOperator::AskFor {
                participant: 1,
                device: Device::Microphone,
            },
        );
    }
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::TooFast));
    let asked = { stage.told(citizen).iter() }
        .filter(|one| matches!(one, ToConnection::Person(ToPerson::Asked { .. })))
        .count();
    assert_eq!(asked, 4);
}

/// Whose screens the view of a citizen says are seen.
fn sharers(stage: &Stage, citizen: ConnectionId) -> Vec<u8> {
    let CitizenStep::InCall { participants, .. } = stage.citizen_step(citizen) else {
        panic!("not in the call")
    };
    let sharing = participants.iter().filter(|one| one.shares);
    sharing.map(|one| one.number).collect()
}

#[test]
fn the_operator_shares_and_the_citizen_only_where_the_service_lets_him() {
    let office = office_with(|configuration| configuration.services[1].citizen_shares = true);
    let mut stage = Stage::with(office);
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    let peer = stage.connect_operator(operator);
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::ShareScreen { on: true }),
    );
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Forbidden));
    assert_eq!(sharers(&stage, citizen), [0_u8; 0]);
    stage.operator_says(
        operator,
        FromOperator::Person(FromPerson::ShareScreen { on: true }),
    );
    assert_eq!(sharers(&stage, citizen), [2]);
    assert!(matches!(
        stage.media.last(),
        Some(Command::Share { peer: of, shares: true }) if *of == peer
    ));
    stage.operator_says(
        operator,
        FromOperator::Person(FromPerson::ShareScreen { on: false }),
    );
    assert_eq!(sharers(&stage, citizen), [0_u8; 0]);
    assert!(matches!(
        stage.media.last(),
        Some(Command::Share { peer: of, shares: false }) if *of == peer
    ));
}

#[test]
fn one_screen_at_a_time_and_none_after_its_owner_left() {
    let office = office_with(|configuration| configuration.services[0].citizen_shares = true);
    let mut stage = Stage::with(office);
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    stage.citizen_says(
        citizen,
        FromCitizen::Person(FromPerson::ShareScreen { on: true }),
    );
    assert_eq!(sharers(&stage, citizen), [1]);
    stage.operator_says(
        operator,
        FromOperator::Person(FromPerson::ShareScreen { on: true }),
    );
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::OutOfOrder));
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    stage.citizen_says(citizen, FromCitizen::ReturnToCall {});
    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    assert_eq!(sharers(&stage, citizen), [0_u8; 0]);
}

fn with_limit(ms: u32) -> Stage {
    Stage::with(office_with(|configuration| {
        configuration.services[0].duration_max_ms = ms;
        configuration.services[0].average_ms = 240_000;
    }))
}

#[test]
fn both_are_told_when_the_call_ends_and_it_does() {
    let mut stage = with_limit(60_000);
    let (citizen, _, operator) = stage.call(KEPT);
    let ends_ms = stage.now.utc.0 + 60_000;
    let CitizenStep::InCall { limit, .. } = stage.citizen_step(citizen) else {
        panic!("not in the call")
    };
    assert_eq!(limit.map(|limit| limit.ends_ms), Some(ends_ms));
    let OperatorStep::InCall { limit, visit, .. } = stage.operator_step(operator) else {
        panic!("not in the call")
    };
    assert_eq!(limit.map(|limit| limit.extension_ms), Some(300_000));
    assert_eq!(visit.average_ms, 240_000);
    assert!(visit.started_ms.is_some());
    stage.citizen_says(citizen, writes("una cosa más", false));
    for nonce in 0..60 {
        stage.pass(1);
        stage.citizen_says(citizen, FromCitizen::Person(FromPerson::Ping { nonce }));
        stage.operator_says(operator, FromOperator::Person(FromPerson::Ping { nonce }));
    }
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::WrapUp {
            resumable: false,
            ..
        }
    ));
    assert!(matches!(
        stage.citizen_step(citizen),
        CitizenStep::Ended { .. }
    ));
    assert_eq!(kept_lines(&stage)[0].text, "una cosa más");
}

#[test]
fn an_extension_is_refused_with_the_number_of_those_who_wait() {
    let mut stage = with_limit(60_000);
    let (_, _, operator) = stage.call(KEPT);
    let (waiting, _) = stage.waiting_citizen(KEPT);
    stage.operator_says(operator, FromOperator::ExtendCall {});
    let refusal = stage.refusal(operator).unwrap();
    assert_eq!(refusal.code, RefusalCode::PeopleWait);
    assert_eq!(
        (refusal.found.as_str(), refusal.allowed.as_str()),
        ("1", "0")
    );
    stage.citizen_says(
        waiting,
        FromCitizen::Abandon {
            remark: String::new(),
        },
    );
    stage.operator_says(operator, FromOperator::ExtendCall {});
    let OperatorStep::InCall { limit, .. } = stage.operator_step(operator) else {
        panic!("not in the call")
    };
    let limit = limit.unwrap();
    assert_eq!(limit.extension_ms, 0);
    assert_eq!(limit.ends_ms, stage.now.utc.0 + 360_000);
    assert!(stage.facts().contains(&"extended"));
}

#[test]
fn a_pong_tells_the_time_of_the_server() {
    let mut stage = Stage::new();
    let (citizen, _) = stage.waiting_citizen(KEPT);
    stage.citizen_says(citizen, FromCitizen::Person(FromPerson::Ping { nonce: 5 }));
    let pong = ToPerson::Pong {
        nonce: 5,
        now_ms: stage.now.utc.0,
    };
    assert_eq!(
        stage.told(citizen).last(),
        Some(&ToConnection::Person(pong))
    );
}

#[test]
fn the_operator_sees_since_when_the_citizen_is_away_and_how_long_to_wait() {
    let office = office_with(|configuration| {
        configuration.services[0].interrupted_offer_ms = 90_000;
    });
    let mut stage = Stage::with(office);
    let (citizen, _, operator) = stage.call(KEPT);
    stage.pass(5);
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    let left_ms = stage.now.utc.0;
    stage.pass(2);
    let OperatorStep::InCall {
        citizen_away_since_ms,
        away_offer_ms,
        ..
    } = stage.operator_step(operator)
    else {
        panic!("not in the call")
    };
    assert_eq!(
        (*citizen_away_since_ms, *away_offer_ms),
        (Some(left_ms), 90_000)
    );
}
