//! Where the server's files are: said by an option, by a variable, by the profile, by the configuration
//! itself, or in the place where a distribution has them.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::commands::profile::{self, Profile};
use crate::dhcpd::Family;
use crate::shown::ShowPath as _;

use super::systems::usual_place;

/// Which files are wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileOptions {
    /// dhcpd.conf; `-` is stdin.
    pub conf: Option<PathBuf>,
    /// dhcpd.leases; `-` is stdin.
    pub leases: Option<PathBuf>,
    /// DHCPv4 or DHCPv6, where that is said.
    pub family: Option<Family>,
    /// `--profile`: the profile that is meant.
    pub profile_name: Option<String>,
    /// What the profile says of them.
    pub profile: Profile,
    /// Look up addresses that are given by name.
    pub resolve: bool,
}

impl FileOptions {
    /// The same with what the profile says, where that may count. A `config.toml` that nobody asks for and that cannot be
    /// used is told of, and no more: the files are here without it.
    pub(in crate::commands) fn with_profile(mut self, say: &mut dyn FnMut(&str)) -> Result<FileOptions> {
        let is_asked_for = self.profile_name.is_some();
        if is_asked_for || [Kind::Conf, Kind::Leases].into_iter().any(|kind| !is_given(kind, &self, &ThisMachine)) {
            let (named, remark) = profile::current_if_usable(self.profile_name.as_deref())?;
            if let Some(remark) = remark {
                say(&remark);
            }
            self.profile = named.map(|named| named.profile).unwrap_or_default();
        }
        Ok(self)
    }
}

/// One of the two kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// dhcpd.conf.
    Conf,
    /// dhcpd.leases.
    Leases,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Conf => "dhcpd.conf",
            Kind::Leases => "dhcpd.leases",
        }
    }

    fn option(self) -> &'static str {
        match self {
            Kind::Conf => "--conf",
            Kind::Leases => "--leases",
        }
    }

    /// The variable that says where it is.
    pub fn variable(self) -> &'static str {
        match self {
            Kind::Conf => "OMSH_CONF",
            Kind::Leases => "OMSH_LEASES",
        }
    }

    /// The kind of the other file of the two.
    pub(super) fn other(self) -> Kind {
        match self {
            Kind::Conf => Kind::Leases,
            Kind::Leases => Kind::Conf,
        }
    }
}

/// Why there is no such file.
#[derive(Debug, PartialEq, Eq)]
pub struct NoFile {
    kind: Kind,
    looked_at: Vec<PathBuf>,
}

impl fmt::Display for NoFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places: Vec<String> = self.looked_at.iter().map(|path| path.shown().to_string()).collect();
        write!(
            f,
            "there is no {} in any of the usual places: {}. Say where it is with {} FILE or {}",
            self.kind.name(),
            places.join(", "),
            self.kind.option(),
            self.kind.variable()
        )
    }
}

impl std::error::Error for NoFile {}

/// The machine as far as files go, so that tests have one of their own.
pub trait Machine {
    /// An environment variable.
    fn variable(&self, name: &str) -> Option<OsString>;
    /// Whether something is there under that name.
    fn exists(&self, path: &Path) -> bool;
}

/// This machine.
pub struct ThisMachine;

impl Machine for ThisMachine {
    fn variable(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }
}

/// Whether the file of a kind is said by an option, a variable or the profile, so that it has to be there.
pub fn is_named(kind: Kind, options: &FileOptions, machine: &dyn Machine) -> bool {
    said(kind, options, machine).is_some()
}

/// Whether an option or a variable says it, so that the profile has nothing to say.
pub fn is_given(kind: Kind, options: &FileOptions, machine: &dyn Machine) -> bool {
    said(kind, &FileOptions { profile: Profile::default(), ..options.clone() }, machine).is_some()
}

fn said(kind: Kind, options: &FileOptions, machine: &dyn Machine) -> Option<PathBuf> {
    let (option, profile) = match kind {
        Kind::Conf => (&options.conf, &options.profile.conf),
        // Those that belong to the profile's configuration tell nothing of another one.
        Kind::Leases if options.profile.conf.is_some() && is_given(Kind::Conf, options, machine) => {
            (&options.leases, &None)
        }
        Kind::Leases => (&options.leases, &options.profile.leases),
    };
    let variable = || machine.variable(kind.variable()).filter(|value| !value.is_empty()).map(PathBuf::from);
    option.clone().or_else(variable).or_else(|| profile.clone())
}

/// The file of a kind: the option, then the variable, then what the profile says, then what the
/// configuration says, then the usual place where there is one.
pub fn locate(
    kind: Kind,
    options: &FileOptions,
    from_conf: Option<&Path>,
    machine: &dyn Machine,
) -> Result<PathBuf, NoFile> {
    let said = said(kind, options, machine).or_else(|| from_conf.map(Path::to_owned));
    if let Some(path) = said {
        return Ok(path);
    }
    let other = self::said(kind.other(), options, machine);
    usual_place(kind, other.as_deref(), options.family, machine).map_err(|looked_at| NoFile { kind, looked_at })
}

/// A path as it stands on a line that no shell has expanded: `~/` is the home directory.
pub fn expanded(path: &str) -> PathBuf {
    let below_home = path.strip_prefix("~/").and_then(|rest| Some(dirs::home_dir()?.join(rest)));
    below_home.unwrap_or_else(|| path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Imagined {
        variables: &'static [(&'static str, &'static str)],
        files: &'static [&'static str],
    }

    impl Machine for Imagined {
        fn variable(&self, name: &str) -> Option<OsString> {
            self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        }
        fn exists(&self, path: &Path) -> bool {
            self.files.iter().any(|file| Path::new(file) == path)
        }
    }

    #[test]
    fn options_come_before_variables_before_the_profile_before_the_conf_before_the_usual_places() {
        let machine = |variables, files| Imagined { variables, files };
        let none = FileOptions::default();
        let said = FileOptions { leases: Some("said".into()), ..FileOptions::default() };
        let six = FileOptions { family: Some(Family::V6), ..FileOptions::default() };
        let profile = Profile { leases: Some("profiled".into()), ..Profile::default() };
        let profiled = FileOptions { profile: profile.clone(), ..FileOptions::default() };
        let both = FileOptions { profile, ..said.clone() };
        let debian = &["/var/lib/dhcp/dhcpd.leases", "/var/lib/dhcp/dhcpd6.leases"][..];
        let variable = &[("OMSH_LEASES", "named")][..];
        let from_conf = Some(Path::new("in-conf"));
        for (options, from_conf, variables, files, found) in [
            (&said, from_conf, variable, debian, "said"),
            (&both, from_conf, variable, debian, "said"),
            (&none, from_conf, variable, debian, "named"),
            (&profiled, from_conf, variable, debian, "named"),
            (&profiled, from_conf, &[], debian, "profiled"),
            (&none, from_conf, &[("OMSH_LEASES", "")], debian, "in-conf"),
            (&none, None, &[], debian, "/var/lib/dhcp/dhcpd.leases"),
            (&six, None, &[], debian, "/var/lib/dhcp/dhcpd6.leases"),
            (&none, None, &[], &["/var/db/dhcpd.leases"], "/var/db/dhcpd.leases"),
            (&none, None, &[], &["/var/lib/dhcp/db/dhcpd.leases"], "/var/lib/dhcp/db/dhcpd.leases"),
        ] {
            let located = locate(Kind::Leases, options, from_conf, &machine(variables, files));
            assert_eq!(located.as_deref(), Ok(Path::new(found)));
        }
    }

    #[test]
    fn a_missing_file_tells_where_it_was_looked_for() {
        let machine = Imagined { variables: &[], files: &[] };
        let options = FileOptions { family: Some(Family::V4), ..FileOptions::default() };
        let error = locate(Kind::Conf, &options, None, &machine).unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no dhcpd.conf in any of the usual places: /etc/dhcp/dhcpd.conf, /etc/dhcpd.conf, \
             /usr/local/etc/dhcpd.conf, /var/dhcpd/etc/dhcpd.conf, /run/dhcp-server/dhcpd.conf, \
             /opt/vyatta/etc/dhcpd.conf, /var/lib/maas/dhcpd.conf, /var/snap/maas/common/maas/dhcpd.conf, \
             /opt/local/etc/dhcp/dhcpd.conf, /etc/inet/dhcpd4.conf. Say where it is with --conf FILE or OMSH_CONF"
        );
    }
}
