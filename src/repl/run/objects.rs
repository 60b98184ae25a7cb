//! omshell's language: the connection, and the object that it is about.

use std::ops::ControlFlow;

use crate::commands::connection::ServerSettings;
use crate::commands::live::{WriteKind, shutdown_question};
use crate::omapi::ClientError;
use crate::render::text::visible_line;
use crate::shell::ConnectionState;
use crate::shell::command::Command;
use crate::shell::interpreter::{Cause, Failure, Report};
use crate::shell::object::Object;

use super::super::diagnosis::{self, Diagnosis};
use super::super::output;
use super::super::readable::title;
use super::super::session::Reopened;
use super::super::tokens;
use super::{Origin, Outcome, Shell};
use super::{sentence, without_yes};
use crate::shell::secrets::has_secret;

impl Shell {
    pub(super) fn omshell(&mut self, line: &str) -> Outcome {
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

    pub(super) fn connect(&mut self, line: &str) -> Outcome {
        let before = self.session.server.as_ref().map(ServerSettings::name);
        if let Err(error) = self.session.aim() {
            self.complain(&format!("{error:#}"));
            return Outcome::Failed;
        }
        let is_another = before != self.session.server.as_ref().map(ServerSettings::name);
        if let Some((write, before)) = self.session.uncertain().zip(before).filter(|_| is_another) {
            // Another server knows nothing of it.
            let (name, write) = (self.title_now(), write.name());
            self.say(&format!("It is still not known whether the {write} of {name} has reached {before}."));
            self.session.settle();
        }
        let report = self.session.interpreter.run(line.as_bytes(), &mut || {});
        if let Some(failure) = &report.failure {
            self.complain(&sentence(failure));
            return Outcome::Failed;
        }
        let server = self.connected_server();
        self.say(&format!("Connected to {server}."));
        match self.reopen(&Command::Connect) {
            ControlFlow::Continue(()) => self.record(line, true),
            ControlFlow::Break(outcome) => outcome,
        }
    }

    /// A request about the object.
    pub(super) fn request(&mut self, command: &Command, line: &str, is_said: bool) -> Outcome {
        if let ControlFlow::Break(outcome) = self.connect_again(command) {
            return outcome;
        }
        // It may have gone with what was uncertain about it.
        let Some(before) = self.session.interpreter.object().cloned() else { return Outcome::Done };
        if self.session.uncertain().is_none() && !self.session.has_unsent() && matches!(command, Command::Update) {
            self.say("Nothing has changed since the last update.");
            return Outcome::Done;
        }
        let name = title(&before);
        if matches!(command, Command::Remove) && self.settings.confirm && !is_said {
            self.show_object();
            let server = self.connected_server();
            if !self.reader.ask(&format!("Remove {name} from {server}?")) {
                self.say("Nothing was removed.");
                return Outcome::Failed;
            }
        }
        let is_shutdown = before.object_type() == b"control" && matches!(command, Command::Update);
        if is_shutdown && self.settings.confirm && !self.reader.ask(&shutdown_question(&self.connected_server())) {
            self.say("Nothing was sent.");
            return Outcome::Failed;
        }
        if matches!(command, Command::Remove) || matches!(command, Command::Update) && self.session.adds_for_good() {
            self.session.learn_untold();
        }
        if matches!(command, Command::Refresh) && self.session.is_open() {
            return self.refresh(&before, line);
        }
        if matches!(command, Command::Update | Command::Remove) {
            match self.session.is_the_same() {
                Ok(true) => {}
                Ok(false) => {
                    self.complain(&format!(
                        "somebody else has removed {name}, or made it anew; nothing was sent, and refresh looks at it again"
                    ));
                    return Outcome::Failed;
                }
                Err(failure) => {
                    self.complain(&sentence(&failure));
                    return Outcome::Failed;
                }
            }
        }
        let told_before = self.session.changed();
        let report = self.session.interpreter.run(line.as_bytes(), &mut || {});
        self.took(command, line, &before, &told_before, &report)
    }

    /// Asks for the object anew. What was set and not sent stays set.
    pub(super) fn refresh(&mut self, before: &Object, line: &str) -> Outcome {
        let has_unsent = self.session.has_unsent();
        match self.session.reopen() {
            Ok(Reopened::Gone) => {
                self.complain_of_loss(&title(before));
                Outcome::Failed
            }
            Ok(_) if has_unsent => {
                self.show_object();
                self.say("What is marked was set here and is not sent.");
                self.record(line, true)
            }
            Ok(_) => {
                self.show_differences(before);
                self.record(line, true)
            }
            Err(failure) => {
                self.complain(&sentence(&failure));
                Outcome::Failed
            }
        }
    }

    pub(super) fn took(
        &mut self,
        command: &Command,
        line: &str,
        before: &Object,
        changed: &[Vec<u8>],
        report: &Report,
    ) -> Outcome {
        let (name, write) = (title(before), WriteKind::of(command));
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
            let is_uncertain = self.session.failed(failure, write);
            self.complain(&sentence(failure));
            if let Some(write) = write.filter(|_| is_uncertain) {
                self.complain(&format!(
                    "It is not known whether the {} of {name} has reached the server; the next command finds out.",
                    write.name()
                ));
            }
            return Outcome::Failed;
        }
        self.session.succeeded(write, line, before);
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
            Command::Refresh => self.show_differences(before),
            _ => self.show_object(),
        }
        self.record(line, true)
    }

    /// Makes a lost connection anew, and opens the object again. Breaks off with what the command comes to where it is
    /// not to be run any more.
    fn connect_again(&mut self, command: &Command) -> ControlFlow<Outcome> {
        let is_found_out = self.session.interpreter.has_lost_connection();
        if !is_found_out && !matches!(self.session.interpreter.connection(), ConnectionState::Lost(_)) {
            return self.want_again(command);
        }
        if let Err(failure) = self.session.connect_again() {
            self.complain(&sentence(&failure));
            return ControlFlow::Break(Outcome::Failed);
        }
        let server = self.connected_server();
        self.say(&format!("Connected again to {server}."));
        self.reopen(command)
    }

    /// Opens the object again on a new connection, for a command. Breaks off with what that comes to where it is not to
    /// be run any more.
    fn reopen(&mut self, command: &Command) -> ControlFlow<Outcome> {
        let name = self.title_now();
        match self.session.reopen() {
            Ok(Reopened::Nothing) => ControlFlow::Continue(()),
            Ok(Reopened::Open) => {
                self.say(&format!("Opened {name} again."));
                ControlFlow::Continue(())
            }
            Ok(Reopened::Arrived(write)) => {
                self.say(&format!("The {} of {name} had reached the server.", write.name()));
                if write == WriteKind::Remove {
                    self.session.interpreter.run(b"close", &mut || {});
                    self.session.forget_object();
                }
                // What was asked for is done, unless more was set since.
                let is_more = write == WriteKind::Update && self.session.has_unsent();
                match WriteKind::of(command) == Some(write) && !is_more {
                    true => ControlFlow::Break(Outcome::Done),
                    false => ControlFlow::Continue(()),
                }
            }
            Ok(Reopened::Missing(write)) => {
                self.say(&format!("The {} of {name} has not reached the server, as far as it tells.", write.name()));
                self.want_again(command)
            }
            Ok(Reopened::Gone) => {
                self.complain_of_loss(&name);
                match command {
                    Command::Create | Command::Open => ControlFlow::Continue(()),
                    _ => ControlFlow::Break(Outcome::Failed),
                }
            }
            Err(failure) => {
                self.complain(&sentence(&failure));
                ControlFlow::Break(Outcome::Failed)
            }
        }
    }

    fn complain_of_loss(&self, name: &str) {
        self.complain(&format!(
            "{name} is not on the server any longer; what was set here is kept: create makes it anew, close forgets it"
        ));
    }

    /// A write whose outcome is not known is not repeated without a question.
    fn want_again(&mut self, command: &Command) -> ControlFlow<Outcome> {
        // A new connection repeats nothing yet.
        let uncertain = self.session.uncertain().filter(|_| !matches!(command, Command::Connect));
        let Some(uncertain) = uncertain else { return ControlFlow::Continue(()) };
        if WriteKind::of(command) == Some(uncertain) {
            let name = self.title_now();
            if !self.reader.ask(&format!("Send the {} of {name} once more?", uncertain.name())) {
                self.say("Nothing was sent.");
                return ControlFlow::Break(Outcome::Failed);
            }
        }
        self.session.settle();
        ControlFlow::Continue(())
    }

    /// What is wrong with a line.
    pub(super) fn refuse(
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

    pub(super) fn mistake(&mut self, line: &str, diagnosis: &Diagnosis) -> Outcome {
        if self.may_be_secret(line) {
            // Nothing of the line is shown again.
            self.complain("unknown command; help lists the commands");
            return Outcome::Failed;
        }
        if has_secret(line) {
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
}
