//! Bytes that clients chose, made harmless: nothing that steers a terminal, turns the direction of
//! writing, or takes no room is shown as it is.

use std::fmt::Write as _;

/// Whether a character must not be shown as it is.
fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            // Soft hyphen, and marks and controls of direction.
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // What takes no room, or looks as if it did.
            | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
            // Private use: what it looks like is anybody's guess.
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\')
}

/// Appends bytes as text of one line that can be told back: what does not print as an escape such as
/// `\x1b` or `\u{202e}`, and a backslash doubled.
pub fn escape_into(bytes: &[u8], out: &mut String) {
    if let (true, Ok(text)) = (is_plain(bytes), std::str::from_utf8(bytes)) {
        out.push_str(text);
        return;
    }
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => out.push_str("\\\\"),
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                character => push_visible(character, out),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
}

/// The same as a text of its own.
pub fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    escape_into(bytes, &mut text);
    text
}

/// Bytes as a text of one line for people, where a backslash stands for itself.
pub fn visible(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_visible(character, &mut text);
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

fn push_visible(character: char, out: &mut String) {
    match character {
        character if !is_hostile(character) => out.push(character),
        '\0'..='\u{7f}' => {
            let _ = write!(out, "\\x{:02x}", u32::from(character));
        }
        character => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    }
}

/// Appends a JSON string. What could harm a terminal is an escape of JSON, which readers take back.
pub fn json_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) {
        out.extend_from_slice(text.as_bytes());
    } else {
        for character in text.chars() {
            match character {
                '"' => out.extend_from_slice(b"\\\""),
                '\\' => out.extend_from_slice(b"\\\\"),
                '\n' => out.extend_from_slice(b"\\n"),
                '\r' => out.extend_from_slice(b"\\r"),
                '\t' => out.extend_from_slice(b"\\t"),
                character if is_hostile(character) => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                    }
                }
                character => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }
    out.push(b'"');
}

/// Appends bytes in hexadecimal, with that between them.
pub fn hex_into(bytes: &[u8], separator: Option<u8>, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 {
            out.extend(separator);
        }
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// Bytes in hexadecimal with colons between them.
pub fn colon_hex(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() * 3);
    hex_into(bytes, Some(b':'), &mut out);
    String::from_utf8(out).expect("digits and colons")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a hostile client may send as its name, and how it is shown.
    const HOSTILE: &[(&[u8], &str)] = &[
        (b"plain", "plain"),
        (b"\x1b[2J\x07", r"\x1b[2J\x07"),
        (b"a\tb\nc\\", r"a\tb\nc\\"),
        (b"caf\xe9", r"caf\xe9"),
        ("café 漢字".as_bytes(), "café 漢字"),
        ("\u{202e}exe.gpj".as_bytes(), r"\u{202e}exe.gpj"),
        ("\u{9b}31m".as_bytes(), r"\u{9b}31m"),
        ("a\u{200d}b\u{feff}".as_bytes(), r"a\u{200d}b\u{feff}"),
        ("\u{2028}\u{e0041}".as_bytes(), r"\u{2028}\u{e0041}"),
        (b"\x7f\0", r"\x7f\x00"),
    ];

    #[test]
    fn what_steers_a_terminal_is_shown_as_escapes() {
        for (bytes, shown) in HOSTILE {
            assert_eq!(escaped(bytes), *shown);
        }
        assert_eq!(visible(b"a\\b\x1b"), r"a\b\x1b");
    }

    #[test]
    fn json_strings_can_be_read_back() {
        for (bytes, _) in HOSTILE {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let mut json = Vec::new();
            json_string(text, &mut json);
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
            let shown = String::from_utf8(json).unwrap();
            assert!(!shown.chars().any(is_hostile), "{shown:?}");
        }
    }
}
