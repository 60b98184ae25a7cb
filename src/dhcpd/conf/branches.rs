//! The statements inside of an `if`, each with its own text.

use crate::dhcpd::declarations::Context;
use crate::dhcpd::statements::{Statement, Surroundings, parse_statement};
use crate::dhcpd::syntax::{Lexer, TokenKind};

/// The statements of each branch of an `if`, whose text this is, the one behind `else` last if there is one.
pub(super) fn branches(context: &Context, text: &[u8]) -> Vec<Vec<(Statement, Vec<u8>)>> {
    let mut lexer = Lexer::for_file(text);
    let mut branches = Vec::new();
    let class_exists = |name: &[u8]| context.classes.contains(name);
    loop {
        // A condition has no braces.
        loop {
            match lexer.next().kind {
                TokenKind::Byte(b'{') => break,
                TokenKind::End => return branches,
                _ => {}
            }
        }
        let mut inner = Vec::new();
        while !matches!(lexer.peek().kind, TokenKind::Byte(b'}') | TokenKind::End) {
            let start = lexer.peeked_start();
            let within = Surroundings::new(&class_exists);
            let Ok(Some(statement)) = parse_statement(&mut lexer, &context.definitions, within) else {
                return branches;
            };
            // A statement ends with a semicolon or a brace.
            let end = (lexer.token_start() + 1).min(text.len());
            inner.push((statement, text[start..end.max(start)].to_vec()));
        }
        branches.push(inner);
        lexer.next();
        if !matches!(lexer.peek().text.to_ascii_lowercase().as_slice(), b"elsif" | b"else") {
            return branches;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statement_has_its_text() {
        let text = b"if known and exists user-class { option host-name \"a}\"; if static { filename \"b\"; } } \
            elsif option user-class = \"{\" { } else { add \"x\"; append root-path = concat(\"c\", \"d\"); }";
        let mut context = Context::default();
        context.classes.insert(b"x".to_vec());
        let texts: Vec<Vec<String>> = branches(&context, text)
            .iter()
            .map(|inner| inner.iter().map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect())
            .collect();
        let expected: [&[&str]; 3] = [
            &["option host-name \"a}\";", "if static { filename \"b\"; }"],
            &[],
            &["add \"x\";", "append root-path = concat(\"c\", \"d\");"],
        ];
        assert_eq!(texts, expected);
    }
}
