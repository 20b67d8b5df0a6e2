//! The derivation thread: from a log to files that can be played.
//!
//! It runs beside the disk thread at low priority, one interval after the other; a fault in it costs one interval, which can be
//! derived again. Invariant: a derived file appears under its name only when it is whole.

use crate::Settings;
use crate::archive::{
    index_path, intervals, log_path, private_file, record_path, records_in, sync_folder,
};
use crate::command::{Event, Failure};
use crate::sealing::SealedWriter;
use crate::stats::Stats;
use crossbeam_channel::{Receiver, Sender};
use recorder::derive::{Survey, Track, track_number};
use recorder::log::{FrameKind, Frames, Item, Opener};
use recorder::{Error, RecordKey, TrackSummary};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Derive this interval.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) record: u64,
    pub(crate) interval: u32,
    pub(crate) key: RecordKey,
}

/// Jobs that wait at the most: at start-up all unfinished intervals can be asked for at once.
pub(crate) const JOBS_MAX: usize = 65_536;

/// Why an interval was not derived.
#[derive(Debug)]
enum Trouble {
    Failed(Failure),
    /// The process stops; the interval is found again at the next start.
    Stopped,
}

pub(crate) struct Deriver {
    pub(crate) settings: Settings,
    pub(crate) events: Sender<Event>,
    pub(crate) stats: Arc<Stats>,
    pub(crate) stop: Arc<AtomicBool>,
    /// To the disk thread, once: logs without derived files, as found at the start.
    pub(crate) found: Sender<Vec<(u64, u32)>>,
}

impl Deriver {
    /// Looks for what an earlier run left, then works until the disk thread is gone.
    pub(crate) fn run(&self, jobs: &Receiver<Job>) {
        lower_priority();
        let found = self.unfinished().unwrap_or_else(|error| {
            tracing::warn!(%error, "the folder of records cannot be searched for unfinished ones");
            Vec::new()
        });
        // The disk thread is gone only when everything stops.
        if self.found.send(found).is_err() {
            return;
        }
        for job in jobs {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let event = self.work(&job);
            if let Some(event) = event
                && self.events.send(event).is_err()
            {
                return;
            }
        }
    }

    /// Logs without derived files: record and interval.
    fn unfinished(&self) -> Result<Vec<(u64, u32)>, Error> {
        let records = &self.settings.records;
        let mut unfinished = Vec::new();
        for record in records_in(records)? {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let intervals = intervals(records, record).unwrap_or_else(|error| {
                // One folder that is not as it should be hides no other.
                tracing::warn!(record, %error, "the folder of a record cannot be searched");
                Vec::new()
            });
            let open = intervals
                .into_iter()
                .filter(|interval| !index_path(records, record, *interval).exists());
            unfinished.extend(open.map(|interval| (record, interval)));
        }
        Ok(unfinished)
    }

    fn work(&self, job: &Job) -> Option<Event> {
        let (record, interval) = (job.record, job.interval);
        let derived =
            catch_unwind(AssertUnwindSafe(|| self.derive(job))).unwrap_or_else(|_panic| {
                tracing::error!(record, interval, "deriving panicked");
                Err(Trouble::Failed(Failure::Panicked))
            });
        match derived {
            Ok(tracks) => {
                Stats::add(&self.stats.derived, 1);
                Some(Event::Derived {
                    record,
                    interval,
                    tracks,
                })
            }
            Err(Trouble::Failed(failure)) => {
                Stats::add(&self.stats.failures, 1);
                Some(Event::Failed {
                    record,
                    interval,
                    failure,
                })
            }
            Err(Trouble::Stopped) => None,
        }
    }

    fn derive(&self, job: &Job) -> Result<Vec<TrackSummary>, Trouble> {
        let log = log_path(&self.settings.records, job.record, job.interval);
        let mut survey = Survey::new();
        let mut closed = false;
        self.each_frame(&log, &job.key, |kind, wall_ms, plaintext| {
            match kind {
                FrameKind::Media => survey.block(wall_ms, plaintext),
                FrameKind::Close => closed = true,
                FrameKind::Event | FrameKind::Gap => {}
            }
            Ok(())
        })?;
        let mut derivation = survey.finish();
        let mut files = BTreeMap::new();
        self.each_frame(&log, &job.key, |kind, _wall_ms, plaintext| {
            if kind == FrameKind::Media {
                derivation.block(plaintext);
                for (participant, bytes) in derivation.take() {
                    self.file(&mut files, job, participant)?
                        .writer
                        .push(&bytes)?;
                }
            }
            Ok(())
        })?;
        let excess = derivation.excess();
        if excess > 0 {
            tracing::warn!(?log, excess, "packets of too many streams were left out");
        }
        let tracks = derivation.finish(job.interval);
        self.finish(job, files, tracks, closed)
    }

    /// Opens every frame of the log that can be opened, in order; damage and a cut tail are passed over.
    fn each_frame(
        &self,
        log: &Path,
        key: &RecordKey,
        mut take: impl FnMut(FrameKind, i64, &[u8]) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut frames = Frames::new(File::open(log)?)?;
        let mut opener = Opener::new(key, frames.header())?;
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Trouble::Stopped);
            }
            match frames.advance_frame()? {
                Item::End(_) => return Ok(()),
                Item::Damage { offset, bytes } => {
                    tracing::warn!(?log, offset, bytes, "damage in a log")
                }
                Item::Frame(frame) => match opener.open(&frame) {
                    Ok(plaintext) => take(frame.kind, frame.wall_ms, plaintext)?,
                    Err(error) => {
                        tracing::warn!(?log, offset = frame.offset, %error, "a frame was passed over")
                    }
                },
            }
        }
    }

    fn file<'a>(
        &self,
        files: &'a mut BTreeMap<u8, PartFile>,
        job: &Job,
        participant: u8,
    ) -> Result<&'a mut PartFile, Trouble> {
        match files.entry(participant) {
            Entry::Occupied(file) => Ok(file.into_mut()),
            Entry::Vacant(place) => {
                let folder = record_path(&self.settings.records, job.record);
                let path = folder.join(format!("{}-{participant}.part", job.interval));
                let writer = SealedWriter::create(&path, &job.key)?;
                Ok(place.insert(PartFile { writer, path }))
            }
        }
    }

    fn finish(
        &self,
        job: &Job,
        mut files: BTreeMap<u8, PartFile>,
        tracks: Vec<Track>,
        closed: bool,
    ) -> Result<Vec<TrackSummary>, Trouble> {
        let folder = record_path(&self.settings.records, job.record);
        let mut summaries = Vec::new();
        for track in tracks {
            // A short file comes whole with its track.
            self.file(&mut files, job, track.participant)?;
            let Some(mut file) = files.remove(&track.participant) else {
                continue;
            };
            file.writer.push(&track.rest)?;
            let name = format!("{}-{}.webm.sealed", job.interval, track.participant);
            let bytes = file.finish(&track.head, &folder.join(&name))?;
            summaries.push(TrackSummary {
                track: track_number(job.interval, track.participant),
                interval: job.interval,
                participant: track.participant,
                begins_ms: track.begins_ms,
                duration_ms: track.duration_ms,
                gaps_ms: track.gaps_ms,
                gaps: track.gaps,
                path: name,
                bytes,
                has_audio: track.has_audio,
                has_video: track.has_video,
                closed,
            });
        }
        for unused in files.into_values() {
            fs::remove_file(unused.path)?;
        }
        // The index last: where it is, everything that it names is whole.
        let part = folder.join(format!("{}.index.part", job.interval));
        let index = private_file().create(true).truncate(true).open(&part)?;
        index.write_all_at(TrackSummary::write_all(&summaries).as_bytes(), 0)?;
        index.sync_all()?;
        fs::rename(
            part,
            index_path(&self.settings.records, job.record, job.interval),
        )?;
        sync_folder(&folder)?;
        Ok(summaries)
    }
}

/// A derived file on its way.
#[derive(Debug)]
struct PartFile {
    writer: SealedWriter,
    path: PathBuf,
}

impl PartFile {
    fn finish(self, head: &[u8], path: &Path) -> io::Result<u64> {
        let bytes = self.writer.finish(head)?;
        fs::rename(self.path, path)?;
        Ok(bytes)
    }
}

/// Calls in progress come first: this thread takes what they leave.
fn lower_priority() {
    const NICE: i32 = 10;
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::warn!(%error, "deriving runs at the priority of calls");
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Failed(Failure::Derive(error.kind()))
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(match error {
            Error::Io(error) => Failure::Derive(error.kind()),
            Error::WrongKey => Failure::WrongKey,
            Error::Magic { .. }
            | Error::Version { .. }
            | Error::Limit { .. }
            | Error::Cut { .. }
            | Error::Index { .. }
            | Error::Sealed { .. }
            | Error::Closed => Failure::Damaged,
        })
    }
}
