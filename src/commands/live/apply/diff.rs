//! `diff`: what makes one state of hosts and groups of another one.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Error, Result, bail};

use crate::commands::bulk::plan::{Change, Object, Plan, is_same};
use crate::commands::bulk::present::{GroupState, Present};
use crate::commands::bulk::wanted::{Wanted, WantedGroup, WantedHost};
use crate::commands::bulk::{Format, read};
use crate::commands::live::host::state::State;
use crate::commands::live::host::wish::Wish;
use crate::commands::live::{Session, usage};
use crate::dhcpd::options::Definitions;
use crate::shell::ExitStatus;

use super::{Errand, Recorded, definitions, look, recorded, refuse_faults, report, tell_of_damage};

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffRequest {
    /// One side: `server`, `files`, or a file.
    pub from: PathBuf,
    /// The other side.
    pub to: PathBuf,
    /// What the files are written in, where that is said.
    pub format: Option<Format>,
    /// Options that the server knows, as dhcpd.conf defines them.
    pub define_option: Vec<String>,
}

/// A side.
enum Side {
    /// The server's files.
    Files,
    /// A file, which may say a part of what hosts have: only that is compared.
    File(Box<Wanted>),
    /// The server, which can be asked about what the other side names.
    Server,
}

pub(in crate::commands::live) fn run(
    request: &DiffRequest,
    session: &mut Session<'_, '_>,
) -> Result<ExitStatus, Error> {
    let paths = [&request.from, &request.to];
    if paths.iter().all(|path| path.as_os_str() == "files") {
        bail!(usage("the server's files are the same as themselves: compare them with the server, or with an export"));
    }
    if paths.iter().all(|path| path.as_os_str() == "server") {
        bail!(usage("a server is the same as itself: compare it with its files, or with an export"));
    }
    // Two files are about no server.
    let is_of_server = paths.iter().any(|path| matches!(path.to_str(), Some("server" | "files")));
    let count = if is_of_server { session.settings.servers.len() } else { 1 };
    let recorded: Vec<Recorded> = (0..count).map(|at| recorded(session, at)).collect();
    let definitions = definitions(session, &recorded, &request.define_option)?;
    let mut sides = Vec::new();
    for path in paths {
        match side(session, path, request.format, &definitions)? {
            Ok(side) => sides.push(side),
            Err(status) => return Ok(status),
        }
    }
    let [from, to] = &sides[..] else { bail!("there are two sides") };
    let takes_files = sides.iter().any(|side| matches!(side, Side::Files));
    let (mut errands, mut unread) = (Vec::new(), None);
    for (at, files) in recorded.into_iter().enumerate() {
        let server = if is_of_server { session.settings.servers[at].name() } else { String::new() };
        let files = match files {
            Ok(files) => {
                if takes_files {
                    tell_of_damage(session, at, &files);
                }
                files
            }
            Err(why) if takes_files => {
                if count > 1 {
                    session.speaker.say(&format!("the files of {server} cannot be read here, and are not compared"));
                }
                unread = unread.or(why);
                continue;
            }
            Err(_) => Present::default(),
        };
        let (from, to) = known_sides(session, at, files, from, to)?;
        let plan = Plan { changes: differences(&from, &to), ..Plan::default() };
        errands.push(Errand { server, plan, ..Errand::default() });
    }
    if errands.is_empty() {
        if let Some(why) = unread {
            bail!(usage(format!("the server's files cannot be read here: {why}")));
        }
        bail!(usage("the server's files cannot be read here; say where they are with --conf and --leases"));
    }
    report::show_differences(session, &errands)?;
    let differ = errands.iter().any(|errand| !errand.plan.changes.is_empty());
    Ok(if differ { ExitStatus::Incomplete } else { ExitStatus::Done })
}

fn side(
    session: &mut Session<'_, '_>,
    path: &Path,
    format: Option<Format>,
    definitions: &Definitions,
) -> Result<std::result::Result<Side, ExitStatus>, Error> {
    match path.to_str() {
        Some("server") => return Ok(Ok(Side::Server)),
        Some("files") => return Ok(Ok(Side::Files)),
        _ => {}
    }
    let family = session.family_of(0);
    let mut wanted = read::read(path, format, definitions, family)?;
    let mut twice = wanted.twice();
    wanted.faults.append(&mut twice);
    Ok(match refuse_faults(session, &wanted, &[], "nothing was compared") {
        Some(status) => Err(status),
        None => Ok(Side::File(Box::new(wanted))),
    })
}

/// What both sides are for one of the servers, whose files tell that.
fn known_sides(
    session: &mut Session<'_, '_>,
    at: usize,
    files: Present,
    from: &Side,
    to: &Side,
) -> Result<(Present, Present), Error> {
    Ok(match (from, to) {
        (Side::Files, Side::File(to)) => {
            let to = of_wanted(to, &files);
            (files, to)
        }
        (Side::File(from), Side::Files) => (of_wanted(from, &files), files),
        (Side::File(from), Side::File(to)) => {
            let from = of_wanted(from, &Present::default());
            let to = of_wanted(to, &from);
            (from, to)
        }
        (Side::Files, _) => {
            let to = ask(session, at, &files)?;
            (files, to)
        }
        (_, Side::Files) => (ask(session, at, &files)?, files),
        (Side::File(from), Side::Server) => {
            let to = ask(session, at, &of_wanted(from, &Present::default()))?;
            (of_wanted(from, &to), to)
        }
        (Side::Server, Side::File(to)) => {
            let from = ask(session, at, &of_wanted(to, &Present::default()))?;
            let to = of_wanted(to, &from);
            (from, to)
        }
        (Side::Server, Side::Server) => bail!("a server is not compared with itself"),
    })
}

/// Asks one of the servers about what the other side names.
fn ask(session: &mut Session<'_, '_>, at: usize, other: &Present) -> Result<Present, Error> {
    if session.servers.is_empty() {
        session.connect()?;
    }
    let host = |host: &Arc<State>| WantedHost { line: 0, name: host.name.clone(), wish: Some(Wish::default()) };
    let group = |group: &Arc<GroupState>| WantedGroup { line: 0, name: group.name.clone(), statements: None };
    let wanted = Wanted {
        hosts: other.hosts.iter().map(host).collect(),
        groups: other.groups.iter().map(group).collect(),
        ..Wanted::default()
    };
    let family = session.family_of(at);
    Ok(look::look_up(&mut session.servers[at], &wanted, family)?)
}

/// What there would be if all that is wanted were there, and nothing else. What is not said of a host is what it has on the
/// other side.
fn of_wanted(wanted: &Wanted, other: &Present) -> Present {
    let there: HashMap<&[u8], &Arc<State>> = other.hosts.iter().map(|host| (host.name.as_slice(), host)).collect();
    let host = |host: &WantedHost| match there.get(host.name.as_slice()) {
        Some(was) => Some(Arc::new(host.wish.as_ref()?.applied_to(was))),
        None => host.alone().map(Arc::new),
    };
    let group = |group: &WantedGroup| {
        let statements = Some(group.statements.clone()?);
        Some(Arc::new(GroupState { name: group.name.clone(), statements }))
    };
    Present {
        hosts: wanted.hosts.iter().filter_map(host).collect(),
        groups: wanted.groups.iter().filter_map(group).collect(),
        ..Present::default()
    }
}

/// What makes one of the other, by name.
fn differences(from: &Present, to: &Present) -> Vec<Change> {
    let mut changes = Vec::new();
    let groups: HashMap<&[u8], &Arc<GroupState>> =
        from.groups.iter().map(|group| (group.name.as_slice(), group)).collect();
    let mut named: HashSet<(bool, &[u8])> = HashSet::new();
    for after in &to.groups {
        named.insert((false, &after.name));
        let before = groups.get(after.name.as_slice()).copied();
        let is_known = before.is_none_or(|before| before.statements.is_some() && after.statements.is_some());
        if is_known && before != Some(after) {
            let before = before.cloned().map(Object::Group);
            changes.push(Change { line: 0, before, after: Some(Object::Group(after.clone())) });
        }
    }
    let hosts: HashMap<&[u8], &Arc<State>> = from.hosts.iter().map(|host| (host.name.as_slice(), host)).collect();
    for after in &to.hosts {
        named.insert((true, &after.name));
        let before = hosts.get(after.name.as_slice()).copied();
        if before.is_none_or(|before| !is_same(before, after)) {
            let before = before.cloned().map(Object::Host);
            changes.push(Change { line: 0, before, after: Some(Object::Host(after.clone())) });
        }
    }
    for before in from.groups.iter().filter(|group| !named.contains(&(false, group.name.as_slice()))) {
        changes.push(Change { line: 0, before: Some(Object::Group(before.clone())), after: None });
    }
    for before in from.hosts.iter().filter(|host| !named.contains(&(true, host.name.as_slice()))) {
        changes.push(Change { line: 0, before: Some(Object::Host(before.clone())), after: None });
    }
    changes
}
