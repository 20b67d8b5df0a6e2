//! Workers with real sockets on loopback.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks only at what it asks for"
)]

use std::net::{IpAddr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use is::DefaultSha1HmacProvider;
use is::Sha1HmacProvider as _;
use is::stun::{StunMessage, TransId};
use media::control::{Command, Event, PeerId, RoomId};
use media_packet::capture::Block;

use crate::Workers;

const OFFER: &str = include_str!("../../tests/vectors/offer-chromium-156.sdp");
const PATIENCE: Duration = Duration::from_secs(20);

fn start(workers: u8) -> (Workers, Receiver<Event>, Receiver<Block>) {
    start_at(workers, [127, 0, 0, 1].into(), &[[127, 0, 0, 1].into()])
}

fn start_at(
    workers: u8,
    bind: IpAddr,
    announced: &[IpAddr],
) -> (Workers, Receiver<Event>, Receiver<Block>) {
    let (events, heard) = bounded(64);
    let (blocks, recorded) = bounded(8);
    let settings = media::Settings {
        bind,
        announced: announced.to_vec(),
        base_port: 0,
        workers,
        receive_buffer_bytes: 64 * 1024,
        send_buffer_bytes: 64 * 1024,
        peers_max: 10,
    };
    (
        Workers::start(&settings, &events, &blocks, &crossbeam_channel::never()).unwrap(),
        heard,
        recorded,
    )
}

fn join(workers: &mut Workers, heard: &Receiver<Event>, room: u64) -> String {
    let (room, peer) = (RoomId(room), PeerId(room));
    workers
        .send(&Command::Join {
            room,
            peer,
            participant: 0,
            offer: OFFER.to_owned(),
        })
        .unwrap();
    match heard.recv_timeout(PATIENCE).unwrap() {
        Event::Answered { answer, .. } => answer,
        other => panic!("{other:?}"),
    }
}

fn value<'a>(text: &'a str, key: &str) -> &'a str {
    text.lines()
        .find_map(|line| line.strip_prefix(key))
        .unwrap()
}

fn sha1(key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
    DefaultSha1HmacProvider.sha1_hmac(key, payloads)
}

#[test]
fn a_check_is_answered_over_the_socket_of_the_rooms_worker_and_a_wrong_one_is_not() {
    let (mut workers, heard, _recorded) = start(2);
    for room in [4, 5] {
        let answer = join(&mut workers, &heard, room);
        let port: u16 = value(&answer, "a=candidate:1 1 udp 2130706431 127.0.0.1 ")
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let server = SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(
            Some(&server),
            workers.addresses().get(usize::try_from(room % 2).unwrap())
        );
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let theirs = value(OFFER, "a=ice-ufrag:");
        let name = format!("{}:{theirs}", value(&answer, "a=ice-ufrag:"));
        let right = TransId::new();
        for (password, transaction) in [
            ("wrong", TransId::new()),
            (value(&answer, "a=ice-pwd:"), right),
        ] {
            let check = StunMessage::binding_request(&name, transaction, true, 1, 1, true);
            let mut bytes = [0; 200];
            let len = check
                .to_bytes(Some(password.as_bytes()), &mut bytes, sha1)
                .unwrap();
            socket.send_to(&bytes[..len], server).unwrap();
        }
        let mut bytes = [0; 200];
        let (len, from) = socket.recv_from(&mut bytes).unwrap();
        let reply = StunMessage::parse(&bytes[..len]).unwrap();
        assert_eq!(
            (from, reply.trans_id()),
            (server, right),
            "the first answer is to the right check"
        );
        assert_eq!(reply.mapped_address(), Some(socket.local_addr().unwrap()));
    }
    let stats = workers.stats();
    assert_eq!(
        stats.iter().map(|worker| worker.peers).collect::<Vec<_>>(),
        [1, 1]
    );
    assert_eq!(
        stats.iter().map(|worker| worker.stun_refused).sum::<u64>(),
        2
    );
    workers.stop();
}

#[test]
fn commands_wake_a_sleeping_worker_and_reach_the_worker_that_has_the_peer() {
    let (mut workers, heard, _recorded) = start(2);
    join(&mut workers, &heard, 5);
    workers
        .send(&Command::Admit {
            peer: PeerId(5),
            admitted: true,
        })
        .unwrap();
    workers.send(&Command::Leave { peer: PeerId(5) }).unwrap();
    assert_eq!(
        workers
            .stats()
            .iter()
            .map(|worker| worker.peers)
            .sum::<u64>(),
        0
    );
    workers.stop();
    assert!(
        heard.recv_timeout(PATIENCE).is_err(),
        "who leaves by command is not reported"
    );
}

#[test]
fn a_recording_that_is_open_at_the_end_is_handed_over() {
    let (mut workers, heard, recorded) = start(1);
    join(&mut workers, &heard, 1);
    let peer = PeerId(1);
    workers
        .send(&Command::Admit {
            peer,
            admitted: true,
        })
        .unwrap();
    workers
        .send(&Command::Record {
            peer,
            record: Some(9),
        })
        .unwrap();
    workers.stop();
    let blocks: Vec<_> = recorded.iter().collect();
    assert_eq!(
        blocks
            .iter()
            .map(|block| (block.record, block.entries))
            .collect::<Vec<_>>(),
        [(9, 2)]
    );
}

#[test]
fn wrong_settings_are_named() {
    let (events, _heard) = bounded(1);
    let (blocks, _recorded) = bounded(1);
    let settings = media::Settings {
        bind: [127, 0, 0, 1].into(),
        announced: Vec::new(),
        base_port: 0,
        workers: 0,
        receive_buffer_bytes: 1,
        send_buffer_bytes: 1,
        peers_max: 1,
    };
    let error =
        Workers::start(&settings, &events, &blocks, &crossbeam_channel::never()).unwrap_err();
    assert_eq!(error.to_string(), "workers is 0, allowed is 1 to 64");
}

#[test]
fn one_socket_serves_ipv4_and_ipv6_under_their_own_addresses() {
    let announced = [[127, 0, 0, 1].into(), Ipv6Addr::LOCALHOST.into()];
    let (mut workers, heard, _recorded) = start_at(1, Ipv6Addr::UNSPECIFIED.into(), &announced);
    let answer = join(&mut workers, &heard, 1);
    let theirs = value(OFFER, "a=ice-ufrag:");
    let name = format!("{}:{theirs}", value(&answer, "a=ice-ufrag:"));
    for server in workers.addresses() {
        let own = SocketAddr::new(server.ip(), 0);
        // A machine without IPv6 has nothing to show here.
        let Ok(socket) = UdpSocket::bind(own) else {
            continue;
        };
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let check = StunMessage::binding_request(&name, TransId::new(), true, 1, 1, true);
        let mut bytes = [0; 200];
        let password = value(&answer, "a=ice-pwd:").as_bytes();
        let len = check.to_bytes(Some(password), &mut bytes, sha1).unwrap();
        socket.send_to(&bytes[..len], server).unwrap();
        let (len, from) = socket.recv_from(&mut bytes).unwrap();
        let reply = StunMessage::parse(&bytes[..len]).unwrap();
        assert_eq!(&from, server);
        assert_eq!(reply.mapped_address(), Some(socket.local_addr().unwrap()));
    }
    workers.stop();
}
