//! The plan, and what became of it, for people and for programs.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{self, Write};
use std::time::Duration;

use anyhow::Result;

use crate::commands::browse::OutputFormat;
use crate::commands::browse::report::Report;
use crate::commands::bulk::plan::{Action, Change, Object, Plan};
use crate::commands::bulk::wanted::{Wanted, line_in_its_file};
use crate::commands::live::Session;
use crate::commands::live::answer::{Record, for_people};
use crate::render::changes;
use crate::render::text::{grouped, visible};
use crate::render::{Column, Look, Value};

use super::Errand;
use super::execute::Fate;

/// What `apply` says of each change.
pub static COLUMNS: [Column; 9] = [
    Column::text("result", "RESULT", "added, changed, removed; refused, in-doubt, half-done or not-done"),
    Column::text("kind", "KIND", "host or group"),
    Column::text("name", "NAME", "its name"),
    Column::text("server", "SERVER", "the server, and its port; null where two files are compared"),
    Column::text("line", "LINE", "the line of the file; null for one that is removed because no line wants it"),
    Column::text("before", "BEFORE", "what it was; null for one that was not there"),
    Column::text("after", "AFTER", "what it is to be; null for one that is not to be there"),
    Column::text("reason", "REASON", "why it is not done"),
    Column::text("dry_run", "DRY RUN", "whether nothing was changed, because of --plan"),
];

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// Why.
    Refused(String),
    /// Why.
    InDoubt(String),
    /// Some of its steps are made: what that means.
    HalfDone(String),
    NotDone,
}

/// What became of each change of an errand.
pub(super) fn outcomes(errand: &Errand) -> Vec<Outcome> {
    let Errand { server, plan, fates, .. } = errand;
    let mut outcomes: Vec<Option<Outcome>> = vec![None; plan.changes.len()];
    let mut of_objects: HashMap<(&str, &[u8]), Outcome> = HashMap::new();
    for (step, fate) in plan.steps.iter().zip(fates) {
        let outcome = &mut outcomes[step.change];
        *outcome = Some(outcome_with(outcome.take(), fate));
    }
    if outcomes.contains(&None) {
        for (step, fate) in plan.steps.iter().zip(fates) {
            let before = of_objects.remove(&step.action.subject());
            of_objects.insert(step.action.subject(), outcome_with(before, fate));
        }
    }
    let missing = missing(plan, fates);
    let all_missing: HashSet<&[u8]> = missing.values().flatten().copied().collect();
    let is_missing = |change: &Change| match change.object() {
        Object::Host(host) => all_missing.contains(host.name.as_slice()),
        Object::Group(_) => false,
    };
    let complete = |(number, outcome): (usize, Option<Outcome>)| {
        let change = &plan.changes[number];
        let (kind, name) = (change.object().object_type(), change.object().name());
        // One without a step is made by the steps of another one.
        let outcome = outcome.or_else(|| of_objects.get(&(kind, name)).cloned()).unwrap_or(Outcome::Done);
        let mut until = String::new();
        for name in missing.get(&number).into_iter().flatten() {
            until += if until.is_empty() { "; until it is done there may be no host " } else { ", " };
            until += &visible(name);
        }
        match outcome {
            Outcome::NotDone if !is_missing(change) => Outcome::NotDone,
            Outcome::NotDone | Outcome::HalfDone(_) => Outcome::HalfDone(format!(
                "the {kind} {} is on its way to what it should be, and not there yet on {server}{until}",
                visible(name)
            )),
            Outcome::InDoubt(why) => Outcome::InDoubt(why + &until),
            outcome => outcome,
        }
    };
    outcomes.into_iter().enumerate().map(complete).collect()
}

/// What became of a change, with one more of its steps.
fn outcome_with(before: Option<Outcome>, fate: &Fate) -> Outcome {
    match (before, fate) {
        (Some(failed @ (Outcome::Refused(_) | Outcome::InDoubt(_))), _) => failed,
        (_, Fate::Refused(why)) => Outcome::Refused(why.clone()),
        (_, Fate::InDoubt(why)) => Outcome::InDoubt(why.clone()),
        (None | Some(Outcome::Done), Fate::Made) => Outcome::Done,
        (None | Some(Outcome::NotDone), Fate::NotMade) => Outcome::NotDone,
        _ => Outcome::HalfDone(String::new()),
    }
}

/// The hosts that may have been removed and are not made anew yet, by the changes that do so.
fn missing<'p>(plan: &'p Plan, fates: &[Fate]) -> HashMap<usize, Vec<&'p [u8]>> {
    let mut removed = BTreeSet::new();
    for (step, fate) in plan.steps.iter().zip(fates) {
        let is_made_anew = plan.changes[step.change].after.is_some();
        match (&step.action, fate) {
            (Action::Remove(Object::Host(host)), Fate::Made | Fate::InDoubt(_)) if is_made_anew => {
                removed.insert((step.change, host.name.as_slice()));
            }
            (Action::Create(Object::Host(host)), Fate::Made) => {
                removed.remove(&(step.change, host.name.as_slice()));
            }
            _ => {}
        }
    }
    let mut missing: HashMap<usize, Vec<&[u8]>> = HashMap::new();
    for (change, name) in removed {
        missing.entry(change).or_default().push(name);
    }
    missing
}

/// What a change is called when it is done.
fn name_of(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "added",
        (Some(_), Some(_)) => "changed",
        (Some(_), None) => "removed",
    }
}

fn record(object: &Option<Object>) -> Option<Record> {
    object.as_ref().map(|object| match object {
        Object::Host(host) => host.record(),
        Object::Group(group) => vec![
            ("name", Value::bytes(group.name.clone())),
            ("statements", Value::of(group.statements.clone(), Value::text)),
        ],
    })
}

/// How many of each there are, in words.
pub(super) fn counts_of_plan(plan: &Plan) -> String {
    let mut words = Vec::new();
    for (name, what) in [("added", "to add"), ("changed", "to change"), ("removed", "to remove")] {
        let count = plan.changes.iter().filter(|change| name_of(change) == name).count();
        if count > 0 {
            words.push(format!("{} {what}", grouped(count as u128)));
        }
    }
    if words.is_empty() {
        words.push("nothing to change".to_owned());
    }
    if plan.unchanged > 0 {
        words.push(format!("{} as they should be", grouped(plan.unchanged as u128)));
    }
    words.join(", ")
}

/// Shows the plan as the answer of this run.
pub(super) fn show_plan(session: &mut Session<'_, '_>, errands: &[Errand]) -> Result<()> {
    if session.quiet {
        return Ok(());
    }
    if session.output.format == OutputFormat::Table && session.output.columns.is_none() {
        let look = session.screen.look(&session.output);
        write_sentences(errands, &look, session.screen.out)?;
        for errand in errands {
            writeln!(session.screen.out, "{}: {}", visible(errand.server.as_bytes()), counts_of_plan(&errand.plan))?;
        }
        return Ok(());
    }
    let rows = errands.iter().flat_map(|errand| errand.plan.changes.iter().map(move |change| (errand, change)));
    let mut report = Report::new(session.screen, &COLUMNS, &session.output)?;
    for (errand, change) in rows {
        report.row(&row(errand, change, name_of(change), None, true))?;
    }
    report.finish()?;
    Ok(())
}

/// Shows what makes one side of the other.
pub(super) fn show_differences(session: &mut Session<'_, '_>, errands: &[Errand]) -> Result<()> {
    if session.quiet {
        return Ok(());
    }
    let differences = errands.iter().flat_map(|errand| errand.plan.changes.iter().map(move |change| (errand, change)));
    if session.output.format == OutputFormat::Table && session.output.columns.is_none() {
        let look = session.screen.look(&session.output);
        for (errand, change) in differences {
            let text = changes::text(&[sentence(change, errand, errands.len() > 1)], false, &look);
            session.screen.out.write_all(text.as_bytes())?;
        }
        return Ok(());
    }
    let mut report = Report::new(session.screen, &COLUMNS, &session.output)?;
    for (errand, change) in differences {
        report.row(&row(errand, change, name_of(change), None, true))?;
    }
    report.finish()?;
    Ok(())
}

/// Shows the plan to the person who is asked, without a sum. Whether that is a part of the answer: what goes to a program,
/// or elsewhere, is the answer alone.
pub(super) fn show_to_person(session: &mut Session<'_, '_>, errands: &[Errand]) -> Result<bool> {
    let is_prose = session.output.format == OutputFormat::Table && session.output.columns.is_none();
    let is_answer = is_prose && session.screen.is_terminal && !session.quiet;
    let look = session.screen.look(&session.output);
    match is_answer {
        true => write_sentences(errands, &look, session.screen.out)?,
        false => write_sentences(errands, &look, &mut io::stderr().lock())?,
    }
    Ok(is_answer)
}

/// Writes the plan for people, without a sum.
fn write_sentences(errands: &[Errand], look: &Look, out: &mut dyn Write) -> Result<()> {
    for errand in errands {
        for change in &errand.plan.changes {
            let line = sentence(change, errand, errands.len() > 1);
            out.write_all(changes::text(&[line], true, look).as_bytes())?;
        }
    }
    Ok(())
}

fn sentence(change: &Change, errand: &Errand, with_server: bool) -> changes::Change {
    changes::Change {
        outcome: name_of(change),
        kind: change.object().object_type(),
        name: change.object().name().to_vec(),
        server: with_server.then(|| errand.server.clone()),
        before: for_people(record(&change.before).unwrap_or_default()),
        after: for_people(record(&change.after).unwrap_or_default()),
    }
}

fn row<'v>(
    errand: &'v Errand,
    change: &'v Change,
    result: &'static str,
    reason: Option<&'v str>,
    is_dry_run: bool,
) -> [Value<'v>; 9] {
    let object = change.object();
    [
        Value::text(result),
        Value::text(object.object_type()),
        Value::bytes(object.name()),
        Value::of((!errand.server.is_empty()).then_some(errand.server.as_str()), Value::text),
        Value::of((change.line > 0).then_some(line_in_its_file(change.line)), |line| Value::Number(line.into())),
        Value::of(record(&change.before), Value::Record),
        Value::of(record(&change.after), Value::Record),
        Value::of(reason, Value::text),
        Value::Flag(is_dry_run),
    ]
}

/// Tells what became of all changes.
pub(super) fn show(
    session: &mut Session<'_, '_>,
    errands: &[Errand],
    results: &[Vec<Outcome>],
    is_plan_shown: bool,
    wanted: &Wanted,
    time: Duration,
) -> Result<()> {
    for (errand, outcomes) in errands.iter().zip(results) {
        for (change, outcome) in errand.plan.changes.iter().zip(outcomes) {
            let why = match outcome {
                Outcome::Refused(why) | Outcome::InDoubt(why) | Outcome::HalfDone(why) => why,
                Outcome::Done | Outcome::NotDone => continue,
            };
            session.speaker.say(&wanted.at_line(change.line, why));
        }
    }
    if session.quiet {
        return Ok(());
    }
    if session.output.format == OutputFormat::Table && session.output.columns.is_none() {
        let look = session.screen.look(&session.output);
        for (errand, outcomes) in errands.iter().zip(results) {
            let done = errand.plan.changes.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Done);
            for (change, _) in done.filter(|_| !is_plan_shown) {
                let line = sentence(change, errand, errands.len() > 1);
                session.screen.out.write_all(changes::text(&[line], false, &look).as_bytes())?;
            }
            let server = visible(errand.server.as_bytes());
            writeln!(session.screen.out, "{server}: {}", counts(errand, outcomes, time))?;
        }
        return Ok(());
    }
    let mut report = Report::new(session.screen, &COLUMNS, &session.output)?;
    for (errand, outcomes) in errands.iter().zip(results) {
        for (change, outcome) in errand.plan.changes.iter().zip(outcomes) {
            let (result, reason) = match outcome {
                Outcome::Done => (name_of(change), None),
                Outcome::Refused(why) => ("refused", Some(why.as_str())),
                Outcome::InDoubt(why) => ("in-doubt", Some(why.as_str())),
                Outcome::HalfDone(why) => ("half-done", Some(why.as_str())),
                Outcome::NotDone => ("not-done", None),
            };
            report.row(&row(errand, change, result, reason, false))?;
        }
    }
    report.finish()?;
    Ok(())
}

fn counts(errand: &Errand, outcomes: &[Outcome], time: Duration) -> String {
    let Errand { plan, fates, .. } = errand;
    let mut words = Vec::new();
    let mut put = |count: usize, what: &str| {
        if count > 0 {
            words.push(format!("{} {what}", grouped(count as u128)));
        }
    };
    let done = || plan.changes.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Done);
    for name in ["added", "changed", "removed"] {
        put(done().filter(|(change, _)| name_of(change) == name).count(), name);
    }
    put(plan.unchanged, "as they should be already");
    let of = |is_it: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is_it(outcome)).count();
    put(of(|outcome| matches!(outcome, Outcome::Refused(_))), "refused");
    put(of(|outcome| matches!(outcome, Outcome::InDoubt(_))), "in doubt");
    put(of(|outcome| matches!(outcome, Outcome::HalfDone(_))), "half done");
    put(of(|outcome| matches!(outcome, Outcome::NotDone)), "not done");
    if words.is_empty() {
        words.push("nothing was wanted".to_owned());
    }
    let count = fates.iter().filter(|fate| **fate != Fate::NotMade).count();
    let seconds = time.as_secs_f64();
    if count > 0 {
        words.push(format!("in {seconds:.1} s ({:.0} requests a second)", count as f64 / seconds.max(0.001)));
    }
    words.join(", ")
}
