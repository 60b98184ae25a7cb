//! Ctrl-C in a long run: it stops where it is known what is done. A second one ends the program at once.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// Whether to stop.
static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Whether Ctrl-C does what it does without us: there is no run, or it was pressed in this one already.
static IS_USUAL: LazyLock<Option<Arc<AtomicBool>>> = LazyLock::new(|| catch().ok());

fn catch() -> io::Result<Arc<AtomicBool>> {
    let is_usual = Arc::new(AtomicBool::new(true));
    flag::register_conditional_default(SIGINT, is_usual.clone())?;
    flag::register(SIGINT, is_usual.clone())?;
    flag::register(SIGINT, ASKED.clone())?;
    Ok(is_usual)
}

/// A run that Ctrl-C stops, until it is dropped.
pub(super) struct Interruptible(());

impl Interruptible {
    /// Where signals cannot be caught, Ctrl-C ends the program as ever.
    pub(super) fn begin() -> Self {
        ASKED.store(false, Ordering::SeqCst);
        if let Some(is_usual) = &*IS_USUAL {
            is_usual.store(false, Ordering::SeqCst);
        }
        Interruptible(())
    }
}

impl Drop for Interruptible {
    fn drop(&mut self) {
        if let Some(is_usual) = &*IS_USUAL {
            is_usual.store(true, Ordering::SeqCst);
        }
    }
}

/// Whether somebody has pressed Ctrl-C in this run.
pub(super) fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
