//! 20,000 hosts on a real dhcpd: added from a table, changed, exchanged in every way, removed where nobody wants them, and
//! all of that taken back. After each step dhcpd is started again, and has to write what the test wants.

mod bulk;
mod support;

use std::net::Ipv4Addr;
use std::time::Instant;

use bulk::site::{CONF, Site};
use bulk::{Host, State, mac};
use support::net::Net;

const HOSTS: usize = 20_000;

/// The longest chain of hosts of which each takes what the next one has.
const CHAIN: usize = 5_000;

/// The lengths of rings.
const RINGS: std::ops::RangeInclusive<usize> = 2..=50;

fn address(number: usize) -> Ipv4Addr {
    let [_, _, high, low] = (number as u32 + 512).to_be_bytes();
    Ipv4Addr::new(10, 1, high, low)
}

fn name(number: usize) -> String {
    format!("rack{}-{number:05}", number % 7)
}

/// As they are made: a third has a client identifier, some have a group, some have statements of their own.
fn start() -> State {
    let mut state = State::default();
    for group in ["blue", "green"] {
        state.groups.insert(group.to_owned(), format!("supersede server.filename = \"{group}.pxe\";"));
    }
    for number in 0..HOSTS {
        let mut host = Host::new(mac(number as u32), address(number));
        if number % 3 == 0 {
            host.client_id = Some(format!("client-{number}").into_bytes());
        }
        if number % 50 < 2 {
            host.group = Some(["blue", "green"][number % 2].to_owned());
        }
        if number % 40 == 7 {
            host.statements = format!("supersede host-name = \"h{number}\";");
        }
        state.hosts.insert(name(number), host);
    }
    state
}

/// What hosts take of one another.
#[derive(Clone, Copy, Debug)]
enum Taken {
    Address,
    Mac,
    ClientId,
    /// All by which a client is told, and its address: the names change their owners.
    Everything,
}

/// Gives the host of that number what another one had.
fn take(state: &mut State, before: &State, taker: usize, giver: usize, what: Taken) {
    let giver = &before.hosts[&name(giver)];
    let taker = state.hosts.get_mut(&name(taker)).expect("one of ours");
    match what {
        Taken::Address => taker.addresses.clone_from(&giver.addresses),
        Taken::Mac => taker.mac = giver.mac,
        Taken::ClientId => taker.client_id.clone_from(&giver.client_id),
        Taken::Everything => {
            taker.addresses.clone_from(&giver.addresses);
            taker.mac = giver.mac;
            taker.client_id.clone_from(&giver.client_id);
        }
    }
}

/// Exchanges in rings of all lengths, and in two long chains.
fn exchanged(before: &State) -> State {
    let mut state = before.clone();
    let mut next = 0;
    for what in [Taken::Address, Taken::Mac, Taken::Everything] {
        for length in RINGS {
            for place in 0..length {
                take(&mut state, before, next + place, next + (place + 1) % length, what);
            }
            next += length;
        }
    }
    for (number, what) in [Taken::Address, Taken::Mac].into_iter().enumerate() {
        for place in 0..CHAIN - 1 {
            take(&mut state, before, next + place, next + place + 1, what);
        }
        let last = state.hosts.get_mut(&name(next + CHAIN - 1)).expect("one of ours");
        last.addresses = vec![address(3 * HOSTS + number)];
        last.mac = Some(mac((3 * HOSTS + number) as u32));
        next += CHAIN;
    }
    // Those that have a client identifier are every third one: pairs of these.
    while next + 6 < HOSTS {
        next += (3 - next % 3) % 3;
        take(&mut state, before, next, next + 3, Taken::ClientId);
        take(&mut state, before, next + 3, next, Taken::ClientId);
        next += 6;
    }
    state
}

/// Applies a table, and asserts that it comes to that.
fn apply(site: &mut Site, what: &str, wanted: &State, expected: &State, options: &[&str]) {
    site.put("wanted.csv", wanted.csv());
    let undo = site.path(&format!("undo-{what}.jsonl"));
    let begin = Instant::now();
    let said = site.applied("wanted.csv", &[options, &["--undo", &undo.display().to_string()]].concat());
    println!("{what}: {:?}, {}", begin.elapsed(), said.lines().last().unwrap_or_default());
    site.assert_has(expected, what);
}

#[test]
fn twenty_thousand_hosts_are_what_a_table_wants_after_each_step_and_back_again() {
    let mut site = Site::start(&Net::new(), CONF, b"");
    let first = start();
    apply(&mut site, "added", &first, &first, &[]);

    let mut moved = first.clone();
    for number in (0..HOSTS).step_by(3) {
        moved.hosts.get_mut(&name(number)).expect("one of ours").addresses = vec![address(HOSTS + number)];
    }
    for number in (0..HOSTS).step_by(400) {
        let host = moved.hosts.get_mut(&name(number)).expect("one of ours");
        host.addresses.push(address(2 * HOSTS + number));
        host.statements = "supersede server.filename = \"other\";".to_owned();
    }
    moved.groups.insert("blue".to_owned(), "supersede server.filename = \"bluer.pxe\";".to_owned());
    apply(&mut site, "changed", &moved, &moved, &[]);

    let exchanged = exchanged(&moved);
    apply(&mut site, "exchanged", &exchanged, &exchanged, &[]);

    // A file that wants half of them, and none of the others that are called rack3-….
    let mut half = exchanged.clone();
    let is_odd = |name: &str| name.ends_with(['1', '3', '5', '7', '9']);
    half.hosts.retain(|name, _| is_odd(name));
    let mut left = exchanged.clone();
    left.hosts.retain(|name, _| is_odd(name) || !name.starts_with("rack3-"));
    assert!(left.hosts.len() < exchanged.hosts.len() && left.hosts.len() > half.hosts.len());
    apply(&mut site, "pruned", &half, &left, &["--prune", "--scope", "name=rack3-*"]);

    for (what, expected) in
        [("pruned", &exchanged), ("exchanged", &moved), ("changed", &first), ("added", &State::default())]
    {
        let begin = Instant::now();
        let said = site.applied(&format!("undo-{what}.jsonl"), &[]);
        println!("{what} taken back: {:?}, {}", begin.elapsed(), said.lines().last().unwrap_or_default());
        site.assert_has(expected, &format!("{what}, and taken back"));
    }
}
