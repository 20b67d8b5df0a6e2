//! What goes to the recorder.

use super::*;

#[test]
fn what_admitted_and_recorded_people_send_is_recorded_between_begin_and_end() {
    let mut world = World::with_people(2, false);
    let peer = PeerId(0);
    world.command(Command::Record {
        peer,
        record: Some(77),
    });
    let early = world.browsers[0].voice(1);
    world.send(0, early);
    world.admit(0, true);
    let voice = world.browsers[0].voice(2);
    world.send(0, voice);
    let (one, three) = (world.browsers[0].picture(1), world.browsers[0].picture(3));
    world.send(0, one);
    world.send(0, three);
    let two = world.browsers[0].picture_again(2, 1);
    world.send(0, two);
    let unrecorded = world.browsers[1].voice(1);
    world.send(1, unrecorded);
    world.command(Command::Record { peer, record: None });
    let late = world.browsers[0].voice(3);
    world.send(0, late);
    world.run(SECOND);
    assert!(world.blocks.iter().all(|block| block.record == 77));
    let all: Vec<Entry<'_>> = world
        .blocks
        .iter()
        .flat_map(|block| entries(block.bytes()))
        .map(Result::unwrap)
        .collect();
    let told: Vec<_> = all
        .iter()
        .map(|entry| (entry.kind, entry.medium, sequence(entry)))
        .collect();
    let expected = [
        (EntryKind::Begin, Medium::Audio, None),
        (EntryKind::Rtp, Medium::Audio, Some((2, 0x0001))),
        (EntryKind::Rtp, Medium::Camera, Some((1, 0x0002))),
        (EntryKind::Rtp, Medium::Camera, Some((3, 0x0002))),
        (EntryKind::Rtp, Medium::Camera, Some((2, 0x0002))),
        (EntryKind::End, Medium::Audio, None),
    ];
    assert_eq!(told, expected);
    assert!(all.iter().all(|entry| entry.participant == 0));
}

pub(super) fn sequence(entry: &Entry<'_>) -> Option<(u16, u32)> {
    let Header { sequence, ssrc, .. } = media_packet::rtp::Packet::parse(entry.payload)
        .ok()?
        .header();
    Some((sequence, ssrc.0))
}

#[test]
fn a_block_that_the_recorder_could_not_take_is_told_by_the_next() {
    let mut world = World::with_people(2, true);
    world.command(Command::Record {
        peer: PeerId(0),
        record: Some(1),
    });
    world.run(SECOND);
    let refused = world.blocks.pop().unwrap();
    let count = refused.entries;
    world.core.handle(Input::BlockRefused(refused), world.now);
    let voice = world.browsers[0].voice(1);
    world.send(0, voice);
    world.run(SECOND);
    assert_eq!(
        world.blocks.last().map(|block| block.dropped_before),
        Some(count)
    );
    assert_eq!(world.stats().packets_unrecorded, u64::from(count));
}
