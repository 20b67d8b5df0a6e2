//! One person's file: his frames put in order of time, his voice without holes, his pictures as they came.
//!
//! Players differ in what they do with a hole in the voice, and some count samples instead of reading times. So the voice is
//! written as an unbroken row of frames: a frame of silence where one is missing, one left out when the row runs ahead, and so
//! never more than [`TOLERANCE_SAMPLES`] away from the timeline. Pictures need no filling: the last one stands.

use crate::depacketise::{Frame, FrameKind};
use crate::gap::Gaps;
use crate::mux::{About, Muxed, Muxer};
use crate::opus;
use std::collections::BTreeMap;

/// Frames are written once nothing earlier can come: a packet is held for a missing one for up to a second, and a picture is
/// late by its own length.
const LAG_US: i64 = 2_500_000;

/// Samples of one frame of silence.
const STEP_SAMPLES: i64 = opus::SILENCE_SAMPLES;

/// How far the voice may be from the timeline before it is put right by a frame of 20 ms: 15 ms. Then it is 5 ms away on the other
/// side, so that two clocks at the edge do not put it right back and forth.
const TOLERANCE_SAMPLES: i64 = 720;

/// Builds the file of one person.
#[derive(Debug)]
pub(crate) struct Person {
    waiting: BTreeMap<(i64, u64), Frame>,
    count: u64,
    /// When the last picture was made.
    pictured_us: i64,
    muxer: Muxer,
    zero_us: Option<i64>,
    has_voice: bool,
    /// Samples of the voice written, at 48 kHz.
    cursor: i64,
    /// The voice is silent since, for want of packets.
    silent_since_ms: Option<u64>,
    last_picture_ms: Option<u64>,
    gaps: Gaps,
}

/// A person's finished file.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) muxed: Muxed,
    pub(crate) begins_ms: i64,
    pub(crate) gaps: Gaps,
}

impl Person {
    pub(crate) fn new(expected_ms: u64, has_voice: bool) -> Self {
        Self {
            waiting: BTreeMap::new(),
            count: 0,
            pictured_us: i64::MIN,
            muxer: Muxer::new(expected_ms),
            zero_us: None,
            has_voice,
            cursor: 0,
            silent_since_ms: None,
            last_picture_ms: None,
            gaps: Gaps::default(),
        }
    }

    /// Takes a frame that was made at `at_us` of the timeline. Pictures keep the order in which they are given: two layers of a
    /// camera have two clocks, and a picture of the one must not come behind the keyframe of the other.
    pub(crate) fn push(&mut self, mut at_us: i64, frame: Frame) {
        if frame.kind != FrameKind::Voice {
            at_us = at_us.max(self.pictured_us);
            self.pictured_us = at_us;
        }
        self.waiting.insert((at_us, self.count), frame);
        self.count += 1;
    }

    /// Writes what is certain to be next, given that it is `now_us`.
    pub(crate) fn write_due(&mut self, now_us: i64) {
        let due_us = now_us.saturating_sub(LAG_US);
        while let Some(first) = self
            .waiting
            .first_entry()
            .filter(|first| first.key().0 <= due_us)
        {
            let ((at_us, _), frame) = first.remove_entry();
            self.write(at_us, &frame);
        }
    }

    /// Bytes to append to the file so far.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.muxer.take()
    }

    /// Ends the file; none when this person left nothing that can be played. `utc_us` is what to add to the timeline for UTC.
    pub(crate) fn finish(mut self, uid: u64, utc_us: i64) -> Option<Finished> {
        self.write_due(i64::MAX);
        let begins_ms = (self.zero_us? + utc_us).div_euclid(1_000);
        let muxed = self.muxer.finish(About { begins_ms, uid })?;
        Some(Finished {
            muxed,
            begins_ms,
            gaps: self.gaps,
        })
    }

    fn write(&mut self, at_us: i64, frame: &Frame) {
        let zero_us = *self.zero_us.get_or_insert(at_us);
        let samples = (at_us - zero_us).max(0) * 48 / 1_000;
        if self.has_voice {
            self.fill_silence(samples);
        }
        match frame.kind {
            FrameKind::Voice => self.write_voice(samples, frame),
            FrameKind::Key(_) | FrameKind::Delta => self.write_picture(samples, frame),
        }
    }

    /// Silence up to where even a packet that came now would leave a hole.
    fn fill_silence(&mut self, samples: i64) {
        while samples - self.cursor >= STEP_SAMPLES * 3 / 2 {
            let at_ms = milliseconds(self.cursor);
            self.silent_since_ms.get_or_insert(at_ms);
            self.muxer
                .voice(at_ms, milliseconds(STEP_SAMPLES), &opus::silence(false));
            self.cursor += STEP_SAMPLES;
        }
    }

    fn write_voice(&mut self, samples: i64, frame: &Frame) {
        let Some(length) = opus::samples(&frame.data) else {
            return;
        };
        let ahead = self.cursor - samples;
        if ahead >= TOLERANCE_SAMPLES.max(length - STEP_SAMPLES + TOLERANCE_SAMPLES) {
            return;
        }
        if -ahead >= TOLERANCE_SAMPLES {
            let at_ms = milliseconds(self.cursor);
            self.silent_since_ms.get_or_insert(at_ms);
            self.muxer
                .voice(at_ms, milliseconds(STEP_SAMPLES), &opus::silence(false));
            self.cursor += STEP_SAMPLES;
        }
        let at_ms = milliseconds(self.cursor);
        // Silence without a loss is a sender that paused, or a clock put right.
        if let Some(since_ms) = self.silent_since_ms.take()
            && frame.after_loss
        {
            self.gaps.voice(since_ms, at_ms);
        }
        self.muxer.voice(at_ms, milliseconds(length), &frame.data);
        self.cursor += length;
    }

    fn write_picture(&mut self, samples: i64, frame: &Frame) {
        let last_ms = self.last_picture_ms;
        let at_ms = milliseconds(samples).max(last_ms.map_or(0, |last| last + 1));
        if frame.after_loss
            && let Some(last_ms) = last_ms
        {
            self.gaps.picture(last_ms, at_ms);
        }
        let size = match frame.kind {
            FrameKind::Key(size) => Some(size),
            FrameKind::Delta | FrameKind::Voice => None,
        };
        self.muxer.picture(at_ms, size, &frame.data);
        self.last_picture_ms = Some(at_ms);
    }
}

fn milliseconds(samples: i64) -> u64 {
    u64::try_from((samples + 24) / 48).unwrap_or(0)
}
