use super::message::tests::request;
use super::*;

const MEDIA: &str = "192.0.2.1:10000";

#[expect(clippy::disallowed_methods, reason = "a base for virtual time")]
fn start() -> Now {
    Now {
        instant: Instant::now(),
        utc_s: 1_000,
    }
}

fn relay() -> Arc<Relay> {
    let reach = [
        (MEDIA, 0),
        ("192.0.2.1:10001", 1),
        ("[2001:db8::1]:10000", 0),
    ];
    Arc::new(Relay {
        key: RelayKey::new([5; 32]),
        reach: reach
            .map(|(address, worker)| (address.parse().unwrap(), worker))
            .into(),
        relayed: "192.0.2.1".parse().unwrap(),
    })
}

/// A client with what its requests need.
struct Stage {
    client: Client,
    name: String,
    key: [u8; 16],
    now: Now,
}

impl Stage {
    fn new() -> Self {
        let relay = relay();
        let (name, password) = relay.key.issue(7, 1, 2_000);
        let key = long_term_key(&name, REALM, &password);
        let source = "198.51.100.9:5000".parse().unwrap();
        let client = Client::new(relay, source, "nonce".to_owned());
        let now = start();
        Self {
            client,
            name,
            key,
            now,
        }
    }

    fn allocated() -> Self {
        let mut stage = Self::new();
        let asked = stage.ask(Method::Allocate, |writer| {
            writer.attribute(attribute::REQUESTED_TRANSPORT, &[UDP, 0, 0, 0])
        });
        assert_eq!(asked, [Action::Allocate(stage.name.clone())]);
        let answer = stage.client.allocated(Some(Quota::default()), stage.now);
        assert_eq!(kind(&answer), 0x0103);
        stage
    }

    fn ask(&mut self, method: Method, fill: impl FnOnce(&mut Writer)) -> Vec<Action> {
        let name = self.name.clone();
        let bytes = request(
            method,
            |writer| {
                writer.attribute(attribute::USERNAME, name.as_bytes());
                writer.attribute(attribute::REALM, REALM.as_bytes());
                writer.attribute(attribute::NONCE, b"nonce");
                fill(writer);
            },
            Some(&self.key),
        );
        self.client.hear(&bytes, self.now)
    }

    fn bind(&mut self, number: u16, peer: &str) -> Vec<Action> {
        let peer = peer.parse().unwrap();
        self.ask(Method::ChannelBind, |writer| {
            writer.attribute(
                attribute::CHANNEL_NUMBER,
                &[number.to_be_bytes(), [0, 0]].concat(),
            );
            writer.address(attribute::XOR_PEER_ADDRESS, peer);
        })
    }

    fn permit(&mut self, peers: &[&str]) -> Vec<Action> {
        self.ask(Method::CreatePermission, |writer| {
            peers.iter().for_each(|peer| {
                writer.address(attribute::XOR_PEER_ADDRESS, peer.parse().unwrap())
            });
        })
    }

    fn send(&mut self, peer: &str) -> Vec<Action> {
        let bytes = request(
            Method::Send,
            |writer| {
                writer.address(attribute::XOR_PEER_ADDRESS, peer.parse().unwrap());
                writer.attribute(attribute::DATA, b"data");
            },
            None,
        );
        self.client.hear(&bytes, self.now)
    }
}

/// Kind of the answer that comes first.
fn kind(actions: &[Action]) -> u16 {
    match actions.first() {
        Some(Action::Reply(bytes)) => u16::from_be_bytes([bytes[0], bytes[1]]),
        other => panic!("{other:?}"),
    }
}

/// Code of the error that comes first.
fn error(actions: &[Action]) -> u16 {
    let Some(Action::Reply(bytes)) = actions.first() else {
        panic!("{actions:?}");
    };
    let at = bytes
        .windows(2)
        .position(|two| two == attribute::ERROR_CODE.to_be_bytes())
        .unwrap();
    u16::from(bytes[at + 6]) * 100 + u16::from(bytes[at + 7])
}

fn forward(worker: u8, peer: &str, data: &[u8]) -> Vec<Action> {
    let (peer, data) = (peer.parse().unwrap(), data.to_vec());
    vec![Action::Forward { worker, peer, data }]
}

#[test]
fn a_browser_allocates_binds_and_is_passed_on_to_the_worker_of_the_port() {
    let mut stage = Stage::allocated();
    let bound = stage.bind(0x4001, "192.0.2.1:10001");
    assert_eq!(kind(&bound), 0x0109);
    let peer = "192.0.2.1:10001".parse().unwrap();
    assert_eq!(
        bound[1],
        Action::Channel {
            peer,
            number: 0x4001
        }
    );
    assert_eq!(
        stage.client.hear(&[0x40, 1, 0, 2, 8, 9], stage.now),
        forward(1, "192.0.2.1:10001", &[8, 9])
    );
    assert_eq!(kind(&stage.permit(&[MEDIA])), 0x0108);
    assert_eq!(stage.send(MEDIA), forward(0, MEDIA, b"data"));
}

#[test]
fn nothing_but_our_media_addresses_is_reached() {
    let mut stage = Stage::allocated();
    // CVE-2020-26262: loopback, the unspecified address, the network of the server, its other ports.
    for peer in [
        "127.0.0.1:10000",
        "0.0.0.0:10000",
        "[::1]:10000",
        "10.0.0.1:22",
        "[::ffff:127.0.0.1]:10000",
    ] {
        assert_eq!(error(&stage.permit(&[MEDIA, peer])), 403, "{peer}");
        stage.client.failures = 0;
        assert_eq!(error(&stage.bind(0x4000, peer)), 403, "{peer}");
        stage.client.failures = 0;
        assert_eq!(stage.send(peer), [], "{peer}");
    }
    assert_eq!(
        stage.send(MEDIA),
        [],
        "the refused request permitted nothing at all"
    );
    assert_eq!(kind(&stage.permit(&[MEDIA])), 0x0108);
    assert_eq!(
        stage.send("192.0.2.1:22"),
        [],
        "an address of ours, but no media"
    );
    assert_eq!(error(&stage.bind(0x4000, "192.0.2.1:22")), 403);
}

#[test]
fn nobody_is_passed_on_without_credentials() {
    let mut stage = Stage::new();
    assert_eq!(stage.send(MEDIA), []);
    assert_eq!(
        stage.client.hear(&[0x40, 0, 0, 1, 1], stage.now),
        [Action::Close]
    );
    let bare = request(Method::Allocate, |_| (), None);
    assert_eq!(error(&stage.client.hear(&bare, stage.now)), 401);
    let transport =
        |writer: &mut Writer| writer.attribute(attribute::REQUESTED_TRANSPORT, &[UDP, 0, 0, 0]);
    stage.now.utc_s = 2_000;
    assert_eq!(
        error(&stage.ask(Method::Allocate, transport)),
        401,
        "expired"
    );
    stage.now.utc_s = 1_999;
    stage.key[0] ^= 1;
    assert_eq!(
        error(&stage.ask(Method::Allocate, transport)),
        401,
        "another password"
    );
    stage.key[0] ^= 1;
    assert_eq!(error(&stage.ask(Method::Refresh, |_| ())), 437);
    assert_eq!(error(&stage.ask(Method::Allocate, |_| ())), 442);
    assert_eq!(stage.ask(Method::Allocate, transport).len(), 1);
    assert_eq!(error(&stage.client.allocated(None, stage.now)), 486);
    assert_eq!(stage.send(MEDIA), []);
}

#[test]
fn guessing_ends_the_connection() {
    let mut stage = Stage::new();
    let bare = request(Method::Allocate, |_| (), None);
    for _ in 0..FAILURES_MAX {
        assert_eq!(error(&stage.client.hear(&bare, stage.now)), 401);
    }
    assert_eq!(stage.client.hear(&bare, stage.now), [Action::Close]);
}

#[test]
fn permissions_channels_and_allocations_end_unless_refreshed() {
    let mut stage = Stage::allocated();
    stage.permit(&[MEDIA]);
    stage.bind(0x4001, "[2001:db8::1]:10000");
    stage.now.instant += PERMISSION + Duration::from_millis(1);
    assert_eq!(stage.send(MEDIA), []);
    stage.permit(&[MEDIA]);
    assert_eq!(stage.send(MEDIA).len(), 1);
    // The credentials have expired; the allocation lives on.
    stage.now.utc_s = 99_999;
    assert_eq!(kind(&stage.ask(Method::Refresh, |_| ())), 0x0104);
    assert_eq!(stage.client.until(), Some(stage.now.instant + LIFETIME));
    stage.now.instant += CHANNEL;
    assert_eq!(stage.client.hear(&[0x40, 1, 0, 1, 1], stage.now), []);
    let none = |writer: &mut Writer| writer.attribute(attribute::LIFETIME, &[0; 4]);
    assert_eq!(stage.ask(Method::Refresh, none), [Action::Close]);
}

#[test]
fn who_sends_too_much_is_not_passed_on_for_a_while() {
    let mut stage = Stage::allocated();
    stage.bind(0x4001, MEDIA);
    let mut datagram = vec![0x40, 1, 0x05, 0xdc];
    datagram.resize(1_504, 0);
    let passed = |stage: &mut Stage| {
        (0..2_000)
            .filter(|_| !stage.client.hear(&datagram, stage.now).is_empty())
            .count()
    };
    assert_eq!(passed(&mut stage), 1_000);
    stage.now.instant += Duration::from_millis(100);
    assert_eq!(passed(&mut stage), 100);
}

#[test]
fn datagrams_through_the_relay_have_a_rate_however_small_they_are() {
    let mut stage = Stage::allocated();
    stage.bind(0x4001, MEDIA);
    let passed = |stage: &mut Stage, datagram: &[u8]| {
        (0..30_000)
            .filter(|_| !stage.client.hear(datagram, stage.now).is_empty())
            .count()
    };
    assert_eq!(passed(&mut stage, &[0x40, 1, 0, 1, 7]), 2_000);
    stage.now.instant += Duration::from_millis(128);
    assert_eq!(passed(&mut stage, &[0x40, 1, 0, 1, 7]), 256);
}

#[test]
fn a_channel_has_one_peer_and_a_peer_one_channel() {
    let mut stage = Stage::allocated();
    assert_eq!(kind(&stage.bind(0x4001, MEDIA)), 0x0109);
    assert_eq!(kind(&stage.bind(0x4001, MEDIA)), 0x0109, "a refresh");
    assert_eq!(error(&stage.bind(0x4001, "192.0.2.1:10001")), 400);
    assert_eq!(error(&stage.bind(0x4002, MEDIA)), 400);
    assert_eq!(error(&stage.bind(0x5000, "192.0.2.1:10001")), 400);
}
