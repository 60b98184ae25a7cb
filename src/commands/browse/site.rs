//! A server's files, read and joined.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use zeroize::Zeroizing;

use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::dhcpd::declarations;
use crate::dhcpd::inventory::{Failover, Groups, Networks, Reservations, Standing, Usages, View};
use crate::dhcpd::leases::{Block, Damage, Order, ReadError, Source, State, Summary, Table};
use crate::dhcpd::{Family, Span, number};
use crate::render::progress_bar;
use crate::render::text::{visible, visible_line};
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::Asked;
use super::files::{Kind, NoFile, ThisMachine, is_named, locate};
use super::filter::{Criterion, Filter};
use super::names;
use super::options::Options;
use super::relations::remarks;

/// What a question cannot do without. What it can do without is read where it is found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) conf: bool,
    pub(super) leases: bool,
}

/// Reading has to take so long before a progress bar is worth it.
const PATIENCE: Duration = Duration::from_secs(1);

/// How gzip's files begin.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The largest dhcpd.conf out of a pipe or a compressed file, in bytes.
const MAX_CONF: u64 = 1 << 30;

/// Threads that read a lease file: more of them wait for memory.
const THREADS: usize = 4;

/// The files.
pub(super) struct Site {
    conf: Option<Conf>,
    pub(super) networks: Networks,
    failover: Failover,
    pub(super) source: Option<Source>,
    pub(super) table: Table,
    /// Seconds since 1970.
    pub(super) now: i64,
    /// There is a lease file, and it cannot be read.
    lacks_leases: bool,
    /// There is none where it should be.
    found_no_leases: bool,
}

/// The configuration that is asked about, read.
pub(in crate::commands) fn read_conf(asked: &Asked<'_>) -> Result<Conf> {
    let path = locate(Kind::Conf, asked.files, None, &ThisMachine)?;
    read_conf_at(asked, &path)
}

/// The configuration, without the secrets of its keys: nothing that browses signs.
fn read_conf_at(asked: &Asked<'_>, path: &Path) -> Result<Conf> {
    let mut conf = read_conf_with_keys(asked, path)?;
    conf.forget_secrets();
    Ok(conf)
}

fn read_conf_with_keys(asked: &Asked<'_>, path: &Path) -> Result<Conf> {
    let options = ConfOptions { family: asked.files.family, include_beside: true };
    let is_compressed = || {
        // A pipe can be read once only, and may have no writer.
        if !std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
            return false;
        }
        let mut magic = [0; GZIP.len()];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
        read.is_ok() && magic == GZIP
    };
    if path.as_os_str() != "-" && !is_compressed() {
        return Ok(Conf::read_with(path, options)?);
    }
    let source = Source::open(path)?;
    ensure!(source.len() <= MAX_CONF, "{} has {} bytes, which no dhcpd.conf has", source.name(), source.len());
    let mut text = Zeroizing::new(vec![0; source.len() as usize]);
    source.read_at(&mut text, 0)?;
    Ok(Conf::parse_with(source.name(), &text, options)?)
}

/// The configuration where there is one that can be used. That there is none is a mistake only when it was
/// asked for.
pub(in crate::commands) fn read_conf_if_any(asked: &Asked<'_>, err: &mut dyn Write) -> Result<Option<Conf>> {
    let path = match locate(Kind::Conf, asked.files, None, &ThisMachine) {
        Ok(path) => path,
        Err(NoFile { .. }) => return Ok(None),
    };
    match read_conf_at(asked, &path) {
        Ok(conf) => Ok(Some(conf)),
        Err(error) if is_named(Kind::Conf, asked.files, &ThisMachine) => Err(error),
        Err(error) => {
            asked.say(err, &format!("{error:#}"));
            asked.say(err, "going on without a dhcpd.conf");
            Ok(None)
        }
    }
}

/// Where the lease file is.
pub(in crate::commands) fn lease_file(asked: &Asked<'_>, conf: Option<&Conf>) -> Result<PathBuf> {
    let family = asked.files.family.or_else(|| conf.and_then(Conf::family));
    let from_conf = conf.and_then(|conf| conf.lease_file(family.unwrap_or(Family::V4)));
    let from_conf = from_conf.map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()));
    let files = super::FileOptions { family: family.or(Some(Family::V4)), ..asked.files.clone() };
    let path = locate(Kind::Leases, &files, from_conf.as_deref(), &ThisMachine)?;
    let conf_is_stdin = conf.and_then(|conf| conf.files.first()).is_some_and(|file| file.as_os_str() == "stdin");
    ensure!(!(path.as_os_str() == "-" && conf_is_stdin), "dhcpd.conf and dhcpd.leases cannot both be stdin");
    Ok(path)
}

impl Site {
    /// Reads the configuration and the lease file. Where there is no lease file, and none is asked for, the answer is of
    /// dhcpd.conf alone, which is said.
    pub(super) fn of_conf(asked: &Asked<'_>, err: &mut dyn Write) -> Result<Site> {
        let mut site = Self::read(asked, Need { conf: true, leases: false }, err)?;
        // Where dhcpd has not run yet there is none.
        site.lacks_leases &= !site.found_no_leases;
        if site.source.is_none() && !site.lacks_leases {
            asked.say(err, "there is no dhcpd.leases: the answer is of dhcpd.conf alone (--leases FILE names one)");
        }
        Ok(site)
    }

    /// Reads what is needed, and says what is wrong with the lease file.
    pub(super) fn read(asked: &Asked<'_>, need: Need, err: &mut dyn Write) -> Result<Site> {
        let conf = match need.conf {
            true => Some(read_conf(asked)?),
            false => read_conf_if_any(asked, err)?,
        };
        let mut site = Site {
            networks: conf.as_ref().map(Networks::of).unwrap_or_default(),
            conf,
            failover: Failover::default(),
            source: None,
            table: Table::default(),
            now: now(),
            lacks_leases: false,
            found_no_leases: false,
        };
        let path = match lease_file(asked, site.conf.as_ref()) {
            Ok(path) => path,
            Err(error) if need.leases => return Err(error),
            Err(_) => {
                site.failover = Failover::of(site.conf.as_ref(), &site.networks, &[]);
                return Ok(site);
            }
        };
        match Source::open(&path) {
            Ok(source) => site.read_leases(source, asked, err)?,
            Err(error) if need.leases || is_named(Kind::Leases, asked.files, &ThisMachine) => return Err(error.into()),
            Err(error) => {
                asked.say(err, &format!("{error}; going on without it"));
                site.failover = Failover::of(site.conf.as_ref(), &site.networks, &[]);
                site.lacks_leases = true;
                let is_missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
                site.found_no_leases = matches!(&error, ReadError::Open { error, .. } if is_missing(error));
            }
        }
        Ok(site)
    }

    fn read_leases(&mut self, mut source: Source, asked: &Asked<'_>, err: &mut dyn Write) -> Result<()> {
        let context = self.context();
        let (table, is_being_written) = read_settled(&mut source, &|source| {
            let progress = Progress::of(source.len());
            let table = Table::read(source, &context, threads(), &|done| progress.tell(done));
            progress.clear();
            table.map(|table| (table.damage().half_written.is_some(), table))
        })?;
        self.table = table;
        tell_damage(self.table.damage(), source.name(), is_being_written, asked, err);
        self.failover = failover_of(self.conf.as_ref(), &self.networks, &self.table, &source)?;
        self.source = Some(source);
        Ok(())
    }

    /// What dhcpd would do with leases now.
    pub(super) fn view(&self) -> View<'_> {
        View { networks: &self.networks, failover: &self.failover, now: self.now }
    }

    /// The failover relations.
    pub(super) fn failover(&self) -> &Failover {
        &self.failover
    }

    /// Says which failover relations are not as they should be.
    pub(super) fn tell_failover(&self, asked: &Asked<'_>, err: &mut dyn Write) {
        remarks(&self.failover, self.now, asked, err);
    }

    /// The configuration, of a question that cannot do without.
    pub(super) fn conf(&self) -> &Conf {
        self.conf.as_ref().expect("the question needs it")
    }

    /// The configuration, if there is one.
    pub(super) fn conf_if_any(&self) -> Option<&Conf> {
        self.conf.as_ref()
    }

    /// The configuration, taken away, if there is one.
    pub(super) fn take_conf(&mut self) -> Option<Conf> {
        self.conf.take()
    }

    /// Whether the lease file has more by now than what was read of it.
    pub(super) fn has_outdated_leases(&self, asked: &Asked<'_>) -> Result<bool> {
        match &self.source {
            Some(source) => Ok(source.is_outdated_at(&lease_file(asked, self.conf_if_any())?)),
            None => Ok(false),
        }
    }

    /// The lease file, of a question that cannot do without.
    pub(super) fn source(&self) -> &Source {
        self.source.as_ref().expect("the question needs it")
    }

    /// What the blocks of the lease file refer to.
    pub(super) fn context(&self) -> declarations::Context {
        self.conf.as_ref().map(|conf| conf.context.clone()).unwrap_or_default()
    }

    /// How full everything is.
    pub(super) fn usages(&self) -> Usages<'_> {
        let mut usages = Usages::new(&self.networks);
        let view = self.view();
        for lease in self.table.iter() {
            if let Some(range) = self.networks.range_of(lease.address.into()) {
                usages.count(range, view.by(&self.failover.rules_of_range(range), &lease), lease.reserved);
            }
        }
        for (_, binding) in self.table.bindings() {
            if let Some(range) = self.networks.range_of(binding.address.into()) {
                usages.count(range, Standing::of_binding(binding, self.now), false);
            }
        }
        usages.finish(&self.failover, self.now)
    }

    /// DHCPv4 or DHCPv6, as far as it is said or the files show it.
    pub(super) fn family(&self, asked: &Asked<'_>) -> Option<Family> {
        let has_only_ias = || !self.table.ias().is_empty() && self.table.is_empty();
        let said = asked.files.family.or_else(|| self.conf.as_ref().and_then(Conf::family));
        said.or_else(|| has_only_ias().then_some(Family::V6))
    }

    /// The reservations of both files. Says which ones the lease file has twice.
    pub(super) fn reservations(&self, asked: &Asked<'_>, err: &mut dyn Write) -> Reservations {
        let mut reservations = self.conf.as_ref().map(Reservations::of).unwrap_or_default();
        reservations.read_as(self.family(asked));
        for block in self.table.blocks() {
            if let Block::Host(host) = &block.what
                && reservations.take(host, block.place.line)
            {
                let name = visible(&host.name);
                let place = format!("{}:{}", self.source().name(), block.place.line);
                let why = "is declared again without a deletion in between; the later one counts";
                asked.say(err, &format!("{place}: the host `{name}` {why}"));
            }
        }
        reservations
    }

    /// The same for a question about addresses: those that are given by name are looked up if that is wanted, and told.
    pub(super) fn reservations_looked_up(&self, asked: &Asked<'_>, err: &mut dyn Write) -> Reservations {
        let mut reservations = self.reservations(asked, err);
        names::look_up(asked, &mut reservations, err);
        reservations
    }

    /// The groups that hosts can name.
    pub(super) fn groups(&self) -> Groups {
        Groups::of(self.conf_if_any(), self.table.blocks())
    }

    /// The value of an option or a parameter as a scope has it, from the nearest scope that says it.
    pub(super) fn option(&self, scope: usize, name: &[u8]) -> Option<String> {
        self.options(&[name]).value(scope, 0)
    }

    /// The values of some options or parameters, for questions about many scopes.
    pub(super) fn options<'s>(&'s self, names: &'s [&'s [u8]]) -> Options<'s> {
        Options::of(self.conf.as_ref(), names)
    }

    /// The mask of a subnet, by its number.
    pub(super) fn netmask(&self, subnet: usize) -> Option<Ipv4Addr> {
        let span = self.networks.subnets[subnet].span;
        span.low.is_ipv4().then(|| Ipv4Addr::from(!((number(span.high) - number(span.low)) as u32)))
    }

    /// How many blocks of the lease file were left out.
    pub(super) fn damaged_blocks(&self) -> u64 {
        self.table.damage().count
    }

    /// How an answer ends that has found something, or has not: `nothing` says what, and `filter` may be why.
    pub(super) fn outcome(
        &self,
        asked: &Asked<'_>,
        err: &mut dyn Write,
        found: bool,
        nothing: &str,
        filter: &Filter,
    ) -> ExitStatus {
        if !found {
            let sentence = match self.outside(filter) {
                Some(span) => format!("{span} lies in no subnet of {}", self.conf_name()),
                None => format!("{nothing} is like that"),
            };
            asked.say(err, &sentence);
            return ExitStatus::Incomplete;
        }
        if self.damaged_blocks() > 0 || self.lacks_leases { ExitStatus::Incomplete } else { ExitStatus::Done }
    }

    /// Addresses that are asked for and that lie in no subnet, where there are subnets.
    fn outside(&self, filter: &Filter) -> Option<Span> {
        let is_outside = |span: &&Span| self.networks.subnets_within(**span).next().is_none();
        let asked_for = filter.criteria.iter().filter_map(|criterion| match criterion {
            Criterion::Within(spans) => Some(spans),
            _ => None,
        });
        self.conf.as_ref()?;
        asked_for.flatten().find(is_outside).copied()
    }

    fn conf_name(&self) -> String {
        let file = self.conf.as_ref().and_then(|conf| conf.files.first());
        file.map_or_else(|| "dhcpd.conf".to_owned(), |file| file.shown().to_string())
    }
}

/// The failover relations as the files have them, with what the partner believes of leases where that counts.
pub(in crate::commands) fn failover_of(
    conf: Option<&Conf>,
    networks: &Networks,
    table: &Table,
    source: &Source,
) -> Result<Failover> {
    let mut failover = Failover::of(conf, networks, table.blocks());
    if failover.needs_tsfp() {
        let is_over = |lease: &Summary| lease.state != Some(State::Abandoned);
        table.for_each(source, Order::File, threads(), is_over, &mut |placed| {
            failover.take_tsfp(&placed.what);
            ControlFlow::Continue(())
        })?;
    }
    Ok(failover)
}

/// Reads a source, and says whether its last block is half written.
type ReadIt<'r, T> = dyn Fn(&Source) -> Result<(bool, T), ReadError> + 'r;

/// Reads a lease file, which says whether its last block is half written, and again as long as that is because
/// somebody is writing it. Returns whether that was so.
pub(in crate::commands) fn read_settled<T>(source: &mut Source, read: &ReadIt<'_, T>) -> Result<(T, bool), ReadError> {
    /// A file that grows all the time has a half block at any time.
    const TIMES: u32 = 5;
    let mut is_being_written = false;
    let (mut is_half, mut found) = read(source)?;
    for _ in 0..TIMES {
        if !is_half || !source.grows_within_a_moment()? {
            break;
        }
        is_being_written = true;
        (is_half, found) = read(source)?;
    }
    Ok((found, is_being_written))
}

/// Says what is wrong with a lease file. A last block that is being written is nothing wrong.
pub(in crate::commands) fn tell_damage(
    damage: &Damage,
    name: &str,
    is_being_written: bool,
    asked: &Asked<'_>,
    err: &mut dyn Write,
) {
    tell_mistakes(damage, name, asked, err);
    if let Some(place) = damage.half_written.filter(|_| !is_being_written) {
        let place = format!("{}:{}", visible_line(name.as_bytes()), place.line);
        asked.say(err, &format!("{place}: the last block is only half written and was left out"));
    }
}

/// Says what is wrong with blocks of a lease file that have an end.
pub(super) fn tell_mistakes(damage: &Damage, name: &str, asked: &Asked<'_>, err: &mut dyn Write) {
    let name = visible_line(name.as_bytes());
    for mistake in &damage.mistakes {
        // There is nobody else to tell.
        let _ = writeln!(err, "{}", mistake.explain(&name));
    }
    let untold = damage.count - damage.mistakes.len() as u64;
    if untold > 0 {
        asked.say(err, &format!("{untold} more blocks of {name} are damaged"));
    }
}

/// How many threads read a lease file.
pub(in crate::commands) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().min(THREADS))
}

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// A bar on stderr, where that is a terminal and reading takes long.
pub(in crate::commands) struct Progress {
    start: Instant,
    all: u64,
    wanted: bool,
    shown: AtomicBool,
    /// Of a hundred, when it was shown last.
    last: AtomicU64,
}

impl Progress {
    pub(in crate::commands) fn of(all: u64) -> Self {
        // Our own shell shows that something goes on by itself.
        let wanted = io::stderr().is_terminal() && std::env::var_os(super::PAGED).is_none();
        Progress {
            start: Instant::now(),
            all: all.max(1),
            wanted,
            shown: AtomicBool::new(false),
            last: AtomicU64::new(0),
        }
    }

    pub(in crate::commands) fn tell(&self, done: u64) {
        if !self.wanted || self.start.elapsed() < PATIENCE {
            return;
        }
        let percent = done.saturating_mul(100) / self.all;
        if self.last.swap(percent, Ordering::Relaxed) == percent {
            return;
        }
        self.shown.store(true, Ordering::Relaxed);
        let bar = progress_bar(percent);
        let _ = write!(io::stderr(), "\rreading leases [{bar}] {percent:3}%");
    }

    pub(in crate::commands) fn clear(&self) {
        if self.shown.load(Ordering::Relaxed) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
