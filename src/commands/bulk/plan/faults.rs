//! What is in the way of changes although each line of the file by itself is sound: of hosts beside one another, and of
//! groups that hosts have.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::commands::bulk::wanted::{Fault, WantedGroup};
use crate::commands::live::host::state::{State, Untold};
use crate::commands::live::host::text::check_kept;
use crate::render::text::visible;

use super::{Action, Change, Key, Object, Planner, keys};

impl Planner<'_> {
    /// Finds what would be refused, or would be wrong, although each line by itself is sound.
    pub(super) fn check(&mut self, groups: &[WantedGroup]) {
        let mut faults = self.faults_of_hosts(groups);
        faults.append(&mut self.faults_of_removed_groups());
        let after = self.plan.changes.iter().filter_map(|change| Some((change.line, change.after.clone()?)));
        faults.append(&mut self.faults_of_statements(after));
        self.plan.faults.append(&mut faults);
    }

    /// Finds what would be sent on the way, and the lease file cannot keep: a host that has another group or no address for a
    /// while has its old statements.
    pub(super) fn check_steps(&mut self) {
        let sent = self.plan.steps.iter().filter_map(|step| match &step.action {
            Action::Create(object) => Some((step.change, object.clone())),
            Action::Update { to, .. } => Some((step.change, Object::Host(to.clone()))),
            Action::Remove(_) => None,
        });
        let amiss = sent.filter(|(_, object)| object.is_written_amiss());
        let amiss = amiss.map(|(change, object)| (self.plan.changes[change].line, object));
        let mut faults = self.faults_of_statements(amiss);
        let mut told: HashSet<String> = HashSet::new();
        faults.retain(|fault| told.insert(fault.text.clone()));
        self.plan.faults = faults;
    }

    /// Statements of objects, each with the line that wants it, that dhcpd does not take or its lease file cannot keep.
    fn faults_of_statements(&self, objects: impl Iterator<Item = (u64, Object)>) -> Vec<Fault> {
        let faults = objects.filter_map(|(line, object)| {
            let why = check_kept(object.statements().filter(|text| !text.is_empty())?, self.definitions).err()?;
            Some(Fault { line, text: format!("the {} {}: {why}", object.object_type(), visible(object.name())) })
        });
        faults.collect()
    }

    /// What is wrong with hosts beside the other hosts, the groups, and the networks.
    fn faults_of_hosts(&self, groups: &[WantedGroup]) -> Vec<Fault> {
        let kept: HashMap<Key<'_>, &State> =
            self.hosts_left_alone().flat_map(|host| keys(host).map(move |key| (key, &**host))).collect();
        let mut taken: HashMap<Key<'_>, &Change> = HashMap::new();
        let group_names: HashMap<&[u8], bool> = {
            let there = self.present.groups.iter().map(|group| (group.name.as_slice(), true));
            let wanted = groups.iter().map(|group| (group.name.as_slice(), group.statements.is_some()));
            there.chain(wanted).collect()
        };
        let mut faults = Vec::new();
        for change in &self.plan.changes {
            let Some(Object::Host(after)) = &change.after else { continue };
            let mut fault = |text: String| faults.push(Fault { line: change.line, text });
            for key in keys(after) {
                let is_address = matches!(key, Key::Address(_));
                let is_new = !self.had(change, key);
                if is_new && self.is_outside_networks(key) {
                    fault(format!("{} lies in no subnet of dhcpd.conf", key.describe()));
                }
                if is_address && self.rules.share_addresses {
                    continue;
                }
                let advice = if is_address { "; --share-addresses lets two hosts have one" } else { "" };
                if let Some(other) = kept.get(&key).filter(|_| is_new) {
                    let other = visible(&other.name);
                    fault(format!("{} belongs to the host {other} already, which keeps it{advice}", key.describe()));
                }
                match taken.entry(key) {
                    Entry::Vacant(place) => {
                        place.insert(change);
                    }
                    // Hosts that share an address already may go on sharing it.
                    Entry::Occupied(first) if is_address && !is_new && self.had(first.get(), key) => {}
                    Entry::Occupied(first) => {
                        let place = self.wanted.called(first.get().line);
                        fault(format!("{} is in {place} already{advice}", key.describe()));
                    }
                }
            }
            if let Some(Untold { group: Some(group), .. }) = &after.untold
                && !group_names.get(group.as_slice()).copied().unwrap_or(false)
            {
                fault(format!("there is no group {}, and none is wanted", visible(group)));
            }
        }
        faults
    }

    fn hosts_left_alone(&self) -> impl Iterator<Item = &Arc<State>> {
        self.present.hosts.iter().zip(&self.left_alone).filter(|(_, left)| **left).map(|(host, _)| host)
    }

    /// Whether the host of a change has that already. What an interrupted run has taken away had its addresses.
    fn had(&self, change: &Change, key: Key<'_>) -> bool {
        let has = |host: &State| keys(host).any(|own| own == key);
        match (&change.before, &change.after) {
            (Some(Object::Host(before)), _) => has(before),
            (None, Some(Object::Host(after))) if matches!(key, Key::Address(_)) => {
                self.present.away.get(&after.name).is_some_and(|was| has(was))
            }
            _ => false,
        }
    }

    fn is_outside_networks(&self, key: Key<'_>) -> bool {
        match (key, &self.present.networks) {
            (Key::Address(address), Some(networks)) => networks.subnet_of(address).is_none(),
            _ => false,
        }
    }

    /// Groups that are to go, and that hosts have.
    fn faults_of_removed_groups(&self) -> Vec<Fault> {
        let is_removed = |change: &&Change| matches!((&change.before, &change.after), (Some(Object::Group(_)), None));
        let mut removed = self.plan.changes.iter().filter(is_removed).peekable();
        if removed.peek().is_none() {
            return Vec::new();
        }
        let becomes = self.plan.changes.iter().filter_map(|change| match &change.after {
            Some(Object::Host(host)) => Some(host),
            _ => None,
        });
        let mut members: HashMap<&[u8], &State> = HashMap::new();
        for host in self.hosts_left_alone().chain(becomes) {
            if let Some(group) = host.group() {
                members.entry(group).or_insert(host);
            }
        }
        removed
            .filter_map(|change| {
                let group = change.object().name();
                let (group, host) = (visible(group), visible(&members.get(group)?.name));
                let text = format!("the group {group} cannot be removed: the host {host} has it");
                Some(Fault { line: change.line, text })
            })
            .collect()
    }
}
