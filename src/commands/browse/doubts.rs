//! `conf check`: what dhcpd takes, and what it may not have been meant to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use crate::dhcpd::conf::{Conf, Permitted, ScopeKind};
use crate::dhcpd::declarations::Hardware;
use crate::dhcpd::hardware::{ETHERNET, ETHERNET_LENGTH};
use crate::dhcpd::inventory::{Networks, RangeKind, Reservation, Reservations};
use crate::dhcpd::{Span, number};
use crate::render::text::{colon_hex, visible};

use super::options::Options;

/// So many hosts of one address are named.
const MOST_HOLDERS: usize = 10;

/// Subnets around an address that others are compared with.
const MOST_AROUND: usize = 64;

/// All of them, each a sentence with a place.
pub(super) fn of(conf: &Conf) -> Vec<String> {
    let networks = Networks::of(conf);
    let reservations = Reservations::of(conf);
    let mut doubts = of_text(conf);
    doubts.extend(of_subnets(conf, &networks));
    doubts.extend(of_ranges(conf, &networks));
    doubts.extend(of_pools(conf));
    doubts.extend(of_hosts(conf, &networks, &reservations));
    doubts.extend(of_key(conf));
    doubts
}

/// `omapi-key "NAME"`, which not every dhcpd takes.
fn of_key(conf: &Conf) -> Option<String> {
    let is_quoted = |text: &[u8]| {
        let (word, rest) = text.split_at_checked(b"omapi-key".len())?;
        Some(word.eq_ignore_ascii_case(b"omapi-key") && rest.trim_ascii_start().starts_with(b"\""))
    };
    let stated = conf.scopes.first()?.statements().find(|stated| is_quoted(&stated.text) == Some(true))?;
    let name = visible(conf.omapi_key.as_deref().unwrap_or_default());
    Some(format!(
        "{}: omapi-key has its name in quotes, which dhcpd 4.1.1, 4.2, 4.3 and 4.4.1 refuse: write `omapi-key {name};`",
        conf.show(stated.place)
    ))
}

/// What stands in the files and means nothing.
fn of_text(conf: &Conf) -> Vec<String> {
    let mut doubts = Vec::new();
    for place in &conf.unread {
        let place = conf.show(*place);
        doubts.push(format!(
            "{place}: byte FF stands here: dhcpd takes it for the end of the file, and reads nothing after it"
        ));
    }
    for scope in &conf.scopes {
        for stated in scope.statements().filter(|stated| stated.text.starts_with(b"%")) {
            doubts.push(format!("{}: a `%` directive is skipped up to the semicolon", conf.show(stated.place)));
        }
    }
    doubts
}

/// Subnets that overlap one that is declared before them, each with the first of these.
fn of_subnets(conf: &Conf, networks: &Networks) -> Vec<String> {
    let span = |i: usize| networks.subnets[i].span;
    let mut order: Vec<usize> = (0..networks.subnets.len()).collect();
    order.sort_by_key(|i| (span(*i).low, std::cmp::Reverse(span(*i).high), *i));
    let mut around: Vec<usize> = Vec::new();
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    for i in order {
        around.retain(|other| span(*other).overlaps(&span(i)));
        for other in &around {
            let earlier = found.entry(i.max(*other)).or_insert(usize::MAX);
            *earlier = (*earlier).min(i.min(*other));
        }
        if around.len() < MOST_AROUND {
            around.push(i);
        }
    }
    let sentence = |(later, earlier): (usize, usize)| {
        let place = |i: usize| conf.show(conf.scopes[networks.subnets[i].scope].place);
        let (own, other) = (networks.subnet_name(later), networks.subnet_name(earlier));
        format!("{}: the subnet {own} overlaps {other} of {}", place(later), place(earlier))
    };
    found.into_iter().map(sentence).collect()
}

/// Ranges that hold addresses which no client can have.
fn of_ranges(conf: &Conf, networks: &Networks) -> Vec<String> {
    let mut options = Options::of(Some(conf), &[b"routers"]);
    let mut doubts = Vec::new();
    for range in networks.ranges.iter().filter(|range| range.kind == RangeKind::Addresses) {
        let subnet = &networks.subnets[range.subnet];
        let place = conf.show(range.place);
        let Span { low, high } = subnet.span;
        if low.is_ipv4() && number(high) - number(low) > 1 {
            for (address, what) in [(low, "the network's own address"), (high, "the broadcast address")] {
                if range.span.contains(address) {
                    doubts.push(format!("{place}: the range {} holds {address}, {what}", range.span));
                }
            }
        }
        let routers = options.value(subnet.scope, 0).unwrap_or_default();
        let routers = routers.split([',', ' ']).filter_map(|word| word.parse::<IpAddr>().ok());
        for router in routers.filter(|router| range.span.contains(*router)) {
            doubts.push(format!("{place}: the range {} holds the router {router}", range.span));
        }
    }
    doubts
}

/// Pools that nobody is let into.
fn of_pools(conf: &Conf) -> Vec<String> {
    let v4 = conf.pools.iter().map(|pool| (pool.scope, &pool.permits));
    let all = v4.chain(conf.pools6.iter().map(|pool| (pool.scope, &pool.permits)));
    let is_closed = |(scope, permits): (Option<usize>, &Vec<crate::dhcpd::conf::Permit>)| {
        let mut allowed = permits.iter().filter(|permit| permit.allowed).peekable();
        let has_any = allowed.peek().is_some();
        let never = has_any && allowed.all(|permit| permit.whom == Permitted::Authenticated);
        scope.filter(|_| never)
    };
    let sentence = |scope: usize| {
        let place = conf.show(conf.scopes[scope].place);
        format!("{place}: no client is ever authenticated: nobody gets an address of this pool")
    };
    all.filter_map(is_closed).map(sentence).collect()
}

fn of_hosts(conf: &Conf, networks: &Networks, reservations: &Reservations) -> Vec<String> {
    let mut doubts = Vec::new();
    let mut by_mac: HashMap<&Hardware, &[u8]> = HashMap::new();
    let mut in_network: HashMap<(&Hardware, usize), &[u8]> = HashMap::new();
    let mut told = HashSet::new();
    let mut is_global_told = false;
    for reservation in reservations.iter() {
        let host = &reservation.host;
        let place = host.scope.map(|scope| conf.show(conf.scopes[scope].place)).unwrap_or_default();
        let name = visible(&host.name);
        if let Some(scope) = host.scope.filter(|scope| !is_global_told && stands_in_network(conf, *scope)) {
            is_global_told = true;
            let around = conf.scopes[scope].parent.map(|parent| conf.path_of(parent)).unwrap_or_default();
            doubts.push(format!(
                "{place}: {name} stands in {around}, but hosts are global: it is known wherever it asks (said once)"
            ));
        }
        doubts.extend(of_identity(reservation).map(|why| format!("{place}: {name} {why}")));
        for address in reservation.addresses() {
            if let Some(range) = networks.range_of(address) {
                let span = networks.ranges[range].span;
                doubts
                    .push(format!("{place}: {name} has {address}, which clients of the range {span} may get as well"));
            } else if networks.subnet_of(address).is_none() {
                doubts.push(format!("{place}: {name} has {address}, which lies in no subnet: it never gets it"));
            }
            // Said once of an address, however many have it.
            if told.insert(address)
                && let Some(holders) = several_holders(reservations, address)
            {
                doubts.push(format!("{place}: {holders} have {address}"));
            }
        }
        let Some(hardware) = host.hardware.as_ref().filter(|(_, mac)| !mac.is_empty()) else { continue };
        let mac = &hardware.1;
        let own: HashSet<usize> = reservation.addresses().filter_map(|address| networks.subnet_of(address)).collect();
        let shared = own.iter().map(|subnet| networks.subnets[*subnet].shared_network);
        let mut twice: Vec<(usize, &[u8])> =
            shared.filter_map(|network| Some((network, in_network.insert((hardware, network), &host.name)?))).collect();
        twice.retain(|(_, other)| *other != host.name);
        twice.sort_unstable();
        twice.dedup_by_key(|(network, _)| *network);
        for (network, other) in &twice {
            let (mac, network) = (colon_hex(mac), visible(networks.shared_network_name(*network).as_bytes()));
            doubts.push(format!(
                "{place}: {name} has the hardware address {mac}, and so has {} in {network}: only one of them counts there",
                visible(other)
            ));
        }
        if let Some(other) = by_mac.insert(hardware, &host.name)
            && twice.is_empty()
            && reservation.addresses().next().is_none()
        {
            let mac = colon_hex(mac);
            doubts.push(format!("{place}: {name} has the hardware address {mac}, and so has {}", visible(other)));
        }
    }
    doubts
}

/// What is odd about what a host is known by.
fn of_identity(reservation: &Reservation) -> Option<String> {
    let host = &reservation.host;
    let octets = host.hardware.as_ref().map(|(kind, mac)| (*kind, mac.len()));
    match octets {
        Some((ETHERNET, count)) if count != ETHERNET_LENGTH => {
            Some(format!("has an Ethernet address of {count} octets in place of {ETHERNET_LENGTH}: no client has it"))
        }
        None if reservation.client_identifier.is_none() && host.identifier.is_none() => {
            Some("has neither a hardware address nor an identifier: no client is ever known as it".to_owned())
        }
        _ => None,
    }
}

fn stands_in_network(conf: &Conf, scope: usize) -> bool {
    let around = conf.scopes[scope].parent.map(|parent| conf.scopes[parent].kind);
    matches!(around, Some(ScopeKind::Subnet(_) | ScopeKind::Subnet6(_) | ScopeKind::SharedNetwork(_)))
}

/// The hosts that have an address, where there are several; not all of them where there are many.
fn several_holders(reservations: &Reservations, address: IpAddr) -> Option<String> {
    let mut names: Vec<&[u8]> = reservations.of_address(address).map(|one| one.host.name.as_slice()).collect();
    // A host may have an address twice, or with a prefix that it lies in.
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    let shown: Vec<String> = names.iter().take(MOST_HOLDERS).map(|name| visible(name)).collect();
    match (shown.as_slice(), names.len() - shown.len()) {
        ([] | [_], _) => None,
        ([one, other], _) => Some(format!("{one} and {other} both")),
        ([all @ .., last], 0) => Some(format!("{} and {last} all", all.join(", "))),
        (shown, more) => Some(format!("{} and {more} more all", shown.join(", "))),
    }
}
