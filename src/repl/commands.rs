//! What the shell knows of the one-shot and browsing commands, which the command line defines.

use std::fmt;
use std::io::Write;
use std::time::Instant;

use crate::commands::candidates::Candidate;
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

    /// What is wrong with these words, if something is: the word to blame, and a sentence.
    fn check(&self, words: &[String]) -> Option<Mistake>;

    /// What kind of command these words are.
    fn kind(&self, words: &[String]) -> Kind;

    /// Carries one out that is not [`Kind::Browse`].
    fn run(
        &self,
        words: &[Vec<u8>],
        connection: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus;
}

/// What is wrong with the words of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The word that is to blame, where one is.
    pub word: Option<String>,
    /// What is wrong with it, and what to do.
    pub text: String,
}

/// Kinds of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It reads the server's files, and runs as a process of its own.
    Browse,
    /// It asks the server, or sets something up here.
    Ask,
    /// It changes something on the server.
    Write,
    /// It removes something from the server, or shuts it down.
    Remove,
}

/// What a word can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The words.
    pub candidates: Vec<Candidate>,
    /// It is a file's name.
    pub is_file: bool,
}
