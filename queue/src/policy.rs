//! Who is served next, and why: the published rule, in one place.
//!
//! The longest idle operator gets the visit with the highest score among his services. A score is the age of the place
//! in line; credits for priority and appointments will be added to it (§11). Ties go to the turn that was taken first.

use serde::{Deserialize, Serialize};

use crate::{time::Timestamp, visit::Ticket};

/// Why a visit was assigned to an operator: kept with every assignment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// How long the visit had waited, in milliseconds.
    pub waited_ms: u64,
    /// Its score: the highest of all that could be assigned to this operator.
    pub score_ms: u64,
    /// Visits that waited for one of the operator's services, this one included.
    pub waiting: u32,
    /// How long the operator had been idle, in milliseconds: the longest of all for whom there was somebody.
    pub idle_ms: u64,
    /// Operators who sought for the visit's service, this one included.
    pub seeking: u32,
}

/// Score of a place in line, in milliseconds of waiting.
pub(crate) fn score_ms(ticket: &Ticket, now: Timestamp) -> u64 {
    now.ms_since(ticket.since)
}
