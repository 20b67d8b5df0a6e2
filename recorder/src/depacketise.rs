//! From the packets of one stream, in the order they arrived, to whole frames in the order they were made.
//!
//! Packets are put in order of sequence, with the retransmissions that the media plane merged; what is still missing after
//! [`HOLD_US`] is lost. A picture that is incomplete, or that follows a lost one, is left out until the next keyframe: an
//! invented picture is no evidence. Invariant: frames come out in order of sequence, each once.

use bytes::Bytes;
use media_packet::capture::Medium;
use media_packet::rtp::Packet;
use rtc_rtp::codec::opus::OpusPacket;
use rtc_rtp::codec::vp8::Vp8Packet;
use rtc_rtp::packetizer::Depacketizer;
use std::collections::BTreeMap;

/// How long a missing packet may still come, one before the first too: retransmissions take some round trips.
pub(crate) const HOLD_US: i64 = 1_000_000;

/// Packets held for a missing one at the most: a second of 2.5 Mbit/s has 300; beyond, the missing one is lost.
const HELD_MAX: usize = 2_048;

/// Bytes of a picture at the most; a VP8 keyframe of 1080p has some hundred thousand.
const PICTURE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Size {
    pub(crate) width: u16,
    pub(crate) height: u16,
}

/// A whole frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) ticks: i64,
    /// The encoded frame, as the decoder wants it.
    pub(crate) data: Vec<u8>,
    pub(crate) kind: FrameKind,
    /// Something between the frame before and this one is missing.
    pub(crate) after_loss: bool,
}

/// What a frame is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FrameKind {
    /// Voice: one Opus packet.
    Voice,
    /// A picture that can be shown alone.
    Key(Size),
    /// A picture that needs those before it.
    Delta,
}

/// Turns the packets of one stream into frames.
#[derive(Debug)]
pub(crate) struct Depacketiser {
    next: Option<u64>,
    held: BTreeMap<u64, Held>,
    assembly: Assembly,
    lost: bool,
}

#[derive(Debug)]
struct Held {
    arrival_us: i64,
    ticks: i64,
    marker: bool,
    payload: Bytes,
}

#[derive(Debug)]
enum Assembly {
    Opus,
    Vp8 {
        picture: Option<Picture>,
        wants_keyframe: bool,
    },
}

#[derive(Debug)]
struct Picture {
    ticks: i64,
    data: Vec<u8>,
}

impl Depacketiser {
    pub(crate) const fn new(medium: Medium) -> Self {
        let assembly = match medium {
            Medium::Audio => Assembly::Opus,
            Medium::Camera | Medium::Screen => Assembly::Vp8 {
                picture: None,
                wants_keyframe: true,
            },
        };
        Self {
            next: None,
            held: BTreeMap::new(),
            assembly,
            lost: false,
        }
    }

    /// Takes a packet; a duplicate, or one that was given up already, changes nothing.
    pub(crate) fn push(&mut self, sequence: u64, ticks: i64, arrival_us: i64, packet: &Packet<'_>) {
        if self.next.is_some_and(|next| sequence < next) {
            return;
        }
        let payload = Bytes::copy_from_slice(packet.payload());
        let marker = packet.header().marker;
        self.held.entry(sequence).or_insert(Held {
            arrival_us,
            ticks,
            marker,
            payload,
        });
    }

    /// The next whole frame, given that it is `now_us`; `i64::MAX` at the end, when nothing more can come.
    pub(crate) fn pop(&mut self, now_us: i64) -> Option<Frame> {
        loop {
            let (sequence, waited_us) = {
                let (sequence, held) = self.held.first_key_value()?;
                (*sequence, now_us.saturating_sub(held.arrival_us))
            };
            match self.next {
                Some(next) if next == sequence => {}
                Some(_) if waited_us < HOLD_US && self.held.len() < HELD_MAX => return None,
                Some(_) => self.lose(),
                None if waited_us < HOLD_US => return None,
                None => {}
            }
            let (_, held) = self.held.pop_first()?;
            self.next = Some(sequence + 1);
            if let Some(frame) = self.assemble(&held) {
                return Some(frame);
            }
        }
    }

    /// Another layer of the same camera was recorded until now; this one goes on here, with a keyframe. What was in between was
    /// recorded of the other one, unless for a while nothing was.
    pub(crate) fn resume(&mut self, sequence: u64, lost: bool) {
        self.held.clear();
        self.lose();
        self.lost = lost;
        self.next = Some(sequence);
    }

    fn lose(&mut self) {
        self.lost = true;
        match &mut self.assembly {
            Assembly::Opus => {}
            Assembly::Vp8 {
                picture,
                wants_keyframe,
            } => {
                *picture = None;
                *wants_keyframe = true;
            }
        }
    }

    fn assemble(&mut self, held: &Held) -> Option<Frame> {
        // Empty packets only probe for bandwidth.
        if held.payload.is_empty() {
            return None;
        }
        let ticks = held.ticks;
        let (data, kind) = match &mut self.assembly {
            Assembly::Opus => (
                OpusPacket.depacketize(&held.payload).ok()?.to_vec(),
                FrameKind::Voice,
            ),
            Assembly::Vp8 {
                picture,
                wants_keyframe,
            } => {
                let whole = match add_to_picture(picture, held) {
                    Added::Part => return None,
                    Added::Whole(whole) => whole,
                    Added::Broken => {
                        self.lose();
                        return None;
                    }
                };
                let kind = match keyframe_size(&whole.data) {
                    Some(size) => FrameKind::Key(size),
                    None if *wants_keyframe => {
                        self.lost = true;
                        return None;
                    }
                    None => FrameKind::Delta,
                };
                *wants_keyframe = false;
                (whole.data, kind)
            }
        };
        Some(Frame {
            ticks,
            data,
            kind,
            after_loss: std::mem::take(&mut self.lost),
        })
    }
}

enum Added {
    Part,
    Whole(Picture),
    Broken,
}

fn add_to_picture(picture: &mut Option<Picture>, held: &Held) -> Added {
    let Some((descriptor, part)) = open_vp8(&held.payload) else {
        return Added::Broken;
    };
    if descriptor.s == 1 && descriptor.pid == 0 {
        // The marker of the picture before was missing: it cannot be known to be whole.
        if picture.is_some() {
            return Added::Broken;
        }
        *picture = Some(Picture {
            ticks: held.ticks,
            data: Vec::with_capacity(part.len()),
        });
    }
    let Some(open) = picture.as_mut().filter(|open| open.ticks == held.ticks) else {
        return Added::Broken;
    };
    if open.data.len() + part.len() > PICTURE_BYTES_MAX {
        return Added::Broken;
    }
    open.data.extend_from_slice(&part);
    match picture.take_if(|_| held.marker) {
        Some(whole) => Added::Whole(whole),
        None => Added::Part,
    }
}

/// Takes the payload descriptor off (RFC 7741 §4.2). The crate's depacketiser refuses payloads under four bytes, which the last
/// piece of a picture may well be: those get zeros for the look at the descriptor.
fn open_vp8(payload: &Bytes) -> Option<(Vp8Packet, Bytes)> {
    const SHORTEST: usize = 4;
    let mut descriptor = Vp8Packet::default();
    if payload.len() >= SHORTEST {
        let part = descriptor.depacketize(payload).ok()?;
        return Some((descriptor, part));
    }
    let mut padded = payload.to_vec();
    padded.resize(SHORTEST, 0);
    let padded = descriptor.depacketize(&Bytes::from(padded)).ok()?;
    let len = padded.len().checked_sub(SHORTEST - payload.len())?;
    Some((descriptor, padded.slice(..len)))
}

/// Size of a keyframe (RFC 6386 §9.1); none for other pictures.
fn keyframe_size(data: &[u8]) -> Option<Size> {
    let [first, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = *data.first_chunk::<10>()? else {
        return None;
    };
    let size = Size {
        width: u16::from_le_bytes([w0, w1]) & 0x3fff,
        height: u16::from_le_bytes([h0, h1]) & 0x3fff,
    };
    (first & 1 == 0 && size.width > 0 && size.height > 0).then_some(size)
}
