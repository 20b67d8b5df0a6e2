//! What arrival times tell of the queue on the way (draft-ietf-rmcat-gcc-02 §5): whether it grows, and how long it stands.
//!
//! Packets sent within 5 ms are one group; the growth of the delay from group to group is smoothed, and the slope of a line
//! through the last twenty is compared with a threshold that adapts to the path's noise. Growth alone is blind to a queue that
//! stands still, so the shortest delay of each feedback is also compared with the shortest of the last seconds.
//! Invariant: bounded state, no allocation; a clock that jumps begins anew.

use media_packet::time::Micros;

/// Packets sent within this time are one group.
const GROUP_US: u64 = 5_000;
/// Points of the line.
const POINTS: usize = 20;
/// Weight of the past in the smoothed delay.
const SMOOTHING: f64 = 0.9;
/// What makes a slope comparable with the threshold.
const GAIN: f64 = 4.0;
/// Groups that count towards the slope's weight at the most.
const WEIGHT_MAX: u32 = 60;
/// The slope must stay above the threshold for so long.
const OVERUSE_MS: f64 = 10.0;
/// The threshold at the beginning, and its bounds.
const THRESHOLD_MS: (f64, f64, f64) = (12.5, 6.0, 600.0);
/// How fast the threshold goes up and down, per ms.
const ADAPTATION: (f64, f64) = (0.0087, 0.039);
/// A slope so far above the threshold is an accident, not what the path is usually like.
const OUTLIER_MS: f64 = 15.0;
/// Longest credible difference between two groups: beyond it a clock was set.
const JUMP_US: i64 = 10_000_000;
/// The shortest delay is that of this time, or of twice as long.
const BASE_US: u64 = 10_000_000;

/// A queue shorter than this at its shortest is none: pictures make longer ones that drain before the next.
const QUEUE_MIN_US: u64 = 20_000;

/// What the queue does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Usage {
    /// It stays as it is.
    #[default]
    Normal,
    /// It grows.
    Over,
    /// It drains.
    Under,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent: Micros,
    last_sent: Micros,
    last_arrival_us: i64,
}

/// Delay of one path.
#[derive(Debug, Default)]
pub(crate) struct Delay {
    current: Option<Group>,
    previous: Option<Group>,
    trend: Trend,
    standing: Standing,
}

impl Delay {
    /// A packet sent then arrived then, by two clocks whose difference is unknown.
    pub(crate) fn arrived(&mut self, sent: Micros, arrival_us: i64) {
        self.standing.note(sent, arrival_us);
        let Some(current) = &mut self.current else {
            self.current = Some(Group {
                first_sent: sent,
                last_sent: sent,
                last_arrival_us: arrival_us,
            });
            return;
        };
        if sent < current.first_sent {
            return;
        }
        if sent.since(current.first_sent) <= GROUP_US {
            current.last_sent = current.last_sent.max(sent);
            current.last_arrival_us = current.last_arrival_us.max(arrival_us);
            return;
        }
        let complete = *current;
        *current = Group {
            first_sent: sent,
            last_sent: sent,
            last_arrival_us: arrival_us,
        };
        if let Some(previous) = self.previous.replace(complete) {
            let sent_us = signed(complete.last_sent.since(previous.last_sent));
            let arrived_us = complete
                .last_arrival_us
                .saturating_sub(previous.last_arrival_us);
            if arrived_us.saturating_sub(sent_us).saturating_abs() > JUMP_US {
                *self = Self::default();
            } else if arrived_us >= 0 {
                self.trend.note(sent_us, arrived_us);
            }
        }
    }

    /// All of one feedback has been noted.
    pub(crate) fn finish(&mut self, now: Micros) {
        self.standing.finish(now);
    }

    /// What the queue does. Growth that is gone before the next feedback is a picture's own length, not a queue.
    pub(crate) const fn usage(&self) -> Usage {
        match self.trend.usage {
            Usage::Over if self.standing.queue_us < QUEUE_MIN_US => Usage::Normal,
            Usage::Over => Usage::Over,
            Usage::Normal => Usage::Normal,
            Usage::Under => Usage::Under,
        }
    }

    /// How long packets wait, beyond the shortest delay of late.
    pub(crate) const fn queue_us(&self) -> u64 {
        self.standing.queue_us
    }

    /// What seemed a queue is the path: it did not drain when less was sent.
    pub(crate) const fn rebase(&mut self) {
        self.standing.rebase();
    }
}

fn signed(us: u64) -> i64 {
    i64::try_from(us).unwrap_or(i64::MAX)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "differences of at most ten seconds"
)]
fn ms(us: i64) -> f64 {
    us as f64 / 1_000.0
}

/// Slope of the smoothed delay and what it means.
#[derive(Debug)]
struct Trend {
    usage: Usage,
    /// Arrival and smoothed delay of the last groups, in ms since the first; a ring.
    points: [(f64, f64); POINTS],
    next: usize,
    groups: u32,
    arrival_ms: f64,
    delay_ms: f64,
    smoothed_ms: f64,
    slope: f64,
    threshold_ms: f64,
    over_ms: f64,
    over_groups: u32,
}

impl Default for Trend {
    fn default() -> Self {
        Self {
            usage: Usage::Normal,
            points: [(0.0, 0.0); POINTS],
            next: 0,
            groups: 0,
            arrival_ms: 0.0,
            delay_ms: 0.0,
            smoothed_ms: 0.0,
            slope: 0.0,
            threshold_ms: THRESHOLD_MS.0,
            over_ms: 0.0,
            over_groups: 0,
        }
    }
}

impl Trend {
    fn note(&mut self, sent_us: i64, arrived_us: i64) {
        self.groups = self.groups.saturating_add(1);
        self.arrival_ms += ms(arrived_us);
        self.delay_ms += ms(arrived_us - sent_us);
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.delay_ms;
        if let Some(point) = self.points.get_mut(self.next) {
            *point = (self.arrival_ms, self.smoothed_ms);
        }
        self.next = (self.next + 1) % POINTS;
        if usize::try_from(self.groups).unwrap_or(usize::MAX) < POINTS {
            return;
        }
        let before = self.slope;
        self.slope = self.line().unwrap_or(before);
        let weighted = f64::from(self.groups.min(WEIGHT_MAX)) * self.slope * GAIN;
        self.judge(weighted, before, ms(sent_us));
        self.adapt(weighted.abs(), ms(arrived_us));
    }

    /// Least squares through the points.
    fn line(&self) -> Option<f64> {
        let count = f64::from(u32::try_from(POINTS).unwrap_or(u32::MAX));
        let (x_sum, y_sum) = self
            .points
            .iter()
            .fold((0.0, 0.0), |(x_sum, y_sum), (x, y)| (x_sum + x, y_sum + y));
        let (x_mean, y_mean) = (x_sum / count, y_sum / count);
        let (above, below) = self
            .points
            .iter()
            .fold((0.0, 0.0), |(above, below), (x, y)| {
                let x = x - x_mean;
                (above + x * (y - y_mean), below + x * x)
            });
        (below > 0.0).then(|| above / below)
    }

    fn judge(&mut self, weighted: f64, before: f64, sent_ms: f64) {
        if weighted > self.threshold_ms {
            self.over_groups = self.over_groups.saturating_add(1);
            self.over_ms += if self.over_groups == 1 {
                sent_ms / 2.0
            } else {
                sent_ms
            };
            if self.over_ms > OVERUSE_MS && self.over_groups > 1 && self.slope >= before {
                (self.over_ms, self.over_groups) = (0.0, 0);
                self.usage = Usage::Over;
            }
            return;
        }
        (self.over_ms, self.over_groups) = (0.0, 0);
        self.usage = if weighted < -self.threshold_ms {
            Usage::Under
        } else {
            Usage::Normal
        };
    }

    fn adapt(&mut self, weighted: f64, passed_ms: f64) {
        if weighted > self.threshold_ms + OUTLIER_MS {
            return;
        }
        let (up, down) = ADAPTATION;
        let rate = if weighted > self.threshold_ms {
            up
        } else {
            down
        };
        let step = rate * (weighted - self.threshold_ms) * passed_ms.min(100.0);
        self.threshold_ms = (self.threshold_ms + step).clamp(THRESHOLD_MS.1, THRESHOLD_MS.2);
    }
}

/// The queue that does not go away.
#[derive(Debug, Default)]
struct Standing {
    /// Shortest delay of this feedback.
    newest_us: Option<i64>,
    /// Shortest delay of the running time and of the one before.
    base_us: [Option<i64>; 2],
    since: Micros,
    queue_us: u64,
}

impl Standing {
    fn note(&mut self, sent: Micros, arrival_us: i64) {
        let delay = arrival_us.saturating_sub(signed(sent.0));
        self.newest_us = Some(self.newest_us.map_or(delay, |newest| newest.min(delay)));
    }

    fn finish(&mut self, now: Micros) {
        let Some(newest) = self.newest_us.take() else {
            return;
        };
        let [running, before] = self.base_us;
        self.base_us = if now.since(self.since) > BASE_US {
            self.since = now;
            [Some(newest), running]
        } else {
            [
                Some(running.map_or(newest, |base| base.min(newest))),
                before,
            ]
        };
        let base = self.base_us.into_iter().flatten().min().unwrap_or(newest);
        self.queue_us = u64::try_from(newest.saturating_sub(base)).unwrap_or(0);
    }

    const fn rebase(&mut self) {
        self.base_us = [None; 2];
        self.queue_us = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packets every 20 ms for so long, each `growth_us` later than the one before.
    fn run(delay: &mut Delay, from: u64, count: u64, growth_us: i64, late_us: &mut i64) {
        for number in from..from + count {
            let sent = Micros(number * 20_000);
            *late_us += growth_us;
            delay.arrived(sent, signed(sent.0) - 7_000_000 + *late_us);
            if number % 5 == 0 {
                delay.finish(sent);
            }
        }
    }

    #[test]
    fn a_queue_that_grows_stands_and_drains_is_told() {
        let (mut delay, mut late) = (Delay::default(), 0);
        run(&mut delay, 0, 100, 0, &mut late);
        assert_eq!((delay.usage(), delay.queue_us()), (Usage::Normal, 0));
        run(&mut delay, 100, 30, 4_000, &mut late);
        assert_eq!(delay.usage(), Usage::Over);
        run(&mut delay, 130, 60, 0, &mut late);
        assert_eq!(
            delay.usage(),
            Usage::Normal,
            "growth is over, the queue stands"
        );
        assert!(delay.queue_us() > 100_000, "{}", delay.queue_us());
        run(&mut delay, 190, 25, -4_000, &mut late);
        assert_eq!(delay.usage(), Usage::Under);
    }

    #[test]
    fn a_longer_path_becomes_the_base_and_a_set_clock_begins_anew() {
        let (mut delay, mut late) = (Delay::default(), 0);
        run(&mut delay, 0, 100, 0, &mut late);
        late = 80_000;
        run(&mut delay, 100, 1_100, 0, &mut late);
        assert_eq!(delay.queue_us(), 0);
        late = -1_000_000_000_000;
        run(&mut delay, 1_200, 100, 0, &mut late);
        assert_eq!((delay.usage(), delay.queue_us()), (Usage::Normal, 0));
    }

    #[test]
    fn noise_is_no_queue() {
        let mut delay = Delay::default();
        let mut over = 0;
        for number in 0..3_000_u64 {
            let sent = Micros(number * 10_000);
            let noise = signed(number.wrapping_mul(2_654_435_761) >> 7) % 8_000;
            delay.arrived(sent, signed(sent.0) + noise);
            over += u32::from(delay.usage() == Usage::Over);
        }
        assert!(over < 30, "{over} of 3000");
    }
}
