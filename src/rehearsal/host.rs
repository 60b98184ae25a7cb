//! Hosts: reservations by hardware address or client identifier.

use std::collections::BTreeSet;

use crate::dhcpd::hardware;
use crate::dhcpd::statements::{self, Statement};
use crate::omapi::ResultCode;
use crate::omapi::message::integer;
use crate::omapi::server::ValueList;

use super::group::Groups;
use super::index::Index;
use super::journal::{Journal, ObjectKind};
use super::object::{Object, ParseStatements};
use super::slab::Slab;
use super::text::{self, c_string, text_of_statements};

/// Whose statements go with a host.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum HostGroup {
    /// Those of the outermost level.
    #[default]
    Root,
    /// Those of a named group, by number.
    Named(u32),
    /// Its own.
    Own(Vec<Statement>),
}

/// A host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Host {
    /// Without one until the first update is done.
    pub name: Option<Vec<u8>>,
    /// The number of the hardware type.
    pub hardware_type: u8,
    /// The hardware address.
    pub hardware: Option<Vec<u8>>,
    /// The DHCP client identifier.
    pub client_identifier: Vec<u8>,
    /// The fixed addresses, one after the other; clients may write any bytes here.
    pub fixed_address: Option<Vec<u8>>,
    /// The group named in its declaration, by number.
    pub named_group: Option<u32>,
    /// Where its statements are.
    pub group: HostGroup,
    /// Made by a client, and so kept in the lease file.
    pub dynamic: bool,
    /// Declared in dhcpd.conf, or in place of one that was.
    pub fixed: bool,
    /// It has been removed.
    pub deleted: bool,
    /// The next one with the same hardware address or client identifier: there is one chain for both.
    pub(super) next: Option<u32>,
    /// In how many places it is entered and in how many chains it stands. What a host was entered under
    /// can change afterwards, and then it stays there, as with dhcpd.
    pub(super) references: u32,
}

impl Host {
    /// The key under which its hardware is found.
    fn hardware_key(&self) -> Option<Vec<u8>> {
        Some(hardware_key(self.hardware_type, self.hardware.as_deref()?))
    }

    fn is_hardware_key(&self, key: &[u8]) -> bool {
        key.split_first() == self.hardware.as_deref().map(|address| (&self.hardware_type, address))
    }

    /// Bytes that its values take in memory, about. Those by which it is found are kept twice.
    pub(super) fn footprint(&self) -> usize {
        let statements = if let HostGroup::Own(own) = &self.group { statements::footprint(own) } else { 0 };
        let length = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, Vec::len);
        let keys = length(&self.name) + length(&self.hardware) + self.client_identifier.len();
        statements + length(&self.fixed_address) + 2 * keys
    }
}

/// What a hardware type and an address are found under.
pub(super) fn hardware_key(hardware_type: u8, address: &[u8]) -> Vec<u8> {
    [&[hardware_type], address].concat()
}

/// All hosts.
#[derive(Debug, Default)]
pub struct Hosts {
    all: Slab<Host>,
    names: Index,
    hardware: Index,
    client_identifiers: Index,
    /// Those that may have lost their last reference.
    unreferenced: BTreeSet<u32>,
}

/// By what hosts are found.
#[derive(Clone, Copy)]
enum By {
    Name,
    Hardware,
    ClientIdentifier,
}

impl Hosts {
    pub(super) fn get(&self, number: u32) -> &Host {
        &self.all[number]
    }

    pub(super) fn get_mut(&mut self, number: u32) -> &mut Host {
        &mut self.all[number]
    }

    /// Adds one that nobody can find yet.
    pub(super) fn add(&mut self, host: Host) -> u32 {
        self.all.add(host)
    }

    /// Forgets one that nobody can find; another one gets its number.
    pub(super) fn discard(&mut self, number: u32) {
        self.unreferenced.remove(&number);
        self.all.discard(number);
    }

    /// Whether it can be found, or stands in a chain.
    pub(super) fn is_kept(&self, number: u32) -> bool {
        self.get(number).references > 0
    }

    /// A host that may have lost its last reference since the last time.
    pub(super) fn also_let_go(&mut self) -> Option<u32> {
        self.unreferenced.pop_last()
    }

    fn index(&mut self, by: By) -> &mut Index {
        match by {
            By::Name => &mut self.names,
            By::Hardware => &mut self.hardware,
            By::ClientIdentifier => &mut self.client_identifiers,
        }
    }

    fn enter_under(&mut self, by: By, value: &[u8], number: u32) {
        if self.index(by).push(value, number) {
            self.get_mut(number).references += 1;
        }
    }

    fn take_first(&mut self, by: By, value: &[u8]) {
        if let Some(number) = self.index(by).pop(value) {
            self.release(number);
        }
    }

    /// Lets a host be followed by another one, or by none.
    fn link(&mut self, number: u32, next: Option<u32>) {
        if let Some(next) = next {
            self.get_mut(next).references += 1;
        }
        if let Some(before) = std::mem::replace(&mut self.get_mut(number).next, next) {
            self.release(before);
        }
    }

    fn release(&mut self, number: u32) {
        self.get_mut(number).references -= 1;
        if self.get(number).references == 0 {
            self.unreferenced.insert(number);
        }
    }

    /// Whether a host has that group.
    pub(super) fn refer_to_group(&self, group: u32) -> bool {
        self.all.iter().any(|host| host.named_group == Some(group))
    }

    pub(super) fn named(&self, name: &[u8]) -> Option<u32> {
        self.names.get(name)
    }

    /// One whose hardware type was changed after it was entered is not found, and stays entered.
    pub(super) fn with_hardware(&self, key: &[u8]) -> Option<u32> {
        self.hardware.find(key, |number| self.get(number).is_hardware_key(key))
    }

    pub(super) fn with_client_identifier(&self, identifier: &[u8]) -> Option<u32> {
        self.client_identifiers.get(identifier)
    }

    /// Makes a host known, new or changed. `journal` is where it is to be written.
    pub(super) fn enter(
        &mut self,
        number: u32,
        groups: &Groups,
        journal: Option<&mut Journal>,
    ) -> Result<(), ResultCode> {
        let mut journal = journal;
        let name = self.get(number).name.clone().expect("a host is named before it is entered");
        match self.names.get(&name) {
            None => {}
            Some(other) if self.get(other).deleted => {
                // A deletion of a host of dhcpd.conf has to be kept for ever.
                self.get_mut(number).fixed |= self.get(other).fixed;
                self.take_first(By::Name, &name);
            }
            Some(other) if other == number => {
                self.forget(number);
                if let Some(journal) = &mut journal {
                    self.write(number, groups, journal)?;
                }
                self.get_mut(number).deleted = false;
            }
            Some(_) => return Err(ResultCode::ALREADY_EXISTS),
        }
        self.enter_under(By::Name, &name, number);
        self.link(number, None);
        let chained = self.chain_hardware(number);
        self.take_identifier_from_statements(number, groups);
        self.chain_identifier(number, chained);
        match journal {
            Some(journal) => self.write(number, groups, journal),
            None => Ok(()),
        }
    }

    /// Returns whether it stands behind another now.
    fn chain_hardware(&mut self, number: u32) -> bool {
        let Some(key) = self.get(number).hardware_key() else { return false };
        match self.with_hardware(&key) {
            None => {
                self.enter_under(By::Hardware, &key, number);
                false
            }
            Some(head) => {
                self.append(head, number);
                true
            }
        }
    }

    fn chain_identifier(&mut self, number: u32, chained: bool) {
        let identifier = self.get(number).client_identifier.clone();
        if identifier.is_empty() {
            return;
        }
        match self.client_identifiers.get(&identifier) {
            None => self.enter_under(By::ClientIdentifier, &identifier, number),
            Some(_) if chained => {}
            Some(head) => self.append(head, number),
        }
    }

    /// Puts a host behind the last of a chain, unless it is in there. No more steps are made than there are hosts.
    fn append(&mut self, head: u32, number: u32) {
        let mut last = head;
        for _ in 0..self.all.bound() {
            match self.get(last).next {
                _ if last == number => return,
                None => break,
                Some(next) => last = next,
            }
        }
        if last != number {
            self.link(last, Some(number));
        }
    }

    fn take_identifier_from_statements(&mut self, number: u32, groups: &Groups) {
        let host = self.get(number);
        let own = match &host.group {
            HostGroup::Root => None,
            HostGroup::Named(group) => groups.statements(*group),
            HostGroup::Own(own) => Some(own.as_slice()),
        };
        let found = own.and_then(statements::client_identifier);
        if let Some(identifier) = found
            && (host.client_identifier.is_empty() || identifier.is_empty())
        {
            self.get_mut(number).client_identifier = identifier;
        }
    }

    /// Takes a host out of where it is found, and marks it as deleted.
    pub(super) fn forget(&mut self, number: u32) {
        if self.get(number).deleted {
            return;
        }
        self.get_mut(number).deleted = true;
        let host = self.get(number).clone();
        let hardware = host.hardware_key();
        let heads_hardware = hardware.as_deref().is_some_and(|key| self.with_hardware(key) == Some(number));
        if let Some(key) = hardware {
            match heads_hardware {
                true => {
                    self.hardware.remove(&key, number);
                    self.release(number);
                }
                false => self.unchain(self.with_hardware(&key), number),
            }
        }
        let identifier = &host.client_identifier;
        if !identifier.is_empty() {
            match self.client_identifiers.get(identifier) {
                Some(head) if head == number => self.take_first(By::ClientIdentifier, identifier),
                head => self.unchain(head, number),
            }
        }
        if let Some(next) = self.get(number).next {
            let (key, identifier) = (self.get(next).hardware_key(), self.get(next).client_identifier.clone());
            // dhcpd does this even where the one before was not the head.
            if !identifier.is_empty() {
                self.enter_under(By::ClientIdentifier, &identifier, next);
            }
            if let (true, Some(key)) = (heads_hardware, key) {
                self.enter_under(By::Hardware, &key, next);
            }
            self.link(number, None);
        }
        if let Some(name) = &host.name
            && self.names.get(name) == Some(number)
            && !host.fixed
        {
            self.take_first(By::Name, name);
        }
    }

    fn unchain(&mut self, head: Option<u32>, number: u32) {
        let mut previous = head;
        for _ in 0..self.all.bound() {
            let Some(before) = previous else { return };
            match self.get(before).next {
                Some(next) if next == number => {
                    self.link(before, self.get(number).next);
                    return;
                }
                next => previous = next,
            }
        }
    }

    /// Writes a host's block; a name that does not print cannot be written.
    pub(super) fn write(&self, number: u32, groups: &Groups, journal: &mut Journal) -> Result<(), ResultCode> {
        let host = self.get(number);
        let name = host.name.as_deref().unwrap_or_default();
        if !text::is_printable(name) {
            return Err(ResultCode::IO_ERROR);
        }
        journal.write(ObjectKind::Host, name, self.block(number, groups), host.deleted);
        Ok(())
    }

    /// A host's block of the lease file.
    pub(super) fn block(&self, number: u32, groups: &Groups) -> Vec<u8> {
        let host = self.get(number);
        let mut out = b"host ".to_vec();
        out.extend_from_slice(host.name.as_deref().unwrap_or_default());
        out.extend_from_slice(b" {");
        if host.dynamic {
            out.extend_from_slice(b"\n  dynamic;");
        }
        match host.deleted {
            true => out.extend_from_slice(b"\n  deleted;"),
            false => write_body(host, groups, &mut out),
        }
        out.extend_from_slice(b"\n}\n");
        out
    }

    /// Sets one attribute.
    pub(super) fn set(
        &mut self,
        number: u32,
        name: &[u8],
        value: Option<&[u8]>,
        groups: &Groups,
        parse: ParseStatements<'_>,
    ) -> Result<(), ResultCode> {
        let host = self.get_mut(number);
        match name {
            b"name" if host.name.is_some() => return Err(ResultCode::ALREADY_EXISTS),
            b"name" => host.name = Some(c_string(value.ok_or(ResultCode::INVALID_ARGUMENT)?)),
            b"group" => {
                let group = groups.live(value.ok_or(ResultCode::INVALID_ARGUMENT)?).ok_or(ResultCode::NOT_FOUND)?;
                host.group = HostGroup::Named(group);
                host.named_group = Some(group);
            }
            b"hardware-address" if host.hardware.is_some() => return Err(ResultCode::ALREADY_EXISTS),
            b"hardware-address" => match value {
                Some(address) if address.len() <= hardware::MAX_LENGTH => host.hardware = Some(address.to_vec()),
                _ => return Err(ResultCode::INVALID_ARGUMENT),
            },
            b"hardware-type" => {
                let number = value.and_then(integer).ok_or(ResultCode::INVALID_ARGUMENT)?;
                host.hardware_type = number as u8;
            }
            b"dhcp-client-identifier" if !host.client_identifier.is_empty() => {
                return Err(ResultCode::ALREADY_EXISTS);
            }
            b"dhcp-client-identifier" => {
                host.client_identifier = value.ok_or(ResultCode::INVALID_ARGUMENT)?.to_vec();
            }
            b"ip-address" => host.fixed_address = value.map(<[u8]>::to_vec),
            b"statements" => {
                if matches!(&host.group, HostGroup::Own(own) if !own.is_empty()) {
                    return Err(ResultCode::ALREADY_EXISTS);
                }
                host.group = HostGroup::Own(Vec::new());
                let (own, sound) = parse(text_of_statements(value)?);
                host.group = HostGroup::Own(own);
                if !sound {
                    return Err(ResultCode::BAD_PARSE);
                }
            }
            // dhcpd takes it, and forgets it.
            b"known" => {}
            _ => return Err(ResultCode::UNKNOWN_ATTRIBUTE),
        }
        Ok(())
    }

    pub(super) fn values(&self, number: u32, list: &mut ValueList<'_, Object>) {
        let host = self.get(number);
        if let Some(address) = &host.fixed_address {
            list.bytes(b"ip-address", address);
        }
        if !host.client_identifier.is_empty() {
            list.bytes(b"dhcp-client-identifier", &host.client_identifier);
        }
        if let Some(name) = &host.name {
            list.bytes(b"name", name);
        }
        if let Some(address) = &host.hardware {
            list.bytes(b"hardware-address", address);
            list.integer(b"hardware-type", host.hardware_type.into());
        }
    }
}

fn write_body(host: &Host, groups: &Groups, out: &mut Vec<u8>) {
    if let Some(address) = &host.hardware {
        text::hardware(host.hardware_type, address, out);
    }
    if !host.client_identifier.is_empty() {
        out.extend_from_slice(b"\n  uid ");
        text::identifier(&host.client_identifier, text::is_printable, out);
        out.push(b';');
    }
    if let Some(addresses) = &host.fixed_address {
        out.extend_from_slice(b"\n  fixed-address ");
        let addresses: Vec<String> = addresses.chunks_exact(4).map(dotted).collect();
        out.extend_from_slice(addresses.join(",").as_bytes());
        out.push(b';');
    }
    if let Some(group) = host.named_group {
        out.extend_from_slice(b"\n  group \"");
        out.extend_from_slice(groups.name(group));
        out.extend_from_slice(b"\";");
    }
    if let HostGroup::Own(own) = &host.group {
        statements::write(own, 8, out);
    }
}

fn dotted(address: &[u8]) -> String {
    address.iter().map(u8::to_string).collect::<Vec<_>>().join(".")
}
