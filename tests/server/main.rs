//! The whole server over loopback: real HTTP, real WebSockets, real storage; no media. What browsers see is web/e2e's.

mod client;
mod hostile;
mod journey;
mod process;
mod restart;
mod settings;
