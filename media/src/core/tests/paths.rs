//! A peer with two paths, of which the chosen one falls silent; a peer that comes back by another path.

use std::net::SocketAddr;

use media_packet::capture::{EntryKind, entries};
use media_packet::rtp::Ssrc;

use super::kit::{Browser, World};
use super::{SECOND, keyframes_asked};
use crate::control::{Command, Event, PeerId};

/// The first browser has chosen another path than its own and then sends no checks any more.
fn world_on_another_path() -> (World, SocketAddr) {
    let mut world = World::with_people(2, true);
    let other = SocketAddr::from(([10, 7, 7, 7], 7));
    let check = world.browsers[0].check();
    world.lose = Box::new(|to_browser, browser, bytes| {
        !to_browser && browser == 0 && bytes.first().is_some_and(|&first| first < 4)
    });
    world.inject(other, check);
    let voice = world.browsers[0].voice(0);
    world.inject(other, voice);
    (world, other)
}

/// Voice for the first browser: how many packets its own address and other ones got.
fn reached(world: &mut World, number: u16) -> (usize, usize) {
    world.stray.clear();
    world.browsers[0].seen.clear();
    let voice = world.browsers[1].voice(number);
    world.send(1, voice);
    (world.browsers[0].seen.len(), world.stray.len())
}

/// A report of the first browser, by its own path.
fn report(world: &mut World) {
    let report = world.browsers[0].rtcp(|compound| compound.receiver_report(Ssrc(1), &[]).unwrap());
    world.send(0, report);
}

#[test]
fn a_chosen_path_that_fell_silent_is_left_for_the_one_that_is_heard() {
    let (mut world, _) = world_on_another_path();
    world.run(SECOND);
    report(&mut world);
    assert_eq!(reached(&mut world, 1), (0, 1), "a second is a pause");
    world.run(SECOND);
    report(&mut world);
    assert_eq!(reached(&mut world, 2), (1, 0));
}

#[test]
fn a_path_that_media_comes_by_takes_over_sooner() {
    let (mut world, _) = world_on_another_path();
    let speak = |world: &mut World, number| {
        let voice = world.browsers[0].voice(number);
        world.send(0, voice);
        reached(world, number)
    };
    assert_eq!(speak(&mut world, 1), (0, 1), "both are alive");
    world.run(SECOND / 2);
    assert_eq!(speak(&mut world, 2), (1, 0));
}

#[test]
fn consent_of_another_path_does_not_count_for_the_chosen_one() {
    let (mut world, other) = world_on_another_path();
    world.run(SECOND);
    report(&mut world);
    world.run(28 * SECOND);
    assert_eq!(reached(&mut world, 1), (0, 1));
    world.run(SECOND + SECOND / 2);
    assert_eq!(reached(&mut world, 2), (1, 0), "{other} has no consent");
    let lost = Event::Lost { peer: PeerId(0) };
    assert!(!world.peer_events(0).contains(&&lost));
    world.run(SECOND);
    assert_eq!(reached(&mut world, 3), (0, 0), "nor has any other");
    assert!(!world.peer_events(0).contains(&&lost), "it may come back");
    world.run(15 * SECOND);
    assert!(world.peer_events(0).contains(&&lost));
}

/// Nothing comes from the first browser, and nothing reaches it, until it has another address.
fn cut_off(world: &mut World) {
    world.lose = Box::new(|_, browser, _| browser == 0);
}

fn moved(world: &mut World, address: [u8; 4]) {
    world.browsers[0].address = SocketAddr::from((address, 9_000));
    world.lose = Box::new(|to_browser, browser, bytes| {
        // The old generation's checks are over.
        !to_browser && browser == 0 && bytes.first().is_some_and(|&first| first < 4)
    });
}

#[test]
fn a_restart_that_nobody_asked_for_brings_media_back_by_another_path() {
    let mut world = World::with_people(2, true);
    world.command(Command::Record {
        peer: PeerId(0),
        record: Some(5),
    });
    for browser in [0, 1] {
        let picture = world.browsers[browser].picture(1);
        world.send(browser, picture);
    }
    world.run(SECOND);
    cut_off(&mut world);
    world.run(35 * SECOND);
    assert_eq!(reached(&mut world, 1), (0, 0), "without consent");
    let asked = |world: &World| {
        world
            .browsers
            .iter()
            .map(keyframes_asked)
            .collect::<Vec<_>>()
    };
    let before = asked(&world);
    moved(&mut world, [10, 5, 5, 5]);
    // Two restarts were in vain: the third one's first check is enough.
    let check = world.browsers[0].check_of(3);
    world.inject(world.browsers[0].address, check);
    let (address, voice) = (world.browsers[0].address, world.browsers[0].voice(1));
    world.inject(address, voice);
    assert_eq!(world.browsers[1].seen.len(), 2, "the same SRTP keys");
    assert_eq!(reached(&mut world, 2), (1, 0));
    world.run(SECOND / 2);
    let more: Vec<usize> = asked(&world)
        .iter()
        .zip(before)
        .map(|(now, then)| now - then)
        .collect();
    assert_eq!(
        more,
        [1, 1],
        "who was away and who waited begin with a keyframe"
    );
    world.command(Command::Leave { peer: PeerId(0) });
    let kinds = world.blocks.iter().flat_map(|block| entries(block.bytes()));
    let ends = kinds
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| entry.kind == EntryKind::End)
        })
        .count();
    assert_eq!(
        ends, 1,
        "one recording without a break, until the person left"
    );
}

#[test]
fn a_restart_proves_nothing_without_the_key() {
    let mut world = World::with_people(2, true);
    let stranger = SocketAddr::from(([10, 6, 6, 6], 6));
    world.browsers[0].key = "00".repeat(28);
    let forged = world.browsers[0].check_of(1);
    let refused = world.stats().stun_refused;
    world.inject(stranger, forged);
    assert_eq!(world.stats().stun_refused, refused + 1);
    assert!(world.stray.is_empty(), "not even an answer");
    assert!(world.browsers.iter().all(Browser::is_connected));
    assert_eq!(reached(&mut world, 1), (1, 0));
}
