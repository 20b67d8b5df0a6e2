//! When packets of a connection arrived, and the transport-wide feedback that tells the sender
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01).

use crate::Error;
use crate::rtcp::{Compound, STATUSES_MAX};
use crate::rtp::{ExtendedSequence, SequenceUnwrapper, Ssrc};
use crate::time::Micros;

/// Arrivals remembered: as many as one feedback packet tells of.
const WINDOW: usize = STATUSES_MAX;

/// No packet in this place.
const NONE: Micros = Micros(u64::MAX);

/// Arrivals of one connection.
#[derive(Debug)]
pub struct ArrivalLog {
    sequence: SequenceUnwrapper,
    /// First number of the next feedback; none when there is nothing to tell.
    untold: Option<ExtendedSequence>,
    /// First number whose place in `arrivals` is its own.
    oldest: ExtendedSequence,
    /// By number modulo [`WINDOW`]; empty until the first packet.
    arrivals: Vec<Micros>,
    feedback_count: u8,
}

impl Default for ArrivalLog {
    fn default() -> Self {
        Self {
            sequence: SequenceUnwrapper::new(),
            untold: None,
            oldest: ExtendedSequence(0),
            arrivals: Vec::new(),
            feedback_count: 0,
        }
    }
}

impl ArrivalLog {
    /// Takes note of a packet with this transport-wide number. What is older than the window is left out.
    pub fn note(&mut self, transport_sequence: u16, now: Micros) {
        let before = self.sequence.highest();
        let sequence = self.sequence.note(transport_sequence);
        match before {
            None => {
                self.arrivals.resize(WINDOW, NONE);
                self.oldest = sequence;
            }
            Some(before) if sequence > before => self.advance(before, sequence),
            Some(_) if sequence < self.oldest => return,
            Some(_) => {}
        }
        let Some(place) = self.arrivals.get_mut(sequence.place(WINDOW)) else {
            return;
        };
        if *place == NONE {
            *place = now;
            // A late packet is told by a feedback that begins with it and repeats what followed.
            self.untold = Some(self.untold.map_or(sequence, |untold| untold.min(sequence)));
        }
    }

    fn advance(&mut self, before: ExtendedSequence, sequence: ExtendedSequence) {
        if sequence.0 - before.0 >= WINDOW as u64 {
            // Not one number of the window is left: begin anew with this one.
            self.arrivals.fill(NONE);
            self.oldest = sequence;
            self.untold = None;
            return;
        }
        for number in before.0 + 1..=sequence.0 {
            if let Some(place) = self
                .arrivals
                .get_mut(ExtendedSequence(number).place(WINDOW))
            {
                *place = NONE;
            }
        }
        // Those lost after what was told last are told too.
        self.untold.get_or_insert_with(|| before.plus(1));
        let oldest = ExtendedSequence((sequence.0 + 1).saturating_sub(WINDOW as u64));
        self.oldest = self.oldest.max(oldest);
        self.untold = self.untold.map(|untold| untold.max(self.oldest));
    }

    /// There is something to tell.
    #[must_use]
    pub const fn has_news(&self) -> bool {
        self.untold.is_some()
    }

    /// Writes one feedback packet with what is new. True when more is left for another.
    ///
    /// # Errors
    /// [`Error::NoSpace`]; then everything is still to be told.
    pub fn write(
        &mut self,
        sender: Ssrc,
        media: Ssrc,
        compound: &mut Compound<'_>,
    ) -> Result<bool, Error> {
        let (Some(untold), Some(highest)) = (self.untold, self.sequence.highest()) else {
            return Ok(false);
        };
        let arrivals = (untold.0..=highest.0).map(|number| {
            let arrival = self
                .arrivals
                .get(ExtendedSequence(number).place(WINDOW))
                .copied();
            arrival.filter(|&at| at != NONE)
        });
        let told = compound.transport_feedback(
            sender,
            media,
            untold.low(),
            self.feedback_count,
            arrivals,
        )?;
        self.feedback_count = self.feedback_count.wrapping_add(1);
        let next = untold.plus(u64::from(told));
        // Nothing told means arrivals before the clock's begin: they are dropped, not told for ever.
        self.untold = (told > 0 && next <= highest).then_some(next);
        Ok(self.untold.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtcp::{Packet, packets};

    fn told(log: &mut ArrivalLog) -> Vec<(u16, Option<i64>)> {
        let mut buffer = [0; 1500];
        let mut compound = Compound::new(&mut buffer);
        assert!(!log.write(Ssrc(1), Ssrc(2), &mut compound).unwrap());
        let len = compound.len();
        let Some(Packet::TransportFeedback(feedback)) = packets(&buffer[..len]).next() else {
            return Vec::new();
        };
        feedback
            .arrivals()
            .map(|arrival| (arrival.sequence, arrival.at_us))
            .collect()
    }

    #[test]
    fn losses_between_two_feedbacks_are_told() {
        let mut log = ArrivalLog::default();
        log.note(65_534, Micros(1_000));
        log.note(0, Micros(2_000));
        assert_eq!(
            told(&mut log),
            [(65_534, Some(1_000)), (65_535, None), (0, Some(2_000))]
        );
        assert!(!log.has_news());
        log.note(3, Micros(9_000));
        assert_eq!(told(&mut log), [(1, None), (2, None), (3, Some(9_000))]);
    }

    #[test]
    fn a_late_packet_is_told_with_what_followed_it() {
        let mut log = ArrivalLog::default();
        log.note(10, Micros(1_000));
        log.note(12, Micros(2_000));
        told(&mut log);
        log.note(11, Micros(3_000));
        log.note(11, Micros(4_000));
        assert_eq!(told(&mut log), [(11, Some(3_000)), (12, Some(2_000))]);
    }

    #[test]
    fn a_jump_begins_anew_and_the_window_is_bounded() {
        let mut log = ArrivalLog::default();
        log.note(10, Micros(1_000));
        log.note(9_000, Micros(2_000));
        assert_eq!(told(&mut log), [(9_000, Some(2_000))]);
        log.note(9_001, Micros(3_000));
        log.note(9_500, Micros(3_000));
        log.note(9_600, Micros(3_250));
        let told = told(&mut log);
        assert_eq!((told.len(), told[0].0), (WINDOW, 9_089));
    }
}
