//! Three and six people whose cameras come in layers.

use std::time::Duration;

use super::camera::Camera;
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
