//! The subnets that Kea gets.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use crate::dhcpd::inventory::Networks;

/// The subnets that Kea gets: those with a prefix, of several with the same one the first.
pub(super) struct Subnets<'n> {
    pub(super) networks: &'n Networks,
    /// For each of dhcpd.conf the one that stands for it.
    first: Vec<Option<usize>>,
}

impl<'n> Subnets<'n> {
    pub(super) fn of(networks: &'n Networks) -> Self {
        let mut known = HashMap::new();
        let first = networks.subnets.iter().enumerate().map(|(number, subnet)| {
            let length = subnet.prefix_length?;
            Some(*known.entry((subnet.span.low, length)).or_insert(number))
        });
        Subnets { networks, first: first.collect() }
    }

    /// The subnet that an address lies in, by its number in dhcpd.conf.
    pub(super) fn of_address(&self, address: Ipv4Addr) -> Option<usize> {
        self.first[self.networks.subnet_of(address.into())?]
    }

    /// Whether Kea gets that one.
    pub(super) fn has(&self, subnet: usize) -> bool {
        self.first[subnet] == Some(subnet)
    }

    /// What it is in Kea, by its number in dhcpd.conf.
    pub(super) fn id(subnet: usize) -> u64 {
        subnet as u64 + 1
    }
}
