//! How lines are judged in a call of two.

use std::time::Duration;

use super::SECOND;
use super::kit::World;
use crate::Pulse;
use crate::control::{Command, Event, PeerId, RoomId};
use crate::quality::{Level, Quality, Strand};

/// What was told of a person's line.
fn told(world: &World, number: u8) -> Vec<Quality> {
    let quality = |event: &Event| match event {
        Event::Quality { peer, quality } if peer.0 == u64::from(number) => Some(*quality),
        _ => None,
    };
    world.events.iter().filter_map(quality).collect()
}

/// Both talk and film for so many seconds; every `nth` packet of the first is lost, none when 0.
fn talk(world: &mut World, from: u16, seconds: u16, lose_every: u16) {
    for beat in from * 50..(from + seconds) * 50 {
        for person in 0..2 {
            let mut datagrams = vec![world.browsers[person].voice(beat)];
            if beat % 2 == 0 {
                datagrams.push(world.browsers[person].picture(beat / 2));
            }
            let is_lost = lose_every > 0 && beat % lose_every < 2 && person == 0;
            for datagram in datagrams {
                if !is_lost {
                    world.send(person, datagram);
                }
            }
        }
        world.run(Duration::from_millis(20));
    }
}

#[test]
fn trouble_is_charged_to_who_has_it_and_not_to_who_receives() {
    let mut world = World::with_people(2, true);
    talk(&mut world, 0, 10, 0);
    assert_eq!(told(&world, 0), []);
    // Two in a row are lost, so that the redundancy in the voice does not help.
    talk(&mut world, 10, 5, 6);
    let first = *told(&world, 0).first().expect("told within five seconds");
    assert!(first.level_of(Strand::VoiceUp) > Level::Stable, "{first:?}");
    assert_eq!(first.level_of(Strand::VoiceDown), Level::Stable);
    world.admit(0, false);
    assert_eq!(
        told(&world, 0).last().map(Quality::level),
        Some(Level::Stable),
        "who is sent out is judged no longer"
    );
    world.admit(0, true);
    talk(&mut world, 15, 5, 6);
    assert!(told(&world, 0).last().unwrap().level() > Level::Stable);
    talk(&mut world, 20, 12, 0);
    assert_eq!(
        told(&world, 0).last().map(Quality::level),
        Some(Level::Stable)
    );
    assert_eq!(told(&world, 1), [], "the other's line is good");
}

#[test]
fn with_everything_muted_signalling_tells_that_the_line_is_alive_and_that_it_is_not() {
    let mut world = World::with_people(2, true);
    let pulse = Pulse::new(world.now);
    world.command(Command::Feel {
        room: RoomId(1),
        peer: PeerId(0),
        pulse: pulse.clone(),
    });
    for _ in 0..15 {
        pulse.answer(Duration::from_millis(30), world.now);
        world.run(SECOND);
    }
    assert!(pulse.is_felt());
    assert_eq!(told(&world, 0), []);
    // Nothing more comes from the first, not even its checks.
    world.lose = Box::new(|to_browser, browser, _| !to_browser && browser == 0);
    world.run(3 * SECOND);
    let quality = told(&world, 0)
        .first()
        .copied()
        .expect("told within three seconds");
    assert_eq!(quality.level_of(Strand::Line), Level::Unstable);
    assert_eq!(told(&world, 1), []);
    world.command(Command::Leave { peer: PeerId(0) });
    assert!(!pulse.is_felt(), "nobody is there to be felt for");
}

#[test]
fn who_is_not_admitted_is_not_judged() {
    let mut world = World::with_people(2, false);
    world.lose = Box::new(|_, _, _| true);
    world.run(10 * SECOND);
    assert_eq!(told(&world, 0), []);
}
