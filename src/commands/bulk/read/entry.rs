//! An entry of a table or of JSON: its fields as text, and what they come to.

use std::fmt::Display;
use std::net::IpAddr;

use crate::commands::bulk::wanted::{Wanted, WantedGroup, WantedHost};
use crate::commands::live::host::text::{client_identifier_in, normal_statements, without_client_identifier};
use crate::commands::live::host::wish::Wish;
use crate::commands::live::values::{self, ETHERNET, NameOf, of_one_family};
use crate::render::text::visible;

/// The fields that an entry may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Kind,
    Name,
    Mac,
    HardwareType,
    ClientId,
    Addresses,
    Group,
    Statements,
    Absent,
    /// What `hosts` tells beyond that, and nobody can want.
    Told,
    /// A column of a table without a name, in which nothing may stand.
    Nameless,
}

impl Field {
    /// The field of that name, which may be written as other programs write it. In a listing of `hosts`, columns such as
    /// `host_name` show what the statements say.
    pub(super) fn of(name: &str, is_listing: bool) -> Option<Field> {
        let name: String = name.trim().chars().map(|sign| if matches!(sign, '-' | ' ') { '_' } else { sign }).collect();
        Some(match name.to_ascii_lowercase().as_str() {
            "host_name" | "filename" | "next_server" if is_listing => Field::Told,
            "kind" => Field::Kind,
            "name" | "host" | "hostname" | "host_name" => Field::Name,
            "mac" | "hardware" | "hardware_address" | "mac_address" | "hwaddr" => Field::Mac,
            "hardware_type" => Field::HardwareType,
            "client_id" | "client_identifier" | "dhcp_client_identifier" | "uid" => Field::ClientId,
            "addresses" | "address" | "ip" | "ip_address" | "fixed_address" => Field::Addresses,
            "group" => Field::Group,
            "statements" => Field::Statements,
            "absent" => Field::Absent,
            "undo" | "subnet" | "made_by" | "origin" | "path" | "server" | "host_identifier" => Field::Told,
            _ => return None,
        })
    }

    /// Whether fields are those of a listing of `hosts`.
    pub(super) fn are_of_listing<'n>(mut names: impl Iterator<Item = &'n [u8]>) -> bool {
        names.any(|name| name.eq_ignore_ascii_case(b"made_by"))
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Field::Kind => "kind",
            Field::Name => "name",
            Field::Mac => "mac",
            Field::HardwareType => "hardware_type",
            Field::ClientId => "client_id",
            Field::Addresses => "addresses",
            Field::Group => "group",
            Field::Statements => "statements",
            Field::Absent => "absent",
            Field::Told => "subnet",
            Field::Nameless => "a column without a name",
        }
    }
}

/// The names of those that say something, in the order in which an export has them.
pub(super) const NAMES: &str = "kind, name, mac, hardware_type, client_id, addresses, group, statements and absent";

/// An entry's fields. Outer `None`: it is not said; an empty text: there is to be none.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
    pub(super) mac: Option<String>,
    pub(super) hardware_type: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) addresses: Option<Vec<String>>,
    pub(super) group: Option<String>,
    pub(super) statements: Option<String>,
    pub(super) absent: Option<String>,
}

impl Entry {
    /// Sets a field that is text.
    pub(super) fn set(&mut self, field: Field, text: String) {
        let place = match field {
            Field::Kind => &mut self.kind,
            Field::Name => &mut self.name,
            Field::Mac => &mut self.mac,
            Field::HardwareType => &mut self.hardware_type,
            Field::ClientId => &mut self.client_id,
            Field::Group => &mut self.group,
            Field::Statements => &mut self.statements,
            Field::Absent => &mut self.absent,
            Field::Addresses => {
                let parts = text.split([',', ';', ' ', '|']).filter(|part| !part.is_empty());
                self.addresses = Some(parts.map(str::to_owned).collect());
                return;
            }
            Field::Told | Field::Nameless => return,
        };
        *place = Some(text);
    }

    /// Adds what it says to what is wanted, or all that is wrong with it.
    pub(super) fn read(self, line: u64, wanted: &mut Wanted) {
        let small = |text: &Option<String>| text.as_deref().map(str::to_ascii_lowercase);
        let absent = match small(&self.absent).as_deref() {
            None | Some("" | "no" | "false" | "0") => false,
            Some("yes" | "true" | "1") => true,
            Some(_) => {
                let other = self.absent.unwrap_or_default();
                return wanted.fault(line, format!("absent: `{}` is neither yes nor no", visible(other.as_bytes())));
            }
        };
        match small(&self.kind).as_deref() {
            None | Some("" | "host") => self.host(line, absent, wanted),
            Some("group") => self.group(line, absent, wanted),
            Some("lease") => wanted.fault(
                line,
                "kind: a lease is its client's and cannot be wanted; hosts and groups can: `omsh export` without leases \
                 writes these",
            ),
            Some(_) => {
                let other = self.kind.unwrap_or_default();
                wanted.fault(line, format!("kind: `{}` is neither host nor group", visible(other.as_bytes())));
            }
        }
    }

    fn host(self, line: u64, is_absent: bool, wanted: &mut Wanted) {
        let before = wanted.faults.len();
        let name = self.name.as_deref().unwrap_or_default();
        let is_named = sound("name", values::name(name, NameOf::Host), line, wanted).is_some();
        let wish = self.wish(line, wanted);
        // One with a mistake counts as absent, so that others do not seem wrong because of it.
        let is_sound = wanted.faults.len() == before;
        if is_sound || is_named {
            let wish = (is_sound && !is_absent).then_some(wish);
            wanted.hosts.push(WantedHost { line, name: name.as_bytes().to_vec(), wish });
        }
    }

    /// What the fields of a host come to, beside its name, as far as they are sound.
    fn wish(&self, line: u64, wanted: &mut Wanted) -> Wish {
        let mut wish = Wish::default();
        let mut hardware_type = ETHERNET;
        if let Some(Some(text)) = said(&self.hardware_type) {
            if self.mac.is_none() {
                wanted.fault(line, "hardware_type: it belongs to mac, which is missing");
            }
            if let Some(number) = sound("hardware_type", values::hardware_type(text), line, wanted) {
                (hardware_type, wish.has_hardware_type) = (number, true);
            }
        }
        if let Some(mac) = said(&self.mac) {
            let address = mac.map(|text| values::hardware(text, hardware_type)).transpose();
            let with_type = |address: Option<_>| address.map(|address| (hardware_type, address));
            wish.hardware = sound("mac", address, line, wanted).map(with_type);
        }
        if let Some(texts) = &self.addresses {
            let all: Result<Vec<IpAddr>, String> = texts.iter().map(|text| values::any_address(text)).collect();
            let all = sound("addresses", all.and_then(|all| of_one_family(&all)), line, wanted);
            (wish.addresses, wish.family) = all.map_or((None, None), |(octets, family)| (Some(octets), family));
        }
        if let Some(text) = said(&self.client_id) {
            wish.client_id = sound("client_id", text.map(values::identifier).transpose(), line, wanted);
        }
        if let Some(text) = said(&self.group) {
            let name = text.map(|text| values::name(text, NameOf::GroupOfHost)).transpose();
            let bytes = |name: Option<&str>| name.map(|name| name.as_bytes().to_vec());
            wish.group = sound("group", name, line, wanted).map(bytes);
        }
        if let Some(text) = &self.statements {
            let statements = normal_statements(text, &wanted.definitions);
            wish.statements = sound("statements", statements, line, wanted);
            wanted.remark_unknown_options(line, wish.statements.as_deref());
        }
        // dhcpd takes a client identifier from there.
        if let Some(statements) = &mut wish.statements
            && let Some(own) = client_identifier_in(statements, &wanted.definitions)
        {
            *statements = without_client_identifier(statements, &wanted.definitions);
            match &wish.client_id {
                None => wish.client_id = Some(Some(own)),
                Some(said) if said.as_ref() == Some(&own) => {}
                Some(_) => wanted.fault(line, "client_id: the statements say another one"),
            }
        }
        wish
    }

    fn group(self, line: u64, is_absent: bool, wanted: &mut Wanted) {
        let before = wanted.faults.len();
        let name = self.name.unwrap_or_default();
        let is_named = sound("name", values::name(&name, NameOf::Group), line, wanted).is_some();
        let of_hosts = [
            ("mac", self.mac.is_some_and(|text| !text.is_empty())),
            ("client_id", self.client_id.is_some_and(|text| !text.is_empty())),
            ("addresses", self.addresses.is_some_and(|all| !all.is_empty())),
            ("group", self.group.is_some_and(|text| !text.is_empty())),
        ];
        for (field, _) in of_hosts.iter().filter(|(_, is_said)| *is_said) {
            wanted.fault(line, format!("{field}: a group has none, only hosts have one"));
        }
        let mut statements = None;
        if !is_absent {
            match normal_statements(self.statements.as_deref().unwrap_or_default(), &wanted.definitions) {
                Ok(text) if text.is_empty() => wanted.fault(line, "statements: a group needs at least one"),
                Ok(text) => statements = Some(text),
                Err(failure) => wanted.fault(line, format!("statements: {failure}")),
            }
        }
        // The hosts of one with a mistake are not wrong because of it.
        let is_sound = wanted.faults.len() == before;
        wanted.remark_unknown_options(line, statements.as_deref());
        if !is_sound && !is_absent {
            statements.get_or_insert_default();
        }
        if is_sound || is_named {
            wanted.groups.push(WantedGroup { line, name: name.into_bytes(), statements });
        }
    }
}

/// What a field says: nothing; that there is to be none; or text.
fn said(text: &Option<String>) -> Option<Option<&str>> {
    text.as_deref().map(|text| (!text.is_empty()).then_some(text))
}

/// What a field comes to. What is wrong with it is noted.
fn sound<T, E: Display>(field: &str, outcome: Result<T, E>, line: u64, wanted: &mut Wanted) -> Option<T> {
    outcome.map_err(|why| wanted.fault(line, format!("{field}: {why}"))).ok()
}
