//! Credentials of the relay: signalling gives them out, the relay checks them, and neither asks the other. A name says until
//! when it counts and whom it was given to; its password is an HMAC of it under a key that only this process has.
//!
//! Invariant: whoever was given no name that has not expired allocates nothing.

use aws_lc_rs::hmac;

/// Bytes of a name at the most: an expiry, a visit, a participant.
const NAME_BYTES_MAX: usize = 64;

/// The key of all relay credentials of one run.
#[derive(Clone, Debug)]
pub struct RelayKey(hmac::Key);

impl RelayKey {
    /// `secret` is 32 bytes of the system's randomness.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &secret))
    }

    /// Name and password for a participant of a visit, good until `expires_s` (seconds since 1970 UTC).
    #[must_use]
    pub fn issue(&self, visit: u64, participant: u8, expires_s: i64) -> (String, String) {
        let name = format!("{expires_s}:{visit:x}.{participant}");
        let password = self.password(&name);
        (name, password)
    }

    /// The password of a name; none when the name is not of ours, or has expired at `now_s`.
    #[must_use]
    pub fn valid_password(&self, name: &str, now_s: i64) -> Option<String> {
        if name.len() > NAME_BYTES_MAX {
            return None;
        }
        let (expires_s, _whom) = name.split_once(':')?;
        let expires_s: i64 = expires_s.parse().ok()?;
        (now_s < expires_s).then(|| self.password(name))
    }

    /// A nonce for the n-th connection, which nobody else can know (RFC 8489 §9.2).
    #[must_use]
    pub fn nonce(&self, connection: u64) -> String {
        self.password(&format!("nonce {connection}"))
    }

    fn password(&self, name: &str) -> String {
        let tag = hmac::sign(&self.0, name.as_bytes());
        let digits = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
        digits.take(20).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_password_until_it_expires() {
        let key = RelayKey::new([1; 32]);
        let (name, password) = key.issue(0xabc, 1, 1_000);
        assert_eq!(name, "1000:abc.1");
        assert_eq!(key.valid_password(&name, 999), Some(password.clone()));
        assert_eq!(key.valid_password(&name, 1_000), None);
        assert_ne!(
            key.valid_password("1001:abc.1", 999),
            Some(password.clone())
        );
        assert_ne!(
            RelayKey::new([2; 32]).valid_password(&name, 0),
            Some(password)
        );
        assert_eq!(key.valid_password("abc", 0), None);
        let long = format!("9000:{}", "a".repeat(NAME_BYTES_MAX));
        assert_eq!(key.valid_password(&long, 0), None);
    }
}
