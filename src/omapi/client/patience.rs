//! Waiting for somebody who may give up.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::deadline::Deadline;
use super::error::ClientError;

/// Somebody who waits for a server, and may give up.
pub trait Patience: fmt::Debug + Send + Sync {
    /// Called several times a second while a wait goes on, and when it is over. `false` gives up.
    fn goes_on(&self, wait: Wait<'_>) -> bool;
}

/// What is waited for.
#[derive(Clone, Copy, Debug)]
pub enum Wait<'a> {
    /// A connection to this server, or an answer from it, for so long.
    For(&'a str, Duration),
    /// It has come, or will not come.
    Over,
}

/// How often somebody who waits is asked.
const ASKED_EVERY: Duration = Duration::from_millis(100);

/// Does something on a thread of its own, which is left behind when it takes too long or somebody gives up.
/// That no thread can be had is an error of the system.
pub(super) fn beside<T: Send + 'static>(
    job: impl FnOnce() -> T + Send + 'static,
    deadline: Deadline,
    waiting: Option<&Waiting<'_>>,
) -> Result<T, Result<ClientError, io::Error>> {
    let (sender, receiver) = mpsc::channel();
    let run = move || {
        let _ = sender.send(job());
    };
    std::thread::Builder::new().spawn(run).map_err(Err)?;
    loop {
        let left = deadline.left().map_err(Ok)?;
        let slice = if waiting.is_some() { left.min(ASKED_EVERY) } else { left };
        match receiver.recv_timeout(slice) {
            Ok(outcome) => return Ok(outcome),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(Ok(deadline.passed())),
            Err(mpsc::RecvTimeoutError::Timeout) => match waiting {
                Some(waiting) if !waiting.goes_on() => return Err(Ok(ClientError::GivenUp)),
                _ => {}
            },
        }
    }
}

/// A wait that somebody is asked about, until it is dropped.
pub(super) struct Waiting<'a> {
    patience: &'a dyn Patience,
    server: String,
    start: Instant,
}

impl<'a> Waiting<'a> {
    pub(super) fn begin(patience: &'a dyn Patience, host: &str, port: u16) -> Self {
        Waiting { patience, server: format!("{host} port {port}"), start: Instant::now() }
    }

    pub(super) fn goes_on(&self) -> bool {
        self.patience.goes_on(Wait::For(&self.server, self.start.elapsed()))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.patience.goes_on(Wait::Over);
    }
}

/// Waits until there is something to read, or an end of it.
pub(super) fn wait_readable(
    stream: &TcpStream,
    peer: SocketAddr,
    deadline: Deadline,
    patience: &dyn Patience,
) -> Result<(), ClientError> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let waiting = Waiting::begin(patience, &peer.ip().to_string(), peer.port());
    loop {
        let slice = deadline.left()?.min(ASKED_EVERY);
        let slice = Timespec { tv_sec: 0, tv_nsec: slice.as_nanos().min(999_999_999) as _ };
        match poll(&mut [PollFd::new(stream, PollFlags::IN)], Some(&slice)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {
                if !waiting.goes_on() {
                    return Err(ClientError::GivenUp);
                }
            }
            Ok(_) => return Ok(()),
            Err(error) => return Err(ClientError::Io(error.into())),
        }
    }
}

/// Sleeps before the next request to this server.
pub(super) fn sleep(patience: &dyn Patience, peer: SocketAddr, pause: Duration) -> Result<(), ClientError> {
    let waiting = Waiting::begin(patience, &peer.ip().to_string(), peer.port());
    let end = Instant::now() + pause;
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        if !waiting.goes_on() {
            return Err(ClientError::GivenUp);
        }
        std::thread::sleep(left.min(ASKED_EVERY));
    }
    Ok(())
}
