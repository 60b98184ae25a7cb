//! What is wrong with a lease file, and where.

use crate::dhcpd::syntax::{SyntaxError, explain};

/// How many mistakes are kept with their places; all are counted.
const KEPT: usize = 1000;

/// How much of a line may be shown at most, in bytes.
const LONGEST_LINE: usize = 4096;

/// A place of a lease file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In bytes, from 0.
    pub offset: u64,
    /// Its line, from 1.
    pub line: u64,
}

/// A mistake in a block, which is left out for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where the token to blame begins.
    pub place: Place,
    /// Its column in bytes, from 1.
    pub column: u64,
    /// What is wrong, in the form "expected a semicolon, found `}`".
    pub text: String,
    /// The line and a caret under the place.
    shown: String,
}

impl Mistake {
    /// A mistake in bytes that begin at a place, whose line begins at `line_start`.
    pub(super) fn new(bytes: &[u8], place: Place, line_start: u64, error: &SyntaxError) -> Mistake {
        let at = error.offset.min(bytes.len());
        let newlines = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
        let (shown_from, line_start) = match memchr::memrchr(b'\n', &bytes[..at]) {
            Some(newline) => (newline + 1, place.offset + newline as u64 + 1),
            None => (0, line_start),
        };
        let offset = place.offset + at as u64;
        // The line up to the place may be as long as a block, and what follows is cut.
        let shown_to = bytes.len().min(at + LONGEST_LINE);
        let shown_from = shown_from.max(at.saturating_sub(LONGEST_LINE));
        let line = SyntaxError::new(at - shown_from, "");
        let explained = explain("", &bytes[shown_from..shown_to], &line);
        let shown = explained.split_once('\n').map_or("", |(_, shown)| shown).to_owned();
        Mistake {
            place: Place { offset, line: place.line + newlines },
            column: offset - line_start + 1,
            text: error.text.clone(),
            shown,
        }
    }

    /// `SOURCE:LINE:COLUMN: TEXT`, the line itself and a caret under the column, as
    /// [`crate::dhcpd::syntax::explain`] has it.
    pub fn explain(&self, source: &str) -> String {
        format!("{source}:{}:{}: {}\n{}", self.place.line, self.column, self.text, self.shown)
    }
}

/// All that is wrong with a lease file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// The first mistakes, in order.
    pub mistakes: Vec<Mistake>,
    /// How many mistakes there are.
    pub count: u64,
    /// Where a last block begins that has no end yet: it has not happened.
    pub half_written: Option<Place>,
}

impl Damage {
    /// Whether another mistake would be kept.
    pub(super) fn has_room(&self) -> bool {
        self.mistakes.len() < KEPT
    }

    /// Adds a mistake, which is made only if it is kept.
    pub(super) fn add(&mut self, mistake: impl FnOnce() -> Mistake) {
        self.count += 1;
        if self.has_room() {
            self.mistakes.push(mistake());
        }
    }

    /// Takes over what was found in a part of the file that begins after so many lines.
    pub(super) fn append(&mut self, part: Damage, lines: u64) {
        self.count += part.count;
        let room = KEPT.saturating_sub(self.mistakes.len());
        self.mistakes.extend(part.mistakes.into_iter().take(room).map(|mut mistake| {
            mistake.place.line += lines;
            mistake
        }));
        self.half_written = part.half_written.map(|place| Place { line: place.line + lines, ..place });
    }
}
