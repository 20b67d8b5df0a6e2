//! HTTP and WebSocket: routes, sessions and assets around the signalling plane.

mod api;
mod assets;
mod body;
mod control;
mod cookie;
mod door;
mod error;
mod guard;
mod limit;
mod metrics;
mod password;
mod patience;
mod places;
mod playback;
mod refusal;
mod routes;
mod shared;
mod socket;
mod tls;

pub use control::{CONTROL_QUEUE_MAX, Control, OUTBOX_MAX, Outbox, ToControl};
pub use door::{Door, Serving};
pub use error::Error;
pub use metrics::{Observe, Sample, SampleKind};
pub use patience::Patience;
