//! How full ranges, pools, subnets and networks are.

use std::ops::AddAssign;

use crate::dhcpd::leases::State;

use super::failover::Failover;
use super::networks::Networks;
use super::standing::{Access, Standing};

/// What the leases of some addresses come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many addresses there are.
    pub defined: u128,
    /// Leases that a client has now.
    pub used: u64,
    /// Leases that no client has now, although the file knows them: free again, or abandoned. Those in the state
    /// `backup` are not among them.
    pub touched: u64,
    /// Leases in the state `backup`: free ones that the failover secondary gives out.
    pub backup: u64,
    /// Of the touched ones, those that somebody was found on who has no lease.
    pub abandoned: u64,
    /// Of the abandoned ones, those that this server gives out when nothing else is left.
    pub last_resort: u64,
    /// Free ones that are reserved for a client.
    pub reserved: u64,
    /// Addresses that only the failover partner gives out.
    pub partner: u128,
    /// Addresses that nobody new gets from this server for the time being: their leases are over, and the failover
    /// partner has not agreed yet; or this server answers nobody.
    pub waiting: u128,
}

impl Usage {
    /// Addresses that no client has.
    pub fn free(&self) -> u128 {
        self.defined.saturating_sub(self.used.into())
    }

    /// Addresses that this server gives to any client that asks.
    pub fn available(&self) -> u128 {
        let others = self.partner.saturating_add(self.waiting);
        self.free().saturating_sub(others.saturating_add(u128::from(self.reserved) + u128::from(self.abandoned)))
    }

    /// The part that this server can no longer give to a client that asks, from 0 to 1; 0 where there are none.
    pub fn part_gone(&self) -> f64 {
        match self.defined {
            0 => 0.0,
            defined => {
                let left = self.available().saturating_add(self.last_resort.into());
                defined.saturating_sub(left) as f64 / defined as f64
            }
        }
    }

    /// The part of them that clients have, from 0 to 1; 0 where there are none.
    pub fn part(&self) -> f64 {
        if self.defined == 0 { 0.0 } else { self.used as f64 / self.defined as f64 }
    }

    /// Counts a lease.
    pub fn count(&mut self, standing: Standing, reserved: bool) {
        let Standing { state, access } = standing;
        match state {
            State::Active => self.used += 1,
            State::Backup => self.backup += 1,
            _ => self.touched += 1,
        }
        if state == State::Abandoned {
            self.abandoned += 1;
            self.last_resort += u64::from(access == Access::Last);
            return;
        }
        match access {
            Access::Holder | Access::Any | Access::Last => {}
            Access::Partner => self.partner += 1,
            Access::Former if reserved => self.reserved += 1,
            Access::Former | Access::Nobody => self.waiting += 1,
        }
    }

    /// Counts addresses of which the lease file says nothing.
    fn count_untouched(&mut self, count: u128, access: Access) {
        match access {
            Access::Partner => self.partner = self.partner.saturating_add(count),
            Access::Nobody => self.waiting = self.waiting.saturating_add(count),
            _ => {}
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
        self.last_resort += other.last_resort;
        self.reserved += other.reserved;
        self.partner = self.partner.saturating_add(other.partner);
        self.waiting = self.waiting.saturating_add(other.waiting);
    }
}

/// The usage of every range.
#[derive(Clone, Debug)]
pub struct Usages<'a> {
    networks: &'a Networks,
    ranges: Vec<Usage>,
    /// Leases of each range.
    leases: Vec<u64>,
}

impl<'a> Usages<'a> {
    /// Ranges of which nothing is used.
    pub fn new(networks: &'a Networks) -> Self {
        let ranges = networks.ranges.iter().map(|range| Usage { defined: range.size(), ..Usage::default() }).collect();
        let leases = vec![0; networks.ranges.len()];
        Usages { networks, ranges, leases }
    }

    /// Counts a lease in a range, by its number.
    pub fn count(&mut self, range: usize, standing: Standing, reserved: bool) {
        self.leases[range] += 1;
        self.ranges[range].count(standing, reserved);
    }

    /// Counts what no lease was counted of, when all of them are.
    pub fn finish(mut self, failover: &Failover, now: i64) -> Self {
        for (number, usage) in self.ranges.iter_mut().enumerate() {
            let untouched = usage.defined.saturating_sub(self.leases[number].into());
            usage.count_untouched(untouched, failover.rules_of_range(number).untouched(now));
        }
        self
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
