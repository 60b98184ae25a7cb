//! `check`: goes through the set-up step by step, and says for each step what is right or what to do.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::{Access, access};
use rustix::io::Errno;

use crate::commands::browse::FileOptions;
use crate::commands::browse::files::{Kind as FileKind, NoFile, ThisMachine, is_named, locate};
use crate::commands::browse::report::OutputOptions;
use crate::commands::connection::{ConnectionOptions, Origin, ServerSettings, Settings, Sources, chosen_profile};
use crate::commands::live::{Failure, Kind, LiveServer, shell_word};
use crate::dhcpd::Family;
use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::dhcpd::failover::FailoverState;
use crate::omapi::Algorithm;
use crate::omapi::Attributes;
use crate::omapi::client::Options;
use crate::render::text::{size, visible};
use crate::shell::{ExitStatus, ShellConnection};
use crate::shown::ShowPath as _;

use super::account::{Account, READ, WRITE};
use super::keygen::ALGORITHM_NAMES;
use super::steps::Steps;
use super::version::ServerVersion;
use super::{proxy, user};

/// What is to be checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// `--user`: for which other account.
    pub user: Option<String>,
    /// `--proxy`: with which settings of a smart proxy.
    pub proxy: Option<PathBuf>,
    /// Which server.
    pub connection: ConnectionOptions,
    /// Which files.
    pub files: FileOptions,
    /// How it is shown.
    pub output: OutputOptions,
}

/// The files that were found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) conf_path: Option<PathBuf>,
    pub(super) conf: Option<Conf>,
    pub(super) leases: Option<PathBuf>,
    pub(super) key_file: Option<PathBuf>,
    /// The dhcpd that it is, as far as files and programs here tell.
    pub(super) version: Option<ServerVersion>,
    /// A profile of ours says the key file, which is nobody else's then.
    pub(super) is_key_of_profile: bool,
}

impl Found {
    /// The files that dhcpd.conf includes.
    pub(super) fn included(&self) -> impl Iterator<Item = &Path> {
        let files = self.conf.iter().flat_map(|conf| &conf.files);
        files.map(PathBuf::as_path).filter(|file| Some(*file) != self.conf_path.as_deref())
    }
}

impl Check {
    /// Goes through all steps.
    pub fn run(self, shell: &ShellConnection, out: &mut dyn Write) -> Result<ExitStatus> {
        let Check { user, proxy, connection, mut files, output } = self;
        let mut steps = Steps::default();
        let (profile, remark) = chosen_profile(&connection)?;
        if let Some(remark) = remark {
            steps.warn("config.toml", remark, "let this account read it, or put right what is wrong in it");
        }
        files.profile = profile.as_ref().map(|named| named.profile.clone()).unwrap_or_default();
        let sources = Sources { options: &connection, shell, files: &files, profile, machine: &ThisMachine };
        let settings = match Settings::find(sources) {
            Ok(settings) => Some(settings),
            Err(error) => {
                steps.fail("settings", ExitStatus::Usage, format!("{error:#}"), "");
                None
            }
        };
        if let Some(settings) = &settings {
            steps.ok("settings", settings.explanation().join("; "));
        }
        let servers = settings.as_ref().map(|settings| settings.servers.as_slice());
        let is_here = servers.is_none_or(|servers| servers.iter().any(ServerSettings::is_local));
        let is_all_here = servers.is_some_and(|servers| servers.iter().all(ServerSettings::is_local));
        let mut found = files_of_server(&mut steps, &files, is_here);
        found.version = ServerVersion::of(found.leases.as_deref(), is_here);
        if let Some(server) = servers.and_then(<[_]>::first) {
            found.key_file = server.key_file.clone();
            found.is_key_of_profile = server.key.as_ref().is_some_and(|key| matches!(key.origin, Origin::Profile(_)));
        }
        configuration(&mut steps, &found, settings.as_ref());
        permissions(&mut steps, &found);
        if let Some(settings) = &settings {
            let trace = settings.client_options(shell.options.clone().unwrap_or_default());
            for server in &settings.servers {
                reach(&mut steps, server, &trace, &found);
            }
        } else {
            steps.skip("connection", "it is not known how to reach the server");
            steps.skip("key", "there is no connection to try it on");
        }
        match is_all_here {
            true => steps.ok("clock", "the server runs on this machine, by the same clock"),
            false => steps.skip("clock", "OMAPI does not tell a server's time; compare `date` on both machines"),
        }
        if let Some(user) = &user {
            user::check(&mut steps, user, &found);
        }
        if let Some(path) = &proxy {
            proxy::check(&mut steps, path, &found, settings.as_ref());
        }
        steps.show(out, &output)
    }
}

/// Looks for the server's files, and reads its configuration.
fn files_of_server(steps: &mut Steps, files: &FileOptions, is_here: bool) -> Found {
    let mut found = Found::default();
    let is_wanted = |kind| is_here || is_named(kind, files, &ThisMachine);
    if !is_wanted(FileKind::Conf) {
        steps.skip("dhcpd.conf", "the server runs on another machine");
    } else {
        match locate(FileKind::Conf, files, None, &ThisMachine) {
            Err(error @ NoFile { .. }) => steps.fail("dhcpd.conf", ExitStatus::Usage, error.to_string(), ""),
            Ok(path) => {
                let options = ConfOptions { family: files.family, include_beside: true };
                match Conf::read_with(&path, options) {
                    Ok(conf) => {
                        steps.ok("dhcpd.conf", format!("{} can be read, and is sound", path.shown()));
                        found.conf = Some(conf);
                    }
                    Err(error) => {
                        let said = error.to_string();
                        let first = said.lines().next().unwrap_or_default();
                        let advice = match access(&path, Access::READ_OK) {
                            Err(Errno::NOENT) => "say where it is with --conf FILE or OMSH_CONF",
                            Err(_) => "run this as another user, or let this one read the file",
                            Ok(_) => "`dhcpd -t` tells the same; `omsh conf check` shows the place",
                        };
                        steps.fail("dhcpd.conf", ExitStatus::Usage, first, advice);
                    }
                }
                found.conf_path = Some(path);
            }
        }
    }
    if !is_wanted(FileKind::Leases) {
        steps.skip("dhcpd.leases", "the server runs on another machine");
        return found;
    }
    let family = files.family.or_else(|| found.conf.as_ref().and_then(Conf::family)).unwrap_or(Family::V4);
    let from_conf = found.conf.as_ref().and_then(|conf| conf.lease_file(family));
    let from_conf = from_conf.map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()));
    let wanted = FileOptions { family: Some(family), ..files.clone() };
    match locate(FileKind::Leases, &wanted, from_conf.as_deref(), &ThisMachine) {
        Err(error) => steps.fail("dhcpd.leases", ExitStatus::Usage, error.to_string(), ""),
        Ok(path) => {
            // To open a named pipe would wait for somebody to write to it.
            let readable = access(&path, Access::READ_OK).map_err(std::io::Error::from);
            match readable.and_then(|()| path.metadata()) {
                Ok(metadata) => {
                    steps.ok("dhcpd.leases", format!("{} can be read: {}", path.shown(), size(metadata.len())));
                }
                Err(error) => steps.fail(
                    "dhcpd.leases",
                    ExitStatus::Usage,
                    format!("cannot read {}: {error}", path.shown()),
                    "it is not needed to change the server, but to list, and for groups and statements of hosts",
                ),
            }
            found.leases = Some(path);
        }
    }
    found
}

/// What the configuration says about OMAPI.
fn configuration(steps: &mut Steps, found: &Found, settings: Option<&Settings>) {
    let (Some(conf), Some(path)) = (&found.conf, &found.conf_path) else {
        steps.skip("omapi-port", "there is no dhcpd.conf to look into");
        steps.skip("omapi-key", "there is no dhcpd.conf to look into");
        return;
    };
    let path = path.shown();
    let ours = settings.and_then(|settings| settings.servers.iter().find(|server| server.is_local()));
    match (conf.omapi_port.filter(|port| *port > 0), ours) {
        (None, _) => steps.fail(
            "omapi-port",
            ExitStatus::Usage,
            format!("{path} has none, so that dhcpd listens to no clients"),
            format!("add `omapi-port 7911;` to {path}, and restart dhcpd"),
        ),
        (Some(port), Some(ours)) if ours.port.value != port => steps.fail(
            "omapi-port",
            ExitStatus::Usage,
            format!("{path} says {port}, and {} says {}", ours.port.origin, ours.port.value),
            format!("take the port out of {}, or make it {port}", ours.port.origin),
        ),
        (Some(port), _) => steps.ok("omapi-port", port.to_string()),
    }
    let Some(name) = conf.omapi_key.as_deref() else {
        steps.warn(
            "omapi-key",
            format!("{path} has none, so that anybody who reaches the port can change the server"),
            "`omsh keygen` makes a key, and the lines for dhcpd.conf",
        );
        return;
    };
    let shown = visible(name);
    let Some(key) = conf.key_of_clients() else {
        steps.fail(
            "omapi-key",
            ExitStatus::Usage,
            format!("{path} names {shown}, and has no such key"),
            format!("`omsh keygen {shown}` makes it, and the line that includes it"),
        );
        return;
    };
    key_algorithm(steps, &shown, Algorithm::from_name(&key.algorithm), found.version.as_ref());
}

/// Whether the server's OMAPI knows the algorithm of its key, and whether it knows a better one.
fn key_algorithm(steps: &mut Steps, shown: &str, algorithm: Option<Algorithm>, server: Option<&ServerVersion>) {
    let Some(algorithm) = algorithm else {
        steps.fail(
            "omapi-key",
            ExitStatus::Usage,
            format!("the algorithm of {shown} is unknown"),
            format!("make it one of {}", ALGORITHM_NAMES.join(", ")),
        );
        return;
    };
    let details = format!("{shown}, {}", algorithm.name());
    match server {
        Some(server) if !server.version.knows(algorithm) => steps.warn(
            "omapi-key",
            format!("{details}, but the server is {server}, and before 4.4.3 OMAPI knows hmac-md5 only"),
            format!(
                "`omsh keygen --algorithm hmac-md5 {shown}` makes a key that it knows; or use dhcpd 4.4.3 or newer"
            ),
        ),
        // Nobody is told to change a key that may be the only one that the server knows.
        Some(server) if algorithm == Algorithm::HmacMd5 && server.version.knows(Algorithm::HmacSha256) => steps.warn(
            "omapi-key",
            details,
            "MD5 is old: hmac-sha256 is as easy, where all clients know it (omshell needs `key-algorithm` then)",
        ),
        _ => steps.ok("omapi-key", details),
    }
}

/// Whether others can read a secret, or put another one in its place.
fn permissions(steps: &mut Steps, found: &Found) {
    let mut secrets: Vec<&Path> = found.key_file.iter().map(PathBuf::as_path).collect();
    if let (Some(conf), Some(path)) = (&found.conf, &found.conf_path)
        && !conf.keys.is_empty()
    {
        // What is included may be what holds the secret.
        secrets.extend(found.included());
        secrets.push(path);
    }
    secrets.sort_unstable();
    secrets.dedup();
    if secrets.is_empty() {
        steps.skip("permissions", "there is no file here with a secret");
        return;
    }
    // The folders around a file count as well.
    let anybody = Account::anybody();
    let may = |what| secrets.iter().copied().filter(move |path| Account::anybody().obstacle(what, path).is_none());
    let names = |files: &mut dyn Iterator<Item = &Path>| {
        files.map(|path| path.shown().to_string()).collect::<Vec<_>>().join(", ")
    };
    let (readable, writable) = (names(&mut may(READ)), names(&mut may(WRITE)));
    let mut details = Vec::new();
    if !readable.is_empty() {
        details.push(format!("all users of this machine can read the secret in {readable}"));
    }
    if !writable.is_empty() {
        details.push(format!("all users of this machine can change {writable}"));
    }
    if details.is_empty() {
        steps.ok("permissions", "only their owners and groups can read the files with secrets");
        return;
    }
    let is_wide = |path: &&&Path| [READ, WRITE].iter().any(|what| anybody.obstacle(*what, path).is_none());
    let wide: Vec<String> = secrets.iter().filter(is_wide).map(|path| shell_word(&path.shown().to_string())).collect();
    steps.warn("permissions", details.join("; "), format!("chmod o= {}", wide.join(" ")));
}

/// Whether the server can be reached, and takes the key.
fn reach(steps: &mut Steps, server: &ServerSettings, options: &Options, found: &Found) {
    let name = server.name();
    let mut connection = match LiveServer::connect(server, options) {
        Ok(connection) => connection,
        Err(failure) if failure.kind == Kind::Authentication => {
            steps.ok("connection", name);
            let advice = key_advice(server, &failure);
            steps.fail("key", ExitStatus::Authentication, failure.message, advice);
            return;
        }
        Err(Failure { message, .. }) => {
            let advice = "`ss -ltn` on the server tells whether it listens; a firewall may be in between";
            steps.fail("connection", ExitStatus::Connection, message, advice);
            steps.skip("key", "there is no connection to try it on");
            return;
        }
    };
    steps.ok("connection", &name);
    match (connection.try_key(), &server.key) {
        (Ok(()), Some(key)) => {
            steps.ok("key", format!("{name} takes {} ({})", visible(key.value.name()), key.origin));
        }
        (Ok(()), None) => steps.warn(
            "key",
            format!("{name} wants none, so that anybody who reaches it can change it"),
            "`omsh keygen` makes a key, and the lines for dhcpd.conf",
        ),
        (Err(failure), _) => {
            let advice = key_advice(server, &failure);
            steps.fail("key", failure.status(), failure.message, advice);
            return;
        }
    }
    failover(steps, &name, &mut connection, found);
}

/// Whether the failover partners of dhcpd.conf work together.
fn failover(steps: &mut Steps, server: &str, connection: &mut LiveServer, found: &Found) {
    for peer in found.conf.iter().flat_map(|conf| &conf.failover_peers) {
        let shown = visible(&peer.name);
        let by = Attributes::new().with("name", peer.name.as_slice());
        let what = format!("cannot look up the failover peer {shown}");
        let attributes = match connection.find(&what, "failover-state", &by) {
            Ok(Some(opened)) => opened.attributes,
            Ok(None) => {
                let details = format!("{server} knows no failover peer {shown}, which dhcpd.conf has");
                steps.warn("failover", details, "restart dhcpd: it was started with another dhcpd.conf");
                continue;
            }
            Err(failure) => {
                steps.warn("failover", failure.message.clone(), "");
                continue;
            }
        };
        let state = |name: &str| {
            let number = attributes.integer(name);
            number.map(|number| FailoverState::from_number(number).unwrap_or(FailoverState::Unknown))
        };
        let (own, partner) = (state("local-state"), state("partner-state"));
        let name = |state: Option<FailoverState>| state.unwrap_or(FailoverState::Unknown).name();
        let details = format!("{shown} on {server}: {}, its partner {}", name(own), name(partner));
        match own {
            Some(FailoverState::Normal) => steps.ok("failover", details),
            Some(state) => steps.warn("failover", details, failover_advice(state)),
            None => steps.warn("failover", details, "`omsh failover show` shows all that the server says of it"),
        }
    }
}

/// What to do about a failover state that is not normal.
fn failover_advice(state: FailoverState) -> &'static str {
    use FailoverState::*;
    match state {
        CommunicationsInterrupted => {
            "the partner is not heard: look whether it runs, and whether a firewall is between the two; if it stays \
             away, `omsh failover set-state NAME partner-down`"
        }
        PartnerDown => "this server serves all clients; start the partner again, and both become normal by themselves",
        Startup | Recover | RecoverWait | RecoverDone => {
            "this server answers no clients yet: it needs its partner, and the maximum client lead time (mclt) to pass"
        }
        PotentialConflict | ResolutionInterrupted | ConflictDone => {
            "the partners compare their leases and answer no clients meanwhile: look whether both run and hear each other"
        }
        Paused | Shutdown => "this server answers no clients: restart dhcpd",
        Normal | Unknown => "`omsh failover show` shows all that the server says of it",
    }
}

fn key_advice(server: &ServerSettings, failure: &Failure) -> String {
    match &server.key {
        // The secret is not to blame.
        Some(_) if failure.is_about_algorithm => failure.advice.clone().unwrap_or_default(),
        None => "the server wants a key: give it with --key-file or OMSH_KEY_FILE, or let a profile say it".to_owned(),
        Some(key) => {
            let place = match (&key.origin, &server.key_file) {
                (Origin::Conf(path), _) => format!("{}, if dhcpd was started with another one,", path.shown()),
                (_, Some(path)) => path.shown().to_string(),
                (origin, None) => origin.to_string(),
            };
            format!("compare name, algorithm and secret in {place} with omapi-key in the server's dhcpd.conf")
        }
    }
}
