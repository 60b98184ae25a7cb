//! The folders that we keep things of our own in, and files in them.
//!
//! Accounts of the system have a home directory that is not there, and it is not for us to make it: a folder is made only
//! below a home directory that exists, or where XDG_STATE_HOME and the like name one whose surroundings exist.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// Where what is to stay is kept: `omsh` below `$XDG_STATE_HOME`, or else `~/.local/state`. `None` where there is no place.
pub fn state() -> Option<PathBuf> {
    ours(dirs::state_dir())
}

/// Where what can be made again is kept: `omsh` below `$XDG_CACHE_HOME`, or else `~/.cache`. `None` where there is no place.
pub fn cache() -> Option<PathBuf> {
    ours(dirs::cache_dir())
}

fn ours(base: Option<PathBuf>) -> Option<PathBuf> {
    base.filter(|base| may_be_made(base, dirs::home_dir().as_deref())).map(|base| base.join("omsh"))
}

/// Whether a folder is there, or is to be made: below a home directory that is there, or in a folder that is.
fn may_be_made(base: &Path, home: Option<&Path>) -> bool {
    match home {
        Some(home) if base.starts_with(home) => home.is_dir(),
        _ => base.is_dir() || base.parent().is_some_and(Path::is_dir),
    }
}

/// Makes one of our folders, for its owner only.
///
/// # Errors
///
/// It cannot be made.
pub fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// How files of ours are opened: of mode 600 where they are made, never through a link to somewhere else, and without
/// waiting for anybody where it is a pipe.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_made_around_a_folder_that_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let (home, absent) = (folder.path(), folder.path().join("absent"));
        assert!(may_be_made(&home.join(".local/state"), Some(home)), "below a home that is there");
        assert!(!may_be_made(&absent.join(".local/state"), Some(&absent)), "below one that is not");
        assert!(!may_be_made(&absent, Some(&absent)), "such a home itself");
        assert!(may_be_made(home, Some(&absent)), "a folder that is there, whatever the home");
        assert!(may_be_made(&home.join("state"), None), "in a folder that is there");
        assert!(!may_be_made(&absent.join("state"), None), "in one that is not");
    }
}
