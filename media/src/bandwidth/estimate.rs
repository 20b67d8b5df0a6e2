//! What a path carries: goes up while the queue does not grow, down to a share of what arrives when it does
//! (draft-ietf-rmcat-gcc-02 §5.5), down by losses, and up at once where a probe showed room.

use media_packet::time::Micros;

use super::ESTIMATE_MIN_BPS;
use super::delay::{Delay, Usage};
use super::loss::{Loss, LossVerdict};
use super::rate::RateMeter;

/// What is assumed before anything was measured: where browsers begin too.
const START_BPS: u64 = 300_000;
/// Going down: to so many percent of what arrives.
const DECREASE_PERCENT: u64 = 85;
/// By so much more, in percent, when less is sent than the estimate allows.
const BEHIND_MAX_PERCENT: u64 = 115;
/// Going up: so many percent a second.
const INCREASE_PERCENT: u64 = 8;
/// Going up near what was the most last time: one packet a response, and no less than this a second.
const NEAR_MAX_INCREASE_BPS: u64 = 6_000;
/// Bits of the packet that a response adds.
const PACKET_BITS: u64 = 8_000;
/// A standing queue as long as this counts as a growing one.
const QUEUE_MAX_US: u64 = 70_000;
/// A queue as long as this has been there for as long.
const FULL_US: u64 = 100_000;
/// After going down the sender gets so long, and a round trip, to follow.
const FOLLOWING_US: u64 = 250_000;

/// Estimate of one path.
#[derive(Debug)]
pub(crate) struct Estimate {
    delay: Delay,
    acked: RateMeter,
    loss: Loss,
    bps: u64,
    /// Nothing arrived yet: `bps` is a guess.
    measured: bool,
    updated: Option<Micros>,
    decreased: Option<Micros>,
    /// Queue when it last went down because of a standing one.
    queue_before_us: Option<u64>,
    /// What arrived when the queue grew last: what the path carries, more or less.
    most_bps: Option<u64>,
}

impl Default for Estimate {
    fn default() -> Self {
        Self {
            delay: Delay::default(),
            acked: RateMeter::default(),
            loss: Loss::default(),
            bps: START_BPS,
            measured: false,
            updated: None,
            decreased: None,
            queue_before_us: None,
            most_bps: None,
        }
    }
}

impl Estimate {
    /// A packet sent then arrived then.
    pub(crate) fn arrived(&mut self, bytes: u64, sent: Micros, arrival_us: i64) {
        self.delay.arrived(sent, arrival_us);
        self.acked.count(bytes, arrival_us);
        self.loss.count(false);
    }

    /// A packet did not arrive.
    pub(crate) const fn lost(&mut self) {
        self.loss.count(true);
    }

    /// A packet that was counted as lost arrived.
    pub(crate) const fn came_late(&mut self) {
        self.loss.came_late();
    }

    /// Bits a second, headers of IP and UDP included; none before anything was measured.
    pub(crate) const fn bps(&self) -> Option<u64> {
        if self.measured { Some(self.bps) } else { None }
    }

    /// How long packets wait before the path.
    pub(crate) const fn queue_us(&self) -> u64 {
        self.delay.queue_us()
    }

    /// What to probe from.
    pub(crate) const fn base_bps(&self) -> u64 {
        self.bps
    }

    /// No queue shows, and none did for so long.
    pub(crate) fn is_calm(&self, for_us: u64, now: Micros) -> bool {
        self.delay.usage() == Usage::Normal
            && self.delay.queue_us() < QUEUE_MAX_US / 2
            && self.decreased.is_none_or(|at| now.since(at) >= for_us)
    }

    /// A probe showed that the path carries this.
    pub(crate) fn probed(&mut self, carries_bps: u64) {
        self.measured = true;
        if carries_bps > self.bps {
            self.bps = carries_bps;
            if self.most_bps.is_some_and(|most| most < carries_bps) {
                self.most_bps = None;
            }
        }
    }

    /// All of one feedback was noted: decides anew. `sent_bps` is what is sent now.
    pub(crate) fn finish(&mut self, sent_bps: u64, rtt_us: u64, now: Micros) {
        let before_bps = self.bps;
        self.by_delay(sent_bps, rtt_us, now);
        self.by_losses(before_bps, now);
    }

    fn by_delay(&mut self, sent_bps: u64, rtt_us: u64, now: Micros) {
        self.delay.finish(now);
        self.measured = true;
        let passed_us = self.updated.map_or(0, |at| now.since(at).min(1_000_000));
        self.updated = Some(now);
        let usage = self.delay.usage();
        let stands = self.delay.queue_us() > QUEUE_MAX_US;
        let settled = self
            .decreased
            .is_none_or(|at| now.since(at) >= FOLLOWING_US + rtt_us.min(200_000));
        match usage {
            Usage::Over if settled => self.decrease(sent_bps, now),
            Usage::Normal | Usage::Under if stands && settled => self.drain(sent_bps, now),
            Usage::Normal if !stands && settled => self.increase(rtt_us, passed_us),
            Usage::Over | Usage::Normal | Usage::Under => {}
        }
        if usage != Usage::Over && !stands {
            self.queue_before_us = None;
        }
    }

    fn decrease(&mut self, sent_bps: u64, now: Micros) {
        // Before a long queue the path has been full for some time: what arrived last is what it carries.
        let full = self.delay.queue_us() > FULL_US;
        let Some(carries) = self.carries(full) else {
            return;
        };
        let share = carries * DECREASE_PERCENT / 100;
        let wanted = if full {
            share
        } else {
            // Who sends less than it is told does so afterwards too: what is sent is to come down to that, not far below.
            let told = share * self.bps / sent_bps.max(1);
            told.clamp(share, share * BEHIND_MAX_PERCENT / 100)
        };
        // With little to send, little arrives on the best of paths: then one sign of a queue is not believed whole.
        let floor = if sent_bps < self.bps / 2 {
            self.bps / 2
        } else {
            0
        };
        self.set(self.bps.min(wanted.max(floor)));
        self.decreased = Some(now);
    }

    /// What the path carries, now that a queue shows; none when nothing has arrived.
    fn carries(&mut self, full: bool) -> Option<u64> {
        let acked = if full {
            self.acked.latest_bps()
        } else {
            self.acked.peak_bps()
        }?;
        let most = match self.most_bps {
            // A path's capacity is not told by one moment; one far off is another path.
            Some(most) if most.abs_diff(acked) * 3 < most => (most * 3 + acked) / 4,
            Some(_) | None => acked,
        };
        self.most_bps = Some(most);
        // A short queue does not yet show that a path carries less than it did: a keyframe makes one before the path is full.
        Some(if full {
            acked.midpoint(most)
        } else {
            acked.max(most)
        })
    }

    /// A queue stands: it drains only while less is sent than arrives.
    fn drain(&mut self, sent_bps: u64, now: Micros) {
        let queue = self.delay.queue_us();
        if self
            .queue_before_us
            .is_some_and(|before| queue * 10 > before * 9)
        {
            // Less was sent and it is as long as before: it is not a queue, the path has become longer.
            self.delay.rebase();
            self.queue_before_us = None;
            return;
        }
        self.queue_before_us = Some(queue);
        self.decrease(sent_bps, now);
    }

    fn increase(&mut self, rtt_us: u64, passed_us: u64) {
        let near = self
            .most_bps
            .is_some_and(|most| self.bps * 100 > most * 80 && self.bps * 100 < most * 120);
        let a_second = if near {
            let response_us = rtt_us.clamp(20_000, 1_000_000) + 200_000;
            (PACKET_BITS * 1_000_000 / response_us)
                .min(self.bps / 8)
                .max(NEAR_MAX_INCREASE_BPS)
        } else {
            if self
                .most_bps
                .is_some_and(|most| self.bps * 100 >= most * 120)
            {
                self.most_bps = None;
            }
            self.bps * INCREASE_PERCENT / 100
        };
        let next = self.bps + (a_second * passed_us / 1_000_000).max(100);
        // What nobody sends tells nothing: beyond half as much again only a probe leads.
        let credible = self
            .acked
            .bps()
            .map_or(self.bps, |acked| acked * 3 / 2 + 10_000);
        self.set(next.min(credible.max(self.bps)));
    }

    fn by_losses(&mut self, before_bps: u64, now: Micros) {
        let queued = self.delay.usage() == Usage::Over || self.delay.queue_us() > QUEUE_MAX_US / 2;
        match self.loss.judge(queued, now) {
            LossVerdict::Free => {}
            LossVerdict::Hold => self.set(self.bps.min(before_bps)),
            LossVerdict::Reduce(thousandths) => {
                let arrives = self.acked.peak_bps().unwrap_or(0) * DECREASE_PERCENT / 100;
                let less = (before_bps * u64::from(thousandths) / 1_000).max(arrives);
                self.set(self.bps.min(less));
                self.decreased = Some(now);
            }
        }
    }

    fn set(&mut self, bps: u64) {
        self.bps = bps.clamp(ESTIMATE_MIN_BPS, super::ESTIMATE_MAX_BPS);
    }
}
