//! Executable statements: parameters, options, conditions and what else dhcpd.conf has inside and
//! outside of its declarations, and what OMAPI's attribute `statements` is made of.
//!
//! - [`parse_statement`] and [`parse_attribute`] read them;
//! - [`write()`] writes them as dhcpd writes them into its lease file; [`write_readably()`] as it can read them.
//!
//! What is taken and what is refused is as observed on dhcpd 4.4.3-P1. There are two ways to refuse: a
//! mistake that spoils everything, and one, such as a missing semicolon, that dhcpd in an OMAPI
//! attribute takes for the end.

mod expression;
mod names;
mod parse;
mod value;
mod walk;
mod write;

pub use crate::dhcpd::options::Definitions;
pub use names::{host_name, option_name};
pub use parse::{Fault, Surroundings, parse_attribute, parse_statement};
pub use walk::{each_option, may_lack_parentheses};
pub use write::{write, write_readably};

pub(super) use expression::matching;
pub(super) use names::bare_option_name;
pub(super) use parse::{begins_definition, describe, expect, option_statement, semicolon, unexpected};
pub(super) use value::{hex_list, ip_address, ip6_address, option_value};

use crate::dhcpd::options::DHCP;

/// An option as statements name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionName {
    /// The space that it belongs to.
    pub space: Box<[u8]>,
    /// Its name as it was defined.
    pub name: Box<[u8]>,
}

/// What a statement does to an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Verb {
    Supersede,
    Default,
    Append,
    Prepend,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `option NAME VALUE;` and its likes.
    Option(Verb, OptionName, Expression),
    /// `if … { } elsif … { } else { }`: conditions with their statements, and the rest.
    If(Vec<(Expression, Vec<Statement>)>, Option<Vec<Statement>>),
    /// `on expiry or … { }`: the events by their bits, 1 expiry, 2 commit, 4 release.
    On(u8, Vec<Statement>),
    /// `switch ( ) { }`.
    Switch(Expression, Vec<Statement>),
    /// `case …:`.
    Case(Expression),
    /// `default:`.
    DefaultCase,
    /// `add "CLASS";`.
    Add(Vec<u8>),
    /// `break;`.
    Break,
    /// `set NAME = …;`, and `define`.
    Set(Vec<u8>, Expression),
    /// `set NAME (…) { }`: a function. It is never written.
    Function(Vec<u8>),
    /// `unset NAME;`.
    Unset(Vec<u8>),
    /// `eval …;`, and a function call.
    Eval(Expression),
    /// `execute ("COMMAND", …);`.
    Execute(Vec<u8>, Vec<Expression>),
    /// `return …;`.
    Return,
    /// `log (LEVEL, …);`.
    Log(&'static str, Expression),
    /// `parse-vendor-option;`.
    ParseVendorOption,
    /// `db-time-format`, `zone` and `key`: they stand among statements and are none.
    Nothing,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// Bytes.
    Data(Vec<u8>),
    /// A number.
    Integer(i64),
    /// A word that stands for a value: `known`, `hardware` …
    Word(&'static str),
    /// A word with an option: `option`, `exists`, `config-option`.
    OfOption(&'static str, OptionName),
    /// Two expressions with an operator between them.
    Binary(&'static str, Box<(Expression, Expression)>),
    /// `not`.
    Not(Box<Expression>),
    /// `substring (…)` and its likes.
    Call(&'static str, Vec<Expression>),
    /// `gethostbyname ("…")`.
    HostLookup(Vec<u8>),
    /// A variable's value.
    Variable(Vec<u8>),
    /// `defined (…)`.
    Defined(Vec<u8>),
    /// A call of a function of the configuration's own.
    FunctionCall(Vec<u8>, Vec<Expression>),
    /// The value of an option whose format is not known, as it is written behind the option's name.
    Verbatim(Vec<u8>),
}

impl Verb {
    /// The word that dhcpd writes for it.
    fn word(self) -> &'static str {
        match self {
            Verb::Supersede => "supersede",
            Verb::Default => "default",
            Verb::Append => "append",
            Verb::Prepend => "prepend",
        }
    }
}

impl OptionName {
    /// The name as statements have it: with the space before it, unless that is the one that needs no name.
    pub fn written(&self) -> Vec<u8> {
        match *self.space == *DHCP {
            true => self.name.to_vec(),
            false => [&self.space, &b"."[..], &self.name].concat(),
        }
    }

    /// Whether it is this option of the space that is not named.
    pub fn is_dhcp(&self, name: &[u8]) -> bool {
        *self.space == *DHCP && self.name.eq_ignore_ascii_case(name)
    }
}

/// The value that `option dhcp-client-identifier` has among these statements, if there is one; empty
/// when it is not known before a client asks.
pub fn client_identifier(statements: &[Statement]) -> Option<Vec<u8>> {
    statements.iter().find_map(|statement| match statement {
        Statement::Option(Verb::Supersede, name, value) if name.is_dhcp(b"dhcp-client-identifier") => {
            Some(value.constant().unwrap_or_default())
        }
        _ => None,
    })
}

/// The same statements without those that say the client identifier.
pub fn without_client_identifier(mut statements: Vec<Statement>) -> Vec<Statement> {
    statements.retain(|statement| client_identifier(std::slice::from_ref(statement)).is_none());
    statements
}

/// Bytes that statements take in memory, about.
pub fn footprint(statements: &[Statement]) -> usize {
    statements.iter().map(|statement| size_of::<Statement>() + statement.heap()).sum()
}

impl Statement {
    fn heap(&self) -> usize {
        match self {
            Statement::Option(_, name, value) => name.heap() + value.heap(),
            Statement::If(branches, rest) => {
                let branch = |(condition, inner): &(Expression, Vec<Statement>)| {
                    size_of::<(Expression, Vec<Statement>)>() + condition.heap() + footprint(inner)
                };
                branches.iter().map(branch).sum::<usize>() + rest.as_deref().map_or(0, footprint)
            }
            Statement::On(_, inner) => footprint(inner),
            Statement::Switch(subject, inner) => subject.heap() + footprint(inner),
            Statement::Case(value) | Statement::Eval(value) | Statement::Log(_, value) => value.heap(),
            Statement::Add(name) | Statement::Unset(name) | Statement::Function(name) => name.len(),
            Statement::Set(name, value) => name.len() + value.heap(),
            Statement::Execute(command, arguments) => command.len() + expressions(arguments),
            Statement::DefaultCase
            | Statement::Break
            | Statement::Return
            | Statement::ParseVendorOption
            | Statement::Nothing => 0,
        }
    }
}

fn expressions(list: &[Expression]) -> usize {
    list.iter().map(|expression| size_of::<Expression>() + expression.heap()).sum()
}

impl OptionName {
    fn heap(&self) -> usize {
        self.space.len() + self.name.len()
    }
}

impl Expression {
    fn heap(&self) -> usize {
        match self {
            Expression::Data(bytes)
            | Expression::HostLookup(bytes)
            | Expression::Variable(bytes)
            | Expression::Defined(bytes)
            | Expression::Verbatim(bytes) => bytes.len(),
            Expression::OfOption(_, name) => name.heap(),
            Expression::Binary(_, sides) => size_of::<(Expression, Expression)>() + sides.0.heap() + sides.1.heap(),
            Expression::Not(negated) => size_of::<Expression>() + negated.heap(),
            Expression::Call(_, arguments) => expressions(arguments),
            Expression::FunctionCall(name, arguments) => name.len() + expressions(arguments),
            Expression::Integer(_) | Expression::Word(_) => 0,
        }
    }

    /// The value of data that depends on nothing.
    pub fn constant(&self) -> Option<Vec<u8>> {
        let Expression::Call(name, arguments) = self else {
            return match self {
                Expression::Data(bytes) => Some(bytes.clone()),
                _ => None,
            };
        };
        let data = |number: usize| arguments.get(number)?.constant();
        let integer = |number: usize| match arguments.get(number)? {
            Expression::Integer(integer) => usize::try_from(*integer).ok(),
            _ => None,
        };
        match *name {
            "concat" => Some([data(0)?, data(1)?].concat()),
            "lcase" => Some(data(0)?.to_ascii_lowercase()),
            "ucase" => Some(data(0)?.to_ascii_uppercase()),
            "substring" => {
                let (data, start, length) = (data(0)?, integer(1)?, integer(2)?);
                let rest = data.get(start..).unwrap_or_default();
                Some(rest[..length.min(rest.len())].to_vec())
            }
            "suffix" => {
                let (data, length) = (data(0)?, integer(1)?);
                Some(data[data.len().saturating_sub(length)..].to_vec())
            }
            _ => None,
        }
    }
}
