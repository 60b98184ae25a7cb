//! `subnets`: every subnet with its ranges, and how many of their addresses are in use.

use std::io::Write;

use anyhow::Result;

use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::filter::{Filter, Subject};
use super::report::{Report, Screen, Wanted};
use super::site::Site;

pub(super) static COLUMNS: [Column; 17] = [
    Column::text("subnet", "SUBNET", "the subnet's prefix, or its addresses where the mask has holes"),
    Column::number("percent", "PERCENT", "how full the ranges are, of a hundred"),
    Column::bar("bar", "the same as a bar"),
    Column::number("used", "USED", "how many of these clients have now"),
    Column::number("defined", "DEFINED", "how many addresses its ranges have"),
    Column::number("free", "FREE", "addresses of the ranges that no client has"),
    Column::text("shared_network", "SHARED NETWORK", "the shared network that it lies in, if any"),
    Column::text("routers", "ROUTERS", "the value of option routers"),
    Column::text("ranges", "RANGES", "the ranges of addresses"),
    Column::text("netmask", "NETMASK", "the mask; null for DHCPv6").on_request(),
    Column::number("size", "SIZE", "how many addresses the subnet has").on_request(),
    Column::number("touched", "TOUCHED", "leases that no client has now").on_request(),
    Column::number("backup", "BACKUP", "free addresses in the state backup: the failover secondary gives them out")
        .on_request(),
    Column::number("abandoned", "ABANDONED", "of the touched ones, those that are abandoned").on_request(),
    Column::text("origin", "ORIGIN", "the file and the line of dhcpd.conf").on_request(),
    Column::text("router_list", "ROUTER LIST", "the same routers one by one; in JSON an array").on_request(),
    Column::number("available", "AVAILABLE", "free addresses that this server gives to any client that asks")
        .on_request(),
];

pub(super) fn run(
    asked: &Asked<'_>,
    words: &[String],
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let mut filter = Filter::read(words)?;
    let site = Site::of_conf(asked, err)?;
    let conf = site.conf();
    filter.resolve(&site.networks)?;
    site.tell_failover(asked, err);
    let usages = site.usages();
    let mut options = site.options(&[b"routers"]);
    let mut report = Report::new(screen, &COLUMNS, asked.output)?;
    let mut count = 0;
    for (number, subnet) in site.networks.subnets.iter().enumerate() {
        let shared = &site.networks.shared_networks[subnet.shared_network].name;
        let names: Vec<&[u8]> = shared.iter().map(Vec::as_slice).collect();
        if !filter.matches(&Subject::of_addresses(&[subnet.span], &names), site.now) {
            continue;
        }
        count += 1;
        let usage = usages.subnet(number);
        let ranges = site.networks.ranges_of_subnet(number).iter().map(|range| site.networks.ranges[*range].span);
        let routers = options.value(subnet.scope, 0);
        let routers =
            routers.iter().flat_map(|routers| routers.split(',')).map(str::trim).filter(|name| !name.is_empty());
        let row = [
            match subnet.prefix_length {
                Some(length) => Value::Network(subnet.span.low, length),
                None => site.networks.subnet_name(number).into(),
            },
            Value::Percent(usage.part() * 100.0),
            Value::Bar(usage.part()),
            Value::Number(usage.used.into()),
            Value::Number(usage.defined),
            Value::Number(usage.free()),
            Value::of(shared.as_deref(), |name| Value::Bytes(name.into())),
            Value::of(options.value(subnet.scope, 0), Value::text),
            Value::List(ranges.map(|span| Value::text(span.to_string())).collect()),
            Value::of(site.netmask(number), |mask| Value::Address(mask.into())),
            Value::Number(subnet.span.size()),
            Value::Number(usage.touched.into()),
            Value::Number(usage.backup.into()),
            Value::Number(usage.abandoned.into()),
            Value::text(conf.show(conf.scopes[subnet.scope].place)),
            Value::List(routers.map(|router| Value::text(router.to_owned())).collect()),
            Value::Number(usage.available()),
        ];
        if report.row(&row)? == Wanted::NoMore {
            break;
        }
    }
    report.finish()?;
    Ok(site.outcome(asked, err, count > 0 || words.is_empty(), "no subnet", &filter))
}
