//! A word that can stand there.

/// The most that are offered.
pub const LIMIT: usize = 4000;

/// A word that can stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The word: printable ASCII that means nothing to a shell.
    pub word: String,
    /// What is known of it.
    pub about: String,
}

impl Candidate {
    /// A candidate with something to say of it.
    pub fn new(word: impl Into<String>, about: impl Into<String>) -> Self {
        Candidate { word: word.into(), about: about.into() }
    }
}
