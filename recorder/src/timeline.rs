//! From RTP timestamps to one timeline: the media worker's monotonic clock, on which everybody in a room is recorded.
//!
//! A sender's voice and picture are tied together by its sender reports: timestamp → the sender's NTP clock (the mean of its
//! reports, so that their jitter goes away) → our clock (the least delay at which that clock's reports arrived, so that a queue
//! in the network does not stretch time). Without usable reports each stream is placed by the least delay of its own packets.
//! Invariant: a timeline never turns by more than [`SLOPE`], so gaps in it come from the sender, not from the network.

use crate::stream::{Owner, Stream};
use std::collections::BTreeMap;

/// Microseconds in a second that two clocks may drift apart: crystals stay within ±100 ppm, NTP turns a clock by up to 500.
const SLOPE: i64 = 500;

/// Packets of so many microseconds give one point of a stream's own timeline.
const ARRIVAL_BUCKET_US: i64 = 2_000_000;

/// Reports of so many microseconds give one point.
const REPORT_BUCKET_US: i64 = 10_000_000;

/// Reports of one stream at the most: one a second for a day. Later ones change nothing.
const REPORTS_MAX: usize = 90_000;

/// A report that places its stream further than this from where its packets place it is wrong.
const DISAGREEMENT_US: i64 = 1_000_000;

/// What is learnt about the clocks of a log in its first pass.
#[derive(Debug, Default)]
pub(crate) struct ClockSurvey {
    streams: BTreeMap<usize, StreamSurvey>,
    owners: BTreeMap<Owner, OwnerSurvey>,
}

#[derive(Debug)]
struct StreamSurvey {
    stream: Stream,
    arrivals: Curve,
    reports: Vec<(i64, i64)>,
}

#[derive(Debug)]
struct OwnerSurvey {
    delays: Curve,
    last: (i64, i64),
    jumped: bool,
}

impl ClockSurvey {
    /// A packet of a stream arrived.
    pub(crate) fn packet(&mut self, number: usize, stream: Stream, ticks: i64, arrival_us: i64) {
        let media_us = media_us(stream, ticks);
        self.stream(number, stream)
            .arrivals
            .note(media_us, arrival_us - media_us);
    }

    /// A sender report of a stream arrived.
    pub(crate) fn report(
        &mut self,
        number: usize,
        stream: Stream,
        ticks: i64,
        ntp_us: i64,
        arrival_us: i64,
    ) {
        let survey = self.stream(number, stream);
        if survey.reports.len() >= REPORTS_MAX {
            return;
        }
        survey.reports.push((media_us(stream, ticks), ntp_us));
        let owner = self
            .owners
            .entry(stream.owner)
            .or_insert_with(|| OwnerSurvey {
                delays: Curve::new(Keep::Least, REPORT_BUCKET_US),
                last: (ntp_us, arrival_us),
                jumped: false,
            });
        let (last_ntp_us, last_arrival_us) =
            std::mem::replace(&mut owner.last, (ntp_us, arrival_us));
        owner.jumped |=
            ((ntp_us - last_ntp_us) - (arrival_us - last_arrival_us)).abs() > DISAGREEMENT_US;
        owner.delays.note(ntp_us, arrival_us - ntp_us);
    }

    fn stream(&mut self, number: usize, stream: Stream) -> &mut StreamSurvey {
        self.streams.entry(number).or_insert_with(|| StreamSurvey {
            stream,
            arrivals: Curve::new(Keep::Least, ARRIVAL_BUCKET_US),
            reports: Vec::new(),
        })
    }

    /// The timeline of everything surveyed.
    pub(crate) fn finish(mut self) -> Timeline {
        for owner in self.owners.values_mut() {
            owner.delays.settle();
        }
        let mut timeline = Timeline::default();
        for (number, mut survey) in self.streams {
            survey.arrivals.settle();
            let owner = self
                .owners
                .get(&survey.stream.owner)
                .filter(|owner| !owner.jumped);
            let reports = owner.map(|owner| usable_reports(&survey, &owner.delays));
            let clock = match reports.filter(|reports| !reports.is_empty()) {
                Some(reports) => Clock::Reports {
                    reports,
                    owner: survey.stream.owner,
                },
                None => Clock::Arrivals(survey.arrivals),
            };
            timeline.streams.insert(number, (survey.stream, clock));
        }
        timeline.delays = self
            .owners
            .into_iter()
            .map(|(owner, survey)| (owner, survey.delays))
            .collect();
        timeline
    }
}

fn usable_reports(survey: &StreamSurvey, delays: &Curve) -> Curve {
    let mut usable = Curve::new(Keep::Mean, REPORT_BUCKET_US);
    for (media_us, ntp_us) in &survey.reports {
        let by_arrival = media_us + survey.arrivals.at(*media_us);
        let by_report = ntp_us + delays.at(*ntp_us);
        if survey.arrivals.is_empty() || (by_arrival - by_report).abs() <= DISAGREEMENT_US {
            usable.note(*media_us, ntp_us - media_us);
        }
    }
    usable.settle();
    usable
}

/// When the media of each stream were, on the media worker's monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    streams: BTreeMap<usize, (Stream, Clock)>,
    delays: BTreeMap<Owner, Curve>,
}

#[derive(Debug)]
enum Clock {
    Reports { reports: Curve, owner: Owner },
    Arrivals(Curve),
}

impl Timeline {
    /// The moment of a timestamp, in microseconds; none for a stream that was not surveyed.
    pub(crate) fn at(&self, number: usize, ticks: i64) -> Option<i64> {
        let (stream, clock) = self.streams.get(&number)?;
        let media_us = media_us(*stream, ticks);
        match clock {
            Clock::Arrivals(arrivals) => Some(media_us + arrivals.at(media_us)),
            Clock::Reports { reports, owner } => {
                let ntp_us = media_us + reports.at(media_us);
                Some(ntp_us + self.delays.get(owner)?.at(ntp_us))
            }
        }
    }
}

fn media_us(stream: Stream, ticks: i64) -> i64 {
    // Whole seconds apart, so that nothing overflows: ticks are up to 2^32 and some wraps.
    let rate = stream.ticks_per_second();
    ticks.div_euclid(rate) * 1_000_000 + ticks.rem_euclid(rate) * 1_000_000 / rate
}

/// Which of a bucket's values stands for it.
#[derive(Clone, Copy, Debug)]
enum Keep {
    Least,
    Mean,
}

/// An offset between two clocks over time: one point a bucket, straight lines between, level outside.
#[derive(Debug)]
struct Curve {
    keep: Keep,
    bucket_us: i64,
    points: Vec<Point>,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    at_us: i64,
    offset_us: i64,
    /// Sums over the bucket, relative to its first value, for the mean.
    first: (i64, i64),
    sum: (i64, i64),
    count: i64,
}

impl Curve {
    const fn new(keep: Keep, bucket_us: i64) -> Self {
        Self {
            keep,
            bucket_us,
            points: Vec::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    fn note(&mut self, at_us: i64, offset_us: i64) {
        let bucket_us = self.bucket_us;
        match self.points.last_mut() {
            // Also what comes out of order belongs to the last bucket.
            Some(point) if at_us.div_euclid(bucket_us) <= point.first.0.div_euclid(bucket_us) => {
                point.sum = (
                    point.sum.0 + at_us - point.first.0,
                    point.sum.1 + offset_us - point.first.1,
                );
                point.count += 1;
                if offset_us < point.offset_us {
                    (point.at_us, point.offset_us) = (at_us, offset_us);
                }
            }
            Some(_) | None => {
                let first = (at_us, offset_us);
                self.points.push(Point {
                    at_us,
                    offset_us,
                    first,
                    sum: (0, 0),
                    count: 1,
                });
            }
        }
    }

    /// Ends the noting: means are taken, and what stands out upwards by more than clocks can drift is cut off.
    fn settle(&mut self) {
        match self.keep {
            Keep::Mean => {
                for point in &mut self.points {
                    point.at_us = point.first.0 + point.sum.0 / point.count;
                    point.offset_us = point.first.1 + point.sum.1 / point.count;
                }
            }
            Keep::Least => {
                lower(self.points.iter_mut());
                lower(self.points.iter_mut().rev());
            }
        }
    }

    fn at(&self, at_us: i64) -> i64 {
        let after = self.points.partition_point(|point| point.at_us <= at_us);
        let next = self.points.get(after);
        let Some(previous) = after
            .checked_sub(1)
            .and_then(|before| self.points.get(before))
        else {
            return next.map_or(0, |next| next.offset_us);
        };
        let Some(next) = next else {
            return previous.offset_us;
        };
        let (run, rise) = (
            next.at_us - previous.at_us,
            next.offset_us - previous.offset_us,
        );
        let part = i128::from(rise) * i128::from(at_us - previous.at_us) / i128::from(run.max(1));
        previous.offset_us + i64::try_from(part).unwrap_or(0)
    }
}

fn lower<'a>(points: impl Iterator<Item = &'a mut Point>) {
    let mut before: Option<Point> = None;
    for point in points {
        if let Some(before) = before {
            let most = before.offset_us + (point.at_us - before.at_us).abs() * SLOPE / 1_000_000;
            point.offset_us = point.offset_us.min(most);
        }
        before = Some(*point);
    }
}
