//! Earlier lines, in a file that all sessions share.
//!
//! A line is appended in one write as soon as it is typed, so that a session that is killed loses none; at each prompt
//! the lines of other sessions are read. A line that was typed before moves to the end. The file can be read by its
//! owner only, and lines with secrets never get there.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustyline::history::{History as LineHistory, SearchDirection, SearchResult};

use crate::folders;

/// How many lines are kept.
const KEPT: usize = 10_000;

/// A file with so many lines is made anew, without the older ones.
const FULL: usize = 2 * KEPT;

/// How long another session's write is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Earlier lines, the last one last, each of them once.
#[derive(Debug, Default)]
pub struct History {
    lines: Vec<String>,
    /// The same, to be found.
    known: HashSet<String>,
    file: Option<Followed>,
}

/// A file, and how much of it has been read.
#[derive(Debug)]
struct Followed {
    path: PathBuf,
    read_to: u64,
    identity: Option<(u64, u64)>,
}

impl History {
    /// Lines that are kept in this file, and read from it if it is there.
    ///
    /// # Errors
    ///
    /// The file or its directory cannot be used.
    pub fn open(path: &Path) -> io::Result<History> {
        if let Some(folder) = path.parent() {
            folders::make(folder)?;
        }
        let followed = Followed { path: path.to_owned(), read_to: 0, identity: None };
        let mut history = History { file: Some(followed), ..History::default() };
        let file = open(path)?;
        if file.metadata()?.mode() & 0o077 != 0 {
            file.set_permissions(Permissions::from_mode(0o600))?;
        }
        let count = history.read_news()?;
        if count >= FULL {
            history.make_anew()?;
        }
        Ok(history)
    }

    /// Reads what other sessions have written. Returns how many lines there were.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read_news(&mut self) -> io::Result<usize> {
        let Some(followed) = &mut self.file else { return Ok(0) };
        let mut file = open(&followed.path)?;
        let metadata = file.metadata()?;
        let identity = Some((metadata.dev(), metadata.ino()));
        if followed.identity != identity || metadata.len() < followed.read_to {
            (followed.identity, followed.read_to) = (identity, 0);
        }
        if metadata.len() == followed.read_to {
            return Ok(0);
        }
        file.seek(SeekFrom::Start(followed.read_to))?;
        let mut news = Vec::new();
        file.read_to_end(&mut news)?;
        // What has no end yet is being written.
        let whole = news.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        followed.read_to += whole as u64;
        let mut count = 0;
        for line in news[..whole].split(|&byte| byte == b'\n') {
            if !line.is_empty() && is_harmless(line) {
                count += 1;
                self.push(String::from_utf8_lossy(line).into_owned());
            }
        }
        Ok(count)
    }

    /// Takes a line. One that begins with a blank is nobody else's business.
    ///
    /// # Errors
    ///
    /// It could not be written; it is there in this session.
    pub fn keep(&mut self, line: &str) -> io::Result<()> {
        if line.trim().is_empty() || line.starts_with(char::is_whitespace) || !is_harmless(line.as_bytes()) {
            return Ok(());
        }
        let outcome = self.append(line);
        self.push(line.to_owned());
        outcome
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        if self.file.is_none() {
            return Ok(());
        }
        self.read_news()?;
        let Some(followed) = &mut self.file else { return Ok(()) };
        let _lock = Lock::take(&followed.path);
        let mut file = open(&followed.path)?;
        // A line that somebody could not finish stays by itself.
        let mut text = match ends_in_mid_line(&mut file)? {
            true => b"\n".to_vec(),
            false => Vec::new(),
        };
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
        file.write_all(&text)
    }

    /// The lines that are kept, in a new file in the place of the old one.
    fn make_anew(&mut self) -> io::Result<()> {
        let Some(_lock) = self.file.as_ref().and_then(|followed| Lock::take(&followed.path)) else { return Ok(()) };
        // What has come until nobody else could write any longer.
        self.read_news()?;
        let Some(followed) = &mut self.file else { return Ok(()) };
        let new = followed.path.with_extension("new");
        let mut file = folders::options().write(true).create(true).truncate(true).open(&new)?;
        let mut text = Vec::new();
        for line in &self.lines[self.lines.len().saturating_sub(KEPT)..] {
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&new, &followed.path)?;
        let metadata = file.metadata()?;
        (followed.identity, followed.read_to) = (Some((metadata.dev(), metadata.ino())), metadata.len());
        Ok(())
    }

    /// Puts a line behind the others, and takes it away from where it was. Too many are not kept.
    fn push(&mut self, line: String) {
        if !self.known.insert(line.clone())
            && let Some(at) = self.lines.iter().rposition(|known| *known == line)
        {
            self.lines.remove(at);
        }
        self.lines.push(line);
        // Not one by one: those behind the first have to move up each time.
        if self.lines.len() > FULL {
            for old in self.lines.drain(..self.lines.len() - KEPT) {
                self.known.remove(&old);
            }
        }
    }

    /// All of them.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    fn found(&self, at: usize, position: usize) -> SearchResult<'_> {
        SearchResult { entry: Cow::Borrowed(&self.lines[at]), idx: at, pos: position }
    }

    fn search_by(
        &self,
        start: usize,
        direction: SearchDirection,
        matches: impl Fn(&str) -> Option<usize>,
    ) -> Option<SearchResult<'_>> {
        let matching = |at: usize| Some(self.found(at, matches(self.lines.get(at)?)?));
        match direction {
            SearchDirection::Reverse => (0..self.lines.len().min(start + 1)).rev().find_map(matching),
            SearchDirection::Forward => (start..self.lines.len()).find_map(matching),
        }
    }
}

/// Whether a line has no control characters, which would do something to the terminal wherever it is shown again.
fn is_harmless(line: &[u8]) -> bool {
    !line.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t')
}

fn open(path: &Path) -> io::Result<File> {
    let file = folders::options().read(true).append(true).create(true).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no ordinary file")),
    }
}

fn ends_in_mid_line(file: &mut File) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// That no other session writes, until it is dropped.
struct Lock(#[allow(dead_code)] File);

impl Lock {
    /// `None` where another session does not come to an end of it.
    fn take(path: &Path) -> Option<Lock> {
        let path = path.with_extension("lock");
        let file = folders::options().write(true).create(true).truncate(false).open(path).ok()?;
        let end = Instant::now() + PATIENCE;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Some(Lock(file)),
                Err(_) if Instant::now() < end => thread::sleep(Duration::from_millis(2)),
                Err(_) => return None,
            }
        }
    }
}

impl LineHistory for History {
    fn get(&self, index: usize, _: SearchDirection) -> rustyline::Result<Option<SearchResult<'_>>> {
        Ok((index < self.lines.len()).then(|| self.found(index, 0)))
    }

    fn add(&mut self, line: &str) -> rustyline::Result<bool> {
        Ok(self.keep(line).is_ok())
    }

    fn add_owned(&mut self, line: String) -> rustyline::Result<bool> {
        self.add(&line)
    }

    fn len(&self) -> usize {
        self.lines.len()
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn set_max_len(&mut self, _: usize) -> rustyline::Result<()> {
        Ok(())
    }

    fn ignore_dups(&mut self, _: bool) -> rustyline::Result<()> {
        Ok(())
    }

    fn ignore_space(&mut self, _: bool) {}

    fn save(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }

    fn append(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }

    fn load(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }

    fn clear(&mut self) -> rustyline::Result<()> {
        self.lines.clear();
        self.known.clear();
        Ok(())
    }

    fn search(
        &self,
        term: &str,
        start: usize,
        direction: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        if term.is_empty() {
            return Ok(None);
        }
        Ok(self.search_by(start, direction, |line| line.find(term)))
    }

    fn starts_with(
        &self,
        term: &str,
        start: usize,
        direction: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        if term.is_empty() {
            return Ok(None);
        }
        Ok(self.search_by(start, direction, |line| line.starts_with(term).then_some(term.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sessions_lose_nothing_and_see_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/omsh/history");
        let mut one = History::open(&path).unwrap();
        let mut two = History::open(&path).unwrap();
        for number in 0..50 {
            one.keep(&format!("one {number}")).unwrap();
            two.keep(&format!("two {number}")).unwrap();
            two.keep("again").unwrap();
        }
        one.read_news().unwrap();
        assert_eq!(one.lines(), two.lines());
        assert_eq!(one.lines().len(), 101);
        assert_eq!(one.lines().last().unwrap(), "again");
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!(metadata.mode() & 0o777, 0o600);
        assert_eq!(History::open(&path).unwrap().lines(), one.lines());
    }

    #[test]
    fn a_torn_line_spoils_no_other_and_a_full_file_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(&path, "connect\nhal").unwrap();
        let mut history = History::open(&path).unwrap();
        history.keep("open").unwrap();
        history.keep(" not this").unwrap();
        history.keep("nor \x1b[31mthis").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "connect\nhal\nopen\n");
        let many: String = (0..FULL + 5).map(|number| format!("line {number}\n")).collect();
        fs::write(&path, many).unwrap();
        let mut other = History::open(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), KEPT);
        // A session that follows the old file goes on with the new one.
        history.keep("later").unwrap();
        other.read_news().unwrap();
        assert_eq!(other.lines().last().unwrap(), "later");
    }
}
