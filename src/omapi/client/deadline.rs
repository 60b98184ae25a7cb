//! The end of a wait.

use std::time::{Duration, Instant};

use super::error::ClientError;

/// How long dhcpd takes for an answer at most when all is well: it may have a disk to wait for.
const USUAL: Duration = Duration::from_millis(200);

/// The end of a wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    pub(super) end: Instant,
    limit: Duration,
}

/// A socket's time-out may exceed what is left by so much, so that it need not be set, with a
/// system call, for each request.
const TIMEOUT_SLACK: Duration = Duration::from_millis(50);

impl Deadline {
    pub(super) fn after(limit: Duration) -> Self {
        Deadline { end: Instant::now() + limit, limit }
    }

    /// When an answer is late, which may be before the end.
    pub(super) fn soon(self) -> Self {
        Deadline { limit: self.limit, end: self.end.min(Instant::now() + USUAL) }
    }

    /// The same for who was not waiting for so long.
    pub(super) fn put_off(self, by: Duration) -> Self {
        Deadline { end: self.end + by, ..self }
    }

    pub(super) fn left(self) -> Result<Duration, ClientError> {
        match self.end.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(self.passed()),
        }
    }

    pub(super) fn passed(self) -> ClientError {
        ClientError::TimedOut(self.limit)
    }

    /// What a socket's time-out is to be set to, when it is not good enough as it is.
    pub(super) fn to_set(self, current: Duration) -> Result<Option<Duration>, ClientError> {
        let left = self.left()?;
        let good_enough = (left..left + TIMEOUT_SLACK).contains(&current);
        Ok((!good_enough).then_some(left + TIMEOUT_SLACK / 2))
    }
}
