//! Derives in memory, and reads back what is in a WebM.

#![allow(dead_code, reason = "each test file uses its own part")]

use media_packet::capture::Block;
use recorder::derive::{Survey, Track};
use std::collections::BTreeMap;

/// Derives all tracks of these blocks; each with its whole file.
pub(crate) fn derive(blocks: &[Block]) -> Vec<(Track, Vec<u8>)> {
    let plaintexts: Vec<Vec<u8>> = blocks
        .iter()
        .map(|block| [&block.sequence.to_be_bytes(), block.bytes()].concat())
        .collect();
    let mut survey = Survey::new();
    for (plaintext, at) in plaintexts.iter().zip(0_i64..) {
        survey.block(1_700_000_000_000 + at * 200, plaintext);
    }
    let mut derivation = survey.finish();
    let mut files = BTreeMap::<u8, Vec<u8>>::new();
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

/// A frame in a WebM.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Played<'a> {
    pub(crate) track: u8,
    pub(crate) at_ms: i64,
    pub(crate) data: &'a [u8],
}

/// All frames of a WebM, in the order they stand.
pub(crate) fn frames(file: &[u8]) -> Vec<Played<'_>> {
    let mut frames = Vec::new();
    let mut cluster_ms = 0;
    walk(file, &mut |id, content| match id {
        0xe7 => {
            cluster_ms = content
                .iter()
                .fold(0, |value, byte| value << 8 | i64::from(*byte))
        }
        0xa3 => frames.push(Played {
            track: content[0] & 0x7f,
            at_ms: cluster_ms + i64::from(i16::from_be_bytes([content[1], content[2]])),
            data: &content[4..],
        }),
        _ => {}
    });
    frames
}

/// Ids of elements that hold elements, as far as frames are looked for: segment and cluster.
const MASTERS: [u64; 2] = [0x1853_8067, 0x1f43_b675];

fn walk<'a>(mut bytes: &'a [u8], see: &mut impl FnMut(u64, &'a [u8])) {
    while !bytes.is_empty() {
        let (id, rest) = number(bytes, true);
        let (len, rest) = number(rest, false);
        let (content, rest) = rest.split_at(usize::try_from(len).unwrap());
        if MASTERS.contains(&id) {
            walk(content, see);
        } else {
            see(id, content);
        }
        bytes = rest;
    }
}

fn number(bytes: &[u8], with_marker: bool) -> (u64, &[u8]) {
    let len = usize::try_from(bytes[0].leading_zeros()).unwrap() + 1;
    let (number, rest) = bytes.split_at(len);
    let value = number
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte));
    (
        if with_marker {
            value
        } else {
            value & !(1 << (7 * len))
        },
        rest,
    )
}
