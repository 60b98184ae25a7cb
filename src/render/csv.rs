//! CSV as RFC 4180 has it: a head, lines that end in CR and LF, quotes where they are needed.
//!
//! It will be opened in spreadsheets, and clients choose their names: a field of text that a spreadsheet
//! would take for a formula, because its first character that is no blank is one of `=` `+` `-` `@` or
//! their full-width forms, has an apostrophe before it, and a semicolon, at which some of them end a field
//! and look for another formula, is `\x3b`. Such a text that begins with an apostrophe of its own has another one, so
//! that whoever takes one away has the text. Numbers and ages of ours are left as they are.

use super::column::Column;
use super::scalar;
use super::text::Escaping;
use super::time::Zone;
use super::value::Value;

/// Writes the head.
pub(super) fn write_head<'a>(out: &mut Vec<u8>, columns: impl Iterator<Item = &'a Column>) {
    for (index, column) in columns.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(column.name.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a record.
pub(super) fn write<'v, 'a: 'v>(out: &mut Vec<u8>, values: impl Iterator<Item = &'v Value<'a>>, zone: &Zone) {
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let start = out.len();
        scalar::write(out, value, zone, Escaping { semicolon: true, ..Escaping::NEEDED });
        match value {
            Value::Text(_) | Value::Bytes(_) | Value::List(_) | Value::Record(_) => disarm_and_quote(out, start),
            _ => {}
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// The text of a field that was written here, as it was before it was made safe for spreadsheets: without an apostrophe
/// that keeps it from being a formula, and without escapes. A backslash that begins none of them stands for itself.
pub fn csv_text(field: &[u8]) -> Vec<u8> {
    let mut rest = match field {
        [b'\'', rest @ ..] if is_formula(rest) => rest,
        field => field,
    };
    let mut text = Vec::with_capacity(rest.len());
    while let Some(at) = memchr::memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..at]);
        let (bytes, length) = unescaped(&rest[at..]);
        text.extend_from_slice(&bytes);
        rest = &rest[at + length..];
    }
    text.extend_from_slice(rest);
    text
}

/// What an escape stands for, and how long it is. It begins with a backslash.
fn unescaped(text: &[u8]) -> (Vec<u8>, usize) {
    let number = |digits: &[u8]| {
        let digits =
            std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    match text.get(1) {
        Some(b'\\') => (vec![b'\\'], 2),
        Some(b't') => (vec![b'\t'], 2),
        Some(b'n') => (vec![b'\n'], 2),
        Some(b'x') if let Some(byte) = text.get(2..4).and_then(number) => (vec![byte as u8], 4),
        Some(b'u')
            if let Some(b'{') = text.get(2)
                && let Some(end) = memchr::memchr(b'}', text)
                && let Some(character) = number(&text[3..end]).and_then(char::from_u32) =>
        {
            (character.to_string().into_bytes(), end + 1)
        }
        _ => (vec![b'\\'], 1),
    }
}

/// Makes a field of the text from `start` on.
fn disarm_and_quote(out: &mut Vec<u8>, start: usize) {
    if is_formula(&out[start..]) {
        out.insert(start, b'\'');
    }
    let field = &out[start..];
    // Blanks need no quotes by the RFC, but there are programs that trim fields.
    let needs_quotes = field.iter().any(|byte| matches!(byte, b'"' | b','))
        || field.first() == Some(&b' ')
        || field.last() == Some(&b' ');
    if needs_quotes {
        let field = out.split_off(start);
        out.push(b'"');
        for byte in field {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    }
}

fn is_formula(field: &[u8]) -> bool {
    const FULL_WIDTH: [&[u8]; 4] = ["＝".as_bytes(), "＋".as_bytes(), "－".as_bytes(), "＠".as_bytes()];
    const BLANK: &[u8] = "\u{3000}".as_bytes();
    let mut rest = field;
    loop {
        match rest {
            // An apostrophe of the text's own would be taken for ours.
            [b' ' | b'\'', behind @ ..] => rest = behind,
            [b'=' | b'+' | b'-' | b'@', ..] => return true,
            _ => match rest.strip_prefix(BLANK) {
                Some(behind) => rest = behind,
                None => return FULL_WIDTH.iter().any(|sign| rest.starts_with(sign)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_safe_reads_back() {
        for text in [
            &b"web1"[..],
            b"=1+2",
            b"  =1",
            b"'=1",
            b"'",
            b"-",
            b"a;b",
            b"a\\;b\\\\",
            b"\\x3b",
            b"say \"x\", and y",
            b"tab\tnewline\n\x1b\xff",
            "\u{202e}caf\u{e9}".as_bytes(),
        ] {
            let mut line = Vec::new();
            write(&mut line, [Value::Bytes(text.into())].iter(), &Zone::Utc);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_slice());
            let record = reader.byte_records().next().expect("a record").expect("it is sound");
            assert_eq!(csv_text(&record[0]), text, "{}", String::from_utf8_lossy(&line));
        }
        assert_eq!(csv_text(br"C:\dir"), br"C:\dir");
    }
}
