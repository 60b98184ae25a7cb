//! `host`: reservations.
//!
//! dhcpd lets a host's address, and its group, be changed. A name, a hardware address, a client identifier
//! or statements that are there already stay for ever: to change one of these, the host is removed and
//! made anew. Since dhcpd does not tell a host's group and its statements over OMAPI, they are taken from
//! its files then; where these cannot be read, the host is left alone.

pub(in crate::commands) mod edits;
mod find;
mod said;
pub(in crate::commands) mod state;
pub(in crate::commands) mod text;
pub(in crate::commands) mod wish;

use std::time::Duration;

use anyhow::{Error, Result};

use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::change::Edit;
use super::failure::{Failure, Kind};
use super::values::{self, NameOf};
use super::{Session, usage};

use edits::{check_identity, edits, in_the_way, removal, warn_of_declaration};
use find::{as_found, by_name, complete, find, find_all, no_host};
use state::{State, Untold};
use wish::Wish;

pub use state::COLUMNS;
pub(super) use state::text_or_hex;
pub(super) use text::{are_written_amiss, as_written, change_of_meaning};
pub use wish::HostWords;

/// How often a host is looked at anew when others change it at the same time.
const ATTEMPTS: u32 = 50;

/// How often when it looks as if it could not be changed at all.
const FEW_ATTEMPTS: u32 = 10;

/// What is done when there is such a host already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfExists {
    /// That is a failure.
    #[default]
    Fail,
    /// It is left as it is.
    Skip,
    /// It is removed first.
    Replace,
}

/// What is to be done with a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostRequest {
    /// `host add`.
    Add {
        /// The name.
        name: String,
        /// What it is to be.
        words: HostWords,
        /// What is done when there is one.
        if_exists: IfExists,
    },
    /// `host show`.
    Show {
        /// Which one.
        which: String,
        /// With what only the files tell.
        full: bool,
    },
    /// `host set`.
    Set {
        /// Which one.
        which: String,
        /// What is to be other than it is.
        words: HostWords,
    },
    /// `host ensure`.
    Ensure {
        /// The name.
        name: String,
        /// What it is to be.
        words: HostWords,
    },
    /// `host rename`.
    Rename {
        /// Which one.
        which: String,
        /// Its new name.
        name: String,
    },
    /// `host remove`.
    Remove {
        /// Which one.
        which: String,
        /// That it is not there is no failure.
        missing_ok: bool,
    },
}

/// Carries out what is asked for.
pub(super) fn run(request: &HostRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    match request {
        HostRequest::Add { name, words, if_exists } => add(session, name, words, *if_exists),
        HostRequest::Show { which, full } => show(session, which, *full),
        HostRequest::Set { which, words } => set(session, which, words),
        HostRequest::Ensure { name, words } => ensure(session, name, words),
        HostRequest::Rename { which, name } => rename(session, which, name),
        HostRequest::Remove { which, missing_ok } => remove(session, which, *missing_ok),
    }
}

fn host_name(name: &str) -> Result<&str, Failure> {
    values::name(name, NameOf::Host).map_err(usage)
}

fn show(session: &mut Session<'_, '_>, which: &str, full: bool) -> Result<ExitStatus, Error> {
    let both = session.asks_both();
    session.connect_to_ask(both)?;
    let mut found = Vec::new();
    for at in 0..session.servers.len() {
        let all = find_all(session, at, which)?;
        let is_none = all.is_empty();
        found.extend(all.into_iter().map(|one| Ok((at, one))));
        if is_none {
            found.push(Err(no_host(session, at, which)));
        }
    }
    let mut rows = Vec::new();
    for (at, mut found) in session.found(found)? {
        if full {
            complete(session, at, &mut found.state);
            if found.state.untold.is_none() {
                let name = session.servers[at].name();
                session
                    .speaker
                    .say(&format!("the group and the statements on {name} are not known: its files do not tell of it"));
            }
        }
        rows.push(found.state.row(&session.servers[at].name()));
    }
    match full {
        true => session.more_columns("+group,statements"),
        // To programs, what was not asked about would look like nothing.
        false => session.columns_of_programs("name,mac,client_id,addresses,hardware_type,server"),
    }
    session.show(&COLUMNS, rows)
}

fn add(session: &mut Session<'_, '_>, name: &str, words: &HostWords, if_exists: IfExists) -> Result<ExitStatus, Error> {
    let name = host_name(name)?;
    let wish = Wish::read(words, session)?;
    let fresh = State { name: name.as_bytes().to_vec(), untold: Some(Untold::default()), ..State::default() };
    let wanted = wish.applied_to(&fresh);
    check_identity(&wanted)?;
    tell_of_known(session, &wish);
    session.begin_change()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        session.check_family(at, wish.family, [])?;
        let server = session.servers[at].name();
        let create = Edit::Create {
            object_type: "host".to_owned(),
            key: by_name(name.as_bytes()),
            attributes: wanted.attributes(wish.known),
        };
        let after = Some(wanted.record());
        let existing = match if_exists {
            IfExists::Fail => None,
            IfExists::Skip | IfExists::Replace => {
                let opened = session.servers[at].find("cannot look for the host", "host", &by_name(name.as_bytes()))?;
                opened.map(|opened| as_found(session, at, opened))
            }
        };
        match existing {
            Some(found) if if_exists == IfExists::Skip => {
                plans.push(Vec::new());
                let record = Some(found.state.record());
                done.push(new_done(Outcome::Skipped, &wanted.name, server, record.clone(), record));
            }
            Some(mut found) => {
                complete(session, at, &mut found.state);
                if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, Some(name.as_bytes()))? {
                    return Err(failure.into());
                }
                warn_of_declaration(session, at, &found.state);
                let before = found.state.record();
                plans.push(vec![removal(&found), create]);
                done.push(new_done(Outcome::Changed, &wanted.name, server, Some(before), after));
            }
            None => {
                if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, None)? {
                    return Err(failure.into());
                }
                plans.push(vec![create]);
                done.push(new_done(Outcome::Added, &wanted.name, server, None, after));
            }
        }
    }
    session.make(&plans)?;
    session.finish(done)
}

fn tell_of_known(session: &mut Session<'_, '_>, wish: &Wish) {
    if wish.known.is_some() {
        session.speaker.say("--known: dhcpd 4.4 takes it and does not keep it; a host is known because it is there");
    }
}

fn new_done(outcome: Outcome, name: &[u8], server: String, before: Option<Record>, after: Option<Record>) -> Done {
    Done { outcome, kind: "host", name: name.to_vec(), server, before, after }
}

fn set(session: &mut Session<'_, '_>, which: &str, words: &HostWords) -> Result<ExitStatus, Error> {
    let wish = Wish::read(words, session)?;
    if wish == Wish::default() {
        return Err(
            usage("there is nothing to set: say what with --mac, --ip, --client-id, --group or the like").into()
        );
    }
    tell_of_known(session, &wish);
    session.begin_change()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let mut found = find(session, at, which)?.ok_or_else(|| no_host(session, at, which))?;
        let name = found.state.name.clone();
        let (edits, wanted) = edits(session, at, &mut found, &wish, &name)?;
        let outcome = if edits.is_empty() { Outcome::Unchanged } else { Outcome::Changed };
        let server = session.servers[at].name();
        done.push(new_done(outcome, &name, server, Some(found.state.record()), Some(wanted.record())));
        plans.push(edits);
    }
    session.make(&plans)?;
    session.finish(done)
}

fn rename(session: &mut Session<'_, '_>, which: &str, name: &str) -> Result<ExitStatus, Error> {
    let name = host_name(name)?;
    session.begin_change()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let mut found = find(session, at, which)?.ok_or_else(|| no_host(session, at, which))?;
        complete(session, at, &mut found.state);
        let (edits, wanted) = edits(session, at, &mut found, &Wish::default(), name.as_bytes())?;
        let outcome = if edits.is_empty() { Outcome::Unchanged } else { Outcome::Renamed };
        let server = session.servers[at].name();
        let before = Some(found.state.record());
        done.push(new_done(outcome, &found.state.name, server, before, Some(wanted.record())));
        plans.push(edits);
    }
    session.make(&plans)?;
    session.finish(done)
}

fn remove(session: &mut Session<'_, '_>, which: &str, missing_ok: bool) -> Result<ExitStatus, Error> {
    session.begin_change()?;
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    let mut missing = Vec::new();
    for at in 0..session.servers.len() {
        let Some(mut found) = find(session, at, which)? else {
            missing.push(no_host(session, at, which));
            plans.push(Vec::new());
            continue;
        };
        if session.servers.len() > 1 || session.journal.is_some() {
            complete(session, at, &mut found.state);
        }
        let server = session.servers[at].name();
        done.push(new_done(Outcome::Removed, &found.state.name, server, Some(found.state.record()), None));
        plans.push(vec![removal(&found)]);
    }
    if done.is_empty() && !missing_ok {
        return Err(missing.swap_remove(0).into());
    }
    if !done.is_empty() || session.verbose {
        missing.iter().for_each(|failure| session.speaker.say(&failure.message));
    }
    session.make(&plans)?;
    session.finish(done)
}

fn ensure(session: &mut Session<'_, '_>, name: &str, words: &HostWords) -> Result<ExitStatus, Error> {
    let name = host_name(name)?;
    let wish = Wish::read(words, session)?;
    tell_of_known(session, &wish);
    session.begin_change()?;
    let mut attempt = 0;
    loop {
        match ensure_once(session, name, &wish) {
            Ok(done) => return session.finish(done),
            // Somebody else was faster: what they left is looked at anew.
            Err(failure) if attempt < ATTEMPTS && is_race(&failure, attempt, session.files_of(0).is_some()) => {
                attempt += 1;
                session.tell("the host was changed at the same time; looking again");
                std::thread::sleep(Duration::from_millis(u64::from(1 + (std::process::id() + attempt * 7) % 23)));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
}

/// Whether a failure may come from another client's change between our look and our change.
fn is_race(failure: &Failure, attempt: u32, has_files: bool) -> bool {
    let raced = matches!(failure.kind, Kind::Exists | Kind::Conflict | Kind::NotFound | Kind::Refused);
    // What was seen before anything was sent has no advice of a race in it; but the server's files may be a moment
    // behind the server.
    let may_pass = failure.kind == Kind::Refused && has_files && attempt < FEW_ATTEMPTS;
    let is_clean = failure.aftermath.one_sided.is_empty() && !failure.is_uncertain;
    raced && is_clean && (failure.message.starts_with("cannot ") || may_pass)
}

fn ensure_once(session: &mut Session<'_, '_>, name: &str, wish: &Wish) -> Result<Vec<Done>, Failure> {
    let (mut plans, mut done) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let server = session.servers[at].name();
        let found = session.servers[at].find("cannot look for the host", "host", &by_name(name.as_bytes()))?;
        match found.map(|opened| as_found(session, at, opened)) {
            Some(mut found) => {
                let (edits, wanted) = edits(session, at, &mut found, wish, name.as_bytes())?;
                let outcome = if edits.is_empty() { Outcome::Unchanged } else { Outcome::Changed };
                let (before, after) = (found.state.record(), wanted.record());
                done.push(new_done(outcome, name.as_bytes(), server, Some(before), Some(after)));
                plans.push(edits);
            }
            None => {
                let fresh = State { name: name.into(), untold: Some(Untold::default()), ..State::default() };
                let wanted = wish.applied_to(&fresh);
                check_identity(&wanted)?;
                session.check_family(at, wish.family, [])?;
                // Another one of this name has been made since, and the request to make it will say so.
                if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, Some(name.as_bytes()))? {
                    return Err(failure);
                }
                let create = Edit::Create {
                    object_type: "host".to_owned(),
                    key: by_name(name.as_bytes()),
                    attributes: wanted.attributes(wish.known),
                };
                done.push(new_done(Outcome::Added, name.as_bytes(), server, None, Some(wanted.record())));
                plans.push(vec![create]);
            }
        }
    }
    session.make(&plans)?;
    Ok(done)
}
