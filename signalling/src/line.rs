//! How a line is, in the words of each side: the media plane judges, the queue keeps, the wire tells.

use media::quality as measured;
use queue::{Lines, Strand};

use crate::protocol::call::{LineLevel, LineRelief, LineState, LineStrand};

/// What was measured, as it is kept.
pub(crate) fn kept(strand: measured::Strand, level: measured::Level) -> (Strand, queue::LineLevel) {
    let strand = match strand {
        measured::Strand::VoiceUp => Strand::VoiceUp,
        measured::Strand::PictureUp => Strand::PictureUp,
        measured::Strand::VoiceDown => Strand::VoiceDown,
        measured::Strand::PictureDown => Strand::PictureDown,
        measured::Strand::Line => Strand::Line,
    };
    let level = match level {
        measured::Level::Stable => queue::LineLevel::Stable,
        measured::Level::Unstable => queue::LineLevel::Unstable,
        measured::Level::Critical => queue::LineLevel::Critical,
    };
    (strand, level)
}

/// A strand on the wire.
#[must_use]
pub fn strand(strand: Strand) -> LineStrand {
    match strand {
        Strand::VoiceUp => LineStrand::VoiceUp,
        Strand::PictureUp => LineStrand::PictureUp,
        Strand::VoiceDown => LineStrand::VoiceDown,
        Strand::PictureDown => LineStrand::PictureDown,
        Strand::Line => LineStrand::Line,
    }
}

/// A level on the wire.
#[must_use]
pub fn level(level: queue::LineLevel) -> LineLevel {
    match level {
        queue::LineLevel::Stable => LineLevel::Stable,
        queue::LineLevel::Unstable => LineLevel::Unstable,
        queue::LineLevel::Critical => LineLevel::Critical,
    }
}

pub(crate) fn relief(relief: measured::Relief) -> LineRelief {
    match relief {
        measured::Relief::Repairing => LineRelief::Repairing,
        measured::Relief::PictureReduced => LineRelief::PictureReduced,
        measured::Relief::Waiting => LineRelief::Waiting,
    }
}

/// How a person's line is, by what is kept.
pub(crate) fn state(lines: &Lines, participant: u8) -> LineState {
    LineState {
        level: lines
            .of(participant)
            .map(|trouble| level(trouble.level))
            .max()
            .unwrap_or_default(),
        troubles: lines
            .of(participant)
            .map(|trouble| strand(trouble.strand))
            .collect(),
        relief: LineRelief::default(),
    }
}
