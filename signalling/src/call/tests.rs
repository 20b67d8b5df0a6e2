//! What a call orders, and in which sequence.

use media::quality::Quality;

use super::*;
use crate::request::ConnectionId;

const VISIT: VisitId = VisitId(77);
/// Citizen and operator, by their bits.
const TWO: People = People(0b110);
const LOBBY: Wanted = Wanted {
    people: TWO,
    admitted: false,
    interval: None,
};
const IN_CALL: Wanted = Wanted {
    admitted: true,
    interval: Some(1),
    ..LOBBY
};

fn peer(id: u64) -> Peer {
    Peer {
        id: PeerId(id),
        by: Offerer::Page(ConnectionId(id)),
        attempt: 1,
        stage: PeerStage::Connected,
        admitted: false,
        recorded: false,
        shares: false,
        slots: Vec::new(),
        quality: Quality::default(),
    }
}

/// Orders as short words, so that their sequence can be read.
fn words(orders: &[Order]) -> Vec<String> {
    let word = |order: &Order| match order {
        Order::Media(Command::Join { peer, .. }) => format!("join {}", peer.0),
        Order::Media(Command::Admit { peer, admitted }) => {
            format!("{} {}", if *admitted { "admit" } else { "shut" }, peer.0)
        }
        Order::Media(Command::Share { peer, shares }) => {
            format!("{} {}", if *shares { "share" } else { "hide" }, peer.0)
        }
        Order::Media(Command::Record { peer, record }) => format!(
            "{} {}",
            if record.is_some() { "record" } else { "stop" },
            peer.0
        ),
        Order::Media(Command::Feel { peer, .. }) => format!("feel {}", peer.0),
        Order::Media(Command::Leave { peer }) => format!("leave {}", peer.0),
        Order::Media(Command::CloseRoom { .. }) => "close room".to_owned(),
        Order::Record(RecordCommand::Open { interval, .. }) => format!("open {interval}"),
        Order::Record(RecordCommand::Close { .. }) => "close".to_owned(),
    };
    orders.iter().map(word).collect()
}

fn settled(call: &mut Call, wanted: Wanted) -> Vec<String> {
    let mut orders = Vec::new();
    call.settle(wanted, Timestamp(5), &mut orders);
    words(&orders)
}

fn with_two() -> Call {
    let mut call = Call::new(VISIT, RoomId(1));
    for (participant, id) in [(CITIZEN, 10), (OPERATOR, 20)] {
        assert_eq!(
            call.join(participant, peer(id), String::new(), &mut Vec::new()),
            None
        );
    }
    call
}

#[test]
fn nobody_is_let_in_or_recorded_before_admission() {
    let mut call = with_two();
    assert!(settled(&mut call, LOBBY).is_empty());
    assert_eq!(
        settled(&mut call, IN_CALL),
        ["open 1", "admit 10", "admit 20", "record 10", "record 20"]
    );
    assert!(
        settled(&mut call, IN_CALL).is_empty(),
        "nothing is ordered twice"
    );
}

#[test]
fn captures_end_before_their_log_is_closed() {
    let mut call = with_two();
    settled(&mut call, IN_CALL);
    let interrupted = Wanted {
        people: People::default().with(OPERATOR),
        ..LOBBY
    };
    assert_eq!(
        settled(&mut call, interrupted),
        ["leave 10", "stop 20", "close", "shut 20"]
    );
    assert_eq!(
        settled(
            &mut call,
            Wanted {
                interval: Some(2),
                ..IN_CALL
            }
        ),
        ["open 2", "admit 20", "record 20"]
    );
}

#[test]
fn a_peer_that_comes_back_in_the_call_is_let_in_by_itself() {
    let mut call = with_two();
    settled(&mut call, IN_CALL);
    let mut again = peer(11);
    again.stage = PeerStage::Joining;
    assert_eq!(
        call.join(CITIZEN, again, String::new(), &mut Vec::new()),
        Some(PeerId(10))
    );
    assert!(
        settled(&mut call, IN_CALL).is_empty(),
        "not before the media plane has answered"
    );
    call.peer_mut(PeerId(11)).unwrap().stage = PeerStage::Answered;
    assert_eq!(settled(&mut call, IN_CALL), ["admit 11", "record 11"]);
}

#[test]
fn a_screen_is_seen_only_while_its_owner_is_let_in() {
    let mut call = with_two();
    call.share(Some(CITIZEN));
    assert!(settled(&mut call, LOBBY).is_empty());
    let orders = settled(&mut call, IN_CALL);
    assert_eq!(orders.last().map(String::as_str), Some("share 10"));
    call.share(Some(OPERATOR));
    assert_eq!(settled(&mut call, IN_CALL), ["hide 10", "share 20"]);
    call.share(None);
    assert_eq!(settled(&mut call, IN_CALL), ["hide 20"]);
    call.share(Some(CITIZEN));
    settled(&mut call, IN_CALL);
    let operator_alone = Wanted {
        people: People::default().with(OPERATOR),
        admitted: false,
        ..LOBBY
    };
    settled(&mut call, operator_alone);
    assert_eq!(call.sharing(), None, "who left shares nothing");
}

#[test]
fn a_guest_is_let_in_and_recorded_with_the_others_and_sent_away_alone() {
    let mut call = with_two();
    settled(&mut call, IN_CALL);
    let guest = 3;
    call.join(guest, peer(30), String::new(), &mut Vec::new());
    assert_eq!(
        settled(&mut call, IN_CALL),
        ["leave 30"],
        "whoever is not wanted does not stay"
    );
    let with_guest = Wanted {
        people: TWO.with(guest),
        ..IN_CALL
    };
    call.join(guest, peer(31), String::new(), &mut Vec::new());
    assert_eq!(settled(&mut call, with_guest), ["admit 31", "record 31"]);
    assert_eq!(settled(&mut call, IN_CALL), ["leave 31"]);
}

#[test]
fn closing_the_room_closes_the_recording_first() {
    let mut call = with_two();
    settled(&mut call, IN_CALL);
    let mut orders = Vec::new();
    assert_eq!(call.close(&mut orders), [PeerId(10), PeerId(20)]);
    assert_eq!(
        words(&orders),
        ["stop 10", "stop 20", "close", "close room"]
    );
}

#[test]
fn an_unrecorded_call_orders_no_recording() {
    let mut call = with_two();
    assert_eq!(
        settled(
            &mut call,
            Wanted {
                interval: None,
                ..IN_CALL
            }
        ),
        ["admit 10", "admit 20"]
    );
}
