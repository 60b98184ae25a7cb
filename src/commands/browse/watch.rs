//! `watch`: what dhcpd writes to its lease file, a line for each change.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::dhcpd::declarations::Host;
use crate::dhcpd::inventory::{Networks, Reservation};
use crate::dhcpd::leases::{Block, Follower, Ia, Lease, News, Placed, Source, State, Summary, Table, Time, duid_text};
use crate::render::text::visible;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;

use super::Asked;
use super::facts::{binding_span, left_value, time_value, with_binding, with_lease, with_reservation};
use super::filter::Filter;
use super::report::{Report, Screen, Wanted};
use super::site::{lease_file, now, read_conf, read_conf_if_any, threads};

pub(super) static COLUMNS: [Column; 12] = [
    Column::text("seen_at", "SEEN AT", "when the change was seen"),
    Column::text("kind", "KIND", "lease, ia-na, ia-ta, ia-pd or host"),
    Column::text("address", "ADDRESS", "the address, or the prefix with its length; of a host the first one"),
    Column::text("before", "BEFORE", "the state before, as far as it is known"),
    Column::text("state", "STATE", "the state now; of a host added or deleted"),
    Column::text("ends", "ENDS", "when the lease ends"),
    Column::text("expires_in", "EXPIRES", "seconds until then").on_request(),
    Column::text("mac", "MAC", "the hardware address"),
    Column::text("name", "NAME", "the name that the client gave, or the host's"),
    Column::text("client_id", "CLIENT ID", "the client identifier, or the DUID").on_request(),
    Column::text("subnet", "SUBNET", "the subnet of dhcpd.conf that it lies in").on_request(),
    Column::number("line", "LINE", "the line of the lease file").on_request(),
];

/// How often the file is looked at.
const INTERVAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// What is known of an address: its state as the file has it, and when it ends.
type Known = (Option<State>, Option<Time>);

struct Watcher<'w> {
    filter: &'w Filter,
    networks: &'w Networks,
    /// What the file said before it was followed.
    table: Table,
    /// What it has said since.
    known: HashMap<IpAddr, Known>,
    /// Hosts of the file, without those that it says are deleted.
    hosts: HashSet<Vec<u8>>,
    /// The file was written anew: what it says again is no change.
    again: bool,
}

pub(super) fn run(
    asked: &Asked<'_>,
    words: &[String],
    screen: &mut Screen<'_>,
    err: &mut dyn Write,
) -> Result<ExitStatus> {
    let mut filter = Filter::read(words)?;
    let conf = if filter.names_subnets() { Some(read_conf(asked)?) } else { read_conf_if_any(asked, err)? };
    let networks = conf.as_ref().map(Networks::of).unwrap_or_default();
    filter.resolve(&networks)?;
    let path = lease_file(asked, conf.as_ref())?;
    ensure!(path.as_os_str() != "-", "watch follows a file, and stdin is none");
    let context = conf.map(|conf| conf.context).unwrap_or_default();
    let source = Source::open(&path)?;
    let table = Table::read(&source, &context, threads(), &|_| {})?;
    let mut follower = Follower::after(&path, context, source, &table);
    let mut hosts = HashSet::new();
    for block in table.blocks() {
        if let Block::Host(host) = &block.what {
            match host.deleted {
                true => hosts.remove(&host.name),
                false => hosts.insert(host.name.clone()),
            };
        }
    }
    let (filter, networks) = (&filter, &networks);
    let mut watcher = Watcher { filter, networks, table, known: HashMap::new(), hosts, again: false };
    let mut report = Report::following(screen, &COLUMNS, asked.output)?;
    let interrupt = Interrupt::new()?;
    let mut wanted = Wanted::More;
    while wanted == Wanted::More && !interrupt.has_come() && !reader_is_gone() {
        let mut trouble = None;
        follower.poll(&mut |news| {
            if trouble.is_some() || wanted == Wanted::NoMore {
                return;
            }
            match news {
                News::Mistake(mistake) => {
                    let _ = writeln!(err, "{}", mistake.explain(&visible(path.as_os_str().as_encoded_bytes())));
                }
                news => match watcher.tell(news, &mut report) {
                    Ok(more) => wanted = more,
                    Err(error) => trouble = Some(error),
                },
            }
        })?;
        watcher.again = false;
        if let Some(error) = trouble {
            return Err(error.into());
        }
    }
    report.finish()?;
    Ok(ExitStatus::Done)
}

impl Watcher<'_> {
    fn tell(&mut self, news: News, report: &mut Report<'_, '_>) -> io::Result<Wanted> {
        let Placed { place, what } = match news {
            News::Rewritten => {
                self.again = true;
                return Ok(Wanted::More);
            }
            News::Block(placed) => placed,
            News::Mistake(_) => return Ok(Wanted::More),
        };
        match what {
            Block::Lease(lease) => self.lease(&lease, place.line, report),
            Block::Ia(ia) => self.ia(&ia, place.line, report),
            Block::Host(host) => {
                let is_news = match host.deleted {
                    true => self.hosts.remove(&host.name) || !self.again,
                    false => self.hosts.insert(host.name.clone()) || !self.again,
                };
                if is_news { self.host(host, place.line, report) } else { Ok(Wanted::More) }
            }
            _ => Ok(Wanted::More),
        }
    }

    /// What was known of an address, which is then replaced; nothing when it is the same.
    fn learn(&mut self, address: IpAddr, is: Known) -> Option<Option<State>> {
        let before = self.known.insert(address, is).or_else(|| match address {
            IpAddr::V4(address) => self.table.get(address).map(|summary| (summary.state, summary.ends)),
            IpAddr::V6(address) => {
                self.table.binding_of(address, 128).map(|(_, binding)| (Some(binding.state), Some(binding.ends)))
            }
        });
        match before {
            Some(before) if self.again && before == is => None,
            Some((state, _)) => Some(state),
            None => Some(None),
        }
    }

    fn lease(&mut self, lease: &Lease, line: u64, report: &mut Report<'_, '_>) -> io::Result<Wanted> {
        let time = now();
        let address = IpAddr::V4(lease.address);
        let Some(before) = self.learn(address, (lease.state, lease.ends)) else { return Ok(Wanted::More) };
        if !with_lease(lease, time, |subject| self.filter.matches(subject, time)) {
            return Ok(Wanted::More);
        }
        let subnet = self.networks.subnet_of(address);
        report.row(&[
            Value::Time(time),
            "lease".into(),
            Value::Address(address),
            Value::of(before, |state| Value::State(state.name())),
            Value::State(Summary::of(lease, 0).state_at(time).name()),
            time_value(lease.ends),
            left_value(lease.ends, time),
            Value::of(lease.hardware.as_ref(), |(_, address)| Value::hex(address.as_slice())),
            Value::of(lease.client_hostname.as_deref(), Value::bytes),
            Value::of(lease.client_identifier.as_deref(), Value::identifier),
            Value::of(subnet, |subnet| Value::text(self.networks.subnet_name(subnet))),
            Value::Number(line.into()),
        ])
    }

    fn ia(&mut self, ia: &Ia, line: u64, report: &mut Report<'_, '_>) -> io::Result<Wanted> {
        let time = now();
        for binding in &ia.addresses {
            let address = IpAddr::V6(binding.address);
            let Some(before) = self.learn(address, (Some(binding.state), Some(binding.ends))) else { continue };
            if !with_binding(ia, binding, time, |subject| self.filter.matches(subject, time)) {
                continue;
            }
            let subnet = self.networks.subnet_of(binding_span(binding).low);
            let wanted = report.row(&[
                Value::Time(time),
                ia.kind.name().into(),
                match binding.length {
                    128 => Value::Address(address),
                    length => Value::Network(address, length),
                },
                Value::of(before, |state| Value::State(state.name())),
                Value::State(binding.state_at(time).name()),
                time_value(Some(binding.ends)),
                left_value(Some(binding.ends), time),
                Value::of(super::facts::hardware_of_duid(&ia.duid), Value::hex),
                Value::None,
                Value::text(duid_text(&ia.duid)),
                Value::of(subnet, |subnet| Value::text(self.networks.subnet_name(subnet))),
                Value::Number(line.into()),
            ])?;
            if wanted == Wanted::NoMore {
                return Ok(wanted);
            }
        }
        Ok(Wanted::More)
    }

    fn host(&mut self, host: Host, line: u64, report: &mut Report<'_, '_>) -> io::Result<Wanted> {
        let time = now();
        let reservation = Reservation::of_leases(host, line);
        if !with_reservation(&reservation, |subject| self.filter.matches(subject, time)) {
            return Ok(Wanted::More);
        }
        let address = reservation.addresses().next();
        let host = &reservation.host;
        report.row(&[
            Value::Time(time),
            "host".into(),
            Value::of(address, Value::Address),
            Value::None,
            if host.deleted { "deleted" } else { "added" }.into(),
            Value::None,
            Value::None,
            Value::of(host.hardware.as_ref(), |(_, address)| Value::hex(address.as_slice())),
            Value::bytes(host.name.as_slice()),
            Value::of(host.client_identifier.as_deref(), Value::identifier),
            Value::of(address.and_then(|address| self.networks.subnet_of(address)), |subnet| {
                Value::text(self.networks.subnet_name(subnet))
            }),
            Value::Number(line.into()),
        ])
    }
}

/// Waits a moment, and tells whether the reader of stdout has gone away meanwhile.
fn reader_is_gone() -> bool {
    let stdout = io::stdout();
    let mut stdout = [PollFd::new(&stdout, PollFlags::empty())];
    match poll(&mut stdout, Some(&INTERVAL)) {
        Ok(_) => stdout[0].revents().intersects(PollFlags::ERR | PollFlags::HUP),
        // A signal, which is looked at next.
        Err(_) => false,
    }
}

/// SIGINT and SIGTERM, as long as this lives; afterwards they do what they did before.
struct Interrupt {
    has_come: Arc<AtomicBool>,
    ids: Vec<signal_hook::SigId>,
}

/// Whether these signals are to end the program: while nobody waits for them.
static NOBODY_WAITS: OnceLock<Arc<AtomicBool>> = OnceLock::new();

impl Interrupt {
    fn new() -> Result<Self> {
        let has_come = Arc::new(AtomicBool::new(false));
        let is_new = NOBODY_WAITS.get().is_none();
        let nobody_waits = NOBODY_WAITS.get_or_init(Arc::default);
        nobody_waits.store(false, Ordering::SeqCst);
        let mut ids = Vec::new();
        for signal in [SIGINT, SIGTERM] {
            if is_new {
                flag::register_conditional_default(signal, nobody_waits.clone()).context("cannot wait for signals")?;
            }
            ids.push(flag::register(signal, has_come.clone()).context("cannot wait for signals")?);
        }
        Ok(Interrupt { has_come, ids })
    }

    fn has_come(&self) -> bool {
        self.has_come.load(Ordering::SeqCst)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        for id in &self.ids {
            low_level::unregister(*id);
        }
        if let Some(nobody_waits) = NOBODY_WAITS.get() {
            nobody_waits.store(true, Ordering::SeqCst);
        }
    }
}
