//! How full ranges, pools, subnets and networks are.

use std::net::IpAddr;
use std::ops::AddAssign;

use crate::dhcpd::leases::State;

use super::networks::Networks;

/// What the leases of some addresses come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many addresses there are.
    pub defined: u128,
    /// Leases that a client has now.
    pub used: u64,
    /// Leases that no client has now, although the file knows them: free again, or abandoned. Those of the
    /// failover peer are not among them.
    pub touched: u64,
    /// Leases that are kept for the failover peer.
    pub backup: u64,
    /// Of the touched ones, those that somebody was found on who has no lease.
    pub abandoned: u64,
}

impl Usage {
    /// Addresses that no client has.
    pub fn free(&self) -> u128 {
        self.defined.saturating_sub(self.used.into())
    }

    /// Addresses that this server may give out: neither had, nor abandoned, nor kept for the peer.
    pub fn available(&self) -> u128 {
        self.free().saturating_sub(u128::from(self.backup) + u128::from(self.abandoned))
    }

    /// The part of them that clients have, from 0 to 1; 0 where there are none.
    pub fn part(&self) -> f64 {
        if self.defined == 0 { 0.0 } else { self.used as f64 / self.defined as f64 }
    }

    /// Counts a lease.
    pub fn count(&mut self, state: State) {
        match state {
            State::Active => self.used += 1,
            State::Backup => self.backup += 1,
            State::Abandoned => {
                self.abandoned += 1;
                self.touched += 1;
            }
            _ => self.touched += 1,
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.defined = self.defined.saturating_add(other.defined);
        self.used += other.used;
        self.touched += other.touched;
        self.backup += other.backup;
        self.abandoned += other.abandoned;
    }
}

/// The usage of every range.
#[derive(Clone, Debug)]
pub struct Usages<'a> {
    networks: &'a Networks,
    ranges: Vec<Usage>,
}

impl<'a> Usages<'a> {
    /// Ranges of which nothing is used.
    pub fn new(networks: &'a Networks) -> Self {
        let ranges = networks.ranges.iter().map(|range| Usage { defined: range.size(), ..Usage::default() }).collect();
        Usages { networks, ranges }
    }

    /// Counts the lease of an address; one outside of all ranges is history.
    pub fn count(&mut self, address: IpAddr, state: State) {
        if let Some(range) = self.networks.range_of(address) {
            self.ranges[range].count(state);
        }
    }

    /// The usage of a range.
    pub fn range(&self, range: usize) -> Usage {
        self.ranges[range]
    }

    /// The usage of several ranges together, by number.
    pub fn of(&self, ranges: impl IntoIterator<Item = usize>) -> Usage {
        let mut sum = Usage::default();
        for range in ranges {
            sum += self.ranges[range];
        }
        sum
    }

    /// The usage of a pool: of its addresses, or else of its prefixes, which are not to be added up.
    pub fn pool(&self, pool: usize, prefixes: bool) -> Usage {
        self.of(self.networks.ranges_of_pool(pool, prefixes))
    }

    /// The usage of a subnet's addresses.
    pub fn subnet(&self, subnet: usize) -> Usage {
        let ranges = self.networks.ranges_of_subnet(subnet).iter().copied();
        self.of(ranges.filter(|range| !self.networks.ranges[*range].has_prefixes()))
    }
}
