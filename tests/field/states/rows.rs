//! Leases of all kinds, each with a subnet of its own, and clients that ask for them.

use std::fmt::Write as _;
use std::io::Write;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::support::PYTHON;
use crate::support::net::Net;

const ASK: &str = include_str!("ask.py");

/// How long clients wait for an answer, in seconds.
const PATIENCE: &str = "4";

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() as i64
}

/// Which client asks, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The client of the lease, for any address.
    Own,
    /// Another one, for any address.
    Other,
    /// Another one, for this very address.
    OtherRequesting,
}

pub const ASKERS: [Asker; 3] = [Asker::Own, Asker::Other, Asker::OtherRequesting];

/// A lease that is asked for, in a subnet that has no other address.
pub struct Row {
    pub name: String,
    pub asker: Asker,
    number: usize,
    /// The statements of its block; `None` without one.
    statements: Option<Vec<String>>,
}

/// A time `seconds` from now, as a lease file has it.
pub fn stamp(seconds: i64) -> String {
    format!("epoch {}", now() + seconds)
}

const PAST: i64 = -3600;
const FUTURE: i64 = 36_000;

/// One of each kind: state, next state, end, what else.
fn kinds() -> Vec<(String, Option<Vec<String>>)> {
    let mut kinds = vec![("nothing".to_owned(), None)];
    let mut add = |state: &str, next: &str, ends: Option<i64>, more: &[(&str, i64)], flag: &str| {
        let mut statements = vec![format!("starts {};", stamp(-7200))];
        statements.extend(ends.map(|ends| format!("ends {};", stamp(ends))));
        statements.extend(more.iter().map(|(name, at)| format!("{name} {};", stamp(*at))));
        statements.push(format!("cltt {};", stamp(-7200)));
        for (words, state) in [("binding state", state), ("next binding state", next)] {
            if !state.is_empty() {
                statements.push(format!("{words} {state};"));
            }
        }
        if !flag.is_empty() {
            statements.push(flag.to_owned());
        }
        kinds.push((format!("{state} then {next} at {ends:?} {more:?} {flag}"), Some(statements)));
    };
    for (state, next) in [
        ("active", "free"),
        ("active", "expired"),
        ("active", "released"),
        ("active", ""),
        ("expired", "free"),
        ("expired", ""),
        ("released", "free"),
        ("released", ""),
        ("reset", "free"),
        ("free", ""),
        ("backup", ""),
        ("abandoned", "free"),
        ("abandoned", ""),
        ("", ""),
        ("", "expired"),
    ] {
        for ends in [Some(PAST), Some(FUTURE), None] {
            add(state, next, ends, &[], "");
        }
    }
    for state in ["expired", "released", "free", "backup", "active"] {
        let next = match state {
            "active" => "expired",
            "free" | "backup" => "",
            _ => "free",
        };
        for tsfp in [PAST, -300, 600, FUTURE] {
            add(state, next, Some(PAST), &[("tsfp", tsfp)], "");
        }
        add(state, next, Some(PAST), &[("tstp", PAST), ("tsfp", PAST), ("atsfp", PAST)], "");
        add(state, next, Some(PAST), &[], "reserved;");
    }
    add("active", "free", Some(FUTURE), &[], "reserved;");
    kinds
}

/// All of them, each once for each client that asks: an offer changes what others are offered.
pub fn rows() -> Vec<Row> {
    let asked = kinds()
        .into_iter()
        .flat_map(|(name, statements)| ASKERS.map(|asker| (name.clone(), asker, statements.clone())));
    let row = |(number, (name, asker, statements))| Row { name, asker, number, statements };
    asked.enumerate().map(row).collect()
}

impl Row {
    fn network(&self) -> String {
        format!("10.{}.{}", 48 + self.number / 250, self.number % 250)
    }

    pub fn address(&self) -> String {
        format!("{}.10", self.network())
    }

    fn mac(&self, is_own: bool) -> String {
        format!("02:00:00:{:02x}:{:02x}:{:02x}", u8::from(is_own), self.number >> 8, self.number & 255)
    }

    /// Its block of a lease file.
    fn block(&self) -> Option<String> {
        let statements = self.statements.as_ref()?;
        let hardware = format!("hardware ethernet {};", self.mac(true));
        Some(format!("lease {} {{\n  {}\n  {hardware}\n}}\n", self.address(), statements.join("\n  ")))
    }
}

/// The part of dhcpd.conf about them, with a statement for each pool.
pub fn conf(rows: &[Row], pool: &str) -> String {
    let mut conf = String::from(
        "ddns-update-style none;\nping-check false;\ndefault-lease-time 3600;\n\
         subnet 10.1.0.0 netmask 255.255.0.0 { }\n",
    );
    for row in rows {
        let (network, address) = (row.network(), row.address());
        writeln!(conf, "subnet {network}.0 netmask 255.255.255.0 {{ pool {{ {pool} range {address}; }} }}")
            .expect("a string takes all");
    }
    conf
}

/// Their blocks.
pub fn leases(rows: &[Row]) -> String {
    rows.iter().filter_map(Row::block).collect()
}

/// Whether the client of each row is offered its address by the server on that port.
pub fn ask(net: &Net, port: u16, rows: &[Row]) -> Vec<bool> {
    let mut questions = String::new();
    for (number, row) in rows.iter().enumerate() {
        let requested = if row.asker == Asker::OtherRequesting { row.address() } else { "-".to_owned() };
        let (mac, network) = (row.mac(row.asker == Asker::Own), row.network());
        writeln!(questions, "{number} 1 {mac} {network}.0 {requested}").expect("a string takes all");
    }
    let mut command = net.command(PYTHON);
    command.args(["-c", ASK, "v1", &port.to_string(), PATIENCE]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
    child.stdin.take().expect("piped").write_all(questions.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("text");
    let answers: Vec<bool> = text
        .lines()
        .zip(rows)
        .map(|(line, row)| match line.split(' ').collect::<Vec<_>>()[1..] {
            ["offer", address] => {
                assert_eq!(address, row.address(), "{}", row.name);
                true
            }
            ["none", _] => false,
            _ => panic!("an odd answer: {line}"),
        })
        .collect();
    assert_eq!(answers.len(), rows.len(), "{text}");
    answers
}
