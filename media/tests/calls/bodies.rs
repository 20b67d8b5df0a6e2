//! Bodies of the fuzz targets that need a whole worker: what must hold for any bytes. `fuzz/` includes this file; here the kept
//! corpora are played.

use media::control::{Command, Event, PeerId, RoomId};
use sim::LinkSettings;

use crate::world::{ROOM, SECOND_US, World};

const STRANGER: &str = "203.0.113.9:999";

/// Checks with any attributes and any STUN: no answer to whoever does not know the password, none that is longer than asked.
pub(crate) fn stun(bytes: &[u8]) {
    let mut world = World::new(1);
    let at = world.join(ROOM, 1, LinkSettings::default());
    let stranger = STRANGER.parse().unwrap();
    let mut raw = bytes.to_vec();
    if let Some(first) = raw.first_mut() {
        *first &= 3;
    }
    world.inject(stranger, &raw);
    assert!(world.stray.is_empty(), "a stranger is answered");
    // Real credentials, and whatever else in front of what proves them.
    let mut check = world.people[at].browser.check();
    let attributes: Vec<u8> = bytes.iter().take(1_180).copied().collect();
    check.splice(20..20, attributes);
    let len = u16::try_from(check.len() - 20).unwrap();
    check[2..4].copy_from_slice(&len.to_be_bytes());
    world.inject(stranger, &check);
    for (_, answer) in &world.stray {
        assert!(answer.len() <= check.len());
    }
}

/// Whatever is offered is refused with a reason, or answered with an answer that a browser can read.
pub(crate) fn sdp(bytes: &[u8]) {
    let mut world = World::new(1);
    let offer = String::from_utf8_lossy(bytes).into_owned();
    world.command(Command::Join {
        room: ROOM,
        peer: PeerId(1),
        participant: 1,
        offer,
    });
    match world.events.pop() {
        Some(Event::Refused { found, allowed, .. }) => {
            assert!(!found.is_empty() && !allowed.is_empty());
        }
        Some(Event::Answered { answer, .. }) => {
            assert!(answer.starts_with("v=0\r\n") && answer.len() < 100_000);
            assert!(answer.lines().all(|line| line.get(1..2) == Some("=")));
        }
        other => panic!("{other:?}"),
    }
}

/// A handshake whose datagrams are changed as the bytes say (which, where, how, in turn): it ends or it does not, and the call
/// of others goes on.
pub(crate) fn dtls(bytes: &[u8]) {
    let mut world = World::new(1);
    world.overheard = Some(Vec::new());
    let at = world.join(ROOM, 1, LinkSettings::default());
    world.run(SECOND_US);
    let flights = world.overheard.take().unwrap();
    let flights: Vec<_> = flights
        .into_iter()
        .filter(|one| (20..64).contains(&one[0]))
        .collect();
    let victim = world.join(RoomId(2), 2, LinkSettings::default());
    world.people[victim].up.cut_until(u64::MAX);
    let (check, own) = (
        world.people[victim].browser.check(),
        world.people[victim].browser.address(),
    );
    world.inject(own, &check);
    for change in bytes.chunks(4).take(50) {
        let number = usize::from(change[0]) % flights.len();
        let mut datagram = flights[number].clone();
        if let &[_, high, low, xor] = change {
            let place = usize::from(u16::from_be_bytes([high, low])) % datagram.len();
            datagram[place] ^= xor;
            if high & 0x80 != 0 {
                datagram.truncate(place);
            }
        }
        if !datagram.is_empty() {
            world.inject(own, &datagram);
        }
    }
    world.run(SECOND_US);
    assert!(world.people[at].connected);
    assert_eq!(world.stats().rooms_crashed, 0);
}

/// People who join, leave, move, are let in and recorded, and send anything with right and wrong keys, as the bytes say.
pub(crate) fn session(bytes: &[u8]) {
    let mut world = World::new(1);
    world.oracle.lenient = true;
    let mut bytes = bytes.iter().copied();
    for number in 0..2 {
        world.join(ROOM, number, LinkSettings::default());
    }
    world.run(SECOND_US / 5);
    for _ in 0..200 {
        let (Some(what), Some(who)) = (bytes.next(), bytes.next()) else {
            break;
        };
        let at = usize::from(who) % world.people.len();
        let own = world.people[at].browser.address();
        match what % 16 {
            0 if world.people.len() < 8 => {
                world.join(RoomId(u64::from(who % 3)), who % 7, LinkSettings::default());
            }
            1 => world.leave(at),
            2 => world.join_again(at),
            3 => world.admit(at, who & 0x80 == 0),
            4 => world.record(at, (who & 0x80 == 0).then_some(u64::from(who % 5))),
            5 => world.switch_network(at, LinkSettings::wifi()),
            6 => world.publish(at, who & 0x80 == 0),
            7..=9 => {
                let len = usize::from(bytes.next().unwrap_or(0));
                let raw: Vec<u8> = bytes.by_ref().take(len).collect();
                let sealed = match what % 16 {
                    7 => world.people[at].browser.sealed_raw(&raw),
                    8 => world.people[at].browser.sealed_raw_rtcp(&raw),
                    _ => (!raw.is_empty()).then_some(raw),
                };
                if let Some(sealed) = sealed {
                    world.inject(own, &sealed);
                }
            }
            10 => world.recorder_is_full ^= true,
            11 => {
                let check = world.people[at].browser.check();
                world.inject(STRANGER.parse().unwrap(), &check);
            }
            _ => world.run(u64::from(who) * 1_000),
        }
    }
    world.core.close_all(world.instant());
    world.run(60 * SECOND_US);
    assert_eq!(world.core.footprint().peers, 0);
    assert_eq!(world.core.footprint().addresses, 0);
}
