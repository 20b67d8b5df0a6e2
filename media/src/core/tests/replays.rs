//! Connectivity checks that somebody else sends: overheard ones, and those of a peer who writes another's address.

use std::net::SocketAddr;
use std::time::Duration;

use media_packet::rtp::Ssrc;

use super::SECOND;
use super::kit::World;
use crate::control::{Event, PeerId};

fn stranger(last: u8) -> SocketAddr {
    SocketAddr::from(([203, 0, 113, last], 9_000))
}

/// Everybody says something every 20 ms for a while; returns how many voices came to each of the two.
fn talk(world: &mut World, numbers: std::ops::Range<u16>) -> Vec<usize> {
    world.browsers.iter_mut().for_each(|one| one.seen.clear());
    for number in numbers {
        world.run(Duration::from_millis(20));
        for at in 0..2 {
            let voice = world.browsers[at].voice(number);
            world.send(at, voice);
        }
    }
    world.browsers.iter().map(|one| one.seen.len()).collect()
}

/// Media that went to addresses that nobody has.
fn media_astray(world: &World) -> usize {
    let stray = world.stray.iter();
    stray.filter(|(_, bytes)| bytes[0] >= 128).count()
}

/// Checks of the first browser that the server has answered.
fn overheard(world: &mut World, count: usize) -> Vec<Vec<u8>> {
    let checks: Vec<_> = (0..count).map(|_| world.browsers[0].check()).collect();
    for check in &checks {
        world.send(0, check.clone());
    }
    checks
}

#[test]
fn a_check_that_outran_its_own_copy_moves_nobody_who_speaks() {
    let mut world = World::with_people(2, true);
    let mut number = 0;
    for _ in 0..50 {
        // The eavesdropper is the faster one: what the server hears first is his.
        let check = world.browsers[0].check();
        world.inject(stranger(9), check.clone());
        world.send(0, check);
        assert_eq!(talk(&mut world, number..number + 10), [10, 10]);
        number += 10;
    }
    assert_eq!(media_astray(&world), 0);
}

#[test]
fn a_check_that_was_here_before_moves_nothing_and_keeps_nobody() {
    let mut world = World::with_people(2, true);
    assert_eq!(talk(&mut world, 0..10), [10, 10]);
    let checks = overheard(&mut world, 300);
    // Gone without a word; somebody repeats what he has heard, from his own address and from the absent one's.
    world.lose = Box::new(|_, browser, _| browser == 0);
    let own = world.browsers[0].address;
    let lost = Event::Lost { peer: PeerId(0) };
    let mut seconds = 0;
    for check in checks.iter().cycle().take(4 * 50) {
        if world.peer_events(0).contains(&&lost) {
            break;
        }
        seconds += 1;
        for source in [stranger(9), own] {
            world.inject(source, check.clone());
            world.inject(source, checks[299 - seconds].clone());
        }
        let number = u16::try_from(9 + seconds).unwrap();
        let voice = world.browsers[1].voice(number);
        world.send(1, voice);
        world.run(SECOND);
    }
    assert_eq!(seconds, 45, "the absent one was kept");
    assert_eq!(media_astray(&world), 0);
}

#[test]
fn an_honest_check_that_is_repeated_is_answered_again() {
    let mut world = World::with_people(2, true);
    let check = world.browsers[0].check();
    let received = world.stats();
    world.send(0, check.clone());
    world.send(0, check);
    let after = world.stats();
    assert_eq!(after.stun_refused, received.stun_refused);
    assert_eq!(after.datagrams_sent, received.datagrams_sent + 2);
}

#[test]
fn who_only_listens_is_followed_by_his_next_report() {
    let mut world = World::with_people(2, true);
    let new = stranger(20);
    world.browsers[0].address = new;
    let check = world.browsers[0].check();
    world.inject(new, check);
    let voice = world.browsers[1].voice(1);
    world.send(1, voice);
    assert_eq!(
        world.browsers[0].seen.len(),
        0,
        "the old path may be in use"
    );
    let report = world.browsers[0].rtcp(|out| out.receiver_report(Ssrc(1), &[]).unwrap());
    world.inject(new, report);
    let voice = world.browsers[1].voice(2);
    world.send(1, voice);
    assert_eq!(world.browsers[0].seen.len(), 1);
}

#[test]
fn an_address_that_was_left_goes_to_the_next_who_proves_it() {
    let mut world = World::with_people(3, true);
    let (left, new) = (world.browsers[0].address, stranger(30));
    world.browsers[0].address = new;
    let check = world.browsers[0].check();
    world.inject(new, check);
    assert_eq!(talk(&mut world, 0..10), [10, 10, 20]);
    // The NAT gives the old port to somebody else, whose other path is alive.
    let before = world.stats().stun_refused;
    let claim = world.browsers[2].check();
    world.inject(left, claim);
    assert_eq!(
        world.stats().stun_refused,
        before + 1,
        "it was in use just now"
    );
    assert_eq!(talk(&mut world, 10..410), [400, 400, 800], "8 s");
    let claim = world.browsers[2].check();
    world.inject(left, claim);
    assert_eq!(world.stats().stun_refused, before + 1);
    world.browsers[2].address = left;
    let voice = world.browsers[2].voice(1);
    world.send(2, voice);
    let heard = world.browsers.iter().map(|one| one.seen.len());
    assert_eq!(heard.collect::<Vec<_>>(), [401, 401, 800], "it is hers");
    assert_eq!(
        talk(&mut world, 500..510),
        [10, 10, 20],
        "nobody lost anything"
    );
}
