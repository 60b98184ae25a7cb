//! The bytes of a lease file, to be read at any place and in any order.
//!
//! A file stays where it is and is read in pieces. What cannot be read at a place, a pipe or a compressed
//! file, is first copied to a temporary file that has no name. A file may grow while it is read: what was
//! there when it was opened counts. One that becomes shorter is an error, since nothing that was found in
//! it can be trusted to be there.

use crate::shown::ShowPath as _;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::time::Duration;

use flate2::read::MultiGzDecoder;

/// How gzip's files begin.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The most that is copied from a pipe or out of a compressed file, in bytes.
const MAX_COPY: u64 = 64 << 30;

/// Why a lease file cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// It cannot be opened.
    Open {
        /// Its name.
        name: String,
        /// Why not.
        error: io::Error,
    },
    /// It cannot be read.
    Read {
        /// Its name.
        name: String,
        /// Why not.
        error: io::Error,
    },
    /// It is compressed, and damaged.
    Compressed {
        /// Its name.
        name: String,
        /// What is wrong.
        error: io::Error,
    },
    /// There is no room for a copy of it.
    Copy {
        /// Its name.
        name: String,
        /// Why not.
        error: io::Error,
    },
    /// A pipe or a compressed file holds more than can be a lease file.
    TooLarge {
        /// Its name.
        name: String,
    },
    /// It no longer has what was found in it before.
    Changed {
        /// Its name.
        name: String,
        /// Where that was, in bytes.
        offset: u64,
    },
    /// It has become shorter since it was opened.
    Shrunk {
        /// Its name.
        name: String,
        /// Its length when it was opened, in bytes.
        length: u64,
        /// Where its end was found, at the latest.
        end: u64,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Open { name, error } => write!(f, "{name} cannot be opened: {error}"),
            ReadError::Read { name, error } => write!(f, "{name} cannot be read: {error}"),
            ReadError::Compressed { name, error } => {
                write!(f, "{name} is compressed and cannot be unpacked: {error}; try `gzip -t` on it")
            }
            ReadError::Copy { name, error } => {
                let folder = std::env::temp_dir();
                write!(
                    f,
                    "{name} has to be copied to {} to be read: {error}; TMPDIR names another place",
                    folder.shown()
                )
            }
            ReadError::TooLarge { name } => {
                write!(f, "{name} holds over {} GiB, which no lease file does", MAX_COPY >> 30)
            }
            ReadError::Changed { name, offset } => write!(
                f,
                "{name} no longer has the lease that was at byte {offset}: it was changed while it was read; try again"
            ),
            ReadError::Shrunk { name, length, end } => write!(
                f,
                "{name} had {length} bytes and ends at byte {end} now: it was changed while it was read; try again"
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// Which file this is: its device and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    pub(super) fn of(metadata: &std::fs::Metadata) -> Self {
        Identity(metadata.dev(), metadata.ino())
    }
}

#[derive(Debug)]
enum Place {
    File(File),
    Memory(Vec<u8>),
}

/// The bytes of a lease file.
#[derive(Debug)]
pub struct Source {
    name: String,
    place: Place,
    length: u64,
    identity: Option<Identity>,
    piece: usize,
}

/// How much is read at once, in bytes: little enough to stay in a processor's cache.
const PIECE: usize = 256 << 10;

impl Source {
    /// Opens a file, compressed by gzip or not; `-` is stdin.
    pub fn open(path: &Path) -> Result<Source, ReadError> {
        let name = if path == Path::new("-") { "stdin".to_owned() } else { path.shown().to_string() };
        let opened = match path == Path::new("-") {
            true => io::stdin().as_fd().try_clone_to_owned().map(File::from),
            false => crate::limits::open_file(path),
        };
        let inspected = opened.and_then(|mut file| {
            let metadata = file.metadata()?;
            // A redirected stdin may have been read from before.
            let is_whole = metadata.is_file() && file.stream_position()? == 0;
            Ok((file, metadata, is_whole))
        });
        let (file, metadata, is_whole) = match inspected {
            Ok(inspected) => inspected,
            Err(error) => return Err(ReadError::Open { name, error }),
        };
        if metadata.is_dir() {
            return Err(ReadError::Open { name, error: io::ErrorKind::IsADirectory.into() });
        }
        if !is_whole {
            return Self::copy(name, file);
        }
        let mut magic = [0; GZIP.len()];
        match read_fully(&file, &mut magic, 0) {
            Ok(count) if magic[..count] == GZIP => Self::copy(name, file),
            Ok(_) => Self::of_file(name, file),
            Err(error) => Err(ReadError::Read { name, error }),
        }
    }

    /// Bytes that are there already, under a name for messages.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Source {
        let length = bytes.len() as u64;
        Source { name: name.into(), place: Place::Memory(bytes), length, identity: None, piece: PIECE }
    }

    /// The same source, read in pieces of so many bytes. What is read does not depend on it: that is what
    /// tests use this for.
    pub fn in_pieces_of(self, bytes: usize) -> Source {
        Source { piece: bytes.max(1), ..self }
    }

    pub(super) fn piece(&self) -> usize {
        self.piece
    }

    /// What it is called in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has, as far as we read it.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Reads from `offset` on until `buffer` is full or the end is reached, and returns how many bytes
    /// that was.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, ReadError> {
        let wanted = self.length.saturating_sub(offset).min(buffer.len() as u64) as usize;
        let buffer = &mut buffer[..wanted];
        match &self.place {
            Place::Memory(bytes) => {
                let start = offset.min(self.length) as usize;
                buffer.copy_from_slice(&bytes[start..start + wanted]);
                Ok(wanted)
            }
            Place::File(file) => match read_fully(file, buffer, offset) {
                Ok(count) if count == wanted => Ok(count),
                Ok(count) => {
                    let end = offset + count as u64;
                    Err(ReadError::Shrunk { name: self.name.clone(), length: self.length, end })
                }
                Err(error) => Err(ReadError::Read { name: self.name.clone(), error }),
            },
        }
    }

    /// The mistake of whoever finds something else than before.
    pub(super) fn changed(&self, offset: u64) -> ReadError {
        ReadError::Changed { name: self.name.clone(), offset }
    }

    /// A file that is as it is, to be read at its places.
    pub(super) fn of_file(name: String, file: File) -> Result<Source, ReadError> {
        match file.metadata() {
            Ok(metadata) => {
                let identity = Some(Identity::of(&metadata));
                Ok(Source { name, place: Place::File(file), length: metadata.len(), identity, piece: PIECE })
            }
            Err(error) => Err(ReadError::Read { name, error }),
        }
    }

    /// Takes in what has been appended to a file.
    pub(super) fn grow(&mut self) -> Result<(), ReadError> {
        if let Place::File(file) = &self.place {
            match file.metadata() {
                Ok(metadata) => self.length = metadata.len(),
                Err(error) => return Err(ReadError::Read { name: self.name.clone(), error }),
            }
        }
        Ok(())
    }

    /// Whether a file that has just been written to grows within a moment, and takes in by how much: its last block
    /// may be half written because somebody is writing it.
    pub fn grows_within_a_moment(&mut self) -> Result<bool, ReadError> {
        const STEP: Duration = Duration::from_millis(20);
        const STEPS: u32 = 15;
        let Place::File(file) = &self.place else { return Ok(false) };
        let written = file.metadata().and_then(|metadata| metadata.modified());
        // A time to come is one of a clock that was set back.
        let is_fresh = written.is_ok_and(|written| written.elapsed().is_ok_and(|age| age < Self::FRESH));
        if self.identity.is_none() || !is_fresh {
            return Ok(false);
        }
        for _ in 0..STEPS {
            std::thread::sleep(STEP);
            let before = self.length;
            self.grow()?;
            if self.length > before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How long ago a file was written to that may still be.
    const FRESH: Duration = Duration::from_secs(10);

    /// Whether another file is at a path than the one that was read, or the same one has another length now.
    pub fn is_outdated_at(&self, path: &Path) -> bool {
        let is_other = |metadata: std::fs::Metadata| {
            Some(Identity::of(&metadata)) != self.identity || metadata.len() != self.length
        };
        self.identity.is_some() && std::fs::metadata(path).is_ok_and(is_other)
    }

    /// Whether it is a file that is read where it is, and no copy of a pipe or of what a compressed file
    /// holds.
    pub fn is_in_place(&self) -> bool {
        self.identity.is_some()
    }

    /// Which file it is, unless it has been copied.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.identity
    }

    fn copy(name: String, file: File) -> Result<Source, ReadError> {
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
        let limit = if is_file { u64::MAX } else { crate::limits::LEASE_STREAM };
        let mut input = BufReader::with_capacity(64 << 10, file);
        let mut magic = Vec::new();
        if let Err(error) = input.by_ref().take(GZIP.len() as u64).read_to_end(&mut magic) {
            return Err(ReadError::Read { name, error });
        }
        let is_compressed = magic == GZIP;
        let input = io::Cursor::new(magic).chain(input);
        let copied = match is_compressed {
            true => copy_to_file(&mut MultiGzDecoder::new(input)),
            false => copy_to_file(&mut crate::limits::Limited::new(input, limit)),
        };
        match copied {
            Ok((file, length)) if length <= MAX_COPY => {
                Ok(Source { name, place: Place::File(file), length, identity: None, piece: PIECE })
            }
            Ok(_) => Err(ReadError::TooLarge { name }),
            Err(Failure::Output(error)) => Err(ReadError::Copy { name, error }),
            Err(Failure::Input(error)) if is_compressed => Err(ReadError::Compressed { name, error }),
            Err(Failure::Input(error)) => Err(ReadError::Read { name, error }),
        }
    }
}

enum Failure {
    Input(io::Error),
    Output(io::Error),
}

/// Copies up to a byte more than may be.
fn copy_to_file(input: &mut dyn Read) -> Result<(File, u64), Failure> {
    let mut file = tempfile::tempfile().map_err(Failure::Output)?;
    let mut input = input.take(MAX_COPY + 1);
    let mut piece = vec![0; 64 << 10];
    let mut length = 0;
    loop {
        match input.read(&mut piece) {
            Ok(0) => return Ok((file, length)),
            Ok(count) => {
                file.write_all(&piece[..count]).map_err(Failure::Output)?;
                length += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::Input(error)),
        }
    }
}

/// Reads until the buffer is full or the file has ended.
pub(super) fn read_fully(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut count = 0;
    while count < buffer.len() {
        match file.read_at(&mut buffer[count..], offset + count as u64) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(source: &Source) -> Vec<u8> {
        let mut bytes = vec![0; source.len() as usize];
        assert_eq!(source.read_at(&mut bytes, 0).unwrap(), bytes.len());
        bytes
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compressed_files_are_unpacked_all_members_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leases.gz");
        std::fs::write(&path, [gzip(b"first "), gzip(b"second")].concat()).unwrap();
        let source = Source::open(&path).unwrap();
        assert_eq!(whole(&source), b"first second");
        let mut piece = [0; 4];
        assert_eq!(source.read_at(&mut piece, 9).unwrap(), 3);
        assert_eq!(&piece[..3], b"ond");
        assert_eq!(source.read_at(&mut piece, 100).unwrap(), 0);
    }

    #[test]
    fn a_compressed_file_that_is_cut_off_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leases.gz");
        let packed = gzip(b"lease 10.0.0.1 { }");
        std::fs::write(&path, &packed[..packed.len() - 9]).unwrap();
        let error = Source::open(&path).unwrap_err();
        assert!(matches!(error, ReadError::Compressed { .. }), "{error}");
    }

    #[test]
    fn a_file_that_becomes_shorter_is_an_error_and_one_that_grows_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leases");
        std::fs::write(&path, b"0123456789").unwrap();
        let source = Source::open(&path).unwrap();
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"more").unwrap();
        assert_eq!(whole(&source), b"0123456789");
        file.set_len(4).unwrap();
        let error = source.read_at(&mut [0; 10], 0).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("had 10 bytes and ends at byte 4 now: it was changed while it was read; try again")
        );
    }

    #[test]
    fn what_is_no_file_is_copied_and_a_folder_is_refused() {
        assert_eq!(whole(&Source::open(Path::new("/dev/null")).unwrap()), b"");
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Source::open(folder.path()), Err(ReadError::Open { .. })));
        assert!(matches!(Source::open(&folder.path().join("none")), Err(ReadError::Open { .. })));
    }
}
