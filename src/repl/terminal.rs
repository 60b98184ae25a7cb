//! How the terminal treats keys.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// A way of the terminal to treat keys, until it is dropped.
#[derive(Debug)]
pub(super) struct Mode(Option<Termios>);

impl Mode {
    /// The terminal of stdin without these.
    pub(super) fn without(modes: LocalModes) -> Self {
        let before = tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut other = before.clone();
            other.local_modes.remove(modes);
            // A terminal that is gone is found out about by whoever reads.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &other);
        }
        Mode(before)
    }
}

impl Drop for Mode {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
