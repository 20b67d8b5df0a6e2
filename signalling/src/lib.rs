//! The signalling plane: wire messages, and the switchboard between connections, queue, media and record.
//!
//! [`protocol`] is the only place that knows what travels on a WebSocket or in an HTTP body; [`switchboard`] decides what is
//! told to whom. Left to others: sockets and cookies (`signalling-http`), what may happen to a visit (`queue`), keeping
//! (`store`), packets (`media`).
//! Invariant: nothing here reads a clock, draws a random number by itself, or does input or output.

pub mod batch;
mod bucket;
pub mod call;
mod caption;
mod connection;
pub mod dossier;
mod entropy;
pub mod file;
pub mod line;
mod machine;
pub mod notice;
mod program;
pub mod protocol;
mod refusal;
pub mod request;
mod seat;
pub mod session;
pub mod switchboard;
mod unconfirmed;
mod view;

pub use bucket::Rate;
pub use entropy::Entropy;
pub use machine::{Machine, PairingCode};
pub use program::{ProgramKey, ProgramToken};
pub use switchboard::load_token_hash;
pub use view::{result, role};
