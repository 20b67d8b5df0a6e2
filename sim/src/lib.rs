//! Test kit: virtual time and seeded chance, so that a failure can be had again from its seed.
//!
//! For dev-dependencies only. Invariant: nothing here reads a clock or the system's randomness.

mod chance;
mod clock;

pub use chance::{Chance, histories};
pub use clock::VirtualClock;
