//! Which statement of a block a byte is in.

use std::ops::Range;

use crate::dhcpd::syntax::{Lexer, TokenKind};

/// What of a block a byte is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// What is before its braces, or behind them.
    Nothing,
    /// A statement, with what ends it.
    Statement(Range<usize>),
    /// The last one, which has no semicolon.
    WithoutEnd,
}

/// What of a block the byte at that place is in.
pub(super) fn inside(block: &[u8], at: usize) -> Inside {
    let mut lexer = Lexer::for_file(block);
    loop {
        match lexer.next().kind {
            TokenKind::Byte(b'{') if lexer.token_start() < at => break,
            TokenKind::Byte(b'{') | TokenKind::End => return Inside::Nothing,
            _ => {}
        }
    }
    loop {
        let start = lexer.peeked_start();
        match lexer.next().kind {
            TokenKind::End => return Inside::Nothing,
            TokenKind::Byte(b'}') => return Inside::WithoutEnd,
            TokenKind::Byte(b';') => {}
            _ => skip_statement(&mut lexer),
        }
        let end = lexer.token_start() + 1;
        lexer.peek();
        if lexer.peeked_start() > at {
            return Inside::Statement(start..end);
        }
    }
}

/// Goes behind the next semicolon, or the brace that closes what opens before it; a brace that closes something
/// else stays.
pub(super) fn skip_statement(lexer: &mut Lexer<'_>) {
    let mut braces = 0_usize;
    loop {
        match lexer.peek().kind {
            TokenKind::Byte(b'}') if braces == 0 => return,
            TokenKind::Byte(b'}') => {
                lexer.next();
                braces -= 1;
                if braces == 0 {
                    return;
                }
                continue;
            }
            TokenKind::Byte(b'{') => braces += 1,
            TokenKind::Byte(b';') if braces == 0 => {
                lexer.next();
                return;
            }
            TokenKind::End => return,
            _ => {}
        }
        lexer.next();
    }
}
