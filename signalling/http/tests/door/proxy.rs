//! Behind a reverse proxy: the limits per address count for those it speaks for, and nobody else can speak for others.

use crate::{
    client::{bare, exchange},
    control::{Server, Setting},
};

/// Requests that one address has at once, with the settings below, and some more.
const BURST: usize = 10;

async fn server(trusted: &[&str]) -> Server {
    let http = config::Http {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        trusted_proxies: trusted.iter().map(|text| text.parse().unwrap()).collect(),
        ..config::Http::default()
    };
    let limits = config::Limits {
        requests_per_second: 1,
        ..config::Limits::default()
    };
    Server::start(Setting {
        http: Some(http),
        limits,
        ..Setting::default()
    })
    .await
}

/// Statuses of so many requests for this client, as a proxy passes them on.
async fn statuses(server: &Server, forwarded: &str, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        let request = bare("GET", "/api/catalogue", &[("X-Forwarded-For", forwarded)]);
        statuses.push(exchange(server.address, &request).await.status);
    }
    statuses
}

#[tokio::test]
async fn who_floods_through_a_trusted_proxy_is_refused_alone() {
    let server = server(&["127.0.0.1"]).await;
    let flood = statuses(&server, "203.0.113.1", 3 * BURST).await;
    assert!(flood.contains(&429), "{flood:?}");
    assert_eq!(statuses(&server, "203.0.113.2", 1).await, [200]);
    // What the flooder writes before his own address changes nothing.
    let disguised = statuses(&server, "203.0.113.3, 203.0.113.1", BURST).await;
    assert!(disguised.contains(&429), "{disguised:?}");
}

#[tokio::test]
async fn nobody_else_can_speak_for_others() {
    let server = server(&["192.0.2.1"]).await;
    let mut all = Vec::new();
    for number in 0..3 * BURST {
        all.extend(statuses(&server, &format!("203.0.113.{number}"), 1).await);
    }
    assert!(all.contains(&429), "{all:?}");
}
