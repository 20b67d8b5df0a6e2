//! 16-bit sequence numbers continued over their wraps.

/// A sequence number with its count of wraps. The first one of a stream begins one wrap above zero, so that packets
/// older than the first still have a number.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ExtendedSequence(pub u64);

impl ExtendedSequence {
    /// The number in the packet.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low 16 bits are what is asked for"
    )]
    pub const fn low(self) -> u16 {
        self.0 as u16
    }

    /// As reports carry it: wraps since the first packet, then the number (RFC 3550 §6.4.1).
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the report's field has 32 bits"
    )]
    pub const fn report(self) -> u32 {
        self.0.wrapping_sub(0x1_0000) as u32
    }

    /// Place of the number in a ring of `len` places, at least one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "less than `len`, which is a usize"
    )]
    pub(crate) const fn place(self, len: usize) -> usize {
        (self.0 % len as u64) as usize
    }

    /// The number `count` later.
    #[must_use]
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0.wrapping_add(count))
    }
}

/// Finds the count of wraps of each number from the highest seen so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SequenceUnwrapper {
    highest: Option<ExtendedSequence>,
}

impl SequenceUnwrapper {
    /// Nothing seen yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { highest: None }
    }

    /// The highest number noted.
    #[must_use]
    pub const fn highest(&self) -> Option<ExtendedSequence> {
        self.highest
    }

    /// The extended number nearest to the highest noted; changes nothing.
    #[must_use]
    pub fn extend(&self, sequence: u16) -> ExtendedSequence {
        let Some(highest) = self.highest else {
            return ExtendedSequence(0x1_0000 + u64::from(sequence));
        };
        let ahead = sequence.wrapping_sub(highest.low());
        if ahead < 0x8000 {
            highest.plus(u64::from(ahead))
        } else {
            let behind = u64::from(highest.low().wrapping_sub(sequence));
            ExtendedSequence(highest.0.saturating_sub(behind))
        }
    }

    /// Extends the number and notes it when it is the highest.
    pub fn note(&mut self, sequence: u16) -> ExtendedSequence {
        let extended = self.extend(sequence);
        if self.highest.is_none_or(|highest| extended > highest) {
            self.highest = Some(extended);
        }
        extended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sequences: &[u16], expected: &[u64]) {
        let mut unwrapper = SequenceUnwrapper::default();
        let extended: Vec<_> = sequences
            .iter()
            .map(|&sequence| unwrapper.note(sequence).0 - 0x1_0000)
            .collect();
        assert_eq!(extended, expected);
    }

    #[test]
    fn numbers_go_on_over_the_wrap_in_any_order() {
        check(&[65_534, 0, 65_535, 1], &[65_534, 65_536, 65_535, 65_537]);
    }

    #[test]
    fn two_wraps_are_counted() {
        check(
            &[0, 30_000, 60_000, 10_000, 40_000, 1],
            &[0, 30_000, 60_000, 75_536, 105_536, 131_073],
        );
    }

    #[test]
    fn a_packet_older_than_the_first_has_a_number() {
        let mut unwrapper = SequenceUnwrapper::default();
        assert_eq!(unwrapper.note(2).report(), 2);
        assert_eq!(unwrapper.note(65_535).0, 0xffff);
        assert_eq!(unwrapper.highest().map(ExtendedSequence::low), Some(2));
    }
}
