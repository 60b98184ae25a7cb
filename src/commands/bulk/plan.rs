//! What has to change for a server to have what is wanted, and what is in the way of that: all of it is found before
//! anything is changed.
//!
//! - `faults`: what is in the way; `remarks`: what people should know.

mod faults;
mod remarks;

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::commands::live::group::HARMLESS;
use crate::commands::live::host::edits::{made_anew, update};
use crate::commands::live::host::state::{State, Untold};
use crate::commands::live::host::text::are_written_amiss;
use crate::commands::live::host::wish::Wish;
use crate::dhcpd::options::Definitions;
use crate::omapi::Attributes;
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
    /// Groups first, then hosts as the file has them, then those that are pruned.
    pub(in crate::commands) changes: Vec<Change>,
    /// The requests that they come to, in the order in which they are to be carried out; none where there are faults.
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
    /// What it was; `None` for one that is new.
    pub(in crate::commands) before: Option<Object>,
    /// What it is to be; `None` for one that goes. One of both there always is.
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
    /// Makes an object that is not there.
    Create(Object),
    /// Sends a host these attributes, which make one of the other.
    Update { from: Arc<State>, to: Arc<State>, attributes: Attributes },
    /// Removes an object, which is like that.
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

    /// What can be sent of it: without statements that the lease file cannot keep, but a group with some.
    pub(in crate::commands) fn sendable(&self) -> Object {
        match self {
            Object::Host(host) => Object::Host(Arc::new(host.sendable())),
            Object::Group(group) if self.is_written_amiss() => {
                Object::Group(Arc::new(GroupState { name: group.name.clone(), statements: Some(HARMLESS.to_owned()) }))
            }
            Object::Group(_) => self.clone(),
        }
    }

    /// Whether the lease file cannot keep its statements.
    pub(in crate::commands) fn is_written_amiss(&self) -> bool {
        self.statements().is_some_and(are_written_amiss)
    }

    /// Its own statements, where they are known.
    pub(in crate::commands) fn statements(&self) -> Option<&str> {
        match self {
            Object::Host(host) => host.untold.as_ref().map(|untold| untold.statements.as_str()),
            Object::Group(group) => group.statements.as_deref(),
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
pub(in crate::commands) enum Key<'a> {
    /// The number of the hardware type, and the octets: of one host only.
    Hardware(u32, &'a [u8]),
    /// A client identifier: of one host only.
    ClientId(&'a [u8]),
    /// A fixed address: dhcpd lets several hosts have one.
    Address(IpAddr),
}

/// The keys of a host.
pub(in crate::commands) fn keys(host: &State) -> impl Iterator<Item = Key<'_>> {
    let hardware = host.hardware.as_ref().map(|(kind, address)| Key::Hardware(*kind, address));
    let client_id = host.client_id.as_deref().map(Key::ClientId);
    let addresses = host.addresses().map(Key::Address);
    hardware.into_iter().chain(client_id).chain(addresses)
}

impl Key<'_> {
    /// What it is called.
    pub(in crate::commands) fn kind(self) -> &'static str {
        match self {
            Key::Hardware(..) => "hardware address",
            Key::ClientId(_) => "client identifier",
            Key::Address(_) => "address",
        }
    }

    fn describe(self) -> String {
        match self {
            Key::Hardware(_, address) => {
                format!("the hardware address {}", crate::render::text::colon_hex(address))
            }
            Key::ClientId(_) => "the client identifier".to_owned(),
            Key::Address(address) => format!("the address {address}"),
        }
    }
}

/// Plans what makes a server have what is wanted.
pub(in crate::commands) fn plan(wanted: &Wanted, present: &Present, rules: &Rules) -> Plan {
    let mut planner = Planner {
        wanted,
        present,
        rules,
        // Without its dhcpd.conf, the server is taken to know what the file's statements name.
        definitions: if present.networks.is_some() { &present.definitions } else { &wanted.definitions },
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
    planner.remark_what_the_lease_file_changes();
    if planner.plan.faults.is_empty() {
        planner.plan.steps = order::steps(&planner.plan.changes, present);
        planner.check_steps();
        planner.remark_doubts_about_meaning();
    }
    let mut plan = planner.plan;
    plan.faults.sort_by_key(|fault| fault.line);
    plan
}

struct Planner<'a> {
    wanted: &'a Wanted,
    present: &'a Present,
    rules: &'a Rules,
    /// The options that the server's statements may name.
    definitions: &'a Definitions,
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
                        before: before.map(|before| Object::Host(before.clone())),
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

    /// What a host becomes: nothing for one that stays as it is.
    fn after(&mut self, host: &WantedHost, before: Option<&Arc<State>>) -> Result<Option<Option<State>>, String> {
        match (&host.wish, before) {
            (None, before) => Ok(before.map(|_| None)),
            (Some(wish), None) => self.made_fresh(host, wish).map(|after| Some(Some(after))),
            (Some(wish), Some(before)) => {
                let before = self.without_stand_in(before);
                self.changed(host.line, wish, &before).map(|after| after.map(Some))
            }
        }
    }

    /// What a host becomes that is not there. Of one that an interrupted run has taken away, what the file does not say is
    /// as it was.
    fn made_fresh(&mut self, host: &WantedHost, wish: &Wish) -> Result<State, String> {
        let fresh = State { name: host.name.clone(), untold: Some(Untold::default()), ..State::default() };
        let mut after = wish.applied_to(&fresh);
        if let Some(was) = self.present.away.get(&host.name) {
            let again = wish.applied_to(was);
            if !is_same(&again, &after) {
                let shown = visible(&host.name);
                let text = format!(
                    "the host {shown} was taken away by a run that was interrupted: what the file does not say of it comes back as it was"
                );
                self.plan.remarks.push(Fault { line: host.line, text });
            }
            after = again;
        }
        has_identity(&after)?;
        Ok(after)
    }

    /// What a host that is there becomes; nothing where it stays as it is.
    fn changed(&mut self, line: u64, wish: &Wish, before: &State) -> Result<Option<State>, String> {
        let shown = visible(&before.name);
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
            self.warn_of_declaration(line, before);
            return Ok(Some(after));
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
        self.warn_of_declaration(line, before);
        Ok(Some(after))
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
