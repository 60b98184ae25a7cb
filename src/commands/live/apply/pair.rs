//! Two servers that are kept in step: each change is confirmed on both, or taken back.
//!
//! Both make so many steps at a time, side by side. What one has made and the other has not is taken back before
//! they go on, and is told as refused on both.

use std::collections::{HashMap, HashSet};
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
        keep_in_step(servers, errands, &is_over);
        outcomes.into_iter().collect::<Result<(), Failure>>()?;
    }
    Ok(())
}

/// What a server has by now.
fn now(errand: &Errand, results: &[Outcome]) -> Present {
    let of = |object: &Object| (object.object_type(), object.name().to_vec());
    let hosts = errand.present.hosts.iter().cloned().map(Object::Host);
    let groups = errand.present.groups.iter().cloned().map(Object::Group);
    let mut objects: HashMap<_, Object> = hosts.chain(groups).map(|object| (of(&object), object)).collect();
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

/// Whether another host of that server has got one of the addresses that a host would have again.
fn is_taken_meanwhile(errand: &Errand, results: &[Outcome], taken_back: &HashSet<usize>, number: usize) -> bool {
    let Some(Object::Host(again)) = &errand.plan.changes[number].before else { return false };
    errand.plan.changes.iter().enumerate().zip(results).any(|((other, change), outcome)| match &change.after {
        Some(Object::Host(host)) if *outcome == Outcome::Done && other != number && !taken_back.contains(&other) => {
            host.addresses().any(|address| again.addresses().any(|own| own == address))
        }
        _ => false,
    })
}

/// Takes back on each server what the other one has refused, or has not made and is not going to.
fn keep_in_step(servers: &mut [Server], errands: &mut [Errand], is_over: &[bool]) {
    let has_failed = |fate: &Fate| matches!(fate, Fate::Refused(_) | Fate::InDoubt(_));
    if !is_over.contains(&true) && !errands.iter().flat_map(|errand| &errand.fates).any(has_failed) {
        return;
    }
    let results: Vec<Vec<Outcome>> = errands.iter().map(outcomes).collect();
    let key = |change: &Change| (change.object().object_type(), change.object().name().to_vec());
    for at in 0..errands.len() {
        let other = 1 - at;
        let failed: HashMap<_, String> = errands[other]
            .plan
            .changes
            .iter()
            .zip(&results[other])
            .filter_map(|(change, outcome)| match outcome {
                Outcome::Refused(why) | Outcome::InDoubt(why) => Some((key(change), why.clone())),
                Outcome::NotDone | Outcome::HalfDone(_) if is_over[other] => {
                    let (kind, name) = (change.object().object_type(), visible(change.object().name()));
                    Some((key(change), format!("{} has not come to the {kind} {name}", servers[other].name())))
                }
                _ => None,
            })
            .collect();
        if failed.is_empty() {
            continue;
        }
        let one_sided: Vec<(usize, String)> = errands[at]
            .plan
            .changes
            .iter()
            .enumerate()
            .zip(&results[at])
            .filter(|(_, outcome)| **outcome == Outcome::Done)
            .filter_map(|((number, change), _)| failed.get(&key(change)).map(|why| (number, why.clone())))
            .collect();
        let (one_sided, stays) = {
            let numbers: HashSet<usize> = one_sided.iter().map(|(number, _)| *number).collect();
            let (errand, results) = (&errands[at], &results[at]);
            let goes = |(number, _): &(usize, String)| !is_taken_meanwhile(errand, results, &numbers, *number);
            one_sided.into_iter().partition::<Vec<_>, _>(goes)
        };
        let back: Vec<Change> = one_sided
            .iter()
            .map(|(number, _)| {
                let Change { line, before, after } = errands[at].plan.changes[*number].clone();
                Change { line, before: after, after: before }
            })
            .collect();
        let steps: Vec<Step> = order::steps(&back, &now(&errands[at], &results[at]));
        let mut fates = vec![Fate::NotMade; steps.len()];
        let givers = Givers::of(&back, &steps);
        let executor = Executor::new(&mut servers[at], &back, &steps, &givers, &mut fates, None, &|_| {});
        let outcome = executor.uninterruptible().run();
        for (taken_back, (number, why)) in one_sided.into_iter().enumerate() {
            let is_back = steps.iter().zip(&fates).all(|(step, fate)| step.change != taken_back || *fate == Fate::Made);
            let why = match (is_back, &outcome) {
                (true, _) => format!("{why}; so it is taken back on {}", servers[at].name()),
                (false, Err(failure)) => {
                    format!("{why}; it stands on {}, and cannot be taken back: {failure}", servers[at].name())
                }
                (false, Ok(())) => format!("{why}; it stands on {}, and cannot be taken back", servers[at].name()),
            };
            refuse(&mut errands[at], number, &why);
        }
        for (number, why) in stays {
            let name = servers[at].name();
            let why =
                format!("{why}; it stands on {name}: another host has an address by now that it would have again");
            refuse(&mut errands[at], number, &why);
        }
    }
}

/// Tells that a change is not to be had.
fn refuse(errand: &mut Errand, number: usize, why: &str) {
    let of_it = errand.plan.steps.iter().zip(errand.fates.iter_mut()).filter(|(step, _)| step.change == number);
    of_it.for_each(|(_, fate)| *fate = Fate::Refused(why.to_owned()));
}
