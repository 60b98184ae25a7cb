//! A host or a group, as formats write it.

use std::net::IpAddr;

use crate::commands::live::host::text::{are_written_amiss, as_written};
use crate::commands::live::values::{self, NameOf};
use crate::dhcpd::conf::ByItself;
use crate::dhcpd::declarations::{Address, Hardware, Host};
use crate::dhcpd::inventory::{NamedGroup, Reservation};
use crate::dhcpd::options::Definitions;
use crate::dhcpd::statements::{Statement, parse_attribute, without_client_identifier, write_readably};
use crate::render::text::visible;

use super::chosen::Chosen;
use super::files::Files;
use super::told::Told;

/// A host or a group.
pub(super) struct Entry<'f> {
    pub(super) name: &'f [u8],
    /// The host, where it is one.
    pub(super) host: Option<&'f Host>,
    pub(super) client_id: Option<&'f [u8]>,
    pub(super) group: Option<Vec<u8>>,
    /// On one line, as dhcpd.conf can have them, without the client identifier.
    pub(super) statements: String,
    /// dhcpd could not read them.
    pub(super) are_lost: bool,
    /// `FILE:LINE`.
    pub(super) place: String,
}

impl<'f> Entry<'f> {
    pub(super) fn of_group(group: &'f NamedGroup, files: &Files) -> Self {
        Entry {
            name: &group.name,
            host: None,
            client_id: None,
            group: None,
            are_lost: !read_again(&group.statements, files),
            statements: as_written(&group.statements),
            place: files.show(group.origin),
        }
    }

    pub(super) fn of_host(reservation: &'f Reservation, files: &'f Files) -> Self {
        let ByItself { group, statements, .. } = files.by_itself(reservation);
        let own = match reservation.client_identifier {
            Some(_) => without_client_identifier(statements),
            None => statements,
        };
        Entry {
            name: &reservation.host.name,
            host: Some(&reservation.host),
            client_id: reservation.client_identifier.as_deref(),
            group,
            are_lost: !read_again(&own, files),
            statements: as_written(&own),
            place: files.place_of(reservation),
        }
    }

    pub(super) fn hardware(&self) -> Option<&'f Hardware> {
        self.host?.hardware.as_ref()
    }

    pub(super) fn addresses(&self) -> &'f [Address] {
        self.host.map_or(&[], |host| &host.addresses)
    }

    /// Its addresses as OMAPI has them, 4 or 16 octets each, and what else it has for an address.
    pub(super) fn octets(&self) -> (Vec<u8>, Vec<String>) {
        let (mut octets, mut others) = (Vec::new(), Vec::new());
        for address in self.addresses() {
            match address {
                Address::Ip(IpAddr::V4(address)) => octets.extend(address.octets()),
                Address::Ip(IpAddr::V6(address)) => octets.extend(address.octets()),
                Address::Name(name) => others.push(visible(name)),
            }
        }
        (octets, others)
    }

    /// What it is, for messages: `FILE:LINE: the host `NAME``.
    pub(super) fn called(&self) -> String {
        let kind = if self.host.is_some() { "host" } else { "group" };
        format!("{}: the {kind} `{}`", self.place, visible(self.name))
    }

    /// What it has of DHCPv6 alone.
    pub(super) fn v6_parts(&self) -> Vec<&'static str> {
        let Some(host) = self.host else { return Vec::new() };
        let parts =
            [(!host.prefixes6.is_empty(), "its `fixed-prefix6`"), (host.identifier.is_some(), "its `host-identifier`")];
        parts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, what)| what).collect()
    }

    /// Its statements, where dhcpd can read them; says that they are left out where it cannot.
    pub(super) fn read_statements(&self, told: &mut Told<'_>) -> Option<&str> {
        self.statements_if(!self.are_lost, "dhcpd could not read them", told)
    }

    /// Its statements, where a dhcpd that is given them over OMAPI keeps them; says that they are left out where it does not.
    pub(super) fn kept_statements(&self, told: &mut Told<'_>) -> Option<&str> {
        self.statements_if(self.are_kept(), "the lease file cannot keep them", told)
    }

    /// Whether dhcpd can be given its statements over OMAPI, and its lease file can keep them.
    pub(super) fn are_kept(&self) -> bool {
        !self.are_lost && !are_written_amiss(&self.statements)
    }

    fn statements_if(&self, are_written: bool, why_not: &str, told: &mut Told<'_>) -> Option<&str> {
        if !are_written {
            told.lose(&format!("{} is written without its statements: {why_not}", self.called()));
        }
        Some(self.statements.as_str()).filter(|text| are_written && !text.is_empty())
    }

    /// Whether dhcpd reads its name in its files as it is; else why not.
    pub(super) fn check_name(&self) -> Result<(), String> {
        check_name(self.name, if self.host.is_some() { NameOf::Host } else { NameOf::GroupOfHost })
    }
}

/// Whether dhcpd reads a group's name in its files as it is, so that hosts can say it.
pub(super) fn can_be_named(group: &NamedGroup) -> bool {
    check_name(&group.name, NameOf::GroupOfHost).is_ok()
}

fn check_name(name: &[u8], of: NameOf) -> Result<(), String> {
    let name = std::str::from_utf8(name).map_err(|_| "its name is no text")?;
    values::name(name, of).map(|_| ())
}

/// Whether statements as dhcpd.conf can have them are the same statements when they are read.
fn read_again(statements: &[Statement], files: &Files) -> bool {
    let written = |statements: &[Statement]| {
        let mut text = Vec::new();
        write_readably(statements, 0, &mut text);
        text
    };
    let text = written(statements);
    if text.is_empty() {
        return true;
    }
    let standard = Definitions::standard();
    let definitions = files.conf.as_ref().map_or(&standard, |conf| &conf.context.definitions);
    let read = |text: &[u8]| {
        let (read, outcome) = parse_attribute(text, definitions, &|_| true);
        (outcome.is_ok() && read.len() == statements.len()).then(|| written(&read))
    };
    // What is read may be written otherwise once more, and is the same from then on.
    read(&text).is_some_and(|once| once == text || read(&once).as_ref() == Some(&once))
}

/// Hands out what is wanted, a group before the hosts that name it.
pub(super) fn for_each<'f>(
    files: &'f Files,
    chosen: &'f Chosen<'_>,
    told: &mut Told<'_>,
    each: &mut dyn FnMut(Entry<'f>, &mut Told<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for group in files.groups(chosen) {
        each(Entry::of_group(group, files), told)?;
    }
    for reservation in files.hosts(chosen) {
        each(Entry::of_host(reservation, files), told)?;
    }
    Ok(())
}
