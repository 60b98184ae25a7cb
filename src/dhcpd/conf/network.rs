//! Networks: subnets, pools and ranges, and failover relations.

use std::net::Ipv4Addr;

/// `subnet ADDRESS netmask MASK { … }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its mask.
    pub netmask: Ipv4Addr,
    /// The shared network that it lies in, by number; a subnet by itself is one.
    pub shared_network: usize,
}

impl Subnet {
    /// Whether an address lies in the subnet.
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        u32::from(address) & u32::from(self.netmask) == u32::from(self.address)
    }
}

/// A pool: `pool { … }`, or the ranges that stand outside of any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// The shared network that it belongs to, by number.
    pub shared_network: usize,
    /// Whether only some clients may have its addresses.
    pub restricted: bool,
    /// The failover relation that shares it.
    pub failover_peer: Option<Vec<u8>>,
}

/// `range LOW HIGH;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The lowest address.
    pub low: Ipv4Addr,
    /// The highest address.
    pub high: Ipv4Addr,
    /// The subnet, by number.
    pub subnet: usize,
    /// The pool, by number.
    pub pool: usize,
}

/// `failover peer "NAME" { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailoverPeer {
    /// Its name.
    pub name: Vec<u8>,
    /// Whether this server is the secondary.
    pub is_secondary: bool,
    /// `address`.
    pub address: Option<Ipv4Addr>,
    /// `port`.
    pub port: u32,
    /// `peer address`.
    pub peer_address: Option<Ipv4Addr>,
    /// `peer port`.
    pub peer_port: u32,
    /// `mclt`, in seconds.
    pub mclt: u32,
    /// `max-unacked-updates`.
    pub max_unacked_updates: u32,
    /// `max-response-delay`, in seconds.
    pub max_response_delay: u32,
    /// `load balance max seconds`.
    pub load_balance_max_seconds: u32,
    /// `split` or `hba`: the hash buckets that are the primary's.
    pub hba: Option<[u8; 32]>,
}

impl FailoverPeer {
    /// A relation of that name with dhcpd's defaults.
    pub(super) fn new(name: Vec<u8>) -> Self {
        FailoverPeer {
            name,
            is_secondary: false,
            address: None,
            port: 647,
            peer_address: None,
            peer_port: 647,
            mclt: 0,
            max_unacked_updates: 10,
            max_response_delay: 60,
            load_balance_max_seconds: 0,
            hba: None,
        }
    }
}
