//! What is in effect for a client, and where each value comes from.
//!
//! dhcpd runs the statements of one scope after the other, and a later one changes what an earlier one has
//! set. As observed on dhcpd 4.4.3-P1, with an offer for each case (`tests/dhcpd_effective.rs`):
//!
//! - DHCPv4: the subnet with all scopes around it, the outermost first; then the pool; then the client's classes, the
//!   last one first, so that the first one counts; then the host with the scopes around it. Of the scopes around classes
//!   and hosts those are left out that the pool inherits from, or the subnet where there is no pool. The pool does not
//!   inherit from the subnet, so that a host that stands in the subnet brings the subnet's statements in again, over the
//!   pool's.
//! - DHCPv6: the same, but for the pool, which inherits from the subnet.
//! - A reserved address has no pool, also where it lies in a range.
//! - A host with a `group` inherits from that group and the scopes around it, in place of its own.
//! - A host with fixed addresses has its say only where the client gets one of these.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;

use crate::dhcpd::Family;
use crate::dhcpd::declarations::word;
use crate::dhcpd::options::SERVER;
use crate::dhcpd::statements::{Expression, OptionName, Statement, Verb, bare_option_name};
use crate::dhcpd::syntax::{Lexer, TokenKind};

use super::branches::branches;
use super::client::Client;
use super::evaluate::{Asking, Verdict};
use super::membership::Classes;
use super::scope::{Place, ScopeKind};
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
    /// The value's octets, where it depends on nothing.
    pub constant: Option<Vec<u8>>,
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
    /// among [`Conf::hosts`]. A host without an address counts with the first of its own that lies in a subnet.
    pub fn effective_for(&self, address: Option<IpAddr>, host: Option<usize>) -> Effective {
        let client = match host {
            Some(host) => {
                let own = || self.hosts[host].ip_addresses().find(|address| self.network_of(*address).is_some());
                Client::of_host(self, host, address.or_else(own))
            }
            None => Client { family: self.family(), address, ..Client::default() },
        };
        self.effective(&client)
    }

    /// What is in effect for a client.
    pub fn effective(&self, client: &Client) -> Effective {
        let network = client.address.and_then(|address| self.network_of(address));
        let mut limit = network.map(|network| self.inherited(network.scope)).unwrap_or_default();
        let mut first: Vec<usize> = limit.iter().rev().copied().collect();
        if let (Some(address), Some(_), false) = (client.address, network, client.is_reserved)
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
            first.extend(scope);
            limit.extend(scope);
        }
        if first.is_empty() {
            first.push(0);
            limit.push(0);
        }
        let limit: HashSet<usize> = limit.into_iter().collect();
        let classes = Classes::of(self);
        let asking = Asking { conf: self, client, classifying: false, before_hosts: false };
        let memberships = classes.of_client(&Asking { classifying: true, ..asking });
        let mut run = Run::new(asking);
        run.scopes(&first);
        let of_classes = memberships.certain.into_iter().chain(run.added_to(&classes)).take(MOST_CLASSES);
        for membership in of_classes.collect::<Vec<_>>().into_iter().rev() {
            run.scopes_within(&classes.scopes_of(self, membership), &limit);
        }
        for class in memberships.undecided {
            run.undecided_class(class, classes.all_scopes_of(self, class));
        }
        if let Some(scope) = client.host.and_then(|host| self.hosts[host].scope) {
            let mut own = self.inherited(scope);
            own.reverse();
            run.scopes_within(&own, &limit);
        }
        run.finish()
    }

    /// The classes that a client is in, or may be in, by name, and whether that is certain.
    pub fn classes_of(&self, client: &Client) -> Vec<(Vec<u8>, bool)> {
        let classes = Classes::of(self);
        let asking = Asking { conf: self, client, classifying: true, before_hosts: false };
        let memberships = classes.of_client(&asking);
        let certain = memberships.certain.into_iter().map(|number| (number, true));
        let all = certain.chain(memberships.undecided.into_iter().map(|number| (number, false)));
        all.map(|(number, is_certain)| (self.classes[number].name.clone(), is_certain)).collect()
    }

    /// The range of a pool that an address lies in, in words.
    pub fn range_name(&self, address: IpAddr) -> Option<String> {
        let v4 = self.ranges.iter().map(|range| range.span());
        let v6 = self.ranges6.iter().map(|range| range.span());
        v4.chain(v6).find(|span| span.contains(address)).map(|span| span.to_string())
    }

    /// What dhcpd itself has in effect when it starts, and nobody asks.
    pub(super) fn effective_at_start(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let nobody = Client::nobody();
        let mut run = Run::new(Asking { conf: self, client: &nobody, classifying: false, before_hosts: false });
        run.scopes(&[0]);
        let setting = run.settings.into_iter().find(|(option, ..)| is_called(option, SERVER, name));
        let (_, parts, _) = setting
            .unwrap_or_else(|| (OptionName { space: (*b"").into(), name: (*b"").into() }, VecDeque::new(), Vec::new()));
        parts.into_iter().map(|part| part.constant.unwrap_or_default()).collect()
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
        let named = self.groups.iter().filter(|group| group.name == *wanted && !group.deleted);
        named.filter_map(|group| group.scope).rfind(before)
    }
}

/// Classes that count for a client.
const MOST_CLASSES: usize = 5;

/// Statements that are run for a client.
struct Run<'a> {
    asking: Asking<'a>,
    scopes: Vec<usize>,
    /// Options with the parts of their values, and with what counts for nothing.
    settings: Vec<(OptionName, VecDeque<Origin>, Vec<Origin>)>,
    /// Their numbers by space and name, in lower case.
    numbers: HashMap<(Vec<u8>, Vec<u8>), usize>,
    depending: Vec<Depending>,
    authoritative: Option<(bool, usize)>,
    /// Names of classes that statements add the client to.
    added: Vec<Vec<u8>>,
}

impl<'a> Run<'a> {
    fn new(asking: Asking<'a>) -> Self {
        Run {
            asking,
            scopes: Vec::new(),
            settings: Vec::new(),
            numbers: HashMap::new(),
            depending: Vec::new(),
            authoritative: None,
            added: Vec::new(),
        }
    }

    fn finish(self) -> Effective {
        let settings = self.settings.into_iter().map(|(option, parts, overridden)| Setting {
            option,
            parts: parts.into(),
            overridden,
        });
        Effective {
            scopes: self.scopes,
            settings: settings.collect(),
            depending: self.depending,
            authoritative: self.authoritative,
        }
    }

    /// Runs what stands in these scopes.
    fn scopes(&mut self, scopes: &[usize]) {
        let conf = self.asking.conf;
        for &scope in scopes {
            self.scopes.push(scope);
            self.asking.before_hosts = scope == 0 && self.asking.client.family == Some(Family::V6);
            for stated in conf.scopes[scope].statements() {
                self.statement(scope, stated.place, &stated.statement, &stated.text);
            }
            if let Some(authoritative) = conf.scopes[scope].authoritative {
                self.authoritative = Some((authoritative, scope));
            }
        }
    }

    /// The same without those around the last one of the limits that comes in them.
    fn scopes_within(&mut self, scopes: &[usize], limit: &HashSet<usize>) {
        let outside = scopes.iter().rposition(|scope| limit.contains(scope)).map_or(0, |last| last + 1);
        self.scopes(&scopes[outside..]);
    }

    fn added_to(&self, classes: &Classes<'_>) -> Vec<usize> {
        self.added.iter().filter_map(|name| classes.named(name)).collect()
    }

    /// What the client would get if it were in a class that nobody knows whether it is in.
    fn undecided_class(&mut self, class: usize, scopes: impl Iterator<Item = usize>) {
        let conf = self.asking.conf;
        let (mut options, mut known, mut says) = (Vec::new(), HashSet::new(), None);
        for scope in scopes {
            for stated in conf.scopes[scope].statements() {
                collect(&stated.statement, &mut options, &mut known);
                let first = word(&mut Lexer::for_file(&stated.text));
                if matches!(first.as_slice(), b"match" | b"spawn") {
                    says = Some((scope, stated.place, stated.text.to_vec()));
                }
            }
        }
        if let (false, Some((scope, place, text))) = (options.is_empty(), says) {
            debug_assert!(conf.classes[class].hash_string.is_none(), "a subclass is no class by itself");
            self.depending.push(Depending { scope, place, text, options });
        }
    }

    fn statement(&mut self, scope: usize, place: Place, statement: &Statement, text: &[u8]) {
        match statement {
            Statement::Option(verb, option, value) => {
                let constant = value.constant();
                self.set(option, Origin { scope, place, verb: *verb, value: value_in(text), constant });
            }
            Statement::If(conditions, _) => match self.branch(conditions) {
                Some(number) => {
                    let branches = branches(&self.asking.conf.context, text);
                    for (inner, text) in branches.get(number).into_iter().flatten() {
                        self.statement(scope, place, inner, text);
                    }
                }
                None => self.depends(scope, place, statement, text),
            },
            Statement::Add(class) => self.added.push(class.clone()),
            Statement::On(..)
            | Statement::Switch(..)
            | Statement::ParseVendorOption
            | Statement::Eval(_)
            | Statement::Execute(..) => self.depends(scope, place, statement, text),
            _ => {}
        }
    }

    /// Which branch of an `if` is taken, the one behind `else` after all others; nothing where that cannot be decided.
    fn branch(&self, conditions: &[(Expression, Vec<Statement>)]) -> Option<usize> {
        for (number, (condition, _)) in conditions.iter().enumerate() {
            match self.asking.holds(condition) {
                Verdict::Holds => return Some(number),
                Verdict::Fails => {}
                Verdict::Undecided => return None,
            }
        }
        Some(conditions.len())
    }

    fn depends(&mut self, scope: usize, place: Place, statement: &Statement, text: &[u8]) {
        let mut options = Vec::new();
        collect(statement, &mut options, &mut HashSet::new());
        self.depending.push(Depending { scope, place, text: text.to_vec(), options });
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

/// The value in a statement about an option: all between its name, or `=`, and the semicolon. `allow` and its likes
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
    if lexer.peek().kind == TokenKind::Byte(b'=') {
        lexer.next();
    }
    let start = lexer.peeked_start().min(text.len());
    text[start..].to_vec()
}
