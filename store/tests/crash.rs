//! Kill -9 while writing and while opening, a full disk, a second process: a child process of this very test binary
//! plays the server, and dies.
//!
//! A killed process leaves what it gave to the system: this shows nothing about a power cut.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the answer")]

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command as Process, Stdio},
};

use queue::{
    Command, Configuration, Office, OfficeId, Purpose, Service, ServiceId, Timestamp, VisitCode,
};
use store::{Error, Folders, Store, Version};

/// Kills of each kind.
const TRIALS: u64 = 20;

/// Openings that are watched until enough of them were met half-way.
const OPENINGS_MAX: u32 = 200;

fn office_id() -> OfficeId {
    OfficeId::new(1).unwrap()
}

// The child's parts: ordinary tests, run only when a parent starts them and says on standard input where.

#[test]
#[ignore = "the part of a child process"]
fn child_writes_until_it_is_killed() {
    let folder = folder_from_parent();
    let mut store = Store::open(&Folders::under(&folder)).unwrap();
    let error = write_forever(&mut store, u64::MAX);
    println!("\nfailed {}", chain(&error));
    // The disk is full: what was acknowledged can still be read.
    let loaded = store.load(office_id()).unwrap();
    println!("\nloaded {}", loaded.version);
}

#[test]
#[ignore = "the part of a child process"]
fn child_opens() {
    let folder = folder_from_parent();
    let result = Store::open(&Folders::under(&folder));
    match &result {
        Ok(_) => println!("\nopened 0"),
        Err(error) => println!("\nrefused {error}"),
    }
    // Stays until the parent is done with it.
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    drop(result);
}

#[test]
#[ignore = "the part of a child process"]
fn child_opens_and_ends() {
    Store::open(&Folders::under(&folder_from_parent())).unwrap();
}

#[test]
fn killed_while_writing_it_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for trial in 0..TRIALS {
        let mut child = start("child_writes_until_it_is_killed", folder.path(), None);
        // Killed after some acknowledgements: at any point of the next step.
        let (told, _) = listen(&mut child, "stored", 1 + trial * 3);
        kill(child.process);
        acknowledged = told.max(acknowledged);
        let version = check(folder.path());
        assert!(
            version >= Version(acknowledged),
            "{acknowledged} acknowledged, {version} there"
        );
    }
    assert!(acknowledged >= TRIALS, "the children wrote");
}

#[test]
fn killed_while_opening_it_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let database = Folders::under(folder.path()).journal.join("db");
    let mut half_made = 0;
    for _ in 0..OPENINGS_MAX {
        // Something new in the log, so that the next opening has a snapshot to make.
        let mut store = Store::open(&Folders::under(folder.path())).unwrap();
        let before = append(&mut store, 500);
        drop(store);
        let mut child = start("child_opens_and_ends", folder.path(), None);
        while child.process.try_wait().unwrap().is_none() && generating(&database).is_empty() {}
        kill(child.process);
        half_made += u64::from(!generating(&database).is_empty());
        assert_eq!(check(folder.path()), before);
        if half_made == TRIALS {
            return;
        }
    }
    panic!("only {half_made} of {OPENINGS_MAX} openings were killed while a snapshot was made");
}

#[test]
fn a_half_made_snapshot_breaks_sled_and_not_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&Folders::under(folder.path())).unwrap();
    let version = append(&mut store, 100);
    drop(store);
    let database = Folders::under(folder.path()).journal.join("db");
    drop(Store::open(&Folders::under(folder.path())).unwrap());
    let half_made = database.join("snap.FFFFFFFFFFFFFF00.generating");
    fs::write(&half_made, b"half").unwrap();
    let raw = sled::Config::new().path(&database).open();
    assert!(
        raw.is_err(),
        "sled has learnt to leave half-made snapshots out: so may the store"
    );
    drop(raw);
    assert_eq!(check(folder.path()), version);
    assert!(!half_made.exists());
}

#[test]
fn a_full_disk_is_told_and_what_was_acknowledged_stays() {
    let folder = tempfile::tempdir().unwrap();
    // A limit of file size stands for the full disk: 2 MiB in blocks of 512 bytes.
    let mut child = start(
        "child_writes_until_it_is_killed",
        folder.path(),
        Some(4_096),
    );
    let (acknowledged, failed) = listen(&mut child, "stored", u64::MAX);
    assert!(acknowledged > 0, "{failed}");
    assert!(
        failed.starts_with("failed the database could not be written"),
        "{failed}"
    );
    assert!(
        failed.contains("File too large"),
        "the cause is named: {failed}"
    );
    let (_, loaded) = listen(&mut child, "stored", u64::MAX);
    let loaded: u64 = loaded
        .strip_prefix("loaded ")
        .expect(&loaded)
        .parse()
        .unwrap();
    assert!(loaded >= acknowledged);
    child.process.wait().unwrap();
    assert!(check(folder.path()) >= Version(acknowledged));
}

#[test]
fn a_second_process_is_refused_with_a_clear_message() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Folders::under(folder.path())).unwrap();
    let mut child = start("child_opens", folder.path(), None);
    let (_, told) = listen(&mut child, "never", 1);
    assert!(
        told.starts_with("refused") && told.contains("another process"),
        "{told}"
    );
    kill(child.process);
    drop(store);
    let mut child = start("child_opens", folder.path(), None);
    listen(&mut child, "opened", 0);
    let refused = Store::open(&Folders::under(folder.path()));
    assert!(matches!(refused, Err(Error::Locked { .. })), "{refused:?}");
    kill(child.process);
    Store::open(&Folders::under(folder.path())).unwrap();
}

/// A child process that plays one of the parts above.
struct Part {
    process: Child,
    output: BufReader<std::process::ChildStdout>,
}

fn start(part: &str, folder: &Path, file_blocks_max: Option<u32>) -> Part {
    let program = std::env::current_exe().unwrap();
    let mut process = match file_blocks_max {
        None => Process::new(program),
        Some(blocks) => {
            // Ignored, the signal of the limit becomes an error of the write.
            let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
            let mut shell = Process::new("/bin/sh");
            shell.arg("-c").arg(script).arg(program);
            shell
        }
    };
    process.args([
        "--exact",
        part,
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    let mut process = process
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(process.stdin.as_mut().unwrap(), "{}", folder.display()).unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    Part { process, output }
}

fn folder_from_parent() -> PathBuf {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    PathBuf::from(line.trim_end())
}

/// Reads numbers after a word until one is `enough`, or another word of the child's comes; gives the last number and
/// that line.
fn listen(child: &mut Part, word: &str, enough: u64) -> (u64, String) {
    let mut last = 0;
    let mut line = String::new();
    loop {
        line.clear();
        assert!(
            child.output.read_line(&mut line).unwrap() > 0,
            "the child ended early"
        );
        let told = line.trim_end();
        if let Some(number) = told.strip_prefix(word) {
            last = number.trim().parse().unwrap();
            if last >= enough {
                return (last, told.to_owned());
            }
        } else if ["failed", "loaded", "refused", "opened"]
            .iter()
            .any(|own| told.starts_with(own))
        {
            return (last, told.to_owned());
        }
    }
}

fn kill(mut process: Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

fn generating(database: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(database) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths
        .filter(|path| path.to_string_lossy().ends_with(".generating"))
        .collect()
}

/// The office opens, its journal is whole, and replaying equals loading.
fn check(folder: &Path) -> Version {
    let mut store = Store::open(&Folders::under(folder)).unwrap();
    let loaded = store.load(office_id()).unwrap();
    let mut replayed = Office::new(office_id());
    for (_, event) in store
        .events_after(office_id(), Version(0), usize::MAX)
        .unwrap()
    {
        replayed.apply(&event);
    }
    assert_eq!(replayed, loaded.office);
    loaded.version
}

fn append(store: &mut Store, turns: u64) -> Version {
    let epoch = store.take_over(office_id()).unwrap();
    let mut loaded = store.load(office_id()).unwrap();
    for _ in 0..turns {
        step(store, &mut loaded, epoch).unwrap();
    }
    loaded.version
}

fn write_forever(store: &mut Store, turns: u64) -> Error {
    let epoch = store.take_over(office_id()).unwrap();
    let mut loaded = store.load(office_id()).unwrap();
    for _ in 0..turns {
        if let Err(error) = step(store, &mut loaded, epoch) {
            return error;
        }
        let mut told = io::stdout().lock();
        told.write_all(format!("\nstored {}\n", loaded.version).as_bytes())
            .unwrap();
        told.flush().unwrap();
        if loaded.version.0.is_multiple_of(50) {
            let frozen = loaded.office.snapshot();
            if let Err(error) = store.checkpoint(office_id(), loaded.version, &frozen) {
                return error;
            }
        }
    }
    unreachable!("writes until it is killed or the disk is full")
}

/// One step of a server: configure a new office, else a turn is taken and abandoned at once, so that the office stays
/// small.
fn step(store: &mut Store, loaded: &mut store::Loaded, epoch: store::Epoch) -> Result<(), Error> {
    let now = Timestamp(1_780_401_600_000 + i64::try_from(loaded.version.0).unwrap());
    let mut events = Vec::new();
    let mut send = |office: &mut Office, command: &Command| {
        for event in office.decide(command, now).unwrap() {
            office.apply(&event);
            events.push(event);
        }
    };
    if loaded.version == Version(0) {
        let mut configuration = Configuration::empty("Europe/Madrid");
        let service = Service::new(ServiceId(1), "Libre deuda", "A".parse().unwrap());
        configuration.services.push(service);
        send(
            &mut loaded.office,
            &Command::Configure {
                configuration: Box::new(configuration),
            },
        );
    }
    let mut random = [0; 12];
    for (place, byte) in random.iter_mut().enumerate() {
        *byte = u8::try_from(loaded.version.0 >> (5 * place) & 31).unwrap();
    }
    let code = VisitCode::from_random(random);
    let service = ServiceId(1);
    let turn = Command::TakeTurn {
        code,
        service,
        purpose: Purpose::Attention,
    };
    send(&mut loaded.office, &turn);
    let visit = loaded.office.visit_by_code(code).unwrap().id;
    send(&mut loaded.office, &Command::Abandon { visit });
    send(&mut loaded.office, &Command::Forget { visit });
    loaded.version = store.append(office_id(), epoch, loaded.version, &events, &[])?;
    Ok(())
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}
