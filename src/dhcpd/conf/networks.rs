//! Shared networks, subnets, pools and ranges out of tokens.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::dhcpd::Family;
use crate::dhcpd::declarations::{
    expect_word, name, no_bits_behind, not_here, number, slash_length, string_or_word, word,
};
use crate::dhcpd::statements::{Fault, expect, ip_address, ip6_address, semicolon};
use crate::dhcpd::syntax::{Lexer, TokenKind};

use super::error::Stop;
use super::failover::failover_peer;
use super::network::{Permit, Permitted, Pool, Pool6, Prefix6, Range, Range6, SharedNetwork, Subnet, Subnet6};
use super::parser::{Around, Parser, Reading, Within, words};
use super::scope::{Place, ScopeKind};

/// Different masks that the subnets of one shared network may have.
const MAX_MASKS: usize = 256;

/// Addresses that a range may have, but for one, where the mask has holes: each is looked at.
const MAX_WITH_HOLES: u32 = (1 << 16) - 1;

impl Parser {
    pub(super) fn shared_network(
        &mut self,
        reading: &mut Reading<'_>,
        around: Around,
        place: Place,
    ) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        let start = lexer.token_start();
        if matches!(
            around.within,
            Within::SharedNetwork | Within::Subnet | Within::Subnet6 | Within::Host | Within::Class
        ) {
            return Err(Fault::at(start, "a shared network cannot stand in here").into());
        }
        let name = match lexer.peek().kind {
            TokenKind::String => lexer.next().text.into_owned(),
            _ => name(lexer, "the shared network's name")?,
        };
        if name.is_empty() {
            return Err(Fault::at(lexer.token_start(), "the shared network's name is empty").into());
        }
        let number = self.conf.shared_networks.len();
        let inner = self.open(ScopeKind::SharedNetwork(number), Within::SharedNetwork, around, place);
        self.conf.shared_networks.push(SharedNetwork { name: Some(name), scope: inner.scope });
        let inner = Around { shared_network: Some(number), subnet: None, pool: None, ..inner };
        self.block(reading, inner)?;
        let has_subnet = self.conf.scopes[inner.scope]
            .children()
            .any(|child| matches!(self.conf.scopes[child].kind, ScopeKind::Subnet(_) | ScopeKind::Subnet6(_)));
        if !has_subnet {
            return Err(Fault::at(start, "this shared network has no subnet").into());
        }
        Ok(())
    }

    /// The shared network of a subnet: the one around it, or one of its own.
    fn network_of(&mut self, around: Around, scope: usize) -> usize {
        let in_shared = around.shared_network.filter(|_| around.within == Within::SharedNetwork);
        in_shared.unwrap_or_else(|| {
            self.conf.shared_networks.push(SharedNetwork { name: None, scope });
            self.conf.shared_networks.len() - 1
        })
    }

    pub(super) fn subnet(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        may_have_subnets(lexer, around)?;
        self.is_of(Family::V4, lexer)?;
        let address = address(lexer, "the subnet's address")?;
        let start = lexer.token_start();
        expect_word(lexer, b"netmask")?;
        let netmask = self::address(lexer, "the subnet's mask")?;
        if u32::from(address) & !u32::from(netmask) != 0 {
            return Err(Fault::at(start, format!("the address {address} does not go with the mask {netmask}")).into());
        }
        let number = self.conf.subnets.len();
        let inner = self.open(ScopeKind::Subnet(number), Within::Subnet, around, place);
        let shared_network = self.network_of(around, inner.scope);
        self.conf.subnets.push(Subnet { address, netmask, shared_network, scope: inner.scope });
        let masks = self.masks.entry(shared_network).or_default();
        if !masks.contains(&netmask) {
            if masks.len() == MAX_MASKS {
                return Err(Fault::at(start, format!("a shared network has {MAX_MASKS} masks at most")).into());
            }
            masks.push(netmask);
        }
        self.subnets.entry((shared_network, netmask, address)).or_insert(number);
        let inner = Around { shared_network: Some(shared_network), subnet: Some(number), pool: None, ..inner };
        self.block(reading, inner)
    }

    pub(super) fn subnet6(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        may_have_subnets(lexer, around)?;
        self.only(Family::V6, lexer, "subnet6")?;
        self.is_of(Family::V6, lexer)?;
        let address = ip6_address(lexer)?;
        let prefix_length = slash_length(lexer)?;
        no_bits_behind(lexer, address, prefix_length)?;
        let number = self.conf.subnets6.len();
        let inner = self.open(ScopeKind::Subnet6(number), Within::Subnet6, around, place);
        let shared_network = self.network_of(around, inner.scope);
        self.conf.subnets6.push(Subnet6 { address, prefix_length, shared_network, scope: inner.scope });
        let inner = Around { shared_network: Some(shared_network), subnet: Some(number), pool: None, ..inner };
        self.block(reading, inner)
    }

    pub(super) fn pool(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        reading.lexer.next();
        let start = reading.lexer.token_start();
        let shared_network = match (around.within, around.shared_network) {
            (Within::SharedNetwork | Within::Subnet, Some(shared_network)) => shared_network,
            _ => return Err(Fault::at(start, "a pool cannot stand in here").into()),
        };
        let number = self.conf.pools.len();
        let inner = self.open(ScopeKind::Pool(number), Within::Pool, around, place);
        self.conf.pools.push(Pool { shared_network, scope: Some(inner.scope), ..Pool::default() });
        let before = self.conf.ranges.len();
        self.block(reading, Around { pool: Some(number), ..inner })?;
        if !self.conf.ranges[before..].iter().any(|range| range.pool == number) {
            return Err(Fault::at(start, "this pool has no range").into());
        }
        // Ranges outside of pools go to the first pool that is open to the same clients.
        let only_bootp_denied = [Permit { allowed: false, whom: Permitted::DynamicBootp }];
        let all_allowed = [Permit { allowed: true, whom: Permitted::All }];
        let permits = &self.conf.pools[number].permits[..];
        if permits == only_bootp_denied || permits == all_allowed {
            let dynamic_bootp = permits == all_allowed;
            self.common_pools.entry((shared_network, dynamic_bootp)).or_insert(number);
        }
        Ok(())
    }

    pub(super) fn pool6(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        reading.lexer.next();
        let start = reading.lexer.token_start();
        let (Within::Subnet6, Some(subnet), Some(shared_network)) =
            (around.within, around.subnet, around.shared_network)
        else {
            return Err(Fault::at(start, "a `pool6` belongs inside of a `subnet6`").into());
        };
        let number = self.conf.pools6.len();
        let inner = self.open(ScopeKind::Pool6(number), Within::Pool6, around, place);
        let scope = Some(inner.scope);
        self.conf.pools6.push(Pool6 { subnet, shared_network, scope, permits: Vec::new() });
        let before = (self.conf.ranges6.len(), self.conf.prefixes6.len());
        self.block(reading, Around { pool: Some(number), ..inner })?;
        let has_range = self.conf.ranges6[before.0..].iter().any(|range| range.pool == number);
        let has_prefix = self.conf.prefixes6[before.1..].iter().any(|prefix| prefix.pool == number);
        match has_range || has_prefix {
            true => Ok(()),
            false => Err(Fault::at(start, "this pool has no range and no prefix").into()),
        }
    }

    /// What belongs to pools only; whether there was any.
    pub(super) fn of_this_pool(
        &mut self,
        reading: &mut Reading<'_>,
        around: Around,
        first: &[u8],
        place: Place,
    ) -> Result<bool, Stop> {
        let is_v4 = around.within == Within::Pool;
        match first {
            b"range" if is_v4 => self.range_of(reading, around, place)?,
            b"range6" if !is_v4 => self.range6_of(reading, around, place)?,
            b"prefix6" if !is_v4 => self.prefix6_of(reading, around, place)?,
            b"allow" | b"deny" => {
                let permit = self.permit(&mut reading.lexer)?;
                let number = around.pool.expect("in a pool");
                let permits = match is_v4 {
                    true => &mut self.conf.pools[number].permits,
                    false => &mut self.conf.pools6[number].permits,
                };
                let is_after = |permit: &Permit| matches!(permit.whom, Permitted::After(_));
                if is_after(&permit) && permits.iter().any(is_after) {
                    return Err(Fault::at(reading.lexer.token_start(), "this pool has an `after` already").into());
                }
                permits.push(permit);
            }
            b"no" if is_v4 => {
                // dhcpd wants no semicolon behind it.
                words(&mut reading.lexer, &[b"no", b"failover", b"peer"])?;
                self.conf.pools[around.pool.expect("in a pool")].failover_peer = None;
            }
            b"failover" if is_v4 => {
                let name = self.known_peer(&mut reading.lexer)?;
                self.peers_in_use.insert(name.clone());
                self.conf.pools[around.pool.expect("in a pool")].failover_peer = Some(name);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `range`, `range6` and `prefix6` outside of pools.
    pub(super) fn range(
        &mut self,
        reading: &mut Reading<'_>,
        around: Around,
        first: &[u8],
        place: Place,
    ) -> Result<(), Stop> {
        match (first, around.within) {
            (b"range", Within::Subnet) => self.range_of(reading, around, place),
            (b"range6", Within::Subnet6) => self.range6_of(reading, around, place),
            (b"prefix6", Within::Subnet6) => self.prefix6_of(reading, around, place),
            _ => {
                let start = reading.lexer.peeked_start();
                let what = format!("`{}` belongs inside of a subnet of its family, or of a pool", first.escape_ascii());
                Err(Fault::at(start, what).into())
            }
        }
    }

    /// `range [dynamic-bootp] ADDRESS [ADDRESS];`, in either order.
    fn range_of(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        let dynamic_bootp = word(lexer) == b"dynamic-bootp";
        if dynamic_bootp {
            lexer.next();
        }
        let start = lexer.peeked_start();
        let low = address(lexer, "the range's first address")?;
        let high = match lexer.peek().kind {
            TokenKind::Byte(b';') => low,
            _ => address(lexer, "the range's last address or a semicolon")?,
        };
        semicolon(lexer)?;
        let (low, high) = (low.min(high), low.max(high));
        let shared_network = around.shared_network.expect("inside of a network");
        let Some(subnet) = self.subnet_of(around.subnet, shared_network, low, high) else {
            return Err(Fault::at(start, format!("the range {low} to {high} does not lie in the subnet")).into());
        };
        self.take(subnet, low, high).map_err(|what| Fault::at(start, what))?;
        let pool = around.pool.unwrap_or_else(|| self.common_pool(shared_network, dynamic_bootp));
        self.conf.ranges.push(Range { low, high, subnet, pool, scope: around.scope, place });
        Ok(())
    }

    /// Takes the addresses of a range; dhcpd takes none twice.
    fn take(&mut self, subnet: usize, low: Ipv4Addr, high: Ipv4Addr) -> Result<(), &'static str> {
        const TWICE: &str = "an address of this range is in another one, too";
        let Subnet { address, netmask, .. } = self.conf.subnets[subnet];
        if self.conf.subnets[subnet].prefix_length().is_some() {
            return if self.take_span(low.into(), high.into()) { Ok(()) } else { Err(TWICE) };
        }
        let host = |address: Ipv4Addr| u32::from(address) & !u32::from(netmask);
        let (first, last) = (host(low).min(host(high)), host(low).max(host(high)));
        if last - first > MAX_WITH_HOLES {
            return Err("a range of so many addresses needs a netmask without holes");
        }
        for part in first..=last {
            let is_new = match with_host(address, netmask, part) {
                Some(address) => self.take_span(address.into(), address.into()),
                None => !std::mem::replace(&mut self.taken_without_room, true),
            };
            if !is_new {
                return Err("with this netmask, which has holes, the range has addresses twice");
            }
        }
        Ok(())
    }

    fn take_span(&mut self, low: u32, high: u32) -> bool {
        let below = self.taken.range(..=high).next_back();
        let is_new = below.is_none_or(|(_, other_high)| *other_high < low);
        self.taken.insert(low, high);
        is_new
    }

    /// The subnet that holds a range: that one, or one of the shared network.
    fn subnet_of(&self, subnet: Option<usize>, shared_network: usize, low: Ipv4Addr, high: Ipv4Addr) -> Option<usize> {
        let holds = |number: &usize| {
            let subnet = self.conf.subnets[*number];
            subnet.contains(low) && subnet.contains(high)
        };
        if let Some(subnet) = subnet {
            return Some(subnet).filter(holds);
        }
        let masks = self.masks.get(&shared_network)?;
        let with_mask = |mask: &Ipv4Addr| {
            let address = Ipv4Addr::from(u32::from(low) & u32::from(*mask));
            self.subnets.get(&(shared_network, *mask, address)).copied()
        };
        masks.iter().filter_map(with_mask).filter(holds).min()
    }

    /// The pool of the ranges outside of pools.
    fn common_pool(&mut self, shared_network: usize, dynamic_bootp: bool) -> usize {
        *self.common_pools.entry((shared_network, dynamic_bootp)).or_insert_with(|| {
            self.conf.pools.push(Pool { shared_network, dynamic_bootp, ..Pool::default() });
            self.conf.pools.len() - 1
        })
    }

    /// `range6 LOW HIGH;`, `range6 ADDRESS/LENGTH [temporary];` and `range6 ADDRESS temporary;`
    fn range6_of(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        self.only(Family::V6, lexer, "range6")?;
        let start = lexer.peeked_start();
        let first = ip6_address(lexer)?;
        let mut temporary = word(lexer) == b"temporary";
        let (low, high) = if temporary {
            lexer.next();
            no_bits_behind(lexer, first, 64)?;
            (first, last_of(first, 64))
        } else if lexer.peek().kind == TokenKind::Byte(b'/') {
            let length = slash_length(lexer)?;
            no_bits_behind(lexer, first, length)?;
            temporary = word(lexer) == b"temporary";
            if temporary {
                if !(64..128).contains(&length) {
                    return Err(Fault::at(start, "a temporary range has a prefix of 64 to 127").into());
                }
                lexer.next();
            }
            (first, last_of(first, length))
        } else {
            let second = ip6_address(lexer)?;
            (first.min(second), first.max(second))
        };
        semicolon(lexer)?;
        let subnet = around.subnet.expect("inside of a subnet6");
        let span = self.conf.subnets6[subnet].span();
        if !span.contains(low.into()) || !span.contains(high.into()) {
            return Err(Fault::at(start, format!("the range {low} to {high} does not lie in the subnet")).into());
        }
        let pool = self.pool6_of(around, subnet);
        self.conf.ranges6.push(Range6 { low, high, temporary, subnet, pool, scope: around.scope, place });
        Ok(())
    }

    /// `prefix6 LOW HIGH /LENGTH;`. Prefixes need not lie in the subnet.
    fn prefix6_of(&mut self, reading: &mut Reading<'_>, around: Around, place: Place) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        lexer.next();
        self.only(Family::V6, lexer, "prefix6")?;
        let first = ip6_address(lexer)?;
        let second = ip6_address(lexer)?;
        let length = slash_length(lexer)?;
        if !(1..128).contains(&length) {
            return Err(Fault::at(lexer.token_start(), "a prefix to delegate has a length of 1 to 127").into());
        }
        no_bits_behind(lexer, first, length)?;
        no_bits_behind(lexer, second, length)?;
        semicolon(lexer)?;
        let (low, high) = (first.min(second), first.max(second));
        let subnet = around.subnet.expect("inside of a subnet6");
        let pool = self.pool6_of(around, subnet);
        self.conf.prefixes6.push(Prefix6 { low, high, length, subnet, pool, scope: around.scope, place });
        Ok(())
    }

    fn pool6_of(&mut self, around: Around, subnet: usize) -> usize {
        around.pool.unwrap_or_else(|| {
            *self.common_pools6.entry(subnet).or_insert_with(|| {
                let shared_network = self.conf.subnets6[subnet].shared_network;
                self.conf.pools6.push(Pool6 { subnet, shared_network, scope: None, permits: Vec::new() });
                self.conf.pools6.len() - 1
            })
        })
    }

    /// `allow` and `deny` in a pool: who may have its addresses.
    fn permit(&mut self, lexer: &mut Lexer<'_>) -> Result<Permit, Fault> {
        let allowed = word(lexer) == b"allow";
        lexer.next();
        let first = word(lexer);
        let whom = match first.as_slice() {
            b"known-clients" => Permitted::Known,
            b"unknown-clients" => Permitted::Unknown,
            b"known" => Permitted::Known,
            b"unknown" => Permitted::Unknown,
            b"authenticated" => Permitted::Authenticated,
            b"unauthenticated" => Permitted::Unauthenticated,
            b"all" => Permitted::All,
            b"dynamic" => Permitted::DynamicBootp,
            b"members" => Permitted::MembersOf(Vec::new()),
            b"after" => Permitted::After(Vec::new()),
            _ => return Err(not_here(lexer, "whom the pool is open to, such as `known-clients`")),
        };
        lexer.next();
        let whom = match whom {
            Permitted::MembersOf(_) => {
                expect_word(lexer, b"of")?;
                if lexer.peek().kind != TokenKind::String {
                    return Err(not_here(lexer, "a class's name in quotes"));
                }
                let class = lexer.next().text.into_owned();
                if !self.conf.context.classes.contains(&class) {
                    let class = class.escape_ascii();
                    return Err(Fault::at(lexer.token_start(), format!("there is no class `{class}`")));
                }
                Permitted::MembersOf(class)
            }
            Permitted::After(_) => Permitted::After(time(lexer)?),
            whom => {
                if whom == Permitted::DynamicBootp {
                    expect_word(lexer, b"bootp")?;
                }
                if !first.ends_with(b"-clients") {
                    expect_word(lexer, b"clients")?;
                }
                whom
            }
        };
        semicolon(lexer)?;
        Ok(Permit { allowed, whom })
    }

    /// `failover peer "NAME";`, which has to be declared before.
    fn known_peer(&mut self, lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
        words(lexer, &[b"failover", b"peer"])?;
        let name = string_or_word(lexer, "the failover relation's name")?;
        let start = lexer.token_start();
        semicolon(lexer)?;
        match self.peer_names.contains(&name) {
            true => Ok(name),
            false => Err(Fault::at(start, format!("there is no failover peer `{}`", name.escape_ascii()))),
        }
    }

    pub(super) fn failover(&mut self, reading: &mut Reading<'_>, around: Around) -> Result<(), Stop> {
        let lexer = &mut reading.lexer;
        match around.within {
            Within::Outermost => {}
            Within::SharedNetwork => {
                self.known_peer(lexer)?;
                return Ok(());
            }
            _ => {
                let start = lexer.peeked_start();
                let what = "a failover peer is declared outside of everything, and named in a shared network or a pool";
                return Err(Fault::at(start, what).into());
            }
        }
        words(lexer, &[b"failover", b"peer"])?;
        let name = string_or_word(lexer, "the failover relation's name")?;
        if !self.peer_names.insert(name.clone()) {
            let what = format!("the failover peer `{}` is declared already", name.escape_ascii());
            return Err(Fault::at(lexer.token_start(), what).into());
        }
        let peer = failover_peer(lexer, name)?;
        self.conf.failover_peers.push(peer);
        Ok(())
    }
}

fn may_have_subnets(lexer: &Lexer<'_>, around: Around) -> Result<(), Fault> {
    match around.within {
        Within::Subnet | Within::Subnet6 | Within::Host | Within::Class => {
            Err(Fault::at(lexer.token_start(), "a subnet cannot stand in here"))
        }
        _ => Ok(()),
    }
}

fn address(lexer: &mut Lexer<'_>, what: &str) -> Result<Ipv4Addr, Fault> {
    match ip_address(lexer) {
        Some(address) => Ok(address.into()),
        None => Err(not_here(lexer, what)),
    }
}

/// The address that dhcpd makes of a subnet's and a host part, which is put into the bytes behind the mask's last one:
/// with a mask with holes there may be no room for it.
fn with_host(subnet: Ipv4Addr, netmask: Ipv4Addr, host: u32) -> Option<Ipv4Addr> {
    let (mut octets, mask, host) = (subnet.octets(), netmask.octets(), host.to_be_bytes());
    for i in (0..octets.len()).rev() {
        if mask[i] == 0 {
            octets[i] = host[i];
            continue;
        }
        octets[i] |= host[i];
        let fits = host[i] <= !mask[i] && host[..i].iter().all(|byte| *byte == 0);
        return fits.then(|| octets.into());
    }
    Some(octets.into())
}

/// The last address of a prefix that an address begins.
fn last_of(address: Ipv6Addr, length: u8) -> Ipv6Addr {
    (u128::from(address) | u128::MAX.checked_shr(length.into()).unwrap_or(0)).into()
}

/// `never`, `epoch SECONDS` or `WEEKDAY YEAR/MONTH/DAY HOUR:MINUTE:SECOND [OFFSET]`, as a text.
fn time(lexer: &mut Lexer<'_>) -> Result<Vec<u8>, Fault> {
    match word(lexer).as_slice() {
        b"never" => {
            lexer.next();
            return Ok(b"never".to_vec());
        }
        b"epoch" => {
            lexer.next();
            return Ok(format!("epoch {}", number(lexer)?).into_bytes());
        }
        _ => {}
    }
    let mut parts = [0; 7];
    for (part, before) in parts.iter_mut().zip([b' ', b' ', b'/', b'/', b' ', b':', b':']) {
        if before != b' ' {
            expect(lexer, before, "a date and a time")?;
        }
        *part = number(lexer)?;
    }
    if lexer.peek().kind == TokenKind::Number {
        lexer.next();
    }
    let [weekday, year, month, day, hour, minute, second] = parts;
    Ok(format!("{weekday} {year}/{month:02}/{day:02} {hour:02}:{minute:02}:{second:02}").into_bytes())
}
