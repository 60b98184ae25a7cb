//! One thing done on a live server, and the truth told about it: hosts, leases, groups, classes, failover
//! relations, the server itself, and objects of any type.
//!
//! - [`values`]: what people write, read;
//! - `selector`: by what an object is looked up; `family`: whether a server is one of DHCPv6;
//! - `server`: requests, with failures in words, which are a [`Failure`];
//! - `change`: edits to one server or two, all or none;
//! - `turn`: commands of one machine change a server one after another;
//! - `journal`: what was written, and how it is taken back;
//! - `apply`: what a file wants, of many hosts at once;
//! - `known_options`: which options statements may name;
//! - `answer`: rows on their way to [`crate::render`];
//! - the rest: a type of object each.

mod answer;
mod apply;
mod change;
mod class;
mod control;
mod failover;
mod failure;
mod family;
pub(in crate::commands) mod group;
pub(in crate::commands) mod host;
mod journal;
pub(in crate::commands) mod known_options;
mod lease;
mod raw;
mod selector;
mod server;
mod turn;
pub mod values;

use std::collections::HashSet;
use std::io::{self, Write};

use anyhow::Error;

use crate::commands::browse::files::ThisMachine;
use crate::commands::browse::report::{OutputFormat, OutputOptions, Screen};
use crate::commands::browse::{FileOptions, Recorded, recorded_hosts};
use crate::commands::connection::{ConnectionOptions, Peer, ServerSettings, Settings, Sources, chosen_profile};
use crate::dhcpd::Family;
use crate::omapi::client::Options;
use crate::omapi::trace::Trace;
use crate::render::Column;
use crate::render::text::visible_line;
use crate::shell::{ExitStatus, ShellConnection};
use crate::shown::ShowPath as _;

use crate::omapi::Attributes;
use answer::{Done, write_done};
use change::Edit;
use host::change_of_meaning;
use journal::{Kept, WayBack};
use server::Server;
use turn::Turn;
pub(in crate::commands) use values::{omshell_value, shell_word};

pub use apply::{ApplyRequest, DiffRequest};
pub use class::{ClassRequest, SubclassRequest};
pub use control::{ControlRequest, question as shutdown_question};
pub use failover::{FailoverRequest, SERVICE as FAILOVER_SERVICE, SETTABLE as SETTABLE_STATES};
pub use failure::{Failure, Kind};
pub use group::GroupRequest;
pub use host::{HostRequest, HostWords, IfExists};
pub use journal::{Journal, Way, Write as ShellWrite, WriteKind, untold};
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
    /// `apply`.
    Apply(ApplyRequest),
    /// `diff`.
    Diff(DiffRequest),
}

/// What a request does to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it asks.
    Asks,
    /// It makes or changes something.
    Changes,
    /// It removes something, or puts a failover partner into another state.
    Removes,
    /// It shuts the server down.
    ShutsDown,
}

impl Request {
    /// What it does to a server.
    pub fn effect(&self) -> Effect {
        match self {
            Request::Host(HostRequest::Show { .. })
            | Request::Lease(LeaseRequest::Show { .. })
            | Request::Group(GroupRequest::Show { .. })
            | Request::Class(ClassRequest::Show { .. })
            | Request::Subclass(SubclassRequest::Show { .. })
            | Request::Failover(FailoverRequest::Show { .. })
            | Request::Raw(RawRequest::Open { .. })
            | Request::Diff(_) => Effect::Asks,
            Request::Control(ControlRequest::Shutdown { .. }) => Effect::ShutsDown,
            // The only state that it takes is the one of being shut down.
            Request::Raw(RawRequest::Update { object_type, .. }) if object_type == "control" => Effect::ShutsDown,
            Request::Host(HostRequest::Remove { .. })
            | Request::Group(GroupRequest::Remove { .. })
            | Request::Subclass(SubclassRequest::Remove { .. })
            | Request::Failover(FailoverRequest::SetState { .. })
            | Request::Apply(_)
            | Request::Raw(RawRequest::Remove { .. }) => Effect::Removes,
            Request::Host(_) | Request::Lease(_) | Request::Group(_) | Request::Subclass(_) | Request::Raw(_) => {
                Effect::Changes
            }
        }
    }

    /// The columns that its answer has.
    fn columns(&self) -> &'static [Column] {
        match self {
            Request::Host(HostRequest::Show { .. }) => &host::COLUMNS,
            Request::Lease(LeaseRequest::Show { .. }) => &lease::COLUMNS,
            Request::Group(GroupRequest::Show { .. }) => &group::COLUMNS,
            Request::Class(_) | Request::Subclass(SubclassRequest::Show { .. }) => &class::COLUMNS,
            Request::Failover(FailoverRequest::Show { .. }) => &failover::COLUMNS,
            Request::Raw(RawRequest::Open { .. }) => &raw::COLUMNS,
            Request::Apply(_) | Request::Diff(_) => &apply::COLUMNS,
            _ => &answer::COLUMNS,
        }
    }
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
    ///
    /// What it writes is kept in the journal, if there is one.
    pub fn run(
        self,
        program: &str,
        shell: &ShellConnection,
        journal: Option<&Journal>,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus {
        let format = self.output.format;
        let for_nagios = self.is_for_nagios();
        match self.attempt(program, shell, journal, out, err) {
            Ok(status) => status,
            // Nagios wants to be told on stdout, and has a status of its own for that.
            Err(error) if for_nagios => {
                report_failure(&error, OutputFormat::Table, program, err);
                failover::write_unknown(out, &format!("{error:#}"))
            }
            Err(error) => report_failure(&error, format, program, err),
        }
    }

    /// Whether it prints a line for Nagios.
    pub fn is_for_nagios(&self) -> bool {
        matches!(self.request, Request::Failover(FailoverRequest::Show { nagios: true, .. }))
    }

    fn attempt(
        self,
        program: &str,
        shell: &ShellConnection,
        journal: Option<&Journal>,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<ExitStatus, Error> {
        let Live { request, connection, mut files, output, quiet, verbose, dry_run } = self;
        if let Some(words) = &output.columns {
            // Before anything is done.
            Column::choose(request.columns(), &[], words).map_err(|error| usage(format!("--columns: {error}")))?;
        }
        let (profile, remark) = chosen_profile(&connection)?;
        files.profile = profile.as_ref().map(|named| named.profile.clone()).unwrap_or_default();
        let sources = Sources { options: &connection, shell, files: &files, profile, machine: &ThisMachine };
        let settings = Settings::find(sources)?;
        let mut speaker = Speaker { program, err };
        if let Some(remark) = remark {
            speaker.say(&remark);
        }
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
                        Failure::new(Kind::Usage, format!("cannot write the trace to {}: {error}", path.shown()))
                    })
                });
                let trace = opened.transpose()?;
                Options { trace, ..options.clone().unwrap_or_default() }
            }
        };
        let options = settings.client_options(own);
        let mut screen = Screen::stdout(out);
        screen.is_terminal &= !shell.is_redirected;
        let mut session = Session {
            journal,
            settings,
            options,
            servers: Vec::new(),
            missing: None,
            turns: Vec::new(),
            families: Vec::new(),
            warned: HashSet::new(),
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
            Request::Apply(request) => apply::run(&request, &mut session),
            Request::Diff(request) => apply::run_diff(&request, &mut session),
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
            other = Failure::new(Kind::Usage, sentence(error));
            &other
        }
    };
    Speaker { program, err }.fail(failure, format);
    failure.status()
}

/// An error in words: a bare one of input and output is one of the answer, since what cannot be read has its name with it.
pub fn sentence(error: &Error) -> String {
    match error.is::<io::Error>() && error.chain().count() == 1 {
        true => format!("the answer cannot be written: {error}"),
        false => format!("{error:#}"),
    }
}

/// Who says sentences to people.
struct Speaker<'a> {
    program: &'a str,
    err: &'a mut dyn Write,
}

impl Speaker<'_> {
    /// Tells of a failure, to programs as JSON.
    fn fail(&mut self, failure: &Failure, format: OutputFormat) {
        if matches!(format, OutputFormat::Json | OutputFormat::JsonLines) {
            // There is nobody else to tell.
            let _ = self.err.write_all(&failure.json());
        } else {
            failure.text().iter().for_each(|line| self.say(line));
        }
    }

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
    journal: Option<&'a Journal>,
    settings: Settings,
    options: Options,
    /// The servers that it is connected to.
    servers: Vec<Server>,
    /// The exit status of a question to two servers, of which one had no answer.
    missing: Option<ExitStatus>,
    /// Held until the command is over.
    turns: Vec<Turn>,
    /// Of servers whose family was asked for, by their places: what is known of it.
    families: Vec<(usize, Option<Family>)>,
    /// What was warned of already.
    warned: HashSet<String>,
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

    /// Says something that everybody should know before a change, once.
    fn warn(&mut self, sentence: String) {
        if !self.warned.contains(&sentence) {
            self.speaker.say(&sentence);
            self.warned.insert(sentence);
        }
    }

    /// Warns of statements that mean something else in the lease file that dhcpd writes.
    fn warn_of_meaning(&mut self, plans: &[Vec<Edit>]) {
        for edit in plans.iter().flatten() {
            let (Edit::Create { attributes, .. } | Edit::Update { attributes, .. }) = edit else { continue };
            let statements = attributes.get("statements").map(String::from_utf8_lossy);
            if let Some(warning) = statements.and_then(|text| change_of_meaning(&text)) {
                self.warn(warning);
            }
        }
    }

    /// Tells of something that has failed.
    fn fail(&mut self, failure: &Failure) {
        self.speaker.fail(failure, self.output.format);
    }

    /// Whether a question is for both servers, because that was said.
    fn asks_both(&self) -> bool {
        self.both
    }

    /// Waits for our turn with each server that is to be changed, in the same order for all who wait, and connects
    /// to them. Nobody else of this machine changes anything between our look and our change then.
    fn begin_change(&mut self) -> Result<(), Failure> {
        if !self.dry_run {
            let mut names: Vec<String> = self.settings.servers.iter().map(|server| server.name()).collect();
            names.sort();
            names.dedup();
            self.turns = names.iter().map(|name| Turn::wait(name)).collect();
        }
        self.connect()
    }

    /// Connects to all servers.
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
        if self.settings.servers.len() < 2 {
            return self.connect();
        }
        let mut first_failure = None;
        self.servers.clear();
        for at in 0..self.settings.servers.len() {
            match Server::connect(&self.settings.servers[at], &self.options) {
                Ok(server) => self.servers.push(server),
                Err(failure) => {
                    first_failure.get_or_insert(failure);
                }
            }
            if !both && !self.servers.is_empty() {
                break;
            }
        }
        match (self.servers.first(), first_failure) {
            (Some(server), Some(failure)) => {
                let sentence = format!("{}; so the answer is from {}", failure.message, server.name());
                self.speaker.say(&sentence);
                // Half of what was asked for is missing.
                self.missing = both.then(|| failure.status());
                Ok(())
            }
            (None, Some(failure)) => Err(failure),
            (_, None) => Ok(()),
        }
    }

    /// Takes what was found on each server: what is there is shown, and what is missing is named, unless nothing
    /// is there.
    fn found<T>(&mut self, found: Vec<Result<T, Failure>>) -> Result<Vec<T>, Failure> {
        let is_any = found.iter().any(Result::is_ok);
        let mut there = Vec::new();
        for outcome in found {
            match outcome {
                Ok(one) => there.push(one),
                Err(failure) if is_any && failure.kind == Kind::NotFound => {
                    self.speaker.say(&failure.message);
                    self.missing.get_or_insert(failure.status());
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(there)
    }

    /// The settings of a server, by its place among those that are connected, or else among all.
    fn settings_of(&self, at: usize) -> &ServerSettings {
        self.servers.get(at).map_or_else(|| &self.settings.servers[at], Server::settings)
    }

    /// The files of a server, by its place among the servers, where they can be read here: it runs on this machine,
    /// or somebody says where they are. A failover partner has files of its own.
    fn files_of(&self, at: usize) -> Option<FileOptions> {
        let server = self.settings_of(at);
        if server.is_partner {
            let peer = self.settings.profile.as_ref().and_then(|named| named.profile.peer.as_ref())?;
            let is_said = peer.conf.is_some() && peer.leases.is_some();
            let (conf, leases) = (peer.conf.clone(), peer.leases.clone());
            let family = self.files.family;
            return is_said.then(|| FileOptions { conf, leases, family, ..FileOptions::default() });
        }
        server.has_files_here(&self.files).then(|| self.files.clone())
    }

    /// The hosts of a server's files that are like that; `None` where the files cannot be read.
    fn recorded(
        &mut self,
        at: usize,
        wanted: &dyn Fn(&crate::dhcpd::inventory::Reservation) -> bool,
    ) -> Option<Vec<Recorded>> {
        let files = self.files_of(at)?;
        match recorded_hosts(&files, wanted) {
            Ok(hosts) => Some(hosts),
            Err(error) => {
                self.tell(&format!("{error:#}"));
                None
            }
        }
    }

    /// Makes the edits of each server, unless this is a dry run.
    fn make(&mut self, plans: &[Vec<Edit>]) -> Result<(), Failure> {
        self.warn_of_meaning(plans);
        if self.dry_run {
            return Ok(());
        }
        change::make(&mut self.servers, plans)?;
        if let Some(journal) = self.journal {
            let mut kept = Vec::new();
            for (at, edit) in plans.iter().enumerate().flat_map(|(at, plan)| plan.iter().map(move |edit| (at, edit))) {
                let was = self.as_it_was(at, edit);
                let server = self.servers[at].settings().clone();
                kept.push(Kept { server, edit: edit.clone(), way_back: WayBack::of(edit, was) });
            }
            journal.keep(kept);
        }
        Ok(())
    }

    /// A host before a change that cannot be taken back otherwise than by making it anew; `None` where not all of it is
    /// known.
    fn as_it_was(&mut self, at: usize, edit: &Edit) -> Option<Attributes> {
        let Edit::Update { object_type, key, attributes, before, .. } = edit else { return None };
        if !edit.lasts() {
            return None;
        }
        let name = key.get("name")?.to_vec();
        let untold = untold(&self.files_of(at)?, object_type, &name)?;
        let mut now = self.servers[at].find("cannot look at it again", object_type, key).ok()??.attributes;
        untold.into_iter().for_each(|(name, value)| now.put(&name, value));
        let mut was = Attributes::new();
        for (name, value) in now.iter() {
            let shown = String::from_utf8_lossy(name);
            let is_changed = attributes.iter().any(|(changed, _)| changed == name);
            match (is_changed, before.get(&shown)) {
                (false, _) => was.put(name, value.map(<[u8]>::to_vec)),
                (true, Some(before)) => was.put(name, Some(before.to_vec())),
                (true, None) => {}
            }
        }
        Some(was)
    }

    /// Tells what became of objects.
    fn finish(&mut self, done: Vec<Done>) -> Result<ExitStatus, Error> {
        if !self.quiet {
            let with_server = self.servers.len() > 1;
            let written = write_done(done, self.dry_run, self.screen, &self.output, with_server);
            written.map_err(|error| self.unwritten(error))?;
        }
        Ok(ExitStatus::Done)
    }

    /// What is said when the outcome of a change cannot be written: whoever reads no further knows enough.
    fn unwritten(&self, error: Error) -> Error {
        let is_over = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        match is_over || self.dry_run {
            true => error,
            false => Failure::new(Kind::Output, format!("the change is made, but {}", sentence(&error))).into(),
        }
    }

    /// Shows columns that were asked for by another option than --columns.
    fn more_columns(&mut self, columns: &str) {
        self.output.columns.get_or_insert_with(|| columns.to_owned());
    }

    /// Shows these columns, unless others were asked for, where programs would get all.
    fn columns_of_programs(&mut self, columns: &str) {
        if !matches!(self.output.format, OutputFormat::Table | OutputFormat::Plain) {
            self.more_columns(columns);
        }
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
        Ok(self.missing.unwrap_or(ExitStatus::Done))
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
    ("apply", &apply::COLUMNS),
    ("check", &crate::commands::setup::CHECK_COLUMNS),
    ("profile list", &crate::commands::setup::PROFILE_COLUMNS),
];
