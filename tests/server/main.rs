//! The whole server over loopback: real HTTP, real WebSockets, real storage, and a call of the load client
//! where one runs beside. What browsers see is web/e2e's.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "in a test a panic is the answer, and what is waited for is one message of many"
)]

mod beside;
mod client;
mod files;
mod hostile;
mod journey;
mod process;
mod restart;
mod scanner;
mod settings;
mod storm;
mod whip;
mod wire;
