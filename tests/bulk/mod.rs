//! Hosts and groups in a plain form: as a test wants them, as files want them, and as dhcpd's lease file has them; and a
//! dhcpd to bring them to.

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod faults;
pub mod site;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use omsh::dhcpd::declarations::{Address, Context};
use omsh::dhcpd::leases::{Block, Source, Table};
use omsh::dhcpd::statements;
use serde_json::{Value, json};

/// A host, but for its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    pub mac: Option<[u8; 6]>,
    pub client_id: Option<Vec<u8>>,
    pub addresses: Vec<Ipv4Addr>,
    pub group: Option<String>,
    /// As dhcpd writes them, on one line.
    pub statements: String,
}

/// All hosts and groups, by name. Those of a group are its statements as dhcpd writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub hosts: BTreeMap<String, Host>,
    pub groups: BTreeMap<String, String>,
}

/// A hardware address with this number in it.
pub fn mac(number: u32) -> [u8; 6] {
    let [a, b, c, d] = number.to_be_bytes();
    [2, 0, a, b, c, d]
}

/// `02:00:…`.
pub fn colons(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

impl Host {
    /// A host with a hardware address and an address.
    pub fn new(mac: [u8; 6], address: Ipv4Addr) -> Host {
        Host { mac: Some(mac), addresses: vec![address], ..Host::default() }
    }

    fn mac_text(&self) -> String {
        self.mac.map(|mac| colons(&mac)).unwrap_or_default()
    }

    fn client_id_text(&self) -> String {
        let digits = |id: &Vec<u8>| id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        self.client_id.as_ref().map(|id| format!("hex:{}", digits(id))).unwrap_or_default()
    }

    fn addresses_text(&self) -> String {
        self.addresses.iter().map(Ipv4Addr::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl State {
    /// What a lease file comes to; `name` alone is left of a block that deletes.
    pub fn of_leases(text: &[u8]) -> State {
        let source = Source::from_bytes("dhcpd.leases", text.to_vec());
        let table = Table::read(&source, &Context::default(), 2, &|_| {}).expect("a lease file");
        assert!(table.damage().mistakes.is_empty(), "{:?}", table.damage());
        let mut state = State::default();
        let as_text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a name of the test's own");
        for placed in table.blocks() {
            match &placed.what {
                Block::Host(host) if host.deleted => {
                    state.hosts.remove(&as_text(&host.name));
                }
                Block::Host(host) => {
                    let address = |address: &Address| match address {
                        Address::Ip(IpAddr::V4(address)) => *address,
                        other => panic!("{other:?} is no address of the test's own"),
                    };
                    let mac = |(_, address): &(u8, Vec<u8>)| address.as_slice().try_into().expect("six octets");
                    let read = Host {
                        mac: host.hardware.as_ref().map(mac),
                        client_id: host.client_identifier.clone(),
                        addresses: host.addresses.iter().map(address).collect(),
                        group: host.group.as_deref().map(as_text),
                        statements: on_one_line(&host.statements),
                    };
                    state.hosts.insert(as_text(&host.name), read);
                }
                Block::Group(group) if group.deleted => {
                    state.groups.remove(&as_text(&group.name));
                }
                Block::Group(group) => {
                    state.groups.insert(as_text(&group.name), on_one_line(&group.statements));
                }
                _ => {}
            }
        }
        state
    }

    /// A table that wants all of it.
    pub fn csv(&self) -> String {
        let mut text = "kind,name,mac,client_id,addresses,group,statements\n".to_owned();
        for (name, statements) in &self.groups {
            writeln!(text, "group,{name},,,,,{}", quoted(statements)).expect("text");
        }
        for (name, host) in &self.hosts {
            let (mac, client_id, addresses) = (host.mac_text(), host.client_id_text(), host.addresses_text());
            let (group, statements) = (host.group.as_deref().unwrap_or_default(), quoted(&host.statements));
            writeln!(text, "host,{name},{mac},{client_id},{addresses},{group},{statements}").expect("text");
        }
        text
    }

    /// JSON lines that want all of it, and that those of `before` that are not in it are not there.
    pub fn json_lines(&self, before: &State) -> String {
        let mut rows: Vec<Value> = Vec::new();
        for (name, statements) in &self.groups {
            rows.push(json!({"kind": "group", "name": name, "statements": statements}));
        }
        for (name, host) in &self.hosts {
            rows.push(json!({
                "name": name,
                "mac": host.mac.map(|mac| colons(&mac)),
                "client_id": host.client_id.as_ref().map(|_| host.client_id_text()),
                "addresses": host.addresses.iter().map(Ipv4Addr::to_string).collect::<Vec<_>>(),
                "group": host.group,
                "statements": host.statements,
            }));
        }
        for name in before.hosts.keys().filter(|name| !self.hosts.contains_key(*name)) {
            rows.push(json!({"kind": "host", "name": name, "absent": true}));
        }
        for name in before.groups.keys().filter(|name| !self.groups.contains_key(*name)) {
            rows.push(json!({"kind": "group", "name": name, "absent": true}));
        }
        rows.iter().map(|row| format!("{row}\n")).collect()
    }

    /// What of another one is not as in this one, by name; no more than a few of each.
    pub fn difference(&self, got: &State) -> String {
        let mut lines = Vec::new();
        let hosts: Vec<_> =
            self.hosts.keys().chain(got.hosts.keys().filter(|name| !self.hosts.contains_key(*name))).collect();
        for name in hosts {
            let (expected, got) = (self.hosts.get(name), got.hosts.get(name));
            if expected != got {
                lines.push(format!("host {name}: expected {expected:?}, got {got:?}"));
            }
        }
        if self.groups != got.groups {
            lines.push(format!("groups: expected {:?}, got {:?}", self.groups, got.groups));
        }
        let count = lines.len();
        lines.truncate(10);
        if count > 10 {
            lines.push(format!("and {} more", count - 10));
        }
        lines.join("\n")
    }
}

fn on_one_line(all: &[statements::Statement]) -> String {
    let mut out = Vec::new();
    statements::write(all, 0, &mut out);
    let text = String::from_utf8(out).expect("statements of the test's own");
    text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
