//! Connectivity checks that were answered before, so that one who overhears them cannot move a path by sending them again.
//!
//! A check is authentic whoever sends it, and nothing in it says from where. Invariant: a transaction that is remembered counts
//! from the address only that it was first answered to; a browser makes a new one for each address (RFC 8489 §6.1).

use std::net::SocketAddr;

/// Transactions remembered of each peer: some at once when paths are sought, then one in two seconds.
const REPEATS_MAX: usize = 64;

/// The last transactions of one peer.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    known: Vec<(u64, SocketAddr)>,
    next: usize,
}

impl Repeats {
    /// The transaction was answered already, to another address.
    pub(crate) fn has_from_elsewhere(&self, transaction: u64, source: SocketAddr) -> bool {
        self.known
            .iter()
            .any(|(known, address)| *known == transaction && *address != source)
    }

    /// An authentic check was answered.
    pub(crate) fn note(&mut self, transaction: u64, source: SocketAddr) {
        let entry = (transaction, source);
        if self.known.contains(&entry) {
            return;
        }
        if self.known.len() < REPEATS_MAX {
            self.known.push(entry);
            return;
        }
        if let Some(oldest) = self.known.get_mut(self.next) {
            *oldest = entry;
        }
        self.next = (self.next + 1) % REPEATS_MAX;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_counts_from_its_first_address_only() {
        let [mine, strange] = [1, 2].map(|last| SocketAddr::from(([10, 0, 0, last], 5_000)));
        let mut repeats = Repeats::default();
        assert!(!repeats.has_from_elsewhere(7, mine));
        repeats.note(7, mine);
        assert!(
            !repeats.has_from_elsewhere(7, mine),
            "sent again by himself"
        );
        assert!(repeats.has_from_elsewhere(7, strange));
        for transaction in 8..7 + 2 * REPEATS_MAX as u64 {
            repeats.note(transaction, mine);
        }
        assert_eq!(repeats.known.len(), REPEATS_MAX);
        assert!(!repeats.has_from_elsewhere(7, strange), "forgotten");
        assert!(repeats.has_from_elsewhere(7 + 2 * REPEATS_MAX as u64 - 1, strange));
    }
}
