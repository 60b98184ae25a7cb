//! `group`: named groups, whose statements hosts can share.

use anyhow::{Error, Result};

use crate::commands::browse::recorded_group;
use crate::dhcpd::inventory::Reservation;
use crate::omapi::ResultCode;
use crate::render::text::visible;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome, Record};
use super::change::Edit;
use super::failure::{Failure, Kind};
use super::host::{HostWords, are_written_amiss, as_written};
use super::server::Opened;
use super::values::{self, NameOf};
use super::{Session, usage};
use crate::omapi::Attributes;

/// What is to be done with a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupRequest {
    /// `group add`.
    Add {
        /// Its name.
        name: String,
        /// Its statements.
        words: HostWords,
    },
    /// `group show`.
    Show {
        /// Its name.
        name: String,
    },
    /// `group set`.
    Set {
        /// Its name.
        name: String,
        /// Its statements from now on.
        words: HostWords,
        /// Although hosts may have it.
        force: bool,
    },
    /// `group remove`.
    Remove {
        /// Its name.
        name: String,
        /// Although hosts may have it.
        force: bool,
    },
}

/// What `group show` says.
pub static COLUMNS: [Column; 3] = [
    Column::text("name", "NAME", "the group's name"),
    Column::text("hosts", "HOSTS", "the hosts that the server's files give it, where these can be read"),
    Column::text("server", "SERVER", "the server that says so").on_request(),
];

pub(super) fn run(request: &GroupRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    match request {
        GroupRequest::Add { name, words } => add(session, name, words),
        GroupRequest::Show { name } => show(session, name),
        GroupRequest::Set { name, words, force } => set(session, name, words, *force),
        GroupRequest::Remove { name, force } => remove(session, name, *force),
    }
}

fn group_name(name: &str) -> Result<&str, Failure> {
    values::name(name, NameOf::Group).map_err(usage)
}

fn by_name(name: &str) -> Attributes {
    Attributes::new().with("name", name)
}

/// A group's statements, which it cannot be without.
fn needed_statements(session: &mut Session<'_, '_>, words: &HostWords) -> Result<String, Failure> {
    session.statements(words)?.filter(|text| !text.is_empty()).ok_or_else(|| {
        usage("a group needs at least one statement: give --statements, --option, --filename or --next-server")
    })
}

fn open(session: &mut Session<'_, '_>, at: usize, name: &str) -> Result<Opened, Failure> {
    let what = format!("cannot look up the group {}", visible(name.as_bytes()));
    session.servers[at].find(&what, "group", &by_name(name))?.ok_or_else(|| {
        let server = session.servers[at].name();
        Failure {
            server: Some(server.clone()),
            code: Some(ResultCode::NOT_FOUND),
            ..Failure::new(Kind::NotFound, format!("there is no group {} on {server}", visible(name.as_bytes())))
        }
    })
}

/// The hosts that have the group, as far as the server's files can be read.
fn hosts_of(session: &mut Session<'_, '_>, at: usize, name: &str) -> Option<Vec<Vec<u8>>> {
    let has_it = |reservation: &Reservation| reservation.host.group.as_deref() == Some(name.as_bytes());
    let hosts = session.recorded(at, &has_it)?;
    Some(hosts.into_iter().map(|host| host.name).collect())
}

fn done(outcome: Outcome, name: &str, server: String, before: Option<Record>, after: Option<Record>) -> Done {
    Done { outcome, kind: "group", name: name.as_bytes().to_vec(), server, before, after }
}

fn record(name: &str, statements: Option<&str>) -> Record {
    vec![("name", Value::text(name.to_owned())), ("statements", Value::of(statements.map(str::to_owned), Value::text))]
}

fn add(session: &mut Session<'_, '_>, name: &str, words: &HostWords) -> Result<ExitStatus, Error> {
    let name = group_name(name)?;
    let text = needed_statements(session, words)?;
    session.begin_change()?;
    let (mut plans, mut all) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let server = session.servers[at].name();
        let what = "cannot look for the group";
        if session.servers[at].find(what, "group", &by_name(name))?.is_some() {
            let failure = Failure::new(Kind::Exists, format!("there is a group {name} on {server} already"));
            let failure = Failure { server: Some(server), code: Some(ResultCode::ALREADY_EXISTS), ..failure };
            return Err(failure.advise(format!("`omsh group set {name}` gives it other statements")).into());
        }
        plans.push(vec![Edit::Create {
            object_type: "group".to_owned(),
            key: by_name(name),
            attributes: by_name(name).with("statements", text.clone()),
        }]);
        all.push(done(Outcome::Added, name, server, None, Some(record(name, Some(&text)))));
    }
    session.make(&plans)?;
    session.finish(all)
}

fn show(session: &mut Session<'_, '_>, name: &str) -> Result<ExitStatus, Error> {
    let both = session.asks_both();
    session.connect_to_ask(both)?;
    let mut found = Vec::new();
    for at in 0..session.servers.len() {
        found.push(open(session, at, name).map(|opened| (at, opened)));
    }
    let mut rows = Vec::new();
    for (at, opened) in session.found(found)? {
        let shown = opened.attributes.get("name").unwrap_or(name.as_bytes()).to_vec();
        let hosts = hosts_of(session, at, name).map(|hosts| Value::List(hosts.into_iter().map(Value::bytes).collect()));
        rows.push(vec![Value::bytes(shown), hosts.unwrap_or(Value::None), Value::text(session.servers[at].name())]);
    }
    session.show(&COLUMNS, rows)
}

/// Refuses to take a group away from hosts that have it.
fn check_unused(session: &mut Session<'_, '_>, name: &str, force: bool) -> Result<(), Failure> {
    (0..session.servers.len()).filter(|_| !force).try_for_each(|at| check_unused_on(session, at, name))
}

fn check_unused_on(session: &mut Session<'_, '_>, at: usize, name: &str) -> Result<(), Failure> {
    let failure = match hosts_of(session, at, name) {
        Some(hosts) if hosts.is_empty() => return Ok(()),
        Some(hosts) => {
            let shown: Vec<String> = hosts.iter().take(5).map(|name| visible(name)).collect();
            let more = if hosts.len() > shown.len() { ", …" } else { "" };
            usage(format!("there are hosts that have the group {name}: {}{more}", shown.join(", ")))
        }
        None => usage(format!(
            "it is not known whether hosts have the group {name}: the server's files cannot be read here"
        )),
    };
    Err(failure.advise("give these hosts another group first, or say --force"))
}

fn set(session: &mut Session<'_, '_>, name: &str, words: &HostWords, force: bool) -> Result<ExitStatus, Error> {
    let name = group_name(name)?;
    let text = needed_statements(session, words)?;
    session.begin_change()?;
    check_unused(session, name, force)?;
    let (mut plans, mut all) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let opened = open(session, at, name)?;
        let create = Edit::Create {
            object_type: "group".to_owned(),
            key: by_name(name),
            attributes: by_name(name).with("statements", text.clone()),
        };
        let before = statements_of(session, at, name);
        plans.push(vec![removal(name, &opened, before.as_deref()), create]);
        let server = session.servers[at].name();
        all.push(done(
            Outcome::Changed,
            name,
            server,
            Some(record(name, before.as_deref())),
            Some(record(name, Some(&text))),
        ));
    }
    session.make(&plans)?;
    session.finish(all)
}

/// A group's statements, as far as its server's files tell: dhcpd does not.
fn statements_of(session: &mut Session<'_, '_>, at: usize, name: &str) -> Option<String> {
    let files = session.files_of(at)?;
    match recorded_group(&files, name.as_bytes()) {
        Ok(statements) => statements.as_deref().map(as_written).filter(|text| !text.is_empty()),
        Err(error) => {
            session.tell(&format!("{error:#}"));
            None
        }
    }
}

/// A statement that changes nothing, for a group of which none is known: a group needs at least one.
pub(in crate::commands) const HARMLESS: &str = "option host-name = config-option host-name;";

fn removal(name: &str, opened: &Opened, statements: Option<&str>) -> Edit {
    let statements = statements.filter(|statements| !are_written_amiss(statements));
    Edit::Remove {
        object_type: "group".to_owned(),
        key: by_name(name),
        handle: opened.handle,
        before: by_name(name).with("statements", statements.unwrap_or(HARMLESS)),
        unknown: statements.is_none().then_some("its statements"),
    }
}

fn remove(session: &mut Session<'_, '_>, name: &str, force: bool) -> Result<ExitStatus, Error> {
    // That it is removed is written down with its name.
    let name = group_name(name)?;
    session.begin_change()?;
    check_unused(session, name, force)?;
    let (mut plans, mut all) = (Vec::new(), Vec::new());
    for at in 0..session.servers.len() {
        let opened = open(session, at, name)?;
        let before = statements_of(session, at, name);
        plans.push(vec![removal(name, &opened, before.as_deref())]);
        all.push(done(Outcome::Removed, name, session.servers[at].name(), Some(record(name, before.as_deref())), None));
    }
    session.make(&plans)?;
    session.finish(all)
}
