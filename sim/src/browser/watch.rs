//! What a browser shows in one slot: packets put in order, what is missing asked for, pictures decoded as far as they can be.

use std::collections::BTreeMap;

use media_packet::red::Red;
use media_packet::rtp::{ExtendedSequence, Packet, SequenceUnwrapper, Ssrc};
use media_packet::vp8;

use super::ident::{Ident, Kind};
use super::publish::{RED, VOICE};

/// Packets that wait for their turn; the oldest go.
const WAITING_MAX: usize = 1_000;
/// How often a missing packet is asked for, and how long between.
const TRIES_MAX: u8 = 10;
const ASK_AGAIN_US: u64 = 60_000;
/// Time without a new picture after which a keyframe is asked for, and after which it is asked for again.
const STUCK_US: u64 = 400_000;

/// A packet as it was delivered.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Who is meant to have sent it; none when the payload does not say.
    pub ident: Option<Ident>,
    /// `mid` of the slot.
    pub slot: String,
    /// Sequence number in the slot, with wraps.
    pub sequence: u64,
    /// Media time.
    pub timestamp: u32,
    /// It came as a retransmission.
    pub again: bool,
    /// Payload behind the descriptor, and of a voice behind what it repeats.
    pub body: Vec<u8>,
    /// What a voice repeats.
    pub repeated: Option<Ident>,
}

/// A picture or a piece of voice that could be decoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Decoded {
    /// Of whom.
    pub participant: u8,
    /// Which.
    pub frame: u32,
    /// When.
    pub at_us: u64,
}

/// What is to be said to the server.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub(super) missing: Vec<u16>,
    pub(super) keyframe: bool,
}

/// One slot.
#[derive(Debug)]
pub struct Watcher {
    mid: String,
    kind: Kind,
    source: Ssrc,
    repair: Option<Ssrc>,
    /// Voices may come that repeat themselves.
    repeats: bool,
    order: SequenceUnwrapper,
    /// Packets that came and were not decoded yet.
    waiting: BTreeMap<u64, Ident>,
    /// What is missing: tries and the moment of the last.
    missing: BTreeMap<u64, (u8, u64)>,
    /// The first packet that was not decoded.
    next: Option<u64>,
    decoded: Option<Decoded>,
    frames: u64,
    /// When a picture was decoded last, or a keyframe asked for.
    quiet_since_us: u64,
}

/// The slots of an answer.
pub(super) fn watchers(answer: &str) -> Vec<Watcher> {
    let mut sections: Vec<Vec<&str>> = Vec::new();
    for line in answer.lines() {
        if line.starts_with("m=") {
            sections.push(Vec::new());
        }
        if let Some(section) = sections.last_mut() {
            section.push(line);
        }
    }
    sections.iter().filter_map(|lines| watcher(lines)).collect()
}

fn watcher(lines: &[&str]) -> Option<Watcher> {
    let value = |key: &str| lines.iter().find_map(|line| line.strip_prefix(key));
    let mut sources = Vec::new();
    for line in lines {
        let number = line
            .strip_prefix("a=ssrc:")
            .and_then(|rest| rest.split(' ').next())
            .and_then(|number| number.parse().ok());
        if let Some(number) = number
            && !sources.contains(&Ssrc(number))
        {
            sources.push(Ssrc(number));
        }
    }
    let mut sources = sources.into_iter();
    Some(Watcher {
        mid: value("a=mid:")?.to_owned(),
        kind: match value("m=")?.split(' ').next()? {
            "audio" => Kind::Voice,
            _ => Kind::Camera,
        },
        source: sources.next()?,
        repair: sources.next(),
        repeats: value("a=rtpmap:63 red/48000/2").is_some(),
        order: SequenceUnwrapper::new(),
        waiting: BTreeMap::new(),
        missing: BTreeMap::new(),
        next: None,
        decoded: None,
        frames: 0,
        quiet_since_us: 0,
    })
}

impl Watcher {
    /// `mid` of the slot.
    #[must_use]
    pub fn mid(&self) -> &str {
        &self.mid
    }

    /// Voice or picture.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Source under which the server sends.
    #[must_use]
    pub fn source(&self) -> Ssrc {
        self.source
    }

    /// Source under which the server sends again.
    #[must_use]
    pub fn repair(&self) -> Option<Ssrc> {
        self.repair
    }

    /// What was decoded last.
    #[must_use]
    pub fn decoded(&self) -> Option<Decoded> {
        self.decoded
    }

    /// How many frames were decoded.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Takes a packet in when it is of this slot.
    pub(super) fn receive(&mut self, packet: &Packet<'_>, now_us: u64) -> Option<Delivered> {
        let header = packet.header();
        let again = Some(header.ssrc) == self.repair;
        if header.ssrc != self.source && !again {
            return None;
        }
        let (number, payload) = if again {
            let (number, payload) = packet.payload().split_first_chunk()?;
            (u16::from_be_bytes(*number), payload)
        } else {
            (header.sequence, packet.payload())
        };
        let before = self.order.highest();
        let ExtendedSequence(sequence) = if again {
            self.order.extend(number)
        } else {
            self.order.note(number)
        };
        let skip = match self.kind {
            Kind::Voice => 0,
            Kind::Camera => vp8::Descriptor::parse(payload).ok()?.len,
        };
        let mut body = payload.get(skip..)?;
        let mut repeated = None;
        // Of one who did not offer it nothing can be read in such a voice.
        if self.kind == Kind::Voice && header.payload_type == RED && self.repeats {
            let red = Red::parse(body, VOICE)?;
            let past = red.before(&header, body, VOICE);
            repeated = past.and_then(|(_, voice)| Ident::read(voice));
            body = red.primary(body);
        } else if self.kind == Kind::Voice && header.payload_type != VOICE {
            body = &[];
        }
        let ident = Ident::read(body);
        self.note_gap(before, sequence);
        if let Some(ident) = ident {
            self.take(sequence, ident, now_us);
        }
        Some(Delivered {
            ident,
            slot: self.mid.clone(),
            sequence,
            timestamp: header.timestamp,
            again,
            body: body.to_vec(),
            repeated,
        })
    }

    fn note_gap(&mut self, before: Option<ExtendedSequence>, sequence: u64) {
        self.missing.remove(&sequence);
        let Some(ExtendedSequence(before)) = before else {
            return;
        };
        if self.repair.is_some() && sequence > before && sequence - before < 200 {
            for number in before + 1..sequence {
                self.missing.insert(number, (0, 0));
            }
        }
    }

    fn take(&mut self, sequence: u64, ident: Ident, now_us: u64) {
        match self.kind {
            Kind::Voice => {
                self.frames += 1;
                self.decoded = Some(Decoded {
                    participant: ident.participant,
                    frame: ident.frame,
                    at_us: now_us,
                });
            }
            Kind::Camera => {
                if self.next.is_none_or(|next| sequence >= next) {
                    self.waiting.insert(sequence, ident);
                }
                if self.waiting.len() > WAITING_MAX {
                    self.waiting.pop_first();
                }
                while self.decode_one(now_us) {}
            }
        }
    }

    /// Decodes the next picture when it is whole: the one that follows, else the first whole keyframe.
    fn decode_one(&mut self, now_us: u64) -> bool {
        let follows = self
            .next
            .filter(|&next| self.is_whole(next))
            .filter(|next| {
                let ident = self.waiting.get(next);
                ident.is_some_and(|ident| ident.key || self.follows(*ident))
            });
        let keyframe = || {
            let begins = |(at, ident): (&u64, &Ident)| {
                (ident.key && ident.index == 0 && self.is_whole(*at)).then_some(*at)
            };
            self.waiting.iter().find_map(begins)
        };
        let Some(first) = follows.or_else(keyframe) else {
            return false;
        };
        let Some(ident) = self.waiting.get(&first).copied() else {
            return false;
        };
        self.decoded = Some(Decoded {
            participant: ident.participant,
            frame: ident.frame,
            at_us: now_us,
        });
        self.frames += 1;
        let next = first + u64::from(ident.count);
        self.next = Some(next);
        self.quiet_since_us = now_us;
        self.waiting = self.waiting.split_off(&next);
        self.missing = self.missing.split_off(&next);
        true
    }

    fn follows(&self, ident: Ident) -> bool {
        self.decoded.is_some_and(|last| {
            last.participant == ident.participant && last.frame + 1 == ident.frame
        })
    }

    /// All packets of the frame that begins here have come.
    fn is_whole(&self, first: u64) -> bool {
        let Some(begin) = self.waiting.get(&first).filter(|ident| ident.index == 0) else {
            return false;
        };
        (1..begin.count).all(|index| {
            let expected = Ident { index, ..*begin };
            self.waiting.get(&(first + u64::from(index))) == Some(&expected)
        })
    }

    pub(super) fn wishes(&mut self, now_us: u64) -> Wishes {
        let mut wishes = Wishes::default();
        for (sequence, (tries, last_us)) in &mut self.missing {
            if *tries < TRIES_MAX && (*tries == 0 || *last_us + ASK_AGAIN_US <= now_us) {
                (*tries, *last_us) = (*tries + 1, now_us);
                wishes.missing.push(ExtendedSequence(*sequence).low());
            }
        }
        wishes.missing.truncate(100);
        let stuck = self.kind == Kind::Camera && !self.waiting.is_empty();
        if stuck && now_us.saturating_sub(self.quiet_since_us) >= STUCK_US {
            self.quiet_since_us = now_us;
            wishes.keyframe = true;
        }
        wishes
    }
}
