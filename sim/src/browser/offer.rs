//! The offer, as far as the server reads it.

use media_packet::rtp::{ExtensionKind, ExtensionMap, Ssrc};

/// Identifiers of the header extensions that the offer names.
pub(super) fn extensions() -> ExtensionMap {
    let mut map = ExtensionMap::default();
    map.set(ExtensionKind::AudioLevel, 1);
    map.set(ExtensionKind::AbsSendTime, 2);
    map.set(ExtensionKind::TransportSequence, 3);
    map.set(ExtensionKind::Mid, 4);
    map
}

/// As Chromium offers voices that repeat themselves.
const RED: &str = "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n";

pub(super) fn write(
    (ufrag, fingerprint): (&str, &str),
    [(voice, _), (camera, repair)]: [(Ssrc, Ssrc); 2],
    (slots, repeats): (usize, bool),
) -> String {
    let (voice, camera, repair) = (voice.0, camera.0, repair.0);
    let digest = fingerprint
        .split_once(' ')
        .map_or(fingerprint, |(_, digest)| digest);
    let transport = format!(
        "c=IN IP4 0.0.0.0\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:a-password-of-22-chars\r\n\
         a=fingerprint:sha-256 {digest}\r\na=setup:actpass\r\na=rtcp-mux\r\n"
    );
    let extmap = |kind: ExtensionKind| {
        // One that tells its own estimate numbers nothing.
        if repeats && kind == ExtensionKind::TransportSequence {
            return String::new();
        }
        let id = extensions().id(kind).unwrap_or_default();
        format!("a=extmap:{id} {}\r\n", kind.uri())
    };
    let audio = format!(
        "m=audio 9 UDP/TLS/RTP/SAVPF 111{}\r\n{transport}{}{}{}\
         a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n{}",
        if repeats { " 63" } else { "" },
        extmap(ExtensionKind::AudioLevel),
        extmap(ExtensionKind::TransportSequence),
        extmap(ExtensionKind::Mid),
        if repeats { RED } else { "" }
    );
    let video = format!(
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n{transport}{}{}{}\
         a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n\
         a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
        extmap(ExtensionKind::AbsSendTime),
        extmap(ExtensionKind::TransportSequence),
        extmap(ExtensionKind::Mid)
    );
    let mut text =
        String::from("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n");
    text += &format!("{audio}a=mid:0\r\na=sendonly\r\na=ssrc:{voice} cname:x\r\n");
    text += &format!(
        "{video}a=mid:1\r\na=sendonly\r\na=ssrc-group:FID {camera} {repair}\r\n\
         a=ssrc:{camera} cname:x\r\na=ssrc:{repair} cname:x\r\n"
    );
    for slot in 0..slots {
        text += &format!("{audio}a=mid:a{slot}\r\na=recvonly\r\n");
    }
    for slot in 0..slots {
        text += &format!("{video}a=mid:v{slot}\r\na=recvonly\r\n");
    }
    if slots > 1 {
        text += &format!("{video}a=mid:screen\r\na=recvonly\r\n");
    }
    text
}
