//! Text from clients and files, made visible: what would move a cursor, hide, or turn the order of
//! writing is shown as an escape, so that nothing on a terminal or in a spreadsheet is other than it
//! looks.
//!
//! | what | shown as |
//! |---|---|
//! | tab, newline | `\t` `\n` |
//! | other control characters below U+0080, and bytes that are no UTF-8 | `\x1b` |
//! | other control characters, marks and overrides of the direction of writing, characters without a width, separators of lines and paragraphs, private and impossible ones, piles of accents | `\u{202e}` |
//! | a backslash, where it could be taken for one of these | `\\` |

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::shown::MARKS;
pub(super) use crate::shown::deceives;

use super::number;

/// Bytes from elsewhere as text that is safe to show, and that says which bytes they are: a backslash
/// is doubled.
pub fn visible(bytes: &[u8]) -> String {
    into_text(bytes, Escaping::OF_BYTES)
}

/// A line of a file for people to read: as [`visible`], but backslashes are left as they stand.
pub fn visible_line(bytes: &[u8]) -> String {
    into_text(bytes, Escaping::NEEDED)
}

/// Octets as `02:00:5e:00:00:01`.
pub fn colon_hex(octets: &[u8]) -> String {
    let mut out = Vec::new();
    number::octets(&mut out, octets);
    ascii(out)
}

/// Seconds as `45s`, `3h 5m` or `2d 4h`; those below zero, which are still to come, as `in 2h`.
pub fn age(seconds: i64) -> String {
    let mut out = Vec::new();
    write_age(&mut out, seconds);
    ascii(out)
}

/// Seconds that are left as `in 3h 5m`, those since it was over as `2d 4h ago`.
pub fn distance(seconds: i64) -> String {
    let age = age(seconds.saturating_neg());
    if seconds > 0 { age } else { age + " ago" }
}

/// A number of bytes as `312 B`, `28.4 KiB` or `1.2 GiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut amount = bytes as f64 / 1024.0;
    let mut unit = 0;
    // What would be rounded to 1024.0 is 1.0 of the next one.
    while amount >= 1023.95 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

/// A whole number with its digits in groups of three: `16 777 216`, for people only.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// No more than `width` columns of a text that is visible: the rest gives way to an ellipsis.
pub(super) fn fitted(text: &str, width: usize, ellipsis: char) -> Option<String> {
    if text.width() <= width {
        return None;
    }
    let room = width.saturating_sub(1);
    let mut used = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > room {
            break;
        }
        end = at + character.len_utf8();
    }
    let mut shown = text[..end].to_owned();
    if width > 0 {
        shown.push(ellipsis);
    }
    Some(shown)
}

/// Writes [`age`].
pub(super) fn write_age(out: &mut Vec<u8>, seconds: i64) {
    if seconds < 0 {
        out.extend_from_slice(b"in ");
    }
    let seconds = seconds.unsigned_abs();
    let units = [(86_400, b'd'), (3600, b'h'), (60, b'm'), (1, b's')];
    let first = units.iter().position(|&(unit, _)| seconds >= unit).unwrap_or(units.len() - 1);
    let (unit, letter) = units[first];
    number::decimal(out, seconds / unit);
    out.push(letter);
    // What comes behind a hundred days is of no interest.
    let next = units.get(first + 1).map(|&(next, letter)| (seconds % unit / next, letter));
    if let Some((count, letter)) = next.filter(|&(count, _)| count > 0 && seconds < 100 * 86_400) {
        out.push(b' ');
        number::decimal(out, count);
        out.push(letter);
    }
}

/// What is escaped beside what has to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Escaping {
    /// Backslashes, as two.
    pub(super) backslash: bool,
    /// Commas, as `\x2c`: inside of lists.
    pub(super) comma: bool,
    /// Semicolons, as `\x3b`: what some spreadsheets take for the end of a field.
    pub(super) semicolon: bool,
}

impl Escaping {
    /// Only what has to be.
    pub(super) const NEEDED: Escaping = Escaping { backslash: false, comma: false, semicolon: false };
    /// What bytes need for their escapes to be unambiguous.
    pub(super) const OF_BYTES: Escaping = Escaping { backslash: true, ..Self::NEEDED };

    fn is_plain(self, byte: u8) -> bool {
        match byte {
            b'\\' => !self.backslash,
            b',' => !self.comma,
            b';' => !self.semicolon,
            byte => matches!(byte, b' '..=b'~'),
        }
    }
}

/// Writes bytes so that they are visible.
pub(super) fn escape(out: &mut Vec<u8>, bytes: &[u8], escaping: Escaping) {
    // Nearly all there is.
    let plain = bytes.iter().position(|&byte| !escaping.is_plain(byte)).unwrap_or(bytes.len());
    let (plain, rest) = bytes.split_at(plain);
    out.extend_from_slice(plain);
    if rest.is_empty() {
        return;
    }
    let mut marks = if plain.is_empty() { MARKS } else { 0 };
    for chunk in rest.utf8_chunks() {
        for character in chunk.valid().chars() {
            escape_character(out, character, escaping, &mut marks);
        }
        for &byte in chunk.invalid() {
            escape_byte(out, byte);
            marks = 0;
        }
    }
}

fn escape_character(out: &mut Vec<u8>, character: char, escaping: Escaping, marks: &mut usize) {
    let is_mark = !character.is_ascii() && character.width() == Some(0);
    *marks = if is_mark { *marks + 1 } else { 0 };
    match character {
        '\t' => out.extend_from_slice(b"\\t"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\\' if escaping.backslash => out.extend_from_slice(b"\\\\"),
        ',' if escaping.comma => escape_byte(out, b','),
        ';' if escaping.semicolon => escape_byte(out, b';'),
        '\0'..='\x1f' | '\x7f' => escape_byte(out, character as u8),
        _ if deceives(character) || *marks > MARKS => {
            out.extend_from_slice(b"\\u{");
            out.extend_from_slice(format!("{:x}", u32::from(character)).as_bytes());
            out.push(b'}');
        }
        _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

fn escape_byte(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(b"\\x");
    number::hex_digits(out, byte);
}

fn into_text(bytes: &[u8], escaping: Escaping) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    escape(&mut out, bytes, escaping);
    // Only whole characters are written.
    String::from_utf8(out).unwrap_or_default()
}

fn ascii(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_deceives_is_shown_as_it_is() {
        for (bytes, text) in [
            (&b"laptop-20"[..], "laptop-20"),
            (b"", ""),
            ("Büro 東京 नमस्ते".as_bytes(), "Büro 東京 नमस्ते"),
            (b"\x1b[31mred\x07", r"\x1b[31mred\x07"),
            (b"a\tb\nc\rd\0\x7f", r"a\tb\nc\x0dd\x00\x7f"),
            (b"caf\xe9", r"caf\xe9"),
            (br"caf\xe9", r"caf\\xe9"),
            ("\u{9b}2J".as_bytes(), r"\u{9b}2J"),
            ("gpj.\u{202e}exe".as_bytes(), r"gpj.\u{202e}exe"),
            ("a\u{2066}b\u{200f}c\u{61c}".as_bytes(), r"a\u{2066}b\u{200f}c\u{61c}"),
            ("a\u{200b}b\u{feff}c\u{ad}d\u{3164}".as_bytes(), r"a\u{200b}b\u{feff}c\u{ad}d\u{3164}"),
            ("a\u{2028}b\u{2029}".as_bytes(), r"a\u{2028}b\u{2029}"),
            (
                "\u{e000}\u{f8ff}\u{10ffff}\u{50000}\u{e0041}".as_bytes(),
                r"\u{e000}\u{f8ff}\u{10ffff}\u{50000}\u{e0041}",
            ),
            ("e\u{301}".as_bytes(), "e\u{301}"),
            ("\u{301}e".as_bytes(), r"\u{301}e"),
            ("e\u{301}\u{301}\u{301}\u{301}e\u{301}".as_bytes(), "e\u{301}\u{301}\u{301}\\u{301}e\u{301}"),
            (b"\xed\xa0\x80\xf4\x90", r"\xed\xa0\x80\xf4\x90"),
        ] {
            assert_eq!(visible(bytes), text);
        }
        assert_eq!(visible_line(br#"set x = "\033\";"#), r#"set x = "\033\";"#);
    }

    #[test]
    fn no_character_that_is_shown_moves_anything() {
        for character in (0..=0x10ffff).filter_map(char::from_u32) {
            let shown = visible(format!("a{character}").as_bytes());
            for shown in shown.chars() {
                assert!(!shown.is_control() && !deceives(shown), "{character:?}");
            }
        }
    }

    #[test]
    fn texts_are_cut_at_columns_and_not_at_bytes() {
        assert_eq!(fitted("laptop", 6, '…'), None);
        assert_eq!(fitted("laptop-20", 6, '…').as_deref(), Some("lapto…"));
        assert_eq!(fitted("東京東京", 6, '…').as_deref(), Some("東京…"));
        assert_eq!(fitted("東京東京", 2, '…').as_deref(), Some("…"));
        assert_eq!(fitted("e\u{301}e\u{301}e\u{301}", 2, '…').as_deref(), Some("e\u{301}…"));
        assert_eq!(fitted("abc", 0, '…').as_deref(), Some(""));
    }

    #[test]
    fn ages_and_sizes_are_short() {
        for (seconds, text) in [
            (0, "0s"),
            (45, "45s"),
            (60, "1m"),
            (95, "1m 35s"),
            (11_100, "3h 5m"),
            (-7200, "in 2h"),
            (2 * 86_400 + 4 * 3600 + 59, "2d 4h"),
            (400 * 86_400 + 3600, "400d"),
            (i64::MIN, "in 106751991167300d"),
        ] {
            assert_eq!(age(seconds), text);
        }
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (29_082, "28.4 KiB"),
            (1024 * 1024 - 1, "1.0 MiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(grouped(16_777_216), "16 777 216");
        assert_eq!(grouped(16), "16");
        assert_eq!(colon_hex(&[2, 0, 0x5e]), "02:00:5e");
    }
}
