use super::limits::{
    OFFER_BYTES_MAX, OFFER_LINES_MAX, SECTION_ATTRIBUTES_MAX, SESSION_ATTRIBUTES_MAX, check_parsed,
};
use super::*;
use crate::ice::Secret;

const CHROMIUM: &str = include_str!("../../tests/vectors/offer-chromium-156.sdp");
const FIREFOX: &str = include_str!("../../tests/vectors/offer-firefox-153.sdp");

fn written(offer: &Offer) -> String {
    let credentials = Secret::new(0, 1, &[7; 32]).credentials(0);
    let candidates = [
        "127.0.0.1:40000".parse().unwrap(),
        "[2001:db8::1]:40000".parse().unwrap(),
    ];
    let tcp_candidates = ["127.0.0.1:443".parse().unwrap()];
    let settings = AnswerSettings {
        credentials: &credentials,
        fingerprint: "AB:CD",
        candidates: &candidates,
        tcp_candidates: &tcp_candidates,
        session: 8,
    };
    answer(offer, &settings, |medium, place| {
        let number = 1_000 + 100 * medium as u32 + 2 * u32::from(place);
        (Ssrc(number), Ssrc(number + 1))
    })
}

/// A published medium, its payload type and that of its retransmissions.
type Published = (Medium, u8, Option<u8>);

/// Payload types of voice, camera and its retransmissions, and what is published and received.
fn summary(text: &str) -> (Vec<Published>, Vec<(Medium, u8)>) {
    let offer = parse_offer(text).unwrap();
    let roles = || offer.sections.iter().map(|section| section.role);
    let published = roles().filter_map(|role| match role {
        Role::Publish { medium, codec, .. } => {
            Some((medium, codec.payload_type, codec.rtx_payload_type))
        }
        Role::Slot { .. } | Role::Idle { .. } | Role::Refused => None,
    });
    let slots = roles().filter_map(|role| match role {
        Role::Slot { medium, place, .. } => Some((medium, place)),
        Role::Publish { .. } | Role::Idle { .. } | Role::Refused => None,
    });
    (published.collect(), slots.collect())
}

fn all_slots() -> Vec<(Medium, u8)> {
    let audio = (0..7).map(|place| (Medium::Audio, place));
    let cameras = (0..5).map(|place| (Medium::Camera, place));
    audio.chain(cameras).chain([(Medium::Screen, 0)]).collect()
}

#[test]
fn chromiums_offer_is_understood() {
    let (published, slots) = summary(CHROMIUM);
    let expected = [
        (Medium::Audio, 111, None),
        (Medium::Camera, 96, Some(97)),
        (Medium::Screen, 96, Some(97)),
    ];
    assert_eq!((published.as_slice(), slots), (&expected[..], all_slots()));
}

#[test]
fn firefoxs_offer_is_understood() {
    let (published, slots) = summary(FIREFOX);
    let expected = [
        (Medium::Audio, 109, None),
        (Medium::Camera, 120, Some(124)),
        (Medium::Screen, 120, Some(124)),
    ];
    assert_eq!((published.as_slice(), slots), (&expected[..], all_slots()));
}

#[test]
fn an_answer_has_the_sections_of_its_offer_and_is_sdp() {
    for text in [CHROMIUM, FIREFOX] {
        let offer = parse_offer(text).unwrap();
        let answer = written(&offer);
        let parsed = SessionDescription::unmarshal(&mut Cursor::new(answer.as_bytes())).unwrap();
        let mids: Vec<_> = parsed
            .media_descriptions
            .iter()
            .map(|media| media.attribute("mid").flatten().unwrap())
            .collect();
        let offered: Vec<_> = offer
            .sections
            .iter()
            .map(|section| section.mid.as_str())
            .collect();
        assert_eq!(mids, offered);
        assert_eq!(
            answer.matches("a=candidate:").count(),
            3,
            "only the first section carries candidates"
        );
        assert_eq!(answer.matches("a=sendonly").count(), 13);
        assert_eq!(answer.matches("a=recvonly").count(), 3);
        assert!(
            answer.contains("a=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host\r\n"),
            "{answer}"
        );
        assert!(
            answer.contains("a=candidate:2 1 udp 2130706175 2001:db8::1 40000 typ host\r\n"),
            "{answer}"
        );
        assert!(
            answer.contains("a=ssrc-group:FID 1100 1101\r\n") && answer.contains("useinbandfec=1")
        );
    }
}

#[test]
fn voices_repeat_themselves_where_that_is_offered_for_our_codec() {
    let sections = |text: &str| -> Vec<String> {
        let answer = written(&parse_offer(text).unwrap());
        let audio = answer
            .split("\r\nm=")
            .filter(|one| one.starts_with("audio"));
        audio.map(str::to_owned).collect()
    };
    let repeats = |section: &String| {
        let first = section.starts_with("audio 40000 UDP/TLS/RTP/SAVPF 63 111\r\n");
        let mapped = section.contains("\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n");
        assert_eq!(first, mapped, "{section}");
        first
    };
    let chromiums = sections(CHROMIUM);
    assert_eq!(chromiums.len(), 8);
    assert!(chromiums.iter().all(repeats), "published and received");
    let without = |section: &String| !section.contains("red/") && !section.contains(" 63");
    assert!(sections(FIREFOX).iter().all(without));
    // Redundancy of another codec, of two, or of nobody knows what is none of ours.
    for other in [
        "a=fmtp:63 9/9",
        "a=fmtp:63 111/9",
        "a=fmtp:63 x",
        "a=fmtp:62 111/111",
    ] {
        let text = CHROMIUM.replace("a=fmtp:63 111/111", other);
        assert!(sections(&text).iter().all(without), "{other}");
    }
}

#[test]
fn voice_and_camera_of_a_place_share_a_stream() {
    let answer = written(&parse_offer(CHROMIUM).unwrap());
    for line in [
        "a=msid:person3 voice3",
        "a=msid:person3 camera3",
        "a=msid:screen screen0",
    ] {
        assert_eq!(answer.matches(line).count(), 1, "{line}");
    }
}

#[test]
fn feedback_is_given_to_publishers_and_asked_of_receivers_or_their_estimate() {
    let answer = written(&parse_offer(CHROMIUM).unwrap());
    let with = |section: &&str, line: &str| section.contains(line);
    let sections: Vec<_> = answer.split("\r\nm=").skip(1).collect();
    let publishing: Vec<_> = sections
        .iter()
        .filter(|section| with(section, "a=recvonly"))
        .collect();
    assert!(
        publishing
            .iter()
            .all(|section| with(section, "transport-cc") && with(section, "transport-wide-cc"))
    );
    let slots = || {
        sections
            .iter()
            .filter(|section| with(section, "a=sendonly"))
    };
    assert!(slots().all(|section| with(section, "a=rtcp-fb")
        && with(section, "transport-cc")
        && with(section, "transport-wide-cc")
        && !with(section, "abs-send-time")
        && !with(section, "goog-remb")));
    // aiortc, for one, offers no transport-wide feedback.
    let uri = ExtensionKind::TransportSequence.uri();
    let without = written(&parse_offer(&CHROMIUM.replace(uri, "urn:other")).unwrap());
    let cameras: Vec<_> = without
        .split("\r\nm=")
        .filter(|section| section.contains("a=sendonly") && section.contains("VP8/90000"))
        .collect();
    assert_eq!(cameras.len(), 6);
    assert!(
        cameras
            .iter()
            .all(|section| section.contains("abs-send-time")
                && section.contains("goog-remb")
                && !section.contains("transport-cc"))
    );
}

#[test]
fn layers_of_the_camera_are_accepted_by_their_names() {
    let camera = "a=mid:1\r\n";
    let layers =
        "a=rid:l send\r\na=rid:m send\r\na=rid:h send\r\na=simulcast:send l;~m,x;h;more\r\n";
    let offer = parse_offer(&CHROMIUM.replace(camera, &format!("{camera}{layers}"))).unwrap();
    let answer = written(&offer);
    for line in [
        "a=rid:l recv\r\na=rid:m recv\r\na=rid:h recv\r\na=simulcast:recv l;m;h\r\n",
        ExtensionKind::Rid.uri(),
    ] {
        assert!(answer.contains(line), "{line} in {answer}");
    }
    assert_eq!(answer.matches("a=simulcast").count(), 1);
    for bad in [
        "recv l;m",
        "send ",
        "send l;;h",
        "send averylongnameofalayer",
        "send l\u{e9}",
    ] {
        let layers = format!("{camera}a=simulcast:{bad}\r\n");
        let offer = parse_offer(&CHROMIUM.replace(camera, &layers)).unwrap();
        assert!(!written(&offer).contains("a=simulcast"), "{bad}");
    }
}

fn check_refused(text: &str, found: &str) {
    match parse_offer(text) {
        Err(Error::Offer { found: told, .. }) => assert!(told.contains(found), "{told}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn bombs_are_refused_before_they_are_parsed() {
    check_refused(&"a".repeat(OFFER_BYTES_MAX + 1), "131073 bytes");
    check_refused(&"a=x\r\n".repeat(OFFER_LINES_MAX + 1), "4001 lines");
    let header = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    check_refused(
        &format!(
            "{header}{}",
            "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n".repeat(500)
        ),
        "500 media sections",
    );
    check_refused(
        &format!("{header}m=audio 9 UDP/TLS/RTP/SAVPF{}\r\n", " 1".repeat(65)),
        "65 payload types in section 0",
    );
    let extensions: String = (0..33)
        .map(|id| format!("a=extmap:{id} urn:x\r\n"))
        .collect();
    check_refused(
        &format!("{header}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n{extensions}"),
        "33 header extensions in section 0",
    );
    let attributes = "a=x\r\n".repeat(SECTION_ATTRIBUTES_MAX + 1);
    check_refused(
        &format!("{header}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n{attributes}"),
        "513 attributes in section 0",
    );
    let attributes = "a=x\r\n".repeat(SESSION_ATTRIBUTES_MAX + 1);
    check_refused(
        &format!("{header}{attributes}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"),
        "65 attributes of the session",
    );
}

#[test]
fn sections_hidden_behind_a_carriage_return_are_refused() {
    for hidden in ["\r", "\r\r", "\0", "\u{b}", "\t", "\u{7f}"] {
        let bomb = format!("\n{hidden}m=audio 9 UDP/TLS/RTP/SAVPF 0").repeat(500);
        check_refused(&format!("{CHROMIUM}{bomb}\r\n"), "control character");
    }
    check_refused(&format!("{CHROMIUM}\r"), "control character");
    let with_line_feeds = CHROMIUM.replace("\r\n", "\n");
    assert!(
        parse_offer(&with_line_feeds).is_ok(),
        "RFC 8866 §5 allows LF"
    );
}

#[test]
fn what_the_parser_stored_is_counted_again() {
    let parse =
        |text: &str| SessionDescription::unmarshal(&mut Cursor::new(text.as_bytes())).unwrap();
    let header = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    let section = "m=audio 9 UDP/TLS/RTP/SAVPF 0";
    for (body, found) in [
        (format!("\r{section}\r\n").repeat(25), "25 media sections"),
        (
            format!("{section}{}\r\n", "\u{2003}0".repeat(64)),
            "65 payload types",
        ),
        (
            format!("{section}\r\n{}", "\ra=x\r\n".repeat(513)),
            "513 attributes in section 0",
        ),
        (
            format!("{}{section}\r\n", "\ra=x\r\n".repeat(65)),
            "65 attributes of the session",
        ),
    ] {
        let Err(Error::Offer { found: told, .. }) =
            check_parsed(&parse(&(header.to_owned() + &body)))
        else {
            panic!("{found} were not refused")
        };
        assert!(told.starts_with(found), "{told}");
    }
}

#[test]
fn a_refusal_repeats_nothing_of_the_offer() {
    let secret = "10.11.12.13 a-password";
    for bad in [
        format!("{secret}=x\r\n"),
        format!("m={secret}\r\n"),
        format!("m=audio {secret} UDP/TLS/RTP/SAVPF 0\r\n"),
        format!("m={secret} 9 UDP/TLS/RTP/SAVPF 0\r\n"),
        format!("c={secret}\r\n"),
    ] {
        let error = parse_offer(&format!("{CHROMIUM}{bad}")).unwrap_err();
        let told = error.to_string();
        assert_eq!(told, "offer has an SDP syntax error, allowed is RFC 8866");
    }
}

#[test]
fn the_first_word_on_a_payload_type_counts() {
    let twice = CHROMIUM.replace(
        "a=rtpmap:96 VP8/90000\r\n",
        "a=rtpmap:96 VP8/90000\r\na=rtpmap:96 VP7/90000\r\na=fmtp:97 apt=96\r\na=fmtp:97 apt=98\r\n",
    );
    assert!(twice.len() > CHROMIUM.len());
    assert_eq!(summary(&twice), summary(CHROMIUM));
}

#[test]
fn offers_that_lack_what_security_needs_are_refused() {
    check_refused("", "syntax");
    check_refused(
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
        "no media section",
    );
    check_refused(&CHROMIUM.replace("a=ice-ufrag:", "a=other:"), "ice-ufrag");
    check_refused(
        &CHROMIUM.replace("a=fingerprint:sha-256", "a=fingerprint:sha-1"),
        "fingerprint",
    );
    check_refused(
        &CHROMIUM.replace("a=setup:actpass", "a=setup:passive"),
        "passive",
    );
    check_refused(
        &CHROMIUM.replace("a=mid:1\r\n", "a=mid:0\r\n"),
        "section 1 with the a=mid of an earlier one",
    );
    check_refused(
        &CHROMIUM.replace("a=mid:5\r\n", ""),
        "without a usable a=mid",
    );
    check_refused(
        &CHROMIUM
            .replace("opus/48000/2", "speex/8000")
            .replace("VP8/90000", "VP7/90000"),
        "no section with Opus",
    );
}

#[test]
fn a_section_without_our_codec_is_refused_and_the_others_stay() {
    let offer = parse_offer(&CHROMIUM.replace("VP8/90000", "VP7/90000")).unwrap();
    let answer = written(&offer);
    assert!(
        answer.contains("a=group:BUNDLE 0 3 4 5 6 7 8 9\r\n"),
        "{answer}"
    );
    assert_eq!(answer.matches("\r\nm=video 0 ").count(), 8);
}

#[test]
fn random_mutations_of_an_offer_never_panic() {
    let mut seed = 1_u32;
    for _ in 0..300 {
        let mut bytes = FIREFOX.as_bytes().to_vec();
        for _ in 0..20 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = seed as usize % bytes.len();
            bytes[at] = (seed >> 24) as u8 & 0x7f;
        }
        if let Ok(offer) = parse_offer(&String::from_utf8_lossy(&bytes)) {
            assert!(written(&offer).len() < 2 * OFFER_BYTES_MAX);
        }
    }
}
