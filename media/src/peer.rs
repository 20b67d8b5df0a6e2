//! One peer: its transport, what it publishes, the slots it receives in, and what is due to be reported to it.

use media_packet::capture::Medium;
use media_packet::rtp::{ExtensionKind, ExtensionMap, ExtensionValues, Header, SdesValue, Ssrc};
use media_packet::send::PeerClock;
use media_packet::time::Micros;
use media_packet::twcc::ArrivalLog;

use crate::allowance::Allowance;
use crate::bandwidth::Downlink;
use crate::control::PeerId;
use crate::forward::{Occupant, Slot};
use crate::half_open::Network;
use crate::layer::{Choice, LAYERS_MAX, Picture};
use crate::negotiation::{Offer, Role};
use crate::pulse::Pulse;
use crate::quality::Monitor;
use crate::receive::{Source, Via};
use crate::recorded::RecordedLayer;
use crate::repeats::Repeats;
use crate::room::Presence;
use crate::transport::Transport;

/// Feedback on arrivals goes out this long after the first packet it tells of: browsers steer by it, and 100 ms are as good
/// to them as 50 at half the cost.
const FEEDBACK_DELAY_US: u64 = 100_000;

/// Reports go out this long after the first packet they tell of (RFC 3550 §6.2 allows less for video; browsers do the same).
const REPORT_DELAY_US: u64 = 1_000_000;

/// Round trip to assume before one was measured.
const RTT_GUESS_US: u64 = 100_000;

/// Streams of one peer: voice, camera, screen, and the camera's two higher layers.
pub(crate) const SOURCES: usize = 5;

/// Place of a stream in its peer's list.
fn source_place(medium: Medium, layer: usize) -> usize {
    match layer {
        0 => medium as usize,
        higher => 2 + higher,
    }
}

/// What is due to be told to a peer, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Due {
    /// Transport-wide feedback.
    pub(crate) feedback: Option<Micros>,
    /// Receiver and sender reports, estimates.
    pub(crate) report: Option<Micros>,
    /// NACK and keyframe requests.
    pub(crate) repair: Option<Micros>,
}

/// One peer.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) id: PeerId,
    /// Place of its room in the worker's list.
    pub(crate) room: u32,
    pub(crate) participant: u8,
    /// The gate.
    pub(crate) admitted: bool,
    /// Its screen is seen by others.
    pub(crate) shares: bool,
    /// Record that it goes to.
    pub(crate) record: Option<u64>,
    /// The layer of its camera that goes there, when that comes in several.
    pub(crate) recorded: RecordedLayer,
    pub(crate) transport: Transport,
    /// Where it is counted while its handshake is not done.
    pub(crate) half_open: Option<Network>,
    /// What it may still send.
    pub(crate) allowance: Allowance,
    /// Checks that were answered.
    pub(crate) repeats: Repeats,
    /// What it publishes, by the media's numbers.
    pub(crate) sources: [Option<Source>; SOURCES],
    pub(crate) slots: Vec<Slot>,
    /// Header extensions of what it publishes: within a bundle, identifiers mean the same in all sections (RFC 9143 §9).
    pub(crate) extensions: ExtensionMap,
    /// Our own source towards it, for reports.
    pub(crate) local_ssrc: Ssrc,
    pub(crate) arrivals: ArrivalLog,
    pub(crate) clock: PeerClock,
    pub(crate) due: Due,
    /// The last limit it was told for all it sends, and when.
    pub(crate) told_limit: (Option<u64>, Micros),
    /// The path to it.
    pub(crate) downlink: Downlink,
    /// What the voices that it is sent take with what they repeat; 0 when none does.
    pub(crate) repeating_bps: u64,
    /// The judge of its line.
    pub(crate) monitor: Monitor,
    /// What the judge is told by its signalling.
    pub(crate) pulse: Option<Pulse>,
}

/// What a peer is from the beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerSettings {
    pub(crate) id: PeerId,
    pub(crate) room: u32,
    pub(crate) participant: u8,
    pub(crate) local_ssrc: Ssrc,
}

impl Peer {
    pub(crate) fn new(
        settings: PeerSettings,
        offer: &Offer,
        transport: Transport,
        slots: Vec<Slot>,
    ) -> Self {
        let PeerSettings {
            id,
            room,
            participant,
            local_ssrc,
        } = settings;
        let (sources, extensions) = published(offer);
        let numbered = |slot: &Slot| {
            let id = slot
                .settings
                .extensions
                .id(ExtensionKind::TransportSequence);
            id.is_some()
        };
        let numbered = !slots.is_empty() && slots.iter().all(numbered);
        Self {
            id,
            room,
            participant,
            admitted: false,
            shares: false,
            record: None,
            recorded: RecordedLayer::default(),
            transport,
            half_open: None,
            allowance: Allowance::default(),
            repeats: Repeats::default(),
            sources,
            slots,
            extensions,
            local_ssrc,
            arrivals: ArrivalLog::default(),
            clock: PeerClock::default(),
            due: Due::default(),
            told_limit: (None, Micros(0)),
            downlink: Downlink::new(numbered),
            repeating_bps: 0,
            monitor: Monitor::default(),
            pulse: None,
        }
    }

    /// What it shows to others.
    pub(crate) fn presence(&self, place: u32) -> Presence {
        Presence {
            occupant: Occupant {
                peer: place,
                participant: self.participant,
            },
            publishes: [Medium::Audio, Medium::Camera, Medium::Screen].map(|medium| {
                let source = self.sources.get(medium as usize);
                source.is_some_and(Option::is_some) && (medium != Medium::Screen || self.shares)
            }),
        }
    }

    pub(crate) fn source(&mut self, medium: Medium) -> Option<&mut Source> {
        self.layer(medium, 0)
    }

    /// One layer of what it publishes.
    pub(crate) fn layer(&mut self, medium: Medium, layer: usize) -> Option<&mut Source> {
        self.sources.get_mut(source_place(medium, layer))?.as_mut()
    }

    /// What is known of a picture for the choice of a subscriber's slot that shows `shown` of it.
    pub(crate) fn picture(
        &self,
        medium: Medium,
        (subscriber, shown): (u32, Choice),
        now: Micros,
    ) -> Picture {
        let layers_bps = self.layers_bps(medium, now);
        let lowest = self.sources.get(source_place(medium, 0));
        let lowest = lowest.and_then(Option::as_ref);
        // While two people are in the call a page sends the lowest layer alone, and whole: it follows as one stream does. With
        // more viewers it never follows one of them, or a narrow line would keep the other layers away from all.
        let comes_alone = layers_bps.iter().skip(1).all(Option::is_none);
        let is_whole = |source: &Source| comes_alone && source.subscribers.people() <= 1;
        let layered = lowest.is_some_and(|source| source.rid.is_some() && !is_whole(source));
        Picture {
            layers_bps,
            layered,
            follows: !layered && lowest.is_some_and(|source| source.follows(subscriber)),
            now: shown,
        }
    }

    /// Bits a second of each layer of a picture that comes.
    fn layers_bps(&self, medium: Medium, now: Micros) -> [Option<u64>; LAYERS_MAX] {
        let mut layers_bps = [None; LAYERS_MAX];
        let sources = self.sources.iter().flatten();
        for source in sources.filter(|source| source.medium == medium) {
            let bps = source.bitrate_bps(now);
            if let Some(place) = layers_bps.get_mut(source.layer) {
                *place = (bps > 0).then_some(bps);
            }
        }
        layers_bps
    }

    /// Of pictures that are recorded keyframes are asked now and then; of a camera in layers only of the one that goes there.
    pub(crate) fn keep_keyframes(&mut self, recording: bool) {
        let wanted = self.recorded.wanted();
        let pictures = self.sources.iter_mut().flatten();
        for source in pictures.filter(|source| source.medium != Medium::Audio) {
            let is_kept = source.rid.is_none() || source.layer == wanted;
            source.keyframes.record(recording && is_kept);
        }
    }

    /// Looks which layer of the camera is to be recorded; returns it when a keyframe of it is needed.
    pub(crate) fn choose_recorded(&mut self, now: Micros) -> Option<usize> {
        let is_layered = self.layer(Medium::Camera, 0)?.rid.is_some();
        if !is_layered || self.record.is_none() || !self.admitted {
            return None;
        }
        let layers_bps = self.layers_bps(Medium::Camera, now);
        let needed = self.recorded.want_best(layers_bps);
        self.keep_keyframes(true);
        needed
    }

    /// The place of the source that a packet belongs to: by its SSRC, else by the `mid` and `rid` it carries, else by its payload
    /// type when only one can have it. An SSRC that is new is learnt; how many there may be is capped by SRTP.
    pub(crate) fn locate(
        &mut self,
        header: &Header,
        values: &ExtensionValues,
    ) -> Option<(usize, Via)> {
        let known = self.sources.iter().enumerate();
        let mut known = known.filter_map(|(place, source)| Some((place, source.as_ref()?)));
        let by_ssrc = known.find_map(|(place, source)| match header.ssrc {
            ssrc if source.ssrc == Some(ssrc) => Some((place, Via::Itself)),
            ssrc if source.rtx_ssrc == Some(ssrc) => Some((place, Via::Retransmission)),
            _ => None,
        });
        if by_ssrc.is_some() {
            return by_ssrc;
        }
        let via = |source: &Source| {
            let codec = source.codec;
            if [Some(codec.payload_type), codec.red_payload_type]
                .contains(&Some(header.payload_type))
            {
                Some(Via::Itself)
            } else if Some(header.payload_type) == source.codec.rtx_payload_type {
                Some(Via::Retransmission)
            } else {
                None
            }
        };
        let fits = |source: &Source| {
            let Some(via) = via(source) else { return false };
            let is_mid = |mid: SdesValue| mid.as_bytes() == source.mid.as_bytes();
            if source.rid.is_some() {
                let named = match via {
                    Via::Itself => values.rid,
                    Via::Retransmission => values.repaired_rid,
                };
                return named == source.rid && values.mid.is_none_or(is_mid);
            }
            match (values.mid, via) {
                (Some(mid), Via::Itself | Via::Retransmission) => is_mid(mid),
                (None, Via::Itself) => source.ssrc.is_none(),
                (None, Via::Retransmission) => source.rtx_ssrc.is_none(),
            }
        };
        let sources = self.sources.iter_mut().enumerate();
        let mut fitting = sources
            .filter_map(|(place, source)| Some((place, source.as_mut()?)))
            .filter(|(_, source)| fits(source));
        let (Some((place, source)), None) = (fitting.next(), fitting.next()) else {
            return None;
        };
        let via = via(source)?;
        match via {
            Via::Itself => source.learn(header.ssrc),
            Via::Retransmission => source.rtx_ssrc = Some(header.ssrc),
        }
        Some((place, via))
    }

    /// Longest smoothed round trip to it.
    pub(crate) fn rtt_us(&self) -> u64 {
        self.slots
            .iter()
            .filter_map(|slot| slot.stream.rtt_us())
            .max()
            .unwrap_or(RTT_GUESS_US)
    }

    /// What all its subscribers can take of all it sends, its voice included: browsers hold the whole connection to it.
    pub(crate) fn limit_bps(&self, now: Micros) -> Option<u64> {
        let limits = self.sources.iter().flatten();
        let pictures = limits
            .filter_map(|source| source.limit_bps(now))
            .reduce(|sum, limit| sum + limit)?;
        let voice = self.sources.get(Medium::Audio as usize)?.as_ref();
        Some(pictures + voice.map_or(0, |voice| voice.bitrate_bps(now)))
    }

    /// Something came or went: reports are due after a while. Returns when, if that is new.
    pub(crate) fn note_traffic(&mut self, now: Micros) -> Option<Micros> {
        if self.due.report.is_some() {
            return None;
        }
        self.due.report = Some(now.plus(REPORT_DELAY_US));
        self.due.report
    }

    /// A packet of the transport-wide numbering came. Returns when feedback is due, if that is new.
    pub(crate) fn note_arrival(&mut self, transport_sequence: u16, now: Micros) -> Option<Micros> {
        self.arrivals.note(transport_sequence, now);
        if self.due.feedback.is_some() {
            return None;
        }
        self.due.feedback = Some(now.plus(FEEDBACK_DELAY_US));
        self.due.feedback
    }

    /// Looks anew when repair is due. Returns it.
    pub(crate) fn refresh_repair(&mut self) -> Option<Micros> {
        self.due.repair = self
            .sources
            .iter_mut()
            .flatten()
            .filter_map(Source::due)
            .min();
        self.due.repair
    }

    /// When something is to be told to it; nothing can be before it is connected.
    pub(crate) fn report_due(&self) -> Option<Micros> {
        if !self.transport.is_connected() {
            return None;
        }
        let padding = self.downlink.padding_due();
        [self.due.feedback, self.due.report, self.due.repair, padding]
            .into_iter()
            .flatten()
            .min()
    }
}

/// What an offer publishes, and the identifiers of the extensions on it.
fn published(offer: &Offer) -> ([Option<Source>; SOURCES], ExtensionMap) {
    let mut sources = [const { None }; SOURCES];
    let mut extensions = ExtensionMap::default();
    for section in &offer.sections {
        let Role::Publish {
            medium,
            codec,
            ssrc,
            rtx_ssrc,
            layers,
        } = section.role
        else {
            continue;
        };
        let source = |ssrcs| Source::new(medium, codec, section.mid.clone(), ssrcs);
        let layered = layers.iter().flatten().enumerate();
        for (layer, rid) in layered {
            // Layers tell who they are by their names.
            if let Some(place) = sources.get_mut(source_place(medium, layer)) {
                *place = Some(source((None, None)).layered(*rid, layer));
            }
        }
        if let (None, Some(place)) = (
            layers.first().copied().flatten(),
            sources.get_mut(medium as usize),
        ) {
            *place = Some(source((ssrc, rtx_ssrc)));
        }
        for kind in [
            ExtensionKind::Mid,
            ExtensionKind::TransportSequence,
            ExtensionKind::AudioLevel,
            ExtensionKind::Rid,
            ExtensionKind::RepairedRid,
        ] {
            if let Some(id) = section.extensions.id(kind) {
                extensions.set(kind, id);
            }
        }
    }
    (sources, extensions)
}
