//! The index of an interval: which files were derived from its log. Free of personal data, so that it needs no key.
//!
//! A text of lines, made again whenever the files are; the log alone is evidence.

use crate::Error;
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

/// Format of the index.
const FIRST_LINE: &str = "ventanilla index 1";

/// Last line: an index without it was cut.
const LAST_LINE: &str = "end";

impl TrackSummary {
    /// The summaries of one interval as text.
    #[must_use]
    pub fn write_all(tracks: &[Self]) -> String {
        let mut lines = vec![FIRST_LINE.to_owned()];
        for track in tracks {
            lines.push(track.to_line());
            lines.extend(track.gaps.iter().map(|gap| {
                let medium = medium_word(gap.medium);
                format!("gap {medium} {} {}", gap.at_ms, gap.duration_ms)
            }));
        }
        lines.push(LAST_LINE.to_owned());
        lines.push(String::new());
        lines.join("\n")
    }

    /// Reads [`Self::write_all`]'s text.
    ///
    /// # Errors
    /// [`Error::Magic`], [`Error::Index`], [`Error::Cut`].
    pub fn read_all(text: &str) -> Result<Vec<Self>, Error> {
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        if lines.next().is_none_or(|(_, line)| line != FIRST_LINE) {
            return Err(Error::Magic { what: "index" });
        }
        let mut tracks: Vec<Self> = Vec::new();
        for (line, text) in lines {
            if text == LAST_LINE {
                return Ok(tracks);
            }
            let mut words = text.split(' ');
            let read = match words.next() {
                Some("track") => read_track(&mut words).map(|track| tracks.push(track)),
                Some("gap") => {
                    let gap = read_gap(&mut words);
                    tracks
                        .last_mut()
                        .zip(gap)
                        .map(|(track, gap)| track.gaps.push(gap))
                }
                Some(_) | None => None,
            };
            read.ok_or(Error::Index { line })?;
        }
        Err(Error::Cut { what: "the index" })
    }

    fn to_line(&self) -> String {
        let Self {
            track,
            interval,
            participant,
            begins_ms,
            duration_ms,
            gaps_ms,
            bytes,
            path,
            ..
        } = self;
        let [audio, video, closed] = [self.has_audio, self.has_video, self.closed].map(u8::from);
        format!(
            "track {track} {interval} {participant} {begins_ms} {duration_ms} {gaps_ms} {bytes} {audio} {video} {closed} {path}"
        )
    }
}

fn read_track<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<TrackSummary> {
    Some(TrackSummary {
        track: words.next()?.parse().ok()?,
        interval: words.next()?.parse().ok()?,
        participant: words.next()?.parse().ok()?,
        begins_ms: words.next()?.parse().ok()?,
        duration_ms: words.next()?.parse().ok()?,
        gaps_ms: words.next()?.parse().ok()?,
        bytes: words.next()?.parse().ok()?,
        has_audio: read_flag(words.next()?)?,
        has_video: read_flag(words.next()?)?,
        closed: read_flag(words.next()?)?,
        // The name is joined to a folder: it never leads out of it.
        path: words
            .next()
            .filter(|name| !name.contains('/') && !name.starts_with('.'))?
            .to_owned(),
        gaps: Vec::new(),
    })
}

fn read_flag(word: &str) -> Option<bool> {
    match word {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn read_gap<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Gap> {
    let medium = match words.next()? {
        "audio" => Medium::Audio,
        "camera" => Medium::Camera,
        "screen" => Medium::Screen,
        _ => return None,
    };
    Some(Gap {
        medium,
        at_ms: words.next()?.parse().ok()?,
        duration_ms: words.next()?.parse().ok()?,
    })
}

const fn medium_word(medium: Medium) -> &'static str {
    match medium {
        Medium::Audio => "audio",
        Medium::Camera => "camera",
        Medium::Screen => "screen",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracks() -> Vec<TrackSummary> {
        let citizen = TrackSummary {
            track: 256,
            interval: 1,
            participant: 0,
            begins_ms: 1_700_000_000_123,
            duration_ms: 61_000,
            gaps_ms: 250,
            gaps: vec![
                Gap {
                    medium: Medium::Audio,
                    at_ms: 5,
                    duration_ms: 20,
                },
                Gap {
                    medium: Medium::Camera,
                    at_ms: 70,
                    duration_ms: 230,
                },
            ],
            path: "1-0.webm.sealed".to_owned(),
            bytes: 12_345,
            has_audio: true,
            has_video: true,
            closed: true,
        };
        let operator = TrackSummary {
            track: 257,
            participant: 1,
            gaps_ms: 0,
            gaps: Vec::new(),
            has_video: false,
            ..citizen.clone()
        };
        vec![citizen, operator]
    }

    #[test]
    fn an_index_comes_back_as_it_was_written() {
        assert_eq!(
            TrackSummary::read_all(&TrackSummary::write_all(&tracks())).unwrap(),
            tracks()
        );
        assert_eq!(
            TrackSummary::read_all(&TrackSummary::write_all(&[])).unwrap(),
            []
        );
    }

    #[test]
    fn a_cut_index_is_never_taken_for_whole() {
        let text = TrackSummary::write_all(&tracks());
        let whole = text.trim_end().len();
        for end in 0..whole {
            assert!(
                TrackSummary::read_all(&text[..end]).is_err(),
                "cut at {end}"
            );
        }
    }

    #[test]
    fn a_name_that_leads_out_of_the_folder_is_refused() {
        let text =
            TrackSummary::write_all(&tracks()).replace("1-0.webm.sealed", "../1-0.webm.sealed");
        assert!(matches!(
            TrackSummary::read_all(&text),
            Err(Error::Index { line: 2 })
        ));
    }
}
