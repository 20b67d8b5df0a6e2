//! A model of a browser's camera: frames at a rate that follows what the server says, keyframes when asked, a pacer.

use std::collections::VecDeque;

use media_packet::rtp::Header;
use sim::Chance;

use super::VOICE_BPS;

/// Bytes of a packet's payload at the most.
const PAYLOAD_BYTES_MAX: usize = 1_100;
/// Packets leave at most so much faster than the target, as in Chromium.
const PACING_PERCENT: u64 = 250;
/// What the camera is sent at, at the most.
const CAMERA_BPS_MAX: u64 = 1_500_000;
/// Where a browser's own estimate begins, and what it adds in a second.
const OWN_START_BPS: u64 = 300_000;
const OWN_GROWTH_PERCENT: u64 = 50;

/// Bytes of the payload descriptor and of a frame's first bytes.
const HEAD: usize = 6 + 10;

/// One packet's payload, read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Piece {
    pub(super) frame: u32,
    pub(super) index: u8,
    pub(super) count: u8,
    pub(super) key: bool,
    pub(super) layer: u8,
    pub(super) picture_id: u16,
    pub(super) tl0: u8,
}

impl Piece {
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let &[f0, f1, f2, f3, index, count, key, layer] = payload.get(HEAD..HEAD + 8)? else {
            return None;
        };
        Some(Self {
            frame: u32::from_be_bytes([f0, f1, f2, f3]),
            index,
            count,
            key: key == 1,
            layer,
            picture_id: u16::from_be_bytes([payload[2] & 0x7f, payload[3]]),
            tl0: payload[4],
        })
    }

    fn write(&self, len: usize) -> Vec<u8> {
        let starts = if self.index == 0 { 0x10 } else { 0 };
        let [p0, p1] = self.picture_id.to_be_bytes();
        let mut payload = vec![0x80 | starts, 0xe0, p0 | 0x80, p1, self.tl0, 0];
        payload.extend([
            u8::from(!self.key),
            0,
            0,
            0x9d,
            0x01,
            0x2a,
            0x80,
            0x02,
            0x68,
            0x01,
        ]);
        payload.extend(self.frame.to_be_bytes());
        payload.extend([self.index, self.count, u8::from(self.key), self.layer]);
        payload.resize(len.max(payload.len()), 0);
        payload
    }
}

/// A packet that waits for the pacer.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    pub(super) layer: usize,
    pub(super) header: Header,
    pub(super) payload: Vec<u8>,
}

/// One encoding.
#[derive(Clone, Copy, Debug)]
struct Encoding {
    max_bps: u64,
    sequence: u16,
    picture_id: u16,
    tl0: u8,
    frame: u32,
    /// Bits sent beyond the target, to be saved by the next frames.
    debt: i64,
    keyframe_wanted: bool,
    active: bool,
}

/// One camera with one encoding, or with three.
pub(super) struct Camera {
    encodings: Vec<Encoding>,
    chance: Chance,
    /// What the server allows for all that is sent.
    pub(super) allowed_bps: u64,
    own_bps: u64,
    next_frame_us: u64,
    last_us: u64,
    credit: u64,
    waiting: VecDeque<Packed>,
}

impl Camera {
    pub(super) fn new(layers_bps: &[u64], seed: u64) -> Self {
        let encoding = |(number, &max_bps): (usize, &u64)| Encoding {
            max_bps,
            sequence: 100,
            // Each starts somewhere else, as in browsers.
            picture_id: 1_000 * (number as u16 + 1),
            tl0: 70 * number as u8,
            frame: 0,
            debt: 0,
            keyframe_wanted: true,
            active: true,
        };
        Self {
            encodings: layers_bps.iter().enumerate().map(encoding).collect(),
            chance: Chance::from_seed(seed),
            allowed_bps: u64::MAX,
            own_bps: OWN_START_BPS,
            next_frame_us: 0,
            last_us: 0,
            credit: 0,
            waiting: VecDeque::new(),
        }
    }

    pub(super) fn single(seed: u64) -> Self {
        Self::new(&[CAMERA_BPS_MAX], seed)
    }

    /// As a page sends it while two people are in the call: the lowest layer alone, and whole.
    pub(super) fn whole(layers_bps: &[u64], seed: u64) -> Self {
        let mut camera = Self::new(layers_bps, seed);
        camera.send_whole();
        camera
    }

    pub(super) fn send_whole(&mut self) {
        self.send(&[CAMERA_BPS_MAX]);
    }

    /// Sends these layers from now on, the others no longer; what begins or changes its size begins with a keyframe.
    pub(super) fn send(&mut self, layers_bps: &[u64]) {
        for (number, encoding) in self.encodings.iter_mut().enumerate() {
            let max_bps = layers_bps.get(number);
            encoding.active = max_bps.is_some();
            encoding.max_bps = max_bps.copied().unwrap_or(encoding.max_bps);
            encoding.keyframe_wanted = true;
        }
    }

    pub(super) fn is_layered(&self) -> bool {
        self.encodings.len() > 1
    }

    pub(super) fn want_keyframe(&mut self, layer: usize) {
        self.encodings[layer].keyframe_wanted = true;
    }

    fn target_bps(&self) -> u64 {
        self.own_bps
            .min(self.allowed_bps)
            .saturating_sub(VOICE_BPS)
            .max(30_000)
    }

    /// The packets that leave now.
    pub(super) fn advance(&mut self, now_us: u64) -> Vec<Packed> {
        let passed = now_us - self.last_us;
        self.last_us = now_us;
        self.own_bps = (self.own_bps + self.own_bps * OWN_GROWTH_PERCENT * passed / 100_000_000)
            .min(4_000_000);
        if now_us >= self.next_frame_us {
            let interval_us = if self.target_bps() < 100_000 {
                100_000
            } else {
                50_000
            };
            self.next_frame_us = now_us + interval_us;
            self.encode(interval_us, now_us);
        }
        let rate = self.target_bps() * PACING_PERCENT / 100;
        self.credit = (self.credit + rate * passed / 1_000_000).min(rate / 200 + 10_000);
        let mut leaving = Vec::new();
        while let Some(packed) = self.waiting.front() {
            let bits = (packed.payload.len() as u64 + 64) * 8;
            if bits > self.credit {
                break;
            }
            self.credit -= bits;
            leaving.extend(self.waiting.pop_front());
        }
        leaving
    }

    fn encode(&mut self, interval_us: u64, now_us: u64) {
        let mut left = self.target_bps();
        for layer in 0..self.encodings.len() {
            let encoding = &mut self.encodings[layer];
            let min = if layer == 0 { 0 } else { encoding.max_bps / 3 };
            if !encoding.active || left < min {
                // A layer that is off begins again with a keyframe.
                encoding.keyframe_wanted = true;
                continue;
            }
            let bps = encoding.max_bps.min(left);
            left -= bps;
            let nominal = (bps * interval_us / 8_000_000) as i64;
            let key = std::mem::take(&mut encoding.keyframe_wanted);
            let spread = 80 + self.chance.below(41) as i64;
            let bytes = if key {
                (nominal * 3).max(2_500)
            } else {
                (nominal * spread / 100 - encoding.debt / 16).max(nominal / 6)
            };
            encoding.debt += bytes - nominal;
            encoding.debt = encoding.debt.max(-nominal);
            self.pack(layer, bytes.max(40) as usize, key, now_us);
        }
    }

    fn pack(&mut self, layer: usize, bytes: usize, key: bool, now_us: u64) {
        let encoding = &mut self.encodings[layer];
        encoding.frame += 1;
        encoding.picture_id = (encoding.picture_id + 1) & 0x7fff;
        encoding.tl0 = encoding.tl0.wrapping_add(1);
        // What a packet has beyond its payload is part of the target too.
        let count = bytes.div_ceil(PAYLOAD_BYTES_MAX + 64).max(1);
        let each = (bytes / count)
            .saturating_sub(64)
            .clamp(30, PAYLOAD_BYTES_MAX);
        for index in 0..count {
            encoding.sequence = encoding.sequence.wrapping_add(1);
            let piece = Piece {
                frame: encoding.frame,
                index: index as u8,
                count: count as u8,
                key,
                layer: layer as u8,
                picture_id: encoding.picture_id,
                tl0: encoding.tl0,
            };
            let header = Header {
                payload_type: 96,
                sequence: encoding.sequence,
                timestamp: (now_us * 9 / 100) as u32 + 1_000_000 * layer as u32,
                marker: index + 1 == count,
                ..Header::default()
            };
            self.waiting.push_back(Packed {
                layer,
                header,
                payload: piece.write(each),
            });
        }
    }
}
