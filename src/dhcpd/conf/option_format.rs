//! The format of an option's value, as a definition of the option says it, in the notation of
//! [`crate::dhcpd::options::OptionDefinition`].

use crate::dhcpd::declarations::{expect_word, number, string_or_word, word};
use crate::dhcpd::options::Definitions;
use crate::dhcpd::statements::{Fault, unexpected};
use crate::dhcpd::syntax::{Lexer, TokenKind};

/// An option's format: a type, `array of` one, `{ … }` of several, with an `array of` inside or out.
pub(super) fn option_format(lexer: &mut Lexer<'_>, definitions: &Definitions) -> Result<Vec<u8>, Fault> {
    let mut format = Vec::new();
    let array = word(lexer) == b"array";
    if array {
        lexer.next();
        expect_word(lexer, b"of")?;
    }
    if lexer.peek().kind != TokenKind::Byte(b'{') {
        format.extend(option_type(lexer, definitions)?);
    } else {
        lexer.next();
        loop {
            let inner_array = word(lexer) == b"array";
            if inner_array {
                lexer.next();
                expect_word(lexer, b"of")?;
            }
            format.extend(option_type(lexer, definitions)?);
            if inner_array {
                format.push(b'a');
            }
            let token = lexer.next();
            match token.kind {
                TokenKind::Byte(b',') => {}
                TokenKind::Byte(b'}') => break,
                _ => return Err(unexpected(lexer, "`,` or `}`", &token)),
            }
        }
    }
    if array {
        format.push(b'A');
    }
    Ok(format)
}

fn option_type(lexer: &mut Lexer<'_>, definitions: &Definitions) -> Result<Vec<u8>, Fault> {
    let token = lexer.next();
    let kind: &[u8] = match token.text.to_ascii_lowercase().as_slice() {
        b"boolean" => b"f",
        b"text" => b"t",
        b"string" => b"X",
        b"ip-address" => b"I",
        b"ip6-address" => b"6",
        b"zerolen" => b"Z",
        b"domain-name" => b"d",
        b"domain-list" => {
            if word(lexer) == b"compressed" {
                lexer.next();
                return Ok(b"Dc".to_vec());
            }
            b"D"
        }
        b"encapsulate" => {
            let space = string_or_word(lexer, "an option space's name")?;
            if !definitions.has_space(&space) {
                let space = space.escape_ascii();
                return Err(Fault::at(lexer.token_start(), format!("there is no option space `{space}`")));
            }
            return Ok([b"E", &space[..], b"."].concat());
        }
        b"integer" => return integer_type(lexer, true),
        b"signed" | b"unsigned" => {
            let signed = token.text.eq_ignore_ascii_case(b"signed");
            expect_word(lexer, b"integer")?;
            return integer_type(lexer, signed);
        }
        _ => return Err(unexpected(lexer, "an option's type such as `text` or `ip-address`", &token)),
    };
    Ok(kind.to_vec())
}

fn integer_type(lexer: &mut Lexer<'_>, signed: bool) -> Result<Vec<u8>, Fault> {
    let letter = match (number(lexer)?, signed) {
        (8, true) => b'b',
        (8, false) => b'B',
        (16, true) => b's',
        (16, false) => b'S',
        (32, true) => b'l',
        (32, false) => b'L',
        _ => return Err(Fault::at(lexer.token_start(), "an integer has 8, 16 or 32 bits")),
    };
    Ok(vec![letter])
}
