//! Carries commands out: settings, one connection, one object.
//!
//! A connection that was lost counts as connected, as in omshell: its status goes on being shown,
//! and each request on it fails, until `connect` makes another.

use std::io::{self, Write};
use std::time::Duration;

use crate::dhcpd::syntax::Warning;
use crate::omapi::client::{Client, ClientError, Pipeline};
use crate::omapi::message::NamedValue;
use crate::omapi::{Key, Operation, Request, ResultCode, Secret};

use super::ahead::Ahead;
use super::command::{Command, Complaint};
use super::exit::ExitStatus;
use super::object::Object;
use super::output::Output;
use super::parser::{Context, Parsed, parse};
use super::verbs::{NoVerbs, Placed, ShellConnection, Verbs};

pub use crate::omapi::client::Options;

/// omshell's default port.
const DEFAULT_PORT: u16 = 7911;
/// omshell's default server.
const DEFAULT_SERVER: &[u8] = b"127.0.0.1";
/// omshell's default algorithm.
const DEFAULT_ALGORITHM: &[u8] = b"hmac-md5";

/// dhcpd 4.4.3 closes its connections 11 s after it was asked to shut down, and until then it is
/// silent.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(20);

/// What was tried and failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `connect`.
    Connect,
    /// `disconnect`.
    Disconnect,
    /// `open` and `create`.
    Open,
    /// `update`.
    Update,
    /// `refresh`.
    Refresh,
    /// `remove`.
    Remove,
}

/// Why it failed.
#[derive(Debug)]
pub enum Cause {
    /// The server refused.
    Refused(ResultCode),
    /// There is no connection, or it has just been lost.
    Client {
        /// `SERVER port PORT`.
        server: String,
        /// What happened.
        error: ClientError,
    },
    /// The connection was lost earlier.
    LostBefore,
    /// There was none, as far as `disconnect` is concerned.
    NotConnected,
}

/// A command that failed.
#[derive(Debug)]
pub struct Failure {
    /// What was tried.
    pub action: Action,
    /// Why it failed.
    pub cause: Cause,
    /// It was about a class or a subclass, which not every dhcpd has.
    pub is_of_class: bool,
}

impl Failure {
    /// One that is about no class.
    pub fn new(action: Action, cause: Cause) -> Failure {
        Failure { action, cause, is_of_class: false }
    }

    /// The code that omshell prints the text of.
    pub fn code(&self) -> ResultCode {
        use Action::{Connect, Refresh, Remove};
        match (&self.cause, self.action) {
            (Cause::Refused(code), _) => *code,
            (Cause::Client { error, .. }, Connect) => connect_code(error),
            (Cause::Client { error: ClientError::UnusableKey(_), .. }, Refresh) => ResultCode::NO_MORE,
            (Cause::Client { error: ClientError::UnusableKey(why), .. }, _) => why.code(),
            // ISC's client forgets to tell a removal, and has nothing left to wait for then.
            (Cause::Client { .. }, Remove) => ResultCode::NO_MORE,
            (Cause::Client { .. }, _) => ResultCode::CONNECTION_RESET,
            (Cause::LostBefore | Cause::NotConnected, Refresh) => ResultCode::NO_MORE,
            (Cause::LostBefore | Cause::NotConnected, _) => ResultCode::INVALID_ARGUMENT,
        }
    }

    fn exit_status(&self) -> ExitStatus {
        match &self.cause {
            Cause::Refused(code) if code.of_today() == ResultCode::NO_KEY_SPECIFIED => ExitStatus::Authentication,
            Cause::Refused(_) => ExitStatus::Refused,
            Cause::Client { error, .. } if error.is_authentication() => ExitStatus::Authentication,
            Cause::Client { .. } | Cause::LostBefore => ExitStatus::Connection,
            Cause::NotConnected => ExitStatus::Usage,
        }
    }
}

/// The code of a failed `connect`. What the system says at once comes through, and everything that
/// comes later is "no more": ISC's client has nothing left to wait for then.
fn connect_code(error: &ClientError) -> ResultCode {
    match error {
        ClientError::HostUnknown { .. } => ResultCode::HOST_UNKNOWN,
        ClientError::AuthenticatorRefused(code) => *code,
        ClientError::Connect(error) => match error.kind() {
            io::ErrorKind::NetworkUnreachable => ResultCode::NETWORK_UNREACHABLE,
            io::ErrorKind::PermissionDenied => ResultCode::PERMISSION_DENIED,
            io::ErrorKind::InvalidInput => ResultCode::INVALID_ARGUMENT,
            _ => ResultCode::NO_MORE,
        },
        _ => ResultCode::NO_MORE,
    }
}

/// What a line came to.
#[derive(Debug, Default)]
pub struct Report {
    /// Syntax warnings, in order.
    pub warnings: Vec<Warning>,
    /// What is wrong with the line, or with the rest of it.
    pub complaint: Option<Complaint>,
    /// What went wrong in carrying it out.
    pub failure: Option<Failure>,
    /// The connection was lost, and so many `create`s of later lines had been sent. What became of them is not known.
    pub in_doubt: usize,
    /// The list of commands is wanted.
    pub help: bool,
    /// The object has come from the server, by `open`, `create` or `refresh`.
    pub brought: bool,
    /// The shell is to be left.
    pub quit: bool,
    /// One of [`Verbs`] is to be run with these words: by [`Interpreter::run_verb`], which has to know
    /// where its output goes.
    pub verb: Option<Vec<Vec<u8>>>,
    /// What came of it.
    pub verb_status: ExitStatus,
}

impl Report {
    /// The exit status that this line by itself deserves.
    pub fn exit_status(&self) -> ExitStatus {
        match &self.failure {
            Some(failure) => failure.exit_status(),
            None if self.complaint.is_some() || !self.warnings.is_empty() => ExitStatus::Usage,
            None => self.verb_status,
        }
    }
}

#[derive(Debug)]
enum Connection {
    None,
    Open {
        pipeline: Box<Pipeline>,
        server: String,
    },
    Lost,
    /// Another `connect` failed. omshell goes on showing the status.
    Replaced,
}

/// Attributes as a server tells them.
pub type Told = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// What is to be believed of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState<'a> {
    /// There is none.
    None,
    /// There is one, to `SERVER port PORT`.
    Open(&'a str),
    /// There was one, to that server, or should be.
    Lost(&'a str),
}

/// omshell's state between lines.
#[derive(Debug)]
pub struct Interpreter {
    options: Options,
    /// What lines have said.
    server: Option<Vec<u8>>,
    port: Option<u16>,
    algorithm: Vec<u8>,
    key: Option<(Vec<u8>, Secret)>,
    /// What counts where lines have said nothing, before omshell's defaults.
    defaults: ShellConnection,
    /// The server that `connect` went to last.
    last_server: String,
    connection: Connection,
    object: Option<Object>,
    verbs: Box<dyn Verbs>,
    reads_ahead: bool,
    full_names: bool,
}

impl Interpreter {
    /// A shell as omshell starts it: not connected, with its defaults.
    pub fn new(options: Options) -> Self {
        Interpreter {
            options,
            server: None,
            port: None,
            algorithm: DEFAULT_ALGORITHM.to_vec(),
            key: None,
            defaults: ShellConnection::default(),
            last_server: String::new(),
            connection: Connection::None,
            object: None,
            verbs: Box::new(NoVerbs),
            reads_ahead: false,
            full_names: false,
        }
    }

    /// The same shell, for a script: [`super::dropin`] and [`super::script`] look at the lines that are there already, and
    /// several requests are under way at once. What it says and does stays the same.
    pub fn with_read_ahead(self) -> Self {
        Interpreter { reads_ahead: true, ..self }
    }

    /// The same shell, whose `key-algorithm` takes an algorithm's full name, with its dots, as well. omshell's does not.
    pub fn with_full_names(self) -> Self {
        Interpreter { full_names: true, ..self }
    }

    /// What a script's lines are looked at with before their turn: not at all without [`Interpreter::with_read_ahead`].
    pub fn ahead(&self, strict: bool) -> Ahead {
        match self.reads_ahead {
            true => Ahead::new(strict),
            false => Ahead::off(),
        }
    }

    /// The same shell with verbs beyond omshell's.
    pub fn with_verbs(self, verbs: Box<dyn Verbs>) -> Self {
        Interpreter { verbs, ..self }
    }

    /// Runs the verb that a line came to, if it came to one.
    pub fn run_verb(&mut self, report: &mut Report, output: &mut Output<impl Write, impl Write>) {
        self.run_verb_at(report, output, "");
    }

    /// The same with that before each line of what goes to stderr.
    pub fn run_verb_at(&mut self, report: &mut Report, output: &mut Output<impl Write, impl Write>, place: &str) {
        if let Some(words) = report.verb.take() {
            let (out, err) = output.direct();
            let connection = self.said();
            report.verb_status = self.verbs.run(&words, &connection, out, &mut Placed::new(err, place));
        }
    }

    /// What lines have said of the connection so far.
    pub fn said(&self) -> ShellConnection {
        let server = self.server.as_deref().map(|server| String::from_utf8_lossy(server).into_owned());
        let options = Some(self.options.clone());
        ShellConnection { server, port: self.port, key: self.key(), options, ..ShellConnection::default() }
    }

    /// Sets what counts from the next `connect` on, where lines have said nothing: server, port and key.
    pub fn set_defaults(&mut self, defaults: ShellConnection) {
        self.defaults = defaults;
    }

    /// Sets the longest wait for a connection, and for each answer, from the next `connect` on.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.options.timeout = timeout;
    }

    /// Sets how long a server that is just starting is waited for, from the next `connect` on.
    pub fn set_wait(&mut self, wait: Option<Duration>) {
        self.options.wait = wait;
    }

    /// What is to be believed of the connection.
    pub fn connection(&self) -> ConnectionState<'_> {
        match &self.connection {
            Connection::None => ConnectionState::None,
            Connection::Open { server, .. } => ConnectionState::Open(server),
            Connection::Lost | Connection::Replaced => ConnectionState::Lost(&self.last_server),
        }
    }

    /// Whether the connection that there is has just turned out to be lost, before anything was asked of it.
    pub fn has_lost_connection(&mut self) -> bool {
        let is_lost = matches!(&self.connection, Connection::Open { pipeline, .. } if !pipeline.is_open());
        if is_lost {
            self.connection = Connection::Lost;
        }
        is_lost
    }

    /// Opens the object again, which another connection knew: by these attributes, under a handle of this
    /// connection. What was set under the names `kept` stays set. Returns what the server says of it.
    ///
    /// # Errors
    ///
    /// There is no such object, or no answer.
    pub fn reopen(&mut self, key: &[NamedValue<'_>], kept: &[&[u8]]) -> Result<Told, Failure> {
        let (handle, told) = self.look_up(key)?;
        if let Some(object) = &mut self.object {
            let is_key = |name: &[u8]| key.iter().any(|pair| pair.name == name);
            let is_told = |name: &[u8]| told.iter().any(|(told, _)| told == name);
            object.merge(handle, &told, |name| kept.contains(&name));
            object.retain(|name| is_told(name) || is_key(name) || kept.contains(&name));
        }
        Ok(told)
    }

    /// Whether the object is still the one that the server finds by these attributes. dhcpd keeps an object that was
    /// removed for as long as somebody has it open, and takes changes to it that are lost.
    ///
    /// # Errors
    ///
    /// There is no such object, or no answer.
    pub fn is_the_same(&mut self, key: &[NamedValue<'_>]) -> Result<bool, Failure> {
        let (handle, _) = self.look_up(key)?;
        Ok(self.object.as_ref().is_some_and(|object| object.handle() == handle))
    }

    /// The handle and the attributes of the object of our object's type that the server finds by these attributes.
    fn look_up(&mut self, key: &[NamedValue<'_>]) -> Result<(u32, Told), Failure> {
        let failure = |cause| Failure::new(Action::Open, cause);
        let (Some(object), Connection::Open { pipeline, server }) = (&self.object, &mut self.connection) else {
            return Err(failure(Cause::LostBefore));
        };
        match pipeline.request(&Request::open(object.object_type(), key.to_vec())) {
            Ok(answer) => {
                answer.outcome().map_err(|code| failure(Cause::Refused(code)))?;
                let told = answer.object_values.into_iter();
                let told = told.map(|pair| (pair.name.to_vec(), pair.value.map(<[u8]>::to_vec))).collect();
                Ok((answer.handle, told))
            }
            Err(error) => {
                let server = std::mem::take(server);
                self.connection = Connection::Lost;
                Err(failure(Cause::Client { server, error }))
            }
        }
    }

    /// These attributes have reached the server, and are not sent once more. omshell sends them with each update, and
    /// dhcpd refuses a hardware address that a host has already.
    pub fn sent(&mut self, pairs: &Told) {
        if let Some(object) = &mut self.object {
            object.sent(pairs);
        }
    }

    /// The server has the object no longer: all of it counts as changed from now on.
    pub fn outlive(&mut self) {
        if let Some(object) = &mut self.object {
            object.outlive();
        }
    }

    /// Reads a line as [`Interpreter::run`] would, and does nothing about it.
    pub fn parse(&self, line: &[u8]) -> Parsed {
        parse(line, self.context())
    }

    fn context(&self) -> Context {
        Context {
            verbs: self.verbs.names(),
            connected: self.is_connected(),
            object: self.object.is_some(),
            full_names: self.full_names,
        }
    }

    fn key(&self) -> Option<Key> {
        self.key.as_ref().map(|(name, secret)| Key::new(name, &self.algorithm, secret))
    }

    /// Whether omshell would show a status: from `connect` to `disconnect`, lost or not.
    pub fn is_connected(&self) -> bool {
        !matches!(self.connection, Connection::None)
    }

    /// The object, if there is one.
    pub fn object(&self) -> Option<&Object> {
        self.object.as_ref()
    }

    /// Carries out one line, which ends at a newline, a NUL or its end. `before_wait` is called when
    /// that is going to take noticeable time.
    pub fn run(&mut self, line: &[u8], before_wait: &mut dyn FnMut()) -> Report {
        self.run_among(line, &[], &mut Ahead::off(), before_wait)
    }

    /// The same for a line with `rest` behind it. The next call's line has to be the first of these.
    pub fn run_among(&mut self, line: &[u8], rest: &[u8], ahead: &mut Ahead, before_wait: &mut dyn FnMut()) -> Report {
        let parsed = ahead.take(line, self.context()).unwrap_or_else(|| self.parse(line));
        let mut report = Report { warnings: parsed.warnings, complaint: parsed.complaint, ..Report::default() };
        if let Some(command) = parsed.command {
            self.execute(command, &mut report, rest, ahead, before_wait);
        }
        report
    }

    fn execute(
        &mut self,
        command: Command,
        report: &mut Report,
        rest: &[u8],
        ahead: &mut Ahead,
        before_wait: &mut dyn FnMut(),
    ) {
        let brings = matches!(command, Command::Open | Command::Create | Command::Refresh);
        match command {
            Command::Help => report.help = true,
            Command::Quit => report.quit = true,
            Command::Verb(words) => report.verb = Some(words),
            Command::Port(port) => self.port = Some(port),
            Command::Server(server) => self.server = Some(server),
            Command::KeyAlgorithm(name) => self.algorithm = name,
            Command::Key { name, secret } => self.key = Some((name, secret)),
            Command::New(object_type) => self.object = Some(Object::new(object_type)),
            Command::Close => self.object = None,
            Command::Set { name, value } => self.object_mut().set(&name, Some(value)),
            Command::Unset(name) => self.object_mut().set(&name, None),
            Command::Connect => {
                before_wait();
                report.failure = self.connect().err();
            }
            Command::Disconnect => report.failure = self.disconnect().err(),
            Command::Open | Command::Create | Command::Update | Command::Refresh | Command::Remove => {
                report.failure = self.ask(&command, rest, ahead, before_wait).err();
                report.in_doubt = ahead.in_doubt();
                report.brought = brings && report.failure.is_none();
            }
        }
    }

    fn object_mut(&mut self) -> &mut Object {
        self.object.as_mut().expect("the parser lets no such command through without an object")
    }

    fn connect(&mut self) -> Result<(), Failure> {
        // Whatever comes of it, the connection that there was is left: a script that goes on after
        // a failure must not go on with another server than it asked for.
        self.connection = if self.is_connected() { Connection::Replaced } else { Connection::None };
        let default = self.defaults.server.as_deref().map_or(DEFAULT_SERVER, str::as_bytes);
        let host = self.server.as_deref().unwrap_or(default);
        let port = self.port.or(self.defaults.port).unwrap_or(DEFAULT_PORT);
        let server = format!("{} port {port}", String::from_utf8_lossy(host));
        self.last_server.clone_from(&server);
        let key = self.key().or_else(|| self.defaults.key.clone());
        self.open_connection(host.to_vec(), port, key, server)
    }

    /// Connects to this server, whatever lines have said.
    ///
    /// # Errors
    ///
    /// There is no connection now.
    pub fn connect_to(&mut self, host: &str, port: u16, key: Option<Key>) -> Result<(), Failure> {
        self.connection = if self.is_connected() { Connection::Replaced } else { Connection::None };
        let server = format!("{host} port {port}");
        self.last_server.clone_from(&server);
        self.open_connection(host.as_bytes().to_vec(), port, key, server)
    }

    fn open_connection(&mut self, host: Vec<u8>, port: u16, key: Option<Key>, server: String) -> Result<(), Failure> {
        let client = match std::str::from_utf8(&host) {
            Ok(host) => Client::connect(host, port, key, self.options.clone()),
            Err(_) => Err(ClientError::HostUnknown { cause: None }),
        };
        match client {
            Ok(client) => {
                self.connection = Connection::Open { pipeline: Box::new(Pipeline::new(client)), server };
                Ok(())
            }
            Err(error) => Err(Failure::new(Action::Connect, Cause::Client { server, error })),
        }
    }

    fn disconnect(&mut self) -> Result<(), Failure> {
        let cause = match self.connection {
            Connection::None | Connection::Replaced => Cause::NotConnected,
            Connection::Lost => Cause::LostBefore,
            Connection::Open { .. } => {
                self.connection = Connection::None;
                return Ok(());
            }
        };
        Err(Failure::new(Action::Disconnect, cause))
    }

    /// Makes a request about the object and takes in the answer.
    fn ask(
        &mut self,
        command: &Command,
        rest: &[u8],
        ahead: &mut Ahead,
        before_wait: &mut dyn FnMut(),
    ) -> Result<(), Failure> {
        let context = self.context();
        let object = self.object.as_mut().expect("the parser lets no request through without an object");
        let action = match command {
            Command::Open | Command::Create => Action::Open,
            Command::Update => Action::Update,
            Command::Refresh => Action::Refresh,
            Command::Remove => Action::Remove,
            other => unreachable!("{other:?} makes no request"),
        };
        let Connection::Open { pipeline, server } = &mut self.connection else {
            return Err(Failure::new(action, Cause::LostBefore));
        };
        let limit = match asks_for_shutdown(object) {
            true => self.options.timeout.max(SHUTDOWN_TIMEOUT),
            false => self.options.timeout,
        };
        let sent = ahead.send(command, object, rest, context, pipeline);
        let is_of_class = matches!(object.object_type(), b"class" | b"subclass");
        match sent.and_then(|id| pipeline.answer_to(id, limit, before_wait)) {
            Ok(answer) => {
                answer.outcome().map_err(|code| Failure { action, cause: Cause::Refused(code), is_of_class })?;
                match answer.operation {
                    _ if action == Action::Remove => self.object = None,
                    Operation::Update => object.receive(&answer),
                    _ => {}
                }
                Ok(())
            }
            Err(error) => {
                ahead.lose(pipeline);
                let server = std::mem::take(server);
                self.connection = Connection::Lost;
                Err(Failure::new(action, Cause::Client { server, error }))
            }
        }
    }
}

/// Whether an update of this object tells dhcpd to leave: `state` = 2 of its `control` object.
fn asks_for_shutdown(object: &Object) -> bool {
    object.object_type() == b"control"
        && object.changes().iter().any(|pair| pair.name == b"state" && pair.value == Some(&2_u32.to_be_bytes()))
}
