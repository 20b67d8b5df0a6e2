//! The judge alone, and the judge of a line that is played in virtual time.

use proptest::prelude::*;

use self::line::{Life, Line, play};
use super::*;

mod figures;
mod line;

const SECOND: u64 = 1_000_000;

/// A second of a good line at which media came just now.
fn good(now: Micros) -> Second {
    let voice = VoiceSecond {
        expected: 50,
        lost: 0.0,
        jitter_us: 20_000,
    };
    Second {
        up: voice,
        down: voice,
        frozen_up_us: Some(0),
        frozen_down_us: Some(0),
        packets: 80,
        heard: now,
        reduced: false,
    }
}

/// Plays seconds to a new judge; the levels of one strand after each.
fn levels(strand: Strand, seconds: impl IntoIterator<Item = Second>) -> Vec<Level> {
    let mut monitor = Monitor::default();
    monitor.begin(Micros(0));
    let mut told = Quality::default();
    seconds
        .into_iter()
        .map(|second| {
            let now = monitor.next.unwrap();
            let heard = if second.packets > 0 {
                now
            } else {
                second.heard
            };
            if let Some(news) = monitor.judge(&Second { heard, ..second }, now) {
                told = news;
            }
            told.level_of(strand)
        })
        .collect()
}

fn bad_voice(lost: f64, jitter_us: u64) -> Second {
    let voice = VoiceSecond {
        expected: 50,
        lost,
        jitter_us,
    };
    Second {
        up: voice,
        ..good(Micros(0))
    }
}

#[test]
fn voice_that_is_lost_for_good_is_judged_by_its_share() {
    let check = |lost, expected| {
        let found = levels(Strand::VoiceUp, [bad_voice(lost, 0); 2]);
        assert_eq!(found[1], expected, "{lost}");
    };
    check(0.02, Level::Stable);
    check(0.04, Level::Unstable);
    check(0.12, Level::Critical);
}

#[test]
fn delay_and_jitter_are_judged_by_the_e_model() {
    let check = |jitter_us, expected| {
        let found = levels(Strand::VoiceUp, [bad_voice(0.0, jitter_us); 2]);
        assert_eq!(found[1], expected, "{jitter_us} µs");
    };
    check(250_000, Level::Stable);
    check(400_000, Level::Unstable);
    check(640_000, Level::Critical);
}

#[test]
fn a_picture_that_stood_still_for_a_quarter_of_a_second_is_bad_for_five() {
    let second = |frozen_us| Second {
        frozen_up_us: Some(frozen_us),
        ..good(Micros(0))
    };
    let seconds = [0, 300_000, 0, 0, 0, 0, 0, 0, 0, 0, 0].map(second);
    let found = levels(Strand::PictureUp, seconds);
    assert_eq!(found[..3], [Level::Stable, Level::Stable, Level::Unstable]);
    assert_eq!(found[9..], [Level::Unstable, Level::Stable]);
    let hidden = levels(Strand::PictureUp, [second(200_000), second(0), second(0)]);
    assert_eq!(hidden, [Level::Stable; 3]);
}

#[test]
fn who_is_sent_broken_voice_and_who_sends_it_are_told_apart() {
    let second = bad_voice(0.2, 0);
    assert_eq!(levels(Strand::VoiceDown, [second; 3]), [Level::Stable; 3]);
    let down = Second {
        up: second.down,
        down: second.up,
        ..second
    };
    assert_eq!(levels(Strand::VoiceUp, [down; 3]), [Level::Stable; 3]);
    assert_eq!(levels(Strand::VoiceDown, [down; 3])[1], Level::Critical);
}

#[test]
fn a_stream_that_begins_or_is_not_there_says_nothing() {
    let quiet = Second {
        up: VoiceSecond {
            expected: 5,
            lost: 1.0,
            jitter_us: 0,
        },
        down: VoiceSecond::default(),
        frozen_up_us: None,
        frozen_down_us: None,
        ..good(Micros(0))
    };
    for strand in STRANDS {
        assert_eq!(levels(strand, [quiet; 5]), [Level::Stable; 5], "{strand:?}");
    }
}

#[test]
fn two_seconds_of_silence_are_told_without_waiting_for_the_next_sample() {
    let mut monitor = Monitor::default();
    monitor.begin(Micros(0));
    monitor.judge(&good(Micros(SECOND)), Micros(SECOND));
    // The last packet came a tenth of a second after the sample.
    let silent = Second {
        packets: 5,
        heard: Micros(1_100_000),
        ..Second::default()
    };
    assert_eq!(monitor.judge(&silent, Micros(2 * SECOND)), None);
    assert_eq!(monitor.due(), Some(Micros(3 * SECOND)));
    let silent = Second {
        packets: 0,
        ..silent
    };
    monitor.flowing = true;
    assert_eq!(monitor.judge(&silent, Micros(3 * SECOND)), None);
    assert_eq!(monitor.due(), Some(Micros(3_100_000)));
    let told = monitor.glance(Micros(1_100_000), false, Micros(3_100_000));
    let told = told.unwrap();
    assert_eq!(
        (told.level_of(Strand::Line), told.relief),
        (Level::Unstable, Relief::Waiting)
    );
    assert_eq!(monitor.due(), Some(Micros(4 * SECOND)), "and once only");
}

#[test]
fn signalling_that_still_comes_does_not_excuse_media_that_stopped() {
    // The silence begins at any moment of a second.
    for onset_ms in 0..10 {
        let mut monitor = Monitor::default();
        monitor.begin(Micros(0));
        for second in 1..5 {
            let now = Micros(second * SECOND);
            assert_eq!(monitor.judge(&good(now), now), None);
        }
        let onset = Micros(4 * SECOND + onset_ms * 100_000);
        let told = loop {
            let now = monitor.due().unwrap();
            monitor.note_signalling(Some(now), Some((Duration::from_millis(20), now)));
            let packets = if now.0 <= 5 * SECOND { onset_ms * 8 } else { 0 };
            let silent = Second {
                packets,
                heard: onset,
                ..Second::default()
            };
            let news = if monitor.has_second(now) {
                monitor.judge(&silent, now)
            } else {
                monitor.glance(onset, false, now)
            };
            if news.is_some() {
                break now;
            }
            assert!(now.0 < 10 * SECOND, "onset {onset:?}: never told");
        };
        assert!(
            told.since(onset) <= 2 * SECOND + SECOND / 2,
            "{onset:?} told {told:?}"
        );
    }
}

#[test]
fn signalling_keeps_a_muted_line_alive_and_its_late_answers_tell_the_round_trip() {
    let mut monitor = Monitor::default();
    monitor.begin(Micros(0));
    let muted = Second {
        heard: Micros(0),
        ..Second::default()
    };
    let rtt = Duration::from_millis(40);
    for second in 1..20 {
        let at = Micros(second * SECOND - 100_000);
        monitor.note_signalling(Some(at), Some((rtt, at)));
        let now = monitor.next.unwrap();
        assert_eq!(monitor.judge(&muted, now), None, "second {second}");
    }
    // No answer since 18.9 s: the one to the ping of 19.86 s is late.
    let mut news = None;
    while news.is_none() {
        let now = monitor.due().unwrap();
        assert!(now <= Micros(22 * SECOND), "{now:?}");
        news = if monitor.has_second(now) {
            monitor.judge(&muted, now)
        } else {
            monitor.glance(Micros(0), false, now)
        };
    }
    assert_eq!(news.unwrap().level_of(Strand::Line), Level::Unstable);
}

#[test]
fn what_does_not_change_is_not_told_again() {
    let mut monitor = Monitor::default();
    monitor.begin(Micros(0));
    let mut told = 0;
    for number in 1..60 {
        let now = Micros(number * SECOND);
        let second = Second {
            heard: now,
            ..bad_voice(0.04 + 0.0001 * f64::from(u32::try_from(number).unwrap()), 0)
        };
        told += usize::from(monitor.judge(&second, now).is_some());
    }
    assert_eq!(told, 1);
}

fn any_second() -> impl Strategy<Value = Second> {
    let voice =
        (0_u32..60, 0.0..1.0, 0_u64..700_000).prop_map(|(expected, lost, jitter_us)| VoiceSecond {
            expected,
            lost,
            jitter_us,
        });
    let frozen = prop::option::of(0_u64..1_000_000);
    (
        voice.clone(),
        voice,
        frozen.clone(),
        frozen,
        0_u64..100,
        any::<bool>(),
    )
        .prop_map(
            |(up, down, frozen_up_us, frozen_down_us, packets, reduced)| Second {
                up,
                down,
                frozen_up_us,
                frozen_down_us,
                packets,
                heard: Micros(0),
                reduced,
            },
        )
}

proptest! {
    #[test]
    fn whatever_comes_time_goes_on_and_every_change_is_told_once(
        seconds in prop::collection::vec((any_second(), prop::option::of(0_u64..3_000), 0_u64..400), 1..80)
    ) {
        let mut monitor = Monitor::default();
        monitor.begin(Micros(0));
        let (mut told, mut heard) = (Quality::default(), Micros(0));
        for (second, rtt, late) in seconds {
            let due = monitor.due().unwrap();
            let now = due.plus(late * 1_000);
            if let Some(rtt) = rtt {
                monitor.note_signalling(Some(now), Some((Duration::from_millis(rtt), now)));
            }
            if second.packets > 0 { heard = now; }
            let news = if monitor.has_second(now) {
                monitor.judge(&Second { heard, ..second }, now)
            } else {
                monitor.glance(heard, second.reduced, now)
            };
            if let Some(news) = news {
                prop_assert!(!news.says_the_same_as(&told));
                told = news;
            }
            prop_assert!(monitor.due().unwrap() > now, "it would be asked again at once");
        }
    }
}

#[test]
fn a_good_line_raises_nothing_and_a_bad_one_is_raised_and_cleared() {
    let good = Line::default();
    let bad = Line {
        loss_percent: 30,
        ..good
    };
    for seed in 0..5 {
        let told = play(seed, Life::All, &[(0, good), (20, bad), (40, good)], 70);
        let raised = told
            .iter()
            .find(|(_, quality)| quality.level() > Level::Stable);
        let (at_us, _) = raised.unwrap_or_else(|| panic!("seed {seed}: not raised"));
        assert!(
            (20 * SECOND..24 * SECOND).contains(at_us),
            "seed {seed}: {at_us}"
        );
        let (cleared_us, last) = told.last().unwrap();
        assert_eq!(last.level(), Level::Stable, "seed {seed}");
        assert!(
            (45 * SECOND..60 * SECOND).contains(cleared_us),
            "seed {seed}: {cleared_us}"
        );
    }
}

#[test]
fn a_blackout_is_told_within_two_and_a_half_seconds_whatever_is_muted() {
    let good = Line::default();
    let dark = Line {
        loss_percent: 100,
        ..good
    };
    for life in [Life::All, Life::Voice, Life::Muted] {
        for seed in 0..5 {
            let told = play(seed, life, &[(0, good), (20, dark), (25, good)], 50);
            let (at_us, quality) = told
                .first()
                .unwrap_or_else(|| panic!("{life:?} seed {seed}: not raised"));
            assert!(
                quality.level_of(Strand::Line) > Level::Stable,
                "{life:?} seed {seed}"
            );
            assert!(
                (20 * SECOND..=22 * SECOND + SECOND / 2).contains(at_us),
                "{life:?} seed {seed}: {at_us}"
            );
        }
    }
}
