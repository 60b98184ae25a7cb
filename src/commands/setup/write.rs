//! Files that only their owner may read, written whole or not at all.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Writes a file of mode 600. One that is there is replaced only where `replace` says so, and then at once.
pub(super) fn private_file(path: &Path, content: &[u8], replace: bool) -> Result<()> {
    if !replace {
        let outcome = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut file = match outcome {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{} is there already; --force replaces it, or name another file", path.display())
            }
            outcome => outcome.with_context(|| format!("cannot write {}", path.display()))?,
        };
        return file.write_all(content).and_then(|()| file.sync_all()).map_err(|error| {
            // Half a key is worse than none.
            let _ = fs::remove_file(path);
            anyhow::Error::new(error).context(format!("cannot write {}", path.display()))
        });
    }
    replaced(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn replaced(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Of mode 600 from its beginning.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Makes a folder that only its owner may look into, and those around it.
pub(super) fn private_folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make the folder {}", path.display()))
}
