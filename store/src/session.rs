//! Sessions, accounts and settings: what is kept beside the journals and may change with a step of one.
//!
//! Invariant: of a session's secret only the hash is kept, of a password only the PHC string of a slow hash.

use std::{collections::BTreeSet, fmt};

use aws_lc_rs::digest;
use queue::{OfficeId, OperatorId, Timestamp, VisitId};
use serde::{Deserialize, Serialize};
use sled::Batch;

use crate::{database::Database, error::Error, journal::Store, key, keyring::Fingerprint, record};

/// Sessions at one time: ten for each of 20,000 people connected; of 200 bytes each they are 40 MB of disk. A batch with
/// one too many is refused whole: whoever decides keeps well below.
pub const SESSIONS_MAX: usize = 200_000;

/// Sessions taken away in one purge: one batch stays small, the next purge takes the rest.
const PURGED_MAX: usize = 10_000;

/// Bytes of an account's name, a setting's name or a PHC string: the longest PHC string of argon2 has some 130.
const TEXT_BYTES_MAX: usize = 1_024;

/// SHA-256 of a session's secret.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a secret; it has 128 random bits, so a fast hash is enough.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref());
        Self(hash)
    }

    /// A hash that was made elsewhere, of at least 128 random bits.
    #[must_use]
    pub fn from_hash(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The app that a session or an account belongs to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum App {
    /// The citizen's.
    Citizen,
    /// The operator's.
    Operator,
    /// Supervisor, compliance, editor, admin.
    Office,
    /// The guest's.
    Guest,
    /// A second machine's.
    Machine,
}

impl App {
    pub(crate) fn letter(self) -> u8 {
        match self {
            Self::Citizen => b'c',
            Self::Operator => b'o',
            Self::Office => b'f',
            Self::Guest => b'g',
            Self::Machine => b'm',
        }
    }
}

/// Whom a session speaks for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The citizen of a visit.
    Visit(VisitId),
    /// An account, by name, of the session's app.
    Account(String),
    /// The link of this guest of a visit: nobody's session yet.
    Invitation(VisitId, u8),
    /// This guest of a visit.
    Guest(VisitId, u8),
    /// The machine that this operator's call is on, in the name of the session of this hash.
    CallMachine(OfficeId, OperatorId, [u8; 32]),
    /// The telephone that has this participant's sound, in the name of the session of this hash.
    SoundMachine(VisitId, u8, [u8; 32]),
}

/// One session.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Session {
    /// App.
    pub app: App,
    /// Whom it speaks for.
    pub subject: Subject,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Attends citizens.
    Operator,
    /// Watches over services and operators.
    Supervisor,
    /// Finds, plays and keeps recordings.
    Compliance,
    /// Keeps the catalogue.
    Editor,
    /// Runs the server.
    Admin,
}

/// One account of a person of the office.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Account {
    /// App it signs in to.
    pub app: App,
    /// Account name, unique within the app.
    pub name: String,
    /// Name to show.
    pub shown: String,
    /// What it may do.
    pub role: Role,
    /// Office it belongs to; none for all.
    pub office: Option<OfficeId>,
    /// Operator it is, within that office.
    pub operator: Option<OperatorId>,
    /// PHC string of argon2.
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("name", &self.name)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Something kept in the same batch as events.
#[derive(Clone, Debug)]
pub enum SideRecord {
    /// Opens a session, or renews it.
    OpenSession(TokenHash, Session),
    /// Ends a session; none there is no harm.
    EndSession(TokenHash),
    /// Makes or replaces an account.
    PutAccount(Account),
    /// Takes an account away; none there is no harm. Its sessions end when they are next looked at.
    RemoveAccount(App, String),
    /// Keeps a setting of the server: name and value.
    PutSetting(String, String),
    /// The visit can be found by this fingerprint of a document number.
    Findable(Fingerprint, VisitId),
}

impl Store {
    /// A session by its secret's hash. An expired one is none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn session(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>, Error> {
        let bytes = self.database.get(&key::session(token))?;
        let session: Option<Session> = bytes
            .map(|bytes| record::decode("a session", &bytes))
            .transpose()?;
        Ok(session.filter(|session| session.expires_at > now))
    }

    /// Every session that has not expired, for a start.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn live_sessions(&self, now: Timestamp) -> Result<Vec<(TokenHash, Session)>, Error> {
        const WHAT: &str = "a session";
        let mut live = Vec::new();
        for entry in self.database.scan(key::SESSIONS)? {
            let (key, value) = entry?;
            let session: Session = record::decode(WHAT, &value)?;
            let hash = key.last_chunk().ok_or(Error::Short { what: WHAT })?;
            if session.expires_at > now {
                live.push((TokenHash(*hash), session));
            }
        }
        Ok(live)
    }

    /// Takes expired sessions away, at most some thousands a time; tells how many.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn purge_sessions(&mut self, now: Timestamp) -> Result<usize, Error> {
        self.database.ready()?;
        let mut batch = Batch::default();
        let mut purged = 0;
        for entry in self.database.scan(key::SESSIONS)? {
            let (key, value) = entry?;
            let session: Session = record::decode("a session", &value)?;
            if session.expires_at <= now && purged < PURGED_MAX {
                batch.remove(key);
                purged += 1;
            }
        }
        if purged > 0 {
            self.database.write(batch)?;
            self.sessions -= purged;
        }
        Ok(purged)
    }

    /// An account.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn account(&self, app: App, name: &str) -> Result<Option<Account>, Error> {
        let bytes = self.database.get(&key::account(app, name))?;
        bytes
            .map(|bytes| record::decode("an account", &bytes))
            .transpose()
    }

    /// All accounts of an app, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn accounts(&self, app: App) -> Result<Vec<Account>, Error> {
        let entries = self.database.scan(&key::accounts(app))?;
        entries
            .map(|entry| record::decode("an account", &entry?.1))
            .collect()
    }

    /// A setting.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let bytes = self.database.get(&key::setting(name))?;
        bytes
            .map(|bytes| record::decode("a setting", &bytes))
            .transpose()
    }

    /// Visits with this fingerprint of a document number, newest first, at most `count`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn visits_of(&self, person: &Fingerprint, count: usize) -> Result<Vec<VisitId>, Error> {
        const SHORT: Error = Error::Short {
            what: "a fingerprint's key",
        };
        let entries = self
            .database
            .scan(&key::of_fingerprint(person))?
            .rev()
            .take(count);
        entries
            .map(|entry| key::tail(&entry?.0).map(VisitId).ok_or(SHORT))
            .collect()
    }

    /// Adds side records to a batch; tells how many sessions there will be.
    pub(crate) fn add_side_records(
        &self,
        side: &[SideRecord],
        batch: &mut Batch,
    ) -> Result<usize, Error> {
        let mut opened = BTreeSet::new();
        let mut ended = BTreeSet::new();
        for record in side {
            match record {
                SideRecord::OpenSession(token, session) => {
                    batch.insert(key::session(token), record::encode("a session", session)?);
                    opened.insert(*token);
                    ended.remove(token);
                }
                SideRecord::EndSession(token) => {
                    batch.remove(key::session(token));
                    ended.insert(*token);
                    opened.remove(token);
                }
                SideRecord::PutAccount(account) => {
                    short("an account's name", &account.name)?;
                    short("an account's password hash", &account.password)?;
                    let key = key::account(account.app, &account.name);
                    batch.insert(key, record::encode("an account", account)?);
                }
                SideRecord::RemoveAccount(app, name) => batch.remove(key::account(*app, name)),
                SideRecord::PutSetting(name, value) => {
                    short("a setting's name", name)?;
                    batch.insert(key::setting(name), record::encode("a setting", value)?);
                }
                SideRecord::Findable(fingerprint, visit) => {
                    batch.insert(key::visit_of_fingerprint(fingerprint, *visit), &[]);
                }
            }
        }
        let (mut more, mut fewer) = (0, 0);
        for token in &opened {
            more += usize::from(self.database.get(&key::session(token))?.is_none());
        }
        for token in &ended {
            fewer += usize::from(self.database.get(&key::session(token))?.is_some());
        }
        let sessions = (self.sessions + more).saturating_sub(fewer);
        if more > 0 && sessions > SESSIONS_MAX {
            let (found, allowed) = (sessions as u64, SESSIONS_MAX as u64);
            return Err(Error::Full {
                what: "sessions",
                found,
                allowed,
            });
        }
        Ok(sessions)
    }
}

pub(crate) fn count(database: &Database) -> Result<usize, Error> {
    database
        .scan(key::SESSIONS)?
        .try_fold(0, |count, entry| entry.map(|_| count + 1))
}

fn short(what: &'static str, text: &str) -> Result<(), Error> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Error::Full {
            what,
            found: text.len() as u64,
            allowed: TEXT_BYTES_MAX as u64,
        });
    }
    Ok(())
}
