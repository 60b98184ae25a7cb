//! Statements as dhcpd writes them into its lease file: broken into lines at 79 columns, in its own
//! way.

use super::{Expression, OptionName, Statement, Verb};
use crate::dhcpd::options::DHCP;

/// The first column that nothing is written in.
const WIDTH: usize = 79;

/// Appends statements, each on a line of its own that begins with `\n` and `indent` blanks.
pub fn write(statements: &[Statement], indent: usize, out: &mut Vec<u8>) {
    let mut writer = Writer { out, escapes: false };
    writer.statements(statements, indent);
}

/// Writes statements as dhcpd.conf can have them: with a backslash before each quote and each backslash of a text, and for
/// each sign that is none of ASCII. dhcpd
/// leaves that out in its lease file, and reads something else there afterwards, or nothing to the end of the file.
pub fn write_readably(statements: &[Statement], indent: usize, out: &mut Vec<u8>) {
    let mut writer = Writer { out, escapes: true };
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
    escapes: bool,
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
        let mut quoted = vec![b'"'];
        for &byte in text {
            match byte {
                b'"' | b'\\' if self.escapes => quoted.extend([b'\\', byte]),
                b' '..=b'~' => quoted.push(byte),
                _ if self.escapes => quoted.extend(format!("\\{byte:03o}").bytes()),
                _ => quoted.push(byte),
            }
        }
        quoted.push(b'"');
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
        let verb = match verb {
            Verb::Supersede => "supersede",
            Verb::Default => "default",
            Verb::Append => "append",
            Verb::Prepend => "prepend",
        };
        let (space, dot): (&[u8], &[u8]) = if *option.space == *DHCP { (b"", b"") } else { (&option.space, b".") };
        self.put([verb.as_bytes(), b" ", space, dot, &option.name, b" = "].concat());
        // dhcpd counts one blank less than there are.
        let column = indent + verb.len() + space.len() + dot.len() + option.name.len() + 4;
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
            let column = self.expression(condition, indent + width, indent + width, true);
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
