//! Values as people write them, and names that the lease file can keep.

mod address;
mod written;

use std::ops::RangeInclusive;

use crate::commands::browse::spelling::hardware_address;
use crate::commands::browse::word::HARDWARE_LENGTHS;
use crate::dhcpd::hardware::{self, ETHERNET_LENGTH, MAX_LENGTH};
use crate::dhcpd::statements::host_name;
use crate::dhcpd::syntax::{Lexer, TokenKind};
use crate::render::Value;
use crate::render::text::{colon_hex, visible, visible_line};
use crate::schema::Kind;
use crate::shell::attribute_value;

pub(in crate::commands::live) use written::is_printable;
pub(in crate::commands) use written::{arguments, omshell_value, shell_word};

pub use address::{
    IPV6_LENGTH, address, address_or_name, addresses_of, any_address, any_address_or_name, family_of_octets, octets,
    of_one_family,
};

/// Ethernet's number among the hardware types.
pub const ETHERNET: u32 = hardware::ETHERNET as u32;

/// The longest client identifier that DHCP has room for, in bytes.
const MAX_IDENTIFIER: usize = 255;

/// The number of a hardware type by its name, or as a number.
pub fn hardware_type(text: &str) -> Result<u32, String> {
    let known = hardware::number(text.as_bytes()).or_else(|| text.parse().ok());
    known.map(u32::from).ok_or_else(|| {
        let names = hardware::NAMES.join(", ");
        format!("`{}` is no hardware type; give {names}, or a number up to 255", visible(text.as_bytes()))
    })
}

/// A hardware address of that type.
pub fn hardware(text: &str, hardware_type: u32) -> Result<Vec<u8>, String> {
    match hardware_type {
        ETHERNET => hardware_of(text, ETHERNET_LENGTH..=ETHERNET_LENGTH),
        _ => any_hardware(text),
    }
}

/// A hardware address of whatever type.
pub fn any_hardware(text: &str) -> Result<Vec<u8>, String> {
    hardware_of(text, 1..=MAX_LENGTH)
}

/// A hardware address that has as many octets as one of some type has.
fn hardware_of_usual_length(text: &str) -> Result<Vec<u8>, String> {
    let address = any_hardware(text)?;
    match HARDWARE_LENGTHS.contains(&address.len()) {
        true => Ok(address),
        false => hardware(text, ETHERNET),
    }
}

fn hardware_of(text: &str, lengths: RangeInclusive<usize>) -> Result<Vec<u8>, String> {
    const FORMS: &str = "give six octets, such as 52:54:00:aa:bb:cc, 52-54-00-aa-bb-cc, 5254.00aa.bbcc or 525400aabbcc";
    let shown = visible(text.as_bytes());
    match hardware_address(text) {
        Some(address) if lengths.contains(&address.len()) => return Ok(address),
        Some(address) => {
            let wanted =
                if *lengths.start() == ETHERNET_LENGTH { FORMS.to_owned() } else { format!("give up to {MAX_LENGTH}") };
            return Err(format!("`{shown}` has {} octets; {wanted}", address.len()));
        }
        None => {}
    }
    let is_sign = |character: char| character.is_ascii_hexdigit() || matches!(character, ':' | '-' | '.');
    match text.chars().enumerate().find(|(_, character)| !is_sign(*character)) {
        Some((at, wrong)) => {
            Err(format!("`{shown}`: `{}` in column {} is no hexadecimal digit; {FORMS}", sign_shown(wrong), at + 1))
        }
        None if text.is_empty() => Err(format!("the hardware address is empty; {FORMS}")),
        None => Err(format!("`{shown}` is no hardware address: {}; {FORMS}", what_is_wrong_with(text))),
    }
}

/// A character in messages.
pub(in crate::commands::live) fn sign_shown(sign: char) -> String {
    visible_line(sign.encode_utf8(&mut [0; 4]).as_bytes())
}

/// What is wrong with a text of nothing but hexadecimal digits and separators.
fn what_is_wrong_with(text: &str) -> String {
    let separators: Vec<char> = [':', '-', '.'].into_iter().filter(|separator| text.contains(*separator)).collect();
    match separators.as_slice() {
        [] => format!("it has {} digits and no separators", text.len()),
        [separator] => {
            let mut column = 1;
            for octet in text.split(*separator) {
                let fits =
                    if *separator == '.' { matches!(octet.len(), 1 | 2 | 4) } else { matches!(octet.len(), 1 | 2) };
                if !fits {
                    let what = if octet.is_empty() { "nothing".to_owned() } else { format!("`{octet}`") };
                    return format!("there is {what} in column {column}");
                }
                column += octet.len() + 1;
            }
            format!("it has {} parts", text.split(*separator).count())
        }
        _ => "it mixes separators".to_owned(),
    }
}

/// A client identifier: colon-separated octets, `hex:` and digits, `text:` and text, or else text as it is.
pub fn identifier(text: &str) -> Result<Vec<u8>, String> {
    let bytes = if let Some(digits) = text.strip_prefix("hex:") {
        hex(digits)?
    } else if let Some(text) = text.strip_prefix("text:") {
        text.as_bytes().to_vec()
    } else if is_octets(text) {
        hex(text)?
    } else {
        text.as_bytes().to_vec()
    };
    match bytes.len() {
        0 => Err("the client identifier is empty; give text, or octets such as 01:52:54:00:aa:bb:cc".to_owned()),
        1..=MAX_IDENTIFIER => Ok(bytes),
        length => Err(format!("the client identifier has {length} bytes; DHCP has room for {MAX_IDENTIFIER}")),
    }
}

/// A client identifier as text that [`identifier`] reads as the same bytes: as it is where it prints and cannot be taken for
/// anything else, otherwise in hexadecimal with colons, and behind `text:` or `hex:` where it would be misread. One with
/// blanks around it is in hexadecimal, as they do not count in a field of CSV.
pub fn identifier_text(bytes: &[u8]) -> String {
    let is_text = !matches!(Value::identifier(bytes), Value::Hex(_)) && bytes.trim_ascii() == bytes;
    let bare = if is_text { String::from_utf8_lossy(bytes).into_owned() } else { colon_hex(bytes) };
    match identifier(&bare) {
        Ok(read) if read == bytes => bare,
        _ => format!("{}:{bare}", if is_text { "text" } else { "hex" }),
    }
}

/// Whether that is colon-separated octets, at least two.
fn is_octets(text: &str) -> bool {
    let is_octet = |octet: &str| matches!(octet.len(), 1 | 2) && octet.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.contains(':') && text.split(':').all(is_octet)
}

/// Bytes in hexadecimal, with colons between octets or nothing between two digits each.
pub fn hex(text: &str) -> Result<Vec<u8>, String> {
    let shown = visible(text.as_bytes());
    if let Some((at, wrong)) = text.chars().enumerate().find(|(_, sign)| !sign.is_ascii_hexdigit() && *sign != ':') {
        let wrong = sign_shown(wrong);
        return Err(format!("`{shown}`: `{wrong}` in column {} is no hexadecimal digit", at + 1));
    }
    let octet = |digits: &str| u8::from_str_radix(digits, 16).ok();
    let bytes: Option<Vec<u8>> = if is_octets(text) {
        text.split(':').map(octet).collect()
    } else if text.len().is_multiple_of(2) && !text.contains(':') {
        (0..text.len()).step_by(2).map(|at| octet(&text[at..at + 2])).collect()
    } else {
        None
    };
    bytes.ok_or_else(|| {
        format!("`{shown}` is not hexadecimal: two digits an octet, with colons or nothing between them")
    })
}

/// An attribute's value: `ip:`, `mac:`, `int:`, `str:`, `hex:` or `bool:` and the value, or one as omshell's
/// `set` takes it. `None` is null.
pub fn typed(text: &str) -> Result<Option<Vec<u8>>, String> {
    let of_type = |prefix: &str| text.strip_prefix(prefix);
    let value = if let Some(text) = of_type("ip:") {
        let addresses = text.split(',').map(|part| any_address(part).map(octets));
        addresses.collect::<Result<Vec<_>, String>>()?.concat()
    } else if let Some(text) = of_type("mac:") {
        hardware_of_usual_length(text)?
    } else if let Some(text) = of_type("int:") {
        integer(text)?.to_vec()
    } else if let Some(text) = of_type("bool:") {
        match text {
            "yes" | "true" | "1" => 1_u32.to_be_bytes().to_vec(),
            "no" | "false" | "0" => 0_u32.to_be_bytes().to_vec(),
            _ => return Err(format!("`{}` is neither yes nor no", visible(text.as_bytes()))),
        }
    } else if let Some(text) = of_type("str:") {
        text.as_bytes().to_vec()
    } else if let Some(text) = of_type("hex:") {
        hex(text)?
    } else if let Some(text) = of_type("null:") {
        return if text.is_empty() { Ok(None) } else { Err("nothing may stand behind `null:`".to_owned()) };
    } else {
        return attribute_value(text.as_bytes()).map(Some).ok_or_else(|| {
            format!(
                "`{}` is no value: give one as omshell takes it (a number, \"text\" in quotes, 10.1.1.5, \
                 52:54:0:aa:bb:cc), or say its type with ip:, mac:, int:, str:, hex:, bool: or null:",
                visible(text.as_bytes())
            )
        });
    };
    // Without a byte it would be null on the wire.
    if value.is_empty() { Err("the value is empty; `null:` empties an attribute".to_owned()) } else { Ok(Some(value)) }
}

/// A value of an attribute whose kind is known: the name of one of its numbers, a text without quotes, or else what
/// [`typed`] reads.
pub fn typed_as(kind: Option<Kind>, text: &str) -> Result<Option<Vec<u8>>, String> {
    if let Some(number) = kind.and_then(|kind| kind.number(text)) {
        return Ok(Some(number.to_be_bytes().to_vec()));
    }
    let is_bare = kind == Some(Kind::Text) && !text.is_empty() && !text.contains(['"', ':']);
    typed(text).or_else(|why| if is_bare { Ok(Some(text.as_bytes().to_vec())) } else { Err(why) })
}

fn integer(text: &str) -> Result<[u8; 4], String> {
    let number = match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16),
        None => text.parse::<i64>(),
    };
    let number = number.ok().filter(|number| (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(number));
    number
        .map(|number| (number as u32).to_be_bytes())
        .ok_or_else(|| format!("`{}` is no whole number from {} to {}", visible(text.as_bytes()), i32::MIN, u32::MAX))
}

/// What `NAME=VALUE` says.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{}` is not NAME=VALUE", visible(text.as_bytes()))),
    }
}

/// What bears a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// A host, whose name dhcpd writes without quotes.
    Host,
    /// A group, whose name dhcpd writes without quotes.
    Group,
    /// The group that a host has, which is written in quotes.
    GroupOfHost,
    /// A class, which is written in quotes.
    Class,
}

/// The longest name: dhcpd's lexer has room for so many bytes of a token.
const MAX_NAME: usize = 1499;

/// A name, if the lease file can keep it.
pub fn name(text: &str, of: NameOf) -> Result<&str, String> {
    let what = match of {
        NameOf::Host => "a host's name",
        NameOf::Group | NameOf::GroupOfHost => "a group's name",
        NameOf::Class => "a class's name",
    };
    let refuse = |why: String| Err(format!("`{}` cannot be {what}: {why}", visible(text.as_bytes())));
    if text.is_empty() {
        return refuse("it is empty".to_owned());
    }
    if text.len() > MAX_NAME {
        return refuse(format!("it has {} bytes, and {MAX_NAME} are the most", text.len()));
    }
    if let Some((at, wrong)) = text.chars().enumerate().find(|(_, sign)| !matches!(sign, ' '..='~')) {
        let wrong = sign_shown(wrong);
        return refuse(format!("the lease file cannot keep `{wrong}` in column {}", at + 1));
    }
    let read_again = |read: bool, forbidden: &dyn Fn(char) -> bool, rule: &str| match read {
        true => Ok(text),
        false => refuse(match text.chars().enumerate().find(|(_, sign)| forbidden(*sign)) {
            Some((at, wrong)) => format!("the lease file cannot keep `{wrong}` in column {}; {rule}", at + 1),
            None => format!("the lease file cannot keep it; {rule}"),
        }),
    };
    match of {
        NameOf::Host => {
            let written = format!("{text} {{");
            let mut lexer = Lexer::for_file(written.as_bytes());
            let read = host_name(&mut lexer).is_some_and(|name| name == text.as_bytes());
            let read = read && lexer.next().kind == TokenKind::Byte(b'{') && lexer.take_warnings().is_empty();
            let is_forbidden = |sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.'));
            read_again(read, &is_forbidden, "letters, digits, -, _ and . are fine")
        }
        NameOf::Group => {
            let written = format!("{text} {{");
            let mut lexer = Lexer::for_file(written.as_bytes());
            let token = lexer.next();
            let read = token.is_identifier() && token.text.as_ref() == text.as_bytes();
            let read = read && lexer.next().kind == TokenKind::Byte(b'{') && lexer.take_warnings().is_empty();
            let is_forbidden = |sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_'));
            read_again(read, &is_forbidden, "a letter, and then letters, digits, - and _ are fine")
        }
        NameOf::GroupOfHost | NameOf::Class => {
            let written = format!("\"{text}\" {{");
            let mut lexer = Lexer::for_file(written.as_bytes());
            let token = lexer.next();
            let read = token.kind == TokenKind::String && token.text.as_ref() == text.as_bytes();
            let read = read && lexer.next().kind == TokenKind::Byte(b'{') && lexer.take_warnings().is_empty();
            read_again(read, &|sign| matches!(sign, '"' | '\\'), "neither quotes nor backslashes are possible")
        }
    }
}

/// What a subclass stands for, if the lease file can keep it: text that prints, without quotes and backslashes, or any
/// other bytes.
pub fn hash_string(hash: &[u8]) -> Result<(), String> {
    let prints = hash.iter().all(|byte| matches!(byte, b' '..=b'~'));
    match hash.iter().position(|byte| matches!(byte, b'"' | b'\\')).filter(|_| prints) {
        Some(at) => Err(format!(
            "a subclass cannot stand for `{}`: the lease file cannot keep `{}` in column {}; declare it in dhcpd.conf",
            String::from_utf8_lossy(hash),
            sign_shown(hash[at].into()),
            at + 1
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_identifier_reads_back_as_the_same_bytes() {
        for (bytes, text) in [
            (&b"laptop"[..], "laptop"),
            (b"01:02", "text:01:02"),
            (b"text:x", "text:text:x"),
            (b"hex:01", "text:hex:01"),
            (b"\x01\x52\x54", "01:52:54"),
            (b"\x01", "hex:01"),
            (b"f", "f"),
            (b"12", "12"),
            (b" a ", "20:61:20"),
            (b" ", "hex:20"),
            (b"caf\xc3\xa9", "63:61:66:c3:a9"),
        ] {
            assert_eq!(identifier_text(bytes), text);
            assert_eq!(identifier(text).as_deref(), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn hardware_addresses_that_are_wrong_say_where() {
        for (text, part) in [
            ("52:54:00:gg:00:01", "`g` in column 10"),
            ("52:54:00:00:01", "5 octets"),
            ("52:54:00::00:01", "nothing in column 10"),
            ("52:54:00:123:00:01", "`123` in column 10"),
            ("52:54-00:12:00:01", "mixes separators"),
            ("52540012000", "11 digits"),
            ("", "empty"),
            ("5é:54:00:12:00:01", "`é` in column 2"),
        ] {
            let why = hardware(text, ETHERNET).unwrap_err();
            assert!(why.contains(part) && why.contains("525400aabbcc"), "{text}: {why}");
        }
        assert_eq!(hardware("52-54-0-12-0-1", ETHERNET), Ok(vec![0x52, 0x54, 0, 0x12, 0, 1]));
        assert_eq!(hardware("1:2:3:4:5:6:7:8", hardware_type("infiniband").unwrap()).map(|octets| octets.len()), Ok(8));
        assert_eq!(hardware_type("33"), Ok(33));
        assert!(hardware_type("wifi").is_err() && hardware_type("256").is_err());
    }

    #[test]
    fn identifiers_as_text_and_in_hexadecimal() {
        assert_eq!(identifier("laptop"), Ok(b"laptop".to_vec()));
        assert_eq!(identifier("text:01:02"), Ok(b"01:02".to_vec()));
        assert_eq!(identifier("01:2:ff"), Ok(vec![1, 2, 255]));
        assert_eq!(identifier("hex:0102"), Ok(vec![1, 2]));
        assert!(identifier("hex:010").unwrap_err().contains("two digits"));
        assert!(identifier("hex:0x").unwrap_err().contains("`x` in column 2"));
        assert!(identifier("").is_err() && identifier(&"x".repeat(256)).is_err());
    }

    #[test]
    fn values_have_a_type_or_are_as_omshell_takes_them() {
        let some = |bytes: &[u8]| Ok(Some(bytes.to_vec()));
        for (text, expected) in [
            ("ip:10.1.1.5", some(&[10, 1, 1, 5])),
            ("ip:10.1.1.5,10.1.1.6", some(&[10, 1, 1, 5, 10, 1, 1, 6])),
            ("ip:2001:db8::5", some(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5])),
            ("mac:525400aabbcc", some(&[0x52, 0x54, 0, 0xaa, 0xbb, 0xcc])),
            ("mac:80:1:2:3:4:5:6:7", some(&[0x80, 1, 2, 3, 4, 5, 6, 7])),
            ("int:-1", some(&[255; 4])),
            ("int:0x10", some(&[0, 0, 0, 16])),
            ("bool:yes", some(&[0, 0, 0, 1])),
            ("str:a b", some(b"a b")),
            ("hex:0aff", some(&[10, 255])),
            ("null:", Ok(None)),
            ("\"a b\"", some(b"a b")),
            ("17", some(&[0, 0, 0, 17])),
            ("10.1.1.5", some(&[10, 1, 1, 5])),
        ] {
            assert_eq!(typed(text), expected, "{text}");
        }
        for text in [
            "mac:1:2:3:4:5",
            "str:",
            "int:4294967296",
            "int:x",
            "hex:0",
            "bool:maybe",
            "web one",
            "a\nb",
            "1 2",
            "null:x",
        ] {
            assert!(typed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_of_numbers_and_texts_without_quotes_are_values_of_what_has_them() {
        let kind = |object_type: &[u8], name: &[u8]| Some(crate::schema::attribute_of(object_type, name)?.kind);
        let state = kind(b"lease", b"state");
        let name = kind(b"host", b"name");
        assert_eq!(typed_as(state, "Free"), Ok(Some(vec![0, 0, 0, 1])));
        assert_eq!(typed_as(state, "2"), Ok(Some(vec![0, 0, 0, 2])));
        assert!(typed_as(state, "gone").is_err());
        assert_eq!(typed_as(name, "web1"), Ok(Some(b"web1".to_vec())));
        assert_eq!(typed_as(name, "str:web1"), Ok(Some(b"web1".to_vec())));
        assert!(typed_as(name, "str:").is_err() && typed_as(name, "").is_err() && typed_as(None, "web1").is_err());
    }

    #[test]
    fn names_that_the_lease_file_cannot_keep_are_refused() {
        for text in ["web1", "web-1.example.org", "web_1", "1web", "dynamic", "10.1.1.5"] {
            assert_eq!(name(text, NameOf::Host), Ok(text));
        }
        for (text, part) in [
            ("", "empty"),
            ("web 1", "` ` in column 4"),
            ("web{", "`{` in column 4"),
            ("\"web\"", "`\"` in column 1"),
            ("wéb", "`é` in column 2"),
            ("web;1", "`;` in column 4"),
            ("web#1", "`#` in column 4"),
        ] {
            let why = name(text, NameOf::Host).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
        for text in ["pxe", "rack-1", "rack_1", "1abc", "deadbeef", "host"] {
            assert_eq!(name(text, NameOf::Group), Ok(text));
        }
        for (text, part) in [("two words", "` ` in column 4"), ("a.b", "`.` in column 2"), ("12", "a letter, and then")]
        {
            let why = name(text, NameOf::Group).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
        assert_eq!(name("two words", NameOf::GroupOfHost), Ok("two words"));
        assert!(name("a\"b", NameOf::GroupOfHost).unwrap_err().contains("`\"` in column 2"));
        assert!(name("a\\b", NameOf::Class).unwrap_err().contains("`\\` in column 2"));
        assert!(name(&"x".repeat(1500), NameOf::Host).unwrap_err().contains("1500 bytes"));
    }
}
