//! Blocks one after the other, each by the full grammar, out of bytes that are all in memory.

use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::SyntaxError;

use super::frame::{Frame, MAX_BLOCK, frame, next_line_of_a_block, skip_blank};
use super::grammar::{Block, Kind, block};
use super::ia::ByteOrder;

/// A block with its place, or what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A block that begins at this byte.
    Block(usize, Block),
    /// A mistake; the block is left out, and what follows it is read.
    Mistake(SyntaxError),
    /// The last block has no end.
    HalfWritten(usize),
}

/// Reads blocks.
#[derive(Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    context: Context,
    order: ByteOrder,
    recovery: Recovery,
}

/// What follows a mistake and is nothing that is known is part of that mistake.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recovery(bool);

impl Recovery {
    /// Whether the block that begins here is a part of a mistake that has been told.
    pub(super) fn swallows(self, kind: Kind) -> bool {
        self.0 && kind == Kind::Unknown
    }

    pub(super) fn after(&mut self, is_mistake: bool) {
        self.0 = is_mistake;
    }
}

impl<'a> Reader<'a> {
    /// A reader of a lease file's bytes, which refer to what `context` defines.
    pub fn new(input: &'a [u8], context: Context) -> Self {
        Reader { input, position: 0, context, order: ByteOrder::default(), recovery: Recovery::default() }
    }

    /// Takes the next block; `None` for one that is part of a mistake.
    fn take(&mut self, start: usize) -> Option<Entry> {
        let rest = &self.input[start..];
        let kind = Kind::of(rest);
        let window = &rest[..rest.len().min(MAX_BLOCK)];
        let (length, outcome) = match frame(window) {
            Frame::Whole(length) => {
                let outcome = block(&rest[..length], &mut self.context, self.order);
                (length, outcome.map_err(|error| SyntaxError::new(start + error.offset, error.text)))
            }
            Frame::Cut(length) => (length, Err(cut(start + length))),
            Frame::Open if rest.len() > MAX_BLOCK => {
                let behind = next_line_of_a_block(&rest[MAX_BLOCK..]);
                (behind.map_or(rest.len(), |length| MAX_BLOCK + length), Err(too_long(start)))
            }
            Frame::Open if kind != Kind::Unknown || Kind::may_begin(rest) => {
                self.position = self.input.len();
                return Some(Entry::HalfWritten(start));
            }
            Frame::Open => {
                let outcome = block(rest, &mut self.context, self.order);
                (rest.len(), outcome.map_err(|error| SyntaxError::new(start + error.offset, error.text)))
            }
        };
        self.position = start + length;
        if outcome.is_err() && self.recovery.swallows(kind) {
            return None;
        }
        self.recovery.after(outcome.is_err());
        Some(match outcome {
            Ok(block) => {
                if let Block::ByteOrder(order) = block {
                    self.order = order;
                }
                Entry::Block(start, block)
            }
            Err(error) => Entry::Mistake(error),
        })
    }
}

impl Iterator for Reader<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let start = self.position + skip_blank(&self.input[self.position..], &mut false)?;
            if let Some(entry) = self.take(start) {
                return Some(entry);
            }
        }
    }
}

/// The mistake of a block that has no end, at the place where another one begins.
pub(super) fn cut(offset: usize) -> SyntaxError {
    SyntaxError::new(offset, "another block begins here, and the one before it has no end")
}

/// The mistake of a block that is too long, at its beginning.
pub(super) fn too_long(offset: usize) -> SyntaxError {
    SyntaxError::new(offset, format!("this block is longer than {MAX_BLOCK} bytes, or has no end"))
}
