//! `include "FILE";`: files in files, bounded in depth, number and size, without cycles.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::dhcpd::statements::{Fault, semicolon, unexpected};
use crate::dhcpd::syntax::TokenKind;
use crate::shown::ShowPath as _;

use super::error::Stop;
use super::parser::{Around, Parser, Reading};
use super::{ConfError, streams};

/// Files that may include one another in a row.
const MAX_DEPTH: usize = 32;

/// Files that may be included.
const MAX_FILES: usize = 10_000;

/// Bytes of a configuration with all that it includes.
pub(super) const MAX_BYTES: u64 = 1 << 30;

/// The files that are being read, and what has been read.
#[derive(Debug, Default)]
pub(super) struct Includes {
    /// Each file that is being read, without symbolic links, and how it came to be.
    open: Vec<(Option<PathBuf>, String)>,
    read: usize,
    bytes: u64,
    /// Numbers of files by the names that they were included by.
    numbers: HashMap<PathBuf, usize>,
}

impl Includes {
    pub(super) fn enter_first(&mut self, source: &str) {
        self.open.push((fs::canonicalize(source).ok(), source.to_owned()));
    }
}

/// Room for a file, which may have a secret in it: zeroed when dropped, and large enough that no copy is left behind where it
/// grew.
fn room_for(file: &fs::Metadata) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(file.len().min(MAX_BYTES) as usize + 1))
}

/// Reads a file up to the bytes that a configuration may have, and one more. What is no ordinary file
/// has no bytes for dhcpd, and may have no end.
pub(super) fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let kind = fs::metadata(path)?;
    let mut bytes = room_for(&kind);
    if kind.is_file() || kind.is_dir() {
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Reads the first file, which may be a pipe.
pub(super) fn read_first(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let metadata = fs::metadata(path)?;
    let is_stream = !metadata.is_file();
    if is_stream && let Some(bytes) = streams::kept(path) {
        return Ok(bytes);
    }
    let mut bytes = room_for(&metadata);
    crate::limits::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 GiB"));
    }
    if is_stream {
        streams::keep(path, &bytes);
    }
    Ok(bytes)
}

impl Parser {
    pub(super) fn include(&mut self, reading: &mut Reading<'_>, around: Around) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        let position = lexer.peeked_position();
        let token = lexer.next();
        if token.kind != TokenKind::String {
            return Err(unexpected(lexer, "a file's name in quotes", &token).into());
        }
        let name = PathBuf::from(std::ffi::OsStr::from_bytes(token.c_text()));
        let place = format!("{}:{}:{}", reading.source, position.line, position.column);
        semicolon(lexer)?;
        // What the next statement warns of is not ours; what this one did is to be said now.
        if let Some(warning) = lexer.take_warnings().into_iter().next() {
            return Err(Fault::at(warning.offset, String::from_utf8_lossy(&warning.text)).into());
        }
        let unreadable = |path: &Path, cause| {
            let path = path.shown().to_string();
            Stop::There(ConfError::Unreadable { path, included: Some(place.clone()), cause })
        };
        let (path, text) = match read_file(&name) {
            Ok(text) => (name, text),
            Err(cause) => match self.beside(reading.source, &name, &cause) {
                None => return Err(unreadable(&name, cause)),
                Some(beside) => match read_file(&beside) {
                    Ok(text) => (beside, text),
                    Err(_) => return Err(unreadable(&name, cause)),
                },
            },
        };
        let identity = fs::canonicalize(&path).ok();
        let includes = &mut self.includes;
        let link = format!("{} (included at {place})", path.shown());
        let is_open = identity.is_some() && includes.open.iter().any(|(open, _)| *open == identity);
        if is_open || includes.open.len() > MAX_DEPTH {
            let chain = includes.open.iter().map(|(_, link)| link.clone()).chain([link]).collect();
            return Err(Stop::There(ConfError::Includes { chain }));
        }
        includes.read += 1;
        includes.bytes += text.len() as u64;
        if includes.read > MAX_FILES || includes.bytes > MAX_BYTES {
            return Err(Stop::There(ConfError::TooLarge(place)));
        }
        includes.open.push((identity, link));
        let files = &mut self.conf.files;
        let file = *includes.numbers.entry(path.clone()).or_insert_with(|| {
            files.push(path.clone());
            files.len() - 1
        });
        let inner = Around { direct: false, ..around };
        self.file(&path.shown().to_string(), &text, file, inner).map_err(Stop::There)?;
        self.includes.open.pop();
        Ok(())
    }

    /// Where else a file may be that was not found.
    fn beside(&self, source: &str, name: &Path, cause: &io::Error) -> Option<PathBuf> {
        let may_look = self.options.include_beside && cause.kind() == io::ErrorKind::NotFound && name.is_relative();
        may_look.then(|| Path::new(source).parent().map(|folder| folder.join(name)))?
    }
}
