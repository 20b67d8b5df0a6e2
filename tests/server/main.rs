//! The whole server over loopback: real HTTP, real WebSockets, real storage; no media. What browsers see is web/e2e's.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "in a test a panic is the answer, and what is waited for is one message of many"
)]

mod client;
mod hostile;
mod journey;
mod process;
mod restart;
mod settings;
mod whip;
