//! When a line is called unstable, from one verdict a second.
//!
//! Invariant: it is raised by two bad seconds of the last three, cleared by five good ones in a row; one that trouble may have
//! reached into is not the first of the five.

use super::Level;

/// Good seconds in a row that clear.
const CLEARED_AFTER: u8 = 5;

/// What one second was.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Verdict {
    /// As it should be.
    Good,
    /// Good, with some of it lost: trouble that ended within it may be what was lost.
    Fair,
    /// Those who talk notice it.
    Bad,
    /// Nobody can talk like this.
    VeryBad,
}

impl Verdict {
    /// The level that several such seconds make.
    fn level(self) -> Level {
        match self {
            Self::Good | Self::Fair => Level::Stable,
            Self::Bad => Level::Unstable,
            Self::VeryBad => Level::Critical,
        }
    }
}

/// The state of one strand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    level: Level,
    /// The last three seconds, newest first.
    last: [Verdict; 3],
    /// Good seconds in a row.
    good: u8,
    /// Seconds in a row that were not very bad.
    passable: u8,
}

impl Default for Flag {
    fn default() -> Self {
        Self {
            level: Level::Stable,
            last: [Verdict::Good; 3],
            good: 0,
            passable: 0,
        }
    }
}

impl Flag {
    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// A second has passed.
    pub(crate) fn note(&mut self, verdict: Verdict) {
        self.last = [verdict, self.last[0], self.last[1]];
        let mut worst_first = self.last;
        worst_first.sort_unstable_by(|one, other| other.cmp(one));
        // What two of three seconds were at least.
        let raised = worst_first[1].level();
        if raised > self.level {
            self.set(raised);
            return;
        }
        self.good = match verdict {
            Verdict::Fair if self.last[1] > Verdict::Fair => 0,
            Verdict::Good | Verdict::Fair => self.good.saturating_add(1),
            Verdict::Bad | Verdict::VeryBad => 0,
        };
        self.passable = match verdict {
            Verdict::Good | Verdict::Fair | Verdict::Bad => self.passable.saturating_add(1),
            Verdict::VeryBad => 0,
        };
        if self.good >= CLEARED_AFTER {
            self.set(Level::Stable);
        } else if self.level == Level::Critical && self.passable >= CLEARED_AFTER {
            self.set(Level::Unstable);
        }
    }

    /// Two seconds of this kind have passed for certain, whatever was noted before.
    pub(crate) fn raise(&mut self, verdict: Verdict) {
        if verdict.level() > self.level {
            self.last = [verdict, verdict, self.last[0]];
            self.set(verdict.level());
        }
    }

    fn set(&mut self, level: Level) {
        if level > self.level {
            (self.good, self.passable) = (0, 0);
        }
        self.level = level;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Seconds as letters: g, f, b, v; levels as letters: S, U, C.
    fn check(seconds: &str, expected: &str) {
        let mut flag = Flag::default();
        let levels: String = seconds
            .chars()
            .map(|second| {
                flag.note(match second {
                    'g' => Verdict::Good,
                    'f' => Verdict::Fair,
                    'b' => Verdict::Bad,
                    _ => Verdict::VeryBad,
                });
                match flag.level() {
                    Level::Stable => 'S',
                    Level::Unstable => 'U',
                    Level::Critical => 'C',
                }
            })
            .collect();
        assert_eq!(levels, expected, "{seconds}");
    }

    #[test]
    fn two_bad_seconds_of_three_raise() {
        check("gbgg", "SSSS");
        check("bb", "SU");
        check("bgb", "SSU");
        check("bggbggb", "SSSSSSS");
        check("vb", "SU");
    }

    #[test]
    fn two_very_bad_seconds_of_three_are_critical() {
        check("vv", "SC");
        check("vgv", "SSC");
        check("bbvv", "SUUC");
        check("vbv", "SUC");
    }

    #[test]
    fn five_good_seconds_in_a_row_clear() {
        check("bbggggg", "SUUUUUS");
        check("bbggggbggggg", "SUUUUUUUUUUS");
    }

    #[test]
    fn a_second_that_trouble_may_have_reached_into_is_not_the_first_good_one() {
        check("bbfggggg", "SUUUUUUS");
        check("bbffffff", "SUUUUUUS");
        check("bbgfffg", "SUUUUUS");
        check("bbggfbfggggg", "SUUUUUUUUUUS");
    }

    #[test]
    fn a_critical_line_that_is_only_bad_becomes_unstable_first() {
        check("vvbbbbb", "SCCCCCU");
        check("vvgggbg", "SCCCCCU");
        check("vvggggg", "SCCCCCS");
    }

    #[test]
    fn what_is_known_for_certain_raises_at_once_and_never_lowers() {
        let mut flag = Flag::default();
        flag.raise(Verdict::Bad);
        assert_eq!(flag.level(), Level::Unstable);
        flag.raise(Verdict::VeryBad);
        flag.raise(Verdict::Bad);
        assert_eq!(flag.level(), Level::Critical);
    }

    fn verdicts() -> impl Strategy<Value = Vec<Verdict>> {
        let one = prop_oneof![
            Just(Verdict::Good),
            Just(Verdict::Fair),
            Just(Verdict::Bad),
            Just(Verdict::VeryBad)
        ];
        prop::collection::vec(one, 0..60)
    }

    proptest! {
        #[test]
        fn any_five_good_seconds_end_stable(mut before in verdicts()) {
            let mut flag = Flag::default();
            before.extend([Verdict::Good; 5]);
            before.into_iter().for_each(|verdict| flag.note(verdict));
            prop_assert_eq!(flag.level(), Level::Stable);
        }

        #[test]
        fn a_level_is_only_raised_by_two_seconds_of_the_last_three(seconds in verdicts()) {
            let mut flag = Flag::default();
            for (at, verdict) in seconds.iter().enumerate() {
                let before = flag.level();
                flag.note(*verdict);
                if flag.level() > before {
                    let last = &seconds[at.saturating_sub(2)..=at];
                    let such = last.iter().filter(|second| second.level() >= flag.level()).count();
                    prop_assert!(such >= 2, "{last:?}");
                }
            }
        }
    }
}
