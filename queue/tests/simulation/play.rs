//! One random history: mostly what people would do next, sometimes anything at all.

use std::collections::BTreeMap;

use queue::{
    AfterClose, Command, Configuration, Event, FileForm, FileKind, GuestCommand, GuestRole,
    GuestState, KeptFile, LineLevel, Notice, Office, OfficeId, OperatorId, OperatorState, Presence,
    Purpose, ServiceId, Sha256, Snapshot, Strand, Timestamp, Trouble, Visit, VisitCode, VisitId,
    VisitResult, VisitState,
};
use sim::{Chance, VirtualClock};

use super::{account::Account, office::configuration};

/// Every fact that the journal can hold.
pub(crate) const ALL_FACTS: [&str; 40] = [
    "configured",
    "turn_taken",
    "notice_accepted",
    "confirmed",
    "assigned",
    "place_restored",
    "entered",
    "started",
    "called",
    "admitted",
    "interrupted",
    "returned",
    "extended",
    "resumed",
    "meeting_ended",
    "abandoned_after_assignment",
    "closed",
    "abandoned",
    "expired",
    "forgotten",
    "line_lost",
    "line_back",
    "recording_started",
    "recording_stopped",
    "recording_failed",
    "chat_sent",
    "file_kept",
    "line_judged",
    "guest_invited",
    "guest_accepted",
    "guest_admitted",
    "guest_sent_back",
    "guest_left",
    "guest_removed",
    "availability_set",
    "seeking_began",
    "seeking_ended",
    "operator_lost",
    "operator_back",
    "server_restarted",
];

/// Minutes before midnight in Buenos Aires, so that many histories cross it: 2026-06-02 02:50 UTC.
const BEGIN_MS: i64 = 1_780_368_600_000;

pub(crate) struct History<'c> {
    chance: &'c mut Chance,
    clock: VirtualClock,
    office: Office,
    account: Account,
    journal: Vec<Event>,
    checkpoint: Option<(usize, String)>,
}

impl<'c> History<'c> {
    pub(crate) fn begin(chance: &'c mut Chance) -> Self {
        let mut history = Self {
            chance,
            clock: VirtualClock::at_ms(BEGIN_MS),
            office: Office::new(OfficeId::new(5).unwrap()),
            account: Account::default(),
            journal: Vec::new(),
            checkpoint: None,
        };
        history.send(&Command::Configure {
            configuration: Box::new(configuration()),
        });
        for profile in configuration().operators {
            history.send(&Command::OperatorBack {
                operator: profile.id,
            });
            for service in profile.services {
                let operator = profile.id;
                history.send(&Command::SetAvailable {
                    operator,
                    service,
                    available: true,
                });
            }
        }
        history
    }

    pub(crate) fn step(&mut self) {
        self.time_passes();
        if self.office.next_due().is_some_and(|due| due <= self.now()) && self.chance.percent(80) {
            self.tick();
        }
        let command = match self.chance.below(100) {
            0..14 => self.take_turn(),
            14..54 => self.citizen_goes_on(),
            54..82 => self.operator_goes_on(),
            82..91 => self.guests_go_on(),
            91..96 => self.anything(),
            96..98 => self.reconfigure(),
            _ => {
                self.crash();
                Command::ServerRestarted
            }
        };
        self.send(&command);
        if self.chance.percent(2) {
            let frozen = serde_json::to_string(&self.office.snapshot()).unwrap();
            self.checkpoint = Some((self.journal.len(), frozen));
        }
    }

    /// Replay equals live, a checkpoint and its tail equal replay, and every event is read as it was written.
    pub(crate) fn end(&mut self) {
        self.crash();
        let (length, frozen) = self.checkpoint.take().unwrap_or_else(|| {
            (
                self.journal.len(),
                serde_json::to_string(&self.office.snapshot()).unwrap(),
            )
        });
        let snapshot: Snapshot = serde_json::from_str(&frozen).unwrap();
        let mut thawed = Office::thaw(snapshot);
        self.journal[length..]
            .iter()
            .for_each(|event| thawed.apply(event));
        assert_eq!(thawed, self.office, "checkpoint and tail differ from live");
        for event in &self.journal {
            let written = serde_json::to_string(event).unwrap();
            assert_eq!(
                &serde_json::from_str::<Event>(&written).unwrap(),
                event,
                "{written}"
            );
        }
    }

    pub(crate) fn facts_seen(&self) -> BTreeMap<&'static str, u64> {
        let mut seen = BTreeMap::new();
        for event in &self.journal {
            *seen.entry(event.fact.name()).or_insert(0) += 1;
        }
        seen
    }

    fn send(&mut self, command: &Command) {
        let now = self.now();
        // A refusal is an answer too: nothing may have changed, which the account then confirms.
        if let Ok(events) = self.office.decide(command, now) {
            for event in events {
                self.account.hear(&event);
                self.office.apply(&event);
                self.journal.push(event);
            }
        }
        // A clock that was set back does not set the office back.
        let latest = self.journal.last().map_or(now, |event| event.at.max(now));
        self.account.agree(&self.office, latest);
    }

    /// Everything in memory is lost: the journal gives it back.
    fn crash(&mut self) {
        let mut replayed = Office::new(self.office.id());
        self.journal.iter().for_each(|event| replayed.apply(event));
        assert_eq!(replayed, self.office, "replay differs from live");
        self.office = replayed;
    }

    /// Until nothing is due: one tick may lead to the next (an operator is given up, his citizen too), but not for ever.
    fn tick(&mut self) {
        for _ in 0..3 {
            self.send(&Command::Tick);
            let now = self
                .journal
                .last()
                .map_or_else(|| self.now(), |event| event.at.max(self.now()));
            if self.office.next_due().is_none_or(|due| due > now) {
                self.account.no_call_is_over_time(now);
                return;
            }
        }
        panic!("ticks leave something due: {:?}", self.office.next_due());
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.clock.now_ms())
    }

    fn time_passes(&mut self) {
        match self.chance.below(100) {
            0..70 => self
                .clock
                .advance_ms(i64::try_from(self.chance.below(3_000)).unwrap()),
            70..76 => {
                if let Some(due) = self.office.next_due() {
                    self.clock.advance_to_ms(due.0);
                }
            }
            76..80 => self
                .clock
                .advance_ms(i64::try_from(self.chance.below(700_000)).unwrap()),
            80..82 => self.clock.advance_ms(-5_000),
            82 => self.clock.advance_ms(4_000_000),
            _ => {}
        }
    }

    fn take_turn(&mut self) -> Command {
        let service = ServiceId(u32::try_from(self.chance.below(3)).unwrap() + 1);
        // Few different codes, so that one is taken twice now and then.
        let [first, second] = self.chance.bytes();
        let mut random = [0; VisitCode::CHARS];
        (random[0], random[1]) = (first, second & 1);
        let purpose = if self.chance.percent(10) {
            Purpose::Test
        } else {
            Purpose::Attention
        };
        Command::TakeTurn {
            code: VisitCode::from_random(random),
            service,
            purpose,
        }
    }

    fn citizen_goes_on(&mut self) -> Command {
        let visits: Vec<&Visit> = self.office.visits().collect();
        let Some(&visit) = self.chance.any_of(&visits) else {
            return Command::Tick;
        };
        let id = visit.id;
        let whim = self.chance.below(10);
        if whim == 0 {
            return Command::LineLost { visit: id };
        }
        if visit.presence != Presence::Here && whim < 8 {
            return Command::LineBack { visit: id };
        }
        match &visit.state {
            VisitState::Verifying { accepted: None, .. } if whim < 5 => notice(id),
            VisitState::Verifying { .. } => Command::Confirm { visit: id },
            VisitState::Waiting { .. } if whim == 1 => Command::Abandon { visit: id },
            VisitState::Assigned { .. } if whim < 8 => notice(id),
            VisitState::Assigned { .. } => Command::Abandon { visit: id },
            VisitState::Called { .. } if whim == 1 => Command::Abandon { visit: id },
            VisitState::Called { .. } if whim == 2 => Command::FinishTurn { visit: id },
            VisitState::InCall { .. } if whim < 3 => Command::HangUp { visit: id },
            VisitState::InCall { .. } if whim < 4 => Command::FinishTurn { visit: id },
            VisitState::InCall { .. } if whim < 6 => self.judged(id),
            // Now and then of an interval that is over already.
            VisitState::InCall { .. } if whim < 7 => Command::RecordingFailed {
                visit: id,
                interval: visit
                    .intervals
                    .saturating_sub(u32::from(self.chance.percent(20))),
            },
            VisitState::InCall { .. } if whim < 8 => self.file(id),
            VisitState::InCall { .. } => Command::ChatSent {
                visit: id,
                participant: 1,
            },
            VisitState::Interrupted { .. } if whim < 3 => Command::FinishTurn { visit: id },
            VisitState::Interrupted { .. } => Command::ReturnToCall { visit: id },
            VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. }
                if whim < 3 =>
            {
                Command::Forget { visit: id }
            }
            VisitState::Waiting { .. }
            | VisitState::Called { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => Command::LineBack { visit: id },
        }
    }

    fn judged(&mut self, visit: VisitId) -> Command {
        let levels = [LineLevel::Stable, LineLevel::Unstable, LineLevel::Critical];
        let strands = [Strand::VoiceUp, Strand::PictureDown, Strand::Line];
        let judged = Trouble {
            participant: *self.chance.any_of(&[1, 1, 2, 2, 3, 4, 9]).unwrap(),
            strand: *self.chance.any_of(&strands).unwrap(),
            level: *self.chance.any_of(&levels).unwrap(),
        };
        Command::JudgeLine { visit, judged }
    }

    /// A file of somebody who is there, or of nobody, now and then too large.
    fn file(&mut self, visit: VisitId) -> Command {
        let file = KeptFile {
            kind: *self
                .chance
                .any_of(&[FileKind::Sent, FileKind::Still])
                .unwrap(),
            from: *self.chance.any_of(&[1, 1, 2, 3, 9]).unwrap(),
            form: FileForm::Jpeg,
            bytes: *self
                .chance
                .any_of(&[1, 9_000_000, 20_971_520, 20_971_521])
                .unwrap(),
            sha256: Sha256([7; 32]),
        };
        Command::KeepFile { visit, file }
    }

    fn guests_go_on(&mut self) -> Command {
        let held: Vec<VisitId> = { self.office.visits() }
            .filter(|visit| matches!(visit.state, VisitState::InCall { .. }))
            .map(|visit| visit.id)
            .collect();
        match self.chance.any_of(&held).copied() {
            Some(visit) => self.guest(visit),
            None => Command::Tick,
        }
    }

    /// What somebody would do with guests: mostly with one who is there.
    fn guest(&mut self, visit: VisitId) -> Command {
        let roles = [
            GuestRole::Companion,
            GuestRole::Interpreter,
            GuestRole::Representative,
        ];
        let role = *self.chance.any_of(&roles).unwrap();
        let open: Vec<(u8, bool, bool)> = self
            .office
            .visit(visit)
            .into_iter()
            .flat_map(|visit| visit.guests.open())
            .map(|guest| {
                let invited = guest.state == GuestState::Invited;
                (guest.number, invited, guest.is_admitted())
            })
            .collect();
        let any = u8::try_from(self.chance.below(16)).unwrap();
        let (guest, invited, admitted) =
            { self.chance.any_of(&open).copied() }.unwrap_or((any, false, false));
        let accept = GuestCommand::Accept {
            guest,
            notice: text(),
        };
        let what = match self.chance.below(10) {
            0..2 => GuestCommand::Invite { role },
            _ if open.is_empty() => GuestCommand::Invite { role },
            2 if admitted => GuestCommand::SendBack { guest },
            2 => accept,
            3 => GuestCommand::Leave { guest },
            4 => GuestCommand::Remove { guest },
            5 => GuestCommand::Admit { guest: any },
            _ if invited => accept,
            _ if admitted => GuestCommand::SendBack { guest },
            _ => GuestCommand::Admit { guest },
        };
        Command::Guest { visit, what }
    }

    fn operator_goes_on(&mut self) -> Command {
        let operators: Vec<_> = self.office.operators().collect();
        let Some(&operator) = self.chance.any_of(&operators) else {
            return Command::Tick;
        };
        let id = operator.id;
        let whim = self.chance.below(12);
        if whim == 0 {
            return Command::OperatorLost { operator: id };
        }
        if operator.presence != Presence::Here && whim < 8 {
            return Command::OperatorBack { operator: id };
        }
        match operator.state {
            OperatorState::Off => self.set_available(id),
            OperatorState::Inactive if whim == 1 => self.set_available(id),
            OperatorState::Inactive => Command::Seek { operator: id },
            OperatorState::Seeking { .. } if whim < 3 => self.set_available(id),
            OperatorState::Seeking { .. } if whim < 5 => Command::Interrupt { operator: id },
            OperatorState::Seeking { .. } => Command::Tick,
            OperatorState::Assigned { .. } if whim == 1 => Command::EndMeeting { operator: id },
            OperatorState::Assigned { .. } => Command::Start { operator: id },
            OperatorState::Started { .. } if whim < 3 => Command::EndMeeting { operator: id },
            OperatorState::Started { .. } => Command::Tick,
            OperatorState::Called { .. } if whim == 1 => Command::EndMeeting { operator: id },
            OperatorState::Called { .. } => Command::Admit { operator: id },
            OperatorState::InCall { .. } if whim < 5 => Command::EndMeeting { operator: id },
            OperatorState::InCall { .. } if whim < 8 => Command::Extend { operator: id },
            OperatorState::InCall { .. } => Command::Admit { operator: id },
            OperatorState::WrapUp { .. } if whim < 4 => Command::Resume { operator: id },
            OperatorState::WrapUp { .. } => self.close(id),
        }
    }

    fn anything(&mut self) -> Command {
        let number = self.chance.below(12);
        let known = self.office.visits().next().map_or(0, |visit| visit.id.0);
        let visit = VisitId(known + number);
        let operator = OperatorId(u32::try_from(self.chance.below(6)).unwrap());
        match self.chance.below(24) {
            23 => self.file(visit),
            22 => Command::Extend { operator },
            0 => notice(visit),
            20 | 21 => self.guest(visit),
            1 => Command::Confirm { visit },
            2 => Command::Abandon { visit },
            3 => Command::HangUp { visit },
            4 => Command::ReturnToCall { visit },
            5 => Command::FinishTurn { visit },
            6 => Command::LineLost { visit },
            7 => Command::LineBack { visit },
            8 => Command::ChatSent {
                visit,
                participant: 2,
            },
            9 => Command::Forget { visit },
            10 => self.set_available(operator),
            11 => Command::Seek { operator },
            12 => Command::Interrupt { operator },
            13 => Command::Start { operator },
            14 => Command::Admit { operator },
            15 => Command::EndMeeting { operator },
            16 => Command::Resume { operator },
            17 => self.close(operator),
            18 if number < 6 => self.judged(visit),
            18 => Command::OperatorLost { operator },
            _ => Command::OperatorBack { operator },
        }
    }

    fn set_available(&mut self, operator: OperatorId) -> Command {
        let service = ServiceId(u32::try_from(self.chance.below(4)).unwrap() + 1);
        Command::SetAvailable {
            operator,
            service,
            available: self.chance.percent(75),
        }
    }

    fn close(&mut self, operator: OperatorId) -> Command {
        let results = [
            VisitResult::Success,
            VisitResult::TechnicalError,
            VisitResult::FunctionalError,
            VisitResult::Abandoned,
        ];
        let result = *self.chance.any_of(&results).unwrap();
        let then = if self.chance.percent(60) {
            AfterClose::Seek
        } else {
            AfterClose::Interrupt
        };
        Command::Close {
            operator,
            result,
            then,
        }
    }

    /// Switches, services and people come and go.
    fn reconfigure(&mut self) -> Command {
        let mut next: Configuration = configuration();
        match self.chance.below(6) {
            0 => {
                next.services.retain(|service| service.id != ServiceId(3));
                for operator in &mut next.operators {
                    operator.services.retain(|service| *service != ServiceId(3));
                }
            }
            1 => {
                next.operators.pop();
            }
            2 => next.services[0].recorded = false,
            3 => next.services[0].consent_at = queue::ConsentAt::Entry,
            4 => next.services[1].waiting_grace_ms = 300_000,
            _ => {}
        }
        Command::Configure {
            configuration: Box::new(next),
        }
    }
}

fn notice(visit: VisitId) -> Command {
    let notice = text();
    Command::AcceptNotice { visit, notice }
}

fn text() -> Notice {
    let sha256 = Sha256([9; 32]);
    Notice {
        language: "es-AR".to_owned(),
        version: "1".to_owned(),
        sha256,
    }
}
