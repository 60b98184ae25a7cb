//! Profiles: what a site says once in its `config.toml`, so that no command has to be told again.
//!
//! ```toml
//! [profiles.default]
//! conf = "/srv/dhcp/dhcpd.conf"
//!
//! [profiles.lab]
//! conf = "lab/dhcpd.conf"       # relative to the folder of this file
//! leases = "lab/dhcpd.leases"
//! ```

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

/// The variable that says which profile is meant.
pub const VARIABLE: &str = "OMSH_PROFILE";

/// The profile that is meant where none is said.
const DEFAULT: &str = "default";

/// What a profile says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Where dhcpd.conf is.
    pub conf: Option<PathBuf>,
    /// Where dhcpd.leases is.
    pub leases: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

impl Profile {
    /// The profile that `OMSH_PROFILE` names, or else the one named `default`; an empty one where there is
    /// no such thing as a default.
    ///
    /// # Errors
    ///
    /// A `config.toml` that cannot be read or understood, and a named profile that is not in it.
    pub fn current() -> Result<Profile> {
        let folder = dirs::config_dir().map(|folder| folder.join("omsh"));
        Profile::read(folder.as_deref(), std::env::var_os(VARIABLE).as_deref())
    }

    fn read(folder: Option<&Path>, name: Option<&OsStr>) -> Result<Profile> {
        let name = name.filter(|name| !name.is_empty()).map(OsStr::to_string_lossy);
        let Some(folder) = folder else {
            return match name {
                Some(name) => bail!("{VARIABLE} is {name}, but there is no home directory to look for config.toml in"),
                None => Ok(Profile::default()),
            };
        };
        let path = folder.join("config.toml");
        let config: Config = match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                // It ends with an empty line.
                anyhow!("{} is not understood: {}", path.display(), error.to_string().trim_end())
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Config::default(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let Config { mut profiles } = config;
        let Profile { conf, leases } = match (profiles.remove(name.as_deref().unwrap_or(DEFAULT)), name) {
            (Some(profile), _) => profile,
            (None, None) => Profile::default(),
            (None, Some(name)) => {
                let known: Vec<String> = profiles.into_keys().collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                bail!("{VARIABLE} is {name}, but {} has no such profile; it has {known}", path.display())
            }
        };
        let beside = |path: PathBuf| folder.join(path);
        Ok(Profile { conf: conf.map(beside), leases: leases.map(beside) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read with this text in `config.toml`, the folder's name taken out of what is said.
    fn read(text: &str, name: Option<&str>) -> Result<Profile, String> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("config.toml"), text).expect("a file of our own");
        Profile::read(Some(folder.path()), name.map(OsStr::new))
            .map(|profile| {
                let short = |path: PathBuf| path.strip_prefix(folder.path()).map(Path::to_owned).unwrap_or(path);
                Profile { conf: profile.conf.map(short), leases: profile.leases.map(short) }
            })
            .map_err(|error| format!("{error:#}").replace(&folder.path().display().to_string(), "DIR"))
    }

    const TWO: &str = "[profiles.default]\nconf = '/srv/conf'\n[profiles.lab]\nleases = 'lab/leases'\n";

    #[test]
    fn the_named_profile_or_the_default_one_is_meant() {
        let default = Profile { conf: Some("/srv/conf".into()), leases: None };
        let lab = Profile { conf: None, leases: Some("lab/leases".into()) };
        assert_eq!(read(TWO, None), Ok(default.clone()));
        assert_eq!(read(TWO, Some("")), Ok(default));
        assert_eq!(read(TWO, Some("lab")), Ok(lab), "relative to the folder");
        assert_eq!(read("", None), Ok(Profile::default()));
        let nowhere = Profile::read(Some(Path::new("/nonexistent")), None);
        assert_eq!(nowhere.map_err(|error| error.to_string()), Ok(Profile::default()));
        assert_eq!(Profile::read(None, None).map_err(|error| error.to_string()), Ok(Profile::default()));
    }

    #[test]
    fn a_profile_that_is_not_there_and_a_word_that_is_not_known_are_told() {
        let missing = "OMSH_PROFILE is la, but DIR/config.toml has no such profile; it has default, lab";
        assert_eq!(read(TWO, Some("la")), Err(missing.to_owned()));
        let nothing = "OMSH_PROFILE is la, but DIR/config.toml has no such profile; it has none";
        assert_eq!(read("", Some("la")), Err(nothing.to_owned()));
        let misspelt = read("[profiles.default]\nlease = 'x'\n", None).expect_err("there is no lease");
        for part in ["DIR/config.toml is not understood", "line 2", "unknown field `lease`", "`conf` or `leases`"] {
            assert!(misspelt.contains(part), "{part}: {misspelt}");
        }
        let homeless = Profile::read(None, Some(OsStr::new("lab"))).expect_err("there is no folder");
        assert!(homeless.to_string().contains("no home directory"), "{homeless}");
    }
}
