//! Declarations of hosts and groups: dhcpd.conf, and the lease file of another server.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::commands::bulk::wanted::{Wanted, WantedGroup, WantedHost, line_of_included};
use crate::commands::live::host::text::as_written;
use crate::commands::live::host::wish::Wish;
use crate::commands::live::values::{self, NameOf, of_one_family};
use crate::dhcpd::Family;
use crate::dhcpd::conf::{ByItself, Conf, ConfOptions};
use crate::dhcpd::declarations::{Address, Context, Group, Host};
use crate::dhcpd::inventory::as_ipv6;
use crate::dhcpd::leases::{Block, Place, Source, Table};
use crate::dhcpd::statements::{self, Statement};
use crate::render::text::visible;
use crate::shown::ShowPath as _;

/// Adds the hosts and the groups of dhcpd.conf to what is wanted.
pub(super) fn read_conf(path: &Path, text: &[u8], wanted: &mut Wanted) {
    let options = ConfOptions { family: None, include_beside: true };
    let conf = match path.as_os_str() == "-" {
        true => Conf::parse_with(&wanted.source, text, options),
        false => Conf::read_with(path, options),
    };
    let conf = match conf {
        Ok(conf) => conf,
        Err(error) => return wanted.fault(0, error.to_string()),
    };
    // They are written with its own options.
    wanted.definitions = conf.context.definitions.clone();
    wanted.included = conf.files.iter().skip(1).map(|path| path.shown().to_string()).collect();
    for group in &conf.groups {
        let line = line_of(&conf, group.scope);
        let own: Vec<Statement> = group.scope.map(|scope| conf.statements_of_group(scope)).unwrap_or_default();
        add_group(group, line, &own, wanted);
    }
    for host in &conf.hosts {
        let line = line_of(&conf, host.scope);
        let ByItself { group, statements, .. } = conf.by_itself(host);
        let host = Host { group, ..host.clone() };
        add_host(&host, line, &statements, wanted);
    }
}

/// The line in which a scope begins.
fn line_of(conf: &Conf, scope: Option<usize>) -> u64 {
    let place = scope.map(|scope| conf.scopes[scope].place).unwrap_or_default();
    match place.file.checked_sub(1) {
        Some(file) => line_of_included(file, place.line),
        None => place.line.into(),
    }
}

/// Adds the hosts and the groups of a lease file to what is wanted. It is one of a server of that family, where it is known.
pub(super) fn read_leases(text: Vec<u8>, family: Option<Family>, wanted: &mut Wanted) {
    let source = Source::from_bytes(wanted.source.clone(), text);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let context = Context { definitions: wanted.definitions.clone(), ..Context::default() };
    let table = match Table::read(&source, &context, threads, &|_| {}) {
        Ok(table) => table,
        Err(error) => return wanted.fault(0, error.to_string()),
    };
    let has_only_ias = !table.ias().is_empty() && table.is_empty();
    let is_v6 = family.map_or(has_only_ias, |family| family == Family::V6);
    let damage = table.damage();
    // A host without one of its statements is not the host that is wanted.
    let wanted_blocks: HashSet<Place> = table.blocks().iter().map(|placed| placed.place).collect();
    for mistake in &damage.mistakes {
        match mistake.is_kept && !wanted_blocks.contains(&mistake.block) {
            true => wanted.remark(mistake.place.line, mistake.text.clone()),
            false => wanted.fault(mistake.place.line, mistake.text.clone()),
        }
    }
    if damage.count > damage.mistakes.len() as u64 {
        let more = damage.count - damage.mistakes.len() as u64;
        wanted.fault(0, format!("{}: {more} more blocks are damaged", wanted.source));
    }
    if let Some(place) = damage.half_written {
        wanted.remark(place.line, "the last block is only half written and was left out");
    }
    let damaged: HashSet<Place> = damage.mistakes.iter().map(|mistake| mistake.block).collect();
    // The last block of a name counts.
    let mut last = HashMap::new();
    for (number, block) in table.blocks().iter().enumerate() {
        match &block.what {
            Block::Host(host) => last.insert((true, host.name.as_slice()), number),
            Block::Group(group) => last.insert((false, group.name.as_slice()), number),
            _ => None,
        };
    }
    let mut numbers: Vec<usize> = last.into_values().collect();
    numbers.sort_unstable();
    for number in numbers {
        let block = &table.blocks()[number];
        match &block.what {
            _ if damaged.contains(&block.place) => {}
            Block::Host(host) if !host.deleted => {
                let addresses = host.addresses.clone();
                let addresses = if is_v6 { as_ipv6(addresses) } else { addresses };
                add_host(&Host { addresses, ..host.clone() }, block.place.line, &host.statements, wanted);
            }
            Block::Group(group) if !group.deleted => add_group(group, block.place.line, &group.statements, wanted),
            _ => {}
        }
    }
}

fn add_group(group: &Group, line: u64, own: &[Statement], wanted: &mut Wanted) {
    let name = String::from_utf8_lossy(&group.name);
    let statements = as_written(own);
    match values::name(&name, NameOf::Group) {
        Err(why) => wanted.fault(line, why),
        Ok(_) if statements.is_empty() => {
            wanted.fault(line, format!("the group {}: a group needs at least one statement", visible(&group.name)));
        }
        Ok(_) => wanted.groups.push(WantedGroup { line, name: group.name.clone(), statements: Some(statements) }),
    }
}

fn add_host(host: &Host, line: u64, own: &[Statement], wanted: &mut Wanted) {
    let shown = visible(&host.name);
    if let Err(why) = values::name(&String::from_utf8_lossy(&host.name), NameOf::Host) {
        return wanted.fault(line, why);
    }
    let mut addresses = Vec::new();
    for address in &host.addresses {
        match address {
            Address::Ip(address) => addresses.push(*address),
            Address::Name(name) => {
                let name = visible(name);
                return wanted.fault(
                    line,
                    format!("the host {shown} has its address by the name {name}: say the address itself"),
                );
            }
        }
    }
    let (addresses, family) = match of_one_family(&addresses) {
        Ok(both) => both,
        Err(why) => return wanted.fault(line, format!("the host {shown}: {why}")),
    };
    if !host.prefixes6.is_empty() || host.identifier.is_some() {
        return wanted.fault(line, format!("the host {shown} is told by what only dhcpd.conf can say: OMAPI knows hardware addresses and client identifiers"));
    }
    let client_id = host.client_identifier.clone().or_else(|| statements::client_identifier(own));
    let own = match client_id {
        Some(_) => statements::without_client_identifier(own.to_vec()),
        None => own.to_vec(),
    };
    let wish = Wish {
        hardware: Some(host.hardware.as_ref().map(|(kind, address)| ((*kind).into(), address.clone()))),
        has_hardware_type: true,
        addresses: Some(addresses),
        family,
        client_id: Some(client_id),
        group: Some(host.group.clone()),
        statements: Some(as_written(&own)),
        known: None,
    };
    wanted.hosts.push(WantedHost { line, name: host.name.clone(), wish: Some(wish) });
}
