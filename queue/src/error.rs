//! Why the queue does not do what a command asks.

use crate::id::{OperatorId, ServiceId, VisitId};

/// A command was not carried out; nothing has changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// No such service.
    #[error("service {0} does not exist")]
    UnknownService(ServiceId),
    /// No such operator.
    #[error("operator {0} does not exist")]
    UnknownOperator(OperatorId),
    /// No such visit, or it was over long ago.
    #[error("visit {0} does not exist")]
    UnknownVisit(VisitId),
    /// A visit of the last hour has this code: draw another.
    #[error("the code belongs to another visit")]
    CodeTaken,
    /// The visit is in a state in which this cannot be done.
    #[error("{command} needs a visit that is {allowed}, this one is {found}")]
    VisitOutOfOrder {
        /// Command.
        command: &'static str,
        /// State of the visit.
        found: &'static str,
        /// States in which it can be done.
        allowed: &'static str,
    },
    /// The operator is in a state in which this cannot be done.
    #[error("{command} needs an operator who is {allowed}, this one is {found}")]
    OperatorOutOfOrder {
        /// Command.
        command: &'static str,
        /// State of the operator.
        found: &'static str,
        /// States in which it can be done.
        allowed: &'static str,
    },
    /// The configuration does not let this operator attend this service.
    #[error("operator {operator} does not attend service {service}")]
    NotTheirService {
        /// Operator.
        operator: OperatorId,
        /// Service.
        service: ServiceId,
    },
    /// The service wants its notice accepted first.
    #[error("the notice must be accepted first")]
    NoticeNeeded,
    /// The citizen's line is lost: he cannot be admitted now.
    #[error("the citizen of visit {0} is away")]
    CitizenAway(VisitId),
    /// A meeting that was never held, or that the citizen has ended, cannot be taken up again.
    #[error("the meeting of visit {0} cannot be taken up again")]
    NotResumable(VisitId),
    /// The call has no time limit, or the operator has put it off before.
    #[error("the time of visit {0} cannot be extended")]
    NotExtensible(VisitId),
    /// People who wait would be delayed.
    #[error("{waiting} wait for the operator's services, allowed 0")]
    PeopleWait {
        /// How many.
        waiting: u32,
    },
    /// The service does not take files.
    #[error("the service of visit {0} takes no files")]
    NoFiles(VisitId),
    /// The visit has no such guest.
    #[error("guest {0} does not exist")]
    UnknownGuest(u8),
    /// The guest is in a state in which this cannot be done.
    #[error("{command} needs a guest who is {allowed}, this one is {found}")]
    GuestOutOfOrder {
        /// Command.
        command: &'static str,
        /// State of the guest.
        found: &'static str,
        /// States in which it can be done.
        allowed: &'static str,
    },
    /// A limit is reached: nothing is dropped for it, the command is refused.
    #[error("{limit}: found {found}, allowed {allowed}")]
    Full {
        /// Which limit.
        limit: Limit,
        /// How many there are.
        found: u32,
        /// How many there may be.
        allowed: u32,
    },
    /// A value is longer than allowed.
    #[error("{what} has {found} bytes, allowed {allowed}")]
    TooLong {
        /// What is too long.
        what: &'static str,
        /// Its bytes.
        found: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// The configuration contradicts itself or what goes on.
    #[error("the configuration cannot be used")]
    Configuration(#[from] ConfigurationFault),
}

/// Limits that a command may run into.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Limit {
    /// Visits in memory.
    Visits,
    /// Visits that verify.
    Verifying,
    /// Visits that wait.
    Waiting,
    /// Lines of chat of one visit.
    ChatLines,
    /// Files of one visit.
    Files,
    /// Bytes of all files of one visit.
    FileBytes,
    /// Guests of one visit at one time.
    Guests,
    /// Invitations of one visit.
    Invitations,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Visits => "visits of the office",
            Self::Verifying => "visits that verify",
            Self::Waiting => "visits that wait",
            Self::ChatLines => "lines of chat of the visit",
            Self::Files => "files of the visit",
            Self::FileBytes => "bytes of the files of the visit",
            Self::Guests => "guests of the visit",
            Self::Invitations => "invitations of the visit",
        })
    }
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConfigurationFault {
    /// No such time zone.
    #[error("zone is {found:?}, allowed are IANA names as Europe/Madrid")]
    Zone {
        /// What was found.
        found: String,
    },
    /// Too many of something.
    #[error("{what}: found {found}, allowed {allowed}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        allowed: usize,
    },
    /// An id is used twice.
    #[error("{what} {id} is there twice")]
    Twice {
        /// Of what.
        what: &'static str,
        /// Id.
        id: u32,
    },
    /// An id is used that nothing has.
    #[error("{what} {id} is named and does not exist")]
    Missing {
        /// Of what.
        what: &'static str,
        /// Id.
        id: u32,
    },
    /// An operator who attends a visit cannot be taken away.
    #[error("operator {operator} attends visit {visit}")]
    OperatorBusy {
        /// Operator.
        operator: OperatorId,
        /// His visit.
        visit: VisitId,
    },
    /// A service whose visit is being attended cannot be taken away.
    #[error("visit {visit} of service {service} is being attended")]
    ServiceBusy {
        /// Service.
        service: ServiceId,
        /// Visit.
        visit: VisitId,
    },
}
