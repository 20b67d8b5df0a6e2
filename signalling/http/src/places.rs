//! Places for TCP connections: so many in all, so many per address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::mpsc;

/// How many places there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// In all.
    pub(crate) all: u32,
    /// For one address (IPv6: one network of 64 bits).
    pub(crate) per_address: u32,
}

/// All places of a server.
#[derive(Debug)]
pub(crate) struct Places {
    room: Room,
    /// A mutex, not messages: touched once at the beginning and once at the end of a connection. Bounded by `room.all`.
    taken: Mutex<Taken>,
    /// Never sent on: when the last place is given back, its receiver learns that all connections have ended.
    alive: mpsc::Sender<()>,
}

#[derive(Debug, Default)]
struct Taken {
    all: u32,
    of: HashMap<IpAddr, u32>,
}

/// One connection's place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    network: IpAddr,
    _alive: mpsc::Sender<()>,
}

impl Places {
    /// All free. The receiver ends when the places and everybody in them are dropped.
    pub(crate) fn new(room: Room) -> (Arc<Self>, mpsc::Receiver<()>) {
        let (alive, ended) = mpsc::channel(1);
        (
            Arc::new(Self {
                room,
                taken: Mutex::default(),
                alive,
            }),
            ended,
        )
    }

    /// A place for a connection from this network; none when there is no more room.
    pub(crate) fn take(self: &Arc<Self>, network: IpAddr) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_network = taken.of.get(&network).copied().unwrap_or(0);
        if taken.all >= self.room.all || of_network >= self.room.per_address {
            return None;
        }
        taken.all += 1;
        taken.of.insert(network, of_network + 1);
        Some(Place {
            places: Arc::clone(self),
            network,
            _alive: self.alive.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self
            .places
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let left = taken.of.get(&self.network).map_or(0, |count| count - 1);
        if left == 0 {
            taken.of.remove(&self.network);
        } else {
            taken.of.insert(self.network, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_back() {
        let (places, _ended) = Places::new(Room {
            all: 3,
            per_address: 2,
        });
        let (a, b, c): (IpAddr, IpAddr, IpAddr) = (
            "192.0.2.1".parse().unwrap(),
            "192.0.2.2".parse().unwrap(),
            "192.0.2.3".parse().unwrap(),
        );
        let first = places.take(a);
        let second = places.take(a);
        assert!(first.is_some() && second.is_some());
        assert!(places.take(a).is_none(), "two of one address");
        let third = places.take(b);
        assert!(third.is_some());
        assert!(places.take(c).is_none(), "three in all");
        drop(first);
        let fourth = places.take(c);
        assert!(fourth.is_some());
        drop((second, third, fourth));
        assert!(places.taken.lock().unwrap().of.is_empty());
    }
}
