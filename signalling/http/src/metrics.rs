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
    /// Connections handed to the media relay.
    pub(crate) relays_opened: AtomicU64,
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
    let answers = u64::from(health.is_some());
    let mut samples = vec![gauge("up", "1 while the control thread answers", answers)];
    samples.extend(health.into_iter().flat_map(of_control));
    samples.extend(of_door(counters));
    samples.extend((observe.0)());
    written(&samples)
}

fn of_control(health: Health) -> [Sample; 5] {
    let Health {
        waiting,
        calls,
        connections,
        events_written,
        appends_failed,
    } = health;
    [
        gauge(
            "queue_waiting",
            "visits that wait, all offices",
            waiting.into(),
        ),
        gauge("calls_in_progress", "calls in progress", calls.into()),
        gauge(
            "signalling_connections",
            "WebSockets open",
            connections.into(),
        ),
        counter(
            "store_events_written_total",
            "events written",
            events_written,
        ),
        counter(
            "store_appends_failed_total",
            "appends that failed",
            appends_failed,
        ),
    ]
}

fn of_door(counters: &Counters) -> [Sample; 9] {
    let counted =
        |name, value: &AtomicU64, help| counter(name, help, value.load(Ordering::Relaxed));
    let c = counters;
    [
        counted("http_requests_total", &c.requests, "requests"),
        counted(
            "http_requests_refused_total",
            &c.requests_refused,
            "answered with a 4xx",
        ),
        counted(
            "http_requests_failed_total",
            &c.requests_failed,
            "answered with a 5xx",
        ),
        counted(
            "http_connections_refused_total",
            &c.connections_refused,
            "beyond a limit",
        ),
        counted(
            "http_handshakes_failed_total",
            &c.handshakes_failed,
            "of TLS, slow ones too",
        ),
        counted(
            "http_sockets_opened_total",
            &c.sockets_opened,
            "WebSockets opened",
        ),
        counted(
            "http_relays_opened_total",
            &c.relays_opened,
            "connections of the media relay",
        ),
        counted(
            "http_messages_refused_total",
            &c.messages_refused,
            "WebSocket messages refused",
        ),
        counted(
            "http_sockets_stalled_total",
            &c.sockets_stalled,
            "peer silent or not reading",
        ),
    ]
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
