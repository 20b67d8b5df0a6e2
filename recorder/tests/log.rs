//! The log: its bytes never change, no damage goes unseen, a crash costs one frame.

#![cfg(test)]

use media_packet::capture::{Block, Entry, EntryKind, Medium};
use proptest::prelude::*;
use recorder::log::{
    Cause, Closing, Ending, Frame, FrameKind, Frames, Header, Item, Missing, Opener, Stamp, Writer,
};
use recorder::{Error, FaultKind, RecordKey, verify, verify_with_key};

const HASH: usize = 32;

fn key() -> RecordKey {
    RecordKey::from([7; 32])
}

fn header() -> Header {
    Header {
        record: 0x0102_0304_0506_0708,
        interval: 3,
        started_ms: 1_700_000_000_123,
        started_us: 45_678,
        key_id: key().id(),
        salt: [9; 32],
        office: "ingresos".to_owned(),
        visit: "A1-2023-11-14".to_owned(),
    }
}

fn block(sequence: u64) -> Block {
    let mut block = Block::new(0x0102_0304_0506_0708, sequence, 0, Vec::new());
    let voice = Entry {
        kind: EntryKind::Rtp,
        participant: 0,
        medium: Medium::Audio,
        arrival_us: 1_000,
        payload: &[0x80; 20],
    };
    let camera = Entry {
        participant: 1,
        medium: Medium::Camera,
        arrival_us: 1_500,
        payload: &[0x90; 60],
        ..voice
    };
    for entry in [
        Entry {
            kind: EntryKind::Begin,
            payload: &[],
            ..voice
        },
        voice,
        camera,
        voice,
    ] {
        assert!(block.push(entry));
    }
    block
}

fn stamp(at: u64) -> Stamp {
    Stamp {
        wall_ms: 1_700_000_000_200 + i64::try_from(at).unwrap() * 200,
        monotonic_us: 100_000 + at * 200_000,
    }
}

const MISSING: Missing = Missing {
    cause: Cause::Channel,
    from_us: 1_500,
    to_us: 9_000,
    blocks: 2,
    packets: 33,
    burnt: 0,
};

/// A log with a frame of each kind, and where its header and frames end.
fn sample() -> (Vec<u8>, Vec<usize>) {
    let mut log = Vec::new();
    let mut writer = Writer::begin(&header(), &key(), &mut log).unwrap();
    let mut ends = vec![log.len()];
    writer.media(&block(0), stamp(0), &mut log).unwrap();
    ends.push(log.len());
    writer.event(b"admitted 1", stamp(1), &mut log).unwrap();
    ends.push(log.len());
    writer.gap(MISSING, stamp(2), &mut log).unwrap();
    ends.push(log.len());
    writer.media(&block(3), stamp(2), &mut log).unwrap();
    ends.push(log.len());
    writer.close(stamp(3), &mut log).unwrap();
    ends.push(log.len());
    (log, ends)
}

/// Opens everything that can be opened.
fn plaintexts(log: &[u8]) -> Vec<(FrameKind, Vec<u8>)> {
    let mut frames = Frames::new(log).unwrap();
    let mut opener = Opener::new(&key(), frames.header()).unwrap();
    let mut plaintexts = Vec::new();
    loop {
        match frames.advance_frame().unwrap() {
            Item::End(_) => return plaintexts,
            Item::Damage { .. } => {}
            Item::Frame(frame) => {
                if let Ok(plaintext) = opener.open(&frame) {
                    plaintexts.push((frame.kind, plaintext.to_vec()));
                }
            }
        }
    }
}

#[test]
fn the_bytes_of_format_1_never_change() {
    let vector = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/log-v1.vlog");
    let (log, _) = sample();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(vector, &log).unwrap();
    }
    assert!(
        std::fs::read(vector).unwrap() == log,
        "format 1 changed: logs that exist could not be read any more"
    );
}

#[test]
fn what_is_written_is_read() {
    let (log, ends) = sample();
    let verified = verify_with_key(log.as_slice(), &key()).unwrap();
    assert_eq!((verified.header, verified.fault), (header(), None));
    assert_eq!(
        (
            verified.blocks,
            verified.gaps,
            verified.intact,
            verified.closed
        ),
        (5, 1, true, true)
    );
    assert_eq!(verified.last_hash, log[log.len() - HASH..]);
    assert_eq!(ends.len(), 6);

    let read = plaintexts(&log);
    let numbered = |number: u64| [&number.to_be_bytes(), block(0).bytes()].concat();
    assert_eq!(read[0], (FrameKind::Media, numbered(0)));
    assert_eq!(read[1], (FrameKind::Event, b"admitted 1".to_vec()));
    assert_eq!(Missing::parse(&read[2].1), Some(MISSING));
    assert_eq!(read[3], (FrameKind::Media, numbered(3)));
    let closing = Closing {
        media_frames: 2,
        entries: 8,
        dropped_packets: 33,
    };
    assert_eq!(Closing::parse(&read[4].1), Some(closing));
}

#[test]
fn a_log_cut_at_any_byte_is_whole_up_to_its_last_whole_frame() {
    let (log, ends) = sample();
    for len in 0..log.len() {
        let cut = &log[..len];
        if len < ends[0] {
            assert!(verify(cut).is_err(), "{len} bytes have no whole header");
            continue;
        }
        let verified = verify_with_key(cut, &key()).unwrap();
        let whole = ends.iter().rposition(|end| *end <= len).unwrap();
        assert!(
            verified.intact && !verified.closed,
            "{len} bytes: {verified:?}"
        );
        assert_eq!(verified.blocks, whole as u64, "{len} bytes");
        assert_eq!(
            verified.cut_bytes,
            (len - ends[whole]) as u64,
            "{len} bytes"
        );
        assert_eq!(
            verified.last_hash,
            log[ends[whole] - HASH..ends[whole]],
            "{len} bytes"
        );
        assert_eq!(plaintexts(cut).len(), whole, "{len} bytes");
    }
}

#[test]
fn every_changed_bit_is_found_without_a_key() {
    let (log, ends) = sample();
    for at in 0..log.len() {
        for bit in 0..8 {
            let mut changed = log.clone();
            changed[at] ^= 1 << bit;
            let Ok(verified) = verify(changed.as_slice()) else {
                continue;
            };
            assert!(
                !(verified.intact && verified.closed),
                "byte {at}, bit {bit}: {verified:?}"
            );
            // In front of the trailer a change is never taken for a crash.
            assert!(
                at >= ends[4] || !verified.intact,
                "byte {at}, bit {bit}: {verified:?}"
            );
        }
    }
}

#[test]
fn damage_costs_the_frames_it_hits_and_no_other() {
    let (log, ends) = sample();
    let all = plaintexts(&log);
    for at in ends[0]..ends[4] {
        let mut changed = log.clone();
        changed[at] ^= 0x10;
        let left = plaintexts(&changed);
        // A changed hash also takes the frame after it, which is sealed over it.
        assert!(
            left.len() >= all.len() - 2,
            "byte {at}: {} of {}",
            left.len(),
            all.len()
        );
        assert!(left.iter().all(|frame| all.contains(frame)), "byte {at}");
    }
}

#[test]
fn what_was_taken_out_of_the_middle_is_missed() {
    let (log, ends) = sample();
    let without = [&log[..ends[1]], &log[ends[2]..]].concat();
    let verified = verify(without.as_slice()).unwrap();
    assert_eq!(
        verified.fault.map(|fault| (fault.offset, fault.kind)),
        Some((ends[1] as u64, FaultKind::Chain))
    );
}

#[test]
fn something_behind_the_trailer_is_a_fault() {
    let (log, ends) = sample();
    let more = [log.as_slice(), &log[ends[0]..ends[1]]].concat();
    assert!(!verify(more.as_slice()).unwrap().intact);
    let more = [log.as_slice(), b"V"].concat();
    assert!(!verify(more.as_slice()).unwrap().intact);
}

#[test]
fn a_forger_without_the_key_is_found_by_the_key_and_by_the_hash_that_was_told() {
    let (log, ends) = sample();
    let mut forged = log.clone();
    forged[ends[0] + 80] ^= 1;
    rechain(&mut forged, &ends);
    let verified = verify(forged.as_slice()).unwrap();
    assert!(
        verified.intact,
        "a chain alone can be made again by anybody"
    );
    assert_ne!(verified.last_hash, log[log.len() - HASH..]);
    let kind = verify_with_key(forged.as_slice(), &key())
        .unwrap()
        .fault
        .map(|fault| fault.kind);
    assert_eq!(kind, Some(FaultKind::Sealed));
}

fn rechain(log: &mut [u8], ends: &[usize]) {
    for pair in ends.windows(2) {
        let hashed = [&log[pair[0] - HASH..pair[1] - HASH]].concat();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &hashed);
        log[pair[1] - HASH..pair[1]].copy_from_slice(hash.as_ref());
    }
}

#[test]
fn another_key_opens_nothing() {
    let (log, _) = sample();
    assert!(matches!(
        verify_with_key(log.as_slice(), &RecordKey::from([8; 32])),
        Err(Error::WrongKey)
    ));
}

#[test]
fn a_frame_that_could_not_be_written_uses_up_its_nonce_and_is_explained() {
    let mut log = Vec::new();
    let mut writer = Writer::begin(&header(), &key(), &mut log).unwrap();
    let mark = writer.mark();
    let mut refused = Vec::new();
    writer.media(&block(0), stamp(0), &mut refused).unwrap();
    writer.forget(&mark);
    let missing = Missing {
        cause: Cause::Disk,
        blocks: 1,
        packets: 4,
        burnt: 1,
        ..MISSING
    };
    writer.gap(missing, stamp(1), &mut log).unwrap();
    let begin = log.len();
    writer.media(&block(0), stamp(0), &mut log).unwrap();
    writer.close(stamp(2), &mut log).unwrap();
    let verified = verify_with_key(log.as_slice(), &key()).unwrap();
    assert!(verified.intact && verified.closed, "{verified:?}");
    // Same plaintext, other nonce: nothing of the ciphertext is the same.
    let (first, second) = (&refused[68..68 + 40], &log[begin + 68..begin + 68 + 40]);
    assert!(first.iter().zip(second).filter(|(a, b)| a == b).count() < 8);
}

#[test]
fn burnt_numbers_that_no_gap_explains_are_a_fault() {
    let mut log = Vec::new();
    let mut writer = Writer::begin(&header(), &key(), &mut log).unwrap();
    let mark = writer.mark();
    writer.media(&block(0), stamp(0), &mut Vec::new()).unwrap();
    writer.forget(&mark);
    writer.media(&block(1), stamp(0), &mut log).unwrap();
    assert_eq!(
        verify(log.as_slice())
            .unwrap()
            .fault
            .map(|fault| fault.kind),
        Some(FaultKind::Sequence)
    );
}

#[test]
fn nothing_follows_a_trailer_and_nothing_is_too_large() {
    let mut log = Vec::new();
    let mut writer = Writer::begin(&header(), &key(), &mut log).unwrap();
    let large = vec![0; recorder::log::EVENT_BYTES_MAX + 1];
    assert!(matches!(
        writer.event(&large, stamp(0), &mut log),
        Err(Error::Limit { .. })
    ));
    writer.close(stamp(0), &mut log).unwrap();
    assert!(matches!(
        writer.event(b"late", stamp(1), &mut log),
        Err(Error::Closed)
    ));
    let long = Header {
        visit: "v".repeat(recorder::log::FACT_BYTES_MAX + 1),
        ..header()
    };
    assert!(matches!(
        Writer::begin(&long, &key(), &mut log),
        Err(Error::Limit { .. })
    ));
}

fn walk(bytes: &[u8]) -> u64 {
    let Ok(mut frames) = Frames::new(bytes) else {
        return 0;
    };
    let mut frames_left = bytes.len() + 2;
    loop {
        match frames.advance_frame().unwrap() {
            Item::End(Ending::Whole | Ending::Cut { .. }) => return frames.offset(),
            Item::Damage { .. } | Item::Frame(Frame { .. }) => {}
        }
        frames_left = frames_left.checked_sub(1).expect("reading comes to an end");
    }
}

proptest! {
    #[test]
    fn garbage_behind_a_header_is_walked_through_to_its_end(garbage in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        let (log, ends) = sample();
        let bytes = [&log[..ends[0]], &garbage].concat();
        prop_assert!(walk(&bytes) <= bytes.len() as u64);
        prop_assert!(garbage.is_empty() || !verify(bytes.as_slice()).unwrap().closed);
    }

    #[test]
    fn pieces_of_logs_in_any_order_never_pass(order in proptest::collection::vec(0..5_usize, 0..12)) {
        let (log, ends) = sample();
        let mut bytes = log[..ends[0]].to_vec();
        for frame in &order {
            bytes.extend_from_slice(&log[ends[*frame]..ends[*frame + 1]]);
        }
        let verified = verify(bytes.as_slice()).unwrap();
        let as_written = order.iter().copied().eq(0..order.len());
        prop_assert_eq!(verified.intact, as_written, "{:?}", verified);
    }

    #[test]
    fn a_header_of_garbage_is_refused_or_read_but_never_panics(garbage in proptest::collection::vec(any::<u8>(), 0..400)) {
        let bytes = [recorder::log::MAGIC.as_slice(), &[0, 1], &garbage].concat();
        walk(&bytes);
    }
}
