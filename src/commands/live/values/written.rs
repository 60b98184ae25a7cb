//! Values written so that they are read again as the same: as arguments of `omsh raw`, and in omshell's language.

use crate::omapi::Attributes;
use crate::render::text::{colon_hex, visible};
use crate::schema::is_number;

use super::address::{addresses_of, family_of_octets};

/// Attributes as arguments of `omsh raw`.
pub(in crate::commands) fn arguments(attributes: &Attributes) -> Vec<String> {
    let argument = |(name, value): (&[u8], Option<&[u8]>)| {
        let name = visible(name);
        let value = match value {
            None => "null:".to_owned(),
            Some(value) if is_number(name.as_bytes()) && value.len() == 4 => {
                format!("int:{}", u32::from_be_bytes([value[0], value[1], value[2], value[3]]))
            }
            Some(value) if name == "ip-address" && value.len().is_multiple_of(4) => {
                let addresses = addresses_of(value, family_of_octets(value)).map(|address| address.to_string());
                format!("ip:{}", addresses.collect::<Vec<_>>().join(","))
            }
            Some(value) if name == "hardware-address" && value.len() == 6 => {
                format!("mac:{}", colon_hex(value))
            }
            Some(value) if value.iter().all(is_printable) => {
                format!("str:{}", String::from_utf8_lossy(value))
            }
            Some(value) => format!("hex:{}", colon_hex(value)),
        };
        shell_word(&format!("{name}={value}"))
    };
    attributes.iter().map(argument).collect()
}

/// A word as a Unix shell takes it.
pub(in crate::commands) fn shell_word(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=,+@".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A value as omshell's `set` takes it.
pub(in crate::commands) fn omshell_value(name: &str, value: &[u8]) -> String {
    if is_number(name.as_bytes())
        && let Ok(octets) = value.try_into()
    {
        return i32::from_be_bytes(octets).to_string();
    }
    if name == "ip-address" && value.len() == 4 {
        return value.iter().map(u8::to_string).collect::<Vec<_>>().join(".");
    }
    let is_text = !value.is_empty() && value.iter().all(is_printable);
    match value {
        _ if is_text => {
            let text = String::from_utf8_lossy(value).replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{text}\"")
        }
        // A single octet needs its colon, or it would be a number.
        [octet] => format!("{octet:02x}:"),
        _ => colon_hex(value),
    }
}

/// Whether a byte is ASCII that shows, or a blank.
pub(in crate::commands::live) fn is_printable(byte: &u8) -> bool {
    matches!(byte, b' '..=b'~')
}

#[cfg(test)]
mod tests {
    use super::super::typed;
    use super::*;
    use crate::shell::attribute_value;

    #[test]
    fn attributes_become_arguments_that_mean_the_same() {
        let attributes = Attributes::new()
            .with("name", "it's")
            .with("hardware-address", [2, 0, 0, 0, 0, 1])
            .with_integer("hardware-type", 1)
            .with("ip-address", [10, 1, 1, 5, 10, 1, 1, 6])
            .with("dhcp-client-identifier", [1, 255]);
        let expected = [
            r"'name=str:it'\''s'",
            "hardware-address=mac:02:00:00:00:00:01",
            "hardware-type=int:1",
            "ip-address=ip:10.1.1.5,10.1.1.6",
            "dhcp-client-identifier=hex:01:ff",
        ];
        assert_eq!(arguments(&attributes), expected);
        for (argument, (_, value)) in arguments(&attributes).iter().skip(1).zip(attributes.iter().skip(1)) {
            let (_, text) = argument.split_once('=').expect("NAME=VALUE");
            assert_eq!(typed(text).expect("it is typed").as_deref(), value);
        }
    }

    #[test]
    fn values_are_written_as_the_language_reads_them() {
        for (name, value) in [
            ("name", &b"web1"[..]),
            ("name", b"a\"b"),
            ("hardware-type", &[0, 0, 0, 1]),
            ("ip-address", &[10, 1, 1, 5]),
            ("ip-address", &[10, 1, 1, 5, 10, 1, 1, 6]),
            ("dhcp-client-identifier", &[1]),
            ("dhcp-client-identifier", &[0xfe]),
            ("dhcp-client-identifier", b"\\"),
            ("hardware-address", &[2, 0, 0, 0, 0, 1]),
            ("statements", b"filename \\"),
        ] {
            let text = omshell_value(name, value);
            assert_eq!(attribute_value(text.as_bytes()).as_deref(), Some(value), "{text}");
        }
    }
}
