//! An open store, and an office that writes to it.

use queue::{
    CivilDay, Command, Configuration, Event, Office, OfficeId, Purpose, Service, ServiceId,
    Timestamp, VisitCode, VisitId,
};
use store::{Epoch, Folders, Search, Store, Version};
use tempfile::TempDir;

/// 2026-06-02 12:00 UTC.
pub(crate) const NOON: Timestamp = Timestamp(1_780_401_600_000);

pub(crate) fn office_id() -> OfficeId {
    OfficeId::new(3).unwrap()
}

/// An open store, and an office that writes to it.
pub(crate) struct Town {
    pub(crate) store: Store,
    pub(crate) office: Office,
    pub(crate) epoch: Epoch,
    pub(crate) version: Version,
    pub(crate) folder: TempDir,
}

impl Town {
    pub(crate) fn found() -> Self {
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

    pub(crate) fn send(&mut self, command: &Command, now: Timestamp) -> Vec<Event> {
        let events = self.office.decide(command, now).unwrap();
        let appended = self
            .store
            .append(office_id(), self.epoch, self.version, &events, &[])
            .unwrap();
        events.iter().for_each(|event| self.office.apply(event));
        self.version = appended;
        events
    }

    pub(crate) fn take_turn(&mut self, code: u8, now: Timestamp) -> VisitId {
        self.take(code, Purpose::Attention, now)
    }

    pub(crate) fn take(&mut self, code: u8, purpose: Purpose, now: Timestamp) -> VisitId {
        let command = Command::TakeTurn {
            code: VisitCode::from_random([code; 12]),
            service: ServiceId(1),
            purpose,
        };
        self.send(&command, now)[0].fact.visit().unwrap()
    }

    pub(crate) fn reopened(self) -> (Store, Office, TempDir) {
        drop(self.store);
        (
            Store::open(&Folders::under(self.folder.path())).unwrap(),
            self.office,
            self.folder,
        )
    }
}

pub(crate) fn days(from: i32, to: i32) -> Search {
    let today = queue::Zone::named("Europe/Madrid").unwrap().day(NOON);
    let day = |offset| CivilDay(today.0 + offset);
    Search {
        office: office_id(),
        from: day(from),
        to: day(to),
        code: None,
    }
}

pub(crate) fn files(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
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
