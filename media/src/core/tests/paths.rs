//! A peer with two paths, of which the chosen one falls silent.

use std::net::SocketAddr;

use super::SECOND;
use super::kit::World;
use crate::control::{Event, PeerId};

/// The first browser has chosen another path than its own and then sends no checks any more.
fn world_on_another_path() -> (World, SocketAddr) {
    let mut world = World::with_people(2, true);
    let other = SocketAddr::from(([10, 7, 7, 7], 7));
    let check = world.browsers[0].check();
    world.lose = Box::new(|to_browser, browser, bytes| {
        !to_browser && browser == 0 && bytes.first().is_some_and(|&first| first < 4)
    });
    world.inject(other, check);
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

#[test]
fn a_chosen_path_that_fell_silent_is_left_for_the_one_that_is_heard() {
    let (mut world, _) = world_on_another_path();
    for number in 1..6 {
        world.run(SECOND);
        let voice = world.browsers[0].voice(number);
        world.send(0, voice);
    }
    assert_eq!(reached(&mut world, 1), (0, 1), "five seconds are a pause");
    world.run(SECOND + SECOND / 2);
    let voice = world.browsers[0].voice(6);
    world.send(0, voice);
    assert_eq!(reached(&mut world, 2), (1, 0));
}

#[test]
fn consent_of_another_path_does_not_count_for_the_chosen_one() {
    let (mut world, other) = world_on_another_path();
    world.run(4 * SECOND);
    let voice = world.browsers[0].voice(1);
    world.send(0, voice);
    world.run(25 * SECOND);
    assert_eq!(reached(&mut world, 1), (0, 1));
    world.run(2 * SECOND);
    assert_eq!(reached(&mut world, 2), (1, 0), "{other} has no consent");
    let lost = Event::Lost { peer: PeerId(0) };
    assert!(!world.peer_events(0).contains(&&lost));
    world.run(4 * SECOND);
    assert!(world.peer_events(0).contains(&&lost), "nor has any other");
}
