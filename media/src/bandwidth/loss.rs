//! What losses tell (draft-ietf-rmcat-gcc-02 §6): many say that too much is sent, unless they stay when less is sent.
//!
//! Radio loses packets however few are sent. When a reduction did not make losses rarer and no queue shows, they are taken for
//! the path's own and only what goes beyond them counts.

use media_packet::time::Micros;

/// Losses are judged over this time and so many packets at least.
const WINDOW_US: u64 = 500_000;
const PACKETS_MIN: u32 = 25;
/// More than this is too many, in thousandths.
const HIGH: u32 = 100;
/// More than this forbids going up.
const LOW: u32 = 20;
/// After a reduction losses are judged anew only when the sender has had time to follow.
const SETTLING_US: u64 = 1_000_000;

/// What is to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LossVerdict {
    /// Nothing: few losses.
    Free,
    /// Do not go up.
    Hold,
    /// Send so many thousandths of it.
    Reduce(u32),
}

/// Losses of one path.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    lost: u32,
    packets: u32,
    since: Micros,
    /// The path's own losses, in thousandths.
    own: u32,
    /// When the rate was reduced because of which losses.
    reduced: Option<(Micros, u32)>,
    held: bool,
}

impl Loss {
    /// One packet's fate.
    pub(crate) const fn count(&mut self, lost: bool) {
        self.packets += 1;
        self.lost += lost as u32;
    }

    /// A packet counted as lost came after all.
    pub(crate) const fn came_late(&mut self) {
        self.lost = self.lost.saturating_sub(1);
    }

    /// What to do now; `queued` when a queue shows on the way.
    pub(crate) fn judge(&mut self, queued: bool, now: Micros) -> LossVerdict {
        if now.since(self.since) < WINDOW_US || self.packets < PACKETS_MIN {
            return if self.held {
                LossVerdict::Hold
            } else {
                LossVerdict::Free
            };
        }
        let found = self.lost * 1_000 / self.packets;
        (self.lost, self.packets, self.since) = (0, 0, now);
        self.own = self.own.min(found);
        if let Some((at, before)) = self.reduced
            && now.since(at) >= SETTLING_US
        {
            self.reduced = None;
            if !queued && found * 10 >= before * 7 {
                self.own = found;
            }
        }
        let beyond = found - self.own;
        self.held = beyond > LOW;
        if beyond > HIGH && self.reduced.is_none() {
            self.reduced = Some((now, found));
            return LossVerdict::Reduce(1_000 - beyond / 2);
        }
        if self.held {
            LossVerdict::Hold
        } else {
            LossVerdict::Free
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(loss: &mut Loss, lost_of_100: u32, at_s: u64) -> LossVerdict {
        for number in 0..100 {
            loss.count(number < lost_of_100);
        }
        loss.judge(false, Micros(at_s * 1_000_000))
    }

    #[test]
    fn many_losses_reduce_some_hold_few_are_free() {
        let mut loss = Loss::default();
        assert_eq!(second(&mut loss, 1, 1), LossVerdict::Free);
        assert_eq!(second(&mut loss, 5, 2), LossVerdict::Hold);
        assert_eq!(second(&mut loss, 20, 3), LossVerdict::Reduce(900));
    }

    #[test]
    fn losses_that_stay_are_the_paths_own_until_they_go() {
        let mut loss = Loss::default();
        assert_eq!(second(&mut loss, 20, 1), LossVerdict::Reduce(900));
        for at in 2..10 {
            assert_eq!(second(&mut loss, 20, at), LossVerdict::Free, "{at}");
        }
        assert_eq!(second(&mut loss, 0, 11), LossVerdict::Free);
        assert_eq!(second(&mut loss, 20, 12), LossVerdict::Reduce(900));
    }

    #[test]
    fn losses_that_a_reduction_made_rarer_reduce_again() {
        let mut loss = Loss::default();
        assert_eq!(second(&mut loss, 40, 1), LossVerdict::Reduce(800));
        assert_eq!(second(&mut loss, 25, 2), LossVerdict::Reduce(875));
        assert_eq!(second(&mut loss, 3, 3), LossVerdict::Hold);
    }
}
