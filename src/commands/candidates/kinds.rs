//! Where the candidates of each kind of word come from.

use crate::commands::browse::filter::STATES;
use crate::commands::live::SETTABLE_STATES;
use crate::render::Column;

use super::candidate::{Candidate, LIMIT};
use super::hardware::Typed;
use super::index::{Lines, Section, lookup};

/// What kind of word is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A host by its name, hardware address or address.
    Host,
    /// A host's name.
    HostName,
    /// A hardware address of a host or of a lease.
    Hardware,
    /// A host's fixed address.
    HostAddress,
    /// Whatever `find` finds.
    Anything,
    /// A lease by its address, or its client's hardware address or host name.
    Lease,
    /// A lease's address.
    LeaseAddress,
    /// A subnet.
    Subnet,
    /// A subnet or a shared network.
    Network,
    /// A criterion for hosts.
    HostFilter,
    /// A criterion for leases.
    LeaseFilter,
    /// A group.
    Group,
    /// A class.
    Class,
    /// A failover relation.
    Failover,
    /// A state that a failover partner can be told to be in.
    FailoverState,
    /// A profile of `config.toml`.
    Profile,
    /// Columns with commas between them.
    Columns(Vec<Column>),
    /// Columns to sort by, with commas between them.
    Order(Vec<Column>),
    /// One of these words.
    Words(&'static [&'static str]),
}

/// The words before `=` in a criterion that hosts and leases have, and what they say.
const KEYS: [(&str, &str); 6] = [
    ("ip=", "an address, a prefix or a range"),
    ("subnet=", "in that subnet or shared network"),
    ("mac=", "a hardware address, or its beginning"),
    ("client-id=", "a client identifier in hexadecimal"),
    ("name=", "a part of a name"),
    ("reserved=", "yes or no"),
];

impl Kind {
    /// Whether dhcpd.conf tells something of it.
    pub(super) fn needs_files(&self) -> bool {
        !matches!(self, Kind::FailoverState | Kind::Profile | Kind::Columns(_) | Kind::Order(_) | Kind::Words(_))
    }

    /// Whether the lease file tells something of it.
    pub(super) fn needs_leases(&self) -> bool {
        self.needs_files() && !matches!(self, Kind::Subnet | Kind::Network | Kind::Class | Kind::Failover)
    }
}

/// The candidates that begin as it was typed, as far as these lines know them.
pub(super) fn choose(kind: &Kind, typed: &str, lines: Option<&dyn Lines>) -> Vec<Candidate> {
    let mut found = Found { typed, lines, all: Vec::new() };
    let is_begun = !typed.is_empty();
    match kind {
        Kind::Host if found.is_keyed() => found.behind_key(false),
        Kind::Host => found.hosts(),
        Kind::HostName => found.of(Section::Host),
        Kind::Hardware => {
            found.hardware(Section::HostHardware);
            found.hardware(Section::LeaseHardware);
        }
        Kind::HostAddress => found.of(Section::HostAddress),
        Kind::Anything => {
            found.hosts();
            if is_begun {
                found.leases();
                found.of(Section::ClientName);
            }
        }
        Kind::Lease => found.lease(),
        Kind::LeaseAddress => found.of(Section::Lease),
        Kind::Subnet => found.of(Section::Subnet),
        Kind::Network => {
            found.of(Section::Subnet);
            found.of(Section::SharedNetwork);
        }
        Kind::HostFilter | Kind::LeaseFilter => found.filter(*kind == Kind::LeaseFilter),
        Kind::Group => found.of(Section::Group),
        Kind::Class => found.of(Section::Class),
        Kind::Failover => found.of(Section::Failover),
        Kind::FailoverState => found.words(&SETTABLE_STATES),
        Kind::Words(words) => found.words(words),
        Kind::Columns(columns) => found.columns(columns, "+"),
        Kind::Order(columns) => found.columns(columns, "-"),
        Kind::Profile => {}
    }
    found.all.truncate(LIMIT);
    found.all
}

struct Found<'a> {
    typed: &'a str,
    lines: Option<&'a dyn Lines>,
    all: Vec<Candidate>,
}

impl Found<'_> {
    fn of(&mut self, section: Section) {
        if let Some(lines) = self.lines {
            self.all.extend(lookup(lines, section, self.typed, LIMIT));
        }
    }

    fn hardware(&mut self, section: Section) {
        if let (Some(lines), Some(typed)) = (self.lines, Typed::read(self.typed)) {
            let found = lookup(lines, section, &typed.plain, LIMIT);
            let spelt = found.into_iter().map(|known| Candidate { word: typed.spell(&known.word), ..known });
            self.all.extend(spelt);
        }
    }

    /// Names to begin with: whoever wants an address begins with one.
    fn hosts(&mut self) {
        self.of(Section::Host);
        if !self.typed.is_empty() {
            self.hardware(Section::HostHardware);
            self.of(Section::HostAddress);
        }
    }

    fn leases(&mut self) {
        self.of(Section::Lease);
        self.of(Section::Binding);
        self.hardware(Section::LeaseHardware);
    }

    /// An address to begin with, and then whatever dhcpd or its lease file knows a client by.
    fn lease(&mut self) {
        match self.typed {
            "" => self.of(Section::Lease),
            _ if self.is_keyed() => self.behind_key(true),
            _ => {
                self.of(Section::Lease);
                self.hardware(Section::LeaseHardware);
                self.of(Section::ClientName);
            }
        }
    }

    fn is_keyed(&self) -> bool {
        self.typed.split_once('=').is_some_and(|(key, _)| matches!(key, "ip" | "mac" | "name" | "hostname"))
    }

    fn words(&mut self, words: &[&str]) {
        let begun = words.iter().filter(|word| word.starts_with(self.typed));
        self.all.extend(begun.map(|word| Candidate::new(*word, "")));
    }

    /// Values behind a key.
    fn behind_key(&mut self, of_leases: bool) {
        if let Some((key, value)) = self.typed.split_once('=') {
            let mut values = Found { typed: value, lines: self.lines, all: Vec::new() };
            match key {
                "ip" if of_leases => values.leases(),
                "ip" => values.of(Section::HostAddress),
                "subnet" => {
                    values.of(Section::Subnet);
                    values.of(Section::SharedNetwork);
                }
                "mac" if of_leases => values.hardware(Section::LeaseHardware),
                "mac" => values.hardware(Section::HostHardware),
                "name" | "hostname" if of_leases => values.of(Section::ClientName),
                "name" | "hostname" => values.of(Section::Host),
                "reserved" => values.words(&["yes", "no"]),
                "state" if of_leases => values.of_list(&STATES),
                _ => {}
            }
            let whole =
                values.all.into_iter().map(|known| Candidate { word: format!("{key}={}", known.word), ..known });
            self.all.extend(whole);
        }
    }

    fn filter(&mut self, of_leases: bool) {
        if self.typed.contains('=') {
            return self.behind_key(of_leases);
        }
        let begun = KEYS.iter().filter(|(key, _)| key.starts_with(self.typed));
        self.all.extend(begun.map(|(key, about)| Candidate::new(*key, *about)));
        if of_leases && "state=".starts_with(self.typed) {
            self.all.push(Candidate::new("state=", "in one of these states"));
        }
        match (of_leases, self.typed.is_empty()) {
            (false, true) => self.of(Section::Host),
            (false, false) => self.hosts(),
            (true, true) => {
                self.of(Section::Lease);
                self.of(Section::Binding);
            }
            (true, false) => {
                self.leases();
                self.of(Section::ClientName);
            }
        }
        if !self.typed.is_empty() {
            self.of(Section::Subnet);
        }
    }

    /// One more of a list with commas.
    fn of_list(&mut self, words: &[&str]) {
        let (before, last) = self
            .typed
            .rsplit_once(',')
            .map_or(("", self.typed), |(_, last)| (&self.typed[..self.typed.len() - last.len()], last));
        let is_new = |word: &&&str| !before.split(',').any(|known| known == **word);
        let begun = words.iter().filter(|word| word.starts_with(last)).filter(is_new);
        self.all.extend(begun.map(|word| Candidate::new(format!("{before}{word}"), "")));
    }

    /// One more column. The mark may stand before the first column, or before each for `-`.
    fn columns(&mut self, columns: &[Column], mark: &str) {
        let last = self.typed.rsplit(',').next().unwrap_or_default();
        let is_first = last.len() == self.typed.len();
        let name = last.strip_prefix(mark).filter(|_| is_first || mark == "-").unwrap_or(last);
        let before = &self.typed[..self.typed.len() - name.len()];
        let known: Vec<&str> = before.split(',').map(|word| word.trim_start_matches(mark)).collect();
        for column in columns {
            let word = format!("{before}{}", column.name);
            let is_new = !known.contains(&column.name) && self.all.iter().all(|other| other.word != word);
            if column.name.starts_with(name) && is_new {
                self.all.push(Candidate::new(word, column.about));
            }
        }
        if mark == "+" && is_first && before.is_empty() && "all".starts_with(name) {
            self.all.push(Candidate::new("all", "all columns"));
        }
    }
}
