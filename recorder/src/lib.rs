//! The record of a visit: an encrypted, hashed packet log and what is derived from it.
//!
//! The log ([`log`]) is the master: packets as they arrived, sealed in blocks that anybody can check without a key
//! ([`verify()`]). Everything playable is made from it again whenever wanted ([`derive`]): per person one WebM, which never lies
//! in clear on a disk ([`sealed`]).
//!
//! Left to others: files, threads, clocks and random numbers (`recorder-disk`), who may be recorded (the queue core), whose
//! packets these are (the media plane), and keeping keys (the store's keyring).
//! Invariant: nothing that was appended is ever changed, and what is missing is said to be missing.
//! The format is written down in `docs/record-format.md`.

mod depacketise;
pub mod derive;
mod error;
mod gap;
mod index;
mod key;
pub mod log;
mod mux;
mod opus;
mod person;
pub mod sealed;
mod stream;
mod timeline;
pub mod verify;

pub use error::Error;
pub use index::{GAPS_MAX, Gap, TrackSummary};
pub use key::{KeyId, RecordKey, SALT_BYTES, Salt};
pub use media_packet::capture::Medium;
pub use verify::{Fault, FaultKind, Verified, verify, verify_with_key};
