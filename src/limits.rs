//! How much is read of what may have no end: pipes and devices, and files that are always small.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

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

/// Opens a file, of which a pipe or a device is read up to [`STREAM`] bytes.
pub fn open(path: &Path) -> io::Result<Limited<File>> {
    let file = File::open(path)?;
    let limit = if file.metadata()?.is_file() { u64::MAX } else { STREAM };
    Ok(Limited::new(file, limit))
}

/// Reads a config.toml.
pub fn read_config(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    Limited::new(File::open(path)?, CONFIG).read_to_string(&mut text)?;
    Ok(text)
}
