//! The two transforms, with keys scheduled once: AES-GCM (RFC 7714) and AES-128-CM with HMAC-SHA1-80 (RFC 3711 §4).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;

use super::derive::{Label, derive};
use super::{MasterKey, Profile, RTCP_HEADER_BYTES};
use crate::Error;
use crate::rtp::Ssrc;

const GCM_TAG_BYTES: usize = 16;
const HMAC_TAG_BYTES: usize = 10;
/// E flag: this SRTCP packet is encrypted (RFC 3711 §3.4).
const ENCRYPTED: u32 = 0x8000_0000;

/// Keys of one direction, for RTP and for RTCP.
#[derive(Debug)]
pub(super) struct SessionKeys {
    profile: Profile,
    pub(super) rtp: StreamKeys,
    pub(super) rtcp: StreamKeys,
}

impl SessionKeys {
    pub(super) fn derive(master: &MasterKey) -> Result<Self, Error> {
        use Label::{
            RtcpAuthentication, RtcpEncryption, RtcpSalt, RtpAuthentication, RtpEncryption, RtpSalt,
        };
        let gcm_128 = |encryption, salt| {
            StreamKeys::gcm(&derive::<16>(master, encryption)?, derive(master, salt)?)
        };
        let gcm_256 = |encryption, salt| {
            StreamKeys::gcm(&derive::<32>(master, encryption)?, derive(master, salt)?)
        };
        let counter_mode = |encryption, salt, authentication| {
            StreamKeys::counter_mode(
                &derive(master, encryption)?,
                derive(master, salt)?,
                &derive(master, authentication)?,
            )
        };
        let (rtp, rtcp) = match master.profile {
            Profile::Aes128Gcm => (
                gcm_128(RtpEncryption, RtpSalt)?,
                gcm_128(RtcpEncryption, RtcpSalt)?,
            ),
            Profile::Aes256Gcm => (
                gcm_256(RtpEncryption, RtpSalt)?,
                gcm_256(RtcpEncryption, RtcpSalt)?,
            ),
            Profile::Aes128CmSha1Tag80 => (
                counter_mode(RtpEncryption, RtpSalt, RtpAuthentication)?,
                counter_mode(RtcpEncryption, RtcpSalt, RtcpAuthentication)?,
            ),
        };
        Ok(Self {
            profile: master.profile,
            rtp,
            rtcp,
        })
    }

    pub(super) const fn profile(&self) -> Profile {
        self.profile
    }
}

/// Scheduled session keys of either transform.
pub(super) enum StreamKeys {
    Gcm {
        key: LessSafeKey,
        salt: [u8; 12],
    },
    /// Boxed: large, and the rarer of the two.
    CounterMode {
        key: Box<EncryptingKey>,
        salt: [u8; 14],
        authentication: Box<hmac::Key>,
    },
}

impl std::fmt::Debug for StreamKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Gcm { .. } => "Gcm",
            Self::CounterMode { .. } => "CounterMode",
        })
    }
}

impl StreamKeys {
    /// With 16 bytes of key AES-128-GCM, with 32 AES-256-GCM.
    pub(super) fn gcm(key: &[u8], salt: [u8; 12]) -> Result<Self, Error> {
        let wrong = Error::KeyLength {
            key: key.len(),
            salt: salt.len(),
        };
        let algorithm = if key.len() == 32 {
            &AES_256_GCM
        } else {
            &AES_128_GCM
        };
        let key = UnboundKey::new(algorithm, key).map_err(|_unspecified| wrong)?;
        Ok(Self::Gcm {
            key: LessSafeKey::new(key),
            salt,
        })
    }

    pub(super) fn counter_mode(
        key: &[u8; 16],
        salt: [u8; 14],
        authentication: &[u8; 20],
    ) -> Result<Self, Error> {
        let wrong = Error::KeyLength {
            key: key.len(),
            salt: salt.len(),
        };
        let key = UnboundCipherKey::new(&AES_128, key).map_err(|_unspecified| wrong)?;
        let key = EncryptingKey::ctr(key).map_err(|_unspecified| wrong)?;
        let authentication = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, authentication);
        Ok(Self::CounterMode {
            key: Box::new(key),
            salt,
            authentication: Box::new(authentication),
        })
    }

    /// Seals `packet`, whose last bytes are room for the tag.
    pub(super) fn seal(
        &self,
        ssrc: Ssrc,
        index: u64,
        header_len: usize,
        packet: &mut [u8],
    ) -> Result<(), Error> {
        match self {
            Self::Gcm { key, salt } => {
                let (header, rest) = split(packet, header_len)?;
                let (payload, tag) = split_tag::<GCM_TAG_BYTES>(rest)?;
                let nonce = gcm_rtp_nonce(salt, ssrc, index);
                key.seal_in_place_scatter(nonce, Aad::from(&*header), payload, &[], tag)
                    .map_err(|_unspecified| Error::Malformed { what: "plaintext" })
            }
            Self::CounterMode {
                key,
                salt,
                authentication,
            } => {
                let (head, tag) = split_tag::<HMAC_TAG_BYTES>(packet)?;
                let (_, payload) = split(head, header_len)?;
                apply_keystream(key, counter_iv(salt, ssrc, index), payload)?;
                *tag = hmac_tag(authentication, head, &rollover_counter(index));
                Ok(())
            }
        }
    }

    /// Seals `payload` into `packet`, whose header is in place and whose last bytes are room for the tag.
    pub(super) fn seal_from(
        &self,
        ssrc: Ssrc,
        index: u64,
        payload: &[u8],
        header_len: usize,
        packet: &mut [u8],
    ) -> Result<(), Error> {
        match self {
            Self::Gcm { key, salt } => {
                let (header, rest) = split(packet, header_len)?;
                let (out, tag) = split_tag::<GCM_TAG_BYTES>(rest)?;
                let nonce = gcm_rtp_nonce(salt, ssrc, index);
                key.seal_out_of_place_scatter(nonce, Aad::from(&*header), payload, out, &[], tag)
                    .map_err(|_unspecified| Error::Malformed { what: "plaintext" })
            }
            Self::CounterMode { .. } => {
                let end = header_len + payload.len();
                let (found, needed) = (packet.len(), end + HMAC_TAG_BYTES);
                let place = packet.get_mut(header_len..end);
                place
                    .ok_or(Error::NoSpace { found, needed })?
                    .copy_from_slice(payload);
                self.seal(ssrc, index, header_len, packet)
            }
        }
    }

    /// Opens `packet`; returns its length without the tag.
    pub(super) fn open(
        &self,
        ssrc: Ssrc,
        index: u64,
        header_len: usize,
        packet: &mut [u8],
    ) -> Result<usize, Error> {
        match self {
            Self::Gcm { key, salt } => {
                let (header, rest) = split(packet, header_len)?;
                let (payload, tag) = split_tag::<GCM_TAG_BYTES>(rest)?;
                let nonce = gcm_rtp_nonce(salt, ssrc, index);
                key.open_in_place_separate_tag(nonce, Aad::from(&*header), tag, payload)
                    .map_err(|_unspecified| Error::Authentication)?;
                Ok(packet.len() - GCM_TAG_BYTES)
            }
            Self::CounterMode {
                key,
                salt,
                authentication,
            } => {
                let (head, tag) = split_tag::<HMAC_TAG_BYTES>(packet)?;
                let expected = hmac_tag(authentication, head, &rollover_counter(index));
                verify_slices_are_equal(&expected, tag)
                    .map_err(|_unspecified| Error::Authentication)?;
                let (_, payload) = split(head, header_len)?;
                apply_keystream(key, counter_iv(salt, ssrc, index), payload)?;
                Ok(packet.len() - HMAC_TAG_BYTES)
            }
        }
    }

    /// Seals a compound packet, whose last bytes are room for tag and index (in either order, as the transform has it).
    pub(super) fn seal_rtcp(&self, ssrc: Ssrc, index: u32, packet: &mut [u8]) -> Result<(), Error> {
        let word = (index | ENCRYPTED).to_be_bytes();
        let index = u64::from(index);
        match self {
            Self::Gcm { key, salt } => {
                // RFC 7714 §9: header, ciphertext, tag, index; header and index are the associated data.
                let (rest, index_place) = split_tag::<4>(packet)?;
                *index_place = word;
                let (header, rest) = split(rest, RTCP_HEADER_BYTES)?;
                let (payload, tag) = split_tag::<GCM_TAG_BYTES>(rest)?;
                let aad = Aad::from(rtcp_aad(header, word));
                let nonce = gcm_rtcp_nonce(salt, ssrc, index);
                key.seal_in_place_scatter(nonce, aad, payload, &[], tag)
                    .map_err(|_unspecified| Error::Malformed { what: "plaintext" })
            }
            Self::CounterMode {
                key,
                salt,
                authentication,
            } => {
                // RFC 3711 §3.4: header, ciphertext, index, tag; all before the tag is authenticated.
                let (head, tag) = split_tag::<HMAC_TAG_BYTES>(packet)?;
                let (rest, index_place) = split_tag::<4>(head)?;
                *index_place = word;
                let (_, payload) = split(rest, RTCP_HEADER_BYTES)?;
                apply_keystream(key, counter_iv(salt, ssrc, index), payload)?;
                *tag = hmac_tag(authentication, head, &[]);
                Ok(())
            }
        }
    }

    /// Whether an SRTCP packet says that it is encrypted, and its index.
    pub(super) fn rtcp_index(&self, packet: &[u8]) -> Result<(bool, u64), Error> {
        let after = match self {
            Self::Gcm { .. } => 0,
            Self::CounterMode { .. } => HMAC_TAG_BYTES,
        };
        let too_short = Error::TooShort {
            found: packet.len(),
            needed: after + 4,
        };
        let end = packet.len().checked_sub(after).ok_or(too_short)?;
        let word = packet
            .get(..end)
            .and_then(|head| head.last_chunk::<4>())
            .ok_or(too_short)?;
        let word = u32::from_be_bytes(*word);
        Ok((word & ENCRYPTED != 0, u64::from(word & !ENCRYPTED)))
    }

    /// Opens a compound packet; returns its length without tag and index.
    pub(super) fn open_rtcp(
        &self,
        ssrc: Ssrc,
        encrypted: bool,
        index: u64,
        packet: &mut [u8],
    ) -> Result<usize, Error> {
        let found = packet.len();
        match self {
            Self::Gcm { key, salt } => {
                let (rest, word) = split_tag::<4>(packet)?;
                let nonce = gcm_rtcp_nonce(salt, ssrc, index);
                if !encrypted {
                    // Authenticated only (RFC 7714 §10): nobody who speaks DTLS-SRTP sends that.
                    return Err(Error::Authentication);
                }
                let (header, rest) = split(rest, RTCP_HEADER_BYTES)?;
                let (payload, tag) = split_tag::<GCM_TAG_BYTES>(rest)?;
                let aad = Aad::from(rtcp_aad(header, *word));
                key.open_in_place_separate_tag(nonce, aad, tag, payload)
                    .map_err(|_unspecified| Error::Authentication)?;
                Ok(found - GCM_TAG_BYTES - 4)
            }
            Self::CounterMode {
                key,
                salt,
                authentication,
            } => {
                let (head, tag) = split_tag::<HMAC_TAG_BYTES>(packet)?;
                let expected = hmac_tag(authentication, head, &[]);
                verify_slices_are_equal(&expected, tag)
                    .map_err(|_unspecified| Error::Authentication)?;
                let (rest, _) = split_tag::<4>(head)?;
                if encrypted {
                    let (_, payload) = split(rest, RTCP_HEADER_BYTES)?;
                    apply_keystream(key, counter_iv(salt, ssrc, index), payload)?;
                }
                Ok(found - HMAC_TAG_BYTES - 4)
            }
        }
    }
}

fn split(packet: &mut [u8], at: usize) -> Result<(&mut [u8], &mut [u8]), Error> {
    let found = packet.len();
    packet
        .split_at_mut_checked(at)
        .ok_or(Error::TooShort { found, needed: at })
}

fn split_tag<const LEN: usize>(packet: &mut [u8]) -> Result<(&mut [u8], &mut [u8; LEN]), Error> {
    let found = packet.len();
    packet
        .split_last_chunk_mut()
        .ok_or(Error::TooShort { found, needed: LEN })
}

/// RFC 7714 §8.1: two zero bytes, source, rollover counter, sequence number, all xored with the salt.
fn gcm_rtp_nonce(salt: &[u8; 12], ssrc: Ssrc, index: u64) -> Nonce {
    let value = (u128::from(ssrc.0) << 48) | u128::from(index & 0xffff_ffff_ffff);
    gcm_nonce(salt, value)
}

/// RFC 7714 §9.1: two zero bytes, source, two zero bytes, index, all xored with the salt.
fn gcm_rtcp_nonce(salt: &[u8; 12], ssrc: Ssrc, index: u64) -> Nonce {
    gcm_nonce(
        salt,
        (u128::from(ssrc.0) << 48) | u128::from(index & 0x7fff_ffff),
    )
}

fn gcm_nonce(salt: &[u8; 12], value: u128) -> Nonce {
    let mut nonce = *salt;
    let [_, _, _, _, low @ ..] = value.to_be_bytes();
    for (byte, of_value) in nonce.iter_mut().zip(low) {
        *byte ^= of_value;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// RFC 7714 §17: header and the word of flag and index.
fn rtcp_aad(header: &[u8], word: [u8; 4]) -> [u8; RTCP_HEADER_BYTES + 4] {
    let mut aad = [0; RTCP_HEADER_BYTES + 4];
    for (to, from) in aad.iter_mut().zip(header.iter().chain(&word)) {
        *to = *from;
    }
    aad
}

/// RFC 3711 §4.1.1: salt · 2^16 xor source · 2^64 xor index · 2^16.
fn counter_iv(salt: &[u8; 14], ssrc: Ssrc, index: u64) -> [u8; 16] {
    let mut salted = [0; 16];
    for (to, from) in salted.iter_mut().zip(salt) {
        *to = *from;
    }
    let value = (u128::from(ssrc.0) << 64) ^ (u128::from(index) << 16);
    (u128::from_be_bytes(salted) ^ value).to_be_bytes()
}

fn apply_keystream(key: &EncryptingKey, iv: [u8; 16], data: &mut [u8]) -> Result<(), Error> {
    key.less_safe_encrypt(data, EncryptionContext::Iv128((&iv).into()))
        .map(|_same_iv| ())
        .map_err(|_unspecified| Error::Malformed { what: "plaintext" })
}

fn rollover_counter(index: u64) -> [u8; 4] {
    let [_, _, counter @ .., _, _] = index.to_be_bytes();
    counter
}

/// RFC 3711 §4.2: HMAC-SHA1 over the packet and, for SRTP, the rollover counter; the first 80 bits.
fn hmac_tag(key: &hmac::Key, head: &[u8], rollover: &[u8]) -> [u8; HMAC_TAG_BYTES] {
    let mut context = hmac::Context::with_key(key);
    context.update(head);
    context.update(rollover);
    let tag = context.sign();
    let mut short = [0; HMAC_TAG_BYTES];
    for (to, from) in short.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    short
}
