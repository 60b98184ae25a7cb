//! Values as text for programs: the same in plain text and in CSV.

use super::number;
use super::text::{Escaping, escape};
use super::time::{self, Zone};
use super::value::Value;

/// Writes a value; nothing for one that says nothing. Times are in RFC 3339, ages in seconds, lists
/// have commas in between.
pub(super) fn write(out: &mut Vec<u8>, value: &Value<'_>, zone: &Zone, escaping: Escaping) {
    match value {
        Value::None | Value::Bar(_) => {}
        // Its backslashes are escapes that somebody has made, unless they have to be told apart.
        Value::Text(text) => escape(out, text.as_bytes(), escaping),
        Value::Bytes(bytes) => escape(out, bytes, Escaping { backslash: true, ..escaping }),
        Value::Hex(octets) => number::octets(out, octets),
        Value::Address(address) => number::address(out, *address),
        Value::Network(address, length) => {
            number::address(out, *address);
            out.push(b'/');
            number::decimal(out, (*length).into());
        }
        Value::Number(whole) => number::whole(out, *whole),
        Value::Percent(share) => {
            number::share(out, *share);
        }
        Value::Time(seconds) => time::write_rfc3339(out, *seconds, zone),
        Value::Never => out.extend_from_slice(b"never"),
        Value::Age(seconds) | Value::Left(seconds) => number::signed(out, *seconds),
        Value::State(name) => out.extend_from_slice(name.as_bytes()),
        Value::Flag(flag) => out.extend_from_slice(if *flag { b"yes" } else { b"no" }),
        Value::Record(fields) => {
            for (index, (name, value)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                out.extend_from_slice(name.as_bytes());
                out.push(b'=');
                write(out, value, zone, escaping);
            }
        }
        Value::Object(members) => {
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                escape(out, name, Escaping { backslash: true, ..escaping });
                out.push(b'=');
                write(out, value, zone, escaping);
            }
        }
        Value::List(values) => {
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(out, value, zone, Escaping { comma: true, ..escaping });
            }
        }
    }
}
