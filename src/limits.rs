//! How much is read of what may have no end: pipes and devices, and files that are always small.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

/// Bytes that are read of a pipe or a device, in the place of a file that is no lease file.
pub const STREAM: u64 = 256 << 20;

/// Bytes that are read of a pipe or a device in the place of a lease file, which is copied to a temporary file.
pub const LEASE_STREAM: u64 = 1 << 30;

/// Bytes of a config.toml.
pub const CONFIG: u64 = 1 << 20;

/// What reads up to a limit and fails beyond it, where [`Read::take`] would end as a file does.
#[derive(Debug)]
pub struct Limited<R> {
    input: R,
    limit: u64,
    left: u64,
}

impl<R: Read> Limited<R> {
    /// Reads no more than so many bytes.
    pub fn new(input: R, limit: u64) -> Self {
        Limited { input, limit, left: limit }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => {
                let sentence = format!("it has more than {} MiB, the most that is read of it", self.limit >> 20);
                return Err(io::Error::new(ErrorKind::FileTooLarge, sentence));
            }
        }
        Ok(count)
    }
}

/// Milliseconds that a named pipe waits for somebody who writes to it.
static PATIENCE: AtomicU64 = AtomicU64::new(10_000);

/// Says how long a named pipe waits for somebody who writes to it: as long as anything else waits.
pub fn wait_for_writers(patience: Duration) {
    PATIENCE.store(patience.as_millis().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Opens a file to read. A named pipe is waited for until somebody writes to it, which must not take for ever.
///
/// # Errors
///
/// Those of the system; [`ErrorKind::TimedOut`] for a named pipe that nobody writes to.
pub fn open_file(path: &Path) -> io::Result<File> {
    if !path.metadata()?.file_type().is_fifo() {
        return File::open(path);
    }
    let file = OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(path)?;
    let patience = Duration::from_millis(PATIENCE.load(Ordering::Relaxed));
    let limit = Timespec::try_from(patience).map_err(|_| ErrorKind::InvalidInput)?;
    let ready = loop {
        match poll(&mut [PollFd::new(&file, PollFlags::IN)], Some(&limit)) {
            Err(Errno::INTR) => {}
            outcome => break outcome?,
        }
    };
    if ready == 0 {
        let sentence = format!("nobody has written to this pipe within {} s", patience.as_secs_f32());
        return Err(io::Error::new(ErrorKind::TimedOut, sentence));
    }
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

/// Opens a file, of which a pipe or a device is read up to [`STREAM`] bytes.
pub fn open(path: &Path) -> io::Result<Limited<File>> {
    let file = open_file(path)?;
    let limit = if file.metadata()?.is_file() { u64::MAX } else { STREAM };
    Ok(Limited::new(file, limit))
}

/// Reads a config.toml.
pub fn read_config(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    Limited::new(open_file(path)?, CONFIG).read_to_string(&mut text)?;
    Ok(text)
}
