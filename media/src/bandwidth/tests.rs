//! The estimate against a link in virtual time.

use media_packet::rtcp::{Compound, Packet, packets};
use media_packet::rtp::Ssrc;
use media_packet::twcc::ArrivalLog;

use super::*;

/// A link with one queue, its receiver, and a sender that follows the estimate after a while.
struct Path {
    downlink: Downlink,
    arrivals: ArrivalLog,
    link_bps: u64,
    /// When the link is free again.
    free_at: u64,
    /// Packets on their way: when they arrive, their number.
    flying: Vec<(u64, u16)>,
    now: u64,
    /// What the sender sends at the most.
    sender_max_bps: u64,
    queues_us: Vec<u64>,
    arrived_bytes: u64,
}

const DELAY_US: u64 = 30_000;
const NEED_BPS: u64 = 1_700_000;

impl Path {
    fn new(link_bps: u64, sender_max_bps: u64) -> Self {
        Self {
            downlink: Downlink::new(true),
            arrivals: ArrivalLog::default(),
            link_bps,
            free_at: 0,
            flying: Vec::new(),
            now: 1_000_000,
            sender_max_bps,
            queues_us: Vec::new(),
            arrived_bytes: 0,
        }
    }

    fn send(&mut self, payload: usize) {
        let number = self.downlink.number().unwrap();
        let bytes = payload as u64 + PACKET_OVERHEAD_BYTES;
        self.free_at = self.free_at.max(self.now) + bytes * 8_000_000 / self.link_bps;
        self.flying.push((self.free_at + DELAY_US, number));
        self.queues_us.push(self.free_at - self.now);
        self.arrived_bytes += bytes;
        self.downlink.note_sent(payload, Micros(self.now));
    }

    fn run(&mut self, seconds: u64) {
        let mut credit = 0;
        for _ in 0..seconds * 1_000 {
            self.now += 1_000;
            let now = Micros(self.now);
            let estimate = self.downlink.estimate_bps(now).unwrap_or(300_000);
            credit += estimate.min(self.sender_max_bps) / 1_000;
            if self.now.is_multiple_of(20_000) {
                self.send(60);
                credit = credit.saturating_sub(1_000);
            }
            while credit > 8_000 {
                credit -= 8_000;
                self.send(1_000 - 64);
            }
            if self.downlink.padding_due().is_some_and(|due| due <= now) {
                let padding = self.downlink.padding(now);
                for _ in 0..padding.packets {
                    self.send(usize::from(padding.bytes));
                }
            }
            let arrived = self.now;
            let arrivals = &mut self.arrivals;
            self.flying.retain(|&(at, number)| {
                if at <= arrived {
                    arrivals.note(number, Micros(at));
                }
                at > arrived
            });
            if self.now.is_multiple_of(100_000) {
                self.feedback();
            }
        }
    }

    fn feedback(&mut self) {
        let mut buffer = [0; 1_500];
        let mut compound = Compound::new(&mut buffer);
        self.arrivals
            .write(Ssrc(1), Ssrc(2), &mut compound)
            .unwrap();
        let len = compound.len();
        if let Some(Packet::TransportFeedback(told)) = packets(&buffer[..len]).next() {
            self.downlink.feedback(&told, NEED_BPS, Micros(self.now));
        }
    }

    fn estimate(&self) -> u64 {
        self.downlink.estimate_bps(Micros(self.now)).unwrap()
    }

    /// Share of the link used over the next seconds, in percent, and the 95th percentile of the queue, in ms.
    fn measure(&mut self, seconds: u64) -> (u64, u64) {
        self.queues_us.clear();
        self.arrived_bytes = 0;
        self.run(seconds);
        self.queues_us.sort_unstable();
        let p95 = self.queues_us[self.queues_us.len() * 95 / 100] / 1_000;
        (self.arrived_bytes * 800 / (self.link_bps * seconds), p95)
    }
}

#[test]
fn a_link_is_found_filled_and_not_queued_in() {
    for link_bps in [150_000, 300_000, 700_000, 1_500_000] {
        let mut path = Path::new(link_bps, 1_700_000);
        path.run(10);
        let (used, p95_ms) = path.measure(60);
        assert!(used >= 80, "{link_bps}: {used} %");
        assert!(p95_ms < 150, "{link_bps}: {p95_ms} ms");
    }
}

#[test]
fn a_free_path_is_known_within_two_seconds_though_little_is_sent() {
    let mut path = Path::new(10_000_000, 200_000);
    path.run(2);
    assert!(path.estimate() >= NEED_BPS * 8 / 10, "{}", path.estimate());
}

#[test]
fn a_link_that_shrinks_is_followed_within_a_second_and_one_that_grows_within_ten() {
    let mut path = Path::new(700_000, 1_700_000);
    path.run(15);
    path.link_bps = 300_000;
    path.run(1);
    assert!(path.estimate() < 330_000, "{}", path.estimate());
    path.run(10);
    path.link_bps = 1_500_000;
    path.run(10);
    assert!(path.estimate() > 1_000_000, "{}", path.estimate());
}

#[test]
fn whatever_a_feedback_says_each_packet_counts_once() {
    let mut path = Path::new(10_000_000, 200_000);
    path.run(1);
    let (now, before) = (Micros(path.now), path.downlink.sending_bps());
    let mut buffer = [0; 1_500];
    for base in [0_u16, 7, 40_000, u16::MAX] {
        for at in [Micros(0), Micros(1 << 40)] {
            let mut compound = Compound::new(&mut buffer);
            let arrivals = [Some(at), None, Some(at)].into_iter().cycle().take(400);
            compound
                .transport_feedback(Ssrc(1), Ssrc(2), base, 0, arrivals)
                .unwrap();
            let len = compound.len();
            for packet in packets(&buffer[..len]) {
                if let Packet::TransportFeedback(told) = packet {
                    path.downlink.feedback(&told, NEED_BPS, now);
                }
            }
        }
    }
    assert_eq!(path.downlink.sending_bps(), before);
    assert!(path.downlink.sent.len() == SENT_MAX && path.estimate() <= ESTIMATE_MAX_BPS);
}

#[test]
fn a_browsers_own_estimate_limits_only_where_it_shows_congestion() {
    assert_eq!(believed_bps(850_000, 1_000_000), 850_000);
    assert_eq!(believed_bps(1_050_000, 1_000_000), 1_050_000);
    assert_eq!(believed_bps(1_400_000, 1_000_000), 2_800_000);
    assert_eq!(believed_bps(u64::MAX, 1), ESTIMATE_MAX_BPS);
    assert_eq!(believed_bps(0, 1_000_000), ESTIMATE_MIN_BPS);
}
