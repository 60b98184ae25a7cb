//! Addresses that hosts give up for others. dhcpd lets two hosts have the same one, so who takes it waits until it is known
//! to be free, and does not take it where it is not.

use std::collections::HashMap;

use crate::commands::bulk::plan::{Action, Change, Object, Step};
use crate::commands::live::host::state::State;

/// Who gives up which address, and who has it afterwards.
#[derive(Debug, Default)]
pub(super) struct Givers {
    /// The changes that give it up.
    changes: HashMap<[u8; 4], Vec<usize>>,
    /// The changes of hosts that have it afterwards.
    takers: HashMap<[u8; 4], Vec<usize>>,
    /// The steps of these changes.
    steps: HashMap<usize, Vec<usize>>,
}

impl Givers {
    pub(super) fn of(changes: &[Change], steps: &[Step]) -> Self {
        let mut givers = Givers::default();
        for (number, change) in changes.iter().enumerate() {
            let mut kept: &[u8] = &[];
            if let Some(Object::Host(after)) = &change.after {
                kept = &after.addresses;
                gained(after, &[]).for_each(|address| givers.takers.entry(address).or_default().push(number));
            }
            let Some(before) = change.host_before() else { continue };
            for address in gained(before, kept) {
                givers.changes.entry(address).or_default().push(number);
                givers.steps.entry(number).or_default();
            }
        }
        for (number, step) in steps.iter().enumerate() {
            if let Some(own) = givers.steps.get_mut(&step.change) {
                own.push(number);
            }
        }
        givers
    }

    /// The changes of hosts that are to have this address, whether they have it already or not.
    pub(super) fn takers(&self, address: [u8; 4]) -> &[usize] {
        self.takers.get(&address).map_or(&[], Vec::as_slice)
    }

    /// The steps that have to be in effect before that one: a host that is made anew is not removed before.
    pub(super) fn before(&self, number: usize, step: &Step, changes: &[Change]) -> Vec<usize> {
        let addresses: Vec<[u8; 4]> = match &step.action {
            Action::Create(Object::Host(host)) => gained(host, &[]).collect(),
            Action::Update { from, to, .. } => gained(to, &from.addresses).collect(),
            Action::Remove(Object::Host(host)) => match &changes[step.change].after {
                Some(Object::Host(after)) => gained(after, &host.addresses).collect(),
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let givers = addresses.iter().filter_map(|address| self.changes.get(address)).flatten();
        let of_others = givers.filter(|change| **change != step.change).filter_map(|change| self.steps.get(change));
        of_others.flatten().copied().filter(|other| *other < number).collect()
    }
}

/// The addresses of a host that are not among others.
pub(super) fn gained(host: &State, others: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    let is_other = |address: &[u8]| others.chunks_exact(4).any(|other| other == address);
    host.addresses().map(|address| address.octets()).filter(move |address| !is_other(address))
}
