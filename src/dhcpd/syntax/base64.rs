//! Secrets in base64, which may be broken into several tokens.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::{Lexer, TokenKind, until_nul};

/// Takes missing padding and leftover bits, which ISC's programs warn of at most.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Reads a base64 value: the next token whatever it is, and then every token that looks like
/// base64, because `+`, `/` and `=` are tokens of their own.
///
/// Returns the decoded bytes, which may be none; `None` when there was a byte that is not base64.
/// Both that and bits left over at the end give a warning.
pub fn read_base64(lexer: &mut Lexer<'_>) -> Option<Zeroizing<Vec<u8>>> {
    // Room for any real secret, so that it is not left behind where the vector grew out of its place.
    let mut text = Zeroizing::new(Vec::with_capacity(512));
    let mut padding = 0;
    let mut fault = None;
    loop {
        let token = lexer.next();
        // The end has no length, and its first byte is taken all the same.
        let length = if token.kind == TokenKind::End { token.text.len().min(1) } else { token.text.len() };
        fault = fault.or_else(|| take_digits(until_nul(&token.text[..length]), &mut text, &mut padding));
        let next = lexer.peek();
        if next.kind == TokenKind::End || !until_nul(&next.text).iter().copied().all(may_be_base64) {
            break;
        }
    }
    if let Some(fault) = fault {
        lexer.warn(fault);
        return None;
    }
    let left_over = left_over_bits(&text);
    if (text.len() + padding) % 4 != 0 && left_over != 0 {
        lexer.warn(format!("partial base64 value left over: {left_over}.").into_bytes());
    }
    if text.len() % 4 == 1 {
        text.pop();
    }
    Some(Zeroizing::new(LENIENT.decode(&*text).expect("only base64 characters, in a possible number")))
}

/// Takes the digits of one token and counts its padding, up to a fault, which is returned.
fn take_digits(token: &[u8], digits: &mut Vec<u8>, padding: &mut usize) -> Option<Vec<u8>> {
    for (i, &byte) in token.iter().enumerate() {
        if *padding > 0 && byte != b'=' {
            return Some([b"stuff after base64 '=' terminator: ", &token[i..], b"."].concat());
        }
        if !may_be_base64(byte) {
            // C's `char` is signed where dhcpd runs.
            return Some(format!("invalid base64 character {}.", byte as i8).into_bytes());
        }
        match byte {
            b'=' => *padding += 1,
            _ => digits.push(byte),
        }
    }
    None
}

/// Whether a byte can stand in base64, its padding included.
pub fn may_be_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// The bits of the last digit that do not fill a byte.
fn left_over_bits(digits: &[u8]) -> u8 {
    let Some(&last) = digits.last() else { return 0 };
    let value = match last {
        b'A'..=b'Z' => last - b'A',
        b'a'..=b'z' => last - b'a' + 26,
        b'0'..=b'9' => last - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    match digits.len() % 4 {
        1 => value,
        2 => value & 0x0f,
        3 => value & 0x03,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[u8]) -> (Option<Vec<u8>>, Vec<String>) {
        let mut lexer = Lexer::for_line(line);
        let value = read_base64(&mut lexer).map(|bytes| bytes.to_vec());
        let warnings = lexer.take_warnings().into_iter().map(|w| String::from_utf8_lossy(&w.text).into_owned());
        (value, warnings.collect())
    }

    #[test]
    fn tokens_are_joined_across_their_punctuation() {
        assert_eq!(read(b"c2/+ YQ==\n"), (Some(b"s\x6f\xfea".to_vec()), vec![]));
        assert_eq!(read(b"\"c2VjcmV0\"\n"), (Some(b"secret".to_vec()), vec![]));
        assert_eq!(read(b"A\n"), (Some(vec![]), vec![]));
        assert_eq!(read(b"\"\"\n"), (Some(vec![]), vec![]));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(read(b"\n"), (None, vec!["invalid base64 character 10.".into()]));
        assert_eq!(read(b"\"a b\"\n"), (None, vec!["invalid base64 character 32.".into()]));
        assert_eq!(read(b"\"\xe9\"\n"), (None, vec!["invalid base64 character -23.".into()]));
        assert_eq!(read(b"YQ==YQ\n"), (None, vec!["stuff after base64 '=' terminator: YQ.".into()]));
        assert_eq!(read(b"YR\n"), (Some(b"a".to_vec()), vec!["partial base64 value left over: 1.".into()]));
    }
}
