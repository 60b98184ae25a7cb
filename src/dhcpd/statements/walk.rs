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
