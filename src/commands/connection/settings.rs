//! The rule by which settings are found, and where each came from.

use std::ffi::OsStr;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::commands::browse::files::{FileOptions, Kind, Machine, locate};
use crate::commands::profile::{self, Named};
use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::omapi::{Key, Secret};
use crate::render::text::visible;
use crate::shell::ShellConnection;

use super::key_file::KeyFile;

/// omshell's port.
const DEFAULT_PORT: u16 = 7911;

/// omshell's server.
const DEFAULT_SERVER: &str = "127.0.0.1";

/// The longest wait unless another one is said.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time-out that can be asked for, in seconds: a day.
const MAX_TIMEOUT: f64 = 86_400.0;

/// The longest wait unless another one is said.
pub fn default_timeout() -> Duration {
    DEFAULT_TIMEOUT
}

/// Which of two failover partners is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The profile's server.
    First,
    /// Its partner.
    Second,
    /// Both.
    Both,
}

/// What options say of the connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionOptions {
    /// `--server`.
    pub server: Option<String>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// `--allow-readable-key`.
    pub allow_readable_key: bool,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--peer`.
    pub peer: Option<Peer>,
    /// `--timeout`.
    pub timeout: Option<Duration>,
    /// `--trace`: a file, `-` for stderr.
    pub trace: Option<PathBuf>,
    /// `--explain`.
    pub explain: bool,
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An option of the command line.
    Option(&'static str),
    /// A line of the shell.
    Shell,
    /// An environment variable.
    Variable(&'static str),
    /// A profile.
    Profile(String),
    /// The dhcpd.conf of this machine, at this path.
    Conf(PathBuf),
    /// omshell's defaults.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Option(name) => write!(f, "the option {name}"),
            Origin::Shell => f.write_str("the shell"),
            Origin::Variable(name) => write!(f, "the variable {name}"),
            Origin::Profile(name) => write!(f, "the profile {}", visible(name.as_bytes())),
            Origin::Conf(path) => write!(f, "{}", path.display()),
            Origin::Default => f.write_str("the default"),
        }
    }
}

/// A setting, and where it came from.
#[derive(Clone, Debug)]
pub struct Said<T> {
    /// The setting.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Said<T> {
    fn new(value: T, origin: Origin) -> Self {
        Said { value, origin }
    }
}

/// How to reach one server.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Its name or address.
    pub host: Said<String>,
    /// Its port.
    pub port: Said<u16>,
    /// The key, if there is one.
    pub key: Option<Said<Key>>,
    /// The file that the key is in, unless that is dhcpd.conf.
    pub key_file: Option<PathBuf>,
}

impl ServerSettings {
    /// Whether it runs on this machine, so that the machine's files are its files.
    pub fn is_local(&self) -> bool {
        is_local(&self.host.value)
    }

    /// The server in messages.
    pub fn name(&self) -> String {
        format!("{} port {}", visible(self.host.value.as_bytes()), self.port.value)
    }
}

/// All that is known of the connection.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The servers, of which there are two at most.
    pub servers: Vec<ServerSettings>,
    /// The longest wait for a connection, and for each answer.
    pub timeout: Said<Duration>,
    /// The profile, if there is one.
    pub profile: Option<Named>,
    /// What could not be found out, and why.
    pub notes: Vec<String>,
}

/// What settings are found in.
pub struct Sources<'a> {
    /// The options.
    pub options: &'a ConnectionOptions,
    /// The shell that the command is a line of.
    pub shell: &'a ShellConnection,
    /// The server's files, with what the profile says of them.
    pub files: &'a FileOptions,
    /// The profile, if there is one.
    pub profile: Option<Named>,
    /// Variables and files.
    pub machine: &'a dyn Machine,
}

impl Settings {
    /// Applies the rule.
    ///
    /// # Errors
    ///
    /// A setting that cannot be used: a key file above all.
    pub fn find(sources: Sources<'_>) -> Result<Settings> {
        let Sources { options, shell, profile, machine, .. } = &sources;
        let named = profile.as_ref();
        let from_profile = |value: Option<String>| {
            let Named { name, .. } = named?;
            Some(Said::new(value?, Origin::Profile(name.clone())))
        };
        let variable = |name: &'static str| {
            let value = machine.variable(name).filter(|value| !value.is_empty())?;
            Some(Said::new(value, Origin::Variable(name)))
        };
        let text = |said: Said<std::ffi::OsString>| Said::new(said.value.to_string_lossy().into_owned(), said.origin);
        let explicit = (options.server.clone().map(|host| Said::new(host, Origin::Option("--server"))))
            .or_else(|| shell.server.clone().map(|host| Said::new(host, Origin::Shell)))
            .or_else(|| variable("OMSH_SERVER").map(text));
        let is_explicit = explicit.is_some();
        let host = explicit
            .or_else(|| from_profile(named.and_then(|named| named.profile.server.clone())))
            .unwrap_or_else(|| Said::new(DEFAULT_SERVER.to_owned(), Origin::Default));
        let timeout = find_timeout(options, shell, &variable("OMSH_TIMEOUT"), named)?;
        let port = find_port(options, shell, &variable("OMSH_PORT"), named)?;
        let key = find_key(options, shell, &variable("OMSH_KEY_FILE"), named)?;
        let mut notes = Vec::new();
        let mut first = complete(host, port.clone(), key.clone(), &sources, &mut notes)?;
        let partner = named.and_then(|named| Some((named.name.as_str(), named.profile.peer.as_ref()?)));
        let partner = partner.filter(|_| !is_explicit);
        let servers = match (partner, options.peer) {
            (None, Some(_)) => bail!(
                "--peer: there is one server only; a second one comes from `peer` in the profile, and only where no \
                 other server is named"
            ),
            (None, None) | (Some(_), Some(Peer::First)) => vec![first],
            (Some((name, partner)), which) => {
                let origin = || Origin::Profile(name.to_owned());
                let host = Said::new(partner.server.clone(), origin());
                let port = partner.port.map(|port| Said::new(port, origin())).or(port);
                let key = match &partner.key_file {
                    Some(path) => {
                        let allow = named.is_some_and(|named| named.profile.allow_readable_key);
                        Some(read_key(path, allow || options.allow_readable_key, origin())?)
                    }
                    None => key,
                };
                let second = complete(host, port, key, &sources, &mut notes)?;
                // What a local server's configuration says of its key is true of its partner, most likely.
                if first.key.is_none() && second.key.is_some() {
                    (first.key, first.key_file) = (second.key.clone(), second.key_file.clone());
                }
                let second = match &second.key {
                    None => ServerSettings { key: first.key.clone(), key_file: first.key_file.clone(), ..second },
                    Some(_) => second,
                };
                if which == Some(Peer::Second) { vec![second] } else { vec![first, second] }
            }
        };
        Ok(Settings { servers, timeout, profile: sources.profile, notes })
    }

    /// The settings in words, a line each.
    pub fn explanation(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(Named { name, .. }) = &self.profile {
            lines.push(format!("profile: {}", visible(name.as_bytes())));
        }
        for server in &self.servers {
            lines.push(format!("server: {} ({})", visible(server.host.value.as_bytes()), server.host.origin));
            lines.push(format!("port: {} ({})", server.port.value, server.port.origin));
            lines.push(match &server.key {
                None => "key: none".to_owned(),
                Some(Said { value, origin }) => {
                    let file = server.key_file.as_ref().map(|path| format!(", in {}", path.display()));
                    format!("key: {} ({origin}{})", visible(value.name()), file.unwrap_or_default())
                }
            });
        }
        lines.push(format!("timeout: {} s ({})", self.timeout.value.as_secs_f64(), self.timeout.origin));
        lines.extend(self.notes.iter().map(|note| format!("note: {note}")));
        lines
    }
}

/// Whether that is this machine, as far as its name tells.
pub(in crate::commands) fn is_local(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

type Variable = Option<Said<std::ffi::OsString>>;

fn find_timeout(
    options: &ConnectionOptions,
    shell: &ShellConnection,
    variable: &Variable,
    named: Option<&Named>,
) -> Result<Said<Duration>> {
    if let Some(timeout) = options.timeout {
        return Ok(Said::new(timeout, Origin::Option("--timeout")));
    }
    if let Some(options) = &shell.options {
        return Ok(Said::new(options.timeout, Origin::Shell));
    }
    if let Some(Said { value, origin }) = variable {
        let seconds = value.to_str().and_then(|text| text.trim().parse().ok());
        return Ok(Said::new(
            seconds.and_then(timeout_of).with_context(|| timeout_rule("OMSH_TIMEOUT"))?,
            origin.clone(),
        ));
    }
    let of_profile = named.and_then(|named| Some((&named.name, named.profile.timeout?)));
    match of_profile {
        Some((name, seconds)) => {
            let what = format!("`timeout` of the profile {}", visible(name.as_bytes()));
            let timeout = timeout_of(seconds).with_context(|| timeout_rule(&what))?;
            Ok(Said::new(timeout, Origin::Profile(name.clone())))
        }
        None => Ok(Said::new(DEFAULT_TIMEOUT, Origin::Default)),
    }
}

fn timeout_of(seconds: f64) -> Option<Duration> {
    let is_sound = seconds > 0.0 && seconds <= MAX_TIMEOUT;
    is_sound.then(|| Duration::from_secs_f64(seconds).max(Duration::from_millis(1)))
}

fn timeout_rule(what: &str) -> String {
    format!("{what}: give a number of seconds above 0 and up to {MAX_TIMEOUT}, such as 10 or 0.5")
}

fn find_port(
    options: &ConnectionOptions,
    shell: &ShellConnection,
    variable: &Variable,
    named: Option<&Named>,
) -> Result<Option<Said<u16>>> {
    if let Some(port) = options.port {
        return Ok(Some(Said::new(port, Origin::Option("--port"))));
    }
    if let Some(port) = shell.port {
        return Ok(Some(Said::new(port, Origin::Shell)));
    }
    if let Some(Said { value, origin }) = variable {
        let port = value.to_str().and_then(|text| text.trim().parse::<u16>().ok()).filter(|port| *port > 0);
        let port = port.with_context(|| {
            format!("OMSH_PORT is `{}`: give a port from 1 to 65535", visible(value.as_encoded_bytes()))
        })?;
        return Ok(Some(Said::new(port, origin.clone())));
    }
    let of_profile = named.and_then(|named| Some((&named.name, named.profile.port?)));
    match of_profile {
        Some((name, 0)) => bail!("`port` of the profile {}: give a port from 1 to 65535", visible(name.as_bytes())),
        Some((name, port)) => Ok(Some(Said::new(port, Origin::Profile(name.clone())))),
        None => Ok(None),
    }
}

/// A key with the file that it came from, if any.
type FoundKey = (Said<Key>, Option<PathBuf>);

fn find_key(
    options: &ConnectionOptions,
    shell: &ShellConnection,
    variable: &Variable,
    named: Option<&Named>,
) -> Result<Option<FoundKey>> {
    let allow = options.allow_readable_key;
    if let Some(path) = &options.key_file {
        return read_key(path, allow, Origin::Option("--key-file")).map(Some);
    }
    if let Some(key) = &shell.key {
        return Ok(Some((Said::new(key.clone(), Origin::Shell), None)));
    }
    if let Some(Said { value, origin }) = variable {
        return read_key(Path::new(value), allow, origin.clone()).map(Some);
    }
    let of_profile = named.and_then(|Named { name, profile }| Some((name, profile, profile.key_file.as_ref()?)));
    match of_profile {
        Some((name, profile, path)) => {
            read_key(path, allow || profile.allow_readable_key, Origin::Profile(name.clone())).map(Some)
        }
        None => Ok(None),
    }
}

fn read_key(path: &Path, allow_readable: bool, origin: Origin) -> Result<FoundKey> {
    let file = KeyFile::read(path, allow_readable)
        .with_context(|| format!("cannot use the key file {} ({origin})", path.display()))?;
    Ok((Said::new(file.key(), origin), Some(path.to_owned())))
}

/// A server's settings, with what the configuration of one on this machine has to say.
fn complete(
    host: Said<String>,
    port: Option<Said<u16>>,
    key: Option<FoundKey>,
    sources: &Sources<'_>,
    notes: &mut Vec<String>,
) -> Result<ServerSettings> {
    let default_port = || Said::new(DEFAULT_PORT, Origin::Default);
    let (mut port, (mut key, key_file)) = (port, key.map_or((None, None), |(key, file)| (Some(key), file)));
    if is_local(&host.value) && (port.is_none() || key.is_none()) {
        match read_conf(sources) {
            Ok(None) => {}
            Ok(Some((path, conf))) => {
                let origin = || Origin::Conf(path.clone());
                port = port.or_else(|| Some(Said::new(conf.omapi_port.filter(|port| *port > 0)?, origin())));
                if port.is_none() {
                    notes.push(format!(
                        "{} has no omapi-port, so that dhcpd listens to no clients; add `omapi-port 7911;`",
                        path.display()
                    ));
                }
                let wanted = conf.omapi_key.as_deref().filter(|_| key.is_none());
                let found = wanted.and_then(|name| conf.keys.iter().find(|key| key.name == name));
                if let Some(found) = found {
                    let found = Key::new(&found.name, &found.algorithm, &Secret::new(found.secret.clone()));
                    key = Some(Said::new(found, origin()));
                }
            }
            Err(why) => notes.push(why),
        }
    }
    ensure!(!host.value.is_empty(), "the server has no name: {} says it", host.origin);
    Ok(ServerSettings { host, port: port.unwrap_or_else(default_port), key, key_file })
}

/// The dhcpd.conf of this machine, if there is one; else why it cannot be used.
fn read_conf(sources: &Sources<'_>) -> Result<Option<(PathBuf, Conf)>, String> {
    let Ok(path) = locate(Kind::Conf, sources.files, None, sources.machine) else { return Ok(None) };
    if path.as_os_str() == OsStr::new("-") {
        return Ok(None);
    }
    let options = ConfOptions { family: sources.files.family, include_beside: true };
    match Conf::read_with(&path, options) {
        Ok(conf) => Ok(Some((path, conf))),
        Err(error) => {
            let said = error.to_string();
            let said = said.lines().next().unwrap_or_default();
            Err(format!("{said}; so its port and its key are not known"))
        }
    }
}

/// The profile that the options or the environment mean, for [`Sources`].
///
/// # Errors
///
/// See [`profile::current`].
pub fn chosen_profile(options: &ConnectionOptions) -> Result<Option<Named>> {
    profile::current(options.profile.as_deref())
}
