//! HTTP and WebSocket: routes, sessions and assets around the signalling plane.

mod control;

pub use control::{CONTROL_QUEUE_MAX, Control, OUTBOX_MAX, Outbox, ToControl};
