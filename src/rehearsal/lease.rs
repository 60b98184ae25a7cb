//! Leases: the addresses of the pools, and who has them.

use std::collections::HashMap;

use crate::dhcpd::hardware::ETHERNET;
use crate::dhcpd::leases::{Binding, State};
use crate::omapi::ResultCode;
use crate::omapi::server::{LookUp, ValueList};

use super::host::hardware_key;
use super::index::Index;
use super::journal::{Journal, ObjectKind};
use super::object::Object;
use super::record::{BOOTP, RESERVED, Record};
use super::text::{self, c_string};
use crate::omapi::message::integer;

/// The flags that clients of OMAPI see and change. Two of them mean something to dhcpd while it answers
/// a DHCP client, and nothing here.
const EPHEMERAL: u8 = 0x40 | 0x08 | RESERVED | BOOTP;

/// Values that clients may keep in a lease.
const MAX_BINDINGS: usize = 64;
/// Bytes of the names of all these values together.
const MAX_BINDING_BYTES: usize = 64 << 20;

/// An address of a pool.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The address.
    pub address: u32,
    /// The subnet that it lies in, by number.
    pub subnet: u32,
    /// The pool that it belongs to, by number.
    pub pool: u32,
    /// What is known beside.
    record: Option<Box<Record>>,
}

/// The state of one that nobody has ever had.
static UNUSED: std::sync::LazyLock<Record> = std::sync::LazyLock::new(Record::default);

impl Lease {
    /// What is known about it.
    pub fn record(&self) -> &Record {
        self.record.as_deref().unwrap_or(&UNUSED)
    }

    fn record_mut(&mut self) -> &mut Record {
        self.record.get_or_insert_default()
    }

    /// The address in dotted form.
    pub fn name(&self) -> Vec<u8> {
        std::net::Ipv4Addr::from(self.address).to_string().into_bytes()
    }
}

/// A pool, as far as leases care.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pool {
    /// Whether it is shared with a failover peer.
    pub failover: bool,
}

/// All leases.
#[derive(Debug, Default)]
pub struct Leases {
    all: Vec<Lease>,
    pools: Vec<Pool>,
    addresses: HashMap<[u8; 4], u32>,
    client_identifiers: Index,
    hardware: Index,
    /// When the next one may change by itself, at the earliest.
    next_event: Option<u32>,
    /// Bytes of the names of values that clients keep in leases.
    binding_bytes: usize,
}

impl Leases {
    pub(super) fn get(&self, number: u32) -> &Lease {
        &self.all[number as usize]
    }

    pub(super) fn add_pool(&mut self, pool: Pool) -> u32 {
        self.pools.push(pool);
        (self.pools.len() - 1) as u32
    }

    /// Adds an address to a pool; one that is there already stays where it is.
    pub(super) fn add(&mut self, address: u32, subnet: u32, pool: u32) {
        let number = self.all.len() as u32;
        if let std::collections::hash_map::Entry::Vacant(entry) = self.addresses.entry(address.to_be_bytes()) {
            entry.insert(number);
            self.all.push(Lease { address, subnet, pool, record: None });
        }
    }

    /// How many addresses of a pool are in such a state.
    pub(super) fn count_in(&self, pool: u32, is_counted: impl Fn(State) -> bool) -> u32 {
        let in_pool = self.all.iter().filter(|lease| lease.pool == pool);
        in_pool.filter(|lease| is_counted(lease.record().state)).count() as u32
    }

    pub(super) fn with_address(&self, address: &[u8]) -> Option<u32> {
        self.addresses.get(address).copied()
    }

    /// Whether a lease's pool is shared with a failover peer.
    pub(super) fn has_failover(&self, number: u32) -> bool {
        self.pools[self.get(number).pool as usize].failover
    }

    /// Replaces what is known about a lease, as a block of the lease file does.
    pub(super) fn load(&mut self, number: u32, record: Record) {
        self.unindex(number);
        let wakes = (record.state != record.next_state).then_some(record.ends);
        self.all[number as usize].record = Some(Box::new(record));
        self.index(number);
        self.wake_at(wakes);
    }

    fn wake_at(&mut self, time: Option<u32>) {
        self.next_event = [self.next_event, time].into_iter().flatten().min();
    }

    fn index(&mut self, number: u32) {
        let record = self.get(number).record();
        let (identifier, hardware) = (record.client_identifier.clone(), record.hardware.clone());
        if !identifier.is_empty() {
            self.client_identifiers.push(&identifier, number);
        }
        if let Some((hardware_type, address)) = hardware {
            self.hardware.push(&hardware_key(hardware_type, &address), number);
        }
    }

    fn unindex(&mut self, number: u32) {
        let record = self.get(number).record();
        let (identifier, hardware) = (record.client_identifier.clone(), record.hardware.clone());
        self.client_identifiers.remove(&identifier, number);
        if let Some((hardware_type, address)) = hardware {
            self.hardware.remove(&hardware_key(hardware_type, &address), number);
        }
    }

    pub(super) fn look_up(&self, by: LookUp<'_, Object>) -> Result<u32, ResultCode> {
        let mut found = match by.handle? {
            None => None,
            Some(Object::Lease(number)) => Some(number),
            Some(_) => return Err(ResultCode::INVALID_ARGUMENT),
        };
        if let Some(address) = by.values.get(b"ip-address") {
            found = Some(agree(found, self.with_address(address))?);
        }
        if let Some(identifier) = by.values.get(b"dhcp-client-identifier") {
            let head = agree(found, self.client_identifiers.get(identifier))?;
            if self.client_identifiers.count(identifier) > 1 {
                return Err(ResultCode::MULTIPLE);
            }
            found = Some(head);
        }
        if let Some(key) = looked_up_hardware(by.values)? {
            let head = agree(found, self.hardware.get(&key))?;
            if self.hardware.count(&key) > 1 {
                return Err(ResultCode::MULTIPLE);
            }
            found = Some(head);
        }
        found.ok_or(ResultCode::NO_KEY_SPECIFIED)
    }

    /// Sets one attribute, and writes the lease where that changes it.
    pub(super) fn set(
        &mut self,
        number: u32,
        name: &[u8],
        value: Option<&[u8]>,
        now: u32,
        journal: &mut Journal,
    ) -> Result<(), ResultCode> {
        let number_in = |value: Option<&[u8]>| value.and_then(integer).ok_or(ResultCode::INVALID_ARGUMENT);
        match name {
            b"state" => {
                let state = State::from_number(number_in(value)?).ok_or(ResultCode::INVALID_ARGUMENT)?;
                if self.get(number).record().state == state {
                    return Err(ResultCode::UNCHANGED);
                }
                self.all[number as usize].record_mut().next_state = state;
                self.supersede(number, now, journal, false);
            }
            b"ends" => {
                let ends = number_in(value)?;
                self.all[number as usize].record_mut().ends = ends;
                self.supersede(number, now, journal, false);
            }
            b"flags" => {
                let flags = match value {
                    Some(&[flags]) => flags,
                    value => number_in(value)? as u8,
                } & EPHEMERAL;
                let record = self.all[number as usize].record_mut();
                if record.flags == flags {
                    return Err(ResultCode::UNCHANGED);
                }
                record.flags = flags;
                if !matches!(record.next_state, State::Active | State::Expired) {
                    record.agent_options.clear();
                }
                self.supersede(number, now, journal, false);
            }
            b"ip-address" | b"pool" | b"starts" => return Err(ResultCode::PERMISSION_DENIED),
            b"subnet" => return Err(ResultCode::INVALID_ARGUMENT),
            b"dhcp-client-identifier"
            | b"hostname"
            | b"client-hostname"
            | b"host"
            | b"billing-class"
            | b"hardware-address"
            | b"hardware-type" => return Err(ResultCode::UNCHANGED),
            _ => {
                // dhcpd forgets what bytes it was given, and that they are bytes.
                let value = value.map(|_| Binding::Boolean(true));
                self.bind(number, name, value)?;
                self.write(number, now, journal);
            }
        }
        Ok(())
    }

    /// Keeps the handle by which a client updated a lease, as dhcpd does by mistake.
    pub(super) fn bind_handle(&mut self, number: u32, handle: u32, now: u32, journal: &mut Journal) {
        if self.bind(number, b"remote-handle", Some(Binding::Number(handle))).is_ok() {
            self.write(number, now, journal);
        }
    }

    fn bind(&mut self, number: u32, name: &[u8], value: Option<Binding>) -> Result<(), ResultCode> {
        let name = c_string(name);
        let room = self.binding_bytes + name.len() <= MAX_BINDING_BYTES;
        let bindings = &mut self.all[number as usize].record_mut().bindings;
        let place = bindings.iter().position(|(other, _)| *other == name);
        match (place, value) {
            (None, None) => return Err(ResultCode::UNKNOWN_ATTRIBUTE),
            (None, Some(_)) if bindings.len() >= MAX_BINDINGS || !room => return Err(ResultCode::NO_RESOURCES),
            (None, Some(value)) => {
                self.binding_bytes += name.len();
                bindings.insert(0, (name, value));
            }
            (Some(place), Some(value)) => bindings[place].1 = value,
            (Some(place), None) => {
                // One from the lease file was not counted.
                self.binding_bytes = self.binding_bytes.saturating_sub(bindings.remove(place).0.len());
            }
        }
        Ok(())
    }

    /// Puts a change into effect: the lease becomes what it was to become next, whatever was
    /// changed, and is written.
    fn supersede(&mut self, number: u32, now: u32, journal: &mut Journal, by_itself: bool) {
        let failover = self.pools[self.get(number).pool as usize].failover;
        let record = self.all[number as usize].record_mut();
        record.atsfp = 0;
        record.make_transition(failover);
        let (ends, restless) = (record.ends, record.state != record.next_state);
        self.write(number, now, journal);
        if restless {
            self.wake_at(Some(ends));
            if !by_itself && ends < now {
                self.expire(now, journal);
            }
        }
    }

    /// Lets leases that have ended become what they are to become next.
    pub(super) fn expire(&mut self, now: u32, journal: &mut Journal) {
        if self.next_event.is_none_or(|time| time > now) {
            return;
        }
        self.next_event = None;
        let ended = |lease: &Lease| {
            let record = lease.record();
            // With a failover peer an expired lease waits for the peer.
            let waits = self.pools[lease.pool as usize].failover
                && matches!(record.state, State::Expired | State::Released | State::Reset);
            (record.state != record.next_state && !waits).then_some(record.ends)
        };
        let mut due: Vec<(u32, u32)> = Vec::new();
        let mut next = None;
        for (number, lease) in self.all.iter().enumerate() {
            match ended(lease) {
                Some(ends) if ends <= now => due.push((ends, number as u32)),
                Some(ends) => next = [next, Some(ends)].into_iter().flatten().min(),
                None => {}
            }
        }
        self.wake_at(next);
        due.sort_unstable();
        for (_, number) in due {
            let lease = self.get(number);
            journal.before(ObjectKind::Lease, &lease.name(), || lease_block(lease, now));
            self.supersede(number, now, journal, true);
        }
    }

    fn write(&self, number: u32, now: u32, journal: &mut Journal) {
        let lease = self.get(number);
        journal.write(ObjectKind::Lease, &lease.name(), lease_block(lease, now), false);
    }

    pub(super) fn values(&self, number: u32, list: &mut ValueList<'_, Object>) {
        let lease = self.get(number);
        let record = lease.record();
        list.integer(b"state", record.state.number());
        list.integer(b"ip-address", lease.address);
        if !record.client_identifier.is_empty() {
            list.bytes(b"dhcp-client-identifier", &record.client_identifier);
        }
        if let Some(hostname) = &record.client_hostname {
            list.bytes(b"client-hostname", hostname);
        }
        list.reference(b"subnet", Some(Object::Subnet(lease.subnet)));
        list.reference(b"pool", Some(Object::Pool(lease.pool)));
        if let Some((class, _)) = &record.billing {
            list.reference(b"billing-class", Some(Object::Class(*class)));
        }
        if let Some((hardware_type, address)) = &record.hardware {
            list.bytes(b"hardware-address", address);
            list.integer(b"hardware-type", (*hardware_type).into());
        }
        for (name, time) in [
            (&b"ends"[..], record.ends),
            (b"starts", record.starts),
            (b"tstp", record.tstp),
            (b"tsfp", record.tsfp),
            (b"atsfp", record.atsfp),
            (b"cltt", record.cltt),
        ] {
            list.integer(name, time);
        }
        list.bytes(b"flags", &[record.flags]);
        for (name, value) in &record.bindings {
            match value {
                Binding::Data(bytes) => list.bytes(name, bytes),
                Binding::Number(number) => list.integer(name, *number),
                Binding::Boolean(truth) => list.integer(name, u32::from(*truth)),
            }
        }
    }
}

/// The hardware key that a look-up gives, if any.
pub(super) fn looked_up_hardware(values: crate::omapi::message::Values<'_>) -> Result<Option<Vec<u8>>, ResultCode> {
    let Some(address) = values.get(b"hardware-address") else { return Ok(None) };
    let hardware_type = match values.get(b"hardware-type") {
        None => ETHERNET,
        Some(&[0, 0, 0, number]) => number,
        Some(_) => return Err(ResultCode::INVALID_ARGUMENT),
    };
    Ok(Some(hardware_key(hardware_type, address)))
}

/// What two attributes of one look-up find together.
pub(super) fn agree<T: PartialEq>(found: Option<T>, also: Option<T>) -> Result<T, ResultCode> {
    match (found, also) {
        (Some(one), other) if other.as_ref() != Some(&one) => Err(ResultCode::KEY_CONFLICT),
        (_, None) => Err(ResultCode::NOT_FOUND),
        (_, Some(one)) => Ok(one),
    }
}

/// A lease's block of the lease file.
pub(super) fn lease_block(lease: &Lease, now: u32) -> Vec<u8> {
    let record = lease.record();
    let mut out = [b"lease ", &lease.name()[..], b" {"].concat();
    for (name, time) in [
        ("starts", record.starts),
        ("ends", record.ends),
        ("tstp", record.tstp),
        ("tsfp", record.tsfp),
        ("atsfp", record.atsfp),
        ("cltt", record.cltt),
    ] {
        if time != 0 {
            out.extend_from_slice(format!("\n  {name} ").as_bytes());
            text::time(time, &mut out);
        }
    }
    let mut say = |text: String| out.extend_from_slice(text.as_bytes());
    say(format!("\n  binding state {};", record.state.name()));
    if record.next_state != record.state {
        say(format!("\n  next binding state {};", record.next_state.name()));
    }
    if record.rewind_state != record.state {
        say(format!("\n  rewind binding state {};", record.rewind_state.name()));
    }
    if record.flags & RESERVED != 0 {
        say("\n  reserved;".to_owned());
    }
    if record.flags & BOOTP != 0 {
        say("\n  dynamic-bootp;".to_owned());
    }
    if let Some((_, statement)) = &record.billing
        && record.ends > now
    {
        out.extend_from_slice(b"\n  ");
        out.extend_from_slice(statement);
    }
    if let Some((hardware_type, address)) = &record.hardware {
        text::hardware(*hardware_type, address, &mut out);
    }
    if !record.client_identifier.is_empty() {
        out.extend_from_slice(b"\n  uid ");
        text::quoted(&record.client_identifier, &mut out);
        out.push(b';');
    }
    for (name, value) in &record.bindings {
        out.extend_from_slice(&[b"\n  set ", &name[..], b" = "].concat());
        match value {
            Binding::Data(bytes) => text::quoted(bytes, &mut out),
            Binding::Number(number) => out.extend_from_slice(format!("%{number}").as_bytes()),
            Binding::Boolean(truth) => out.extend_from_slice(truth.to_string().as_bytes()),
        }
        out.push(b';');
    }
    for statement in &record.agent_options {
        out.extend_from_slice(b"\n  ");
        out.extend_from_slice(statement);
    }
    if let Some(hostname) = record.client_hostname.as_deref().filter(|name| text::is_printable(name)) {
        out.extend_from_slice(b"\n  client-hostname ");
        text::quoted(hostname, &mut out);
        out.push(b';');
    }
    for statement in [&record.on_expiry, &record.on_release].into_iter().flatten() {
        out.extend_from_slice(b"\n  ");
        out.extend_from_slice(statement);
    }
    out.extend_from_slice(b"\n}\n");
    out
}
