//! Attributes as people read them.

use crate::commands::live::values::{addresses_of, family_of_octets};
use crate::render::text::{colon_hex, distance, visible};
use crate::render::time::{Zone, for_people};
use crate::schema::{Kind, attribute_of};
use crate::shell::object::{Attribute, Form, Object, Value};

/// What dhcpd takes for a time that does not come.
const NEVER: u32 = i32::MAX as u32;

/// The bytes of a value that are shown.
const SHOWN: usize = 2048;

/// How values are shown.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The time zone of times.
    pub zone: Zone,
    /// Seconds since 1970, for how far off a time is.
    pub now: i64,
}

impl Reading {
    /// `NAME = VALUE`.
    pub fn line(&self, object_type: &[u8], attribute: &Attribute) -> String {
        let name = visible(&attribute.name);
        match &attribute.value {
            None => format!("{name} is empty"),
            Some(value) => format!("{name} = {}", self.value(object_type, &attribute.name, value)),
        }
    }

    fn value(&self, object_type: &[u8], name: &[u8], value: &Value) -> String {
        let bytes = value.bytes.as_slice();
        let number = match *bytes {
            [a, b, c, d] => Some(u32::from_be_bytes([a, b, c, d])),
            [byte] if value.form == Form::Data => Some(byte.into()),
            _ => None,
        };
        let kind = attribute_of(object_type, name).map(|known| known.kind);
        match (kind, number) {
            (Some(Kind::Hardware), _) if !bytes.is_empty() => colon_hex(bytes),
            (Some(Kind::Identifier), _) if !bytes.is_empty() => with_text(bytes),
            (Some(Kind::Addresses), _)
                if !bytes.is_empty() && bytes.len().is_multiple_of(4) && value.form != Form::Text =>
            {
                let addresses = addresses_of(bytes, family_of_octets(bytes)).map(|address| address.to_string());
                addresses.collect::<Vec<_>>().join(", ")
            }
            (Some(Kind::Time), Some(seconds)) => self.time(seconds),
            (Some(Kind::Handle), Some(number)) => format!("handle {number}"),
            (Some(kind), Some(number)) if let Some(name) = kind.name(number) => format!("{name} ({number})"),
            (Some(kind), Some(number)) if kind.is_number() => number.to_string(),
            _ => plain(value, number),
        }
    }

    fn time(&self, seconds: u32) -> String {
        match seconds {
            0 => "not set (0)".to_owned(),
            // dhcpd's own word for it is the last second of a signed number.
            NEVER | u32::MAX => "never".to_owned(),
            seconds => {
                let away = i64::from(seconds).saturating_sub(self.now);
                format!("{} ({})", for_people(seconds.into(), &self.zone), distance(away))
            }
        }
    }
}

/// Octets, and the text that they are, if they are one.
fn with_text(bytes: &[u8]) -> String {
    let hex = colon_hex(&bytes[..bytes.len().min(SHOWN)]);
    // A type of 0 often stands before text.
    let text = bytes.strip_prefix(b"\0").unwrap_or(bytes);
    match text.iter().all(|byte| matches!(byte, b' '..=b'~')) && !text.is_empty() {
        true => format!("{hex} (\"{}\")", String::from_utf8_lossy(text)),
        false => hex,
    }
}

/// A value that nothing special is known of.
fn plain(value: &Value, number: Option<u32>) -> String {
    let bytes = &value.bytes[..value.bytes.len().min(SHOWN)];
    let rest = match value.bytes.len() - bytes.len() {
        0 => String::new(),
        rest => format!(" and {rest} bytes more"),
    };
    let is_text = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    match (value.form, number) {
        (Form::Text, _) => format!("{}{rest}", quoted(bytes)),
        (Form::Integer, Some(number)) => (number as i32).to_string(),
        _ if is_text => format!("{}{rest}", quoted(bytes)),
        (_, Some(number)) if bytes.len() == 4 => format!("{} ({number})", colon_hex(bytes)),
        _ => format!("{}{rest}", colon_hex(bytes)),
    }
}

/// Text in quotes, and quotes in it behind a backslash.
fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", visible(bytes).replace('"', "\\\""))
}

/// What an object is called in the prompt: its type, and what it is known by.
pub fn title(object: &Object) -> String {
    let object_type = visible(object.object_type());
    let value = |name: &[u8]| {
        let found = object.attributes().iter().find(|attribute| attribute.name == name)?;
        found.value.as_ref().filter(|value| !value.bytes.is_empty())
    };
    let known_by = match object.object_type() {
        b"lease" => value(b"ip-address").filter(|value| value.bytes.len() == 4),
        _ => None,
    };
    let known_by = match known_by {
        Some(value) => Some(value.bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(".")),
        None => value(b"name").map(|value| visible(&value.bytes)),
    };
    match known_by {
        Some(known_by) => format!("{object_type}:{known_by}"),
        None => object_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(object_type: &str, name: &str, value: Value) -> String {
        let reading = Reading { zone: Zone::Utc, now: 1_795_687_200 - 3 * 3600 };
        let attribute = Attribute { name: name.as_bytes().to_vec(), value: Some(value), changed: false };
        reading.line(object_type.as_bytes(), &attribute)
    }

    #[test]
    fn values_are_what_they_mean() {
        let data = |bytes: &[u8]| Value::data(bytes.to_vec());
        for (object_type, name, value, expected) in [
            ("host", "hardware-address", data(&[2, 0, 0, 0, 0, 1]), "02:00:00:00:00:01"),
            ("host", "hardware-address", data(b"abcdef"), "61:62:63:64:65:66"),
            ("host", "hardware-type", data(&[0, 0, 0, 1]), "ethernet (1)"),
            ("host", "hardware-type", data(&[1]), "ethernet (1)"),
            ("host", "hardware-type", Value::integer(33), "33"),
            ("host", "ip-address", data(&[10, 1, 1, 77]), "10.1.1.77"),
            ("host", "ip-address", data(b"abcd1234"), "97.98.99.100, 49.50.51.52"),
            ("lease", "state", data(&[0, 0, 0, 2]), "active (2)"),
            ("lease", "state", data(&[0, 0, 0, 9]), "9"),
            ("failover-state", "local-state", data(&[0, 0, 0, 254]), "recover-wait (254)"),
            ("lease", "ends", data(&1_795_687_200_u32.to_be_bytes()), "2026-11-26 10:00:00 (in 3h)"),
            ("lease", "starts", data(&1_795_600_800_u32.to_be_bytes()), "2026-11-25 10:00:00 (21h ago)"),
            ("lease", "ends", data(&[255; 4]), "never"),
            ("lease", "ends", data(&[127, 255, 255, 255]), "never"),
            ("lease", "tsfp", data(&[0; 4]), "not set (0)"),
            ("lease", "flags", data(&[4]), "reserved (4)"),
            ("host", "dhcp-client-identifier", data(b"abc"), "61:62:63 (\"abc\")"),
            ("host", "dhcp-client-identifier", data(&[1, 2]), "01:02"),
            ("host", "name", data(b"web1"), "\"web1\""),
            ("host", "name", data(b"w\x1b[31m"), "77:1b:5b:33:31:6d"),
            ("host", "name", Value::text(b"w\x1b[31m"), "\"w\\x1b[31m\""),
            ("host", "group", data(b""), "\"\""),
            ("class", "lease-limit", data(b"  48"), "538981432"),
        ] {
            assert_eq!(line(object_type, name, value), format!("{name} = {expected}"));
        }
    }
}
