//! JSON, an object a row: in an array, or a line each.
//!
//! Numbers, percents and ages are numbers (ages in seconds); addresses, networks and octets are text;
//! times are RFC 3339 text or `"never"`, and what is beyond its years is `null` with the seconds since 1970 as a second
//! member, `NAME_raw`; what says nothing is `null`. Text that is UTF-8 is there as it
//! is, with what could deceive as JSON's `\u` escapes. Text of clients that is no UTF-8 is there as
//! `visible` shows it, and its bytes in hexadecimal are a second member, `NAME_hex`, which no other row
//! has.

use std::borrow::Cow;

use super::column::Column;
use super::number;
use super::text::{Escaping, deceives, escape};
use super::time::{self, Zone};
use super::value::Value;

/// What stands before a value: `,"name":`.
pub(super) type Key = Box<[u8]>;

/// The keys of columns. Their names are our own words, without anything to escape.
pub(super) fn keys<'c>(columns: impl Iterator<Item = &'c Column>) -> Vec<Key> {
    keys_of(columns.map(|column| column.name))
}

fn keys_of<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Key> {
    names.map(|name| format!(",\"{name}\":").into_bytes().into()).collect()
}

/// Writes an object.
pub(super) fn write<'v, 'a: 'v>(
    out: &mut Vec<u8>,
    fields: impl Iterator<Item = (&'v Key, &'v Value<'a>)>,
    zone: &Zone,
) {
    out.push(b'{');
    for (index, (key, value)) in fields.enumerate() {
        out.extend_from_slice(if index > 0 { key } else { &key[1..] });
        write_value(out, value, zone);
        if is_no_text(value) {
            out.extend_from_slice(&key[..key.len() - 2]);
            out.extend_from_slice(b"_hex\":");
            write_hex(out, value);
        }
        if let Value::Time(seconds) = value
            && !time::is_rfc3339(*seconds, zone)
        {
            out.extend_from_slice(&key[..key.len() - 2]);
            out.extend_from_slice(b"_raw\":");
            number::signed(out, *seconds);
        }
    }
    out.push(b'}');
}

/// Writes an object of members that are no columns.
pub(super) fn write_record(out: &mut Vec<u8>, fields: &[(&'static str, Value<'_>)], zone: &Zone) {
    let keys = keys_of(fields.iter().map(|(name, _)| *name));
    write(out, keys.iter().zip(fields.iter().map(|(_, value)| value)), zone);
}

/// Writes an object whose members others have named. One that is no UTF-8 has its bytes beside it, as elsewhere.
fn write_object(out: &mut Vec<u8>, members: &[(Cow<'_, [u8]>, Value<'_>)], zone: &Zone) {
    out.push(b'{');
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_bytes(out, name);
        out.push(b':');
        write_value(out, value, zone);
        if is_no_text(value) {
            out.push(b',');
            write_bytes(out, &[name, &b"_hex"[..]].concat());
            out.push(b':');
            write_hex(out, value);
        }
    }
    out.push(b'}');
}

fn write_value(out: &mut Vec<u8>, value: &Value<'_>, zone: &Zone) {
    match value {
        Value::None | Value::Bar(_) => out.extend_from_slice(b"null"),
        Value::Text(text) => write_text(out, text),
        Value::Bytes(bytes) => write_bytes(out, bytes),
        Value::Number(whole) => number::whole(out, *whole),
        Value::Age(seconds) | Value::Left(seconds) => number::signed(out, *seconds),
        Value::Percent(share) => {
            if !number::share(out, *share) {
                out.extend_from_slice(b"null");
            }
        }
        Value::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::List(values) => write_array(out, values, |out, value| write_value(out, value, zone)),
        Value::Record(fields) => write_record(out, fields, zone),
        Value::Object(members) => write_object(out, members, zone),
        Value::Time(seconds) if !time::is_rfc3339(*seconds, zone) => out.extend_from_slice(b"null"),
        Value::Time(seconds) => {
            out.push(b'"');
            time::write_rfc3339(out, *seconds, zone);
            out.push(b'"');
        }
        Value::Hex(_) | Value::Address(_) | Value::Network(..) | Value::Never | Value::State(_) => {
            out.push(b'"');
            super::scalar::write(out, value, zone, Escaping::NEEDED);
            out.push(b'"');
        }
    }
}

fn write_array<'a>(out: &mut Vec<u8>, values: &[Value<'a>], mut write: impl FnMut(&mut Vec<u8>, &Value<'a>)) {
    out.push(b'[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, value);
    }
    out.push(b']');
}

/// Whether there are bytes in it that text cannot tell.
fn is_no_text(value: &Value<'_>) -> bool {
    match value {
        Value::Bytes(bytes) => !bytes.is_ascii() && std::str::from_utf8(bytes).is_err(),
        Value::List(values) => values.iter().any(is_no_text),
        _ => false,
    }
}

/// Writes the bytes of texts in hexadecimal.
fn write_hex(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Bytes(bytes) => {
            out.push(b'"');
            bytes.iter().for_each(|&byte| number::hex_digits(out, byte));
            out.push(b'"');
        }
        Value::List(values) => write_array(out, values, write_hex),
        _ => out.extend_from_slice(b"null"),
    }
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => write_text(out, text),
        Err(_) => {
            let mut text = Vec::with_capacity(bytes.len() * 2);
            escape(&mut text, bytes, Escaping::OF_BYTES);
            // Only whole characters are written.
            write_text(out, std::str::from_utf8(&text).unwrap_or_default());
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    out.push(b'"');
    let plain = text.bytes().position(|byte| !is_plain(byte)).unwrap_or(text.len());
    out.extend_from_slice(&text.as_bytes()[..plain]);
    for character in text[plain..].chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\t' => out.extend_from_slice(b"\\t"),
            character if deceives(character) => {
                for &unit in character.encode_utf16(&mut [0; 2]).iter() {
                    out.extend_from_slice(b"\\u");
                    unit.to_be_bytes().iter().for_each(|&octet| number::hex_digits(out, octet));
                }
            }
            character => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}
