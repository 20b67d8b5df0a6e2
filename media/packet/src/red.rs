//! Voice that repeats itself (RFC 2198, as browsers use it for Opus): packets that went before, once more, in front of the
//! packet's own voice. Each is a *block*; the last one is the voice itself, the *primary*.
//!
//! A payload is read once, into places; nothing is copied. Anything but blocks of the voice's own payload type is refused, and
//! with it redundancy within redundancy.

use crate::Error;
use crate::rtp::{self, FIXED_HEADER_BYTES, Header, Packet};

/// Packets that one may repeat. Chromium repeats one; eight are 160 ms, more than a listener waits for what is lost.
pub const REPEATED_MAX: usize = 8;

/// Bytes of the head of a repeated block, and of that of the primary.
const HEAD_BYTES: usize = 4;

/// A plain packet made of a block has no more: a length has ten bits.
pub const PLAIN_BYTES_MAX: usize = FIXED_HEADER_BYTES + 0x3ff;

/// What a payload repeats, and where in it things are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Red {
    /// Where the primary begins.
    primary: usize,
    repeated: usize,
    newest: Option<Block>,
}

/// The last block before the primary.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Block {
    start: usize,
    len: usize,
    /// So many units of the clock before the packet's own timestamp.
    behind: u16,
}

impl Red {
    /// Reads a payload whose blocks all are of the payload type `voice`; none when it is malformed, has no primary or repeats
    /// more than [`REPEATED_MAX`].
    #[must_use]
    pub fn parse(payload: &[u8], voice: u8) -> Option<Self> {
        let (mut heads, mut blocks) = (payload, 0);
        let mut lengths = [(0, 0); REPEATED_MAX];
        let mut repeated = 0;
        // RFC 2198 §3: the first bit says that another head follows.
        while let Some(&[first, high, middle, low]) = heads.first_chunk::<HEAD_BYTES>()
            && first & 0x80 != 0
        {
            if first & 0x7f != voice {
                return None;
            }
            let behind = u16::from_be_bytes([high, middle]) >> 2;
            let len = usize::from(u16::from_be_bytes([middle & 0x03, low]));
            *lengths.get_mut(repeated)? = (behind, len);
            repeated += 1;
            blocks += len;
            heads = heads.get(HEAD_BYTES..)?;
        }
        if heads.first() != Some(&voice) {
            return None;
        }
        let start = repeated * HEAD_BYTES + 1;
        let primary = start + blocks;
        if primary >= payload.len() {
            return None;
        }
        let newest = repeated.checked_sub(1).and_then(|last| {
            let &(behind, len) = lengths.get(last)?;
            let start = primary - len;
            (len > 0 && behind > 0).then_some(Block { start, len, behind })
        });
        Some(Self {
            primary,
            repeated,
            newest,
        })
    }

    /// How many packets are repeated.
    #[must_use]
    pub const fn repeated(&self) -> usize {
        self.repeated
    }

    /// Whether the packet before this one is among them.
    #[must_use]
    pub const fn carries_before(&self) -> bool {
        self.newest.is_some()
    }

    /// The packet's own voice.
    #[must_use]
    pub fn primary<'a>(&self, payload: &'a [u8]) -> &'a [u8] {
        payload.get(self.primary..).unwrap_or_default()
    }

    /// The voice of the packet before this one, with that packet's header; none when it is not repeated.
    #[must_use]
    pub fn before<'a>(
        &self,
        header: &Header,
        payload: &'a [u8],
        voice: u8,
    ) -> Option<(Header, &'a [u8])> {
        let Block { start, len, behind } = self.newest?;
        let header = Header {
            marker: false,
            payload_type: voice,
            sequence: header.sequence.wrapping_sub(1),
            timestamp: header.timestamp.wrapping_sub(u32::from(behind)),
            ssrc: header.ssrc,
        };
        Some((header, payload.get(start..start + len)?))
    }

    /// Makes a packet with such a payload one of its primary alone, in place: it then begins later in `packet`.
    ///
    /// # Errors
    /// [`Error::TooShort`], [`Error::Version`], [`Error::Padding`].
    pub fn strip<'a>(&self, packet: &'a mut [u8], voice: u8) -> Result<&'a mut [u8], Error> {
        let read = Packet::parse(packet)?;
        let (header, header_len) = (read.header(), read.header_len());
        let (found, needed) = (packet.len(), header_len + self.primary);
        if needed > found {
            return Err(Error::TooShort { found, needed });
        }
        packet.copy_within(..header_len, self.primary);
        let plain = packet.get_mut(self.primary..).unwrap_or_default();
        rtp::rewrite(
            plain,
            &Header {
                payload_type: voice,
                ..header
            },
        )?;
        Ok(plain)
    }
}

/// Writes a payload that repeats one packet, as Chromium does: for tests and model browsers.
///
/// # Errors
/// [`Error::NoSpace`], also when the block is too long for its head or too far behind.
pub fn write(
    (behind, before): (u32, &[u8]),
    primary: &[u8],
    voice: u8,
    out: &mut [u8],
) -> Result<usize, Error> {
    let needed = HEAD_BYTES + 1 + before.len() + primary.len();
    let found = out.len();
    let no_space = Error::NoSpace { found, needed };
    let behind = u16::try_from(behind).map_err(|_too_far| no_space)?;
    let len = u16::try_from(before.len()).map_err(|_too_long| no_space)?;
    if behind > 0x3fff || len > 0x3ff {
        return Err(no_space);
    }
    let [high, middle] = (behind << 2 | len >> 8).to_be_bytes();
    let [_, low] = len.to_be_bytes();
    let place = out.get_mut(..needed).ok_or(no_space)?;
    let (head, rest) = place.split_first_chunk_mut().ok_or(no_space)?;
    *head = [0x80 | voice, high, middle, low, voice];
    let (first, second) = rest.split_at_mut(before.len());
    first.copy_from_slice(before);
    second.copy_from_slice(primary);
    Ok(needed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rtp::Ssrc;

    const VOICE: u8 = 111;
    const RED: u8 = 63;

    fn header() -> Header {
        Header {
            marker: true,
            payload_type: RED,
            sequence: 0,
            timestamp: 500,
            ssrc: Ssrc(7),
        }
    }

    /// Heads of repeated blocks of this type, offset and length.
    fn heads(blocks: &[(u8, u16, u16)]) -> Vec<u8> {
        let head = |&(voice, behind, len): &(u8, u16, u16)| {
            let bits = u32::from(behind) << 10 | u32::from(len);
            let [_, high, middle, low] = bits.to_be_bytes();
            [0x80 | voice, high, middle, low]
        };
        blocks.iter().flat_map(head).collect()
    }

    #[test]
    fn what_chromium_sends_is_read() {
        let mut payload = heads(&[(VOICE, 960, 4)]);
        payload.push(VOICE);
        payload.extend(b"pastnow");
        let mut written = [0; 64];
        let len = write((960, b"past"), b"now", VOICE, &mut written).unwrap();
        assert_eq!(written[..len], payload);
        let red = Red::parse(&payload, VOICE).unwrap();
        assert_eq!((red.repeated(), red.primary(&payload)), (1, &b"now"[..]));
        let (before, voice) = red.before(&header(), &payload, VOICE).unwrap();
        let expected = Header {
            marker: false,
            payload_type: VOICE,
            sequence: u16::MAX,
            timestamp: 500_u32.wrapping_sub(960),
            ..header()
        };
        assert_eq!((before, voice), (expected, &b"past"[..]));
        // The first of a stream repeats nothing.
        let red = Red::parse(b"\x6fnow", VOICE).unwrap();
        assert_eq!((red.repeated(), red.primary(b"\x6fnow")), (0, &b"now"[..]));
        assert_eq!(red.before(&header(), b"\x6fnow", VOICE), None);
    }

    #[test]
    fn of_several_the_newest_is_the_packet_before() {
        let mut payload = heads(&[(VOICE, 1_920, 2), (VOICE, 960, 3)]);
        payload.push(VOICE);
        payload.extend(b"aabbbc");
        let red = Red::parse(&payload, VOICE).unwrap();
        let (_, voice) = red.before(&header(), &payload, VOICE).unwrap();
        assert_eq!(
            (red.repeated(), voice, red.primary(&payload)),
            (2, &b"bbb"[..], &b"c"[..])
        );
    }

    #[test]
    fn what_is_hostile_is_refused() {
        let refused = |payload: &[u8]| assert_eq!(Red::parse(payload, VOICE), None, "{payload:?}");
        refused(&[]);
        // A chain of heads without end, and one longer than we take.
        refused(&[0x80 | VOICE; 1_200]);
        let mut long = heads(&[(VOICE, 960, 0); REPEATED_MAX + 1]);
        long.extend([VOICE, 1]);
        refused(&long);
        // Lengths beyond the packet.
        let mut beyond = heads(&[(VOICE, 960, 0x3ff)]);
        beyond.extend([VOICE, 1, 2, 3]);
        refused(&beyond);
        // No primary, and an empty one.
        refused(&heads(&[(VOICE, 960, 0)]));
        refused(&[VOICE]);
        let mut empty = heads(&[(VOICE, 960, 3)]);
        empty.extend([VOICE, 1, 2, 3]);
        refused(&empty);
        // Redundancy within redundancy, and blocks of another type.
        refused(&[RED, VOICE, 1]);
        let mut nested = heads(&[(RED, 960, 1)]);
        nested.extend([VOICE, 1, 2]);
        refused(&nested);
    }

    #[test]
    fn a_block_of_no_time_or_no_bytes_repeats_nothing() {
        for (behind, len) in [(0, 1), (960, 0)] {
            let mut payload = heads(&[(VOICE, behind, len)]);
            payload.extend([VOICE, 1, 2]);
            let red = Red::parse(&payload, VOICE).unwrap();
            assert_eq!(red.before(&header(), &payload, VOICE), None);
        }
    }

    #[test]
    fn what_its_head_cannot_say_is_not_written() {
        let mut out = [0; 2_000];
        assert!(write((0x4000, b"a"), b"b", VOICE, &mut out).is_err());
        assert!(write((960, &[0; 1_024]), b"b", VOICE, &mut out).is_err());
        assert!(write((960, b"a"), b"b", VOICE, &mut out[..6]).is_err());
    }

    proptest! {
        #[test]
        fn a_stripped_packet_has_the_primary_under_its_own_header(
            before in prop::collection::vec(any::<u8>(), 0..200),
            primary in prop::collection::vec(any::<u8>(), 1..200),
            padding in 0..9_u8,
        ) {
            let mut bytes = vec![0; 500];
            let header_len = header().write(&mut bytes).unwrap();
            let len = write((960, &before), &primary, VOICE, &mut bytes[header_len..]).unwrap();
            bytes.truncate(header_len + len);
            if padding > 0 {
                bytes[0] |= 0x20;
                bytes.resize(bytes.len() + usize::from(padding), padding);
            }
            let payload = Packet::parse(&bytes).unwrap().payload().to_vec();
            let red = Red::parse(&payload, VOICE).unwrap();
            let plain = red.strip(&mut bytes, VOICE).unwrap();
            let read = Packet::parse(plain).unwrap();
            prop_assert_eq!(read.header(), Header { payload_type: VOICE, ..header() });
            prop_assert_eq!(read.payload(), &primary[..]);
        }
    }
}
