//! The codecs of a section: Opus for voice, VP8 with retransmissions for pictures, each by the offer's payload types.

use rtc_sdp::MediaDescription;

/// Payload types of a section, as the offer chose them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Codec {
    /// Payload type of the media.
    pub(crate) payload_type: u8,
    /// Payload type of its retransmissions (RFC 4588); only for pictures.
    pub(crate) rtx_payload_type: Option<u8>,
    /// Units of the RTP timestamp a second.
    pub(crate) clock_rate: u32,
}

/// Payload types above are not ours to use: 7 bits, and 64-95 are taken by RTCP (RFC 5761 §4).
fn payload_type(word: &str) -> Option<u8> {
    word.parse()
        .ok()
        .filter(|number| matches!(number, 0..=63 | 96..=127))
}

impl Codec {
    /// Opus at 48 kHz, two channels (RFC 7587).
    pub(super) fn opus(media: &MediaDescription) -> Option<Self> {
        let payload_type = offered(media, "opus/48000/2").next()?;
        Some(Self {
            payload_type,
            rtx_payload_type: None,
            clock_rate: 48_000,
        })
    }

    /// VP8 (RFC 7741), with RTX where it is offered for it.
    pub(super) fn vp8(media: &MediaDescription) -> Option<Self> {
        let payload_type = offered(media, "VP8/90000").next()?;
        let repairs = |rtx: &u8| {
            let parameters = value_of(media, "fmtp", *rtx);
            parameters.is_some_and(|text| {
                text.split(';')
                    .any(|part| part.trim() == format!("apt={payload_type}"))
            })
        };
        let rtx_payload_type = offered(media, "rtx/90000").find(repairs);
        Some(Self {
            payload_type,
            rtx_payload_type,
            clock_rate: 90_000,
        })
    }
}

/// Payload types of the section that are mapped to `name`, in the offer's order of preference.
fn offered<'a>(media: &'a MediaDescription, name: &'a str) -> impl Iterator<Item = u8> + 'a {
    media
        .media_name
        .formats
        .iter()
        .filter_map(|format| payload_type(format))
        .filter(move |&number| {
            value_of(media, "rtpmap", number)
                .is_some_and(|mapped| mapped.eq_ignore_ascii_case(name))
        })
}

/// What `a=key:number …` says after the number.
fn value_of<'a>(media: &'a MediaDescription, key: &str, number: u8) -> Option<&'a str> {
    media
        .attributes
        .iter()
        .filter(|attribute| attribute.key == key)
        .find_map(|attribute| {
            let (word, rest) = attribute.value.as_deref()?.split_once(' ')?;
            (word.parse() == Ok(number)).then_some(rest)
        })
}
