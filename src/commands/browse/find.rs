//! `find`: whatever a word is, its host, lease, pool and subnet, and why it gets what it gets.

use std::collections::HashSet;
use std::io::Write;
use std::net::IpAddr;
use std::ops::ControlFlow;

use anyhow::Result;

use crate::dhcpd::Span;
use crate::dhcpd::declarations::Address;
use crate::dhcpd::inventory::{Access, RangeKind, Relation, Reservation, Reservations, Standing};
use crate::dhcpd::leases::{IaAddress, Lease, Order, State, Time, duid_text};
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
use super::whom;

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
    site.tell_failover(asked, err);
    // Whose name an address is may be what is asked.
    let reservations = match asked.files.resolve || word.parse::<IpAddr>().is_ok() {
        true => site.reservations_looked_up(asked, err),
        false => site.reservations(asked, err),
    };
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
                if with_lease(&placed.what, site.view(), |subject| matches(subject) || is_known(subject)) {
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
            states.push(site.view().of_lease(lease).state);
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
        let has_lease = |mac: &[u8]| {
            leases.iter().any(|(_, lease)| lease.hardware.as_ref().is_some_and(|(_, own)| own.as_slice() == mac))
        };
        let mac = filter.criteria.first().and_then(|criterion| match criterion {
            Criterion::Hardware(mac) => Some(mac),
            // It may as well be an identifier.
            Criterion::Octets(mac) if macs.contains(mac.as_slice()) || has_lease(mac) => Some(mac),
            _ => None,
        });
        if let Some(mac) = mac {
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
        for address in &host.addresses {
            if let Address::Name(name) = address
                && addresses.is_empty()
            {
                details.push(format!("address {} (a name: --resolve looks it up)", visible(name)));
            }
        }
        if !host.prefixes6.is_empty() {
            let prefixes: Vec<String> = host.prefixes6.iter().map(|(low, length)| format!("{low}/{length}")).collect();
            details.push(format!("prefix {}", prefixes.join(", ")));
        }
        if let Some(group) = &host.group {
            details.push(format!("group {}", visible(group)));
        }
        self.add("host", visible(&host.name), details.join("; "), origin(reservation, self.site));
    }

    fn lease(&mut self, lease: &Lease, line: u64) {
        let mut details = vec![self.site.view().of_lease(lease).state.name().to_owned()];
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
                let relation = self.site.failover().of_range(number);
                let peer = pool.failover_peer.as_ref().map(|peer| {
                    let about = relation.map(role_and_state).unwrap_or_default();
                    format!("failover peer {}{about}", visible(peer))
                });
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

    /// What an address's lease is now, if it has one.
    fn standing_of(&self, address: IpAddr) -> Option<Standing> {
        let site = self.site;
        match address {
            IpAddr::V4(address) => site.table.get(address).map(|summary| site.view().of(&summary)),
            IpAddr::V6(_) => {
                let holds = |binding: &IaAddress| binding_span(binding).contains(address);
                let held = site.table.bindings().find(|(_, binding)| holds(binding));
                held.map(|(_, binding)| Standing::of_binding(binding, site.now))
            }
        }
    }

    /// The prefix that holds an address and is delegated to a host of its own, and the host's name.
    fn delegated(&self, address: IpAddr) -> Option<(String, String)> {
        let holders = self.reservations.of_address(address).filter(|host| !host.host.has(address));
        let of_host = |host: &Reservation| {
            let prefixes = host.host.prefixes6.iter();
            let mut holding = prefixes.filter(|(low, length)| {
                Span::prefix((*low).into(), *length).is_some_and(|span| span.contains(address))
            });
            holding.next().map(|(low, length)| (format!("{low}/{length}"), visible(&host.host.name)))
        };
        holders.into_iter().find_map(of_host)
    }

    /// Why an address is given to whom, and whom its pool is for.
    fn why(&self, address: IpAddr) -> String {
        if let Some((prefix, name)) = self.delegated(address) {
            return format!("the prefix {prefix} is delegated to {name} always: it is reserved");
        }
        let why = self.why_of_address(address);
        let is_in_range = self.site.networks.range_of(address).is_some();
        let conf =
            self.site.conf_if_any().filter(|_| is_in_range && self.reservations.of_address(address).next().is_none());
        match conf.and_then(|conf| whom::pool_is_for(conf, address)) {
            Some(whom) => format!("{why}; the pool is {whom}"),
            None => why,
        }
    }

    fn why_of_address(&self, address: IpAddr) -> String {
        let networks = &self.site.networks;
        let range = networks.range_of(address);
        let standing = self.standing_of(address);
        let state = standing.map(|standing| standing.state);
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
            (false, _, Some(_)) => self.why_pool(address, standing),
            (false, _, None) => "it is in no pool and reserved for nobody".to_owned(),
        }
    }
}

impl Answer<'_> {
    /// Why an address of a pool is given to whom that no client has and that is reserved for nobody.
    fn why_pool(&self, address: IpAddr, standing: Option<Standing>) -> String {
        let site = self.site;
        let is_reserved = match address {
            IpAddr::V4(address) => site.table.get(address).is_some_and(|lease| lease.reserved),
            IpAddr::V6(_) => false,
        };
        let access = standing.map_or_else(|| site.view().untouched(address), |standing| standing.access);
        let why = match (access, standing.map(|standing| standing.state)) {
            (Access::Nobody, _) => "this server answers no DHCP clients in its failover state",
            (Access::Partner, Some(State::Backup)) => {
                "it is kept for the failover peer to give out; from this server new clients do not get it"
            }
            (Access::Partner, _) => {
                "it is the failover partner's to give out; from this server new clients do not get it"
            }
            (Access::Former, _) if is_reserved => {
                "its lease is reserved: the client that had it gets it again, others only when they ask for this very \
                 address"
            }
            (Access::Former, Some(State::Free | State::Backup)) => {
                "it is free, but its last lease has not come to its end: until then only clients that ask for this very \
                 address get it"
            }
            (Access::Former, Some(state)) if site.failover().is_used() => {
                return format!(
                    "it is {} and still belongs to its client: nobody else gets it until the failover partner has \
                     agreed that it is free",
                    state.name()
                );
            }
            (Access::Former, _) => "it still belongs to its client: the lease file does not say that it becomes free",
            (_, Some(_)) => "the client that had it gets it again; others when nothing older is free",
            (_, None) => "nobody has ever had it: it is free for any client of the pool",
        };
        why.to_owned()
    }
}

/// The role of this server, and its state.
fn role_and_state(relation: &Relation) -> String {
    let role = relation.is_secondary.map(|is_secondary| if is_secondary { "secondary" } else { "primary" });
    let state = relation.own.as_ref().map(|(state, _)| visible(state));
    match (role, state) {
        (Some(role), Some(state)) => format!(" (this server is the {role}, {state})"),
        (Some(role), None) => format!(" (this server is the {role})"),
        _ => String::new(),
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
