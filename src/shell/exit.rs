//! Exit statuses, for every face but the drop-in one, which exits with 0 whatever happens.

use std::process::{ExitCode, Termination};

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything was done.
    #[default]
    Done,
    /// The server refused a request.
    Refused,
    /// What was looked for is not there, or the files have damage that was stepped over.
    Incomplete,
    /// Usage or syntax: the request was not even made.
    Usage,
    /// There was no connection, or it was lost, or an answer did not come in time.
    Connection,
    /// The server does not take our key, or we do not believe its answers.
    Authentication,
    /// There is no such object on the server.
    NotFound,
    /// There is such an object already, or one with the same key.
    Exists,
    /// To Nagios: something is worth a look.
    Warning,
    /// To Nagios: something has to be done.
    Critical,
    /// To Nagios: nothing can be said.
    Unknown,
}

impl ExitStatus {
    /// Its number.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Done => 0,
            ExitStatus::Refused | ExitStatus::Incomplete | ExitStatus::Warning => 1,
            ExitStatus::Usage | ExitStatus::Critical => 2,
            ExitStatus::Connection | ExitStatus::Unknown => 3,
            ExitStatus::Authentication => 4,
            ExitStatus::NotFound => 5,
            ExitStatus::Exists => 6,
        }
    }
}

impl Termination for ExitStatus {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
