//! The commands as verbs of the shell, with the same words.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::sync::LazyLock;
use std::time::Duration;

use clap::Command;

use crate::commands::browse::{Browse, FileOptions};
use crate::commands::bulk::export::Export;
use crate::commands::connection::ConnectionOptions;
use crate::commands::live::{ControlRequest, Journal, Live, Request};
use crate::repl::commands::Manner;
use crate::shell::{ExitStatus, ShellConnection, Verbs};

use super::{Setup, browse, export, live, setup};

/// The verbs.
#[derive(Clone, Debug)]
pub struct CommandVerbs {
    /// The name to sign sentences with.
    program: String,
    /// The shell's time-out, if somebody said one.
    timeout: Option<Duration>,
    /// Where what they write is kept, if anywhere.
    journal: Option<Journal>,
    /// What the shell was told of the connection when it was started.
    connection: ConnectionOptions,
    /// The same of the server's files.
    files: FileOptions,
}

impl CommandVerbs {
    /// Verbs of a program of that name, in a shell that was started with that time-out.
    pub fn new(program: &str, timeout: Option<Duration>) -> Self {
        CommandVerbs {
            program: program.to_owned(),
            timeout,
            journal: None,
            connection: ConnectionOptions::default(),
            files: FileOptions::default(),
        }
    }

    /// The same, with what the shell was told of the connection and of the server's files when it was started.
    pub fn with_connection(self, connection: ConnectionOptions, files: FileOptions) -> Self {
        CommandVerbs { connection, files, ..self }
    }

    /// Says where the files are, where a line does not.
    fn fill(&self, files: &mut FileOptions) {
        files.conf = files.conf.take().or_else(|| self.files.conf.clone());
        files.leases = files.leases.take().or_else(|| self.files.leases.clone());
    }

    /// The same, and what they write is kept.
    pub fn with_journal(self, journal: Journal) -> Self {
        CommandVerbs { journal: Some(journal), ..self }
    }
}

/// The names of all of them.
static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| browse::NAMES.into_iter().chain([export::NAME]).chain(live::NAMES).chain(setup::NAMES).collect());

/// The same in omshell's place. `host`, `class` and the like alone are words that a script may have by mistake, and
/// omshell's answer to that is the one to give: there they count with a second word only.
static NAMES_IN_OMSHELLS_PLACE: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| browse::NAMES.into_iter().chain([export::NAME]).chain(live::VERBS).chain(setup::VERBS).collect());

impl Verbs for CommandVerbs {
    fn names(&self) -> &'static [&'static str] {
        // Only in omshell's place are sentences signed.
        if self.program.is_empty() { &NAMES } else { &NAMES_IN_OMSHELLS_PLACE }
    }

    fn run(
        &mut self,
        words: &[Vec<u8>],
        connection: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus {
        self.run_as(Manner::AsSaid, words, connection, out, err)
    }
}

impl CommandVerbs {
    /// How a line ends; what is wrong is said.
    fn outcome(&self, outcome: anyhow::Result<ExitStatus>, err: &mut dyn Write) -> ExitStatus {
        outcome.unwrap_or_else(|error| {
            super::say(&self.program, err, &format!("{error:#}"));
            ExitStatus::Usage
        })
    }

    /// Carries a line out in that manner.
    pub(super) fn run_as(
        &self,
        manner: Manner,
        words: &[Vec<u8>],
        connection: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus {
        let connection = &ShellConnection { timeout: self.timeout.or(connection.timeout), ..connection.clone() };
        let started_with = self.connection.clone().behind(connection);
        match parse(words) {
            Ok(Parsed::Live(mut live)) => {
                live.connection = live.connection.or(&started_with);
                self.fill(&mut live.files);
                match (manner, &mut live.request) {
                    (Manner::TryOut, _) => (live.dry_run, live.quiet) = (true, false),
                    (Manner::Agreed, Request::Control(ControlRequest::Shutdown { yes })) => *yes = true,
                    (Manner::Agreed, Request::Apply(request)) => request.yes = true,
                    _ => {}
                }
                live.run(&self.program, connection, self.journal.as_ref(), out, err)
            }
            Ok(Parsed::Setup(mut setup)) => {
                if let Setup::Check(check) = &mut setup {
                    check.connection = check.connection.clone().or(&started_with);
                    self.fill(&mut check.files);
                }
                if let Setup::Keygen(keygen) = &mut setup {
                    keygen.server = connection.server.clone().or(started_with.server);
                    keygen.files.profile_name = started_with.profile;
                    self.fill(&mut keygen.files);
                }
                setup.run(&self.program, connection, out, err)
            }
            Ok(Parsed::Browse(mut browse)) => {
                browse.files.profile_name = browse.files.profile_name.or(started_with.profile);
                self.fill(&mut browse.files);
                let outcome = browse.run(&self.program, out, err);
                self.outcome(outcome, err)
            }
            Ok(Parsed::Export(mut export)) => {
                export.files.profile_name = export.files.profile_name.or(started_with.profile);
                self.fill(&mut export.files);
                let outcome = export.run(&self.program, out, err);
                self.outcome(outcome, err)
            }
            Err(error) => {
                let text = error.render().to_string();
                let (told, status) = match error.use_stderr() {
                    true => (err.write_all(text.as_bytes()), ExitStatus::Usage),
                    false => (out.write_all(text.as_bytes()), ExitStatus::Done),
                };
                told.map_or(ExitStatus::Usage, |()| status)
            }
        }
    }
}

/// A line that is one of the commands.
#[derive(Debug)]
pub(super) enum Parsed {
    /// It talks to a live server.
    Live(Box<Live>),
    /// It sets something up.
    Setup(Setup),
    /// It reads the server's files.
    Browse(Box<Browse>),
    /// It writes what the files have for another program.
    Export(Box<Export>),
}

/// Reads a line, which begins with a command's name.
pub(super) fn parse(words: &[Vec<u8>]) -> Result<Parsed, clap::Error> {
    let word = |at: usize| words.get(at).and_then(|word| std::str::from_utf8(word).ok());
    let command = Command::new("omsh").no_binary_name(true).disable_help_subcommand(true);
    // All of them take a while, and a script may have many lines.
    let command = match word(0) {
        Some(name) if live::NAMES.contains(&name) => command.subcommand(live::command(name, word(1))),
        Some(export::NAME) => command.subcommand(export::command()),
        _ => command.subcommands(live::commands()).subcommands(browse::commands()).subcommands(setup::commands()),
    };
    let words = words.iter().map(|word| OsString::from_vec(word.clone()));
    let mut matches = command.try_get_matches_from(words)?;
    let (name, matches) = matches.remove_subcommand().expect("the line begins with one");
    Ok(match name.as_str() {
        name if live::NAMES.contains(&name) => Parsed::Live(Box::new(live::invocation(name, matches))),
        export::NAME => Parsed::Export(Box::new(export::invocation(matches))),
        name if setup::NAMES.contains(&name) => Parsed::Setup(setup::invocation(name, matches)),
        name => Parsed::Browse(Box::new(browse::invocation(name, matches))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_of_two_words_are_those_of_the_command_line() {
        let mut defined = Vec::new();
        for command in live::commands().into_iter().chain(setup::commands()) {
            let name = command.get_name();
            if !command.has_subcommands() {
                defined.push(name.to_owned());
            }
            defined.extend(command.get_subcommands().map(|inner| format!("{name} {}", inner.get_name())));
        }
        let listed: Vec<&str> = live::VERBS.into_iter().chain(setup::VERBS).collect();
        assert_eq!(defined, listed);
    }
}
