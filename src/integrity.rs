//! Checks the hash chains of a record's logs before the record is shown, beside the control thread: reading a long log takes
//! as long as the disk does.
//!
//! Invariant: a log that could not be read is never called intact.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use queue::VisitId;
use signalling::{
    protocol::{
        call::{Refusal, RefusalCode},
        office::RecordDetail,
    },
    request::Reply,
};
use tokio::sync::oneshot;

/// Records checked at one time: each reads the disk as fast as it gives, and calls that are being recorded need it too.
const CHECKS_MAX: usize = 4;

/// What a record was when it was kept.
#[derive(Debug)]
pub(crate) struct Ends {
    /// Logs, by interval, each with the hash it was closed with.
    pub(crate) logs: Vec<(u32, Option<String>)>,
    /// Files, by number, each with the hash of the sealed file.
    pub(crate) files: Vec<(u8, [u8; 32])>,
}

/// Checks that are running.
#[derive(Debug)]
pub(crate) struct Checks {
    records: PathBuf,
    running: Arc<AtomicUsize>,
}

impl Checks {
    pub(crate) fn new(records: PathBuf) -> Self {
        Self {
            records,
            running: Arc::default(),
        }
    }

    /// Checks the logs of a record, then answers with its detail.
    pub(crate) fn begin(
        &self,
        mut detail: Box<RecordDetail>,
        record: VisitId,
        ends: Ends,
        asker: oneshot::Sender<Reply>,
    ) {
        let running = Arc::clone(&self.running);
        if running.load(Ordering::Relaxed) >= CHECKS_MAX {
            let refusal = Refusal::because(
                RefusalCode::Full,
                "record",
                CHECKS_MAX,
                "try again in a moment",
            );
            // Whoever asked may have gone; then nobody wants to know. The same below.
            return drop(asker.send(Reply::Refused(refusal)));
        }
        let place = Place::taken(running);
        let records = self.records.clone();
        let check = move || {
            // Moved in: freed when the check ends, panics or never begins.
            let _place = place;
            (detail.blocks_verified, detail.intact) = verify(&records, record, &ends.logs);
            detail.intact &= files_are_whole(&records, record, &ends.files);
            drop(asker.send(Reply::Record(detail)));
        };
        if let Err(error) = thread::Builder::new().name("check".to_owned()).spawn(check) {
            tracing::error!(%error, "no thread to check a record with");
        }
    }
}

/// One of the checks that run; dropped, it is free again.
#[derive(Debug)]
struct Place(Arc<AtomicUsize>);

impl Place {
    fn taken(running: Arc<AtomicUsize>) -> Self {
        running.fetch_add(1, Ordering::Relaxed);
        Self(running)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Blocks that hold, over all logs of a record, and whether every log is intact and ends as it was closed.
fn verify(records: &Path, record: VisitId, ends: &[(u32, Option<String>)]) -> (u32, bool) {
    let mut sum = (0_u32, true);
    for (interval, end) in ends {
        let path = recorder_disk::log_path(records, record.0, *interval);
        let verified = File::open(path)
            .map_err(recorder::Error::from)
            .and_then(|file| recorder::verify(BufReader::new(file)));
        let (blocks, intact) = match verified {
            Ok(verified) => {
                let last: String = verified
                    .last_hash
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                let as_closed = end.as_ref().is_none_or(|end| *end == last);
                (
                    u32::try_from(verified.blocks).unwrap_or(u32::MAX),
                    verified.intact && as_closed,
                )
            }
            Err(error) => {
                tracing::error!(record = record.0, interval, %error, "a log cannot be checked");
                (0, false)
            }
        };
        sum = (sum.0.saturating_add(blocks), sum.1 && intact);
    }
    sum
}

/// Every file is there as it was kept.
fn files_are_whole(records: &Path, record: VisitId, files: &[(u8, [u8; 32])]) -> bool {
    let mut whole = true;
    for (number, kept) in files {
        let path = recorder_disk::file_path(records, record.0, *number);
        match recorder_disk::file_hash(&path) {
            Ok(found) => whole &= found == *kept,
            Err(error) => {
                tracing::error!(record = record.0, number, %error, "a file cannot be checked");
                whole = false;
            }
        }
    }
    whole
}
