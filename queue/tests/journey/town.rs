//! The office of the journeys, and its people.

use queue::{
    AfterClose, Command, Configuration, Desk, DeskId, Error, Event, Notice, Office, OfficeId,
    OperatorId, OperatorProfile, Purpose, Service, ServiceId, Sha256, Timestamp, VisitCode,
    VisitId, VisitResult,
};

pub(super) const LIBRE_DEUDA: ServiceId = ServiceId(1);
pub(super) const EXIMICIONES: ServiceId = ServiceId(2);
pub(super) const ANA: OperatorId = OperatorId(1);
pub(super) const BEA: OperatorId = OperatorId(2);

/// An office in Madrid at 12:00 local time, with two operators who attend both services.
pub(super) struct Town {
    pub(super) office: Office,
    pub(super) now: Timestamp,
    pub(super) codes: u8,
}

impl Town {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Configuration)) -> Self {
        let office = Office::new(OfficeId::new(1).unwrap());
        let mut town = Self {
            office,
            now: Timestamp(1_780_394_400_000),
            codes: 0,
        };
        let mut configuration = Configuration::empty("Europe/Madrid");
        configuration.services = vec![
            Service::new(LIBRE_DEUDA, "Libre deuda", "A".parse().unwrap()),
            Service::new(EXIMICIONES, "Eximiciones", "B".parse().unwrap()),
        ];
        configuration.desks = vec![Desk {
            id: DeskId(1),
            name: "Box 01".to_owned(),
        }];
        configuration.operators = [ANA, BEA]
            .map(|id| OperatorProfile {
                id,
                number: format!("77{id}"),
                name: format!("Operadora {id}"),
                desk: DeskId(1),
                services: vec![LIBRE_DEUDA, EXIMICIONES],
            })
            .to_vec();
        change(&mut configuration);
        town.ok(Command::Configure {
            configuration: Box::new(configuration),
        });
        for operator in [ANA, BEA] {
            town.ok(Command::OperatorBack { operator });
            for service in [LIBRE_DEUDA, EXIMICIONES] {
                town.ok(Command::SetAvailable {
                    operator,
                    service,
                    available: true,
                });
            }
        }
        town
    }

    pub(super) fn send(&mut self, command: &Command) -> Result<Vec<Event>, Error> {
        let events = self.office.decide(command, self.now)?;
        events.iter().for_each(|event| self.office.apply(event));
        Ok(events)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that a step reads as one line"
    )]
    pub(super) fn ok(&mut self, command: Command) -> Vec<&'static str> {
        let events = self.send(&command).expect("the command is carried out");
        events.iter().map(|event| event.fact.name()).collect()
    }

    pub(super) fn later(&mut self, ms: i64) -> Vec<&'static str> {
        self.now.0 += ms;
        self.ok(Command::Tick)
    }

    pub(super) fn turn(&mut self, service: ServiceId) -> VisitId {
        self.codes += 1;
        let code = VisitCode::from_random([self.codes; 12]);
        let events = self
            .send(&Command::TakeTurn {
                code,
                service,
                purpose: Purpose::Attention,
            })
            .expect("there is room");
        let visit = events[0].fact.visit().expect("a turn has a visit");
        self.ok(Command::LineBack { visit });
        visit
    }

    pub(super) fn waits(&mut self, service: ServiceId) -> VisitId {
        let visit = self.turn(service);
        self.ok(Command::Confirm { visit });
        visit
    }

    pub(super) fn accepts(&mut self, visit: VisitId) -> Vec<&'static str> {
        self.ok(Command::AcceptNotice {
            visit,
            notice: notice(),
        })
    }

    /// Ana in the call with a new visit.
    pub(super) fn call(&mut self) -> VisitId {
        let visit = self.waits(LIBRE_DEUDA);
        self.ok(Command::Seek { operator: ANA });
        self.accepts(visit);
        self.ok(Command::Start { operator: ANA });
        self.ok(Command::Admit { operator: ANA });
        visit
    }

    pub(super) fn state(&self, visit: VisitId) -> &'static str {
        self.office
            .visit(visit)
            .expect("not forgotten")
            .state_name()
    }

    pub(super) fn attended(&self, operator: OperatorId) -> u32 {
        self.office
            .operator(operator)
            .unwrap()
            .attended(self.office.day(self.now))
    }

    pub(super) fn close(&mut self, operator: OperatorId, then: AfterClose) -> Vec<&'static str> {
        self.ok(Command::Close {
            operator,
            result: VisitResult::Success,
            then,
        })
    }
}

pub(super) fn notice() -> Notice {
    let sha256 = Sha256([1; 32]);
    Notice {
        language: "es-ES".to_owned(),
        version: "1".to_owned(),
        sha256,
    }
}
