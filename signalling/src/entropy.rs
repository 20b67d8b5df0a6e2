//! Randomness as an argument: one seed from the operating system at the start, then bytes by hashing, so that the same
//! inputs and the same seed give the same outputs.
//!
//! Invariant: no byte is given twice, and who learns the state later cannot compute what was given before.

use aws_lc_rs::digest::{SHA256, digest};

/// Bytes that one step gives.
const STEP_BYTES: usize = 32;

/// A source of random bytes that nobody can guess who does not know the seed.
pub struct Entropy {
    state: [u8; STEP_BYTES],
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy(…)")
    }
}

impl Entropy {
    /// A source that begins with `seed`: 256 bits of the operating system's randomness, or a fixed value in a simulation.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self { state: seed }
    }

    /// `N` random bytes, at most 32.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        const { assert!(N <= STEP_BYTES, "one step gives no more") };
        let output = hash(&[&self.state, b"output"]);
        self.state = hash(&[&self.state, b"next"]);
        let (bytes, _rest) = output
            .split_first_chunk::<N>()
            .expect("N is at most the length of a hash");
        *bytes
    }
}

/// SHA-256 over the parts, one after another.
pub(crate) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let joined = parts.concat();
    digest(&SHA256, &joined)
        .as_ref()
        .try_into()
        .expect("SHA-256 has 32 bytes")
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_no_step_repeats() {
        let (mut one, mut two) = (Entropy::new([7; 32]), Entropy::new([7; 32]));
        let given: Vec<[u8; 16]> = (0..100).map(|_| one.bytes()).collect();
        assert!(given.iter().all(|bytes| *bytes == two.bytes::<16>()));
        let distinct: std::collections::HashSet<_> = given.iter().collect();
        assert_eq!(distinct.len(), given.len());
    }

    #[test]
    fn the_hash_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&hash(&[b"a", b"bc"])), expected);
    }
}
