//! The commands of the command line for the interactive shell.

use std::io::Write;
use std::sync::OnceLock;
use std::time::Instant;

use clap::Command;
use clap::error::{ContextKind, ContextValue};

use crate::commands::browse::FileOptions;
use crate::commands::connection::ConnectionOptions;
use crate::commands::live::{Effect, Journal};
use crate::repl::commands::{Commands, Intent, Manner, Mistake, Offer};
use crate::shell::{ExitStatus, ShellConnection};

use super::verbs::{Parsed, parse};
use super::{CommandVerbs, browse, complete, export, live, setup};

/// The commands of the command line.
#[derive(Debug)]
pub struct TerminalCommands {
    verbs: CommandVerbs,
    /// The server's files, as far as the shell was told when it was started.
    files: FileOptions,
    /// Whether candidates may be gathered in the background, by another process of this program.
    refreshes: bool,
    definition: OnceLock<Command>,
}

impl TerminalCommands {
    /// Commands that keep in the journal what they write, in a shell that was started with these options.
    pub fn new(journal: Journal, connection: ConnectionOptions, files: FileOptions) -> Self {
        let verbs =
            CommandVerbs::new("", connection.timeout).with_journal(journal).with_connection(connection, files.clone());
        TerminalCommands { verbs, files, refreshes: false, definition: OnceLock::new() }
    }

    /// The same; candidates that take long to find are gathered in the background, by another process of this program.
    pub fn with_refresh(self) -> Self {
        TerminalCommands { refreshes: true, ..self }
    }

    fn definition(&self) -> &Command {
        self.definition.get_or_init(|| {
            let all = live::commands().into_iter().chain(browse::commands()).chain(setup::commands());
            let all = all.chain([export::command()]);
            let mut command = Command::new("omsh").disable_help_subcommand(true).subcommands(all);
            command.build();
            command
        })
    }

    /// The words with options that say where the files are, if the shell was told.
    fn with_files(&self, words: &[String]) -> Vec<String> {
        let mut all = words.to_vec();
        if let Some((command, count)) = self.find(words).filter(|(command, _)| !command.has_subcommands()) {
            let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
            for (name, value) in [("conf", path(&self.files.conf)), ("leases", path(&self.files.leases))] {
                let is_there = command.get_arguments().any(|argument| argument.get_long() == Some(name));
                if let Some(value) = value.filter(|_| is_there) {
                    all.insert(count, format!("--{name}={value}"));
                }
            }
        }
        all
    }

    /// The innermost command that the words name, and how many of them do so.
    fn find(&self, words: &[String]) -> Option<(&Command, usize)> {
        let mut command = self.definition();
        let mut count = 0;
        for word in words {
            match command.find_subcommand(word) {
                Some(inner) => command = inner,
                None => break,
            }
            count += 1;
        }
        (count > 0).then_some((command, count))
    }
}

impl Commands for TerminalCommands {
    fn names(&self) -> Vec<(String, String)> {
        let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
        let all = self.definition().get_subcommands();
        all.map(|command| (command.get_name().to_owned(), about(command))).collect()
    }

    fn complete(&self, words: &[String], typed: &str, deadline: Instant) -> Offer {
        let all = self.with_files(words);
        let completion = complete::complete(self.definition(), &all, typed, deadline);
        if completion.wants_refresh {
            self.refresh(words, typed);
        }
        Offer { candidates: completion.candidates, is_file: completion.is_file }
    }

    fn refresh(&self, words: &[String], typed: &str) {
        if self.refreshes {
            complete::begin_refresh(&self.with_files(words), typed);
        }
    }

    fn usage(&self, words: &[String]) -> Option<String> {
        let (command, count) = self.find(words)?;
        if count < words.len() {
            return None;
        }
        if command.has_subcommands() {
            let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            return Some(names.join(" | "));
        }
        let usage: Vec<String> = command.get_positionals().map(ToString::to_string).collect();
        Some(usage.join(" ")).filter(|usage| !usage.is_empty())
    }

    fn help(&self, words: &[String]) -> Option<String> {
        let (command, count) = self.find(words)?;
        let is_whole = count == words.len();
        is_whole.then(|| command.clone().render_help().to_string())
    }

    fn intent(&self, words: &[String]) -> Intent {
        let (words, is_agreed) = without_yes(words);
        match parse(&words) {
            Err(error) if error.use_stderr() => Intent::Wrong(mistake(&error, &words)),
            Err(_) | Ok(Parsed::Setup(_)) => Intent::Ask,
            Ok(Parsed::Browse(_) | Parsed::Export(_)) => Intent::Browse,
            Ok(Parsed::Live(live)) => match live.request.effect() {
                Effect::Asks => Intent::Ask,
                effect => Intent::Change {
                    effect,
                    is_agreed: is_agreed || live.dry_run,
                    names_server: live.connection.server.is_some() || live.connection.peer.is_some(),
                },
            },
        }
    }

    fn run(
        &self,
        words: &[String],
        manner: Manner,
        connection: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus {
        let (words, is_agreed) = without_yes(words);
        let manner = if is_agreed && manner == Manner::AsSaid { Manner::Agreed } else { manner };
        self.verbs.run_as(manner, &words, connection, out, err)
    }
}

/// The words without `--yes`, which every command takes in the shell, and whether it was among them.
fn without_yes(words: &[String]) -> (Vec<Vec<u8>>, bool) {
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let is_other = |(at, word): &(usize, &String)| *at >= end || *word != "--yes";
    let kept: Vec<Vec<u8>> =
        words.iter().enumerate().filter(is_other).map(|(_, word)| word.clone().into_bytes()).collect();
    let is_agreed = kept.len() < words.len();
    (kept, is_agreed)
}

/// What clap says of the words, with the one that it blames.
fn mistake(error: &clap::Error, words: &[Vec<u8>]) -> Mistake {
    let is_among = |blamed: &str| words.iter().any(|word| String::from_utf8_lossy(word).contains(blamed));
    let context = [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    let word = context.into_iter().find_map(|kind| match error.get(kind) {
        Some(ContextValue::String(word)) if is_among(word) => Some(word.clone()),
        _ => None,
    });
    let text = error.render().to_string();
    Mistake { word, text: text.trim_start_matches("error: ").trim_end().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(line: &str) -> Intent {
        let commands = TerminalCommands::new(Journal::default(), ConnectionOptions::default(), FileOptions::default());
        commands.intent(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_asks_and_what_is_agreed_to_needs_no_question() {
        let change = |effect, is_agreed, names_server| Intent::Change { effect, is_agreed, names_server };
        for (line, expected) in [
            ("leases state=active", Intent::Browse),
            ("export --format csv", Intent::Browse),
            ("host show web1", Intent::Ask),
            ("host remove --help", Intent::Ask),
            ("check", Intent::Ask),
            ("raw open host name=str:x", Intent::Ask),
            ("host add web1 --mac 02:00:00:00:00:01", change(Effect::Changes, false, false)),
            ("host add web1 --mac 02:00:00:00:00:01 --peer first", change(Effect::Changes, false, true)),
            ("host remove web1", change(Effect::Removes, false, false)),
            ("host remove web1 --yes", change(Effect::Removes, true, false)),
            ("host remove -qn web1", change(Effect::Removes, true, false)),
            ("host remove -- -n", change(Effect::Removes, false, false)),
            ("failover set-state x partner-down", change(Effect::Removes, false, false)),
            ("control shutdown --yes", change(Effect::ShutsDown, true, false)),
            ("raw update control --set state=int:2", change(Effect::ShutsDown, false, false)),
        ] {
            assert_eq!(intent(line), expected, "{line}");
        }
        assert!(
            matches!(intent("leases --outptu json"), Intent::Wrong(Mistake { word: Some(word), .. }) if word == "--outptu")
        );
    }
}
