//! What omsh says of leases, and what a real dhcpd does with them when clients ask.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::rows::{Asker, Row, ask, conf, leases, rows, stamp};
use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::run::{End, Run};
use crate::support::scratch::Scratch;

/// dhcpd looks for its partner for as long before it works without one.
const STARTUP: Duration = Duration::from_secs(40);

/// The maximum client lead time of the pair.
const MCLT: u32 = 600;

/// What omsh says of the files.
struct Said {
    /// Of each address with a lease: its state, and who gets it.
    leases: BTreeMap<String, (String, String)>,
    /// The addresses that `free` offers.
    free: BTreeSet<String>,
    /// What `pools` counts as available.
    available: u64,
}

fn said(conf: &str, leases: &str) -> Said {
    let folder = Scratch::new();
    fs::write(folder.join("conf"), conf).expect("a file of our own");
    fs::write(folder.join("leases"), leases).expect("a file of our own");
    let omsh = |line: &str| {
        let files = ["--conf".into(), folder.join("conf"), "--leases".into(), folder.join("leases")];
        let words = line.split(' ').map(Into::into).chain(files).chain(["--output".into(), "json".into()]);
        let outcome = Run::ours().named("omsh").arguments(words).alone();
        let err = String::from_utf8_lossy(&outcome.stderr).into_owned();
        assert!(matches!(outcome.end, End::Exit(0 | 1)), "{line}: {} {err}", outcome.end);
        match serde_json::from_slice(&outcome.stdout).unwrap_or_else(|error| panic!("{line}: {error} {err}")) {
            Value::Array(rows) => rows,
            row => vec![row],
        }
    };
    let text = |row: &Value, name: &str| row[name].as_str().expect("text").to_owned();
    let lease = |row: &Value| (text(row, "address"), (text(row, "state"), text(row, "open_to")));
    Said {
        leases: omsh("leases").iter().map(lease).collect(),
        free: omsh("free 10.32.0.0/11 --pool in -n 100000").iter().map(|row| text(row, "address")).collect(),
        available: omsh("pools").last().expect("the row of all")["available"].as_u64().expect("a number"),
    }
}

/// Fails where a client was served otherwise than omsh says.
fn compare(mode: &str, rows: &[Row], answers: &[bool], said: &Said) {
    let mut wrong = Vec::new();
    let mut is_open = 0;
    for (row, is_offered) in rows.iter().zip(answers) {
        let address = row.address();
        let standing = said.leases.get(&address).map(|(state, open_to)| (state.as_str(), open_to.as_str()));
        let is_free = said.free.contains(&address);
        is_open += u64::from(is_free);
        if let Some((_, open_to)) = standing
            && is_free != (open_to == "any")
        {
            wrong.push(format!("{}: open to {open_to}, and free says {is_free}", row.name));
        }
        let expected = match (row.asker, standing) {
            // A client whose lease has not ended has it, while it is served at all.
            (Asker::Own, Some(("active", _))) => !mode.contains("silent"),
            // One whose lease is over may get it, by what else the lease file says.
            (Asker::Own, _) => continue,
            // The last resort, and there is nothing else in its subnet.
            (_, Some(("abandoned", open_to))) => open_to == "last",
            (Asker::Other, _) => is_free,
            (Asker::OtherRequesting, Some((_, "any"))) => true,
            (Asker::OtherRequesting, Some(("active" | "expired" | "released" | "reset", "client" | "nobody"))) => false,
            // A free lease is for those, too, who ask for it by its address.
            (Asker::OtherRequesting, _) => continue,
        };
        if expected != *is_offered {
            let standing = standing.unwrap_or(("nothing", "-"));
            wrong.push(format!("{:?} of {}: {standing:?}, free {is_free}, offered {is_offered}", row.asker, row.name));
        }
    }
    if is_open != said.available {
        wrong.push(format!("free offers {is_open} addresses, and pools has {} available", said.available));
    }
    assert!(wrong.is_empty(), "{mode}:\n{}", wrong.join("\n"));
}

fn peer(is_secondary: bool, ports: [u16; 2], own: u8) -> String {
    let role = if is_secondary { "secondary;".to_owned() } else { format!("primary; mclt {MCLT}; split 128;") };
    let (port, other, other_port) = (ports[0], 3 - own, ports[1]);
    format!(
        "failover peer \"f\" {{ {role} address 10.1.1.{own}; port {port}; peer address 10.1.1.{other}; \
         peer port {other_port}; max-response-delay 30; max-unacked-updates 10; load balance max seconds 3; }}\n"
    )
}

/// The state of the pair, `ago` seconds ago.
fn state(is_secondary: bool, state: &str, ago: i64) -> String {
    let mclt = if is_secondary { format!("  mclt {MCLT};\n") } else { String::new() };
    format!(
        "failover peer \"f\" state {{\n  my state {state} at {};\n  partner state normal at {};\n{mclt}}}\n",
        stamp(-ago),
        stamp(-7200)
    )
}

/// A server without its partner, whose lease file has it in a state.
struct Mode {
    is_secondary: bool,
    state: &'static str,
    ago: i64,
    /// Whether it answers clients.
    serves: bool,
}

const MODES: [Mode; 11] = [
    Mode { is_secondary: false, state: "communications-interrupted", ago: 3600, serves: true },
    Mode { is_secondary: true, state: "communications-interrupted", ago: 3600, serves: true },
    Mode { is_secondary: false, state: "partner-down", ago: 60, serves: true },
    Mode { is_secondary: true, state: "partner-down", ago: 60, serves: true },
    Mode { is_secondary: false, state: "partner-down", ago: 3600, serves: true },
    Mode { is_secondary: true, state: "partner-down", ago: 3600, serves: true },
    Mode { is_secondary: false, state: "recover", ago: 60, serves: false },
    Mode { is_secondary: true, state: "recover-wait", ago: 60, serves: false },
    Mode { is_secondary: false, state: "potential-conflict", ago: 60, serves: false },
    Mode { is_secondary: true, state: "paused", ago: 60, serves: false },
    Mode { is_secondary: false, state: "shutdown", ago: 60, serves: false },
];

#[test]
fn a_lease_without_failover_is_for_whom_we_say() {
    let rows = rows();
    let (conf, leases) = (conf(&rows, ""), leases(&rows));
    let said = said(&conf, &leases);
    let net = Net::new();
    let dhcpd = Dhcpd::start_in_memory(&net, &conf, leases.as_bytes());
    let answers = ask(&net, 67, &rows);
    assert!(said.available > 0 && said.available < rows.len() as u64, "{}", said.available);
    compare("alone", &rows, &answers, &said);
    drop(dhcpd);
}

#[test]
fn a_lease_of_a_failover_pool_is_for_whom_we_say_while_the_partner_is_away() {
    scope(|scope| {
        for mode in &MODES {
            scope.spawn(move || without_partner(mode));
        }
    });
}

fn without_partner(mode: &Mode) {
    let Mode { is_secondary, state: name, ago, serves } = *mode;
    let rows = rows();
    let conf = peer(is_secondary, [647, 847], 1) + &conf(&rows, "failover peer \"f\";");
    let leases = leases(&rows) + &state(is_secondary, name, ago);
    let before = said(&conf, &leases);
    let net = Net::new();
    let dhcpd = Dhcpd::start_in_memory(&net, &conf, leases.as_bytes());
    let is_ready = || {
        let log = dhcpd.log();
        !serves || log.contains("I move from startup to")
    };
    wait_for(STARTUP, &is_ready, &|| dhcpd.log());
    // What it does by itself when it is up.
    sleep(Duration::from_secs(2));
    let after = String::from_utf8(dhcpd.leases()).expect("text");
    let after = said(&conf, &after);
    let answers = ask(&net, 67, &rows);
    let role = if is_secondary { "secondary" } else { "primary" };
    let silent = if serves { "" } else { ", silent" };
    compare(&format!("{role}, {name} for {ago} s{silent}"), &rows, &answers, &before);
    compare(&format!("{role}, {name} for {ago} s{silent}, by what it wrote"), &rows, &answers, &after);
}

#[test]
fn a_lease_of_a_failover_pair_is_for_whom_we_say_of_either_partner() {
    let net = Net::new();
    net.add_address("10.1.1.2/16");
    let rows = rows();
    let servers = [(false, [647, 847], 1, 67_u16), (true, [847, 647], 2, 1067)];
    let conf = servers.map(|(is_secondary, ports, own, port)| {
        format!("local-port {port};\n") + &peer(is_secondary, ports, own) + &conf(&rows, "failover peer \"f\";")
    });
    let dhcpds = [0, 1].map(|at| {
        let leases = leases(&rows) + &state(servers[at].0, "normal", 3600);
        Dhcpd::start_in_memory(&net, &conf[at], leases.as_bytes())
    });
    let are_ready = || dhcpds.iter().all(|dhcpd| dhcpd.log().contains("Both servers normal"));
    wait_for(STARTUP, &are_ready, &|| dhcpds.iter().map(Dhcpd::log).collect());
    // They tell each other what has changed meanwhile.
    let written = || dhcpds.iter().map(|dhcpd| String::from_utf8(dhcpd.leases()).expect("text")).collect::<Vec<_>>();
    let mut files = written();
    let limit = Instant::now() + STARTUP;
    loop {
        sleep(Duration::from_secs(3));
        let now = written();
        if now == files || Instant::now() > limit {
            break;
        }
        files = now;
    }
    let mut open = [0, 0];
    for at in [0, 1] {
        let said = said(&conf[at], &files[at]);
        open[at] = said.available;
        let answers = ask(&net, servers[at].3, &rows);
        compare(["primary of a pair", "secondary of a pair"][at], &rows, &answers, &said);
        let is_waiting = |(state, _): &&(String, String)| state == "released";
        assert_eq!(said.leases.values().filter(is_waiting).count(), 0, "the partner has agreed to all of them");
    }
    assert!(open.iter().all(|open| *open > 0), "each has a part: {open:?}");
}

fn wait_for(limit: Duration, is_ready: &dyn Fn() -> bool, log: &dyn Fn() -> String) {
    let limit = Instant::now() + limit;
    while !is_ready() {
        assert!(Instant::now() < limit, "dhcpd does not get to work; it said:\n{}", log());
        sleep(Duration::from_millis(50));
    }
}
