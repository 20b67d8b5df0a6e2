//! Turns that were taken and not yet confirmed, by the address they were taken from: nobody fills the door alone.
//!
//! Invariant: one entry per visit that verifies, in memory only: an address is never stored, and a restart forgets it.

use std::{collections::HashMap, net::IpAddr};

use queue::VisitId;

use crate::bucket::network;

/// Turns of one address that wait for their confirmation at one time: an internet café's worth of people who check their
/// cameras at the same moment. Confirmed ones do not count.
pub(crate) const UNCONFIRMED_MAX: usize = 10;

/// Who took which turn from where.
#[derive(Debug, Default)]
pub(crate) struct Unconfirmed {
    visits: HashMap<VisitId, IpAddr>,
    counts: HashMap<IpAddr, usize>,
}

impl Unconfirmed {
    /// Turns of this address that are not confirmed.
    pub(crate) fn count(&self, address: IpAddr) -> usize {
        self.counts.get(&network(address)).copied().unwrap_or(0)
    }

    /// A turn was taken.
    pub(crate) fn put(&mut self, visit: VisitId, address: IpAddr) {
        let network = network(address);
        self.remove(visit);
        self.visits.insert(visit, network);
        *self.counts.entry(network).or_default() += 1;
    }

    /// It was confirmed, or is over; none there is no harm.
    pub(crate) fn remove(&mut self, visit: VisitId) {
        let Some(network) = self.visits.remove(&visit) else {
            return;
        };
        if let Some(count) = self.counts.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_counted_by_address_and_forgotten_with_the_last() {
        let mut unconfirmed = Unconfirmed::default();
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        unconfirmed.put(VisitId(1), one);
        unconfirmed.put(VisitId(2), one);
        unconfirmed.put(VisitId(3), other);
        // A number is given again when a batch was not kept.
        unconfirmed.put(VisitId(3), one);
        assert_eq!((unconfirmed.count(one), unconfirmed.count(other)), (3, 0));
        for visit in 1..5 {
            unconfirmed.remove(VisitId(visit));
        }
        assert_eq!(unconfirmed.count(one), 0);
        assert!(unconfirmed.visits.is_empty() && unconfirmed.counts.is_empty());
    }
}
