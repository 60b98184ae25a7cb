//! What hosts give up for others. dhcpd lets two hosts have the same address; and while it makes no host that has the hardware
//! address or the client identifier of another one, it changes one into that. So who takes such a thing waits until it is
//! known to be free, and does not take it where it is not.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::commands::bulk::plan::{Action, Change, Key, Object, Step, keys};
use crate::commands::live::host::state::State;

/// Who waits for whom, and who has which address afterwards.
#[derive(Debug, Default)]
pub(super) struct Givers {
    /// By steps.
    awaited: HashMap<usize, Vec<Giver>>,
    /// The changes of hosts that have an address afterwards.
    takers: HashMap<IpAddr, Vec<usize>>,
}

/// A step that gives something up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Giver {
    pub(super) step: usize,
    /// What it is called.
    pub(super) what: &'static str,
}

impl Givers {
    pub(super) fn of(changes: &[Change], steps: &[Step]) -> Self {
        let mut given: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
        for (number, change) in changes.iter().enumerate() {
            if let Some(before) = change.host_before() {
                lacked(before, change.after.as_ref().and_then(host))
                    .for_each(|key| given.entry(key).or_default().push(number));
            }
        }
        let mut own: HashMap<usize, Vec<usize>> = given.values().flatten().map(|giver| (*giver, Vec::new())).collect();
        let mut givers = Givers::default();
        for (number, change) in changes.iter().enumerate() {
            let after = change.after.as_ref().and_then(host);
            let addresses = after.into_iter().flat_map(|after| after.addresses());
            addresses.for_each(|address| givers.takers.entry(address).or_default().push(number));
        }
        for (number, step) in steps.iter().enumerate() {
            for key in taken(step, &changes[step.change]) {
                let others = given.get(&key).into_iter().flatten().filter(|giver| **giver != step.change);
                let before = others.filter_map(|giver| own.get(giver)).flatten();
                let awaited = before.map(|before| Giver { step: *before, what: key.kind() });
                let awaited: Vec<Giver> = awaited.collect();
                if !awaited.is_empty() {
                    givers.awaited.entry(number).or_default().extend(awaited);
                }
            }
            if let Some(own) = own.get_mut(&step.change) {
                own.push(number);
            }
        }
        givers
    }

    /// The changes of hosts that are to have this address, whether they have it already or not.
    pub(super) fn takers(&self, address: IpAddr) -> &[usize] {
        self.takers.get(&address).map_or(&[], Vec::as_slice)
    }

    /// The steps that have to be in effect before that one.
    pub(super) fn before(&self, step: usize) -> &[Giver] {
        self.awaited.get(&step).map_or(&[], Vec::as_slice)
    }
}

/// What a step takes that has to be free: a host that is made anew is not removed before.
fn taken<'p>(step: &'p Step, change: &'p Change) -> Vec<Key<'p>> {
    let is_address = |key: &Key<'_>| matches!(key, Key::Address(_));
    match (&step.action, change.after.as_ref().and_then(host)) {
        // dhcpd itself looks who has the rest.
        (Action::Create(Object::Host(made)), _) => lacked(made, None).filter(is_address).collect(),
        (Action::Update { from, to, .. }, _) => lacked(to, Some(from)).collect(),
        (Action::Remove(Object::Host(gone)), Some(after)) => lacked(after, Some(gone)).filter(is_address).collect(),
        _ => Vec::new(),
    }
}

/// What a host has that the other one lacks.
fn lacked<'h>(host: &'h State, other: Option<&Arc<State>>) -> impl Iterator<Item = Key<'h>> {
    keys(host).filter(move |key| other.is_none_or(|other| keys(other).all(|had| had != *key)))
}

fn host(object: &Object) -> Option<&Arc<State>> {
    match object {
        Object::Host(host) => Some(host),
        Object::Group(_) => None,
    }
}
