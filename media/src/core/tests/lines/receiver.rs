//! A model of a browser that receives: transport-wide feedback, repair, keyframe requests, and what it could decode.

use std::collections::BTreeMap;

use media_packet::receive::ReceivedStream;
use media_packet::red::Red;
use media_packet::rtcp::Compound;
use media_packet::rtp::{ExtensionKind, ExtensionMap, Packet, Ssrc};
use media_packet::rtx;
use media_packet::time::Micros;
use media_packet::twcc::ArrivalLog;

use super::camera::Piece;

const FEEDBACK_US: u64 = 100_000;
/// A frame that has been missing for so long is given up for a keyframe.
const GIVE_UP_US: u64 = 400_000;

/// One picture that is received.
pub(super) struct Picture {
    ssrc: Ssrc,
    rtx_ssrc: Ssrc,
    stream: ReceivedStream,
    /// Frames that are not decoded: pieces there, pieces in all, whether a key, and its layer.
    frames: BTreeMap<u64, Frame>,
    /// Timestamp of the last decoded frame, extended.
    last: Option<u64>,
    /// Highest extended timestamp.
    highest: Option<u64>,
    decoded_us: u64,
    asked_us: u64,
    /// Frames decoded: when, layer, picture number, base layer number.
    pub(super) decoded: Vec<Decoded>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Decoded {
    pub(super) at_us: u64,
    pub(super) layer: u8,
    pub(super) key: bool,
    pub(super) picture_id: u16,
    pub(super) tl0: u8,
    pub(super) timestamp: u64,
    pub(super) sequence: u16,
}

#[derive(Clone, Debug, Default)]
struct Frame {
    pieces: Vec<u8>,
    count: u8,
    key: bool,
    layer: u8,
    picture_id: u16,
    tl0: u8,
    first_sequence: u16,
}

impl Frame {
    fn is_whole(&self) -> bool {
        self.pieces.len() == usize::from(self.count)
    }
}

/// All that one browser receives.
pub(super) struct Receiver {
    map: ExtensionMap,
    arrivals: ArrivalLog,
    feedback_us: u64,
    pub(super) pictures: Vec<Picture>,
    /// When voice packets came, and their numbers.
    pub(super) voices: BTreeMap<Ssrc, Vec<(u64, u16)>>,
    /// Of them, those that repeated the one before.
    pub(super) repeating: Vec<(u64, u16)>,
    asked: Vec<u16>,
}

impl Receiver {
    pub(super) fn new(pictures: impl Iterator<Item = (Ssrc, Ssrc)>) -> Self {
        let mut map = ExtensionMap::default();
        map.set(ExtensionKind::TransportSequence, 3);
        let picture = |(ssrc, rtx_ssrc)| Picture {
            ssrc,
            rtx_ssrc,
            stream: ReceivedStream::new(ssrc, 90_000),
            frames: BTreeMap::new(),
            last: None,
            highest: None,
            decoded_us: 0,
            asked_us: 0,
            decoded: Vec::new(),
        };
        Self {
            map,
            arrivals: ArrivalLog::default(),
            feedback_us: 0,
            pictures: pictures.map(picture).collect(),
            voices: BTreeMap::new(),
            repeating: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// An open packet came.
    pub(super) fn take(&mut self, bytes: &mut [u8], now_us: u64) {
        let packet = Packet::parse(bytes).unwrap();
        if let Some(number) = packet.extensions(&self.map).transport_sequence {
            self.arrivals.note(number, Micros(now_us));
        }
        let header = packet.header();
        if header.payload_type == 63 {
            let red = Red::parse(packet.payload(), 111).unwrap();
            assert!(red.carries_before());
            self.repeating.push((now_us, header.sequence));
        }
        if matches!(header.payload_type, 111 | 63) {
            let voice = self.voices.entry(header.ssrc).or_default();
            voice.push((now_us, header.sequence));
            return;
        }
        let now = Micros(now_us);
        for picture in &mut self.pictures {
            if header.ssrc == picture.ssrc {
                picture.stream.receive(&header, now);
                picture.take(&Packet::parse(bytes).unwrap(), now_us);
                return;
            }
            if header.ssrc == picture.rtx_ssrc {
                if let Some(original) = rtx::restore(bytes, picture.ssrc, 96).unwrap() {
                    let packet = Packet::parse(original).unwrap();
                    picture.stream.recover(packet.header().sequence, now);
                    picture.take(&packet, now_us);
                }
                return;
            }
        }
        panic!("a packet of no slot: {header:?}");
    }

    /// What it says now.
    pub(super) fn advance(&mut self, now_us: u64, out: &mut Vec<Vec<u8>>) {
        let mut write = |write: &mut dyn FnMut(&mut Compound<'_>)| {
            let mut buffer = vec![0; 1_400];
            let mut compound = Compound::new(&mut buffer);
            compound.receiver_report(Ssrc(9), &[]).unwrap();
            write(&mut compound);
            let len = compound.len();
            buffer.truncate(len);
            out.push(buffer);
        };
        if now_us >= self.feedback_us + FEEDBACK_US && self.arrivals.has_news() {
            self.feedback_us = now_us;
            let arrivals = &mut self.arrivals;
            while arrivals.has_news() {
                write(&mut |compound| {
                    arrivals.write(Ssrc(9), Ssrc(8), compound).unwrap();
                });
            }
        }
        for picture in &mut self.pictures {
            self.asked.clear();
            picture
                .stream
                .missing()
                .nacks_due(60_000, &mut self.asked, Micros(now_us));
            let (ssrc, asked) = (picture.ssrc, &self.asked);
            if !asked.is_empty() {
                write(&mut |compound| compound.nack(Ssrc(9), ssrc, asked).unwrap());
            }
            if picture.needs_keyframe(now_us) {
                write(&mut |compound| compound.pli(Ssrc(9), ssrc).unwrap());
            }
        }
    }
}

impl Picture {
    fn take(&mut self, packet: &Packet<'_>, now_us: u64) {
        let Some(piece) = Piece::read(packet.payload()) else {
            return;
        };
        let timestamp = self.extend(packet.header().timestamp);
        if self.last.is_some_and(|last| timestamp <= last) {
            return;
        }
        let frame = self.frames.entry(timestamp).or_default();
        if frame.pieces.contains(&piece.index) {
            return;
        }
        frame.pieces.push(piece.index);
        (frame.count, frame.key, frame.layer) = (piece.count, piece.key, piece.layer);
        (frame.picture_id, frame.tl0) = (piece.picture_id, piece.tl0);
        frame.first_sequence = packet
            .header()
            .sequence
            .wrapping_sub(u16::from(piece.index));
        self.decode(now_us);
    }

    fn extend(&mut self, timestamp: u32) -> u64 {
        let near = self
            .highest
            .unwrap_or_else(|| 1 << 32 | u64::from(timestamp));
        let ahead = timestamp.wrapping_sub(near as u32).cast_signed();
        let extended = near.wrapping_add_signed(i64::from(ahead));
        self.highest = Some(near.max(extended));
        extended
    }

    /// Decodes what follows on what was decoded, by the picture numbers; a whole keyframe can always be decoded.
    fn decode(&mut self, now_us: u64) {
        loop {
            let follows = |frame: &Frame| {
                let last = self.decoded.last();
                frame.key
                    || last.is_some_and(|last| {
                        frame.picture_id == (last.picture_id + 1) & 0x7fff
                            && frame.tl0 == last.tl0.wrapping_add(1)
                            && frame.layer == last.layer
                    })
            };
            let ready =
                { self.frames.iter() }.find(|(_, frame)| frame.is_whole() && follows(frame));
            let Some((&timestamp, frame)) = ready else {
                return;
            };
            self.decoded.push(Decoded {
                at_us: now_us,
                layer: frame.layer,
                key: frame.key,
                picture_id: frame.picture_id,
                tl0: frame.tl0,
                timestamp,
                sequence: frame.first_sequence,
            });
            self.last = Some(timestamp);
            self.decoded_us = now_us;
            self.frames.retain(|&at, _| at > timestamp);
        }
    }

    fn needs_keyframe(&mut self, now_us: u64) -> bool {
        let stuck = !self.frames.is_empty() && now_us > self.decoded_us + GIVE_UP_US;
        let asks = stuck && now_us > self.asked_us + GIVE_UP_US;
        if asks {
            self.asked_us = now_us;
        }
        asks
    }
}
