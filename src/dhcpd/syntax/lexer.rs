//! The lexer: bytes to tokens, one token of look-ahead.
//!
//! Tokens borrow from the input; only a string with escapes is copied. Warnings are collected, each
//! with the excerpt and caret that ISC's programs would print at that moment. "At that moment"
//! matters: the excerpt shows a line as far as it has been *fetched*, and fetching runs one byte
//! ahead of a token's end, so that a caret after a blank stands one column too far right. Scripts
//! see these bytes, so they are reproduced.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::{Position, Warning, is_keyword, until_nul};

/// How much of a line a warning shows, in bytes.
const EXCERPT: usize = 80;

/// Warnings that are kept between two calls of [`Lexer::take_warnings`]. omshell's lines have no room
/// for as many.
const KEPT_WARNINGS: usize = 4096;

/// Columns that a caret can be indented by: ISC's buffer for it holds 255.
const MAX_INDENT: usize = 255;

/// Bytes of the longest token, and of the longest white space in a row, that dhcpd.conf may have.
const LONGEST: usize = 1499;

/// What a token is, as far as its bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The end of the input; also what looks like it to ISC's lexer, a byte 255. Its text is
    /// what the token buffer still holds, which is what ISC's base64 reader looks at.
    End,
    /// A newline, where newlines are tokens.
    Newline,
    /// A quoted string; the token's text is its value.
    String,
    /// Digits only, or a `-` and digits.
    Number,
    /// Hexadecimal digits, where the first byte of one that begins with a letter is not looked at:
    /// `web1` is one. May be a keyword.
    NumberOrName,
    /// Any other word. May be a keyword.
    Name,
    /// Any other byte, alone.
    Byte(u8),
}

/// One token of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes as written; for a string its value, escapes resolved.
    pub text: Cow<'a, [u8]>,
}

impl Token<'_> {
    /// Whether ISC's parser takes this token where it wants an identifier: any word, and also a
    /// byte over 127, which its macro mistakes for a keyword.
    pub fn is_identifier(&self) -> bool {
        matches!(self.kind, TokenKind::NumberOrName | TokenKind::Name | TokenKind::Byte(0x80..))
    }

    /// Whether this token is a word of dhcpd's language. A word that begins with a digit never is.
    pub fn is_keyword(&self) -> bool {
        matches!(self.kind, TokenKind::NumberOrName | TokenKind::Name) && is_keyword(&self.text)
    }

    /// The token's text as a C program sees it: a string ends at its first NUL.
    pub fn c_text(&self) -> &[u8] {
        until_nul(&self.text)
    }
}

/// Where a token begins, for the caret of a warning.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    /// Bytes of its line before it.
    column: usize,
    line: usize,
    line_start: usize,
    /// How far the input had been fetched when the token began.
    fetched: usize,
}

/// Splits an input into tokens.
#[derive(Debug)]
pub struct Lexer<'a> {
    input: &'a [u8],
    newline_is_token: bool,
    /// Bytes of the longest token that is no mistake.
    longest: usize,
    position: usize,
    /// The furthest `position` so far: one ahead of it after a word.
    fetched: usize,
    line: usize,
    line_start: usize,
    previous_line_start: usize,
    /// The line that a warning shows, which is not always the line of its place.
    excerpt_line: usize,
    place: Place,
    peeked: Option<(Token<'a>, Place)>,
    /// What earlier tokens of the line left in ISC's token buffer: a string with a bad escape
    /// shows a byte of it. Zeroed, since they may be a secret's.
    leftovers: Zeroizing<Vec<u8>>,
    /// The last token, when it was a single byte: it has a buffer of its own.
    single: Option<u8>,
    warnings: Vec<Warning>,
}

impl<'a> Lexer<'a> {
    /// A lexer for one line, as omshell reads it: the newline is a token.
    pub fn for_line(line: &'a [u8]) -> Self {
        Self::new(line, true)
    }

    /// A lexer for a whole file, where newlines are white space.
    pub fn for_file(input: &'a [u8]) -> Self {
        Self::new(input, false)
    }

    /// A lexer for dhcpd.conf, where a token that is too long for dhcpd gives a warning. A string is cut
    /// off there.
    pub fn for_conf(input: &'a [u8]) -> Self {
        Lexer { longest: LONGEST, ..Self::new(input, false) }
    }

    fn new(input: &'a [u8], newline_is_token: bool) -> Self {
        Lexer {
            input,
            newline_is_token,
            longest: usize::MAX,
            position: 0,
            fetched: 0,
            line: 1,
            line_start: 0,
            previous_line_start: 0,
            excerpt_line: 1,
            place: Place { start: 0, column: 0, line: 1, line_start: 0, fetched: 0 },
            peeked: None,
            leftovers: Zeroizing::default(),
            single: None,
            warnings: Vec::new(),
        }
    }

    /// Takes the next token. At the end of the input it goes on returning [`TokenKind::End`].
    // Not `Iterator::next`: the stream has no end, and a grammar is written against it.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Token<'a> {
        if let Some((token, place)) = self.peeked.take() {
            if self.place.line != place.line {
                self.excerpt_line = self.line;
            }
            self.place = place;
            return token;
        }
        loop {
            let token = self.scan();
            self.excerpt_line = self.line;
            if let Some(token) = token {
                return token;
            }
        }
    }

    /// Where in the input the token taken last begins, unless it was the end.
    pub fn token_start(&self) -> usize {
        self.place.start
    }

    /// Where in the input the next token begins.
    pub fn peeked_start(&mut self) -> usize {
        self.peek();
        self.peeked.as_ref().map_or(self.position, |(_, place)| place.start)
    }

    /// The line and the column in which the next token begins, both from 1; found without looking back.
    pub fn peeked_position(&mut self) -> Position {
        self.peek();
        let place = self.peeked.as_ref().map_or(self.place, |(_, place)| *place);
        Position { line: place.line, column: place.column + 1 }
    }

    /// Goes on at that byte of the input, which is to begin a line. Places that are counted in lines
    /// are wrong from there on.
    pub fn seek(&mut self, offset: usize) {
        self.peeked = None;
        self.position = offset;
        self.fetched = offset;
        self.line_start = offset;
        self.previous_line_start = offset;
        self.excerpt_line = self.line;
    }

    /// Whether all of the input has been taken, but for what [`Lexer::peek`] has looked at.
    pub fn is_at_end(&self) -> bool {
        self.position >= self.input.len()
    }

    /// How far the input has been taken or looked at, in bytes.
    pub fn offset(&self) -> usize {
        self.position
    }

    /// The length of the input.
    pub fn end(&self) -> usize {
        self.input.len()
    }

    /// Where a mistake about the end of the input is: behind the last that is no white space.
    pub fn end_offset(&self) -> usize {
        self.input.trim_ascii_end().len()
    }

    /// A lexer that goes on from here by itself, to look further ahead.
    pub fn fork(&self) -> Self {
        // They show in omshell's lines only, and in a file they may be as long as a string.
        let leftovers = if self.newline_is_token { self.leftovers.to_vec() } else { Vec::new() };
        Lexer {
            input: self.input,
            leftovers: Zeroizing::new(leftovers),
            peeked: self.peeked.clone(),
            warnings: Vec::new(),
            ..*self
        }
    }

    /// Looks at the next token without taking it.
    pub fn peek(&mut self) -> &Token<'a> {
        if self.peeked.is_none() {
            let before = self.place;
            let token = loop {
                if let Some(token) = self.scan() {
                    break token;
                }
            };
            if self.place.line != before.line {
                self.excerpt_line = self.line.saturating_sub(1);
            }
            let place = std::mem::replace(&mut self.place, before);
            self.peeked = Some((token, place));
        }
        &self.peeked.as_ref().expect("just put there").0
    }

    /// Skips the rest of a statement: up to and including a `;`, a newline token, or the closing
    /// brace that matches the first opening one (or any closing one, when none was opened).
    pub fn skip_statement(&mut self) {
        let mut braces = 0_usize;
        loop {
            match self.peek().kind {
                TokenKind::Byte(b'}') => {
                    braces = braces.saturating_sub(1);
                    if braces == 0 {
                        self.next();
                        return;
                    }
                }
                TokenKind::Byte(b'{') => braces += 1,
                TokenKind::Byte(b';') if braces == 0 => {
                    self.next();
                    return;
                }
                TokenKind::Newline | TokenKind::End => {
                    self.next();
                    return;
                }
                _ => {}
            }
            self.next();
        }
    }

    /// Records a warning about the token taken last.
    pub fn warn(&mut self, text: Vec<u8>) {
        let text = match self.warnings.len() {
            ..KEPT_WARNINGS => text,
            KEPT_WARNINGS => b"more warnings, which are left out".to_vec(),
            _ => return,
        };
        let shown = match self.excerpt_line {
            line if line == self.line => &self.input[self.line_start..self.fetched],
            line if line + 1 == self.line => &self.input[self.previous_line_start..self.line_start - 1],
            _ => &[],
        };
        let excerpt: Vec<u8> = seen(shown).take(EXCERPT).collect();
        // No further than can be told: a line may be long and have many warnings.
        let column = seen(&self.input[self.place.line_start..self.place.fetched]).take(EXCERPT).count();
        let mut indent: usize = 0;
        // Past the excerpt's last column there is no telling where the place is, and a caret at the
        // very edge says so by standing at the left.
        if column < EXCERPT {
            for &byte in excerpt.iter().take(column) {
                indent += 1;
                if byte == b'\t' {
                    indent = indent.next_multiple_of(8);
                }
            }
        }
        self.warnings.push(Warning {
            line: self.place.line,
            text,
            column: self.place.column,
            offset: self.place.start,
            excerpt,
            indent: indent.min(MAX_INDENT),
        });
    }

    /// The warnings so far, oldest first, which are then forgotten.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// The next byte. None at the end, and also for a byte 255: in C it is a `char` of -1, which
    /// is what the end of the input looks like; unlike the end it is behind us then.
    fn fetch(&mut self) -> Option<u8> {
        let byte = *self.input.get(self.position)?;
        self.position += 1;
        if self.position > self.fetched {
            self.fetched = self.position;
            if byte == b'\n' {
                self.line += 1;
                self.previous_line_start = self.line_start;
                self.line_start = self.position;
            }
        }
        (byte != 0xff).then_some(byte)
    }

    /// Gives back what [`Self::fetch`] returned.
    fn unfetch(&mut self, byte: Option<u8>) {
        if byte.is_some() {
            self.position -= 1;
        }
    }

    fn is_space(&self, byte: u8) -> bool {
        match byte {
            b'\n' => !self.newline_is_token,
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => true,
            _ => false,
        }
    }

    /// Scans one token; `None` for white space.
    fn scan(&mut self) -> Option<Token<'a>> {
        loop {
            let start = self.position;
            // A newline that has been looked at is on the line that it ends.
            let line_start = if start < self.line_start { self.previous_line_start } else { self.line_start };
            let column = start - line_start;
            let place = Place { start, column, line: self.line, line_start: self.line_start, fetched: self.fetched };
            let Some(byte) = self.fetch() else { return Some(self.end_token()) };
            if self.is_space(byte) {
                return self.white_space(start);
            }
            if byte == b'#' {
                while self.fetch().is_some_and(|byte| byte != b'\n') {}
                continue;
            }
            self.place = place;
            self.single = (!matches!(byte, b'"' | b'-') && !byte.is_ascii_alphanumeric()).then_some(byte);
            return Some(match byte {
                b'"' => Token { kind: TokenKind::String, text: self.string() },
                b'0'..=b'9' | b'-' => self.number(start),
                b'a'..=b'z' | b'A'..=b'Z' => self.word(start),
                b'\n' => Token { kind: TokenKind::Newline, text: Cow::Borrowed(b"\n") },
                _ => Token { kind: TokenKind::Byte(byte), text: Cow::Borrowed(&self.input[start..start + 1]) },
            });
        }
    }

    fn end_token(&self) -> Token<'a> {
        let text = match self.single {
            Some(byte) => vec![byte],
            None => until_nul(&self.leftovers).to_vec(),
        };
        Token { kind: TokenKind::End, text: Cow::Owned(text) }
    }

    fn white_space(&mut self, start: usize) -> Option<Token<'a>> {
        loop {
            match self.fetch() {
                Some(byte) if self.is_space(byte) => {}
                Some(byte) => {
                    self.unfetch(Some(byte));
                    self.limit_white_space(start, self.position);
                    self.leave_over(start, self.position);
                    return None;
                }
                None => {
                    let single = self.single;
                    let end = self.end_of_word(None);
                    self.limit_white_space(start, end);
                    self.leave_over(start, end);
                    self.single = single;
                    return Some(self.end_token());
                }
            }
        }
    }

    /// Warns of white space that is too long, at the place where it begins.
    fn limit_white_space(&mut self, start: usize, end: usize) {
        if end - start <= self.longest {
            return;
        }
        self.warn(format!("white space of {} bytes or more in a row; take some out", LONGEST + 1).into_bytes());
        if let Some(warning) = self.warnings.last_mut() {
            warning.offset = start;
        }
    }

    /// Begins with a digit or `-`. Becomes a hexadecimal number or a name as soon as a byte says
    /// so, never the other way, but for `0x` before a hexadecimal digit.
    fn number(&mut self, start: usize) -> Token<'a> {
        let mut kind = TokenKind::Number;
        let end = loop {
            let byte = self.fetch();
            let Some(next) = byte.filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) else {
                self.unfetch(byte);
                break self.end_of_word(byte);
            };
            let so_far = &self.input[start..self.position - 1];
            kind = match kind {
                TokenKind::Number if next.is_ascii_digit() => TokenKind::Number,
                TokenKind::Number | TokenKind::NumberOrName if next.is_ascii_hexdigit() => TokenKind::NumberOrName,
                _ if next.is_ascii_hexdigit() && so_far.eq_ignore_ascii_case(b"0x") => TokenKind::NumberOrName,
                _ => TokenKind::Name,
            };
        };
        self.leave_over(start, end);
        if end - start > self.longest {
            self.warn(b"token larger than internal buffer".to_vec());
        }
        Token { kind, text: Cow::Borrowed(&self.input[start..end]) }
    }

    fn word(&mut self, start: usize) -> Token<'a> {
        let mut kind = TokenKind::NumberOrName;
        let end = loop {
            let byte = self.fetch();
            let Some(next) = byte.filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) else {
                self.unfetch(byte);
                break self.end_of_word(byte);
            };
            if !next.is_ascii_hexdigit() {
                kind = TokenKind::Name;
            }
        };
        self.leave_over(start, end);
        if end - start > self.longest {
            self.warn(b"token larger than internal buffer".to_vec());
        }
        Token { kind, text: Cow::Borrowed(&self.input[start..end]) }
    }

    /// Where a word ends that `byte` came after: a byte 255 was fetched but is no part of it.
    fn end_of_word(&self, byte: Option<u8>) -> usize {
        let swallowed = byte.is_none() && self.position > 0 && self.input[self.position - 1] == 0xff;
        self.position - usize::from(swallowed)
    }

    /// The value of a string whose opening quote has been fetched.
    fn string(&mut self) -> Cow<'a, [u8]> {
        enum State {
            Plain,
            Escaped,
            Hex { digits: u8, value: u8 },
            Octal { digits: u8, value: u32 },
        }
        let start = self.position;
        let mut state = State::Plain;
        let mut length = 0;
        let mut escapes = false;
        let end = loop {
            if length > self.longest {
                self.warn(b"string constant larger than internal buffer".to_vec());
                break self.position;
            }
            let Some(byte) = self.fetch() else {
                self.warn(b"eof in string constant".to_vec());
                break self.end_of_word(None);
            };
            let mut put = None;
            state = match state {
                State::Plain if byte == b'"' => break self.position - 1,
                State::Plain if byte == b'\\' => {
                    escapes = true;
                    State::Escaped
                }
                State::Plain => {
                    put = Some(byte);
                    State::Plain
                }
                State::Escaped => match byte {
                    b'0'..=b'3' => State::Octal { digits: 1, value: u32::from(byte - b'0') },
                    b'x' => State::Hex { digits: 0, value: 0 },
                    _ => {
                        put = Some(match byte {
                            b't' => b'\t',
                            b'r' => b'\r',
                            b'n' => b'\n',
                            b'b' => 0x08,
                            _ => byte,
                        });
                        State::Plain
                    }
                },
                State::Hex { digits, value } => match char::from(byte).to_digit(16) {
                    Some(digit) if digits == 0 => State::Hex { digits: 1, value: digit as u8 },
                    Some(digit) => {
                        put = Some(value << 4 | digit as u8);
                        State::Plain
                    }
                    None => {
                        // The byte is lost, and the place for the value keeps what was there.
                        self.warn(format!("invalid hex digit: {:x}", byte as i8 as i32).into_bytes());
                        length += 1;
                        State::Plain
                    }
                },
                State::Octal { digits, value } => match char::from(byte).to_digit(8) {
                    Some(digit) if digits == 2 => {
                        put = Some((value * 8 + digit) as u8);
                        State::Plain
                    }
                    Some(digit) => State::Octal { digits: digits + 1, value: value * 8 + digit },
                    None if value == 0 => {
                        // The value is overwritten by what comes next, which counts as escaped.
                        self.leave_over_at(length, 0);
                        State::Escaped
                    }
                    None => {
                        // Goes on wanting a digit; not even the closing quote ends it.
                        self.warn(format!("invalid octal digit {:x}", byte as i8 as i32).into_bytes());
                        length += 1;
                        State::Octal { digits, value }
                    }
                },
            };
            if let Some(byte) = put {
                self.leave_over_at(length, byte);
                length += 1;
            }
        };
        self.leave_over_at(length, 0);
        match escapes {
            true => Cow::Owned(self.leftovers[..length].to_vec()),
            false => Cow::Borrowed(&self.input[start..end]),
        }
    }

    /// Remembers a token as what fills the token buffer now.
    fn leave_over(&mut self, start: usize, end: usize) {
        self.single = None;
        if self.newline_is_token {
            let text = &self.input[start..end];
            if self.leftovers.len() <= text.len() {
                self.leftovers.resize(text.len() + 1, 0);
            }
            self.leftovers[..text.len()].copy_from_slice(text);
            self.leftovers[text.len()] = 0;
        }
    }

    fn leave_over_at(&mut self, index: usize, byte: u8) {
        if self.leftovers.len() <= index {
            self.leftovers.resize(index + 1, 0);
        }
        self.leftovers[index] = byte;
    }
}

/// The bytes of a fetched stretch that get into an excerpt and count as columns.
fn seen(stretch: &[u8]) -> impl Iterator<Item = u8> + '_ {
    stretch.iter().copied().filter(|&byte| byte != 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(line: &[u8]) -> Vec<(TokenKind, String)> {
        let mut lexer = Lexer::for_line(line);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next();
            if token.kind == TokenKind::End {
                return tokens;
            }
            tokens.push((token.kind, String::from_utf8_lossy(&token.text).into_owned()));
        }
    }

    fn kind_of(word: &str) -> TokenKind {
        let tokens = kinds(word.as_bytes());
        assert_eq!(tokens.len(), 1, "{word} gave {tokens:?}");
        tokens[0].0
    }

    #[test]
    fn words_are_told_apart_by_their_bytes() {
        for word in ["10", "-5", "-", "007"] {
            assert_eq!(kind_of(word), TokenKind::Number, "{word}");
        }
        for word in ["1a", "0xf", "aa", "fe", "web1", "x", "0X1f", "add"] {
            assert_eq!(kind_of(word), TokenKind::NumberOrName, "{word}");
        }
        for word in ["host", "hmac-md5", "a_b", "1-2", "0xfg", "1x0", "52-54-00"] {
            assert_eq!(kind_of(word), TokenKind::Name, "{word}");
        }
    }

    #[test]
    fn comments_white_space_and_single_bytes() {
        let tokens = kinds(b"\tset a=1 ; # rest\r\n");
        let texts: Vec<&str> = tokens.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["set", "a", "=", "1", ";"]);
        assert_eq!(kinds(b"a\n").last().unwrap().0, TokenKind::Newline);
    }

    #[test]
    fn a_byte_255_ends_a_token_and_is_swallowed() {
        let mut lexer = Lexer::for_line(b"a\xffb \xff c\n");
        let tokens: Vec<Token<'_>> = (0..6).map(|_| lexer.next()).collect();
        let texts: Vec<&[u8]> = tokens.iter().map(|token| &*token.text).collect();
        assert_eq!(texts, [&b"a"[..], b"b", b" ", b"c", b"\n", b"\n"]);
        assert_eq!((tokens[2].kind, tokens[5].kind), (TokenKind::End, TokenKind::End));
    }

    #[test]
    fn escapes_in_strings() {
        for (written, value) in [
            (&br#""a\"b""#[..], &b"a\"b"[..]),
            (br#""\t\r\n\b\q\\""#, b"\t\r\n\x08q\\"),
            (br#""\101\x41\003""#, b"AA\x03"),
            (br#""ab\08cd""#, b"abcd"),
            (br#""a\401""#, b"a401"),
        ] {
            let mut lexer = Lexer::for_line(written);
            let token = lexer.next();
            assert_eq!((token.kind, &*token.text), (TokenKind::String, value));
            assert_eq!(lexer.take_warnings(), []);
        }
    }

    /// As omshell 4.4.3-P1 prints `name = "aazb"` after `set name="a\xzzb"`: the `a` is from `name`.
    #[test]
    fn a_bad_escape_shows_what_the_buffer_held() {
        let mut lexer = Lexer::for_line(br#"set name="a\xzzb""#);
        for _ in 0..3 {
            lexer.next();
        }
        assert_eq!(&*lexer.next().text, b"aazb");
        assert_eq!(lexer.take_warnings().len(), 1);
    }

    #[test]
    fn warnings_point_one_column_past_a_blank() {
        let mut lexer = Lexer::for_line(b"set name = \"abc\n");
        while lexer.next().kind != TokenKind::End {}
        let warnings = lexer.take_warnings();
        let mut text = Vec::new();
        warnings[0].write_to(&mut text, "<STDIN>", warnings[0].line);
        let expected = "<STDIN> line 1: eof in string constant\nset name = \"abc\n            ^\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        assert_eq!(warnings[0].column, 11);
    }

    #[test]
    fn warnings_without_end_come_to_one() {
        let line = [b"\"\\1", &b"z".repeat(100_000)[..], b"\""].concat();
        let mut lexer = Lexer::for_line(&line);
        lexer.next();
        let warnings = lexer.take_warnings();
        assert_eq!(warnings.len(), KEPT_WARNINGS + 1);
        assert_eq!(warnings.last().unwrap().text, b"more warnings, which are left out");
    }

    #[test]
    fn statements_are_skipped_with_their_braces() {
        for (input, rest) in [("a; b", "b"), ("a { b; c { d; } e } f", "f"), ("} g", "g"), ("a \"; }\" ; h", "h")] {
            let mut lexer = Lexer::for_file(input.as_bytes());
            lexer.skip_statement();
            assert_eq!(lexer.next().text, rest.as_bytes(), "{input}");
        }
    }
}
