//! SDP offers like those of Chromium.

use media_packet::rtp::ExtensionKind;

use super::Browser;

impl Browser {
    /// An offer with voice, camera, and slots for `people` others.
    pub(in crate::core::tests) fn offer(&self, people: usize) -> String {
        let digest: Vec<_> = self
            .fingerprint
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let transport = format!(
            "c=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:a-password-of-22-chars\r\n\
             a=fingerprint:sha-256 {}\r\na=setup:actpass\r\na=rtcp-mux\r\n",
            self.ufrag,
            digest.join(":")
        );
        let audio = format!(
            "{transport}a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
             a=extmap:3 {}\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
             a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n",
            ExtensionKind::TransportSequence.uri()
        );
        let video = format!(
            "{transport}a=extmap:2 {}\r\na=extmap:3 {}\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
             a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 nack\r\n\
             a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
            ExtensionKind::AbsSendTime.uri(),
            ExtensionKind::TransportSequence.uri()
        );
        let mut text = String::from(
            "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n",
        );
        let (voice, camera, repair) = (self.audio.0, self.camera.0, self.camera_rtx.0);
        text += &format!(
            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n{audio}a=mid:0\r\na=sendonly\r\na=ssrc:{voice} cname:x\r\n"
        );
        text += &format!(
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n{video}a=mid:1\r\na=sendonly\r\n\
             a=ssrc-group:FID {camera} {repair}\r\na=ssrc:{camera} cname:x\r\na=ssrc:{repair} cname:x\r\n"
        );
        for person in 0..people {
            text += &format!(
                "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n{audio}a=mid:a{person}\r\na=recvonly\r\n"
            );
        }
        for person in 0..people {
            text += &format!(
                "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n{video}a=mid:v{person}\r\na=recvonly\r\n"
            );
        }
        if people > 1 {
            text += &format!(
                "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n{video}a=mid:screen\r\na=recvonly\r\n"
            );
        }
        text
    }

    /// The same with voices that repeat themselves, as Chromium offers them.
    pub(in crate::core::tests) fn offer_to_repeat(&self, people: usize) -> String {
        let opus = "a=rtpmap:111 opus/48000/2\r\n";
        let red = format!("{opus}a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n");
        let offer = self.offer(people).replace(opus, &red);
        offer.replace("SAVPF 111\r\n", "SAVPF 111 63\r\n")
    }

    /// The same without voice and camera of its own.
    pub(in crate::core::tests) fn offer_to_receive(&self, people: usize) -> String {
        let offer = self.offer(people);
        let mut sections = offer.split("m=");
        let head = sections.next().unwrap().to_owned();
        sections.skip(2).fold(head, |text, one| text + "m=" + one)
    }

    /// The same with nothing but voices.
    pub(in crate::core::tests) fn offer_of_sound(&self, people: usize) -> String {
        let offer = self.offer(people);
        let mut sections = offer.split("m=");
        let head = sections.next().unwrap().to_owned();
        let voices = sections.filter(|one| one.starts_with("audio"));
        voices.fold(head.replace("BUNDLE 0 1", "BUNDLE 0"), |text, one| {
            text + "m=" + one
        })
    }
}
