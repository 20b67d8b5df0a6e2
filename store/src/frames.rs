//! AES-256-GCM over one message, with a random nonce before it and its place bound to it.
//!
//! Invariant: a sealed message opens only with its key, and only in the place it was sealed for.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
};

use crate::error::Error;

/// Bytes that sealing adds: nonce and tag.
pub(crate) const SEAL_BYTES: usize = NONCE_LEN + 16;

pub(crate) fn key(bytes: &[u8; 32]) -> Result<LessSafeKey, Error> {
    let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_unspecified| Error::Cryptography)?;
    Ok(LessSafeKey::new(key))
}

/// Nonce, ciphertext, tag. Nonces are random: a key seals far fewer than 2^32 messages (NIST SP 800-38D §8.3).
pub(crate) fn seal(key: &LessSafeKey, place: &[u8], message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut nonce = [0; NONCE_LEN];
    rand::fill(&mut nonce).map_err(|_unspecified| Error::Cryptography)?;
    let mut body = message.to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(place),
        &mut body,
    )
    .map_err(|_unspecified| Error::Cryptography)?;
    let mut sealed = nonce.to_vec();
    sealed.append(&mut body);
    Ok(sealed)
}

pub(crate) fn open(
    what: &'static str,
    key: &LessSafeKey,
    place: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    let (nonce, body) = sealed.split_first_chunk().ok_or(Error::Short { what })?;
    let mut body = body.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let message = key
        .open_in_place(nonce, Aad::from(place), &mut body)
        .map_err(|_unspecified| Error::Tampered { what })?;
    let length = message.len();
    body.truncate(length);
    Ok(body)
}
