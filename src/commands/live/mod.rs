//! One thing done on a live server, and the truth told about it: hosts, leases, groups, classes, failover
//! relations, the server itself, and objects of any type.
//!
//! - [`values`]: what people write, read; `attributes`: what is sent and what comes;
//! - `server`: requests, with failures in words, which are a [`Failure`];
//! - `change`: edits to one server or two, all or none;
//! - `turn`: commands of one machine change a server one after another;
//! - `answer`: rows on their way to [`crate::render`];
//! - the rest: a type of object each.

mod answer;
mod attributes;
mod change;
mod class;
mod control;
mod failover;
mod failure;
mod group;
mod host;
mod lease;
mod raw;
mod server;
mod turn;
pub mod values;

use std::io::{self, Write};

use anyhow::Error;

use crate::commands::browse::files::{Kind as FileKind, ThisMachine, is_named};
use crate::commands::browse::report::{OutputFormat, OutputOptions, Screen};
use crate::commands::browse::{FileOptions, Recorded, recorded_hosts};
use crate::commands::connection::{ConnectionOptions, Peer, Settings, Sources, chosen_profile};
use crate::omapi::client::Options;
use crate::omapi::trace::Trace;
use crate::render::Column;
use crate::render::text::visible_line;
use crate::shell::{ExitStatus, ShellConnection};

use answer::{Done, write_done};
use change::Edit;
pub(super) use change::quoted as shell_word;
use server::Server;

pub use class::{ClassRequest, SubclassRequest};
pub use control::ControlRequest;
pub use failover::{FailoverRequest, SETTABLE as SETTABLE_STATES};
pub use failure::{Failure, Kind};
pub use group::GroupRequest;
pub use host::{HostRequest, HostWords, IfExists};
pub use lease::{LeaseRequest, LeaseState};
pub use raw::RawRequest;
pub use server::Server as LiveServer;

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// `host`.
    Host(HostRequest),
    /// `lease`.
    Lease(LeaseRequest),
    /// `group`.
    Group(GroupRequest),
    /// `class`.
    Class(ClassRequest),
    /// `subclass`.
    Subclass(SubclassRequest),
    /// `failover`.
    Failover(FailoverRequest),
    /// `control`.
    Control(ControlRequest),
    /// `raw`.
    Raw(RawRequest),
}

/// A command that talks to a live server.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// What it does.
    pub request: Request,
    /// Which server it talks to.
    pub connection: ConnectionOptions,
    /// That server's files, where they are needed.
    pub files: FileOptions,
    /// How its answer is shown.
    pub output: OutputOptions,
    /// Nothing on stdout.
    pub quiet: bool,
    /// Each step on stderr.
    pub verbose: bool,
    /// Nothing is changed.
    pub dry_run: bool,
}

impl Live {
    /// Does it. `program` is the name to sign sentences with, and they go to `err`, as do failures: as
    /// sentences, or as JSON where the answer would have been JSON.
    pub fn run(self, program: &str, shell: &ShellConnection, out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
        let format = self.output.format;
        match self.attempt(program, shell, out, err) {
            Ok(status) => status,
            Err(error) => report_failure(&error, format, program, err),
        }
    }

    fn attempt(
        self,
        program: &str,
        shell: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<ExitStatus, Error> {
        let Live { request, connection, mut files, output, quiet, verbose, dry_run } = self;
        let profile = chosen_profile(&connection)?;
        files.profile = profile.as_ref().map(|named| named.profile.clone()).unwrap_or_default();
        let sources = Sources { options: &connection, shell, files: &files, profile, machine: &ThisMachine };
        let settings = Settings::find(sources)?;
        let mut speaker = Speaker { program, err };
        if connection.explain {
            settings.explanation().iter().for_each(|line| speaker.say(line));
        } else if verbose {
            settings.notes.iter().for_each(|note| speaker.say(note));
        }
        let own = match (&shell.options, &connection.trace) {
            (Some(options), None) => options.clone(),
            (options, trace) => {
                let opened = trace.as_deref().map(|path| {
                    Trace::open(path).map_err(|error| {
                        Failure::new(Kind::Usage, format!("cannot write the trace to {}: {error}", path.display()))
                    })
                });
                let trace = opened.transpose()?;
                let in_process = options.as_ref().and_then(|options| options.in_process.clone());
                Options { trace, in_process, ..Options::default() }
            }
        };
        let options = Options { timeout: settings.timeout.value, ..own };
        let mut screen = Screen::stdout(out);
        let mut session = Session {
            settings,
            options,
            servers: Vec::new(),
            files,
            output,
            both: connection.peer == Some(Peer::Both),
            quiet,
            verbose,
            dry_run,
            speaker,
            screen: &mut screen,
        };
        match request {
            Request::Host(request) => host::run(&request, &mut session),
            Request::Lease(request) => lease::run(&request, &mut session),
            Request::Group(request) => group::run(&request, &mut session),
            Request::Class(request) => class::run(&request, &mut session),
            Request::Subclass(request) => class::run_subclass(&request, &mut session),
            Request::Failover(request) => failover::run(&request, &mut session),
            Request::Control(request) => control::run(&request, &mut session),
            Request::Raw(request) => raw::run(&request, &mut session),
        }
    }
}

/// Tells of a failure, and returns the exit status that it deserves.
pub fn report_failure(error: &Error, format: OutputFormat, program: &str, err: &mut dyn Write) -> ExitStatus {
    if let Some(error) = error.downcast_ref::<io::Error>()
        && error.kind() == io::ErrorKind::BrokenPipe
    {
        return ExitStatus::Done;
    }
    let other;
    let failure = match error.downcast_ref::<Failure>() {
        Some(failure) => failure,
        None => {
            other = Failure::new(Kind::Usage, format!("{error:#}"));
            &other
        }
    };
    if matches!(format, OutputFormat::Json | OutputFormat::JsonLines) {
        // There is nobody else to tell.
        let _ = err.write_all(&failure.json());
    } else {
        let mut speaker = Speaker { program, err };
        failure.text().iter().for_each(|line| speaker.say(line));
    }
    failure.status()
}

/// Who says sentences to people.
struct Speaker<'a> {
    program: &'a str,
    err: &'a mut dyn Write,
}

impl Speaker<'_> {
    fn say(&mut self, sentence: &str) {
        let sentence = visible_line(sentence.as_bytes());
        // There is nobody else to tell.
        let _ = match self.program {
            "" => writeln!(self.err, "{sentence}"),
            program => writeln!(self.err, "{program}: {sentence}"),
        };
    }
}

/// One command's run.
struct Session<'a, 'b> {
    settings: Settings,
    options: Options,
    /// The servers that it is connected to.
    servers: Vec<Server>,
    files: FileOptions,
    output: OutputOptions,
    both: bool,
    quiet: bool,
    verbose: bool,
    dry_run: bool,
    speaker: Speaker<'a>,
    screen: &'a mut Screen<'b>,
}

impl Session<'_, '_> {
    /// Says something to people who want to hear of each step.
    fn tell(&mut self, sentence: &str) {
        if self.verbose {
            self.speaker.say(sentence);
        }
    }

    /// Whether a question is for both servers, because that was said.
    fn asks_both(&self) -> bool {
        self.both
    }

    /// Connects to all servers that a change is for.
    fn connect(&mut self) -> Result<(), Failure> {
        self.servers.clear();
        for settings in &self.settings.servers {
            self.servers.push(Server::connect(settings, &self.options)?);
        }
        for at in 0..self.servers.len() {
            let sentence = format!("connected to {}", self.servers[at].name());
            self.tell(&sentence);
        }
        Ok(())
    }

    /// Connects to those that a question is for: the first one that can be reached, or both where that was
    /// said.
    fn connect_to_ask(&mut self, both: bool) -> Result<(), Failure> {
        if both || self.settings.servers.len() < 2 {
            return self.connect();
        }
        let mut first_failure = None;
        for at in 0..self.settings.servers.len() {
            match Server::connect(&self.settings.servers[at], &self.options) {
                Ok(server) => {
                    if let Some(failure) = first_failure {
                        let Failure { message, .. } = failure;
                        self.speaker.say(&format!("{message}; so the answer is from {}", server.name()));
                    }
                    self.servers = vec![server];
                    return Ok(());
                }
                Err(failure) => {
                    first_failure.get_or_insert(failure);
                }
            }
        }
        Err(first_failure.expect("there are two servers"))
    }

    /// Whether a server's files can be read here: it runs on this machine, or somebody says where they are.
    fn has_files(&self) -> bool {
        let named = |kind| is_named(kind, &self.files, &ThisMachine);
        named(FileKind::Leases) || named(FileKind::Conf) || self.settings.servers.iter().all(|server| server.is_local())
    }

    /// The hosts of the server's files that are like that; `None` where the files cannot be read.
    fn recorded(&mut self, wanted: &dyn Fn(&crate::dhcpd::inventory::Reservation) -> bool) -> Option<Vec<Recorded>> {
        if !self.has_files() {
            return None;
        }
        match recorded_hosts(&self.files, wanted) {
            Ok(hosts) => Some(hosts),
            Err(error) => {
                self.tell(&format!("{error:#}"));
                None
            }
        }
    }

    /// Makes the edits of each server, unless this is a dry run.
    fn make(&mut self, plans: &[Vec<Edit>]) -> Result<(), Failure> {
        if self.dry_run {
            return Ok(());
        }
        change::make(&mut self.servers, plans)
    }

    /// Tells what became of objects.
    fn finish(&mut self, done: Vec<Done>) -> Result<ExitStatus, Error> {
        if !self.quiet {
            let with_server = self.servers.len() > 1;
            write_done(done, self.dry_run, self.screen, &self.output, with_server)?;
        }
        Ok(ExitStatus::Done)
    }

    /// Shows columns that were asked for by another option than --columns.
    fn more_columns(&mut self, columns: &str) {
        self.output.columns.get_or_insert_with(|| columns.to_owned());
    }

    /// Shows rows.
    fn show(
        &mut self,
        columns: &'static [Column],
        rows: Vec<Vec<crate::render::Value<'static>>>,
    ) -> Result<ExitStatus, Error> {
        if !self.quiet {
            answer::write_rows(columns, rows, self.screen, &self.output)?;
        }
        Ok(ExitStatus::Done)
    }
}

/// Refuses what makes no sense.
fn usage(why: impl Into<String>) -> Failure {
    Failure::new(Kind::Usage, why)
}

/// The columns of each command that shows objects, for the man page.
pub const COLUMNS: &[(&str, &[Column])] = &[
    ("host show", &host::COLUMNS),
    ("lease show", &lease::COLUMNS),
    ("group show", &group::COLUMNS),
    ("class show", &class::COLUMNS),
    ("failover show", &failover::COLUMNS),
    ("raw", &raw::COLUMNS),
    ("all changes", &answer::COLUMNS),
    ("check", &crate::commands::setup::CHECK_COLUMNS),
    ("profile list", &crate::commands::setup::PROFILE_COLUMNS),
];
