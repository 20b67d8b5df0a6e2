//! The dossier of a visit: all personal data of the citizen and all free text about him, in one value that is kept sealed.
//!
//! Left to others: sealing and keys (the store). Invariant: nothing of a dossier is ever shown by `Debug` or logged.

use std::collections::BTreeMap;

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
    /// Guests' names by number, as typed.
    pub guests: BTreeMap<u8, String>,
    /// Names of files by number, as they are shown.
    pub files: BTreeMap<u8, String>,
    /// The chat, where the service's policy keeps it.
    pub chat: Vec<ChatLine>,
}

/// One change of a dossier: what is sealed is appended to, never rewritten.
#[derive(Clone, Eq, PartialEq)]
pub enum DossierChange {
    /// Who the citizen says he is.
    Identity {
        /// Given name and surname.
        name: String,
        /// Document number.
        document: String,
    },
    /// Who a guest says he is.
    Guest {
        /// Number within the visit.
        number: u8,
        /// Given name and surname.
        name: String,
    },
    /// What a file is called.
    File {
        /// Number within the visit.
        number: u8,
        /// Name to show; may be empty.
        name: String,
    },
    /// What the citizen wrote on leaving.
    Remark(String),
    /// What the operator wrote.
    Notes(String),
    /// A line of a chat that is kept.
    Chat(ChatLine),
}

impl Dossier {
    /// Makes a change true.
    pub fn apply(&mut self, change: DossierChange) {
        match change {
            DossierChange::Identity { name, document } => {
                self.name = name;
                self.document = document;
            }
            DossierChange::Guest { number, name } => {
                self.guests.insert(number, name);
            }
            DossierChange::File { number, name } => {
                self.files.insert(number, name);
            }
            DossierChange::Remark(text) => self.remark = text,
            DossierChange::Notes(text) => self.notes = text,
            DossierChange::Chat(line) => {
                // A line whose count could not be kept was sealed all the same; the one that took its number holds.
                self.chat.retain(|known| known.number != line.number);
                self.chat.push(line);
            }
        }
    }
}

impl std::fmt::Debug for DossierChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Identity { .. } => "Identity(…)",
            Self::Guest { .. } => "Guest(…)",
            Self::File { .. } => "File(…)",
            Self::Remark(_) => "Remark(…)",
            Self::Notes(_) => "Notes(…)",
            Self::Chat(_) => "Chat(…)",
        })
    }
}

impl std::fmt::Debug for Dossier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dossier")
            .field("chat_lines", &self.chat.len())
            .finish_non_exhaustive()
    }
}
