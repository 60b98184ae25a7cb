//! `map`: a subnet as a picture.

use std::collections::HashSet;
use std::io::Write;
use std::net::IpAddr;

use anyhow::{Context, Result, anyhow};

use crate::dhcpd::inventory::{Access, Networks, Reservations, Standing};
use crate::dhcpd::leases::State;
use crate::dhcpd::{Span, number};
use crate::render::{Map, MapCell, grid, svg};
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::{is_expiring, states};
use super::filter::Filter;
use super::report::{OutputFormat, Screen};
use super::site::Site;

/// A picture has no more cells.
const MOST_CELLS: u128 = 1024;

/// A sentence names no more subnets.
const MOST_NAMES: usize = 10;

pub(super) fn run(asked: &Asked<'_>, word: &str, screen: &mut Screen<'_>, err: &mut dyn Write) -> Result<ExitStatus> {
    let site = Site::of_conf(asked, err)?;
    site.tell_failover(asked, err);
    let reservations = site.reservations_looked_up(asked, err);
    let (span, title) = subnet(&site.networks, word)?;
    let map = map(&site, &reservations, span, title);
    let text = match asked.output.format {
        OutputFormat::Svg => svg::svg(&map),
        _ => grid::grid(&map, &screen.look(asked.output)),
    };
    screen.out.write_all(text.as_bytes()).context("cannot write the map")?;
    Ok(site.outcome(asked, err, true, "", &Filter::default()))
}

/// The addresses that a word means, and what they are called.
pub(super) fn subnet(networks: &Networks, word: &str) -> Result<(Span, String)> {
    let span = match Span::read(word) {
        Some(span) => span.map_err(|why| anyhow!("{word}: {why}"))?,
        None => match networks.named(word).as_deref() {
            Some([only]) => *only,
            Some(several) => {
                let names = some(several.iter().map(Span::to_string));
                return Err(anyhow!("{word} has several subnets; name one of them: {names}"));
            }
            None => return Err(anyhow!("{word} is no subnet: give an address in it, its prefix, or a range LOW-HIGH")),
        },
    };
    // An address by itself means the subnet around it; A-A, /32 and /128 mean the address.
    let number = networks.subnet_of(span.low);
    let is_bare = span.low == span.high && !word.contains(['-', '/']);
    if let (true, Some(number)) = (is_bare, number) {
        return Ok((networks.subnets[number].span, title(networks, number)));
    }
    let known = number.filter(|number| networks.subnets[*number].span == span);
    match (known, number) {
        (Some(number), _) => Ok((span, title(networks, number))),
        (None, Some(number)) => Ok((span, format!("{span} in {}", title(networks, number)))),
        (None, None) if networks.subnets.iter().any(|subnet| subnet.span.overlaps(&span)) => {
            Ok((span, span.to_string()))
        }
        (None, None) => {
            let names = some((0..networks.subnets.len()).map(|number| networks.subnet_name(number)));
            Err(anyhow!("{word} lies in no subnet of dhcpd.conf; there are {names}"))
        }
    }
}

/// Names for a sentence, not all of them where there are many.
fn some(mut names: impl ExactSizeIterator<Item = String>) -> String {
    let shown: Vec<String> = names.by_ref().take(MOST_NAMES).collect();
    match names.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn title(networks: &Networks, number: usize) -> String {
    let subnet = networks.subnet_name(number);
    match &networks.shared_networks[networks.subnets[number].shared_network].name {
        Some(name) => format!("{subnet} ({})", String::from_utf8_lossy(name)),
        None => subnet,
    }
}

/// What an address is, the one that matters most first: of a cell that stands for several addresses, the
/// first that one of them is.
const STANDINGS: [&str; 9] =
    ["abandoned", "expiring", "active", "reserved", "backup", "partner", "waiting", "free", OUTSIDE];
const PARTNER: usize = 5;
const WAITING: usize = 6;
const FREE: usize = 7;
const OUTSIDE: &str = "outside";

/// How many addresses of a cell are what, and who has the only one.
#[derive(Clone, Default)]
struct Counts {
    counts: [u128; STANDINGS.len()],
    holder: Vec<u8>,
}

/// An address that somebody has or is to have, what it is, and whose.
struct Taken {
    address: IpAddr,
    standing: &'static str,
    holder: Vec<u8>,
}

fn map(site: &Site, reservations: &Reservations, span: Span, title: String) -> Map<'static> {
    let size = span.size();
    let per_cell = size.div_ceil(MOST_CELLS).next_power_of_two();
    let first = number(span.low);
    let mut cells = vec![Counts::default(); size.div_ceil(per_cell) as usize];
    let low_of = |cell: usize| first + cell as u128 * per_cell;
    for (i, cell) in cells.iter_mut().enumerate() {
        cell.counts[FREE + 1] = (number(span.high) - low_of(i)).min(per_cell - 1) + 1;
    }
    // These do not overlap, so that a cell is met once for each of them that lies in it or begins there.
    for (part, range) in site.networks.ranges_within(span) {
        let untouched = untouched(site, range);
        let (mut low, high) = (number(part.low), number(part.high));
        loop {
            let i = ((low - first) / per_cell) as usize;
            let last = high.min(low_of(i) + (per_cell - 1));
            cells[i].counts[untouched] += last - low + 1;
            cells[i].counts[FREE + 1] -= last - low + 1;
            if last == high {
                break;
            }
            low = last + 1;
        }
    }
    for taken in taken(site, reservations, span) {
        let cell = &mut cells[((number(taken.address) - first) / per_cell) as usize];
        let from = site.networks.range_of(taken.address).map_or(FREE + 1, |range| untouched(site, range));
        cell.counts[from] = cell.counts[from].saturating_sub(1);
        let to = STANDINGS.iter().position(|standing| *standing == taken.standing).expect("it is one of them");
        cell.counts[to] += 1;
        cell.holder = taken.holder;
    }
    let all = |standing: usize| cells.iter().map(|cell| cell.counts[standing]).sum();
    let counts = STANDINGS.iter().enumerate().map(|(i, name)| (*name, all(i))).collect();
    let is_ipv4 = span.low.is_ipv4();
    let cells = cells.iter().enumerate().map(|(i, cell)| MapCell {
        address: match is_ipv4 {
            true => IpAddr::V4((low_of(i) as u32).into()),
            false => IpAddr::V6(low_of(i).into()),
        },
        state: STANDINGS.iter().zip(cell.counts).find(|(_, count)| *count > 0).map_or(OUTSIDE, |(name, _)| *name),
        holder: if per_cell == 1 { cell.holder.clone().into() } else { Vec::new().into() },
    });
    let cells: Vec<MapCell<'static>> = cells.collect();
    let per_row = if cells.len() > 256 { 64 } else { cells.len().min(32) };
    Map { title: title.into(), per_row, addresses_per_cell: per_cell, counts, cells }
}

/// What addresses of a range are of which the lease file says nothing.
fn untouched(site: &Site, range: usize) -> usize {
    match site.failover().rules_of_range(range).untouched(site.now) {
        Access::Partner => PARTNER,
        Access::Nobody => WAITING,
        _ => FREE,
    }
}

/// The addresses of a span of which the files say something, each once.
fn taken(site: &Site, reservations: &Reservations, span: Span) -> Vec<Taken> {
    let mut all = Vec::new();
    let (view, networks) = (site.view(), &site.networks);
    for lease in site.table.iter().filter(|lease| span.contains(lease.address.into())) {
        let Standing { state, access } = view.of(&lease);
        let standing = match (state, access) {
            (State::Active, _) if states(&lease, view).contains(&"expiring") => "expiring",
            (State::Active, _) => "active",
            (State::Abandoned, _) => "abandoned",
            _ if lease.reserved => "reserved",
            (State::Backup, Access::Partner) => "backup",
            (_, Access::Partner) => "partner",
            (_, Access::Any) => "free",
            _ => "waiting",
        };
        if matches!(standing, "free" | "partner" | "waiting") {
            match networks.range_of(lease.address.into()) {
                // As if the lease file said nothing of it.
                Some(range) if STANDINGS[untouched(site, range)] == standing => continue,
                Some(_) => {}
                // Outside of pools it is history.
                None => continue,
            }
        }
        all.push(Taken { address: IpAddr::V4(lease.address), standing, holder: Vec::new() });
    }
    for (placed, binding) in site.table.bindings().filter(|(_, binding)| span.contains(binding.address.into())) {
        let standing = match binding.state_at(site.now) {
            State::Active if is_expiring(placed.what.cltt, Some(binding.ends), site.now) => "expiring",
            State::Active => "active",
            State::Abandoned => "abandoned",
            _ => continue,
        };
        all.push(Taken { address: IpAddr::V6(binding.address), standing, holder: Vec::new() });
    }
    let is_known = |taken: &&Taken| !matches!(taken.standing, "free" | "partner" | "waiting");
    let known: HashSet<IpAddr> = all.iter().filter(is_known).map(|taken| taken.address).collect();
    let mut reserved = HashSet::new();
    for host in reservations.iter() {
        for address in host.addresses().filter(|address| span.contains(*address) && !known.contains(address)) {
            if reserved.insert(address) {
                all.push(Taken { address, standing: "reserved", holder: host.host.name.clone() });
            }
        }
    }
    all.retain(|taken| is_known(&taken) || taken.standing == "reserved" || !reserved.contains(&taken.address));
    all
}
