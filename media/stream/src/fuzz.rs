//! Bodies of the fuzz targets: what must hold for any bytes of a stream. `cargo test` plays the kept corpora through the same.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is the answer that a fuzz target gives"
)]

use crate::framing::{
    DATAGRAM_BYTES_MAX, MESSAGE_BYTES_MAX, Next, head, next_datagram, next_message,
};

pub use crate::turn::fuzz::turn;

/// The framing of ICE over TCP and of the relay: a stream falls into the same messages however the network cuts it, none is longer
/// than allowed, and no more than one is ever waited for.
pub fn framing(bytes: &[u8]) {
    for datagram in messages(bytes, next_datagram, DATAGRAM_BYTES_MAX) {
        let head = head(&datagram).expect("a length that was allowed");
        let framed = [&head[..], &datagram].concat();
        let whole = Next::Whole {
            message: &datagram,
            consumed: framed.len(),
        };
        assert_eq!(next_datagram(&framed), whole);
        let _worker = media::worker_of(&datagram);
    }
    let _messages = messages(bytes, next_message, MESSAGE_BYTES_MAX);
}

/// The messages of a stream, after it was seen that pieces of it (one to sixteen bytes, as the bytes themselves say) have the same.
fn messages(bytes: &[u8], next: fn(&[u8]) -> Next<'_>, bytes_max: usize) -> Vec<Vec<u8>> {
    let (mut at_once, mut in_pieces) = (Vec::new(), Vec::new());
    let (goes_on, taken) = take(bytes, next, bytes_max, &mut at_once);
    // One message, its head and its padding.
    assert!(!goes_on || bytes.len() - taken < bytes_max + 4);

    let (mut still_goes_on, mut taken, mut end) = (true, 0, 0);
    while still_goes_on && end < bytes.len() {
        let piece = 1 + usize::from(bytes.get(end).copied().unwrap_or(0) % 16);
        end = (end + piece).min(bytes.len());
        let waiting = bytes.get(taken..end).unwrap_or_default();
        let more;
        (still_goes_on, more) = take(waiting, next, bytes_max, &mut in_pieces);
        taken += more;
    }
    assert_eq!((&at_once, goes_on), (&in_pieces, still_goes_on));
    at_once
}

/// Takes out what is whole; whether the stream goes on, and how many bytes were taken.
fn take(
    bytes: &[u8],
    next: fn(&[u8]) -> Next<'_>,
    bytes_max: usize,
    found: &mut Vec<Vec<u8>>,
) -> (bool, usize) {
    let mut taken = 0;
    loop {
        let rest = bytes.get(taken..).unwrap_or_default();
        match next(rest) {
            Next::Whole { message, consumed } => {
                assert!(!message.is_empty() && message.len() <= bytes_max);
                assert!(message.len() <= consumed && consumed <= rest.len());
                found.push(message.to_vec());
                taken += consumed;
            }
            Next::Incomplete => return (true, taken),
            Next::Bad => return (false, taken),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn streams_that_fuzzing_found_fall_into_the_same_messages() {
        sim::kept("framing")
            .iter()
            .for_each(|kept| super::framing(kept));
    }

    #[test]
    fn clients_of_the_relay_that_fuzzing_found_reach_nothing_else() {
        sim::kept("turn").iter().for_each(|kept| super::turn(kept));
    }
}
