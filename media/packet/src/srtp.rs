//! SRTP and SRTCP in place (RFC 3711, RFC 7714): one [`Sealer`] and one [`Opener`] per connection.
//!
//! Keys are derived and scheduled once per direction. A packet is authenticated before any state changes, and no index is
//! sealed twice under one key, whoever asks: with GCM that would give the key away.
//! Keying (DTLS, RFC 5764) and demultiplexing are left to the crate `media`.

use crate::Error;
use crate::rtp::{self, Layout, Ssrc};

mod cipher;
mod derive;
mod index;

use cipher::SessionKeys;
use index::{ReplayWindow, SourceTable};

/// Sources of one connection and direction at the most: six people with camera and retransmissions are 12 audio and video
/// streams and 6 of repair; 32 leaves room for a screen and sources that change.
pub const SOURCES_MAX: usize = 32;

/// Protection profiles that we offer (RFC 5764 §4.1.2, RFC 7714 §14.2), preferred first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Profile {
    /// AEAD_AES_128_GCM: one pass, the cheapest.
    Aes128Gcm,
    /// AEAD_AES_256_GCM: what DTLS stacks that prefer strength choose.
    Aes256Gcm,
    /// AES_CM_128_HMAC_SHA1_80: what everybody must support.
    Aes128CmSha1Tag80,
}

impl Profile {
    /// Bytes of the master key.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128CmSha1Tag80 => 16,
            Self::Aes256Gcm => 32,
        }
    }

    /// Bytes of the master salt.
    #[must_use]
    pub const fn salt_len(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => 12,
            Self::Aes128CmSha1Tag80 => 14,
        }
    }

    /// Bytes that DTLS must export: both keys, then both salts (RFC 5764 §4.2).
    #[must_use]
    pub const fn keying_material_len(self) -> usize {
        2 * (self.key_len() + self.salt_len())
    }

    /// Bytes of the authentication tag.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => 16,
            Self::Aes128CmSha1Tag80 => 10,
        }
    }
}

/// Master key and salt of one direction; wiped when dropped.
pub struct MasterKey {
    profile: Profile,
    /// As long as the longest; [`Profile::key_len`] bytes count.
    key: [u8; 32],
    /// As long as the longest; what a shorter one lacks is zero (RFC 7714 §11).
    salt: [u8; 14],
}

impl MasterKey {
    /// From its parts.
    ///
    /// # Errors
    /// [`Error::KeyLength`].
    pub fn new(profile: Profile, key: &[u8], salt: &[u8]) -> Result<Self, Error> {
        let wrong = Error::KeyLength {
            key: key.len(),
            salt: salt.len(),
        };
        if key.len() != profile.key_len() || salt.len() != profile.salt_len() {
            return Err(wrong);
        }
        let mut master = Self {
            profile,
            key: [0; 32],
            salt: [0; 14],
        };
        master
            .key
            .get_mut(..key.len())
            .ok_or(wrong)?
            .copy_from_slice(key);
        master
            .salt
            .get_mut(..salt.len())
            .ok_or(wrong)?
            .copy_from_slice(salt);
        Ok(master)
    }

    fn key(&self) -> &[u8] {
        self.key.get(..self.profile.key_len()).unwrap_or_default()
    }

    /// Splits what DTLS exported (RFC 5764 §4.2); returns the client's key, then the server's.
    /// The DTLS client seals with the first and opens with the second.
    ///
    /// # Errors
    /// [`Error::TooShort`].
    pub fn split(profile: Profile, material: &[u8]) -> Result<(Self, Self), Error> {
        let (key_len, salt_len) = (profile.key_len(), profile.salt_len());
        let needed = profile.keying_material_len();
        let too_short = Error::TooShort {
            found: material.len(),
            needed,
        };
        let part = |from: usize, len: usize| material.get(from..from + len).ok_or(too_short);
        let client = Self::new(profile, part(0, key_len)?, part(2 * key_len, salt_len)?)?;
        let server_salt = part(2 * key_len + salt_len, salt_len)?;
        let server = Self::new(profile, part(key_len, key_len)?, server_salt)?;
        Ok((client, server))
    }
}

impl Drop for MasterKey {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.key.zeroize();
        self.salt.zeroize();
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MasterKey")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

/// Seals what we send on one connection.
#[derive(Debug)]
pub struct Sealer {
    keys: SessionKeys,
    sources: SourceTable,
    /// One counter for all sources: it rises for each of them, which is all that RFC 3711 §3.4 needs.
    rtcp_index: u32,
}

/// The SRTCP index has 31 bits (RFC 3711 §3.4); after so many packets a connection must be keyed again.
const RTCP_INDEX_MAX: u32 = 0x7fff_ffff;

impl Sealer {
    /// Derives and schedules the keys.
    ///
    /// # Errors
    /// [`Error::KeyLength`], when the crypto library refuses the key.
    pub fn new(master: &MasterKey) -> Result<Self, Error> {
        let keys = SessionKeys::derive(master)?;
        Ok(Self {
            keys,
            sources: SourceTable::default(),
            rtcp_index: 0,
        })
    }

    /// Bytes that [`Self::seal_rtp`] adds.
    #[must_use]
    pub const fn rtp_overhead(&self) -> usize {
        self.keys.profile().tag_len()
    }

    /// Seals the packet in `buffer[..len]` in place; returns its new length.
    ///
    /// # Errors
    /// [`Error::NoSpace`] when `buffer` has no room for the tag; [`Error::IndexReused`] when this source and sequence number
    /// were sealed before, or more than 127 numbers ago: send a retransmission by RTX or under a new number;
    /// [`Error::TooManySources`]; [`Error::TooShort`] and [`Error::Version`] when it is no RTP packet.
    pub fn seal_rtp(&mut self, buffer: &mut [u8], len: usize) -> Result<usize, Error> {
        let packet = buffer.get(..len).ok_or(Error::TooShort {
            found: buffer.len(),
            needed: len,
        })?;
        let layout = Layout::parse(packet)?;
        let (found, needed) = (buffer.len(), len + self.rtp_overhead());
        let out = buffer
            .get_mut(..needed)
            .ok_or(Error::NoSpace { found, needed })?;
        let (slot, index) = self.next_index(&layout)?;
        self.keys
            .rtp
            .seal(layout.header.ssrc, index, layout.header_len, out)?;
        self.sources.accept(slot, index)?;
        Ok(needed)
    }

    /// Seals `payload` behind the header that lies in `buffer[..header_len]`, without copying it first:
    /// for one plaintext that goes to many. Returns the length of the sealed packet.
    ///
    /// # Errors
    /// As [`Self::seal_rtp`].
    pub fn seal_rtp_from(
        &mut self,
        payload: &[u8],
        buffer: &mut [u8],
        header_len: usize,
    ) -> Result<usize, Error> {
        let too_short = Error::TooShort {
            found: buffer.len(),
            needed: header_len,
        };
        let layout = Layout::parse(buffer.get(..header_len).ok_or(too_short)?)?;
        let needed = header_len + payload.len() + self.rtp_overhead();
        let found = buffer.len();
        let out = buffer
            .get_mut(..needed)
            .ok_or(Error::NoSpace { found, needed })?;
        let (slot, index) = self.next_index(&layout)?;
        self.keys
            .rtp
            .seal_from(layout.header.ssrc, index, payload, header_len, out)?;
        self.sources.accept(slot, index)?;
        Ok(needed)
    }

    fn next_index(&self, layout: &Layout) -> Result<(index::Slot, u64), Error> {
        let (slot, index) = self
            .sources
            .estimate(layout.header.ssrc, layout.header.sequence)?;
        if self.sources.is_replay(slot, index) {
            return Err(Error::IndexReused { index });
        }
        Ok((slot, index))
    }

    /// Seals the compound RTCP packet in `buffer[..len]` in place; returns its new length.
    ///
    /// # Errors
    /// [`Error::NoSpace`], [`Error::TooShort`], [`Error::Version`]; [`Error::IndexReused`] after 2^31 packets.
    pub fn seal_rtcp(&mut self, buffer: &mut [u8], len: usize) -> Result<usize, Error> {
        let packet = buffer.get(..len).ok_or(Error::TooShort {
            found: buffer.len(),
            needed: len,
        })?;
        let ssrc = rtcp_sender(packet)?;
        let (found, needed) = (buffer.len(), len + self.keys.profile().tag_len() + 4);
        let out = buffer
            .get_mut(..needed)
            .ok_or(Error::NoSpace { found, needed })?;
        if self.rtcp_index > RTCP_INDEX_MAX {
            return Err(Error::IndexReused {
                index: u64::from(self.rtcp_index),
            });
        }
        self.keys.rtcp.seal_rtcp(ssrc, self.rtcp_index, out)?;
        self.rtcp_index += 1;
        Ok(needed)
    }
}

/// What [`Opener::open_rtp`] found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Opened {
    /// Bytes of the open packet, at the beginning of the buffer.
    pub len: usize,
    /// Where things are in it.
    pub layout: Layout,
    /// SRTP index: rollover counter, then sequence number (RFC 3711 §3.3.1).
    pub index: u64,
}

/// Opens what comes on one connection.
#[derive(Debug)]
pub struct Opener {
    keys: SessionKeys,
    sources: SourceTable,
    rtcp_sources: Vec<(Ssrc, ReplayWindow)>,
}

impl Opener {
    /// Derives and schedules the keys.
    ///
    /// # Errors
    /// [`Error::KeyLength`], when the crypto library refuses the key.
    pub fn new(master: &MasterKey) -> Result<Self, Error> {
        let keys = SessionKeys::derive(master)?;
        Ok(Self {
            keys,
            sources: SourceTable::default(),
            rtcp_sources: Vec::new(),
        })
    }

    /// Opens the packet in place. On an error nothing but the bytes of the buffer has changed.
    ///
    /// # Errors
    /// [`Error::Authentication`], [`Error::Replay`], [`Error::TooManySources`], [`Error::TooShort`], [`Error::Version`].
    pub fn open_rtp(&mut self, packet: &mut [u8]) -> Result<Opened, Error> {
        let layout = Layout::parse(packet)?;
        let needed = layout.header_len + self.keys.profile().tag_len();
        if packet.len() < needed {
            return Err(Error::TooShort {
                found: packet.len(),
                needed,
            });
        }
        let rtp::Header { ssrc, sequence, .. } = layout.header;
        let (slot, index) = self.sources.estimate(ssrc, sequence)?;
        if self.sources.is_replay(slot, index) {
            return Err(Error::Replay { index });
        }
        let len = self.keys.rtp.open(ssrc, index, layout.header_len, packet)?;
        self.sources.accept(slot, index)?;
        Ok(Opened { len, layout, index })
    }

    /// Opens the compound RTCP packet in place; returns its length. On an error nothing but the bytes of the buffer has changed.
    ///
    /// # Errors
    /// As [`Self::open_rtp`].
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, Error> {
        let ssrc = rtcp_sender(packet)?;
        let needed = RTCP_HEADER_BYTES + self.keys.profile().tag_len() + 4;
        if packet.len() < needed {
            return Err(Error::TooShort {
                found: packet.len(),
                needed,
            });
        }
        let (encrypted, index) = self.keys.rtcp.rtcp_index(packet)?;
        let known = self
            .rtcp_sources
            .iter()
            .position(|(known, _)| *known == ssrc);
        let window = known.and_then(|at| self.rtcp_sources.get(at));
        if window.is_some_and(|(_, window)| window.is_replay(index)) {
            return Err(Error::Replay { index });
        }
        if known.is_none() && self.rtcp_sources.len() >= SOURCES_MAX {
            return Err(Error::TooManySources {
                ssrc,
                max: SOURCES_MAX,
            });
        }
        let len = self.keys.rtcp.open_rtcp(ssrc, encrypted, index, packet)?;
        match known.and_then(|at| self.rtcp_sources.get_mut(at)) {
            Some((_, window)) => window.accept(index),
            None => self
                .rtcp_sources
                .push((ssrc, ReplayWindow::starting_at(index))),
        }
        Ok(len)
    }
}

/// First word of an RTCP packet and its sender: what SRTCP leaves in the clear.
const RTCP_HEADER_BYTES: usize = 8;

fn rtcp_sender(packet: &[u8]) -> Result<Ssrc, Error> {
    let too_short = Error::TooShort {
        found: packet.len(),
        needed: RTCP_HEADER_BYTES,
    };
    let [first, _, _, _, ssrc @ ..] = packet.first_chunk::<RTCP_HEADER_BYTES>().ok_or(too_short)?;
    if first >> 6 != 2 {
        return Err(Error::Version { found: first >> 6 });
    }
    Ok(Ssrc(u32::from_be_bytes(*ssrc)))
}

#[cfg(test)]
mod tests;
