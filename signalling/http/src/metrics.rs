//! `/metrics` in the text format of Prometheus, for this machine only, and the door's own counters.

use std::{
    fmt::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use signalling::request::Health;

/// One number of another part of the server (media, recorder, store).
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Name with its unit, such as `media_packets_lost_total`: lower-case letters, digits and underscores.
    pub name: &'static str,
    /// What it counts, one line.
    pub help: &'static str,
    /// Whether it only grows.
    pub kind: SampleKind,
    /// The number now.
    pub value: f64,
}

/// How a number moves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SampleKind {
    /// It only grows, from the start of the process.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// Asks the other parts for their numbers; called on each scrape, must not block.
#[derive(Clone)]
pub struct Observe(Arc<dyn Fn() -> Vec<Sample> + Send + Sync>);

impl Observe {
    /// From a function.
    pub fn new(observe: impl Fn() -> Vec<Sample> + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl Default for Observe {
    /// Nothing to tell.
    fn default() -> Self {
        Self::new(Vec::new)
    }
}

impl fmt::Debug for Observe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observe(…)")
    }
}

/// What the doors count.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Requests, WebSockets included.
    pub(crate) requests: AtomicU64,
    /// Requests refused with a 4xx.
    pub(crate) requests_refused: AtomicU64,
    /// Requests failed with a 5xx.
    pub(crate) requests_failed: AtomicU64,
    /// Connections turned away because of a limit.
    pub(crate) connections_refused: AtomicU64,
    /// TLS handshakes that failed or took too long.
    pub(crate) handshakes_failed: AtomicU64,
    /// WebSockets opened.
    pub(crate) sockets_opened: AtomicU64,
    /// WebSocket messages refused: malformed, too long, too fast.
    pub(crate) messages_refused: AtomicU64,
    /// WebSockets closed because their peer did not read or was silent.
    pub(crate) sockets_stalled: AtomicU64,
}

/// Adds one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The whole page.
pub(crate) fn page(health: Option<Health>, counters: &Counters, observe: &Observe) -> String {
    let mut samples = Vec::new();
    samples.push(gauge(
        "up",
        "1 while the control thread answers",
        u64::from(health.is_some()),
    ));
    if let Some(health) = health {
        samples.push(gauge(
            "queue_waiting",
            "visits that wait, all offices",
            u64::from(health.waiting),
        ));
        samples.push(gauge(
            "calls_in_progress",
            "calls in progress",
            u64::from(health.calls),
        ));
        samples.push(gauge(
            "signalling_connections",
            "WebSockets open",
            u64::from(health.connections),
        ));
        samples.push(counter(
            "store_events_written_total",
            "events written",
            health.events_written,
        ));
        samples.push(counter(
            "store_appends_failed_total",
            "appends that failed",
            health.appends_failed,
        ));
    }
    let own = [
        ("http_requests_total", "requests", &counters.requests),
        (
            "http_requests_refused_total",
            "requests refused with a 4xx",
            &counters.requests_refused,
        ),
        (
            "http_requests_failed_total",
            "requests failed with a 5xx",
            &counters.requests_failed,
        ),
        (
            "http_connections_refused_total",
            "connections turned away because of a limit",
            &counters.connections_refused,
        ),
        (
            "http_handshakes_failed_total",
            "TLS handshakes that failed or took too long",
            &counters.handshakes_failed,
        ),
        (
            "http_sockets_opened_total",
            "WebSockets opened",
            &counters.sockets_opened,
        ),
        (
            "http_messages_refused_total",
            "WebSocket messages refused",
            &counters.messages_refused,
        ),
        (
            "http_sockets_stalled_total",
            "WebSockets closed because their peer did not read or was silent",
            &counters.sockets_stalled,
        ),
    ];
    samples
        .extend(own.map(|(name, help, value)| counter(name, help, value.load(Ordering::Relaxed))));
    samples.extend((observe.0)());
    written(&samples)
}

fn written(samples: &[Sample]) -> String {
    let mut page = String::new();
    for Sample {
        name,
        help,
        kind,
        value,
    } in samples
    {
        let kind = match kind {
            SampleKind::Counter => "counter",
            SampleKind::Gauge => "gauge",
        };
        writeln!(
            page,
            "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}"
        )
        .expect("a String takes what is written");
    }
    page
}

fn gauge(name: &'static str, help: &'static str, value: u64) -> Sample {
    Sample {
        name,
        help,
        kind: SampleKind::Gauge,
        value: exact(value),
    }
}

fn counter(name: &'static str, help: &'static str, value: u64) -> Sample {
    Sample {
        name,
        help,
        kind: SampleKind::Counter,
        value: exact(value),
    }
}

/// Exact up to 2^53, which no counter of ours reaches.
#[expect(
    clippy::cast_precision_loss,
    reason = "the text format has floating point numbers only"
)]
fn exact(value: u64) -> f64 {
    value as f64
}
