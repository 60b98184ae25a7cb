//! Handles: the numbers by which clients name objects, given out when an object is first sent. They
//! count from 1, are shared by all connections, and end with the object, as in dhcpd: that is not when
//! it is removed, but when nothing refers to it any more.

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
    named: HashMap<u32, Named<O>>,
    last: u32,
    objects: HashMap<O, u32>,
    authenticators: HashMap<usize, u32>,
}

impl<O: Copy + Eq + Hash> Handles<O> {
    pub(super) fn new() -> Self {
        Handles { named: HashMap::new(), last: 0, objects: HashMap::new(), authenticators: HashMap::new() }
    }

    pub(super) fn get(&self, handle: u32) -> Option<Named<O>> {
        self.named.get(&handle).copied()
    }

    /// The handle that an object has been given already, if any.
    pub(super) fn given(&self, object: O) -> Option<u32> {
        self.objects.get(&object).copied()
    }

    pub(super) fn of_object(&mut self, object: O) -> u32 {
        *self.objects.entry(object).or_insert_with(|| {
            self.last = self.last.wrapping_add(1).max(1);
            self.named.insert(self.last, Named::Object(object));
            self.last
        })
    }

    pub(super) fn of_authenticator(&mut self, key: usize) -> u32 {
        *self.authenticators.entry(key).or_insert_with(|| {
            self.last = self.last.wrapping_add(1).max(1);
            self.named.insert(self.last, Named::Authenticator(key));
            self.last
        })
    }

    /// Forgets an object, which may have no handle.
    pub(super) fn clear(&mut self, object: O) {
        if let Some(handle) = self.objects.remove(&object) {
            self.named.remove(&handle);
        }
    }
}
