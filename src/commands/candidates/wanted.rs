//! What is wanted: which kind of word, and of whose files.

use crate::commands::browse::FileOptions;

use super::kinds::Kind;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The kind of word.
    pub kind: Kind,
    /// What has been typed of it so far.
    pub typed: String,
    /// The server's files, as far as the line says where they are.
    pub files: FileOptions,
    /// The server, where one is asked that may be another machine's.
    pub server: Option<AskedServer>,
}

/// The server that a command talks to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedServer {
    /// What the line says of it.
    pub said: Option<String>,
}
