//! The captions of one call: how fast they may come, and which line is which. The words themselves are kept nowhere.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::bucket::{Bucket, Rate};

/// Updates of one call: three people who speak at once, each a few times a second. Each is told to everybody in the call.
const CAPTIONS: Rate = Rate {
    burst: 20,
    every: Duration::from_millis(100),
};

/// What is remembered of a call's captions: numbers only, one for each participant at the most.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captions {
    updates: Option<Bucket>,
    /// Lines that are finished, by participant.
    finished: BTreeMap<u8, u32>,
}

impl Captions {
    /// An update comes; tells whether that is not too soon after the last ones.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let updates = self.updates.get_or_insert_with(|| Bucket::new(now));
        updates.take(CAPTIONS, now)
    }

    /// The number of the line that a participant is saying; when it is done, the next one is another.
    pub(crate) fn number(&mut self, participant: u8, done: bool) -> u32 {
        let finished = self.finished.entry(participant).or_default();
        let number = finished.saturating_add(1);
        if done {
            *finished = number;
        }
        number
    }
}
