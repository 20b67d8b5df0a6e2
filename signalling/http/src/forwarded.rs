//! Whose request a reverse proxy passes on: `X-Forwarded-For`, believed from the proxies of the settings and from nobody else.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

/// The address that a request counts for: the peer's own, or, when that is a trusted proxy, the last address in the header
/// that is none. What stands further to the left the client may have written itself.
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let mut client = peer.to_canonical();
    let entries = headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .flat_map(|value| value.as_bytes().rsplit(|&byte| byte == b','));
    for entry in entries {
        if !proxies.contains(&client) {
            break;
        }
        // Each entry by itself: what a client wrote before the proxy's own must not make that unreadable.
        let Some(before) = std::str::from_utf8(entry)
            .ok()
            .and_then(|entry| address(entry.trim()))
        else {
            break;
        };
        client = before;
    }
    client
}

/// An address as proxies write it: bare, with a port, in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    bare.parse()
        .or_else(|_: std::net::AddrParseError| with_port())
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_speaks_for_others() {
        let proxies = ["127.0.0.1", "192.0.2.1"].map(|text| text.parse().unwrap());
        let check = |peer: &str, values: &[&str], expected: &str| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            let found = client(peer.parse().unwrap(), &headers, &proxies);
            assert_eq!(found.to_string(), expected, "{peer} {values:?}");
        };
        check("198.51.100.7", &[], "198.51.100.7");
        check("198.51.100.7", &["203.0.113.1"], "198.51.100.7");
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &["203.0.113.1"], "203.0.113.1");
        check("::ffff:127.0.0.1", &["203.0.113.1"], "203.0.113.1");
        // Two proxies in a row, in one header or two; what a client wrote before them is not believed.
        check(
            "127.0.0.1",
            &["10.9.9.9, 203.0.113.1, 192.0.2.1"],
            "203.0.113.1",
        );
        check(
            "127.0.0.1",
            &["10.9.9.9, 203.0.113.1", "192.0.2.1"],
            "203.0.113.1",
        );
        check("127.0.0.1", &["203.0.113.1:4711"], "203.0.113.1");
        check("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1");
        check("127.0.0.1", &["[2001:db8::1]"], "2001:db8::1");
        check("127.0.0.1", &["unknown"], "127.0.0.1");
        check("127.0.0.1", &["203.0.113.1, _hidden"], "127.0.0.1");
        check("127.0.0.1", &[""], "127.0.0.1");
        let bytes = axum::http::HeaderValue::from_bytes(b"\xff, 203.0.113.1").unwrap();
        let headers = HeaderMap::from_iter([(
            axum::http::HeaderName::from_static("x-forwarded-for"),
            bytes,
        )]);
        let found = client("127.0.0.1".parse().unwrap(), &headers, &proxies);
        assert_eq!(found.to_string(), "203.0.113.1");
    }
}
