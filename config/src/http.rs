//! `[http]`: where browsers come in.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use crate::{error::Problem, section::Section};

/// Listening addresses: one per interface and family is plenty.
pub const LISTEN_MAX: usize = 16;

/// Names by which people reach one server.
pub const ORIGINS_MAX: usize = 32;

/// Reverse proxies in front of one server.
pub const TRUSTED_PROXIES_MAX: usize = 16;

/// Where browsers come in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Http {
    /// TCP addresses to listen on; port 0 lets the system choose (tests). Without [`Http::tls`] all are loopback.
    pub listen: Vec<SocketAddr>,
    /// What browsers have in their address bar. Requests that change something and WebSockets must come from one of these,
    /// or, on a plain loopback address, from that address itself.
    pub public_origins: Vec<Origin>,
    /// Reverse proxies: what they write into `X-Forwarded-For` is the address that the limits count for. From anybody else the
    /// header is not read.
    pub trusted_proxies: Vec<IpAddr>,
    /// HTTPS; none is plain HTTP.
    pub tls: Option<Tls>,
}

/// Certificate files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tls {
    /// Certificate chain, PEM, the server's own first.
    pub certificate: PathBuf,
    /// Private key, PEM (PKCS#8, PKCS#1 or SEC1), without a password.
    pub key: PathBuf,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)],
            public_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            tls: None,
        }
    }
}

impl Http {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let default = Self::default();
        let listen = section.list(
            "listen",
            "an IP address and port such as \"127.0.0.1:8080\"",
            1..=LISTEN_MAX,
            default.listen,
            |text| text.parse().ok(),
        );
        let public_origins = section.list(
            "public_origins",
            ORIGIN_ALLOWED,
            0..=ORIGINS_MAX,
            default.public_origins,
            Origin::parse,
        );
        let trusted_proxies = section.list(
            "trusted_proxies",
            "an IP address such as \"127.0.0.1\"",
            0..=TRUSTED_PROXIES_MAX,
            default.trusted_proxies,
            |text| {
                text.parse()
                    .ok()
                    .map(|address: IpAddr| address.to_canonical())
            },
        );
        let certificate = section.optional_path("certificate");
        let key = section.optional_path("key");
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(Tls { certificate, key }),
            (Some(_), None) => {
                section.fault(
                    "key",
                    Problem::Missing {
                        because: "http.certificate",
                    },
                );
                None
            }
            (None, Some(_)) => {
                section.fault(
                    "certificate",
                    Problem::Missing {
                        because: "http.key",
                    },
                );
                None
            }
            (None, None) => {
                for address in listen.iter().filter(|address| !address.ip().is_loopback()) {
                    section.fault(
                        "listen",
                        Problem::PlainHttp {
                            found: address.to_string(),
                        },
                    );
                }
                None
            }
        };
        if tls.is_some() && public_origins.is_empty() {
            section.fault("public_origins", Problem::NoOrigin);
        }
        section.finish();
        Self {
            listen,
            public_origins,
            trusted_proxies,
            tls,
        }
    }
}

const ORIGIN_ALLOWED: &str = "\"https://\" and a host in lower case, with a port when it is not 443, without a path \
    (\"http://\" for localhost, 127.0.0.1 and [::1] only)";

/// An origin as browsers write it in the `Origin` header (RFC 6454 §6.2).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Origin(String);

impl Origin {
    /// Reads `https://turnos.example.org`, `https://turnos.example.org:8443`, `http://localhost:8080`; nothing that a browser
    /// would write otherwise, so that a comparison of texts is enough.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (encrypted, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://"))
        {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return None,
        };
        let (host, port) = split_port(rest)?;
        let default_port = if encrypted { 443 } else { 80 };
        if port == Some(default_port) || port == Some(0) {
            return None;
        }
        let loopback = host == "localhost"
            || host == "[::1]"
            || host
                .parse::<Ipv4Addr>()
                .is_ok_and(|address| address.is_loopback());
        (valid_host(host) && (encrypted || loopback)).then(|| Self(text.to_owned()))
    }

    /// As a browser writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Host and port; none when the port is not one.
fn split_port(rest: &str) -> Option<(&str, Option<u16>)> {
    let after_host = match rest.strip_prefix('[') {
        Some(inner) => inner.find(']')? + 2,
        None => rest.find(':').unwrap_or(rest.len()),
    };
    let (host, port) = rest.split_at(after_host);
    if port.is_empty() {
        return Some((host, None));
    }
    let digits = port.strip_prefix(':')?;
    let number: u16 = digits.parse().ok()?;
    (number.to_string() == digits).then_some((host, Some(number)))
}

/// A name in lower-case ASCII, an IPv4 address or an IPv6 address in brackets and shortest form.
fn valid_host(host: &str) -> bool {
    if let Some(inner) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return inner
            .parse::<std::net::Ipv6Addr>()
            .is_ok_and(|address| address.to_string() == inner);
    }
    !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_would_write() {
        let check = |text: &str, expected: bool| {
            assert_eq!(Origin::parse(text).is_some(), expected, "{text}")
        };
        check("https://turnos.example.org", true);
        check("https://turnos.example.org:8443", true);
        check("https://192.0.2.7", true);
        check("https://[2001:db8::1]:8443", true);
        check("http://localhost:8080", true);
        check("http://127.0.0.1:8080", true);
        check("http://[::1]:8080", true);
        check("http://turnos.example.org", false);
        check("https://turnos.example.org/", false);
        check("https://Turnos.example.org", false);
        check("https://turnos.example.org:443", false);
        check("https://turnos.example.org:08443", false);
        check("https://turnos.example.org:", false);
        check("https://user@turnos.example.org", false);
        check("https://[2001:DB8::1]", false);
        check("https://[2001:db8::1", false);
        check("https://", false);
        check("*", false);
        check("null", false);
        check("https://a..b", false);
    }
}
