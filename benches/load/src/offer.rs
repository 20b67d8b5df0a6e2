//! The one offer that each simulated browser makes, and what matters of the answer: camera, voice and reserved screen sent,
//! seven voices, five cameras and one screen received, as a browser of the web client writes them.

use std::fmt::Write as _;
use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use media_packet::rtp::{ExtensionKind, ExtensionMap, Ssrc};

/// Payload types of the offer.
pub(crate) const OPUS: u8 = 111;
pub(crate) const VP8: u8 = 96;
pub(crate) const VP8_RTX: u8 = 97;

const AUDIO_LEVEL_ID: u8 = 1;
const ABS_SEND_TIME_ID: u8 = 2;
const TRANSPORT_SEQUENCE_ID: u8 = 3;
const MID_ID: u8 = 4;

/// Sections that only receive.
const AUDIO_SLOTS: usize = 7;
const VIDEO_SLOTS: usize = 6;

/// What the client contributes to its offer.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) ufrag: String,
    pub(crate) password: String,
    /// `AB:CD:…`, SHA-256.
    pub(crate) fingerprint: String,
    pub(crate) address: SocketAddr,
    pub(crate) audio: Ssrc,
    pub(crate) video: Ssrc,
    pub(crate) video_rtx: Ssrc,
}

/// Mids of the sections that are sent in.
pub(crate) const AUDIO_MID: &str = "0";
pub(crate) const VIDEO_MID: &str = "1";

/// Writes the offer.
pub(crate) fn write(local: &Local) -> String {
    let mut sections = vec![audio("sendonly"), video("sendonly"), video("inactive")];
    if let Some(section) = sections.get_mut(0) {
        let ssrc = local.audio.0;
        line(
            section,
            format_args!("a=msid:me voice\r\na=ssrc:{ssrc} cname:bench"),
        );
    }
    if let Some(section) = sections.get_mut(1) {
        let (ssrc, rtx) = (local.video.0, local.video_rtx.0);
        line(
            section,
            format_args!("a=msid:me camera\r\na=ssrc-group:FID {ssrc} {rtx}"),
        );
        line(
            section,
            format_args!("a=ssrc:{ssrc} cname:bench\r\na=ssrc:{rtx} cname:bench"),
        );
    }
    sections.extend((0..AUDIO_SLOTS).map(|_| audio("recvonly")));
    sections.extend((0..VIDEO_SLOTS).map(|_| video("recvonly")));

    let mids: Vec<_> = (0..sections.len()).map(|mid| mid.to_string()).collect();
    let mut text = String::from("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    line(&mut text, format_args!("a=group:BUNDLE {}", mids.join(" ")));
    line(
        &mut text,
        format_args!("a=extmap-allow-mixed\r\na=msid-semantic: WMS me"),
    );
    let Local {
        ufrag,
        password,
        fingerprint,
        address,
        ..
    } = local;
    for (mid, section) in mids.iter().zip(sections) {
        text.push_str(&section);
        line(
            &mut text,
            format_args!("a=mid:{mid}\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}"),
        );
        line(
            &mut text,
            format_args!("a=ice-options:trickle\r\na=fingerprint:sha-256 {fingerprint}"),
        );
        line(
            &mut text,
            format_args!("a=setup:actpass\r\na=rtcp-mux\r\na=rtcp-rsize"),
        );
        if mid == AUDIO_MID {
            let (ip, port) = (address.ip(), address.port());
            line(
                &mut text,
                format_args!("a=candidate:1 1 udp 2113937151 {ip} {port} typ host"),
            );
        }
    }
    text
}

fn audio(direction: &str) -> String {
    let mut text =
        format!("m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\nc=IN IP4 0.0.0.0\r\na={direction}\r\n");
    line(
        &mut text,
        format_args!("a=rtpmap:{OPUS} opus/48000/2\r\na=fmtp:{OPUS} minptime=10;useinbandfec=1"),
    );
    line(&mut text, format_args!("a=rtcp-fb:{OPUS} transport-cc"));
    extension(&mut text, AUDIO_LEVEL_ID, ExtensionKind::AudioLevel);
    common_extensions(&mut text);
    text
}

fn video(direction: &str) -> String {
    let mut text = format!(
        "m=video 9 UDP/TLS/RTP/SAVPF {VP8} {VP8_RTX}\r\nc=IN IP4 0.0.0.0\r\na={direction}\r\n"
    );
    line(&mut text, format_args!("a=rtpmap:{VP8} VP8/90000"));
    for feedback in ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"] {
        line(&mut text, format_args!("a=rtcp-fb:{VP8} {feedback}"));
    }
    line(
        &mut text,
        format_args!("a=rtpmap:{VP8_RTX} rtx/90000\r\na=fmtp:{VP8_RTX} apt={VP8}"),
    );
    common_extensions(&mut text);
    text
}

fn common_extensions(text: &mut String) {
    extension(text, ABS_SEND_TIME_ID, ExtensionKind::AbsSendTime);
    extension(
        text,
        TRANSPORT_SEQUENCE_ID,
        ExtensionKind::TransportSequence,
    );
    extension(text, MID_ID, ExtensionKind::Mid);
}

fn extension(text: &mut String, id: u8, kind: ExtensionKind) {
    line(text, format_args!("a=extmap:{id} {}", kind.uri()));
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    text.write_fmt(content)
        .and_then(|()| text.write_str("\r\n"))
        .expect("a String takes all that is written");
}

/// The extensions that we offer in the sections of voice and camera.
pub(crate) fn own_extensions() -> (ExtensionMap, ExtensionMap) {
    let mut video = ExtensionMap::default();
    video.set(ExtensionKind::AbsSendTime, ABS_SEND_TIME_ID);
    video.set(ExtensionKind::TransportSequence, TRANSPORT_SEQUENCE_ID);
    video.set(ExtensionKind::Mid, MID_ID);
    let mut audio = video;
    audio.set(ExtensionKind::AudioLevel, AUDIO_LEVEL_ID);
    (audio, video)
}

/// What a client needs of the answer.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub(crate) ufrag: String,
    pub(crate) password: String,
    /// `AB:CD:…`, SHA-256, upper case.
    pub(crate) fingerprint: String,
    /// `candidate:…`.
    pub(crate) candidates: Vec<String>,
    pub(crate) audio_extensions: ExtensionMap,
    pub(crate) video_extensions: ExtensionMap,
}

/// Reads the answer.
pub(crate) fn read_answer(text: &str) -> anyhow::Result<Remote> {
    let first = |key: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(key));
        value
            .map(str::trim_end)
            .with_context(|| format!("the answer has no {key}"))
    };
    let fingerprint = first("a=fingerprint:sha-256 ")?.to_ascii_uppercase();
    let candidates: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("a="))
        .filter(|line| line.starts_with("candidate:"))
        .map(|line| line.trim_end().to_owned())
        .collect();
    if candidates.is_empty() {
        bail!("the answer has no candidate");
    }
    if !text.contains("a=setup:passive") {
        bail!("the answer is not a=setup:passive");
    }
    Ok(Remote {
        ufrag: first("a=ice-ufrag:")?.to_owned(),
        password: first("a=ice-pwd:")?.to_owned(),
        fingerprint,
        candidates,
        audio_extensions: extensions(text, AUDIO_MID)?,
        video_extensions: extensions(text, VIDEO_MID)?,
    })
}

fn extensions(text: &str, mid: &str) -> anyhow::Result<ExtensionMap> {
    let mid = format!("a=mid:{mid}");
    let section = text
        .split("\nm=")
        .find(|section| section.lines().any(|line| line.trim_end() == mid));
    let section = section.with_context(|| format!("the answer has no section with {mid}"))?;
    if section.split(' ').nth(1) == Some("0") {
        bail!("the server refused the section with {mid}");
    }
    let mut map = ExtensionMap::default();
    for value in section
        .lines()
        .filter_map(|line| line.strip_prefix("a=extmap:"))
    {
        let Some((id, uri)) = value.trim_end().split_once(' ') else {
            continue;
        };
        if let (Ok(id), Some(kind)) = (id.parse(), ExtensionKind::from_uri(uri)) {
            map.set(kind, id);
        }
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_has_sixteen_sections_and_an_answer_of_its_shape_reads_back() {
        let offer = write(&Local {
            ufrag: "abcd".to_owned(),
            password: "0123456789012345678901".to_owned(),
            fingerprint: "AA:BB".to_owned(),
            address: "127.0.0.1:5000".parse().unwrap(),
            audio: Ssrc(1),
            video: Ssrc(2),
            video_rtx: Ssrc(3),
        });
        assert_eq!(offer.matches("\r\nm=").count(), 16);
        let answer = offer.replace("setup:actpass", "setup:passive");
        let remote = read_answer(&answer).unwrap();
        assert_eq!(
            (remote.ufrag.as_str(), remote.fingerprint.as_str()),
            ("abcd", "AA:BB")
        );
        assert_eq!(remote.candidates.len(), 1);
        assert_eq!(
            remote.audio_extensions.id(ExtensionKind::AudioLevel),
            Some(AUDIO_LEVEL_ID)
        );
        assert_eq!(remote.video_extensions.id(ExtensionKind::AudioLevel), None);
        assert!(read_answer(&offer).is_err(), "actpass is no answer");
    }
}
