//! Retransmission in a stream of its own (RFC 4588): the original sequence number before the original payload.

use crate::Error;
use crate::rtp::{self, Header, Packet};

/// Bytes that encapsulation adds.
pub const ORIGINAL_SEQUENCE_BYTES: usize = 2;

/// Writes the payload of a retransmission behind the header in `out[..header_len]`; returns the length of the packet.
///
/// # Errors
/// [`Error::NoSpace`].
pub fn write(
    original: &Packet<'_>,
    original_sequence: u16,
    out: &mut [u8],
    header_len: usize,
) -> Result<usize, Error> {
    let payload = original.payload();
    let needed = header_len + ORIGINAL_SEQUENCE_BYTES + payload.len();
    let no_space = Error::NoSpace {
        found: out.len(),
        needed,
    };
    let place = out.get_mut(header_len..needed).ok_or(no_space)?;
    let (sequence, rest) = place.split_first_chunk_mut().ok_or(no_space)?;
    *sequence = original_sequence.to_be_bytes();
    rest.copy_from_slice(payload);
    Ok(needed)
}

/// Turns a retransmission into the original in place, with the original's source and payload type: it then begins
/// [`ORIGINAL_SEQUENCE_BYTES`] later in `packet`. None when it has no payload (padding that only probes).
///
/// # Errors
/// [`Error::TooShort`], [`Error::Version`], [`Error::Padding`].
pub fn restore(
    packet: &mut [u8],
    ssrc: rtp::Ssrc,
    payload_type: u8,
) -> Result<Option<&mut [u8]>, Error> {
    let read = Packet::parse(packet)?;
    let (header, header_len) = (read.header(), read.header_len());
    let Some(&sequence) = read.payload().first_chunk() else {
        return Ok(None);
    };
    packet.copy_within(..header_len, ORIGINAL_SEQUENCE_BYTES);
    let original = packet
        .get_mut(ORIGINAL_SEQUENCE_BYTES..)
        .unwrap_or_default();
    let sequence = u16::from_be_bytes(sequence);
    rtp::rewrite(
        original,
        &Header {
            ssrc,
            payload_type,
            sequence,
            ..header
        },
    )?;
    Ok(Some(original))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::Ssrc;

    #[test]
    fn a_retransmission_gives_the_original_back() {
        let header = Header {
            marker: true,
            payload_type: 96,
            sequence: 500,
            timestamp: 7,
            ssrc: Ssrc(1),
        };
        let mut original = [0; 20];
        let len = header.write(&mut original).unwrap();
        original[len..].copy_from_slice(b"keyframe");

        let mut again = [0; 64];
        let rtx = Header {
            payload_type: 97,
            sequence: 3,
            ssrc: Ssrc(2),
            ..header
        };
        let header_len = rtx.write(&mut again).unwrap();
        let packet = Packet::parse(&original).unwrap();
        let len = write(&packet, 500, &mut again, header_len).unwrap();
        let restored = restore(&mut again[..len], Ssrc(1), 96).unwrap().unwrap();
        assert_eq!(restored, original);
    }

    #[test]
    fn probing_without_payload_is_told() {
        let mut bytes = [0; 12];
        Header::default().write(&mut bytes).unwrap();
        assert_eq!(restore(&mut bytes, Ssrc(1), 96), Ok(None));
        assert!(restore(&mut bytes[..5], Ssrc(1), 96).is_err());
    }
}
