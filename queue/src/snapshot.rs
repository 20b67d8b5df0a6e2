//! An office frozen for a checkpoint. It saves replaying; it is never the truth: a store that cannot read one replays.

use serde::{Deserialize, Serialize};

use crate::{
    configuration::Configuration,
    id::{Letter, OfficeId},
    office::{Index, Office},
    operator::Operator,
    time::{CivilDay, Timestamp, Zone},
    visit::Visit,
};

/// All that is needed to have an [`Office`] again without its events.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    office: OfficeId,
    configuration: Configuration,
    latest: Timestamp,
    next_visit: u64,
    visits: Vec<Visit>,
    operators: Vec<Operator>,
    former: Vec<Operator>,
    numbers: Vec<(Letter, CivilDay, u32)>,
}

impl Snapshot {
    /// Changes with every change of what a snapshot holds or means; one of another version is thrown away.
    pub const VERSION: u32 = 4;
}

impl Office {
    /// Freezes the office.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            office: self.id,
            configuration: self.configuration.clone(),
            latest: self.latest,
            next_visit: self.next_visit,
            visits: self.visits.values().cloned().collect(),
            operators: self.operators.values().cloned().collect(),
            former: self.former.values().cloned().collect(),
            numbers: self
                .numbers
                .iter()
                .map(|(letter, (day, last))| (*letter, *day, *last))
                .collect(),
        }
    }

    /// Thaws one: equal to the office it was taken of.
    #[must_use]
    pub fn thaw(snapshot: Snapshot) -> Self {
        let numbers = snapshot.numbers.into_iter();
        let mut office = Self {
            id: snapshot.office,
            zone: Zone::named(&snapshot.configuration.zone).unwrap_or(Zone::UTC),
            configuration: snapshot.configuration,
            latest: snapshot.latest,
            next_visit: snapshot.next_visit,
            visits: snapshot
                .visits
                .into_iter()
                .map(|visit| (visit.id, visit))
                .collect(),
            operators: snapshot
                .operators
                .into_iter()
                .map(|one| (one.id, one))
                .collect(),
            former: snapshot
                .former
                .into_iter()
                .map(|one| (one.id, one))
                .collect(),
            numbers: numbers
                .map(|(letter, day, last)| (letter, (day, last)))
                .collect(),
            index: Index::default(),
        };
        office.reindex();
        office
    }
}
