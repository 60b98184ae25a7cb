//! Looks hosts up, by whatever they are named by.

use std::net::Ipv4Addr;

use crate::commands::live::attributes::Attributes;
use crate::commands::live::failure::{Failure, Kind};
use crate::commands::live::server::{Opened, Server};
use crate::commands::live::values::{self, ETHERNET};
use crate::commands::live::{Session, usage};
use crate::dhcpd::inventory::Reservation;
use crate::omapi::ResultCode;
use crate::render::text::visible;

use super::state::{State, Untold};

/// By what a host of that name is found.
pub(super) fn by_name(name: &[u8]) -> Attributes {
    Attributes::new().with("name", name)
}

/// By what a host is looked for.
enum Selector {
    Name(String),
    Address(Ipv4Addr),
    Hardware(Vec<u8>),
    ClientId(Vec<u8>),
    /// Whatever it turns out to be.
    Any(String),
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

impl Selector {
    fn read(word: &str) -> Result<Selector, Failure> {
        let selector = match word.split_once('=') {
            Some(("name", "")) => return Err(usage("there is no name behind `name=`")),
            Some(("name", name)) => Selector::Name(name.to_owned()),
            Some(("ip", text)) => Selector::Address(values::address(text).map_err(usage)?),
            Some(("mac", text)) => Selector::Hardware(values::hardware(text, ETHERNET).map_err(usage)?),
            Some(("client-id", text)) => Selector::ClientId(values::identifier(text).map_err(usage)?),
            _ => Selector::Any(word.to_owned()),
        };
        match word {
            "" => Err(usage(
                "the host has no name: give its name, an IP address, a hardware address or a client identifier",
            )),
            _ => Ok(selector),
        }
    }
}

/// Looks a host up on a server.
pub(super) fn find(session: &mut Session<'_, '_>, at: usize, word: &str) -> Result<Option<Found>, Failure> {
    let what = format!("cannot look up the host {}", visible(word.as_bytes()));
    let look = |server: &mut Server, by: Attributes| -> Result<Option<Found>, Failure> {
        Ok(server.find(&what, "host", &by)?.map(Found::new))
    };
    let hardware =
        |octets: Vec<u8>| Attributes::new().with("hardware-address", octets).with_integer("hardware-type", ETHERNET);
    let identifier = |bytes: Vec<u8>| Attributes::new().with("dhcp-client-identifier", bytes);
    match Selector::read(word)? {
        Selector::Name(name) => look(&mut session.servers[at], by_name(name.as_bytes())),
        Selector::Address(address) => find_by_address(session, at, address),
        Selector::Hardware(octets) => look(&mut session.servers[at], hardware(octets)),
        Selector::ClientId(bytes) => look(&mut session.servers[at], identifier(bytes)),
        Selector::Any(word) => {
            if let Some(found) = look(&mut session.servers[at], by_name(word.as_bytes()))? {
                return Ok(Some(found));
            }
            if let Ok(address) = values::address(&word) {
                return find_by_address(session, at, address);
            }
            if let Ok(octets) = values::hardware(&word, ETHERNET)
                && let Some(found) = look(&mut session.servers[at], hardware(octets))?
            {
                return Ok(Some(found));
            }
            match values::identifier(&word) {
                Ok(bytes) => look(&mut session.servers[at], identifier(bytes)),
                Err(_) => Ok(None),
            }
        }
    }
}

/// The host with that fixed address. dhcpd itself finds a host by the lease of its hardware only, so that
/// the files are asked as well.
fn find_by_address(session: &mut Session<'_, '_>, at: usize, address: Ipv4Addr) -> Result<Option<Found>, Failure> {
    let what = format!("cannot look up the host with {address}");
    let by = Attributes::new().with("ip-address", address.octets());
    let by_lease = session.servers[at].find(&what, "host", &by)?.map(Found::new);
    let has_it = |found: &Found| found.state.addresses().any(|own| own == address);
    if let Some(found) = by_lease.filter(has_it) {
        return Ok(Some(found));
    }
    let is_it = |reservation: &Reservation| reservation.addresses().any(|own| own == std::net::IpAddr::V4(address));
    let names: Vec<Vec<u8>> =
        session.recorded(at, &is_it).unwrap_or_default().into_iter().map(|host| host.name).collect();
    for name in names {
        let found = session.servers[at].find(&what, "host", &by_name(&name))?.map(Found::new);
        if let Some(found) = found.filter(has_it) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The failure that there is no such host.
pub(super) fn no_host(session: &Session<'_, '_>, at: usize, word: &str) -> Failure {
    let server = session.servers[at].name();
    let failure = Failure {
        server: Some(server.clone()),
        code: Some(ResultCode::NOT_FOUND),
        ..Failure::new(Kind::NotFound, format!("there is no host {} on {server}", visible(word.as_bytes())))
    };
    match values::address(word).is_ok() && session.files_of(at).is_none() {
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
