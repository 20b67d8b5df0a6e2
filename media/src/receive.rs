//! One published stream: what came, what is missing, what is kept to be sent again, and who receives it.
//!
//! Invariant: it sees only packets that SRTP has authenticated.

use media_packet::capture::Medium;
use media_packet::receive::{Arrived, Order, ReceivedStream};
use media_packet::red::Red;
use media_packet::ring::PacketRing;
use media_packet::rtp::{ExtendedSequence, Header, Packet, SdesValue, Ssrc};
use media_packet::time::Micros;

use crate::bandwidth::{PACKET_OVERHEAD_BYTES, RateMeter};
use crate::keyframe::Keyframes;
use crate::layer::PICTURE_MAX_BPS;
use crate::negotiation::Codec;
use crate::quality::{Reception, VoiceSecond};
use crate::room::MEMBERS_MAX;

/// Bytes of a picture stream that are kept at the most: half a second at 2.5 Mbit/s, longer than a retransmission is of use on a
/// path whose round trip one can talk over. How much it is depends on rate and round trip.
const RING_BYTES_MAX: usize = 160 * 1024;
/// Packets of a picture stream that are kept at the most: 1 s at 500 packets/s.
const RING_PACKETS_MAX: usize = 512;

/// Units of a packet of voice of 20 ms.
const PACKET_UNITS: u32 = 960;
/// A report further ahead of the last packet that came is of another clock, or ten packets in a row were lost: it is left alone.
const REPORT_AHEAD_MAX: u32 = 10 * PACKET_UNITS;

/// Age at which a subscriber's limit no longer counts: it is repeated every second at the least.
const LIMIT_AGE_US: u64 = 10_000_000;

/// One who receives the stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscriber {
    /// Place of the peer in the worker's list.
    pub(crate) peer: u32,
    /// Number of the slot in its list.
    pub(crate) slot: usize,
    /// It is a person's own connection, not one beside it that only receives.
    pub(crate) is_person: bool,
    /// The publisher of one layer sends no more than this one can take.
    pub(crate) followed: bool,
    /// What its path leaves for the picture, and since when; none when nothing limits it.
    pub(crate) limit: Option<(u64, Micros)>,
}

impl Subscriber {
    fn limit_bps(&self, now: Micros) -> u64 {
        let recent = { self.limit }.filter(|(_, at)| now.since(*at) < LIMIT_AGE_US);
        recent.map_or(PICTURE_MAX_BPS, |(limit, _)| limit.min(PICTURE_MAX_BPS))
    }
}

/// Those who receive a stream: at most the others of the room.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subscribers {
    list: [Option<Subscriber>; MEMBERS_MAX],
}

impl Subscribers {
    pub(crate) fn iter(&self) -> impl Iterator<Item = Subscriber> {
        self.list.into_iter().flatten()
    }

    /// How many of them are people.
    pub(crate) fn people(&self) -> usize {
        self.iter().filter(|one| one.is_person).count()
    }

    pub(crate) fn add(&mut self, subscriber: Subscriber) {
        if let Some(free) = self.list.iter_mut().find(|place| place.is_none()) {
            *free = Some(subscriber);
        }
    }

    /// Those whom a publisher of one layer follows: people who can take at least a quarter of what the best placed can; once left
    /// behind, from a half on. Others get the picture as it is, or not at all. Connections beside a person's own, which only
    /// receive, count where there is nobody else.
    fn choose_followed(&mut self, now: Micros) {
        let any_person = self.iter().any(|subscriber| subscriber.is_person);
        let counts = |subscriber: &Subscriber| subscriber.is_person || !any_person;
        let counting = self.iter().filter(counts);
        let best = { counting }.map(|one| one.limit_bps(now)).max();
        for subscriber in self.list.iter_mut().flatten() {
            let part = if subscriber.followed { 4 } else { 2 };
            let is_near = subscriber.limit_bps(now) >= best.unwrap_or(0) / part;
            subscriber.followed = counts(subscriber) && is_near;
        }
    }

    fn of_peer(&mut self, peer: u32) -> Option<&mut Subscriber> {
        self.list
            .iter_mut()
            .flatten()
            .find(|subscriber| subscriber.peer == peer)
    }
}

/// A packet that was read and does not count yet; a retransmission was made the original.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) header: Header,
    /// All of it, as the publisher made it.
    pub(crate) bytes: &'a [u8],
    pub(crate) payload: &'a [u8],
    /// What its voice repeats.
    pub(crate) red: Option<Red>,
    pub(crate) via: Via,
}

impl Arrival<'_> {
    /// What a decoder takes.
    fn primary(&self) -> &[u8] {
        { self.red }.map_or(self.payload, |red| red.primary(self.payload))
    }
}

/// What a packet was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Placed {
    /// Sequence number with wraps.
    pub(crate) sequence: ExtendedSequence,
    /// Not here before.
    pub(crate) fresh: bool,
    /// The stream can begin here.
    pub(crate) begins: bool,
    /// Of what use is what it repeats.
    pub(crate) repeated: Repeated,
}

/// Repeated packets up to which a voice goes on whole: the record and plain receivers are filled in from the one before alone, and
/// nobody is to hear what is not on the record. Chromium repeats one.
const REPEATED_HEARD_MAX: u64 = 1;

/// What is to be done with what a voice repeats.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Repeated {
    /// All of it may be heard: it is not from before its publisher was admitted, and no more than the record is filled in from.
    pub(crate) may_be_heard: bool,
    /// The packet before this one was missing, and is among it.
    pub(crate) repairs: bool,
}

/// One published stream.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) medium: Medium,
    pub(crate) codec: Codec,
    /// `a=mid` of its section, to know its packets by.
    pub(crate) mid: String,
    /// `a=rid` of its layer, and the layer's number, lowest first; none and 0 when there is one stream.
    pub(crate) rid: Option<SdesValue>,
    pub(crate) layer: usize,
    pub(crate) ssrc: Option<Ssrc>,
    pub(crate) rtx_ssrc: Option<Ssrc>,
    pub(crate) subscribers: Subscribers,
    pub(crate) keyframes: Keyframes,
    /// What is counted for the judge of its publisher's line.
    pub(crate) reception: Reception,
    stream: ReceivedStream,
    /// The last number that came before its publisher was admitted: up to it nobody may see anything, however late it comes.
    before: Option<ExtendedSequence>,
    ring: Option<PacketRing>,
    rate: RateMeter,
    /// The same of a voice with all that it repeats.
    repeating: RateMeter,
    /// Media time of the newest packet, and whether its reports run slowly, of a voice that repeats itself.
    newest: Option<u32>,
    slow_reports: bool,
    /// Packets that had come when a keyframe was asked for last.
    asked_after: u64,
    /// Packets that had come when a sender report was last worth keeping.
    reported_after: u64,
}

impl Source {
    pub(crate) fn new(
        medium: Medium,
        codec: Codec,
        mid: String,
        sources: (Option<Ssrc>, Option<Ssrc>),
    ) -> Self {
        let (ssrc, rtx_ssrc) = sources;
        Self {
            medium,
            codec,
            mid,
            rid: None,
            layer: 0,
            ssrc,
            rtx_ssrc,
            subscribers: Subscribers::default(),
            keyframes: Keyframes::default(),
            reception: Reception::default(),
            stream: ReceivedStream::new(ssrc.unwrap_or_default(), codec.clock_rate),
            before: None,
            rate: RateMeter::default(),
            repeating: RateMeter::default(),
            newest: None,
            slow_reports: false,
            ring: (medium != Medium::Audio)
                .then(|| PacketRing::new(RING_BYTES_MAX, RING_PACKETS_MAX)),
            asked_after: 0,
            reported_after: 0,
        }
    }

    /// One layer of a picture that is published in several.
    pub(crate) fn layered(self, rid: SdesValue, layer: usize) -> Self {
        Self {
            rid: Some(rid),
            layer,
            ..self
        }
    }

    /// Its packets have this source from now on.
    pub(crate) fn learn(&mut self, ssrc: Ssrc) {
        self.ssrc = Some(ssrc);
        self.stream = ReceivedStream::new(ssrc, self.codec.clock_rate);
        self.before = None;
        (self.newest, self.slow_reports) = (None, false);
        (self.asked_after, self.reported_after) = (0, 0);
        self.reception.restart();
    }

    /// What came, for reports.
    pub(crate) fn stream(&mut self) -> &mut ReceivedStream {
        &mut self.stream
    }

    /// Reads a packet; none when its voice is of a payload type that was not agreed on, or repeats itself in a way that nobody
    /// could decode.
    pub(crate) fn read<'a>(&self, packet: &Packet<'a>, via: Via) -> Option<Arrival<'a>> {
        let (header, payload) = (packet.header(), packet.payload());
        let codec = self.codec;
        let red = if self.medium != Medium::Audio || header.payload_type == codec.payload_type {
            None
        } else if Some(header.payload_type) == codec.red_payload_type {
            Some(Red::parse(payload, codec.payload_type)?)
        } else {
            return None;
        };
        let bytes = packet.bytes();
        Some(Arrival {
            header,
            bytes,
            payload,
            red,
            via,
        })
    }

    /// Takes note of a packet.
    pub(crate) fn receive(&mut self, arrival: &Arrival<'_>, now: Micros) -> Placed {
        let (header, payload) = (&arrival.header, arrival.payload);
        let arrived = match arrival.via {
            Via::Itself => self.stream.receive(header, now),
            Via::Retransmission => self.stream.recover(header.sequence, now),
        };
        let fresh = match arrived.order {
            Order::Next | Order::Ahead { .. } => true,
            Order::Late => self.before.is_none_or(|before| arrived.sequence > before),
            Order::Duplicate | Order::TooOld => false,
        };
        // With one that comes late a slot would begin in what its subscriber was not to see, and with a hole.
        let is_last = arrived.order != Order::Late;
        let mut begins = is_last;
        let mut repeated = Repeated::default();
        if self.medium == Medium::Audio {
            let count =
                { arrival.red }.map_or(0, |red| (red.repeated() as u64).min(REPEATED_HEARD_MAX));
            let voice = (arrival.primary(), count);
            self.reception
                .note_voice(arrived.order, voice, header.timestamp, now);
            repeated = self.repeated(&arrived, arrival.red.as_ref());
            if is_last {
                self.newest = arrival.red.map(|_| header.timestamp);
            }
        }
        if repeated.repairs {
            // Should it still come, it was here already.
            let _late = self.stream.recover(header.sequence.wrapping_sub(1), now);
        }
        if fresh {
            let bytes = |payload: &[u8]| payload.len() as u64 + PACKET_OVERHEAD_BYTES;
            self.rate.count_at(bytes(arrival.primary()), now);
            if arrival.red.is_some() {
                self.repeating.count_at(bytes(payload), now);
            }
        }
        if fresh && let Some(ring) = &mut self.ring {
            ring.push(arrived.sequence, arrival.bytes, now);
            let is_key = media_packet::vp8::keyframe(payload).is_some();
            begins = is_key && is_last;
            if begins {
                self.keyframes.came(now);
            }
            if is_key {
                self.reception.freeze.note_keyframe(now);
            }
            let hole_since = self.stream.missing().since();
            self.reception.freeze.note(hole_since, now);
        }
        Placed {
            sequence: arrived.sequence,
            fresh,
            begins,
            repeated,
        }
    }

    fn repeated(&self, arrived: &Arrived, red: Option<&Red>) -> Repeated {
        let Some(red) = red else {
            return Repeated::default();
        };
        let is_open = |behind: u64| {
            let sequence = ExtendedSequence(arrived.sequence.0.saturating_sub(behind));
            self.before.is_none_or(|before| sequence > before)
        };
        let is_ahead = matches!(arrived.order, Order::Ahead { .. });
        Repeated {
            may_be_heard: red.repeated() as u64 <= REPEATED_HEARD_MAX
                && is_open(red.repeated() as u64),
            repairs: is_ahead && red.carries_before() && is_open(1),
        }
    }

    /// A subscriber has this round trip: packets are kept so long that it can ask for them.
    pub(crate) fn keep_for(&mut self, rtt_us: u64) {
        if let Some(ring) = &mut self.ring {
            ring.want(rtt_us);
        }
    }

    /// Media time of a sender report as it should be. Chromium tells how much time has passed since the last packet in units of
    /// 8 kHz when that packet repeated others: it knows the clock of Opus's payload type only. Whole milliseconds at 48 kHz are
    /// multiples of 48, at 8 kHz most are not; packets that are lost on their way are whole packets behind.
    pub(crate) fn corrected(&mut self, rtp: u32) -> u32 {
        let Some(newest) = self.newest else {
            return rtp;
        };
        let ahead = rtp.wrapping_sub(newest);
        if ahead >= REPORT_AHEAD_MAX {
            return rtp;
        }
        let (packets, passed) = (ahead / PACKET_UNITS, ahead % PACKET_UNITS);
        self.slow_reports |= passed % 48 != 0;
        if !self.slow_reports || passed % 8 != 0 {
            return rtp;
        }
        newest.wrapping_add(packets * PACKET_UNITS + passed * 6)
    }

    /// Forgets what came so far, and what was sent before it and is still to come: nobody was to see it.
    pub(crate) fn forget_past(&mut self) {
        self.before = self.stream.highest();
        if let Some(ring) = &mut self.ring {
            *ring = PacketRing::new(RING_BYTES_MAX, RING_PACKETS_MAX);
        }
    }

    /// A packet that is still kept.
    pub(crate) fn kept(&self, sequence: ExtendedSequence, now: Micros) -> Option<&[u8]> {
        self.ring.as_ref()?.packet(sequence, now)
    }

    /// What is asked again now, into `out`; what nobody can give any more is a wish for a keyframe. Voice is not asked again.
    pub(crate) fn missing(&mut self, rtt_us: u64, out: &mut Vec<u16>, now: Micros) {
        if self.can_be_asked() && self.stream.missing().nacks_due(rtt_us, out, now).given_up > 0 {
            self.keyframes.want();
            self.reception.freeze.lose(now);
        }
    }

    /// Whether a keyframe is to be asked for now; then it is taken as done.
    pub(crate) fn take_keyframe_due(&mut self, now: Micros) -> bool {
        let due = self.can_be_asked() && self.may_answer() && self.keyframes.take_due(now);
        if due {
            self.asked_after = self.stream.received();
        }
        due
    }

    /// Whether a sender report that came tells the recorder anything: those of a stream that is silent repeat the last one.
    pub(crate) fn take_report_worth_keeping(&mut self) -> bool {
        let received = self.stream.received();
        std::mem::replace(&mut self.reported_after, received) != received
    }

    /// What came since the last call, for the judge of its publisher's line: voice, or for how long the picture stood still
    /// (none while there is none), and how many packets.
    pub(crate) fn take_second(&mut self, now: Micros) -> (VoiceSecond, Option<u64>, u64) {
        let packets = self.reception.packets(&self.stream);
        let voice = self.reception.take(&self.stream);
        if self.medium == Medium::Audio {
            return (voice, None, packets);
        }
        let hole_since = self.stream.missing().since();
        self.reception.freeze.note(hole_since, now);
        let frozen_us = self.reception.freeze.take(now);
        let flows = packets > 0 || frozen_us > 0;
        (VoiceSecond::default(), flows.then_some(frozen_us), packets)
    }

    /// A picture from which something came: a section that nothing is sent in would be asked in vain.
    fn can_be_asked(&self) -> bool {
        self.ring.is_some() && self.stream.highest().is_some()
    }

    /// Something came since a keyframe was last asked for, or there is a new reason to ask: a picture that is switched off would
    /// be asked again in vain, for hours.
    fn may_answer(&self) -> bool {
        self.stream.received() > self.asked_after || self.keyframes.is_wished()
    }

    /// After this packet something may be due sooner than before: it left a gap, it is a keyframe, or the first at all or since
    /// a keyframe was asked for. Else nothing has changed, which spares a look at all sources for nearly every packet.
    pub(crate) fn wants_a_look(&mut self, placed: &Placed) -> bool {
        let is_first = self.stream.received() <= self.asked_after + 1;
        placed.begins || !self.stream.missing().is_empty() || is_first
    }

    /// When something is to be asked for.
    pub(crate) fn due(&mut self) -> Option<Micros> {
        if !self.can_be_asked() {
            return None;
        }
        let keyframe = self.keyframes.due().filter(|_| self.may_answer());
        [self.stream.missing().next_due(), keyframe]
            .into_iter()
            .flatten()
            .min()
    }

    /// A subscriber's path leaves so much for this stream.
    pub(crate) fn limit(&mut self, peer: u32, limit_bps: Option<u64>, now: Micros) {
        if let Some(subscriber) = self.subscribers.of_peer(peer) {
            subscriber.limit = limit_bps.map(|limit| (limit, now));
            self.subscribers.choose_followed(now);
        }
    }

    /// What all those can take whom the publisher follows; none when nothing limits them.
    pub(crate) fn limit_bps(&self, now: Micros) -> Option<u64> {
        let followed = self.subscribers.iter().filter(|one| one.followed);
        let limits = followed.map(|one| one.limit_bps(now));
        limits.min().filter(|limit| *limit < PICTURE_MAX_BPS)
    }

    /// The publisher sends no more than this subscriber can take, unless it sends layers: then each is given what fits.
    pub(crate) fn follows(&self, peer: u32) -> bool {
        let mut followed = self.subscribers.iter().filter(|one| one.followed);
        followed.any(|one| one.peer == peer)
    }

    /// Bits a second that came lately, with all headers; without what a voice repeats, which browsers do not count either when
    /// they share what they may send.
    pub(crate) fn bitrate_bps(&self, now: Micros) -> u64 {
        self.rate.recent_bps(now)
    }

    /// The same of a voice with what it repeats; 0 when it does not.
    pub(crate) fn repeating_bps(&self, now: Micros) -> u64 {
        self.repeating.recent_bps(now)
    }
}

/// How a packet came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Via {
    /// In its own stream.
    Itself,
    /// In the stream of retransmissions.
    Retransmission,
}
