//! The bare loop's one agreement with its load: who a person is, and which keys it has. There is no ICE, DTLS or SDP.
//!
//! A person is a number. Numbers are dealt in groups of equal size: those of one group hear each other. A person says its number
//! in a [`hello`], and what it sends from then on is sealed with keys that follow from the number.
//! Nothing here is secret: it must never be reachable from outside the machine.
//!
//! ```
//! use ventanilla_limit::{hello, keys, read_hello};
//! use media_packet::srtp::Profile;
//!
//! assert_eq!(read_hello(&hello(7)), Some(7));
//! assert!(keys(Profile::Aes128Gcm, 7).is_ok());
//! ```

use media_packet::Error;
use media_packet::srtp::{MasterKey, Profile};

/// Bytes of a hello.
pub const HELLO_BYTES: usize = 8;

/// First bytes of a hello: in the range that STUN has on a real port, so that it is no media.
const MARK: [u8; 4] = [0, b'V', b'L', b'M'];

/// People at the most: as many as one worker of the server takes.
pub const PEOPLE_MAX: u32 = 2_000;

/// What a person says first.
#[must_use]
pub const fn hello(person: u32) -> [u8; HELLO_BYTES] {
    let [m0, m1, m2, m3] = MARK;
    let [n0, n1, n2, n3] = person.to_be_bytes();
    [m0, m1, m2, m3, n0, n1, n2, n3]
}

/// The person who says hello; none when the datagram is something else.
#[must_use]
pub fn read_hello(datagram: &[u8]) -> Option<u32> {
    let (mark, number) = datagram.split_first_chunk::<4>()?;
    let number = u32::from_be_bytes(*number.first_chunk::<4>()?);
    (*mark == MARK && number < PEOPLE_MAX).then_some(number)
}

/// What a person seals with, and what is sealed for it.
///
/// # Errors
/// [`Error::KeyLength`], never in practice.
pub fn keys(profile: Profile, person: u32) -> Result<(MasterKey, MasterKey), Error> {
    let [a, b, c, d] = person.to_be_bytes();
    let master = |direction: u8| {
        let bytes = std::array::from_fn::<u8, 32, _>(|at| match at % 5 {
            0 => direction,
            1 => a,
            2 => b,
            3 => c,
            _ => d,
        });
        let part = |len: usize| bytes.get(..len).unwrap_or_default();
        MasterKey::new(profile, part(profile.key_len()), part(profile.salt_len()))
    };
    Ok((master(1)?, master(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_says_who_and_nothing_else_is_one() {
        assert_eq!(read_hello(&hello(1_999)), Some(1_999));
        assert_eq!(read_hello(&hello(PEOPLE_MAX)), None);
        assert_eq!(read_hello(&hello(1)[..7]), None);
        assert_eq!(read_hello(&[0x80, 111, 0, 1, 0, 0, 0, 0]), None);
    }
}
