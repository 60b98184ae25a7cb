//! `lease ADDRESS { … }`.

use std::net::Ipv4Addr;

use crate::dhcpd::declarations::{Hardware, flag, hardware, not_here, skip, string_or_bytes, word};
use crate::dhcpd::statements::{Fault, expect, semicolon, unexpected};
use crate::dhcpd::syntax::{Lexer, SyntaxError, TokenKind, decimal};

use super::flaw::{Flaw, pass_over, up_to_mistake, word_before};
use super::time::Time;

/// What a lease is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum State {
    #[default]
    Free,
    Active,
    Expired,
    Released,
    Abandoned,
    Reset,
    Backup,
}

impl State {
    /// All of them, in order.
    pub const ALL: [State; 7] =
        [State::Free, State::Active, State::Expired, State::Released, State::Abandoned, State::Reset, State::Backup];

    /// Their numbers in OMAPI, and their names in the lease file.
    pub const NUMBERED: [(u32, &str); 7] =
        [(1, "free"), (2, "active"), (3, "expired"), (4, "released"), (5, "abandoned"), (6, "reset"), (7, "backup")];

    /// Its name in the lease file.
    pub fn name(self) -> &'static str {
        Self::NUMBERED[self as usize].1
    }

    /// Its number in OMAPI.
    pub fn number(self) -> u32 {
        Self::NUMBERED[self as usize].0
    }

    /// The state of that number in OMAPI.
    pub fn from_number(number: u32) -> Option<State> {
        // They are in the order of their numbers, from 1.
        Self::ALL.get((number as usize).checked_sub(1)?).copied()
    }

    /// The state of that name, in any case.
    pub fn from_name(name: &[u8]) -> Option<State> {
        Self::ALL.into_iter().find(|state| state.name().as_bytes().eq_ignore_ascii_case(name))
    }
}

/// A value that a lease keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Text or bytes.
    Data(Vec<u8>),
    /// `%NUMBER`.
    Number(u32),
    /// `true` or `false`.
    Boolean(bool),
}

/// A lease as one block has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// Its address.
    pub address: Ipv4Addr,
    /// `starts`.
    pub starts: Option<Time>,
    /// `ends`.
    pub ends: Option<Time>,
    /// `tstp`.
    pub tstp: Option<Time>,
    /// `tsfp`.
    pub tsfp: Option<Time>,
    /// `atsfp`.
    pub atsfp: Option<Time>,
    /// `cltt`.
    pub cltt: Option<Time>,
    /// `binding state`.
    pub state: Option<State>,
    /// `next binding state`.
    pub next_state: Option<State>,
    /// `rewind binding state`.
    pub rewind_state: Option<State>,
    /// `hardware`.
    pub hardware: Option<Hardware>,
    /// `uid`.
    pub client_identifier: Option<Vec<u8>>,
    /// `client-hostname`.
    pub client_hostname: Option<Vec<u8>>,
    /// `billing class "NAME"` or `billing subclass "NAME" HASH-STRING`, as it stands, semicolon
    /// included.
    pub billing: Option<Vec<u8>>,
    /// `reserved`.
    pub reserved: bool,
    /// `dynamic-bootp`.
    pub bootp: bool,
    /// `set NAME = VALUE`, in order.
    pub bindings: Vec<(Vec<u8>, Binding)>,
    /// `option agent.…`, as they stand, semicolon included.
    pub agent_options: Vec<Vec<u8>>,
    /// `on expiry …`, as it stands.
    pub on_expiry: Option<Vec<u8>>,
    /// `on release …`, as it stands.
    pub on_release: Option<Vec<u8>>,
    /// The first statement that dhcpd does not read as it stands.
    pub flaw: Option<Flaw>,
}

impl Lease {
    /// Reads a lease behind the word `lease`.
    pub(super) fn read(lexer: &mut Lexer<'_>, input: &[u8]) -> Result<Lease, Fault> {
        let mut lease = Lease::new(address(lexer)?);
        expect(lexer, b'{', "`{`")?;
        loop {
            let first = word(lexer);
            if first == b"}" {
                lexer.next();
                return Ok(lease);
            }
            if lexer.peek().kind == TokenKind::End {
                return Err(not_here(lexer, "`}`"));
            }
            let start = lexer.fork();
            if let Err(fault) = lease.statement(lexer, input, &first) {
                *lexer = start;
                lease.go_on(lexer, input, &first, fault)?;
            }
        }
    }

    pub(super) fn new(address: Ipv4Addr) -> Self {
        Lease {
            address,
            starts: None,
            ends: None,
            tstp: None,
            tsfp: None,
            atsfp: None,
            cltt: None,
            state: None,
            next_state: None,
            rewind_state: None,
            hardware: None,
            client_identifier: None,
            client_hostname: None,
            billing: None,
            reserved: false,
            bootp: false,
            bindings: Vec::new(),
            agent_options: Vec::new(),
            on_expiry: None,
            on_release: None,
            flaw: None,
        }
    }

    fn statement(&mut self, lexer: &mut Lexer<'_>, input: &[u8], first: &[u8]) -> Result<(), Fault> {
        let time = match first {
            b"starts" => Some(&mut self.starts),
            b"ends" => Some(&mut self.ends),
            b"tstp" => Some(&mut self.tstp),
            b"tsfp" => Some(&mut self.tsfp),
            b"atsfp" => Some(&mut self.atsfp),
            b"cltt" => Some(&mut self.cltt),
            _ => None,
        };
        if let Some(time) = time {
            lexer.next();
            let start = lexer.peeked_start();
            *time = Time::read(lexer)?;
            return match time {
                Some(_) => Ok(()),
                None => Err(Fault::at(start, "this is no time, such as `2 2026/11/24 10:00:00`, `epoch 0` or `never`")),
            };
        }
        match first {
            b"binding" => self.state = Some(state(lexer, 1)?),
            b"next" => self.next_state = Some(state(lexer, 2)?),
            b"rewind" => self.rewind_state = Some(state(lexer, 2)?),
            b"abandoned" => {
                flag(lexer)?;
                self.state = Some(State::Abandoned);
            }
            b"reserved" => self.reserved = flag(lexer)?,
            b"dynamic-bootp" => self.bootp = flag(lexer)?,
            b"hardware" => {
                lexer.next();
                self.hardware = Some(hardware(lexer)?);
            }
            b"uid" => self.client_identifier = Some(value(lexer)?),
            b"client-hostname" => self.client_hostname = Some(host_name(lexer)?),
            b"set" => self.bindings.push(binding(lexer)?),
            b"billing" => self.billing = Some(as_it_stands(lexer, input)?),
            b"supersede" => skip(lexer)?,
            b"option" => self.agent_options.push(as_it_stands(lexer, input)?),
            b"on" => {
                let start = lexer.peeked_start();
                let statement = as_it_stands(lexer, input)?;
                let mut words = Lexer::for_file(&statement);
                words.next();
                match word(&mut words).as_slice() {
                    b"release" => self.on_release = Some(statement),
                    b"expiry" | b"commit" => self.on_expiry = Some(statement),
                    _ => {
                        let error = SyntaxError::new(start, "dhcpd knows no such event, and leaves the block out");
                        Flaw { error, costs_block: true }.add(&mut self.flaw);
                    }
                }
            }
            // As old servers wrote it: dhcpd 4.4.3 makes a variable of it, in the case that it finds.
            b"ddns-fwd-name" | b"ddns-rev-name" => {
                let name = lexer.peek().text.to_vec();
                self.bindings.push((name, Binding::Data(value(lexer)?)));
            }
            // The block before has no end.
            _ if begins_block(first) => return Err(not_here(lexer, "a statement of the lease or `}`")),
            _ if matches!(lexer.peek().kind, TokenKind::Name | TokenKind::NumberOrName) => {
                let text = "dhcpd knows no such statement of a lease, and leaves the block out";
                let error = SyntaxError::new(lexer.peeked_start(), text);
                Flaw { error, costs_block: true }.add(&mut self.flaw);
                skip(lexer)?;
            }
            _ => return Err(not_here(lexer, "a statement of the lease or `}`")),
        }
        Ok(())
    }

    /// Goes on behind a statement with a mistake where dhcpd does so, with what dhcpd takes of it.
    fn go_on(&mut self, lexer: &mut Lexer<'_>, input: &[u8], first: &[u8], fault: Fault) -> Result<(), Fault> {
        let start = lexer.peeked_start();
        if !is_passed_over(first, input, &fault) {
            return Err(fault);
        }
        let sound = up_to_mistake(input, start, &fault);
        // Where a word is wanted, a semicolon is taken for a wrong one, and the next one ends the statement.
        let takes_semicolon = matches!(first, b"binding" | b"next" | b"rewind" | b"hardware")
            && input.get(fault.error.offset) == Some(&b';');
        if takes_semicolon && skip(lexer).is_err() {
            return Err(fault);
        }
        pass_over(lexer, fault, &mut self.flaw)?;
        match first {
            b"ends" => self.ends = Some(Time::At(0)),
            b"starts" | b"tstp" | b"tsfp" | b"atsfp" | b"cltt" => {}
            // What stands before the mistake counts, where that is a value.
            _ => drop(self.statement(&mut Lexer::for_file(&sound), &sound, first)),
        }
        Ok(())
    }
}

/// Whether dhcpd goes on behind a statement that begins with that word and has such a mistake. Measured on 4.4.3-P1.
fn is_passed_over(first: &[u8], input: &[u8], fault: &Fault) -> bool {
    match first {
        b"starts" | b"ends" | b"tstp" | b"tsfp" | b"atsfp" | b"cltt" => true,
        b"hardware" | b"reserved" | b"dynamic-bootp" | b"abandoned" => true,
        // A state that there is not costs the block.
        b"binding" | b"next" | b"rewind" => word_before(input, fault) != b"state",
        b"uid" | b"set" | b"ddns-fwd-name" | b"ddns-rev-name" => fault.lacks_semicolon,
        b"client-hostname" => {
            fault.lacks_semicolon && input[..fault.error.offset].trim_ascii_end().last() != Some(&b'"')
        }
        _ => false,
    }
}

/// Whether a word begins a block of the lease file, and so no statement of a lease.
fn begins_block(word: &[u8]) -> bool {
    matches!(word, b"lease" | b"host" | b"group" | b"class" | b"subclass" | b"failover" | b"server-duid")
        || word.starts_with(b"ia-")
}

/// An address with octets in decimal, leading zeros or not.
fn address(lexer: &mut Lexer<'_>) -> Result<Ipv4Addr, Fault> {
    match crate::dhcpd::statements::ip_address(lexer) {
        Some(address) => Ok(address.into()),
        None => {
            // An address that the input breaks off in is no mistake of it.
            let mut ahead = lexer.fork();
            while matches!(ahead.peek().kind, TokenKind::Number | TokenKind::Byte(b'.')) {
                ahead.next();
            }
            if ahead.peek().kind == TokenKind::End {
                *lexer = ahead;
            }
            Err(not_here(lexer, "the lease's address"))
        }
    }
}

/// `WORD VALUE;`
fn value(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    lexer.next();
    let value = string_or_bytes(lexer)?;
    semicolon(lexer)?;
    Ok(value)
}

/// `client-hostname NAME;`: old files have names without quotes, such as `pc1.example.org`.
fn host_name(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    let mut ahead = lexer.fork();
    ahead.next();
    let is_text = ahead.peek().kind == TokenKind::String;
    let name = crate::dhcpd::statements::host_name(&mut ahead).filter(|_| ahead.peek().kind == TokenKind::Byte(b';'));
    match name {
        Some(name) if !is_text => {
            *lexer = ahead;
            semicolon(lexer)?;
            Ok(name)
        }
        _ => value(lexer),
    }
}

/// `binding state STATE;`, with as many words before the state as were said.
pub(super) fn state(lexer: &mut Lexer<'_>, before: usize) -> Result<State, Fault> {
    lexer.next();
    for wanted in [&b"binding"[..], b"state"].iter().skip(2 - before) {
        crate::dhcpd::declarations::expect_word(lexer, wanted)?;
    }
    let token = lexer.next();
    let Some(state) = State::from_name(&token.text) else {
        let states: Vec<&str> = State::ALL.into_iter().map(State::name).collect();
        return Err(unexpected(lexer, &format!("one of {}", states.join(", ")), &token));
    };
    semicolon(lexer)?;
    Ok(state)
}

/// `set NAME = VALUE;`
pub(super) fn binding(lexer: &mut Lexer<'_>) -> Result<(Vec<u8>, Binding), Fault> {
    lexer.next();
    let name = lexer.next();
    if !name.is_identifier() || name.is_keyword() {
        return Err(unexpected(lexer, "a variable's name", &name));
    }
    let name = name.text.into_owned();
    expect(lexer, b'=', "`=`")?;
    let first = word(lexer);
    let value = match lexer.peek().kind {
        TokenKind::Byte(b'%') => {
            lexer.next();
            let token = lexer.next();
            match token.kind {
                TokenKind::Number => Binding::Number(decimal(&token.text) as u32),
                _ => return Err(unexpected(lexer, "a number", &token)),
            }
        }
        TokenKind::Name if matches!(first.as_slice(), b"true" | b"false") => {
            lexer.next();
            Binding::Boolean(first == b"true")
        }
        TokenKind::String | TokenKind::NumberOrName => Binding::Data(string_or_bytes(lexer)?),
        _ => return Err(not_here(lexer, "text in quotes, `%` and a number, `true` or `false`")),
    };
    semicolon(lexer)?;
    Ok((name, value))
}

/// A statement's bytes.
fn as_it_stands(lexer: &mut Lexer<'_>, input: &[u8]) -> Result<Vec<u8>, Fault> {
    let start = lexer.peeked_start();
    skip(lexer)?;
    Ok(input[start..=lexer.token_start()].to_vec())
}
