//! Numbers of the recorder for `/metrics`, read without waiting for anybody.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use recorder_disk::Stats;
use signalling_http::{Observe, Sample, SampleKind};

/// What is asked on each scrape.
pub(crate) fn observe(recorder: Arc<Stats>) -> Observe {
    Observe::new(move || {
        vec![
            sample(
                "recorder_logs_open",
                "Logs that are open now.",
                SampleKind::Gauge,
                &recorder.logs_open,
            ),
            sample(
                "recorder_blocks_total",
                "Media blocks written.",
                SampleKind::Counter,
                &recorder.blocks,
            ),
            sample(
                "recorder_bytes_total",
                "Bytes written to logs.",
                SampleKind::Counter,
                &recorder.bytes,
            ),
            sample(
                "recorder_packets_dropped_total",
                "Packets missing in logs.",
                SampleKind::Counter,
                &recorder.dropped_packets,
            ),
            sample(
                "recorder_syncs_total",
                "Syncs of logs.",
                SampleKind::Counter,
                &recorder.syncs,
            ),
            sample(
                "recorder_failures_total",
                "Faults of recordings.",
                SampleKind::Counter,
                &recorder.failures,
            ),
        ]
    })
}

fn sample(name: &'static str, help: &'static str, kind: SampleKind, counter: &AtomicU64) -> Sample {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a counter beyond 2^53 is still told to sixteen digits"
    )]
    let value = counter.load(Ordering::Relaxed) as f64;
    Sample {
        name,
        help,
        kind,
        value,
    }
}
