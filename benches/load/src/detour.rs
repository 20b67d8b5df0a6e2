//! A way round: where a client shall send its media instead of to the server, for tests that stand on the way.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

/// From the server's address to the one that a client takes for it; asked once a connection.
#[derive(Clone)]
pub struct Detour(Arc<dyn Fn(SocketAddr) -> SocketAddr + Send + Sync>);

impl Detour {
    /// From a function.
    pub fn new(way: impl Fn(SocketAddr) -> SocketAddr + Send + Sync + 'static) -> Self {
        Self(Arc::new(way))
    }

    /// The first UDP candidate on loopback, with the address of the way round; the others are left out.
    pub(crate) fn of(&self, candidates: &[String]) -> Vec<String> {
        let turned = candidates.iter().find_map(|candidate| {
            let mut parts: Vec<&str> = candidate.split(' ').collect();
            let (ip, port) = (parts.get(4)?.parse().ok()?, parts.get(5)?.parse().ok()?);
            let address = SocketAddr::new(ip, port);
            if !address.ip().is_loopback() || !parts.get(2)?.eq_ignore_ascii_case("udp") {
                return None;
            }
            let way = (self.0)(address);
            let (ip, port) = (way.ip().to_string(), way.port().to_string());
            *parts.get_mut(4)? = &ip;
            *parts.get_mut(5)? = &port;
            Some(parts.join(" "))
        });
        turned.into_iter().collect()
    }
}

impl fmt::Debug for Detour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Detour(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_candidate_is_turned_and_the_only_one_left() {
        let detour = Detour::new(|server| SocketAddr::new(server.ip(), server.port() + 1));
        let candidates = [
            "candidate:1 1 tcp 9 127.0.0.1 10000 typ host tcptype passive",
            "candidate:2 1 udp 8 192.0.2.7 10000 typ host",
            "candidate:3 1 udp 7 127.0.0.1 10000 typ host",
        ]
        .map(str::to_owned);
        assert_eq!(
            detour.of(&candidates),
            ["candidate:3 1 udp 7 127.0.0.1 10001 typ host"]
        );
    }
}
