//! `free`: addresses that nobody has, and that are kept for nobody.

use std::collections::HashSet;
use std::io::{self, Write};
use std::net::IpAddr;

use anyhow::{Result, ensure};

use crate::dhcpd::inventory::{Access, Networks, Reservation, Standing};
use crate::dhcpd::leases::Time;
use crate::dhcpd::{Span, number};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::time_value;
use super::filter::Filter;
use super::map::subnet;
use super::options::value_of;
use super::ping;
use super::report::{Report, Screen, Wanted};
use super::site::{Need, Site};

pub(super) static COLUMNS: [Column; 3] = [
    Column::text("address", "ADDRESS", "the address"),
    Column::text("pool", "POOL", "the range of a pool that it lies in, if any"),
    Column::text("last_used", "LAST USED", "when its last lease ended, if it ever had one"),
];

/// Subnets with more addresses than this are not listed without a number.
const MOST: u128 = 1 << 20;

/// Options that say where the network's own machines are.
const MACHINES: [&[u8]; 8] = [
    b"routers",
    b"domain-name-servers",
    b"ntp-servers",
    b"next-server",
    b"server-identifier",
    b"netbios-name-servers",
    b"broadcast-address",
    b"tftp-server-name",
];

/// Where free addresses are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In the ranges of pools.
    In,
    /// Outside of them.
    Out,
    /// Anywhere.
    #[default]
    Any,
}

/// What is wanted.
pub(super) struct Wish {
    pub(super) count: Option<u64>,
    pub(super) ping: bool,
    pub(super) place: Place,
}

pub(super) fn run(
    asked: &Asked<'_>,
    word: &str,
    wish: Wish,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let site = Site::of_conf(asked, err)?;
    let (span, _) = subnet(&site.networks, word)?;
    let pieces = pieces(&site.networks, span, wish.place);
    let size = pieces.iter().fold(0, |sum: u128, piece| sum.saturating_add(piece.span.size()));
    // Rows that are sorted are all made before some are left out.
    let is_bounded = wish.count.is_some() || asked.output.limit.is_some() && asked.output.sort.is_none();
    ensure!(is_bounded || size <= MOST, "{word} has {size} addresses; say how many free ones are wanted with -n N",);
    site.tell_failover(asked, err);
    let mut taken = taken(&site, span, asked, err);
    let mut later: Option<Site> = None;
    let candidates = in_order(&site, &pieces).filter(|address| is_ours(&site, *address));
    let mut report = Report::new(screen, &COLUMNS, asked.output)?;
    let wanted = wish.count.unwrap_or(u64::MAX);
    let (mut found, mut is_of_pool) = (0, false);
    let mut candidates = candidates.peekable();
    'all: while found < wanted && candidates.peek().is_some() {
        let free = candidates.by_ref().filter(|address| !taken.contains(address));
        let batch: Vec<IpAddr> = free.take(ping::AT_ONCE).collect();
        let answering = if wish.ping { ping::answering(&batch)? } else { HashSet::new() };
        // The pings have taken a second, in which dhcpd may have given some of them out.
        let known = later.as_ref().unwrap_or(&site);
        if wish.ping && known.has_outdated_leases(asked)? {
            let again = Site::read(asked, Need { conf: true, leases: true }, &mut io::sink())?;
            taken = self::taken(&again, span, asked, &mut io::sink());
            later = Some(again);
        }
        for address in batch {
            if answering.contains(&address) || taken.contains(&address) {
                continue;
            }
            if found == wanted {
                break 'all;
            }
            found += 1;
            is_of_pool |= site.networks.range_of(address).is_some();
            if report.row(&row(&site, address))? == Wanted::NoMore {
                break 'all;
            }
        }
    }
    report.finish()?;
    if is_of_pool {
        asked
            .say(err, "dhcpd may give out an address of a pool at any moment; --pool out lists those that it does not");
    }
    match wish.count {
        Some(wanted) if found < wanted => {
            asked.say(err, &format!("{word} has {found} free addresses, {wanted} are wanted"));
            Ok(ExitStatus::Incomplete)
        }
        _ => Ok(site.outcome(asked, err, found > 0, "no free address", &Filter::default())),
    }
}

/// Addresses that may be free, in the order in which they are offered: those outside of pools by their numbers, then
/// those of pools, first what dhcpd takes last. It takes those that nobody has had from the lowest one on, and then
/// those whose leases ended first.
fn in_order<'s>(site: &'s Site, pieces: &'s [Piece]) -> impl Iterator<Item = IpAddr> + 's {
    let (inside, outside): (Vec<&Piece>, Vec<&Piece>) =
        pieces.iter().partition(|piece| piece.is_range && piece.span.low.is_ipv4());
    let mut used = Vec::new();
    for piece in &inside {
        if let (IpAddr::V4(low), IpAddr::V4(high)) = (piece.span.low, piece.span.high) {
            let leases = site.table.range(low, high).filter(|lease| !is_special(piece.subnet, lease.address.into()));
            used.extend(leases.map(|lease| (lease.ends, lease.address)));
        }
    }
    used.sort_unstable_by(|a, b| b.cmp(a));
    let used = used.into_iter().map(|(_, address)| IpAddr::V4(address));
    let never = inside.into_iter().rev().flat_map(move |piece| {
        let (low, high) = (number(piece.span.low) as u32, number(piece.span.high) as u32);
        let addresses = (low..=high).rev().map(std::net::Ipv4Addr::from);
        let never = addresses.filter(move |address| site.table.get(*address).is_none()).map(IpAddr::V4);
        never.filter(move |address| !is_special(piece.subnet, *address))
    });
    outside.into_iter().flat_map(Piece::hosts).chain(used).chain(never)
}

fn row(site: &Site, address: IpAddr) -> [Value<'static>; 3] {
    let ended = match address {
        IpAddr::V4(address) => site.table.get(address).and_then(|lease| lease.ends),
        IpAddr::V6(address) => site.table.binding_of(address, 128).map(|(_, binding)| binding.ends),
    };
    let range = site.networks.range_of(address);
    [
        Value::Address(address),
        Value::of(range, |range| Value::text(site.networks.ranges[range].span.to_string())),
        time_value(ended.filter(|ends| *ends <= Time::At(site.now))),
    ]
}

/// Addresses of a subnet that may be free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    span: Span,
    /// All addresses of the subnet.
    subnet: Span,
    /// Whether it is a range of a pool.
    is_range: bool,
}

/// What of a span lies in subnets and where it is wanted, in order. There is a piece for each range and for
/// each gap between them, however many addresses they have.
fn pieces(networks: &Networks, span: Span, place: Place) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (part, subnet) in networks.subnets_within(span) {
        let subnet = networks.subnets[subnet].span;
        if place != Place::Out {
            // Who is given a prefix gives out its addresses.
            let ranges = networks.ranges_within(part).filter(|(_, range)| !networks.ranges[*range].has_prefixes());
            pieces.extend(ranges.map(|(span, _)| Piece { span, subnet, is_range: true }));
        }
        if place != Place::In {
            pieces.extend(networks.outside_of_ranges(part).map(|span| Piece { span, subnet, is_range: false }));
        }
    }
    pieces.sort_unstable_by_key(|piece| piece.span.low);
    pieces
}

impl Piece {
    /// Its addresses without that of the network and the broadcast address.
    fn hosts(&self) -> impl Iterator<Item = IpAddr> + use<> {
        let subnet = self.subnet;
        self.span.addresses().filter(move |address| !is_special(subnet, *address))
    }
}

/// Whether this server gives out an address that nobody has ever had, as far as its failover partner is concerned.
fn is_ours(site: &Site, address: IpAddr) -> bool {
    match address {
        IpAddr::V4(known) if site.failover().is_used() && site.table.get(known).is_none() => {
            matches!(site.view().untouched(address), Access::Any)
        }
        _ => true,
    }
}

/// Addresses that somebody has, or that are kept for somebody.
fn taken(site: &Site, span: Span, asked: &Asked<'_>, err: &mut dyn Write) -> HashSet<IpAddr> {
    let view = site.view();
    let leases = site.table.iter().filter(|lease| lease.reserved || !matches!(view.of(lease).access, Access::Any));
    let bindings = site
        .table
        .bindings()
        .filter(|(_, binding)| !matches!(Standing::of_binding(binding, site.now).access, Access::Any));
    let leases = leases.map(|lease| IpAddr::V4(lease.address));
    let bindings = bindings.map(|(_, binding)| IpAddr::V6(binding.address));
    // Nobody knows what a damaged block said.
    let doubts = site.table.damage().doubts().iter().map(|doubt| doubt.address);
    let doubts = doubts.filter(|address| site.table.doubt_of(*address).is_some());
    let all = leases.chain(bindings).chain(doubts);
    let mut taken: HashSet<IpAddr> = all.filter(|address| span.contains(*address)).collect();
    taken.extend(site.reservations_looked_up(asked, err).iter().flat_map(Reservation::addresses));
    // A subnet's servers may well be in another one. What many subnets have from one scope is read once.
    let mut options = site.options(&MACHINES);
    let mut read = HashSet::new();
    for subnet in &site.networks.subnets {
        for name in 0..MACHINES.len() {
            if let Some((scope, text)) = options.statement(subnet.scope, name)
                && read.insert((scope, name))
            {
                let value = value_of(text);
                taken.extend(value.split([',', ' ']).filter_map(|word| word.parse::<IpAddr>().ok()));
            }
        }
    }
    taken
}

/// The address of a network and its broadcast address.
fn is_special(subnet: Span, address: IpAddr) -> bool {
    let Span { low, high } = subnet;
    let is_network = address == low && low != high;
    match address.is_ipv4() {
        // A network of two addresses, or of one, has neither.
        true => number(high) - number(low) > 1 && (is_network || address == high),
        // The address of all routers.
        false => is_network,
    }
}

#[cfg(test)]
mod tests {
    use crate::dhcpd::conf::Conf;

    use super::*;

    fn networks(text: &str) -> Networks {
        Networks::of(&Conf::parse("conf", text.as_bytes()).expect("it is sound"))
    }

    fn shown(networks: &Networks, span: &str, place: Place) -> String {
        let span = Span::read(span).expect("a span").expect("a good one");
        let pieces = pieces(networks, span, place);
        pieces.iter().map(|piece| piece.span.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_addresses_in_subnets_may_be_free() {
        let networks = networks(
            "subnet 10.1.2.0 netmask 255.255.255.0 { range 10.1.2.10 10.1.2.19; }\n\
             subnet 10.1.1.0 netmask 255.255.255.0 { }",
        );
        for (span, place, wanted) in [
            (
                "10.1.0.0/16",
                Place::Any,
                "10.1.1.0-10.1.1.255 10.1.2.0-10.1.2.9 10.1.2.10-10.1.2.19 10.1.2.20-10.1.2.255",
            ),
            ("10.1.0.0/16", Place::In, "10.1.2.10-10.1.2.19"),
            ("10.1.0.0/16", Place::Out, "10.1.1.0-10.1.1.255 10.1.2.0-10.1.2.9 10.1.2.20-10.1.2.255"),
            ("10.1.2.15-10.1.3.9", Place::Any, "10.1.2.15-10.1.2.19 10.1.2.20-10.1.2.255"),
            ("10.1.3.0/24", Place::Any, ""),
        ] {
            assert_eq!(shown(&networks, span, place), wanted, "{span} {place:?}");
        }
        let all = Span::read("10.1.0.0/16").expect("a span").expect("a good one");
        let hosts: Vec<IpAddr> = pieces(&networks, all, Place::Any).iter().flat_map(Piece::hosts).collect();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!((hosts.len(), hosts[0], hosts[253]), (508, address("10.1.1.1"), address("10.1.1.254")));
        assert_eq!((hosts[254], hosts[507]), (address("10.1.2.1"), address("10.1.2.254")));
    }

    #[test]
    fn a_range_of_a_whole_subnet_leaves_nothing_outside_and_is_not_walked_to_know() {
        let networks = networks(
            "subnet6 2001:db8:2::/64 { range6 2001:db8:2::/64; }\n\
             subnet6 2001:db8:3::/64 { prefix6 2001:db8:3:0:1:: 2001:db8:3:0:1:: /80; }",
        );
        assert_eq!(shown(&networks, "2001:db8:2::/64", Place::Out), "");
        let inside = "2001:db8:2::-2001:db8:2:0:ffff:ffff:ffff:ffff";
        assert_eq!(shown(&networks, "2001:db8:2::/64", Place::In), inside);
        assert_eq!(shown(&networks, "2001:db8:2::/64", Place::Any), inside);
        let outside = "2001:db8:3::-2001:db8:3::ffff:ffff:ffff 2001:db8:3:0:2::-2001:db8:3:0:ffff:ffff:ffff:ffff";
        assert_eq!(shown(&networks, "2001:db8:3::/64", Place::Any), outside);
        assert_eq!(shown(&networks, "2001:db8:3::/64", Place::In), "");
    }
}
