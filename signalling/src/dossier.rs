//! The dossier of a visit: all personal data of the citizen and all free text about him, in one value that is kept sealed.
//!
//! Left to others: sealing and keys (the store). Invariant: nothing of a dossier is ever shown by `Debug` or logged.

use crate::protocol::call::ChatLine;

/// Personal data of one visit.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Dossier {
    /// Given name and surname, as typed.
    pub name: String,
    /// Document number, as typed.
    pub document: String,
    /// Language of the screen on which the turn was taken.
    pub language: String,
    /// What the citizen wrote on leaving.
    pub remark: String,
    /// What the operator wrote.
    pub notes: String,
    /// The chat, where the service's policy keeps it.
    pub chat: Vec<ChatLine>,
}

impl std::fmt::Debug for Dossier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dossier").field("chat_lines", &self.chat.len()).finish_non_exhaustive()
    }
}
