//! Blocks in the very form in which dhcpd 4.4 writes them: two blanks of indent, a statement a line, one
//! blank between words.
//!
//! Whatever differs in the least is left to the full grammar, which says the same about all that is read
//! here, only slower.

mod cursor;
mod ia;
mod lease;

pub(super) use ia::ia;
pub(super) use lease::{first_line, lease, summary};

/// A block that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// Its bytes; the last one is a brace that begins a line.
    pub(super) length: usize,
    /// The newlines in it.
    pub(super) newlines: u64,
}
