//! Three and six people whose cameras come in layers.

use std::time::Duration;

use media_packet::capture::{EntryKind, Medium, entries};
use media_packet::rtp::Packet;

use crate::control::{Command, PeerId};

use super::camera::{Camera, Piece};
use super::receiver::Decoded;
use super::{Kind, Lines, SECOND};

const LAYERS_BPS: [u64; 3] = [120_000, 400_000, 1_000_000];

fn people(count: u64, seed: u64) -> Lines {
    let cameras = (0..count).map(|number| Camera::new(&LAYERS_BPS, seed + number));
    Lines::new(cameras.collect(), seed)
}

/// The pictures of a slot since then.
fn decoded(lines: &Lines, person: usize, slot: usize, since_us: u64) -> Vec<Decoded> {
    let decoded = &lines.people[person].receiver.pictures[slot].decoded;
    { decoded.iter() }
        .filter(|one| one.at_us >= since_us)
        .copied()
        .collect()
}

/// Numbers, times and picture numbers of a slot go on as if it were one stream.
fn check_seamless(decoded: &[Decoded]) {
    for pair in decoded.windows(2) {
        let [before, after] = pair else { continue };
        let ahead = after.sequence.wrapping_sub(before.sequence);
        assert!(ahead > 0 && ahead < 200, "{before:?} {after:?}");
        let passed = after.timestamp - before.timestamp;
        let real = (after.at_us - before.at_us) * 9 / 100;
        assert!(
            passed > 0 && passed.abs_diff(real) < 90_000,
            "{before:?} {after:?}"
        );
        let pictures = after.picture_id.wrapping_sub(before.picture_id) & 0x7fff;
        // Pictures between two that were decoded were lost on the way: they have their numbers all the same.
        assert!((1..60).contains(&pictures), "{before:?} {after:?}");
        assert_eq!(
            u16::from(after.tl0.wrapping_sub(before.tl0)),
            pictures,
            "{before:?} {after:?}"
        );
        if before.layer != after.layer {
            assert!(after.key, "changed at {after:?}");
        }
    }
}

/// How often a slot changed its layer from one picture to the very next.
fn changes(decoded: &[Decoded]) -> usize {
    let pairs = decoded
        .windows(2)
        .filter(|pair| pair[0].layer != pair[1].layer);
    { pairs }
        .filter(|pair| pair[1].picture_id == (pair[0].picture_id + 1) & 0x7fff)
        .count()
}

#[test]
fn each_of_three_gets_the_layer_that_their_line_carries_without_a_seam() {
    let mut lines = people(3, 31);
    lines.run(8 * SECOND);
    lines.set_rate(1, 700_000);
    lines.run(12 * SECOND);
    let since = lines.now_us;
    lines.run(8 * SECOND);
    for slot in 0..2 {
        let (free, narrow) = (
            decoded(&lines, 0, slot, since),
            decoded(&lines, 1, slot, since),
        );
        let high = free.iter().filter(|one| one.layer == 2).count();
        assert!(high * 10 > free.len() * 9, "{high} of {}", free.len());
        assert!(
            narrow.len() > 100 && narrow.iter().all(|one| one.layer < 2),
            "{}",
            narrow.len()
        );
    }
    let free = lines.people[0].down.settings();
    lines.people[1].down.set(free);
    lines.run(15 * SECOND);
    let since = lines.now_us;
    lines.run(2 * SECOND);
    let again = decoded(&lines, 1, 0, since);
    assert!(again.iter().any(|one| one.layer == 2), "{again:?}");
    for person in 0..3 {
        for slot in 0..2 {
            let decoded = decoded(&lines, person, slot, 0);
            check_seamless(&decoded);
            assert!(
                changes(&decoded) > 0,
                "{person} sees {slot} in one layer only"
            );
        }
    }
}

#[test]
fn two_people_send_one_whole_layer_that_follows_the_line_and_others_when_a_third_comes() {
    let cameras = (0..3).map(|number| Camera::whole(&LAYERS_BPS, 61 + number));
    let mut lines = Lines::new(cameras.collect(), 61);
    let admit = |lines: &mut Lines, admitted| {
        let peer = PeerId(2);
        lines.world.command(Command::Admit { peer, admitted });
    };
    admit(&mut lines, false);
    lines.run(5 * SECOND);
    lines.set_rate(1, 300_000);
    lines.run(10 * SECOND);
    let since = lines.now_us;
    lines.run(10 * SECOND);
    let narrow = decoded(&lines, 1, 0, since);
    assert!(
        narrow.len() > 150,
        "{} pictures on 300 kbit/s",
        narrow.len()
    );
    let waits = { lines.people[1].passed.iter() }
        .filter(|one| one.sent_us >= since && one.kind == Kind::Voice)
        .filter(|one| one.arrived_us.is_none_or(|at| at - one.sent_us > 180_000));
    assert!(waits.count() < 25, "voices wait behind the picture");
    // A third comes: pages send layers from now on.
    admit(&mut lines, true);
    for person in &mut lines.people {
        person.camera.send(&LAYERS_BPS);
    }
    lines.run(15 * SECOND);
    let since = lines.now_us;
    lines.run(8 * SECOND);
    let layers = |person: usize, layer: u8| {
        let seen = decoded(&lines, person, 0, since);
        let high = seen.iter().filter(|one| one.layer == layer).count();
        (high, seen.len())
    };
    let (high, all) = layers(2, 2);
    assert!(
        high * 10 > all * 9 && all > 100,
        "{high} of {all} are the highest"
    );
    let (low, all) = layers(1, 0);
    assert!(low == all && all > 100, "{low} of {all} are the lowest");
    // And leaves again.
    admit(&mut lines, false);
    for person in &mut lines.people {
        person.camera.send_whole();
    }
    lines.run(5 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    let again = decoded(&lines, 0, 0, since);
    assert!(
        again.len() > 80,
        "{} pictures of the one layer",
        again.len()
    );
    for person in 0..2 {
        check_seamless(&decoded(&lines, person, 0, 0));
    }
}

#[test]
fn six_people_hear_all_and_see_what_fits() {
    let mut lines = people(6, 47);
    lines.run(6 * SECOND);
    lines.set_rate(2, 1_000_000);
    lines.set_rate(3, 500_000);
    lines.run(10 * SECOND);
    let since = lines.now_us;
    lines.run(Duration::from_secs(10));
    for person in 0..6 {
        let voices = &lines.people[person].receiver.voices;
        assert_eq!(voices.len(), 5);
        for heard in voices.values() {
            let heard = heard.iter().filter(|(at, _)| *at >= since).count();
            assert!(heard >= 490, "{heard} of 500 by {person}");
        }
        for slot in 0..5 {
            check_seamless(&decoded(&lines, person, slot, 0));
        }
    }
    let seen = |person: usize| {
        let slots = (0..5).filter(|&slot| decoded(&lines, person, slot, since).len() > 50);
        slots.count()
    };
    assert_eq!((seen(0), seen(2)), (5, 5));
    assert!((1..5).contains(&seen(3)), "{} seen on 500 kbit/s", seen(3));
    let waits = { lines.people[3].passed.iter() }.filter(|one| {
        one.sent_us >= since
            && one.kind == Kind::Voice
            && one.arrived_us.is_none_or(|at| at - one.sent_us > 230_000)
    });
    assert!(waits.count() < 125, "voices wait");
}

/// What was recorded of somebody's camera since then: when, and which piece of which layer.
fn recorded(lines: &Lines, person: u8, since_us: u64) -> Vec<(u64, Piece)> {
    let blocks = lines.world.blocks.iter();
    let entries = blocks.flat_map(|block| entries(block.bytes())).flatten();
    let pictures = entries.filter(|entry| {
        (entry.kind, entry.medium, entry.participant) == (EntryKind::Rtp, Medium::Camera, person)
    });
    let begin_us = lines.world.core.micros(lines.begin).0;
    let pieces = pictures.filter_map(|entry| {
        let packet = Packet::parse(entry.payload).unwrap();
        let at_us = entry.arrival_us.saturating_sub(begin_us);
        Some((at_us, Piece::read(packet.payload())?))
    });
    pieces.filter(|(at_us, _)| *at_us >= since_us).collect()
}

#[test]
fn the_best_layer_that_is_sent_is_recorded_each_stretch_from_a_keyframe_on() {
    let mut lines = people(3, 61);
    // Nobody's line carries the best layer but the recorder's.
    for person in 0..3 {
        lines.set_rate(person, 600_000);
    }
    let layers = |lines: &Lines, since_us| {
        let pieces = recorded(lines, 0, since_us);
        let share = |layer| {
            let of = pieces.iter().filter(|(_, piece)| piece.layer == layer);
            of.count() * 100 / pieces.len().max(1)
        };
        [share(0), share(1), share(2)]
    };
    lines.run(10 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    assert_eq!(layers(&lines, since), [0, 0, 100]);
    // The sender's own line becomes narrow: the best layer ends.
    lines.people[0].camera.allowed_bps = 400_000;
    lines.run(3 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    assert_eq!(layers(&lines, since), [0, 100, 0]);
    lines.people[0].camera.allowed_bps = u64::MAX;
    lines.run(3 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    assert_eq!(layers(&lines, since), [0, 0, 100]);
    let all = recorded(&lines, 0, 0);
    let (mut changes, mut longest_us) = (0, 0);
    for pair in all.windows(2) {
        let [(before_us, before), (after_us, after)] = pair else {
            continue;
        };
        longest_us = longest_us.max(after_us - before_us);
        if before.layer != after.layer {
            changes += 1;
            assert!(after.key && after.index == 0, "{before:?} {after:?}");
        }
    }
    assert!((3..=8).contains(&changes), "{changes}");
    assert!(longest_us < 2_500_000, "nothing for {longest_us} µs");
    let keyframes = { all.iter() }.filter(|(_, piece)| piece.key && piece.index == 0);
    let keyframes = keyframes.count();
    assert!((5..=20).contains(&keyframes), "{keyframes} in 31 s");
}
