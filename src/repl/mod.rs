//! The interactive shell: omshell's language and the commands of the command line, for a person at a terminal.
//!
//! - `run`: lines in, and what becomes of each;
//! - [`session`]: the connection, the object, what was written;
//! - `input`, `editor`, `scene`: the line editor, and what it knows while a line is typed;
//! - [`complete`], [`tokens`], [`words`]: what a line can be made of;
//! - [`diagnosis`]: what is wrong with a line, and where; `readable`: attributes as people read them;
//! - [`history`]: earlier lines; `secrets`: those that are kept nowhere; `settings`: settings and aliases; `help`;
//! - `output`: the pager, pipes and files; `terminal`: its modes; `patience`: Ctrl-C, and a sign that something goes on;
//! - [`commands`]: what the command line brings along.

pub mod commands;
pub mod complete;
pub mod diagnosis;
mod editor;
mod help;
pub mod history;
mod input;
mod output;
mod patience;
mod readable;
mod run;
pub mod scene;
pub mod session;
mod settings;
mod terminal;
pub mod tokens;
pub mod words;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::commands::browse::{FileOptions, is_utf8, variable};
use crate::commands::connection::ConnectionOptions;
use crate::commands::live::Journal;
use crate::folders;
use crate::omapi::client::Options;
use crate::omapi::trace::Trace;
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use commands::Commands;
use history::History;
use input::Reader;
use patience::Person;
use run::Shell;
use scene::Scene;
use session::Session;

/// How an interactive shell begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// What the command line says of the connection.
    pub connection: ConnectionOptions,
    /// The server's files, as far as the command line says where they are.
    pub files: FileOptions,
    /// No editor, hints, completion or colours.
    pub is_plain: bool,
}

/// Runs an interactive shell on this process's terminal until it is left. `commands` makes the commands of the command
/// line, which keep in the journal what they write.
///
/// # Errors
///
/// The terminal cannot be used.
pub fn run(start: Start, version: &str, commands: impl FnOnce(Journal) -> Rc<dyn Commands>) -> Result<ExitStatus> {
    let person = Person::at_terminal(is_utf8()).context("cannot be told of Ctrl-C")?;
    terminal::restore_when_told_to_end().context("cannot be told to end")?;
    let trace = start.connection.trace.as_deref().map(Trace::open).transpose().context("cannot write the trace")?;
    let timeout = Options::default().timeout;
    let options = Options { trace, timeout, patience: Some(Arc::new(person.clone())), ..Options::default() };
    let session = Session::new(start.connection, start.files.clone(), options);
    let commands = commands(session.journal.clone());
    let mut scene = Scene::new(commands);
    let is_plain = start.is_plain || variable("TERM").is_none_or(|term| term == "dumb");
    scene.has_color = !is_plain && variable("NO_COLOR").is_none();
    scene.has_hints = scene.has_color;
    scene.completes = !is_plain;
    scene.files = FileOptions { profile_name: session.options.profile.clone(), ..start.files };
    let scene = Rc::new(RefCell::new(scene));
    let mut remarks = Vec::new();
    let reader = match is_plain {
        true => Reader::plain(Rc::clone(&scene), person.clone()),
        false => {
            let history = open_history(&mut remarks);
            Reader::with_editor(Rc::clone(&scene), history, person.clone()).context("cannot use the terminal")?
        }
    };
    let mut shell = Shell::new(session, reader, scene, person);
    if !shell.begin(version, remarks) {
        shell.run_to_end();
    }
    Ok(ExitStatus::Done)
}

fn open_history(remarks: &mut Vec<String>) -> History {
    let Some(path) = folders::state().map(|folder| folder.join("history")) else { return History::default() };
    History::open(&path).unwrap_or_else(|error| {
        remarks.push(format!("no history: {} cannot be used: {error}", path.shown()));
        History::default()
    })
}

/// Whether stdin and stdout are a terminal, so that there may be a person.
pub fn is_at_terminal() -> bool {
    use std::io::IsTerminal;
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
