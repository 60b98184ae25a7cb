//! Exit statuses, for every face but the drop-in one, which exits with 0 whatever happens.

use std::process::{ExitCode, Termination};

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything was done.
    #[default]
    Done = 0,
    /// The server refused a request.
    Refused = 1,
    /// Usage or syntax: the request was not even made.
    Usage = 2,
    /// There was no connection, or it was lost, or an answer did not come in time.
    Connection = 3,
    /// The server does not take our key, or we do not believe its answers.
    Authentication = 4,
}

impl Termination for ExitStatus {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}
