//! Accounts, the access log, and the lock.

use queue::{Timestamp, VisitId};
use store::{Access, AccessAction, Account, App, Error, Folders, Role, SideRecord, Store};

use crate::kit::{Town, files};

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
fn a_second_opening_is_refused_by_the_lock() {
    let town = Town::found();
    let refused = Store::open(&Folders::under(town.folder.path()));
    assert!(matches!(refused, Err(Error::Locked { .. })), "{refused:?}");
    let (_store, ..) = town.reopened();
}
