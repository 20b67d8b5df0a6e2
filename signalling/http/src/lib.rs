//! HTTP and WebSocket: routes, sessions and assets around the signalling plane.
//!
//! A request passes, in this order: a place among the connections (in all, and per address), the TLS handshake, the guard
//! (Origin, rate, time limit), its handler, which asks the control thread once, and the security headers on its way out.
//! A WebSocket passes the same way once, and is then a task of its own between a bounded outbox and the control thread's queue.
//!
//! Left to others: what may be done by whom and when (`signalling`), what is true (`queue`), what is kept (`store`).
//!
//! Invariants:
//! - nothing that a stranger sends makes memory grow: connections, bodies, messages, buckets and queues have limits;
//! - what changes something comes from a page of ours (`Origin`), and JSON that says so;
//! - no body, query, cookie or address is ever logged, and no answer repeats what a person typed;
//! - a password is verified beside the control thread, as slowly for an account that does not exist;
//! - neither a slow nor a silent peer is waited for without a limit ([`Patience`]).
//!
//! | path | answer |
//! | --- | --- |
//! | `/`, `/operador`, `/oficina` | the three web apps; their files under `/assets/` carry a hash and are kept for a year |
//! | `/api/…` | the tables of `signalling::protocol::entry` and `signalling::protocol::office` |
//! | `POST /api/load/office` | with `Authorization: Bearer` and the load token, `{"operators": n}`: 200 and `{"office", "service", "operators": [cookie values]}` |
//! | `/ws/citizen`, `/ws/operator` | WebSockets of `signalling::protocol::citizen` and `signalling::protocol::operator`, text only |
//! | `/whip`, `/whep` | media of programs, with `Authorization: Bearer` and a program's token (RFC 9725); errors are `problem+json` |
//! | `POST /api/captions` | what a recogniser of the office hears, with the operator's token for programs (docs/captions.md) |
//! | `/health` | 200, or 503 when the control thread does not answer |
//! | `/metrics` | numbers in the text format of Prometheus, for this machine only (404 elsewhere and through a proxy) |
//!
//! A refusal is JSON, `signalling::protocol::call::Refusal`, with a 4xx status (`storage` alone is a 503). Turns that the load
//! token asks for carry it as `Authorization: Bearer`, beside the Origin that every change needs.
//!
//! ```
//! use signalling::request::{Health, Reply, Request};
//! use signalling_http::{Control, Door, Observe, Serving, ToControl};
//!
//! let (control, mut inputs) = Control::new();
//! // The control thread: decides everything, waits for nobody.
//! std::thread::spawn(move || {
//!     while let Some(input) = inputs.blocking_recv() {
//!         match input {
//!             ToControl::Request(Request::Health, asker) => drop(asker.send(Reply::Health(Health::default()))),
//!             ToControl::Opened { outbox, .. } => drop(outbox),
//!             ToControl::Request(..) | ToControl::Connection(_) => {}
//!         }
//!     }
//! });
//! let http = config::Http { listen: vec!["127.0.0.1:0".parse()?], ..config::Http::default() };
//! let door = Door::open(&http, &config::Limits::default())?;
//! let address = door.addresses()[0];
//! let serving = Serving { control, load_token: None, observe: Observe::default() };
//! tokio::runtime::Runtime::new()?.block_on(async {
//!     // Serves until the second future is done: here, until somebody has come in.
//!     door.serve(serving, async move { drop(tokio::net::TcpStream::connect(address).await) }).await
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api;
mod assets;
mod body;
mod captions;
mod control;
mod cookie;
mod door;
mod error;
mod files;
mod forwarded;
mod guard;
mod limit;
mod metrics;
mod password;
mod patience;
mod places;
mod playback;
mod refusal;
mod relay;
mod routes;
mod scanner;
mod shared;
mod socket;
mod tls;
mod whip;

pub use control::{CONTROL_QUEUE_MAX, Control, OUTBOX_MAX, Outbox, ToControl};
#[cfg(any(test, fuzzing))]
pub use door::fuzz;
pub use door::{Door, Serving};
pub use error::Error;
pub use metrics::{Observe, Sample, SampleKind};
pub use patience::Patience;
pub use relay::{Relay, Serving as RelayServing, Stream as RelayStream};
