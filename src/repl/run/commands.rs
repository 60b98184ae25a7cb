//! One-shot and browsing commands, and commands of the system.

use std::rc::Rc;

use super::super::commands::Kind;
use super::super::diagnosis::Diagnosis;
use super::super::tokens::{self, Redirection};
use super::{Outcome, SHUTDOWN, Shell};

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
        let kind = commands.kind(&words);
        if kind == Kind::Browse {
            if let Some(mistake) = commands.check(&words) {
                let column = mistake.word.and_then(|word| line.find(&word));
                return self.mistake(line, &Diagnosis { column, text: mistake.text });
            }
            return self.browse(&words, command, to);
        }
        if matches!(kind, Kind::Write | Kind::Remove) && !self.is_agreed(&mut words, kind) {
            return Outcome::Failed;
        }
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let (status, first_write) = {
            let mut connection = self.session.said();
            connection.is_redirected = to.is_some();
            let first_write = self.session.journal.len();
            let bytes: Vec<Vec<u8>> = words.iter().map(|word| word.clone().into_bytes()).collect();
            (commands.run(&bytes, &connection, &mut out, &mut err), first_write)
        };
        self.session.journal.name_from(first_write, command.trim());
        let shown = self.show(&out, to);
        self.tell_errors(&err, line);
        if status.code() != 0 {
            return Outcome::Failed;
        }
        self.record(command, shown)
    }

    /// Whether a write is to be made, which asks first where that is due. `--yes` is taken away.
    pub(super) fn is_agreed(&mut self, words: &mut Vec<String>, kind: Kind) -> bool {
        // What stands behind -- is no option.
        let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
        let operands = words.split_off(end);
        let is_said = words.iter().any(|word| word == "--yes");
        // Letters may stand together.
        let has_letter = |word: &str, letter: char| {
            word.strip_prefix('-').is_some_and(|letters| !letters.starts_with('-') && letters.contains(letter))
        };
        let is_dry = words.iter().any(|word| {
            matches!(word.as_str(), "--dry-run" | "--help") || has_letter(word, 'n') || has_letter(word, 'h')
        });
        words.retain(|word| word != "--yes");
        let several = self.session.settings().is_ok_and(|settings| settings.servers.len() > 1)
            && !words.iter().any(|word| word.starts_with("--server") || word.starts_with("--peer"));
        words.extend(operands);
        let is_control = words.first().is_some_and(|first| first == "control");
        let is_shutdown = is_control || words[0] == "raw" && words.iter().any(|word| word == "control");
        let asks = self.settings.confirm && !is_said && !is_dry && (kind == Kind::Remove || several);
        if asks {
            // What would go, as the command itself tells it.
            let mut trial: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
            trial.retain(|word| word != b"--quiet" && word != b"-q");
            for word in trial.iter_mut().filter(|word| has_letter(&String::from_utf8_lossy(word), 'q')) {
                word.retain(|letter| *letter != b'q');
            }
            trial.insert(2.min(trial.len()), b"--dry-run".to_vec());
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let connection = self.session.said();
            let commands = Rc::clone(&self.scene.borrow().commands);
            let status = commands.run(&trial, &connection, &mut out, &mut err);
            let shown = self.show(&out, None);
            self.tell_errors(&err, &words.join(" "));
            if status.code() != 0 || !shown {
                return false;
            }
            let question = match (is_shutdown, kind) {
                (true, _) => SHUTDOWN,
                (_, Kind::Remove) => "Remove it?",
                _ => "Do it on both servers?",
            };
            if !self.reader.ask(question) {
                self.say("Nothing was changed.");
                return false;
            }
        }
        if is_control {
            words.push("--yes".to_owned());
        }
        true
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
