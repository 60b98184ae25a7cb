//! Random blocks of leases.

use std::net::Ipv4Addr;

use super::conf::Network;
use super::layout::{Token, Writer, words};
use super::random::Random;
use super::values::{
    ago, ahead, bytes, colons, hardware, host_name, identifier, now, plain_time, plainly_quoted, quoted, time,
};

/// How much there is to them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All statements, in all forms.
    Any,
    /// What dhcpd writes for ordinary clients.
    Plain,
}

/// From 2038-01-19 on, in 2040. Only as a date: as `epoch 2224684800` it is no end at all to dhcpd.
const AFTER_32_BITS: i64 = 2_224_684_800;

/// Writes up to three blocks for some addresses of the pools, and for a few others.
pub fn write(network: &Network, kind: Kind, writer: &mut Writer<'_>) {
    let pools = network.pool_addresses();
    let mut addresses = Vec::new();
    for _ in 0..writer.random.below(40) {
        let outside = pools.is_empty() || writer.random.one_in(12);
        let address = if outside { network.outside(writer.random) } else { pools[writer.random.below(pools.len())] };
        addresses.extend(vec![address; 1 + writer.random.below(3)]);
    }
    for i in (1..addresses.len()).rev() {
        let j = writer.random.below(i + 1);
        addresses.swap(i, j);
    }
    for address in addresses {
        block(address, kind, network.has_peer, writer);
    }
}

fn block(address: u32, kind: Kind, has_peer: bool, writer: &mut Writer<'_>) {
    let odd = kind == Kind::Any;
    let [a, b, c, d] = address.to_be_bytes();
    let name = match odd && writer.random.one_in(10) {
        true => format!("{a:03}.{b:03}.{c:03}.{d:03}"),
        false => Ipv4Addr::from(address).to_string(),
    };
    writer.open(vec!["lease".into(), name.into()]);
    let mut statements = times_and_states(kind, has_peer, writer.random);
    statements.extend(client(odd, writer.random));
    if odd {
        statements.extend(rare(writer.random));
        // An order of its own, which is not dhcpd's.
        if writer.random.one_in(4) {
            let turn = writer.random.below(statements.len());
            statements.rotate_left(turn);
        }
    }
    for statement in statements {
        writer.statement(statement);
    }
    writer.close();
}

fn times_and_states(kind: Kind, has_peer: bool, random: &mut Random) -> Vec<Vec<Token>> {
    let odd = kind == Kind::Any;
    let at = |word: &'static str, seconds: i64, random: &mut Random| -> Vec<Token> {
        let value = if odd { time(seconds, random) } else { vec![plain_time(seconds).into()] };
        [vec![word.into()], value].concat()
    };
    let never = |word: &'static str| -> Vec<Token> { vec![word.into(), "never".into()] };
    let state =
        random.of(&["active", "active", "active", "free", "free", "abandoned", "expired", "released", "backup"]);
    let state = match state {
        // Without a peer these last only as long as it takes to write the next block.
        "expired" | "released" | "backup" if !has_peer && !odd => "free",
        state => state,
    };
    let starts = ago(random);
    let mut statements = vec![at("starts", starts, random)];
    let is_over = state != "active" || random.one_in(3);
    let ends = if is_over { (starts + random.below(86_400) as i64).min(now() - 3600) } else { ahead(random) };
    match random.below(20) {
        0 if odd && state == "active" => {
            statements.push([words("ends"), vec![plain_time(AFTER_32_BITS).into()]].concat())
        }
        1 if state == "active" => statements.push(never("ends")),
        2 if odd => {}
        _ => statements.push(at("ends", ends, random)),
    }
    if random.one_in(3) {
        statements.push(at("tstp", ends, random));
    }
    if has_peer && random.one_in(2) {
        statements.push(at("tsfp", ends, random));
        statements.push(at("atsfp", ends, random));
    }
    statements.push(at("cltt", starts, random));
    match (state, odd && random.one_in(15)) {
        ("abandoned", true) => statements.push(words("abandoned")),
        (_, true) => {}
        (state, false) => {
            statements.push([words("binding state"), vec![state.into()]].concat());
            if matches!(state, "active" | "abandoned") {
                statements.push(words("next binding state free"));
            }
            if state == "active" {
                statements.push(words("rewind binding state free"));
            }
        }
    }
    statements
}

fn client(odd: bool, random: &mut Random) -> Vec<Vec<Token>> {
    let mut statements = Vec::new();
    let mac = if odd { hardware(random) } else { [2, 0, 0, 0, 0, random.byte()].to_vec() };
    if !random.one_in(8) {
        let kind =
            if odd { random.of(&["ethernet", "ethernet", "ethernet", "token-ring", "fddi"]) } else { "ethernet" };
        let mac = match odd {
            true => colons(&mac, random),
            false => mac.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":").into(),
        };
        statements.push(vec!["hardware".into(), kind.into(), mac]);
    }
    if random.one_in(2) {
        let identifier = if odd { identifier(random) } else { [&[1][..], &mac].concat() };
        let value = match odd {
            true => bytes(&identifier, random),
            false => plainly_quoted(&identifier),
        };
        statements.push(vec!["uid".into(), value]);
    }
    if random.one_in(2) {
        let name = if odd { host_name(random) } else { format!("client-{}", random.below(100)).into_bytes() };
        let name = match odd {
            true => quoted(&name, random),
            false => plainly_quoted(&name),
        };
        statements.push(vec!["client-hostname".into(), name]);
    }
    statements
}

/// What few leases have.
fn rare(random: &mut Random) -> Vec<Vec<Token>> {
    let mut statements = Vec::new();
    if random.one_in(4) {
        let value = host_name(random);
        statements.push(vec![
            "set".into(),
            "vendor-class-identifier".to_owned().into(),
            "=".to_owned().into(),
            quoted(&value, random),
        ]);
    }
    if random.one_in(8) {
        let value = random.of(&["true", "false", "%17", "%0"]);
        statements.push(vec!["set".into(), "flag-1".to_owned().into(), "=".to_owned().into(), value.into()]);
    }
    if random.one_in(5) {
        let value = identifier(random);
        statements.push(vec!["option".into(), "agent.circuit-id".into(), bytes(&value, random)]);
    }
    if random.one_in(8) {
        let value = identifier(random);
        statements.push(vec!["option".into(), "agent.remote-id".into(), bytes(&value, random)]);
    }
    for (word, seldom) in [("reserved", 20), ("dynamic-bootp", 20)] {
        if random.one_in(seldom) {
            statements.push(words(word));
        }
    }
    if random.one_in(15) {
        statements.push(vec!["billing".into(), "class".into(), "\"voip\"".to_owned().into()]);
    }
    if random.one_in(15) {
        statements.push(vec!["ddns-fwd-name".into(), "\"a.example.org\"".to_owned().into()]);
    }
    if random.one_in(15) {
        statements.push(vec!["on expiry { set x = \"}\"; set y = \"z\"; }".to_owned().into()]);
    }
    statements
}
