//! One direction of a network path: what is lost, how late the rest comes, and how much fits through.
//!
//! Pure: the time is an argument in microseconds and chance comes from a seed, so the same datagrams have the same fate every
//! time. Whoever plays the network keeps the datagrams in flight; the link only says when each arrives.

use crate::Chance;

/// Loss that comes in bursts: a two-state chain (Gilbert and Elliott), one step a datagram.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Burst {
    /// Chance that a burst begins with a datagram, in parts per million.
    pub begins_ppm: u32,
    /// Chance that it ends with a datagram, in parts per million.
    pub ends_ppm: u32,
    /// Chance that a datagram is lost within it, in parts per million.
    pub loss_ppm: u32,
}

/// How one direction of a path behaves.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct LinkSettings {
    /// Time that every datagram takes.
    pub delay_us: u64,
    /// Up to so much more, drawn for each; the order is kept.
    pub jitter_us: u64,
    /// Chance of being lost, each for itself, in parts per million.
    pub loss_ppm: u32,
    /// Loss in bursts beside it.
    pub burst: Option<Burst>,
    /// Bits a second that fit through; none for any number.
    pub rate_bps: Option<u64>,
    /// Longest time in the queue before the bottleneck; what would wait longer is lost. 0 with a rate means 200 ms.
    pub queue_us: u64,
    /// Chance of coming up to 20 ms late, behind others, in parts per million.
    pub reorder_ppm: u32,
    /// Chance of coming twice, in parts per million.
    pub duplicate_ppm: u32,
}

/// Queue of a bottleneck that says nothing of its own.
const QUEUE_US: u64 = 200_000;

/// How late a reordered datagram comes at the most.
const REORDER_US: u64 = 20_000;

const MILLION: u64 = 1_000_000;

impl LinkSettings {
    /// Glass fibre to a near town: 4 ms, nothing lost.
    #[must_use]
    pub fn fibre() -> Self {
        Self {
            delay_us: 4_000,
            jitter_us: 500,
            ..Self::default()
        }
    }

    /// Wi-Fi with neighbours: some loss in short bursts, jitter, a little out of order.
    #[must_use]
    pub fn wifi() -> Self {
        Self {
            delay_us: 8_000,
            jitter_us: 12_000,
            loss_ppm: 5_000,
            burst: Some(Burst {
                begins_ppm: 3_000,
                ends_ppm: 250_000,
                loss_ppm: 700_000,
            }),
            reorder_ppm: 2_000,
            duplicate_ppm: 500,
            ..Self::default()
        }
    }

    /// A telephone on the move: jitter, bursts, a bottleneck with a deep queue.
    #[must_use]
    pub fn mobile() -> Self {
        Self {
            delay_us: 45_000,
            jitter_us: 30_000,
            loss_ppm: 10_000,
            burst: Some(Burst {
                begins_ppm: 4_000,
                ends_ppm: 150_000,
                loss_ppm: 800_000,
            }),
            rate_bps: Some(3_000_000),
            queue_us: 400_000,
            reorder_ppm: 1_000,
            ..Self::default()
        }
    }

    /// By way of a geostationary satellite: 280 ms one way, rain.
    #[must_use]
    pub fn satellite() -> Self {
        Self {
            delay_us: 280_000,
            jitter_us: 15_000,
            loss_ppm: 8_000,
            rate_bps: Some(5_000_000),
            ..Self::default()
        }
    }
}

/// One direction of a path.
#[derive(Debug)]
pub struct Link {
    settings: LinkSettings,
    chance: Chance,
    in_burst: bool,
    /// Until when the bottleneck is busy with what was sent.
    busy_until_us: u64,
    /// When the last one in order arrives.
    last_us: u64,
    /// Nothing gets through before this.
    cut_until_us: u64,
}

impl Link {
    /// A link whose chance comes from `seed`.
    #[must_use]
    pub fn new(settings: LinkSettings, seed: u64) -> Self {
        Self {
            settings,
            chance: Chance::from_seed(seed),
            in_burst: false,
            busy_until_us: 0,
            last_us: 0,
            cut_until_us: 0,
        }
    }

    /// Behaves otherwise from now on; what is in flight stays.
    pub fn set(&mut self, settings: LinkSettings) {
        self.settings = settings;
        self.in_burst = false;
    }

    /// How it behaves.
    #[must_use]
    pub fn settings(&self) -> LinkSettings {
        self.settings
    }

    /// A blackout: all that is sent before this moment is lost.
    pub fn cut_until(&mut self, end_us: u64) {
        self.cut_until_us = end_us;
    }

    /// When a datagram of so many bytes, sent at `now_us`, arrives: never, once, or twice.
    pub fn send(&mut self, bytes: usize, now_us: u64) -> impl Iterator<Item = u64> + use<> {
        let first = self.arrival(bytes, now_us);
        let again = first.filter(|_| self.happens(self.settings.duplicate_ppm));
        [first, again].into_iter().flatten()
    }

    fn arrival(&mut self, bytes: usize, now_us: u64) -> Option<u64> {
        // All is drawn each time, so that changing one setting leaves the other fates as they were.
        let lost = self.happens(self.settings.loss_ppm) | self.is_lost_in_burst();
        let jitter_us = self.chance.below(self.settings.jitter_us + 1);
        let late = self.happens(self.settings.reorder_ppm);
        let late_us = self.chance.below(REORDER_US + 1);
        let left_us = self.pass_bottleneck(bytes, now_us)?;
        if lost || now_us < self.cut_until_us {
            return None;
        }
        let arrival_us = (left_us + self.settings.delay_us + jitter_us).max(self.last_us);
        if late {
            return Some(arrival_us + late_us);
        }
        self.last_us = arrival_us;
        Some(arrival_us)
    }

    /// When the datagram leaves the bottleneck; none when the queue is full.
    fn pass_bottleneck(&mut self, bytes: usize, now_us: u64) -> Option<u64> {
        let Some(rate_bps) = self.settings.rate_bps else {
            return Some(now_us);
        };
        let queue_us = match self.settings.queue_us {
            0 => QUEUE_US,
            queue_us => queue_us,
        };
        let begins_us = self.busy_until_us.max(now_us);
        if begins_us - now_us > queue_us {
            return None;
        }
        self.busy_until_us = begins_us + bytes as u64 * 8 * MILLION / rate_bps.max(1);
        Some(self.busy_until_us)
    }

    fn is_lost_in_burst(&mut self) -> bool {
        let Some(burst) = self.settings.burst else {
            return false;
        };
        let turns = if self.in_burst {
            burst.ends_ppm
        } else {
            burst.begins_ppm
        };
        self.in_burst ^= self.happens(turns);
        self.happens(burst.loss_ppm) && self.in_burst
    }

    fn happens(&mut self, ppm: u32) -> bool {
        self.chance.below(MILLION) < u64::from(ppm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arrivals of a datagram of 1,000 bytes every `step_us`.
    fn arrivals(settings: LinkSettings, count: u64, step_us: u64) -> Vec<Option<u64>> {
        let mut link = Link::new(settings, 5);
        (0..count)
            .map(|number| link.send(1_000, number * step_us).next())
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_fates() {
        let once = || arrivals(LinkSettings::mobile(), 2_000, 1_000);
        assert_eq!(once(), once());
    }

    #[test]
    fn as_much_is_lost_as_was_said() {
        let settings = LinkSettings {
            loss_ppm: 100_000,
            ..LinkSettings::default()
        };
        let got = arrivals(settings, 20_000, 1_000)
            .into_iter()
            .flatten()
            .count();
        assert!((17_600..18_400).contains(&got), "{got} of 20,000");
    }

    #[test]
    fn bursts_lose_neighbours() {
        let settings = LinkSettings {
            burst: Some(Burst {
                begins_ppm: 10_000,
                ends_ppm: 200_000,
                loss_ppm: 1_000_000,
            }),
            ..LinkSettings::default()
        };
        let fates = arrivals(settings, 50_000, 1_000);
        let lost = fates.iter().filter(|fate| fate.is_none()).count();
        let pairs = fates
            .windows(2)
            .filter(|pair| pair.iter().all(Option::is_none))
            .count();
        // One in 21 is lost, and four of five lost ones have a lost neighbour behind them.
        assert!((1_900..2_900).contains(&lost), "{lost}");
        assert!(pairs * 10 > lost * 7, "{pairs} pairs among {lost}");
    }

    #[test]
    fn the_order_is_kept_unless_something_is_late() {
        let in_order = |settings| {
            let all: Vec<_> = arrivals(settings, 5_000, 500)
                .into_iter()
                .flatten()
                .collect();
            all.is_sorted()
        };
        let jittery = LinkSettings {
            jitter_us: 40_000,
            ..LinkSettings::default()
        };
        assert!(in_order(jittery));
        assert!(!in_order(LinkSettings {
            reorder_ppm: 20_000,
            ..jittery
        }));
    }

    #[test]
    fn a_bottleneck_delays_and_then_drops() {
        // 8 Mbit/s offered to 1 Mbit/s: 8 ms each; 200 ms wait at the most.
        let settings = LinkSettings {
            rate_bps: Some(1_000_000),
            ..LinkSettings::default()
        };
        let fates = arrivals(settings, 1_000, 1_000);
        let got: Vec<_> = fates.iter().flatten().collect();
        assert!((125..160).contains(&got.len()), "{}", got.len());
        for (number, fate) in fates.iter().enumerate() {
            let waited = fate.map_or(0, |at| at - number as u64 * 1_000);
            assert!(waited <= 208_001, "{waited} µs");
        }
    }

    #[test]
    fn a_blackout_ends() {
        let mut link = Link::new(LinkSettings::fibre(), 1);
        link.cut_until(5_000_000);
        assert_eq!(link.send(100, 4_999_999).count(), 0);
        assert_eq!(link.send(100, 5_000_000).count(), 1);
    }

    #[test]
    fn some_come_twice() {
        let settings = LinkSettings {
            duplicate_ppm: 1_000_000,
            ..LinkSettings::fibre()
        };
        assert_eq!(Link::new(settings, 1).send(100, 0).count(), 2);
    }
}
