//! What the shell knows of the one-shot and browsing commands, which the command line defines.

use std::fmt;
use std::io::Write;
use std::time::Instant;

use crate::commands::candidates::Candidate;
use crate::commands::live::Effect;
use crate::shell::{ExitStatus, ShellConnection};

/// The commands of the command line, for the shell.
pub trait Commands: fmt::Debug {
    /// Their names, and what they do.
    fn names(&self) -> Vec<(String, String)>;

    /// What the word `typed` behind these can be.
    fn complete(&self, words: &[String], typed: &str, deadline: Instant) -> Offer;

    /// Gathers in the background what the word behind these can be, for the next time.
    fn refresh(&self, words: &[String], typed: &str);

    /// What can follow these words, as far as it fits into a line.
    fn usage(&self, words: &[String]) -> Option<String>;

    /// Help, as for `--help`.
    fn help(&self, words: &[String]) -> Option<String>;

    /// What these words come to. `--yes` is among them for every command here.
    fn intent(&self, words: &[String]) -> Intent;

    /// Carries out a command that is not [`Intent::Browse`].
    fn run(
        &self,
        words: &[String],
        manner: Manner,
        connection: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus;
}

/// What the words of a command come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Nothing: they are wrong.
    Wrong(Mistake),
    /// It reads the server's files, and runs as a process of its own.
    Browse,
    /// It asks the server, sets something up here, or is help.
    Ask,
    /// It changes something on the server.
    Change {
        /// What it does.
        effect: Effect,
        /// `--yes` was said, or nothing is changed after all.
        is_agreed: bool,
        /// The words say which server is meant, so that it is one.
        names_server: bool,
    },
}

/// How a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As its words say.
    AsSaid,
    /// Nothing is changed, and what would be is shown.
    TryOut,
    /// Somebody has agreed to it.
    Agreed,
}

/// What is wrong with the words of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The word that is to blame, where one is.
    pub word: Option<String>,
    /// What is wrong with it, and what to do.
    pub text: String,
}

/// What a word can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The words.
    pub candidates: Vec<Candidate>,
    /// It can be a file's name too.
    pub is_file: bool,
}
