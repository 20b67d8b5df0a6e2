//! What is derived plays, and plays right: real media, made and judged by ffmpeg.

#[path = "support/studio.rs"]
mod studio;

use media_packet::capture::{Block, EntryKind, Medium};
use recorder::derive::{Survey, Track};
use std::path::{Path, PathBuf};
use studio::{Browser, Dice, Footage, Sent};

/// Derives all tracks of these blocks; returns each with its whole file.
fn derive(blocks: &[Block]) -> Vec<(Track, Vec<u8>)> {
    let plaintexts: Vec<Vec<u8>> = blocks
        .iter()
        .map(|block| [&block.sequence.to_be_bytes(), block.bytes()].concat())
        .collect();
    let mut survey = Survey::new();
    for (plaintext, at) in plaintexts.iter().zip(0_i64..) {
        survey.block(1_700_000_000_000 + at * 200, plaintext);
    }
    let mut derivation = survey.finish();
    let mut files = std::collections::BTreeMap::<u8, Vec<u8>>::new();
    for plaintext in &plaintexts {
        derivation.block(plaintext);
        for (participant, bytes) in derivation.take() {
            files.entry(participant).or_default().extend(bytes);
        }
    }
    let tracks = derivation.finish(0).into_iter().map(|track| {
        let mut file = files.remove(&track.participant).unwrap_or_default();
        file.extend_from_slice(&track.rest);
        file[..track.head.len()].copy_from_slice(&track.head);
        (track, file)
    });
    tracks.collect()
}

fn derive_one(folder: &Path, sent: &[Sent]) -> (Track, PathBuf) {
    let mut tracks = derive(&studio::blocks(7, sent));
    assert_eq!(tracks.len(), 1);
    let (track, file) = tracks.remove(0);
    let path = folder.join("derived.webm");
    std::fs::write(&path, file).unwrap();
    (track, path)
}

/// Every flash has its beep within this much, and the other way round.
fn check_sync(file: &Path, seconds: usize, within_s: f64) {
    let (flashes, beeps) = (studio::flashes(file), studio::beeps(file));
    assert_eq!(
        (flashes.len(), beeps.len()),
        (seconds, seconds),
        "{flashes:?} {beeps:?}"
    );
    for (flash, beep) in flashes.iter().zip(&beeps) {
        assert!(
            (flash - beep).abs() <= within_s,
            "flash {flash}, beep {beep}"
        );
    }
}

#[test]
fn a_clean_call_gives_back_every_picture_and_the_voice_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let footage = studio::footage(folder.path(), 8);
    let (track, file) = derive_one(folder.path(), &Browser::plain(1).send(&footage));
    assert!(track.has_audio && track.has_video);
    assert_eq!((track.gaps_ms, track.gaps.len()), (0, 0));
    let duration: f64 = studio::probe(&file, "format=duration", &[])
        .parse()
        .unwrap();
    assert!((duration - 8.0).abs() < 0.1, "{duration}");
    let frames = studio::probe(
        &file,
        "stream=nb_read_frames",
        &["-count_frames", "-select_streams", "v"],
    );
    assert_eq!(frames, footage.pictures.len().to_string());
    check_sync(&file, 8, 0.040);
    let starts = studio::probe(&file, "stream=codec_name,start_time", &[]);
    for line in starts.lines() {
        let start: f64 = line.split(',').nth(1).unwrap().parse().unwrap();
        assert!(start.abs() <= 0.040, "{starts}");
    }
}
