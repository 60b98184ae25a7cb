//! Options' values out of tokens, by the option's format.

use crate::dhcpd::syntax::{Lexer, TokenKind, decimal, octet_from_hex};

use super::Expression;
use super::names::host_name;
use super::parse::{Fault, describe, unexpected};

/// Words that stand for numbers, by list.
#[rustfmt::skip]
static WORDS: &[(&[u8], &[(&[u8], u8)])] = &[
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
pub(super) fn option_value(lexer: &mut Lexer<'_>, format: &[u8]) -> Result<Expression, Fault> {
    let items = items(format);
    let repeat_all = items.last() == Some(&Item::RepeatAll);
    let mut value = None;
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
            let mut wire = Vec::new();
            domain_name(lexer, &mut wire)?;
            wire
        }
        b'D' => {
            let mut wire = Vec::new();
            loop {
                domain_name(lexer, &mut wire)?;
                if lexer.peek().kind != TokenKind::Byte(b',') {
                    break wire;
                }
                lexer.next();
            }
        }
        b'T' if lexer.peek().text.eq_ignore_ascii_case(b"infinite") => {
            lexer.next();
            vec![0xff; 4]
        }
        b'L' | b'l' | b'T' => number(lexer)?.to_be_bytes().to_vec(),
        b'S' | b's' => (number(lexer)? as u16).to_be_bytes().to_vec(),
        b'B' | b'b' => vec![number(lexer)? as u8],
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
    match words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&token.text)) {
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

fn number_in(digits: &[u8], base: u32) -> Option<u32> {
    let mut value: u64 = 0;
    for &digit in digits {
        value = value * u64::from(base) + u64::from(char::from(digit).to_digit(base)?);
        value = value.min(u64::from(u32::MAX) + 1);
    }
    u32::try_from(value).ok().filter(|_| !digits.is_empty())
}

/// Bytes in hexadecimal with colons between them.
pub(in crate::dhcpd) fn hex_list(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    loop {
        let token = lexer.next();
        let is_octet = matches!(token.kind, TokenKind::Number | TokenKind::NumberOrName)
            && token.text.len() <= 2
            && token.text.iter().all(u8::is_ascii_hexdigit);
        if !is_octet {
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
    *lexer = ahead;
    Some(address)
}

fn address_or_name(lexer: &mut Lexer<'_>, uniform: bool) -> Result<Expression, Fault> {
    if let Some(address) = ip_address(lexer) {
        return Ok(Expression::Data(address.to_vec()));
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

/// An IPv6 address.
pub(in crate::dhcpd) fn ip6_address(lexer: &mut Lexer<'_>) -> Result<std::net::Ipv6Addr, Fault> {
    let mut text = String::new();
    let mut found = None;
    loop {
        let token = lexer.peek();
        let is_part = matches!(token.kind, TokenKind::Number | TokenKind::NumberOrName | TokenKind::Byte(b':' | b'.'));
        if !is_part || text.len() > 45 {
            break;
        }
        let token = lexer.next();
        found.get_or_insert(lexer.token_start());
        text.push_str(&String::from_utf8_lossy(&token.text));
    }
    text.parse().map_err(|_| {
        let start = found.unwrap_or_else(|| {
            lexer.peek();
            lexer.token_start()
        });
        Fault::at(start, format!("expected an IPv6 address, found {}", match text.is_empty() {
            true => describe(lexer.peek()),
            false => format!("`{text}`"),
        }))
    })
}

/// A domain name, in quotes or bare, as it is sent.
fn domain_name(lexer: &mut Lexer<'_>, wire: &mut Vec<u8>) -> Result<(), Fault> {
    let name = match lexer.peek().kind {
        TokenKind::String => lexer.next().text.into_owned(),
        _ => host_name(lexer).unwrap_or_default(),
    };
    let labels = name.strip_suffix(b".").unwrap_or(&name);
    if labels.is_empty() || labels.split(|&byte| byte == b'.').any(|label| label.is_empty() || label.len() > 63) {
        let token = lexer.peek().clone();
        return Err(unexpected(lexer, "a domain name", &token));
    }
    for label in labels.split(|&byte| byte == b'.') {
        wire.push(label.len() as u8);
        wire.extend_from_slice(label);
    }
    wire.push(0);
    Ok(())
}
