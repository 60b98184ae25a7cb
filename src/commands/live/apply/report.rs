//! The plan, and what became of it, for people and for programs.

use std::time::Duration;

use anyhow::Result;

use crate::commands::browse::OutputFormat;
use crate::commands::browse::report::Report;
use crate::commands::bulk::plan::{Change, Object, Plan};
use crate::commands::bulk::wanted::Wanted;
use crate::commands::live::Session;
use crate::commands::live::answer::{Record, for_people};
use crate::render::changes;
use crate::render::text::{grouped, visible};
use crate::render::{Column, Value};

use super::execute::Fate;
use super::{Errand, at_line};

/// What `apply` says of each change.
pub static COLUMNS: [Column; 9] = [
    Column::text("result", "RESULT", "added, changed, removed; refused, in-doubt, half-done or not-done"),
    Column::text("kind", "KIND", "host or group"),
    Column::text("name", "NAME", "its name"),
    Column::text("server", "SERVER", "the server, and its port"),
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
    /// Some of its steps are made.
    HalfDone,
    NotDone,
}

/// What became of each change of a plan.
pub(super) fn outcomes(plan: &Plan, fates: &[Fate]) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = vec![None; plan.changes.len()];
    for (step, fate) in plan.steps.iter().zip(fates) {
        let outcome = &mut outcomes[step.change];
        let now = outcome.take();
        *outcome = Some(match (now, fate) {
            (Some(failed @ (Outcome::Refused(_) | Outcome::InDoubt(_))), _) => failed,
            (_, Fate::Refused(why)) => Outcome::Refused(why.clone()),
            (_, Fate::InDoubt(why)) => Outcome::InDoubt(why.clone()),
            (None, Fate::Made) | (Some(Outcome::Done), Fate::Made) => Outcome::Done,
            (None | Some(Outcome::NotDone), Fate::NotMade) => Outcome::NotDone,
            _ => Outcome::HalfDone,
        });
    }
    // One without a step was made by the steps of another one.
    outcomes.into_iter().map(|outcome| outcome.unwrap_or(Outcome::Done)).collect()
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
        show_sentences(session, errands)?;
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
pub(super) fn show_differences(session: &mut Session<'_, '_>, errand: &Errand) -> Result<()> {
    if session.quiet {
        return Ok(());
    }
    if session.output.format == OutputFormat::Table && session.output.columns.is_none() {
        let look = session.screen.look(&session.output);
        for change in &errand.plan.changes {
            let text = changes::text(&[sentence(change, errand, false)], false, &look);
            session.screen.out.write_all(text.as_bytes())?;
        }
        return Ok(());
    }
    let mut report = Report::new(session.screen, &COLUMNS, &session.output)?;
    for change in &errand.plan.changes {
        report.row(&row(errand, change, name_of(change), None, true))?;
    }
    report.finish()?;
    Ok(())
}

/// Shows the plan for people, without a sum.
pub(super) fn show_sentences(session: &mut Session<'_, '_>, errands: &[Errand]) -> Result<()> {
    let look = session.screen.look(&session.output);
    for errand in errands {
        for change in &errand.plan.changes {
            let line = sentence(change, errand, errands.len() > 1);
            session.screen.out.write_all(changes::text(&[line], true, &look).as_bytes())?;
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
        Value::text(errand.server.as_str()),
        Value::of((change.line > 0).then_some(change.line), |line| Value::Number(line.into())),
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
                Outcome::Refused(why) | Outcome::InDoubt(why) => why.clone(),
                Outcome::HalfDone => {
                    let object = change.object();
                    let (kind, name) = (object.object_type(), visible(object.name()));
                    format!(
                        "the {kind} {name} is on its way to what it should be, and not there yet on {}",
                        errand.server
                    )
                }
                Outcome::Done | Outcome::NotDone => continue,
            };
            session.speaker.say(&at_line(&wanted.source, change.line, &why));
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
            writeln!(session.screen.out, "{server}: {}", counts(&errand.plan, outcomes, time))?;
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
                Outcome::HalfDone => ("half-done", None),
                Outcome::NotDone => ("not-done", None),
            };
            report.row(&row(errand, change, result, reason, false))?;
        }
    }
    report.finish()?;
    Ok(())
}

fn counts(plan: &Plan, outcomes: &[Outcome], time: Duration) -> String {
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
    put(of(|outcome| matches!(outcome, Outcome::HalfDone)), "half done");
    put(of(|outcome| matches!(outcome, Outcome::NotDone)), "not done");
    if words.is_empty() {
        words.push("nothing was wanted".to_owned());
    }
    let count = plan.steps.len() as f64;
    let seconds = time.as_secs_f64();
    if count > 0.0 {
        words.push(format!("in {seconds:.1} s ({:.0} requests a second)", count / seconds.max(0.001)));
    }
    words.join(", ")
}
