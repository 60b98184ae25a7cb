//! Characters that look like those of dhcpd's language and are others: editors, web pages and word processors put them in.

/// What a character is called, and what to do about it.
struct Known {
    name: &'static str,
    advice: &'static str,
}

const BYTE_ORDER_MARK: &str = "save the file without one, as plain UTF-8 or ASCII";
const BLANK: &str = "type a blank instead";
const NOTHING: &str = "it cannot be seen; delete it";
const QUOTES: &str = "type \" instead";
const DASH: &str = "type - instead";

/// Letters of Greek and Cyrillic that look like Latin ones, and the Latin ones.
const LETTERS: [(&str, &str); 2] =
    [("АВЕКМНОРСТХаеорсухіѕј", "ABEKMHOPCTXaeopcyxisj"), ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo")];

/// What there is to say about the character of an input at `offset`, if it looks like one of dhcpd.conf and is another: its
/// name, and what to type instead. `offset` may be inside of it.
pub fn lookalike(input: &[u8], offset: usize) -> Option<String> {
    let byte = *input.get(offset)?;
    if byte.is_ascii() {
        return None;
    }
    let Some(character) = character_at(input, offset) else {
        if offset == 0 && matches!(input, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            return Some(
                "the file begins with a byte order mark of UTF-16: save it as plain UTF-8 or ASCII".to_owned(),
            );
        }
        let Known { name, advice } = latin(byte)?;
        return Some(format!("{name} (byte {byte:02X}) stands here: {advice}"));
    };
    let code = format!("U+{:04X}", u32::from(character));
    if let Some(Known { name, advice }) = known(character) {
        return Some(format!("{name} ({code}) stands here: {advice}"));
    }
    let latin = LETTERS.iter().find_map(|(others, latin)| {
        let number = others.chars().position(|other| other == character)?;
        latin.chars().nth(number)
    });
    match (latin, character) {
        (Some(latin), _) => {
            Some(format!("a letter ({code}) that only looks like `{latin}` stands here: type {latin} instead"))
        }
        (None, '\u{ff01}'..='\u{ff5e}') => {
            let plain = char::from((u32::from(character) - 0xff00 + 0x20) as u8);
            Some(format!("a wide `{plain}` ({code}) stands here: type {plain} instead"))
        }
        _ => None,
    }
}

/// The same, with something to say about every character that is none of ASCII.
pub fn foreign(input: &[u8], offset: usize) -> Option<String> {
    let byte = *input.get(offset).filter(|byte| !byte.is_ascii())?;
    lookalike(input, offset).or_else(|| {
        Some(match character_at(input, offset) {
            None => format!("byte {byte:02X} stands here, which is none of ASCII and no UTF-8: delete it"),
            Some(character) if character.is_control() => {
                format!("a control character (U+{:04X}) stands here: delete it", u32::from(character))
            }
            Some(character) => {
                let code = u32::from(character);
                format!(
                    "`{character}` (U+{code:04X}) stands here, which is none of ASCII: put it in quotes, or delete it"
                )
            }
        })
    })
}

/// The character that holds the byte at `offset`.
fn character_at(input: &[u8], offset: usize) -> Option<char> {
    (offset.saturating_sub(3)..=offset).rev().find_map(|start| {
        let end = (start + 4).min(input.len());
        let character = input[start..end].utf8_chunks().next()?.valid().chars().next()?;
        (!character.is_ascii() && start + character.len_utf8() > offset).then_some(character)
    })
}

fn known(character: char) -> Option<Known> {
    let (name, advice) = match character {
        '\u{feff}' => ("a byte order mark", BYTE_ORDER_MARK),
        '\u{a0}' | '\u{2007}' | '\u{202f}' => ("a no-break space", BLANK),
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{3000}' => ("a space of another width", BLANK),
        '\u{2028}' | '\u{2029}' | '\u{85}' => ("a line separator", "end the line with a newline instead"),
        '\u{ad}' => ("a soft hyphen", NOTHING),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {
            ("an invisible character", NOTHING)
        }
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' | '\u{2036}' | '\u{301d}'..='\u{301f}' => {
            ("a curly quote", QUOTES)
        }
        '\u{2018}'..='\u{201b}' | '\u{2039}' | '\u{203a}' | '\u{b4}' | '\u{2032}' | '\u{2035}' => {
            ("a curly apostrophe", QUOTES)
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{fe63}' => ("a dash", DASH),
        '\u{37e}' | '\u{fe54}' => ("another semicolon", "type ; instead"),
        '\u{2026}' => ("an ellipsis", "type what it stands for"),
        '\u{3002}' | '\u{2024}' | '\u{b7}' | '\u{2022}' => ("another dot", "type . instead"),
        '\u{3001}' | '\u{60c}' => ("another comma", "type , instead"),
        '\u{2236}' | '\u{fe55}' | '\u{a789}' => ("another colon", "type : instead"),
        '\u{2044}' | '\u{2215}' => ("another slash", "type / instead"),
        _ => return None,
    };
    Some(Known { name, advice })
}

/// The same of Windows-1252 and ISO 8859, where a byte is a character.
fn latin(byte: u8) -> Option<Known> {
    let (name, advice) = match byte {
        0xa0 => ("a no-break space", BLANK),
        0x82 | 0x91 | 0x92 => ("a curly apostrophe", QUOTES),
        0x84 | 0x93 | 0x94 | 0xab | 0xbb => ("a curly quote", QUOTES),
        0x96 | 0x97 => ("a dash", DASH),
        0xad => ("a soft hyphen", NOTHING),
        _ => return None,
    };
    Some(Known { name, advice })
}

#[cfg(test)]
mod tests {
    use super::foreign;

    #[test]
    fn characters_are_named_with_what_to_type_instead() {
        for (input, offset, expected) in [
            (&b"subnet"[..], 0, None),
            ("\u{feff}subnet".as_bytes(), 0, Some("a byte order mark (U+FEFF) stands here: save the file without one")),
            ("a\u{a0}b".as_bytes(), 1, Some("a no-break space (U+00A0) stands here: type a blank instead")),
            ("a\u{a0}b".as_bytes(), 2, Some("a no-break space (U+00A0) stands here: type a blank instead")),
            (b"a\xa0b", 1, Some("a no-break space (byte A0) stands here: type a blank instead")),
            ("\u{201c}x\u{201d}".as_bytes(), 2, Some("a curly quote (U+201C) stands here: type \" instead")),
            (b"\x93x\x94", 3, None),
            (b"\x93x\x94", 2, Some("a curly quote (byte 94) stands here: type \" instead")),
            ("10\u{2013}20".as_bytes(), 2, Some("a dash (U+2013) stands here: type - instead")),
            ("x\u{ff1b}".as_bytes(), 3, Some("a wide `;` (U+FF1B) stands here: type ; instead")),
            (
                "h\u{43e}st".as_bytes(),
                1,
                Some("a letter (U+043E) that only looks like `o` stands here: type o instead"),
            ),
            ("\u{e9}".as_bytes(), 1, Some("`\u{e9}` (U+00E9) stands here, which is none of ASCII")),
            (b"\xff\xfes\0", 0, Some("the file begins with a byte order mark of UTF-16")),
            (b"a\xc3", 1, Some("byte C3 stands here, which is none of ASCII and no UTF-8")),
        ] {
            let got = foreign(input, offset);
            let fits = match (&got, expected) {
                (Some(got), Some(expected)) => got.starts_with(expected),
                (got, expected) => got.is_none() && expected.is_none(),
            };
            assert!(fits, "{}: expected {expected:?}, got {got:?}", input.escape_ascii());
        }
    }
}
