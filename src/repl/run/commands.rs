//! One-shot and browsing commands, and commands of the system.

use std::rc::Rc;

use crate::commands::connection::ServerSettings;
use crate::commands::live::{Effect, shutdown_question};
use crate::shell::{ExitStatus, ShellConnection};

use super::super::commands::{Intent, Manner, Mistake};
use super::super::diagnosis::Diagnosis;
use super::super::tokens::{self, Redirection};
use super::{Outcome, Shell};

impl Shell {
    pub(super) fn command(
        &mut self,
        first: &str,
        mut words: Vec<String>,
        command: &str,
        line: &str,
        to: Option<Redirection<'_>>,
    ) -> Outcome {
        if let Some(open) = tokens::words(command).iter().find(|token| token.kind == tokens::Kind::OpenQuote) {
            let quote = command[open.span.clone()].find(['"', '\'']).unwrap_or_default();
            let text = "this quote has no other one to end it".to_owned();
            return self.mistake(line, &Diagnosis { column: Some(open.span.start + quote), text });
        }
        // A comment ends the line.
        let count = tokens::words(command).iter().filter(|token| token.kind != tokens::Kind::Comment).count();
        words.truncate(count);
        first.clone_into(&mut words[0]);
        let commands = Rc::clone(&self.scene.borrow().commands);
        let manner = match commands.intent(&words) {
            Intent::Wrong(Mistake { word, text }) => {
                let column = word.and_then(|word| line.find(&word));
                return self.mistake(line, &Diagnosis { column, text });
            }
            Intent::Browse => return self.browse(&words, command, to),
            Intent::Ask | Intent::Change { is_agreed: true, .. } => Manner::AsSaid,
            Intent::Change { effect, names_server, .. } => match self.is_agreed(&words, effect, names_server) {
                true => Manner::Agreed,
                false => return Outcome::Failed,
            },
        };
        let first_write = self.session.journal.len();
        let (status, out) = self.run_command(&words, manner, to.is_some());
        self.session.journal.name_from(first_write, command.trim());
        let shown = self.show(&out, to);
        if status.code() != 0 {
            return Outcome::Failed;
        }
        self.record(command, shown)
    }

    /// Runs a command in this process, tells what it says on stderr, and returns what it says on stdout.
    fn run_command(&mut self, words: &[String], manner: Manner, is_redirected: bool) -> (ExitStatus, Vec<u8>) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let connection = ShellConnection { is_redirected, ..self.session.said() };
        let commands = Rc::clone(&self.scene.borrow().commands);
        let status = commands.run(words, manner, &connection, &mut out, &mut err);
        let text = String::from_utf8_lossy(&err);
        if !text.is_empty() {
            self.complain(text.trim_end_matches('\n'));
        }
        (status, out)
    }

    /// Whether a change is to be made: asks first where that is due, with what would come of it.
    fn is_agreed(&mut self, words: &[String], effect: Effect, names_server: bool) -> bool {
        let servers = self.session.settings().map(|settings| settings.servers).unwrap_or_default();
        let is_for_two = !names_server && servers.len() > 1;
        let question = match effect {
            Effect::ShutsDown => {
                let names: Vec<String> = servers.iter().map(ServerSettings::name).collect();
                shutdown_question(&if names_server { "that server".to_owned() } else { names.join(" and ") })
            }
            Effect::Removes => "Do it?".to_owned(),
            _ if is_for_two => "Do it on both servers?".to_owned(),
            _ => return true,
        };
        if !self.settings.confirm {
            return true;
        }
        let (status, out) = self.run_command(words, Manner::TryOut, false);
        if !self.show(&out, None) || status.code() != 0 {
            return false;
        }
        let is_agreed = self.reader.ask(&question);
        if !is_agreed {
            self.say("Nothing was changed.");
        }
        is_agreed
    }

    pub(super) fn browse(&mut self, words: &[String], line: &str, to: Option<Redirection<'_>>) -> Outcome {
        let screen = self.screen();
        let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let variables = [
            ("OMSH_PROFILE", self.session.options.profile.clone()),
            ("OMSH_CONF", path(&self.session.files.conf)),
            ("OMSH_LEASES", path(&self.session.files.leases)),
        ];
        let variables: Vec<(&str, String)> =
            variables.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let is_watch =
            words[0] == "watch" && to.is_none() && !words.iter().any(|word| word == "--help" || word == "-h");
        let outcome = match is_watch {
            true => {
                self.complain("Any key stops.");
                screen.watch(words, &variables)
            }
            false => screen.run_own(words, &variables, to),
        };
        match outcome {
            Ok(Some(status)) if status.success() => self.record(line, true),
            Ok(Some(_)) => Outcome::Failed,
            Ok(None) if is_watch => Outcome::Done,
            Ok(None) => {
                self.complain("interrupted");
                Outcome::Failed
            }
            Err(error) => {
                self.complain(&error.to_string());
                Outcome::Failed
            }
        }
    }

    pub(super) fn system(&mut self, command: &str) -> Outcome {
        if command.is_empty() {
            self.complain("expected a command behind !, such as !ip address");
            return Outcome::Failed;
        }
        match self.screen().run_system(command) {
            Ok(status) if status.success() => Outcome::Done,
            Ok(status) => {
                self.complain(&format!("the command ended with {status}"));
                Outcome::Failed
            }
            Err(error) => {
                self.complain(&format!("cannot run sh: {error}"));
                Outcome::Failed
            }
        }
    }
}
