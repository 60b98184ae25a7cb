//! Lines in, and what becomes of each.

mod own;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, Write};
use std::rc::Rc;

use unicode_width::UnicodeWidthStr;

use crate::commands::connection::{Said, Settings as ConnectionSettings};
use crate::omapi::ClientError;
use crate::render::text::{visible, visible_line};
use crate::render::time::Zone;
use crate::shell::command::Command;
use crate::shell::interpreter::{Action, Cause, Failure, Report};
use crate::shell::{ConnectionState, print};

use super::commands::Kind;
use super::diagnosis::{self, Diagnosis};
use super::input::{Input, Reader};
use super::output::{self, Screen};
use super::patience::Person;
use super::readable::{Reading, title};
use super::scene::{Scene, SceneObject};
use super::session::{Reopened, Session};
use super::settings::Settings;
use super::tokens::{self, Redirection, split_redirection};

/// How deep files may run files.
const MAX_DEPTH: usize = 8;

/// What is asked before a server is shut down.
const SHUTDOWN: &str = "Shut dhcpd down? Nobody gets an address until somebody starts it again.";

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
            let algorithm = visible(key.algorithm_name()).to_ascii_lowercase();
            let algorithm = algorithm.split(".sig-alg").next().unwrap_or_default().to_owned();
            line += &format!(", key {} ({algorithm})", visible(key.name()));
        } else {
            line += ", no key";
        }
        for path in own::files(&self.session, settings) {
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
                let server = self.lost_server();
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
        if has_secret(line) || has_secret(&self.expanded(line)) {
            return;
        }
        if let Some(Err(error)) = self.reader.history().map(|history| history.keep(line)) {
            self.complain(&format!("the line cannot be kept in the history: {error}"));
        }
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

    // One-shot and browsing commands.

    fn command(
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
    fn is_agreed(&mut self, words: &mut Vec<String>, kind: Kind) -> bool {
        let is_said = words.iter().any(|word| word == "--yes");
        let is_control = words.first().is_some_and(|first| first == "control");
        let is_shutdown = is_control || words[0] == "raw" && words.iter().any(|word| word == "control");
        let is_dry = words.iter().any(|word| matches!(word.as_str(), "--dry-run" | "-n" | "--help" | "-h"));
        words.retain(|word| word != "--yes");
        let several = self.session.settings().is_ok_and(|settings| settings.servers.len() > 1)
            && !words.iter().any(|word| word.starts_with("--server") || word.starts_with("--peer"));
        let asks = self.settings.confirm && !is_said && !is_dry && (kind == Kind::Remove || several);
        if asks {
            // What would go, as the command itself tells it.
            let mut trial: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
            trial.retain(|word| !matches!(word.as_slice(), b"--quiet" | b"-q"));
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

    fn browse(&mut self, words: &[String], line: &str, to: Option<Redirection<'_>>) -> Outcome {
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

    fn system(&mut self, command: &str) -> Outcome {
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

    // omshell's language.

    fn omshell(&mut self, line: &str) -> Outcome {
        let (line, is_said) = without_yes(line);
        let parsed = self.session.interpreter.parse(line.as_bytes());
        let Some(command) = parsed.command else { return self.refuse(line, &parsed.complaint, &parsed.warnings) };
        if parsed.complaint.is_some() || !parsed.warnings.is_empty() {
            // omshell would carry out what it has understood of it. A person is told first.
            return self.refuse(line, &parsed.complaint, &parsed.warnings);
        }
        match command {
            Command::Help => self.help(&[]),
            Command::Quit => {
                if self.may_leave() {
                    Outcome::Leave
                } else {
                    Outcome::Failed
                }
            }
            Command::Connect => self.connect(line),
            Command::Close if !self.may_forget() => Outcome::Failed,
            Command::Open | Command::Create | Command::Update | Command::Refresh | Command::Remove => {
                self.request(&command, line, is_said)
            }
            command => {
                let report = self.session.interpreter.run(line.as_bytes(), &mut || {});
                if let Some(failure) = &report.failure {
                    self.complain(&sentence(failure));
                    return Outcome::Failed;
                }
                match command {
                    Command::New(_) | Command::Close => self.session.forget_object(),
                    Command::Disconnect => self.say("Disconnected."),
                    Command::Set { name, .. } | Command::Unset(name) => {
                        self.session.touch(&name);
                        self.show_attribute(&name);
                    }
                    Command::Server(_) | Command::Port(_) | Command::Key { .. } | Command::KeyAlgorithm(_)
                        if self.session.interpreter.is_connected() =>
                    {
                        self.say("That counts from the next connect on.");
                    }
                    _ => {}
                }
                self.record(line, true)
            }
        }
    }

    fn connect(&mut self, line: &str) -> Outcome {
        if let Err(error) = self.session.aim() {
            self.complain(&format!("{error:#}"));
            return Outcome::Failed;
        }
        let report = self.session.interpreter.run(line.as_bytes(), &mut || {});
        if let Some(failure) = &report.failure {
            self.complain(&sentence(failure));
            return Outcome::Failed;
        }
        let server = self.connected_server();
        self.say(&format!("Connected to {server}."));
        if !self.reopen(None) { Outcome::Failed } else { self.record(line, true) }
    }

    /// A request about the object.
    fn request(&mut self, command: &Command, line: &str, is_said: bool) -> Outcome {
        if !self.is_connected_again(Some(command)) {
            return Outcome::Failed;
        }
        // It may have gone with what was uncertain about it.
        let Some(before) = self.session.interpreter.object().cloned() else { return Outcome::Done };
        if self.session.uncertain().is_none() && !self.session.has_unsent() && matches!(command, Command::Update) {
            self.say("Nothing has changed since the last update.");
            return Outcome::Done;
        }
        let name = title(&before);
        if *command_kind(command) == *"remove" && self.settings.confirm && !is_said {
            self.show_object();
            let server = self.connected_server();
            if !self.reader.ask(&format!("Remove {name} from {server}?")) {
                self.say("Nothing was removed.");
                return Outcome::Failed;
            }
        }
        let is_shutdown = before.object_type() == b"control" && matches!(command, Command::Update);
        if is_shutdown && self.settings.confirm && !self.reader.ask(SHUTDOWN) {
            self.say("Nothing was sent.");
            return Outcome::Failed;
        }
        if matches!(command, Command::Remove) || matches!(command, Command::Update) && self.session.adds_for_good() {
            self.session.learn_untold();
        }
        if matches!(command, Command::Refresh) && self.session.is_open() {
            return self.refresh(&before, line);
        }
        let told_before = self.session.changed();
        let report = self.session.interpreter.run(line.as_bytes(), &mut || {});
        self.took(command, line, &before, &told_before, &report)
    }

    /// Asks for the object anew. What was set and not sent stays set.
    fn refresh(&mut self, before: &crate::shell::object::Object, line: &str) -> Outcome {
        let has_unsent = self.session.has_unsent();
        match self.session.reopen() {
            Ok(Reopened::Gone) => {
                self.complain(&format!("{} is not on the server any longer", title(before)));
                Outcome::Failed
            }
            Ok(_) if has_unsent => {
                self.show_object();
                self.say("What is marked was set here and is not sent.");
                self.record(line, true)
            }
            Ok(_) => {
                self.show_differences(Some(before));
                self.record(line, true)
            }
            Err(failure) => {
                self.complain(&sentence(&failure));
                Outcome::Failed
            }
        }
    }

    fn took(
        &mut self,
        command: &Command,
        line: &str,
        before: &crate::shell::object::Object,
        changed: &[Vec<u8>],
        report: &Report,
    ) -> Outcome {
        let name = title(before);
        if let Some(Failure { cause: Cause::Client { error: ClientError::Closed, .. }, .. }) = &report.failure
            && before.object_type() == b"control"
            && matches!(command, Command::Update)
        {
            self.say("The server has closed the connection, as one does that shuts down.");
            self.session.interpreter.run(b"close", &mut || {});
            self.session.forget_object();
            return self.record(line, true);
        }
        if let Some(failure) = &report.failure {
            let is_uncertain = self.session.failed(failure, line);
            self.complain(&sentence(failure));
            if is_uncertain {
                self.complain(&format!(
                    "It is not known whether the {} of {name} has reached the server; the next command finds out.",
                    command_kind(command)
                ));
            }
            return Outcome::Failed;
        }
        let action = match command {
            Command::Update => Action::Update,
            Command::Refresh => Action::Refresh,
            Command::Remove => Action::Remove,
            _ => Action::Open,
        };
        let old = self.session.interpreter.object().map(|_| before.clone());
        self.session.succeeded(action, line, Some(before));
        match command {
            Command::Create => {
                self.say(&format!("Made {}.", self.title_now()));
                self.show_object();
            }
            Command::Update => {
                self.say(&format!("Changed {name}."));
                self.show_where(|_| true, |name| changed.iter().any(|known| known == name));
            }
            Command::Remove => self.say(&format!("Removed {name}.")),
            Command::Refresh => self.show_differences(old.as_ref()),
            _ => self.show_object(),
        }
        self.record(line, true)
    }

    /// Makes a lost connection anew, and opens the object again. `false` when that failed, or when somebody has second
    /// thoughts about a write.
    fn is_connected_again(&mut self, command: Option<&Command>) -> bool {
        let is_found_out = self.session.interpreter.has_lost_connection();
        if !is_found_out && !matches!(self.session.interpreter.connection(), ConnectionState::Lost(_)) {
            return self.is_still_wanted(command);
        }
        if let Err(failure) = self.session.connect_again() {
            self.complain(&sentence(&failure));
            return false;
        }
        let server = self.connected_server();
        self.say(&format!("Connected again to {server}."));
        self.reopen(command)
    }

    /// Opens the object again on a new connection. `false` when the command is not to be run.
    fn reopen(&mut self, command: Option<&Command>) -> bool {
        let name = self.title_now();
        match self.session.reopen() {
            Ok(Reopened::Nothing) => true,
            Ok(Reopened::Open) => {
                self.say(&format!("Opened {name} again."));
                true
            }
            Ok(Reopened::Arrived(action)) => {
                self.say(&format!("The {} of {name} had reached the server.", action_name(action)));
                if action == Action::Remove {
                    self.session.interpreter.run(b"close", &mut || {});
                    self.session.forget_object();
                }
                // What was asked for is done.
                command.is_none_or(|command| action_name(action) != command_kind(command))
            }
            Ok(Reopened::Missing(action)) => {
                self.say(&format!(
                    "The {} of {name} has not reached the server, as far as it tells.",
                    action_name(action)
                ));
                self.is_still_wanted(command)
            }
            Ok(Reopened::Gone) => {
                self.complain(&format!(
                    "{name} is not on the server any longer; what was set here is kept: create makes it anew, close forgets it"
                ));
                matches!(command, Some(Command::Create | Command::Open))
            }
            Err(failure) => {
                self.complain(&sentence(&failure));
                false
            }
        }
    }

    /// A write whose outcome is not known is not repeated without a question.
    fn is_still_wanted(&mut self, command: Option<&Command>) -> bool {
        let (Some(uncertain), Some(command)) = (self.session.uncertain(), command) else { return true };
        if action_name(uncertain) == command_kind(command) {
            let name = self.title_now();
            if !self.reader.ask(&format!("Send the {} of {name} once more?", action_name(uncertain))) {
                self.say("Nothing was sent.");
                return false;
            }
        }
        self.session.settle();
        true
    }

    /// What is wrong with a line.
    fn refuse(
        &mut self,
        line: &str,
        complaint: &Option<crate::shell::Complaint>,
        warnings: &[crate::dhcpd::syntax::Warning],
    ) -> Outcome {
        let is_unknown = |warning: &crate::dhcpd::syntax::Warning| warning.text.starts_with(b"unknown token");
        let is_octet = |warning: &crate::dhcpd::syntax::Warning| warning.text.starts_with(b"dotted octet");
        let has_open_quote = tokens::tokens(line).iter().any(|token| token.kind == tokens::Kind::OpenQuote);
        let diagnosis = match (warnings.first(), complaint) {
            _ if has_open_quote => diagnosis::complaint(line, &crate::shell::Complaint::OpenQuote(0)),
            (Some(warning), _) if is_octet(warning) => diagnosis::wrong_octet(line),
            (Some(warning), _) if is_unknown(warning) => diagnosis::unknown_verb(line, &self.scene.borrow()),
            (Some(warning), _) if warning.text.starts_with(b"Bogus number") => {
                diagnosis::complaint(line, &crate::shell::Complaint::InvalidValue { usage: false })
            }
            (_, Some(complaint)) => diagnosis::complaint(line, complaint),
            (Some(warning), None) => {
                Diagnosis { column: Some(warning.column), text: visible_line(warning.text.trim_ascii()) }
            }
            (None, None) => return Outcome::Done,
        };
        self.mistake(line, &diagnosis)
    }

    fn mistake(&mut self, line: &str, diagnosis: &Diagnosis) -> Outcome {
        if has_secret(line) {
            // Nothing of the line is shown again.
            self.complain(diagnosis.text.split(':').next().unwrap_or_default());
            return Outcome::Failed;
        }
        let prompt = match self.origin {
            Origin::Typed { prompt } if self.reader.has_editor() => prompt,
            _ => 0,
        };
        let text = diagnosis::shown(diagnosis, line, prompt, output::size().0);
        self.complain(text.trim_end_matches('\n'));
        Outcome::Failed
    }

    /// What a command said on stderr; where it blames a word, that is pointed at.
    fn tell_errors(&mut self, err: &[u8], line: &str) {
        let text = String::from_utf8_lossy(err);
        if text.starts_with("error: ")
            && let Some(word) = text.split('\'').nth(1)
            && let Some(column) = line.find(word)
        {
            let rest = text.trim_start_matches("error: ").trim_end();
            self.mistake(line, &Diagnosis { column: Some(column), text: rest.to_owned() });
            return;
        }
        let _ = io::stderr().write_all(err);
    }

    // Leaving.

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

    // What is shown.

    fn screen(&self) -> Screen {
        Screen { has_pager: self.settings.pager, has_color: self.settings.color, person: self.person.clone() }
    }

    /// Shows output, and returns whether it got where it was to go.
    fn show(&mut self, text: &[u8], to: Option<Redirection<'_>>) -> bool {
        match self.screen().show(text, to) {
            Ok(()) => true,
            Err(error) => {
                self.complain(&error.to_string());
                false
            }
        }
    }

    fn say(&self, sentence: &str) {
        // Where the terminal is gone, the next line is none.
        let _ = writeln!(io::stdout(), "{}", self.person.readable(&harmless(sentence)));
    }

    fn complain(&self, sentence: &str) {
        let _ = writeln!(io::stderr(), "{}", self.person.readable(&harmless(sentence)));
    }

    fn reading(&self) -> Reading {
        let zone = if self.settings.local { Zone::of_machine() } else { Zone::Utc };
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Reading { zone, now: since.as_secs() as i64 }
    }

    fn title_now(&self) -> String {
        self.session.interpreter.object().map(title).unwrap_or_default()
    }

    /// All attributes, those that are not as the server has them marked.
    fn show_object(&self) {
        let changed = self.session.changed();
        self.show_where(|_| true, |name| changed.iter().any(|known| known == name));
    }

    fn show_attribute(&self, name: &[u8]) {
        self.show_where(|one| one == name, |_| true);
    }

    /// All attributes, those marked that differ from before.
    fn show_differences(&self, before: Option<&crate::shell::object::Object>) {
        let Some(object) = self.session.interpreter.object() else { return };
        let old = before.map(|before| before.attributes().to_vec()).unwrap_or_default();
        let differs = |name: &[u8]| {
            let bytes = |all: &[crate::shell::object::Attribute]| {
                let found = all.iter().find(|one| one.name == name);
                found.and_then(|one| one.value.as_ref().map(|value| value.bytes.clone()))
            };
            bytes(&old) != bytes(object.attributes())
        };
        self.show_where(|_| true, differs);
    }

    /// All attributes as text for others, without colours.
    fn object_text(&self) -> String {
        let Some(object) = self.session.interpreter.object() else { return String::new() };
        let (reading, changed) = (self.reading(), self.session.changed());
        let line = |one: &crate::shell::object::Attribute| {
            let mark = if changed.contains(&one.name) { "* " } else { "  " };
            format!("{mark}{}\n", reading.line(object.object_type(), one))
        };
        object.attributes().iter().map(line).collect()
    }

    fn show_where(&self, is_shown: impl Fn(&[u8]) -> bool, is_marked: impl Fn(&[u8]) -> bool) {
        let Some(object) = self.session.interpreter.object() else { return };
        let reading = self.reading();
        for attribute in object.attributes().iter().filter(|attribute| is_shown(&attribute.name)) {
            let line = reading.line(object.object_type(), attribute);
            match (is_marked(&attribute.name), self.settings.color) {
                (true, true) => {
                    let line = self.person.readable(&line).into_owned();
                    let _ = writeln!(io::stdout(), "* \x1b[1m{line}\x1b[0m");
                }
                (true, false) => self.say(&format!("* {line}")),
                (false, _) => self.say(&format!("  {line}")),
            }
        }
    }

    fn connected_server(&self) -> String {
        match self.session.interpreter.connection() {
            ConnectionState::Open(server) | ConnectionState::Lost(server) => visible_line(server.as_bytes()),
            ConnectionState::None => "the server".to_owned(),
        }
    }

    fn lost_server(&self) -> String {
        self.connected_server()
    }

    /// Copies what the editor has to know.
    fn set_scene(&mut self) {
        let object = self.session.interpreter.object().map(|object| SceneObject {
            object_type: String::from_utf8_lossy(object.object_type()).into_owned(),
            is_open: self.session.is_open(),
            attributes: object.attributes().iter().map(|one| visible(&one.name)).collect(),
        });
        let mut scene = self.scene.borrow_mut();
        scene.object = object;
        scene.server = self.session.server.as_ref().map(|server| server.host.value.clone());
        scene.aliases.clone_from(&self.aliases);
        scene.has_color = self.settings.color;
        scene.has_hints = self.settings.hints && self.settings.color;
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

/// Whether a line has, or may have, a secret in it.
fn has_secret(line: &str) -> bool {
    // `key"NAME" SECRET` is one as well, and so are lines that were copied with the prompt before them.
    let is_end = |sign: char| !sign.is_ascii_alphanumeric() && !"-_.".contains(sign);
    let is_key = |line: &str| {
        let first = line.trim_start().split(is_end).next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_behind = words.iter().rev().skip(2).any(|word| word.eq_ignore_ascii_case("key"));
        // A slip of the finger has the secret behind it all the same.
        let lower = first.to_ascii_lowercase();
        let is_other = matches!(lower.as_str(), "keygen" | "key-algorithm" | "new");
        let is_near = words.len() > 1 && (lower.starts_with("key") || strsim::osa_distance(&lower, "key") <= 1);
        first.eq_ignore_ascii_case("key") || is_near && !is_other || is_behind
    };
    let meaning = |line: &str| {
        let (_, meaning) = line.split_once('=')?;
        Some(meaning.trim_start_matches(|sign: char| sign.is_whitespace() || "\"'".contains(sign)).to_owned())
    };
    let is_alias = line.split_whitespace().next().is_some_and(|first| first.eq_ignore_ascii_case("alias"));
    is_key(line) || is_alias && meaning(line).is_some_and(|meaning| is_key(&meaning))
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
        Cause::Refused(code) => format!("{what}: {code}"),
        Cause::Client { server, error } => format!("{what}: {server}: {error}"),
        Cause::LostBefore => format!("{what}: there is no connection any more"),
        Cause::NotConnected => "not connected".to_owned(),
    }
}

fn command_kind(command: &Command) -> &'static str {
    match command {
        Command::Create => "create",
        Command::Update => "update",
        Command::Remove => "remove",
        Command::Refresh => "refresh",
        _ => "open",
    }
}

/// A write by its command's name.
fn action_name(action: Action) -> &'static str {
    match action {
        Action::Update => "update",
        Action::Remove => "remove",
        _ => "create",
    }
}
