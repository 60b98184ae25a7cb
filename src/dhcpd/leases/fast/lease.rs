//! `lease ADDRESS { … }`. A [`Sink`] takes what it wants to know, so that a summary costs no allocation.

use std::net::Ipv4Addr;

use super::Plain;
use super::cursor::{Cursor, Value, Written, from_hexadecimal};
use crate::dhcpd::leases::lease::{Lease, State};
use crate::dhcpd::leases::summary::Summary;
use crate::dhcpd::leases::time::Time;

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

/// Reads the summary of a lease that `bytes` begin with and that begins at `offset` of its file.
pub(in crate::dhcpd::leases) fn summary(bytes: &[u8], offset: u64) -> Option<(Summary, Plain)> {
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
pub(in crate::dhcpd::leases) fn lease(bytes: &[u8]) -> Option<(Lease, Plain)> {
    let (address, cursor) = Cursor::at_lease(bytes)?;
    let mut lease = Lease::new(address);
    let plain = cursor.statements(&mut lease)?;
    Some((lease, plain))
}

/// The address of a lease that `bytes` begin with, and how long the line is.
pub(in crate::dhcpd::leases) fn first_line(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let (address, cursor) = Cursor::at_lease(bytes)?;
    Some((address, cursor.at))
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

    /// `set NAME = VALUE;`
    #[inline]
    fn set(&mut self, sink: &mut impl Sink) -> Option<()> {
        let (name, value) = self.variable()?;
        sink.set(name, value);
        Some(())
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
