//! Which files are meant: by the rule of the commands, as far as the line says it so far.

use std::path::{Path, PathBuf};

use crate::commands::browse::files::{Kind as FileKind, Machine, ThisMachine, is_named, locate};
use crate::commands::browse::{FileOptions, lease_file_of};
use crate::commands::connection::is_local;
use crate::commands::profile;
use crate::dhcpd::conf::Conf;

use super::wanted::Wanted;

/// The server's files.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// With what the profile says.
    pub(super) files: FileOptions,
    /// dhcpd.conf, if there is one.
    pub(super) conf: Option<PathBuf>,
}

impl Place {
    /// Finds them. `None` where the command would refuse to look, or where the server is another machine whose
    /// files are not here.
    pub(super) fn of(wanted: &Wanted) -> Option<Place> {
        let mut files = wanted.files.clone();
        let named = profile::current(files.profile_name.as_deref()).ok()?;
        files.profile = named.map(|named| named.profile).unwrap_or_default();
        let has_named = |kind| is_named(kind, &files, &ThisMachine);
        if let Some(server) = &wanted.server
            && !has_named(FileKind::Conf)
            && !has_named(FileKind::Leases)
        {
            let variable = || ThisMachine.variable("OMSH_SERVER").filter(|value| !value.is_empty());
            let explicit = server.said.clone().or_else(|| Some(variable()?.to_string_lossy().into_owned()));
            let is_explicit = explicit.is_some();
            let peer = files.profile.peer.as_ref().filter(|_| !is_explicit).map(|peer| peer.server.clone());
            let first = explicit.or_else(|| files.profile.server.clone());
            if !first.into_iter().chain(peer).all(|server| is_local(&server)) {
                return None;
            }
        }
        let conf = locate(FileKind::Conf, &files, None, &ThisMachine).ok().and_then(|path| absolute(&path));
        Some(Place { files, conf })
    }

    /// The lease file, which the configuration may name.
    pub(super) fn leases(&self, conf: Option<&Conf>) -> Option<PathBuf> {
        lease_file_of(&self.files, conf).ok().and_then(|path| absolute(&path))
    }

    /// The lease file that is said elsewhere than in the configuration.
    pub(super) fn said_leases(&self) -> Option<PathBuf> {
        let said = is_named(FileKind::Leases, &self.files, &ThisMachine);
        said.then(|| self.leases(None)).flatten()
    }
}

/// A path that stays what it is; stdin has none.
fn absolute(path: &Path) -> Option<PathBuf> {
    if path.as_os_str() == "-" { None } else { std::path::absolute(path).ok() }
}
