//! What OMAPI leaves in a lease file: hosts, groups, subclasses, deletions.

use std::net::Ipv4Addr;

use super::conf::Network;
use super::layout::{Token, Writer, words};
use super::values::{bytes, colons, hardware, identifier};

/// Writes a few of them.
pub fn write(network: &Network, writer: &mut Writer<'_>) {
    let groups = writer.random.below(3);
    for i in 0..groups {
        writer.open(vec!["group".into(), format!("group-{i}").into()]);
        writer.statement(words("dynamic"));
        writer.statement(vec![
            "supersede".into(),
            "server.filename".to_owned().into(),
            "=".to_owned().into(),
            "\"x}y\"".to_owned().into(),
        ]);
        writer.close();
    }
    for i in 0..writer.random.below(3) {
        writer.open(vec!["subclass".into(), "\"by-mac\"".to_owned().into(), format!("1:2:0:0:0:9:{i}").into()]);
        writer.statement(words("dynamic"));
        writer.close();
    }
    let mut made: Vec<String> = Vec::new();
    for i in 0..writer.random.below(8) {
        let name = format!("omapi-{i}");
        host(&name, i, groups, writer);
        made.push(name);
    }
    made.extend(network.hosts.iter().map(|(number, _)| format!("conf-{number}")));
    for (i, name) in made.iter().enumerate() {
        if !writer.random.one_in(4) {
            continue;
        }
        writer.open(vec!["host".into(), name.clone().into()]);
        writer.statement(words("dynamic"));
        writer.statement(words("deleted"));
        writer.close();
        if writer.random.one_in(2) {
            host(name, 100 + i, groups, writer);
        }
    }
}

fn host(name: &str, number: usize, groups: usize, writer: &mut Writer<'_>) {
    let mut statements = vec![words("dynamic")];
    if !writer.random.one_in(4) {
        let mac = hardware(writer.random);
        statements.push(vec!["hardware".into(), "ethernet".into(), colons(&mac, writer.random)]);
    } else {
        let identifier = identifier(writer.random);
        statements.push(vec!["uid".into(), bytes(&identifier, writer.random)]);
    }
    if !writer.random.one_in(4) {
        let mut addresses = vec![Ipv4Addr::new(10, 1, 6, number as u8).to_string()];
        if writer.random.one_in(4) {
            addresses.push(Ipv4Addr::new(10, 1, 7, number as u8).to_string());
        }
        statements.push(vec!["fixed-address".into(), addresses.join(", ").into()]);
    }
    if groups > 0 && writer.random.one_in(3) {
        statements.push(vec!["group".into(), format!("\"group-{}\"", writer.random.below(groups)).into()]);
    }
    if writer.random.one_in(3) {
        // No quote in it: left out, not comparable.
        let value: Token = "\"pxelinux;}\"".to_owned().into();
        statements.push(vec!["supersede".into(), "server.filename".to_owned().into(), "=".to_owned().into(), value]);
    }
    writer.open(vec!["host".into(), name.to_owned().into()]);
    for statement in statements {
        writer.statement(statement);
    }
    writer.close();
}
