//! What we read in a server's files, in a form that can be compared: the rows of our commands, and what the library
//! knows beyond them.

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod rules;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use omsh::dhcpd::Family;
use omsh::dhcpd::conf::{Conf, ConfOptions};
use omsh::dhcpd::inventory::Reservations;
use omsh::dhcpd::leases::{Block, Order, Source, Table};
use serde_json::{Map, Value};

use super::support::run::Run;
use super::support::scratch::Scratch;

/// Fields by their names.
pub type Row = Map<String, Value>;

/// All that counts in a lease file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// By address; those of DHCPv6 by prefix, kind and association as well.
    pub leases: BTreeMap<String, Row>,
    /// Reservations by name.
    pub hosts: BTreeMap<String, Row>,
    /// Everything else.
    pub others: BTreeMap<String, String>,
    /// What was said on stderr.
    pub mistakes: String,
}

/// Columns of the place in the file, and of how much time has passed.
const OF_THE_MOMENT: [&str; 5] = ["line", "origin", "expires_in", "expiring", "path"];

impl Reading {
    pub fn of(family: Family, conf: &str, leases: &[u8]) -> Reading {
        let folder = Scratch::new();
        std::fs::write(folder.join("conf"), conf).expect("a file of our own");
        std::fs::write(folder.join("leases"), leases).expect("a file of our own");
        let mut reading = Reading::default();
        let rows = |command: &str, reading: &mut Reading| -> Vec<Row> {
            let files = [folder.join("conf"), folder.join("leases")].map(|path| path.display().to_string());
            let family = if family == Family::V4 { "-4" } else { "-6" };
            let arguments =
                [command, family, "--columns", "all", "--output", "jsonl", "--conf", &files[0], "--leases", &files[1]];
            let outcome = Run::ours().named("omsh").arguments(arguments).alone();
            reading.mistakes += &String::from_utf8_lossy(&outcome.stderr);
            let text = String::from_utf8(outcome.stdout).expect("JSON is UTF-8");
            text.lines().map(row).collect()
        };
        for row in rows("leases", &mut reading) {
            let key = ["kind", "address", "duid", "iaid"].into_iter().filter_map(|name| row.get(name));
            let key: Vec<String> = key.map(Value::to_string).collect();
            let before = reading.leases.insert(key.join(" "), row);
            assert!(before.is_none(), "two current leases of {}", key.join(" "));
        }
        for row in rows("hosts", &mut reading) {
            reading.hosts.insert(row["name"].to_string(), row);
        }
        let options = ConfOptions { family: Some(family), ..ConfOptions::default() };
        let conf = Conf::parse_with("conf", conf.as_bytes(), options).unwrap_or_else(|error| panic!("{error}"));
        reading.add_what_has_no_column(&conf, &Source::open(&folder.join("leases")).expect("a file of our own"));
        reading
    }

    fn add_what_has_no_column(&mut self, conf: &Conf, source: &Source) {
        let table = Table::read(source, &conf.context, 2, &|_| ()).expect("a file of our own");
        let mut add = |address: String, name: &str, value: Value| {
            let row =
                self.leases.iter_mut().find(|(key, _)| key.split(' ').any(|part| part.trim_matches('"') == address));
            row.expect("it has a row").1.insert(name.to_owned(), value);
        };
        let each = &mut |placed: omsh::dhcpd::leases::Placed<omsh::dhcpd::leases::Lease>| {
            let lease = placed.what;
            let address = lease.address.to_string();
            // dhcpd keeps the last value of a name.
            let bindings = lease
                .bindings
                .iter()
                .map(|(name, value)| (name.escape_ascii().to_string(), Value::from(format!("{value:?}"))));
            add(address.clone(), "bindings", Value::Object(bindings.collect()));
            let text = |bytes: &Option<Vec<u8>>| {
                let words = bytes.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                // Comments are no part of it.
                let words = words.map(|text| {
                    text.lines().map(|line| line.split(" #").next().unwrap_or_default().to_owned()).collect::<String>()
                });
                words.map(|text| text.split_whitespace().collect::<String>().to_lowercase())
            };
            add(address.clone(), "billing", text(&lease.billing).into());
            add(address.clone(), "on_expiry", text(&lease.on_expiry).into());
            ControlFlow::Continue(())
        };
        table.for_each(source, Order::File, 2, |_| true, each).expect("a file of our own");
        let mut reservations = Reservations::of(conf);
        for placed in table.blocks() {
            match &placed.what {
                Block::Host(host) => {
                    reservations.take(host, placed.place.line);
                }
                Block::Group(group) if group.deleted => {
                    self.others.remove(&format!("group {}", group.name.escape_ascii()));
                }
                Block::Group(group) => {
                    let statements = format!("{:?}", group.statements);
                    self.others.insert(format!("group {}", group.name.escape_ascii()), statements);
                }
                Block::Class(class) => {
                    let hash = class.hash_string.as_deref().unwrap_or_default().escape_ascii();
                    self.others.insert(format!("subclass {} {hash}", class.name.escape_ascii()), String::new());
                }
                _ => {}
            }
        }
        for reservation in reservations.iter() {
            let name = Value::from(String::from_utf8_lossy(&reservation.host.name)).to_string();
            let row = self.hosts.get_mut(&name).expect("it has a row");
            row.insert("statements".to_owned(), format!("{:?}", reservation.host.statements).into());
        }
    }

    /// What of `got` is not as in this one, line by line.
    pub fn difference(&self, got: &Reading) -> String {
        let mut report = String::new();
        for (what, expected, got) in [("lease", &self.leases, &got.leases), ("host", &self.hosts, &got.hosts)] {
            for key in expected.keys().chain(got.keys().filter(|key| !expected.contains_key(*key))) {
                match (expected.get(key), got.get(key)) {
                    (Some(expected), Some(got)) => {
                        for name in expected.keys().chain(got.keys().filter(|name| !expected.contains_key(*name))) {
                            if expected.get(name) != got.get(name) {
                                report += &format!(
                                    "{what} {key}, {name}: expected {}, got {}\n",
                                    expected.get(name).unwrap_or(&Value::Null),
                                    got.get(name).unwrap_or(&Value::Null)
                                );
                            }
                        }
                    }
                    (Some(row), None) => report += &format!("{what} {key} is missing: {row:?}\n"),
                    (_, row) => report += &format!("{what} {key} was not expected: {row:?}\n"),
                }
            }
        }
        if self.others != got.others {
            report += &format!("expected {:#?}\ngot {:#?}\n", self.others, got.others);
        }
        report
    }
}

fn row(line: &str) -> Row {
    let mut row: Row = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    row.retain(|name, _| !OF_THE_MOMENT.contains(&name.as_str()));
    row
}
