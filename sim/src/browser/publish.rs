//! What a browser sends: frames when they are due, and packets again that the server missed.

use std::collections::VecDeque;

use media_packet::red;
use media_packet::rtp::{Header, Ssrc};

use super::BrowserSettings;
use super::ident::{Ident, Kind, body};

/// Payload types, as the offer has them.
pub(super) const VOICE: u8 = 111;
/// A voice that repeats itself.
pub(super) const RED: u8 = 63;
const CAMERA: u8 = 96;
const CAMERA_RTX: u8 = 97;

/// Packets that are kept to be sent again.
const KEPT_MAX: usize = 300;

/// A frame every 20 ms.
const VOICE_STEP_US: u64 = 20_000;
/// Fifteen pictures a second: enough to lose some.
const CAMERA_STEP_US: u64 = 66_667;

/// Packets of a keyframe and of another picture.
const KEY_PACKETS: u8 = 4;
const DELTA_PACKETS: u8 = 2;

/// Bytes of a packet behind the descriptor.
const VOICE_BYTES: usize = 80;
const CAMERA_BYTES: usize = 900;

/// One stream.
#[derive(Debug)]
pub(super) struct Publisher {
    participant: u8,
    kind: Kind,
    source: Ssrc,
    repair: Ssrc,
    due_us: u64,
    frame: u32,
    sequence: u16,
    repair_sequence: u16,
    timestamp: u32,
    packets: u32,
    keyframe: bool,
    /// The voice repeats itself, and what it said last.
    repeats: bool,
    said: Option<Vec<u8>>,
    last: Option<Ident>,
    kept: VecDeque<(Header, Vec<u8>)>,
}

impl Publisher {
    pub(super) fn voice(settings: &BrowserSettings, source: Ssrc) -> Self {
        Self::new(settings, Kind::Voice, (source, Ssrc(0)))
    }

    pub(super) fn camera(settings: &BrowserSettings, sources: (Ssrc, Ssrc)) -> Self {
        Self::new(settings, Kind::Camera, sources)
    }

    fn new(settings: &BrowserSettings, kind: Kind, (source, repair): (Ssrc, Ssrc)) -> Self {
        Self {
            participant: settings.participant,
            kind,
            source,
            repair,
            due_us: 0,
            frame: settings.first_frame,
            // Five seconds before the wrap: it comes in most histories, and some packet comes before it, without which nobody
            // can tell a rollover counter (RFC 3711 §3.3.1; browsers begin below 32,768 for that reason).
            sequence: match kind {
                Kind::Voice => u16::MAX - 250,
                Kind::Camera => u16::MAX - 150,
            },
            repair_sequence: 1_000,
            timestamp: u32::MAX - 90_000,
            packets: 0,
            keyframe: true,
            repeats: settings.repeats && kind == Kind::Voice,
            said: None,
            last: None,
            kept: VecDeque::new(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Source of the stream and of its retransmissions.
    pub(super) fn sources(&self) -> (Ssrc, Ssrc) {
        (self.source, self.repair)
    }

    pub(super) fn last(&self) -> Option<Ident> {
        self.last
    }

    /// Source, media clock and packets: what a sender report says.
    pub(super) fn told(&self) -> (Ssrc, u32, u32) {
        (self.source, self.timestamp, self.packets)
    }

    pub(super) fn begin(&mut self, now_us: u64) {
        self.due_us = now_us;
    }

    pub(super) fn want_keyframe(&mut self) {
        self.keyframe = true;
    }

    /// The packets that are due.
    pub(super) fn due(&mut self, now_us: u64) -> Vec<(Header, Vec<u8>)> {
        let mut due = Vec::new();
        while self.due_us <= now_us {
            match self.kind {
                Kind::Voice => {
                    self.due_us += VOICE_STEP_US;
                    self.timestamp = self.timestamp.wrapping_add(960);
                    self.frame(&mut due, 1, VOICE_BYTES);
                }
                Kind::Camera => {
                    self.due_us += CAMERA_STEP_US;
                    self.timestamp = self.timestamp.wrapping_add(6_000);
                    let count = if self.keyframe {
                        KEY_PACKETS
                    } else {
                        DELTA_PACKETS
                    };
                    self.frame(&mut due, count, CAMERA_BYTES);
                    self.keyframe = false;
                }
            }
        }
        due
    }

    fn frame(&mut self, due: &mut Vec<(Header, Vec<u8>)>, count: u8, bytes: usize) {
        self.frame += 1;
        for index in 0..count {
            let ident = Ident {
                participant: self.participant,
                kind: self.kind,
                frame: self.frame,
                index,
                count,
                key: self.keyframe && self.kind == Kind::Camera,
            };
            let header = Header {
                marker: self.kind == Kind::Camera && index + 1 == count,
                payload_type: match self.kind {
                    Kind::Voice if self.repeats => RED,
                    Kind::Voice => VOICE,
                    Kind::Camera => CAMERA,
                },
                sequence: self.sequence,
                timestamp: self.timestamp,
                ssrc: self.source,
            };
            // RFC 7741 §4.2: extended, begins the first partition; a picture number of 15 bits.
            let [high, low] = u16::try_from(self.frame & 0x7fff)
                .unwrap_or_default()
                .to_be_bytes();
            let mut payload = match self.kind {
                Kind::Voice => Vec::new(),
                Kind::Camera => vec![if index == 0 { 0x90 } else { 0x80 }, 0x80, high | 0x80, low],
            };
            payload.extend(body(ident, bytes));
            if self.repeats {
                payload = self.repeating(payload);
            }
            self.sequence = self.sequence.wrapping_add(1);
            self.packets += 1;
            self.last = Some(ident);
            if self.kept.len() >= KEPT_MAX {
                self.kept.pop_front();
            }
            self.kept.push_back((header, payload.clone()));
            due.push((header, payload));
        }
    }

    /// A voice behind what it said before.
    fn repeating(&mut self, voice: Vec<u8>) -> Vec<u8> {
        let said = self.said.replace(voice.clone());
        let mut payload = vec![VOICE];
        match said {
            None => payload.extend(voice),
            Some(said) => {
                payload.resize(said.len() + voice.len() + 5, 0);
                red::write((960, &said), &voice, VOICE, &mut payload).expect("it fits");
            }
        }
        payload
    }

    /// A packet again, in the stream of retransmissions (RFC 4588 §4).
    pub(super) fn again(&mut self, sequence: u16) -> Option<(Header, Vec<u8>)> {
        if self.kind == Kind::Voice {
            return None;
        }
        let (header, payload) = self
            .kept
            .iter()
            .find(|(header, _)| header.sequence == sequence)?;
        let header = Header {
            payload_type: CAMERA_RTX,
            sequence: self.repair_sequence,
            ssrc: self.repair,
            ..*header
        };
        self.repair_sequence = self.repair_sequence.wrapping_add(1);
        let mut again = sequence.to_be_bytes().to_vec();
        again.extend(payload);
        Some((header, again))
    }
}
