//! Somebody's sound on a telephone (O22).

use media::control::{Command, PeerId, SOUND};
use signalling::{
    protocol::{
        call::{Participant, RefusalCode},
        citizen::{CitizenStep, FromCitizen},
        machine::{FromMachine, MachineUse, SoundStep, SoundView, ToMachine},
        operator::{FromOperator, OperatorStep},
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, Request, ToConnection},
};

use super::{enter, is_shut_out, left, offer};
use crate::stage::{DEVICE, KEPT, OTHER_DEVICE, Stage};

const PAIR: FromPerson = FromPerson::Pair {
    machine: MachineUse::Sound,
};

const CITIZENS_SOUND: u8 = 1 | SOUND;

fn code(stage: &Stage, connection: ConnectionId) -> String {
    let told = stage.told(connection).iter().rev();
    let mut codes = told.filter_map(|one| match one {
        ToConnection::Person(ToPerson::PairingCode { code, .. }) => Some(code.clone()),
        _other => None,
    });
    codes.next().unwrap()
}

/// A call with media, and the citizen's telephone, joined and connected.
fn by_phone(stage: &mut Stage) -> (ConnectionId, ConnectionId, ConnectionId, PeerId) {
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    stage.citizen_says(citizen, FromCitizen::Person(PAIR));
    let code = code(stage, citizen);
    let session = enter(stage, &code).unwrap();
    let phone = stage.machine(&session, OTHER_DEVICE);
    assert!(view(stage, phone).offer_wanted);
    stage.machine_says(phone, FromMachine::Person(offer(1)));
    let peer = stage.connect(CITIZENS_SOUND);
    (citizen, operator, phone, peer)
}

fn view(stage: &Stage, phone: ConnectionId) -> SoundView {
    let views = stage.told(phone).iter().rev();
    let mut views = views.filter_map(|one| match one {
        ToConnection::Machine(ToMachine::Sound { view }) => Some(view.clone()),
        _other => None,
    });
    views.next().unwrap()
}

fn citizen_seen(stage: &Stage, operator: ConnectionId) -> Participant {
    let OperatorStep::InCall { participants, .. } = stage.operator_step(operator) else {
        panic!("not in the call");
    };
    let found = participants.iter().find(|one| one.number == 1);
    found.unwrap().clone()
}

/// What was ordered of a peer: let in (true) or shut out, recorded (true) or not.
fn admissions(stage: &Stage, of: PeerId) -> Vec<bool> {
    let found = stage.media.iter().filter_map(|one| match one {
        Command::Admit { peer, admitted } if *peer == of => Some(*admitted),
        _other => None,
    });
    found.collect()
}

fn recordings(stage: &Stage, of: PeerId) -> Vec<bool> {
    let found = stage.media.iter().filter_map(|one| match one {
        Command::Record { peer, record } if *peer == of => Some(record.is_some()),
        _other => None,
    });
    found.collect()
}

#[test]
fn the_sound_comes_by_telephone_and_everybody_is_told() {
    let mut stage = Stage::new();
    let (citizen, operator, phone, peer) = by_phone(&mut stage);
    assert_eq!(admissions(&stage, peer), [true]);
    assert_eq!(recordings(&stage, peer), [true]);
    assert!(citizen_seen(&stage, operator).by_phone);
    let CitizenStep::InCall { participants, .. } = stage.citizen_step(citizen) else {
        panic!("not in the call");
    };
    assert!(
        participants
            .iter()
            .any(|one| one.number == 1 && one.by_phone)
    );
    assert!(matches!(
        view(&stage, phone).step,
        SoundStep::InCall { me: 1, .. }
    ));
    assert_eq!(view(&stage, phone).name, "Ana Paz");

    stage.machine_says(phone, FromMachine::Leave {});
    assert!(left(&stage, peer) && is_shut_out(&stage, phone));
    assert!(!citizen_seen(&stage, operator).by_phone);
    assert!(!stage.facts().contains(&"interrupted"));
}

#[test]
fn a_telephone_is_let_in_only_while_it_can_be_heard_and_the_person_is_there() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let own = stage.connect_citizen(citizen);
    stage.citizen_says(citizen, FromCitizen::Person(PAIR));
    let code = code(&stage, citizen);
    let session = enter(&mut stage, &code).unwrap();
    let phone = stage.machine(&session, OTHER_DEVICE);
    stage.machine_says(phone, FromMachine::Person(offer(1)));
    let peer = stage.peer(CITIZENS_SOUND);
    let answered = media::control::Event::Answered {
        peer,
        answer: "v=0".to_owned(),
        restart: "key".to_owned(),
    };
    stage.media_says(answered);
    assert_eq!(
        admissions(&stage, peer),
        [] as [bool; 0],
        "the voice stays where it is"
    );
    assert!(!citizen_seen(&stage, operator).by_phone);
    stage.media_says(media::control::Event::Connected { peer });
    assert_eq!(admissions(&stage, peer), [true]);
    stage.media_says(media::control::Event::Lost { peer: own });
    assert_eq!(admissions(&stage, peer), [true, false]);
    assert_eq!(recordings(&stage, peer), [true, false]);
    stage.connect_citizen(citizen);
    assert_eq!(admissions(&stage, peer), [true, false, true]);
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    assert!(left(&stage, peer), "who hangs up is out with his telephone");
    assert_eq!(view(&stage, phone).step, SoundStep::Waiting {});
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert!(is_shut_out(&stage, phone));
}

#[test]
fn a_call_that_is_interrupted_for_a_moment_costs_nobody_his_code() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.citizen_says(citizen, FromCitizen::Person(PAIR));
    let code = code(&stage, citizen);
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    assert_eq!(enter(&mut stage, &code), Err(RefusalCode::WrongCode));
    stage.citizen_says(citizen, FromCitizen::ReturnToCall {});
    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    enter(&mut stage, &code).unwrap();
    assert_eq!(enter(&mut stage, &code), Err(RefusalCode::WrongCode));
}

#[test]
fn the_person_takes_the_sound_back_and_a_telephone_that_is_gone_gives_it_back() {
    let mut stage = Stage::new();
    let (citizen, operator, phone, peer) = by_phone(&mut stage);
    stage.shut(phone);
    stage.pass(7);
    assert!(!left(&stage, peer), "a reload takes a moment");
    stage.pass(2);
    assert!(left(&stage, peer));
    assert!(!citizen_seen(&stage, operator).by_phone);
    let unpair = FromPerson::Unpair {
        machine: MachineUse::Sound,
    };
    stage.citizen_says(citizen, FromCitizen::Person(PAIR));
    let code = code(&stage, citizen);
    let session = enter(&mut stage, &code).unwrap();
    let phone = stage.machine(&session, OTHER_DEVICE);
    stage.citizen_says(citizen, FromCitizen::Person(unpair));
    assert!(is_shut_out(&stage, phone));
}

#[test]
fn a_telephone_says_nothing_but_what_belongs_to_sound() {
    let mut stage = Stage::new();
    let (_, _, phone, _) = by_phone(&mut stage);
    let text = "hola".to_owned();
    for message in [
        FromPerson::Chat { text: text.clone() },
        FromPerson::LiveText { text, done: true },
        FromPerson::ShareScreen { on: true },
        PAIR,
    ] {
        stage.machine_says(phone, FromMachine::Person(message));
        assert_eq!(stage.refused_with(phone), Some(RefusalCode::Forbidden));
    }
    let is_text = |one: &ToConnection| {
        matches!(
            one,
            ToConnection::Person(ToPerson::Chat { .. } | ToPerson::ChatHistory { .. })
        )
    };
    assert!(!stage.told(phone).iter().any(is_text), "nor hears it");
}

#[test]
fn a_code_for_sound_is_of_one_call_and_ends_with_its_owners_session() {
    let mut stage = Stage::new();
    let session = stage.sign_in(App::Operator, "ana");
    let console = stage.operator_with(&session, DEVICE);
    stage.operator_says(console, FromOperator::Person(PAIR));
    assert_eq!(stage.refused_with(console), Some(RefusalCode::OutOfOrder));
    let (citizen, _, operator) = stage.call(KEPT);
    stage.operator_says(operator, FromOperator::Person(PAIR));
    let operators = code(&stage, operator);
    stage.citizen_says(citizen, FromCitizen::Person(PAIR));
    let citizens = code(&stage, citizen);
    let phone = enter(&mut stage, &operators).unwrap();
    let phone = stage.machine(&phone, OTHER_DEVICE);
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert!(is_shut_out(&stage, phone));
    assert_eq!(enter(&mut stage, &citizens), Err(RefusalCode::WrongCode));
    let late = stage.ask(Request::SignOut {
        app: App::Operator,
        session,
    });
    assert!(stage.replies.contains_key(&late));
}
