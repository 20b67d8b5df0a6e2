//! The folder of all records: names of files, what is there, what is still to be derived.
//!
//! Readers call these from any thread: nothing here needs a key.

use recorder::{Error, TrackSummary};
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The files of one record, all intervals' derived ones: in the order of intervals and participants.
/// Intervals that are not derived yet give nothing; a record that does not exist neither.
///
/// # Errors
/// [`Error::Io`], and what an index can say.
pub fn tracks(records: &Path, record: u64) -> Result<Vec<TrackSummary>, Error> {
    let mut tracks = Vec::new();
    for interval in intervals(records, record)? {
        match fs::read_to_string(index_path(records, record, interval)) {
            Ok(text) => tracks.extend(TrackSummary::read_all(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(tracks)
}

/// Number that the record's next interval gets: one more than any log there.
///
/// # Errors
/// [`Error::Io`].
pub fn next_interval(records: &Path, record: u64) -> Result<u32, Error> {
    Ok(intervals(records, record)?
        .last()
        .map_or(0, |last| last.saturating_add(1)))
}

/// Intervals of the record that have a log, in order.
///
/// # Errors
/// [`Error::Io`].
pub fn intervals(records: &Path, record: u64) -> Result<Vec<u32>, Error> {
    let folder = match fs::read_dir(record_path(records, record)) {
        Ok(folder) => folder,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut intervals = Vec::new();
    for file in folder {
        let name = file?.file_name();
        intervals.extend(
            name.to_str()
                .and_then(|name| name.strip_suffix(".vlog"))
                .and_then(|name| name.parse::<u32>().ok()),
        );
    }
    intervals.sort_unstable();
    Ok(intervals)
}

/// The log of an interval.
#[must_use]
pub fn log_path(records: &Path, record: u64, interval: u32) -> PathBuf {
    record_path(records, record).join(format!("{interval}.vlog"))
}

/// A derived file, by the name that its summary gives.
#[must_use]
pub fn track_path(records: &Path, record: u64, track: &TrackSummary) -> PathBuf {
    record_path(records, record).join(&track.path)
}

pub(crate) fn index_path(records: &Path, record: u64, interval: u32) -> PathBuf {
    record_path(records, record).join(format!("{interval}.index"))
}

pub(crate) fn record_path(records: &Path, record: u64) -> PathBuf {
    records.join(record.to_string())
}

/// All records that have a folder, in order.
pub(crate) fn records_in(records: &Path) -> Result<Vec<u64>, Error> {
    let mut found = Vec::new();
    for folder in fs::read_dir(records)? {
        found.extend(
            folder?
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<u64>().ok()),
        );
    }
    found.sort_unstable();
    Ok(found)
}

/// Makes a folder, and those above it, that nobody but the server looks into.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// How a file is opened for writing that nobody but the server reads.
pub(crate) fn private_file() -> fs::OpenOptions {
    let mut options = fs::File::options();
    options.write(true).mode(0o600);
    options
}

/// Makes the entry of a new or renamed file in its folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}
