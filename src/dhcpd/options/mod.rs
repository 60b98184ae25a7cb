//! Options: what dhcpd knows by itself, and what a configuration defines.

mod table;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The space of the options that are named without one.
pub const DHCP: &[u8] = b"dhcp";

/// The space of dhcpd's own parameters, which statements name without `option`.
pub const SERVER: &[u8] = b"server";

/// The format of an option that is not known.
pub const UNKNOWN_FORMAT: &[u8] = b"?";

/// An option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionDefinition {
    /// The space that it belongs to.
    pub space: Box<[u8]>,
    /// Its name, as defined.
    pub name: Box<[u8]>,
    /// Its number.
    pub code: u32,
    /// What its value is made of, a letter an item: `I` an IPv4 address or a host name, `6` an IPv6
    /// address, `L` `l` `S` `s` `B` `b` numbers of 32, 16 and 8 bits, `T` a number of seconds, `f` a
    /// flag, `t` text, `d` a domain name, `D` a list of them (`Dc` compressed), `X` text or
    /// hexadecimal, `k` a key's name, `U` a word, `NLIST.` a word of that list, `ESPACE.` other
    /// options, as `X`, `Z` nothing. `o` behind one: it may be left out; `a`: it may come again, after a comma;
    /// `A`: all of it may. [`UNKNOWN_FORMAT`] alone: nobody knows.
    pub format: Box<[u8]>,
}

/// Option spaces and their options.
#[derive(Clone, Debug)]
pub struct Definitions {
    /// Beyond those that dhcpd knows by itself, or in their place.
    defined: HashMap<Key, OptionDefinition>,
    /// In lower case.
    spaces: HashSet<Vec<u8>>,
    /// The names of what is defined, by space, in lower case, and number.
    numbers: HashMap<(Vec<u8>, u32), Key>,
    /// Statements may name others too.
    takes_unknown: bool,
}

/// A space and a name, both in lower case.
type Key = (Vec<u8>, Vec<u8>);

fn key(space: &[u8], name: &[u8]) -> Key {
    (space.to_ascii_lowercase(), name.to_ascii_lowercase())
}

static STANDARD: LazyLock<HashMap<Key, OptionDefinition>> = LazyLock::new(|| {
    let mut standard = HashMap::new();
    for (space, rows) in table::SPACES {
        for (name, code, format) in *rows {
            let definition = OptionDefinition {
                space: (*space).into(),
                name: (*name).into(),
                code: *code,
                format: format.as_bytes().into(),
            };
            standard.insert(key(space, name), definition);
        }
    }
    standard
});

impl Default for Definitions {
    fn default() -> Self {
        Self::standard()
    }
}

impl Definitions {
    /// The options that dhcpd knows by itself.
    pub fn standard() -> Self {
        Definitions { defined: HashMap::new(), spaces: HashSet::new(), numbers: HashMap::new(), takes_unknown: false }
    }

    /// The same for statements that may also name options and spaces that are not among these: those of a server whose
    /// dhcpd.conf cannot be read. Their values are kept as they are written.
    pub fn taking_unknown(mut self) -> Self {
        self.takes_unknown = true;
        self
    }

    /// Whether statements may name options that are not among these.
    pub fn takes_unknown(&self) -> bool {
        self.takes_unknown
    }

    /// Defines a space, as `option space NAME;` does.
    pub fn define_space(&mut self, name: &[u8]) {
        self.spaces.insert(name.to_ascii_lowercase());
    }

    /// Defines an option, or redefines it, as `option NAME code N = …;` does.
    pub fn define(&mut self, definition: OptionDefinition) {
        let key = key(&definition.space, &definition.name);
        self.numbers.insert((key.0.clone(), definition.code), key.clone());
        self.defined.insert(key, definition);
    }

    /// Whether there is such a space.
    pub fn has_space(&self, name: &[u8]) -> bool {
        table::SPACES.iter().any(|(space, _)| space.eq_ignore_ascii_case(name))
            || self.spaces.contains(&name.to_ascii_lowercase())
    }

    /// The option of that name.
    pub fn get(&self, space: &[u8], name: &[u8]) -> Option<&OptionDefinition> {
        let key = key(space, name);
        self.defined.get(&key).or_else(|| STANDARD.get(&key))
    }

    /// The option of that number.
    pub fn with_code(&self, space: &[u8], code: u32) -> Option<&OptionDefinition> {
        let number = (space.to_ascii_lowercase(), code);
        let defined = self.numbers.get(&number).and_then(|key| self.defined.get(key));
        defined.filter(|definition| definition.code == code).or_else(|| {
            let matches = |definition: &&OptionDefinition| {
                definition.code == code && definition.space.eq_ignore_ascii_case(space)
            };
            STANDARD.values().find(matches)
        })
    }
}
