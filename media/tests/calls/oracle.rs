//! What must be true of all that people get and of all that is recorded, checked as it happens.

use std::collections::{BTreeMap, BTreeSet};

use media::control::PeerId;
use media_packet::capture::{Block, EntryKind, entries};
use media_packet::rtcp;
use media_packet::rtp::{Packet, SequenceUnwrapper, Ssrc};
use media_packet::vp8;
use sim::{Browser, Delivered, Ident, Kind, body};

/// A packet this many frames behind the newest of its stream may come too late for the worker.
const LATE_FRAMES: u32 = 15;

/// What was true when the worker sent a packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Emission {
    /// Who was in the slot.
    pub(crate) occupant: Option<u8>,
    /// The last that came of that person's voice before the admission.
    pub(crate) before: Option<(u32, u8)>,
}

/// The account.
#[derive(Default)]
pub(crate) struct Oracle {
    /// People send what no browser sends: what they get is not judged.
    pub(crate) lenient: bool,
    /// Packets that the worker has seen, admitted or not.
    seen: BTreeSet<Ident>,
    /// Packets that it took from admitted people.
    pub(crate) accepted: BTreeSet<Ident>,
    /// The newest packet of each stream: its frame, and its place in it.
    newest: BTreeMap<(u8, Kind), (u32, u8)>,
    /// The newest one when its sender was admitted last.
    before: BTreeMap<(u8, Kind), (u32, u8)>,
    /// What the recorder must have, and what it has.
    due: BTreeSet<(u64, Ident)>,
    recorded: BTreeSet<(u64, Ident)>,
    refused: BTreeSet<(u64, Ident)>,
    refused_entries: u64,
    pub(crate) told_as_refused: u64,
    /// Numbers sent under each source, per peer.
    emitted: BTreeMap<(PeerId, Ssrc), (SequenceUnwrapper, BTreeSet<u64>)>,
    clocks: BTreeMap<(PeerId, String), (u64, u32)>,
    pub(crate) lost_up: u64,
    /// Packets that came too late for somebody who had gone or was shut out.
    overtaken: u64,
    pub(crate) late: u64,
    /// Voices that were missing and were taken from the packet after them.
    pub(crate) repaired: u64,
    /// Voices that came with what they repeat, and what could be heard only so.
    pub(crate) whole: u64,
    pub(crate) only_repeated: u64,
    heard: BTreeSet<(PeerId, Ident)>,
    pub(crate) delivered: u64,
    pub(crate) delivered_again: u64,
}

impl Oracle {
    /// These are on their way while somebody goes or is shut out. What of them was overtaken by a later one leaves a hole for that
    /// person or of that person.
    pub(crate) fn underway(&mut self, idents: impl Iterator<Item = Ident>) {
        let overtaken = idents.filter(|ident| {
            let newest = self.newest.get(&(ident.participant, ident.kind));
            !self.seen.contains(ident)
                && newest.is_some_and(|newest| (ident.frame, ident.index) < *newest)
        });
        let overtaken: BTreeSet<_> = overtaken.collect();
        self.overtaken += overtaken.len() as u64;
    }

    pub(crate) fn lost_on_the_way_up(&mut self, ident: Option<Ident>) {
        self.lost_up += u64::from(ident.is_some());
    }

    /// The last that came of a person's voice before the admission.
    pub(crate) fn before(&self, participant: Option<u8>) -> Option<(u32, u8)> {
        self.before.get(&(participant?, Kind::Voice)).copied()
    }

    /// Somebody was admitted: what was sent before must not be taken, however late it comes.
    pub(crate) fn admitted(&mut self, participant: u8) {
        let own = self.newest.iter().filter(|((of, _), _)| *of == participant);
        self.before
            .extend(own.map(|(stream, newest)| (*stream, *newest)));
    }

    /// A packet is at the worker, from an address that is `known`, of somebody who is (admitted, and whose packet was taken).
    /// Tells whether it should have been taken and was not.
    pub(crate) fn arrived(
        &mut self,
        (ident, repeated): (Ident, Option<Ident>),
        known: bool,
        (admitted, accepted): (bool, bool),
        record: Option<u64>,
    ) -> bool {
        if self.lenient {
            return false;
        }
        assert!(
            known && admitted || !accepted,
            "{ident:?} was taken from somebody who is not admitted, or from an address that is not proved"
        );
        if !known {
            // From an address that is not proved yet, or before the keys are there: as if it had been lost.
            self.lost_up += 1;
            return false;
        }
        let fresh = self.seen.insert(ident);
        let stream = (ident.participant, ident.kind);
        let number = (ident.frame, ident.index);
        let newest = self.newest.entry(stream).or_default();
        let late = ident.frame + LATE_FRAMES < newest.0;
        // A packet that leaves a gap fills the end of it, within what one browser sends.
        let is_ahead = ident.frame > newest.0 + 1 && ident.frame >> 16 == newest.0 >> 16;
        *newest = number.max(*newest);
        let before = self.before.get(&stream);
        let is_open = |one: &Ident| before.is_none_or(|before| (one.frame, one.index) > *before);
        if let Some(repaired) = repeated.filter(|one| is_ahead && is_open(one)) {
            // Should it still come, it was here already.
            self.seen.insert(repaired);
            if accepted {
                self.repaired += 1;
                self.accepted.insert(repaired);
                self.due.extend(record.map(|record| (record, repaired)));
            }
        }
        if self
            .before
            .get(&stream)
            .is_some_and(|before| number <= *before)
        {
            assert!(!accepted, "{ident:?} is from before the admission");
            return false;
        }
        if !fresh {
            assert!(!accepted, "{ident:?} was taken twice");
            return false;
        }
        if accepted {
            self.accepted.insert(ident);
            self.due.extend(record.map(|record| (record, ident)));
        }
        self.late += u64::from(admitted && !accepted && late);
        admitted && !accepted && !late
    }

    /// The worker sends something; tells the `mid` of its slot when that is RTP.
    pub(crate) fn emitted(
        &mut self,
        peer: PeerId,
        browser: &Browser,
        admitted: bool,
        bytes: &[u8],
    ) -> Option<String> {
        if bytes[0] < 128 || rtcp::is_rtcp(bytes) {
            return None;
        }
        assert!(admitted, "media is sent to {peer:?}, who is not admitted");
        let header = Packet::parse(bytes)
            .expect("the header is not encrypted")
            .header();
        let of = |ssrc: Ssrc| {
            let mut slots = browser.watchers().iter();
            slots.find(|slot| slot.source() == ssrc || slot.repair() == Some(ssrc))
        };
        let slot = of(header.ssrc).expect("a source that the answer named");
        let (order, numbers) = self.emitted.entry((peer, header.ssrc)).or_default();
        let number = order.note(header.sequence).0;
        assert!(
            numbers.insert(number),
            "{peer:?} is sent number {number} of {} twice",
            slot.mid()
        );
        Some(slot.mid().to_owned())
    }

    /// A packet is at somebody's browser, opened.
    pub(crate) fn delivered(&mut self, to: PeerId, delivered: &Delivered, emission: Emission) {
        if self.lenient {
            return;
        }
        let ident = delivered.ident.expect("a payload that somebody sent");
        assert!(
            self.accepted.contains(&ident),
            "{ident:?} came to {to:?} and was never taken from an admitted person"
        );
        assert_eq!(
            delivered.body,
            body(ident, delivered.body.len()),
            "{ident:?} was changed on its way"
        );
        assert_eq!(
            emission.occupant,
            Some(ident.participant),
            "{ident:?} came in the slot {} of somebody else",
            delivered.slot
        );
        if let Some(repeated) = delivered.repeated {
            assert_eq!(
                (repeated.participant, repeated.kind, repeated.frame + 1),
                (ident.participant, Kind::Voice, ident.frame),
                "{ident:?} repeats another"
            );
            assert!(
                { emission.before }.is_none_or(|before| (repeated.frame, 0) > before),
                "{ident:?} repeats what was said before the admission"
            );
            self.whole += 1;
            self.only_repeated += u64::from(!self.heard.contains(&(to, repeated)));
            self.heard.insert((to, repeated));
        }
        if ident.kind == Kind::Voice {
            self.heard.insert((to, ident));
        }
        self.delivered += 1;
        self.delivered_again += u64::from(delivered.again);
        if ident.kind == Kind::Voice {
            self.check_clock(to, delivered);
        }
    }

    fn check_clock(&mut self, to: PeerId, delivered: &Delivered) {
        let now = (delivered.sequence, delivered.timestamp);
        let last = self
            .clocks
            .entry((to, delivered.slot.clone()))
            .or_insert(now);
        let (numbers, passed) = (
            now.0.wrapping_sub(last.0).cast_signed(),
            now.1.wrapping_sub(last.1).cast_signed(),
        );
        assert_eq!(
            numbers.signum(),
            i64::from(passed.signum()),
            "the media clock of {} does not go with its numbers",
            delivered.slot
        );
        if numbers > 0 {
            *last = now;
        }
    }

    /// Packets that were sent to somebody.
    pub(crate) fn delivered_to(&self, peer: PeerId) -> usize {
        let own = self.emitted.iter().filter(|((to, _), _)| *to == peer);
        own.map(|(_, (_, numbers))| numbers.len()).sum()
    }

    pub(crate) fn recorded(&mut self, block: &Block) {
        if self.lenient {
            return;
        }
        self.told_as_refused += u64::from(block.dropped_before);
        for ident in idents(block) {
            assert!(
                self.recorded.insert((block.record, ident)),
                "{ident:?} is recorded twice"
            );
        }
    }

    pub(crate) fn refused(&mut self, block: &Block) {
        self.told_as_refused += u64::from(block.dropped_before);
        self.refused_entries += u64::from(block.dropped_before) + u64::from(block.entries);
        self.refused
            .extend(idents(block).into_iter().map(|ident| (block.record, ident)));
    }

    /// All that arrived is recorded, nothing else, and what the recorder could not take was told. All blocks must be out.
    pub(crate) fn check_recordings(&self) {
        let kept: BTreeSet<_> = self.recorded.union(&self.refused).copied().collect();
        if let Some((record, ident)) = self.due.difference(&kept).next() {
            panic!("{ident:?} is not in record {record}");
        }
        if let Some((record, ident)) = kept.difference(&self.due).next() {
            panic!("{ident:?} is in record {record} and should not be");
        }
        assert_eq!(
            self.told_as_refused, self.refused_entries,
            "the recorder was not told all that it did not take"
        );
    }

    /// Numbers of a slot have no hole but where something never came.
    pub(crate) fn check_holes(&self, repairs: &BTreeSet<Ssrc>) {
        let holes = |numbers: &BTreeSet<u64>| match (numbers.first(), numbers.last()) {
            (Some(first), Some(last)) => last - first + 1 - numbers.len() as u64,
            _ => 0,
        };
        for ((peer, source), (_, numbers)) in &self.emitted {
            let allowed = match repairs.contains(source) {
                true => 0,
                false => self.lost_up + self.late + self.overtaken,
            };
            let found = holes(numbers);
            assert!(
                found <= allowed,
                "{found} numbers of {source:?} are missing for {peer:?}, {allowed} never came"
            );
        }
    }
}

/// Packets of a block, each said to be of the one who sent it.
fn idents(block: &Block) -> Vec<Ident> {
    let mut idents = Vec::new();
    for entry in entries(block.bytes()) {
        let entry = entry.expect("a block that can be read");
        if entry.kind != EntryKind::Rtp {
            continue;
        }
        let packet = Packet::parse(entry.payload).expect("an RTP packet");
        let ident = Ident::read(packet.payload()).expect("a packet that somebody sent");
        if ident.kind == Kind::Voice {
            // Plain, whatever it came as.
            assert_eq!(packet.header().payload_type, 111);
            assert_eq!(packet.payload(), body(ident, packet.payload().len()));
        }
        assert_eq!(entry.participant, ident.participant);
        if ident.kind == Kind::Camera && ident.index == 0 {
            let begins = vp8::keyframe(packet.payload()).is_some();
            assert_eq!(begins, ident.key, "{ident:?}");
        }
        idents.push(ident);
    }
    idents
}
