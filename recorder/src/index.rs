//! The index of an interval: which files were derived from its log. Free of personal data, so that it needs no key.
//!
//! A text of lines, made again whenever the files are; the log alone is evidence.

use media_packet::capture::Medium;

/// One derived file: one person in one interval.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrackSummary {
    /// Number that names the file within its record, unique and stable: `interval * 256 + participant`.
    pub track: u64,
    /// Interval of the visit's call, from 0.
    pub interval: u32,
    /// Participant's number within the visit.
    pub participant: u8,
    /// Time zero of the file, UTC in milliseconds since 1970.
    pub begins_ms: i64,
    /// Length of the file in milliseconds.
    pub duration_ms: u64,
    /// Milliseconds in which something of this person is missing, all gaps together.
    pub gaps_ms: u64,
    /// The gaps, in order; the first [`GAPS_MAX`].
    pub gaps: Vec<Gap>,
    /// Name of the sealed file within the record's folder.
    pub path: String,
    /// Bytes of the WebM inside the sealed file.
    pub bytes: u64,
    /// The person's voice is in it.
    pub has_audio: bool,
    /// The person's camera is in it.
    pub has_video: bool,
    /// The log ended with its trailer: false after a crash, when up to the last second is missing.
    pub closed: bool,
}

/// Something missing in a derived file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Gap {
    /// Where: silence was put in place of a missing voice; the picture before a missing one stands.
    pub medium: Medium,
    /// From the file's time zero, in milliseconds.
    pub at_ms: u64,
    /// Length in milliseconds.
    pub duration_ms: u64,
}

/// Gaps of one file that are listed one by one: a viewer's markers; with more than this the line was broken all the time.
pub const GAPS_MAX: usize = 500;
