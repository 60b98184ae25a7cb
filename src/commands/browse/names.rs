//! Hosts whose `fixed-address` is a name: dhcpd looks it up when it starts, we only with `--resolve`.

use std::collections::HashMap;
use std::io::Write;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::dhcpd::Family;
use crate::dhcpd::declarations::Address;
use crate::dhcpd::inventory::Reservations;
use crate::render::text::visible;

use super::Asked;

/// All names together may take so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// A sentence names no more of them.
const MOST_NAMES: usize = 5;

/// Looks up the addresses that are given by name, if that is wanted, and says which ones are not known.
pub(super) fn look_up(asked: &Asked<'_>, reservations: &mut Reservations, err: &mut dyn Write) {
    let mut hosts: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for reservation in reservations.iter() {
        let names = reservation.host.addresses.iter().filter_map(|address| match address {
            Address::Name(name) => Some(name),
            Address::Ip(_) => None,
        });
        hosts.extend(names.map(|name| (reservation.host.name.clone(), name.clone())));
    }
    if hosts.is_empty() {
        return;
    }
    let found = match asked.files.resolve {
        true => {
            addresses_of(hosts.iter().map(|(_, name)| name.clone()).collect(), asked.files.family.unwrap_or(Family::V4))
        }
        false => HashMap::new(),
    };
    reservations.resolve(|name| found.get(name).cloned().unwrap_or_default());
    hosts.retain(|(_, name)| found.get(name).is_none_or(Vec::is_empty));
    if hosts.is_empty() {
        return;
    }
    let shown: Vec<String> =
        hosts.iter().take(MOST_NAMES).map(|(host, name)| format!("{} ({})", visible(host), visible(name))).collect();
    let more = match hosts.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let why = match asked.files.resolve {
        true => "could not be looked up: their addresses count as nobody's",
        false => "are not looked up: their addresses count as nobody's; --resolve looks them up",
    };
    asked.say(err, &format!("hosts with a fixed-address by name {why}: {}{more}", shown.join(", ")));
}

/// The addresses of names, as far as they are found in time. A look-up that takes longer is left alone.
fn addresses_of(mut names: Vec<Vec<u8>>, family: Family) -> HashMap<Vec<u8>, Vec<IpAddr>> {
    names.sort_unstable();
    names.dedup();
    let deadline = Instant::now() + PATIENCE;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for name in names {
            let text = String::from_utf8_lossy(&name).into_owned();
            let found =
                (text.as_str(), 0).to_socket_addrs().map(|all| all.map(|one| one.ip()).collect::<Vec<IpAddr>>());
            // Nobody may be waiting any more.
            if sender.send((name, found.unwrap_or_default())).is_err() {
                return;
            }
        }
    });
    let mut found = HashMap::new();
    while let Ok((name, mut addresses)) = receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        addresses.retain(|address| Family::of(*address) == family);
        addresses.dedup();
        found.insert(name, addresses);
    }
    found
}
