//! Addresses of this machine that browsers can be told to send media to.

use std::net::{IpAddr, SocketAddr};

use config::{ANNOUNCE_MAX, Announce};

use crate::Error;

/// What is announced: as set, or every address of the machine that the socket covers, loopback last, since a browser on
/// another machine would try its own.
pub(crate) fn announced(media: &config::Media) -> Result<Vec<IpAddr>, Error> {
    match &media.announce {
        Announce::Addresses(addresses) => Ok(addresses.clone()),
        Announce::Auto if !media.bind.is_unspecified() => Ok(vec![media.bind]),
        Announce::Auto => {
            let mut own = own_addresses()?;
            // A socket of all of IPv6 covers IPv4 too.
            own.retain(|address| address.is_ipv4() || media.bind.is_ipv6());
            // IPv4 first, as it is ordered: an office's IPv6 is often the worse maintained.
            own.sort_by_key(|address| (address.is_loopback(), *address));
            own.dedup();
            own.truncate(ANNOUNCE_MAX);
            if own.is_empty() {
                Err(Error::NoAddress { bind: media.bind })
            } else {
                Ok(own)
            }
        }
    }
}

fn own_addresses() -> Result<Vec<IpAddr>, Error> {
    let interfaces = nix::ifaddrs::getifaddrs().map_err(|error| Error::Interfaces(error.into()))?;
    let addresses = interfaces.filter_map(|interface| {
        let address = interface.address?;
        let v4 = address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
        v4.or_else(|| {
            address
                .as_sockaddr_in6()
                .map(|v6| SocketAddr::from(*v6).ip())
        })
    });
    // A link-local address needs a zone, which a candidate cannot carry.
    Ok(addresses
        .filter(|address| !matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_announced_too_and_comes_last() {
        let media = config::Media::default();
        let addresses = announced(&media).unwrap();
        assert_eq!(
            addresses
                .iter()
                .filter(|address| address.is_loopback())
                .count(),
            addresses
                .iter()
                .map(IpAddr::is_ipv4)
                .collect::<std::collections::BTreeSet<_>>()
                .len(),
            "one of each family"
        );
        assert!(addresses.last().unwrap().is_loopback());
    }

    #[test]
    fn a_bound_address_is_the_one_announced() {
        let bind: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(
            announced(&config::Media {
                bind,
                ..config::Media::default()
            })
            .unwrap(),
            [bind]
        );
    }
}
