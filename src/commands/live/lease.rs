//! `lease`: what dhcpd lets clients of OMAPI see and change of a lease.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Error, Result};

use crate::dhcpd::leases::State;
use crate::omapi::ResultCode;
use crate::render::text::visible;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::attributes::Attributes;
use super::change::{self, Edit};
use super::failure::{Failure, Kind};
use super::server::{Opened, Server};
use super::values::{self, ETHERNET};
use super::{Session, usage};

/// A flag of a lease: it is kept for its client.
const RESERVED: u32 = 0x04;
/// A flag of a lease: a BOOTP client has it.
const BOOTP: u32 = 0x02;

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
        /// Which one.
        which: String,
    },
    /// `lease release`, `free` and `abandon`.
    Become {
        /// Its address.
        address: String,
        /// What it becomes.
        state: LeaseState,
    },
    /// `lease reserve`.
    Reserve {
        /// Its address.
        address: String,
        /// It is no longer kept for its client.
        off: bool,
    },
}

/// What `lease show` says.
pub static COLUMNS: [Column; 15] = [
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
        LeaseRequest::Become { address, state } => become_state(session, address, *state),
        LeaseRequest::Reserve { address, off } => reserve(session, address, *off),
    }
}

fn by_address(address: Ipv4Addr) -> Attributes {
    Attributes::new().with("ip-address", address.octets())
}

fn show(session: &mut Session<'_, '_>, which: &str) -> Result<ExitStatus, Error> {
    let hardware = |octets| Attributes::new().with("hardware-address", octets).with_integer("hardware-type", ETHERNET);
    let identifier = |bytes| Attributes::new().with("dhcp-client-identifier", bytes);
    let mut ways = Vec::new();
    match which.split_once('=') {
        Some(("ip", text)) => ways.push(by_address(values::address(text).map_err(usage)?)),
        Some(("mac", text)) => ways.push(hardware(values::hardware(text, ETHERNET).map_err(usage)?)),
        Some(("client-id", text)) => ways.push(identifier(values::identifier(text).map_err(usage)?)),
        _ => match (values::address(which), values::hardware(which, ETHERNET)) {
            (Ok(address), _) => ways.push(by_address(address)),
            (_, octets) => {
                ways.extend(octets.ok().map(hardware));
                ways.push(identifier(values::identifier(which).map_err(usage)?));
            }
        },
    }
    let both = session.asks_both();
    session.connect_to_ask(both)?;
    let mut found = Vec::new();
    for at in 0..session.servers.len() {
        let what = format!("cannot look up the lease {}", visible(which.as_bytes()));
        let mut one = None;
        for by in &ways {
            if one.is_none() {
                one = session.servers[at].find(&what, "lease", by)?;
            }
        }
        let server = session.servers[at].name();
        found.push(one.map(|one| row(&one.attributes, &server)).ok_or_else(|| no_lease(session, at, which)));
    }
    let rows = session.found(found)?;
    session.show(&COLUMNS, rows)
}

fn no_lease(session: &Session<'_, '_>, at: usize, which: &str) -> Failure {
    let server = session.servers[at].name();
    let shown = visible(which.as_bytes());
    let advice = match values::address(which).is_ok() {
        true => "dhcpd has leases of the addresses in its ranges only; `omsh find` tells what an address is",
        false => "give the lease's address, or the hardware address or client identifier of its client",
    };
    Failure {
        server: Some(server.clone()),
        code: Some(ResultCode::NOT_FOUND),
        ..Failure::new(Kind::NotFound, format!("there is no lease {shown} on {server}"))
    }
    .advise(advice)
}

fn time(attributes: &Attributes, name: &str) -> Value<'static> {
    match attributes.integer(name) {
        None | Some(0) => Value::None,
        Some(u32::MAX) => Value::Never,
        Some(seconds) => Value::Time(seconds.into()),
    }
}

fn state_of(attributes: &Attributes) -> Option<State> {
    attributes.integer("state").and_then(state_of_number)
}

fn state_of_number(number: u32) -> Option<State> {
    State::ALL.get((number as usize).checked_sub(1)?).copied()
}

fn flags(attributes: &Attributes) -> u32 {
    attributes.integer("flags").unwrap_or_default()
}

fn address_of(attributes: &Attributes) -> Value<'static> {
    Value::of(attributes.integer("ip-address"), |number| Value::Address(IpAddr::V4(Ipv4Addr::from(number))))
}

fn row(attributes: &Attributes, server: &str) -> Vec<Value<'static>> {
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
    ]
}

/// What a change of a lease tells of it.
fn record(attributes: &Attributes) -> Record {
    let all = row(attributes, "");
    let mut record = Record::new();
    for (column, value) in COLUMNS.iter().zip(all) {
        if matches!(column.name, "state" | "mac" | "hostname" | "ends" | "client_id" | "reserved") {
            record.push((column.name, value));
        }
    }
    record
}

fn open(session: &mut Session<'_, '_>, at: usize, word: &str) -> Result<(Ipv4Addr, Opened), Failure> {
    let address = values::address(word.strip_prefix("ip=").unwrap_or(word)).map_err(usage)?;
    let what = format!("cannot look up the lease {address}");
    match session.servers[at].find(&what, "lease", &by_address(address))? {
        Some(opened) => Ok((address, opened)),
        None => Err(no_lease(session, at, word)),
    }
}

fn become_state(session: &mut Session<'_, '_>, word: &str, state: LeaseState) -> Result<ExitStatus, Error> {
    let wanted = state.state();
    let has_partner = session.settings.servers.len() > 1;
    change(session, word, |attributes| {
        let number = |state: State| Attributes::new().with_integer("state", state as u32 + 1);
        let before = state_of(attributes).map(number).unwrap_or_default();
        if is_kept(Some(wanted as u32 + 1), attributes.integer("state")) {
            return None;
        }
        let ends_later = attributes.integer("ends").is_some_and(|ends| ends > now_in_seconds());
        Some(match state {
            // Another end makes dhcpd take an active lease for over, and its failover partner is told so before it
            // is told of what comes next: so the lease's own end has to do where there is a partner.
            LeaseState::Abandoned if has_partner && ends_later => (number(wanted), before),
            // Without an end to come dhcpd takes it for over at once, and makes the address free again.
            LeaseState::Abandoned => {
                let ends = now_in_seconds().saturating_add(ABANDONED_FOR);
                let until = |ends: u32| Attributes::new().with_integer("ends", ends);
                let before_ends = attributes.integer("ends").map(until).unwrap_or_default();
                (with(&until(ends), &number(wanted)), with(&before_ends, &before))
            }
            LeaseState::Released | LeaseState::Free => (number(wanted), before),
        })
    })
}

/// dhcpd's own `abandon-lease-time`, in seconds, unless dhcpd.conf says another one.
const ABANDONED_FOR: u32 = 86_400;

fn now_in_seconds() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs().try_into().unwrap_or(u32::MAX)
}

fn reserve(session: &mut Session<'_, '_>, word: &str, off: bool) -> Result<ExitStatus, Error> {
    change(session, word, |attributes| {
        let now = flags(attributes);
        let wanted = if off { now & !RESERVED } else { now | RESERVED };
        // Whatever changes of a lease, dhcpd 4.4 makes it what it would be next, and that is free for an active
        // one, unless it is told after that what it is to be.
        let state = attributes.get("state").filter(|_| state_of(attributes) != Some(State::Free));
        let and_state = |flags| {
            let flags = Attributes::new().with_integer("flags", flags);
            state.iter().fold(flags, |flags, state| flags.with("state", *state))
        };
        (wanted != now).then(|| (and_state(wanted), and_state(now)))
    })
}

/// Whether a state is what was wanted, by their numbers.
pub(super) fn is_kept(wanted: Option<u32>, now: Option<u32>) -> bool {
    let state = now.and_then(state_of_number);
    match wanted {
        None => true,
        // What was released is free in the end, and a free one may be kept for the failover partner.
        Some(4) => matches!(state, Some(State::Released | State::Free | State::Backup)),
        Some(1) => matches!(state, Some(State::Free | State::Backup)),
        wanted => now == wanted,
    }
}

/// Whether a lease is what it was told to be.
fn check_kept(
    session: &Session<'_, '_>,
    at: usize,
    address: Ipv4Addr,
    plan: &[Edit],
    now: &Attributes,
) -> Result<(), Failure> {
    let wanted = plan.iter().find_map(|edit| match edit {
        Edit::Update { attributes, .. } => attributes.integer("state"),
        _ => None,
    });
    if is_kept(wanted, now.integer("state")) {
        return Ok(());
    }
    let state = state_of(now).map_or("of an unknown state", State::name);
    let server = session.servers[at].name();
    let failure = Failure::new(Kind::Refused, format!("{server} took the change, but the lease {address} is {state}"));
    Err(Failure { server: Some(server), ..failure })
}

/// Attributes with others put over them.
fn with(attributes: &Attributes, changes: &Attributes) -> Attributes {
    let mut all = attributes.clone();
    changes.iter().for_each(|(name, value)| all.put(name, value.map(<[u8]>::to_vec)));
    all
}

/// A lease after its change; where it cannot be looked at again, as it was told to be.
fn look_again(
    session: &mut Session<'_, '_>,
    at: usize,
    address: Ipv4Addr,
    before: Opened,
    plan: &[Edit],
) -> Attributes {
    let what = format!("cannot look at the lease {address} again");
    let server = &mut session.servers[at];
    let look = |server: &mut Server| server.open(&what, "lease", &by_address(address));
    match look(server).or_else(|_| server.reconnect().and_then(|()| look(server))) {
        Ok(opened) => opened.attributes,
        Err(failure) => {
            session.speaker.say(&format!("{}; the change is made", failure.message));
            let changes = plan.iter().filter_map(|edit| match edit {
                Edit::Update { attributes, .. } => Some(attributes),
                _ => None,
            });
            changes.fold(before.attributes, |all, changes| with(&all, changes))
        }
    }
}

/// Changes a lease on all servers: what is sent, and what takes it back; nothing where it is as it should be.
fn change(
    session: &mut Session<'_, '_>,
    word: &str,
    wanted: impl Fn(&Attributes) -> Option<(Attributes, Attributes)>,
) -> Result<ExitStatus, Error> {
    values::address(word.strip_prefix("ip=").unwrap_or(word)).map_err(usage)?;
    session.begin_change()?;
    let mut looked = Vec::new();
    let mut plans = Vec::new();
    for at in 0..session.servers.len() {
        let (address, opened) = open(session, at, word)?;
        let edit = wanted(&opened.attributes).map(|(attributes, before)| Edit::Update {
            object_type: "lease".to_owned(),
            key: by_address(address),
            handle: opened.handle,
            attributes,
            before,
        });
        plans.push(edit.into_iter().collect::<Vec<_>>());
        looked.push((address, opened));
    }
    session.make(&plans)?;
    let mut done = Vec::new();
    for (at, (address, opened)) in looked.into_iter().enumerate() {
        let before = record(&opened.attributes);
        let (outcome, after) = match plans[at].first() {
            None => (Outcome::Unchanged, before.clone()),
            Some(Edit::Update { attributes, .. }) if session.dry_run => {
                (Outcome::Changed, record(&with(&opened.attributes, attributes)))
            }
            // dhcpd has its own mind about what goes with a state.
            Some(_) => {
                let now = look_again(session, at, address, opened, &plans[at]);
                if let Err(failure) = check_kept(session, at, address, &plans[at], &now) {
                    return Err(match session.servers.len() {
                        1 => failure,
                        _ => change::take_back(&mut session.servers, &plans, failure),
                    }
                    .into());
                }
                (Outcome::Changed, record(&now))
            }
        };
        let server = session.servers[at].name();
        let name = address.to_string().into_bytes();
        done.push(Done { outcome, kind: "lease", name, server, before: Some(before), after: Some(after) });
    }
    session.finish(done)
}
