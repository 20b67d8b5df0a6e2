//! A list with holes: owners keep their place while they live, and places are used again.

/// Values by place. Each lies in a box of its own, since peers are large and the list is sparse after a rush.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    items: Vec<Option<Box<T>>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Slab<T> {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        self.items.len() - self.free.len()
    }

    /// The place that the next value will have.
    pub(crate) fn next_place(&self) -> u32 {
        let end = u32::try_from(self.items.len())
            .expect("the number of peers and rooms is capped far below 2^32");
        self.free.last().copied().unwrap_or(end)
    }

    /// Keeps a value; returns its place, [`Slab::next_place`].
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        let place = self.next_place();
        self.free.pop();
        match self.items.get_mut(place as usize) {
            Some(item) => *item = Some(Box::new(value)),
            None => self.items.push(Some(Box::new(value))),
        }
        place
    }

    pub(crate) fn get(&self, place: u32) -> Option<&T> {
        self.items.get(place as usize)?.as_deref()
    }

    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        self.items.get_mut(place as usize)?.as_deref_mut()
    }

    /// Two different ones at a time.
    pub(crate) fn pair_mut(&mut self, one: u32, other: u32) -> Option<(&mut T, &mut T)> {
        let [one, other] = self
            .items
            .get_disjoint_mut([one as usize, other as usize])
            .ok()?;
        Some((one.as_deref_mut()?, other.as_deref_mut()?))
    }

    pub(crate) fn remove(&mut self, place: u32) -> Option<T> {
        let value = self.items.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(*value)
    }

    /// The places that are taken.
    pub(crate) fn places(&self) -> Vec<u32> {
        let taken = self
            .items
            .iter()
            .zip(0..)
            .filter(|(item, _)| item.is_some());
        taken.map(|(_, place)| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_kept_and_used_again() {
        let mut slab = Slab::default();
        assert_eq!(
            (slab.insert('a'), slab.insert('b'), slab.insert('c')),
            (0, 1, 2)
        );
        assert_eq!(slab.remove(1), Some('b'));
        assert_eq!(slab.remove(1), None);
        assert_eq!((slab.len(), slab.places()), (2, vec![0, 2]));
        assert_eq!((slab.next_place(), slab.insert('d')), (1, 1));
        assert_eq!(slab.pair_mut(0, 2), Some((&mut 'a', &mut 'c')));
        assert_eq!(slab.pair_mut(1, 1), None);
    }
}
