//! The queue: one office's visits, operators and services as a pure core that decides and applies.
//!
//! [`Office::decide`] looks at a [`Command`] and says which [`Event`]s follow, or why none may; [`Office::apply`] makes
//! them true and cannot fail. Start-up is `apply` over the journal, so live and replay are one path.
//!
//! Left to others: connections and media (signalling), keeping events (store), every name and document number of a
//! citizen (the store's sealed files). Invariant: nothing here reads a clock, draws a random number or holds personal
//! data of a citizen.
//!
//! ```
//! use queue::{Command, Configuration, Office, OfficeId, Purpose, Service, ServiceId, Timestamp, VisitCode};
//!
//! let mut office = Office::new(OfficeId::new(1).expect("1 is a valid office"));
//! let mut configuration = Configuration::empty("Europe/Madrid");
//! configuration.services.push(Service::new(ServiceId(1), "Libre deuda", "A".parse()?));
//! let noon = Timestamp(1_800_000_000_000);
//! for command in [
//!     Command::Configure { configuration: Box::new(configuration) },
//!     Command::TakeTurn {
//!         code: VisitCode::from_random([7; 12]),
//!         service: ServiceId(1),
//!         purpose: Purpose::Attention,
//!     },
//! ] {
//!     for event in office.decide(&command, noon)? {
//!         office.apply(&event);
//!     }
//! }
//! assert_eq!(office.visits().count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assignment;
mod command;
mod configuration;
mod decide;
mod draft;
mod error;
mod event;
mod file;
mod guest;
mod id;
mod line;
mod office;
mod operator;
mod policy;
mod snapshot;
mod time;
mod visit;

pub use command::{AfterClose, Command, VisitResult};
pub use configuration::{
    Admission, ChatPolicy, Configuration, ConsentAt, Desk, FilePolicy, Limits, OperatorProfile,
    Service, VERIFYING_ABSENT_MS,
};
pub use error::{ConfigurationFault, Error, Limit};
pub use event::{AbandonCause, EndCause, Event, ExpiryCause, Fact, InterruptionCause, ResumeCause};
pub use file::{FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX, FileForm, FileKind, Files, KeptFile};
pub use guest::{
    GUEST_FIRST, GUESTS_MAX, Guest, GuestCommand, GuestRole, GuestState, Guests, INVITATIONS_MAX,
};
pub use id::{
    DeskId, DisplayCode, Letter, Notice, OfficeId, OperatorId, ParseCodeError, Purpose, ServiceId,
    Sha256, VisitCode, VisitId,
};
pub use line::{LineLevel, Lines, Strand, Trouble};
pub use office::Office;
pub use operator::{Operator, OperatorState};
pub use policy::Why;
pub use snapshot::Snapshot;
pub use time::{CivilDay, ParseDayError, Timestamp, UnknownZone, Zone};
pub use visit::{
    Acceptance, Arrival, EndedFrom, Meeting, Pairing, Presence, RECORDING_RETRY_MS, Readiness,
    Recording, Ticket, Visit, VisitState,
};
