//! From the opened blocks of a log to one WebM a person, in two passes over the same blocks.
//!
//! The first pass ([`Survey`]) learns who is there and how the clocks run; the second ([`Derivation`]) writes. Memory is bounded
//! by some seconds of media, however long the call was. Left to others: reading and opening the log, sealing and writing the
//! files. Screens are kept in the log and not derived yet.
//! Invariant: the same blocks give the same bytes.

use crate::depacketise::Depacketiser;
use crate::index::Gap;
use crate::person::{Finished, Person};
use crate::stream::{Placed, Streams};
use crate::timeline::{ClockSurvey, Timeline};
use media_packet::capture::{EntryKind, Medium, entries};
use std::collections::BTreeMap;

/// Blocks whose time of writing is compared with their packets' arrival, to tie the media clock to UTC: the first seconds.
/// Later ones could only bring in a step of the wall clock.
const UTC_BLOCKS: u32 = 64;

/// Between two layers of a camera nothing is recorded for some milliseconds; for so long, and a part of the picture is missing.
const CHANGE_US_MAX: i64 = 500_000;

/// A frame is placed at most this long before it came out of its stream: packets are held for a second, and the worst queues of a
/// network for some more.
const LATE_US_MAX: i64 = 10_000_000;

/// The first pass.
#[derive(Debug, Default)]
pub struct Survey {
    streams: Streams,
    clocks: ClockSurvey,
    people: BTreeMap<u8, Presence>,
    utc_us: Option<i64>,
    blocks: u32,
}

#[derive(Clone, Copy, Debug)]
struct Presence {
    first_us: i64,
    last_us: i64,
    has_voice: bool,
}

impl Survey {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The plaintext of the next media frame, and when it was written (UTC in milliseconds).
    pub fn block(&mut self, wall_ms: i64, plaintext: &[u8]) {
        let mut last_us = None;
        for entry in entries(plaintext.get(8..).unwrap_or_default()).flatten() {
            let Ok(arrival_us) = i64::try_from(entry.arrival_us) else {
                continue;
            };
            last_us = Some(arrival_us);
            match self.streams.place(&entry) {
                Some(Placed::Packet {
                    stream: number,
                    ticks,
                    ..
                }) => {
                    let Some(stream) = self.streams.stream(number) else {
                        continue;
                    };
                    self.clocks.packet(number, stream, ticks, arrival_us);
                    let fresh = Presence {
                        first_us: arrival_us,
                        last_us: arrival_us,
                        has_voice: false,
                    };
                    let presence = self.people.entry(entry.participant).or_insert(fresh);
                    presence.last_us = arrival_us;
                    presence.has_voice |= entry.medium == Medium::Audio;
                }
                Some(Placed::Report {
                    stream: number,
                    ticks,
                    ntp_us,
                }) => {
                    let Some(stream) = self.streams.stream(number) else {
                        continue;
                    };
                    self.clocks
                        .report(number, stream, ticks, ntp_us, arrival_us);
                }
                None => {}
            }
        }
        if let Some(last_us) = last_us
            && self.blocks < UTC_BLOCKS
        {
            // A block is written after its last packet arrived: the least difference is the truest.
            let difference_us = wall_ms.saturating_mul(1_000).saturating_sub(last_us);
            self.utc_us = Some(
                self.utc_us
                    .map_or(difference_us, |least| least.min(difference_us)),
            );
            self.blocks += 1;
        }
    }

    /// Ends the first pass.
    #[must_use]
    pub fn finish(self) -> Derivation {
        let people = self.people.into_iter().map(|(participant, presence)| {
            let expected_ms =
                u64::try_from((presence.last_us - presence.first_us) / 1_000).unwrap_or(0);
            (participant, Person::new(expected_ms, presence.has_voice))
        });
        Derivation {
            people: people.collect(),
            timeline: self.clocks.finish(),
            streams: Streams::default(),
            depacketisers: BTreeMap::new(),
            cameras: BTreeMap::new(),
            utc_us: self.utc_us.unwrap_or(0),
            last_us: 0,
        }
    }
}

/// The second pass.
#[derive(Debug)]
pub struct Derivation {
    streams: Streams,
    timeline: Timeline,
    depacketisers: BTreeMap<usize, (u8, Depacketiser)>,
    /// The stream of each camera that is recorded now, and its last arrival: a camera in layers has several.
    cameras: BTreeMap<u8, (usize, i64)>,
    people: BTreeMap<u8, Person>,
    utc_us: i64,
    /// Last arrival so far.
    last_us: i64,
}

/// A person's file: what to append to the bytes that [`Derivation::take`] gave, and the head that replaces the first ones.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Track {
    /// Participant's number within the visit.
    pub participant: u8,
    /// The last bytes of the file.
    pub rest: Vec<u8>,
    /// The first bytes of the file: the place that the zeros were kept free for.
    pub head: Vec<u8>,
    /// Time zero, UTC in milliseconds since 1970.
    pub begins_ms: i64,
    /// Length in milliseconds.
    pub duration_ms: u64,
    /// The first gaps.
    pub gaps: Vec<Gap>,
    /// All gaps together, those of the voice and those of the picture, in milliseconds.
    pub gaps_ms: u64,
    /// The voice is in it.
    pub has_audio: bool,
    /// The camera is in it.
    pub has_video: bool,
}

impl Derivation {
    /// The plaintext of the next media frame: the same ones, in the same order, as in the first pass.
    pub fn block(&mut self, plaintext: &[u8]) {
        for entry in entries(plaintext.get(8..).unwrap_or_default()).flatten() {
            let Ok(arrival_us) = i64::try_from(entry.arrival_us) else {
                continue;
            };
            self.last_us = self.last_us.max(arrival_us);
            let placed = self.streams.place(&entry);
            if entry.kind != EntryKind::Rtp || entry.medium == Medium::Screen {
                continue;
            }
            let Some(Placed::Packet {
                stream,
                sequence,
                ticks,
                packet,
            }) = placed
            else {
                continue;
            };
            if entry.medium == Medium::Camera {
                self.change_layer(entry.participant, (stream, sequence), arrival_us);
            }
            let fresh = || (entry.participant, Depacketiser::new(entry.medium));
            let (_, depacketiser) = self.depacketisers.entry(stream).or_insert_with(fresh);
            depacketiser.push(sequence, ticks, arrival_us, &packet);
        }
        self.collect(self.last_us);
        for person in self.people.values_mut() {
            person.write_due(self.last_us);
        }
    }

    /// When another stream than before goes on as somebody's camera, the one before has ended there.
    fn change_layer(&mut self, participant: u8, (stream, sequence): (usize, u64), arrival_us: i64) {
        let now = (stream, arrival_us);
        let Some((before, last_us)) = self.cameras.insert(participant, now) else {
            return;
        };
        if before == stream {
            return;
        }
        self.collect_stream(before, i64::MAX);
        if let Some((_, resumed)) = self.depacketisers.get_mut(&stream) {
            resumed.resume(sequence, arrival_us.saturating_sub(last_us) > CHANGE_US_MAX);
        }
    }

    /// Packets left out so far because their sender had more streams than are derived. They stay in the log.
    #[must_use]
    pub fn excess(&self) -> u64 {
        self.streams.excess()
    }

    /// Bytes that each person's file grew by.
    pub fn take(&mut self) -> Vec<(u8, Vec<u8>)> {
        let grown = self
            .people
            .iter_mut()
            .map(|(participant, person)| (*participant, person.take()));
        grown.filter(|(_, bytes)| !bytes.is_empty()).collect()
    }

    /// Ends the second pass. People who left nothing that can be played are not among the tracks.
    #[must_use]
    pub fn finish(mut self, interval: u32) -> Vec<Track> {
        self.collect(i64::MAX);
        let utc_us = self.utc_us;
        let tracks = self.people.into_iter().filter_map(|(participant, person)| {
            let uid = track_number(interval, participant) + 1;
            let Finished {
                muxed,
                begins_ms,
                gaps,
            } = person.finish(uid, utc_us)?;
            Some(Track {
                participant,
                rest: muxed.rest,
                head: muxed.head,
                begins_ms,
                duration_ms: muxed.duration_ms,
                gaps: gaps.list,
                gaps_ms: gaps.total_ms,
                has_audio: muxed.has_audio,
                has_video: muxed.has_video,
            })
        });
        tracks.collect()
    }

    fn collect(&mut self, now_us: i64) {
        let streams: Vec<usize> = self.depacketisers.keys().copied().collect();
        for stream in streams {
            self.collect_stream(stream, now_us);
        }
    }

    /// Hands finished frames of a stream to its person. A frame was made before it arrived, and not long before: that bounds what a
    /// wild clock can do.
    fn collect_stream(&mut self, stream: usize, now_us: i64) {
        let (earliest_us, latest_us) = (self.last_us.saturating_sub(LATE_US_MAX), self.last_us);
        let Some((participant, depacketiser)) = self.depacketisers.get_mut(&stream) else {
            return;
        };
        let Some(person) = self.people.get_mut(participant) else {
            return;
        };
        while let Some(frame) = depacketiser.pop(now_us) {
            if let Some(at_us) = self.timeline.at(stream, frame.ticks) {
                person.push(at_us.clamp(earliest_us, latest_us), frame);
            }
        }
    }
}

/// Number of a person's file within its record.
#[must_use]
pub fn track_number(interval: u32, participant: u8) -> u64 {
    u64::from(interval) * 256 + u64::from(participant)
}
