//! Statements out of tokens.

use crate::dhcpd::options::{DHCP, Definitions, SERVER, UNKNOWN_FORMAT};
use crate::dhcpd::syntax::{Lexer, SyntaxError, Token, TokenKind, is_keyword};

use super::expression::{Wanted, expression, expression_or_end};
use super::names::{bare_option_name, host_name, option_name};
use super::value::{option_value, verbatim};
use super::{Expression, OptionName, Statement, Verb};

/// How deep statements and expressions may be nested.
pub(super) const MAX_DEPTH: usize = 100;

/// How many terms an expression, or an option's value, may have: each makes its tree a level deeper.
const MAX_TERMS: usize = 1000;

/// A mistake in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, and what.
    pub error: SyntaxError,
    /// dhcpd takes this for the end of an OMAPI attribute rather than for a mistake.
    pub is_end: bool,
    /// A semicolon should stand there.
    pub lacks_semicolon: bool,
}

impl Fault {
    pub(in crate::dhcpd) fn at(offset: usize, text: impl Into<String>) -> Self {
        Fault { error: SyntaxError::new(offset, text), is_end: false, lacks_semicolon: false }
    }

    /// The same mistake where it spoils everything.
    pub(super) fn spoiling(self) -> Self {
        Fault { is_end: false, ..self }
    }

    /// The same mistake where dhcpd does not mind it.
    pub(super) fn end(self) -> Self {
        Fault { is_end: true, ..self }
    }
}

/// What a statement stands in.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Whether there is a class of that name.
    pub class_exists: &'a dyn Fn(&[u8]) -> bool,
    /// Inside of a `switch`: what its cases are to be.
    pub(super) cases: Option<Wanted>,
    pub(super) depth: usize,
}

impl<'a> Surroundings<'a> {
    /// Outside of everything, where those classes are known.
    pub fn new(class_exists: &'a dyn Fn(&[u8]) -> bool) -> Self {
        Surroundings { class_exists, cases: None, depth: 0 }
    }

    pub(super) fn deeper(self, offset: usize) -> Result<Self, Fault> {
        match self.depth < MAX_DEPTH {
            true => Ok(Surroundings { cases: None, depth: self.depth + 1, ..self }),
            false => Err(Fault::at(offset, format!("this is nested more than {MAX_DEPTH} levels deep"))),
        }
    }
}

/// Whether an expression may have so many terms.
pub(super) fn within_terms(terms: usize, lexer: &Lexer<'_>) -> Result<(), Fault> {
    match terms <= MAX_TERMS {
        true => Ok(()),
        false => Err(Fault::at(lexer.token_start(), format!("this value has more than {MAX_TERMS} parts"))),
    }
}

/// Reads what OMAPI's attribute `statements` holds, as dhcpd does: the statements before a mistake,
/// or before whatever it takes for the end, and the mistake.
pub fn parse_attribute(
    text: &[u8],
    definitions: &Definitions,
    class_exists: &dyn Fn(&[u8]) -> bool,
) -> (Vec<Statement>, Result<(), SyntaxError>) {
    let mut lexer = Lexer::for_file(text);
    let mut statements = Vec::new();
    loop {
        match parse_statement(&mut lexer, definitions, Surroundings::new(class_exists)) {
            Ok(Some(statement)) => statements.push(statement),
            Ok(None) => return (statements, Ok(())),
            Err(fault) if fault.is_end => return (statements, Ok(())),
            Err(fault) => return (statements, Err(fault.error)),
        }
    }
}

/// Reads one statement; `None`, with nothing taken, where none begins.
pub fn parse_statement(
    lexer: &mut Lexer<'_>,
    definitions: &Definitions,
    within: Surroundings<'_>,
) -> Result<Option<Statement>, Fault> {
    let token = lexer.peek();
    if !matches!(token.kind, TokenKind::Name | TokenKind::NumberOrName) {
        return Ok(None);
    }
    let word = token.text.to_ascii_lowercase();
    let statement = match word.as_slice() {
        b"option" | b"supersede" | b"send" => option(lexer, definitions, within, Verb::Supersede)?,
        b"append" => option(lexer, definitions, within, Verb::Append)?,
        b"prepend" => option(lexer, definitions, within, Verb::Prepend)?,
        b"default" => return default(lexer, definitions, within).map(Some),
        b"if" => condition(lexer, definitions, within)?,
        b"on" => on_event(lexer, definitions, within)?,
        b"switch" => switch(lexer, definitions, within)?,
        b"case" => case(lexer, definitions, within)?,
        b"add" => add(lexer, within)?,
        b"break" => after_word(lexer, Statement::Break)?,
        b"parse-vendor-option" => after_word(lexer, Statement::ParseVendorOption)?,
        b"set" | b"define" => set(lexer, definitions, within)?,
        b"unset" => {
            lexer.next();
            let name = variable(lexer)?;
            semicolon(lexer)?;
            Statement::Unset(name)
        }
        b"eval" | b"return" => {
            lexer.next();
            let wanted = if word == b"eval" { Wanted::Any } else { Wanted::Data };
            let value = expression_or_end(lexer, definitions, wanted, within)?;
            semicolon(lexer).map_err(|fault| if word == b"eval" { fault.end() } else { fault })?;
            if word == b"eval" { Statement::Eval(value) } else { Statement::Return }
        }
        b"execute" => execute(lexer, definitions, within)?,
        b"log" => log(lexer, definitions, within)?,
        b"db-time-format" => {
            lexer.next();
            let token = lexer.next();
            if !matches!(token.text.to_ascii_lowercase().as_slice(), b"default" | b"local") {
                return Err(unexpected(lexer, "`default` or `local`", &token));
            }
            semicolon(lexer)?;
            Statement::Nothing
        }
        b"allow" | b"deny" | b"ignore" => permission(lexer)?,
        b"zone" => zone(lexer)?,
        b"key" => return Ok(None),
        _ => return parameter(lexer, definitions, within),
    };
    Ok(Some(statement))
}

/// A parameter of dhcpd's own, or a call of a function.
fn parameter(
    lexer: &mut Lexer<'_>,
    definitions: &Definitions,
    within: Surroundings<'_>,
) -> Result<Option<Statement>, Fault> {
    let word = lexer.peek().text.to_vec();
    if let Some(definition) = definitions.get(SERVER, &word) {
        let definition = definition.clone();
        lexer.next();
        return option_statement(lexer, definitions, within, Verb::Supersede, &definition).map(Some);
    }
    if is_keyword(&word) {
        return Ok(None);
    }
    let value = expression(lexer, definitions, Wanted::Any, within)?;
    semicolon(lexer)?;
    Ok(Some(Statement::Eval(value)))
}

fn option(
    lexer: &mut Lexer<'_>,
    definitions: &Definitions,
    within: Surroundings<'_>,
    verb: Verb,
) -> Result<Statement, Fault> {
    lexer.next();
    let definition = option_name(lexer, definitions)?;
    option_statement(lexer, definitions, within, verb, &definition)
}

/// The rest of a statement about an option. What is wrong here is the end to an OMAPI attribute.
pub(in crate::dhcpd) fn option_statement(
    lexer: &mut Lexer<'_>,
    definitions: &Definitions,
    within: Surroundings<'_>,
    verb: Verb,
    definition: &crate::dhcpd::options::OptionDefinition,
) -> Result<Statement, Fault> {
    let value = match lexer.peek().kind {
        TokenKind::Byte(b'=') => {
            lexer.next();
            expression(lexer, definitions, Wanted::Data, within).map_err(Fault::end)?
        }
        _ if *definition.format == *UNKNOWN_FORMAT => verbatim(lexer).map_err(Fault::end)?,
        _ => option_value(lexer, &definition.format).map_err(Fault::end)?,
    };
    semicolon(lexer).map_err(Fault::end)?;
    let name = OptionName { space: definition.space.clone(), name: definition.name.clone() };
    Ok(Statement::Option(verb, name, value))
}

fn default(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    if lexer.peek().kind != TokenKind::Byte(b':') {
        let definition = option_name(lexer, definitions)?;
        return option_statement(lexer, definitions, within, Verb::Default, &definition);
    }
    lexer.next();
    match within.cases {
        Some(_) => Ok(Statement::DefaultCase),
        None => Err(Fault::at(lexer.token_start(), "`default:` belongs inside of a `switch`")),
    }
}

fn condition(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    let mut branches = Vec::new();
    let mut rest = None;
    lexer.next();
    let inner = within.deeper(lexer.token_start())?;
    loop {
        // A parenthesis that begins the condition is the statement's own: it has to end where the condition does.
        let is_enclosed = lexer.peek().kind == TokenKind::Byte(b'(');
        if is_enclosed {
            lexer.next();
        }
        let condition = expression(lexer, definitions, Wanted::Boolean, inner)?;
        if is_enclosed {
            expect(lexer, b')', "an operator or `)`")?;
            condition_ends(lexer)?;
        }
        branches.push((condition, block(lexer, definitions, inner)?));
        match lexer.peek().text.to_ascii_lowercase().as_slice() {
            b"elsif" => {
                lexer.next();
            }
            b"else" => {
                lexer.next();
                if lexer.peek().text.eq_ignore_ascii_case(b"if") {
                    lexer.next();
                    continue;
                }
                // A condition that is all of it is one more branch.
                match <[Statement; 1]>::try_from(block(lexer, definitions, inner)?) {
                    Ok([Statement::If(more, otherwise)]) => {
                        branches.extend(more);
                        rest = otherwise;
                    }
                    Ok(statement) => rest = Some(statement.into()),
                    Err(statements) => rest = Some(statements),
                }
                break;
            }
            _ => break,
        }
    }
    Ok(Statement::If(branches, rest))
}

/// Finds that a condition goes on behind the parenthesis that it began with.
fn condition_ends(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    let token = lexer.peek().clone();
    if token.kind == TokenKind::Byte(b'{') {
        return Ok(());
    }
    lexer.next();
    let expected = "`{` behind a condition in parentheses (one that goes on needs them around all of it)";
    Err(unexpected(lexer, expected, &token))
}

/// Statements between braces.
fn block(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Vec<Statement>, Fault> {
    expect(lexer, b'{', "`{`")?;
    let mut statements = Vec::new();
    // Whatever ends the statements in here early, the brace is missed then.
    while let Some(statement) = parse_statement(lexer, definitions, within).map_err(Fault::spoiling)? {
        statements.push(statement);
    }
    expect(lexer, b'}', "a statement or `}`")?;
    Ok(statements)
}

fn on_event(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    let mut events = 0;
    loop {
        let token = lexer.next();
        events |= match token.text.to_ascii_lowercase().as_slice() {
            b"expiry" => 1,
            b"commit" => 2,
            b"release" => 4,
            b"transmission" => 8,
            _ => return Err(unexpected(lexer, "`commit`, `expiry` or `release`", &token)),
        };
        if !lexer.peek().text.eq_ignore_ascii_case(b"or") {
            break;
        }
        lexer.next();
    }
    if lexer.peek().kind == TokenKind::Byte(b';') {
        lexer.next();
        return Ok(Statement::On(events, Vec::new()));
    }
    let inner = within.deeper(lexer.token_start())?;
    Ok(Statement::On(events, block(lexer, definitions, inner)?))
}

fn switch(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    expect(lexer, b'(', "`(`")?;
    let inner = within.deeper(lexer.token_start())?;
    let subject = expression(lexer, definitions, Wanted::DataOrNumber, inner)?;
    expect(lexer, b')', "`)`")?;
    let cases = if subject.is_data() { Wanted::Data } else { Wanted::Number };
    let inner = Surroundings { cases: Some(cases), ..inner };
    Ok(Statement::Switch(subject, block(lexer, definitions, inner)?))
}

fn case(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    let Some(wanted) = within.cases else {
        return Err(Fault::at(lexer.token_start(), "`case` belongs inside of a `switch`"));
    };
    let value = expression(lexer, definitions, wanted, within)?;
    expect(lexer, b':', "`:`")?;
    Ok(Statement::Case(value))
}

fn add(lexer: &mut Lexer<'_>, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    let class = string(lexer, "a class's name in quotes")?;
    if !(within.class_exists)(&class) {
        return Err(Fault::at(lexer.token_start(), format!("there is no class `{}`", class.escape_ascii())));
    }
    semicolon(lexer)?;
    Ok(Statement::Add(class))
}

fn set(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    let name = variable(lexer)?;
    let token = lexer.next();
    match token.kind {
        TokenKind::Byte(b'=') => {
            let value = expression_or_end(lexer, definitions, Wanted::Any, within)?;
            semicolon(lexer)?;
            Ok(Statement::Set(name, value))
        }
        TokenKind::Byte(b'(') => {
            loop {
                let token = lexer.next();
                match token.kind {
                    TokenKind::Byte(b')') => break,
                    TokenKind::Name | TokenKind::NumberOrName => {}
                    _ => return Err(unexpected(lexer, "an argument's name or `)`", &token)),
                }
                let token = lexer.next();
                match token.kind {
                    TokenKind::Byte(b')') => break,
                    TokenKind::Byte(b',') => {}
                    _ => return Err(unexpected(lexer, "`,` or `)`", &token)),
                }
            }
            let inner = within.deeper(lexer.token_start())?;
            block(lexer, definitions, inner)?;
            Ok(Statement::Function(name))
        }
        _ => Err(unexpected(lexer, "`=`", &token)),
    }
}

fn variable(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    let token = lexer.next();
    match token.kind {
        TokenKind::Name | TokenKind::NumberOrName if !token.is_keyword() => Ok(token.text.into_owned()),
        _ => Err(unexpected(lexer, "a variable's name", &token)),
    }
}

fn execute(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    expect(lexer, b'(', "`(`")?;
    let command = string(lexer, "a command in quotes")?;
    let mut arguments = Vec::new();
    while lexer.peek().kind == TokenKind::Byte(b',') {
        lexer.next();
        arguments.push(expression(lexer, definitions, Wanted::Data, within)?);
    }
    expect(lexer, b')', "`,` or `)`")?;
    semicolon(lexer)?;
    Ok(Statement::Execute(command, arguments))
}

fn log(lexer: &mut Lexer<'_>, definitions: &Definitions, within: Surroundings<'_>) -> Result<Statement, Fault> {
    lexer.next();
    expect(lexer, b'(', "`(`")?;
    let word = lexer.peek().text.to_ascii_lowercase();
    let level = ["fatal", "error", "debug", "info"].into_iter().find(|level| level.as_bytes() == word);
    if level.is_some() {
        lexer.next();
        expect(lexer, b',', "`,`")?;
    }
    let text = expression(lexer, definitions, Wanted::Data, within)?;
    expect(lexer, b')', "`)`")?;
    semicolon(lexer)?;
    Ok(Statement::Log(level.unwrap_or("debug"), text))
}

/// `allow`, `deny` and `ignore`, as far as they are parameters.
fn permission(lexer: &mut Lexer<'_>) -> Result<Statement, Fault> {
    let flag = match lexer.next().text.to_ascii_lowercase().as_slice() {
        b"allow" => 1,
        b"deny" => 0,
        _ => 2,
    };
    let token = lexer.next();
    let name: &[u8] = match token.text.to_ascii_lowercase().as_slice() {
        b"bootp" => b"allow-bootp",
        b"booting" => b"allow-booting",
        b"dynamic-bootp" => b"dynamic-bootp",
        b"unknown-clients" => b"boot-unknown-clients",
        b"duplicates" => b"duplicates",
        b"declines" => b"declines",
        b"client-updates" => b"client-updates",
        b"leasequery" => b"leasequery",
        _ => return Err(unexpected(lexer, "what is to be allowed or denied", &token).end()),
    };
    semicolon(lexer).map_err(Fault::end)?;
    let name = OptionName { space: SERVER.into(), name: name.into() };
    Ok(Statement::Option(Verb::Supersede, name, Expression::Data(vec![flag])))
}

/// `zone NAME { primary …; key …; }`.
fn zone(lexer: &mut Lexer<'_>) -> Result<Statement, Fault> {
    lexer.next();
    if host_name(lexer).is_none() {
        let token = lexer.next();
        return Err(unexpected(lexer, "a zone's name", &token));
    }
    expect(lexer, b'{', "`{`")?;
    loop {
        let token = lexer.next();
        match token.text.to_ascii_lowercase().as_slice() {
            b"}" => return Ok(Statement::Nothing),
            b"primary" | b"secondary" => {
                zone_servers(lexer, |lexer| crate::dhcpd::declarations::ip_address_or_name(lexer).map(|_| ()))?;
            }
            b"primary6" | b"secondary6" => {
                zone_servers(lexer, |lexer| super::value::ip6_address(lexer).map(|_| ()))?;
            }
            b"key" => {
                if lexer.peek().kind == TokenKind::String {
                    lexer.next();
                } else if host_name(lexer).is_none() {
                    let token = lexer.next();
                    return Err(unexpected(lexer, "a key's name", &token));
                }
                semicolon(lexer)?;
            }
            _ => return Err(unexpected(lexer, "`primary`, `secondary`, `key` or `}`", &token)),
        }
    }
}

/// Servers with commas between them, and a semicolon.
fn zone_servers(lexer: &mut Lexer<'_>, server: impl Fn(&mut Lexer<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    loop {
        server(lexer)?;
        if lexer.peek().kind != TokenKind::Byte(b',') {
            return semicolon(lexer);
        }
        lexer.next();
    }
}

/// Whether an option's definition begins behind `option`: `NAME code` or `space NAME`. Takes nothing.
pub(in crate::dhcpd) fn begins_definition(lexer: &Lexer<'_>) -> bool {
    let mut ahead = lexer.fork();
    let Ok((space, name, _)) = bare_option_name(&mut ahead) else { return false };
    ahead.peek().text.eq_ignore_ascii_case(b"code")
        || *space == *DHCP && name.eq_ignore_ascii_case(b"space") && ahead.peek().is_identifier()
}

fn after_word(lexer: &mut Lexer<'_>, statement: Statement) -> Result<Statement, Fault> {
    lexer.next();
    semicolon(lexer)?;
    Ok(statement)
}

pub(super) fn string(lexer: &mut Lexer<'_>, what: &str) -> Result<Vec<u8>, Fault> {
    let token = lexer.next();
    match token.kind {
        TokenKind::String => Ok(token.text.into_owned()),
        _ => Err(unexpected(lexer, what, &token)),
    }
}

pub(in crate::dhcpd) fn semicolon(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    expect(lexer, b';', "a semicolon").map_err(|fault| Fault { lacks_semicolon: true, ..fault })
}

pub(in crate::dhcpd) fn expect(lexer: &mut Lexer<'_>, byte: u8, what: &str) -> Result<(), Fault> {
    let token = lexer.next();
    match token.kind == TokenKind::Byte(byte) {
        true => Ok(()),
        false => Err(unexpected(lexer, what, &token)),
    }
}

/// A mistake about the token taken last.
pub(in crate::dhcpd) fn unexpected(lexer: &Lexer<'_>, expected: &str, found: &Token<'_>) -> Fault {
    let offset = if found.kind == TokenKind::End { lexer.end_offset() } else { lexer.token_start() };
    Fault::at(offset, format!("expected {expected}, found {}", describe(found)))
}

/// A token for a message.
pub(in crate::dhcpd) fn describe(token: &Token<'_>) -> String {
    const SHOWN: usize = 40;
    match token.kind {
        TokenKind::End => "the end".to_owned(),
        TokenKind::String => format!("\"{}\"", token.text[..token.text.len().min(SHOWN)].escape_ascii()),
        _ => format!("`{}`", token.text[..token.text.len().min(SHOWN)].escape_ascii()),
    }
}
