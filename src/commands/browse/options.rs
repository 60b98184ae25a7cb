//! Values of options as scopes have them: from the nearest scope that says one. Each scope is looked
//! through once, because the outermost one has as many items as there are subnets.

use std::collections::HashMap;

use crate::dhcpd::conf::Conf;
use crate::dhcpd::statements::Statement;
use crate::render::text::visible_line;

/// The values of some options or parameters.
pub(super) struct Options<'s> {
    conf: Option<&'s Conf>,
    names: &'s [&'s [u8]],
    /// The last statement of each name in a scope itself, as far as it was looked through.
    said: HashMap<usize, Vec<Option<&'s [u8]>>>,
}

impl<'s> Options<'s> {
    pub(super) fn of(conf: Option<&'s Conf>, names: &'s [&'s [u8]]) -> Self {
        Options { conf, names, said: HashMap::new() }
    }

    /// The value that a scope has for one of the names, by the name's number.
    pub(super) fn value(&mut self, scope: usize, name: usize) -> Option<String> {
        self.statement(scope, name).map(|(_, text)| value_of(text))
    }

    /// The statement that a value is from, and the scope that says it.
    pub(super) fn statement(&mut self, scope: usize, name: usize) -> Option<(usize, &'s [u8])> {
        let Options { conf, names, said } = self;
        let conf = (*conf)?;
        let mut scope = Some(scope);
        while let Some(number) = scope {
            let said = said.entry(number).or_insert_with(|| said_by(conf, number, names));
            if let Some(text) = said[name] {
                return Some((number, text));
            }
            scope = conf.scopes[number].parent;
        }
        None
    }
}

fn said_by<'s>(conf: &'s Conf, scope: usize, names: &[&[u8]]) -> Vec<Option<&'s [u8]>> {
    let mut said = vec![None; names.len()];
    for stated in conf.scopes[scope].statements() {
        if let Statement::Option(_, option, _) = &stated.statement
            && let Some(name) = names.iter().position(|name| option.name.eq_ignore_ascii_case(name))
        {
            said[name] = Some(&stated.text[..]);
        }
    }
    said
}

/// What stands behind the name in `option NAME VALUE;`.
pub(super) fn value_of(statement: &[u8]) -> String {
    let text = visible_line(statement);
    let text = text.trim_end_matches(';').trim();
    let text = text.strip_prefix("option ").unwrap_or(text);
    text.split_once(' ').map_or("", |(_, value)| value).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_scope_that_says_an_option_has_the_last_word() {
        let text = b"option routers 10.0.0.1; next-server 10.0.0.2;\n\
            shared-network a { option routers 10.0.0.3; option ROUTERS 10.0.0.4;\n\
            subnet 10.0.0.0 netmask 255.255.255.0 { next-server 10.0.0.5; } }\n\
            subnet 10.0.1.0 netmask 255.255.255.0 { }";
        let conf = Conf::parse("conf", text).expect("it is sound");
        let mut options = Options::of(Some(&conf), &[b"routers", b"next-server", b"ntp-servers"]);
        for (subnet, values) in
            [(0, [Some("10.0.0.4"), Some("10.0.0.5"), None]), (1, [Some("10.0.0.1"), Some("10.0.0.2"), None])]
        {
            let scope = conf.subnets[subnet].scope;
            for (name, value) in values.into_iter().enumerate() {
                assert_eq!(options.value(scope, name).as_deref(), value, "{subnet} {name}");
            }
        }
        assert_eq!(Options::of(None, &[b"routers"]).value(0, 0), None);
    }
}
