//! Files that only their owner may read, written whole or not at all; and small files, read.

use crate::shown::ShowPath as _;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use zeroize::Zeroizing;

/// Writes a file of mode 600. One that is there is replaced only where `replace` says so, and then at once.
pub(super) fn private_file(path: &Path, content: &[u8], replace: bool) -> Result<()> {
    if !replace {
        let outcome = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut file = match outcome {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{} is there already; --force replaces it, or name another file", path.shown())
            }
            outcome => outcome.with_context(|| format!("cannot write {}", path.shown()))?,
        };
        return file.write_all(content).and_then(|()| file.sync_all()).map_err(|error| {
            // Half a key is worse than none.
            let _ = fs::remove_file(path);
            anyhow::Error::new(error).context(format!("cannot write {}", path.shown()))
        });
    }
    replaced(path, content, None).with_context(|| format!("cannot write {}", path.shown()))
}

/// Writes a file at once. Who may read one that is there already may do so afterwards, and a symbolic link
/// stays one; a new file has the mode 600.
pub(super) fn replace_file(path: &Path, content: &[u8]) -> Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let permissions = fs::metadata(&path).ok().map(|metadata| metadata.permissions());
    replaced(&path, content, permissions).with_context(|| format!("cannot write {}", path.shown()))
}

fn replaced(path: &Path, content: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Of mode 600 from its beginning.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Writes a file at once, by a new one that takes its place: a reader finds all of the old one or all of the new one.
/// Anybody may read it, as the umask has it.
pub(in crate::commands) fn replace_readable(path: &Path, content: &[u8]) -> Result<()> {
    let written = || -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    written().with_context(|| format!("cannot write {}", path.shown()))
}

/// Makes a folder that only its owner may look into, and those around it.
pub(super) fn private_folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make the folder {}", path.shown()))
}

/// Reads a file that may have a secret in it, up to a size.
pub(super) fn read_small(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>> {
    let cannot = || format!("cannot read {}", path.shown());
    let file = crate::limits::open_file(path).with_context(cannot)?;
    let size = file.metadata().with_context(cannot)?.len();
    // Room for all of it, so that no copy is left behind where it grew.
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.min(limit) as usize + 1));
    file.take(limit + 1).read_to_end(&mut bytes).with_context(cannot)?;
    ensure!(bytes.len() as u64 <= limit, "{} has more than {} KiB, which no such file has", path.shown(), limit >> 10);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_replaced_behind_its_link_and_with_its_mode() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").expect("a file of ours");
        fs::set_permissions(&file, Permissions::from_mode(0o640)).expect("a file of ours");
        symlink("file", &link).expect("a link of ours");
        replace_file(&link, b"new").expect("it can be written");
        assert!(link.symlink_metadata().expect("it is there").is_symlink());
        assert_eq!(fs::read(&file).expect("it is there"), b"new");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o640);
        replace_file(&folder.path().join("none"), b"new").expect("it can be written");
        assert_eq!(mode(&folder.path().join("none")), 0o600);
        assert!(read_small(&file, 2).is_err() && read_small(Path::new("/dev/zero"), 2).is_err());
        assert_eq!(read_small(&file, 3).expect("small enough").as_slice(), b"new");
    }
}
