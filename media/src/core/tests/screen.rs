//! A screen is a section of the offer like a camera, and nobody's but while signalling says that it is shared.

use super::recording::sequence;
use super::*;

/// Source of the screen of each browser.
fn source(number: u8) -> Ssrc {
    Ssrc((u32::from(number) << 16) + 9)
}

/// The usual offer, with a second picture to send.
fn offer(browser: &Browser, number: u8) -> String {
    let usual = browser.offer(2);
    let own = usual.find("a=mid:1\r\n").expect("the camera's section");
    let from = usual
        .get(..own)
        .and_then(|text| text.rfind("m=video"))
        .expect("its beginning");
    let camera = usual.get(from..own).expect("the camera's lines");
    let ssrc = source(number).0;
    let screen = format!("{camera}a=mid:s\r\na=sendonly\r\na=ssrc:{ssrc} cname:x\r\n");
    let after = usual
        .get(own..)
        .and_then(|text| text.find("m="))
        .expect("slots follow");
    let (before, slots) = usual.split_at(own + after);
    format!("{before}{screen}{slots}")
}

fn screen(world: &mut World, from: u8, sequence: u16) {
    let browser = world.browsers.get_mut(usize::from(from)).expect("somebody");
    let header = Header {
        ssrc: source(from),
        ..browser.picture_header(sequence)
    };
    let bytes = browser.seal(header, &picture_payload(sequence), None);
    world.send(usize::from(from), bytes);
}

fn world() -> World {
    let number = std::cell::Cell::new(0);
    World::with_offers(2, true, |browser| {
        let own = number.get();
        number.set(own + 1);
        offer(browser, own)
    })
}

fn share(world: &mut World, peer: u64, shares: bool) {
    world.command(Command::Share {
        peer: PeerId(peer),
        shares,
    });
}

/// Who is in the screen's slot of a browser, as it was last told.
fn shown(world: &World, browser: u8) -> Option<u8> {
    let Some(Event::Slots { slots, .. }) = world.peer_events(browser).pop() else {
        panic!("no slots")
    };
    let slot = slots.iter().find(|slot| slot.medium == Medium::Screen);
    slot.expect("a slot for a screen").participant
}

#[test]
fn a_screen_is_forwarded_only_while_it_is_shared() {
    let mut world = world();
    assert_eq!(shown(&world, 1), None);
    screen(&mut world, 0, 1);
    assert!(
        world.browsers[1].seen.is_empty(),
        "sent without being shared"
    );
    share(&mut world, 0, true);
    assert_eq!(shown(&world, 1), Some(0));
    screen(&mut world, 0, 2);
    let slot = world.browsers[1].slot_source("screen");
    let seen: Vec<_> = { world.browsers[1].seen.iter() }
        .map(|seen| (seen.header.ssrc, seen.payload.clone()))
        .collect();
    assert_eq!(seen, [(slot, picture_payload(2))]);
    share(&mut world, 0, false);
    assert_eq!(shown(&world, 1), None);
    screen(&mut world, 0, 3);
    assert_eq!(world.browsers[1].seen.len(), 1);
}

#[test]
fn a_screen_that_is_not_shared_is_not_recorded() {
    let mut world = world();
    world.command(Command::Record {
        peer: PeerId(0),
        record: Some(7),
    });
    screen(&mut world, 0, 1);
    share(&mut world, 0, true);
    screen(&mut world, 0, 2);
    share(&mut world, 0, false);
    screen(&mut world, 0, 3);
    world.run(SECOND);
    let recorded: Vec<_> = { world.blocks.iter() }
        .flat_map(|block| entries(block.bytes()))
        .map(Result::unwrap)
        .filter(|entry| entry.kind == EntryKind::Rtp)
        .map(|entry| (entry.medium, sequence(&entry).map(|(number, _)| number)))
        .collect();
    assert_eq!(recorded, [(Medium::Screen, Some(2))]);
}

#[test]
fn the_camera_stays_where_it_is_when_a_screen_comes() {
    let mut world = world();
    share(&mut world, 0, true);
    let picture = world.browsers[0].picture(1);
    world.send(0, picture);
    let slot = world.browsers[1].slot_source("v0");
    let seen: Vec<_> = { world.browsers[1].seen.iter() }
        .map(|seen| seen.header.ssrc)
        .collect();
    assert_eq!(seen, [slot]);
    share(&mut world, 5, true);
    assert_eq!(
        shown(&world, 1),
        Some(0),
        "nobody of that name: nothing happens"
    );
}
