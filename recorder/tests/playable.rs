//! What is derived plays, and plays right: real media, made and judged by ffmpeg.

#![cfg(test)]

#[path = "support/playing.rs"]
mod playing;
#[path = "support/studio.rs"]
mod studio;

use media_packet::capture::{EntryKind, Medium};
use playing::derive;
use recorder::derive::Track;
use std::path::{Path, PathBuf};
use studio::{Browser, Dice, Sent};

fn derive_one(folder: &Path, sent: &[Sent]) -> (Track, PathBuf) {
    let mut tracks = derive(&studio::blocks(7, sent));
    assert_eq!(tracks.len(), 1);
    let (track, file) = tracks.remove(0);
    let path = folder.join("derived.webm");
    std::fs::write(&path, file).unwrap();
    (track, path)
}

/// Every beep has its flash within this much; all seconds have both, but for as many as may be missing.
fn check_sync(file: &Path, seconds: usize, missing: usize) {
    let (flashes, beeps) = (studio::flashes(file), studio::beeps(file));
    assert!(
        flashes.len() + missing >= seconds && beeps.len() + missing >= seconds,
        "{flashes:?} {beeps:?}"
    );
    let mut together = 0;
    for beep in &beeps {
        let apart = flashes
            .iter()
            .map(|flash| (flash - beep).abs())
            .fold(f64::MAX, f64::min);
        // A flash that is further away than this belongs to another second.
        if apart < 0.3 {
            assert!(apart <= 0.040, "{flashes:?} {beeps:?}");
            together += 1;
        }
    }
    assert!(together + 2 * missing >= seconds, "{flashes:?} {beeps:?}");
}

fn duration(file: &Path) -> f64 {
    studio::probe(file, "format=duration", &[]).parse().unwrap()
}

fn pictures(file: &Path) -> usize {
    let arguments = ["-count_frames", "-select_streams", "v"];
    studio::probe(file, "stream=nb_read_frames", &arguments)
        .parse()
        .unwrap()
}

#[test]
fn a_clean_call_gives_back_every_picture_and_the_voice_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(8);
    let (track, file) = derive_one(folder.path(), &Browser::plain(1).send(&footage));
    assert!(track.has_audio && track.has_video);
    assert_eq!((track.gaps_ms, track.gaps.len()), (0, 0));
    assert!((duration(&file) - 8.0).abs() < 0.1, "{}", duration(&file));
    assert_eq!(pictures(&file), footage.pictures.len());
    check_sync(&file, 8, 0);
    let starts = studio::probe(&file, "stream=codec_name,start_time", &[]);
    for line in starts.lines() {
        let start: f64 = line.split(',').nth(1).unwrap().parse().unwrap();
        assert!(start.abs() <= 0.040, "{starts}");
    }
}

#[test]
fn delay_reordering_duplicates_and_retransmissions_cost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(8);
    for report_ms in [1_000, 0] {
        let mut dice = Dice(17);
        let mut sent = Browser {
            report_ms,
            ..Browser::plain(0)
        }
        .send(&footage);
        // All but the first and the last entry, which are not from the network.
        for at in 1..sent.len() - 1 {
            let late_us = if dice.roll(20) == 0 {
                300_000
            } else {
                i64::try_from(dice.roll(40_000)).unwrap()
            };
            sent[at].arrival_us += late_us;
            if dice.roll(10) == 0 {
                let twice = Sent {
                    arrival_us: sent[at].arrival_us + 5_000,
                    ..sent[at].clone()
                };
                sent.push(twice);
            }
        }
        let end_us = sent.iter().map(|sent| sent.arrival_us).max().unwrap();
        sent.iter_mut()
            .filter(|sent| sent.kind == EntryKind::End)
            .for_each(|sent| sent.arrival_us = end_us);
        sent.sort_by_key(|sent| sent.arrival_us);
        let (track, file) = derive_one(folder.path(), &sent);
        assert_eq!(track.gaps_ms, 0);
        assert_eq!(pictures(&file), footage.pictures.len());
        assert!((duration(&file) - 8.0).abs() < 0.1);
        check_sync(&file, 8, 0);
    }
}

/// What a camera in two layers leaves in a record: at any moment one layer, each stretch from a keyframe on.
fn in_layers(large: &studio::Footage, small: &studio::Footage) -> Vec<Sent> {
    let (plain, keyframes_us) = (Browser::plain(0), 2_000_000);
    let low = Browser {
        delay_us: 45_000,
        video_ppm: 150,
        ..plain
    };
    // Small, large, small, large; the picture of the moment of the change is there in both layers.
    let is_large = |made_us: i64| [2, 4, 5].contains(&(made_us / keyframes_us));
    let mut sent = plain.send(large);
    sent.retain(|sent| {
        let made_us = sent.arrival_us - plain.begins_us - plain.delay_us;
        sent.medium != Medium::Camera || is_large(made_us)
    });
    for mut sent_low in low.send(small) {
        let made_us = sent_low.arrival_us - low.begins_us - low.delay_us;
        if sent_low.medium != Medium::Camera || (is_large(made_us) && is_large(made_us - 1)) {
            continue;
        }
        let is_report = sent_low.kind == EntryKind::SenderReport;
        let (source, clock) = if is_report { (4, 16) } else { (8, 4) };
        sent_low.bytes[source] ^= 0x77;
        let stamp: &mut [u8; 4] = sent_low.bytes[clock..].first_chunk_mut().unwrap();
        *stamp = u32::from_be_bytes(*stamp)
            .wrapping_add(0x3500_0000)
            .to_be_bytes();
        // The server hears the smaller packets first, but none before the recording began.
        sent_low.arrival_us -= if made_us > 0 { 26_000 } else { 24_000 };
        sent.push(sent_low);
    }
    sent.sort_by_key(|sent| sent.arrival_us);
    sent
}

#[test]
fn layers_that_change_play_as_one_picture_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let (large, small) = (studio::footage(12), studio::small_footage());
    let (track, file) = derive_one(folder.path(), &in_layers(&large, &small));
    assert_eq!((track.gaps_ms, track.gaps.len()), (0, 0));
    let bytes = std::fs::read(&file).unwrap();
    let is_of = |footage: &studio::Footage, data: &[u8]| {
        footage.pictures.iter().any(|(_, picture)| picture == data)
    };
    let pictures: Vec<_> = playing::frames(&bytes)
        .into_iter()
        .filter(|frame| frame.track == 1)
        .map(|frame| (is_of(&large, frame.data), frame.data[0] & 1 == 0))
        .collect();
    assert!((300..=304).contains(&pictures.len()), "{}", pictures.len());
    let changes: Vec<_> = pictures
        .windows(2)
        .filter(|two| two[0].0 != two[1].0)
        .collect();
    assert_eq!(changes.len(), 3, "small, large, small, large");
    assert!(
        changes.iter().all(|two| two[1].1),
        "each begins with a keyframe"
    );
    studio::run(
        "ffmpeg",
        &["-i", &file.to_string_lossy(), "-xerror", "-f", "null"],
        Path::new("-"),
    );
    check_sync(&file, 12, 0);
    let size = studio::probe(&file, "stream=width,height", &["-select_streams", "v"]);
    assert_eq!(size, "320,240", "the largest");
}

#[test]
fn a_while_without_any_layer_is_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let (large, small) = (studio::footage(12), studio::small_footage());
    let mut sent = in_layers(&large, &small);
    // The small layer ends a second before the large one begins again.
    sent.retain(|sent| {
        sent.medium != Medium::Camera || !(14_000_000..15_000_000).contains(&sent.arrival_us)
    });
    let (track, _) = derive_one(folder.path(), &sent);
    assert_eq!(track.gaps.len(), 1, "{:?}", track.gaps);
    assert!(
        (900..1_200).contains(&track.gaps_ms),
        "{} ms",
        track.gaps_ms
    );
}

#[test]
fn what_is_lost_is_a_gap_and_the_rest_plays_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(12);
    let mut dice = Dice(3);
    let mut sent = Browser::plain(0).send(&footage);
    sent.retain(|sent| sent.bytes.is_empty() || dice.roll(100) > 0);
    let (track, file) = derive_one(folder.path(), &sent);
    assert!(track.gaps_ms > 0);
    assert!(track.gaps.iter().any(|gap| gap.medium == Medium::Audio));
    assert!(track.gaps.iter().any(|gap| gap.medium == Medium::Camera));
    // Nothing that a decoder complains about was let through, and no second is missing from the row.
    studio::run(
        "ffmpeg",
        &["-i", &file.to_string_lossy(), "-xerror", "-f", "null"],
        Path::new("-"),
    );
    assert!((duration(&file) - 12.0).abs() < 0.1);
    assert!(pictures(&file) < footage.pictures.len());
    check_sync(&file, 12, 8);
}

#[test]
fn a_file_that_was_cut_short_plays_to_there() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(8);
    let (_, file) = derive_one(folder.path(), &Browser::plain(0).send(&footage));
    let whole = std::fs::read(&file).unwrap();
    let cut = folder.path().join("cut.webm");
    std::fs::write(&cut, &whole[..whole.len() * 6 / 10]).unwrap();
    let played = pictures(&cut);
    assert!(
        played * 10 >= footage.pictures.len() * 4,
        "{played} of {}",
        footage.pictures.len()
    );
}

#[test]
fn somebody_with_only_a_voice_or_only_a_camera_can_be_played() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(7);
    for (medium, only) in [(Medium::Audio, "audio"), (Medium::Camera, "video")] {
        let mut sent = Browser::plain(0).send(&footage);
        sent.retain(|sent| sent.medium == medium || sent.bytes.is_empty());
        let (track, file) = derive_one(folder.path(), &sent);
        assert_eq!(
            (track.has_audio, track.has_video),
            (medium == Medium::Audio, medium == Medium::Camera)
        );
        assert_eq!(studio::probe(&file, "stream=codec_type", &[]), only);
        assert!((duration(&file) - 7.0).abs() < 0.1);
    }
}

#[test]
fn somebody_who_comes_back_with_another_connection_stays_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(4);
    let mut sent = Browser::plain(0).send(&footage);
    // Away for six seconds, then other sources and clocks.
    let again = Browser {
        begins_us: 15_000_000,
        audio_ppm: 100,
        ..Browser::plain(0)
    };
    let changed = again.send(&footage).into_iter().map(|mut sent| {
        let source = if sent.bytes.first() == Some(&0x80) && sent.bytes.get(1) == Some(&200) {
            4
        } else {
            8
        };
        if let Some(byte) = sent.bytes.get_mut(source) {
            *byte ^= 0xff;
        }
        sent
    });
    sent.extend(changed);
    let (track, file) = derive_one(folder.path(), &sent);
    assert!((duration(&file) - 14.0).abs() < 0.1, "{}", duration(&file));
    assert_eq!(pictures(&file), 2 * footage.pictures.len());
    assert_eq!(
        track.gaps_ms, 0,
        "nothing was lost while nobody was recorded"
    );
    check_sync(&file, 8, 0);
    let beeps = studio::beeps(&file);
    assert!((beeps[4] - beeps[0] - 10.0).abs() < 0.05, "{beeps:?}");
}

#[test]
fn seeking_finds_every_keyframe_by_the_cues() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(12);
    let (_, file) = derive_one(folder.path(), &Browser::plain(0).send(&footage));
    // Only what stands after the place is read: with cues that is little.
    for (place, expected) in [("7", 6.0), ("10.5", 10.0)] {
        let interval = format!("{place}%+#1");
        let found = studio::probe(
            &file,
            "packet=pts_time",
            &["-select_streams", "v", "-read_intervals", &interval],
        );
        let time: f64 = found.split([',', '\n']).next().unwrap().parse().unwrap();
        assert!((time - expected).abs() < 0.1, "{place}: {found}");
    }
}
