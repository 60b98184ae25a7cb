//! Handles: the numbers by which clients name objects, given out when an object is first sent. They
//! count from 1, are shared by all connections, and stay valid when an object is removed, as in
//! dhcpd.

use std::collections::HashMap;
use std::hash::Hash;

/// What a handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named<O> {
    Object(O),
    /// The number of a key.
    Authenticator(usize),
}

#[derive(Clone, Debug)]
pub(super) struct Handles<O> {
    /// By handle, less 1.
    named: Vec<Named<O>>,
    objects: HashMap<O, u32>,
    authenticators: HashMap<usize, u32>,
}

impl<O: Copy + Eq + Hash> Handles<O> {
    pub(super) fn new() -> Self {
        Handles { named: Vec::new(), objects: HashMap::new(), authenticators: HashMap::new() }
    }

    pub(super) fn get(&self, handle: u32) -> Option<Named<O>> {
        self.named.get((handle as usize).checked_sub(1)?).copied()
    }

    pub(super) fn of_object(&mut self, object: O) -> u32 {
        *self.objects.entry(object).or_insert_with(|| {
            self.named.push(Named::Object(object));
            self.named.len() as u32
        })
    }

    pub(super) fn of_authenticator(&mut self, key: usize) -> u32 {
        *self.authenticators.entry(key).or_insert_with(|| {
            self.named.push(Named::Authenticator(key));
            self.named.len() as u32
        })
    }
}
