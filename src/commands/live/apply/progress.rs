//! How far a long run has come, for the person at the terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::render::progress_bar;
use crate::render::text::age;

/// A run has to take so long before its progress is worth showing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often it is shown anew, in milliseconds.
const INTERVAL: u64 = 100;

/// A line on stderr that is written over again and again, if that is a terminal.
pub(super) struct Progress {
    start: Instant,
    all: usize,
    done: AtomicUsize,
    is_wanted: bool,
    is_shown: AtomicBool,
    /// When it was shown last, in milliseconds since the start.
    last: AtomicU64,
}

impl Progress {
    pub(super) fn of(all: usize, is_wanted: bool) -> Self {
        Progress {
            start: Instant::now(),
            all: all.max(1),
            done: AtomicUsize::new(0),
            is_wanted: is_wanted && io::stderr().is_terminal(),
            is_shown: AtomicBool::new(false),
            last: AtomicU64::new(0),
        }
    }

    /// So many more are behind us.
    pub(super) fn add(&self, count: usize) {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        if !self.is_wanted {
            return;
        }
        let elapsed = self.start.elapsed();
        let now = elapsed.as_millis() as u64;
        if elapsed < PATIENCE || now < self.last.load(Ordering::Relaxed) + INTERVAL {
            return;
        }
        self.last.store(now, Ordering::Relaxed);
        self.is_shown.store(true, Ordering::Relaxed);
        let rate = done as f64 / elapsed.as_secs_f64();
        let left = self.all.saturating_sub(done) as f64 / rate.max(1.0);
        let percent = (done * 100 / self.all).min(100);
        let bar = progress_bar(percent as u64);
        // There is nobody else to tell.
        let _ =
            write!(io::stderr(), "\r[{bar}] {percent:3}%, {rate:.0} a second, {} left\x1b[K", age(left.ceil() as i64));
    }

    /// Takes the line away, and returns how long it took.
    pub(super) fn finish(&self) -> Duration {
        if self.is_shown.load(Ordering::Relaxed) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        self.start.elapsed()
    }
}
