//! Hostile offers and packets against the running server, and a call with real media beside them that does not notice.

use std::{
    net::{SocketAddr, UdpSocket},
    sync::{Arc, OnceLock},
};

use signalling::protocol::{
    call::RefusalCode,
    citizen::{CitizenStep, FromCitizen},
    operator::{FromOperator, OperatorStep},
    person::FromPerson,
};
use sim::Chance;
use ventanilla_bench::call::{Call, Detour};

use crate::{
    beside::{begin, metric, noticed_nothing},
    client::{Citizen, DEVICE, ON, Operator, into_the_call, sign_in, take_turn},
    process::Process,
    wire,
};

const SEED: u64 = 20_261_124;

/// Rounds of a storm, and packets of one: paced by the packets of the call beside it, a few of which come between two rounds.
const ROUNDS: u64 = 150;
const PACKETS: u64 = 60;
const BETWEEN: u64 = 4;

/// A way round that leads nowhere else: it only tells where the server's media port is.
fn telling(port: &Arc<OnceLock<SocketAddr>>) -> Detour {
    let port = Arc::clone(port);
    Detour::new(move |server| *port.get_or_init(|| server))
}

#[tokio::test]
async fn garbage_and_strangers_packets_touch_no_call() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let port = Arc::new(OnceLock::new());
    let mut call = begin(&process, data.path(), Some(telling(&port))).await;
    let server = *port.get().unwrap();
    let sockets: Vec<UdpSocket> = (0..8)
        .map(|_| UdpSocket::bind("127.0.0.1:0").unwrap())
        .collect();
    let mut chance = Chance::from_seed(SEED);
    let mut received = 0;
    for _ in 0..ROUNDS {
        for _ in 0..PACKETS {
            let packet = hostile_packet(&mut chance);
            let socket = chance.any_of(&sockets).unwrap();
            socket.send_to(&packet, server).unwrap();
        }
        received += BETWEEN;
        call.received(received).await.unwrap();
    }
    let refused = ["datagrams_unknown", "stun_refused", "dtls_refused"];
    // The counters are told once a second; some packets may have found the socket's buffer full.
    let told = counted(
        &mut call,
        &mut received,
        &process,
        &refused,
        ROUNDS * PACKETS / 2,
    )
    .await;
    assert!(told, "seed {SEED}: the storm did not arrive");
    noticed_nothing(call, received).await;
    process.kill();
}

#[tokio::test]
async fn packets_sent_again_and_bent_ones_change_nothing() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let detour = Detour::new(wire::repeat_everything);
    let mut call = begin(&process, data.path(), Some(detour)).await;
    let mut received = 900;
    call.received(received).await.unwrap();
    // Each packet of the two was sent three times by its own address and twice by a stranger.
    let told = counted(&mut call, &mut received, &process, &["srtp_refused"], 900).await;
    assert!(told, "nothing was refused");
    let strange = counted(
        &mut call,
        &mut received,
        &process,
        &["datagrams_unknown"],
        900,
    )
    .await;
    assert!(strange, "the stranger's packets did not arrive");
    noticed_nothing(call, received).await;
    process.kill();
}

/// Waits, some seconds of the call, until these counters of the media plane together have come to `least`.
async fn counted(
    call: &mut Call,
    received: &mut u64,
    process: &Process,
    names: &[&str],
    least: u64,
) -> bool {
    for _ in 0..20 {
        let mut sum = 0;
        for name in names {
            sum += metric(process.server, &format!("media_{name}_total")).await;
        }
        if sum >= least {
            return true;
        }
        *received += 150;
        call.received(*received).await.unwrap();
    }
    false
}

/// Something that is not for this port: noise, and packets of each kind from somebody who has no key.
fn hostile_packet(chance: &mut Chance) -> Vec<u8> {
    let noise: [u8; 1_400] = chance.bytes();
    let length = usize::try_from(chance.below(1_400)).unwrap();
    let mut packet = noise[..length].to_vec();
    let head: &[u8] = match chance.below(6) {
        // STUN: a binding request with a true cookie, and attributes that are noise.
        0 => &[0, 1, 0x05, 0x00, 0x21, 0x12, 0xa4, 0x42],
        // STUN: a success response that nobody asked for.
        1 => &[1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42],
        // DTLS 1.2: a handshake record.
        2 => &[22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0x05, 0x00, 1],
        // RTP with the voice's payload type; a receiver report.
        3 => &[0x80, 111],
        4 => &[0x80, 201, 0, 7],
        _ => &[],
    };
    let shared = head.len().min(packet.len());
    packet[..shared].copy_from_slice(&head[..shared]);
    packet
}

#[tokio::test]
async fn offers_that_are_bombs_are_refused_by_what_was_found() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let call = begin(&process, data.path(), None).await;
    let mut operator = Operator::open(
        process.server,
        &sign_in(process.server, "operator", "operador1").await,
    )
    .await;
    operator.say(&FromOperator::Seek {}).await;
    let (cookie, _) = take_turn(process.server, 1).await;
    let mut citizen = Citizen::open(process.server, &cookie, DEVICE).await;
    citizen
        .say(&FromCitizen::Confirm {
            devices: ON,
            line: None,
        })
        .await;
    into_the_call(&mut citizen, &mut operator).await;

    let head = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    let section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n";
    let bombs = [
        (format!("{head}{}", section.repeat(500)), "sections"),
        (
            format!("{head}{section}{}", "a=x\r\n".repeat(5_000)),
            "lines",
        ),
        (
            format!(
                "{head}m=audio 9 UDP/TLS/RTP/SAVPF{}\r\n",
                " 111".repeat(5_000)
            ),
            "",
        ),
        (
            format!("{head}{section}{}", "a=extmap:1 urn:x\r\n".repeat(100)),
            "",
        ),
        (format!("{head}{section}a=\0\r\n"), ""),
        ("nonsense".to_owned(), ""),
        (String::new(), ""),
    ];
    for (attempt, (sdp, found)) in (1..).zip(bombs) {
        citizen
            .say(&FromCitizen::Person(FromPerson::Offer { attempt, sdp }))
            .await;
        let refusal = citizen.refusal().await;
        assert!(
            matches!(refusal.code, RefusalCode::Offer | RefusalCode::TooFast),
            "{refusal:?}"
        );
        assert!(
            refusal.found.contains(found) || refusal.allowed.contains(found),
            "{refusal:?}"
        );
    }
    // His own call goes on too: he is still in it, and can end it.
    citizen.say(&FromCitizen::HangUp {}).await;
    citizen
        .until("interrupted", |view| {
            matches!(view.step, CitizenStep::Interrupted { .. }).then_some(())
        })
        .await;
    noticed_nothing(call, 0).await;
    process.kill();
}

#[tokio::test]
async fn two_operators_after_one_citizen_get_one_each() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let server = process.server;
    let call = begin(&process, data.path(), None).await;
    let mut first = seeking(&process, "operador1").await;
    let mut second = seeking(&process, "operador2").await;
    let mut citizen = confirmed(&process).await;
    let to_first = tokio::select! {
        () = first.until("assigned", assigned) => true,
        () = second.until("assigned", assigned) => false,
    };
    let (winner, loser) = if to_first {
        (&mut first, &mut second)
    } else {
        (&mut second, &mut first)
    };
    // The other one reaches for the same citizen all the same, at every step.
    for message in [
        FromOperator::Start {},
        FromOperator::Admit { participant: 1 },
        FromOperator::EndMeeting {},
    ] {
        loser.say(&message).await;
        assert_eq!(loser.refusal().await.code, RefusalCode::OutOfOrder);
    }
    into_the_call(&mut citizen, winner).await;
    // The next citizen is his.
    let mut next = confirmed(&process).await;
    loser.until("assigned", assigned).await;
    into_the_call(&mut next, loser).await;
    assert_eq!(metric(server, "calls_in_progress").await, 3);
    noticed_nothing(call, 0).await;
    process.kill();
}

async fn seeking(process: &Process, account: &str) -> Operator {
    let cookie = sign_in(process.server, "operator", account).await;
    let mut operator = Operator::open(process.server, &cookie).await;
    operator.say(&FromOperator::Seek {}).await;
    operator
        .until("seeking", |view| {
            matches!(view.step, OperatorStep::Seeking { .. }).then_some(())
        })
        .await;
    operator
}

async fn confirmed(process: &Process) -> Citizen {
    let (cookie, _) = take_turn(process.server, 1).await;
    let mut citizen = Citizen::open(process.server, &cookie, DEVICE).await;
    citizen
        .say(&FromCitizen::Confirm {
            devices: ON,
            line: None,
        })
        .await;
    citizen
}

fn assigned(view: &signalling::protocol::operator::OperatorView) -> Option<()> {
    matches!(view.step, OperatorStep::Assigned { .. }).then_some(())
}

#[tokio::test]
async fn malformed_messages_and_a_second_device_disturb_no_call() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let call = begin(&process, data.path(), None).await;
    let mut operator = seeking(&process, "operador1").await;
    let (cookie, _) = take_turn(process.server, 1).await;
    let mut citizen = Citizen::open(process.server, &cookie, DEVICE).await;
    citizen
        .say(&FromCitizen::Confirm {
            devices: ON,
            line: None,
        })
        .await;
    into_the_call(&mut citizen, &mut operator).await;
    // A second device in the middle of the call, and again.
    for device in ["device0000000002", "device0000000003"] {
        let mut second = Citizen::open(process.server, &cookie, device).await;
        assert_eq!(second.refusal().await.code, RefusalCode::OtherDevice);
        assert_eq!(second.next().await, None, "closed");
    }
    // A page that speaks nonsense until it is cut.
    let (cookie, _) = take_turn(process.server, 1).await;
    let mut noisy = Citizen::open(process.server, &cookie, DEVICE).await;
    for _ in 0..8 {
        noisy
            .socket
            .send_text("{\"type\":\"admit\"}".to_owned())
            .await;
        noisy.refusal().await;
    }
    // The call of the first two goes on in order.
    operator.say(&FromOperator::EndMeeting {}).await;
    operator
        .until("the form", |view| {
            matches!(view.step, OperatorStep::WrapUp { .. }).then_some(())
        })
        .await;
    noticed_nothing(call, 0).await;
    process.kill();
}
