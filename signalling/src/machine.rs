//! A second machine of somebody, joined by a short code: what it is for, and the code.
//!
//! The code is a user code of RFC 8628, the other way round: who is signed in shows it, the machine that has no session yet types
//! it. From there: digits, so that any keyboard and telephone has them and no alphabet needs a word (§6.1, which shows nine as
//! `019-450-730`); whatever separates them is left out; a short life, one use, and few guesses (§5.1). Nine digits are 30 bits:
//! with one guess a second by everybody together ([`crate::switchboard`]), guessing without end finds one code that is always
//! open once in thirty years, and some one of the five hundred that may be open at most once in a few weeks.

use queue::{OfficeId, OperatorId, VisitId};

use crate::entropy::Entropy;

/// Digits of a code.
const DIGITS: usize = 9;

/// One more than the greatest code.
const CODES: u32 = 1_000_000_000;

/// Characters of what is typed at the most: the digits, each with something between.
const TYPED_CHARS_MAX: usize = 2 * DIGITS;

/// A second machine, named by whose it is: everybody has one of a kind at the most.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Machine {
    /// The operator's call is on it, his console elsewhere (O23).
    Call(OfficeId, OperatorId),
    /// The sound of this participant of a visit is on it, his picture elsewhere (O22).
    Sound(VisitId, u8),
}

/// What a second machine is joined by. Debug tells nothing of it.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct PairingCode(u32);

impl std::fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairingCode(…)")
    }
}

impl PairingCode {
    /// What somebody typed: nine digits, with spaces or dashes between them.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.chars().count() > TYPED_CHARS_MAX {
            return None;
        }
        let kept = |one: &char| !one.is_whitespace() && !matches!(one, '-' | '–');
        let digits: String = typed.chars().filter(kept).collect();
        let are_digits = digits.len() == DIGITS && digits.bytes().all(|one| one.is_ascii_digit());
        are_digits.then(|| digits.parse().ok().map(Self)).flatten()
    }

    /// A new one.
    pub(crate) fn draw(entropy: &mut Entropy) -> Self {
        // Of 64 bits the remainder is even to one part in ten thousand millions.
        let number = u64::from_be_bytes(entropy.bytes()) % u64::from(CODES);
        Self(u32::try_from(number).expect("a remainder is less than its divisor"))
    }

    /// As it is shown: its digits alone; a page puts them into groups.
    pub(crate) fn shown(self) -> String {
        format!("{:0width$}", self.0, width = DIGITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_grouped() {
        let code = PairingCode(19_450_730);
        assert_eq!(code.shown(), "019450730");
        assert_eq!((CODES - 1).to_string().len(), DIGITS);
        for typed in ["019450730", "019 450 730", "019-450-730", " 0194 50730 "] {
            assert_eq!(PairingCode::parse(typed), Some(code), "{typed}");
        }
        let long = format!("{}019450730", " ".repeat(TYPED_CHARS_MAX));
        for typed in [
            "",
            "01945073",
            "0194507300",
            "O19450730",
            "٠١٩٤٥٠٧٣٠",
            "+19450730",
            &long,
        ] {
            assert_eq!(PairingCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_is_drawn_can_be_typed() {
        let mut entropy = Entropy::new([5; 32]);
        for _ in 0..1_000 {
            let code = PairingCode::draw(&mut entropy);
            assert_eq!(PairingCode::parse(&code.shown()), Some(code));
        }
    }
}
