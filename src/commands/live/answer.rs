//! What a command has to say: rows about objects, and what became of them.

use anyhow::Result;

use crate::commands::browse::report::{OutputFormat, OutputOptions, Report, Screen};
use crate::render::changes::{self, Change};
use crate::render::{Column, Value};

use super::values::ETHERNET;

/// What an object has, by the names of columns.
pub type Record = Vec<(&'static str, Value<'static>)>;

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there now.
    Added,
    /// It is another one now.
    Changed,
    /// It has another name now.
    Renamed,
    /// It is not there any longer.
    Removed,
    /// It is as it was, because it is as it should be.
    Unchanged,
    /// It is as it was, because there was one already.
    Skipped,
}

impl Outcome {
    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Added => "added",
            Outcome::Changed => "changed",
            Outcome::Renamed => "renamed",
            Outcome::Removed => "removed",
            Outcome::Unchanged => "unchanged",
            Outcome::Skipped => "skipped",
        }
    }
}

/// What became of one object on one server.
#[derive(Clone, Debug)]
pub struct Done {
    /// What became of it.
    pub outcome: Outcome,
    /// Its type.
    pub kind: &'static str,
    /// Its name.
    pub name: Vec<u8>,
    /// The server.
    pub server: String,
    /// What it was before.
    pub before: Option<Record>,
    /// What it is now.
    pub after: Option<Record>,
}

/// What a change says.
pub static COLUMNS: [Column; 7] = [
    Column::text("result", "RESULT", "added, changed, renamed, removed, unchanged or skipped"),
    Column::text("kind", "KIND", "host, lease, group, class, subclass, failover-state, or another type of object"),
    Column::text("name", "NAME", "the object's name; a lease's address"),
    Column::text("server", "SERVER", "the server, and its port"),
    Column::text("before", "BEFORE", "what it was; null for one that was not there"),
    Column::text("after", "AFTER", "what it is; null for one that is not there any longer"),
    Column::text("dry_run", "DRY RUN", "whether nothing was changed, because of --dry-run"),
];

/// What is worth telling people: nobody asks for Ethernet's number.
pub(super) fn for_people(record: Record) -> Record {
    let is_usual = |name: &str, value: &Value<'_>| name == "hardware_type" && *value == Value::Number(ETHERNET.into());
    record.into_iter().filter(|(name, value)| !is_usual(name, value)).collect()
}

/// Writes what became of objects.
pub fn write_done(
    done: Vec<Done>,
    is_dry_run: bool,
    screen: &mut Screen<'_>,
    options: &OutputOptions,
    with_server: bool,
) -> Result<()> {
    if options.format == OutputFormat::Table && options.columns.is_none() {
        let changes: Vec<Change> = done
            .into_iter()
            .map(|done| Change {
                outcome: done.outcome.name(),
                kind: done.kind,
                name: done.name,
                server: with_server.then_some(done.server),
                before: for_people(done.before.unwrap_or_default()),
                after: for_people(done.after.unwrap_or_default()),
            })
            .collect();
        let look = screen.look(options);
        screen.out.write_all(changes::text(&changes, is_dry_run, &look).as_bytes())?;
        return Ok(());
    }
    let mut report = Report::new(screen, &COLUMNS, options)?;
    for Done { outcome, kind, name, server, before, after } in done {
        report.row(&[
            Value::text(outcome.name()),
            Value::text(kind),
            Value::Bytes(name.into()),
            Value::text(server),
            Value::of(before, Value::Record),
            Value::of(after, Value::Record),
            Value::Flag(is_dry_run),
        ])?;
    }
    report.finish()?;
    Ok(())
}

/// Writes rows of objects.
pub fn write_rows(
    columns: &'static [Column],
    rows: Vec<Vec<Value<'static>>>,
    screen: &mut Screen<'_>,
    options: &OutputOptions,
) -> Result<()> {
    let mut report = Report::new(screen, columns, options)?;
    for row in rows {
        report.row(&row)?;
    }
    report.finish()?;
    Ok(())
}
