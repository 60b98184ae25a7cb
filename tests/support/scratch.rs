//! A directory for one run, removed at its end.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A new, empty directory; removed with what is in it when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        Self::within(&std::env::temp_dir())
    }

    /// One that is kept in memory, where the machine has room for such: dhcpd waits for the disk at each change.
    pub fn in_memory() -> Scratch {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::within(memory) } else { Self::new() }
    }

    fn within(folder: &Path) -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let path = loop {
            let name = format!("omsh-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = folder.join(name);
            match fs::create_dir(&path) {
                Ok(()) => break path,
                // A process of that number that was killed has left it.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => panic!("cannot make {}: {error}", path.display()),
            }
        };
        // dhcpd may give up root for a user of its own before it writes its lease file.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).expect("a directory we have just made");
        Scratch(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
