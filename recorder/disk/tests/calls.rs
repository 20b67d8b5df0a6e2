//! Whole calls through the running threads: recorded, closed, derived, played; cut by a crash and derived all the same.

#![cfg(test)]

#[path = "../../tests/support/studio.rs"]
mod studio;

use crossbeam_channel::{Receiver, Sender, bounded};
use media_packet::capture::{Block, Entry, EntryKind, Medium};
use recorder::log::{Frames, Item};
use recorder_disk::{
    Command, Event, Failure, Open, RecordKey, Running, SealedFile, Settings, TrackSummary,
    log_path, next_interval, track_path, tracks,
};
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;
use studio::Browser;

/// Long enough for a busy machine; nothing is judged by it.
const PATIENCE: Duration = Duration::from_secs(60);

const RECORD: u64 = 41;

struct Server {
    blocks: Sender<Block>,
    commands: Sender<Command>,
    events: Receiver<Event>,
    running: Running,
}

impl Server {
    fn start(records: &Path) -> Self {
        let (blocks, blocks_in) = bounded(1_024);
        let (commands, commands_in) = bounded(64);
        let (events_out, events) = bounded(64);
        let settings = Settings {
            records: records.to_path_buf(),
            sync_interval: Duration::from_secs(1),
        };
        let running = recorder_disk::start(settings, blocks_in, commands_in, events_out).unwrap();
        Self {
            blocks,
            commands,
            events,
            running,
        }
    }

    fn command(&self, command: Command) {
        self.commands.send_timeout(command, PATIENCE).unwrap();
    }

    fn event(&self) -> Event {
        self.events.recv_timeout(PATIENCE).unwrap()
    }

    fn open(&self, record: u64, interval: u32) {
        self.command(Command::Open(open(record, interval)));
        assert_eq!(self.event(), Event::Opened { record, interval });
    }

    fn record(&self, blocks: Vec<Block>) {
        for block in blocks {
            self.blocks.send_timeout(block, PATIENCE).unwrap();
        }
    }

    fn stop(self) -> Vec<Event> {
        self.command(Command::Stop);
        let events: Vec<Event> = self
            .events
            .iter()
            .take_while(|event| *event != Event::Stopped)
            .collect();
        self.running.join();
        events
    }
}

fn key() -> RecordKey {
    RecordKey::from([3; 32])
}

fn open(record: u64, interval: u32) -> Open {
    Open {
        record,
        interval,
        key: key(),
        started_ms: 1_700_000_000_000,
        office: "ingresos".to_owned(),
        visit: "v1".to_owned(),
    }
}

/// A call of two people.
fn call(seconds: u32) -> Vec<Block> {
    let footage = studio::footage(seconds);
    let mut sent = Browser::plain(0).send(&footage);
    sent.extend(
        Browser {
            begins_us: 6_000_000,
            ..Browser::plain(1)
        }
        .send(&footage),
    );
    sent.sort_by_key(|sent| sent.arrival_us);
    studio::blocks(RECORD, &sent)
}

/// The WebM inside a track's sealed file, put where ffmpeg can read it.
fn unsealed(records: &Path, track: &TrackSummary) -> PathBuf {
    let mut sealed = SealedFile::open(&track_path(records, RECORD, track), &key()).unwrap();
    assert_eq!(sealed.plain_bytes(), track.bytes);
    let mut clear = Vec::new();
    sealed.read_to_end(&mut clear).unwrap();
    let path = records
        .parent()
        .unwrap()
        .join(format!("{}.webm", track.track));
    fs::write(&path, clear).unwrap();
    path
}

fn plays_for(file: &Path) -> f64 {
    studio::probe(file, "format=duration", &[]).parse().unwrap()
}

#[test]
fn a_call_is_recorded_closed_derived_and_played() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records");
    let server = Server::start(&records);
    assert_eq!(next_interval(&records, RECORD).unwrap(), 0);
    server.open(RECORD, 0);
    server.command(Command::Event {
        record: RECORD,
        bytes: b"admitted 0".to_vec(),
    });
    server.record(call(4));
    server.command(Command::Close { record: RECORD });
    let Event::Closed {
        record: RECORD,
        interval: 0,
        dropped_packets: 0,
        last_hash,
        bytes,
        blocks,
    } = server.event()
    else {
        panic!("not closed")
    };
    let Event::Derived {
        record: RECORD,
        interval: 0,
        tracks: derived,
    } = server.event()
    else {
        panic!("not derived")
    };

    let log = log_path(&records, RECORD, 0);
    let verified = recorder::verify_with_key(fs::File::open(&log).unwrap(), &key()).unwrap();
    assert!(verified.intact && verified.closed, "{verified:?}");
    assert_eq!((verified.last_hash, verified.blocks), (last_hash, blocks));
    assert_eq!(fs::metadata(&log).unwrap().len(), bytes);

    assert_eq!(tracks(&records, RECORD).unwrap(), derived);
    assert_eq!(
        derived
            .iter()
            .map(|track| track.participant)
            .collect::<Vec<_>>(),
        [0, 1]
    );
    for track in &derived {
        assert!(
            track.has_audio && track.has_video && track.closed && track.gaps_ms == 0,
            "{track:?}"
        );
        let file = unsealed(&records, track);
        assert!((plays_for(&file) - 4.0).abs() < 0.1);
        assert_eq!(studio::beeps(&file).len(), 4);
        assert_eq!(studio::flashes(&file).len(), 4);
    }
    // The second person came a second later.
    let apart_ms = derived[1].begins_ms - derived[0].begins_ms;
    assert!((990..=1_010).contains(&apart_ms), "{apart_ms} ms");
    assert_eq!(next_interval(&records, RECORD).unwrap(), 1);
    assert_eq!(server.stop(), []);
}

#[test]
fn any_part_of_a_sealed_file_can_be_read_alone() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records");
    let server = Server::start(&records);
    server.open(RECORD, 0);
    server.record(call(4));
    server.command(Command::Close { record: RECORD });
    assert!(matches!(server.event(), Event::Closed { .. }));
    let Event::Derived { tracks, .. } = server.event() else {
        panic!("not derived")
    };
    let path = track_path(&records, RECORD, &tracks[0]);
    let mut sealed = SealedFile::open(&path, &key()).unwrap();
    let mut whole = Vec::new();
    sealed.read_to_end(&mut whole).unwrap();
    assert!(whole.len() > 3 * 65_536, "several chunks");
    for begin in [
        0,
        1,
        65_535,
        65_536,
        100_000,
        whole.len() - 1,
        whole.len(),
        whole.len() + 5,
    ] {
        sealed.seek(SeekFrom::Start(begin as u64)).unwrap();
        let mut part = Vec::new();
        sealed.by_ref().take(70_000).read_to_end(&mut part).unwrap();
        let expected = whole.get(begin..).unwrap_or_default();
        assert!(
            part == expected[..expected.len().min(70_000)],
            "from {begin}"
        );
    }
    assert!(sealed.seek(SeekFrom::Current(-9_000_000_000)).is_err());
    assert!(SealedFile::open(&path, &RecordKey::from([4; 32])).is_err());
    // Nothing that can be played lies in clear.
    let at_rest = fs::read(&path).unwrap();
    assert!(!at_rest.windows(5).any(|window| window == b"V_VP8"));
    server.stop();
}

/// What a kill leaves of a log: cut inside a frame, without the trailer and the four blocks that were not synced yet.
fn killed(log: &[u8]) -> &[u8] {
    let mut frames = Frames::new(log).unwrap();
    let mut begins = Vec::new();
    while let Item::Frame(frame) = frames.advance_frame().unwrap() {
        begins.push(usize::try_from(frame.offset).unwrap());
    }
    &log[..begins[begins.len() - 5] + 100]
}

/// The log of a call of some seconds that went well.
fn recorded(records: &Path, seconds: u32) -> Vec<u8> {
    let server = Server::start(records);
    server.open(RECORD, 0);
    server.record(call(seconds));
    server.command(Command::Close { record: RECORD });
    assert!(matches!(server.event(), Event::Closed { .. }));
    assert!(matches!(server.event(), Event::Derived { .. }));
    server.stop();
    fs::read(log_path(records, RECORD, 0)).unwrap()
}

#[test]
fn a_call_that_was_killed_plays_to_within_its_last_second() {
    let folder = tempfile::tempdir().unwrap();
    let whole = recorded(&folder.path().join("records"), 4);
    let records = folder.path().join("after");
    let left = records.join(RECORD.to_string());
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("0.vlog"), killed(&whole)).unwrap();
    fs::write(left.join("0-0.part"), b"half").unwrap();

    let server = Server::start(&records);
    assert_eq!(
        server.event(),
        Event::Unfinished {
            record: RECORD,
            interval: 0
        }
    );
    assert_eq!(next_interval(&records, RECORD).unwrap(), 1);
    server.command(Command::Derive {
        record: RECORD,
        interval: 0,
        key: RecordKey::from([9; 32]),
    });
    let failure = Failure::WrongKey;
    assert_eq!(
        server.event(),
        Event::Failed {
            record: RECORD,
            interval: 0,
            failure
        }
    );
    server.command(Command::Derive {
        record: RECORD,
        interval: 0,
        key: key(),
    });
    let Event::Derived {
        tracks: derived, ..
    } = server.event()
    else {
        panic!("not derived")
    };
    assert_eq!(derived.len(), 2);
    for track in &derived {
        assert!(!track.closed);
        let seconds = plays_for(&unsealed(&records, track));
        assert!(
            seconds > 3.0,
            "participant {}: {seconds} s",
            track.participant
        );
    }
    server.stop();
    let names: Vec<_> = fs::read_dir(&left)
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert!(
        !names
            .iter()
            .any(|name| name.to_string_lossy().contains("part")),
        "{names:?}"
    );

    let server = Server::start(&records);
    assert_eq!(server.stop(), [], "what is derived is not asked for again");
}

/// The command fails with this, for this record.
fn refused(server: &Server, command: Command, record: u64, failure: Failure) {
    server.command(command);
    assert_eq!(
        server.event(),
        Event::Failed {
            record,
            interval: 0,
            failure
        }
    );
}

#[test]
fn what_cannot_be_is_refused_and_nobody_else_notices() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records");
    let server = Server::start(&records);
    server.open(RECORD, 0);
    refused(&server, Command::Close { record: 5 }, 5, Failure::NotOpen);
    refused(
        &server,
        Command::Event {
            record: 5,
            bytes: Vec::new(),
        },
        5,
        Failure::NotOpen,
    );
    let bytes = vec![0; recorder_disk::EVENT_BYTES_MAX + 1];
    refused(
        &server,
        Command::Event {
            record: RECORD,
            bytes,
        },
        RECORD,
        Failure::TooLarge,
    );
    let office = "o".repeat(recorder_disk::FACT_BYTES_MAX + 1);
    refused(
        &server,
        Command::Open(Open {
            office,
            ..open(6, 0)
        }),
        6,
        Failure::TooLarge,
    );

    // A block for nobody, then the call that was open all the time.
    server.record(vec![Block::new(77, 0, 0, Vec::new())]);
    server.record(call(2));
    server.command(Command::Close { record: RECORD });
    assert!(matches!(
        server.event(),
        Event::Closed {
            record: RECORD,
            dropped_packets: 0,
            ..
        }
    ));
    assert!(matches!(
        server.event(),
        Event::Derived { record: RECORD, .. }
    ));
    assert_eq!(
        server.running.stats().late_blocks.load(Ordering::Relaxed),
        1
    );
    server.stop();
}

#[test]
fn a_folder_that_is_not_as_it_should_be_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records");
    fs::create_dir_all(records.join("8")).unwrap();
    fs::write(records.join("8").join("0.vlog"), b"no log").unwrap();
    fs::write(records.join("7"), b"no folder").unwrap();
    let server = Server::start(&records);
    assert_eq!(
        server.event(),
        Event::Unfinished {
            record: 8,
            interval: 0
        }
    );
    refused(&server, Command::Open(open(8, 0)), 8, Failure::Exists);
    let derive = |record| Command::Derive {
        record,
        interval: 0,
        key: key(),
    };
    refused(&server, derive(8), 8, Failure::Damaged);
    refused(
        &server,
        derive(9),
        9,
        Failure::Derive(std::io::ErrorKind::NotFound),
    );
    server.command(Command::Open(open(7, 0)));
    let event = server.event();
    assert!(
        matches!(
            event,
            Event::Failed {
                record: 7,
                failure: Failure::Open(_),
                ..
            }
        ),
        "{event:?}"
    );
    server.stop();
}

#[test]
fn a_hole_in_the_blocks_is_written_down_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records");
    let server = Server::start(&records);
    server.open(RECORD, 0);
    let mut blocks = call(4);
    // Two blocks were dropped in front of the channel, about half a second.
    let lost: u32 = blocks.drain(8..10).map(|block| block.entries).sum();
    blocks[8].dropped_before = lost;
    server.record(blocks);
    server.command(Command::Close { record: RECORD });
    let Event::Closed {
        dropped_packets, ..
    } = server.event()
    else {
        panic!("not closed")
    };
    assert_eq!(dropped_packets, u64::from(lost));
    let Event::Derived {
        tracks: derived, ..
    } = server.event()
    else {
        panic!("not derived")
    };
    for track in &derived {
        assert!((300..4_000).contains(&track.gaps_ms), "{track:?}");
        assert!(plays_for(&unsealed(&records, track)) > 3.9);
    }
    let verified =
        recorder::verify(fs::File::open(log_path(&records, RECORD, 0)).unwrap()).unwrap();
    assert_eq!((verified.gaps, verified.intact), (1, true));
    server.stop();
}

#[test]
fn the_next_interval_closes_the_one_before_and_stop_closes_all() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records");
    let server = Server::start(&records);
    server.open(RECORD, 0);
    server.command(Command::Open(open(RECORD, 1)));
    assert!(matches!(server.event(), Event::Closed { interval: 0, .. }));
    let mut rest = [server.event(), server.event()];
    rest.sort_by_key(|event| matches!(event, Event::Opened { .. }));
    assert_eq!(
        rest[0],
        Event::Derived {
            record: RECORD,
            interval: 0,
            tracks: Vec::new()
        }
    );
    assert_eq!(
        rest[1],
        Event::Opened {
            record: RECORD,
            interval: 1
        }
    );
    let events = server.stop();
    assert!(
        matches!(events.first(), Some(Event::Closed { interval: 1, .. })),
        "{events:?}"
    );
    for interval in 0..2 {
        let verified =
            recorder::verify(fs::File::open(log_path(&records, RECORD, interval)).unwrap())
                .unwrap();
        assert!(verified.closed && verified.intact);
    }
}

#[test]
fn many_logs_at_once_keep_all_their_blocks() {
    const LOGS: u64 = 40;
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records");
    let server = Server::start(&records);
    for record in 0..LOGS {
        server.open(record, 0);
    }
    for (sequence, record) in
        (0..3).flat_map(|sequence| (0..LOGS).map(move |record| (sequence, record)))
    {
        let mut block = Block::new(record, sequence, 0, Vec::new());
        let voice = Entry {
            kind: EntryKind::Rtp,
            participant: 0,
            medium: Medium::Audio,
            arrival_us: sequence * 200_000,
            payload: &[0x80; 900],
        };
        assert!(block.push(voice));
        server.record(vec![block]);
    }
    for record in 0..LOGS {
        server.command(Command::Close { record });
    }
    let mut closed = 0;
    while closed < LOGS {
        closed += u64::from(matches!(server.event(), Event::Closed { blocks: 4, .. }));
    }
    assert_eq!(
        server.running.stats().blocks.load(Ordering::Relaxed),
        3 * LOGS
    );
    server.stop();
    for record in 0..LOGS {
        let verified =
            recorder::verify(fs::File::open(log_path(&records, record, 0)).unwrap()).unwrap();
        assert!(verified.intact && verified.closed);
    }
}
