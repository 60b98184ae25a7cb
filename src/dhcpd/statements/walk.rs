//! Statements and expressions, each with all that is inside of it.

use super::{Expression, OptionName, Statement};

/// Hands out every option that statements name: those that they set, and those that their conditions and values look at.
pub fn each_option<'s>(statements: &'s [Statement], each: &mut dyn FnMut(&'s OptionName)) {
    for statement in statements {
        match statement {
            Statement::Option(_, name, value) => {
                each(name);
                in_expression(value, each);
            }
            Statement::If(branches, rest) => {
                for (condition, inner) in branches {
                    in_expression(condition, each);
                    each_option(inner, each);
                }
                each_option(rest.as_deref().unwrap_or_default(), each);
            }
            Statement::On(_, inner) => each_option(inner, each),
            Statement::Switch(subject, inner) => {
                in_expression(subject, each);
                each_option(inner, each);
            }
            Statement::Case(value) | Statement::Set(_, value) | Statement::Eval(value) | Statement::Log(_, value) => {
                in_expression(value, each)
            }
            Statement::Execute(_, arguments) => arguments.iter().for_each(|argument| in_expression(argument, each)),
            Statement::DefaultCase
            | Statement::Add(_)
            | Statement::Break
            | Statement::Function(_)
            | Statement::Unset(_)
            | Statement::Return
            | Statement::ParseVendorOption
            | Statement::Nothing => {}
        }
    }
}

fn in_expression<'s>(expression: &'s Expression, each: &mut dyn FnMut(&'s OptionName)) {
    match expression {
        Expression::OfOption(_, name) => each(name),
        Expression::Binary(_, sides) => {
            in_expression(&sides.0, each);
            in_expression(&sides.1, each);
        }
        Expression::Not(negated) => in_expression(negated, each),
        Expression::Call(_, arguments) | Expression::FunctionCall(_, arguments) => {
            arguments.iter().for_each(|argument| in_expression(argument, each));
        }
        Expression::Data(_)
        | Expression::Integer(_)
        | Expression::Word(_)
        | Expression::HostLookup(_)
        | Expression::Variable(_)
        | Expression::Defined(_)
        | Expression::Verbatim(_) => {}
    }
}

/// Whether conditions of statements that dhcpd has written may have had parentheses, which it leaves out, and with them
/// another meaning: those with both `and` and `or`, and those in which something follows `not` and what it negates.
pub fn may_lack_parentheses(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::If(branches, rest) => {
            let of_branch = |(condition, inner): &(Expression, Vec<Statement>)| {
                is_ambiguous(condition) || may_lack_parentheses(inner)
            };
            branches.iter().any(of_branch) || rest.as_deref().is_some_and(may_lack_parentheses)
        }
        Statement::On(_, inner) | Statement::Switch(_, inner) => may_lack_parentheses(inner),
        Statement::Set(_, value) | Statement::Eval(value) => is_ambiguous(value),
        _ => false,
    })
}

fn is_ambiguous(expression: &Expression) -> bool {
    match expression {
        Expression::Binary(operator @ ("and" | "or"), sides) => {
            let (left, right) = (&sides.0, &sides.1);
            let is_other =
                |side: &Expression| matches!(side, Expression::Binary(own @ ("and" | "or"), _) if own != operator);
            is_other(left) || is_other(right) || ends_negated(left) || is_ambiguous(left) || is_ambiguous(right)
        }
        Expression::Not(negated) => is_ambiguous(negated),
        _ => false,
    }
}

/// Whether what stands last in a condition is negated.
fn ends_negated(expression: &Expression) -> bool {
    match expression {
        Expression::Not(_) => true,
        Expression::Binary("and" | "or", sides) => ends_negated(&sides.1),
        _ => false,
    }
}
