//! What is counted of one stream that a person is sent: what arrives is known from reports and from what is asked again.
//!
//! Invariant: a hole that its publisher's line made is not counted here.

use media_packet::rtcp::ReportBlock;
use media_packet::send::SentStream;
use media_packet::time::Micros;

use super::VoiceSecond;
use super::reception::{Freeze, share};

/// A stream that has begun, or changed its person, is not judged by wishes for keyframes for so long.
const BEGINNING_US: u64 = 3_000_000;

/// Packets in a second that are enough to tell the loss of the path.
const TOLD_MIN: u64 = 20;

/// Counters of one slot since the last sample.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivery {
    /// Packets sent in all, as of the last sample.
    sent: u64,
    resent: u64,
    freeze: Freeze,
    began: Option<Micros>,
    /// As of the last report: highest number and packets that we had sent, highest number and losses that it told.
    reported: Option<Reported>,
    /// Share that the last report told as lost.
    lost: f64,
}

#[derive(Clone, Copy, Debug)]
struct Reported {
    numbers: u64,
    packets: u64,
    highest: u32,
    lost: i32,
}

impl Delivery {
    /// Somebody else is in the slot.
    pub(crate) fn restart(&mut self) {
        self.freeze = Freeze::default();
        self.began = None;
        self.reported = None;
        self.lost = 0.0;
    }

    /// A packet was sent from which a receiver can begin.
    pub(crate) fn note_beginning(&mut self, now: Micros) {
        self.began.get_or_insert(now);
        self.freeze.note_keyframe(now);
    }

    /// A packet was lost on its way and is sent again.
    pub(crate) fn note_resent(&mut self) {
        self.resent += 1;
    }

    /// The receiver cannot decode what it got.
    pub(crate) fn note_undecodable(&mut self, now: Micros) {
        if self
            .began
            .is_some_and(|began| now.since(began) >= BEGINNING_US)
        {
            self.freeze.lose(now);
        }
    }

    /// The receiver reported.
    pub(crate) fn note_report(&mut self, block: &ReportBlock, stream: &SentStream) {
        let found = Reported {
            numbers: stream.highest().map_or(0, |highest| highest.0),
            packets: stream.packets(),
            highest: block.highest_sequence,
            lost: block.cumulative_lost,
        };
        if let Some(before) = self.reported.replace(found) {
            let expected = u64::from(found.highest.wrapping_sub(before.highest));
            // Numbers that we never sent: the publisher's line lost them.
            let ours = (found.numbers.saturating_sub(before.numbers))
                .saturating_sub(found.packets.saturating_sub(before.packets));
            let lost = u64::try_from(found.lost.saturating_sub(before.lost)).unwrap_or(0);
            // A leap of numbers is the receiver's confusion, no loss.
            if (1..1 << 15).contains(&expected) {
                self.lost = share(lost.saturating_sub(ours), expected);
            }
        }
    }

    /// What was sent and lost since the last sample, and a new one begins.
    pub(crate) fn take(&mut self, stream: &SentStream, now: Micros) -> Delivered {
        let sent = stream.packets().saturating_sub(self.sent);
        self.sent = stream.packets();
        let frozen_us = self.freeze.take(now);
        Delivered {
            sent,
            resent: std::mem::take(&mut self.resent),
            lost: self.lost,
            frozen_us: (sent > 0 || frozen_us > 0).then_some(frozen_us),
        }
    }
}

/// What was sent to a person within a second, of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delivered {
    sent: u64,
    resent: u64,
    /// Share lost, by the worst of the last reports.
    lost: f64,
    /// None while nothing is sent.
    pub(crate) frozen_us: Option<u64>,
}

impl Delivered {
    pub(crate) fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.resent += other.resent;
        self.lost = self.lost.max(other.lost);
        self.frozen_us = self.frozen_us.max(other.frozen_us);
    }

    /// This is voice, and those are the pictures beside it. They take the same path: feedback on all its packets tells its loss at
    /// once (`told`: lost, and all), or what of the pictures is asked again, while voice alone is reported every few seconds.
    pub(crate) fn as_voice(self, pictures: &Self, told: (u64, u64), has_fec: bool) -> VoiceSecond {
        let lost = if told.1 >= TOLD_MIN {
            share(told.0, told.1)
        } else if pictures.sent >= TOLD_MIN {
            // What is sent again can be lost again: both are counted.
            share(pictures.resent, pictures.sent + pictures.resent)
        } else {
            self.lost
        };
        VoiceSecond {
            expected: u32::try_from(self.sent).unwrap_or(u32::MAX),
            // The packet after it repairs a lost one, unless it is lost too.
            lost: if has_fec { lost * lost } else { lost },
            jitter_us: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use media_packet::rtp::{ExtendedSequence, Ssrc};

    use super::*;

    /// A stream that went out with these numbers missing, and the report on it.
    fn reported(skipped: &[u64], lost: i32) -> f64 {
        let mut stream = SentStream::new(Ssrc(1), 48_000);
        let mut delivery = Delivery::default();
        let mut block = ReportBlock::default();
        for number in 0..200_u64 {
            if !skipped.contains(&number) {
                stream.map(ExtendedSequence(0x1_0000 + number), 0, Micros(0));
                stream.count_sent(10);
            }
            if number == 99 || number == 199 {
                block.highest_sequence = u32::try_from(number).unwrap();
                block.cumulative_lost = if number == 199 { lost } else { 0 };
                delivery.note_report(&block, &stream);
            }
        }
        delivery.lost
    }

    #[test]
    fn holes_of_the_publishers_line_are_not_the_receivers_loss() {
        assert!((reported(&[], 10) - 0.10).abs() < 1e-9);
        assert!((reported(&[110, 120, 130, 140], 10) - 0.06).abs() < 1e-9);
        assert!(reported(&[110, 120, 130, 140], 4).abs() < 1e-9);
    }

    #[test]
    fn what_is_asked_again_tells_the_loss_of_the_path() {
        let voice = Delivered {
            sent: 50,
            ..Delivered::default()
        };
        let pictures = Delivered {
            sent: 90,
            resent: 10,
            ..Delivered::default()
        };
        assert!((voice.as_voice(&pictures, (0, 0), false).lost - 0.10).abs() < 1e-9);
        assert!((voice.as_voice(&pictures, (0, 0), true).lost - 0.01).abs() < 1e-9);
        // Feedback on the whole path goes before.
        assert!((voice.as_voice(&pictures, (10, 40), false).lost - 0.25).abs() < 1e-9);
        let none = Delivered::default();
        assert!(
            (Delivered { lost: 0.2, ..voice }
                .as_voice(&none, (0, 0), false)
                .lost
                - 0.2)
                .abs()
                < 1e-9
        );
    }

    #[test]
    fn a_wish_for_a_keyframe_stands_still_until_one_is_sent_but_not_at_the_beginning() {
        let stream = SentStream::new(Ssrc(1), 90_000);
        let mut delivery = Delivery::default();
        let second = |number: u64| Micros(number * 1_000_000);
        delivery.note_beginning(second(1));
        delivery.note_undecodable(second(2));
        assert_eq!(delivery.take(&stream, second(4)).frozen_us, None);
        delivery.note_undecodable(second(5));
        delivery.note_beginning(second(6));
        assert_eq!(delivery.take(&stream, second(7)).frozen_us, Some(1_000_000));
    }
}
