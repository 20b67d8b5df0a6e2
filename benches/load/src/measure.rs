//! What the media thread counts between the beginning and the end of the measurement.

use hdrhistogram::Histogram;

/// Longest delay that is told apart: one minute.
const DELAY_US_MAX: u64 = 60_000_000;

/// Counters of all clients together.
#[derive(Debug)]
pub(crate) struct Measure {
    running: bool,
    pub(crate) delay_us: Histogram<u64>,
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) foreign: u64,
    pub(crate) undecipherable: u64,
    pub(crate) sent: u64,
    pub(crate) send_failures: u64,
    /// Longest time by which a packet left later than it was due: the bench's own trouble.
    pub(crate) late_us_max: u64,
}

impl Measure {
    pub(crate) fn new() -> Self {
        Self {
            running: false,
            delay_us: Histogram::new_with_bounds(1, DELAY_US_MAX, 3)
                .expect("the bounds are in order"),
            packets: 0,
            bytes: 0,
            foreign: 0,
            undecipherable: 0,
            sent: 0,
            send_failures: 0,
            late_us_max: 0,
        }
    }

    pub(crate) fn begin(&mut self) {
        *self = Self {
            running: true,
            ..Self::new()
        };
    }

    pub(crate) fn end(&mut self) {
        self.running = false;
    }

    pub(crate) fn packet(&mut self, delay_us: u64, bytes: usize) {
        if self.running {
            self.packets += 1;
            self.bytes += bytes as u64;
            self.delay_us.saturating_record(delay_us.max(1));
        }
    }

    pub(crate) fn foreign_packet(&mut self) {
        self.foreign += u64::from(self.running);
    }

    pub(crate) fn undecipherable(&mut self) {
        self.undecipherable += u64::from(self.running);
    }

    pub(crate) fn sent(&mut self, late_us: u64) {
        if self.running {
            self.sent += 1;
            self.late_us_max = self.late_us_max.max(late_us);
        }
    }

    pub(crate) fn send_failed(&mut self) {
        self.send_failures += u64::from(self.running);
    }
}
