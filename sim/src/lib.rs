//! Test kit: virtual time, seeded chance and seeded links, so that a failure can be had again from its seed.
//!
//! For dev-dependencies only. Invariant: nothing here reads a clock or the system's randomness.

mod chance;
mod clock;
mod link;

pub use chance::{Chance, histories};
pub use clock::VirtualClock;
pub use link::{Burst, Link, LinkSettings};
