//! Leases in the very form in which dhcpd 4.4 writes them: two blanks of indent, a statement a line, one
//! blank between words.
//!
//! Whatever differs in the least is left to the full grammar, which says the same about all that is read
//! here, only slower. A [`Sink`] takes what it wants to know, so that a summary costs no allocation.

use std::net::Ipv4Addr;

use super::lease::{Binding, Lease, State};
use super::summary::Summary;
use super::time::{Time, days_since_1970};

/// A block that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// Its bytes; the last one is a brace that begins a line.
    pub(super) length: usize,
    /// The newlines in it.
    pub(super) newlines: u64,
}

/// The times of a lease.
#[derive(Clone, Copy)]
enum Moment {
    Starts,
    Ends,
    Tstp,
    Tsfp,
    Atsfp,
    Cltt,
}

/// What becomes of a lease's statements. Texts are as written, strings without their quotes.
trait Sink {
    fn time(&mut self, moment: Moment, time: impl FnOnce() -> Time);
    fn state(&mut self, state: State);
    fn next_state(&mut self, state: State);
    fn rewind_state(&mut self, _: State) {}
    fn reserved(&mut self);
    fn bootp(&mut self);
    fn ethernet(&mut self, _: &[u8]) {}
    fn client_identifier(&mut self, _: Written<'_>) {}
    fn client_hostname(&mut self, _: Written<'_>) {}
    fn set(&mut self, _: &[u8], _: Value<'_>) {}
    fn option(&mut self, _: &[u8]) {}
    fn billing(&mut self, _: &[u8]) {}
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

/// Reads the summary of a lease that `bytes` begin with and that begins at `offset` of its file.
pub(super) fn summary(bytes: &[u8], offset: u64) -> Option<(Summary, Plain)> {
    let (address, cursor) = Cursor::at_lease(bytes)?;
    let mut summary = Summary {
        address,
        starts: None,
        ends: None,
        state: None,
        next_state: None,
        reserved: false,
        bootp: false,
        offset,
    };
    let plain = cursor.statements(&mut summary)?;
    Some((summary, plain))
}

/// Reads a lease that `bytes` begin with.
pub(super) fn lease(bytes: &[u8]) -> Option<(Lease, Plain)> {
    let (address, cursor) = Cursor::at_lease(bytes)?;
    let mut lease = Lease::new(address);
    let plain = cursor.statements(&mut lease)?;
    Some((lease, plain))
}

/// The address of a lease that `bytes` begin with, and how long the line is.
pub(super) fn first_line(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let (address, cursor) = Cursor::at_lease(bytes)?;
    Some((address, cursor.at))
}

/// Where in a block we are. What it does not find in the very form that it wants is `None`, and ends all.
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    #[inline]
    fn at_lease(bytes: &'a [u8]) -> Option<(Ipv4Addr, Self)> {
        let mut cursor = Cursor { bytes, at: 0 };
        cursor.eat(b"lease ")?;
        let mut address = 0;
        for separator in [b'.', b'.', b'.', b' '] {
            address = address << 8 | cursor.octet()?;
            cursor.eat(&[separator])?;
        }
        cursor.eat(b"{\n")?;
        Some((address.into(), cursor))
    }

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

    /// One to three digits, up to 255.
    #[inline]
    fn octet(&mut self) -> Option<u32> {
        let mut value = u32::from(self.digit()?);
        for _ in 0..2 {
            match self.digit() {
                Some(digit) => value = value * 10 + u32::from(digit),
                None => break,
            }
        }
        (value < 256).then_some(value)
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

    #[inline]
    fn statements(mut self, sink: &mut impl Sink) -> Option<Plain> {
        let mut newlines = 1;
        loop {
            if self.peek()? == b'}' {
                return Some(Plain { length: self.at + 1, newlines });
            }
            self.eat(b"  ")?;
            self.statement(sink)?;
            newlines += 1;
        }
    }

    #[inline]
    fn statement(&mut self, sink: &mut impl Sink) -> Option<()> {
        let rest = &self.bytes[self.at..];
        match rest.first()? {
            b's' if rest.starts_with(b"starts ") => self.time(sink, Moment::Starts, 7),
            b's' => self.set(sink),
            b'e' => self.eat(b"ends ").and_then(|()| self.time(sink, Moment::Ends, 0)),
            b't' if rest.starts_with(b"tstp ") => self.time(sink, Moment::Tstp, 5),
            b't' => self.eat(b"tsfp ").and_then(|()| self.time(sink, Moment::Tsfp, 0)),
            b'a' if rest.starts_with(b"atsfp ") => self.time(sink, Moment::Atsfp, 6),
            b'a' => {
                self.eat(b"abandoned;\n")?;
                sink.state(State::Abandoned);
                Some(())
            }
            b'c' if rest.starts_with(b"cltt ") => self.time(sink, Moment::Cltt, 5),
            b'c' => {
                self.eat(b"client-hostname ")?;
                let name = self.quoted()?;
                sink.client_hostname(Written::Quoted(name));
                self.eat(b";\n")
            }
            b'b' if rest.starts_with(b"binding state ") => {
                self.at += 14;
                sink.state(self.state()?);
                Some(())
            }
            b'b' => {
                let statement = self.as_it_stands(b"billing ")?;
                sink.billing(statement);
                Some(())
            }
            b'n' => {
                self.eat(b"next binding state ")?;
                sink.next_state(self.state()?);
                Some(())
            }
            b'r' if rest.starts_with(b"rewind ") => {
                self.eat(b"rewind binding state ")?;
                sink.rewind_state(self.state()?);
                Some(())
            }
            b'r' => {
                self.eat(b"reserved;\n")?;
                sink.reserved();
                Some(())
            }
            b'h' => {
                self.eat(b"hardware ethernet ")?;
                let (address, count) = self.hexadecimal()?;
                sink.ethernet(address);
                // What the full grammar has room for.
                if count > 20 {
                    return None;
                }
                self.eat(b";\n")
            }
            b'u' => {
                self.eat(b"uid ")?;
                let written = self.written()?;
                sink.client_identifier(written);
                self.eat(b";\n")
            }
            b'o' => {
                let statement = self.as_it_stands(b"option ")?;
                sink.option(statement);
                Some(())
            }
            b'd' => {
                self.eat(b"dynamic-bootp;\n")?;
                sink.bootp();
                Some(())
            }
            _ => None,
        }
    }

    /// A time and the end of its line, behind a word of so many bytes.
    #[inline]
    fn time(&mut self, sink: &mut impl Sink, moment: Moment, word: usize) -> Option<()> {
        self.at += word;
        let stamp = self.stamp()?;
        sink.time(moment, || stamp.time());
        Some(())
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

    /// `set NAME = VALUE;`
    #[inline]
    fn set(&mut self, sink: &mut impl Sink) -> Option<()> {
        let (name, value) = self.variable()?;
        sink.set(name, value);
        Some(())
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

    /// A number that has room in 32 bits.
    pub(super) fn number(&mut self) -> Option<u32> {
        let mut number = u32::from(self.digit()?);
        while self.peek()?.is_ascii_digit() {
            number = number.checked_mul(10)?.checked_add(u32::from(self.digit()?))?;
        }
        Some(number)
    }

    /// A statement that begins with that word and has no braces, up to its semicolon.
    fn as_it_stands<const N: usize>(&mut self, word: &[u8; N]) -> Option<&'a [u8]> {
        let start = self.at;
        self.eat(word)?;
        loop {
            match self.peek()? {
                b';' => break,
                b'"' => {
                    self.quoted()?;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'.' | b':' | b',' | b'-' | b'_' | b'=' => {
                    self.at += 1
                }
                _ => return None,
            }
        }
        let end = self.at + 1;
        self.eat(b";\n")?;
        Some(&self.bytes[start..end])
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

impl Sink for Summary {
    #[inline]
    fn time(&mut self, moment: Moment, time: impl FnOnce() -> Time) {
        match moment {
            Moment::Starts => self.starts = Some(time()),
            Moment::Ends => self.ends = Some(time()),
            _ => {}
        }
    }

    #[inline]
    fn state(&mut self, state: State) {
        self.state = Some(state);
    }

    #[inline]
    fn next_state(&mut self, state: State) {
        self.next_state = Some(state);
    }

    fn reserved(&mut self) {
        self.reserved = true;
    }

    fn bootp(&mut self) {
        self.bootp = true;
    }
}

impl Sink for Lease {
    fn time(&mut self, moment: Moment, time: impl FnOnce() -> Time) {
        let place = match moment {
            Moment::Starts => &mut self.starts,
            Moment::Ends => &mut self.ends,
            Moment::Tstp => &mut self.tstp,
            Moment::Tsfp => &mut self.tsfp,
            Moment::Atsfp => &mut self.atsfp,
            Moment::Cltt => &mut self.cltt,
        };
        *place = Some(time());
    }

    fn state(&mut self, state: State) {
        self.state = Some(state);
    }

    fn next_state(&mut self, state: State) {
        self.next_state = Some(state);
    }

    fn rewind_state(&mut self, state: State) {
        self.rewind_state = Some(state);
    }

    fn reserved(&mut self) {
        self.reserved = true;
    }

    fn bootp(&mut self) {
        self.bootp = true;
    }

    fn ethernet(&mut self, address: &[u8]) {
        self.hardware = Some((1, from_hexadecimal(address)));
    }

    fn client_identifier(&mut self, written: Written<'_>) {
        self.client_identifier = Some(written.bytes());
    }

    fn client_hostname(&mut self, written: Written<'_>) {
        self.client_hostname = Some(written.bytes());
    }

    fn set(&mut self, name: &[u8], value: Value<'_>) {
        self.bindings.push((name.to_vec(), value.binding()));
    }

    fn option(&mut self, statement: &[u8]) {
        self.agent_options.push(statement.to_vec());
    }

    fn billing(&mut self, statement: &[u8]) {
        self.billing = Some(statement.to_vec());
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
fn from_hexadecimal(text: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0) as u8;
    text.split(|&byte| byte == b':').map(|octet| octet.iter().fold(0, |value, byte| value << 4 | digit(byte))).collect()
}
