//! `apply`: the hosts and groups that a file wants, and no others where that is asked for.
//!
//! - `look`: what the server has, where its files are not here;
//! - `execute`: the steps of a plan on one server; `givers`: who waits for whose address; `pair`: on two, kept in step;
//! - `diff`: two states compared;
//! - `report`: the plan, and what became of it; `progress`: how far it has come.

mod diff;
mod execute;
mod givers;
mod interrupt;
mod look;
mod pair;
mod progress;
mod report;

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};

use crate::commands::browse::files::NoFile;
use crate::commands::bulk::away::Away;
use crate::commands::bulk::plan::{Change, Object, Plan, Rules, is_same, plan};
use crate::commands::bulk::present::Present;
use crate::commands::bulk::scope::Scope;
use crate::commands::bulk::undo::UndoFile;
use crate::commands::bulk::wanted::{Fault, Wanted};
use crate::commands::bulk::{Format, read};
use crate::dhcpd::Family;
use crate::dhcpd::options::Definitions;
use crate::omapi::client::Pace;
use crate::render::text::visible;
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::failure::{Failure, Kind};
use super::known_options::with_defined;
use super::{Session, usage};

use execute::{Executor, Fate};
use givers::Givers;
use interrupt::Interruptible;
use progress::Progress;
use report::{Outcome, outcomes};

pub use diff::DiffRequest;
pub use report::COLUMNS;

pub(super) use diff::run as run_diff;

/// How many remarks of a kind are told one by one.
const REMARKS: usize = 10;

/// What is wanted, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplyRequest {
    /// The file that wants it; `-` is stdin.
    pub file: PathBuf,
    /// What it is written in, where that is said.
    pub format: Option<Format>,
    /// Hosts that it does not want are removed.
    pub prune: bool,
    /// Only such ones.
    pub scope: Vec<String>,
    /// Nobody is asked.
    pub yes: bool,
    /// Where it is written down how to take it back.
    pub undo: Option<PathBuf>,
    /// Two hosts may have the same address.
    pub share_addresses: bool,
    /// How fast changes go.
    pub pace: Pace,
    /// Options that the server knows, as dhcpd.conf defines them.
    pub define_option: Vec<String>,
}

/// A plan for a server, and what became of it.
#[derive(Default)]
struct Errand {
    /// The server, for people.
    server: String,
    /// What it has before, where there are two.
    present: Present,
    plan: Plan,
    /// What became of each step.
    fates: Vec<Fate>,
    /// What hosts were that are removed to be made anew.
    away: Option<Away>,
    /// The changes that are in effect here alone, and cannot be taken back.
    one_sided: HashSet<usize>,
}

pub(super) fn run(request: &ApplyRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    if !request.scope.is_empty() && !request.prune {
        return Err(usage("--scope says which hosts --prune may remove, and --prune is missing").into());
    }
    if request.undo.as_deref().is_some_and(|undo| is_same_file(undo, &request.file)) {
        return Err(usage("--undo: that is the file to apply; what it takes back needs a file of its own").into());
    }
    if request.undo.as_deref().is_some_and(|undo| undo.as_os_str() == "-") {
        return Err(usage("--undo: `-` is no file to write to: name one, or ./- for one that is called so").into());
    }
    if request.file.as_os_str() == "-" && io::stdin().is_terminal() {
        return Err(usage("FILE is -, and stdin is a terminal: give the name of a file").into());
    }
    session.options.pace = request.pace.or(session.options.pace);
    let scope = Scope::read(&request.scope).map_err(|why| usage(format!("--scope: {why}")))?;
    let recorded: Vec<Recorded> = (0..session.settings.servers.len()).map(|at| recorded(session, at)).collect();
    let definitions = definitions(session, &recorded, &request.define_option)?;
    let family = session.family_of(0);
    let wanted = read::read(&request.file, request.format, &definitions, family)?;
    // An export that has failed, or was one of groups, is no wish for a server without hosts.
    let wants_hosts = wanted.hosts.iter().any(|host| host.wish.is_some());
    if request.prune && !wants_hosts && wanted.faults.is_empty() {
        let all = if request.scope.is_empty() { "all hosts" } else { "all hosts of --scope" };
        let failure = usage(format!("--prune: the file wants no host, and {all} would be removed"));
        return Err(failure.advise("name those to be removed in a file, with absent").into());
    }
    let mut errands = Vec::new();
    for (at, recorded) in recorded.into_iter().enumerate() {
        let server = session.settings.servers[at].name();
        let away = Away::of(&server);
        let (present, plan) = match plan_for(session, at, recorded, away.as_ref(), request, &scope, &wanted) {
            Ok(both) => both,
            // What is wrong in the file is worth telling all the same.
            Err(_) if !wanted.faults.is_empty() => (Present::default(), Plan::default()),
            Err(error) => return Err(error),
        };
        // One server has nothing to be kept in step with.
        let present = if session.settings.servers.len() > 1 { present } else { Present::default() };
        errands.push(Errand { server, present, plan, away, ..Errand::default() });
    }
    if let Some(status) = refuse_faults(session, &wanted, &errands, "nothing was changed") {
        return Ok(status);
    }
    remark(session, &wanted, &errands);
    let uneven = uneven(&errands);
    if request.undo.is_some() && uneven > 0 {
        session.speaker.say(&format!(
            "--undo: the servers differ in {uneven} of what is changed; the file has one entry of each, and makes both the \
             same"
        ));
    }
    if session.dry_run {
        report::show_plan(session, &errands)?;
        return Ok(ExitStatus::Done);
    }
    let mut is_plan_shown = false;
    let is_asked = !request.yes && errands.iter().any(|errand| !errand.plan.steps.is_empty());
    if is_asked {
        let mut terminal = terminal()?;
        is_plan_shown = report::show_to_person(session, &errands)?;
        if !is_agreed(&mut terminal, &errands)? {
            return Err(usage("nothing was changed").into());
        }
    }
    make(session, request, &mut errands, is_plan_shown, &wanted)
}

/// The options that the file's statements may name.
fn definitions(session: &Session<'_, '_>, recorded: &[Recorded], defined: &[String]) -> Result<Definitions, Failure> {
    match recorded.iter().flatten().find(|present| present.networks.is_some()) {
        Some(present) => with_defined(present.definitions.clone(), defined),
        None => Ok(session.known_options(defined)?.definitions),
    }
}

/// What the files of a server tell; else why they cannot be read, where they are known.
type Recorded = std::result::Result<Present, Option<String>>;

/// What the files of one of the servers tell, where they can be read here.
fn recorded(session: &Session<'_, '_>, at: usize) -> Recorded {
    let port = session.settings.servers[at].port.value;
    Present::recorded(&session.files_of(at).ok_or(None)?, port).map_err(|why| {
        let is_elsewhere = why.downcast_ref::<NoFile>().is_some();
        (!is_elsewhere).then(|| format!("{why:#}"))
    })
}

/// Tells that not all is known of one of the servers.
fn tell_of_damage(session: &mut Session<'_, '_>, at: usize, present: &Present) {
    let (blocks, they) = match present.damaged {
        0 => return,
        1 => ("1 block".to_owned(), "it says"),
        count => (format!("{count} blocks"), "they say"),
    };
    let server = session.settings.servers[at].name();
    session.speaker.say(&format!(
        "{server}: {blocks} of its lease file cannot be read, and what {they} is taken for missing; `omsh hosts` shows where"
    ));
}

/// Plans for one of the servers.
fn plan_for(
    session: &mut Session<'_, '_>,
    at: usize,
    recorded: Recorded,
    away: Option<&Away>,
    request: &ApplyRequest,
    scope: &Scope,
    wanted: &Wanted,
) -> Result<(Present, Plan), Error> {
    let present = match recorded {
        Ok(present) => {
            tell_of_damage(session, at, &present);
            present
        }
        Err(Some(why)) if request.prune => {
            return Err(usage(format!("--prune takes the server's files, which cannot be read: {why}")).into());
        }
        Err(None) if request.prune => {
            let failure = usage("--prune takes the server's files: dhcpd lists its hosts to nobody");
            let advice = "say where its dhcpd.conf and its dhcpd.leases are with --conf and --leases";
            return Err(failure.advise(advice).into());
        }
        Err(why) => {
            if let Some(why) = why {
                session.speaker.say(&format!("the server is asked, as its files cannot be read: {why}"));
            }
            if session.servers.is_empty() {
                session.connect()?;
            }
            let family = session.family_of(at);
            look::look_up(&mut session.servers[at], wanted, family)?
        }
    };
    let definitions = with_defined(present.definitions.clone(), &request.define_option)?;
    let left = away.map(|away| away.left(&definitions)).unwrap_or_default();
    let present = Present { away: left, definitions, ..present };
    let mut scope = scope.clone();
    scope.resolve(present.networks.as_ref()).map_err(|why| usage(format!("--scope: {why}")))?;
    let rules = Rules { prune: request.prune.then_some(scope), share_addresses: request.share_addresses };
    let mut plan = plan(wanted, &present, &rules);
    let has_ipv6 = present.hosts.iter().any(|host| host.family == Family::V6);
    for host in &wanted.hosts {
        if let Some(family) = host.wish.as_ref().and_then(|wish| wish.family)
            && let Some((why, advice)) = session.wrong_family(at, family, has_ipv6)
        {
            let text = format!("the host {}: {why}; {advice}", visible(&host.name));
            // The rest follows from it: its addresses are in no subnet.
            plan.faults.retain(|fault| fault.line != host.line);
            plan.faults.push(Fault { line: host.line, text });
        }
    }
    Ok((present, plan))
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(a) == real(b)
}

/// What is to be said of the plans: once where it is so of all, and with the server's name otherwise.
fn of_errands<'a>(errands: &'a [Errand], of: fn(&Plan) -> &Vec<Fault>) -> impl Iterator<Item = Fault> + 'a {
    let all: Vec<HashSet<&Fault>> = errands.iter().map(|errand| of(&errand.plan).iter().collect()).collect();
    errands.iter().enumerate().flat_map(move |(at, errand)| {
        let is_of_all: Vec<bool> =
            of(&errand.plan).iter().map(|fault| all.iter().all(|faults| faults.contains(fault))).collect();
        let named = move |fault: &Fault| {
            let text = format!("{}: {}", visible(errand.server.as_bytes()), fault.text);
            Fault { line: fault.line, text }
        };
        of(&errand.plan).iter().zip(is_of_all).filter_map(move |(fault, is_of_all)| match is_of_all {
            true => (at == 0).then(|| fault.clone()),
            false => Some(named(fault)),
        })
    })
}

/// How many objects are changed of which two servers have not the same: a file that takes it back has one entry of each.
fn uneven(errands: &[Errand]) -> usize {
    let [first, second] = errands else { return 0 };
    let key = |change: &Change| (change.object().object_type(), change.object().name().to_vec());
    let first: HashMap<_, _> = first.plan.changes.iter().map(|change| (key(change), &change.before)).collect();
    let (mut both, mut even) = (0, 0);
    for change in &second.plan.changes {
        let Some(before) = first.get(&key(change)) else { continue };
        both += 1;
        even += usize::from(match (before, &change.before) {
            (Some(Object::Host(one)), Some(Object::Host(other))) => is_same(one, other),
            (one, other) => *one == other,
        });
    }
    first.len() + second.plan.changes.len() - both - even
}

/// Tells all that is wrong, if anything is, and so what was not done.
fn refuse_faults(
    session: &mut Session<'_, '_>,
    wanted: &Wanted,
    errands: &[Errand],
    undone: &str,
) -> Option<ExitStatus> {
    let mut faults = wanted.faults.clone();
    faults.extend(of_errands(errands, |plan| &plan.faults));
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() {
        return None;
    }
    for fault in &faults {
        session.fail(&usage(wanted.at_line(fault.line, &fault.text)));
    }
    let things = if faults.len() == 1 { "1 thing is" } else { &format!("{} things are", faults.len()) };
    session.fail(&usage(format!("{things} wrong, so that {undone}")));
    Some(ExitStatus::Usage)
}

/// Tells what people should know before anything is changed.
fn remark(session: &mut Session<'_, '_>, wanted: &Wanted, errands: &[Errand]) {
    let mut remarks = wanted.remarks.clone();
    remarks.extend(of_errands(errands, |plan| &plan.remarks));
    remarks.sort_by_key(|remark| remark.line);
    for remark in remarks.iter().take(REMARKS) {
        session.speaker.say(&wanted.at_line(remark.line, &remark.text));
    }
    if remarks.len() > REMARKS {
        session.speaker.say(&format!("and {} more like that", remarks.len() - REMARKS));
    }
}

/// The terminal of the person to ask: stdin may be the file.
fn terminal() -> Result<BufReader<std::fs::File>, Error> {
    let nobody =
        || usage("it needs --yes where there is nobody at a terminal to ask; --plan shows what would be changed");
    if !io::stderr().is_terminal() {
        return Err(nobody().into());
    }
    let terminal = std::fs::File::open("/dev/tty").map_err(|_| nobody())?;
    Ok(BufReader::new(terminal))
}

/// Asks the person at the terminal.
fn is_agreed(terminal: &mut impl BufRead, errands: &[Errand]) -> Result<bool> {
    let mut stderr = io::stderr();
    let servers: Vec<String> =
        errands.iter().map(|errand| format!("{}: {}", errand.server, report::counts_of_plan(&errand.plan))).collect();
    write!(stderr, "{}. Do it? [y/N] ", servers.join("; "))?;
    stderr.flush()?;
    let mut answer = String::new();
    terminal.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// What was to be added, and was refused everywhere.
fn refused_additions(errands: &[Errand]) -> Vec<&Object> {
    let key = |object: &Object| (object.object_type(), object.name().to_vec());
    let mut is_nowhere: HashMap<_, bool> = HashMap::new();
    for Errand { plan, fates, one_sided, .. } in errands {
        let (mut refused, mut made) = (HashSet::new(), HashSet::new());
        for (step, fate) in plan.steps.iter().zip(fates) {
            match fate {
                Fate::Refused(_) => refused.insert(step.change),
                Fate::Made | Fate::InDoubt(_) => made.insert(step.change),
                Fate::NotMade => false,
            };
        }
        for (number, change) in plan.changes.iter().enumerate() {
            let is_refused = refused.contains(&number) && !made.contains(&number) && !one_sided.contains(&number);
            let is_so = change.before.is_none() && is_refused;
            *is_nowhere.entry(key(change.object())).or_insert(true) &= is_so;
        }
    }
    let objects = errands.iter().flat_map(|errand| errand.plan.changes.iter().map(Change::object));
    objects.filter(|object| is_nowhere.remove(&key(object)) == Some(true)).collect()
}

/// Opens the file of `--undo`, and says so where it is appended to.
fn open_undo(session: &mut Session<'_, '_>, path: &Path) -> Result<UndoFile> {
    let undo = UndoFile::open(path).with_context(|| format!("--undo: cannot write to {}", path.shown()))?;
    let objects = match undo.known() {
        0 => return Ok(undo),
        1 => "1 object".to_owned(),
        count => format!("{count} objects"),
    };
    session.speaker.say(&format!(
        "--undo: {} exists, and is appended to: it takes back the changes to {objects} that are in it as well",
        path.shown()
    ));
    Ok(undo)
}

/// Makes the changes, and accounts for them.
fn make(
    session: &mut Session<'_, '_>,
    request: &ApplyRequest,
    errands: &mut [Errand],
    is_plan_shown: bool,
    wanted: &Wanted,
) -> Result<ExitStatus, Error> {
    let mut undo = request.undo.as_deref().map(|path| open_undo(session, path)).transpose()?;
    session.begin_change()?;
    for (server, errand) in session.servers.iter_mut().zip(&mut *errands) {
        if let Some(change) = errand.plan.changes.first() {
            look::try_key(server, change.object().name())?;
        }
        errand.fates = vec![Fate::NotMade; errand.plan.steps.len()];
    }
    let steps = errands.iter().map(|errand| errand.plan.steps.len()).sum();
    let progress = Progress::of(steps, !session.quiet);
    let watch = |count| progress.add(count);
    // The interactive shell has a way of its own to be interrupted.
    let _interruptible = session.options.patience.is_none().then(Interruptible::begin);
    let outcome = match errands {
        [errand] => {
            let Errand { plan: Plan { changes, steps, .. }, fates, away, .. } = errand;
            let server = &mut session.servers[0];
            let givers = Givers::of(changes, steps);
            Executor::new(server, changes, steps, &givers, fates, undo.as_mut(), &watch).with_away(away.as_mut()).run()
        }
        _ => pair::run(&mut session.servers, errands, undo.as_mut(), &watch),
    };
    let time = progress.finish();
    if let Some(undo) = &mut undo {
        refused_additions(errands).into_iter().for_each(|object| undo.withdraw(object));
        if let Err(error) = undo.write()
            && outcome.is_ok()
        {
            session.speaker.say(&format!(
                "--undo: the last of it could not be written ({error}): it would remove what could not be added, although that \
                 is somebody else's"
            ));
        }
    }
    let results: Vec<Vec<Outcome>> = errands.iter().map(outcomes).collect();
    let written = report::show(session, errands, &results, is_plan_shown, wanted, time);
    for (errand, outcomes) in errands.iter_mut().zip(&results) {
        if outcomes.iter().all(|outcome| *outcome == Outcome::Done)
            && !errand.plan.leaves_hosts_away
            && let Some(away) = errand.away.take()
        {
            away.forget();
        }
    }
    let failed = results.iter().flatten().any(|outcome| *outcome != Outcome::Done);
    if let Err(failure) = outcome {
        return Err(match request.undo.as_ref().filter(|_| failure.kind == Kind::Output) {
            Some(path) => {
                let why = format!("cannot write to {}, so that no more is changed: {}", path.shown(), failure.message);
                Failure::new(Kind::Output, why)
            }
            None => failure,
        }
        .advise("the same command, given again, goes on where this one has stopped")
        .into());
    }
    written.map_err(|error| session.unwritten(error))?;
    Ok(if failed { ExitStatus::Refused } else { ExitStatus::Done })
}
