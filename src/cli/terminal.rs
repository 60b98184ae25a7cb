//! The commands of the command line for the interactive shell.

use std::cell::RefCell;
use std::io::Write;
use std::sync::OnceLock;
use std::time::Instant;

use clap::Command;
use clap::error::{ContextKind, ContextValue};

use crate::commands::browse::FileOptions;
use crate::commands::connection::ConnectionOptions;
use crate::commands::live::Journal;
use crate::repl::commands::{Commands, Kind, Mistake, Offer};
use crate::shell::{ExitStatus, ShellConnection, Verbs};

use super::{CommandVerbs, browse, complete, live, setup};

/// Verbs that remove what a type of object's command is about, or do worse.
const REMOVING: [&str; 3] = ["remove", "shutdown", "set-state"];

/// Verbs that only ask.
const ASKING: [&str; 3] = ["show", "open", "refresh"];

/// The commands of the command line.
#[derive(Debug)]
pub struct TerminalCommands {
    verbs: RefCell<CommandVerbs>,
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
        let verbs = RefCell::new(verbs);
        TerminalCommands { verbs, files, refreshes: false, definition: OnceLock::new() }
    }

    /// The same; candidates that take long to find are gathered in the background, by another process of this program.
    pub fn with_refresh(self) -> Self {
        TerminalCommands { refreshes: true, ..self }
    }

    fn definition(&self) -> &Command {
        self.definition.get_or_init(|| {
            let all = live::commands().into_iter().chain(browse::commands()).chain(setup::commands());
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

    fn check(&self, words: &[String]) -> Option<Mistake> {
        let command = self.definition().clone().no_binary_name(true);
        let error = command.try_get_matches_from(words).err().filter(clap::Error::use_stderr)?;
        let context = [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
        let word = context.into_iter().find_map(|kind| match error.get(kind) {
            Some(ContextValue::String(word)) if words.iter().any(|known| known.contains(word.as_str())) => {
                Some(word.clone())
            }
            _ => None,
        });
        let text = error.render().to_string();
        Some(Mistake { word, text: text.trim_start_matches("error: ").trim_end().to_owned() })
    }

    fn kind(&self, words: &[String]) -> Kind {
        let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
        match word(0) {
            name if browse::NAMES.contains(&name) => Kind::Browse,
            name if !live::NAMES.contains(&name) => Kind::Ask,
            _ if REMOVING.contains(&word(1)) => Kind::Remove,
            // A state of the server itself: the only one that it takes is the one of being shut down.
            "raw" if !ASKING.contains(&word(1)) && words[1..].iter().any(|word| word == "control") => Kind::Remove,
            _ if ASKING.contains(&word(1)) || word(1).is_empty() || word(1).starts_with('-') => Kind::Ask,
            _ => Kind::Write,
        }
    }

    fn run(
        &self,
        words: &[Vec<u8>],
        connection: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus {
        self.verbs.borrow_mut().run(words, connection, out, err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_known_to_ask_to_write_or_to_remove() {
        let commands = TerminalCommands::new(Journal::default(), ConnectionOptions::default(), FileOptions::default());
        let of = |kind: Kind| {
            let is_one = |verb: &&&str| {
                let words: Vec<String> = verb.split(' ').map(str::to_owned).collect();
                commands.kind(&words) == kind
            };
            live::VERBS.iter().filter(is_one).copied().collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            of(Kind::Remove),
            "host remove, group remove, subclass remove, failover set-state, control shutdown, raw remove"
        );
        assert_eq!(
            of(Kind::Ask),
            "host show, lease show, group show, class show, subclass show, failover show, raw open, raw refresh"
        );
    }
}
