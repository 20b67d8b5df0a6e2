//! The answer: one bundled transport (BUNDLE, rtcp-mux, ICE lite, DTLS passive), the sections in the order of the offer.
//!
//! Sections that the browser publishes in are answered `recvonly`, slots `sendonly` with a fixed SSRC each; voice and camera of
//! the same place share a media stream, so that the browser keeps them in step.

use std::fmt::Write as _;
use std::net::SocketAddr;

use media_packet::capture::Medium;
use media_packet::rtp::{ExtensionKind, Ssrc};

use super::{Codec, Layers, Offer, Role, Section};
use crate::ice::Credentials;

/// What the answer says besides what the offer said.
pub(crate) struct AnswerSettings<'a> {
    pub(crate) credentials: &'a Credentials,
    /// SHA-256 of our certificate, as SDP writes it.
    pub(crate) fingerprint: &'a str,
    /// Where we can be reached, preferred first.
    pub(crate) candidates: &'a [SocketAddr],
    /// Where we take TCP connections.
    pub(crate) tcp_candidates: &'a [SocketAddr],
    /// Number of the session, for the `o=` line.
    pub(crate) session: u64,
}

/// Writes the answer; `sources` gives the SSRC of a slot's media and of its retransmissions.
pub(crate) fn answer(
    offer: &Offer,
    settings: &AnswerSettings<'_>,
    sources: impl Fn(Medium, u8) -> (Ssrc, Ssrc),
) -> String {
    let mut text = String::with_capacity(8 * 1024);
    let accepted = || {
        offer
            .sections
            .iter()
            .filter(|section| section.role != Role::Refused)
    };
    let mids: Vec<&str> = accepted().map(|section| section.mid.as_str()).collect();
    let session = settings.session >> 1;
    line(
        &mut text,
        format_args!("v=0\r\no=- {session} 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0"),
    );
    line(&mut text, format_args!("a=group:BUNDLE {}", mids.join(" ")));
    line(
        &mut text,
        format_args!("a=ice-lite\r\na=msid-semantic: WMS *"),
    );
    let first = mids.first().copied();
    for section in &offer.sections {
        match section.role {
            Role::Refused => refused(&mut text, section),
            Role::Publish { codec, layers, .. } => {
                transport(&mut text, section, codec, settings, first);
                line(&mut text, format_args!("a=recvonly"));
                media(&mut text, section, codec);
                simulcast(&mut text, layers);
            }
            Role::Idle { codec } => {
                transport(&mut text, section, codec, settings, first);
                line(&mut text, format_args!("a=inactive"));
                media(&mut text, section, codec);
            }
            Role::Slot {
                medium,
                place,
                codec,
            } => {
                transport(&mut text, section, codec, settings, first);
                line(&mut text, format_args!("a=sendonly"));
                media(&mut text, section, codec);
                slot(&mut text, medium, place, codec, sources(medium, place));
            }
        }
    }
    text
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    text.write_fmt(content)
        .and_then(|()| text.write_str("\r\n"))
        .expect("a String takes all that is written");
}

fn refused(text: &mut String, section: &Section) {
    let protocol = if section.kind == "application" {
        "UDP/DTLS/SCTP"
    } else {
        "UDP/TLS/RTP/SAVPF"
    };
    line(
        text,
        format_args!("m={} 0 {protocol} {}", section.kind, section.first_format),
    );
    line(
        text,
        format_args!("c=IN IP4 0.0.0.0\r\na=mid:{}\r\na=inactive", section.mid),
    );
}

fn transport(
    text: &mut String,
    section: &Section,
    codec: Codec,
    settings: &AnswerSettings<'_>,
    first_mid: Option<&str>,
) {
    let port = settings.candidates.first().map_or(9, SocketAddr::port);
    // Browsers send the first one: a voice that repeats itself where they can.
    let formats = [
        codec.red_payload_type,
        Some(codec.payload_type),
        codec.rtx_payload_type,
    ];
    let formats: Vec<_> = { formats.iter().flatten() }.map(u8::to_string).collect();
    let formats = formats.join(" ");
    let Credentials { ufrag, password } = settings.credentials;
    line(
        text,
        format_args!("m={} {port} UDP/TLS/RTP/SAVPF {formats}", section.kind),
    );
    line(
        text,
        format_args!("c=IN IP4 0.0.0.0\r\na=mid:{}", section.mid),
    );
    line(
        text,
        format_args!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}"),
    );
    line(
        text,
        format_args!(
            "a=fingerprint:sha-256 {}\r\na=setup:passive",
            settings.fingerprint
        ),
    );
    line(text, format_args!("a=rtcp-mux\r\na=rtcp-rsize"));
    // RFC 9143 §7.3.3: the tagged section, the first of the bundle, carries the candidates of all.
    if first_mid == Some(section.mid.as_str()) {
        for (number, candidate) in settings.candidates.iter().enumerate() {
            // RFC 8445 §5.1.2.1: host candidates, the earlier the better.
            let priority = (126_u32 << 24)
                | (u32::from(u16::MAX).saturating_sub(u32::try_from(number).unwrap_or(0)) << 8)
                | 255;
            let (address, port) = (candidate.ip(), candidate.port());
            line(
                text,
                format_args!(
                    "a=candidate:{} 1 udp {priority} {address} {port} typ host",
                    number + 1
                ),
            );
        }
        tcp_candidates(text, settings);
        line(text, format_args!("a=end-of-candidates"));
    }
}

/// RFC 6544 §4.2: below UDP, and passive, since browsers connect to us.
fn tcp_candidates(text: &mut String, settings: &AnswerSettings<'_>) {
    let before = settings.candidates.len();
    for (number, candidate) in settings.tcp_candidates.iter().enumerate() {
        let preference = 8_191_u32.saturating_sub(u32::try_from(number).unwrap_or(0));
        let priority = (90_u32 << 24) | ((4 << 13 | preference) << 8) | 255;
        let (address, port, number) = (candidate.ip(), candidate.port(), before + number + 1);
        line(
            text,
            format_args!(
                "a=candidate:{number} 1 tcp {priority} {address} {port} typ host tcptype passive"
            ),
        );
    }
}

fn media(text: &mut String, section: &Section, codec: Codec) {
    for kind in [
        ExtensionKind::Mid,
        ExtensionKind::AbsSendTime,
        ExtensionKind::TransportSequence,
        ExtensionKind::AudioLevel,
        ExtensionKind::Rid,
        ExtensionKind::RepairedRid,
    ] {
        if let Some(id) = section.extensions.id(kind) {
            line(text, format_args!("a=extmap:{id} {}", kind.uri()));
        }
    }
    let number = codec.payload_type;
    if section.kind == "audio" {
        line(
            text,
            format_args!(
                "a=rtpmap:{number} opus/48000/2\r\na=fmtp:{number} minptime=10;useinbandfec=1"
            ),
        );
        if let Some(red) = codec.red_payload_type {
            line(
                text,
                format_args!("a=rtpmap:{red} red/48000/2\r\na=fmtp:{red} {number}/{number}"),
            );
        }
    } else {
        line(text, format_args!("a=rtpmap:{number} VP8/90000"));
        if matches!(section.role, Role::Publish { .. })
            || section.extensions.id(ExtensionKind::AbsSendTime).is_some()
        {
            line(text, format_args!("a=rtcp-fb:{number} goog-remb"));
        }
        line(text, format_args!("a=rtcp-fb:{number} ccm fir"));
        line(
            text,
            format_args!("a=rtcp-fb:{number} nack\r\na=rtcp-fb:{number} nack pli"),
        );
        if let Some(rtx) = codec.rtx_payload_type {
            line(
                text,
                format_args!("a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={number}"),
            );
        }
    }
    if section
        .extensions
        .id(ExtensionKind::TransportSequence)
        .is_some()
    {
        line(text, format_args!("a=rtcp-fb:{number} transport-cc"));
    }
}

fn simulcast(text: &mut String, layers: Layers) {
    let names = layers.iter().flatten();
    let names: Vec<_> = names
        .map(|name| String::from_utf8_lossy(name.as_bytes()))
        .collect();
    if names.is_empty() {
        return;
    }
    for name in &names {
        line(text, format_args!("a=rid:{name} recv"));
    }
    line(text, format_args!("a=simulcast:recv {}", names.join(";")));
}

fn slot(
    text: &mut String,
    medium: Medium,
    place: u8,
    codec: Codec,
    (ssrc, rtx_ssrc): (Ssrc, Ssrc),
) {
    let (stream, track) = match medium {
        Medium::Audio => (format!("person{place}"), format!("voice{place}")),
        Medium::Camera => (format!("person{place}"), format!("camera{place}")),
        Medium::Screen => ("screen".to_owned(), format!("screen{place}")),
    };
    line(text, format_args!("a=msid:{stream} {track}"));
    let (ssrc, rtx_ssrc) = (ssrc.0, rtx_ssrc.0);
    if codec.rtx_payload_type.is_some() {
        line(text, format_args!("a=ssrc-group:FID {ssrc} {rtx_ssrc}"));
        line(
            text,
            format_args!("a=ssrc:{ssrc} cname:{stream}\r\na=ssrc:{rtx_ssrc} cname:{stream}"),
        );
    } else {
        line(text, format_args!("a=ssrc:{ssrc} cname:{stream}"));
    }
}
