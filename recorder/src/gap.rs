//! What is missing in a derived file: kept one by one up to a limit, and in sum.

use crate::index::{GAPS_MAX, Gap};
use media_packet::capture::Medium;

/// The gaps of one file.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    pub(crate) list: Vec<Gap>,
    pub(crate) total_ms: u64,
}

impl Gaps {
    /// Something is missing; what touches the last gap of the same medium makes it longer.
    pub(crate) fn note(&mut self, gap: Gap) {
        self.total_ms += gap.duration_ms;
        let last = self
            .list
            .iter_mut()
            .rev()
            .find(|last| last.medium == gap.medium);
        if let Some(last) = last
            && last.at_ms + last.duration_ms >= gap.at_ms
        {
            last.duration_ms = (gap.at_ms + gap.duration_ms).saturating_sub(last.at_ms);
        } else if self.list.len() < GAPS_MAX {
            self.list.push(gap);
        }
    }

    /// The picture stands from `from_ms` to `to_ms`.
    pub(crate) fn picture(&mut self, from_ms: u64, to_ms: u64) {
        self.note(Gap {
            medium: Medium::Camera,
            at_ms: from_ms,
            duration_ms: to_ms.saturating_sub(from_ms),
        });
    }

    /// The voice is silent from `from_ms` to `to_ms`.
    pub(crate) fn voice(&mut self, from_ms: u64, to_ms: u64) {
        self.note(Gap {
            medium: Medium::Audio,
            at_ms: from_ms,
            duration_ms: to_ms.saturating_sub(from_ms),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_that_touch_become_one() {
        let mut gaps = Gaps::default();
        gaps.voice(100, 120);
        gaps.picture(90, 200);
        gaps.voice(120, 160);
        gaps.voice(300, 320);
        let listed: Vec<_> = gaps
            .list
            .iter()
            .map(|gap| (gap.medium, gap.at_ms, gap.duration_ms))
            .collect();
        assert_eq!(
            listed,
            [
                (Medium::Audio, 100, 60),
                (Medium::Camera, 90, 110),
                (Medium::Audio, 300, 20)
            ]
        );
        assert_eq!(gaps.total_ms, 20 + 110 + 40 + 20);
    }

    #[test]
    fn a_line_that_is_always_broken_keeps_the_list_short_and_the_sum_right() {
        let mut gaps = Gaps::default();
        for at in 0..2_000 {
            gaps.voice(at * 100, at * 100 + 20);
        }
        assert_eq!((gaps.list.len(), gaps.total_ms), (GAPS_MAX, 40_000));
    }
}
