//! Who is due when: a heap of deadlines, so that only due owners are looked at and idle ones cost nothing.
//!
//! Each owner keeps the moment of its earliest entry; setting an earlier one adds an entry, the older one is then stale and
//! ignored when it comes up. Invariant: an owner with a deadline has an entry at that deadline or before it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use media_packet::time::Micros;

/// Deadline of one owner.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Entry {
    due: Micros,
    owner: u32,
}

/// The deadlines of many owners, numbered densely.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<Entry>>,
    /// Earliest live entry of each owner.
    earliest: Vec<Option<Micros>>,
}

impl Timers {
    /// Wakes `owner` at `due` at the latest; an earlier wake that is already set stays.
    pub(crate) fn wake_at(&mut self, owner: u32, due: Micros) {
        let index = owner as usize;
        if self.earliest.len() <= index {
            self.earliest.resize(index + 1, None);
        }
        let Some(slot) = self.earliest.get_mut(index) else {
            return;
        };
        if slot.is_none_or(|set| due < set) {
            *slot = Some(due);
            self.heap.push(Reverse(Entry { due, owner }));
        }
    }

    /// Forgets the deadline of an owner that is gone.
    pub(crate) fn cancel(&mut self, owner: u32) {
        if let Some(slot) = self.earliest.get_mut(owner as usize) {
            *slot = None;
        }
    }

    /// Takes the next owner that is due.
    pub(crate) fn pop_due(&mut self, now: Micros) -> Option<u32> {
        while let Some(&Reverse(entry)) = self.heap.peek() {
            if self.is_stale(entry) {
                self.heap.pop();
                continue;
            }
            if entry.due > now {
                return None;
            }
            self.heap.pop();
            self.cancel(entry.owner);
            return Some(entry.owner);
        }
        None
    }

    /// When the next owner is due.
    pub(crate) fn next(&mut self) -> Option<Micros> {
        while let Some(&Reverse(entry)) = self.heap.peek() {
            if !self.is_stale(entry) {
                return Some(entry.due);
            }
            self.heap.pop();
        }
        None
    }

    /// Entries, stale ones included.
    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }

    fn is_stale(&self, entry: Entry) -> bool {
        self.earliest.get(entry.owner as usize).copied().flatten() != Some(entry.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_come_up_in_order_of_their_earliest_deadline_and_once() {
        let mut timers = Timers::default();
        timers.wake_at(2, Micros(30));
        timers.wake_at(1, Micros(20));
        timers.wake_at(2, Micros(10));
        timers.wake_at(2, Micros(40));
        assert_eq!(timers.next(), Some(Micros(10)));
        assert_eq!(timers.pop_due(Micros(5)), None);
        assert_eq!(timers.pop_due(Micros(25)), Some(2));
        assert_eq!(timers.pop_due(Micros(25)), Some(1));
        assert_eq!(timers.pop_due(Micros(100)), None);
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_cancelled_owner_does_not_come_up() {
        let mut timers = Timers::default();
        timers.wake_at(0, Micros(10));
        timers.cancel(0);
        assert_eq!(timers.next(), None);
        timers.wake_at(0, Micros(50));
        assert_eq!(timers.pop_due(Micros(60)), Some(0));
    }
}
