//! The codecs of a section: Opus for voice, repeating itself where that is offered, VP8 with retransmissions for pictures, each
//! by the offer's payload types.

use rtc_sdp::MediaDescription;

/// Payload types of a section, as the offer chose them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Codec {
    /// Payload type of the media.
    pub(crate) payload_type: u8,
    /// Payload type of its retransmissions (RFC 4588); only for pictures.
    pub(crate) rtx_payload_type: Option<u8>,
    /// Payload type of a voice that repeats itself (RFC 2198); only for voice.
    pub(crate) red_payload_type: Option<u8>,
    /// Units of the RTP timestamp a second.
    pub(crate) clock_rate: u32,
}

/// Payload types above are not ours to use: 7 bits, and 64-95 are taken by RTCP (RFC 5761 §4).
fn payload_type(word: &str) -> Option<u8> {
    word.parse()
        .ok()
        .filter(|number| matches!(number, 0..=63 | 96..=127))
}

/// Numbers that a payload type can have.
const NUMBERS: usize = 128;

/// What a section says of its payload types, read once: looking through the attributes for each format anew would cost formats
/// times attributes.
struct Mappings<'a> {
    media: &'a MediaDescription,
    /// What `a=rtpmap` says after the number; the first one counts.
    names: [Option<&'a str>; NUMBERS],
    /// What `a=fmtp` says after the number; the first one counts.
    parameters: [Option<&'a str>; NUMBERS],
}

impl<'a> Mappings<'a> {
    fn read(media: &'a MediaDescription) -> Self {
        let mut names = [None; NUMBERS];
        let mut parameters = [None; NUMBERS];
        for attribute in &media.attributes {
            let table = match attribute.key.as_str() {
                "rtpmap" => &mut names,
                "fmtp" => &mut parameters,
                _ => continue,
            };
            let words = attribute
                .value
                .as_deref()
                .and_then(|value| value.split_once(' '));
            let number = words.and_then(|(word, _)| word.parse::<usize>().ok());
            if let (Some((_, rest)), Some(number)) = (words, number)
                && let Some(entry) = table.get_mut(number)
            {
                entry.get_or_insert(rest);
            }
        }
        Self {
            media,
            names,
            parameters,
        }
    }

    /// Payload types of the section that are mapped to `name`, in the offer's order of preference.
    fn offered(&self, name: &str) -> impl Iterator<Item = u8> {
        let formats = self.media.media_name.formats.iter();
        formats
            .filter_map(|format| payload_type(format))
            .filter(move |&number| {
                let mapped = self.names.get(usize::from(number)).copied().flatten();
                mapped.is_some_and(|mapped| mapped.eq_ignore_ascii_case(name))
            })
    }

    fn parameters(&self, number: u8) -> &'a str {
        let found = self.parameters.get(usize::from(number)).copied();
        found.flatten().unwrap_or_default()
    }

    /// Payload type that is repaired by this one, as its first `apt=` says (RFC 4588 §8.1).
    fn repairs(&self, number: u8) -> Option<u8> {
        let mut parts = self.parameters(number).split(';');
        parts.find_map(|part| part.trim().strip_prefix("apt=")?.parse().ok())
    }

    /// Whether this one repeats packets of `voice` in packets of `voice`, as in `111/111` (RFC 2198 §5).
    fn repeats(&self, number: u8, voice: u8) -> bool {
        let mut blocks = self.parameters(number).trim().split('/');
        blocks.all(|block| block.parse() == Ok(voice))
    }
}

impl Codec {
    /// Opus at 48 kHz, two channels (RFC 7587), with RED where it is offered for it.
    pub(super) fn opus(media: &MediaDescription) -> Option<Self> {
        let mappings = Mappings::read(media);
        let payload_type = mappings.offered("opus/48000/2").next()?;
        let red_payload_type = mappings
            .offered("red/48000/2")
            .find(|&red| mappings.repeats(red, payload_type));
        Some(Self {
            payload_type,
            rtx_payload_type: None,
            red_payload_type,
            clock_rate: 48_000,
        })
    }

    /// VP8 (RFC 7741), with RTX where it is offered for it.
    pub(super) fn vp8(media: &MediaDescription) -> Option<Self> {
        let mappings = Mappings::read(media);
        let payload_type = mappings.offered("VP8/90000").next()?;
        let rtx_payload_type = mappings
            .offered("rtx/90000")
            .find(|&rtx| mappings.repairs(rtx) == Some(payload_type));
        Some(Self {
            payload_type,
            rtx_payload_type,
            red_payload_type: None,
            clock_rate: 90_000,
        })
    }
}
