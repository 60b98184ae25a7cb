//! An index in a file of the user's folder for caches, looked up where it is: a lease file of gigabytes is not
//! read for a key press.
//!
//! The file begins with its own length, how long it took to make, and the identities of the files that it is
//! made of; then an empty line, and the lines of the index. One that is not as long as it says, belongs to somebody else
//! or can be read by others is ignored. A new one replaces it in one step.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::dhcpd::Family;
use crate::folders;
use crate::render::text::colon_hex;

use super::gather::{Identity, Seen};
use super::index::{Index, Lines, MAX_LINE};
use super::place::Place;

/// How the file begins. Another number is another form.
const MAGIC: &str = "omsh-candidates-1";

/// The most that the identities may take, in bytes.
const MAX_HEAD: usize = 1 << 20;

/// A process that has made a cache for so long is not waited for, and ends itself.
pub const LONGEST_REFRESH: Duration = Duration::from_secs(600);

/// A cache is not made anew before so many times the time has passed that it took to make it: dhcpd writes its
/// lease file all the time.
const REST: u32 = 20;

/// Making a cache takes long if it takes longer than this: about the time that an answer may take.
const LONG: Duration = Duration::from_millis(200);

/// Files in the folder that have not been written for so long are removed.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 86_400);

/// How much is read at once where lines are wanted one after the other, in bytes.
const PIECE: usize = 64 << 10;

/// Where the cache of a place is.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    name: String,
}

/// That nobody else makes the same cache; until it is dropped.
pub(super) struct Lock(PathBuf);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A cache that is there.
#[derive(Debug)]
pub(super) struct Old {
    file: File,
    /// Where its lines begin and end.
    lines: (u64, u64),
    seen: Seen,
    took: Duration,
    written: Option<SystemTime>,
}

impl Cache {
    /// `None` where there is no place for it, as without a home directory.
    pub(super) fn of(place: &Place) -> Option<Cache> {
        let mut hash = Sha256::new();
        for path in [place.conf.clone(), place.said_leases()] {
            let path = path.map(|path| path.into_os_string().into_vec()).unwrap_or_default();
            hash.update((path.len() as u64).to_le_bytes());
            hash.update(path);
        }
        hash.update(match place.files.family {
            None => b"-",
            Some(Family::V4) => b"4",
            Some(Family::V6) => b"6",
        });
        let name = colon_hex(&hash.finalize()[..16]).replace(':', "");
        Some(Cache { folder: folders::cache()?, name })
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.candidates", self.name))
    }

    /// Opens the cache, if it is whole and ours.
    pub(super) fn open(&self) -> Option<Old> {
        let file = folders::options().read(true).open(self.path()).ok()?;
        let metadata = file.metadata().ok()?;
        let is_ours = metadata.is_file() && metadata.uid() == rustix::process::geteuid().as_raw();
        if !is_ours || metadata.mode() & 0o077 != 0 {
            return None;
        }
        let head = read_head(&file)?;
        let mut rows = head.split(|&byte| byte == b'\n');
        let first = String::from_utf8(rows.next()?.to_vec()).ok()?;
        let mut words = first.split(' ');
        let length: u64 = words.next().filter(|word| *word == MAGIC).and_then(|_| words.next()?.parse().ok())?;
        let took = Duration::from_millis(words.next()?.parse().ok()?);
        if length != metadata.len() {
            return None;
        }
        let mut seen = Seen::default();
        for row in rows.filter(|row| !row.is_empty()) {
            let (kind, identity) = read_identity(row)?;
            match kind {
                b'C' => seen.conf.push(identity),
                _ => seen.leases = Some(identity),
            }
        }
        let lines = (head.len() as u64, length);
        Some(Old { file, lines, seen, took, written: metadata.modified().ok() })
    }

    /// Claims the right to write the cache.
    pub(super) fn lock(&self) -> Option<Lock> {
        self.make_folder()?;
        let path = self.folder.join(format!("{}.lock", self.name));
        let claim = || folders::options().write(true).create_new(true).open(&path).ok();
        if claim().is_some() {
            return Some(Lock(path));
        }
        // Who claimed it has ended by now, one way or another.
        if age(&path)? > LONGEST_REFRESH * 2 {
            fs::remove_file(&path).ok()?;
            claim()?;
            return Some(Lock(path));
        }
        None
    }

    fn make_folder(&self) -> Option<()> {
        folders::make(&self.folder).ok()?;
        let metadata = fs::symlink_metadata(&self.folder).ok()?;
        if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
            return None;
        }
        if metadata.mode() & 0o077 != 0 {
            fs::set_permissions(&self.folder, Permissions::from_mode(0o700)).ok()?;
        }
        Some(())
    }

    /// Writes it. That it cannot be written is told to nobody.
    pub(super) fn write(&self, seen: &Seen, index: &Index, took: Duration) {
        let _ = self.try_write(seen, index, took);
        self.sweep();
    }

    fn try_write(&self, seen: &Seen, index: &Index, took: Duration) -> io::Result<()> {
        let mut rows = Vec::new();
        let identities = seen.conf.iter().map(|one| (b'C', one)).chain(seen.leases.iter().map(|one| (b'L', one)));
        for (kind, identity) in identities {
            write_identity(&mut rows, kind, identity)?;
        }
        rows.push(b'\n');
        let lines: u64 = index.lines().iter().map(|line| line.len() as u64 + 1).sum();
        let first = |length: u64| format!("{MAGIC} {length:020} {}\n", took.as_millis());
        let length = first(0).len() as u64 + rows.len() as u64 + lines;
        // It is of mode 600.
        let mut file = tempfile::Builder::new().prefix("new-").tempfile_in(&self.folder)?;
        let mut out = BufWriter::new(file.as_file_mut());
        out.write_all(first(length).as_bytes())?;
        out.write_all(&rows)?;
        for line in index.lines() {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        drop(out);
        file.as_file().sync_data()?;
        file.persist(self.path())?;
        Ok(())
    }

    /// Removes what nobody has used for long.
    fn sweep(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        for path in entries.map(|entry| entry.path()) {
            if age(&path).is_some_and(|age| age > LONGEST_LIFE) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

fn age(path: &Path) -> Option<Duration> {
    fs::symlink_metadata(path).ok()?.modified().ok()?.elapsed().ok()
}

/// What stands before the lines.
fn read_head(file: &File) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while head.len() < MAX_HEAD {
        let before = head.len();
        head.resize(before + PIECE, 0);
        let count = file.read_at(&mut head[before..], before as u64).ok()?;
        head.truncate(before + count);
        if let Some(end) = memchr::memmem::find(&head, b"\n\n") {
            head.truncate(end + 2);
            return Some(head);
        }
        if count == 0 {
            return None;
        }
    }
    None
}

fn write_identity(out: &mut Vec<u8>, kind: u8, identity: &Identity) -> io::Result<()> {
    let path = identity.path.as_os_str().as_bytes();
    if path.contains(&b'\n') {
        return Err(io::ErrorKind::InvalidFilename.into());
    }
    out.push(kind);
    match &identity.state {
        None => out.extend_from_slice(b" -"),
        Some(state) => state.iter().try_for_each(|number| write!(out, " {number}"))?,
    }
    out.push(b' ');
    out.extend_from_slice(path);
    out.push(b'\n');
    Ok(())
}

fn read_identity(row: &[u8]) -> Option<(u8, Identity)> {
    let (kind, rest) = row.split_first().filter(|(kind, _)| b"CL".contains(kind))?;
    let rest = rest.strip_prefix(b" ")?;
    let path = |bytes: &[u8]| PathBuf::from(std::ffi::OsString::from_vec(bytes.to_vec()));
    if let Some(absent) = rest.strip_prefix(b"- ") {
        return Some((*kind, Identity { path: path(absent), state: None }));
    }
    let mut parts = rest.splitn(6, |&byte| byte == b' ');
    let mut state = [0; 5];
    for number in &mut state {
        *number = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    }
    Some((*kind, Identity { path: path(parts.next()?), state: Some(state) }))
}

impl Old {
    /// Whether the files are still as they were when it was made.
    pub(super) fn is_fresh(&self, place: &Place, needs_leases: bool) -> bool {
        let is_same = |identity: &Identity| Identity::of(&identity.path) == *identity;
        if !self.seen.conf.iter().all(is_same) {
            return false;
        }
        !needs_leases || self.seen.leases.as_ref().map_or_else(|| place.leases(None).is_none(), is_same)
    }

    /// Whether the files are not worth reading while somebody waits.
    pub(super) fn took_long(&self) -> bool {
        self.took > LONG
    }

    /// Whether it is time for another one.
    pub(super) fn may_be_replaced(&self) -> bool {
        let age = self.written.and_then(|written| written.elapsed().ok());
        age.is_none_or(|age| age >= self.took * REST)
    }

    /// The first line that begins behind a place, and where it begins.
    fn line_behind(&self, place: u64) -> Option<(u64, Vec<u8>)> {
        let mut buffer = [0; 2 * (MAX_LINE + 1)];
        let wanted = buffer.len().min((self.lines.1 - place) as usize);
        let count = self.file.read_at(&mut buffer[..wanted], place).ok()?;
        let start = memchr::memchr(b'\n', &buffer[..count])? + 1;
        let length = memchr::memchr(b'\n', &buffer[start..count])?;
        Some((place + start as u64, buffer[start..start + length].to_vec()))
    }

    /// Where the first line begins that is not below, or a little before that.
    fn seek(&self, prefix: &[u8]) -> Option<u64> {
        let (mut low, mut high) = self.lines;
        while high - low > 8 * MAX_LINE as u64 {
            let (start, line) = self.line_behind(low + (high - low) / 2)?;
            if line.as_slice() < prefix {
                low = start;
            } else {
                high = start;
            }
        }
        Some(low)
    }
}

impl Lines for Old {
    fn starting_with(&self, prefix: &str, limit: usize, each: &mut dyn FnMut(&str)) {
        let Some(mut place) = self.seek(prefix.as_bytes()) else { return };
        let mut left = limit;
        let mut piece = vec![0; PIECE];
        while place < self.lines.1 {
            let wanted = PIECE.min((self.lines.1 - place) as usize);
            let Ok(count) = self.file.read_at(&mut piece[..wanted], place) else { return };
            let Some(end) = memchr::memrchr(b'\n', &piece[..count]) else { return };
            for line in piece[..end].split(|&byte| byte == b'\n') {
                if line < prefix.as_bytes() {
                    continue;
                }
                match std::str::from_utf8(line) {
                    Ok(line) if line.starts_with(prefix) && left > 0 => each(line),
                    _ => return,
                }
                left -= 1;
            }
            place += end as u64 + 1;
        }
    }
}
