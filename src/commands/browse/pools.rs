//! `pools`: how full pools, shared networks and everything together are, for people, Nagios and
//! Prometheus.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Error, Result, ensure};

use crate::commands::setup::write::replace_readable;
use crate::dhcpd::Span;
use crate::dhcpd::inventory::{Relation, Usage};
use crate::render::nagios::{Figure, Line, Severity};
use crate::render::prometheus::{self, Gauge, Sample};
use crate::render::text::distance;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::Asked;
use super::filter::{Filter, Subject};
use super::report::{OutputFormat, Report, Screen, Wanted};
use super::site::{Need, Site, lease_file};

pub(super) static COLUMNS: [Column; 19] = [
    Column::text(
        "kind",
        "KIND",
        "pool, prefixes for a pool of DHCPv6 prefixes, shared-network or all; the last two count addresses",
    ),
    Column::text("name", "NAME", "the pool's ranges, or the network's name"),
    Column::number("percent", "PERCENT", "how many are in use, of a hundred"),
    Column::bar("bar", "the same as a bar"),
    Column::number("used", "USED", "how many of these clients have now"),
    Column::number("defined", "DEFINED", "how many addresses there are"),
    Column::number("free", "FREE", "addresses that no client has"),
    Column::number("touched", "TOUCHED", "leases that no client has now, although the lease file knows them"),
    Column::number("backup", "BACKUP", "free addresses in the state backup: the failover secondary gives them out"),
    Column::text("shared_network", "NETWORK", "the shared network of a pool, or the subnet that is one by itself"),
    Column::number("abandoned", "ABANDONED", "addresses on which somebody was found who has no lease").on_request(),
    Column::number("available", "AVAILABLE", "free addresses that this server gives to any client that asks")
        .on_request(),
    Column::text("status", "STATUS", "ok, warning or critical, by the thresholds").on_request(),
    Column::number("partner", "PARTNER", "free addresses that only the failover partner gives out").on_request(),
    Column::number(
        "waiting",
        "WAITING",
        "addresses whose leases are over, but which nobody new gets yet: the failover partner has not agreed, or this \
         server answers nobody in its failover state",
    )
    .on_request(),
    Column::number("reserved", "RESERVED", "free addresses that are reserved for a client by their lease").on_request(),
    Column::text("failover_peer", "PEER", "the failover peer that shares the pool").on_request(),
    Column::text("failover_role", "ROLE", "primary or secondary").on_request(),
    Column::text("failover_state", "STATE", "this server's failover state, as the lease file has it").on_request(),
];

/// What is checked, to Nagios.
const SERVICE: &str = "DHCP";

/// The kind of the row about everything.
const ALL: &str = "all";

/// When pools and networks are too full, and the lease file too old.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// Percent in use that are worth a look.
    pub warning: Option<f64>,
    /// Percent in use at which something has to be done.
    pub critical: Option<f64>,
    /// Addresses to give out that are left when it is worth a look.
    pub warning_count: Option<u64>,
    /// The same when something has to be done.
    pub critical_count: Option<u64>,
    /// Smaller pools and networks raise no alarm.
    pub min_size: u64,
    /// Pools of a shared network raise no alarm of their own.
    pub shared_networks_only: bool,
    /// Seconds after which the lease file is too old.
    pub max_age: Option<i64>,
}

impl Thresholds {
    pub(super) fn are_given(self) -> bool {
        let Thresholds { warning, critical, warning_count, critical_count, max_age, .. } = self;
        warning.or(critical).is_some() || warning_count.or(critical_count).is_some() || max_age.is_some()
    }

    /// A percentage and a count that are both given have both to be reached.
    fn severity(self, usage: &Usage) -> Severity {
        // What this server can no longer give counts, whoever has it.
        let is_reached = |percent: Option<f64>, count: Option<u64>| {
            (percent.is_some() || count.is_some())
                && percent.is_none_or(|percent| usage.part_gone() * 100.0 >= percent)
                && count.is_none_or(|count| usage.available() <= count.into())
        };
        match () {
            () if usage.defined == 0 || usage.defined < self.min_size.into() => Severity::Ok,
            () if is_reached(self.critical, self.critical_count) => Severity::Critical,
            () if is_reached(self.warning, self.warning_count) => Severity::Warning,
            () => Severity::Ok,
        }
    }

    fn of_item(self, item: &Item) -> Severity {
        match self.shared_networks_only && item.is_of_shared_network {
            true => Severity::Ok,
            false => self.severity(&item.usage),
        }
    }
}

/// A pool, a shared network, or all.
struct Item {
    kind: &'static str,
    name: String,
    shared_network: Option<String>,
    /// Whether it is a pool of a shared network that has a name.
    is_of_shared_network: bool,
    usage: Usage,
    failover: Option<Relation>,
}

/// What Nagios is told where nothing can be found out, on stdout and with a status of its own.
pub(super) fn tell_unknown(
    error: &Error,
    thresholds: Thresholds,
    has_line: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
    program: &str,
) -> Result<ExitStatus> {
    // There is nobody else to tell.
    let _ = writeln!(err, "{program}: {error:#}");
    if has_line {
        let text = one_line(&format!("{error:#}"));
        let Thresholds { warning, critical, .. } = thresholds;
        let severity = Severity::Unknown;
        let line = Line { service: SERVICE, severity, text: text.as_bytes(), figures: &[], warning, critical };
        let _ = writeln!(out, "{line}");
    }
    Ok(ExitStatus::Unknown)
}

/// What is wrong with the age of the lease file, if something is.
fn too_old(site: &Site, asked: &Asked<'_>, thresholds: Thresholds) -> Result<Option<String>> {
    let Some(most) = thresholds.max_age else { return Ok(None) };
    let path = lease_file(asked, site.conf_if_any())?;
    ensure!(path.as_os_str() != "-", "--max-age needs a file, and stdin has no age");
    let metadata = std::fs::metadata(&path).with_context(|| format!("cannot tell the age of {}", path.shown()))?;
    let written = metadata.modified().context("this system does not say when a file was written")?;
    let age = written.elapsed().map_or(0, |age| age.as_secs() as i64);
    let text = || format!("the lease file was last written {}", distance(-age));
    Ok((age > most).then(text))
}

pub(super) fn run(
    asked: &Asked<'_>,
    words: &[String],
    thresholds: Thresholds,
    to: Option<&Path>,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let is_prometheus = asked.output.format == OutputFormat::Prometheus;
    ensure!(to.is_none() || is_prometheus, "--to goes with --output prometheus; redirect other formats");
    if let Thresholds { warning: Some(warning), critical: Some(critical), .. } = thresholds {
        // Above 100 it is switched off.
        ensure!(
            warning <= critical || warning > 100.0,
            "--warning {warning} is above --critical {critical}: it would never be told"
        );
    }
    let mut filter = Filter::read(words)?;
    // Without leases all pools would look empty to a monitor.
    let is_monitored = thresholds.are_given() || asked.output.format == OutputFormat::Prometheus;
    let site = match is_monitored {
        true => Site::read(asked, Need { conf: true, leases: true }, err)?,
        false => Site::of_conf(asked, err)?,
    };
    filter.resolve(&site.networks)?;
    site.tell_failover(asked, err);
    let items = items(&site, &filter);
    let outcome = site.outcome(asked, err, items.len() > 1 || words.is_empty(), "no pool", &filter);
    // All together cannot be fuller than the fullest.
    let worst = items.iter().map(|item| thresholds.of_item(item)).max().unwrap_or_default();
    let too_old = too_old(&site, asked, thresholds)?;
    let worst = if too_old.is_some() { Severity::Critical } else { worst };
    // What could not be read, or was not found, may be what there is to warn of.
    let worst = if worst == Severity::Ok && outcome != ExitStatus::Done { Severity::Unknown } else { worst };
    match asked.output.format {
        OutputFormat::Prometheus => {
            let mut text = Vec::new();
            prometheus::write(&mut text, &gauges(&items, &site)).context("cannot write the gauges")?;
            match to {
                Some(path) => replace_readable(path, &text)?,
                None => screen.out.write_all(&text).context("cannot write the gauges")?,
            }
        }
        format => {
            if thresholds.are_given() && format == OutputFormat::Table {
                writeln!(screen.out, "{}", nagios(&items, thresholds, worst, too_old.as_deref()))?;
            }
            let mut report = Report::new(screen, &COLUMNS, asked.output)?;
            for item in &items {
                if report.row(&item.row(thresholds))? == Wanted::NoMore {
                    break;
                }
            }
            report.finish()?;
        }
    }
    Ok(match worst {
        _ if !thresholds.are_given() => outcome,
        Severity::Critical => ExitStatus::Critical,
        Severity::Warning => ExitStatus::Warning,
        Severity::Unknown => ExitStatus::Unknown,
        Severity::Ok => ExitStatus::Done,
    })
}

fn items(site: &Site, filter: &Filter) -> Vec<Item> {
    let usages = site.usages();
    let networks = &site.networks;
    let is_wanted = |spans: &[Span], shared_network: usize| {
        let name = networks.shared_network_name(shared_network);
        filter.matches(&Subject::of_addresses(spans, &[name.as_bytes()]), site.now)
    };
    let mut items = Vec::new();
    // Of the pools that are wanted; addresses and prefixes are not to be added up.
    let mut of_networks = vec![Usage::default(); networks.shared_networks.len()];
    for (number, pool) in networks.pools.iter().enumerate() {
        for (kind, prefixes) in [("pool", false), ("prefixes", true)] {
            let ranges = networks.ranges_of_pool(number, prefixes);
            let spans: Vec<Span> = ranges.map(|range| networks.ranges[range].span).collect();
            if spans.is_empty() || !is_wanted(&spans, pool.shared_network) {
                continue;
            }
            let usage = usages.pool(number, prefixes);
            if !prefixes {
                of_networks[pool.shared_network] += usage;
            }
            items.push(Item {
                kind,
                name: networks.pool_name(number, prefixes),
                shared_network: Some(networks.shared_network_name(pool.shared_network)),
                is_of_shared_network: networks.shared_networks[pool.shared_network].name.is_some(),
                usage,
                failover: networks
                    .ranges_of_pool(number, prefixes)
                    .find_map(|range| site.failover().of_range(range))
                    .cloned(),
            });
        }
    }
    let mut all = Usage::default();
    for (number, (network, usage)) in networks.shared_networks.iter().zip(of_networks).enumerate() {
        all += usage;
        if network.name.is_some() && usage.defined > 0 {
            let name = networks.shared_network_name(number);
            items.push(Item {
                kind: "shared-network",
                name,
                shared_network: None,
                is_of_shared_network: false,
                usage,
                failover: None,
            });
        }
    }
    let name = "all networks".to_owned();
    items.push(Item { kind: ALL, name, shared_network: None, is_of_shared_network: false, usage: all, failover: None });
    items
}

impl Item {
    fn row(&self, thresholds: Thresholds) -> [Value<'_>; 19] {
        let usage = &self.usage;
        let failover = self.failover.as_ref();
        [
            self.kind.into(),
            self.name.as_str().into(),
            Value::Percent(usage.part() * 100.0),
            Value::Bar(usage.part()),
            Value::Number(usage.used.into()),
            Value::Number(usage.defined),
            Value::Number(usage.free()),
            Value::Number(usage.touched.into()),
            Value::Number(usage.backup.into()),
            Value::of(self.shared_network.as_deref(), Value::text),
            Value::Number(usage.abandoned.into()),
            Value::Number(usage.available()),
            match thresholds.are_given() {
                true => Value::text(thresholds.of_item(self).name().to_ascii_lowercase()),
                false => Value::None,
            },
            Value::Number(usage.partner),
            Value::Number(usage.waiting),
            Value::Number(usage.reserved.into()),
            Value::of(failover.map(|relation| relation.name.as_slice()), Value::bytes),
            Value::of(failover.and_then(|relation| relation.is_secondary), |is_secondary| {
                if is_secondary { "secondary" } else { "primary" }.into()
            }),
            Value::of(failover.and_then(|relation| relation.own.as_ref()), |(state, _)| Value::bytes(state.as_slice())),
        ]
    }
}

/// The line that Nagios wants.
fn nagios(items: &[Item], thresholds: Thresholds, worst: Severity, too_old: Option<&str>) -> String {
    let is_part = |item: &&Item| item.kind != ALL;
    let full = items
        .iter()
        .filter(is_part)
        .filter(|item| matches!(worst, Severity::Warning | Severity::Critical) && thresholds.of_item(item) == worst)
        .map(|item| format!("{} {} is at {:.1}%", item.kind, item.name, item.usage.part_gone() * 100.0));
    let bad: Vec<String> = too_old.map(str::to_owned).into_iter().chain(full).collect();
    let all = &items.last().expect("the last one is all").usage;
    let text = match bad.is_empty() {
        _ if worst == Severity::Unknown => "not everything could be read or found".to_owned(),
        true if all.part_gone() > all.part() => {
            let Usage { used, defined, .. } = *all;
            format!("{used} of {defined} addresses in use, {} available", all.available())
        }
        true => format!("{} of {} addresses in use", all.used, all.defined),
        false => bad.join(", "),
    };
    let figures: Vec<Figure<'_>> = items
        .iter()
        .map(|item| Figure { label: item.name.as_bytes(), percent: item.usage.part_gone() * 100.0 })
        .collect();
    let Thresholds { warning, critical, .. } = thresholds;
    let line = Line { service: SERVICE, severity: worst, text: text.as_bytes(), figures: &figures, warning, critical };
    line.to_string()
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

fn gauges<'a>(items: &'a [Item], site: &Site) -> Vec<Gauge<'a>> {
    type Figure = fn(&Usage) -> f64;
    let figures: [(&'static str, &'static str, Figure); 7] = [
        ("dhcpd_addresses_defined", "Addresses that there are.", |usage| usage.defined as f64),
        ("dhcpd_addresses_used", "Addresses that clients have now.", |usage| usage.used as f64),
        ("dhcpd_addresses_touched", "Leases that no client has now.", |usage| usage.touched as f64),
        ("dhcpd_addresses_free", "Addresses that no client has.", |usage| usage.free() as f64),
        ("dhcpd_addresses_backup", "Free addresses in the state backup.", |usage| usage.backup as f64),
        ("dhcpd_addresses_abandoned", "Addresses that are abandoned.", |usage| usage.abandoned as f64),
        ("dhcpd_addresses_used_ratio", "Part of the addresses that clients have, from 0 to 1.", Usage::part),
    ];
    // Where a pool is shared with a failover partner.
    let shared: [(&'static str, &'static str, Figure); 4] = [
        ("dhcpd_addresses_available", "Addresses that this server gives to any client.", |usage| {
            usage.available() as f64
        }),
        ("dhcpd_addresses_partner", "Addresses that only the failover partner gives out.", |usage| {
            usage.partner as f64
        }),
        ("dhcpd_addresses_waiting", "Addresses that nobody new gets yet.", |usage| usage.waiting as f64),
        ("dhcpd_addresses_reserved", "Free addresses that are reserved by their lease.", |usage| usage.reserved as f64),
    ];
    let shared = shared.into_iter().filter(|_| site.failover().is_used());
    let labels = |item: &'a Item| {
        let mut labels = vec![("kind", item.kind.as_bytes()), ("name", item.name.as_bytes())];
        labels.extend(item.shared_network.as_ref().map(|name| ("shared_network", name.as_bytes())));
        labels
    };
    let mut gauges: Vec<Gauge<'a>> = figures
        .into_iter()
        .chain(shared)
        .map(|(name, help, figure)| Gauge {
            name,
            help,
            samples: items.iter().map(|item| Sample { labels: labels(item), value: figure(&item.usage) }).collect(),
        })
        .collect();
    gauges.push(Gauge {
        name: "dhcpd_lease_file_damaged_blocks",
        help: "Blocks of the lease file that could not be read.",
        samples: vec![Sample { labels: Vec::new(), value: site.damaged_blocks() as f64 }],
    });
    gauges
}
