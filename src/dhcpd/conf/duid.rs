//! `server-duid` out of tokens.

use crate::dhcpd::declarations::{Hardware, hardware_type, not_here, number, word};
use crate::dhcpd::statements::{Fault, hex_list, semicolon};
use crate::dhcpd::syntax::{Lexer, TokenKind};

use super::network::ServerDuid;

/// Reads it behind the word `server-duid`.
pub(super) fn server_duid(lexer: &mut Lexer<'_>) -> Result<ServerDuid, Fault> {
    let kind = word(lexer);
    if lexer.peek().kind == TokenKind::Number {
        let number = number(lexer)?;
        let duid = ServerDuid::Other(number, identifier(lexer)?);
        semicolon(lexer)?;
        return Ok(duid);
    }
    if !matches!(kind.as_slice(), b"llt" | b"ll" | b"en") {
        return Err(not_here(lexer, "`LLT`, `LL`, `EN` or a number"));
    }
    lexer.next();
    let is_bare = lexer.peek().kind == TokenKind::Byte(b';');
    let duid = match kind.as_slice() {
        b"en" => {
            let enterprise = number(lexer)?;
            ServerDuid::En(enterprise, identifier(lexer)?)
        }
        b"llt" if is_bare => ServerDuid::Llt(None),
        b"ll" if is_bare => ServerDuid::Ll(None),
        b"llt" => {
            let kind = known_hardware(lexer)?;
            let time = number(lexer)?;
            ServerDuid::Llt(Some(((kind, hex_list(lexer)?), time)))
        }
        _ => {
            let kind = known_hardware(lexer)?;
            let hardware: Hardware = (kind, hex_list(lexer)?);
            ServerDuid::Ll(Some(hardware))
        }
    };
    semicolon(lexer)?;
    Ok(duid)
}

fn identifier(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    match lexer.peek().kind {
        TokenKind::String => Ok(lexer.next().text.into_owned()),
        _ => Err(not_here(lexer, "an identifier in quotes")),
    }
}

/// A hardware type that has a name.
fn known_hardware(lexer: &mut Lexer<'_>) -> Result<u8, Fault> {
    match word(lexer).starts_with(b"unknown-") {
        true => Err(not_here(lexer, "a hardware type such as `ethernet`")),
        false => hardware_type(lexer),
    }
}
