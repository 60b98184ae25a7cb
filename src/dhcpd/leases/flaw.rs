//! A statement that dhcpd does not read as it stands, in a block that has been read all the same.

use crate::dhcpd::declarations::skip;
use crate::dhcpd::statements::Fault;
use crate::dhcpd::syntax::{Lexer, SyntaxError};

/// What is wrong with such a statement, and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    /// What is wrong, and where: from the block's first byte on.
    pub error: SyntaxError,
    /// dhcpd loses the block for it; otherwise it goes on behind the statement.
    pub costs_block: bool,
}

impl Flaw {
    /// Notes it, unless one is known that is no less bad.
    pub(super) fn add(self, to: &mut Option<Flaw>) {
        if to.as_ref().is_none_or(|known| self.costs_block && !known.costs_block) {
            *to = Some(self);
        }
    }
}

/// Goes behind the statement that begins at the lexer's place and has that mistake, and notes it.
pub(super) fn pass_over(lexer: &mut Lexer<'_>, fault: Fault, flaw: &mut Option<Flaw>) -> Result<(), Fault> {
    if skip(lexer).is_err() {
        return Err(fault);
    }
    Flaw { error: fault.error, costs_block: false }.add(flaw);
    Ok(())
}

/// A statement up to its mistake, with a semicolon there.
pub(super) fn up_to_mistake(input: &[u8], start: usize, fault: &Fault) -> Vec<u8> {
    [&input[start..fault.error.offset.max(start)], b";"].concat()
}

/// The word before a mistake.
pub(super) fn word_before<'i>(input: &'i [u8], fault: &Fault) -> &'i [u8] {
    let before = input[..fault.error.offset].trim_ascii_end();
    let start = before.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    &before[start..]
}
