//! The part of a [`Source`] that is being looked at.

use super::source::{ReadError, Source};

/// Goes through a source from a place on, a piece at a time.
#[derive(Debug)]
pub(super) struct Window<'s> {
    source: &'s Source,
    /// Where the buffer's first byte is in the source.
    start: u64,
    buffer: Vec<u8>,
    /// How much of the buffer has been read.
    filled: usize,
    at: usize,
}

impl<'s> Window<'s> {
    /// A window that has read nothing yet.
    pub(super) fn new(source: &'s Source) -> Self {
        Self::with_piece(source, source.piece())
    }

    /// One that reads so many bytes at a time.
    pub(super) fn with_piece(source: &'s Source, piece: usize) -> Self {
        Window { source, start: 0, buffer: vec![0; piece], filled: 0, at: 0 }
    }

    pub(super) fn source(&self) -> &'s Source {
        self.source
    }

    /// Goes on at a place, for which no bytes are read that are there already.
    pub(super) fn seek(&mut self, offset: u64) {
        match offset.checked_sub(self.start) {
            Some(at) if at <= self.filled as u64 => self.at = at as usize,
            _ => {
                self.start = offset;
                self.filled = 0;
                self.at = 0;
            }
        }
    }

    /// Where in the source we are.
    pub(super) fn offset(&self) -> u64 {
        self.start + self.at as u64
    }

    /// The bytes from here on that have been read.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.at..self.filled]
    }

    /// Whether [`Self::rest`] reaches the source's end.
    pub(super) fn is_complete(&self) -> bool {
        self.start + self.filled as u64 >= self.source.len()
    }

    pub(super) fn advance(&mut self, count: usize) {
        self.at += count;
        debug_assert!(self.at <= self.filled);
    }

    /// Reads more behind the rest. The buffer grows where the rest fills the most of it.
    pub(super) fn fill(&mut self) -> Result<(), ReadError> {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.start += self.at as u64;
        self.filled -= self.at;
        self.at = 0;
        if self.filled > self.buffer.len() / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let more = self.source.read_at(&mut self.buffer[self.filled..], self.start + self.filled as u64)?;
        self.filled += more;
        Ok(())
    }
}
