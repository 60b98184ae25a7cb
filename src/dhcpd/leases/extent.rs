//! How far a block goes, and what is wrong with one that does not go as far as it should.
//!
//! Damage costs the block that it is in and no other: where a text or a brace goes on over blocks, they are read all
//! the same. dhcpd reads otherwise, and loses more; [`lost`] says what, by going its way from where it gives up.

use crate::dhcpd::syntax::{Lexer, SyntaxError, TokenKind};

use super::flaw::Flaw;
use super::frame::{Frame, MAX_BLOCK, Swallowed, scan};
use super::grammar::Kind;
use super::inside::{Inside, inside, skip_statement};

/// How many bytes behind a mistake are looked at for the place where dhcpd reads on.
pub(super) const LOOK_AHEAD: usize = 64 << 10;

/// How the bytes at a block's beginning go on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Extent {
    /// A block of so many bytes.
    Whole(usize),
    /// So many bytes that are no block.
    Broken(usize, Fault),
    /// A block that is longer than any is, or has no end.
    TooLong,
    /// The last block, which has no end yet.
    Half,
    /// There are not enough bytes to tell.
    More,
}

/// What is wrong with a block.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    /// Where, from the block's first byte on, and what.
    pub(super) error: SyntaxError,
    /// Where dhcpd gives up on the block.
    pub(super) surrender: Surrender,
}

/// Where dhcpd gives up on a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surrender {
    /// It is not known.
    Unknown,
    /// Not at all: it goes on behind the statement.
    Never,
    /// With the statement that begins at this byte of the block.
    Statement(usize),
    /// At this byte, from which on it reads blocks.
    At(usize),
    /// At this byte, and it reads nothing more.
    End,
    /// At some place, and it loses blocks behind this one.
    Somewhere,
}

/// What dhcpd loses of a file for a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// It is not known.
    Unknown,
    /// The statement.
    Statement,
    /// All up to this byte behind the block's beginning.
    Until(usize),
    /// This block, and others behind it.
    More,
    /// Everything behind it.
    Rest,
}

/// Looks for the end of what `rest` begins with. `is_complete` says that nothing comes behind it.
pub(super) fn extent(rest: &[u8], is_complete: bool) -> Extent {
    if rest.first() == Some(&0xff) {
        return Extent::Broken(1, Fault { error: end_of_file(0), surrender: Surrender::End });
    }
    let kind = Kind::of(rest);
    let (frame, swallowed) = scan(&rest[..rest.len().min(MAX_BLOCK)]);
    match frame {
        Frame::Whole(length) | Frame::Cut(length) if kind == Kind::Unknown => {
            let length = swallowed.map_or(length, |swallowed| swallowed.line);
            Extent::Broken(length, unknown(&rest[..length]))
        }
        // Leases alone may have any text that there is: the grammar decides.
        Frame::Whole(length) => match swallowed.filter(|_| kind != Kind::Lease) {
            Some(Swallowed { quote, line }) => Extent::Broken(line, unclosed(&rest[..line], quote)),
            None => Extent::Whole(length),
        },
        Frame::Cut(length) => {
            let text = "another block begins here, and the one before it has no end";
            let is_after_a_statement = matches!(rest[..length].trim_ascii_end().last(), Some(b';' | b'{' | b'}'));
            let surrender = if is_after_a_statement { Surrender::Statement(length) } else { Surrender::Somewhere };
            Extent::Broken(length, Fault { error: SyntaxError::new(length, text), surrender })
        }
        Frame::Open if swallowed.is_none() && rest.len() > MAX_BLOCK => Extent::TooLong,
        Frame::Open if !is_complete && rest.len() <= MAX_BLOCK => Extent::More,
        Frame::Open if swallowed.is_none() && kind == Kind::Unknown && !Kind::may_begin(rest) => {
            Extent::Broken(rest.len(), unknown(rest))
        }
        Frame::Swallows | Frame::Open => match swallowed {
            Some(Swallowed { line, .. }) if kind == Kind::Unknown => Extent::Broken(line, unknown(&rest[..line])),
            Some(swallowed) => Extent::Broken(swallowed.line, unclosed(&rest[..swallowed.line], swallowed.quote)),
            None => Extent::Half,
        },
    }
}

/// What is wrong with a whole block that the grammar does not take, and how far it is to be taken for one.
pub(super) fn faulty(kind: Kind, block: &[u8], error: SyntaxError) -> (usize, Fault) {
    let (_, swallowed) = scan(block);
    let length = swallowed.map_or(block.len(), |swallowed| swallowed.line);
    match swallowed {
        Some(swallowed) => (length, unclosed(&block[..length], swallowed.quote)),
        None => {
            let surrender = match kind {
                Kind::Lease | Kind::Host | Kind::Group => match inside(block, error.offset) {
                    // A host goes on behind a statement.
                    Inside::Statement(statement) if kind == Kind::Lease => Surrender::Statement(statement.start),
                    // dhcpd looks for a semicolon behind the block.
                    Inside::WithoutEnd => Surrender::Somewhere,
                    _ => Surrender::Unknown,
                },
                _ => Surrender::Unknown,
            };
            (length, past_the_end(block).unwrap_or(Fault { error, surrender }))
        }
    }
}

impl From<Flaw> for Fault {
    fn from(Flaw { error, costs_block }: Flaw) -> Self {
        let surrender = if costs_block { Surrender::Statement(error.offset) } else { Surrender::Never };
        Fault { error, surrender }
    }
}

fn end_of_file(offset: usize) -> SyntaxError {
    SyntaxError::new(offset, "byte 255, which dhcpd takes for the end of the file")
}

/// The mistake of a block with a byte 255 in it.
fn past_the_end(block: &[u8]) -> Option<Fault> {
    let at = memchr::memchr(0xff, block)?;
    Some(Fault { error: end_of_file(at), surrender: Surrender::At(at + 1) })
}

/// The mistake of a block in which a text begins that has no end.
fn unclosed(block: &[u8], quote: usize) -> Fault {
    past_the_end(block).unwrap_or_else(|| {
        let error = SyntaxError::new(quote, "this text has no closing quote before the next block begins");
        Fault { error, surrender: Surrender::Statement(quote) }
    })
}

/// The mistake of bytes that begin as no block does.
fn unknown(rest: &[u8]) -> Fault {
    Fault { error: super::grammar::no_block(rest), surrender: Surrender::Statement(0) }
}

/// What dhcpd loses. `rest` are the bytes from the block's beginning on, up to the file's end or [`LOOK_AHEAD`] bytes
/// behind the mistake.
pub(super) fn lost(rest: &[u8], surrender: Surrender) -> Lost {
    let (start, skips) = match surrender {
        Surrender::Unknown => return Lost::Unknown,
        Surrender::Never => return Lost::Statement,
        Surrender::End => return Lost::Rest,
        Surrender::Somewhere => return Lost::More,
        Surrender::Statement(start) => (start, true),
        Surrender::At(start) => (start, false),
    };
    let until = rest.len().min(start + LOOK_AHEAD);
    let mut lexer = Lexer::for_file(&rest[start.min(until)..until]);
    if skips {
        lexer.next();
        skip_statement(&mut lexer);
    }
    loop {
        let token = lexer.peek().clone();
        let at = lexer.peeked_start();
        match token.kind {
            TokenKind::End => return Lost::Rest,
            TokenKind::Name | TokenKind::NumberOrName if Kind::of(&token.text) != Kind::Unknown => {
                return Lost::Until(start + at);
            }
            _ => {
                lexer.next();
                skip_statement(&mut lexer);
            }
        }
    }
}
