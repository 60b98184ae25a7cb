//! Which options a server's statements may name: those of its dhcpd.conf, where that can be read, and those that a command
//! line defines.

use std::collections::BTreeSet;

use crate::commands::browse::known_options;
use crate::commands::connection::ServerSettings;
use crate::dhcpd::conf::define_options;
use crate::dhcpd::options::Definitions;
use crate::dhcpd::statements::{each_option, parse_attribute};
use crate::render::text::visible;

use super::failure::Failure;
use super::{Session, usage};

/// The options that statements may name.
#[derive(Clone, Debug, Default)]
pub(in crate::commands) struct KnownOptions {
    /// They take others as well where the dhcpd.conf cannot be read that might define them.
    pub(in crate::commands) definitions: Definitions,
}

impl KnownOptions {
    /// What is to be said of options that statements name and that are not known, a sentence for each.
    pub(in crate::commands) fn remarks_on(&self, statements: &str) -> Vec<String> {
        unknown_in(statements, &self.definitions).into_iter().map(|name| remark_on(&name)).collect()
    }
}

/// What is to be said of an option that is not known.
pub(in crate::commands) fn remark_on(name: &str) -> String {
    let definition = match name.rsplit_once('.') {
        Some((space, last)) if has_code(last.as_bytes()) => format!("'space {space}'"),
        _ => format!("'{name} code NUMBER = TYPE'"),
    };
    format!(
        "the option {name} is sent unchecked, because no dhcpd.conf can be read here that defines it: if the server does not \
         know it, or not with such a value, it refuses the statement or leaves it out; --conf FILE or --define-option \
         {definition} has it checked first"
    )
}

/// Whether a name says an option by its code.
fn has_code(name: &[u8]) -> bool {
    name.to_ascii_lowercase().starts_with(b"unknown-")
}

/// The names of the options that statements name although they are not known.
pub(in crate::commands) fn unknown_in(statements: &str, definitions: &Definitions) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if definitions.takes_unknown() {
        let (statements, _) = parse_attribute(statements.as_bytes(), definitions, &|_| true);
        each_option(&statements, &mut |option| {
            let is_known = definitions.get(&option.space, &option.name).is_some()
                || has_code(&option.name) && definitions.has_space(&option.space);
            if !is_known {
                names.insert(visible(&option.written()));
            }
        });
    }
    names
}

impl Session<'_, '_> {
    /// The options that the first of the servers knows whose dhcpd.conf can be read, and these definitions.
    pub(super) fn known_options(&self, defined: &[String]) -> Result<KnownOptions, Failure> {
        let of = |(at, server): (usize, &ServerSettings)| known_options(&self.files_of(at)?, server.port.value);
        let of_conf = self.settings.servers.iter().enumerate().find_map(of);
        let definitions = of_conf.unwrap_or_else(|| Definitions::standard().taking_unknown());
        Ok(KnownOptions { definitions: with_defined(definitions, defined)? })
    }
}

/// Options, with those that a command line defines.
pub(super) fn with_defined(mut definitions: Definitions, defined: &[String]) -> Result<Definitions, Failure> {
    for text in defined {
        let wrong = |why: String| usage(format!("--define-option: `{}`: {why}", visible(text.as_bytes())));
        define_options(text.as_bytes(), &mut definitions).map_err(|error| wrong(error.text))?;
    }
    Ok(definitions)
}
