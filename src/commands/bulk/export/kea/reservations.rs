//! Hosts as reservations: in each subnet that an address of theirs lies in, or global for those without one.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::Result;

use crate::commands::live::values::ETHERNET;
use crate::dhcpd::declarations::Address;
use crate::dhcpd::inventory::Reservation;
use crate::dhcpd::options::SERVER;
use crate::dhcpd::statements::Statement;
use crate::render::text::{colon_hex, visible};

use super::super::chosen::Chosen;
use super::super::files::Files;
use super::super::told::Told;
use super::json::Json;
use super::levels::{Level, Levels, Place, is_host_name};
use super::subnets::Subnets;

/// Bytes of a client identifier that Kea takes.
const IDENTIFIER: std::ops::RangeInclusive<usize> = 2..=128;

/// What a host is known by in Kea.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Identity<'f> {
    Hardware(&'f [u8]),
    ClientId(&'f [u8]),
}

/// One reservation.
struct Reserved<'f> {
    host: &'f Reservation,
    identity: Identity<'f>,
    address: Option<Ipv4Addr>,
}

/// All of them, by subnet.
pub(super) struct Reservations<'f> {
    of_subnets: Vec<Vec<Reserved<'f>>>,
    global: Vec<Reserved<'f>>,
    share_addresses: bool,
}

impl<'f> Reservations<'f> {
    pub(super) fn of(files: &'f Files, subnets: &Subnets<'_>, chosen: &'f Chosen<'_>, told: &mut Told<'_>) -> Self {
        let count = files.networks.subnets.len();
        let mut all = Reservations {
            of_subnets: std::iter::repeat_with(Vec::new).take(count).collect(),
            global: Vec::new(),
            share_addresses: false,
        };
        let (mut known, mut taken) = (HashSet::new(), HashSet::new());
        for host in files.hosts(chosen) {
            let called = called(host, files);
            if let Some(word) = denies_booting(host, files) {
                told.leave_out(&format!(
                    "{called} is left out: dhcpd gives it no answer (`{word} booting`), and Kea would serve it"
                ));
                continue;
            }
            let Some(identity) = identity(host, &called, told) else { continue };
            if host.host.addresses.is_empty() {
                match known.insert((None, identity)) {
                    true => all.global.push(Reserved { host, identity, address: None }),
                    false => told.drop(&format!("{called} is known by the same as another host without an address")),
                }
                continue;
            }
            let mut own = HashSet::new();
            for address in &host.host.addresses {
                let Address::Ip(IpAddr::V4(address)) = address else {
                    let Address::Name(name) = address else { continue };
                    told.drop(&format!(
                        "{called} has the address `{}`, a name, which Kea does not look up",
                        visible(name)
                    ));
                    continue;
                };
                let Some(subnet) = subnets.of_address(*address) else {
                    told.drop(&format!("{called} has the address {address}, which lies in no subnet"));
                    continue;
                };
                if !own.insert(subnet) {
                    told.drop(&format!("{called} has {address} as a further address of a subnet; Kea takes one"));
                    continue;
                }
                if !known.insert((Some(subnet), identity)) {
                    told.drop(&format!("{called} is known by the same as another host of its subnet"));
                    continue;
                }
                all.share_addresses |= !taken.insert(*address);
                all.of_subnets[subnet].push(Reserved { host, identity, address: Some(*address) });
            }
        }
        all
    }

    pub(super) fn has_global(&self) -> bool {
        !self.global.is_empty()
    }

    /// Whether two have one address.
    pub(super) fn share_addresses(&self) -> bool {
        self.share_addresses
    }

    pub(super) fn count(&self) -> u64 {
        (self.global.len() + self.of_subnets.iter().map(Vec::len).sum::<usize>()) as u64
    }

    pub(super) fn write_global(
        &self,
        files: &Files,
        levels: &mut Levels<'_>,
        json: &mut Json<'_>,
        told: &mut Told<'_>,
    ) -> Result<()> {
        write(&self.global, false, files, levels, json, told)
    }

    pub(super) fn write_of_subnet(
        &self,
        subnet: usize,
        use_host_decl_names: bool,
        files: &Files,
        levels: &mut Levels<'_>,
        json: &mut Json<'_>,
        told: &mut Told<'_>,
    ) -> Result<()> {
        write(&self.of_subnets[subnet], use_host_decl_names, files, levels, json, told)
    }
}

/// Where a host is declared, and its name.
fn called(host: &Reservation, files: &Files) -> String {
    format!("{}: the host `{}`", files.place_of(host), visible(&host.host.name))
}

/// What a host is known by; nothing where Kea could not know it.
fn identity<'f>(host: &'f Reservation, called: &str, told: &mut Told<'_>) -> Option<Identity<'f>> {
    let hardware = host.host.hardware.as_ref().filter(|(_, address)| !address.is_empty());
    let client_id = host.client_identifier.as_deref().filter(|bytes| !bytes.is_empty());
    if let Some((kind, address)) = hardware {
        if u32::from(*kind) == ETHERNET {
            if client_id.is_some() {
                told.drop(&format!(
                    "{called} is known by its hardware address alone: a reservation in Kea has one identifier, and the \
                     client identifier is left out"
                ));
            }
            return Some(Identity::Hardware(address));
        }
        told.drop(&format!("{called} has a hardware address that is none of Ethernet"));
    }
    match client_id {
        Some(bytes) if IDENTIFIER.contains(&bytes.len()) => Some(Identity::ClientId(bytes)),
        Some(bytes) => {
            told.drop(&format!(
                "{called} has a client identifier of {} bytes; Kea takes {} to {}",
                bytes.len(),
                IDENTIFIER.start(),
                IDENTIFIER.end()
            ));
            None
        }
        None => {
            if hardware.is_none() {
                told.drop(&format!("{called} has neither a hardware address nor a client identifier"));
            }
            None
        }
    }
}

/// Whether a host, or a group that it is in, says `deny booting` or `ignore booting`: the word.
fn denies_booting(host: &Reservation, files: &Files) -> Option<&'static str> {
    let mut word = None;
    let mut take = |statement: &Statement| {
        if let Statement::Option(_, option, value) = statement
            && *option.space == *SERVER
            && option.name.eq_ignore_ascii_case(b"allow-booting")
        {
            word = match value.constant().as_deref() {
                Some([0]) => Some("deny"),
                Some([2]) => Some("ignore"),
                _ => None,
            };
        }
    };
    let group = host.host.group.as_deref().and_then(|name| files.group(name));
    group.iter().flat_map(|group| &group.statements).for_each(&mut take);
    match (&files.conf, host.host.scope) {
        (Some(conf), Some(scope)) => {
            let scopes: Vec<usize> = conf.inherited(scope).into_iter().rev().collect();
            scopes.iter().flat_map(|scope| conf.statements_of(*scope)).for_each(&mut take);
        }
        (Some(conf), None) => {
            let named = group.and_then(|group| group.scope);
            let scopes = named.map_or_else(|| vec![0], |scope| conf.inherited(scope).into_iter().rev().collect());
            scopes.iter().flat_map(|scope| conf.statements_of(*scope)).for_each(&mut take);
            host.host.statements.iter().for_each(&mut take);
        }
        _ => host.host.statements.iter().for_each(&mut take),
    }
    word
}

fn write(
    reserved: &[Reserved<'_>],
    use_host_decl_names: bool,
    files: &Files,
    levels: &mut Levels<'_>,
    json: &mut Json<'_>,
    told: &mut Told<'_>,
) -> Result<()> {
    if reserved.is_empty() {
        return Ok(());
    }
    json.open(Some("reservations"), '[')?;
    for Reserved { host, identity, address } in reserved {
        let level = level_of(host, files, levels, told);
        json.open(None, '{')?;
        match identity {
            Identity::Hardware(octets) => json.text("hw-address", &colon_hex(octets))?,
            Identity::ClientId(octets) => json.text("client-id", &colon_hex(octets))?,
        }
        if let Some(address) = address {
            json.text("ip-address", &address.to_string())?;
        }
        let declared = || {
            let is_used = level.use_host_decl_names.unwrap_or(use_host_decl_names);
            std::str::from_utf8(&host.host.name).ok().filter(|name| is_used && is_host_name(name))
        };
        let said = level.host_name();
        let name = said.or_else(declared);
        if let Some(name) = name {
            json.text("hostname", name)?;
        }
        if address.is_none() && name.is_none() && !level.has_options() {
            // A reservation has to have something: this is what Kea takes its client for anyway.
            json.raw("client-classes", "[ \"KNOWN\" ]")?;
        }
        level.write_boot(json)?;
        level.write_options(json, said.is_some())?;
        // For people.
        json.raw("user-context", &format!("{{ \"host\": {} }}", super::json::quoted(&visible(&host.host.name))))?;
        json.close('}')?;
    }
    json.close(']')
}

/// What a host has of its own and of its groups. A group that it names counts in place of those that it stands in.
fn level_of(host: &Reservation, files: &Files, levels: &mut Levels<'_>, told: &mut Told<'_>) -> Level {
    let mut level = Level::default();
    let called = called(host, files);
    let named = host.host.group.as_deref();
    match named.map(|name| (name, files.group(name))) {
        Some((_, Some(group))) => match group.scope {
            Some(scope) => {
                let scopes = levels.with_groups(scope);
                levels.add_scopes(&mut level, &scopes, Place::Host, told);
            }
            None => {
                let called = format!("{}: the group `{}`", files.show(group.origin), visible(&group.name));
                levels.add_statements(&mut level, &group.statements, called, told);
            }
        },
        Some((name, None)) => {
            told.drop(&format!("{called} names the group `{}`, which there is not", visible(name)));
        }
        None => {}
    }
    match host.host.scope {
        Some(scope) => {
            let scopes = if named.is_some() { vec![scope] } else { levels.with_groups(scope) };
            levels.add_scopes(&mut level, &scopes, Place::Host, told);
        }
        None => levels.add_statements(&mut level, &host.host.statements, called, told),
    }
    level
}
