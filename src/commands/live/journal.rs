//! What was written, with what was there before, so that it can be told as a script and taken back.

use std::cell::RefCell;
use std::rc::Rc;

use crate::commands::browse::{FileOptions, recorded_group, recorded_hosts};
use crate::commands::connection::ServerSettings;
use crate::dhcpd::statements::Statement;
use crate::omapi::Attributes;
use crate::omapi::client::Options;
use crate::render::text::visible;
use crate::shell::command::Command;
use crate::shell::interpreter::Told;

use super::change::{Edit, TakenBack, named};
use super::failure::{Failure, Kind};
use super::group::HARMLESS;
use super::host::{are_written_amiss, as_written};
use super::server::Server;
use super::values::{is_printable, omshell_value};

/// One command's edits, in the order in which they were made, each on its server.
#[derive(Clone, Debug)]
pub struct Written {
    /// The command, as it was typed or would have been.
    pub line: String,
    edits: Vec<Kept>,
}

/// An edit that was made.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// On which server.
    pub(super) server: ServerSettings,
    /// What was done.
    pub(super) edit: Edit,
    /// How it is taken back.
    pub(super) way_back: WayBack,
}

/// How an edit is taken back.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WayBack {
    /// By the edit that does the opposite.
    Opposite,
    /// The object is made anew, as it was: dhcpd takes away nothing of what it was given.
    Anew(Attributes),
    /// It would have to be made anew, and it is not known how it was.
    Unknown,
}

impl WayBack {
    /// That of an edit, with the object as it was, if that is known.
    pub(super) fn of(edit: &Edit, was: Option<Attributes>) -> WayBack {
        match (edit.lasts(), was) {
            (false, _) => WayBack::Opposite,
            (true, Some(was)) => WayBack::Anew(was),
            (true, None) => WayBack::Unknown,
        }
    }
}

/// What was written and stands, the last one last. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Journal(Rc<RefCell<Vec<Written>>>);

/// Which way a script goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Does all of it again.
    Forward,
    /// Takes all of it back.
    Backward,
}

impl Journal {
    /// Keeps what a command wrote.
    pub(super) fn keep(&self, edits: Vec<Kept>) {
        if !edits.is_empty() {
            self.0.borrow_mut().push(Written { line: String::new(), edits });
        }
    }

    /// Keeps a write of one object.
    pub fn keep_write(&self, line: &str, server: &ServerSettings, write: Write<'_>) {
        let edit = write.edit();
        let was = write.untold.map(|untold| {
            let mut was = Attributes::new();
            write.told.iter().chain(untold).for_each(|(name, value)| was.put(name, value.clone()));
            was
        });
        let way_back = WayBack::of(&edit, was);
        let kept = Kept { server: server.clone(), edit, way_back };
        self.0.borrow_mut().push(Written { line: line.to_owned(), edits: vec![kept] });
    }

    /// How many writes stand.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether none stands.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Names the writes from that one on by the line that made them.
    pub fn name_from(&self, first: usize, line: &str) {
        self.0.borrow_mut().iter_mut().skip(first).for_each(|written| line.clone_into(&mut written.line));
    }

    /// The writes in words, the first one first.
    pub fn lines(&self) -> Vec<String> {
        let several = self.servers().len() > 1;
        let describe = |kept: &Kept| match several {
            true => format!("{} on {}", does(&kept.edit), kept.server.name()),
            false => does(&kept.edit),
        };
        let line = |written: &Written| {
            let edits: Vec<String> = written.edits.iter().map(describe).collect();
            format!("{}  ({})", edits.join(", "), written.line)
        };
        self.0.borrow().iter().map(line).collect()
    }

    /// What taking the last write back would do, in words; `None` where nothing stands.
    pub fn reverse_of_last(&self) -> Option<Vec<String>> {
        let journal = self.0.borrow();
        let edits = journal.last()?.edits.iter().rev();
        Some(edits.map(|kept| format!("{} on {}", undoes(kept), kept.server.name())).collect())
    }

    /// Takes the last write back, and returns what could not be brought back with it.
    ///
    /// # Errors
    ///
    /// The server refused or was not there. What was taken back before that stays so, and the rest stands.
    pub fn take_back_last(&self, options: &Options) -> Result<Vec<String>, Failure> {
        let Some(mut written) = self.0.borrow_mut().pop() else { return Ok(Vec::new()) };
        let mut remarks = Vec::new();
        let mut is_begun = false;
        while let Some(kept) = written.edits.pop() {
            let edit = &kept.edit;
            let outcome = Server::connect(&kept.server, options).and_then(|mut server| {
                if !edit.stands(&mut server)? {
                    if edit.is_undone(&mut server)? {
                        return Ok(TakenBack::Before);
                    }
                    let (object_type, key) = edit.key();
                    let why = format!(
                        "{} is not as this session left it on {}: somebody else has changed it since, or the server did not keep it",
                        named(object_type, key),
                        server.name()
                    );
                    return Err(Failure::new(Kind::Conflict, why).advise("`refresh`, or the command's show, tells what it is now"));
                }
                match &kept.way_back {
                    WayBack::Opposite => edit.take_back(&mut server),
                    WayBack::Anew(was) => edit.make_anew(&mut server, was),
                    WayBack::Unknown => {
                        let (object_type, key) = edit.key();
                        let object = named(object_type, key);
                        let why = format!(
                            "{object} would have to be made anew, and its group and its statements are not known: dhcpd does \
                             not tell them"
                        );
                        Err(Failure::new(Kind::Conflict, why).advise("say where the server's files are with --conf and --leases"))
                    }
                }
            });
            match outcome {
                Ok(TakenBack::Now) => {
                    is_begun = true;
                    if let Edit::Remove { object_type, key, unknown: Some(unknown), .. } = edit {
                        remarks.push(format!(
                            "{} is there again, but without {unknown}, if it had any",
                            named(object_type, key)
                        ));
                    }
                }
                Ok(TakenBack::Before) => {
                    let (object_type, key) = edit.key();
                    remarks.push(format!("{} was as before already", named(object_type, key)));
                }
                Err(failure) => {
                    written.edits.push(kept);
                    if is_begun {
                        written.line.push_str(" (half taken back)");
                    }
                    self.0.borrow_mut().push(written);
                    return Err(failure);
                }
            }
        }
        Ok(remarks)
    }

    /// Forgets the last write, which stays as it is.
    pub fn leave_last(&self) {
        self.0.borrow_mut().pop();
    }

    fn servers(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.0.borrow().iter().flat_map(|written| &written.edits).map(|kept| kept.server.name()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// All of it as a script of omshell's, without the key.
    pub fn script(&self, way: Way) -> Vec<u8> {
        let journal = self.0.borrow();
        let mut edits: Vec<&Kept> = journal.iter().flat_map(|written| &written.edits).collect();
        if way == Way::Backward {
            edits.reverse();
        }
        let mut script = Script { text: Vec::new(), server: String::new() };
        for kept in edits {
            script.connect(&kept.server);
            match (&kept.way_back, way) {
                (WayBack::Anew(was), Way::Backward) => script.make_anew(&kept.edit, was),
                (WayBack::Unknown, Way::Backward) => {
                    let (object_type, key) = kept.edit.key();
                    let object = named(object_type, key);
                    script.line(&format!(
                        "# {object}: its group and its statements are not known, so that it stays as it is"
                    ));
                }
                _ => script.edit(&kept.edit, way),
            }
        }
        script.text
    }
}

/// A write of the shell's own object.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// What was done.
    pub kind: WriteKind,
    /// The object's type.
    pub object_type: &'a str,
    /// By what it is found again.
    pub key: &'a Told,
    /// What was sent.
    pub sent: &'a Told,
    /// What was there before.
    pub before: &'a Told,
    /// All that the server told of it before.
    pub told: &'a Told,
    /// What its server does not tell of it, if that is known.
    pub untold: Option<&'a Told>,
}

/// What a server does not tell of an object: a host's group and statements, a group's statements. They are in its files;
/// `None` where these do not tell it either, or where the lease file cannot keep the statements.
pub fn untold(files: &FileOptions, object_type: &str, name: &[u8]) -> Option<Told> {
    let kept = |statements: &[Statement]| {
        let text = as_written(statements);
        (!are_written_amiss(&text)).then(|| text.into_bytes())
    };
    let mut all = Told::new();
    let mut put = |name: &str, value: Vec<u8>| {
        if !value.is_empty() {
            all.push((name.as_bytes().to_vec(), Some(value)));
        }
    };
    match object_type {
        "host" => {
            let hosts = recorded_hosts(files, &|reservation| reservation.host.name == name).ok()?;
            let host = hosts.last()?;
            put("group", host.group.clone().unwrap_or_default());
            put("statements", kept(&host.statements)?);
        }
        "group" => put("statements", kept(&recorded_group(files, name).ok()??)?),
        _ => {}
    }
    Some(all)
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// Made an object.
    Create,
    /// Changed one.
    Update,
    /// Removed one.
    Remove,
}

impl WriteKind {
    /// The write that a command of omshell's makes, if it makes one.
    pub fn of(command: &Command) -> Option<WriteKind> {
        match command {
            Command::Create => Some(WriteKind::Create),
            Command::Update => Some(WriteKind::Update),
            Command::Remove => Some(WriteKind::Remove),
            _ => None,
        }
    }

    /// omshell's command.
    pub fn name(self) -> &'static str {
        match self {
            WriteKind::Create => "create",
            WriteKind::Update => "update",
            WriteKind::Remove => "remove",
        }
    }
}

impl Write<'_> {
    fn edit(&self) -> Edit {
        let attributes = |pairs: &Told| {
            let mut all = Attributes::new();
            pairs.iter().for_each(|(name, value)| all.put(name, value.clone()));
            all
        };
        let (object_type, key) = (self.object_type.to_owned(), attributes(self.key));
        match self.kind {
            WriteKind::Create => Edit::Create { object_type, key, attributes: attributes(self.sent) },
            WriteKind::Update => Edit::Update {
                object_type,
                key,
                handle: 0,
                attributes: attributes(self.sent),
                before: attributes(self.before),
            },
            WriteKind::Remove => {
                let mut before = attributes(self.before);
                self.untold.into_iter().flatten().for_each(|(name, value)| before.put(name, value.clone()));
                if object_type == "group" && before.get("statements").is_none() {
                    before.put(b"statements", Some(HARMLESS.into()));
                }
                let unknown = match object_type.as_str() {
                    "host" => Some("its group and its statements"),
                    "group" => Some("its statements"),
                    _ => None,
                };
                let unknown = unknown.filter(|_| self.untold.is_none());
                Edit::Remove { object_type, key, handle: 0, before, unknown }
            }
        }
    }
}

fn does(edit: &Edit) -> String {
    let (object_type, key) = edit.key();
    match edit {
        Edit::Create { .. } => format!("add {}", named(object_type, key)),
        Edit::Update { attributes, .. } => format!("change {}: {}", named(object_type, key), names(attributes)),
        Edit::Remove { .. } => format!("remove {}", named(object_type, key)),
    }
}

fn undoes(kept: &Kept) -> String {
    let (object_type, key) = kept.edit.key();
    let object = named(object_type, key);
    match &kept.edit {
        _ if kept.way_back == WayBack::Unknown => format!("make {object} anew"),
        Edit::Update { attributes, .. } if let WayBack::Anew(was) = &kept.way_back => {
            let is_gone = |name: &[u8]| was.iter().all(|(known, _)| known != name);
            let gone: Vec<String> =
                attributes.iter().filter(|(name, _)| is_gone(name)).map(|(name, _)| visible(name)).collect();
            format!("make {object} anew without {}: {}", gone.join(" and "), in_words(was))
        }
        Edit::Create { .. } => format!("remove {object}"),
        Edit::Update { before, .. } => format!("change {object} back: {}", in_words(before)),
        Edit::Remove { before, .. } => format!("add {object}: {}", in_words(before)),
    }
}

/// Attributes with their values.
fn in_words(attributes: &Attributes) -> String {
    let one = |(name, value): (&[u8], Option<&[u8]>)| {
        let name = visible(name);
        match value {
            Some(value) => {
                let is_text = value.iter().any(|byte| matches!(byte, b'"' | b'\\')) && value.iter().all(is_printable);
                let value = if is_text { format!("'{}'", visible(value)) } else { omshell_value(&name, value) };
                format!("{name} = {value}")
            }
            None => format!("{name} is emptied"),
        }
    };
    attributes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn names(attributes: &Attributes) -> String {
    attributes.iter().map(|(name, _)| visible(name)).collect::<Vec<_>>().join(", ")
}

/// omshell's lines.
struct Script {
    text: Vec<u8>,
    server: String,
}

impl Script {
    fn line(&mut self, words: &str) {
        self.text.extend_from_slice(words.as_bytes());
        self.text.push(b'\n');
    }

    fn connect(&mut self, server: &ServerSettings) {
        let name = server.name();
        if self.server == name {
            return;
        }
        if !self.server.is_empty() {
            self.line("disconnect");
        }
        self.line(&format!("server {}", server.host.value));
        self.line(&format!("port {}", server.port.value));
        if let Some(key) = &server.key {
            self.line(&format!("# key {} SECRET", visible(key.value.name())));
        }
        self.line("connect");
        self.server = name;
    }

    fn edit(&mut self, edit: &Edit, way: Way) {
        let (object_type, key) = edit.key();
        self.line(&format!("new {object_type}"));
        match (edit, way) {
            (Edit::Create { attributes: all, .. }, Way::Forward)
            | (Edit::Remove { before: all, .. }, Way::Backward) => {
                self.set(all);
                self.line("create");
                self.line("close");
            }
            (Edit::Update { attributes: changes, .. }, Way::Forward)
            | (Edit::Update { before: changes, .. }, Way::Backward) => {
                self.set(key);
                self.line("open");
                self.set(changes);
                self.line("update");
                self.line("close");
            }
            (Edit::Create { .. }, Way::Backward) | (Edit::Remove { .. }, Way::Forward) => {
                self.set(key);
                self.line("open");
                self.line("remove");
            }
        }
    }

    fn make_anew(&mut self, edit: &Edit, was: &Attributes) {
        let (object_type, key) = edit.key();
        self.line(&format!("new {object_type}"));
        self.set(key);
        self.line("open");
        self.line("remove");
        self.line(&format!("new {object_type}"));
        self.set(was);
        self.line("create");
        self.line("close");
    }

    fn set(&mut self, attributes: &Attributes) {
        for (name, value) in attributes.iter() {
            if !is_sayable(name) {
                // A server may call an attribute what it likes; a line of a script is not to become two.
                self.line(&format!("# {} is left out: a script cannot say its name", visible(name)));
                continue;
            }
            let name = String::from_utf8_lossy(name);
            match value {
                None | Some([]) => self.line(&format!("unset {name}")),
                Some(value) => {
                    let value = omshell_value(&name, value);
                    self.line(&format!("set {name} = {value}"));
                }
            }
        }
    }
}

/// Whether a line of a script can set an attribute of that name.
fn is_sayable(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_script_cannot_say_is_left_out() {
        let mut script = Script { text: Vec::new(), server: String::new() };
        script.set(&Attributes::new().with("name", "h").with("a\nremove", "x").with("ip-address", [10, 1, 1, 5]));
        let text = String::from_utf8(script.text).expect("text");
        assert_eq!(
            text,
            "set name = \"h\"\n# a\\nremove is left out: a script cannot say its name\nset ip-address = 10.1.1.5\n"
        );
    }
}
