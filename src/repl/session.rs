//! What the shell knows between two lines: the connection, the object, what was written.

use crate::commands::browse::FileOptions;
use crate::commands::connection::{ConnectionOptions, ServerSettings, Settings};
use crate::commands::live::{Journal, ShellWrite, WriteKind, untold};
use crate::omapi::NamedValue;
use crate::omapi::client::Options;
use crate::render::text::visible;
use crate::schema::object_type;
use crate::shell::interpreter::{Action, Cause, Failure, Told};
use crate::shell::object::Object;
use crate::shell::{ConnectionState, Interpreter, ShellConnection};

use super::readable::title;

/// Attributes and their values; nothing is null.
pub type Pairs = Told;

/// The connection and the object.
#[derive(Debug)]
pub struct Session {
    /// omshell's state.
    pub interpreter: Interpreter,
    /// What was written.
    pub journal: Journal,
    /// What the command line says of the connection.
    pub options: ConnectionOptions,
    /// The server's files, as far as the command line says where they are.
    pub files: FileOptions,
    /// The server that is connected to.
    pub server: Option<ServerSettings>,
    client_options: Options,
    /// What lines had said when the connection was made.
    said: Option<ShellConnection>,
    known: Known,
    /// What the files tell of an object that is about to be removed, and the server does not.
    untold: Option<Pairs>,
}

/// What is known of the object beside what it shows.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The server has it.
    is_open: bool,
    /// By what it is found again.
    key: Pairs,
    /// What the server said of it last.
    told: Pairs,
    /// A write of it whose outcome nobody knows.
    uncertain: Option<WriteKind>,
    /// What that write was to bring: more may have been set since.
    asked: Pairs,
}

/// What has become of the object on a new connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reopened {
    /// There is no object, or the server never had it.
    Nothing,
    /// It is open again.
    Open,
    /// It is open again, and a write whose outcome was not known had reached the server.
    Arrived(WriteKind),
    /// A write whose outcome was not known is not there, as far as the server tells.
    Missing(WriteKind),
    /// The server has no such object.
    Gone,
}

impl Session {
    /// A session that is not connected.
    pub fn new(options: ConnectionOptions, files: FileOptions, client_options: Options) -> Session {
        Session {
            interpreter: Interpreter::new(client_options.clone()).with_full_names(),
            journal: Journal::default(),
            options,
            files,
            server: None,
            client_options,
            said: None,
            known: Known::default(),
            untold: None,
        }
    }

    /// Whether an update would give a host what dhcpd does not take away from it again.
    pub fn adds_for_good(&self) -> bool {
        let is_host = self.interpreter.object().is_some_and(|object| object.object_type() == b"host");
        let is_new = |name: &[u8]| self.known.told.iter().all(|(known, _)| known != name);
        is_host && self.unsent().iter().any(|(name, value)| value.is_some() && name != b"ip-address" && is_new(name))
    }

    /// Looks into the server's files for what an undo of a removal needs and the server does not tell.
    pub fn learn_untold(&mut self) {
        self.untold = None;
        let name = self.known.told.iter().find(|(name, _)| name == b"name").and_then(|(_, value)| value.clone());
        if let (Some(object), Some(name), Some(files)) = (self.interpreter.object(), name, self.files_here()) {
            self.untold = untold(&files, &String::from_utf8_lossy(object.object_type()), &name);
        }
    }

    /// How servers are talked to.
    pub fn client_options(&self) -> &Options {
        &self.client_options
    }

    /// The settings by the rule of all commands, with what lines have said.
    ///
    /// # Errors
    ///
    /// One of them cannot be used.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        Settings::of_shell(&self.options, &self.files, &self.said())
    }

    /// What lines have said of the server that is connected to: what they say of another one counts from the next
    /// `connect` on, for commands as well.
    pub fn said(&self) -> ShellConnection {
        let now = self.interpreter.said();
        match (&self.said, self.interpreter.is_connected()) {
            (Some(said), true) => ShellConnection { options: now.options, ..said.clone() },
            _ => now,
        }
    }

    /// The server's files, where they can be read here.
    pub fn files_here(&self) -> Option<FileOptions> {
        let settings = self.settings().ok()?;
        let mut files = self.files.clone();
        files.profile = settings.profile.map(|named| named.profile).unwrap_or_default();
        self.server.as_ref()?.has_files_here(&files).then_some(files)
    }

    /// Finds out where `connect` is to go, for the next one.
    ///
    /// # Errors
    ///
    /// A setting cannot be used.
    pub fn aim(&mut self) -> anyhow::Result<Settings> {
        let said = self.interpreter.said();
        let settings = Settings::of_shell(&self.options, &self.files, &said)?;
        self.said = Some(said);
        self.client_options.timeout = settings.timeout.value;
        self.interpreter.set_timeout(settings.timeout.value);
        self.interpreter.set_wait(settings.wait.as_ref().map(|wait| wait.value));
        if let Some(server) = settings.servers.first() {
            self.interpreter.set_defaults(server.as_said());
            self.server = Some(server.clone());
        }
        Ok(settings)
    }

    /// Connects again to the server that was connected to.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn connect_again(&mut self) -> Result<(), Failure> {
        match &self.server {
            Some(ServerSettings { host, port, key, .. }) => {
                self.interpreter.connect_to(&host.value, port.value, key.as_ref().map(|key| key.value.clone()))
            }
            None => Err(Failure::new(Action::Connect, Cause::LostBefore)),
        }
    }

    /// Whether a host that is open is still the one of its name.
    ///
    /// # Errors
    ///
    /// The server could not be asked.
    pub fn is_the_same(&mut self) -> Result<bool, Failure> {
        let is_host = self.interpreter.object().is_some_and(|object| object.object_type() == b"host");
        if !is_host || !self.known.is_open {
            return Ok(true);
        }
        let key = self.known.key.clone();
        let key: Vec<NamedValue<'_>> =
            key.iter().map(|(name, value)| NamedValue { name, value: value.as_deref() }).collect();
        match self.interpreter.is_the_same(&key) {
            Err(Failure { cause: Cause::Refused(_), .. }) => Ok(false),
            outcome => outcome,
        }
    }

    /// Whether the object has changes that were not sent.
    pub fn has_unsent(&self) -> bool {
        !self.unsent().is_empty()
    }

    /// The changes that were not sent.
    fn unsent(&self) -> Pairs {
        self.interpreter.object().map(|object| owned(&object.changes())).unwrap_or_default()
    }

    /// The names of attributes that differ from what the server said last.
    pub fn changed(&self) -> Vec<Vec<u8>> {
        let Some(object) = self.interpreter.object() else { return Vec::new() };
        let is_changed = |name: &[u8], value: Option<&Vec<u8>>| {
            let told = self.known.told.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_ref());
            told != value
        };
        let all = object.attributes().iter();
        let changed = all.filter(|one| is_changed(&one.name, one.value.as_ref().map(|value| &value.bytes)));
        changed.map(|one| one.name.clone()).collect()
    }

    /// What the prompt shows.
    pub fn prompt(&self) -> String {
        let mut prompt = "omsh".to_owned();
        let server = self.server.as_ref().map(|server| {
            let host = visible(server.host.value.as_bytes());
            if server.port.value == 7911 { host } else { format!("{host}:{}", server.port.value) }
        });
        match (self.interpreter.connection(), server) {
            (ConnectionState::Open(_), Some(server)) => prompt += &format!(" {server}"),
            (ConnectionState::Lost(_), Some(server)) => prompt += &format!(" {server} (lost)"),
            _ => {}
        }
        if let Some(object) = self.interpreter.object() {
            prompt += &format!(" {}{}", shortened(&title(object)), if self.has_unsent() { "*" } else { "" });
        }
        prompt + "> "
    }

    /// An object was begun or forgotten.
    pub fn forget_object(&mut self) {
        self.known = Known::default();
    }

    /// Whether the server has the object.
    pub fn is_open(&self) -> bool {
        self.known.is_open
    }

    /// A write whose outcome nobody knows.
    pub fn uncertain(&self) -> Option<WriteKind> {
        self.known.uncertain
    }

    /// The outcome is known, or somebody takes it on.
    pub fn settle(&mut self) {
        self.known.uncertain = None;
    }

    /// Takes in that a request about the object has succeeded, which was a write or else has brought the object.
    /// `before` is the object before it.
    pub fn succeeded(&mut self, write: Option<WriteKind>, line: &str, before: &Object) {
        let sent = owned(&before.changes());
        self.known.uncertain = None;
        if let Some(kind) = write {
            self.keep(kind, line, before, &sent);
        }
        match write {
            Some(WriteKind::Remove) => self.forget_object(),
            Some(WriteKind::Update) => {
                for (name, value) in &sent {
                    put(&mut self.known.told, name, value.clone());
                }
                self.interpreter.sent(&sent);
            }
            Some(WriteKind::Create) | None => {
                self.known.is_open = true;
                self.known.told = self.interpreter.object().map(values).unwrap_or_default();
                self.known.key = self.interpreter.object().map(key).unwrap_or_default();
            }
        }
    }

    /// Keeps a write in the journal.
    fn keep(&self, kind: WriteKind, line: &str, object: &Object, sent: &Pairs) {
        let Some(server) = &self.server else { return };
        let object_type = String::from_utf8_lossy(object.object_type()).into_owned();
        let key = if kind == WriteKind::Create { key(object) } else { self.known.key.clone() };
        let told = |name: &[u8]| self.known.told.iter().find(|(known, _)| known == name);
        let (sent, before): (Pairs, Pairs) = match kind {
            WriteKind::Create => (sent.clone(), Vec::new()),
            WriteKind::Update => {
                let before =
                    sent.iter().map(|(name, _)| (name.clone(), told(name).and_then(|(_, value)| value.clone())));
                (sent.clone(), before.collect())
            }
            WriteKind::Remove => (Vec::new(), self.known.told.clone()),
        };
        if kind == WriteKind::Update && sent.is_empty() {
            return;
        }
        self.journal.keep_write(
            line,
            server,
            ShellWrite {
                kind,
                object_type: &object_type,
                key: &key,
                sent: &sent,
                before: &before,
                told: &self.known.told,
                untold: self.untold.as_ref(),
            },
        );
    }

    /// Takes in that a request about the object has failed. Returns whether nobody knows the outcome of a write.
    pub fn failed(&mut self, failure: &Failure, write: Option<WriteKind>) -> bool {
        let is_lost = matches!(&failure.cause, Cause::Client { error, .. }
            if !matches!(error, crate::omapi::ClientError::UnusableKey(_)));
        if is_lost && write.is_some() {
            self.known.uncertain = write;
            self.known.asked = self.unsent();
        }
        is_lost && write.is_some()
    }

    /// Opens the object again on a new connection, and finds out what has become of it.
    ///
    /// # Errors
    ///
    /// The server could not be asked.
    pub fn reopen(&mut self) -> Result<Reopened, Failure> {
        let Some(object) = self.interpreter.object() else { return Ok(Reopened::Nothing) };
        let uncertain = self.known.uncertain;
        if !self.known.is_open && uncertain != Some(WriteKind::Create) {
            return Ok(Reopened::Nothing);
        }
        let by = if self.known.is_open { self.known.key.clone() } else { key(object) };
        let wanted = self.unsent();
        let before = object.clone();
        let borrowed: Vec<NamedValue<'_>> =
            by.iter().map(|(name, value)| NamedValue { name, value: value.as_deref() }).collect();
        let kept: Vec<&[u8]> = wanted.iter().map(|(name, _)| name.as_slice()).collect();
        match self.interpreter.reopen(&borrowed, &kept) {
            Ok(told) => {
                self.known.is_open = true;
                self.known.key = by;
                let arrived = self.known.asked.iter().all(|(name, value)| {
                    let now = told.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_ref());
                    same(now, value.as_ref())
                });
                let outcome = match uncertain {
                    Some(kind @ (WriteKind::Create | WriteKind::Update)) if arrived => {
                        let asked = std::mem::take(&mut self.known.asked);
                        self.keep(kind, kind.name(), &before, &asked);
                        self.interpreter.sent(&asked);
                        self.known.uncertain = None;
                        Reopened::Arrived(kind)
                    }
                    Some(kind) => Reopened::Missing(kind),
                    None => Reopened::Open,
                };
                self.known.told = told;
                Ok(outcome)
            }
            Err(Failure { cause: Cause::Refused(_), .. }) => {
                let outcome = match uncertain {
                    Some(WriteKind::Remove) => {
                        self.keep(WriteKind::Remove, WriteKind::Remove.name(), &before, &Vec::new());
                        Reopened::Arrived(WriteKind::Remove)
                    }
                    Some(WriteKind::Create) => return Ok(Reopened::Missing(WriteKind::Create)),
                    _ => {
                        // `create` sends all of it.
                        self.interpreter.outlive();
                        self.known = Known::default();
                        Reopened::Gone
                    }
                };
                self.known.is_open = false;
                self.known.uncertain = None;
                Ok(outcome)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Whether two values are the same. A number has four bytes where it is sent, and may have one where it is told.
fn same(now: Option<&Vec<u8>>, wanted: Option<&Vec<u8>>) -> bool {
    match (now.map(Vec::as_slice), wanted.map(Vec::as_slice)) {
        (Some([now]), Some([0, 0, 0, wanted])) => now == wanted,
        (now, wanted) => now == wanted,
    }
}

fn owned(pairs: &[NamedValue<'_>]) -> Pairs {
    pairs.iter().map(|pair| (pair.name.to_vec(), pair.value.map(<[u8]>::to_vec))).collect()
}

fn put(pairs: &mut Pairs, name: &[u8], value: Option<Vec<u8>>) {
    match pairs.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = value,
        None => pairs.push((name.to_vec(), value)),
    }
}

fn values(object: &Object) -> Pairs {
    let with_bytes =
        |one: &crate::shell::object::Attribute| (one.name.clone(), one.value.as_ref().map(|value| value.bytes.clone()));
    object.attributes().iter().map(with_bytes).collect()
}

/// By what the object is found again: the best key of its type that it has, or else what was set.
fn key(object: &Object) -> Pairs {
    let all = values(object);
    let known = object_type(object.object_type());
    let has = |name: &str| {
        all.iter()
            .find(|(known, value)| known == name.as_bytes() && value.as_ref().is_some_and(|value| !value.is_empty()))
    };
    let best =
        known.into_iter().flat_map(|known| known.keys).find(|names| names.iter().all(|name| has(name).is_some()));
    match best {
        Some(names) => names.iter().filter_map(|name| has(name).cloned()).collect(),
        None => owned(&object.changes()),
    }
}

/// The longest title in a prompt.
const MAX_TITLE: usize = 32;

fn shortened(title: &str) -> String {
    match title.chars().count() > MAX_TITLE {
        true => title.chars().take(MAX_TITLE - 1).chain(['…']).collect(),
        false => title.to_owned(),
    }
}
