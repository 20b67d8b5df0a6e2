//! Third parties (C23): a link that opens once, a notice of their own, a door that the operator opens.

use media::control::Command;
use queue::VisitId;
use signalling::{
    dossier::DossierChange,
    protocol::{
        call::{Device, GuestRole, GuestState, RefusalCode, Role},
        citizen::{CitizenStep, FromCitizen},
        guest::{FromGuest, GuestStep},
        operator::{AfterClose, FromOperator, OperatorStep, ToOperator, VisitResult},
        person::{FromPerson, ToPerson},
    },
    request::{App, ConnectionId, Reply, Request, SessionToken, ToConnection},
    session::{Session, SessionHash, Subject},
};

use crate::stage::{DEVICE, Disk, KEPT, ON, OTHER_DEVICE, Stage};

/// The secret of the last link that this connection was told.
fn link(stage: &Stage, connection: ConnectionId) -> SessionToken {
    let mut told = stage.told(connection).iter().rev();
    let token = told.find_map(|one| match one {
        ToConnection::Person(ToPerson::Invited { invitation }) => Some(invitation.token.clone()),
        _other => None,
    });
    SessionToken(token.expect("a link was told"))
}

fn invite(stage: &mut Stage, citizen: ConnectionId, role: GuestRole) -> SessionToken {
    stage.citizen_says(citizen, FromCitizen::Invite { role });
    link(stage, citizen)
}

/// What opening a link answers: a session, none because the browser has one, or a refusal.
fn enter(
    stage: &mut Stage,
    link: &SessionToken,
    own: Option<&SessionToken>,
) -> Result<Option<SessionToken>, RefusalCode> {
    let id = stage.ask(Request::EnterInvitation {
        invitation: link.clone(),
        own: own.cloned(),
    });
    match &stage.replies[&id] {
        Reply::Entered(session) => Ok(session.clone()),
        Reply::Refused(refusal) => Err(refusal.code),
        other => panic!("{other:?}"),
    }
}

fn accept(stage: &mut Stage, guest: ConnectionId, name: &str) {
    let GuestStep::Invited { notice } = stage.guest_step(guest) else {
        panic!("{:?}", stage.guest_step(guest))
    };
    let sha256 = notice.sha256.clone();
    let name = name.to_owned();
    stage.guest_says(guest, FromGuest::AcceptNotice { sha256, name });
}

fn offer(stage: &mut Stage, guest: ConnectionId) {
    let sdp = "v=0".to_owned();
    stage.guest_says(
        guest,
        FromGuest::Person(FromPerson::Offer { attempt: 1, sdp }),
    );
}

fn chat(stage: &mut Stage, guest: ConnectionId) {
    let text = "hola".to_owned();
    stage.guest_says(guest, FromGuest::Person(FromPerson::Chat { text }));
}

/// A guest who has accepted and waits, and his session.
pub(crate) fn waiting(stage: &mut Stage, citizen: ConnectionId) -> (ConnectionId, SessionToken) {
    let link = invite(stage, citizen, GuestRole::Interpreter);
    let session = enter(stage, &link, None).unwrap().unwrap();
    let guest = stage.guest(&session, DEVICE);
    accept(stage, guest, "Inés Sol");
    (guest, session)
}

fn recorded(stage: &Stage, participant: u8) -> bool {
    let peer = stage.peer(participant);
    let records = |one: &Command| matches!(one, Command::Record { peer: who, record: Some(_) } if *who == peer);
    stage.media.iter().any(records)
}

fn joins(stage: &Stage, participant: u8) -> usize {
    let is_join = |one: &&Command| matches!(one, Command::Join { participant: who, .. } if *who == participant);
    stage.media.iter().filter(is_join).count()
}

#[test]
fn a_guest_is_in_no_room_and_on_no_record_before_he_accepts_and_is_let_in() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    let link = invite(&mut stage, citizen, GuestRole::Interpreter);
    let session = enter(&mut stage, &link, None).unwrap().unwrap();
    let guest = stage.guest(&session, DEVICE);
    for step in 0..2 {
        offer(&mut stage, guest);
        assert_eq!(
            stage.refused_with(guest),
            Some(RefusalCode::OutOfOrder),
            "{step}"
        );
        assert_eq!(joins(&stage, 3), 0);
        chat(&mut stage, guest);
        assert_eq!(stage.refused_with(guest), Some(RefusalCode::OutOfOrder));
        if step == 0 {
            stage.operator_says(operator, FromOperator::Admit { participant: 3 });
            assert_eq!(stage.refused_with(operator), Some(RefusalCode::OutOfOrder));
            accept(&mut stage, guest, " Inés Sol ");
            assert_eq!(
                *stage.guest_step(guest),
                GuestStep::Waiting { sent_back: false }
            );
        }
    }
    stage.guest_says(
        guest,
        FromGuest::Person(FromPerson::Devices { devices: ON }),
    );
    let OperatorStep::InCall {
        guests,
        participants,
        ..
    } = stage.operator_step(operator)
    else {
        panic!("{:?}", stage.operator_step(operator))
    };
    assert_eq!(
        (guests[0].state, guests[0].name.as_str()),
        (GuestState::Waiting, "Inés Sol")
    );
    assert!(guests[0].present && guests[0].devices == ON);
    assert_eq!(participants.len(), 2);
    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    assert!(stage.guest_view(guest).offer_wanted);
    offer(&mut stage, guest);
    stage.connect(3);
    assert!(recorded(&stage, 3));
    let CitizenStep::InCall { participants, .. } = stage.citizen_step(citizen) else {
        panic!("{:?}", stage.citizen_step(citizen))
    };
    let third = &participants[2];
    assert_eq!((third.number, third.role), (3, Role::Interpreter));
    assert!(third.connected && third.recorded);
    let text = "Buen día".to_owned();
    stage.guest_says(guest, FromGuest::Person(FromPerson::Chat { text }));
    for connection in [citizen, operator, guest] {
        let last = format!("{:?}", stage.told(connection).last());
        assert!(last.contains("Buen día"), "{last}");
    }
    let names = stage.sealed.iter().filter(|(_, change)| {
        matches!(change, DossierChange::Guest { number: 3, name } if name == "Inés Sol")
    });
    assert_eq!(names.count(), 1, "his name is sealed");
}

#[test]
fn a_link_opens_once_and_for_no_other_browser() {
    let mut stage = Stage::new();
    let (citizen, ..) = stage.call(KEPT);
    let link = invite(&mut stage, citizen, GuestRole::Companion);
    let unopened = stage.open(App::Guest, &link);
    assert_eq!(
        stage.refused_with(unopened),
        Some(RefusalCode::NoSession),
        "a link is no session"
    );
    let session = enter(&mut stage, &link, None).unwrap().unwrap();
    assert_eq!(
        enter(&mut stage, &link, None),
        Err(RefusalCode::InvitationUsed)
    );
    let other = invite(&mut stage, citizen, GuestRole::Companion);
    let others = enter(&mut stage, &other, None).unwrap().unwrap();
    assert_eq!(
        enter(&mut stage, &link, Some(&others)),
        Err(RefusalCode::InvitationUsed)
    );
    assert_eq!(
        enter(&mut stage, &link, Some(&session)),
        Ok(None),
        "the browser that used it"
    );
    let guessed = SessionToken("0123456789abcdefghijkl".to_owned());
    assert_eq!(
        enter(&mut stage, &guessed, None),
        Err(RefusalCode::InvitationOver)
    );
    assert_eq!(
        enter(&mut stage, &session, None),
        Err(RefusalCode::InvitationOver),
        "a session is no link"
    );
    let guest = stage.guest(&session, DEVICE);
    let elsewhere = stage.guest(&session, OTHER_DEVICE);
    assert_eq!(
        stage.refused_with(elsewhere),
        Some(RefusalCode::OtherDevice)
    );
    assert!(!stage.is_closed(guest));
}

#[test]
fn a_link_that_was_taken_back_or_whose_visit_is_over_opens_nothing() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let taken_back = invite(&mut stage, citizen, GuestRole::Companion);
    stage.operator_says(operator, FromOperator::Remove { participant: 3 });
    assert_eq!(
        enter(&mut stage, &taken_back, None),
        Err(RefusalCode::InvitationOver)
    );
    let unused = invite(&mut stage, citizen, GuestRole::Companion);
    let (guest, session) = waiting(&mut stage, citizen);
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert_eq!(*stage.guest_step(guest), GuestStep::Ended {});
    let close = FromOperator::Close {
        result: VisitResult::Success,
        notes: String::new(),
        then: AfterClose::Interrupt,
    };
    stage.operator_says(operator, close);
    assert_eq!(
        enter(&mut stage, &unused, None),
        Err(RefusalCode::InvitationOver)
    );
    assert_eq!(*stage.guest_step(guest), GuestStep::Ended {});
    let before = stage.ended_sessions;
    stage.pass(3_601);
    assert!(
        stage.is_closed(guest),
        "nothing of a visit that is forgotten stays open"
    );
    assert!(
        stage.ended_sessions >= before + 4,
        "links and sessions end with it"
    );
    let late = stage.open(App::Guest, &session);
    assert_eq!(stage.refused_with(late), Some(RefusalCode::NoSession));
}

#[test]
fn links_cannot_be_sprayed() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let role = GuestRole::Companion;
    for _ in 0..4 {
        stage.citizen_says(citizen, FromCitizen::Invite { role });
    }
    assert_eq!(stage.refused_with(citizen), None);
    stage.citizen_says(citizen, FromCitizen::Invite { role });
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Full));
    for participant in 3..11 {
        stage.operator_says(operator, FromOperator::Remove { participant });
        stage.operator_says(operator, FromOperator::Invite { role });
    }
    assert_eq!(stage.refused_with(operator), None);
    stage.operator_says(operator, FromOperator::Remove { participant: 11 });
    stage.operator_says(operator, FromOperator::Invite { role });
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::Full));
    assert_eq!(
        stage
            .facts()
            .iter()
            .filter(|fact| **fact == "guest_invited")
            .count(),
        12
    );
}

#[test]
fn a_guest_is_sent_back_and_sent_away_and_the_others_stay() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    let (guest, _) = waiting(&mut stage, citizen);
    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    offer(&mut stage, guest);
    let peer = stage.connect(3);
    let leaves = |stage: &Stage| {
        let gone = |one: &&Command| matches!(one, Command::Leave { peer: who } if *who == peer);
        stage.media.iter().filter(gone).count()
    };
    stage.operator_says(operator, FromOperator::SendBack { participant: 3 });
    assert_eq!(
        *stage.guest_step(guest),
        GuestStep::Waiting { sent_back: true }
    );
    assert_eq!(leaves(&stage), 1);
    offer(&mut stage, guest);
    assert_eq!(
        stage.refused_with(guest),
        Some(RefusalCode::OutOfOrder),
        "back means out"
    );
    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    assert!(stage.guest_view(guest).offer_wanted);
    stage.operator_says(operator, FromOperator::Remove { participant: 3 });
    assert_eq!(*stage.guest_step(guest), GuestStep::Removed {});
    offer(&mut stage, guest);
    assert_eq!(joins(&stage, 3), 1);
    assert!(
        matches!(stage.citizen_step(citizen), CitizenStep::InCall { guests, .. } if guests.is_empty())
    );
    let (leaving, _) = waiting(&mut stage, citizen);
    stage.guest_says(leaving, FromGuest::Leave {});
    assert_eq!(*stage.guest_step(leaving), GuestStep::Left {});
}

#[test]
fn a_guest_is_out_while_the_citizen_is_away_and_in_again_with_him() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let (guest, _) = waiting(&mut stage, citizen);
    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    offer(&mut stage, guest);
    stage.connect(3);
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    assert_eq!(*stage.guest_step(guest), GuestStep::Interrupted {});
    assert!(!stage.guest_view(guest).offer_wanted);
    stage.citizen_says(citizen, FromCitizen::ReturnToCall {});
    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    assert!(matches!(
        stage.guest_step(guest),
        GuestStep::InCall { me: 3, .. }
    ));
    assert!(stage.guest_view(guest).offer_wanted);
}

#[test]
fn a_guest_of_one_visit_reaches_no_other_and_sends_nothing_of_an_operators() {
    let mut stage = Stage::new();
    let (citizen, session, operator) = stage.call(KEPT);
    let (guest, _) = waiting(&mut stage, citizen);
    // Another visit, with a guest of the same number who is let in.
    let elsewhere = stage.seeking_operator("beto");
    let (neighbour, _) = stage.waiting_citizen(KEPT);
    stage.accept(neighbour);
    stage.operator_says(elsewhere, FromOperator::Start {});
    stage.operator_says(elsewhere, FromOperator::Admit { participant: 1 });
    let (stranger, _) = waiting(&mut stage, neighbour);
    stage.operator_says(elsewhere, FromOperator::Admit { participant: 3 });
    assert!(stage.guest_view(stranger).offer_wanted);
    assert_eq!(
        *stage.guest_step(guest),
        GuestStep::Waiting { sent_back: false }
    );
    // A session of one app opens no other, so that a guest has no words of an operator or a citizen.
    for app in [App::Operator, App::Citizen, App::Office] {
        let own = session_of_guest(&mut stage, citizen);
        let connection = stage.open(app, &own);
        assert_eq!(
            stage.refused_with(connection),
            Some(RefusalCode::NoSession),
            "{app:?}"
        );
    }
    let as_guest = stage.open(App::Guest, &session);
    assert_eq!(stage.refused_with(as_guest), Some(RefusalCode::NoSession));
    let facts = stage.facts();
    chat(&mut stage, guest);
    assert_eq!(stage.facts(), facts);
    assert!(matches!(
        stage.operator_step(operator),
        OperatorStep::InCall { .. }
    ));
}

fn session_of_guest(stage: &mut Stage, citizen: ConnectionId) -> SessionToken {
    let link = invite(stage, citizen, GuestRole::Companion);
    enter(stage, &link, None).unwrap().unwrap()
}

#[test]
fn the_operator_is_warned_of_a_representative_whom_the_service_does_not_allow() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let warned = |stage: &Stage| match stage.operator_step(operator) {
        OperatorStep::InCall { visit, .. } | OperatorStep::WrapUp { visit, .. } => {
            visit.unpermitted_representative
        }
        other => panic!("{other:?}"),
    };
    let link = invite(&mut stage, citizen, GuestRole::Representative);
    let session = enter(&mut stage, &link, None).unwrap().unwrap();
    let guest = stage.guest(&session, DEVICE);
    accept(&mut stage, guest, "Raúl Paz");
    assert!(!warned(&stage), "who only waits represents nobody");
    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    assert!(warned(&stage));
    stage.operator_says(operator, FromOperator::EndMeeting {});
    assert!(warned(&stage), "before the result is noted");
}

#[test]
fn an_invitation_that_cannot_be_kept_is_never_told() {
    let mut stage = Stage::new();
    let (citizen, ..) = stage.call(KEPT);
    stage.disk = Disk::IsFull;
    let role = GuestRole::Companion;
    stage.citizen_says(citizen, FromCitizen::Invite { role });
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Storage));
    let invited =
        |one: &ToConnection| matches!(one, ToConnection::Person(ToPerson::Invited { .. }));
    assert!(!stage.told(citizen).iter().any(invited));
    assert!(
        matches!(stage.citizen_step(citizen), CitizenStep::InCall { guests, .. } if guests.is_empty())
    );
}

#[test]
fn a_guest_finds_his_place_after_a_restart() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let (_, session) = waiting(&mut stage, citizen);
    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    let office = stage.kept.values().next().unwrap().clone();
    let visit: VisitId = office.visits().next().unwrap().id;
    let kept = Session {
        app: App::Guest,
        subject: Subject::Guest(visit, 3),
        expires: stage.now.utc.plus_ms(3_600_000),
    };
    let sessions = vec![(SessionHash::of(App::Guest, &session), kept)];
    let mut again = Stage::with_sessions(office, sessions);
    again.switchboard.restart(again.now);
    again.conclude();
    let guest = again.guest(&session, DEVICE);
    assert_eq!(*again.guest_step(guest), GuestStep::Interrupted {});
}

#[test]
fn a_guest_writes_in_real_time_and_is_asked_only_while_he_is_let_in() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let (guest, _) = waiting(&mut stage, citizen);
    let writes = |stage: &mut Stage, text: &str| {
        let text = text.to_owned();
        let line = FromPerson::LiveText { text, done: false };
        stage.guest_says(guest, FromGuest::Person(line));
    };
    let reads = |stage: &Stage| {
        let told = stage.told(citizen).iter();
        let last = told.rev().find_map(|one| match one {
            ToConnection::Person(ToPerson::LiveText { line }) => Some(line.text.clone()),
            ToConnection::Person(ToPerson::Chat { line }) => Some(format!("{}.", line.text)),
            _other => None,
        });
        last.unwrap_or_default()
    };
    let ask = FromOperator::AskFor {
        participant: 3,
        device: Device::Camera,
    };
    writes(&mut stage, "desde afuera");
    assert_eq!(stage.refused_with(guest), Some(RefusalCode::OutOfOrder));
    assert_eq!(reads(&stage), "");
    stage.operator_says(operator, ask.clone());
    assert_eq!(stage.refused_with(operator), Some(RefusalCode::NotFound));

    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    writes(&mut stage, "hola a to");
    assert_eq!(reads(&stage), "hola a to");
    stage.operator_says(operator, ask);
    let device = Device::Camera;
    let asked = ToConnection::Person(ToPerson::Asked { device });
    assert_eq!(stage.told(guest).last(), Some(&asked));
    stage.guest_says(guest, FromGuest::Person(FromPerson::Decline { device }));
    let declined = ToConnection::Operator(ToOperator::Declined {
        participant: 3,
        device,
    });
    assert_eq!(stage.told(operator).last(), Some(&declined));
    let share = FromPerson::ShareScreen { on: true };
    stage.guest_says(guest, FromGuest::Person(share));
    assert_eq!(stage.refused_with(guest), Some(RefusalCode::Forbidden));
    stage.operator_says(operator, FromOperator::SendBack { participant: 3 });
    assert_eq!(
        reads(&stage),
        "hola a to.",
        "finished as far as it was written"
    );
    writes(&mut stage, "y sigo");
    assert_eq!(reads(&stage), "hola a to.");
}
