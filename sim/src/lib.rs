//! Test kit: virtual time, seeded chance, seeded links and browsers to put between them, so that a failure can be had again
//! from its seed.
//!
//! For tests only. Invariant: nothing in the library reads a clock (`bin/relay.rs` does), and chance comes from seeds. Keys do not: what a browser
//! seals differs from run to run, when and how much it sends does not.

mod browser;
mod chance;
mod clock;
mod corpus;
mod link;

pub use browser::{
    Browser, BrowserSettings, Decoded, Delivered, Ident, Kind, Outgoing, Watcher, body,
};
pub use chance::{Chance, histories};
pub use clock::VirtualClock;
pub use corpus::kept;
pub use link::{Burst, Link, LinkSettings};
