//! The shell's own commands.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::commands::live::Way;
use crate::render::text::visible_line;
use crate::shell::print;
use crate::shown::ShowPath as _;

use super::super::diagnosis::Diagnosis;
use super::super::help;
use zeroize::Zeroizing;

use super::super::session::{Reopened, Session};
use super::super::tokens::Redirection;
use super::super::words::SETTINGS;
use super::{MAX_DEPTH, Outcome, Recording, Shell};
use crate::commands::browse::files::expanded;
use crate::shell::script::byte_order_mark;
use crate::shell::secrets::is_key;

/// The largest file that is run, in bytes.
const MAX_FILE: u64 = 64 << 20;

impl Shell {
    /// Carries a line out that is one of the shell's own; `None` where it is not.
    pub(super) fn own(
        &mut self,
        first: &str,
        words: &[String],
        line: &str,
        to: Option<Redirection<'_>>,
    ) -> Option<Outcome> {
        let rest: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        Some(match (first, rest.as_slice()) {
            ("help" | "?", _) => {
                let commands = std::rc::Rc::clone(&self.scene.borrow().commands);
                match help::about(&words[1..], &*commands) {
                    Ok(text) => self.shown(text.as_bytes(), to),
                    Err(why) => self.failed(&why),
                }
            }
            ("show", []) if self.session.interpreter.object().is_some() => match to {
                None => {
                    self.show_object();
                    Outcome::Done
                }
                Some(_) => self.shown(self.object_text().as_bytes(), to),
            },
            ("show", ["raw"]) if self.session.interpreter.object().is_some() => {
                let mut text = Vec::new();
                print::status(&self.session.interpreter, print::Names::Escaped, &mut text);
                if to.is_none() {
                    text = super::harmless(&String::from_utf8_lossy(&text)).into_bytes();
                }
                self.shown(&text, to)
            }
            ("show", [] | ["raw"]) => self.failed("there is no object; new begins one, such as new host"),
            ("undo", _) if to.is_some() => self.failed("undo asks and tells, and cannot be sent on"),
            ("undo", []) => self.undo(false),
            ("undo", ["--yes"]) => self.undo(true),
            ("changes", []) => {
                let lines = self.session.journal.lines();
                let text: String =
                    lines.iter().enumerate().map(|(at, line)| format!("{:>3}  {line}\n", at + 1)).collect();
                match text.is_empty() {
                    true => {
                        self.complain("This session has written nothing that stands.");
                        self.shown(b"", to)
                    }
                    false => self.shown(visible_lines(&text).as_bytes(), to),
                }
            }
            ("changes", ["--script"]) => self.shown(&self.session.journal.script(Way::Forward), to),
            ("changes", ["--reverse"]) => self.shown(&self.session.journal.script(Way::Backward), to),
            ("source", [path]) => self.source(path),
            ("record", ["off"]) => self.end_record(),
            ("record", [path]) => self.begin_record(path),
            ("history", _) => {
                let wanted = rest.join(" ");
                let lines = self.reader.history().map(|history| history.lines().to_vec()).unwrap_or_default();
                let found = lines.iter().filter(|line| line.contains(&wanted));
                let text: String = found.map(|line| visible_line(line.as_bytes()) + "\n").collect();
                self.shown(text.as_bytes(), to)
            }
            ("alias", []) => {
                let text: String = self
                    .aliases
                    .iter()
                    .map(|(name, meaning)| format!("alias {name}={}\n", visible_line(meaning.as_bytes())))
                    .collect();
                self.shown(text.as_bytes(), to)
            }
            ("alias", _) => self.alias(line),
            ("unalias", [name]) => match self.aliases.remove(*name) {
                Some(_) => Outcome::Done,
                None => self.failed(&format!("there is no alias {name}")),
            },
            ("set", []) => self.shown(self.settings.lines().as_bytes(), to),
            ("set", [name, rest @ ..]) if is_setting(name, rest) => match rest {
                [value] => match self.settings.set(name, value) {
                    Ok(()) => Outcome::Done,
                    Err(why) => self.failed(&why),
                },
                _ => self.failed(&format!("expected a value: set {name} {}", values_of(name))),
            },
            ("key", [name]) if *name != "\"" => self.ask_key(name),
            ("show" | "undo" | "changes" | "source" | "record" | "unalias", _) => {
                let usage = super::super::words::find(first).map_or("", |verb| verb.usage);
                let column = super::tokens::words(line).get(1).map_or(line.len() + 1, |token| token.span.start);
                let text = format!("expected: {}", format!("{first} {usage}").trim());
                self.mistake(line, &Diagnosis { column: Some(column), text })
            }
            _ => return None,
        })
    }

    fn shown(&mut self, text: &[u8], to: Option<Redirection<'_>>) -> Outcome {
        if self.show(text, to) { Outcome::Done } else { Outcome::Failed }
    }

    pub(super) fn help(&mut self, words: &[String]) -> Outcome {
        let commands = std::rc::Rc::clone(&self.scene.borrow().commands);
        match help::about(words, &*commands) {
            Ok(text) => self.shown(text.as_bytes(), None),
            Err(why) => self.failed(&why),
        }
    }

    fn failed(&mut self, why: &str) -> Outcome {
        self.complain(why);
        Outcome::Failed
    }

    fn undo(&mut self, is_said: bool) -> Outcome {
        let Some(steps) = self.session.journal.reverse_of_last() else {
            return self.failed("there is nothing to undo: this session has written nothing that stands");
        };
        for step in &steps {
            self.say(&format!("undo: {}", visible_line(step.as_bytes())));
        }
        if self.settings.confirm && !is_said && !self.reader.ask("Do it?") {
            self.say("Nothing was undone.");
            return Outcome::Failed;
        }
        let options = self.session.client_options().clone();
        match self.session.journal.take_back_last(&options) {
            Ok(remarks) => {
                self.say("Undone.");
                remarks.iter().for_each(|remark| self.complain(remark));
                self.note_in_record("undo");
                self.look_again();
                Outcome::Done
            }
            Err(failure) => {
                failure.text().iter().for_each(|line| self.complain(line));
                let is_stuck = failure.kind != crate::commands::live::Kind::Connection;
                let may_ask = self.settings.confirm && !is_said;
                if is_stuck
                    && may_ask
                    && self.reader.ask("Leave it as it is, so that what was written before it can be undone?")
                {
                    self.session.journal.leave_last();
                    self.say("It is left as it is; undo goes on with the write before it.");
                }
                Outcome::Failed
            }
        }
    }

    /// The object may be another one after an undo.
    fn look_again(&mut self) {
        if !self.session.is_open() {
            return;
        }
        let name = self.title_now();
        let has_unsent = self.session.has_unsent();
        match self.session.reopen() {
            Ok(Reopened::Gone) if has_unsent => {
                self.say(&format!("{name} is not on the server any longer; what was set here is kept."));
            }
            Ok(Reopened::Gone) => {
                self.say(&format!("{name} is not on the server any longer, and is closed here."));
                self.session.interpreter.run(b"close", &mut || {});
                self.session.forget_object();
            }
            Ok(_) => self.show_object(),
            Err(failure) => self.complain(&super::sentence(&failure)),
        }
    }

    fn source(&mut self, path: &str) -> Outcome {
        if self.depth >= MAX_DEPTH {
            return self.failed(&format!("files that run files go {MAX_DEPTH} deep and no deeper"));
        }
        match read_lines(&expanded(path)) {
            Ok(lines) => {
                self.depth += 1;
                let outcome = self.run_many(&lines, Some(path));
                self.depth -= 1;
                outcome
            }
            Err(error) => self.failed(&format!("cannot read {path}: {error}")),
        }
    }

    /// Runs the lines of the user's own file.
    pub(super) fn run_startup_file(&mut self) -> bool {
        let Some(path) = dirs::config_dir().map(|folder| folder.join("omsh/rc")) else { return false };
        match read_lines(&path) {
            Ok(lines) => {
                self.depth += 1;
                let outcome = self.run_many(&lines, Some(&path.to_string_lossy()));
                self.depth -= 1;
                return outcome == Outcome::Leave;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.complain(&format!("cannot read {}: {error}", path.shown())),
        }
        false
    }

    fn alias(&mut self, line: &str) -> Outcome {
        let text = line.trim_start()["alias".len()..].trim();
        let Some((name, meaning)) = text.split_once('=') else {
            return match self.aliases.get(text) {
                Some(meaning) => {
                    self.say(&format!("alias {text}={meaning}"));
                    Outcome::Done
                }
                None => self.failed(&format!("there is no alias {text}; alias NAME=WORDS makes one")),
            };
        };
        let (name, meaning) = (name.trim().to_ascii_lowercase(), meaning.trim());
        let meaning = meaning.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(meaning);
        let meaning = meaning.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')).unwrap_or(meaning);
        let is_word = !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_".contains(sign));
        if !is_word || meaning.is_empty() {
            return self.failed("expected: alias NAME=WORDS, with letters, digits, - and _ in the name");
        }
        let is_taken = super::super::words::find(&name).is_some() || self.scene.borrow().is_command(&name);
        if is_taken {
            return self.failed(&format!("{name} is a command, and stays one; give the alias another name"));
        }
        self.aliases.insert(name, meaning.to_owned());
        Outcome::Done
    }

    fn ask_key(&mut self, name: &str) -> Outcome {
        let is_word = !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(sign));
        if !is_word {
            return self.failed("expected: key NAME [SECRET], with letters, digits, -, _ and . in the name");
        }
        if self.origin == super::Origin::Elsewhere {
            return self.failed("a key without its secret has to be typed by hand: key NAME asks for it");
        }
        let Some(secret) = self.reader.secret(&format!("Secret of {name}: ")) else {
            return self.failed("no secret, and no other key than before");
        };
        let secret = secret.trim();
        if secret.is_empty() {
            return self.failed("no secret, and no other key than before");
        }
        let line = Zeroizing::new(format!("key {name} {secret}"));
        let parsed = self.session.interpreter.parse(line.as_bytes());
        match parsed.warnings.is_empty() && parsed.complaint.is_none() {
            true => {
                self.session.interpreter.run(line.as_bytes(), &mut || {});
                self.say(&format!("connect uses the key {name}."));
                self.note_in_record(&format!("key {name} SECRET"));
                Outcome::Done
            }
            false => self.failed("the secret is not base64, as it stands in dhcpd.conf; no other key than before"),
        }
    }

    // Recording.

    fn begin_record(&mut self, path: &str) -> Outcome {
        if let Some(recording) = &self.recording {
            let path = recording.path.clone();
            return self.failed(&format!("lines are recorded in {path} already; record off ends that"));
        }
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(expanded(path)) {
            Ok(file) => {
                self.recording = Some(Recording { file, path: path.to_owned(), count: 0 });
                if let Some(server) = self.session.server.clone()
                    && self.session.interpreter.is_connected()
                {
                    let key = server.key.as_ref().map(|key| visible_line(key.value.name()));
                    let mut head = format!("server {}\nport {}\n", server.host.value, server.port.value);
                    if let Some(key) = key {
                        head += &format!("# key {key} SECRET\n");
                    }
                    self.write_record(&format!("{head}connect\n"));
                }
                self.say(&format!("Lines that work are written into {path}."));
                Outcome::Done
            }
            Err(error) => self.failed(&format!("cannot make {path}: {error}")),
        }
    }

    fn end_record(&mut self) -> Outcome {
        match self.recording.take() {
            Some(Recording { path, count, .. }) => {
                self.say(&format!("{path} has {count} lines."));
                Outcome::Done
            }
            None => self.failed("no lines are recorded; record FILE begins that"),
        }
    }

    /// Records a line that worked.
    pub(super) fn record(&mut self, line: &str, is_done: bool) -> Outcome {
        if !is_done {
            return Outcome::Failed;
        }
        // Whatever worked has a secret only where it is a key.
        match is_key(line) {
            true => {
                let mut words = line.split_whitespace();
                let is_plain = words.next().is_some_and(|first| first.eq_ignore_ascii_case("key"));
                let name = words.next().filter(|_| is_plain).unwrap_or("NAME");
                self.note_in_record(&format!("key {name} SECRET"));
            }
            false => self.write_record(&format!("{}\n", line.trim())),
        }
        Outcome::Done
    }

    fn note_in_record(&mut self, note: &str) {
        self.write_record(&format!("# {note}\n"));
    }

    fn write_record(&mut self, text: &str) {
        let Some(recording) = &mut self.recording else { return };
        recording.count += text.lines().count();
        if let Err(error) = recording.file.write_all(text.as_bytes()) {
            let path = recording.path.clone();
            self.recording = None;
            self.complain(&format!("{path} cannot be written, and lines are recorded no longer: {error}"));
        }
    }
}

/// The conf and the lease file that commands would use, as far as they are there.
pub(super) fn files(session: &Session) -> Vec<String> {
    use crate::commands::browse::files::{Kind, ThisMachine, locate};
    use crate::commands::browse::lease_file_of;
    let Some(files) = session.files_here() else { return Vec::new() };
    let found = [locate(Kind::Conf, &files, None, &ThisMachine).ok(), lease_file_of(&files, None).ok()];
    found.into_iter().flatten().filter(|path| path.exists()).map(|path| shortened(&path)).collect()
}

/// A path with `~` for the home directory.
fn shortened(path: &Path) -> String {
    let below_home = dirs::home_dir().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    below_home.map_or_else(|| path.shown().to_string(), |rest| format!("~/{}", rest.shown()))
}

fn read_lines(path: &Path) -> std::io::Result<Zeroizing<Vec<String>>> {
    // A pipe that nobody writes to is not waited for.
    let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    // Room for all of it, so that no copy of a key line is left behind where it grew.
    let size = file.metadata().map_or(0, |metadata| metadata.len()).min(MAX_FILE);
    let mut text = Zeroizing::new(Vec::with_capacity(size as usize + 1));
    file.take(MAX_FILE + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(std::io::Error::other(format!("it has more than {} MiB; omsh -f runs it", MAX_FILE >> 20)));
    }
    if let Some(mark) = byte_order_mark(&text) {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, mark));
    }
    let lines = text.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut lines: Vec<String> = lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    Ok(Zeroizing::new(lines))
}

fn visible_lines(text: &str) -> String {
    text.lines().map(|line| visible_line(line.as_bytes()) + "\n").collect()
}

/// Whether `set` is about a setting of the shell and no attribute.
fn is_setting(name: &str, rest: &[&str]) -> bool {
    let is_attribute = rest.first().is_some_and(|next| next.starts_with('=')) || name.contains('=');
    !is_attribute && SETTINGS.iter().any(|setting| setting.name == name)
}

fn values_of(name: &str) -> String {
    let known = SETTINGS.iter().find(|setting| setting.name == name);
    known.map(|known| known.values.join(" | ")).unwrap_or_default()
}
