//! Personal data: sealed, apart from its keys, and gone with them.

use queue::VisitId;
use store::{ChatLine, Class, Error, Folders, Personal, SideRecord, Store};

use crate::kit::{NOON, Town, files};

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
