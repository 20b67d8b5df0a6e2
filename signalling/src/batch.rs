//! What one step of the control loop wants kept before anything of it is told.
//!
//! Invariant: a batch is kept whole or not at all.

use std::collections::BTreeMap;

use queue::{Event, OfficeId, VisitId};

use crate::{
    dossier::DossierChange,
    session::{Session, SessionHash},
};

/// Everything that a step wants kept.
#[derive(Debug, Default)]
pub struct Batch {
    /// By office: its facts, and what goes with them.
    pub offices: BTreeMap<OfficeId, OfficeBatch>,
    /// Sessions that begin, and (none) that end.
    pub sessions: BTreeMap<SessionHash, Option<Session>>,
}

/// What one office wants kept.
#[derive(Debug, Default)]
pub struct OfficeBatch {
    /// Facts, in order.
    pub events: Vec<Event>,
    /// Changes of dossiers, by visit, in order.
    pub dossiers: BTreeMap<VisitId, Vec<DossierChange>>,
}

impl Batch {
    /// Nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.offices.is_empty() && self.sessions.is_empty()
    }
}
