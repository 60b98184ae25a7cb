//! What a cell of a table says.

use super::look::Look;
use super::state::State;
use super::style::Style;
use super::text::{self, Escaping, escape};
use super::time::{self, Zone};
use super::value::Value;
use super::{bar, scalar};

/// Bytes of a value that are looked at: more than a cell ever has room for.
const LOOKED_AT: usize = 1024;

/// Values of a list that are looked at.
const LISTED: usize = 64;

/// Writes a value for people, behind what is there, and tells its style.
pub(super) fn write(out: &mut Vec<u8>, value: &Value<'_>, look: &Look, zone: &Zone) -> Style {
    const AS_IT_IS: Escaping = Escaping::NEEDED;
    match value {
        Value::None => out.push(b'-'),
        Value::Text(text) => write_text(out, text.as_bytes(), AS_IT_IS, look),
        Value::Bytes(bytes) => write_text(out, bytes, Escaping::OF_BYTES, look),
        Value::Hex(octets) => {
            let shown = &octets[..octets.len().min(LOOKED_AT)];
            scalar::write(out, &Value::hex(shown), zone, AS_IT_IS);
        }
        Value::Percent(share) if share.is_finite() => out.extend_from_slice(format!("{share:.1}%").as_bytes()),
        Value::Percent(_) => out.push(b'-'),
        Value::Time(seconds) => time::write_for_people(out, *seconds, zone),
        Value::Age(seconds) => text::write_age(out, *seconds),
        Value::Left(seconds) => out.extend_from_slice(text::distance(*seconds).as_bytes()),
        Value::State(name) => {
            out.extend_from_slice(name.as_bytes());
            return State::of(name).style;
        }
        Value::Bar(share) => {
            out.extend_from_slice(bar::bar(*share, look.utf8).as_bytes());
            return Style::of_share(*share);
        }
        Value::List(values) if values.is_empty() => out.push(b'-'),
        Value::List(values) => {
            for (index, value) in values.iter().take(LISTED).enumerate() {
                if index > 0 {
                    out.extend_from_slice(b", ");
                }
                write(out, value, look, zone);
            }
            if values.len() > LISTED {
                out.extend_from_slice(b", ");
                out.extend_from_slice(look.ellipsis().encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Value::Object(members) if members.is_empty() => out.push(b'-'),
        Value::Object(members) => {
            for (index, (name, value)) in members.iter().take(LISTED).enumerate() {
                if index > 0 {
                    out.extend_from_slice(b", ");
                }
                write_text(out, name, Escaping::OF_BYTES, look);
                out.push(b' ');
                write(out, value, look, zone);
            }
            if members.len() > LISTED {
                out.extend_from_slice(b", ");
                out.extend_from_slice(look.ellipsis().encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Value::Record(fields) => {
            for (index, (name, value)) in fields.iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(b", ");
                }
                out.extend_from_slice(name.as_bytes());
                out.push(b' ');
                write(out, value, look, zone);
            }
        }
        Value::Address(_) | Value::Network(..) | Value::Number(_) | Value::Never | Value::Flag(_) => {
            scalar::write(out, value, zone, AS_IT_IS);
        }
    }
    Style::Plain
}

/// Whether the value still says something when its end is missing.
pub(super) fn may_be_cut(value: &Value<'_>) -> bool {
    match value {
        Value::Text(_) | Value::Bytes(_) | Value::List(_) | Value::Record(_) | Value::Object(_) => true,
        // An identifier, not a hardware address.
        Value::Hex(octets) => octets.len() > 8,
        _ => false,
    }
}

fn write_text(out: &mut Vec<u8>, bytes: &[u8], escaping: Escaping, look: &Look) {
    if bytes.len() <= LOOKED_AT {
        escape(out, bytes, escaping);
        return;
    }
    let mut end = LOOKED_AT;
    while end > LOOKED_AT - 4 && bytes[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    escape(out, &bytes[..end], escaping);
    out.extend_from_slice(look.ellipsis().encode_utf8(&mut [0; 4]).as_bytes());
}
