//! Objects by a value that several may share: the one that was entered last is found first.

use std::collections::HashMap;

#[derive(Clone, Debug)]
enum Slot {
    One(u32),
    Several(Vec<u32>),
}

/// Numbers of objects by a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(HashMap<Box<[u8]>, Slot>);

impl Index {
    /// The number entered last.
    pub(super) fn get(&self, value: &[u8]) -> Option<u32> {
        match self.0.get(value)? {
            Slot::One(number) => Some(*number),
            Slot::Several(numbers) => numbers.last().copied(),
        }
    }

    /// The number entered last of those that are wanted.
    pub(super) fn find(&self, value: &[u8], is_wanted: impl Fn(u32) -> bool) -> Option<u32> {
        match self.0.get(value)? {
            Slot::One(number) => Some(*number).filter(|number| is_wanted(*number)),
            Slot::Several(numbers) => numbers.iter().copied().rev().find(|number| is_wanted(*number)),
        }
    }

    /// Whether this one has this value.
    pub(super) fn contains(&self, value: &[u8], number: u32) -> bool {
        match self.0.get(value) {
            None => false,
            Some(Slot::One(one)) => *one == number,
            Some(Slot::Several(numbers)) => numbers.contains(&number),
        }
    }

    /// How many have this value.
    pub(super) fn count(&self, value: &[u8]) -> usize {
        match self.0.get(value) {
            None => 0,
            Some(Slot::One(_)) => 1,
            Some(Slot::Several(numbers)) => numbers.len(),
        }
    }

    /// All numbers, in no order.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let numbers = |slot: &Slot| match slot {
            Slot::One(number) => vec![*number],
            Slot::Several(numbers) => numbers.clone(),
        };
        self.0.values().flat_map(numbers).collect()
    }

    /// Enters a number in front of the others, and returns whether it is new here.
    pub(super) fn push(&mut self, value: &[u8], number: u32) -> bool {
        match self.0.get_mut(value) {
            None => {
                self.0.insert(value.into(), Slot::One(number));
                true
            }
            Some(Slot::One(first)) if *first == number => false,
            Some(slot @ Slot::One(_)) => {
                let Slot::One(first) = *slot else { unreachable!("just matched") };
                *slot = Slot::Several(vec![first, number]);
                true
            }
            Some(Slot::Several(numbers)) => {
                let before = numbers.len();
                numbers.retain(|other| *other != number);
                numbers.push(number);
                numbers.len() > before
            }
        }
    }

    /// Takes out the number entered last, and returns it.
    pub(super) fn pop(&mut self, value: &[u8]) -> Option<u32> {
        let number = self.get(value)?;
        self.remove(value, number);
        Some(number)
    }

    /// Takes a number out.
    pub(super) fn remove(&mut self, value: &[u8], number: u32) {
        match self.0.get_mut(value) {
            Some(Slot::One(first)) if *first == number => {
                self.0.remove(value);
            }
            Some(Slot::Several(numbers)) => {
                numbers.retain(|other| *other != number);
                if let [only] = numbers[..] {
                    self.0.insert(value.into(), Slot::One(only));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_entered_is_found() {
        let mut index = Index::default();
        assert_eq!([1, 2, 3, 2].map(|number| index.push(b"a", number)), [true, true, true, false]);
        assert_eq!((index.get(b"a"), index.count(b"a")), (Some(2), 3));
        assert_eq!((index.find(b"a", |number| number != 2), index.find(b"a", |_| false)), (Some(3), None));
        assert_eq!(index.pop(b"a"), Some(2));
        index.remove(b"a", 1);
        assert_eq!((index.get(b"a"), index.count(b"a")), (Some(3), 1));
        index.pop(b"a");
        assert_eq!((index.get(b"a"), index.count(b"a")), (None, 0));
    }
}
