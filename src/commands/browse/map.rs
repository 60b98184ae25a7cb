//! `map`: a subnet as a picture.

use std::io::Write;
use std::net::IpAddr;

use anyhow::{Context, Result, anyhow};

use crate::dhcpd::inventory::{Networks, Reservations};
use crate::dhcpd::leases::State;
use crate::dhcpd::{Span, number};
use crate::render::grid::{Cell, Map, Standing};
use crate::render::svg;
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::{is_expiring, states};
use super::report::{OutputFormat, Screen};
use super::site::{Need, Site};

/// A picture has no more cells.
const MOST_CELLS: u128 = 1024;

pub(super) fn run(asked: &Asked<'_>, word: &str, screen: &mut Screen<'_>, err: &mut dyn Write) -> Result<ExitStatus> {
    let site = Site::read(asked, Need { conf: true, leases: true }, err)?;
    let reservations = site.reservations(asked, err);
    let (span, title) = subnet(&site.networks, word)?;
    let map = map(&site, &reservations, span, title);
    let text = match asked.output.format {
        OutputFormat::Svg => svg::document(&map),
        _ => map.text(&screen.look(asked.output)),
    };
    screen.out.write_all(text.as_bytes()).context("cannot write the map")?;
    Ok(site.outcome(asked, err, true, ""))
}

/// The addresses that a word means, and what they are called.
pub(super) fn subnet(networks: &Networks, word: &str) -> Result<(Span, String)> {
    let span = match Span::read(word) {
        Some(span) => span.map_err(|why| anyhow!("{word}: {why}"))?,
        None => match networks.named(word).as_deref() {
            Some([only]) => *only,
            Some(several) => {
                let names: Vec<String> = several.iter().map(Span::to_string).collect();
                return Err(anyhow!("{word} has several subnets; name one of them: {}", names.join(", ")));
            }
            None => return Err(anyhow!("{word} is no subnet: give an address in it, its prefix, or a range LOW-HIGH")),
        },
    };
    // One address means the subnet around it.
    let number = networks.subnet_of(span.low);
    if let (true, Some(number)) = (span.low == span.high, number) {
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
            let names: Vec<String> = (0..networks.subnets.len()).map(|number| networks.subnet_name(number)).collect();
            Err(anyhow!("{word} lies in no subnet of dhcpd.conf; there are {}", names.join(", ")))
        }
    }
}

fn title(networks: &Networks, number: usize) -> String {
    let subnet = networks.subnet_name(number);
    match &networks.shared_networks[networks.subnets[number].shared_network].name {
        Some(name) => format!("{subnet} ({})", String::from_utf8_lossy(name)),
        None => subnet,
    }
}

fn map(site: &Site, reservations: &Reservations, span: Span, title: String) -> Map {
    let size = span.size();
    let per_cell = size.div_ceil(MOST_CELLS).next_power_of_two();
    let count = size.div_ceil(per_cell) as usize;
    let first = number(span.low);
    let at = |place: u128| match span.low.is_ipv4() {
        true => IpAddr::V4((place as u32).into()),
        false => IpAddr::V6(place.into()),
    };
    let mut cells: Vec<Cell> =
        (0..count).map(|i| Cell { address: at(first + i as u128 * per_cell), counts: [0; 7] }).collect();
    let index =
        |standing: Standing| Standing::ALL.iter().position(|other| *other == standing).expect("it is one of all");
    for (i, cell) in cells.iter_mut().enumerate() {
        let low = first + i as u128 * per_cell;
        let high = (low + (per_cell - 1)).min(number(span.high));
        let mut in_ranges: u128 = 0;
        for range in &site.networks.ranges {
            let (from, to) = (number(range.span.low).max(low), number(range.span.high).min(high));
            if range.span.low.is_ipv4() == span.low.is_ipv4() && from <= to {
                in_ranges += to - from + 1;
            }
        }
        let clamped = |count: u128| u64::try_from(count).unwrap_or(u64::MAX);
        cell.counts[index(Standing::Free)] = clamped(in_ranges);
        cell.counts[index(Standing::Outside)] = clamped((high - low + 1).saturating_sub(in_ranges));
    }
    let mut put = |address: IpAddr, standing: Standing| {
        if !span.contains(address) {
            return;
        }
        let cell = &mut cells[((number(address) - first) / per_cell) as usize];
        let from = match site.networks.range_of(address) {
            Some(_) => Standing::Free,
            None => Standing::Outside,
        };
        let from = &mut cell.counts[index(from)];
        *from = from.saturating_sub(1);
        cell.counts[index(standing)] += 1;
    };
    for (address, standing) in taken(site, reservations) {
        put(address, standing);
    }
    Map { title, per_cell, cells }
}

/// The addresses that somebody has or is to have, each once.
fn taken(site: &Site, reservations: &Reservations) -> Vec<(IpAddr, Standing)> {
    let mut taken = Vec::new();
    for lease in site.table.iter() {
        let states = states(&lease, site.now);
        let standing = match lease.state_at(site.now) {
            State::Active if states.contains(&"expiring") => Standing::Expiring,
            State::Active => Standing::Active,
            State::Abandoned => Standing::Abandoned,
            _ if lease.reserved => Standing::Reserved,
            State::Backup => Standing::Backup,
            _ => continue,
        };
        taken.push((IpAddr::V4(lease.address), standing));
    }
    for (placed, binding) in site.table.bindings() {
        let standing = match binding.state_at(site.now) {
            State::Active if is_expiring(placed.what.cltt, Some(binding.ends), site.now) => Standing::Expiring,
            State::Active => Standing::Active,
            State::Abandoned => Standing::Abandoned,
            _ => continue,
        };
        taken.push((IpAddr::V6(binding.address), standing));
    }
    let known: std::collections::HashSet<IpAddr> = taken.iter().map(|(address, _)| *address).collect();
    let mut reserved: Vec<IpAddr> =
        reservations.iter().flat_map(|host| host.addresses()).filter(|address| !known.contains(address)).collect();
    reserved.sort_unstable();
    reserved.dedup();
    taken.extend(reserved.into_iter().map(|address| (address, Standing::Reserved)));
    taken
}
