//! What the files tell of hosts and failover relations beyond what OMAPI does, for commands that change
//! them.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Result;

use crate::dhcpd::Family;
use crate::dhcpd::conf::{ByItself, Conf};
use crate::dhcpd::declarations::{Address, Hardware};
use crate::dhcpd::inventory::{Groups, Networks, Reservation};
use crate::dhcpd::leases::{Lease, Order, Source, find as find_in};
use crate::dhcpd::options::Definitions;
use crate::dhcpd::statements::{Statement, without_client_identifier};

use super::Asked;
use super::files::{FileOptions, Kind, ThisMachine, is_named};
use super::report::OutputOptions;
use super::site::{Need, Site, lease_file, read_conf, read_conf_if_any, threads};

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
    let mut hosts = Vec::new();
    let output = OutputOptions::default();
    let asked = Asked { program: "", files, output: &output };
    let site = Site::read(&asked, Need { conf: false, leases: true }, &mut io::sink())?;
    each_host(&asked, &site, &mut |reservation, recorded| {
        if wanted(reservation) {
            hosts.push(recorded());
        }
    });
    Ok(hosts)
}

/// All that the files tell of hosts and groups.
#[derive(Debug)]
pub struct RecordedSite {
    /// The groups that have a name.
    pub groups: Groups,
    /// The options that there are.
    pub definitions: Definitions,
    /// The subnets; `None` without a dhcpd.conf.
    pub networks: Option<Networks>,
    /// How many blocks of the lease file are damaged, so that nothing is known of them.
    pub damaged: u64,
}

/// Hands out all hosts of the files, one after the other, each as it would be if it stood in nothing and its client
/// identifier were said by nothing else; and returns the rest. The server answers on that port.
///
/// # Errors
///
/// There is no lease file, or it cannot be read.
pub fn recorded_site(
    files: &FileOptions,
    port: u16,
    each: &mut dyn FnMut(&Reservation, Recorded),
) -> Result<RecordedSite> {
    let output = OutputOptions::default();
    let asked = Asked { program: "", files, output: &output };
    let site = Site::read(&asked, Need { conf: false, leases: true }, &mut io::sink())?;
    each_host(&asked, &site, &mut |reservation, recorded| {
        let mut recorded = recorded();
        if let Some(conf) = site.conf_if_any().filter(|_| reservation.host.scope.is_some()) {
            let ByItself { group, statements, within } = conf.by_itself(&reservation.host);
            (recorded.group, recorded.statements) = (group, statements);
            recorded.within = within.map(|scope| conf.path_of(scope));
        }
        if recorded.client_identifier.is_some() {
            recorded.statements = without_client_identifier(recorded.statements);
        }
        each(reservation, recorded);
    });
    let has_conf = site.conf_if_any().is_some();
    let damage = site.table.damage();
    Ok(RecordedSite {
        groups: site.groups(),
        damaged: damage.count + u64::from(damage.half_written.is_some()),
        definitions: match site.conf_if_any() {
            Some(conf) => definitions_of(conf, files, port),
            None => site.context().definitions,
        },
        networks: has_conf.then_some(site.networks),
    })
}

fn each_host(asked: &Asked<'_>, site: &Site, each: &mut dyn FnMut(&Reservation, &dyn Fn() -> Recorded)) {
    let reservations = site.reservations(asked, &mut io::sink());
    let declared: HashMap<&[u8], Option<usize>> = site
        .conf_if_any()
        .into_iter()
        .flat_map(|conf| conf.hosts.iter().rev())
        .map(|host| (host.name.as_slice(), host.scope))
        .collect();
    for reservation in reservations.iter() {
        let host = &reservation.host;
        let declared = declared.get(host.name.as_slice());
        let recorded = || {
            let of_scope =
                host.scope.zip(site.conf_if_any()).map(|(scope, conf)| conf.statements_of(scope).cloned().collect());
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
        };
        each(reservation, &recorded);
    }
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
    Ok(site.groups().get(name).map(|group| group.statements.clone()))
}

/// Which server dhcpd.conf is for: its family, as far as that is said or subnets show it, and its OMAPI port.
///
/// # Errors
///
/// There is no dhcpd.conf, or it cannot be read.
pub fn server_of(files: &FileOptions) -> Result<(Option<Family>, Option<u16>)> {
    let output = OutputOptions::default();
    let conf = read_conf(&Asked { program: "", files, output: &output })?;
    Ok((conf.family(), conf.omapi_port))
}

/// The leases of the lease file, the last block of each address, that are like that.
///
/// # Errors
///
/// There is no lease file, or it cannot be read.
pub fn recorded_leases(files: &FileOptions, wanted: &dyn Fn(&Lease) -> bool) -> Result<Vec<Lease>> {
    let output = OutputOptions::default();
    let asked = Asked { program: "", files, output: &output };
    let site = Site::read(&asked, Need { conf: false, leases: true }, &mut io::sink())?;
    let mut leases = Vec::new();
    site.table.for_each(site.source(), Order::Address, threads(), |_| true, &mut |placed| {
        if wanted(&placed.what) {
            leases.push(placed.what);
        }
        ControlFlow::Continue(())
    })?;
    Ok(leases)
}

/// Whether there is a lease file that can be read.
pub fn has_leases(files: &FileOptions) -> bool {
    let output = OutputOptions::default();
    let asked = Asked { program: "", files, output: &output };
    let conf = read_conf_if_any(&asked, &mut io::sink()).ok().flatten();
    lease_file(&asked, conf.as_ref()).is_ok_and(|path| Source::open(&path).is_ok())
}

/// The last block of that address in the lease file, if there is one.
///
/// # Errors
///
/// There is no lease file, or it cannot be read.
pub fn recorded_lease(files: &FileOptions, address: Ipv4Addr) -> Result<Option<Lease>> {
    let output = OutputOptions::default();
    let asked = Asked { program: "", files, output: &output };
    let conf = read_conf_if_any(&asked, &mut io::sink())?;
    let source = Source::open(&lease_file(&asked, conf.as_ref())?)?;
    Ok(find_in(&source, address, threads())?.lease.map(|placed| placed.what))
}

/// The classes of dhcpd.conf.
///
/// # Errors
///
/// There is no dhcpd.conf, or it cannot be read.
pub fn class_names(files: &FileOptions) -> Result<Vec<Vec<u8>>> {
    let output = OutputOptions::default();
    let conf = read_conf(&Asked { program: "", files, output: &output })?;
    let classes = conf.classes.into_iter().filter(|class| class.hash_string.is_none());
    Ok(classes.map(|class| class.name).collect())
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

/// The options that statements of a server with these files may name, which answers on that port; `None` where its
/// dhcpd.conf cannot be read.
pub fn known_options(files: &FileOptions, port: u16) -> Option<Definitions> {
    let output = OutputOptions::default();
    let conf = read_conf(&Asked { program: "", files, output: &output }).ok()?;
    Some(definitions_of(&conf, files, port))
}

/// The options of a dhcpd.conf. That of a usual place, which nobody has named, may be another server's, unless it opens the
/// port: then there may be more of them.
fn definitions_of(conf: &Conf, files: &FileOptions, port: u16) -> Definitions {
    let definitions = conf.context.definitions.clone();
    match is_named(Kind::Conf, files, &ThisMachine) || conf.omapi_port == Some(port) {
        true => definitions,
        false => definitions.taking_unknown(),
    }
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
