//! `omsh rehearse`: a script tried on a copy of the server's state, or the copy served to clients.

mod blocks;

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use zeroize::Zeroizing;

use crate::dhcpd::conf::Conf;
use crate::limits::{self, Limited};
use crate::omapi::server::{Keys, Listener, ListenerOptions, Local, Server, Store};
use crate::omapi::trace::Trace;
use crate::omapi::{Key, Secret};
use crate::rehearsal::{LeaseFile, Rehearsal, load};
use crate::render::rehearsal::{Refusal, Summary};
use crate::shell::{ExitStatus, Interpreter, Options, dropin, script};
use crate::shown::ShowPath as _;

use blocks::Blocks;

/// What is to be rehearsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Play {
    /// A script; `-` is stdin.
    Script(PathBuf),
    /// Whatever clients ask for that connect to this address.
    Clients {
        /// `ADDRESS:PORT`; port 0 is any free one.
        listen: String,
        /// Where messages are written down: a file, `-` for stderr.
        log: Option<PathBuf>,
        /// Reset connections as dhcpd does, when too much waits in them.
        like_dhcpd_limits: bool,
    },
}

/// How the outcome is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The command.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearse {
    /// dhcpd.conf; without one the server begins empty.
    pub conf: Option<PathBuf>,
    /// dhcpd.leases.
    pub leases: Option<PathBuf>,
    /// Go on without blocks of the lease file that cannot be read.
    pub lenient: bool,
    /// Where to write the blocks that dhcpd would write.
    pub write_leases: Option<PathBuf>,
    /// How the outcome is shown.
    pub output: Format,
    /// The longest wait for a client that has left something unfinished.
    pub timeout: Duration,
    /// What is to be rehearsed.
    pub play: Play,
}

impl Rehearse {
    /// Carries the command out, up to its end. `program` is the name to sign sentences with.
    ///
    /// All that is read is opened, and the address taken, before anything is written: a run that cannot
    /// begin leaves every file as it was.
    pub fn run(self, program: &str, stdin: impl Read, mut out: impl Write, mut err: impl Write) -> Result<ExitStatus> {
        let mut files = Files::default();
        let (rehearsal, conf, remarks) = self.load(&mut files)?;
        match &self.play {
            Play::Script(path) => {
                let (source, script): (String, Box<dyn Read + '_>) = match path.as_os_str() == "-" {
                    true => ("stdin".to_owned(), Box::new(stdin)),
                    false => (path.shown().to_string(), Box::new(open(path)?)),
                };
                files.reads(if path.as_os_str() == "-" { Path::new("/dev/stdin") } else { path });
                let server = self.start(rehearsal, &conf, &mut files)?;
                self.say(program, &conf, &remarks, &mut err);
                self.rehearse(server, program, &source, script, out, err)
            }
            Play::Clients { listen, log, like_dhcpd_limits } => {
                let socket = take_address(listen)?;
                let trace = match log {
                    None => None,
                    Some(path) => {
                        files.writes("--log", path)?;
                        let opened = Trace::open(path);
                        Some(opened.with_context(|| format!("cannot write the log to {}", path.shown()))?)
                    }
                };
                let server = self.start(rehearsal, &conf, &mut files)?;
                self.say(program, &conf, &remarks, &mut err);
                let like_dhcpd = *like_dhcpd_limits;
                let options = ListenerOptions { timeout: self.timeout, like_dhcpd, trace, ..Default::default() };
                let served = serve(Listener::on(socket, server, options), &mut out)?;
                let mut server = served.server();
                self.conclude(server.store_mut(), None, &[], &[], &mut out)?;
                Ok(ExitStatus::Done)
            }
        }
    }

    /// Reads the server's files. Returns also what is to be said about them.
    fn load(&self, files: &mut Files) -> Result<(Rehearsal, Conf, Vec<String>)> {
        let conf = match &self.conf {
            Some(path) => Conf::read(path)?,
            None => Conf::default(),
        };
        let leases = self.leases.as_deref().map(|path| Ok::<_, anyhow::Error>((path, read(path)?))).transpose()?;
        for path in conf.files.iter().map(PathBuf::as_path).chain(self.leases.as_deref()) {
            files.reads(path);
        }
        let source = leases.as_ref().map(|(path, _)| path.shown().to_string()).unwrap_or_default();
        let file = leases.as_ref().map(|(_, text)| LeaseFile { source: &source, text, lenient: self.lenient });
        let (mut rehearsal, remarks) = load(&conf, file)?;
        rehearsal.set_interfaces(interfaces());
        Ok((rehearsal, conf, remarks))
    }

    /// Begins to count, and to write blocks where that is wanted.
    fn start(&self, mut rehearsal: Rehearsal, conf: &Conf, files: &mut Files) -> Result<Server<Rehearsal>> {
        let file = match &self.write_leases {
            None => None,
            Some(path) => {
                files.writes("--write-leases", path)?;
                let file = Blocks::new(path, matches!(self.play, Play::Clients { .. }))
                    .with_context(|| format!("cannot write {}", path.shown()))?;
                Some(Box::new(file) as Box<dyn Write + Send>)
            }
        };
        rehearsal.start(file);
        Ok(Server::new(rehearsal, keys(conf)))
    }

    fn say(&self, program: &str, conf: &Conf, remarks: &[String], err: &mut impl Write) {
        for remark in remarks {
            let _ = writeln!(err, "{remark}");
        }
        let _ = match &self.conf {
            None => writeln!(err, "{program}: no --conf: the rehearsal begins with an empty server"),
            Some(path) if conf.omapi_port.is_none() => writeln!(
                err,
                "{program}: {} has no omapi-port: the rehearsal answers all the same, and dhcpd would not",
                path.shown()
            ),
            Some(_) => Ok(()),
        };
    }

    fn rehearse(
        &self,
        server: Server<Rehearsal>,
        program: &str,
        source: &str,
        script: impl Read,
        mut out: impl Write,
        mut err: impl Write,
    ) -> Result<ExitStatus> {
        let local = Local::new(server);
        let options = Options { in_process: Some(Arc::new(local.clone())), ..Options::default() };
        let shell = &mut Interpreter::new(options);
        let mut refusals = Vec::new();
        let mut number = 0;
        let watch = |line: &[u8], report: &crate::shell::interpreter::Report| {
            number += 1;
            if report.exit_status() != ExitStatus::Done {
                let text = script::errors(report, line, &format!("{source}:{number}"));
                let text = String::from_utf8_lossy(&text).trim_end().to_owned();
                refusals.push(Refusal { line: number, text });
            }
        };
        let manner = dropin::Manner { program, strict: false, hides: true };
        let (mut printed, mut complaints) = (Vec::new(), Vec::new());
        let (_, unread) = match self.output {
            Format::Text => dropin::run_watched(shell, script, &mut out, &mut err, manner, watch),
            Format::Json => dropin::run_watched(shell, script, &mut printed, &mut complaints, manner, watch),
        };
        if self.output == Format::Text {
            // The last prompt is still waiting for its line to end.
            writeln!(out).context("cannot write the outcome")?;
        }
        if let Some(error) = unread {
            return Err(anyhow!("{source} cannot be read beyond line {number}: {error}"));
        }
        let mut server = local.server();
        self.conclude(server.store_mut(), Some(&refusals), &printed, &complaints, &mut out)?;
        Ok(if refusals.is_empty() { ExitStatus::Done } else { ExitStatus::Refused })
    }

    /// Prints the outcome, and only then says what went wrong with the file of blocks.
    fn conclude(
        &self,
        rehearsal: &mut Rehearsal,
        refusals: Option<&[Refusal]>,
        printed: &[u8],
        complaints: &[u8],
        out: &mut impl Write,
    ) -> Result<()> {
        let written = rehearsal.finish();
        let summary = Summary { changes: &rehearsal.changes(), refusals, shut_down: rehearsal.shuts_down() };
        let text = match (self.output, refusals) {
            (Format::Text, _) => summary.text(),
            (Format::Json, Some(_)) => summary.json(printed, complaints),
            (Format::Json, None) => summary.json_alone(),
        };
        out.write_all(text.as_bytes()).context("cannot write the outcome")?;
        let path = self.write_leases.as_deref().unwrap_or(Path::new(""));
        written.with_context(|| format!("cannot write all of {}", path.shown()))
    }
}

/// Files that are read, and files that are written, by device and number: the latter must not be any of
/// the former, nor one another.
#[derive(Default)]
struct Files(Vec<(u64, u64)>);

impl Files {
    fn id(path: &Path) -> Option<(u64, u64)> {
        // A device such as /dev/null may be read and written.
        let file = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        Some((file.dev(), file.ino()))
    }

    fn reads(&mut self, path: &Path) {
        self.0.extend(Self::id(path));
    }

    /// Fails when an option would have a file written that is in use. One that is not there is made.
    fn writes(&mut self, option: &str, path: &Path) -> Result<()> {
        if option == "--log" && path.as_os_str() == "-" {
            return Ok(());
        }
        ensure!(path.as_os_str() != "-", "{option} takes a file's name, and - is none");
        if let Some(id) = Self::id(path) {
            ensure!(
                !self.0.contains(&id),
                "{option} would overwrite {}, which is in use; give another file",
                path.shown()
            );
        }
        if option == "--log" {
            // It is told by its number from then on, so that it has to be there; for its owner only, from the start.
            let file = File::options().append(true).create(true).mode(0o600).open(path);
            file.with_context(|| format!("cannot write {}", path.shown()))?;
        }
        self.reads(path);
        Ok(())
    }
}

/// Serves clients until a signal ends it, or one of them does. A second signal ends the program.
fn serve(listener: Listener<Rehearsal>, out: &mut impl Write) -> Result<Local<Rehearsal>> {
    let stopper = listener.stopper().context("cannot tell the listener's address")?;
    let ending = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, ending.clone()).context("cannot wait for signals")?;
    }
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot wait for signals")?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            ending.store(true, Ordering::SeqCst);
            stopper.stop();
        }
    });
    // A client takes a descriptor, and many systems allow 1,024 until a program asks for more.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let address = listener.address().context("cannot tell the listener's address")?;
    writeln!(out, "{address}").and_then(|()| out.flush()).context("cannot write the address")?;
    listener.run().context("cannot go on listening")
}

fn take_address(listen: &str) -> Result<TcpListener> {
    let address = address(listen)?;
    TcpListener::bind(address).map_err(|cause| {
        let advice = match cause.kind() {
            io::ErrorKind::AddrInUse => "; another program listens there, give another port or 0 for any free one",
            io::ErrorKind::PermissionDenied => "; ports below 1024 are for root",
            io::ErrorKind::AddrNotAvailable => "; this machine does not have that address",
            _ => "",
        };
        anyhow!("cannot listen on {address}: {cause}{advice}")
    })
}

fn address(listen: &str) -> Result<SocketAddr> {
    let advice = "give ADDRESS:PORT, such as 127.0.0.1:7911, or port 0 for any free one";
    let mut found =
        listen.to_socket_addrs().map_err(|cause| anyhow!("cannot listen on {listen}: {cause}; {advice}"))?;
    found.next().ok_or_else(|| anyhow!("cannot listen on {listen}: the name has no address; {advice}"))
}

fn keys(conf: &Conf) -> Keys {
    let mut keys = Keys::none();
    for key in &conf.keys {
        let secret = Secret::new(Zeroizing::new(key.secret.to_vec()));
        keys.add(Key::new(&key.name, &key.algorithm, &secret));
    }
    if let Some(name) = &conf.omapi_key {
        let known = keys.require(name);
        debug_assert!(known, "a configuration whose omapi-key is unknown is refused");
    }
    keys
}

/// The names of the machine's interfaces but for the loopback one: what dhcpd would find here. Other
/// than `/sys/class/net` this file is always about the network namespace that we are in.
fn interfaces() -> Vec<Vec<u8>> {
    let table = std::fs::read("/proc/self/net/dev").unwrap_or_default();
    let rows = table.split(|&byte| byte == b'\n').skip(2);
    let names = rows.map(|row| {
        // An alias has a colon in its name; the counters have none.
        let end = row.iter().rposition(|&byte| byte == b':').unwrap_or(0);
        row[..end].trim_ascii_start().to_vec()
    });
    names.filter(|name| !name.is_empty() && name != b"lo").collect()
}

fn open(path: &Path) -> Result<Limited<File>> {
    limits::open(path).with_context(|| format!("cannot read {}", path.shown()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = limits::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {}", path.shown()))?;
    Ok(bytes)
}
