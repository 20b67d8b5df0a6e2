//! Whom a camera of one layer follows when several receive it, and what becomes of the others.

use std::time::Duration;

use super::camera::Camera;
use super::{Kind, Lines, SECOND, World};
use crate::control::{Event, RECEIVES_ONLY};

use super::super::kit::{Browser, STEP};

/// Two people, and beside the second one a connection of hers that only receives, on a line of 150 kbit/s.
fn with_a_program_beside() -> Lines {
    let mut world = World::with_people(2, true);
    let browser = Browser::new(2, world.now);
    let offer = browser.offer_to_receive(2);
    world.browsers.push(browser);
    world.join_with(1, 2, RECEIVES_ONLY | 1, offer);
    world.run(Duration::from_secs(2));
    assert!(world.browsers[2].is_connected());
    world.admit(2, true);
    world.run(STEP);
    let cameras = vec![Camera::single(71), Camera::single(72), Camera::new(&[], 73)];
    let mut lines = Lines::in_world(world, cameras, 2, 70);
    lines.people[2].voicing = false;
    lines.set_rate(2, 150_000);
    lines
}

/// Bits a second of pictures that were sent to a person since then.
fn sent_bps(lines: &Lines, person: usize, since_us: u64) -> u64 {
    let passed = lines.people[person].passed.iter();
    let sent = passed.filter(|one| one.kind == Kind::Picture && one.sent_us >= since_us);
    sent.map(|one| one.bytes as u64 * 8).sum::<u64>() * 1_000_000 / (lines.now_us - since_us)
}

/// Voices that came within 300 ms, of a hundred.
fn voices_in_time(lines: &Lines, person: usize, since_us: u64) -> usize {
    let passed = lines.people[person].passed.iter();
    let voices = passed.filter(|one| one.kind == Kind::Voice && one.sent_us >= since_us);
    let voices: Vec<_> = voices
        .filter(|one| one.sent_us + 500_000 < lines.now_us)
        .collect();
    let in_time = |at: Option<u64>, sent: u64| at.is_some_and(|at| at - sent < 300_000);
    let came = { voices.iter() }.filter(|one| in_time(one.arrived_us, one.sent_us));
    came.count() * 100 / voices.len()
}

fn is_told_paused(lines: &Lines, person: u8) -> bool {
    let events = lines.world.peer_events(person);
    let told = events.into_iter().rev().find_map(|event| match event {
        Event::Slots { slots, .. } => Some(slots.clone()),
        _ => None,
    });
    told.unwrap().iter().any(|slot| slot.paused)
}

#[test]
fn a_program_beside_on_a_narrow_line_leaves_the_picture_alone() {
    let mut lines = with_a_program_beside();
    lines.run(10 * SECOND);
    let since = lines.now_us;
    lines.run(20 * SECOND);
    let whole = sent_bps(&lines, 1, since);
    assert!(whole > 1_300_000, "{whole} bit/s");
    let (pictures, longest_ms) = lines.pictures(1, since);
    assert!(
        pictures > 380 && longest_ms < 300,
        "{pictures}, {longest_ms} ms"
    );
    assert!(is_told_paused(&lines, 2) && !is_told_paused(&lines, 1));
    let narrow = (sent_bps(&lines, 2, since), voices_in_time(&lines, 2, since));
    assert!(narrow.0 < 50_000 && narrow.1 >= 97, "{narrow:?}");
    // Its line becomes good: it sees what the person sees.
    lines.set_rate(2, 4_000_000);
    lines.run(20 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    assert!(lines.pictures(2, since).0 > 90 && !is_told_paused(&lines, 2));
}

#[test]
fn the_narrowest_line_of_three_does_not_drag_the_others_pictures_down() {
    let cameras = (0..3).map(|number| Camera::single(80 + number));
    let mut lines = Lines::new(cameras.collect(), 80);
    lines.set_rate(2, 150_000);
    lines.run(15 * SECOND);
    let since = lines.now_us;
    lines.run(15 * SECOND);
    for person in 0..2 {
        let whole = sent_bps(&lines, person, since);
        // The two others' pictures; the third one's line up is good.
        assert!(whole > 2_400_000, "{person}: {whole} bit/s");
    }
    let voices = voices_in_time(&lines, 2, since);
    assert!(voices >= 95 && is_told_paused(&lines, 2), "{voices} %");
}

#[test]
fn people_with_lines_alike_share_a_picture_that_both_can_take() {
    let cameras = (0..3).map(|number| Camera::single(90 + number));
    let mut lines = Lines::new(cameras.collect(), 90);
    lines.set_rate(1, 2_000_000);
    lines.set_rate(2, 1_400_000);
    lines.run(20 * SECOND);
    let since = lines.now_us;
    lines.run(10 * SECOND);
    for person in 0..3 {
        let (pictures, longest_ms) = lines.pictures(person, since);
        assert!(
            pictures > 180 && longest_ms < 700,
            "{person}: {pictures}, {longest_ms} ms"
        );
        assert!(!is_told_paused(&lines, u8::try_from(person).unwrap()));
    }
}
