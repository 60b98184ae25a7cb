//! The file of blocks: a new one takes the place of the one that is there when all is written, and only if there is something.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Writes blocks; what is written counts when it is flushed, and a file that is dropped before is as it was.
pub(super) enum Blocks {
    /// Into a new file beside the one that it is to be.
    Beside { new: Option<NamedTempFile>, place: PathBuf, is_empty: bool, is_live: bool },
    /// Into a device or a pipe, which nothing can take the place of.
    Direct(File),
}

impl Blocks {
    /// Begins to write to a file, which is in its place from the first block on if it is to be read live. Who may read one that is there may do so afterwards, and a symbolic link stays one.
    pub(super) fn new(path: &Path, is_live: bool) -> io::Result<Blocks> {
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let permissions = match fs::metadata(&place) {
            Ok(metadata) => {
                let file = OpenOptions::new().append(true).open(&place)?;
                if !metadata.is_file() {
                    return Ok(Blocks::Direct(file));
                }
                Some(metadata.permissions())
            }
            Err(_) => None,
        };
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::metadata(folder)?;
        let as_the_umask_has_it = Permissions::from_mode(0o666);
        let new = tempfile::Builder::new().permissions(as_the_umask_has_it).tempfile_in(folder)?;
        if let Some(permissions) = permissions {
            new.as_file().set_permissions(permissions)?;
        }
        Ok(Blocks::Beside { new: Some(new), place, is_empty: true, is_live })
    }
}

impl Write for Blocks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Blocks::Beside { new: whole @ Some(_), place, is_live: true, .. } => {
                let Some(mut new) = whole.take() else { return Ok(0) };
                new.write_all(bytes)?;
                *self = Blocks::Direct(new.persist(place)?);
                Ok(bytes.len())
            }
            Blocks::Beside { new: Some(new), is_empty, .. } => {
                *is_empty &= bytes.is_empty();
                new.write(bytes)
            }
            Blocks::Beside { new: None, .. } => Err(io::Error::other("it is at its end")),
            Blocks::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Blocks::Beside { new, place, is_empty: false, .. } => {
                let Some(new) = new.take() else { return Ok(()) };
                new.as_file().sync_all()?;
                new.persist(place)?;
                Ok(())
            }
            Blocks::Beside { .. } => Ok(()),
            Blocks::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("blocks");
        fs::write(&path, "old").expect("a file of ours");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("a file of ours");
        let there = || {
            let content = fs::read_to_string(&path).expect("it is there");
            let count = fs::read_dir(folder.path()).expect("a folder of ours").count();
            (content, fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, count)
        };
        let was = ("old".to_owned(), 0o640, 1);
        Blocks::new(&path, false).and_then(|mut blocks| blocks.flush()).expect("nothing is written");
        assert_eq!(there(), was, "nothing to write");
        Blocks::new(&path, false).and_then(|mut blocks| blocks.write_all(b"half")).expect("it can be written");
        assert_eq!(there(), was, "dropped before its end");
        let mut blocks = Blocks::new(&path, false).expect("it can be written");
        blocks.write_all(b"new").and_then(|()| blocks.flush()).expect("it can be written");
        assert_eq!(there(), ("new".to_owned(), 0o640, 1), "written");
        let none = folder.path().join("none/blocks");
        assert_eq!(Blocks::new(&none, false).err().map(|error| error.kind()), Some(io::ErrorKind::NotFound));
        assert!(Blocks::new(folder.path(), false).is_err(), "a folder is no file");
    }
}
