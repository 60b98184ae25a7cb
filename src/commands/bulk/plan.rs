//! What has to change for a server to have what is wanted, and what is in the way of that: all of it is found before
//! anything is changed.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::commands::live::attributes::Attributes;
use crate::commands::live::host::edits::{made_anew, update};
use crate::commands::live::host::state::{State, Untold};
use crate::commands::live::host::wish::Wish;
use crate::render::text::visible;

use super::order::{self, stand_in};
use super::present::{GroupState, Present};
use super::scope::Scope;
use super::wanted::{Fault, Wanted, WantedGroup, WantedHost};

/// What is to be planned beside the wanted state.
#[derive(Clone, Debug, Default)]
pub(in crate::commands) struct Rules {
    /// Hosts that nobody wants are removed, if they are among these.
    pub(in crate::commands) prune: Option<Scope>,
    /// Two hosts may have the same address.
    pub(in crate::commands) share_addresses: bool,
}

/// What has to change on a server.
#[derive(Debug, Default)]
pub(in crate::commands) struct Plan {
    pub(in crate::commands) changes: Vec<Change>,
    /// In which steps.
    pub(in crate::commands) steps: Vec<Step>,
    /// How many of what is wanted are as they should be.
    pub(in crate::commands) unchanged: usize,
    /// What is in the way.
    pub(in crate::commands) faults: Vec<Fault>,
    /// What people should know.
    pub(in crate::commands) remarks: Vec<Fault>,
    /// Hosts that an interrupted run has taken away may be away yet when this is done: it is not about them.
    pub(in crate::commands) leaves_hosts_away: bool,
}

/// A host or a group that becomes another one.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Change {
    /// The line that wants it; 0 for one that is removed because no line wants it.
    pub(in crate::commands) line: u64,
    pub(in crate::commands) before: Option<Object>,
    pub(in crate::commands) after: Option<Object>,
}

/// A host or a group.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::commands) enum Object {
    Host(Arc<State>),
    Group(Arc<GroupState>),
}

/// One request that changes something.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Step {
    /// The change that it is for, by number.
    pub(in crate::commands) change: usize,
    pub(in crate::commands) action: Action,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(in crate::commands) enum Action {
    Create(Object),
    Update { from: Arc<State>, to: Arc<State>, attributes: Attributes },
    Remove(Object),
}

impl Object {
    pub(in crate::commands) fn object_type(&self) -> &'static str {
        match self {
            Object::Host(_) => "host",
            Object::Group(_) => "group",
        }
    }

    pub(in crate::commands) fn name(&self) -> &[u8] {
        match self {
            Object::Host(host) => &host.name,
            Object::Group(group) => &group.name,
        }
    }
}

impl Change {
    /// What it is about.
    pub(in crate::commands) fn object(&self) -> &Object {
        self.after.as_ref().or(self.before.as_ref()).expect("a change is about something")
    }

    /// The host that it changes or removes, as it was.
    pub(in crate::commands) fn host_before(&self) -> Option<&State> {
        match &self.before {
            Some(Object::Host(host)) => Some(host),
            _ => None,
        }
    }
}

impl Action {
    /// The type and the name of the object that it is about.
    pub(in crate::commands) fn subject(&self) -> (&'static str, &[u8]) {
        match self {
            Action::Create(object) | Action::Remove(object) => (object.object_type(), object.name()),
            Action::Update { from, .. } => ("host", &from.name),
        }
    }

    /// The object that it is about, as it is before or else after it.
    pub(in crate::commands) fn object(&self) -> Object {
        match self {
            Action::Create(object) | Action::Remove(object) => object.clone(),
            Action::Update { from, .. } => Object::Host(from.clone()),
        }
    }
}

/// By what dhcpd tells one host from another, and addresses.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key<'a> {
    Hardware(u32, &'a [u8]),
    ClientId(&'a [u8]),
    Address([u8; 4]),
}

/// The keys of a host.
pub(super) fn keys(host: &State) -> impl Iterator<Item = Key<'_>> {
    let hardware = host.hardware.as_ref().map(|(kind, address)| Key::Hardware(*kind, address));
    let client_id = host.client_id.as_deref().map(Key::ClientId);
    let addresses = host.addresses.chunks_exact(4).map(|part| Key::Address([part[0], part[1], part[2], part[3]]));
    hardware.into_iter().chain(client_id).chain(addresses)
}

impl Key<'_> {
    fn describe(self) -> String {
        match self {
            Key::Hardware(_, address) => {
                format!("the hardware address {}", crate::render::text::colon_hex(address))
            }
            Key::ClientId(_) => "the client identifier".to_owned(),
            Key::Address([a, b, c, d]) => format!("the address {a}.{b}.{c}.{d}"),
        }
    }
}

/// Plans what makes a server have what is wanted.
pub(in crate::commands) fn plan(wanted: &Wanted, present: &Present, rules: &Rules) -> Plan {
    let mut planner = Planner {
        present,
        rules,
        plan: Plan { faults: wanted.twice(), ..Plan::default() },
        uncompared: 0,
        left_alone: Vec::new(),
        stand_ins: HashMap::new(),
    };
    planner.groups(&wanted.groups);
    planner.hosts(&wanted.hosts);
    planner.check(&wanted.groups);
    planner.remark_what_is_not_compared();
    planner.remark_declared_hosts_that_go();
    planner.remark_what_cannot_come_back();
    let mut plan = planner.plan;
    if plan.faults.is_empty() {
        plan.steps = order::steps(&plan.changes, present);
    }
    plan.faults.sort_by_key(|fault| fault.line);
    plan
}

struct Planner<'a> {
    present: &'a Present,
    rules: &'a Rules,
    plan: Plan,
    /// Hosts whose group and statements are wanted, and not known.
    uncompared: usize,
    /// Which of the hosts that are there stay as they are.
    left_alone: Vec<bool>,
    /// The groups that are made, or made anew, by the names of their stand-ins.
    stand_ins: HashMap<Vec<u8>, Vec<u8>>,
}

impl Planner<'_> {
    fn fault(&mut self, line: u64, text: String) {
        self.plan.faults.push(Fault { line, text });
    }

    fn groups(&mut self, groups: &[WantedGroup]) {
        let present: HashMap<&[u8], &Arc<GroupState>> =
            self.present.groups.iter().map(|group| (group.name.as_slice(), group)).collect();
        let mut names: HashSet<&[u8]> = HashSet::new();
        for group in groups {
            let shown = visible(&group.name);
            // What is there twice is a fault already.
            if !names.insert(&group.name) {
                continue;
            }
            let before = present.get(group.name.as_slice()).copied();
            let after = group.statements.as_ref().map(|statements| {
                Arc::new(GroupState { name: group.name.clone(), statements: Some(statements.clone()) })
            });
            match (before, &after) {
                (None, None) => {
                    self.plan.unchanged += 1;
                    continue;
                }
                (Some(before), Some(after)) if before == after && !present.contains_key(&*stand_in(&group.name)) => {
                    self.plan.unchanged += 1;
                    continue;
                }
                (Some(before), Some(_)) if before.statements.is_none() => {
                    self.plan.unchanged += 1;
                    let text = format!("the statements of the group {shown} are not known, and stay as they are");
                    self.plan.remarks.push(Fault { line: group.line, text });
                    continue;
                }
                (Some(_), _) if !self.present.is_complete => {
                    let text = format!(
                        "the group {shown} cannot be changed: which hosts have it only the server's files tell, and they \
                         are not here; say where they are with --conf and --leases"
                    );
                    self.fault(group.line, text);
                    continue;
                }
                _ => {}
            }
            if before.is_some() && self.present.declared_groups.contains(&group.name) {
                let text = format!(
                    "dhcpd.conf declares the group {shown}: the change stays until dhcpd is started again; change it there \
                     as well"
                );
                self.plan.remarks.push(Fault { line: group.line, text });
            }
            if after.is_some() {
                self.stand_ins.insert(stand_in(&group.name), group.name.clone());
            }
            self.plan.changes.push(Change {
                line: group.line,
                before: before.cloned().map(Object::Group),
                after: after.map(Object::Group),
            });
        }
    }

    fn hosts(&mut self, hosts: &[WantedHost]) {
        let present = self.present;
        self.left_alone = vec![true; present.hosts.len()];
        let by_name: HashMap<&[u8], usize> =
            present.hosts.iter().enumerate().map(|(number, host)| (host.name.as_slice(), number)).collect();
        let mut names: HashSet<&[u8]> = HashSet::with_capacity(hosts.len());
        let mut is_wanted = vec![false; present.hosts.len()];
        for host in hosts {
            // What is there twice is a fault already.
            if !names.insert(&host.name) {
                continue;
            }
            let number = by_name.get(host.name.as_slice()).copied();
            if let Some(number) = number {
                is_wanted[number] = true;
            }
            let before = number.map(|number| &present.hosts[number]);
            match self.after(host, before) {
                Ok(None) => self.plan.unchanged += 1,
                Ok(Some(after)) => {
                    if let Some(number) = number {
                        self.left_alone[number] = false;
                    }
                    self.plan.changes.push(Change {
                        line: host.line,
                        before: before.cloned().map(Object::Host),
                        after: after.map(|host| Object::Host(Arc::new(host))),
                    });
                }
                Err(text) => self.fault(host.line, text),
            }
        }
        let is_known = |name: &[u8]| names.contains(name) || by_name.contains_key(name);
        self.hosts_left_away(&is_known);
        let Some(scope) = &self.rules.prune else { return };
        for (number, host) in present.hosts.iter().enumerate() {
            if !is_wanted[number] && scope.has(&self.without_stand_in(host)) {
                self.left_alone[number] = false;
                let before = Some(Object::Host(host.clone()));
                self.plan.changes.push(Change { line: 0, before, after: None });
            }
        }
    }

    /// Hosts that an interrupted run has taken away, and that are neither there nor wanted: what is written down of them is
    /// all that there is.
    fn hosts_left_away(&mut self, is_known: &dyn Fn(&[u8]) -> bool) {
        let is_pruned = |host: &State| self.rules.prune.as_ref().is_some_and(|scope| scope.has(host));
        let away = self.present.away.values().filter(|host| !is_known(&host.name) && !is_pruned(host));
        let mut names: Vec<&[u8]> = away.map(|host| host.name.as_slice()).collect();
        self.plan.leaves_hosts_away = !names.is_empty();
        // Where the server's files are not here, they may be there all the same.
        if self.present.is_complete {
            names.sort_unstable();
            self.plan.remarks.extend(names.into_iter().map(|name| Fault {
                line: 0,
                text: format!(
                    "the host {} was taken away by a run that was interrupted, and is not in the file: it stays away until \
                     it is wanted again",
                    visible(name)
                ),
            }));
        }
    }

    /// What a host becomes: nothing for one that stays as it is.
    fn after(&mut self, host: &WantedHost, before: Option<&Arc<State>>) -> Result<Option<Option<State>>, String> {
        let shown = visible(&host.name);
        let Some(wish) = &host.wish else {
            return Ok(before.map(|_| None));
        };
        let before = before.map(|before| self.without_stand_in(before));
        let Some(before) = &before else {
            let fresh = State { name: host.name.clone(), untold: Some(Untold::default()), ..State::default() };
            let mut after = wish.applied_to(&fresh);
            if let Some(was) = self.present.away.get(&host.name) {
                let again = wish.applied_to(was);
                if !is_same(&again, &after) {
                    let text = format!(
                        "the host {shown} was taken away by a run that was interrupted: what the file does not say of it comes back as it was"
                    );
                    self.plan.remarks.push(Fault { line: host.line, text });
                }
                after = again;
            }
            return has_identity(&after).map(|()| Some(Some(after)));
        };
        let told;
        let is_uncompared = before.untold.is_none() && wish.wants_untold();
        let compared = match is_uncompared {
            true => {
                told = Wish { group: None, statements: None, ..wish.clone() };
                &told
            }
            false => wish,
        };
        let after = compared.applied_to(before);
        if is_same(&after, before) {
            self.uncompared += usize::from(is_uncompared);
            return Ok(None);
        }
        has_identity(&after)?;
        if update(before, compared, &after).is_some() {
            self.uncompared += usize::from(is_uncompared);
            self.warn_of_declaration(host.line, before);
            return Ok(Some(Some(after)));
        }
        let mut after = made_anew(wish, before);
        if after.untold.is_none() {
            return Err(format!(
                "the host {shown} would have to be made anew, and its group and its statements would be lost: dhcpd does \
                 not tell them; say both in the file, or where the server's files are with --conf and --leases"
            ));
        }
        if let Some(within) = before.within.as_deref().filter(|_| wish.statements.is_none()) {
            return Err(format!(
                "the host {shown} would have to be made anew, and would lose what `{}` of dhcpd.conf gives it; say its \
                 statements in the file, or change it in dhcpd.conf",
                visible(within.as_bytes())
            ));
        }
        after.within = None;
        self.warn_of_declaration(host.line, before);
        Ok(Some(Some(after)))
    }

    /// A host whose group is a stand-in that goes is one of the group that it stands for.
    fn without_stand_in(&self, host: &Arc<State>) -> Arc<State> {
        let group = host.untold.as_ref().and_then(|untold| untold.group.as_ref());
        let Some(stands_for) = group.and_then(|group| self.stand_ins.get(group)) else { return host.clone() };
        let mut host = State::clone(host);
        if let Some(untold) = &mut host.untold {
            untold.group = Some(stands_for.clone());
        }
        Arc::new(host)
    }

    /// Says that a change will not last where dhcpd.conf declares the host.
    fn warn_of_declaration(&mut self, line: u64, host: &State) {
        if host.is_declared {
            let text = format!(
                "dhcpd.conf declares the host {}: the change stays until dhcpd has written its lease file anew and is \
                 started again; change it there as well",
                visible(&host.name)
            );
            self.plan.remarks.push(Fault { line, text });
        }
    }

    /// Finds what would be refused, or would be wrong, although each line by itself is sound.
    fn check(&mut self, groups: &[WantedGroup]) {
        let mut faults = self.faults_of_hosts(groups);
        faults.append(&mut self.faults_of_removed_groups());
        self.plan.faults.append(&mut faults);
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
                        fault(format!("{} is in line {} already{advice}", key.describe(), first.get().line));
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
            (Key::Address(octets), Some(networks)) => networks.subnet_of(IpAddr::from(octets)).is_none(),
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

    fn remark(&mut self, line: u64, text: String) {
        self.plan.remarks.push(Fault { line, text });
    }

    fn remark_what_is_not_compared(&mut self) {
        if self.uncompared > 0 {
            let count = self.uncompared;
            self.remark(0, format!(
                "the group and the statements of {count} of the hosts that are there are not compared: dhcpd does not tell \
                 them, and its files are not here (--conf and --leases say where they are)"
            ));
        }
    }

    fn remark_declared_hosts_that_go(&mut self) {
        let is_pruned = |change: &&Change| change.line == 0 && change.after.is_none();
        let is_declared = |change: &&Change| change.host_before().is_some_and(|host| host.is_declared);
        let declared = self.plan.changes.iter().filter(is_pruned).filter(is_declared).count();
        if declared > 0 {
            let advice = match &self.rules.prune {
                Some(scope) if scope.is_everything() => ": --scope says which hosts may be removed",
                _ => "",
            };
            self.remark(0, format!(
                "{declared} of the hosts that are removed are declared in dhcpd.conf, and the file does not want them{advice}"
            ));
        }
    }

    /// Says what of the hosts that change or go what takes it back cannot bring back.
    fn remark_what_cannot_come_back(&mut self) {
        let mut remarks = Vec::new();
        let mut half_known = 0;
        for change in self.plan.changes.iter().filter(|change| change.after.is_none()) {
            let Some(host) = change.host_before() else { continue };
            half_known += usize::from(host.untold.is_none());
            if let Some(within) = &host.within {
                let (name, within) = (visible(&host.name), visible(within.as_bytes()));
                let text = format!(
                    "the host {name} has what `{within}` of dhcpd.conf gives it, which what takes its removal back cannot \
                     bring back"
                );
                remarks.push(Fault { line: change.line, text });
            }
        }
        for change in &self.plan.changes {
            if let Some(host) = change.host_before().filter(|host| host.has_named_address) {
                let name = visible(&host.name);
                let text = format!(
                    "the host {name} has an address by its name in dhcpd.conf, which what takes this back cannot bring back"
                );
                remarks.push(Fault { line: change.line, text });
            }
        }
        self.plan.remarks.append(&mut remarks);
        if half_known > 0 {
            self.remark(0, format!(
                "the group and the statements of {half_known} of the hosts that are removed are not known, and cannot be \
                 brought back: dhcpd does not tell them, and its files are not here"
            ));
        }
    }
}

/// Whether two hosts are the same, as far as both are known.
pub(in crate::commands) fn is_same(a: &State, b: &State) -> bool {
    let untold = match (&a.untold, &b.untold) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    untold && a.name == b.name && a.hardware == b.hardware && a.client_id == b.client_id && a.addresses == b.addresses
}

fn has_identity(state: &State) -> Result<(), String> {
    match (&state.hardware, &state.client_id) {
        (None, None) => Err(format!(
            "the host {} needs mac or client_id: without either dhcpd could not tell which client it is",
            visible(&state.name)
        )),
        _ => Ok(()),
    }
}
