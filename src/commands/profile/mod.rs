//! Profiles: what a site says once in its `config.toml`, so that no command has to be told again.
//!
//! ```toml
//! [profiles.default]
//! conf = "/srv/dhcp/dhcpd.conf"
//!
//! [profiles.prod]
//! server = "dhcp1.example.org"
//! port = 7911
//! key_file = "prod.key"         # relative to the folder of this file
//! timeout = 5                   # seconds
//! wait = 30                     # seconds, for a server that is just starting
//!
//! [profiles.prod.peer]          # the other one of two failover partners
//! server = "dhcp2.example.org"
//! ```

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

use crate::render::text::visible;
use crate::shown::ShowPath as _;

/// The variable that says which profile is meant.
pub const VARIABLE: &str = "OMSH_PROFILE";

/// The profile that is meant where none is said.
pub const DEFAULT: &str = "default";

/// What a profile says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The server, by name or address.
    pub server: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// The file with the key.
    pub key_file: Option<PathBuf>,
    /// That the key file may be one that others can read.
    #[serde(default)]
    pub allow_readable_key: bool,
    /// The longest wait, in seconds.
    pub timeout: Option<f64>,
    /// How long a server that is just starting is waited for, in seconds.
    pub wait: Option<f64>,
    /// The server's failover partner.
    pub peer: Option<PeerProfile>,
    /// Where dhcpd.conf is.
    pub conf: Option<PathBuf>,
    /// Where dhcpd.leases is.
    pub leases: Option<PathBuf>,
}

/// What a profile says of the server's failover partner. What it leaves out is as with the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerProfile {
    /// The partner, by name or address.
    pub server: String,
    /// Its port.
    pub port: Option<u16>,
    /// The file with its key.
    pub key_file: Option<PathBuf>,
    /// Where its dhcpd.conf is; it counts together with its dhcpd.leases only.
    pub conf: Option<PathBuf>,
    /// Where its dhcpd.leases is.
    pub leases: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// All profiles of a site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profiles {
    /// Where `config.toml` is, or would be; nothing where there is no home directory.
    pub path: Option<PathBuf>,
    /// The profiles by name, with paths that are relative to no folder.
    pub all: BTreeMap<String, Profile>,
}

/// A profile by its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// What it says.
    pub profile: Profile,
}

impl Profiles {
    /// What `config.toml` in the user's folder for configuration has.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or understood. That there is none is no error.
    pub fn read() -> Result<Profiles> {
        Self::read_in(dirs::config_dir().map(|folder| folder.join("omsh")).as_deref())
    }

    fn read_in(folder: Option<&Path>) -> Result<Profiles> {
        let Some(folder) = folder else { return Ok(Profiles::default()) };
        let path = folder.join("config.toml");
        let Config { mut profiles } = match crate::limits::read_config(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                // Its own words have the line with them, and a secret may be in that.
                let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                anyhow!("{} is not understood: line {line}, column {column}: {}", path.shown(), error.message())
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Config::default(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.shown())),
        };
        for profile in profiles.values_mut() {
            let peers = profile.peer.iter_mut();
            let peers = peers.flat_map(|peer| [&mut peer.key_file, &mut peer.conf, &mut peer.leases]).flatten();
            let own = [&mut profile.conf, &mut profile.leases, &mut profile.key_file].into_iter().flatten();
            own.chain(peers).for_each(|path| *path = resolved(folder, path));
        }
        Ok(Profiles { path: Some(path), all: profiles })
    }

    /// The profile of that name, which `said_by` asks for.
    ///
    /// # Errors
    ///
    /// There is none of that name; the names that there are, are listed.
    pub fn named(self, name: &str, said_by: &str) -> Result<Named> {
        let Profiles { path, mut all } = self;
        let shown = visible(name.as_bytes());
        let Some(path) = path else {
            bail!("{said_by} is {shown}, but there is no home directory to look for config.toml in");
        };
        match all.remove(name) {
            Some(profile) => Ok(Named { name: name.to_owned(), profile }),
            None => {
                let known: Vec<String> = all.keys().map(|name| visible(name.as_bytes())).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                bail!("{said_by} is {shown}, but {} has no such profile; it has {known}", path.shown())
            }
        }
    }

    /// The profile that an option names, else the one that `OMSH_PROFILE` names, else the one that is called
    /// `default`; nothing where there is no such thing as a default.
    ///
    /// # Errors
    ///
    /// A named profile that there is not.
    pub fn choose(self, option: Option<&str>, variable: Option<&OsStr>) -> Result<Option<Named>> {
        let variable = variable.filter(|name| !name.is_empty()).map(OsStr::to_string_lossy);
        match (option, variable) {
            (Some(name), _) => self.named(name, "--profile").map(Some),
            (None, Some(name)) => self.named(&name, VARIABLE).map(Some),
            (None, None) => {
                let Profiles { mut all, .. } = self;
                Ok(all.remove(DEFAULT).map(|profile| Named { name: DEFAULT.to_owned(), profile }))
            }
        }
    }
}

/// The profile that is meant: see [`Profiles::choose`].
///
/// # Errors
///
/// A `config.toml` that cannot be read or understood, and a named profile that is not in it.
pub fn current(option: Option<&str>) -> Result<Option<Named>> {
    Profiles::read()?.choose(option, std::env::var_os(VARIABLE).as_deref())
}

/// The same for somebody who can do without it: where neither an option nor the variable names a profile, what is wrong with
/// `config.toml` is a remark.
///
/// # Errors
///
/// As [`current`], where somebody asks for a profile.
pub fn current_if_usable(option: Option<&str>) -> Result<(Option<Named>, Option<String>)> {
    let is_asked_for = option.is_some() || std::env::var_os(VARIABLE).is_some_and(|name| !name.is_empty());
    match current(option) {
        Ok(named) => Ok((named, None)),
        Err(error) if is_asked_for => Err(error),
        Err(error) => Ok((None, Some(format!("{error:#}; going on without a profile")))),
    }
}

/// A path of `config.toml`: relative to its folder, or to the home directory where it begins with `~/`.
fn resolved(folder: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix("~") {
        Ok(rest) => dirs::home_dir().map_or_else(|| path.to_owned(), |home| home.join(rest)),
        Err(_) => folder.join(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read with this text in `config.toml`, the folder's name taken out of what is said.
    fn read(text: &str, option: Option<&str>, variable: Option<&str>) -> Result<Option<Profile>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("config.toml"), text).expect("a file of our own");
        Profiles::read_in(Some(folder.path()))
            .and_then(|profiles| profiles.choose(option, variable.map(OsStr::new)))
            .map(|named| {
                let short = |path: PathBuf| path.strip_prefix(folder.path()).map(Path::to_owned).unwrap_or(path);
                named.map(|Named { profile, .. }| Profile {
                    conf: profile.conf.map(short),
                    leases: profile.leases.map(short),
                    key_file: profile.key_file.map(short),
                    ..profile
                })
            })
            .map_err(|error| format!("{error:#}").replace(&folder.path().display().to_string(), "DIR"))
    }

    const TWO: &str = "[profiles.default]\nconf = '/srv/conf'\n[profiles.lab]\nleases = 'lab/leases'\n";

    #[test]
    fn the_named_profile_or_the_default_one_is_meant() {
        let default = Some(Profile { conf: Some("/srv/conf".into()), ..Profile::default() });
        let lab = Some(Profile { leases: Some("lab/leases".into()), ..Profile::default() });
        assert_eq!(read(TWO, None, None), Ok(default.clone()));
        assert_eq!(read(TWO, None, Some("")), Ok(default.clone()));
        assert_eq!(read(TWO, None, Some("lab")), Ok(lab), "relative to the folder");
        assert_eq!(read(TWO, Some("default"), Some("lab")), Ok(default), "an option comes first");
        assert_eq!(read("", None, None), Ok(None));
        let nowhere = |folder| Profiles::read_in(folder).and_then(|profiles| profiles.choose(None, None));
        for folder in [Some(Path::new("/nonexistent")), None] {
            assert!(nowhere(folder).expect("no profile is no error").is_none());
        }
    }

    #[test]
    fn a_profile_says_how_to_reach_its_server_and_the_servers_partner() {
        let text = "[profiles.default]\nserver = 'one'\nport = 7912\nkey_file = 'k'\ntimeout = 0.5\n\
                    [profiles.default.peer]\nserver = 'two'\n";
        let profile = read(text, None, None).expect("sound").expect("there is one");
        assert_eq!((profile.server.as_deref(), profile.port, profile.timeout), (Some("one"), Some(7912), Some(0.5)));
        assert_eq!(profile.key_file.as_deref(), Some(Path::new("k")));
        assert_eq!(profile.peer, Some(PeerProfile { server: "two".to_owned(), ..PeerProfile::default() }));
    }

    #[test]
    fn a_profile_that_is_not_there_and_a_word_that_is_not_known_are_told() {
        let missing = "OMSH_PROFILE is la, but DIR/config.toml has no such profile; it has default, lab";
        assert_eq!(read(TWO, None, Some("la")), Err(missing.to_owned()));
        let nothing = "--profile is l\\x1b, but DIR/config.toml has no such profile; it has none";
        assert_eq!(read("", Some("l\x1b"), None), Err(nothing.to_owned()));
        let misspelt = read("[profiles.default]\nlease = 'x'\n", None, None).expect_err("there is no lease");
        for part in ["DIR/config.toml is not understood", "line 2", "unknown field `lease`", "`conf`, `leases`"] {
            assert!(misspelt.contains(part), "{part}: {misspelt}");
        }
        let homeless = Profiles::default().choose(None, Some(OsStr::new("lab"))).expect_err("there is no folder");
        assert!(homeless.to_string().contains("no home directory"), "{homeless}");
    }
}
