//! Looks hosts up, by whatever they are named by.

use std::net::IpAddr;

use crate::commands::live::failure::{Failure, Kind};
use crate::commands::live::selector::{Selector, by_hardware, known_types, other_types};
use crate::commands::live::server::Opened;
use crate::commands::live::values;
use crate::commands::live::{Session, usage};
use crate::dhcpd::inventory::Reservation;
use crate::omapi::Attributes;
use crate::omapi::ResultCode;
use crate::render::text::visible;

use super::state::{State, Untold};

/// By what a host of that name is found.
pub(super) fn by_name(name: &[u8]) -> Attributes {
    Attributes::new().with("name", name)
}

/// A host that was found on a server.
pub(super) struct Found {
    pub(super) opened: Opened,
    pub(super) state: State,
}

impl Found {
    pub(super) fn new(opened: Opened) -> Self {
        Found { state: State::of(&opened.attributes), opened }
    }
}

/// A host that was opened, its addresses read as those of the server's family.
pub(super) fn as_found(session: &mut Session<'_, '_>, at: usize, opened: Opened) -> Found {
    let mut found = Found::new(opened);
    // Nothing else could be of IPv6.
    if !found.state.addresses.is_empty() && found.state.addresses.len().is_multiple_of(values::IPV6_LENGTH) {
        let family = session.family_of(at);
        found.state.read_as(family);
    }
    found
}

/// Looks the one host up that a word stands for.
///
/// # Errors
///
/// There are several, or the server refuses.
pub(super) fn find(session: &mut Session<'_, '_>, at: usize, word: &str) -> Result<Option<Found>, Failure> {
    let mut all = find_all(session, at, word)?;
    if all.len() > 1 {
        return Err(several(session, at, word, &all));
    }
    Ok(all.pop())
}

/// Looks up all hosts that a word stands for: the one of that name, or else those with that address, hardware address
/// of whatever type, or client identifier.
pub(super) fn find_all(session: &mut Session<'_, '_>, at: usize, word: &str) -> Result<Vec<Found>, Failure> {
    if word.is_empty() {
        return Err(usage(
            "the host has no name: give its name, an IP address, a hardware address or a client identifier",
        ));
    }
    let selector = Selector::read(word)?;
    let what = format!("cannot look up the host {}", selector.shown());
    if let Some(name) = &selector.name
        && let Some(opened) = session.servers[at].find(&what, "host", &by_name(name.as_bytes()))?
    {
        return Ok(vec![as_found(session, at, opened)]);
    }
    if let Some(address) = selector.address {
        return find_by_address(session, at, address);
    }
    if let Some(octets) = &selector.hardware {
        let found = find_by_hardware(session, at, octets, &what)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let Some(client_id) = selector.client_id else { return Ok(Vec::new()) };
    let by = Attributes::new().with("dhcp-client-identifier", client_id);
    let opened = session.servers[at].find(&what, "host", &by)?;
    Ok(opened.map(|opened| as_found(session, at, opened)).into_iter().collect())
}

/// The hosts with that hardware address: dhcpd has one of each type at most. Types that have no name in dhcpd.conf are
/// learned from the files.
fn find_by_hardware(
    session: &mut Session<'_, '_>,
    at: usize,
    octets: &[u8],
    what: &str,
) -> Result<Vec<Found>, Failure> {
    let mut found = open_each(session, at, by_hardware(octets, known_types()), what)?;
    if found.is_empty() {
        let has_it = |reservation: &Reservation| {
            reservation.host.hardware.as_ref().is_some_and(|(_, own)| own.as_slice() == octets)
        };
        let recorded = session.recorded(at, &has_it).unwrap_or_default();
        let types = other_types(recorded.iter().filter_map(|host| host.hardware.as_ref()).map(|(number, _)| *number));
        found = open_each(session, at, by_hardware(octets, types), what)?;
    }
    Ok(found)
}

fn open_each(
    session: &mut Session<'_, '_>,
    at: usize,
    ways: impl Iterator<Item = Attributes>,
    what: &str,
) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for by in ways {
        if let Some(opened) = session.servers[at].find(what, "host", &by)?
            && !found.iter().any(|known: &Found| known.opened.handle == opened.handle)
        {
            found.push(as_found(session, at, opened));
        }
    }
    Ok(found)
}

/// The hosts with that fixed address. dhcpd itself finds a host by the lease of its hardware only, so that
/// the files are asked as well.
fn find_by_address(session: &mut Session<'_, '_>, at: usize, address: IpAddr) -> Result<Vec<Found>, Failure> {
    let what = format!("cannot look up the host with {address}");
    let has_it = |found: &Found| found.state.addresses().any(|own| own == address);
    if address.is_ipv4() {
        let by = Attributes::new().with("ip-address", values::octets(address));
        let by_lease = session.servers[at].find(&what, "host", &by)?;
        let by_lease = by_lease.map(|opened| as_found(session, at, opened));
        if let Some(found) = by_lease.filter(has_it) {
            return Ok(vec![found]);
        }
    }
    let is_it = |reservation: &Reservation| reservation.addresses().any(|own| own == address);
    let names: Vec<Vec<u8>> =
        session.recorded(at, &is_it).unwrap_or_default().into_iter().map(|host| host.name).collect();
    let found = open_each(session, at, names.iter().map(|name| by_name(name)), &what)?;
    Ok(found.into_iter().filter(has_it).collect())
}

/// The failure that a word stands for several hosts.
fn several(session: &Session<'_, '_>, at: usize, word: &str, all: &[Found]) -> Failure {
    let server = session.servers[at].name();
    let mut message = format!("{} stands for {} hosts on {server}:", visible(word.as_bytes()), all.len());
    for found in all {
        message += &format!("\n  {}: {}", visible(&found.state.name), found.state.describe());
    }
    let failure = Failure { server: Some(server), ..Failure::new(Kind::Refused, message) };
    failure.advise("nothing was changed; name the host by its name")
}

/// The failure that there is no such host.
pub(super) fn no_host(session: &Session<'_, '_>, at: usize, word: &str) -> Failure {
    let server = session.servers[at].name();
    let failure = Failure {
        server: Some(server.clone()),
        code: Some(ResultCode::NOT_FOUND),
        ..Failure::new(Kind::NotFound, format!("there is no host {} on {server}", visible(word.as_bytes())))
    };
    let is_address = Selector::read(word).is_ok_and(|selector| selector.address.is_some());
    match is_address && session.files_of(at).is_none() {
        true => failure.advise(
            "dhcpd finds no host by its fixed address, and its files are not here to look into: name the host by its \
             name, hardware address or client identifier",
        ),
        false => failure.advise("`omsh hosts` lists those of the server's files"),
    }
}

/// Adds to a state what the files tell of the host.
pub(super) fn complete(session: &mut Session<'_, '_>, at: usize, state: &mut State) {
    let name = state.name.clone();
    let is_it = |reservation: &Reservation| reservation.host.name == name;
    if let Some(recorded) = session.recorded(at, &is_it) {
        // Made without the files' knowing: nothing is untold then only if it is there.
        state.untold = recorded.last().map(Untold::of);
        state.within = recorded.last().and_then(|host| host.within.clone());
        state.is_declared = recorded.last().is_some_and(|host| host.is_declared);
    }
}
