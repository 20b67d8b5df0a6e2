//! Which pictures a subscriber gets, and in which size, for what its path carries. Pure: numbers in, choices out.
//!
//! Voices come first and are never bargained with: what they take is gone before anything is shared here. Then everybody is
//! given the smallest picture, in the order of the slots; what cannot be given is paused, the last first. What is left raises
//! pictures layer by layer in turn. A picture of one layer whose publisher follows a limit takes an equal share.
//! Going up and coming back needs more room than staying, so that nothing flaps.

/// Simulcast layers of one picture at the most, lowest first: l, m, h.
pub(crate) const LAYERS_MAX: usize = 3;

/// Pictures of one subscriber at the most: five cameras and a screen.
pub(crate) const PICTURES_MAX: usize = 6;

/// Below this a picture that follows is not worth its bits: ten frames a second of a face, barely.
pub(crate) const FLOOR_BPS: u64 = 40_000;

/// A picture comes back, and a layer goes up, when there is so much more room than it takes, in percent.
const RETURN_PERCENT: u64 = 150;
const UP_PERCENT: u64 = 115;

/// More than a camera is ever sent at: 1.5 Mbit/s, and what packets have beyond their payload.
pub(crate) const PICTURE_MAX_BPS: u64 = 1_650_000;

/// What a slot shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Choice {
    /// Nothing: there is no room.
    Paused,
    /// The layer of this number; the only one has 0.
    #[default]
    Lowest,
    /// The second.
    Middle,
    /// The third.
    Highest,
}

impl Choice {
    const LAYERS: [Self; LAYERS_MAX] = [Self::Lowest, Self::Middle, Self::Highest];

    /// Number of the layer.
    pub(crate) const fn layer(self) -> Option<usize> {
        match self {
            Self::Paused => None,
            Self::Lowest => Some(0),
            Self::Middle => Some(1),
            Self::Highest => Some(2),
        }
    }

    fn of_layer(number: usize) -> Self {
        Self::LAYERS.get(number).copied().unwrap_or_default()
    }
}

/// What is known of one picture.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Picture {
    /// Bits a second of each layer that comes.
    pub(crate) layers_bps: [Option<u64>; LAYERS_MAX],
    /// It comes in several layers; a page sends one alone, and whole, while two people are in the call.
    pub(crate) layered: bool,
    /// It does not, and its publisher sends no more than this subscriber can take.
    pub(crate) follows: bool,
    /// What the slot shows now.
    pub(crate) now: Choice,
}

impl Picture {
    fn lowest(&self) -> Option<(usize, u64)> {
        if self.follows {
            return Some((0, FLOOR_BPS));
        }
        let layers = self.layers_bps.iter().enumerate();
        { layers }.find_map(|(number, bps)| Some((number, (*bps)?)))
    }

    /// The next layer above that comes.
    fn above(&self, number: usize) -> Option<(usize, u64)> {
        if self.follows {
            return None;
        }
        let mut layers = self.layers_bps.iter().enumerate().skip(number + 1);
        layers.find_map(|(number, bps)| Some((number, (*bps)?)))
    }
}

/// What a slot is to show.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) choice: Choice,
    /// What its publisher may send for this subscriber; none when nothing limits it.
    pub(crate) limit_bps: Option<u64>,
}

/// Shares `budget_bps`, which is what the path carries without the voices. At most [`PICTURES_MAX`] pictures.
pub(crate) fn choose(budget_bps: u64, pictures: &[Picture]) -> [Chosen; PICTURES_MAX] {
    let mut chosen = [Chosen::default(); PICTURES_MAX];
    let mut left = give_lowest(budget_bps, pictures, &mut chosen);
    raise(&mut left, pictures, &mut chosen);
    share(left, pictures, &mut chosen);
    chosen
}

/// Gives everybody the smallest picture, as far as it goes; returns what is left.
fn give_lowest(budget_bps: u64, pictures: &[Picture], chosen: &mut [Chosen]) -> u64 {
    let mut left = budget_bps;
    for (picture, chosen) in pictures.iter().zip(chosen) {
        let Some((number, bps)) = picture.lowest() else {
            // Nothing comes yet; when it does, it is looked at again.
            chosen.choice = picture.now;
            continue;
        };
        let percent = match (picture.now, picture.follows) {
            (Choice::Paused, true) => RETURN_PERCENT,
            // Of what cannot be made smaller half as much again is more than there is to be found.
            (Choice::Paused, false) => UP_PERCENT,
            (Choice::Lowest | Choice::Middle | Choice::Highest, _) => 100,
        };
        let needed = bps * percent / 100;
        if needed <= left {
            chosen.choice = Choice::of_layer(number);
            left -= bps;
        } else {
            chosen.choice = Choice::Paused;
            // Who comes after has no better right.
            left = 0;
        }
    }
    left
}

/// Raises pictures layer by layer, in turn, as far as it goes.
fn raise(left: &mut u64, pictures: &[Picture], chosen: &mut [Chosen]) {
    for _ in 1..LAYERS_MAX {
        for (picture, chosen) in pictures.iter().zip(&mut *chosen) {
            let Some(number) = chosen.choice.layer() else {
                continue;
            };
            let now = picture.layers_bps.get(number).copied().flatten();
            let (Some((next, next_bps)), Some(now_bps)) = (picture.above(number), now) else {
                continue;
            };
            let more = next_bps.saturating_sub(now_bps);
            let stays = picture.now.layer().is_some_and(|now| now >= next);
            let needed = if stays { more } else { more * UP_PERCENT / 100 };
            if needed <= *left {
                chosen.choice = Choice::of_layer(next);
                *left -= more;
            }
        }
    }
}

/// Shares what is left among the pictures that follow.
fn share(left: u64, pictures: &[Picture], chosen: &mut [Chosen]) {
    let follows =
        |(picture, chosen): (&Picture, &Chosen)| picture.follows && chosen.choice != Choice::Paused;
    let count = { pictures.iter().zip(&*chosen) }
        .filter(|&pair| follows(pair))
        .count();
    let each = left / (count as u64).max(1);
    for (picture, chosen) in pictures.iter().zip(chosen) {
        if follows((picture, chosen)) {
            let limit = FLOOR_BPS + each;
            chosen.limit_bps = (limit < PICTURE_MAX_BPS).then_some(limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn following(now: Choice) -> Picture {
        Picture {
            layers_bps: [Some(500_000), None, None],
            layered: false,
            follows: true,
            now,
        }
    }

    fn layered(now: Choice) -> Picture {
        Picture {
            layers_bps: [Some(120_000), Some(400_000), Some(1_200_000)],
            layered: true,
            follows: false,
            now,
        }
    }

    fn choices(budget_bps: u64, pictures: &[Picture]) -> Vec<Choice> {
        let chosen = choose(budget_bps, pictures);
        let chosen = chosen.iter().take(pictures.len());
        chosen.map(|chosen| chosen.choice).collect()
    }

    #[test]
    fn a_picture_that_follows_gets_what_is_left_and_is_paused_when_that_is_nothing() {
        let limit = |budget| choose(budget, &[following(Choice::Lowest)])[0].limit_bps;
        assert_eq!(limit(230_000), Some(230_000));
        assert_eq!(limit(5_000_000), None);
        assert_eq!(
            choices(39_000, &[following(Choice::Lowest)]),
            [Choice::Paused]
        );
        assert_eq!(
            choices(41_000, &[following(Choice::Lowest)]),
            [Choice::Lowest]
        );
        assert_eq!(
            choices(41_000, &[following(Choice::Paused)]),
            [Choice::Paused],
            "it comes back only with room to spare"
        );
        assert_eq!(
            choices(60_000, &[following(Choice::Paused)]),
            [Choice::Lowest]
        );
    }

    #[test]
    fn a_picture_that_follows_somebody_else_is_shown_whole_or_not_at_all() {
        let others = |now| Picture {
            follows: false,
            ..following(now)
        };
        assert_eq!(
            choices(499_000, &[others(Choice::Lowest)]),
            [Choice::Paused]
        );
        assert_eq!(
            choices(501_000, &[others(Choice::Lowest)]),
            [Choice::Lowest]
        );
        assert_eq!(
            choices(570_000, &[others(Choice::Paused)]),
            [Choice::Paused]
        );
        assert_eq!(
            choose(576_000, &[others(Choice::Paused)])[0],
            Chosen {
                choice: Choice::Lowest,
                limit_bps: None
            }
        );
    }

    #[test]
    fn everybody_is_seen_small_before_anybody_is_seen_large() {
        let five = [layered(Choice::Lowest); 5];
        assert_eq!(choices(600_000, &five), [Choice::Lowest; 5]);
        let some = choices(1_300_000, &five);
        assert_eq!(
            some,
            [
                Choice::Middle,
                Choice::Middle,
                Choice::Lowest,
                Choice::Lowest,
                Choice::Lowest
            ]
        );
        assert_eq!(choices(10_000_000, &five), [Choice::Highest; 5]);
    }

    #[test]
    fn the_last_are_paused_first() {
        let five = [layered(Choice::Lowest); 5];
        assert_eq!(
            choices(250_000, &five),
            [
                Choice::Lowest,
                Choice::Lowest,
                Choice::Paused,
                Choice::Paused,
                Choice::Paused
            ]
        );
        assert_eq!(choices(0, &five), [Choice::Paused; 5]);
    }

    #[test]
    fn going_up_needs_more_room_than_staying() {
        let room = 410_000;
        assert_eq!(choices(room, &[layered(Choice::Lowest)]), [Choice::Lowest]);
        assert_eq!(choices(room, &[layered(Choice::Middle)]), [Choice::Middle]);
    }

    #[test]
    fn a_layer_that_does_not_come_is_passed_over() {
        let mut picture = layered(Choice::Middle);
        picture.layers_bps[1] = None;
        assert_eq!(choices(500_000, &[picture]), [Choice::Lowest]);
        assert_eq!(choices(2_000_000, &[picture]), [Choice::Highest]);
        picture.layers_bps = [None; LAYERS_MAX];
        assert_eq!(
            choices(0, &[picture]),
            [Choice::Middle],
            "nothing comes yet"
        );
    }

    #[test]
    fn more_room_never_means_less_picture() {
        for now in [
            Choice::Paused,
            Choice::Lowest,
            Choice::Middle,
            Choice::Highest,
        ] {
            for count in 1..=5 {
                let pictures = [layered(now); 5];
                let sum = |budget| -> usize {
                    let layers = choices(budget, &pictures[..count]);
                    layers
                        .iter()
                        .map(|choice| choice.layer().map_or(0, |layer| layer + 1))
                        .sum()
                };
                let sums: Vec<_> = (0..100).map(|step| sum(step * 70_000)).collect();
                assert!(sums.is_sorted(), "{now:?} {count}: {sums:?}");
            }
        }
    }
}
