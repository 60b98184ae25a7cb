//! What is in effect for a client, and where each value comes from.
//!
//! dhcpd runs the statements of one scope after the other, and a later one changes what an earlier one has
//! set. As observed on dhcpd 4.4.3-P1, with an offer for each case (`tests/dhcpd_effective.rs`):
//!
//! - DHCPv4: the subnet with all scopes around it, the outermost first; then the pool; then, what cannot be
//!   known here, the client's classes; then the host with the scopes around it, those left out that the pool
//!   inherits from, or the subnet where there is no pool. The pool does not inherit from the subnet, so
//!   that a host that stands in the subnet brings the subnet's statements in again, over the pool's.
//! - DHCPv6: the same, but for the pool, which inherits from the subnet.
//! - A host with a `group` inherits from that group and the scopes around it, in place of its own.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;

use crate::dhcpd::declarations::{Address, word};
use crate::dhcpd::options::SERVER;
use crate::dhcpd::statements::{OptionName, Statement, Verb, bare_option_name};
use crate::dhcpd::syntax::Lexer;

use super::scope::{Place, ScopeKind, Stated};
use super::{Conf, Network};

/// A statement that has a part in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its scope.
    pub scope: usize,
    /// Its place.
    pub place: Place,
    /// What it does.
    pub verb: Verb,
    /// The value in it, as it is written.
    pub value: Vec<u8>,
}

/// An option or a parameter that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Which one; dhcpd's own parameters are in the space [`SERVER`].
    pub option: OptionName,
    /// The statements that its value is made of, in the order of the value; one unless there are `append`
    /// and `prepend`.
    pub parts: Vec<Origin>,
    /// The statements that count for nothing because of others, in the order in which they were run.
    pub overridden: Vec<Origin>,
}

/// Statements that may change something when a client asks, depending on what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depending {
    /// Their scope.
    pub scope: usize,
    /// Their place.
    pub place: Place,
    /// How they are written, on one line.
    pub text: Vec<u8>,
    /// The options that are set in there.
    pub options: Vec<OptionName>,
}

/// What is in effect for a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    /// The scopes whose statements were run, in that order.
    pub scopes: Vec<usize>,
    /// Options and parameters, in the order in which they were first set.
    pub settings: Vec<Setting>,
    /// What depends on the client.
    pub depending: Vec<Depending>,
    /// Whether the server is authoritative there, and the scope that says so, if one does.
    pub authoritative: Option<(bool, usize)>,
}

impl Setting {
    /// The value, as it is written; parts of it with commas between them.
    pub fn value(&self) -> Vec<u8> {
        let parts: Vec<&[u8]> = self.parts.iter().map(|part| &part.value[..]).collect();
        parts.join(&b", "[..])
    }

    /// Whether it is a parameter of dhcpd's own, and no option that a client gets.
    pub fn is_parameter(&self) -> bool {
        *self.option.space == *SERVER
    }
}

impl Effective {
    /// An option or a parameter, by its space and its name.
    pub fn get(&self, space: &[u8], name: &[u8]) -> Option<&Setting> {
        self.settings.iter().find(|setting| is_called(&setting.option, space, name))
    }
}

fn is_called(option: &OptionName, space: &[u8], name: &[u8]) -> bool {
    option.space.eq_ignore_ascii_case(space) && option.name.eq_ignore_ascii_case(name)
}

impl Conf {
    /// The subnet that holds an address: the smallest one, if there are several.
    pub fn network_of(&self, address: IpAddr) -> Option<Network> {
        let holds = |network: &Network| match address {
            IpAddr::V4(address) => match self.scopes[network.scope].kind {
                ScopeKind::Subnet(i) => self.subnets[i].contains(address),
                _ => false,
            },
            IpAddr::V6(_) => match self.scopes[network.scope].kind {
                ScopeKind::Subnet6(i) => self.subnets6[i].span().contains(address),
                _ => false,
            },
        };
        // Of two of a size, the first.
        self.networks().filter(holds).max_by_key(|network| (network.prefix_length, std::cmp::Reverse(network.scope)))
    }

    /// The pool whose ranges hold an address, by its number among the pools of its family.
    pub fn pool_of(&self, address: IpAddr) -> Option<usize> {
        match address {
            IpAddr::V4(_) => self.ranges.iter().find(|range| range.span().contains(address)).map(|range| range.pool),
            IpAddr::V6(_) => self.ranges6.iter().find(|range| range.span().contains(address)).map(|range| range.pool),
        }
    }

    /// What is in effect for the client that has an address or is a host, or both; `host` is a number
    /// among [`Conf::hosts`]. A host without an address counts with its only fixed one, if it has one.
    pub fn effective_for(&self, address: Option<IpAddr>, host: Option<usize>) -> Effective {
        self.effective(self.scopes_for(address, host))
    }

    /// The scopes whose statements are run for a client, in that order. Some may come twice.
    pub fn scopes_for(&self, address: Option<IpAddr>, host: Option<usize>) -> Vec<usize> {
        let address = address.or_else(|| self.only_address(host?));
        let network = address.and_then(|address| self.network_of(address));
        let mut run = Vec::new();
        let mut limit = Vec::new();
        if let Some(network) = network {
            limit = self.inherited(network.scope);
            run.extend(limit.iter().rev());
        }
        if let (Some(address), Some(_)) = (address, network)
            && let Some(pool) = self.pool_of(address)
        {
            let scope = match address {
                IpAddr::V4(_) => self.pools[pool].scope,
                IpAddr::V6(_) => self.pools6[pool].scope,
            };
            if address.is_ipv4() {
                // What the subnet stands in, without the subnet itself.
                limit.remove(0);
            }
            run.extend(scope);
            limit.extend(scope);
        }
        let host = host.and_then(|host| self.hosts.get(host)).map(|host| host.scope.unwrap_or(0));
        if let Some(scope) = host {
            let limit: HashSet<usize> = limit.into_iter().collect();
            let own = self.inherited(scope).into_iter().take_while(|scope| !limit.contains(scope));
            let own: Vec<usize> = own.collect();
            run.extend(own.iter().rev());
        }
        if run.is_empty() && !self.scopes.is_empty() {
            run.push(0);
        }
        run
    }

    fn only_address(&self, host: usize) -> Option<IpAddr> {
        let host = self.hosts.get(host)?;
        match host.addresses[..] {
            [Address::Ip(address)] => Some(address),
            _ => None,
        }
    }

    /// A scope and those that it inherits from, the innermost first.
    pub fn inherited(&self, scope: usize) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut next = Some(scope);
        while let Some(scope) = next {
            chain.push(scope);
            next = match self.scopes[scope].kind {
                ScopeKind::Pool(i) => self.around_subnet(self.pools[i].shared_network),
                ScopeKind::Host(i) => self.named_group(i).or(self.scopes[scope].parent),
                _ => self.scopes[scope].parent,
            };
        }
        chain
    }

    /// The scope of a shared network; of a subnet that is one by itself, the scope around it.
    fn around_subnet(&self, shared_network: usize) -> Option<usize> {
        let network = &self.shared_networks[shared_network];
        match network.name {
            Some(_) => Some(network.scope),
            None => self.scopes[network.scope].parent,
        }
    }

    /// The last group of the name that a host has in `group`, declared before it.
    fn named_group(&self, host: usize) -> Option<usize> {
        let host = &self.hosts[host];
        let wanted = host.group.as_ref()?;
        let before = |scope: &usize| host.scope.is_none_or(|own| *scope < own);
        let named = self.groups.iter().filter(|group| group.name == *wanted);
        named.filter_map(|group| group.scope).rfind(before)
    }

    /// Runs the statements of these scopes.
    pub fn effective(&self, scopes: Vec<usize>) -> Effective {
        let mut run = Run::default();
        for &scope in &scopes {
            for stated in self.scopes[scope].statements() {
                run.statement(scope, stated);
            }
            if let Some(authoritative) = self.scopes[scope].authoritative {
                run.authoritative = Some((authoritative, scope));
            }
        }
        let settings = run.settings.into_iter().map(|(option, parts, overridden)| Setting {
            option,
            parts: parts.into(),
            overridden,
        });
        Effective { scopes, settings: settings.collect(), depending: run.depending, authoritative: run.authoritative }
    }
}

/// What has been set so far.
#[derive(Default)]
struct Run {
    /// Options with the parts of their values, and with what counts for nothing.
    settings: Vec<(OptionName, VecDeque<Origin>, Vec<Origin>)>,
    /// Their numbers by space and name, in lower case.
    numbers: HashMap<(Vec<u8>, Vec<u8>), usize>,
    depending: Vec<Depending>,
    authoritative: Option<(bool, usize)>,
}

impl Run {
    fn statement(&mut self, scope: usize, stated: &Stated) {
        match &stated.statement {
            Statement::Option(verb, option, _) => {
                let value = value_in(&stated.text);
                self.set(option, Origin { scope, place: stated.place, verb: *verb, value });
            }
            Statement::If(..)
            | Statement::On(..)
            | Statement::Switch(..)
            | Statement::ParseVendorOption
            | Statement::Eval(_)
            | Statement::Execute(..) => {
                let mut options = Vec::new();
                collect(&stated.statement, &mut options, &mut HashSet::new());
                let text = stated.text.to_vec();
                self.depending.push(Depending { scope, place: stated.place, text, options });
            }
            _ => {}
        }
    }

    fn set(&mut self, option: &OptionName, origin: Origin) {
        let number = *self.numbers.entry(key(option)).or_insert_with(|| {
            self.settings.push((option.clone(), VecDeque::new(), Vec::new()));
            self.settings.len() - 1
        });
        let (_, parts, overridden) = &mut self.settings[number];
        match origin.verb {
            Verb::Supersede => {
                overridden.extend(parts.drain(..));
                parts.push_back(origin);
            }
            Verb::Default if !parts.is_empty() => overridden.push(origin),
            Verb::Default | Verb::Append => parts.push_back(origin),
            Verb::Prepend => parts.push_front(origin),
        }
    }
}

fn key(option: &OptionName) -> (Vec<u8>, Vec<u8>) {
    (option.space.to_ascii_lowercase(), option.name.to_ascii_lowercase())
}

/// The options that a statement with others inside sets, each once.
fn collect(statement: &Statement, options: &mut Vec<OptionName>, known: &mut HashSet<(Vec<u8>, Vec<u8>)>) {
    let inner: Vec<&[Statement]> = match statement {
        Statement::Option(_, option, _) => {
            if known.insert(key(option)) {
                options.push(option.clone());
            }
            return;
        }
        Statement::If(branches, rest) => branches.iter().map(|(_, inner)| &inner[..]).chain(rest.as_deref()).collect(),
        Statement::On(_, inner) | Statement::Switch(_, inner) => vec![inner],
        _ => return,
    };
    for statement in inner.into_iter().flatten() {
        collect(statement, options, known);
    }
}

/// The value in a statement about an option: all between its name and the semicolon. `allow` and its likes
/// are values themselves.
fn value_in(text: &[u8]) -> Vec<u8> {
    let text = text.strip_suffix(b";").unwrap_or(text);
    let mut lexer = Lexer::for_file(text);
    let first = word(&mut lexer);
    match first.as_slice() {
        b"allow" | b"deny" | b"ignore" => return first,
        b"option" | b"supersede" | b"send" | b"append" | b"prepend" | b"default" => {
            lexer.next();
            if bare_option_name(&mut lexer).is_err() {
                return text.to_vec();
            }
        }
        _ => {
            lexer.next();
        }
    }
    let start = lexer.peeked_start().min(text.len());
    text[start..].to_vec()
}
