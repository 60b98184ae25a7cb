//! Networks: shared networks, subnets, pools and ranges, and failover relations.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::dhcpd::Span;
use crate::dhcpd::declarations::Hardware;

use super::scope::Place;

/// `shared-network NAME { … }`, or a subnet that is one by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedNetwork {
    /// Its name; a subnet by itself has none.
    pub name: Option<Vec<u8>>,
    /// Its scope, or the subnet's.
    pub scope: usize,
}

/// `subnet ADDRESS netmask MASK { … }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its mask.
    pub netmask: Ipv4Addr,
    /// The shared network that it lies in, by number; a subnet by itself is one.
    pub shared_network: usize,
    /// Its scope.
    pub scope: usize,
}

impl Subnet {
    /// Whether an address lies in the subnet.
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        u32::from(address) & u32::from(self.netmask) == u32::from(self.address)
    }

    /// The length of its prefix; `None` for a mask with holes, which dhcpd takes.
    pub fn prefix_length(&self) -> Option<u8> {
        let mask = u32::from(self.netmask);
        let length = mask.leading_ones();
        (mask.count_ones() == length).then_some(length as u8)
    }
}

/// `subnet6 ADDRESS/LENGTH { … }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet6 {
    /// Its address.
    pub address: Ipv6Addr,
    /// The length of its prefix.
    pub prefix_length: u8,
    /// The shared network that it lies in, by number; a subnet by itself is one.
    pub shared_network: usize,
    /// Its scope.
    pub scope: usize,
}

impl Subnet6 {
    /// Its addresses.
    pub fn span(&self) -> Span {
        Span::prefix(self.address.into(), self.prefix_length).expect("a prefix length is checked where it is read")
    }
}

/// A subnet of either family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its address.
    pub address: IpAddr,
    /// The length of its prefix; `None` for an IPv4 mask with holes.
    pub prefix_length: Option<u8>,
    /// The shared network that it lies in, by number.
    pub shared_network: usize,
    /// Its scope.
    pub scope: usize,
}

impl From<&Subnet> for Network {
    fn from(subnet: &Subnet) -> Self {
        Network {
            address: subnet.address.into(),
            prefix_length: subnet.prefix_length(),
            shared_network: subnet.shared_network,
            scope: subnet.scope,
        }
    }
}

impl From<&Subnet6> for Network {
    fn from(subnet: &Subnet6) -> Self {
        Network {
            address: subnet.address.into(),
            prefix_length: Some(subnet.prefix_length),
            shared_network: subnet.shared_network,
            scope: subnet.scope,
        }
    }
}

/// A pool: `pool { … }`, or the ranges that stand outside of any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// The shared network that it belongs to, by number.
    pub shared_network: usize,
    /// Its scope; ranges outside of any pool have none of their own.
    pub scope: Option<usize>,
    /// Which clients may have its addresses, and which may not; all of them where there is none.
    pub permits: Vec<Permit>,
    /// Its ranges are `dynamic-bootp`; said of ranges outside of any pool only.
    pub dynamic_bootp: bool,
    /// The failover relation that shares it.
    pub failover_peer: Option<Vec<u8>>,
}

impl Pool {
    /// Whether only some clients may have its addresses.
    pub fn restricted(&self) -> bool {
        !self.permits.is_empty()
    }
}

/// A pool of DHCPv6: `pool6 { … }`, or the ranges and prefixes of a subnet that stand outside of any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool6 {
    /// The subnet that it belongs to, by number.
    pub subnet: usize,
    /// The shared network that it belongs to, by number.
    pub shared_network: usize,
    /// Its scope; ranges outside of any pool have none of their own.
    pub scope: Option<usize>,
    /// Which clients may have its addresses, and which may not; all of them where there is none.
    pub permits: Vec<Permit>,
}

/// `allow` or `deny` in a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// `allow`.
    pub allowed: bool,
    /// Whom.
    pub whom: Permitted,
}

/// Clients that a pool is open to, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permitted {
    /// `known-clients`.
    Known,
    /// `unknown-clients`.
    Unknown,
    /// `authenticated clients`; there are none.
    Authenticated,
    /// `unauthenticated clients`.
    Unauthenticated,
    /// `all clients`.
    All,
    /// `dynamic bootp clients`.
    DynamicBootp,
    /// `members of "CLASS"`.
    MembersOf(Vec<u8>),
    /// `after TIME`: the time as it is written.
    After(Vec<u8>),
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
    /// The scope that it stands in.
    pub scope: usize,
    /// Where it stands.
    pub place: Place,
}

impl Range {
    /// Its addresses.
    pub fn span(&self) -> Span {
        Span { low: self.low.into(), high: self.high.into() }
    }
}

/// `range6 LOW HIGH;` and `range6 ADDRESS/LENGTH;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range6 {
    /// The lowest address.
    pub low: Ipv6Addr,
    /// The highest address.
    pub high: Ipv6Addr,
    /// `temporary`.
    pub temporary: bool,
    /// The subnet, by number.
    pub subnet: usize,
    /// The pool, by number.
    pub pool: usize,
    /// The scope that it stands in.
    pub scope: usize,
    /// Where it stands.
    pub place: Place,
}

impl Range6 {
    /// Its addresses.
    pub fn span(&self) -> Span {
        Span { low: self.low.into(), high: self.high.into() }
    }
}

/// `prefix6 LOW HIGH /LENGTH;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix6 {
    /// The lowest prefix.
    pub low: Ipv6Addr,
    /// The highest prefix.
    pub high: Ipv6Addr,
    /// The length of each of them.
    pub length: u8,
    /// The subnet, by number.
    pub subnet: usize,
    /// The pool, by number.
    pub pool: usize,
    /// The scope that it stands in.
    pub scope: usize,
    /// Where it stands.
    pub place: Place,
}

impl Prefix6 {
    /// How many prefixes there are; 2^128 counts as one less.
    pub fn count(&self) -> u128 {
        let rest = 128 - u32::from(self.length);
        let span = u128::from(self.high) - u128::from(self.low);
        span.checked_shr(rest).unwrap_or(0).saturating_add(1)
    }
}

/// `server-duid`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerDuid {
    /// `LLT`, with hardware and a time in seconds since 2000 where these are given.
    Llt(Option<(Hardware, u32)>),
    /// `LL`, with hardware where it is given.
    Ll(Option<Hardware>),
    /// `EN`: an enterprise's number and an identifier.
    En(u32, Vec<u8>),
    /// Another kind, by its number, and an identifier.
    Other(u32, Vec<u8>),
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
    /// `peer address`, where it is no name.
    pub peer_address: Option<Ipv4Addr>,
    pub(super) has_peer_address: bool,
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
            has_peer_address: false,
            peer_port: 647,
            mclt: 0,
            max_unacked_updates: 10,
            max_response_delay: 60,
            load_balance_max_seconds: 0,
            hba: None,
        }
    }
}
