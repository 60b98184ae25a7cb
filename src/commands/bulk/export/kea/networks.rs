//! Shared networks, subnets and pools.

use std::collections::HashSet;
use std::net::IpAddr;

use anyhow::Result;

use crate::dhcpd::conf::{Conf, Permitted, Pool};
use crate::render::text::visible;

use super::super::files::Files;
use super::super::told::Told;
use super::Subnets;
use super::json::Json;
use super::levels::{Level, Levels, Lifetimes, Place};
use super::reservations::Reservations;

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
        if ranges.is_empty() {
            return Ok(());
        }
        self.json.open(Some("pools"), '[')?;
        for range in ranges {
            let range = &self.conf.ranges[*range];
            let pool = &self.conf.pools[range.pool];
            let level = match pool.scope {
                Some(scope) => self.levels.of_scopes(&[scope], Place::Pool, self.told),
                None => Level::default(),
            };
            self.json.open(None, '{')?;
            self.json.text("pool", &format!("{} - {}", IpAddr::from(range.low), range.high))?;
            if let Some(class) = self.class_of(pool, around) {
                self.json.text("client-class", class)?;
            }
            level.write_options(self.json, false)?;
            self.json.close('}')?;
        }
        self.json.close(']')
    }

    /// The class of Kea's own that a pool is open to, where it is not open to all.
    fn class_of(&mut self, pool: &Pool, around: Around) -> Option<&'static str> {
        const KNOWN: Option<&str> = Some("KNOWN");
        const UNKNOWN: Option<&str> = Some("UNKNOWN");
        let mut class = if around.unknown_clients == Some(false) { KNOWN } else { None };
        for permit in &pool.permits {
            let what = match (&permit.whom, permit.allowed) {
                (Permitted::Known, true) | (Permitted::Unknown, false) => {
                    class = KNOWN;
                    continue;
                }
                (Permitted::Unknown, true) | (Permitted::Known, false) => {
                    class = UNKNOWN;
                    continue;
                }
                (Permitted::All, true) => {
                    class = None;
                    continue;
                }
                // Kea has no leases for these.
                (Permitted::DynamicBootp, false) => continue,
                (Permitted::DynamicBootp, true) => "leases for BOOTP clients".to_owned(),
                (Permitted::MembersOf(name), allowed) => {
                    format!("that members of `{}` are {}", visible(name), if allowed { "let in" } else { "kept out" })
                }
                (Permitted::After(_), _) => "that it depends on the time of day or year".to_owned(),
                (Permitted::Authenticated | Permitted::Unauthenticated | Permitted::All, _) => {
                    "which clients it is open to".to_owned()
                }
            };
            let scope = pool.scope.map_or(0, |scope| scope);
            let place = self.conf.show(self.conf.scopes[scope].place);
            self.told.drop(&format!("{place}: of this pool, {what} is not translated; it is open to others too"));
        }
        if pool.dynamic_bootp {
            let network = &self.conf.shared_networks[pool.shared_network];
            let place = self.conf.show(self.conf.scopes[network.scope].place);
            self.told.drop(&format!("{place}: `dynamic-bootp`: Kea has no leases for BOOTP clients by itself"));
        }
        class
    }
}
