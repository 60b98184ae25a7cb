//! Names of options and of hosts.

use crate::dhcpd::options::{DHCP, Definitions, OptionDefinition, UNKNOWN_FORMAT};
use crate::dhcpd::syntax::{Lexer, TokenKind, decimal};

use super::parse::{Fault, describe};

/// Reads an option's name: `NAME`, `SPACE.NAME` or `SPACE.unknown-CODE`.
pub fn option_name(lexer: &mut Lexer<'_>, definitions: &Definitions) -> Result<OptionDefinition, Fault> {
    let (space, name, start) = bare_option_name(lexer)?;
    if !definitions.has_space(&space) && !definitions.takes_unknown() {
        return Err(Fault::at(start, format!("there is no option space `{}`", space.escape_ascii())));
    }
    if let Some(definition) = definitions.get(&space, &name) {
        return Ok(definition.clone());
    }
    match name.split_at_checked(8) {
        Some((prefix, code)) if prefix.eq_ignore_ascii_case(b"unknown-") => {
            let code = decimal(code) as u32;
            if code == 0 || code == 255 && *space == *DHCP {
                return Err(Fault::at(start, format!("there is no option with the code {code}")));
            }
            Ok(definitions.with_code(&space, code).cloned().unwrap_or_else(|| OptionDefinition {
                space: space.into(),
                name: name.into(),
                code,
                format: (*b"X").into(),
            }))
        }
        _ if definitions.takes_unknown() => {
            let format = UNKNOWN_FORMAT.into();
            Ok(OptionDefinition { space: space.into(), name: name.into(), code: 0, format })
        }
        _ => {
            let (space, name) = (space.escape_ascii(), name.escape_ascii());
            Err(Fault::at(start, format!("there is no option `{name}` in the option space `{space}`")))
        }
    }
}

/// Reads what is an option's space and name if there is such an option, and where it begins.
pub(in crate::dhcpd) fn bare_option_name(lexer: &mut Lexer<'_>) -> Result<(Vec<u8>, Vec<u8>, usize), Fault> {
    let first = lexer.next();
    let start = lexer.token_start();
    if !first.is_identifier() {
        return Err(Fault::at(start, format!("expected an option's name, found {}", describe(&first))));
    }
    if lexer.peek().kind != TokenKind::Byte(b'.') {
        return Ok((DHCP.to_vec(), first.text.into_owned(), start));
    }
    lexer.next();
    let second = lexer.next();
    if !second.is_identifier() {
        let found = describe(&second);
        return Err(Fault::at(lexer.token_start(), format!("expected an option's name after the dot, found {found}")));
    }
    Ok((first.text.into_owned(), second.text.into_owned(), start))
}

/// Reads a host's name: words and numbers with dots between them. `None`, with nothing taken, when
/// there is none.
pub fn host_name(lexer: &mut Lexer<'_>) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    loop {
        let token = lexer.peek();
        if !token.is_identifier() && token.kind != TokenKind::Number {
            return (!name.is_empty()).then_some(name);
        }
        name.extend_from_slice(&lexer.next().text);
        if lexer.peek().kind != TokenKind::Byte(b'.') {
            return Some(name);
        }
        lexer.next();
        name.push(b'.');
    }
}
