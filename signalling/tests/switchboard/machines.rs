//! The operator's console on one computer and his call on another (O23).

use std::time::Duration;

use media::control::Command;
use signalling::{
    Machine, PairingCode,
    protocol::{
        call::{DeviceState, DeviceStates, RefusalCode},
        citizen::{CitizenStep, FromCitizen},
        guest::FromGuest,
        machine::{CallStep, CallView, FromMachine, MachineUse, ToMachine},
        operator::{CallMachine, FromOperator, OperatorStep},
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, Reply, Request, SessionToken, ToConnection},
    session::{Session, SessionHash, Subject},
};

use crate::stage::{DEVICE, Disk, KEPT, OTHER_DEVICE, Stage, office};

const CALL: MachineUse = MachineUse::Call;

pub(crate) fn offer(attempt: u32) -> FromPerson {
    FromPerson::Offer {
        attempt,
        sdp: "v=0".to_owned(),
    }
}

/// The code that the console is shown.
fn code(stage: &mut Stage, console: ConnectionId) -> String {
    let pair = FromPerson::Pair { machine: CALL };
    stage.operator_says(console, FromOperator::Person(pair));
    let told = stage.told(console).iter().rev();
    let mut codes = told.filter_map(|one| match one {
        ToConnection::Person(ToPerson::PairingCode { code, .. }) => Some(code.clone()),
        _other => None,
    });
    codes.next().unwrap()
}

fn enter(stage: &mut Stage, code: &str) -> Result<SessionToken, RefusalCode> {
    enter_with(stage, code, None)
}

fn enter_with(
    stage: &mut Stage,
    code: &str,
    own: Option<&SessionToken>,
) -> Result<SessionToken, RefusalCode> {
    let id = stage.ask(Request::EnterMachine {
        code: PairingCode::parse(code).unwrap(),
        own: own.cloned(),
    });
    match &stage.replies[&id] {
        Reply::Entered(Some(session)) => Ok(session.clone()),
        Reply::Refused(refusal) => Err(refusal.code),
        other => panic!("{other:?}"),
    }
}

fn bring_back(stage: &mut Stage, console: ConnectionId) {
    let unpair = FromPerson::Unpair { machine: CALL };
    stage.operator_says(console, FromOperator::Person(unpair));
}

fn call_view(stage: &Stage, machine: ConnectionId) -> CallView {
    let views = stage.told(machine).iter().rev();
    let mut views = views.filter_map(|one| match one {
        ToConnection::Machine(ToMachine::Call { view }) => Some(view.clone()),
        _other => None,
    });
    views.next().unwrap()
}

fn is_shut_out(stage: &Stage, connection: ConnectionId) -> bool {
    let told = stage.told(connection);
    told.contains(&ToConnection::Person(ToPerson::Replaced {})) && stage.is_closed(connection)
}

/// A machine that has joined, without media yet.
pub(crate) fn joined(stage: &mut Stage, console: ConnectionId) -> (ConnectionId, SessionToken) {
    let code = code(stage, console);
    let session = enter(stage, &code).unwrap();
    (stage.machine(&session, OTHER_DEVICE), session)
}

fn left(stage: &Stage, gone: media::control::PeerId) -> bool {
    let is_its = |one: &Command| matches!(one, Command::Leave { peer } if *peer == gone);
    stage.media.iter().any(is_its)
}

/// How many connections of the operator are in the room.
fn operators_peers(stage: &Stage) -> usize {
    let mut inside = std::collections::BTreeSet::new();
    for command in &stage.media {
        match command {
            Command::Join {
                peer,
                participant: 2,
                ..
            } => {
                // The media plane drops the earlier peer of the same number by itself.
                inside.clear();
                inside.insert(*peer);
            }
            Command::Leave { peer } => {
                inside.remove(peer);
            }
            _other => {}
        }
    }
    inside.len()
}

#[test]
fn the_call_goes_to_the_other_machine_and_the_console_keeps_the_rest() {
    let mut stage = Stage::new();
    let (citizen, _, console) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    let before = stage.connect_operator(console);
    let (machine, _) = joined(&mut stage, console);
    assert!(left(&stage, before), "the console has no part in the media");
    let view = stage.operator_view(console).clone();
    assert_eq!(view.call_machine, Some(CallMachine { present: true }));
    assert!(!view.offer_wanted && matches!(view.step, OperatorStep::InCall { .. }));
    let view = call_view(&stage, machine);
    assert!(view.offer_wanted && matches!(view.step, CallStep::InCall { me: 2, .. }));
    assert_eq!(view.operator.number, stage.operator_view(console).number);

    stage.operator_says(console, FromOperator::Person(offer(7)));
    assert_eq!(stage.refused_with(console), Some(RefusalCode::OutOfOrder));
    assert_eq!(operators_peers(&stage), 0);
    stage.machine_says(machine, FromMachine::Person(offer(1)));
    let peer = stage.connect(2);
    assert_eq!(operators_peers(&stage), 1);
    let admitted =
        |one: &Command| matches!(one, Command::Admit { peer: one, admitted: true } if *one == peer);
    assert!(
        stage.media.iter().any(admitted),
        "let in as the operator is"
    );
    let recorded = |one: &Command| matches!(one, Command::Record { peer: one, record: Some(_) } if *one == peer);
    assert!(stage.media.iter().any(recorded), "and recorded");

    let muted = DeviceStates {
        camera: DeviceState::On,
        microphone: DeviceState::Off,
    };
    let devices = FromPerson::Devices { devices: muted };
    stage.machine_says(machine, FromMachine::Person(devices));
    let CitizenStep::InCall { participants, .. } = stage.citizen_step(citizen) else {
        panic!("not in the call");
    };
    let operator = participants.iter().find(|one| one.number == 2).unwrap();
    assert_eq!(operator.devices, muted, "devices are those of the machine");
    assert!(operator.connected);

    stage.operator_says(console, FromOperator::EndMeeting {});
    assert_eq!(call_view(&stage, machine).step, CallStep::Idle {});
    assert!(!call_view(&stage, machine).offer_wanted);
    assert!(matches!(
        stage.operator_step(console),
        OperatorStep::WrapUp { .. }
    ));
    assert!(!is_shut_out(&stage, machine), "it waits for the next call");
}

#[test]
fn both_screens_read_and_write_the_same_chat() {
    let mut stage = Stage::new();
    let (_, _, console) = stage.call(KEPT);
    let (machine, _) = joined(&mut stage, console);
    let chat = |text: &str| FromPerson::Chat {
        text: text.to_owned(),
    };
    stage.machine_says(machine, FromMachine::Person(chat("desde la llamada")));
    stage.operator_says(console, FromOperator::Person(chat("desde la consola")));
    for connection in [machine, console] {
        let told = stage.told(connection).iter();
        let lines = told.filter_map(|one| match one {
            ToConnection::Person(ToPerson::Chat { line }) => Some((line.from, line.text.as_str())),
            _other => None,
        });
        let expected = [(2, "desde la llamada"), (2, "desde la consola")];
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn bringing_the_call_back_shuts_the_machine_out() {
    let mut stage = Stage::new();
    let (_, _, console) = stage.call(KEPT);
    let (machine, session) = joined(&mut stage, console);
    stage.machine_says(machine, FromMachine::Person(offer(1)));
    let peer = stage.connect(2);
    bring_back(&mut stage, console);
    assert!(left(&stage, peer) && is_shut_out(&stage, machine));
    let view = stage.operator_view(console);
    assert!(view.offer_wanted && view.call_machine.is_none());
    stage.operator_says(console, FromOperator::Person(offer(2)));
    assert_eq!(operators_peers(&stage), 1);
    let late = stage.open(App::Machine, &session);
    assert_eq!(stage.refused_with(late), Some(RefusalCode::NoSession));
}

#[test]
fn the_machine_gives_the_call_back_by_itself() {
    let mut stage = Stage::new();
    let (_, _, console) = stage.call(KEPT);
    let (machine, _) = joined(&mut stage, console);
    stage.machine_says(machine, FromMachine::Leave {});
    assert!(is_shut_out(&stage, machine));
    assert!(stage.operator_view(console).offer_wanted);
}

#[test]
fn signing_out_of_the_console_ends_the_pairing_and_its_codes() {
    let mut stage = Stage::new();
    let session = stage.sign_in(App::Operator, "ana");
    let console = stage.operator_with(&session, DEVICE);
    let (machine, machines) = joined(&mut stage, console);
    let open = code(&mut stage, console);
    let app = App::Operator;
    stage.ask(Request::SignOut { app, session });
    assert!(is_shut_out(&stage, machine));
    let late = stage.open(App::Machine, &machines);
    assert_eq!(stage.refused_with(late), Some(RefusalCode::NoSession));
    assert_eq!(enter(&mut stage, &open), Err(RefusalCode::WrongCode));
}

#[test]
fn a_machine_outlives_a_lost_line_of_either_side() {
    let mut stage = Stage::new();
    let (citizen, _, console) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    let (machine, session) = joined(&mut stage, console);
    stage.machine_says(machine, FromMachine::Person(offer(1)));
    let peer = stage.connect(2);
    stage.shut(machine);
    let away = Some(CallMachine { present: false });
    assert_eq!(stage.operator_view(console).call_machine, away);
    assert!(!stage.operator_view(console).offer_wanted, "it stays there");
    let again = stage.open(App::Machine, &session);
    let hello = FromPerson::Hello {
        version: signalling::protocol::PROTOCOL_VERSION,
        device: OTHER_DEVICE.to_owned(),
        language: "es-AR".to_owned(),
        attempt: Some(1),
        take_over: false,
    };
    stage.machine_says(again, FromMachine::Person(hello));
    assert!(!left(&stage, peer), "with the connection that it has");

    let consoles = stage.sign_in(App::Operator, "ana");
    let other = stage.operator_with(&consoles, OTHER_DEVICE);
    assert!(is_shut_out(&stage, console));
    assert!(stage.operator_view(other).call_machine.is_some());
    assert!(!left(&stage, peer), "another console does not move it");
}

#[test]
fn a_pairing_outlives_a_restart_of_the_server() {
    let console = SessionToken("consoles-session-00001".to_owned());
    let machine = SessionToken("machines-session-00001".to_owned());
    let of = SessionHash::of(App::Operator, &console);
    let of_ana = Machine::Call(office().id(), queue::OperatorId(1));
    let expires = queue::Timestamp(1_900_000_000_000);
    let session = |app, subject| Session {
        app,
        subject,
        expires,
    };
    let sessions = vec![
        (
            of,
            session(App::Operator, Subject::Account("ana".to_owned())),
        ),
        (
            SessionHash::of(App::Machine, &machine),
            session(App::Machine, Subject::Machine(of_ana, of)),
        ),
    ];
    let mut stage = Stage::with_sessions(office(), sessions);
    let console = stage.operator_with(&console, DEVICE);
    let away = Some(CallMachine { present: false });
    assert_eq!(stage.operator_view(console).call_machine, away);
    let machine = stage.machine(&machine, OTHER_DEVICE);
    assert_eq!(call_view(&stage, machine).step, CallStep::Idle {});
}

#[test]
fn a_code_joins_one_machine_within_five_minutes_and_only_the_last_does() {
    let mut stage = Stage::new();
    let console = stage.operator("ana");
    let first = code(&mut stage, console);
    let second = code(&mut stage, console);
    let wrong = Err(RefusalCode::WrongCode);
    assert_eq!(
        enter(&mut stage, &first),
        wrong,
        "a newer one was asked for"
    );
    let session = enter(&mut stage, &second).unwrap();
    let machine = stage.machine(&session, OTHER_DEVICE);
    assert_eq!(enter(&mut stage, &second), wrong, "once");
    let late = code(&mut stage, console);
    stage.now.instant += Duration::from_secs(300);
    assert_eq!(enter(&mut stage, &late), wrong, "too late");
    assert!(!stage.is_closed(machine), "who is in stays in");
    let third = code(&mut stage, console);
    bring_back(&mut stage, console);
    assert_eq!(enter(&mut stage, &third), wrong, "brought back");
    assert!(is_shut_out(&stage, machine));
}

#[test]
fn a_second_machine_takes_the_place_of_the_first_and_of_what_its_browser_was() {
    let mut stage = Stage::new();
    let (_, _, console) = stage.call(KEPT);
    let (first, _) = joined(&mut stage, console);
    let other = stage.operator("beto");
    let (others, sessions) = joined(&mut stage, other);
    let code = code(&mut stage, console);
    // Beto's machine types Ana's code.
    let session = enter_with(&mut stage, &code, Some(&sessions)).unwrap();
    assert!(is_shut_out(&stage, first) && is_shut_out(&stage, others));
    assert!(stage.operator_view(other).call_machine.is_none());
    let machine = stage.machine(&session, OTHER_DEVICE);
    assert!(call_view(&stage, machine).offer_wanted);
}

#[test]
fn guesses_are_few_whoever_makes_them_and_told_nothing() {
    let mut stage = Stage::new();
    let console = stage.operator("ana");
    let right = code(&mut stage, console);
    let guesses = (0..1_000).map(|guess| format!("{guess:09}"));
    let answers: Vec<_> = guesses
        .filter(|guess| *guess != right)
        .map(|guess| enter(&mut stage, &guess))
        .collect();
    let heard = answers
        .iter()
        .filter(|one| **one == Err(RefusalCode::WrongCode));
    assert_eq!(heard.count(), 60);
    let further = &answers[60..];
    assert!({ further.iter() }.all(|one| *one == Err(RefusalCode::TooFast)));
    assert_eq!(enter(&mut stage, &right), Err(RefusalCode::TooFast));
    stage.now.instant += Duration::from_secs(1);
    assert!(enter(&mut stage, &right).is_ok(), "one a second");
}

#[test]
fn codes_cannot_be_asked_for_without_end() {
    let mut stage = Stage::new();
    let console = stage.operator("ana");
    for _ in 0..4 {
        code(&mut stage, console);
    }
    let pair = FromPerson::Pair { machine: CALL };
    stage.operator_says(console, FromOperator::Person(pair));
    assert_eq!(stage.refused_with(console), Some(RefusalCode::TooFast));
}

#[test]
fn nobody_but_an_operator_has_a_call_to_put_elsewhere() {
    let mut stage = Stage::new();
    let (citizen, _, console) = stage.call(KEPT);
    let (machine, _) = joined(&mut stage, console);
    for message in [
        FromPerson::Pair { machine: CALL },
        FromPerson::Unpair { machine: CALL },
    ] {
        stage.citizen_says(citizen, FromCitizen::Person(message.clone()));
        assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Forbidden));
        stage.machine_says(machine, FromMachine::Person(message));
        assert_eq!(stage.refused_with(machine), Some(RefusalCode::Forbidden));
    }
    assert!(stage.operator_view(console).call_machine.is_some());
}

#[test]
fn a_machine_can_do_nothing_that_only_the_console_does() {
    let mut stage = Stage::new();
    let (_, _, console) = stage.call(KEPT);
    let (machine, session) = joined(&mut stage, console);
    // It has no words for it.
    let consoles = [
        r#"{"type":"end_meeting"}"#,
        r#"{"type":"seek"}"#,
        r#"{"type":"admit","participant":1}"#,
        r#"{"type":"invite","role":"companion"}"#,
        r#"{"type":"see_document","step":"begin"}"#,
        r#"{"type":"extend_call"}"#,
        r#"{"type":"close","result":"success","notes":"","then":"seek"}"#,
        r#"{"type":"ask_for","participant":1,"device":"camera"}"#,
        r#"{"type":"set_available","service":1,"available":false}"#,
    ];
    for message in consoles {
        assert!(
            serde_json::from_str::<FromOperator>(message).is_ok(),
            "{message}"
        );
        assert!(
            serde_json::from_str::<FromMachine>(message).is_err(),
            "{message}"
        );
    }
    // Nor at the other doors.
    for app in [App::Operator, App::Citizen, App::Guest, App::Office] {
        let late = stage.open(app, &session);
        assert_eq!(stage.refused_with(late), Some(RefusalCode::NoSession));
    }
    stage.operator_says(machine, FromOperator::EndMeeting {});
    stage.guest_says(machine, FromGuest::Leave {});
    assert!(matches!(
        stage.operator_step(console),
        OperatorStep::InCall { .. }
    ));
    let app = App::Machine;
    let id = stage.ask(Request::WhoAmI { app, session });
    assert!(
        matches!(&stage.replies[&id], Reply::Refused(refusal) if refusal.code == RefusalCode::NoSession)
    );
    // What it is shown has no document number in it.
    let shown = serde_json::to_string(&call_view(&stage, machine)).unwrap();
    assert!(
        shown.contains("Ana Paz") && !shown.contains("20.345.678"),
        "{shown}"
    );
}

#[test]
fn a_machine_that_could_not_be_kept_takes_nothing() {
    let mut stage = Stage::new();
    let (_, _, console) = stage.call(KEPT);
    let peer = stage.connect_operator(console);
    let code = code(&mut stage, console);
    stage.disk = Disk::IsFull;
    assert_eq!(enter(&mut stage, &code), Err(RefusalCode::Storage));
    stage.disk = Disk::Works;
    assert!(!left(&stage, peer));
    assert!(stage.operator_view(console).call_machine.is_none());
}

mod sound;
