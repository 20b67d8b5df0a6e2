//! Sessions and accounts: who a cookie's secret belongs to.
//!
//! Invariant: the secret itself is never kept, only its hash; a session of one app opens no other.

use std::collections::{BTreeMap, HashMap};

use queue::{OfficeId, OperatorId, Timestamp, VisitId};

use crate::{
    entropy::{Entropy, hash},
    machine::Machine,
    protocol::entry,
    request::{App, SessionToken},
};

/// How long the session of a visit lives at most: longer than any office's day. It ends before, when its visit is forgotten.
pub const CITIZEN_SESSION_MS: i64 = 24 * 3_600_000;

/// How long an account's session lives: one working day with a long break.
pub const ACCOUNT_SESSION_MS: i64 = 12 * 3_600_000;

/// Sessions of one account at one time: several browsers and an old one or two; the oldest ends for the newest.
pub const ACCOUNT_SESSIONS_MAX: usize = 8;

/// Sessions at one time, all apps: five for each of 20,000 people. The store has room for twice as many, so that sessions
/// which it has yet to forget never fail a batch.
pub const SESSIONS_MAX: usize = 100_000;

/// SHA-256 of a session's secret.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SessionHash(pub [u8; 32]);

impl SessionHash {
    /// The hash under which the secret is kept; the app is part of it.
    #[must_use]
    pub fn of(app: App, token: &SessionToken) -> Self {
        let app: &[u8] = match app {
            App::Citizen => b"citizen:",
            App::Operator => b"operator:",
            App::Office => b"office:",
            App::Guest => b"guest:",
            App::Machine => b"machine:",
        };
        Self(hash(&[app, token.0.as_bytes()]))
    }
}

/// Whom a session belongs to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// The citizen of this visit.
    Visit(VisitId),
    /// The account of this name.
    Account(String),
    /// Nobody's yet: the link of this guest of a visit, which opens once.
    Invitation(VisitId, u8),
    /// This guest of a visit.
    Guest(VisitId, u8),
    /// A second machine, in the name of the session in which its code was asked for: it ends with that.
    Machine(Machine, SessionHash),
}

/// One session.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// App it opens.
    pub app: App,
    /// Whose.
    pub subject: Subject,
    /// When it ends.
    pub expires: Timestamp,
}

/// A person of the office.
#[derive(Clone, Debug)]
pub struct Account {
    /// Name to sign in with.
    pub account: String,
    /// Name to show.
    pub name: String,
    /// What he may do.
    pub role: entry::AccountRole,
    /// Who he is in the queue; only for operators.
    pub operator: Option<(OfficeId, OperatorId)>,
    /// Argon2 hash of the password (PHC string); none: nobody can sign in with a password.
    pub password: Option<String>,
}

impl Account {
    /// The app this account signs in to.
    #[must_use]
    pub fn app(&self) -> App {
        match self.role {
            entry::AccountRole::Operator => App::Operator,
            entry::AccountRole::Supervisor
            | entry::AccountRole::Compliance
            | entry::AccountRole::Editor
            | entry::AccountRole::Admin => App::Office,
        }
    }

    /// As the screen sees it.
    #[must_use]
    pub fn shown(&self) -> entry::Account {
        entry::Account {
            account: self.account.clone(),
            name: self.name.clone(),
            role: self.role,
        }
    }
}

/// Every account and every session that has not ended.
#[derive(Debug, Default)]
pub struct Directory {
    accounts: HashMap<String, Account>,
    sessions: HashMap<SessionHash, Session>,
    /// The session of each visit.
    visits: HashMap<VisitId, SessionHash>,
    /// The sessions of guests, and the links of those who have none yet, by visit and number.
    guests: BTreeMap<(VisitId, u8), OfGuest>,
    /// The session of each second machine.
    machines: BTreeMap<Machine, SessionHash>,
}

/// A guest's link and session.
#[derive(Clone, Copy, Debug, Default)]
struct OfGuest {
    invitation: Option<SessionHash>,
    session: Option<SessionHash>,
}

impl Directory {
    /// What the store holds.
    #[must_use]
    pub fn new(accounts: Vec<Account>, sessions: Vec<(SessionHash, Session)>) -> Self {
        let accounts = accounts
            .into_iter()
            .map(|account| (account.account.clone(), account))
            .collect();
        let mut directory = Self {
            accounts,
            ..Self::default()
        };
        for (hash, session) in sessions {
            directory.put(hash, session);
        }
        directory
    }

    /// The account of this name, if it signs in to this app.
    #[must_use]
    pub fn account(&self, app: App, name: &str) -> Option<&Account> {
        self.accounts
            .get(name)
            .filter(|account| account.app() == app)
    }

    /// Adds or replaces an account.
    pub fn put_account(&mut self, account: Account) {
        self.accounts.insert(account.account.clone(), account);
    }

    /// Whose session this is; none when there is no such session, or it has ended.
    #[must_use]
    pub fn subject(&self, app: App, token: &SessionToken, now: Timestamp) -> Option<&Subject> {
        self.sessions
            .get(&SessionHash::of(app, token))
            .filter(|session| now < session.expires)
            .map(|session| &session.subject)
    }

    /// The account whose session this is.
    #[must_use]
    pub fn signed_in(&self, app: App, token: &SessionToken, now: Timestamp) -> Option<&Account> {
        match self.subject(app, token, now)? {
            Subject::Account(name) => self.account(app, name),
            Subject::Visit(_)
            | Subject::Invitation(..)
            | Subject::Guest(..)
            | Subject::Machine(..) => None,
        }
    }

    /// A new session's name; to be kept as it is.
    pub(crate) fn put(&mut self, hash: SessionHash, session: Session) {
        match session.subject {
            Subject::Visit(visit) => {
                self.visits.insert(visit, hash);
            }
            Subject::Invitation(visit, guest) => {
                self.guests.entry((visit, guest)).or_default().invitation = Some(hash);
            }
            Subject::Guest(visit, guest) => {
                self.guests.entry((visit, guest)).or_default().session = Some(hash);
            }
            Subject::Machine(machine, _) => {
                self.machines.insert(machine, hash);
            }
            Subject::Account(_) => {}
        }
        self.sessions.insert(hash, session);
    }

    /// So many more sessions fit. To be asked before anything is decided that begins one.
    pub(crate) fn has_room(&self, more: usize) -> bool {
        self.sessions.len() + more <= SESSIONS_MAX
    }

    /// How many sessions there are.
    pub(crate) fn len(&self) -> usize {
        self.sessions.len()
    }

    /// The session of a visit.
    pub(crate) fn of_visit(&self, visit: VisitId) -> Option<SessionHash> {
        self.visits.get(&visit).copied()
    }

    /// The link of this guest was used.
    pub(crate) fn has_entered(&self, visit: VisitId, guest: u8) -> bool {
        let known = self.guests.get(&(visit, guest));
        known.is_some_and(|known| known.session.is_some())
    }

    /// Links and sessions of all guests of a visit.
    pub(crate) fn of_guests(&self, visit: VisitId) -> Vec<SessionHash> {
        let guests = self.guests.range((visit, 0)..=(visit, u8::MAX));
        guests
            .flat_map(|(_, known)| [known.invitation, known.session])
            .flatten()
            .collect()
    }

    /// The session of a second machine, while there is one.
    pub(crate) fn machine(&self, machine: Machine) -> Option<SessionHash> {
        self.machines.get(&machine).copied()
    }

    /// Sessions of the telephones that have a sound of this visit.
    pub(crate) fn sounds_of(&self, visit: VisitId) -> Vec<(u8, SessionHash)> {
        let range = Machine::Sound(visit, 0)..=Machine::Sound(visit, u8::MAX);
        let sounds = self.machines.range(range);
        sounds
            .filter_map(|(machine, hash)| match machine {
                Machine::Sound(_, participant) => Some((*participant, *hash)),
                Machine::Call(..) => None,
            })
            .collect()
    }

    /// The second machines that live in the name of this session.
    pub(crate) fn machines_of(&self, of: SessionHash) -> Vec<SessionHash> {
        let is_its = |hash: &SessionHash| {
            let session = self.sessions.get(hash);
            session
                .is_some_and(|one| matches!(one.subject, Subject::Machine(_, found) if found == of))
        };
        self.machines.values().copied().filter(is_its).collect()
    }

    /// When a session ends by time.
    pub(crate) fn expires(&self, hash: SessionHash) -> Option<Timestamp> {
        self.sessions.get(&hash).map(|session| session.expires)
    }

    /// Ends a session; returns it when there was one.
    pub(crate) fn remove(&mut self, hash: SessionHash) -> Option<Session> {
        let session = self.sessions.remove(&hash)?;
        match session.subject {
            Subject::Visit(visit) => {
                // Of a turn that was moved, another device's may be the newer one.
                if self.visits.get(&visit) == Some(&hash) {
                    self.visits.remove(&visit);
                }
            }
            Subject::Invitation(visit, guest) | Subject::Guest(visit, guest) => {
                self.forget_guest((visit, guest), hash);
            }
            Subject::Machine(machine, _) => {
                if self.machines.get(&machine) == Some(&hash) {
                    self.machines.remove(&machine);
                }
            }
            Subject::Account(_) => {}
        }
        Some(session)
    }

    fn forget_guest(&mut self, which: (VisitId, u8), hash: SessionHash) {
        let Some(known) = self.guests.get_mut(&which) else {
            return;
        };
        for one in [&mut known.invitation, &mut known.session] {
            *one = one.filter(|found| *found != hash);
        }
        if known.invitation.or(known.session).is_none() {
            self.guests.remove(&which);
        }
    }

    /// Sessions of an account that are too many, the oldest first: those to end for one more.
    pub(crate) fn surplus(&self, account: &str) -> Vec<SessionHash> {
        let mut own: Vec<(Timestamp, SessionHash)> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.subject == Subject::Account(account.to_owned()))
            .map(|(hash, session)| (session.expires, *hash))
            .collect();
        own.sort_unstable();
        let surplus = (own.len() + 1).saturating_sub(ACCOUNT_SESSIONS_MAX);
        own.into_iter()
            .take(surplus)
            .map(|(_, hash)| hash)
            .collect()
    }

    /// Sessions that have ended by time.
    pub(crate) fn expired(&self, now: Timestamp) -> Vec<SessionHash> {
        self.sessions
            .iter()
            .filter(|(_, session)| session.expires <= now)
            .map(|(hash, _)| *hash)
            .collect()
    }
}

/// A new secret: 128 random bits, base64url without padding (RFC 4648 §5).
pub(crate) fn draw_token(entropy: &mut Entropy) -> SessionToken {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = u128::from_be_bytes(entropy.bytes::<16>());
    // 22 characters hold 132 bits: the last one has two bits of the 128 and four zeros, as RFC 4648 pads.
    let character = |index: u32| {
        let six = if index < 21 {
            bits >> (122 - 6 * index)
        } else {
            bits << 4
        } & 63;
        let six = usize::try_from(six).expect("six bits fit");
        char::from(
            *ALPHABET
                .get(six)
                .expect("six bits name one of 64 characters"),
        )
    };
    SessionToken((0..22).map(character).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_base64url_of_its_bits() {
        let token = draw_token(&mut Entropy::new([0; 32]));
        let bytes: [u8; 16] = Entropy::new([0; 32]).bytes();
        // Decoded by hand: six bits a character.
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bits: Vec<u8> = token
            .0
            .chars()
            .flat_map(|one| {
                (0..6)
                    .rev()
                    .map(move |bit| u8::from(alphabet.find(one).unwrap() >> bit & 1 == 1))
            })
            .collect();
        let decoded: Vec<u8> = bits
            .chunks_exact(8)
            .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit))
            .collect();
        assert_eq!(decoded, bytes);
        assert_eq!(token.0.len(), 22);
    }

    #[test]
    fn a_session_opens_one_app_and_ends_by_time() {
        let mut directory = Directory::default();
        let token = draw_token(&mut Entropy::new([1; 32]));
        let session = Session {
            app: App::Citizen,
            subject: Subject::Visit(VisitId(7)),
            expires: Timestamp(1_000),
        };
        directory.put(SessionHash::of(App::Citizen, &token), session);
        assert_eq!(
            directory.subject(App::Citizen, &token, Timestamp(999)),
            Some(&Subject::Visit(VisitId(7)))
        );
        assert_eq!(
            directory.subject(App::Operator, &token, Timestamp(999)),
            None
        );
        assert_eq!(
            directory.subject(App::Citizen, &token, Timestamp(1_000)),
            None
        );
        assert_eq!(directory.expired(Timestamp(1_000)).len(), 1);
    }

    #[test]
    fn a_full_directory_says_so_until_a_session_ends() {
        let mut directory = Directory::default();
        let hash = |n: u64| SessionHash(hash(&[&n.to_be_bytes()]));
        for n in 0..SESSIONS_MAX as u64 {
            assert!(directory.has_room(1));
            let session = Session {
                app: App::Citizen,
                subject: Subject::Visit(VisitId(n)),
                expires: Timestamp(1_000),
            };
            directory.put(hash(n), session);
        }
        assert!(!directory.has_room(1));
        assert_eq!(directory.of_visit(VisitId(7)), Some(hash(7)));
        assert!(directory.remove(hash(7)).is_some());
        assert!(directory.has_room(1) && !directory.has_room(2));
        assert_eq!(directory.of_visit(VisitId(7)), None);
    }

    #[test]
    fn the_oldest_session_of_an_account_ends_for_one_too_many() {
        let mut directory = Directory::default();
        let mut entropy = Entropy::new([2; 32]);
        let mut first = None;
        for n in 0..ACCOUNT_SESSIONS_MAX {
            assert!(directory.surplus("ana").is_empty());
            let hash = SessionHash::of(App::Operator, &draw_token(&mut entropy));
            first = first.or(Some(hash));
            let expires = Timestamp(i64::try_from(n).unwrap());
            directory.put(
                hash,
                Session {
                    app: App::Operator,
                    subject: Subject::Account("ana".to_owned()),
                    expires,
                },
            );
        }
        assert_eq!(
            directory.surplus("ana"),
            first.into_iter().collect::<Vec<_>>()
        );
        assert!(directory.surplus("berta").is_empty());
    }
}
