//! Shared networks, subnets and pools.

use std::collections::HashSet;
use std::net::IpAddr;

use anyhow::Result;

use crate::dhcpd::conf::{Conf, Permit, Permitted, Pool};
use crate::render::text::visible;

use super::super::files::Files;
use super::super::told::Told;
use super::json::Json;
use super::levels::{Level, Levels, Lifetimes, Place};
use super::reservations::Reservations;
use super::subnets::Subnets;

/// What the levels around have said.
#[derive(Clone, Copy)]
struct Around {
    lifetimes: Lifetimes,
    unknown_clients: Option<bool>,
    use_host_decl_names: bool,
}

impl Around {
    fn within(self, level: &Level) -> Around {
        Around {
            lifetimes: self.lifetimes.within(level),
            unknown_clients: level.unknown_clients.or(self.unknown_clients),
            use_host_decl_names: level.use_host_decl_names.unwrap_or(self.use_host_decl_names),
        }
    }
}

/// Writes all of them, with the reservations in each.
pub(super) fn write<'c>(
    files: &'c Files,
    subnets: &Subnets<'_>,
    levels: &mut Levels<'c>,
    outermost: &Level,
    reservations: &Reservations<'_>,
    json: &mut Json<'_>,
    told: &mut Told<'_>,
) -> Result<()> {
    let conf = files.conf.as_ref().expect("it was read");
    let nothing = Around { lifetimes: Lifetimes::of_dhcpd(), unknown_clients: None, use_host_decl_names: false };
    let around = nothing.within(outermost);
    let mut writer = Writer { files, subnets, conf, levels, reservations, names: HashSet::new(), json, told };
    let is_shared = |network: &usize| conf.shared_networks[*network].name.is_some();
    let all = 0..conf.shared_networks.len();
    if all.clone().any(|network| is_shared(&network)) {
        writer.json.open(Some("shared-networks"), '[')?;
        for network in all.clone().filter(is_shared) {
            writer.shared_network(network, around)?;
        }
        writer.json.close(']')?;
    }
    writer.json.open(Some("subnet4"), '[')?;
    for network in all.filter(|network| !is_shared(network)) {
        for subnet in files.networks.subnets_of(network) {
            writer.subnet(*subnet, around)?;
        }
    }
    writer.json.close(']')
}

struct Writer<'w, 'c, 'o, 't> {
    files: &'w Files,
    subnets: &'w Subnets<'w>,
    conf: &'c Conf,
    levels: &'w mut Levels<'c>,
    reservations: &'w Reservations<'w>,
    /// Names of shared networks.
    names: HashSet<String>,
    json: &'w mut Json<'o>,
    told: &'w mut Told<'t>,
}

impl Writer<'_, '_, '_, '_> {
    fn shared_network(&mut self, network: usize, around: Around) -> Result<()> {
        let scope = self.conf.shared_networks[network].scope;
        let scopes = self.levels.with_groups(scope);
        let level = self.levels.of_scopes(&scopes, Place::Network, self.told);
        let around = around.within(&level);
        self.json.open(None, '{')?;
        let name = self.conf.shared_networks[network].name.as_deref().unwrap_or_default();
        // To Kea it is a name that there is once.
        let name = visible(name);
        let name = (1..).map(|number| if number == 1 { name.clone() } else { format!("{name}-{number}") });
        let name = name.into_iter().find(|name| self.names.insert(name.clone())).expect("there is no end to numbers");
        self.json.text("name", &name)?;
        level.write_network(self.json, &around.lifetimes)?;
        self.json.open(Some("subnet4"), '[')?;
        for subnet in self.files.networks.subnets_of(network) {
            self.subnet(*subnet, around)?;
        }
        self.json.close(']')?;
        self.json.close('}')
    }

    fn subnet(&mut self, number: usize, around: Around) -> Result<()> {
        let subnet = &self.conf.subnets[number];
        let scopes = self.levels.with_groups(subnet.scope);
        let level = self.levels.of_scopes(&scopes, Place::Network, self.told);
        let around = around.within(&level);
        let Some(length) = subnet.prefix_length() else {
            let place = self.conf.show(self.conf.scopes[subnet.scope].place);
            self.told.drop(&format!(
                "{place}: the subnet {} has a mask with holes, {}, and is left out with its reservations",
                subnet.address, subnet.netmask
            ));
            return Ok(());
        };
        if !self.subnets.has(number) {
            let place = self.conf.show(self.conf.scopes[subnet.scope].place);
            self.told.drop(&format!("{place}: the subnet {}/{length} is there already", subnet.address));
            return Ok(());
        }
        self.json.open(None, '{')?;
        self.json.number("id", Subnets::id(number))?;
        self.json.text("subnet", &format!("{}/{length}", subnet.address))?;
        level.write_network(self.json, &around.lifetimes)?;
        self.pools(number, around)?;
        self.reservations.write_of_subnet(
            number,
            around.use_host_decl_names,
            self.files,
            self.levels,
            self.json,
            self.told,
        )?;
        self.json.close('}')
    }

    fn pools(&mut self, subnet: usize, around: Around) -> Result<()> {
        let ranges = self.files.networks.ranges_of_subnet(subnet);
        let open: Vec<usize> = ranges.iter().copied().filter(|range| !self.is_restricted(*range)).collect();
        if open.is_empty() {
            return Ok(());
        }
        self.json.open(Some("pools"), '[')?;
        for range in open {
            let range = &self.conf.ranges[range];
            let pool = &self.conf.pools[range.pool];
            let level = match pool.scope {
                Some(scope) => self.levels.of_scopes(&[scope], Place::Pool, self.told),
                None => Level::default(),
            };
            self.json.open(None, '{')?;
            self.json.text("pool", &format!("{} - {}", IpAddr::from(range.low), range.high))?;
            if around.unknown_clients == Some(false) {
                self.json.text("client-class", "KNOWN")?;
            }
            self.tell_of_bootp(pool);
            level.write_options(self.json, false)?;
            self.json.close('}')?;
        }
        self.json.close(']')
    }

    /// Whether a range is of a pool that is not open to all. In Kea it would be, so that it is left out, which is said.
    fn is_restricted(&mut self, range: usize) -> bool {
        let range = &self.conf.ranges[range];
        let pool = &self.conf.pools[range.pool];
        let says_nothing = |permit: &Permit| match permit.whom {
            // Kea has no leases for BOOTP clients.
            Permitted::DynamicBootp => !permit.allowed,
            Permitted::All => permit.allowed,
            _ => false,
        };
        let Some(permit) = pool.permits.iter().find(|permit| !says_nothing(permit)) else { return false };
        let place = self.conf.show(pool.scope.map_or(range.place, |scope| self.conf.scopes[scope].place));
        let range = format!("{} - {}", IpAddr::from(range.low), range.high);
        self.told.leave_out(&format!(
            "{place}: the pool {range} is left out: `{}` is not translated, and in Kea it would be open to all",
            written(permit)
        ));
        true
    }

    fn tell_of_bootp(&mut self, pool: &Pool) {
        if pool.dynamic_bootp {
            let network = &self.conf.shared_networks[pool.shared_network];
            let place = self.conf.show(self.conf.scopes[network.scope].place);
            self.told.drop(&format!("{place}: `dynamic-bootp`: Kea has no leases for BOOTP clients by itself"));
        }
    }
}

/// A permit as dhcpd.conf has it.
fn written(permit: &Permit) -> String {
    let whom = match &permit.whom {
        Permitted::Known => "known-clients".to_owned(),
        Permitted::Unknown => "unknown-clients".to_owned(),
        Permitted::Authenticated => "authenticated clients".to_owned(),
        Permitted::Unauthenticated => "unauthenticated clients".to_owned(),
        Permitted::All => "all clients".to_owned(),
        Permitted::DynamicBootp => "dynamic bootp clients".to_owned(),
        Permitted::MembersOf(class) => format!("members of \"{}\"", visible(class)),
        Permitted::After(time) => format!("after {}", visible(time)),
    };
    format!("{} {whom}", if permit.allowed { "allow" } else { "deny" })
}
