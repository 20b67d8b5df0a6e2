//! How much an offer may hold: counted in the text before the parser sees it, and once more in what the parser made of it.
//!
//! The text is counted by lines, so it must have the same lines for us and for the parser: a carriage return that ends no line
//! is refused, and so is every other control character (RFC 8866 §9 allows some within values; browsers write none).
//! Invariant: nothing that an offer says is repeated in a refusal, only numbers.

use rtc_sdp::SessionDescription;

use super::refuse;
use crate::Error;

/// Bytes of an offer at the most: Chromium's with 16 sections and every codec it knows is about 60 kB.
pub(super) const OFFER_BYTES_MAX: usize = 128 * 1024;

/// Lines of an offer at the most; the same offer has about 1,600.
pub(super) const OFFER_LINES_MAX: usize = 4_000;

/// Sections at the most: 3 to send, 7 audio, 5 camera and 1 screen slots are 16.
const SECTIONS_MAX: usize = 24;

/// Payload types of a section at the most: browsers offer up to 40 for video.
const PAYLOAD_TYPES_MAX: usize = 64;

/// Header extensions of a section at the most; the one-byte form has no more ids.
const EXTENSIONS_MAX: usize = 32;

/// Attributes of a section at the most: Chromium's cameras have 164.
pub(super) const SECTION_ATTRIBUTES_MAX: usize = 512;

/// Attributes before the first section at the most: browsers write up to ten.
pub(super) const SESSION_ATTRIBUTES_MAX: usize = 64;

/// Counts what the parser would have to store, before it does.
pub(super) fn check_text(text: &str) -> Result<(), Error> {
    at_most(text.len(), OFFER_BYTES_MAX, "bytes")?;
    check_characters(text)?;
    at_most(text.lines().count(), OFFER_LINES_MAX, "lines")?;
    let mut counts = Counts::default();
    for line in text.lines() {
        if let Some(section) = line.strip_prefix("m=") {
            counts.check()?;
            counts = Counts {
                sections: counts.sections + 1,
                // What comes before them: kind, port, protocol.
                formats: section.split_whitespace().skip(3).count(),
                ..Counts::default()
            };
        } else {
            counts.attributes += usize::from(line.starts_with("a="));
            counts.extensions += usize::from(line.starts_with("a=extmap:"));
        }
    }
    at_most(counts.sections, SECTIONS_MAX, "media sections")?;
    counts.check()
}

/// Counts what the parser stored: the same limits, in case it found more in the text than we did.
pub(super) fn check_parsed(session: &SessionDescription) -> Result<(), Error> {
    let sections = session.media_descriptions.len();
    at_most(sections, SECTIONS_MAX, "media sections")?;
    Counts {
        attributes: session.attributes.len(),
        ..Counts::default()
    }
    .check()?;
    for (number, section) in session.media_descriptions.iter().enumerate() {
        let extensions = section
            .attributes
            .iter()
            .filter(|attribute| attribute.key == "extmap");
        Counts {
            sections: number + 1,
            formats: section.media_name.formats.len(),
            attributes: section.attributes.len(),
            extensions: extensions.count(),
        }
        .check()?;
    }
    Ok(())
}

/// What the section that is looked at has, or the session before the first one.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Sections that have begun.
    sections: usize,
    formats: usize,
    attributes: usize,
    extensions: usize,
}

impl Counts {
    fn check(self) -> Result<(), Error> {
        let Some(number) = self.sections.checked_sub(1) else {
            return at_most(
                self.attributes,
                SESSION_ATTRIBUTES_MAX,
                "attributes of the session",
            );
        };
        let named = |what: &str| format!("{what} in section {number}");
        at_most(self.formats, PAYLOAD_TYPES_MAX, &named("payload types"))?;
        at_most(
            self.attributes,
            SECTION_ATTRIBUTES_MAX,
            &named("attributes"),
        )?;
        at_most(self.extensions, EXTENSIONS_MAX, &named("header extensions"))
    }
}

fn at_most(found: usize, max: usize, what: &str) -> Result<(), Error> {
    if found > max {
        return Err(refuse(format!("{found} {what}"), &format!("at most {max}")));
    }
    Ok(())
}

/// Lines end with CR LF or LF, and there is no other control character.
fn check_characters(text: &str) -> Result<(), Error> {
    let following = text.bytes().skip(1).map(Some).chain([None]);
    let is_stray = |(byte, next): (u8, Option<u8>)| match byte {
        b'\n' => false,
        b'\r' => next != Some(b'\n'),
        other => other.is_ascii_control(),
    };
    if text.bytes().zip(following).any(is_stray) {
        return Err(refuse(
            "a control character within a line".to_owned(),
            "lines of text that end with CR LF",
        ));
    }
    Ok(())
}
