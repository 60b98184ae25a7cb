//! `free`: addresses that nobody has, and that are kept for nobody.

use std::collections::HashSet;
use std::io::Write;
use std::net::IpAddr;

use anyhow::{Result, ensure};

use crate::dhcpd::leases::{State, Time};
use crate::dhcpd::{Span, number};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::time_value;
use super::filter::Filter;
use super::map::subnet;
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
    let site = Site::read(asked, Need { conf: true, leases: true }, err)?;
    let (span, _) = subnet(&site.networks, word)?;
    ensure!(
        wish.count.is_some() || asked.output.limit.is_some() || span.size() <= MOST,
        "{word} has {} addresses; say how many free ones are wanted with -n N",
        span.size()
    );
    let taken = taken(&site, asked, err);
    let candidates = span.addresses().filter(|address| {
        let in_pool = site.networks.range_of(*address).is_some();
        let is_in_place = match wish.place {
            Place::In => in_pool,
            Place::Out => !in_pool,
            Place::Any => true,
        };
        is_in_place && !taken.contains(address) && !is_special(&site, *address)
    });
    let mut report = Report::new(screen, &COLUMNS, asked.output)?;
    let wanted = wish.count.unwrap_or(u64::MAX);
    let mut found = 0;
    let mut candidates = candidates.peekable();
    'all: while found < wanted && candidates.peek().is_some() {
        let batch: Vec<IpAddr> = candidates.by_ref().take(ping::AT_ONCE).collect();
        let answering = if wish.ping { ping::answering(&batch)? } else { HashSet::new() };
        for address in batch {
            if answering.contains(&address) {
                continue;
            }
            if found == wanted {
                break 'all;
            }
            found += 1;
            if report.row(&row(&site, address))? == Wanted::NoMore {
                break 'all;
            }
        }
    }
    report.finish()?;
    match wish.count {
        Some(wanted) if found < wanted => {
            asked.say(err, &format!("{word} has {found} free addresses, {wanted} are wanted"));
            Ok(ExitStatus::Incomplete)
        }
        _ => Ok(site.outcome(asked, err, found > 0, "no free address", &Filter::default())),
    }
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

/// Addresses that somebody has, or that are kept for somebody.
fn taken(site: &Site, asked: &Asked<'_>, err: &mut dyn Write) -> HashSet<IpAddr> {
    let leases = site.table.iter().filter(|lease| {
        lease.reserved || matches!(lease.state_at(site.now), State::Active | State::Abandoned | State::Backup)
    });
    let bindings = site
        .table
        .bindings()
        .filter(|(_, binding)| matches!(binding.state_at(site.now), State::Active | State::Abandoned));
    let mut taken: HashSet<IpAddr> = leases.map(|lease| IpAddr::V4(lease.address)).collect();
    taken.extend(bindings.map(|(_, binding)| IpAddr::V6(binding.address)));
    taken.extend(site.reservations(asked, err).iter().flat_map(|host| host.addresses().collect::<Vec<_>>()));
    for subnet in &site.networks.subnets {
        for option in MACHINES {
            let value = site.option(subnet.scope, option).unwrap_or_default();
            taken.extend(value.split([',', ' ']).filter_map(|word| word.parse::<IpAddr>().ok()));
        }
    }
    taken
}

/// The address of a network and its broadcast address.
fn is_special(site: &Site, address: IpAddr) -> bool {
    let Some(subnet) = site.networks.subnet_of(address) else { return false };
    let Span { low, high } = site.networks.subnets[subnet].span;
    let is_network = address == low && low != high;
    match address.is_ipv4() {
        // A network of two addresses, or of one, has neither.
        true => number(high) - number(low) > 1 && (is_network || address == high),
        // The address of all routers.
        false => is_network,
    }
}
