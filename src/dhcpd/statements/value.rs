//! Options' values out of tokens, by the option's format.

use crate::dhcpd::syntax::{Lexer, TokenKind, decimal, octet_from_hex};

use super::Expression;
use super::names::host_name;
use super::parse::{Fault, describe, unexpected, within_terms};

/// A list's name, and its words with their numbers.
type WordList = (&'static [u8], &'static [(&'static [u8], u8)]);

/// Words that stand for numbers, by list.
#[rustfmt::skip]
static WORDS: &[WordList] = &[
    (b"ddns-styles", &[(b"none", 0), (b"ad-hoc", 1), (b"interim", 2), (b"standard", 3)]),
    (b"prefix_length_modes", &[
        (b"ignore", 0), (b"prefer", 1), (b"exact", 2), (b"minimum", 3), (b"maximum", 4),
    ]),
    (b"syslog-facilities", &[
        (b"kern", 0), (b"user", 8), (b"mail", 16), (b"daemon", 24), (b"auth", 32), (b"syslog", 40), (b"lpr", 48),
        (b"news", 56), (b"uucp", 64), (b"cron", 72), (b"authpriv", 80), (b"ftp", 88), (b"local0", 128),
        (b"local1", 136), (b"local2", 144), (b"local3", 152), (b"local4", 160), (b"local5", 168), (b"local6", 176),
        (b"local7", 184),
    ]),
    (b"ldap-methods", &[(b"static", 0), (b"dynamic", 1)]),
    (b"ldap-ssl-usage", &[(b"off", 0), (b"on", 1), (b"ldaps", 2), (b"start_tls", 3)]),
    (b"ldap-tls-reqcert", &[(b"never", 0), (b"hard", 1), (b"demand", 2), (b"allow", 3), (b"try", 4)]),
    (b"ldap-tls-crlcheck", &[(b"none", 0), (b"peer", 1), (b"all", 2)]),
];

/// Reads a value of that format.
pub(in crate::dhcpd) fn option_value(lexer: &mut Lexer<'_>, format: &[u8]) -> Result<Expression, Fault> {
    let items = items(format);
    let repeat_all = items.last() == Some(&Item::RepeatAll);
    let mut value = None;
    let mut terms = 0;
    loop {
        let mut i = 0;
        while i < items.len() {
            let optional = items.get(i + 1) == Some(&Item::Optional);
            let repeats = items.get(i + 1) == Some(&Item::RepeatLast);
            match items[i] {
                Item::RepeatAll | Item::Optional | Item::RepeatLast => {}
                Item::Value(_) if optional && lexer.peek().kind == TokenKind::Byte(b';') => {}
                Item::Value(kind) => {
                    // An array of nothing but addresses may have a host's name for all of them.
                    let uniform = repeats || repeat_all && items.len() == 2;
                    loop {
                        let part = item_value(lexer, kind, uniform)?;
                        terms += 1;
                        within_terms(terms, lexer)?;
                        value = Some(match value {
                            None => part,
                            Some(left) => Expression::Call("concat", vec![left, part]),
                        });
                        if !repeats || lexer.peek().kind != TokenKind::Byte(b',') {
                            break;
                        }
                        lexer.next();
                    }
                }
            }
            i += 1;
        }
        if !repeat_all || lexer.peek().kind != TokenKind::Byte(b',') {
            return Ok(value.unwrap_or(Expression::Data(Vec::new())));
        }
        lexer.next();
    }
}

/// Reads a value whose format is not known, as it is written: up to its semicolon, always with the same blanks.
pub(super) fn verbatim(lexer: &mut Lexer<'_>) -> Result<Expression, Fault> {
    let mut text = Vec::new();
    let mut terms = 0;
    // No blank stands before the first one, nor around the parts of an address or of bytes.
    let mut is_apart = false;
    loop {
        let token = lexer.peek();
        let joins = matches!(token.kind, TokenKind::Byte(b'.' | b':' | b'/'));
        match token.kind {
            TokenKind::Byte(b';') if !text.is_empty() => return Ok(Expression::Verbatim(text)),
            TokenKind::String | TokenKind::Name | TokenKind::NumberOrName | TokenKind::Number => {
                terms += 1;
                text.extend_from_slice(if is_apart { b" " } else { b"" });
            }
            TokenKind::Byte(b',' | b'.' | b':' | b'/') if !text.is_empty() => {}
            // An IPv6 address may begin with colons.
            TokenKind::Byte(b':') => {}
            _ => {
                let token = lexer.next();
                return Err(unexpected(lexer, "a value of this option, which is not known here", &token));
            }
        }
        let token = lexer.next();
        within_terms(terms, lexer)?;
        match token.kind {
            TokenKind::String => super::write::quote(&token.text, true, &mut text),
            _ => text.extend_from_slice(&token.text),
        }
        is_apart = !joins;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item<'f> {
    Value(&'f [u8]),
    Optional,
    RepeatLast,
    RepeatAll,
}

fn items(format: &[u8]) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut rest = format;
    while let Some(&letter) = rest.first() {
        let length = match letter {
            b'N' | b'E' => rest.iter().position(|&byte| byte == b'.').map_or(rest.len(), |dot| dot + 1),
            b'D' if rest.get(1) == Some(&b'c') => 2,
            _ => 1,
        };
        let (item, behind) = rest.split_at(length);
        items.push(match letter {
            b'o' => Item::Optional,
            b'a' => Item::RepeatLast,
            b'A' => Item::RepeatAll,
            _ => Item::Value(item),
        });
        rest = behind;
    }
    items
}

fn item_value(lexer: &mut Lexer<'_>, item: &[u8], uniform: bool) -> Result<Expression, Fault> {
    let bytes = match item[0] {
        b'I' => return address_or_name(lexer, uniform),
        b'6' => ip6_address(lexer)?.octets().to_vec(),
        b'X' | b'E' => match lexer.peek().kind {
            TokenKind::Number | TokenKind::NumberOrName => hex_list(lexer)?,
            _ => text(lexer, false, "text in quotes or hexadecimal bytes")?,
        },
        b't' => text(lexer, true, "text in quotes")?,
        b'U' => {
            let token = lexer.next();
            if !token.is_identifier() {
                return Err(unexpected(lexer, "a word", &token));
            }
            token.text.into_owned()
        }
        b'k' => match lexer.peek().kind {
            TokenKind::String => lexer.next().text.into_owned(),
            _ => match host_name(lexer) {
                Some(name) => name,
                None => {
                    let token = lexer.next();
                    return Err(unexpected(lexer, "a key's name", &token));
                }
            },
        },
        b'd' => {
            let mut names = DomainNames::default();
            names.read(lexer, true)?;
            names.wire
        }
        b'D' => {
            let mut names = DomainNames { compress: item.get(1) == Some(&b'c'), ..DomainNames::default() };
            loop {
                names.read(lexer, false)?;
                if lexer.peek().kind != TokenKind::Byte(b',') {
                    break names.wire;
                }
                lexer.next();
            }
        }
        b'T' if lexer.peek().text.eq_ignore_ascii_case(b"infinite") => {
            lexer.next();
            vec![0xff; 4]
        }
        b'L' | b'l' | b'T' => number(lexer)?.to_be_bytes().to_vec(),
        b'S' | b's' => {
            let number = number(lexer)?;
            (fitting(number, 16, lexer) as u16).to_be_bytes().to_vec()
        }
        b'B' | b'b' => {
            let number = number(lexer)?;
            vec![fitting(number, 8, lexer) as u8]
        }
        b'f' => {
            let token = lexer.next();
            match token.text.to_ascii_lowercase().as_slice() {
                b"true" | b"on" => vec![1],
                b"false" | b"off" => vec![0],
                b"ignore" => vec![2],
                _ => return Err(unexpected(lexer, "`true`, `on`, `false` or `off`", &token)),
            }
        }
        b'N' => word_of(lexer, &item[1..item.len() - 1])?,
        // Nothing is to follow.
        _ => Vec::new(),
    };
    Ok(Expression::Data(bytes))
}

fn text(lexer: &mut Lexer<'_>, word: bool, what: &str) -> Result<Vec<u8>, Fault> {
    let token = lexer.next();
    if token.kind == TokenKind::String || word && token.is_identifier() {
        return Ok(token.text.into_owned());
    }
    Err(unexpected(lexer, what, &token))
}

fn word_of(lexer: &mut Lexer<'_>, list: &[u8]) -> Result<Vec<u8>, Fault> {
    let token = lexer.next();
    let words = WORDS.iter().find(|(name, _)| *name == list).map_or(&[][..], |(_, words)| words);
    match words.iter().find(|(word, _)| **word == *token.text) {
        Some((_, number)) => Ok(vec![*number]),
        // Lists that no DHCPv4 server needs are not kept.
        None if words.is_empty() && token.is_identifier() => Ok(vec![0]),
        None => {
            let words: Vec<String> = words.iter().map(|(word, _)| word.escape_ascii().to_string()).collect();
            Err(unexpected(lexer, &format!("one of {}", words.join(", ")), &token))
        }
    }
}

fn number(lexer: &mut Lexer<'_>) -> Result<u32, Fault> {
    let token = lexer.next();
    let (negative, digits) = match token.text.split_first() {
        Some((b'-', digits)) => (true, digits),
        _ => (false, &*token.text),
    };
    let value = match digits {
        [b'0', b'x' | b'X', hex @ ..] => number_in(hex, 16),
        [b'0', octal @ ..] if !octal.is_empty() => number_in(octal, 8),
        decimal => number_in(decimal, 10),
    };
    match (token.kind, value) {
        (TokenKind::Number | TokenKind::NumberOrName, Some(value)) => {
            Ok(if negative { value.wrapping_neg() } else { value })
        }
        _ => Err(unexpected(lexer, "a number", &token)),
    }
}

/// The number, with a warning when it has more bits than that.
fn fitting(number: u32, bits: u32, lexer: &mut Lexer<'_>) -> u32 {
    // One with a sign has all bits before it set.
    let max = (1 << bits) - 1;
    if number > max && number < u32::MAX - max / 2 {
        lexer.warn(format!("{number} exceeds max ({max}) for precision.").into_bytes());
    }
    number & max
}

fn number_in(digits: &[u8], base: u32) -> Option<u32> {
    // As dhcpd has it: what does not fit is lost.
    let mut value: u32 = 0;
    for &digit in digits {
        value = value.wrapping_mul(base).wrapping_add(char::from(digit).to_digit(base)?);
    }
    Some(value).filter(|_| !digits.is_empty())
}

/// Bytes in hexadecimal with colons between them. What is not hexadecimal is warned of, as by dhcpd.
pub(in crate::dhcpd) fn hex_list(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    loop {
        let token = lexer.next();
        if !matches!(token.kind, TokenKind::Number | TokenKind::NumberOrName) {
            return Err(unexpected(lexer, "a byte in hexadecimal", &token));
        }
        bytes.push(octet_from_hex(&token.text, lexer));
        if lexer.peek().kind != TokenKind::Byte(b':') {
            return Ok(bytes);
        }
        lexer.next();
    }
}

/// An IPv4 address; `None`, with nothing taken, where none begins.
pub(in crate::dhcpd) fn ip_address(lexer: &mut Lexer<'_>) -> Option<[u8; 4]> {
    let mut ahead = lexer.fork();
    let mut address = [0; 4];
    for (i, octet) in address.iter_mut().enumerate() {
        if i > 0 && ahead.next().kind != TokenKind::Byte(b'.') {
            return None;
        }
        let token = ahead.next();
        if token.kind != TokenKind::Number {
            return None;
        }
        *octet = u8::try_from(decimal(&token.text)).ok()?;
    }
    // Taken once more, so that no warning about what came before is lost.
    for _ in 0..7 {
        lexer.next();
    }
    Some(address)
}

/// What begins with two numbers is an address, or wrong; an octet that is too large keeps its low
/// byte, with a warning.
fn address_or_name(lexer: &mut Lexer<'_>, uniform: bool) -> Result<Expression, Fault> {
    let mut ahead = lexer.fork();
    let starts = [ahead.next().kind, ahead.next().kind, ahead.next().kind];
    if starts == [TokenKind::Number, TokenKind::Byte(b'.'), TokenKind::Number] {
        let mut address = Vec::with_capacity(4);
        loop {
            address.push(fitting(number(lexer)?, 8, lexer) as u8);
            if address.len() == 4 {
                return Ok(Expression::Data(address));
            }
            super::parse::expect(lexer, b'.', "the next byte of an IP address")?;
        }
    }
    match host_name(lexer) {
        Some(name) if uniform => Ok(Expression::HostLookup(name)),
        // Where one address has its place, the first one counts.
        Some(name) => {
            let parts = vec![Expression::HostLookup(name), Expression::Integer(0), Expression::Integer(4)];
            Ok(Expression::Call("substring", parts))
        }
        None => {
            let token = lexer.next();
            Err(unexpected(lexer, "an IP address or a host's name", &token))
        }
    }
}

/// An IPv6 address, which has no blanks inside.
pub(in crate::dhcpd) fn ip6_address(lexer: &mut Lexer<'_>) -> Result<std::net::Ipv6Addr, Fault> {
    const LONGEST: usize = 45;
    let start = lexer.peeked_start();
    let mut text = String::new();
    while text.len() <= LONGEST && lexer.peeked_start() == start + text.len() {
        let token = lexer.peek();
        if !matches!(token.kind, TokenKind::Number | TokenKind::NumberOrName | TokenKind::Byte(b':' | b'.')) {
            break;
        }
        text.push_str(&String::from_utf8_lossy(&lexer.next().text));
    }
    let found = if text.is_empty() { describe(lexer.peek()) } else { format!("`{text}`") };
    text.parse().map_err(|_| Fault::at(start, format!("expected an IPv6 address, found {found}")))
}

/// Domain names as they are sent.
#[derive(Default)]
struct DomainNames {
    wire: Vec<u8>,
    /// The end of a name that has come before is replaced by a pointer to it.
    compress: bool,
    /// Names, or ends of them, with their places.
    places: Vec<(Vec<u8>, usize)>,
}

impl DomainNames {
    /// Reads a name, in quotes or without any.
    fn read(&mut self, lexer: &mut Lexer<'_>, bare: bool) -> Result<(), Fault> {
        let name = match (lexer.peek().kind, bare) {
            (TokenKind::String, false) => lexer.next().text.into_owned(),
            (_, true) => host_name(lexer).unwrap_or_default(),
            _ => Vec::new(),
        };
        let name = name.strip_suffix(b".").unwrap_or(&name);
        if name.is_empty() || name.split(|&byte| byte == b'.').any(|label| label.is_empty() || label.len() > 63) {
            let token = lexer.peek().clone();
            let wanted = if bare { "a domain name without quotes" } else { "a domain name in quotes" };
            return Err(unexpected(lexer, wanted, &token));
        }
        let mut rest = name;
        loop {
            let known = self.places.iter().find(|(known, _)| known.eq_ignore_ascii_case(rest));
            if let (true, Some(&(_, place))) = (self.compress, known) {
                self.wire.extend_from_slice(&(0xc000 | place as u16).to_be_bytes());
                return Ok(());
            }
            if self.wire.len() < 0x4000 {
                self.places.push((rest.to_vec(), self.wire.len()));
            }
            let (label, behind) = match rest.iter().position(|&byte| byte == b'.') {
                Some(dot) => (&rest[..dot], Some(&rest[dot + 1..])),
                None => (rest, None),
            };
            self.wire.push(label.len() as u8);
            self.wire.extend_from_slice(label);
            match behind {
                Some(behind) => rest = behind,
                None => {
                    self.wire.push(0);
                    return Ok(());
                }
            }
        }
    }
}
