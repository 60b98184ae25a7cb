//! A server as a model of dhcpd's rules: what it has, and what it does when steps are carried out on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use crate::commands::bulk::plan::{Action, Object, Plan, Step};
use crate::commands::bulk::present::{GroupState, Present};
use crate::commands::bulk::wanted::{Wanted, WantedHost};
use crate::commands::live::host::state::{State, Untold};
use crate::commands::live::values::ETHERNET;
use crate::omapi::Attributes;

/// What a server has.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Model {
    pub(super) hosts: BTreeMap<Vec<u8>, State>,
    pub(super) groups: BTreeMap<Vec<u8>, String>,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, statements) in &self.groups {
            writeln!(f, "group {}: {statements}", name.escape_ascii())?;
        }
        for host in self.hosts.values() {
            writeln!(f, "host {}", shown(host))?;
        }
        Ok(())
    }
}

pub(super) fn shown(host: &State) -> String {
    let untold = host.untold.clone().unwrap_or_default();
    let group = untold.group.as_deref().map(|group| group.escape_ascii().to_string());
    let (name, has) = (host.name.escape_ascii(), host.describe());
    format!("{name}: {has}, group {group:?}, {}", untold.statements)
}

/// Steps, a line each.
pub(super) fn shown_steps(plan: &Plan) -> String {
    let line = |step: &Step| match &step.action {
        Action::Create(object) => format!("{} create {}\n", step.change, shown_object(object)),
        Action::Remove(object) => format!("{} remove {}\n", step.change, shown_object(object)),
        Action::Update { from, to, .. } => format!("{} update {}\n    to {}\n", step.change, shown(from), shown(to)),
    };
    plan.steps.iter().map(line).collect()
}

pub(super) fn shown_object(object: &Object) -> String {
    match object {
        Object::Host(host) => format!("host {}", shown(host)),
        Object::Group(group) => format!("group {}: {:?}", group.name.escape_ascii(), group.statements),
    }
}

/// What dhcpd does not take.
pub(super) type Refusal = String;

impl Model {
    /// Takes a host, if no other one has its name or that by which a client is told.
    pub(super) fn add(&mut self, host: &State) -> Result<(), Refusal> {
        if self.hosts.contains_key(&host.name) {
            return Err("the name is taken".to_owned());
        }
        self.look_for_conflicts(host)?;
        self.hosts.insert(host.name.clone(), host.clone());
        Ok(())
    }

    pub(super) fn look_for_conflicts(&self, host: &State) -> Result<(), Refusal> {
        for other in self.hosts.values().filter(|other| other.name != host.name) {
            if host.hardware.is_some() && host.hardware == other.hardware {
                return Err(format!("{:?} has the hardware address", other.name));
            }
            if host.client_id.is_some() && host.client_id == other.client_id {
                return Err(format!("{:?} has the client identifier", other.name));
            }
        }
        match host.untold.as_ref().and_then(|untold| untold.group.as_ref()) {
            Some(group) if !self.groups.contains_key(group) => Err(format!("there is no group {group:?}")),
            _ => Ok(()),
        }
    }

    /// Does what a request with these attributes does: what a host has it keeps, but for addresses and its group.
    pub(super) fn change(&mut self, name: &[u8], attributes: &Attributes) -> Result<(), Refusal> {
        let mut host = self.hosts.get(name).cloned().ok_or("there is no such host")?;
        let mut untold = host.untold.take().unwrap_or_default();
        for (attribute, value) in attributes.iter() {
            let value = value.map(<[u8]>::to_vec);
            match (attribute, value) {
                (b"ip-address", value) => host.addresses = value.unwrap_or_default(),
                (b"hardware-address", Some(value)) if host.hardware.is_none() => {
                    host.hardware = Some((attributes.integer("hardware-type").unwrap_or(ETHERNET), value));
                }
                (b"hardware-type", Some(_)) => {}
                (b"dhcp-client-identifier", Some(value)) if host.client_id.is_none() => host.client_id = Some(value),
                // The statements go with the group.
                (b"group", Some(value)) => untold = Untold { group: Some(value), statements: String::new() },
                (b"statements", Some(value)) if untold.statements.is_empty() => {
                    untold.statements = String::from_utf8(value).expect("statements are text");
                }
                (attribute, value) => return Err(format!("no {} for {}", value.is_some(), attribute.escape_ascii())),
            }
        }
        host.untold = Some(untold);
        self.look_for_conflicts(&host)?;
        self.hosts.insert(name.to_vec(), host);
        Ok(())
    }

    pub(super) fn carry_out(&mut self, action: &Action) -> Result<(), Refusal> {
        match action {
            Action::Create(Object::Host(host)) => self.add(host),
            Action::Update { from, to, attributes } => {
                self.expect(from)?;
                self.change(&from.name, attributes)?;
                self.expect(to)
            }
            Action::Remove(Object::Host(host)) => {
                self.expect(host)?;
                self.hosts.remove(&host.name).map(|_| ()).ok_or_else(|| "there is no such host".to_owned())
            }
            Action::Create(Object::Group(group)) => {
                let statements = group.statements.clone().unwrap_or_default();
                match self.groups.insert(group.name.clone(), statements) {
                    _ if group.statements.as_ref().is_none_or(String::is_empty) => {
                        Err("it has no statements".to_owned())
                    }
                    Some(_) => Err("there is such a group".to_owned()),
                    None => Ok(()),
                }
            }
            Action::Remove(Object::Group(group)) => {
                let has_it = |host: &&State| group_of(host) == Some(&group.name);
                if let Some(host) = self.hosts.values().find(has_it) {
                    return Err(format!("{:?} has that group", host.name));
                }
                self.groups.remove(&group.name).map(|_| ()).ok_or_else(|| "there is no such group".to_owned())
            }
        }
    }

    /// Finds what the plan has taken a host for.
    pub(super) fn expect(&self, host: &State) -> Result<(), Refusal> {
        let now = self.hosts.get(&host.name).ok_or("there is no such host")?;
        let is_known = host.untold.is_some();
        let expected = State { untold: host.untold.clone().filter(|_| is_known), ..host.clone() };
        let now = State { untold: now.untold.clone().filter(|_| is_known), ..now.clone() };
        if now == expected { Ok(()) } else { Err(format!("expected {expected:?}, it is {now:?}")) }
    }

    /// Addresses that several hosts have.
    pub(super) fn shared_addresses(&self) -> BTreeSet<Vec<u8>> {
        let mut counts: HashMap<Vec<u8>, usize> = HashMap::new();
        for host in self.hosts.values() {
            let own: BTreeSet<&[u8]> = host.addresses.chunks(4).collect();
            own.into_iter().for_each(|address| *counts.entry(address.to_vec()).or_default() += 1);
        }
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(address, _)| address).collect()
    }

    /// All of it, as the server's files tell it.
    pub(super) fn as_files_tell(&self) -> Present {
        let group = |(name, statements): (&Vec<u8>, &String)| {
            Arc::new(GroupState { name: name.clone(), statements: Some(statements.clone()) })
        };
        Present {
            hosts: self.hosts.values().cloned().map(Arc::new).collect(),
            groups: self.groups.iter().map(group).collect(),
            is_complete: true,
            ..Present::default()
        }
    }

    /// What it tells when it is asked about what is wanted.
    pub(super) fn as_it_tells(&self, wanted: &Wanted) -> Present {
        let is_asked_about = |host: &&State| {
            wanted.hosts.iter().any(|one| {
                let hardware = one.wish.as_ref().and_then(|wish| wish.hardware.clone().flatten());
                let client_id = one.wish.as_ref().and_then(|wish| wish.client_id.clone().flatten());
                one.name == host.name
                    || (hardware.is_some() && hardware == host.hardware)
                    || (client_id.is_some() && client_id == host.client_id)
            })
        };
        let is_named = |name: &&Vec<u8>| {
            let of_host =
                |host: &WantedHost| host.wish.as_ref().is_some_and(|wish| wish.group == Some(Some((*name).clone())));
            wanted.groups.iter().any(|group| group.name == **name) || wanted.hosts.iter().any(of_host)
        };
        let told = |host: &State| Arc::new(State { untold: None, ..host.clone() });
        let group = |name: &Vec<u8>| Arc::new(GroupState { name: name.clone(), statements: None });
        Present {
            hosts: self.hosts.values().filter(is_asked_about).map(told).collect(),
            groups: self.groups.keys().filter(is_named).map(group).collect(),
            ..Present::default()
        }
    }

    /// Carries out a plan, and asserts that nothing is refused and that no address has two hosts on the way.
    pub(super) fn carry_out_all(&mut self, plan: &Plan, may_share: bool) {
        let shared_before = self.shared_addresses();
        for Step { action, .. } in &plan.steps {
            if let Err(why) = self.carry_out(action) {
                panic!("{action:?} is refused: {why}\n{}", shown_steps(plan));
            }
            if !may_share {
                let shared = self.shared_addresses();
                assert!(
                    shared.is_subset(&shared_before),
                    "{action:?} makes hosts share {shared:?}\n{}",
                    shown_steps(plan)
                );
            }
        }
    }
}

pub(super) fn group_of(host: &State) -> Option<&Vec<u8>> {
    host.untold.as_ref()?.group.as_ref()
}
