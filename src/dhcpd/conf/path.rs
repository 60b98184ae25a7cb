//! Names of scopes: `shared-network office/subnet 10.1.1.0/pool 1`.
//!
//! A path has a step for each scope from the outermost one to the one that is meant: a kind, and a name or
//! a number. Pools and groups without a name are counted, from 1, among their likes in the same scope;
//! so is one of several of the same name, behind the name. Steps may be left out where what follows them
//! is unique without them: `host web1`.

use std::collections::HashMap;
use std::fmt;

use super::Conf;
use super::scope::ScopeKind;

/// Paths that are listed where several scopes could be meant.
const LISTED: usize = 10;

/// Why a path names no scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// A step cannot be read.
    Malformed(String),
    /// There is no such scope in the one that the steps before it name.
    Nothing {
        /// The step.
        step: String,
        /// The path of the scope that it was looked for in.
        within: String,
    },
    /// There are several.
    Several {
        /// The step.
        step: String,
        /// Paths of some of them.
        paths: Vec<String>,
    },
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::Malformed(step) => write!(
                f,
                "`{step}` names no scope; say for instance `subnet 10.1.1.0`, `shared-network office/pool 1`, \
                 `host web1`, `group g`"
            ),
            PathError::Nothing { step, within } if within == "/" => {
                write!(f, "there is no `{step}` in the configuration")
            }
            PathError::Nothing { step, within } => write!(f, "there is no `{step}` in `{within}`"),
            PathError::Several { step, paths } => {
                write!(f, "there are several of `{step}`; say which one is meant:")?;
                paths.iter().try_for_each(|path| write!(f, "\n    {path}"))
            }
        }
    }
}

impl std::error::Error for PathError {}

/// A step: what scopes are called without a number, and the number.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    kind: &'static str,
    name: Option<Vec<u8>>,
    ordinal: Option<usize>,
}

/// The kinds of scopes with their words.
const KINDS: [&str; 9] = ["shared-network", "subnet", "subnet6", "pool", "pool6", "group", "host", "class", "subclass"];

impl Conf {
    /// The scope that a path names; the outermost one is `/`, or nothing.
    pub fn scope_at(&self, path: &str) -> Result<usize, PathError> {
        let mut found = 0;
        for step in steps(path) {
            let wanted = self.step(step)?;
            found = self.take(found, step, &wanted)?;
        }
        Ok(found)
    }

    fn take(&self, from: usize, step: &str, wanted: &Step) -> Result<usize, PathError> {
        let mut matches: Vec<usize> =
            self.scopes[from].children().filter(|scope| self.is_called(*scope, wanted)).collect();
        if matches.is_empty() {
            // Scopes come behind the ones around them.
            let mut inside = vec![false; self.scopes.len()];
            inside[from] = true;
            for scope in from + 1..self.scopes.len() {
                inside[scope] = self.scopes[scope].parent.is_some_and(|parent| inside[parent]);
                if inside[scope] && self.is_called(scope, wanted) {
                    matches.push(scope);
                }
            }
        }
        match matches[..] {
            [] => Err(PathError::Nothing { step: step.to_owned(), within: self.path_of(from) }),
            [scope] => Ok(scope),
            _ => {
                let paths = matches.iter().take(LISTED).map(|scope| self.path_of(*scope)).collect();
                Err(PathError::Several { step: step.to_owned(), paths })
            }
        }
    }

    /// The path of a scope.
    pub fn path_of(&self, scope: usize) -> String {
        let mut steps = Vec::new();
        let mut next = Some(scope);
        while let Some(scope) = next {
            let Some(parent) = self.scopes.get(scope).and_then(|scope| scope.parent) else { break };
            steps.push(self.step_of(scope));
            next = Some(parent);
        }
        match steps.is_empty() {
            true => "/".to_owned(),
            false => {
                steps.reverse();
                steps.join("/")
            }
        }
    }

    /// The last step of a scope's path, such as `subnet 10.1.1.0`.
    pub fn step_of(&self, scope: usize) -> String {
        let (kind, name) = self.kind_and_name(scope);
        let ordinal = self.scopes[scope].ordinal;
        match name {
            None => format!("{kind} {ordinal}"),
            Some(name) if !self.scopes[scope].has_twins => format!("{kind} {}", written(&name)),
            Some(name) => format!("{kind} {} {ordinal}", written(&name)),
        }
    }

    fn kind_and_name(&self, scope: usize) -> (&'static str, Option<Vec<u8>>) {
        let address = |address: &dyn fmt::Display| Some(address.to_string().into_bytes());
        match self.scopes[scope].kind {
            ScopeKind::Outermost => ("", Some(Vec::new())),
            ScopeKind::SharedNetwork(i) => ("shared-network", self.shared_networks[i].name.clone()),
            ScopeKind::Subnet(i) => ("subnet", address(&self.subnets[i].address)),
            ScopeKind::Subnet6(i) => {
                let subnet = self.subnets6[i];
                ("subnet6", Some(format!("{}/{}", subnet.address, subnet.prefix_length).into_bytes()))
            }
            ScopeKind::Pool(_) => ("pool", None),
            ScopeKind::Pool6(_) => ("pool6", None),
            ScopeKind::Group(i) => ("group", i.map(|i| self.groups[i].name.clone())),
            ScopeKind::Host(i) => ("host", Some(self.hosts[i].name.clone())),
            ScopeKind::Class(i) => ("class", Some(self.classes[i].name.clone())),
            ScopeKind::Subclass(i) => ("subclass", Some(self.classes[i].name.clone())),
        }
    }

    fn is_called(&self, scope: usize, wanted: &Step) -> bool {
        let (kind, name) = self.kind_and_name(scope);
        let called = match (&wanted.name, name, self.scopes[scope].kind) {
            (Some(wanted), Some(_), ScopeKind::Subnet(i)) => is_subnet(wanted, &self.subnets[i]),
            (Some(wanted), Some(name), ScopeKind::Subnet6(_)) => {
                *wanted == name || name.strip_prefix(&wanted[..]).is_some_and(|rest| rest.starts_with(b"/"))
            }
            (wanted, name, _) => *wanted == name,
        };
        kind == wanted.kind && called && wanted.ordinal.is_none_or(|ordinal| self.scopes[scope].ordinal == ordinal)
    }

    fn step(&self, step: &str) -> Result<Step, PathError> {
        let malformed = || PathError::Malformed(step.to_owned());
        let (word, rest) = step.trim().split_once([' ', '\t']).ok_or_else(malformed)?;
        let kind = KINDS.into_iter().find(|kind| kind.eq_ignore_ascii_case(word)).ok_or_else(malformed)?;
        let rest = rest.trim();
        let is_counted = matches!(kind, "pool" | "pool6") || kind == "group" && !rest.starts_with('"');
        if let (true, Ok(ordinal)) = (is_counted, rest.parse()) {
            return Ok(Step { kind, name: None, ordinal: Some(ordinal) });
        }
        let (name, behind) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted).ok_or_else(malformed)?,
            None => {
                let (name, behind) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
                (name.as_bytes().to_vec(), behind)
            }
        };
        let ordinal = match behind.trim() {
            "" => None,
            number => Some(number.parse().map_err(|_| malformed())?),
        };
        // However an address is spelt, it is meant.
        let name = match (kind, std::str::from_utf8(&name)) {
            ("subnet6", Ok(text)) => {
                let (address, length) =
                    text.split_once('/').map_or((text, None), |(text, length)| (text, Some(length)));
                let address: std::net::Ipv6Addr = address.parse().map_err(|_| malformed())?;
                match length {
                    Some(length) => format!("{address}/{length}").into_bytes(),
                    None => address.to_string().into_bytes(),
                }
            }
            _ => name,
        };
        match kind {
            "pool" | "pool6" => Err(malformed()),
            _ => Ok(Step { kind, name: Some(name), ordinal }),
        }
    }

    /// Counts each scope among its likes.
    pub(super) fn number_scopes(&mut self) {
        type Likes<'n> = (usize, &'n str, Option<Vec<u8>>);
        let mut counts: HashMap<Likes<'_>, (usize, usize)> = HashMap::new();
        for scope in 0..self.scopes.len() {
            // There is but one host of a name.
            let (kind, Some(parent)) = (self.scopes[scope].kind, self.scopes[scope].parent) else { continue };
            if matches!(kind, ScopeKind::Host(_)) {
                continue;
            }
            let (kind, name) = self.kind_and_name(scope);
            let (first, count) = counts.entry((parent, kind, name)).or_insert((scope, 0));
            *count += 1;
            let (first, count) = (*first, *count);
            self.scopes[scope].ordinal = count;
            if count > 1 {
                self.scopes[first].has_twins = true;
                self.scopes[scope].has_twins = true;
            }
        }
    }
}

/// `ADDRESS`, `ADDRESS/LENGTH` or `ADDRESS/MASK`.
fn is_subnet(wanted: &[u8], subnet: &super::Subnet) -> bool {
    let text = String::from_utf8_lossy(wanted);
    let (address, behind) = match text.split_once('/') {
        Some((address, behind)) => (address, Some(behind)),
        None => (&*text, None),
    };
    let length = subnet.prefix_length().map(|length| length.to_string());
    address.parse() == Ok(subnet.address)
        && behind.is_none_or(|behind| length.as_deref() == Some(behind) || behind.parse() == Ok(subnet.netmask))
}

/// The steps of a path. A slash in quotes, or before a prefix length or a mask, does not end one.
fn steps(path: &str) -> Vec<&str> {
    let mut steps = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (i, byte) in path.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'/' if !quoted && !path[i + 1..].starts_with(|next: char| next.is_ascii_digit()) => {
                steps.push(&path[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    steps.push(&path[start..]);
    steps.retain(|step| !step.trim().is_empty());
    steps
}

/// A name as it stands in a path: in quotes unless it is a plain word.
fn written(name: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/');
    let is_number = name.iter().all(u8::is_ascii_digit);
    // What begins with a digit behind a slash would be taken for a prefix length.
    let is_address = name.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'/'));
    match name.iter().all(is_plain) && !is_number && (is_address || !name.contains(&b'/')) {
        true => String::from_utf8_lossy(name).into_owned(),
        false => format!("\"{}\"", name.escape_ascii()),
    }
}

/// What stands in quotes, whose opening one is taken, and what is behind it.
fn unquoted(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut name = Vec::new();
    let bytes = text.as_bytes();
    let mut i = 0;
    loop {
        match *bytes.get(i)? {
            b'"' => return Some((name, &text[i + 1..])),
            b'\\' => {
                i += 1;
                match *bytes.get(i)? {
                    b'x' => {
                        let digits = text.get(i + 1..i + 3)?;
                        name.push(u8::from_str_radix(digits, 16).ok()?);
                        i += 2;
                    }
                    b't' => name.push(b'\t'),
                    b'r' => name.push(b'\r'),
                    b'n' => name.push(b'\n'),
                    byte => name.push(byte),
                }
            }
            byte => name.push(byte),
        }
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONF: &str = r#"
        group { host a { } }
        group { subnet 10.3.0.0 netmask 255.255.0.0 { } }
        group g { host b { } group { host c { } } }
        class "x/y \"z\"" { }
        shared-network office {
          subnet 10.1.1.0 netmask 255.255.255.0 { pool { range 10.1.1.5; } pool { range 10.1.1.6; } host d { } }
          subnet 10.1.1.0 netmask 255.255.255.128 { }
        }
        shared-network 5 { subnet 10.2.0.0 netmask 255.255.0.0 { pool { range 10.2.0.1; } } }"#;

    fn conf() -> Conf {
        Conf::parse("conf", CONF.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn each_path_leads_back_to_its_scope() {
        let conf = conf();
        for scope in 0..conf.scopes.len() {
            let path = conf.path_of(scope);
            assert_eq!(conf.scope_at(&path), Ok(scope), "{path}");
        }
        let v6 = b"subnet6 2001:db8::/32 { pool6 { range6 2001:db8::1 2001:db8::2; } }";
        let v6 = Conf::parse("conf", v6).unwrap();
        assert_eq!(v6.path_of(2), "subnet6 2001:db8::/32/pool6 1");
        for path in ["subnet6 2001:db8::/32/pool6 1", "subnet6 2001:DB8:0::/pool6 1", "pool6 1"] {
            assert_eq!(v6.scope_at(path), Ok(2), "{path}");
        }
    }

    #[test]
    fn steps_may_be_left_out_where_the_rest_is_unique() {
        let conf = conf();
        let path_of = |path: &str| conf.scope_at(path).map(|scope| conf.path_of(scope)).map_err(|e| e.to_string());
        for (path, full) in [
            ("host c", "group g/group 1/host c"),
            ("HOST a", "group 1/host a"),
            ("subnet 10.3.0.0/16", "group 2/subnet 10.3.0.0"),
            ("subnet 10.1.1.0/24/pool 2", "shared-network office/subnet 10.1.1.0 1/pool 2"),
            ("shared-network office/subnet 10.1.1.0/255.255.255.128", "shared-network office/subnet 10.1.1.0 2"),
            ("shared-network 5/pool 1", "shared-network \"5\"/subnet 10.2.0.0/pool 1"),
            ("class \"x/y \\\"z\\\"\"", "class \"x/y \\\"z\\\"\""),
            ("/", "/"),
            ("", "/"),
        ] {
            assert_eq!(path_of(path), Ok(full.to_owned()), "{path}");
        }
        assert_eq!(path_of("host z"), Err("there is no `host z` in the configuration".to_owned()));
        assert_eq!(path_of("group g/host a"), Err("there is no `host a` in `group g`".to_owned()));
        let several = path_of("subnet 10.1.1.0").unwrap_err();
        assert!(several.contains("\n    shared-network office/subnet 10.1.1.0 2"), "{several}");
        for path in ["host", "hosts a", "pool x", "subnet6 x", "class \"x", "host a b", "class \"\\x4\""] {
            assert!(path_of(path).unwrap_err().contains("names no scope"), "{path}");
        }
    }
}
