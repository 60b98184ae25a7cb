//! What is said of what a format has no place for.

use std::io::Write;

use crate::commands::browse::Asked;

/// Sentences on their way to people, and what they come to.
pub(super) struct Told<'a> {
    asked: &'a Asked<'a>,
    err: &'a mut dyn Write,
    /// Things without a counterpart in the format.
    without_counterpart: u64,
    is_incomplete: bool,
}

impl<'a> Told<'a> {
    pub(super) fn new(asked: &'a Asked<'a>, err: &'a mut dyn Write) -> Self {
        Told { asked, err, without_counterpart: 0, is_incomplete: false }
    }

    /// Something that is good to know.
    pub(super) fn note(&mut self, sentence: &str) {
        self.asked.say(self.err, sentence);
    }

    /// Something that the other program does not have.
    pub(super) fn drop(&mut self, sentence: &str) {
        self.without_counterpart += 1;
        self.note(sentence);
    }

    /// Something that the other program has another way, so that it is better without it: it is left out, and missed.
    pub(super) fn leave_out(&mut self, sentence: &str) {
        self.is_incomplete = true;
        self.drop(sentence);
    }

    /// Something that was asked for and is not written.
    pub(super) fn lose(&mut self, sentence: &str) {
        self.is_incomplete = true;
        self.note(sentence);
    }

    /// How many things the other program does not have.
    pub(super) fn finish(&mut self) {
        match self.without_counterpart {
            0 => {}
            1 => self.note("1 thing has no counterpart in Kea and was left out"),
            count => self.note(&format!("{count} things have no counterpart in Kea and were left out")),
        }
    }

    pub(super) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }
}
