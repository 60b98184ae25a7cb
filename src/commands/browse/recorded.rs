//! What the files tell of hosts and failover relations beyond what OMAPI does, for commands that change
//! them.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use anyhow::Result;

use crate::dhcpd::conf::Conf;
use crate::dhcpd::declarations::{Address, Hardware};
use crate::dhcpd::inventory::Reservation;
use crate::dhcpd::leases::Block;
use crate::dhcpd::statements::Statement;

use super::Asked;
use super::files::FileOptions;
use super::report::OutputOptions;
use super::site::{Need, Site, lease_file, read_conf};

/// A host as the files have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its name.
    pub name: Vec<u8>,
    /// Its hardware address.
    pub hardware: Option<Hardware>,
    /// Its client identifier, said by `uid` or by the option.
    pub client_identifier: Option<Vec<u8>>,
    /// Its fixed addresses.
    pub addresses: Vec<Address>,
    /// Its group, if it names one.
    pub group: Option<Vec<u8>>,
    /// Its own statements.
    pub statements: Vec<Statement>,
    /// dhcpd.conf declares a host of that name.
    pub is_declared: bool,
    /// What it stands in, if that is a part of dhcpd.conf, whose statements it has as well: until a client of OMAPI
    /// makes it anew.
    pub within: Option<String>,
}

/// The hosts that are like that. What is wrong with the files is not told here: `omsh hosts` tells it.
///
/// # Errors
///
/// There is no lease file, or it cannot be read.
pub fn recorded_hosts(files: &FileOptions, wanted: &dyn Fn(&Reservation) -> bool) -> Result<Vec<Recorded>> {
    let output = OutputOptions::default();
    let asked = Asked { program: "", files, output: &output };
    let mut silence = io::sink();
    let site = Site::read(&asked, Need { conf: false, leases: true }, &mut silence)?;
    let reservations = site.reservations(&asked, &mut silence);
    let declared: HashMap<&[u8], Option<usize>> = site
        .conf_if_any()
        .into_iter()
        .flat_map(|conf| conf.hosts.iter().rev())
        .map(|host| (host.name.as_slice(), host.scope))
        .collect();
    let recorded = reservations.iter().filter(|reservation| wanted(reservation)).map(|reservation| {
        let host = &reservation.host;
        let of_scope =
            host.scope.zip(site.conf_if_any()).map(|(scope, conf)| conf.statements_of(scope).cloned().collect());
        let declared = declared.get(host.name.as_slice());
        Recorded {
            name: host.name.clone(),
            hardware: host.hardware.clone(),
            client_identifier: reservation.client_identifier.clone(),
            addresses: host.addresses.clone(),
            group: host.group.clone(),
            statements: of_scope.unwrap_or_else(|| host.statements.clone()),
            is_declared: !host.dynamic || declared.is_some(),
            // What a client of OMAPI has changed of it stands in the lease file, without its place.
            within: site.conf_if_any().filter(|_| !host.dynamic).and_then(|conf| {
                let scope = (*declared?)?;
                conf.path_of(scope)
                    .rsplit_once('/')
                    .map(|(around, _)| around.to_owned())
                    .filter(|around| !around.is_empty())
            }),
        }
    });
    Ok(recorded.collect())
}

/// The statements of a named group; nothing where there is none.
///
/// # Errors
///
/// There is no lease file, or it cannot be read.
pub fn recorded_group(files: &FileOptions, name: &[u8]) -> Result<Option<Vec<Statement>>> {
    let output = OutputOptions::default();
    let asked = Asked { program: "", files, output: &output };
    let site = Site::read(&asked, Need { conf: false, leases: true }, &mut io::sink())?;
    let of_leases = site.table.blocks().iter().rev().find_map(|block| match &block.what {
        Block::Group(group) if group.name == name => Some((!group.deleted).then(|| group.statements.clone())),
        _ => None,
    });
    Ok(of_leases.unwrap_or_else(|| {
        let conf = site.conf_if_any()?;
        let scope = conf.groups.iter().rev().find(|group| group.name == name)?.scope?;
        Some(conf.statements_of(scope).cloned().collect())
    }))
}

/// The names of the failover relations of dhcpd.conf.
///
/// # Errors
///
/// There is no dhcpd.conf, or it cannot be read.
pub fn failover_names(files: &FileOptions) -> Result<Vec<Vec<u8>>> {
    let output = OutputOptions::default();
    let conf = read_conf(&Asked { program: "", files, output: &output })?;
    Ok(conf.failover_peers.into_iter().map(|peer| peer.name).collect())
}

/// Where the lease file is, by the rule of all commands that browse.
///
/// # Errors
///
/// It is nowhere.
pub fn lease_file_of(files: &FileOptions, conf: Option<&Conf>) -> Result<PathBuf> {
    let output = OutputOptions::default();
    lease_file(&Asked { program: "", files, output: &output }, conf)
}
