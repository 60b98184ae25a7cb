//! Where a block ends, without a look at what it says: the brace that closes it, or its semicolon.
//!
//! Strings and comments are told apart from the rest as [`crate::dhcpd::syntax::Lexer`] does it, wrong
//! escapes included. A block that has lost its end does not swallow those behind it: what begins as dhcpd begins
//! a block is taken for one wherever nothing else can be meant, and a text that goes on over such a line has to
//! end soon after it.

/// The longest block, in bytes. dhcpd's own have some hundreds.
pub(super) const MAX_BLOCK: usize = 1 << 20;

/// How the bytes at a block's beginning go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A block of so many bytes.
    Whole(usize),
    /// It has no end; after so many bytes another one begins.
    Cut(usize),
    /// A text in it goes on for long over lines that begin blocks.
    Swallows,
    /// The end is not among these bytes.
    Open,
}

/// A text that goes on over a line that begins a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Swallowed {
    /// Where its opening quote is.
    pub(super) quote: usize,
    /// Where the first such line begins.
    pub(super) line: usize,
}

/// How many bytes a text may have after a line that begins a block. Texts that dhcpd writes have no newlines.
const MAX_SWALLOWED: usize = 1 << 10;

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
    scan(bytes).0
}

/// The same, with the first text up to there that goes on over a line that begins a block.
pub(super) fn scan(bytes: &[u8]) -> (Frame, Option<Swallowed>) {
    let mut state = State::Plain;
    let mut braces = 0_usize;
    // Whether a statement may begin here, or a block whose predecessor has lost its brace.
    let mut between = false;
    let mut quote = 0;
    let mut swallowed: Option<Swallowed> = None;
    // The same of the text that goes on here.
    let mut current: Option<usize> = None;
    for (at, &byte) in bytes.iter().enumerate() {
        if matches!(state, State::Plain) {
            if between && !byte.is_ascii_whitespace() && begins_lease(&bytes[at..]) {
                return (Frame::Cut(at), swallowed);
            }
            between = matches!(byte, b'\n' | b';' | b'{' | b'}') || between && byte.is_ascii_whitespace();
        } else if byte == b'\n' && !matches!(state, State::Comment) {
            match current {
                None if begins_another(&bytes[at + 1..]) => {
                    current = Some(at + 1);
                    swallowed = swallowed.or(Some(Swallowed { quote, line: at + 1 }));
                }
                Some(line) if at > line + MAX_SWALLOWED => return (Frame::Swallows, swallowed),
                _ => {}
            }
        }
        state = match state {
            State::Plain => match byte {
                b'"' => {
                    (quote, current) = (at, None);
                    State::String
                }
                b'#' => State::Comment,
                b';' if braces == 0 => return (Frame::Whole(at + 1), swallowed),
                b'{' => {
                    braces += 1;
                    State::Plain
                }
                b'}' if braces <= 1 => return (Frame::Whole(at + 1), swallowed),
                b'}' => {
                    braces -= 1;
                    State::Plain
                }
                b'\n' if begins_another(&bytes[at + 1..]) => return (Frame::Cut(at + 1), swallowed),
                _ => State::Plain,
            },
            State::Comment => match byte {
                b'\n' if begins_another(&bytes[at + 1..]) => return (Frame::Cut(at + 1), swallowed),
                b'\n' | 0xff => {
                    between = byte == b'\n';
                    State::Plain
                }
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
    (Frame::Open, swallowed)
}

/// Whether a lease or an identity association begins here: no statement does it like this.
fn begins_lease(text: &[u8]) -> bool {
    match text.first() {
        Some(b'l' | b'L') => begins(text, b"lease ") && text.get(6).is_some_and(u8::is_ascii_digit),
        Some(b'i' | b'I') => {
            [&b"ia-na "[..], b"ia-ta ", b"ia-pd "].iter().any(|word| begins(text, word))
                && text.get(6).is_some_and(|byte| *byte == b'"' || byte.is_ascii_hexdigit())
        }
        _ => false,
    }
}

/// Whether a line begins a block and cannot be part of one: `group` and `class` can.
fn begins_another(line: &[u8]) -> bool {
    match line.first() {
        Some(b'l' | b'L' | b'i' | b'I') => begins_lease(line),
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

    #[test]
    fn a_text_may_go_on_over_a_block_for_a_while_only() {
        let text =
            |more: usize| format!("lease 10.0.0.1 {{\n  uid \"\nlease 10.0.0.2 {{\n{}\";\n}}\n", "  x;\n".repeat(more));
        let swallowed = Some(Swallowed { quote: 23, line: 25 });
        assert_eq!(scan(text(9).as_bytes()), (Frame::Whole(text(9).len() - 1), swallowed));
        assert_eq!(scan(text(900).as_bytes()), (Frame::Swallows, swallowed));
        assert_eq!(scan(b"lease 10.0.0.1 {\n  uid \"\nlease 10.0.0.2 {\n"), (Frame::Open, swallowed));
    }

    #[test]
    fn a_lease_that_has_lost_its_brace_ends_where_another_begins_on_its_line_too() {
        for (text, length) in [
            ("lease 10.0.0.1 { ends never; lease 10.0.0.2 { } }", 29),
            ("lease 10.0.0.1 {\n  on expiry {\n  lease 10.0.0.2 { } }", 33),
            ("ia-na \"abcdef\" { ia-na \"abcdeg\" { } }", 17),
        ] {
            assert_eq!(frame(text.as_bytes()), Frame::Cut(length), "{text}");
        }
        for text in ["class \"c\" { lease limit 4; }", "lease 10.0.0.1 { set lease = \"; lease 1\"; }"] {
            assert_eq!(frame(text.as_bytes()), Frame::Whole(text.len()), "{text}");
        }
    }
}
