//! `lease`: what dhcpd lets clients of OMAPI see and change of a lease.

mod change;
mod find;

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Error, Result};

use crate::commands::browse::{class_names, recorded_lease};
use crate::dhcpd::leases::State;
use crate::dhcpd::syntax::{Lexer, TokenKind};
use crate::render::text::visible;
use crate::render::{Column, Value};
use crate::schema::{BOOTP, RESERVED};
use crate::shell::ExitStatus;

use super::Session;
use super::answer::Record;
use super::failure::Kind;
use super::selector::Selector;
use crate::omapi::Attributes;

use change::{become_state, reserve};
use find::{Found, find_all, no_lease};

pub(super) use change::is_kept;

/// What a lease can be made to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseState {
    /// As if its client had given it back.
    Released,
    /// Nobody's.
    Free,
    /// Not to be used, because somebody unknown uses it.
    Abandoned,
}

impl LeaseState {
    fn state(self) -> State {
        match self {
            LeaseState::Released => State::Released,
            LeaseState::Free => State::Free,
            LeaseState::Abandoned => State::Abandoned,
        }
    }
}

/// What is to be done with a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseRequest {
    /// `lease show`.
    Show {
        /// Which ones.
        which: Vec<String>,
    },
    /// `lease release`, `free` and `abandon`.
    Become {
        /// Which one.
        which: String,
        /// What it becomes.
        state: LeaseState,
    },
    /// `lease reserve`.
    Reserve {
        /// Which one.
        which: String,
        /// It is no longer kept for its client.
        off: bool,
    },
}

/// What `lease show` says.
pub static COLUMNS: [Column; 17] = [
    Column::text("address", "ADDRESS", "the address"),
    Column::text("state", "STATE", "its state: free, active, expired, released, abandoned, reset or backup"),
    Column::text("mac", "MAC", "the client's hardware address"),
    Column::text("hostname", "HOSTNAME", "the name that the client gave"),
    Column::text("ends", "ENDS", "when it ends, or ended"),
    Column::text("client_id", "CLIENT ID", "the client identifier, as text or in hexadecimal"),
    Column::text("reserved", "RESERVED", "whether it is kept for its client"),
    Column::text("starts", "STARTS", "when the lease began").on_request(),
    Column::text("bootp", "BOOTP", "whether a BOOTP client has it").on_request(),
    Column::text("last_seen", "SEEN", "when the client was last heard").on_request(),
    Column::text("tstp", "TSTP", "when the failover peer believes it to end").on_request(),
    Column::text("tsfp", "TSFP", "when the failover peer says that it ends").on_request(),
    Column::text("atsfp", "ATSFP", "when the failover peer acknowledged that it ends").on_request(),
    Column::text("values", "VALUES", "what else dhcpd keeps with it, as NAME=VALUE").on_request(),
    Column::text("server", "SERVER", "the server that says so").on_request(),
    Column::text("hardware_type", "TYPE", "the number of the hardware type; 1 is Ethernet").on_request(),
    Column::text("billing_class", "CLASS", "the class whose lease limit it counts for").on_request(),
];

/// Attributes with a column of their own, or with nothing to say to people.
const KNOWN: [&str; 16] = [
    "state",
    "ip-address",
    "dhcp-client-identifier",
    "client-hostname",
    "subnet",
    "pool",
    "billing-class",
    "hardware-address",
    "hardware-type",
    "ends",
    "starts",
    "tstp",
    "tsfp",
    "atsfp",
    "cltt",
    "flags",
];

pub(super) fn run(request: &LeaseRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    match request {
        LeaseRequest::Show { which } => show(session, which),
        LeaseRequest::Become { which, state } => become_state(session, which, *state),
        LeaseRequest::Reserve { which, off } => reserve(session, which, *off),
    }
}

fn show(session: &mut Session<'_, '_>, words: &[String]) -> Result<ExitStatus, Error> {
    let selectors = words.iter().map(|word| Selector::read(word)).collect::<Result<Vec<_>, _>>()?;
    let both = session.asks_both();
    session.connect_to_ask(both)?;
    let mut outcomes = Vec::new();
    for selector in &selectors {
        for at in 0..session.servers.len() {
            match find_all(session, at, selector) {
                Ok(all) if all.is_empty() => outcomes.push(Err(no_lease(session, at, selector))),
                Ok(all) => outcomes.extend(all.into_iter().map(|found| Ok((at, found)))),
                Err(failure) if failure.kind == Kind::NotFound => outcomes.push(Err(failure)),
                Err(failure) => return Err(failure.into()),
            }
        }
    }
    let is_any = outcomes.iter().any(Result::is_ok);
    // Of many words that stand for nothing the last one is the failure, and the others are told before it.
    let last = outcomes.len() - 1;
    let mut rows = Vec::new();
    let mut shown = Vec::new();
    for (number, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok((at, found)) => {
                // Several words may stand for one lease.
                if !shown.contains(&(at, found.address)) {
                    shown.push((at, found.address));
                    let billing = billing_class(session, at, &found);
                    let server = session.servers[at].name();
                    rows.push(row(&found.opened.attributes, billing, &server));
                }
            }
            Err(failure) if is_any || number < last => {
                session.speaker.say(&failure.message);
                session.missing.get_or_insert(failure.status());
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    session.show(&COLUMNS, rows)
}

/// The class that a lease counts for. OMAPI has a handle for it: the class is the one of the files that the server has the
/// same handle for.
fn billing_class(session: &mut Session<'_, '_>, at: usize, found: &Found) -> Value<'static> {
    let Some(handle) = found.opened.attributes.integer("billing-class") else { return Value::None };
    let files = session.files_of(at);
    let recorded = files.as_ref().and_then(|files| recorded_lease(files, found.address).ok().flatten());
    let recorded = recorded.and_then(|lease| class_of_billing(lease.billing.as_deref()?));
    let others = || files.as_ref().and_then(|files| class_names(files).ok()).unwrap_or_default();
    let mut is_it = |name: &Vec<u8>| {
        let by = Attributes::new().with("name", name.clone());
        let opened = session.servers[at].find("cannot look up the class of the lease", "class", &by);
        opened.is_ok_and(|opened| opened.is_some_and(|class| class.handle == handle))
    };
    let name = match recorded {
        // A subclass has a handle of its own.
        Some((name, true)) => Some(name),
        Some((name, false)) if is_it(&name) => Some(name),
        _ => others().into_iter().find(is_it),
    };
    match name {
        Some(name) => Value::bytes(name),
        None => Value::text(format!("handle {handle}")),
    }
}

/// The class that `billing class "NAME";` or `billing subclass "NAME" …;` says, and whether it is a subclass.
fn class_of_billing(billing: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut lexer = Lexer::for_file(billing);
    lexer.next().text.eq_ignore_ascii_case(b"billing").then_some(())?;
    let is_subclass = lexer.next().text.eq_ignore_ascii_case(b"subclass");
    let name = lexer.next();
    (name.kind == TokenKind::String).then(|| (name.text.into_owned(), is_subclass))
}

fn time(attributes: &Attributes, name: &str) -> Value<'static> {
    match attributes.integer(name) {
        None | Some(0) => Value::None,
        Some(u32::MAX) => Value::Never,
        Some(seconds) => Value::Time(seconds.into()),
    }
}

fn state_of(attributes: &Attributes) -> Option<State> {
    attributes.integer("state").and_then(State::from_number)
}

fn flags(attributes: &Attributes) -> u32 {
    attributes.integer("flags").unwrap_or_default()
}

fn address_of(attributes: &Attributes) -> Value<'static> {
    Value::of(attributes.integer("ip-address"), |number| Value::Address(IpAddr::V4(Ipv4Addr::from(number))))
}

fn row(attributes: &Attributes, billing: Value<'static>, server: &str) -> Vec<Value<'static>> {
    let bytes = |name: &str| attributes.get(name).map(<[u8]>::to_vec);
    let other = attributes.iter().filter(|(name, _)| !KNOWN.iter().any(|known| known.as_bytes() == *name));
    let other = other.map(|(name, value)| {
        let value = value.unwrap_or_default();
        let is_text = !value.is_empty() && value.iter().all(|byte| matches!(byte, b' '..=b'~'));
        let shown = if is_text { visible(value) } else { crate::render::text::colon_hex(value) };
        Value::text(format!("{}={shown}", visible(name)))
    });
    vec![
        address_of(attributes),
        match (state_of(attributes), attributes.integer("state")) {
            (Some(state), _) => Value::State(state.name()),
            (None, number) => Value::of(number, |number| Value::Number(number.into())),
        },
        Value::of(bytes("hardware-address"), Value::hex),
        Value::of(bytes("client-hostname"), Value::bytes),
        time(attributes, "ends"),
        Value::of(bytes("dhcp-client-identifier"), Value::identifier),
        Value::Flag(flags(attributes) & RESERVED != 0),
        time(attributes, "starts"),
        Value::Flag(flags(attributes) & BOOTP != 0),
        time(attributes, "cltt"),
        time(attributes, "tstp"),
        time(attributes, "tsfp"),
        time(attributes, "atsfp"),
        Value::List(other.collect()),
        Value::text(server.to_owned()),
        Value::of(attributes.integer("hardware-type"), |number| Value::Number(number.into())),
        billing,
    ]
}

/// What a change of a lease tells of it.
fn record(attributes: &Attributes) -> Record {
    let all = row(attributes, Value::None, "");
    let mut record = Record::new();
    for (column, value) in COLUMNS.iter().zip(all) {
        if matches!(column.name, "state" | "mac" | "hostname" | "ends" | "client_id" | "reserved") {
            record.push((column.name, value));
        }
    }
    record
}
