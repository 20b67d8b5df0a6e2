//! What comes from elsewhere, or from nobody who is known.

use super::*;

#[test]
fn a_replayed_packet_is_forwarded_once() {
    let mut world = World::with_people(2, true);
    let voice = world.browsers[0].voice(1);
    world.send(0, voice.clone());
    world.send(0, voice);
    assert_eq!(world.browsers[1].seen.len(), 1);
    assert_eq!(world.stats().srtp_refused, 1);
}

#[test]
fn packets_from_an_address_that_was_not_validated_are_dropped_and_move_nothing() {
    let mut world = World::with_people(2, true);
    let voice = world.browsers[0].voice(1);
    let stranger = SocketAddr::from(([10, 9, 9, 9], 9));
    world.inject(stranger, voice);
    assert_eq!(
        (
            world.browsers[1].seen.len(),
            world.stats().datagrams_unknown
        ),
        (0, 1)
    );
    let voice = world.browsers[1].voice(1);
    world.send(1, voice);
    assert_eq!(world.browsers[0].seen.len(), 1);
    assert!(world.stray.is_empty());
}

#[test]
fn garbage_of_every_kind_changes_nothing() {
    let mut world = World::with_people(2, true);
    let own = world.browsers[0].address;
    for first in 0..=255_u8 {
        for len in [1, 4, 12, 20, 60, 1_200] {
            for source in [own, SocketAddr::from(([10, 9, 9, 9], 9))] {
                let mut bytes = vec![first.wrapping_mul(31); len];
                bytes[0] = first;
                world.inject(source, bytes);
            }
        }
    }
    assert!(world.stray.is_empty(), "strangers get no answer");
    let voice = world.browsers[0].voice(1);
    world.send(0, voice);
    assert_eq!(world.browsers[1].seen.len(), 1);
    assert!(
        !world
            .events
            .iter()
            .any(|event| matches!(event, Event::Lost { .. }))
    );
}

#[test]
fn a_flood_of_wrongly_sealed_packets_ends_no_call() {
    let mut world = World::with_people(2, true);
    for number in 0..1_000_u16 {
        let mut voice = world.browsers[0].voice(number);
        if let Some(last) = voice.last_mut() {
            *last ^= 1;
        }
        world.send(0, voice);
    }
    assert_eq!(
        (world.stats().srtp_refused, world.browsers[1].seen.len()),
        (1_000, 0)
    );
    let voice = world.browsers[0].voice(1_001);
    world.send(0, voice);
    assert_eq!(world.browsers[1].seen.len(), 1);
}

#[test]
fn dtls_from_a_third_address_is_not_heard() {
    let mut world = World::new();
    world.join(1, 0);
    let hello = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0];
    world.inject(SocketAddr::from(([10, 9, 9, 9], 9)), hello);
    assert_eq!(world.stats().datagrams_unknown, 1);
    world.run(2 * SECOND);
    assert!(world.browsers[0].is_connected() && world.stray.is_empty());
}

#[test]
fn a_nomination_counts_once_media_came_by_its_path() {
    let mut world = World::with_people(2, true);
    let (old, new) = (
        world.browsers[0].address,
        SocketAddr::from(([10, 7, 7, 7], 7)),
    );
    let check = world.browsers[0].check();
    world.inject(new, check);
    assert_eq!(
        world.stray.len(),
        1,
        "the check is answered to where it came from"
    );
    let voice = world.browsers[1].voice(1);
    world.send(1, voice);
    assert_eq!(
        (world.stray.len(), world.browsers[0].seen.len()),
        (1, 1),
        "anybody may have sent it on"
    );
    for (number, source) in [(1, new), (2, old)] {
        let voice = world.browsers[0].voice(number);
        world.inject(source, voice);
    }
    assert_eq!(world.browsers[1].seen.len(), 2, "both addresses are proved");
    let voice = world.browsers[1].voice(2);
    world.send(1, voice);
    assert_eq!(
        (world.stray.len(), world.stray.last().map(|(to, _)| *to)),
        (2, Some(new))
    );
}

#[test]
fn an_address_in_use_cannot_be_claimed_by_another_peer() {
    let mut world = World::with_people(2, true);
    let address = world.browsers[0].address;
    let check = world.browsers[1].check();
    world.inject(address, check);
    assert_eq!(world.stats().stun_refused, 1);
    let voice = world.browsers[0].voice(1);
    world.send(0, voice);
    assert_eq!(world.browsers[1].seen.len(), 1);
}

#[test]
fn a_peer_that_only_checks_and_never_does_dtls_is_given_up() {
    let mut world = World::new();
    world.join(1, 0);
    world.lose = Box::new(|_, _, bytes| (20..64).contains(&bytes[0]));
    world.run(31 * SECOND);
    assert_eq!(
        world.peer_events(0).last(),
        Some(&&Event::Lost { peer: PeerId(0) })
    );
    assert_eq!((world.stats().peers, world.stats().rooms), (0, 0));
}

#[test]
fn another_certificate_than_the_announced_one_is_refused() {
    let mut world = World::new();
    let mut browser = Browser::new(0, world.now);
    browser.fingerprint = [9; 32];
    let offer = browser.offer(1);
    world.browsers.push(browser);
    world.join_with(1, 0, 0, offer);
    world.run(2 * SECOND);
    let events: Vec<_> = world
        .peer_events(0)
        .into_iter()
        .filter(|event| !matches!(event, Event::Answered { .. }))
        .collect();
    assert_eq!(events, [&Event::Lost { peer: PeerId(0) }]);
}
