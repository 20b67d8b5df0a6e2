//! The signalling plane: wire messages, and the switchboard between connections, queue, media and record.
//!
//! [`protocol`] is the only place that knows what travels on a WebSocket or in an HTTP body.

pub mod protocol;
pub mod request;
