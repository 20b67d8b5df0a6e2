//! `[media]`: the UDP side, where voice and picture pass.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv6Addr},
};

use toml::de::DeValue;

use crate::{
    error::Problem,
    section::{self, Section},
};

/// Media workers: more than the cores of any machine this was tried on.
pub const WORKERS_MAX: u16 = 64;

/// Addresses announced to browsers: each costs them a candidate to check.
pub const ANNOUNCE_MAX: usize = 16;

/// The UDP side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Media {
    /// How many workers; worker `n` has the UDP port `base_port + n`.
    pub workers: Workers,
    /// First UDP port; 0 lets the system choose each (tests).
    pub base_port: u16,
    /// Address the sockets are bound to.
    pub bind: IpAddr,
    /// Addresses that browsers are told to send to.
    pub announce: Announce,
    /// TCP port for who cannot send UDP, one for all workers.
    pub tcp_port: TcpPort,
    /// Whether the pages' own port carries media too, for who can reach nothing else.
    pub relay: Relay,
}

/// TCP port for media (RFC 6544).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TcpPort {
    /// The number of [`Media::base_port`].
    Auto,
    /// None.
    Off,
    /// This one.
    Port(u16),
}

/// The relay on the pages' own port (RFC 8656).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relay {
    /// People are told of it.
    On,
    /// There is none.
    Off,
}

/// How many media workers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Workers {
    /// One per core.
    Auto,
    /// So many, 1 to [`WORKERS_MAX`].
    Count(u16),
}

/// Addresses that browsers are told to send to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Announce {
    /// Every address of this machine's interfaces that [`Media::bind`] covers, loopback included (resolved when the sockets are
    /// bound).
    Auto,
    /// These, 1 to [`ANNOUNCE_MAX`], none twice, none unspecified.
    Addresses(Vec<IpAddr>),
}

impl Default for Media {
    fn default() -> Self {
        Self {
            workers: Workers::Auto,
            base_port: 10_000,
            bind: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            announce: Announce::Auto,
            tcp_port: TcpPort::Auto,
            relay: Relay::On,
        }
    }
}

impl Media {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let default = Self::default();
        let workers = section.read(
            "workers",
            &format!("\"auto\" or a whole number from 1 to {WORKERS_MAX}"),
            default.workers,
            parse_workers,
        );
        let base_port = section.integer("base_port", 0..=65_535, default.base_port);
        let bind = section.read(
            "bind",
            "an IP address such as \"::\" or \"0.0.0.0\"",
            default.bind,
            |value| value.as_str()?.parse().ok(),
        );
        let announce = section.read(
            "announce",
            &format!("\"auto\" or a list of 1 to {ANNOUNCE_MAX} different IP addresses that reach this machine"),
            default.announce,
            parse_announce,
        );
        let tcp_port = section.read(
            "tcp_port",
            "\"auto\", \"off\" or a whole number from 1 to 65535",
            default.tcp_port,
            parse_tcp_port,
        );
        let relay = section.read("relay", "\"on\" or \"off\"", default.relay, parse_relay);
        let count = match workers {
            Workers::Auto => WORKERS_MAX,
            Workers::Count(count) => count,
        };
        let last = u32::from(base_port) + u32::from(count) - 1;
        if base_port != 0 && last > u32::from(u16::MAX) {
            section.fault(
                "base_port",
                Problem::Ports {
                    base: base_port,
                    workers: count,
                    last,
                },
            );
        }
        section.finish();
        Self {
            workers,
            base_port,
            bind,
            announce,
            tcp_port,
            relay,
        }
    }
}

fn parse_workers(value: &DeValue<'_>) -> Option<Workers> {
    if value.as_str() == Some("auto") {
        return Some(Workers::Auto);
    }
    let count = u16::try_from(section::integer(value)?).ok()?;
    (1..=WORKERS_MAX)
        .contains(&count)
        .then_some(Workers::Count(count))
}

fn parse_tcp_port(value: &DeValue<'_>) -> Option<TcpPort> {
    match value.as_str() {
        Some("auto") => Some(TcpPort::Auto),
        Some("off") => Some(TcpPort::Off),
        Some(_) => None,
        None => {
            let port = u16::try_from(section::integer(value)?).ok()?;
            (port != 0).then_some(TcpPort::Port(port))
        }
    }
}

fn parse_relay(value: &DeValue<'_>) -> Option<Relay> {
    match value.as_str() {
        Some("on") => Some(Relay::On),
        Some("off") => Some(Relay::Off),
        _ => None,
    }
}

fn parse_announce(value: &DeValue<'_>) -> Option<Announce> {
    if value.as_str() == Some("auto") {
        return Some(Announce::Auto);
    }
    let list = value.as_array()?;
    if list.is_empty() || list.len() > ANNOUNCE_MAX {
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut addresses = Vec::with_capacity(list.len());
    for element in list {
        let address: IpAddr = element.get_ref().as_str()?.parse().ok()?;
        if address.is_unspecified() || address.is_multicast() || !seen.insert(address) {
            return None;
        }
        addresses.push(address);
    }
    Some(Announce::Addresses(addresses))
}
