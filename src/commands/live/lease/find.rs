//! Looks leases up, by whatever they are named by.
//!
//! dhcpd finds a lease by its address, and by its client's hardware address or identifier where that client has one lease
//! only. It does not find one by the name that the client gave, and of several leases of a client it tells that there are
//! several. The lease file knows which ones these are; what they are now is asked of the server.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use crate::commands::browse::{has_leases, recorded_leases};
use crate::commands::live::Session;
use crate::commands::live::failure::{Failure, Kind};
use crate::commands::live::selector::{Selector, by_hardware, known_types, other_types};
use crate::commands::live::server::Opened;
use crate::dhcpd::leases::{Lease, State};
use crate::omapi::Attributes;
use crate::omapi::ResultCode;
use crate::render::text::{colon_hex, visible};

use super::state_of;

/// The most leases that are listed where a word stands for several.
const MOST: usize = 20;

/// The most leases of the lease file that are looked up for a word: many clients may give the same name.
const MOST_LOOKED_UP: usize = 256;

/// A lease that was found on a server.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) address: Ipv4Addr,
    pub(super) opened: Opened,
}

pub(super) fn by_address(address: Ipv4Addr) -> Attributes {
    Attributes::new().with("ip-address", address.octets())
}

/// The address of a lease that was opened.
fn address_of(opened: &Opened) -> Option<Ipv4Addr> {
    opened.attributes.integer("ip-address").map(Ipv4Addr::from)
}

/// The lease of an address.
pub(super) fn find_by_address(
    session: &mut Session<'_, '_>,
    at: usize,
    address: Ipv4Addr,
) -> Result<Option<Found>, Failure> {
    let what = format!("cannot look up the lease {address}");
    let opened = session.servers[at].find(&what, "lease", &by_address(address))?;
    Ok(opened.map(|opened| Found { address, opened }))
}

/// All leases that a word stands for, by address: the one of that address, or those of a client with that hardware
/// address, client identifier or host name.
pub(super) fn find_all(session: &mut Session<'_, '_>, at: usize, selector: &Selector) -> Result<Vec<Found>, Failure> {
    session.check_has_leases(at, selector.address)?;
    if let Some(IpAddr::V4(address)) = selector.address {
        return Ok(find_by_address(session, at, address)?.into_iter().collect());
    }
    let mut search = Search { what: format!("cannot look up the lease {}", selector.shown()), ..Search::default() };
    if let Some(octets) = &selector.hardware {
        search.ask(session, at, by_hardware(octets, known_types()))?;
    }
    if let Some(client_id) = &selector.client_id {
        let by = Attributes::new().with("dhcp-client-identifier", client_id.clone());
        search.ask(session, at, std::iter::once(by))?;
    }
    // What has colons is no host's name.
    let name = selector.name.as_deref().filter(|name| !name.contains(':'));
    if search.multiple.is_some() || search.found.is_empty() || name.is_some() {
        search.ask_files(session, at, selector, name)?;
    }
    match search.multiple {
        // The files do not tell which ones they are.
        Some(failure) if search.found.len() < 2 => Err(failure),
        _ => Ok(search.found.into_values().collect()),
    }
}

#[derive(Default)]
struct Search {
    what: String,
    found: BTreeMap<Ipv4Addr, Found>,
    /// The server's answer that there are several.
    multiple: Option<Failure>,
}

impl Search {
    fn ask(
        &mut self,
        session: &mut Session<'_, '_>,
        at: usize,
        ways: impl Iterator<Item = Attributes>,
    ) -> Result<(), Failure> {
        for by in ways {
            match session.servers[at].find(&self.what, "lease", &by) {
                Ok(opened) => self.add(opened),
                Err(failure) if failure.code == Some(ResultCode::MULTIPLE) => self.multiple = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn add(&mut self, opened: Option<Opened>) {
        if let Some(opened) = opened
            && let Some(address) = address_of(&opened)
        {
            self.found.insert(address, Found { address, opened });
        }
    }

    /// Asks for the leases that the lease file has of such a client, and for hardware types that are known from there only.
    fn ask_files(
        &mut self,
        session: &mut Session<'_, '_>,
        at: usize,
        selector: &Selector,
        name: Option<&str>,
    ) -> Result<(), Failure> {
        let Some(files) = session.files_of(at) else { return Ok(()) };
        let has_hardware = |lease: &Lease| match (&lease.hardware, &selector.hardware) {
            (Some((_, own)), Some(wanted)) => own == wanted,
            _ => false,
        };
        let matching = Cell::new(0);
        let is_wanted = |lease: &Lease| {
            let has_client_id = selector.client_id.is_some() && lease.client_identifier == selector.client_id;
            let is_it = has_hardware(lease) || has_client_id || is_named(lease.client_hostname.as_deref(), name);
            matching.set(matching.get() + usize::from(is_it));
            is_it && matching.get() <= MOST_LOOKED_UP
        };
        let recorded = match recorded_leases(&files, &is_wanted) {
            Ok(recorded) => recorded,
            Err(error) => {
                session.tell(&format!("{error:#}"));
                return Ok(());
            }
        };
        if matching.get() > MOST_LOOKED_UP {
            session.warn(format!(
                "the lease file has {} leases of {}, of which the first {MOST_LOOKED_UP} are looked up; name one by its address",
                matching.get(),
                selector.shown()
            ));
        }
        let types = recorded.iter().filter(|lease| has_hardware(lease)).filter_map(|lease| lease.hardware.as_ref());
        let types = other_types(types.map(|(number, _)| *number));
        if let Some(octets) = &selector.hardware {
            self.ask(session, at, by_hardware(octets, types))?;
        }
        for lease in recorded {
            if let Some(found) = find_by_address(session, at, lease.address)?
                && is_of(&found.opened.attributes, selector, name)
            {
                self.found.insert(found.address, found);
            }
        }
        Ok(())
    }
}

/// Whether a name is the one that is wanted, in any case of letters.
fn is_named(own: Option<&[u8]>, wanted: Option<&str>) -> bool {
    own.zip(wanted).is_some_and(|(own, wanted)| own.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Whether the server says of a lease that it is of such a client.
fn is_of(attributes: &Attributes, selector: &Selector, name: Option<&str>) -> bool {
    let is =
        |attribute: &str, wanted: &Option<Vec<u8>>| wanted.is_some() && attributes.get(attribute) == wanted.as_deref();
    is("hardware-address", &selector.hardware)
        || is("dhcp-client-identifier", &selector.client_id)
        || is_named(attributes.get("client-hostname"), name)
}

/// The one lease that a word stands for.
///
/// # Errors
///
/// There is none, or there are several, which are listed.
pub(super) fn find_one(session: &mut Session<'_, '_>, at: usize, selector: &Selector) -> Result<Found, Failure> {
    let mut all = find_all(session, at, selector)?;
    match all.len() {
        0 => Err(no_lease(session, at, selector)),
        1 => Ok(all.remove(0)),
        _ => Err(several(session, at, selector, &all)),
    }
}

fn several(session: &Session<'_, '_>, at: usize, selector: &Selector, all: &[Found]) -> Failure {
    let server = session.servers[at].name();
    let mut message = format!("{} stands for {} leases on {server}:", selector.shown(), all.len());
    for found in all.iter().take(MOST) {
        message += &format!("\n  {}", described(found));
    }
    if all.len() > MOST {
        message += &format!("\n  and {} more", all.len() - MOST);
    }
    let failure = Failure { server: Some(server), ..Failure::new(Kind::Refused, message) };
    failure.advise("nothing was changed; name one of them by its address")
}

/// A lease on one line.
fn described(found: &Found) -> String {
    let attributes = &found.opened.attributes;
    let mut parts = vec![found.address.to_string()];
    parts.extend(state_of(attributes).map(|state| State::name(state).to_owned()));
    parts.extend(attributes.get("hardware-address").map(colon_hex));
    parts.extend(attributes.get("client-hostname").map(visible));
    parts.join("  ")
}

/// The failure that there is no such lease.
pub(super) fn no_lease(session: &Session<'_, '_>, at: usize, selector: &Selector) -> Failure {
    let server = session.servers[at].name();
    let advice = match (selector.address, session.files_of(at).is_some_and(|files| has_leases(&files))) {
        (Some(_), _) => "dhcpd has leases of the addresses in its ranges only; `omsh find` tells what an address is",
        (None, true) => "give the lease's address, or its client's hardware address, client identifier or host name",
        (None, false) => {
            "give the lease's address, or its client's hardware address or client identifier; a host name is looked for in \
             the server's files, which are not here"
        }
    };
    Failure {
        server: Some(server.clone()),
        code: Some(ResultCode::NOT_FOUND),
        ..Failure::new(Kind::NotFound, format!("there is no lease {} on {server}", selector.shown()))
    }
    .advise(advice)
}
