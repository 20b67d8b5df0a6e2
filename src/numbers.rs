//! Numbers of the recorder and of the media workers for `/metrics`, read without waiting for anybody.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use recorder_disk::Stats;
use signalling_http::{Observe, Sample, SampleKind};

/// The workers' counters as the control thread last heard them.
///
/// A mutex, not messages: written once a second, read on each scrape, held for a copy.
#[derive(Clone, Debug, Default)]
pub(crate) struct MediaNumbers(Arc<Mutex<Vec<media::Stats>>>);

impl MediaNumbers {
    /// Keeps what each worker said.
    pub(crate) fn keep(&self, workers: Vec<media::Stats>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = workers;
    }

    /// All workers together.
    fn samples(&self) -> Vec<Sample> {
        let workers = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut samples = of_worker(&media::Stats::default());
        for worker in &workers {
            for (sum, sample) in samples.iter_mut().zip(of_worker(worker)) {
                sum.value += sample.value;
            }
        }
        samples
    }
}

/// What is asked on each scrape.
pub(crate) fn observe(recorder: Arc<Stats>, media: MediaNumbers) -> Observe {
    Observe::new(move || {
        let mut samples = media.samples();
        samples.extend(of_recorder(&recorder));
        samples
    })
}

fn of_recorder(recorder: &Stats) -> [Sample; 6] {
    let total = |name, help, count: &AtomicU64| counter(name, help, count.load(Ordering::Relaxed));
    let open = recorder.logs_open.load(Ordering::Relaxed);
    let r = recorder;
    [
        gauge("recorder_logs_open", "Logs that are open now.", open),
        total("recorder_blocks_total", "Media blocks written.", &r.blocks),
        total("recorder_bytes_total", "Bytes written to logs.", &r.bytes),
        total(
            "recorder_packets_dropped_total",
            "Packets missing in logs.",
            &r.dropped_packets,
        ),
        total("recorder_syncs_total", "Syncs of logs.", &r.syncs),
        total(
            "recorder_failures_total",
            "Faults of recordings.",
            &r.failures,
        ),
    ]
}

/// A counter of one worker: name, what it counts, how it moves, where it is.
type OfWorker = (
    &'static str,
    &'static str,
    SampleKind,
    fn(&media::Stats) -> u64,
);

const OF_WORKER: [OfWorker; 24] = [
    ("media_peers", "Peers now.", SampleKind::Gauge, |stats| {
        stats.peers
    }),
    ("media_rooms", "Rooms now.", SampleKind::Gauge, |stats| {
        stats.rooms
    }),
    (
        "media_datagrams_received_total",
        "Datagrams that came in.",
        SampleKind::Counter,
        |stats| stats.datagrams_received,
    ),
    (
        "media_datagrams_sent_total",
        "Datagrams that went out.",
        SampleKind::Counter,
        |stats| stats.datagrams_sent,
    ),
    (
        "media_datagrams_unknown_total",
        "Datagrams of nobody's.",
        SampleKind::Counter,
        |stats| stats.datagrams_unknown,
    ),
    (
        "media_stun_refused_total",
        "STUN messages not authenticated or malformed.",
        SampleKind::Counter,
        |stats| stats.stun_refused,
    ),
    (
        "media_dtls_refused_total",
        "DTLS datagrams dropped.",
        SampleKind::Counter,
        |stats| stats.dtls_refused,
    ),
    (
        "media_srtp_refused_total",
        "SRTP and SRTCP packets not authentic, or repeated.",
        SampleKind::Counter,
        |stats| stats.srtp_refused,
    ),
    (
        "media_packets_received_total",
        "RTP packets accepted.",
        SampleKind::Counter,
        |stats| stats.packets_received,
    ),
    (
        "media_packets_forwarded_total",
        "RTP packets sent on.",
        SampleKind::Counter,
        |stats| stats.packets_forwarded,
    ),
    (
        "media_packets_dropped_total",
        "RTP packets of people not admitted, or of nobody.",
        SampleKind::Counter,
        |stats| stats.packets_dropped,
    ),
    (
        "media_packets_excess_total",
        "Packets of who sent too much.",
        SampleKind::Counter,
        |stats| stats.packets_excess,
    ),
    (
        "media_packets_recovered_total",
        "Packets that came by retransmission.",
        SampleKind::Counter,
        |stats| stats.packets_recovered,
    ),
    (
        "media_packets_retransmitted_total",
        "Packets sent again.",
        SampleKind::Counter,
        |stats| stats.packets_retransmitted,
    ),
    (
        "media_packets_padding_total",
        "Packets of padding, to see whether a path carries more.",
        SampleKind::Counter,
        |stats| stats.packets_padding,
    ),
    (
        "media_retransmissions_refused_total",
        "Retransmissions not made.",
        SampleKind::Counter,
        |stats| stats.retransmissions_refused,
    ),
    (
        "media_nacks_sent_total",
        "Packets asked for again.",
        SampleKind::Counter,
        |stats| stats.nacks_sent,
    ),
    (
        "media_keyframes_requested_total",
        "Keyframes asked for.",
        SampleKind::Counter,
        |stats| stats.keyframes_requested,
    ),
    (
        "media_packets_recorded_total",
        "Packets copied for the recorder.",
        SampleKind::Counter,
        |stats| stats.packets_recorded,
    ),
    (
        "media_packets_unrecorded_total",
        "Packets the recorder had no room for.",
        SampleKind::Counter,
        |stats| stats.packets_unrecorded,
    ),
    (
        "media_offers_refused_total",
        "Offers refused.",
        SampleKind::Counter,
        |stats| stats.offers_refused,
    ),
    (
        "media_peers_lost_total",
        "Peers given up.",
        SampleKind::Counter,
        |stats| stats.peers_lost,
    ),
    (
        "media_returns_total",
        "Times that a peer came back after a silence.",
        SampleKind::Counter,
        |stats| stats.returns,
    ),
    (
        "media_rooms_crashed_total",
        "Rooms discarded by a panic.",
        SampleKind::Counter,
        |stats| stats.rooms_crashed,
    ),
];

fn of_worker(stats: &media::Stats) -> Vec<Sample> {
    OF_WORKER
        .iter()
        .map(|(name, help, kind, value)| sample(name, help, *kind, value(stats)))
        .collect()
}

fn counter(name: &'static str, help: &'static str, value: u64) -> Sample {
    sample(name, help, SampleKind::Counter, value)
}

fn gauge(name: &'static str, help: &'static str, value: u64) -> Sample {
    sample(name, help, SampleKind::Gauge, value)
}

fn sample(name: &'static str, help: &'static str, kind: SampleKind, value: u64) -> Sample {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a counter beyond 2^53 is still told to sixteen digits"
    )]
    let value = value as f64;
    Sample {
        name,
        help,
        kind,
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_are_told_together() {
        let numbers = MediaNumbers::default();
        let worker = |peers| media::Stats {
            peers,
            srtp_refused: 7,
            ..media::Stats::default()
        };
        numbers.keep(vec![worker(2), worker(3)]);
        let value = |name| {
            let samples = numbers.samples();
            samples
                .iter()
                .find(|sample| sample.name == name)
                .map(|sample| sample.value)
        };
        assert_eq!(value("media_peers"), Some(5.0));
        assert_eq!(value("media_srtp_refused_total"), Some(14.0));
        assert_eq!(value("media_rooms"), Some(0.0));
    }
}
