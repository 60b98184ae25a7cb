//! The latest lease of each address, gathered by several threads at once.
//!
//! An open-addressed table in parts, each with a lock of its own. A thread hands in what it has found in
//! batches, so that it works on a part for a while and seldom waits. The order in which they come counts
//! for nothing: of two leases of an address, the one further down in the file stays.

use std::sync::{Mutex, PoisonError};

use super::summary::Packed;

const PARTS: usize = 32;
const PART_BITS: u32 = PARTS.ilog2();

/// Leases of a part that are handed in together.
const BATCH: usize = 128;

/// Places in a part to begin with.
const FIRST_CAPACITY: usize = 64;

/// All parts.
#[derive(Debug)]
pub(super) struct Latest {
    parts: [Mutex<Part>; PARTS],
}

#[derive(Debug, Default)]
struct Part {
    places: Vec<Packed>,
    count: usize,
}

/// What a thread has not handed in yet.
#[derive(Debug)]
pub(super) struct Batches<'l> {
    latest: &'l Latest,
    waiting: [Vec<Packed>; PARTS],
}

impl Latest {
    pub(super) fn new() -> Self {
        Latest { parts: std::array::from_fn(|_| Mutex::default()) }
    }

    /// For one thread.
    pub(super) fn batches(&self) -> Batches<'_> {
        Batches { latest: self, waiting: std::array::from_fn(|_| Vec::new()) }
    }

    /// All leases in the order of their addresses.
    pub(super) fn into_sorted(self) -> Vec<Packed> {
        let parts = self.parts.map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut all = Vec::with_capacity(parts.iter().map(|part| part.count).sum());
        for part in parts {
            all.extend(part.places.into_iter().filter(|lease| lease.is_there()));
        }
        all.sort_unstable_by_key(|lease: &Packed| lease.address());
        all
    }
}

impl Batches<'_> {
    pub(super) fn add(&mut self, lease: Packed) {
        let part = (hash(lease.address()) >> (64 - PART_BITS)) as usize;
        let waiting = &mut self.waiting[part];
        if waiting.capacity() == 0 {
            waiting.reserve_exact(BATCH);
        }
        waiting.push(lease);
        if waiting.len() == BATCH {
            self.hand_in(part);
        }
    }

    /// Hands in all that there is.
    pub(super) fn finish(&mut self) {
        (0..PARTS).for_each(|part| self.hand_in(part));
    }

    fn hand_in(&mut self, part: usize) {
        let mut target = self.latest.parts[part].lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting[part].drain(..).for_each(|lease| target.insert(lease));
    }
}

/// By multiplication: its upper bits depend on all of the address.
fn hash(address: u32) -> u64 {
    u64::from(address).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Part {
    fn insert(&mut self, lease: Packed) {
        // At most 7 of 8 places are taken.
        if (self.count + 1) * 8 > self.places.len() * 7 {
            self.grow();
        }
        let place = self.find(lease.address());
        let place = &mut self.places[place];
        if !place.is_there() {
            *place = lease;
            self.count += 1;
        } else if place.offset() < lease.offset() {
            *place = lease;
        }
    }

    /// Where an address is, or is to be.
    fn find(&self, address: u32) -> usize {
        let below_part = (hash(address) << PART_BITS) >> 32;
        let mut at = ((below_part * self.places.len() as u64) >> 32) as usize;
        while self.places[at].is_there() && self.places[at].address() != address {
            at += 1;
            if at == self.places.len() {
                at = 0;
            }
        }
        at
    }

    /// By a quarter: doubling would leave more places empty than there are leases.
    fn grow(&mut self) {
        let capacity = (self.places.len() + self.places.len() / 4).max(FIRST_CAPACITY);
        let before = std::mem::replace(&mut self.places, vec![Packed::NONE; capacity]);
        for lease in before.into_iter().filter(|lease| lease.is_there()) {
            let place = self.find(lease.address());
            self.places[place] = lease;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Summary;
    use super::*;

    fn lease(address: u32, offset: u64) -> Packed {
        Packed::new(&Summary {
            address: address.into(),
            starts: None,
            ends: None,
            state: None,
            next_state: None,
            reserved: false,
            bootp: false,
            offset,
        })
    }

    #[test]
    fn the_last_lease_of_each_address_stays_whoever_comes_first() {
        let latest = Latest::new();
        let (mut one, mut other) = (latest.batches(), latest.batches());
        for address in 0..20_000_u32 {
            let address = address.wrapping_mul(65_537);
            one.add(lease(address, 5));
            other.add(lease(address, if address % 2 == 0 { 4 } else { 6 }));
        }
        other.add(lease(u32::MAX, 1));
        other.finish();
        one.finish();
        let all = latest.into_sorted();
        assert_eq!(all.len(), 20_001);
        assert!(all.is_sorted_by(|a, b| a.address() < b.address()));
        assert!(all[..20_000].iter().all(|lease| lease.offset() == if lease.address() % 2 == 0 { 5 } else { 6 }));
    }
}
