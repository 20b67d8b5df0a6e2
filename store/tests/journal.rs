//! What is appended comes back; what does not fit is refused; what can be searched is found.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the answer"
)]

use queue::{
    CivilDay, Command, Configuration, Event, Fact, Office, OfficeId, Purpose, Service, ServiceId,
    Timestamp, VisitCode, VisitId,
};
use store::{
    Access, AccessAction, Account, App, Append, ChatLine, Class, CodeSearched, Epoch, Error,
    Folders, Personal, Role, Search, Session, SideRecord, Store, Subject, TokenHash, Version,
};
use tempfile::TempDir;

/// 2026-06-02 12:00 UTC.
const NOON: Timestamp = Timestamp(1_780_401_600_000);

fn office_id() -> OfficeId {
    OfficeId::new(3).unwrap()
}

/// An open store, and an office that writes to it.
struct Town {
    store: Store,
    office: Office,
    epoch: Epoch,
    version: Version,
    folder: TempDir,
}

impl Town {
    fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&Folders::under(folder.path())).unwrap();
        let epoch = store.take_over(office_id()).unwrap();
        let office = Office::new(office_id());
        let mut town = Self {
            store,
            office,
            epoch,
            version: Version(0),
            folder,
        };
        let mut configuration = Configuration::empty("Europe/Madrid");
        let service = Service::new(ServiceId(1), "Libre deuda", "A".parse().unwrap());
        configuration.services.push(service);
        town.send(
            &Command::Configure {
                configuration: Box::new(configuration),
            },
            NOON,
        );
        town
    }

    fn send(&mut self, command: &Command, now: Timestamp) -> Vec<Event> {
        let events = self.office.decide(command, now).unwrap();
        let appended = self
            .store
            .append(office_id(), self.epoch, self.version, &events, &[])
            .unwrap();
        events.iter().for_each(|event| self.office.apply(event));
        self.version = appended;
        events
    }

    fn take_turn(&mut self, code: u8, now: Timestamp) -> VisitId {
        self.take(code, Purpose::Attention, now)
    }

    fn take(&mut self, code: u8, purpose: Purpose, now: Timestamp) -> VisitId {
        let command = Command::TakeTurn {
            code: VisitCode::from_random([code; 12]),
            service: ServiceId(1),
            purpose,
        };
        self.send(&command, now)[0].fact.visit().unwrap()
    }

    fn reopened(self) -> (Store, Office, TempDir) {
        drop(self.store);
        (
            Store::open(&Folders::under(self.folder.path())).unwrap(),
            self.office,
            self.folder,
        )
    }
}

fn days(from: i32, to: i32) -> Search {
    let today = queue::Zone::named("Europe/Madrid").unwrap().day(NOON);
    let day = |offset| CivilDay(today.0 + offset);
    Search {
        office: office_id(),
        from: day(from),
        to: day(to),
        code: None,
    }
}

#[test]
fn an_office_comes_back_as_it_was() {
    let mut town = Town::found();
    let visit = town.take_turn(1, NOON);
    town.send(&Command::Confirm { visit }, NOON);
    let version = town.version;
    let (mut store, office, _folder) = town.reopened();
    let loaded = store.load(office_id()).unwrap();
    assert_eq!((loaded.office, loaded.version), (office, version));
    assert_eq!(store.offices().unwrap(), [office_id()]);
}

#[test]
fn an_office_never_written_to_is_new() {
    let mut town = Town::found();
    let other = OfficeId::new(4).unwrap();
    assert_eq!(town.store.load(other).unwrap().office, Office::new(other));
}

#[test]
fn a_checkpoint_and_its_tail_equal_a_replay() {
    let mut town = Town::found();
    for code in 0..20 {
        town.take_turn(code, NOON);
        if code % 7 == 0 {
            let frozen = town.office.snapshot();
            town.store
                .checkpoint(office_id(), town.version, &frozen)
                .unwrap();
        }
    }
    let loaded = town.store.load(office_id()).unwrap();
    assert_eq!(loaded.office, town.office);
    assert_eq!(
        loaded.checkpoint,
        Version(16),
        "configured, then fifteen turns"
    );
    let replayed = town
        .store
        .events_after(office_id(), Version(0), usize::MAX)
        .unwrap();
    let mut office = Office::new(office_id());
    replayed.iter().for_each(|(_, event)| office.apply(event));
    assert_eq!(office, town.office);
}

#[test]
fn a_large_checkpoint_is_kept_in_parts_and_replaced_whole() {
    let mut town = Town::found();
    let mut events = Vec::new();
    for number in 0..600_u32 {
        let mut random = [0; 12];
        random[..4].copy_from_slice(&number.to_be_bytes());
        random[2] = u8::try_from(number / 32).unwrap();
        let code = VisitCode::from_random(random);
        let command = Command::TakeTurn {
            code,
            service: ServiceId(1),
            purpose: Purpose::Attention,
        };
        for event in town.office.decide(&command, NOON).unwrap() {
            town.office.apply(&event);
            events.push(event);
        }
    }
    let empty = Office::new(office_id()).snapshot();
    town.version = town
        .store
        .append(office_id(), town.epoch, town.version, &events, &[])
        .unwrap();
    let frozen = town.office.snapshot();
    town.store
        .checkpoint(office_id(), town.version, &frozen)
        .unwrap();
    let loaded = town.store.load(office_id()).unwrap();
    assert_eq!(
        (loaded.office, loaded.checkpoint),
        (town.office, town.version)
    );
    town.store
        .checkpoint(office_id(), Version(0), &empty)
        .unwrap();
    assert_eq!(town.store.load(office_id()).unwrap().checkpoint, Version(0));
    let future = Version(town.version.0 + 1);
    let refused = town.store.checkpoint(office_id(), future, &empty);
    assert!(matches!(refused, Err(Error::Version { .. })), "{refused:?}");
}

#[test]
fn a_writer_that_was_replaced_is_refused() {
    let mut town = Town::found();
    let newer = town.store.take_over(office_id()).unwrap();
    let events = [Event {
        at: NOON,
        fact: Fact::ServerRestarted,
    }];
    let refused = town
        .store
        .append(office_id(), town.epoch, town.version, &events, &[]);
    assert!(
        matches!(refused, Err(Error::Epoch { found, current, .. }) if found == town.epoch && current == newer),
        "{refused:?}"
    );
    town.store
        .append(office_id(), newer, town.version, &events, &[])
        .unwrap();
}

#[test]
fn a_writer_that_is_behind_or_ahead_is_refused_and_nothing_is_written() {
    let mut town = Town::found();
    let events = [Event {
        at: NOON,
        fact: Fact::ServerRestarted,
    }];
    let session = Session {
        app: App::Office,
        subject: Subject::Account("ana".to_owned()),
        expires_at: NOON,
    };
    let side = [SideRecord::OpenSession(TokenHash::of("t"), session)];
    for wrong in [0, town.version.0 + 1] {
        let refused = town
            .store
            .append(office_id(), town.epoch, Version(wrong), &events, &side);
        assert!(matches!(refused, Err(Error::Version { .. })), "{refused:?}");
    }
    assert_eq!(town.store.load(office_id()).unwrap().version, town.version);
    assert_eq!(
        town.store
            .session(&TokenHash::of("t"), Timestamp(0))
            .unwrap(),
        None
    );
}

#[test]
fn one_batch_holds_several_offices_and_sessions() {
    let mut town = Town::found();
    let other = OfficeId::new(4).unwrap();
    let other_epoch = town.store.take_over(other).unwrap();
    let events = [Event {
        at: NOON,
        fact: Fact::ServerRestarted,
    }];
    let subject = Subject::Visit(VisitId(9));
    let session = Session {
        app: App::Citizen,
        subject,
        expires_at: Timestamp(NOON.0 + 1),
    };
    let token = TokenHash::of("secret");
    let first = Append {
        office: office_id(),
        epoch: town.epoch,
        expected: town.version,
        events: &events,
    };
    let second = Append {
        office: other,
        epoch: other_epoch,
        expected: Version(0),
        events: &events,
    };
    let side = [SideRecord::OpenSession(token, session.clone())];
    town.store.append_all(&[first, second], &side).unwrap();
    assert_eq!(town.store.load(other).unwrap().version, Version(1));
    assert_eq!(town.store.session(&token, NOON).unwrap(), Some(session));
    assert_eq!(
        town.store.session(&token, Timestamp(NOON.0 + 1)).unwrap(),
        None,
        "expired"
    );
    assert_eq!(town.store.purge_sessions(Timestamp(NOON.0 + 1)).unwrap(), 1);
    assert_eq!(town.store.session(&token, NOON).unwrap(), None, "purged");
}

#[test]
fn a_visit_is_found_by_day_and_by_either_code() {
    let mut town = Town::found();
    let yesterday = Timestamp(NOON.0 - 86_400_000);
    // The clock of an office never goes back: the first one sets the day.
    let mut visits = Vec::new();
    for code in 0..3 {
        let visit = town.take_turn(code, NOON);
        town.send(&Command::Confirm { visit }, NOON);
        visits.push(visit);
    }
    assert!(yesterday < NOON);
    let found = town.store.search(&days(0, 0), 10).unwrap();
    let ids: Vec<_> = found.lines.iter().map(|line| line.visit).collect();
    assert_eq!(ids, [visits[2], visits[1], visits[0]], "newest first");
    assert!(!found.more);
    let found = town.store.search(&days(0, 0), 2).unwrap();
    assert_eq!((found.lines.len(), found.more), (2, true));
    assert!(
        town.store
            .search(&days(-3, -1), 10)
            .unwrap()
            .lines
            .is_empty()
    );
    assert!(
        town.store.search(&days(1, 0), 10).unwrap().lines.is_empty(),
        "no such range"
    );
    let by = |code| Search {
        code: Some(code),
        ..days(-30, 30)
    };
    let turno = CodeSearched::Turno(VisitCode::from_random([1; 12]));
    let display = CodeSearched::Display("A3".parse().unwrap());
    let one = |search: &Search| {
        let lines = town.store.search(search, 10).unwrap().lines;
        lines.iter().map(|line| line.visit).collect::<Vec<_>>()
    };
    assert_eq!(one(&by(turno)), [visits[1]]);
    assert_eq!(one(&by(display)), [visits[2]]);
    let nobody = CodeSearched::Display("A33".parse().unwrap());
    assert!(one(&by(nobody)).is_empty(), "A3 is not A33");
}

#[test]
fn a_test_is_found_by_its_own_code_only() {
    let mut town = Town::found();
    let test = town.take(1, Purpose::Test, NOON);
    town.send(&Command::Confirm { visit: test }, NOON);
    let visit = town.take_turn(2, NOON);
    let found = |code, count| {
        let search = Search {
            code,
            ..days(-30, 30)
        };
        let found = town.store.search(&search, count).unwrap();
        let ids: Vec<_> = found.lines.iter().map(|line| line.visit).collect();
        (ids, found.more)
    };
    assert_eq!(found(None, 1), (vec![visit], false));
    let shown = town.store.line(test).unwrap().unwrap().display.unwrap();
    assert_eq!(
        found(Some(CodeSearched::Display(shown)), 1),
        (Vec::new(), false)
    );
    let code = CodeSearched::Turno(VisitCode::from_random([1; 12]));
    assert_eq!(found(Some(code), 1), (vec![test], false));
}

#[test]
fn a_line_and_a_timeline_tell_what_happened() {
    let mut town = Town::found();
    let visit = town.take_turn(1, NOON);
    town.send(&Command::Confirm { visit }, NOON);
    town.send(&Command::Abandon { visit }, Timestamp(NOON.0 + 5));
    town.send(&Command::Forget { visit }, Timestamp(NOON.0 + 6));
    let names: Vec<_> = town
        .store
        .timeline(visit)
        .unwrap()
        .iter()
        .map(|event| event.fact.name())
        .collect();
    assert_eq!(
        names,
        [
            "turn_taken",
            "line_back",
            "confirmed",
            "abandoned",
            "forgotten"
        ]
    );
    let line = town.store.line(visit).unwrap().unwrap();
    assert_eq!(
        (line.last.as_str(), line.display),
        ("abandoned", Some("A1".parse().unwrap()))
    );
    assert_eq!(town.store.line(VisitId(77)).unwrap(), None);
}

#[test]
fn personal_data_is_sealed_and_gone_with_its_key() {
    let mut town = Town::found();
    let visit = town.take_turn(1, NOON);
    let identity = Personal::Identity {
        name: "Juana Azurduy".to_owned(),
        document: "20-1".to_owned(),
    };
    let chat = Personal::Chat(ChatLine {
        number: 1,
        from: 1,
        text: "buen día".to_owned(),
        at: NOON,
        live: false,
    });
    town.store
        .seal(visit, std::slice::from_ref(&identity))
        .unwrap();
    town.store.seal(visit, std::slice::from_ref(&chat)).unwrap();
    let (mut store, _, folder) = town.reopened();
    assert_eq!(store.unseal(visit).unwrap(), [identity.clone(), chat]);
    assert!(store.unseal(VisitId(visit.0 + 1)).unwrap().is_empty());
    let everything = files(folder.path());
    assert!(!everything.is_empty());
    for (path, bytes) in everything {
        let clear = bytes.windows(5).any(|window| window == b"Juana");
        assert!(!clear, "a name stands in clear in {}", path.display());
    }
    store.keyring().destroy(visit, Class::Index).unwrap();
    assert!(matches!(store.unseal(visit), Err(Error::Destroyed(id)) if id == visit));
    assert!(matches!(
        store.seal(visit, &[identity]),
        Err(Error::Destroyed(_))
    ));
}

#[test]
fn nothing_of_a_turn_that_was_never_taken_is_left_to_the_next() {
    let mut town = Town::found();
    let visit = town.take_turn(1, NOON);
    let identity = |name: &str| Personal::Identity {
        name: name.to_owned(),
        document: "1".to_owned(),
    };
    // Sealed first, as a new visit's data is; then the append fails, and somebody else gets the number.
    let next = VisitId(visit.0 + 1);
    town.store.seal(next, &[identity("Juana")]).unwrap();
    town.store.seal(next, &[identity("Manuel")]).unwrap();
    assert_eq!(town.take_turn(2, NOON), next);
    town.store.seal(next, &[identity("Martín")]).unwrap();
    assert_eq!(
        town.store.unseal(next).unwrap(),
        [identity("Manuel"), identity("Martín")]
    );
}

#[test]
fn a_sealed_file_cut_short_keeps_what_is_whole_and_goes_on() {
    let mut town = Town::found();
    let visit = town.take_turn(1, NOON);
    let note = |text: &str| Personal::Notes {
        text: text.to_owned(),
        at: NOON,
    };
    town.store.seal(visit, &[note("uno"), note("dos")]).unwrap();
    let (store, _, folder) = town.reopened();
    drop(store);
    let path = folder.path().join(format!("sealed/3/{visit}.index"));
    let whole = std::fs::read(&path).unwrap();
    for cut in 1..(whole.len() / 2) {
        std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let mut store = Store::open(&Folders::under(folder.path())).unwrap();
        assert_eq!(
            store.unseal(visit).unwrap(),
            [note("uno")],
            "{cut} bytes cut"
        );
        store.seal(visit, &[note("tres")]).unwrap();
        assert_eq!(store.unseal(visit).unwrap(), [note("uno"), note("tres")]);
        if cut > 3 {
            break;
        }
    }
    let mut changed = whole;
    changed[20] ^= 1;
    std::fs::write(&path, &changed).unwrap();
    let store = Store::open(&Folders::under(folder.path())).unwrap();
    assert!(matches!(store.unseal(visit), Err(Error::Tampered { .. })));
}

#[test]
fn keys_are_apart_from_data_and_readable_by_the_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let town = Town::found();
    let visit = VisitId(5);
    let key = town.store.keyring().media_key(visit).unwrap();
    assert_eq!(
        *key,
        *town.store.keyring().media_key(visit).unwrap(),
        "made once"
    );
    assert_ne!(*key, *town.store.keyring().media_key(VisitId(6)).unwrap());
    assert!(
        town.store
            .keyring()
            .known_media_key(VisitId(7))
            .unwrap()
            .is_none()
    );
    let (store, _, folder) = town.reopened();
    assert_eq!(*key, *store.keyring().media_key(visit).unwrap());
    store.keyring().destroy(visit, Class::Media).unwrap();
    store.keyring().destroy(visit, Class::Media).unwrap();
    assert!(store.keyring().known_media_key(visit).unwrap().is_none());
    drop(store);
    for (path, bytes) in files(&folder.path().join("keyring")) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
        assert!(
            !bytes.windows(32).any(|window| *window == *key),
            "a key stands in clear"
        );
    }
    let master = folder.path().join("keyring/master.key");
    let open = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(&master, open).unwrap();
    let refused = Store::open(&Folders::under(folder.path()));
    assert!(
        matches!(refused, Err(Error::MasterKeyOpen { mode: 0o640, .. })),
        "{refused:?}"
    );
    std::fs::remove_file(&master).unwrap();
    let refused = Store::open(&Folders::under(folder.path()));
    assert!(
        matches!(refused, Err(Error::MasterKeyMissing { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_person_is_found_by_the_document_however_it_is_typed() {
    let mut town = Town::found();
    let person = town.store.keyring().fingerprint("20-12345678-x");
    assert_eq!(person, town.store.keyring().fingerprint("20 12345678 X"));
    assert_ne!(person, town.store.keyring().fingerprint("20-12345678-Y"));
    let side = [1, 2, 3].map(|id| SideRecord::Findable(person, VisitId(id)));
    town.store.append_all(&[], &side).unwrap();
    assert_eq!(
        town.store.visits_of(&person, 2).unwrap(),
        [VisitId(3), VisitId(2)]
    );
}

#[test]
fn accounts_and_settings_are_kept() {
    let mut town = Town::found();
    let account = |name: &str, role| Account {
        app: App::Office,
        name: name.to_owned(),
        shown: name.to_uppercase(),
        role,
        office: None,
        operator: None,
        password: "$argon2id$…".to_owned(),
    };
    let side = [
        SideRecord::PutAccount(account("bea", Role::Compliance)),
        SideRecord::PutAccount(account("ana", Role::Admin)),
        SideRecord::PutSetting("load_token".to_owned(), "x".to_owned()),
        SideRecord::RemoveAccount(App::Office, "nadie".to_owned()),
    ];
    town.store.append_all(&[], &side).unwrap();
    let (mut store, _, _folder) = town.reopened();
    assert_eq!(
        store.account(App::Office, "ana").unwrap(),
        Some(account("ana", Role::Admin))
    );
    assert_eq!(
        store.account(App::Operator, "ana").unwrap(),
        None,
        "one account is of one app"
    );
    let names: Vec<_> = store
        .accounts(App::Office)
        .unwrap()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["ana", "bea"]);
    assert_eq!(store.setting("load_token").unwrap().as_deref(), Some("x"));
    let gone = [SideRecord::RemoveAccount(App::Office, "ana".to_owned())];
    store.append_all(&[], &gone).unwrap();
    assert_eq!(store.account(App::Office, "ana").unwrap(), None);
}

#[test]
fn accesses_are_kept_sealed_newest_first() {
    let mut town = Town::found();
    let access = |number: i64| Access {
        at: Timestamp(number),
        account: "bea".to_owned(),
        action: AccessAction::Open,
        visit: Some(VisitId(4)),
        track: None,
        reason: format!("reclamo de Juana {number}"),
    };
    (1..4).for_each(|number| town.store.log_access(&access(number)).unwrap());
    let (mut store, _, folder) = town.reopened();
    store.log_access(&access(4)).unwrap();
    assert_eq!(
        store.accesses(3).unwrap(),
        [access(4), access(3), access(2)]
    );
    for (path, bytes) in files(folder.path()) {
        let clear = bytes.windows(5).any(|window| window == b"Juana");
        assert!(!clear, "a reason stands in clear in {}", path.display());
    }
}

#[test]
fn nobody_else_may_look_into_the_folders_or_at_sealed_data() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| {
        let found = std::fs::metadata(path).unwrap();
        found.permissions().mode() & 0o777
    };
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders::under(folder.path());
    // One was there before, open to all.
    std::fs::create_dir(&folders.sealed).unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&folders.sealed, open).unwrap();
    let mut store = Store::open(&folders).unwrap();
    let remark = Personal::Remark {
        text: "Juana".to_owned(),
        at: NOON,
    };
    store.seal(VisitId(1), &[remark]).unwrap();
    for one in [&folders.journal, &folders.sealed, &folders.keyring] {
        assert_eq!(mode(one), 0o700, "{}", one.display());
    }
    assert_eq!(mode(&folders.journal.join("lock")), 0o600);
    let sealed = files(&folders.sealed);
    assert!(!sealed.is_empty());
    for (path, _) in sealed {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_second_opening_is_refused_by_the_lock() {
    let town = Town::found();
    let refused = Store::open(&Folders::under(town.folder.path()));
    assert!(matches!(refused, Err(Error::Locked { .. })), "{refused:?}");
    let (_store, ..) = town.reopened();
}

fn files(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found
}
