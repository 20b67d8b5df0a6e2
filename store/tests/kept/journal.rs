//! What is appended comes back; what does not fit is refused.

use queue::{
    Command, Event, Fact, Office, OfficeId, Purpose, ServiceId, Timestamp, VisitCode, VisitId,
};
use store::{App, Append, Error, Session, SideRecord, Subject, TokenHash, Version};

use crate::kit::{NOON, Town, office_id};

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
