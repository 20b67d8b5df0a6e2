//! Where one message ends and the next begins in a stream of bytes: RFC 4571 for ICE-TCP, RFC 8656 §12.5 for the relay. Pure.
//!
//! Invariant: a length that is not allowed is told before a byte of what it announces is waited for.

/// Bytes of a datagram in a stream at the most: what the media plane takes over UDP.
pub const DATAGRAM_BYTES_MAX: usize = 1_500;

/// Bytes of a message of the relay at the most: a datagram in a Send indication, and its attributes.
pub const MESSAGE_BYTES_MAX: usize = DATAGRAM_BYTES_MAX + 128;

/// Bytes of a STUN header, and of the head of channel data.
const STUN_HEADER_BYTES: usize = 20;
const CHANNEL_HEAD_BYTES: usize = 4;

/// What stands at the beginning of the bytes that have come so far.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Next<'a> {
    /// Not all of it yet.
    Incomplete,
    /// One whole message, and the bytes that it takes in the stream.
    Whole {
        /// The message, without padding or length.
        message: &'a [u8],
        /// Bytes to go on after.
        consumed: usize,
    },
    /// Nothing that is allowed: the stream is of no more use.
    Bad,
}

/// The next datagram of an ICE-TCP stream: two bytes of length, then the datagram.
#[must_use]
pub fn next_datagram(bytes: &[u8]) -> Next<'_> {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else {
        return Next::Incomplete;
    };
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > DATAGRAM_BYTES_MAX {
        return Next::Bad;
    }
    let consumed = 2 + length;
    rest.get(..length)
        .map_or(Next::Incomplete, |message| Next::Whole {
            message,
            consumed,
        })
}

/// The next message of a relay's client: STUN, or channel data with its padding.
#[must_use]
pub fn next_message(bytes: &[u8]) -> Next<'_> {
    let Some((head, _)) = bytes.split_first_chunk::<4>() else {
        return Next::Incomplete;
    };
    let [kind, _, high, low] = *head;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let (whole, padded) = match kind {
        0..=3 if length.is_multiple_of(4) => {
            (STUN_HEADER_BYTES + length, STUN_HEADER_BYTES + length)
        }
        // RFC 8656 §12: channels are 0x4000 to 0x4fff.
        0x40..=0x4f if length > 0 => {
            let whole = CHANNEL_HEAD_BYTES + length;
            (whole, whole.next_multiple_of(4))
        }
        _ => return Next::Bad,
    };
    if whole > MESSAGE_BYTES_MAX {
        return Next::Bad;
    }
    match bytes.get(..padded).and_then(|all| all.get(..whole)) {
        Some(message) => Next::Whole {
            message,
            consumed: padded,
        },
        None => Next::Incomplete,
    }
}

/// The head of a datagram in an ICE-TCP stream; none for one that is too long.
#[must_use]
pub(crate) fn head(datagram: &[u8]) -> Option<[u8; 2]> {
    let length = u16::try_from(datagram.len()).ok()?;
    (usize::from(length) <= DATAGRAM_BYTES_MAX).then(|| length.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(message: &[u8], consumed: usize) -> Next<'_> {
        Next::Whole { message, consumed }
    }

    #[test]
    fn datagrams_come_out_as_they_went_in_however_the_stream_is_cut() {
        let datagrams: Vec<Vec<u8>> = (1..40).map(|len| vec![7; len * 38]).collect();
        let mut stream = Vec::new();
        for datagram in &datagrams {
            stream.extend(head(datagram).unwrap());
            stream.extend(datagram);
        }
        let (mut at, mut found) = (0, Vec::new());
        for end in 0..=stream.len() {
            while let Next::Whole { message, consumed } = next_datagram(&stream[at..end]) {
                found.push(message.to_vec());
                at += consumed;
            }
        }
        assert_eq!(found, datagrams);
        assert_eq!(at, stream.len());
    }

    #[test]
    fn lengths_that_are_not_allowed_are_told_from_the_head_alone() {
        assert_eq!(next_datagram(&[0, 0]), Next::Bad);
        assert_eq!(next_datagram(&[0x05, 0xdd]), Next::Bad);
        assert_eq!(next_datagram(&[0x05, 0xdc]), Next::Incomplete);
        assert_eq!(head(&[0; DATAGRAM_BYTES_MAX + 1]), None);
        // STUN with a length that is no multiple of four, or beyond all measure; no channel; HTTP.
        for bad in [
            [0, 1, 0, 3],
            [0, 1, 0xff, 0xfc],
            [0x40, 0, 0, 0],
            [0x4f, 0, 0xff, 0xff],
            *b"GET ",
            [0x80, 0, 0, 4],
        ] {
            assert_eq!(next_message(&bad), Next::Bad, "{bad:02x?}");
        }
    }

    #[test]
    fn channel_data_is_padded_and_stun_is_not() {
        let data = [0x40, 1, 0, 3, 9, 9, 9, 0, 0x40];
        assert_eq!(
            next_message(&data[..7]),
            Next::Incomplete,
            "the padding is still to come"
        );
        assert_eq!(next_message(&data), whole(&data[..7], 8));
        let stun = [0; 24];
        assert_eq!(next_message(&stun[..19]), Next::Incomplete);
        assert_eq!(next_message(&stun), whole(&stun[..20], 20));
    }
}
