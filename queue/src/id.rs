//! Names of things: ids, codes that people read aloud, and the hash that names a notice.
//!
//! Invariant: a [`VisitId`] fits 53 bits, so that it survives a JavaScript number and a file name alike.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Largest office number: 20 bits, which leaves 33 bits (8.5 thousand million) for the visits of each.
pub(crate) const OFFICE_MAX: u32 = (1 << 20) - 1;

const VISIT_NUMBER_BITS: u32 = 33;

/// An office: one journal, one queue.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct OfficeId(u32);

impl OfficeId {
    /// None above 1,048,575.
    #[must_use]
    pub fn new(number: u32) -> Option<Self> {
        (number <= OFFICE_MAX).then_some(Self(number))
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for OfficeId {
    type Error = ParseCodeError;

    fn try_from(number: u32) -> Result<Self, ParseCodeError> {
        Self::new(number).ok_or(ParseCodeError {
            allowed: "an office is a number up to 1048575",
        })
    }
}

impl From<OfficeId> for u32 {
    fn from(id: OfficeId) -> Self {
        id.0
    }
}

macro_rules! number_of_the_office {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_of_the_office!(
    /// A service (trámite) within its office.
    ServiceId
);
number_of_the_office!(
    /// A desk (puesto de atención) within its office.
    DeskId
);
number_of_the_office!(
    /// An operator within his office; never used again for somebody else.
    OperatorId
);

impl fmt::Display for OfficeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A visit, unique over all offices: the office above, a running number below; less than 2^53. Names the record too.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct VisitId(pub u64);

impl VisitId {
    pub(crate) fn nth(office: OfficeId, number: u64) -> Self {
        assert!(
            number < 1 << VISIT_NUMBER_BITS,
            "an office has at most 2^33 visits"
        );
        Self(u64::from(office.0) << VISIT_NUMBER_BITS | number)
    }

    /// The office it belongs to; none when the number was never a visit's.
    #[must_use]
    pub fn office(self) -> Option<OfficeId> {
        u32::try_from(self.0 >> VISIT_NUMBER_BITS)
            .ok()
            .and_then(OfficeId::new)
    }
}

impl fmt::Display for VisitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text is not what it should be.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{allowed}")]
pub struct ParseCodeError {
    allowed: &'static str,
}

/// "Código de su turno" (C20): twelve letters and digits of Crockford's base 32. Drawn by the caller; 60 random bits name
/// a visit to people, and open nothing.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct VisitCode([u8; Self::CHARS]);

// Crockford's alphabet: no I, L, O, U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl VisitCode {
    /// Characters of a code.
    pub const CHARS: usize = 12;

    /// The code of twelve random bytes (five bits of each are used).
    #[must_use]
    pub fn from_random(random: [u8; Self::CHARS]) -> Self {
        let character = |byte: u8| CROCKFORD.get(usize::from(byte & 31)).copied();
        Self(random.map(|byte| character(byte).unwrap_or(b'0')))
    }

    /// The twelve characters.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::CHARS] {
        &self.0
    }
}

impl fmt::Display for VisitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

impl FromStr for VisitCode {
    type Err = ParseCodeError;

    /// Reads what a person typed: either case, and Crockford's readings of O, I and L.
    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        const WRONG: ParseCodeError = ParseCodeError {
            allowed: "a code has twelve letters and digits",
        };
        let typed: [u8; Self::CHARS] = text.as_bytes().try_into().map_err(|_length| WRONG)?;
        let read = typed.map(|byte| match byte.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        });
        read.iter()
            .all(|byte| CROCKFORD.contains(byte))
            .then_some(Self(read))
            .ok_or(WRONG)
    }
}

impl TryFrom<String> for VisitCode {
    type Error = ParseCodeError;

    fn try_from(text: String) -> Result<Self, ParseCodeError> {
        text.parse()
    }
}

impl From<VisitCode> for String {
    fn from(code: VisitCode) -> Self {
        code.to_string()
    }
}

/// Letter of a service, A to Z: the first character of its display codes. Services may share one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Letter(u8);

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(self.0))
    }
}

impl FromStr for Letter {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        match text.as_bytes() {
            [letter @ b'A'..=b'Z'] => Ok(Self(*letter)),
            _ => Err(ParseCodeError {
                allowed: "a service's letter is one of A to Z",
            }),
        }
    }
}

impl TryFrom<String> for Letter {
    type Error = ParseCodeError;

    fn try_from(text: String) -> Result<Self, ParseCodeError> {
        text.parse()
    }
}

impl From<Letter> for String {
    fn from(letter: Letter) -> Self {
        letter.to_string()
    }
}

/// "Su turno A1": the service's letter and a number that begins anew every local day.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayCode {
    /// The service's letter.
    pub letter: Letter,
    /// Number of the day, from 1.
    pub number: u32,
}

impl fmt::Display for DisplayCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.letter, self.number)
    }
}

impl FromStr for DisplayCode {
    type Err = ParseCodeError;

    /// Reads what a person typed: either case.
    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        const WRONG: ParseCodeError = ParseCodeError {
            allowed: "a display code is a letter and a number, as A1",
        };
        let (letter, number) = text.split_at_checked(1).ok_or(WRONG)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(WRONG);
        }
        Ok(Self {
            letter: letter.to_ascii_uppercase().parse()?,
            number: number.parse().map_err(|_no_number| WRONG)?,
        })
    }
}

impl TryFrom<String> for DisplayCode {
    type Error = ParseCodeError;

    fn try_from(text: String) -> Result<Self, ParseCodeError> {
        text.parse()
    }
}

impl From<DisplayCode> for String {
    fn from(code: DisplayCode) -> Self {
        code.to_string()
    }
}

/// What a visit is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A citizen is attended.
    Attention,
    /// A test: let in by an admin's load token, left out of every statistic.
    Test,
}

/// A SHA-256, of a notice's text or of a sealed file. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256(pub [u8; 32]);

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Sha256 {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        const WRONG: ParseCodeError = ParseCodeError {
            allowed: "a SHA-256 has 64 lower-case hexadecimal digits",
        };
        let mut hash = [0; 32];
        if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(WRONG);
        }
        for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = str::from_utf8(digits).map_err(|_not_ascii| WRONG)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_no_digit| WRONG)?;
        }
        Ok(Self(hash))
    }
}

impl TryFrom<String> for Sha256 {
    type Error = ParseCodeError;

    fn try_from(text: String) -> Result<Self, ParseCodeError> {
        text.parse()
    }
}

impl From<Sha256> for String {
    fn from(hash: Sha256) -> Self {
        hash.to_string()
    }
}

/// Names the exact text of a notice that a person had before his eyes (K2). That it is the current one is for the
/// caller to check, who has the texts.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Language of the text, up to [`Notice::WORD_BYTES_MAX`] bytes: `es-AR`.
    pub language: String,
    /// Version of the text, up to [`Notice::WORD_BYTES_MAX`] bytes.
    pub version: String,
    /// Hash of the text.
    pub sha256: Sha256,
}

impl Notice {
    /// Bytes of a language or version: the longest in use has 35 (RFC 5646 §4.4.1).
    pub const WORD_BYTES_MAX: usize = 64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        let code = VisitCode::from_random([0, 31, 32, 255, 10, 18, 19, 20, 21, 22, 26, 27]);
        assert_eq!(code.to_string().parse(), Ok(code));
        assert_eq!("10357my3dphl".parse(), "10357MY3DPH1".parse::<VisitCode>());
        for wrong in [
            "",
            "10357MY3DPH",
            "10357MY3DPHLL",
            "10357MY3DPHU",
            "10357MY3DPHñ",
        ] {
            assert!(wrong.parse::<VisitCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_display_code_is_a_letter_and_a_number() {
        let code: DisplayCode = "b12".parse().unwrap();
        assert_eq!(code.to_string(), "B12");
        for wrong in ["", "A", "1", "ñ1", "A-1", "A+1", "AA1", "A4294967296"] {
            assert!(wrong.parse::<DisplayCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = Sha256([0xa5; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("A5".repeat(32).parse::<Sha256>().is_err());
    }

    #[test]
    fn the_last_visit_of_the_last_office_fits_a_javascript_number() {
        let office = OfficeId::new(OFFICE_MAX).unwrap();
        let visit = VisitId::nth(office, (1 << VISIT_NUMBER_BITS) - 1);
        assert_eq!(visit.0, (1 << 53) - 1);
        assert_eq!(visit.office(), Some(office));
        assert_eq!(OfficeId::new(OFFICE_MAX + 1), None);
        assert_eq!(VisitId(u64::MAX).office(), None);
    }
}
