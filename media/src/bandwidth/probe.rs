//! Probing: for a moment more is sent than the estimate allows, padding where there is nothing else, to see whether it arrives as
//! fast as it was sent. Only so can an estimate rise above what is sent.
//!
//! Everything sent during a cluster counts, media and padding; padding only fills what media leaves free, so that nothing waits
//! for it. Invariant: at most one cluster at a time, and it is bounded in time and bytes.

use media_packet::time::Micros;

use super::PACKET_OVERHEAD_BYTES;

/// A cluster lasts so long: the shortest time that a sleeping thread and a receiver's radio do not blur.
const CLUSTER_US: u64 = 24_000;
/// Padding is sent in steps of this time.
const STEP_US: u64 = 2_000;
/// Packets of a cluster at the least: fewer tell nothing.
const PACKETS_MIN: u32 = 6;
/// Share of a cluster that must have arrived, in percent.
const ARRIVED_MIN_PERCENT: u64 = 80;
/// A cluster of which nothing was told for so long is given up.
const ANSWER_US: u64 = 1_500_000;
/// Padding of one packet at the most: its count is one byte (RFC 3550 §5.1).
const PADDING_BYTES_MAX: u64 = 255;
/// Padding packets of one step at the most.
const STEP_PACKETS_MAX: u64 = 8;

/// A cluster's number, to know its packets by; 0 is none.
pub(crate) type ClusterNumber = u8;

/// What is to be sent now.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Padding {
    /// Packets.
    pub(crate) packets: u64,
    /// Bytes of padding in each.
    pub(crate) bytes: u8,
}

#[derive(Clone, Copy, Debug)]
struct Cluster {
    number: ClusterNumber,
    bitrate_bps: u64,
    began: Micros,
    sent: Span,
    arrived: Span,
    /// What arrived, by the moment of sending.
    sending: Span,
}

/// Packets between two moments.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    packets: u32,
    bytes: u64,
    /// First and last moment.
    ends: Option<(i64, i64)>,
    /// Bytes at the first moment.
    at_first: u64,
}

impl Span {
    fn count(&mut self, bytes: u64, at: i64) {
        self.packets += 1;
        self.bytes += bytes;
        let (first, last) = *self.ends.get_or_insert((at, at));
        if at <= first {
            self.at_first = if at < first {
                bytes
            } else {
                self.at_first + bytes
            };
        }
        self.ends = Some((first.min(at), last.max(at)));
    }

    /// Bits a second from the first moment on, whose own bytes came before the time that is measured.
    fn bps(&self) -> Option<u64> {
        let (first, last) = self.ends?;
        let time_us = u64::try_from(last.checked_sub(first)?).ok()?;
        if !(1_000..=1_000_000).contains(&time_us) {
            return None;
        }
        Some(self.bytes.saturating_sub(self.at_first) * 8 * 1_000_000 / time_us)
    }
}

/// Probing of one path.
#[derive(Debug, Default)]
pub(crate) struct Prober {
    last_number: ClusterNumber,
    /// The one that is being sent or waits for its answer.
    cluster: Option<Cluster>,
    /// Padding is due then, while it is being sent.
    step: Option<Micros>,
}

/// How a cluster went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Found {
    /// What was tried.
    pub(crate) tried_bps: u64,
    /// What the path carries at the least; none when the answer was lost.
    pub(crate) carries_bps: Option<u64>,
}

impl Prober {
    /// Begins a cluster, unless one is under way.
    pub(crate) fn begin(&mut self, bitrate_bps: u64, now: Micros) {
        if self.cluster.is_some() {
            return;
        }
        self.last_number = self.last_number.checked_add(1).unwrap_or(1);
        self.cluster = Some(Cluster {
            number: self.last_number,
            bitrate_bps,
            began: now,
            sent: Span::default(),
            arrived: Span::default(),
            sending: Span::default(),
        });
        self.step = Some(now);
    }

    /// A cluster is being sent or waits for its answer.
    pub(crate) const fn is_busy(&self) -> bool {
        self.cluster.is_some()
    }

    /// When padding is due.
    pub(crate) const fn due(&self) -> Option<Micros> {
        self.step
    }

    /// The cluster that a packet sent now belongs to.
    pub(crate) fn sent(&mut self, bytes: u64, now: Micros) -> ClusterNumber {
        match &mut self.cluster {
            Some(cluster) if self.step.is_some() => {
                cluster.sent.count(bytes, signed(now));
                cluster.number
            }
            Some(_) | None => 0,
        }
    }

    /// The padding that is due now, so that the cluster keeps its rate.
    pub(crate) fn padding(&mut self, now: Micros) -> Padding {
        let (Some(cluster), Some(step)) = (&self.cluster, self.step) else {
            return Padding::default();
        };
        if step > now {
            return Padding::default();
        }
        let passed_us = now.since(cluster.began);
        if passed_us >= CLUSTER_US && cluster.sent.packets >= PACKETS_MIN {
            self.step = None;
            return Padding::default();
        }
        self.step = Some(now.plus(STEP_US));
        let due_us = (passed_us + STEP_US).min(CLUSTER_US);
        // What left at the first moment is not measured, so it does not count: it may be half a picture.
        let counted = cluster.sent.bytes - cluster.sent.at_first;
        let due = (cluster.bitrate_bps * due_us / 8_000_000).saturating_sub(counted);
        // Small packets where little is to be sent: there must be enough of them.
        let whole = cluster.bitrate_bps * CLUSTER_US / 8_000_000;
        let each = (whole / u64::from(PACKETS_MIN)).saturating_sub(PACKET_OVERHEAD_BYTES);
        let each = each.clamp(1, PADDING_BYTES_MAX);
        let size = each + PACKET_OVERHEAD_BYTES;
        let packets = (due + size / 2) / size;
        let late = passed_us >= CLUSTER_US;
        Padding {
            packets: packets.clamp(u64::from(late), STEP_PACKETS_MAX),
            bytes: u8::try_from(each).unwrap_or(u8::MAX),
        }
    }

    /// A packet of a cluster arrived.
    pub(crate) fn arrived(&mut self, number: ClusterNumber, bytes: u64, times: (Micros, i64)) {
        let (sent, arrival_us) = times;
        if let Some(cluster) = &mut self.cluster
            && cluster.number == number
        {
            cluster.arrived.count(bytes, arrival_us);
            cluster.sending.count(bytes, signed(sent));
        }
    }

    /// What the cluster found, once it can be said.
    pub(crate) fn take_found(&mut self, now: Micros) -> Option<Found> {
        let cluster = self.cluster.as_ref().filter(|_| self.step.is_none())?;
        let tried_bps = cluster.bitrate_bps;
        let enough = |of: u64, all: u64| of * 100 >= all * ARRIVED_MIN_PERCENT;
        let complete = enough(cluster.arrived.bytes, cluster.sent.bytes)
            && enough(
                u64::from(cluster.arrived.packets),
                u64::from(cluster.sent.packets),
            );
        if !complete {
            let given_up = now.since(cluster.began) > ANSWER_US;
            return given_up.then(|| {
                self.cluster = None;
                Found {
                    tried_bps,
                    carries_bps: None,
                }
            });
        }
        let sent = cluster.sending.bps();
        let arrived = cluster.arrived.bps();
        self.cluster = None;
        let carries_bps = sent.zip(arrived).map(|(sent, arrived)| {
            if arrived * 100 < sent * 90 {
                // It took longer to arrive: this is what the path carries, and a little room is left.
                arrived * 90 / 100
            } else {
                sent.min(arrived).min(tried_bps)
            }
        });
        Some(Found {
            tried_bps,
            carries_bps,
        })
    }
}

fn signed(at: Micros) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probes a link of this rate; returns what was found and how many bytes it took.
    fn probe(bitrate_bps: u64, link_bps: u64) -> (Found, u64) {
        let mut prober = Prober::default();
        let mut now = Micros(1_000_000);
        prober.begin(bitrate_bps, now);
        let (mut free_at, mut bytes) = (0_u64, 0);
        let mut arrivals = Vec::new();
        while let Some(due) = prober.due() {
            now = due;
            let padding = prober.padding(now);
            for _ in 0..padding.packets {
                let size = u64::from(padding.bytes) + PACKET_OVERHEAD_BYTES;
                let number = prober.sent(size, now);
                free_at = free_at.max(now.0) + size * 8_000_000 / link_bps;
                arrivals.push((number, size, (now, signed(Micros(free_at)))));
                bytes += size;
            }
        }
        for (number, size, times) in arrivals {
            prober.arrived(number, size, times);
        }
        (prober.take_found(now).unwrap(), bytes)
    }

    #[test]
    fn a_path_that_carries_it_is_found_to() {
        for bitrate_bps in [200_000, 600_000, 1_200_000, 2_400_000] {
            let (found, bytes) = probe(bitrate_bps, 10_000_000);
            let carries = found.carries_bps.unwrap();
            assert!(
                carries > bitrate_bps * 8 / 10 && carries < bitrate_bps * 12 / 10,
                "{bitrate_bps}: {carries}"
            );
            assert!(
                bytes < bitrate_bps * 30 / 8_000 + 700,
                "{bitrate_bps}: {bytes}"
            );
        }
    }

    #[test]
    fn a_path_that_does_not_is_found_at_what_it_carries() {
        for link_bps in [150_000, 300_000, 700_000] {
            let (found, _) = probe(link_bps * 2, link_bps);
            let carries = found.carries_bps.unwrap();
            assert!(
                carries > link_bps * 70 / 100 && carries <= link_bps,
                "{link_bps}: {carries}"
            );
        }
    }

    #[test]
    fn a_cluster_that_is_lost_is_given_up() {
        let mut prober = Prober::default();
        prober.begin(300_000, Micros(0));
        let mut now = Micros(0);
        while let Some(due) = prober.due() {
            now = due;
            for _ in 0..prober.padding(now).packets {
                prober.sent(200, now);
            }
        }
        assert_eq!(prober.take_found(now), None);
        let found = prober.take_found(Micros(2_000_000)).unwrap();
        assert_eq!((found.carries_bps, prober.is_busy()), (None, false));
    }
}
