//! A line as it is being typed: its words and where they stand. It is cut up as the language does that, but never
//! refuses anything.

use std::ops::Range;

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word.
    Word,
    /// Text in quotes, with its quotes.
    Quoted,
    /// A quote that no other one ends, up to the end of the line.
    OpenQuote,
    /// `=` by itself.
    Equals,
    /// A comment.
    Comment,
    /// `|`, `>` or `>>` behind a blank: what follows is for the system.
    Redirection,
}

/// A word of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

impl Token {
    /// Its text.
    pub fn text<'l>(&self, line: &'l str) -> &'l str {
        &line[self.span.clone()]
    }
}

/// Cuts up a line in omshell's language, where `=` separates.
pub fn tokens(line: &str) -> Vec<Token> {
    cut(line, true)
}

/// Cuts up a line of words, as a Unix shell would: `=` is a part of a word.
pub fn words(line: &str) -> Vec<Token> {
    cut(line, false)
}

fn cut(line: &str, equals_separate: bool) -> Vec<Token> {
    let bytes = line.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'#' => {
                at = bytes.len();
                Kind::Comment
            }
            b'=' if equals_separate => {
                at += 1;
                Kind::Equals
            }
            b'|' if !all.is_empty() => {
                at += 1;
                Kind::Redirection
            }
            b'>' if !all.is_empty() => {
                at += if bytes.get(at + 1) == Some(&b'>') { 2 } else { 1 };
                Kind::Redirection
            }
            _ => word(bytes, &mut at, equals_separate),
        };
        all.push(Token { kind, span: start..at });
    }
    all
}

/// A word, in which quotes may stand.
fn word(bytes: &[u8], at: &mut usize, equals_separate: bool) -> Kind {
    let start = *at;
    let mut quote = None;
    while let Some(&byte) = bytes.get(*at) {
        match (quote, byte) {
            (Some(mark), byte) if byte == mark => quote = None,
            (Some(b'"') | None, b'\\') => *at += 1,
            (None, b'"') => quote = Some(byte),
            (None, b'\'') if !equals_separate => quote = Some(byte),
            (None, byte) if byte.is_ascii_whitespace() || byte == b'=' && equals_separate => break,
            _ => {}
        }
        *at += 1;
    }
    *at = (*at).min(bytes.len());
    match quote {
        Some(_) => Kind::OpenQuote,
        None if matches!(bytes[start], b'"' | b'\'') => Kind::Quoted,
        None => Kind::Word,
    }
}

/// A word without its quotes and backslashes.
pub fn unquoted(word: &str) -> String {
    let mut text = String::new();
    let mut quote = None;
    let mut signs = word.chars();
    while let Some(sign) = signs.next() {
        match (quote, sign) {
            (Some(mark), sign) if sign == mark => quote = None,
            (Some('"') | None, '\\') => text.extend(signs.next()),
            (None, '"' | '\'') => quote = Some(sign),
            _ => text.push(sign),
        }
    }
    text
}

/// The line up to where the system takes over, and what is for the system.
pub fn split_redirection(line: &str) -> (&str, Option<Redirection<'_>>) {
    let all = words(line);
    let Some(mark) = all.iter().find(|token| token.kind == Kind::Redirection) else { return (line, None) };
    let rest = line[mark.span.end..].trim();
    let redirection = match mark.text(line) {
        "|" => Redirection::Pipe(rest),
        ">" => Redirection::File { path: rest, appends: false },
        _ => Redirection::File { path: rest, appends: true },
    };
    (&line[..mark.span.start], Some(redirection))
}

/// Where output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirection<'l> {
    /// To a command of the system's shell.
    Pipe(&'l str),
    /// To a file.
    File {
        /// Its path, as it was written.
        path: &'l str,
        /// Behind what it has.
        appends: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Vec<String> {
        tokens(line).iter().map(|token| format!("{:?} {}", token.kind, token.text(line))).collect()
    }

    #[test]
    fn words_stand_where_they_stand() {
        assert_eq!(
            shown("set name=\"web 1\" # x"),
            ["Word set", "Word name", "Equals =", "Quoted \"web 1\"", "Comment # x"]
        );
        assert_eq!(shown("set name = \"web"), ["Word set", "Word name", "Equals =", "OpenQuote \"web"]);
        assert_eq!(shown("leases | grep \"x"), ["Word leases", "Redirection |", "Word grep", "OpenQuote \"x"]);
        assert_eq!(shown("é \u{4e2d}"), ["Word é", "Word 中"]);
        assert_eq!(shown("a\\"), ["Word a\\"]);
        assert_eq!(words("leases state=active")[1].span, 7..19);
    }

    #[test]
    fn what_is_for_the_system_is_split_off() {
        assert_eq!(split_redirection("leases | wc -l"), ("leases ", Some(Redirection::Pipe("wc -l"))));
        let file = Redirection::File { path: "a b", appends: true };
        assert_eq!(split_redirection("hosts >> a b"), ("hosts ", Some(file)));
        for line in ["find 'a | b'", "find a|b", "set name = \"a > b\"", "host add x --option a>b"] {
            assert_eq!(split_redirection(line), (line, None), "{line}");
        }
        assert_eq!(unquoted("\"a b\"'c'\\d"), "a bcd");
    }
}
