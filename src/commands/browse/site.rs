//! A server's files, read and joined.

use std::io::{self, IsTerminal, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::dhcpd::declarations;
use crate::dhcpd::inventory::{Networks, Reservations, Usages};
use crate::dhcpd::leases::{Block, Damage, Source, Table};
use crate::dhcpd::statements::Statement;
use crate::dhcpd::{Family, number};
use crate::render::text::visible;
use crate::shell::ExitStatus;

use super::Asked;
use super::files::{Kind, NoFile, ThisMachine, locate};

/// What a question cannot do without. What it can do without is read where it is found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) conf: bool,
    pub(super) leases: bool,
}

/// Reading has to take so long before a progress bar is worth it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Threads that read a lease file: more of them wait for memory.
const THREADS: usize = 4;

/// The files.
pub(super) struct Site {
    conf: Option<Conf>,
    pub(super) networks: Networks,
    pub(super) source: Option<Source>,
    pub(super) table: Table,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// The configuration that is asked about, read.
pub(super) fn read_conf(asked: &Asked<'_>) -> Result<Conf> {
    let path = locate(Kind::Conf, asked.files, None, &ThisMachine)?;
    read_conf_at(asked, &path)
}

fn read_conf_at(asked: &Asked<'_>, path: &Path) -> Result<Conf> {
    let options = ConfOptions { family: asked.files.family, include_beside: true };
    let stdin = path.as_os_str() == "-";
    let conf = match stdin {
        true => {
            let mut text = Vec::new();
            io::Read::read_to_end(&mut io::stdin().lock(), &mut text).context("cannot read stdin")?;
            Conf::parse_with("stdin", &text, options)?
        }
        false => Conf::read_with(path, options)?,
    };
    Ok(conf)
}

/// The configuration where there is one: none is no mistake unless it was asked for.
pub(super) fn read_conf_if_any(asked: &Asked<'_>) -> Result<Option<Conf>> {
    match locate(Kind::Conf, asked.files, None, &ThisMachine) {
        Ok(path) => read_conf_at(asked, &path).map(Some),
        Err(NoFile { .. }) => Ok(None),
    }
}

/// Where the lease file is.
pub(super) fn lease_file(asked: &Asked<'_>, conf: Option<&Conf>) -> Result<PathBuf> {
    let family = asked.files.family.or_else(|| conf.and_then(Conf::family));
    let from_conf = conf.and_then(|conf| conf.lease_file(family.unwrap_or(Family::V4)));
    let from_conf = from_conf.map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()));
    let files = super::FileOptions { family: family.or(Some(Family::V4)), ..asked.files.clone() };
    let path = locate(Kind::Leases, &files, from_conf.as_deref(), &ThisMachine)?;
    let both = path.as_os_str() == "-" && asked.files.conf.as_deref().is_some_and(|conf| conf.as_os_str() == "-");
    ensure!(!both, "--conf and --leases cannot both be stdin");
    Ok(path)
}

impl Site {
    /// Reads what is needed, and says what is wrong with the lease file.
    pub(super) fn read(asked: &Asked<'_>, need: Need, err: &mut dyn Write) -> Result<Site> {
        let conf = match need.conf {
            true => Some(read_conf(asked)?),
            false => read_conf_if_any(asked)?,
        };
        let mut site = Site {
            networks: conf.as_ref().map(Networks::of).unwrap_or_default(),
            conf,
            source: None,
            table: Table::default(),
            now: now(),
        };
        let path = match lease_file(asked, site.conf.as_ref()) {
            Ok(path) => path,
            Err(error) if need.leases => return Err(error),
            Err(_) => return Ok(site),
        };
        match Source::open(&path) {
            Ok(source) => site.read_leases(source, asked, err)?,
            Err(error) if need.leases => return Err(error.into()),
            Err(error) => asked.say(err, &format!("{error}; going on without it")),
        }
        Ok(site)
    }

    fn read_leases(&mut self, source: Source, asked: &Asked<'_>, err: &mut dyn Write) -> Result<()> {
        let context = self.context();
        let progress = Progress::of(source.len());
        let table = Table::read(&source, &context, threads(), &|done| progress.tell(done));
        progress.clear();
        self.table = table?;
        say_mistakes(self.table.damage(), source.name(), asked, err);
        if let Some(place) = self.table.damage().half_written {
            let place = format!("{}:{}", source.name(), place.line);
            asked.say(err, &format!("{place}: the last block is only half written and was left out"));
        }
        self.source = Some(source);
        Ok(())
    }

    /// The configuration, of a question that cannot do without.
    pub(super) fn conf(&self) -> &Conf {
        self.conf.as_ref().expect("the question needs it")
    }

    /// The configuration, if there is one.
    pub(super) fn conf_if_any(&self) -> Option<&Conf> {
        self.conf.as_ref()
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
        for lease in self.table.iter() {
            usages.count(lease.address.into(), lease.state_at(self.now));
        }
        for (_, binding) in self.table.bindings() {
            usages.count(binding.address.into(), binding.state_at(self.now));
        }
        usages
    }

    /// The reservations of both files. Says which ones the lease file has twice.
    pub(super) fn reservations(&self, asked: &Asked<'_>, err: &mut dyn Write) -> Reservations {
        let mut reservations = self.conf.as_ref().map(Reservations::of).unwrap_or_default();
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

    /// The value of an option or a parameter as a scope has it, from the nearest scope that says it.
    pub(super) fn option(&self, scope: usize, name: &[u8]) -> Option<String> {
        let conf = self.conf.as_ref()?;
        let mut scope = Some(scope);
        while let Some(number) = scope {
            let said = conf.scopes[number].statements().rev().find_map(|stated| match &stated.statement {
                Statement::Option(_, option, _) if option.name.eq_ignore_ascii_case(name) => Some(&stated.text),
                _ => None,
            });
            if let Some(text) = said {
                return Some(value_of(text));
            }
            scope = conf.scopes[number].parent;
        }
        None
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

    /// How an answer ends that has found something, or has not.
    pub(super) fn outcome(&self, asked: &Asked<'_>, err: &mut dyn Write, found: bool, nothing: &str) -> ExitStatus {
        if !found {
            asked.say(err, &format!("{nothing} is like that"));
            return ExitStatus::Incomplete;
        }
        if self.damaged_blocks() > 0 { ExitStatus::Incomplete } else { ExitStatus::Done }
    }
}

/// Says what is wrong with blocks of a lease file.
pub(super) fn say_mistakes(damage: &Damage, name: &str, asked: &Asked<'_>, err: &mut dyn Write) {
    for mistake in &damage.mistakes {
        let _ = writeln!(err, "{}", mistake.explain(&visible(name.as_bytes())));
    }
    let untold = damage.count - damage.mistakes.len() as u64;
    if untold > 0 {
        asked.say(err, &format!("{untold} more damaged blocks of {name} were left out"));
    }
}

/// What stands behind the name in `option NAME VALUE;`.
fn value_of(statement: &[u8]) -> String {
    let text = visible(statement);
    let text = text.trim_end_matches(';').trim();
    let text = text.strip_prefix("option ").unwrap_or(text);
    text.split_once(' ').map_or("", |(_, value)| value).trim().to_owned()
}

/// How many threads read a lease file.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().min(THREADS))
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// A bar on stderr, where that is a terminal and reading takes long.
struct Progress {
    start: Instant,
    all: u64,
    wanted: bool,
    shown: AtomicBool,
    /// Of a hundred, when it was shown last.
    last: AtomicU64,
}

impl Progress {
    fn of(all: u64) -> Self {
        let wanted = io::stderr().is_terminal();
        Progress {
            start: Instant::now(),
            all: all.max(1),
            wanted,
            shown: AtomicBool::new(false),
            last: AtomicU64::new(0),
        }
    }

    fn tell(&self, done: u64) {
        if !self.wanted || self.start.elapsed() < PATIENCE {
            return;
        }
        let percent = done.saturating_mul(100) / self.all;
        if self.last.swap(percent, Ordering::Relaxed) == percent {
            return;
        }
        self.shown.store(true, Ordering::Relaxed);
        let full = (percent / 5).min(20) as usize;
        let bar = "#".repeat(full) + &"-".repeat(20 - full);
        let _ = write!(io::stderr(), "\rreading leases [{bar}] {percent:3}%");
    }

    fn clear(&self) {
        if self.shown.load(Ordering::Relaxed) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
