//! Who is silent costs next to nothing.

use media_packet::capture::{EntryKind, entries};
use media_packet::rtcp::SenderInfo;
use media_packet::rtp::Ssrc;
use media_packet::time::NtpTime;

use super::kit::World;
use super::{SECOND, keyframes_asked};
use crate::control::{Command, PeerId};

/// Sender reports that were recorded.
fn recorded_reports(world: &World) -> usize {
    let blocks = world.blocks.iter();
    let all = blocks.flat_map(|block| entries(block.bytes()).map(Result::unwrap));
    all.filter(|entry| entry.kind == EntryKind::SenderReport)
        .count()
}

/// One second in which the person only reports.
fn report(world: &mut World, source: Ssrc, second: u64) {
    let info = SenderInfo {
        ntp: NtpTime::from_unix_us(second * 1_000_000),
        rtp: 960,
        packets: 5,
        octets: 50,
    };
    let report =
        world.browsers[0].rtcp(|compound| compound.sender_report(source, &info, &[]).unwrap());
    world.send(0, report);
    world.run(SECOND);
}

fn record(world: &mut World) {
    world.command(Command::Record {
        peer: PeerId(0),
        record: Some(7),
    });
}

#[test]
fn sender_reports_of_a_silent_voice_are_recorded_once() {
    let mut world = World::with_people(2, true);
    record(&mut world);
    let voice = world.browsers[0].audio;
    for (turn, expected) in [(0, 1), (1, 2)] {
        let packet = world.browsers[0].voice(turn);
        world.send(0, packet);
        for second in 0..5 {
            report(&mut world, voice, u64::from(turn) * 10 + second);
        }
        assert_eq!(recorded_reports(&world), expected);
    }
}

#[test]
fn a_picture_that_is_switched_off_is_asked_for_a_keyframe_once_and_again_when_it_is_back() {
    let mut world = World::with_people(2, true);
    record(&mut world);
    // Not a keyframe: one is wanted as long as none comes.
    let packet = world.browsers[0].picture(1);
    world.send(0, packet);
    world.run(SECOND * 20);
    assert_eq!(keyframes_asked(&world.browsers[0]), 1);
    let packet = world.browsers[0].picture(2);
    world.send(0, packet);
    world.run(SECOND * 20);
    assert_eq!(keyframes_asked(&world.browsers[0]), 2);
}
