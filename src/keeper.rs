//! Keeping: what a step of the switchboard wants kept goes into the store, and comes back from it at the start.
//!
//! Left to others: deciding (switchboard), how it lies on disk (store). Invariant: when [`Keeper::keep`] returns without an
//! error, everything of the batch is on the disk.

use std::collections::BTreeMap;

use queue::{Event, Office, OfficeId, Timestamp, VisitId};
use signalling::{
    Machine,
    batch::Batch,
    dossier::{Dossier, DossierChange},
    protocol::{call::ChatLine, citizen::NoticeView, entry::AccountRole},
    request::App,
    session::{Account, Directory, Session, SessionHash, Subject},
    switchboard::Kept,
};
use store::{Append, CHECKPOINT_EVENTS, Epoch, Personal, SideRecord, Store, TokenHash, Version};

/// Name of the setting under which a notice's text is kept, before its hash (K2).
const NOTICE_SETTING: &str = "notice:";

// A session too many is refused by the switchboard, to its asker; by the store it would fail everybody's batch.
const _: () = assert!(signalling::session::SESSIONS_MAX * 2 <= store::SESSIONS_MAX);

/// The store with this process as its one writer.
#[derive(Debug)]
pub(crate) struct Keeper {
    store: Store,
    journals: BTreeMap<OfficeId, Journal>,
    written: u64,
    failed: u64,
}

#[derive(Clone, Copy, Debug)]
struct Journal {
    epoch: Epoch,
    version: Version,
    checkpoint: Version,
}

impl Keeper {
    /// Becomes the writer of every office of the store, and brings back what the switchboard needs.
    pub(crate) fn open(mut store: Store, now: Timestamp) -> Result<(Self, Kept), store::Error> {
        store.purge_sessions(now)?;
        let mut keeper = Self {
            journals: BTreeMap::new(),
            written: 0,
            failed: 0,
            store,
        };
        let mut kept = Kept {
            directory: keeper.directory(now)?,
            ..Kept::default()
        };
        for id in keeper.store.offices()? {
            let office = keeper.load(id)?;
            for visit in office.visits() {
                kept.dossiers.push((visit.id, keeper.dossier(visit.id)?));
            }
            kept.offices.push(office);
        }
        Ok((keeper, kept))
    }

    fn load(&mut self, id: OfficeId) -> Result<Office, store::Error> {
        let epoch = self.store.take_over(id)?;
        let loaded = self.store.load(id)?;
        self.journals.insert(
            id,
            Journal {
                epoch,
                version: loaded.version,
                checkpoint: loaded.checkpoint,
            },
        );
        Ok(loaded.office)
    }

    /// Keeps a batch: personal data first, since no fact may point to what is not there, then all facts and sessions with one
    /// flush.
    pub(crate) fn keep(&mut self, batch: &Batch, now: Timestamp) -> Result<(), store::Error> {
        let kept = self.try_keep(batch, now);
        match &kept {
            Ok(()) => {
                self.written += batch
                    .offices
                    .values()
                    .map(|office| office.events.len() as u64)
                    .sum::<u64>()
            }
            Err(_) => self.failed += 1,
        }
        kept
    }

    fn try_keep(&mut self, batch: &Batch, now: Timestamp) -> Result<(), store::Error> {
        let mut side = Vec::new();
        for office in batch.offices.values() {
            // A dossier may change without a fact of its office, such as when notes are saved.
            let at = office.events.last().map_or(now, |event| event.at);
            for (visit, changes) in &office.dossiers {
                let records: Vec<Personal> =
                    changes.iter().map(|change| personal(change, at)).collect();
                self.store.seal(*visit, &records)?;
                for change in changes {
                    if let DossierChange::Identity { document, .. } = change {
                        let fingerprint = self.store.keyring().fingerprint(document);
                        side.push(SideRecord::Findable(fingerprint, *visit));
                    }
                }
            }
        }
        for (hash, session) in &batch.sessions {
            side.push(session_record(*hash, session.as_ref()));
        }
        for id in batch.offices.keys() {
            if !self.journals.contains_key(id) {
                let epoch = self.store.take_over(*id)?;
                self.journals.insert(
                    *id,
                    Journal {
                        epoch,
                        version: Version(0),
                        checkpoint: Version(0),
                    },
                );
            }
        }
        let appends: Vec<Append<'_>> = batch
            .offices
            .iter()
            .filter_map(|(id, office)| {
                let journal = self.journals.get(id)?;
                Some(Append {
                    office: *id,
                    epoch: journal.epoch,
                    expected: journal.version,
                    events: &office.events,
                })
            })
            .collect();
        self.store.append_all(&appends, &side)?;
        for (id, office) in &batch.offices {
            if let Some(journal) = self.journals.get_mut(id) {
                journal.version.0 += office.events.len() as u64;
            }
        }
        Ok(())
    }

    /// After a batch that was not kept: the offices and dossiers it was for, as they are on the disk.
    pub(crate) fn reload(&mut self, batch: &Batch) -> Result<Reloaded, store::Error> {
        let offices: Result<Vec<Office>, store::Error> =
            batch.offices.keys().map(|id| self.load(*id)).collect();
        let offices = offices?;
        let mut dossiers = Vec::new();
        for visit in batch
            .offices
            .values()
            .flat_map(|office| office.dossiers.keys())
        {
            let exists = offices.iter().any(|office| office.visit(*visit).is_some());
            dossiers.push((
                *visit,
                if exists {
                    Some(self.dossier(*visit)?)
                } else {
                    None
                },
            ));
        }
        Ok(Reloaded { offices, dossiers })
    }

    /// Keeps a checkpoint of each office that has gone far since its last one.
    pub(crate) fn checkpoint<'a>(
        &mut self,
        offices: impl Iterator<Item = &'a Office>,
        when: Checkpoint,
    ) -> Result<(), store::Error> {
        for office in offices {
            let Some(journal) = self.journals.get_mut(&office.id()) else {
                continue;
            };
            let events = journal.version.0 - journal.checkpoint.0;
            let wanted = match when {
                Checkpoint::IfWorthIt => events >= CHECKPOINT_EVENTS,
                Checkpoint::AtTheEnd => events > 0,
            };
            if wanted {
                self.store
                    .checkpoint(office.id(), journal.version, &office.snapshot())?;
                journal.checkpoint = journal.version;
            }
        }
        Ok(())
    }

    /// Keeps the text of every notice under its hash, so that what was accepted can be read as long as the store lives (K2).
    pub(crate) fn keep_notices<'a>(
        &mut self,
        notices: impl Iterator<Item = &'a NoticeView>,
    ) -> Result<(), store::Error> {
        let mut side = Vec::new();
        for notice in notices {
            let name = format!("{NOTICE_SETTING}{}", notice.sha256);
            if self.store.setting(&name)?.is_none() {
                side.push(SideRecord::PutSetting(name, notice.paragraphs.join("\n")));
            }
        }
        self.store.append_all(&[], &side)
    }

    /// The paragraphs of a notice by its hash.
    pub(crate) fn notice(&self, sha256: &str) -> Result<Vec<String>, store::Error> {
        let text = self.store.setting(&format!("{NOTICE_SETTING}{sha256}"))?;
        Ok(text
            .map(|text| text.split('\n').map(ToOwned::to_owned).collect())
            .unwrap_or_default())
    }

    /// Keeps the last hash of a log that was closed: a log that is shortened later does not end with it.
    pub(crate) fn keep_record_end(
        &mut self,
        record: VisitId,
        interval: u32,
        last_hash: [u8; 32],
    ) -> Result<(), store::Error> {
        let hash = last_hash.iter().map(|byte| format!("{byte:02x}")).collect();
        self.store.append_all(
            &[],
            &[SideRecord::PutSetting(record_end(record, interval), hash)],
        )
    }

    /// The facts of a visit, oldest first.
    pub(crate) fn timeline(&self, visit: VisitId) -> Result<Vec<Event>, store::Error> {
        self.store.timeline(visit)
    }

    /// The last hash of a log, if it was closed, in hexadecimal.
    pub(crate) fn record_end(
        &self,
        record: VisitId,
        interval: u32,
    ) -> Result<Option<String>, store::Error> {
        self.store.setting(&record_end(record, interval))
    }

    /// Personal data of a visit.
    pub(crate) fn dossier(&self, visit: VisitId) -> Result<Dossier, store::Error> {
        let mut dossier = Dossier::default();
        for record in self.store.unseal(visit)? {
            dossier.apply(change(record));
        }
        Ok(dossier)
    }

    fn directory(&self, now: Timestamp) -> Result<Directory, store::Error> {
        let mut accounts = self.store.accounts(store::App::Operator)?;
        accounts.extend(self.store.accounts(store::App::Office)?);
        let accounts = accounts.into_iter().map(account).collect();
        let sessions = self
            .store
            .live_sessions(now)?
            .into_iter()
            .map(|(hash, kept)| {
                let subject = match kept.subject {
                    store::Subject::Visit(visit) => Subject::Visit(visit),
                    store::Subject::Account(name) => Subject::Account(name),
                    store::Subject::Invitation(visit, guest) => Subject::Invitation(visit, guest),
                    store::Subject::Guest(visit, guest) => Subject::Guest(visit, guest),
                    store::Subject::SoundMachine(visit, participant, of) => {
                        Subject::Machine(Machine::Sound(visit, participant), SessionHash(of))
                    }
                    store::Subject::CallMachine(office, operator, of) => {
                        Subject::Machine(Machine::Call(office, operator), SessionHash(of))
                    }
                };
                let app = from_app(kept.app);
                (
                    SessionHash(*hash.as_bytes()),
                    Session {
                        app,
                        subject,
                        expires: kept.expires_at,
                    },
                )
            });
        Ok(Directory::new(accounts, sessions.collect()))
    }

    /// The store, for what is asked of it directly.
    pub(crate) fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Events written, and batches that were not kept, since the start.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.written, self.failed)
    }
}

/// What the store holds after a batch that was not kept.
#[derive(Debug)]
pub(crate) struct Reloaded {
    /// The offices of the batch.
    pub(crate) offices: Vec<Office>,
    /// Dossiers it would have changed; none: there is none.
    pub(crate) dossiers: Vec<(VisitId, Option<Dossier>)>,
}

/// When a checkpoint is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Checkpoint {
    /// When there is much to replay.
    IfWorthIt,
    /// When there is anything to replay.
    AtTheEnd,
}

fn record_end(record: VisitId, interval: u32) -> String {
    format!("record-end:{record}:{interval}")
}

fn session_record(hash: SessionHash, session: Option<&Session>) -> SideRecord {
    let hash = TokenHash::from_hash(hash.0);
    match session {
        None => SideRecord::EndSession(hash),
        Some(session) => {
            let subject = match &session.subject {
                Subject::Visit(visit) => store::Subject::Visit(*visit),
                Subject::Account(name) => store::Subject::Account(name.clone()),
                Subject::Invitation(visit, guest) => store::Subject::Invitation(*visit, *guest),
                Subject::Guest(visit, guest) => store::Subject::Guest(*visit, *guest),
                Subject::Machine(Machine::Sound(visit, participant), of) => {
                    store::Subject::SoundMachine(*visit, *participant, of.0)
                }
                Subject::Machine(Machine::Call(office, operator), of) => {
                    store::Subject::CallMachine(*office, *operator, of.0)
                }
            };
            SideRecord::OpenSession(
                hash,
                store::Session {
                    app: into_app(session.app),
                    subject,
                    expires_at: session.expires,
                },
            )
        }
    }
}

fn personal(change: &DossierChange, at: Timestamp) -> Personal {
    match change {
        DossierChange::Identity { name, document } => Personal::Identity {
            name: name.clone(),
            document: document.clone(),
        },
        DossierChange::Guest { number, name } => Personal::Guest {
            number: *number,
            name: name.clone(),
        },
        DossierChange::File { number, name } => Personal::File {
            number: *number,
            name: name.clone(),
        },
        DossierChange::Remark(text) => Personal::Remark {
            text: text.clone(),
            at,
        },
        DossierChange::Notes(text) => Personal::Notes {
            text: text.clone(),
            at,
        },
        DossierChange::Chat(line) => Personal::Chat(store::ChatLine {
            number: line.number,
            from: line.from,
            text: line.text.clone(),
            at: Timestamp(line.at_ms),
            live: line.live,
        }),
    }
}

fn change(record: Personal) -> DossierChange {
    match record {
        Personal::Identity { name, document } => DossierChange::Identity { name, document },
        Personal::Guest { number, name } => DossierChange::Guest { number, name },
        Personal::File { number, name } => DossierChange::File { number, name },
        Personal::Remark { text, .. } => DossierChange::Remark(text),
        Personal::Notes { text, .. } => DossierChange::Notes(text),
        Personal::Chat(line) => DossierChange::Chat(ChatLine {
            number: line.number,
            from: line.from,
            text: line.text,
            at_ms: line.at.0,
            live: line.live,
        }),
    }
}

fn account(kept: store::Account) -> Account {
    Account {
        account: kept.name,
        name: kept.shown,
        role: match kept.role {
            store::Role::Operator => AccountRole::Operator,
            store::Role::Supervisor => AccountRole::Supervisor,
            store::Role::Compliance => AccountRole::Compliance,
            store::Role::Editor => AccountRole::Editor,
            store::Role::Admin => AccountRole::Admin,
        },
        operator: kept.office.zip(kept.operator),
        password: Some(kept.password),
    }
}

fn into_app(app: App) -> store::App {
    match app {
        App::Citizen => store::App::Citizen,
        App::Operator => store::App::Operator,
        App::Office => store::App::Office,
        App::Guest => store::App::Guest,
        App::Machine => store::App::Machine,
    }
}

fn from_app(app: store::App) -> App {
    match app {
        store::App::Citizen => App::Citizen,
        store::App::Operator => App::Operator,
        store::App::Office => App::Office,
        store::App::Guest => App::Guest,
        store::App::Machine => App::Machine,
    }
}
