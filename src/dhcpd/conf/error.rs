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
            ConfError::Syntax(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ConfError {}

/// What ends the reading of a file.
pub(super) enum Stop {
    /// A mistake in this file.
    Here(Fault),
    /// Something with an included one.
    There(ConfError),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Here(fault)
    }
}
