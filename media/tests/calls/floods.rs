//! Floods beside calls in progress, in virtual time: what they cost the others, and what state they leave. What they cost in
//! CPU is measured against the live server by `tools/flood`.

use media::control::RoomId;
use sim::{Chance, Kind, LinkSettings};

use crate::world::{SECOND_US, World};

/// Garbage of every kind, as 20,000 packets a second: 100 every 5 ms.
const GARBAGE_EACH_TICK: u16 = 100;

/// Loss that a flood may cost, of 1,000.
const LOSS_MAX: u64 = 10;

/// A call of two, once it stands.
fn call(world: &mut World, room: u64) -> [usize; 2] {
    let both = [0, 1].map(|number| world.join(RoomId(room), number, LinkSettings::fibre()));
    world.run(SECOND_US);
    for at in both {
        world.admit(at, true);
        world.publish(at, true);
    }
    both
}

/// Voice that one of the call sent and the other did not get, of 1,000.
fn lost(world: &World, both: [usize; 2], sent_before: u32, heard_before: u64) -> u64 {
    let sent = world.people[both[0]]
        .browser
        .last_sent(Kind::Voice)
        .unwrap()
        .frame;
    let slots = world.people[both[1]].browser.watchers().iter();
    let heard: u64 = slots
        .filter(|slot| slot.kind() == Kind::Voice)
        .map(|slot| slot.frames())
        .sum();
    let sent = u64::from(sent - sent_before);
    (sent.saturating_sub(heard - heard_before)) * 1_000 / sent
}

fn so_far(world: &World, both: [usize; 2]) -> (u32, u64) {
    let sent = world.people[both[0]]
        .browser
        .last_sent(Kind::Voice)
        .unwrap()
        .frame;
    let slots = world.people[both[1]].browser.watchers().iter();
    let heard = slots
        .filter(|slot| slot.kind() == Kind::Voice)
        .map(|slot| slot.frames())
        .sum();
    (sent, heard)
}

#[test]
fn garbage_at_twenty_thousand_packets_a_second_costs_a_call_nothing_and_leaves_no_state() {
    let mut world = World::new(5);
    let both = call(&mut world, 1);
    world.run(SECOND_US);
    let (sent, heard) = so_far(&world, both);
    let before = world.core.footprint();
    let mut chance = Chance::from_seed(3);
    for _ in 0..400 {
        for number in 0..GARBAGE_EACH_TICK {
            let mut bytes = chance.bytes::<200>().to_vec();
            bytes[0] = [0, 1, 22, 21, 0x80, 0x90, 0xbf, 0x60][usize::from(number % 8)];
            let source = [198, 51, chance.bytes::<1>()[0], chance.bytes::<1>()[0]];
            world.inject((source, 1_024 + number).into(), &bytes);
        }
        world.run(5_000);
    }
    assert!(world.stray.is_empty());
    let after = world.core.footprint();
    // Deadlines come and go with the call.
    assert_eq!(
        media::Footprint {
            deadlines: 0,
            ..after
        },
        media::Footprint {
            deadlines: 0,
            ..before
        }
    );
    assert!(lost(&world, both, sent, heard) <= LOSS_MAX);
}

/// People with valid sessions begin handshakes and never end them: 1,000 a second from one source and as many from many.
#[test]
fn a_thousand_half_open_handshakes_a_second_are_capped_and_cost_a_call_nothing() {
    let mut world = World::new(6);
    let both = call(&mut world, 1);
    world.run(SECOND_US);
    let (sent, heard) = so_far(&world, both);
    let mut hellos = Vec::new();
    for number in 0..1_000_u64 {
        // Rooms of four, so that the members' limit is not what stops it.
        let at = world.join(
            RoomId(100 + number / 4),
            (number % 4) as u8,
            LinkSettings::default(),
        );
        world.people[at].up.cut_until(u64::MAX);
        hellos.push(at);
    }
    let handshakes = |world: &World| world.stats().datagrams_sent;
    let quiet = handshakes(&world);
    for (number, at) in hellos.into_iter().enumerate() {
        let check = world.people[at].browser.check();
        let host = if number % 2 == 0 {
            7
        } else {
            u8::try_from(number % 250).unwrap()
        };
        let source = ([203, 0, 113, host], 2_000 + u16::try_from(number).unwrap()).into();
        world.inject(source, &check);
        world.inject(source, &HELLO);
        if number % 5 == 0 {
            world.run(5_000);
        }
    }
    let half_open = world.core.footprint().half_open;
    assert!((1..=251).contains(&half_open), "{half_open}");
    assert!(world.stats().stun_refused > 300, "one source has a cap");
    assert!(handshakes(&world) > quiet);
    assert!(lost(&world, both, sent, heard) <= LOSS_MAX);
    // None of them ever ended its handshake: 30 s later they are gone, the call is not.
    world.run(40 * SECOND_US);
    assert_eq!(world.stats().peers, 2);
    assert_eq!(world.core.footprint().half_open, 0);
    assert!(lost(&world, both, sent, heard) <= LOSS_MAX);
}

/// The beginning of a handshake, as far as a record goes: enough to be counted as one.
const HELLO: [u8; 25] = [
    22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 1, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 0,
];

#[test]
fn an_office_that_comes_back_at_once_from_one_address_is_let_in_within_three_seconds() {
    let mut world = World::new(7);
    for number in 0..200_u64 {
        world.join(
            RoomId(1 + number / 2),
            (number % 2) as u8,
            LinkSettings::fibre(),
        );
    }
    world.share_one_address();
    world.run(3 * SECOND_US);
    let connected = world
        .people
        .iter()
        .filter(|person| person.connected)
        .count();
    assert_eq!(connected, 200);
}
