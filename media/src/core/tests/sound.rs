//! Somebody's sound by a connection of its own: audio alone, in the place of his own connection's voice.

use super::*;
use crate::control::SOUND;

/// Who is in whose audio and camera slots, as a browser was last told.
fn seen(world: &World, browser: u8, medium: Medium) -> Vec<u8> {
    let events = world.peer_events(browser).into_iter().rev();
    let mut told = events.filter_map(|event| match event {
        Event::Slots { slots, .. } => Some(slots),
        _ => None,
    });
    let Some(slots) = told.next() else {
        return Vec::new();
    };
    let of_medium = slots.iter().filter(|slot| slot.medium == medium);
    of_medium.filter_map(|slot| slot.participant).collect()
}

#[test]
fn a_telephone_carries_no_pictures_and_takes_the_place_of_one_voice() {
    let mut world = World::with_people(2, true);
    let phone = Browser::new(2, world.now);
    let (pictures, sound) = (phone.offer(2), phone.offer_of_sound(2));
    world.browsers.push(phone);
    world.command(Command::Join {
        room: RoomId(1),
        peer: PeerId(9),
        participant: SOUND | 1,
        offer: pictures,
    });
    assert!(matches!(
        world.peer_events(9).last(),
        Some(Event::Refused { .. })
    ));
    world.join_with(1, 2, SOUND | 1, sound);
    world.run(Duration::from_secs(2));
    assert_eq!(
        seen(&world, 0, Medium::Audio),
        [1],
        "not before it is let in"
    );
    world.admit(2, true);
    world.run(STEP);
    assert_eq!(seen(&world, 0, Medium::Audio), [SOUND | 1], "one voice");
    assert_eq!(seen(&world, 0, Medium::Camera), [1], "and his picture");
    assert_eq!(seen(&world, 1, Medium::Audio), [0], "nobody hears himself");
    assert_eq!(seen(&world, 2, Medium::Audio), [0]);
    world.command(Command::Leave { peer: PeerId(2) });
    assert_eq!(seen(&world, 0, Medium::Audio), [1], "his own again");
}

#[test]
fn a_telephone_leaves_the_places_of_people_with_pictures_free() {
    // Slots for one voice more than for cameras, as browsers offer them.
    let mut world = World::with_offers(2, true, |browser| {
        let usual = browser.offer(2);
        let voice = usual.split("m=").find(|one| one.contains("a=mid:a1"));
        let voice = voice
            .expect("a voice's section")
            .replace("a=mid:a1", "a=mid:a2");
        format!("{usual}m={voice}")
    });
    let phone = Browser::new(2, world.now);
    let sound = phone.offer_of_sound(2);
    world.browsers.push(phone);
    world.join_with(1, 2, SOUND | 1, sound);
    world.run(Duration::from_secs(2));
    world.admit(2, true);
    world.join(1, 3);
    world.run(Duration::from_secs(2));
    world.admit(3, true);
    world.run(STEP);
    assert_eq!(seen(&world, 0, Medium::Camera), [1, 3]);
}
