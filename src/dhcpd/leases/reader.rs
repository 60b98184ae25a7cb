//! Blocks one after the other, each by the full grammar, out of bytes that are all in memory.

use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::SyntaxError;

use super::extent::{Extent, extent, faulty};
use super::flaw::Flaw;
use super::frame::{MAX_BLOCK, next_line_of_a_block, skip_blank};
use super::grammar::{Block, Kind, block};
use super::ia::ByteOrder;

/// A block with its place, or what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The block that comes next has a statement that dhcpd does not read as it stands.
    Flaw(Flaw),
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
    /// A block whose flaw has been told.
    next: Option<Entry>,
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
        Reader { input, position: 0, context, order: ByteOrder::default(), recovery: Recovery::default(), next: None }
    }

    /// Takes the next block; `None` for one that is part of a mistake.
    fn take(&mut self, start: usize) -> Option<Entry> {
        let rest = &self.input[start..];
        let kind = Kind::of(rest);
        let moved = |error: SyntaxError| SyntaxError::new(start + error.offset, error.text);
        let (length, outcome) = match extent(rest, true) {
            Extent::Whole(length) => match block(&rest[..length], &mut self.context, self.order) {
                Ok(block) => (length, Ok(block)),
                Err(error) => {
                    let (length, fault) = faulty(kind, &rest[..length], error);
                    (length, Err(moved(fault.error)))
                }
            },
            Extent::Broken(length, fault) => (length, Err(moved(fault.error))),
            Extent::TooLong => {
                let behind = next_line_of_a_block(&rest[MAX_BLOCK..]);
                (behind.map_or(rest.len(), |length| MAX_BLOCK + length), Err(too_long(start)))
            }
            Extent::Half | Extent::More => {
                self.position = self.input.len();
                return Some(Entry::HalfWritten(start));
            }
        };
        self.position = start + length;
        if outcome.is_err() && self.recovery.swallows(kind) {
            return None;
        }
        self.recovery.after(outcome.is_err());
        Some(match outcome {
            Ok((block, flaw)) => {
                if let Block::ByteOrder(order) = block {
                    self.order = order;
                }
                let entry = Entry::Block(start, block);
                match flaw {
                    Some(flaw) => {
                        self.next = Some(entry);
                        Entry::Flaw(Flaw { error: moved(flaw.error), ..flaw })
                    }
                    None => entry,
                }
            }
            Err(error) => Entry::Mistake(error),
        })
    }
}

impl Iterator for Reader<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if let Some(entry) = self.next.take() {
            return Some(entry);
        }
        loop {
            let start = self.position + skip_blank(&self.input[self.position..], &mut false)?;
            if let Some(entry) = self.take(start) {
                return Some(entry);
            }
        }
    }
}

/// The mistake of a block that is too long, at its beginning.
pub(super) fn too_long(offset: usize) -> SyntaxError {
    SyntaxError::new(offset, format!("this block is longer than {MAX_BLOCK} bytes, or has no end"))
}
