//! Where a block ends, without a look at what it says: the brace that closes it, or its semicolon.
//!
//! Strings and comments are told apart from the rest as [`crate::dhcpd::syntax::Lexer`] does it, wrong
//! escapes included. A block that has lost its end does not swallow those behind it: a line that begins
//! as dhcpd begins a block is taken for one wherever no such line can be meant otherwise.

/// The longest block, in bytes. dhcpd's own have some hundreds.
pub(super) const MAX_BLOCK: usize = 1 << 20;

/// How the bytes at a block's beginning go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A block of so many bytes.
    Whole(usize),
    /// It has no end; after so many bytes another one begins.
    Cut(usize),
    /// The end is not among these bytes.
    Open,
}

#[derive(Clone, Copy)]
enum State {
    Plain,
    Comment,
    String,
    Escaped,
    Hex { has_digit: bool },
    Octal { digits: u8, value: u32 },
}

/// Looks for the end of the block that `bytes` begins with.
pub(super) fn frame(bytes: &[u8]) -> Frame {
    let mut state = State::Plain;
    let mut braces = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        state = match state {
            State::Plain => match byte {
                b'"' => State::String,
                b'#' => State::Comment,
                b';' if braces == 0 => return Frame::Whole(at + 1),
                b'{' => {
                    braces += 1;
                    State::Plain
                }
                b'}' if braces <= 1 => return Frame::Whole(at + 1),
                b'}' => {
                    braces -= 1;
                    State::Plain
                }
                b'\n' if begins_another(&bytes[at + 1..]) => return Frame::Cut(at + 1),
                _ => State::Plain,
            },
            State::Comment => match byte {
                b'\n' if begins_another(&bytes[at + 1..]) => return Frame::Cut(at + 1),
                b'\n' | 0xff => State::Plain,
                _ => State::Comment,
            },
            // To ISC's lexer this byte is the end of the file.
            _ if byte == 0xff => State::Plain,
            State::String => match byte {
                b'"' => State::Plain,
                b'\\' => State::Escaped,
                _ => State::String,
            },
            State::Escaped => match byte {
                b'0'..=b'3' => State::Octal { digits: 1, value: u32::from(byte - b'0') },
                b'x' => State::Hex { has_digit: false },
                _ => State::String,
            },
            State::Hex { has_digit: false } if byte.is_ascii_hexdigit() => State::Hex { has_digit: true },
            State::Hex { .. } => State::String,
            State::Octal { digits, value } => match byte {
                b'0'..=b'7' if digits == 2 => State::String,
                b'0'..=b'7' => State::Octal { digits: digits + 1, value: value * 8 + u32::from(byte - b'0') },
                _ if value == 0 => State::Escaped,
                _ => State::Octal { digits, value },
            },
        };
    }
    Frame::Open
}

/// Whether a line begins a block and cannot be part of one: `group` and `class` can.
fn begins_another(line: &[u8]) -> bool {
    match line.first() {
        Some(b'l' | b'L') => begins(line, b"lease ") && line.get(6).is_some_and(u8::is_ascii_digit),
        Some(b'i' | b'I') => {
            [&b"ia-na "[..], b"ia-ta ", b"ia-pd "].iter().any(|word| begins(line, word))
                && line.get(6).is_some_and(|byte| *byte == b'"' || byte.is_ascii_hexdigit())
        }
        Some(b'h' | b'H') => begins(line, b"host "),
        Some(b's' | b'S') => begins(line, b"subclass \"") || begins(line, b"server-duid "),
        Some(b'f' | b'F') => begins(line, b"failover peer "),
        _ => false,
    }
}

fn begins(line: &[u8], word: &[u8]) -> bool {
    line.len() >= word.len() && line[..word.len()].eq_ignore_ascii_case(word)
}

/// The next line behind the one that `bytes` begin in that begins as a block does; `None` where there is
/// none yet.
pub(super) fn next_line_of_a_block(bytes: &[u8]) -> Option<usize> {
    const FIRST: [&[u8]; 9] = [
        b"lease ",
        b"host ",
        b"group ",
        b"class ",
        b"subclass ",
        b"failover ",
        b"ia-",
        b"server-duid ",
        b"authoring-byte-order ",
    ];
    let is_first = |line: &[u8]| {
        // Most lines are indented.
        line.first().is_some_and(u8::is_ascii_alphabetic) && FIRST.iter().any(|word| begins(line, word))
    };
    memchr::memchr_iter(b'\n', bytes).map(|newline| newline + 1).find(|&start| is_first(&bytes[start..]))
}

/// Bytes that are no white space and no comment begin after so many; `None` when all are, and
/// `in_comment` says whether the comment goes on.
pub(super) fn skip_blank(bytes: &[u8], in_comment: &mut bool) -> Option<usize> {
    let mut at = 0;
    loop {
        if *in_comment {
            at += memchr::memchr2(b'\n', 0xff, &bytes[at..])? + 1;
            *in_comment = false;
        }
        at += bytes[at..].iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c))?;
        if bytes[at] != b'#' {
            return Some(at);
        }
        *in_comment = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dhcpd::syntax::{Lexer, TokenKind};
    use proptest::prelude::*;

    /// The same, by the lexer's tokens.
    fn by_tokens(bytes: &[u8]) -> Frame {
        let mut lexer = Lexer::for_file(bytes);
        let mut braces = 0_usize;
        loop {
            let token = lexer.next();
            match token.kind {
                TokenKind::End if lexer.is_at_end() => return Frame::Open,
                TokenKind::Byte(b';') if braces == 0 => return Frame::Whole(lexer.token_start() + 1),
                TokenKind::Byte(b'}') if braces <= 1 => return Frame::Whole(lexer.token_start() + 1),
                TokenKind::Byte(b'{') => braces += 1,
                TokenKind::Byte(b'}') => braces -= 1,
                _ => {}
            }
        }
    }

    proptest! {
        #[test]
        fn a_block_ends_where_the_lexer_says(
            bytes in proptest::collection::vec(
                prop_oneof![
                    proptest::sample::select(b"\"\"\"\\\\\\{{}};;#\n\n 0123x7aZ\xff\0".to_vec()),
                    any::<u8>(),
                ],
                0..60,
            )
        ) {
            // A byte 255 last of all looks like the end.
            let bytes = [&b"lease "[..], &bytes, b" "].concat();
            prop_assert_eq!(frame(&bytes), by_tokens(&bytes));
        }
    }

    #[test]
    fn a_block_without_an_end_ends_where_the_next_begins() {
        let text = b"lease 10.0.0.1 {\n  uid \"x\";\nlease 10.0.0.2 {\n}\n";
        assert_eq!(frame(text), Frame::Cut(28));
        assert_eq!(frame(b"server-duid \"x\"\nLEASE 1.2.3.4 {"), Frame::Cut(16));
        assert_eq!(frame(b"host a {\ngroup \"g\";\nlease limit 4;\n}"), Frame::Whole(36));
        assert_eq!(frame(b"lease 1.2.3.4 {\nset a = \"\nlease 1\n\";\n}"), Frame::Whole(38));
    }

    #[test]
    fn blanks_and_comments_are_skipped_over_pieces() {
        let mut in_comment = false;
        assert_eq!(skip_blank(b" # a", &mut in_comment), None);
        assert!(in_comment);
        assert_eq!(skip_blank(b"lease\n\tlease", &mut in_comment), Some(7));
        assert!(!in_comment);
    }
}
