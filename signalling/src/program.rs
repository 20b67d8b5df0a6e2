//! What a person gives to a program that takes his place in the media of one visit: a token of its own, narrower than his session.
//!
//! A token names a visit and a participant; what makes it good is an HMAC over both and over who has that place now, so nothing is
//! kept of it. Invariant: it opens the media of this visit, in this place, while this person has it, and nothing else.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use queue::VisitId;

use crate::entropy::hex;

/// Characters of a token at the most: a visit, a participant, the tag.
const TOKEN_CHARS_MAX: usize = 64;

/// Bytes of the tag that are told: 128 bits cannot be guessed.
const TAG_BYTES: usize = 16;

/// The key of all tokens; the same in each run, so that a program finds its way back after a restart of the server.
#[derive(Clone, Debug)]
pub struct ProgramKey(hmac::Key);

/// What a program shows; Debug tells nothing of it.
#[derive(Clone, Eq, PartialEq)]
pub struct ProgramToken(pub String);

impl std::fmt::Debug for ProgramToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProgramToken(…)")
    }
}

/// A participant's place in a visit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    pub(crate) visit: VisitId,
    pub(crate) participant: u8,
}

impl ProgramKey {
    /// From 32 bytes that nobody can guess.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The token of a place while `holder` has it.
    pub(crate) fn token(&self, place: Place, holder: u32) -> ProgramToken {
        let Place { visit, participant } = place;
        let tag = hex(&self.tag(place, holder));
        ProgramToken(format!("{:x}.{participant}.{tag}", visit.0))
    }

    /// The place that a token names; nothing is checked yet.
    pub(crate) fn place(token: &ProgramToken) -> Option<Place> {
        if token.0.len() > TOKEN_CHARS_MAX {
            return None;
        }
        let mut parts = token.0.split('.');
        let visit = VisitId(u64::from_str_radix(parts.next()?, 16).ok()?);
        let participant = parts.next()?.parse().ok()?;
        Some(Place { visit, participant })
    }

    /// Whether this is the token of the place while `holder` has it.
    pub(crate) fn is_good(&self, token: &ProgramToken, place: Place, holder: u32) -> bool {
        let good = self.token(place, holder);
        verify_slices_are_equal(token.0.as_bytes(), good.0.as_bytes()).is_ok()
    }

    fn tag(&self, Place { visit, participant }: Place, holder: u32) -> Vec<u8> {
        let text = format!("program {:x} {participant} {holder}", visit.0);
        let tag = hmac::sign(&self.0, text.as_bytes());
        tag.as_ref().iter().take(TAG_BYTES).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_one_place_of_one_holder() {
        let key = ProgramKey::new(&[3; 32]);
        let place = Place {
            visit: VisitId(0xabc),
            participant: 2,
        };
        let token = key.token(place, 7);
        assert_eq!(ProgramKey::place(&token), Some(place));
        assert!(key.is_good(&token, place, 7));
        assert!(!key.is_good(&token, place, 8), "another holder");
        assert!(!ProgramKey::new(&[4; 32]).is_good(&token, place, 7));
        for (from, to) in [(".2.", ".1."), ("abc.", "abf."), ("abc.", "0abc.")] {
            let forged = ProgramToken(token.0.replace(from, to));
            let place = ProgramKey::place(&forged).unwrap();
            assert!(!key.is_good(&forged, place, 7), "{}", forged.0);
        }
        for nothing in ["", "abc", "x.1.00", "abc.999.00", &"a".repeat(65)] {
            assert_eq!(ProgramKey::place(&ProgramToken(nothing.to_owned())), None);
        }
    }
}
