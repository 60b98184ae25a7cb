//! kea-dhcp4 of Kea 2.2: a configuration with networks and reservations, and the lease file of its memfile.
//!
//! - `levels`: what statements of a scope come to in Kea; `options`: an option's value there, and `shapes`: what it may be;
//! - `subnets`: which of them Kea gets; `networks`: shared networks, subnets and pools; `reservations`: hosts;
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
mod subnets;

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::dhcpd::conf::{Conf, ScopeKind};
use crate::render::text::visible;

use super::chosen::Chosen;
use super::files::Files;
use super::told::Told;

use json::Json;
use levels::Levels;
use reservations::Reservations;
use subnets::Subnets;

pub(super) use leases::write as write_leases;

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
