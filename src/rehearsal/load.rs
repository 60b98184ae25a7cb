//! A rehearsal out of dhcpd.conf and dhcpd.leases, as dhcpd starts.

use std::fmt;
use std::net::IpAddr;

use crate::dhcpd::conf::{self, Conf};
use crate::dhcpd::declarations::{self, Address};
use crate::dhcpd::failover::FailoverState;
use crate::dhcpd::leases::{self, Block, Entry, Flaw, Reader, State, Time};
use crate::dhcpd::syntax::{Lines, Position, explain_at};

use super::class::Class;
use super::failover::FailoverPeer;
use super::group::Group;
use super::host::{Host, HostGroup};
use super::lease::Pool;
use super::record::{BOOTP, RESERVED, Record};
use super::store::{Interface, Rehearsal};
use super::text::NEVER;

/// Addresses that all ranges may have together: dhcpd needs a gigabyte for as many.
const MAX_ADDRESSES: u128 = 1 << 22;

/// Why the files cannot be used together.
#[derive(Debug, PartialEq, Eq)]
pub enum LoadError {
    /// Two hosts of one name in dhcpd.conf.
    HostTwice(String),
    /// The ranges have more addresses than a rehearsal keeps.
    TooManyAddresses,
    /// A mistake in the lease file: `FILE:LINE:COLUMN: TEXT`, the line, and a caret.
    Leases(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::HostTwice(name) => write!(f, "the host `{name}` is declared twice; dhcpd refuses that"),
            LoadError::TooManyAddresses => {
                write!(f, "the ranges have more than {MAX_ADDRESSES} addresses; rehearse with smaller ones")
            }
            LoadError::Leases(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for LoadError {}

/// A lease file's name and bytes.
#[derive(Clone, Copy, Debug)]
pub struct LeaseFile<'a> {
    /// What it is called in messages.
    pub source: &'a str,
    /// Its bytes.
    pub text: &'a [u8],
    /// Go on without blocks that cannot be read.
    pub lenient: bool,
}

/// Loads a configuration and, if there is one, a lease file. Returns what is to be said about blocks
/// that were left out, too.
pub fn load(conf: &Conf, leases: Option<LeaseFile<'_>>) -> Result<(Rehearsal, Vec<String>), LoadError> {
    let mut rehearsal = Rehearsal { definitions: conf.context.definitions.clone(), ..Rehearsal::default() };
    rehearsal.load_conf(conf)?;
    let mut remarks = Vec::new();
    if let Some(file) = leases {
        let now = super::store::now();
        let mut lines = Lines::of(file.text);
        let mut is_lost = false;
        for entry in Reader::new(file.text, conf.context.clone()) {
            let error = match entry {
                Entry::Block(..) if is_lost => {
                    is_lost = false;
                    continue;
                }
                Entry::Block(_, block) => {
                    rehearsal.load_block(block, now);
                    continue;
                }
                Entry::Flaw(Flaw { error, costs_block: false }) => {
                    remarks.push(explain_at(file.source, file.text, &error, lines.position(error.offset)));
                    continue;
                }
                Entry::Flaw(Flaw { error, costs_block: true }) => {
                    is_lost = true;
                    error
                }
                Entry::HalfWritten(offset) => {
                    let Position { line, .. } = lines.position(offset);
                    remarks.push(format!("{}:{line}: the last block has no end and was left out", file.source));
                    continue;
                }
                Entry::Mistake(error) => error,
            };
            let text = explain_at(file.source, file.text, &error, lines.position(error.offset));
            match file.lenient {
                true => remarks.push(format!("{text}\nthis block was left out")),
                false => return Err(LoadError::Leases(text)),
            }
        }
    }
    Ok((rehearsal, remarks))
}

impl Rehearsal {
    /// The network interfaces that clients can look up.
    pub fn set_interfaces(&mut self, names: Vec<Vec<u8>>) {
        self.interfaces = names.into_iter().map(|name| Interface { name, removed: false }).collect();
    }

    fn load_conf(&mut self, conf: &Conf) -> Result<(), LoadError> {
        for group in &conf.groups {
            let mut group = group.clone();
            group.statements = group.scope.into_iter().flat_map(|scope| conf.statements_of(scope)).cloned().collect();
            self.load_group(group);
        }
        for class in &conf.classes {
            self.load_class(class.clone());
        }
        for host in &conf.hosts {
            let name = String::from_utf8_lossy(&host.name).into_owned();
            let mut host = host.clone();
            host.statements = host.scope.into_iter().flat_map(|scope| conf.statements_of(scope)).cloned().collect();
            if !self.load_host(host) {
                return Err(LoadError::HostTwice(name));
            }
        }
        let addresses = conf.ranges.iter().map(|range| range.span().size()).sum::<u128>();
        if addresses > MAX_ADDRESSES {
            return Err(LoadError::TooManyAddresses);
        }
        for pool in &conf.pools {
            self.leases.add_pool(Pool { failover: pool.failover_peer.is_some() });
        }
        for range in &conf.ranges {
            for address in u32::from(range.low)..=u32::from(range.high) {
                self.leases.add(address, range.subnet as u32, range.pool as u32);
            }
        }
        self.failover_peers = conf.failover_peers.iter().map(failover_peer).collect();
        Ok(())
    }

    fn load_block(&mut self, block: Block, now: u32) {
        match block {
            Block::Lease(lease) => {
                if let Some(number) = self.leases.with_address(&lease.address.octets()) {
                    let failover = self.leases.has_failover(number);
                    let record = self.record(*lease, failover, now);
                    self.leases.load(number, record);
                }
            }
            Block::Host(host) => {
                self.load_host(host);
            }
            Block::Group(group) => self.load_group(group),
            Block::Class(class) => self.load_class(class),
            Block::FailoverState { name, mine, partner, .. } => {
                if let Some(peer) = self.failover_peers.iter_mut().find(|peer| peer.name == name) {
                    if let Some((state, since)) = mine {
                        (peer.local_state, peer.local_stos) = (state_number(&state), seconds(since));
                    }
                    if let Some((state, since)) = partner {
                        (peer.partner_state, peer.partner_stos) = (state_number(&state), seconds(since));
                    }
                }
            }
            Block::Ia(_) | Block::ServerDuid(_) | Block::ByteOrder(_) => {}
        }
    }

    /// Returns whether there was no host of that name.
    fn load_host(&mut self, declared: declarations::Host) -> bool {
        if declared.deleted {
            if let Some(number) = self.hosts.named(&declared.name) {
                self.hosts.forget(number);
            }
            return true;
        }
        let named_group = declared.group.as_deref().and_then(|group| self.groups.named(group));
        let group = match named_group {
            Some(group) if declared.statements.is_empty() => HostGroup::Named(group),
            _ => HostGroup::Own(declared.statements),
        };
        let addresses: Vec<u8> = declared
            .addresses
            .iter()
            .flat_map(|address| match address {
                Address::Ip(IpAddr::V4(address)) => address.octets().to_vec(),
                Address::Ip(IpAddr::V6(address)) => address.octets().to_vec(),
                Address::Name(_) => Vec::new(),
            })
            .collect();
        let (hardware_type, hardware) = declared.hardware.map_or((0, None), |(kind, address)| (kind, Some(address)));
        let number = self.hosts.add(Host {
            name: Some(declared.name),
            hardware_type,
            hardware,
            client_identifier: declared.client_identifier.unwrap_or_default(),
            fixed_address: (!addresses.is_empty()).then_some(addresses),
            named_group,
            group,
            dynamic: declared.dynamic,
            fixed: !declared.dynamic,
            ..Host::default()
        });
        self.hosts.enter(number, &self.groups, None).is_ok()
    }

    fn load_group(&mut self, declared: declarations::Group) {
        if declared.deleted {
            if let Some(number) = self.groups.named(&declared.name) {
                self.groups.forget(number);
            }
            return;
        }
        let number = self.groups.add(Group {
            name: Some(declared.name),
            statements: Some(declared.statements),
            dynamic: declared.dynamic,
            fixed: declared.fixed,
            deleted: false,
        });
        self.groups.enter(number);
    }

    fn load_class(&mut self, declared: declarations::Class) {
        let class = self.classes.named(&declared.name);
        let known = match &declared.hash_string {
            None => class,
            Some(hash_string) => class.and_then(|class| self.classes.subclass(class, hash_string)),
        };
        if declared.deleted {
            if let Some(number) = known {
                self.classes.forget(number);
            }
            return;
        }
        if known.is_some() {
            return;
        }
        let inherited = class.map_or(0, |class| self.classes.get(class).lease_limit);
        let is_subclass = declared.hash_string.is_some();
        let number = self.classes.add(Class {
            is_subclass,
            name: (!is_subclass).then_some(declared.name),
            superclass: class.filter(|_| is_subclass),
            hash_string: declared.hash_string,
            lease_limit: if is_subclass && declared.lease_limit == 0 { inherited } else { declared.lease_limit },
            leases_used: 0,
            matches_hardware: declared.matches_hardware,
            dynamic: declared.dynamic,
            ..Class::default()
        });
        // One that is known already was returned from above.
        let _ = self.classes.enter(number);
    }

    fn record(&self, lease: leases::Lease, failover: bool, now: u32) -> Record {
        let ends = seconds(lease.ends);
        let state = match lease.state {
            Some(state) => state,
            None if ends > now || lease.on_expiry.is_some() || lease.on_release.is_some() => State::Active,
            None if failover => State::Expired,
            None => State::Free,
        };
        // An active lease whose block does not say what comes next stays as it is until it is changed.
        let by_default = match (state, lease.state) {
            (State::Active, None) if failover => State::Expired,
            (State::Active, None) => State::Free,
            (state, _) => state,
        };
        let billing = lease.billing.and_then(|statement| {
            let name = statement.split(|&byte| byte == b'"').nth(1)?;
            Some((self.classes.named(name)?, statement))
        });
        Record {
            starts: seconds(lease.starts),
            ends,
            tstp: lease.tstp.map_or(ends, |time| seconds(Some(time))),
            tsfp: seconds(lease.tsfp),
            atsfp: seconds(lease.atsfp),
            cltt: seconds(lease.cltt),
            state,
            next_state: lease.next_state.unwrap_or(by_default),
            rewind_state: lease.rewind_state.unwrap_or(state),
            hardware: lease.hardware,
            client_identifier: lease.client_identifier.unwrap_or_default(),
            client_hostname: lease.client_hostname,
            billing,
            flags: u8::from(lease.reserved) * RESERVED + u8::from(lease.bootp) * BOOTP,
            bindings: lease.bindings.into_iter().rev().collect(),
            agent_options: lease.agent_options,
            on_expiry: lease.on_expiry,
            on_release: lease.on_release,
        }
    }
}

/// Seconds since 1970 as OMAPI sends them; 0 for none.
fn seconds(time: Option<Time>) -> u32 {
    match time {
        None => 0,
        Some(Time::Never) => NEVER,
        Some(Time::At(seconds)) => u32::try_from(seconds.max(0)).unwrap_or(u32::MAX),
    }
}

/// A failover state's number in OMAPI.
fn state_number(name: &[u8]) -> u32 {
    FailoverState::from_name(name).map_or(0, FailoverState::number)
}

/// A failover relation as dhcpd starts with it, where the lease file says nothing.
fn failover_peer(declared: &conf::FailoverPeer) -> FailoverPeer {
    let now = super::store::now();
    let bytes = |address: Option<std::net::Ipv4Addr>| address.map(|address| address.octets().to_vec());
    FailoverPeer {
        name: declared.name.clone(),
        is_secondary: declared.is_secondary,
        partner_address: bytes(declared.peer_address).unwrap_or_default(),
        partner_port: declared.peer_port,
        local_address: bytes(declared.address).unwrap_or_default(),
        local_port: declared.port,
        max_outstanding_updates: declared.max_unacked_updates,
        mclt: declared.mclt,
        load_balance_max_secs: declared.load_balance_max_seconds,
        load_balance_hba: declared.hba,
        partner_state: 0,
        local_state: 1,
        partner_stos: now,
        local_stos: now,
        max_response_delay: declared.max_response_delay,
    }
}
