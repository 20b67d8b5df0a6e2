//! How fast bytes arrive, by the receiver's clock.

use media_packet::time::Micros;

/// One bucket of the window.
const BUCKET_US: i64 = 50_000;
/// Buckets: half a second, long enough for the gaps between pictures.
const BUCKETS: usize = 10;
/// A rate is told after so much of the window.
const BUCKETS_MIN: i64 = 4;

/// Rate of what arrives.
#[derive(Debug, Default)]
pub(crate) struct RateMeter {
    bits: [u64; BUCKETS],
    /// Number of the newest bucket, and of the first one.
    newest: Option<i64>,
    first: i64,
}

impl RateMeter {
    /// So many bytes came now, by our own clock.
    pub(crate) fn count_at(&mut self, bytes: u64, now: Micros) {
        self.count(bytes, i64::try_from(now.0).unwrap_or(i64::MAX));
    }

    /// So many bytes came then.
    pub(crate) fn count(&mut self, bytes: u64, arrival_us: i64) {
        let number = arrival_us.div_euclid(BUCKET_US);
        let window = i64::try_from(BUCKETS).unwrap_or(i64::MAX);
        let newest = *self.newest.get_or_insert_with(|| {
            self.first = number;
            number
        });
        let ahead = number.saturating_sub(newest);
        if ahead <= -window {
            return;
        }
        if ahead >= window {
            // Nothing came for the whole window: what comes now begins a new one.
            self.bits = [0; BUCKETS];
            self.first = number;
        } else {
            for passed in newest + 1..=number {
                self.set(passed, 0);
            }
        }
        self.newest = Some(newest.max(number));
        if let Some(bits) = self.bits.get_mut(place(number)) {
            *bits = bits.saturating_add(bytes.saturating_mul(8));
        }
    }

    /// Bits a second at this moment of the clock that was counted by; 0 when nothing came for the whole window.
    pub(crate) fn recent_bps(&self, now: Micros) -> u64 {
        let number = i64::try_from(now.0).unwrap_or(i64::MAX) / BUCKET_US;
        let window = i64::try_from(BUCKETS).unwrap_or(i64::MAX);
        match self.newest {
            Some(newest) if number.saturating_sub(newest) < window => self.bps().unwrap_or(0),
            Some(_) | None => 0,
        }
    }

    fn set(&mut self, number: i64, bits: u64) {
        if let Some(place) = self.bits.get_mut(place(number)) {
            *place = bits;
        }
    }

    /// Bits a second; none before enough of the window has passed.
    pub(crate) fn bps(&self) -> Option<u64> {
        self.bps_of(i64::try_from(BUCKETS).unwrap_or(i64::MAX) - 1)
    }

    /// Bits a second in the whole window or in its last 200 ms, whichever are more: what a path carries that was not full before.
    pub(crate) fn peak_bps(&self) -> Option<u64> {
        Some(self.bps()?.max(self.latest_bps()?))
    }

    /// Bits a second in the last 200 ms.
    pub(crate) fn latest_bps(&self) -> Option<u64> {
        self.bps_of(BUCKETS_MIN)
    }

    fn bps_of(&self, buckets_max: i64) -> Option<u64> {
        let newest = self.newest?;
        // The newest bucket is not full yet.
        let buckets = newest.saturating_sub(self.first).min(buckets_max);
        if buckets < BUCKETS_MIN {
            return None;
        }
        let bits: u64 = (newest - buckets..newest)
            .filter_map(|number| self.bits.get(place(number)))
            .sum();
        let time_us = u64::try_from(buckets * BUCKET_US).ok()?;
        Some(bits.saturating_mul(1_000_000) / time_us.max(1))
    }
}

fn place(number: i64) -> usize {
    let buckets = i64::try_from(BUCKETS).unwrap_or(i64::MAX);
    usize::try_from(number.rem_euclid(buckets)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_has_its_rate_and_a_pause_begins_anew() {
        let mut rate = RateMeter::default();
        for number in 0..5 {
            rate.count(1_250, number * 10_000 - 60_000);
        }
        assert_eq!(rate.bps(), None);
        for number in 5..200 {
            rate.count(1_250, number * 10_000 - 60_000);
        }
        let bps = rate.bps().unwrap();
        assert!(bps.abs_diff(1_000_000) < 60_000, "{bps}");
        rate.count(100, 100_000_000);
        assert_eq!(rate.bps(), None);
        rate.count(100, i64::MIN);
        rate.count(100, i64::MAX);
        assert_eq!(rate.bps(), None);
    }
}
