//! What the path to one subscriber carries, from the transport-wide feedback of its browser, or from its own estimate (REMB)
//! where it gives none; and the padding that probes for more.
//!
//! Everything we send to it is numbered and remembered for as long as feedback may take. Nothing waits here: what is sent is
//! steered by whom and what is forwarded (`layer.rs`) and by what publishers are told.
//! Invariants: memory is taken once; no allocation per packet; whatever a feedback says, each packet counts once.

use media_packet::rtcp::TransportFeedback;
use media_packet::time::Micros;

mod delay;
mod estimate;
mod loss;
mod probe;
mod rate;

use estimate::Estimate;
pub(crate) use probe::Padding;
use probe::{ClusterNumber, Prober};
pub(crate) use rate::RateMeter;

/// Bytes that a packet has beyond its payload: RTP header with the number's extension 20, SRTP 16, IP and UDP 28.
pub(crate) const PACKET_OVERHEAD_BYTES: u64 = 64;

/// Packets remembered: more than 1.5 s of what is sent to one browser at the most (five pictures and seven voices, 650 a second).
const SENT_MAX: usize = 1_024;

/// The estimate's bounds. Below is no path for a call; above is more than six people ever send.
pub(crate) const ESTIMATE_MIN_BPS: u64 = 30_000;
pub(crate) const ESTIMATE_MAX_BPS: u64 = 20_000_000;

/// Time between probes that found room, that found none, and after a queue showed.
const PROBE_AGAIN_US: u64 = 2_000_000;
const PROBE_LATER_US: u64 = 3_000_000;
const PROBE_CALM_US: u64 = 1_500_000;
/// At the beginning one probe follows another.
const PROBE_START_US: u64 = 100_000;
/// A probe tries so many percent of the estimate: at the beginning, and later.
const PROBE_START_PERCENT: u64 = 200;
const PROBE_PERCENT: u64 = 200;

/// A queue as long as this, and so many percent of the estimate sent, flood a path; shorter than that it is drained.
const FLOODED_US: u64 = 150_000;
const FLOODED_PERCENT: u64 = 115;
const DRAINED_US: u64 = 50_000;

/// A browser's own estimate counts for so long: it is repeated every second.
const REMB_AGE_US: u64 = 10_000_000;
/// A browser's estimate below this share of what is sent, in percent, shows congestion.
const CONGESTED_BELOW_PERCENT: u64 = 110;

/// A packet on its way.
#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    at: Micros,
    bytes: u16,
    cluster: ClusterNumber,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Fate {
    /// Told of already, or never sent.
    #[default]
    Settled,
    Flying,
    Lost,
}

/// The path to one subscriber.
#[derive(Debug)]
pub(crate) struct Downlink {
    /// Its browser gives transport-wide feedback.
    numbered: bool,
    /// Number of the next packet.
    next: u16,
    /// By number modulo [`SENT_MAX`]; empty until the first packet.
    sent: Vec<Sent>,
    sending: RateMeter,
    estimate: Estimate,
    prober: Prober,
    probing: Probing,
    remb: Option<(u64, Micros)>,
    rtt_us: Option<u64>,
    /// Lost, and all, of which feedback told: for the judge of the line.
    told: (u64, u64),
}

/// When the next probe may begin.
#[derive(Clone, Copy, Debug, Default)]
struct Probing {
    next: Micros,
    /// The first probes, each of which doubles, have ended.
    started: bool,
    /// Probes in a row that found no room.
    failures: u32,
}

impl Downlink {
    /// `numbered` when all slots have the number's extension.
    pub(crate) fn new(numbered: bool) -> Self {
        Self {
            numbered,
            next: 0,
            sent: Vec::new(),
            sending: RateMeter::default(),
            estimate: Estimate::default(),
            prober: Prober::default(),
            probing: Probing::default(),
            remb: None,
            rtt_us: None,
            told: (0, 0),
        }
    }

    /// Packets of which feedback told since the last call: lost, and all.
    pub(crate) fn take_told(&mut self) -> (u64, u64) {
        std::mem::take(&mut self.told)
    }

    /// Transport-wide number of the next packet.
    pub(crate) fn number(&self) -> Option<u16> {
        self.numbered.then_some(self.next)
    }

    /// A packet with so many bytes of payload was sent under [`Self::number`].
    pub(crate) fn note_sent(&mut self, payload: usize, now: Micros) {
        let bytes = payload as u64 + PACKET_OVERHEAD_BYTES;
        self.sending.count(bytes, signed(now));
        if !self.numbered {
            return;
        }
        if self.sent.is_empty() {
            self.sent.resize(SENT_MAX, Sent::default());
        }
        let cluster = self.prober.sent(bytes, now);
        let place = usize::from(self.next) % SENT_MAX;
        if let Some(sent) = self.sent.get_mut(place) {
            *sent = Sent {
                at: now,
                bytes: u16::try_from(bytes).unwrap_or(u16::MAX),
                cluster,
                fate: Fate::Flying,
            };
        }
        self.next = self.next.wrapping_add(1);
    }

    /// What the browser says of the packets we sent. `need_bps` is what would be sent if there was room.
    pub(crate) fn feedback(&mut self, told: &TransportFeedback<'_>, need_bps: u64, now: Micros) {
        let mut newest = None;
        for arrival in told.arrivals().take(SENT_MAX) {
            let behind = self.next.wrapping_sub(arrival.sequence);
            if behind == 0 || usize::from(behind) > SENT_MAX {
                continue;
            }
            let place = usize::from(arrival.sequence) % SENT_MAX;
            let Some(sent) = self.sent.get_mut(place) else {
                continue;
            };
            match (sent.fate, arrival.at_us) {
                (Fate::Settled, _) | (Fate::Lost, None) => continue,
                (Fate::Flying, None) => {
                    sent.fate = Fate::Lost;
                    self.estimate.lost();
                    self.told.0 += 1;
                    self.told.1 += 1;
                    continue;
                }
                (Fate::Lost, Some(_)) => {
                    self.estimate.came_late();
                    self.told.0 = self.told.0.saturating_sub(1);
                }
                (Fate::Flying, Some(_)) => self.told.1 += 1,
            }
            sent.fate = Fate::Settled;
            let (bytes, at) = (u64::from(sent.bytes), sent.at);
            let arrival_us = arrival.at_us.unwrap_or_default();
            self.estimate.arrived(bytes, at, arrival_us);
            self.prober.arrived(sent.cluster, bytes, (at, arrival_us));
            newest = Some(at);
        }
        let Some(newest) = newest else { return };
        let round_trip = now.since(newest);
        let smooth = |before: u64| (before * 7 + round_trip) / 8;
        self.rtt_us = Some(self.rtt_us.map_or(round_trip, smooth));
        self.estimate
            .finish(self.sending_bps(), self.rtt_us.unwrap_or(0), now);
        self.note_probe(need_bps, now);
        self.probe(need_bps, now);
    }

    fn note_probe(&mut self, need_bps: u64, now: Micros) {
        let Some(found) = self.prober.take_found(now) else {
            return;
        };
        let before = self.estimate.base_bps();
        if let Some(carries) = found.carries_bps
            && self.estimate.is_calm(0, now)
        {
            self.estimate.probed(carries);
        }
        let after = self.estimate.base_bps();
        let opened = after * 10 > before * 12;
        let probing = &mut self.probing;
        probing.started |= !opened || after >= need_bps;
        probing.failures = if opened { 0 } else { probing.failures + 1 };
        let wait = match (probing.started, probing.failures) {
            (false, _) => PROBE_START_US,
            (true, 0 | 1) => PROBE_AGAIN_US,
            (true, failures) => (PROBE_AGAIN_US << failures.min(4)).min(PROBE_LATER_US),
        };
        probing.next = now.plus(wait);
    }

    /// Begins a probe when more is needed than the path is known to carry.
    fn probe(&mut self, need_bps: u64, now: Micros) {
        let base = self.estimate.base_bps();
        let calm_us = if self.probing.started {
            PROBE_CALM_US
        } else {
            0
        };
        if self.prober.is_busy()
            || base >= need_bps
            || self.probing.next > now
            || !self.estimate.is_calm(calm_us, now)
        {
            return;
        }
        let percent = if self.probing.started {
            PROBE_PERCENT
        } else {
            PROBE_START_PERCENT
        };
        let aim = (base * percent / 100).min(need_bps * 11 / 10);
        self.prober.begin(aim, now);
    }

    /// When padding is due.
    pub(crate) fn padding_due(&self) -> Option<Micros> {
        self.prober.due()
    }

    /// The padding that is due now.
    pub(crate) fn padding(&mut self, now: Micros) -> Padding {
        self.prober.padding(now)
    }

    /// The browser's own estimate.
    pub(crate) fn remb(&mut self, bitrate_bps: u64, now: Micros) {
        self.remb = Some((bitrate_bps, now));
    }

    /// Bits a second that the path carries, headers of IP and UDP included; none as long as nothing is known.
    pub(crate) fn estimate_bps(&self, now: Micros) -> Option<u64> {
        if self.numbered {
            return self.estimate.bps();
        }
        let (bps, at) = self.remb?;
        (now.since(at) < REMB_AGE_US).then(|| believed_bps(bps, self.sending_bps()))
    }

    /// A long queue stands and more is sent than the path carries: only what cannot wait may make it longer.
    pub(crate) fn is_flooded(&self) -> bool {
        let bps = self.estimate.base_bps();
        self.estimate.queue_us() > FLOODED_US && self.sending_bps() * 100 > bps * FLOODED_PERCENT
    }

    /// The queue is gone, or nearly.
    pub(crate) const fn is_drained(&self) -> bool {
        self.estimate.queue_us() < DRAINED_US
    }

    /// Bits a second that are sent.
    pub(crate) fn sending_bps(&self) -> u64 {
        self.sending.bps().unwrap_or(0)
    }
}

/// Receivers estimate from what reaches them: without congestion at most half as much again as is sent, with congestion a
/// little less than is sent. Taken as it is, the estimate would hold a good path at a crawl; so it counts only where it shows
/// congestion, and is doubled where it does not.
fn believed_bps(remb_bps: u64, sent_bps: u64) -> u64 {
    let congested = remb_bps.saturating_mul(100) < sent_bps.saturating_mul(CONGESTED_BELOW_PERCENT);
    let bps = if congested {
        remb_bps
    } else {
        remb_bps.saturating_mul(2)
    };
    bps.clamp(ESTIMATE_MIN_BPS, ESTIMATE_MAX_BPS)
}

fn signed(at: Micros) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
