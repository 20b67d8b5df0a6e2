//! A client of the relay as a fuzz target plays it: with and without the right key, so that what stands behind it is reached too.

use super::message::{Method, Writer, attribute, long_term_key};
use super::*;

const NONCE: &str = "nonce";
const METHODS: [Method; 5] = [
    Method::Allocate,
    Method::Refresh,
    Method::CreatePermission,
    Method::ChannelBind,
    Method::Binding,
];

/// A stream of moves: what each is, how many bytes it has, and those. Nothing but our media addresses is reached, nothing before
/// an allocation; what is remembered stays bounded, and no answer is longer than a message may be.
///
/// # Panics
/// When that does not hold.
#[expect(clippy::disallowed_methods, reason = "some time to begin with")]
pub fn turn(mut bytes: &[u8]) {
    let key = RelayKey::new([9; 32]);
    let (name, password) = key.issue(1, 1, 1_000);
    let long_term = long_term_key(&name, REALM, &password);
    let media: [SocketAddr; 3] = [
        ([192, 0, 2, 1], 10_000).into(),
        ([192, 0, 2, 1], 10_001).into(),
        ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 10_000).into(),
    ];
    let relay = Arc::new(Relay {
        key,
        reach: media.into_iter().zip(0..).collect(),
        relayed: media[0].ip(),
    });
    let source = ([198, 51, 100, 9], 5_000).into();
    let mut client = Client::new(Arc::clone(&relay), source, NONCE.to_owned());
    let mut now = Now {
        instant: Instant::now(),
        utc_s: 0,
    };
    while let &[what, len, ref rest @ ..] = bytes {
        let (own, next) = rest.split_at(rest.len().min(len.into()));
        bytes = next;
        let message = match what % 8 {
            // Whatever comes, as it comes.
            0 => own.to_vec(),
            1 => channel(own),
            // Whatever is asked, by somebody who knows the password.
            2..=4 => {
                let method = METHODS[usize::from(what / 8) % METHODS.len()];
                sealed(method, own, &name, &media, &long_term)
            }
            5 => indication(own, &media),
            6 => {
                now.instant += Duration::from_secs(u64::from(len));
                now.utc_s += i64::from(len);
                continue;
            }
            // A stranger's request, with a password of his own.
            _ => sealed(Method::Allocate, own, &name, &media, &[7; 16]),
        };
        let was_allocated = matches!(client.state, State::Allocated(_));
        for action in client.hear(&message, now) {
            match action {
                Action::Reply(answer) => read(&answer),
                Action::Allocate(holder) => {
                    assert_eq!(holder, name);
                    for action in client.allocated((what & 0x80 == 0).then(Quota::default), now) {
                        assert!(matches!(&action, Action::Reply(answer) if !answer.is_empty()));
                    }
                }
                Action::Forward { worker, peer, .. } => {
                    assert!(was_allocated, "passed on before an allocation");
                    assert_eq!(relay.reach.get(&peer), Some(&worker));
                }
                Action::Channel { peer, number } => {
                    assert!(relay.reach.contains_key(&peer) && (0x4000..0x5000).contains(&number));
                }
                Action::Close => return,
            }
        }
        if let State::Allocated(allocation) = &client.state {
            assert!(allocation.peers.len() <= relay.reach.len());
            assert!(allocation.channels.len() <= relay.reach.len());
            assert!(allocation.permissions.len() <= relay.reach.len());
        }
    }
}

/// An answer has the form of a message and an allowed length.
fn read(answer: &[u8]) {
    match crate::next_message(answer) {
        crate::Next::Whole { consumed, .. } => assert_eq!(consumed, answer.len()),
        other => panic!("an answer that is none: {other:?}"),
    }
}

/// Channel data of a channel that may be bound.
fn channel(own: &[u8]) -> Vec<u8> {
    let (number, data) = own.split_at(own.len().min(1));
    let len = u16::try_from(data.len()).unwrap_or(0).to_be_bytes();
    [&[0x40], number, &len, data].concat()
}

/// A request that this key seals.
fn sealed(method: Method, own: &[u8], name: &str, media: &[SocketAddr], key: &[u8; 16]) -> Vec<u8> {
    let mut writer = Writer::new(method.request(), [7; 12]);
    writer.attribute(attribute::USERNAME, name.as_bytes());
    writer.attribute(attribute::REALM, REALM.as_bytes());
    writer.attribute(attribute::NONCE, NONCE.as_bytes());
    fill(&mut writer, own, media);
    writer.finish(Some(key))
}

fn indication(own: &[u8], media: &[SocketAddr]) -> Vec<u8> {
    let mut writer = Writer::new(Method::Send.request(), [7; 12]);
    fill(&mut writer, own, media);
    writer.finish(None)
}

/// Attributes as the bytes say: number, length, value; addresses and transports that exist come often.
fn fill(writer: &mut Writer, mut own: &[u8], media: &[SocketAddr]) {
    while let &[kind, len, ref rest @ ..] = own {
        let (value, next) = rest.split_at(rest.len().min(usize::from(len % 32)));
        own = next;
        match kind {
            0x80.. => writer.attribute(u16::from(kind) << 8 | u16::from(len), value),
            0x40.. => writer.address(
                attribute::XOR_PEER_ADDRESS,
                media[usize::from(kind) % media.len()],
            ),
            0x20.. => writer.attribute(attribute::REQUESTED_TRANSPORT, &[UDP, 0, 0, 0]),
            _ => writer.attribute(kind.into(), value),
        }
    }
}
