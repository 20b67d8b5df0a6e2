//! The equipment test: a room of one page, beside every call.

use media::control::{Command, Event, PeerId, RECEIVES_ONLY};
use signalling::{
    protocol::{
        call::RefusalCode,
        citizen::{
            CitizenStep, FromCitizen, LinePath, LineTest, LineVerdict, LoopbackWay, ToCitizen,
        },
        operator::OperatorStep,
        person::ToPerson,
    },
    request::{ConnectionId, ToConnection},
};

use crate::stage::{DEVICE, KEPT, ON, Stage};

fn verifying(stage: &mut Stage) -> ConnectionId {
    let session = stage.take_turn(KEPT);
    stage.citizen(&session, DEVICE)
}

fn offer(stage: &mut Stage, citizen: ConnectionId, way: LoopbackWay) {
    let sdp = "v=0".to_owned();
    stage.citizen_says(citizen, FromCitizen::LoopbackOffer { way, sdp });
}

/// Peers that were let in.
fn admitted(stage: &Stage) -> Vec<PeerId> {
    let admitted = stage.media.iter().filter_map(|one| match one {
        Command::Admit {
            peer,
            admitted: true,
        } => Some(*peer),
        _other => None,
    });
    admitted.collect()
}

fn joins(stage: &Stage) -> Vec<(u64, PeerId, u8)> {
    let joins = stage.media.iter().filter_map(|one| match one {
        Command::Join {
            room,
            peer,
            participant,
            ..
        } => Some((room.0, *peer, *participant)),
        _other => None,
    });
    joins.collect()
}

fn answered(peer: PeerId) -> Event {
    Event::Answered {
        peer,
        answer: format!("answer {}", peer.0),
        restart: String::new(),
    }
}

fn rooms_closed(stage: &Stage) -> usize {
    let closes = |one: &&Command| matches!(one, Command::CloseRoom { .. });
    stage.media.iter().filter(closes).count()
}

#[test]
fn what_a_page_sends_comes_back_to_it_alone_and_is_not_recorded() {
    let mut stage = Stage::new();
    let citizen = verifying(&mut stage);
    offer(&mut stage, citizen, LoopbackWay::Sends);
    offer(&mut stage, citizen, LoopbackWay::Receives);
    let found = joins(&stage);
    let [(room, sender, 1), (same, receiver, other)] = found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(room, same);
    assert!(other & RECEIVES_ONLY != 0 && other & !RECEIVES_ONLY != 1);
    assert!(admitted(&stage).is_empty(), "not before the answer");
    stage.media_says(answered(sender));
    stage.media_says(answered(receiver));
    assert_eq!(admitted(&stage), [sender, receiver]);
    let sdp = format!("answer {}", receiver.0);
    let way = LoopbackWay::Receives;
    let answer = ToConnection::Citizen(ToCitizen::LoopbackAnswer { way, sdp });
    assert!(stage.told(citizen).contains(&answer));

    // Another page's test is another room.
    let second = verifying(&mut stage);
    offer(&mut stage, second, LoopbackWay::Sends);
    assert_ne!(joins(&stage)[2].0, room);

    // On to the line: the test is over, and its peers mean nothing to the visit.
    let line = LineTest {
        verdict: LineVerdict::Weak,
        path: LinePath::Relay,
        loss_percent: 4,
        kbps: 310,
        rtt_ms: 80,
    };
    let confirm = FromCitizen::Confirm {
        devices: ON,
        line: Some(line),
    };
    stage.citizen_says(citizen, confirm);
    stage.pass(1);
    assert_eq!(rooms_closed(&stage), 1);
    stage.media_says(Event::Lost { peer: sender });
    stage.media_says(Event::Connected { peer: receiver });
    assert!(stage.recorder.is_empty());
    let operator = stage.seeking_operator("ana");
    let OperatorStep::Assigned { visit } = stage.operator_step(operator) else {
        panic!("not assigned");
    };
    assert_eq!(visit.line_test, Some(line), "the operator is told");
}

#[test]
fn a_test_ends_when_its_page_says_so_goes_or_forgets_it() {
    for end in 0..3 {
        let mut stage = Stage::new();
        let citizen = verifying(&mut stage);
        offer(&mut stage, citizen, LoopbackWay::Sends);
        match end {
            0 => stage.citizen_says(citizen, FromCitizen::LoopbackEnd {}),
            1 => stage.shut(citizen),
            _forgotten => {
                stage.pass(59);
                assert_eq!(rooms_closed(&stage), 0);
                stage.pass(1);
            }
        }
        assert_eq!(rooms_closed(&stage), 1, "{end}");
        stage.pass(2);
        assert_eq!(rooms_closed(&stage), 1, "{end}: once");
    }
}

#[test]
fn a_test_is_refused_outside_the_check_too_often_and_when_its_offer_is_wrong() {
    let mut stage = Stage::new();
    let citizen = verifying(&mut stage);
    offer(&mut stage, citizen, LoopbackWay::Sends);
    let peer = joins(&stage)[0].1;
    stage.media_says(Event::Refused {
        peer,
        found: "500 sections".to_owned(),
        allowed: "20".to_owned(),
    });
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::Offer));
    assert_eq!(
        rooms_closed(&stage),
        1,
        "an offer that was worth nothing holds no place"
    );
    for _ in 0..4 {
        offer(&mut stage, citizen, LoopbackWay::Sends);
    }
    assert_eq!(stage.refused_with(citizen), Some(RefusalCode::TooFast));
    assert_eq!(joins(&stage).len(), 4);

    let (waiting, _) = stage.waiting_citizen(KEPT);
    assert!(matches!(
        stage.citizen_step(waiting),
        CitizenStep::Waiting { .. }
    ));
    offer(&mut stage, waiting, LoopbackWay::Sends);
    assert_eq!(stage.refused_with(waiting), Some(RefusalCode::OutOfOrder));
}

#[test]
fn tests_are_so_many_at_the_most() {
    const AT_ONCE: usize = 32;
    let mut stage = Stage::new();
    // Of one address in the test; a load test's turns are not counted by address.
    let verifying = |stage: &mut Stage| {
        let session = stage.take_test_turn(KEPT);
        stage.citizen(&session, DEVICE)
    };
    for _ in 0..AT_ONCE {
        let citizen = verifying(&mut stage);
        offer(&mut stage, citizen, LoopbackWay::Sends);
        assert_eq!(stage.refused_with(citizen), None);
    }
    let late = verifying(&mut stage);
    offer(&mut stage, late, LoopbackWay::Sends);
    assert_eq!(stage.refused_with(late), Some(RefusalCode::Full));
    assert_eq!(joins(&stage).len(), AT_ONCE);
}

#[test]
fn the_relay_is_told_before_the_check_as_before_a_call() {
    let mut stage = Stage::new();
    stage
        .switchboard
        .set_relay(signalling::switchboard::RelaySettings {
            key: media::RelayKey::new([3; 32]),
            urls: vec!["turns:localhost:443".to_owned()],
        });
    let citizen = verifying(&mut stage);
    let told = stage.told(citizen);
    let relay = |one: &&ToConnection| matches!(one, ToConnection::Person(ToPerson::Relay { .. }));
    assert_eq!(told.iter().filter(relay).count(), 1);
}
