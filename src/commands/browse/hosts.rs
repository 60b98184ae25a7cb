//! `hosts`: reservations, of the configuration and made over OMAPI.

use std::io::Write;

use anyhow::Result;

use crate::dhcpd::conf::Conf;
use crate::dhcpd::declarations::Address;
use crate::dhcpd::inventory::{Origin, Reservation};
use crate::dhcpd::leases::Source;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::with_reservation;
use super::filter::Filter;
use super::report::{Report, Screen, Wanted};
use super::site::{Need, Site};

pub(super) static COLUMNS: [Column; 11] = [
    Column::text("name", "NAME", "the host's name"),
    Column::text("mac", "MAC", "its hardware address"),
    Column::text("client_id", "CLIENT ID", "its client identifier, as text or in hexadecimal"),
    Column::text("addresses", "ADDRESSES", "its fixed addresses and prefixes; names where they are given by name"),
    Column::text("group", "GROUP", "its group, if it names one").on_request(),
    Column::text("hardware_type", "TYPE", "the number of its hardware type; 1 is Ethernet").on_request(),
    Column::text("host_identifier", "IDENTIFIER", "the option that tells it, and its value").on_request(),
    Column::text("subnet", "SUBNET", "the subnet of its first address").on_request(),
    Column::text("made_by", "MADE BY", "conf or omapi"),
    Column::text("origin", "ORIGIN", "the file and the line that declares it"),
    Column::text("path", "PATH", "where in dhcpd.conf it stands").on_request(),
];

pub(super) fn run(
    asked: &Asked<'_>,
    words: &[String],
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let mut filter = Filter::read(words)?;
    let site = Site::read(asked, Need { conf: false, leases: false }, err)?;
    if site.conf_if_any().is_none() && site.source.is_none() {
        // Say where they were looked for.
        super::site::read_conf(asked)?;
    }
    filter.resolve(&site.networks)?;
    let reservations = site.reservations(asked, err);
    let mut report = Report::new(screen, &COLUMNS, asked.output)?;
    let mut found = false;
    for reservation in reservations.iter() {
        if !with_reservation(reservation, |subject| filter.matches(subject, site.now)) {
            continue;
        }
        found = true;
        if report.row(&row(reservation, &site))? == Wanted::NoMore {
            break;
        }
    }
    report.finish()?;
    Ok(site.outcome(asked, err, found || words.is_empty(), "no host", &filter))
}

/// Where a reservation is declared, as `FILE:LINE`.
pub(super) fn origin(reservation: &Reservation, site: &Site) -> String {
    origin_in(reservation, site.conf_if_any(), site.source.as_ref())
}

/// The same, of these files.
pub(in crate::commands) fn origin_in(
    reservation: &Reservation,
    conf: Option<&Conf>,
    source: Option<&Source>,
) -> String {
    match (reservation.origin, conf, source) {
        (Origin::Conf(place), Some(conf), _) => conf.show(place),
        (Origin::Leases(line), _, Some(source)) => format!("{}:{line}", source.name()),
        _ => String::new(),
    }
}

fn row<'a>(reservation: &'a Reservation, site: &Site) -> [Value<'a>; 11] {
    let host = &reservation.host;
    let addresses = host.addresses.iter().map(|address| match address {
        Address::Ip(address) => Value::Address(*address),
        Address::Name(name) => Value::Bytes(name.as_slice().into()),
    });
    let prefixes = host.prefixes6.iter().map(|(address, length)| Value::Network((*address).into(), *length));
    let subnet = reservation.addresses().next().and_then(|address| site.networks.subnet_of(address));
    [
        Value::Bytes(host.name.as_slice().into()),
        super::facts::mac_value(host.hardware.as_ref()),
        Value::of(reservation.client_identifier.as_deref(), Value::identifier),
        Value::List(addresses.chain(prefixes).collect()),
        Value::of(host.group.as_deref(), |group| Value::Bytes(group.into())),
        Value::of(host.hardware.as_ref(), |(kind, _)| Value::Number((*kind).into())),
        Value::of(host.identifier.as_ref(), |identifier| {
            let option = crate::render::text::visible(&identifier.option.name);
            Value::text(format!("{option} {}", crate::render::text::colon_hex(&identifier.value)))
        }),
        Value::of(subnet, |subnet| Value::text(site.networks.subnet_name(subnet))),
        (if host.dynamic { "omapi" } else { "conf" }).into(),
        Value::text(origin(reservation, site)),
        Value::of(host.scope.zip(site.conf_if_any()), |(scope, conf)| Value::text(conf.path_of(scope))),
    ]
}
