//! Statements as dhcpd writes them into its lease file: broken into lines at 79 columns, in its own
//! way.

use super::{Expression, OptionName, Statement, Verb};
use crate::dhcpd::options::DHCP;

/// The first column that nothing is written in.
const WIDTH: usize = 79;

/// Appends statements, each on a line of its own that begins with `\n` and `indent` blanks.
pub fn write(statements: &[Statement], indent: usize, out: &mut Vec<u8>) {
    let mut writer = Writer { out, readable: false };
    writer.statements(statements, indent);
}

/// Writes statements as dhcpd.conf can have them, so that dhcpd reads the same again: with a backslash before each quote and
/// each backslash of a text, and for each character that is none of ASCII, and with parentheses wherever they decide what a
/// condition means, or what people take it to mean. [`write()`] has neither, as dhcpd's lease file.
pub fn write_readably(statements: &[Statement], indent: usize, out: &mut Vec<u8>) {
    let mut writer = Writer { out, readable: true };
    writer.statements(statements, indent);
}

/// The words around a token that are written only when there is room.
#[derive(Clone, Copy, Default)]
struct Around {
    prefix: &'static str,
    suffix: &'static str,
}

const PLAIN: Around = Around { prefix: "", suffix: "" };
const AFTER_BLANK: Around = Around { prefix: " ", suffix: "" };
const BEFORE_BLANK: Around = Around { prefix: "", suffix: " " };
const BETWEEN_BLANKS: Around = Around { prefix: " ", suffix: " " };

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// With escapes in texts, and with the parentheses that conditions need.
    readable: bool,
}

impl Writer<'_> {
    fn put(&mut self, text: impl AsRef<[u8]>) {
        self.out.extend_from_slice(text.as_ref());
    }

    fn new_line(&mut self, indent: usize) {
        self.put(b"\n");
        self.out.resize(self.out.len() + indent, b' ');
    }

    /// Writes a token at `column`, or on a new line where it does not fit, and returns the column
    /// behind it.
    fn token(&mut self, column: usize, indent: usize, around: Around, text: impl AsRef<[u8]>) -> usize {
        let text = text.as_ref();
        let length = around.prefix.len() + text.len();
        let mut column = column;
        if column + length > WIDTH {
            if indent + length < WIDTH {
                self.new_line(indent);
                column = indent;
            } else {
                self.new_line(column);
                column = (WIDTH - 1).saturating_sub(length);
            }
        } else {
            self.put(around.prefix);
            column += around.prefix.len();
        }
        self.put(text);
        column += text.len();
        if !around.suffix.is_empty() {
            if column + around.suffix.len() > WIDTH {
                self.new_line(indent);
                column = indent;
            } else {
                self.put(around.suffix);
                column += around.suffix.len();
            }
        }
        column
    }

    fn quoted(&self, text: &[u8]) -> Vec<u8> {
        let mut quoted = Vec::with_capacity(text.len() + 2);
        quote(text, self.readable, &mut quoted);
        quoted
    }

    fn data(&mut self, mut column: usize, indent: usize, bytes: &[u8]) -> usize {
        if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.token(column, indent, PLAIN, self.quoted(bytes));
        }
        for (i, byte) in bytes.iter().enumerate() {
            if i > 0 {
                column = self.token(column, indent, PLAIN, ":");
            }
            column = self.token(column, indent, PLAIN, format!("{byte:02x}"));
        }
        column
    }

    fn statements(&mut self, statements: &[Statement], indent: usize) {
        for statement in statements {
            self.statement(statement, indent);
        }
    }

    fn statement(&mut self, statement: &Statement, indent: usize) {
        match statement {
            Statement::Nothing | Statement::Function(_) => return,
            Statement::Case(_) | Statement::DefaultCase => self.new_line(indent.saturating_sub(1)),
            _ => self.new_line(indent),
        }
        match statement {
            Statement::Option(verb, name, value) => self.option(*verb, name, value, indent),
            Statement::If(branches, rest) => self.condition(branches, rest.as_deref(), indent),
            Statement::On(events, statements) => {
                let names = [(1, "expiry"), (2, "commit"), (4, "release")];
                let named: Vec<&str> =
                    names.iter().filter(|(bit, _)| events & bit != 0).map(|(_, name)| *name).collect();
                self.put("on ");
                self.put(named.join(" or "));
                match statements.is_empty() {
                    true => self.put(";"),
                    false => self.block(" {", statements, indent),
                }
            }
            Statement::Switch(subject, statements) => {
                self.put("switch (");
                let column = self.expression(subject, indent + 7, indent + 7, true);
                let column = self.token(column, indent + 7, PLAIN, ")");
                self.token(column, indent, AFTER_BLANK, "{");
                self.block("", statements, indent);
            }
            Statement::Case(value) => {
                self.put("case ");
                let column = self.expression(value, indent + 5, indent + 5, true);
                self.token(column, indent + 5, PLAIN, ":");
            }
            Statement::DefaultCase => self.put("default: "),
            Statement::Add(class) => {
                self.put("add ");
                self.put(self.quoted(class));
            }
            Statement::Break => self.put("break;"),
            Statement::Set(name, value) => {
                self.put("set ");
                let column = self.token(indent + 4, indent + 4, PLAIN, name);
                self.token(column, indent + 4, BETWEEN_BLANKS, "=");
                let column = self.expression(value, indent + 3, indent + 3, false);
                self.token(column, indent + 4, AFTER_BLANK, ";");
            }
            Statement::Unset(name) => {
                self.put("unset ");
                let column = self.token(indent + 6, indent + 6, PLAIN, name);
                self.token(column, indent + 6, AFTER_BLANK, ";");
            }
            Statement::Eval(value) => {
                self.put("eval ");
                self.expression(value, indent + 5, indent + 5, true);
                self.put(";");
            }
            Statement::Execute(command, arguments) => {
                let column = self.token(indent + 4, indent + 4, PLAIN, "execute");
                let column = self.token(column, indent + 4, AFTER_BLANK, "(");
                let mut column = self.token(column, indent + 4, PLAIN, self.quoted(command));
                for argument in arguments {
                    column = self.token(column, indent + 4, BEFORE_BLANK, ",");
                    column = self.expression(argument, column, indent + 4, false);
                }
                self.token(column, indent + 4, PLAIN, ");");
            }
            Statement::Return => self.put("return;"),
            Statement::Log(level, text) => {
                self.put("log ");
                let column = self.token(indent + 4, indent + 4, PLAIN, "(");
                self.token(column, indent + 4, BEFORE_BLANK, format!("{level},"));
                let column = self.expression(text, indent + 4, indent + 4, false);
                self.token(column, indent + 4, PLAIN, ");");
            }
            Statement::ParseVendorOption => self.put("parse-vendor-option;"),
            Statement::Nothing | Statement::Function(_) => {}
        }
    }

    fn block(&mut self, opening: &str, statements: &[Statement], indent: usize) {
        self.put(opening);
        self.statements(statements, indent + 2);
        self.new_line(indent);
        self.put("}");
    }

    fn option(&mut self, verb: Verb, option: &OptionName, value: &Expression, indent: usize) {
        if let Expression::Verbatim(text) = value {
            let verb = if verb == Verb::Supersede { "option" } else { verb.word() };
            self.put([verb.as_bytes(), b" ", &option.written()[..], b" ", text, b";"].concat());
            return;
        }
        let (verb, name) = (verb.word(), option.written());
        self.put([verb.as_bytes(), b" ", &name[..], b" = "].concat());
        // dhcpd counts one blank less than there are.
        let column = indent + verb.len() + name.len() + 4;
        self.expression(value, column, indent + 8, true);
        self.put(";");
    }

    fn condition(&mut self, branches: &[(Expression, Vec<Statement>)], rest: Option<&[Statement]>, indent: usize) {
        for (i, (condition, statements)) in branches.iter().enumerate() {
            let (word, width) = if i == 0 { ("if ", 3) } else { ("} elsif ", 6) };
            if i > 0 {
                self.new_line(indent);
            }
            self.put(word);
            // dhcpd takes a parenthesis that begins a condition for one around all of it.
            let is_enclosed = self.readable && begins_enclosed(condition);
            let column = self.enclosed(condition, is_enclosed, indent + width, indent + width, true);
            self.token(column, indent, AFTER_BLANK, "{");
            self.statements(statements, indent + 2);
        }
        if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
            self.new_line(indent);
            self.put("} else {");
            self.statements(rest, indent + 2);
        }
        self.new_line(indent);
        self.put("}");
    }

    /// Writes an expression. One of several parts that does not come first begins a line.
    fn expression(&mut self, expression: &Expression, mut column: usize, indent: usize, first: bool) -> usize {
        if !first && is_compound(expression) {
            self.new_line(indent);
            column = indent;
        }
        match expression {
            Expression::Data(bytes) => self.data(column, indent, bytes),
            Expression::Integer(number) => self.token(column, indent, PLAIN, (*number as u64).to_string()),
            Expression::Word(word) => self.token(column, indent, PLAIN, word),
            Expression::OfOption(word, option) => {
                let column = self.token(column, indent, PLAIN, word);
                if *option.space == *DHCP {
                    return self.token(column, indent, AFTER_BLANK, &option.name);
                }
                let column = self.token(column, indent, AFTER_BLANK, &option.space);
                let column = self.token(column, indent, PLAIN, ".");
                self.token(column, indent, PLAIN, &option.name)
            }
            Expression::Binary(operator, _) if self.readable => self.operands(operator, expression, column, indent),
            Expression::Not(negated) if self.readable => {
                let column = self.token(column, indent, BEFORE_BLANK, "not");
                let is_enclosed = matches!(**negated, Expression::Binary(..));
                self.enclosed(negated, is_enclosed, column, indent + 2, true)
            }
            Expression::Binary(operator, sides) => {
                let column = self.expression(&sides.0, column, indent, true);
                let column = self.token(column, indent, BETWEEN_BLANKS, operator);
                self.expression(&sides.1, column, indent + 2, false)
            }
            Expression::Not(negated) => {
                let column = self.token(column, indent, BEFORE_BLANK, "not");
                self.expression(negated, column, indent + 2, true)
            }
            Expression::Call(name, arguments) => self.call(name, arguments, column, indent),
            Expression::HostLookup(name) => {
                let column = self.token(column, indent, PLAIN, "gethostbyname");
                let column = self.token(column, indent, AFTER_BLANK, "(");
                let column = self.token(column, indent, PLAIN, self.quoted(name));
                self.token(column, indent, PLAIN, ")")
            }
            Expression::Verbatim(text) => self.token(column, indent, PLAIN, text),
            // dhcpd forgets which column it has reached, here and below.
            Expression::Variable(name) => self.token(indent, indent, PLAIN, name),
            Expression::Defined(name) => {
                let column = self.token(indent, indent, PLAIN, "defined");
                let column = self.token(column, indent, AFTER_BLANK, "(");
                let column = self.token(column, indent, PLAIN, name);
                self.token(column, indent, PLAIN, ")")
            }
            Expression::FunctionCall(name, arguments) => {
                let column = self.token(indent, indent, PLAIN, name);
                let mut column = self.token(column, indent, AFTER_BLANK, "(");
                for (i, argument) in arguments.iter().enumerate() {
                    if i > 0 {
                        column = self.token(column, indent, BEFORE_BLANK, ",");
                    }
                    column = self.expression(argument, column, indent, i == 0);
                }
                self.token(column, indent, PLAIN, ")")
            }
        }
    }

    /// Writes what stands on the sides of an operator, which is that of this expression; all of a chain of one and the same
    /// of `and` and `or`, which may be grouped in any way.
    fn operands(&mut self, operator: &str, expression: &Expression, column: usize, indent: usize) -> usize {
        let mut operands = Vec::new();
        chain(operator, expression, &mut operands);
        let mut column = column;
        for (i, operand) in operands.into_iter().enumerate() {
            if i > 0 {
                column = self.token(column, indent, BETWEEN_BLANKS, operator);
            }
            let inner = if i == 0 { indent } else { indent + 2 };
            column = self.enclosed(operand, needs_parentheses(operator, operand, i == 0), column, inner, i == 0);
        }
        column
    }

    /// Writes an expression, in parentheses if it is to have some.
    fn enclosed(
        &mut self,
        expression: &Expression,
        is_enclosed: bool,
        column: usize,
        indent: usize,
        first: bool,
    ) -> usize {
        if !is_enclosed {
            return self.expression(expression, column, indent, first);
        }
        let column = self.token(column, indent, PLAIN, "(");
        let column = self.expression(expression, column, indent, true);
        self.token(column, indent, PLAIN, ")")
    }

    fn call(&mut self, name: &str, arguments: &[Expression], column: usize, indent: usize) -> usize {
        let column = self.token(column, indent, PLAIN, name);
        let mut column = self.token(column, indent, AFTER_BLANK, "(");
        let inner = column;
        let mut arguments: Vec<&Expression> = arguments.iter().collect();
        // A concatenation at the end of another one is written as one with it.
        while let ("concat", Some(Expression::Call("concat", more))) = (name, arguments.last().copied()) {
            arguments.pop();
            arguments.extend(more);
        }
        for (i, argument) in arguments.into_iter().enumerate() {
            if i > 0 {
                column =
                    self.token(column, if name == "substring" && i == 1 { indent } else { inner }, BEFORE_BLANK, ",");
            }
            // The indents differ from one argument to the other, without a rule.
            let own = match (name, i) {
                ("substring", 1) | ("packet" | "extract-int" | "encode-int", 0) => indent,
                _ => inner,
            };
            let is_width = matches!((name, i), ("extract-int" | "encode-int", 1));
            column = match argument {
                Expression::Integer(width) if is_width => self.token(column, inner, AFTER_BLANK, width.to_string()),
                argument => self.expression(argument, column, own, i == 0),
            };
        }
        self.token(column, indent, PLAIN, ")")
    }
}

/// What begins a line of its own.
fn is_compound(expression: &Expression) -> bool {
    match expression {
        Expression::OfOption(word, _) => *word != "exists",
        Expression::Call(name, _) => !matches!(*name, "lcase" | "ucase" | "packet"),
        _ => false,
    }
}

/// Appends a text in quotes, with escapes where that is wanted.
pub(super) fn quote(text: &[u8], escapes: bool, out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' if escapes => out.extend([b'\\', byte]),
            b' '..=b'~' => out.push(byte),
            _ if escapes => out.extend(format!("\\{byte:03o}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

fn is_logical(operator: &str) -> bool {
    matches!(operator, "and" | "or")
}

/// The operands of an operator, from the left: those of all its likes in a row for `and` and for `or`, which mean the same
/// however they are grouped.
fn chain<'e>(operator: &str, expression: &'e Expression, operands: &mut Vec<&'e Expression>) {
    match expression {
        Expression::Binary(own, sides) if *own == operator && (is_logical(operator) || operands.is_empty()) => {
            chain(operator, &sides.0, operands);
            match is_logical(operator) {
                true => chain(operator, &sides.1, operands),
                false => operands.push(&sides.1),
            }
        }
        operand => operands.push(operand),
    }
}

/// Whether an operand of an operator has to stand in parentheses so that dhcpd, and people, read it as that.
fn needs_parentheses(operator: &str, operand: &Expression, first: bool) -> bool {
    let Expression::Binary(own, sides) = operand else { return false };
    if !is_logical(operator) || is_logical(own) {
        return true;
    }
    // Behind an operator dhcpd expects a comparison of data, and takes numbers for bytes.
    !first && (sides.0.is_number() || sides.1.is_number())
}

/// Whether what is written for an expression begins with a parenthesis.
fn begins_enclosed(expression: &Expression) -> bool {
    let Expression::Binary(operator, _) = expression else { return false };
    let mut operands = Vec::new();
    chain(operator, expression, &mut operands);
    needs_parentheses(operator, operands[0], true) || begins_enclosed(operands[0])
}
