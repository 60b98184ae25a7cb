//! Numbers as ISC's parser reads them: leniently, with warnings, never failing.

use super::Lexer;

/// A decimal number as C's `atoi` reads it on a 64-bit machine: an optional sign, digits up to the
/// first other byte, saturated to 64 bits and then cut to 32. `"4294967296"` is 0.
pub fn decimal(text: &[u8]) -> i32 {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let mut value: i64 = 0;
    for digit in digits.iter().take_while(|byte| byte.is_ascii_digit()) {
        let digit = i64::from(digit - b'0');
        value = value.saturating_mul(10);
        value = if negative { value.saturating_sub(digit) } else { value.saturating_add(digit) };
    }
    value as i32
}

/// One octet of a colon-separated hexadecimal list. What is not hexadecimal ends the number with a
/// warning, what is too large keeps its low byte with a warning, and a leading `-` negates.
pub fn octet_from_hex(text: &[u8], lexer: &mut Lexer<'_>) -> u8 {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let mut value: u32 = 0;
    // An empty number has, like a C string, a NUL where its first digit should be.
    for &byte in if digits.is_empty() { &[0][..] } else { digits } {
        // Distances within ASCII, not a check for letters: `x` comes out as digit 33.
        let digit = match byte {
            b'a'.. => u32::from(byte - b'a') + 10,
            b'A'.. => u32::from(byte - b'A') + 10,
            b'0'.. => u32::from(byte - b'0'),
            _ => {
                lexer.warn([b"Bogus number: ", text, b"."].concat());
                break;
            }
        };
        if digit >= 16 {
            let verdict = format!(": digit {digit} not in base 16");
            lexer.warn([b"Bogus number ", text, verdict.as_bytes()].concat());
            break;
        }
        value = value.wrapping_mul(16).wrapping_add(digit);
    }
    let (sign, max) = if negative { ("-", 128) } else { ("", 255) };
    if value > max {
        lexer.warn(format!("{sign}{value:x} exceeds max ({max}) for precision.").into_bytes());
    }
    if negative { value.wrapping_neg() as u8 } else { value as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_numbers_wrap_as_atoi_does() {
        for (text, value) in [
            ("10", 10),
            ("-5", -5),
            ("-", 0),
            ("010", 10),
            ("2147483648", i32::MIN),
            ("4294967296", 0),
            ("99999999999999999999", -1),
            ("-99999999999999999999", 0),
            ("12a", 12),
        ] {
            assert_eq!(decimal(text.as_bytes()), value, "{text}");
        }
    }

    #[test]
    fn octets_keep_their_low_byte() {
        for (text, octet, warnings) in
            [("ff", 0xff, 0), ("123", 0x23, 1), ("-5", 0xfb, 0), ("-200", 0, 1), ("0x10", 0, 1), ("-", 0, 1)]
        {
            let mut lexer = Lexer::for_line(b"");
            assert_eq!(octet_from_hex(text.as_bytes(), &mut lexer), octet, "{text}");
            assert_eq!(lexer.take_warnings().len(), warnings, "{text}");
        }
    }
}
