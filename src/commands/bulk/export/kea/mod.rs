//! kea-dhcp4 of Kea 2.2: a configuration with networks and reservations, and the lease file of its memfile.
//!
//! - `levels`: what statements of a scope come to in Kea; `options`: an option's value there, and `shapes`: what it may be;
//! - `networks`: shared networks, subnets and pools; `reservations`: hosts;
//! - `leases`: the lease file; `json`: the configuration's text, written as it comes about.
//!
//! A subnet's number in Kea is that of its declaration in dhcpd.conf, from 1, in both files. What Kea has no counterpart
//! for is told.

mod json;
mod leases;
mod levels;
mod networks;
mod options;
mod reservations;
mod shapes;

use std::collections::HashMap;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::Result;

use crate::dhcpd::conf::{Conf, ScopeKind};
use crate::dhcpd::inventory::Networks;
use crate::render::text::visible;

use super::files::{Chosen, Files};
use super::told::Told;

use json::Json;
use levels::Levels;
use reservations::Reservations;

pub(super) use leases::write as write_leases;

/// The subnets that Kea gets: those with a prefix, of several with the same one the first.
struct Subnets<'n> {
    networks: &'n Networks,
    /// For each of dhcpd.conf the one that stands for it.
    first: Vec<Option<usize>>,
}

impl<'n> Subnets<'n> {
    fn of(networks: &'n Networks) -> Self {
        let mut known = HashMap::new();
        let first = networks.subnets.iter().enumerate().map(|(number, subnet)| {
            let length = subnet.prefix_length?;
            Some(*known.entry((subnet.span.low, length)).or_insert(number))
        });
        Subnets { networks, first: first.collect() }
    }

    /// The subnet that an address lies in, by its number in dhcpd.conf.
    fn of_address(&self, address: Ipv4Addr) -> Option<usize> {
        self.first[self.networks.subnet_of(address.into())?]
    }

    /// Whether Kea gets that one.
    fn has(&self, subnet: usize) -> bool {
        self.first[subnet] == Some(subnet)
    }

    /// What it is in Kea, by its number in dhcpd.conf.
    fn id(subnet: usize) -> u64 {
        subnet as u64 + 1
    }
}

/// Writes the configuration, and returns how many reservations it has.
pub(super) fn write(
    files: &Files,
    chosen: &Chosen<'_>,
    leases: &Path,
    out: &mut dyn Write,
    told: &mut Told<'_>,
) -> Result<u64> {
    let conf = files.conf.as_ref().expect("it was read");
    let mut levels = Levels::new(conf);
    let outermost = levels.of_scopes(&[0], levels::Place::Network, told);
    tell_of_classes(conf, told);
    let subnets = Subnets::of(&files.networks);
    let reservations = Reservations::of(files, &subnets, chosen, told);
    let mut json = Json::new(out);
    json.open(None, '{')?;
    json.open(Some("Dhcp4"), '{')?;
    json.open(Some("interfaces-config"), '{')?;
    json.raw("interfaces", "[ \"*\" ]")?;
    json.close('}')?;
    json.open(Some("lease-database"), '{')?;
    json.text("type", "memfile")?;
    json.raw("persist", "true")?;
    json.text("name", &leases.display().to_string())?;
    json.close('}')?;
    // dhcpd looks for the identifier first.
    json.raw("host-reservation-identifiers", "[ \"client-id\", \"hw-address\" ]")?;
    json.raw("reservations-global", if reservations.has_global() { "true" } else { "false" })?;
    json.raw("reservations-in-subnet", "true")?;
    json.raw("reservations-out-of-pool", "false")?;
    if reservations.share_addresses() {
        json.raw("ip-reservations-unique", "false")?;
    }
    outermost.write_network(&mut json, &levels::Lifetimes::of_dhcpd().within(&outermost))?;
    networks::write(files, &subnets, &mut levels, &outermost, &reservations, &mut json, told)?;
    reservations.write_global(files, &mut levels, &mut json, told)?;
    json.close('}')?;
    json.close('}')?;
    json.finish()?;
    Ok(reservations.count())
}

/// Says of each class that there is none in Kea. A subclass without braces is a line among statements, and told there.
fn tell_of_classes(conf: &Conf, told: &mut Told<'_>) {
    for scope in &conf.scopes {
        let (number, what) = match scope.kind {
            ScopeKind::Class(number) => (number, "the class"),
            ScopeKind::Subclass(number) => (number, "the subclass of"),
            _ => continue,
        };
        let name = visible(&conf.classes[number].name);
        told.drop(&format!("{}: {what} `{name}` is not translated", conf.show(scope.place)));
    }
}
