//! The rules of a visit and of an operator, one sentence each.

use queue::{
    AbandonCause, Admission, AfterClose, Command, Configuration, ConsentAt, Desk, DeskId, Error,
    Event, Fact, InterruptionCause, Limit, Notice, NoticeHash, Office, OfficeId, OperatorId,
    OperatorProfile, OperatorState, Purpose, Service, ServiceId, Timestamp, VisitCode, VisitId,
    VisitResult, VisitState,
};

const LIBRE_DEUDA: ServiceId = ServiceId(1);
const EXIMICIONES: ServiceId = ServiceId(2);
const ANA: OperatorId = OperatorId(1);
const BEA: OperatorId = OperatorId(2);

/// An office in Madrid at 12:00 local time, with two operators who attend both services.
struct Town {
    office: Office,
    now: Timestamp,
    codes: u8,
}

impl Town {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Configuration)) -> Self {
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

    fn send(&mut self, command: &Command) -> Result<Vec<Event>, Error> {
        let events = self.office.decide(command, self.now)?;
        events.iter().for_each(|event| self.office.apply(event));
        Ok(events)
    }

    fn ok(&mut self, command: Command) -> Vec<&'static str> {
        let events = self.send(&command).expect("the command is carried out");
        events.iter().map(|event| event.fact.name()).collect()
    }

    fn later(&mut self, ms: i64) -> Vec<&'static str> {
        self.now.0 += ms;
        self.ok(Command::Tick)
    }

    fn turn(&mut self, service: ServiceId) -> VisitId {
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

    fn waits(&mut self, service: ServiceId) -> VisitId {
        let visit = self.turn(service);
        self.ok(Command::Confirm { visit });
        visit
    }

    fn accepts(&mut self, visit: VisitId) -> Vec<&'static str> {
        self.ok(Command::AcceptNotice {
            visit,
            notice: notice(),
        })
    }

    /// Ana in the call with a new visit.
    fn call(&mut self) -> VisitId {
        let visit = self.waits(LIBRE_DEUDA);
        self.ok(Command::Seek { operator: ANA });
        self.accepts(visit);
        self.ok(Command::Start { operator: ANA });
        self.ok(Command::Admit { operator: ANA });
        visit
    }

    fn state(&self, visit: VisitId) -> &'static str {
        self.office
            .visit(visit)
            .expect("not forgotten")
            .state_name()
    }

    fn attended(&self, operator: OperatorId) -> u32 {
        self.office
            .operator(operator)
            .unwrap()
            .attended(self.office.day(self.now))
    }

    fn close(&mut self, operator: OperatorId, then: AfterClose) -> Vec<&'static str> {
        self.ok(Command::Close {
            operator,
            result: VisitResult::Success,
            then,
        })
    }
}

fn notice() -> Notice {
    let sha256 = NoticeHash([1; 32]);
    Notice {
        language: "es-ES".to_owned(),
        version: "1".to_owned(),
        sha256,
    }
}

#[test]
fn a_walk_in_goes_from_the_door_to_a_result() {
    let mut town = Town::new();
    let visit = town.turn(LIBRE_DEUDA);
    assert_eq!(town.ok(Command::Confirm { visit }), ["confirmed"]);
    assert_eq!(
        town.office
            .visit(visit)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "A1"
    );
    assert_eq!(town.office.position(visit), Some(1));
    assert_eq!(
        town.ok(Command::Seek { operator: ANA }),
        ["seeking_began", "assigned"]
    );
    assert_eq!(town.accepts(visit), ["notice_accepted", "entered"]);
    assert_eq!(
        town.ok(Command::Start { operator: ANA }),
        ["started", "called"]
    );
    assert_eq!(
        town.ok(Command::Admit { operator: ANA }),
        ["admitted", "recording_started"]
    );
    assert_eq!(
        town.ok(Command::ChatSent {
            visit,
            participant: 1
        }),
        ["chat_sent"]
    );
    let ended = town.ok(Command::EndMeeting { operator: ANA });
    assert_eq!(ended, ["recording_stopped", "meeting_ended"]);
    assert_eq!(town.close(ANA, AfterClose::Interrupt), ["closed"]);
    assert_eq!(
        town.office.operator(ANA).unwrap().state,
        OperatorState::Inactive
    );
    assert_eq!(town.state(visit), "closed");
    assert_eq!(town.attended(ANA), 1);
}

#[test]
fn both_may_press_start_in_either_order() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    assert_eq!(town.ok(Command::Start { operator: ANA }), ["started"]);
    assert_eq!(
        town.accepts(visit),
        ["notice_accepted", "entered", "called"]
    );
}

#[test]
fn the_oldest_place_goes_to_the_longest_idle_operator() {
    let mut town = Town::new();
    town.ok(Command::Seek { operator: BEA });
    town.later(1_000);
    town.ok(Command::Seek { operator: ANA });
    let first = town.turn(LIBRE_DEUDA);
    let events = town.send(&Command::Confirm { visit: first }).unwrap();
    let Fact::Assigned { operator, why, .. } = &events[1].fact else {
        panic!("{events:?}")
    };
    assert_eq!(
        (*operator, why.seeking, why.waiting, why.idle_ms),
        (BEA, 2, 1, 1_000)
    );
    town.ok(Command::Interrupt { operator: ANA });
    let older = town.waits(EXIMICIONES);
    town.later(500);
    let newer = town.waits(LIBRE_DEUDA);
    town.later(500);
    let events = town.send(&Command::Seek { operator: ANA }).unwrap();
    let Fact::Assigned { visit, why, .. } = &events[1].fact else {
        panic!("{events:?}")
    };
    assert_eq!((*visit, why.waited_ms, why.waiting), (older, 1_000, 2));
    assert_eq!(town.office.position(newer), Some(1));
}

#[test]
fn an_operator_is_given_only_services_he_is_available_for() {
    let mut town = Town::new();
    let service = LIBRE_DEUDA;
    town.ok(Command::SetAvailable {
        operator: ANA,
        service,
        available: false,
    });
    town.ok(Command::Seek { operator: ANA });
    let visit = town.waits(LIBRE_DEUDA);
    assert_eq!(town.state(visit), "waiting");
    let available = town.ok(Command::SetAvailable {
        operator: ANA,
        service,
        available: true,
    });
    assert_eq!(available, ["availability_set", "assigned"]);
}

#[test]
fn an_operator_available_for_nothing_is_off_and_cannot_seek() {
    let mut town = Town::new();
    town.ok(Command::Seek { operator: ANA });
    for service in [LIBRE_DEUDA, EXIMICIONES] {
        town.ok(Command::SetAvailable {
            operator: ANA,
            service,
            available: false,
        });
    }
    assert_eq!(town.office.operator(ANA).unwrap().state, OperatorState::Off);
    let refused = town.send(&Command::Seek { operator: ANA });
    assert!(matches!(
        refused,
        Err(Error::OperatorOutOfOrder { found: "off", .. })
    ));
}

#[test]
fn the_order_of_finishing_is_kept() {
    let mut town = Town::new();
    town.call();
    let close = Command::Close {
        operator: ANA,
        result: VisitResult::Success,
        then: AfterClose::Seek,
    };
    for early in [
        &close,
        &Command::Seek { operator: ANA },
        &Command::Interrupt { operator: ANA },
    ] {
        assert!(town.send(early).is_err(), "{early:?} in the call");
    }
    town.ok(Command::EndMeeting { operator: ANA });
    for early in [
        Command::Seek { operator: ANA },
        Command::EndMeeting { operator: ANA },
    ] {
        assert!(town.send(&early).is_err(), "{early:?} before the result");
    }
    town.ok(close);
    assert!(matches!(
        town.office.operator(ANA).unwrap().state,
        OperatorState::Seeking { .. }
    ));
}

#[test]
fn a_citizen_who_hangs_up_must_be_admitted_again_and_counts_once() {
    let mut town = Town::new();
    let visit = town.call();
    assert_eq!(
        town.ok(Command::HangUp { visit }),
        ["recording_stopped", "interrupted"]
    );
    town.ok(Command::LineLost { visit });
    assert_eq!(town.ok(Command::LineBack { visit }), ["line_back"]);
    assert_eq!(town.state(visit), "interrupted");
    assert_eq!(town.ok(Command::ReturnToCall { visit }), ["returned"]);
    assert_eq!(
        town.ok(Command::Admit { operator: ANA }),
        ["admitted", "recording_started"]
    );
    assert_eq!(town.office.visit(visit).unwrap().recording(), Some(2));
    assert_eq!(town.attended(ANA), 1);
}

#[test]
fn a_lost_line_comes_back_into_the_call_by_itself() {
    let mut town = Town::new();
    let visit = town.call();
    let lost = town.ok(Command::LineLost { visit });
    assert_eq!(lost, ["line_lost", "recording_stopped", "interrupted"]);
    assert!(
        town.ok(Command::LineLost { visit }).is_empty(),
        "twice is no harm"
    );
    let back = town.ok(Command::LineBack { visit });
    assert_eq!(back, ["line_back", "resumed", "recording_started"]);
    assert_eq!(town.state(visit), "in call");
}

#[test]
fn a_call_outlives_the_server() {
    let mut town = Town::new();
    let visit = town.call();
    let waiting = town.waits(LIBRE_DEUDA);
    let restarted = town.ok(Command::ServerRestarted);
    assert_eq!(
        restarted,
        ["recording_stopped", "interrupted", "server_restarted"]
    );
    let VisitState::Interrupted { cause, .. } = town.office.visit(visit).unwrap().state else {
        panic!("{}", town.state(visit))
    };
    assert_eq!(cause, InterruptionCause::Server);
    assert_eq!(town.office.position(waiting), Some(1));
    town.ok(Command::OperatorBack { operator: ANA });
    town.ok(Command::LineBack { visit });
    assert_eq!(town.state(visit), "in call");
}

#[test]
fn an_abandoned_assignment_is_preset_and_closed_by_the_operator() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    assert_eq!(
        town.ok(Command::Abandon { visit }),
        ["abandoned_after_assignment"]
    );
    assert_eq!(
        town.office.visit(visit).unwrap().preset(),
        Some(VisitResult::Abandoned)
    );
    assert_eq!(town.attended(ANA), 0, "he had not pressed");
    town.close(ANA, AfterClose::Seek);
    assert_eq!(town.state(visit), "closed");
}

#[test]
fn an_operator_may_give_up_on_a_citizen_who_never_accepts() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    town.ok(Command::Start { operator: ANA });
    town.ok(Command::EndMeeting { operator: ANA });
    let ended = town.office.visit(visit).unwrap();
    assert_eq!(
        (ended.preset(), ended.resumable()),
        (Some(VisitResult::Abandoned), false)
    );
}

#[test]
fn a_meeting_can_be_taken_up_again_until_its_result_is_noted() {
    let mut town = Town::new();
    let visit = town.call();
    town.ok(Command::EndMeeting { operator: ANA });
    assert!(town.office.visit(visit).unwrap().resumable());
    assert_eq!(
        town.ok(Command::Resume { operator: ANA }),
        ["resumed", "recording_started"]
    );
    town.ok(Command::FinishTurn { visit });
    let refused = town.send(&Command::Resume { operator: ANA });
    assert_eq!(
        refused,
        Err(Error::NotResumable(visit)),
        "the citizen has ended it"
    );
}

#[test]
fn a_lost_operator_gives_the_citizen_his_old_place_back() {
    let mut town = Town::new();
    let first = town.waits(LIBRE_DEUDA);
    town.later(1_000);
    let second = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    town.accepts(first);
    town.ok(Command::OperatorLost { operator: ANA });
    assert!(
        town.later(29_999).is_empty(),
        "within the grace nothing changes"
    );
    assert_eq!(town.later(1), ["place_restored"]);
    assert_eq!(town.office.position(first), Some(1));
    assert_eq!(town.office.position(second), Some(2));
    town.ok(Command::Seek { operator: BEA });
    town.accepts(first);
    assert_eq!(
        (town.attended(ANA), town.attended(BEA)),
        (1, 1),
        "each assignment counts"
    );
}

#[test]
fn a_lost_operator_in_a_call_comes_back_to_it() {
    let mut town = Town::new();
    let visit = town.call();
    town.ok(Command::OperatorLost { operator: ANA });
    assert!(town.later(3_600_000).is_empty());
    assert_eq!(town.office.operator(ANA).unwrap().visit(), Some(visit));
    assert_eq!(
        town.ok(Command::OperatorBack { operator: ANA }),
        ["operator_back"]
    );
    assert_eq!(town.state(visit), "in call");
}

#[test]
fn who_is_away_keeps_his_place_but_is_passed_over() {
    let mut town = Town::new();
    let away = town.waits(LIBRE_DEUDA);
    let here = town.waits(LIBRE_DEUDA);
    town.ok(Command::LineLost { visit: away });
    town.later(15_001);
    assert_eq!(town.office.position(away), Some(1));
    town.ok(Command::Seek { operator: ANA });
    assert_eq!(
        (town.state(away), town.state(here)),
        ("waiting", "assigned")
    );
    town.ok(Command::Seek { operator: BEA });
    assert_eq!(
        town.ok(Command::LineBack { visit: away }),
        ["line_back", "assigned"]
    );
}

#[test]
fn who_does_not_confirm_or_stays_away_has_abandoned() {
    let mut town = Town::new();
    let verifying = town.turn(LIBRE_DEUDA);
    let waiting = town.waits(LIBRE_DEUDA);
    town.ok(Command::LineLost { visit: waiting });
    assert_eq!(town.office.next_due(), Some(town.now.plus_ms(600_000)));
    assert_eq!(town.later(600_000), ["abandoned", "abandoned"]);
    for (visit, expected) in [
        (verifying, AbandonCause::VerifyingTimeout),
        (waiting, AbandonCause::Away),
    ] {
        let VisitState::Abandoned { cause, .. } = town.office.visit(visit).unwrap().state else {
            panic!("{}", town.state(visit))
        };
        assert_eq!(cause, expected);
    }
    assert_eq!(town.later(3_600_000), ["forgotten", "forgotten"]);
    assert_eq!(town.office.visits().count(), 0);
}

#[test]
fn where_the_notice_comes_at_entry_the_citizen_comes_in_by_himself() {
    let mut town = Town::with(|configuration| {
        configuration.services[0].consent_at = ConsentAt::Entry;
        configuration.services[0].admission = Admission::Auto;
    });
    let visit = town.turn(LIBRE_DEUDA);
    assert_eq!(
        town.send(&Command::Confirm { visit }),
        Err(Error::NoticeNeeded)
    );
    town.accepts(visit);
    town.ok(Command::Confirm { visit });
    assert_eq!(
        town.ok(Command::Seek { operator: ANA }),
        ["seeking_began", "assigned", "entered"]
    );
    assert_eq!(town.attended(ANA), 1);
    let started = town.ok(Command::Start { operator: ANA });
    assert_eq!(
        started,
        ["started", "called", "admitted", "recording_started"]
    );
}

#[test]
fn numbers_begin_anew_at_local_midnight_and_so_does_the_counter() {
    let mut town = Town::new();
    town.call();
    let visit = town.waits(EXIMICIONES);
    assert_eq!(
        town.office
            .visit(visit)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "B1"
    );
    let second = town.waits(LIBRE_DEUDA);
    assert_eq!(
        town.office
            .visit(second)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "A2"
    );
    town.later(12 * 3_600_000);
    assert_eq!(town.attended(ANA), 0);
    let next_day = town.waits(LIBRE_DEUDA);
    assert_eq!(
        town.office
            .visit(next_day)
            .unwrap()
            .ticket()
            .unwrap()
            .display
            .to_string(),
        "A1"
    );
}

#[test]
fn nobody_is_admitted_who_is_not_there() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    town.ok(Command::Seek { operator: ANA });
    town.accepts(visit);
    town.ok(Command::Start { operator: ANA });
    town.ok(Command::LineLost { visit });
    let refused = town.send(&Command::Admit { operator: ANA });
    assert_eq!(refused, Err(Error::CitizenAway(visit)));
}

#[test]
fn an_unrecorded_service_is_not_recorded() {
    let mut town = Town::with(|configuration| configuration.services[0].recorded = false);
    let visit = town.call();
    assert_eq!(town.office.visit(visit).unwrap().recording(), None);
    assert_eq!(
        town.ok(Command::EndMeeting { operator: ANA }),
        ["meeting_ended"]
    );
}

#[test]
fn a_full_office_says_how_full_it_is() {
    let mut town = Town::with(|configuration| {
        configuration.limits.verifying_max = 2;
        configuration.limits.waiting_max = 1;
    });
    let first = town.turn(LIBRE_DEUDA);
    let second = town.turn(LIBRE_DEUDA);
    let code = VisitCode::from_random([30; 12]);
    let turn = Command::TakeTurn {
        code,
        service: LIBRE_DEUDA,
        purpose: Purpose::Attention,
    };
    let full = |limit, found| {
        Err(Error::Full {
            limit,
            found,
            allowed: found,
        })
    };
    assert_eq!(town.send(&turn), full(Limit::Verifying, 2));
    town.ok(Command::Confirm { visit: first });
    assert_eq!(
        town.send(&Command::Confirm { visit: second }),
        full(Limit::Waiting, 1)
    );
}

#[test]
fn a_code_names_one_visit() {
    let mut town = Town::new();
    town.turn(LIBRE_DEUDA);
    let code = VisitCode::from_random([1; 12]);
    let again = Command::TakeTurn {
        code,
        service: LIBRE_DEUDA,
        purpose: Purpose::Attention,
    };
    assert_eq!(town.send(&again), Err(Error::CodeTaken));
}

#[test]
fn a_service_that_closes_expires_its_line_but_not_under_a_call() {
    let mut town = Town::new();
    let visit = town.waits(LIBRE_DEUDA);
    let mut fewer = town.office.configuration().clone();
    fewer.services.remove(0);
    fewer
        .operators
        .iter_mut()
        .for_each(|operator| operator.services = vec![EXIMICIONES]);
    let close = Command::Configure {
        configuration: Box::new(fewer),
    };
    assert_eq!(town.ok(close.clone()), ["expired", "configured"]);
    assert_eq!(town.state(visit), "expired");
    assert!(
        town.ok(close.clone()).is_empty(),
        "the same again changes nothing"
    );
    let mut town = Town::new();
    town.call();
    assert!(matches!(town.send(&close), Err(Error::Configuration(_))));
}

#[test]
fn a_configuration_that_contradicts_itself_is_refused() {
    let mut town = Town::new();
    let mut check = |change: fn(&mut Configuration)| {
        let mut wrong = town.office.configuration().clone();
        change(&mut wrong);
        let refused = town.send(&Command::Configure {
            configuration: Box::new(wrong),
        });
        assert!(
            matches!(refused, Err(Error::Configuration(_))),
            "{refused:?}"
        );
    };
    check(|configuration| configuration.zone = "Europe/Atlantis".to_owned());
    check(|configuration| configuration.services[1].id = LIBRE_DEUDA);
    check(|configuration| configuration.operators[0].desk = DeskId(9));
    check(|configuration| configuration.operators[0].services = vec![ServiceId(9)]);
    check(|configuration| configuration.body = "x".repeat(401));
    check(|configuration| configuration.services[0].seek_round_ms = 86_400_001);
    check(|configuration| configuration.limits.waiting_max = 100_001);
}

#[test]
fn a_clock_that_is_set_back_does_not_set_the_journal_back() {
    let mut town = Town::new();
    town.later(1_000);
    town.waits(LIBRE_DEUDA);
    let latest = town.now;
    town.now.0 -= 60_000;
    let events = town.send(&Command::Seek { operator: ANA }).unwrap();
    assert!(events.iter().all(|event| event.at == latest));
}
