//! `hosts`: reservations, of the configuration and made over OMAPI.

use std::io::Write;

use anyhow::Result;

use crate::dhcpd::conf::{ByItself, Conf};
use crate::dhcpd::declarations::Address;
use crate::dhcpd::inventory::{Groups, Origin, Reservation};
use crate::dhcpd::leases::Source;
use crate::dhcpd::statements::{OptionName, Statement, Verb, write_readably};
use crate::render::text::visible_line;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::with_reservation;
use super::filter::Filter;
use super::report::{Report, Screen, Wanted};
use super::site::{Need, Site};

pub(super) static COLUMNS: [Column; 14] = [
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
    Column::text("host_name", "HOST NAME", "option host-name of the host or its groups, without quotes").on_request(),
    Column::text("filename", "FILENAME", "filename of the host or its groups, without quotes").on_request(),
    Column::text("next_server", "NEXT SERVER", "next-server of the host or its groups").on_request(),
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
    let groups = site.groups();
    let mut report = Report::new(screen, &COLUMNS, asked.output)?;
    let mut found = false;
    for reservation in reservations.iter() {
        if !with_reservation(reservation, |subject| filter.matches(subject, site.now)) {
            continue;
        }
        found = true;
        if report.row(&row(reservation, &site, &groups))? == Wanted::NoMore {
            break;
        }
    }
    report.finish()?;
    Ok(site.outcome(asked, err, found || words.is_empty(), "no host", &filter))
}

/// Where a reservation is declared, as `FILE:LINE`.
pub(super) fn origin(reservation: &Reservation, site: &Site) -> String {
    origin_in(reservation.origin, site.conf_if_any(), site.source.as_ref())
}

/// Where something is declared in these files, as `FILE:LINE`.
pub(in crate::commands) fn origin_in(origin: Origin, conf: Option<&Conf>, source: Option<&Source>) -> String {
    match (origin, conf, source) {
        (Origin::Conf(place), Some(conf), _) => conf.show(place),
        (Origin::Leases(line), _, Some(source)) => format!("{}:{line}", source.name()),
        _ => String::new(),
    }
}

fn row<'a>(reservation: &'a Reservation, site: &Site, groups: &Groups) -> [Value<'a>; 14] {
    let host = &reservation.host;
    let addresses = host.addresses.iter().map(|address| match address {
        Address::Ip(address) => Value::Address(*address),
        Address::Name(name) => Value::Bytes(name.as_slice().into()),
    });
    let prefixes = host.prefixes6.iter().map(|(address, length)| Value::Network((*address).into(), *length));
    let ByItself { group, statements, .. } = ByItself::of(site.conf_if_any(), host);
    let named = group.and_then(|name| groups.get(&name)).map_or(&[][..], |group| &group.statements);
    let [host_name, filename, next_server] = BOOT.map(|name| boot_value([named, &statements], name));
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
        Value::of(host_name, Value::text),
        Value::of(filename, Value::text),
        Value::of(next_server, Value::text),
    ]
}

/// What a host boots by.
const BOOT: [&[u8]; 3] = [b"host-name", b"filename", b"next-server"];

/// The value that the statements of a host's group and its own have for one of these: the last one that is said without a
/// condition.
fn boot_value(statements: [&[Statement]; 2], name: &[u8]) -> Option<String> {
    let mut said = statements.into_iter().flatten().filter_map(|statement| match statement {
        Statement::Option(_, option, value) if option.name.eq_ignore_ascii_case(name) => Some(value),
        _ => None,
    });
    let value = said.next_back()?;
    Some(match value.constant() {
        Some(octets) if name == b"next-server" => match <[u8; 4]>::try_from(octets) {
            Ok(octets) => std::net::Ipv4Addr::from(octets).to_string(),
            Err(octets) => crate::render::text::colon_hex(&octets),
        },
        Some(octets) => crate::render::text::visible(&octets),
        None => {
            let mut text = Vec::new();
            let option = OptionName { space: (*b"dhcp").into(), name: name.into() };
            write_readably(&[Statement::Option(Verb::Supersede, option, value.clone())], 0, &mut text);
            let text = String::from_utf8_lossy(&text).into_owned();
            let value = text.trim().trim_end_matches(';').split_once(" = ").map(|(_, value)| value.to_owned());
            visible_line(value.unwrap_or(text).as_bytes())
        }
    })
}
