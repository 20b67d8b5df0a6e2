//! One receive slot of a subscriber: the stream of whoever is in it, under the slot's own source, numbers, times and extension
//! identifiers, without a seam when the person changes.
//!
//! Numbers are kept by [`SentStream`]; sealing and sending are left to [`crate::transport`], who is in the slot to
//! [`crate::room`].
//! Invariant: sequence numbers of a slot rise without a hole of our own making.

use media_packet::capture::Medium;
use media_packet::rtcp::SenderInfo;
use media_packet::rtp::{ExtendedSequence, ExtensionMap, ExtensionValues, Header, Ssrc};
use media_packet::send::{ClockReference, SentStream};
use media_packet::time::{Micros, NtpTime};

use crate::bandwidth::{PACKET_OVERHEAD_BYTES, RateMeter};
use crate::layer::{Choice, PICTURE_MAX_BPS};
use crate::negotiation::Codec;
use crate::numbering::{Numbering, Numbers};
use crate::quality::Delivery;

/// Retransmissions of one slot in 100 ms at the most: the whole of a 2.5 Mbit/s picture twice over is 40.
const RETRANSMISSIONS_MAX: u32 = 64;
const RETRANSMISSIONS_WINDOW_US: u64 = 100_000;

/// A publisher's packet on its way to a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming<'a> {
    /// Header as the publisher wrote it (a retransmission's already made the original's).
    pub(crate) header: Header,
    /// Its sequence number with wraps.
    pub(crate) sequence: ExtendedSequence,
    /// The stream can begin here: the first packet of a keyframe, any of voice.
    pub(crate) begins: bool,
    /// Which layer it is of, where the picture comes in several.
    pub(crate) layer: Option<usize>,
    /// Loudness, where the publisher told it.
    pub(crate) audio_level: Option<u8>,
    /// Payload, as a decoder takes it.
    pub(crate) payload: &'a [u8],
    /// The voice with what it repeats, where that may be heard.
    pub(crate) repeating: Option<Repeating<'a>>,
    /// It was lost and is taken from the packet after it: of no use to those who are sent that one whole.
    pub(crate) repair: bool,
}

/// A voice's packet with what it repeats of those before it (RFC 2198).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repeating<'a> {
    /// The whole payload.
    pub(crate) payload: &'a [u8],
    /// How many packets it repeats.
    pub(crate) repeated: u64,
    /// Payload type of all its blocks.
    pub(crate) voice: u8,
}

/// What a voice repeats, in one slot.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Repeats {
    /// The path has no room for it, or nothing is known of the path.
    #[default]
    Never,
    /// There is room, and it did not come with the last packet.
    MayGo,
    /// It went on with the last packet.
    Go,
}

/// A packet on its way to a subscriber.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) header: Header,
    pub(crate) values: ExtensionValues,
    pub(crate) payload: &'a [u8],
}

/// Who is in a slot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Occupant {
    /// Place of the publisher in the worker's list.
    pub(crate) peer: u32,
    /// The person's number in the visit.
    pub(crate) participant: u8,
}

/// What a slot is, as the offer and the server's secret made it.
#[derive(Debug)]
pub(crate) struct SlotSettings {
    pub(crate) mid: String,
    pub(crate) medium: Medium,
    pub(crate) place: u8,
    pub(crate) codec: Codec,
    pub(crate) extensions: ExtensionMap,
    /// Source of the media, and of its retransmissions.
    pub(crate) sources: (Ssrc, Ssrc),
}

/// One receive slot.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) settings: SlotSettings,
    pub(crate) occupant: Option<Occupant>,
    /// What the subscriber was sent, and what it said of it.
    pub(crate) stream: SentStream,
    /// Where the occupant's stream has begun, by its own numbers.
    begun: Option<ExtendedSequence>,
    /// Whether a voice goes on with what it repeats.
    repeating: Repeats,
    clock: Option<ClockReference>,
    rtx_sequence: u16,
    retransmissions: (Micros, u32),
    reported_packets: u64,
    rate: RateMeter,
    /// Layer that goes on now, of a picture that comes in several.
    showing: Option<usize>,
    numbering: Numbering,
    /// What the subscriber's path leaves for it.
    pub(crate) choice: Choice,
    /// Since when there is no room for it, and whether signalling was told.
    paused: Option<Micros>,
    told_paused: bool,
    /// Since when there is no room, while the picture still goes on.
    no_room: Option<Micros>,
    /// Nothing goes on until a queue has drained.
    held: bool,
    /// Bits a second that it takes at its best.
    pub(crate) most_bps: u64,
    /// What is counted for the judge of the subscriber's line.
    pub(crate) delivery: Delivery,
}

/// There must be no room for so long before a picture is paused.
const PAUSING_US: u64 = 1_000_000;

/// Signalling is told of a picture that is paused for so long: shorter is a hiccup.
const PAUSED_TOLD_US: u64 = 1_500_000;

impl Slot {
    pub(crate) fn new(settings: SlotSettings) -> Self {
        Self {
            stream: SentStream::new(settings.sources.0, settings.codec.clock_rate),
            settings,
            occupant: None,
            begun: None,
            repeating: Repeats::default(),
            clock: None,
            rtx_sequence: 0,
            retransmissions: (Micros(0), 0),
            reported_packets: 0,
            rate: RateMeter::default(),
            showing: None,
            numbering: Numbering::default(),
            choice: Choice::default(),
            paused: None,
            told_paused: false,
            no_room: None,
            held: false,
            most_bps: PICTURE_MAX_BPS,
            delivery: Delivery::default(),
        }
    }

    /// Somebody else is in the slot now, or nobody.
    pub(crate) fn occupy(&mut self, occupant: Option<Occupant>) {
        if self.occupant.map(|now| now.peer) != occupant.map(|next| next.peer) {
            self.begin_anew();
            self.clock = None;
            self.choice = Choice::default();
            self.paused = None;
            self.told_paused = false;
            self.no_room = None;
            self.held = false;
            self.delivery.restart();
        }
        self.occupant = occupant;
    }

    /// What comes next begins with a keyframe, and goes on where the last ended.
    fn begin_anew(&mut self) {
        self.stream.switch_source();
        self.numbering.switch();
        self.begun = None;
        self.give_room(self.has_room());
        self.showing = None;
    }

    /// Layer that goes on now; 0 where there is one stream.
    pub(crate) fn showing(&self) -> usize {
        self.showing.unwrap_or(0)
    }

    /// Picture numbers for a packet of the layer that goes on.
    pub(crate) fn renumber(&mut self, payload: &[u8]) -> Option<Numbers> {
        self.numbering.map(payload)
    }

    /// Whether a packet of this layer goes on: the wanted one from its keyframe on, until then the one before.
    fn takes(&mut self, layer: usize, begins: bool) -> bool {
        let Some(wanted) = self.choice.layer() else {
            return false;
        };
        let follows = match self.showing {
            Some(showing) if showing == layer => return true,
            Some(_) => layer == wanted,
            None => layer <= wanted,
        };
        if follows && begins {
            self.begin_anew();
            self.showing = Some(layer);
            // Each layer has a media clock of its own: its next sender report tells it.
            self.clock = None;
        }
        follows && begins
    }

    /// Shows this of the occupant's picture from now on. True when a keyframe is needed for it.
    pub(crate) fn show(&mut self, choice: Choice, now: Micros) -> bool {
        if choice != Choice::Paused {
            self.no_room = None;
        } else if self.choice != Choice::Paused {
            // One dip of the estimate is no reason: a pause costs a keyframe.
            let since = *self.no_room.get_or_insert(now);
            if now.since(since) < PAUSING_US {
                return false;
            }
        }
        let before = std::mem::replace(&mut self.choice, choice);
        if choice == Choice::Paused && before != Choice::Paused {
            self.begin_anew();
            self.paused = Some(now);
        }
        if choice != Choice::Paused {
            self.paused = None;
        }
        let other = |showing| choice.layer().is_some_and(|layer| layer != showing);
        choice != Choice::Paused && (before == Choice::Paused || self.showing.is_some_and(other))
    }

    /// Nothing of the picture for a moment: a queue has to drain.
    pub(crate) fn hold(&mut self) {
        if !self.held {
            self.held = true;
            self.begin_anew();
        }
    }

    /// The queue has drained. True when a keyframe is needed, because the picture was held.
    pub(crate) fn release(&mut self) -> bool {
        std::mem::take(&mut self.held)
    }

    /// Looks whether the picture is missing for some time; true when that has changed.
    pub(crate) fn note_paused(&mut self, now: Micros) -> bool {
        let paused = self
            .paused
            .is_some_and(|since| now.since(since) >= PAUSED_TOLD_US);
        std::mem::replace(&mut self.told_paused, paused) != paused
    }

    /// The picture is missing because of the subscriber's line, and has been for some time.
    pub(crate) const fn is_paused(&self) -> bool {
        self.told_paused
    }

    /// The occupant's clocks, as its sender report told them.
    pub(crate) fn synchronise(&mut self, clock: ClockReference) {
        self.clock = Some(clock);
    }

    /// Whether voices may come with what they repeat from now on.
    pub(crate) fn give_room(&mut self, has_room: bool) {
        self.repeating = if has_room {
            Repeats::MayGo
        } else {
            Repeats::Never
        };
    }

    pub(crate) fn has_room(&self) -> bool {
        self.repeating != Repeats::Never
    }

    /// Voices come with what they repeat.
    pub(crate) fn is_repeating(&self) -> bool {
        self.repeating == Repeats::Go
    }

    /// What of a voice goes on, and of which payload type: with what it repeats where the subscriber takes that, the path has
    /// room for it and none of it is from before the stream began.
    fn body<'a>(&mut self, incoming: &Incoming<'a>) -> (u8, &'a [u8]) {
        let (codec, begun) = (self.settings.codec, self.begun);
        let fits = |whole: &Repeating<'_>| {
            let first = begun.map(|begun| begun.0.saturating_add(whole.repeated));
            whole.voice == codec.payload_type && first.is_some_and(|at| at <= incoming.sequence.0)
        };
        let whole = { incoming.repeating }
            .filter(|whole| !incoming.repair && self.has_room() && fits(whole));
        let whole = whole.and_then(|whole| Some((codec.red_payload_type?, whole.payload)));
        self.give_room(self.has_room());
        if whole.is_some() {
            self.repeating = Repeats::Go;
        }
        whole.unwrap_or((codec.payload_type, incoming.payload))
    }

    /// A packet as it leaves; none for what comes before the stream can begin, and for what the subscriber needs no more.
    pub(crate) fn forward<'a>(
        &mut self,
        incoming: &Incoming<'a>,
        now: Micros,
    ) -> Option<Outgoing<'a>> {
        let waits = incoming.layer.is_none() && self.begun.is_none() && !incoming.begins;
        // What carries it goes on whole.
        let has_it = incoming.repair && incoming.repeating.is_some() && self.is_repeating();
        if self.choice == Choice::Paused || self.held || waits || has_it {
            return None;
        }
        if incoming
            .layer
            .is_some_and(|layer| !self.takes(layer, incoming.begins))
        {
            return None;
        }
        let mapped = self
            .stream
            .map(incoming.sequence, incoming.header.timestamp, now)?;
        self.begun.get_or_insert(incoming.sequence);
        if incoming.begins {
            self.delivery.note_beginning(now);
        }
        let (payload_type, payload) = self.body(incoming);
        self.stream.count_sent(payload.len());
        let bytes = payload.len() as u64 + PACKET_OVERHEAD_BYTES;
        self.rate.count_at(bytes, now);
        let header = Header {
            marker: incoming.header.marker,
            payload_type,
            sequence: mapped.sequence,
            timestamp: mapped.timestamp,
            ssrc: self.settings.sources.0,
        };
        let values = ExtensionValues {
            audio_level: incoming.audio_level,
            abs_send_time: Some(now.abs_send_time()),
            ..ExtensionValues::default()
        };
        Some(Outgoing {
            header,
            values,
            payload,
        })
    }

    /// The occupant's sequence number of a packet that the subscriber misses; none when it was never sent, has no
    /// retransmission stream, was sent again just now, or when too much is asked.
    pub(crate) fn asked_again(&mut self, sequence: u16, now: Micros) -> Option<ExtendedSequence> {
        self.settings.codec.rtx_payload_type?;
        let original = self.stream.source_sequence(sequence)?;
        let (since, count) = &mut self.retransmissions;
        if now.since(*since) >= RETRANSMISSIONS_WINDOW_US {
            (*since, *count) = (now, 0);
        }
        if *count >= RETRANSMISSIONS_MAX || !self.stream.may_resend(sequence, now) {
            return None;
        }
        *count += 1;
        Some(original)
    }

    /// The header of a retransmission, and its extensions (RFC 4588 §4).
    pub(crate) fn retransmit(
        &mut self,
        original: &Header,
        now: Micros,
    ) -> Option<(Header, ExtensionValues)> {
        let payload_type = self.settings.codec.rtx_payload_type?;
        let timestamp = self.stream.map_timestamp(original.timestamp)?;
        self.rtx_sequence = self.rtx_sequence.wrapping_add(1);
        self.delivery.note_resent();
        let header = Header {
            marker: original.marker,
            payload_type,
            sequence: self.rtx_sequence,
            timestamp,
            ssrc: self.settings.sources.1,
        };
        let values = ExtensionValues {
            abs_send_time: Some(now.abs_send_time()),
            ..ExtensionValues::default()
        };
        Some((header, values))
    }

    /// Header of a packet of padding in the stream of retransmissions, and the extensions' identifiers.
    pub(crate) fn padding(&mut self) -> Option<(Header, ExtensionMap)> {
        let payload_type = self.settings.codec.rtx_payload_type?;
        self.rtx_sequence = self.rtx_sequence.wrapping_add(1);
        let header = Header {
            marker: false,
            payload_type,
            sequence: self.rtx_sequence,
            timestamp: 0,
            ssrc: self.settings.sources.1,
        };
        Some((header, self.settings.extensions))
    }

    /// Bits a second that were sent lately, with all headers.
    pub(crate) fn bitrate_bps(&self, now: Micros) -> u64 {
        self.rate.recent_bps(now)
    }

    /// What a sender report says now; none while nothing was sent since the last, or while the occupant has told no clock.
    pub(crate) fn sender_info(&mut self, now: NtpTime) -> Option<SenderInfo> {
        let clock = self.clock?;
        if self.begun.is_none() || self.stream.packets() == self.reported_packets {
            return None;
        }
        self.reported_packets = self.stream.packets();
        self.stream.sender_info(clock, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot() -> Slot {
        let codec = Codec {
            payload_type: 96,
            rtx_payload_type: Some(97),
            red_payload_type: None,
            clock_rate: 90_000,
        };
        let sources = (Ssrc(10), Ssrc(11));
        let extensions = ExtensionMap::default();
        let mid = "3".to_owned();
        Slot::new(SlotSettings {
            mid,
            medium: Medium::Camera,
            place: 0,
            codec,
            extensions,
            sources,
        })
    }

    fn packet(number: u64, begins: bool) -> Incoming<'static> {
        let sequence = ExtendedSequence(0x1_0000 + number);
        let header = Header {
            sequence: sequence.low(),
            timestamp: 3_000,
            ..Header::default()
        };
        Incoming {
            header,
            sequence,
            begins,
            layer: None,
            audio_level: None,
            payload: b"picture",
            repeating: None,
            repair: false,
        }
    }

    fn occupied(peer: u32) -> Option<Occupant> {
        Some(Occupant {
            peer,
            participant: 1,
        })
    }

    #[test]
    fn a_picture_begins_with_a_keyframe_and_goes_on_without_a_seam_after_a_change() {
        let mut slot = slot();
        slot.occupy(occupied(1));
        assert!(slot.forward(&packet(100, false), Micros(0)).is_none());
        let first = slot.forward(&packet(101, true), Micros(0)).unwrap().header;
        slot.occupy(occupied(2));
        assert!(
            slot.forward(&packet(50_000, false), Micros(1_000))
                .is_none()
        );
        let second = slot.forward(&packet(50_001, true), Micros(1_000)).unwrap();
        let second = second.header;
        assert_eq!(second.sequence, first.sequence.wrapping_add(1));
        assert!(second.timestamp > first.timestamp);
        assert_eq!((second.ssrc, second.payload_type), (Ssrc(10), 96));
    }

    #[test]
    fn a_storm_of_nacks_is_cut() {
        let mut slot = slot();
        slot.occupy(occupied(1));
        let sent: Vec<_> = (0..400)
            .map(|n| {
                slot.forward(&packet(n, true), Micros(0))
                    .unwrap()
                    .header
                    .sequence
            })
            .collect();
        let granted = sent
            .iter()
            .filter(|&&sequence| slot.asked_again(sequence, Micros(1)).is_some())
            .count();
        assert_eq!(granted, RETRANSMISSIONS_MAX as usize);
        assert_eq!(
            slot.asked_again(sent[399].wrapping_add(9), Micros(200_000)),
            None
        );
    }
}
