//! A call that runs beside what a test does, with real media, and what it noticed.

use std::{net::SocketAddr, path::Path};

use ventanilla_bench::call::{Call, Detour};

use crate::{client::text, process::Process};

/// Packets that both people of a call receive in a second: 50 of voice and 100 of picture each.
const PACKETS_PER_SECOND: u64 = 300;

/// Begins a call on this server, whose data lie in the folder.
pub(crate) async fn begin(process: &Process, data: &Path, detour: Option<Detour>) -> Call {
    let token = std::fs::read_to_string(data.join("load-token")).unwrap();
    let call = Call::begin(process.server, &token, detour).await.unwrap();
    call.watch().await.unwrap();
    call
}

/// Another second of the call, then its end. Fails when it noticed anything.
pub(crate) async fn noticed_nothing(mut call: Call, received: u64) {
    call.received(received + PACKETS_PER_SECOND).await.unwrap();
    let seen = call.seen().await.unwrap();
    assert_eq!((seen.undecipherable, seen.foreign), (0, 0), "{seen:?}");
    // A machine that does much else may lose some on loopback.
    assert!(seen.lost * 50 <= seen.expected, "{seen:?}");
    call.end().await.unwrap();
}

/// One number of `/metrics`.
pub(crate) async fn metric(server: SocketAddr, name: &str) -> u64 {
    let page = text(server, "/metrics").await;
    let value = page
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value
        .unwrap_or_else(|| panic!("no {name} in {page}"))
        .parse()
        .unwrap()
}
