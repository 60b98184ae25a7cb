//! The failover relations of a server: what dhcpd.conf and the lease file say of them, joined, and by which rules the
//! leases of each range go.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use crate::dhcpd::conf::Conf;
use crate::dhcpd::failover::FailoverState;
use crate::dhcpd::leases::{Block, Lease, Placed, State, Summary, Time};

use super::networks::Networks;
use super::standing::{Access, Rules, Service, Standing};

/// A failover relation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relation {
    /// Its name.
    pub name: Vec<u8>,
    /// Whether this server is the secondary; `None` without a dhcpd.conf that says so.
    pub is_secondary: Option<bool>,
    /// The maximum client lead time, in seconds: the primary has it in dhcpd.conf, the secondary in its lease file.
    pub mclt: u32,
    /// The state of this server, as the lease file has it, and since when.
    pub own: Option<(Vec<u8>, Option<Time>)>,
    /// The same of its partner.
    pub partner: Option<(Vec<u8>, Option<Time>)>,
}

impl Relation {
    /// This server's state; `None` where the lease file has none.
    pub fn state(&self) -> Option<FailoverState> {
        self.own.as_ref().map(|(name, _)| FailoverState::from_name(name).unwrap_or(FailoverState::Unknown))
    }

    /// How this server serves clients. One whose state is not known is taken for one that works.
    pub fn service(&self) -> Service {
        let since = self.own.as_ref().and_then(|(_, since)| *since);
        self.state().map_or(Service::Own, |state| Service::of(state, since, self.mclt))
    }

    fn rules(&self) -> Rules {
        Rules::Failover { is_secondary: self.is_secondary.unwrap_or_default(), service: self.service() }
    }
}

/// All relations, and the rules that they make.
#[derive(Clone, Debug, Default)]
pub struct Failover {
    relations: Vec<Relation>,
    /// Of each range, the number of its relation.
    by_range: Vec<Option<usize>>,
    /// Of each relation.
    rules: Vec<Rules>,
    /// Without a dhcpd.conf, that of all addresses.
    everywhere: Option<usize>,
    /// Whether any address is shared: asked for each lease.
    is_used: bool,
    /// What the partner believes of leases, while it is down.
    tsfp: HashMap<Ipv4Addr, Time>,
}

impl Failover {
    /// Those of a configuration, where there is one, and of the blocks of a lease file.
    pub fn of(conf: Option<&Conf>, networks: &Networks, blocks: &[Placed<Block>]) -> Failover {
        let declared = conf.into_iter().flat_map(|conf| &conf.failover_peers);
        let relations: Vec<Relation> = declared
            .map(|peer| Relation {
                name: peer.name.clone(),
                is_secondary: Some(peer.is_secondary),
                mclt: peer.mclt,
                ..Relation::default()
            })
            .collect();
        let by_range = |range: &super::Range| {
            let name = networks.pools[range.pool].failover_peer.as_ref()?;
            relations.iter().position(|relation| relation.name == *name)
        };
        let by_range: Vec<Option<usize>> = networks.ranges.iter().map(by_range).collect();
        let mut failover = Failover { relations, by_range, ..Failover::default() };
        for block in blocks {
            failover.take_block(&block.what, conf.is_some());
        }
        failover.settle();
        failover
    }

    /// Takes what a later block says, and returns the relation that it is about, if it is about one that is known.
    pub fn take(&mut self, block: &Block) -> Option<&Relation> {
        let number = self.take_block(block, true)?;
        self.settle();
        self.relations.get(number)
    }

    fn take_block(&mut self, block: &Block, has_conf: bool) -> Option<usize> {
        let Block::FailoverState { name, mine, partner, mclt } = block else { return None };
        let known = self.relations.iter().position(|relation| relation.name == *name);
        let number = match known {
            Some(number) => number,
            // dhcpd.conf knows no such relation any more.
            None if has_conf => return None,
            None => {
                self.relations.push(Relation { name: name.clone(), ..Relation::default() });
                self.everywhere = Some(self.relations.len() - 1);
                self.relations.len() - 1
            }
        };
        let relation = &mut self.relations[number];
        (relation.own, relation.partner) = (mine.clone(), partner.clone());
        // The primary has it in dhcpd.conf.
        if let (Some(mclt), true) = (mclt, relation.is_secondary != Some(false)) {
            relation.mclt = *mclt;
        }
        Some(number)
    }

    fn settle(&mut self) {
        self.rules = self.relations.iter().map(Relation::rules).collect();
        self.is_used = self.everywhere.is_some() || self.by_range.iter().any(Option::is_some);
    }

    /// All relations.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// The relation that shares a range, by the range's number.
    pub fn of_range(&self, range: usize) -> Option<&Relation> {
        self.by_range.get(range).copied().flatten().map(|number| &self.relations[number])
    }

    /// The rules of a range, by its number.
    pub fn rules_of_range(&self, range: usize) -> Rules {
        self.by_range.get(range).copied().flatten().map_or(Rules::Alone, |number| self.rules[number])
    }

    /// Whether any address is shared.
    pub fn is_used(&self) -> bool {
        self.is_used
    }

    /// Whether `tsfp` of leases counts, which a summary does not keep.
    pub fn needs_tsfp(&self) -> bool {
        self.rules.iter().any(Rules::need_tsfp)
    }

    /// Takes note of what the partner believes of a lease.
    pub fn take_tsfp(&mut self, lease: &Lease) {
        if let Some(tsfp) = lease.tsfp {
            self.tsfp.insert(lease.address, tsfp);
        }
    }
}

/// What dhcpd would do now, as far as its files tell.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The networks of dhcpd.conf; none without one.
    pub networks: &'a Networks,
    /// The failover relations.
    pub failover: &'a Failover,
    /// Seconds since 1970.
    pub now: i64,
}

impl View<'_> {
    /// The rules of an address.
    pub fn rules(&self, address: Ipv4Addr) -> Rules {
        let Failover { everywhere, rules, .. } = self.failover;
        match everywhere {
            Some(number) => rules[*number],
            None if !self.failover.is_used() => Rules::Alone,
            None => {
                let range = self.networks.range_of(address.into());
                range.map_or(Rules::Alone, |range| self.failover.rules_of_range(range))
            }
        }
    }

    /// What a lease is now, and who gets it.
    pub fn of(&self, lease: &Summary) -> Standing {
        self.by(&self.rules(lease.address), lease)
    }

    /// The same where its rules are known already.
    pub fn by(&self, rules: &Rules, lease: &Summary) -> Standing {
        let tsfp = if rules.need_tsfp() { self.failover.tsfp.get(&lease.address).copied() } else { None };
        rules.standing(lease, tsfp, self.now)
    }

    /// The same of a whole lease.
    pub fn of_lease(&self, lease: &Lease) -> Standing {
        self.rules(lease.address).standing_of(lease, self.now)
    }

    /// What a lease is now.
    pub fn state(&self, lease: &Summary) -> State {
        self.of(lease).state
    }

    /// Who gets an address of a pool of which the lease file says nothing.
    pub fn untouched(&self, address: IpAddr) -> Access {
        match address {
            IpAddr::V4(address) => self.rules(address).untouched(self.now),
            IpAddr::V6(_) => Access::Any,
        }
    }
}
