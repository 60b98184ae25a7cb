//! The rule by which settings are found, and where each came from.

use std::ffi::OsStr;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::commands::browse::files::{FileOptions, Kind, Machine, ThisMachine, is_named, locate};
use crate::commands::profile::{self, Named};
use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::omapi::client::Options;
use crate::omapi::{Key, Secret};
use crate::render::text::visible;
use crate::shell::ShellConnection;
use crate::shown::ShowPath as _;

use super::key_file::KeyFile;
use super::options::{ConnectionOptions, Peer};

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
            Origin::Conf(path) => write!(f, "{}", path.shown()),
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
    /// The file that the key was read from, unless that is dhcpd.conf: BIND's `.private` where the `.key` was named.
    pub key_file: Option<PathBuf>,
    /// It is the failover partner of the profile's server, which has files of its own.
    pub is_partner: bool,
}

impl ServerSettings {
    /// Whether it runs on this machine, so that the machine's files are its files.
    pub fn is_local(&self) -> bool {
        is_local(&self.host.value)
    }

    /// Whether these are its files: somebody says so, or it runs on this machine.
    pub fn has_files_here(&self, files: &FileOptions) -> bool {
        let is_said = |kind| is_named(kind, files, &ThisMachine);
        self.is_local() || is_said(Kind::Leases) || is_said(Kind::Conf)
    }

    /// The same as lines of a shell would say it.
    pub fn as_said(&self) -> ShellConnection {
        ShellConnection {
            server: Some(self.host.value.clone()),
            port: Some(self.port.value),
            key: self.key.as_ref().map(|key| key.value.clone()),
            ..ShellConnection::default()
        }
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
    /// How long a server that is just starting is waited for.
    pub wait: Option<Said<Duration>>,
    /// The profile, if there is one.
    pub profile: Option<Named>,
    /// What could not be found out, and why.
    pub notes: Vec<String>,
    /// What is to be said in any case.
    pub remark: Option<String>,
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
    /// Applies the rule for a shell that was started with these options, and whose lines have said that.
    ///
    /// # Errors
    ///
    /// A setting that cannot be used.
    pub fn of_shell(options: &ConnectionOptions, files: &FileOptions, said: &ShellConnection) -> Result<Settings> {
        let (profile, remark) = chosen_profile(options)?;
        Self::of_shell_with(options, files, said, profile, remark)
    }

    /// The same for the drop-in, which connects to where its lines say: what is wrong with a `config.toml` that nobody asks
    /// for is a remark.
    ///
    /// # Errors
    ///
    /// As [`Settings::of_shell`].
    pub fn of_drop_in(options: &ConnectionOptions, files: &FileOptions) -> Result<Settings> {
        let (profile, remark) = profile::current_if_usable(options.profile.as_deref())?;
        Self::of_shell_with(options, files, &ShellConnection::default(), profile, remark)
    }

    fn of_shell_with(
        options: &ConnectionOptions,
        files: &FileOptions,
        said: &ShellConnection,
        profile: Option<Named>,
        remark: Option<String>,
    ) -> Result<Settings> {
        let mut files = files.clone();
        files.profile = profile.as_ref().map(|named| named.profile.clone()).unwrap_or_default();
        let options = options.clone().behind(said);
        let sources = Sources { options: &options, shell: said, files: &files, profile, machine: &ThisMachine };
        let settings = Settings::find(sources)?;
        Ok(Settings { remark, ..settings })
    }

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
        // Key files and dhcpd's files, which are read from here on, may be named pipes.
        crate::limits::wait_for_writers(timeout.value);
        let wait = find_wait(options, named)?;
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
                ensure!(
                    partner.port != Some(0),
                    "`port` of the peer in the profile {}: give a port from 1 to 65535",
                    visible(name.as_bytes())
                );
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
                let second = ServerSettings { is_partner: true, ..second };
                if which == Some(Peer::Second) { vec![second] } else { vec![first, second] }
            }
        };
        Ok(Settings { servers, timeout, wait, profile: sources.profile, notes, remark: None })
    }

    /// How to talk to the servers: with these times, and the rest as it is.
    pub fn client_options(&self, rest: Options) -> Options {
        Options { timeout: self.timeout.value, wait: self.wait.as_ref().map(|wait| wait.value), ..rest }
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
                    let file = server.key_file.as_ref().map(|path| format!(", in {}", path.shown()));
                    format!("key: {} ({origin}{})", visible(value.name()), file.unwrap_or_default())
                }
            });
        }
        lines.push(format!("timeout: {} s ({})", self.timeout.value.as_secs_f64(), self.timeout.origin));
        if let Some(wait) = &self.wait {
            lines.push(format!("wait: {} s ({})", wait.value.as_secs_f64(), wait.origin));
        }
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
    if let Some(timeout) = shell.timeout {
        return Ok(Said::new(timeout, Origin::Shell));
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

/// How long a server that is just starting is waited for: said by an option, or by the profile.
fn find_wait(options: &ConnectionOptions, named: Option<&Named>) -> Result<Option<Said<Duration>>> {
    if let Some(wait) = options.wait {
        return Ok(Some(Said::new(wait, Origin::Option("--wait"))));
    }
    let Some((name, seconds)) = named.and_then(|named| Some((&named.name, named.profile.wait?))) else {
        return Ok(None);
    };
    let what = format!("`wait` of the profile {}", visible(name.as_bytes()));
    let wait = timeout_of(seconds).with_context(|| timeout_rule(&what))?;
    Ok(Some(Said::new(wait, Origin::Profile(name.clone()))))
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

/// A key with the file that it was read from, if any.
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
        .with_context(|| format!("cannot use the key file {} ({origin})", path.shown()))?;
    let key = Said::new(file.key(), origin);
    Ok((key, Some(file.beside.unwrap_or_else(|| path.to_owned()))))
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
                        path.shown()
                    ));
                }
                if let Some(found) = conf.key_of_clients().filter(|_| key.is_none()) {
                    let found = Key::new(&found.name, &found.algorithm, &Secret::new(found.secret.clone()));
                    key = Some(Said::new(found, origin()));
                }
            }
            Err(why) => notes.push(why),
        }
    }
    ensure!(!host.value.is_empty(), "the server has no name: {} says it", host.origin);
    Ok(ServerSettings { host, port: port.unwrap_or_else(default_port), key, key_file, is_partner: false })
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

/// The profile that the options or the environment mean, for [`Sources`], and what is to be said of it. A connection needs to
/// know where it goes: only where `--server` says that, a `config.toml` that cannot be used is no error, as long as nobody
/// asks for a profile.
///
/// # Errors
///
/// See [`profile::current`].
pub fn chosen_profile(options: &ConnectionOptions) -> Result<(Option<Named>, Option<String>)> {
    let name = options.profile.as_deref();
    match options.server {
        Some(_) => profile::current_if_usable(name),
        None => Ok((profile::current(name)?, None)),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::commands::profile::{PeerProfile, Profile};

    struct Imagined(Vec<(&'static str, String)>);

    impl Machine for Imagined {
        fn variable(&self, name: &str) -> Option<OsString> {
            self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        }
        fn exists(&self, path: &Path) -> bool {
            path.exists()
        }
    }

    /// Who says something, the first one counting most.
    const SOURCES: [&str; 6] = ["option", "shell", "variable", "profile", "conf", "default"];

    /// The settings where those in the list say something: each another server, port, key and time-out.
    fn found(said_by: &[&str], folder: &Path) -> Result<Settings> {
        let says = |source: &str| said_by.contains(&source);
        let key_file = |name: &str| {
            let path = folder.join(name);
            fs::write(&path, format!("key {name} {{ algorithm hmac-md5; secret c2VjcmV0; }};"))
                .expect("a file of ours");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a file of ours");
            path
        };
        let seconds = Duration::from_secs;
        let options = match says("option") {
            true => ConnectionOptions {
                server: Some("127.0.0.2".to_owned()),
                port: Some(1002),
                key_file: Some(key_file("option")),
                timeout: Some(seconds(2)),
                ..ConnectionOptions::default()
            },
            false => ConnectionOptions::default(),
        };
        let shell = match says("shell") {
            true => ShellConnection {
                server: Some("127.0.0.3".to_owned()),
                port: Some(1003),
                key: Some(KeyFile::read(&key_file("shell"), false)?.key()),
                timeout: Some(seconds(3)),
                options: Some(crate::omapi::client::Options::default()),
                ..ShellConnection::default()
            },
            false => ShellConnection::default(),
        };
        let mut variables = Vec::new();
        if says("variable") {
            variables.extend([
                ("OMSH_SERVER", "127.0.0.4".to_owned()),
                ("OMSH_PORT", "1004".to_owned()),
                ("OMSH_KEY_FILE", key_file("variable").display().to_string()),
                ("OMSH_TIMEOUT", "4".to_owned()),
            ]);
        }
        let profile = says("profile").then(|| Named {
            name: "p".to_owned(),
            profile: Profile {
                server: Some("127.0.0.5".to_owned()),
                port: Some(1005),
                key_file: Some(key_file("profile")),
                timeout: Some(5.0),
                ..Profile::default()
            },
        });
        let conf = folder.join("dhcpd.conf");
        let text = match says("conf") {
            true => "omapi-port 1006;\nkey conf { algorithm hmac-md5; secret c2VjcmV0; };\nomapi-key conf;\n",
            false => "",
        };
        fs::write(&conf, text)?;
        let files = FileOptions { conf: Some(conf), ..FileOptions::default() };
        let machine = Imagined(variables);
        Settings::find(Sources { options: &options, shell: &shell, files: &files, profile, machine: &machine })
    }

    #[test]
    fn whoever_comes_first_counts_for_each_setting() {
        let folder = tempfile::tempdir().expect("a folder");
        for first in 0..SOURCES.len() {
            let settings = found(&SOURCES[first..], folder.path()).expect("sound");
            let server = &settings.servers[0];
            let by = SOURCES[first];
            let conf_says_none = matches!(by, "conf" | "default");
            let host = if conf_says_none { "127.0.0.1".to_owned() } else { format!("127.0.0.{}", first + 2) };
            let port = if by == "default" { 7911 } else { 1002 + first as u16 };
            let timeout = if conf_says_none { 10 } else { first as u64 + 2 };
            let key = server.key.as_ref().map(|key| String::from_utf8_lossy(key.value.name()).into_owned());
            assert_eq!(server.host.value, host, "{by}");
            assert_eq!(server.port.value, port, "{by}");
            assert_eq!(key.as_deref(), Some(by).filter(|by| *by != "default"), "{by}");
            assert_eq!(settings.timeout.value, Duration::from_secs(timeout), "{by}");
            let is_default = |origin: &Origin| *origin == Origin::Default;
            assert_eq!(is_default(&server.port.origin), by == "default", "{by}");
            assert_eq!(is_default(&server.host.origin), conf_says_none, "{by}");
        }
    }

    #[test]
    fn a_partner_has_what_it_does_not_say_from_the_server_and_is_meant_where_no_other_server_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let pair = |options: &ConnectionOptions| {
            let peer = PeerProfile { server: "10.0.0.2".to_owned(), port: Some(9), ..PeerProfile::default() };
            let profile = Profile { server: Some("10.0.0.1".to_owned()), peer: Some(peer), ..Profile::default() };
            let files = FileOptions { conf: Some(folder.path().join("none")), ..FileOptions::default() };
            let profile = Some(Named { name: "p".to_owned(), profile });
            let shell = ShellConnection::default();
            let machine = Imagined(Vec::new());
            let settings =
                Settings::find(Sources { options, shell: &shell, files: &files, profile, machine: &machine });
            settings.map(|settings| settings.servers.iter().map(ServerSettings::name).collect::<Vec<_>>())
        };
        let which = |peer| ConnectionOptions { peer, ..ConnectionOptions::default() };
        let (first, second) = ("10.0.0.1 port 7911".to_owned(), "10.0.0.2 port 9".to_owned());
        assert_eq!(pair(&which(None)).expect("sound"), [first.clone(), second.clone()]);
        assert_eq!(pair(&which(Some(Peer::Both))).expect("sound"), [first.clone(), second.clone()]);
        assert_eq!(pair(&which(Some(Peer::First))).expect("sound"), [first]);
        assert_eq!(pair(&which(Some(Peer::Second))).expect("sound"), [second]);
        let other = ConnectionOptions { server: Some("10.0.0.3".to_owned()), ..which(None) };
        assert_eq!(pair(&other).expect("sound"), ["10.0.0.3 port 7911"]);
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_told() {
        let options = ConnectionOptions::default();
        let files = FileOptions { conf: Some("none".into()), ..FileOptions::default() };
        let shell = ShellConnection::default();
        for (variable, value) in
            [("OMSH_PORT", "x"), ("OMSH_PORT", "0"), ("OMSH_TIMEOUT", "0"), ("OMSH_KEY_FILE", "none")]
        {
            let machine = Imagined(vec![(variable, value.to_owned())]);
            let sources = Sources { options: &options, shell: &shell, files: &files, profile: None, machine: &machine };
            let why = format!("{:#}", Settings::find(sources).expect_err("it cannot be used"));
            assert!(why.contains(variable), "{variable}={value}: {why}");
        }
    }
}
