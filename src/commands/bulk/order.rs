//! In which steps changes are made, so that none is refused because of another one that comes later.
//!
//! What a host is going to have, another one has to give up first: that one comes first. Where hosts wait for one another
//! in a circle, one of them gives up what it has before its turn, and is without it until then: an address is
//! emptied; what dhcpd does not take away from a host takes its removal.
//!
//! dhcpd cannot change a group's statements, and hosts must not have a group that is gone. So a group is changed while its
//! hosts have a stand-in; one that an interrupted run has left behind is
//! used, and removed, by the next one.

use std::collections::HashMap;
use std::sync::Arc;

use crate::commands::live::host::edits::update;
use crate::commands::live::host::state::{State, Untold};
use crate::commands::live::host::wish::Wish;
use crate::omapi::Attributes;

use super::plan::{Action, Change, Key, Object, Step, keys};
use super::present::{GroupState, Present};

/// What the name of a stand-in ends with.
const STAND_IN: &[u8] = b"_omsh_stand_in";

/// The name of a group's stand-in.
pub(super) fn stand_in(group: &[u8]) -> Vec<u8> {
    [group, STAND_IN].concat()
}

/// The steps that the changes come to.
pub(in crate::commands) fn steps(changes: &[Change], present: &Present) -> Vec<Step> {
    let mut order = Order {
        changes,
        present,
        members: members(changes, present),
        steps: Vec::with_capacity(changes.len()),
        now: HashMap::new(),
    };
    order.groups();
    order.hosts();
    order.group_removals();
    order.steps
}

/// The group that a stand-in stands for.
pub(super) fn stands_for(group: &[u8]) -> Option<&[u8]> {
    group.strip_suffix(STAND_IN)
}

/// The hosts of each group, where any group changes.
fn members<'a>(changes: &[Change], present: &'a Present) -> HashMap<&'a [u8], Vec<&'a Arc<State>>> {
    let mut members: HashMap<&[u8], Vec<&Arc<State>>> = HashMap::new();
    if changes.iter().any(|change| matches!(change.object(), Object::Group(_))) {
        for host in &present.hosts {
            if let Some(group) = host.group() {
                members.entry(group).or_default().push(host);
            }
        }
    }
    members
}

struct Order<'a> {
    changes: &'a [Change],
    present: &'a Present,
    /// The hosts of each group before anything is changed.
    members: HashMap<&'a [u8], Vec<&'a Arc<State>>>,
    steps: Vec<Step>,
    /// Hosts that are not any longer, or not yet, what they were, by name.
    now: HashMap<&'a [u8], Option<Arc<State>>>,
}

impl<'a> Order<'a> {
    fn push(&mut self, change: usize, action: Action) {
        self.steps.push(Step { change, action });
    }

    /// What a host is at this point.
    fn now(&self, host: &'a Arc<State>) -> Option<Arc<State>> {
        match self.now.get(host.name.as_slice()) {
            Some(now) => now.clone(),
            None => Some(host.clone()),
        }
    }

    /// Makes a host another one.
    fn turn(&mut self, change: usize, from: Option<Arc<State>>, to: Option<Arc<State>>) {
        match (from, to) {
            (None, None) => {}
            (None, Some(to)) => self.push(change, Action::Create(Object::Host(to))),
            (Some(from), None) => self.push(change, Action::Remove(Object::Host(from))),
            (Some(from), Some(to)) => match difference(&from, &to) {
                Some(attributes) if attributes.is_empty() => {}
                Some(attributes) => self.push(change, Action::Update { from, to, attributes }),
                None => {
                    self.push(change, Action::Remove(Object::Host(from)));
                    self.push(change, Action::Create(Object::Host(to)));
                }
            },
        }
    }

    /// Groups that are new or other ones.
    fn groups(&mut self) {
        let there: HashMap<&[u8], &'a Arc<GroupState>> =
            self.present.groups.iter().map(|group| (group.name.as_slice(), group)).collect();
        for (number, change) in self.changes.iter().enumerate() {
            let Some(Object::Group(after)) = &change.after else { continue };
            let stand_in = stand_in(&after.name);
            let left_over = there.get(stand_in.as_slice()).copied();
            let Some(before) = &change.before else {
                self.push(number, Action::Create(Object::Group(after.clone())));
                self.leave_stand_in(number, &after.name, left_over);
                continue;
            };
            if *before == Object::Group(after.clone()) {
                self.leave_stand_in(number, &after.name, left_over);
                continue;
            }
            let members = self.members(&after.name);
            if !members.is_empty() || left_over.is_some() {
                let place = left_over.cloned().unwrap_or_else(|| {
                    Arc::new(GroupState { name: stand_in.clone(), statements: after.statements.clone() })
                });
                if left_over.is_none() {
                    self.push(number, Action::Create(Object::Group(place.clone())));
                }
                for host in &members {
                    self.regroup(number, host, &stand_in);
                }
                self.push(number, Action::Remove(before.clone()));
                self.push(number, Action::Create(Object::Group(after.clone())));
                for host in &members {
                    self.regroup(number, host, &after.name);
                }
                self.leave_stand_in(number, &after.name, Some(&place));
            } else {
                self.push(number, Action::Remove(before.clone()));
                self.push(number, Action::Create(Object::Group(after.clone())));
            }
        }
    }

    /// The hosts that have a group before anything is changed.
    fn members(&self, group: &[u8]) -> Vec<&'a Arc<State>> {
        self.members.get(group).cloned().unwrap_or_default()
    }

    /// Gives a host another group.
    fn regroup(&mut self, change: usize, host: &'a Arc<State>, group: &[u8]) {
        let Some(now) = self.now(host) else { return };
        let mut to = State::clone(&now);
        if let Some(untold) = &mut to.untold {
            untold.group = Some(group.to_vec());
        }
        let to = Arc::new(to);
        self.turn(change, Some(now), Some(to.clone()));
        self.now.insert(&host.name, Some(to));
    }

    /// Gives the hosts of a stand-in the group that it stands for, and removes it.
    fn leave_stand_in(&mut self, change: usize, group: &[u8], stand_in: Option<&Arc<GroupState>>) {
        let Some(stand_in) = stand_in else { return };
        for host in self.members(&stand_in.name) {
            self.regroup(change, host, group);
        }
        self.push(change, Action::Remove(Object::Group(stand_in.clone())));
    }

    fn group_removals(&mut self) {
        for (number, change) in self.changes.iter().enumerate() {
            if let (Some(before @ Object::Group(_)), None) = (&change.before, &change.after) {
                self.push(number, Action::Remove(before.clone()));
            }
        }
    }

    fn hosts(&mut self) {
        let changes = self.changes;
        let givers = Givers::of(changes);
        let mut progress = vec![Progress::Waiting; changes.len()];
        for first in 0..changes.len() {
            if !matches!(changes[first].object(), Object::Host(_)) || progress[first] != Progress::Waiting {
                continue;
            }
            // Those that wait for the one on top, with the place among its own needs.
            let mut waiting = vec![(first, 0)];
            progress[first] = Progress::Begun;
            while let Some((number, place)) = waiting.last_mut() {
                let number = *number;
                match givers.of_change(number, *place) {
                    Some(giver) => {
                        *place += 1;
                        match progress[giver] {
                            Progress::Waiting => {
                                progress[giver] = Progress::Begun;
                                waiting.push((giver, 0));
                            }
                            Progress::Begun => self.set_aside(giver, number),
                            Progress::Done => {}
                        }
                    }
                    None => {
                        self.finish(number);
                        progress[number] = Progress::Done;
                        waiting.pop();
                    }
                }
            }
        }
    }

    /// Makes a change, of whatever is left to be made of it.
    fn finish(&mut self, number: usize) {
        let changes = self.changes;
        let now = match &changes[number].before {
            Some(Object::Host(before)) => self.now(before),
            _ => None,
        };
        let after = match &changes[number].after {
            Some(Object::Host(after)) => Some(after.clone()),
            _ => None,
        };
        self.turn(number, now, after);
    }

    /// Lets a host give up what another one needs before its turn.
    fn set_aside(&mut self, giver: usize, taker: usize) {
        let changes = self.changes;
        let (Some(Object::Host(before)), Some(Object::Host(wanted))) = (&changes[giver].before, &changes[taker].after)
        else {
            return;
        };
        let Some(now) = self.now(before) else { return };
        let needed: Vec<Key<'_>> = keys(&now).filter(|key| keys(wanted).any(|other| other == *key)).collect();
        if needed.is_empty() {
            return;
        }
        let is_address = needed.iter().all(|key| matches!(key, Key::Address(_)));
        let to = is_address.then(|| Arc::new(State { addresses: Vec::new(), ..State::clone(&now) }));
        self.turn(giver, Some(now.clone()), to.clone());
        self.now.insert(&before.name, to);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Waiting,
    Begun,
    Done,
}

/// Which changes give up what others need.
struct Givers {
    /// Where the needs of each change begin.
    starts: Vec<usize>,
    all: Vec<usize>,
}

impl Givers {
    fn of(changes: &[Change]) -> Self {
        let mut given: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
        for (number, change) in changes.iter().enumerate() {
            if let Some(Object::Host(before)) = &change.before {
                for key in keys(before) {
                    if !has(&change.after, key) {
                        given.entry(key).or_default().push(number);
                    }
                }
            }
        }
        let (mut starts, mut all) = (Vec::with_capacity(changes.len() + 1), Vec::new());
        for (number, change) in changes.iter().enumerate() {
            starts.push(all.len());
            if let Some(Object::Host(after)) = &change.after {
                for key in keys(after) {
                    all.extend(given.get(&key).into_iter().flatten().copied().filter(|giver| *giver != number));
                }
            }
        }
        starts.push(all.len());
        Givers { starts, all }
    }

    /// The need of a change at that place.
    fn of_change(&self, number: usize, place: usize) -> Option<usize> {
        self.all[self.starts[number]..self.starts[number + 1]].get(place).copied()
    }
}

fn has(object: &Option<Object>, key: Key<'_>) -> bool {
    match object {
        Some(Object::Host(host)) => keys(host).any(|own| own == key),
        _ => false,
    }
}

/// What is sent to make a host another one; `None` where it has to be made anew.
fn difference(from: &State, to: &State) -> Option<Attributes> {
    let wish = match (&from.untold, &to.untold) {
        (Some(_), Some(Untold { group, statements })) => {
            Wish { group: Some(group.clone()), statements: Some(statements.clone()), ..Wish::default() }
        }
        _ => Wish::default(),
    };
    update(from, &wish, to).map(|update| update.attributes)
}
