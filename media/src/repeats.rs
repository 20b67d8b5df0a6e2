//! Connectivity checks that were answered before, so that one who overhears them gains nothing by sending them again.
//!
//! A check is authentic whoever sends it, and nothing in it says from where or when. A browser makes a new transaction for each
//! check and each address (RFC 8489 §6.1), and repeats one only while it waits for the answer.
//! Invariant: a transaction that is remembered changes nothing a second time, and is answered to its first address only.

use std::net::SocketAddr;

/// Transactions of each peer that are remembered with their address, because they may be repeated: some at once when paths are
/// sought, then one in two seconds.
const RECENT_MAX: usize = 64;

/// Older ones that are remembered, four bytes each: an hour and a half of a call. The fear is that one is taken for another: once
/// in two million checks, and the browser makes another one.
const OLDER_MAX: usize = 2_048;

/// The last transactions of one peer.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    recent: Ring<(u64, SocketAddr), RECENT_MAX>,
    older: Ring<u32, OLDER_MAX>,
}

/// Whether a transaction was here before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    /// No.
    New,
    /// Lately, from the same address.
    Again,
    /// From another address, or long ago.
    Elsewhere,
}

impl Repeats {
    /// Looks whether the transaction was answered already.
    pub(crate) fn seen(&self, transaction: u64, source: SocketAddr) -> Seen {
        let mut recent = self.recent.list.iter();
        match recent.find(|(known, _)| *known == transaction) {
            Some((_, address)) if *address == source => Seen::Again,
            Some(_) => Seen::Elsewhere,
            None if self.older.list.contains(&short(transaction)) => Seen::Elsewhere,
            None => Seen::New,
        }
    }

    /// An authentic check was answered.
    pub(crate) fn note(&mut self, transaction: u64, source: SocketAddr) {
        if let Some((old, _)) = self.recent.push((transaction, source)) {
            let _forgotten = self.older.push(short(old));
        }
    }
}

/// Transactions are random, whichever part of them.
#[expect(clippy::cast_possible_truncation, reason = "one half is enough")]
const fn short(transaction: u64) -> u32 {
    transaction as u32
}

/// The last `MAX` of something.
#[derive(Debug)]
struct Ring<T, const MAX: usize> {
    list: Vec<T>,
    next: usize,
}

impl<T, const MAX: usize> Default for Ring<T, MAX> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            next: 0,
        }
    }
}

impl<T, const MAX: usize> Ring<T, MAX> {
    /// Returns what has to go for it.
    fn push(&mut self, value: T) -> Option<T> {
        if self.list.len() < MAX {
            self.list.push(value);
            return None;
        }
        let place = self.list.get_mut(self.next)?;
        self.next = (self.next + 1) % MAX;
        Some(std::mem::replace(place, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_counts_from_its_first_address_only() {
        let [mine, strange] = [1, 2].map(|last| SocketAddr::from(([10, 0, 0, last], 5_000)));
        let mut repeats = Repeats::default();
        assert_eq!(repeats.seen(7, mine), Seen::New);
        repeats.note(7, mine);
        assert_eq!(repeats.seen(7, mine), Seen::Again, "sent again by himself");
        assert_eq!(repeats.seen(7, strange), Seen::Elsewhere);
        let all = (RECENT_MAX + OLDER_MAX) as u64;
        for transaction in 8..7 + all {
            repeats.note(transaction, mine);
        }
        for source in [mine, strange] {
            assert_eq!(repeats.seen(7, source), Seen::Elsewhere, "long ago");
        }
        for transaction in 7 + all..7 + 3 * all {
            repeats.note(transaction, mine);
        }
        assert_eq!(repeats.seen(7, strange), Seen::New, "forgotten");
        let remembered = repeats.recent.list.len() + repeats.older.list.len();
        assert_eq!(remembered, RECENT_MAX + OLDER_MAX);
    }
}
