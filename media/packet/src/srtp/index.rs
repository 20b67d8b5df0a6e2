//! Packet indices: the rollover counter guessed per source (RFC 3711 §3.3.1) and the replay window (§3.3.2).

use super::SOURCES_MAX;
use crate::Error;
use crate::rtp::Ssrc;

/// Which of the last 128 indices came, from the highest downwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReplayWindow {
    highest: u64,
    /// Bit n: `highest - n` came.
    seen: u128,
}

impl ReplayWindow {
    pub(super) const fn starting_at(index: u64) -> Self {
        Self {
            highest: index,
            seen: 1,
        }
    }

    /// It came before, or is so old that nobody knows.
    pub(super) const fn is_replay(&self, index: u64) -> bool {
        if index > self.highest {
            return false;
        }
        let behind = self.highest - index;
        behind >= 128 || (self.seen >> behind) & 1 == 1
    }

    pub(super) const fn accept(&mut self, index: u64) {
        if index > self.highest {
            let ahead = index - self.highest;
            self.seen = if ahead >= 128 {
                1
            } else {
                (self.seen << ahead) | 1
            };
            self.highest = index;
        } else if self.highest - index < 128 {
            self.seen |= 1 << (self.highest - index);
        }
    }
}

/// Place of a source in the table: known, or the place it will take once authenticated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Slot {
    Known(usize),
    New(Ssrc),
}

/// The sources of one connection and direction, few enough to be searched one after the other.
#[derive(Debug, Default)]
pub(super) struct SourceTable {
    /// Apart from the windows, so that a search reads few cache lines.
    ssrcs: Vec<Ssrc>,
    windows: Vec<ReplayWindow>,
}

impl SourceTable {
    /// The likely index of a packet; changes nothing.
    pub(super) fn estimate(&self, ssrc: Ssrc, sequence: u16) -> Result<(Slot, u64), Error> {
        let Some(at) = self.ssrcs.iter().position(|known| *known == ssrc) else {
            if self.ssrcs.len() >= SOURCES_MAX {
                return Err(Error::TooManySources {
                    ssrc,
                    max: SOURCES_MAX,
                });
            }
            return Ok((Slot::New(ssrc), u64::from(sequence)));
        };
        let highest = self.windows.get(at).map_or(0, |window| window.highest);
        Ok((Slot::Known(at), nearest_index(highest, sequence)))
    }

    pub(super) fn is_replay(&self, slot: Slot, index: u64) -> bool {
        match slot {
            Slot::Known(at) => self
                .windows
                .get(at)
                .is_some_and(|window| window.is_replay(index)),
            Slot::New(_) => false,
        }
    }

    /// Notes an authenticated (or sealed) index.
    pub(super) fn accept(&mut self, slot: Slot, index: u64) -> Result<(), Error> {
        match slot {
            Slot::Known(at) => {
                if let Some(window) = self.windows.get_mut(at) {
                    window.accept(index);
                }
            }
            Slot::New(ssrc) => {
                if self.ssrcs.len() >= SOURCES_MAX {
                    return Err(Error::TooManySources {
                        ssrc,
                        max: SOURCES_MAX,
                    });
                }
                self.ssrcs.push(ssrc);
                self.windows.push(ReplayWindow::starting_at(index));
            }
        }
        Ok(())
    }
}

/// RFC 3711 §3.3.1: the index with this sequence number that is nearest to the highest one; never below zero.
fn nearest_index(highest: u64, sequence: u16) -> u64 {
    let cycle = highest >> 16;
    let candidate = (cycle << 16) | u64::from(sequence);
    if candidate + 0x8000 < highest {
        candidate + 0x1_0000
    } else if candidate > highest + 0x8000 && cycle > 0 {
        candidate - 0x1_0000
    } else {
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_follows_wraps_both_ways() {
        let check = |highest, sequence, expected| {
            assert_eq!(
                nearest_index(highest, sequence),
                expected,
                "{highest} {sequence}"
            );
        };
        check(65_535, 0, 65_536);
        check(65_536, 65_535, 65_535);
        check(3, 65_535, 65_535);
        check(0x2_0005, 4, 0x2_0004);
        check(0x2_fff0, 2, 0x3_0002);
        check(0x3_0002, 0xfff0, 0x2_fff0);
    }

    #[test]
    fn an_index_is_taken_once_and_only_within_the_window() {
        let mut window = ReplayWindow::starting_at(1000);
        assert!(window.is_replay(1000) && !window.is_replay(999) && !window.is_replay(873));
        assert!(
            window.is_replay(872),
            "127 before the highest is the oldest that is known"
        );
        window.accept(999);
        assert!(window.is_replay(999));
        window.accept(1100);
        assert!(window.is_replay(1000) && window.is_replay(999) && !window.is_replay(1001));
        window.accept(5000);
        assert!(!window.is_replay(4999) && window.is_replay(5000) && window.is_replay(1100));
    }

    #[test]
    fn one_source_too_many_is_refused() {
        let mut table = SourceTable::default();
        for ssrc in 0..SOURCES_MAX {
            let ssrc = Ssrc(u32::try_from(ssrc).unwrap());
            let (slot, index) = table.estimate(ssrc, 1).unwrap();
            table.accept(slot, index).unwrap();
        }
        let expected = Error::TooManySources {
            ssrc: Ssrc(99),
            max: SOURCES_MAX,
        };
        assert_eq!(table.estimate(Ssrc(99), 1), Err(expected));
    }
}
