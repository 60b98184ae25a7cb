//! The script faces, `-c` and `-f`: no prompts and no status, only what the server brought, and
//! errors with the place of the line.

use std::io::{Read, Write};

use super::command::Complaint;
use super::exit::ExitStatus;
use super::interpreter::{Cause, Failure, Interpreter, Report};
use super::lines::{Line, Lines};
use super::output::Output;
use super::print::{self, Names};
use super::secrets::{has_secret, looks_secret};

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
    let mut ahead = shell.ahead(strict);
    while let Some((line, rest)) = lines.next_with_rest(|| output.flush()) {
        number += 1;
        if let (1, Line::Whole(line)) = (number, &line)
            && let Some(mark) = byte_order_mark(line)
        {
            output.err(format!("{source}:1: {mark}; nothing was run\n").as_bytes());
            return ExitStatus::Usage;
        }
        let (mut report, line) = match line {
            Line::Whole(line) => (shell.run_among(line, rest, &mut ahead, &mut || output.flush()), line),
            Line::TooLong => (Report { complaint: Some(Complaint::LineTooLong), ..Report::default() }, &b""[..]),
        };
        shell.run_verb_at(&mut report, &mut output, &format!("{source}:{number}: "));
        if report.help {
            output.out().extend_from_slice(print::HELP.as_bytes());
        }
        if let (true, Some(object)) = (report.brought, shell.object()) {
            print::attributes(object, Names::Escaped, output.out());
        }
        let errors = errors(&report, line, &format!("{source}:{number}"));
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
    if let Some(error) = output.lost() {
        let sentence = format!("{source}: what it brought cannot be written: {error}\n");
        output.err(sentence.as_bytes());
        return ExitStatus::Usage;
    }
    status
}

/// What is said of a file that begins with a byte order mark, which some editors put there: no command begins so.
pub fn byte_order_mark(text: &[u8]) -> Option<&'static str> {
    const UTF_8: &str = "it begins with a byte order mark (UTF-8); save it without one";
    const UTF_16: &str = "it begins with a byte order mark of UTF-16; save it as plain text or UTF-8, without a mark";
    match text {
        [0xef, 0xbb, 0xbf, ..] => Some(UTF_8),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(UTF_16),
        _ => None,
    }
}

/// What is said of a warning about a line that may have a secret: what stands behind a colon quotes that.
pub(super) fn without_secret(warning: &[u8]) -> &[u8] {
    warning.split(|&byte| byte == b':').next().unwrap_or_default()
}

/// What went wrong with a line, in lines that begin with its place. A secret is not shown.
pub fn errors(report: &Report, line: &[u8], place: &str) -> Vec<u8> {
    let mut text = Vec::new();
    if let Some(mark) = byte_order_mark(line) {
        return format!("{place}: {mark}\n").into_bytes();
    }
    let hides = may_be_secret(line);
    for warning in &report.warnings {
        text.extend_from_slice(format!("{place}: ").as_bytes());
        if hides {
            text.extend_from_slice(without_secret(&warning.text));
            text.push(b'\n');
        } else {
            text.extend_from_slice(&warning.text);
            text.push(b'\n');
            text.extend_from_slice(&point_at(line, warning.column));
        }
    }
    if let Some(failure) = &report.failure {
        text.extend_from_slice(format!("{place}: {}\n", explain(failure)).as_bytes());
        if let Some(doubt) = print::doubt(failure, report.in_doubt) {
            text.extend_from_slice(format!("{place}: {doubt}\n").as_bytes());
        }
    }
    if let Some(complaint) = &report.complaint {
        text.extend_from_slice(format!("{place}: ").as_bytes());
        match print::remark(complaint) {
            Some(remark) => text.extend_from_slice(remark.as_bytes()),
            None if hides && quotes(complaint) => text.extend_from_slice(HIDDEN.as_bytes()),
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
    let what = print::attempt(failure.action);
    match &failure.cause {
        Cause::Refused(code) => format!("{what}: {}", print::refusal(*code, failure.is_of_class)),
        Cause::Client { server, error } => format!("{what}: {server}: {error}"),
        Cause::LostBefore => format!("{what}: there is no connection any more; connect again"),
        Cause::NotConnected => format!("{what}: not connected"),
    }
}

/// The longest stretch of a line that is shown before the place to blame, in bytes.
const SHOWN_BEFORE: usize = 60;

/// What is said in place of a complaint that quotes a word of a line with a secret.
pub(super) const HIDDEN: &str = "the line is not understood, and not shown, since there may be a secret in it";

/// Whether a complaint quotes what stands in the line.
pub(super) fn quotes(complaint: &Complaint) -> bool {
    matches!(complaint, Complaint::TooManyWords(_) | Complaint::WordsAfterAlgorithm(_) | Complaint::UnknownService(_))
}

/// Whether there may be a secret in a line.
pub(super) fn may_be_secret(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    has_secret(&line) || looks_secret(&line)
}

/// The line with a caret under one of its columns.
fn point_at(line: &[u8], column: usize) -> Vec<u8> {
    let start = column.saturating_sub(SHOWN_BEFORE);
    let before = line[start..column.min(line.len())].escape_ascii().to_string();
    let after = line[column.min(line.len())..].trim_ascii_end();
    let after = after[..after.len().min(SHOWN_BEFORE)].escape_ascii();
    format!("    {before}{after}\n    {:width$}^\n", "", width = before.len()).into_bytes()
}
