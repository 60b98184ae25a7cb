//! A mistake in one of dhcpd's files, with its place.

use std::borrow::Cow;
use std::fmt;

/// What is wrong with an input, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where in the input the token to blame begins, in bytes.
    pub offset: usize,
    /// What is wrong, in the form "expected a semicolon, found `}`".
    pub text: String,
}

impl SyntaxError {
    /// A mistake at that place.
    pub fn new(offset: usize, text: impl Into<String>) -> Self {
        SyntaxError { offset, text: text.into() }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for SyntaxError {}

/// A line and a column of an input, both from 1; the column counts bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The position of the byte at `offset` of `input`.
    pub fn of(input: &[u8], offset: usize) -> Self {
        let before = &input[..offset.min(input.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
            column: before.len() - line_start + 1,
        }
    }
}

/// Positions in one input, asked for in order: each byte is looked at once.
#[derive(Debug)]
pub struct Lines<'a> {
    input: &'a [u8],
    offset: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Lines<'a> {
    /// For an input.
    pub fn of(input: &'a [u8]) -> Self {
        Lines { input, offset: 0, line: 1, line_start: 0 }
    }

    /// The position of the byte at `offset`. One before the last that was asked for costs a new start.
    pub fn position(&mut self, offset: usize) -> Position {
        let offset = offset.min(self.input.len());
        if offset < self.offset {
            *self = Lines::of(self.input);
        }
        let between = &self.input[self.offset..offset];
        self.line += between.iter().filter(|&&byte| byte == b'\n').count();
        if let Some(newline) = between.iter().rposition(|&byte| byte == b'\n') {
            self.line_start = self.offset + newline + 1;
        }
        self.offset = offset;
        Position { line: self.line, column: offset - self.line_start + 1 }
    }
}

/// The longest stretch of a line that is shown on either side of the place to blame, in bytes.
pub(in crate::dhcpd) const SHOWN: usize = 60;

/// `SOURCE:LINE:COLUMN: TEXT`, the line itself and a caret under the column; each on a line of its
/// own, without a newline at the end. What does not print is shown as an escape.
pub fn explain(source: &str, input: &[u8], error: &SyntaxError) -> String {
    explain_at(source, input, error, Position::of(input, error.offset))
}

/// The same for an error whose position is known.
pub fn explain_at(source: &str, input: &[u8], error: &SyntaxError, position: Position) -> String {
    let Position { line, column } = position;
    let offset = error.offset.min(input.len());
    let line_start = offset + 1 - column;
    let is_secret = is_in_secret(&input[..offset]);
    let rest = &input[line_start..];
    let whole = &rest[..rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())];
    let whole = without_secrets(whole);
    let (before, after) = whole.split_at(column - 1);
    let before = visible(&before[before.len().saturating_sub(SHOWN)..]);
    let after = visible(after[..after.len().min(SHOWN)].trim_ascii_end());
    let indent = before.chars().count();
    let text = if is_secret { without_secret(&error.text) } else { &error.text };
    if is_secret {
        // The secret may stand on a line of its own, before the statement or behind it.
        return format!("{source}:{line}:{column}: {text}");
    }
    format!("{source}:{line}:{column}: {text}\n    {before}{after}\n    {:indent$}^", "")
}

/// The words behind which a secret may stand, up to the end of the statement.
const SECRET_WORDS: [&[u8]; 5] = [b"secret", b"key", b"omapi-key", b"algorithm", b"ldap-password"];

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Whether the statement that has begun at the end of this text is one with a secret.
fn is_in_secret(before: &[u8]) -> bool {
    let start = before.iter().rposition(|byte| matches!(byte, b';' | b'{' | b'}')).map_or(0, |at| at + 1);
    // Comments stand before a statement, and have no secret.
    let lines = before[start..].split(|&byte| byte == b'\n').map(|line| {
        let end = line.iter().position(|&byte| byte == b'#').unwrap_or(line.len());
        &line[..end]
    });
    let first = lines.flat_map(|line| line.split(|&byte| !is_of_word(byte))).find(|word| !word.is_empty());
    first.is_some_and(|first| SECRET_WORDS.iter().any(|word| word.eq_ignore_ascii_case(first)))
}

/// What is said of a mistake near a secret: without what was found instead, unless it is a sign or the end.
pub(in crate::dhcpd) fn without_secret(text: &str) -> &str {
    const SIGN: usize = "`;`".len();
    match text.split_once(", found ") {
        Some((_, found)) if found.len() <= SIGN || found == "the end" => text,
        Some((expected, _)) => expected,
        None => text.split_once(" terminator: ").map_or(text, |(before, _)| before),
    }
}

/// A line with stars for what follows the words behind which a secret may stand. The name of a key is none.
fn without_secrets(line: &[u8]) -> Cow<'_, [u8]> {
    let mut shown = Cow::Borrowed(line);
    let mut at = 0;
    while at < line.len() {
        let length = line[at..].iter().take_while(|byte| is_of_word(**byte)).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let word = &line[at..at + length];
        at += length;
        if !SECRET_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            continue;
        }
        let rest = line[at..].iter().take_while(|byte| !matches!(byte, b';' | b'{' | b'}')).count();
        let end = at + rest;
        let mut start = at + line[at..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if word.eq_ignore_ascii_case(b"key") || word.eq_ignore_ascii_case(b"omapi-key") {
            let name = line[start..end].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
            start += name + line[start + name..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        }
        if start < end && start > at {
            shown.to_mut()[start..end].fill(b'*');
        }
        at = end;
    }
    shown
}

/// A line's bytes for a terminal: UTF-8 as it is, tabs as spaces, everything else that does not
/// print as an escape.
fn visible(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\t' => text.push(' '),
                character if character.is_control() => text.extend(character.escape_default()),
                character => text.push(character),
            }
        }
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_with_its_line() {
        let input = b"a;\n\tb \x1b c\n";
        let shown = explain("f", input, &SyntaxError::new(8, "expected a semicolon, found `c`"));
        assert_eq!(shown, "f:2:6: expected a semicolon, found `c`\n     b \\u{1b} c\n              ^");
        let end = explain("f", b"a", &SyntaxError::new(1, "expected a semicolon"));
        assert_eq!(end, "f:1:2: expected a semicolon\n    a\n     ^");
        let mut lines = Lines::of(input);
        for offset in [0, 2, 3, 8, 8, 11, 1] {
            assert_eq!(lines.position(offset), Position::of(input, offset), "{offset}");
        }
        let secret = explain("f", b"key k { Secret \"YQ==\"; } x", &SyntaxError::new(25, "expected nothing"));
        assert_eq!(secret.lines().nth(1), Some("    key k { Secret ******; } x"));
        let empty = explain("f", b"", &SyntaxError::new(0, "x"));
        assert_eq!(empty, "f:1:1: x\n    \n    ^");
    }
}
