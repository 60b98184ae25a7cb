//! All objects together, as the OMAPI server wants them.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::dhcpd::leases::State;
use crate::dhcpd::statements::{self, Definitions, Statement};
use crate::omapi::message::{NamedValue, Values, integer};
use crate::omapi::server::{LookUp, ObjectType, Store, ValueList};
use crate::omapi::{ResultCode, server};

use super::class::{Class, Classes};
use super::failover::FailoverPeer;
use super::group::{Group, Groups};
use super::host::{Host, Hosts};
use super::journal::{Change, Journal, ObjectKind};
use super::lease::{Leases, agree, lease_block, looked_up_hardware};
use super::object::Object;

/// Objects that clients may make, of all types together.
const MAX_CREATED: usize = 1 << 20;

/// Bytes that the objects that clients have changed may take, what is remembered of the changes included;
/// leases have a limit of their own.
const MAX_SET_BYTES: usize = 256 << 20;

/// In how many places a value is kept at most: in its object, in what that is found under, and in the
/// journal as a name, as what that is found under, and in a block.
const COPIES: usize = 5;

/// What `state` = 2 of the `control` object means.
const SHUTDOWN: u32 = 2;

/// A network interface.
#[derive(Debug, Default)]
pub(super) struct Interface {
    /// Empty until the client that makes it has named it.
    pub(super) name: Vec<u8>,
    /// A client has removed it; it is found all the same.
    pub(super) removed: bool,
}

/// dhcpd's objects, and what becomes of them.
#[derive(Debug, Default)]
pub struct Rehearsal {
    pub(super) hosts: Hosts,
    pub(super) groups: Groups,
    pub(super) classes: Classes,
    pub(super) leases: Leases,
    pub(super) failover_peers: Vec<FailoverPeer>,
    pub(super) interfaces: Vec<Interface>,
    pub(super) definitions: Definitions,
    pub(super) journal: Journal,
    /// Objects that clients made.
    pub(super) created: HashSet<Object>,
    /// Bytes that each object takes that clients have changed, and all of these together.
    pub(super) set_bytes: HashMap<Object, usize>,
    pub(super) all_set_bytes: usize,
    pub(super) generated: u64,
    pub(super) shut_down: bool,
}

impl Rehearsal {
    /// From now on counts what is changed, and writes every block that dhcpd would write to `file`,
    /// if there is one.
    pub fn start(&mut self, file: Option<Box<dyn Write + Send>>) {
        self.leases.expire(now(), &mut self.journal);
        while let Some(number) = self.hosts.also_let_go() {
            if !self.hosts.is_kept(number) {
                self.hosts.discard(number);
            }
        }
        self.journal.start(file);
    }

    /// What was changed since the start.
    pub fn changes(&self) -> Vec<&Change> {
        self.journal.changes()
    }

    /// The end of the file of blocks: what went wrong in writing it, if anything.
    pub fn finish(&mut self) -> io::Result<()> {
        self.journal.finish()
    }

    fn look_up_host(&self, by: LookUp<'_, Object>) -> Result<u32, ResultCode> {
        let live = |number: Option<u32>| number.filter(|&number| !self.hosts.get(number).deleted);
        let also = |found: Option<u32>, number: Option<u32>| -> Result<u32, ResultCode> {
            agree(found, if found.is_some() { number } else { live(number) })
        };
        let mut found = match by.handle? {
            None => None,
            Some(Object::Host(number)) => live(Some(number)),
            Some(_) => return Err(ResultCode::INVALID_ARGUMENT),
        };
        if let Some(identifier) = by.values.get(b"dhcp-client-identifier") {
            found = Some(also(found, self.hosts.with_client_identifier(identifier))?);
        }
        if let Some(key) = looked_up_hardware(by.values)? {
            found = Some(also(found, self.hosts.with_hardware(&key))?);
        }
        if let Some(address) = by.values.get(b"ip-address") {
            // Not the host's fixed address: whoever has the lease of that address.
            let lease = self.leases.with_address(address);
            let hardware = lease.and_then(|number| self.leases.get(number).record().hardware.as_ref());
            let host = hardware.and_then(|(hardware_type, address)| {
                self.hosts.with_hardware(&super::host::hardware_key(*hardware_type, address))
            });
            match (found, host) {
                (Some(one), Some(other)) if one != other => return Err(ResultCode::KEY_CONFLICT),
                (Some(_), _) => {}
                (None, host) => found = Some(live(host).ok_or(ResultCode::NOT_FOUND)?),
            }
        }
        if let Some(name) = by.values.get(b"name") {
            found = Some(also(found, self.hosts.named(name))?);
        }
        found.ok_or(ResultCode::NO_KEY_SPECIFIED)
    }

    fn look_up_group(&self, by: LookUp<'_, Object>) -> Result<u32, ResultCode> {
        let mut found = match by.handle? {
            None => None,
            Some(Object::Group(number)) => Some(number),
            Some(_) => return Err(ResultCode::INVALID_ARGUMENT),
        };
        if let Some(name) = by.values.get(b"name") {
            found = match (found, self.groups.named(name)) {
                (Some(one), Some(other)) if one != other => return Err(ResultCode::KEY_CONFLICT),
                (None, None) => return Err(ResultCode::NOT_FOUND),
                (one, other) => one.or(other),
            };
        }
        let found = found.ok_or(ResultCode::NO_KEY_SPECIFIED)?;
        if self.groups.get(found).deleted { Err(ResultCode::NOT_FOUND) } else { Ok(found) }
    }

    fn look_up_class(&self, values: Values<'_>, subclass: bool) -> Result<u32, ResultCode> {
        let name = values.get(b"name").ok_or(ResultCode::NO_KEY_SPECIFIED)?;
        let class = self.classes.named(&super::text::c_string(name)).ok_or(ResultCode::NOT_FOUND)?;
        if !subclass {
            return Ok(class);
        }
        let hash_string = values.get(b"hashstring").ok_or(ResultCode::NO_KEY_SPECIFIED)?;
        self.classes.subclass(class, hash_string).ok_or(ResultCode::NOT_FOUND)
    }

    fn look_up_named(&self, by: LookUp<'_, Object>, object_type: &[u8]) -> Result<Object, ResultCode> {
        let is_interface = object_type == b"interface";
        let mut found = match by.handle? {
            None => None,
            Some(object @ Object::Interface(_)) if is_interface => Some(object),
            Some(object @ Object::FailoverPeer(_)) if !is_interface => Some(object),
            Some(_) => return Err(ResultCode::INVALID_ARGUMENT),
        };
        if let Some(name) = by.values.get(b"name") {
            let number = match is_interface {
                true => self.interfaces.iter().position(|interface| interface.name == name && !name.is_empty()),
                false => self.failover_peers.iter().position(|peer| peer.name == name),
            };
            let object = number.map(|number| match is_interface {
                true => Object::Interface(number as u32),
                false => Object::FailoverPeer(number as u32),
            });
            found = Some(agree(found, object)?);
        }
        found.ok_or(ResultCode::NO_KEY_SPECIFIED)
    }

    /// Notes how an object is, for the summary; what of is to be told to [`Journal::unchanged`] afterwards.
    fn note(&mut self, object: Object) -> Option<(ObjectKind, Vec<u8>)> {
        let time = now();
        let Rehearsal { hosts, groups, classes, leases, journal, .. } = self;
        let (kind, name) = match object {
            Object::Host(number) if !hosts.get(number).deleted => (ObjectKind::Host, hosts.get(number).name.clone()?),
            Object::Group(number) if !groups.get(number).deleted => {
                (ObjectKind::Group, groups.get(number).name.clone()?)
            }
            Object::Class(number) if !classes.get(number).deleted => (ObjectKind::Class, classes.full_name(number)),
            Object::Subclass(number) if !classes.get(number).deleted => {
                (ObjectKind::Subclass, classes.full_name(number))
            }
            Object::Lease(number) => (ObjectKind::Lease, leases.get(number).name()),
            _ => return None,
        };
        journal.before(kind, &name, || match object {
            Object::Host(number) => hosts.block(number, groups),
            Object::Group(number) => groups.block(number),
            Object::Class(number) | Object::Subclass(number) => classes.block(number),
            Object::Lease(number) => lease_block(leases.get(number), time),
            _ => Vec::new(),
        });
        Some((kind, name))
    }

    /// Whether there is room for what a client wants to set.
    fn has_room(&self, object: Object, values: &[NamedValue<'_>]) -> bool {
        let more: usize = values.iter().map(|pair| pair.value.map_or(0, <[u8]>::len)).sum();
        let taken = self.all_set_bytes + self.journal.footprint();
        matches!(object, Object::Lease(_)) || taken + COPIES * more <= MAX_SET_BYTES
    }

    /// Counts what an object takes that a client has changed.
    fn count(&mut self, object: Object) {
        let bytes = match object {
            Object::Host(number) => self.hosts.get(number).footprint(),
            Object::Group(number) => self.groups.get(number).footprint(),
            Object::Class(number) | Object::Subclass(number) => self.classes.get(number).footprint(),
            _ => return,
        };
        let before = self.set_bytes.insert(object, bytes).unwrap_or_default();
        self.all_set_bytes = self.all_set_bytes + bytes - before;
    }

    fn set(&mut self, object: Object, name: &[u8], value: Option<&[u8]>) -> Result<(), ResultCode> {
        let Rehearsal { hosts, groups, classes, leases, definitions, journal, .. } = self;
        let parse = |text: &[u8]| -> (Vec<Statement>, bool) {
            let (own, outcome) = statements::parse_attribute(text, definitions, &|name| classes.named(name).is_some());
            (own, outcome.is_ok())
        };
        match object {
            Object::Host(number) => hosts.set(number, name, value, groups, &parse),
            Object::Group(number) => groups.set(number, name, value, &parse),
            Object::Lease(number) => leases.set(number, name, value, now(), journal),
            Object::Class(number) | Object::Subclass(number) => classes.set(number, name, value, groups),
            Object::FailoverPeer(number) => self.failover_peers[number as usize].set(name, value, now()),
            Object::Control if name == b"state" => {
                match value.and_then(integer).ok_or(ResultCode::INVALID_ARGUMENT)? {
                    SHUTDOWN => {
                        self.shut_down = true;
                        Ok(())
                    }
                    _ => Err(ResultCode::INVALID_ARGUMENT),
                }
            }
            // The longest name of an interface on Linux.
            Object::Interface(number) if name == b"name" => {
                let name = value.filter(|name| name.len() <= 15).ok_or(ResultCode::INVALID_ARGUMENT)?;
                self.interfaces[number as usize].name = name.to_vec();
                Ok(())
            }
            Object::Pool(_) => Err(ResultCode::UNKNOWN_ATTRIBUTE),
            Object::Control | Object::Interface(_) | Object::Subnet(_) => Err(ResultCode::NOT_FOUND),
        }
    }

    /// What an object does when all attributes are set.
    fn updated(&mut self, object: Object) -> Result<(), ResultCode> {
        match object {
            Object::Host(number) => {
                let host = self.hosts.get(number);
                if host.hardware.is_none() && host.client_identifier.is_empty() {
                    return Err(ResultCode::INVALID_ARGUMENT);
                }
                if host.name.is_none() {
                    let name = self.generate_name("nh");
                    self.hosts.get_mut(number).name = Some(name);
                }
                self.hosts.enter(number, &self.groups, Some(&mut self.journal))
            }
            Object::Group(number) => {
                if self.groups.get(number).statements.is_none() {
                    return Err(ResultCode::INVALID_ARGUMENT);
                }
                if self.groups.get(number).name.is_none() {
                    let name = self.generate_name("ng");
                    self.groups.set_generated_name(number, name);
                }
                self.groups.enter(number);
                // dhcpd does not tell when it could not write a group.
                let _ = self.groups.write(number, &mut self.journal);
                Ok(())
            }
            Object::Class(number) | Object::Subclass(number) => self.classes.updated(number, &mut self.journal),
            _ => Ok(()),
        }
    }

    /// `nh` or `ng` and 20 hexadecimal digits: the time, and what is an address in dhcpd.
    fn generate_name(&mut self, prefix: &str) -> Vec<u8> {
        self.generated += 1;
        format!("{prefix}{:08x}{:012x}", now(), 0x5500_0000_0000 + self.generated * 0x190).into_bytes()
    }
}

impl Store for Rehearsal {
    type Object = Object;

    fn object_type(&self, name: &[u8]) -> server::ObjectType {
        match name {
            b"host" | b"lease" | b"group" | b"class" | b"subclass" | b"control" | b"interface" | b"failover-state"
            | b"subnet" | b"shared-network" | b"pool" => ObjectType::Searchable,
            b"connection" | b"listener" | b"io" | b"generic" | b"protocol" | b"protocol-listener" | b"message"
            | b"waiter" | b"failover-link" | b"failover-listener" => ObjectType::Unsearchable,
            _ => ObjectType::Unknown,
        }
    }

    fn look_up(&self, object_type: &[u8], by: LookUp<'_, Object>) -> Result<Object, ResultCode> {
        match object_type {
            b"host" => self.look_up_host(by).map(Object::Host),
            b"lease" => self.leases.look_up(by).map(Object::Lease),
            b"group" => self.look_up_group(by).map(Object::Group),
            b"class" => self.look_up_class(by.values, false).map(Object::Class),
            b"subclass" => self.look_up_class(by.values, true).map(Object::Subclass),
            b"interface" | b"failover-state" => self.look_up_named(by, object_type),
            b"control" => match by.handle? {
                None | Some(Object::Control) => Ok(Object::Control),
                Some(_) => Err(ResultCode::INVALID_ARGUMENT),
            },
            // dhcpd finds none of the others, however it is asked.
            _ => Err(ResultCode::NO_KEY_SPECIFIED),
        }
    }

    fn create(&mut self, object_type: &[u8]) -> Result<Object, ResultCode> {
        let code = match object_type {
            b"control" => Some(ResultCode::PERMISSION_DENIED),
            b"host" | b"group" | b"class" | b"subclass" | b"interface" => None,
            _ => Some(ResultCode::NOT_IMPLEMENTED),
        };
        if let Some(code) = code {
            return Err(code);
        }
        if self.created.len() >= MAX_CREATED {
            return Err(ResultCode::NO_RESOURCES);
        }
        let object = match object_type {
            b"host" => Object::Host(self.hosts.add(Host { dynamic: true, ..Host::default() })),
            b"group" => Object::Group(self.groups.add(Group { dynamic: true, ..Group::default() })),
            b"class" => Object::Class(self.classes.add(Class { dynamic: true, ..Class::default() })),
            b"subclass" => {
                let class = Class { dynamic: true, is_subclass: true, ..Class::default() };
                Object::Subclass(self.classes.add(class))
            }
            _ => {
                self.interfaces.push(Interface::default());
                Object::Interface((self.interfaces.len() - 1) as u32)
            }
        };
        self.created.insert(object);
        Ok(object)
    }

    fn is_kept(&self, object: Object) -> bool {
        match object {
            Object::Host(number) => self.hosts.is_kept(number),
            Object::Group(number) => self.groups.is_kept(number) || self.hosts.refer_to_group(number),
            Object::Class(number) | Object::Subclass(number) => self.classes.is_kept(number),
            Object::Interface(number) => !self.interfaces[number as usize].name.is_empty(),
            _ => true,
        }
    }

    fn also_let_go(&mut self) -> Option<Object> {
        self.hosts.also_let_go().map(Object::Host)
    }

    fn discard(&mut self, object: Object) {
        match object {
            Object::Host(number) => self.hosts.discard(number),
            Object::Group(number) => self.groups.discard(number),
            Object::Class(number) | Object::Subclass(number) => self.classes.discard(number),
            Object::Interface(number) if number as usize + 1 == self.interfaces.len() => {
                self.interfaces.pop();
            }
            _ => {}
        }
        self.created.remove(&object);
        self.all_set_bytes -= self.set_bytes.remove(&object).unwrap_or_default();
    }

    fn update(&mut self, object: Object, values: &[NamedValue<'_>], handle: u32) -> Result<(), ResultCode> {
        self.leases.expire(now(), &mut self.journal);
        if !self.has_room(object, values) {
            return Err(ResultCode::NO_RESOURCES);
        }
        let noted = self.note(object);
        let mut outcome = Ok(());
        for pair in values {
            match self.set(object, pair.name, pair.value) {
                Ok(()) | Err(ResultCode::UNCHANGED) => {}
                refusal => {
                    outcome = refusal;
                    break;
                }
            }
        }
        if outcome.is_ok() {
            if let (Object::Lease(number), 1..) = (object, handle) {
                self.leases.bind_handle(number, handle, now(), &mut self.journal);
            }
            outcome = self.updated(object);
        }
        self.count(object);
        if let Some((kind, name)) = noted {
            self.journal.unchanged(kind, &name);
        }
        outcome
    }

    fn values(&self, object: Object, list: &mut ValueList<'_, Object>) {
        match object {
            Object::Host(number) => self.hosts.values(number, list),
            Object::Lease(number) => self.leases.values(number, list),
            Object::Group(number) => self.groups.values(number, list),
            Object::Class(number) | Object::Subclass(number) => self.classes.values(number, list),
            Object::FailoverPeer(number) => self.failover_peers[number as usize].values(list),
            Object::Interface(_) => list.bytes(b"state", b"up"),
            Object::Control => list.integer(b"state", 0),
            Object::Subnet(_) => {}
            Object::Pool(number) => {
                list.integer(b"lease-count", self.leases.count_in(number, |_| true));
                list.integer(b"free-leases", self.leases.count_in(number, |state| state == State::Free));
                list.integer(b"backup-leases", self.leases.count_in(number, |state| state == State::Backup));
            }
        }
    }

    fn remove(&mut self, object: Object) -> Result<(), ResultCode> {
        self.leases.expire(now(), &mut self.journal);
        let noted = self.note(object);
        let outcome = match object {
            Object::Host(number) => {
                if !self.hosts.get(number).deleted {
                    self.hosts.forget(number);
                    // dhcpd does not tell when it could not write the deletion.
                    let _ = self.hosts.write(number, &self.groups, &mut self.journal);
                }
                Ok(())
            }
            Object::Group(number) => self.groups.remove(number, &mut self.journal),
            Object::Class(number) | Object::Subclass(number) => {
                self.classes.remove(number, &mut self.journal);
                Ok(())
            }
            Object::Control => Err(ResultCode::PERMISSION_DENIED),
            Object::Interface(number) => match std::mem::replace(&mut self.interfaces[number as usize].removed, true) {
                true => Err(ResultCode::NOT_FOUND),
                false => Ok(()),
            },
            _ => Err(ResultCode::NOT_IMPLEMENTED),
        };
        if let Some((kind, name)) = noted {
            self.journal.unchanged(kind, &name);
        }
        outcome
    }

    fn shuts_down(&self) -> bool {
        self.shut_down
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as u32)
}
