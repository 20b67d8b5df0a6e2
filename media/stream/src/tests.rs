//! Streams over real sockets and pipes, to real workers.

use std::net::SocketAddr;

use crossbeam_channel::{Receiver, bounded};
use is::stun::{StunMessage, TransId};
use is::{DefaultSha1HmacProvider, Sha1HmacProvider as _};
use media::RelayKey;
use media::control::{Command, Event, PeerId, RoomId};
use media_packet::capture::Block;
use media_udp::Workers;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio::net::TcpStream;

use crate::turn::tests_support::{Asker, allocated, channel_bound};
use crate::{Gate, Relay, framing};

const OFFER: &str = include_str!("../../tests/vectors/offer-chromium-156.sdp");
/// Fragment of that offer.
const TCP: &str = "192.0.2.7:443";

struct Plane {
    workers: Workers,
    heard: Receiver<Event>,
    _recorded: Receiver<Block>,
}

impl Plane {
    fn start() -> Self {
        let (events, heard) = bounded(64);
        let (blocks, recorded) = bounded(8);
        let settings = media::Settings {
            bind: [127, 0, 0, 1].into(),
            announced: vec![[127, 0, 0, 1].into()],
            base_port: 0,
            workers: 2,
            receive_buffer_bytes: 64 * 1024,
            send_buffer_bytes: 64 * 1024,
            peers_max: 10,
        };
        let workers = Workers::start_with(
            (&settings, &[TCP.parse().unwrap()]),
            &events,
            &blocks,
            &crossbeam_channel::never(),
        )
        .unwrap();
        Self {
            workers,
            heard,
            _recorded: recorded,
        }
    }

    /// Joins a room of the second worker; returns the answer.
    fn join(&mut self) -> String {
        let offer = OFFER.to_owned();
        let (room, peer) = (RoomId(1), PeerId(1));
        let participant = 0;
        let join = Command::Join {
            room,
            peer,
            participant,
            offer,
        };
        self.workers.send(&join).unwrap();
        loop {
            if let Event::Answered { answer, .. } = self.heard.recv().unwrap() {
                return answer;
            }
        }
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

fn check(answer: &str, password: &str) -> Vec<u8> {
    let name = format!(
        "{}:{}",
        value(answer, "a=ice-ufrag:"),
        value(OFFER, "a=ice-ufrag:")
    );
    let message = StunMessage::binding_request(&name, TransId::new(), true, 1, 1, true);
    let mut bytes = vec![0; 200];
    let len = message
        .to_bytes(Some(password.as_bytes()), &mut bytes, sha1)
        .unwrap();
    bytes.truncate(len);
    bytes
}

fn framed(datagram: &[u8]) -> Vec<u8> {
    [&framing::head(datagram).unwrap(), datagram].concat()
}

/// Serves the TCP port; returns where.
fn listen(plane: &Plane) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    drop(tokio::spawn(crate::serve(
        listener,
        plane.workers.streams(),
    )));
    address
}

#[tokio::test]
async fn a_check_over_tcp_is_answered_by_the_worker_that_its_fragment_names() {
    let mut plane = Plane::start();
    let answer = plane.join();
    assert!(
        answer.contains(" tcp ") && answer.contains("192.0.2.7 443 typ host tcptype passive"),
        "{answer}"
    );
    let mut stream = TcpStream::connect(listen(&plane)).await.unwrap();
    let ours = stream.local_addr().unwrap();
    let bytes = framed(&check(&answer, value(&answer, "a=ice-pwd:")));
    // However the network cuts it.
    for part in bytes.chunks(7) {
        stream.write_all(part).await.unwrap();
    }
    let len = stream.read_u16().await.unwrap();
    let mut reply = vec![0; usize::from(len)];
    stream.read_exact(&mut reply).await.unwrap();
    let reply = StunMessage::parse(&reply).unwrap();
    assert!(reply.verify(value(&answer, "a=ice-pwd:").as_bytes(), sha1));
    assert_eq!(reply.mapped_address(), Some(ours));
    plane.workers.stop();
}

#[tokio::test]
async fn a_connection_that_begins_with_anything_else_is_closed_unanswered() {
    let mut plane = Plane::start();
    let answer = plane.join();
    let address = listen(&plane);
    let mut nobodys = check(&answer, "guess");
    nobodys[24..26].copy_from_slice(b"ff");
    for bytes in [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        vec![0, 0],
        framed(&[0x80; 40]),
        framed(&nobodys),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        let mut heard = Vec::new();
        // Closed, or reset because of what was not read.
        drop(stream.read_to_end(&mut heard).await);
        assert_eq!(heard, [], "{bytes:02x?}");
    }
    plane.workers.stop();
}

#[tokio::test]
async fn a_check_through_the_relay_is_answered_through_the_relay() {
    let mut plane = Plane::start();
    let answer = plane.join();
    let key = RelayKey::new([9; 32]);
    let (name, password) = key.issue(1, 1, i64::MAX);
    let media = plane.workers.addresses();
    let relay = Relay {
        key,
        reach: media.iter().copied().zip(0..).collect(),
        relayed: [127, 0, 0, 1].into(),
    };
    let gate = Gate::new(relay, plane.workers.streams());
    let (mut client, server) = duplex(4_096);
    let source: SocketAddr = "198.51.100.1:4444".parse().unwrap();
    let serving = tokio::spawn(async move { gate.serve(server, source).await });
    let mut asker = Asker::new(name, password);
    allocated(&mut client, &mut asker).await;
    // The room is the second worker's.
    channel_bound(&mut client, &asker, 0x4003, media[1]).await;
    let datagram = check(&answer, value(&answer, "a=ice-pwd:"));
    let len = u16::try_from(datagram.len()).unwrap().to_be_bytes();
    client
        .write_all(&[&[0x40, 3], &len[..], &datagram].concat())
        .await
        .unwrap();
    let (channel, len) = (
        client.read_u16().await.unwrap(),
        client.read_u16().await.unwrap(),
    );
    assert_eq!(channel, 0x4003);
    let mut reply = vec![0; usize::from(len)];
    client.read_exact(&mut reply).await.unwrap();
    let reply = StunMessage::parse(&reply).unwrap();
    assert!(reply.verify(value(&answer, "a=ice-pwd:").as_bytes(), sha1));
    assert_eq!(reply.mapped_address(), Some(source));
    drop(client);
    serving.await.unwrap();
    plane.workers.stop();
}
