//! What blocks are made of: words, numbers, strings and times, each in one form only.

use crate::dhcpd::leases::lease::{Binding, State};
use crate::dhcpd::leases::time::{Time, days_since_1970};
use crate::dhcpd::syntax::is_keyword;

/// Where in a block we are. What it does not find in the very form that it wants is `None`, and ends all.
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

/// Bytes as a file has them.
#[derive(Clone, Copy)]
pub(super) enum Written<'a> {
    /// Between quotes, with escapes.
    Quoted(&'a [u8]),
    /// `1:2:ff`
    Hexadecimal(&'a [u8]),
}

#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Quoted(&'a [u8]),
    Number(u32),
}

impl<'a> Cursor<'a> {
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn eat<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        let found = self.bytes.get(self.at..)?.first_chunk::<N>()? == text;
        self.at += N;
        found.then_some(())
    }

    #[inline]
    pub(super) fn digit(&mut self) -> Option<u8> {
        let digit = self.peek()?.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        self.at += 1;
        Some(digit)
    }

    /// A number that has room in 32 bits.
    pub(super) fn number(&mut self) -> Option<u32> {
        let mut number = u32::from(self.digit()?);
        while self.peek()?.is_ascii_digit() {
            number = number.checked_mul(10)?.checked_add(u32::from(self.digit()?))?;
        }
        Some(number)
    }

    /// A string without its quotes, on one line, and with such escapes only as dhcpd writes.
    #[inline]
    pub(super) fn quoted(&mut self) -> Option<&'a [u8]> {
        self.eat(b"\"")?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => match self.bytes[self.at + 1..] {
                    [b'"' | b'\\', ..] => self.at += 2,
                    [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7', ..] => self.at += 4,
                    _ => return None,
                },
                b'\n' | 0xff => return None,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(&self.bytes[start..self.at - 1])
    }

    /// A string, or bytes in hexadecimal.
    #[inline]
    pub(super) fn written(&mut self) -> Option<Written<'a>> {
        Some(match self.peek()? {
            b'"' => Written::Quoted(self.quoted()?),
            _ => Written::Hexadecimal(self.hexadecimal()?.0),
        })
    }

    /// Bytes of one or two digits with colons between them, and how many these are.
    #[inline]
    pub(super) fn hexadecimal(&mut self) -> Option<(&'a [u8], usize)> {
        let start = self.at;
        let mut count = 0;
        loop {
            if !self.peek()?.is_ascii_hexdigit() {
                return None;
            }
            self.at += 1;
            if self.peek()?.is_ascii_hexdigit() {
                self.at += 1;
            }
            count += 1;
            if self.peek()? != b':' {
                return Some((&self.bytes[start..self.at], count));
            }
            self.at += 1;
        }
    }

    /// `set NAME = VALUE;` and the end of the line.
    #[inline]
    pub(super) fn variable(&mut self) -> Option<(&'a [u8], Value<'a>)> {
        self.eat(b"set ")?;
        let start = self.at;
        if !self.peek()?.is_ascii_alphabetic() {
            return None;
        }
        while self.peek()?.is_ascii_alphanumeric() || matches!(self.peek(), Some(b'-' | b'_')) {
            self.at += 1;
        }
        let name = &self.bytes[start..self.at];
        // dhcpd has no variable that is called like a word of its language. These are the names that most have.
        if !name.starts_with(b"ddns-") && name != b"vendor-class-identifier" && is_keyword(name) {
            return None;
        }
        self.eat(b" = ")?;
        let value = match self.peek()? {
            b'%' => {
                self.at += 1;
                Value::Number(self.number()?)
            }
            _ => Value::Quoted(self.quoted()?),
        };
        self.eat(b";\n")?;
        Some((name, value))
    }

    /// `active;` and the end of the line.
    #[inline]
    pub(super) fn state(&mut self) -> Option<State> {
        let rest = &self.bytes[self.at..];
        let (state, length) = match rest.first()? {
            b'f' if rest.starts_with(b"free;\n") => (State::Free, 6),
            b'a' if rest.starts_with(b"active;\n") => (State::Active, 8),
            b'a' if rest.starts_with(b"abandoned;\n") => (State::Abandoned, 11),
            b'e' if rest.starts_with(b"expired;\n") => (State::Expired, 9),
            b'r' if rest.starts_with(b"released;\n") => (State::Released, 10),
            b'r' if rest.starts_with(b"reset;\n") => (State::Reset, 7),
            b'b' if rest.starts_with(b"backup;\n") => (State::Backup, 8),
            _ => return None,
        };
        self.at += length;
        Some(state)
    }

    /// A time and the end of its line.
    #[inline]
    pub(super) fn stamp(&mut self) -> Option<Stamp> {
        match self.peek()? {
            b'0'..=b'9' => {
                let text = self.bytes[self.at..].first_chunk::<23>()?;
                self.at += text.len();
                date(text)
            }
            b'n' => self.eat(b"never;\n").map(|()| Stamp::Never),
            _ => self.epoch().map(Stamp::Epoch),
        }
    }

    /// `epoch 1795687200; # Thu Nov 26 10:00:00 2026`
    fn epoch(&mut self) -> Option<i64> {
        self.eat(b"epoch ")?;
        let mut seconds = i64::from(self.digit()?);
        for _ in 0..10 {
            match self.digit() {
                Some(digit) => seconds = seconds * 10 + i64::from(digit),
                None => break,
            }
        }
        self.eat(b";")?;
        let rest = &self.bytes[self.at..];
        let newline = memchr::memchr(b'\n', rest)?;
        let comment = &rest[..newline];
        if !(comment.is_empty() || comment.starts_with(b" #") && !comment.contains(&0xff)) {
            return None;
        }
        self.at += newline + 1;
        Some(seconds)
    }
}

impl Value<'_> {
    pub(super) fn binding(self) -> Binding {
        match self {
            Value::Quoted(text) => Binding::Data(without_escapes(text)),
            Value::Number(number) => Binding::Number(number),
        }
    }
}

impl Written<'_> {
    pub(super) fn bytes(self) -> Vec<u8> {
        match self {
            Written::Quoted(text) => without_escapes(text),
            Written::Hexadecimal(text) => from_hexadecimal(text),
        }
    }
}

/// A time as it is written.
pub(super) enum Stamp {
    Date { year: u32, month: u8, day: u8, hours: u8, minutes: u8, seconds: u8 },
    Epoch(i64),
    Never,
}

impl Stamp {
    #[inline]
    pub(super) fn time(&self) -> Time {
        match *self {
            Stamp::Date { year, month, day, hours, minutes, seconds } => {
                let days = days_since_1970(year.into(), month.into(), day.into());
                let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
                Time::At(days * 86_400 + seconds)
            }
            Stamp::Epoch(seconds) => Time::At(seconds),
            Stamp::Never => Time::Never,
        }
    }
}

/// `4 2026/11/26 10:00:00;` and a newline.
#[inline]
fn date(text: &[u8; 23]) -> Option<Stamp> {
    let mut largest = 0;
    let mut digit = |at: usize| {
        let digit = text[at].wrapping_sub(b'0');
        largest = digit.max(largest);
        digit
    };
    digit(0);
    let year = [2, 3, 4, 5].into_iter().fold(0, |year, at| year * 10 + u32::from(digit(at)));
    let mut pair = |at| digit(at).wrapping_mul(10).wrapping_add(digit(at + 1));
    let date =
        Stamp::Date { year, month: pair(7), day: pair(10), hours: pair(13), minutes: pair(16), seconds: pair(19) };
    let separators = [text[1], text[6], text[9], text[12], text[15], text[18], text[21], text[22]];
    (largest <= 9 && separators == *b" // ::;\n").then_some(date)
}

/// What [`Cursor::quoted`] has checked.
fn without_escapes(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return bytes,
            [b'\\', digits @ b'0'..=b'3', b, c, behind @ ..] => {
                bytes.push((digits - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                behind
            }
            [b'\\', byte, behind @ ..] | [byte, behind @ ..] => {
                bytes.push(*byte);
                behind
            }
        }
    }
}

/// What [`Cursor::hexadecimal`] has checked.
pub(super) fn from_hexadecimal(text: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0) as u8;
    text.split(|&byte| byte == b':').map(|octet| octet.iter().fold(0, |value, byte| value << 4 | digit(byte))).collect()
}
