//! `dhcpd.conf` with everything that it includes, of DHCPv4 or DHCPv6: a tree of [`Scope`]s in which every
//! statement has its [`Place`], and tables of what stands in it: networks with their pools, hosts, groups,
//! classes, keys. Each of them knows its scope.
//!
//! - [`Conf::scope_at`] and [`Conf::path_of`] name a scope, as in `shared-network office/subnet 10.1.1.0`;
//! - [`Conf::effective_for`] says what is in effect for a client, and where it comes from.
//!
//! What dhcpd refuses to start with is a mistake here, and nothing else is.

mod adopted;
mod branches;
mod by_itself;
mod client;
mod declared;
mod duid;
mod effective;
mod error;
mod evaluate;
mod failover;
mod fold;
mod identity;
mod includes;
mod membership;
mod network;
mod networks;
mod option_format;
mod parser;
mod path;
mod scope;
mod streams;

use std::path::{Path, PathBuf};

pub use by_itself::ByItself;
pub use client::{Client, Fact, GivenError};
pub use effective::{Depending, Effective, Origin, Setting};
pub use error::ConfError;
pub use network::{
    FailoverPeer, Network, Permit, Permitted, Pool, Pool6, Prefix6, Range, Range6, ServerDuid, SharedNetwork, Subnet,
    Subnet6,
};
pub use option_format::define_options;
pub use path::PathError;
pub use scope::{Item, Place, Scope, ScopeKind, Stated};
pub use streams::{KeptStreams, keep_streams};

use super::Family;
use super::declarations::{Class, Context, Group, Host};
use super::statements::Statement;
use crate::shown::ShowPath as _;
use zeroize::Zeroizing;

/// How a configuration is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfOptions {
    /// DHCPv4 or DHCPv6, as dhcpd is told by `-4` and `-6`. Where it is not said, the subnets decide.
    pub family: Option<Family>,
    /// An included file that is not found is looked for beside the one that includes it. dhcpd looks in
    /// its working directory only.
    pub include_beside: bool,
}

/// `key NAME { algorithm …; secret …; }`.
#[derive(Clone)]
pub struct Key {
    /// Its name.
    pub name: Vec<u8>,
    /// Its algorithm, as written.
    pub algorithm: Vec<u8>,
    /// Its secret, decoded.
    pub secret: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key {{ name: {:?}, .. }}", String::from_utf8_lossy(&self.name))
    }
}

/// What a configuration says.
#[derive(Clone, Debug, Default)]
pub struct Conf {
    /// Options and classes, as the lease file refers to them.
    pub context: Context,
    /// Keys, the last one of a name.
    pub keys: Vec<Key>,
    /// `omapi-key`: the key that clients have to use.
    pub omapi_key: Option<Vec<u8>>,
    /// `omapi-port`; none, or 0, opens none.
    pub omapi_port: Option<u16>,
    /// `lease-file-name`.
    pub lease_file_name: Option<Vec<u8>>,
    /// `dhcpv6-lease-file-name`.
    pub dhcpv6_lease_file_name: Option<Vec<u8>>,
    /// `server-duid`.
    pub server_duid: Option<ServerDuid>,
    /// The scopes, each behind the one around it; the first one is the outermost.
    pub scopes: Vec<Scope>,
    /// Hosts, in order.
    pub hosts: Vec<Host>,
    /// Groups that have a name, in order.
    pub groups: Vec<Group>,
    /// Classes and subclasses, in order.
    pub classes: Vec<Class>,
    /// Shared networks, and subnets that are one by themselves.
    pub shared_networks: Vec<SharedNetwork>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Subnets of DHCPv6.
    pub subnets6: Vec<Subnet6>,
    /// Pools.
    pub pools: Vec<Pool>,
    /// Pools of DHCPv6.
    pub pools6: Vec<Pool6>,
    /// Ranges of addresses, in order.
    pub ranges: Vec<Range>,
    /// Ranges of DHCPv6 addresses, in order.
    pub ranges6: Vec<Range6>,
    /// Ranges of DHCPv6 prefixes, in order.
    pub prefixes6: Vec<Prefix6>,
    /// Failover relations.
    pub failover_peers: Vec<FailoverPeer>,
    /// The files that were read, each once: the first one, and those that are included.
    pub files: Vec<PathBuf>,
    /// Where bytes 255 end the reading of a file before its end.
    pub unread: Vec<Place>,
    told_family: Option<Family>,
    subnet_family: Option<Family>,
}

impl Conf {
    /// The key that clients have to use. As with dhcpd, small and capital letters of its name are the same.
    pub fn key_of_clients(&self) -> Option<&Key> {
        let name = self.omapi_key.as_deref()?;
        self.keys.iter().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    /// Forgets the secrets of all keys, for somebody who signs nothing.
    pub fn forget_secrets(&mut self) {
        self.keys.iter_mut().for_each(|key| key.secret = Zeroizing::default());
    }

    /// Reads a file and what it includes.
    pub fn read(path: &Path) -> Result<Conf, ConfError> {
        Self::read_with(path, ConfOptions::default())
    }

    /// The same with options.
    pub fn read_with(path: &Path, options: ConfOptions) -> Result<Conf, ConfError> {
        let shown = path.shown().to_string();
        let text = includes::read_first(path).map_err(|cause| ConfError::Unreadable {
            path: shown.clone(),
            included: None,
            cause,
        })?;
        let mut conf = Self::parse_with(&shown, &text, options)?;
        conf.files[0] = path.to_owned();
        Ok(conf)
    }

    /// Reads a configuration that is in memory; `source` is what it is called in messages.
    pub fn parse(source: &str, text: &[u8]) -> Result<Conf, ConfError> {
        Self::parse_with(source, text, ConfOptions::default())
    }

    /// The same with options.
    pub fn parse_with(source: &str, text: &[u8], options: ConfOptions) -> Result<Conf, ConfError> {
        parser::parse(source, text, options)
    }

    /// DHCPv4 or DHCPv6: what was said, or what the subnets are; `None` where it could be either.
    pub fn family(&self) -> Option<Family> {
        self.told_family.or(self.subnet_family)
    }

    /// The lease file's name, where the configuration says it for that family.
    pub fn lease_file(&self, family: Family) -> Option<&[u8]> {
        match family {
            Family::V4 => self.lease_file_name.as_deref(),
            Family::V6 => self.dhcpv6_lease_file_name.as_deref().or(self.lease_file_name.as_deref()),
        }
    }

    /// A place as `FILE:LINE`.
    pub fn show(&self, place: Place) -> String {
        match self.files.get(place.file) {
            Some(file) => format!("{}:{}", file.shown(), place.line),
            None => format!("line {}", place.line),
        }
    }

    /// The subnets of both families, those of DHCPv4 first.
    pub fn networks(&self) -> impl Iterator<Item = Network> {
        self.subnets.iter().map(Network::from).chain(self.subnets6.iter().map(Network::from))
    }

    /// The statements of a scope, without those that declare something.
    pub fn statements_of(&self, scope: usize) -> impl Iterator<Item = &Statement> {
        let statements = self.scopes.get(scope).into_iter().flat_map(Scope::statements);
        statements.map(|stated| &stated.statement).filter(|statement| **statement != Statement::Nothing)
    }
}

#[cfg(test)]
mod tests;
