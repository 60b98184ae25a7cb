//! The drop-in face: omshell's loop with its prompts and its status, for stdin of any kind.

use std::io::{self, Read, Write};

use super::command::Complaint;
use super::exit::ExitStatus;
use super::interpreter::{Interpreter, Report};
use super::lines::{Line, Lines};
use super::output::Output;
use super::print::{self, Message, Names};
use super::script;

/// The name that omshell gives its input in warnings.
const SOURCE: &str = "<STDIN>";

/// Runs all lines of `input`. `program` is the name to sign our own sentences with. When `strict`,
/// stops at the first line that fails and returns the status that it deserves; otherwise returns
/// [`ExitStatus::Done`], as omshell does whatever happened.
pub fn run(
    shell: &mut Interpreter,
    input: impl Read,
    out: impl Write,
    err: impl Write,
    program: &str,
    strict: bool,
) -> ExitStatus {
    let mut err = err;
    let (status, unread) =
        run_watched(shell, input, out, &mut err, Manner { program, strict, hides: false }, |_, _| {});
    match unread {
        Some(error) if strict => {
            let _ = writeln!(err, "{program}: stdin cannot be read: {error}");
            ExitStatus::Usage
        }
        _ => status,
    }
}

/// How lines are run.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The name to sign our own sentences with.
    pub program: &'a str,
    /// Stop at the first line that fails.
    pub strict: bool,
    /// What is said of a line that may have a secret does not quote it. omshell does quote it.
    pub hides: bool,
}

/// The same, and tells `watch` of each line and of what it came to. Returns also why the input could
/// not be read to its end, if so.
pub fn run_watched(
    shell: &mut Interpreter,
    input: impl Read,
    out: impl Write,
    err: impl Write,
    manner: Manner<'_>,
    mut watch: impl FnMut(&[u8], &Report),
) -> (ExitStatus, Option<io::Error>) {
    let Manner { program, strict, hides } = manner;
    let mut lines = Lines::new(input);
    let mut output = Output::new(out, err);
    let mut ahead = shell.ahead(strict);
    let mut status = ExitStatus::Done;
    loop {
        print::status(shell, Names::AsTheyCome, output.out());
        output.prompt();
        let mut hidden = false;
        let report = match lines.next_with_rest(|| output.flush()) {
            None => break,
            Some((Line::Whole(line), rest)) => {
                let mut report = shell.run_among(line, rest, &mut ahead, &mut || output.flush_released());
                shell.run_verb(&mut report, &mut output);
                watch(line, &report);
                hidden = hides && script::may_be_secret(line);
                report
            }
            Some((Line::TooLong, _)) => {
                let report = Report { complaint: Some(Complaint::LineTooLong), ..Report::default() };
                watch(b"", &report);
                report
            }
        };
        say(&report, &mut output, program, hidden);
        if strict {
            status = report.exit_status();
        }
        if report.quit || status != ExitStatus::Done {
            break;
        }
    }
    output.flush();
    (status, lines.into_error())
}

fn say(report: &Report, output: &mut Output<impl Write, impl Write>, program: &str, hidden: bool) {
    for warning in &report.warnings {
        let mut text = Vec::new();
        if hidden {
            text.extend_from_slice(format!("{SOURCE} line {}: ", warning.line).as_bytes());
            text.extend_from_slice(script::without_secret(&warning.text));
            output.err(&[&text, &b"\n"[..]].concat());
            continue;
        }
        warning.write_to(&mut text, SOURCE, warning.line);
        output.err(&text);
    }
    if report.help {
        output.out().extend_from_slice(print::HELP.as_bytes());
    }
    if let Some(failure) = &report.failure {
        if let Some(reason) = print::reason(failure) {
            output.err(format!("{program}: {reason}\n").as_bytes());
        }
        if let Some(doubt) = print::doubt(failure, report.in_doubt) {
            output.err(format!("{program}: {doubt}\n").as_bytes());
        }
        match print::failure(failure) {
            Message::Out(text) => output.out().extend_from_slice(text.as_bytes()),
            Message::Err(text) => output.err(text.as_bytes()),
        }
    }
    if hidden && report.complaint.as_ref().is_some_and(script::quotes) {
        output.out().extend_from_slice(format!("{}\n", script::HIDDEN).as_bytes());
    } else if let Some(complaint) = &report.complaint {
        output.out().extend_from_slice(&print::complaint(complaint));
        if let Some(remark) = print::remark(complaint) {
            output.err(format!("{program}: {remark}\n").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::Options;

    /// Counts writes.
    struct Writes(Vec<Vec<u8>>);

    impl Write for &mut Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn writes(input: impl Read) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
        let (mut out, mut err) = (Writes(Vec::new()), Writes(Vec::new()));
        let status = run(&mut Interpreter::new(Options::default()), input, &mut out, &mut err, "omshell", false);
        assert_eq!(status, ExitStatus::Done);
        (out.0, err.0)
    }

    #[test]
    fn lines_that_are_there_cost_no_write_each() {
        let script = "port 1\n".repeat(5_000);
        let (out, _) = writes(script.as_bytes());
        assert_eq!(out.concat(), "> ".repeat(5_001).into_bytes());
        assert_eq!(out.len(), 2, "one before the only read that brings lines, one before the read that finds the end");
    }

    #[test]
    fn an_answer_and_its_prompt_come_in_one_write_before_the_next_read() {
        // Two reads, as when a client waits for its prompt.
        let input = b"help\n".chain(&b"bogus\n"[..]);
        let (out, err) = writes(input);
        assert_eq!(out, [&b"> "[..], [print::HELP.as_bytes(), b"> "].concat().as_slice(), b"> "]);
        assert_eq!(err, [b"<STDIN> line 1: unknown token: bogus\n\n^\n"]);
    }
}
