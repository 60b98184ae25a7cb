//! How an index gets out of the files.

use std::fs;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::dhcpd::inventory::{Failover, Groups, Networks, Reservation, Reservations, View};
use crate::dhcpd::leases::{Block, Lease, Order, Source, State, Table};
use crate::render::text::colon_hex;

use super::index::{Index, Section};
use super::offer::offerable;
use super::place::Place;

/// The most leases that are offered; of more than that, only those in use.
const MAX_LEASES: usize = 1_000_000;

/// A file as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) path: PathBuf,
    /// Its device, its number there, its size, and when it was written last: seconds and nanoseconds. `None` if
    /// it cannot be looked at.
    pub(super) state: Option<[i64; 5]>,
}

impl Identity {
    pub(super) fn of(path: &Path) -> Self {
        let metadata = fs::metadata(path).ok();
        let state = metadata.map(|known| {
            [known.dev() as i64, known.ino() as i64, known.size() as i64, known.mtime(), known.mtime_nsec()]
        });
        Identity { path: path.to_owned(), state }
    }
}

/// Which files an index is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// dhcpd.conf and what it includes.
    pub(super) conf: Vec<Identity>,
    /// The lease file, if there is one.
    pub(super) leases: Option<Identity>,
}

/// dhcpd.conf, read, and where the lease file is.
pub(super) struct Files {
    conf: Option<Conf>,
    /// There is a dhcpd.conf, and it cannot be used: somebody may be editing it.
    pub(super) is_broken: bool,
    pub(super) seen: Seen,
}

/// The lease file, read.
pub(super) struct Leases {
    source: Source,
    table: Table,
}

impl Files {
    /// Reads dhcpd.conf, if there is one that can be used.
    pub(super) fn read(place: &Place) -> Files {
        let options = ConfOptions { family: place.files.family, include_beside: true };
        let before = place.conf.as_deref().map(Identity::of);
        let conf = place.conf.as_deref().filter(|path| is_file(path));
        let conf = conf.and_then(|path| Conf::read_with(path, options).ok());
        let included = conf.iter().flat_map(|conf| conf.files.iter().skip(1));
        let included = included.map(|path| Identity::of(&std::path::absolute(path).unwrap_or_else(|_| path.clone())));
        let seen = Seen {
            conf: before.into_iter().chain(included).collect(),
            leases: place.leases(conf.as_ref()).as_deref().map(Identity::of),
        };
        Files { is_broken: conf.is_none() && place.conf.is_some(), conf, seen }
    }

    /// Reads the lease file, if there is one that can be used.
    pub(super) fn read_leases(&self) -> Option<Leases> {
        let path = self.seen.leases.as_ref().map(|leases| leases.path.as_path()).filter(|path| is_file(path))?;
        let source = Source::open(path).ok()?;
        let context = self.conf.as_ref().map(|conf| conf.context.clone()).unwrap_or_default();
        // One thread: whatever else this machine does is more urgent.
        let table = Table::read(&source, &context, 1, &|_| {}).ok()?;
        Some(Leases { source, table })
    }
}

/// Whether it can be read without taking anything from anybody.
fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// All that is known of the files, without the lease file where that is not read.
pub(super) fn index(files: &Files, leases: Option<&Leases>) -> Index {
    let mut index = Index::default();
    let mut reservations = files.conf.as_ref().map(Reservations::of).unwrap_or_default();
    if let Some(conf) = &files.conf {
        add_networks(&mut index, conf);
        let classes = conf.classes.iter().filter(|class| class.hash_string.is_none());
        classes.for_each(|class| index.add(Section::Class, &class.name, ""));
        for peer in &conf.failover_peers {
            let about = if peer.is_secondary { "secondary" } else { "primary" };
            index.add(Section::Failover, &peer.name, about);
        }
    }
    if let Some(leases) = leases {
        for block in leases.table.blocks() {
            if let Block::Host(host) = &block.what {
                reservations.take(host, block.place.line);
            }
        }
        add_leases(&mut index, files.conf.as_ref(), leases);
    }
    reservations.iter().for_each(|reservation| add_host(&mut index, reservation));
    let groups = Groups::of(files.conf.as_ref(), leases.map_or(&[], |leases| leases.table.blocks()));
    groups.iter().for_each(|group| index.add(Section::Group, &group.name, ""));
    index.finish()
}

fn add_networks(index: &mut Index, conf: &Conf) {
    for network in conf.networks() {
        let name = conf.shared_networks.get(network.shared_network).and_then(|shared| shared.name.as_deref());
        let about = name.and_then(offerable).unwrap_or_default();
        let word = match network.prefix_length {
            Some(length) => format!("{}/{length}", network.address),
            None => network.address.to_string(),
        };
        index.add(Section::Subnet, word.as_bytes(), about);
    }
    for shared in &conf.shared_networks {
        if let Some(name) = &shared.name {
            index.add(Section::SharedNetwork, name, "shared network");
        }
    }
}

/// What is known, with blanks between it.
fn sentence(parts: &[&str]) -> String {
    let known: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    known.join(" ")
}

fn add_host(index: &mut Index, reservation: &Reservation) {
    let host = &reservation.host;
    let name = offerable(&host.name).unwrap_or_default();
    let hardware = host.hardware.as_ref().map(|(_, address)| colon_hex(address)).unwrap_or_default();
    let addresses: Vec<String> = reservation.addresses().map(|address: IpAddr| address.to_string()).collect();
    let all = addresses.join(" ");
    index.add(Section::Host, &host.name, &sentence(&[&hardware, &all]));
    index.add(Section::HostHardware, hardware.as_bytes(), &sentence(&[name, &all]));
    for address in &addresses {
        index.add(Section::HostAddress, address.as_bytes(), &sentence(&[name, &hardware]));
    }
}

fn add_leases(index: &mut Index, conf: Option<&Conf>, leases: &Leases) {
    let Leases { source, table } = leases;
    let networks = conf.map(Networks::of).unwrap_or_default();
    let failover = Failover::of(conf, &networks, table.blocks());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let view = View { networks: &networks, failover: &failover, now };
    let are_many = table.len() > MAX_LEASES;
    let wanted = |summary: &crate::dhcpd::leases::Summary| !are_many || view.state(summary) == State::Active;
    let mut left = MAX_LEASES;
    let mut each = |lease: &Lease, state: State| {
        let address = lease.address.to_string();
        let hardware = lease.hardware.as_ref().map(|(_, address)| colon_hex(address)).unwrap_or_default();
        let name = lease.client_hostname.as_deref().and_then(offerable).unwrap_or_default();
        index.add(Section::Lease, address.as_bytes(), &sentence(&[state.name(), &hardware, name]));
        index.add(Section::LeaseHardware, hardware.as_bytes(), &sentence(&[&address, name]));
        index.add(Section::ClientName, name.as_bytes(), &sentence(&[&address, &hardware]));
    };
    // A file that changes meanwhile has given what it could.
    let _ = table.for_each(source, Order::File, 1, wanted, &mut |placed| {
        each(&placed.what, view.of_lease(&placed.what).state);
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    for (_, held) in table.bindings().take(MAX_LEASES) {
        let word = match held.length {
            128 => held.address.to_string(),
            length => format!("{}/{length}", held.address),
        };
        index.add(Section::Binding, word.as_bytes(), held.state_at(now).name());
    }
}
