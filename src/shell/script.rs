//! The script faces, `-c` and `-f`: no prompts and no status, only what the server brought, and
//! errors with the place of the line.

use std::io::{Read, Write};

use super::command::Complaint;
use super::exit::ExitStatus;
use super::interpreter::{Action, Cause, Failure, Interpreter, Report};
use super::lines::{Line, Lines};
use super::output::Output;
use super::print;

/// Runs all lines of `input`, whose name `source` stands in messages. Returns the status of the
/// first line that fails, and stops there when `strict`.
pub fn run(
    shell: &mut Interpreter,
    input: impl Read,
    source: &str,
    out: impl Write,
    err: impl Write,
    strict: bool,
) -> ExitStatus {
    let mut lines = Lines::new(input);
    let mut output = Output::new(out, err);
    let mut status = ExitStatus::Done;
    let mut number = 0_usize;
    while let Some(line) = lines.next(|| output.flush()) {
        number += 1;
        let report = match line {
            Line::Whole(line) => shell.run(line),
            Line::TooLong => Report { complaint: Some(Complaint::LineTooLong), ..Report::default() },
        };
        if report.help {
            output.out().extend_from_slice(print::HELP.as_bytes());
        }
        if let (true, Some(object)) = (report.brought, shell.object()) {
            print::attributes(object, output.out());
        }
        let errors = errors(&report, &format!("{source}:{number}"));
        if !errors.is_empty() {
            output.flush();
            output.err(&errors);
        }
        if status == ExitStatus::Done {
            status = report.exit_status();
        }
        if report.quit || strict && status != ExitStatus::Done {
            break;
        }
    }
    output.flush();
    if let Some(error) = lines.error() {
        output.err(format!("{source}: cannot be read beyond line {number}: {error}\n").as_bytes());
        return ExitStatus::Usage;
    }
    status
}

fn errors(report: &Report, place: &str) -> Vec<u8> {
    let mut text = Vec::new();
    for warning in &report.warnings {
        text.extend_from_slice(format!("{place}: ").as_bytes());
        text.extend_from_slice(&warning.text);
        text.push(b'\n');
        if !warning.excerpt.is_empty() {
            text.extend_from_slice(b"    ");
            text.extend_from_slice(&warning.excerpt);
            text.extend_from_slice(format!("\n    {:indent$}^\n", "", indent = warning.indent).as_bytes());
        }
    }
    if let Some(failure) = &report.failure {
        text.extend_from_slice(format!("{place}: {}\n", explain(failure)).as_bytes());
    }
    if let Some(complaint) = &report.complaint {
        text.extend_from_slice(format!("{place}: ").as_bytes());
        match print::remark(complaint) {
            Some(remark) => text.extend_from_slice(remark.as_bytes()),
            // omshell's words may have several lines, which are joined here.
            None => {
                let words = print::complaint(complaint);
                let lines: Vec<&[u8]> = words.trim_ascii_end().split(|&byte| byte == b'\n').collect();
                text.extend_from_slice(&lines.join(&b"; "[..]));
            }
        }
        text.push(b'\n');
    }
    text
}

/// A failure as a sentence of ours.
fn explain(failure: &Failure) -> String {
    let what = match failure.action {
        Action::Connect => "can't connect",
        Action::Disconnect => "can't disconnect",
        Action::Open => "can't open object",
        Action::Update => "can't update object",
        Action::Refresh => "can't refresh object",
        Action::Remove => "can't destroy object",
    };
    match &failure.cause {
        Cause::Refused(code) => format!("{what}: {code}"),
        Cause::Client { server, error } => format!("{what}: {server}: {error}"),
        Cause::LostBefore => format!("{what}: the connection was lost before; connect again"),
        Cause::NotConnected => format!("{what}: not connected"),
    }
}
