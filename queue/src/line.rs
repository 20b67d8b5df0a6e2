//! How the lines of a call are: what was judged unstable, and is a fact of the visit until it is judged otherwise.
//!
//! Left to others: judging (media plane). Invariant: a line that is stable is not listed.

use serde::{Deserialize, Serialize};

/// What of a line is judged for itself; up is from the person to the server.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strand {
    /// Voice that the person sends.
    VoiceUp,
    /// Picture that the person sends.
    PictureUp,
    /// Voice that the person is sent.
    VoiceDown,
    /// Pictures that the person is sent.
    PictureDown,
    /// The connection itself: round trip, and whether anything comes.
    Line,
}

/// How it was judged.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineLevel {
    /// As it should be.
    #[default]
    Stable,
    /// Inestable: those who talk notice it.
    Unstable,
    /// Crítica: nobody can talk like this.
    Critical,
}

/// One strand that is not stable.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Trouble {
    /// Whose line.
    pub participant: u8,
    /// Which strand.
    pub strand: Strand,
    /// How it is.
    pub level: LineLevel,
}

/// The strands of a call that are not stable.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Lines(Vec<Trouble>);

impl Lines {
    /// How a strand is.
    #[must_use]
    pub fn level(&self, participant: u8, strand: Strand) -> LineLevel {
        self.of(participant)
            .find(|trouble| trouble.strand == strand)
            .map_or(LineLevel::Stable, |trouble| trouble.level)
    }

    /// What is not stable of a person's line.
    pub fn of(&self, participant: u8) -> impl Iterator<Item = &Trouble> {
        self.0
            .iter()
            .filter(move |trouble| trouble.participant == participant)
    }

    pub(crate) fn set(&mut self, judged: Trouble) {
        self.0.retain(|trouble| {
            (trouble.participant, trouble.strand) != (judged.participant, judged.strand)
        });
        if judged.level != LineLevel::Stable {
            self.0.push(judged);
            self.0
                .sort_unstable_by_key(|trouble| (trouble.participant, trouble.strand));
        }
    }

    /// Whoever is not in the call any more has no line.
    pub(crate) fn forget(&mut self, participant: u8) {
        self.0.retain(|trouble| trouble.participant != participant);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
