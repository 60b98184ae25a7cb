//! Two servers that are kept in step: each change is confirmed on both, or taken back.
//!
//! Both make so many steps at a time, side by side. What one has made and the other has not is taken back before
//! they go on, and is told as refused on both.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::thread;

use crate::commands::bulk::order;
use crate::commands::bulk::plan::{Change, Object, Step};
use crate::commands::bulk::present::Present;
use crate::commands::bulk::undo::UndoFile;
use crate::commands::live::failure::{Failure, Kind};
use crate::commands::live::server::Server;
use crate::render::text::visible;

use super::Errand;
use super::execute::{Executor, Fate, Watch};
use super::givers::Givers;
use super::report::{Outcome, outcomes};

/// How many steps one server may be ahead of the other.
const STRIDE: usize = 128;

/// Makes the plans of two servers.
///
/// # Errors
///
/// A connection is lost for good, or the undo file cannot be written. The fates tell how far it has come, and what has
/// been taken back.
pub(super) fn run(
    servers: &mut [Server],
    errands: &mut [Errand],
    undo: Option<&mut UndoFile>,
    watch: &Watch<'_>,
) -> Result<(), Failure> {
    let mut undo = undo;
    let longest = errands.iter().map(|errand| errand.plan.steps.len()).max().unwrap_or_default();
    let givers: Vec<Givers> =
        errands.iter().map(|Errand { plan, .. }| Givers::of(&plan.changes, &plan.steps)).collect();
    let mut end = 0;
    while end < longest {
        let start = end;
        end += STRIDE;
        if let Some(undo) = &mut undo {
            for Errand { plan, .. } in errands.iter() {
                let next = plan.steps.iter().take(end).skip(start);
                next.for_each(|step| undo.note(&plan.changes[step.change], step));
            }
            undo.write().map_err(|error| Failure::new(Kind::Output, error.to_string()))?;
        }
        let outcomes: Vec<Result<(), Failure>> = thread::scope(|scope| {
            let run = |server: &mut Server, errand: &mut Errand, givers: &Givers| {
                let Errand { plan, fates, away, .. } = errand;
                let end = end.min(plan.steps.len());
                Executor::new(server, &plan.changes, &plan.steps[..end], givers, &mut fates[..end], None, watch)
                    .with_away(away.as_mut())
                    .run()
            };
            let sides = servers.iter_mut().zip(errands.iter_mut()).zip(&givers);
            let threads: Vec<_> =
                sides.map(|((server, errand), givers)| scope.spawn(move || run(server, errand, givers))).collect();
            let lost = || Failure::new(Kind::Connection, "a connection's thread has died");
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(lost()))).collect()
        });
        let is_over: Vec<bool> = outcomes.iter().map(Result::is_err).collect();
        keep_in_step(servers, errands, &givers, &is_over);
        outcomes.into_iter().collect::<Result<(), Failure>>()?;
    }
    Ok(())
}

/// What a server has by now.
fn now(errand: &Errand, results: &[Outcome]) -> Present {
    let of = |object: &Object| (object.object_type(), object.name().to_vec());
    let hosts = errand.present.hosts.iter().cloned().map(Object::Host);
    let groups = errand.present.groups.iter().cloned().map(Object::Group);
    let mut objects: BTreeMap<_, Object> = hosts.chain(groups).map(|object| (of(&object), object)).collect();
    for (change, _) in errand.plan.changes.iter().zip(results).filter(|(_, outcome)| **outcome == Outcome::Done) {
        match &change.after {
            Some(after) => objects.insert(of(after), after.clone()),
            None => objects.remove(&of(change.object())),
        };
    }
    let mut present = Present::default();
    for object in objects.into_values() {
        match object {
            Object::Host(host) => present.hosts.push(host),
            Object::Group(group) => present.groups.push(group),
        }
    }
    present
}

/// The type and the name of what a change is about, which both servers have in common.
fn subject(change: &Change) -> (&'static str, &[u8]) {
    (change.object().object_type(), change.object().name())
}

/// Takes back on each server what the other one has refused, or has not made and is not going to.
fn keep_in_step(servers: &mut [Server], errands: &mut [Errand], givers: &[Givers], is_over: &[bool]) {
    let has_failed = |fate: &Fate| matches!(fate, Fate::Refused(_) | Fate::InDoubt(_));
    if !is_over.contains(&true) && !errands.iter().flat_map(|errand| &errand.fates).any(has_failed) {
        return;
    }
    let results: Vec<Vec<Outcome>> = errands.iter().map(outcomes).collect();
    for at in 0..errands.len() {
        let other = 1 - at;
        let name_where_over = is_over[other].then(|| servers[other].name());
        let failed = failed_on(&errands[other], &results[other], name_where_over.as_deref());
        let one_sided = one_sided(&errands[at], &results[at], &failed);
        if !one_sided.is_empty() {
            take_back(&mut servers[at], &mut errands[at], &results[at], &givers[at], one_sided);
        }
    }
}

/// What a server does not have and is not going to have, and why. It has a name where it makes no more.
fn failed_on<'e>(
    errand: &'e Errand,
    results: &[Outcome],
    name_where_over: Option<&str>,
) -> HashMap<(&'static str, &'e [u8]), String> {
    let why = |change: &Change, outcome: &Outcome| match (outcome, name_where_over) {
        (Outcome::Refused(why) | Outcome::InDoubt(why), _) => Some(why.clone()),
        (Outcome::NotDone | Outcome::HalfDone(_), Some(server)) => {
            let (kind, name) = subject(change);
            Some(format!("{server} has not come to the {kind} {}", visible(name)))
        }
        _ => None,
    };
    let failed = errand.plan.changes.iter().zip(results);
    failed.filter_map(|(change, outcome)| Some((subject(change), why(change, outcome)?))).collect()
}

/// The changes that are done on a server and have failed on the other one, by number, with why they have.
fn one_sided(
    errand: &Errand,
    results: &[Outcome],
    failed: &HashMap<(&'static str, &[u8]), String>,
) -> Vec<(usize, String)> {
    let changes = errand.plan.changes.iter().enumerate().zip(results);
    let done = changes.filter(|(_, outcome)| **outcome == Outcome::Done).map(|(change, _)| change);
    done.filter_map(|(number, change)| Some((number, failed.get(&subject(change))?.clone()))).collect()
}

/// Takes changes back on a server, and tells each as refused there.
fn take_back(
    server: &mut Server,
    errand: &mut Errand,
    results: &[Outcome],
    givers: &Givers,
    one_sided: Vec<(usize, String)>,
) {
    let name = server.name();
    let (mut one_sided, mut stays) = (one_sided, Vec::new());
    loop {
        let numbers: HashSet<usize> = one_sided.iter().map(|(number, _)| *number).collect();
        let (goes, kept) = one_sided.into_iter().partition::<Vec<_>, _>(|(number, _)| {
            // Another host that has got one of the addresses keeps it, and so does one that stays.
            let keeps =
                |taker: &usize| *taker != *number && results[*taker] == Outcome::Done && !numbers.contains(taker);
            let before = errand.plan.changes[*number].host_before();
            !before.is_some_and(|host| host.addresses().any(|address| givers.takers(address).iter().any(keeps)))
        });
        one_sided = goes;
        if kept.is_empty() {
            break;
        }
        stays.extend(kept);
    }
    let back: Vec<Change> = one_sided
        .iter()
        .map(|(number, _)| {
            let Change { line, before, after } = errand.plan.changes[*number].clone();
            Change { line, before: after, after: before.map(|before| before.sendable()) }
        })
        .collect();
    // Only for the hosts of groups it matters what else there is.
    let has_groups = back.iter().any(|change| matches!(change.object(), Object::Group(_)));
    let present = if has_groups { now(errand, results) } else { Present::default() };
    let steps: Vec<Step> = order::steps(&back, &present);
    let mut fates = vec![Fate::NotMade; steps.len()];
    let givers = Givers::of(&back, &steps);
    let outcome = Executor::new(server, &back, &steps, &givers, &mut fates, None, &|_| {}).uninterruptible().run();
    let unmade = steps.iter().zip(&fates).filter(|(_, fate)| **fate != Fate::Made);
    let stands: HashSet<usize> = unmade.map(|(step, _)| step.change).collect();
    let mut refused: HashMap<usize, String> = HashMap::new();
    for (place, (number, why)) in one_sided.into_iter().enumerate() {
        if stands.contains(&place) {
            errand.one_sided.insert(number);
        }
        let why = match (stands.contains(&place), &outcome) {
            (false, _) => {
                let is_bare = errand.plan.changes[number].before.as_ref().is_some_and(Object::is_written_amiss);
                let but = if is_bare { ", but for its statements" } else { "" };
                format!("{why}; so it is taken back on {name}{but}")
            }
            (true, Err(failure)) => format!("{why}; it stands on {name}, and cannot be taken back: {failure}"),
            (true, Ok(())) => format!("{why}; it stands on {name}, and cannot be taken back"),
        };
        refused.insert(number, why);
    }
    for (number, why) in stays {
        errand.one_sided.insert(number);
        let why = format!("{why}; it stands on {name}: another host has an address by now that it would have again");
        refused.insert(number, why);
    }
    for (step, fate) in errand.plan.steps.iter().zip(&mut errand.fates) {
        if let Some(why) = refused.get(&step.change) {
            *fate = Fate::Refused(why.clone());
        }
    }
}
