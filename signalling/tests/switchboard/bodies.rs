//! What must hold whatever people say; `fuzz/` includes this file and [`crate::stage`], and the kept inputs are played here.

use serde::de::DeserializeOwned;
use signalling::{
    ProgramToken,
    protocol::{citizen::FromCitizen, operator::FromOperator},
    request::{App, Direction, Reply, Request, SessionToken},
};

use crate::stage::{DEVICE, KEPT, RELAYED, Stage};

/// Lines of three people in line, two operators, the media plane and the clock: the first byte says whose, the rest is the JSON of
/// a WebSocket, or a number. What can be read can be said again and means the same, everything is answered, and the gates follow
/// the queue.
pub(crate) fn switchboard(bytes: &[u8]) {
    let mut stage = Stage::new();
    let sessions = [KEPT, RELAYED, KEPT].map(|service| stage.take_turn(service));
    let mut citizens = sessions
        .each_ref()
        .map(|session| stage.citizen(session, DEVICE));
    let accounts = ["ana", "beto"];
    let mut operators = accounts.map(|account| stage.seeking_operator(account));
    for line in bytes.split(|byte| *byte == b'\n').take(60) {
        let Some((whose, said)) = line.split_first() else {
            continue;
        };
        let number = said.first().copied().unwrap_or(0);
        match *whose {
            who @ b'0'..=b'2' => {
                if let Some(message) = read::<FromCitizen>(said) {
                    stage.citizen_says(citizens[usize::from(who - b'0')], message);
                }
            }
            who @ b'3'..=b'4' => {
                if let Some(message) = read::<FromOperator>(said) {
                    stage.operator_says(operators[usize::from(who - b'3')], message);
                }
            }
            b'a' => citizens[0] = stage.citizen(&sessions[0], DEVICE),
            b'o' => operators[0] = stage.operator(accounts[0]),
            b's' => stage.shut(citizens[usize::from(number % 3)]),
            b'm' => stage.media_says(event(number % 4, u64::from(number / 4))),
            b't' => stage.pass(u64::from(number % 32)),
            b'n' => accept(&mut stage, citizens[usize::from(number % 3)]),
            b'p' => program(&mut stage, &sessions[usize::from(number % 3)], said),
            _ => {}
        }
        gates_follow_the_queue(&stage);
    }
}

/// A message whose form is right, once it was seen that it says again what it said.
fn read<T>(said: &[u8]) -> Option<T>
where
    T: DeserializeOwned + serde::Serialize + PartialEq + std::fmt::Debug,
{
    let message: T = serde_json::from_slice(said).ok()?;
    let again = serde_json::to_string(&message).unwrap();
    assert_eq!(serde_json::from_str::<T>(&again).unwrap(), message);
    Some(message)
}

/// The notice is accepted that is on the screen, whatever its hash.
fn accept(stage: &mut Stage, citizen: signalling::request::ConnectionId) {
    use signalling::protocol::citizen::CitizenStep;
    if let CitizenStep::Assigned { notice, .. } = stage.citizen_step(citizen) {
        let sha256 = notice.sha256.clone();
        stage.citizen_says(citizen, FromCitizen::AcceptNotice { sha256 });
    }
}

/// A program of this person offers, goes on or leaves.
fn program(stage: &mut Stage, session: &SessionToken, said: &[u8]) {
    let &[_, what, resource, ..] = said else {
        return;
    };
    let (session, resource) = (session.clone(), u64::from(resource));
    let app = App::Citizen;
    let asked = stage.ask(Request::Program { app, session });
    let Reply::Program(access) = &stage.replies[&asked] else {
        return;
    };
    let token = ProgramToken(access.token.clone());
    let request = match what % 4 {
        0 | 1 => Request::Join {
            token,
            direction: if what % 4 == 0 {
                Direction::Publishes
            } else {
                Direction::Receives
            },
            sdp: "v=0".to_owned(),
        },
        2 => Request::Change {
            token,
            resource,
            restarts: what & 4 == 0,
        },
        _ => Request::Leave { token, resource },
    };
    let _asked = stage.ask(request);
}

pub(crate) fn event(kind: u8, peer: u64) -> media::control::Event {
    let peer = media::control::PeerId(peer);
    match kind {
        0 => media::control::Event::Answered {
            peer,
            answer: "v=0".to_owned(),
            restart: "key".to_owned(),
        },
        1 => media::control::Event::Connected { peer },
        2 => media::control::Event::Lost { peer },
        _ => media::control::Event::Refused {
            peer,
            found: String::new(),
            allowed: String::new(),
        },
    }
}

/// Plays the orders to the media plane: at the end, whoever is let in belongs to a call, whoever is recorded too.
pub(crate) fn gates_follow_the_queue(stage: &Stage) {
    use media::control::Command;
    use std::collections::{BTreeMap, BTreeSet};
    let (mut rooms, mut recorded, mut open) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    for command in &stage.media {
        match command {
            Command::Feel { .. } => {}
            Command::Share { peer, shares } => {
                assert!(!shares || open.contains(peer), "seen before being let in");
            }
            Command::Join {
                room,
                peer,
                participant,
                ..
            } => {
                // The media plane drops the participant's earlier peer by itself.
                let place = (*room, *participant);
                let replaced = rooms.iter().find(|(_, other)| **other == place);
                if let Some(replaced) = replaced.map(|(peer, _)| *peer) {
                    rooms.remove(&replaced);
                    open.remove(&replaced);
                    recorded.remove(&replaced);
                }
                rooms.insert(*peer, place);
            }
            Command::Admit {
                peer,
                admitted: true,
            } => {
                open.insert(*peer);
            }
            Command::Record {
                peer,
                record: Some(record),
            } => {
                assert!(open.contains(peer), "recorded before being let in");
                recorded.insert(*peer, *record);
            }
            Command::Admit {
                peer,
                admitted: false,
            } => {
                open.remove(peer);
            }
            Command::Record { peer, record: None } => {
                recorded.remove(peer);
            }
            Command::Leave { peer } => {
                open.remove(peer);
                recorded.remove(peer);
            }
            Command::CloseRoom { room } => {
                open.retain(|peer| rooms.get(peer).map(|place| place.0) != Some(*room));
                recorded.retain(|peer, _| rooms.get(peer).map(|place| place.0) != Some(*room));
            }
        }
    }
    // Whom the media plane has lost it neither passes on nor records.
    open.retain(|peer| !stage.gone.contains(peer));
    recorded.retain(|peer, _| !stage.gone.contains(peer));
    let in_call: Vec<u64> = stage
        .kept
        .values()
        .flat_map(|office| office.visits())
        .filter(|visit| matches!(visit.state, queue::VisitState::InCall { .. }))
        .map(|visit| visit.id.0)
        .collect();
    assert!(
        recorded.values().all(|record| in_call.contains(record)),
        "recorded outside a call"
    );
    assert!(open.len() <= in_call.len() * 6, "let in outside a call");
}

#[cfg(not(fuzzing))]
#[test]
fn whatever_people_say_that_fuzzing_found_is_answered() {
    sim::kept("switchboard")
        .iter()
        .for_each(|kept| switchboard(kept));
}
