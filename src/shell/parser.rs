//! A line to a command, by omshell's rules.
//!
//! omshell acts while it reads: it complains of a missing object before it has looked at a value,
//! and of words too many after it has acted. So the parser is told what there is ([`Context`]), and
//! its answer can be a command, a complaint, both (in that order) or neither, beside the lexer's
//! warnings.

use std::net::Ipv6Addr;

use crate::dhcpd::syntax::{
    Lexer, Token, TokenKind, Warning, decimal, may_be_base64, octet_from_hex, read_base64, until_nul,
};
use crate::omapi::{Algorithm, Secret};

use super::command::{Command, Complaint};
use super::object::Value;
use super::services;
use super::verbs;

/// What the meaning of a line depends on.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Verbs beyond omshell's, in lower case; those of two words with a blank between them.
    pub verbs: &'static [&'static str],
    /// `connect` was successful and `disconnect` has not been.
    pub connected: bool,
    /// `new` was successful and the object has not been closed.
    pub object: bool,
    /// `key-algorithm` takes an algorithm's full name, with its dots.
    pub full_names: bool,
}

/// What a line says.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// To be carried out first.
    pub command: Option<Command>,
    /// To be said next.
    pub complaint: Option<Complaint>,
    /// Syntax warnings, in order.
    pub warnings: Vec<Warning>,
}

/// The longest name that fits into a message.
const MAX_NAME: usize = u16::MAX as usize;

const USAGE_SET: Complaint = Complaint::Usage("set <name> = <value>");
const USAGE_KEY: Complaint = Complaint::Usage("key <name> <value>");
const USAGE_SERVER: Complaint = Complaint::Usage("server <server>");

/// The bytes of a value as `set` takes it: quoted text, a number, dotted or colon-separated bytes. `None`
/// where `set` would complain, or warn.
pub fn value(text: &[u8]) -> Option<Vec<u8>> {
    if text.iter().any(|byte| matches!(byte, b'\n' | b'\0')) {
        return None;
    }
    let line = [b"set x = ", text, b"\n"].concat();
    let parsed = parse(&line, Context { verbs: &[], connected: true, object: true, full_names: false });
    match (parsed.command, parsed.complaint, parsed.warnings.as_slice()) {
        (Some(Command::Set { value, .. }), None, []) => Some(value.bytes),
        _ => None,
    }
}

/// Parses one line; it ends at a NUL.
pub fn parse(line: &[u8], context: Context) -> Parsed {
    let line = until_nul(line);
    let mut parser = Parser { line, lexer: Lexer::for_line(line), context, parsed: Parsed::default() };
    // An early complaint has been recorded; there is nothing else to do about it.
    let _: Result<(), Refused> = parser.line();
    Parsed { warnings: parser.lexer.take_warnings(), ..parser.parsed }
}

/// The rest of the line is not looked at.
struct Refused;

struct Parser<'a> {
    line: &'a [u8],
    lexer: Lexer<'a>,
    context: Context,
    parsed: Parsed,
}

impl<'a> Parser<'a> {
    fn line(&mut self) -> Result<(), Refused> {
        let verb = self.lexer.next();
        let word = match verb.kind {
            TokenKind::End | TokenKind::Newline => return Ok(()),
            TokenKind::Byte(b'?') => return self.help(),
            TokenKind::Name | TokenKind::NumberOrName => verb.text.to_ascii_lowercase(),
            _ => Vec::new(),
        };
        match &*word {
            b"help" => self.help(),
            b"port" => self.port(),
            b"server" => self.server(),
            b"key-algorithm" => self.key_algorithm(),
            b"key" => self.key(),
            b"connect" => self.plain(Command::Connect, "connect"),
            b"disconnect" => self.plain(Command::Disconnect, "disconnect"),
            b"new" => self.new_object(),
            b"close" => self.close(),
            b"set" => self.set(),
            b"unset" => self.unset(),
            b"open" => self.on_object(Command::Open, Complaint::NoNewObject),
            b"create" => self.on_object(Command::Create, Complaint::NoNewObject),
            b"update" => self.on_object(Command::Update, Complaint::NothingOpened),
            b"refresh" => self.plain_on_object(Command::Refresh, "refresh"),
            b"remove" => self.plain_on_object(Command::Remove, "remove"),
            b"quit" => self.plain(Command::Quit, "quit"),
            b"exit" => self.plain(Command::Quit, "exit"),
            word if self.begins_verb(word) => self.verb(word, verb.c_text()),
            _ => self.unknown(verb.c_text()),
        }
    }

    fn unknown(&mut self, verb: &[u8]) -> Result<(), Refused> {
        self.lexer.warn([b"unknown token: ", verb].concat());
        self.lexer.skip_statement();
        Ok(())
    }

    /// A verb that omshell does not know: the line is split into words, and not in its language.
    fn verb(&mut self, verb: &[u8], as_written: &[u8]) -> Result<(), Refused> {
        match verbs::words(self.line) {
            Ok(mut words) => {
                // A quote right behind the verb is part of the first word, and that is no verb then.
                match words.first_mut() {
                    Some(first) if first.eq_ignore_ascii_case(verb) => *first = verb.to_vec(),
                    _ => return self.unknown(as_written),
                }
                match self.is_verb(verb, words.get(1).map(Vec::as_slice)) {
                    true => self.accept(Command::Verb(words)),
                    false => self.unknown(as_written),
                }
            }
            Err(quote) => {
                let second = self.line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).nth(1);
                match self.is_verb(verb, second) {
                    true => self.refuse_at_once(Complaint::OpenQuote(quote.column)),
                    false => self.unknown(as_written),
                }
            }
        }
    }

    /// Whether a verb begins with that word.
    fn begins_verb(&self, word: &[u8]) -> bool {
        let begins = |verb: &&str| verb.split(' ').next().is_some_and(|first| first.as_bytes() == word);
        self.context.verbs.iter().any(begins)
    }

    /// Whether there is such a verb, of one word or of two.
    fn is_verb(&self, first: &[u8], second: Option<&[u8]>) -> bool {
        self.context.verbs.iter().any(|verb| match verb.split_once(' ') {
            None => verb.as_bytes() == first,
            Some((one, two)) => one.as_bytes() == first && second == Some(two.as_bytes()),
        })
    }

    /// Complains, and looks at the rest of the line only for what is wrong with its tokens.
    fn refuse<T>(&mut self, complaint: Complaint) -> Result<T, Refused> {
        self.lexer.skip_statement();
        self.refuse_at_once(complaint)
    }

    /// Complains without a look at the rest of the line.
    fn refuse_at_once<T>(&mut self, complaint: Complaint) -> Result<T, Refused> {
        self.parsed.complaint = Some(complaint);
        Err(Refused)
    }

    fn accept(&mut self, command: Command) -> Result<(), Refused> {
        self.parsed.command = Some(command);
        Ok(())
    }

    /// Wants the line to end here; otherwise complains, of the token `last` for a start.
    fn end(&mut self, last: &Token<'_>, complaint: Complaint) -> Result<(), Refused> {
        match last.kind {
            TokenKind::End | TokenKind::Newline => Ok(()),
            _ => self.refuse(complaint),
        }
    }

    fn want_connection(&mut self) -> Result<(), Refused> {
        if self.context.connected { Ok(()) } else { self.refuse(Complaint::NotConnected) }
    }

    fn help(&mut self) -> Result<(), Refused> {
        self.lexer.skip_statement();
        self.accept(Command::Help)
    }

    fn plain(&mut self, command: Command, usage: &'static str) -> Result<(), Refused> {
        let last = self.lexer.next();
        self.end(&last, Complaint::Usage(usage))?;
        self.accept(command)
    }

    fn plain_on_object(&mut self, command: Command, usage: &'static str) -> Result<(), Refused> {
        let last = self.lexer.next();
        self.end(&last, Complaint::Usage(usage))?;
        self.want_connection()?;
        if !self.context.object {
            return self.refuse(Complaint::NoObject);
        }
        self.accept(command)
    }

    fn on_object(&mut self, command: Command, without: Complaint) -> Result<(), Refused> {
        let last = self.lexer.next();
        let word = last.c_text().to_vec();
        self.end(&last, Complaint::TooManyWords(word))?;
        self.want_connection()?;
        if !self.context.object {
            return self.refuse(without);
        }
        self.accept(command)
    }

    fn port(&mut self) -> Result<(), Refused> {
        let token = self.lexer.next();
        let port = if token.is_identifier() {
            match services::tcp_port(&token.text) {
                Some(port) => port,
                None => return self.refuse_at_once(Complaint::UnknownService(token.text.to_vec())),
            }
        } else if token.kind == TokenKind::Number {
            match u16::try_from(decimal(&token.text)) {
                Ok(port @ 1..) => port,
                _ => return self.refuse(Complaint::NoPort(token.text.to_vec())),
            }
        } else {
            return self.refuse(Complaint::Usage("port <port>"));
        };
        self.accept(Command::Port(port))?;
        let last = self.lexer.next();
        self.end(&last, Complaint::Usage("port <server>"))
    }

    fn server(&mut self) -> Result<(), Refused> {
        let first = self.lexer.next();
        let server = if let Some(host) = self.host_beyond_omshell(&first) {
            host
        } else if first.kind == TokenKind::Number {
            self.dotted_quad(&first)?
        } else if first.is_identifier() {
            first.text.to_vec()
        } else {
            return self.refuse(USAGE_SERVER);
        };
        self.accept(Command::Server(server))?;
        let last = self.lexer.next();
        self.end(&last, USAGE_SERVER)
    }

    /// What omshell does not take for a server: a dotted name, an IPv6 address, quoted text.
    fn host_beyond_omshell(&mut self, first: &Token<'_>) -> Option<Vec<u8>> {
        if first.kind == TokenKind::String {
            return Some(first.c_text().to_vec()).filter(|host| !host.is_empty());
        }
        if first.kind == TokenKind::End {
            return None;
        }
        let rest = &self.line[self.lexer.token_start()..];
        let word = rest.split(u8::is_ascii_whitespace).next()?;
        if !(is_zoned_address(word) || is_dotted_name(word)) {
            return None;
        }
        // The word's other tokens are part of the host. It has neither quotes nor comments, so their
        // texts add up.
        let mut length = first.text.len();
        while length < word.len() {
            length += self.lexer.next().text.len();
        }
        Some(word.to_vec())
    }

    fn dotted_quad(&mut self, first: &Token<'_>) -> Result<Vec<u8>, Refused> {
        let mut quad = first.text.to_vec();
        for _ in 0..3 {
            if self.lexer.next().kind != TokenKind::Byte(b'.') {
                return self.refuse(USAGE_SERVER);
            }
            let number = self.lexer.next();
            if number.kind != TokenKind::Number {
                return self.refuse(USAGE_SERVER);
            }
            quad.push(b'.');
            quad.extend_from_slice(&number.text);
        }
        Ok(quad)
    }

    fn key_algorithm(&mut self) -> Result<(), Refused> {
        let token = self.lexer.next();
        if token.kind != TokenKind::Name || token.is_keyword() {
            return self.refuse(Complaint::NoAlgorithm);
        }
        let mut name = token.text.to_vec();
        while self.context.full_names && self.lexer.peek().kind == TokenKind::Byte(b'.') {
            self.lexer.next();
            name.push(b'.');
            // A dot may be the last sign, and what stands behind it then is another word.
            if Algorithm::from_name(&name).is_none() && self.lexer.peek().is_identifier() {
                name.extend_from_slice(&self.lexer.next().text);
            }
        }
        self.accept(Command::KeyAlgorithm(name.clone()))?;
        let last = self.lexer.next();
        self.end(&last, Complaint::WordsAfterAlgorithm(name))
    }

    fn key(&mut self) -> Result<(), Refused> {
        let name = if self.lexer.peek().kind == TokenKind::String {
            self.lexer.next().c_text().to_vec()
        } else {
            self.dotted_name()
        };
        if name.is_empty() {
            return self.refuse(USAGE_KEY);
        }
        // Where the input ends there is no secret.
        let next = self.lexer.peek();
        if next.kind == TokenKind::End && next.text.iter().all(|&byte| may_be_base64(byte)) {
            return self.refuse(USAGE_KEY);
        }
        let secret = read_base64(&mut self.lexer);
        let complete = secret.as_ref().is_some_and(|secret| !secret.is_empty());
        self.accept(Command::Key { name, secret: secret.map(Secret::new).unwrap_or_default() })?;
        if !complete {
            self.lexer.skip_statement();
            return Ok(());
        }
        let last = self.lexer.next();
        self.end(&last, USAGE_KEY)
    }

    /// Identifiers and numbers joined by dots, perhaps with a dot at the end; empty when there is
    /// none.
    fn dotted_name(&mut self) -> Vec<u8> {
        let mut name = Vec::new();
        loop {
            let token = self.lexer.peek();
            if !token.is_identifier() && token.kind != TokenKind::Number {
                return name;
            }
            name.extend_from_slice(&self.lexer.next().text);
            if self.lexer.peek().kind != TokenKind::Byte(b'.') {
                return name;
            }
            self.lexer.next();
            name.push(b'.');
        }
    }

    fn new_object(&mut self) -> Result<(), Refused> {
        let object_type = self.lexer.next();
        if !object_type.is_identifier() && object_type.kind != TokenKind::String {
            return self.refuse_at_once(Complaint::Usage("new <object-type>"));
        }
        if self.context.object {
            return self.refuse(Complaint::ObjectOpen);
        }
        self.want_connection()?;
        self.accept(Command::New(object_type.c_text().to_vec()))?;
        let last = self.lexer.next();
        self.end(&last, Complaint::Usage("new <object-type>"))
    }

    fn close(&mut self) -> Result<(), Refused> {
        let last = self.lexer.next();
        self.end(&last, Complaint::Usage("close"))?;
        self.want_connection()?;
        if !self.context.object {
            return self.refuse(Complaint::NotOpen);
        }
        self.accept(Command::Close)
    }

    /// An attribute's name, wanted by `set` and `unset`.
    fn attribute(&mut self, usage: Complaint) -> Result<Vec<u8>, Refused> {
        let name = self.lexer.next();
        if !name.is_identifier() && name.kind != TokenKind::String {
            return self.refuse(usage);
        }
        if !self.context.object {
            return self.refuse(Complaint::NoOpenObject);
        }
        self.want_connection()?;
        let name = name.c_text().to_vec();
        if name.len() > MAX_NAME {
            return self.refuse(Complaint::NameTooLong(name.len()));
        }
        Ok(name)
    }

    fn unset(&mut self) -> Result<(), Refused> {
        const USAGE: Complaint = Complaint::Usage("unset <name>");
        let name = self.attribute(USAGE)?;
        let last = self.lexer.next();
        self.end(&last, USAGE)?;
        self.accept(Command::Unset(name))
    }

    fn set(&mut self) -> Result<(), Refused> {
        let name = self.attribute(USAGE_SET)?;
        if self.lexer.next().kind != TokenKind::Byte(b'=') {
            return self.refuse(USAGE_SET);
        }
        let token = self.lexer.next();
        let (value, last) = match token.kind {
            TokenKind::String => (Value::text(token.c_text()), self.lexer.next()),
            TokenKind::Number => match self.lexer.peek().kind {
                TokenKind::Byte(b':') => self.colon_list(token),
                TokenKind::Byte(b'.') => self.dotted_list(token)?,
                _ => (Value::integer(decimal(&token.text)), self.lexer.next()),
            },
            TokenKind::NumberOrName if !token.is_keyword() => self.colon_list(token),
            kind => {
                self.lexer.skip_statement();
                let usage = !matches!(kind, TokenKind::End | TokenKind::Newline);
                if usage {
                    self.lexer.skip_statement();
                }
                return self.refuse_at_once(Complaint::InvalidValue { usage });
            }
        };
        self.accept(Command::Set { name, value })?;
        self.end(&last, USAGE_SET)
    }

    /// `52:54:0:aa`: a byte for each number. Returns the token that it ended with, too.
    fn colon_list(&mut self, first: Token<'a>) -> (Value, Token<'a>) {
        let mut bytes = Vec::new();
        let mut token = first;
        loop {
            bytes.push(octet_from_hex(&token.text, &mut self.lexer));
            let separator = self.lexer.next();
            if separator.kind != TokenKind::Byte(b':') {
                return (Value::data(bytes), separator);
            }
            token = self.lexer.next();
            let is_number =
                token.kind == TokenKind::Number || token.kind == TokenKind::NumberOrName && !token.is_keyword();
            if !is_number {
                return (Value::data(bytes), token);
            }
        }
    }

    fn dotted_list(&mut self, first: Token<'a>) -> Result<(Value, Token<'a>), Refused> {
        let mut bytes = Vec::new();
        let mut token = first;
        loop {
            let octet = decimal(&token.text);
            if octet > 255 {
                self.lexer.warn([b"dotted octet > 255: ", &*token.text].concat());
                self.lexer.skip_statement();
                return self.refuse(USAGE_SET);
            }
            bytes.push(octet as u8);
            token = self.lexer.next();
            if token.kind != TokenKind::Byte(b'.') {
                break;
            }
            // An empty place between dots is 0.
            loop {
                token = self.lexer.next();
                if token.kind != TokenKind::Byte(b'.') {
                    break;
                }
                bytes.push(0);
            }
            if token.kind != TokenKind::Number {
                break;
            }
        }
        Ok((Value::data(bytes), token))
    }
}

/// An IPv6 address, perhaps with the name of an interface behind a `%`.
fn is_zoned_address(word: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(word) else { return false };
    let (address, zone) = text.split_once('%').unwrap_or((text, "0"));
    let may_be_zone = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':' | b'@');
    address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty() && zone.bytes().all(may_be_zone)
}

/// A host name with a dot in it that cannot be taken for an address.
fn is_dotted_name(word: &[u8]) -> bool {
    let mut labels: Vec<&[u8]> = word.strip_suffix(b".").unwrap_or(word).split(|&byte| byte == b'.').collect();
    let is_label =
        |label: &[u8]| !label.is_empty() && label.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    labels.len() > 1
        && labels.iter().all(|label| is_label(label))
        && labels.pop().is_some_and(|last| !last.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: Context = Context { verbs: &["leases"], connected: true, object: true, full_names: false };

    fn set(value: &str) -> (Option<Vec<u8>>, Option<Complaint>, usize) {
        let parsed = parse(format!("set name = {value}\n").as_bytes(), READY);
        let value = match parsed.command {
            Some(Command::Set { value, .. }) => Some(value.bytes),
            None => None,
            Some(other) => panic!("{other:?}"),
        };
        (value, parsed.complaint, parsed.warnings.len())
    }

    #[test]
    fn values_in_every_form() {
        for (text, bytes) in [
            ("1", &[0, 0, 0, 1][..]),
            ("-", &[0, 0, 0, 0]),
            ("\"a b\"", b"a b"),
            ("10.1.1.77", &[10, 1, 1, 77]),
            ("10..1.", &[10, 0, 1]),
            ("52:54:0:Aa", &[0x52, 0x54, 0, 0xaa]),
            ("1:", &[1]),
            ("fe", &[0xfe]),
        ] {
            assert_eq!(set(text), (Some(bytes.to_vec()), None, 0), "{text}");
        }
    }

    #[test]
    fn a_value_is_taken_and_what_follows_is_complained_of() {
        for text in ["1 x", "\"a\";", "10.x", "1:2::3", "2026/11/23", "1, 2"] {
            let (value, complaint, _) = set(text);
            assert!(value.is_some(), "{text}");
            assert_eq!(complaint, Some(USAGE_SET), "{text}");
        }
    }

    #[test]
    fn a_value_that_is_none_is_not_set() {
        for (text, complaint, warnings) in [
            ("host", Complaint::InvalidValue { usage: true }, 0),
            ("zz", Complaint::InvalidValue { usage: true }, 0),
            ("", Complaint::InvalidValue { usage: false }, 0),
            ("300.1.1.1", USAGE_SET, 1),
        ] {
            assert_eq!(set(text), (None, Some(complaint), warnings), "{text}");
        }
        assert_eq!(set("web1"), (Some(vec![0]), None, 1), "a word of hexadecimal digits but for its first letter");
    }

    #[test]
    fn servers_that_omshell_takes_and_those_that_it_does_not() {
        for server in ["localhost", "127.0.0.1", "010.0.0.1", "dhcp1.example.com", "::1", "fe80::1%eth0", "a.b."] {
            let parsed = parse(format!("server {server} # there\n").as_bytes(), READY);
            let Some(Command::Server(host)) = parsed.command else { panic!("{server}: {parsed:?}") };
            assert_eq!((&*host, parsed.complaint), (server.as_bytes(), None));
        }
        for server in
            ["127.0.0", "", "a..b", "# a.b", ":::1 ::1", "fe80::1%#x", "fe80::1%\"a\"", "\"\"", "=", "1.2.3.4.5.6"]
        {
            let parsed = parse(format!("server {server}\n").as_bytes(), READY);
            assert_eq!(parsed.complaint, Some(USAGE_SERVER), "{server}");
        }
    }

    #[test]
    fn a_key_line_at_the_end_of_the_input_comes_to_an_end() {
        assert_eq!(parse(b"key k", READY).complaint, Some(USAGE_KEY));
        assert!(matches!(parse(b"key k YQ==", READY).command, Some(Command::Key { .. })));
        assert!(matches!(parse(b"key \"k\" YQ==", READY).command, Some(Command::Key { .. })));
    }
}
