//! Chance that comes from a seed.

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// A seeded source of choices.
#[derive(Debug)]
pub struct Chance {
    rng: StdRng,
}

impl Chance {
    /// The same seed gives the same choices.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
        }
    }

    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        if end == 0 {
            0
        } else {
            self.rng.random_range(0..end)
        }
    }

    /// Happens in this many of 100 cases.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// Any of these; none of nothing.
    pub fn any_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let index = usize::try_from(self.below(choices.len() as u64)).ok()?;
        choices.get(index)
    }

    /// Any bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.rng.random()
    }
}

/// Plays one history per seed, the seeds from `first` on. A panic in one of them is passed on after its seed was printed.
///
/// # Panics
/// When a history panics.
pub fn histories(first: u64, count: u64, play: impl Fn(u64, &mut Chance)) {
    /// Prints the seed when it is dropped by a panic.
    struct Seed(u64);
    impl Drop for Seed {
        #[expect(clippy::print_stderr, reason = "a failed history must name its seed")]
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("history failed: seed {}", self.0);
            }
        }
    }
    for seed in first..first + count {
        let printed = Seed(seed);
        play(seed, &mut Chance::from_seed(seed));
        drop(printed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let choices = |seed| {
            let mut chance = Chance::from_seed(seed);
            (0..50).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(choices(7), choices(7));
        assert_ne!(choices(7), choices(8));
    }
}
