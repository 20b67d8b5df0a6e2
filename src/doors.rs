//! The ways in for who cannot send UDP: the TCP port for media, and the relay on the pages' own port.
//!
//! Left to others: what passes there (crate `media-stream`).

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
};

use media::RelayKey;
use media_stream::{Gate, Relay};
use media_udp::Workers;
use signalling::switchboard::RelaySettings;

use crate::Error;

/// Addresses of the relay that browsers are told: more only make them slower (they warn from five on).
const RELAY_URLS_MAX: usize = 4;

/// The bound TCP port for media, if there is to be one.
pub(crate) fn tcp_listener(media: &config::Media) -> Result<Option<TcpListener>, Error> {
    let port = match media.tcp_port {
        config::TcpPort::Off => return Ok(None),
        config::TcpPort::Auto => media.base_port,
        config::TcpPort::Port(port) => port,
    };
    let address = SocketAddr::new(media.bind, port);
    let failed = |source| Error::MediaTcp { address, source };
    let bound = TcpListener::bind(address).or_else(|error| match media.bind {
        // No IPv6 here, as for UDP.
        IpAddr::V6(all)
            if all.is_unspecified() && error.kind() != std::io::ErrorKind::AddrInUse =>
        {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))
        }
        IpAddr::V4(_) | IpAddr::V6(_) => Err(error),
    });
    let listener = bound.map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(Some(listener))
}

/// What browsers are told of the TCP port.
pub(crate) fn tcp_candidates(
    listener: Option<&TcpListener>,
    announced: &[IpAddr],
) -> Vec<SocketAddr> {
    let port = listener.and_then(|listener| Some(listener.local_addr().ok()?.port()));
    let candidate = |port| announced.iter().map(move |&ip| SocketAddr::new(ip, port));
    port.into_iter().flat_map(candidate).collect()
}

/// The relay: where the doors hand connections to, and what people are told. None when nobody could use it.
pub(crate) fn relay(
    config: &config::Config,
    http: &[SocketAddr],
    workers: &Workers,
    announced: &[IpAddr],
) -> Result<Option<(signalling_http::Relay, RelaySettings)>, Error> {
    let urls = relay_urls(&config.http, http);
    if config.media.relay == config::Relay::Off || urls.is_empty() {
        return Ok(None);
    }
    let mut secret = [0; 32];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_unspecified| Error::Random)?;
    let key = RelayKey::new(secret);
    // Addresses come worker by worker, the announced ones of each in the same order.
    let workers_of = workers.addresses().chunks(announced.len().max(1));
    let reach = workers_of
        .zip(0_u8..)
        .flat_map(|(addresses, worker)| addresses.iter().map(move |&one| (one, worker)));
    let relayed = announced
        .first()
        .copied()
        .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let relay = Relay {
        key: key.clone(),
        reach: reach.collect(),
        relayed,
    };
    let gate = Arc::new(Gate::new(relay, workers.streams()));
    let door = signalling_http::Relay::new(move |stream, source| {
        let gate = Arc::clone(&gate);
        Box::pin(async move { gate.serve(stream, source).await })
    });
    Ok(Some((door, RelaySettings { key, urls })))
}

/// With TLS of our own the public names, else the plain loopback addresses; behind a proxy that ends TLS there is none.
fn relay_urls(http: &config::Http, listening: &[SocketAddr]) -> Vec<String> {
    let mut urls: Vec<String> = if http.tls.is_some() {
        let origins = http.public_origins.iter().map(ToString::to_string);
        let hosts = origins.filter_map(|origin| origin.strip_prefix("https://").map(str::to_owned));
        hosts
            .map(|host| format!("turns:{}?transport=tcp", with_port(&host)))
            .collect()
    } else {
        let plain = listening
            .iter()
            .filter(|address| address.ip().is_loopback());
        plain
            .map(|address| format!("turn:{address}?transport=tcp"))
            .collect()
    };
    urls.truncate(RELAY_URLS_MAX);
    urls
}

/// The default port of `turns:` is not that of HTTPS.
fn with_port(host: &str) -> String {
    let bare = host.rsplit_once(']').map_or(host, |(_, after)| after);
    if bare.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:443")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_the_pages_own_addresses() {
        let listening = [
            "127.0.0.1:8080".parse().unwrap(),
            "192.0.2.1:8080".parse().unwrap(),
        ];
        let mut http = config::Http::default();
        assert_eq!(
            relay_urls(&http, &listening),
            ["turn:127.0.0.1:8080?transport=tcp"]
        );
        http.public_origins = [
            "https://turnos.example.org",
            "https://[2001:db8::1]:8443",
            "https://[2001:db8::2]",
        ]
        .map(|origin| config::Origin::parse(origin).unwrap())
        .to_vec();
        http.tls = Some(config::Tls {
            certificate: "c".into(),
            key: "k".into(),
        });
        assert_eq!(
            relay_urls(&http, &listening),
            [
                "turns:turnos.example.org:443?transport=tcp",
                "turns:[2001:db8::1]:8443?transport=tcp",
                "turns:[2001:db8::2]:443?transport=tcp"
            ]
        );
    }

    #[test]
    fn without_a_tcp_port_no_browser_is_told_of_one() {
        let media = config::Media {
            tcp_port: config::TcpPort::Off,
            ..config::Media::default()
        };
        assert!(tcp_listener(&media).unwrap().is_none());
        assert!(tcp_candidates(None, &[IpAddr::V4(Ipv4Addr::LOCALHOST)]).is_empty());
    }
}
