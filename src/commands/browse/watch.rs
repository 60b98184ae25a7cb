//! `watch`: what dhcpd writes to its lease file, a line for each change.

mod known;

use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::dhcpd::declarations::Host;
use crate::dhcpd::inventory::{Failover, Networks, Relation, Reservation, View};
use crate::dhcpd::leases::{Block, Follower, Ia, IaAddress, Lease, News, Placed, Source, State, Table, duid_text};
use crate::render::text::visible_line;
use crate::render::{Column, Value};
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::Asked;
use super::facts::{binding_span, left_value, mac_value, time_value, with_binding, with_lease, with_reservation};
use super::filter::Filter;
use super::relations::{remark, remarks, zone_of};
use super::report::{Report, Screen, Wanted};
use super::site::{failover_of, lease_file, now, read_conf, read_conf_if_any, tell_mistakes, threads};
use known::{Change, Fact, Held, Known};

pub(super) static COLUMNS: [Column; 12] = [
    Column::text("seen_at", "SEEN AT", "when the change was seen"),
    Column::text("kind", "KIND", "lease, ia-na, ia-ta, ia-pd or host"),
    Column::text("address", "ADDRESS", "the address, or the prefix with its length; of a host the first one"),
    Column::text("before", "BEFORE", "the state before, as far as it is known"),
    Column::text(
        "state",
        "STATE",
        "the state now; gone if its association no longer has it; of a host added or deleted",
    ),
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

struct Watcher<'w> {
    filter: &'w Filter,
    networks: &'w Networks,
    failover: Failover,
    known: Known,
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
    let context = conf.as_ref().map(|conf| conf.context.clone()).unwrap_or_default();
    let refusal = "is compressed or no file; `omsh leases` reads it";
    let is_stream = path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    ensure!(!is_stream, "watch follows a file that dhcpd writes, and {} {refusal}", path.shown());
    let source = Source::open(&path)?;
    ensure!(source.is_in_place(), "watch follows a file that dhcpd writes, and {} {refusal}", source.name());
    let table = Table::read(&source, &context, threads(), &|_| {})?;
    let mut is_damaged = table.damage().count > 0;
    // A last block that is only half written is being written.
    tell_mistakes(table.damage(), source.name(), asked, err);
    let failover = failover_of(conf.as_ref(), &networks, &table, &source)?;
    remarks(&failover, now(), asked, err);
    let mut follower = Follower::after(&path, context, source, &table);
    let mut watcher = Watcher { filter: &filter, networks: &networks, failover, known: Known::of(table) };
    let mut report = Report::following(screen, &COLUMNS, asked.output)?;
    let interrupt = Interrupt::new()?;
    let mut wanted = if asked.output.limit == Some(0) { Wanted::NoMore } else { Wanted::More };
    while wanted == Wanted::More && !interrupt.has_come() && !reader_is_gone() {
        let mut outcome = Ok(Wanted::More);
        follower.poll(&mut |news| match news {
            News::Mistake(mistake) => {
                is_damaged = true;
                let _ = writeln!(err, "{}", mistake.explain(&visible_line(path.as_os_str().as_encoded_bytes())));
            }
            News::Rewritten => watcher.known.rewritten(),
            News::Block(record) => {
                watcher.take_failover(&record.what, asked, err);
                if matches!(outcome, Ok(Wanted::More))
                    && let Some(change) = watcher.known.take(record)
                {
                    outcome = watcher.tell(change, &mut report);
                }
            }
        })?;
        wanted = outcome?;
        for change in watcher.known.settle() {
            if wanted == Wanted::More {
                wanted = watcher.tell(change, &mut report)?;
            }
        }
    }
    report.finish()?;
    Ok(if is_damaged { ExitStatus::Incomplete } else { ExitStatus::Done })
}

impl Watcher<'_> {
    /// Takes note of another state of a failover peer, and says what it means for clients.
    fn take_failover(&mut self, block: &Block, asked: &Asked<'_>, err: &mut dyn Write) {
        let before: Vec<_> = self.failover.relations().iter().map(Relation::state).collect();
        self.failover.take(block);
        let changed =
            self.failover.relations().iter().zip(before).filter(|(relation, before)| relation.state() != *before);
        for (relation, _) in changed {
            let said = remark(relation, now(), &zone_of(asked));
            let sentence = said.unwrap_or_else(|| {
                format!("failover peer {}: this server is in the state normal", visible_line(&relation.name))
            });
            asked.say(err, &sentence);
        }
    }

    fn tell(&mut self, change: Change, report: &mut Report<'_, '_>) -> io::Result<Wanted> {
        let Change { record: Placed { place, what }, fact, before } = change;
        match what {
            Block::Lease(lease) => self.lease(&lease, before, place.line, report),
            Block::Ia(ia) => self.ia(&ia, &fact, before, place.line, report),
            Block::Host(host) => self.host(host, place.line, report),
            _ => Ok(Wanted::More),
        }
    }

    fn lease(&self, lease: &Lease, before: Option<Fact>, line: u64, report: &mut Report<'_, '_>) -> io::Result<Wanted> {
        let time = now();
        let address = IpAddr::V4(lease.address);
        let before = match before {
            Some(Fact::Lease { state, .. }) => state,
            _ => None,
        };
        let view = View { networks: self.networks, failover: &self.failover, now: time };
        if !with_lease(lease, view, |subject| self.filter.matches(subject, time)) {
            return Ok(Wanted::More);
        }
        let subnet = self.networks.subnet_of(address);
        report.row(&[
            Value::Time(time),
            "lease".into(),
            Value::Address(address),
            Value::of(before, |state| Value::State(state.name())),
            Value::State(view.of_lease(lease).state.name()),
            time_value(lease.ends),
            left_value(lease.ends, time),
            mac_value(lease.hardware.as_ref()),
            Value::of(lease.client_hostname.as_deref(), Value::bytes),
            Value::of(lease.client_identifier.as_deref(), Value::identifier),
            Value::of(subnet, |subnet| Value::text(self.networks.subnet_name(subnet))),
            Value::Number(line.into()),
        ])
    }

    /// A line for each address of which something else is said than before, and for each that is there no more.
    fn ia(
        &mut self,
        ia: &Ia,
        fact: &Fact,
        before: Option<Fact>,
        line: u64,
        report: &mut Report<'_, '_>,
    ) -> io::Result<Wanted> {
        let before = before.as_ref();
        for binding in &ia.addresses {
            let (address, length) = (binding.address, binding.length);
            if before.is_some_and(|before| before.differs_elsewhere(fact, address, length)) {
                continue;
            }
            let was = self.known.replace_state(address, length, Some(binding.state));
            let was = before.and_then(|before| before.held(address, length)).map(|held| held.state).or(was);
            let is = |time| binding.state_at(time).name();
            if self.binding(ia, binding, (was, &is), line, report)? == Wanted::NoMore {
                return Ok(Wanted::NoMore);
            }
        }
        for &Held { address, length, state, ends } in before.map_or(&[][..], Fact::all_held) {
            if fact.held(address, length).is_some() {
                continue;
            }
            self.known.replace_state(address, length, None);
            // Nobody has it: who asks for free ones asks for this one as well.
            let free = State::Free;
            let binding = IaAddress {
                address,
                length,
                state: free,
                ends,
                preferred_life: None,
                max_life: None,
                bindings: Vec::new(),
            };
            if self.binding(ia, &binding, (Some(state), &|_| "gone"), line, report)? == Wanted::NoMore {
                return Ok(Wanted::NoMore);
            }
        }
        Ok(Wanted::More)
    }

    fn binding(
        &self,
        ia: &Ia,
        binding: &IaAddress,
        (before, state): (Option<State>, &dyn Fn(i64) -> &'static str),
        line: u64,
        report: &mut Report<'_, '_>,
    ) -> io::Result<Wanted> {
        let time = now();
        if !with_binding(ia, binding, time, |subject| self.filter.matches(subject, time)) {
            return Ok(Wanted::More);
        }
        let address = IpAddr::V6(binding.address);
        let subnet = self.networks.subnet_of(binding_span(binding).low);
        report.row(&[
            Value::Time(time),
            ia.kind.name().into(),
            match binding.length {
                128 => Value::Address(address),
                length => Value::Network(address, length),
            },
            Value::of(before, |state| Value::State(state.name())),
            Value::State(state(time)),
            time_value(Some(binding.ends)),
            left_value(Some(binding.ends), time),
            Value::of(super::facts::hardware_of_duid(&ia.duid), Value::hex),
            Value::None,
            Value::text(duid_text(&ia.duid)),
            Value::of(subnet, |subnet| Value::text(self.networks.subnet_name(subnet))),
            Value::Number(line.into()),
        ])
    }

    fn host(&self, host: Host, line: u64, report: &mut Report<'_, '_>) -> io::Result<Wanted> {
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
            mac_value(host.hardware.as_ref()),
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
