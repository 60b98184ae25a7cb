//! Expressions out of tokens, with dhcpd's own precedence: `&`, `|` and `^` bind closest, then comparisons, then `and` and
//! `or` alike, then `+` and `-`, then `*` and its likes. Operators of one precedence are taken from the left.

use std::cell::Cell;

use crate::dhcpd::options::Definitions;
use crate::dhcpd::syntax::{Lexer, TokenKind, decimal};

use super::names::option_name;
use super::parse::{Fault, Surroundings, expect, string, unexpected, within_terms};
use super::value::hex_list;
use super::{Expression, OptionName};

/// What an expression is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Any,
    Boolean,
    Data,
    Number,
    DataOrNumber,
}

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Boolean,
    Data,
    Number,
    /// A variable, or a call: that shows when it is evaluated.
    Unknown,
}

impl Expression {
    fn kind(&self) -> Kind {
        match self {
            Expression::Data(_) | Expression::HostLookup(_) | Expression::Verbatim(_) => Kind::Data,
            Expression::Integer(_) => Kind::Number,
            Expression::Word("known" | "static") => Kind::Boolean,
            Expression::Word("lease-time" | "client-state") => Kind::Number,
            Expression::Word(_) => Kind::Data,
            Expression::OfOption("exists", _) | Expression::Not(_) | Expression::Defined(_) => Kind::Boolean,
            Expression::OfOption(..) => Kind::Data,
            Expression::Binary("=" | "!=" | "~=" | "~~" | "and" | "or", _) => Kind::Boolean,
            Expression::Binary(..) | Expression::Call("extract-int", _) => Kind::Number,
            Expression::Call("check", _) => Kind::Boolean,
            Expression::Call(..) => Kind::Data,
            Expression::Variable(_) | Expression::FunctionCall(..) => Kind::Unknown,
        }
    }

    pub(super) fn is_data(&self) -> bool {
        self.kind() == Kind::Data
    }

    pub(super) fn is_number(&self) -> bool {
        self.kind() == Kind::Number
    }

    /// What dhcpd expects behind an operator that follows this.
    fn side(&self) -> Wanted {
        match self.kind() {
            Kind::Boolean => Wanted::Boolean,
            Kind::Data => Wanted::Data,
            Kind::Number => Wanted::Number,
            Kind::Unknown => Wanted::Any,
        }
    }
}

fn binding(operator: &str) -> u8 {
    match operator {
        "=" | "!=" | "~=" | "~~" => 4,
        "and" | "or" => 3,
        "+" | "-" => 2,
        "*" | "/" | "%" => 1,
        _ => 100,
    }
}

/// What dhcpd expects behind an operator that takes the rest of an expression for its own.
fn operand_of(operator: &str) -> Wanted {
    match operator {
        "=" | "!=" | "~=" | "~~" => Wanted::Data,
        "and" | "or" => Wanted::Boolean,
        _ => Wanted::Number,
    }
}

/// Reads an expression of that kind, where dhcpd takes it for the end when there is none.
pub(super) fn expression_or_end(
    lexer: &mut Lexer<'_>,
    definitions: &Definitions,
    wanted: Wanted,
    within: Surroundings<'_>,
) -> Result<Expression, Fault> {
    checked(Parser { lexer, definitions, terms: &Cell::new(0) }, wanted, within)
}

/// Reads an expression of that kind.
pub(super) fn expression(
    lexer: &mut Lexer<'_>,
    definitions: &Definitions,
    wanted: Wanted,
    within: Surroundings<'_>,
) -> Result<Expression, Fault> {
    expression_or_end(lexer, definitions, wanted, within).map_err(Fault::spoiling)
}

fn checked(mut parser: Parser<'_, '_>, wanted: Wanted, within: Surroundings<'_>) -> Result<Expression, Fault> {
    let found = parser.binary(wanted, within)?;
    let fits = match (wanted, found.kind()) {
        (Wanted::Any, _) | (_, Kind::Unknown) => true,
        (Wanted::Boolean, kind) => kind == Kind::Boolean,
        (Wanted::Data, kind) => kind == Kind::Data,
        (Wanted::Number, kind) => kind == Kind::Number,
        (Wanted::DataOrNumber, kind) => kind != Kind::Boolean,
    };
    let what = match wanted {
        Wanted::Boolean => "a condition",
        Wanted::Data => "text or data",
        _ => "a number",
    };
    if fits {
        Ok(found)
    } else {
        Err(Fault::at(parser.lexer.token_start(), format!("the expression before here is not {what}")))
    }
}

/// Reads what a class matches by: a condition, or data.
pub(in crate::dhcpd) fn matching(
    lexer: &mut Lexer<'_>,
    definitions: &Definitions,
    within: Surroundings<'_>,
    condition: bool,
) -> Result<Expression, Fault> {
    expression(lexer, definitions, if condition { Wanted::Boolean } else { Wanted::Data }, within)
}

struct Parser<'l, 'a> {
    lexer: &'l mut Lexer<'a>,
    definitions: &'l Definitions,
    /// How many terms the whole expression has so far that make its tree deeper.
    terms: &'l Cell<usize>,
}

impl Parser<'_, '_> {
    /// Reads an expression inside of this one.
    fn inner(&mut self, wanted: Wanted, within: Surroundings<'_>) -> Result<Expression, Fault> {
        let parser = Parser { lexer: self.lexer, definitions: self.definitions, terms: self.terms };
        checked(parser, wanted, within).map_err(Fault::spoiling)
    }

    /// Counts a term.
    fn another_term(&mut self) -> Result<(), Fault> {
        self.terms.set(self.terms.get() + 1);
        within_terms(self.terms.get(), self.lexer)
    }

    fn binary(&mut self, wanted: Wanted, within: Surroundings<'_>) -> Result<Expression, Fault> {
        let first = self.primary(wanted, within)?;
        match self.operator()? {
            None => Ok(first),
            Some(operator) => {
                self.take_operator(operator);
                let wanted = first.side();
                self.operands(first, operator, wanted, within)
            }
        }
    }

    /// Goes on behind a left side and its operator, to the end of the expression. As in dhcpd, an operator that binds
    /// closer than the one before it takes all the rest for its own, whatever follows there: `A and x = y or B` is
    /// `A and ((x = y) or B)`.
    fn operands(
        &mut self,
        left: Expression,
        operator: &'static str,
        wanted: Wanted,
        within: Surroundings<'_>,
    ) -> Result<Expression, Fault> {
        let (mut left, mut operator, mut wanted) = (left, operator, wanted);
        loop {
            self.another_term()?;
            let mut right = self.primary(wanted, within).map_err(Fault::spoiling)?;
            let mut next = self.operator()?;
            wanted = right.side();
            if let Some(closer) = next.filter(|next| binding(operator) < binding(next)) {
                self.take_operator(closer);
                right = self.operands(right, closer, operand_of(closer), within)?;
                next = None;
            }
            self.check(operator, &left, &right)?;
            left = Expression::Binary(operator, Box::new((left, right)));
            match next {
                None => return Ok(left),
                Some(next) => operator = next,
            }
            self.take_operator(operator);
        }
    }

    fn check(&self, operator: &str, left: &Expression, right: &Expression) -> Result<(), Fault> {
        let (left, right) = (left.kind(), right.kind());
        let same = left == right || left == Kind::Unknown || right == Kind::Unknown;
        let fits = match operator {
            "=" | "!=" => right != Kind::Boolean,
            "~=" => right == Kind::Data,
            "~~" => true,
            "and" | "or" => matches!(right, Kind::Boolean | Kind::Unknown),
            _ => matches!(right, Kind::Number | Kind::Unknown),
        };
        match same && fits {
            true => Ok(()),
            false => Err(Fault::at(
                self.lexer.token_start(),
                format!("the two sides of `{operator}` do not go together, or not with it"),
            )),
        }
    }

    fn operator(&mut self) -> Result<Option<&'static str>, Fault> {
        let token = self.lexer.peek();
        Ok(Some(match token.kind {
            TokenKind::Byte(b'=') => "=",
            TokenKind::Byte(b'+') => "+",
            TokenKind::Byte(b'/') => "/",
            TokenKind::Byte(b'*') => "*",
            TokenKind::Byte(b'%') => "%",
            TokenKind::Byte(b'&') => "&",
            TokenKind::Byte(b'|') => "|",
            TokenKind::Byte(b'^') => "^",
            TokenKind::Number if *token.text == *b"-" => "-",
            TokenKind::Byte(first @ (b'!' | b'~')) => {
                let mut ahead = self.lexer.fork();
                ahead.next();
                match (first, ahead.next().kind) {
                    (b'!', TokenKind::Byte(b'=')) => "!=",
                    (b'~', TokenKind::Byte(b'=')) => "~=",
                    (b'~', TokenKind::Byte(b'~')) => "~~",
                    _ => {
                        self.lexer.next();
                        let token = self.lexer.next();
                        return Err(unexpected(self.lexer, "`!=`, `~=` or `~~`", &token));
                    }
                }
            }
            TokenKind::Name | TokenKind::NumberOrName if token.text.eq_ignore_ascii_case(b"and") => "and",
            TokenKind::Name | TokenKind::NumberOrName if token.text.eq_ignore_ascii_case(b"or") => "or",
            _ => return Ok(None),
        }))
    }

    fn take_operator(&mut self, operator: &str) {
        self.lexer.next();
        if matches!(operator, "!=" | "~=" | "~~") {
            self.lexer.next();
        }
    }

    fn primary(&mut self, wanted: Wanted, within: Surroundings<'_>) -> Result<Expression, Fault> {
        let within = within.deeper(self.lexer.token_start())?;
        let token = self.lexer.peek();
        match token.kind {
            TokenKind::Byte(b'(') => {
                self.lexer.next();
                let inner = self.binary(wanted, within).map_err(Fault::spoiling)?;
                expect(self.lexer, b')', "an operator or `)`")?;
                Ok(inner)
            }
            TokenKind::String => Ok(Expression::Data(self.lexer.next().text.into_owned())),
            TokenKind::Number if matches!(wanted, Wanted::Number | Wanted::DataOrNumber) => {
                Ok(Expression::Integer(decimal(&self.lexer.next().text).into()))
            }
            TokenKind::Number => hex_list(self.lexer).map(Expression::Data),
            TokenKind::Name | TokenKind::NumberOrName if token.is_keyword() => self.keyword(within),
            TokenKind::NumberOrName => hex_list(self.lexer).map(Expression::Data),
            TokenKind::Name => self.name(within),
            _ => {
                let token = self.lexer.next();
                Err(unexpected(self.lexer, "an expression", &token).end())
            }
        }
    }

    /// A variable or a call.
    fn name(&mut self, within: Surroundings<'_>) -> Result<Expression, Fault> {
        let name = self.lexer.next().text.into_owned();
        if self.lexer.peek().kind != TokenKind::Byte(b'(') {
            return Ok(Expression::Variable(name));
        }
        self.lexer.next();
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.binary(Wanted::Any, within).map_err(Fault::spoiling)?);
            let token = self.lexer.next();
            match token.kind {
                TokenKind::Byte(b',') => {}
                TokenKind::Byte(b')') => return Ok(Expression::FunctionCall(name, arguments)),
                _ => return Err(unexpected(self.lexer, "`,` or `)`", &token)),
            }
        }
    }

    fn keyword(&mut self, within: Surroundings<'_>) -> Result<Expression, Fault> {
        use Wanted::{Data, Number};
        let token = self.lexer.next();
        let word = token.text.to_ascii_lowercase();
        let mut call = |name, kinds: &[Wanted]| self.call(name, kinds, within);
        match word.as_slice() {
            b"not" => {
                let negated = self.primary(Wanted::Boolean, within).map_err(Fault::spoiling)?;
                match negated.kind() {
                    Kind::Boolean => Ok(Expression::Not(Box::new(negated))),
                    _ => Err(Fault::at(self.lexer.token_start(), "what follows `not` is not a condition")),
                }
            }
            b"exists" => self.of_option("exists"),
            b"option" => self.of_option("option"),
            b"config-option" => self.of_option("config-option"),
            b"known" => Ok(Expression::Word("known")),
            b"static" => Ok(Expression::Word("static")),
            b"hardware" => Ok(Expression::Word("hardware")),
            b"leased-address" => Ok(Expression::Word("leased-address")),
            b"client-state" => Ok(Expression::Word("client-state")),
            b"filename" => Ok(Expression::Word("filename")),
            b"server-name" => Ok(Expression::Word("server-name")),
            b"lease-time" => Ok(Expression::Word("lease-time")),
            b"null" => Ok(Expression::Word("null")),
            b"host-decl-name" => Ok(Expression::Word("host-decl-name")),
            b"substring" => call("substring", &[Data, Number, Number]),
            b"suffix" => call("suffix", &[Data, Number]),
            b"lcase" => call("lcase", &[Data]),
            b"ucase" => call("ucase", &[Data]),
            b"reverse" => call("reverse", &[Number, Data]),
            b"packet" => call("packet", &[Number, Number]),
            b"binary-to-ascii" => call("binary-to-ascii", &[Number, Number, Data, Data]),
            b"extract-int" => call("extract-int", &[Data, Number]),
            b"encode-int" => call("encode-int", &[Number, Number]),
            b"v6relay" => call("v6relay", &[Number, Data]),
            b"concat" => {
                let mut parts = self.arguments(within)?.into_iter();
                let first = parts.next().expect("there is one at least");
                if parts.len() == 0 {
                    return Err(Fault::at(self.lexer.token_start(), "`concat` takes two values at least"));
                }
                Ok(parts.fold(first, |left, right| Expression::Call("concat", vec![left, right])))
            }
            b"pick" | b"pick-first-value" => Ok(Expression::Call("pick-first-value", self.arguments(within)?)),
            b"gethostname" => {
                expect(self.lexer, b'(', "`(`")?;
                expect(self.lexer, b')', "`)`")?;
                Ok(Expression::Word("gethostname()"))
            }
            b"gethostbyname" => {
                expect(self.lexer, b'(', "`(`")?;
                let name = string(self.lexer, "a host's name in quotes")?;
                expect(self.lexer, b')', "`)`")?;
                Ok(Expression::HostLookup(name))
            }
            b"defined" => {
                expect(self.lexer, b'(', "`(`")?;
                let name = self.lexer.next();
                if !matches!(name.kind, TokenKind::Name | TokenKind::NumberOrName) {
                    return Err(unexpected(self.lexer, "a variable's name", &name));
                }
                let name = name.text.into_owned();
                expect(self.lexer, b')', "`)`")?;
                Ok(Expression::Defined(name))
            }
            _ => Err(unexpected(self.lexer, "an expression", &token).end()),
        }
    }

    fn of_option(&mut self, word: &'static str) -> Result<Expression, Fault> {
        let definition = option_name(self.lexer, self.definitions)?;
        Ok(Expression::OfOption(word, OptionName { space: definition.space, name: definition.name }))
    }

    fn call(&mut self, name: &'static str, kinds: &[Wanted], within: Surroundings<'_>) -> Result<Expression, Fault> {
        expect(self.lexer, b'(', "`(`")?;
        let mut arguments = Vec::new();
        for (i, kind) in kinds.iter().enumerate() {
            if i > 0 {
                expect(self.lexer, b',', "`,`")?;
            }
            arguments.push(self.inner(*kind, within)?);
        }
        expect(self.lexer, b')', "`)`")?;
        let has_width = matches!(name, "extract-int" | "encode-int");
        if has_width && !matches!(arguments[1], Expression::Integer(8 | 16 | 32)) {
            return Err(Fault::at(self.lexer.token_start(), format!("`{name}` takes a width of 8, 16 or 32 bits")));
        }
        Ok(Expression::Call(name, arguments))
    }

    /// Data expressions between parentheses, one at least.
    fn arguments(&mut self, within: Surroundings<'_>) -> Result<Vec<Expression>, Fault> {
        expect(self.lexer, b'(', "`(`")?;
        let mut arguments = Vec::new();
        loop {
            self.another_term()?;
            arguments.push(self.inner(Wanted::Data, within)?);
            let token = self.lexer.next();
            match token.kind {
                TokenKind::Byte(b',') => {}
                TokenKind::Byte(b')') => return Ok(arguments),
                _ => return Err(unexpected(self.lexer, "`,` or `)`", &token)),
            }
        }
    }
}
