//! The token language of ISC DHCP, in one place for everything that is written in it: omshell's
//! lines, `dhcpd.conf`, `dhcpd.leases` and OMAPI `statements`.
//!
//! Rules as observed on dhcpd and omshell 4.4.3-P1. They differ from the manual in places, and
//! those places are commented where they are implemented.

mod base64;
mod error;
mod keyword;
mod lexer;
mod lookalike;
mod number;
mod warning;

pub use base64::{may_be_base64, read_base64};
pub use error::{Lines, Position, SyntaxError, explain, explain_at};
pub(super) use error::{SHOWN, without_secret};
pub use keyword::is_keyword;
pub use lexer::{Lexer, Token, TokenKind};
pub use lookalike::{foreign, lookalike};
pub use number::{decimal, octet_from_hex};
pub use warning::Warning;

/// `text` up to its first NUL, which is where ISC's programs, written in C, stop to look.
pub fn until_nul(text: &[u8]) -> &[u8] {
    match text.iter().position(|&byte| byte == 0) {
        Some(end) => &text[..end],
        None => text,
    }
}
