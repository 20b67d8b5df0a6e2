//! The key of a record, and the sub-keys that each file under it is sealed with.
//!
//! Every log, and every derived file, has a key of its own, derived from the record's key, from the file's place and from a
//! random salt in its header (HKDF-SHA256, RFC 5869). So a nonce that counts from 0 in each file is never used twice under one
//! key, after a crash neither, and destroying the record's one key destroys all of it.

use aws_lc_rs::{aead, hkdf, hmac};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a salt.
pub const SALT_BYTES: usize = 32;

/// A number that no other file has, from the operating system.
pub type Salt = [u8; SALT_BYTES];

/// The secret of one record. Never logged, never stored by this crate.
#[derive(Clone)]
pub struct RecordKey(Zeroizing<[u8; 32]>);

/// Tells keys apart without revealing anything about them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyId(pub [u8; 16]);

impl From<[u8; 32]> for RecordKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(secret)")
    }
}

impl RecordKey {
    /// The key's name, as it stands in headers.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let mut id = [0; 16];
        self.expand(&[0; SALT_BYTES], &[b"ventanilla record key id v1"], &mut id);
        KeyId(id)
    }

    /// Sub-key for AES-256-GCM.
    pub(crate) fn sealing(&self, salt: &Salt, info: &[&[u8]]) -> aead::LessSafeKey {
        let mut bytes = Zeroizing::new([0; 32]);
        self.expand(salt, info, bytes.as_mut());
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, bytes.as_ref())
            .expect("AES-256 takes 32 bytes");
        aead::LessSafeKey::new(key)
    }

    /// Sub-key for HMAC-SHA256.
    pub(crate) fn salting(&self, salt: &Salt, info: &[&[u8]]) -> hmac::Key {
        let mut bytes = Zeroizing::new([0; 32]);
        self.expand(salt, info, bytes.as_mut());
        hmac::Key::new(hmac::HMAC_SHA256, bytes.as_ref())
    }

    fn expand(&self, salt: &Salt, info: &[&[u8]], out: &mut [u8]) {
        hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
            .extract(self.0.as_ref())
            .expand(info, Length(out.len()))
            .and_then(|okm| okm.fill(out))
            .expect("HKDF-SHA256 gives up to 8,160 bytes");
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}
