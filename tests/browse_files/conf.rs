//! Random dhcpd.confs: subnets, alone and in shared networks, with ranges and pools; hosts, groups, classes.

use std::fmt::Write;
use std::net::Ipv4Addr;

use super::random::Random;

/// Addresses from the first to the second.
pub type Range = (u32, u32);

/// The networks of a configuration.
pub struct Network {
    subnets: Vec<Subnet>,
    pub has_peer: bool,
    /// Reservations: numbers of clients and addresses.
    pub hosts: Vec<(usize, u32)>,
    odd: bool,
    layout: u64,
}

struct Subnet {
    low: u32,
    length: u8,
    /// The number of its shared network.
    shared: Option<usize>,
    /// Ranges that are in no pool, and those of each pool.
    pools: Vec<(bool, Vec<Range>)>,
}

impl Network {
    /// dhcpd listens where it has an address, on 10.1.0.0/16: this subnet is always there.
    pub fn random(random: &mut Random) -> Network {
        let has_peer = random.one_in(5);
        let mut subnets =
            vec![Subnet { low: u32::from(Ipv4Addr::new(10, 1, 0, 0)), length: 16, shared: None, pools: Vec::new() }];
        let shared_networks = random.below(3);
        for i in 0..random.below(5) {
            let length = random.of(&[24, 24, 23, 26, 28]);
            let low = u32::from(Ipv4Addr::new(10, 20 + i as u8, 2 * random.below(100) as u8, 0));
            let shared = (shared_networks > 0 && random.one_in(2)).then(|| random.below(shared_networks));
            subnets.push(Subnet { low, length, shared, pools: Vec::new() });
        }
        for subnet in &mut subnets {
            subnet.fill(random, has_peer);
        }
        // dhcpd refuses a peer that no pool has.
        let has_peer = has_peer && subnets.iter().any(|subnet| !subnet.pools.is_empty());
        let hosts = (0..random.below(6)).map(|i| (i, subnets[0].low + 0x0505 + i as u32)).collect();
        Network { subnets, has_peer, hosts, odd: true, layout: random.below(1 << 30) as u64 }
    }

    /// Ranges in order and with both ends, no capitals.
    pub fn without_oddities(mut self) -> Self {
        self.odd = false;
        self
    }

    /// All addresses of pools.
    pub fn pool_addresses(&self) -> Vec<u32> {
        let ranges = self.subnets.iter().flat_map(|subnet| &subnet.pools).flat_map(|(_, ranges)| ranges);
        ranges.flat_map(|(low, high)| *low..=*high).collect()
    }

    /// An address of a subnet that is in no pool.
    pub fn outside(&self, random: &mut Random) -> u32 {
        self.subnets[0].low + 0xf000 + random.below(200) as u32
    }

    /// The configuration.
    pub fn text(&self) -> String {
        let mut random = Random::new(self.layout, 0);
        let mut text =
            "ddns-update-style none;\nauthoritative;\ndefault-lease-time 3600;\nmax-lease-time 86400;\n".to_owned();
        text += "class \"voip\" { match if substring(option vendor-class-identifier, 0, 4) = \"VOIP\"; lease limit 500; }\n";
        text += "class \"by-mac\" { match hardware; }\n";
        if self.has_peer {
            text += "failover peer \"other\" { primary; address 10.1.1.1; port 6470; peer address 10.1.1.99; \
                     peer port 6470; max-response-delay 60; max-unacked-updates 10; mclt 3600; split 128; }\n";
        }
        let shared: Vec<usize> = self.subnets.iter().filter_map(|subnet| subnet.shared).collect();
        for (i, subnet) in self.subnets.iter().enumerate() {
            match subnet.shared {
                None => self.subnet(subnet, &mut random, &mut text),
                Some(number) if self.subnets[..i].iter().any(|before| before.shared == Some(number)) => {}
                Some(number) => {
                    let _ = writeln!(text, "shared-network net-{number} {{ # {} subnets", shared.len());
                    for subnet in self.subnets.iter().filter(|subnet| subnet.shared == Some(number)) {
                        self.subnet(subnet, &mut random, &mut text);
                    }
                    text += "}\n";
                }
            }
        }
        for (i, (number, address)) in self.hosts.iter().enumerate() {
            let host = format!(
                "host conf-{number} {{ hardware ethernet 02:00:00:00:01:{number:02x}; fixed-address {}; }}\n",
                Ipv4Addr::from(*address)
            );
            text += &if i % 3 == 2 { format!("group {{ option domain-name \"x\"; {host} }}\n") } else { host };
        }
        text
    }

    fn subnet(&self, subnet: &Subnet, random: &mut Random, text: &mut String) {
        let mask = Ipv4Addr::from(u32::MAX << (32 - subnet.length));
        let _ = writeln!(text, "subnet {} netmask {mask} {{", Ipv4Addr::from(subnet.low));
        for (in_pool, ranges) in &subnet.pools {
            // dhcpd has leases of a peer in pools that name it.
            let peer = if self.has_peer { "failover peer \"other\"; " } else { "" };
            if *in_pool {
                let _ = write!(text, "  pool {{ {peer}");
            }
            for (low, high) in ranges {
                let _ = writeln!(text, "  {}", self.range(*low, *high, random));
            }
            if *in_pool {
                text.push_str("  }\n");
            }
        }
        text.push_str("}\n");
    }

    fn range(&self, low: u32, high: u32, random: &mut Random) -> String {
        let (low, high) = (Ipv4Addr::from(low), Ipv4Addr::from(high));
        match random.below(6) {
            0 if self.odd => format!("RANGE {high} {low};"),
            1 if self.odd => format!("range\n\t{low}  {high} ;"),
            _ if low == high && self.odd => format!("range {low};"),
            _ => format!("range {low} {high};"),
        }
    }
}

impl Subnet {
    fn fill(&mut self, random: &mut Random, has_peer: bool) {
        let size = 1_u32 << (32 - self.length).min(10);
        let mut next = self.low + 1 + random.below(size as usize / 4) as u32;
        let end = self.low + size - 1;
        for _ in 0..random.below(4) {
            let in_pool = has_peer || random.one_in(2);
            let mut ranges = Vec::new();
            for _ in 0..1 + random.below(2) {
                let last = next + random.below(size as usize / 8 + 1) as u32;
                if last >= end {
                    break;
                }
                ranges.push((next, last));
                next = last + 1 + random.below(10) as u32;
            }
            if !ranges.is_empty() {
                self.pools.push((in_pool, ranges));
            }
        }
    }
}
