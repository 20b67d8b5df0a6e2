//! What one person sends: a voice and a camera, paced evenly, with retransmissions on demand.

use media_packet::ring::PacketRing;
use media_packet::rtcp::SenderInfo;
use media_packet::rtp::{
    ExtendedSequence, ExtensionMap, ExtensionValues, Header, Packet, SdesValue, Ssrc,
};
use media_packet::srtp::Sealer;
use media_packet::time::Micros;
use media_packet::{Error, rtx};

use super::payload::{self, AUDIO_BYTES, Picture, VIDEO_BYTES};
use crate::clock::Now;
use crate::offer;

/// 50 packets a second.
pub(crate) const AUDIO_STEP_US: u64 = 20_000;
/// 100 packets a second.
pub(crate) const VIDEO_STEP_US: u64 = 10_000;
/// Packets of one picture: 20 pictures a second.
const PACKETS_PER_PICTURE: u32 = 5;

/// Bytes and packets kept for retransmission: one second of video.
const RING_BYTES: usize = 128 * 1024;
const RING_PACKETS: usize = 128;

/// Packets with the MID, so that the server knows the stream: browsers do it until the first report comes.
const MID_PACKETS: u32 = 100;

/// What one stream needs to write its headers.
#[derive(Debug)]
struct Stream {
    ssrc: Ssrc,
    payload_type: u8,
    mid: &'static str,
    extensions: ExtensionMap,
    packets: u32,
    octets: u32,
    /// Timestamp and time of the last packet.
    last: (u32, Micros),
    clock_hz: u32,
}

impl Stream {
    fn header(&self, timestamp: u32, marker: bool) -> Header {
        // The low 16 bits of the count are the number.
        let [_, _, high, low] = self.packets.to_be_bytes();
        Header {
            marker,
            payload_type: self.payload_type,
            sequence: u16::from_be_bytes([high, low]),
            timestamp,
            ssrc: self.ssrc,
        }
    }

    fn values(&self, transport_sequence: u16, now: Micros) -> ExtensionValues {
        let mid = SdesValue::new(self.mid.as_bytes());
        ExtensionValues {
            mid: mid.filter(|_| self.packets < MID_PACKETS),
            transport_sequence: Some(transport_sequence),
            abs_send_time: Some(now.abs_send_time()),
            audio_level: Some(0x80 | 30),
            ..ExtensionValues::default()
        }
    }

    fn count(&mut self, payload: usize, timestamp: u32, now: Micros) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self
            .octets
            .wrapping_add(u32::try_from(payload).unwrap_or(0));
        self.last = (timestamp, now);
    }

    fn sender_info(&self, now: &Now) -> SenderInfo {
        let (timestamp, at) = self.last;
        let elapsed = now.micros.since(at) * u64::from(self.clock_hz) / 1_000_000;
        SenderInfo {
            ntp: now.ntp,
            rtp: timestamp.wrapping_add(u32::try_from(elapsed).unwrap_or(0)),
            packets: self.packets,
            octets: self.octets,
        }
    }
}

/// Voice and camera of one person.
#[derive(Debug)]
pub(crate) struct Publisher {
    audio: Stream,
    video: Stream,
    rtx: Stream,
    ring: PacketRing,
    transport_sequence: u16,
    picture: u16,
    keyframe_wanted: bool,
    keyframe_now: bool,
}

/// Which stream a packet is due on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Medium {
    Audio,
    Video,
}

impl Publisher {
    pub(crate) fn new(local: &offer::Local, remote: &offer::Remote) -> Self {
        let stream = |ssrc, payload_type, mid, extensions, clock_hz| Stream {
            ssrc,
            payload_type,
            mid,
            extensions,
            packets: 0,
            octets: 0,
            last: (0, Micros(0)),
            clock_hz,
        };
        let (audio, video) = (remote.audio_extensions, remote.video_extensions);
        Self {
            audio: stream(local.audio, offer::OPUS, offer::AUDIO_MID, audio, 48_000),
            video: stream(local.video, offer::VP8, offer::VIDEO_MID, video, 90_000),
            rtx: stream(
                local.video_rtx,
                offer::VP8_RTX,
                offer::VIDEO_MID,
                video,
                90_000,
            ),
            ring: PacketRing::new(RING_BYTES, RING_PACKETS),
            transport_sequence: 0,
            picture: 0,
            keyframe_wanted: true,
            keyframe_now: false,
        }
    }

    /// The next picture is a keyframe.
    pub(crate) fn want_keyframe(&mut self) {
        self.keyframe_wanted = true;
    }

    pub(crate) fn is_video(&self, ssrc: Ssrc) -> bool {
        ssrc == self.video.ssrc
    }

    /// Writes and seals the next packet into `out`; returns its length.
    pub(crate) fn next_packet(
        &mut self,
        medium: Medium,
        sealer: &mut Sealer,
        out: &mut [u8],
        now: Micros,
    ) -> Result<usize, Error> {
        match medium {
            Medium::Audio => self.next_audio(sealer, out, now),
            Medium::Video => self.next_video(sealer, out, now),
        }
    }

    fn next_audio(
        &mut self,
        sealer: &mut Sealer,
        out: &mut [u8],
        now: Micros,
    ) -> Result<usize, Error> {
        let timestamp = self.audio.packets.wrapping_mul(960);
        let number = self.audio.packets;
        let header = self.audio.header(timestamp, number == 0);
        let values = self.audio.values(self.transport_sequence, now);
        let start = header.write_with(out, &values, &self.audio.extensions)?;
        let end = start + AUDIO_BYTES;
        payload::write_audio(out.get_mut(start..end).unwrap_or_default(), number, now);
        self.audio.count(AUDIO_BYTES, timestamp, now);
        self.transport_sequence = self.transport_sequence.wrapping_add(1);
        sealer.seal_rtp(out, end)
    }

    fn next_video(
        &mut self,
        sealer: &mut Sealer,
        out: &mut [u8],
        now: Micros,
    ) -> Result<usize, Error> {
        let number = self.video.packets;
        let place = number % PACKETS_PER_PICTURE;
        if place == 0 {
            self.keyframe_now = std::mem::take(&mut self.keyframe_wanted);
            self.picture = self.picture.wrapping_add(1) & 0x7fff;
        }
        let timestamp = (number / PACKETS_PER_PICTURE).wrapping_mul(4_500);
        let header = self
            .video
            .header(timestamp, place + 1 == PACKETS_PER_PICTURE);
        let values = self.video.values(self.transport_sequence, now);
        let start = header.write_with(out, &values, &self.video.extensions)?;
        let end = start + VIDEO_BYTES;
        let picture = Picture {
            id: self.picture,
            first: place == 0,
            keyframe: self.keyframe_now,
        };
        payload::write_video(
            out.get_mut(start..end).unwrap_or_default(),
            picture,
            number,
            now,
        );
        let sequence = ExtendedSequence(u64::from(number));
        self.ring
            .push(sequence, out.get(..end).unwrap_or_default(), now);
        self.video.count(VIDEO_BYTES, timestamp, now);
        self.transport_sequence = self.transport_sequence.wrapping_add(1);
        sealer.seal_rtp(out, end)
    }

    /// Writes and seals a retransmission of the video packet with this number; none when it is gone.
    pub(crate) fn again(
        &mut self,
        sequence: u16,
        sealer: &mut Sealer,
        out: &mut [u8],
        now: Micros,
    ) -> Result<Option<usize>, Error> {
        let [_, _, high, low] = self.video.packets.to_be_bytes();
        let behind = u16::from_be_bytes([high, low]).wrapping_sub(sequence);
        let number = u64::from(self.video.packets).checked_sub(u64::from(behind));
        let kept = number.and_then(|number| self.ring.packet(ExtendedSequence(number), now));
        let Some(original) = kept else {
            return Ok(None);
        };
        let original = Packet::parse(original)?;
        let Header {
            timestamp, marker, ..
        } = original.header();
        let header = self.rtx.header(timestamp, marker);
        let values = self.rtx.values(self.transport_sequence, now);
        let start = header.write_with(out, &values, &self.rtx.extensions)?;
        let end = rtx::write(&original, sequence, out, start)?;
        self.rtx.count(end - start, timestamp, now);
        self.transport_sequence = self.transport_sequence.wrapping_add(1);
        sealer.seal_rtp(out, end).map(Some)
    }

    /// Sender reports of voice and camera.
    pub(crate) fn reports(&self, now: &Now) -> [(Ssrc, SenderInfo); 2] {
        [
            (self.audio.ssrc, self.audio.sender_info(now)),
            (self.video.ssrc, self.video.sender_info(now)),
        ]
    }

    /// Packets sent, retransmissions apart.
    pub(crate) fn sent(&self) -> (u64, u64) {
        (
            u64::from(self.audio.packets) + u64::from(self.video.packets),
            u64::from(self.rtx.packets),
        )
    }
}
