//! Waiting for a server on a terminal: Ctrl-C gives up, and what takes longer than a second shows that it goes on.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};

use crate::omapi::client::{Patience, Wait};

/// What is quicker needs no sign.
const LONG: Duration = Duration::from_secs(1);

/// Somebody at a terminal. Clones are the same person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Ctrl-C was pressed.
    has_had_enough: Arc<AtomicBool>,
    /// Can be read since then, so that a wait for keys ends whenever Ctrl-C comes.
    wakes: Arc<UnixStream>,
    /// There is a sign on the screen.
    is_shown: Arc<AtomicBool>,
    is_utf8: bool,
}

impl Person {
    /// From now on Ctrl-C is for us and does not end the program.
    ///
    /// # Errors
    ///
    /// The system takes no handler.
    pub fn at_terminal(is_utf8: bool) -> io::Result<Person> {
        let has_had_enough = Arc::new(AtomicBool::new(false));
        let (wakes, woken_by) = UnixStream::pair()?;
        wakes.set_nonblocking(true)?;
        flag::register(SIGINT, Arc::clone(&has_had_enough))?;
        low_level::pipe::register(SIGINT, woken_by)?;
        Ok(Person { has_had_enough, wakes: Arc::new(wakes), is_shown: Arc::default(), is_utf8 })
    }

    /// Becomes readable when Ctrl-C is pressed, until [`Person::takes_interrupt`].
    pub fn wakes(&self) -> BorrowedFd<'_> {
        self.wakes.as_fd()
    }

    /// Whether Ctrl-C was pressed since it was asked last.
    pub fn takes_interrupt(&self) -> bool {
        // The signal sets the flag first: what it writes after this only wakes once too often.
        while matches!((&*self.wakes).read(&mut [0; 64]), Ok(1..)) {}
        self.has_had_enough.swap(false, Ordering::Relaxed)
    }

    /// The text as this terminal can show it.
    pub fn readable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.is_utf8 || text.is_ascii() {
            true => Cow::Borrowed(text),
            false => {
                let text = text.replace('…', "...");
                Cow::Owned(text.chars().map(|sign| if sign.is_ascii() { sign } else { '?' }).collect())
            }
        }
    }

    /// Shows that something goes on, if it has gone on for long.
    pub fn show(&self, what: &str, so_far: Duration) {
        if so_far < LONG || !io::stderr().is_terminal() {
            return;
        }
        let at = (so_far.as_millis() / 100) as usize;
        let sign = match self.is_utf8 {
            true => ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'][at % 10],
            false => ['|', '/', '-', '\\'][at % 4],
        };
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        let line = format!("{sign} {what}, {} s (Ctrl-C stops)", so_far.as_secs());
        let line: String = line.chars().take(width.saturating_sub(1)).collect();
        self.is_shown.store(true, Ordering::Relaxed);
        // There is nobody else to tell.
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
    }

    /// Takes the sign away.
    pub fn clear(&self) {
        if self.is_shown.swap(false, Ordering::Relaxed) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Patience for Person {
    fn goes_on(&self, wait: Wait<'_>) -> bool {
        match wait {
            Wait::For(server, so_far) => {
                if self.takes_interrupt() {
                    self.clear();
                    return false;
                }
                self.show(&format!("waiting for {server}"), so_far);
            }
            Wait::Over => self.clear(),
        }
        true
    }
}
