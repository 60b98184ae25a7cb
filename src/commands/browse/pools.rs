//! `pools`: how full pools, shared networks and everything together are, for people, Nagios and
//! Prometheus.

use std::io::Write;

use anyhow::{Context, Result, ensure};

use crate::dhcpd::Span;
use crate::dhcpd::inventory::{Relation, Usage};
use crate::render::nagios::{Figure, Line, Severity};
use crate::render::prometheus::{self, Gauge, Sample};
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::filter::{Filter, Subject};
use super::report::{OutputFormat, Report, Screen, Wanted};
use super::site::{Need, Site};

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

/// When pools and networks are too full, of a hundred.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// Worth a look.
    pub warning: Option<f64>,
    /// Something has to be done.
    pub critical: Option<f64>,
}

impl Thresholds {
    fn are_given(self) -> bool {
        self.warning.is_some() || self.critical.is_some()
    }

    fn severity(self, usage: &Usage) -> Severity {
        match usage.defined {
            0 => Severity::Ok,
            // What this server can no longer give counts, whoever has it.
            _ => Severity::of(usage.part_gone() * 100.0, self.warning, self.critical),
        }
    }
}

/// A pool, a shared network, or all.
struct Item {
    kind: &'static str,
    name: String,
    shared_network: Option<String>,
    usage: Usage,
    failover: Option<Relation>,
}

pub(super) fn run(
    asked: &Asked<'_>,
    words: &[String],
    thresholds: Thresholds,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let outcome = show(asked, words, thresholds, screen, err);
    match outcome {
        // Nagios wants to be told on stdout, and has a status of its own for that.
        Err(error) if thresholds.are_given() && !super::is_broken_pipe(&error) => {
            asked.say(err, &format!("{error:#}"));
            if asked.output.format != OutputFormat::Table {
                return Ok(ExitStatus::Unknown);
            }
            let text = one_line(&format!("{error:#}"));
            let Thresholds { warning, critical } = thresholds;
            let severity = Severity::Unknown;
            let line = Line { service: SERVICE, severity, text: text.as_bytes(), figures: &[], warning, critical };
            writeln!(screen.out, "{line}")?;
            Ok(ExitStatus::Unknown)
        }
        outcome => outcome,
    }
}

fn show(
    asked: &Asked<'_>,
    words: &[String],
    thresholds: Thresholds,
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    if let Thresholds { warning: Some(warning), critical: Some(critical) } = thresholds {
        ensure!(warning <= critical, "--warning {warning} is above --critical {critical}: it would never be told");
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
    let worst = items.iter().map(|item| thresholds.severity(&item.usage)).max().unwrap_or_default();
    // What could not be read, or was not found, may be what there is to warn of.
    let worst = if worst == Severity::Ok && outcome != ExitStatus::Done { Severity::Unknown } else { worst };
    match asked.output.format {
        OutputFormat::Prometheus => {
            prometheus::write(&mut screen.out, &gauges(&items, &site)).context("cannot write the gauges")?;
        }
        format => {
            if thresholds.are_given() && format == OutputFormat::Table {
                writeln!(screen.out, "{}", nagios(&items, thresholds, worst))?;
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
            items.push(Item { kind: "shared-network", name, shared_network: None, usage, failover: None });
        }
    }
    let name = "all networks".to_owned();
    items.push(Item { kind: ALL, name, shared_network: None, usage: all, failover: None });
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
                true => Value::text(thresholds.severity(usage).name().to_ascii_lowercase()),
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
fn nagios(items: &[Item], thresholds: Thresholds, worst: Severity) -> String {
    let is_part = |item: &&Item| item.kind != ALL;
    let bad: Vec<String> = items
        .iter()
        .filter(is_part)
        .filter(|item| {
            matches!(worst, Severity::Warning | Severity::Critical) && thresholds.severity(&item.usage) == worst
        })
        .map(|item| format!("{} {} is at {:.1}%", item.kind, item.name, item.usage.part_gone() * 100.0))
        .collect();
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
    let Thresholds { warning, critical } = thresholds;
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
