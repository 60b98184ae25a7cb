//! Expressions evaluated for a client, as dhcpd evaluates them: with values that are null, and, since a client is not known
//! as a whole before it asks, with ones that are unknown.
//!
//! As observed on dhcpd 4.4.3-P1: `A and B` is null where A is not true, and `not` of null is null, so that neither
//! `if A and B` nor `if not (A and B)` holds where A is false. A condition is never rewritten by the rules of logic.

use crate::dhcpd::Family;
use crate::dhcpd::statements::Expression;

use super::Conf;
use super::client::{Client, Fact};

/// What a condition may come out as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcomes {
    can_be_true: bool,
    can_be_false: bool,
    can_be_null: bool,
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    Fails,
    Undecided,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Unknown,
    Null,
    Boolean(bool),
    Data(Vec<u8>),
    Number(i64),
}

/// Whom expressions are evaluated for, and when.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) conf: &'a Conf,
    pub(super) client: &'a Client,
    /// While it is being found out which classes the client is in: hosts are looked for afterwards.
    pub(super) classifying: bool,
    /// While statements are run before hosts are looked for: in DHCPv6 the outermost ones.
    pub(super) before_hosts: bool,
}

impl Outcomes {
    const TRUE: Outcomes = Outcomes { can_be_true: true, can_be_false: false, can_be_null: false };
    const FALSE: Outcomes = Outcomes { can_be_true: false, can_be_false: true, can_be_null: false };
    const NULL: Outcomes = Outcomes { can_be_true: false, can_be_false: false, can_be_null: true };
    const EITHER: Outcomes = Outcomes { can_be_true: true, can_be_false: true, can_be_null: false };
    const ANY: Outcomes = Outcomes { can_be_true: true, can_be_false: true, can_be_null: true };

    fn of(truth: bool) -> Outcomes {
        if truth { Outcomes::TRUE } else { Outcomes::FALSE }
    }

    /// `self and other`, which is looked at only where `self` is true.
    fn and(self, other: Outcomes) -> Outcomes {
        Outcomes {
            can_be_true: self.can_be_true && other.can_be_true,
            can_be_false: self.can_be_true && other.can_be_false,
            can_be_null: self.can_be_false || self.can_be_null || self.can_be_true && other.can_be_null,
        }
    }

    /// `self or other`, which is looked at only where `self` is not true.
    fn or(self, other: Outcomes) -> Outcomes {
        let goes_on = self.can_be_false || self.can_be_null;
        Outcomes {
            can_be_true: self.can_be_true || goes_on && other.can_be_true,
            can_be_false: goes_on && other.can_be_false || self.can_be_false && other.can_be_null,
            can_be_null: self.can_be_null && other.can_be_null,
        }
    }

    fn not(self) -> Outcomes {
        Outcomes { can_be_true: self.can_be_false, can_be_false: self.can_be_true, can_be_null: self.can_be_null }
    }

    fn verdict(self) -> Verdict {
        match (self.can_be_true, self.can_be_false || self.can_be_null) {
            (true, false) => Verdict::Holds,
            (true, true) => Verdict::Undecided,
            (false, _) => Verdict::Fails,
        }
    }
}

impl Asking<'_> {
    /// Whether a condition holds.
    pub(super) fn holds(&self, condition: &Expression) -> Verdict {
        self.condition(condition).verdict()
    }

    /// What an expression comes to as data.
    pub(super) fn fact(&self, expression: &Expression) -> Fact {
        match self.data(expression) {
            Value::Data(octets) => Fact::Known(octets),
            Value::Null => Fact::Absent,
            _ => Fact::Unknown,
        }
    }

    fn condition(&self, condition: &Expression) -> Outcomes {
        match condition {
            Expression::Not(inner) => self.condition(inner).not(),
            Expression::Binary("and", sides) => self.condition(&sides.0).and(self.condition(&sides.1)),
            Expression::Binary("or", sides) => self.condition(&sides.0).or(self.condition(&sides.1)),
            Expression::Binary(operator @ ("=" | "!="), sides) => {
                match (self.value(&sides.0), self.value(&sides.1)) {
                    (Value::Unknown, _) | (_, Value::Unknown) => Outcomes::EITHER,
                    // Two that are null are equal.
                    (left, right) => Outcomes::of((left == right) == (*operator == "=")),
                }
            }
            // Regular expressions are the client's and dhcpd's to match.
            Expression::Binary("~=" | "~~", sides) => match (self.data(&sides.0), self.data(&sides.1)) {
                (Value::Null, _) | (_, Value::Null) => Outcomes::NULL,
                (Value::Data(_), Value::Data(_)) => Outcomes::EITHER,
                _ => Outcomes::ANY,
            },
            Expression::OfOption("exists", name) => match self.client.option(&name.space, &name.name) {
                Fact::Known(_) => Outcomes::TRUE,
                Fact::Absent => Outcomes::FALSE,
                Fact::Unknown => Outcomes::EITHER,
            },
            Expression::Word("known") if self.is_nobody() => Outcomes::NULL,
            Expression::Word("known") if self.classifying || self.before_hosts => Outcomes::FALSE,
            Expression::Word("known") => self.client.known.map_or(Outcomes::EITHER, Outcomes::of),
            Expression::Word("static") if self.is_v6() || self.classifying || self.is_nobody() => Outcomes::FALSE,
            Expression::Word("static") => match self.client.address {
                Some(_) => Outcomes::of(self.client.is_reserved),
                None => Outcomes::EITHER,
            },
            _ => Outcomes::ANY,
        }
    }

    fn is_v6(&self) -> bool {
        self.client.family == Some(Family::V6)
    }

    /// Whether nobody asks: all is said, and nothing known.
    fn is_nobody(&self) -> bool {
        self.client.others == Fact::Absent && self.client.known.is_none()
    }

    fn value(&self, expression: &Expression) -> Value {
        match expression {
            Expression::Integer(_) | Expression::Call("extract-int", _) => self.number(expression),
            Expression::Binary("+" | "-" | "*" | "/" | "%" | "&" | "|" | "^", _) => self.number(expression),
            Expression::Binary(..) | Expression::Not(_) | Expression::OfOption("exists", _) => self.boolean(expression),
            Expression::Word("known" | "static") => self.boolean(expression),
            _ => self.data(expression),
        }
    }

    fn boolean(&self, expression: &Expression) -> Value {
        let outcomes = self.condition(expression);
        match outcomes {
            Outcomes::TRUE => Value::Boolean(true),
            Outcomes::FALSE => Value::Boolean(false),
            Outcomes::NULL => Value::Null,
            _ => Value::Unknown,
        }
    }

    fn number(&self, expression: &Expression) -> Value {
        match expression {
            Expression::Integer(number) => Value::Number(*number),
            Expression::Call("extract-int", arguments) => {
                let (Some(data), Some(Expression::Integer(width))) = (arguments.first(), arguments.get(1)) else {
                    return Value::Unknown;
                };
                let count = usize::try_from(*width / 8).unwrap_or_default();
                match self.data(data) {
                    Value::Data(octets) if octets.len() >= count => {
                        Value::Number(octets[..count].iter().fold(0, |sum, octet| sum << 8 | i64::from(*octet)))
                    }
                    Value::Data(_) | Value::Null => Value::Null,
                    _ => Value::Unknown,
                }
            }
            Expression::Binary(operator, sides) => match (self.number(&sides.0), self.number(&sides.1)) {
                (Value::Number(left), Value::Number(right)) => arithmetic(operator, left, right),
                (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
                _ => Value::Null,
            },
            _ => Value::Unknown,
        }
    }

    fn data(&self, expression: &Expression) -> Value {
        match expression {
            Expression::Data(octets) => Value::Data(octets.clone()),
            Expression::OfOption("option", name) => of_fact(self.client.option(&name.space, &name.name)),
            Expression::Word("hardware") if self.is_v6() => Value::Null,
            Expression::Word("hardware") => of_fact(self.client.hardware.clone()),
            Expression::Word("null") => Value::Null,
            Expression::Word("leased-address") if self.classifying => Value::Null,
            Expression::Word("leased-address") => match self.client.address {
                Some(std::net::IpAddr::V4(address)) => Value::Data(address.octets().to_vec()),
                _ => Value::Unknown,
            },
            Expression::Word("host-decl-name") if self.classifying => Value::Null,
            Expression::Word("host-decl-name") => match self.client.host {
                Some(host) if self.client.is_reserved => Value::Data(self.conf.hosts[host].name.clone()),
                _ => Value::Unknown,
            },
            Expression::Call(name, arguments) => self.call(name, arguments),
            _ => Value::Unknown,
        }
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Value {
        let data = |number: usize| arguments.get(number).map_or(Value::Unknown, |argument| self.data(argument));
        let number = |number: usize| arguments.get(number).map_or(Value::Unknown, |argument| self.number(argument));
        let size = |value: i64| usize::try_from(value).unwrap_or(usize::MAX);
        match name {
            "substring" => on([data(0), number(1), number(2)], |values| match values {
                [Value::Data(octets), Value::Number(start), Value::Number(length)] => {
                    let rest = octets.get(size(*start)..).unwrap_or_default();
                    Value::Data(rest[..size(*length).min(rest.len())].to_vec())
                }
                _ => Value::Unknown,
            }),
            "suffix" => on([data(0), number(1)], |values| match values {
                [Value::Data(octets), Value::Number(length)] => {
                    Value::Data(octets[octets.len().saturating_sub(size(*length))..].to_vec())
                }
                _ => Value::Unknown,
            }),
            "lcase" => of_data(data(0), |octets| octets.to_ascii_lowercase()),
            "ucase" => of_data(data(0), |octets| octets.to_ascii_uppercase()),
            "concat" => on([data(0), data(1)], |values| match values {
                [Value::Data(left), Value::Data(right)] => Value::Data([&left[..], right].concat()),
                _ => Value::Unknown,
            }),
            "pick-first-value" => {
                let values = arguments.iter().map(|argument| self.data(argument));
                values.into_iter().find(|value| *value != Value::Null).unwrap_or(Value::Null)
            }
            "encode-int" => on([number(0), number(1)], |values| match values {
                [Value::Number(number), Value::Number(width @ (8 | 16 | 32))] => {
                    let octets = number.to_be_bytes();
                    Value::Data(octets[octets.len() - size(*width / 8)..].to_vec())
                }
                _ => Value::Unknown,
            }),
            "reverse" => on([number(0), data(1)], |values| match values {
                [Value::Number(width @ 1..), Value::Data(octets)] if octets.len().is_multiple_of(size(*width)) => {
                    Value::Data(octets.chunks(size(*width)).rev().flatten().copied().collect())
                }
                _ => Value::Unknown,
            }),
            "binary-to-ascii" => on([number(0), number(1), data(2), data(3)], |values| match values {
                [
                    Value::Number(base @ (8 | 10 | 16)),
                    Value::Number(width @ (8 | 16 | 32)),
                    Value::Data(between),
                    Value::Data(octets),
                ] if octets.len().is_multiple_of(size(*width / 8)) => {
                    Value::Data(digits(octets, *base, size(*width / 8), between))
                }
                _ => Value::Unknown,
            }),
            _ => Value::Unknown,
        }
    }
}

/// Applies `make` to values that are all there; one that is null makes all null.
fn on<const N: usize>(values: [Value; N], make: impl Fn(&[Value; N]) -> Value) -> Value {
    if values.contains(&Value::Null) { Value::Null } else { make(&values) }
}

fn of_data(value: Value, make: impl Fn(&[u8]) -> Vec<u8>) -> Value {
    match value {
        Value::Data(octets) => Value::Data(make(&octets)),
        other => other,
    }
}

fn of_fact(fact: Fact) -> Value {
    match fact {
        Fact::Known(octets) => Value::Data(octets),
        Fact::Absent => Value::Null,
        Fact::Unknown => Value::Unknown,
    }
}

fn arithmetic(operator: &str, left: i64, right: i64) -> Value {
    let result = match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        "&" => Some(left & right),
        "|" => Some(left | right),
        "^" => Some(left ^ right),
        _ => None,
    };
    match result {
        Some(number) => Value::Number(number),
        None if right == 0 => Value::Null,
        None => Value::Unknown,
    }
}

/// Numbers of some octets each, in digits, with a text between them.
fn digits(octets: &[u8], base: i64, octets_each: usize, between: &[u8]) -> Vec<u8> {
    let texts = octets.chunks(octets_each).map(|part| {
        let number = part.iter().fold(0_u32, |sum, octet| sum << 8 | u32::from(*octet));
        match base {
            8 => format!("{number:o}"),
            10 => number.to_string(),
            _ => format!("{number:x}"),
        }
        .into_bytes()
    });
    texts.collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dhcpd::statements::Statement;

    /// What a condition comes to for a client that sends these options.
    fn verdict(condition: &str, given: &[&str], others: Fact) -> Verdict {
        let text = format!("if {condition} {{ filename \"x\"; }}");
        let conf = Conf::parse("conf", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        let mut client = Client { others, known: Some(false), ..Client::default() };
        client.hardware = Fact::Known(vec![1, 2, 0, 0, 0, 0, 9]);
        for option in given {
            client.give(&conf.context.definitions, option).expect(option);
        }
        let statement = &conf.scopes[0].statements().next().expect("there is one").statement;
        let Statement::If(branches, _) = statement else { panic!("{statement:?}") };
        Asking { conf: &conf, client: &client, classifying: false, before_hosts: false }.holds(&branches[0].0)
    }

    #[test]
    fn conditions_are_evaluated_as_dhcpd_does() {
        use Verdict::{Fails, Holds, Undecided};
        const VOIP: &str = "vendor-class-identifier=VOIP-1";
        for (condition, given, expected) in [
            ("option vendor-class-identifier = \"VOIP-1\"", &[VOIP][..], Holds),
            ("substring(option vendor-class-identifier, 0, 4) = \"VOIP\"", &[VOIP], Holds),
            ("suffix(option vendor-class-identifier, 1) = \"2\"", &[VOIP], Fails),
            ("exists vendor-class-identifier", &[VOIP], Holds),
            ("exists user-class", &[VOIP], Fails),
            // `and` with a false or null left side is null, and so is what denies it.
            ("not (exists user-class and exists vendor-class-identifier)", &[VOIP], Fails),
            ("not (exists vendor-class-identifier and exists user-class)", &[VOIP], Holds),
            ("not exists user-class", &[VOIP], Holds),
            ("exists user-class or exists vendor-class-identifier", &[VOIP], Holds),
            ("not (exists user-class or exists root-path)", &[VOIP], Holds),
            // Two nulls are equal.
            ("option user-class = option root-path", &[VOIP], Holds),
            ("option user-class != \"x\"", &[VOIP], Holds),
            ("hardware = 1:2:0:0:0:0:9", &[], Holds),
            ("substring(hardware, 1, 3) = 2:0:0", &[], Holds),
            ("binary-to-ascii(16, 8, \":\", substring(hardware, 1, 6)) = \"2:0:0:0:0:9\"", &[], Holds),
            ("extract-int(option user-class, 8) = 65", &["user-class=A"], Holds),
            ("lcase(option user-class) = \"abc\"", &["user-class=ABC"], Holds),
            ("concat(option user-class, \"x\") = \"ax\"", &["user-class=a"], Holds),
            ("option dhcp-parameter-request-list = 1:3:6", &["dhcp-parameter-request-list=1,3,6"], Holds),
            ("option agent.circuit-id = \"p7\"", &["agent.circuit-id=p7"], Holds),
            ("option user-class = 61:62", &["user-class=61:62"], Holds),
            ("known", &[], Fails),
            ("option vendor-class-identifier ~= \"^V\"", &[VOIP], Undecided),
        ] {
            assert_eq!(verdict(condition, given, Fact::Absent), expected, "{condition}");
        }
        for (condition, given, expected) in [
            ("exists user-class", &[VOIP][..], Undecided),
            ("exists user-class and known", &[VOIP], Fails),
            ("known and exists user-class", &[VOIP], Fails),
            ("exists vendor-class-identifier or exists user-class", &[VOIP], Holds),
            ("not (known and exists user-class)", &[VOIP], Fails),
            ("not (exists user-class and known)", &[VOIP], Undecided),
        ] {
            assert_eq!(verdict(condition, given, Fact::Unknown), expected, "{condition}, the rest unknown");
        }
    }

    #[test]
    fn an_option_that_is_no_option_or_has_no_value_is_refused() {
        let conf = Conf::parse("conf", b"option foo code 250 = unsigned integer 8;").expect("it is sound");
        let mut client = Client::default();
        for (text, expected) in [
            ("vendor-class-identifier", "`vendor-class-identifier` has no value"),
            ("no-such=1", "there is no option `no-such`"),
            ("foo=bar", "`bar` is no value of the option `foo`"),
            ("foo=", "`` is no value of the option `foo`"),
            ("foo=300", "`300` is no value of the option `foo`"),
        ] {
            let error = client.give(&conf.context.definitions, text).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{text}: expected {expected}, got {error}");
        }
        client.give(&conf.context.definitions, "foo=7").expect("it is a number");
        assert_eq!(client.option(b"dhcp", b"foo"), Fact::Known(vec![7]));
    }
}
