//! Lines in, and what becomes of each.
//!
//! - `own`: the shell's own commands; `commands`: those of the command line, and of the system;
//! - `objects`: omshell's language; `show`: what is shown.

mod commands;
mod objects;
mod own;
mod show;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::rc::Rc;

use unicode_width::UnicodeWidthStr;

use crate::commands::connection::{Said, Settings as ConnectionSettings};
use crate::render::text::{visible, visible_line};
use crate::shell::interpreter::{Cause, Failure};
use crate::shell::print;

use super::diagnosis::Diagnosis;
use super::input::{Input, Reader};
use super::patience::Person;
use super::scene::Scene;
use super::session::Session;
use super::settings::Settings;
use super::tokens::{self, Redirection, split_redirection};
use super::words;
use crate::shell::secrets::{has_secret, looks_secret};

/// How deep files may run files.
const MAX_DEPTH: usize = 8;

/// What a line came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was done.
    Done,
    /// It was not.
    Failed,
    /// The shell is to be left.
    Leave,
}

/// Where a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// It stands on the screen, behind the prompt.
    Typed {
        /// The prompt's width.
        prompt: usize,
    },
    /// A file, or a paste.
    Elsewhere,
}

/// An interactive shell.
pub(super) struct Shell {
    session: Session,
    reader: Reader,
    scene: Rc<RefCell<Scene>>,
    person: Person,
    settings: Settings,
    aliases: BTreeMap<String, String>,
    recording: Option<Recording>,
    depth: usize,
    /// Where the line that is run stands.
    origin: Origin,
}

/// A file that gets the lines that worked.
struct Recording {
    file: File,
    path: String,
    count: usize,
}

impl Shell {
    pub(super) fn new(session: Session, reader: Reader, scene: Rc<RefCell<Scene>>, person: Person) -> Shell {
        let (color, hints) = (scene.borrow().has_color, scene.borrow().has_hints);
        let settings = Settings { confirm: true, pager: reader.has_editor(), color, hints, local: false };
        let aliases = BTreeMap::new();
        let origin = Origin::Elsewhere;
        Shell { session, reader, scene, person, settings, aliases, recording: None, depth: 0, origin }
    }

    /// Connects, if it is known to what, and says so in a line.
    ///
    /// Returns whether the shell is to be left, because the startup file says so.
    pub(super) fn begin(&mut self, version: &str, remarks: Vec<String>) -> bool {
        for remark in remarks {
            self.complain(&remark);
        }
        match self.session.aim() {
            Err(error) => self.say(&format!("omsh {version}: not connected: {error:#}")),
            Ok(settings) => {
                if let Some(remark) = &settings.remark {
                    self.complain(remark);
                }
                let is_known = settings.servers.first().is_some_and(|server| {
                    use crate::commands::connection::Origin::Default;
                    server.host.origin != Default || server.port.origin != Default || server.key.is_some()
                });
                match is_known {
                    true => self.connect_at_start(version, &settings),
                    false => self.say(&format!("omsh {version}: not connected; connect goes to 127.0.0.1 port 7911")),
                }
            }
        }
        let help = if self.reader.has_editor() { "Tab completes, help explains" } else { "help explains" };
        self.say(&format!("{help}, Ctrl-D leaves."));
        self.run_startup_file()
    }

    fn connect_at_start(&mut self, version: &str, settings: &ConnectionSettings) {
        let report = self.session.interpreter.run(b"connect", &mut || {});
        let mut parts = Vec::new();
        for server in &settings.servers {
            parts.push(server.name());
        }
        let mut line = format!("omsh {version}: {}", parts.join(" and "));
        if let Some(Said { value: key, .. }) = settings.servers.first().and_then(|server| server.key.as_ref()) {
            let algorithm =
                key.algorithm().map_or_else(|| visible(key.algorithm_name()), |known| known.name().to_owned());
            line += &format!(", key {} ({algorithm})", visible(key.name()));
        } else {
            line += ", no key";
        }
        for path in own::files(&self.session) {
            line += &format!(", {path}");
        }
        self.say(&line);
        if settings.servers.len() > 1 {
            self.say("One-shot commands change both servers; omshell's commands are for the first.");
        }
        if let Some(failure) = &report.failure {
            self.complain(&format!("{}; connect tries again", sentence(failure)));
        }
    }

    pub(super) fn run_to_end(&mut self) {
        loop {
            self.person.takes_interrupt();
            if self.session.interpreter.has_lost_connection() {
                let server = self.connected_server();
                self.say(&format!("The connection to {server} is lost; the next command connects again."));
            }
            self.set_scene();
            let news = self.reader.history().map(super::history::History::read_news);
            if let Some(Err(error)) = news {
                self.complain(&format!("the history cannot be read: {error}"));
            }
            let prompt = self.person.readable(&self.session.prompt()).into_owned();
            match self.reader.line(&prompt) {
                Ok(Input::Line(text)) => {
                    if self.take(&text, &prompt) == Outcome::Leave {
                        return;
                    }
                }
                Ok(Input::Dropped) => self.say("^C"),
                Ok(Input::NoText) => self.complain("what was typed there is no UTF-8; the line is dropped"),
                Ok(Input::End) => {
                    if self.may_leave() {
                        return;
                    }
                }
                // The terminal is gone.
                Err(_) => return,
            }
        }
    }

    /// A line, or several that were pasted.
    fn take(&mut self, text: &str, prompt: &str) -> Outcome {
        let mut lines: VecDeque<&str> = text.split(['\n', '\r']).collect();
        while lines.back().is_some_and(|line| line.trim().is_empty()) && lines.len() > 1 {
            lines.pop_back();
        }
        if lines.len() == 1 {
            let line = lines[0];
            self.keep(line);
            self.origin = Origin::Typed { prompt: prompt.width() };
            return self.run_line(line);
        }
        self.run_many(&lines.into_iter().map(str::to_owned).collect::<Vec<_>>(), None)
    }

    /// Lines of a file, or of a paste: up to the first that fails.
    fn run_many(&mut self, lines: &[String], file: Option<&str>) -> Outcome {
        let before = self.origin;
        for (at, line) in lines.iter().enumerate() {
            if self.person.takes_interrupt() {
                self.complain(&format!("interrupted: {}", remaining(file, at, lines.len())));
                self.origin = before;
                return Outcome::Failed;
            }
            if file.is_none() {
                let shown = if has_secret(line) { "key [secret]".into() } else { visible_line(line.as_bytes()) };
                self.say(&format!("{}{shown}", self.session.prompt()));
                self.keep(line);
            }
            self.origin = Origin::Elsewhere;
            match self.run_line(line) {
                Outcome::Done => {}
                Outcome::Leave => return Outcome::Leave,
                Outcome::Failed => {
                    self.complain(&remaining(file, at + 1, lines.len()));
                    self.origin = before;
                    return Outcome::Failed;
                }
            }
        }
        self.origin = before;
        Outcome::Done
    }

    /// Keeps a line in the history, unless there may be a secret in it.
    fn keep(&mut self, line: &str) {
        if has_secret(line) || has_secret(&self.expanded(line)) || self.may_be_secret(line) {
            return;
        }
        if let Some(Err(error)) = self.reader.history().map(|history| history.keep(line)) {
            self.complain(&format!("the line cannot be kept in the history: {error}"));
        }
    }

    /// Whether a line may be a secret, or have one in it, that came before it was asked for: no command begins so, and
    /// a word of it could be base64 of some length.
    fn may_be_secret(&self, line: &str) -> bool {
        let first = line.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let is_known = first.starts_with(['!', '#', '?'])
            || words::find(&first).is_some()
            || self.aliases.contains_key(&first)
            || self.scene.borrow().is_command(&first);
        !is_known && looks_secret(line)
    }

    /// The line with an alias in its place.
    fn expanded(&self, line: &str) -> String {
        let trimmed = line.trim_start();
        let end = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
        match self.aliases.get(&trimmed[..end].to_ascii_lowercase()) {
            Some(meaning) => format!("{meaning}{}", &trimmed[end..]),
            None => line.to_owned(),
        }
    }

    /// Carries one line out.
    fn run_line(&mut self, line: &str) -> Outcome {
        let expanded = self.expanded(line);
        if expanded != line {
            self.origin = Origin::Elsewhere;
        }
        let line = expanded.as_str();
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Outcome::Done;
        }
        if let Some(command) = trimmed.strip_prefix('!') {
            return self.system(command.trim());
        }
        let (command, to) = split_redirection(line);
        let missing = match to {
            Some(Redirection::Pipe("")) => Some("expected a command behind |"),
            Some(Redirection::File { path: "", .. }) => Some("expected a file's name behind >"),
            _ => None,
        };
        if let Some(text) = missing {
            return self.mistake(line, &Diagnosis { column: Some(line.trim_end().len() + 1), text: text.to_owned() });
        }
        let words: Vec<String> =
            tokens::words(command).iter().map(|token| tokens::unquoted(token.text(command))).collect();
        let Some(first) = words.first().map(|first| first.to_ascii_lowercase()) else { return Outcome::Done };
        if let Some(outcome) = self.own(&first, &words, line, to) {
            return outcome;
        }
        if self.scene.borrow().is_command(&first) {
            return self.command(&first, words, command, line, to);
        }
        self.omshell(line)
    }

    fn may_leave(&mut self) -> bool {
        self.is_fine_to_lose("Leave all the same?")
    }

    fn may_forget(&mut self) -> bool {
        self.is_fine_to_lose("Forget them?")
    }

    fn is_fine_to_lose(&mut self, question: &str) -> bool {
        if !self.session.has_unsent() || !self.settings.confirm {
            return true;
        }
        let name = self.title_now();
        self.reader.ask(&format!("{name} has changes that were not sent. {question}"))
    }
}

/// `remove --yes`, which is ours, without it.
fn without_yes(line: &str) -> (&str, bool) {
    let all: Vec<&str> = line.split_whitespace().collect();
    match all.as_slice() {
        [verb, "--yes"] if verb.eq_ignore_ascii_case("remove") => (verb, true),
        _ => (line, false),
    }
}

/// Text whose control characters do nothing to the terminal.
pub(super) fn harmless(text: &str) -> String {
    text.split('\n').map(|line| visible_line(line.as_bytes())).collect::<Vec<_>>().join("\n")
}

/// What became of the lines behind the one that failed.
fn remaining(file: Option<&str>, done: usize, all: usize) -> String {
    let place = file.map(|file| format!("{file}: ")).unwrap_or_default();
    match all - done {
        0 => format!("{place}stopped at line {done}, the last one"),
        1 => format!("{place}stopped at line {done} of {all}; 1 line was not run"),
        rest => format!("{place}stopped at line {done} of {all}; {rest} lines were not run"),
    }
}

/// A failure as a sentence.
fn sentence(failure: &Failure) -> String {
    let what = print::attempt(failure.action);
    match &failure.cause {
        Cause::Refused(code) => format!("{what}: {}", print::refusal(*code, failure.is_of_class)),
        Cause::Client { server, error } => format!("{what}: {server}: {error}"),
        Cause::LostBefore => format!("{what}: there is no connection any more"),
        Cause::NotConnected => "not connected".to_owned(),
    }
}
