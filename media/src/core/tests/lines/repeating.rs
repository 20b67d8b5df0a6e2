//! Which lines voices that repeat themselves are sent over whole, and what it is good for.

use std::collections::BTreeSet;

use super::camera::Camera;
use super::{Kind, Lines, SECOND, VOICE_BPS, World};
use crate::control::Event;
use crate::quality::{Level, Strand};

/// Of a hundred voices that came to the second person since then, those that repeated the one before.
fn repeated(lines: &Lines, since_us: u64) -> usize {
    let receiver = &lines.people[1].receiver;
    let since = |all: &[(u64, u16)]| all.iter().filter(|(at, _)| *at > since_us).count();
    let voices = receiver.voices.values().next().unwrap();
    since(&receiver.repeating) * 100 / since(voices)
}

/// Of a thousand voices that were sent to the second person since then, those that she can play.
fn played(lines: &Lines, since_us: u64) -> usize {
    let receiver = &lines.people[1].receiver;
    let voices = receiver.voices.values().next().unwrap();
    let own = voices.iter().filter(|(at, _)| *at > since_us);
    let own = own.map(|(_, number)| *number);
    let before = receiver.repeating.iter().filter(|(at, _)| *at > since_us);
    let before = before.map(|(_, number)| number.wrapping_sub(1));
    let played: BTreeSet<u16> = own.chain(before).collect();
    let passed = lines.people[1].passed.iter();
    let sent = passed.filter(|one| one.kind == Kind::Voice && one.sent_us > since_us);
    played.len() * 1_000 / sent.count()
}

#[test]
fn voices_repeat_themselves_over_lines_with_room_and_not_over_narrow_ones() {
    for (kbps, expected) in [(150, 0), (300, 0), (700, 100), (1_500, 100)] {
        let mut lines = Lines::repeating_pair(31);
        lines.set_rate(1, kbps * 1_000);
        lines.run(10 * SECOND);
        let since = lines.now_us;
        lines.run(10 * SECOND);
        assert_eq!(repeated(&lines, since), expected, "{kbps} kbit/s");
    }
}

#[test]
fn a_line_that_shrinks_loses_the_repeating_first_and_gets_it_back() {
    let mut lines = Lines::repeating_pair(32);
    lines.set_rate(1, 1_500_000);
    lines.run(10 * SECOND);
    lines.set_rate(1, 100_000);
    lines.run(5 * SECOND);
    let since = lines.now_us;
    lines.run(10 * SECOND);
    assert_eq!((repeated(&lines, since), played(&lines, since)), (0, 1_000));
    lines.set_rate(1, 1_500_000);
    lines.run(15 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    assert_eq!(repeated(&lines, since), 100);
}

#[test]
fn voices_alone_find_room_to_repeat_themselves() {
    for (kbps, expected) in [(100, 0), (3_000, 100)] {
        let world = World::with_offers(2, true, |browser| browser.offer_to_repeat(2));
        let cameras = vec![Camera::new(&[], 73), Camera::new(&[], 74)];
        let mut lines = Lines::in_world(world, cameras, 2, 33);
        lines.people.iter_mut().for_each(|one| one.repeating = true);
        lines.set_rate(1, kbps * 1_000);
        lines.run(15 * SECOND);
        let since = lines.now_us;
        lines.run(10 * SECOND);
        assert_eq!(repeated(&lines, since), expected, "{kbps} kbit/s");
        let passed = lines.people[1].passed.iter();
        let padding = passed.filter(|one| one.kind == Kind::Padding && one.sent_us > since);
        let padding_bps = padding.map(|one| one.bytes as u64 * 8).sum::<u64>() / 10;
        assert!(padding_bps < VOICE_BPS / 5, "{padding_bps} bit/s at {kbps}");
        assert!(played(&lines, since) >= 995);
    }
}

#[test]
fn what_the_line_loses_is_played_all_the_same() {
    for (loss_percent, least) in [(3, 995), (10, 980), (20, 940)] {
        let mut lines = Lines::repeating_pair(34);
        let mut settings = lines.people[1].down.settings();
        settings.loss_ppm = loss_percent * 10_000;
        lines.people[1].down.set(settings);
        lines.set_rate(1, 1_500_000);
        lines.run(10 * SECOND);
        let since = lines.now_us;
        lines.run(60 * SECOND);
        let (repeated, played) = (repeated(&lines, since), played(&lines, since));
        println!("{loss_percent} % lost: {repeated} % repeat, {played} of 1,000 are played");
        assert!(played >= least, "{loss_percent} %: {played}");
    }
}

#[test]
fn the_judge_counts_what_is_repeated_as_not_lost() {
    for (repeats, expected) in [(true, Level::Stable), (false, Level::Critical)] {
        let mut lines = if repeats {
            Lines::repeating_pair(35)
        } else {
            Lines::pair(35)
        };
        lines.run(10 * SECOND);
        let mut settings = lines.people[1].down.settings();
        settings.loss_ppm = 120_000;
        lines.people[1].down.set(settings);
        lines.world.events.clear();
        lines.run(20 * SECOND);
        let worst = { lines.world.events.iter() }.filter_map(|event| match event {
            Event::Quality { peer, quality } if peer.0 == 1 => {
                Some(quality.level_of(Strand::VoiceDown))
            }
            _ => None,
        });
        assert_eq!(worst.max().unwrap_or(Level::Stable), expected, "{repeats}");
    }
}
