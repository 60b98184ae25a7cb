//! Declarations that dhcpd.conf and dhcpd.leases share: hosts, groups, classes, hardware addresses.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};

use super::hardware::MAX_LENGTH;
use super::options::{DHCP, Definitions};
use super::statements::{
    Expression, Fault, OptionName, Statement, Surroundings, host_name, option_name, parse_statement,
};
use super::statements::{Verb, option_statement};
use super::statements::{describe, expect, hex_list, ip_address, ip6_address, option_value, semicolon, unexpected};
use super::syntax::{Lexer, TokenKind, decimal};

/// A hardware type, by its number, and an address.
pub type Hardware = (u8, Vec<u8>);

/// Where a host is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An address; all of a host's are of one family.
    Ip(IpAddr),
    /// A name, which dhcpd looks up when it needs it.
    Name(Vec<u8>),
}

/// `host-identifier`: what else than its hardware or its client identifier tells a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostIdentifier {
    /// `v6relopt`: the option is that of the relay so many hops away.
    pub relay: Option<u32>,
    /// The option.
    pub option: OptionName,
    /// Its value.
    pub value: Vec<u8>,
}

/// `host NAME { … }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Host {
    /// Its name.
    pub name: Vec<u8>,
    /// `hardware`.
    pub hardware: Option<Hardware>,
    /// `uid`. `option dhcp-client-identifier` stays among the statements.
    pub client_identifier: Option<Vec<u8>>,
    /// `fixed-address` or `fixed-address6`.
    pub addresses: Vec<Address>,
    /// `fixed-prefix6`: prefixes with their lengths.
    pub prefixes6: Vec<(Ipv6Addr, u8)>,
    /// `host-identifier`.
    pub identifier: Option<Box<HostIdentifier>>,
    /// `group`: the group whose statements are also its own.
    pub group: Option<Vec<u8>>,
    /// Its scope, if it is one of dhcpd.conf.
    pub scope: Option<usize>,
    /// Its own statements, if it is one of the lease file; those of dhcpd.conf are in its scope.
    pub statements: Vec<Statement>,
    /// `dynamic`: made by OMAPI.
    pub dynamic: bool,
    /// `deleted`.
    pub deleted: bool,
}

/// `group NAME { … }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Its name.
    pub name: Vec<u8>,
    /// Its scope, if it is one of dhcpd.conf.
    pub scope: Option<usize>,
    /// Its statements, if it is one of the lease file; those of dhcpd.conf are in its scope.
    pub statements: Vec<Statement>,
    /// `dynamic`: made by OMAPI.
    pub dynamic: bool,
    /// `static`: made by OMAPI in place of one of dhcpd.conf.
    pub fixed: bool,
    /// `deleted`.
    pub deleted: bool,
}

/// `class "NAME" { … }`, or `subclass "NAME" HASH-STRING …`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Class {
    /// Its name; a subclass's class.
    pub name: Vec<u8>,
    /// What a subclass stands for.
    pub hash_string: Option<Vec<u8>>,
    /// Its scope, if it is one of dhcpd.conf that has braces.
    pub scope: Option<usize>,
    /// `lease limit`; 0 for none.
    pub lease_limit: u32,
    /// `match hardware`.
    pub matches_hardware: bool,
    /// `match if`; a class has one at most.
    pub condition: Option<Expression>,
    /// `match` by data, or `spawn with`: what the subclass of a client is looked for by.
    pub data: Option<Expression>,
    /// `spawn with`: a client without a subclass gets one.
    pub spawns: bool,
    /// It has a `match` by data or a `spawn`; a class has one at most, however often it is declared.
    pub(super) matches_data: bool,
    /// `dynamic`: made by OMAPI.
    pub dynamic: bool,
    /// `deleted`.
    pub deleted: bool,
}

/// What declarations refer to.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Options.
    pub definitions: Definitions,
    /// Names of classes.
    pub classes: HashSet<Vec<u8>>,
}

impl Context {
    /// Reads one statement, if one begins here.
    pub(super) fn statement(&self, lexer: &mut Lexer<'_>) -> Result<Option<Statement>, Fault> {
        let class_exists = |name: &[u8]| self.classes.contains(name);
        parse_statement(lexer, &self.definitions, Surroundings::new(&class_exists))
    }

    /// Reads `server-identifier ADDRESS;`, which is `option dhcp-server-identifier` by another name.
    pub(super) fn server_identifier(&self, lexer: &mut Lexer<'_>) -> Result<Statement, Fault> {
        lexer.next();
        let class_exists = |name: &[u8]| self.classes.contains(name);
        let within = Surroundings::new(&class_exists);
        let definition = self.definitions.get(DHCP, b"dhcp-server-identifier").expect("a standard option");
        option_statement(lexer, &self.definitions, within, Verb::Supersede, definition)
    }

    /// Reads a host behind the word `host`.
    pub(super) fn host(&self, lexer: &mut Lexer<'_>) -> Result<Host, Fault> {
        let mut host = Host { name: name(lexer, "a host's name")?, ..Host::default() };
        expect(lexer, b'{', "`{`")?;
        loop {
            match word(lexer).as_slice() {
                b"}" => {
                    lexer.next();
                    return Ok(host);
                }
                // dhcpd writes it, complains of it when it reads it, and goes on.
                b"known" => {
                    flag(lexer)?;
                }
                _ if self.host_line(lexer, &mut host)? => {}
                _ => self.host_statement(lexer, &mut host)?,
            }
        }
    }

    /// Reads what can stand in a host only; `false`, with nothing taken, where something else stands.
    pub(super) fn host_line(&self, lexer: &mut Lexer<'_>, host: &mut Host) -> Result<bool, Fault> {
        match word(lexer).as_slice() {
            b"dynamic" => host.dynamic = flag(lexer)?,
            b"deleted" => host.deleted = flag(lexer)?,
            b"group" => {
                lexer.next();
                host.group = Some(string_or_word(lexer, "a group's name")?);
                semicolon(lexer)?;
            }
            b"uid" => {
                lexer.next();
                let start = lexer.token_start();
                let uid = string_or_bytes(lexer)?;
                if host.client_identifier.replace(uid).is_some() {
                    return Err(Fault::at(start, "this host has a `uid` already"));
                }
                semicolon(lexer)?;
            }
            b"hardware" => {
                lexer.next();
                let start = lexer.token_start();
                if host.hardware.replace(hardware(lexer)?).is_some() {
                    return Err(Fault::at(start, "this host has a `hardware` address already"));
                }
            }
            b"fixed-address" | b"fixed-address6" => {
                let is_v6 = word(lexer) == b"fixed-address6";
                lexer.next();
                if !host.addresses.is_empty() {
                    return Err(Fault::at(lexer.token_start(), "this host has a `fixed-address` already"));
                }
                host.addresses = addresses(lexer, is_v6)?;
            }
            b"fixed-prefix6" => {
                lexer.next();
                let prefix = prefix6(lexer)?;
                semicolon(lexer)?;
                host.prefixes6.push(prefix);
            }
            b"host-identifier" => {
                lexer.next();
                let start = lexer.token_start();
                if host.identifier.replace(self.host_identifier(lexer)?.into()).is_some() {
                    return Err(Fault::at(start, "this host has a `host-identifier` already"));
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `option NAME VALUE;` or `v6relopt NUMBER NAME VALUE;`
    fn host_identifier(&self, lexer: &mut Lexer<'_>) -> Result<HostIdentifier, Fault> {
        let relay = match word(lexer).as_slice() {
            b"option" => {
                lexer.next();
                None
            }
            b"v6relopt" => {
                lexer.next();
                Some(number(lexer)?)
            }
            _ => return Err(not_here(lexer, "`option` or `v6relopt`")),
        };
        let definition = option_name(lexer, &self.definitions)?;
        let value = option_value(lexer, &definition.format)?.constant().unwrap_or_default();
        semicolon(lexer)?;
        let option = OptionName { space: definition.space, name: definition.name };
        Ok(HostIdentifier { relay, option, value })
    }

    fn host_statement(&self, lexer: &mut Lexer<'_>, host: &mut Host) -> Result<(), Fault> {
        if is_authoritative(lexer)?.is_some() {
            return Ok(());
        }
        match self.statement(lexer)? {
            Some(Statement::Nothing) => Ok(()),
            Some(statement) => {
                host.statements.push(statement);
                Ok(())
            }
            None => Err(not_here(lexer, "a parameter of the host or `}`")),
        }
    }

    /// Reads a named group of the lease file behind the word `group`: it holds nothing but statements.
    pub(super) fn group(&self, lexer: &mut Lexer<'_>) -> Result<Group, Fault> {
        let mut group = Group { name: string_or_word(lexer, "a group's name")?, ..Group::default() };
        expect(lexer, b'{', "`{`")?;
        loop {
            match word(lexer).as_slice() {
                b"}" => {
                    lexer.next();
                    return Ok(group);
                }
                b"dynamic" => group.dynamic = flag(lexer)?,
                b"static" => group.fixed = flag(lexer)?,
                b"deleted" => group.deleted = flag(lexer)?,
                _ => match self.statement(lexer)? {
                    Some(Statement::Nothing) => {}
                    Some(statement) => group.statements.push(statement),
                    None => return Err(not_here(lexer, "a statement or `}`")),
                },
            }
        }
    }

    /// Reads a class or a subclass behind its first word.
    pub(super) fn class(&self, lexer: &mut Lexer<'_>, is_subclass: bool) -> Result<Class, Fault> {
        let mut class = self.class_head(lexer, is_subclass)?;
        if is_subclass && lexer.peek().kind == TokenKind::Byte(b';') {
            lexer.next();
            return Ok(class);
        }
        expect(lexer, b'{', "`{`")?;
        loop {
            match word(lexer).as_slice() {
                b"}" => {
                    lexer.next();
                    return Ok(class);
                }
                _ if self.class_line(lexer, &mut class)? => {}
                _ if is_authoritative(lexer)?.is_some() => {}
                _ if self.statement(lexer)?.is_some() => {}
                _ => return Err(not_here(lexer, "a parameter of the class or `}`")),
            }
        }
    }

    /// Reads a class's name, and what a subclass stands for.
    pub(super) fn class_head(&self, lexer: &mut Lexer<'_>, is_subclass: bool) -> Result<Class, Fault> {
        let token = lexer.next();
        if token.kind != TokenKind::String {
            return Err(unexpected(lexer, "a class's name in quotes", &token));
        }
        let mut class = Class { name: token.text.into_owned(), ..Class::default() };
        if is_subclass {
            if !self.classes.contains(&class.name) {
                let name = class.name.escape_ascii();
                return Err(Fault::at(lexer.token_start(), format!("there is no class `{name}`")));
            }
            class.hash_string = Some(string_or_bytes(lexer)?);
        }
        Ok(class)
    }

    /// Reads what can stand in a class only; `false`, with nothing taken, where something else stands.
    pub(super) fn class_line(&self, lexer: &mut Lexer<'_>, class: &mut Class) -> Result<bool, Fault> {
        let is_subclass = class.hash_string.is_some();
        match word(lexer).as_slice() {
            b"dynamic" => class.dynamic = flag(lexer)?,
            b"deleted" => class.deleted = flag(lexer)?,
            b"match" if !is_subclass => {
                lexer.next();
                let mut ahead = lexer.fork();
                class.matches_hardware |= word(&mut ahead) == b"hardware" && {
                    ahead.next();
                    ahead.peek().kind == TokenKind::Byte(b';')
                };
                let wants_if = word(lexer) == b"if";
                if wants_if {
                    lexer.next();
                }
                let start = lexer.token_start();
                let is_second = if wants_if { class.condition.is_some() } else { class.matches_data };
                if is_second {
                    return Err(Fault::at(start, "this class has a `match` of this kind, or a `spawn`, already"));
                }
                class.matches_data |= !wants_if;
                let by = if wants_if { &mut class.condition } else { &mut class.data };
                *by = Some(self.matching(lexer, wants_if)?);
            }
            b"spawn" if !is_subclass => {
                lexer.next();
                expect_word(lexer, b"with")?;
                if std::mem::replace(&mut class.matches_data, true) {
                    return Err(Fault::at(lexer.token_start(), "this class has a `match` or a `spawn` already"));
                }
                class.data = Some(self.matching(lexer, false)?);
                class.spawns = true;
            }
            b"lease" => {
                lexer.next();
                expect_word(lexer, b"limit")?;
                class.lease_limit = number(lexer)?;
                semicolon(lexer)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn matching(&self, lexer: &mut Lexer<'_>, condition: bool) -> Result<Expression, Fault> {
        let class_exists = |name: &[u8]| self.classes.contains(name);
        let within = Surroundings::new(&class_exists);
        let expression = super::statements::matching(lexer, &self.definitions, within, condition)?;
        semicolon(lexer)?;
        Ok(expression)
    }
}

/// The next token in lower case, as a word of the language or as a byte; a string is neither.
pub(super) fn word(lexer: &mut Lexer<'_>) -> Vec<u8> {
    let token = lexer.peek();
    match token.kind {
        TokenKind::String | TokenKind::End => Vec::new(),
        _ => token.text.to_ascii_lowercase(),
    }
}

/// A mistake about the next token.
pub(super) fn not_here(lexer: &mut Lexer<'_>, expected: &str) -> Fault {
    let token = lexer.next();
    unexpected(lexer, expected, &token)
}

/// `WORD;`
pub(super) fn flag(lexer: &mut Lexer<'_>) -> Result<bool, Fault> {
    lexer.next();
    semicolon(lexer)?;
    Ok(true)
}

pub(super) fn expect_word(lexer: &mut Lexer<'_>, wanted: &[u8]) -> Result<(), Fault> {
    let token = lexer.next();
    match token.text.eq_ignore_ascii_case(wanted) {
        true => Ok(()),
        false => Err(unexpected(lexer, &format!("`{}`", wanted.escape_ascii()), &token)),
    }
}

pub(super) fn number(lexer: &mut Lexer<'_>) -> Result<u32, Fault> {
    let token = lexer.next();
    match token.kind {
        TokenKind::Number => Ok(decimal(&token.text) as u32),
        _ => Err(unexpected(lexer, "a number", &token)),
    }
}

/// Takes `authoritative;` and `not authoritative;`, and says which it was.
pub(super) fn is_authoritative(lexer: &mut Lexer<'_>) -> Result<Option<bool>, Fault> {
    match word(lexer).as_slice() {
        b"not" => {
            lexer.next();
            expect_word(lexer, b"authoritative")?;
            semicolon(lexer)?;
            Ok(Some(false))
        }
        b"authoritative" => flag(lexer).map(Some),
        _ => Ok(None),
    }
}

/// A host's name, or one in quotes.
pub(super) fn name(lexer: &mut Lexer<'_>, what: &str) -> Result<Vec<u8>, Fault> {
    match host_name(lexer) {
        Some(name) => Ok(name),
        None => Err(not_here(lexer, what)),
    }
}

pub(super) fn string_or_word(lexer: &mut Lexer<'_>, what: &str) -> Result<Vec<u8>, Fault> {
    let token = lexer.next();
    match token.kind == TokenKind::String || token.is_identifier() {
        true => Ok(token.text.into_owned()),
        false => Err(unexpected(lexer, what, &token)),
    }
}

/// A value in quotes or in hexadecimal.
pub(super) fn string_or_bytes(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    match lexer.peek().kind {
        TokenKind::String => Ok(lexer.next().text.into_owned()),
        TokenKind::Number | TokenKind::NumberOrName => hex_list(lexer),
        _ => Err(not_here(lexer, "text in quotes or hexadecimal bytes")),
    }
}

/// A hardware type, such as `ethernet`.
pub(super) fn hardware_type(lexer: &mut Lexer<'_>) -> Result<u8, Fault> {
    let token = lexer.next();
    let named = || super::hardware::number(&token.text);
    let numbered = || token.text.to_ascii_lowercase().strip_prefix(b"unknown-").map(|number| decimal(number) as u8);
    named().or_else(numbered).ok_or_else(|| unexpected(lexer, "a hardware type such as `ethernet`", &token))
}

/// `TYPE ADDRESS;` behind the word `hardware`.
pub(super) fn hardware(lexer: &mut Lexer<'_>) -> Result<Hardware, Fault> {
    let number = hardware_type(lexer)?;
    let start = lexer.token_start();
    let address = match lexer.peek().kind {
        // dhcpd writes a type without an address like this.
        TokenKind::Byte(b';') => Vec::new(),
        _ => hex_list(lexer)?,
    };
    if address.len() > MAX_LENGTH {
        return Err(Fault::at(start, format!("a hardware address has {MAX_LENGTH} bytes at most")));
    }
    semicolon(lexer)?;
    Ok((number, address))
}

/// An address or a host's name. What begins with two numbers is an address, or wrong.
pub(super) fn ip_address_or_name(lexer: &mut Lexer<'_>) -> Result<Address, Fault> {
    if let Some(address) = ip_address(lexer) {
        return Ok(Address::Ip(IpAddr::V4(address.into())));
    }
    let mut ahead = lexer.fork();
    let starts = [ahead.next().kind, ahead.next().kind, ahead.next().kind];
    match starts == [TokenKind::Number, TokenKind::Byte(b'.'), TokenKind::Number] {
        true => Err(not_here(lexer, "an IP address of four bytes")),
        false => name(lexer, "an IP address or a host's name").map(Address::Name),
    }
}

/// `ADDRESS, …;`
fn addresses(lexer: &mut Lexer<'_>, is_v6: bool) -> Result<Vec<Address>, Fault> {
    let mut addresses = Vec::new();
    loop {
        addresses.push(match is_v6 {
            true => Address::Ip(ip6_address(lexer)?.into()),
            false => ip_address_or_name(lexer)?,
        });
        let token = lexer.next();
        match token.kind {
            TokenKind::Byte(b',') => {}
            TokenKind::Byte(b';') => return Ok(addresses),
            _ => return Err(unexpected(lexer, "a semicolon or a comma", &token)),
        }
    }
}

/// `ADDRESS/LENGTH`, with no bits behind the prefix.
pub(super) fn prefix6(lexer: &mut Lexer<'_>) -> Result<(Ipv6Addr, u8), Fault> {
    let address = ip6_address(lexer)?;
    let length = slash_length(lexer)?;
    no_bits_behind(lexer, address, length)?;
    Ok((address, length))
}

/// `/LENGTH`
pub(super) fn slash_length(lexer: &mut Lexer<'_>) -> Result<u8, Fault> {
    expect(lexer, b'/', "`/` and a prefix length")?;
    let length = number(lexer)?;
    match u8::try_from(length) {
        Ok(length @ ..=128) => Ok(length),
        _ => Err(Fault::at(lexer.token_start(), "a prefix length is from 0 to 128")),
    }
}

/// Refuses an address that is no prefix of that length; the length was taken last.
pub(super) fn no_bits_behind(lexer: &Lexer<'_>, address: Ipv6Addr, length: u8) -> Result<(), Fault> {
    let behind = u128::MAX.checked_shr(length.into()).unwrap_or(0);
    match u128::from(address) & behind {
        0 => Ok(()),
        _ => Err(Fault::at(lexer.token_start(), format!("{address} has bits behind a prefix of {length}"))),
    }
}

/// Steps over a statement that means nothing to us, with its braces.
pub(super) fn skip(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    let first = lexer.next();
    let start = lexer.token_start();
    let mut braces = 0_usize;
    loop {
        let token = lexer.next();
        match token.kind {
            TokenKind::End => {
                let what = describe(&first);
                return Err(Fault::at(start, format!("{what} begins something that has no end")));
            }
            TokenKind::Byte(b';') if braces == 0 => return Ok(()),
            TokenKind::Byte(b'{') => braces += 1,
            TokenKind::Byte(b'}') => match braces {
                0 => return Err(unexpected(lexer, "a semicolon", &token)),
                1 => return Ok(()),
                _ => braces -= 1,
            },
            _ => {}
        }
    }
}
