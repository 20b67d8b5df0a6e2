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

/// Who asks for a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Guest {
    /// A connection from this network.
    Direct(IpAddr),
    /// A connection of a trusted proxy: it passes on the requests of many, so it counts for no network.
    Proxy,
    /// A WebSocket from this network behind a proxy, whose own connection has a place already.
    Behind(IpAddr),
}

impl Guest {
    const fn network(self) -> Option<IpAddr> {
        match self {
            Self::Direct(network) | Self::Behind(network) => Some(network),
            Self::Proxy => None,
        }
    }

    const fn connections(self) -> u32 {
        match self {
            Self::Direct(_) | Self::Proxy => 1,
            Self::Behind(_) => 0,
        }
    }
}

/// One guest's place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    guest: Guest,
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

    /// A place for this guest; none when there is no more room.
    pub(crate) fn take(self: &Arc<Self>, guest: Guest) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all + guest.connections() > self.room.all {
            return None;
        }
        if let Some(network) = guest.network() {
            let of_network = taken.of.get(&network).copied().unwrap_or(0);
            if of_network >= self.room.per_address {
                return None;
            }
            taken.of.insert(network, of_network + 1);
        }
        taken.all += guest.connections();
        Some(Place {
            places: Arc::clone(self),
            guest,
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
        taken.all -= self.guest.connections();
        let Some(network) = self.guest.network() else {
            return;
        };
        let left = taken.of.get(&network).map_or(0, |count| count - 1);
        if left == 0 {
            taken.of.remove(&network);
        } else {
            taken.of.insert(network, left);
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
        let direct = |network| places.take(Guest::Direct(network));
        let first = direct(a);
        let second = direct(a);
        assert!(first.is_some() && second.is_some());
        assert!(direct(a).is_none(), "two of one address");
        let third = direct(b);
        assert!(third.is_some());
        assert!(direct(c).is_none(), "three in all");
        drop(first);
        let fourth = direct(c);
        assert!(fourth.is_some());
        drop((second, third, fourth));
        assert!(places.taken.lock().unwrap().of.is_empty());
    }

    #[test]
    fn a_proxy_takes_places_for_many_and_each_of_them_has_his_own_limit() {
        let (places, _ended) = Places::new(Room {
            all: 3,
            per_address: 1,
        });
        let (a, b): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let proxied: Vec<_> = (0..3).map(|_| places.take(Guest::Proxy)).collect();
        assert!(proxied.iter().all(Option::is_some));
        assert!(places.take(Guest::Proxy).is_none(), "three in all");
        let behind = (places.take(Guest::Behind(a)), places.take(Guest::Behind(b)));
        assert!(behind.0.is_some() && behind.1.is_some());
        assert!(
            places.take(Guest::Behind(a)).is_none(),
            "one of one address"
        );
        drop((proxied, behind));
        let taken = places.taken.lock().unwrap();
        assert_eq!((taken.all, taken.of.len()), (0, 0));
    }
}
