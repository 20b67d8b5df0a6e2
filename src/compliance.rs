//! The compliance desk: finds, opens and hands out records, each access logged on the disk before it is answered.
//!
//! Left to others: who may ask (switchboard), what is in a log (recorder). Invariant: nothing of a record leaves here whose
//! access is not in the log.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use media::control::SOUND;
use queue::{CivilDay, Event, Fact, KeptFile, OfficeId, Timestamp, VisitId};
use signalling::{
    call::{CITIZEN, OPERATOR},
    dossier::Dossier,
    protocol::{
        call::{Refusal, RefusalCode, Role},
        file::{FileLine, form, line as file_line},
        office::{
            Acceptance, AccessAction, AccessEntry, AccessLog, LineEvent, RecordDetail, RecordEvent,
            RecordGuest, RecordLine, RecordsFound, Track,
        },
    },
    request::{OpenedFile, Reply, TrackFile},
    session::SessionHash,
    switchboard::{Moment, Question, Switchboard},
};
use store::{Access, CodeSearched, Search, VisitLine};

use crate::{control::storage_fault, files::sealed_file, integrity::Ends, keeper::Keeper};

/// Records in one answer: what a person reads through; with more he narrows the search.
const RECORDS_MAX: usize = 200;

/// Entries of the access log in one answer.
const ACCESSES_MAX: usize = 500;

/// How long an opened record can be played.
const OPENED_MS: i64 = 3_600_000;

/// Records opened at one time, all sessions: an office has a handful of people at this desk, each with some records an hour.
const OPENED_MAX: usize = 10_000;

/// An answer of the desk.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Whole.
    Now(Reply),
    /// Whole once the logs of this record were checked, which takes as long as reading them.
    AfterCheck(Box<RecordDetail>, VisitId),
}

/// The desk.
#[derive(Debug)]
pub(crate) struct Desk {
    records: PathBuf,
    opened: HashMap<(SessionHash, VisitId), Opening>,
}

/// One record opened by one session: it may play until then, and every play is logged with the reason that was given.
#[derive(Debug)]
struct Opening {
    until: Timestamp,
    reason: String,
    /// Tracks whose play is in the log already.
    played: BTreeSet<u32>,
}

impl Desk {
    pub(crate) fn new(records: PathBuf) -> Self {
        Self {
            records,
            opened: HashMap::new(),
        }
    }

    pub(crate) fn answer(
        &mut self,
        question: Question,
        keeper: &mut Keeper,
        switchboard: &Switchboard,
        now: Moment,
    ) -> Result<Answer, Refusal> {
        let now = now.utc;
        match question {
            Question::Search {
                account,
                reason,
                code,
                from,
                to,
            } => {
                let access = access(now, account, store::AccessAction::Search, None, reason);
                log(keeper, &access)?;
                let found = search(keeper, switchboard, &code, from, to)?;
                Ok(Answer::Now(Reply::Records(found)))
            }
            Question::Open {
                account,
                session,
                reason,
                record,
            } => {
                let line = line(keeper, record)?;
                // Before it is logged: the log tells what was opened, not what was refused.
                self.make_room((session, record), now)?;
                let opening = Opening {
                    until: Timestamp(now.0 + OPENED_MS),
                    reason: reason.clone(),
                    played: BTreeSet::new(),
                };
                let action = store::AccessAction::Open;
                log(keeper, &access(now, account, action, Some(record), reason))?;
                let detail = self.detail(keeper, switchboard, &line)?;
                self.opened.insert((session, record), opening);
                Ok(Answer::AfterCheck(Box::new(detail), record))
            }
            Question::Play {
                account,
                session,
                record,
                track,
                begins,
            } => {
                let file = self.track(keeper, record, track);
                let opening = self.opened.get_mut(&(session, record));
                let opening = opening
                    .filter(|opening| opening.until > now)
                    .ok_or_else(|| Refusal::of(RefusalCode::ReasonNeeded, "record"))?;
                let file = file?;
                // A first request that begins in the middle is a play as well: what was asked for decides, not how.
                if begins || !opening.played.contains(&track) {
                    let (action, reason) = (store::AccessAction::Play, opening.reason.clone());
                    let mut access = access(now, account, action, Some(record), reason);
                    access.track = Some(track);
                    log(keeper, &access)?;
                    opening.played.insert(track);
                }
                Ok(Answer::Now(Reply::Track(file)))
            }
            Question::File {
                account,
                session,
                record,
                number,
            } => {
                let file = self.file(keeper, (account, session), (record, number), now)?;
                Ok(Answer::Now(Reply::File(file)))
            }
            Question::AccessLog { .. } => {
                access_log(keeper).map(|log| Answer::Now(Reply::AccessLog(log)))
            }
        }
    }

    /// A file of a record that this session has opened; logged before it is given.
    fn file(
        &self,
        keeper: &mut Keeper,
        (account, session): (String, SessionHash),
        (record, number): (VisitId, u8),
        now: Timestamp,
    ) -> Result<OpenedFile, Refusal> {
        let opening = self.opened.get(&(session, record));
        let opening = opening
            .filter(|opening| opening.until > now)
            .ok_or_else(|| Refusal::of(RefusalCode::ReasonNeeded, "record"))?;
        let file = file(&self.records, keeper, (record, number))?;
        let (action, reason) = (store::AccessAction::File, opening.reason.clone());
        let mut access = access(now, account, action, Some(record), reason);
        access.track = Some(number.into());
        log(keeper, &access)?;
        Ok(file)
    }

    /// Refuses one record more than may be opened at one time; opening the same one again is none more.
    fn make_room(&mut self, which: (SessionHash, VisitId), now: Timestamp) -> Result<(), Refusal> {
        self.opened.retain(|_, opening| opening.until > now);
        let found = self.opened.len();
        if found >= OPENED_MAX && !self.opened.contains_key(&which) {
            let code = RefusalCode::Full;
            return Err(Refusal::because(code, "record", found, OPENED_MAX));
        }
        Ok(())
    }

    /// What a record was when it was kept: the last hash of every log, as far as it was closed, and the hash of every file.
    pub(crate) fn ends(&self, record: VisitId, keeper: &Keeper) -> Result<Ends, Refusal> {
        let intervals = recorder_disk::intervals(&self.records, record.0).map_err(|error| {
            tracing::error!(record = record.0, %error, "the logs of a record cannot be listed");
            Refusal::of(RefusalCode::Storage, "record")
        })?;
        let end = |interval| {
            keeper
                .record_end(record, interval)
                .map(|hash| (interval, hash))
        };
        let fault = |error: store::Error| storage_fault(&error);
        let logs: Result<Vec<_>, store::Error> = intervals.into_iter().map(end).collect();
        let logs = logs.map_err(fault)?;
        let timeline = keeper.timeline(record).map_err(fault)?;
        let hash = |(number, file): (u8, &KeptFile)| (number, file.sha256.0);
        let files = kept_files(&timeline).map(hash).collect();
        Ok(Ends { logs, files })
    }

    fn track(
        &self,
        keeper: &mut Keeper,
        record: VisitId,
        number: u32,
    ) -> Result<TrackFile, Refusal> {
        let missing = || Refusal::of(RefusalCode::NotFound, "track");
        let tracks = recorder_disk::tracks(&self.records, record.0).map_err(|error| {
            tracing::error!(record = record.0, %error, "the index of a record cannot be read");
            missing()
        })?;
        let track = tracks
            .iter()
            .find(|track| track.track == u64::from(number))
            .ok_or_else(missing)?;
        let key = keeper
            .store()
            .keyring()
            .known_media_key(record)
            .map_err(|error| storage_fault(&error))?
            .ok_or_else(missing)?;
        Ok(TrackFile {
            path: recorder_disk::track_path(&self.records, record.0, track),
            key: *key,
        })
    }

    fn detail(
        &self,
        keeper: &mut Keeper,
        switchboard: &Switchboard,
        line: &VisitLine,
    ) -> Result<RecordDetail, Refusal> {
        let fault = |error: store::Error| storage_fault(&error);
        let timeline = keeper.store().timeline(line.visit).map_err(fault)?;
        let dossier = keeper.dossier(line.visit).map_err(fault)?;
        let guests = guests(&timeline, &dossier);
        let mut acceptances = Vec::new();
        for event in &timeline {
            let accepted = if let Fact::NoticeAccepted { notice, .. } = &event.fact {
                Some((CITIZEN, notice))
            } else if let Fact::GuestAccepted { guest, notice, .. } = &event.fact {
                Some((*guest, notice))
            } else {
                None
            };
            let Some((participant, notice)) = accepted else {
                continue;
            };
            let sha256 = notice.sha256.to_string();
            let paragraphs = keeper.notice(&sha256).map_err(fault)?;
            acceptances.push(Acceptance {
                participant,
                at_ms: event.at.0,
                language: notice.language.clone(),
                version: notice.version.clone(),
                sha256,
                paragraphs,
            });
        }
        let events = timeline.iter().map(|event| RecordEvent {
            at_ms: event.at.0,
            kind: event.fact.name().to_owned(),
            guest: event.fact.guest(),
            line: line_event(&event.fact, &guests),
        });
        let events = events.collect();
        let profile = line
            .operator
            .and_then(|operator| switchboard.office(line.office)?.profile(operator));
        let tracks = tracks(&self.records, line.visit, &guests);
        let files = files(line.visit, &timeline, &dossier);
        let mut shown = shown(switchboard, line);
        // The journal's count goes on over the time that a crashed server was down; what can be played is known here.
        shown.recorded_ms = playable_ms(&tracks).unwrap_or(shown.recorded_ms);
        Ok(RecordDetail {
            line: shown,
            name: dossier.name,
            document: dossier.document,
            operator_name: profile
                .map(|profile| profile.name.clone())
                .unwrap_or_default(),
            guests,
            acceptances,
            events,
            tracks,
            files,
            chat: dossier.chat,
            chat_count: line.chat_lines,
            notes: dossier.notes,
            remark: dossier.remark,
            blocks_verified: 0,
            intact: false,
        })
    }
}

fn access(
    at: Timestamp,
    account: String,
    action: store::AccessAction,
    visit: Option<VisitId>,
    reason: String,
) -> Access {
    Access {
        at,
        account,
        action,
        visit,
        track: None,
        reason,
    }
}

fn log(keeper: &mut Keeper, access: &Access) -> Result<(), Refusal> {
    keeper
        .store()
        .log_access(access)
        .map_err(|error| storage_fault(&error))
}

/// The files of a record, each with its number.
fn kept_files(timeline: &[Event]) -> impl Iterator<Item = (u8, &KeptFile)> {
    timeline.iter().filter_map(|event| {
        let Fact::FileKept { number, file, .. } = &event.fact else {
            return None;
        };
        Some((*number, file))
    })
}

fn files(record: VisitId, timeline: &[Event], dossier: &Dossier) -> Vec<FileLine> {
    let shown = |(number, file): (u8, &KeptFile)| {
        let name = dossier.files.get(&number).map_or("", String::as_str);
        let url = format!("/api/records/{record}/files/{number}");
        file_line(number, file, name, url)
    };
    kept_files(timeline).map(shown).collect()
}

/// A file of a record, to be handed out.
fn file(
    records: &Path,
    keeper: &mut Keeper,
    (record, number): (VisitId, u8),
) -> Result<OpenedFile, Refusal> {
    let fault = |error: store::Error| storage_fault(&error);
    let timeline = keeper.timeline(record).map_err(fault)?;
    let found = kept_files(&timeline).find(|(known, _)| *known == number);
    let (_, kept) = found.ok_or_else(|| Refusal::of(RefusalCode::NotFound, "file"))?;
    let mut dossier = keeper.dossier(record).map_err(fault)?;
    Ok(OpenedFile {
        sealed: sealed_file(records, keeper, (record, number))?,
        number,
        form: form(kept.form),
        name: dossier.files.remove(&number).unwrap_or_default(),
    })
}

fn line(keeper: &mut Keeper, record: VisitId) -> Result<VisitLine, Refusal> {
    let line = keeper
        .store()
        .line(record)
        .map_err(|error| storage_fault(&error))?;
    line.ok_or_else(|| Refusal::of(RefusalCode::NotFound, "record"))
}

fn search(
    keeper: &mut Keeper,
    switchboard: &Switchboard,
    code: &str,
    from: Option<CivilDay>,
    to: Option<CivilDay>,
) -> Result<RecordsFound, Refusal> {
    let code = code.trim();
    let searched = match (code.is_empty(), code.parse(), code.parse()) {
        (true, _, _) => None,
        (false, Ok(turno), _) => Some(CodeSearched::Turno(turno)),
        (false, Err(_), Ok(display)) => Some(CodeSearched::Display(display)),
        (false, Err(_), Err(_)) => {
            return Err(Refusal::because(
                RefusalCode::Invalid,
                "code",
                "another text",
                "a code as 10357MY3DPHL or A1",
            ));
        }
    };
    let (from, to) = (
        from.unwrap_or(CivilDay(i32::MIN)),
        to.unwrap_or(CivilDay(i32::MAX - 1)),
    );
    let mut lines = Vec::new();
    let mut more = false;
    for office in switchboard
        .offices()
        .map(queue::Office::id)
        .collect::<Vec<OfficeId>>()
    {
        let found = keeper.store().search(
            &Search {
                office,
                from,
                to,
                code: searched,
            },
            RECORDS_MAX,
        );
        let found = found.map_err(|error| storage_fault(&error))?;
        more |= found.more;
        lines.extend(found.lines);
    }
    lines.sort_by_key(|line| std::cmp::Reverse((line.taken_at, line.visit)));
    more |= lines.len() > RECORDS_MAX;
    lines.truncate(RECORDS_MAX);
    Ok(RecordsFound {
        records: lines.iter().map(|line| shown(switchboard, line)).collect(),
        more,
    })
}

fn shown(switchboard: &Switchboard, line: &VisitLine) -> RecordLine {
    let office = switchboard.office(line.office);
    let service = office
        .and_then(|office| office.service(line.service))
        .map(|service| service.name.clone());
    let operator = line
        .operator
        .and_then(|operator| office?.profile(operator))
        .map(|profile| profile.number.clone());
    RecordLine {
        record: line.visit.to_string(),
        turno_code: line.code.to_string(),
        display_code: line
            .display
            .map(|display| display.to_string())
            .unwrap_or_default(),
        service: service.unwrap_or_default(),
        operator: operator.unwrap_or_default(),
        taken_ms: line.taken_at.0,
        result: line.result.map(signalling::result),
        recorded_ms: i64::try_from(line.recorded_ms).unwrap_or(i64::MAX),
    }
}

fn access_log(keeper: &mut Keeper) -> Result<AccessLog, Refusal> {
    let accesses = keeper
        .store()
        .accesses(ACCESSES_MAX)
        .map_err(|error| storage_fault(&error))?;
    let entry = |access: Access| AccessEntry {
        at_ms: access.at.0,
        account: access.account,
        action: match access.action {
            store::AccessAction::Search => AccessAction::Search,
            store::AccessAction::Open => AccessAction::Open,
            store::AccessAction::Play => AccessAction::Play,
            store::AccessAction::File => AccessAction::File,
        },
        record: access
            .visit
            .map(|visit| visit.to_string())
            .unwrap_or_default(),
        reason: access.reason,
    };
    Ok(AccessLog {
        entries: accesses.into_iter().map(entry).collect(),
    })
}

/// What was judged of a line, when that is the fact.
fn line_event(fact: &Fact, guests: &[RecordGuest]) -> Option<LineEvent> {
    let Fact::LineJudged {
        participant,
        strand,
        level,
        ..
    } = fact
    else {
        return None;
    };
    Some(LineEvent {
        participant: *participant,
        role: role(*participant, guests),
        strand: signalling::line::strand(*strand),
        level: signalling::line::level(*level),
    })
}

/// Who was invited, and as what.
fn guests(timeline: &[Event], dossier: &Dossier) -> Vec<RecordGuest> {
    let invited = timeline.iter().filter_map(|event| {
        let Fact::GuestInvited { guest, role, .. } = &event.fact else {
            return None;
        };
        Some(RecordGuest {
            participant: *guest,
            role: signalling::role(*role),
            name: dossier.guests.get(guest).cloned().unwrap_or_default(),
        })
    });
    invited.collect()
}

fn role(participant: u8, guests: &[RecordGuest]) -> Role {
    const {
        assert!(
            CITIZEN != OPERATOR,
            "the two people of a call have numbers of their own"
        )
    };
    if participant == CITIZEN {
        return Role::Citizen;
    }
    let guest = guests.iter().find(|one| one.participant == participant);
    guest.map_or(Role::Operator, |guest| guest.role)
}

/// Playable files of a record, and the intervals whose files are still being made.
fn tracks(records: &Path, record: VisitId, guests: &[RecordGuest]) -> Vec<Track> {
    let found = recorder_disk::tracks(records, record.0).unwrap_or_else(|error| {
        tracing::error!(record = record.0, %error, "the index of a record cannot be read");
        Vec::new()
    });
    let track = |found: recorder_disk::TrackSummary| Track {
        track: u32::try_from(found.track).unwrap_or(u32::MAX),
        interval: found.interval + 1,
        participant: found.participant & !SOUND,
        role: role(found.participant & !SOUND, guests),
        by_phone: found.participant & SOUND != 0,
        url: format!("/api/records/{record}/tracks/{}.webm", found.track),
        begins_ms: found.begins_ms,
        duration_ms: i64::try_from(found.duration_ms).unwrap_or(i64::MAX),
        gaps_ms: i64::try_from(found.gaps_ms).unwrap_or(i64::MAX),
        ready: true,
    };
    found.into_iter().map(track).collect()
}

/// Length of what can be played: of every interval its longest file; none while no file is made.
fn playable_ms(tracks: &[Track]) -> Option<i64> {
    let mut longest = BTreeMap::new();
    for track in tracks {
        let length = longest.entry(track.interval).or_insert(0);
        *length = track.duration_ms.max(*length);
    }
    (!longest.is_empty()).then(|| longest.values().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(interval: u32, participant: u8, duration_ms: i64) -> Track {
        Track {
            track: 0,
            interval,
            participant,
            role: Role::Citizen,
            by_phone: false,
            url: String::new(),
            begins_ms: 0,
            duration_ms,
            gaps_ms: 0,
            ready: true,
        }
    }

    #[test]
    fn what_can_be_played_is_the_longest_of_every_interval() {
        assert_eq!(playable_ms(&[]), None);
        let tracks = [track(1, 0, 700), track(1, 1, 900), track(2, 0, 50)];
        assert_eq!(playable_ms(&tracks), Some(950));
    }
}
