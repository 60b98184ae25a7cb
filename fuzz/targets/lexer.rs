//! What dhcpd's token language, and omshell's lines in it, make of any bytes: they come to an end, no
//! token depends on whether it was looked at before, and warnings keep their size.
//!
//! An input is a file, or lines for omshell.

use std::io::Read;

use omsh::dhcpd::syntax::{Lexer, Token, TokenKind, Warning, decimal, octet_from_hex, read_base64};
use omsh::shell::lines::{Line, Lines};
use omsh::shell::parser::{Context, parse};
use omsh::shell::print;

use super::prng::Prng;

/// Takes `data` apart and panics when something is wrong with the parts.
pub fn run(data: &[u8]) {
    let mut prng = Prng::from_bytes(data);
    for newline_is_token in [true, false] {
        let lexer = || if newline_is_token { Lexer::for_line(data) } else { Lexer::for_file(data) };
        check_tokens(&lexer, data, newline_is_token, &mut prng);
        check_statements(lexer(), data);
        check_values(lexer(), data);
    }
    let lines = split(data, &mut prng);
    for line in lines.iter().map(Vec::as_slice).chain([data]) {
        check_parse(line);
    }
}

/// Finds the end of the input. A byte 255 looks like it, too, unless a word, a string or a comment
/// has swallowed it: so the end is there when it comes once more often than that byte.
struct End {
    may_be_false: usize,
}

impl End {
    fn of(data: &[u8]) -> Self {
        End { may_be_false: data.iter().filter(|byte| **byte == 0xff).count() }
    }

    fn is(&mut self, token: &Token<'_>) -> bool {
        if token.kind != TokenKind::End {
            return false;
        }
        let is_end = self.may_be_false == 0;
        self.may_be_false = self.may_be_false.saturating_sub(1);
        is_end
    }
}

/// All tokens, and the end of the input at least once.
fn tokens<'a>(data: &[u8], mut next: impl FnMut() -> Token<'a>) -> Vec<Token<'a>> {
    let mut end = End::of(data);
    let mut tokens = Vec::new();
    loop {
        assert!(tokens.len() <= data.len(), "more tokens than bytes");
        let token = next();
        let is_end = end.is(&token);
        tokens.push(token);
        if is_end {
            return tokens;
        }
    }
}

fn check_tokens<'a>(lexer: &impl Fn() -> Lexer<'a>, data: &[u8], newline_is_token: bool, prng: &mut Prng) {
    let mut plain = lexer();
    let expected = tokens(data, || plain.next());
    for token in &expected {
        check_token(token, newline_is_token);
    }
    assert_eq!(expected.last().map(|token| token.kind), Some(TokenKind::End));
    assert_eq!(plain.next().kind, TokenKind::End, "the end of the input is not left again");

    let mut peeking = lexer();
    let got = tokens(data, || {
        let peeked = (0..prng.below(3)).map(|_| peeking.peek().clone()).last();
        let token = peeking.next();
        assert!(peeked.is_none_or(|peeked| peeked == token), "what was peeked at is taken next");
        token
    });
    assert_eq!(expected, got, "with looks ahead");

    let (plain, peeking) = (plain.take_warnings(), peeking.take_warnings());
    check_warnings(&plain, data);
    check_warnings(&peeking, data);
    let texts = |warnings: &[Warning]| warnings.iter().map(|warning| warning.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&plain), texts(&peeking), "warnings with looks ahead");
}

fn check_token(token: &Token<'_>, newline_is_token: bool) {
    let text = &*token.text;
    let is_word = !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    let right = match token.kind {
        // It brings a byte of what came before.
        // It shows what came before it.
        TokenKind::End => true,
        TokenKind::Newline => text == b"\n" && newline_is_token,
        TokenKind::String => true,
        TokenKind::Number => {
            let digits = text.strip_prefix(b"-").unwrap_or(text);
            !text.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        TokenKind::NumberOrName | TokenKind::Name => is_word,
        TokenKind::Byte(byte) => text == [byte] && byte != 0xff && !byte.is_ascii_alphanumeric(),
    };
    assert!(right, "{token:?}");
    assert!(token.is_identifier() || !token.is_keyword(), "{token:?}");
    assert!(!token.c_text().contains(&0) && text.starts_with(token.c_text()));
}

fn check_warnings(warnings: &[Warning], data: &[u8]) {
    let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
    let longest = data.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or(0);
    for warning in warnings {
        assert!(warning.column <= longest, "{warning:?} of {longest} columns");
        assert!((1..=lines).contains(&warning.line), "{warning:?} of {lines} lines");
        assert!(warning.excerpt.len() <= 80 && warning.indent <= 255, "{warning:?}");
        assert!(!warning.excerpt.contains(&b'\n'), "{warning:?}");
        let mut written = Vec::new();
        warning.write_to(&mut written, "<STDIN>", warning.line);
        assert!(written.ends_with(b"^\n"));
    }
}

/// Skips statement after statement, with a warning before each.
fn check_statements(mut lexer: Lexer<'_>, data: &[u8]) {
    let mut end = End::of(data);
    let mut statements = 0;
    while !end.is(lexer.peek()) {
        assert!(statements <= data.len(), "more statements than bytes");
        statements += 1;
        lexer.warn(b"here".to_vec());
        lexer.skip_statement();
    }
    check_warnings(&lexer.take_warnings(), data);
}

/// Reads the tokens as one kind of value and another.
fn check_values(mut lexer: Lexer<'_>, data: &[u8]) {
    let mut end = End::of(data);
    while !end.is(lexer.peek()) {
        let token = lexer.next();
        octet_from_hex(&token.text, &mut lexer);
        decimal(&token.text);
        if let Some(secret) = read_base64(&mut lexer) {
            assert!(secret.len() <= data.len());
        }
    }
    check_warnings(&lexer.take_warnings(), data);
}

/// The lines of `data`, read in pieces.
fn split(data: &[u8], prng: &mut Prng) -> Vec<Vec<u8>> {
    struct Pieces<'a>(std::vec::IntoIter<&'a [u8]>);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let piece = self.0.find(|piece| !piece.is_empty()).unwrap_or_default();
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    let mut lines = Lines::new(Pieces(prng.cut(data).into_iter()));
    let mut all = Vec::new();
    while let Some(line) = lines.next(|| {}) {
        match line {
            Line::Whole(line) => all.push(line.to_vec()),
            Line::TooLong => panic!("a line of at most {} bytes is too long", data.len()),
        }
    }
    assert_eq!(all, data.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>());
    all
}

fn check_parse(line: &[u8]) {
    for (connected, object) in [(false, false), (false, true), (true, false), (true, true)] {
        let parsed = parse(line, Context { verbs: &["leases"], connected, object, full_names: false });
        check_warnings(&parsed.warnings, line);
        if let Some(complaint) = &parsed.complaint {
            print::complaint(complaint);
            print::remark(complaint);
        }
    }
}
