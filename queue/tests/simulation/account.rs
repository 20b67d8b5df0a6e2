//! A second account of an office, told from its events alone and as simply as can be: lists and searches, no index.
//!
//! It knows the rules of §5 and the published policy, and panics at the event that breaks one.

mod agreement;

use std::collections::{BTreeMap, BTreeSet};

use queue::{
    AfterClose, CivilDay, Configuration, DisplayCode, EndCause, Event, Fact, OperatorId, ServiceId,
    Timestamp, VisitCode, VisitId,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Verifying,
    Waiting,
    Assigned,
    Called,
    InCall,
    Interrupted,
    WrapUp,
    Over,
}

#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "an account as simple as can be: what was heard and what not"
)]
struct Person {
    service: ServiceId,
    code: VisitCode,
    stage: Stage,
    away_since: Option<Timestamp>,
    place: Option<Timestamp>,
    operator: Option<OperatorId>,
    noticed: bool,
    entered: bool,
    started: bool,
    was_in_call: bool,
    /// First admission, and what the operator added to the time limit.
    call_since: Option<Timestamp>,
    extended_ms: Option<u32>,
    recording: bool,
    intervals: u32,
    chat: u32,
    files: Vec<u32>,
    guests: BTreeMap<u8, Third>,
}

/// A guest, as simply as can be: invited, then waits, comes and goes; gone is gone.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Third {
    Invited,
    Waiting,
    Admitted,
    Gone,
}

#[derive(Debug, Default)]
struct Official {
    available: BTreeSet<ServiceId>,
    away: bool,
    seeking_since: Option<Timestamp>,
    visit: Option<VisitId>,
}

#[derive(Debug, Default)]
pub(crate) struct Account {
    configuration: Option<Configuration>,
    latest: Option<Timestamp>,
    people: BTreeMap<VisitId, Person>,
    officials: BTreeMap<OperatorId, Official>,
    displays: BTreeSet<(CivilDay, DisplayCode)>,
    counted: BTreeSet<(OperatorId, CivilDay, VisitId)>,
    ids: BTreeSet<VisitId>,
    closed: u32,
}

impl Account {
    #[expect(
        clippy::too_many_lines,
        reason = "one arm per fact, each a sentence of §5"
    )]
    pub(crate) fn hear(&mut self, event: &Event) {
        assert!(
            self.latest.is_none_or(|latest| latest <= event.at),
            "time went back: {event:?}"
        );
        self.latest = Some(event.at);
        match &event.fact {
            Fact::Configured { configuration } => self.configured(configuration),
            Fact::ServerRestarted => {
                for person in self.people.values_mut() {
                    assert_ne!(person.stage, Stage::InCall, "a call outlived the server");
                    person.away_since = Some(event.at);
                }
                self.officials
                    .values_mut()
                    .for_each(|official| official.away = true);
            }
            Fact::TurnTaken {
                visit,
                code,
                service,
                ..
            } => {
                assert!(self.ids.insert(*visit), "visit {visit} twice");
                let same_code = self.people.values().any(|person| person.code == *code);
                assert!(!same_code, "code {code} twice");
                self.people
                    .insert(*visit, Person::new(*service, *code, event.at));
            }
            Fact::Confirmed {
                visit,
                display,
                day,
            } => {
                assert!(
                    self.displays.insert((*day, *display)),
                    "{display} twice on {day}"
                );
                let before = DisplayCode {
                    number: display.number - 1,
                    ..*display
                };
                let consecutive = before.number == 0 || self.displays.contains(&(*day, before));
                assert!(consecutive, "{display} without {before}");
                let at_entry = self.notice_at_entry(*visit);
                let person = self.moves(*visit, &[Stage::Verifying], Stage::Waiting);
                assert!(!at_entry || person.noticed, "in line without the notice");
                person.place = Some(event.at);
            }
            Fact::Assigned {
                visit, operator, ..
            } => self.assigned(*visit, *operator, event.at),
            Fact::PlaceRestored { visit, operator } => {
                let person = self.moves(*visit, &[Stage::Assigned], Stage::Waiting);
                assert_eq!(person.operator.take(), Some(*operator));
                (person.entered, person.started) = (false, false);
                assert!(
                    self.officials[operator].away,
                    "only a lost operator gives a visit back"
                );
                self.official(*operator).visit = None;
            }
            Fact::NoticeAccepted { visit, .. } => {
                let person = self.person(*visit);
                assert!(matches!(person.stage, Stage::Verifying | Stage::Assigned));
                person.noticed = true;
            }
            Fact::Entered {
                visit,
                operator,
                day,
                ..
            } => {
                let person = self.moves(*visit, &[Stage::Assigned], Stage::Assigned);
                assert!(
                    person.noticed && !person.entered,
                    "entered twice or without the notice"
                );
                assert_eq!(person.operator, Some(*operator));
                assert_eq!(person.away_since, None);
                person.entered = true;
                self.counted.insert((*operator, *day, *visit));
            }
            Fact::Started { visit, operator } => {
                let person = self.moves(*visit, &[Stage::Assigned], Stage::Assigned);
                assert!(!person.started && person.operator == Some(*operator));
                person.started = true;
            }
            Fact::Called { visit } => {
                let person = self.moves(*visit, &[Stage::Assigned], Stage::Called);
                assert!(
                    person.entered && person.started,
                    "called before both had pressed"
                );
            }
            Fact::Admitted { visit } => {
                let person = self.moves(*visit, &[Stage::Called], Stage::InCall);
                assert_eq!(person.away_since, None, "nobody there to be admitted");
                person.was_in_call = true;
                person.call_since.get_or_insert(event.at);
            }
            Fact::Interrupted { visit, .. } => {
                let person = self.moves(*visit, &[Stage::InCall], Stage::Interrupted);
                assert!(!person.recording, "recorded while interrupted");
            }
            Fact::Returned { visit } => {
                self.moves(*visit, &[Stage::Interrupted], Stage::Called);
            }
            Fact::Resumed { visit, .. } => {
                let from = [Stage::Interrupted, Stage::WrapUp];
                let person = self.moves(*visit, &from, Stage::InCall);
                assert!(person.was_in_call, "a call that never was goes on");
            }
            Fact::Extended {
                visit,
                operator,
                by_ms,
            } => {
                let official = &self.officials[operator];
                let kept_waiting = self.people.values().any(|person| {
                    person.stage == Stage::Waiting && official.available.contains(&person.service)
                });
                assert!(!kept_waiting, "extended while people wait");
                let setting = self.service(self.people[visit].service).extension_ms;
                let person = self.moves(*visit, &[Stage::InCall], Stage::InCall);
                assert_eq!(person.operator, Some(*operator));
                assert_eq!(*by_ms, setting);
                assert_eq!(person.extended_ms.replace(*by_ms), None, "extended twice");
            }
            Fact::MeetingEnded { visit, cause } => {
                if *cause == EndCause::TimeLimit {
                    let ends = self.call_ends(&self.people[visit]);
                    assert!(ends.is_some_and(|ends| ends <= event.at), "ended too early");
                }
                let from = [
                    Stage::Assigned,
                    Stage::Called,
                    Stage::InCall,
                    Stage::Interrupted,
                ];
                let person = self.moves(*visit, &from, Stage::WrapUp);
                assert!(!person.recording, "recorded after the end");
            }
            Fact::AbandonedAfterAssignment { visit, operator } => {
                let person = self.moves(*visit, &[Stage::Assigned, Stage::Called], Stage::WrapUp);
                assert!(!person.was_in_call && person.operator == Some(*operator));
            }
            Fact::Closed {
                visit,
                operator,
                then,
                ..
            } => {
                let person = self.moves(*visit, &[Stage::WrapUp], Stage::Over);
                assert_eq!(person.operator.take(), Some(*operator));
                self.closed += 1;
                let official = self.official(*operator);
                assert_eq!(official.visit.take(), Some(*visit));
                if *then == AfterClose::Seek {
                    official.seeking_since = Some(event.at);
                }
            }
            Fact::Abandoned { visit, .. } | Fact::Expired { visit, .. } => {
                self.moves(*visit, &[Stage::Verifying, Stage::Waiting], Stage::Over);
            }
            Fact::Forgotten { visit } => {
                let person = self
                    .people
                    .remove(visit)
                    .expect("forgotten visits were known");
                assert_eq!(person.stage, Stage::Over, "forgotten before it was over");
            }
            Fact::LineLost { visit } => self.person(*visit).away_since = Some(event.at),
            Fact::LineBack { visit } => self.person(*visit).away_since = None,
            Fact::RecordingStarted { visit, interval } => {
                let recorded = self.service(self.people[visit].service).recorded;
                let person = self.moves(*visit, &[Stage::InCall], Stage::InCall);
                assert!(
                    recorded && person.entered && !person.recording,
                    "recorded unasked"
                );
                assert_eq!(*interval, person.intervals + 1);
                (person.recording, person.intervals) = (true, *interval);
            }
            Fact::RecordingStopped { visit, interval } => {
                let person = self.moves(*visit, &[Stage::InCall], Stage::InCall);
                assert!(person.recording && person.intervals == *interval);
                person.recording = false;
            }
            Fact::RecordingFailed { visit, interval } => {
                let person = self.moves(*visit, &[Stage::InCall], Stage::InCall);
                assert!(person.recording && person.intervals == *interval);
                person.recording = false;
            }
            Fact::ChatSent { visit, participant } => {
                let person = self.moves(*visit, &[Stage::InCall], Stage::InCall);
                person.chat += 1;
                assert!(person.has(*participant), "a line of nobody in the call");
            }
            Fact::FileKept {
                visit,
                number,
                file,
            } => {
                let person = self.person(*visit);
                let meeting = [Stage::Called, Stage::InCall, Stage::Interrupted];
                assert!(meeting.contains(&person.stage), "a file without a meeting");
                assert!(person.has(file.from), "a file of nobody in the call");
                person.files.push(file.bytes);
                assert_eq!(usize::from(*number), person.files.len());
                assert!(person.files.len() <= 20 && file.bytes <= 20 << 20);
                assert!(person.files.iter().sum::<u32>() <= 100 << 20);
            }
            Fact::LineJudged {
                visit, participant, ..
            } => {
                let person = self.moves(*visit, &[Stage::InCall], Stage::InCall);
                assert!(person.has(*participant), "nobody's line was judged");
            }
            Fact::GuestInvited { visit, guest, .. } => {
                let person = self.moves(*visit, &[Stage::InCall], Stage::InCall);
                let before = person.guests.insert(*guest, Third::Invited);
                assert_eq!(before, None, "one number for two people");
                let open = person.guests.values().filter(|one| **one != Third::Gone);
                assert!(open.count() <= 4, "more than six people");
                assert!(person.guests.len() <= 12 && (3..15).contains(guest));
            }
            Fact::GuestAccepted { visit, guest, .. } => {
                self.guest_moves(*visit, *guest, &[Third::Invited], Third::Waiting);
            }
            Fact::GuestAdmitted { visit, guest } => {
                self.moves(*visit, &[Stage::InCall], Stage::InCall);
                // Who is recorded has waited, and who waits has accepted.
                self.guest_moves(*visit, *guest, &[Third::Waiting], Third::Admitted);
            }
            Fact::GuestSentBack { visit, guest } => {
                self.guest_moves(*visit, *guest, &[Third::Admitted], Third::Waiting);
            }
            Fact::GuestLeft { visit, guest } | Fact::GuestRemoved { visit, guest } => {
                let open = [Third::Invited, Third::Waiting, Third::Admitted];
                self.guest_moves(*visit, *guest, &open, Third::Gone);
            }
            Fact::AvailabilitySet {
                operator,
                service,
                available,
            } => {
                let official = self.official(*operator);
                if *available {
                    assert!(official.available.insert(*service));
                } else {
                    assert!(official.available.remove(service));
                }
            }
            Fact::SeekingBegan { operator } => {
                let official = self.official(*operator);
                assert!(official.visit.is_none(), "seeks before the result");
                assert!(!official.available.is_empty() && official.seeking_since.is_none());
                official.seeking_since = Some(event.at);
            }
            Fact::SeekingEnded { operator } => {
                let was = self.official(*operator).seeking_since.take();
                assert!(was.is_some(), "stopped seeking without having begun");
            }
            Fact::OperatorLost { operator } => self.official(*operator).away = true,
            Fact::OperatorBack { operator } => self.official(*operator).away = false,
        }
    }

    fn configured(&mut self, configuration: &Configuration) {
        let mut before = std::mem::take(&mut self.officials);
        for profile in &configuration.operators {
            let fresh = || Official {
                away: true,
                ..Official::default()
            };
            let mut official = before.remove(&profile.id).unwrap_or_else(fresh);
            official
                .available
                .retain(|service| profile.services.contains(service));
            if official.available.is_empty() {
                official.seeking_since = None;
            }
            self.officials.insert(profile.id, official);
        }
        assert!(
            before.values().all(|gone| gone.visit.is_none()),
            "a busy operator was dropped"
        );
        self.configuration = Some(configuration.clone());
    }

    /// The policy: the longest idle of all who could attend somebody, and the oldest of all he could attend.
    fn assigned(&mut self, visit: VisitId, operator: OperatorId, now: Timestamp) {
        let (chosen_operator, chosen_visit) = self
            .next_pair(now)
            .expect("assigned though nobody could be");
        assert_eq!(
            operator, chosen_operator,
            "another operator was idle for longer"
        );
        assert_eq!(visit, chosen_visit, "visit {chosen_visit} was overtaken");
        let person = self.moves(visit, &[Stage::Waiting], Stage::Assigned);
        assert_eq!(
            person.operator.replace(operator),
            None,
            "two operators for one visit"
        );
        let official = self.official(operator);
        assert_eq!(
            official.visit.replace(visit),
            None,
            "two visits for one operator"
        );
        official.seeking_since = None;
    }

    fn next_pair(&self, now: Timestamp) -> Option<(OperatorId, VisitId)> {
        let mut seeking: Vec<_> = self
            .officials
            .iter()
            .filter(|(_, official)| !official.away)
            .filter_map(|(id, official)| Some((official.seeking_since?, *id)))
            .collect();
        seeking.sort_unstable();
        let mut line: Vec<_> = self
            .people
            .iter()
            .filter(|(_, person)| person.stage == Stage::Waiting && self.reachable(person, now))
            .map(|(id, person)| (person.place.expect("who waits has a place"), *id))
            .collect();
        line.sort_unstable();
        seeking.into_iter().find_map(|(_, operator)| {
            let attends = |(_, visit): &&(Timestamp, VisitId)| {
                self.officials[&operator]
                    .available
                    .contains(&self.people[visit].service)
            };
            line.iter()
                .find(attends)
                .map(|(_, visit)| (operator, *visit))
        })
    }

    fn reachable(&self, person: &Person, now: Timestamp) -> bool {
        let grace = i64::from(self.service(person.service).waiting_grace_ms);
        person
            .away_since
            .is_none_or(|since| now.0 - since.0 <= grace)
    }

    /// When the time limit ends a person's call.
    fn call_ends(&self, person: &Person) -> Option<Timestamp> {
        let talks = matches!(
            person.stage,
            Stage::InCall | Stage::Interrupted | Stage::Called
        );
        let since = person.call_since.filter(|_| talks)?;
        let limit_ms = self.service(person.service).duration_max_ms;
        (limit_ms > 0).then(|| since.plus_ms(limit_ms + person.extended_ms.unwrap_or(0)))
    }

    /// After a tick with nothing left to do.
    pub(crate) fn no_call_is_over_time(&self, now: Timestamp) {
        for (id, person) in &self.people {
            let ends = self.call_ends(person);
            assert!(ends.is_none_or(|ends| ends > now), "visit {id} goes on");
        }
    }

    fn moves(&mut self, visit: VisitId, from: &[Stage], to: Stage) -> &mut Person {
        let person = self.person(visit);
        assert!(
            from.contains(&person.stage),
            "visit {visit}: {:?} to {to:?}",
            person.stage
        );
        person.stage = to;
        person
    }

    fn guest_moves(&mut self, visit: VisitId, guest: u8, from: &[Third], to: Third) {
        let person = self.person(visit);
        assert_ne!(person.stage, Stage::Over, "a guest of a visit that is over");
        let before = person.guests.insert(guest, to);
        assert!(
            before.is_some_and(|before| from.contains(&before)),
            "guest {guest} of visit {visit}: {before:?} to {to:?}"
        );
    }

    fn person(&mut self, visit: VisitId) -> &mut Person {
        self.people
            .get_mut(&visit)
            .expect("events are of known visits")
    }

    fn official(&mut self, operator: OperatorId) -> &mut Official {
        self.officials
            .get_mut(&operator)
            .expect("events are of known operators")
    }

    fn service(&self, id: ServiceId) -> &queue::Service {
        let configuration = self.configuration.as_ref().expect("configured first");
        configuration
            .services
            .iter()
            .find(|service| service.id == id)
            .expect("known service")
    }

    fn notice_at_entry(&self, visit: VisitId) -> bool {
        self.service(self.people[&visit].service).consent_at == queue::ConsentAt::Entry
    }
}

impl Person {
    /// In the call whenever the visit is.
    fn has(&self, participant: u8) -> bool {
        participant < 3 || self.guests.get(&participant) == Some(&Third::Admitted)
    }

    fn new(service: ServiceId, code: VisitCode, at: Timestamp) -> Self {
        Self {
            service,
            code,
            stage: Stage::Verifying,
            away_since: Some(at),
            place: None,
            operator: None,
            noticed: false,
            entered: false,
            started: false,
            was_in_call: false,
            call_since: None,
            extended_ms: None,
            recording: false,
            intervals: 0,
            chat: 0,
            files: Vec::new(),
            guests: BTreeMap::new(),
        }
    }
}
