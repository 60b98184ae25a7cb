//! Changes of a lease: looked at again before anything is sent, and read back after it.
//!
//! Whatever changes of a lease, dhcpd makes it what it would be next, and that is free for an active one, unless it is told
//! after that what it is to be: so the state goes with every change. It does not say what it did not keep.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Error, Result};

use crate::commands::live::answer::{Done, Outcome};
use crate::commands::live::change::{self, Edit};
use crate::commands::live::failure::{Failure, Kind};
use crate::commands::live::selector::Selector;
use crate::commands::live::values;
use crate::commands::live::{Session, usage};
use crate::dhcpd::leases::State;
use crate::omapi::Attributes;
use crate::render::changes::in_words;
use crate::schema::RESERVED;
use crate::shell::ExitStatus;

use super::find::{Found, by_address, find_by_address, find_one, no_lease};
use super::{LeaseState, flags, record, state_of};

/// dhcpd's own `abandon-lease-time`, in seconds, unless dhcpd.conf says another one.
const ABANDONED_FOR: u32 = 86_400;

/// Attributes that are handles of other objects, or of the client that has changed the lease last.
const HANDLES: [&[u8]; 4] = [b"subnet", b"pool", b"billing-class", b"remote-handle"];

/// What is sent for a lease, and what takes it back.
type Change = (Attributes, Attributes);

pub(super) fn become_state(session: &mut Session<'_, '_>, word: &str, state: LeaseState) -> Result<ExitStatus, Error> {
    let wanted = state.state();
    let has_partner = session.settings.servers.len() > 1;
    change(session, word, |found| {
        let attributes = &found.opened.attributes;
        let number = |state: State| Attributes::new().with_integer("state", state.number());
        let before = state_of(attributes).map(number).unwrap_or_default();
        if is_kept(Some(wanted.number()), attributes.integer("state")) {
            return Ok(None);
        }
        let ends_later = attributes.integer("ends").is_some_and(|ends| ends > now_in_seconds());
        Ok(Some(match state {
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
        }))
    })
}

fn now_in_seconds() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs().try_into().unwrap_or(u32::MAX)
}

pub(super) fn reserve(session: &mut Session<'_, '_>, word: &str, off: bool) -> Result<ExitStatus, Error> {
    change(session, word, |found| {
        let attributes = &found.opened.attributes;
        let now = flags(attributes);
        let wanted = if off { now & !RESERVED } else { now | RESERVED };
        if wanted == now {
            return Ok(None);
        }
        let has_client =
            ["hardware-address", "dhcp-client-identifier"].iter().any(|name| attributes.get(name).is_some());
        if !off && !has_client {
            return Err(nobody(found));
        }
        let state = attributes.get("state");
        let and_state = |flags| {
            let flags = Attributes::new().with_integer("flags", flags);
            state.iter().fold(flags, |flags, state| flags.with("state", *state))
        };
        Ok(Some((and_state(wanted), and_state(now))))
    })
}

/// The failure that a lease has no client that it could be kept for.
fn nobody(found: &Found) -> Failure {
    let address = found.address;
    let failure =
        Failure::new(Kind::Refused, format!("the lease {address} has no client that it could be reserved for"));
    failure.advise(format!("`omsh host add NAME --mac MAC --ip {address}` keeps the address for a client"))
}

/// Whether a state is what was wanted, by their numbers.
pub(in crate::commands::live) fn is_kept(wanted: Option<u32>, now: Option<u32>) -> bool {
    let state = now.and_then(State::from_number);
    match wanted {
        None => true,
        // What was released is free in the end, and a free one may be kept for the failover partner.
        Some(4) => matches!(state, Some(State::Released | State::Free | State::Backup)),
        Some(1) => matches!(state, Some(State::Free | State::Backup)),
        wanted => now == wanted,
    }
}

/// Finds that a lease is not what it was told to be.
fn check_kept(
    session: &Session<'_, '_>,
    at: usize,
    found: &Found,
    sent: &Attributes,
    now: &Attributes,
) -> Result<(), Failure> {
    let (address, server) = (found.address, session.servers[at].name());
    let failure = |is: &str| {
        let message = format!("{server} says that it has changed the lease {address}, but it is {is}");
        Failure { server: Some(server.clone()), ..Failure::new(Kind::Refused, message) }
    };
    let is_reserved = |attributes: &Attributes| flags(attributes) & RESERVED != 0;
    if !is_kept(sent.integer("state"), now.integer("state")) {
        return Err(failure(state_of(now).map_or("of an unknown state", State::name)));
    }
    if sent.get("flags").is_some() && is_reserved(sent) != is_reserved(now) {
        return Err(match is_reserved(sent) {
            true => failure("not reserved").advise(format!(
                "dhcpd up to 4.3.3 keeps no reservation of a lease; `omsh host add NAME --mac MAC --ip {address}` keeps the \
                 address for a client"
            )),
            false => failure("reserved still"),
        });
    }
    Ok(())
}

/// Attributes with others put over them.
fn with(attributes: &Attributes, changes: &Attributes) -> Attributes {
    let mut all = attributes.clone();
    changes.iter().for_each(|(name, value)| all.put(name, value.map(<[u8]>::to_vec)));
    all
}

/// A lease after its change; where it cannot be looked at again, as it was told to be.
fn look_again(session: &mut Session<'_, '_>, at: usize, found: &Found, sent: &Attributes) -> Attributes {
    let what = format!("cannot look at the lease {} again", found.address);
    let by = by_address(found.address);
    let server = &mut session.servers[at];
    let looked = server.open(&what, "lease", &by);
    match looked.or_else(|_| server.reconnect().and_then(|()| server.open(&what, "lease", &by))) {
        Ok(opened) => opened.attributes,
        Err(failure) => {
            session.speaker.say(&format!("{}; the change is made", failure.message));
            with(&found.opened.attributes, sent)
        }
    }
}

/// Finds that a lease has changed since it was looked at. Handles are no part of it.
fn check_same(session: &mut Session<'_, '_>, at: usize, found: &Found) -> Result<(), Failure> {
    let own = |attributes: &Attributes| {
        let mut own = Attributes::new();
        let all = attributes.iter().filter(|(name, _)| !HANDLES.contains(name));
        all.for_each(|(name, value)| own.put(name, value.map(<[u8]>::to_vec)));
        own
    };
    let now = find_by_address(session, at, found.address)?;
    let (address, server) = (found.address, session.servers[at].name());
    let how = match now.map(|now| now.opened.attributes) {
        None => "it is gone".to_owned(),
        Some(now) if own(&now) == own(&found.opened.attributes) => return Ok(()),
        Some(now) => match in_words(&record(&found.opened.attributes), &record(&now)) {
            how if how.is_empty() => "its times or values".to_owned(),
            how => how,
        },
    };
    let message =
        format!("the lease {address} on {server} has changed since it was looked at ({how}): nothing was sent");
    let failure = Failure { server: Some(server), ..Failure::new(Kind::Refused, message) };
    Err(failure.advise("run the command again if the change is still wanted"))
}

/// The lease that a word stands for, on each server. Which one that is, the first one that knows it says.
fn look(session: &mut Session<'_, '_>, selector: &Selector) -> Result<Vec<Found>, Failure> {
    let mut looked: Vec<Option<Found>> = session.servers.iter().map(|_| None).collect();
    let mut missing = None;
    for (at, place) in looked.iter_mut().enumerate() {
        match find_one(session, at, selector) {
            Ok(found) => {
                *place = Some(found);
                break;
            }
            Err(failure) if failure.kind == Kind::NotFound => missing = missing.or(Some(failure)),
            Err(failure) => return Err(failure),
        }
    }
    let Some(address) = looked.iter().flatten().map(|found| found.address).next() else {
        return Err(missing.unwrap_or_else(|| usage("there is no server to ask")));
    };
    let mut all = Vec::new();
    for (at, found) in looked.into_iter().enumerate() {
        let found = match found {
            Some(found) => Some(found),
            None => find_by_address(session, at, address)?,
        };
        all.push(found.ok_or_else(|| no_lease(session, at, selector))?);
    }
    Ok(all)
}

/// Changes a lease on all servers: what is sent, and what takes it back; nothing where it is as it should be.
fn change(
    session: &mut Session<'_, '_>,
    word: &str,
    wanted: impl Fn(&Found) -> Result<Option<Change>, Failure>,
) -> Result<ExitStatus, Error> {
    let selector = Selector::read(word)?;
    let is_dotted = word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_dotted && selector.hardware.is_none() {
        // A mistyped address is nobody's name.
        values::address(word).map_err(usage)?;
    }
    session.begin_change()?;
    let looked = look(session, &selector)?;
    let mut plans = Vec::new();
    for found in &looked {
        let edit = wanted(found)?.map(|(attributes, before)| Edit::Update {
            object_type: "lease".to_owned(),
            key: by_address(found.address),
            handle: found.opened.handle,
            attributes,
            before,
        });
        plans.push(edit.into_iter().collect::<Vec<_>>());
    }
    if !session.dry_run {
        // All of them before the first is changed: a failover partner hears of that.
        for (at, found) in looked.iter().enumerate().filter(|(at, _)| !plans[*at].is_empty()) {
            check_same(session, at, found)?;
        }
    }
    session.make(&plans)?;
    let mut done = Vec::new();
    for (at, found) in looked.iter().enumerate() {
        let before = record(&found.opened.attributes);
        let (outcome, after) = match plans[at].first() {
            Some(Edit::Update { attributes, .. }) if session.dry_run => {
                (Outcome::Changed, record(&with(&found.opened.attributes, attributes)))
            }
            // dhcpd has its own mind about what goes with a state.
            Some(Edit::Update { attributes, .. }) => {
                let now = look_again(session, at, found, attributes);
                if let Err(failure) = check_kept(session, at, found, attributes, &now) {
                    return Err(match session.servers.len() {
                        1 => failure,
                        _ => change::take_back(&mut session.servers, &plans, failure),
                    }
                    .into());
                }
                (Outcome::Changed, record(&now))
            }
            _ => (Outcome::Unchanged, before.clone()),
        };
        let server = session.servers[at].name();
        let name = found.address.to_string().into_bytes();
        done.push(Done { outcome, kind: "lease", name, server, before: Some(before), after: Some(after) });
    }
    session.finish(done)
}
