//! What is known of a client before it asks: enough to tell which classes it is in, and which conditions hold.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::dhcpd::Family;
use crate::dhcpd::declarations::{Address, Host, word};
use crate::dhcpd::options::{DHCP, Definitions, OptionDefinition};
use crate::dhcpd::statements::{self, option_name, option_value};
use crate::dhcpd::syntax::{Lexer, TokenKind};

use super::Conf;

/// The space of DHCPv6's options.
pub(super) const DHCP6: &[u8] = b"dhcp6";

/// Something that a client says, or does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fact {
    /// It says that.
    Known(Vec<u8>),
    /// It says nothing.
    Absent,
    /// Nobody knows before it asks.
    #[default]
    Unknown,
}

/// A client.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// DHCPv4 or DHCPv6; DHCPv4 where it is not said.
    pub family: Option<Family>,
    /// Its hardware type, a byte, and its hardware address. DHCPv6 has none.
    pub hardware: Fact,
    /// The options that it sends, by space and name.
    pub options: HashMap<(Vec<u8>, Vec<u8>), Vec<u8>>,
    /// What is known of all other options.
    pub others: Fact,
    /// Whether a host declaration is about it, wherever that stands.
    pub known: Option<bool>,
    /// The host whose statements it gets, by number.
    pub host: Option<usize>,
    /// Its address.
    pub address: Option<IpAddr>,
    /// That address is reserved for it, so that no pool has a say.
    pub is_reserved: bool,
}

/// Why an option of a client cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenError {
    /// It has no `=`.
    NoValue(String),
    /// There is no option of that name.
    NoOption(String),
    /// The value does not go with the option's format.
    NoSuchValue {
        /// The option.
        name: String,
        /// The value.
        value: String,
    },
}

impl std::fmt::Display for GivenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            GivenError::NoValue(text) => {
                write!(f, "`{text}` has no value: say NAME=VALUE, such as vendor-class-identifier=PXEClient")
            }
            GivenError::NoOption(name) => {
                write!(f, "there is no option `{name}`, neither of dhcpd's own nor in dhcpd.conf")
            }
            GivenError::NoSuchValue { name, value } => write!(f, "`{value}` is no value of the option `{name}`"),
        }
    }
}

impl std::error::Error for GivenError {}

impl Client {
    /// One of whom a host is known, and that has that address.
    pub fn of_host(conf: &Conf, host: usize, address: Option<IpAddr>) -> Client {
        Client { family: conf.family(), ..Client::default() }.as_host(conf, host, address)
    }

    /// The same client as one that a host is known to be about, and that has that address. What the host says of its
    /// client counts where the client itself says nothing.
    pub fn as_host(self, conf: &Conf, host: usize, address: Option<IpAddr>) -> Client {
        let declared = &conf.hosts[host];
        let mut client = Client { known: Some(true), address, ..self };
        if let Some((kind, octets)) = &declared.hardware
            && client.hardware == Fact::Unknown
        {
            client.hardware = Fact::Known([&[*kind][..], octets].concat());
        }
        if let Some(identifier) = &declared.identifier
            && identifier.relay.is_none()
        {
            client.says_unless_said(&identifier.option.space, &identifier.option.name, identifier.value.clone());
        }
        if let Some(identifier) = conf.client_identifier_of(declared) {
            client.says_unless_said(DHCP, b"dhcp-client-identifier", identifier);
        }
        client.is_reserved = address.is_some_and(|address| declared.has(address));
        // A host with an address of its own says nothing of clients that have another one.
        client.host = (client.is_reserved || declared.addresses.is_empty()).then_some(host);
        client
    }

    /// One that says nothing at all: dhcpd itself, when it starts.
    pub(super) fn nobody() -> Client {
        Client { hardware: Fact::Absent, others: Fact::Absent, ..Client::default() }
    }

    fn says_unless_said(&mut self, space: &[u8], name: &[u8], value: Vec<u8>) {
        if self.option(space, name) == Fact::Unknown {
            self.says(space, name, value);
        }
    }

    /// Lets it say something with an option.
    pub fn says(&mut self, space: &[u8], name: &[u8], value: Vec<u8>) {
        self.options.insert((space.to_vec(), name.to_vec()), value);
    }

    /// What it says with an option.
    pub(super) fn option(&self, space: &[u8], name: &[u8]) -> Fact {
        let found = self
            .options
            .iter()
            .find(|((of, called), _)| of.eq_ignore_ascii_case(space) && called.eq_ignore_ascii_case(name));
        found.map_or_else(|| self.others.clone(), |(_, value)| Fact::Known(value.clone()))
    }

    /// Takes an option that it sends, written as `NAME=VALUE`: text in quotes or without, or octets with colons between
    /// them; other formats as dhcpd.conf has them.
    pub fn give(&mut self, definitions: &Definitions, text: &str) -> Result<(), GivenError> {
        let (name, value) = text.split_once('=').ok_or_else(|| GivenError::NoValue(text.to_owned()))?;
        let definition = self.definition(definitions, name).ok_or_else(|| GivenError::NoOption(name.to_owned()))?;
        let octets = read_value(&definition.format, value)
            .ok_or_else(|| GivenError::NoSuchValue { name: name.to_owned(), value: value.to_owned() })?;
        self.says(&definition.space, &definition.name, octets);
        Ok(())
    }

    fn definition(&self, definitions: &Definitions, name: &str) -> Option<OptionDefinition> {
        if !name.contains('.')
            && self.family == Some(Family::V6)
            && let Some(definition) = definitions.get(DHCP6, name.as_bytes())
        {
            return Some(definition.clone());
        }
        let mut lexer = Lexer::for_file(name.as_bytes());
        let definition = option_name(&mut lexer, definitions).ok()?;
        (lexer.next().kind == TokenKind::End).then_some(definition)
    }
}

impl Host {
    /// Whether an address is one of its own.
    pub fn has(&self, address: IpAddr) -> bool {
        self.ip_addresses().any(|own| own == address)
    }

    /// Its addresses, without those that are given by name.
    pub fn ip_addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().filter_map(|address| match address {
            Address::Ip(address) => Some(*address),
            Address::Name(_) => None,
        })
    }
}

impl Conf {
    /// A host's client identifier, said by `uid` or by the option.
    pub(super) fn client_identifier_of(&self, host: &Host) -> Option<Vec<u8>> {
        let said = || {
            let own: Vec<_> = host.scope.into_iter().flat_map(|scope| self.statements_of(scope)).cloned().collect();
            statements::client_identifier(&own)
        };
        host.client_identifier.clone().or_else(said).filter(|identifier| !identifier.is_empty())
    }
}

/// The octets of an option's value.
fn read_value(format: &[u8], value: &str) -> Option<Vec<u8>> {
    let is_text = matches!(format, [b't' | b'X', ..] | [b'E', ..]);
    let is_quoted = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
    let pair = |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_hex = value.contains(':') && value.split(':').all(pair);
    if is_text && !is_quoted && !is_hex {
        return Some(value.as_bytes().to_vec());
    }
    if is_text && is_hex {
        return value.split(':').map(|part| u8::from_str_radix(part, 16).ok()).collect();
    }
    let mut lexer = Lexer::for_file(value.as_bytes());
    if !is_text && lexer.peek().kind == TokenKind::End {
        return None;
    }
    let read = option_value(&mut lexer, format).ok()?.constant()?;
    let is_whole = word(&mut lexer).is_empty() && lexer.peek().kind == TokenKind::End;
    (is_whole && lexer.take_warnings().is_empty()).then_some(read)
}
