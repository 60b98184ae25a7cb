//! Objects by number, where a number that has become free is given out again.

use std::ops::{Index, IndexMut};

#[derive(Clone, Debug)]
pub(super) struct Slab<T> {
    all: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { all: Vec::new(), free: Vec::new() }
    }
}

impl<T: Default> Slab<T> {
    /// Keeps an object and returns its number.
    pub(super) fn add(&mut self, object: T) -> u32 {
        if let Some(number) = self.free.pop() {
            self[number] = object;
            return number;
        }
        self.all.push(object);
        (self.all.len() - 1) as u32
    }

    /// Forgets an object; another one gets its number.
    pub(super) fn discard(&mut self, number: u32) {
        debug_assert!(!self.free.contains(&number), "discarded twice");
        self[number] = T::default();
        self.free.push(number);
    }

    /// How many numbers have been given out at most: no chain is longer.
    pub(super) fn bound(&self) -> usize {
        self.all.len()
    }

    /// All of them, and a default one for each number that is free.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.iter()
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    fn index(&self, number: u32) -> &T {
        &self.all[number as usize]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, number: u32) -> &mut T {
        &mut self.all[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_out_again() {
        let mut slab = Slab::default();
        assert_eq!([slab.add("a"), slab.add("b"), slab.add("c")], [0, 1, 2]);
        slab.discard(1);
        assert_eq!((slab.bound(), slab[1]), (3, ""));
        assert_eq!((slab.add("d"), slab.add("e")), (1, 3));
    }
}
