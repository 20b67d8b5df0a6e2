//! Time: an hour of virtual packets under drifting clocks, and clocks that mean harm.

#![cfg(test)]

#[path = "support/playing.rs"]
mod playing;
#[path = "support/studio.rs"]
mod studio;

use media_packet::capture::{Block, Entry, EntryKind, Medium};
use playing::{Played, derive, frames};
use proptest::prelude::*;
use recorder::RecordKey;
use recorder::sealed::Sealer;
use studio::{Browser, Footage, Sent};

/// Pictures and voice without content, each with its number in it, made by clocks that drift.
fn numbered(seconds: i64, browser: &Browser) -> Footage {
    // Each device makes frames by its own clock: at +200 ppm a little more often.
    let made_us =
        |number: i64, step_us: i64, ppm: i64| number * step_us * 1_000_000 / (1_000_000 + ppm);
    let picture = |number: i64| {
        let mut data = if number % 125 == 0 {
            vec![0x10, 0, 0, 0x9d, 1, 0x2a, 64, 0, 48, 0]
        } else {
            vec![0x11; 10]
        };
        data.extend_from_slice(&number.to_be_bytes());
        data
    };
    let voice = |number: i64| [&[0xf8][..], &number.to_be_bytes()].concat();
    Footage {
        pictures: (0..seconds * 25)
            .map(|at| (made_us(at, 40_000, browser.video_ppm), picture(at)))
            .collect(),
        voice: (0..seconds * 50)
            .map(|at| (made_us(at, 20_000, browser.audio_ppm), voice(at)))
            .collect(),
    }
}

fn number_in(frame: &Played<'_>) -> Option<usize> {
    let silence = frame.track == 2 && frame.data.len() == 3;
    (!silence)
        .then(|| usize::try_from(u64::from_be_bytes(*frame.data.last_chunk().unwrap())).unwrap())
}

fn made_us(footage: &Footage, frame: &Played<'_>, number: usize) -> i64 {
    if frame.track == 1 {
        footage.pictures[number].0
    } else {
        footage.voice[number].0
    }
}

fn check_hour(browser: &Browser) {
    let footage = numbered(3_600, browser);
    let (track, file) = derive(&studio::blocks(1, &browser.send(&footage))).remove(0);
    assert_eq!(track.gaps_ms, 0, "{browser:?}");
    let (mut seen, mut furthest_ms) = ([0, 0], 0);
    for frame in frames(&file) {
        let Some(number) = number_in(&frame) else {
            continue;
        };
        let made_us = made_us(&footage, &frame, number);
        furthest_ms = furthest_ms.max((frame.at_ms - made_us / 1_000).abs());
        seen[usize::from(frame.track) - 1] += 1;
    }
    // Each is within 16 ms of true time (15 and rounding), so the two are within 40 of each other.
    assert!(furthest_ms <= 16, "{furthest_ms} ms, {browser:?}");
    assert_eq!(seen[0], footage.pictures.len(), "{browser:?}");
    // A voice that runs fast loses a frame of 20 ms each time it is that much ahead.
    let dropped = footage.voice.len() - seen[1];
    assert!(dropped <= 40, "{dropped} frames of voice, {browser:?}");
}

#[test]
fn clocks_that_drift_by_200_ppm_stay_within_40_ms_for_an_hour() {
    for (audio_ppm, video_ppm, ntp_ppm, report_ms) in [
        (200, 0, 0, 1_000),
        (-200, 200, 0, 5_000),
        (0, 0, 200, 1_000),
        (200, -200, -200, 0),
    ] {
        check_hour(&Browser {
            audio_ppm,
            video_ppm,
            ntp_ppm,
            report_ms,
            ..Browser::plain(0)
        });
    }
}

#[test]
fn a_queue_in_the_network_does_not_stretch_time() {
    let browser = Browser::plain(0);
    let footage = numbered(60, &browser);
    let mut sent = browser.send(&footage);
    for sent in &mut sent {
        // Half a second more delay for ten seconds, building up and going away.
        let into_us = sent.arrival_us - 25_000_000;
        if (0..10_000_000).contains(&into_us) {
            sent.arrival_us += into_us.min(10_000_000 - into_us).min(500_000);
        }
    }
    let (track, file) = derive(&studio::blocks(1, &sent)).remove(0);
    assert_eq!(track.gaps_ms, 0);
    for frame in frames(&file) {
        let Some(number) = number_in(&frame) else {
            panic!("silence at {} ms", frame.at_ms)
        };
        let made_us = made_us(&footage, &frame, number);
        assert!(
            (frame.at_ms - made_us / 1_000).abs() <= 20,
            "{} ms, made {made_us} µs",
            frame.at_ms
        );
    }
}

#[test]
fn reports_that_jump_or_lie_do_not_move_the_media() {
    let browser = Browser::plain(0);
    let footage = numbered(60, &browser);
    for lie in ["jump", "far"] {
        let mut sent = browser.send(&footage);
        for sent in sent
            .iter_mut()
            .filter(|sent| sent.kind == EntryKind::SenderReport)
        {
            match lie {
                // The sender's wall clock is set by an hour in the middle of the call.
                "jump" if sent.arrival_us > 35_000_000 => sent.bytes[10] ^= 0x10,
                "jump" => {}
                // The camera's reports name a timestamp that is 20 s off.
                _ if sent.medium == Medium::Camera => sent.bytes[17] ^= 0x1b,
                _ => {}
            }
        }
        let (_, file) = derive(&studio::blocks(1, &sent)).remove(0);
        for frame in frames(&file) {
            let Some(number) = number_in(&frame) else {
                continue;
            };
            let made_us = made_us(&footage, &frame, number);
            assert!(
                (frame.at_ms - made_us / 1_000).abs() <= 40,
                "{lie}: {} ms, made {made_us} µs",
                frame.at_ms
            );
        }
    }
}

#[test]
fn the_same_blocks_give_the_same_bytes() {
    let browser = Browser::plain(0);
    let blocks = studio::blocks(1, &browser.send(&numbered(10, &browser)));
    assert!(derive(&blocks) == derive(&blocks));
}

/// The file that is in the vectors, or that is put there.
fn check_vector(name: &str, found: &[u8]) {
    let path =
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors")).join(name);
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    assert!(
        std::fs::read(&path).unwrap() == found,
        "{name} comes out otherwise than it did"
    );
}

#[test]
fn two_seconds_are_muxed_and_sealed_byte_for_byte_as_ever() {
    let browser = Browser::plain(3);
    let (_, file) = derive(&studio::blocks(1, &browser.send(&numbered(2, &browser)))).remove(0);
    check_vector("two-seconds.webm", &file);
    let mut sealer = Sealer::new(&RecordKey::from([7; 32]), [9; 32]);
    let mut pieces = sealer.push(&file);
    pieces.extend(sealer.finish(&[]));
    pieces.sort_by_key(|piece| piece.offset);
    check_vector(
        "two-seconds.webm.sealed",
        &pieces
            .into_iter()
            .flat_map(|piece| piece.bytes)
            .collect::<Vec<_>>(),
    );
}

fn any_entry() -> impl Strategy<Value = Sent> {
    let header = (
        any::<u16>(),
        any::<u32>(),
        0..3_u32,
        any::<bool>(),
        proptest::collection::vec(any::<u8>(), 0..40),
    );
    (0..4_i64, 0..30_000_000_i64, 0..3_u8, header).prop_map(|(kind, arrival_us, medium, header)| {
        let (sequence, timestamp, ssrc, marker, payload) = header;
        let kinds = [
            EntryKind::Rtp,
            EntryKind::SenderReport,
            EntryKind::Begin,
            EntryKind::Rtp,
        ];
        let mut bytes = vec![0x80, if marker { 0xe0 } else { 0x60 }];
        bytes.extend_from_slice(&sequence.to_be_bytes());
        bytes.extend_from_slice(&timestamp.to_be_bytes());
        bytes.extend_from_slice(&ssrc.to_be_bytes());
        bytes.extend_from_slice(&payload);
        let medium = [Medium::Audio, Medium::Camera, Medium::Screen][usize::from(medium)];
        Sent {
            arrival_us,
            participant: 0,
            medium,
            kind: kinds[usize::try_from(kind).unwrap()],
            bytes,
        }
    })
}

proptest! {
    #[test]
    fn whatever_is_sent_the_file_is_hardly_longer_than_the_call(
        mut sent in proptest::collection::vec(any_entry(), 1..200)
    ) {
        sent.sort_by_key(|sent| sent.arrival_us);
        for (track, file) in derive(&studio::blocks(1, &sent)) {
            prop_assert!(track.duration_ms <= 41_000, "{} ms", track.duration_ms);
            prop_assert!(file.len() < 200_000);
            frames(&file);
        }
    }

    #[test]
    fn blocks_of_garbage_derive_to_nothing(garbage in proptest::collection::vec(any::<u8>(), 0..600)) {
        let mut block = Block::new(1, 0, 0, Vec::new());
        let entry = Entry { kind: EntryKind::Rtp, participant: 0, medium: Medium::Camera, arrival_us: 5, payload: &garbage };
        prop_assert!(block.push(entry));
        derive(&[block]);
        let mut survey = recorder::derive::Survey::new();
        survey.block(0, &garbage);
        let mut derivation = survey.finish();
        derivation.block(&garbage);
        prop_assert!(derivation.finish(0).is_empty());
    }
}
