//! A host as its server has it, and as the files complete it.

use std::net::IpAddr;

use crate::commands::browse::Recorded;
use crate::commands::live::answer::Record;
use crate::commands::live::values::{ETHERNET, IPV6_LENGTH, addresses_of, family_of_octets, octets};
use crate::dhcpd::Family;
use crate::dhcpd::declarations::Address;
use crate::dhcpd::hardware;
use crate::omapi::Attributes;
use crate::render::text::{colon_hex, visible};
use crate::render::{Column, Value};

use super::text::{are_written_amiss, as_written};

/// What `host show` says.
pub static COLUMNS: [Column; 8] = [
    Column::text("name", "NAME", "the host's name"),
    Column::text("mac", "MAC", "its hardware address"),
    Column::text("client_id", "CLIENT ID", "its client identifier, as text or in hexadecimal"),
    Column::text("addresses", "ADDRESSES", "its fixed addresses"),
    Column::text("group", "GROUP", "its group, with --full").on_request(),
    Column::text("statements", "STATEMENTS", "its own statements, with --full").on_request(),
    Column::text("hardware_type", "TYPE", "the number of its hardware type; 1 is Ethernet").on_request(),
    Column::text("server", "SERVER", "the server that says so").on_request(),
];

/// A host as its server has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct State {
    /// Its name, by which dhcpd finds it; case counts.
    pub(in crate::commands) name: Vec<u8>,
    /// The number of its hardware type, and its octets.
    pub(in crate::commands) hardware: Option<(u32, Vec<u8>)>,
    /// Its fixed addresses one after the other, as OMAPI has them: four octets each, or 16 on a DHCPv6 server.
    pub(in crate::commands) addresses: Vec<u8>,
    /// Of which family these are.
    pub(in crate::commands) family: Family,
    /// Its client identifier.
    pub(in crate::commands) client_id: Option<Vec<u8>>,
    /// What the server does not tell, where the files do.
    pub(in crate::commands) untold: Option<Untold>,
    /// The part of dhcpd.conf that it stands in, as far as the files tell.
    pub(in crate::commands) within: Option<String>,
    /// dhcpd.conf declares one of that name, as far as the files tell.
    pub(in crate::commands) is_declared: bool,
    /// dhcpd.conf gives it an address by a name, as far as the files tell: over OMAPI that cannot be said.
    pub(in crate::commands) has_named_address: bool,
}

/// What dhcpd does not tell of a host over OMAPI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct Untold {
    /// The group that it names.
    pub(in crate::commands) group: Option<Vec<u8>>,
    /// Its own statements on one line, as dhcpd.conf can have them, without a client identifier; empty where it has none.
    pub(in crate::commands) statements: String,
}

impl State {
    /// A host as its server tells it over OMAPI.
    pub(in crate::commands) fn of(attributes: &Attributes) -> State {
        let hardware_type = attributes.integer("hardware-type").unwrap_or(ETHERNET);
        let addresses = attributes.get("ip-address").unwrap_or_default();
        State {
            name: attributes.get("name").unwrap_or_default().to_vec(),
            hardware: attributes.get("hardware-address").map(|address| (hardware_type, address.to_vec())),
            family: family_of_octets(addresses),
            addresses: addresses.to_vec(),
            client_id: attributes.get("dhcp-client-identifier").map(<[u8]>::to_vec),
            untold: None,
            within: None,
            is_declared: false,
            has_named_address: false,
        }
    }

    /// A host as the files have it. Addresses that are given by name are not among its own: dhcpd does not know them
    /// before it needs them. One with addresses of IPv6 has these only.
    pub(in crate::commands) fn recorded(recorded: &Recorded) -> State {
        let own = recorded.addresses.iter().filter_map(|address| match address {
            Address::Ip(address) => Some(*address),
            Address::Name(_) => None,
        });
        let family = if own.clone().any(|address| address.is_ipv6()) { Family::V6 } else { Family::V4 };
        State {
            name: recorded.name.clone(),
            hardware: recorded.hardware.as_ref().map(|(kind, address)| ((*kind).into(), address.clone())),
            addresses: own.filter(|address| Family::of(*address) == family).flat_map(octets).collect(),
            family,
            client_id: recorded.client_identifier.clone(),
            untold: Some(Untold::of(recorded)),
            within: recorded.within.clone(),
            is_declared: recorded.is_declared,
            has_named_address: recorded.addresses.iter().any(|address| matches!(address, Address::Name(_))),
        }
    }

    /// The same without statements that the lease file cannot keep: what can be sent of it.
    pub(in crate::commands) fn sendable(&self) -> State {
        let mut host = self.clone();
        if let Some(untold) = host.untold.as_mut().filter(|untold| are_written_amiss(&untold.statements)) {
            untold.statements.clear();
        }
        host
    }

    /// What is sent to make it.
    pub(in crate::commands) fn attributes(&self, known: Option<bool>) -> Attributes {
        let mut attributes = Attributes::new().with("name", self.name.clone());
        if let Some((hardware_type, address)) = &self.hardware {
            attributes =
                attributes.with("hardware-address", address.clone()).with_integer("hardware-type", *hardware_type);
        }
        if let Some(client_id) = &self.client_id {
            attributes = attributes.with("dhcp-client-identifier", client_id.clone());
        }
        if !self.addresses.is_empty() {
            attributes = attributes.with("ip-address", self.addresses.clone());
        }
        if let Some(Untold { group, statements }) = &self.untold {
            if let Some(group) = group {
                attributes = attributes.with("group", group.clone());
            }
            if !statements.is_empty() {
                attributes = attributes.with("statements", statements.clone());
            }
        }
        if let Some(known) = known {
            attributes = attributes.with_integer("known", known.into());
        }
        attributes
    }

    /// Its fixed addresses.
    pub(in crate::commands) fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        addresses_of(&self.addresses, self.family)
    }

    /// Reads its addresses as a server of that family has them.
    pub(in crate::commands::live) fn read_as(&mut self, family: Option<Family>) {
        let is_v6 = family == Some(Family::V6) && self.addresses.len().is_multiple_of(IPV6_LENGTH);
        self.family = match family {
            None => family_of_octets(&self.addresses),
            Some(_) if is_v6 => Family::V6,
            Some(_) => Family::V4,
        };
    }

    /// Its group, if it is known to have one.
    pub(in crate::commands) fn group(&self) -> Option<&[u8]> {
        self.untold.as_ref()?.group.as_deref()
    }

    pub(in crate::commands) fn record(&self) -> Record {
        let mut record: Record = vec![
            ("name", Value::Bytes(self.name.clone().into())),
            ("mac", Value::of(self.hardware.clone(), |(_, address)| Value::hex(address))),
            ("client_id", Value::of(self.client_id.clone(), Value::identifier)),
            ("addresses", Value::List(self.addresses().map(Value::Address).collect())),
            ("hardware_type", Value::of(self.hardware.as_ref(), |(number, _)| Value::Number((*number).into()))),
        ];
        if let Some(Untold { group, statements }) = &self.untold {
            record.push(("group", Value::of(group.clone(), Value::bytes)));
            record.push(("statements", text_or_none(statements)));
        }
        record
    }

    pub(in crate::commands) fn row(&self, server: &str) -> Vec<Value<'static>> {
        let value = |name: &str| {
            let found = self.record().into_iter().find(|(known, _)| *known == name);
            found.map_or(Value::None, |(_, value)| value)
        };
        COLUMNS
            .iter()
            .map(|column| if column.name == "server" { Value::text(server.to_owned()) } else { value(column.name) })
            .collect()
    }

    /// In words, for messages.
    pub(in crate::commands) fn describe(&self) -> String {
        let mut parts = Vec::new();
        if let Some((hardware_type, address)) = &self.hardware {
            parts.push(format!("mac {}", colon_hex(address)));
            if *hardware_type != ETHERNET {
                let name = hardware::name(*hardware_type).map(str::to_owned);
                parts.push(format!("hardware type {}", name.unwrap_or_else(|| hardware_type.to_string())));
            }
        }
        if let Some(client_id) = &self.client_id {
            parts.push(format!("client id {}", text_or_hex(client_id)));
        }
        parts.extend(self.addresses().map(|address| format!("address {address}")));
        parts.join(", ")
    }
}

fn text_or_none(text: &str) -> Value<'static> {
    if text.is_empty() { Value::None } else { Value::text(text.to_owned()) }
}

/// An identifier in messages.
pub(in crate::commands::live) fn text_or_hex(bytes: &[u8]) -> String {
    match Value::identifier(bytes.to_vec()) {
        Value::Hex(octets) => colon_hex(&octets),
        _ => visible(bytes),
    }
}

impl Untold {
    pub(in crate::commands) fn of(recorded: &Recorded) -> Untold {
        Untold { group: recorded.group.clone(), statements: as_written(&recorded.statements) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_the_server_decides_how_octets_are_read() {
        let octets =
            "2001:db8:1234:5678:9abc:def0:1122:3344".parse::<std::net::Ipv6Addr>().expect("an address").octets();
        let mut host = State { addresses: octets.to_vec(), ..State::default() };
        let mut shown = |family| {
            host.read_as(family);
            host.addresses().map(|address| address.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(Some(Family::V6)), "2001:db8:1234:5678:9abc:def0:1122:3344");
        assert_eq!(shown(Some(Family::V4)), "32.1.13.184 18.52.86.120 154.188.222.240 17.34.51.68");
        assert_eq!(shown(None), "32.1.13.184 18.52.86.120 154.188.222.240 17.34.51.68");
    }
}
