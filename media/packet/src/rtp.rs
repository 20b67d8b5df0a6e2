//! RTP packets (RFC 3550 §5): header to values and back, over borrowed bytes.
//!
//! Reading copies nothing; rewriting happens in place or by writing a new header before a shared payload.
//! Payload formats are left to [`crate::vp8`]; keys to [`crate::srtp`].

use crate::Error;

mod extension;
mod sequence;

pub use extension::{ExtensionKind, ExtensionMap, ExtensionValues, SDES_BYTES_MAX, SdesValue};
pub use sequence::{ExtendedSequence, SequenceUnwrapper};

/// Synchronisation source: one stream of one sender (RFC 3550 §3).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Ssrc(pub u32);

/// Bytes of the fixed header.
pub const FIXED_HEADER_BYTES: usize = 12;

/// The fields of the fixed header that we care about.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Header {
    /// Marker bit: the last packet of a video frame, the first of a talk spurt.
    pub marker: bool,
    /// Payload type, 0-127.
    pub payload_type: u8,
    /// Sequence number.
    pub sequence: u16,
    /// Timestamp in units of the codec's clock.
    pub timestamp: u32,
    /// Source.
    pub ssrc: Ssrc,
}

impl Header {
    /// Writes the fixed header, without CSRC, extension or padding; returns its length, [`FIXED_HEADER_BYTES`].
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn write(&self, out: &mut [u8]) -> Result<usize, Error> {
        let found = out.len();
        let no_space = Error::NoSpace {
            found,
            needed: FIXED_HEADER_BYTES,
        };
        *out.first_chunk_mut().ok_or(no_space)? = self.to_bytes(false);
        Ok(FIXED_HEADER_BYTES)
    }

    /// Writes the header with the extensions that `values` has and `map` knows; returns the length of both.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn write_with(
        &self,
        out: &mut [u8],
        values: &ExtensionValues,
        map: &ExtensionMap,
    ) -> Result<usize, Error> {
        let found = out.len();
        let no_space = Error::NoSpace {
            found,
            needed: FIXED_HEADER_BYTES,
        };
        let (fixed, rest) = out.split_first_chunk_mut().ok_or(no_space)?;
        let extension_bytes = values.write(map, rest)?;
        *fixed = self.to_bytes(extension_bytes > 0);
        Ok(FIXED_HEADER_BYTES + extension_bytes)
    }

    /// Writes a whole packet of nothing but padding, which only probes: `padding` bytes of it, at least one. The only extension
    /// is the transport-wide number. Returns its length.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn write_padding(
        &self,
        out: &mut [u8],
        transport_sequence: Option<u16>,
        map: &ExtensionMap,
        padding: u8,
    ) -> Result<usize, Error> {
        let values = ExtensionValues {
            transport_sequence,
            ..ExtensionValues::default()
        };
        let header_len = self.write_with(out, &values, map)?;
        let padding = padding.max(1);
        let (found, needed) = (out.len(), header_len + usize::from(padding));
        let place = out.get_mut(header_len..needed);
        let place = place.ok_or(Error::NoSpace { found, needed })?;
        place.fill(0);
        if let Some(count) = place.last_mut() {
            *count = padding;
        }
        if let Some(first) = out.first_mut() {
            // RFC 3550 §5.1: the padding bit.
            *first |= 0x20;
        }
        Ok(needed)
    }

    fn to_bytes(self, extension: bool) -> [u8; FIXED_HEADER_BYTES] {
        let first = if extension { 0x90 } else { 0x80 };
        let second = (u8::from(self.marker) << 7) | (self.payload_type & 0x7f);
        let [s0, s1] = self.sequence.to_be_bytes();
        let [t0, t1, t2, t3] = self.timestamp.to_be_bytes();
        let [c0, c1, c2, c3] = self.ssrc.0.to_be_bytes();
        [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3]
    }
}

/// Where things are in a packet; found without looking at the payload, so it also serves for sealed packets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Layout {
    /// Fixed header.
    pub header: Header,
    /// Bytes before the payload: fixed header, CSRC list and extension.
    pub header_len: usize,
    /// The padding bit; how many bytes is known only once the payload is open.
    pub padded: bool,
    /// Profile of the header extension ("defined by profile", RFC 3550 §5.3.1), and where its data is.
    extension: Option<(u16, usize)>,
}

impl Layout {
    /// Reads the header of a sealed or open packet.
    ///
    /// # Errors
    /// [`Error::TooShort`], [`Error::Version`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let found = bytes.len();
        let too_short = |needed| Error::TooShort { found, needed };
        let fixed = bytes.first_chunk::<FIXED_HEADER_BYTES>();
        let [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] =
            *fixed.ok_or_else(|| too_short(FIXED_HEADER_BYTES))?;
        if first >> 6 != 2 {
            return Err(Error::Version { found: first >> 6 });
        }
        let mut header_len = FIXED_HEADER_BYTES + 4 * usize::from(first & 0x0f);
        let mut extension = None;
        if first & 0x10 != 0 {
            let start = bytes
                .get(header_len..)
                .and_then(|rest| rest.first_chunk::<4>());
            let [p0, p1, l0, l1] = *start.ok_or_else(|| too_short(header_len + 4))?;
            extension = Some((u16::from_be_bytes([p0, p1]), header_len + 4));
            header_len += 4 + 4 * usize::from(u16::from_be_bytes([l0, l1]));
        }
        if found < header_len {
            return Err(too_short(header_len));
        }
        Ok(Self {
            header: Header {
                marker: second & 0x80 != 0,
                payload_type: second & 0x7f,
                sequence: u16::from_be_bytes([s0, s1]),
                timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
                ssrc: Ssrc(u32::from_be_bytes([c0, c1, c2, c3])),
            },
            header_len,
            padded: first & 0x20 != 0,
            extension,
        })
    }
}

/// An open (decrypted) packet over borrowed bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Packet<'a> {
    layout: Layout,
    bytes: &'a [u8],
    payload_len: usize,
}

impl<'a> Packet<'a> {
    /// Reads an open packet and checks its padding.
    ///
    /// # Errors
    /// [`Error::TooShort`], [`Error::Version`], [`Error::Padding`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let layout = Layout::parse(bytes)?;
        let payload = bytes.len() - layout.header_len;
        let padding = match bytes.last() {
            Some(&count) if layout.padded => usize::from(count),
            _ => 0,
        };
        if padding > payload || (layout.padded && padding == 0) {
            return Err(Error::Padding {
                found: padding,
                payload,
            });
        }
        Ok(Self {
            layout,
            bytes,
            payload_len: payload - padding,
        })
    }

    /// The fixed header.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.layout.header
    }

    /// Bytes before the payload.
    #[must_use]
    pub const fn header_len(&self) -> usize {
        self.layout.header_len
    }

    /// The payload without padding; empty in packets that only probe for bandwidth.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        let end = self.layout.header_len + self.payload_len;
        self.bytes
            .get(self.layout.header_len..end)
            .unwrap_or_default()
    }

    /// The whole packet.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The extensions that `map` knows (RFC 8285, one-byte and two-byte form); what is malformed is left out.
    #[must_use]
    pub fn extensions(&self, map: &ExtensionMap) -> ExtensionValues {
        let Some((profile, start)) = self.layout.extension else {
            return ExtensionValues::default();
        };
        let data = self
            .bytes
            .get(start..self.layout.header_len)
            .unwrap_or_default();
        ExtensionValues::read(map, profile, data)
    }
}

/// Rewrites the fixed header of a packet in place: marker, payload type, sequence, timestamp and source;
/// version, padding, extension bit and CSRC count stay.
///
/// # Errors
/// [`Error::TooShort`].
pub fn rewrite(bytes: &mut [u8], header: &Header) -> Result<(), Error> {
    let found = bytes.len();
    let too_short = Error::TooShort {
        found,
        needed: FIXED_HEADER_BYTES,
    };
    let fixed = bytes
        .first_chunk_mut::<FIXED_HEADER_BYTES>()
        .ok_or(too_short)?;
    let first = fixed[0];
    *fixed = header.to_bytes(false);
    fixed[0] = first;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_header() -> impl Strategy<Value = Header> {
        (
            any::<bool>(),
            0..128u8,
            any::<u16>(),
            any::<u32>(),
            any::<u32>(),
        )
            .prop_map(|(marker, payload_type, sequence, timestamp, ssrc)| Header {
                marker,
                payload_type,
                sequence,
                timestamp,
                ssrc: Ssrc(ssrc),
            })
    }

    proptest! {
        #[test]
        fn a_written_header_reads_back(header in any_header(), payload in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut bytes = vec![0; FIXED_HEADER_BYTES];
            header.write(&mut bytes).unwrap();
            bytes.extend_from_slice(&payload);
            let packet = Packet::parse(&bytes).unwrap();
            prop_assert_eq!(packet.header(), header);
            prop_assert_eq!(packet.payload(), payload.as_slice());
        }

        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(packet) = Packet::parse(&bytes) {
                let _values = packet.extensions(&ExtensionMap::default());
                prop_assert!(packet.header_len() + packet.payload().len() <= bytes.len());
            }
        }

        #[test]
        fn a_rewrite_changes_the_fixed_header_only(old in any_header(), new in any_header()) {
            let mut bytes = vec![0; FIXED_HEADER_BYTES];
            old.write(&mut bytes).unwrap();
            bytes[0] |= 0x01;
            bytes.extend_from_slice(&[1, 2, 3, 4, 42]);
            rewrite(&mut bytes, &new).unwrap();
            let packet = Packet::parse(&bytes).unwrap();
            prop_assert_eq!(packet.header(), new);
            prop_assert_eq!(packet.payload(), &[42]);
        }
    }

    #[test]
    fn csrc_extension_and_padding_are_skipped() {
        let bytes = [
            0xb1, 0xe0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 5, 1, 1, 1, 1, 0xbe, 0xde, 0, 1, 0, 0, 0, 0,
            b'v', b'8', 0, 2,
        ];
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!(packet.header_len(), 24);
        assert_eq!(packet.payload(), b"v8");
        assert!(packet.header().marker);
    }

    #[test]
    fn written_padding_reads_back_as_an_empty_payload() {
        let mut map = ExtensionMap::default();
        map.set(ExtensionKind::TransportSequence, 3);
        let mut bytes = [0xff; 400];
        for padding in [0, 1, 255] {
            let header = Header::default();
            let len = header
                .write_padding(&mut bytes, Some(77), &map, padding)
                .unwrap();
            let packet = Packet::parse(&bytes[..len]).unwrap();
            assert_eq!((packet.header(), packet.payload()), (header, &[][..]));
            assert_eq!(packet.extensions(&map).transport_sequence, Some(77));
            assert_eq!(len - packet.header_len(), usize::from(padding.max(1)));
        }
        let short = Header::default().write_padding(&mut bytes[..100], None, &map, 255);
        assert!(matches!(short, Err(Error::NoSpace { .. })));
    }

    #[test]
    fn padding_longer_than_the_payload_is_refused() {
        let bytes = [0xa0, 0x60, 0, 7, 0, 0, 0, 9, 0, 0, 0, 5, 1, 9];
        assert_eq!(
            Packet::parse(&bytes),
            Err(Error::Padding {
                found: 9,
                payload: 2
            })
        );
        assert_eq!(
            Packet::parse(&bytes[..12]),
            Err(Error::Padding {
                found: 5,
                payload: 0
            })
        );
    }

    #[test]
    fn another_version_or_a_cut_header_is_refused() {
        assert_eq!(Layout::parse(&[0x40; 12]), Err(Error::Version { found: 1 }));
        assert_eq!(
            Layout::parse(&[0x80; 11]),
            Err(Error::TooShort {
                found: 11,
                needed: 12
            })
        );
        let extension_cut = [
            0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0, 2, 0, 0, 0, 0,
        ];
        assert_eq!(
            Layout::parse(&extension_cut),
            Err(Error::TooShort {
                found: 20,
                needed: 24
            })
        );
    }
}
