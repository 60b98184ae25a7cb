//! Why a configuration cannot be used.

use std::fmt;
use std::io;

use crate::dhcpd::statements::Fault;

/// Why a configuration cannot be used.
#[derive(Debug)]
pub enum ConfError {
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: String,
        /// Where it is included, as `FILE:LINE:COLUMN`, unless it is the first one.
        included: Option<String>,
        /// What the system says.
        cause: io::Error,
    },
    /// Files include one another without end, or more deeply than is sensible.
    Includes {
        /// The files from the first one to the one to blame: each with where it is included, as
        /// `FILE:LINE:COLUMN`, but for the first.
        chain: Vec<String>,
    },
    /// There is more to read than a configuration may have; the place of the `include` that is too much.
    TooLarge(String),
    /// A mistake in a file: `FILE:LINE:COLUMN: TEXT`, the line, and a caret.
    Syntax(String),
}

impl fmt::Display for ConfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfError::Unreadable { path, included: None, cause } => write!(f, "cannot read {path}: {cause}"),
            ConfError::Unreadable { path, included: Some(place), cause } => {
                write!(f, "{place}: cannot read the included file {path}: {cause}")
            }
            ConfError::Includes { chain } => {
                write!(f, "files include one another without end; take one of these out:")?;
                chain.iter().try_for_each(|link| write!(f, "\n    {link}"))
            }
            ConfError::TooLarge(place) => {
                write!(f, "{place}: the configuration is too large; it may have 1 GiB in 10,000 files")
            }
            ConfError::Syntax(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ConfError {}

/// What ends the reading of a file.
pub(super) enum Stop {
    /// A mistake in this file.
    Here(Fault),
    /// A mistake in a key, of which nothing is shown but its place.
    InKey(Fault),
    /// Something with an included one.
    There(ConfError),
}

impl Stop {
    /// The same where it happened in a key.
    pub(super) fn in_key(self) -> Self {
        match self {
            Stop::Here(fault) => Stop::InKey(fault),
            other => other,
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Here(fault)
    }
}
