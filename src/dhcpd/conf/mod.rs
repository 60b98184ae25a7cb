//! `dhcpd.conf` with everything that it includes: keys, networks with their pools, hosts, groups and
//! classes. Parameters and other statements are read, so that mistakes in them show, and kept where
//! they belong to a host or to a named group.
//!
//! What dhcpd refuses to start with is a mistake here, and nothing else is.

mod error;
mod failover;
mod network;
mod option_format;
mod parser;

use std::path::{Path, PathBuf};

pub use error::ConfError;
pub use network::{FailoverPeer, Pool, Range, Subnet};

use super::declarations::{Class, Context, Group, Host};
use zeroize::Zeroizing;

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
    /// `omapi-port`.
    pub omapi_port: Option<u16>,
    /// Hosts, in order.
    pub hosts: Vec<Host>,
    /// Groups that have a name, in order.
    pub groups: Vec<Group>,
    /// Classes and subclasses, in order.
    pub classes: Vec<Class>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Pools.
    pub pools: Vec<Pool>,
    /// Ranges of addresses, by subnet and pool.
    pub ranges: Vec<Range>,
    /// Failover relations.
    pub failover_peers: Vec<FailoverPeer>,
    /// The files that were read, included ones too.
    pub files: Vec<PathBuf>,
}

impl Conf {
    /// Reads a file and what it includes.
    pub fn read(path: &Path) -> Result<Conf, ConfError> {
        parser::read(path)
    }

    /// Reads a configuration that is in memory; `source` is what it is called in messages.
    pub fn parse(source: &str, text: &[u8]) -> Result<Conf, ConfError> {
        parser::parse(source, text)
    }
}

#[cfg(test)]
mod tests;
