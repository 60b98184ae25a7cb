//! Reservations: the hosts of dhcpd.conf, and those that the lease file has because they were made over
//! OMAPI; without those that it says are deleted.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use crate::dhcpd::conf::{Conf, Place};
use crate::dhcpd::declarations::{Address, Host};
use crate::dhcpd::statements;
use crate::dhcpd::{Family, Span};

/// Where a host is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the configuration.
    Conf(Place),
    /// In that line of the lease file.
    Leases(u64),
}

/// A host with its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Reservation {
    /// The host.
    pub host: Host,
    /// Where it is declared.
    pub origin: Origin,
    /// Its client identifier, said by `uid` or by the option.
    pub client_identifier: Option<Vec<u8>>,
}

impl Reservation {
    /// That of a host of the lease file.
    pub fn of_leases(host: Host, line: u64) -> Self {
        let by_option = || statements::client_identifier(&host.statements);
        let client_identifier = host.client_identifier.clone().or_else(by_option);
        Reservation { host, origin: Origin::Leases(line), client_identifier }
    }

    fn of_conf(conf: &Conf, host: &Host) -> Self {
        let place = host.scope.map_or_else(Place::default, |scope| conf.scopes[scope].place);
        let own: Vec<_> = host.scope.into_iter().flat_map(|scope| conf.statements_of(scope)).cloned().collect();
        let client_identifier = host.client_identifier.clone().or_else(|| statements::client_identifier(&own));
        Reservation { host: host.clone(), origin: Origin::Conf(place), client_identifier }
    }

    /// Its prefixes of DHCPv6.
    pub fn prefixes(&self) -> impl Iterator<Item = Span> {
        self.host.prefixes6.iter().filter_map(|(address, length)| Span::prefix((*address).into(), *length))
    }

    fn prefix_keys(&self) -> impl Iterator<Item = (IpAddr, u8)> {
        let spans =
            self.host.prefixes6.iter().map(|(address, length)| (Span::prefix((*address).into(), *length), *length));
        spans.filter_map(|(span, length)| Some((span?.low, length)))
    }

    /// Its addresses, without those that are given by name.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.host.addresses.iter().filter_map(|address| match address {
            Address::Ip(address) => Some(*address),
            Address::Name(_) => None,
        })
    }
}

/// The addresses of a host that a client of OMAPI has made on a DHCPv6 server: dhcpd writes the 16 octets of each to its
/// lease file as four addresses of IPv4, and reads them as one of IPv6.
pub fn as_ipv6(addresses: Vec<Address>) -> Vec<Address> {
    let octets = |address: &Address| match address {
        Address::Ip(IpAddr::V4(address)) => Some(address.octets()),
        _ => None,
    };
    let octets: Option<Vec<[u8; 4]>> = addresses.iter().map(octets).collect();
    match octets.map(|octets| octets.concat()) {
        Some(octets) if octets.len().is_multiple_of(16) => {
            let one = |part: &[u8]| <[u8; 16]>::try_from(part).ok().map(|octets| Address::Ip(IpAddr::from(octets)));
            octets.chunks_exact(16).filter_map(one).collect()
        }
        _ => addresses,
    }
}

/// All reservations.
#[derive(Clone, Debug, Default)]
pub struct Reservations {
    /// The hosts of the lease file are those of a DHCPv6 server.
    is_v6: bool,
    all: Vec<Option<Reservation>>,
    by_name: HashMap<Vec<u8>, usize>,
    by_address: HashMap<IpAddr, Holders>,
    /// By the prefix and its length.
    by_prefix: HashMap<(IpAddr, u8), Holders>,
    /// The lengths of prefixes that there are: an address may lie in one of each.
    prefix_lengths: BTreeSet<u8>,
}

/// The numbers of those that have an address, and how many of these are gone. Gone ones are left in until
/// they are half of all, so that a file that deletes thousands of one address is not searched for each.
#[derive(Clone, Debug, Default)]
struct Holders {
    numbers: Vec<usize>,
    gone: usize,
}

impl Holders {
    fn forget_one(&mut self, all: &[Option<Reservation>]) {
        self.gone += 1;
        if self.gone * 2 >= self.numbers.len() {
            self.numbers.retain(|number| all[*number].is_some());
            self.gone = 0;
        }
    }
}

impl Reservations {
    /// Says of which family the server is whose lease file is read next, if the configuration does not.
    pub fn read_as(&mut self, family: Option<Family>) {
        self.is_v6 = family == Some(Family::V6);
    }

    /// Those of a configuration.
    pub fn of(conf: &Conf) -> Self {
        let mut reservations = Reservations { is_v6: conf.family() == Some(Family::V6), ..Reservations::default() };
        for host in &conf.hosts {
            reservations.enter(Reservation::of_conf(conf, host));
        }
        reservations
    }

    /// Takes in a host of the lease file, which may say that one is deleted. Returns whether another one
    /// of that name was replaced, which dhcpd refuses.
    pub fn take(&mut self, host: &Host, line: u64) -> bool {
        if host.deleted {
            self.remove(&host.name);
            return false;
        }
        let mut host = host.clone();
        if self.is_v6 {
            host.addresses = as_ipv6(host.addresses);
        }
        self.enter(Reservation::of_leases(host, line))
    }

    fn enter(&mut self, reservation: Reservation) -> bool {
        let replaced = self.remove(&reservation.host.name);
        let number = self.all.len();
        for address in reservation.addresses() {
            self.by_address.entry(address).or_default().numbers.push(number);
        }
        for (prefix, length) in reservation.prefix_keys() {
            self.by_prefix.entry((prefix, length)).or_default().numbers.push(number);
            self.prefix_lengths.insert(length);
        }
        self.by_name.insert(reservation.host.name.clone(), number);
        self.all.push(Some(reservation));
        replaced
    }

    fn remove(&mut self, name: &[u8]) -> bool {
        let Some(number) = self.by_name.remove(name) else { return false };
        if let Some(gone) = self.all[number].take() {
            for address in gone.addresses() {
                if let Some(holders) = self.by_address.get_mut(&address) {
                    holders.forget_one(&self.all);
                }
            }
            for key in gone.prefix_keys() {
                if let Some(holders) = self.by_prefix.get_mut(&key) {
                    holders.forget_one(&self.all);
                }
            }
        }
        true
    }

    /// Gives hosts that have addresses by name those that `look_up` finds for the names.
    pub fn resolve(&mut self, mut look_up: impl FnMut(&[u8]) -> Vec<IpAddr>) {
        for number in 0..self.all.len() {
            let Some(reservation) = &mut self.all[number] else { continue };
            let host = &mut reservation.host;
            let names = host.addresses.iter().filter_map(|address| match address {
                Address::Name(name) => Some(name.clone()),
                Address::Ip(_) => None,
            });
            for name in names.collect::<Vec<_>>() {
                let found = look_up(&name);
                for address in &found {
                    self.by_address.entry(*address).or_default().numbers.push(number);
                }
                host.addresses.extend(found.into_iter().map(Address::Ip));
            }
        }
    }

    /// All of them, in the order in which they were declared.
    pub fn iter(&self) -> impl Iterator<Item = &Reservation> {
        self.all.iter().flatten()
    }

    /// The one of that name.
    pub fn named(&self, name: &[u8]) -> Option<&Reservation> {
        self.all[*self.by_name.get(name)?].as_ref()
    }

    /// Those that have an address, or a prefix that it lies in.
    pub fn of_address(&self, address: IpAddr) -> impl Iterator<Item = &Reservation> {
        let with_prefix = self.prefix_lengths.iter().filter_map(move |length| {
            let prefix = Span::prefix(address, *length).filter(|_| address.is_ipv6())?;
            self.by_prefix.get(&(prefix.low, *length))
        });
        let holders = self.by_address.get(&address).into_iter().chain(with_prefix);
        holders.flat_map(|holders| &holders.numbers).filter_map(|number| self.all[*number].as_ref())
    }
}
