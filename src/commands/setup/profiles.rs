//! `profile`: lists, shows, tries and imports profiles.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::commands::browse::FileOptions;
use crate::commands::browse::files::{Kind, Machine, ThisMachine};
use crate::commands::browse::report::{OutputOptions, Report, Screen};
use crate::commands::connection::{ConnectionOptions, Settings, Sources};
use crate::commands::live::LiveServer;
use crate::commands::profile::{DEFAULT, Profile, Profiles, VARIABLE};
use crate::omapi::client::Options;
use crate::render::{Column, Value};
use crate::shell::{ExitStatus, ShellConnection};
use crate::shown::ShowPath as _;

use super::import::import;
use super::steps::Steps;

/// What is to be done with profiles.
#[derive(Clone, Debug, PartialEq)]
pub enum ProfileTask {
    /// `profile list`.
    List,
    /// `profile show`.
    Show {
        /// Which one; the one in effect otherwise.
        name: Option<String>,
    },
    /// `profile test`.
    Test {
        /// Which one; the one in effect otherwise.
        name: Option<String>,
    },
    /// `profile import`.
    Import {
        /// Out of which file.
        file: PathBuf,
        /// What it is to be called.
        name: String,
        /// The key's algorithm, by name, where the file does not say it.
        algorithm: Option<String>,
        /// A profile and a key file that are there are replaced.
        force: bool,
    },
}

/// A command about profiles.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRequest {
    /// What is to be done.
    pub task: ProfileTask,
    /// How it is shown.
    pub output: OutputOptions,
}

/// What `profile list` and `profile show` say.
pub static COLUMNS: [Column; 11] = [
    Column::text("name", "NAME", "the profile's name"),
    Column::text("in_effect", "IN EFFECT", "whether it is the one that is meant where none is said"),
    Column::text("server", "SERVER", "the server"),
    Column::number("port", "PORT", "its port"),
    Column::text("peer", "PEER", "its failover partner"),
    Column::number("peer_port", "PORT", "the partner's port").on_request(),
    Column::text("key_file", "KEY FILE", "the file with the key"),
    Column::text("timeout", "TIMEOUT", "the longest wait, in seconds").on_request(),
    Column::text("wait", "WAIT", "how long a server that is just starting is waited for, in seconds").on_request(),
    Column::text("conf", "CONF", "the server's dhcpd.conf"),
    Column::text("leases", "LEASES", "the server's dhcpd.leases"),
];

impl ProfileRequest {
    /// Does it.
    pub fn run(self, out: &mut dyn Write, say: &mut dyn FnMut(&str)) -> Result<ExitStatus> {
        let ProfileRequest { task, output } = self;
        let variable = std::env::var_os(VARIABLE).filter(|name| !name.is_empty());
        let in_effect = variable.as_ref().map_or(DEFAULT.into(), |name| name.to_string_lossy());
        match task {
            ProfileTask::List => {
                let profiles = Profiles::read()?;
                if profiles.all.is_empty() {
                    let place = profiles.path.map_or_else(|| "config.toml".to_owned(), |path| path.shown().to_string());
                    say(&format!("there are no profiles in {place}; `omsh profile import` makes one"));
                }
                show(profiles.all.iter(), &in_effect, out, &output)?;
                Ok(ExitStatus::Done)
            }
            ProfileTask::Show { name } => {
                let name = name.unwrap_or_else(|| in_effect.to_string());
                let named = Profiles::read()?.named(&name, "the profile")?;
                show([(&named.name, &named.profile)].into_iter(), &in_effect, out, &output)?;
                Ok(ExitStatus::Done)
            }
            ProfileTask::Test { name } => {
                let name = name.unwrap_or_else(|| in_effect.to_string());
                let named = Profiles::read()?.named(&name, "the profile")?;
                let options = ConnectionOptions::default();
                let shell = ShellConnection::default();
                let files = FileOptions { profile: named.profile.clone(), ..FileOptions::default() };
                let sources = Sources {
                    options: &options,
                    shell: &shell,
                    files: &files,
                    profile: Some(named),
                    machine: &WithoutVariables,
                };
                let settings = Settings::find(sources)?;
                test(&settings).show(out, &output)
            }
            ProfileTask::Import { file, name, algorithm, force } => {
                let algorithm = algorithm.as_deref().map(super::keygen::algorithm).transpose()?;
                let done = import(&file, &name, algorithm, force)
                    .with_context(|| format!("nothing was imported from {}", file.shown()))?;
                done.iter().for_each(|sentence| say(sentence));
                Ok(ExitStatus::Done)
            }
        }
    }
}

/// This machine with no variables that take the place of what a profile says of the connection: it is the profile
/// that is tried.
struct WithoutVariables;

impl Machine for WithoutVariables {
    fn variable(&self, name: &str) -> Option<OsString> {
        let is_file = [Kind::Conf, Kind::Leases].iter().any(|kind| kind.variable() == name);
        ThisMachine.variable(name).filter(|_| is_file)
    }

    fn exists(&self, path: &Path) -> bool {
        ThisMachine.exists(path)
    }
}

fn test(settings: &Settings) -> Steps {
    let mut steps = Steps::default();
    steps.ok("settings", settings.explanation().join("; "));
    let options = settings.client_options(Options::default());
    for server in &settings.servers {
        let outcome = LiveServer::connect(server, &options).and_then(|mut server| server.try_key());
        match outcome {
            Ok(()) => steps.ok("server", format!("{} answers, and takes the key", server.name())),
            Err(failure) => steps.fail("server", failure.status(), &failure.message, "`omsh check` looks further"),
        }
    }
    steps
}

fn show<'p>(
    profiles: impl Iterator<Item = (&'p String, &'p Profile)>,
    in_effect: &str,
    out: &mut dyn Write,
    options: &OutputOptions,
) -> Result<()> {
    let mut screen = Screen::stdout(out);
    let mut report = Report::new(&mut screen, &COLUMNS, options)?;
    for (name, profile) in profiles {
        let path = |path: &Option<PathBuf>| {
            Value::of(path.as_ref(), |path| Value::bytes(path.as_os_str().as_bytes().to_vec()))
        };
        let text = |text: Option<String>| Value::of(text, Value::text);
        let port = |port: Option<u16>| Value::of(port, |port| Value::Number(port.into()));
        let peer = profile.peer.as_ref();
        report.row(&[
            Value::text(name.clone()),
            Value::Flag(name == in_effect),
            text(profile.server.clone()),
            port(profile.port),
            text(peer.map(|peer| peer.server.clone())),
            port(peer.and_then(|peer| peer.port)),
            path(&profile.key_file),
            text(profile.timeout.map(|seconds| seconds.to_string())),
            text(profile.wait.map(|seconds| seconds.to_string())),
            path(&profile.conf),
            path(&profile.leases),
        ])?;
    }
    report.finish()?;
    Ok(())
}
