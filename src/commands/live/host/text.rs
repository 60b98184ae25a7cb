//! Statements as text: always in the same words, and as dhcpd keeps them in its lease file.

use crate::commands::live::failure::Failure;
use crate::commands::live::usage;
use crate::dhcpd::options::Definitions;
use crate::dhcpd::statements::{
    self, Statement, Surroundings, may_lack_parentheses, parse_attribute, parse_statement, write, write_readably,
};
use crate::dhcpd::syntax::{Lexer, TokenKind};
use crate::render::text::visible;

/// Statements as dhcpd.conf could have them, on one line and always in the same words, if they are such as a dhcpd with these
/// options reads.
pub(in crate::commands) fn normal_statements(text: &str, definitions: &Definitions) -> Result<String, Failure> {
    let wrong = |why: String| {
        usage(format!("the statements `{}` are not as dhcpd wants them: {why}", visible(text.as_bytes())))
    };
    let (number, once) = written_statements(text, definitions).map_err(wrong)?;
    // What is read of that may be written otherwise once more.
    match written_statements(&once, definitions) {
        Ok((again, normal)) if again == number => Ok(normal),
        _ => Err(not_kept(text, "")),
    }
}

/// Whether a dhcpd with these options takes statements, and its lease file can keep them.
///
/// # Errors
///
/// It knows an option not, or its lease file cannot keep them.
pub(in crate::commands) fn check_kept(normal: &str, definitions: &Definitions) -> Result<(), Failure> {
    normal_statements(normal, definitions)?;
    match lease_form(normal) {
        LeaseForm::Lost(why) => Err(not_kept(normal, why)),
        LeaseForm::Same | LeaseForm::Other(_) => Ok(()),
    }
}

/// What dhcpd reads in its lease file of statements that it has written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands) enum LeaseForm {
    /// The same statements.
    Same,
    /// These, which mean something else: it writes no parentheses.
    Other(String),
    /// The lease file cannot keep them; and why.
    Lost(&'static str),
}

/// What dhcpd reads again, when it starts, of normal statements that it was given over OMAPI.
pub(in crate::commands) fn lease_form(normal: &str) -> LeaseForm {
    // There are no backslashes outside of text.
    if normal.contains('\\') {
        return LeaseForm::Lost(": text in statements cannot hold quotes or backslashes");
    }
    // All else is written there as it is here.
    if !normal.contains('(') {
        return LeaseForm::Same;
    }
    let known = Definitions::standard().taking_unknown();
    let (statements, _) = parse_attribute(normal.as_bytes(), &known, &|_| true);
    let mut written = Vec::new();
    write(&statements, 0, &mut written);
    match normal_statements(&String::from_utf8_lossy(&written), &known) {
        Ok(again) if again == normal => LeaseForm::Same,
        Ok(again) => LeaseForm::Other(again),
        Err(_) => LeaseForm::Lost(": it has no parentheses, and these need theirs"),
    }
}

/// Whether the lease file cannot keep normal statements.
pub(in crate::commands) fn are_written_amiss(normal: &str) -> bool {
    matches!(lease_form(normal), LeaseForm::Lost(_))
}

/// What is to be said before statements are sent whose meaning dhcpd's lease file changes.
pub(in crate::commands) fn change_of_meaning(normal: &str) -> Option<String> {
    let LeaseForm::Other(again) = lease_form(normal) else { return None };
    Some(format!(
        "dhcpd writes its lease file without parentheses: once it is restarted, it reads `{}` as `{}`; nested `if`s keep \
         their meaning",
        visible(normal.as_bytes()),
        visible(again.as_bytes())
    ))
}

/// What is to be said before statements are sent again that are known from the lease file alone, and may have meant
/// something else when they were sent first.
pub(in crate::commands) fn doubt_about_meaning(normal: &str, is_declared: bool) -> Option<String> {
    // Those of dhcpd.conf have their parentheses.
    if is_declared {
        return None;
    }
    let known = Definitions::standard().taking_unknown();
    let (statements, _) = parse_attribute(normal.as_bytes(), &known, &|_| true);
    may_lack_parentheses(&statements).then(|| {
        let shown = visible(normal.as_bytes());
        format!(
            "the statements `{shown}` are sent again as the lease file has them, where dhcpd leaves parentheses out: if they \
             had others, give them anew with --statements"
        )
    })
}

pub(super) fn not_kept(text: &str, why: &str) -> Failure {
    let shown = visible(text.as_bytes());
    usage(format!("the lease file cannot keep the statements `{shown}`{why}"))
}

/// Statements of the server's files, on one line and always in the same words.
pub(in crate::commands) fn as_written(statements: &[Statement]) -> String {
    let text = on_one_line(statements);
    // What dhcpd has written can be read, whatever options it knows.
    normal_statements(&text, &Definitions::standard().taking_unknown()).unwrap_or(text)
}

/// The client identifier that statements of a dhcpd with these options say.
pub(in crate::commands) fn client_identifier_in(text: &str, definitions: &Definitions) -> Option<Vec<u8>> {
    statements::client_identifier(&parse_attribute(text.as_bytes(), definitions, &|_| true).0)
}

/// The same statements without one that says the client identifier; as they are where they cannot be read.
pub(in crate::commands) fn without_client_identifier(text: &str, definitions: &Definitions) -> String {
    match parse_attribute(text.as_bytes(), definitions, &|_| true) {
        (statements, Ok(())) => on_one_line(&statements::without_client_identifier(statements)),
        (_, Err(_)) => text.to_owned(),
    }
}

fn on_one_line(statements: &[Statement]) -> String {
    let mut out = Vec::new();
    write_readably(statements, 0, &mut out);
    let written = String::from_utf8_lossy(&out);
    written.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How many statements they are, and how they are written.
pub(super) fn written_statements(text: &str, definitions: &Definitions) -> Result<(usize, String), String> {
    let mut lexer = Lexer::for_file(text.as_bytes());
    let mut statements = Vec::new();
    loop {
        // dhcpd itself takes whatever begins no statement, and a string without an end, for the end of all.
        match parse_statement(&mut lexer, definitions, Surroundings::new(&|_| true)) {
            Ok(Some(statement)) => statements.push(statement),
            Ok(None) if lexer.peek().kind == TokenKind::End => break,
            Ok(None) => return Err(format!("no statement begins with `{}`", visible(&lexer.peek().text))),
            Err(fault) => return Err(fault.error.text),
        }
    }
    Ok((statements.len(), on_one_line(&statements)))
}
