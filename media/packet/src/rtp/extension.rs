//! Header extensions (RFC 8285): the few we read or write, by their negotiated ids, in one-byte and two-byte form.

use crate::Error;

/// Bytes of a MID or RID at the most: they travel in packets, and the one-byte form holds 16 (RFC 8285 §4.2).
pub const SDES_BYTES_MAX: usize = 16;

/// An extension that we understand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum ExtensionKind {
    /// Which section of the SDP the stream belongs to (RFC 9143).
    Mid = 0,
    /// Which simulcast layer a stream is (RFC 8852).
    Rid = 1,
    /// Which simulcast layer a stream of retransmissions repairs (RFC 8852).
    RepairedRid = 2,
    /// When the packet left, 24 bits of 6.18 fixed-point seconds.
    AbsSendTime = 3,
    /// Number of the packet among all of the connection (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    TransportSequence = 4,
    /// Loudness of the packet's sound (RFC 6464).
    AudioLevel = 5,
    /// How the picture must be turned (3GPP TS 26.114, CVO).
    VideoOrientation = 6,
}

const KINDS: [ExtensionKind; 7] = [
    ExtensionKind::Mid,
    ExtensionKind::Rid,
    ExtensionKind::RepairedRid,
    ExtensionKind::AbsSendTime,
    ExtensionKind::TransportSequence,
    ExtensionKind::AudioLevel,
    ExtensionKind::VideoOrientation,
];

impl ExtensionKind {
    /// The name that `a=extmap` uses.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Mid => "urn:ietf:params:rtp-hdrext:sdes:mid",
            Self::Rid => "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            Self::RepairedRid => "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            Self::AbsSendTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            Self::TransportSequence => {
                "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
            }
            Self::AudioLevel => "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            Self::VideoOrientation => "urn:3gpp:video-orientation",
        }
    }

    /// The kind that `uri` names.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.uri() == uri)
    }
}

/// The ids that one SDP section gave to the extensions (1-14 in the one-byte form, 1-255 in the two-byte form).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ExtensionMap {
    ids: [u8; KINDS.len()],
}

impl ExtensionMap {
    /// Gives `kind` the id; 0 takes it away.
    #[expect(
        clippy::indexing_slicing,
        reason = "a kind's number is below the count of kinds"
    )]
    pub const fn set(&mut self, kind: ExtensionKind, id: u8) {
        self.ids[kind as usize] = id;
    }

    /// The id of `kind`, if it was negotiated.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "a kind's number is below the count of kinds"
    )]
    pub const fn id(&self, kind: ExtensionKind) -> Option<u8> {
        match self.ids[kind as usize] {
            0 => None,
            id => Some(id),
        }
    }

    fn kind(&self, id: u8) -> Option<ExtensionKind> {
        let index = self.ids.iter().position(|&known| known == id)?;
        KINDS.get(index).copied()
    }
}

/// A short text in a header extension.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct SdesValue {
    len: u8,
    bytes: [u8; SDES_BYTES_MAX],
}

impl SdesValue {
    /// None when `text` is empty or longer than [`SDES_BYTES_MAX`].
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let mut bytes = [0; SDES_BYTES_MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Self {
            len: u8::try_from(text.len()).ok()?,
            bytes,
        })
    }

    /// The text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl std::fmt::Debug for SdesValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.as_bytes()))
    }
}

/// The values of a packet's extensions. To remove one set it to none before writing; ids come from the map, so that
/// reading with one connection's map and writing with another's renumbers them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ExtensionValues {
    /// MID.
    pub mid: Option<SdesValue>,
    /// RID.
    pub rid: Option<SdesValue>,
    /// RID of the stream that is repaired.
    pub repaired_rid: Option<SdesValue>,
    /// Time of sending, 24 bits of 6.18 fixed-point seconds.
    pub abs_send_time: Option<u32>,
    /// Transport-wide sequence number.
    pub transport_sequence: Option<u16>,
    /// Voice activity in the top bit, then -dBov 0-127 (RFC 6464).
    pub audio_level: Option<u8>,
    /// Camera, flip and rotation bits.
    pub video_orientation: Option<u8>,
}

const ONE_BYTE_PROFILE: u16 = 0xbede;
/// The low four bits are "appbits", free for the application (RFC 8285 §4.3).
const TWO_BYTE_PROFILE: u16 = 0x1000;

impl ExtensionValues {
    /// Reads what `map` knows; elements of another length than theirs are left out, a cut element ends the reading.
    pub(super) fn read(map: &ExtensionMap, profile: u16, mut data: &[u8]) -> Self {
        let mut values = Self::default();
        let one_byte = profile == ONE_BYTE_PROFILE;
        if !one_byte && profile & 0xfff0 != TWO_BYTE_PROFILE {
            return values;
        }
        while let Some((&first, rest)) = data.split_first() {
            if first == 0 {
                data = rest;
                continue;
            }
            let (id, len, rest) = if one_byte {
                (first >> 4, usize::from(first & 0x0f) + 1, rest)
            } else {
                let Some((&len, rest)) = rest.split_first() else {
                    break;
                };
                (first, usize::from(len), rest)
            };
            // RFC 8285 §4.2: id 15 and id 0 with a length end the reading.
            if one_byte && (id == 0 || id == 15) {
                break;
            }
            let Some((value, rest)) = rest.split_at_checked(len) else {
                break;
            };
            if let Some(kind) = map.kind(id) {
                values.set(kind, value);
            }
            data = rest;
        }
        values
    }

    fn set(&mut self, kind: ExtensionKind, value: &[u8]) {
        match (kind, value) {
            (ExtensionKind::Mid, text) => self.mid = SdesValue::new(text),
            (ExtensionKind::Rid, text) => self.rid = SdesValue::new(text),
            (ExtensionKind::RepairedRid, text) => self.repaired_rid = SdesValue::new(text),
            (ExtensionKind::AbsSendTime, &[a, b, c]) => {
                self.abs_send_time = Some(u32::from_be_bytes([0, a, b, c]));
            }
            // Version 2 of the extension appends a feedback request; the number comes first in both.
            (ExtensionKind::TransportSequence, &[a, b] | &[a, b, _, _]) => {
                self.transport_sequence = Some(u16::from_be_bytes([a, b]));
            }
            (ExtensionKind::AudioLevel, &[level]) => self.audio_level = Some(level),
            (ExtensionKind::VideoOrientation, &[bits]) => self.video_orientation = Some(bits),
            (
                ExtensionKind::AbsSendTime
                | ExtensionKind::TransportSequence
                | ExtensionKind::AudioLevel
                | ExtensionKind::VideoOrientation,
                _,
            ) => {}
        }
    }

    /// Writes the extension block (with its 4-byte head, padded to words); 0 bytes when there is nothing to write.
    pub(super) fn write(&self, map: &ExtensionMap, out: &mut [u8]) -> Result<usize, Error> {
        let present = |kind: ExtensionKind| map.id(kind).filter(|_| self.has(kind));
        let ids = KINDS.map(present);
        let Some(highest) = ids.into_iter().flatten().max() else {
            return Ok(0);
        };
        let form = if highest <= 14 {
            Form::OneByte
        } else {
            Form::TwoByte
        };
        let mut writer = Writer { out, len: 4, form };
        for (kind, id) in KINDS.into_iter().zip(ids) {
            if let Some(id) = id {
                self.write_element(kind, id, &mut writer)?;
            }
        }
        writer.finish()
    }

    const fn has(&self, kind: ExtensionKind) -> bool {
        match kind {
            ExtensionKind::Mid => self.mid.is_some(),
            ExtensionKind::Rid => self.rid.is_some(),
            ExtensionKind::RepairedRid => self.repaired_rid.is_some(),
            ExtensionKind::AbsSendTime => self.abs_send_time.is_some(),
            ExtensionKind::TransportSequence => self.transport_sequence.is_some(),
            ExtensionKind::AudioLevel => self.audio_level.is_some(),
            ExtensionKind::VideoOrientation => self.video_orientation.is_some(),
        }
    }

    fn write_element(
        &self,
        kind: ExtensionKind,
        id: u8,
        writer: &mut Writer<'_>,
    ) -> Result<(), Error> {
        match kind {
            ExtensionKind::Mid => writer.element(id, self.mid.unwrap_or_default().as_bytes()),
            ExtensionKind::Rid => writer.element(id, self.rid.unwrap_or_default().as_bytes()),
            ExtensionKind::RepairedRid => {
                writer.element(id, self.repaired_rid.unwrap_or_default().as_bytes())
            }
            ExtensionKind::AbsSendTime => {
                let [_, low @ ..] = self.abs_send_time.unwrap_or_default().to_be_bytes();
                writer.element(id, &low)
            }
            ExtensionKind::TransportSequence => writer.element(
                id,
                &self.transport_sequence.unwrap_or_default().to_be_bytes(),
            ),
            ExtensionKind::AudioLevel => {
                writer.element(id, &[self.audio_level.unwrap_or_default()])
            }
            ExtensionKind::VideoOrientation => {
                writer.element(id, &[self.video_orientation.unwrap_or_default()])
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Form {
    OneByte,
    TwoByte,
}

struct Writer<'a> {
    out: &'a mut [u8],
    len: usize,
    form: Form,
}

impl Writer<'_> {
    fn element(&mut self, id: u8, value: &[u8]) -> Result<(), Error> {
        // No value is longer than SDES_BYTES_MAX, so both forms can hold its length.
        let len = u8::try_from(value.len()).unwrap_or(u8::MAX);
        match self.form {
            Form::OneByte => self.push(&[(id << 4) | (len.wrapping_sub(1) & 0x0f)])?,
            Form::TwoByte => self.push(&[id, len])?,
        }
        self.push(value)
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let (found, needed) = (self.out.len(), self.len + bytes.len());
        let place = self
            .out
            .get_mut(self.len..needed)
            .ok_or(Error::NoSpace { found, needed })?;
        place.copy_from_slice(bytes);
        self.len = needed;
        Ok(())
    }

    fn finish(mut self) -> Result<usize, Error> {
        while !self.len.is_multiple_of(4) {
            self.push(&[0])?;
        }
        let profile = match self.form {
            Form::OneByte => ONE_BYTE_PROFILE,
            Form::TwoByte => TWO_BYTE_PROFILE,
        };
        let [p0, p1] = profile.to_be_bytes();
        let words = u16::try_from(self.len / 4 - 1).unwrap_or(u16::MAX);
        let [w0, w1] = words.to_be_bytes();
        let found = self.out.len();
        *self
            .out
            .first_chunk_mut()
            .ok_or(Error::NoSpace { found, needed: 4 })? = [p0, p1, w0, w1];
        Ok(self.len)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rtp::{Header, Packet, Ssrc};

    fn any_sdes() -> impl Strategy<Value = Option<SdesValue>> {
        prop::option::of(prop::collection::vec(1..=255u8, 1..=SDES_BYTES_MAX))
            .prop_map(|text| text.and_then(|text| SdesValue::new(&text)))
    }

    prop_compose! {
        fn any_values()(
            mid in any_sdes(),
            rid in any_sdes(),
            repaired_rid in any_sdes(),
            abs_send_time in prop::option::of(0..0x100_0000u32),
            transport_sequence in any::<Option<u16>>(),
            audio_level in any::<Option<u8>>(),
            video_orientation in any::<Option<u8>>(),
        ) -> ExtensionValues {
            ExtensionValues {
                mid, rid, repaired_rid, abs_send_time, transport_sequence, audio_level, video_orientation,
            }
        }
    }

    fn map_from(first_id: u8) -> ExtensionMap {
        let mut map = ExtensionMap::default();
        for (kind, id) in KINDS.into_iter().zip(first_id..) {
            map.set(kind, id);
        }
        map
    }

    fn check(values: ExtensionValues, first_id: u8) -> Result<(), TestCaseError> {
        let map = map_from(first_id);
        let header = Header {
            ssrc: Ssrc(1),
            ..Header::default()
        };
        let mut bytes = [0; 200];
        let len = header.write_with(&mut bytes, &values, &map).unwrap();
        let packet = Packet::parse(&bytes[..len]).unwrap();
        prop_assert_eq!(packet.extensions(&map), values);
        prop_assert_eq!(packet.header_len(), len);
        Ok(())
    }

    proptest! {
        #[test]
        fn written_extensions_read_back_in_both_forms(values in any_values(), first_id in 1..240u8) {
            check(values, first_id)?;
        }

        #[test]
        fn random_extension_bytes_never_panic(
            profile in prop::sample::select(vec![0xbede, 0x1000, 0x100f, 7]),
            data in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let _values = ExtensionValues::read(&map_from(1), profile, &data);
        }
    }

    #[test]
    fn another_map_renumbers_and_what_it_does_not_know_is_left_out() {
        let mut map = ExtensionMap::default();
        map.set(ExtensionKind::TransportSequence, 5);
        let values = ExtensionValues {
            transport_sequence: Some(0x0102),
            audio_level: Some(3),
            ..ExtensionValues::default()
        };
        let mut bytes = [0; 12];
        assert_eq!(values.write(&map, &mut bytes), Ok(8));
        assert_eq!(bytes[..8], [0xbe, 0xde, 0, 1, 0x51, 1, 2, 0]);
        assert_eq!(
            values.write(&map, &mut bytes[..6]),
            Err(Error::NoSpace {
                found: 6,
                needed: 7
            })
        );
    }

    #[test]
    fn kinds_are_found_by_their_uri() {
        for kind in KINDS {
            assert_eq!(ExtensionKind::from_uri(kind.uri()), Some(kind));
        }
    }
}
