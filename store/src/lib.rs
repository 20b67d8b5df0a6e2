//! The store: journal, index, sessions and audit on embedded sled; sealed personal data and its keys in files beside it.
//!
//! The journal of an office is the truth, one event after the other; everything else in the database can be told from it
//! or stands on its own. [`Store::append`] is one batch and one flush: when it returns, the events are on the disk, and
//! when it fails, none of them may be told.
//!
//! Left to others: what events mean (`queue`), who may read (signalling), recordings (recorder). Invariants: no other
//! crate names a database; no personal data of a citizen stands in the database in clear; a key never leaves the
//! keyring's folder but into memory that is wiped.
//!
//! ```
//! use queue::{Command, Configuration, Office, OfficeId, Timestamp};
//! use store::{Folders, Store};
//!
//! let folder = tempfile::tempdir()?;
//! let mut store = Store::open(&Folders::under(folder.path()))?;
//! let id = OfficeId::new(1).expect("1 is a valid office");
//! let epoch = store.take_over(id)?;
//! let loaded = store.load(id)?;
//! let configure = Command::Configure { configuration: Box::new(Configuration::empty("Europe/Madrid")) };
//! let events = loaded.office.decide(&configure, Timestamp(1_800_000_000_000))?;
//! let version = store.append(id, epoch, loaded.version, &events, &[])?;
//! assert_eq!(store.load(id)?.version, version);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit;
mod checkpoint;
mod database;
mod error;
mod folders;
mod frames;
mod index;
mod journal;
mod key;
mod keyring;
mod record;
mod sealed;
mod session;

pub use audit::{Access, AccessAction};
pub use error::Error;
pub use folders::Folders;
pub use index::{CodeSearched, Found, Search, VisitLine};
pub use journal::{Append, CHECKPOINT_EVENTS, Epoch, Loaded, Store, Version};
pub use keyring::{Fingerprint, Keyring};
pub use sealed::{ChatLine, Class, Personal};
pub use session::{Account, App, Role, SESSIONS_MAX, Session, SideRecord, Subject, TokenHash};
