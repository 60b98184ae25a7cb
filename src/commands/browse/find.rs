//! `find`: whatever a word is, its host, lease, pool and subnet, and why it gets what it gets.

use std::collections::HashSet;
use std::io::Write;
use std::net::IpAddr;
use std::ops::ControlFlow;

use anyhow::Result;

use crate::dhcpd::inventory::{RangeKind, Reservation, Reservations};
use crate::dhcpd::leases::{IaAddress, Lease, Order, State, Summary, Time, duid_text};
use crate::render::findings::{self, Finding};
use crate::render::text::{colon_hex, distance, visible};
use crate::render::time::{self, Zone};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::{binding_span, with_binding, with_lease, with_reservation};
use super::filter::{Criterion, Filter, Subject};
use super::hosts::origin;
use super::report::{OutputFormat, OutputOptions, Report, Screen, Wanted};
use super::site::{Need, Site, threads};

pub(super) static COLUMNS: [Column; 4] = [
    Column::text("kind", "KIND", "host, lease, range, pool, subnet, shared-network, or why"),
    Column::text("name", "NAME", "the host's name, the address, or what the network is called"),
    Column::text("details", "DETAILS", "what else is known of it, in words"),
    Column::text("origin", "ORIGIN", "the file and the line that says so"),
];

/// Leases and hosts that are shown of those that match a part of a name.
const MOST: usize = 100;

/// What was found, row by row.
struct Answer<'s> {
    site: &'s Site,
    reservations: &'s Reservations,
    zone: Zone,
    rows: Vec<Finding>,
    left_out: usize,
}

pub(super) fn run(asked: &Asked<'_>, word: &str, screen: &mut Screen<'_>, err: &mut dyn Write) -> Result<ExitStatus> {
    let site = Site::read(asked, Need { conf: false, leases: false }, err)?;
    if site.conf_if_any().is_none() && site.source.is_none() {
        super::site::read_conf(asked)?;
    }
    let reservations = site.reservations(asked, err);
    let zone = if asked.output.local { Zone::of_machine() } else { Zone::Utc };
    let mut answer = Answer { site: &site, reservations: &reservations, zone, rows: Vec::new(), left_out: 0 };
    let shared =
        site.networks.shared_networks.iter().position(|network| network.name.as_deref() == Some(word.as_bytes()));
    if let Some(shared) = shared {
        answer.shared_network(shared);
    }
    // A word that is no filter is looked for as it is, and so is one that could be either.
    let filter = Filter::read(&[word.to_owned()]).ok().filter(|filter| !filter.names_subnets()).unwrap_or_default();
    match filter.single_address() {
        Some(address) => answer.address(address)?,
        None => answer.matching(&filter, word)?,
    }
    let (rows, left_out) = (answer.rows, answer.left_out);
    if rows.is_empty() {
        asked.say(err, &format!("nothing in the files is, or holds, `{}`", visible(word.as_bytes())));
        return Ok(ExitStatus::Incomplete);
    }
    let OutputOptions { format, columns, sort, limit, .. } = asked.output;
    if (format, columns, sort, limit) == (&OutputFormat::Table, &None, &None, &None) {
        // Sentences are no good in columns.
        let text = findings::text(&rows, &screen.look(asked.output));
        screen.out.write_all(text.as_bytes())?;
    } else {
        let mut report = Report::new(screen, &COLUMNS, asked.output)?;
        let value = |text: &str| if text.is_empty() { Value::None } else { Value::text(text.to_owned()) };
        for Finding { kind, name, details, origin } in &rows {
            if report.row(&[value(kind), value(name), value(details), value(origin)])? == Wanted::NoMore {
                break;
            }
        }
        report.finish()?;
    }
    if left_out > 0 {
        asked.say(err, &format!("{left_out} more leases match; `omsh leases` shows them all"));
    }
    // That an address lies in no subnet is an answer to people; to scripts it is that nothing was found.
    let found = rows.iter().any(|finding| finding.kind != "why");
    Ok(if found { site.outcome(asked, err, true, "", &Filter::default()) } else { ExitStatus::Incomplete })
}

impl Answer<'_> {
    fn add(&mut self, kind: &str, name: impl Into<String>, details: impl Into<String>, origin: impl Into<String>) {
        let row = Finding { kind: kind.to_owned(), name: name.into(), details: details.into(), origin: origin.into() };
        if !self.rows.contains(&row) {
            self.rows.push(row);
        }
    }

    /// All about an address.
    fn address(&mut self, address: IpAddr) -> Result<()> {
        let (site, reservations) = (self.site, self.reservations);
        let hosts: Vec<&Reservation> = reservations.of_address(address).collect();
        for host in &hosts {
            self.host(host);
        }
        match address {
            IpAddr::V4(address) => {
                if let (Some(summary), Some(source)) = (site.table.get(address), &site.source) {
                    let lease = site.table.lease(source, &summary)?;
                    self.lease(&lease, site.table.line_of(source, summary.offset)?);
                }
            }
            IpAddr::V6(address) => {
                for (placed, binding) in site.table.bindings() {
                    if binding_span(binding).contains(address.into()) {
                        self.binding(&placed.what, binding, placed.place.line);
                    }
                }
            }
        }
        if let Some(place) = site.table.doubt_of(address) {
            let origin = self.in_leases(place.line);
            self.add(
                "lease",
                address.to_string(),
                "damaged: this block, the last one of the address, does not count",
                origin,
            );
        }
        self.networks(address);
        self.add("why", address.to_string(), self.why(address), "");
        Ok(())
    }

    /// Everything that matches the filter or has the word in it, and the leases of the hosts among it.
    fn matching(&mut self, filter: &Filter, word: &str) -> Result<()> {
        let (site, reservations) = (self.site, self.reservations);
        let text = Filter { criteria: vec![Criterion::Text(word.to_owned())] };
        let matches = |subject: &Subject<'_>| {
            let by_filter = !filter.criteria.is_empty() && filter.matches(subject, site.now);
            by_filter || text.matches(subject, site.now)
        };
        let mut addresses = Vec::new();
        let (mut macs, mut identifiers) = (HashSet::new(), HashSet::new());
        for host in reservations.iter().filter(|host| with_reservation(host, matches)).take(MOST) {
            self.host(host);
            addresses.extend(host.addresses());
            macs.extend(host.host.hardware.as_ref().map(|(_, mac)| mac.as_slice()));
            identifiers.extend(host.client_identifier.as_deref());
        }
        let is_known = |subject: &Subject<'_>| {
            subject.hardware.is_some_and(|mac| macs.contains(mac))
                || subject.identifiers.iter().any(|identifier| identifiers.contains(identifier))
        };
        let hosts = self.rows.len();
        let (mut leases, mut count) = (Vec::new(), 0);
        let mut states = Vec::new();
        if let Some(source) = &site.source {
            site.table.for_each(source, Order::File, threads(), |_| true, &mut |placed| {
                if with_lease(&placed.what, site.now, |subject| matches(subject) || is_known(subject)) {
                    count += 1;
                    if leases.len() < MOST {
                        leases.push((placed.place.line, placed.what));
                    }
                }
                ControlFlow::Continue(())
            })?;
        }
        self.left_out = count - leases.len();
        for (line, lease) in &leases {
            self.lease(lease, *line);
            states.push(Summary::of(lease, 0).state_at(site.now));
            addresses.push(lease.address.into());
        }
        for (placed, binding) in site.table.bindings() {
            if with_binding(&placed.what, binding, site.now, |subject| matches(subject) || is_known(subject)) {
                self.binding(&placed.what, binding, placed.place.line);
                states.push(binding.state_at(site.now));
                addresses.push(binding.address.into());
            }
        }
        addresses.sort_unstable();
        addresses.dedup();
        if let [only] = addresses[..] {
            self.networks(only);
            self.add("why", only.to_string(), self.why(only), "");
        }
        if let Some(Criterion::Hardware(mac)) = filter.criteria.first() {
            let why = why_client(hosts > 0, &states);
            self.add("why", colon_hex(mac), why, "");
        }
        Ok(())
    }

    fn host(&mut self, reservation: &Reservation) {
        let host = &reservation.host;
        let mut details = Vec::new();
        if let Some((_, mac)) = &host.hardware {
            details.push(format!("hardware {}", colon_hex(mac)));
        }
        if let Some(identifier) = &reservation.client_identifier {
            details.push(format!("client id {}", text_or_hex(identifier)));
        }
        if let Some(identifier) = &host.identifier {
            details.push(format!("{} {}", visible(&identifier.option.name), colon_hex(&identifier.value)));
        }
        let addresses: Vec<String> = reservation.addresses().map(|address| address.to_string()).collect();
        if !addresses.is_empty() {
            details.push(format!("address {}", addresses.join(", ")));
        }
        if let Some(group) = &host.group {
            details.push(format!("group {}", visible(group)));
        }
        self.add("host", visible(&host.name), details.join("; "), origin(reservation, self.site));
    }

    fn lease(&mut self, lease: &Lease, line: u64) {
        let mut details = vec![Summary::of(lease, 0).state_at(self.site.now).name().to_owned()];
        if let Some((_, mac)) = lease.hardware.as_ref().filter(|(_, mac)| !mac.is_empty()) {
            details.push(format!("hardware {}", colon_hex(mac)));
        }
        if let Some(name) = &lease.client_hostname {
            details.push(format!("hostname {}", visible(name)));
        }
        if let Some(identifier) = &lease.client_identifier {
            details.push(format!("client id {}", text_or_hex(identifier)));
        }
        details.extend(lease.ends.map(|ends| self.ending(ends)));
        let origin = self.in_leases(line);
        self.add("lease", lease.address.to_string(), details.join("; "), origin);
    }

    fn binding(&mut self, ia: &crate::dhcpd::leases::Ia, binding: &IaAddress, line: u64) {
        let name = match binding.length {
            128 => binding.address.to_string(),
            length => format!("{}/{length}", binding.address),
        };
        let state = binding.state_at(self.site.now).name();
        let details = format!(
            "{state}; {} {} of DUID {}; {}",
            ia.kind.name(),
            ia.iaid,
            duid_text(&ia.duid),
            self.ending(binding.ends)
        );
        let origin = self.in_leases(line);
        self.add("lease", name, details, origin);
    }

    fn ending(&self, ends: Time) -> String {
        match ends {
            Time::Never => "never ends".to_owned(),
            Time::At(seconds) => {
                let word = if seconds < self.site.now { "ended" } else { "ends" };
                let at = time::for_people(seconds, &self.zone);
                format!("{word} {at} ({})", distance(seconds.saturating_sub(self.site.now)))
            }
        }
    }

    fn in_leases(&self, line: u64) -> String {
        self.site.source.as_ref().map(|source| format!("{}:{line}", source.name())).unwrap_or_default()
    }

    /// The range, the pool, the subnet and the shared network of an address.
    fn networks(&mut self, address: IpAddr) {
        let Some(conf) = self.site.conf_if_any() else { return };
        let networks = &self.site.networks;
        if let Some(number) = networks.range_of(address) {
            let range = &networks.ranges[number];
            let pool = &networks.pools[range.pool];
            let details = match range.kind {
                RangeKind::Prefixes(length) => format!("prefixes of length {length}"),
                RangeKind::Temporary => "temporary addresses".to_owned(),
                RangeKind::Addresses => String::new(),
            };
            self.add("range", range.span.to_string(), details, conf.show(range.place));
            if let Some(scope) = pool.scope {
                let peer = pool.failover_peer.as_ref().map(|peer| format!("failover peer {}", visible(peer)));
                let place = conf.show(conf.scopes[scope].place);
                self.add("pool", networks.pool_name(range.pool, range.has_prefixes()), peer.unwrap_or_default(), place);
            }
        }
        if let Some(number) = networks.subnet_of(address) {
            let subnet = &networks.subnets[number];
            let routers = self.site.option(subnet.scope, b"routers");
            let details = routers.map(|routers| format!("routers {routers}")).unwrap_or_default();
            let place = conf.show(conf.scopes[subnet.scope].place);
            self.add("subnet", networks.subnet_name(number), details, place);
            if networks.shared_networks[subnet.shared_network].name.is_some() {
                self.shared_network(subnet.shared_network);
            }
        }
    }

    fn shared_network(&mut self, number: usize) {
        let Some(conf) = self.site.conf_if_any() else { return };
        let networks = &self.site.networks;
        let subnets = (0..networks.subnets.len()).filter(|i| networks.subnets[*i].shared_network == number);
        let names: Vec<String> = subnets.map(|i| networks.subnet_name(i)).collect();
        let place = conf.show(conf.scopes[conf.shared_networks[number].scope].place);
        self.add(
            "shared-network",
            networks.shared_network_name(number),
            format!("subnets {}", names.join(", ")),
            place,
        );
    }

    /// The state of an address's lease, if it has one.
    fn state_of(&self, address: IpAddr) -> Option<State> {
        let Site { table, now, .. } = self.site;
        match address {
            IpAddr::V4(address) => table.get(address).map(|summary| summary.state_at(*now)),
            IpAddr::V6(_) => {
                let holds = |binding: &IaAddress| binding_span(binding).contains(address);
                table.bindings().find(|(_, binding)| holds(binding)).map(|(_, binding)| binding.state_at(*now))
            }
        }
    }

    /// Why an address is given to whom.
    fn why(&self, address: IpAddr) -> String {
        let networks = &self.site.networks;
        let range = networks.range_of(address);
        let state = self.state_of(address);
        let names: Vec<String> =
            self.reservations.of_address(address).map(|reservation| visible(&reservation.host.name)).collect();
        let reserved = !names.is_empty();
        if let Some(place) = self.site.table.doubt_of(address) {
            let line = place.line;
            return format!("its block on line {line} of the lease file is damaged: nobody can tell who has it");
        }
        if self.site.conf_if_any().is_some() && networks.subnet_of(address).is_none() && range.is_none() {
            return match reserved {
                true => {
                    format!("it is reserved for {}, but lies in no subnet, so that nobody gets it", names.join(", "))
                }
                false => "it lies in no subnet of the configuration: this server gives it to nobody".to_owned(),
            };
        }
        match (reserved, state, range) {
            (true, Some(State::Active), Some(_)) => format!(
                "it is reserved for {} and also in a pool, and a client of the pool has it now: move one of the two",
                names.join(", ")
            ),
            (true, _, Some(_)) => format!(
                "it is reserved for {} and also in a pool, whose clients may get it as well: take it out of the range",
                names.join(", ")
            ),
            (true, _, None) => format!("{} gets it always: it is reserved, and in no pool", names.join(", ")),
            (false, Some(State::Active), Some(_)) => {
                "a client of the pool has it, until it ends or is renewed".to_owned()
            }
            (false, Some(State::Active), None) => {
                "a client has it, although no pool has it any more: it will not be renewed".to_owned()
            }
            (false, Some(State::Abandoned), _) => {
                "it was answered for by somebody who has no lease, so that dhcpd gives it \
                                                   to nobody while it has others"
                    .to_owned()
            }
            (false, Some(State::Backup), _) => "it is kept for the failover peer to give out".to_owned(),
            (false, Some(_), Some(_)) => {
                "the client that had it gets it again; others when nothing older is free".to_owned()
            }
            (false, None, Some(_)) => "nobody has ever had it: it is free for any client of the pool".to_owned(),
            (false, _, None) => "it is in no pool and reserved for nobody".to_owned(),
        }
    }
}

/// Why a client gets what it gets, whose leases are in these states.
fn why_client(is_known: bool, states: &[State]) -> &'static str {
    match (is_known, states.contains(&State::Active)) {
        (false, false) if states.is_empty() => {
            "no host and no lease is known: it gets a free address of a pool that lets unknown clients in"
        }
        (false, false) => "no host is known; it has had the leases above, and gets one of them again while it is free",
        (false, true) => "no host is known; it has its address from a pool",
        (true, false) => {
            "it is a known client: it gets the reserved address of the subnet that it asks from, or one of a pool"
        }
        (true, true) => {
            "it is a known client and has a lease of a pool: its reserved address is of another subnet, or it asked before \
             it was reserved"
        }
    }
}

fn text_or_hex(bytes: &[u8]) -> String {
    match bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        true => visible(bytes),
        false => colon_hex(bytes),
    }
}
