//! The doors from outside, over loopback sockets, before a small control task of the test's own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by a panic, in its helpers too"
)]

mod captions;
mod client;
mod control;
mod guests;
mod http;
mod machines;
mod playback;
mod proxy;
mod socket;
mod tls;
