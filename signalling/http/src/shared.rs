//! What every request handler sees: the way to the control thread, the limits, the counters.

use std::{
    collections::HashSet,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use axum::http::{HeaderMap, header};
use tokio::sync::{Semaphore, watch};

use crate::{
    control::Control,
    limit::{Buckets, Rate, network},
    metrics::{Counters, Observe},
    password::Verifier,
    patience::Patience,
    places::{Place, Places},
};

/// Shared by all requests of a server; immutable but for the counters and buckets inside.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The way to the control thread.
    pub(crate) control: Control,
    /// Origins, as browsers write them, whose pages may change something.
    pub(crate) origins: HashSet<String>,
    /// HTTPS is spoken here.
    pub(crate) encrypted: bool,
    /// Reverse proxies that are believed whose requests they pass on.
    pub(crate) proxies: Vec<IpAddr>,
    /// Places for connections.
    pub(crate) places: Arc<Places>,
    /// The load test's token.
    pub(crate) load_token: Option<String>,
    /// The limits per address and connection.
    pub(crate) rates: Rates,
    /// Verifies passwords.
    pub(crate) verifier: Verifier,
    /// Who looks for harmful files.
    pub(crate) scanner: config::Scanner,
    /// Places for files on their way.
    pub(crate) uploads: Semaphore,
    /// The door's own numbers.
    pub(crate) counters: Counters,
    /// Everybody else's numbers.
    pub(crate) observe: Observe,
    /// How long slow peers are waited for.
    pub(crate) patience: Patience,
    /// When the doors were opened: the origin of what is done in step.
    pub(crate) opened: tokio::time::Instant,
    /// True once the server is closing.
    pub(crate) closing: watch::Receiver<bool>,
}

/// Attempts to sign in from one address are this many times those for one account: an office behind one address has many.
const ACCOUNTS_PER_ADDRESS: f64 = 10.0;

/// The limits per address and connection.
#[derive(Debug)]
pub(crate) struct Rates {
    /// Messages of one WebSocket.
    pub(crate) messages: Rate,
    /// Requests of an address.
    pub(crate) requests: Buckets,
    /// Sign-ins by an address to an account.
    pub(crate) sign_ins: Buckets,
    /// Sign-ins by an address.
    pub(crate) sign_ins_of_address: Buckets,
    /// Links of invitations opened by an address.
    pub(crate) invitations: Buckets,
    /// Pairing codes typed by an address.
    pub(crate) codes: Buckets,
}

impl Rates {
    /// As the settings say; the averaging times are those of their documentation.
    pub(crate) fn new(limits: &config::Limits) -> Self {
        let per_second = |count: u32, seconds: f64| Rate {
            per_second: f64::from(count),
            burst: f64::from(count) * seconds,
        };
        let per_minute = |count: f64| Rate {
            per_second: count / 60.0,
            burst: count,
        };
        let sign_ins = f64::from(limits.sign_ins_per_minute);
        Self {
            messages: per_second(limits.messages_per_second, 2.0),
            requests: Buckets::new(per_second(limits.requests_per_second, 10.0)),
            sign_ins: Buckets::new(per_minute(sign_ins)),
            sign_ins_of_address: Buckets::new(per_minute(sign_ins * ACCOUNTS_PER_ADDRESS)),
            // As costly to guess as a password is, and as many people may sit behind one address.
            invitations: Buckets::new(per_minute(sign_ins * ACCOUNTS_PER_ADDRESS)),
            codes: Buckets::new(per_minute(sign_ins)),
        }
    }
}

impl Shared {
    /// The request comes from a page of ours, by its `Origin` header (RFC 6454 §7).
    pub(crate) fn knows_origin(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let only = origins.next().filter(|_| origins.next().is_none());
        only.and_then(|origin| origin.to_str().ok())
            .is_some_and(|origin| self.origins.contains(origin))
    }

    /// The browser came by HTTPS: to us, or to a proxy on this machine.
    pub(crate) fn is_secure(&self, headers: &HeaderMap) -> bool {
        let https = |origin: &axum::http::HeaderValue| origin.as_bytes().starts_with(b"https://");
        self.encrypted || headers.get(header::ORIGIN).is_some_and(https)
    }

    /// The request carries the load test's token.
    pub(crate) fn is_load_test(&self, headers: &HeaderMap) -> bool {
        let (Some(expected), Some(found)) = (&self.load_token, bearer(headers)) else {
            return false;
        };
        aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), found.as_bytes())
            .is_ok()
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
        .map(str::trim)
}

/// Who sent a request; put into it by the door.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// The other end of the TCP connection.
    pub(crate) address: SocketAddr,
    /// Whose request it is: that address, or what a trusted proxy says.
    pub(crate) client: IpAddr,
    /// The connection's place in the limits; a WebSocket keeps it until its own end.
    pub(crate) place: Arc<Place>,
}

impl Peer {
    /// What counts as its address.
    pub(crate) fn network(&self) -> IpAddr {
        network(self.client)
    }

    /// A proxy passed the request on.
    pub(crate) fn is_behind_proxy(&self) -> bool {
        self.client != self.address.ip().to_canonical()
    }
}

/// Returns when the server is closing, or gone.
pub(crate) async fn until_true(closing: &mut watch::Receiver<bool>) {
    // Sent once, at the end; a sender that is gone means the same.
    let _told = closing.wait_for(|closing| *closing).await.is_ok();
}

/// The clock of this crate.
#[expect(clippy::disallowed_methods, reason = "the doors' only clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Milliseconds since 1970 UTC, as pages are told them.
#[expect(clippy::disallowed_methods, reason = "the doors' other clock")]
pub(crate) fn utc_ms() -> i64 {
    let since_1970 = std::time::SystemTime::now()
        .duration_since(std::time::SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}
