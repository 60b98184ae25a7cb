//! `omsh rehearse`: a script tried on a copy of the server's state, or the copy served to clients.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use zeroize::Zeroizing;

use crate::dhcpd::conf::Conf;
use crate::omapi::server::{Keys, Listener, ListenerOptions, Local, Server};
use crate::omapi::trace::Trace;
use crate::omapi::{Key, Secret};
use crate::rehearsal::{LeaseFile, Rehearsal, load};
use crate::render::rehearsal::{Refusal, Summary};
use crate::shell::{ExitStatus, Interpreter, Options, dropin, script};

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
    pub fn run(self, program: &str, stdin: impl Read, mut out: impl Write, mut err: impl Write) -> Result<ExitStatus> {
        let (rehearsal, keys) = self.load(program, &mut err)?;
        let server = Server::new(rehearsal, keys);
        match &self.play {
            Play::Script(path) => {
                let (source, script): (String, Box<dyn Read + '_>) = match path.as_os_str() == "-" {
                    true => ("stdin".to_owned(), Box::new(stdin)),
                    false => (path.display().to_string(), Box::new(open(path)?)),
                };
                self.rehearse(server, program, &source, script, out, err)
            }
            Play::Clients { listen, log, like_dhcpd_limits } => {
                let options = ListenerOptions {
                    timeout: self.timeout,
                    like_dhcpd: *like_dhcpd_limits,
                    trace: log.as_deref().map(trace).transpose()?,
                    ..ListenerOptions::default()
                };
                let mut server = serve(server, listen, options, &mut out)?;
                let rehearsal = server.store_mut();
                let outcome = self.finish(rehearsal);
                let summary = Summary { changes: &rehearsal.changes(), refusals: None };
                let text = match self.output {
                    Format::Text => summary.text(),
                    Format::Json => summary.json_alone(),
                };
                out.write_all(text.as_bytes()).context("cannot write what has changed")?;
                outcome.map(|()| ExitStatus::Done)
            }
        }
    }

    fn load(&self, program: &str, err: &mut impl Write) -> Result<(Rehearsal, Keys)> {
        let conf = match &self.conf {
            Some(path) => Conf::read(path)?,
            None => {
                let _ = writeln!(err, "{program}: no --conf: the rehearsal begins with an empty server");
                Conf::default()
            }
        };
        let leases = self.leases.as_deref().map(|path| Ok::<_, anyhow::Error>((path, read(path)?))).transpose()?;
        let source = leases.as_ref().map(|(path, _)| path.display().to_string()).unwrap_or_default();
        let file = leases.as_ref().map(|(_, text)| LeaseFile { source: &source, text, lenient: self.lenient });
        let (mut rehearsal, remarks) = load(&conf, file)?;
        for remark in remarks {
            let _ = writeln!(err, "{remark}");
        }
        rehearsal.set_interfaces(interfaces());
        let file = match &self.write_leases {
            None => None,
            Some(path) => {
                // The server's own files are not to be lost to a slip of the hand.
                for input in [&self.conf, &self.leases].into_iter().flatten() {
                    anyhow::ensure!(
                        !is_same_file(path, input),
                        "--write-leases would overwrite {}, which is read; give another file",
                        input.display()
                    );
                }
                let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
                Some(Box::new(file) as Box<dyn Write + Send>)
            }
        };
        rehearsal.start(file);
        Ok((rehearsal, keys(&conf)))
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
        let (mut printed, mut complaints) = (Vec::new(), Vec::new());
        match self.output {
            Format::Text => dropin::run_watched(shell, script, &mut out, &mut err, program, false, watch),
            Format::Json => dropin::run_watched(shell, script, &mut printed, &mut complaints, program, false, watch),
        };
        let mut server = local.server();
        self.finish(server.store_mut())?;
        let summary = Summary { changes: &server.store().changes(), refusals: Some(&refusals) };
        let text = match self.output {
            // The last prompt is still waiting for its line to end.
            Format::Text => format!("\n{}", summary.text()),
            Format::Json => summary.json(&printed, &complaints),
        };
        out.write_all(text.as_bytes()).context("cannot write the outcome")?;
        Ok(if refusals.is_empty() { ExitStatus::Done } else { ExitStatus::Refused })
    }

    fn finish(&self, rehearsal: &mut Rehearsal) -> Result<()> {
        let path = self.write_leases.as_deref().unwrap_or(Path::new(""));
        rehearsal.finish().with_context(|| format!("cannot write all of {}", path.display()))
    }
}

/// Serves clients until a signal ends it, or one of them does.
fn serve(
    server: Server<Rehearsal>,
    listen: &str,
    options: ListenerOptions,
    out: &mut impl Write,
) -> Result<Server<Rehearsal>> {
    let address = address(listen)?;
    let listener = Listener::bind(address, server, options).map_err(|cause| {
        let advice = match cause.kind() {
            io::ErrorKind::AddrInUse => "; another program listens there, give another port or 0 for any free one",
            io::ErrorKind::PermissionDenied => "; ports below 1024 are for root",
            io::ErrorKind::AddrNotAvailable => "; this machine does not have that address",
            _ => "",
        };
        anyhow!("cannot listen on {address}: {cause}{advice}")
    })?;
    let stopper = listener.stopper().context("cannot tell the listener's address")?;
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot wait for signals")?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            stopper.stop();
        }
    });
    let address = listener.address().context("cannot tell the listener's address")?;
    writeln!(out, "{address}").and_then(|()| out.flush()).context("cannot write the address")?;
    listener.run().context("cannot go on listening")
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

/// The names of the machine's interfaces but for the loopback one: what dhcpd would find here.
fn interfaces() -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir("/sys/class/net") else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name().into_encoded_bytes());
    names.filter(|name| name != b"lo").collect()
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let id = |path: &Path| std::fs::metadata(path).map(|file| (file.dev(), file.ino())).ok();
    id(one).is_some() && id(one) == id(other)
}

fn trace(path: &Path) -> Result<Trace> {
    if path.as_os_str() == "-" {
        return Ok(Trace::to_stderr());
    }
    Trace::to_file(path).with_context(|| format!("cannot write the log to {}", path.display()))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot read {}", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
