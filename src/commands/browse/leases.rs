//! `leases`: the current lease of each address, or all blocks about it.

use std::io::Write;
use std::net::IpAddr;
use std::ops::ControlFlow;

use anyhow::Result;

use crate::dhcpd::conf::Conf;
use crate::dhcpd::inventory::{Failover, Networks, Standing, Subnet, View};
use crate::dhcpd::leases::{
    Block, Found, Ia, IaAddress, Lease, Order, Place, Placed, Source, Summary, Time, duid_text, find, history,
};
use crate::dhcpd::{Family, Span};
use crate::render::{Batch, Column, Value};
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::Asked;
use super::facts::{
    agent_option, billing_class, is_expiring, left_value, mac_value, may_match, relay_options, time_value, variable,
    variables, with_binding, with_lease,
};
use super::filter::Filter;
use super::relations::remarks;
use super::report::{Report, Screen, Wanted};
use super::site::{Need, Site, lease_file, now, read_conf_if_any, read_settled, tell_damage, threads};

pub(in crate::commands) static COLUMNS: [Column; 31] = [
    Column::text("address", "ADDRESS", "the address"),
    Column::text("state", "STATE", "its state now: free, active, expired, released, abandoned, reset or backup"),
    Column::text("mac", "MAC", "the client's hardware address"),
    Column::text("hostname", "HOSTNAME", "the name that the client gave"),
    Column::text("ends", "ENDS", "when it ends, or ended"),
    Column::text("expires_in", "EXPIRES", "seconds until then, negative ones when it is over"),
    Column::text("starts", "STARTS", "when the lease began").on_request(),
    Column::text("client_id", "CLIENT ID", "the client identifier, as text or in hexadecimal").on_request(),
    Column::text("expiring", "EXPIRING", "whether it is active and past seven eighths of its time").on_request(),
    Column::text("reserved", "RESERVED", "whether it is kept for its client").on_request(),
    Column::text("bootp", "BOOTP", "whether a BOOTP client has it").on_request(),
    Column::text("last_seen", "SEEN", "when the client was last heard").on_request(),
    Column::text("recorded_state", "RECORDED", "the state that the file has, which time may have passed").on_request(),
    Column::text("next_state", "NEXT", "what it becomes when it ends").on_request(),
    Column::text("tstp", "TSTP", "when the failover peer believes it to end").on_request(),
    Column::text("tsfp", "TSFP", "when the failover peer says that it ends").on_request(),
    Column::text("atsfp", "ATSFP", "when the failover peer acknowledged that it ends").on_request(),
    Column::text("vendor_class", "VENDOR CLASS", "the vendor class that the client gave, where it is kept")
        .on_request(),
    Column::text("circuit_id", "CIRCUIT", "the relay's circuit identifier").on_request(),
    Column::text("remote_id", "REMOTE", "the relay's remote identifier").on_request(),
    Column::text("subnet", "SUBNET", "the subnet of dhcpd.conf that it lies in").on_request(),
    Column::text("shared_network", "NETWORK", "the shared network of that subnet").on_request(),
    Column::text("in_pool", "IN POOL", "whether a pool has the address still").on_request(),
    Column::number("line", "LINE", "the line of the lease file").on_request(),
    Column::text(
        "open_to",
        "OPEN TO",
        "who gets the address from this server now: client for the one that has or had it, any for all that ask, last \
         for all when nothing else is left, partner where only the failover partner gives it out, or nobody",
    )
    .on_request(),
    Column::number("hardware_type", "TYPE", "the number of the hardware type; 1 is Ethernet").on_request(),
    Column::text("variables", "VARIABLES", "what `set` has stored with it; in JSON an object").on_request(),
    Column::text("relay_options", "RELAY", "all options of the relay; in JSON an object").on_request(),
    Column::text("billing_class", "CLASS", "the class whose lease limit it counts against").on_request(),
    Column::text("ddns_fwd_name", "DDNS NAME", "the name that dhcpd has put into the DNS").on_request(),
    Column::text("ddns_rev_name", "DDNS REVERSE", "the name of its reverse record").on_request(),
];

pub(in crate::commands) static COLUMNS_6: [Column; 18] = [
    Column::text("address", "ADDRESS", "the address, or the prefix with its length"),
    Column::text("kind", "KIND", "ia-na, ia-ta or ia-pd"),
    Column::text("state", "STATE", "its state now"),
    Column::text("ends", "ENDS", "when it ends, or ended"),
    Column::text("expires_in", "EXPIRES", "seconds until then, negative ones when it is over"),
    Column::text("duid", "DUID", "the client's DUID"),
    Column::number("iaid", "IAID", "the number of the client's identity association"),
    Column::text("mac", "MAC", "the hardware address that the DUID is made of, if it is").on_request(),
    Column::text("last_seen", "SEEN", "when the client was last heard").on_request(),
    Column::text("recorded_state", "RECORDED", "the state that the file has, which time may have passed").on_request(),
    Column::number("preferred_life", "PREFERRED", "the preferred lifetime in seconds").on_request(),
    Column::number("max_life", "VALID", "the valid lifetime in seconds").on_request(),
    Column::text("subnet", "SUBNET", "the subnet of dhcpd.conf that it lies in").on_request(),
    Column::text("in_pool", "IN POOL", "whether a pool has the address still").on_request(),
    Column::number("line", "LINE", "the line of the lease file").on_request(),
    Column::text("variables", "VARIABLES", "what `set` has stored with it; in JSON an object").on_request(),
    Column::text("ddns_fwd_name", "DDNS NAME", "the name that dhcpd has put into the DNS").on_request(),
    Column::text("ddns_rev_name", "DDNS REVERSE", "the name of its reverse record").on_request(),
];

pub(super) fn run(
    asked: &Asked<'_>,
    words: &[String],
    whole_history: bool,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let mut filter = Filter::read(words)?;
    if let (Some(IpAddr::V4(address)), false) = (filter.single_address(), whole_history) {
        return one(asked, address, screen, err);
    }
    let site = Site::read(asked, Need { conf: filter.names_subnets(), leases: true }, err)?;
    filter.resolve(&site.networks)?;
    if !site.table.ias().is_empty() || asked.files.family == Some(Family::V6) {
        return bindings(asked, &filter, whole_history, &site, words, screen, err);
    }
    site.tell_failover(asked, err);
    let names = Names::of(site.view());
    let mut report = Report::new(screen, &COLUMNS, asked.output)?;
    let mut found = false;
    let mut trouble = None;
    let matches = |lease: &Lease| {
        filter.criteria.is_empty() || with_lease(lease, site.view(), |subject| filter.matches(subject, site.now))
    };
    let is_wanted = |summary: &Summary| may_match(&filter, summary, site.view());
    if let (Some(maker), false) = (report.maker(), whole_history) {
        let add = |batch: &mut Batch, Placed { place, what }: Placed<Lease>| {
            if matches(&what) {
                maker.add(batch, &row(&what, place.line, &names));
            }
        };
        site.table.in_batches(site.source(), threads(), is_wanted, &add, &mut |batch| {
            found |= !batch.is_empty();
            match report.append(&batch) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    trouble = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
    } else {
        let mut show = |Placed { place, what }: Placed<Lease>| {
            if !matches(&what) {
                return ControlFlow::Continue(());
            }
            found = true;
            match report.row(&row(&what, place.line, &names)) {
                Ok(Wanted::More) => ControlFlow::Continue(()),
                Ok(Wanted::NoMore) => ControlFlow::Break(()),
                Err(error) => {
                    trouble = Some(error);
                    ControlFlow::Break(())
                }
            }
        };
        if whole_history {
            // What is wrong with the file has been said.
            history(site.source(), &site.context(), &mut |Placed { place, what }| match what {
                Block::Lease(lease) => show(Placed { place, what: *lease }),
                _ => ControlFlow::Continue(()),
            })?;
        } else {
            site.table.for_each(site.source(), Order::File, threads(), is_wanted, &mut show)?;
        }
    }
    if let Some(error) = trouble {
        return Err(error.into());
    }
    report.finish()?;
    Ok(site.outcome(asked, err, found || words.is_empty(), "no lease", &filter))
}

/// The lease of one address, without reading all of the file where that can be helped.
fn one(
    asked: &Asked<'_>,
    address: std::net::Ipv4Addr,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let conf = read_conf_if_any(asked, err)?;
    let networks = conf.as_ref().map(Networks::of).unwrap_or_default();
    let mut source = Source::open(&lease_file(asked, conf.as_ref())?)?;
    let mut report = Report::new(screen, &COLUMNS, asked.output)?;
    let (Found { lease, failover, damage }, is_being_written) = read_settled(&mut source, &|source| {
        find(source, address, threads()).map(|found| (found.damage.half_written.is_some(), found))
    })?;
    tell_damage(&damage, source.name(), is_being_written, asked, err);
    let failover = Failover::of(conf.as_ref(), &networks, &failover);
    let view = View { networks: &networks, failover: &failover, now: now() };
    remarks(&failover, view.now, asked, err);
    if let Some(placed) = &lease {
        report.row(&row(&placed.what, placed.place.line, &Names::of(view)))?;
    }
    report.finish()?;
    let is_damaged = damage.count > 0 || damage.half_written.is_some() && !is_being_written;
    match lease {
        Some(_) if damage.count == 0 => return Ok(ExitStatus::Done),
        Some(_) => {}
        // What was left out may have been about this address.
        None if is_damaged => asked.say(err, &format!("no lease of {address} could be read; the file is damaged")),
        None => asked.say(err, &nothing_at(address.into(), conf.as_ref(), &networks)),
    }
    Ok(ExitStatus::Incomplete)
}

/// Why there is no lease of an address.
pub(super) fn nothing_at(address: IpAddr, conf: Option<&Conf>, networks: &Networks) -> String {
    let Some(conf) = conf else { return format!("{address} has no lease") };
    let file = conf.files.first().map(|file| file.shown().to_string()).unwrap_or_default();
    match (networks.subnet_of(address), networks.range_of(address)) {
        (None, _) => format!("{address} lies in no subnet of {file}"),
        (Some(subnet), None) => {
            let subnet = networks.subnet_name(subnet);
            format!("{address} has no lease: it lies in the subnet {subnet}, outside of its pools")
        }
        (_, Some(range)) => {
            let span = networks.ranges[range].span;
            format!("{address} has no lease: nobody has ever had it, and it is free in the range {span}")
        }
    }
}

/// The leases of DHCPv6.
fn bindings(
    asked: &Asked<'_>,
    filter: &Filter,
    whole_history: bool,
    site: &Site,
    words: &[String],
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let mut report = Report::new(screen, &COLUMNS_6, asked.output)?;
    let mut found = false;
    let mut show = |ia: &Ia, place: Place| -> std::io::Result<Wanted> {
        for binding in &ia.addresses {
            // Of associations that have the same address, only the last has it in effect.
            let holder = site.table.binding_of(binding.address, binding.length);
            if !whole_history && holder.is_some_and(|(holder, _)| holder.place != place) {
                continue;
            }
            if !with_binding(ia, binding, site.now, |subject| filter.matches(subject, site.now)) {
                continue;
            }
            found = true;
            if report.row(&row_6(ia, binding, place.line, &site.networks, site.now))? == Wanted::NoMore {
                return Ok(Wanted::NoMore);
            }
        }
        Ok(Wanted::More)
    };
    if whole_history {
        let mut outcome = Ok(Wanted::More);
        history(site.source(), &site.context(), &mut |Placed { place, what }| {
            if let Block::Ia(ia) = what {
                outcome = show(&ia, place);
            }
            if matches!(outcome, Ok(Wanted::More)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        outcome?;
    } else {
        for placed in site.table.ias() {
            if show(&placed.what, placed.place)? == Wanted::NoMore {
                break;
            }
        }
    }
    report.finish()?;
    if let (false, Some(address)) = (found, filter.single_address()) {
        asked.say(err, &nothing_at(address, site.conf_if_any(), &site.networks));
        return Ok(ExitStatus::Incomplete);
    }
    Ok(site.outcome(asked, err, found || words.is_empty(), "no lease", filter))
}

/// What the networks of a listing are called: for each subnet its name and that of its shared network.
pub(in crate::commands) struct Names<'n> {
    view: View<'n>,
    subnets: Vec<(String, String)>,
}

impl<'n> Names<'n> {
    pub(in crate::commands) fn of(view: View<'n>) -> Self {
        let networks = view.networks;
        let name = |(number, subnet): (usize, &Subnet)| {
            (networks.subnet_name(number), networks.shared_network_name(subnet.shared_network))
        };
        Names { view, subnets: networks.subnets.iter().enumerate().map(name).collect() }
    }
}

/// A lease's values, in the order of [`COLUMNS`].
pub(in crate::commands) fn row<'a>(lease: &'a Lease, line: u64, names: &'a Names<'_>) -> [Value<'a>; 31] {
    let View { networks, now, .. } = names.view;
    let Standing { state, access } = names.view.of_lease(lease);
    let address = IpAddr::V4(lease.address);
    let subnet = networks.subnet_of(address).map(|subnet| &names.subnets[subnet]);
    let agent = |name| Value::of(agent_option(lease, name), Value::identifier);
    let is_active = state == crate::dhcpd::leases::State::Active;
    [
        Value::Address(address),
        Value::State(state.name()),
        mac_value(lease.hardware.as_ref()),
        Value::of(lease.client_hostname.as_deref(), |name| Value::Bytes(name.into())),
        time_value(lease.ends),
        left_value(lease.ends, now),
        time_value(lease.starts),
        Value::of(lease.client_identifier.as_deref(), Value::identifier),
        Value::Flag(is_active && is_expiring(lease.starts, lease.ends, now)),
        Value::Flag(lease.reserved),
        Value::Flag(lease.bootp),
        time_value(lease.cltt),
        Value::of(lease.state, |state| Value::State(state.name())),
        Value::of(lease.next_state, |state| Value::State(state.name())),
        time_value(lease.tstp),
        time_value(lease.tsfp),
        time_value(lease.atsfp),
        variable(&lease.bindings, b"vendor-class-identifier"),
        agent("circuit-id"),
        agent("remote-id"),
        Value::of(subnet, |(name, _)| Value::text(name)),
        Value::of(subnet, |(_, shared_network)| Value::text(shared_network)),
        Value::Flag(networks.range_of(address).is_some()),
        Value::Number(line.into()),
        access.name().into(),
        Value::of(lease.hardware.as_ref(), |(kind, _)| Value::Number((*kind).into())),
        variables(&lease.bindings),
        relay_options(lease),
        billing_class(lease),
        variable(&lease.bindings, b"ddns-fwd-name"),
        variable(&lease.bindings, b"ddns-rev-name"),
    ]
}

/// The same of DHCPv6, in the order of [`COLUMNS_6`].
pub(in crate::commands) fn row_6<'a>(
    ia: &'a Ia,
    binding: &'a IaAddress,
    line: u64,
    networks: &Networks,
    now: i64,
) -> [Value<'a>; 18] {
    let address = IpAddr::V6(binding.address);
    let Span { low, .. } = super::facts::binding_span(binding);
    [
        match binding.length {
            128 => Value::Address(address),
            length => Value::Network(address, length),
        },
        ia.kind.name().into(),
        Value::State(binding.state_at(now).name()),
        time_value(Some(binding.ends)),
        match binding.ends {
            Time::Never => Value::Never,
            ends => left_value(Some(ends), now),
        },
        Value::text(duid_text(&ia.duid)),
        Value::Number(ia.iaid.into()),
        Value::of(super::facts::hardware_of_duid(&ia.duid), |address| Value::Hex(address.into())),
        time_value(ia.cltt),
        Value::State(binding.state.name()),
        Value::of(binding.preferred_life, |seconds| Value::Number(seconds.into())),
        Value::of(binding.max_life, |seconds| Value::Number(seconds.into())),
        Value::of(networks.subnet_of(low), |subnet| Value::text(networks.subnet_name(subnet))),
        Value::Flag(networks.range_of(low).is_some()),
        Value::Number(line.into()),
        variables(&binding.bindings),
        variable(&binding.bindings, b"ddns-fwd-name"),
        variable(&binding.bindings, b"ddns-rev-name"),
    ]
}
