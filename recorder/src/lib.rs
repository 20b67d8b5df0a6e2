//! The record of a visit: an encrypted, hashed packet log and what is derived from it.
//!
//! The log ([`log`]) is the master: packets as they arrived, sealed in blocks that anybody can check without a key
//! ([`verify()`]). Everything playable is made from it again whenever wanted ([`mod@derive`]): per person one WebM, which never lies
//! in clear on a disk ([`sealed`]).
//!
//! Left to others: files, threads, clocks and random numbers (`recorder-disk`), who may be recorded (the queue core), whose
//! packets these are (the media plane), and keeping keys (the store's keyring).
//! Invariant: nothing that was appended is ever changed, and what is missing is said to be missing.
//! The format is written down in `docs/record-format.md`.
//!
//! ```
//! use media_packet::capture::Block;
//! use recorder::log::{Header, Stamp, Writer};
//! use recorder::{RecordKey, verify, verify_with_key};
//!
//! let key = RecordKey::from([1; 32]);
//! let header = Header {
//!     record: 7,
//!     interval: 0,
//!     started_ms: 1_700_000_000_000,
//!     started_us: 0,
//!     key_id: key.id(),
//!     salt: [2; 32], // from the operating system
//!     office: "ingresos".to_owned(),
//!     visit: "A1".to_owned(),
//! };
//! let now = Stamp { wall_ms: 1_700_000_000_200, monotonic_us: 200_000 };
//! let mut log = Vec::new(); // what is appended here goes to the file
//! let mut writer = Writer::begin(&header, &key, &mut log)?;
//! writer.media(&Block::new(7, 0, 0, Vec::new()), now, &mut log)?;
//! writer.close(now, &mut log)?;
//!
//! let verified = verify(log.as_slice())?; // anybody can
//! assert!(verified.intact && verified.closed);
//! assert_eq!(verified.last_hash, writer.last_hash());
//! assert!(verify_with_key(log.as_slice(), &key)?.intact); // and who has the key sees more
//! # Ok::<(), recorder::Error>(())
//! ```

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
