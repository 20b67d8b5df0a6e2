//! Offer and answer: the only place that knows SDP (RFC 8866, RFC 9429). A browser's offer becomes an [`Offer`] of plain
//! values; the answer is written from those values by [`answer`].
//!
//! The offer is one and is never repeated: sections that the browser sends in (voice, camera, reserved screen), then sections
//! that it only receives in, the slots. The n-th audio slot and the n-th camera slot show the same person; the last video slot
//! is the screen's when there is more than one. Who is in a slot is said over signalling, not by SDP.
//! Candidates in offers are ignored: a lite agent sends to where authenticated checks come from.
//! Invariants: every count is checked before the parser sees the text; no refusal repeats what an offer says, since refusals
//! are logged.

use std::io::Cursor;

use media_packet::capture::Medium;
use media_packet::rtp::{ExtensionKind, ExtensionMap, SdesValue, Ssrc};
use rtc_sdp::{MediaDescription, SessionDescription};

use crate::Error;
use crate::layer::LAYERS_MAX;

mod answer;
mod codec;
mod limits;

pub(crate) use answer::{AnswerSettings, answer};
pub(crate) use codec::Codec;

/// Characters of a `mid`, fragment or password at the most (RFC 8839 §5.4 allows 256; browsers use up to 32).
const TOKEN_BYTES_MAX: usize = 256;

/// Voices that a peer may receive: five other people, a supervisor, one by telephone.
pub(crate) const AUDIO_SLOTS_MAX: usize = 7;
/// Cameras that a peer may receive: a call has six people at the most.
pub(crate) const CAMERA_SLOTS_MAX: usize = 5;

/// What a browser offers.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// Its ICE user name fragment.
    pub(crate) ufrag: String,
    /// SHA-256 of its DTLS certificate.
    pub(crate) fingerprint: [u8; 32],
    /// All sections, in order.
    pub(crate) sections: Vec<Section>,
}

/// One `m=` section.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// `a=mid`.
    pub(crate) mid: String,
    /// First word of the line, to repeat in the answer.
    kind: &'static str,
    /// First format of the line, to repeat when the section is refused.
    first_format: String,
    /// What the section is for.
    pub(crate) role: Role,
    /// Identifiers of the header extensions that both sides know.
    pub(crate) extensions: ExtensionMap,
}

/// Names of a picture's layers.
pub(crate) type Layers = [Option<SdesValue>; LAYERS_MAX];

/// What a section is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// The browser publishes in it.
    Publish {
        /// What.
        medium: Medium,
        /// How.
        codec: Codec,
        /// Source that the offer names, if it does.
        ssrc: Option<Ssrc>,
        /// Source of the retransmissions that the offer names, if it does.
        rtx_ssrc: Option<Ssrc>,
        /// Names of the simulcast layers, lowest first; none when there is one stream.
        layers: Layers,
    },
    /// The browser receives another person in it.
    Slot {
        /// What.
        medium: Medium,
        /// Number among the slots of this medium: the n-th of audio and of camera belong together.
        place: u8,
        /// How.
        codec: Codec,
    },
    /// Nothing flows, but the section stays.
    Idle {
        /// How it would.
        codec: Codec,
    },
    /// Not accepted: unknown kind, no codec in common, more than we take.
    Refused,
}

/// Reads an offer.
///
/// # Errors
/// [`Error::Offer`], which says what was found and what is allowed.
pub(crate) fn parse_offer(text: &str) -> Result<Offer, Error> {
    limits::check_text(text)?;
    // The parser's error quotes the line it stumbled over: addresses, fingerprints, passwords.
    let session = SessionDescription::unmarshal(&mut Cursor::new(text.as_bytes()))
        .map_err(|_quoting| refuse("an SDP syntax error".to_owned(), "RFC 8866"))?;
    limits::check_parsed(&session)?;
    let medias = &session.media_descriptions;
    let first = medias
        .first()
        .ok_or_else(|| refuse("no media section".to_owned(), "1 to 24"))?;
    let transport = |key: &str| {
        let own = first.attribute(key).flatten();
        own.or_else(|| session.attribute(key).map(String::as_str))
    };
    let ufrag = transport("ice-ufrag").filter(|ufrag| (4..=TOKEN_BYTES_MAX).contains(&ufrag.len()));
    let ufrag =
        ufrag.ok_or_else(|| refuse("no usable a=ice-ufrag".to_owned(), "4 to 256 characters"))?;
    let fingerprint = transport("fingerprint").and_then(sha256_fingerprint);
    let fingerprint =
        fingerprint.ok_or_else(|| refuse("no usable a=fingerprint".to_owned(), "sha-256"))?;
    if transport("setup") == Some("passive") {
        return Err(refuse("a=setup:passive".to_owned(), "actpass or active"));
    }
    let mut roles = RoleCounter::new(medias);
    let sections = medias
        .iter()
        .map(|media| section(media, &mut roles))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(twice) = sections.iter().enumerate().find_map(|(at, section)| {
        let before = sections.get(..at).unwrap_or_default();
        before
            .iter()
            .any(|earlier| earlier.mid == section.mid)
            .then_some(at)
    }) {
        return Err(refuse(
            format!("section {twice} with the a=mid of an earlier one"),
            "a mid of its own",
        ));
    }
    if sections.iter().all(|section| section.role == Role::Refused) {
        return Err(refuse(
            "no section with Opus or VP8".to_owned(),
            "Opus audio, VP8 video",
        ));
    }
    Ok(Offer {
        ufrag: ufrag.to_owned(),
        fingerprint,
        sections,
    })
}

fn refuse(found: String, allowed: &str) -> Error {
    Error::Offer {
        found,
        allowed: allowed.to_owned(),
    }
}

/// `sha-256 AB:CD:…` (RFC 8122).
fn sha256_fingerprint(value: &str) -> Option<[u8; 32]> {
    let (algorithm, digest) = value.split_once(' ')?;
    if !algorithm.eq_ignore_ascii_case("sha-256") {
        return None;
    }
    let mut bytes = [0; 32];
    let mut parts = digest.trim().split(':');
    for byte in &mut bytes {
        let part = parts.next().filter(|part| part.len() == 2)?;
        *byte = u8::from_str_radix(part, 16).ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

/// Gives the sections their roles in order.
struct RoleCounter {
    published: [bool; 3],
    audio_slots: u8,
    video_slots: u8,
    video_slots_total: usize,
}

impl RoleCounter {
    fn new(medias: &[MediaDescription]) -> Self {
        let is_video_slot = |media: &&MediaDescription| {
            media.media_name.media == "video" && Direction::of(media) == Direction::Receives
        };
        let video_slots_total = medias.iter().filter(is_video_slot).count();
        Self {
            published: [false; 3],
            audio_slots: 0,
            video_slots: 0,
            video_slots_total,
        }
    }

    /// The medium that the next published section of this kind has.
    fn publish(&mut self, is_audio: bool) -> Option<Medium> {
        let order: &[Medium] = if is_audio {
            &[Medium::Audio]
        } else {
            &[Medium::Camera, Medium::Screen]
        };
        order.iter().copied().find(|&medium| {
            self.published
                .get_mut(medium as usize)
                .is_some_and(|taken| !std::mem::replace(taken, true))
        })
    }

    /// The medium and place of the next slot of this kind.
    fn slot(&mut self, is_audio: bool) -> Option<(Medium, u8)> {
        let count = if is_audio {
            &mut self.audio_slots
        } else {
            &mut self.video_slots
        };
        let place = *count;
        *count = count.saturating_add(1);
        let last_video = !is_audio && usize::from(place) + 1 == self.video_slots_total;
        if is_audio {
            (usize::from(place) < AUDIO_SLOTS_MAX).then_some((Medium::Audio, place))
        } else if last_video && place > 0 {
            Some((Medium::Screen, 0))
        } else {
            (usize::from(place) < CAMERA_SLOTS_MAX).then_some((Medium::Camera, place))
        }
    }
}

/// Which way a section goes, from the browser's side.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Direction {
    Sends,
    Receives,
    Inactive,
}

impl Direction {
    fn of(media: &MediaDescription) -> Self {
        if media.has_attribute("recvonly") {
            Self::Receives
        } else if media.has_attribute("inactive") {
            Self::Inactive
        } else {
            // RFC 8866 §6.7: sendrecv when nothing is said.
            Self::Sends
        }
    }
}

fn section(media: &MediaDescription, roles: &mut RoleCounter) -> Result<Section, Error> {
    let mid = media.attribute("mid").flatten().unwrap_or_default();
    let is_token = |mid: &str| mid.bytes().all(|byte| byte.is_ascii_graphic());
    if mid.is_empty() || mid.len() > TOKEN_BYTES_MAX || !is_token(mid) {
        return Err(refuse(
            "a section without a usable a=mid".to_owned(),
            "a token in each section",
        ));
    }
    let kind = match media.media_name.media.as_str() {
        "audio" => "audio",
        "video" => "video",
        "application" => "application",
        _ => {
            return Err(refuse(
                "an unknown kind of section".to_owned(),
                "audio, video",
            ));
        }
    };
    let number = |format: &String| {
        format
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let first_format = media
        .media_name
        .formats
        .first()
        .filter(|format| number(format));
    let role = role(media, kind, roles);
    Ok(Section {
        mid: mid.to_owned(),
        kind,
        first_format: first_format.cloned().unwrap_or_else(|| "0".to_owned()),
        role,
        extensions: extensions(media, role),
    })
}

fn role(media: &MediaDescription, kind: &str, roles: &mut RoleCounter) -> Role {
    let is_audio = kind == "audio";
    let usable =
        media.has_attribute("rtcp-mux") && media.media_name.port.value != 0 || bundled(media);
    let codec = match kind {
        "audio" => Codec::opus(media),
        "video" => Codec::vp8(media),
        _ => None,
    };
    let Some(codec) = codec.filter(|_| usable) else {
        return Role::Refused;
    };
    match Direction::of(media) {
        Direction::Inactive => Role::Idle { codec },
        Direction::Sends => roles.publish(is_audio).map_or(Role::Refused, |medium| {
            let (ssrc, rtx_ssrc) = sources(media);
            let layers = if medium == Medium::Camera {
                layers(media)
            } else {
                Layers::default()
            };
            Role::Publish {
                medium,
                codec,
                ssrc,
                rtx_ssrc,
                layers,
            }
        }),
        Direction::Receives => roles
            .slot(is_audio)
            .map_or(Role::Refused, |(medium, place)| Role::Slot {
                medium,
                place,
                codec,
            }),
    }
}

/// RFC 9143 §7.2.1: with max-bundle all sections but the first have port 0 and this mark.
fn bundled(media: &MediaDescription) -> bool {
    media.has_attribute("bundle-only")
}

/// The sources of a section: the first that is named, and its partner for retransmissions (RFC 5576, RFC 4588).
fn sources(media: &MediaDescription) -> (Option<Ssrc>, Option<Ssrc>) {
    let values = |key: &'static str| {
        media
            .attributes
            .iter()
            .filter(move |attribute| attribute.key == key)
            .filter_map(|attribute| attribute.value.as_deref())
    };
    let read = |word: Option<&str>| word.and_then(|word| word.parse().ok()).map(Ssrc);
    for group in values("ssrc-group") {
        let mut words = group.split_ascii_whitespace();
        if words.next() == Some("FID") {
            return (read(words.next()), read(words.next()));
        }
    }
    (
        values("ssrc").find_map(|value| read(value.split_ascii_whitespace().next())),
        None,
    )
}

/// The layers that `a=simulcast:send` names, lowest first as our page orders them (RFC 8853); the first alternative of each, and
/// no more than we take. None at all when one is no word or too long for a header extension.
fn layers(media: &MediaDescription) -> Layers {
    let mut layers = Layers::default();
    let sends = media.attribute("simulcast").flatten();
    let Some(names) = sends.and_then(|value| value.strip_prefix("send ")) else {
        return layers;
    };
    let names = names.split(' ').next().unwrap_or_default().split(';');
    for (name, place) in names.zip(&mut layers) {
        let name = name.split(',').next().unwrap_or_default();
        let name = name.trim_start_matches('~');
        let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        *place = SdesValue::new(name.as_bytes()).filter(|_| is_word);
        if place.is_none() {
            return Layers::default();
        }
    }
    layers
}

/// The extensions that we read of publishers, or write to receivers.
fn extensions(media: &MediaDescription, role: Role) -> ExtensionMap {
    let wanted: &[ExtensionKind] = match role {
        Role::Publish {
            medium: Medium::Audio,
            ..
        } => &[
            ExtensionKind::Mid,
            ExtensionKind::TransportSequence,
            ExtensionKind::AudioLevel,
        ],
        Role::Publish {
            layers: [None, ..], ..
        } => &[ExtensionKind::Mid, ExtensionKind::TransportSequence],
        Role::Publish { .. } => &[
            ExtensionKind::Mid,
            ExtensionKind::TransportSequence,
            ExtensionKind::Rid,
            ExtensionKind::RepairedRid,
        ],
        Role::Slot {
            medium: Medium::Audio,
            ..
        } => &[ExtensionKind::AudioLevel, ExtensionKind::TransportSequence],
        Role::Slot { .. } => &[ExtensionKind::AbsSendTime, ExtensionKind::TransportSequence],
        Role::Idle { .. } | Role::Refused => &[],
    };
    let mut map = ExtensionMap::default();
    for attribute in media
        .attributes
        .iter()
        .filter(|attribute| attribute.key == "extmap")
    {
        let Some((id, uri)) = attribute
            .value
            .as_deref()
            .and_then(|value| value.split_once(' '))
        else {
            continue;
        };
        let id = id.split('/').next().and_then(|id| id.parse::<u8>().ok());
        let kind = ExtensionKind::from_uri(uri.split(' ').next().unwrap_or_default());
        if let (Some(id @ 1..=14), Some(kind)) = (id, kind)
            && wanted.contains(&kind)
            && map.id(kind).is_none()
        {
            map.set(kind, id);
        }
    }
    if matches!(role, Role::Slot { .. }) && map.id(ExtensionKind::TransportSequence).is_some() {
        // Feedback on the numbers takes the place of the browser's own estimate, which needs the times.
        map.set(ExtensionKind::AbsSendTime, 0);
    }
    map
}

#[cfg(test)]
mod tests;
