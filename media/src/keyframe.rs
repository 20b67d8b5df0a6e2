//! When a publisher is asked for a keyframe: soon after somebody needs one, never more often than twice a second, again until
//! it comes, and regularly while recording, so that a recording can be entered at any point.

use media_packet::time::Micros;

/// Shortest time between two requests to one source: a keyframe costs the publisher many times a usual frame, and subscribers
/// that lose packets ask in storms.
const INTERVAL_US: u64 = 500_000;

/// Longest time between two keyframes while recording.
const RECORDING_INTERVAL_US: u64 = 5_000_000;

/// Keyframe requests towards one source.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keyframes {
    /// Somebody needs one and none has come since.
    wanted: bool,
    /// Somebody said so since the last request.
    wished: bool,
    asked: Option<Micros>,
    came: Option<Micros>,
    recording: bool,
}

impl Keyframes {
    /// Somebody cannot go on without a keyframe.
    pub(crate) fn want(&mut self) {
        (self.wanted, self.wished) = (true, true);
    }

    /// A keyframe came.
    pub(crate) fn came(&mut self, now: Micros) {
        (self.wanted, self.wished) = (false, false);
        self.came = Some(now);
    }

    /// The recorder listens, or does no longer.
    pub(crate) fn record(&mut self, recording: bool) {
        if recording && !self.recording {
            self.want();
        }
        self.recording = recording;
    }

    /// Somebody needs one who did not when one was last asked for.
    pub(crate) fn is_wished(&self) -> bool {
        self.wished
    }

    /// When a request is due; none while nobody needs one.
    pub(crate) fn due(&self) -> Option<Micros> {
        let soonest = self
            .asked
            .map_or(Micros(0), |asked| asked.plus(INTERVAL_US));
        let regular = self.recording.then(|| {
            let last = self.came.max(self.asked).unwrap_or_default();
            last.plus(RECORDING_INTERVAL_US).max(soonest)
        });
        if self.wanted { Some(soonest) } else { regular }
    }

    /// Whether to ask now; then it is taken as done.
    pub(crate) fn take_due(&mut self, now: Micros) -> bool {
        let due = self.due().is_some_and(|due| due <= now);
        if due {
            self.asked = Some(now);
            self.wished = false;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    #[test]
    fn a_storm_of_wishes_is_two_requests_a_second() {
        let mut keyframes = Keyframes::default();
        let mut asked = 0;
        for ms in 0..2_000 {
            keyframes.want();
            asked += u32::from(keyframes.take_due(Micros(10 * SECOND + ms * 1_000)));
        }
        assert_eq!(asked, 4);
    }

    #[test]
    fn a_request_is_repeated_until_a_keyframe_comes() {
        let mut keyframes = Keyframes::default();
        keyframes.want();
        assert!(keyframes.take_due(Micros(SECOND)));
        assert!(keyframes.take_due(Micros(2 * SECOND)));
        keyframes.came(Micros(3 * SECOND));
        assert_eq!(keyframes.due(), None);
    }

    #[test]
    fn a_recorded_source_is_asked_every_five_seconds() {
        let mut keyframes = Keyframes::default();
        keyframes.record(true);
        assert!(keyframes.take_due(Micros(SECOND)));
        keyframes.came(Micros(SECOND));
        assert_eq!(keyframes.due(), Some(Micros(6 * SECOND)));
        assert!(keyframes.take_due(Micros(6 * SECOND)));
        keyframes.record(false);
        keyframes.came(Micros(6 * SECOND));
        assert_eq!(keyframes.due(), None);
    }
}
