//! The state of one received stream: order, loss, jitter, what is missing, and its block for receiver reports
//! (RFC 3550 A.1, A.3, A.8).
//!
//! It sees only packets that were authenticated. When to send reports and NACKs is the caller's; what is in them is ours.

use crate::rtcp::{ReportBlock, SenderInfo};
use crate::rtp::{ExtendedSequence, Header, SequenceUnwrapper, Ssrc};
use crate::time::{Micros, ShortDuration};

mod missing;

pub use missing::{MISSING_MAX, MissingPackets, NACK_TRIES_MAX, NacksDue};

/// How a packet came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Order {
    /// The first, or the one after the highest.
    Next,
    /// Later than the next: those between are missing for now.
    Ahead {
        /// How many are missing.
        missing: u64,
    },
    /// Earlier than the highest, and not here before.
    Late,
    /// It was here before.
    Duplicate,
    /// So old that nobody knows whether it was here: drop it.
    TooOld,
}

/// A packet's place in its stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Arrived {
    /// Sequence number with wraps.
    pub sequence: ExtendedSequence,
    /// How it came.
    pub order: Order,
}

/// Numbers whose presence is remembered: 1 s of video at 1,000 packets/s.
const WINDOW: usize = 1024;

/// One received stream.
#[derive(Debug)]
pub struct ReceivedStream {
    ssrc: Ssrc,
    clock_hz: u32,
    sequence: SequenceUnwrapper,
    first: Option<ExtendedSequence>,
    /// Bit n of the ring: number n modulo [`WINDOW`] came, for those within the window.
    seen: [u64; WINDOW / 64],
    received: u64,
    /// RFC 3550 A.8: in 1/16 of a unit of the media clock.
    jitter_q4: u32,
    transit: Option<u32>,
    at_last_report: Counted,
    sender_report: Option<(SenderInfo, Micros)>,
    missing: MissingPackets,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    expected: u64,
    received: u64,
}

impl ReceivedStream {
    /// A stream from which nothing came yet; `clock_hz` is the rate of its timestamps.
    #[must_use]
    pub const fn new(ssrc: Ssrc, clock_hz: u32) -> Self {
        Self {
            ssrc,
            clock_hz,
            sequence: SequenceUnwrapper::new(),
            first: None,
            seen: [0; WINDOW / 64],
            received: 0,
            jitter_q4: 0,
            transit: None,
            at_last_report: Counted {
                expected: 0,
                received: 0,
            },
            sender_report: None,
            missing: MissingPackets::new(),
        }
    }

    /// Source.
    #[must_use]
    pub const fn ssrc(&self) -> Ssrc {
        self.ssrc
    }

    /// Rate of the timestamps.
    #[must_use]
    pub const fn clock_hz(&self) -> u32 {
        self.clock_hz
    }

    /// Takes note of a packet of the stream itself.
    pub fn receive(&mut self, header: &Header, now: Micros) -> Arrived {
        let arrived = self.place(header.sequence, now);
        if arrived.order != Order::TooOld {
            // Duplicates count: RFC 3550 A.3 lets the loss go down by them.
            self.received += 1;
        }
        if matches!(
            arrived.order,
            Order::Next | Order::Ahead { .. } | Order::Late
        ) {
            self.note_jitter(header.timestamp, now);
        }
        arrived
    }

    /// Takes note of a packet that came as a retransmission in a stream of its own (RFC 4588): it fills a hole, but
    /// stays lost in the reports.
    pub fn recover(&mut self, sequence: u16, now: Micros) -> Arrived {
        self.place(sequence, now)
    }

    fn place(&mut self, sequence: u16, now: Micros) -> Arrived {
        let highest = self.sequence.highest();
        let sequence = self.sequence.note(sequence);
        let order = match highest {
            None => {
                self.first = Some(sequence);
                Order::Next
            }
            Some(highest) if sequence > highest => {
                self.forget_between(highest, sequence);
                let missing = sequence.0 - highest.0 - 1;
                self.missing.note_gap(highest, sequence, now);
                if missing == 0 {
                    Order::Next
                } else {
                    Order::Ahead { missing }
                }
            }
            Some(highest) if highest.0 - sequence.0 >= WINDOW as u64 => Order::TooOld,
            Some(_) if self.has_seen(sequence) => Order::Duplicate,
            Some(_) => {
                self.missing.arrived(sequence);
                // A packet before the first one belongs to the stream too.
                self.first = self.first.map(|first| first.min(sequence));
                Order::Late
            }
        };
        if order != Order::TooOld {
            let (word, bit) = place_in_window(sequence);
            if let Some(word) = self.seen.get_mut(word) {
                *word |= bit;
            }
        }
        Arrived { sequence, order }
    }

    fn has_seen(&self, sequence: ExtendedSequence) -> bool {
        let (word, bit) = place_in_window(sequence);
        self.seen.get(word).is_some_and(|word| word & bit != 0)
    }

    /// The window moves on: its new places have not been seen.
    fn forget_between(&mut self, highest: ExtendedSequence, sequence: ExtendedSequence) {
        if sequence.0 - highest.0 >= WINDOW as u64 {
            self.seen = [0; WINDOW / 64];
            return;
        }
        for number in highest.0 + 1..=sequence.0 {
            let (word, bit) = place_in_window(ExtendedSequence(number));
            if let Some(word) = self.seen.get_mut(word) {
                *word &= !bit;
            }
        }
    }

    /// RFC 3550 A.8.
    fn note_jitter(&mut self, timestamp: u32, now: Micros) {
        let arrival = low_32(now.0.wrapping_mul(u64::from(self.clock_hz)) / 1_000_000);
        let transit = arrival.wrapping_sub(timestamp);
        if let Some(before) = self.transit {
            let difference = transit.wrapping_sub(before).cast_signed().unsigned_abs();
            // A jump of the media clock (a switched camera) is no jitter.
            if difference < self.clock_hz {
                let decay = (self.jitter_q4 + 8) >> 4;
                self.jitter_q4 = self.jitter_q4 + difference - decay.min(self.jitter_q4);
            }
        }
        self.transit = Some(transit);
    }

    /// Jitter in units of the media clock.
    #[must_use]
    pub const fn jitter_rtp_units(&self) -> u32 {
        self.jitter_q4 >> 4
    }

    /// Packets that came, duplicates included, retransmissions not.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// Packets that the sender sent as far as we know.
    #[must_use]
    pub fn expected(&self) -> u64 {
        let highest = self.sequence.highest().map_or(0, |highest| highest.0 + 1);
        highest - self.first.map_or(highest, |first| first.0)
    }

    /// Highest number that came.
    #[must_use]
    pub const fn highest(&self) -> Option<ExtendedSequence> {
        self.sequence.highest()
    }

    /// What is missing, and when to ask for it.
    pub const fn missing(&mut self) -> &mut MissingPackets {
        &mut self.missing
    }

    /// Takes note of a sender report on this stream.
    pub const fn receive_sender_report(&mut self, info: SenderInfo, now: Micros) {
        self.sender_report = Some((info, now));
    }

    /// The last sender report and when it came.
    #[must_use]
    pub const fn sender_report(&self) -> Option<(SenderInfo, Micros)> {
        self.sender_report
    }

    /// The block for the next report; the next fraction lost counts from here. None when nothing came yet.
    pub fn report(&mut self, now: Micros) -> Option<ReportBlock> {
        let highest = self.sequence.highest()?;
        let counted = Counted {
            expected: self.expected(),
            received: self.received,
        };
        let expected = counted
            .expected
            .saturating_sub(self.at_last_report.expected);
        let received = counted
            .received
            .saturating_sub(self.at_last_report.received);
        self.at_last_report = counted;
        let lost = expected.saturating_sub(received);
        let fraction = (lost << 8).checked_div(expected).unwrap_or_default();
        let cumulative = counted.expected.cast_signed() - counted.received.cast_signed();
        Some(ReportBlock {
            source: self.ssrc,
            fraction_lost: u8::try_from(fraction).unwrap_or(u8::MAX),
            cumulative_lost: i32::try_from(cumulative).unwrap_or(i32::MAX),
            highest_sequence: highest.report(),
            jitter_rtp_units: self.jitter_rtp_units(),
            last_sender_report: self.sender_report.map_or(0, |(info, _)| info.ntp.middle()),
            delay: self.sender_report.map_or(ShortDuration(0), |(_, at)| {
                ShortDuration::from_us(now.since(at))
            }),
        })
    }
}

const fn place_in_window(sequence: ExtendedSequence) -> (usize, u64) {
    let place = sequence.place(WINDOW);
    (place / 64, 1 << (place % 64))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "RTP clocks have 32 bits and wrap"
)]
const fn low_32(value: u64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::NtpTime;

    fn header(sequence: u16, timestamp: u32) -> Header {
        Header {
            sequence,
            timestamp,
            ..Header::default()
        }
    }

    fn orders(sequences: &[u16]) -> Vec<Order> {
        let mut stream = ReceivedStream::new(Ssrc(1), 90_000);
        sequences
            .iter()
            .map(|&sequence| stream.receive(&header(sequence, 0), Micros(0)).order)
            .collect()
    }

    #[test]
    fn order_is_told_over_the_wrap() {
        assert_eq!(
            orders(&[65_534, 1, 65_535, 65_535, 0, 0, 2]),
            [
                Order::Next,
                Order::Ahead { missing: 2 },
                Order::Late,
                Order::Duplicate,
                Order::Late,
                Order::Duplicate,
                Order::Next,
            ]
        );
    }

    #[test]
    fn what_is_older_than_the_window_is_told() {
        assert_eq!(
            orders(&[0, 2000, 900]),
            [Order::Next, Order::Ahead { missing: 1999 }, Order::TooOld]
        );
        assert_eq!(orders(&[0, 1023, 0])[2], Order::Duplicate);
        assert_eq!(orders(&[0, 1023, 1])[2], Order::Late);
    }

    #[test]
    fn a_report_tells_loss_since_the_last_one_and_in_all() {
        let mut stream = ReceivedStream::new(Ssrc(7), 48_000);
        assert_eq!(stream.report(Micros(0)), None);
        for sequence in [0, 1, 3] {
            stream.receive(&header(sequence, 0), Micros(0));
        }
        let info = SenderInfo {
            ntp: NtpTime(0x1111_2222_3333_4444),
            ..SenderInfo::default()
        };
        stream.receive_sender_report(info, Micros(1_000_000));
        let block = stream.report(Micros(3_000_000)).unwrap();
        assert_eq!(
            (block.source, block.fraction_lost, block.cumulative_lost),
            (Ssrc(7), 64, 1)
        );
        assert_eq!(block.highest_sequence, 3);
        assert_eq!(
            (block.last_sender_report, block.delay.us()),
            (0x2222_3333, 2_000_000)
        );
        stream.recover(2, Micros(0));
        stream.receive(&header(4, 0), Micros(0));
        let block = stream.report(Micros(3_000_000)).unwrap();
        assert_eq!((block.fraction_lost, block.cumulative_lost), (0, 1));
    }

    #[test]
    fn even_arrival_has_no_jitter_and_uneven_arrival_approaches_its_difference() {
        let mut even = ReceivedStream::new(Ssrc(7), 48_000);
        let mut uneven = ReceivedStream::new(Ssrc(7), 48_000);
        for count in 0..500u16 {
            let at = u64::from(count) * 20_000;
            even.receive(&header(count, u32::from(count) * 960), Micros(at));
            let shift = u64::from(count % 2) * 1000;
            uneven.receive(&header(count, u32::from(count) * 960), Micros(at + shift));
        }
        assert_eq!(even.jitter_rtp_units(), 0);
        assert!(
            (46..=48).contains(&uneven.jitter_rtp_units()),
            "{}",
            uneven.jitter_rtp_units()
        );
    }
}
