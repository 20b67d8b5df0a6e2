//! The state of one outgoing stream: numbers and timestamps that go on without a jump when its source changes, counters
//! for sender reports, the round trip from receiver reports (RFC 3550 §6.4), and what may be sent again.

use crate::rtcp::{ReportBlock, SenderInfo};
use crate::rtp::{ExtendedSequence, Ssrc};
use crate::time::{Micros, NtpTime, ShortDuration};

mod clock;

pub use clock::{ClockReference, PeerClock};

/// Numbers remembered as sent again: one round trip of losses.
const RESENT_MAX: usize = 64;
/// The same packet is not sent again sooner than this, however often it is asked for.
const RESEND_MIN_US: u64 = 20_000;
/// Longest credible round trip; what reports make longer is a mistake or a lie.
const RTT_MAX_US: u64 = 10_000_000;

/// One outgoing stream.
#[derive(Debug)]
pub struct SentStream {
    ssrc: Ssrc,
    clock_hz: u32,
    source: Option<SourceMap>,
    last: Option<LastSent>,
    packets: u64,
    octets: u64,
    rtt_us: Option<u64>,
    reported: Option<ReportBlock>,
    resent: Vec<(u16, Micros)>,
    resent_next: usize,
}

/// How numbers and timestamps of the source become ours.
#[derive(Clone, Copy, Debug)]
struct SourceMap {
    /// First number of the source that is forwarded; what is older belongs to nobody.
    first: ExtendedSequence,
    sequence_offset: u64,
    timestamp_offset: u32,
}

#[derive(Clone, Copy, Debug)]
struct LastSent {
    sequence: ExtendedSequence,
    timestamp: u32,
    at: Micros,
}

/// Number and timestamp of a packet as the receiver sees them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mapped {
    /// Sequence number.
    pub sequence: u16,
    /// Timestamp.
    pub timestamp: u32,
}

impl SentStream {
    /// A stream in which nothing was sent; `clock_hz` is the rate of its timestamps.
    #[must_use]
    pub const fn new(ssrc: Ssrc, clock_hz: u32) -> Self {
        Self {
            ssrc,
            clock_hz,
            source: None,
            last: None,
            packets: 0,
            octets: 0,
            rtt_us: None,
            reported: None,
            resent: Vec::new(),
            resent_next: 0,
        }
    }

    /// Source as the receiver sees it.
    #[must_use]
    pub const fn ssrc(&self) -> Ssrc {
        self.ssrc
    }

    /// The next packet given to [`Self::map`] comes from another source, or from the same one after a pause: what is
    /// sent then goes on where the last one ended.
    pub const fn switch_source(&mut self) {
        self.source = None;
    }

    /// Number and timestamp for a packet of the source. None when it is older than the first that was forwarded from this
    /// source: drop it.
    pub fn map(
        &mut self,
        sequence: ExtendedSequence,
        timestamp: u32,
        now: Micros,
    ) -> Option<Mapped> {
        let source = match self.source {
            Some(source) => source,
            None => *self
                .source
                .insert(self.begin_source(sequence, timestamp, now)),
        };
        if sequence < source.first {
            return None;
        }
        let ours = sequence.plus(source.sequence_offset);
        let timestamp = timestamp.wrapping_add(source.timestamp_offset);
        if self.last.is_none_or(|last| ours > last.sequence) {
            self.last = Some(LastSent {
                sequence: ours,
                timestamp,
                at: now,
            });
        }
        Some(Mapped {
            sequence: ours.low(),
            timestamp,
        })
    }

    fn begin_source(&self, first: ExtendedSequence, timestamp: u32, now: Micros) -> SourceMap {
        let Some(last) = self.last else {
            // The first source keeps its timestamps and its low 15 bits of number: below 2^15 no receiver can guess
            // a wrong rollover counter from a reordered beginning (RFC 3711 §3.3.1).
            let ours = 0x1_0000 + (first.0 & 0x7fff);
            let sequence_offset = ours.wrapping_sub(first.0);
            return SourceMap {
                first,
                sequence_offset,
                timestamp_offset: 0,
            };
        };
        let elapsed = now.since(last.at).saturating_mul(u64::from(self.clock_hz)) / 1_000_000;
        // At least one unit later, so that no two pictures share a timestamp.
        let elapsed = u32::try_from(elapsed).unwrap_or(u32::MAX / 2).max(1);
        SourceMap {
            first,
            sequence_offset: last.sequence.plus(1).0.wrapping_sub(first.0),
            timestamp_offset: last.timestamp.wrapping_add(elapsed).wrapping_sub(timestamp),
        }
    }

    /// The source's number for one of ours, as a NACK names it; none for numbers of an earlier source or never sent.
    #[must_use]
    pub fn source_sequence(&self, ours: u16) -> Option<ExtendedSequence> {
        let (source, last) = (self.source?, self.last?);
        let behind = last.sequence.low().wrapping_sub(ours);
        if behind >= 0x8000 {
            return None;
        }
        let ours = last.sequence.0.checked_sub(u64::from(behind))?;
        let theirs = ExtendedSequence(ours.wrapping_sub(source.sequence_offset));
        // Numbers before the first wrap around to huge ones, beyond the last.
        let newest = last.sequence.0.wrapping_sub(source.sequence_offset);
        (theirs >= source.first && theirs.0 <= newest).then_some(theirs)
    }

    /// Our timestamp for one of the source.
    #[must_use]
    pub fn map_timestamp(&self, timestamp: u32) -> Option<u32> {
        Some(timestamp.wrapping_add(self.source?.timestamp_offset))
    }

    /// Counts a packet sent.
    pub const fn count_sent(&mut self, payload_len: usize) {
        self.packets += 1;
        self.octets += payload_len as u64;
    }

    /// Packets sent.
    #[must_use]
    pub const fn packets(&self) -> u64 {
        self.packets
    }

    /// Highest number sent.
    #[must_use]
    pub fn highest(&self) -> Option<ExtendedSequence> {
        self.last.map(|last| last.sequence)
    }

    /// What a sender report says now. `reference` relates the source's media clock to our wall clock
    /// ([`PeerClock`]); none while no packet was sent from this source.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the report's fields have 32 bits and wrap"
    )]
    pub fn sender_info(&self, reference: ClockReference, now: NtpTime) -> Option<SenderInfo> {
        let timestamp = self.map_timestamp(reference.timestamp_at(now, self.clock_hz))?;
        Some(SenderInfo {
            ntp: now,
            rtp: timestamp,
            packets: self.packets as u32,
            octets: self.octets as u32,
        })
    }

    /// Takes note of a receiver report on this stream, which came at `now` of the clock that our sender reports carry. Returns
    /// the round trip that it tells, in microseconds.
    pub fn receive_report(&mut self, block: &ReportBlock, now: NtpTime) -> Option<u64> {
        self.reported = Some(*block);
        if block.last_sender_report == 0 {
            return None;
        }
        let rtt = now
            .middle()
            .wrapping_sub(block.last_sender_report)
            .wrapping_sub(block.delay.0);
        // The other side's rounding can make it a little less than zero.
        let rtt_us = if rtt > u32::MAX / 2 {
            0
        } else {
            ShortDuration(rtt).us()
        };
        if rtt_us > RTT_MAX_US {
            return None;
        }
        let smooth = |before: u64| (before * 7 + rtt_us) / 8;
        self.rtt_us = Some(self.rtt_us.map_or(rtt_us, smooth));
        Some(rtt_us)
    }

    /// Smoothed round trip, when a report told one.
    #[must_use]
    pub const fn rtt_us(&self) -> Option<u64> {
        self.rtt_us
    }

    /// The receiver's last report.
    #[must_use]
    pub const fn reported(&self) -> Option<&ReportBlock> {
        self.reported.as_ref()
    }

    /// Whether a packet may be sent again now, and if so, takes note of it: once per round trip at the most.
    pub fn may_resend(&mut self, ours: u16, now: Micros) -> bool {
        let wait_us = self.rtt_us.unwrap_or(0).max(RESEND_MIN_US);
        let known = self
            .resent
            .iter_mut()
            .find(|(sequence, _)| *sequence == ours);
        if let Some((_, at)) = known {
            if now.since(*at) < wait_us {
                return false;
            }
            *at = now;
            return true;
        }
        if self.resent.len() < RESENT_MAX {
            self.resent.push((ours, now));
        } else if let Some(oldest) = self.resent.get_mut(self.resent_next) {
            *oldest = (ours, now);
            self.resent_next = (self.resent_next + 1) % RESENT_MAX;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(
        stream: &mut SentStream,
        sequence: u64,
        timestamp: u32,
        now_ms: u64,
    ) -> Option<(u16, u32)> {
        stream
            .map(ExtendedSequence(sequence), timestamp, Micros(now_ms * 1000))
            .map(|mapped| (mapped.sequence, mapped.timestamp))
    }

    #[test]
    fn numbers_and_timestamps_go_on_over_a_switch() {
        let mut stream = SentStream::new(Ssrc(1), 90_000);
        assert_eq!(map(&mut stream, 0x1_fffe, 1000, 0), Some((0x7ffe, 1000)));
        assert_eq!(map(&mut stream, 0x2_0000, 1000, 0), Some((0x8000, 1000)));
        assert_eq!(map(&mut stream, 0x1_ffff, 1000, 0), Some((0x7fff, 1000)));
        assert_eq!(
            map(&mut stream, 0x1_0000, 1000, 0),
            None,
            "before the first"
        );
        stream.switch_source();
        assert_eq!(map(&mut stream, 0x1_0005, 77, 100), Some((0x8001, 10_000)));
        assert_eq!(
            map(&mut stream, 0x1_0004, 76, 100),
            None,
            "the new source's past"
        );
        assert_eq!(map(&mut stream, 0x1_0006, 80, 101), Some((0x8002, 10_003)));
    }

    #[test]
    fn a_nack_finds_the_source_of_what_was_sent_only() {
        let mut stream = SentStream::new(Ssrc(1), 90_000);
        assert_eq!(stream.source_sequence(0), None);
        for sequence in 0x1_0005..0x1_0008 {
            map(&mut stream, sequence, 0, 0);
        }
        assert_eq!(stream.source_sequence(6), Some(ExtendedSequence(0x1_0006)));
        assert_eq!(stream.source_sequence(4), None);
        assert_eq!(stream.source_sequence(8), None);
        stream.switch_source();
        assert_eq!(stream.source_sequence(6), None);
        map(&mut stream, 0x9_0000, 0, 0);
        assert_eq!(stream.source_sequence(8), Some(ExtendedSequence(0x9_0000)));
        assert_eq!(stream.source_sequence(7), None, "of the source before");
    }

    #[test]
    fn the_round_trip_comes_from_the_report() {
        let mut stream = SentStream::new(Ssrc(1), 90_000);
        let sent = NtpTime::from_unix_us(1_700_000_000_000_000);
        let block = ReportBlock {
            last_sender_report: sent.middle(),
            delay: ShortDuration::from_us(500_000),
            ..ReportBlock::default()
        };
        stream.receive_report(&ReportBlock::default(), sent);
        assert_eq!(stream.rtt_us(), None);
        stream.receive_report(&block, NtpTime::from_unix_us(1_700_000_000_580_000));
        assert!(stream.rtt_us().unwrap().abs_diff(80_000) < 50);
        stream.receive_report(&block, NtpTime::from_unix_us(1_700_000_000_499_990));
        assert!(
            stream.rtt_us().unwrap().abs_diff(70_000) < 50,
            "less than zero counts as zero"
        );
    }

    #[test]
    fn a_packet_is_sent_again_once_per_round_trip() {
        let mut stream = SentStream::new(Ssrc(1), 90_000);
        assert!(stream.may_resend(5, Micros(0)));
        assert!(!stream.may_resend(5, Micros(RESEND_MIN_US - 1)));
        assert!(stream.may_resend(5, Micros(RESEND_MIN_US)));
        for other in 100..100 + 2 * RESENT_MAX {
            assert!(stream.may_resend(u16::try_from(other).unwrap(), Micros(0)));
        }
        assert_eq!(stream.resent.len(), RESENT_MAX);
    }

    #[test]
    fn a_sender_report_carries_the_sources_clock_on() {
        let mut stream = SentStream::new(Ssrc(1), 48_000);
        let now = NtpTime::from_unix_us(1_700_000_001_000_000);
        let reference = ClockReference {
            ntp: NtpTime::from_unix_us(1_700_000_000_000_000),
            timestamp: 10_000,
        };
        assert_eq!(stream.sender_info(reference, now), None);
        map(&mut stream, 0x1_0000, 9_000, 0);
        stream.count_sent(160);
        let info = stream.sender_info(reference, now).unwrap();
        assert_eq!((info.packets, info.octets), (1, 160));
        assert_eq!(info.rtp, 58_000);
    }
}
