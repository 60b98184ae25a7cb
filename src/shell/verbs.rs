//! Verbs that omshell does not know: whoever starts a shell may bring some along, and a line that
//! begins with one of them is theirs.
//!
//! Such a line is not in dhcpd's token language. It is split into words as a Unix shell does it:
//! white space separates, quotes of both kinds keep it, a backslash takes the next byte as it is, and
//! a `#` where a word could begin starts a comment.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use crate::omapi::Key;
use crate::omapi::client::Options;

use super::exit::ExitStatus;

/// What the lines of a shell have said of the connection so far.
#[derive(Clone, Debug, Default)]
pub struct ShellConnection {
    /// `server`.
    pub server: Option<String>,
    /// `port`.
    pub port: Option<u16>,
    /// `key`, with `key-algorithm`.
    pub key: Option<Key>,
    /// The time-out that the shell was started with, if somebody said one.
    pub timeout: Option<Duration>,
    /// The shell's own time-out, trace and server in this process.
    pub options: Option<Options>,
    /// What a verb prints goes elsewhere than to this process's stdout.
    pub is_redirected: bool,
}

/// What a shell can do beyond omshell's language.
pub trait Verbs {
    /// The verbs, in lower case; one that counts with its second word only is both with a blank between them.
    /// omshell's own come first.
    fn names(&self) -> &'static [&'static str];

    /// Carries a line out, whose words begin with a verb in lower case.
    fn run(
        &mut self,
        words: &[Vec<u8>],
        connection: &ShellConnection,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> ExitStatus;
}

/// No verbs but omshell's.
pub(super) struct NoVerbs;

impl Verbs for NoVerbs {
    fn names(&self) -> &'static [&'static str] {
        &[]
    }

    fn run(
        &mut self,
        _words: &[Vec<u8>],
        _connection: &ShellConnection,
        _out: &mut dyn Write,
        _err: &mut dyn Write,
    ) -> ExitStatus {
        ExitStatus::Done
    }
}

impl fmt::Debug for dyn Verbs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// Lines with the place before each that they are about. A document of JSON, which is one line, stays one.
pub(super) struct Placed<'a, W> {
    to: W,
    place: &'a str,
    at_line_start: bool,
}

impl<'a, W: Write> Placed<'a, W> {
    pub(super) fn new(to: W, place: &'a str) -> Self {
        Placed { to, place, at_line_start: true }
    }
}

impl<W: Write> Write for Placed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            let begins = std::mem::replace(&mut self.at_line_start, line.ends_with(b"\n"));
            if begins && line != b"\n" && !line.starts_with(b"{") {
                self.to.write_all(self.place.as_bytes())?;
            }
            self.to.write_all(line)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A quote that no other one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenQuote {
    /// Where in the line it stands.
    pub(super) column: usize,
}

/// Splits a line into words.
pub(super) fn words(line: &[u8]) -> Result<Vec<Vec<u8>>, OpenQuote> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote: Option<(u8, usize)> = None;
    let mut bytes = line.iter().copied().enumerate();
    while let Some((column, byte)) = bytes.next() {
        match (byte, quote) {
            (_, Some((mark, _))) if byte == mark => quote = None,
            (b'\\', None | Some((b'"', _))) => {
                let taken = bytes.next().map(|(_, byte)| byte).filter(|byte| *byte != b'\n');
                word.get_or_insert_default().extend(taken);
            }
            (_, Some(_)) => word.get_or_insert_default().push(byte),
            (b'"' | b'\'', None) => {
                quote = Some((byte, column));
                word.get_or_insert_default();
            }
            (b'#', None) if word.is_none() => break,
            (_, None) if byte.is_ascii_whitespace() => words.extend(word.take()),
            (_, None) => word.get_or_insert_default().push(byte),
        }
    }
    match quote {
        Some((_, column)) => Err(OpenQuote { column }),
        None => {
            words.extend(word);
            Ok(words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_a_unix_shell_does_it() {
        let split = |line: &str| {
            let words = words(line.as_bytes()).map_err(|quote| quote.column)?;
            Ok(words.into_iter().map(|word| String::from_utf8(word).unwrap()).collect::<Vec<_>>())
        };
        for (line, expected) in [
            ("leases  state=active\t10.1.1.0/24\n", &["leases", "state=active", "10.1.1.0/24"][..]),
            ("find \"two words\" a'b c'd", &["find", "two words", "ab cd"]),
            (r#"find \"x "a\"b" 'a\b'"#, &["find", "\"x", "a\"b", "a\\b"]),
            ("find '' # all of it", &["find", ""]),
            ("find a#b", &["find", "a#b"]),
            ("   ", &[]),
        ] {
            assert_eq!(split(line).unwrap(), expected, "{line}");
        }
        assert_eq!(split("find \"x"), Err(5_usize));
    }
}
