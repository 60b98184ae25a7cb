//! How the terminal treats keys.

use std::io::{self, Write};
use std::thread;

use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// A way of the terminal to treat keys, until it is dropped.
#[derive(Debug)]
pub(super) struct KeyMode(Option<Termios>);

impl KeyMode {
    /// The terminal of stdin without these.
    pub(super) fn without(modes: LocalModes) -> Self {
        let before = tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut other = before.clone();
            other.local_modes.remove(modes);
            // A terminal that is gone is found out about by whoever reads.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &other);
        }
        KeyMode(before)
    }
}

/// From now on somebody who ends this program by SIGTERM is left with the terminal as it is now.
///
/// # Errors
///
/// The system takes no handler, or gives no thread.
pub(super) fn restore_when_told_to_end() -> io::Result<()> {
    let Ok(before) = tcgetattr(io::stdin()) else { return Ok(()) };
    let mut signals = Signals::new([SIGTERM])?;
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
            let _ = io::stdout().write_all(PASTES_AS_KEYS);
            let _ = emulate_default_handler(signal);
        }
    };
    thread::Builder::new().spawn(wait).map(|_| ())
}

/// A terminal no longer brackets what is pasted.
const PASTES_AS_KEYS: &[u8] = b"\x1b[?2004l\r\n";

impl Drop for KeyMode {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
