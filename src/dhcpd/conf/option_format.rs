//! Definitions of option spaces and of options. The format of an option's value is kept in the notation of
//! [`crate::dhcpd::options::OptionDefinition`].

use crate::dhcpd::declarations::{expect_word, number, string_or_word, word};
use crate::dhcpd::options::{Definitions, OptionDefinition};
use crate::dhcpd::statements::{Fault, bare_option_name, begins_definition, expect, semicolon, unexpected};
use crate::dhcpd::syntax::{Lexer, SyntaxError, TokenKind};

/// Reads definitions as dhcpd.conf has them, `option NAME code N = TYPE;` and `option space NAME;`, where the word `option`
/// and the last semicolon may be left out, and adds them to those that there are.
///
/// # Errors
///
/// It is no definition, or one of a space that there is not.
pub fn define_options(text: &[u8], definitions: &mut Definitions) -> Result<(), SyntaxError> {
    let mut text = text.trim_ascii_end().to_vec();
    if !text.ends_with(b";") {
        text.push(b';');
    }
    let mut lexer = Lexer::for_file(&text);
    loop {
        if word(&mut lexer) == b"option" {
            lexer.next();
        }
        if !begins_definition(&lexer) {
            let token = lexer.next();
            let fault = unexpected(&lexer, "`NAME code NUMBER = TYPE` or `space NAME`", &token);
            return Err(fault.error);
        }
        define(&mut lexer, definitions).map_err(|fault| fault.error)?;
        if lexer.peek().kind == TokenKind::End {
            return Ok(());
        }
    }
}

/// `space NAME …;` or `NAME code N = FORMAT;`, behind the word `option`.
pub(super) fn define(lexer: &mut Lexer<'_>, definitions: &mut Definitions) -> Result<(), Fault> {
    let (space, option, _) = bare_option_name(lexer)?;
    if word(lexer) != b"code" {
        let name = string_or_word(lexer, "the option space's name")?;
        definitions.define_space(&name);
        while lexer.peek().kind != TokenKind::Byte(b';') {
            let word = word(lexer);
            lexer.next();
            let allowed: &[u32] = match word.as_slice() {
                b"code" => &[1, 2, 4],
                b"length" => &[1, 2],
                b"hash" => &[],
                _ => return Err(Fault::at(lexer.token_start(), "expected a semicolon")),
            };
            let is_size = word == b"hash";
            expect_word(lexer, if is_size { b"size" } else { b"width" })?;
            let found = number(lexer)?;
            if !is_size && !allowed.contains(&found) {
                return Err(Fault::at(lexer.token_start(), format!("{found} is no width here")));
            }
        }
        return semicolon(lexer);
    }
    lexer.next();
    if !definitions.has_space(&space) {
        let space = space.escape_ascii();
        return Err(Fault::at(lexer.token_start(), format!("there is no option space `{space}`")));
    }
    let code = number(lexer)?;
    expect(lexer, b'=', "`=`")?;
    let format = option_format(lexer, definitions)?;
    semicolon(lexer)?;
    let (space, name, format) = (space.into(), option.into(), format.into());
    definitions.define(OptionDefinition { space, name, code, format });
    Ok(())
}

/// An option's format: a type, `array of` one, `{ … }` of several, with an `array of` inside or out.
fn option_format(lexer: &mut Lexer<'_>, definitions: &Definitions) -> Result<Vec<u8>, Fault> {
    let mut format = Vec::new();
    let array = takes_array(lexer)?;
    if lexer.peek().kind != TokenKind::Byte(b'{') {
        format.extend(option_type(lexer, definitions, array)?);
    } else {
        lexer.next();
        loop {
            let start = lexer.peeked_start();
            let inner_array = takes_array(lexer)?;
            if array && inner_array {
                return Err(Fault::at(start, "an array has no arrays inside"));
            }
            let kind = option_type(lexer, definitions, array || inner_array)?;
            let is_last = !may_be_repeated(&kind);
            format.extend(kind);
            if inner_array {
                format.push(b'a');
            }
            let token = lexer.next();
            match token.kind {
                TokenKind::Byte(b',') if is_last => {
                    return Err(Fault::at(lexer.token_start(), "what has no fixed length stands last"));
                }
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

fn takes_array(lexer: &mut Lexer<'_>) -> Result<bool, Fault> {
    let array = word(lexer) == b"array";
    if array {
        lexer.next();
        expect_word(lexer, b"of")?;
    }
    Ok(array)
}

/// Whether something can follow a type's value, another of its kind for instance.
fn may_be_repeated(kind: &[u8]) -> bool {
    !matches!(kind.first(), Some(b't' | b'X' | b'd' | b'D' | b'Z'))
}

fn option_type(lexer: &mut Lexer<'_>, definitions: &Definitions, array: bool) -> Result<Vec<u8>, Fault> {
    let kind = single_type(lexer, definitions)?;
    match array && !may_be_repeated(&kind) {
        true => Err(Fault::at(lexer.token_start(), "what has no fixed length makes no array")),
        false => Ok(kind),
    }
}

fn single_type(lexer: &mut Lexer<'_>, definitions: &Definitions) -> Result<Vec<u8>, Fault> {
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
