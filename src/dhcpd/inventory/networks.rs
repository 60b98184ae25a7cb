//! Subnets, pools and ranges of either family, and which of them an address lies in.

use std::net::IpAddr;

use crate::dhcpd::conf::{Conf, Place};
use crate::dhcpd::{Span, number};

use super::spans::Spans;

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Its addresses.
    pub span: Span,
    /// The length of its prefix; none for a mask with holes.
    pub prefix_length: Option<u8>,
    /// The shared network that it lies in, by number.
    pub shared_network: usize,
    /// Its scope in the configuration.
    pub scope: usize,
}

/// A shared network, or a subnet that is one by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedNetwork {
    /// Its name; a subnet by itself has none.
    pub name: Option<Vec<u8>>,
}

/// A pool, or the ranges of a network that stand outside of any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The shared network that it belongs to, by number.
    pub shared_network: usize,
    /// Its scope in the configuration, where it has one.
    pub scope: Option<usize>,
    /// The failover relation that shares it.
    pub failover_peer: Option<Vec<u8>>,
}

/// What a range is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeKind {
    /// Addresses.
    Addresses,
    /// Temporary addresses of DHCPv6.
    Temporary,
    /// Prefixes of that length.
    Prefixes(u8),
}

/// A range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its addresses; for prefixes all that lie in them.
    pub span: Span,
    /// What it is made of.
    pub kind: RangeKind,
    /// The subnet, by number.
    pub subnet: usize,
    /// The pool, by number.
    pub pool: usize,
    /// Where it stands.
    pub place: Place,
}

impl Range {
    /// Whether it is made of prefixes, which are not counted together with addresses.
    pub fn has_prefixes(&self) -> bool {
        matches!(self.kind, RangeKind::Prefixes(_))
    }

    /// How many leases there can be of it.
    pub fn size(&self) -> u128 {
        match self.kind {
            RangeKind::Prefixes(length) => {
                let rest = 128_u32.saturating_sub(length.into());
                let distance = number(self.span.high) - number(self.span.low);
                distance.checked_shr(rest).unwrap_or(0).saturating_add(1)
            }
            _ => self.span.size(),
        }
    }
}

/// All networks of a server.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    /// Subnets, in the order of the configuration.
    pub subnets: Vec<Subnet>,
    /// Shared networks.
    pub shared_networks: Vec<SharedNetwork>,
    /// Pools.
    pub pools: Vec<Pool>,
    /// Ranges.
    pub ranges: Vec<Range>,
    subnets_by_address: Spans,
    ranges_by_address: Spans,
    ranges_by_subnet: Vec<Vec<usize>>,
    ranges_by_pool: Vec<Vec<usize>>,
    subnets_by_network: Vec<Vec<usize>>,
}

impl Networks {
    /// Those of a configuration.
    pub fn of(conf: &Conf) -> Self {
        let v4 = conf.subnets.iter().map(|subnet| {
            let high = u32::from(subnet.address) | !u32::from(subnet.netmask);
            Subnet {
                span: Span { low: subnet.address.into(), high: IpAddr::V4(high.into()) },
                prefix_length: subnet.prefix_length(),
                shared_network: subnet.shared_network,
                scope: subnet.scope,
            }
        });
        let v6 = conf.subnets6.iter().map(|subnet| Subnet {
            span: subnet.span(),
            prefix_length: Some(subnet.prefix_length),
            shared_network: subnet.shared_network,
            scope: subnet.scope,
        });
        let subnets: Vec<Subnet> = v4.chain(v6).collect();
        let pools_4 = conf.pools.iter().map(|pool| Pool {
            shared_network: pool.shared_network,
            scope: pool.scope,
            failover_peer: pool.failover_peer.clone(),
        });
        let pools_6 = conf.pools6.iter().map(|pool| Pool {
            shared_network: pool.shared_network,
            scope: pool.scope,
            failover_peer: None,
        });
        // A configuration is of one family; where it is not, those of the second come behind.
        let (first_subnet, first_pool) = (conf.subnets.len(), conf.pools.len());
        let ranges_4 = conf.ranges.iter().map(|range| Range {
            span: range.span(),
            kind: RangeKind::Addresses,
            subnet: range.subnet,
            pool: range.pool,
            place: range.place,
        });
        let ranges_6 = conf.ranges6.iter().map(|range| Range {
            span: range.span(),
            kind: if range.temporary { RangeKind::Temporary } else { RangeKind::Addresses },
            subnet: first_subnet + range.subnet,
            pool: first_pool + range.pool,
            place: range.place,
        });
        let prefixes = conf.prefixes6.iter().map(|range| {
            let last = Span::prefix(range.high.into(), range.length).expect("a length is checked where it is read");
            Range {
                span: Span { low: range.low.into(), high: last.high },
                kind: RangeKind::Prefixes(range.length),
                subnet: first_subnet + range.subnet,
                pool: first_pool + range.pool,
                place: range.place,
            }
        });
        let ranges: Vec<Range> = ranges_4.chain(ranges_6).chain(prefixes).collect();
        let pools: Vec<Pool> = pools_4.chain(pools_6).collect();
        let named = conf.shared_networks.iter().map(|network| SharedNetwork { name: network.name.clone() });
        let shared_networks: Vec<SharedNetwork> = named.collect();
        Networks {
            subnets_by_address: Spans::of(subnets.iter().map(|subnet| subnet.span)),
            ranges_by_address: Spans::of(ranges.iter().map(|range| range.span)),
            ranges_by_subnet: grouped(subnets.len(), ranges.iter().map(|range| range.subnet)),
            ranges_by_pool: grouped(pools.len(), ranges.iter().map(|range| range.pool)),
            subnets_by_network: grouped(shared_networks.len(), subnets.iter().map(|subnet| subnet.shared_network)),
            shared_networks,
            pools,
            subnets,
            ranges,
        }
    }

    /// The subnet that an address lies in, by number.
    pub fn subnet_of(&self, address: IpAddr) -> Option<usize> {
        self.subnets_by_address.find(address)
    }

    /// The range that an address lies in, by number.
    pub fn range_of(&self, address: IpAddr) -> Option<usize> {
        self.ranges_by_address.find(address)
    }

    /// The parts of a span that lie in subnets, in order, each with the number of its subnet.
    pub fn subnets_within(&self, span: Span) -> impl Iterator<Item = (Span, usize)> {
        self.subnets_by_address.within(span)
    }

    /// The parts of a span that lie in ranges, in order, each with the number of its range.
    pub fn ranges_within(&self, span: Span) -> impl Iterator<Item = (Span, usize)> {
        self.ranges_by_address.within(span)
    }

    /// The parts of a span that lie in no range, in order.
    pub fn outside_of_ranges(&self, span: Span) -> impl Iterator<Item = Span> {
        self.ranges_by_address.gaps(span)
    }

    /// The ranges of a subnet, by number.
    pub fn ranges_of_subnet(&self, subnet: usize) -> &[usize] {
        &self.ranges_by_subnet[subnet]
    }

    /// The ranges of a pool, of addresses or else of prefixes, by number.
    pub fn ranges_of_pool(&self, pool: usize, prefixes: bool) -> impl Iterator<Item = usize> {
        let ranges = self.ranges_by_pool[pool].iter().copied();
        ranges.filter(move |range| self.ranges[*range].has_prefixes() == prefixes)
    }

    /// The subnets of a shared network, by number.
    pub fn subnets_of(&self, shared_network: usize) -> &[usize] {
        &self.subnets_by_network[shared_network]
    }

    /// What a pool is called: its ranges, of addresses or else of prefixes.
    pub fn pool_name(&self, pool: usize, prefixes: bool) -> String {
        let names: Vec<String> = self
            .ranges_of_pool(pool, prefixes)
            .map(|range| match &self.ranges[range] {
                Range { span, kind: RangeKind::Prefixes(length), .. } => format!("{span} /{length}"),
                Range { span, .. } => span.to_string(),
            })
            .collect();
        names.join(", ")
    }

    /// What a subnet is called: its prefix, or its span where the mask has holes.
    pub fn subnet_name(&self, subnet: usize) -> String {
        let Subnet { span, prefix_length, .. } = &self.subnets[subnet];
        match prefix_length {
            Some(length) => format!("{}/{length}", span.low),
            None => span.to_string(),
        }
    }

    /// What a shared network is called: its name, or that of the subnet that is one by itself.
    pub fn shared_network_name(&self, shared_network: usize) -> String {
        match &self.shared_networks[shared_network].name {
            Some(name) => String::from_utf8_lossy(name).into_owned(),
            None => {
                let own = self.subnets_of(shared_network).first();
                own.map_or_else(String::new, |subnet| self.subnet_name(*subnet))
            }
        }
    }

    /// The addresses of what a word names: a subnet by an address in it or by its prefix, or a shared
    /// network by its name.
    pub fn named(&self, word: &str) -> Option<Vec<Span>> {
        let spans_of =
            |network: usize| self.subnets_of(network).iter().map(|subnet| self.subnets[*subnet].span).collect();
        if let Some(Ok(span)) = Span::read(word) {
            let subnet = self
                .subnets
                .iter()
                .find(|subnet| subnet.span.overlaps(&span) && (span.low == span.high || subnet.span == span));
            return subnet.map(|subnet| vec![subnet.span]);
        }
        let named = |network: &SharedNetwork| network.name.as_deref() == Some(word.as_bytes());
        self.shared_networks.iter().position(named).map(spans_of)
    }
}

/// Numbers by what each belongs to.
fn grouped(count: usize, belongings: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let mut groups = vec![Vec::new(); count];
    for (number, group) in belongings.enumerate() {
        groups[group].push(number);
    }
    groups
}
