//! Pipes in the place of a dhcpd.conf. A pipe can be read once, and some commands read their dhcpd.conf more than once.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

type Texts = Vec<(PathBuf, Zeroizing<Vec<u8>>)>;

/// `None` while nobody wants them to be kept: their text may have secrets in it.
static TEXTS: Mutex<Option<Texts>> = Mutex::new(None);

/// While this lives, what came out of a pipe is what it has for who reads it again. Then it is zeroed.
#[derive(Debug)]
pub struct KeptStreams(());

/// Keeps what comes out of pipes, for a command that reads its dhcpd.conf more than once.
pub fn keep_streams() -> KeptStreams {
    with(|texts| *texts = Some(Texts::new()));
    KeptStreams(())
}

impl Drop for KeptStreams {
    fn drop(&mut self) {
        with(|texts| *texts = None);
    }
}

fn with<T>(act: impl FnOnce(&mut Option<Texts>) -> T) -> T {
    act(&mut TEXTS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What came out of that pipe, if it was kept.
pub(super) fn kept(path: &Path) -> Option<Zeroizing<Vec<u8>>> {
    with(|texts| Some(texts.as_ref()?.iter().find(|(known, _)| known == path)?.1.clone()))
}

/// Keeps what came out of a pipe, if that is wanted.
pub(super) fn keep(path: &Path, text: &Zeroizing<Vec<u8>>) {
    with(|texts| texts.iter_mut().for_each(|texts| texts.push((path.to_owned(), text.clone()))));
}
