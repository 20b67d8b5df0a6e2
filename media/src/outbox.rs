//! Datagrams to send, in one flat buffer, so that a batch leaves in one system call and nothing is allocated per packet.

use std::net::SocketAddr;

/// Bytes of one datagram at the most: what an Ethernet path carries without fragments, and more than browsers send.
pub const DATAGRAM_BYTES_MAX: usize = 1_500;

/// One datagram of a batch.
#[derive(Clone, Copy, Debug)]
struct Slip {
    destination: SocketAddr,
    start: usize,
    len: usize,
}

/// A batch of datagrams to send.
#[derive(Debug, Default)]
pub struct Outbox {
    /// Grows to the largest batch and stays; only the first `used` bytes mean something.
    bytes: Vec<u8>,
    used: usize,
    slips: Vec<Slip>,
}

impl Outbox {
    /// The datagrams with their destinations, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SocketAddr, &[u8])> {
        self.slips.iter().map(|slip| {
            let bytes = self
                .bytes
                .get(slip.start..slip.start + slip.len)
                .unwrap_or_default();
            (slip.destination, bytes)
        })
    }

    /// Number of datagrams.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slips.len()
    }

    /// Nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slips.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.used = 0;
        self.slips.clear();
    }

    /// Adds a datagram whose bytes `write` puts into the buffer it is given, returning their number; nothing is added when it
    /// returns `None`.
    pub(crate) fn push_with(
        &mut self,
        destination: SocketAddr,
        write: impl FnOnce(&mut [u8]) -> Option<usize>,
    ) -> bool {
        let start = self.used;
        if self.bytes.len() < start + DATAGRAM_BYTES_MAX {
            self.bytes.resize(start + DATAGRAM_BYTES_MAX, 0);
        }
        let room = self.bytes.get_mut(start..start + DATAGRAM_BYTES_MAX);
        let len = room.and_then(write).unwrap_or(0).min(DATAGRAM_BYTES_MAX);
        if len > 0 {
            self.used += len;
            self.slips.push(Slip {
                destination,
                start,
                len,
            });
        }
        len > 0
    }

    /// Adds a datagram; one that is too long is left out.
    pub(crate) fn push(&mut self, destination: SocketAddr, bytes: &[u8]) -> bool {
        self.push_with(destination, |out| {
            out.get_mut(..bytes.len())?.copy_from_slice(bytes);
            Some(bytes.len())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_come_back_in_order_and_a_failed_write_leaves_nothing() {
        let to = SocketAddr::from(([127, 0, 0, 1], 9));
        let mut outbox = Outbox::default();
        assert!(outbox.push(to, b"one"));
        assert!(!outbox.push_with(to, |_| None));
        assert!(outbox.push_with(to, |out| {
            out[..3].copy_from_slice(b"two");
            Some(3)
        }));
        let sent: Vec<_> = outbox.iter().map(|(_, bytes)| bytes.to_vec()).collect();
        assert_eq!(sent, [b"one".to_vec(), b"two".to_vec()]);
    }
}
