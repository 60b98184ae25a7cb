//! The steps of a check, and how each came out.

use std::io::Write;

use anyhow::Result;

use crate::commands::browse::report::{OutputFormat, OutputOptions, Report, Screen};
use crate::render::steps::{self, Mark};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

/// What a check says of each step.
pub static COLUMNS: [Column; 4] = [
    Column::text("step", "STEP", "what was looked at"),
    Column::text("result", "RESULT", "ok, warning, failed or skipped"),
    Column::text("details", "DETAILS", "what was found"),
    Column::text("advice", "ADVICE", "what to do about it"),
];

/// How a step came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Ok,
    Warning,
    /// With the exit status that it deserves.
    Failed(ExitStatus),
    Skipped,
}

/// A step.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) outcome: Outcome,
    pub(super) details: String,
    pub(super) advice: String,
}

/// All steps so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    pub(super) fn ok(&mut self, name: &'static str, details: impl Into<String>) {
        self.add(name, Outcome::Ok, details, "");
    }

    pub(super) fn warn(&mut self, name: &'static str, details: impl Into<String>, advice: impl Into<String>) {
        self.add(name, Outcome::Warning, details, advice);
    }

    pub(super) fn fail(
        &mut self,
        name: &'static str,
        status: ExitStatus,
        details: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.add(name, Outcome::Failed(status), details, advice);
    }

    pub(super) fn skip(&mut self, name: &'static str, details: impl Into<String>) {
        self.add(name, Outcome::Skipped, details, "");
    }

    fn add(&mut self, name: &'static str, outcome: Outcome, details: impl Into<String>, advice: impl Into<String>) {
        self.0.push(Step { name, outcome, details: details.into(), advice: advice.into() });
    }

    /// The exit status: that of the first step that failed.
    pub(super) fn status(&self) -> ExitStatus {
        let failed = self.0.iter().find_map(|step| match step.outcome {
            Outcome::Failed(status) => Some(status),
            _ => None,
        });
        failed.unwrap_or(ExitStatus::Done)
    }

    /// Shows them.
    pub(super) fn show(self, out: &mut dyn Write, options: &OutputOptions) -> Result<ExitStatus> {
        let status = self.status();
        let mut screen = Screen::stdout(out);
        if options.format == OutputFormat::Table && options.columns.is_none() {
            let look = screen.look(options);
            let shown: Vec<steps::Step<'_>> = self
                .0
                .iter()
                .map(|step| steps::Step {
                    mark: step.outcome.mark(),
                    name: step.name,
                    details: &step.details,
                    advice: &step.advice,
                })
                .collect();
            screen.out.write_all(steps::text(&shown, &look).as_bytes())?;
            return Ok(status);
        }
        let mut report = Report::new(&mut screen, &COLUMNS, options)?;
        for Step { name, outcome, details, advice } in self.0 {
            let text = |text: String| if text.is_empty() { Value::None } else { Value::text(text) };
            report.row(&[Value::text(name), Value::text(outcome.mark().name()), text(details), text(advice)])?;
        }
        report.finish()?;
        Ok(status)
    }
}

impl Outcome {
    fn mark(self) -> Mark {
        match self {
            Outcome::Ok => Mark::Ok,
            Outcome::Warning => Mark::Warning,
            Outcome::Failed(_) => Mark::Failed,
            Outcome::Skipped => Mark::Skipped,
        }
    }
}
